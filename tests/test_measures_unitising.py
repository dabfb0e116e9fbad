"""Agreement on units: published numbers, by hand, an independent way, and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import krippendorff_alpha
from analysis.measures.unitising import unitising_alpha, unitising_alpha_from_lengths

# Krippendorff (2019), Content Analysis, 4th ed., figure 12.11, p. 340: three observers of a
# text of length 60. Data and printed numbers are quoted from the tests of quallmer (R), which
# name the page.
ALEX = [(0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7)]
PAUL = [(0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6)]
SUZAN = [(0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6)]


def without_categories(coders):
    return [[unit[:2] for unit in units] for units in coders]


def test_three_observers_of_krippendorff_with_categories():
    assert round(unitising_alpha([ALEX, PAUL, SUZAN], 60), 3) == 0.510


def test_three_observers_of_krippendorff_units_against_gaps():
    # 0.413 is printed, within the tolerance of quallmer's test (ours 0.4136).
    alpha = unitising_alpha(without_categories([ALEX, PAUL, SUZAN]), 60)
    assert alpha == pytest.approx(0.413, abs=0.001)


# --- By hand --------------------------------------------------------------------------------


def test_two_units_that_overlap_by_half():
    # d = 2 * 4 (characters 0, 1, 4, 5 in both orders), T = 20, l = 12 and 8, S = 2 * 16,
    # G = 12: D_e = (400 - 144 - 64) / (20 - 44 / 20).
    expected = 1 - 8 / ((400 - 208) / (20 - 44 / 20))
    assert unitising_alpha([[(0, 4)], [(2, 6)]], 10) == pytest.approx(expected)
    assert unitising_alpha_from_lengths(10, 4, 4, 2, 32) == pytest.approx(expected)


def test_another_category_on_the_same_characters():
    # d = 2 * 2, T = 8, l = 4, 2, 2, S = 8, G = 4: D_e = (64 - 24) / (8 - 12 / 8).
    alpha = unitising_alpha([[(0, 2, "a")], [(0, 2, "b")]], 4)
    assert alpha == pytest.approx(1 - 4 / (40 / 6.5))
    assert unitising_alpha([[(0, 2, "a")], [(0, 2, "a")]], 4) == 1


def test_a_single_character_that_one_coder_marks_is_what_chance_gives():
    # d = 2, T = 2 * L, l = 2 * L - 1 and 1, S = 1: D_e = 2 * (2 * L - 1) / (2 * L - 1).
    assert unitising_alpha([[(3, 4)], []], 20) == pytest.approx(0)


def test_all_against_nothing():
    # d = 2 * L, l = L and L, S = L ** 2, G = L: D_e = 2 * L ** 2 / (1.5 * L - 0.5).
    assert unitising_alpha([[(0, 10)], []], 10) == pytest.approx(1 - 14.5 / 10)


def test_longer_units_make_chance_agreement_likelier():
    # The same marks: in one piece, chance would bring them together more often.
    pieces = [[(0, 1), (1, 2), (2, 3), (3, 4)], [(2, 3), (3, 4), (4, 5), (5, 6)]]
    assert unitising_alpha(pieces, 10) < unitising_alpha([[(0, 4)], [(2, 6)]], 10)


@pytest.mark.parametrize("units", [[], [(0, 10)], [(0, 5), (5, 10)]])
def test_where_nothing_could_be_disagreed_on_alpha_is_not_defined(units):
    assert math.isnan(unitising_alpha([units, units], 10))


def test_lengths_of_nothing_are_not_defined_and_arrays_are_arrays():
    assert math.isnan(unitising_alpha_from_lengths(10, 0, 0, 0, 0))
    assert math.isnan(unitising_alpha_from_lengths(0, 0, 0, 0, 0))
    alpha = unitising_alpha_from_lengths([10, 10], [4, 4], 4, [4, 2], 32)
    assert alpha.shape == (2,)
    assert alpha[0] == 1


@pytest.mark.parametrize(
    ("units", "length", "message"),
    [
        ([[(0, 2)]], 10, "two coders"),
        ([[(0, 2)], [(3, 3)]], 10, "no stretch"),
        ([[(-1, 2)], []], 10, "no stretch"),
        ([[(0, 1.5)], []], 10, "no stretch"),
        ([[(0, 11)], []], 10, "behind the text"),
        ([[(0, 2)], [(0, 4), (3, 6)]], 10, "coder 2 overlap"),
        ([[(0, 2, "a")], [(0, 4)]], 10, "all have a category"),
        ([[(0, 2, None)], []], 10, "category is missing"),
        ([[(0, 2)], []], 2.5, "length"),
        ([[], []], 0, "length"),
    ],
)
def test_what_is_no_unitising_is_refused(units, length, message):
    with pytest.raises(ValueError, match=message):
        unitising_alpha(units, length)


@pytest.mark.parametrize("lengths", [(4, 5, 0, 0, 0), (9, 4, 4, 5, 32), (9, 2, 2, 0, 9)])
def test_a_part_longer_than_its_whole_is_refused(lengths):
    with pytest.raises(ValueError):
        unitising_alpha_from_lengths(*lengths)


# --- Properties -----------------------------------------------------------------------------

LENGTH = 24


@st.composite
def unitisings(draw, categories=("a", "b")):
    """Units of one coder: cuts of the text, some of the pieces taken."""
    cuts = [0, *sorted(draw(st.sets(st.integers(1, LENGTH - 1), max_size=8))), LENGTH]
    kinds = draw(
        st.lists(
            st.sampled_from([None, *categories]), min_size=len(cuts) - 1, max_size=len(cuts) - 1
        )
    )
    pieces = zip(cuts[:-1], cuts[1:], kinds, strict=True)
    return [piece for piece in pieces if piece[2] is not None]


coders = st.lists(unitisings(), min_size=2, max_size=4)
pairs = st.lists(unitisings(), min_size=2, max_size=2)


def marks(units):
    values = np.full(LENGTH, "", dtype=object)
    for start, end, kind in units:
        values[start:end] = kind
    return values


@given(coders)
def test_the_formula_character_by_character(units):
    # Every pair of characters of all coders, but no pair inside one unit and none of a
    # character of a gap with itself.
    values = [marks(own) for own in units]
    m = len(units)
    differing = sum((a != b).sum() for a in values for b in values) / (m - 1)
    allowed = np.ones((m * LENGTH, m * LENGTH), dtype=bool)
    np.fill_diagonal(allowed, False)
    for coder, own in enumerate(units):
        for start, end, _ in own:
            allowed[LENGTH * coder + start : LENGTH * coder + end,
                    LENGTH * coder + start : LENGTH * coder + end] = False  # fmt: skip
    pooled = np.concatenate(values)
    apart = (pooled[:, None] != pooled) & allowed
    expected = m * LENGTH * apart.sum() / allowed.sum()
    alpha = unitising_alpha(units, LENGTH)
    assert math.isnan(alpha) if expected == 0 else alpha == pytest.approx(1 - differing / expected)


@given(coders)
def test_coders_have_no_order_and_units_neither(units):
    alpha = unitising_alpha(units, LENGTH)
    turned = [own[::-1] for own in units[::-1]]
    assert unitising_alpha(turned, LENGTH) == pytest.approx(alpha, nan_ok=True)


@given(coders)
def test_alpha_is_at_most_one(units):
    alpha = unitising_alpha(units, LENGTH)
    assert math.isnan(alpha) or alpha <= 1


@given(unitisings(), st.integers(2, 4))
def test_the_same_marks_agree_fully(units, number):
    alpha = unitising_alpha([units] * number, LENGTH)
    assert alpha == 1 or (math.isnan(alpha) and len(set(marks(units))) == 1)


@given(pairs)
def test_reading_backwards_changes_nothing(units):
    back = [[(LENGTH - end, LENGTH - start, kind) for start, end, kind in own] for own in units]
    alpha = unitising_alpha(units, LENGTH)
    assert unitising_alpha(back, LENGTH) == pytest.approx(alpha, nan_ok=True)


@given(pairs, st.integers(0, 20), st.integers(0, 20))
def test_where_the_unmarked_rest_stands_changes_nothing(units, before, more):
    def padded(shift):
        moved = [[(a + shift, b + shift, kind) for a, b, kind in own] for own in units]
        return unitising_alpha(moved, LENGTH + before + more)

    assert padded(0) == pytest.approx(padded(before), nan_ok=True)


@given(pairs)
def test_a_finer_count_comes_close_to_a_limit(units):
    def scaled(by):
        finer = [[(a * by, b * by, kind) for a, b, kind in own] for own in units]
        return unitising_alpha(finer, LENGTH * by)

    assert scaled(1000) == pytest.approx(scaled(2000), abs=0.001, nan_ok=True)


@given(pairs)
def test_from_lengths_and_from_units_are_the_same(units):
    plain = without_categories(units)
    first, second = (marks(own) != "" for own in units)
    squares = sum((b - a) ** 2 for own in plain for a, b in own)
    lengths = (first.sum(), second.sum(), (first & second).sum())
    alpha = unitising_alpha_from_lengths(LENGTH, *lengths, squares)
    assert unitising_alpha(plain, LENGTH) == pytest.approx(alpha, nan_ok=True)


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=2, max_size=3))
def test_units_of_one_character_are_the_alpha_of_coding(values):
    # Nothing but single characters: every character is a unit of its own that is coded.
    units = [[(i, i + 1) for i, marked in enumerate(own) if marked] for own in values]
    assert unitising_alpha(units, 6) == pytest.approx(krippendorff_alpha(values), nan_ok=True)
