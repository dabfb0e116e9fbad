"""The renderer, the theme and the bundle of the book's charts."""

import base64
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from analysis import charts

ROOT = Path(__file__).resolve().parents[1]
PAGE_COLOURS = ("#ffffff", "#121212")


@pytest.fixture(autouse=True)
def altair_as_it_was():
    theme, renderer = alt.theme.active, alt.renderers.active
    yield
    alt.theme.enable(theme)
    alt.renderers.enable(renderer)


def bars(description="Two bars, of three and five.", **properties):
    table = pd.DataFrame(
        {"work": ["First", "Second"], "count": [3, 5], "link": ["#s1", "../texts/b.html#s2"]}
    )
    return (
        alt.Chart(table)
        .mark_bar(clip=True)
        .encode(x="count", y="work", color="count")
        .properties(description=description, **properties)
    )


def render(chart):
    return charts.render_chart(chart.to_dict())


class Parts(HTMLParser):
    """The start tags of a page, and the text of its script elements."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self._in_script = [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script:
            self.scripts[-1] += data

    def with_class(self, name):
        (found,) = [attrs for _, attrs in self.tags if attrs.get("class") == name]
        return found


def contrast(first, second):
    """Contrast of two colours as WCAG 2 defines it."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("description", [None, "", "  \n"])
def test_chart_without_description_is_refused(description):
    spec = bars().to_dict()
    spec["description"] = description
    with pytest.raises(ValueError, match=r"no description.*properties\(description="):
        charts.render_chart(spec)
    del spec["description"]
    with pytest.raises(ValueError, match="no description"):
        charts.render_chart(spec)


def test_altair_uses_renderer_and_theme():
    charts.enable_book_renderer()
    shown = bars()._repr_mimebundle_()
    assert "book-chart" in shown["text/html"]
    spec = shown["application/vnd.vegalite.v5+json"]
    assert spec["config"]["background"] == "transparent"


def test_bundle_has_a_form_for_each_reader():
    bundle = render(bars())
    assert set(bundle) == {
        "application/vnd.vegalite.v5+json",
        "text/html",
        "image/png",
        "text/plain",
    }
    assert bundle["text/plain"] == "Two bars, of three and five."
    png = base64.b64decode(bundle["image/png"], validate=True)
    assert png.startswith(b"\x89PNG")
    assert "base64" not in bundle["text/html"]
    json.dumps(bundle)


def test_page_holds_the_drawing_and_the_specification():
    description = 'A "quoted" <b>description</b> & more'
    chart = bars(description, title="</script><!-- <script> 政府")
    parts = Parts(render(chart)["text/html"])
    assert [tag for tag, _ in parts.tags].count("script") == 1
    assert json.loads(parts.scripts[0]) == chart.to_dict()
    static = parts.with_class("book-chart-static")
    assert static["role"] == "img"
    assert static["aria-label"] == description
    svg = next(attrs for tag, attrs in parts.tags if tag == "svg")
    assert svg["viewbox"]
    assert parts.with_class("book-chart")["id"].startswith("chart-")


def test_page_loads_nothing():
    for tag, attrs in Parts(render(bars())["text/html"]).tags:
        for name in ("src", "href", "xlink:href"):
            assert name not in attrs, f"{tag} {name}={attrs[name]}"


def test_same_chart_gives_the_same_page_whatever_came_before():
    first = render(bars())
    render(bars(width=333))
    assert render(bars()) == first


def test_ids_of_two_drawings_differ_and_are_defined():
    pages = [render(bars(width=width))["text/html"] for width in (300, 301)]
    ids = [set(re.findall(r'<\w+ [^>]*\bid="([^"]+)"', page)) for page in pages]
    assert len(ids[0]) > 1, "the chart should have a clip and a gradient"
    assert not ids[0] & ids[1]
    for page, defined in zip(pages, ids, strict=True):
        used = set(re.findall(r"url\(#([^)]+)\)", page))
        assert used and used <= defined


def test_links_stay_as_they_were_written():
    parts = Parts(render(bars().encode(href="link"))["text/html"])
    links = [attrs["xlink:href"] for tag, attrs in parts.tags if tag == "a"]
    assert links == ["#s1", "../texts/b.html#s2"]
    assert parts.with_class("book-chart-static")["role"] == "group"


def test_chart_as_wide_as_the_column_has_a_static_width():
    parts = Parts(render(bars(width="container"))["text/html"])
    svg = next(attrs for tag, attrs in parts.tags if tag == "svg")
    assert float(svg["width"]) == pytest.approx(charts.STATIC_WIDTH, abs=1)
    assert json.loads(parts.scripts[0])["width"] == "container"


def test_theme_takes_ink_from_the_page():
    charts.enable_theme()
    page = render(bars(title="A title"))["text/html"]
    svg = page[page.index("<svg") : page.index("</svg>")]
    inks = set(re.findall(r'<text [^>]*fill="([^"]+)"', svg))
    assert inks == {"currentColor"}
    assert 'fill="white"' not in svg


def test_dark_settings_replace_light_ones():
    theme = charts._book_theme()
    dark = theme["usermeta"]["darkConfig"]
    assert set(dark) == {"range"}
    assert set(dark["range"]) <= set(theme["config"]["range"])
    for name, colours in dark["range"].items():
        assert colours != theme["config"]["range"][name]


@pytest.mark.parametrize("page", PAGE_COLOURS)
def test_theme_colours_stand_out_from_the_page(page):
    for colour in [*charts._CATEGORIES, charts._NEUTRAL]:
        assert contrast(colour, page) >= 3, colour


@pytest.mark.parametrize("page", PAGE_COLOURS)
def test_work_colours_stand_out_from_the_page(page):
    works = pd.read_csv(ROOT / "data" / "works.csv")
    for row in works.itertuples():
        assert contrast(row.colour, page) >= 3, f"{row.work_id}: {row.colour}"


def test_works_have_colours_and_shapes_of_their_own():
    works = pd.read_csv(ROOT / "data" / "works.csv")
    colour, shape = (scale.to_dict() for scale in charts.work_scales(works))
    assert colour["domain"] == shape["domain"] == works["short_label"].tolist()
    assert colour["range"] == works["colour"].tolist()
    for scale in (colour, shape):
        assert len(set(scale["range"])) == len(works)


def test_missing_column_of_works_is_named():
    with pytest.raises(ValueError, match="no column shape"):
        charts.work_scales(pd.DataFrame({"short_label": ["A"], "colour": ["#000000"]}))


def test_bundle_is_written_once(tmp_path, capsys):
    path = tmp_path / "new" / "vega-bundle.js"
    charts.main([str(path)])
    written = path.read_text(encoding="utf-8")
    first, second = written.splitlines()[:2]
    assert re.fullmatch(r"/\* vega 6\S+, vega-lite 6\S+, vega-embed 7\S+, .*\*/", first)
    assert second == "(function () {"
    assert written.endswith("\n})();\n")
    assert "window.vegaEmbed=" in written
    before = path.stat().st_mtime_ns
    charts.main([str(path)])
    assert path.stat().st_mtime_ns == before
    assert [line.rsplit(": ")[1] for line in capsys.readouterr().out.splitlines()] == [
        "written",
        "up to date",
    ]
    path.write_text("/* another version */\n", encoding="utf-8")
    assert charts.write_bundle(path)
    assert path.read_text(encoding="utf-8") == written
    assert list(path.parent.iterdir()) == [path], "no unfinished file may stay behind"


def test_importing_charts_needs_no_drawing_program():
    code = "import sys, analysis.charts; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
