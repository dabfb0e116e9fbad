"""The figures of problems and remedies show what the tables say, and lead to panels."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import figures, readings
from analysis.coding import (
    agreement,
    compare_finders,
    headlines,
    load_coding,
    load_examples,
    problem_remedy_table,
    study_coding,
)
from analysis.coding.panels import item_panels, link_panels
from analysis.coding.results import BOTH
from analysis.measures import false_discovery

WORKS = {"work_id": ["shen", "lian", "region", "li"], "short_label": ["a", "b", "c", "d"]}
DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def coded(corpus, values_hits):
    return study_coding(corpus, values_hits, DATA / "coding")


@pytest.fixture(scope="module")
def result(coded, corpus):
    return agreement(coded.first, coded.second, corpus, resamples=50)


@pytest.fixture(scope="module")
def finders(coded, corpus):
    return compare_finders(corpus, coded.first, coded.second, resamples=50)


def rows_of(chart):
    """Return all rows of data in a chart."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def links_of(chart):
    return {row["panel"] for row in rows_of(chart) if row.get("panel")}


@pytest.mark.parametrize("level", ["practice", "research"])
def test_each_mark_of_the_matrix_is_a_code_of_a_work(coded, corpus, level):
    chart = figures.code_matrix(coded.themes, corpus.works, level)
    own = coded.themes[coded.themes["level"] == level]
    drawn = {(r["work_id"], r["code"], r["codings"]) for r in rows_of(chart)}
    names = {"both": "both codings", "first": "first only", "second": "second only"}
    assert drawn == {(r.work_id, r.code, names[r.found]) for r in own.itertuples()}
    panels = item_panels(corpus, coded.first)
    for link in links_of(chart):
        assert f'id="{link.removeprefix("#")}"' in panels
    assert len(links_of(chart)) == (own["count"] > 0).sum()


def test_the_matrix_on_another_page_leads_back(coded, corpus):
    chart = figures.code_matrix(coded.themes, corpus.works, page="chapter.html")
    assert all(link.startswith("chapter.html#e-") for link in links_of(chart))


def test_each_line_of_a_map_is_a_pair_of_codes(coded, corpus):
    nodes, lines = item_panels(corpus, coded.first), link_panels(corpus, coded.first)
    for work in corpus.works["work_id"]:
        chart = figures.problem_remedy_chart(coded.first, work, corpus.works, coded.second)
        answers = coded.answers[coded.answers["work_id"] == work]
        drawn = [row for row in rows_of(chart) if "x2" in row]
        assert {(r["theme"], r["instrument"]) for r in drawn} == set(
            answers[["theme", "instrument"]].itertuples(index=False, name=None)
        )
        assert sum(r["links"] for r in drawn) == answers["links"].sum()
        assert {(r["theme"], r["instrument"]) for r in drawn if r["found"] == BOTH} == set(
            answers.loc[answers["found"] == BOTH, ["theme", "instrument"]].itertuples(
                index=False, name=None
            )
        )
        stated = {(r["theme"], r["instrument"]) for r in drawn if r["basis"] == "explicit"}
        assert len(stated) == (answers["explicit"] > 0).sum()
        for row in rows_of(chart):
            assert f'id="{row["panel"].removeprefix("#")}"' in (lines if "x2" in row else nodes)


def test_a_map_without_a_second_coding_or_links_is_drawn(coded, corpus):
    alone = replace(coded.first, links=coded.first.links.head(0))
    for work in corpus.works["work_id"]:
        chart = figures.problem_remedy_chart(alone, work, corpus.works)
        assert "0 links" in chart.to_dict()["description"]
    assert problem_remedy_table(alone).empty


def test_values_of_remedies_are_drawn_with_their_verdicts(coded):
    chart = figures.remedy_values_chart(coded.values, least=3)
    drawn = {row["concept_id"]: row for row in rows_of(chart) if "concept_id" in row}
    assert set(drawn) == set(coded.values.loc[coded.values["with_value"] >= 3, "concept_id"])
    firm = {c for c, row in drawn.items() if row["verdict"] == "firm"}
    assert firm == set(coded.values.loc[coded.values["firm"], "concept_id"])


def test_consistency_is_drawn_as_it_was_computed(result, finders, corpus):
    found = rows_of(figures.found_chart(result.found, corpus.works))
    assert len(found) == 2 * 2 * len(corpus.works)
    assert {r["share"] for r in found if r["side"] == "of the first"} == set(
        result.found.query("threshold == 'any overlap' and work_id != 'all'")["of_first"]
    )
    alphas = rows_of(figures.alpha_chart(result.codes))
    known = result.codes.query("work_id == 'all'")["alpha"].dropna()
    assert sorted(r["alpha"] for r in alphas) == pytest.approx(sorted(known))
    drawn = rows_of(figures.finder_chart(finders.quality))
    assert {r["name"] for r in drawn} == {
        "second coding", "words and cues", "words", "cues", "every sentence", "at random",
    }  # fmt: skip


def test_figures_survive_as_json(coded, result, corpus):
    for chart in (
        figures.code_matrix(coded.instruments, corpus.works),
        figures.remedy_values_chart(coded.values),
        figures.alpha_chart(result.codes),
    ):
        assert "NaN" not in json.dumps(chart.to_dict())
        assert chart.to_dict()["description"]


# --- What the sentences say -----------------------------------------------------------------


def test_the_size_of_the_coding_adds_up(coded):
    size = readings.coding.coding_size(coded)
    assert size["paragraphs"] == size["yielding"] + size["repeating"] + size["silent"]
    assert size["explicit"] <= size["links"] == len(coded.first.links)


def test_no_theme_of_practice_is_in_all_papers(coded, corpus):
    """What the home page says first."""
    found = readings.coding.shared_codes(coded.themes, corpus.works)
    assert found["everywhere"] == "none stands in all four works"
    assert "Lian and Li & Wu alone share" in found["pairs"]
    assert "alone share problems across borders" in found["pairs"]


def test_open_ends_are_counted_once(coded, corpus):
    found = readings.coding.open_ends(coded, corpus.works)
    assert found["open"] == found["open_too"] + found["answered_there"] + found["not_there"]
    assert found["open"] + found["idle"] == len(coded.gaps)
    told = headlines(coded.second)["problems without an answer"]
    assert told == f"{found['second_open']} of {found['second_all']}"


def test_firm_values_are_named(coded):
    found = readings.coding.values_proposed(coded)
    for concept in coded.values.loc[coded.values["firm"], "concept_id"]:
        odds = coded.values.set_index("concept_id")["odds_ratio"][concept]
        assert figures.in_words(concept).lower() in found["more" if odds > 1 else "less"]
    assert coded.values["q"].dropna().to_numpy() == pytest.approx(
        false_discovery(coded.values["p"].dropna().to_numpy())
    )


def test_the_second_coding_is_another_one(coded):
    assert coded.second.coder != coded.first.coder
    assert len(coded.second.problems) != len(coded.first.problems)


def test_a_failed_remedy_answers_nothing(coded):
    failed = coded.first.remedies.query("stance == 'criticised'")["remedy_id"]
    only = coded.first.links[coded.first.links["remedy_id"].isin(failed)]
    assert len(only)
    assert coded.answers["links"].sum() == len(coded.first.links) - len(only)
    found = readings.coding.open_ends(coded, pd.DataFrame(WORKS))
    assert found["bare"] <= found["open"] <= found["not_advocated"]
    elsewhere = coded.first.links[~coded.first.links["remedy_id"].isin(failed)]["problem_id"]
    left = set(only["problem_id"]) - set(elsewhere)
    assert found["open"] == found["bare"] + len(left)


def test_the_headlines_of_the_book_are_those_of_the_first_coding(coded):
    told = headlines(coded.first)
    assert told["problems without an answer"] == (
        f"{(coded.gaps['item'] == 'problem').sum()} of {len(coded.first.problems)}"
    )
    assert told["explicit links"].endswith(f" of {len(coded.first.links)}")
    assert set(told) == set(headlines(coded.second))


def test_units_that_are_cut_otherwise_are_told_apart(coded, result):
    split = readings.consistency.split_units(coded.first, coded.second, result)
    assert 0 < split < (result.units["found"] != "both").sum()
    same = agreement(coded.first, coded.first, resamples=0)
    assert readings.consistency.split_units(coded.first, coded.first, same) == 0


def test_codes_are_told_by_their_alpha(result):
    found = readings.consistency.codes_agreed(result)
    own = result.codes.query("work_id == 'all'")
    told = sum(found[part].count("(") for part in ("good", "rest"))
    assert told == own["alpha"].notna().sum()
    assert found["matched"] == (result.units["found"] == "both").sum()
    assert found["left_out"] == (result.units["found"] != "both").sum()


def test_the_examples_of_the_codebook_are_in_the_codebook(corpus):
    examples = load_examples(DATA / "coding", corpus)
    text = " ".join((DATA / "coding" / "codebook.md").read_text(encoding="utf-8").split())
    quoted = [q for q in examples["quote"] if q.lower() in text.lower()]
    # The others stand behind what the codebook tells in its own words.
    assert len(quoted) >= len(examples) / 2
    blind = agreement(
        load_coding(DATA / "coding", corpus),
        load_coding(DATA / "coding" / "second", corpus),
        without=examples,
        resamples=0,
    )
    touched = blind.units.merge(examples, on="document_id", suffixes=("", "_example"))
    over = (touched["start"] < touched["end_example"]) & (touched["end"] > touched["start_example"])
    assert not over.any()
