"""What the figures of problems and remedies lead to."""

import re
from dataclasses import replace

from analysis.coding.panels import coded_places, item_panels, link_panels
from analysis.coding.results import linked
from analysis.evidence import panel_id


def test_every_node_and_every_line_of_the_figures_has_a_panel(corpus, coding):
    nodes = set(re.findall(r'<details class="evidence" id="([^"]+)"', item_panels(corpus, coding)))
    places = coded_places(coding)
    assert nodes == {panel_id(w, c) for w, c in zip(places["work_id"], places["code"], strict=True)}
    lines = set(re.findall(r'<details class="evidence" id="([^"]+)"', link_panels(corpus, coding)))
    pairs = linked(coding)[["work_id", "theme", "instrument"]].itertuples(index=False, name=None)
    assert lines == {panel_id(*pair) for pair in pairs}
    assert not nodes & lines


def test_panels_quote_every_item_and_say_what_each_link_rests_on(corpus, coding):
    text = item_panels(corpus, coding)
    assert text.count("<q>") == len(coding.problems) + len(coding.remedies)
    links = link_panels(corpus, coding)
    assert links.count("<q>") == 2 * len(coding.links)
    assert links.count("<em>explicit</em>") == (coding.links["basis"] == "explicit").sum()


def test_what_coders_write_is_shown_and_not_run(corpus, coding):
    hostile = "<script>alert(1)</script>"
    bad = replace(
        coding,
        problems=coding.problems.assign(label=hostile),
        links=coding.links.assign(rationale=hostile),
    )
    for text in (item_panels(corpus, bad), link_panels(corpus, bad)):
        assert "<script" not in text
        assert "&lt;script&gt;" in text
