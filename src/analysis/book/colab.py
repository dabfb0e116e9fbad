"""Let notebooks that are opened alone fetch the project: ``python -m analysis.book.colab URL``.

Colab opens one notebook of a repository and nothing beside it. With this call every notebook of
the book begins with a cell that fetches the repository and installs the package where that is
missing, and does nothing anywhere else. The pages of the book do not show it.

The address of the repository is the publisher's to give, so the notebooks have no such cell
until then, and the pages no button that opens them in Colab. Calling this again, with the same or
another address, leaves one such cell.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from analysis.book import run, takeaway
from analysis.book.publishing import repository_options


def add_cells(project: Path, repository: str, branch: str = "main") -> list[Path]:
    """Put the cell that fetches the project at the beginning of every notebook.

    Parameters
    ----------
    project : Path
        The folder of the book.
    repository, branch : str
        Where the project is published.

    Returns
    -------
    list of Path
        The notebooks that were changed.

    Raises
    ------
    ConfigError
        If this is not the address of a repository.
    """
    address = repository_options(repository, branch)["repository_url"]
    fetch = takeaway.introduction(address, branch)[1]
    fetch["metadata"] = {"tags": ["remove-cell"]}
    paths = [project / f"{page}.ipynb" for page in run.notebooks_of(project)]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        takeaway.introduce(path, [fetch])
    return [p for p, text in zip(paths, before, strict=True) if p.read_bytes() != text]


def offer(app: Sphinx, config: Config) -> None:
    """Take the button for Colab away as long as the notebooks do not fetch the project."""
    options = config["html_theme_options"]
    address = options.get("repository_url")
    pages = run.notebooks_of(Path(app.confdir)) if address else []
    notebooks = [(Path(app.confdir) / f"{page}.ipynb").read_text("utf-8") for page in pages]
    if not all(takeaway.FETCH_CELL in text and address in text for text in notebooks):
        options["launch_buttons"].pop("colab_url", None)


def setup(app: Sphinx) -> dict[str, object]:
    """Wait until the environment has been asked for the address of the repository."""
    app.connect("config-inited", offer, priority=150)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def main(arguments: list[str] | None = None) -> int:
    """Change the notebooks of the book in this folder."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.book.colab", description=(__doc__ or "").split("\n\n")[1]
    )
    parser.add_argument("repository", help="address, such as https://github.com/OWNER/NAME")
    parser.add_argument("--branch", default="main")
    chosen = parser.parse_args(arguments)
    try:
        changed = add_cells(Path(), chosen.repository, chosen.branch)
    except ConfigError as error:
        print(str(error).replace("BOOK_REPOSITORY_URL", "the address"), file=sys.stderr)
        return 2
    print(f"{len(changed)} notebooks changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
