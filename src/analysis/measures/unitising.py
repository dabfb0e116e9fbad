"""How far coders agree on which stretches of a text are units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.measures._arrays import Numbers, check_counts, floats, same_kind

Floats = NDArray[np.float64]


def unitising_alpha(units: Sequence[Iterable[Sequence[Any]]], length: int) -> float:
    """Return Krippendorff's alpha for unitising, of any number of coders.

    Each of ``m`` coders cuts the same text of ``L`` characters into units and the gaps
    between them. A gap counts as a value like any other. With ``T = m * L``; ``d``, the
    number of characters on which two coders have different values, summed over all
    ordered pairs of coders and divided by ``m - 1``; ``l_c``, the number of characters
    with the value ``c`` in all coders together; ``S``, the sum of the squared lengths of
    all units; and ``G``, the number of characters in gaps,

    ``alpha = 1 - D_o / D_e``, ``D_o = d``,
    ``D_e = (T ** 2 - sum(l_c ** 2)) / (T - (S + G) / T)``.

    ``D_e`` is what to expect if the values of all units and gaps were paired at random.
    ``S + G`` takes out the pairs of a unit with itself; a gap has no borders of its own,
    so that each of its characters is taken out alone.

    Parameters
    ----------
    units : sequence of sequence of tuple
        For each coder the units in any order, ``(start, end)`` or ``(start, end,
        category)``: whole numbers from 0 to ``length``, half open, and any value that can
        be compared. All units have a category, or none has. Units of one coder may touch;
        they are two units then, and not the same as one long unit.
    length : int
        Characters (or words, or seconds) of the text.

    Returns
    -------
    float
        1 if all coders mark the same characters with the same categories, 0 for as much
        agreement as chance gives, less than 0 for less; **higher** is better. Two coders
        who mark the same characters but cut them at other borders have 1, too. NaN if
        every character has the same value in all coders (no units at all, or nothing but
        units of one kind): nothing could have been disagreed on. If one of two coders
        marks nothing, it is about 0 or below.

    Raises
    ------
    ValueError
        If there are fewer than two coders, a unit is empty, does not lie in the text or
        overlaps another of the same coder, or some units have a category and some not.

    Notes
    -----
    Without categories this is the coefficient that Krippendorff et al. write with a bar,
    of units against gaps; with categories it is their nominal one. They replaced an older
    definition by Krippendorff, which squares the distances between borders and behaves
    oddly with more than two coders; its values differ from these.

    Only lengths matter, not where in the text a unit stands. The resolution matters a
    little: the same marks on a text counted in finer steps come close to a limit, because
    what is taken out of the gaps becomes ever smaller.

    Another coefficient for such data is gamma (Mathet, Widlöcher & Métivier 2015), which
    aligns units and allows those of one coder to overlap. It estimates chance from random
    texts, so that it differs from run to run, and its Python program needs a compiler, a
    solver and many large packages.

    References
    ----------
    Krippendorff, K., Mathet, Y., Bouvry, S. & Widlöcher, A. (2016). On the reliability of
    unitizing textual continua: Further developments. *Quality & Quantity* 50.

    Krippendorff, K. (2019). *Content Analysis: An Introduction to Its Methodology*. 4th
    ed. Sage, section 12.6.

    Examples
    --------
    >>> round(unitising_alpha([[(0, 4)], [(2, 6)]], 10), 3)
    0.258
    """
    if len(units) < 2:
        raise ValueError("agreement needs at least two coders")
    if not (float(length).is_integer() and length > 0):
        raise ValueError(f"length must be a whole number above zero, not {length}")
    spans, categories = _spans(units, int(length))
    cuts = np.unique([0, length, *(place for own in spans for place in own.ravel())])
    steps = np.diff(cuts)
    values = np.zeros((len(units), len(steps)), dtype=np.int64)
    for coder, (own, codes) in enumerate(zip(spans, categories, strict=True)):
        first, last = np.searchsorted(cuts, own.T)
        for a, b, code in zip(first, last, codes, strict=True):
            values[coder, a:b] = code
    kinds = 1 + int(values.max())
    counts = np.array([(values == kind).sum(axis=0) for kind in range(kinds)])
    differing = (len(units) ** 2 - (counts**2).sum(axis=0)) @ steps / (len(units) - 1)
    per_value = (counts @ steps).astype(float)
    squares = float(sum((np.diff(own) ** 2).sum() for own in spans))
    return float(_alpha(np.asarray(differing, dtype=float), per_value, np.asarray(squares)))


def unitising_alpha_from_lengths(
    length: ArrayLike, first: ArrayLike, second: ArrayLike, both: ArrayLike, squares: ArrayLike
) -> Numbers:
    """Return the alpha for unitising of two coders without categories, from lengths.

    The same as `unitising_alpha`, for sums of many texts or for resampled ones:
    ``d = 2 * (first + second - 2 * both)``, ``T = 2 * length``, and
    ``l_c`` is ``first + second`` for units and the rest of ``T`` for gaps.

    Parameters
    ----------
    length : array_like of float
        Characters of the text. All parameters broadcast against each other.
    first, second, both : array_like of float
        Characters that lie in units of the first coder, of the second, of both.
    squares : array_like of float
        Sum of the squared lengths of the units of both coders.

    Returns
    -------
    float or numpy.ndarray
        As of `unitising_alpha`; NaN where nothing could have been disagreed on.

    Raises
    ------
    ValueError
        If a length is negative or not finite, or a part is longer than its whole.

    Examples
    --------
    The units of `unitising_alpha`'s example, each four characters long.

    >>> round(unitising_alpha_from_lengths(10, 4, 4, 2, 4**2 + 4**2), 3)
    0.258
    """
    length, first, second, both, squares = floats(length, first, second, both, squares)
    check_counts(first, length)
    check_counts(second, length)
    check_counts(both, np.minimum(first, second))
    check_counts(squares, first**2 + second**2)
    marked = first + second
    differing = 2 * (marked - 2 * both)
    return same_kind(_alpha(differing, np.stack([2 * length - marked, marked]), squares))


def _alpha(differing: Floats, per_value: Floats, squares: Floats) -> Floats:
    """Return alpha from the lengths per value; the first value is the gap."""
    total = per_value.sum(axis=0)
    observed = differing * (total**2 - squares - per_value[0])
    expected = total * (total**2 - (per_value**2).sum(axis=0))
    ratio = np.divide(observed, expected, out=np.full(total.shape, np.nan), where=expected > 0)
    return np.asarray(1 - ratio)


def _spans(
    units: Sequence[Iterable[Sequence[Any]]], length: int
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]:
    """Return start and end of the units of each coder, and their categories from 1."""
    table = [(coder, *unit) for coder, own in enumerate(units) for unit in own]
    if not {len(row) for row in table} <= {3} and not {len(row) for row in table} <= {4}:
        raise ValueError("a unit has a start and an end, and all have a category or none has")
    coded = bool(table) and len(table[0]) == 4
    kinds = pd.Series([row[3] if coded else "unit" for row in table], dtype=object)
    if kinds.isna().any():
        raise ValueError("a category is missing")
    codes = 1 + pd.factorize(kinds)[0]
    for _, start, end, *_ in table:
        if not (float(start).is_integer() and float(end).is_integer() and 0 <= start < end):
            raise ValueError(f"the unit from {start} to {end} is no stretch of whole characters")
        if end > length:
            raise ValueError(f"the unit from {start} to {end} ends behind the text of {length}")
    coder = np.array([row[0] for row in table], dtype=np.int64)
    places = np.array([row[1:3] for row in table], dtype=np.int64).reshape(-1, 2)
    spans, categories = [], []
    for number in range(len(units)):
        own = np.flatnonzero(coder == number)
        own = own[np.argsort(places[own, 0], kind="stable")]
        if (places[own[1:], 0] < places[own[:-1], 1]).any():
            raise ValueError(f"units of coder {number + 1} overlap; merge them before")
        spans.append(places[own])
        categories.append(codes[own])
    return spans, categories
