"""Writing a folder whole, aside first and then renamed; packing files the same way every time."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
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
        As `folder_problems` says. Nothing is touched then.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "export"
    >>> with whole_folder(place) as unfinished:
    ...     _ = (unfinished / "a.txt").write_text("a")
    >>> [file.name for file in place.iterdir()]
    ['a.txt']
    """
    if problems := folder_problems(folder):
        raise InputError(problems)
    target = Path(folder).resolve()
    missing = [parent for parent in target.parents if not parent.exists()]
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        yield unfinished
        if target.is_dir():
            target.rmdir()
        unfinished.rename(target)
    except BaseException:
        # An interruption by the keyboard is no Exception, and must leave nothing either.
        shutil.rmtree(unfinished, ignore_errors=True)
        for parent in missing:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        raise


def folder_problems(folder: str | Path) -> list[str]:
    """Say why a folder cannot be written whole; nothing if it can.

    Parameters
    ----------
    folder : str or Path
        The folder to be.

    Returns
    -------
    list of str
        One problem at most.
    """
    path, target = Path(folder), Path(folder).resolve()
    if target == Path.cwd() or target in Path.cwd().parents:
        return [f"{folder}: the working directory is inside; name a folder below it"]
    if path.is_symlink() and not target.exists():
        return [f"{folder}: the link leads nowhere; name another folder"]
    if target.is_dir() and any(target.iterdir()):
        return [f"{folder}: the folder is not empty; name one that is not there yet"]
    if target.exists() and not target.is_dir():
        return [f"{folder}: this is a file; name a folder that is not there yet"]
    return []


# The earliest date that a zip can hold.
_DATE = (1980, 1, 1, 0, 0, 0)


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip that depends on nothing but them and their order.

    Parameters
    ----------
    contents : mapping of str to bytes
        Name in the zip to content.

    Returns
    -------
    bytes
        The same for the same files, whenever and wherever they are packed.

    Examples
    --------
    >>> zipped({"a.txt": b"a"}) == zipped({"a.txt": b"a"})
    True
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # As if written under Unix, wherever it was: readable by all.
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=9)
    return whole.getvalue()
