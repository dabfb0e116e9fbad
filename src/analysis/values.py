"""The study of values that the book shows: how strongly, in which company, how surely."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from analysis.concepts import Lexicon, find_concepts
from analysis.cooccurrence import (
    cooccurrence,
    counted_once,
    smallest_association,
    smallest_summary,
    study_company,
)
from analysis.corpus import BODY_KINDS, Corpus
from analysis.evidence import (
    lines_of,
    panel,
    panel_address,
    panel_id,
    passage_link,
    together,
)
from analysis.figures import in_words
from analysis.labels import corrected_stances
from analysis.measures import wilson_interval
from analysis.resampling import UnitCounts, check_level, rate_intervals
from analysis.terms import CONCORDANCE_PAGE


def concept_shares(
    hits: pd.DataFrame,
    units: pd.DataFrame,
    by: str = "work_id",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    unit: str = "paragraph_id",
) -> pd.DataFrame:
    """Return in what share of its sentences each group invokes each concept.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `find_concepts`.
    units : pandas.DataFrame
        All sentences, those without a hit included, with ``sentence_id``, ``by`` and ``unit``.
    by : str
        The column of groups.
    resamples : int
        How often the units of a group are drawn with replacement; 0 for no intervals.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.
    unit : str
        The column of what is drawn.

    Returns
    -------
    pandas.DataFrame
        ``by, concept_id, sentences`` (with the concept), ``n`` (all of the group),
        ``share, low, high`` (percentiles over the resamples; where a group lacks a
        concept, zero and the end of Wilson's interval). A concept of ``hits`` that a
        group lacks has a row of zeros. Sorted by group and concept.

    Raises
    ------
    ValueError
        If a column is missing, a hit stands in a sentence that ``units`` lacks, or a
        setting makes no sense.

    Examples
    --------
    >>> import analysis
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> corpus = analysis.corpus_from_texts({
    ...     "ada": "Neighbours need trust. They lend a spade.",
    ...     "ben": "A ledger is kept. Nobody reads it.",
    ... })
    >>> hits = analysis.find_concepts(corpus, lexicon)
    >>> shares = analysis.concept_shares(hits, corpus.sentences, resamples=100)
    >>> print(shares[["work_id", "concept_id", "sentences", "n", "share"]].to_string(index=False))
    work_id concept_id  sentences  n  share
        ada      trust          1  2    0.5
        ben      trust          0  2    0.0
    """
    check_level(level)
    counted = concept_counts(hits, units, by, unit)
    counts, sizes = counted.totals(), counted.words()
    low, high = rate_intervals(counted, resamples, seed, level)
    bound = np.asarray(wilson_interval(np.zeros(len(sizes)), sizes, level)[1])[:, np.newaxis]
    concepts = len(counted.terms)
    return pd.DataFrame({
        by: np.repeat(counted.groups.to_numpy(), concepts),
        "concept_id": np.tile(counted.terms.to_numpy(), len(counted.groups)),
        "sentences": counts.ravel(),
        "n": np.repeat(sizes, concepts),
        "share": (counts / sizes[:, np.newaxis]).ravel(),
        "low": np.where(counts, low, 0.0).ravel(),
        "high": np.where(counts, high, bound).ravel(),
    })  # fmt: skip


def concept_counts(hits: pd.DataFrame, units: pd.DataFrame, by: str, unit: str) -> UnitCounts:
    """Count in each paragraph the sentences with each concept; its size is its sentences.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `find_concepts`.
    units : pandas.DataFrame
        All sentences, those without a hit included, with ``sentence_id``, ``by`` and ``unit``.
    by : str
        The column of groups.
    unit : str
        The column of what is counted in, such as ``paragraph_id``.

    Returns
    -------
    analysis.resampling.UnitCounts

    Raises
    ------
    ValueError
        If a column is missing, or a hit stands in a sentence that ``units`` lacks.
    """
    for column in (by, unit, "sentence_id"):
        if column not in units.columns:
            raise ValueError(f"the table of sentences has no column {column!r}")
    once = hits[["sentence_id", "concept_id"]].drop_duplicates().astype(object)
    row = pd.Index(units["sentence_id"].astype(object)).get_indexer(once["sentence_id"])
    if (row < 0).any():
        lost = once["sentence_id"][row < 0].min()
        raise ValueError(f"a hit stands in {lost}, which is not among the sentences")
    group, groups = pd.factorize(units[by].astype(object), sort=True)
    place = units.groupby([by, unit], observed=True, sort=True).ngroup().to_numpy()
    owner = np.zeros(place.max(initial=-1) + 1, dtype=np.intp)
    owner[place] = group
    concept, concepts = pd.factorize(once["concept_id"], sort=True)
    counts = sparse.csr_matrix(
        (np.ones(len(once)), (place[row], concept)), shape=(len(owner), len(concepts))
    )
    return UnitCounts(
        pd.Index(groups),
        pd.Index(concepts),
        owner,
        np.bincount(place, minlength=len(owner)),
        counts,
    )


# --- The study ----------------------------------------------------------------------------------

ADVOCATED, MENTIONED = "advocated", "all mentions"
"""What counts as invoking a value."""

YARDSTICKS: dict[str, str | int] = {
    "10 words": 10,
    "sentence": "sentence",
    "paragraph": "paragraph",
}
"""What may count as standing together, from near to far."""


@dataclass(frozen=True)
class ValueStudy:
    """What the chapter on values shows, from one set of settings.

    Attributes
    ----------
    texts : Corpus
        The running text of the primary documents, without headings.
    lexicon : Lexicon
        The lexicon of values.
    hits : pandas.DataFrame
        `find_concepts` in all documents, the stances corrected by the labels if there are any.
    shares : pandas.DataFrame
        `concept_shares` by document with ``basis`` (what counts), ``work_id, role``.
    pooled, within : pandas.DataFrame
        `cooccurrence` of advocated values in sentences: stratified over the works, and in
        each work.
    once : pandas.DataFrame
        As ``within``, with enumerations and verbatim repeats counted once.
    findable : pandas.DataFrame
        `smallest_summary` of ``within``.
    yardsticks : pandas.DataFrame
        `cooccurrence` in each work by each of `YARDSTICKS`, with ``yardstick``.
    """

    texts: Corpus
    lexicon: Lexicon
    hits: pd.DataFrame
    shares: pd.DataFrame
    pooled: pd.DataFrame
    within: pd.DataFrame
    once: pd.DataFrame
    findable: pd.DataFrame
    yardsticks: pd.DataFrame

    def advocated(self) -> pd.DataFrame:
        """Return the advocated hits of the primary documents."""
        own = self.hits[self.hits["stance"] == ADVOCATED]
        return own[own["document_id"].isin(self.texts.documents["document_id"])]


def study_values(
    corpus: Corpus,
    lexicon: Lexicon,
    labels: pd.DataFrame | None = None,
    draws: int = 20_000,
    seed: int = 0,
) -> ValueStudy:
    """Find the values of a corpus, and who keeps company with whom.

    Parameters
    ----------
    corpus : Corpus
        All documents, twins included.
    lexicon : Lexicon
        From `load_lexicon`.
    labels : pandas.DataFrame, optional
        From `load_labels`; corrects the stances. Without them the cues of the lexicon stand.
    draws : int
        Arrangements drawn (see `cooccurrence`).
    seed : int
        Seed of the draw.

    Returns
    -------
    ValueStudy
        What the chapter on values shows.
    """
    kinds = [k for k in BODY_KINDS if k in set(corpus.sections["kind"])]
    every = corpus.select(kinds=kinds, headings=False)
    texts = corpus.body().select(headings=False)
    hits = find_concepts(every, lexicon)
    if labels is not None:
        hits = corrected_stances(hits, labels)
    primary = hits[hits["document_id"].isin(texts.documents["document_id"])]
    own = primary[primary["stance"] == ADVOCATED]
    settings: dict[str, Any] = {"draws": draws, "seed": seed}
    company = study_company(own, texts.sentences, by="work_id", **settings)
    by_yardstick = [company.pairs.assign(yardstick="sentence")]
    for name, unit in YARDSTICKS.items():
        units = texts.tokens if isinstance(unit, int) else texts.sentences
        if name != "sentence":
            pairs = cooccurrence(own, units, unit, "work_id", **settings)
            by_yardstick.append(pairs.assign(yardstick=name))
    return ValueStudy(
        texts=texts,
        lexicon=lexicon,
        hits=hits,
        shares=_shares_by_document(hits, every),
        pooled=cooccurrence(own, texts.sentences, **settings),
        within=company.pairs,
        once=cooccurrence(counted_once(own, texts), texts.sentences, by="work_id", **settings),
        findable=smallest_summary(smallest_association(company), by="work_id"),
        yardsticks=pd.concat(by_yardstick, ignore_index=True),
    )


def _shares_by_document(hits: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    documents = corpus.documents[["document_id", "work_id", "role"]]
    bases = {ADVOCATED: hits[hits["stance"] == ADVOCATED], MENTIONED: hits}
    tables = [
        concept_shares(own, corpus.sentences, "document_id").assign(basis=name)
        for name, own in bases.items()
    ]
    return pd.concat(tables, ignore_index=True).merge(documents, on="document_id")


def in_blocks(pairs: pd.DataFrame) -> list[str]:
    """Order concepts so that those that keep company stand side by side.

    Average linkage on ``1 - NPMI`` with the order of the leaves that keeps neighbours
    nearest (Bar-Joseph, Gifford & Jaakkola 2001).

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `cooccurrence`, of one group.

    Returns
    -------
    list of str
        All concepts.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.values import in_blocks
    >>> pairs = pd.DataFrame({
    ...     "concept_a": ["care", "care", "thrift"], "concept_b": ["thrift", "trust", "trust"],
    ...     "npmi": [-0.5, 0.8, -0.4],
    ... })
    >>> in_blocks(pairs)
    ['thrift', 'trust', 'care']
    """
    names = sorted({*pairs["concept_a"], *pairs["concept_b"]})
    place = {name: i for i, name in enumerate(names)}
    apart = np.ones((len(names), len(names)))
    a, b = pairs["concept_a"].map(place), pairs["concept_b"].map(place)
    apart[a, b] = apart[b, a] = 1 - pairs["npmi"].fillna(-1)
    np.fill_diagonal(apart, 0)
    if len(names) < 3:
        return names
    tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=True)
    return [names[i] for i in leaves_list(tree)]


# --- The lines behind the numbers -----------------------------------------------------------------


def value_address(concept_id: str, work_id: str = "") -> str:
    """Return the address of the lines of a concept on the concordance, or of its lines in a work.

    Parameters
    ----------
    concept_id : str
        The concept.
    work_id : str
        The work; all works if it is empty.

    Returns
    -------
    str
        Not escaped.
    """
    work = f"--{work_id}" if work_id else ""
    return f"{CONCORDANCE_PAGE}{panel_address('value', concept_id)}{work}"


def with_pair_panels(pairs: pd.DataFrame) -> pd.DataFrame:
    """Add the address of the panel of each pair; none where nothing stands together.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `cooccurrence` by ``work_id``.

    Returns
    -------
    pandas.DataFrame
        The pairs with the column ``panel``.
    """
    return pairs.assign(
        panel=[
            panel_address(p.work_id, p.concept_a, p.concept_b) if p.n_ab else None
            for p in pairs.itertuples()
        ]
    )


def pairs_html(study: ValueStudy, work_id: str) -> str:
    """Return a panel for each pair of one work: links to its sentences and the matched words.

    Of a work that may not be shown, a panel has the number of its sentences alone.

    Parameters
    ----------
    study : ValueStudy
        From `study_values`.
    work_id : str
        The work.

    Returns
    -------
    str
        HTML.
    """
    labels = study.lexicon.concepts.set_index("concept_id")["label"]
    own = study.advocated()
    own = own[own["work_id"] == work_id].sort_values("start")
    parts = []
    for (a, b), found in together(own).groupby(["concept_a", "concept_b"]):
        both = own["concept_id"].isin([a, b]) & own["sentence_id"].isin(found["sentence_id"])
        body, _ = lines_of(study.texts, own[both])
        head = f"{labels[a]} with {labels[b].lower()}"
        parts.append(panel(panel_id(work_id, a, b), head, body, len(found), "sentence"))
    return "".join(parts)


def show_pairs(study: ValueStudy, work_id: str) -> object:
    """Show the panels of the pairs of one work, folded together.

    Parameters
    ----------
    study : ValueStudy
        From `study_values`.
    work_id : str
        The work.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    label = study.texts.works.set_index("work_id")["label"][work_id]
    inside = pairs_html(study, work_id)
    return HTML(
        f'<details class="fold"><summary>The sentences behind the cells of {html.escape(label)}'
        f"</summary>{inside}</details>"
    )


# --- What is compared -----------------------------------------------------------------------------


def outside_counts(corpus: Corpus, lexicon: Lexicon) -> pd.DataFrame:
    """Count the sentences of each work that name the values of a list fixed from outside.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    lexicon : Lexicon
        The list.

    Returns
    -------
    pandas.DataFrame
        ``concept_id, label, family`` (its label) and one column for each work; zeros stay.
    """
    hits = find_concepts(corpus, lexicon)
    works = corpus.works["work_id"].tolist()
    counts = hits.groupby(["concept_id", "work_id"])["sentence_id"].nunique().unstack(fill_value=0)
    counts = counts.reindex(index=lexicon.concepts["concept_id"], columns=works, fill_value=0)
    families = lexicon.families.set_index("family")["label"]
    named = lexicon.concepts[["concept_id", "label", "family"]]
    table = named.assign(family=named["family"].map(families))
    return table.merge(counts.reset_index(), on="concept_id")


def lexicon_table(study: ValueStudy) -> pd.DataFrame:
    """Return what each concept means, what it leaves out, and a passage for each work.

    Parameters
    ----------
    study : ValueStudy
        From `study_values`.

    Returns
    -------
    pandas.DataFrame
        ``label, family`` (its label), ``definition, leaves_out, examples`` (HTML: links to
        passages).
    """
    lexicon = study.lexicon
    links = lexicon.examples.groupby("concept_id")["sentence_id"].agg(
        lambda own: ", ".join(passage_link(s) for s in own)
    )
    families = lexicon.families.set_index("family")["label"]
    table = lexicon.concepts.assign(
        family=lexicon.concepts["family"].map(families),
        examples=[links.get(concept, "") for concept in lexicon.concepts["concept_id"]],
    )
    return table[["label", "family", "definition", "leaves_out", "examples"]]


def strongest_pairs(study: ValueStudy, number: int = 14) -> pd.DataFrame:
    """Return the pairs with the greatest surplus in sentences, by every yardstick.

    Parameters
    ----------
    study : ValueStudy
        From `study_values`.
    number : int
        How many pairs.

    Returns
    -------
    pandas.DataFrame
        ``pair`` (both concepts, a bar, the work), ``yardstick, work_id, n_ab,
        expected_null, ratio`` (binary logarithm of the two), ``p, q``.
    """
    labels = study.texts.works.set_index("work_id")["short_label"]
    keys = ["work_id", "concept_a", "concept_b"]
    own = study.within.assign(surplus=study.within["n_ab"] - study.within["expected_null"])
    chosen = own.sort_values(["surplus", *keys], ascending=[False, True, True, True]).head(number)
    rank = chosen[keys].assign(rank=range(len(chosen)))
    table = study.yardsticks.merge(rank, on=keys)
    order = {name: i for i, name in enumerate(YARDSTICKS)}
    table = table.assign(
        place=table["yardstick"].map(order),
        pair=[
            f"{in_words(r.concept_a)}, {in_words(r.concept_b).lower()}|{labels[r.work_id]}"
            for r in table.itertuples()
        ],
        ratio=np.log2(np.maximum(table["n_ab"], 0.5) / np.maximum(table["expected_null"], 0.5)),
    )
    ordered = table.sort_values(["rank", "place"], ignore_index=True)
    return ordered[["pair", "yardstick", "work_id", "n_ab", "expected_null", "ratio", "p", "q"]]
