"""Run the notebooks of the book side by side, and keep what they made while it holds.

``python -m analysis.book.run`` runs the notebooks that ``_toc.yml`` names, as many at once as
there are processors, and fills ``data/derived`` with what they write. The build of the book does
that by itself, see `analysis.book.execution`.

What a notebook made (the outputs of its cells, and its files) is kept in ``_build/notebooks`` and
used again only as long as everything it can depend on is what it was:

- its code cells, in their order, with their tags;
- every file of this package and every file of ``data`` but the derived ones;
- the files that say which packages are installed, the version of Python and the machine's type;
- every other file below the project that the notebook was seen to read, and the names in every
  folder that it was seen to list.

So changing a word of prose runs nothing, changing a cell runs one notebook, and changing the
package or the data runs all of them. ``data/derived`` is emptied first and gets back what holds:
a file that no notebook writes any more does not stay.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import analysis
from analysis.book import kernels
from analysis.book.pdf import toc_pages
from analysis.tables import write_whole

KEPT = "_build/notebooks"
"""Where it is kept what the notebooks made, below the project."""
DERIVED = "data/derived"
#: What stands in ``data/derived`` without any notebook.
COMMITTED = frozenset({".gitkeep", "README.md"})
PACKAGE = Path(analysis.__file__).parent
LOCKS = ("requirements.lock", "constraints.txt", "pyproject.toml")
"""Files that may say which packages are installed."""
#: Folders below a project whose files say nothing about a result, or are in the key anyway.
NOT_FOLLOWED = ("_build", "data", "src")
PASSING = ("__pycache__", ".ipynb_checkpoints")
SECONDS = 900
"""A cell that takes longer fails."""


class RunError(RuntimeError):
    """A notebook that did not run to its end."""


@dataclass(frozen=True)
class Made:
    """What a notebook made, and what it was made from.

    Attributes
    ----------
    key : str
        Checksum of the notebook's code, the package, the data and the environment.
    seen : dict
        Other files and folders it read (paths below the project), each with its checksum.
    files : dict
        The files it wrote (paths below ``data/derived``), each with its checksum.
    outputs : list of dict
        For each code cell, its outputs and execution count.
    language : dict
        What the kernel says of its language, for the colours of the code.
    seconds : float
        How long it took.
    """

    key: str
    seen: dict[str, str]
    files: dict[str, str]
    outputs: list[dict[str, Any]]
    language: dict[str, Any]
    seconds: float

    def checksum(self) -> str:
        """Return a checksum of the outputs."""
        return hashlib.sha256(json.dumps(self.outputs).encode()).hexdigest()


class Kept:
    """The folder in which it is kept what notebooks made.

    Parameters
    ----------
    project : Path
        The folder of the book.
    """

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / KEPT

    def get(self, page: str) -> Made | None:
        """Return what a notebook made when it ran last, if that is known."""
        try:
            return Made(**json.loads(self._record(page).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def put(self, page: str, made: Made) -> None:
        """Keep what a notebook made, with copies of its files."""
        self.forget(page)
        for name in made.files:
            _copy(self.project / DERIVED / name, self._files(page) / name)
        # The record comes last: without it, nothing counts.
        write_whole(self._record(page), json.dumps(vars(made)).encode("utf-8"))

    def holds(self, page: str, made: Made, key: str) -> bool:
        """Whether running the notebook would give the same again."""
        return (
            made.key == key
            and all(_state(self.project / path) == was for path, was in made.seen.items())
            and all(_state(self._files(page) / name) == was for name, was in made.files.items())
        )

    def give_back(self, page: str, made: Made) -> None:
        """Put the files that a notebook wrote into ``data/derived``."""
        for name in made.files:
            _copy(self._files(page) / name, self.project / DERIVED / name)

    def forget(self, page: str) -> None:
        """Remove what is kept of a notebook."""
        self._record(page).unlink(missing_ok=True)
        shutil.rmtree(self._files(page), ignore_errors=True)

    def _record(self, page: str) -> Path:
        return self.folder / f"{page}.json"

    def _files(self, page: str) -> Path:
        return self.folder / f"{page}.files"


def run_all(project: Path, pages: Iterable[str] | None = None, workers: int | None = None) -> int:
    """Run the notebooks whose results do not hold any more.

    Parameters
    ----------
    project : Path
        The folder of the book.
    pages : iterable of str, optional
        Notebooks as ``notebooks/corpus``; those of ``_toc.yml`` without it.
    workers : int, optional
        How many run at once; as many as there are processors without it.

    Returns
    -------
    int
        How many were run.

    Raises
    ------
    RunError
        If a notebook fails, with the place and the error. What others made is kept.
    """
    project = project.resolve()
    kept = Kept(project)
    pages = list(notebooks_of(project) if pages is None else pages)
    _empty(project / DERIVED)
    ground = ground_key(project)
    due = []
    for page in pages:
        notebook = read_notebook(project, page)
        key = notebook_key(notebook, ground)
        made = kept.get(page)
        if made and kept.holds(page, made, key):
            kept.give_back(page, made)
        else:
            kept.forget(page)
            # The longest first, so that none of them is still at work when all others are done.
            due.append((-_expected_seconds(notebook, made), page, key))
    if due:
        asyncio.run(_run_due([(page, key) for _, page, key in sorted(due)], kept, workers))
    return len(due)


def with_outputs(notebook: nbformat.NotebookNode, made: Made) -> nbformat.NotebookNode:
    """Return a notebook as it stands, with the outputs of its last run."""
    for cell, output in zip(_code(notebook), made.outputs, strict=True):
        cell.update(nbformat.from_dict(output))
    notebook.metadata.setdefault("language_info", made.language)
    return notebook


def read_notebook(project: Path, page: str) -> nbformat.NotebookNode:
    """Read a notebook of the book."""
    return nbformat.read(project / f"{page}.ipynb", as_version=4)


def notebooks_of(project: Path) -> list[str]:
    """Return the notebooks that ``_toc.yml`` names, in its order; none without such a file."""
    path = project / "_toc.yml"
    if not path.is_file():
        return []
    toc = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [page for _, page in toc_pages(toc) if (project / f"{page}.ipynb").is_file()]


def ground_key(project: Path) -> str:
    """Return a checksum of what every notebook may depend on: package, data, environment."""
    key = hashlib.sha256(f"{sys.version} {platform.machine()} {sys.platform}".encode())
    for path in [*_files_below(PACKAGE), *_files_below(project / "data")]:
        key.update(f"\n{_place(path, project)} {_state(path)}".encode())
    for name in LOCKS:
        key.update(f"\n{name} {_state(project / name)}".encode())
    return key.hexdigest()


def notebook_key(notebook: nbformat.NotebookNode, ground: str) -> str:
    """Return a checksum of a notebook's code and of what every notebook may depend on."""
    code = [[cell.source, cell.metadata.get("tags", [])] for cell in _code(notebook)]
    return hashlib.sha256(json.dumps([ground, code]).encode()).hexdigest()


def _expected_seconds(notebook: nbformat.NotebookNode, made: Made | None) -> float:
    """Return how long it took; one that never ran here may call itself long in its metadata."""
    if made is not None:
        return made.seconds
    return float("inf") if notebook.metadata.get("analysis", {}).get("long") else 0.0


async def _run_due(due: list[tuple[str, str]], kept: Kept, workers: int | None) -> None:
    """Run notebooks, so many at once; when one fails, those under way are stopped."""
    places = asyncio.Semaphore(workers or _processors())
    try:
        async with asyncio.TaskGroup() as group:
            for page, key in due:
                group.create_task(_run_one(page, key, kept, places))
    except* RunError as errors:
        raise RunError("\n".join(map(str, errors.exceptions))) from None


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def _run_one(page: str, key: str, kept: Kept, places: asyncio.Semaphore) -> None:
    async with places:
        start = time.monotonic()
        notebook = read_notebook(kept.project, page)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "files"
            await _execute(notebook, page, kept.project, log)
            seen, files = _noted(log, page, kept.project)
        made = Made(
            key=key,
            seen={path: _state(kept.project / path) for path in seen},
            files={name: _state(kept.project / DERIVED / name) for name in files},
            outputs=[
                {"outputs": cell.outputs, "execution_count": cell.execution_count}
                for cell in _code(notebook)
            ],
            language=notebook.metadata.get("language_info", {}),
            seconds=round(time.monotonic() - start, 1),
        )
        kept.put(page, made)
        print(f"{page}.ipynb ran in {made.seconds} s", flush=True)


async def _execute(notebook: nbformat.NotebookNode, page: str, project: Path, log: Path) -> None:
    started = kernels.Started(cwd=(project / page).parent, watched=project, log=log)
    client = NotebookClient(notebook, km=kernels.kernel_manager(started), timeout=SECONDS)
    # The client leaves a kernel alone that it was given.
    client.owns_km = True
    try:
        await client.async_execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise RunError(f"{page}.ipynb does not run:\n{error}") from None


def _noted(log: Path, page: str, project: Path) -> tuple[list[str], list[str]]:
    """Return what a kernel read outside package and data, and what it wrote as derived data."""
    noted: dict[str, set[Path]] = {kernels.READ: set(), kernels.WROTE: set(), kernels.LISTED: set()}
    for line in log.read_text(encoding="utf-8").splitlines():
        what, _, place = line.partition("\t")
        noted[what].add(Path(place).relative_to(project))
    files = {p for p in noted[kernels.WROTE] if p.is_relative_to(DERIVED)}
    read = noted[kernels.READ] - files
    if foreign := sorted(p.as_posix() for p in read if p.is_relative_to(DERIVED)):
        raise RunError(
            f"{page}.ipynb reads {', '.join(foreign)}, which it did not write: notebooks run in no "
            "fixed order, so let it compute that anew with the function that made it"
        )
    seen = sorted(p.as_posix() for p in read | noted[kernels.LISTED] if _is_followed(p))
    lasting = sorted(p for p in files if (project / p).is_file())
    return seen, [p.relative_to(DERIVED).as_posix() for p in lasting]


def _is_followed(path: Path) -> bool:
    parts = path.parts
    return not (
        (parts and (parts[0] in NOT_FOLLOWED or parts[0].startswith(".")))
        or any(part in PASSING for part in parts)
    )


def _state(path: Path) -> str:
    """Return a checksum of a file, or of the names in a folder; "" if it is not there."""
    if path.is_dir():
        names = sorted(p.name for p in path.iterdir() if p.name not in PASSING)
        return hashlib.sha256("\n".join(names).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder in a fixed order, without those that come and go."""
    derived = {folder / "derived"}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name not in PASSING and Path(place) / name not in derived
        )
        for name in sorted(names):
            yield Path(place) / name


def _place(path: Path, project: Path) -> str:
    return path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else project).as_posix()


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _empty(folder: Path) -> None:
    """Remove what a folder holds but what is committed there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in COMMITTED:
            path.unlink()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main(arguments: list[str] | None = None) -> int:
    """Run the notebooks of the book in a folder."""
    parser = argparse.ArgumentParser(prog="python -m analysis.book.run", description=__doc__)
    parser.add_argument("project", nargs="?", type=Path, default=Path(), help="folder of the book")
    parser.add_argument("--workers", type=int, help="how many run at once")
    chosen = parser.parse_args(arguments)
    try:
        run_all(chosen.project, workers=chosen.workers)
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
