"""A new book for other texts: what is laid out, what is refused, and that it works."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis.citation import read_citation
from analysis.defaults import DEFAULTS, default_file
from analysis.figures import load_figures
from analysis.starting import book as starting
from analysis.starting import new_book, write_wheel

ROOT = Path(__file__).resolve().parents[1]
RIVER = (
    "1. Introduction\n\nThe river floods the town each spring. Trust between neighbours is low.\n\n"
)
HILL = "1. Introduction\n\nThe hill is dry. Farmers should cooperate, and they have to pay for water.\n\n"
SEA = (
    "1. Introduction\n\nThe sea takes land. A dam is missing, and the law is weak on the coast.\n\n"
)


@pytest.fixture(scope="module")
def texts_of_all(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given") / "texts"
    folder.mkdir()
    for name, text in {"River (2015)": RIVER, "hill_2016": HILL, "Größe": SEA}.items():
        (folder / f"{name}.txt").write_text(text * 4, encoding="utf-8")
    return folder


@pytest.fixture
def texts(tmp_path, texts_of_all):
    """A copy that a test may change."""
    return Path(shutil.copytree(texts_of_all, tmp_path / "texts"))


@pytest.fixture(scope="module")
def made(tmp_path_factory, texts_of_all):
    folder = tmp_path_factory.mktemp("made") / "new-book"
    return new_book(folder, [texts_of_all], 'Waters: "three" places', "A. Reader")


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# What is laid out


def test_tables_are_filled_as_far_as_they_can_be(made, texts_of_all):
    assert made.works == ["grosse", "river-2015", "hill-2016"]
    data = made.folder / "data"
    works, documents = (pd.read_csv(data / f"{n}.csv", dtype=str) for n in ("works", "documents"))
    assert works["work_id"].tolist() == documents["work_id"].tolist() == made.works
    assert works[["title", "authors", "year", "licence"]].isna().all(axis=None)
    assert set(works["publish"]) == {"none"}
    assert works["colour"].is_unique and set(documents["role"]) == {"primary"}
    for row in documents.itertuples():
        content = (data / "raw" / row.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.sha256
    assert (data / "raw" / "grosse.txt").read_bytes() == (texts_of_all / "Größe.txt").read_bytes()


def test_corpus_lexicon_coding_and_figures_of_a_new_book_are_sound(made):
    data = made.folder / "data"
    corpus = analysis.load_corpus(data)
    lexicon = analysis.load_lexicon(data / "lexicon")
    analysis.check_lexicon(lexicon, corpus.body())
    coding = analysis.load_coding(data / "coding", corpus)
    assert coding.problems.empty and coding.remedies.empty and coding.links.empty
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "check", "data"],
        cwd=made.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "3 works" in done.stdout
    # What a figure of a work is called stands in addresses.
    names = load_figures(data)
    assert {"river-2015-own-terms", "grosse-problem-remedy"} <= set(names)


def test_settings_name_pages_that_are_there(made):
    toc = yaml.safe_load((made.folder / "_toc.yml").read_text())
    pages = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    for page in pages:
        assert any((made.folder / f"{page}{end}").is_file() for end in (".md", ".ipynb")), page
    drawn = {entry.page for entry in load_figures(made.folder / "data").values()}
    assert drawn <= set(pages)


def test_title_and_author_stand_where_they_belong(made):
    config = yaml.safe_load((made.folder / "_config.yml").read_text())
    assert config["title"] == 'Waters: "three" places'
    assert config["sphinx"]["config"]["html_theme_options"]["logo"]["text"] == "Waters"
    record = read_citation(made.folder / "CITATION.cff")
    assert (record.title, record.slug) == ('Waters: "three" places', "waters")
    assert [author.name for author in record.authors] == ["A. Reader"]
    index = (made.folder / "book" / "index.md").read_text()
    assert index.startswith('# Waters: "three" places') and "three texts" in index


def test_no_mark_of_the_template_is_left(made):
    for path in made.folder.rglob("*"):
        if path.is_file() and path.suffix in {".md", ".yml", ".ipynb", ".cff", ".csv", ""}:
            assert not re.search(r"@[A-Z_]+@", path.read_text(encoding="utf-8")), path


def test_notebooks_of_the_template_are_as_those_of_the_book():
    for path in sorted((starting.TEMPLATE / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert cell.outputs == [] and cell.execution_count is None
                assert len([line for line in cell.source.splitlines() if line.strip()]) <= 15


def test_nothing_of_this_book_is_in_a_new_one(made):
    works = pd.read_csv(ROOT / "data" / "works.csv", dtype=str)
    words = {"governance", "china", "chinese", *works["work_id"]}
    for path in made.folder.rglob("*"):
        if path.suffix in {".md", ".yml", ".ipynb", ".cff"} or path.name == "patterns.csv":
            found = set(re.findall(r"\w+", path.read_text(encoding="utf-8").lower())) & words
            assert not found, (path, found)


@pytest.mark.parametrize("known", [True, False], ids=["some concepts", "no concept at all"])
def test_notebooks_run_on_texts_of_any_kind(made, known, tmp_path, monkeypatch):
    pytest.importorskip("vl_convert", reason="needs the packages that build the book")
    folder = Path(shutil.copytree(made.folder, tmp_path / "book"))
    monkeypatch.chdir(folder / "notebooks")
    if not known:
        patterns = pd.read_csv(folder / "data" / "lexicon" / "patterns.csv", dtype=str)
        patterns.assign(pattern=[f"x{n}" for n in range(len(patterns))]).to_csv(
            folder / "data" / "lexicon" / "patterns.csv", index=False
        )
    for path in sorted(Path().glob("*.ipynb")):
        shown = {"display": lambda *things: None}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), path.name, "exec"), shown)
    derived = folder / "data" / "derived"
    assert (derived / "figures" / "leading-terms.svg").is_file()
    assert (derived / "tables" / "suggestions.csv").is_file()


# What is refused


def refused(call):
    with pytest.raises(analysis.InputError) as caught:
        call()
    return "\n".join(caught.value.problems)


def test_a_folder_that_is_not_empty_is_refused_and_not_touched(tmp_path, texts):
    target = tmp_path / "mine"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    before = listing(tmp_path)
    assert "not empty" in refused(lambda: new_book(target, [texts]))
    assert listing(tmp_path) == before
    assert (target / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_is_taken(tmp_path, texts):
    (tmp_path / "empty").mkdir()
    assert new_book(tmp_path / "empty", [texts]).works
    assert (tmp_path / "empty" / "Makefile").is_file()


def test_all_problems_are_told_at_once_and_nothing_is_made(tmp_path, texts):
    (texts / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "hill_2016.md").write_text(HILL)
    given = [texts, texts / "picture.png", tmp_path / "hill_2016.md", tmp_path / "lost.txt"]
    said = refused(lambda: new_book(tmp_path / "new", given, publish="all"))
    assert "picture.png" in said and "lost.txt" in said
    assert "hill_2016.txt" in said and "hill_2016.md" in said
    assert "'all'" in said
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("names", [[], ["only.txt"]])
def test_a_comparison_needs_two_texts(tmp_path, names):
    for name in names:
        (tmp_path / name).write_text(RIVER)
    assert "two or more" in refused(lambda: new_book(tmp_path / "n", [tmp_path / n for n in names]))


def test_a_text_that_cannot_be_read_leaves_nothing(tmp_path, texts):
    (texts / "old.txt").write_bytes("Größe".encode("cp1252"))
    before = listing(tmp_path)
    assert "old.txt" in refused(lambda: new_book(tmp_path / "new", [texts]))
    assert listing(tmp_path) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupted_start_leaves_nothing(tmp_path, texts, monkeypatch, error):
    def interrupted(folder):
        raise error

    monkeypatch.setattr(starting, "write_wheel", interrupted)
    before = listing(tmp_path)
    with pytest.raises(error):
        new_book(tmp_path / "new", [texts])
    assert listing(tmp_path) == before


def test_texts_that_share_their_wording_are_named(tmp_path):
    words = " ".join(f"word{n}" for n in range(200))
    (tmp_path / "a.txt").write_text(words)
    (tmp_path / "b.txt").write_text(words + " and more")
    ((first, second, share),) = new_book(
        tmp_path / "new", [tmp_path / "a.txt", tmp_path / "b.txt"]
    ).alike
    assert {first, second} == {"a", "b"} and share == pytest.approx(1)


@given(st.text(max_size=20))
def test_names_of_works_can_stand_in_addresses(stem):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", starting._identifier(stem))
    assert starting._identifier(stem) not in starting.RESERVED


# The package that goes with it


def test_wheel_has_the_package_and_its_word_lists(tmp_path):
    path = write_wheel(tmp_path)
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        assert wheel.testzip() is None
        for name in DEFAULTS:
            assert wheel.read(f"analysis/defaults/{name}") == default_file(name).read_bytes()
        metadata = wheel.read(next(n for n in names if n.endswith("METADATA"))).decode()
    source = ROOT / "src" / "analysis"
    modules = {
        f"analysis/{p.relative_to(source).as_posix()}"
        for p in source.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert modules <= names
    assert "Provides-Extra: book" in metadata
    assert write_wheel(tmp_path / "again").read_bytes() == path.read_bytes()


def test_package_of_the_wheel_works_away_from_the_project(tmp_path, made):
    target = tmp_path / "site"
    with zipfile.ZipFile(next((made.folder / "wheels").glob("*.whl"))) as wheel:
        wheel.extractall(target)
    code = (
        "import analysis, sys; from pathlib import Path;"
        "assert Path(analysis.__file__).is_relative_to(sys.argv[1]);"
        "corpus = analysis.load_corpus(sys.argv[2]);"
        "print(len(corpus.works), len(analysis.suggest(corpus, top=1)))"
    )
    (tmp_path / "away").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, str(target), str(made.folder / "data" / "raw")],
        cwd=tmp_path / "away", env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "3"


def test_pip_takes_the_wheel(tmp_path):
    path, target = write_wheel(tmp_path), tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, path], check=True)
    assert (target / "analysis" / "starting" / "template" / "Makefile").is_file()
    (info,) = target.glob("*.dist-info")
    assert "Name: problems-and-remedies" in (info / "METADATA").read_text(encoding="utf-8")


def test_texts_named_in_another_script_are_told_apart(tmp_path):
    for name in ("论文.txt", "报告.txt"):
        (tmp_path / name).write_text(RIVER, encoding="utf-8")
    made = new_book(tmp_path / "new", [tmp_path / "论文.txt", tmp_path / "报告.txt"])
    assert made.works == ["text", "text-2"]


def test_hidden_files_and_folders_in_a_folder_are_left_alone(tmp_path, texts):
    (texts / "._Größe.txt").write_bytes(b"\0")
    (texts / "notes.txt").mkdir()
    assert len(new_book(tmp_path / "new", [texts]).works) == 3


def test_a_title_is_one_line(tmp_path, texts):
    assert "title" in refused(lambda: new_book(tmp_path / "new", [texts], "One\ntwo"))


def test_the_working_directory_is_no_new_book(tmp_path, texts, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert "working directory" in refused(lambda: new_book(".", [texts]))


def test_versions_are_kept_for_later(made):
    lines = (made.folder / "constraints.txt").read_text().splitlines()
    assert f"pandas=={pd.__version__}" in lines
    assert all(re.fullmatch(r"[\w.-]+==[\w.!]+", line) for line in lines)
