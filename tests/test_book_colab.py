"""Notebooks that are opened alone fetch the project, once its address is given."""

import shutil
import subprocess
import sys

import nbformat
import pytest
from browser import ROOT

from analysis.book import colab, run, takeaway

ADDRESS = "https://github.com/owner/name"


@pytest.fixture
def project(tmp_path):
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    return tmp_path


def test_every_notebook_begins_with_one_cell_that_pages_do_not_show(project):
    pages = run.notebooks_of(project)
    assert len(colab.add_cells(project, f"{ADDRESS}.git", "edition")) == len(pages)
    assert colab.add_cells(project, ADDRESS, "edition") == []
    assert len(colab.add_cells(project, ADDRESS, "main")) == len(pages)
    for page in pages:
        notebook = nbformat.read(project / f"{page}.ipynb", as_version=4)
        nbformat.validate(notebook)
        first = notebook.cells[0]
        assert first.id == takeaway.FETCH_CELL and first.metadata.tags == ["remove-cell"]
        assert f"--branch main {ADDRESS}" in first.source
        assert [cell.id for cell in notebook.cells].count(takeaway.FETCH_CELL) == 1
        committed = nbformat.read(ROOT / f"{page}.ipynb", as_version=4)
        assert notebook.cells[1:] == [
            cell for cell in committed.cells if cell.id != takeaway.FETCH_CELL
        ]


def test_the_cell_does_nothing_where_the_package_is(project):
    colab.add_cells(project, ADDRESS)
    page = run.notebooks_of(project)[0]
    cell = nbformat.read(project / f"{page}.ipynb", as_version=4).cells[0]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.source, id="one")])
    nbformat.write(notebook, project / f"{page}.ipynb")
    run.run_all(project, [page])
    assert run.Kept(project).get(page).outputs[0]["outputs"] == []


def test_what_is_no_repository_is_refused_and_nothing_touched(project):
    before = {path: path.read_bytes() for path in project.rglob("*.ipynb")}
    done = subprocess.run(
        [sys.executable, "-m", "analysis.book.colab", "example.org/book"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "the address is 'example.org/book'" in done.stderr and "Traceback" not in done.stderr
    assert before == {path: path.read_bytes() for path in project.rglob("*.ipynb")}
