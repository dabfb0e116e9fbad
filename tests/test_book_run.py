"""Notebooks run side by side; what they made is kept only while all it depends on is the same."""

import json
import shutil
import subprocess
import sys
import textwrap

import nbformat
import pytest

from analysis.book import kernels, run

TOC = """\
format: jb-book
root: index
chapters:
  - file: notebooks/counts
  - file: notebooks/notes
"""
COUNTS = """\
from pathlib import Path
rows = Path("../data/rows.csv").read_text().split()
derived = Path("../data/derived/tables")
derived.mkdir(parents=True, exist_ok=True)
_ = (derived / "counts.csv").write_text(f"rows\\n{len(rows)}\\n")
len(rows)
"""
NOTES = """\
from pathlib import Path
print(Path("../notes.txt").read_text(), sorted(p.name for p in Path("../texts").iterdir()))
"""


def write_notebook(path, *code, prose="Words."):
    cells = [nbformat.v4.new_markdown_cell(prose, id="prose")]
    cells += [nbformat.v4.new_code_cell(text, id=f"cell-{at}") for at, text in enumerate(code)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "book"
    for name, text in {
        "_toc.yml": TOC,
        "index.md": "# Book\n",
        "notes.txt": "a note",
        "texts/one.txt": "one",
        "data/rows.csv": "a\nb\nc\n",
        "data/derived/.gitkeep": "",
        "requirements.lock": "pandas==3\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    write_notebook(folder / "notebooks" / "counts.ipynb", COUNTS)
    write_notebook(folder / "notebooks" / "notes.ipynb", NOTES)
    return folder


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of one file in place of this one, to be changed."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "module.py").write_text("x = 1\n")
    monkeypatch.setattr(run, "PACKAGE", folder)
    return folder


def outputs(project, page):
    """What a notebook shows: the text of its outputs."""
    notebook = run.with_outputs(run.read_notebook(project, page), run.Kept(project).get(page))
    return [
        output.get("text") or output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def table(project):
    return (project / "data/derived/tables/counts.csv").read_text()


def test_notebooks_run_once_and_give_back_their_files(project):
    assert run.run_all(project) == 2
    assert outputs(project, "notebooks/counts") == ["3"]
    assert outputs(project, "notebooks/notes") == ["a note ['one.txt']\n"]
    assert table(project) == "rows\n3\n"
    shutil.rmtree(project / "data/derived/tables")
    assert run.run_all(project) == 0
    assert outputs(project, "notebooks/counts") == ["3"]
    assert table(project) == "rows\n3\n"


def test_every_change_that_may_matter_runs_what_it_may_change(project, package):
    """One after the other, because starting kernels takes its time."""
    run.run_all(project)

    def changed(path, text):
        path.write_text(text)
        return run.run_all(project)

    assert changed(project / "data/rows.csv", "a\nb\nc\nd\n") == 2
    assert (outputs(project, "notebooks/counts"), table(project)) == (["4"], "rows\n4\n")
    assert changed(package / "module.py", "x = 2\n") == 2
    assert changed(project / "requirements.lock", "pandas==4\n") == 2
    # What one notebook was seen to read or to list concerns that notebook alone.
    assert changed(project / "notes.txt", "another note") == 1
    assert changed(project / "texts/two.txt", "two") == 1
    assert outputs(project, "notebooks/notes") == ["another note ['one.txt', 'two.txt']\n"]
    # What none of them reads concerns none.
    assert changed(project / "index.md", "# Another\n") == 0

    write_notebook(project / "notebooks/counts.ipynb", COUNTS, prose="Other words.")
    assert run.run_all(project) == 0
    write_notebook(project / "notebooks/counts.ipynb", COUNTS.rstrip() + " + 1")
    assert run.run_all(project) == 1
    assert outputs(project, "notebooks/counts") == ["5"]


def test_kept_files_that_were_touched_do_not_count(project):
    run.run_all(project)
    kept = project / run.KEPT / "notebooks/counts.files/tables/counts.csv"
    kept.write_text("rows\n99\n")
    assert run.run_all(project) == 1
    assert table(project) == "rows\n3\n"
    (project / run.KEPT / "notebooks/notes.json").write_text("{")
    assert run.run_all(project) == 1


def test_a_file_that_no_notebook_writes_any_more_goes(project):
    run.run_all(project)
    old = project / "data/derived/tables/old.csv"
    old.write_text("old\n")
    write_notebook(project / "notebooks/counts.ipynb", "1 + 1")
    assert run.run_all(project) == 1
    assert not old.exists() and not (project / "data/derived/tables/counts.csv").exists()
    assert (project / "data/derived/.gitkeep").is_file()


def test_a_notebook_that_fails_is_named_and_nothing_is_kept_of_it(project):
    run.run_all(project)
    write_notebook(project / "notebooks/notes.ipynb", "1 / 0")
    with pytest.raises(run.RunError, match=r"notes\.ipynb does not run(?s:.)*ZeroDivisionError"):
        run.run_all(project)
    assert run.Kept(project).get("notebooks/notes") is None
    # It fails again, and what ran before still holds.
    with pytest.raises(run.RunError, match="ZeroDivisionError"):
        run.run_all(project)
    write_notebook(project / "notebooks/notes.ipynb", NOTES)
    assert run.run_all(project) == 1


def test_the_longest_runs_first(project, capsys):
    def ran():
        run.run_all(project, workers=1)
        return [line.split(".")[0] for line in capsys.readouterr().out.splitlines()]

    path = project / "notebooks/notes.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["analysis"] = {"long": True}
    nbformat.write(notebook, path)
    assert ran() == ["notebooks/notes", "notebooks/counts"]
    # What was measured counts more than what a notebook says of itself.
    record = project / run.KEPT / "notebooks/counts.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"seconds": 99.0}))
    (project / "requirements.lock").write_text("pandas==4\n")
    assert ran() == ["notebooks/counts", "notebooks/notes"]


def test_notebooks_may_not_lean_on_each_other(project):
    write_notebook(
        project / "notebooks/notes.ipynb",
        'print(open("../data/derived/tables/counts.csv").read())',
    )
    run.run_all(project, ["notebooks/counts"])
    with pytest.raises(run.RunError, match=r"notes\.ipynb(?s:.)*counts\.csv"):
        run.run_all(project)


def test_the_program_says_what_ran_and_what_failed(project):
    def program():
        return subprocess.run(
            [sys.executable, "-m", "analysis.book.run", project, "--workers", "1"],
            capture_output=True,
            text=True,
            check=False,
        )

    done = program()
    assert done.returncode == 0, done.stderr
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == [
        "notebooks/counts.ipynb",
        "notebooks/notes.ipynb",
    ]
    write_notebook(project / "notebooks/notes.ipynb", "raise SystemError('broken')")
    done = program()
    assert done.returncode == 1
    assert (
        "broken" in done.stderr
        and "Traceback (most recent call last):\n  File"
        not in (done.stderr.split("notes.ipynb does not run")[0])
    )


def test_outputs_are_those_of_a_kernel_of_its_own(project):
    """Text, a table, an error output that is wanted, a stream in parts."""
    code = textwrap.dedent(
        """\
        import sys
        import pandas as pd
        print("one"); print("two", file=sys.stderr); print("three")
        pd.DataFrame({"a": [1, 2]})
        """
    )
    write_notebook(project / "notebooks/counts.ipynb", code, "__name__, sys.argv[0] != ''")
    plain = run.read_notebook(project, "notebooks/counts")
    from nbclient import NotebookClient

    NotebookClient(plain, resources={"metadata": {"path": project / "notebooks"}}).execute()
    run.run_all(project, ["notebooks/counts"])
    warm = run.with_outputs(
        run.read_notebook(project, "notebooks/counts"), run.Kept(project).get("notebooks/counts")
    )
    of = [[cell.outputs for cell in nb.cells if cell.cell_type == "code"] for nb in (plain, warm)]
    assert json.dumps(of[0]) == json.dumps(of[1])


def test_watching_sees_files_and_folders_below_one_folder(tmp_path):
    inside, outside, log = tmp_path / "in", tmp_path / "out", tmp_path / "log"
    inside.mkdir()
    outside.mkdir()
    (inside / "read.txt").write_text("")
    code = f"""
import os, pathlib
from analysis.book.kernels import watch
inside, outside = pathlib.Path({str(inside)!r}), pathlib.Path({str(outside)!r})
watch(inside, pathlib.Path({str(log)!r}))
(inside / "read.txt").read_text(); (inside / "read.txt").read_text()
(inside / "new.part").write_text("x"); (inside / "new.part").replace(inside / "new.txt")
os.close(os.open(inside / "made", os.O_CREAT | os.O_WRONLY))
list(inside.iterdir()); list(outside.iterdir())
(outside / "other.txt").write_text("x")
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    noted = {tuple(line.split("\t")) for line in log.read_text().splitlines()}
    assert noted == {
        (kernels.READ, str(inside / "read.txt")),
        (kernels.WROTE, str(inside / "new.part")),
        (kernels.WROTE, str(inside / "new.txt")),
        (kernels.WROTE, str(inside / "made")),
        (kernels.LISTED, str(inside)),
    }
