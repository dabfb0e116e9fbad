"""Drawing the passages of a text anew: how far a number hangs on particular ones.

The words of each group are cut into units, its paragraphs as a rule. A resample draws as
many units as the group has, with replacement, each group for itself. How often each unit
is drawn is one row of weights; the counts of all terms in all resamples are then one
product of a sparse matrix (units by terms) with the weights.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

CELLS = 1 << 23
"""Terms are worked through in blocks of at most so many numbers, to bound the memory."""


@dataclass(frozen=True)
class UnitCounts:
    """How often each term stands in each unit of each group.

    Attributes
    ----------
    groups, terms : pandas.Index
        Names, sorted.
    group : numpy.ndarray of int, shape (units,)
        To which group a unit belongs, as a place in ``groups``.
    sizes : numpy.ndarray of int, shape (units,)
        Words of each unit.
    counts : scipy.sparse.csr_matrix, shape (units, terms)
        Occurrences.
    """

    groups: pd.Index
    terms: pd.Index
    group: NDArray[np.intp]
    sizes: NDArray[np.int64]
    counts: sparse.csr_matrix

    def only(self, terms: Collection[str]) -> UnitCounts:
        """Return the counts of some terms; one that is nowhere has a column of zeros."""
        wanted = pd.Index(sorted(set(terms)), dtype=object)
        places = self.terms.get_indexer(wanted)
        here = np.flatnonzero(places >= 0)
        found = self.counts[:, places[here]].tocoo()
        shape = (self.counts.shape[0], len(wanted))
        counts = sparse.csr_matrix((found.data, (found.row, here[found.col])), shape=shape)
        return replace(self, terms=wanted, counts=counts)

    def totals(self) -> NDArray[np.int64]:
        """Return the counts of whole groups, an array of shape (groups, terms)."""
        return np.asarray((self._members() @ self.counts).todense()).astype(np.int64)

    def spread(self) -> NDArray[np.int64]:
        """Return in how many units of each group each term stands, shape (groups, terms)."""
        present = self.counts.copy()
        present.data = np.ones_like(present.data)
        return np.asarray((self._members() @ present).todense()).astype(np.int64)

    def words(self) -> NDArray[np.int64]:
        """Return the words of each group."""
        return np.bincount(self.group, self.sizes, len(self.groups)).astype(np.int64)

    def _members(self) -> sparse.csr_matrix:
        places = (self.group, np.arange(len(self.group)))
        shape = (len(self.groups), len(self.group))
        return sparse.csr_matrix((np.ones(len(self.group)), places), shape=shape)


def count_units(
    tokens: pd.DataFrame,
    by: str,
    term: str = "lemma",
    ngram: int = 1,
    unit: str = "paragraph_id",
) -> UnitCounts:
    """Count terms in every unit of every group.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted, in lower case.
    ngram : int
        Words per term; an n-gram crosses neither a sentence nor a mark of punctuation nor
        the border of a group. Its words must follow one another in the table: do not take
        rows out before.
    unit : str
        The column of units: ``paragraph_id``, ``sentence_id`` or any other. A heading
        goes with the paragraph below it.

    Raises
    ------
    ValueError
        If ``ngram`` is below one, or a column is missing.
    """
    if ngram < 1:
        raise ValueError(f"ngram must be at least 1, not {ngram}")
    for column in (by, term, unit):
        if column not in tokens.columns:
            raise ValueError(f"the token table has no column {column!r}")
    apart = parted(tokens)[tokens["is_word"].to_numpy(dtype=bool)]
    words = tokens[tokens["is_word"]]
    for column in (by, unit):
        if words[column].isna().any():
            raise ValueError(f"{int(words[column].isna().sum())} words have no {column!r}")
    group, groups = pd.factorize(words[by].astype(object), sort=True)
    apart[1:] |= group[1:] != group[:-1]
    place = _numbered(group, unit_of(words, unit))
    units = int(place.max(initial=-1)) + 1
    owner = np.zeros(units, dtype=np.intp)
    owner[place] = group
    first, code, terms = _terms(words, term, ngram, apart)
    counts = sparse.csr_matrix(
        (np.ones(len(code)), (place[first], code)), shape=(units, len(terms))
    )
    return UnitCounts(pd.Index(groups), terms, owner, np.bincount(place, minlength=units), counts)


def unit_of(words: pd.DataFrame, unit: str) -> NDArray[np.intp]:
    """Return the unit of each word; a heading is drawn with the paragraph below it.

    By itself a heading would be a unit of a few words, and every other unit of a text
    with many sections.
    """
    own = pd.factorize(words[unit])[0]
    if unit != "paragraph_id" or "is_heading" not in words:
        return own
    heading = words["is_heading"].to_numpy(dtype=bool)
    document = words["document_id"] if "document_id" in words else words[unit].map(lambda _: "")
    text = pd.Series(own, index=document.astype(object)).where(~heading)
    below = text.groupby(level=0, sort=False)
    filled = below.bfill().fillna(below.ffill())
    # A document of nothing but headings keeps them apart.
    return filled.fillna(pd.Series(own, index=filled.index)).to_numpy().astype(np.intp)


def _numbered(*columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number the different combinations of several columns of numbers."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        combined = combined * (int(column.max(initial=-1)) + 1) + column
    return np.unique(combined, return_inverse=True)[1]


def parted(tokens: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which tokens do not follow directly on a word: no term of several words holds them
    and what stands before.

    A mark of punctuation stands between (column ``is_apart``; without it there is none), or
    what stands before is no word or in another sentence.
    """
    apart = np.zeros(len(tokens), dtype=bool)
    if "is_apart" in tokens:
        apart |= tokens["is_apart"].to_numpy(dtype=bool)
    sentence = pd.factorize(tokens["sentence_id"])[0]
    apart[:1] = True
    apart[1:] |= ~tokens["is_word"].to_numpy(dtype=bool)[:-1]
    apart[1:] |= sentence[1:] != sentence[:-1]
    return apart


def _terms(
    words: pd.DataFrame, term: str, ngram: int, apart: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp], pd.Index]:
    """Return where each term begins, which one it is, and the sorted terms."""
    single, names = pd.factorize(words[term].astype(str).str.lower(), sort=True)
    first = np.arange(max(len(words) - ngram + 1, 0))
    breaks = np.cumsum(apart)
    first = first[breaks[first] == breaks[first + ngram - 1]]
    words_of = np.asarray(names, dtype=object)
    if ngram == 1:
        return first, single, pd.Index(words_of)
    runs, code = np.unique(
        np.column_stack([single[first + shift] for shift in range(ngram)]).reshape(-1, ngram),
        axis=0,
        return_inverse=True,
    )
    # The numbers of the words are in the order of the alphabet, but those of runs need not
    # be: a space sorts before every letter, and a shorter word before a longer one.
    joined = words_of[runs[:, 0]]
    for column in runs.T[1:]:
        joined = joined + " " + words_of[column]
    order = np.argsort(joined.astype(str), kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return first, rank[code.ravel()], pd.Index(joined[order], dtype=object)


@dataclass(frozen=True)
class Draws:
    """How often each unit is drawn in each resample.

    Attributes
    ----------
    units : UnitCounts
        What is drawn from.
    weights : list of numpy.ndarray, shape (units of the group, resamples)
        One array for each group.
    sizes : numpy.ndarray, shape (groups, resamples)
        Words of each group in each resample.
    """

    units: UnitCounts
    weights: list[NDArray[np.float32]]
    sizes: NDArray[np.float64]

    def blocks(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Go through the terms in blocks: their places, and their counts in the resamples.

        The counts have the shape (groups, terms of the block, resamples).
        """
        members = [np.flatnonzero(self.units.group == g) for g in range(len(self.weights))]
        parts = [self.units.counts[own].T.tocsr().astype(np.float32) for own in members]
        step = max(CELLS // max(self.sizes.size, 1), 1)
        for start in range(0, len(self.units.terms), step):
            places = slice(start, min(start + step, len(self.units.terms)))
            yield (
                places,
                np.stack([part[places] @ w for part, w in zip(parts, self.weights, strict=True)]),
            )


def draw_units(units: UnitCounts, resamples: int, seed: int) -> Draws:
    """Draw the units of every group anew.

    The draw of a group depends on the seed, its name and the number of its units, not on
    the other groups: adding a work does not change the intervals of those that were there.

    Raises
    ------
    ValueError
        If ``resamples`` is below zero.
    """
    if resamples < 0:
        raise ValueError(f"resamples must not be below zero, not {resamples}")
    weights, sizes = [], []
    for number, group in enumerate(units.groups):
        own = units.sizes[units.group == number]
        random = np.random.default_rng([seed, zlib.crc32(str(group).encode())])
        drawn = random.multinomial(len(own), np.full(len(own), 1 / len(own)), resamples)
        weights.append(drawn.T.astype(np.float32))
        sizes.append(drawn @ own)
    return Draws(units, weights, np.array(sizes, dtype=float).reshape(len(weights), resamples))


def rate_intervals(
    units: UnitCounts, resamples: int, seed: int, level: float
) -> NDArray[np.float64]:
    """Return low and high of the rate of each term per word, shape (2, groups, terms).

    NaN where a group lacks a term or has a single unit, and without resamples.
    """
    ends = np.full((2, len(units.groups), len(units.terms)), np.nan)
    draws = draw_units(units, resamples, seed)
    several = np.bincount(units.group, minlength=len(units.groups)) > 1
    present = units.totals() > 0
    for places, counts in draws.blocks():
        for group in np.flatnonzero(several):
            own = present[group, places]
            rates = counts[group, own] / draws.sizes[group]
            ends[:, group, places][:, own] = percentile_ends(rates, level)
    return ends


def percentile_ends(values: NDArray[np.floating], level: float) -> NDArray[np.float64]:
    """Return the ends of the middle share ``level`` of the last axis, shape (2, ...).

    The percentile of rank ``r`` of ``n`` values is the value number ``r * (n - 1)`` in
    their order, between two by linear interpolation (numpy's default).

    Raises
    ------
    ValueError
        If ``level`` does not lie between 0 and 1.
    """
    check_level(level)
    if not values.shape[-1]:
        return np.full((2, *values.shape[:-1]), np.nan)
    tail = (1 - level) / 2
    return np.quantile(values, [tail, 1 - tail], axis=-1).astype(float)


def check_level(level: float) -> None:
    """Refuse a level that is no share.

    Raises
    ------
    ValueError
        If ``level`` does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")


class Stability(NamedTuple):
    """A statistic and its stability interval.

    Attributes
    ----------
    estimate : float or numpy.ndarray
        The statistic of the units as they are.
    low, high : float or numpy.ndarray
        The ends of the interval, in the unit of the statistic.
    """

    estimate: Any
    low: Any
    high: Any


def bootstrap(
    statistic: Callable[[Any], Any],
    units: pd.DataFrame | pd.Series | ArrayLike,
    strata: str | ArrayLike | None = None,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Stability:
    """Compute any statistic of units drawn anew: how far does it hang on particular ones?

    From ``n`` units ``n`` are drawn with replacement, from each stratum as many as it has.
    The interval is the middle share ``level`` of the statistic over all resamples
    (`percentile_ends`), without correction for bias.

    Parameters
    ----------
    statistic : callable
        From units, in the form in which they were given, to a number or an array of
        numbers. It is called with all units first, then with each resample. The units of a
        resample stand in their order, one that is drawn twice beside itself; rows of a
        table are numbered anew, so that no label of a row stands twice.
    units : pandas.DataFrame, pandas.Series or array_like, shape (units, ...)
        What is drawn: a row of a table or of an array is one unit.
    strata : str or array_like of shape (units,), optional
        The stratum of each unit, or the column of the table that holds it. Each stratum
        keeps its size in every resample; one with a single unit never changes, and adds
        nothing to the width of the interval. The draw of a stratum depends on the seed,
        its name and its size, not on the other strata.
    resamples : int
        How often the units are drawn with replacement.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    Stability
        ``estimate, low, high`` in the unit of the statistic: numbers, or arrays of the shape
        that the statistic returns. Both ends are NaN if the statistic of any resample is.
        Where an end lies between an infinite value and another one, it is the outer of the
        two.

    Raises
    ------
    ValueError
        If there is no unit, ``resamples`` is below one, ``level`` is no share, ``strata``
        names no column, has another length than the units, or is missing for a unit.

    References
    ----------
    Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall,
    section 13.3.

    Examples
    --------
    >>> bootstrap(np.mean, [0, 1], level=0.9)
    Stability(estimate=0.5, low=0.0, high=1.0)

    The rows of each work are drawn for themselves; those of the second are all alike.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"work_id": ["a", "a", "b", "b"], "count": [3, 5, 2, 2]})
    >>> bootstrap(lambda rows: rows["count"].mean(), table, strata="work_id")
    Stability(estimate=3.0, low=2.5, high=3.5)
    """
    check_level(level)
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}")
    if not isinstance(units, pd.DataFrame | pd.Series):
        units = np.asarray(units)
    if not np.ndim(units) or not len(units):
        raise ValueError("there is no unit to draw from")
    every = np.arange(len(units))
    members = _members_of(units, strata)
    estimate = np.asarray(statistic(_taken(units, every)), dtype=float)
    drawn = [
        np.asarray(statistic(_taken(units, places)), dtype=float)
        for places in _redrawn(members, resamples, seed)
    ]
    low, high = _outer_ends(np.stack(drawn, axis=-1), level)
    return Stability(*(part if part.ndim else float(part) for part in (estimate, low, high)))


def _members_of(
    units: pd.DataFrame | pd.Series | NDArray[Any], strata: str | ArrayLike | None
) -> dict[str, NDArray[np.intp]]:
    """Return the places of the units of each stratum, by its name."""
    if strata is None:
        return {"": np.arange(len(units))}
    if isinstance(strata, str):
        if not isinstance(units, pd.DataFrame) or strata not in units.columns:
            raise ValueError(f"the units have no column {strata!r}")
        strata = units[strata]
    names = pd.Series(np.asarray(strata, dtype=object))
    if len(names) != len(units):
        raise ValueError(f"there are {len(units)} units, but strata for {len(names)}")
    if names.isna().any():
        raise ValueError(f"{int(names.isna().sum())} units have no stratum")
    stratum, kinds = pd.factorize(names.map(str))
    return {kind: np.flatnonzero(stratum == i) for i, kind in enumerate(kinds)}


def _redrawn(
    members: dict[str, NDArray[np.intp]], resamples: int, seed: int
) -> Iterator[NDArray[np.intp]]:
    """Yield the places of the units of each resample, in their order."""
    random = {name: np.random.default_rng([seed, zlib.crc32(name.encode())]) for name in members}
    for _ in range(resamples):
        drawn = [
            own[random[name].integers(len(own), size=len(own))] for name, own in members.items()
        ]
        yield np.sort(np.concatenate(drawn))


def _taken(units: Any, places: NDArray[np.intp]) -> Any:
    """Return the units at some places, the rows of a table numbered anew."""
    if isinstance(units, np.ndarray):
        return units[places]
    return units.iloc[places].reset_index(drop=True)


def _outer_ends(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the ends of the middle share, also where values are infinite."""
    with np.errstate(invalid="ignore"):
        ends = percentile_ends(values, level)
    if not np.isinf(values).any():
        return ends
    tail = (1 - level) / 2
    outer = [
        np.quantile(values, tail, axis=-1, method="lower"),
        np.quantile(values, 1 - tail, axis=-1, method="higher"),
    ]
    return np.where(np.isfinite(ends), ends, outer)
