"""What the figures of problems and remedies lead to."""

import re
from dataclasses import replace

from analysis.coding.panels import coded_places, item_anchors, item_panels, link_panels
from analysis.coding.results import linked
from analysis.evidence import panel_id, word_places
from analysis.publishing import WITHHELD


def ids_in(text):
    return re.findall(r'id="([^"]+)"', text)


def test_every_node_and_every_line_of_the_figures_has_a_panel(corpus, coding):
    nodes = {name for name in ids_in(item_panels(corpus, coding)) if name.startswith("e-")}
    places = coded_places(coding)
    assert nodes == {panel_id(w, c) for w, c in zip(places["work_id"], places["code"], strict=True)}
    lines = ids_in(link_panels(corpus, coding))
    pairs = linked(coding)[["work_id", "theme", "instrument"]].itertuples(index=False, name=None)
    assert set(lines) == {panel_id(*pair) for pair in pairs}
    assert not nodes & set(lines)


def test_every_item_stands_once_and_leads_to_all_its_sentences(corpus, coding):
    text = item_panels(corpus, coding)
    places = coded_places(coding)
    anchors = list(item_anchors(places).values())
    assert sorted(name for name in ids_in(text) if not name.startswith("e-")) == sorted(anchors)
    found = word_places(corpus, places)
    assert found["place"].nunique() == len(places)
    assert text.count("data-words=") == len(found) > len(places)


def test_every_link_leads_to_its_items_and_says_what_it_rests_on(corpus, coding):
    items, links = item_panels(corpus, coding), link_panels(corpus, coding)
    ends = re.findall(r'href="#([^"]+)"', links)
    assert len(ends) == 2 * len(coding.links)
    assert set(ends) <= set(ids_in(items))
    assert len(re.findall(r"</a> explicit(?:, reported as failed)?: ", links)) == (
        (coding.links["basis"] == "explicit").sum()
    )


def test_no_quotation_is_in_the_panels(corpus, coding):
    text = item_panels(corpus, coding) + link_panels(corpus, coding)
    assert not any(quote in text for quote in coding.problems["quote"])
    assert len(text.encode()) < 65_000


def test_items_of_a_work_that_is_not_published_have_no_links(corpus, coding):
    works = corpus.works.assign(publish="none")
    text = item_panels(replace(corpus, works=works), coding)
    assert "data-words" not in text
    assert text.count(WITHHELD) == len(works)
    assert coding.problems["label"].iloc[0] in text


def test_an_identifier_that_is_no_plain_word_has_an_address_of_its_own(coding):
    items = coded_places(coding).head(2).assign(item=["problem", "remedy"], item_id="x 1")
    anchors = item_anchors(items)
    assert len(set(anchors.values())) == 2
    assert all(re.fullmatch(r"[\w.-]+", name) for name in anchors.values())


def test_what_coders_write_is_shown_and_not_run(corpus, coding):
    hostile = "<script>alert(1)</script>"
    sections = corpus.sections.assign(number="", title=hostile)
    corpus = replace(corpus, sections=sections)
    bad = replace(
        coding,
        problems=coding.problems.assign(label=hostile),
        links=coding.links.assign(rationale=hostile),
    )
    for text in (item_panels(corpus, bad), link_panels(corpus, bad)):
        assert "<script" not in text
        assert "&lt;script&gt;" in text
    assert "§ &lt;script&gt;" in item_panels(corpus, bad)
