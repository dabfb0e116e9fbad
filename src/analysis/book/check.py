"""Check that the built book is whole, and that it shows no more than it may.

There must be a page for each entry of _toc.yml and for each figure, and no other. No
sentence may be in the site of a work of which works.csv says that nothing is published.
"""

import sys
from pathlib import Path

import yaml

import analysis
from analysis.figures import load_figures
from analysis.publishing import published_sentences

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
# Sphinx and the extensions write these by themselves; index.html leads to the first page.
EXTRA = {"404", "genindex", "index", "search"}


def entries(node):
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


def main():
    """Report what is wrong with the site; exit with 1 if anything is."""
    expected = set(entries(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))
    pages = {
        path.relative_to(HTML).with_suffix("").as_posix()
        for path in HTML.rglob("*.html")
        if not path.relative_to(HTML).parts[0].startswith("_")
    }
    expected |= {f"figures/{name}" for name in load_figures(ROOT / "data")}
    problems = [f"missing: {name}.html" for name in sorted((expected | {"index"}) - pages)]
    problems += [f"named nowhere: {name}.html" for name in sorted(pages - expected - EXTRA)]
    shown = published_sentences(HTML, analysis.load_corpus(ROOT / "data"))
    problems += [f"not to be published: {r.sentence_id} in {r.file}" for r in shown.itertuples()]
    if problems:
        sys.exit("The built book is not as it must be.\n" + "\n".join(problems))
    print(f"{len(expected)} of {len(expected)} pages are there.")


if __name__ == "__main__":
    main()
