"""The command line: ``python -m analysis check FOLDER``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.tables import InputError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 1 where the input has problems."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check", help="check a data folder and print every problem with its place"
    )
    check.add_argument("folder", type=Path, help="the folder with documents.csv and raw/")
    check.set_defaults(run=_check)
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))


def _check(chosen: argparse.Namespace) -> int:
    """Load everything that a data folder holds and report all problems together."""
    from analysis.coding import load_coding
    from analysis.concepts import load_lexicon
    from analysis.corpus import load_corpus

    problems: list[str] = []
    corpus = None
    try:
        corpus = load_corpus(chosen.folder)
    except InputError as error:
        problems += error.problems
    if (chosen.folder / "lexicon").is_dir():
        try:
            load_lexicon(chosen.folder / "lexicon")
        except InputError as error:
            problems += error.problems
    if corpus is not None and (chosen.folder / "coding").is_dir():
        try:
            load_coding(chosen.folder / "coding", corpus)
        except InputError as error:
            problems += error.problems
    if problems or corpus is None:
        print(InputError(problems), file=sys.stderr)
        return 1
    counts = f"{len(corpus.works)} works, {len(corpus.documents)} documents"
    print(f"{chosen.folder}: sound ({counts}, {len(corpus.tokens):,} tokens)")
    return 0
