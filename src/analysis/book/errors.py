"""Fail the build when a chart or table could not be shown.

A cell that raises an error stops the build already. An error while
``display()`` turns a chart into a picture does not count as an error of the
cell: the traceback would be printed into the page and the build would succeed.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def refuse_tracebacks(app: Sphinx, doctree: nodes.document) -> None:
    """Raise an error that names the page and the cell of the first traceback."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code":
            continue
        if "raises-exception" in cell.get("cell_metadata", {}).get("tags", []):
            continue
        for output in cell.findall(nodes.literal_block):
            if "traceback" in output.get("classes", []):
                last_line = output.astext().strip().splitlines()[-1]
                raise ExtensionError(
                    f"{app.env.docname}: the result of cell {cell['cell_index']} "
                    f"(counted from 0) could not be shown: {last_line}"
                )


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at each page as soon as it is read."""
    app.connect("doctree-read", refuse_tracebacks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
