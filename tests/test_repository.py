"""What is kept in the repository is clean, and says what is true of it."""

import json
import os
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
UNKEPT = re.compile(
    r"\.git|\.venv.*|_build|__pycache__|\.\w+_cache|\.hypothesis|\.ipynb_checkpoints"
    r"|.*\.egg-info|vega-bundle\.js"
)
# Written in pieces, so that this file does not hold what it looks for.
HOME = re.compile(rb"(?<![\w.])/(?:home|root|Users)" + rb"/|[A-Z]:\\Users" + rb"\\")
INDEXES = re.compile(rb"pypi\." + rb"org|python" + rb"hosted|npmjs\." + rb"(?:org|com)|conda\.ana")


def git(*arguments):
    """Return what git prints, or None where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def kept_files():
    """Return the files that belong to the repository, new ones included."""
    top = git("rev-parse", "--show-toplevel")
    if top and Path(top.strip()).resolve() == ROOT:
        names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        files = [ROOT / name for name in names if name]
        return sorted(path for path in files if path.is_file())
    files = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not UNKEPT.fullmatch(name)]
        if Path(folder) != ROOT / "data" / "derived":
            files += [Path(folder) / name for name in names if not UNKEPT.fullmatch(name)]
    return sorted(files)


NOTEBOOKS = [path for path in kept_files() if path.suffix == ".ipynb"]
BOOK_NOTEBOOKS = [path for path in NOTEBOOKS if path.parent == ROOT / "notebooks"]


def short_name(path):
    """Return a path as a reader of the test report knows it."""
    return path.relative_to(ROOT).as_posix()


def toc_entries(node):
    """Yield every page that a table of contents names."""
    if isinstance(node, list):
        for part in node:
            yield from toc_entries(part)
    elif isinstance(node, dict):
        yield from (str(node[key]) for key in ("root", "file") if key in node)
        for value in node.values():
            yield from toc_entries(value)


def toc():
    """Return the pages named in _toc.yml."""
    return list(toc_entries(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))


def code_cells(path):
    """Return the code cells of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_there_are_notebooks():
    assert BOOK_NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=short_name)
def test_notebook_holds_no_results(path):
    for number, cell in enumerate(code_cells(path), start=1):
        assert cell["outputs"] == [], f"code cell {number} has outputs"
        assert cell["execution_count"] is None, f"code cell {number} has an execution count"


@pytest.mark.parametrize("path", BOOK_NOTEBOOKS, ids=short_name)
def test_notebook_cells_are_short(path):
    for number, cell in enumerate(code_cells(path), start=1):
        lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
        assert len(lines) <= 15, f"code cell {number} has {len(lines)} lines: make it a function"


@pytest.mark.parametrize(
    "pattern", [HOME, INDEXES], ids=["home folder of a machine", "package index"]
)
def test_files_name_no_machine_and_no_index(pattern):
    found = []
    for path in kept_files():
        for match in pattern.finditer(path.read_bytes()):
            found.append(f"{short_name(path)}: {match.group().decode()}")
    assert not found, "\n".join(found)


def test_toc_entries_exist():
    for entry in toc():
        candidates = [ROOT / f"{entry}{suffix}" for suffix in ("", ".md", ".ipynb")]
        assert any(path.is_file() for path in candidates), f"_toc.yml names {entry}"


def test_toc_names_each_page_once():
    entries = toc()
    assert len(entries) == len(set(entries))


def test_every_notebook_is_in_the_book():
    named = {entry.removesuffix(".ipynb") for entry in toc()}
    for path in BOOK_NOTEBOOKS:
        assert short_name(path).removesuffix(".ipynb") in named, path.name


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documented_commands_exist(name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, flags=re.MULTILINE))
    assert named, f"{name} names no command"
    assert named <= targets, f"{name} names {sorted(named - targets)}"


def test_help_lists_every_command():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    described = re.findall(r"^([a-z][a-z-]*):.*## ", makefile, flags=re.MULTILINE)
    assert sorted(phony.split()) == sorted(described)


def test_citation_gives_the_version_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert project["dynamic"] == ["version"]
    assert citation["version"] == version("problems-and-remedies")
    assert citation["license"] == project["license"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(citation['version'])}\]", changelog, flags=re.MULTILINE)


def test_ci_script_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
