"""A coding as the files of a coding folder."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from analysis.coding import Coding
from analysis.coding.loading import COVERAGE_COLUMNS
from analysis.coding.places import ANCHOR_COLUMNS
from analysis.folders import whole_folder


def write_coding(coding: Coding, folder: str | Path) -> Path:
    """Write a coding as the files that `load_coding` reads.

    Parameters
    ----------
    coding : Coding
        From `read_refi_qda`, or from `load_coding`.
    folder : str or Path
        The folder to make. It must not be there yet, or be empty.

    Returns
    -------
    Path
        The folder, with ``problems.csv, remedies.csv, links.csv, themes.csv,
        instruments.csv, actors.csv, coding.toml`` and, if the coding records what was read,
        ``coverage.csv``. Places are left out: quotations tell them.

    Raises
    ------
    InputError
        If the folder holds something already.
    OSError
        If it cannot be written; nothing half-written stays.
    """
    folder = Path(folder)
    tables = {
        "problems": coding.problems.drop(columns=ANCHOR_COLUMNS),
        "remedies": coding.remedies.drop(columns=ANCHOR_COLUMNS),
        "links": coding.links.drop(columns="work_id"),
        "themes": coding.themes,
        "instruments": coding.instruments,
        "actors": coding.actors,
    }
    if len(coding.coverage):
        tables["coverage"] = coding.coverage[list(COVERAGE_COLUMNS)]
    with whole_folder(folder) as unfinished:
        for name, table in tables.items():
            _write(table, unfinished / f"{name}.csv")
        # A JSON string is a basic string of TOML.
        record = f"coder = {json.dumps(coding.coder, ensure_ascii=False)}\ntimes = {coding.times}\n"
        (unfinished / "coding.toml").write_text(record, encoding="utf-8", newline="")
    return folder


def _write(table: pd.DataFrame, path: Path) -> None:
    text = table.to_csv(index=False, lineterminator="\n")
    path.write_text(text, encoding="utf-8", newline="")
