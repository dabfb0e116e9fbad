"""Pages, numbers and sources of the figures.

The figures of the book stand in ``data/figures.csv``; what a notebook drew stands in
``data/derived/figures`` (see `analysis.figures.show`). From both this extension makes

- a page for each figure, ``figures/NAME.html``: drawing, description, the data as a
  table, downloads, source, how to cite it;
- the role ``{fig}`` for Markdown: ``{fig}`leading-terms` `` is a link that says "Figure 3";
- the directive ``{figure-list}``: all figures, and the functions that drew them;
- the highlighted source of each of these functions, by ``sphinx.ext.viewcode``.

A figure that the table names and no notebook drew fails the build. One that does not stand
once on the page that the table names is a warning.
"""

from __future__ import annotations

import html
import importlib
import inspect
import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from analysis.citation import Record, cite_figure, read_citation
from analysis.export import show_table
from analysis.figures import showing
from analysis.tables import InputError

PAGES = "figures"
"""The folder of the pages of single figures."""
LISTING = "book/figures"
"""The page with the list of figures, to which the pages of sources lead back."""
CITED_BY = "CITATION.cff"
"""What says how the book is cited, in its folder."""

logger = logging.getLogger(__name__)


class figure_list(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """Stands for the list of the figures until all notebooks have run."""


class FigureList(SphinxDirective):
    """List all figures, and the functions that drew them."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the list."""
        return [figure_list()]


class FigureRole(SphinxRole):
    """A link to a figure that says its number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link; an unknown name is a warning, which fails the build."""
        entry = _register(self.env).get(self.text)
        if entry is None:
            message = self.inliner.reporter.warning(
                f"there is no figure {self.text!r} in {showing.REGISTER}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        # The page may not have been read yet; its name is enough.
        uri = self.env.app.builder.get_relative_uri(self.env.docname, entry.page)
        address = f"{uri}#{entry.anchor}"
        return [nodes.reference(self.rawtext, entry.label, internal=True, refuri=address)], []


def _data(env: BuildEnvironment) -> Path:
    return Path(env.srcdir) / "data"


def _register(env: BuildEnvironment) -> dict[str, showing.Entry]:
    try:
        return showing.load_figures(_data(env))
    except InputError as error:
        raise ExtensionError(f"the table of the figures cannot be read: {error}") from error


def _drawn(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """Return the specification that a notebook wrote."""
    loaded: dict[str, Any] = json.loads(_file(env, name).read_text(encoding="utf-8"))
    return loaded


def _file(env: BuildEnvironment, name: str) -> Path:
    return _data(env) / "derived" / showing.FOLDER / f"{name}.vl.json"


def gather(app: Sphinx, env: BuildEnvironment) -> None:
    """When all notebooks have run: see that each figure was drawn, and note who drew it."""
    register = _register(env)
    lost = [name for name in _present(env, register) if not _file(env, name).is_file()]
    if lost:
        raise ExtensionError(
            f"{showing.REGISTER} names figures that no notebook drew: {', '.join(lost)}"
        )
    functions = {n: _drawn(env, n)["usermeta"]["function"] for n in _present(env, register)}
    env.book_figures = functions  # type: ignore[attr-defined]
    _show_sources(env, sorted(set(functions.values())))


def _present(env: BuildEnvironment, register: dict[str, showing.Entry]) -> list[str]:
    return [
        name
        for name, entry in register.items()
        if entry.page in env.found_docs and not _left_out(env, entry)
    ]


def _left_out(env: BuildEnvironment, entry: showing.Entry) -> bool:
    """Return whether there was nothing to draw where that may be."""
    return entry.optional and not _file(env, entry.name).is_file()


def _show_sources(env: BuildEnvironment, functions: list[str]) -> None:
    """Ask viewcode for a page of each module that drew a figure.

    The way back from the source is to the reference, where there is one, else to the listing.
    """
    if LISTING not in env.found_docs:
        return
    modules: dict[str, Any] = getattr(env, "_viewcode_modules", {})
    for function in functions:
        module, _, name = function.rpartition(".")
        if not modules.get(module):
            analyzer = ModuleAnalyzer.for_module(module)
            analyzer.find_tags()
            modules[module] = (analyzer.code, analyzer.tags, {}, module)
        modules[module][2].setdefault(name, LISTING)
    env._viewcode_modules = modules  # type: ignore[attr-defined]


def check_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Warn of a figure that does not stand once on its page: links to it need one place.

    Other pages may show it as well.
    """
    if doctree is None:
        return
    for entry in _register(app.env).values():
        if _left_out(app.env, entry):
            continue
        times = context["body"].count(f'id="{entry.anchor}"')
        if times > 1 or (entry.page == pagename and times == 0):
            logger.warning(
                f"{showing.REGISTER} says that {entry.name!r} stands on {entry.page}, but "
                f"{pagename} shows it {times} times",
                location=pagename,
            )


def fill_lists(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the list of the figures where it was asked for."""
    for place in list(doctree.findall(figure_list)):
        text = _list_html(app, docname) if app.builder.format == "html" else ""
        place.replace_self(nodes.raw("", text, format="html"))


def _list_html(app: Sphinx, docname: str) -> str:
    env = app.builder.env
    register, functions = _register(env), env.book_figures  # type: ignore[attr-defined]
    rows = "".join(
        f'<tr><th scope="row" class="figure-label"><a href="{app.builder.get_relative_uri(docname, entry.page)}'
        f'#{entry.anchor}">{entry.label}</a></th><td>{html.escape(entry.caption)}. '
        f'<a href="{app.builder.get_relative_uri(docname, f"{PAGES}/{name}")}">Data and files</a>'
        f"</td></tr>"
        for name, entry in register.items()
        if name in functions
    )
    drawn = "".join(
        f'<dt id="{function}"><a href="{showing.source_address(function)}"><code>'
        f"{function}</code></a></dt><dd>{html.escape(_summary(function))}</dd>"
        for function in sorted(set(functions.values()))
    )
    return (
        '<div class="table-box" role="region" aria-label="Figures" tabindex="0"><table>'
        '<caption>The figures in the order of the book.</caption><thead><tr><th scope="col">Figure'
        f'</th><th scope="col">What it shows</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f'<h2 id="functions">Functions that draw</h2><dl class="figure-functions">{drawn}</dl>'
    )


def _summary(function: str) -> str:
    module, _, name = function.rpartition(".")
    text = inspect.getdoc(getattr(importlib.import_module(module), name)) or ""
    return text.partition("\n\n")[0].replace("\n", " ").replace("``", "").replace("`", "")


# --- The page of one figure -----------------------------------------------------------------


def figure_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give a page to each figure."""
    env = app.builder.env
    if app.builder.format != "html":
        return
    register, record = _register(env), _record(app)
    for name in _present(env, register):
        entry = register[name]
        context = {
            "title": html.escape(f"{entry.label}. {entry.caption}"),
            "body": _page(app, entry, record),
            "parents": [],
            "description": f"{entry.caption}.",
        }
        yield f"{PAGES}/{name}", context, "page.html"


def _page(app: Sphinx, entry: showing.Entry, record: Record | None) -> str:
    spec = _drawn(app.builder.env, entry.name)
    chapter = app.builder.get_relative_uri(f"{PAGES}/{entry.name}", entry.page)
    title = app.builder.env.titles[entry.page].astext()
    function = spec["usermeta"]["function"]
    folder = _data(app.builder.env) / "derived" / showing.FOLDER
    drawing = (folder / f"{entry.name}.svg").read_text(encoding="utf-8")
    tables = showing.data_of(spec, addresses=True)
    downloads = [f"{entry.name}.{ending}" for ending in showing.FORMATS]
    downloads += [f"{showing.table_name(entry.name, n)}.csv" for n in range(2, len(tables) + 1)]
    links = " ".join(
        f'<li><a href="{showing.FILES}/{name}" download>{name}</a></li>' for name in downloads
    )
    description = html.escape(spec["description"].strip())
    rows = "".join(
        _table(table, chapter, f"The rows that the marks stand for{which}")
        for table, which in zip(tables, _which(len(tables)), strict=True)
    )
    return (
        f"<section><h1>{entry.label}</h1><p>{html.escape(entry.caption)}. It stands in "
        f'<a href="{chapter}#{entry.anchor}">{html.escape(title)}</a>.</p>'
        f"{showing.picture(entry.name, spec, drawing, lazy=False)}"
        f'<section id="description"><h2>In words</h2><p>{description}</p></section>'
        f'<section id="data"><h2>Data</h2>{rows}</section>'
        f'<section id="files"><h2>Files</h2><ul>{links}</ul></section>'
        f'<section id="source"><h2>Source</h2><p>Drawn by <a href="'
        f'{showing.source_address(function)}"><code>{function}</code></a>.</p></section>'
        f'<section id="cite"><h2>Cite this figure</h2><p>{_citation(app, entry, record)}</p></section>'
        "</section>"
    )


def _which(count: int) -> list[str]:
    """Return what tells several tables of one figure apart."""
    if count == 1:
        return [""]
    return [f", table {place} of {count}" for place in range(1, count + 1)]


def _table(table: pd.DataFrame, chapter: str, caption: str) -> str:
    """Return the rows of a figure as a table, each with the link of its mark."""
    formats = {column: ".4g" for column in table.select_dtypes("float")}
    links = tuple(column for column in showing.ADDRESSES if column in table)
    linked = table.assign(
        **{c: [_mark_link(address, chapter) for address in table[c]] for c in links}
    )
    headers = {c: "passages" if c in links else c for c in table.columns}
    return str(show_table(linked, caption, None, headers, formats, links=links).data)


def _mark_link(address: object, chapter: str) -> str:
    if not isinstance(address, str):
        return ""
    return f'<a href="{html.escape(_seen_from_here(chapter, address))}">passages</a>'


def _seen_from_here(chapter: str, address: str) -> str:
    """Return an address that a chapter uses as the page of a figure must use it."""
    if address.startswith("#"):
        return chapter + address
    # Not urljoin, which takes the first "../" for going above the root and drops it.
    return posixpath.normpath(posixpath.join(posixpath.dirname(chapter), address))


def _record(app: Sphinx) -> Record | None:
    path = Path(app.srcdir) / CITED_BY
    if not path.is_file():
        return None
    try:
        return read_citation(path)
    except InputError as error:
        raise ExtensionError(f"the figures cannot be cited: {error}") from error


def _citation(app: Sphinx, entry: showing.Entry, record: Record | None) -> str:
    """Return how a figure is cited; without its address where the book is not published."""
    if record is None:
        return f"This book has no {CITED_BY}, which would say how it is cited."
    base = app.config.html_baseurl or ""
    address = f"{base}{PAGES}/{entry.name}.html" if base else ""
    return html.escape(cite_figure(entry.label, entry.caption, record, address))


def setup(app: Sphinx) -> dict[str, Any]:
    """Number the figures when pages are read, and make their pages at the end."""
    app.add_node(figure_list)
    app.add_role("fig", FigureRole())
    app.add_directive("figure-list", FigureList)
    app.connect("env-updated", gather)
    app.connect("doctree-resolved", fill_lists)
    app.connect("html-page-context", check_page)
    # Before viewcode, which makes the pages of the sources.
    app.connect("html-collect-pages", figure_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
