"""Run the notebooks ahead of Sphinx, and hand it what they made.

MyST-NB would run one notebook after the other, each with a kernel that starts from nothing. With
``execute_notebooks: "off"`` it shows the outputs that a notebook holds, and this extension puts
them there: `analysis.book.run` works in a process of its own while Sphinx reads the other pages,
and the first notebook waits for its end. The files themselves stay without outputs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from analysis.book import run

_RUNNING = "analysis_notebooks_running"
# Kept with the environment: checksums of what the pages of the last build show.
_SHOWN = "analysis_notebooks_shown"


def prepare(app: Sphinx, config: Config) -> None:
    """Make the folder of derived data, which Sphinx looks for before any notebook runs."""
    if run.DERIVED in config["html_static_path"]:
        (Path(app.confdir) / run.DERIVED).mkdir(parents=True, exist_ok=True)


def start(app: Sphinx) -> None:
    """Start to run the notebooks, unless the settings leave that to MyST-NB."""
    if app.config["nb_execution_mode"] != "off" or not run.notebooks_of(Path(app.srcdir)):
        return
    command = [sys.executable, "-m", "analysis.book.run", str(app.srcdir)]
    setattr(app, _RUNNING, subprocess.Popen(command))


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Have those notebooks read again whose files are as they were, but not their outputs."""
    known: dict[str, str] = getattr(env, _SHOWN, {})
    # In a build from clean everything is read, and nothing need be waited for now.
    return [page for page, shown in known.items() if _made(app, page).checksum() != shown]


def fill(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the outputs of its run into the text of a notebook."""
    if not hasattr(app, _RUNNING) or docname not in run.notebooks_of(Path(app.srcdir)):
        return
    made = _made(app, docname)
    notebook = nbformat.reads(source[0], as_version=4)
    source[0] = nbformat.writes(run.with_outputs(notebook, made))
    setattr(app.env, _SHOWN, {**getattr(app.env, _SHOWN, {}), docname: made.checksum()})


def _made(app: Sphinx, page: str) -> run.Made:
    """Wait until all notebooks have run, and return what one of them made."""
    if getattr(app, _RUNNING).wait():
        raise ExtensionError("a notebook did not run to its end; the reason stands above")
    made = run.Kept(Path(app.srcdir)).get(page)
    if made is None:
        raise ExtensionError(f"nothing is known of a run of {page}.ipynb")
    return made


def stop(app: Sphinx, error: Exception | None) -> None:
    """Leave nothing running behind a build that failed."""
    running = getattr(app, _RUNNING, None)
    if running is not None and running.poll() is None:
        running.terminate()
        running.wait()


def setup(app: Sphinx) -> dict[str, object]:
    """Run the notebooks before any page is read."""
    app.connect("config-inited", prepare, priority=100)
    app.connect("builder-inited", start)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", fill)
    app.connect("build-finished", stop, priority=1)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
