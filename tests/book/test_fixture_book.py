"""A small book, built with the settings of the real one, read and opened in a browser.

A mistake in _config.yml or analysis.book shows up here, without the
minutes that the real book takes.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import browser
import nbformat
import pytest

from analysis.charts import write_bundle

ROOT = browser.ROOT
FIXTURE = Path(__file__).with_name("fixture_book")
# Its books are built once, by one process.
pytestmark = pytest.mark.xdist_group("fixture book")
CHARTS = "notebooks/charts.html"
PASSAGES = "book/passages.html"
REPOSITORY = "https://github.com/owner/name"
BOOK_URL = "https://example.org/book"


@dataclass
class Build:
    """One run of jupyter-book."""

    folder: Path
    code: int
    output: str

    @property
    def html(self):
        return self.folder / "_build" / "html"


def copy_book(folder, bundle):
    """Lay out the small book as the real one is, with the real settings."""
    shutil.copytree(FIXTURE, folder)
    for name in ("_config.yml", "CITATION.cff", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(
        ROOT / "book" / "_static",
        folder / "book" / "_static",
        ignore=shutil.ignore_patterns(bundle.name),
    )
    shutil.copy(bundle, folder / "book" / "_static")
    # Texts that lie about and are no pages: in hidden folders and in the open.
    for stray in (".pytest_cache/README.md", ".venv/lib/page.md", "README.md", "tests/notes.md"):
        (folder / stray).parent.mkdir(parents=True, exist_ok=True)
        (folder / stray).write_text("# Not a page of the book\n\n[dead](#nowhere)\n")
    return folder


def build(folder, builder="html", **environment):
    """Build a book as `make book` does."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "-W", "-n", "--keep-going", "--builder", builder]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOOK_")}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **environment, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Build(folder, done.returncode, done.stdout + done.stderr)


def digests(site):
    """SHA-256 of every HTML file of a site."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "vega-bundle.js"
    write_bundle(path)
    return path


@pytest.fixture(scope="module")
def builds(tmp_path_factory, bundle):
    """Two builds of the same book, in two folders."""
    folders = [
        copy_book(tmp_path_factory.mktemp(name) / "book", bundle) for name in ("first", "second")
    ]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(build, folders))
    for one in done:
        assert one.code == 0, one.output
    return done


@pytest.fixture(scope="module")
def site(builds):
    return builds[0].html


@pytest.fixture(scope="module")
def twin_digests(builds):
    """Taken before the second folder is built again with other settings."""
    return digests(builds[1].html)


@pytest.fixture(scope="module")
def published(builds, twin_digests):
    """The second book, built again as where it is published."""
    done = build(
        builds[1].folder,
        BOOK_URL=BOOK_URL,
        BOOK_REPOSITORY_URL=REPOSITORY,
        BOOK_REPOSITORY_BRANCH="edition",
    )
    assert done.code == 0, done.output
    return done.html


@pytest.fixture(scope="module")
def latex(builds, twin_digests):
    """The second book as LaTeX."""
    done = build(builds[1].folder, builder="latex")
    assert done.code == 0, done.output
    return done.folder / "_build" / "latex"


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture
def charts_page(chromium, site):
    with browser.open_page(chromium, site / CHARTS) as (page, faults):
        assert browser.wait_for_charts(page) == 2
        yield page, faults


# What is built


def test_two_builds_give_the_same_pages(site, twin_digests):
    first = digests(site)
    assert CHARTS in first
    assert first == twin_digests


def test_a_changed_table_changes_the_page_also_without_a_clean_build(builds, tmp_path):
    folder = shutil.copytree(builds[0].folder, tmp_path / "book")
    assert build(folder).code == 0
    table = folder / "data" / "counts.csv"
    table.write_text(table.read_text().replace("Second,5,", "Second,7,"))
    done = build(folder)
    assert done.code == 0, done.output
    assert "charts.ipynb ran in" in done.output
    page = (done.html / CHARTS).read_text(encoding="utf-8")
    assert re.search(r'"count": ?7\b', page) and not re.search(r'"count": ?5\b', page)
    assert "Second,7," in (done.html / "_static" / "tables" / "counts.csv").read_text()
    # The same once more: nothing runs, and the page is the same.
    again = build(folder)
    assert again.code == 0 and "ran in" not in again.output
    assert (again.html / CHARTS).read_text(encoding="utf-8") == page


def test_pages_load_nothing_from_elsewhere(site):
    assert browser.outside_files(site) == []


def test_links_lead_somewhere(site):
    assert browser.broken_links(site) == []


def test_chart_is_once_in_its_page(site):
    page = browser.read_page(site / CHARTS)
    assert page.repeated_ids == ()
    text = page.path.read_text(encoding="utf-8")
    assert text.count('<div class="book-chart"') == 2
    assert "data:image/png" not in text
    assert list((site / "_images").glob("*.png")) == []


def test_other_texts_are_no_pages(site):
    paths = [path.relative_to(site) for path in site.rglob("*.html")]
    built = {path.as_posix() for path in paths if path.parts[0] != "_static"}
    pages = {"book/index.html", CHARTS, PASSAGES}
    assert built == pages | {"404.html", "index.html", "search.html", "genindex.html"}


def test_chart_bundle_is_a_file_of_its_own(site):
    assert (site / "_static" / "vega-bundle.js").stat().st_size > 500_000
    for path in site.rglob("*.html"):
        assert "vega-bundle.js" not in browser.read_page(path).loaded


def test_tables_are_published(site):
    assert (site / "_static" / "tables" / "counts.csv").read_text() == (
        FIXTURE / "data" / "counts.csv"
    ).read_text()


def test_footer_names_the_project(site):
    for name in ("book/index.html", CHARTS, PASSAGES):
        footer = browser.read_page(site / name).footer
        assert "© 2026 The Problems and Remedies project" in footer
        assert "Jupyter Book community" not in footer


def test_lost_space_makes_no_link(site):
    text = (site / "book" / "index.html").read_text(encoding="utf-8")
    assert "as in governance.In such words" in text


def test_works_are_cited_by_author_and_year(site):
    text = (site / "book" / "index.html").read_text(encoding="utf-8")
    assert re.search(r">Example and Sample, 2020</a>", text)


def test_formulas_are_mathml(site):
    text = (site / PASSAGES).read_text(encoding="utf-8")
    assert text.count("<math ") >= 5
    assert "mathjax" not in text.lower()
    assert '<span class="eqno">(1)' in text


def test_buttons_only_where_a_repository_is_named(site, published):
    marks = ("source-repository-button", "source-edit-button", "source-issues-button", "mybinder")
    plain = (site / CHARTS).read_text(encoding="utf-8")
    for mark in (*marks, "colab.research", "github.com", "executablebooks", 'rel="canonical"'):
        assert mark not in plain, mark
    text = (published / CHARTS).read_text(encoding="utf-8")
    for mark in marks:
        assert mark in text, mark
    notebook = "notebooks/charts.ipynb"
    assert f'href="{REPOSITORY}/edit/edition/{notebook}"' in text
    assert f"mybinder.org/v2/gh/owner/name/edition?urlpath=lab/tree/{notebook}" in text
    # The notebook does not fetch the project, so that nothing would run there.
    assert "colab.research" not in text
    assert f'<link rel="canonical" href="{BOOK_URL}/{CHARTS}"' in text
    assert browser.outside_files(published) == []


def test_latex_gets_pictures_of_the_charts(latex):
    (source,) = latex.glob("problems-and-remedies.tex")
    pictures = re.findall(
        r"\\sphinxincludegraphics\{\{(\w+)\}\.png\}", source.read_text(encoding="utf-8")
    )
    assert len(pictures) == 2
    for name in pictures:
        assert (latex / f"{name}.png").is_file()


# What must not be built


def notebook_with(code):
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# A page with a fault", id="title"),
            nbformat.v4.new_code_cell(code, id="fault"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    return nbformat.writes(book)


FAULTS = {
    "none": ("page.md", "# A page\n\nNothing is wrong with it.\n", ["build succeeded"]),
    "error": ("page.ipynb", notebook_with("1 / 0"), ["ZeroDivisionError"]),
    "no description": (
        "page.ipynb",
        notebook_with(
            "import altair as alt\n"
            "from analysis.charts import enable_book_renderer\n"
            "enable_book_renderer()\n"
            "display(alt.Chart(alt.Data(values=[{'a': 1}])).mark_bar().encode(x='a:Q'))"
        ),
        ["book/page: the result of cell 1", "no description"],
    ),
    "warning": (
        "page.ipynb",
        notebook_with("import sys\nprint('careful', file=sys.stderr)"),
        ["stderr was found in the cell outputs"],
    ),
    "formula and link": (
        "page.md",
        "# A page\n\n$$\\nonsense{x}$$\n\n[a link](#no-such-place)\n",
        ["unknown command \\nonsense", "no-such-place"],
    ),
}


@pytest.fixture(scope="module")
def faulty_builds(tmp_path_factory, bundle):
    """Books with one faulty page each."""

    def build_one(fault):
        name, text, _ = FAULTS[fault]
        folder = copy_book(tmp_path_factory.mktemp("faulty") / "book", bundle)
        (folder / "_toc.yml").write_text(
            "format: jb-book\nroot: book/start\nchapters:\n  - file: book/page\n"
        )
        (folder / "book" / "start.md").write_text("# A book with a fault\n")
        (folder / "book" / name).write_text(text)
        return build(folder)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(FAULTS, pool.map(build_one, FAULTS), strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_only_a_fault_in_a_page_fails_the_build(faulty_builds, fault):
    done = faulty_builds[fault]
    for message in FAULTS[fault][2]:
        assert message in done.output
    assert (done.code == 0) == (fault == "none")


# What readers see


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [browser.DESKTOP, browser.PHONE], ids=["desktop", "phone"])
def test_page_with_charts_opens_without_fault(chromium, site, viewport, dark):
    with browser.open_page(chromium, site / CHARTS, viewport=viewport, dark=dark) as (page, faults):
        assert browser.wait_for_charts(page, "dark" if dark else "light") == 2
        assert faults.found() == []
        assert browser.sideways_overflow(page) == 0


@pytest.mark.parametrize("path", ["book/index.html", PASSAGES, "search.html"])
def test_other_pages_open_without_fault(chromium, site, path):
    with browser.open_page(chromium, site / path, viewport=browser.PHONE) as (page, faults):
        assert faults.found() == []
        assert browser.sideways_overflow(page) == 0


@pytest.mark.parametrize(
    ("path", "viewport"),
    [
        ("book/index.html", browser.DESKTOP),
        (CHARTS, browser.DESKTOP),
        # On a phone a formula can be scrolled.
        (PASSAGES, browser.PHONE),
    ],
    ids=["prose", "charts", "formulas"],
)
def test_page_is_accessible(chromium, site, path, viewport):
    with browser.open_page(chromium, site / path, viewport=viewport) as (page, _):
        browser.wait_for_charts(page)
        assert browser.axe_violations(page) == []


def test_site_opens_at_its_first_page(chromium, site):
    with browser.open_page(chromium, site / "index.html") as (page, faults):
        page.wait_for_url("**/book/index.html")
        # The theme may bring a second search box, which the settings take away.
        assert page.locator(".search-button-field:visible, .search-button:visible").count() == 1
        assert faults.found() == []


def test_live_chart_takes_the_place_of_the_drawing(charts_page):
    page, _ = charts_page
    for chart in page.locator(".book-chart").all():
        assert chart.locator(".book-chart-static").is_hidden()
        assert chart.locator(".book-chart-live svg").is_visible()
        assert chart.locator("canvas").count() == 0
        assert chart.locator(".vega-actions").count() == 0
    live = page.locator(".book-chart-live").first
    assert live.get_attribute("role") == "graphics-document"
    assert live.get_attribute("aria-label") == (
        "Bars: three sentences in the first work, five in the second."
    )


def test_drawing_stays_without_javascript(chromium, site):
    with browser.open_page(chromium, site / CHARTS, javascript=False) as (page, faults):
        for chart in page.locator(".book-chart").all():
            assert chart.locator(".book-chart-static svg").is_visible()
        page.locator(".book-chart-static a").nth(1).click()
        page.wait_for_url("**/passages.html#lian-s0002")
        assert faults.outside_requests == []


def test_drawing_stays_when_the_bundle_cannot_be_loaded(chromium, site, tmp_path):
    copy = shutil.copytree(site, tmp_path / "site")
    (copy / "_static" / "vega-bundle.js").unlink()
    with browser.open_page(chromium, copy / CHARTS) as (page, _):
        page.wait_for_selector(".book-chart[data-error]")
        with pytest.raises(AssertionError, match="could not be loaded"):
            browser.wait_for_charts(page)
        for chart in page.locator(".book-chart").all():
            assert chart.locator(".book-chart-static svg").is_visible()
            assert chart.get_attribute("data-live") is None


def test_print_shows_the_drawing(charts_page):
    page, _ = charts_page
    page.emulate_media(media="print")
    for chart in page.locator(".book-chart").all():
        assert chart.locator(".book-chart-static svg").is_visible()
        assert chart.locator(".book-chart-live").is_hidden()


def test_charts_follow_the_theme(charts_page):
    page, faults = charts_page
    cell = page.locator(".book-chart-live path[aria-label*='Value: ']").last
    ink = page.locator(".book-chart-live .role-axis-label text").first
    look = "element => getComputedStyle(element).fill"
    light = cell.evaluate(look), ink.evaluate(look)
    for _ in range(3):
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
        page.locator(".theme-switch-button:visible").first.click()
    browser.wait_for_charts(page, "dark")
    dark = cell.evaluate(look), ink.evaluate(look)
    assert dark[0] != light[0] and dark[1] != light[1]
    assert page.locator(".book-chart-live svg").count() == 2
    assert faults.found() == []


FLUID_WIDTHS = """() => [...document.querySelectorAll(".book-chart")]
    .filter((figure) => figure.isFluid)
    .map((figure) => figure.querySelector(".book-chart-live"))
    .map((live) => [live.querySelector("svg").width.baseVal.value, live.clientWidth])"""


def test_chart_keeps_its_text_size_on_a_phone(chromium, site):
    with browser.open_page(chromium, site / CHARTS, viewport=browser.PHONE) as (page, _):
        browser.wait_for_charts(page)
        for svg in page.locator(".book-chart-live svg").all():
            shown = svg.bounding_box()["width"]
            assert shown == pytest.approx(float(svg.get_attribute("width")), abs=1)
            assert shown <= browser.PHONE["width"]


def test_chart_as_wide_as_the_column_follows_the_window(chromium, site):
    """The side bar folds while the window changes; the chart must not keep a width of then."""
    with browser.open_page(chromium, site / CHARTS, viewport=browser.DESKTOP) as (page, _):
        browser.wait_for_charts(page)
        for width in (600, 1280, 1000, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(700)
            for drawn, column in page.evaluate(FLUID_WIDTHS):
                assert abs(drawn - column) <= 1, width


def test_click_on_a_mark_leads_to_its_sentence(charts_page):
    page, faults = charts_page
    page.locator(".book-chart-live [role=link]").nth(1).click()
    page.wait_for_url("**/passages.html#lian-s0002")
    assert page.locator("#lian-s0002").count() == 1
    assert faults.outside_requests == []


def test_keyboard_reaches_marks_and_menus(charts_page):
    page, _ = charts_page
    focused = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused.append(
            page.evaluate(
                "document.activeElement.getAttribute('role') || document.activeElement.tagName"
            )
        )
        if focused[-1] == "SELECT":
            break
    # A chart is one stop, whatever number of marks it has; arrow keys go on from there.
    assert focused.count("link") == 1
    assert focused[-1] == "SELECT"
    page.locator(".book-chart-live [role=link][tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".book-chart-live [role=link]:focus").get_attribute("tabindex") == "0"
    assert page.locator(".book-chart-live [role=link][tabindex='0']").count() == 1
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/passages.html#lian-s0001")


def test_marks_do_not_speak_of_addresses(charts_page):
    page, _ = charts_page
    labels = page.eval_on_selector_all(
        ".book-chart-live [role=link]", "marks => marks.map(mark => mark.ariaLabel)"
    )
    assert labels
    assert not [label for label in labels if "passage: " in label or ".html" in label]


def test_menu_changes_the_chart(charts_page):
    page, faults = charts_page
    cell = page.locator(".book-chart-live [aria-label='column: early; row: north; Value: 0']")
    assert cell.evaluate("element => getComputedStyle(element).opacity") == "1"
    page.get_by_label("Row to mark").select_option("south")
    page.wait_for_function(
        "element => getComputedStyle(element).opacity === '0.6'",
        arg=cell.element_handle(),
        timeout=5000,
    )
    assert faults.found() == []


# The helpers themselves


def test_helpers_find_faults(tmp_path):
    (tmp_path / "a.html").write_text(
        '<head><script src="https://example.org/x.js"></script>'
        '<link rel="stylesheet" href="//example.org/x.css">'
        '<link rel="canonical" href="https://example.org/a.html"></head>'
        '<nav><a href="gone.html">outside the text</a></nav>'
        '<article><a href="https://example.org/">fine</a> <a href="b.html#there">fine</a>'
        '<a href="b.html#nowhere">bad</a> <a href="gone.html">bad</a> <a href="#here">fine</a>'
        '<svg><a xlink:href="b.html#lost"><path/></a></svg>'
        '<p id="here" style="background: url(http://example.org/y.png)"></p></article>'
    )
    (tmp_path / "b.html").write_text('<p id="there"></p><p id="there"></p>')
    (tmp_path / "old.html").write_text('<meta http-equiv="Refresh" content="0; url=new.html" />')
    (tmp_path / "s.css").write_text('@font-face { src: url("https://example.org/f.woff2") }')
    assert browser.outside_files(tmp_path) == [
        "a.html: https://example.org/x.js",
        "a.html: //example.org/x.css",
        "a.html: http://example.org/y.png",
        "s.css: https://example.org/f.woff2",
    ]
    assert browser.broken_links(tmp_path) == [
        "a.html: b.html#nowhere (no such anchor)",
        "a.html: gone.html (no such file)",
        "a.html: b.html#lost (no such anchor)",
        "old.html: new.html (no such file)",
    ]
    assert browser.read_page(tmp_path / "b.html").repeated_ids == ("there",)


def test_helpers_see_what_a_page_does(chromium, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "<script>console.error('a message'); fetch('https://example.org/');</script>"
        "<script>throw new Error('a mishap');</script><p style='width: 3000px'>wide</p>"
    )
    with browser.open_page(chromium, path) as (page, faults):
        page.wait_for_timeout(300)
        found = " / ".join(faults.found())
        assert "console error: a message" in found
        assert "script error: a mishap" in found
        assert "outside request: https://example.org/" in found
        assert browser.sideways_overflow(page) > 0


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail), ("", pytest.skip)])
def test_missing_browser_is_a_failure_only_in_ci(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("CHROMIUM", "no-such-program")
    with pytest.raises(outcome.Exception, match="no Chromium"), browser.chromium():
        pytest.fail("a browser was started")
