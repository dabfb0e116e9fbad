"""The built book and the browser, for all tests of this folder."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import browser  # noqa: E402

# Folders of the site that hold no pages of the book.
NOT_PAGES = {"_static", "_sources", "_downloads", "_images"}


@pytest.fixture(scope="module")
def site():
    folder = browser.built_book()
    if not (folder / "index.html").is_file():
        pytest.fail(f"there is no book in {folder}: run `make book` first")
    return folder


@pytest.fixture(scope="module")
def files(site):
    """All pages, those that Sphinx adds included, without redirects."""
    return [
        path
        for path in sorted(site.rglob("*.html"))
        if not NOT_PAGES & set(path.relative_to(site).parts)
        and browser.redirect_target(path) is None
    ]


@pytest.fixture(scope="module")
def pages(site):
    """The pages that _toc.yml names."""
    return [site / name for name in browser.toc_pages()]


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as running:
        yield running
