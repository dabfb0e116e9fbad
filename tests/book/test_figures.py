"""The figures of the built book: numbered, described, with data, drawn when reached."""

import base64
import csv
import re
from itertools import count

import browser
import pytest

from analysis.figures import load_figures
from analysis.figures.showing import table_name

LONG_PAGE = "notebooks/term-frequencies.html"
# Figures with one table and figures with several.
DATA_PAGES = (
    "notebooks/corpus.html",
    "notebooks/value-concepts.html",
    "notebooks/portrait-li.html",
)

# The text of all cells of all tables.
CELLS = """tables => tables.map(table =>
    [...table.rows].map(row => [...row.cells].map(cell => cell.textContent)))"""
# Shares of the pixels of a picture that are nearly white and nearly black.
EXTREMES = """async address => {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height);
    const pixels = Array.from({ length: data.length / 4 }, (_, place) =>
        data.slice(4 * place, 4 * place + 3));
    const share = fits => pixels.filter(fits).length / pixels.length;
    return [share(pixel => Math.min(...pixel) > 200), share(pixel => Math.max(...pixel) < 55)];
}"""


@pytest.fixture(scope="module")
def register():
    return load_figures()


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def files_of(site, name):
    """The rows of each CSV file of a figure, in their order."""
    paths = (site / "_static" / "figures" / f"{table_name(name, n)}.csv" for n in count(1))
    tables = []
    while (path := next(paths)).is_file():
        tables.append(rows_of(path))
    return tables


def says_the_same(shown, written):
    """Whether a cell of a table shows what a CSV file says, with at least four digits."""
    if shown == written:
        return True
    if not written:
        return shown == "–"
    if not re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", written) or "." not in written + shown:
        return False
    return float(shown) == pytest.approx(float(written), rel=5e-4)


def test_each_figure_stands_on_its_page_in_order(site, register):
    pages = {entry.page for entry in register.values()}
    for page in pages:
        text = (site / f"{page}.html").read_text(encoding="utf-8")
        own = [entry for entry in register.values() if entry.page == page]
        places = [text.find(f'<figure class="book-figure" id="{entry.anchor}"') for entry in own]
        assert -1 not in places, page
        assert places == sorted(places), page


def test_no_chart_is_without_number(site, register):
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        charts = text.count('<div class="book-chart"')
        numbers = re.findall(r'class="figure-number" href="[^"]*">Figure (\d+)<', text)
        assert len(numbers) == charts, path.name
        assert all(1 <= int(number) <= len(register) for number in numbers)


def test_each_figure_has_a_page_with_all_its_rows(site, register):
    for name in register:
        text = (site / "figures" / f"{name}.html").read_text(encoding="utf-8")
        article = text[text.index("<article") : text.index("</article>")]
        bodies = re.findall(r"<tbody>(.*?)</tbody>", article, flags=re.DOTALL)
        sizes = [len(rows) - 1 for rows in files_of(site, name)]
        assert [body.count("<tr>") for body in bodies] == sizes, name
        assert 'id="cite"' in article
        assert "_modules/analysis/figures/" in article


def test_source_of_a_figure_is_where_its_link_leads(site, register):
    addresses = set()
    for name in register:
        text = (site / "figures" / f"{name}.html").read_text(encoding="utf-8")
        addresses.update(re.findall(r'href="\.\./(_modules/[^"#]+)#([^"]+)"', text))
    assert len(addresses) > 10
    for file, function in addresses:
        source = (site / file).read_text(encoding="utf-8")
        assert f'id="{function}"' in source, f"{file}#{function}"


def test_charts_are_drawn_when_reached(chromium, site):
    with browser.open_page(chromium, site / LONG_PAGE) as (page, faults):
        page.wait_for_timeout(300)
        last = page.locator(".book-chart").last
        assert last.get_attribute("data-live") is None
        assert last.locator("svg").count() == 0
        last.scroll_into_view_if_needed()
        page.wait_for_function(
            "() => [...document.querySelectorAll('.book-chart')].at(-1).dataset.live === 'yes'"
        )
        assert faults.found() == []


def test_page_without_charts_loads_no_bundle(chromium, site):
    with browser.open_page(chromium, site / "book" / "how-to-read.html") as (page, _):
        scripts = page.eval_on_selector_all("script[src]", "all => all.map(s => s.src)")
        assert scripts
        assert not any("vega-bundle" in address for address in scripts)


@pytest.mark.parametrize("page_name", DATA_PAGES)
def test_data_open_below_the_figure(chromium, site, page_name):
    with browser.open_page(chromium, site / page_name, viewport=browser.PHONE) as (page, faults):
        for figure in page.locator("figure.book-figure").all():
            name = figure.get_attribute("id").removeprefix("fig-")
            button = figure.locator(".figure-data")
            button.press("Enter")
            figure.locator(".figure-table").wait_for()
            assert button.get_attribute("aria-expanded") == "true"
            tables = figure.locator(".figure-table table").evaluate_all(CELLS)
            wanted = files_of(site, name)
            assert [len(rows) for rows in tables] == [len(rows) for rows in wanted], name
            for shown, written in zip(sum(tables, []), sum(wanted, []), strict=True):
                assert all(map(says_the_same, shown, written)), (name, shown, written)
                assert len(shown) == len(written)
            numbers = figure.locator(".figure-table td.n")
            sides = "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
            assert set(numbers.evaluate_all(sides)) == {"right"}, name
            button.press(" ")
            assert figure.locator(".figure-table").count() == 0
        assert browser.sideways_overflow(page) == 0
        assert faults.found() == []


def test_data_of_a_slow_line_open_once(chromium, site):
    with browser.open_page(chromium, site / "notebooks" / "corpus.html") as (page, faults):
        held = []
        page.route("**/_static/figures/*.js", lambda route: held.append(route))
        page.reload(wait_until="domcontentloaded")
        figure = page.locator("figure.book-figure").first
        figure.locator(".figure-data").dblclick()
        assert held
        for route in held:
            route.continue_()
        figure.locator(".figure-table").first.wait_for()
        page.wait_for_timeout(200)
        assert figure.locator(".figure-table").count() == 1
        assert faults.found() == []


@pytest.mark.parametrize("lost", ["the script", "what it says of the tables"])
def test_data_that_cannot_be_had_are_on_the_page_of_the_figure(chromium, site, lost):
    def answer(route):
        if lost == "the script":
            route.abort()
        else:
            route.fulfill(body="bookData.figures = {}", content_type="text/javascript")

    with browser.open_page(chromium, site / "notebooks" / "corpus.html") as (page, _):
        page.route("**/_static/figures/*.js", answer)
        page.reload()
        link = page.locator("figure.book-figure .figure-data").first
        address = link.evaluate("link => link.href")
        link.click()
        page.wait_for_url(address)
        assert page.locator("#data table tbody tr").count() > 0


def test_on_a_screen_that_is_touched_charts_wait_for_the_reader(chromium, site):
    address = site / "notebooks" / "term-frequencies.html"
    with browser.open_page(chromium, address, viewport=browser.PHONE, touch=True) as (page, faults):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload()
        page.wait_for_timeout(500)
        assert asked and not any("vega-bundle" in url for url in asked)
        assert page.locator(".book-chart-static").first.is_visible()
        page.evaluate("window.scrollBy(0, 400)")
        page.locator(".book-chart[data-live=yes]").first.wait_for()
        assert any("vega-bundle" in url for url in asked)
        assert faults.found() == []


def test_drawing_and_data_are_there_without_script(chromium, site):
    address = site / "notebooks" / "corpus.html"
    with browser.open_page(chromium, address, javascript=False) as (page, _):
        figure = page.locator("figure.book-figure").first
        figure.scroll_into_view_if_needed()
        picture = figure.locator("img")
        assert picture.is_visible()
        assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 100
        figure.locator(".figure-data").click()
        assert page.locator("#data table tbody tr").count() > 0


@pytest.mark.parametrize("dark", [False, True])
def test_drawing_follows_the_colours_of_the_page(chromium, site, dark):
    """The ink of a drawing that stands as a file: dark on light pages, light on dark ones."""
    address = site / "figures" / "outline.html"
    with browser.open_page(chromium, address, dark=dark) as (page, _):
        picture = page.locator("img.book-chart-static")
        picture.evaluate("img => img.decode()")
        picture.scroll_into_view_if_needed()
        # Left of the bars there is nothing but the names of the works.
        box = picture.bounding_box()
        seen = page.screenshot(clip={**box, "width": box["width"] / 7})
        encoded = base64.b64encode(seen).decode("ascii")
        white, black = page.evaluate(EXTREMES, f"data:image/png;base64,{encoded}")
        paper, ink = (black, white) if dark else (white, black)
        assert paper > 0.8
        assert 0.0005 < ink < 0.2
