"""The study of terms: what the chapter shows is listed, and every number leads to its lines."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis import figures, keyness, terms
from analysis.charts import render_chart
from analysis.corpus import corpus_from_texts
from analysis.readings import terms as readings
from analysis.translations import MARK, Translations


@pytest.fixture(scope="module")
def places(study):
    return terms.term_places(study)


@pytest.fixture(scope="module")
def addresses(study):
    return terms.term_addresses(study)


def test_all_five_documents_stand_side_by_side(study):
    table = study.frequencies
    for name in terms.ORDER:
        own = table[table["list"] == name]
        assert own["document_id"].nunique() == 5
        assert (own.groupby("term").size() == 5).all()
        wide = own.pivot(index="term", columns="document_id", values="count")
        # One word of 4,215 differs between the two extractions.
        assert (wide["shen"] - wide["shen-twin"]).abs().max() <= 1


def test_a_term_with_the_places_of_another_shares_its_panel(addresses):
    assert addresses[terms.WORDS, "governance"] == addresses[terms.LEMMAS, "governance"]
    assert addresses[terms.WORDS, "government"] != addresses[terms.LEMMAS, "government"]


def test_a_term_without_a_place_in_its_work_leads_to_those_of_the_others(addresses):
    row = pd.DataFrame(
        [(terms.LEMMAS, "regional", "lian", 0)], columns=["list", "term", "work_id", "count"]
    )
    assert terms.with_panels(row, addresses)["panel"].tolist() == [
        "concordance.html#e-lemma--regional"
    ]


def test_joined_terms_are_marked_and_counted(study):
    joined = study.frequencies[study.frequencies["list"] == terms.JOINED]
    assert joined["term"].str.endswith(MARK).any()
    assert (
        not study.frequencies[study.frequencies["list"] == terms.LEMMAS]["term"]
        .str.contains(MARK)
        .any()
    )


def test_strokes_are_occurrences_in_the_order_of_the_text(study):
    strokes, heads = terms.strokes(study)
    assert strokes["at"].between(0, 1, inclusive="left").all()
    assert (heads.groupby("work_id")["at"].min() == 0).all()
    own = strokes[(strokes["work_id"] == "lian") & (strokes["term"] == "democracy")]
    counts = study.keyness.set_index(["reading", "work_id", "term"])["count_target"]
    assert len(own) == counts[terms.PRINTED, "lian", "democracy"]
    assert own["at"].is_monotonic_increasing


def test_combinations_count_the_whole_vocabulary(study):
    table = terms.combinations_shared(study)
    printed = table[table["reading"] == terms.PRINTED]
    assert printed["terms"].sum() == (study.shared["reading"] == terms.PRINTED).sum()
    html = terms.shared_html(study, {})
    ids = re.findall(r'id="([^"]+)"', html)
    assert sorted(ids) == sorted(p.removeprefix("#") for p in table["panel"])


def test_the_phrases_have_their_zeros(study):
    table = terms.phrase_counts(study)
    assert (table.groupby("term").size() == 4).all()
    sums = table.groupby("term")["count"].sum()
    wanted = study.phrases.set_index("term")["count"].head(study.leading)
    assert sums[wanted.index].tolist() == wanted.tolist()


def figures_of(study, addresses):
    works = study.body.works
    distinct = terms.with_panels(study.distinct(), addresses)
    yield figures.term_chart(terms.with_panels(study.frequencies, addresses), works)
    for work in works["work_id"]:
        yield figures.keyness_chart(distinct, works, work)
    yield figures.dispersion_chart(*terms.strokes(study), works)
    yield figures.shared_chart(terms.combinations_shared(study), works)
    yield figures.phrase_chart(terms.with_panels(terms.phrase_counts(study), addresses), works)


def test_every_figure_is_drawn_described_and_linked(study, addresses):
    drawn = [render_chart(figure.to_dict()) for figure in figures_of(study, addresses)]
    assert len(drawn) == 8
    for bundle in drawn:
        assert len(bundle["text/plain"]) > 80
        assert 'href="' in bundle["text/html"]
        assert "Infinity" not in bundle["text/html"]
        assert "NaN" not in bundle["text/html"]


def test_the_controls_are_native(study, addresses):
    first, key, *_ = (figure.to_dict() for figure in figures_of(study, addresses))
    inputs = [p["bind"]["input"] for p in first["params"]]
    assert inputs == ["select", "radio"]
    assert [p["bind"]["input"] for p in key["params"]] == ["radio"]


def test_open_intervals_end_at_the_edge_of_the_figure(study, addresses):
    distinct = terms.with_panels(study.distinct(), addresses)
    assert np.isinf(distinct[["low", "high"]]).any().any()
    for work in study.body.works["work_id"]:
        spec = figures.keyness_chart(distinct, study.body.works, work).to_dict()
        (rows,) = [d for d in spec["datasets"].values() if "opens" in d[0]]
        for row in rows:
            assert row["left"] <= row["log_ratio"] <= row["right"]


def test_the_study_of_other_texts_needs_no_twin_and_no_variants():
    corpus = corpus_from_texts({
        "sea": "The sea is wide. Ships cross the sea.\n\nThe sea has tides and ships.\n\nSea and storm.",
        "hill": "The hill is steep. Goats climb the hill.\n\nA hill has goats and grass.\n\nHill and stone.",
    })  # fmt: skip
    none = Translations(
        pd.DataFrame(
            columns=["source_id", "label", "chinese", "pinyin", "gloss", "confidence", "reason"]
        ),
        pd.DataFrame(columns=["source_id", "pattern", "match", "sentence_id", "quote", "note"]),
    )
    study = terms.study_terms(corpus, none, resamples=200)
    assert study.floor == 0
    assert {"sea", "hill"} <= set(study.frequencies["term"])
    assert terms.term_addresses(study)[terms.LEMMAS, "sea"] == "concordance.html#e-lemma--sea"


def test_verdicts_do_not_hang_on_the_seed(corpus, translations, study):
    other = terms.study_terms(corpus, translations, seed=5, copies=1)
    firm = [
        set(zip(t["reading"], t["work_id"], t["term"], strict=True))
        for t in (study.firm(), other.firm())
    ]
    assert len(firm[0] ^ firm[1]) <= 1
    assert len(firm[0]) > 100


def test_settling_changes_the_intervals_of_what_passes_only(study):
    table = keyness(study.body.tokens, resamples=100)
    settled = terms.settled(table, study.body, {}, 3000)
    passed = table["term"].isin(table.loc[table["q"] <= 0.05, "term"])
    assert (settled.loc[passed, "low"] != table.loc[passed, "low"]).mean() > 0.3
    pd.testing.assert_frame_equal(settled[~passed], table[~passed])


def test_the_floor_is_that_of_cleaned_texts(study):
    raw = study.floors.set_index("source")["largest"]["the twins as they were received"]
    assert 0 < study.floor < raw
    firm = study.firm()
    assert (firm["log_likelihood"] > study.floor).all()


def test_readings_say_what_the_tables_say(study):
    works = study.body.works
    said = readings.key_terms(study)
    firm = study.firm()
    printed = firm[firm["reading"] == terms.PRINTED]
    assert said["firm"] == len(printed) == said["more"] + said["less"]
    assert said["tested"] > len(study.keyness) / 2
    own = readings.own_terms(study, "lian")
    assert own["more"].startswith("*democracy* (26 against 2)")
    assert "citizen" in own["merged"]
    even = readings.evenness(study, works)
    assert even["even"].startswith("*government* in Li & Wu")
    assert even["crowded"].startswith("*authority* in Li & Wu")


def test_terms_apart_needs_every_other_work():
    rows = [
        ("a", "b", "t", 9.0, 0.5, 0.01), ("a", "c", "t", 9.0, 0.4, 0.01),
        ("b", "a", "t", 4.0, -2, 0.01), ("b", "c", "t", 4.0, -1, 0.9),
        ("c", "a", "t", 4.0, -2, 0.01), ("c", "b", "t", 4.0, -1, 0.9),
    ]  # fmt: skip
    columns = ["work_id", "reference", "term", "rate_target", "low", "q"]
    works = pd.DataFrame({"work_id": list("abc"), "label": list("ABC")})
    assert readings.terms_apart(pd.DataFrame(rows, columns=columns), works)["apart"] == "*t* in A"
    rows[1] = ("a", "c", "t", 9.0, -0.1, 0.01)
    said = readings.terms_apart(pd.DataFrame(rows, columns=columns), works)
    assert said["apart"] == "none"
    rows[1] = ("a", "c", "t", 9.0, 0.4, 0.2)
    assert readings.terms_apart(pd.DataFrame(rows, columns=columns), works)["apart"] == "none"
