"""Helpers for the tests that open built pages in a browser.

No page may reach the network: every host name fails to resolve, and a request
for anything but a local file is recorded as a fault.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
_LOCAL_SCHEMES = {"file", "data", "blob", "about"}


def built_book() -> Path:
    """Folder of the built book: from the variable BOOK_HTML or where `make book` puts it."""
    return Path(os.environ.get("BOOK_HTML") or ROOT / "_build" / "html").resolve()


def toc_pages() -> list[str]:
    """The pages that _toc.yml names, as paths in the built book, in its order."""

    def entries(node: Any) -> Iterator[str]:
        if isinstance(node, list):
            for part in node:
                yield from entries(part)
        elif isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            for value in node.values():
                yield from entries(value)

    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [re.sub(r"(\.md|\.ipynb)?$", ".html", name, count=1) for name in entries(toc)]


def missing(what: str) -> None:
    """Skip the test for lack of `what`; on a CI machine, where it must be, fail."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{what}, and CI=true: browser tests must run here")
    pytest.skip(what)


def find_chromium() -> str | None:
    """Path of a Chromium: from the variable CHROMIUM or else from PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """Start Chromium, cut off from every host; give Playwright's browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    executable = find_chromium()
    if executable is None:
        missing("no Chromium found (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Faults:
    """What went wrong while a page was open."""

    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    outside_requests: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)

    def found(self) -> list[str]:
        """All faults, one line each."""
        return [
            *(f"console error: {line}" for line in self.console_errors),
            *(f"script error: {line}" for line in self.page_errors),
            *(f"outside request: {line}" for line in self.outside_requests),
            *(f"failed request: {line}" for line in self.failed_requests),
        ]


@contextmanager
def open_page(
    browser: Any,
    address: Path | str,
    *,
    viewport: dict[str, int] | None = None,
    dark: bool = False,
    javascript: bool = True,
    reduced_motion: bool = False,
    touch: bool = False,
) -> Iterator[tuple[Any, Faults]]:
    """Open one page from disk in a fresh profile.

    Parameters
    ----------
    browser : Browser
        From `chromium`.
    address : Path or str
        A file, or a ``file:`` address with an anchor.
    viewport : dict, optional
        `DESKTOP` (default) or `PHONE`.
    dark : bool
        Whether the reader's system asks for dark pages.
    javascript : bool
        Whether scripts run.
    reduced_motion : bool
        Whether the reader's system asks for little movement.
    touch : bool
        Whether the screen is touched, as that of a phone is, and nothing hovers over it.

    Yields
    ------
    page, faults
        Playwright's page and the `Faults` seen so far.
    """
    if isinstance(address, Path):
        address = address.resolve().as_uri()
    context = browser.new_context(
        viewport=viewport or DESKTOP,
        color_scheme="dark" if dark else "light",
        java_script_enabled=javascript,
        reduced_motion="reduce" if reduced_motion else "no-preference",
        has_touch=touch,
        is_mobile=touch,
    )
    page = context.new_page()
    faults = Faults()

    def on_console(message: Any) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            faults.console_errors.append(f"{message.text} [{where}]")

    def on_request(request: Any) -> None:
        if urlsplit(request.url).scheme not in _LOCAL_SCHEMES:
            faults.outside_requests.append(request.url)

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.page_errors.append(str(error)))
    page.on("request", on_request)
    page.on("requestfailed", lambda request: faults.failed_requests.append(request.url))
    try:
        page.goto(address, wait_until="load")
        yield page, faults
    finally:
        context.close()


def wait_for_charts(page: Any, theme: str | None = None, timeout: float = 20) -> int:
    """Reach every chart of the page and wait until it is live; return how many there are.

    Charts are drawn when a reader comes near them. Fails at once, with the reason, if a chart
    could not be drawn. With `theme` ("light" or "dark") the charts must be drawn for it.
    """
    page.evaluate(
        """async () => {
            const top = window.scrollY;
            for (const chart of document.querySelectorAll(".book-chart")) {
                chart.scrollIntoView({ behavior: "instant" });
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            }
            window.scrollTo({ top, behavior: "instant" });
        }"""
    )
    page.wait_for_function(
        """theme => [...document.querySelectorAll(".book-chart")].every(chart =>
            chart.dataset.error ||
            (chart.dataset.live === "yes" && (!theme || chart.dataset.drawn === theme)))""",
        arg=theme,
        timeout=timeout * 1000,
    )
    errors = page.eval_on_selector_all(
        ".book-chart[data-error]",
        "charts => charts.map(chart => `${chart.id}: ${chart.dataset.error}`)",
    )
    assert not errors, "charts that could not be drawn: " + "; ".join(errors)
    return page.locator(".book-chart").count()


def sideways_overflow(page: Any) -> int:
    """By how many pixels the page can be scrolled sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


# Tokens of one kind look alike wherever they stand in a listing, and a page has thousands: one of
# each kind is looked at.
UNWRAP_REPEATED = """() => {
    const seen = new Set();
    for (const token of document.querySelectorAll('.highlight span[class]')) {
        const kind = `${token.parentElement.className} > ${token.className}`;
        if (seen.has(kind)) token.replaceWith(...token.childNodes);
        seen.add(kind);
    }
}"""


def axe_violations(page: Any) -> list[str]:
    """Accessibility faults that axe finds in the page, one line each."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python is not installed")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # Reading style sheets by request ("preload") is not possible from file://.
    options = {
        "runOnly": {"type": "tag", "values": tags},
        "preload": False,
        # The elements that pass a rule are thousands, and would all be described.
        "resultTypes": ["violations"],
    }
    page.evaluate(UNWRAP_REPEATED)
    results = Axe().run(page, options=options)
    return [
        f"{violation['id']}: {node['html'][:160]} ({node.get('failureSummary', '')})"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


class _PageParser(HTMLParser):
    """Collect ids, links and loaded files of one HTML page."""

    _LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.footer_text: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []

    # Elements that have no end tag.
    _VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        in_article, in_footer = self._open[-1][1:] if self._open else (False, False)
        in_article = in_article or tag == "article"
        in_footer = in_footer or tag == "footer"
        if tag not in self._VOID:
            self._open.append((tag, in_article, in_footer))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a" and in_article:
            for name in ("href", "xlink:href"):
                if name in values:
                    self.links.append(values[name])
        if tag == "link":
            if self._LOADED_LINKS & set(values.get("rel", "").split()):
                self.loaded.append(values.get("href", ""))
        # A link is followed, and a base is no file.
        elif tag not in ("a", "base"):
            names = ("src", "poster", "data", "href", "xlink:href")
            self.loaded += [values[name] for name in names if name in values]
            for part in values.get("srcset", "").split(","):
                self.loaded += part.split()[:1]
        self.loaded += _css_addresses(values.get("style", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self._VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, *_ in self._open):
            while self._open.pop()[0] != tag:
                continue

    def handle_data(self, data: str) -> None:
        tag, _, in_footer = self._open[-1] if self._open else ("", False, False)
        if tag == "style":
            self.loaded += _css_addresses(data)
        if in_footer:
            self.footer_text.append(data)


def _css_addresses(css: str) -> list[str]:
    return re.findall(r"(?:url\(|@import\s+)\s*['\"]?([^'\")\s;]+)", css)


@dataclass(frozen=True)
class Page:
    """What a built HTML page holds, read without a browser."""

    path: Path
    ids: frozenset[str]
    repeated_ids: tuple[str, ...]
    links: tuple[str, ...]
    loaded: tuple[str, ...]
    footer: str


def read_page(path: Path) -> Page:
    """Parse one HTML file. Links are those of the page's own text."""
    parser = _PageParser()
    parser.feed(path.read_text(encoding="utf-8"))
    parser.close()
    repeated = sorted({name for name in parser.ids if parser.ids.count(name) > 1})
    return Page(
        path=path,
        ids=frozenset(parser.ids),
        repeated_ids=tuple(repeated),
        links=tuple(parser.links),
        loaded=tuple(parser.loaded),
        footer=" ".join(" ".join(parser.footer_text).split()),
    )


def redirect_target(path: Path) -> str | None:
    """Where a page that only redirects leads to, else None."""
    found = re.search(
        r"""http-equiv=["']refresh["'][^>]*url=([^"'>\s]+)""",
        path.read_text(encoding="utf-8"),
        flags=re.IGNORECASE,
    )
    return found[1] if found else None


def outside_files(site: Path) -> list[str]:
    """Scripts, styles, fonts and images that pages load from another host."""
    found = []
    for path in sorted(site.rglob("*.html")):
        for address in read_page(path).loaded:
            if re.match(r"(https?:)?//", address):
                found.append(f"{path.relative_to(site)}: {address}")
    for path in sorted(site.rglob("*.css")):
        for address in _css_addresses(path.read_text(encoding="utf-8")):
            if re.match(r"(https?:)?//", address):
                found.append(f"{path.relative_to(site)}: {address}")
    return found


def broken_links(site: Path) -> list[str]:
    """Local links in pages' own text that lead to no file or no anchor."""
    site = site.resolve()
    pages = {path: read_page(path) for path in sorted(site.rglob("*.html"))}
    broken = []
    for path, page in pages.items():
        redirect = redirect_target(path)
        for link in [*page.links, *([redirect] if redirect else [])]:
            target = urlsplit(urljoin(path.as_uri(), link))
            if target.scheme != "file":
                continue
            file = Path(unquote(target.path))
            if file.is_dir():
                file = file / "index.html"
            anchor = unquote(target.fragment)
            where = f"{path.relative_to(site)}: {link}"
            if not file.is_relative_to(site) or not file.is_file():
                broken.append(f"{where} (no such file)")
            elif anchor and file in pages and anchor not in pages[file].ids:
                broken.append(f"{where} (no such anchor)")
    return broken
