"""What the chapter on problems and remedies shows, from one pair of codings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.coding.agreement import agreement, backing
from analysis.coding.comparison import Comparison, load_comparison
from analysis.coding.loading import Coding, load_coding
from analysis.coding.results import (
    ANSWERS,
    convergences,
    gaps,
    presence,
    problem_remedy_table,
)
from analysis.coding.values import PROPOSED, values_at_remedies
from analysis.corpus import Corpus
from analysis.references import cited_works, shared_references
from analysis.similarity import shared_wording


@dataclass(frozen=True)
class CodingStudy:
    """Two codings of the same works, and what follows from them.

    Every table is about the first coding and says in ``found`` (or ``open_in_second``)
    what the second has of it.

    Attributes
    ----------
    first, second : Coding
        The coding that is shown, and the one that it is compared with.
    comparison : Comparison
        Tensions and common sources, judged by reading.
    themes, instruments : pandas.DataFrame
        `presence` of problems and of the remedies that are advocated.
    answers : pandas.DataFrame
        `problem_remedy_table` by work, without remedies that are told as failed.
    same_links : pandas.DataFrame
        Links of the first coding, with ``coders`` (2 if the second links the same units).
    gaps : pandas.DataFrame
        `gaps`, where a remedy that is told as failed answers nothing.
    convergences : pandas.DataFrame
        `convergences`.
    values, values_by_work : pandas.DataFrame
        `values_at_remedies`, over all works and in each.
    values_unequal : pandas.DataFrame
        `values_at_remedies` with long and short sentences taken together.
    references : pandas.DataFrame
        `shared_references` between works.
    wording : pandas.DataFrame
        `shared_wording` between works.
    """

    first: Coding
    second: Coding
    comparison: Comparison
    themes: pd.DataFrame
    instruments: pd.DataFrame
    answers: pd.DataFrame
    same_links: pd.DataFrame
    gaps: pd.DataFrame
    convergences: pd.DataFrame
    values: pd.DataFrame
    values_by_work: pd.DataFrame
    values_unequal: pd.DataFrame
    references: pd.DataFrame
    wording: pd.DataFrame


def study_coding(
    corpus: Corpus, hits: pd.DataFrame, folder: str | Path | None = None
) -> CodingStudy:
    """Read both codings of a corpus, and compute what the chapter shows.

    Parameters
    ----------
    corpus : Corpus
        All documents.
    hits : pandas.DataFrame
        The concept hits that count as invoking a value, with ``sentence_id, concept_id``.
    folder : str or Path, optional
        The folder of the first coding, with the second in ``second/``; ``coding/``
        in the folder of the corpus without it.

    Returns
    -------
    CodingStudy
        The first coding against the second.

    Raises
    ------
    InputError
        With every problem found in a coding or in what compares works (see `load_coding`).

    Examples
    --------
    >>> import shutil
    >>> import tempfile
    >>> from pathlib import Path
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> folder = Path(tempfile.mkdtemp()) / "coding"
    >>> for part in (folder, folder / "second"):
    ...     _ = shutil.copytree("data/tutorial/coding", part)
    >>> hits = analysis.find_concepts(corpus, analysis.load_lexicon("data/tutorial/lexicon"))
    >>> study = analysis.study_coding(corpus, hits, folder)
    >>> study.same_links["coders"].unique().tolist()
    [2]
    """
    folder = corpus.folder / "coding" if folder is None else Path(folder)
    first = load_coding(folder, corpus)
    second = load_coding(folder / "second", corpus)
    texts = corpus.body().select(headings=False)
    return CodingStudy(
        first=first,
        second=second,
        comparison=load_comparison(folder, first, corpus),
        themes=presence(first, "problem", second),
        instruments=presence(first, "remedy", second, PROPOSED),
        answers=problem_remedy_table(first, second=second, stances=ANSWERS),
        same_links=backing(first, agreement(first, second, resamples=0)).links,
        gaps=gaps(first, second, ANSWERS),
        convergences=convergences(first, second),
        values=values_at_remedies(first, texts, hits),
        values_by_work=values_at_remedies(first, texts, hits, by="work_id"),
        values_unequal=values_at_remedies(first, texts, hits, by_length=False),
        references=shared_references(cited_works(corpus)),
        wording=shared_wording(texts),
    )
