"""Describe the tables that readers download.

When all notebooks have run, and before their tables are copied into the site,
``datapackage.json`` is written beside the tables. A table or column that
``data/dictionary.csv`` does not describe fails the build.

A book without ``data/dictionary.csv`` has no such file.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from analysis import datapackage
from analysis.tables import InputError


def describe_tables(app: Sphinx, env: BuildEnvironment) -> None:
    """Write the data package of the derived tables."""
    data = Path(app.srcdir) / "data"
    if not (data / datapackage.DICTIONARY).is_file():
        return
    try:
        package = datapackage.tables_package(data)
    except InputError as error:
        raise ExtensionError(f"the tables of the book are not described: {error}") from error
    datapackage.write_package(data / datapackage.TABLES, package)


def setup(app: Sphinx) -> dict[str, object]:
    """Wait until all pages are read, which is when all notebooks have run."""
    app.connect("env-updated", describe_tables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
