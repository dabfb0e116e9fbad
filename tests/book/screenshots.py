"""Take pictures of every page of the built book.

``python tests/book/screenshots.py OUT`` writes one PNG for each page of
_toc.yml, on a desktop and on a phone, in light and in dark colours. The book
is the one in _build/html, or in the folder that the variable BOOK_HTML names.
"""

import argparse
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import browser  # noqa: E402

# Chromium cannot draw pictures of any height.
LONGEST = 12_000


def take(running, path, out, name):
    """Write the four pictures of one page."""
    for device, viewport in (("desktop", browser.DESKTOP), ("phone", browser.PHONE)):
        for theme in ("light", "dark"):
            dark = theme == "dark"
            with browser.open_page(running, path, viewport=viewport, dark=dark) as (page, _):
                browser.wait_for_charts(page, theme)
                page.wait_for_timeout(300)  # for the theme's transitions
                height = page.evaluate("document.documentElement.scrollHeight")
                # A full-page picture would change the window while it is taken.
                page.set_viewport_size({**viewport, "height": min(height, LONGEST)})
                page.wait_for_timeout(600)
                page.screenshot(path=out / f"{name}-{device}-{theme}.png")


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Take pictures of every page of the built book.")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    out = parser.parse_args().out
    site = browser.built_book()
    if not (site / "index.html").is_file():
        sys.exit(f"there is no book in {site}: run `make book` first")
    out.mkdir(parents=True, exist_ok=True)
    try:
        with browser.chromium() as running:
            for name in browser.toc_pages():
                take(running, site / name, out, name.removesuffix(".html").replace("/", "-"))
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
