"""What the built book offers to take away is there, is whole, and works."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import browser
import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = "problems-and-remedies-data"
# Quick, and writes no table.
NOTEBOOK = "coding-table"


@pytest.fixture(scope="module")
def page(site):
    return (site / "book" / "cite.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def archive(site):
    with zipfile.ZipFile(site / "_static" / f"{DATA}.zip") as opened:
        yield opened


def offered(page):
    """Local files that the page offers for download."""
    return re.findall(r'<a [^>]*href="\.\./([^"#]+)"[^>]*download', page)


def test_everything_offered_is_there(site, page):
    files = offered(page)
    assert {"_static/citation.bib", "_static/citation.ris", "_static/citation.json",
            f"_static/{DATA}.zip"} <= set(files)  # fmt: skip
    assert [name for name in files if not (site / name).is_file()] == []


def test_every_notebook_is_offered(page):
    toc = json.dumps(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    names = {f"_sources/{name}.ipynb" for name in re.findall(r"notebooks/[\w-]+", toc)}
    assert names == {name for name in offered(page) if name.endswith(".ipynb")}


def test_zip_is_whole(archive, site):
    assert archive.testzip() is None
    package = json.loads(archive.read(f"{DATA}/tables/datapackage.json"))
    assert package["resources"]
    for resource in package["resources"]:
        content = archive.read(f"{DATA}/tables/{resource['path']}")
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"], resource["path"]
    names = archive.namelist()
    assert f"{DATA}/CITATION.cff" in names and f"{DATA}/LICENSE" in names
    assert any(name.startswith(f"{DATA}/data/coding/") for name in names)


def test_figures_are_in_the_zip_in_every_form(archive):
    drawn = {Path(n).name.removesuffix(".svg") for n in archive.namelist() if n.endswith(".svg")}
    assert drawn
    names = set(archive.namelist())
    for name in drawn:
        for ending in (".png", ".vl.json", ".csv"):
            assert f"{DATA}/figures/{name}{ending}" in names


def test_texts_are_not_in_the_zip(archive):
    """Neither as files nor under other names; the invented reports of the tutorial may be."""
    names = archive.namelist()
    invented = f"{DATA}/data/tutorial/raw/"
    assert not [
        name
        for name in names
        if "/evidence/" in name or ("/raw/" in name and not name.startswith(invented))
    ]
    raw = {hashlib.sha256(p.read_bytes()).digest() for p in (ROOT / "data" / "raw").iterdir()}
    assert not raw & {hashlib.sha256(archive.read(name)).digest() for name in names}


def test_tables_of_the_zip_can_be_read(archive):
    for name in archive.namelist():
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))
            assert rows and len({len(row) for row in rows}) == 1, name


def test_pages_say_what_they_are(site):
    names = browser.toc_pages()
    for name in names:
        text = (site / name).read_text(encoding="utf-8")
        found = [
            json.loads(one)
            for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
        ]
        assert found[0]["@type"] == ("Book" if name == names[0] else "Chapter"), name
        assert found[0]["name"] and found[0]["author"]
        assert "datePublished" not in found[0]
        assert text.count('name="citation_title"') == 1, name
    cite = (site / "book" / "cite.html").read_text(encoding="utf-8")
    assert '"@type": "Dataset"' in cite


def test_downloaded_notebook_runs_by_itself(site, tmp_path):
    """In an empty folder, in the environment of the project."""
    source = site / "_sources" / "notebooks" / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code and not any("write_table" in text for text in code)
    script = (
        "import sys, nbformat\n"
        "from nbclient import NotebookClient\n"
        "book = nbformat.read(sys.argv[1], as_version=4)\n"
        "NotebookClient(book, timeout=300, kernel_name='python3').execute(cwd='.')\n"
        "nbformat.write(book, 'done.ipynb')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(source)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    cells = nbformat.read(tmp_path / "done.ipynb", as_version=4).cells
    assert any(cell.get("outputs") for cell in cells)


# The PDF, where one was made


@pytest.fixture(scope="module")
def pdf(site, page):
    """The PDF. Where there is a browser, the book must have one."""
    path = site / "_static" / "problems-and-remedies.pdf"
    if not path.is_file():
        assert path.name not in page, "the page offers a PDF that is not there"
        browser.missing("the book was built without a PDF")
    return path.read_bytes()


def test_pdf_is_offered_with_its_pages(pdf, page):
    assert "_static/problems-and-remedies.pdf" in offered(page)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    assert f"({pages:,} pages," in page
    assert pages >= len(browser.toc_pages())


def test_pdf_is_for_all_readers(pdf):
    assert pdf.startswith(b"%PDF-")
    for part in (b"/StructTreeRoot", b"/Marked true", b"/Lang (en)", b"/Outlines", b"/Title"):
        assert part in pdf, part
    for part in (b"/CreationDate", b"/ModDate", b"/Creator"):
        assert part not in pdf, part


def test_every_link_inside_the_pdf_has_a_target(pdf):
    targets = set(re.findall(rb"/([^\s/<>\[\]()]+) \[\d+ 0 R /XYZ", pdf))
    links = set(re.findall(rb"/Dest /([^\s/<>\[\]()]+)", pdf))
    assert len(links) > 50
    assert links <= targets
    for name in browser.toc_pages():
        assert name.removesuffix(".html").replace("/", "-").encode() in targets, name


def test_links_out_of_the_pdf_are_addresses(pdf):
    for address in set(re.findall(rb"/URI \((.*?)\)", pdf)):
        assert re.match(rb"https?://", address), address
