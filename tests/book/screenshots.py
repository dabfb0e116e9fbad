"""Take pictures of every page of the built book.

``python tests/book/screenshots.py OUT`` writes one picture for each page of _toc.yml, the
page of one figure, the search and the page for addresses that lead nowhere: at three
widths, in light and in dark colours. ``OUT/index.html`` shows them side by side, so that
all can be looked at in a minute. The book is the one in _build/html, or in the folder that
the variable BOOK_HTML names.
"""

import argparse
import html
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import browser  # noqa: E402

# Chromium cannot draw pictures of any height.
LONGEST = 12_000
WIDTHS = {
    "desktop": browser.DESKTOP,
    "tablet": {"width": 768, "height": 1024},
    "phone": browser.PHONE,
}
THEMES = ("light", "dark")
# Pages that _toc.yml does not name.
OTHERS = ("figures/leading-terms.html", "search.html", "404.html")


def take(running, path, out, name):
    """Write the pictures of one page."""
    for device, viewport in WIDTHS.items():
        for theme in THEMES:
            dark = theme == "dark"
            with browser.open_page(running, path, viewport=viewport, dark=dark) as (page, _):
                browser.wait_for_charts(page, theme)
                page.wait_for_timeout(300)  # for the theme's transitions
                height = page.evaluate("document.documentElement.scrollHeight")
                # A full-page picture would change the window while it is taken.
                page.set_viewport_size({**viewport, "height": min(height, LONGEST)})
                page.wait_for_timeout(600)
                page.screenshot(path=out / f"{name}-{device}-{theme}.jpg", quality=70)


def overview(out, names):
    """Write a page that shows the tops of all pictures side by side."""
    kinds = [f"{device}-{theme}" for device in WIDTHS for theme in THEMES]
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><p>"
        + "".join(
            f'<a href="{name}-{k}.jpg"><img src="{name}-{k}.jpg" alt="{k}"></a>' for k in kinds
        )
        + "</p>"
        for name in names
    )
    style = "img { width: 15vw; height: 60vh; object-fit: cover; object-position: top }"
    text = f'<!doctype html><meta charset="utf-8"><title>Every page</title><style>{style}</style>'
    (out / "index.html").write_text(text + rows, encoding="utf-8")


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Take pictures of every page of the built book.")
    parser.add_argument("out", type=Path, help="folder for the pictures")
    out = parser.parse_args().out
    site = browser.built_book()
    if not (site / "index.html").is_file():
        sys.exit(f"there is no book in {site}: run `make book` first")
    out.mkdir(parents=True, exist_ok=True)
    pages = {
        page.removesuffix(".html").replace("/", "-"): site / page
        for page in [*browser.toc_pages(), *OTHERS]
    }
    try:
        with browser.chromium() as running:
            for name, path in pages.items():
                take(running, path, out, name)
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:
        sys.exit(str(missing))
    overview(out, pages)
    print(f"{len(pages)} pages; look at {out / 'index.html'}")


if __name__ == "__main__":
    main()
