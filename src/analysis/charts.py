"""Charts of the book: one theme, and a renderer that needs no network.

A chart reaches the reader in three layers. A static drawing (SVG) is there
without JavaScript and in print. ``book/_static/charts.js`` draws the live chart
from the specification with one bundle of Vega shared by all pages. Formats that
are not HTML get a PNG. Every chart must carry a description: it is what a screen
reader says.

A chart that a notebook shows as it is brings drawing and specification along in
its HTML. The figures of the book, which have numbers and captions, keep them in
files of their own: see `analysis.figures.show`.

Run ``python -m analysis.charts PATH`` to write the bundle to ``PATH``.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import altair as alt
import pandas as pd

from analysis.tables import json_for_script, write_whole

__all__ = [
    "enable_book_renderer",
    "enable_theme",
    "mime_bundle",
    "pictures",
    "render_chart",
    "size_of",
    "static_svg",
    "without_links",
    "work_scales",
    "write_bundle",
]

#: Charts may ask for the width of the column (``width="container"``). A static
#: drawing has no column, so it is made this wide.
STATIC_WIDTH = 640

#: The drawing program resolves relative links against its own example data.
_STRAY_BASE = "https://vega.github.io/vega-datasets/"

# Text and lines take the colour of the surrounding page, so that the static
# drawing is readable on a dark page too, where no script may run.
_INK = "currentColor"
# What that colour is in a drawing that is a file, on light and on dark pages.
_DARK_INK, _LIGHT_INK = "#1f2328", "#e6e6e6"
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"

# Middle tones: each has a contrast of at least 3:1 on the white and on the dark
# page. Works have their own colours, see `work_scales`.
_CATEGORIES = [
    "#4a7fb5",
    "#b5683a",
    "#4f8f5b",
    "#a65a9c",
    "#8a7a2f",
    "#3f8f98",
    "#b4525c",
    "#7a70b8",
]
_NEUTRAL = "#5f7d95"


def _book_theme() -> dict[str, Any]:
    axis = {
        "labelColor": _INK,
        "titleColor": _INK,
        "domainColor": _INK,
        "domainOpacity": 0.4,
        "tickColor": _INK,
        "tickOpacity": 0.4,
        "gridColor": _INK,
        "gridOpacity": 0.12,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelLimit": 260,
    }
    legend = {
        "labelColor": _INK,
        "titleColor": _INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
        "gradientStrokeColor": _INK,
    }
    title = {
        "color": _INK,
        "subtitleColor": _INK,
        "fontSize": 14,
        "subtitleFontSize": 12,
        "fontWeight": 600,
        "anchor": "start",
        "offset": 12,
    }
    header = {
        "labelColor": _INK,
        "titleColor": _INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
    }
    config = {
        "background": "transparent",
        "font": _FONT,
        "axis": axis,
        "legend": legend,
        "title": title,
        "header": header,
        "view": {
            "stroke": None,
            "continuousWidth": 480,
            "continuousHeight": 300,
            "discreteHeight": {"step": 24},
        },
        "mark": {"color": _NEUTRAL},
        "text": {"color": _INK, "fontSize": 12},
        "rule": {"color": _INK},
        "range": {
            "category": _CATEGORIES,
            "ordinal": ["#dbe6f0", "#7ba3c4", "#1d4e75"],
            "ramp": ["#eef3f8", "#9dbcd6", "#4a7fa9", "#123f63"],
            "heatmap": ["#eef3f8", "#9dbcd6", "#4a7fa9", "#123f63"],
            "diverging": ["#a0522d", "#dba784", "#f4f4f2", "#8fb4d4", "#1d5c8f"],
        },
    }
    # On a dark page a low value must be dark and a high one light. charts.js
    # lays this over `config` when it draws for a dark page.
    dark_config = {
        "range": {
            "ordinal": ["#26384a", "#4f7ca3", "#b4d6f2"],
            "ramp": ["#1d2935", "#33536e", "#5f95be", "#c5e1f7"],
            "heatmap": ["#1d2935", "#33536e", "#5f95be", "#c5e1f7"],
            "diverging": ["#e3a27c", "#96603f", "#23282e", "#3d6c94", "#8fc4ee"],
        }
    }
    return {"config": config, "usermeta": {"darkConfig": dark_config}}


def enable_theme() -> None:
    """Make the project's theme the one that Altair uses.

    Examples
    --------
    >>> import altair
    >>> from analysis.charts import enable_theme
    >>> before = altair.theme.active
    >>> enable_theme()
    >>> altair.theme.active
    'book'
    >>> _ = altair.theme.enable(before)
    """

    @alt.theme.register("book", enable=True)
    def book() -> alt.theme.ThemeConfig:
        return cast(alt.theme.ThemeConfig, _book_theme())


def enable_book_renderer() -> None:
    """Show every Altair chart of this notebook as a chart of the book.

    Also enables the theme. One line at the top of a notebook is enough.

    Examples
    --------
    >>> import altair
    >>> from analysis.charts import enable_book_renderer
    >>> renderer, theme = altair.renderers.active, altair.theme.active
    >>> enable_book_renderer()
    >>> altair.renderers.active
    'book'
    >>> _ = altair.renderers.enable(renderer), altair.theme.enable(theme)
    """
    enable_theme()
    alt.renderers.register("book", render_chart)
    alt.renderers.enable("book")


def work_scales(works: pd.DataFrame, label: str = "short_label") -> tuple[alt.Scale, alt.Scale]:
    """Colour and shape of each work, as the table of works gives them.

    Parameters
    ----------
    works : pandas.DataFrame
        The table of works: ``colour, shape`` and the column of names.
    label : str
        Column whose values name the works in the chart's data.

    Returns
    -------
    colour, shape : altair.Scale
        Scales for the channels ``color`` and ``shape``. Use both, so that
        works can be told apart without colour.

    Raises
    ------
    ValueError
        If the table lacks a column.

    Examples
    --------
    >>> import analysis
    >>> from analysis.charts import work_scales
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> colour, shape = work_scales(works)
    >>> colour.to_dict()["domain"], shape.to_dict()["range"]
    (['ada', 'ben'], ['circle', 'square'])
    """
    missing = [name for name in (label, "colour", "shape") if name not in works]
    if missing:
        raise ValueError(f"the table of works has no column {', '.join(missing)}")
    domain = works[label].tolist()
    return (
        alt.Scale(domain=domain, range=works["colour"].tolist()),
        alt.Scale(domain=domain, range=works["shape"].tolist()),
    )


def render_chart(spec: Mapping[str, Any], **_: Any) -> dict[str, Any]:
    """Turn a Vega-Lite specification into everything a page may need.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification with a ``description``.
    **_
        What Altair passes on besides; not looked at.

    Returns
    -------
    dict
        A MIME bundle. ``text/html`` is for the book. ``image/png`` is for
        LaTeX; an HTML page does not contain it.
        ``application/vnd.vegalite.v5+json`` is for JupyterLab, which draws
        the chart itself; the number in it is the newest that JupyterLab
        knows. ``text/plain`` is the description.

    Raises
    ------
    ValueError
        If the chart has no description.

    Examples
    --------
    >>> import altair
    >>> import pandas as pd
    >>> from analysis.charts import render_chart
    >>> chart = altair.Chart(pd.DataFrame({"rate": [1, 2]})).mark_point().encode(x="rate:Q")
    >>> bundle = render_chart(chart.properties(description="Two rates.").to_dict())
    >>> sorted(bundle)
    ['application/vnd.vegalite.v5+json', 'image/png', 'text/html', 'text/plain']
    >>> bundle["text/plain"]
    'Two rates.'
    """
    drawing, chart_id = static_svg(spec), _id_of(spec)
    svg = _tidy_svg(drawing, chart_id)
    page = _page_html(chart_id, _description(spec), svg, spec)
    return mime_bundle(spec, page, _png(drawing))


def mime_bundle(spec: Mapping[str, Any], page: str, png: bytes) -> dict[str, Any]:
    """Return a chart in each form that a front end may ask for.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification with a ``description``.
    page : str
        The chart as it stands in a page, as HTML.
    png : bytes
        The chart as a picture.

    Returns
    -------
    dict
        By MIME type, as `render_chart` says.

    Raises
    ------
    ValueError
        If the chart has no description.

    Examples
    --------
    >>> from analysis.charts import mime_bundle
    >>> bundle = mime_bundle({"description": "Two rates."}, "<p>a chart</p>", b"a picture")
    >>> bundle["text/html"], bundle["image/png"]
    ('<p>a chart</p>', 'YSBwaWN0dXJl')
    """
    return {
        "application/vnd.vegalite.v5+json": dict(spec),
        "text/html": page,
        "image/png": base64.b64encode(png).decode("ascii"),
        "text/plain": _description(spec),
    }


def pictures(spec: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return a chart as two files that stand by themselves: SVG and PNG.

    In the SVG, text and lines are dark on light pages and light on dark ones: a browser
    tells a picture which it is in. Links of the page are left out. The PNG is on white.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification with a ``description``.

    Returns
    -------
    svg : str
        The drawing.
    png : bytes
        The picture, two pixels for each unit of the drawing.

    Raises
    ------
    ValueError
        If the chart has no description.

    Examples
    --------
    >>> import altair
    >>> import pandas as pd
    >>> from analysis.charts import pictures
    >>> chart = altair.Chart(pd.DataFrame({"rate": [1, 2]})).mark_point().encode(x="rate:Q")
    >>> svg, png = pictures(chart.properties(description="Two rates.").to_dict())
    >>> svg[:4], png[1:4]
    ('<svg', b'PNG')
    """
    _description(spec)
    drawing = static_svg(spec)
    bare = without_links(_tidy_svg(drawing, _id_of(spec)))
    style = (
        f"<style>:root{{color:{_DARK_INK}}}"
        f"@media (prefers-color-scheme: dark){{:root{{color:{_LIGHT_INK}}}}}</style>"
    )
    return re.sub(r"(<svg[^>]*>)", rf"\1{style}", bare, count=1), _png(drawing)


def size_of(drawing: str) -> tuple[int, int]:
    """Return width and height of an SVG in whole pixels.

    Parameters
    ----------
    drawing : str
        The SVG.

    Returns
    -------
    tuple of int
        Width, then height.

    Raises
    ------
    ValueError
        If it does not say how large it is.

    Examples
    --------
    >>> from analysis.charts import size_of
    >>> size_of('<svg width="120.4" height="80"></svg>')
    (120, 80)
    """
    head = drawing[: drawing.index(">")]
    found = [re.search(rf'\b{side}="([\d.]+)"', head) for side in ("width", "height")]
    if None in found:
        raise ValueError("the drawing does not say how large it is")
    width, height = (round(float(match[1])) for match in found if match)
    return width, height


def _description(spec: Mapping[str, Any]) -> str:
    description = str(spec.get("description") or "").strip()
    if not description:
        raise ValueError(
            "this chart has no description: add .properties(description=...), "
            "one or two sentences that say what the chart shows, for readers who "
            "cannot see it"
        )
    return description


def _png(drawing: str) -> bytes:
    import vl_convert

    # A PNG may end up on any background, so it brings a white one.
    white = re.sub(
        r"(<svg[^>]*>)", r'\1<rect width="100%" height="100%" fill="white"/>', drawing, count=1
    )
    return bytes(vl_convert.svg_to_png(white, scale=2))


def _as_text(spec: Mapping[str, Any]) -> str:
    return json.dumps(spec, ensure_ascii=False, allow_nan=False)


def _id_of(spec: Mapping[str, Any]) -> str:
    return "chart-" + hashlib.sha256(_as_text(spec).encode()).hexdigest()[:12]


def static_svg(spec: Mapping[str, Any]) -> str:
    """Draw a chart; one as wide as its column gets a width of its own.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification.

    Returns
    -------
    str
        The SVG as the drawing program makes it.

    Examples
    --------
    >>> import altair
    >>> import pandas as pd
    >>> from analysis.charts import size_of, static_svg
    >>> chart = altair.Chart(pd.DataFrame({"rate": [1, 2]})).mark_point().encode(x="rate:Q")
    >>> size_of(static_svg(chart.properties(width="container").to_dict()))[0]
    640
    """
    import vl_convert

    fixed = dict(spec)
    if fixed.get("width") == "container":
        fixed["width"] = STATIC_WIDTH
        fixed.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    # The drawing program measures text with its own fonts, the page draws it wider.
    fixed.setdefault("padding", {"left": 28, "right": 16, "top": 5, "bottom": 5})
    return vl_convert.vegalite_to_svg(fixed, vl_version=_vegalite_version())


def without_links(drawing: str) -> str:
    """Take the links out of an SVG: without its page one such as ``#lines`` leads nowhere.

    Parameters
    ----------
    drawing : str
        The SVG.

    Returns
    -------
    str
        The same without ``<a>``; what stood in it stays.

    Examples
    --------
    >>> from analysis.charts import without_links
    >>> without_links('<svg><a href="#lines"><circle/></a></svg>')
    '<svg><circle/></svg>'
    """
    return re.sub(r"</?a\b[^>]*>", "", drawing)


def _vegalite_version() -> str:
    """Major and minor version of Vega-Lite that Altair writes, as "6.4"."""
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def _tidy_svg(svg: str, chart_id: str) -> str:
    """Make a drawing safe to stand beside others in one page.

    Ids are numbered anew and carry the chart's id: the program counts them
    over all drawings of a process, and two drawings in one page must not
    share one. Links get their relative form back.
    """
    for number, name in enumerate(re.findall(r'<[a-zA-Z]+ id="([^"]+)"', svg), start=1):
        new = f"{chart_id}-{number}"
        svg = svg.replace(f'id="{name}"', f'id="{new}"')
        svg = svg.replace(f"url(#{name})", f"url(#{new})")
    return svg.replace(f'href="{_STRAY_BASE}', 'href="')


def _page_html(chart_id: str, description: str, svg: str, spec: Mapping[str, Any]) -> str:
    label = html.escape(description)
    # The children of an image are hidden from screen readers and must not
    # take focus. A drawing with links is therefore a group.
    role = "group" if "<a " in svg else "img"
    return (
        f'<div class="book-chart" id="{chart_id}">'
        f'<div class="book-chart-static" role="{role}" aria-label="{label}">{svg}</div>'
        '<div class="book-chart-live"></div>'
        f'<script type="application/json" class="book-chart-spec">{json_for_script(spec)}</script>'
        "</div>"
    )


def write_bundle(path: str | Path) -> bool:
    """Write Vega, Vega-Lite and Vega-Embed as one script for the book.

    Nothing is downloaded: the libraries are part of vl-convert. Nothing is
    written if the file is there and was made from the same versions.

    Parameters
    ----------
    path : str or Path
        The file to write.

    Returns
    -------
    bool
        Whether the file was written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from analysis.charts import write_bundle
    >>> path = Path(tempfile.mkdtemp()) / "charts.js"
    >>> write_bundle(path), write_bundle(path)
    (True, False)
    """
    import vl_convert

    path = Path(path)
    vegalite = _vegalite_version()
    first_line = (
        f"/* vega {vl_convert.get_vega_version()}, vega-lite {vegalite}, "
        f"vega-embed {vl_convert.get_vega_embed_version()}, "
        f"bundled by vl-convert {version('vl-convert-python')} (BSD-3-Clause) */\n"
    )
    if path.exists():
        with path.open(encoding="utf-8") as old:
            if old.readline() == first_line:
                return False
    # The bundle declares names such as "_" at its top level, which would clash
    # with those of other scripts in the page: hence the function around it.
    script = vl_convert.javascript_bundle(vl_version=vegalite)  # type: ignore[call-arg]
    write_whole(path, f"{first_line}(function () {{\n{script}\n}})();\n".encode())
    return True


def main(arguments: list[str] | None = None) -> None:
    """Write the bundle to the path given on the command line.

    Parameters
    ----------
    arguments : list of str, optional
        The arguments of the command; those of the program without it.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analysis.charts",
        description="Write the script that draws the charts of the book.",
    )
    parser.add_argument("path", type=Path, help="file to write")
    path = parser.parse_args(arguments).path
    print(f"{path}: {'written' if write_bundle(path) else 'up to date'}")


if __name__ == "__main__":
    main()
