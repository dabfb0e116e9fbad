"""The numbers against cases small enough to check by hand, and against scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, poisson

from analysis.measures import (
    jaccard,
    log_likelihood,
    log_ratio,
    npmi,
    odds_ratio,
    poisson_interval,
    wilson_interval,
)


def test_log_likelihood_by_hand():
    # 10 of 100 against 5 of 100: expected 7.5 each.
    two = 2 * (10 * math.log(10 / 7.5) + 5 * math.log(5 / 7.5))
    four = two + 2 * (90 * math.log(90 / 92.5) + 95 * math.log(95 / 92.5))
    assert log_likelihood(10, 100, 5, 100, cells=2) == pytest.approx(two)
    assert log_likelihood(10, 100, 5, 100) == pytest.approx(four)


COUNTS = st.tuples(
    st.integers(1, 200), st.integers(201, 5000), st.integers(1, 200), st.integers(201, 5000)
)


@given(COUNTS)
def test_log_likelihood_is_the_g_test_of_scipy(counts):
    k1, n1, k2, n2 = counts
    expected = chi2_contingency(
        [[k1, n1 - k1], [k2, n2 - k2]], correction=False, lambda_="log-likelihood"
    )
    assert log_likelihood(*counts) == pytest.approx(expected.statistic, abs=1e-7)


@given(COUNTS)
def test_log_ratio_changes_sign_with_direction(counts):
    k1, n1, k2, n2 = counts
    assert log_ratio(k1, n1, k2, n2) == pytest.approx(-log_ratio(k2, n2, k1, n1))


def test_log_ratio_by_hand():
    assert log_ratio(20, 1000, 5, 1000) == pytest.approx(2)
    assert log_ratio(0, 1000, 4, 1000) == pytest.approx(-3)
    assert log_ratio(0, 1000, 4, 1000, zero=1) == pytest.approx(-2)


def test_bad_counts_are_refused():
    with pytest.raises(ValueError, match="count"):
        log_likelihood(5, 4, 1, 10)
    with pytest.raises(ValueError, match="cells must be 2 or 4"):
        log_likelihood(1, 4, 1, 10, cells=3)


def test_npmi_at_its_ends():
    assert npmi(5, 5, 5, 20) == pytest.approx(1)
    assert npmi(0, 5, 5, 20) == -1
    assert npmi(1, 2, 2, 4) == pytest.approx(0)
    assert math.isnan(npmi(0, 0, 5, 20))
    assert npmi(2, 2, 2, 2) == 1


def test_odds_ratio_by_hand():
    estimate, low, high = odds_ratio(10, 20, 5, 20)
    assert estimate == pytest.approx((10.5 / 10.5) / (5.5 / 15.5))
    error = math.sqrt(1 / 10.5 + 1 / 10.5 + 1 / 5.5 + 1 / 15.5)
    assert low == pytest.approx(estimate * math.exp(-1.959963985 * error))
    assert high == pytest.approx(estimate * math.exp(1.959963985 * error))


def test_jaccard_by_hand():
    assert jaccard(2, 4, 3, 10) == pytest.approx(0.4)
    assert jaccard(0, 0, 0, 10) == 0


def test_wilson_interval_by_hand():
    # (p + z2/2n ± z*sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n) with p = 0.1, n = 50
    z = 1.959963984540054
    centre, reach = 0.1 + z**2 / 100, z * math.sqrt(0.1 * 0.9 / 50 + z**2 / (4 * 2500))
    low, high = wilson_interval(5, 50)
    assert low == pytest.approx((centre - reach) / (1 + z**2 / 50))
    assert high == pytest.approx((centre + reach) / (1 + z**2 / 50))
    assert wilson_interval(0, 50)[0] == 0
    assert wilson_interval(50, 50)[1] == 1


@given(st.integers(0, 300))
def test_poisson_interval_has_its_tails(k):
    low, high = poisson_interval(k)
    assert poisson.cdf(k, high) == pytest.approx(0.025)
    if k:
        assert poisson.sf(k - 1, low) == pytest.approx(0.025)
    else:
        assert low == 0


def test_arrays_give_arrays():
    counts = np.array([1, 2, 3])
    assert log_likelihood(counts, 100, 2, 100).shape == (3,)
    assert npmi(counts, 4, 4, 10).shape == (3,)
    assert isinstance(log_ratio(1, 10, 1, 10), float)
