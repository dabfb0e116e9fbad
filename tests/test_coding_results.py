"""Tables made from codings, checked by hand on small ones, and on the real texts."""

import numpy as np
import pandas as pd
import pytest

from analysis.coding import (
    Coding,
    convergences,
    gaps,
    presence,
    problem_remedy_table,
    touched,
    values_at_remedies,
)
from analysis.coding.results import linked
from analysis.measures import mantel_haenszel

THEMES = pd.DataFrame(
    {
        "theme": ["law", "trust", "scope"],
        "label": ["Weak law", "Lost trust", "Scope"],
        "definition": "x",
        "level": ["practice", "practice", "research"],
    }
)
INSTRUMENTS = pd.DataFrame(
    {
        "instrument": ["rules", "talk"],
        "label": ["Rules", "Talk"],
        "definition": "x",
        "level": "practice",
    }
)


def items(kind, rows):
    """Make items from (id, work, code, start): quotations of ten characters."""
    code = "theme" if kind == "problem" else "instrument"
    table = pd.DataFrame(rows, columns=[f"{kind}_id", "work_id", code, "start"])
    return table.assign(
        level="practice",
        actor="government",
        voice="author",
        stance="advocated" if kind == "remedy" else "criticised",
        label=table[f"{kind}_id"],
        quote="a quotation",
        note="",
        document_id=table["work_id"],
        section_id=table["work_id"] + "-c01",
        paragraph_id=table["work_id"] + "-g001",
        sentence_id=table["work_id"] + "-s0001",
        end=table["start"] + 10,
    )


def coding_of(problems, remedies, links):
    found, proposed = items("problem", problems), items("remedy", remedies)
    found.loc[found["theme"] == "scope", "level"] = "research"
    joined = pd.DataFrame(links, columns=["remedy_id", "problem_id", "basis"])
    work = dict(zip(proposed["remedy_id"], proposed["work_id"], strict=True))
    joined = joined.assign(rationale="x", work_id=joined["remedy_id"].map(work))
    return Coding(found, proposed, joined, pd.DataFrame(), THEMES, INSTRUMENTS,
                  pd.DataFrame(), coder="a reader", times=1)  # fmt: skip


@pytest.fixture(scope="module")
def first():
    """Two works that both see weak law; each answers it with rules, one also with talk."""
    return coding_of(
        [("a1", "a", "law", 0), ("a2", "a", "law", 20), ("a3", "a", "trust", 40),
         ("a4", "a", "scope", 60), ("b1", "b", "law", 0), ("b2", "b", "trust", 20)],
        [("ar1", "a", "rules", 100), ("ar2", "a", "talk", 120),
         ("br1", "b", "rules", 100), ("br2", "b", "talk", 120)],
        [("ar1", "a1", "explicit"), ("ar1", "a2", "inferred"), ("ar2", "a3", "inferred"),
         ("br1", "b1", "explicit")],
    )  # fmt: skip


@pytest.fixture(scope="module")
def second():
    """A reader who sees no lost trust in b, research nowhere, and links less."""
    return coding_of(
        [("x1", "a", "law", 5), ("x2", "a", "trust", 41), ("y1", "b", "law", 300)],
        [("xr1", "a", "rules", 101), ("yr1", "b", "rules", 101)],
        [("xr1", "x1", "inferred")],
    )


def test_presence_counts_shares_and_both_codings(first, second):
    table = presence(first, "problem", second).set_index(["work_id", "code"])
    # a has three problems of practice, two of them weak law; its one of research is 1 of 1.
    assert table.loc[("a", "law"), "share"] == pytest.approx(2 / 3)
    assert table.loc[("a", "scope"), "share"] == 1
    assert table.loc[("a", "law"), "share_second"] == pytest.approx(1 / 2)
    assert table["found"].to_dict() == {
        ("a", "law"): "both", ("a", "trust"): "both", ("a", "scope"): "first",
        ("b", "law"): "both", ("b", "trust"): "first",
    }  # fmt: skip
    assert presence(first).equals(
        presence(first)[["work_id", "code", "label", "level", "count", "share"]]
    )


def test_presence_lists_what_only_the_second_coding_has(first, second):
    table = presence(second, "problem", first).set_index(["work_id", "code"])
    assert table.loc[("b", "trust")].to_dict() == {
        "label": "Lost trust", "level": "practice", "count": 0, "share": 0.0,
        "count_second": 1, "share_second": 0.5, "found": "second",
    }  # fmt: skip


def test_an_unknown_kind_of_item_is_refused(first):
    with pytest.raises(ValueError, match="item must be one of problem, remedy, not 'theme'"):
        presence(first, "theme")


def test_answers_say_which_of_them_the_second_coding_has(first, second):
    table = problem_remedy_table(first, second=second).set_index(["work_id", "theme", "instrument"])
    assert table["links"].to_dict() == {
        ("a", "law", "rules"): 2, ("a", "trust", "talk"): 1, ("b", "law", "rules"): 1,
    }  # fmt: skip
    assert table["explicit"].tolist() == [1, 0, 1]
    assert table["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1])
    assert table["found"].tolist() == ["both", "first", "first"]


def test_gaps_say_what_the_second_coding_makes_of_the_passage(first, second):
    table = gaps(first, second).set_index("item_id")["open_in_second"]
    # a4 and b2 overlap nothing of the second; br2 neither.
    assert table.to_dict() == {"a4": "not coded", "b2": "not coded", "br2": "not coded"}
    back = gaps(second, first).set_index("item_id")["open_in_second"]
    # x2 overlaps a3, which is linked there; yr1 overlaps br1, linked too; y1 overlaps nothing.
    assert back.to_dict() == {"x2": "linked", "y1": "not coded", "yr1": "linked"}


def test_convergences_name_shared_instruments_and_leave_research_out(first, second):
    table = convergences(first, second).set_index("theme")
    assert table.loc["law", ["works", "work_count", "answered", "shared", "verdict"]].tolist() == [
        "a b", 2, 2, "rules", "same",
    ]  # fmt: skip
    assert table.loc["law", ["shared_explicit", "shared_both", "work_count_both"]].tolist() == [
        "rules", "", 2,
    ]  # fmt: skip
    assert table.loc["trust", ["answered", "verdict", "work_count_both"]].tolist() == [
        1,
        "left open",
        1,
    ]
    assert "scope" not in table.index


def test_different_answers_are_no_agreement(first):
    links = first.links.replace({"remedy_id": {"br1": "br2"}})
    other = Coding(**{**first.__dict__, "links": links})
    assert convergences(other).set_index("theme").loc["law", "verdict"] == "different"


def test_the_tables_of_the_real_coding_are_about_the_same_items(coding):
    table = presence(coding)
    assert table["count"].sum() == len(coding.problems)
    assert table.groupby(["work_id", "level"])["share"].sum().to_numpy() == pytest.approx(1)
    assert set(linked(coding)["problem_id"]) | set(gaps(coding)["item_id"]) >= set(
        coding.problems["problem_id"]
    )
    for row in convergences(coding).itertuples():
        assert row.answered <= row.work_count == len(row.works.split())
        assert set(row.shared_explicit.split()) <= set(row.shared.split())


# --- Values where remedies are proposed -----------------------------------------------------


def test_a_sentence_is_quoted_if_the_quotation_touches_it(first):
    sentences = pd.DataFrame({
        "document_id": ["a", "a", "a", "b", "a"],
        "section_id": ["a-c01", "a-c01", "a-c01", "b-c01", "a-c02"],
        "start": [90, 105, 110, 90, 105], "end": [101, 110, 120, 100, 110],
    })  # fmt: skip
    # Of a, 100 to 110 and 120 to 130 are quoted; half open: what begins at the end is outside.
    # The last stands at a quoted place, but in another section, as a footnote does.
    assert touched(sentences, first.remedies).tolist() == [True, True, False, False, False]
    by_document = touched(sentences, first.remedies, "document_id")
    assert by_document.tolist() == [True, True, False, False, True]
    assert not touched(sentences, first.remedies.head(0)).any()


def test_the_odds_are_those_of_mantel_and_haenszel(coding, corpus, values_hits):
    texts = corpus.body().select(headings=False)
    table = values_at_remedies(coding, texts, values_hits, by_length=False, resamples=50).set_index(
        "concept_id"
    )
    remedies = coding.remedies[coding.remedies["stance"] == "advocated"]
    has = touched(texts.sentences, remedies)
    concept = "participation"
    said = texts.sentences["sentence_id"].isin(
        values_hits.loc[values_hits["concept_id"] == concept, "sentence_id"]
    )
    counts = pd.DataFrame({"work": texts.sentences["work_id"], "has": has, "said": said})
    by_work = counts.groupby(["work", "has"], observed=True)["said"].agg(["sum", "size"]).unstack()
    expected = mantel_haenszel(
        by_work[("sum", True)],
        by_work[("size", True)],
        by_work[("sum", False)],
        by_work[("size", False)],
    )[0]
    assert table.loc[concept, "odds_ratio"] == pytest.approx(expected)
    assert table.loc[concept, "remedies"] == has.sum()
    assert table.loc[concept, "with_value"] == (has & said).sum()
    assert (table["remedies"] + table["others"] == len(texts.sentences)).all()


def test_lengths_apart_leave_the_counts_alone(coding, corpus, values_hits):
    texts = corpus.body().select(headings=False)
    kwargs = {"resamples": 20}
    apart = values_at_remedies(coding, texts, values_hits, **kwargs)
    together = values_at_remedies(coding, texts, values_hits, by_length=False, **kwargs)
    counts = ["concept_id", "with_value", "remedies", "others_with_value", "others"]
    pd.testing.assert_frame_equal(apart[counts], together[counts])
    assert not np.allclose(apart["odds_ratio"], together["odds_ratio"])


def test_a_verdict_needs_both_the_test_and_the_interval(coding, corpus, values_hits):
    texts = corpus.body().select(headings=False)
    table = values_at_remedies(coding, texts, values_hits, resamples=200)
    firm = table[table["firm"]]
    assert ((firm["low"] > 1) | (firm["high"] < 1)).all()
    assert (firm["q"] < 0.05).all()
    again = values_at_remedies(coding, texts, values_hits, resamples=200)
    pd.testing.assert_frame_equal(table, again)
    by_work = values_at_remedies(coding, texts, values_hits, by="work_id", resamples=20)
    sums = by_work.groupby("concept_id")[["with_value", "others_with_value"]].sum()
    whole = table.set_index("concept_id")[["with_value", "others_with_value"]]
    pd.testing.assert_frame_equal(sums, whole)
