"""Checking all that a folder holds: texts, lexicon, codings, tables of the book."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from analysis.corpus import Corpus

T = TypeVar("T")


def problems_of(folder: Path, load: Callable[[], Corpus]) -> tuple[Corpus | None, list[str]]:
    """Load everything that a folder holds and gather all problems.

    Parameters
    ----------
    folder : Path
        A data folder, or a folder of plain texts.
    load : callable
        Reads its texts.

    Returns
    -------
    Corpus or None
        None where the texts cannot be read.
    list of str
        Every problem with its place; empty where all is sound.
    """
    problems: list[str] = []
    corpus = _tried(problems, load)
    _check_tables(folder, problems)
    _check_lexicon(folder / "lexicon", corpus, problems)
    if corpus is not None:
        _check_judgements(folder, corpus, problems)
    return corpus, problems


def _tried(problems: list[str], load: Callable[[], T]) -> T | None:
    """Return what is loaded, or note why it cannot be."""
    from analysis.tables import InputError

    try:
        return load()
    except InputError as error:
        problems += error.problems
        return None


def _check_tables(folder: Path, problems: list[str]) -> None:
    """Check what can be read without the texts, as far as it is there."""
    import analysis

    for path in (folder / "cues.csv", folder / "coding" / "cues.csv"):
        if path.is_file():
            _check_cues(path, problems)
    if (folder / "glossary.csv").is_file():
        _tried(problems, lambda: analysis.load_glossary(folder))
    if (folder / "findings.toml").is_file():
        _tried(problems, lambda: analysis.load_claims(folder))
    if (folder / "figures.csv").is_file():
        _check_figures(folder, problems)


def _check_cues(path: Path, problems: list[str]) -> None:
    from analysis.coding.suggestion import load_cues

    _tried(problems, lambda: load_cues(path))


def _check_figures(folder: Path, problems: list[str]) -> None:
    from analysis.figures import load_figures  # with altair, which plain texts do without

    _tried(problems, lambda: load_figures(folder))


def _check_lexicon(folder: Path, corpus: Corpus | None, problems: list[str]) -> None:
    """Check the lexicon, its labels and the outside list, as far as there are any."""
    from analysis.concepts import check_lexicon, load_lexicon
    from analysis.labels import load_labels

    if not folder.is_dir():
        return
    lexicon = _tried(problems, lambda: load_lexicon(folder))
    outside = (folder / "outside").is_dir()
    other = _tried(problems, lambda: load_lexicon(folder / "outside")) if outside else None
    if corpus is None:
        return
    body = corpus.body()
    if lexicon is not None:
        _tried(problems, lambda: check_lexicon(lexicon, body))
    if other is not None:
        _tried(problems, lambda: check_lexicon(other, body, must_occur=False))
    if (folder / "labels").is_dir():
        _tried(problems, lambda: load_labels(corpus, folder / "labels"))


def _check_judgements(folder: Path, corpus: Corpus, problems: list[str]) -> None:
    """Check what somebody judged of the texts, as far as it is there."""
    from analysis.findings import load_silences
    from analysis.glossary import load_conjectures
    from analysis.translations import load_translations

    if (folder / "coding").is_dir():
        _check_codings(folder / "coding", corpus, problems)
    if (folder / "translations").is_dir():
        _tried(problems, lambda: load_translations(corpus, folder / "translations"))
    if (folder / "conjectures.csv").is_file():
        _tried(problems, lambda: load_conjectures(corpus, folder))
    if (folder / "silences").is_dir():
        found: list[str] = []
        _tried(found, lambda: load_silences(corpus, folder / "silences"))
        problems += [f"silences/{problem}" for problem in found]


def _check_codings(folder: Path, corpus: Corpus, problems: list[str]) -> None:
    """Check the coding of a folder and the further ones below it; say of those which it is."""
    from analysis.coding import load_coding, load_comparison, load_examples, load_review

    coding = _tried(problems, lambda: load_coding(folder, corpus))
    if (folder / "examples.csv").is_file():
        _tried(problems, lambda: load_examples(folder, corpus))
    if coding is not None:
        _tried(problems, lambda: load_comparison(folder, coding, corpus))
        if (folder / "review.csv").is_file():
            _tried(problems, lambda: load_review(folder, coding))
    for other in sorted(path.parent for path in folder.glob("*/problems.csv")):
        found: list[str] = []
        _tried(found, partial(load_coding, other, corpus))
        problems += [
            f"{folder.name}/{other.name}/{problem}"
            for problem in found
            if not _is_shared(problem, folder, other)
        ]


def _is_shared(problem: str, folder: Path, other: Path) -> bool:
    """Tell whether a problem is of a list that a second coding takes from the first."""
    name = re.split("[,:]", problem)[0]
    return (folder / name).exists() and not (other / name).exists()
