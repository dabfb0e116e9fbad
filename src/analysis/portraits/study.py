"""The studies of the chapters, as far as the portrait of one work needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.coding import (
    CodingStudy,
    Comparison,
    agreement,
    backing,
    gaps,
    load_coding,
    problem_remedy_table,
)
from analysis.coding.results import ANSWERS
from analysis.concepts import Lexicon, find_concepts, load_lexicon
from analysis.corpus import Corpus
from analysis.evidence import together
from analysis.frequency import content_terms, distinguish, keyness, shared_terms, top_terms
from analysis.labels import corrected_stances, load_labels
from analysis.terms import LEMMAS, PRINTED, TermStudy, settled
from analysis.values import ADVOCATED, ValueStudy, concept_shares


@dataclass(frozen=True)
class Portrait:
    """The studies of the chapters, as far as the portrait of one work needs them.

    Attributes
    ----------
    work_id : str
        The work.
    corpus : Corpus
        All documents, twins included.
    body : Corpus
        The running text of the primary documents.
    terms : TermStudy
        Of the words as printed (`study_printed_words`).
    values : ValueStudy
        Of the advocated values (`study_advocated_values`).
    coding : CodingStudy
        Of problems, remedies and links (`study_answers`).
    """

    work_id: str
    corpus: Corpus
    body: Corpus
    terms: TermStudy
    values: ValueStudy
    coding: CodingStudy

    @property
    def own(self) -> Corpus:
        """The running text of the work."""
        return self.body.select(works=self.work_id)

    @property
    def work(self) -> pd.Series:
        """What the table of works says of the work."""
        return self.corpus.works.set_index("work_id").loc[self.work_id]


def study_portrait(
    corpus: Corpus,
    work_id: str,
    lexicon: Lexicon | None = None,
    labels: pd.DataFrame | None = None,
    folder: str | Path | None = None,
) -> Portrait:
    """Compute what the portrait of one work shows.

    Parameters
    ----------
    corpus : Corpus
        All documents, twins included.
    work_id : str
        The work.
    lexicon : Lexicon, optional
        The lexicon of values; the project's without it.
    labels : pandas.DataFrame, optional
        From `load_labels`; the project's without it.
    folder : str or Path, optional
        The folder of the first coding, with the second in ``second/``; the project's
        without it.

    Returns
    -------
    Portrait

    Raises
    ------
    ValueError
        If the corpus has no such work.
    """
    known = corpus.works["work_id"].tolist()
    if work_id not in known:
        raise ValueError(f"there is no work {work_id!r}; the works are: {', '.join(known)}")
    return Portrait(
        work_id=work_id,
        corpus=corpus,
        body=corpus.body(),
        terms=study_printed_words(corpus),
        values=study_advocated_values(
            corpus,
            work_id,
            load_lexicon() if lexicon is None else lexicon,
            load_labels(corpus) if labels is None else labels,
        ),
        coding=study_answers(corpus, folder),
    )


# --- The studies of the chapters, in part -----------------------------------------------------

NOTHING = pd.DataFrame()
"""Stands in a study for what a portrait does not show."""


def study_printed_words(
    corpus: Corpus, *, number: int = 5, own: int = 9, settle: int = 20_000
) -> TermStudy:
    """Study which words set the works apart, as printed.

    As `terms.study_terms` without joined variants, terms of several words, dispersion and
    extraction floor. Without the floor a verdict could be ``more`` or ``less`` where the
    chapter says ``floor``; for the works of this book it excludes nothing that the
    corrected test lets pass, and a test holds this fast.

    Parameters
    ----------
    corpus : Corpus
        All documents.
    number, own, settle
        As in `terms.study_terms`.

    Returns
    -------
    TermStudy
        With ``frequencies`` of nothing but ``list`` and ``term``. The intervals of terms
        that do not pass the corrected test are not drawn (NaN).
    """
    body = corpus.body()
    counted = keyness(body.tokens, resamples=0)
    keys = distinguish(settled(counted, body, {"seed": 0}, settle)).assign(reading=PRINTED)
    leading = pd.DataFrame({"list": LEMMAS, "term": top_terms(body.tokens, number)})
    return TermStudy(
        body=body,
        joined=body,
        frequencies=leading,
        keyness=keys[keys["term"].isin(content_terms(body.tokens))].reset_index(drop=True),
        floors=NOTHING,
        phrases=pd.DataFrame(columns=["term", "form", "length"]),
        shared=shared_terms(body.tokens).assign(reading=PRINTED),
        dispersion=NOTHING,
        own=own,
        names={},
        tested=len(counted),
        draws=settle,
        leading=0,
        number=number,
    )


def study_advocated_values(
    corpus: Corpus, work_id: str, lexicon: Lexicon, labels: pd.DataFrame
) -> ValueStudy:
    """Study which values the works advocate, and which of them meet in one work.

    As `values.study_values` for the primary documents and what they advocate. Company is
    counted in the sentences of one work; what chance would make of it takes long to draw
    and is left to the chapter.

    Parameters
    ----------
    corpus : Corpus
        All documents.
    work_id : str
        The work whose company of values is counted.
    lexicon, labels
        As in `values.study_values`.

    Returns
    -------
    ValueStudy
        ``hits`` and ``shares`` of the primary documents; ``within`` of the one work, with
        ``work_id, concept_a, concept_b, n_ab`` of the pairs that meet.
    """
    texts = corpus.body().select(headings=False)
    hits = corrected_stances(find_concepts(texts, lexicon), labels)
    own = hits[hits["stance"] == ADVOCATED]
    shares = concept_shares(own, texts.sentences, "document_id").assign(basis=ADVOCATED)
    met = together(own[own["work_id"] == work_id])
    pairs = met.groupby(["concept_a", "concept_b"]).size().rename("n_ab").reset_index()
    return ValueStudy(
        texts=texts,
        lexicon=lexicon,
        hits=hits,
        shares=shares.merge(texts.documents[["document_id", "work_id", "role"]]),
        pooled=NOTHING,
        within=pairs.assign(work_id=work_id),
        once=NOTHING,
        findable=NOTHING,
        yardsticks=NOTHING,
    )


def study_answers(corpus: Corpus, folder: str | Path | None = None) -> CodingStudy:
    """Study which remedies answer which problems, in both codings.

    As `coding.study_coding`, with ``answers, same_links`` and ``gaps`` only.

    Parameters
    ----------
    corpus : Corpus
        All documents.
    folder : str or Path, optional
        As in `coding.study_coding`.
    """
    folder = corpus.folder / "coding" if folder is None else Path(folder)
    first, second = load_coding(folder, corpus), load_coding(folder / "second", corpus)
    return CodingStudy(
        first=first,
        second=second,
        comparison=Comparison(NOTHING, NOTHING),
        themes=NOTHING,
        instruments=NOTHING,
        answers=problem_remedy_table(first, second=second, stances=ANSWERS),
        same_links=backing(first, agreement(first, second, resamples=0)).links,
        gaps=gaps(first, second, ANSWERS),
        convergences=NOTHING,
        values=NOTHING,
        values_by_work=NOTHING,
        values_unequal=NOTHING,
        references=NOTHING,
        wording=NOTHING,
    )
