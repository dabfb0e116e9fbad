"""A chart as a numbered figure of the book: caption, data, files to take away.

The figures of a book stand in ``data/figures.csv``, one row each, in the order of the
book: the number of a figure is the place of its row. `show` writes what a reader may take
away (data, drawing, picture, specification) into ``data/derived/figures`` and returns the
figure as the page shows it. The page itself carries neither drawing nor specification:
both are files, loaded when the reader reaches the figure.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import charts
from analysis.corpus import find_data
from analysis.export import write_csv
from analysis.figures._shared import Figure
from analysis.publishing import Silent, shown_words
from analysis.tables import InputError, read_table, write_whole

REGISTER = "figures.csv"
"""The table of the figures, in the folder of the data."""
FOLDER = "figures"
"""Where the files of the figures are, in the derived data as in the built book."""
FILES = f"../_static/{FOLDER}"
"""The files of the figures, seen from a page."""
PAGES = "../figures"
"""The pages of the single figures, seen from a page."""
FORMATS = {"csv": "CSV", "svg": "SVG", "png": "PNG", "vl.json": "Vega-Lite"}
"""The files of a figure by their ending, and how a link calls them."""
ADDRESSES = ("panel", "address", "href")
"""Columns of a figure's data that hold links of the page."""
# A number at its end would make its files look like further tables of another figure.
_NAME = re.compile(r"(?!.*-\d+$)[a-z0-9]+(-[a-z0-9]+)*")
_NAME_RULE = "small letters, digits and single hyphens only, and no number of its own at its end"


@dataclass(frozen=True)
class Entry:
    """What the table of figures says of one.

    Attributes
    ----------
    name : str
        Names the figure in addresses and files.
    page : str
        The page it stands on, such as ``notebooks/corpus``.
    caption : str
        A sentence without the full stop at its end.
    number : int
        Its place in the book, from 1.
    optional : bool
        Whether it may be left undrawn where there is nothing to draw, such as a figure of
        what sets a text apart.

    Examples
    --------
    >>> from analysis.figures import Entry
    >>> entry = Entry("outline", "notebooks/corpus", "The sections of each paper", 3)
    >>> entry.label, entry.anchor
    ('Figure 3', 'fig-outline')
    """

    name: str
    page: str
    caption: str
    number: int
    optional: bool = False

    @property
    def label(self) -> str:
        """How the figure is referred to, such as ``Figure 3``."""
        return f"Figure {self.number}"

    @property
    def anchor(self) -> str:
        """The identifier of the figure in its page."""
        return f"fig-{self.name}"


def load_figures(folder: Path | None = None) -> dict[str, Entry]:
    """Read the table of the figures.

    Parameters
    ----------
    folder : Path, optional
        The folder of the data; the project's own without it.

    Returns
    -------
    dict of str to Entry
        By name, in the order of the book; empty if there is no such table.

    Raises
    ------
    InputError
        If a name is given twice, cannot stand in an address or ends like ``-2``, a cell is
        empty, or ``optional``, the one column that may lack, is neither ``yes`` nor empty.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from analysis.figures import load_figures
    >>> folder = Path(tempfile.mkdtemp())
    >>> load_figures(folder)
    {}
    >>> pd.DataFrame({
    ...     "name": ["outline"], "page": ["notebooks/corpus"], "caption": ["The sections"],
    ... }).to_csv(folder / "figures.csv", index=False)
    >>> load_figures(folder)["outline"].label
    'Figure 1'
    """
    path = (folder or find_data()) / REGISTER
    if not path.is_file():
        return {}
    columns = ("name", "page", "caption")
    problems: list[str] = []
    allowed = {"optional": ("yes",)}
    table = read_table(path, columns, problems, key="name", filled=columns, allowed=allowed)
    problems += [
        f"{REGISTER}, row {row.row}, column name: {row.name!r} stands in addresses; it can "
        f"have {_NAME_RULE}"
        for row in table[["row", "name"]].itertuples(index=False)
        if row.name and not _NAME.fullmatch(row.name)
    ]
    if "optional" not in table:
        table["optional"] = ""
    if problems:
        raise InputError(problems)
    return {
        row.name: Entry(row.name, row.page, row.caption, number, row.optional == "yes")
        for number, row in enumerate(table.itertuples(index=False), start=1)
    }


def reference(name: str, page: str = "") -> str:
    """Return a Markdown link to a figure, for use in a sentence.

    Parameters
    ----------
    name : str
        The name of the figure.
    page : str
        Address of the page it stands on; empty if that is the page of the sentence.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    KeyError
        If there is no such figure.

    Examples
    --------
    >>> from analysis.figures import load_figures, reference
    >>> first = next(iter(load_figures()))
    >>> reference(first) == f"[Figure 1](#fig-{first})"
    True
    """
    entry = _known(name, load_figures())
    return f"[{entry.label}]({page}#{entry.anchor})"


@dataclass(frozen=True)
class Shown:
    """A figure as a notebook and the book show it.

    Attributes
    ----------
    bundle : dict
        By MIME type, as `analysis.charts.mime_bundle` gives it.

    Examples
    --------
    >>> from analysis.figures import Shown
    >>> Shown({"text/html": "<figure></figure>"}).html
    '<figure></figure>'
    """

    bundle: dict[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self.bundle

    @property
    def html(self) -> str:
        """The figure as it stands in a page."""
        return str(self.bundle["text/html"])


def show(chart: Figure, name: str, folder: Path | None = None) -> Shown:
    """Show a chart as a figure of the book, and write its files.

    Parameters
    ----------
    chart : altair chart
        With a description.
    name : str
        The name of the figure. A book with a table of figures must have it there; without
        a table the figure has no number, and its description is its caption.
    folder : Path, optional
        Where to write the files; ``data/derived/figures`` without it. Written are
        ``NAME.csv`` (the rows that the marks stand for; ``NAME-2.csv`` and so on where the
        layers of a chart have tables of their own), ``NAME.svg``, ``NAME.png``,
        ``NAME.vl.json``, and ``NAME.js``, from which the page draws. Tables of an earlier
        drawing are removed.

    Returns
    -------
    Shown

    Raises
    ------
    KeyError
        If the table of figures does not have the name.
    ValueError
        If the chart has no description; if it would show words of a work that the project
        does not publish; if it is a numbered figure and does not say which function drew
        it; or if the name cannot stand in an address.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import analysis
    >>> from analysis.figures import load_figures, outline_chart, show
    >>> corpus = analysis.corpus_from_texts({"note": "Neighbours need trust. They lend a spade."})
    >>> name = next(iter(load_figures()))  # the first figure of the project
    >>> folder = Path(tempfile.mkdtemp())
    >>> shown = show(outline_chart(corpus), name, folder)
    >>> f'id="fig-{name}"' in shown.html
    True
    >>> sorted(path.name.removeprefix(name) for path in folder.iterdir())
    ['.csv', '.js', '.png', '.svg', '.vl.json']
    """
    register = load_figures()
    entry = _known(name, register) if register else None
    spec = chart.to_dict()
    _check(name, entry, spec)
    drawing, png = charts.pictures(spec)
    target = folder or find_data() / "derived" / FOLDER
    tables = _tables_of(spec)
    _write_files(target, name, spec, drawing, png, tables)
    _remove_tables(target, name)
    for number, (_, table) in enumerate(tables, start=1):
        write_csv(table, target / f"{table_name(name, number)}.csv")
    return Shown(charts.mime_bundle(spec, _framed(name, entry, spec, drawing), png))


def table_name(name: str, number: int) -> str:
    """Return how a table of a figure is called.

    Parameters
    ----------
    name : str
        The name of the figure.
    number : int
        Which of its tables, from 1.

    Returns
    -------
    str
        The first is called as the figure, others have a number.

    Examples
    --------
    >>> table_name("outline", 1), table_name("outline", 2)
    ('outline', 'outline-2')
    """
    return name if number == 1 else f"{name}-{number}"


def data_of(spec: Mapping[str, Any], addresses: bool = False) -> list[pd.DataFrame]:
    """Return the rows that the marks of a chart stand for.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification.
    addresses : bool
        Whether to keep the columns that hold links of the page (see `ADDRESSES`).

    Returns
    -------
    list of pandas.DataFrame
        One table for each set of rows, the longest first, without columns that are empty
        and without rows that say the same.

    Examples
    --------
    >>> import altair
    >>> import pandas as pd
    >>> from analysis.figures import data_of
    >>> rows = pd.DataFrame({"term": ["law", "trust"], "rate": [2.5, 1.0], "panel": ["#law", "#trust"]})
    >>> chart = altair.Chart(rows).mark_point().encode(x="rate:Q", y="term:N", href="panel:N")
    >>> [table] = data_of(chart.to_dict())
    >>> print(table.to_string(index=False))
     term  rate
      law   2.5
    trust   1.0
    """
    return [table for _, table in _tables_of(spec, addresses)]


def _tables_of(spec: Mapping[str, Any], addresses: bool = False) -> list[tuple[str, pd.DataFrame]]:
    """Return the tables of `data_of`, each with the name of its data in the specification."""
    named = spec.get("datasets", {})
    used = dict.fromkeys(_names_of_data(spec))
    tables = [(name, _bare(named[name], addresses)) for name in used if name in named]
    return sorted((pair for pair in tables if pair[1].size), key=lambda p: len(p[1]), reverse=True)


def _bare(rows: list[dict[str, Any]], addresses: bool) -> pd.DataFrame:
    table = pd.DataFrame(map(_flat, rows)).dropna(axis="columns", how="all")
    data = [column for column in table if column not in ADDRESSES]
    once = table.drop_duplicates(data) if data else table.iloc[:0]
    return (once if addresses else once[data]).reset_index(drop=True)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write the lines of a label, which stand in a list, into one cell."""
    return {
        name: " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in row.items()
    }


def _names_of_data(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        data = part.get("data")
        if isinstance(data, Mapping) and "name" in data:
            yield data["name"]
        for key, value in part.items():
            if key != "datasets":
                yield from _names_of_data(value)
    elif isinstance(part, list):
        for value in part:
            yield from _names_of_data(value)


def _known(name: str, register: Mapping[str, Entry]) -> Entry:
    if name not in register:
        raise KeyError(f"{REGISTER} has no figure {name!r}: add a row where the book shows it")
    return register[name]


def _check(name: str, entry: Entry | None, spec: Mapping[str, Any]) -> None:
    """Refuse a figure that would break its page, or say more than may be said."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"the figure {name!r} cannot be called so: a name has {_NAME_RULE}")
    if entry and not spec.get("usermeta", {}).get("function"):
        raise ValueError(
            f"the figure {name!r} does not say which function drew it: decorate that with @drawn_by"
        )
    silent = Silent.read(find_data())
    for rows in spec.get("datasets", {}).values():
        if columns := shown_words(pd.DataFrame(rows), silent):
            raise ValueError(
                f"the figure {name!r} would show words of a work that is not published: empty "
                f"the column {columns[0]!r} of its data with analysis.publishing.withheld"
            )


def _remove_tables(folder: Path, name: str) -> None:
    """Remove the further tables of an earlier drawing, which may have had more of them."""
    for path in folder.glob(f"{name}-*.csv"):
        if re.fullmatch(r"-\d+", path.stem.removeprefix(name)):
            path.unlink()


def _write_files(
    folder: Path,
    name: str,
    spec: Mapping[str, Any],
    drawing: str,
    png: bytes,
    tables: list[tuple[str, pd.DataFrame]],
) -> None:
    """Write drawing, picture and specification.

    The script of the page also says which of the specification's data are its tables.
    """
    shown = [{"data": data, "columns": list(table.columns)} for data, table in tables]
    key, text, of_tables = json.dumps(name), _compact(spec), _compact(shown)
    script = (
        f"(bookData.figures ??= {{}})[{key}] = {text};\n"
        f"(bookData.figureTables ??= {{}})[{key}] = {of_tables};\n"
    )
    readable = json.dumps(spec, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    files = {
        "svg": drawing.encode(),
        "png": png,
        "vl.json": readable.encode(),
        "js": script.encode(),
    }
    for ending, content in files.items():
        write_whole(folder / f"{name}.{ending}", content)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _framed(name: str, entry: Entry | None, spec: Mapping[str, Any], drawing: str) -> str:
    """Return the figure as HTML: the drawing as a picture, the caption, the links."""
    anchor = entry.anchor if entry else f"fig-{name}"
    return (
        f'<figure class="book-figure" id="{anchor}">'
        f"<figcaption>{_caption(name, entry, spec)}</figcaption>"
        f'<div class="book-chart" data-chart="{name}">{picture(name, spec, drawing)}'
        f'<div class="book-chart-live"></div></div>{_tools(name, entry, spec)}</figure>'
    )


def picture(name: str, spec: Mapping[str, Any], drawing: str, lazy: bool = True) -> str:
    """Return the drawing of a figure as an HTML image, described and with its size.

    Parameters
    ----------
    name : str
        The name of the figure.
    spec : mapping
        Its specification, for the description.
    drawing : str
        Its SVG, for the size.
    lazy : bool
        Whether it is loaded only when a reader comes near it.

    Returns
    -------
    str
        An ``<img>``.

    Raises
    ------
    ValueError
        If the drawing does not say how large it is.

    Examples
    --------
    >>> from analysis.figures.showing import picture
    >>> image = picture("rates", {"description": "Two rates."}, '<svg width="120" height="80"></svg>')
    >>> 'width="120" height="80" alt="Two rates."' in image
    True
    """
    width, height = charts.size_of(drawing)
    description = html.escape(str(spec["description"]).strip())
    when = ' loading="lazy"' if lazy else ""
    return (
        f'<img class="book-chart-static dark-light" src="{FILES}/{name}.svg" width="{width}" '
        f'height="{height}" alt="{description}"{when} decoding="async">'
    )


def _caption(name: str, entry: Entry | None, spec: Mapping[str, Any]) -> str:
    if entry is None:
        return f'<span class="figure-caption">{html.escape(str(spec["description"]))}</span>'
    return (
        f'<a class="figure-number" href="{PAGES}/{name}.html">{entry.label}</a> '
        f'<span class="figure-caption">{html.escape(entry.caption)}.</span>'
    )


def _tools(name: str, entry: Entry | None, spec: Mapping[str, Any]) -> str:
    """Return the links below a figure; one without a number has no page of its own."""
    page = f"{PAGES}/{name}.html"
    links = [f'<a class="figure-data" href="{page}#data">Data as a table</a>'] if entry else []
    links += [
        f'<a href="{FILES}/{name}.{ending}" download>{called}</a>'
        for ending, called in FORMATS.items()
    ]
    function = spec.get("usermeta", {}).get("function", "")
    if entry and function:
        links.append(
            f'<a href="{source_address(function)}"><code>{function.rpartition(".")[2]}</code></a>'
        )
    if entry:
        links.append(f'<a href="{page}#cite">Cite</a>')
    return f'<div class="figure-tools">{" ".join(links)}</div>'


def source_address(function: str, root: str = "..") -> str:
    """Return the address of the source of a function in the built book.

    Parameters
    ----------
    function : str
        Its name with that of its module.
    root : str
        The root of the book, seen from the page.

    Returns
    -------
    str
        Not escaped.

    Examples
    --------
    >>> source_address("analysis.figures.terms.term_chart")
    '../_modules/analysis/figures/terms.html#term_chart'
    """
    module, _, name = function.rpartition(".")
    return f"{root}/_modules/{module.replace('.', '/')}.html#{name}"
