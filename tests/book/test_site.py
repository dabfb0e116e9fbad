"""The built book, read from disk and opened in a browser without any network.

The book is the one in _build/html, or in the folder that the variable
BOOK_HTML names.
"""

from dataclasses import dataclass, field

import browser
import pytest


@dataclass
class Visit:
    """What was seen when a page was opened."""

    faults: list = field(default_factory=list)
    overflow: int = 0


@pytest.fixture(scope="module")
def visits(chromium, site, files):
    """Every page, opened on a desktop in light and on a phone in dark colours."""
    seen = {}
    for path in files:
        for name, viewport, dark in (
            ("desktop", browser.DESKTOP, False),
            ("phone", browser.PHONE, True),
        ):
            visit = seen[f"{path.relative_to(site)} ({name})"] = Visit()
            with browser.open_page(chromium, path, viewport=viewport, dark=dark) as (page, faults):
                try:
                    browser.wait_for_charts(page, "dark" if dark else "light")
                except Exception as error:  # reported with the page's other faults
                    visit.faults.append(f"charts: {error}")
                visit.faults += faults.found()
                visit.overflow = browser.sideways_overflow(page)
    return seen


def listed(lines):
    return "\n" + "\n".join(lines)


def test_every_page_of_the_toc_is_built(site, pages):
    assert pages
    lost = [str(path.relative_to(site)) for path in pages if not path.is_file()]
    assert not lost, listed(lost)


def test_pages_load_nothing_from_elsewhere(site):
    found = browser.outside_files(site)
    assert not found, listed(found)


def test_local_links_lead_somewhere(site):
    broken = browser.broken_links(site)
    assert not broken, listed(broken)


def test_ids_are_unique_in_a_page(site, files):
    repeated = [
        f"{path.relative_to(site)}: {', '.join(ids)}"
        for path in files
        if (ids := browser.read_page(path).repeated_ids)
    ]
    assert not repeated, listed(repeated)


def test_footers_name_the_project(site, pages):
    wrong = []
    for path in pages:
        footer = browser.read_page(path).footer
        if "Jupyter Book community" in footer or "Problems and Remedies project" not in footer:
            wrong.append(f"{path.relative_to(site)}: {footer}")
    assert not wrong, listed(wrong)


def test_pages_open_without_fault(visits):
    found = [f"{page}: {fault}" for page, visit in visits.items() for fault in visit.faults]
    assert not found, listed(found)


def test_no_page_scrolls_sideways(visits):
    wide = [f"{page}: {v.overflow} px too wide" for page, v in visits.items() if v.overflow > 0]
    assert not wide, listed(wide)


@pytest.mark.parametrize("name", ["corpus", "coding-table", "concordance"])
def test_an_address_that_is_badly_written_does_no_harm(chromium, site, name):
    address = (site / "notebooks" / f"{name}.html").as_uri() + "#100%"
    with browser.open_page(chromium, address) as (page, faults):
        if name == "concordance":
            page.wait_for_selector(".concordance-app form")
        assert faults.found() == []


def test_coded_items_can_be_filtered(chromium, site):
    address = (site / "notebooks" / "coding-table.html").as_uri() + "?item=remedy"
    with browser.open_page(chromium, address) as (page, faults):
        # The search of the theme may have a status of its own.
        shown, total = page.locator(".coding-items [role=status]").inner_text().split(" ")[:3:2]
        rows = page.locator(".coding-items tbody tr")
        assert rows.count() == int(total)
        assert page.locator(".coding-items tbody tr:visible").count() == int(shown) < int(total)
        assert faults.found() == []
