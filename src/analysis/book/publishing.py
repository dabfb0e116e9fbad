"""Addresses that are known only where the book is published.

Read from the environment, so that a copy of the book never points to a place
that is not its own:

``BOOK_URL``
    Address of the published book; becomes the canonical address of each page.
``BOOK_REPOSITORY_URL``
    Address of the repository; adds the buttons for source, edits and issues
    and those that launch a notebook. Without it there are no such buttons.
``BOOK_REPOSITORY_BRANCH``
    Branch that the buttons lead to; "main" if not set.
"""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

_PROVIDERS = {"github.com", "gitlab.com", "bitbucket.org"}
_BINDER_PROVIDERS = {"github.com", "gitlab.com"}


def repository_options(url: str, branch: str) -> dict[str, Any]:
    """Theme options for a repository at `url`.

    Raises
    ------
    ConfigError
        If `url` is not the address of a repository that the theme knows.
    """
    address = re.sub(r"(\.git)?/*$", "", url)
    parts = urlsplit(address)
    if (
        parts.scheme != "https"
        or parts.hostname not in _PROVIDERS
        or not re.fullmatch(r"(/[\w.-]+){2,}", parts.path)
    ):
        raise ConfigError(
            f"BOOK_REPOSITORY_URL is {url!r}, but must look like "
            f"https://HOST/OWNER/NAME with HOST one of {', '.join(sorted(_PROVIDERS))}"
        )
    launch = {"notebook_interface": "jupyterlab"}
    if parts.hostname in _BINDER_PROVIDERS:
        launch["binderhub_url"] = "https://mybinder.org"
    if parts.hostname == "github.com":
        launch["colab_url"] = "https://colab.research.google.com"
    return {
        "repository_url": address,
        "repository_branch": branch,
        "path_to_docs": "",
        "use_repository_button": True,
        "use_edit_page_button": True,
        # The theme has no address for new issues elsewhere.
        "use_issues_button": parts.hostname in _BINDER_PROVIDERS,
        "launch_buttons": launch,
    }


def read_environment(app: Sphinx, config: Config) -> None:
    """Put the addresses of the environment into the configuration."""
    book_url = os.environ.get("BOOK_URL", "").strip()
    if book_url:
        if urlsplit(book_url).scheme not in {"http", "https"}:
            raise ConfigError(f"BOOK_URL is {book_url!r}, but must start with https://")
        config["html_baseurl"] = book_url.rstrip("/") + "/"
    repository = os.environ.get("BOOK_REPOSITORY_URL", "").strip()
    if repository:
        branch = os.environ.get("BOOK_REPOSITORY_BRANCH", "").strip() or "main"
        config["html_theme_options"].update(repository_options(repository, branch))


def setup(app: Sphinx) -> dict[str, Any]:
    """Read the environment before anything else uses the settings."""
    app.connect("config-inited", read_environment, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
