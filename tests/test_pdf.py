"""How the pages of the book become one document; printing itself needs a browser."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.coding.panels import item_panels, link_panels
from analysis.concepts import load_lexicon
from analysis.corpus import corpus_from_texts
from analysis.kwic_page import concordance_html, listed_lines
from analysis.terms import study_terms
from analysis.translations import Translations

pytest.importorskip("bs4", reason="needs the packages that build the book")

from analysis.book import pdf as make_pdf  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
NAME = "problems-and-remedies.pdf"


PAGE = """<html><head><script>1</script></head><body><nav>menu</nav>
<article class="bd-article">{}</article></body></html>"""

ONE = """<section id="one"><h1>One <a class="headerlink" href="#one">#</a></h1>
<p id="p">See <a class="x" href="../notebooks/two.html#there">there</a>,
<a href="../notebooks/two.html#e-panel">panel</a>, <a href="../notebooks/two.html?a=b">two</a>,
<a href="https://example.org/">out</a>, <a href="#p">here</a>, <a href="../index.html">home</a>,
<a href="../_static/tables/t.csv" download>Table as CSV</a>,
<a href="../figures/f.html">Figure</a>.</p>
<div class="cell"><details class="hide"><summary>Show code</summary><pre>x = 1</pre></details></div>
<button>Press</button></section>"""

TWO = """<section id="two"><h1>Two</h1><section id="there"><h2>There</h2>
<details class="evidence" id="e-panel"><summary>Panel: 2</summary><ul><li>words</li></ul></details>
<details class="fold"><summary>All rows</summary><table><tr><th>a</th></tr></table></details>
<details class="fold"><summary>Code</summary><pre>def f(): pass</pre></details>
<details class="fold"><summary>Nothing left</summary><details class="evidence" id="e-inner">
<summary>x</summary></details></details>
<section id="functions"><h2>The functions</h2><details class="fold"><pre>def g(): pass</pre></details>
</section><figure class="book-figure" id="fig-a"><div class="book-chart"><img src="../_static/figures/a.svg"
 alt="Bars."></div><figcaption>Figure 1. Bars.<div class="figure-tools">tools</div></figcaption>
</figure>
<figure class="book-chart" id="chart-b"><div class="book-chart-static" role="img" aria-label="Dots.">
<svg viewBox="0 0 1 1"><g id="g1"></g><a href="two.html#there"><path d="M0"></path></a></svg></div>
<div class="book-chart-live"></div><script type="application/json">{}</script></figure>
</section></section>"""

CONCORDANCE = '<section id="concordance"><h1>Concordance</h1>{}</section>'

PASSAGES = '<section id="passages"><h1>Passages</h1><ul class="passages">{}</ul></section>'

TOC = {
    "root": "book/one",
    "parts": [
        {"caption": "Analyses", "chapters": [{"file": "notebooks/two"}]},
        {
            "caption": "Evidence",
            "chapters": [{"file": "notebooks/concordance.ipynb"}, {"file": "notebooks/passages"}],
        },
    ],
}


@pytest.fixture(scope="module")
def listed():
    """The concordance of two small texts."""
    texts = corpus_from_texts({
        "sea": "The sea is wide. Ships cross the sea.\n\nThe sea has tides and ships.",
        "hill": "The hill is steep. Goats climb the hill.\n\nA hill has goats and grass.",
    })  # fmt: skip
    sources = ["source_id", "label", "chinese", "pinyin", "gloss", "confidence", "reason"]
    variants = ["source_id", "pattern", "match", "sentence_id", "quote", "note"]
    none = Translations(pd.DataFrame(columns=sources), pd.DataFrame(columns=variants))
    lexicon = load_lexicon(ROOT / "data" / "lexicon")
    found = listed_lines(study_terms(texts, none, resamples=200), lexicon)
    works = found.texts.works.assign(publish="passages")
    return replace(found, texts=replace(found.texts, works=works))


@pytest.fixture
def site(tmp_path, listed):
    sentences = listed.texts.sentences
    passages = "".join(f'<li id="{s.sentence_id}">{s.text}</li>' for s in sentences.itertuples())
    pages = {
        "book/one": ONE,
        "notebooks/two": TWO,
        "notebooks/concordance": CONCORDANCE.format(concordance_html(listed)),
        "notebooks/passages": PASSAGES.format(passages),
    }
    for name, text in pages.items():
        path = tmp_path / f"{name}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PAGE.format(text))
    return tmp_path


def book_of(site, book_url=""):
    text = make_pdf.assemble(
        site, make_pdf.toc_pages(TOC), "<header>front</header>", "p {}", "A <title>", book_url
    )
    return make_pdf.BeautifulSoup(text, "html.parser")


@pytest.fixture
def book(site):
    return book_of(site)


def test_pages_follow_the_contents():
    assert make_pdf.toc_pages(TOC) == [
        ("", "book/one"),
        ("Analyses", "notebooks/two"),
        ("Evidence", "notebooks/concordance"),
        ("Evidence", "notebooks/passages"),
    ]
    nested = {"root": "a", "chapters": [{"file": "b", "sections": [{"file": "c.md"}]}]}
    assert [name for _, name in make_pdf.toc_pages(nested)] == ["a", "b", "c"]


def test_book_has_chapters_in_order(book):
    assert [c["id"] for c in book.select(".chapter")] == [
        "book-one", "notebooks-two", "notebooks-concordance", "notebooks-passages",
    ]  # fmt: skip
    assert [h.get_text() for h in book.select("h1.part-title")] == ["Analyses", "Evidence"]
    titles = [" ".join(h.get_text().split()) for h in book.select(".chapter-title")]
    assert titles == ["One", "Two", "Concordance", "Passages"]
    assert book.select_one("#notebooks-two h2.chapter-title")
    assert book.html["lang"] == "en"
    assert book.title.get_text() == "A <title>"


def test_ids_are_unique_and_links_lead_somewhere(book):
    ids = [element["id"] for element in book.find_all(id=True)]
    assert len(ids) == len(set(ids))
    links = [a["href"] for a in book.find_all("a", href=True)]
    assert links
    for link in links:
        assert link.startswith("https://") or link.removeprefix("#") in ids, link


def test_links_between_pages_stay_in_the_document(book):
    links = {a.get_text(): a["href"] for a in book.select("#book-one p a")}
    assert links == {
        "there": "#notebooks-two--there",
        # What is left out leads to what stood around it.
        "panel": "#notebooks-two--there",
        "two": "#notebooks-two",
        "out": "https://example.org/",
        "here": "#book-one--p",
        "home": "#book-one",
    }


def test_links_to_files_become_text_or_absolute(site, book):
    text = " ".join(book.select_one("#book-one p").get_text().split())
    assert "Table as CSV (t.csv)" in text
    assert "Figure." in text
    published = book_of(site, "https://example.org/book")
    links = {a.get_text(): a["href"] for a in published.select("#book-one p a")}
    assert links["Table as CSV"] == "https://example.org/book/_static/tables/t.csv"
    assert links["Figure"] == "https://example.org/book/figures/f.html"
    assert links["there"] == "#notebooks-two--there"


def test_code_buttons_and_empty_folds_are_left_out(book):
    text = book.get_text()
    for gone in (
        "x = 1", "def f", "Press", "Show code", "tools", "Nothing left", "menu", "The functions"
    ):  # fmt: skip
        assert gone not in text, gone
    assert not book.find_all(["script", "button", "details", "summary"])
    assert "All rows" in text


def test_both_kinds_of_drawings_stay(book):
    assert book.find("img")["src"] == "_static/figures/a.svg"
    assert book.find("img")["alt"] == "Bars."
    assert book.select_one(".book-chart-static svg #g1")
    assert not book.select(".book-chart-live")


def test_panels_are_left_out_but_in_the_chapters_of_evidence(book, listed):
    assert "words" not in book.select_one("#notebooks-two").get_text()
    entry = book.select_one("#notebooks-concordance--e-lemma--sea--sea")
    own = listed.lines[listed.lines["id"] == "e-lemma--sea"]["sentence_id"].tolist()
    assert len(own) == 3
    assert [a["href"] for a in entry.find_all("a")] == [f"#notebooks-passages--{s}" for s in own]
    assert " ".join(entry.get_text().split()).endswith(f": 3 places {', '.join(own)}")
    assert "Goats climb the hill." in book.select_one("#notebooks-passages").get_text()


def test_panels_of_coded_items_are_left_out(site, corpus, coding):
    panels = item_panels(corpus, coding) + link_panels(corpus, coding)
    first = make_pdf.BeautifulSoup(panels, "html.parser").select_one("ul.evidence > li")["id"]
    page = (
        '<section id="two"><h1>Two</h1><section id="there"><h2>There</h2>'
        f'<p>See <a href="#{first}">these</a>.</p>{panels}</section></section>'
    )
    (site / "notebooks" / "two.html").write_text(PAGE.format(page), encoding="utf-8")
    chapter = book_of(site).select_one("#notebooks-two")
    assert " ".join(chapter.get_text(" ").split()) == "Analyses Two There See these ."
    assert chapter.a["href"] == "#notebooks-two--there"


@pytest.mark.parametrize(
    ("columns", "size"),
    [(3, None), (9, "wide-table"), (12, "widest-table"), (26, "landscape-table")],
)
def test_wide_tables_are_set_smaller(columns, size):
    soup = make_pdf.BeautifulSoup(
        f"<table><tr>{'<th>a</th>' * columns}</tr></table>", "html.parser"
    )
    make_pdf._size_table(soup.table)
    assert soup.table.get("class") == (None if size is None else [size])


def test_running_head_is_the_title_of_the_chapter():
    rule = make_pdf._page_rules("a", 'A "quoted" \\ </style>')
    assert r'content: "A \"quoted\" \\ \3c /style>"' in rule
    assert "#a { page: a; }" in rule


def test_page_of_an_old_book_is_missed(site):
    with pytest.raises(SystemExit, match="build it again"):
        make_pdf.read_chapter(site, "book/new")


def test_contents_get_page_numbers(book):
    html = str(book)
    done = make_pdf.with_page_numbers(html, {"book-one": 3, "notebooks-two": 17})
    contents = make_pdf.BeautifulSoup(done, "html.parser").select_one(".contents")
    numbers = [" ".join(a.get_text().split()) for a in contents.find_all("a")]
    assert numbers == ["One 3", "Two 17", "Concordance", "Passages"]
    assert "page of" not in done


def test_nothing_is_set_for_the_screen(book):
    """That would be done before each print and after it, for nothing."""
    assert make_pdf.NOT_ON_SCREEN in book.style.get_text()


def test_first_print_shows_nothing_and_second_all(site, monkeypatch):
    printed = []

    def print_pdf(program, page, pdf, *more):
        printed.append(page.read_text())
        pdf.write_bytes(PDF)

    monkeypatch.setattr(make_pdf, "print_pdf", print_pdf)
    pages = [("", "book/one"), ("Analyses", "notebooks/two")]
    monkeypatch.setattr(make_pdf, "toc_pages", lambda toc: pages)
    record = make_pdf.citation.read_citation(ROOT / "CITATION.cff")
    make_pdf.make(ROOT, record, site, site / NAME, "chromium")
    first, second = printed
    # The numbers and what hides the text are all that differs.
    assert first.replace(f"{make_pdf.UNSEEN}\n", "", 1) == second.replace(
        "<span>1</span>", "<span></span>"
    )
    assert make_pdf.UNSEEN not in second


def test_front_page_names_the_book_and_warns():
    record = make_pdf.citation.read_citation(ROOT / "CITATION.cff")
    text = make_pdf.front_page(record, ROOT)
    for words in ("The Problems and Remedies project", f"Version {record.version}",
                  "Four papers", "sample of nothing", "no code"):  # fmt: skip
        assert words in text
    assert "Chinese typeface" not in text
    assert "Chinese typeface" in make_pdf.front_page(record, ROOT / "data", chinese=False)
    assert 'href="https://e.org/"' in make_pdf.front_page(record, ROOT / "data", "https://e.org/")


# The file

PDF = b"""%PDF-1.4
1 0 obj
<</Creator (Browser \\(System; machine\\) 1.0)
/CreationDate (D:20260309101112+00'00')
/ModDate (D:20260309101112+00'00')>>
endobj
9 0 obj
<</Type /Page
/Parent 5 0 R>>
endobj
12 0 obj
<</Type /Page
/Parent 5 0 R>>
endobj
5 0 obj
<</Type /Pages
/Count 2>>
endobj
6 0 obj
<</book-one [9 0 R /XYZ 0 841.9 0]
/notebooks-two--there [12 0 R /XYZ 72 500.1 0]>>
endobj
"""


def test_dates_are_blanked_and_the_length_stays():
    done = make_pdf.settled(PDF)
    assert len(done) == len(PDF)
    assert b"Date" not in done and b"2026" not in done and b"machine" not in done
    assert b"<<" in done[: done.index(b"endobj")]
    assert done.replace(b" ", b"").count(b"obj") == PDF.replace(b" ", b"").count(b"obj")


def test_nodes_are_numbered_by_their_order():
    text = b"[(node00000161) (node00050567)] /ID (node00050567) /ID (node00000161) (node1)"
    assert make_pdf.settled(text) == (
        b"[(node00000001) (node00000002)] /ID (node00000002) /ID (node00000001) (node1)"
    )


def test_pages_are_counted_and_found():
    assert make_pdf.count_pages(PDF) == 2
    assert make_pdf.page_numbers(PDF) == {"book-one": 1, "notebooks-two--there": 2}


# The page that offers it


def offered(site):
    return (site / "book" / "cite.html").read_text()


@pytest.fixture
def takeaway(site):
    (site / "index.html").write_text("<p>a book</p>")
    (site / "_static").mkdir()
    (site / "book" / "cite.html").write_text('<p id="book-pdf">None yet.</p><p>More.</p>')
    return site


def test_pdf_is_offered_only_when_there_is_one(takeaway):
    assert make_pdf.offer(takeaway, NAME, 12, 3_400_000)
    assert (
        '<p id="book-pdf"><a href="../_static/problems-and-remedies.pdf" download>The whole book '
        "as PDF</a> (12 pages, 3.4 MB).</p><p>More.</p>"
    ) == offered(takeaway)
    assert make_pdf.offer(takeaway, NAME, 0, 0)
    assert ".pdf" not in offered(takeaway) and "without a PDF" in offered(takeaway)
    assert offered(takeaway).endswith("<p>More.</p>")


def test_page_without_the_place_is_reported(takeaway):
    (takeaway / "book" / "cite.html").write_text("<p>nothing</p>")
    assert not make_pdf.offer(takeaway, NAME, 12, 1)
    assert offered(takeaway) == "<p>nothing</p>"


def test_page_of_the_book_says_the_same_without_a_pdf():
    source = (ROOT / "book" / "cite.md").read_text(encoding="utf-8")
    assert f'<p id="book-pdf">{make_pdf.NO_PDF}</p>' in source


def test_without_chromium_there_is_no_pdf_and_no_link(takeaway, monkeypatch, capsys):
    old = takeaway / "_static" / NAME
    old.write_bytes(PDF)
    make_pdf.offer(takeaway, NAME, 12, 1)
    monkeypatch.setenv("CHROMIUM", "no-such-program")
    assert make_pdf.main(["--project", str(ROOT), "--site", str(takeaway)]) == 0
    assert "there is no Chromium" in capsys.readouterr().out
    assert not old.exists()
    assert ".pdf" not in offered(takeaway)


def test_old_chromium_is_not_used(takeaway, monkeypatch, capsys):
    monkeypatch.setattr(make_pdf, "find_chromium", lambda: "chromium")
    monkeypatch.setattr(make_pdf, "chromium_version", lambda program: 120)
    assert make_pdf.main(["--project", str(ROOT), "--site", str(takeaway)]) == 0
    assert "too old (120)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        ("exec sleep 60", "more than 1 seconds"),
        ("echo broken pipe >&2; exit 3", "broken pipe"),
        ("exit 0", "made none"),
    ],
)
def test_chromium_that_fails_makes_no_pdf_and_no_link(
    takeaway, tmp_path, monkeypatch, capsys, happens, told
):
    program = tmp_path / "chromium"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo Chromium 140.0.1 && exit 0\nexec sh -c "{happens}"'
    )
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    monkeypatch.setattr(make_pdf, "CHROMIUM_SECONDS", 1)
    monkeypatch.setattr(make_pdf, "toc_pages", lambda toc: [("", "book/one")])
    make_pdf.offer(takeaway, NAME, 12, 1)
    assert make_pdf.main(["--project", str(ROOT), "--site", str(takeaway)]) == 0
    assert told in capsys.readouterr().out
    assert not (takeaway / "_static" / NAME).exists()
    assert ".pdf" not in offered(takeaway)
    assert not (takeaway / ".whole-book.html").exists()


def test_address_of_the_book_is_read_as_the_pages_read_it():
    assert make_pdf.published_address(" https://e.org/book ") == "https://e.org/book/"
    assert make_pdf.published_address("") == ""
    with pytest.raises(SystemExit, match="must start with https"):
        make_pdf.published_address("e.org")


def test_without_a_book_there_is_nothing_to_print(tmp_path):
    with pytest.raises(SystemExit, match="make book"):
        make_pdf.main(["--project", str(ROOT), "--site", str(tmp_path)])


@pytest.mark.parametrize(
    ("cell", "broken"),
    [
        (f"<code>{'0123456789abcdef' * 4}</code>", True),
        # Short words that stand below one another are not one long word.
        ("<div>lian-p04</div><div>Unbalanced</div><div>development</div>", False),
    ],
)
def test_tables_with_long_words_may_break_them(cell, broken):
    soup = make_pdf.BeautifulSoup(f"<table><tr><td>{cell}</td></tr></table>", "html.parser")
    make_pdf._size_table(soup.table)
    assert ("long-words" in soup.table.get("class", [])) == broken
