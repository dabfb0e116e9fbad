"""The cover shows where the coded items stand in their papers, and what joins them."""

import struct
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import charts
from analysis.coding import load_coding
from analysis.coding.panels import item_panels
from analysis.corpus import find_data
from analysis.figures import cover


@pytest.fixture(scope="module")
def corpus():
    return analysis.load_corpus()


@pytest.fixture(scope="module")
def coding(corpus):
    return load_coding(find_data() / "coding", corpus)


@pytest.fixture(scope="module")
def items(corpus, coding):
    return cover.cover_items(corpus, coding)


@pytest.fixture(scope="module")
def chart(corpus, coding):
    charts.enable_theme()
    return cover.cover_chart(corpus, coding, "items.html")


def rows_with(spec, *fields):
    found = [r for rows in spec["datasets"].values() for r in rows if set(fields) <= set(r)]
    return pd.DataFrame(found)


def test_items_stand_where_their_quotations_stand(corpus, coding, items):
    """The words of running text before the middle of the quotation, counted one by one."""
    tokens = corpus.body().tokens
    anchored = pd.concat([
        coding.problems.rename(columns={"problem_id": "item_id"}),
        coding.remedies.rename(columns={"remedy_id": "item_id"}),
    ]).set_index("item_id")  # fmt: skip
    for item in items.iloc[::7].itertuples():
        own = tokens[(tokens["work_id"] == item.work_id) & tokens["is_word"]]
        place = anchored.loc[item.item_id]
        before = sum(start < (place["start"] + place["end"]) / 2 for start in own["start"])
        assert item.word == before


def test_only_problems_of_practice_and_advocated_remedies_are_drawn(coding, items):
    practice = coding.problems[coding.problems["level"] == "practice"]["problem_id"]
    assert set(items[items["item"] == "problem"]["item_id"]) == set(practice)
    drawn = coding.remedies.set_index("remedy_id").loc[items[items["item"] == "remedy"]["item_id"]]
    assert set(drawn["stance"]) == {"advocated"}
    assert "research-agenda" not in set(drawn["instrument"])
    assert len(drawn) == sum(
        (coding.remedies["stance"] == "advocated")
        & (coding.remedies["instrument"] != "research-agenda")
    )


def test_links_join_drawn_items_of_one_work(coding, items):
    links = cover.cover_links(coding, items)
    work, place = items.set_index("item_id")["work_id"], items.set_index("item_id")["word"]
    assert (links["problem_id"].map(work) == links["remedy_id"].map(work)).all()
    assert (links["word"] == links["problem_id"].map(place)).all()
    assert (links["word_to"] == links["remedy_id"].map(place)).all()
    known = set(items["item_id"])
    wanted = {
        (p, r)
        for p, r in zip(coding.links["problem_id"], coding.links["remedy_id"], strict=True)
        if {p, r} <= known
    }
    assert set(zip(links["problem_id"], links["remedy_id"], strict=True)) == wanted


def test_problem_and_remedy_with_one_identifier_are_kept_apart(corpus, coding, chart):
    links = cover.cover_links(coding, cover.cover_items(corpus, coding))
    problem, remedy = links.loc[0, ["problem_id", "remedy_id"]]
    renamed = replace(
        coding,
        remedies=coding.remedies.replace({"remedy_id": {remedy: problem}}),
        links=coding.links.replace({"remedy_id": {remedy: problem}}),
    )
    found = cover.cover_links(renamed, cover.cover_items(corpus, renamed))
    places = ["word", "word_to"]
    assert sorted(map(tuple, found[places].to_numpy())) == sorted(
        map(tuple, links[places].to_numpy())
    )
    marks = rows_with(cover.cover_chart(corpus, renamed, "items.html").to_dict(), "item_id", "href")
    panels = item_panels(corpus, renamed)
    own = marks[marks["item_id"] == problem]
    assert own["href"].nunique() == 2
    for href in own["href"]:
        assert f'id="{href.partition("#")[2]}"' in panels


def test_no_item_stands_outside_of_its_paper(corpus, items):
    words = corpus.body().tokens.query("is_word").groupby("work_id", observed=True).size()
    assert (items["word"] >= 0).all()
    assert (items["word"] <= items["work_id"].map(words).astype(int)).all()


def test_chart_draws_every_item_once_and_leads_to_it(chart, items):
    marks = rows_with(chart.to_dict(), "item_id", "href")
    assert sorted(marks["item_id"]) == sorted(items["item_id"])
    assert (marks["href"] == "items.html#" + marks["item_id"]).all()
    column = marks["x"].astype(float)
    # Problems stand on the left of their paper, remedies on the right.
    assert np.allclose(column[marks["item"] == "problem"] % 1, cover.LEFT)
    assert np.allclose(column[marks["item"] == "remedy"] % 1, cover.RIGHT)


def test_description_counts_what_is_drawn(chart, coding, items):
    spec = chart.to_dict()
    text, links = spec["description"], cover.cover_links(coding, items)
    lian = items[items["work_id"] == "lian"]["item"].value_counts()
    own = int((links["work_id"] == "lian").sum())
    assert f"Lian has {lian['problem']} problems, {lian['remedy']} remedies and {own} links" in text
    assert f"{int((links['basis'] == 'explicit').sum())} of {len(links)} links" in text


def test_card_has_the_size_that_sites_ask_for(chart):
    png = cover.social_card(chart, "A title", "and what it is")
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == cover.CARD_SIZE
    assert png == cover.social_card(chart, "A title", "and what it is")
    assert png != cover.social_card(chart, "Another title", "and what it is")
