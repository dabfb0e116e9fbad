"""Link the first use of each term of the glossary on a page to its entry.

The terms stand in ``data/glossary.csv``. Only running text is searched: no heading, link,
code, table, caption, emphasis, formula or raw HTML, and nothing in double quotation marks,
since that is what the papers say. Where forms overlap, the longest wins. The page of the
glossary itself is left alone, and so is a book without the table or the page.

``glossary_links = False`` switches it off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from analysis import glossary
from analysis.tables import InputError

PAGE = "notebooks/glossary"
TABLE = Path("data") / glossary.GLOSSARY

Span = tuple[int, int]

# Whatever else a paragraph may stand in, its words are not running text.
_AROUND = (
    nodes.document, nodes.section, nodes.container, nodes.Admonition, nodes.bullet_list,
    nodes.enumerated_list, nodes.list_item, nodes.definition_list, nodes.definition_list_item,
    nodes.definition,
)  # fmt: skip
# A quotation that is not closed reaches to the end of its paragraph. A straight mark
# closes what a straight mark opens.
_QUOTED = re.compile(r'“[^”]*(?:”|$)|"[^"]*(?:"|$)')


def depend_on_table(app: Sphinx, doctree: nodes.document) -> None:
    """Have each page read anew when the table changes."""
    if (Path(app.srcdir) / TABLE).is_file():
        app.env.note_dependency(TABLE.as_posix())


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the first use of each term on a page."""
    if not app.config.glossary_links or app.builder.format != "html":
        return
    path = Path(app.srcdir) / TABLE
    if docname == PAGE or PAGE not in app.env.found_docs or not path.is_file():
        return
    terms = _terms(path, path.stat().st_mtime_ns)
    address = app.builder.get_relative_uri(docname, PAGE)
    open_terms = set(terms["term_id"])
    pattern, owners = glossary.term_pattern(terms), glossary.forms_of(terms)
    titles = {row.term_id: glossary.first_sentence(row.definition) for row in terms.itertuples()}
    for texts, quoted in _all_runs(doctree):
        whole = "".join(texts)
        pieces: list[nodes.Node] = []
        done = 0
        for match in pattern.finditer(whole):
            term = owners[" ".join(match[0].lower().split())]
            if term not in open_terms or _overlaps(match.span(), quoted):
                continue
            open_terms.discard(term)
            uri = f"{address}#{glossary.term_anchor(term)}"
            pieces += [nodes.Text(whole[done : match.start()]), _link(match[0], uri, titles[term])]
            done = match.end()
        if pieces:
            _replace(texts, [*pieces, nodes.Text(whole[done:])])


def _all_runs(doctree: nodes.document) -> list[tuple[list[nodes.Text], list[Span]]]:
    return [run for paragraph in running_paragraphs(doctree) for run in plain_runs(paragraph)]


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def running_paragraphs(doctree: nodes.document) -> list[nodes.paragraph]:
    """Return the paragraphs of running text, in the order of the page."""
    return [p for p in doctree.findall(nodes.paragraph) if _is_running(p)]


def _is_running(paragraph: nodes.paragraph) -> bool:
    around = paragraph.parent
    while around is not None:
        if not isinstance(around, _AROUND):
            return False
        around = around.parent
    return True


def plain_runs(paragraph: nodes.paragraph) -> Iterator[tuple[list[nodes.Text], list[Span]]]:
    """Yield each run of plain text in a paragraph, with the spans of it that are quoted.

    Text nodes that follow one another are one run, so that a term may run over a line
    end. What is emphasised or linked parts runs, but a quotation may run over it.
    """
    quoted = [m.span() for m in _QUOTED.finditer(paragraph.astext())]
    run: list[nodes.Text] = []
    start = place = 0
    for child in [*paragraph.children, None]:
        if isinstance(child, nodes.Text):
            start = place if not run else start
            run.append(child)
        elif run:
            yield run, [(a - start, b - start) for a, b in quoted]
            run = []
        place += len(child.astext()) if child is not None else 0


def _link(text: str, address: str, title: str) -> nodes.reference:
    return nodes.reference(
        text, text, internal=True, refuri=address, reftitle=title, classes=["glossary-link"]
    )


def _replace(texts: list[nodes.Text], pieces: list[nodes.Node]) -> None:
    """Put nodes in the place of text nodes that follow one another."""
    parent = texts[0].parent
    first = next(i for i, child in enumerate(parent.children) if child is texts[0])
    parent.children[first : first + len(texts)] = pieces
    for piece in pieces:
        piece.parent = parent


@lru_cache(maxsize=1)
def _terms(path: Path, changed: int) -> pd.DataFrame:
    """Read the table once per state of the file."""
    try:
        return glossary.load_glossary(path.parent)
    except InputError as error:
        raise ExtensionError(f"the glossary cannot be read: {error}") from error


def setup(app: Sphinx) -> dict[str, object]:
    """Add links when a page is written, so that its source stays as it is."""
    app.add_config_value("glossary_links", True, "html", bool)
    app.connect("doctree-read", depend_on_table)
    app.connect("doctree-resolved", link_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
