"""How the pages of single figures are cited, and what is said of figures that stand wrong."""

from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("sphinx", reason="needs the packages that build the book")

from analysis.book import figures as book_figures  # noqa: E402
from analysis.citation import read_citation  # noqa: E402
from analysis.figures.showing import Entry  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
ENTRY = Entry("outline", "notebooks/corpus", "Parts of Li & Wu", 3)


def application(base="", folder=ROOT):
    return SimpleNamespace(
        config=SimpleNamespace(html_baseurl=base),
        srcdir=folder,
        env=SimpleNamespace(srcdir=folder),
    )


def test_figure_is_cited_with_its_address_where_the_book_is_published():
    record = read_citation(ROOT / "CITATION.cff")
    said = book_figures._citation(application("https://example.org/book/"), ENTRY, record)
    assert said.startswith("Figure 3: Parts of Li &amp; Wu. In: ")
    assert said.endswith(" https://example.org/book/figures/outline.html")
    said = book_figures._citation(application(), ENTRY, record)
    assert said.endswith(f"(version {record.version}).")


def test_book_that_does_not_say_how_it_is_cited_is_not_cited(tmp_path):
    assert book_figures._record(application(folder=tmp_path)) is None
    assert "no CITATION.cff" in book_figures._citation(application(), ENTRY, None)


@pytest.mark.parametrize(
    ("page", "times", "wrong"),
    [
        ("notebooks/corpus", 1, False),
        ("notebooks/corpus", 0, True),
        ("notebooks/corpus", 2, True),
        ("book/index", 0, False),
        ("book/index", 1, False),
        ("book/index", 2, True),
    ],
)
def test_figure_stands_once_on_its_own_page(monkeypatch, page, times, wrong):
    said = []
    monkeypatch.setattr(book_figures, "_register", lambda env: {ENTRY.name: ENTRY})
    monkeypatch.setattr(book_figures.logger, "warning", lambda text, **place: said.append(text))
    context = {"body": '<figure id="fig-outline"></figure>' * times}
    book_figures.check_page(application(), page, "page.html", context, doctree=object())
    assert [f"{page} shows it {times} times" in text for text in said] == [True] * wrong
    # Pages that are no part of the book, such as the index, are not looked at.
    book_figures.check_page(application(), page, "page.html", context, doctree=None)
    assert len(said) == wrong


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("#e-lian--law", "../notebooks/values.html#e-lian--law"),
        ("concordance.html#e-x", "../notebooks/concordance.html#e-x"),
        ("../notebooks/values.html#e-x", "../notebooks/values.html#e-x"),
    ],
)
def test_link_of_a_mark_leads_to_the_same_place_from_the_page_of_the_figure(address, seen):
    assert book_figures._seen_from_here("../notebooks/values.html", address) == seen
