"""The command line answers, says what is wrong before anything is built, and never traces."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import types
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis import InputError
from analysis.cli import main

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("check", "kwic", "keyness", "concepts", "suggest", "export")


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
    assert "no words of cake; the groups with words are: bread, soup, tea" in plain(err)


# --- concepts -------------------------------------------------------------------------------


def test_concepts_are_counted_with_their_zeros(texts, food, capsys):
    out, _ = said(capsys, "concepts", texts, "--lexicon", food, "--csv", "-")
    table = pd.read_csv(io.StringIO(out)).set_index(["concept_id", "work_id"])
    assert len(table) == 2 * 3
    row = table.loc[("bread", "bread")]
    assert (row["count"], row["sentences"], row["label"]) == (4, 3, "Bread")
    assert row["rate"] == pytest.approx(4 / row["size"] * 1000)
    assert (table.drop(("bread", "bread"))["count"] == 0).all()


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
    assert "item must be one of problem, remedy, not 'cake'" in plain(err)


# --- export ---------------------------------------------------------------------------------


def exchange_that(does):
    """A stand-in for the package of formats."""
    module = types.ModuleType("analysis.exchange")
    module.export_all = does
    return module


def test_export_hands_over_all_that_the_folder_has(data, texts, tmp_path, monkeypatch, capsys):
    calls = []
    stand_in = exchange_that(lambda corpus, folder, **more: calls.append((corpus, folder, more)))
    monkeypatch.setitem(sys.modules, "analysis.exchange", stand_in)
    said(capsys, "export", data, tmp_path / "one")
    said(capsys, "export", texts, tmp_path / "two")
    (corpus, folder, more), (plain_corpus, _, nothing) = calls
    assert (len(corpus.documents), folder) == (5, tmp_path / "one")
    assert len(more["lexicon"].concepts) > 0
    assert len(more["coding"].problems) > 0
    assert len(plain_corpus.works) == 3
    assert nothing == {"lexicon": None, "coding": None}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError(["out: the folder is not empty; name a new one"]), 1),
        (ValueError("out: the folder is not empty; name a new one"), 2),
        (FileExistsError(17, "the folder is not empty; name a new one", "out"), 1),
        (ImportError("the folder is not empty; name a new one"), 1),
    ],
)
def test_what_export_refuses_is_said(texts, tmp_path, monkeypatch, capsys, error, code):
    def refuse(corpus, folder, **more):
        raise error

    monkeypatch.setitem(sys.modules, "analysis.exchange", exchange_that(refuse))
    _, err = said(capsys, "export", texts, tmp_path / "out", code=code)
    assert "the folder is not empty; name a new one" in plain(err)


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


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_folder_is_wrong_use(command, tmp_path, capsys):
    extra = {"kwic": ["word"], "export": [tmp_path / "out"]}.get(command, [])
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
