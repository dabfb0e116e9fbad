"""Links from the prose of the book to its glossary, in a small book that is built."""

import os
import re

import pytest

pytest.importorskip("sphinx", reason="needs the packages that build the book")

from docutils import nodes  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402
from sphinx.errors import ExtensionError  # noqa: E402
from sphinx.util.docutils import docutils_namespace, patch_docutils  # noqa: E402

from analysis.book import glossary as glossary_links  # noqa: E402

HEAD = "term_id,term,forms,definition,chinese,pinyin,basis,note\n"
TABLE = (
    HEAD
    + """\
governance,governance,governance;govern,Steering together. More is said here.,治理,zhìlǐ,field,
good,good governance,good governance,"Governance that is ""good"" & fair.",,,field,
lemma,lemma,lemma;lemmas,One for all forms,,,method,
gap,gap,,No answer.,,,method,
"""
)
GLOSSARY = """\
# Glossary

Here governance is explained.
"""


class Book:
    """A book of one page and, unless it is left out, a glossary."""

    def __init__(self, folder, table=TABLE, glossary=GLOSSARY):
        self.folder = folder
        for part in ("data", "notebooks", "book"):
            (folder / part).mkdir()
        self.write("index.md", "# Book\n\n```{toctree}\n:glob:\n\nbook/*\nnotebooks/*\n```\n")
        if table:
            self.write("data/glossary.csv", table)
        if glossary:
            self.write("notebooks/glossary.md", glossary)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def build(self, builder="html", **settings):
        """Build the book and return which pages were read."""
        settings = {
            "extensions": ["myst_parser", "analysis.book.glossary"],
            "html_theme": "basic",
            "myst_enable_extensions": ["deflist", "dollarmath"],
            **settings,
        }
        built = self.folder / "_build"
        read = []
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                self.folder,
                None,
                built / builder,
                built / "doctrees",
                builder,
                confoverrides={**settings, "exclude_patterns": ["_build"]},
                status=None,
                warning=None,
            )
            app.connect("source-read", lambda app, name, text: read.append(name))
            app.build()
        return read

    def page(self, name="book/page", builder="html", ending="html"):
        return (self.folder / "_build" / builder / f"{name}.{ending}").read_text(encoding="utf-8")


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


LINK = re.compile(r'<a class="([^"]*)" href="([^"]*)"(?: title="([^"]*)")?>([^<]*)</a>')


def linked(page):
    """Return the glossary links of a page: address, title and text."""
    return [tuple(m[1:]) for m in LINK.findall(page) if "glossary-link" in m[0].split()]


def links_of(book, prose, **settings):
    book.write("book/page.md", f"# Governance of lemmas\n\n{prose}\n")
    book.build(**settings)
    return [(address.partition("#")[2], text) for address, _, text in linked(book.page())]


def test_a_term_leads_to_its_entry_and_says_what_it_means(book):
    book.write("book/page.md", "# Page\n\nGovernance is one thing, good governance another.\n")
    book.build()
    address = "../notebooks/glossary.html#term-"
    assert linked(book.page()) == [
        (f"{address}governance", "Steering together.", "Governance"),
        (f"{address}good", "Governance that is &quot;good&quot; &amp; fair.", "good governance"),
    ]


def test_the_first_use_on_each_page_is_linked(book):
    prose = "We govern. Governance, lemmas.\n\nGovernance and one lemma."
    assert links_of(book, prose) == [("term-governance", "govern"), ("term-lemma", "lemmas")]
    book.write("book/other.md", "# Other\n\nGovernance.\n")
    book.build()
    assert [text for *_, text in linked(book.page("book/other"))] == ["Governance"]


def test_the_longest_form_wins_and_keeps_its_words(book):
    prose = "Good governance, again good governance, then governance."
    assert links_of(book, prose) == [
        ("term-good", "Good governance"),
        ("term-governance", "governance"),
    ]


def test_whole_words_only_and_over_a_line_end(book):
    prose = "Governances, co-governance, dilemma. Good\ngovernance is meant."
    assert links_of(book, prose) == [("term-good", "Good\ngovernance")]


@pytest.mark.parametrize(
    "prose",
    [
        "## Governance",
        "[governance](https://example.org)",
        "`governance`",
        "```\ngovernance\n```",
        "*governance* and **governance**",
        "| governance |\n| --- |\n| governance |",
        "```{list-table}\n* - governance\n```",
        "```{figure} no.png\n\ngovernance\n```",
        "> governance",
        "$governance$",
        "<p>governance</p>",
        'Read "the governance of regions" and “good governance”.',
        'Read "the *many* governance of regions".',
        "Read “governance that nobody closes.",
    ],
)
def test_what_is_no_running_text_is_left_alone(book, prose):
    assert links_of(book, prose) == []
    # The word is on the page, and the next use of it in running text is linked.
    assert "overnance" in book.page()
    assert links_of(book, f"{prose}\n\nThen governance.") == [("term-governance", "governance")]


@pytest.mark.parametrize("smart", [True, False])
def test_quotation_marks_straight_and_curly(book, smart):
    prose = 'Of "governance" and governance.\n\nOf “a lemma” and a lemma.'
    book.write("book/page.md", f"# Page\n\n{prose}\n")
    book.build(smartquotes=smart)
    assert [text for *_, text in linked(book.page())] == ["governance", "lemma"]
    assert re.search(r"and <a [^>]*>governance</a>", book.page())
    assert re.search(r"and a <a [^>]*>lemma</a>", book.page())


def test_lists_definitions_and_notes_are_running_text(book):
    prose = "- governance\n\nTerm\n: a lemma\n\n```{note}\ngood governance\n```"
    assert [text for _, text in links_of(book, prose)] == ["governance", "lemma", "good governance"]


def test_no_word_is_lost(book):
    prose = "Before governance, *between* lemmas and\ngood governance after."
    links_of(book, prose)
    page = re.sub(r"<[^>]+>", "", book.page())
    assert "Before governance, between lemmas and\ngood governance after." in page


def test_the_glossary_does_not_link_to_itself(book):
    book.build()
    assert linked(book.page("notebooks/glossary")) == []


def test_it_can_be_switched_off(book):
    assert links_of(book, "Governance.", glossary_links=False) == []


@pytest.mark.parametrize("part", ["table", "glossary"])
def test_a_book_without_table_or_page_has_no_links(tmp_path, part):
    assert links_of(Book(tmp_path, **{part: None}), "Governance.") == []


def test_other_builders_are_left_alone(book):
    book.write("book/page.md", "# Page\n\nGovernance.\n")
    book.build("xml")
    assert "glossary-link" not in book.page(builder="xml", ending="xml")


def test_two_builds_are_the_same(book):
    prose = "Lemmas, governance, good governance, to govern."
    links_of(book, prose)
    first = book.page()
    links_of(book, prose)
    assert book.page() == first
    assert len(linked(first)) == 3


def test_a_page_is_read_anew_when_the_table_changes(book):
    assert links_of(book, "A lemma.") == [("term-lemma", "lemma")]
    assert book.build() == []
    path = book.folder / "data" / "glossary.csv"
    changed = path.stat().st_mtime + 10
    book.write("data/glossary.csv", TABLE.replace("lemma;lemmas", "lemmas"))
    os.utime(path, (changed, changed))
    assert "book/page" in book.build()
    assert linked(book.page()) == []


def test_a_table_with_mistakes_stops_the_build(tmp_path):
    book = Book(tmp_path, table=TABLE.replace("lemma;lemmas", "lemma;govern"))
    with pytest.raises(ExtensionError, match="row 4, column forms: 'govern' is claimed in row 2"):
        links_of(book, "Governance.")


def test_runs_of_text_and_their_quotations():
    paragraph = nodes.paragraph()
    paragraph += [nodes.Text("a "), nodes.Text("“b"), nodes.emphasis("", "c"), nodes.Text("d” e")]
    runs = [("".join(texts), quoted) for texts, quoted in glossary_links.plain_runs(paragraph)]
    assert runs == [("a “b", [(2, 7)]), ("d” e", [(-3, 2)])]
