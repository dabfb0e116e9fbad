"""Check that the built book is whole, and that it shows no more than it may.

There must be a page for each entry of _toc.yml and for each figure, and no other. No
sentence may be in the site of a work of which works.csv says that nothing is published.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import analysis
from analysis.figures import load_figures
from analysis.publishing import published_sentences

# Sphinx and the extensions write these by themselves; index.html leads to the first page.
EXTRA = {"404", "genindex", "index", "search"}


def entries(node: Any) -> Iterator[str]:
    """Yield every page named in a table of contents, as a path without suffix."""
    if isinstance(node, list):
        for part in node:
            yield from entries(part)
    elif isinstance(node, dict):
        for key in ("root", "file"):
            if key in node:
                name = str(node[key])
                yield name.removesuffix(".md").removesuffix(".ipynb")
        for value in node.values():
            yield from entries(value)


def main(project: Path = Path()) -> None:
    """Report what is wrong with the site of a project; exit with 1 if anything is."""
    site = project / "_build" / "html"
    expected = set(entries(yaml.safe_load((project / "_toc.yml").read_text(encoding="utf-8"))))
    pages = {
        path.relative_to(site).with_suffix("").as_posix()
        for path in site.rglob("*.html")
        if not path.relative_to(site).parts[0].startswith("_")
    }
    drawn = project / "data" / "derived" / "figures"
    expected |= {
        f"figures/{name}"
        for name, figure in load_figures(project / "data").items()
        if not figure.optional or (drawn / f"{name}.vl.json").is_file()
    }
    problems = [f"missing: {name}.html" for name in sorted((expected | {"index"}) - pages)]
    problems += [f"named nowhere: {name}.html" for name in sorted(pages - expected - EXTRA)]
    shown = published_sentences(site, analysis.load_corpus(project / "data"))
    problems += [f"not to be published: {r.sentence_id} in {r.file}" for r in shown.itertuples()]
    if problems:
        sys.exit("The built book is not as it must be.\n" + "\n".join(problems))
    print(f"{len(expected)} of {len(expected)} pages are there.")


if __name__ == "__main__":
    main()
