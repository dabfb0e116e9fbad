"""Writing a folder whole: aside first, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.tables import InputError


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """Give a folder to write into that takes its name only when all is written.

    Parameters
    ----------
    folder : str or Path
        The folder to be. It must not be there yet, or be empty.

    Yields
    ------
    Path
        A folder beside it. It is renamed when the block ends, and removed if the block
        is left by an error or an interruption, so that nothing half-written stays.

    Raises
    ------
    InputError
        If the folder holds something already, or its name is that of a file. Nothing is
        touched then.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "export"
    >>> with whole_folder(place) as unfinished:
    ...     _ = (unfinished / "a.txt").write_text("a")
    >>> [file.name for file in place.iterdir()]
    ['a.txt']
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([f"{folder.name}: it is there already; name a new or an empty folder"])
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        if folder.is_dir():
            folder.rmdir()
        unfinished.rename(folder)
    except BaseException:
        # An interruption by the keyboard is no Exception, and must leave nothing either.
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
