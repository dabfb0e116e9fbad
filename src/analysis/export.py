"""Result tables for readers: on the page, and as files to take away."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.corpus import Corpus, find_data
from analysis.publishing import Silent, withheld
from analysis.tables import write_whole

TABLES = "../_static/tables"
"""Where the built book keeps the files, seen from a page of a notebook."""

HEADINGS = {
    "count_target": "here", "count_reference": "others", "units_target": "paragraphs",
    "rate": "per 1,000", "size": "words", "reading": "words", "role": "extraction",
    "log_likelihood": "G²", "log_ratio": "log ratio", "verdict": "verdict", "range": "sections",
    "parts": "of", "dp": "DP", "dp_expected": "by chance", "dp_norm": "DP normed",
    "juilland_d": "D", "rosengren_s": "S", "log_dice": "logDice", "npmi": "NPMI", "t_score": "t",
    "c_value": "C-value", "longer": "inside longer", "form": "term",
    "n_ab": "together", "n_a": "first", "n_b": "second", "expected_null": "by chance",
    "n_ab_least": "least together", "odds_ratio_least": "least odds ratio",
    "theme_label": "problem", "instrument_label": "remedy",
    "threshold": "counts as the same", "n_first": "first", "n_second": "second", "f1": "F₁",
    "of_first": "of the first", "of_second": "of the second",
}  # fmt: skip
"""How a column is headed where its name is not what a reader expects."""

DIGITS = {
    "rate": 1, "low": 1, "high": 1, "log_likelihood": 1, "log_ratio": 1, "q": 3, "dp": 2,
    "dp_expected": 2, "dp_chance": 2, "dp_norm": 2, "juilland_d": 2, "rosengren_s": 2,
    "expected": 1, "log_dice": 1, "npmi": 2, "t_score": 1, "c_value": 1,
}  # fmt: skip
"""Digits after the point of the numbers of a column."""

LONG = 15
"""A table with more rows is folded."""


def write_table(table: pd.DataFrame, name: str, folder: Path | None = None) -> Path:
    """Write a result as ``data/derived/tables/NAME.csv``, the same bytes for the same table.

    Parameters
    ----------
    table : pandas.DataFrame
        The result.
    name : str
        Names the file.
    folder : Path, optional
        The folder of derived data; that of the project without it.

    Returns
    -------
    Path
        The file, written as `write_csv` does.

    Raises
    ------
    InputError
        If the tables of works and documents cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from analysis.export import write_table
    >>> folder = Path(tempfile.mkdtemp())
    >>> path = write_table(pd.DataFrame({"term": ["law"], "count": [3]}), "counts", folder)
    >>> path.relative_to(folder).as_posix()
    'tables/counts.csv'
    """
    path = (folder or find_data() / "derived") / "tables" / f"{name}.csv"
    write_csv(table, path)
    return path


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, the same bytes for the same table.

    Parameters
    ----------
    table : pandas.DataFrame
        The result. The words of works that the project does not publish are left out
        (`publishing.withheld`).
    path : Path
        The file: UTF-8, one header row, lines that end in a line feed. Numbers keep ten
        significant digits; infinite ones are written INF.

    Raises
    ------
    InputError
        If the tables of works and documents cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from analysis.export import write_csv
    >>> path = Path(tempfile.mkdtemp()) / "rates.csv"
    >>> write_csv(pd.DataFrame({"term": ["law", "trust"], "rate": [0.1 + 0.2, float("inf")]}), path)
    >>> print(path.read_text(), end="")
    term,rate
    law,0.3
    trust,INF
    """
    table = _infinities_named(withheld(table, Silent.read(find_data())))
    text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    write_whole(path, text.encode("utf-8"))


def _infinities_named(table: pd.DataFrame) -> pd.DataFrame:
    """Write infinite numbers as a data package does: INF and -INF."""
    numbers = table.select_dtypes("float")
    open_ended = [c for c in numbers if np.isinf(numbers[c]).any()]
    return table.assign(**{c: table[c].map(_number_as_text) for c in open_ended})


def _number_as_text(value: float) -> str | None:
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return None if math.isnan(value) else f"{value:.10g}"


def show_table(
    table: pd.DataFrame,
    caption: str,
    name: str | None = None,
    headers: Mapping[str, str] | str | None = None,
    formats: Mapping[str, str] | None = None,
    rows: int | None = None,
    links: tuple[str, ...] = (),
) -> Any:
    """Show a result as a real table with a caption, and offer it as a file.

    The words of works that the project does not publish are left out of both.

    Parameters
    ----------
    table : pandas.DataFrame
        The result; every column is written to the file.
    caption : str
        What the table shows.
    name : str, optional
        Write the whole table to this file and link it.
    headers : mapping of str to str, or str, optional
        Columns to show, in this order, and their headings; or their names alone, parted
        by spaces, which are then headed as `HEADINGS` says. All columns without it.
    formats : mapping of str to str, optional
        Format of the numbers of a column, such as ``.1f``; `DIGITS` without it.
    rows : int, optional
        Show the first rows only; the caption says so.
    links : tuple of str
        Columns that hold HTML made by this package and are not escaped.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    InputError
        If the tables of works and documents cannot be read.
    KeyError
        If ``headers`` names a column that the table does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.export import show_table
    >>> table = pd.DataFrame({"term": ["law"], "rate": [1.25]})
    >>> shown = show_table(table, "Rates of terms", headers="term rate")
    >>> "per 1,000" in shown.data, "<td>law</td>" in shown.data
    (True, True)
    """
    from IPython.display import HTML

    if isinstance(headers, str):
        headers = {c: HEADINGS.get(c, c.replace("_", " ")) for c in headers.split()}
        formats = formats or {c: f".{DIGITS[c]}f" for c in headers if c in DIGITS}
    headers = headers or {c: c for c in table.columns}
    may_be_shown = withheld(table, Silent.read(find_data()))[list(headers)]
    shown = may_be_shown.head(rows) if rows else may_be_shown
    formats = formats or {}
    head = "".join(_head_cell(table[column], text) for column, text in headers.items())
    body = "".join(
        "<tr>" + "".join(_cell(row[c], formats.get(c), c in links) for c in headers) + "</tr>"
        for row in shown.to_dict("records")
    )
    note = f" The first {len(shown)} of {len(table)} rows." if len(shown) < len(table) else ""
    download = ""
    if name:
        write_table(table.drop(columns=list(links), errors="ignore"), name)
        download = f' <a href="{TABLES}/{name}.csv" download>Table as CSV</a>'
    label = html.escape(caption)
    box = (
        f'<div class="table-box" role="region" aria-label="{label}" tabindex="0">'
        f"<table><caption>{html.escape(caption)}.{note}{download}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    if len(shown) <= LONG:
        return HTML(box)
    summary = f"<summary>{html.escape(caption)} ({len(shown)} rows)</summary>"
    return HTML(f'<details class="fold">{summary}{box}</details>')


def show_cards(corpus: Corpus) -> Any:
    """Show one card for each document: what it is, where from, rights, what is missing.

    Parameters
    ----------
    corpus : Corpus
        With its tables of works and documents.

    Returns
    -------
    IPython.display.HTML

    Examples
    --------
    >>> import analysis
    >>> from analysis.export import show_cards
    >>> corpus = analysis.corpus_from_texts({"note": "Neighbours need trust."})
    >>> "<dt>Words in the file</dt><dd>3</dd>" in show_cards(corpus).data
    True
    """
    from IPython.display import HTML

    words = corpus.words().groupby("document_id", observed=True).size()
    works = corpus.works.set_index("work_id")
    cards = "".join(
        _card(works.loc[document.work_id], document, int(words.get(document.document_id, 0)))
        for document in corpus.documents.itertuples()
    )
    return HTML(f'<div class="work-cards">{cards}</div>')


def _card(work: pd.Series, document: Any, words: int) -> str:
    unknown = "not established"
    place = ", ".join(p for p in (work["venue"], work["volume"], work["pages"]) if p)
    lines = {
        "Authors": work["authors"] or unknown,
        "Year": "; ".join(p for p in (work["year"], work["year_note"]) if p) or unknown,
        "Where from": place or unknown,
        "DOI": work["doi"] or unknown,
        "Licence": work["licence"] or work["licence_note"] or unknown,
        "Extraction": document.extraction,
        "Missing": document.missing or "nothing",
        "Words in the file": f"{words:,}",
    }
    title = work["title"] or work["title_note"]
    role = "" if document.role == "primary" else " (second extraction)"
    rows = "".join(f"<dt>{name}</dt><dd>{html.escape(value)}</dd>" for name, value in lines.items())
    colour = html.escape(work["colour"])
    return (
        f'<section class="work-card" style="--card-colour: {colour}">'
        f'<p class="work-card-name">{html.escape(work["label"] + role)}</p>'
        f"<p><em>{html.escape(title)}</em></p><dl>{rows}</dl></section>"
    )


def _head_cell(column: pd.Series, text: str) -> str:
    kind = ' class="n"' if pd.api.types.is_numeric_dtype(column) else ""
    return f'<th scope="col"{kind}>{html.escape(text)}</th>'


def _cell(value: Any, number: str | None, is_html: bool) -> str:
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    if numeric and pd.isna(value):
        text = "–"
    elif numeric and math.isinf(value):
        text = "∞" if value > 0 else "−∞"
    elif number and numeric and not (isinstance(value, int) and number.endswith("f")):
        text = format(value, number)
    else:
        text = str(value)
    kind = ' class="n"' if numeric else ""
    return f"<td{kind}>{text if is_html else html.escape(text)}</td>"
