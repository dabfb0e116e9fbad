"""The tables that readers of the built book download."""

import json
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import browser
import frictionless
import pytest


@pytest.fixture(scope="module")
def site():
    folder = browser.built_book()
    if not (folder / "index.html").is_file():
        pytest.fail(f"there is no book in {folder}: run `make book` first")
    return folder.resolve()


def test_data_package_is_valid_and_lists_every_table(site):
    path = site / "_static" / "tables" / "datapackage.json"
    listed = {r["path"] for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    assert listed == {p.relative_to(path.parent).as_posix() for p in path.parent.rglob("*.csv")}
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])


def test_links_to_tables_lead_to_files(site):
    found, broken = set(), []
    for page in sorted(site.rglob("*.html")):
        for link in browser.read_page(page).links:
            target = urlsplit(urljoin(page.as_uri(), link))
            if target.scheme != "file" or not target.path.endswith(".csv"):
                continue
            found.add(link)
            if not Path(unquote(target.path)).is_file():
                broken.append(f"{page.relative_to(site)}: {link}")
    assert found
    assert not broken, "\n".join(broken)
