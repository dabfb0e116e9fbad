"""The parts of a book, as one extension of Sphinx: add ``analysis.book`` to the extensions.

It brings the look (style sheets, scripts, templates), numbered figures with pages of their own,
panels of evidence, links to the glossary, formulas without scripts, what readers take away, and
lighter pages. Two programs work on the built site: ``python -m analysis.book.check`` and
``python -m analysis.book.pdf``. Nothing here is needed for an analysis.

A book has its own pages, its logo and its data; everything else comes from here, so that several
books look and work alike.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

STATIC = Path(__file__).parent / "static"
"""Style sheets and scripts."""
TEMPLATES = Path(__file__).parent / "templates"
"""What the theme's templates are replaced with."""

STYLES = ("icons.css", "book.css", "evidence.css", "concordance.css", "browse.css", "findings.css")
SCRIPTS = (
    "load.js",
    "charts.js",
    "figures.js",
    "evidence.js",
    "concordance.js",
    "browse.js",
    "sort.js",
    "a11y.js",
)
# In this order: the look is the last to touch a page's head but for what makes it lighter.
PARTS = (
    "execution",
    "data",
    "errors",
    "figures",
    "glossary",
    "mathml",
    "publishing",
    "colab",
    "look",
    "takeaway",
    "speed",
)


def add_assets(app: Sphinx, config: Config) -> None:
    """Have the style sheets, scripts and templates of the package used in the site."""
    static, templates = (_seen_from(Path(app.confdir), path) for path in (STATIC, TEMPLATES))
    config["html_static_path"] = [static, *config["html_static_path"]]
    config["templates_path"] = [*config["templates_path"], templates]


def _seen_from(folder: Path, path: Path) -> str:
    """Return a relative path: a path of this machine would change the record of the settings."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of a Windows machine
        return str(path)


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up all parts."""
    for part in PARTS:
        app.setup_extension(f"analysis.book.{part}")
    for style in STYLES:
        app.add_css_file(style, priority=800)
    for script in SCRIPTS:
        app.add_js_file(script, priority=800)
    app.connect("config-inited", add_assets, priority=200)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
