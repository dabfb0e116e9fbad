"""Paragraphs drawn anew: against a plain loop, and independent of what stands beside."""

from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.resampling import (
    UnitCounts,
    bootstrap,
    count_units,
    draw_units,
    parted,
    percentile_ends,
)

WORDS = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), min_size=1, max_size=6)


def tokens_of(groups):
    """A token table: group to paragraphs to words; each paragraph is one sentence."""
    rows = [
        {"document_id": g, "work_id": g, "paragraph_id": f"{g}-g{i}", "sentence_id": f"{g}-s{i}",
         "token": word, "lemma": word, "is_word": True, "is_stop": False, "is_apart": False}
        for g, paragraphs in groups.items() for i, words in enumerate(paragraphs) for word in words
    ]  # fmt: skip
    return pd.DataFrame(rows)


@given(st.dictionaries(st.sampled_from("xyz"), WORDS, min_size=1))
def test_counts_are_those_of_a_plain_count(groups):
    units = count_units(tokens_of(groups), "work_id")
    for place, group in enumerate(units.groups):
        flat = [word for paragraph in groups[group] for word in paragraph]
        assert units.words()[place] == len(flat)
        for column, term in enumerate(units.terms):
            assert units.totals()[place, column] == flat.count(term)
            holding = sum(term in paragraph for paragraph in groups[group])
            assert units.spread()[place, column] == holding


@settings(deadline=None)
@given(WORDS, st.integers(0, 5))
def test_a_resample_is_the_paragraphs_as_often_as_they_are_drawn(paragraphs, seed):
    units = count_units(tokens_of({"x": paragraphs}), "work_id")
    draws = draw_units(units, 7, seed)
    (weights,) = draws.weights
    assert (weights.sum(axis=0) == len(paragraphs)).all()
    # Paragraphs are numbered in the order of the table.
    drawn = np.concatenate([counts for _, counts in draws.blocks()], axis=1)
    for resample in range(7):
        text = [
            word for paragraph, times in zip(paragraphs, weights[:, resample], strict=True)
            for word in paragraph * int(times)
        ]  # fmt: skip
        assert draws.sizes[0, resample] == len(text)
        assert [text.count(t) for t in units.terms] == drawn[0, :, resample].tolist()


def test_blocks_of_terms_change_nothing(monkeypatch, body):
    units = count_units(body.tokens, "work_id").only(["law", "governance", "people", "trust"])
    whole = [c for _, c in draw_units(units, 50, 0).blocks()]
    monkeypatch.setattr("analysis.resampling.CELLS", 1)
    parts = [c for _, c in draw_units(units, 50, 0).blocks()]
    assert (len(whole), len(parts)) == (1, 4)
    np.testing.assert_array_equal(whole[0], np.concatenate(parts, axis=1))


def test_another_work_changes_no_draw(body):
    every = draw_units(count_units(body.tokens, "work_id"), 20, 3)
    alone = draw_units(count_units(body.select(works=["lian", "li"]).tokens, "work_id"), 20, 3)
    for name in ("lian", "li"):
        first, second = (d.weights[d.units.groups.get_loc(name)] for d in (every, alone))
        np.testing.assert_array_equal(first, second)
    other = draw_units(count_units(body.tokens, "work_id"), 20, 4)
    assert any((a != b).any() for a, b in zip(every.weights, other.weights, strict=True))


def test_works_of_equal_length_are_not_drawn_alike():
    paragraphs = [[w] for w in "abcdabcd"]
    draws = draw_units(count_units(tokens_of({"x": paragraphs, "y": paragraphs}), "work_id"), 9, 0)
    assert (draws.weights[0] != draws.weights[1]).any()


def test_a_term_that_is_nowhere_has_zeros():
    units = count_units(tokens_of({"x": [["a", "b"], ["a"]]}), "work_id").only(["z", "a"])
    assert units.terms.tolist() == ["a", "z"]
    assert units.totals().tolist() == [[2, 0]]


@given(WORDS, st.integers(1, 4))
def test_runs_of_words_are_those_of_a_plain_loop(paragraphs, ngram):
    units = count_units(tokens_of({"x": paragraphs}), "work_id", ngram=ngram)
    runs = [
        " ".join(words[i : i + ngram])
        for words in paragraphs
        for i in range(len(words) - ngram + 1)
    ]
    assert units.terms.tolist() == sorted(set(runs))
    assert units.totals()[0].tolist() == [runs.count(t) for t in sorted(set(runs))]


def test_runs_stop_at_marks_and_at_what_is_no_word():
    tokens = tokens_of({"x": [["a", "b", "c", "d", "e"]]})
    tokens.loc[2, "is_apart"] = True  # a b, c d e
    tokens.loc[3, "is_word"] = False  # a b, c [d] e
    assert parted(tokens).tolist() == [True, False, True, False, True]
    assert count_units(tokens, "work_id", ngram=2).terms.tolist() == ["a b"]


def test_a_comma_parts_words_in_the_real_texts(body):
    sentence = body.sentences[
        body.sentences["text"].str.contains("principles of voluntary equality, mutual")
    ]
    own = body.tokens[body.tokens["sentence_id"].isin(sentence["sentence_id"])]
    runs = count_units(own, "document_id", "token", ngram=2).terms
    assert "voluntary equality" in runs
    assert "mutual benefit" in runs
    assert "equality mutual" not in runs


@pytest.mark.parametrize(
    "wrong", [{"by": "nothing"}, {"term": "nothing"}, {"unit": "nothing"}, {"ngram": 0}]
)
def test_missing_columns_are_named(wrong):
    settings = {"by": "work_id"} | wrong
    with pytest.raises(ValueError, match="nothing|ngram"):
        count_units(tokens_of({"x": [["a"]]}), **settings)


def test_percentiles_are_those_of_numpy():
    values = np.array([[3.0, 1.0, 2.0, 4.0], [1.0, 1.0, 1.0, 1.0]])
    np.testing.assert_allclose(percentile_ends(values, 0.5), [[1.75, 1.0], [3.25, 1.0]])
    assert np.isnan(percentile_ends(np.empty((2, 0)), 0.9)).all()
    with pytest.raises(ValueError, match="level"):
        percentile_ends(values, 1)


def test_a_negative_number_of_resamples_is_refused(body):
    with pytest.raises(ValueError, match="resamples"):
        draw_units(count_units(body.tokens, "work_id"), -1, 0)


def test_units_of_nothing():
    units = count_units(tokens_of({"x": [["a"]]}).iloc[:0], "work_id")
    assert isinstance(units, UnitCounts)
    assert (len(units.groups), len(units.terms)) == (0, 0)


def test_a_heading_is_drawn_with_the_paragraph_below_it():
    tokens = tokens_of({"x": [["h"], ["a", "b"], ["h", "h"], ["c"], ["h"]]})
    tokens["is_heading"] = tokens["token"] == "h"
    units = count_units(tokens, "work_id")
    assert sorted(units.sizes.tolist()) == [3, 4]
    apart = count_units(tokens, "work_id", unit="sentence_id")
    assert len(apart.sizes) == 5


def test_headings_do_not_double_the_units_of_the_real_texts(body):
    units = count_units(body.tokens, "work_id")
    headed = body.tokens.drop_duplicates("paragraph_id")["is_heading"].sum()
    assert headed > 50
    assert len(units.sizes) == body.tokens["paragraph_id"].nunique() - headed


# --- Any statistic -------------------------------------------------------------------------

# Efron & Tibshirani (1993), table 2.1: survival in days of the treated mice.
MICE = [94, 197, 16, 38, 99, 141, 23]
NUMBERS = st.lists(st.integers(-50, 50), min_size=1, max_size=8)


def test_the_median_of_the_mice_has_the_exact_interval():
    # The median of a resample of seven exceeds the k-th smallest value if at most three of
    # the seven draws are among the k smallest (Efron 1979, section 3).
    beyond = [
        sum(comb(7, j) * (k / 7) ** j * (1 - k / 7) ** (7 - j) for j in range(4))
        for k in range(1, 8)
    ]
    up_to = [1 - p for p in beyond]
    low, high = (
        sorted(MICE)[next(i for i, p in enumerate(up_to) if p >= q)] for q in (0.025, 0.975)
    )
    assert (low, high) == (23, 141)
    assert bootstrap(np.median, MICE) == (94, 23, 141)


def test_the_mean_of_the_mice_is_the_published_one():
    found = bootstrap(np.mean, MICE, resamples=20_000, level=0.6826894921370859)
    assert found.estimate == pytest.approx(86.86, abs=0.005)  # table 2.1
    # Table 2.2: the standard error of the mean is 23.36 with ever more resamples.
    assert (found.high - found.low) / 2 == pytest.approx(23.36, rel=0.03)


def test_the_interval_is_that_of_all_resamples():
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    every = np.mean(list(product(values, repeat=5)), axis=1)
    # The level is such that both ends stand in the middle of a step of the distribution.
    found = bootstrap(np.mean, values, resamples=10_000, level=0.776)
    np.testing.assert_allclose(found[1:], percentile_ends(every, 0.776))


@given(NUMBERS, st.integers(0, 5))
def test_a_constant_has_no_width(values, seed):
    assert bootstrap(lambda units: 7.5, values, resamples=5, seed=seed) == (7.5, 7.5, 7.5)
    assert bootstrap(len, values, resamples=5, seed=seed) == (len(values),) * 3


@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_units_changes_no_estimate(values, random):
    shuffled = random.sample(values, len(values))
    first, second = (bootstrap(np.sum, v, resamples=3).estimate for v in (values, shuffled))
    assert first == second == sum(values)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), st.integers(0, 5))
def test_every_stratum_keeps_its_size_and_units_their_order(strata, seed):
    units = pd.DataFrame({"stratum": strata, "place": range(len(strata))})
    seen = []

    def look(drawn):
        seen.append(drawn)
        return 0.0

    bootstrap(look, units, "stratum", resamples=4, seed=seed)
    sizes = units["stratum"].value_counts()
    assert len(seen) == 5
    pd.testing.assert_frame_equal(seen[0], units)
    for drawn in seen:
        assert drawn.index.tolist() == list(range(len(strata)))
        assert drawn["place"].is_monotonic_increasing
        assert drawn["stratum"].value_counts().to_dict() == sizes.to_dict()
        assert (drawn["stratum"] == [strata[p] for p in drawn["place"]]).all()


def test_a_stratum_of_one_unit_never_changes():
    units = pd.DataFrame({"s": ["x", "y", "y"], "n": [100, 1, 2]})
    alone = bootstrap(lambda u: u.loc[u["s"] == "x", "n"].sum(), units, "s", resamples=50)
    assert alone == (100, 100, 100)
    assert bootstrap(lambda u: u["n"].sum(), units, "s", resamples=200) == (103, 102, 104)


def test_the_draw_of_a_stratum_hangs_on_no_other():
    units = pd.DataFrame({"s": list("xxxxyyyy"), "n": [1, 2, 4, 8, 16, 32, 64, 128]})

    def of_x(units):
        return units.loc[units["s"] == "x", "n"].mean()

    both = bootstrap(of_x, units, "s", resamples=40)
    assert both == bootstrap(of_x, units.iloc[:4], "s", resamples=40)
    assert both != bootstrap(of_x, units, "s", resamples=40, seed=1)


def test_strata_may_be_an_array_and_units_rows_of_an_array():
    units = np.arange(12.0).reshape(6, 2)
    found = bootstrap(lambda rows: rows.mean(axis=0), units, [0, 0, 0, 1, 1, 1], resamples=30)
    table = pd.DataFrame(units, columns=["a", "b"]).assign(s=[0, 0, 0, 1, 1, 1])
    same = bootstrap(lambda t: t[["a", "b"]].mean(), table, "s", resamples=30)
    for first, second in zip(found, same, strict=True):
        np.testing.assert_allclose(first, second)
    assert found.estimate.tolist() == [5.0, 6.0]
    column = bootstrap(np.mean, table["a"], table["s"], resamples=30)
    assert column == pytest.approx([part[0] for part in found])


def test_what_is_no_number_is_not_hidden():
    def share(units):
        return units[0] / 0.0 if units[0] else np.nan

    with np.errstate(divide="ignore"):
        assert np.isnan(bootstrap(share, np.array([0.0, 1.0]))[1:]).all()


@pytest.mark.filterwarnings("error")
def test_infinite_values_make_an_infinite_end():
    # A resample of two has no 1 in a quarter of the cases: its logarithm is minus infinity.
    def log_sum(units):
        return float(np.log2(total)) if (total := units.sum()) else -np.inf

    assert bootstrap(log_sum, np.array([0, 1])) == (0.0, -np.inf, 1.0)
    assert bootstrap(log_sum, np.array([0, 1]), level=0.4) == (0.0, 0.0, 0.0)
    # Between a number and an infinite value an end lies outside.
    halves = iter([0.0, 1.0, np.inf])
    assert bootstrap(lambda units: next(halves), [1], resamples=2, level=0.5) == (0.0, 1.0, np.inf)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"units": []}, "no unit"),
        ({"units": pd.DataFrame({"n": []})}, "no unit"),
        ({"units": 5}, "no unit"),
        ({"resamples": 0}, "resamples"),
        ({"level": 1}, "level"),
        ({"strata": ["a"]}, "3 units, but strata for 1"),
        ({"strata": ["a", None, "b"]}, "1 units have no stratum"),
        ({"strata": "nothing"}, "'nothing'"),
        ({"strata": "nothing", "units": pd.DataFrame({"n": [1]})}, "'nothing'"),
    ],
)
def test_wrong_arguments_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        bootstrap(np.mean, **({"units": [1, 2, 3], "resamples": 5} | wrong))
