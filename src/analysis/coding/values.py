"""Which values are invoked where remedies are proposed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from analysis.coding.loading import Coding
from analysis.coding.places import touched
from analysis.corpus import Corpus
from analysis.measures import common_odds_ratio, false_discovery, mantel_haenszel
from analysis.resampling import UnitCounts, draw_units, percentile_ends

PROPOSED = ("advocated",)
"""The stances with which a remedy is proposed."""


def values_at_remedies(
    coding: Coding,
    corpus: Corpus,
    hits: pd.DataFrame,
    stances: Collection[str] = PROPOSED,
    by: str | None = None,
    by_length: bool = True,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare how often sentences with and without a remedy invoke each value.

    A sentence has a remedy if the quotation of one overlaps it. The odds are compared
    within each work, long and short sentences apart (parted at the median of the work),
    and then pooled after Mantel and Haenszel: neither a work that proposes much and speaks
    much of a value, nor long sentences, which hold more of everything, make an association.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    corpus : Corpus
        The texts in which to compare, headings left out, such as
        ``corpus.body().select(headings=False)``.
    hits : pandas.DataFrame
        The concept hits that count as invoking, with ``sentence_id, concept_id``.
    stances : collection of str
        Which remedies count.
    by : str, optional
        ``work_id`` for one row per work and concept; all works together without it.
    by_length : bool
        Whether long and short sentences are compared apart.
    resamples : int
        How often the paragraphs of each work are drawn with replacement.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    pandas.DataFrame
        ``[by,] concept_id``; ``with_value, remedies`` (sentences with a remedy: those that
        invoke the value, and all); ``others_with_value, others`` (the same for sentences
        without); ``odds_ratio`` (above 1: more often where remedies are proposed), ``low,
        high`` (stability interval), ``p`` (two-sided, from the variance of Robins, Breslow
        and Greenland, NaN where the odds ratio is 0, infinite or undefined), ``q``
        (corrected for all rows, Benjamini and Hochberg), ``firm`` (``q`` below .05 and the
        interval without 1).

    Examples
    --------
    >>> import analysis
    >>> from analysis.coding import values_at_remedies
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> texts = corpus.body().select(headings=False)
    >>> hits = analysis.find_concepts(texts, lexicon)
    >>> table = values_at_remedies(coding, texts, hits, stances=("described",), resamples=100)
    >>> print(table[["concept_id", "with_value", "remedies"]].head(2).to_string(index=False))
    concept_id  with_value  remedies
          care           0         9
      fairness           0         9
    """
    counted = _count(coding, corpus, hits, stances, by_length)
    concepts = sorted(hits["concept_id"].unique())
    whole = counted.totals()[:, :, np.newaxis]
    draws = draw_units(counted, resamples, seed)
    drawn = np.concatenate([block for _, block in draws.blocks()], axis=1)
    groups = [[g] for g in range(len(counted.groups))] if by else [list(range(len(counted.groups)))]
    rows = []
    for members in groups:
        table = _compare(whole[members], drawn[members], counted.terms, concepts, level)
        rows.append(table.assign(**({by: counted.groups[members[0]]} if by else {})))
    result = pd.concat(rows, ignore_index=True)
    tested = result["p"].notna()
    result.loc[tested, "q"] = false_discovery(result.loc[tested, "p"].to_numpy())
    apart = (result["low"] > 1) | (result["high"] < 1)
    columns = [*([by] if by else []), "concept_id", "with_value", "remedies", "others_with_value",
               "others", "odds_ratio", "low", "high", "p", "q", "firm"]  # fmt: skip
    return result.assign(firm=apart & (result["q"] < 0.05))[columns]


LENGTHS = ("short", "long")
PLACES = ("remedy", "other")


def _count(
    coding: Coding, corpus: Corpus, hits: pd.DataFrame, stances: Collection[str], by_length: bool
) -> UnitCounts:
    """Count in each paragraph the sentences of each kind, and those that invoke each value.

    The terms are such as ``concept|remedy|long``; with an empty concept they count all.
    """
    sentences = _kinds(coding, corpus, stances, by_length)
    invoked = hits[["sentence_id", "concept_id"]].astype(str).drop_duplicates()
    every = pd.concat([sentences.assign(concept_id=""), invoked.merge(sentences, on="sentence_id")])
    concepts = ["", *sorted(hits["concept_id"].unique())]
    terms = pd.Index([_term(c, p, x) for c in concepts for p in PLACES for x in LENGTHS])
    units = sentences.drop_duplicates("paragraph_id")
    groups = pd.Index(sorted(units["work_id"].unique()))
    row = pd.Index(units["paragraph_id"]).get_indexer(every["paragraph_id"])
    column = terms.get_indexer(every["concept_id"] + "|" + every["kind"])
    counts = sparse.csr_matrix(
        (np.ones(len(every), dtype=np.int64), (row, column)), shape=(len(units), len(terms))
    )
    kinds = len(PLACES) * len(LENGTHS)
    sizes = np.asarray(counts[:, :kinds].sum(axis=1)).ravel().astype(np.int64)
    return UnitCounts(groups, terms, groups.get_indexer(units["work_id"]), sizes, counts)


def _kinds(
    coding: Coding, corpus: Corpus, stances: Collection[str], by_length: bool
) -> pd.DataFrame:
    """Say of each sentence whether it has a remedy, and whether it is long for its work."""
    remedies = coding.remedies[coding.remedies["stance"].isin(stances)]
    sentences = corpus.sentences[["work_id", "paragraph_id", "sentence_id"]].astype(str)
    words = sentences["sentence_id"].map(
        corpus.words().groupby("sentence_id", observed=True).size()
    )
    middle = words.groupby(sentences["work_id"]).transform("median")
    length = np.where((words > middle) & by_length, "long", "short")
    place = np.where(touched(corpus.sentences, remedies), *PLACES)
    return sentences.assign(kind=[f"{p}|{x}" for p, x in zip(place, length, strict=True)])


def _term(concept: str, place: str, length: str) -> str:
    return f"{concept}|{place}|{length}"


def _compare(
    whole: NDArray[np.int64],
    drawn: NDArray[np.float32],
    terms: pd.Index,
    concepts: list[str],
    level: float,
) -> pd.DataFrame:
    """Return the comparison of some works, given as (works, terms, resamples)."""
    k1, n1, k2, n2 = _cells(whole, terms, concepts)
    estimate, low, high = (np.asarray(v)[:, 0] for v in mantel_haenszel(k1, n1, k2, n2))
    known = np.isfinite(estimate) & (estimate > 0)
    d1, m1, d2, m2 = _cells(drawn, terms, concepts)
    again = np.asarray(common_odds_ratio(d1, m1, d2, m2))
    ends = [
        _ends(values, level) if is_known else (np.nan, np.nan)
        for values, is_known in zip(again, known, strict=True)
    ]
    p = np.full(len(concepts), np.nan)
    error = (np.log(high[known]) - np.log(low[known])) / (2 * stats.norm.ppf(0.975))
    p[known] = 2 * stats.norm.sf(np.abs(np.log(estimate[known])) / error)
    counts = [cell[:, 0].sum(axis=-1).astype(int) for cell in (k1, n1, k2, n2)]
    names = ("with_value", "remedies", "others_with_value", "others")
    return pd.DataFrame({
        "concept_id": concepts, **dict(zip(names, counts, strict=True)), "odds_ratio": estimate,
        "low": [e[0] for e in ends], "high": [e[1] for e in ends], "p": p, "q": np.nan,
    })  # fmt: skip


def _ends(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    """Return the ends of the middle share; draws in which nothing can be told are left out."""
    finite = np.minimum(values[~np.isnan(values)], MANY)
    low, high = percentile_ends(finite, level)
    # An end above the greatest finite value was made with the stand-in for infinite odds.
    most = finite[finite < MANY].max(initial=0)
    return float(low) if low <= most else np.inf, float(high) if high <= most else np.inf


MANY = 1e9
"""Stands for infinite odds while the draws are put in order."""


def _cells(counts: NDArray[Any], terms: pd.Index, concepts: list[str]) -> list[NDArray[np.float64]]:
    """Return ``k1, n1, k2, n2``, each of the shape (concepts, resamples, strata)."""
    cells = []
    for place in PLACES:
        for names in (concepts, [""] * len(concepts)):
            strata = [
                counts[:, terms.get_indexer([_term(name, place, x) for name in names])]
                for x in LENGTHS
            ]
            cells.append(np.moveaxis(np.concatenate(strata), 0, -1).astype(float))
    return cells
