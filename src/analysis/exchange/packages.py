"""Reading a zip package that somebody else made, without trusting it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from xml.parsers import expat

from analysis.tables import InputError

LARGEST = 64 * 2**20
"""Bytes that one member may hold when it is unpacked."""
LARGEST_TOGETHER = 256 * 2**20
"""Bytes that all members that are read may hold together."""
DEEPEST = 100
"""How far elements may stand inside each other."""


class Package:
    """The members of a zip file by name; nothing of it is written to the disk.

    Attributes
    ----------
    name : str
        Name of the file, for messages.
    """

    def __init__(self, path: str | Path) -> None:
        """Open a package.

        Parameters
        ----------
        path : str or Path
            The file.

        Raises
        ------
        InputError
            If it is missing or no zip file, or if a member has a name that leads out of
            the package.
        """
        path = Path(path)
        self.name = path.name
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise InputError([f"{path.name}: the file is missing"]) from None
        except (OSError, zipfile.BadZipFile) as error:
            raise InputError(
                [f"{path.name}: it is no zip file ({error}); export the project anew"]
            ) from error
        wrong = [name for name in self.members() if _leads_out(name)]
        if wrong:
            self.close()
            raise InputError(
                f"{path.name}, member {name!r}: the name leads out of the package; "
                "take the file only from whom you trust, and remove the member"
                for name in wrong
            )

    def __enter__(self) -> Package:
        """Return the package."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def members(self) -> list[str]:
        """Return the names of the members that are files."""
        return [info.filename for info in self._zip.infolist() if not info.is_dir()]

    def read(self, member: str) -> bytes:
        """Return what a member holds.

        Parameters
        ----------
        member : str
            Its name, from `members`.

        Raises
        ------
        InputError
            If it would unpack to more than `LARGEST` bytes, or all that was read to more
            than `LARGEST_TOGETHER`; if it is damaged or encrypted.
        """
        size = self._zip.getinfo(member).file_size
        self._read += size
        # zipfile never gives more than the size that the directory names, so that this suffices.
        if size > LARGEST or self._read > LARGEST_TOGETHER:
            raise InputError([
                f"{self.name}, member {member!r}: unpacked it takes {size:,} bytes, and with what was "
                f"read before {self._read:,}; no text is that large, so it is not opened"
            ])  # fmt: skip
        try:
            return self._zip.read(member)
        except Exception as error:
            # zipfile and the decompressors raise many kinds for damage, a password, a method.
            raise InputError([
                f"{self.name}, member {member!r}: it cannot be unpacked ({error}); "
                "export the project anew, without a password"
            ]) from error  # fmt: skip


def parsed_xml(content: bytes, place: str) -> ET.Element:
    """Parse XML of unknown origin.

    Parameters
    ----------
    content : bytes
        The document.
    place : str
        Where it is from, for messages.

    Returns
    -------
    xml.etree.ElementTree.Element
        The root.

    Raises
    ------
    InputError
        If it is not well-formed, declares a document type (the door for entities that grow
        or read files), or nests deeper than `DEEPEST`.

    Examples
    --------
    >>> parsed_xml(b"<a><b/></a>", "a file").tag
    'a'
    """
    try:
        _refuse_dangers(content, place)
        return ET.fromstring(content)
    except (expat.ExpatError, ET.ParseError, LookupError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            [f"{place}: it is not well-formed XML ({error}); export the project anew"]
        ) from error


def _refuse_dangers(content: bytes, place: str) -> None:
    """Go through the XML once, building nothing, and refuse what must not be built."""
    depth = 0

    def doctype(*_: object) -> None:
        raise InputError(
            [f"{place}: it declares a document type (DOCTYPE), which no project needs; remove it"]
        )

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise InputError([f"{place}: elements stand more than {DEEPEST} deep; it is not read"])

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(content, True)


def _leads_out(member: str) -> bool:
    parts = re.split(r"[/\\]", member)
    return not parts[0] or ".." in parts or ":" in parts[0]
