"""Reading tables that people edit, saying all that is wrong at once, and writing files whole."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd


class InputError(ValueError):
    """What is wrong with the input: every problem, each with its place and remedy.

    Parameters
    ----------
    problems : iterable of str
        One line each, such as ``documents.csv, row 3, column sha256: ...``.

    Attributes
    ----------
    problems : list of str
        The same lines, for programs; the message holds them for people.

    Examples
    --------
    >>> print(InputError(["a.csv, row 2: an empty cell; fill it", "b.csv: the file is missing"]))
    2 problems in the input:
    - a.csv, row 2: an empty cell; fill it
    - b.csv: the file is missing
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n".join([f"{head} in the input:", *(f"- {p}" for p in self.problems)]))


def read_text(path: Path, problems: list[str]) -> str | None:
    """Read a UTF-8 file as it is, or note why it cannot be read."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.append(
            f"{path.name}: the file is missing; expected in the folder {path.parent.name}/"
        )
        return None
    except OSError as error:
        problems.append(f"{path.name}: the file cannot be read ({error.strerror})")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(
            f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8 and record it anew"
        )
        return None


def read_table(
    path: Path,
    columns: Collection[str],
    problems: list[str],
    *,
    key: str | None = None,
    filled: Collection[str] = (),
    allowed: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Read a CSV file of text cells and check it.

    Parameters
    ----------
    path : Path
        The file: UTF-8 (a byte order mark is allowed), comma separated, one header row.
    columns : collection of str
        Columns that must be there. Others are kept.
    problems : list of str
        Takes what is wrong; nothing is raised here, so that all files are checked.
    key : str, optional
        A column whose cells must be filled and differ.
    filled : collection of str
        Columns in which no cell may be empty.
    allowed : mapping of str to collection of str, optional
        The closed list of values of a column.

    Returns
    -------
    pandas.DataFrame
        All cells as text, stripped; empty cells are empty strings. The column ``row``
        holds the row number in the file (the header is row 1). Empty, with all the
        columns, if the file cannot be read.
    """
    empty = pd.DataFrame(columns=[*columns, "row"], dtype=object)
    text = read_text(path, problems)
    if text is None:
        return empty
    records = _records(path, text.removeprefix("\ufeff"), problems)
    if not records:
        problems.append(f"{path.name}: the file is empty; it needs the header {','.join(columns)}")
        return empty
    header = [name.strip() for name in records[0][1]]
    missing = [c for c in columns if c not in header]
    for column in missing:
        problems.append(
            f"{path.name}, row 1, column {column}: the column is missing; add it to the header"
        )
    if len(set(header)) < len(header):
        problems.append(f"{path.name}, row 1: a column name stands twice")
    if "row" in header:
        problems.append(f"{path.name}, row 1, column row: the name is taken; rename the column")
    if missing or len(set(header)) < len(header) or "row" in header:
        return empty
    rows = []
    for number, cells in records[1:]:
        if len(cells) != len(header):
            problems.append(
                f"{path.name}, row {number}: {len(cells)} cells under {len(header)} columns; "
                "put cells that hold a comma in quotation marks"
            )
            continue
        rows.append([*(cell.strip() for cell in cells), number])
    table = pd.DataFrame(rows, columns=[*header, "row"])
    _check_cells(path, table, problems, key, {*filled, *([key] if key else [])}, allowed or {})
    return table


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that no half-written one is ever found.

    Parameters
    ----------
    path : Path
        The file. Its folder is made if it is missing. Where it is a link, the file that the
        link points at is written. A pipe or a device is written into as it is.
    content : bytes
        What it holds.

    Raises
    ------
    OSError
        If it cannot be written; a file that was there before stays as it is.
    """
    if _is_stream(path):
        with path.open("ab") as stream:
            stream.write(content)
        return
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except BaseException:
        # An interruption by the keyboard is no Exception, and must leave nothing either.
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def _is_stream(path: Path) -> bool:
    """Tell what is open elsewhere, such as a pipe: renaming a file onto it would cut it off."""
    if str(path.absolute()).startswith(_OPEN_ALREADY):
        return True  # it may be a file that already holds something
    return path.exists() and not path.is_file()


_OPEN_ALREADY = ("/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/")


def json_for_script(value: object) -> str:
    """Return JSON that may stand between the tags of a script element.

    Parameters
    ----------
    value : object
        What `json.dumps` can write. Numbers that are none are refused.

    Returns
    -------
    str
        JSON without ``<``, which could end the element or open a comment in it.

    Raises
    ------
    ValueError
        If it holds a number that JSON does not know.

    Examples
    --------
    >>> json_for_script("</script>")
    '"\\\\u003c/script>"'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _records(path: Path, text: str, problems: list[str]) -> list[tuple[int, list[str]]]:
    """Return the non-empty records with their row numbers."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                records.append((number, cells))
    except csv.Error as error:
        problems.append(f"{path.name}, line {reader.line_num}: not valid CSV ({error})")
    return records


def _check_cells(
    path: Path,
    table: pd.DataFrame,
    problems: list[str],
    key: str | None,
    filled: Collection[str],
    allowed: Mapping[str, Collection[str]],
) -> None:
    for column in sorted(filled):
        for row, cell in zip(table["row"], table[column], strict=True):
            if cell == "":
                problems.append(
                    f"{path.name}, row {row}, column {column}: the cell is empty; fill it"
                )
    if key:
        twice = table[(table[key] != "") & table[key].duplicated()]
        for row, value in zip(twice["row"], twice[key], strict=True):
            problems.append(
                f"{path.name}, row {row}, column {key}: {value!r} stands twice; rename one"
            )
    for column, values in allowed.items():
        if column not in table:  # one that may lack
            continue
        for row, value in zip(table["row"], table[column], strict=True):
            if value != "" and value not in values:
                known = ", ".join(sorted(values))
                problems.append(
                    f"{path.name}, row {row}, column {column}: {value!r} is unknown; use one of: {known}"
                )
