"""The drawer that shows the passages behind a mark, in a browser, on a page made for the test."""

import shutil

import browser
import pytest

from analysis import evidence
from analysis.book import STATIC

PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Toy</title>
<link rel="stylesheet" href="../_static/evidence.css">
<script src="../_static/load.js"></script><script src="../_static/evidence.js"></script></head>
<body><main class="bd-article"><h1>Toy</h1>
<svg width="200" height="40"><g><path id="mark" tabindex="0" role="link"
 aria-label="a mark" d="M0,0h30v30h-30z"/></g></svg>
<p><a id="term" href="concordance.html#e-lemma--law--lian">law</a>
<a id="row" href="passages.html#NAME">a row</a></p>PANELS</main>
<script>
  document.getElementById("mark").__data__ = {href: "#e-lian--corruption"};
  // As Vega does: by a link that is not in the page.
  document.querySelector("svg").addEventListener("click", () => { window.followed = true; });
</script></body></html>"""

CONCORDANCE = """bookData.concordance = {"terms": [{"id": "e-lemma--law", "kind": "lemma",
"label": "law", "places": {"lian": [["NAME", 0, 0]]}}]};"""


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site(body, tmp_path_factory):
    """A page with a panel, a mark, a row, and the data of the drawer."""
    folder = tmp_path_factory.mktemp("site")
    static = folder / "_static"
    static.mkdir()
    (folder / "notebooks").mkdir()
    for name in ("load.js", "evidence.js", "evidence.css"):
        shutil.copy(STATIC / name, static)
    places = evidence.occurrences(body, ["corruption"]).query("work_id == 'lian'")
    pieces = evidence.passage_pieces(body, evidence.listed_places(places, width=2))
    evidence.write_passages(body, pieces, static)
    name = pieces["sentence_id"].iloc[0]
    panels = evidence.panels(body, places, ["work_id", "term"], "{term} in {work}")
    page = PAGE.replace("PANELS", panels).replace("NAME", name)
    (folder / "notebooks" / "toy.html").write_text(page, encoding="utf-8")
    script = CONCORDANCE.replace("NAME", name)
    (static / "evidence" / "concordance.js").write_text(script, encoding="utf-8")
    return folder


@pytest.fixture
def page(chromium, site):
    with browser.open_page(chromium, site / "notebooks" / "toy.html") as (page, faults):
        yield page
        assert faults.found() == []


def drawer(page):
    found = page.locator(".evidence-drawer")
    found.wait_for(state="visible", timeout=5000)
    return found


def test_a_mark_opens_its_passages_and_esc_gives_the_focus_back(page, body):
    places = evidence.occurrences(body, ["corruption"]).query("work_id == 'lian'")
    page.locator("#mark").click()
    shown = drawer(page)
    assert not page.evaluate("window.followed")
    assert page.url.endswith("#e-lian--corruption")
    assert shown.get_attribute("role") == "dialog"
    assert page.evaluate("document.activeElement.id") == "evidence-title"
    title = page.locator("#evidence-title").inner_text()
    assert title == f"corruption in Lian (undated): {len(places)} places"
    marks = shown.locator("mark").all_inner_texts()
    assert len(marks) == len(places)
    assert {text.lower() for text in marks} == {"corruption"}
    sentences = places["sentence_id"].unique()
    assert shown.locator("li").count() == len(sentences)
    addresses = shown.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert [address.split("/")[-1] for address in addresses] == [
        f"passages.html#{name}" for name in sentences
    ]
    assert "§" in shown.inner_text()
    assert browser.axe_violations(page) == []
    page.keyboard.press("Escape")
    assert shown.is_hidden()
    assert page.evaluate("document.activeElement.id") == "mark"
    assert "#" not in page.url


def test_one_panel_replaces_the_other(page):
    page.locator("#mark").click()
    drawer(page)
    page.locator("#term").press("Enter")
    page.wait_for_function(
        "document.getElementById('evidence-title').textContent.startsWith('law in')"
    )
    assert page.locator(".evidence-drawer").count() == 1
    assert page.locator(".evidence-drawer li").count() == 1
    assert page.locator(".evidence-more a").get_attribute("href").endswith("#e-lemma--law--lian")
    page.locator("#row").click()
    page.wait_for_function("document.getElementById('evidence-title').textContent === 'Passage'")
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("document.activeElement.id") == "row"


def test_back_closes_the_panel_and_stays_on_the_page(page):
    address = page.url
    page.locator("#mark").click()
    drawer(page)
    page.locator("#term").press("Enter")
    page.wait_for_function("window.location.hash === '#e-lemma--law--lian'")
    page.go_back()
    page.locator(".evidence-drawer").wait_for(state="hidden", timeout=5000)
    assert page.url == address
    page.go_forward()
    drawer(page)


@pytest.mark.parametrize("anchor", ["e-lian--corruption", "e%2Dlian--corruption"])
def test_a_shared_address_opens_the_drawer(chromium, site, anchor):
    address = (site / "notebooks" / "toy.html").as_uri()
    with browser.open_page(chromium, f"{address}#{anchor}") as (page, faults):
        drawer(page)
        assert faults.found() == []


@pytest.mark.parametrize("anchor", ["100%", "constructor", "e-constructor"])
def test_an_address_that_names_nothing_opens_nothing(chromium, site, anchor):
    address = (site / "notebooks" / "toy.html").as_uri()
    with browser.open_page(chromium, f"{address}#{anchor}") as (page, faults):
        page.wait_for_timeout(200)
        assert page.locator(".evidence-drawer").count() == 0
        page.locator("#mark").click()
        drawer(page)
        assert faults.found() == []


def test_on_a_phone_the_mark_stays_in_view(chromium, site):
    path = site / "notebooks" / "toy.html"
    with browser.open_page(chromium, path, viewport=browser.PHONE) as (page, _):
        page.locator("#mark").click()
        top = drawer(page).bounding_box()["y"]
        mark = page.locator("#mark").bounding_box()
        assert mark["y"] + mark["height"] <= top
        assert browser.sideways_overflow(page) == 0


def test_without_the_data_the_panel_on_the_page_opens(chromium, site, tmp_path):
    shutil.copytree(site, tmp_path / "site", ignore=shutil.ignore_patterns("passages.js"))
    with browser.open_page(chromium, tmp_path / "site" / "notebooks" / "toy.html") as (page, _):
        page.locator("#mark").click()
        page.wait_for_function("document.querySelector('details.evidence').open", timeout=5000)
        assert page.locator(".evidence-drawer").count() == 0
        assert page.locator("details.evidence li").first.is_visible()
