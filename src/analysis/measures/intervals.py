"""Intervals of a share and of a count."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.measures._arrays import (
    Numbers,
    check_counts,
    check_level,
    check_sizes,
    floats,
    normal_quantile,
    same_kind,
)


def wilson_interval(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return Wilson's score interval of a share, without continuity correction.

    With ``p = k / n`` and ``z`` the normal quantile of the level, the two ends are
    ``(p + z**2 / (2 * n) -+ z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)``:
    the shares from which ``p`` lies exactly ``z`` standard errors away.

    Parameters
    ----------
    k : array_like of float
        How many of the units have the property.
    n : array_like of float
        How many units there are. ``k`` and ``n`` broadcast against each other.
    level : float
        Nominal coverage, between 0 and 1.

    Returns
    -------
    low, high : float or numpy.ndarray
        Shares between 0 and 1. ``low`` is exactly 0 for ``k = 0`` and ``high`` exactly
        1 for ``k = n``; the other end is then still informative. Both are NaN where
        ``n`` is zero.

    Raises
    ------
    ValueError
        If a count is negative, larger than ``n`` or not finite, or ``level`` is not
        strictly between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. *Journal of the American Statistical Association* 22.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.2553 to 0.3662
    """
    z = normal_quantile(level)
    k, n = floats(k, n)
    check_counts(k, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (k + z**2 / 2) / (n + z**2)
        reach = z / (n + z**2) * np.sqrt(k * (n - k) / n + z**2 / 4)
    # The two ends that are known exactly, freed from rounding.
    low = np.where(k == 0, 0.0, centre - reach)
    high = np.where(k == n, 1.0, centre + reach)
    return tuple(same_kind(np.where(n > 0, end, np.nan)) for end in (low, high))


def poisson_interval(k: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Return the exact central interval of the mean of a Poisson count.

    With ``t = (1 - level) / 2``, ``low`` is the mean under which a count of ``k`` or
    more has probability ``t``, ``high`` the mean under which a count of ``k`` or less
    has: ``low = chi2(t; 2 * k) / 2`` and ``high = chi2(1 - t; 2 * k + 2) / 2``, where
    ``chi2(t; df)`` is the quantile of the chi-squared distribution.

    Parameters
    ----------
    k : array_like of float
        The count.
    level : float
        Coverage that is at least reached, between 0 and 1.

    Returns
    -------
    low, high : float or numpy.ndarray
        Counts, not rates: divide by the size of the text. For a count of zero ``low``
        is 0 and ``high`` is ``-ln(t)``, about 3.69 at the level 0.95.

    Raises
    ------
    ValueError
        If a count is negative or not finite, or ``level`` is not strictly between 0
        and 1.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika* 28.

    Examples
    --------
    >>> low, high = poisson_interval(10)
    >>> print(f"{low:.3f} to {high:.3f}")
    4.795 to 18.390
    """
    from scipy.special import gammainccinv, gammaincinv

    check_level(level)
    (k,) = floats(k)
    check_sizes(k)
    tail = (1 - level) / 2
    # A chi-squared variable of 2 * k degrees of freedom is twice a gamma variable of shape k.
    low = np.where(k > 0, gammaincinv(np.where(k > 0, k, 1), tail), 0.0)
    return same_kind(low), same_kind(np.asarray(gammainccinv(k + 1, tail)))
