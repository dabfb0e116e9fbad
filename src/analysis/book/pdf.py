"""Make one PDF of the whole book from its built pages.

The pages of ``_build/html`` are put behind one another in the order of ``_toc.yml``, as one
HTML file with the style of ``static/print.css``, and printed by a Chromium without a
window. Links between pages become links inside the PDF. Code, buttons and the lines of evidence
panels are left out; charts stand as their drawings.

Nothing is built anew. Without a Chromium, or with one that fails, no PDF is made and the book
does not offer one: the page "Cite and take away" gets its link to the PDF only when there is one.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import AttributeValueList

from analysis import citation
from analysis.book import STATIC
from analysis.prose import number_word
from analysis.tables import read_table, write_whole

TAKEAWAY = "book/cite"
PASSAGES = "notebooks/passages"
CONCORDANCE = "notebooks/concordance"
NOTES = "book/front.txt"
"""Paragraphs for the first page of the PDF, parted by blank lines."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Margin boxes, which carry the page numbers, came with this version.
CHROMIUM_NEEDED = 131
CHROMIUM_SECONDS = 600

# What makes no sense on paper. The code of a figure is folded away in the book, too.
LEFT_OUT = frozenset({"script", "style", "noscript", "form", "button"})
LEFT_OUT_CLASSES = frozenset({
    "headerlink", "book-chart-live", "figure-tools", "figure-drawer", "toctree-wrapper",
    "cell_input",
})  # fmt: skip
LEFT_OUT_IDS = frozenset({"book-pdf"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5")
# Attributes that name an id of the same page.
REFERRING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
# Stands in the contents for the page of a chapter until that is known.
NUMBER = "{{page of {}}}"
# Chromium sets a page for the screen before it prints it, and once more afterwards.
NOT_ON_SCREEN = "@media screen { body { display: none; } }"
# What cannot be seen takes its place all the same, but is neither drawn nor written.
UNSEEN = "<style>main * { visibility: hidden !important; }</style>"
LONGEST_WORD = 30
"""A longer word of a table, such as a checksum, may be broken."""
# How tables are set, by the number of columns from which on.
TABLE_SIZES = {"wide-table": 8, "widest-table": 12, "landscape-table": 18}


@dataclass
class Chapter:
    """One page of the book on its way into the PDF."""

    name: str
    part: str
    article: Tag
    #: Ids of what was left out, each with the id of what stood around it.
    gone: dict[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Id of the chapter; the ids in it begin with it."""
        return self.name.replace("/", "-")

    @property
    def title(self) -> str:
        """What its first heading says."""
        heading = self.article.find("h1")
        return " ".join(heading.get_text().split()) if heading else self.name


# --- Which pages ----------------------------------------------------------------------------


def toc_pages(toc: dict) -> list[tuple[str, str]]:
    """Return part and page of every entry of a table of contents, in its order."""
    pages = [("", _without_suffix(toc["root"]))]
    for part in toc.get("parts") or [{"chapters": toc.get("chapters", [])}]:
        pages += [(part.get("caption", ""), name) for name in _entries(part.get("chapters", []))]
    return pages


def _entries(chapters: list[dict]) -> Iterator[str]:
    for chapter in chapters:
        yield _without_suffix(chapter["file"])
        yield from _entries(chapter.get("sections", []))


def _without_suffix(name: str) -> str:
    return name.removesuffix(".md").removesuffix(".ipynb")


def read_chapter(site: Path, name: str, part: str = "") -> Chapter:
    """Read the text of one built page."""
    path = site / f"{name}.html"
    if not path.is_file():
        sys.exit(f"{path.name} is not in {site}: the book is older than _toc.yml, build it again")
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    article = page.select_one("article.bd-article")
    if article is None:
        sys.exit(f"{name}.html has no article: it was not made by this book's theme")
    return Chapter(name, part, article)


# --- One page -------------------------------------------------------------------------------


def tidy(chapter: Chapter) -> None:
    """Leave out what makes no sense on paper, and open what is folded."""
    article = chapter.article
    for comment in article.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    _settle_panels(chapter)
    for element in list(filter(_is_left_out, article.find_all(True))):
        if not element.decomposed:
            _drop(chapter, element)
    # From the inside out, so that a fold that held only panels is seen to be empty.
    for details in reversed(article.find_all("details")):
        _open(chapter, details)
    for table in article.find_all("table"):
        _size_table(table)
    for element in article.find_all(tabindex=True):
        del element["tabindex"]
    # Boxes of code cells that showed nothing, and sections that had only code or panels. From
    # the inside out: a section may hold nothing but others.
    for element in reversed(article.find_all(["div", "section"])):
        is_box = element.name == "section" or _has_class(element, "cell")
        if is_box and not _says_something(element):
            _drop(chapter, element)


# Most elements of most pages are asked this, so it is no selector of CSS: that would take
# as long as all the rest.
def _is_left_out(element: Tag) -> bool:
    if element.name in LEFT_OUT or "hidden" in element.attrs or element.get("id") in LEFT_OUT_IDS:
        return True
    if element.name == "details" and _has_class(element, "hide"):
        return True
    if element.name == "details" and _has_class(element, "fold"):
        return element.find("pre") is not None
    return not LEFT_OUT_CLASSES.isdisjoint(_classes(element))


def _is_panel(details: Tag) -> bool:
    """Whether this is a panel of passages, or the panels of a work folded together as a list."""
    if _has_class(details, "evidence"):
        return True
    lists = details.find_all("ul", recursive=False) if _has_class(details, "fold") else []
    return any(_has_class(one, "evidence") for one in lists)


def _classes(element: Tag) -> list[str]:
    return element.get_attribute_list("class") if element.has_attr("class") else []


def _has_class(element: Tag, name: str) -> bool:
    return name in _classes(element)


def _says_something(element: Tag) -> bool:
    """Return whether an element has more than a heading."""
    if element.find(["img", "svg", "table"]):
        return True
    heading = element.find(HEADINGS, recursive=False)
    said = len(heading.get_text(strip=True)) if heading else 0
    return len(element.get_text(strip=True)) > said


def _settle_panels(chapter: Chapter) -> None:
    """Make an index of the panels of the concordance; leave those of other chapters out.

    The sentences themselves stand once, in the chapter of passages.
    """
    if chapter.name == PASSAGES:
        return
    for panel in list(filter(_is_panel, chapter.article.find_all("details"))):
        if panel.decomposed:
            continue
        if chapter.name != CONCORDANCE:
            _drop(chapter, panel)
            continue
        lines = panel.find("ul", recursive=False)
        if lines is not None:
            _make_index(lines)
        panel["class"] = "index-entry"


def _make_index(lines: Tag) -> None:
    """Put the sentences that the lines of a panel lead to behind one another, each once."""
    links: dict[str, Tag] = {}
    for link in lines.find_all("a", href=True):
        sentence = urlsplit(str(link["href"])).fragment or link.get_text()
        link.attrs = {"href": link["href"]}
        link.string = sentence
        links.setdefault(sentence, link)
    lines.clear()
    lines.name = "span"
    lines.append(" ")
    for number, link in enumerate(links.values()):
        if number:
            lines.append(", ")
        lines.append(link)


def _add_class(element: Tag, name: str) -> None:
    element["class"] = AttributeValueList([*_classes(element), name])


def _open(chapter: Chapter, details: Tag) -> None:
    """Show what is folded; a summary that the caption of a table repeats is left out."""
    summary = details.find("summary", recursive=False)
    rest = [e for e in details.find_all(True, recursive=False) if e is not summary]
    if not any(e.get_text(strip=True) or e.find("img") for e in rest):
        _drop(chapter, details)
        return
    details.name = "div"
    _add_class(details, "opened")
    caption = details.find("caption")
    if summary is None:
        return
    if caption is not None and "index-entry" not in details["class"]:
        _drop(chapter, summary)
        return
    summary.name = "p"
    summary["class"] = "summary"


def _drop(chapter: Chapter, element: Tag) -> None:
    around = next((str(p["id"]) for p in element.parents if isinstance(p, Tag) and p.get("id")), "")
    for inner in [element, *element.find_all(id=True)]:
        if inner.get("id"):
            chapter.gone[str(inner["id"])] = around
    element.decompose()


def _size_table(table: Tag) -> None:
    row = table.find("tr")
    columns = len(row.find_all(["th", "td"], recursive=False)) if row else 0
    fitting = [size for size, least in TABLE_SIZES.items() if columns >= least]
    if fitting:
        _add_class(table, fitting[-1])
    words = (word for cell in table.find_all(["th", "td"]) for word in cell.get_text(" ").split())
    if any(len(word) > LONGEST_WORD for word in words):
        # One line wider than the page would make Chromium print the whole book smaller.
        _add_class(table, "long-words")


def shift_headings(chapter: Chapter) -> None:
    """Put the headings of a chapter one level below those of parts."""
    if chapter.part:
        for element in chapter.article.find_all(HEADINGS):
            element.name = f"h{int(element.name[1]) + 1}"
    title = chapter.article.find(HEADINGS[1] if chapter.part else HEADINGS[0])
    if title is not None:
        title["class"] = "chapter-title"


# --- Links ----------------------------------------------------------------------------------


class Links:
    """Where the links of a page lead when all pages are one."""

    def __init__(self, site: Path, chapters: list[Chapter], book_url: str = "") -> None:
        self.site = site
        self.book_url = book_url.rstrip("/") + "/" if book_url else ""
        self.chapters = {chapter.name: chapter for chapter in chapters}
        self.root = chapters[0].name
        self.ids = {
            c.name: {str(e["id"]) for e in _text_elements(c.article) if e.has_attr("id")}
            for c in chapters
        }

    def settle(self, chapter: Chapter) -> None:
        """Rewrite all links, images and ids of a chapter."""
        for link in chapter.article.find_all("a"):
            for name in ("href", "xlink:href"):
                if link.has_attr(name):
                    self._settle_link(chapter, link, name)
        for image in chapter.article.find_all("img", src=True):
            if not urlsplit(str(image["src"])).scheme:
                image["src"] = urljoin(f"{chapter.name}.html", str(image["src"]))
        for element in _text_elements(chapter.article):
            if element.has_attr("id"):
                element["id"] = f"{chapter.anchor}--{element['id']}"
            for name in REFERRING:
                if element.has_attr(name):
                    named = element.get_attribute_list(name)
                    ids = " ".join(named).split()
                    element[name] = " ".join(f"{chapter.anchor}--{one}" for one in ids)

    def _settle_link(self, chapter: Chapter, link: Tag, name: str) -> None:
        for other in ("download", "target", "title"):
            if link.has_attr(other):
                del link[other]
        target, shown = self.target(chapter.name, str(link[name]))
        if target:
            link[name] = target
        elif _is_drawn(link):
            link.name = "g"
            del link[name]
        else:
            if shown and link.parent and shown not in link.parent.get_text():
                link.append(f" ({shown})")
            link.unwrap()

    def target(self, page: str, address: str) -> tuple[str, str]:
        """Return the address of a link in the PDF; or "" and the name of the file it led to."""
        if urlsplit(address).scheme or address.startswith("//"):
            return address, ""
        whole = urlsplit(urljoin(f"https://book.invalid/{page}.html", address))
        path, anchor = unquote(whole.path).lstrip("/"), unquote(whole.fragment)
        name = path.removesuffix(".html")
        if name in ("", "index"):
            name = self.root
        if name in self.chapters:
            return "#" + self._place(name, anchor), ""
        if self.book_url:
            return self.book_url + path + (f"#{anchor}" if anchor else ""), ""
        return "", "" if path.endswith(".html") else Path(path).name

    def _place(self, name: str, anchor: str) -> str:
        """Return the id of a place, or of what stood around it if it was left out."""
        chapter, seen = self.chapters[name], set()
        while anchor and anchor not in self.ids[name] and anchor not in seen:
            seen.add(anchor)
            anchor = chapter.gone.get(anchor, "")
        return f"{chapter.anchor}--{anchor}" if anchor in self.ids[name] else chapter.anchor


def _is_drawn(element: Tag) -> bool:
    """Whether an element is part of a drawing, whose ids are unique in the book."""
    return element.name == "svg" or element.find_parent("svg") is not None


def _text_elements(article: Tag) -> Iterator[Tag]:
    """Yield all elements that are no part of a drawing."""
    drawn = {id(part) for svg in article.find_all("svg") for part in [svg, *svg.find_all(True)]}
    return (element for element in article.find_all(True) if id(element) not in drawn)


# --- The whole book -------------------------------------------------------------------------


def assemble(
    site: Path, pages: list[tuple[str, str]], front: str, style: str, title: str, book_url: str = ""
) -> str:
    """Return all pages as one HTML document.

    Beside each line of the contents stands `NUMBER`, which is filled in when it is known.
    """
    chapters = [read_chapter(site, name, part) for part, name in pages]
    titles = {chapter.name: chapter.title for chapter in chapters}
    for chapter in chapters:
        tidy(chapter)
        titles[chapter.name] = chapter.title
    links = Links(site, chapters, book_url)
    for chapter in chapters:
        links.settle(chapter)
        shift_headings(chapter)
    heads = "\n".join(_page_rules(chapter.anchor, titles[chapter.name]) for chapter in chapters)
    bodies = "\n".join(_chapters_html(chapters))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}\n{heads}\n{NOT_ON_SCREEN}\n"
        "</style>\n</head>\n"
        f"<body>\n{front}\n{_contents(chapters, titles)}\n<main>\n{bodies}\n</main>\n"
        "</body>\n</html>\n"
    )


def _page_rules(anchor: str, title: str) -> str:
    """Give the pages of a chapter its title as running head.

    Chromium knows no running strings, so each chapter has pages of its own name.
    """
    text = title.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    head = f'@top-right {{ content: "{text}"; }}'
    return (
        f"@page {anchor} {{ {head} }}\n@page {anchor}-landscape {{ size: A4 landscape; {head} }}\n"
        f"#{anchor} {{ page: {anchor}; }}\n"
        f"#{anchor} .landscape-table {{ page: {anchor}-landscape; }}"
    )


def _chapters_html(chapters: list[Chapter]) -> Iterator[str]:
    part = ""
    for chapter in chapters:
        opening = ""
        if chapter.part != part:
            part = chapter.part
            opening = f'<h1 class="part-title" id="{_part_anchor(part)}">{html.escape(part)}</h1>'
        inner = chapter.article.decode_contents()
        yield f'<section class="chapter" id="{chapter.anchor}">{opening}{inner}</section>'


def _part_anchor(part: str) -> str:
    return "part-" + re.sub(r"\W+", "-", part.lower()).strip("-")


def _contents(chapters: list[Chapter], titles: dict[str, str]) -> str:
    lines, part = [], None
    for chapter in chapters:
        if chapter.part != part:
            lines.append("</ul>" if part is not None else "")
            part = chapter.part
            if part:
                lines.append(f'<p class="contents-part">{html.escape(part)}</p>')
            lines.append("<ul>")
        text, number = html.escape(titles[chapter.name]), NUMBER.format(chapter.anchor)
        lines.append(f'<li><a href="#{chapter.anchor}">{text} <span>{number}</span></a></li>')
    return '<nav class="contents"><p class="contents-title">Contents</p>{}</ul></nav>'.format(
        "".join(lines)
    )


def own_notes(project: Path) -> list[str]:
    """Return what the book itself wants to be said on the first page.

    ``{works}`` stands for the number of works, in words.
    """
    path = project / NOTES
    if not path.is_file():
        return []
    works = number_word(len(read_table(project / "data" / "works.csv", ("work_id",), [])))
    text = path.read_text(encoding="utf-8").replace("{works}", works)
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return [p[:1].upper() + p[1:] for p in paragraphs if p]


def front_page(
    record: citation.Record, project: Path, book_url: str = "", chinese: bool = True
) -> str:
    """Return the first page: what this is, who made it, and what it is not."""
    title, _, subtitle = record.title.partition(": ")
    version = " ".join(p for p in (f"Version {record.version}", record.released) if p)
    address = f'<a href="{html.escape(book_url)}">{html.escape(book_url)}</a>' if book_url else ""
    notes = [
        *own_notes(project),
        "This PDF was printed from the pages of the web edition, which was computed from the "
        "texts. It holds no code and no live charts, and panels of evidence are left out: the "
        "passages stand in a chapter of their own, and the concordance is an index to them."
        + (f" All of that is in the web edition: {address}." if address else ""),
    ]
    if not chinese:
        notes.append(
            "Chinese characters are left out, because there was no Chinese typeface where this "
            "PDF was made."
        )
    quoted = "Passages quoted from the papers belong to their authors or publishers."
    return (
        f'<header class="front"><p class="book-title">{html.escape(title)}</p>'
        f'<p class="book-subtitle">{html.escape(subtitle[:1].upper() + subtitle[1:])}</p>'
        f'<p class="book-authors">{html.escape(citation.author_names(record))}</p>'
        f'<p class="book-version">{html.escape(version)}</p>'
        + "".join(f"<p>{note}</p>" for note in notes)
        + f"<p>The prose and the tables of this book are licensed under CC BY 4.0. {quoted}</p>"
        "</header>"
    )


def with_page_numbers(book: str, places: dict[str, int]) -> str:
    """Fill in the page numbers of the contents; what has no place gets none."""
    pattern = re.escape(NUMBER.format("ID")).replace("ID", "([^{}]+)")
    return re.sub(pattern, lambda m: str(places.get(m[1], "")), book)


# --- Printing -------------------------------------------------------------------------------


def find_chromium() -> str | None:
    """Return the path of a Chromium: from the variable CHROMIUM or else from PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def chromium_version(program: str) -> int:
    """Return the main version of a Chromium, 0 if it does not say."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\b(\d+)\.\d+\.\d+", done.stdout)
    return int(found[1]) if found else 0


class PrintError(RuntimeError):
    """Chromium made no PDF; the message says why."""


def print_pdf(program: str, page: Path, pdf: Path, *more: str) -> None:
    """Print an HTML file, cut off from the network.

    Raises
    ------
    PrintError
        If Chromium cannot be started, takes too long, or ends without a PDF.
    """
    with tempfile.TemporaryDirectory() as profile:
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-extensions",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            f"--print-to-pdf={pdf}",
            *more,
            page.as_uri(),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=CHROMIUM_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise PrintError(f"Chromium took more than {CHROMIUM_SECONDS} seconds") from None
        except OSError as error:
            raise PrintError(f"Chromium cannot be started ({error.strerror})") from error
    if done.returncode or not pdf.is_file():
        raise PrintError(f"Chromium made none and said:\n{done.stderr.strip()[-2000:]}\n")


def settled(pdf: bytes) -> bytes:
    """Take out of a PDF what differs from run to run, so that the same book gives the same bytes.

    When and on what kind of machine it was made is blanked out. The nodes of its structure are
    numbered anew in their order. The length stays, because a PDF counts its bytes.
    """
    pdf = _OF_THE_MACHINE.sub(lambda m: b" " * len(m[0]), pdf)
    ranks = {node: b"(node%08d)" % n for n, node in enumerate(sorted(set(_NODE.findall(pdf))), 1)}
    return _NODE.sub(lambda m: ranks[m[0]], pdf)


_OF_THE_MACHINE = re.compile(rb"/(?:CreationDate|ModDate|Creator) ?\((?:\\.|[^\\)])*\)")
_NODE = re.compile(rb"\(node\d{8}\)")


def count_pages(pdf: bytes) -> int:
    """Return how many pages a PDF of Chromium has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Return the page, counted from 1, of every named destination in a PDF of Chromium."""
    pages = [int(n) for n in re.findall(rb"(\d+) 0 obj\n<</Type /Page\n", pdf)]
    numbers = {page: number for number, page in enumerate(sorted(pages), start=1)}
    found = re.findall(rb"/([^\s/<>\[\]()]+) \[(\d+) 0 R /XYZ", pdf)
    return {name.decode(): numbers[int(page)] for name, page in found if int(page) in numbers}


def has_chinese_typeface() -> bool:
    """Return whether Chinese can be printed; where it cannot be asked, assume so."""
    program = shutil.which("fc-list")
    if program is None:
        return True
    done = subprocess.run([program, ":lang=zh"], capture_output=True, text=True, check=False)
    return done.returncode != 0 or bool(done.stdout.strip())


# --- The page that offers the PDF -----------------------------------------------------------


def offer(site: Path, pdf: str, pages: int, size: int) -> bool:
    """Put the link to the file `pdf` into the page that offers it; without one if `pages` is 0.

    Returns
    -------
    bool
        Whether the page is there and has the place for it.
    """
    path = site / f"{TAKEAWAY}.html"
    if not path.is_file():
        return False
    text = path.read_text(encoding="utf-8")
    sentence = NO_PDF
    if pages:
        sentence = (
            f'<a href="../_static/{pdf}" download>The whole book as PDF</a> '
            f"({pages:,} pages, {size / 1e6:.1f} MB)."
        )
    new, found = re.subn(
        r'(<p id="book-pdf">).*?(</p>)', lambda m: m[1] + sentence + m[2], text, flags=re.DOTALL
    )
    if found:
        write_whole(path, new.encode("utf-8"))
    return bool(found)


NO_PDF = (
    "This copy of the book comes without a PDF: where it was built, none was made. "
    "<code>make pdf</code> makes one; it needs Chromium."
)


def main(arguments: list[str] | None = None) -> int:
    """Make the PDF; return 0 also where Chromium is missing or fails, which is said."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--project", type=Path, default=Path(), help="folder with _toc.yml")
    parser.add_argument("--site", type=Path, help="the built book; _build/html of the project")
    chosen = parser.parse_args(arguments)
    project = chosen.project.resolve()
    site = (chosen.site or project / "_build" / "html").resolve()
    if not (site / "index.html").is_file():
        sys.exit(f"There is no book in {site}: run `make book` first.")
    record = citation.read_citation(project / "CITATION.cff")
    name = f"{record.slug}.pdf"
    pdf = site / "_static" / name
    pdf.unlink(missing_ok=True)
    program = find_chromium()
    version = chromium_version(program) if program else 0
    if program is None or version < CHROMIUM_NEEDED:
        offer(site, name, 0, 0)
        reason = f"Chromium is too old ({version})" if program else "there is no Chromium"
        print(
            f"No PDF was made: {reason}. Version {CHROMIUM_NEEDED} or later is needed; "
            "the variable CHROMIUM may name it. The book does not offer a PDF."
        )
        return 0
    try:
        pages, size = make(project, record, site, pdf, program)
    except PrintError as error:
        pdf.unlink(missing_ok=True)
        offer(site, name, 0, 0)
        print(f"No PDF was made: {error}. The book does not offer a PDF.")
        return 0
    offer(site, name, pages, size)
    print(f"The PDF has {pages} pages and {size / 1e6:.1f} MB: {pdf.relative_to(site.parent)}")
    return 0


def make(
    project: Path, record: citation.Record, site: Path, pdf: Path, program: str
) -> tuple[int, int]:
    """Print the book of a site; return how many pages and bytes it has."""
    book_url = published_address(os.environ.get("BOOK_URL", ""))
    chinese = has_chinese_typeface()
    style = (STATIC / "print.css").read_text(encoding="utf-8")
    if not chinese:
        style += "\n[lang|=zh] { display: none; }\n"
    toc = yaml.safe_load((project / "_toc.yml").read_text(encoding="utf-8"))
    front = front_page(record, project, book_url, chinese)
    book = assemble(site, toc_pages(toc), front, style, record.title, book_url)
    # Beside the site's own files, so that the drawings are found; gone when printed.
    page = site / ".whole-book.html"
    try:
        # The first print only tells on which page each chapter begins.
        unseen = book.replace("</head>", f"{UNSEEN}\n</head>", 1)
        page.write_text(with_page_numbers(unseen, {}), encoding="utf-8")
        print_pdf(program, page, pdf, "--disable-pdf-tagging")
        places = page_numbers(pdf.read_bytes())
        page.write_text(with_page_numbers(book, places), encoding="utf-8")
        print_pdf(program, page, pdf)
    finally:
        page.unlink(missing_ok=True)
    content = settled(pdf.read_bytes())
    write_whole(pdf, content)
    return count_pages(content), len(content)


def published_address(given: str) -> str:
    """Return the address of the published book with a slash at its end; empty for none.

    As the build of the pages reads it.
    """
    address = given.strip()
    if address and urlsplit(address).scheme not in {"http", "https"}:
        sys.exit(f"BOOK_URL is {address!r}, but must start with https://")
    return address.rstrip("/") + "/" if address else ""


if __name__ == "__main__":
    raise SystemExit(main())
