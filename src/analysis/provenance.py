"""How the book was made: data, programs, settings, notebooks, and who judged.

Everything is read from the files of the project and from the running Python. Nothing here
depends on when and where it runs: no time, no name of a machine, no path of one.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import importlib
import inspect
import io
import json
import pkgutil
import platform
import re
import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd

import analysis
from analysis.corpus import Corpus, find_data
from analysis.prose import listed, number_word

DRAWING = ("draws", "resamples", "seed")
"""Parameters that say how something is drawn at random."""
POLICY = "book/editorial-policy.md"
"""Where it is said who judged, in the first list-table."""
NOT_INSTALLED = "not installed"


def data_files(folder: str | Path | None = None) -> pd.DataFrame:
    """List all files from which the book is computed, with their checksums.

    Parameters
    ----------
    folder : str or Path, optional
        The data folder; the project's own without it.

    Returns
    -------
    pandas.DataFrame
        One row per file, sorted by ``path`` (within the folder, parted by ``/``):
        ``path, bytes, sha256, rows`` (rows of a CSV file without its header; NaN for
        other files). What stands in ``derived/`` is computed and left out, and so are
        hidden files.
    """
    folder = find_data() if folder is None else Path(folder)
    rows = []
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if path.is_file() and parts[0] != "derived" and not any(p.startswith(".") for p in parts):
            content = path.read_bytes()
            count = _csv_rows(content) if path.suffix == ".csv" else float("nan")
            rows.append(("/".join(parts), len(content), _sha256(content), count))
    return pd.DataFrame(rows, columns=["path", "bytes", "sha256", "rows"])


def combined_checksum(files: pd.DataFrame) -> str:
    """Return one checksum for all files.

    It is the SHA-256 of one line for each file, ``sha256``, two spaces and ``path``, as the
    program sha256sum writes them, sorted by path.

    Parameters
    ----------
    files : pandas.DataFrame
        ``path, sha256``, from `data_files`.
    """
    ordered = files.sort_values("path")
    lines = [f"{s}  {p}\n" for s, p in zip(ordered["sha256"], ordered["path"], strict=True)]
    return _sha256("".join(lines).encode())


def verified_texts(corpus: Corpus) -> pd.DataFrame:
    """Hold the texts against the checksums that were recorded when they were received.

    Parameters
    ----------
    corpus : Corpus
        Read from a folder with ``documents.csv``.

    Returns
    -------
    pandas.DataFrame
        One row per document: ``document_id, file, recorded, found`` (SHA-256 as recorded,
        and of the file as it is now), ``same`` (bool). `load_corpus` refuses a text that
        differs.
    """
    documents = corpus.documents
    found = [_sha256((corpus.folder / "raw" / f).read_bytes()) for f in documents["file"]]
    table = documents[["document_id", "file"]].assign(recorded=documents["sha256"], found=found)
    return table.assign(same=table["recorded"] == table["found"])


def programs(root: str | Path | None = None) -> pd.DataFrame:
    """List Python, this package and every package that ``pyproject.toml`` names, as they run.

    Parameters
    ----------
    root : str or Path, optional
        The folder of the project; the one above the data folder without it.

    Returns
    -------
    pandas.DataFrame
        ``program, version`` (or *not installed*), ``needed_for``: ``analysis``, or the
        groups of ``pyproject.toml`` that name it. Python and this package first, then by
        name.
    """
    project = _project(root)
    groups = {"analysis": project["dependencies"], **project.get("optional-dependencies", {})}
    needed: dict[str, list[str]] = {}
    for group, requirements in groups.items():
        for requirement in requirements:
            needed.setdefault(_package(requirement), []).append(group)
    rows = [("Python", platform.python_version(), "analysis")]
    rows.append(
        (project["name"], project.get("version") or _installed(project["name"]), "analysis")
    )
    rows += [(name, _installed(name), ", ".join(needed[name])) for name in sorted(needed)]
    return pd.DataFrame(rows, columns=["program", "version", "needed_for"])


def locked(root: str | Path | None = None) -> int:
    """Return how many packages ``requirements.lock`` names."""
    lock = (_root(root) / "requirements.lock").read_text(encoding="utf-8")
    return len(set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)))


def drawing_defaults() -> pd.DataFrame:
    """List the seeds and the numbers of draws that the functions of the package take.

    Returns
    -------
    pandas.DataFrame
        ``function`` (or class, with its module), ``parameter`` (one of `DRAWING`),
        ``default`` (int), sorted. Only public ones, and of them those with a default.
    """
    rows = []
    for module in _modules():
        for name, function in _public(module):
            rows += [
                (f"{module.__name__.partition('.')[2]}.{name}", p.name, int(p.default))
                for p in inspect.signature(function).parameters.values()
                if p.name in DRAWING and isinstance(p.default, int)
            ]
    return pd.DataFrame(sorted(rows), columns=["function", "parameter", "default"])


def notebooks(root: str | Path | None = None) -> pd.DataFrame:
    """List the notebooks of the book in the order of ``_toc.yml``, and what each writes.

    The notebooks are read and not run.

    Parameters
    ----------
    root : str or Path, optional
        The folder of the project; the one above the data folder without it.

    Returns
    -------
    pandas.DataFrame
        ``order`` (from 1), ``notebook`` (path), ``title``, ``tables`` (names of the tables
        that it writes to ``data/derived/tables``, parted by ``; ``; a name that is itself
        computed stands as its code in brackets), ``settings`` (seeds and numbers of draws
        that it sets itself, such as ``damaged_copies: draws = 12``).
    """
    root = _root(root)
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    pages = re.findall(r"^\s*(?:-\s+)?(?:root|file):\s*(\S+)", toc, re.MULTILINE)
    paths = [root / f"{page.removesuffix('.ipynb')}.ipynb" for page in pages]
    rows = []
    for order, path in enumerate((p for p in paths if p.is_file()), start=1):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        calls = list(_calls(cells))
        rows.append((
            order, path.relative_to(root).as_posix(), _title(cells),
            "; ".join(dict.fromkeys(_tables(calls))), "; ".join(dict.fromkeys(_settings(calls))),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=["order", "notebook", "title", "tables", "settings"])


def judgements(root: str | Path | None = None) -> pd.DataFrame:
    """Say who made the judgements that the book counts, as far as it is recorded.

    Parameters
    ----------
    root : str or Path, optional
        The folder of the project; the one above the data folder without it.

    Returns
    -------
    pandas.DataFrame
        ``what, made_by, how_often, recorded_in`` (a path): what the codings say of
        themselves in ``coding.toml``, then the rows of the first list-table of the
        editorial policy.

    Raises
    ------
    ValueError
        If the editorial policy has no list-table of three columns.
    """
    root = _root(root)
    rows = []
    for path in sorted((root / "data").rglob("coding.toml")):
        record = tomllib.loads(path.read_text(encoding="utf-8"))
        folder = path.parent.relative_to(root).as_posix()
        counts = [
            f"{name} {_csv_rows((path.parent / f'{name}.csv').read_bytes())}"
            for name in ("problems", "remedies", "links")
        ]
        what = f"{folder}: {', '.join(counts)}"
        rows.append((what, record["coder"], str(record["times"]), f"{folder}/coding.toml"))
    rows += [(*row, POLICY) for row in _list_table((root / POLICY).read_text(encoding="utf-8"))]
    return pd.DataFrame(rows, columns=["what", "made_by", "how_often", "recorded_in"])


def in_numbers(
    files: pd.DataFrame, ran: pd.DataFrame, used: pd.DataFrame, drawn: pd.DataFrame
) -> dict[str, object]:
    """Sum up how the book was made, for its prose.

    Parameters
    ----------
    files, ran, used, drawn : pandas.DataFrame
        From `data_files`, `notebooks`, `programs` and `drawing_defaults`.

    Returns
    -------
    dict of str to int or str
        ``files, bytes, csv`` (tables), ``rows, checksum``; ``notebooks`` and ``writing``
        (those that write tables), both in words, ``tables``; ``programs, python,
        version``; ``functions``, ``seeds`` and ``draws`` (the different numbers, listed).
    """
    is_seed = drawn["parameter"] == "seed"
    tables = [t for names in ran["tables"] if names for t in names.split("; ")]
    versions = used.set_index("program")["version"]
    return {
        "files": len(files), "bytes": int(files["bytes"].sum()),
        "csv": int(files["rows"].notna().sum()), "rows": int(files["rows"].sum()),
        "checksum": combined_checksum(files),
        "notebooks": number_word(len(ran)), "tables": len(set(tables)),
        "writing": number_word(int((ran["tables"] != "").sum())),
        "programs": len(used), "python": versions.iloc[0], "version": versions.iloc[1],
        "functions": drawn["function"].nunique(),
        "seeds": _listed_numbers(drawn["default"][is_seed]),
        "draws": _listed_numbers(drawn["default"][~is_seed & (drawn["default"] > 0)]),
    }  # fmt: skip


# --- Files ----------------------------------------------------------------------------------


def _root(root: str | Path | None) -> Path:
    return find_data().parent if root is None else Path(root)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _csv_rows(content: bytes) -> int:
    """Count the rows below the header; a cell may hold line breaks."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return max(sum(1 for row in reader if row) - 1, 0)


def _listed_numbers(numbers: pd.Series) -> str:
    return listed([f"{number:,}" for number in sorted(set(numbers))])


def _project(root: str | Path | None) -> dict[str, Any]:
    text = (_root(root) / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _package(requirement: str) -> str:
    """Return the name of a package without the bounds of its version."""
    return re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0].lower().replace("_", "-")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return NOT_INSTALLED


def _list_table(markdown: str) -> list[tuple[str, str, str]]:
    """Return the rows of the first list-table below its header."""
    block = re.search(r"^```\{list-table\}.*?\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)
    rows: list[list[str]] = []
    for line in block.group(1).splitlines() if block else []:
        start = re.match(r"(\* | {2})- (.*)", line)
        if start and start.group(1) == "* ":
            rows.append([start.group(2)])
        elif start and rows:
            rows[-1].append(start.group(2))
    if not rows or any(len(row) != 3 for row in rows):
        raise ValueError(f"{POLICY}: no list-table of three columns was found")
    return [(what, by, times) for what, by, times in rows[1:]]


# --- Notebooks ------------------------------------------------------------------------------


class _Writer(NamedTuple):
    """Where a function that writes a table takes its name: the argument and its default."""

    place: int
    default: str | None


def _title(cells: list[dict[str, Any]]) -> str:
    for cell in cells:
        heading = re.search(r"^# (.+)$", "".join(cell["source"]), re.MULTILINE)
        if cell["cell_type"] == "markdown" and heading:
            return heading.group(1).strip()
    return ""


def _calls(cells: list[dict[str, Any]]) -> Iterator[ast.Call]:
    """Go through the calls in the code of a notebook, in the order of the text."""
    for cell in cells:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).splitlines()
            code = "\n".join(line for line in lines if line[:1] not in ("%", "!"))
            found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
            yield from sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _called(call: ast.Call) -> str:
    """Return the name of what is called, without the module."""
    return ast.unparse(call.func).rpartition(".")[2]


def _tables(calls: Collection[ast.Call]) -> Iterator[str]:
    """Name the tables that calls write."""
    writers = _writers()
    for call in calls:
        if _called(call) in writers:
            writer = writers[_called(call)]
            given = _argument(call, "name", writer.place)
            name = writer.default if given is None else getattr(given, "value", given)
            if isinstance(name, ast.AST):
                yield f"[{ast.unparse(name)}]"
            elif name:
                yield str(name)


def _settings(calls: Collection[ast.Call]) -> Iterator[str]:
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg in DRAWING:
                yield f"{_called(call)}: {keyword.arg} = {ast.unparse(keyword.value)}"


def _argument(call: ast.Call, name: str, place: int) -> ast.expr | None:
    """Return what a call gives for a parameter, by name or by place."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return named[0] if named else call.args[place] if place < len(call.args) else None


@cache
def _writers() -> dict[str, _Writer]:
    """Find the functions of the package that write a table under a name they are given.

    `export.write_table` does, and whoever hands its own ``name`` on to one that does.
    """
    functions = {
        node.name: node
        for module in _modules()
        for node in ast.walk(ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "name" in _parameters(node)
    }
    writers = {"write_table": _writer(functions["write_table"])}
    before = 0
    while before < len(writers):
        before = len(writers)
        for name, node in functions.items():
            if _hands_on(node, writers):
                writers[name] = _writer(node)
    return writers


def _parameters(node: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in node.args.args]


def _writer(node: ast.FunctionDef) -> _Writer:
    place = _parameters(node).index("name")
    defaults: list[ast.expr | None] = [*node.args.defaults]
    given = [*[None] * (len(node.args.args) - len(defaults)), *defaults][place]
    return _Writer(place, getattr(given, "value", None))


def _hands_on(node: ast.FunctionDef, writers: dict[str, _Writer]) -> bool:
    """Say whether a function gives its own ``name`` to one that writes a table."""
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        if _called(call) in writers:
            given = _argument(call, "name", writers[_called(call)].place)
            if isinstance(given, ast.Name) and given.id == "name":
                return True
    return False


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Go through the functions and classes that a module makes public."""
    for name, member in inspect.getmembers(
        module, lambda m: inspect.isfunction(m) or inspect.isclass(m)
    ):
        # What an error is made with is not what a reader would vary.
        is_error = inspect.isclass(member) and issubclass(member, BaseException)
        if member.__module__ == module.__name__ and not name.startswith("_") and not is_error:
            yield name, member


_APART = re.compile(r"analysis\.(__main__|book|cli|starting)\b")


def _modules() -> list[ModuleType]:
    """Return the modules that compute; what runs when imported, and the program, are left out."""
    found = pkgutil.walk_packages(analysis.__path__, "analysis.")
    names = sorted(m.name for m in found if not _APART.match(m.name))
    return [importlib.import_module(name) for name in names]
