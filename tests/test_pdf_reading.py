"""PDF files are read by their text layer; those without one are refused with a remedy."""

import sys

import pytest
from browser import chromium
from pypdf import PdfReader, PdfWriter

from analysis import InputError, load_corpus
from analysis.cli import main
from analysis.pdf import join_pages, text_of

ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight")
SENTENCES = [
    f"Sentence {ten}-{one} tells how a small town in a {ten} year lends {one} kinds of seeds, tools "
    "and sheet music to all who ask for them in the library on the square."
    for ten in ("twenty", "thirty", "forty", "fifty", "sixty")
    for one in ONES
]
PAGE = """<!doctype html><style>
@page { size: 14cm 18cm; margin: 2cm }
body { font: 12pt serif; hyphens: manual } h1 { font-size: 16pt } p { text-align: justify }
</style><h1>Seeds on Loan</h1><h2>1. Introduction</h2>%s"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A paper of several pages, printed by a browser with a running head and page numbers."""
    path = tmp_path_factory.mktemp("printed") / "Seeds on Loan.pdf"
    paragraphs = "".join(
        f"<p>{' '.join(SENTENCES[i : i + 5])}</p>" for i in range(0, len(SENTENCES), 5)
    )
    head = "<div style='font-size:8pt;margin:auto'>Journal of Small Libraries</div>"
    foot = "<div style='font-size:8pt;margin:auto'><span class=pageNumber></span></div>"
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(PAGE % paragraphs)
        page.pdf(
            path=str(path), prefer_css_page_size=True, display_header_footer=True,
            header_template=head, footer_template=foot,
        )  # fmt: skip
    return path


@pytest.fixture
def folder(tmp_path, printed):
    """A folder with the printed paper, which a test may damage."""
    (tmp_path / printed.name).write_bytes(printed.read_bytes())
    return tmp_path


def problems_of(folder):
    with pytest.raises(InputError) as caught:
        load_corpus(folder)
    return caught.value.problems


def test_sentences_run_on_over_lines_and_pages(folder):
    assert len(PdfReader(folder / "Seeds on Loan.pdf").pages) > 3
    corpus = load_corpus(folder)
    running = corpus.sentences[~corpus.sentences["is_heading"]]
    assert [text for text in running["text"] if text.startswith("Sentence")] == SENTENCES
    assert corpus.documents["file"].tolist() == ["Seeds on Loan.pdf"]
    assert corpus.documents["extraction"].tolist() == ["text layer of a PDF file"]


def test_running_heads_and_page_numbers_are_no_text(folder):
    corpus = load_corpus(folder)
    assert corpus.raw["seeds-on-loan"].count("Journal of Small Libraries") <= 1
    body = corpus.body().select(headings=False)
    assert not any(text.strip().isdigit() for text in body.sentences["text"])
    words = set(corpus.body().words()["token"].astype(str))
    assert not words & {"2", "3", "4"}


def test_headings_are_found(folder):
    sections = load_corpus(folder).sections
    assert "Introduction" in sections["title"].tolist()


def test_offsets_are_offsets_into_the_extracted_text(folder):
    corpus = load_corpus(folder)
    raw = corpus.raw["seeds-on-loan"]
    assert raw == text_of(folder / "Seeds on Loan.pdf")
    for token in corpus.tokens.itertuples():
        assert raw[token.start : token.end].replace("\n", "") == token.token


def test_pdf_and_plain_text_are_one_corpus(folder, capsys):
    (folder / "other.txt").write_text("Another text about seeds.")
    assert load_corpus(folder).works["work_id"].tolist() == ["seeds-on-loan", "other"]
    assert main(["kwic", str(folder), "seeds", "--work", "other"]) == 0
    assert "other-s0001" in capsys.readouterr().out


def test_a_pdf_and_its_own_text_are_refused(folder):
    (folder / "Seeds on Loan.txt").write_text("The same paper.")
    (problem,) = problems_of(folder)
    assert problem.startswith("Seeds on Loan.pdf, Seeds on Loan.txt: files of one name")


# --- Files that cannot be read ----------------------------------------------------------------


def test_a_pdf_without_a_text_layer_needs_text_recognition(tmp_path):
    writer = PdfWriter()
    for _ in range(2):
        writer.add_blank_page(width=200, height=200)
    writer.write(tmp_path / "scan.pdf")
    (problem,) = problems_of(tmp_path)
    assert problem.startswith("scan.pdf: none of its 2 pages has a text layer")
    assert "run text recognition on it first" in problem


def test_an_encrypted_pdf_needs_its_password(tmp_path, printed):
    writer = PdfWriter(clone_from=printed)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    (problem,) = problems_of(tmp_path)
    assert problem.startswith("locked.pdf: the file is encrypted; open it with its password")


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path, printed):
    writer = PdfWriter(clone_from=printed)
    writer.encrypt("", owner_password="secret", algorithm="RC4-128")
    writer.write(tmp_path / "open.pdf")
    assert text_of(tmp_path / "open.pdf") == text_of(printed)


@pytest.mark.parametrize("damage", ["cut", "no PDF", "empty", "gone"])
def test_a_broken_pdf_is_named(tmp_path, printed, damage):
    path = tmp_path / "broken.pdf"
    content = {"cut": printed.read_bytes()[:700], "no PDF": b"<html>Not found</html>", "empty": b""}
    if damage in content:
        path.write_bytes(content[damage])
    with pytest.raises(InputError) as caught:
        text_of(path)
    (problem,) = caught.value.problems
    expected = {
        "cut": "broken.pdf: the file is broken or no PDF",
        "no PDF": "broken.pdf: the file is broken or no PDF",
        "empty": "broken.pdf: the file is empty",
        "gone": "broken.pdf: the file cannot be read",
    }
    assert problem.startswith(expected[damage])


def test_all_problems_come_together_and_without_a_traceback(tmp_path, capsys):
    (tmp_path / "broken.pdf").write_bytes(b"no PDF")
    (tmp_path / "empty.txt").write_text("")
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.write(tmp_path / "scan.pdf")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("3 problems in the input:")
    assert "Traceback" not in said


def test_a_missing_reader_is_said_once_with_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(b"a")
    (tmp_path / "b.pdf").write_bytes(b"b")
    monkeypatch.setattr("analysis.corpus.find_spec", lambda name: None)
    (problem,) = problems_of(tmp_path)
    assert problem.startswith("a.pdf, b.pdf: PDF files are read by pypdf")
    assert 'pip install ".[pdf]"' in problem
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(ImportError, match="pip install"):
        text_of(tmp_path / "a.pdf")


# --- Pages ------------------------------------------------------------------------------------


def test_running_lines_are_left_out_where_they_come_again():
    pages = [
        f"My Paper\nPage {word} says\nthis: {word}.\nJournal 12 ({number})\n{number}"
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]
    assert join_pages(pages) == (
        "My Paper\nPage one says\nthis: one.\n1\nPage two says\nthis: two.\n2\n"
        "Page three says\nthis: three.\n3\n"
    )


def test_what_comes_twice_or_in_the_middle_stays():
    twice = ["Head\nOne.", "Head\nTwo."]
    assert join_pages(twice) == "Head\nOne.\nHead\nTwo.\n"
    page = "a{0}\nb{0}\nc{0}\nsame\nd{0}\ne{0}\nf{0}"
    pages = [page.format(letter) for letter in "xyz"]
    assert join_pages(pages).count("same") == 3
    pages = [f"{letter}\nsame\nwords {letter}\nmore {letter}" for letter in "xyz"]
    assert join_pages(pages).count("same") == 3, "text parts it from the edge"
    pages = ["a\nsame\nb\nc\nd", "same\ne\nf\ng", "h\ni\nsame\nj\nk\nl"]
    assert join_pages(pages).count("same") == 3, "it stands at other places"


def test_left_and_right_heads_are_both_left_out():
    pages = [f"{'Left' if n % 2 else 'Right'}\nwords {'abcdefghij'[n]}\nmore" for n in range(10)]
    text = join_pages(["Title\nfirst", *pages])
    assert "Left" not in text
    assert "Right" not in text


def test_signs_of_a_text_layer_become_plain_ones():
    assert join_pages(["e\ufb03cient co\u2010\noperation so\u00ad\ncial\x07 end  \n\n"]) == (
        "efficient co-\noperation so-\ncial end\n"
    )
    assert join_pages([]) == join_pages(["", " \n"]) == ""
