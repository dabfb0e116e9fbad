"""A folder of texts that nobody has prepared: what is certain is read, the rest refused at once."""

import os
import unicodedata

import pytest

from analysis import InputError, load_corpus
from analysis.cli import main

SENTENCE = "Naïve trust, “quoted” – in 東京."


def problems_of(folder):
    with pytest.raises(InputError) as caught:
        load_corpus(folder)
    return caught.value.problems


# --- Encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_unicode_that_says_what_it_is_is_read(tmp_path, encoding):
    content = (
        ("\ufeff" + SENTENCE).encode(encoding.removesuffix("-bom"))
        if encoding.endswith("-bom")
        else SENTENCE.encode(encoding)
    )
    (tmp_path / "a.txt").write_bytes(content)
    corpus = load_corpus(tmp_path)
    assert corpus.sentences["text"].tolist() == ['Naïve trust, "quoted" – in 東京.']
    (sentence,) = corpus.sentences.itertuples()
    assert corpus.source("a", sentence.start, sentence.end) == SENTENCE


def test_mixed_encodings_are_read_or_refused_each_for_itself(tmp_path):
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(SENTENCE, encoding="utf-16")
    (tmp_path / "c.txt").write_bytes("First.\nThe caf\xe9.".encode("cp1252"))
    (tmp_path / "d.txt").write_bytes(b"Fine.\nNot \x81 fine.")
    first, second = problems_of(tmp_path)
    assert first == (
        "c.txt is not UTF-8 (byte 14): line 2 holds 0xe9, in Windows-1252 'é'; save it as UTF-8. "
        "If it is in Windows-1252: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
    )
    assert second.startswith("d.txt is not UTF-8 (byte 10): line 2 holds 0x81; save it as UTF-8")


def test_utf16_that_breaks_off_is_refused_with_the_byte(tmp_path):
    (tmp_path / "a.txt").write_bytes("One.\nTwo".encode("utf-16")[:-1])
    (problem,) = problems_of(tmp_path)
    assert problem == "a.txt is not UTF-16 (byte 16): line 2 breaks off; save it anew"


def test_a_data_folder_holds_utf8_only(data):
    """Its files are read by other programs, too, and their offsets are recorded."""
    path = data / "raw" / "lian.txt"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")
    assert any("raw/lian.txt is UTF-16; save it as UTF-8" in p for p in problems_of(data))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "a.txt is empty; remove it or put the text in"),
        (b"\xef\xbb\xbf \n", "a.txt is empty; remove it or put the text in"),
        (b"\xff\xfe", "a.txt is empty; remove it or put the text in"),
        (b"some\x00text", "a.txt is a binary file (byte 4 is NUL); extract its text first"),
        ("no mark".encode("utf-16-le"), "or save it as UTF-8 if it is a text in UTF-16"),
        ("One.\nT\x00wo.".encode("utf-16"), "a.txt holds NUL in line 2; remove it"),
    ],
)
def test_empty_files_and_nul_are_refused(tmp_path, content, problem):
    (tmp_path / "a.txt").write_bytes(content)
    (tmp_path / "b.txt").write_text("A sound text.")
    (found,) = problems_of(tmp_path)
    assert problem in found


# --- Names ----------------------------------------------------------------------------------


def test_two_files_of_one_name_are_refused(tmp_path):
    for name in ("paper.txt", "paper.md", "Other.txt", "other.MD", "third.txt"):
        (tmp_path / name).write_text("Some text.")
    first, second = problems_of(tmp_path)
    assert first.startswith("Other.txt, other.MD: files of one name are mostly one text")
    assert second.startswith("paper.md, paper.txt: files of one name are mostly one text")


def test_one_accent_written_in_two_ways_is_one_name(tmp_path):
    (tmp_path / (unicodedata.normalize("NFC", "café") + ".txt")).write_text("One.")
    (tmp_path / (unicodedata.normalize("NFD", "café") + ".md")).write_text("Two.")
    assert len(problems_of(tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("My first paper (final).txt", "my-first-paper-final"),
        ("Überblick – 治理.txt", "überblick-治理"),
        (unicodedata.normalize("NFD", "café") + ".txt", "café"),
        ("....txt", None),
        ("  .TXT", "text"),
    ],
)
def test_names_with_spaces_and_other_letters_become_identifiers(tmp_path, name, identifier):
    (tmp_path / name).write_text("Some text.")
    (tmp_path / "b.txt").write_text("Another.")
    works = set(load_corpus(tmp_path).works["work_id"])
    assert works == {"b"} | ({identifier} if identifier else set())


def test_the_table_of_documents_names_the_files(tmp_path):
    for name in ("b b.txt", "a.md", "Ä.txt"):
        (tmp_path / name).write_text("Some text.")
    documents = load_corpus(tmp_path).documents
    assert dict(zip(documents["document_id"], documents["file"], strict=True)) == {
        "a": "a.md", "b-b": "b b.txt", "ä": "Ä.txt",
    }  # fmt: skip


def test_a_name_that_is_no_text_does_no_harm(tmp_path, capsys):
    path = os.path.join(os.fsencode(tmp_path), b"na\xefve.txt")
    try:
        with open(path, "wb") as file:
            file.write(b"Some text of soup.")
    except OSError:
        pytest.skip("this file system takes names of UTF-8 only")
    assert load_corpus(tmp_path).documents["file"].tolist() == ["na?ve.txt"]
    assert main(["kwic", str(tmp_path), "soup", "--csv", "-"]) == 0


def test_hidden_files_and_folders_are_left_alone(tmp_path):
    (tmp_path / "._a.txt").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "a.txt").write_text("Some text.")
    assert load_corpus(tmp_path).works["work_id"].tolist() == ["a"]


# --- Numbers --------------------------------------------------------------------------------


def test_a_folder_with_no_text_says_what_belongs_there(tmp_path, capsys):
    (tmp_path / "notes.docx").write_text("not read")
    assert main(["check", str(tmp_path)]) == 1
    assert "neither documents.csv nor a .txt, .md or .pdf file is in" in capsys.readouterr().err


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("Some text.")
    (problem,) = problems_of(tmp_path / "a.txt")
    assert problem.endswith("a.txt: this is a file; give the folder that it is in")


def test_five_hundred_texts_are_read_and_progress_is_told(tmp_path, capsys):
    for number in range(500):
        (tmp_path / f"text {number:03}.txt").write_text(f"Soup number {number}. It is hot.")
    told = []

    def watch(things, what):
        for thing in things:
            told.append(what)
            yield thing

    corpus = load_corpus(tmp_path, watch)
    assert len(corpus.works) == 500
    assert {what: told.count(what) for what in told} == {
        "reading files": 500, "cleaning texts": 500, "finding sentences and words": 500,
    }  # fmt: skip
    assert main(["keyness", str(tmp_path)]) == 2
    assert "there are 500 works" in " ".join(capsys.readouterr().err.split())
    arguments = ["keyness", str(tmp_path), "--target", "text-007", "--resamples", "0"]
    assert main([*arguments, "--top", "1"]) == 0
    assert "\t7\t" in capsys.readouterr().out


def test_all_problems_of_a_folder_come_together(tmp_path):
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "b.txt").write_bytes(b"\xe9")
    (tmp_path / "c.md").write_bytes(b"\x00")
    (tmp_path / "c.txt").write_text("Sound.")
    (tmp_path / "d.pdf").write_bytes(b"")
    assert len(problems_of(tmp_path)) == 5
