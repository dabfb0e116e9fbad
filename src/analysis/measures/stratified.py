"""A difference pooled over strata, so that what differs between strata is not taken for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.measures._arrays import (
    Numbers,
    check_counts,
    floats,
    normal_quantile,
    ratio,
    same_kind,
)

Array = NDArray[np.float64]

ROUNDS = 60
"""Most steps of Newton's method; about ten are usual."""
CELLS = 1 << 22
"""About so many numbers are held at once for the exact limits."""


def mantel_haenszel(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the odds ratio common to several strata, after Mantel and Haenszel.

    In each stratum ``a = k1``, ``b = n1 - k1``, ``c = k2``, ``d = n2 - k2`` and
    ``t = n1 + n2``. With ``R = a * d / t`` and ``S = b * c / t`` the estimate is
    ``sum(R) / sum(S)``. Nothing is added to the cells. The interval is
    ``exp(ln(estimate) -+ z * sqrt(v))`` with the variance of Robins, Breslow and
    Greenland: with ``P = (a + d) / t`` and ``Q = (b + c) / t``,
    ``v = sum(P * R) / (2 * sum(R)**2) + sum(P * S + Q * R) / (2 * sum(R) * sum(S))
    + sum(Q * S) / (2 * sum(S)**2)``. It holds for few large strata as for many small
    ones. For one stratum it is Woolf's interval without added halves.

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float, shape (..., strata)
        Count and size in the target, count and size in the reference; the strata lie in
        the last axis. They broadcast against each other.
    level : float
        Nominal coverage of the interval, between 0 and 1.

    Returns
    -------
    estimate, low, high : float or numpy.ndarray, shape (...)
        1 means equal odds, above 1 more frequent in the target. A stratum in which one
        of the four sizes (of target, reference, counted and not counted) is zero says
        nothing and changes nothing. Where no stratum says anything, all three are NaN.

        Where ``sum(R)`` is zero, the estimate and ``low`` are 0, and ``high`` is the
        exact conditional limit: the odds ratio under which counts in the target so low
        have the probability ``(1 - level) / 2``, given the margins of every stratum
        (Mehta, Patel & Gray 1985). Where ``sum(S)`` is zero, it is the mirror image:
        the estimate and ``high`` are infinite.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, there is no axis of
        strata, or ``level`` is not strictly between 0 and 1.

    References
    ----------
    Mantel, N. & Haenszel, W. (1959). Statistical aspects of the analysis of data from
    retrospective studies of disease. *Journal of the National Cancer Institute* 22.

    Robins, J., Breslow, N. & Greenland, S. (1986). Estimators of the Mantel-Haenszel
    variance consistent in both sparse data and large-strata limiting models.
    *Biometrics* 42.

    Mehta, C. R., Patel, N. R. & Gray, R. (1985). Computing an exact confidence interval
    for the common odds ratio in several 2 x 2 contingency tables. *Journal of the
    American Statistical Association* 80.

    Examples
    --------
    >>> print(*(f"{x:.2f}" for x in mantel_haenszel([10, 6], [20, 9], [5, 2], [20, 8])))
    3.66 1.19 11.28
    """
    z = normal_quantile(level)
    counts = _checked(k1, n1, k2, n2)
    estimate, error = _estimate(*counts)
    with np.errstate(invalid="ignore"):
        low, high = (np.asarray(estimate * np.exp(sign * z * error)) for sign in (-1, 1))
    tail = (1 - level) / 2
    never, always = estimate == 0, np.isinf(estimate)
    low[never], high[always] = 0.0, np.inf
    high[never] = _limits([x[never] for x in counts], tail)
    first, size1, second, size2 = (x[always] for x in counts)
    low[always] = 1 / _limits([size1 - first, size1, size2 - second, size2], tail)
    return same_kind(estimate), same_kind(low), same_kind(high)


def common_odds_ratio(k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike) -> Numbers:
    """Return the estimate of `mantel_haenszel` without its interval, for many tables at once.

    ``sum(a * d / t) / sum(b * c / t)`` over the strata, with ``a = k1``, ``b = n1 - k1``,
    ``c = k2``, ``d = n2 - k2`` and ``t = n1 + n2``.

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float, shape (..., strata)
        Count and size in the target, count and size in the reference; the strata lie in
        the last axis. They broadcast against each other.

    Returns
    -------
    float or numpy.ndarray, shape (...)
        1 means equal odds, above 1 more frequent in the target; 0 and infinity are
        possible. NaN where no stratum says anything.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, or there is no axis of
        strata.

    References
    ----------
    Mantel, N. & Haenszel, W. (1959). Statistical aspects of the analysis of data from
    retrospective studies of disease. *Journal of the National Cancer Institute* 22.

    Examples
    --------
    >>> print(f"{common_odds_ratio([10, 6], [20, 9], [5, 2], [20, 8]):.2f}")
    3.66
    """
    return same_kind(_estimate(*_checked(k1, n1, k2, n2))[0])


def _checked(k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike) -> list[Array]:
    counts = floats(k1, n1, k2, n2)
    if counts[0].ndim == 0:
        raise ValueError("the counts need an axis of strata")
    check_counts(*counts[:2])
    check_counts(*counts[2:])
    return list(counts)


def _estimate(k1: Array, n1: Array, k2: Array, n2: Array) -> tuple[Array, Array]:
    """Return the pooled ratio and the standard error of its logarithm."""
    total = n1 + n2
    agree, differ = ratio(k1 + n2 - k2, total), ratio(n1 - k1 + k2, total)
    up, down = ratio(k1 * (n2 - k2), total), ratio((n1 - k1) * k2, total)
    all_up, all_down = up.sum(axis=-1), down.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (
            (agree * up).sum(axis=-1) / all_up**2
            + (agree * down + differ * up).sum(axis=-1) / (all_up * all_down)
            + (differ * down).sum(axis=-1) / all_down**2
        ) / 2
        return np.asarray(all_up / all_down), np.asarray(np.sqrt(variance))


def _limits(counts: list[Array], tail: float) -> Array:
    """Work through the rows of counts, of shape (rows, strata), in parts that fit into memory."""
    most = float(np.maximum(counts[1], counts[3]).max(initial=1))
    parts = int(counts[0].size * most // CELLS) + 1
    split = zip(*(np.array_split(x, parts) for x in counts), strict=True)
    return np.concatenate([_limit(list(part), tail) for part in split])


def _limit(counts: list[Array], tail: float) -> Array:
    """Return the odds ratio under which the least possible counts have this probability.

    Given its margins, the count of a stratum is the least possible one with probability
    ``1 / sum(w[j] * x**j)``, where ``j`` is the surplus over the least, ``w`` its weight
    at equal odds with ``w[0] = 1``, and ``x`` the odds ratio. The sum of the logarithms
    of these sums is convex in ``ln(x)``, so that Newton's method finds its way.
    """
    from scipy.special import gammaln, logsumexp

    k1, n1, k2, n2 = counts
    both = k1 + k2
    least = np.maximum(both - n2, 0)
    room = np.minimum(n1, both) - least
    surplus = np.arange(int(room.max(initial=0)) + 1)
    count = least[..., None] + np.minimum(surplus, room[..., None])
    weights = -sum(
        gammaln(x + 1)
        for x in (
            count,
            n1[..., None] - count,
            both[..., None] - count,
            (n2 - both)[..., None] + count,
        )
    )
    weights = np.where(surplus <= room[..., None], weights - weights[..., :1], -np.inf)
    log_ratio = np.zeros(k1.shape[:-1])
    for _ in range(ROUNDS):
        terms = weights + surplus * log_ratio[..., None, None]
        sums = logsumexp(terms, axis=-1)
        slope = (np.exp(terms - sums[..., None]) * surplus).sum(axis=(-2, -1))
        step = (sums.sum(axis=-1) + np.log(tail)) / slope
        log_ratio = log_ratio - step
        if (np.abs(step) < 1e-12).all():
            break
    return np.exp(log_ratio)
