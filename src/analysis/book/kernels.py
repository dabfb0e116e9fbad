"""Kernels that start warm: copies of one process that has imported what notebooks use.

Most of the time of a short notebook goes into starting Python and importing pandas, Altair and
SciPy. Here one process imports them once, and each kernel is a fork of it (the "forkserver" of
`multiprocessing`; where there is none, a kernel starts from nothing and takes longer). A fork
shares nothing with its siblings but what was imported, so a notebook finds the state that a
kernel of its own would give it.

A kernel also notes which files below a folder its notebook reads and writes, so that what a
notebook made can be kept until one of these files changes.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

#: What notebooks import beside the package. Not all of it must be there.
LIBRARIES = ("altair", "ipykernel.kernelapp", "nltk", "pandas", "scipy.stats", "vl_convert")
#: Parts of the package that no notebook uses.
NOT_IN_NOTEBOOKS = ("analysis.book", "analysis.cli", "analysis.starting", "analysis.__main__")

READ, WROTE, LISTED = "read", "wrote", "listed"


@dataclass(frozen=True)
class Started:
    """How a kernel is started.

    Attributes
    ----------
    cwd : Path
        Where it works.
    watched : Path
        The folder whose files are noted.
    log : Path
        Gets a line for each file that is read or written and each folder that is listed: what
        was done, a tab, and the path.
    """

    cwd: Path
    watched: Path
    log: Path


def import_all() -> None:
    """Import what notebooks use; called once, by the process that kernels are forked from."""
    import analysis

    parts = pkgutil.walk_packages(analysis.__path__, "analysis.")
    own = [part.name for part in parts if not part.name.startswith(NOT_IN_NOTEBOOKS)]
    for name in (*LIBRARIES, *own):
        try:
            importlib.import_module(name)
        except ImportError:
            # An extra that is not installed; a notebook that needs it says so.
            continue


class WarmKernel(LocalProvisioner):
    """Run a kernel as a fork of a process that has imported everything."""

    def __init__(self, started: Started, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._started = started

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel that serves the connection file of the kernel manager."""
        assert self.parent is not None, "a kernel belongs to its manager"
        arguments = (self.parent.connection_file, self._started)
        process = _context().Process(target=serve, args=arguments)
        process.start()
        self.process = _AsPopen(process)  # type: ignore[assignment]
        self.pid = process.pid
        return self.connection_info


def kernel_manager(started: Started) -> AsyncKernelManager:
    """Return a manager whose kernel is a warm one."""
    manager = AsyncKernelManager(kernel_name="python3", shutdown_wait_time=5)
    manager.provisioner = WarmKernel(
        started, parent=manager, kernel_id="", kernel_spec=manager.kernel_spec
    )
    return manager


def serve(connection_file: str, started: Started) -> None:
    """Be a kernel, until it is asked to shut down."""
    from ipykernel.kernelapp import IPKernelApp

    os.chdir(started.cwd)
    # A kernel whose parent is gone ends by itself.
    parent = os.getppid()
    watch(started.watched, started.log)
    IPKernelApp.launch_instance(
        ["-f", connection_file, "--HistoryManager.enabled=False", "--log-level=ERROR"],
        parent_handle=parent,
    )


def watch(folder: Path, log: Path) -> None:
    """Note from now on, for good, which files below a folder this process opens.

    Files that a library opens without Python's knowledge are not seen.
    """
    sys.addaudithook(_note_taker(os.path.realpath(folder) + os.sep, log))


def _note_taker(root: str, log: Path) -> Callable[[str, tuple[Any, ...]], None]:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    seen: set[tuple[str, str]] = set()

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("open", "os.rename", "os.listdir", "os.scandir"):
            return
        if event == "open":
            path, _, flags = arguments
            what = WROTE if flags & (os.O_WRONLY | os.O_RDWR) else READ
        else:
            path = arguments[1] if event == "os.rename" else arguments[0]
            what = WROTE if event == "os.rename" else LISTED
        # Open files may be opened again by their number, and a folder listed without a name.
        if isinstance(path, int):
            return
        place = os.path.realpath(os.fsdecode(path) if path is not None else ".")
        if f"{place}{os.sep}".startswith(root) and (what, place) not in seen:
            seen.add((what, place))
            os.write(file, f"{what}\t{place}\n".encode())

    return note


def _context() -> Any:
    """Return the way of making processes."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.book.warm"])
    return context


class _AsPopen:
    """A process of `multiprocessing` that is handled as one of `subprocess`."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def poll(self) -> int | None:
        exitcode: int | None = self._process.exitcode
        return exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()
