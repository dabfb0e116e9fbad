"""The study of values: shares by hand, company without a verdict by accident, and panels."""

import json
import re

import pandas as pd
import pytest

from analysis import concept_shares, figures, load_lexicon
from analysis.charts import render_chart
from analysis.labels import load_labels
from analysis.measures import wilson_interval
from analysis.readings import values as readings
from analysis.values import (
    ADVOCATED,
    in_blocks,
    outside_counts,
    pairs_html,
    strongest_pairs,
    study_values,
    value_address,
    with_pair_panels,
)


@pytest.fixture(scope="module")
def study(corpus, lexicon):
    return study_values(corpus, lexicon, load_labels(corpus), draws=2000)


def toy():
    sentences = pd.DataFrame(
        [("x", "g1", "s1"), ("x", "g1", "s2"), ("x", "g2", "s3"), ("y", "g3", "s4")],
        columns=["work_id", "paragraph_id", "sentence_id"],
    )
    hits = pd.DataFrame(
        [("law", "s1"), ("law", "s1"), ("law", "s3"), ("trust", "s4")],
        columns=["concept_id", "sentence_id"],
    )
    return hits, sentences


def test_shares_by_hand():
    table = concept_shares(*toy()).set_index(["work_id", "concept_id"])
    assert table.loc[("x", "law"), ["sentences", "n"]].tolist() == [2, 3]
    assert table.loc[("x", "law"), "share"] == pytest.approx(2 / 3)
    # The paragraphs of x have one of two and one of one sentence.
    assert table.loc[("x", "law"), "low"] == pytest.approx(1 / 2)
    assert table.loc[("x", "law"), "high"] == pytest.approx(1)
    absent = table.loc[("x", "trust")]
    assert (absent["share"], absent["low"]) == (0, 0)
    assert absent["high"] == pytest.approx(wilson_interval(0, 3)[1])


def test_a_hit_outside_of_the_sentences_is_refused():
    hits, sentences = toy()
    with pytest.raises(ValueError, match="a hit stands in s4"):
        concept_shares(hits, sentences.head(3))
    with pytest.raises(ValueError, match="no column 'document_id'"):
        concept_shares(hits, sentences, by="document_id")


def test_the_twins_have_the_same_mentions(study):
    own = study.shares[
        (study.shares["basis"] == "all mentions") & (study.shares["work_id"] == "shen")
    ]
    wide = own.pivot(index="concept_id", columns="role", values="sentences")
    assert (wide["primary"] - wide["twin"]).abs().max() <= 1


def test_headlines_rest_on_what_is_advocated(study):
    advocated = study.advocated()
    assert set(advocated["stance"]) == {ADVOCATED}
    assert set(advocated["document_id"]) == {"shen", "lian", "region", "li"}
    counts = advocated.groupby(["work_id", "concept_id"])["sentence_id"].nunique()
    own = study.shares[(study.shares["basis"] == ADVOCATED) & (study.shares["role"] == "primary")]
    shares = own[own["sentences"] > 0].set_index(["work_id", "concept_id"])["sentences"]
    assert shares.sort_index().to_dict() == counts.sort_index().to_dict()


def test_no_company_is_firm(study):
    # The chapter says so; if this turns over, its sentences have to be written anew.
    for pairs in (study.pooled, study.within, study.once, study.yardsticks):
        assert not (pairs["q"] <= 0.05).any()
    assert (study.findable["findable"] < 10).all()


def test_the_order_of_blocks_holds_every_concept_once(study):
    order = in_blocks(study.pooled)
    assert sorted(order) == sorted({*study.pooled["concept_a"], *study.pooled["concept_b"]})
    assert order == in_blocks(study.pooled.sample(frac=1, random_state=1))
    assert in_blocks(study.pooled.head(1)) == sorted(
        study.pooled.iloc[0][["concept_a", "concept_b"]]
    )


def test_every_cell_opens_its_sentences(study):
    pairs = with_pair_panels(study.within)
    for work in study.texts.works["work_id"]:
        html = pairs_html(study, work)
        panels = dict(re.findall(r'id="([^"]+)"><summary>[^<]*: (\d+) sentence', html))
        own = pairs[pairs["work_id"] == work]
        assert {
            p.panel.removeprefix("#"): str(p.n_ab) for p in own.itertuples() if p.n_ab
        } == panels
        assert own.loc[own["n_ab"] == 0, "panel"].isna().all()


def test_a_zero_on_an_outside_list_stays(corpus, body):
    lexicon = load_lexicon(corpus.folder / "lexicon" / "outside")
    table = outside_counts(body, lexicon)
    assert len(table) == len(lexicon.concepts)
    assert (table.set_index("label").loc["Friendship", ["shen", "lian", "region", "li"]] == 0).all()


def test_figures_of_values_are_drawn_and_described(study, lexicon):
    works = study.texts.works
    shares = study.shares.assign(panel=[
        value_address(s.concept_id, s.work_id) if s.sentences else None
        for s in study.shares.itertuples()
    ])  # fmt: skip
    pairs = with_pair_panels(study.within)
    order = in_blocks(study.pooled)
    labels = lexicon.concepts["label"].head(4).tolist()
    nodes = pd.DataFrame({"concept": labels, "sentences": [4, 3, 2, 1]})
    edges = pd.DataFrame(
        {"a": labels[:1], "b": labels[1:2], "n_ab": [2], "way": ["together"], "panel": ["#x"]}
    )
    drawn = [
        figures.value_chart(shares, lexicon, works),
        figures.company_chart(pairs[pairs["work_id"] == "lian"], lexicon, order, "Lian"),
        figures.yardstick_chart(strongest_pairs(study)),
        figures.value_network(nodes, edges),
        figures.value_network(nodes, edges.head(0)),
    ]
    for chart in drawn:
        bundle = render_chart(chart.to_dict())
        assert len(bundle["text/plain"]) > 60
        assert "NaN" not in bundle["text/html"]


def test_readings_say_what_the_tables_say(study):
    said = readings.company(study)
    assert said["firm"] == said["pooled_firm"] == "none"
    assert said["pairs"] == len(study.within)
    sizes = readings.lexicon_size(study)
    assert sizes["advocated"] == len(study.advocated())
    assert "democracy (2" in readings.leading_values(study)["leading"]


@pytest.mark.parametrize("notebook", ["value-concepts", "term-frequencies"])
def test_every_work_has_its_figure_in_the_chapter(corpus, notebook):
    path = corpus.folder.parent / "notebooks" / f"{notebook}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    for work in corpus.works["work_id"]:
        name = {"value-concepts": "value-company", "term-frequencies": "own-terms"}[notebook]
        assert any(f'"{name}-{work}")' in source for source in sources), work
