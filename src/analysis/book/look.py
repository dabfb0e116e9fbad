"""What every page says of itself and of the book, besides its text.

Each page gets a description, a colour for the browser's frame and what a site that links to
it shows as a card; the book gets a footer of its own and a page for addresses that lead
nowhere. Addresses of the published book are written only where it is known, see
``analysis.book.publishing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape, unescape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from analysis.book import STATIC
from analysis.figures.cover import CARD_SIZE
from analysis.tables import json_for_script

PACKAGE = "problems-and-remedies"
CARD = "social-card.png"
"""The picture of the book, written by a notebook into the derived data."""
MISSING = "404"
CITE_ANCHOR = "how-to-cite"
"""The section that says how to cite the book, on whichever page it stands."""
POLICY_PAGE = "book/editorial-policy"
LONGEST = 160
SHORTEST = 60
"""A paragraph shorter than this is a line of title or a remark, not a description."""


def set_up_theme(app: Sphinx, config: Config) -> None:
    """Make the theme use the footer of the book."""
    config["html_theme_options"].setdefault("footer_content_items", ["book-footer.html"])
    # A date or a version of the theme below each page would say nothing to a reader.
    config["html_theme_options"].setdefault("footer_start", [])


def describe(doctree: nodes.Node | None, longest: int = LONGEST) -> str:
    """Return what a page says first, in plain words.

    Parameters
    ----------
    doctree : docutils node or None
        The page.
    longest : int
        The most characters; a longer text is cut after a word.

    Returns
    -------
    str
        The start of the first paragraph that is long enough, outside of tables, lists and
        notes; empty if there is none.
    """
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        if _stands_in(paragraph, (nodes.table, nodes.list_item, nodes.Admonition, nodes.footnote)):
            continue
        text = " ".join(paragraph.astext().split())
        if len(text) >= SHORTEST:
            return shorten(text, longest)
    return ""


def shorten(text: str, longest: int = LONGEST) -> str:
    """Cut a text after a word, so that it has at most so many characters.

    Examples
    --------
    >>> shorten("Weak law and weak links", 14)
    'Weak law and…'
    """
    if len(text) <= longest:
        return text
    cut = text[:longest].rsplit(" ", 1)[0] if " " in text[:longest] else text[: longest - 1]
    return cut.rstrip(" ,;:.–(") + "…"


def page_colours(style: str) -> tuple[str, str]:
    """Return the colour of the paper on light and on dark pages, as the style sheet has it.

    Parameters
    ----------
    style : str
        The text of the style sheet.

    Raises
    ------
    ValueError
        If it does not name both.
    """
    found = re.findall(r"--paper:\s*(#[0-9a-f]{6})\b", style)
    if len(found) < 2:
        raise ValueError("the style sheet does not name --paper for light and for dark pages")
    return found[0], found[1]


def meta_tags(
    title: str, book: str, description: str, colours: tuple[str, str], address: str, card: str
) -> str:
    """Return the elements of a page's head that describe it.

    Parameters
    ----------
    title : str
        Of the page.
    book : str
        Title of the book.
    description : str
        What the page says; without it nothing is said.
    colours : tuple of str
        See `page_colours`.
    address, card : str
        Addresses of the page and of the picture of the book where it is published; empty
        where that is not known, since such an address cannot be a relative one.
    """
    tags = [
        _tag("property", "og:title", title),
        _tag("property", "og:site_name", book),
        _tag("property", "og:type", "article"),
        _tag("name", "twitter:card", "summary_large_image" if card else "summary"),
    ]
    if description:
        tags.insert(0, _tag("name", "description", description))
        tags.append(_tag("property", "og:description", description))
    if address:
        tags.append(_tag("property", "og:url", address))
    if card:
        width, height = CARD_SIZE
        tags += [
            _tag("property", "og:image", card),
            _tag("property", "og:image:width", str(width)),
            _tag("property", "og:image:height", str(height)),
            _tag("property", "og:image:alt", f"{book}: four papers, their problems and remedies"),
        ]
    for mode, colour in zip(("light", "dark"), colours, strict=True):
        tags.append(
            f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {mode})">'
        )
    return "\n".join(tags) + "\n"


def base_element(address: str, folders: list[str]) -> str:
    """Return what makes the links of a page lead to the book from any depth.

    Parameters
    ----------
    address : str
        Address of the published book, with a slash at its end; empty if it is not known.
    folders : list of str
        The folders of pages at the root of the book.

    Returns
    -------
    str
        A script that writes a ``base`` element. Where the page is not below the address of
        the book, or none is known, the root of the book is what stands before the last of
        its folders, or else before the last slash.
    """
    known, own = json_for_script(address), json_for_script(sorted(folders))
    fixed = f'<base href="{escape(address)}{MISSING}.html">' if address else ""
    return (
        "<script>(function () {\n"
        f"  var book = {known}, folders = {own};\n"
        "  var parts = location.pathname.split('/');\n"
        f"  var own = parts[parts.length - 1] === '{MISSING}.html' ? -1 :\n"
        "    Math.max.apply(null, folders.map(function (folder) {\n"
        "      return parts.lastIndexOf(folder, parts.length - 2);\n"
        "    }));\n"
        "  var root = parts.slice(0, own < 0 ? -1 : own).join('/') + '/';\n"
        "  var base = document.createElement('base');\n"
        "  var known = book && location.href.startsWith(book);\n"
        f"  base.href = (known ? book : root) + '{MISSING}.html';\n"
        "  document.head.appendChild(base);\n"
        "})();</script>\n"
    ) + (f"<noscript>{fixed}</noscript>\n" if fixed else "")


def add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page its description, its card and the links of the footer."""
    root, book = app.config["html_baseurl"] or "", app.config["html_title"]
    title = unescape(re.sub(r"<[^>]*>", "", context.get("title") or "")) or book
    card = root + "_static/" + CARD if root and _card_of(app).is_file() else ""
    address = root + app.builder.get_target_uri(pagename) if root and pagename != MISSING else ""
    # A page that another extension makes may bring a description of its own.
    described = describe(doctree) or context.get("description", "")
    described = described or (book if doctree is None else "")
    tags = meta_tags(title, book, described, _colours_of(app), address, card)
    if pagename == MISSING:
        folders = {name.split("/")[0] for name in app.env.found_docs if "/" in name}
        tags = base_element(root, [*folders, "_static", "_modules"]) + tags
        tags += '<meta name="robots" content="noindex">\n'
    context["metatags"] = tags + context.get("metatags", "")
    context["book_title"] = book
    context["book_version"] = _version()
    context["author"] = app.config.author
    context["book_links"] = list(_footer_links(app, context["pathto"]))


def _footer_links(app: Sphinx, pathto: Any) -> Iterator[dict[str, str]]:
    for page in sorted(app.env.found_docs):
        if _has_section(app.env, page, CITE_ANCHOR):
            yield {"address": f"{pathto(page)}#{CITE_ANCHOR}", "text": "How to cite"}
            break
    if POLICY_PAGE in app.env.found_docs:
        yield {"address": pathto(POLICY_PAGE), "text": "Editorial policy"}
    options = app.config["html_theme_options"]
    repository = options.get("repository_url", "")
    # Without a repository of the book the theme's options name another one.
    if repository and options.get("use_repository_button"):
        yield {"address": repository, "text": "Repository"}


def _has_section(env: BuildEnvironment, page: str, anchor: str) -> bool:
    contents = env.tocs.get(page)
    links = contents.findall(nodes.reference) if contents is not None else []
    return any(link.get("anchorname") == f"#{anchor}" for link in links)


def missing_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Add the page for addresses that lead nowhere."""
    parts = list(book_parts(app.env, app.config.root_doc))
    title = "Page not found"
    yield MISSING, {"title": title, "pagetitle": title, "book_parts": parts}, "404.html"


def book_parts(env: BuildEnvironment, root: str) -> Iterator[dict[str, Any]]:
    """Return the chapters of the book, part by part.

    Yields
    ------
    dict
        ``caption`` (empty for none) and ``pages``, each with ``name`` and ``title``.
    """
    own = {"name": root, "title": env.titles[root].astext()}
    yield {"caption": "", "pages": [own]}
    for tree in env.get_doctree(root).findall(addnodes.toctree):
        names = [name for _, name in tree["entries"] if name in env.titles]
        pages = [{"name": name, "title": env.titles[name].astext()} for name in names]
        yield {"caption": tree.get("caption") or "", "pages": pages}


def _stands_in(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False


def _tag(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}">'


def _card_of(app: Sphinx) -> Path:
    return Path(app.srcdir) / "data" / "derived" / CARD


def _colours_of(app: Sphinx) -> tuple[str, str]:
    style = STATIC / "book.css"
    return _colours_in(style, style.stat().st_mtime_ns)


@cache
def _colours_in(style: Path, changed: int) -> tuple[str, str]:
    """Read a style sheet once for all pages, and again when it has changed."""
    return page_colours(style.read_text(encoding="utf-8"))


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Describe each page when it is written."""
    app.connect("config-inited", set_up_theme, priority=200)
    app.connect("html-page-context", add_to_page)
    app.connect("html-collect-pages", missing_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
