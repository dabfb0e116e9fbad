"""Say of every table what is in it, by the Data Package standard of Frictionless.

`data/dictionary.csv` describes every column; `datapackage.json` carries that, with sizes and
checksums, to whoever takes the tables away. ``python -m analysis.datapackage`` writes the
package of the committed data; that of the derived tables is written when the book is built.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import os
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.corpus import find_data
from analysis.tables import InputError, read_table, read_text

DICTIONARY = "dictionary.csv"
PACKAGE = "datapackage.json"
TABLES = "derived/tables"
"""Where the tables that the notebooks write stand in the data folder."""

COLUMNS = ("table", "column", "type", "unit", "description", "constraints", "refers_to")
TYPES = ("string", "integer", "number", "boolean")
NUMERIC = ("integer", "number")

LICENCES = {
    "CC-BY-4.0": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0 International",
        "path": "https://creativecommons.org/licenses/by/4.0/legalcode",
    }
}
_RIGHTS = (
    "A licence is named at each table that has one and covers no passage quoted from the texts. "
    "Where none is named, none is established."
)
# Said in full, because a reader that guesses is misled by commas and quotation marks in prose.
_DIALECT = {
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
    "lineTerminator": "\n",
    "header": True,
}
_RESOURCE_NAME = re.compile(r"[-a-z0-9._]+")


def read_dictionary(path: str | Path) -> pd.DataFrame:
    """Read the data dictionary and check it on its own.

    Parameters
    ----------
    path : str or Path
        A CSV file with the columns ``table`` (path in the data folder without ``.csv``),
        ``column, type, unit, description, constraints, refers_to``. A row without
        ``column`` describes the table. Constraints are parted by ``; ``: of a column
        ``required``, ``unique``, ``enum:a|b``, ``minimum:0``, ``maximum:1`` and
        ``pattern:[a-z]+``; of a table ``key:a|b`` (the columns that together tell rows
        apart) and ``licence:CC-BY-4.0``. ``refers_to`` names the ``table.column`` whose
        values a column repeats.

    Returns
    -------
    pandas.DataFrame
        All cells as text, with the number of the row in the column ``row``.

    Raises
    ------
    InputError
        With every problem found.
    """
    path = Path(path)
    problems: list[str] = []
    dictionary = read_table(
        path, COLUMNS, problems, filled=("table", "description"), allowed={"type": TYPES}
    )
    known = set(zip(dictionary["table"], dictionary["column"], strict=True))
    for row in dictionary[dictionary.duplicated(["table", "column"])].to_dict("records"):
        problems.append(
            f"{path.name}, row {row['row']}, column column: {row['column']!r} of {row['table']} "
            "stands twice; delete one"
        )
    for row in dictionary.to_dict("records"):
        place = f"{path.name}, row {row['row']}, column"
        if row["column"] and not row["type"]:
            problems.append(f"{place} type: the cell is empty; use one of: {', '.join(TYPES)}")
        if not row["column"] and (row["type"] or row["unit"] or row["refers_to"]):
            problems.append(
                f"{place} column: the cell is empty, so the row describes the whole table; "
                "name a column, or empty type, unit and refers_to"
            )
        try:
            settings = _settings(row)
        except ValueError as error:
            problems.append(f"{place} constraints: {error}")
            settings = {}
        problems += [
            f"{place} constraints: {row['table']} has no column {column!r} for its key"
            for column in settings.get("key", ())
            if (row["table"], column) not in known
        ]
        if row["refers_to"] and _target(row["refers_to"]) not in known:
            problems.append(
                f"{place} refers_to: {row['refers_to']!r} is not in the dictionary; "
                "write it as table.column"
            )
    if problems:
        raise InputError(problems)
    return dictionary


def _target(refers_to: str) -> tuple[str, str]:
    table, _, column = refers_to.rpartition(".")
    return table, column


def _settings(row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the constraints of one row of the dictionary into values.

    Raises
    ------
    ValueError
        If a constraint is unknown or does not go with the type.
    """
    return dict(
        _setting(part.strip(), row) for part in row["constraints"].split(";") if part.strip()
    )


def _setting(text: str, row: Mapping[str, Any]) -> tuple[str, Any]:
    name, _, value = text.partition(":")
    kind = row["type"] if row["column"] else "table"
    if kind == "table":
        if name == "key" and value:
            return name, value.split("|")
        if name == "licence" and value in LICENCES:
            return name, value
        known = ", ".join(sorted(LICENCES))
        raise ValueError(f"{text!r} is not known of a table; use key:a|b or licence: with {known}")
    if name in ("required", "unique") and not value:
        return name, True
    if name == "enum" and value and kind != "boolean":
        values = value.split("|")
        return name, [_number(v) for v in values] if kind in NUMERIC else values
    if name in ("minimum", "maximum") and kind in NUMERIC:
        return name, _number(value)
    if name == "pattern" and value and kind == "string":
        return name, value
    raise ValueError(f"{text!r} is not known of the type {kind or 'that is missing'}")


def _number(text: str) -> int | float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a number")
    return int(value) if value.is_integer() else value


# --- Describing -----------------------------------------------------------------------------


def describe(
    folder: str | Path,
    dictionary: pd.DataFrame,
    name: str,
    title: str,
    *,
    description: str = "",
    prefix: str = "",
    leave_out: Collection[str] = (),
    texts: str = "",
) -> dict[str, Any]:
    """Describe all tables of a folder as a data package.

    Parameters
    ----------
    folder : str or Path
        Every CSV file in it and below it is a table.
    dictionary : pandas.DataFrame
        From `read_dictionary`.
    name, title, description : str
        Of the package.
    prefix : str
        What the dictionary has before the names of these tables: ``derived/tables/``.
    leave_out : collection of str
        Subfolders that are not described.
    texts : str
        A glob pattern of other files that are listed with their checksum, such as
        ``raw/*.txt``.

    Returns
    -------
    dict
        The content of ``datapackage.json`` (version 1 of the standard). The same for the
        same files: sorted by path, without a date. A column that is required and unique
        is the primary key, unless the dictionary names one. A reference becomes a foreign
        key if its target is in the same package.

    Raises
    ------
    InputError
        With every problem found: a table or column that the dictionary does not know, a
        row of the dictionary without its table or column.
    """
    folder = Path(folder)
    tables = {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for path in _files(folder, "**/*.csv", leave_out)
    }
    others = _files(folder, texts, leave_out) if texts else []
    entries = _entries(dictionary, prefix, leave_out)
    problems = [] if tables else [f"{folder.name}: no table is in the folder"]
    for path in (*tables.values(), *others):
        place = path.relative_to(folder)
        if not _RESOURCE_NAME.fullmatch(_resource_name(place)):
            problems.append(
                f"{prefix}{place.as_posix()}: a data package takes no such name; "
                "rename the file with letters a to z, digits, dot, hyphen and underscore"
            )
    for table in sorted(entries.keys() - tables.keys()):
        rows = ", ".join(map(str, entries[table]["row"]))
        problems.append(
            f"{DICTIONARY}, row {rows}, column table: there is no file {prefix}{table}.csv; "
            "delete what describes it, or correct the name"
        )
    names = {f"{prefix}{table}": _resource_name(Path(f"{table}.csv")) for table in tables}
    resources = [_text_resource(folder, path) for path in others]
    for table, path in tables.items():
        header = _header(path, f"{prefix}{table}.csv", problems)
        rows = entries.get(table, dictionary.head(0))
        if header and not _differ(f"{prefix}{table}.csv", header, rows, problems):
            described = {row["column"]: row for row in rows.to_dict("records")}
            resources.append(_table_resource(folder, path, header, described, names))
    if problems:
        raise InputError(problems)
    return {
        "profile": "data-package" if others else "tabular-data-package",
        "name": name,
        "title": title,
        "description": description,
        "resources": sorted(resources, key=lambda resource: resource["path"]),
    }


def _entries(
    dictionary: pd.DataFrame, prefix: str, leave_out: Collection[str]
) -> dict[str, pd.DataFrame]:
    """Return what the dictionary says of each table of a folder, by its name there."""
    inside = dictionary["table"].str.startswith(prefix)
    for other in leave_out:
        inside &= ~dictionary["table"].str.startswith(f"{prefix}{other}/")
    groups = dictionary[inside].groupby("table")
    return {str(table).removeprefix(prefix): rows for table, rows in groups}


def _files(folder: Path, pattern: str, leave_out: Collection[str]) -> list[Path]:
    return sorted(
        path
        for path in folder.glob(pattern)
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.relative_to(folder).parts[0] not in leave_out
    )


def _header(path: Path, name: str, problems: list[str]) -> list[str]:
    """Return the columns of a CSV file, or none and what is wrong with it."""
    text = read_text(path, problems)
    if text is None:
        return []
    header = next(csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True)), [])
    if not header:
        problems.append(f"{name}: the file is empty; it needs a header")
    if "" in header:
        problems.append(f"{name}, row 1: a column has no name; write one into the header")
    for column in sorted({c for c in header if header.count(c) > 1}):
        problems.append(f"{name}, row 1: the column {column!r} stands twice; rename one")
    return header


def _differ(name: str, header: list[str], rows: pd.DataFrame, problems: list[str]) -> bool:
    """Note where a table and the dictionary disagree; return whether they do."""
    described = list(rows["column"])
    if not described:
        problems.append(
            f"{name}: the table is not in {DICTIONARY}; add a row with an empty column for the table "
            f"and a row for each of its columns: {', '.join(header)}"
        )
        return True
    found = []
    if "" not in described:
        found.append(
            f"{name}: no row in {DICTIONARY} says what the table is; add one with an empty column"
        )
    found += [
        f"{name}, column {column}: the column is not in {DICTIONARY}; add a row for it"
        for column in header
        if column not in described
    ]
    found += [
        f"{DICTIONARY}, row {row}, column column: {name} has no column {column!r}; "
        "delete the row, or correct the name"
        for row, column in zip(rows["row"], described, strict=True)
        if column and column not in header
    ]
    problems += found
    return bool(found)


def _resource_name(path: Path) -> str:
    return path.with_suffix("").as_posix().replace("/", "-").lower()


def _file_properties(folder: Path, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "format": path.suffix.removeprefix("."),
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _text_resource(folder: Path, path: Path) -> dict[str, Any]:
    place = path.relative_to(folder)
    return {
        "name": _resource_name(place),
        "path": place.as_posix(),
        "profile": "data-resource",
        "mediatype": "text/plain",
        **_file_properties(folder, path),
    }


def _table_resource(
    folder: Path,
    path: Path,
    header: list[str],
    rows: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
) -> dict[str, Any]:
    place = path.relative_to(folder)
    whole = _settings(rows[""])
    resource = {
        "name": _resource_name(place),
        "path": place.as_posix(),
        "profile": "tabular-data-resource",
        "description": rows[""]["description"],
        "mediatype": "text/csv",
        **_file_properties(folder, path),
        "dialect": _DIALECT,
        "schema": {
            "fields": [_field(rows[column]) for column in header],
            "missingValues": [""],
        },
    }
    schema = resource["schema"]
    key = whole.get("key") or [f["name"] for f in schema["fields"] if _is_key(f)][:1]
    if key:
        schema["primaryKey"] = key
    foreign = [
        {
            "fields": [column],
            "reference": {
                # The standard names the own table by an empty string.
                "resource": "" if table == rows[""]["table"] else names[table],
                "fields": [target],
            },
        }
        for column in header
        for table, target in [_target(rows[column]["refers_to"])]
        if table in names
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    if "licence" in whole:
        resource["licenses"] = [LICENCES[whole["licence"]]]
    return resource


def _field(row: Mapping[str, Any]) -> dict[str, Any]:
    field = {"name": row["column"], "type": row["type"], "description": row["description"]}
    # The standard has no property for units and allows others than its own.
    field |= {"unit": row["unit"]} if row["unit"] else {}
    constraints = _settings(row)
    return field | ({"constraints": constraints} if constraints else {})


def _is_key(field: Mapping[str, Any]) -> bool:
    return {"required", "unique"} <= field.get("constraints", {}).keys()


# --- Writing --------------------------------------------------------------------------------


def write_package(folder: str | Path, package: Mapping[str, Any]) -> Path:
    """Write a data package as ``datapackage.json`` into its folder.

    The file is written aside and then renamed, so that no half-written one is ever found.
    """
    path = Path(folder) / PACKAGE
    unfinished = path.with_name(f".{PACKAGE}.{os.getpid()}.part")
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)
    return path


def data_package(data: str | Path | None = None) -> dict[str, Any]:
    """Describe the committed data: what people edit, and the texts.

    A subfolder with a corpus of its own (see `own_corpora`) is no part of it.

    Parameters
    ----------
    data : str or Path, optional
        The data folder; found as by `analysis.find_data` without it.

    Raises
    ------
    InputError
        As `read_dictionary` and `describe`.
    """
    data = find_data() if data is None else Path(data)
    return describe(
        data,
        read_dictionary(data / DICTIONARY),
        "problems-and-remedies-data",
        "Problems and Remedies: the data",
        description="Texts on local governance in China with the outlines, word lists, lexicon and "
        f"coding by which they are compared. {_RIGHTS}",
        leave_out=(TABLES.split("/")[0], *own_corpora(data)),
        texts="raw/*.txt",
    )


def own_corpora(data: str | Path) -> list[str]:
    """Name the subfolders that hold a corpus of their own.

    They are other data than those of the book: each is checked as a whole by
    ``python -m analysis check`` and has a README of its own.

    Parameters
    ----------
    data : str or Path
        The data folder.

    Returns
    -------
    list of str
        The subfolders with a ``documents.csv``, sorted.
    """
    return sorted(path.parent.name for path in Path(data).glob("*/documents.csv"))


def tables_package(data: str | Path | None = None) -> dict[str, Any]:
    """Describe the derived tables, which the notebooks wrote; see `data_package`."""
    data = find_data() if data is None else Path(data)
    return describe(
        data / TABLES,
        read_dictionary(data / DICTIONARY),
        "problems-and-remedies-tables",
        "Problems and Remedies: the tables of the book",
        description="What the notebooks of the book computed from the texts, the lexicon and the coding. "
        f"{_RIGHTS}",
        prefix=f"{TABLES}/",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the package of the committed data; return 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.datapackage",
        description="Write datapackage.json for the data folder.",
    )
    parser.add_argument("folder", type=Path, nargs="?", help="the data folder")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder or find_data()
    try:
        package = data_package(folder)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    path = write_package(folder, package)
    print(f"{path}: {len(package['resources'])} files described")
    return 0


if __name__ == "__main__":
    sys.exit(main())
