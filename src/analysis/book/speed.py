"""Take off the pages what they do not need, so that they open at once.

The theme loads every script and style sheet that any page could need on every
page. When all pages are written, this extension goes through them once more:

- Scripts and style sheets that a page has no use for are taken out of it
  (`NEEDED_BY` says what each is for), and so is what stands there twice.
- No script holds up the first view: each waits until the page is read
  ("defer"), in the order of before. The few lines that others build on stand
  in the page itself.
- The icon font of the theme (Font Awesome: 1.5 MB of script, 75 KB of rules
  and 1 MB of fonts) goes. `icons.css` draws the two dozen icons that the theme
  shows.
- `<body data-contents="yes">` or `"no"` says whether a list of contents follows
  the text, for styles that depend on it.
- The theme's style sheets lose the rules for classes that occur neither on a
  page nor in a script: two thirds of them.

The changes are made on the finished files because they must hold for all that
the theme and the extensions put into a page, in whatever way they do it. Doing
it twice changes nothing.
"""

from __future__ import annotations

import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx

#: What is never loaded: the icons are drawn by icons.css.
NEVER = frozenset({"fontawesome.js"})
#: Files and folders of the theme, below ``_static``, that no page uses then. The
#: maps lead from style sheets that are changed to their sources.
UNUSED = (
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.map",
    "scripts/fontawesome.js.LICENSE.txt",
    "styles/pydata-sphinx-theme.css.map",
    "styles/sphinx-book-theme.css.map",
    "vendor/fontawesome",
)
#: Style sheets that are not the book's own, below ``_static``.
THEME_STYLES = ("basic.css", "styles/*.css", "mystnb.*.css")
#: Scripts without names of classes: words of the texts, and the library of the charts.
NO_CLASSES = frozenset({"searchindex.js", "vega-bundle.js"})
#: Folders below ``_static`` whose scripts carry texts and data.
DATA = frozenset({"evidence", "figures"})
OPTIONS = "documentation_options.js"

# The theme's own start leaves "auto" until its script runs, so that a dark page
# would be shown in light colours first.
SETTLED_THEME = (
    'if (document.documentElement.dataset.mode === "auto") document.documentElement.dataset.theme '
    '= matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";'
)


class StaticFiles:
    """The files below ``_static`` that pages ask for, each read once.

    Parameters
    ----------
    folder : Path
        The folder ``_static`` of a site. Its files must not change while this is used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: dict[str, bytes | None] = {}
        self._versions: dict[str, str] = {}

    def has(self, name: str) -> bool:
        """Whether there is a file of this path."""
        return self._read(name) is not None

    def text(self, name: str) -> str:
        """Return what a file holds; nothing if there is no such file."""
        return (self._read(name) or b"").decode("utf-8")

    def version(self, name: str) -> str:
        """Return eight digits that change with what a file holds."""
        if name not in self._versions:
            self._versions[name] = f"{zlib.crc32(self._read(name) or b''):08x}"
        return self._versions[name]

    def _read(self, name: str) -> bytes | None:
        if name not in self._contents:
            path = self._folder / name
            self._contents[name] = path.read_bytes() if path.is_file() else None
        return self._contents[name]


class Names(HTMLParser):
    """Which classes and ids the elements of a page have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.classes: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.ids: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the names of one element."""
        values = dict(attrs)
        own = frozenset((values.get("class") or "").split())
        self.classes |= own
        self.together.add(own)
        if values.get("id"):
            self.ids.add(values["id"] or "")


def _code(names: Names) -> bool:
    return "highlight" in names.classes


def _cells(names: Names) -> bool:
    return "cell" in names.classes or "pasted-text" in names.classes


def _toggles(names: Names) -> bool:
    return "toggle" in names.classes or any({"admonition", "dropdown"} <= n for n in names.together)


def _design(names: Names) -> bool:
    return any(name.startswith("sd-") for name in names.classes)


def _search(names: Names) -> bool:
    return "search-results" in names.ids


#: For each file that not every page needs: whether a page does.
NEEDED_BY: dict[str, Callable[[Names], bool]] = {
    "pygments.css": _code,
    "copybutton.css": _code,
    "clipboard.min.js": _code,
    "copybutton.js": _code,
    "mystnb.css": _cells,
    "togglebutton.css": _toggles,
    "togglebutton.js": _toggles,
    "sphinx-design.min.css": _design,
    "design-tabs.js": lambda names: "sd-tab-set" in names.classes,
    "searchtools.js": _search,
    "language_data.js": _search,
    "searchindex.js": _search,
}

_SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.DOTALL)
_LINK = re.compile(r"[ \t]*<link\b([^>]*?)/?>\n?")
_VIEWPORT = re.compile(r'[ \t]*<meta name="viewport"[^>]*>\n?')
_BODY = re.compile(r"<body(?! data-contents)([^>]*)>")
_LOGO = re.compile(r'<img\b[^>]*class="logo__image[^>]*>')
_COMMENT = re.compile(r"[ \t]*<!--.*?-->\n?", re.DOTALL)
_TOGGLE_SETTING = re.compile(r"\btoggle(?:Hint|OpenOnPrint|buttonSelector)")
_CSS_PIECE = re.compile(
    r"/\*.*?\*/|url\([^\"')]*\)|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{};]", re.DOTALL
)
_COMMENT_CSS = re.compile(r"/\*.*?\*/", re.DOTALL)
# Says whose work a style sheet is, and must stay.
_NOTICE = re.compile(r"/\*!.*?\*/\n?", re.DOTALL)
_SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
_ICON_CLASS = re.compile(r"\.(?:fa|fas|far|fab|fa-[\w-]+)(?![\w-])")


def lighten_page(html: str, static: StaticFiles, names: Names | None = None) -> str:
    """Take out of a page what it does not need.

    Parameters
    ----------
    html : str
        A page as the theme writes it.
    static : StaticFiles
        The folder ``_static`` of the site.
    names : Names, optional
        The names in the body of the page up to the end of its main part, where they
        have been read before.

    Returns
    -------
    str
        The page with fewer scripts and style sheets. A page without the
        scripts of the theme (one that only leads to another) or without a
        main part, which says what is needed, is unchanged.
    """
    head, end_of_head, body, end_of_main, tail = _cut(html)
    if "documentation_options" not in head and "DOCUMENTATION_OPTIONS" not in head:
        return html
    if not end_of_main:
        return html
    names = names or Names(body)
    seen: set[str] = set()

    def script(match: re.Match[str]) -> str:
        attributes, content = match[1], match[2].strip()
        name = _file_name(attributes, "src")
        if not _keeps(name or content, name, names, seen):
            return ""
        if name == OPTIONS:
            # Other lines in the page build on it, so it cannot wait.
            return f"<script>{static.text(OPTIONS).strip()}</script>\n"
        if name:
            waits = attributes if re.search(r"\bdefer\b", attributes) else f" defer{attributes}"
            return f"<script{waits}></script>\n"
        if _TOGGLE_SETTING.search(content) and not _toggles(names):
            return ""
        if "dataset.theme" in content and SETTLED_THEME not in content:
            content = f"{content}\n{SETTLED_THEME}"
        return f"<script{attributes}>{content}</script>\n"

    def link(match: re.Match[str]) -> str:
        attributes = match[1]
        if 'rel="preload"' in attributes and 'as="script"' in attributes:
            return ""
        if 'rel="stylesheet"' not in attributes:
            return match[0]
        name = _file_name(attributes, "href")
        if not _keeps(name, name, names, seen):
            return ""
        if name == "theme.css":
            # It holds nothing but the order to load another one.
            attributes = re.sub(r"styles/theme\.css(\?[^\"]*)?", "basic.css", attributes)
        # Browsers keep a style sheet for as long as its address is the same.
        address = re.search(r'href="[^"]*_static/([^"?]*)', attributes)
        if address and static.has(address[1]):
            version = static.version(address[1])
            attributes = re.sub(r"\.css(\?[^\"]*)?\"", f'.css?v={version}"', attributes)
        return f"<link {attributes.strip()} />\n"

    head = _without_repeats(_VIEWPORT, _COMMENT.sub("", head))
    head = _SCRIPT.sub(script, _LINK.sub(link, head))
    tail = _SCRIPT.sub(script, _COMMENT.sub("", tail))
    # Styles cannot tell before the end of the page whether there is a list of contents;
    # text that waits for it would move aside in front of the reader.
    contents = "yes" if "pst-secondary-sidebar" in names.ids else "no"
    body = _BODY.sub(rf'<body data-contents="{contents}"\1>', body, count=1)
    body = _LOGO.sub(lambda match: _with_size(match[0], static), body)
    return head + end_of_head + body + end_of_main + tail


def without_icon_font(css: str) -> str:
    """Take the rules of Font Awesome out of a style sheet.

    Rules of the theme that place an icon (``.prev-next-area i``,
    ``#pst-back-to-top .fa-arrow-up``) stay.
    """
    return "".join(rule for rule in _top_rules(css) if not _is_icon_rule(rule))


def used_rules(css: str, classes: set[str], words: set[str]) -> str:
    """Take the rules out of a style sheet that hold for nothing on any page.

    Parameters
    ----------
    css : str
        A style sheet without nested rules.
    classes : set of str
        All classes of all pages.
    words : set of str
        All words of all scripts. A class that a script sets is one of them, or
        is put together from one of them and an end ("bs-tooltip", "-top").

    Returns
    -------
    str
        The style sheet without the selectors that ask for a class which is
        neither on a page nor in a script, and without the rules that have no
        selector left. What no selector speaks of (fonts, movements, print
        pages) stays.
    """

    def may_occur(name: str) -> bool:
        parts = name.split("-")
        starts = ("-".join(parts[:end]) for end in range(2, len(parts)))
        return name in classes or name in words or any(start in words for start in starts)

    def may_match(selector: str) -> bool:
        # The value of an attribute may look like a class: a[href$=".pdf"].
        bare = _ATTRIBUTE.sub("", selector)
        wanted = re.sub(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", bare)
        return all(map(may_occur, re.findall(r"\.(-?[A-Za-z_][\w-]*)", wanted)))

    def pruned(rule: str) -> str:
        notices = "".join(_NOTICE.findall(rule))
        start, brace, content = _COMMENT_CSS.sub("", rule).strip().partition("{")
        selectors = start.strip()
        if selectors.startswith(("@media", "@supports")):
            inner = "".join(map(pruned, _top_rules(content.rpartition("}")[0])))
            return f"{notices}{selectors}{{{inner}}}\n" if inner else notices
        if not brace or selectors.startswith("@"):
            return f"{notices}{start}{brace}{content}"
        kept = [s.strip() for s in re.split(r",(?![^(]*\))", selectors) if may_match(s)]
        return f"{notices}{','.join(kept)}{{{content}\n" if kept else notices

    return "".join(map(pruned, _top_rules(css)))


def lighten_site(folder: Path) -> None:
    """Change all pages and the theme's style sheets of a finished site.

    Parameters
    ----------
    folder : Path
        The site; it has the folder ``_static``.
    """
    static = folder / "_static"
    for name in UNUSED:
        unused = static / name
        if unused.is_dir():
            shutil.rmtree(unused)
        else:
            unused.unlink(missing_ok=True)
    pages = {
        page: page.read_text(encoding="utf-8")
        for page in sorted(folder.rglob("*.html"))
        if static not in page.parents
    }
    # To read the names takes most of the time here, so every part of a page is read once.
    names, classes = {}, set()
    for page, html in pages.items():
        head, _, body, _, tail = _cut(html)
        names[page] = Names(body)
        classes |= names[page].classes | Names(head + tail).classes
    words = _words_of_scripts(static)
    for style in sorted(path for pattern in THEME_STYLES for path in static.glob(pattern)):
        css = without_icon_font(style.read_text(encoding="utf-8"))
        style.write_text(used_rules(_SOURCE_MAP.sub("", css), classes, words), encoding="utf-8")
    files = StaticFiles(static)
    for page, html in pages.items():
        page.write_text(lighten_page(html, files, names[page]), encoding="utf-8")


def _cut(html: str) -> tuple[str, str, str, str, str]:
    """Cut a page into head, body up to the end of its main part, and tail, with the tags between.

    Without a main part all of the body is tail.
    """
    head, end_of_head, rest = html.partition("</head>")
    body, end_of_main, tail = rest.rpartition("</main>")
    return head, end_of_head, body, end_of_main, tail


def _words_of_scripts(folder: Path) -> set[str]:
    """All words of all scripts below a folder that could be names of classes."""
    words: set[str] = set()
    for path in folder.rglob("*.js"):
        if path.name not in NO_CLASSES and path.relative_to(folder).parts[0] not in DATA:
            words.update(re.findall(r"[A-Za-z_][\w-]*", path.read_text(encoding="utf-8")))
    return words


def _file_name(attributes: str, attribute: str) -> str:
    """Name of the file that an element loads, without the digits that Sphinx adds."""
    found = re.search(rf'\b{attribute}="([^"]*)"', attributes)
    if not found:
        return ""
    name = PurePosixPath(urlsplit(found[1]).path).name
    return re.sub(r"\.[0-9a-f]{32,}(?=\.css$)", "", name)


def _keeps(key: str, name: str, names: Names, seen: set[str]) -> bool:
    """Whether an element stays: it is the first of its kind, and the page needs it."""
    first = key not in seen
    seen.add(key)
    return first and name not in NEVER and NEEDED_BY.get(name, lambda _: True)(names)


def _with_size(image: str, static: StaticFiles) -> str:
    """Give an image the size of its drawing, so that nothing moves when it comes."""
    drawing = _file_name(image, "src")
    if " width=" in image or not drawing.endswith(".svg"):
        return image
    start = static.text(drawing).partition(">")[0]
    sizes = [re.search(rf'\b{side}="(\d+)"', start) for side in ("width", "height")]
    if not all(sizes):
        return image
    width, height = (size[1] for size in sizes if size)
    return image.replace("<img", f'<img width="{width}" height="{height}"', 1)


def _without_repeats(pattern: re.Pattern[str], text: str) -> str:
    """Keep the first match only."""
    found = pattern.search(text)
    return text[: found.end()] + pattern.sub("", text[found.end() :]) if found else text


def _top_rules(css: str) -> Iterator[str]:
    """Cut a style sheet into its outermost rules, with the white space between them."""
    depth = start = 0
    for piece in _CSS_PIECE.finditer(css):
        mark = piece[0]
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth == 0 and mark in "};":
            yield css[start : piece.end()]
            start = piece.end()
    yield css[start:]


def _is_icon_rule(rule: str) -> bool:
    text = _COMMENT_CSS.sub("", rule).strip()
    selectors, _, content = text.partition("{")
    if text.startswith("@font-face"):
        return "Font Awesome" in content.replace("\\", "")
    if text.startswith("@keyframes") or text.startswith("@-webkit-keyframes"):
        return selectors.split()[1].startswith("fa-")
    if text.startswith("@media"):
        inner = [r for r in _top_rules(content.rpartition("}")[0]) if r.strip()]
        return bool(inner) and all(map(_is_icon_rule, inner))
    if selectors.strip() in {":host,:root", ":root,:host"}:
        return "--fa-" in content
    return bool(selectors) and all(
        _ICON_CLASS.match(part.strip()) is not None for part in selectors.split(",")
    )


def _on_build_finished(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        lighten_site(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, Any]:
    """Wait until the site is written, other extensions' last changes included."""
    app.connect("build-finished", _on_build_finished, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
