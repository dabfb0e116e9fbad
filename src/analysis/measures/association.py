"""How firmly two things keep company.

Of ``n`` units (sentences, windows, bigrams), ``n_a`` hold *a*, ``n_b`` hold *b* and
``n_ab`` hold both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.measures._arrays import Numbers, check_sizes, floats, ratio, same_kind


def pmi(n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Numbers:
    """Return pointwise mutual information, in bits.

    ``log2(n_ab * n / (n_a * n_b))``: how many times more often the two meet than if
    they were spread independently, as a power of two.

    Parameters
    ----------
    n_ab, n_a, n_b, n : array_like of float
        Joint, marginal and total numbers of units.

    Returns
    -------
    float or numpy.ndarray
        0 as by chance, above 0 more often, below 0 less often; at most
        ``log2(n / max(n_a, n_b))``, so rare pairs reach the highest values. Minus
        infinity where both occur but never together, NaN where one of them is absent.

    Raises
    ------
    ValueError
        Unless ``0 <= n_ab <= min(n_a, n_b)`` and ``max(n_a, n_b) <= n``, all finite.

    References
    ----------
    Church, K. W. & Hanks, P. (1990). Word association norms, mutual information, and
    lexicography. *Computational Linguistics* 16.

    Examples
    --------
    >>> pmi(8, 16, 32, 1024)
    4.0
    """
    return same_kind(_pmi(*_checked(n_ab, n_a, n_b, n)))


def npmi(n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Numbers:
    """Return normalised pointwise mutual information.

    ``pmi / -log2(n_ab / n)``; the base of the logarithms cancels.

    Parameters
    ----------
    n_ab, n_a, n_b, n : array_like of float
        Joint, marginal and total numbers of units.

    Returns
    -------
    float or numpy.ndarray
        From -1 (never together) over 0 (as by chance) to 1 (only together). -1 where
        ``n_ab`` is 0, the limit of the formula, and 1 where ``n_ab`` equals ``n``,
        by convention; NaN where one of the two is absent.

    Raises
    ------
    ValueError
        Unless ``0 <= n_ab <= min(n_a, n_b)`` and ``max(n_a, n_b) <= n``, all finite.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation
    extraction. *Proceedings of the Biennial GSCL Conference*.

    Examples
    --------
    >>> round(npmi(8, 16, 32, 1024), 3)
    0.571
    """
    n_ab, n_a, n_b, n = _checked(n_ab, n_a, n_b, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.clip(_pmi(n_ab, n_a, n_b, n) / -np.log2(n_ab / n), -1, 1)
    value = np.where(n_ab == 0, -1.0, value)
    value = np.where(n_ab == n, 1.0, value)
    return same_kind(np.where((n_a == 0) | (n_b == 0), np.nan, value))


def t_score(n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Numbers:
    """Return the t-score of a pair.

    ``(n_ab - expected) / sqrt(n_ab)`` with ``expected = n_a * n_b / n``: the excess over
    chance in standard errors, the variance of the count taken to be the count itself.

    Parameters
    ----------
    n_ab, n_a, n_b, n : array_like of float
        Joint, marginal and total numbers of units.

    Returns
    -------
    float or numpy.ndarray
        0 as by chance, above 0 more often, below 0 less often; at most
        ``sqrt(n_ab)``, so frequent pairs reach the highest values. Minus infinity
        where both occur but never together, NaN where one of them is absent.

    Raises
    ------
    ValueError
        Unless ``0 <= n_ab <= min(n_a, n_b)`` and ``max(n_a, n_b) <= n``, all finite.

    References
    ----------
    Church, K., Gale, W., Hanks, P. & Hindle, D. (1991). Using statistics in lexical
    analysis. In U. Zernik (Ed.), *Lexical acquisition: Exploiting on-line resources to
    build a lexicon*.

    Examples
    --------
    >>> round(t_score(8, 15828, 4675, 14307668), 4)
    0.9999
    """
    n_ab, n_a, n_b, n = _checked(n_ab, n_a, n_b, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return same_kind((n_ab - n_a * n_b / n) / np.sqrt(n_ab))


def dice(n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Numbers:
    """Return the Dice coefficient.

    ``2 * n_ab / (n_a + n_b)``: the harmonic mean of the share of *a*'s units that hold
    *b* and the share of *b*'s units that hold *a*.

    Parameters
    ----------
    n_ab, n_a, n_b, n : array_like of float
        Joint, marginal and total numbers of units. ``n`` is checked but does not
        enter the formula.

    Returns
    -------
    float or numpy.ndarray
        From 0 (never together) to 1 (only together); 0 where neither occurs.

    Raises
    ------
    ValueError
        Unless ``0 <= n_ab <= min(n_a, n_b)`` and ``max(n_a, n_b) <= n``, all finite.

    References
    ----------
    Dice, L. R. (1945). Measures of the amount of ecologic association between species.
    *Ecology* 26.

    Examples
    --------
    >>> dice(2, 4, 4, 10)
    0.5
    """
    n_ab, n_a, n_b, _ = _checked(n_ab, n_a, n_b, n)
    return same_kind(ratio(2 * n_ab, n_a + n_b))


def log_dice(n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Numbers:
    """Return logDice, the Dice coefficient on a scale of bits that ends at 14.

    ``14 + log2(2 * n_ab / (n_a + n_b))``. It does not depend on the total.

    Parameters
    ----------
    n_ab, n_a, n_b, n : array_like of float
        Joint, marginal and total numbers of units. ``n`` is checked but does not
        enter the formula.

    Returns
    -------
    float or numpy.ndarray
        14 where the two occur only together; one less is half the Dice coefficient;
        minus infinity where they never meet or neither occurs.

    Raises
    ------
    ValueError
        Unless ``0 <= n_ab <= min(n_a, n_b)`` and ``max(n_a, n_b) <= n``, all finite.

    References
    ----------
    Rychlý, P. (2008). A lexicographer-friendly association score. *Proceedings of
    Recent Advances in Slavonic Natural Language Processing, RASLAN 2008*.

    Examples
    --------
    >>> log_dice(2, 4, 4, 10)
    13.0
    """
    with np.errstate(divide="ignore"):
        return same_kind(14 + np.log2(np.asarray(dice(n_ab, n_a, n_b, n))))


def jaccard(n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Numbers:
    """Return the Jaccard index.

    ``n_ab / (n_a + n_b - n_ab)``: of the units that hold either, the share that holds
    both.

    Parameters
    ----------
    n_ab, n_a, n_b, n : array_like of float
        Joint, marginal and total numbers of units. ``n`` is checked but does not
        enter the formula.

    Returns
    -------
    float or numpy.ndarray
        From 0 (never together) to 1 (only together); 0 where neither occurs.

    Raises
    ------
    ValueError
        Unless ``0 <= n_ab <= min(n_a, n_b)`` and ``max(n_a, n_b) <= n``, all finite.

    References
    ----------
    Jaccard, P. (1912). The distribution of the flora in the alpine zone. *New
    Phytologist* 11.

    Examples
    --------
    >>> jaccard(2, 4, 3, 10)
    0.4
    """
    n_ab, n_a, n_b, _ = _checked(n_ab, n_a, n_b, n)
    return same_kind(ratio(n_ab, n_a + n_b - n_ab))


def _checked(
    n_ab: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike
) -> list[NDArray[np.float64]]:
    counts = floats(n_ab, n_a, n_b, n)
    for values in counts:
        check_sizes(values)
    joint, first, second, total = counts
    if (joint > np.minimum(first, second)).any() or (np.maximum(first, second) > total).any():
        raise ValueError("counts must satisfy n_ab <= min(n_a, n_b) and max(n_a, n_b) <= n")
    return counts


def _pmi(
    n_ab: NDArray[np.float64],
    n_a: NDArray[np.float64],
    n_b: NDArray[np.float64],
    n: NDArray[np.float64],
) -> NDArray[np.float64]:
    # An absent partner makes zero by zero, which is NaN as documented.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(n_ab * n / (n_a * n_b))
