"""What readers and programs take away: citations, metadata, a zip of the data, notebooks.

``CITATION.cff`` is the one source of how the book is cited. From it come the files
``_static/citation.bib``, ``.ris`` and ``.json``, the text of the directive ``citation``, and in
the head of each page the tags that reference managers and search engines read. A book without
that file has none of this.

The notebooks that can be downloaded begin with a cell that says what they need, and fetches it
where the address of the repository is known (see ``analysis.book.publishing``).
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import requires
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from analysis import citation
from analysis.datapackage import LICENCES
from analysis.figures.showing import FORMATS
from analysis.folders import zipped
from analysis.publishing import Silent, text_columns
from analysis.tables import InputError, json_for_script, write_whole

SOURCE = "CITATION.cff"


class Form(NamedTuple):
    """A form of the citation: what writes it, the file for it, how it is coloured."""

    write: Callable[[citation.Record], str]
    file: str
    language: str


FORMS = {
    "bibtex": Form(citation.bibtex, "citation.bib", "bibtex"),
    "ris": Form(citation.ris, "citation.ris", "text"),
    "csl-json": Form(citation.csl_json, "citation.json", "json"),
}
LICENCE = LICENCES["CC-BY-4.0"]["path"].removesuffix("legalcode")
CITE_PAGE = "book/cite"

FIGURE_FORMATS = tuple(f".{ending}" for ending in FORMATS)

PACKAGE = "problems-and-remedies"
DRAWING = "vl-convert-python"
"""What the notebooks draw with; the package alone does not bring it."""

FIRST_CELL = "how-to-run"
FETCH_CELL = "fetch-project"


# --- The record -----------------------------------------------------------------------------


def read_record(app: Sphinx) -> citation.Record | None:
    """Return what CITATION.cff says; None if the book has none.

    Where the file has no address, that of the published book is taken.
    """
    path = Path(app.srcdir) / SOURCE
    if not path.is_file():
        return None
    record = _record_in(path, path.stat().st_mtime_ns)
    return replace(record, url=record.url or app.config.html_baseurl or "")


@cache
def _record_in(path: Path, changed: int) -> citation.Record:
    """Read the file once for all pages, and again when it has changed."""
    try:
        return citation.read_citation(path)
    except InputError as error:
        raise ExtensionError(f"the book cannot be cited: {error}") from error


class Citation(SphinxDirective):
    """Show how to cite the book: ``sentence``, ``bibtex``, ``ris`` or ``csl-json``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a paragraph, or the text of a file."""
        form = self.arguments[0]
        record = read_record(self.env.app)
        if record is None:
            raise self.error(f"there is no {SOURCE}")
        self.env.note_dependency(SOURCE)
        if form == "sentence":
            text = citation.sentence(record)
            return [nodes.block_quote("", nodes.paragraph(text, text))]
        if form not in FORMS:
            raise self.error(f"unknown form {form!r}; use sentence, {', '.join(FORMS)}")
        text = FORMS[form].write(record).replace("\r\n", "\n").rstrip()
        return [nodes.literal_block(text, text, language=FORMS[form].language)]


def write_citations(app: Sphinx, record: citation.Record) -> None:
    """Write the files for reference managers."""
    for form in FORMS.values():
        write_whole(Path(app.outdir) / "_static" / form.file, form.write(record).encode("utf-8"))


# --- Metadata -------------------------------------------------------------------------------


def linked_data(
    record: citation.Record, title: str, kind: str, address: str = "", book_url: str = ""
) -> dict[str, Any]:
    """Return what schema.org wants to know of a page, a book or a data set.

    Parameters
    ----------
    record : Record
        The book.
    title : str
        Of the page; not used for the book itself.
    kind : {"Book", "Chapter", "Dataset"}
        What is described.
    address, book_url : str
        Addresses of the page and of the book; empty where they are not known.

    Returns
    -------
    dict
        To be written as JSON-LD. There is no date unless CITATION.cff has one.
    """
    book: dict[str, Any] = {"@type": "Book", "name": record.title, "url": book_url}
    shared = {
        "author": [_schema_author(author) for author in record.authors],
        "inLanguage": "en",
        "license": LICENCE,
        "version": record.version,
        "datePublished": record.released,
        "keywords": ", ".join(record.keywords),
    }
    if kind == "Book":
        details = {**shared, "description": record.abstract, "identifier": record.doi}
        found = {**book, **details, "bookFormat": "https://schema.org/EBook"}
    else:
        found = {"@type": kind, "name": title, "url": address, **shared, "isPartOf": _filled(book)}
    if kind == "Dataset":
        found["name"] = f"{record.title}: data and figures"
        found["description"] = (
            "Tables, figures and committed judgements behind the book. " + record.abstract
        )
        found["isAccessibleForFree"] = True
        if book_url:
            found["distribution"] = {
                "@type": "DataDownload",
                "encodingFormat": "application/zip",
                "contentUrl": f"{book_url}_static/{archive_name(record)}.zip",
            }
    return {"@context": "https://schema.org", **_filled(found)}


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in ("", [], {})}


def _schema_author(author: citation.Author) -> dict[str, str]:
    if author.name:
        found = {"@type": "Organization", "name": author.name}
    else:
        found = {"@type": "Person", "givenName": author.given, "familyName": author.family}
        found["name"] = " ".join(p for p in (author.given, author.family, author.suffix) if p)
    return _filled({**found, "@id": author.orcid})


def script(found: dict[str, Any]) -> str:
    """Return JSON-LD as an element for the head of a page."""
    return f'<script type="application/ld+json">{json_for_script(found)}</script>\n'


def citation_tags(record: citation.Record, title: str, address: str, is_book: bool) -> str:
    """Return the tags that reference managers read from the head of a page."""
    named = [("citation_title", record.title if is_book else title)]
    for author in record.authors:
        name = author.name or ", ".join(p for p in (author.family, author.given) if p)
        named.append(("citation_author", name))
    named += [
        ("citation_inbook_title", "" if is_book else record.title),
        ("citation_publication_date", record.released.replace("-", "/")),
        ("citation_language", "en"),
        ("citation_doi", record.doi),
        ("citation_public_url", address),
    ]
    return "".join(
        f'<meta name="{name}" content="{html.escape(value)}">\n' for name, value in named if value
    )


def add_metadata(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the metadata of a page into its head; pages that Sphinx adds have none."""
    record = read_record(app)
    if record is None or doctree is None:
        return
    book_url = app.config.html_baseurl or ""
    address = book_url + app.builder.get_target_uri(pagename) if book_url else ""
    title = app.env.titles[pagename].astext()
    is_book = pagename == app.config.root_doc
    tags = citation_tags(record, title, address, is_book)
    kinds = ["Book" if is_book else "Chapter"] + ["Dataset"] * (pagename == CITE_PAGE)
    for kind in kinds:
        tags += script(linked_data(record, title, kind, address, book_url))
    context["metatags"] = context.get("metatags", "") + tags


# --- Notebooks ------------------------------------------------------------------------------


class notebook_downloads(nodes.General, nodes.Element):  # noqa: N801 (docutils' manner)
    """Stands for the list of notebooks until their titles are known."""


class NotebookDownloads(SphinxDirective):
    """List the notebooks of the book with their files, and where they can be launched."""

    def run(self) -> list[nodes.Node]:
        """Return a place for the list."""
        return [notebook_downloads()]


def archive_name(record: citation.Record) -> str:
    """Return the name of the zip file, without its ending, and of the folder in it."""
    return f"{record.slug}-data"


class DataArchive(SphinxDirective):
    """Offer the zip file with the tables and figures of the book."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph with the link."""
        record = read_record(self.env.app)
        if record is None:
            raise self.error(f"there is no {SOURCE}")
        self.env.note_dependency(SOURCE)
        up = "../" * self.env.docname.count("/")
        link = (
            f'<p><a href="{up}_static/{archive_name(record)}.zip" download>'
            "All tables and figures in one zip file</a>.</p>"
        )
        return [nodes.raw("", link, format="html")]


def notebook_pages(app: Sphinx) -> Iterator[str]:
    """Yield the pages that are notebooks, in the order of the book."""
    for name in dict.fromkeys(_pages_below(app.env.toctree_includes, app.config.root_doc)):
        if app.env.doc2path(name, base=False).endswith(".ipynb"):
            yield name


def _pages_below(
    contents: Mapping[str, list[str]], page: str, above: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield a page and all below it, each before what follows it."""
    if page not in above:
        yield page
        for below in contents.get(page, []):
            yield from _pages_below(contents, below, (*above, page))


def list_notebooks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill the places for lists of notebooks."""
    for place in list(doctree.findall(notebook_downloads)):
        own = app.builder.get_target_uri(docname)
        lines = []
        for name in notebook_pages(app):
            title, file = app.env.titles[name].astext(), f"{name}.ipynb"
            address = html.escape(relative_uri(own, f"_sources/{file}"))
            lines.append(
                f'<li><a href="{address}" download>{html.escape(title)}</a> '
                f"(<code>{html.escape(file)}</code>)</li>"
            )
        text = '<ul class="notebook-downloads">' + "".join(lines) + "</ul>"
        place.replace_self(nodes.raw("", text, format="html"))


def introduction(repository: str, branch: str) -> list[dict[str, Any]]:
    """Return the cells that a downloaded notebook begins with.

    Parameters
    ----------
    repository, branch : str
        Address of the repository and branch; empty where the book is not published.

    Returns
    -------
    list of dict
        A cell that says what the notebook needs and, if the address is known, one that
        fetches it where it is missing.
    """
    where = f" ([{repository}]({repository}))" if repository else ""
    text = (
        "*From the book “Problems and Remedies”.* This notebook needs the book's Python package "
        f"and the texts. Both are in the project's repository{where}, and neither comes with "
        "this file. In a copy of the repository, put the file into the folder `notebooks/`, "
        "call `make lab` and open it there."
    )
    if not repository:
        return [_cell("markdown", FIRST_CELL, text)]
    text += (
        " Elsewhere, for instance on Colab, the next cell fetches both; it needs `git` and the "
        "network. If an import fails after it, restart the kernel and run all cells again."
    )
    folder = repository.rsplit("/", 1)[1]
    drawing = next(r.partition(";")[0] for r in requires(PACKAGE) or () if r.startswith(DRAWING))
    code = (
        "import importlib.util\n\n"
        'if importlib.util.find_spec("analysis") is None:\n'
        f"    !git clone --quiet --depth 1 --branch {branch} {repository}\n"
        f'    %pip install --quiet ./{folder} "{drawing.strip()}"\n'
        f"    %cd {folder}/notebooks"
    )
    return [_cell("markdown", FIRST_CELL, text), _cell("code", FETCH_CELL, code)]


def _cell(kind: str, name: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return {**cell, "source": text.splitlines(keepends=True)}


def introduce(path: Path, cells: list[dict[str, Any]]) -> None:
    """Put cells at the beginning of a notebook; once, however often this is called."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    own = [c for c in notebook["cells"] if c.get("id") not in (FIRST_CELL, FETCH_CELL)]
    notebook["cells"] = cells + own
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, text.encode("utf-8"))


# --- The zip --------------------------------------------------------------------------------


def archived(project: Path) -> dict[str, Path]:
    """Return the files of the zip by their names in it.

    The texts in ``data/raw`` are not among them. Where a work may not be shown at all, no
    committed table with quotations is.

    Raises
    ------
    InputError
        If the tables of works and documents cannot be read.
    """
    data = project / "data"
    found = {name: project / name for name in (SOURCE, "LICENSE") if (project / name).is_file()}
    for path in _files(data):
        place = path.relative_to(data)
        if place.parts[0] not in ("raw", "derived"):
            found[f"data/{place.as_posix()}"] = path
    for path in _files(data / "derived" / "tables"):
        found[f"tables/{path.relative_to(data / 'derived' / 'tables').as_posix()}"] = path
    for path in _files(data / "derived" / "figures"):
        if path.name.endswith(FIGURE_FORMATS):
            found[f"figures/{path.relative_to(data / 'derived' / 'figures').as_posix()}"] = path
    if Silent.read(data).work_id:
        found = {n: p for n, p in found.items() if not (n.startswith("data/") and _quotes(p))}
    return dict(sorted(found.items()))


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    ]


def _quotes(path: Path) -> bool:
    """Return whether a file is a table with quotations."""
    if path.suffix != ".csv":
        return False
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return bool(text_columns(next(csv.reader(lines), [])))


def write_archive(path: Path, files: dict[str, Path], record: citation.Record) -> None:
    """Write a zip that depends on nothing but the files in it."""
    contents = {name: file.read_bytes() for name, file in files.items()}
    contents["README.md"] = _readme(files, record).encode("utf-8")
    named = {f"{archive_name(record)}/{name}": contents[name] for name in sorted(contents)}
    write_whole(path, zipped(named))


def _readme(files: dict[str, Path], record: citation.Record) -> str:
    parts = {
        "tables": "the results, one CSV file per table, as the book computed them; "
        "`datapackage.json` (Frictionless) describes every column",
        "figures": "the figures: `.csv` is what was drawn, `.svg` and `.png` the drawing, "
        "`.vl.json` its Vega-Lite specification",
        "data": "words and judgements that the book starts from: word lists, lexicon, coding, "
        "glossary; `dictionary.csv` describes every column",
    }
    lines = [
        f"- `{name}/`: {text}."
        for name, text in parts.items()
        if any(n.startswith(name + "/") for n in files)
    ]
    return "\n".join(
        [
            f"# {record.title}",
            "",
            f"Data and figures of version {record.version} of the book, by "
            f"{citation.author_names(record)}.",
            "",
            *lines,
            "- `CITATION.cff`: how to cite. `LICENSE`: what may be done with it.",
            "",
            "The texts that were compared are not in this archive: they belong to their authors "
            "or publishers. `data/datapackage.json` names them with their checksums all the same.",
            "Passages quoted in the tables belong to the same authors and publishers and are "
            "covered by no licence of this project.",
            "Where a work may not be shown at all, tables with quotations are left out.",
            "",
        ]
    )


# --- The build ------------------------------------------------------------------------------


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write everything that needs the finished site."""
    if error is not None or app.builder.format != "html":
        return
    record = read_record(app)
    if record is not None:
        write_citations(app, record)
        try:
            files = archived(Path(app.srcdir))
        except InputError as problems:
            raise ExtensionError(f"the archive cannot be written: {problems}") from problems
        write_archive(Path(app.outdir) / "_static" / f"{archive_name(record)}.zip", files, record)
    cells = introduction(*_repository(app))
    for name in notebook_pages(app):
        path = Path(app.outdir) / "_sources" / f"{name}.ipynb"
        if path.is_file():
            introduce(path, cells)


def _repository(app: Sphinx) -> tuple[str, str]:
    """Return address and branch of the repository, empty if it is not known."""
    options = app.config["html_theme_options"]
    # The theme's settings name another repository where none is set.
    if not options.get("use_repository_button"):
        return "", ""
    return options["repository_url"], options["repository_branch"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Offer the directives, and write the files when the site is finished."""
    app.add_node(notebook_downloads)
    app.add_directive("citation", Citation)
    app.add_directive("data-archive", DataArchive)
    app.add_directive("notebook-downloads", NotebookDownloads)
    app.connect("doctree-resolved", list_notebooks)
    app.connect("html-page-context", add_metadata)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
