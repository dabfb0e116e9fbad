"""The colours of the style sheet can be told apart and read; pages say what they are."""

import csv
import itertools
import re
from pathlib import Path

import browser
import numpy as np
import pytest
from docutils.core import publish_doctree

from analysis.book import STATIC

ROOT = Path(__file__).resolve().parents[1]

# Style sheets whose colours are all custom properties of book.css.
SHEETS = ("book.css", "findings.css", "browse.css", "evidence.css", "concordance.css")
# How eyes without one kind of cone see linear red, green and blue (Machado, Oliveira and
# Fernandes 2009, severity 1.0).
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip


def bare(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def blocks(css, selector):
    return re.findall(rf"(?:^|\}})\s*{re.escape(selector)}\s*\{{([^}}]*)\}}", bare(css))


def properties(block):
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


@pytest.fixture(scope="module")
def css():
    return (STATIC / "book.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def themes(css):
    light = properties(blocks(css, "html")[0])
    dark = properties(blocks(css, 'html[data-theme="dark"]')[0])
    return {"light": light, "dark": {**light, **dark}}


@pytest.fixture(scope="module")
def works():
    with (ROOT / "data" / "works.csv").open(encoding="utf-8", newline="") as file:
        return {row["work_id"]: row for row in csv.DictReader(file)}


def linear(colour):
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))


def contrast(first, second):
    """Contrast of two colours by WCAG 2: from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb):
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(first, second, sight):
    """Distance in CIELAB as an eye sees it; about 2 is the smallest that is noticed."""
    return float(np.linalg.norm(lab(sight @ linear(first)) - lab(sight @ linear(second))))


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_works_have_their_colours_of_the_data_on_light_pages(themes, works):
    for work, row in works.items():
        assert themes["light"][f"--work-{work}"] == row["colour"].lower()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_stand_out_and_text_can_be_read(themes, works, theme):
    colours = themes[theme]
    paper, raised = colours["--paper"], colours["--paper-raised"]
    for work in works:
        assert contrast(colours[f"--work-{work}"], paper) >= 3
        assert contrast(colours[f"--work-{work}-text"], paper) >= 4.5
        assert contrast(colours[f"--work-{work}-text"], raised) >= 4.5
    for name in ("ink", "ink-quiet", "accent", "verdict-holds", "verdict-fails", "verdict-open"):
        assert contrast(colours[f"--{name}"], paper) >= 4.5, name
        assert contrast(colours[f"--{name}"], raised) >= 4.5, name
    for name in ("ink", "ink-quiet", "accent"):
        assert contrast(colours[f"--{name}"], colours["--mark"]) >= 4.5, name
    # Borders of fields
    assert contrast(colours["--line-strong"], paper) >= 3


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_works_can_be_told_apart_by_every_eye(themes, works, theme, sight):
    for first, second in itertools.combinations(works, 2):
        colours = [themes[theme][f"--work-{work}"] for work in (first, second)]
        assert difference(*colours, SIGHT[sight]) > 10, (first, second)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pale_forms_are_nearer_to_the_paper_and_still_seen(themes, works, theme):
    colours = themes[theme]
    for work in works:
        full = contrast(colours[f"--work-{work}"], colours["--paper"])
        pale = contrast(colours[f"--work-{work}-pale"], colours["--paper"])
        assert 1.5 < pale < 0.75 * full, work


def test_dark_pages_have_a_form_of_their_own_of_every_colour(css):
    light, dark = (
        properties(blocks(css, selector)[0]) for selector in ("html", 'html[data-theme="dark"]')
    )
    coloured = {name for name, value in light.items() if re.match(r"#|rgb", value)}
    assert coloured == set(dark)


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_colour_stands_outside_of_a_custom_property(sheet):
    text = bare((STATIC / sheet).read_text(encoding="utf-8"))
    rules = re.sub(r"--[\w-]+:[^;]+;", "", text)
    named = r"(?<![\w-])(?:white|black|gr[ae]y|red|green|blue|yellow|orange)(?![\w-])"
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*\})|rgba?\(|hsla?\(", rules) == []
    assert re.findall(named, rules) == []


def test_every_custom_property_that_is_used_is_defined(css, themes):
    theirs = ("--pst-", "--mystnb-", "--sd-", "--bs-", "--fa-")
    # Set by the style of an element, not by a style sheet.
    by_element = {"--card-colour", "--evidence-work", "--share", "--work"}
    for sheet in SHEETS:
        text = bare((STATIC / sheet).read_text(encoding="utf-8"))
        used = set(re.findall(r"var\((--[\w-]+)", text))
        own = {name for name in used if not name.startswith(theirs)}
        assert own - by_element - set(properties(text)) <= set(themes["light"]), sheet


# What pages say of themselves


@pytest.fixture(scope="module")
def look():
    return pytest.importorskip("analysis.book.look", reason="needs what builds the book")


def test_a_page_is_described_by_its_first_paragraph(look):
    page = "\n".join([
        "Title", "=====", "", "*A line*", "",
        ".. note:: A note that is long enough to be taken for what the page has to say of itself.",
        "", "What stands here first, in a paragraph with some *words* that are set apart.", "",
        "What stands here second, which is not part of the description of this page.",
    ])  # fmt: skip
    assert look.describe(publish_doctree(page)) == (
        "What stands here first, in a paragraph with some words that are set apart."
    )
    assert look.describe(publish_doctree("Short.")) == ""
    assert look.describe(None) == ""


def test_a_long_description_ends_after_a_word(look):
    words = " ".join(["governance"] * 40)
    cut = look.shorten(words)
    assert len(cut) <= look.LONGEST
    assert set(cut.removesuffix("…").split()) == {"governance"}
    assert cut.endswith("governance…")
    assert look.shorten("As it is.") == "As it is."
    assert len(look.shorten("x" * 400)) <= look.LONGEST


def test_addresses_are_written_only_where_they_are_known(look):
    colours = ("#ffffff", "#000000")
    tags = look.meta_tags('A "title"', "Book", "What it says", colours, "", "")
    assert "og:url" not in tags
    assert "og:image" not in tags
    assert 'content="A &quot;title&quot;"' in tags
    assert '<meta name="description" content="What it says">' in tags
    there = look.meta_tags("T", "B", "", colours, "https://x.org/p.html", "https://x.org/c.png")
    assert '<meta property="og:url" content="https://x.org/p.html">' in there
    assert '<meta property="og:image" content="https://x.org/c.png">' in there
    assert "description" not in there


def test_colours_of_the_browser_are_those_of_the_paper(look, css, themes):
    assert look.page_colours(css) == (themes["light"]["--paper"], themes["dark"]["--paper"])
    with pytest.raises(ValueError, match="--paper"):
        look.page_colours("html { --ink: #000000; }")


def test_links_of_the_missing_page_start_at_the_root_of_the_book(look):
    """The script finds the root from the address alone, wherever the book lies."""
    with browser.chromium() as running:
        page = running.new_page()

        def root_of(address, **book):
            element = look.base_element(book.get("url", ""), ["book", "notebooks"])
            page.route("**/*", lambda route: route.fulfill(
                body=f"<html><head>{element}</head></html>", content_type="text/html"))  # fmt: skip
            page.goto(address)
            return page.evaluate("document.baseURI")

        assert root_of("https://x.org/b/notebooks/no/such.html") == "https://x.org/b/404.html"
        assert root_of("https://x.org/b/nothing.html") == "https://x.org/b/404.html"
        assert root_of("https://x.org/book/404.html") == "https://x.org/book/404.html"
        assert root_of("https://x.org/book/book/no.html") == "https://x.org/book/404.html"
        known = "https://x.org/book/"
        assert root_of("https://x.org/book/a/b/c", url=known) == "https://x.org/book/404.html"
        assert root_of("https://y.org/a/book/c/d", url=known) == "https://y.org/a/404.html"
    assert '<noscript><base href="https://x.org/book/404.html">' in look.base_element(known, [])
    assert "noscript" not in look.base_element("", [])
