"""How a term differs between two texts.

A term occurs ``k1`` times among the ``n1`` words of a target and ``k2`` times among the
``n2`` words of a reference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.measures._arrays import (
    Numbers,
    check_counts,
    check_sizes,
    floats,
    normal_quantile,
    ratio,
    same_kind,
    x_log_ratio,
)
from analysis.measures.intervals import poisson_interval

# --- Evidence ------------------------------------------------------------------------------


def log_likelihood(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, cells: int = 4
) -> Numbers:
    """Return the log-likelihood ratio G² of a term in two texts.

    ``G2 = 2 * sum(observed * ln(observed / expected))``. With ``cells=4`` the sum goes
    over the whole table *term or other word* by *target or reference* (Dunning 1993).
    With ``cells=2`` it goes over the two cells of the term alone (Rayson & Garside
    2000), which is close to the former where the term is rare, and never larger.

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float
        Count and size in the target, count and size in the reference.
    cells : {4, 2}
        Which of the two sums.

    Returns
    -------
    float or numpy.ndarray
        0 where the rates are equal, larger where they differ more or are known better;
        without direction. A count of zero is no obstacle; a term absent from both texts
        has 0. NaN where a text is empty.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, or ``cells`` is
        neither 2 nor 4.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    *Computational Linguistics* 19.

    Rayson, P. & Garside, R. (2000). Comparing corpora using frequency profiling.
    *Proceedings of the Workshop on Comparing Corpora*.

    Examples
    --------
    >>> round(log_likelihood(10, 100, 5, 100), 2), round(log_likelihood(10, 100, 5, 100, 2), 2)
    (1.83, 1.7)
    """
    if cells not in (2, 4):
        raise ValueError(f"cells must be 2 or 4, not {cells}")
    counts = _checked(k1, n1, k2, n2)
    pairs = _observed_and_expected(*counts)[:cells]
    total = 2 * np.sum([x_log_ratio(o, e) for o, e in pairs], axis=0)
    # Equal rates can come out a rounding error below zero.
    return _unless_empty(np.maximum(total, 0), counts)


def chi_squared(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, correction: bool = False
) -> Numbers:
    """Return Pearson's chi-squared of a term in two texts.

    ``sum((observed - expected)**2 / expected)`` over the four cells *term or other word*
    by *target or reference*. With ``correction=True`` each difference is first brought
    nearer to zero by one half, but not beyond it (Yates 1934, in the form of scipy and
    of R).

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float
        Count and size in the target, count and size in the reference.
    correction : bool
        Whether to correct for continuity.

    Returns
    -------
    float or numpy.ndarray
        0 where the rates are equal, larger where they differ more or are known better;
        without direction. A count of zero is no obstacle; a term absent from both
        texts, or all there is in both, has 0. NaN where a text is empty.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, or ``correction`` is
        not a truth value.

    References
    ----------
    Pearson, K. (1900). On the criterion that a given system of deviations from the
    probable in the case of a correlated system of variables is such that it can be
    reasonably supposed to have arisen from random sampling. *Philosophical Magazine* 50.

    Yates, F. (1934). Contingency tables involving small numbers and the χ² test.
    *Supplement to the Journal of the Royal Statistical Society* 1.

    Examples
    --------
    >>> round(chi_squared(10, 100, 5, 100), 2), round(chi_squared(10, 100, 5, 100, True), 2)
    (1.8, 1.15)
    """
    if correction not in (True, False):
        raise ValueError(f"correction must be True or False, not {correction!r}")
    counts = _checked(k1, n1, k2, n2)
    total = np.zeros_like(counts[0])
    for observed, expected in _observed_and_expected(*counts):
        distance = np.abs(observed - expected)
        if correction:
            distance = np.maximum(distance - 0.5, 0)
        total = total + ratio(distance**2, expected)
    return _unless_empty(total, counts)


def p_value(statistic: ArrayLike, df: float = 1) -> Numbers:
    """Return the upper tail of the chi-squared distribution.

    The probability of a value at least as large as ``statistic`` with ``df`` degrees of
    freedom; for G² and chi-squared of a table of two by two ``df`` is 1.

    Parameters
    ----------
    statistic : array_like of float
        Values of G² or chi-squared; NaN stays NaN.
    df : float
        Degrees of freedom, above zero.

    Returns
    -------
    float or numpy.ndarray
        From 0 to 1, 1 for a statistic of zero; small values speak against equal rates.
        The approximation is rough where an expected count is small.

    Raises
    ------
    ValueError
        If a statistic is negative or ``df`` is not above zero.

    Examples
    --------
    >>> print(f"{p_value(3.841459):.4f} {p_value(10.827566):.4f}")
    0.0500 0.0010
    """
    from scipy.special import chdtrc

    (statistic,) = floats(statistic)
    if (statistic < 0).any():
        raise ValueError("a statistic cannot be negative")
    if not 0 < df < np.inf:
        raise ValueError(f"df must be a finite number above zero, not {df}")
    return same_kind(np.asarray(chdtrc(df, statistic)))


def false_discovery(p: ArrayLike) -> Numbers:
    """Return p-values adjusted for their number, after Benjamini and Hochberg.

    With the ``m`` p-values in rising order, ``q`` of the i-th is the smallest of
    ``p[j] * m / j`` over all ``j >= i``, at most 1. Keeping what has ``q <= x`` keeps
    the expected share of false discoveries among the kept at or below ``x`` (for
    independent or positively dependent tests).

    Parameters
    ----------
    p : array_like of float
        P-values. All of them are one family of tests, whatever the shape. NaN stands
        for a test that could not be made: it stays NaN and does not count.

    Returns
    -------
    float or numpy.ndarray
        The q-values in the order and shape of ``p``; never smaller than ``p``.

    Raises
    ------
    ValueError
        If a p-value lies outside 0 to 1.

    References
    ----------
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: A
    practical and powerful approach to multiple testing. *Journal of the Royal
    Statistical Society, Series B* 57.

    Examples
    --------
    >>> false_discovery([0.01, 0.04, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    from scipy.stats import false_discovery_control

    (p,) = floats(p)
    if ((p < 0) | (p > 1)).any():
        raise ValueError("a p-value must lie between 0 and 1")
    made = ~np.isnan(p)
    adjusted = np.full_like(p, np.nan)
    adjusted[made] = false_discovery_control(p[made])
    return same_kind(adjusted)


def bayes_factor(g2: ArrayLike, n: ArrayLike) -> Numbers:
    """Return the approximate Bayes factor of a difference, as twice its logarithm.

    ``g2 - df * ln(n)`` with ``df = 1``: the difference of the Bayesian information
    criterion between one common rate and two separate rates. It demands more of a
    difference the more words were read, unlike a p-value.

    Parameters
    ----------
    g2 : array_like of float
        G² of the term (see `log_likelihood`); NaN stays NaN.
    n : array_like of float
        Words of target and reference together.

    Returns
    -------
    float or numpy.ndarray
        On the scale of twice the natural logarithm of the Bayes factor. Above 0 the
        evidence is for different rates, below 0 for a common rate; usual readings are
        0 to 2 barely worth a mention, 2 to 6 positive, 6 to 10 strong, above 10 very
        strong. NaN where ``n`` is zero.

    Raises
    ------
    ValueError
        If ``g2`` or ``n`` is negative, or ``n`` is not finite.

    References
    ----------
    Wilson, A. (2013). Embracing Bayes factors for key item analysis in corpus
    linguistics. In *New approaches to the study of linguistic variability*.

    Kass, R. E. & Raftery, A. E. (1995). Bayes factors. *Journal of the American
    Statistical Association* 90. (For the readings of the scale.)

    Examples
    --------
    >>> round(bayes_factor(20, 10_000), 2)
    10.79
    """
    g2, n = floats(g2, n)
    check_sizes(n)
    if (g2 < 0).any():
        raise ValueError("G2 cannot be negative")
    return same_kind(g2 - np.log(np.where(n > 0, n, np.nan)))


# --- Size of the difference ------------------------------------------------------------------


def log_ratio(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, zero: float = 0.5
) -> Numbers:
    """Return the binary logarithm of the ratio of two rates.

    ``log2((k1 / n1) / (k2 / n2))``.

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float
        Count and size in the target, count and size in the reference.
    zero : float
        What stands in for a count of zero, in either text. With ``zero=0`` nothing
        does.

    Returns
    -------
    float or numpy.ndarray
        0 at equal rates; each unit doubles the ratio: 1 is twice as frequent in the
        target, -1 half as frequent. A term absent from both texts has
        ``log2(n2 / n1)``. With ``zero=0``, minus infinity where ``k1`` is zero,
        infinity where ``k2`` is, NaN where both are. NaN where a text is empty.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, or ``zero`` is
        negative or not finite.

    References
    ----------
    Hardie, A. (2014). Log Ratio: An informal introduction. ESRC Centre for Corpus
    Approaches to Social Science.

    Examples
    --------
    >>> log_ratio(20, 1000, 5, 1000)
    2.0
    """
    if not 0 <= zero < np.inf:
        raise ValueError(f"zero must be a finite number, zero or more, not {zero}")
    counts = _checked(k1, n1, k2, n2)
    first, size1, second, size2 = counts
    first, second = (np.where(k == 0, zero, k) for k in (first, second))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _unless_empty(np.log2((first / size1) / (second / size2)), counts)


def log_ratio_interval(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> tuple[Numbers, Numbers]:
    """Return an analytic interval of the binary logarithm of the ratio of two rates.

    ``log2((k1 / n1) / (k2 / n2)) -+ z * sqrt(1/k1 - 1/n1 + 1/k2 - 1/n2) / ln(2)`` with
    ``z`` the normal quantile of the level: the log method of Katz et al. (1978) in base
    2. Its centre is `log_ratio` wherever neither count is zero.

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float
        Count and size in the target, count and size in the reference.
    level : float
        Nominal coverage, between 0 and 1.

    Returns
    -------
    low, high : float or numpy.ndarray
        In units of `log_ratio`; 0 inside means that the direction is open.

        A count of zero has no standard error. Where ``k1`` is zero, ``low`` is minus
        infinity and ``high`` is the exact upper bound of a count of zero (Garwood 1936,
        see `poisson_interval`) as a rate of the target, set against the reference's
        rate. Where ``k2`` is zero it is the mirror image. The rate of the other text is
        then taken as it is, so that the interval is too narrow where its count is small
        as well. Where both are zero nothing is known: minus infinity to infinity. NaN
        where a text is empty. Where the term is all there is in both texts, both ends
        are 0.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, or ``level`` is not
        strictly between 0 and 1.

    References
    ----------
    Katz, D., Baptista, J., Azen, S. P. & Pike, M. C. (1978). Obtaining confidence
    intervals for the risk ratio in cohort studies. *Biometrics* 34.

    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika* 28.

    Examples
    --------
    >>> low, high = log_ratio_interval(20, 1000, 5, 1000)
    >>> print(f"{low:.2f} to {high:.2f}")
    0.59 to 3.41
    """
    z = normal_quantile(level)
    counts = _checked(k1, n1, k2, n2)
    first, size1, second, size2 = counts
    most = poisson_interval(0, level)[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log2((first / size1) / (second / size2))
        variance = (1 / first - 1 / size1) + (1 / second - 1 / size2)
        reach = z * np.sqrt(variance) / np.log(2)
        # Where a count is zero one end is infinite already; the other is no number without this.
        low = np.where(second == 0, np.log2((first / size1) / (most / size2)), centre - reach)
        high = np.where(first == 0, np.log2((most / size1) / (second / size2)), centre + reach)
    return _unless_empty(low, counts), _unless_empty(high, counts)


def odds_ratio(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the odds ratio of a term in two texts with Woolf's interval.

    ``(a * d) / (b * c)`` with ``a = k1 + 0.5``, ``b = n1 - k1 + 0.5``, ``c = k2 + 0.5``
    and ``d = n2 - k2 + 0.5``. One half is added to all four cells always, not only where
    one is empty (Haldane 1956, Anscombe 1956). The interval is
    ``exp(ln(ratio) -+ z * sqrt(1/a + 1/b + 1/c + 1/d))`` (Woolf 1955).

    Parameters
    ----------
    k1, n1, k2, n2 : array_like of float
        Count and size in the target, count and size in the reference.
    level : float
        Nominal coverage of the interval, between 0 and 1.

    Returns
    -------
    estimate, low, high : float or numpy.ndarray
        Above zero and finite. 1 means about equal odds, above 1 more frequent in the
        target; the added halves draw the estimate towards 1. Counts of zero need no
        special case. All three are NaN where a text is empty.

    Raises
    ------
    ValueError
        If a count is negative, larger than its size or not finite, or ``level`` is not
        strictly between 0 and 1.

    References
    ----------
    Woolf, B. (1955). On estimating the relation between blood group and disease. *Annals
    of Human Genetics* 19.

    Haldane, J. B. S. (1956). The estimation and significance of the logarithm of a ratio
    of frequencies. *Annals of Human Genetics* 20.

    Anscombe, F. J. (1956). On estimating binomial response relations. *Biometrika* 43.

    Examples
    --------
    >>> print(*(f"{x:.2f}" for x in odds_ratio(10, 20, 5, 20)))
    2.82 0.77 10.29
    """
    z = normal_quantile(level)
    counts = _checked(k1, n1, k2, n2)
    first, size1, second, size2 = counts
    a, b, c, d = (x + 0.5 for x in (first, size1 - first, second, size2 - second))
    log_odds = np.log(a) - np.log(b) - np.log(c) + np.log(d)
    reach = z * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    estimate, low, high = (np.exp(log_odds + shift) for shift in (0, -reach, reach))
    return tuple(_unless_empty(x, counts) for x in (estimate, low, high))


# --- Shared -------------------------------------------------------------------------------


def _checked(
    k1: ArrayLike, n1: ArrayLike, k2: ArrayLike, n2: ArrayLike
) -> list[NDArray[np.float64]]:
    counts = floats(k1, n1, k2, n2)
    check_counts(*counts[:2])
    check_counts(*counts[2:])
    return counts


def _observed_and_expected(
    k1: NDArray[np.float64],
    n1: NDArray[np.float64],
    k2: NDArray[np.float64],
    n2: NDArray[np.float64],
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the cells of the term in both texts, then those of the other words."""
    share = ratio(k1 + k2, n1 + n2)
    others = ratio(n1 - k1 + n2 - k2, n1 + n2)
    return [
        (k1, n1 * share),
        (k2, n2 * share),
        (n1 - k1, n1 * others),
        (n2 - k2, n2 * others),
    ]


def _unless_empty(value: NDArray[np.float64], counts: list[NDArray[np.float64]]) -> Numbers:
    """Return NaN where one of the texts is empty: it has no rate."""
    _, n1, _, n2 = counts
    return same_kind(np.where((n1 > 0) & (n2 > 0), value, np.nan))
