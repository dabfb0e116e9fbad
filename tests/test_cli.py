"""The command line answers, says what is wrong before anything is built, and never traces."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis import InputError
from analysis.cli import main
from analysis.concepts import count_hits

ROOT = Path(__file__).resolve().parents[1]
TUTORIAL = ROOT / "data" / "tutorial"
READING = ("check", "kwic", "keyness", "concepts", "suggest", "export", "import-coding")
"""Commands that read a folder."""
COMMANDS = (*READING, "new")


@pytest.fixture
def texts(tmp_path):
    """Three short texts; one word stands in the first only."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "bread.txt").write_text(
        "Abstract\n\nBread needs time. We should bake bread slowly.\n\n"
        "1. Dough\n\nThere is a lack of ovens. Bread is bread.\n\n"
        "References\n\nBaker, A. 1999. On bread.\n"
    )
    (folder / "soup.txt").write_text("Soup needs salt. The town must cook soup for all.\n")
    (folder / "tea.txt").write_text("Tea needs water. Nobody has a problem with tea.\n")
    return folder


@pytest.fixture
def food(tmp_path):
    folder = tmp_path / "lexicon"
    folder.mkdir()
    (folder / "families.csv").write_text("family,label,definition\nfood,Food,what is eaten\n")
    (folder / "concepts.csv").write_text(
        "concept_id,label,family,definition,leaves_out\n"
        "bread,Bread,food,baked dough,\nwine,Wine,food,fermented grapes,\n"
    )
    (folder / "patterns.csv").write_text(
        "concept_id,pattern,form,role,stance,note\n"
        "bread,bread,surface,include,,\nwine,wine*,surface,include,,\n"
    )
    return folder


def said(capsys, *arguments, code=0):
    """Run a command; return what it wrote to the two outputs."""
    assert main([str(argument) for argument in arguments]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return out, err


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def plain(text):
    """Undo the frames and line ends of a message that was set in a box."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


# --- check ----------------------------------------------------------------------------------


def test_a_sound_folder_is_said_to_be_sound(data, capsys):
    assert main(["check", str(data)]) == 0
    assert "sound (4 works, 5 documents" in capsys.readouterr().out


def test_problems_of_corpus_and_lexicon_come_together(data, capsys):
    (data / "raw" / "lian.txt").unlink()
    patterns = data / "lexicon" / "patterns.csv"
    patterns.write_text(patterns.read_text() + "nothing,word,surface,include,,\n")
    assert main(["check", str(data)]) == 1
    said = capsys.readouterr().err
    assert "2 problems in the input" in said
    assert "documents.csv, row 4, column file: raw/lian.txt is missing" in said
    assert "column concept_id: 'nothing' is unknown" in said


def test_problems_of_the_coding_are_found(data, capsys):
    links = data / "coding" / "links.csv"
    links.write_text(links.read_text() + "shen-r01,nothing,explicit,why\n")
    assert main(["check", str(data)]) == 1
    assert "column problem_id: 'nothing' is unknown" in capsys.readouterr().err


def test_problems_of_labels_variants_and_patterns_come_together(data, capsys):
    for name, line in (
        ("lexicon/labels/first.csv", "nowhere-s0001,trust,advocated,,,\n"),
        ("lexicon/patterns.csv", "trust,unheard of,surface,include,,\n"),
        ("translations/variants.csv", "nothing,ability,lemma,li-s0046,ability,\n"),
    ):
        path = data / name
        path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert main(["check", str(data)]) == 1
    said = capsys.readouterr().err
    assert "nowhere-s0001" in said
    assert "unheard of" in said
    assert "column source_id: 'nothing' is unknown" in said


def test_rubbish_in_any_table_is_found(data, capsys):
    broken = {
        "coding/second/problems.csv": "coding/second/problems.csv, row 1",
        "coding/cues.csv": "cues.csv, row 1",
        "coding/examples.csv": "examples.csv, row 1",
        "conjectures.csv": "conjectures.csv, row 1",
        "figures.csv": "figures.csv, row 1",
        "findings.toml": "findings.toml: not valid TOML",
        "glossary.csv": "glossary.csv, row 1",
        "silences/first.csv": "silences/first.csv, row 1",
    }
    for name in broken:
        (data / name).write_text("rubbish\nmore rubbish\n")
    themes = data / "coding" / "themes.csv"
    themes.write_text(themes.read_text() + "a b,A label,A definition,,\n")
    _, err = said(capsys, "check", data, code=1)
    for place in broken.values():
        assert f"- {place}" in err
    # Two codings share this list.
    assert err.count("column theme: 'a b'; use letters") == 1


def test_judgements_that_lean_on_a_sound_coding_are_checked(data, capsys):
    names = ("common_sources.csv", "review.csv", "tensions.csv")
    for name in names:
        (data / "coding" / name).write_text("rubbish\nmore rubbish\n")
    _, err = said(capsys, "check", data, code=1)
    for name in names:
        assert f"- {name}, row 1" in err


def test_a_folder_of_plain_texts_is_checked(texts, capsys):
    out, err = said(capsys, "check", texts)
    assert "sound (3 works, 3 documents" in out
    assert not err


def test_problems_of_plain_texts_are_one_line_each(texts, capsys):
    (texts / "empty.txt").write_text("")
    (texts / "old.txt").write_bytes(b"na\xefve")
    out, err = said(capsys, "check", texts, code=1)
    assert not out
    assert err.splitlines()[0] == "2 problems in the input:"
    assert err.splitlines()[1] == "- empty.txt is empty; remove it or put the text in"
    assert err.splitlines()[2].startswith("- old.txt is not UTF-8 (byte 2): line 1 holds 0xef")


# --- kwic -----------------------------------------------------------------------------------


def test_kwic_gives_the_words_around_a_word(texts, capsys):
    out, _ = said(capsys, "kwic", texts, "bread", "--width", 2)
    assert out.splitlines() == [
        "left\tkeyword\tright\tsentence_id",
        "\tBread\t needs time\tbread-s0002",
        "should bake \tbread\t slowly.\tbread-s0003",
        "of ovens. \tBread\t is bread.\tbread-s0006",
        "Bread is \tbread\t.\tbread-s0006",
    ]


def test_kwic_finds_what_the_function_finds(data, corpus, capsys):
    out, _ = said(capsys, "kwic", data, "public", "--csv", "-")
    expected = analysis.kwic(corpus.body(), "public")
    found = rows_of(out)
    assert len(found) == len(expected) > 0
    assert [row["sentence_id"] for row in found] == expected["sentence_id"].tolist()
    assert [int(row["start"]) for row in found] == expected["start"].tolist()


def test_kwic_looks_where_it_is_told(texts, capsys):
    out, _ = said(capsys, "kwic", texts, "bread", "--section", "references", "--json", "-")
    (line,) = json.loads(out)
    assert (line["keyword"], line["left"]) == ("bread", "Baker, A. 1999. On ")
    section = line["section_id"]
    again, _ = said(capsys, "kwic", texts, "bread", "--section", section, "--json", "-")
    assert again == out
    out, err = said(capsys, "kwic", texts, "bread", "--work", "tea", "--json", "-")
    assert json.loads(out) == []
    assert "'bread' is nowhere in these texts" in err


def test_kwic_takes_lemmas_and_concepts(texts, food, capsys):
    out, _ = said(capsys, "kwic", texts, "oven", "--lemma", "--json", "-")
    assert [line["keyword"] for line in json.loads(out)] == ["ovens"]
    out, _ = said(capsys, "kwic", texts, "bread", "--lexicon", food, "--json", "-")
    assert len(json.loads(out)) == 4


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["*"], "needs letters in every word"),
        (["bread", "--work", "cake"], "unknown work_id: cake; the corpus has bread, soup, tea"),
        (["bread", "--section", "chapter"], "there is no section chapter; name one of the kinds"),
        (["bread", "--width", "-1"], "greater than or equal to 0"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_of_kwic_is_explained(texts, capsys, arguments, reason):
    _, err = said(capsys, "kwic", texts, *arguments, code=2)
    assert reason in plain(err)


# --- keyness --------------------------------------------------------------------------------


def test_keyness_finds_the_word_of_one_text(texts, capsys):
    out, _ = said(capsys, "keyness", texts, "--resamples", 0, "--csv", "-")
    table = pd.read_csv(io.StringIO(out))
    best = table[table["work_id"] == "bread"].iloc[0]
    assert (best["term"], best["count_target"], best["count_reference"]) == ("bread", 4, 0)
    assert set(table["work_id"]) == {"bread", "soup", "tea"}


def test_keyness_of_one_work_against_another(texts, capsys):
    arguments = ("--target", "tea", "--reference", "soup", "--resamples", 0, "--json", "-")
    rows = json.loads(said(capsys, "keyness", texts, *arguments)[0])
    assert {row["work_id"] for row in rows} == {"tea"}
    assert "bread" not in {row["term"] for row in rows}
    assert {row["size_reference"] for row in rows} == {10}
    best = json.loads(said(capsys, "keyness", texts, "--top", 1, *arguments)[0])
    assert best == rows[:1]


def test_keyness_is_that_of_the_function(data, corpus, capsys):
    out, _ = said(capsys, "keyness", data, "--target", "lian", "--top", 10, "--csv", "-")
    expected = analysis.keyness(corpus.body().tokens, "lian").head(10)
    table = pd.read_csv(io.StringIO(out))
    assert table["term"].tolist() == expected["term"].tolist()
    assert table["log_ratio"].tolist() == pytest.approx(expected["log_ratio"].tolist())
    assert set(table["verdict"]) <= {"more", "less", "chance", "passages"}
    again, _ = said(capsys, "keyness", data, "--target", "lian", "--top", 10, "--csv", "-")
    assert again == out


def test_keyness_of_one_text_is_refused_with_the_reason(texts, capsys):
    for name in ("soup.txt", "tea.txt"):
        (texts / name).unlink()
    out, err = said(capsys, "keyness", texts, code=1)
    assert not out
    assert "keyness compares works, and there is one only; put a second text there" in err
    assert "Bread" in said(capsys, "kwic", texts, "bread")[0]


def test_an_unknown_target_is_wrong_use(texts, capsys):
    _, err = said(capsys, "keyness", texts, "--target", "cake", code=2)
    assert "unknown work_id: cake; the corpus has bread, soup, tea" in plain(err)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--reference", "cake"], "unknown work_id: cake"),
        (["--target", "tea", "--reference", "tea"], "tea would be compared with itself"),
        (
            ["--reference", "tea", "--reference", "soup", "--reference", "bread"],
            "every work is a --reference",
        ),
    ],
)
def test_what_cannot_be_compared_is_wrong_use(texts, capsys, arguments, reason):
    _, err = said(capsys, "keyness", texts, *arguments, code=2)
    assert reason in plain(err)


def test_a_fault_of_our_own_is_not_called_wrong_use(texts, monkeypatch):
    def broken(*_, **__):
        raise ValueError("a fault of our own")

    monkeypatch.setattr("analysis.frequency.keyness", broken)
    with pytest.raises(ValueError, match="a fault of our own"):
        main(["keyness", str(texts)])


# --- concepts -------------------------------------------------------------------------------


def test_concepts_are_counted_with_their_zeros(texts, food, capsys):
    out, _ = said(capsys, "concepts", texts, "--lexicon", food, "--csv", "-")
    table = pd.read_csv(io.StringIO(out)).set_index(["concept_id", "work_id"])
    assert len(table) == 2 * 3
    row = table.loc[("bread", "bread")]
    assert (row["count"], row["sentences"], row["label"]) == (4, 3, "Bread")
    assert row["rate"] == pytest.approx(4 / row["size"] * 1000)
    assert (table.drop(("bread", "bread"))["count"] == 0).all()


def test_counts_are_those_of_the_hits(food):
    """Words of headings count; a concept twice in a sentence is one sentence with it."""
    corpus = analysis.corpus_from_texts({
        "a": "# Bread\n\nBread is good. Wine and wine.\n",
        "b": "Nothing to eat.",
    })  # fmt: skip
    lexicon = analysis.load_lexicon(food)
    table = count_hits(corpus, lexicon, analysis.find_concepts(corpus, lexicon))
    assert table.columns.tolist() == [
        "concept_id", "label", "work_id", "count", "lacking", "sentences", "size", "rate",
    ]  # fmt: skip
    assert table.drop(columns="rate").values.tolist() == [
        ["bread", "Bread", "a", 2, 0, 2, 7],
        ["bread", "Bread", "b", 0, 0, 0, 3],
        ["wine", "Wine", "a", 2, 0, 1, 7],
        ["wine", "Wine", "b", 0, 0, 0, 3],
    ]  # fmt: skip
    assert table["rate"].tolist() == pytest.approx([2000 / 7, 0, 2000 / 7, 0])


def test_hits_are_listed(data, hits, capsys):
    out, _ = said(capsys, "concepts", data, "--hits", "--csv", "-")
    assert [row["sentence_id"] for row in rows_of(out)] == hits["sentence_id"].tolist()


def test_a_folder_without_a_lexicon_is_told_to_name_one(texts, capsys):
    _, err = said(capsys, "concepts", texts, code=1)
    assert "there is no such folder; name a lexicon with --lexicon FOLDER" in err


# --- suggest --------------------------------------------------------------------------------


def test_suggest_needs_no_coding(texts, capsys):
    out, _ = said(capsys, "suggest", texts, "--csv", "-")
    table = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert set(table["scored_by"]) == {"cues"}
    best = table[(table["rank"] == 1) & (table["work_id"] == "bread")].set_index("item")["text"]
    assert best["problem"] == "There is a lack of ovens."
    assert best["remedy"] == "We should bake bread slowly."


def test_suggest_takes_the_cues_of_the_folder(texts, capsys):
    (texts / "cues.csv").write_text(
        "cue_id,item,pattern,source,note\nnobody,problem,nobody,,\nneeds,remedy,needs,,\n"
    )
    out, _ = said(capsys, "suggest", texts, "--item", "problem", "--top", 1, "--json", "-")
    rows = {row["work_id"]: row for row in json.loads(out)}
    assert rows["tea"]["cues"] == "nobody"
    assert not rows["bread"]["proposed"]


def test_suggest_learns_from_a_coding_of_other_works(data, capsys):
    out, _ = said(capsys, "suggest", data, "--top", 1, "--json", "-")
    assert {row["scored_by"] for row in json.loads(out)} == {"words_and_cues"}
    out, _ = said(capsys, "suggest", data, "--top", 1, "--cues-only", "--json", "-")
    assert {row["scored_by"] for row in json.loads(out)} == {"cues"}


def test_suggest_shows_what_is_proposed_only(texts, capsys):
    out, err = said(capsys, "suggest", texts)
    assert "lack of ovens" in out
    assert "Tea needs water" not in out
    assert "--csv or --json give all of them" in err


def test_an_unknown_item_is_wrong_use(texts, capsys):
    _, err = said(capsys, "suggest", texts, "--item", "cake", code=2)
    assert "'cake' is not one of 'problem', 'remedy'" in plain(err)


# --- export ---------------------------------------------------------------------------------


def test_a_coding_goes_out_and_comes_back(tmp_path, capsys):
    _, err = said(capsys, "export", TUTORIAL, tmp_path / "out")
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert {"works.bib", "tokens.conllu", "concepts.jsonld", "coding.qdpx"} <= set(written)
    assert f"{len(written)} files written" in err
    project, back = tmp_path / "out" / "coding.qdpx", tmp_path / "back"
    _, err = said(capsys, "import-coding", TUTORIAL, project, back)
    corpus = analysis.load_corpus(TUTORIAL)
    ours, theirs = (analysis.load_coding(f, corpus) for f in (TUTORIAL / "coding", back))
    pd.testing.assert_frame_equal(theirs.problems, ours.problems)
    pd.testing.assert_frame_equal(theirs.remedies, ours.remedies)
    assert f"{len(ours.problems)} problems, {len(ours.remedies)} remedies" in err
    # A second time there is something already.
    said(capsys, "export", TUTORIAL, tmp_path / "out", code=1)
    said(capsys, "import-coding", TUTORIAL, project, back, code=1)


def test_plain_texts_are_exported_without_lexicon_and_coding(texts, tmp_path, capsys):
    said(capsys, "export", texts, tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["tokens.conllu", "works.bib", "works.json"]


def test_what_is_left_out_without_networkx_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("analysis.exchange.bundle._has_networkx", lambda: False)
    _, err = said(capsys, "export", TUTORIAL, tmp_path / "out")
    assert "left out: concepts.gexf, concepts.graphml, coding-codes.gexf" in err
    assert 'pip install ".[exchange]"' in err


@pytest.mark.parametrize(
    "error",
    [
        InputError(["out: the folder is not empty; name a new one"]),
        FileExistsError(17, "the folder is not empty; name a new one", "out"),
        ImportError("the folder is not empty; name a new one"),
    ],
)
def test_what_export_refuses_is_said(texts, tmp_path, monkeypatch, capsys, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("analysis.exchange.bundle.export_all", refuse)
    _, err = said(capsys, "export", texts, tmp_path / "out", code=1)
    assert "the folder is not empty; name a new one" in plain(err)


def test_a_fault_of_export_is_not_called_wrong_use(texts, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ValueError("a fault of our own")

    monkeypatch.setattr("analysis.exchange.bundle.export_all", broken)
    with pytest.raises(ValueError, match="a fault of our own"):
        main(["export", str(texts), str(tmp_path / "out")])


# --- import-coding --------------------------------------------------------------------------


@pytest.fixture
def project(texts, tmp_path):
    """A project of another program, with one passage and a code whose place tells nothing."""
    text = (texts / "tea.txt").read_text()
    start = text.index("Nobody")
    user, code, passage = (f"00000000-0000-0000-0000-{i:012}" for i in range(3))
    xml = (
        '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="p">'
        f'<Users><User guid="{user}" name="Ada"/></Users>'
        f'<CodeBook><Codes><Code guid="{code}" name="Tea talk" isCodable="true"/></Codes></CodeBook>'
        f'<Sources><TextSource guid="{passage}" name="tea"><PlainTextContent>{text}'
        f'</PlainTextContent><PlainTextSelection guid="{passage[:-1]}9" name="x" '
        f'startPosition="{start}" endPosition="{len(text) - 1}"><Coding guid="{passage[:-1]}8" '
        f'creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
        "</TextSource></Sources></Project>"
    )
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("project.qde", xml)
    return path


def test_the_meaning_of_a_code_is_asked_for_and_taken(texts, project, tmp_path, capsys):
    _, err = said(capsys, "import-coding", texts, project, tmp_path / "new", code=1)
    assert "code 'Tea talk': it stands neither under Problems nor" in err
    assert "--code 'Tea talk=theme'" in err
    assert "codes={'Tea talk': 'theme'}" in err
    arguments = ("--code", "Tea talk=theme", "--coder", "Ada")
    _, err = said(capsys, "import-coding", texts, project, tmp_path / "new", *arguments)
    assert "1 problem, 0 remedies, 0 links" in err
    (row,) = rows_of((tmp_path / "new" / "problems.csv").read_text())
    assert (row["theme"], row["quote"]) == ("tea-talk", "Nobody has a problem with tea.")
    said(capsys, "import-coding", texts, project, tmp_path / "none", "--code", "Tea talk=")
    assert rows_of((tmp_path / "none" / "problems.csv").read_text()) == []


def test_an_unknown_coder_is_named(texts, project, tmp_path, capsys):
    arguments = ("--code", "Tea talk=theme", "--coder", "Bob")
    _, err = said(capsys, "import-coding", texts, project, tmp_path / "new", *arguments, code=1)
    assert "there is no coder 'Bob'; it names Ada" in err


@pytest.mark.parametrize("code", ["Tea talk", "=theme"])
def test_a_code_without_a_meaning_is_wrong_use(texts, project, tmp_path, capsys, code):
    arguments = (texts, project, tmp_path / "new", "--code", code)
    _, err = said(capsys, "import-coding", *arguments, code=2)
    assert "write NAME=COLUMN" in plain(err)


# --- new ------------------------------------------------------------------------------------


def test_a_new_book_holds_the_texts_and_is_sound(texts, tmp_path, capsys):
    book = tmp_path / "book"
    _, err = said(capsys, "new", book, texts, "--title", "Three meals", "--publish", "full")
    assert "a book of 3 texts" in err
    assert "Three meals" in (book / "_config.yml").read_text()
    works = rows_of((book / "data" / "works.csv").read_text())
    assert [row["work_id"] for row in works] == ["bread", "soup", "tea"]
    assert {row["publish"] for row in works} == {"full"}
    out, _ = said(capsys, "check", book / "data")
    assert "sound (3 works, 3 documents" in out
    _, err = said(capsys, "new", book, texts, code=1)
    assert "not empty" in err


def test_wrong_use_of_new_is_explained(texts, tmp_path, capsys):
    _, err = said(capsys, "new", tmp_path / "book", texts / "cake.txt", code=2)
    assert "does not exist" in plain(err)
    _, err = said(capsys, "new", tmp_path / "book", texts, "--publish", "most", code=2)
    assert "'most' is not one of 'none', 'passages', 'full'" in plain(err)
    assert not (tmp_path / "book").exists()


# --- Files and outputs ----------------------------------------------------------------------


def test_results_are_written_as_files(texts, tmp_path, capsys):
    one, other = tmp_path / "new" / "lines.csv", tmp_path / "lines.json"
    out, _ = said(capsys, "kwic", texts, "soup", "--csv", one, "--json", other)
    assert not out
    by_csv, by_json = rows_of(one.read_text()), json.loads(other.read_text())
    assert [row["keyword"] for row in by_csv] == [row["keyword"] for row in by_json]
    assert len(by_csv) == 2
    assert sorted(path.name for path in one.parent.iterdir()) == ["lines.csv"]


def test_a_place_that_cannot_be_written_is_named(texts, capsys):
    _, err = said(capsys, "kwic", texts, "soup", "--csv", texts / "tea.txt" / "x.csv", code=1)
    assert "tea.txt" in err
    _, err = said(capsys, "kwic", texts, "soup", "--csv", texts, code=2)
    assert "is a directory" in plain(err)


def test_what_looks_like_a_formula_is_made_text(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("Look at this.\n=cmd soup +1 and more.\n")
    out, _ = said(capsys, "kwic", tmp_path, "cmd", "--csv", "-")
    (row,) = rows_of(out)
    assert row["left"] == "'="
    out, _ = said(capsys, "kwic", tmp_path, "cmd", "--json", "-")
    assert json.loads(out)[0]["left"] == "="


def test_two_results_on_one_output_are_refused(texts, capsys):
    _, err = said(capsys, "kwic", texts, "soup", "--csv", "-", "--json", "-", code=2)
    assert "only one of the two" in plain(err)


@pytest.mark.parametrize("command", READING)
def test_a_missing_folder_is_wrong_use(command, tmp_path, capsys):
    out = tmp_path / "out"
    extra = {"kwic": ["word"], "export": [out], "import-coding": [__file__, out]}.get(command, [])
    _, err = said(capsys, command, tmp_path / "nowhere", *extra, code=2)
    assert "does not exist" in plain(err)


def test_help_teaches(capsys):
    out, _ = said(capsys, "--help")
    assert all(command in out for command in COMMANDS)
    assert "Exit codes" in out
    for command in COMMANDS:
        out, _ = said(capsys, command, "--help")
        assert f"python -m analysis {command}" in out
        assert "Examples" in out
    for command in ("kwic", "keyness", "concepts", "suggest"):
        assert "Columns" in said(capsys, command, "--help")[0]


def test_the_version_is_said(capsys):
    out, _ = said(capsys, "--version")
    assert re.fullmatch(r"analysis \d+\.\d+\S*\n", out)


def test_an_unknown_command_is_wrong_use(capsys):
    assert "No such command" in plain(said(capsys, "bake", code=2)[1])


# --- In a shell -----------------------------------------------------------------------------


def in_terminal(*arguments):
    """Run a command with both outputs on a terminal; return exit code and what was shown."""
    near, far = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", *map(str, arguments)],
        stdin=far, stdout=far, stderr=far, env=environment,
    )  # fmt: skip
    os.close(far)
    shown = b""
    while True:
        try:
            part = os.read(near, 65536)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            break
        shown += part
    os.close(near)
    return process.wait(), shown.decode("utf-8", "replace")


def test_a_text_cannot_steer_the_terminal(tmp_path):
    (tmp_path / "a.txt").write_text(
        "Plain soup [bold]not bold[/bold] \x1b[31mred\x07 \u202eturned.\n"
    )
    code, shown = in_terminal("kwic", tmp_path, "soup")
    assert code == 0
    assert "[bold]not bold[/bold]" in shown
    assert "␛[31mred␇" in shown
    assert not {"\x1b[31m", "\x07", "\u202e"} & set(re.findall("\x1b\\[31m|\x07|\u202e", shown))
    code, shown = in_terminal("kwic", tmp_path, "soup", "--csv", "-")
    assert code == 0
    assert "␛[31mred␇" in shown
    assert "\x1b[31m" not in shown


def test_problems_are_a_table_on_a_terminal(tmp_path):
    (tmp_path / "a\x1b[31m.txt").write_text("")
    (tmp_path / "b.pdf").write_bytes(b"no PDF")
    code, shown = in_terminal("check", tmp_path)
    assert code == 1
    assert "2 problems in the input" in shown
    assert "place" in shown
    assert "b.pdf" in shown
    assert "\x1b[31m.txt" not in shown


def test_progress_is_shown_on_a_terminal_and_nowhere_else(texts, capsys):
    _, shown = in_terminal("check", texts)
    assert "finding sentences and words" in shown
    assert not said(capsys, "check", texts)[1]


@pytest.mark.parametrize(
    "arguments",
    [["kwic", "FOLDER", "soup"], ["check", "FOLDER"], ["kwic", "FOLDER", "soup", "--csv", "-"]],
)
def test_a_reader_that_goes_away_ends_the_program_quietly(texts, arguments):
    near, far = os.pipe()
    os.close(near)  # as `| head` does once it has its lines
    ended = subprocess.run(
        [sys.executable, "-m", "analysis", *(a.replace("FOLDER", str(texts)) for a in arguments)],
        stdout=far, stderr=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    os.close(far)
    assert ended.stderr == ""
    assert ended.returncode == 141


@pytest.mark.parametrize("module", ["typer", "analysis.corpus", "analysis.reading"])
def test_an_interruption_ends_the_program_quietly(texts, module):
    """While the program itself is loaded, and while a command is at work."""
    program = f"""
import os, runpy, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupt())
runpy.run_module("analysis", run_name="__main__", alter_sys=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, "check", str(texts)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_help_does_without_the_tables():
    program = (
        "import sys; from analysis.cli import main; code = main(['--help']); "
        "sys.exit(code or 'pandas' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
