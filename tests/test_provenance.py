"""How the book was made: read from the files, the same everywhere, and true of this project."""

import csv
import hashlib
import json
import re
from pathlib import Path

import pytest

import analysis
from analysis import provenance

ROOT = Path(__file__).resolve().parents[1]
POLICY = """# Policy

```{list-table} Who judged
:header-rows: 1

* - What
  - Made by
  - How often
* - Outline, repairs
  - a reader
  - once
```
"""


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def notebook(*sources):
    """Return a notebook; a source that begins with a sign of a heading is prose."""
    cells = [{"cell_type": "markdown" if s.startswith("#") else "code", "source": s.splitlines(True)}
             for s in sources]  # fmt: skip
    return json.dumps({"cells": cells})


@pytest.fixture
def project(tmp_path):
    """A small project: data, requirements, lock, two notebooks, a policy."""
    files = {
        "data/b.csv": 'id,text\n1,"two\nlines"\n2,one\n',
        "data/a/notes.md": "notes\n",
        "data/a/.hidden": "x",
        "data/derived/tables/t.csv": "a\n1\n",
        "data/coding/coding.toml": 'coder = "a reader"\ntimes = 2\ndate = "2020-01-01"\n',
        "data/coding/problems.csv": "id\np1\np2\n",
        "data/coding/remedies.csv": "id\nr1\n",
        "data/coding/links.csv": "id\n",
        "book/editorial-policy.md": POLICY,
        "pyproject.toml": '[project]\nname = "small"\nversion = "3.2"\ndependencies = ["numpy>=2"]\n'
        "[project.optional-dependencies]\ntest = [\"PyTest[x]>=9; python_version > '3'\"]\n"
        'book = ["pytest", "no-such_package"]\n',
        "requirements.lock": "numpy==2.0 \\\n    --hash=sha256:00\n    # via small\n"
        "colorama==1 ; sys_platform == 'win32' \\\n    --hash=sha256:11\n",
        "_toc.yml": "root: book/index\nparts:\n  - chapters:\n      - file: notebooks/second\n"
        "      - file: book/editorial-policy\n      - file: notebooks/first.ipynb\n",
        "notebooks/first.ipynb": notebook("# First\n\nProse.", "x = 1"),
        "notebooks/second.ipynb": notebook(
            "# The second\n",
            "%matplotlib inline\nexport.show_table(t, 'Caption', 'by_place', headers)\n"
            "export.show_table(t, 'Caption', headers=h)",
            "export.write_table(t, 'written')\nshow_table(t, c, name='by_name')\n"
            "panels.show_tensions(tensions, works)\nshow_table(t, c, f'{x}_rows')",
            "a = robustness.damaged_copies(corpus, 'a', 'b', draws=12, seed=len(x))",
        ),
        "notebooks/unlisted.ipynb": notebook("# Not in the book"),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


# --- By hand --------------------------------------------------------------------------------


def test_files_are_counted_and_summed(project):
    files = provenance.data_files(project / "data")
    # Neither what is computed nor what is hidden; line breaks inside a cell are no rows.
    assert files["path"].tolist() == [
        "a/notes.md", "b.csv", "coding/coding.toml", "coding/links.csv", "coding/problems.csv",
        "coding/remedies.csv",
    ]  # fmt: skip
    row = files.set_index("path").loc["b.csv"]
    content = (project / "data" / "b.csv").read_bytes()
    assert (row["bytes"], row["sha256"], row["rows"]) == (len(content), sha256(content), 2)
    assert files["rows"].isna().tolist() == [True, False, True, False, False, False]
    assert files.set_index("path").loc["coding/links.csv", "rows"] == 0


def test_the_checksum_of_all_files_is_that_of_their_list(project):
    files = provenance.data_files(project / "data")
    lines = "".join(
        f"{sha256((project / 'data' / path).read_bytes())}  {path}\n" for path in sorted(files["path"])
    )  # fmt: skip
    assert provenance.combined_checksum(files) == sha256(lines.encode())
    assert provenance.combined_checksum(files[::-1]) == sha256(lines.encode())


@pytest.mark.parametrize("change", ["content", "name", "new file"])
def test_any_change_of_the_data_changes_the_checksum(project, change):
    data = project / "data"
    before = provenance.combined_checksum(provenance.data_files(data))
    if change == "content":
        (data / "a" / "notes.md").write_text("Notes\n")
    elif change == "name":
        (data / "a" / "notes.md").rename(data / "a" / "note.md")
    else:
        (data / "empty").write_text("")
    assert provenance.combined_checksum(provenance.data_files(data)) != before


def test_programs_are_those_that_are_asked_for(project):
    table = provenance.programs(project)
    assert table["program"].tolist() == ["Python", "small", "no-such-package", "numpy", "pytest"]
    row = table.set_index("program")
    assert row.loc["small", "version"] == "3.2"
    assert row.loc["pytest"].tolist() == [pytest.__version__, "test, book"]
    assert row.loc["no-such-package", "version"] == provenance.NOT_INSTALLED
    assert row.loc["numpy", "needed_for"] == "analysis"


def test_locked_packages_are_counted(project):
    assert provenance.locked(project) == 2


def test_notebooks_stand_in_the_order_of_the_book(project):
    table = provenance.notebooks(project)
    assert table[["order", "notebook", "title"]].to_numpy().tolist() == [
        [1, "notebooks/second.ipynb", "The second"],
        [2, "notebooks/first.ipynb", "First"],
    ]


def test_tables_and_settings_are_found_in_the_code(project):
    second, first = provenance.notebooks(project).to_dict("records")
    # By place, by name, by a default of the package; a computed name stands as its code.
    assert second["tables"] == "by_place; written; by_name; tensions; [f'{x}_rows']"
    assert second["settings"] == "damaged_copies: draws = 12; damaged_copies: seed = len(x)"
    assert (first["tables"], first["settings"]) == ("", "")


def test_judgements_are_what_is_recorded(project):
    table = provenance.judgements(project)
    assert table.to_numpy().tolist() == [
        ["data/coding: problems 2, remedies 1, links 0", "a reader", "2", "data/coding/coding.toml"],
        ["Outline, repairs", "a reader", "once", "book/editorial-policy.md"],
    ]  # fmt: skip


def test_a_policy_without_a_table_is_refused(project):
    (project / "book" / "editorial-policy.md").write_text("# Policy\n")
    with pytest.raises(ValueError, match="no list-table of three columns"):
        provenance.judgements(project)


def test_the_numbers_of_the_prose(project):
    parts = (provenance.data_files(project / "data"), provenance.notebooks(project),
             provenance.programs(project), provenance.drawing_defaults())  # fmt: skip
    numbers = provenance.in_numbers(*parts)
    assert (numbers["files"], numbers["csv"], numbers["rows"]) == (6, 4, 5)
    assert (numbers["notebooks"], numbers["writing"], numbers["tables"]) == ("two", "one", 5)
    assert numbers["version"] == "3.2"
    assert numbers["checksum"] == provenance.combined_checksum(parts[0])
    assert "2,000" in numbers["draws"]


# --- Of this project ------------------------------------------------------------------------


def test_the_texts_are_verified(corpus):
    table = provenance.verified_texts(corpus)
    assert table["document_id"].tolist() == corpus.documents["document_id"].tolist()
    assert table["same"].all()


def test_a_text_that_was_changed_after_loading_is_seen(data):
    corpus = analysis.load_corpus(data)
    file = corpus.documents["file"][2]
    with (data / "raw" / file).open("a", encoding="utf-8") as text:
        text.write("one word more")
    table = provenance.verified_texts(corpus)
    assert table.loc[~table["same"], "file"].tolist() == [file]


def test_checksums_are_those_of_the_data_package(corpus):
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    files = provenance.data_files(ROOT / "data").set_index("path")["sha256"]
    described = {r["path"]: r["hash"].removeprefix("sha256:") for r in package["resources"]}
    assert described
    assert {path: files[path] for path in described} == described


def test_defaults_are_those_of_the_functions():
    table = provenance.drawing_defaults()
    default = table.set_index(["function", "parameter"])["default"]
    assert default["similarity.similarity", "resamples"] == 2000
    assert set(table["parameter"]) == set(provenance.DRAWING)
    # Whatever draws has a seed, and no seed is left to chance.
    seeded = set(table.loc[table["parameter"] == "seed", "function"])
    assert set(table["function"]) == seeded
    assert not table.duplicated(["function", "parameter"]).any()


def test_every_table_of_the_dictionary_is_written_by_a_notebook():
    with (ROOT / "data" / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        tables = {row["table"] for row in csv.DictReader(file)}
    described = {
        t.removeprefix("derived/tables/") for t in tables if t.startswith("derived/tables/")
    }
    written = [t for names in provenance.notebooks()["tables"] if names for t in names.split("; ")]
    assert set(written) == described
    assert len(written) == len(set(written)), "two notebooks write one table"


def test_all_is_the_same_each_time_and_names_no_place_and_no_time():
    def everything():
        tables = (provenance.data_files(), provenance.programs(), provenance.notebooks(),
                  provenance.drawing_defaults(), provenance.judgements())  # fmt: skip
        return "\n".join(table.to_csv(index=False) for table in tables)

    text = everything()
    assert text == everything()
    assert str(ROOT) not in text
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d|/tmp|\\Users", text)
