"""How alike texts are, and which of them are one text twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis.corpus import Corpus, check_groups
from analysis.measures import jaccard, jensen_shannon
from analysis.resampling import (
    CELLS,
    UnitCounts,
    check_level,
    draw_units,
    percentile_ends,
    unit_of,
)
from analysis.text import WORD

Shingles = set[tuple[str, ...]]
Floats = NDArray[np.float64]


# --- How alike ------------------------------------------------------------------------------


def similarity(
    table: pd.DataFrame,
    by: str = "work_id",
    metric: str = "cosine",
    resamples: int = 2000,
    seed: int = 0,
    term: str = "term",
    unit: str = "paragraph_id",
    level: float = 0.95,
) -> pd.DataFrame:
    """Tell how alike groups are in what occurs in them, with stability intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per occurrence: the columns ``by``, ``term`` and ``unit``, and ``count``
        (zero or more) where a row stands for several or for a share of one. A row
        without a term is a unit in which nothing occurs; it is drawn like the others.
    by : str
        The column of groups. A group in which nothing occurs is not in the result.
    metric : {"cosine", "jensen_shannon", "jaccard"}
        ``cosine``: the cosine of the angle between the relative frequencies.
        ``jensen_shannon``: 1 less the divergence of the relative frequencies in bits
        (`measures.jensen_shannon`). ``jaccard``: of the terms that either group has, the
        share that both have; it looks at no frequency.
    resamples : int
        How often the units of a group are drawn with replacement; 0 for no intervals.
    seed : int
        Seed of the draw.
    term : str
        The column of what occurs: a lemma, a concept, a theme, an instrument. Terms are
        compared as they stand, capitals included.
    unit : str
        The column of what is drawn. A heading goes with the paragraph below it where the
        table has the column ``is_heading`` and paragraphs are drawn.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    pandas.DataFrame
        One row per pair of groups, ``a`` before ``b`` by name, sorted: ``a, b,
        similarity`` (0: nothing in common, 1: the same; **higher** is more alike),
        ``low, high`` (stability interval, clipped to 0 and 1), ``shift`` (median of the
        draws less the similarity). NaN where a group has a single unit, and without
        resamples. An empty table gives an empty table with these columns.

    Raises
    ------
    ValueError
        If the metric is unknown, a column is missing, a row has no group or no unit, a
        count is negative or missing, a work would be counted from more than one
        document, or another setting makes no sense.

    Notes
    -----
    A drawn text has fewer different terms than the whole one, because some units are
    drawn twice and others not at all. Two drawn texts are therefore less alike than the
    whole ones, by an amount that grows with the number of rare terms. The ends of the
    plain percentiles would lie too low, and often below the similarity itself. So the
    interval is centred: ``similarity + (percentiles of the draws - median of the
    draws)``. ``shift`` tells how far it was moved. Where this is large, as with
    ``jaccard``, the width is a rough measure.

    A text in which nothing was drawn is like no other: its similarity is 0.

    References
    ----------
    Salton, G. & McGill, M. J. (1983). *Introduction to Modern Information Retrieval*.
    McGraw-Hill.

    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions
    on Information Theory* 37(1).

    Jaccard, P. (1912). The distribution of the flora in the alpine zone. *New Phytologist*
    11.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     [
    ...         ("first", "law", "g1"), ("first", "court", "g2"),
    ...         ("second", "law", "g3"), ("second", "trust", "g4"),
    ...         ("third", "trust", "g5"), ("third", "trust", "g6"),
    ...     ],
    ...     columns=["work_id", "term", "paragraph_id"],
    ... )
    >>> alike = similarity(table, resamples=0)
    >>> print(alike[["a", "b", "similarity"]].round(2).to_string(index=False))
         a      b  similarity
     first second        0.50
     first  third        0.00
    second  third        0.71
    """
    check_level(level)
    draws = similarity_draws(table, by, metric, resamples, seed, term, unit)
    low, high = draws.intervals(level)
    return draws.pairs.assign(
        similarity=draws.estimate, low=low, high=high, shift=_medians(draws.draws) - draws.estimate
    )


@dataclass(frozen=True)
class SimilarityDraws:
    """How alike groups are, in the whole texts and in every draw.

    Attributes
    ----------
    groups : pandas.Index
        Names, sorted.
    pairs : pandas.DataFrame
        ``a, b``: the pairs of groups, sorted.
    estimate : numpy.ndarray of float, shape (pairs,)
        Similarity of the whole texts.
    draws : numpy.ndarray of float, shape (pairs, resamples)
        Similarity of the drawn texts, as it came out: not centred. A column is one draw
        of all groups, so that pairs can be compared within it. NaN where a group has a
        single unit.
    """

    groups: pd.Index
    pairs: pd.DataFrame
    estimate: Floats
    draws: Floats

    def centred(self) -> Floats:
        """Return the draws of each pair, moved so that their median is its estimate.

        They may leave the range from 0 to 1.

        Returns
        -------
        numpy.ndarray of float, shape (pairs, resamples)
            Similarities; NaN where a group has a single unit.
        """
        return self.draws + (self.estimate - _medians(self.draws))[:, np.newaxis]

    def intervals(self, level: float = 0.95) -> Floats:
        """Return the centred ends of the interval of each pair.

        Parameters
        ----------
        level : float
            Share of the resamples inside the interval.

        Returns
        -------
        numpy.ndarray of float, shape (2, pairs)
            Low and high, clipped to 0 and 1.

        Raises
        ------
        ValueError
            If ``level`` does not lie between 0 and 1.
        """
        return np.clip(centred_ends(self.estimate, self.draws, level), 0, 1)

    def place(self, a: str, b: str) -> int:
        """Return in which row the pair of two groups stands, in either order.

        Parameters
        ----------
        a, b : str
            Names of the groups.

        Returns
        -------
        int
            A row of ``pairs``, and of the arrays.

        Raises
        ------
        ValueError
            If there is no such pair.
        """
        first, second = sorted((a, b))
        rows = np.flatnonzero((self.pairs["a"] == first) & (self.pairs["b"] == second))
        if not len(rows):
            names = ", ".join(map(str, self.groups))
            raise ValueError(f"there is no pair of {a!r} and {b!r}; the groups are {names}")
        return int(rows[0])

    def difference(
        self, pair: tuple[str, str], other: tuple[str, str], level: float = 0.95
    ) -> tuple[float, float, float]:
        """Return by how much one pair is more alike than another, with low and high.

        The difference is taken within each draw and then centred, so that what both pairs
        have in common in a draw does not widen it.

        Parameters
        ----------
        pair, other : tuple of str
            Two groups each.
        level : float
            Share of the resamples inside the interval.

        Returns
        -------
        estimate, low, high : float
            Similarity of the one pair less that of the other; above 0 it is more alike.
            The ends are not clipped.

        Raises
        ------
        ValueError
            If there is no such pair, or ``level`` does not lie between 0 and 1.
        """
        one, two = self.place(*pair), self.place(*other)
        estimate = self.estimate[one] - self.estimate[two]
        low, high = centred_ends(estimate, self.draws[one] - self.draws[two], level)
        return float(estimate), float(low), float(high)


def similarity_draws(
    table: pd.DataFrame,
    by: str = "work_id",
    metric: str = "cosine",
    resamples: int = 2000,
    seed: int = 0,
    term: str = "term",
    unit: str = "paragraph_id",
) -> SimilarityDraws:
    """Return the similarities of whole and of drawn texts, for comparisons between pairs.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per occurrence, as in `similarity`.
    by : str
        The column of groups. A group in which nothing occurs is not in the result.
    metric : {"cosine", "jensen_shannon", "jaccard"}
        As in `similarity`.
    resamples : int
        How often the units of a group are drawn with replacement; 0 for no draws.
    seed : int
        Seed of the draw.
    term : str
        The column of what occurs.
    unit : str
        The column of what is drawn.

    Returns
    -------
    SimilarityDraws
        The draw of a group depends on the seed, its name and its units: another group
        changes neither the estimates nor the draws of the pairs that were there.

    Raises
    ------
    ValueError
        As in `similarity`.

    Notes
    -----
    The counts of the drawn texts are held for so many resamples at a time as
    `resampling.CELLS` allows. The result has a number for each pair and resample: for
    hundreds of groups ask for few resamples, or none.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     [
    ...         ("first", "law", "g1"), ("first", "court", "g2"),
    ...         ("second", "law", "g3"), ("second", "trust", "g4"),
    ...         ("third", "trust", "g5"), ("third", "trust", "g6"),
    ...     ],
    ...     columns=["work_id", "term", "paragraph_id"],
    ... )
    >>> draws = similarity_draws(table, resamples=100)
    >>> draws.estimate.round(2).tolist(), draws.draws.shape
    ([0.5, 0.0, 0.71], (3, 100))
    >>> estimate, low, high = draws.difference(("first", "second"), ("first", "third"))
    >>> round(estimate, 2)
    0.5
    """
    if metric not in _METRICS:
        raise ValueError(f"unknown metric {metric!r}; use one of: {', '.join(sorted(_METRICS))}")
    units = _count_occurrences(table, by, term, unit)
    weights = draw_units(units, resamples, seed).weights
    members = [np.flatnonzero(units.group == g) for g in range(len(units.groups))]
    parts = [units.counts[own].T.tocsr() for own in members]
    places = list(combinations(range(len(parts)), 2))

    def compared(texts: list[Floats]) -> Floats:
        """Compare the texts of each two groups, one column per text."""
        return np.array([_compare(metric, texts[a].T, texts[b].T) for a, b in places])

    whole = [np.asarray(part.sum(axis=1), dtype=float).reshape(-1, 1) for part in parts]
    draws = np.empty((len(places), resamples))
    step = max(CELLS // max(len(parts) * len(units.terms), 1), 1)
    for start in range(0, resamples if places else 0, step):
        now = slice(start, start + step)
        draws[:, now] = compared([p @ w[:, now] for p, w in zip(parts, weights, strict=True)])
    draws[[len(members[a]) < 2 or len(members[b]) < 2 for a, b in places]] = np.nan
    names = units.groups.to_numpy()
    pairs = pd.DataFrame([(names[a], names[b]) for a, b in places], columns=["a", "b"])
    estimate = compared(whole).reshape(len(places))
    return SimilarityDraws(units.groups, pairs, estimate, draws)


def centred_ends(estimate: float | Floats, draws: Floats, level: float = 0.95) -> Floats:
    """Return the ends of an interval around an estimate, as wide as its draws are.

    ``estimate + (percentiles of the draws - median of the draws)``: for a number that
    is systematically smaller or larger in drawn texts than in whole ones.

    Parameters
    ----------
    estimate : float or numpy.ndarray of float, shape (...)
        The number in the whole texts.
    draws : numpy.ndarray of float, shape (..., resamples)
        The number in the drawn texts.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    numpy.ndarray of float, shape (2, ...)
        Low and high, not clipped. NaN without resamples, or where a draw is NaN.

    Raises
    ------
    ValueError
        If ``level`` does not lie between 0 and 1.

    Examples
    --------
    >>> centred_ends(0.5, np.array([0.1, 0.2, 0.3]), level=0.5).round(2).tolist()
    [0.45, 0.55]
    """
    return estimate + percentile_ends(draws, level) - _medians(draws)


def neighbours(draws: SimilarityDraws, level: float = 0.95) -> pd.DataFrame:
    """Tell for each group which other is the most and which the least like it.

    Parameters
    ----------
    draws : SimilarityDraws
        From `similarity_draws`.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    pandas.DataFrame
        One row per group: ``group, nearest, similarity, low, high`` (of the group and
        its nearest), ``farthest, similarity_farthest``, ``firm`` (bool). Of equally near
        ones the first by name. Firm means that the nearest is nearer than each of the
        others: the interval of every difference, taken within the draws and centred,
        lies above 0. It is false where nothing could be drawn, and where there is no
        third group. Empty for a single group.

    Raises
    ------
    ValueError
        If ``level`` does not lie between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     [
    ...         ("first", "law", "g1"), ("first", "court", "g2"),
    ...         ("second", "law", "g3"), ("second", "trust", "g4"),
    ...         ("third", "trust", "g5"), ("third", "trust", "g6"),
    ...     ],
    ...     columns=["work_id", "term", "paragraph_id"],
    ... )
    >>> closest = neighbours(similarity_draws(table, resamples=100))
    >>> columns = ["group", "nearest", "similarity", "farthest", "firm"]
    >>> print(closest[columns].round(2).to_string(index=False))
     group nearest  similarity farthest  firm
     first  second        0.50    third  True
    second   third        0.71    first False
     third  second        0.71    first False
    """
    low, high = draws.intervals(level)
    a, b = draws.pairs["a"].to_numpy(), draws.pairs["b"].to_numpy()
    rows = []
    for group in draws.groups if len(draws.pairs) else []:
        own = np.flatnonzero((a == group) | (b == group))
        other = np.where(a[own] == group, b[own], a[own])
        near, far = (int(pick(draws.estimate[own])) for pick in (np.argmax, np.argmin))
        first, rest = own[near], np.delete(own, near)
        rows.append((
            group, other[near], draws.estimate[first], low[first], high[first],
            other[far], draws.estimate[own[far]], _is_nearest(draws, first, rest, level),
        ))  # fmt: skip
    columns = ["group", "nearest", "similarity", "low", "high", "farthest", "similarity_farthest",
               "firm"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _is_nearest(draws: SimilarityDraws, first: int, others: NDArray[np.intp], level: float) -> bool:
    """Say whether a pair is firmly more alike than each of some others."""
    lead = draws.estimate[first] - draws.estimate[others]
    low, _ = centred_ends(lead, draws.draws[first] - draws.draws[others], level)
    return bool(len(others) and (low > 0).all())


def _medians(draws: Floats) -> Floats:
    if not draws.shape[-1]:
        return np.full(draws.shape[:-1], np.nan)
    return np.quantile(draws, 0.5, axis=-1)


def _count_occurrences(table: pd.DataFrame, by: str, term: str, unit: str) -> UnitCounts:
    """Count what occurs in every unit of every group."""
    missing = [column for column in (by, term, unit) if column not in table]
    if missing:
        raise ValueError(f"the table has no column {', '.join(missing)}")
    check_groups(table, by)
    for column in (by, unit):
        if table[column].isna().any():
            raise ValueError(f"{int(table[column].isna().sum())} rows have no {column!r}")
    weights = _weights(table).where(table[term].notna(), 0.0)
    filled = weights.groupby(table[by].astype(object)).transform("sum") > 0
    table, weights = table[filled], weights[filled]
    group, groups = pd.factorize(table[by].astype(object), sort=True)
    code, terms = pd.factorize(table[term].astype(object), sort=True)
    own = unit_of(table, unit)
    pairs, place = np.unique(np.stack([group, own]), axis=1, return_inverse=True)
    here = code >= 0
    counts = sparse.csr_matrix(
        (weights[here], (place[here], code[here])), shape=(pairs.shape[1], len(terms))
    )
    sizes = np.asarray(counts.sum(axis=1)).ravel()
    return UnitCounts(pd.Index(groups), pd.Index(terms), pairs[0], sizes, counts)


def _weights(table: pd.DataFrame) -> pd.Series:
    """Return how many occurrences each row stands for."""
    if "count" not in table:
        return pd.Series(1.0, index=table.index)
    weights = table["count"].astype(float)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError("a count must be a number, zero or more")
    return weights


def _compare(metric: str, first: Floats, second: Floats) -> Floats:
    """Compare texts row by row; one in which nothing occurs is like no other."""
    filled = (first > 0).any(axis=1) & (second > 0).any(axis=1)
    result = np.zeros(len(first))
    result[filled] = _METRICS[metric](first[filled], second[filled])
    return np.clip(result, 0, 1)


def _cosine(first: Floats, second: Floats) -> Floats:
    """Return the cosine; it is the same for counts and for relative frequencies."""
    lengths = np.einsum("ij,ij->i", first, first) * np.einsum("ij,ij->i", second, second)
    return np.einsum("ij,ij->i", first, second) / np.sqrt(lengths)


def _same_shares(first: Floats, second: Floats) -> Floats:
    return 1 - np.atleast_1d(jensen_shannon(first, second))


def _same_terms(first: Floats, second: Floats) -> Floats:
    here, there = first > 0, second > 0
    both = (here & there).sum(axis=1)
    return np.atleast_1d(jaccard(both, here.sum(axis=1), there.sum(axis=1), first.shape[1]))


_METRICS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "cosine": _cosine,
    "jaccard": _same_terms,
    "jensen_shannon": _same_shares,
}


# --- One text twice -------------------------------------------------------------------------


def near_duplicates(
    texts: Mapping[str, str], threshold: float = 0.8, shingle: int = 5, exact_up_to: int = 500
) -> pd.DataFrame:
    """Find pairs of texts of which one is largely contained in the other.

    Each text becomes the set of its runs of ``shingle`` words in lower case (Broder
    1997). Containment is the share of the smaller set that the larger one also has;
    it finds a text whose front matter or references were cut off, where the Jaccard
    index would fall. In a small corpus all pairs are compared. In a larger one an
    ensemble of MinHash indexes (Zhu et al. 2016, the library datasketch) names the
    pairs that may be alike, and these are compared exactly; a pair near the threshold
    can be missed.

    Parameters
    ----------
    texts : mapping of str to str
        Identifier to text.
    threshold : float
        Least containment that is reported.
    shingle : int
        Words per run.
    exact_up_to : int
        Number of texts up to which all pairs are compared.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``a, b`` (identifiers), ``containment, jaccard`` (shares from 0 to
        1), ``shared`` (number of common runs). The highest containment first, ties by name.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 1, or ``shingle`` is below 1.
    ModuleNotFoundError
        If the corpus is large and datasketch is not installed; it comes with the extra
        ``scale``.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. *Proceedings of
    Compression and Complexity of Sequences 1997*.

    Zhu, E., Nargesian, F., Pu, K. Q. & Miller, R. J. (2016). LSH Ensemble: Internet-scale
    domain search. *Proceedings of the VLDB Endowment* 9(12).

    Examples
    --------
    >>> texts = {
    ...     "whole": "The courts are weak and the law is weak.",
    ...     "part": "The courts are weak and the law",
    ...     "other": "People trust the courts in the city.",
    ... }
    >>> print(near_duplicates(texts, shingle=3).round(2).to_string(index=False))
       a     b  containment  jaccard  shared
    part whole          1.0     0.71       5
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must lie above 0 and at most at 1, not {threshold}")
    if shingle < 1:
        raise ValueError(f"shingle must be at least 1, not {shingle}")
    sets = {name: _shingles(text, shingle) for name, text in sorted(texts.items())}
    candidates = combinations(sets, 2) if len(sets) <= exact_up_to else _alike(sets, threshold)
    rows = []
    for a, b in candidates:
        shared = len(sets[a] & sets[b])
        smaller = min(len(sets[a]), len(sets[b]))
        if smaller and shared / smaller >= threshold:
            union = len(sets[a] | sets[b])
            rows.append((a, b, shared / smaller, shared / union, shared))
    table = pd.DataFrame(rows, columns=["a", "b", "containment", "jaccard", "shared"])
    return table.sort_values(
        ["containment", "a", "b"], ascending=[False, True, True], ignore_index=True
    )


def _alike(sets: Mapping[str, Shingles], threshold: float) -> list[tuple[str, str]]:
    """Name the pairs that may be alike, by MinHash; a lower threshold lets few escape."""
    from datasketch import MinHash, MinHashLSHEnsemble

    filled = {name: s for name, s in sets.items() if s}
    hashes = {}
    for name, shingles in filled.items():
        hashes[name] = MinHash(num_perm=128, seed=1)
        hashes[name].update_batch([" ".join(run).encode() for run in sorted(shingles)])
    index = MinHashLSHEnsemble(threshold=0.75 * threshold, num_perm=128, num_part=16)
    index.index((name, hashes[name], len(filled[name])) for name in filled)
    pairs = {
        (min(name, other), max(name, other))
        for name in filled
        for other in index.query(hashes[name], len(filled[name]))
        if other != name
    }
    return sorted(pairs)


def _shingles(text: str, size: int) -> Shingles:
    words = [w.lower() for w in WORD.findall(text)]
    return set(zip(*(words[i:] for i in range(size)), strict=False))


def shared_wording(corpus: Corpus, least: int = 6, content: int = 3) -> pd.DataFrame:
    """Find the longest runs of words that two works have in common.

    Common wording may come from a common source: a formula of the ruling party, a
    textbook, a translator's habit. Words are compared by lemma, so that a plural does not
    hide a formula; a run does not cross a sentence.

    Parameters
    ----------
    corpus : Corpus
        The texts, such as ``corpus.body()``.
    least : int
        Words that a run must have.
    content : int
        Words of it that must not be stop words.

    Returns
    -------
    pandas.DataFrame
        ``work_a, work_b, length`` (words), ``wording`` (as printed in ``work_a``),
        ``section_a, sentence_a, start_a, end_a`` and the same for ``b`` (where it stands
        first in each work). A run inside a longer one of the same two works is left out.
        The longest first.

    Raises
    ------
    ValueError
        If ``least`` or ``content`` is below one.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The weak courts serve the rule of law.",
    ...     "second": "Weak courts serve the rule of law in cities.",
    ... })
    >>> table = shared_wording(corpus)
    >>> table["wording"].item(), table["length"].item()
    ('weak courts serve the rule of law', 7)
    """
    if least < 1 or content < 1:
        raise ValueError(f"least and content must be at least 1, not {least} and {content}")
    words = corpus.words()
    parts = [
        (str(work), _Words(own)) for work, own in words.groupby("work_id", observed=True, sort=True)
    ]
    rows = []
    for (a, first), (b, second) in combinations(parts, 2):
        for i, j, length in _common_runs(first, second, least):
            if sum(not stop for stop in first.stop[i : i + length]) >= content:
                rows.append((a, b, length, *first.place(i, length), *second.place(j, length)[1:]))
    ends = [f"{name}_{end}" for end in "ab" for name in ("section", "sentence", "start", "end")]
    table = pd.DataFrame(rows, columns=["work_a", "work_b", "length", "wording", *ends])
    return table.sort_values(
        ["length", "work_a", "work_b", "start_a"], ascending=[False, True, True, True],
        ignore_index=True,
    )  # fmt: skip


class _Words:
    """The words of one work in their order."""

    def __init__(self, words: pd.DataFrame) -> None:
        self.lemmas = words["lemma"].astype(str).str.lower().tolist()
        self.tokens = words["token"].astype(str).tolist()
        self.stop = words["is_stop"].tolist()
        self.sections = words["section_id"].astype(str).tolist()
        self.sentences = words["sentence_id"].astype(str).tolist()
        self.start, self.end = words["start"].tolist(), words["end"].tolist()

    def runs(self, size: int) -> dict[tuple[str, ...], list[int]]:
        """Return where each run of a size begins."""
        found: dict[tuple[str, ...], list[int]] = {}
        for i in range(len(self.lemmas) - size + 1):
            if self.sentences[i] == self.sentences[i + size - 1]:
                found.setdefault(tuple(self.lemmas[i : i + size]), []).append(i)
        return found

    def place(self, i: int, length: int) -> tuple[str, str, str, int, int]:
        """Return a run as printed, its section, sentence, start and end."""
        last = i + length - 1
        text = " ".join(self.tokens[i : last + 1])
        return text, self.sections[i], self.sentences[i], self.start[i], self.end[last]


def _common_runs(first: _Words, second: _Words, least: int) -> list[tuple[int, int, int]]:
    """Return where the longest common runs begin in both, and their length, each run once."""
    theirs = second.runs(least)
    seeds = {
        (i, j) for run, at in first.runs(least).items() for i in at for j in theirs.get(run, [])
    }
    runs: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for i, j in sorted(seeds):
        if (i - 1, j - 1) in seeds:
            continue
        length = least
        while (
            (i + length - least + 1, j + length - least + 1) in seeds
            and first.sentences[i] == first.sentences[i + length]
            and second.sentences[j] == second.sentences[j + length]
        ):
            length += 1
        runs.setdefault(tuple(first.lemmas[i : i + length]), (i, j, length))
    inside = {
        run[start : start + size]
        for run in runs
        for size in range(least, len(run))
        for start in range(len(run) - size + 1)
    }
    return [place for run, place in runs.items() if run not in inside]
