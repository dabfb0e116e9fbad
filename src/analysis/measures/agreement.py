"""How far coders agree beyond chance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEVELS = ("nominal", "ordinal", "interval", "ratio")
"""The levels of measurement of `krippendorff_alpha`."""


def krippendorff_alpha(values: Any, level: str = "nominal") -> float:
    """Return Krippendorff's alpha of any number of coders, with values missing or not.

    ``1 - D_o / D_e``: the disagreement that is observed within units, divided by the
    one to be expected if the same values were dealt out to the units at random. With
    ``o_ck``, how often the values ``c`` and ``k`` stand in one unit (each pair of a unit
    with ``m`` values counted ``1 / (m - 1)`` times, in both orders), ``n_c`` the sum of a
    row of ``o``, and ``n`` the sum of all,

    ``D_o = sum(o_ck * d_ck) / n``, ``D_e = sum(n_c * n_k * d_ck) / (n * (n - 1))``,

    where the squared difference ``d_ck`` of two values hangs on the level:

    - nominal: 0 for the same value, else 1;
    - ordinal: ``(n_c + ... + n_k - (n_c + n_k) / 2) ** 2``, the values from ``c`` to
      ``k`` in their order;
    - interval: ``(c - k) ** 2``;
    - ratio: ``((c - k) / (c + k)) ** 2``, zero for two zeros.

    Parameters
    ----------
    values : array_like or pandas.DataFrame, shape (coders, units)
        What each coder said of each unit; missing values as None or NaN. Numbers or
        strings on the nominal level, numbers on the others (ranks on the ordinal one).
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement.

    Returns
    -------
    float
        1 for full agreement, 0 for as much as chance gives, less than 0 for less;
        **higher** is better. Units with fewer than two values are ignored. NaN if the
        values that are left do not vary at all, or none is left: nothing could have been
        disagreed on.

    Raises
    ------
    ValueError
        If the level is unknown, the values are no table of coders by units, or are not
        what the level needs.

    Notes
    -----
    Some programs return 1 or 0 where values do not vary.

    References
    ----------
    Hayes, A. F. & Krippendorff, K. (2007). Answering the call for a standard reliability
    measure for coding data. *Communication Methods and Measures* 1(1).

    Krippendorff, K. (2004). *Content Analysis: An Introduction to Its Methodology*.
    2nd ed. Sage.

    Examples
    --------
    Two coders and four units; the coders disagree on the last one.

    >>> round(krippendorff_alpha([[1, 1, 2, 2], [1, 1, 2, 1]]), 3)
    0.533
    >>> round(krippendorff_alpha([["a", "b", None], ["a", "b", "a"], ["a", "b", "b"]]), 3)
    0.562
    """
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
    counts, categories = _count(values, level)
    size = counts.sum(axis=1)
    counts = counts[size > 1]
    weighted = counts / (size[size > 1, np.newaxis] - 1)
    together = counts.T @ weighted - np.diag(weighted.sum(axis=0))
    totals = counts.sum(axis=0)
    difference = _difference(categories, totals, level)
    observed = float((together * difference).sum())
    expected = float(totals @ difference @ totals)
    if not expected:
        return float("nan")
    return 1 - (float(totals.sum()) - 1) * observed / expected


def cohen_kappa(first: Iterable[Any], second: Iterable[Any]) -> float:
    """Return Cohen's kappa of two coders, without weights.

    ``(p_o - p_e) / (1 - p_e)``: the share ``p_o`` of units with the same value, and the
    one to be expected from how often each coder uses each value,
    ``p_e = sum over values of n_1 * n_2 / n ** 2``.

    Parameters
    ----------
    first, second : iterable
        The values of each coder for the same units in the same order, numbers or
        strings. A unit that either of them left out (None or NaN) is ignored.

    Returns
    -------
    float
        1 for full agreement, 0 for as much as chance gives, at least -1; **higher** is
        better. NaN if the expected agreement is 1 (both used one value only, and the
        same), and without units.

    Raises
    ------
    ValueError
        If the coders have not equally many units.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational and
    Psychological Measurement* 20(1).

    Examples
    --------
    >>> cohen_kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"])
    0.5
    """
    first, second = list(first), list(second)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values cannot be compared with {len(second)}")
    codes, categories = _codes([first, second])
    codes = codes[:, (codes >= 0).all(axis=0)]
    units = codes.shape[1]
    agreed = int((codes[0] == codes[1]).sum())
    used = [np.bincount(coder, minlength=len(categories)) for coder in codes]
    # Whole numbers, so that an expected agreement of 1 is found exactly.
    expected = int(used[0] @ used[1])
    if expected == units**2:
        return float("nan")
    return (agreed * units - expected) / (units**2 - expected)


def _count(values: Any, level: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return how often each unit has each value (units by values), and the values."""
    codes, categories = _codes(values)
    if level != "nominal":
        categories = _numbers(categories, level)
        order = np.argsort(categories)
        rank = np.empty(len(order), dtype=int)
        rank[order] = np.arange(len(order))
        codes = np.where(codes >= 0, rank[codes] if len(rank) else -1, -1)
        categories = categories[order]
    counts = np.zeros((codes.shape[1], len(categories)), dtype=np.int64)
    coder, unit = np.nonzero(codes >= 0)
    np.add.at(counts, (unit, codes[coder, unit]), 1)
    return counts, categories


def _codes(values: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the values as numbers, -1 for missing, and the different values."""
    table = np.asarray(values, dtype=object)
    if table.ndim != 2:
        raise ValueError("values must be a table with a row for each coder, all equally long")
    codes, categories = pd.factorize(table.ravel())
    return codes.reshape(table.shape), np.asarray(categories)


def _numbers(categories: NDArray[Any], level: str) -> NDArray[np.float64]:
    if not all(isinstance(c, int | float | np.number) for c in categories):
        raise ValueError(f"the {level} level needs numbers, not {', '.join(map(repr, categories))}")
    numbers = categories.astype(float)
    if not np.isfinite(numbers).all():
        raise ValueError("a value must be finite")
    if level == "ratio" and (numbers < 0).any():
        raise ValueError("the ratio level has no values below zero")
    return numbers


def _difference(
    categories: NDArray[Any], totals: NDArray[np.int64], level: str
) -> NDArray[np.float64]:
    """Return the squared difference of each two values, which come in their order."""
    if level == "nominal":
        return 1 - np.eye(len(totals))
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return np.asarray((middle[:, np.newaxis] - middle) ** 2)
    top = categories[:, np.newaxis] - categories
    if level == "ratio":
        sums = categories[:, np.newaxis] + categories
        top = np.divide(top, sums, out=np.zeros_like(top), where=sums > 0)
    return np.asarray(top**2)
