"""The tables that readers of the built book download."""

import json
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import browser
import frictionless
import pytest

# Pages with many numbers: a chapter, the coding, the page of a figure.
NUMBERS = (
    "notebooks/term-frequencies.html",
    "notebooks/coding-consistency.html",
    "figures/leading-terms.html",
)
# To which sides the text of cells is set.
SIDES = "cells => [...new Set(cells.map(cell => getComputedStyle(cell).textAlign))]"


def test_data_package_is_valid_and_lists_every_table(site):
    path = site / "_static" / "tables" / "datapackage.json"
    listed = {r["path"] for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    assert listed == {p.relative_to(path.parent).as_posix() for p in path.parent.rglob("*.csv")}
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])


def test_links_to_tables_lead_to_files(site):
    found, broken = set(), []
    for page in sorted(site.rglob("*.html")):
        for link in browser.read_page(page).links:
            target = urlsplit(urljoin(page.as_uri(), link))
            if target.scheme != "file" or not target.path.endswith(".csv"):
                continue
            found.add(link)
            if not Path(unquote(target.path)).is_file():
                broken.append(f"{page.relative_to(site)}: {link}")
    assert found
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_stand_at_the_right_and_words_at_the_left(chromium, site, name):
    with browser.open_page(chromium, site / name) as (page, _):
        assert page.eval_on_selector_all("main .table-box :is(th, td).n", SIDES) == ["right"]
        others = "main .table-box :is(th, td):not(.n)"
        assert page.eval_on_selector_all(others, SIDES) == ["left"]


def test_numbers_stand_at_the_right_on_paper(chromium, site):
    cells = '<th class="n">N</th><td class="n">1</td><td>a</td>'
    with browser.open_page(chromium, "about:blank") as (page, _):
        page.set_content(f"<table><thead><tr>{cells}</tr></thead><tr>{cells}</tr></table>")
        page.add_style_tag(path=site / "_static" / "print.css")
        assert page.eval_on_selector_all(".n", SIDES) == ["right"]
        assert page.eval_on_selector_all("td:not(.n)", SIDES) == ["left"]


@pytest.mark.parametrize("viewport", [browser.PHONE, browser.DESKTOP], ids=["phone", "wide"])
def test_nothing_jumps_when_the_filters_of_the_codings_are_made(chromium, site, viewport):
    address = site / "notebooks" / "coding-table.html"
    with browser.open_page(chromium, address, viewport=viewport) as (page, _):
        made, kept_free = page.evaluate(
            """() => {
                const form = document.querySelector('.coding-items form');
                const height = form.getBoundingClientRect().height;
                const place = document.createElement('div');
                place.className = 'coding-filters';
                form.replaceWith(place);
                return [height, place.getBoundingClientRect().height];
            }"""
        )
    assert made == pytest.approx(kept_free, abs=2)
