"""Check that the built book has a page for each entry of _toc.yml, and no other page."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
# Sphinx writes these by itself; index.html leads to the first page.
EXTRA = {"genindex", "index", "search"}


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
    """Report missing and surplus pages; exit with 1 if there are any."""
    expected = set(entries(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))
    pages = {
        path.relative_to(HTML).with_suffix("").as_posix()
        for path in HTML.rglob("*.html")
        if not path.relative_to(HTML).parts[0].startswith("_")
    }
    problems = [f"missing: {name}.html" for name in sorted((expected | {"index"}) - pages)]
    problems += [f"not in _toc.yml: {name}.html" for name in sorted(pages - expected - EXTRA)]
    if problems:
        sys.exit("The built book is not whole.\n" + "\n".join(problems))
    print(f"{len(expected)} of {len(expected)} pages of _toc.yml are there.")


if __name__ == "__main__":
    main()
