"""The built book can be used by everybody: by keyboard, on small screens, on slow lines.

The book is the one in _build/html, or in the folder that the variable
BOOK_HTML names.
"""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import browser
import pytest

NARROW = {"width": 320, "height": 800}
# A window of 1280 by 900, looked at with everything twice as large.
ZOOMED = {"width": 640, "height": 450}

# What a page may weigh. On a slow phone network (1.6 Mbit/s) 60 KB of packed
# styles take 0.3 s, which leaves room for a first view within a second and a half.
HTML_BYTES = 300_000
BLOCKING_BYTES_PACKED = 60_000
SCRIPT_BYTES = 300_000
START_BYTES_PACKED = 120_000

# WCAG 1.4.12: readers may space text out.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"""

# Text that stands out of a box that hides what stands out. Text for screen
# readers alone stands in a box of one pixel.
CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(element => {
    const style = getComputedStyle(element);
    const hides = side => ['hidden', 'clip'].includes(style[`overflow${side}`]);
    return element.getClientRects().length && element.clientWidth > 1
        && element.textContent.trim() && !element.closest('svg')
        && ((hides('X') && element.scrollWidth > element.clientWidth + 1)
            || (hides('Y') && element.scrollHeight > element.clientHeight + 1));
}).map(element => element.outerHTML.slice(0, 120))"""

# Everything that the Tab key should reach, in the order of the page. Of radio
# buttons with one name it reaches one.
CONTROLS = """() => {
    const names = new Set();
    return [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(element => {
        if (element.disabled || element.tabIndex < 0 || element.type === 'hidden') return false;
        if (!element.checkVisibility({visibilityProperty: true})) return false;
        if (element.type === 'radio') {
            if (names.has(element.name)) return false;
            names.add(element.name);
        }
        return true;
    });
}"""

LOOK = """element => {
    const style = getComputedStyle(element);
    const names = ['outline', 'boxShadow', 'borderColor', 'backgroundColor', 'textDecoration',
        'opacity', 'stroke', 'transform'];
    return names.map(name => style[name]).join('; ');
}"""


@pytest.fixture(scope="module")
def home(site):
    """The first page."""
    return site / browser.toc_pages()[0]


@pytest.fixture(scope="module")
def code_page(files):
    """The smallest page with folded code and sections."""
    with_code = [p for p in files if "above-input" in p.read_text(encoding="utf-8")]
    return min(with_code, key=lambda path: path.stat().st_size)


def listed(lines):
    return "\n" + "\n".join(lines)


def opened_code(page):
    """Unfold all code cells and the first of the other folds; wait until they have faded in.

    Half faded in, their text has less contrast than a reader ever reads it with.
    """
    page.evaluate(
        """async () => {
            document.querySelectorAll('details').forEach((fold, place) => {
                if (fold.classList.contains('above-input') || place < 6) fold.open = true;
            });
            await Promise.all(document.getAnimations().map((animation) => animation.finished));
        }"""
    )


@pytest.mark.parametrize(
    ("viewport", "dark"),
    [(browser.DESKTOP, False), (NARROW, True)],
    ids=["wide and light", "narrow and dark"],
)
def test_pages_are_accessible(chromium, site, files, viewport, dark):
    found = []
    for path in files:
        with browser.open_page(chromium, path, viewport=viewport, dark=dark) as (page, _):
            opened_code(page)
            browser.wait_for_charts(page, "dark" if dark else "light")
            where = path.relative_to(site)
            found += [f"{where}: {fault}" for fault in browser.axe_violations(page)]
    assert not found, listed(found)


def test_pages_fit_narrow_screens_and_spaced_text(chromium, site, files):
    found = []
    for path in files:
        where = path.relative_to(site)
        with browser.open_page(chromium, path, viewport=NARROW) as (page, _):
            for name, viewport, css in (
                ("320 px wide", NARROW, ""),
                ("320 px wide, text spaced out", NARROW, SPACED),
                ("twice as large, text spaced out", ZOOMED, ""),
            ):
                page.set_viewport_size(viewport)
                if css:
                    page.add_style_tag(content=css)
                page.wait_for_timeout(50)
                if (wide := browser.sideways_overflow(page)) > 0:
                    found.append(f"{where}, {name}: {wide} px too wide")
                found += [f"{where}, {name}: cut off: {box}" for box in page.evaluate(CUT_OFF)]
    assert not found, listed(found)


def walk(page, limit=600):
    """Press Tab until the focus has gone round; give the elements and how they looked."""
    page.evaluate("window.walked = []")
    looks = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        step = page.evaluate(
            """() => {
                const element = document.activeElement;
                if (!element || element === document.body) return 'outside';
                if (walked.includes(element)) return 'again';
                walked.push(element);
                return 'next';
            }"""
        )
        if step == "again":
            break
        if step == "next":
            page.wait_for_timeout(20)
            looks.append(page.evaluate(f"({LOOK})(document.activeElement)"))
    else:
        pytest.fail(f"the focus has not come round after {limit} steps")
    return looks


@pytest.mark.parametrize("viewport", [browser.DESKTOP, browser.PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("which", ["home", "code_page"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(chromium, request, which, viewport):
    path = request.getfixturevalue(which)
    with browser.open_page(chromium, path, viewport=viewport, reduced_motion=True) as (page, _):
        browser.wait_for_charts(page)
        looks = walk(page)
        missed = page.evaluate(
            f"""() => ({CONTROLS})().filter(control => !walked.includes(control))
                .map(control => control.outerHTML.slice(0, 120))"""
        )
        disordered = page.evaluate(
            """() => walked.slice(1).filter((element, place) =>
                walked[place].compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)
                .map(element => element.outerHTML.slice(0, 120))"""
        )
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(400)
        rest = page.evaluate(f"() => walked.map({LOOK})")
        names = page.evaluate("walked.map(element => element.outerHTML.slice(0, 120))")
    assert len(looks) > 10
    assert not missed, "not reached:" + listed(missed)
    assert not disordered, "out of order:" + listed(disordered)
    unseen = [n for n, a, b in zip(names, looks, rest, strict=True) if a == b]
    assert not unseen, "focus not to be seen:" + listed(unseen)


def test_the_skip_link_leads_to_the_text(chromium, home):
    with browser.open_page(chromium, home) as (page, _):
        page.keyboard.press("Tab")
        link = page.locator("#pst-skip-link a")
        assert link.evaluate("link => link === document.activeElement")
        assert link.bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('main'))")


def test_the_search_dialog_opens_closes_and_finds(chromium, home):
    with browser.open_page(chromium, home) as (page, faults):
        dialog = page.locator("#pst-search-dialog")
        page.keyboard.press("Control+k")
        assert dialog.is_visible()
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.press("Escape")
        assert not dialog.is_visible()
        page.locator(".search-button__button:visible").first.click()
        assert dialog.is_visible()
        page.keyboard.type("governance")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=governance*")
        page.wait_for_selector("#search-results li a")
        # The excerpts of the results need a server; nothing else may fail.
        assert set(faults.page_errors) <= {"Failed to fetch"}


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_side_bars_of_a_phone_open_and_close_by_keyboard(chromium, code_page, side):
    with browser.open_page(chromium, code_page, viewport=browser.PHONE) as (page, _):
        button = page.locator(f".{side}-toggle")
        dialog = page.locator(f"#pst-{side}-sidebar-modal")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#pst-{side}-sidebar-modal[open]")
        assert dialog.locator("a:visible").count() > 0
        assert page.evaluate(
            f"Boolean(document.activeElement.closest('#pst-{side}-sidebar-modal'))"
        )
        page.keyboard.press("Escape")
        page.wait_for_selector(f"#pst-{side}-sidebar-modal:not([open])", state="attached")
        assert page.locator(f"#pst-{side}-sidebar a").count() > 0


def test_the_side_bar_of_a_desktop_folds(chromium, home):
    with browser.open_page(chromium, home, reduced_motion=True) as (page, _):
        bar = page.locator("#pst-primary-sidebar")
        assert bar.is_visible()
        page.locator(".primary-toggle").click()
        page.wait_for_timeout(500)
        assert not bar.locator("a").first.is_visible() or bar.bounding_box()["x"] < 0


def test_the_theme_switch_goes_round_and_shows_its_icon(chromium, home):
    with browser.open_page(chromium, home) as (page, _):
        button = page.locator(".theme-switch-button:visible")
        seen = []
        for _ in range(3):
            icon = button.locator(".theme-switch:visible")
            assert icon.count() == 1
            box = icon.bounding_box()
            assert min(box["width"], box["height"]) >= 12
            assert "svg" in icon.evaluate("icon => getComputedStyle(icon).maskImage")
            seen.append(icon.get_attribute("data-mode"))
            button.click()
        assert sorted(seen) == ["auto", "dark", "light"]
        assert page.evaluate("document.documentElement.dataset.mode") == seen[0]


def test_dark_pages_are_dark_from_the_start(chromium, home):
    with browser.open_page(chromium, home, dark=True) as (page, _):
        # As a reader with a cold cache sees it: nothing but the page's own lines has run.
        page.route("**/*.js*", lambda route: route.abort())
        page.reload(wait_until="load")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_every_icon_is_drawn(chromium, site, files):
    bare = set()
    for path in files:
        with browser.open_page(chromium, path, viewport=browser.PHONE) as (page, _):
            bare |= {
                f"{path.relative_to(site)}: {icon}"
                for icon in page.evaluate(
                    """() => [...document.querySelectorAll(
                        '.fas, .far, .fab, .fa-solid, .fa-regular, .fa-brands')]
                        .filter(icon => !getComputedStyle(icon).maskImage.includes('svg'))
                        .map(icon => icon.outerHTML)"""
                )
            }
    assert not bare, listed(sorted(bare))


def test_folded_code_opens_by_keyboard_and_can_be_copied(chromium, code_page):
    with browser.open_page(chromium, code_page) as (page, _):
        fold = page.locator("details.above-input").first
        assert not fold.locator("pre").is_visible()
        fold.locator("summary").focus()
        page.keyboard.press("Enter")
        assert fold.locator("pre").is_visible()
        copy = fold.locator("button.copybtn")
        assert copy.count() == 1
        copy.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("button.copybtn.success")


def test_the_download_menu_works_by_keyboard(chromium, code_page):
    with browser.open_page(chromium, code_page) as (page, _):
        button = page.locator(".dropdown-download-buttons > button")
        button.focus()
        page.keyboard.press("Enter")
        item = page.locator(".dropdown-download-buttons .dropdown-item").first
        assert item.is_visible()
        page.keyboard.press("Escape")
        assert not item.is_visible()
        assert button.evaluate("button => button === document.activeElement")


@pytest.mark.parametrize("viewport", [browser.DESKTOP, browser.PHONE], ids=["wide", "phone"])
def test_the_header_covers_no_target(chromium, code_page, viewport):
    names = re.findall(r'<section id="([^"]+)"', code_page.read_text(encoding="utf-8"))
    # A heading in the middle: the first and the last cannot be scrolled to the top.
    address = f"{code_page.resolve().as_uri()}#{names[len(names) // 2]}"
    with browser.open_page(chromium, address, viewport=viewport, reduced_motion=True) as (page, _):
        page.wait_for_timeout(300)
        header = page.locator(".bd-header-article").bounding_box()
        heading = page.locator(":target :is(h1, h2, h3)").first.bounding_box()
        assert heading["y"] >= header["y"] + header["height"] - 1 or header["y"] < -1
        assert heading["y"] < viewport["height"]


def test_pages_hold_still_when_asked(chromium, home, code_page):
    moving = """() => [document.documentElement, ...document.querySelectorAll('body *')]
        .filter(element => {
            const style = getComputedStyle(element);
            const longest = list => Math.max(...list.split(',').map(parseFloat));
            return style.scrollBehavior === 'smooth'
                || longest(style.transitionDuration) > 0.05
                || (style.animationName !== 'none' && longest(style.animationDuration) > 0.05);
        }).map(element => element.outerHTML.slice(0, 100))"""
    found = []
    for path in (home, code_page):
        with browser.open_page(chromium, path, reduced_motion=True) as (page, _):
            browser.wait_for_charts(page)
            found += page.evaluate(moving)
    assert not found, listed(sorted(set(found)))


class Loads(HTMLParser):
    """What a page loads by itself."""

    def __init__(self, path):
        super().__init__()
        self.folder = path.parent
        self.blocking, self.scripts, self.unsized = [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "link" and values.get("rel") == "stylesheet":
            if values.get("media", "all") != "print":
                self.blocking.append(self.file(values["href"]))
        elif tag == "script" and "src" in values:
            self.scripts.append(self.file(values["src"]))
            if not {"defer", "async"} & values.keys():
                self.blocking.append(self.scripts[-1])
        elif tag == "img" and not {"width", "height"} <= values.keys():
            self.unsized.append(values.get("src"))

    def file(self, address):
        return (self.folder / unquote(urldefrag(address)[0].partition("?")[0])).resolve()


@pytest.fixture(scope="module")
def loads(site, files):
    return {path.relative_to(site).as_posix(): Loads(path) for path in files}


def packed(paths):
    return sum(len(gzip.compress(Path(path).read_bytes(), mtime=0)) for path in paths)


def test_pages_are_small(site, files):
    large = [
        f"{path.relative_to(site)}: {path.stat().st_size} bytes"
        for path in files
        if path.stat().st_size >= HTML_BYTES
    ]
    assert not large, listed(large)


def test_little_holds_up_the_first_view(loads):
    found = []
    for page, load in loads.items():
        found += [f"{page}: {p.name} blocks" for p in load.blocking if p.suffix == ".js"]
        if (size := packed(load.blocking)) > BLOCKING_BYTES_PACKED:
            found.append(f"{page}: {size} packed bytes block")
    assert not found, listed(found)


def test_scripts_are_small_and_loaded_once(loads):
    found = []
    for page, load in loads.items():
        found += [f"{page}: {p.name} is large" for p in load.scripts
                  if p.stat().st_size > SCRIPT_BYTES]  # fmt: skip
        found += [f"{page}: {name} twice" for name in {p.name for p in load.scripts}
                  if sum(p.name == name for p in load.scripts) > 1]  # fmt: skip
        if page != "search.html" and (size := packed(load.scripts)) > START_BYTES_PACKED:
            found.append(f"{page}: {size} packed bytes of scripts at the start")
    assert not found, listed(found)


def test_images_have_a_size(loads):
    found = [f"{page}: {image}" for page, load in loads.items() for image in load.unsized]
    assert not found, listed(found)


def test_the_icon_font_is_gone(site):
    left = [p for p in site.rglob("*") if "fontawesome" in p.as_posix() and p.is_file()]
    assert not left, listed(map(str, left))
    faces = re.compile(r"@font-face\s*{[^}]*Font Awesome")
    named = [
        path.name
        for path in (site / "_static").rglob("*.css")
        if faces.search(path.read_text(encoding="utf-8").replace("\\", ""))
    ]
    assert not named, listed(named)
