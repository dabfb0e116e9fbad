"""How results leave the command line: on the terminal, through a pipe, as CSV and as JSON.

Nothing of a text may steer a terminal: `printable` stands before everything that is shown.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from analysis.corpus import Watch

PIPE_CLOSED = 141
"""What a shell reports of a program that a closed pipe ends."""

UNBROKEN = 12
"""A cell of text of up to so many letters is not broken on a terminal."""


def printable(text: str) -> str:
    r"""Return a text in which no character can steer a terminal or turn the reading around.

    Parameters
    ----------
    text : str
        Any text, such as a cell or the name of a file.

    Returns
    -------
    str
        One line. Escape and other control characters are shown as signs that stand for them.

    Examples
    --------
    >>> printable("red \x1b[31m and\nnext")
    'red ␛[31m and next'
    """
    return _STEERING.sub(lambda match: _sign(match.group()), text)


_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def _sign(character: str) -> str:
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))  # the control pictures of Unicode
    return "\u2421" if character == "\x7f" else "\ufffd"


# --- Tables ---------------------------------------------------------------------------------


def deliver(
    table: pd.DataFrame,
    shown: pd.DataFrame,
    title: str,
    csv: Path | None = None,
    json: Path | None = None,
) -> None:
    """Write a result where it was asked for, or show it.

    Parameters
    ----------
    table : pandas.DataFrame
        The whole result, for files.
    shown : pandas.DataFrame
        The rows and columns to show where no file is asked for: on a terminal as a table,
        through a pipe as lines with tabs between the cells.
    title : str
        What the table shows.
    csv, json : Path, optional
        Files; ``-`` is the standard output.

    Raises
    ------
    OSError
        If a file cannot be written; one that was there before stays as it is.
    """
    if csv is not None and json is not None and str(csv) == str(json):
        raise typer.BadParameter(
            f"--csv and --json both name {csv}; only one of the two can be there"
        )
    for path, text in ((csv, csv_text), (json, json_text)):
        if path is not None:
            _write(text(table), path)
    if csv is not None or json is not None:
        return
    if sys.stdout.isatty():
        with standard_output():
            _console().print(_grid(shown, title))
    else:
        cells = [list(shown.columns), *shown.itertuples(index=False)]
        lines = ["\t".join(printable(_cell(cell)) for cell in row) for row in cells]
        with standard_output() as out:
            out.write("".join(f"{line}\n" for line in lines))
    if len(shown) < len(table):
        note(f"{len(shown):,} of {len(table):,} rows; --csv or --json give all of them")


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV, the same text for the same table.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table.

    Returns
    -------
    str
        One header row; lines end in a line feed; numbers keep ten significant digits,
        infinite ones are INF and -INF. A cell of text that a spreadsheet would take for a
        formula (it begins with ``= + - @``, a tab or a carriage return) has an apostrophe
        before it.

    Examples
    --------
    >>> import pandas as pd
    >>> print(csv_text(pd.DataFrame({"text": ["=1+1", "plain"], "n": [-1, 2]})), end="")
    text,n
    '=1+1,-1
    plain,2
    """
    safe = table.astype(object).map(_csv_cell)
    return safe.to_csv(index=False, lineterminator="\n")


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    if isinstance(value, float) and math.isinf(value):
        return "INF" if value > 0 else "-INF"
    if isinstance(value, float) and not math.isnan(value):
        return f"{value:.10g}"
    return value


def json_text(table: pd.DataFrame) -> str:
    """Return a table as a JSON list of objects, one per row.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table.

    Returns
    -------
    str
        One object per line. Numbers keep ten significant digits; what is not known is
        null; infinite numbers, which JSON lacks, are the strings INF and -INF.

    Examples
    --------
    >>> import pandas as pd
    >>> print(json_text(pd.DataFrame({"term": ["tax"], "high": [float("inf")]})), end="")
    [
    {"term": "tax", "high": "INF"}
    ]
    """
    # Not by way of a table again: pandas would make NaN of None.
    records = [
        {column: _json_value(value) for column, value in record.items()}
        for record in table.to_dict("records")
    ]
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in records)
    return f"[\n{rows}\n]\n" if rows else "[]\n"


def _json_value(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if math.isinf(value):
            return "INF" if value > 0 else "-INF"
        if math.isnan(value):
            return None
        rounded = float(f"{value:.10g}")
        return rounded if math.isfinite(rounded) else value
    return value


def _write(text: str, path: Path) -> None:
    if str(path) != "-":
        from analysis.tables import write_whole

        write_whole(path, text.encode("utf-8", "replace"))
        return
    if sys.stdout.isatty():
        text = "".join(f"{printable(line)}\n" for line in text.removesuffix("\n").split("\n"))
    with standard_output() as out:
        out.write(text)


def _cell(value: Any) -> str:
    """Return a cell as a reader wants it."""
    if isinstance(value, float):
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        return "–" if math.isnan(value) else f"{value:.3g}"
    return str(value)


def _grid(shown: pd.DataFrame, title: str) -> Table:
    import pandas as pd
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from analysis.export import HEADINGS

    grid = Table(
        title=Text(printable(title)), title_justify="left", box=box.SIMPLE_HEAD,
        pad_edge=False, collapse_padding=True,
    )  # fmt: skip
    cells = [[printable(_cell(cell)) for cell in row] for row in shown.itertuples(index=False)]
    for place, column in enumerate(shown.columns):
        heading = HEADINGS.get(column, column.replace("_", " "))
        longest = max(len(text) for text in (heading, *(row[place] for row in cells)))
        numeric = pd.api.types.is_numeric_dtype(shown[column]) and shown[column].dtype != bool
        grid.add_column(
            Text(heading),
            min_width=None if numeric else min(longest, UNBROKEN),
            justify="right" if numeric or column == "left" else "left",
            style="bold" if column in ("keyword", "term") else None,
            overflow="fold",
        )
    for row in cells:
        # Text, because a string would be read as markup: [bold] in a paper is no command.
        grid.add_row(*(Text(cell) for cell in row))
    return grid


# --- Problems, notes, progress --------------------------------------------------------------


def report(problems: Sequence[str]) -> None:
    """Print every problem with its place on the standard error.

    Parameters
    ----------
    problems : sequence of str
        As `InputError` has them: the place, a colon, what is wrong. On a terminal they are a
        table; else one line each.
    """
    import pandas as pd

    from analysis.tables import InputError

    if not sys.stderr.isatty():
        lines = str(InputError(problems)).split("\n") if problems else []
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
        return
    parted = [problem.partition(": ") for problem in problems]
    grid = pd.DataFrame({
        "place": [place if what else "" for place, _, what in parted],
        "problem": [what or place for place, _, what in parted],
    })  # fmt: skip
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    _console(stderr=True).print(_grid(grid, f"{count} in the input"))


def note(text: str) -> None:
    """Say something on the standard error, where it is not in the way of results."""
    sys.stderr.write(f"{printable(text)}\n")


@contextmanager
def progress() -> Iterator[Watch]:
    """Give what shows progress as bars on the standard error, only on a terminal."""
    from rich.progress import Progress

    with Progress(
        console=_console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bars:
        yield lambda things, what: bars.track(things, description=what)


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Say what is done while it lasts, where its length is not known; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with _console(stderr=True).status(what):
        yield


@contextmanager
def standard_output() -> Iterator[Any]:
    """Give the standard output; end quietly if its reader has gone (``| head``)."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would flush once more at its end, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(PIPE_CLOSED) from None


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)
