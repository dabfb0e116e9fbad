"""Checking all that a folder holds: texts, lexicon, labels, coding, suspected variants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from analysis.tables import InputError

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
    _check_lexicon(folder / "lexicon", corpus, problems)
    if corpus is not None:
        _check_judgements(folder, corpus, problems)
    return corpus, problems


def _tried(problems: list[str], load: Callable[[], T]) -> T | None:
    """Return what is loaded, or note why it cannot be."""
    try:
        return load()
    except InputError as error:
        problems += error.problems
        return None


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
    """Check the coding and the suspected translation variants, if there are any."""
    from analysis.coding import load_coding
    from analysis.translations import load_translations

    if (folder / "coding").is_dir():
        _tried(problems, lambda: load_coding(folder / "coding", corpus))
    if (folder / "translations").is_dir():
        _tried(problems, lambda: load_translations(corpus, folder / "translations"))
