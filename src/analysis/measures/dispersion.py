"""How evenly a term is spread over the parts of a text.

Notation: of the ``k`` occurrences of a term, the share ``v_i`` stands in part ``i``,
which has the share ``s_i`` of all words. There are ``n`` parts with words.

Every function here but `expected_deviation` takes ``counts``, the occurrences in each
part, and ``sizes``, the words of each part. Only the proportions of the sizes matter.
A part of size zero is left out, as if it were not there; a count in it is an error.
A term that does not occur has no dispersion: NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.measures._arrays import Numbers, same_kind

VARIANTS = ("gries_2008", "lijffijt_gries_2012", "egbert_2020")
"""The formulas of `deviation_of_proportions`."""


def deviation_of_proportions(
    counts: ArrayLike, sizes: ArrayLike, variant: str = "gries_2008"
) -> Numbers:
    """Return the deviation of proportions DP of terms over parts.

    ``DP = 0.5 * sum over i of |v_i - s_i|`` (Gries 2008). The other variants divide it
    by what it can reach at most, so that a term in one part only can have 1:

    - ``"lijffijt_gries_2012"``: ``DP / (1 - min s_i)`` over all parts: the most that
      any term can reach, all of it in the smallest part;
    - ``"egbert_2020"``: ``DP / (1 - min s_i)`` over the parts that hold the term, so
      that it is 1 in any single part and not in the smallest alone.

    Parameters
    ----------
    counts : array_like of float, shape (parts,) or (terms, parts)
        Occurrences in each part.
    sizes : array_like of float, shape (parts,)
        Words of each part.
    variant : {"gries_2008", "lijffijt_gries_2012", "egbert_2020"}
        Which formula.

    Returns
    -------
    float or numpy.ndarray of shape (terms,)
        From 0 (each part has its due share) to 1, or with ``"gries_2008"`` to
        ``1 - min s_i``; **lower** is more even. NaN for a term that does not occur.
        With one part only, 0; the other two variants, which then divide zero by
        zero, give NaN.

    Raises
    ------
    ValueError
        If the variant is unknown, a number is negative or missing, the last axis of
        ``counts`` does not fit ``sizes``, no part has words, or a part without words
        has a count.

    Notes
    -----
    A rare term cannot be spread evenly: with one occurrence, DP is high whatever the
    author did. Compare with `expected_deviation`. Egbert, Burch and Biber turn the
    scale round and report 1 minus the value given here.

    References
    ----------
    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora.
    *International Journal of Corpus Linguistics* 13(4).

    Lijffijt, J. & Gries, S. Th. (2012). Correction to Stefan Th. Gries' "Dispersions
    and adjusted frequencies in corpora". *International Journal of Corpus Linguistics*
    17(1).

    Egbert, J., Burch, B. & Biber, D. (2020). Lexical dispersion and corpus design.
    *International Journal of Corpus Linguistics* 25(1).

    Examples
    --------
    Two parts of the same size: three of four occurrences stand in the first.

    >>> deviation_of_proportions([3, 1], [100, 100])
    0.25
    >>> deviation_of_proportions([[3, 1], [2, 2]], [100, 100], "lijffijt_gries_2012").tolist()
    [0.5, 0.0]
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(VARIANTS)}, not {variant!r}")
    counts, sizes = _parts(counts, sizes)
    expected = sizes / sizes.sum()
    deviation = np.abs(_shares(counts) - expected).sum(axis=-1) / 2
    if variant == "gries_2008":
        return same_kind(deviation)
    if variant == "lijffijt_gries_2012":
        smallest = np.full(deviation.shape, expected.min())
    else:
        smallest = np.where(counts > 0, expected, 1.0).min(axis=-1)
    return same_kind(np.minimum(_divide(deviation, 1 - smallest), 1))


def juilland_d(counts: ArrayLike, sizes: ArrayLike) -> Numbers:
    """Return Juilland's D of terms over parts (Juilland & Chang-Rodríguez 1964).

    ``D = 1 - V / sqrt(n - 1)``, where ``V`` is the population standard deviation of the
    rates ``count_i / size_i`` divided by their mean.

    Parameters
    ----------
    counts : array_like of float, shape (parts,) or (terms, parts)
        Occurrences in each part.
    sizes : array_like of float, shape (parts,)
        Words of each part.

    Returns
    -------
    float or numpy.ndarray of shape (terms,)
        From 0 (all in one part) to 1 (the same rate in each part); **higher** is more
        even. NaN for a term that does not occur, and with one part only.

    Raises
    ------
    ValueError
        If a number is negative or missing, the last axis of ``counts`` does not fit
        ``sizes``, no part has words, or a part without words has a count.

    Notes
    -----
    Every part weighs the same, however short it is. The more parts there are, the
    nearer D comes to 1 for all but the rarest terms.

    References
    ----------
    Juilland, A. & Chang-Rodríguez, E. (1964). *Frequency Dictionary of Spanish Words*.
    Mouton.

    Examples
    --------
    >>> juilland_d([3, 1], [100, 100])
    0.5
    """
    counts, sizes = _parts(counts, sizes)
    rates = counts / sizes
    variation = _divide(rates.std(axis=-1), rates.mean(axis=-1))
    bound = np.full(variation.shape, np.sqrt(len(sizes) - 1))
    return same_kind(np.clip(1 - _divide(variation, bound), 0, 1))


def rosengren_s(counts: ArrayLike, sizes: ArrayLike) -> Numbers:
    """Return Rosengren's S of terms over parts (Rosengren 1971).

    ``S = (sum over i of sqrt(s_i * v_i)) ** 2``: her adjusted frequency, divided by the
    frequency.

    Parameters
    ----------
    counts : array_like of float, shape (parts,) or (terms, parts)
        Occurrences in each part.
    sizes : array_like of float, shape (parts,)
        Words of each part.

    Returns
    -------
    float or numpy.ndarray of shape (terms,)
        From the share of the smallest part (all occurrences in it) to 1 (each part has
        its due share); **higher** is more even, and zero is never reached. NaN for a
        term that does not occur; 1 with one part only.

    Raises
    ------
    ValueError
        If a number is negative or missing, the last axis of ``counts`` does not fit
        ``sizes``, no part has words, or a part without words has a count.

    References
    ----------
    Rosengren, I. (1971). The quantitative concept of language and its relation to the
    structure of frequency dictionaries. *Études de linguistique appliquée* N.S. 1.

    Examples
    --------
    >>> round(rosengren_s([3, 1], [100, 100]), 3)
    0.933
    """
    counts, sizes = _parts(counts, sizes)
    roots = np.sqrt(_shares(counts) * (sizes / sizes.sum())).sum(axis=-1)
    return same_kind(np.minimum(roots**2, 1))


def expected_deviation(total: ArrayLike, sizes: ArrayLike) -> Numbers:
    """Return the DP to be expected of a term that is strewn at random.

    ``0.5 * sum over i of E|X_i / k - s_i|``, ``X_i ~ Binomial(k, s_i)``: the mean of
    `deviation_of_proportions` (``"gries_2008"``) if each of the ``k`` occurrences fell
    on any word with the same chance, whatever the others did. A term with a DP well
    above it is clumped; one that is near it is at most rare.

    It is exact. By De Moivre's formula, ``E|X - k * p| = 2 * m * (1 - p) * P(X = m)``
    with ``m`` the first whole number above ``k * p``.

    Parameters
    ----------
    total : array_like of int
        All occurrences ``k`` of a term.
    sizes : array_like of float, shape (parts,)
        Words of each part.

    Returns
    -------
    float or numpy.ndarray of the shape of ``total``
        From 0 to 1; the more occurrences, the nearer to 0, about as one over the root
        of ``k``. For one occurrence ``1 - sum of s_i ** 2``, 0 with one part only. NaN
        for a term that does not occur.

    Raises
    ------
    ValueError
        If a total is no whole number or below zero, a size is negative or missing, or
        no part has words.

    Notes
    -----
    Two occurrences cannot fall on one word, and that is not heeded; for a term that is
    a small share of all words it makes no difference.

    References
    ----------
    Diaconis, P. & Zabell, S. (1991). Closed form summation for classical distributions:
    variations on a theme of De Moivre. *Statistical Science* 6(3).

    Examples
    --------
    One occurrence can only stand in one of two equal parts; four can be spread.

    >>> expected_deviation([1, 4], [100, 100]).round(4).tolist()
    [0.5, 0.1875]
    """
    from scipy.stats import binom

    total = np.asarray(total, dtype=float)
    if not ((total >= 0) & (total == np.floor(total)) & np.isfinite(total)).all():
        raise ValueError("a total must be a whole number and not below zero")
    _, sizes = _parts(np.zeros(np.shape(sizes)), sizes)
    shares = sizes / sizes.sum()
    # Most terms are rare, so that few totals are different.
    different, where = np.unique(total, return_inverse=True)
    k = different[:, np.newaxis]
    above = np.floor(k * shares) + 1
    deviations = (above * (1 - shares) * binom.pmf(above, k, shares)).sum(axis=-1)
    return same_kind(_divide(deviations, different)[where].reshape(total.shape))


def _parts(counts: ArrayLike, sizes: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return counts and sizes of the parts that have words."""
    counts, sizes = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    if sizes.ndim != 1 or counts.shape[-1:] != sizes.shape:
        raise ValueError(
            f"counts of shape {counts.shape} do not have one column for each of the parts,"
            f" whose sizes have shape {sizes.shape}"
        )
    for name, numbers in (("count", counts), ("size", sizes)):
        if not ((numbers >= 0) & np.isfinite(numbers)).all():
            raise ValueError(f"a {name} must be a number and not below zero")
    held = sizes > 0
    if not held.any():
        raise ValueError("no part has words")
    if held.all():
        return counts, sizes
    if counts[..., ~held].any():
        raise ValueError("a part without words has a count")
    return counts[..., held], sizes[held]


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which share of a term stands in each part; NaN for a term that is absent."""
    return _divide(counts, counts.sum(axis=-1, keepdims=True))


def _divide(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide; NaN where the divisor is zero."""
    nowhere = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    return np.divide(top, bottom, out=nowhere, where=bottom != 0)
