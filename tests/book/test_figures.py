"""The figures of the built book: numbered, described, with data, drawn when reached."""

import csv
import re

import browser
import pytest

from analysis.figures import load_figures

LONG_PAGE = "notebooks/term-frequencies.html"


@pytest.fixture(scope="module")
def site():
    folder = browser.built_book()
    if not (folder / "index.html").is_file():
        pytest.fail(f"there is no book in {folder}: run `make book` first")
    return folder


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def register():
    return load_figures()


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


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
        charts = len(re.findall(r'class="book-chart"', text))
        numbers = re.findall(r'class="figure-number" href="[^"]*">Figure (\d+)<', text)
        assert len(numbers) == charts, path.name
        assert all(1 <= int(number) <= len(register) for number in numbers)


def test_each_figure_has_a_page_with_all_its_rows(site, register):
    for name in register:
        text = (site / "figures" / f"{name}.html").read_text(encoding="utf-8")
        article = text[text.index("<article") : text.index("</article>")]
        wanted = rows_of(site / "_static" / "figures" / f"{name}.csv")
        bodies = re.findall(r"<tbody>(.*?)</tbody>", article, flags=re.DOTALL)
        assert bodies[0].count("<tr>") == len(wanted), name
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


@pytest.mark.parametrize("page_name", ["notebooks/corpus.html", "notebooks/value-concepts.html"])
def test_data_open_below_the_figure(chromium, site, page_name):
    with browser.open_page(chromium, site / page_name, viewport=browser.PHONE) as (page, faults):
        for figure in page.locator("figure.book-figure").all():
            name = figure.get_attribute("id").removeprefix("fig-")
            button = figure.locator(".figure-data")
            button.press("Enter")
            figure.locator(".figure-table").wait_for()
            assert button.get_attribute("aria-expanded") == "true"
            rows = rows_of(site / "_static" / "figures" / f"{name}.csv")
            assert figure.locator(".figure-table tbody tr").count() == len(rows), name
            button.press(" ")
            assert figure.locator(".figure-table").count() == 0
        assert browser.sideways_overflow(page) == 0
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
        assert picture.is_visible()
        levels = page.evaluate(
            """img => img.decode().then(() => {
                const canvas = document.createElement("canvas");
                [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
                return getComputedStyle(img).colorScheme;
            })""",
            picture.element_handle(),
        )
        assert levels in (["dark"] if dark else ["light", "normal"])
