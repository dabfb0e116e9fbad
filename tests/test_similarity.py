"""Likeness by hand, by other programs and by law; near-duplicates are found, others not."""

import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial import distance

from analysis import corpus_from_texts, near_duplicates
from analysis.figures.distances import TWINS, distance_chart
from analysis.frequency import content_terms
from analysis.resampling import CELLS, UnitCounts, draw_units
from analysis.similarity import (
    centred_ends,
    neighbours,
    shared_wording,
    similarity,
    similarity_draws,
)

METRICS = ["cosine", "jaccard", "jensen_shannon"]
UNITS = st.lists(st.lists(st.sampled_from("abcdef"), max_size=5), min_size=2, max_size=5).filter(
    lambda units: any(units)
)
GROUPS = st.dictionaries(st.sampled_from("wxyz"), UNITS, min_size=2)


def occurrences(groups):
    """Group to units to terms, one row per occurrence; an empty unit has a row without a term."""
    rows = [
        (group, f"{group}-{number}", term)
        for group, units in groups.items()
        for number, terms in enumerate(units)
        for term in terms or [None]
    ]
    return pd.DataFrame(rows, columns=["work_id", "paragraph_id", "term"])


def one_number(metric, first, second, **settings):
    """Compare two texts of one unit each, given as strings of letters."""
    table = occurrences({"x": [list(first)], "y": [list(second)]})
    return similarity(table, metric=metric, **settings)["similarity"].item()


# --- How alike ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "first", "second", "expected"),
    [
        ("cosine", "a", "b", 0),
        ("cosine", "abb", "aab", 4 / 5),  # (1, 2) and (2, 1)
        ("cosine", "ab", "a", 1 / np.sqrt(2)),
        ("cosine", "aaab", "aaaaaabb", 1),  # the same shares in a longer text
        ("jaccard", "a", "b", 0),
        ("jaccard", "abc", "bcd", 1 / 2),
        ("jaccard", "ab", "aaab", 1),  # frequencies do not count
        ("jensen_shannon", "a", "b", 0),  # no word in common: a divergence of one bit
        ("jensen_shannon", "ab", "aabb", 1),
        # H(3/4, 1/4) - H(1/2, 1/2) / 2 in bits
        ("jensen_shannon", "a", "ab", 1 - (2 - 0.75 * np.log2(3) - 0.5)),
    ],
)
def test_similarity_by_hand(metric, first, second, expected):
    assert one_number(metric, first, second) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.text("abcdef", min_size=1), st.text("abcdef", min_size=1))
def test_similarity_agrees_with_scipy(first, second):
    p, q = ([text.count(term) for term in "abcdef"] for text in (first, second))
    shares = [np.array(counts) / sum(counts) for counts in (p, q)]
    held = [np.array(counts) > 0 for counts in (p, q)]
    expected = {
        "cosine": 1 - distance.cosine(*shares),
        "jaccard": 1 - distance.jaccard(*held),
        # The root of rounding alone is not a number.
        "jensen_shannon": 1 - np.nan_to_num(distance.jensenshannon(*shares, base=2)) ** 2,
    }
    for metric in METRICS:
        assert one_number(metric, first, second) == pytest.approx(expected[metric], abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@settings(deadline=None, max_examples=40)
@given(groups=GROUPS)
def test_laws_of_similarity(metric, groups):
    table = occurrences(groups)
    result = similarity_draws(table, metric=metric, resamples=9)
    assert ((result.estimate >= 0) & (result.estimate <= 1)).all()
    assert ((result.draws >= 0) & (result.draws <= 1)).all()
    assert (result.pairs["a"] < result.pairs["b"]).all()
    low, high = result.intervals()
    assert ((low <= result.estimate + 1e-12) & (result.estimate <= high + 1e-12)).all()
    # Other names of terms, in another order, change nothing.
    renamed = table.assign(term=table["term"].map(dict(zip("abcdef", "rpzqoy", strict=True))))
    again = similarity_draws(renamed, metric=metric, resamples=9)
    np.testing.assert_allclose(again.estimate, result.estimate, atol=1e-12)
    np.testing.assert_allclose(again.draws, result.draws, atol=1e-12)
    # Other names of groups change the order of the pairs and nothing else.
    swapped = dict(zip("wxyz", "zyxw", strict=True))
    turned = similarity_draws(table.replace({"work_id": swapped}), metric=metric, resamples=0)
    for place, (a, b) in enumerate(result.pairs.itertuples(index=False)):
        there = turned.estimate[turned.place(swapped[a], swapped[b])]
        assert there == pytest.approx(result.estimate[place], abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
@given(units=UNITS)
def test_a_text_is_the_same_as_itself(metric, units):
    table = occurrences({"x": units, "y": units})
    assert similarity(table, metric=metric, resamples=0)["similarity"].item() == pytest.approx(1)


@pytest.mark.parametrize("metric", METRICS)
@settings(deadline=None, max_examples=40)
@given(groups=GROUPS, more=UNITS)
def test_another_group_changes_neither_estimates_nor_draws(metric, groups, more):
    before = similarity_draws(occurrences(groups), metric=metric, resamples=9)
    after = similarity_draws(occurrences({"new": more, **groups}), metric=metric, resamples=9)
    for place, pair in enumerate(before.pairs.itertuples(index=False)):
        there = after.place(*pair)
        assert after.estimate[there] == pytest.approx(before.estimate[place], abs=1e-12)
        np.testing.assert_allclose(after.draws[there], before.draws[place], atol=1e-12)


def test_a_draw_is_the_units_as_often_as_they_are_drawn():
    groups = {"x": [["a", "b"], ["b", "c"], []], "y": [["a"], ["c", "c", "d"]]}
    draws = similarity_draws(occurrences(groups), resamples=20, seed=5)
    # The weights are those of units of the same groups in the same order.
    weights = draw_units(_units_alone(groups), 20, 5).weights
    for resample in range(20):
        p, q = (
            [sum(w * unit.count(t) for w, unit in zip(own[:, resample], units, strict=True)) for t in "abcd"]
            for own, units in zip(weights, groups.values(), strict=True)
        )  # fmt: skip
        expected = 1 - distance.cosine(p, q) if any(p) and any(q) else 0
        assert draws.draws[0, resample] == pytest.approx(expected)


def _units_alone(groups):
    """The units of each group without anything in them, which is all that a draw looks at."""
    group = np.repeat(np.arange(len(groups)), [len(units) for units in groups.values()])
    empty = sparse.csr_matrix((len(group), 0))
    return UnitCounts(pd.Index(groups), pd.Index([]), group, np.zeros_like(group), empty)


def test_nothing_drawn_is_like_no_other():
    """One of three units holds all; draws without it have nothing."""
    draws = similarity_draws(occurrences({"x": [["a"], [], []], "y": [["a"], ["a"]]}))
    assert draws.estimate == [1]
    assert set(draws.draws[0]) == {0, 1}
    assert np.mean(draws.draws[0] == 0) == pytest.approx((2 / 3) ** 3, abs=0.04)


@pytest.mark.parametrize("metric", METRICS)
def test_resamples_in_parts_are_the_same(metric, monkeypatch, body):
    table = body.words().assign(term=body.words()["lemma"])
    whole = similarity_draws(table, metric=metric, resamples=12)
    assert CELLS > 12 * len(whole.groups) * table["term"].nunique()
    monkeypatch.setattr(sys.modules["analysis.similarity"], "CELLS", 1)  # The function hides it.
    parts = similarity_draws(table, metric=metric, resamples=12)
    np.testing.assert_allclose(parts.draws, whole.draws, rtol=1e-12)


def test_a_count_stands_for_as_many_rows():
    table = occurrences({"x": [["a", "b", "b"], ["c"]], "y": [["a"], ["b"]]})
    counted = table.groupby([*table], sort=False).size().rename("count").reset_index()
    pd.testing.assert_frame_equal(similarity(counted), similarity(table))
    # Halves of all counts are the same shares.
    halved = counted.assign(count=counted["count"] / 2)
    pd.testing.assert_frame_equal(similarity(halved), similarity(table))


def test_a_unit_in_which_nothing_occurs_is_drawn():
    filled = {"x": [["a"], ["b"], ["a", "c"]], "y": [["a"], ["b"]]}
    spaced = {"x": [*filled["x"], [], [], []], "y": filled["y"]}
    table, other = (similarity_draws(occurrences(groups)) for groups in (filled, spaced))
    assert table.estimate == other.estimate
    assert other.draws.std() > table.draws.std()
    nothing = occurrences(spaced).assign(count=1).fillna({"term": "z"})
    nothing.loc[nothing["term"] == "z", "count"] = 0
    np.testing.assert_array_equal(similarity_draws(nothing).draws, other.draws)


def test_a_heading_is_drawn_with_the_paragraph_below_it():
    table = occurrences({"x": [["a"], ["b"], ["c"], ["d"]], "y": [["a", "d"], ["b", "c"]]})
    heading = table["paragraph_id"].isin(["x-0", "x-2"])
    joined = table.replace({"paragraph_id": {"x-0": "x-1", "x-2": "x-3"}})
    pd.testing.assert_frame_equal(similarity(table.assign(is_heading=heading)), similarity(joined))


def test_one_unit_has_no_interval():
    table = similarity(occurrences({"x": [["a", "b"]], "y": [["a"], ["c"]], "z": [["a"], ["b"]]}))
    assert table[["low", "high", "shift"]].isna().all(axis=1).tolist() == [True, True, False]
    assert table["similarity"].notna().all()


def test_without_resamples_there_is_no_interval():
    groups = {"x": [["a"], ["b"]], "y": [["a"], ["c"]]}
    table = similarity(occurrences(groups), resamples=0)
    assert table[["low", "high", "shift"]].isna().all(axis=None)
    assert table["similarity"].item() == pytest.approx(0.5)


def test_groups_in_which_nothing_occurs_are_not_there():
    table = occurrences({"x": [["a"], ["b"]], "y": [["a"], ["c"]], "z": [[], []]})
    assert similarity_draws(table).groups.tolist() == ["x", "y"]
    empty = similarity(table[:0])
    assert [*empty] == ["a", "b", "similarity", "low", "high", "shift"]
    assert empty.empty
    alone = similarity_draws(table[table["work_id"] == "x"])
    assert (alone.groups.tolist(), len(alone.pairs), alone.draws.shape) == (["x"], 0, (0, 2000))
    assert neighbours(alone).empty


def test_intervals_lie_around_the_estimate(body):
    """Plain percentiles would leave it out: drawn texts have fewer different words."""
    words = body.words().assign(term=body.words()["lemma"])
    draws = similarity_draws(words, metric="jensen_shannon", resamples=200)
    assert (np.quantile(draws.draws, 0.975, axis=1) < draws.estimate).all()
    low, high = draws.intervals()
    assert ((low < draws.estimate) & (draws.estimate < high)).all()
    table = similarity(words, metric="jensen_shannon", resamples=200)
    assert (table["shift"] < 0).all()
    np.testing.assert_allclose(np.median(draws.centred(), axis=1), draws.estimate)


def test_centred_ends_by_hand():
    draws = np.arange(5.0)  # the middle half: from 1 to 3, the median 2
    assert centred_ends(10, draws, 0.5).tolist() == [9, 11]
    assert np.isnan(centred_ends(10, draws[:0])).all()


def test_a_difference_is_taken_within_the_draws():
    groups = {"x": [["a"], ["b"], ["c"]], "y": [["a"], ["b"]], "z": [["a"], ["d"]]}
    draws = similarity_draws(occurrences(groups), resamples=200)
    estimate, low, high = draws.difference(("y", "x"), ("x", "z"))
    assert estimate == pytest.approx(draws.estimate[0] - draws.estimate[1])
    inside = draws.draws[0] - draws.draws[1]
    ends = np.quantile(inside, [0.025, 0.975]) - np.median(inside) + estimate
    assert [low, high] == pytest.approx(ends.tolist())
    with pytest.raises(ValueError, match="no pair of 'x' and 'q'; the groups are x, y, z"):
        draws.difference(("x", "q"), ("x", "y"))


def test_neighbours_by_hand():
    near = [["a", "b"], ["a", "b"], ["a", "b"]]
    groups = {"x": near, "y": near, "z": [["a", "c"], ["c"], ["c"]]}
    table = neighbours(similarity_draws(occurrences(groups))).set_index("group")
    assert table["nearest"].to_dict() == {"x": "y", "y": "x", "z": "x"}
    assert table["farthest"].to_dict() == {"x": "z", "y": "z", "z": "x"}
    # x and y are the same in every draw; z is as near to the one as to the other.
    assert table["firm"].to_dict() == {"x": True, "y": True, "z": False}
    assert table.loc["x", ["similarity", "low", "high"]].tolist() == pytest.approx([1, 1, 1])
    assert table.loc["x", "similarity_farthest"] == pytest.approx(1 / np.sqrt(20))


def test_of_two_groups_none_is_firmly_the_nearest():
    table = neighbours(similarity_draws(occurrences({"x": [["a"], ["a"]], "y": [["a"], ["a"]]})))
    assert table[["nearest", "farthest", "firm"]].to_numpy().tolist() == [
        ["y", "y", False], ["x", "x", False]
    ]  # fmt: skip


@pytest.mark.parametrize("metric", METRICS)
def test_the_twins_are_nearer_than_any_two_papers(corpus, metric):
    texts = corpus.select(kinds=["abstract", "body", "conclusion"])
    words = texts.words().assign(term=texts.words()["lemma"].astype(str).str.lower())
    words = words[words["term"].isin(content_terms(texts.tokens))]
    draws = similarity_draws(words, by="document_id", metric=metric, resamples=200)
    assert draws.estimate[draws.place("shen", "shen-twin")] > 0.99
    for a, b in draws.pairs.itertuples(index=False):
        if {a, b} != {"shen", "shen-twin"}:
            assert draws.difference(("shen", "shen-twin"), (a, b))[1] > 0


def test_a_work_is_not_counted_twice(corpus):
    with pytest.raises(ValueError, match="body"):
        similarity(corpus.words(), term="lemma")


@pytest.mark.parametrize(
    ("change", "settings", "said"),
    [
        ({}, {"metric": "euclid"}, "unknown metric 'euclid'; use one of: cosine, jaccard, jensen_shannon"),
        ({}, {"term": "theme"}, "no column theme"),
        ({}, {"level": 1}, "level"),
        ({}, {"resamples": -1}, "resamples"),
        ({"count": -1}, {}, "count"),
        ({"count": np.nan}, {}, "count"),
        ({"paragraph_id": None}, {}, "2 rows have no 'paragraph_id'"),
    ],
)  # fmt: skip
def test_senseless_similarities_are_refused(change, settings, said):
    table = occurrences({"x": [["a"]], "y": [["a"]]}).assign(**change)
    with pytest.raises(ValueError, match=said):
        similarity(table, **settings)


# --- One text twice -------------------------------------------------------------------------


def test_the_twins_are_found_and_nothing_else(corpus):
    pairs = near_duplicates(corpus.raw)
    assert pairs[["a", "b"]].to_numpy().tolist() == [["shen", "shen-twin"]]
    assert pairs["containment"][0] > 0.95


def test_containment_by_hand():
    pairs = near_duplicates({"x": "a b c d", "y": "z a b c d e"}, shingle=2, threshold=0.1)
    row = pairs.iloc[0]
    assert (row["containment"], row["jaccard"], row["shared"]) == (1, 3 / 5, 3)


def test_texts_too_short_for_a_run_are_no_pair():
    assert near_duplicates({"x": "a", "y": "a"}).empty


@pytest.mark.parametrize("wrong", [{"threshold": 0}, {"threshold": 1.1}, {"shingle": 0}])
def test_senseless_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=r"threshold|shingle"):
        near_duplicates({"x": "a"}, **wrong)


def test_a_large_corpus_is_searched_by_minhash(corpus):
    """The index names the twins among many texts, and the exact comparison agrees."""
    texts = {f"{d}-{i}": f"{corpus.raw[d]} {d}" for i, d in enumerate(corpus.raw)}
    noise = {f"n{i}": " ".join(f"word{i}x{j}" for j in range(60)) for i in range(40)}
    exact = near_duplicates(texts | noise)
    hashed = near_duplicates(texts | noise, exact_up_to=10)
    assert len(exact) == 1
    assert hashed.equals(exact)


def test_common_wording_by_hand():
    corpus = corpus_from_texts(
        {
            "x": "We promote coordinated development of regions. The cat sat. It rains today.",
            "y": "They promote coordinated developments of region by law. It rains. Today it snows.",
        }
    )
    table = shared_wording(corpus, least=3, content=1)
    # Lemmas are compared, the longest run is reported once, and no run crosses a sentence.
    assert table[["work_a", "work_b", "length", "wording"]].to_numpy().tolist() == [
        ["x", "y", 5, "promote coordinated development of regions"]
    ]
    row = table.iloc[0]
    assert corpus.raw["x"][row["start_a"] : row["end_a"]] == row["wording"]
    assert (
        corpus.raw["y"][row["start_b"] : row["end_b"]]
        == "promote coordinated developments of region"
    )
    assert shared_wording(corpus, least=6).empty
    assert shared_wording(corpus, least=3, content=5).empty


def test_the_papers_share_a_formula_of_the_party_and_one_of_the_law(body):
    table = shared_wording(body.select(headings=False))
    wordings = {(r.work_a, r.work_b): r.wording.lower() for r in table[::-1].itertuples()}
    assert "eighteenth central committee of the party" in wordings["shen", "lian"]
    assert (
        wordings["shen", "region"]
        == "promoting coordinated development of regional economic society"
    )
    assert (table["length"] >= 6).all()
    assert not table.duplicated(["work_a", "work_b", "wording"]).any()


@pytest.mark.parametrize("wrong", [{"least": 0}, {"content": 0}])
def test_wording_of_no_words_is_refused(body, wrong):
    with pytest.raises(ValueError, match="at least 1"):
        shared_wording(body, **wrong)


# --- The figure -----------------------------------------------------------------------------

WORKS = pd.DataFrame({"work_id": ["x", "y", "z"], "short_label": ["Ex", "Wy", "Zed"]})


@pytest.fixture
def compared():
    groups = {"x": [["a", "b"], ["b"]], "y": [["b"], ["a", "c"]], "z": [["c"], ["d"]]}
    return similarity(occurrences(groups), resamples=50)


def drawn_rows(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_the_figure_has_a_row_for_each_pair_and_notion(compared):
    pairs = pd.concat([compared.assign(about="Words"), compared[::-1].assign(about="Values")])
    chart = distance_chart(pairs, WORKS, "about")
    drawn = {(r["notion"], r["pair"]): r["similarity"] for r in drawn_rows(chart)}
    named = {("x", "y"): "Ex – Wy", ("x", "z"): "Ex – Zed", ("y", "z"): "Wy – Zed"}
    assert drawn == {(r.about, named[r.a, r.b]): round(r.similarity, 4) for r in pairs.itertuples()}
    # The same order of pairs below each notion: the most alike first, by the first notion.
    (order,) = {
        tuple(layer["encoding"]["y"]["scale"]["domain"]) for layer in chart.to_dict()["layer"]
    }
    ranked = [named[r.a, r.b] for r in compared.sort_values("similarity").itertuples()][::-1]
    assert list(order) == [f"{n}|{p}" for n in ("Words", "Values") for p in ("", *ranked)]
    most = compared["similarity"].max()
    assert f"Words: most alike {ranked[0]} {most:.2f}" in chart.description
    assert TWINS not in chart.description


def test_the_twins_stand_first_below_the_notion_they_have(compared):
    pairs = pd.concat([compared.assign(notion="Words"), compared.assign(notion="Values")])
    twins = pd.DataFrame({"notion": ["Words"], "similarity": [0.99], "low": [0.9], "high": [1.0]})
    spec = distance_chart(pairs, WORKS, twins=twins).to_dict()
    order = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert order[:2] == ["Words|", f"Words|{TWINS}"]
    assert f"Values|{TWINS}" not in order
    assert f"{TWINS} 0.99; Values" in spec["description"]
    assert len(spec["layer"]) == 3


def test_layers_without_marks_are_not_drawn(compared):
    bare = compared.assign(notion="Words", low=np.nan, high=np.nan)
    assert len(distance_chart(bare, WORKS).to_dict()["layer"]) == 1


def test_unknown_works_are_refused(compared):
    with pytest.raises(ValueError, match="has no z"):
        distance_chart(compared.assign(notion="Words"), WORKS[:2])
