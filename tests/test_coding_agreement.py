"""How far two codings agree: by hand on a tiny text, by properties, and on the real coding."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis.coding import Coding
from analysis.coding.agreement import (
    ALL,
    CODES,
    THRESHOLDS,
    Agreement,
    agreement,
    backing,
    disagreements,
)
from analysis.measures import krippendorff_alpha, wilson_interval
from analysis.measures.unitising import unitising_alpha, unitising_alpha_from_lengths

PROBLEM = ["problem_id", "work_id", "start", "end", "theme", "level", "voice", "stance", "label"]
REMEDY = ["remedy_id", "work_id", "start", "end", "instrument", "actor", "voice", "stance", "label"]
PLACE = ["document_id", "section_id", "paragraph_id", "sentence_id"]

# Two paragraphs of two sentences: 0-28, 29-64; 66-102, 103-134. 130 characters of running text.
TEXT = (
    "One two three four five six. Seven eight nine ten eleven twelve.\n\n"
    "Alpha beta gamma delta epsilon zeta. Eta theta iota kappa lambda mu.\n"
)


def place(work, start):
    number = 1 + (start >= 29) + (start >= 66) + (start >= 103)
    return work, f"{work}-c01", f"{work}-g00{1 + (number > 2)}", f"{work}-s000{number}"


def items(columns, rows, place=place):
    table = pd.DataFrame(rows, columns=columns)
    places = [place(*pair) for pair in zip(table["work_id"], table["start"], strict=True)]
    table[PLACE] = pd.DataFrame(places, columns=PLACE, index=table.index)
    return table.astype({"start": int, "end": int})


def make(problems, remedies, links, place=place, coverage=()):
    """A coding from rows; what the comparison does not look at is empty."""
    tables = {field.name: pd.DataFrame() for field in dataclasses.fields(Coding)}
    problems, remedies = items(PROBLEM, problems, place), items(REMEDY, remedies, place)
    links = pd.DataFrame(links, columns=["remedy_id", "problem_id", "basis"])
    links["work_id"] = links["remedy_id"].map(remedies.set_index("remedy_id")["work_id"])
    made = {
        "problems": problems,
        "remedies": remedies,
        "links": links,
        "coverage": pd.DataFrame({"work_id": list(coverage)}),
        "coder": "a test",
        "times": 1,
    }
    return Coding(**{**tables, **made})


SAME = ("practice", "author", "described")


@pytest.fixture
def first():
    return make(
        [
            ("A", "w", 0, 10, "t1", *SAME, "label A"),
            ("B", "w", 12, 22, "t2", *SAME, "label B"),
            ("C", "w", 40, 60, "t1", *SAME, "label C"),
            ("D", "w", 70, 90, "t3", *SAME, "label D"),
        ],
        [
            ("R", "w", 0, 20, "i1", "x", "author", "advocated", "label R"),
            ("S", "w", 66, 80, "i2", "x", "author", "advocated", "label S"),
            ("T", "w", 104, 120, "i1", "x", "author", "advocated", "label T"),
        ],
        [
            ("R", "A", "explicit"),
            ("S", "A", "explicit"),
            ("S", "B", "inferred"),
            ("R", "D", "explicit"),
            ("T", "A", "explicit"),
        ],
    )


@pytest.fixture
def second():
    return make(
        [
            ("a", "w", 0, 10, "t1", *SAME, "label a"),
            ("b", "w", 17, 27, "t3", *SAME, "label b"),
            ("c", "w", 27, 45, "t2", *SAME, "label c"),
            ("e", "w", 110, 120, "t1", *SAME, "label e"),
        ],
        [
            ("r", "w", 0, 20, "i1", "x", "cited", "advocated", "label r"),
            ("s", "w", 66, 80, "i1", "y", "author", "advocated", "label s"),
        ],
        [
            ("r", "a", "inferred"),
            ("r", "b", "explicit"),
            ("s", "c", "explicit"),
            ("s", "e", "explicit"),
        ],
    )


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    (folder / "w.txt").write_text(TEXT, encoding="utf-8")
    return analysis.load_corpus(folder)


def row(table, **keys):
    """Return the one row with these values."""
    chosen = table
    for column, value in keys.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1, keys
    return chosen.iloc[0]


# --- By hand --------------------------------------------------------------------------------


def test_the_places_of_the_tiny_text_are_those_of_the_corpus(tiny):
    for sentence in tiny.sentences.itertuples():
        ids = (sentence.document_id, sentence.section_id, sentence.paragraph_id)
        assert (*ids, sentence.sentence_id) == place("w", sentence.start)


def test_units_are_matched_by_overlap(first, second):
    table = agreement(first, second).units
    problems = table[table["item"] == "problem"]
    assert list(problems["found"]) == ["both", "both", "both", "first", "second"]
    assert list(problems["first_id"].fillna("-")) == ["A", "B", "C", "D", "-"]
    assert list(problems["second_id"].fillna("-")) == ["a", "b", "c", "-", "e"]
    # B and b: 17-22 of 12-27; C and c: 40-45 of 27-60, the shorter is c.
    assert list(problems["overlap"]) == [10, 5, 5, 0, 0]
    assert list(problems["jaccard"]) == pytest.approx([1, 5 / 15, 5 / 33, 0, 0])
    assert list(problems["in_smaller"]) == pytest.approx([1, 5 / 10, 5 / 18, 0, 0])
    # The place of the first coding, and of the second for what only that has.
    assert list(problems["start"]) == [0, 12, 40, 70, 110]
    assert list(problems["sentence_id"].str[-1]) == ["1", "1", "2", "3", "4"]
    assert list(problems["code_first"].fillna("-")) == ["t1", "t2", "t1", "t3", "-"]


@pytest.mark.parametrize(
    ("threshold", "matched"),
    [
        ("any overlap", 3),
        ("Jaccard 0.25", 2),
        ("Jaccard 0.5", 1),
        ("Jaccard 0.75", 1),
        # Sentence 1: A and B against a, b and c; in the others one coding only.
        ("same sentence", 2),
        # Paragraph 1: A, B, C and a, b, c; paragraph 2: D and e.
        ("same paragraph", 4),
    ],
)
def test_what_counts_as_found_hangs_on_the_threshold(first, second, threshold, matched):
    table = agreement(first, second).found
    assert set(table["threshold"]) == set(THRESHOLDS)
    for work in ("w", ALL):
        found = row(table, item="problem", work_id=work, threshold=threshold)
        assert (found["n_first"], found["n_second"], found["matched"]) == (4, 4, matched)
        assert found["of_first"] == found["of_second"] == found["f1"] == matched / 4
        ends = (found["of_first_low"], found["of_first_high"])
        assert ends == pytest.approx(wilson_interval(matched, 4))


def test_shares_differ_where_one_finds_more(first, second):
    found = row(agreement(first, second).found, item="remedy", work_id="w", threshold="any overlap")
    assert (found["n_first"], found["n_second"], found["matched"]) == (3, 2, 2)
    assert (found["of_first"], found["of_second"]) == (2 / 3, 1)
    assert found["f1"] == pytest.approx(4 / 5)
    assert found["of_second_high"] == 1


def test_codes_of_matched_units(first, second):
    table = agreement(first, second).codes
    theme = row(table, item="problem", work_id=ALL, code="theme")
    # t1-t1, t2-t3, t1-t2; of six values three are t1, two t2, one t3: D_o = 4 / 6,
    # D_e = (36 - 14) / 30.
    assert (theme["matched"], theme["agreed"], theme["share"]) == (3, 1, 1 / 3)
    assert (theme["left_out_first"], theme["left_out_second"]) == (1, 1)
    assert theme["alpha"] == pytest.approx(1 - (4 / 6) / (22 / 30))
    # All three stand in one paragraph: there is nothing to draw from.
    assert np.isnan([theme["low"], theme["high"]]).all()
    level = row(table, item="problem", work_id="w", code="level")
    assert level["share"] == 1
    assert np.isnan([level["alpha"], level["low"], level["high"]]).all()


def test_the_interval_of_two_paragraphs_by_hand(first, second):
    # i1-i1 in paragraph 1, i2-i1 in paragraph 2: D_o = 2 / 4, D_e = 6 / 12. Drawn are both
    # (half of the time), twice the first (no variation), or twice the second: 1 - 1 / (8 / 12).
    instrument = row(agreement(first, second).codes, item="remedy", work_id="w", code="instrument")
    assert instrument["alpha"] == pytest.approx(0)
    assert (instrument["low"], instrument["high"]) == pytest.approx((-0.5, 0))


def test_confusions_count_differing_pairs(first, second):
    table = agreement(first, second).confusions
    assert [tuple(r) for r in table.itertuples(index=False)] == [
        ("problem", "theme", "t1", "t2", 1),
        ("problem", "theme", "t2", "t3", 1),
        ("remedy", "instrument", "i2", "i1", 1),
        ("remedy", "actor", "x", "y", 1),
        ("remedy", "voice", "author", "cited", 1),
        ("link", "basis", "explicit", "inferred", 1),
    ]


def test_links_between_matched_ends(first, second):
    result = agreement(first, second)
    pairs = {
        (link.remedy_first, link.problem_first): link.found
        for link in result.link_pairs.itertuples()
        if isinstance(link.remedy_first, str) and isinstance(link.problem_first, str)
    }
    assert pairs == {
        ("R", "A"): "both",
        ("S", "A"): "first",
        ("S", "B"): "first",
        ("R", "B"): "second",
        ("S", "C"): "second",
        ("R", "D"): "end unmatched",
        ("T", "A"): "end unmatched",
    }
    lost = row(result.link_pairs, problem_second="e")
    assert lost["found"] == "end unmatched"
    assert lost["remedy_first"] == "S" and pd.isna(lost["problem_first"])
    for work in ("w", ALL):
        links = row(result.links, work_id=work)
        assert list(links[1:9]) == [5, 4, 2, 1, 6, 1, 2, 2]
        assert links["specific_agreement"] == pytest.approx(2 / 6)
        # Six pairs, of twelve values six are links: D_o = 8 / 12, D_e = 72 / 132.
        assert links["alpha"] == pytest.approx(1 - (8 / 12) / (72 / 132))
    basis = row(result.codes, item="link", work_id="w", code="basis")
    assert (basis["matched"], basis["agreed"]) == (1, 0)
    assert (basis["left_out_first"], basis["left_out_second"]) == (4, 3)
    # One pair of two values: D_o = 1, D_e = 1.
    assert basis["alpha"] == pytest.approx(0)


def test_the_text_as_marked_and_unmarked(first, second, tiny):
    result = agreement(first, second, tiny)
    own = row(result.unitising, item="problem", work_id="w")
    # c loses the space between the sentences: 17 characters. First 10 + 10 + 20 + 20, second
    # 10 + 10 + 17 + 10, both 10 + 5 + 5.
    marked = (own["marked_first"], own["marked_second"], own["marked_both"])
    assert own["length"] == 130
    assert marked == pytest.approx((60 / 130, 47 / 130, 20 / 130))
    # d = 2 * (107 - 40), T = 260, l = 153 and 107, S = 1000 + 589, G = 153.
    expected = (260**2 - 153**2 - 107**2) / (260 - (1589 + 153) / 260)
    assert own["alpha_u"] == pytest.approx(1 - 134 / expected)
    # Drawn are both paragraphs, twice the first (63 characters) or twice the second (67).
    once = unitising_alpha_from_lengths(2 * 63, 2 * 40, 2 * 37, 2 * 20, 2 * (600 + 489))
    twice = unitising_alpha_from_lengths(2 * 67, 2 * 20, 2 * 10, 0, 2 * (400 + 100))
    assert own["low"] == pytest.approx(min(once, twice, own["alpha_u"]))
    assert own["high"] == pytest.approx(max(once, twice, own["alpha_u"]))
    assert row(result.unitising, item="problem", work_id=ALL)["alpha_u"] == own["alpha_u"]


def test_without_a_corpus_the_text_is_not_looked_at(first, second, tiny):
    result = agreement(first, second)
    assert result.unitising.empty
    assert list(result.unitising.columns) == list(agreement(first, second, tiny).unitising.columns)


def test_overlapping_quotations_of_one_coding_are_merged(second, tiny):
    # 0-10 and 5-15 become one unit, 15-20 only touches it.
    rows = [("A", 0, 10), ("B", 5, 15), ("C", 15, 20)]
    first = make([(i, "w", a, b, "t1", *SAME, i) for i, a, b in rows], [], [], coverage="w")
    own = row(agreement(first, second, tiny).unitising, item="problem", work_id="w")
    assert (own["merged_first"], own["merged_second"]) == (1, 0)
    assert own["marked_first"] == pytest.approx(20 / 130)
    spans = [[(0, 15), (15, 20)], [(0, 10), (17, 27), (27, 44), (106, 116)]]
    assert own["alpha_u"] == pytest.approx(unitising_alpha(spans, 130))


def test_backing_says_what_rests_on_one_coding(first, second):
    result = agreement(first, second)
    own = backing(first, result)
    coders = dict(zip(own.items["item_id"], own.items["coders"], strict=True))
    assert coders == {"A": 2, "B": 2, "C": 2, "D": 1, "R": 2, "S": 2, "T": 1}
    assert set(own.items.loc[own.items["same_code"], "item_id"]) == {"A", "R"}
    assert list(own.items["code"]) == ["t1", "t2", "t1", "t3", "i1", "i2", "i1"]
    assert list(own.links["coders"]) == [2, 1, 1, 1, 1]
    assert not own.links["same_basis"].any()


def test_backing_refuses_the_agreement_of_other_codings(first, second):
    with pytest.raises(ValueError, match="A"):
        backing(first, agreement(second, second))
    with pytest.raises(ValueError, match="R to A"):
        backing(first, agreement(dataclasses.replace(first, links=first.links[1:]), second))


def test_disagreements_can_be_read(first, second):
    table = disagreements(first, second, agreement(first, second))
    assert [(d.item, d.what, d.code_first, d.code_second) for d in table.fillna("-").itertuples()] == [
        ("remedy", "other voice", "author", "cited"),
        ("link", "other basis", "explicit", "inferred"),
        ("link", "linked by the second only", "-", "explicit"),
        ("problem", "other theme", "t2", "t3"),
        ("problem", "other theme", "t1", "t2"),
        ("remedy", "other actor", "x", "y"),
        ("remedy", "other instrument", "i2", "i1"),
        ("link", "linked by the first only", "explicit", "-"),
        ("link", "linked by the first only", "inferred", "-"),
        ("link", "linked by the second only", "-", "explicit"),
        ("problem", "found by the first only", "t3", "-"),
        ("remedy", "found by the first only", "i1", "-"),
        ("problem", "found by the second only", "-", "t1"),
    ]  # fmt: skip
    link = row(table, what="other basis")
    assert (link["first_id"], link["second_id"]) == ("R → A", "r → a")
    assert (link["label_first"], link["label_second"]) == ("label R → label A", "label r → label a")
    alone = row(table, what="found by the second only")
    assert pd.isna(alone["label_first"]) and alone["label_second"] == "label e"
    assert alone["sentence_id"] == "w-s0004"


def test_disagreements_refuse_the_agreement_of_other_codings(first, second):
    with pytest.raises(ValueError, match="other codings"):
        disagreements(first, second, agreement(second, first))


# --- Matching -------------------------------------------------------------------------------


def matches(mine, theirs):
    """Return which of some stretches (start, end, theme) are matched, by their places."""
    sides = [
        make([(str(i), "w", a, b, t, *SAME, "same") for i, (a, b, t) in enumerate(own)], [], [])
        for own in (mine, theirs)
    ]
    units = agreement(*sides, resamples=0).units
    both = units[units["found"] == "both"]
    return sorted(zip(both["first_id"].astype(int), both["second_id"].astype(int), strict=True))


def test_the_same_words_win_over_a_long_quotation_that_holds_them():
    # By characters the two would be even: 10 either way.
    assert matches([(0, 40, "t1"), (0, 10, "t1")], [(0, 10, "t1")]) == [(1, 0)]


def test_the_sum_decides_and_not_each_unit_for_itself():
    # 0-10 is nearest to 0-10 for both of the first; together they cover more the other way.
    assert matches([(0, 10, "t1"), (2, 10, "t1")], [(0, 9, "t1"), (0, 4, "t1")]) == [(0, 1), (1, 0)]


def test_units_on_the_same_words_are_matched_by_what_they_are_about():
    mine = [(0, 10, "t1"), (0, 10, "t3"), (0, 10, "t2")]
    assert matches(mine, [(0, 10, "t2"), (0, 10, "t4"), (0, 10, "t1")]) == [(0, 2), (1, 1), (2, 0)]


def test_equal_units_are_matched_in_the_order_of_the_text():
    assert matches([(0, 10, "t"), (10, 20, "t")], [(5, 15, "t")]) == [(0, 0)]


def test_touching_quotations_do_not_overlap():
    assert matches([(0, 10, "t")], [(10, 20, "t")]) == []


# --- What is left out -----------------------------------------------------------------------


def passages(*rows):
    return pd.DataFrame(rows, columns=["document_id", "start", "end"])


def test_units_on_passages_are_left_out_with_their_partners_and_links(first, second, tiny):
    # The passage lies in b alone; B goes with it, and the link of S to B.
    result = agreement(first, second, tiny, without=passages(("w", 24, 26)))
    assert not {"B", "b"} & {*result.units["first_id"], *result.units["second_id"]}
    found = row(result.found, item="problem", work_id="w", threshold="any overlap")
    assert (found["n_first"], found["n_second"], found["matched"]) == (3, 3, 2)
    links = row(result.links, work_id="w")
    assert list(links[1:9]) == [4, 3, 2, 1, 4, 1, 1, 1]
    theme = row(result.codes, item="problem", work_id="w", code="theme")
    assert (theme["matched"], theme["left_out_first"]) == (2, 1)
    # The first paragraph is no part of the text any more: D and e are left, 67 characters.
    own = row(result.unitising, item="problem", work_id="w")
    assert own["length"] == 67
    assert own["alpha_u"] == pytest.approx(unitising_alpha([[(4, 24)], [(43, 53)]], 67))
    assert disagreements(first, second, result)["first_id"].ne("B").all()
    with pytest.raises(ValueError, match="leaves out B"):
        backing(first, result)


def test_passages_that_touch_no_unit_change_nothing_but_the_text(first, second, tiny):
    # 90-100 lies behind D, in the second paragraph; v is no document of the coding.
    plain = agreement(first, second, tiny)
    result = agreement(first, second, tiny, without=passages(("w", 90, 100), ("v", 0, 50)))
    same(plain, result, but=("unitising",))
    assert set(result.unitising["length"]) == {63}


# --- Bad input ------------------------------------------------------------------------------


def test_codings_of_other_works_are_refused(first, second):
    other = make([("A", "v", 0, 10, "t1", *SAME, "A")], [], [])
    with pytest.raises(ValueError, match="different works: w and v"):
        agreement(first, other)
    nothing = make([], [], [])
    with pytest.raises(ValueError, match="different works: w and no work"):
        agreement(first, nothing)


def test_a_coding_that_read_a_work_and_found_nothing_is_compared(first, tiny):
    nothing = make([], [], [], coverage=["w"])
    result = agreement(first, nothing, tiny)
    found = row(result.found, item="problem", work_id="w", threshold="any overlap")
    assert (found["of_first"], found["f1"]) == (0, 0)
    assert np.isnan(found["of_second"]) and np.isnan(found["of_second_low"])
    assert row(result.unitising, item="problem", work_id="w")["alpha_u"] < 0
    assert result.codes["share"].isna().all() and result.confusions.empty
    assert result.links["specific_agreement"].isna().all()
    assert (backing(first, result).items["coders"] == 1).all()
    assert len(disagreements(first, nothing, result)) == 7
    assert len(disagreements(nothing, first, agreement(nothing, first))) == 7


def test_two_codings_that_found_nothing(tiny):
    nothing = make([], [], [], coverage=["w"])
    result = agreement(nothing, nothing, tiny)
    assert result.units.empty and result.link_pairs.empty
    assert result.unitising["alpha_u"].isna().all()
    assert (result.unitising["length"] == 130).all()
    assert disagreements(nothing, nothing, result).empty
    assert backing(nothing, result).items.empty


def test_other_documents_ids_and_places_are_refused(first, second, tiny):
    def changed(**columns):
        problems = second.problems.assign(**columns)
        return dataclasses.replace(second, problems=problems)

    with pytest.raises(ValueError, match="quote w from different documents: twin, w"):
        agreement(first, changed(document_id="twin"))
    with pytest.raises(ValueError, match="a stands twice"):
        agreement(first, changed(problem_id="a"))
    with pytest.raises(ValueError, match="quotation of a has no place"):
        agreement(first, changed(start=-1))
    with pytest.raises(ValueError, match="quotation of a does not lie"):
        agreement(first, changed(start=64, end=66), tiny)
    with pytest.raises(ValueError, match="column 'end'"):
        agreement(first, second, without=passages(("w", 1, 2)).drop(columns="end"))
    with pytest.raises(ValueError, match="level"):
        agreement(first, second, level=95)


def test_a_corpus_without_the_work_is_refused(first, second, corpus):
    with pytest.raises(ValueError, match="no running text of w"):
        agreement(first, second, corpus)


# --- Properties -----------------------------------------------------------------------------


def block(work, start):
    return work, f"{work}-c", f"{work}-g{start // 20}", f"{work}-s{start // 10}"


@st.composite
def codings(draw):
    """A coding of two works of sixty characters; quotations stay in paragraphs of twenty."""
    tables = []
    for letter, codes in (("p", "tu"), ("r", "ij")):
        rows = []
        for number in range(draw(st.integers(0, 5))):
            work, paragraph = draw(st.sampled_from("vw")), draw(st.integers(0, 2))
            a, b = sorted(draw(st.sets(st.integers(0, 20), min_size=2, max_size=2)))
            values = [
                draw(st.sampled_from(codes)),
                *(draw(st.sampled_from("xy")) for _ in range(3)),
            ]
            span = (20 * paragraph + a, 20 * paragraph + b)
            rows.append((f"{letter}{number}", work, *span, *values, "same"))
        tables.append(rows)
    ends = [(r[0], p[0]) for r in tables[1] for p in tables[0] if r[1] == p[1]]
    links = draw(st.lists(st.sampled_from(ends), unique=True)) if ends else []
    bases = [draw(st.sampled_from(["explicit", "inferred"])) for _ in links]
    links = [(*link, basis) for link, basis in zip(links, bases, strict=True)]
    return make(*tables, links, place=block, coverage="vw")


def compare(first, second):
    return agreement(first, second, resamples=20)


def same(one, other, but=()):
    """Assert that two agreements have the same tables."""
    for field in dataclasses.fields(Agreement):
        if field.name not in but:
            pd.testing.assert_frame_equal(getattr(one, field.name), getattr(other, field.name))


SWAP = {"first": "second", "second": "first"}


def swapped(name):
    return "_".join(SWAP.get(part, part) for part in name.split("_"))


@settings(max_examples=4, deadline=None)
@given(codings(), codings())
def test_swapping_the_codings_swaps_the_sides(first, second):
    one, other = compare(first, second), compare(second, first)
    for name in ("found", "codes", "links"):
        turned = getattr(other, name).rename(columns=swapped)[getattr(one, name).columns]
        pd.testing.assert_frame_equal(getattr(one, name), turned)
    assert one.confusions["count"].sum() == other.confusions["count"].sum()


@settings(max_examples=4, deadline=None)
@given(codings())
def test_a_coding_agrees_with_itself(coding):
    result = compare(coding, coding)
    assert (result.units["found"] == "both").all()
    assert (result.units["jaccard"] == 1).all()
    for column in ("of_first", "of_second", "f1"):
        assert set(result.found[column].dropna()) <= {1.0}
    assert set(result.found.loc[result.found["n_first"] > 0, "f1"]) <= {1.0}
    main = result.codes[result.codes["code"].isin([codes[0] for codes in CODES.values()])]
    assert set(main["share"].dropna()) <= {1.0}
    assert set(main["alpha"].dropna()) <= {1.0}


@settings(max_examples=4, deadline=None)
@given(codings(), codings(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(first, second, random):
    def mixed(coding):
        tables = {}
        for name in ("problems", "remedies", "links"):
            rows = list(range(len(getattr(coding, name))))
            random.shuffle(rows)
            tables[name] = getattr(coding, name).iloc[rows]
        return dataclasses.replace(coding, **tables)

    same(compare(first, second), compare(mixed(first), mixed(second)))


@settings(max_examples=4, deadline=None)
@given(codings(), codings())
def test_other_ids_give_the_same_numbers(first, second):
    def renamed(coding):
        ids = {"problem_id": lambda i: f"q{i}", "remedy_id": lambda i: f"m{i}"}
        new = {
            name: getattr(coding, name).assign(
                **{c: getattr(coding, name)[c].map(f) for c, f in ids.items() if c in getattr(coding, name)}
            )
            for name in ("problems", "remedies", "links")
        }  # fmt: skip
        return dataclasses.replace(coding, **new)

    same(compare(first, second), compare(renamed(first), renamed(second)), ("units", "link_pairs"))


@settings(max_examples=4, deadline=None)
@given(codings(), codings())
def test_the_parts_add_up(first, second):
    result = compare(first, second)
    for item in CODES:
        own = result.units[result.units["item"] == item]
        found = row(result.found, item=item, work_id=ALL, threshold="any overlap")
        sides = own["found"].value_counts()
        assert found["matched"] == sides.get("both", 0)
        assert found["n_first"] == sides.get("both", 0) + sides.get("first", 0)
        assert found["n_second"] == sides.get("both", 0) + sides.get("second", 0)
        assert own["first_id"].dropna().is_unique and own["second_id"].dropna().is_unique
    works = result.found[result.found["work_id"] != ALL]
    total = works.groupby(["item", "threshold"])["matched"].sum()
    for (item, threshold), matched in total.items():
        assert row(result.found, item=item, work_id=ALL, threshold=threshold)["matched"] == matched
    assert (result.codes["agreed"] <= result.codes["matched"]).all()
    counted = result.link_pairs["found"].value_counts()
    links = row(result.links, work_id=ALL)
    assert links["both"] == counted.get("both", 0)
    assert links["n_first"] == links["both"] + links["only_first"] + links["left_out_first"]
    assert links["n_second"] == links["both"] + links["only_second"] + links["left_out_second"]
    listed = disagreements(first, second, result)
    alone = listed["what"].str.startswith("found by").sum()
    assert alone == (result.units["found"] != "both").sum()
    assert listed["what"].str.startswith("other").sum() == result.confusions["count"].sum()


@settings(max_examples=4, deadline=None)
@given(codings(), codings())
def test_alpha_is_that_of_the_measures(first, second):
    result = compare(first, second)
    both = result.units[result.units["found"] == "both"]
    for item, codes in CODES.items():
        own = both[both["item"] == item]
        tables = (
            (first.problems, second.problems)
            if item == "problem"
            else (first.remedies, second.remedies)
        )
        sides = [
            table.set_index(f"{item}_id").loc[own[f"{side}_id"]]
            for table, side in zip(tables, ("first", "second"), strict=True)
        ]
        for code in codes:
            alpha = row(result.codes, item=item, work_id=ALL, code=code)["alpha"]
            expected = krippendorff_alpha([list(side[code]) for side in sides])
            assert alpha == pytest.approx(expected, nan_ok=True)


# --- The real coding ------------------------------------------------------------------------


def test_the_real_coding_agrees_with_itself(coding, corpus):
    result = agreement(coding, coding, corpus)
    assert set(result.found["f1"]) == {1.0}
    assert set(result.unitising["alpha_u"]) == {1.0}
    assert set(result.links["alpha"]) == {1.0}
    assert result.confusions.empty
    assert disagreements(coding, coding, result).empty
    own = backing(coding, result)
    assert (own.items["coders"] == 2).all() and own.items["same_code"].all()
    assert (own.links["coders"] == 2).all() and own.links["same_basis"].all()
    assert len(own.items) == len(coding.problems) + len(coding.remedies)


def characters(table, corpus):
    """Return which characters of the running text a table of items marks, by document."""
    body = corpus.body().select(headings=False).segments("sentence")
    marks = {}
    for document, own in body.groupby("document_id"):
        raw = np.zeros(len(corpus.raw[document]), dtype=bool)
        text = raw.copy()
        for start, end in zip(own["start"], own["end"], strict=True):
            text[start:end] = True
        for item in table[table["document_id"] == document].itertuples():
            raw[item.start : item.end] = True
        marks[document] = raw[text]
    return marks


def test_the_real_coding_against_a_changed_copy(coding, corpus):
    # The copy lacks every fifth problem, moves each quotation of a remedy by five characters,
    # calls every fourth problem by another theme, and lacks every third link.
    problems = coding.problems.assign(problem_id="x" + coding.problems["problem_id"])
    kept = problems[np.arange(len(problems)) % 5 != 0]
    other = kept["theme"].where(np.arange(len(kept)) % 4 != 0, "another")
    remedies = coding.remedies.assign(end=coding.remedies["end"] - 5)
    links = coding.links.assign(problem_id="x" + coding.links["problem_id"])
    links = links[(np.arange(len(links)) % 3 != 0) & links["problem_id"].isin(kept["problem_id"])]
    copy = dataclasses.replace(
        coding, problems=kept.assign(theme=other), remedies=remedies, links=links
    )
    result = agreement(coding, copy, corpus)
    found = row(result.found, item="problem", work_id=ALL, threshold="Jaccard 0.75")
    assert (found["n_first"], found["matched"]) == (len(problems), len(kept))
    assert found["of_second"] == 1
    codes = row(result.codes, item="problem", work_id=ALL, code="theme")
    assert codes["agreed"] == (other != "another").sum()
    assert codes["low"] < codes["alpha"] < codes["high"] < 1
    assert row(result.codes, item="remedy", work_id=ALL, code="instrument")["alpha"] == 1
    drawn = row(result.links, work_id=ALL)
    assert (drawn["both"], drawn["only_second"]) == (len(links), 0)
    both = backing(coding, result)
    assert (both.items["coders"] == 1).sum() == len(problems) - len(kept)
    assert (both.links["coders"] == 2).sum() == len(links)
    places = coding.problems[["work_id", "document_id"]].drop_duplicates()
    marks = [characters(own.problems, corpus) for own in (coding, copy)]
    for work, document in places.itertuples(index=False):
        own = row(result.unitising, item="problem", work_id=work)
        mine, theirs = (own_marks[document] for own_marks in marks)
        assert own["length"] == len(mine)
        assert own["marked_first"] == pytest.approx(mine.mean())
        assert own["marked_both"] == pytest.approx((mine & theirs).mean())
        assert own["low"] < own["alpha_u"] < own["high"] <= 1


def test_a_seed_gives_the_same_intervals(coding):
    copy = dataclasses.replace(coding, problems=coding.problems.assign(theme="another"))
    same(agreement(coding, copy, seed=3), agreement(coding, copy, seed=3))
