"""What readers take away: metadata, zip and notebooks; and where launch buttons lead."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pandas as pd
import pytest
import yaml
from packaging.requirements import Requirement

pytest.importorskip("sphinx", reason="needs the packages that build the book")

from analysis import citation  # noqa: E402
from analysis.book import colab, takeaway  # noqa: E402
from analysis.publishing import published_sentences  # noqa: E402
from analysis.tables import InputError  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "problems-and-remedies-data"
ARCHIVE = f"{FOLDER}.zip"
REPOSITORY = "https://github.com/owner/some.name"
BRANCH = "edition"
BOOK_URL = "https://example.org/book/"
PERSON = citation.Author(
    family="Gogh", given="Vincent", orcid="https://orcid.org/0000-0001-2345-6789"
)


@pytest.fixture
def record():
    return citation.Record(
        title='Book & "more"',
        authors=(PERSON, citation.Author(name="A project")),
        version="2.0",
        keywords=("one", "two"),
        abstract="About.",
    )


# Metadata


def test_book_in_the_words_of_schema_org(record):
    found = takeaway.linked_data(record, "Home", "Book", BOOK_URL, BOOK_URL)
    assert found["@context"] == "https://schema.org"
    assert (found["@type"], found["name"]) == ("Book", record.title)
    assert found["author"] == [
        {"@type": "Person", "givenName": "Vincent", "familyName": "Gogh",
         "name": "Vincent Gogh", "@id": PERSON.orcid},
        {"@type": "Organization", "name": "A project"},
    ]  # fmt: skip
    assert found["inLanguage"] == "en" and found["version"] == "2.0"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["keywords"] == "one, two"
    assert found["url"] == BOOK_URL


def test_chapter_is_part_of_the_book(record):
    found = takeaway.linked_data(record, "Words", "Chapter", BOOK_URL + "w.html", BOOK_URL)
    assert (found["@type"], found["name"], found["url"]) == (
        "Chapter",
        "Words",
        BOOK_URL + "w.html",
    )
    assert found["isPartOf"] == {"@type": "Book", "name": record.title, "url": BOOK_URL}


def test_data_set_can_be_downloaded_where_the_book_is_published(record):
    found = takeaway.linked_data(record, "", "Dataset", BOOK_URL + "cite.html", BOOK_URL)
    assert found["distribution"]["contentUrl"] == f"{BOOK_URL}_static/book-more-data.zip"
    assert found["description"]
    assert "distribution" not in takeaway.linked_data(record, "", "Dataset")


@pytest.mark.parametrize("kind", ["Book", "Chapter", "Dataset"])
def test_nothing_is_said_that_is_not_known(record, kind):
    found = takeaway.linked_data(record, "Words", kind)
    assert not {"url", "datePublished", "identifier", "distribution"} & set(found)
    assert all(found.values())
    assert "url" not in found.get("isPartOf", {})


def test_date_is_given_if_there_is_one(record):
    dated = citation.Record("T", (PERSON,), released="2026-03-09")
    assert takeaway.linked_data(dated, "", "Book")["datePublished"] == "2026-03-09"
    assert 'content="2026/03/09"' in takeaway.citation_tags(dated, "", "", True)


def test_script_cannot_be_closed_by_what_is_in_it():
    text = takeaway.script({"name": "</script><b>"})
    assert text.count("<") == 2
    assert json.loads(text[text.index("{") : text.rindex("}") + 1]) == {"name": "</script><b>"}


def test_tags_for_reference_managers(record):
    text = takeaway.citation_tags(record, "Words", BOOK_URL, False)
    tags = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', text))
    assert tags["citation_title"] == "Words"
    assert unescape(tags["citation_inbook_title"]) == record.title
    assert re.findall(r'citation_author" content="([^"]*)"', text) == ["Gogh, Vincent", "A project"]
    assert tags["citation_public_url"] == BOOK_URL
    own = takeaway.citation_tags(record, "Home", "", True)
    assert "inbook" not in own and "public_url" not in own
    assert "Book &amp; &quot;more&quot;" in own


# Notebooks


def test_notebook_says_what_it_needs():
    (cell,) = takeaway.introduction("", "")
    assert cell["cell_type"] == "markdown"
    assert "make lab" in "".join(cell["source"])


def test_notebook_fetches_what_it_needs_where_the_repository_is_known():
    said, fetch = takeaway.introduction(REPOSITORY, BRANCH)
    assert REPOSITORY in "".join(said["source"])
    code = "".join(fetch["source"])
    assert f"git clone --quiet --depth 1 --branch {BRANCH} {REPOSITORY}" in code
    assert "./some.name " in code and "%cd some.name/notebooks" in code
    # What the notebooks draw with is not a dependency of the package itself.
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = [re.search(r'"(vl-convert-python[^"]*)"', text)[1] for text in (code, project)]
    assert Requirement(named[0]) == Requirement(named[1])


def test_notebooks_are_listed_in_the_order_of_the_book():
    contents = {"index": ["a", "c"], "a": ["b"], "b": ["a", "d"]}
    assert list(takeaway._pages_below(contents, "index")) == ["index", "a", "b", "d", "c"]


def test_cells_are_put_in_once(tmp_path):
    path = tmp_path / "a.ipynb"
    own = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Ä", id="title")])
    path.write_text(nbformat.writes(own) + "\n", encoding="utf-8")
    for _ in range(2):
        takeaway.introduce(path, takeaway.introduction(REPOSITORY, BRANCH))
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [c.id for c in notebook.cells] == [takeaway.FIRST_CELL, takeaway.FETCH_CELL, "title"]
    takeaway.introduce(path, takeaway.introduction("", ""))
    cells = nbformat.read(path, as_version=4).cells
    assert [c.id for c in cells] == [takeaway.FIRST_CELL, "title"]


# The zip


@pytest.fixture
def project(tmp_path):
    files = {
        "CITATION.cff": "title: T",
        "LICENSE": "MIT",
        "data/works.csv": "work_id,publish\na,passages\nb,full\n",
        "data/documents.csv": "document_id,work_id\na,a\nb,b\n",
        "data/coding/problems.csv": "problem_id,quote\np,words of a\n",
        "data/raw/a.txt": "the whole text",
        "data/.hidden": "x",
        "data/derived/.gitkeep": "",
        "data/derived/tables/t.csv": "a\n1\n",
        "data/derived/tables/datapackage.json": "{}",
        "data/derived/figures/f.svg": "<svg/>",
        "data/derived/figures/f.vl.json": "{}",
        "data/derived/figures/f.js": "x",
        "data/derived/evidence/passages.js": "x",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_zip_has_results_and_judgements_but_no_texts(project):
    assert list(takeaway.archived(project)) == [
        "CITATION.cff",
        "LICENSE",
        "data/coding/problems.csv",
        "data/documents.csv",
        "data/works.csv",
        "figures/f.svg",
        "figures/f.vl.json",
        "tables/datapackage.json",
        "tables/t.csv",
    ]


def test_quotations_stay_out_when_a_work_may_not_be_shown(project):
    (project / "data" / "works.csv").write_text("work_id,publish\na,passages\nb,none\n")
    quoting = {
        "quoted.csv": '"topic_id","work_id","quote"\n"t","b","words of b"\n',
        "marked.csv": "\ufeffquote,work_id\nwords of b,b\n",
        "damage.csv": "document_id,raw,reading\nb,words of b,words\n",
    }
    for name, text in quoting.items():
        (project / "data" / name).write_text(text, encoding="utf-8")
    (project / "data" / "pairs.csv").write_text("left,right\nlocal,governance\n")
    (project / "data" / "empty.csv").write_text("")
    assert [name for name in takeaway.archived(project) if name.startswith("data/")] == [
        "data/documents.csv",
        "data/empty.csv",
        "data/pairs.csv",
        "data/works.csv",
    ]


def test_archive_of_unreadable_tables_is_refused(project):
    (project / "data" / "works.csv").write_text("work_id\na\n")
    with pytest.raises(InputError, match="column publish"):
        takeaway.archived(project)


def test_no_sentence_of_a_work_that_is_not_published_is_in_the_zip(data, corpus, record, tmp_path):
    """The committed judgements of the project, with one work silent."""
    path = data / "works.csv"
    works = pd.read_csv(path, dtype=str, keep_default_na=False)
    works["publish"] = works["publish"].mask(works["work_id"] == "lian", "none")
    works.to_csv(path, index=False)
    silent = replace(corpus, works=corpus.works.assign(publish=list(works["publish"])))
    (tmp_path / "site").mkdir()
    archive = tmp_path / "site" / "data.zip"
    every = {str(p.relative_to(data)): p for p in sorted(data.rglob("*.csv"))}
    takeaway.write_archive(archive, every, record)
    assert not published_sentences(tmp_path / "site", silent).empty
    takeaway.write_archive(archive, takeaway.archived(tmp_path), record)
    found = published_sentences(tmp_path / "site", silent)
    assert found.empty, found.to_string()


def test_zip_depends_on_its_files_only(project, record, tmp_path):
    digests = []
    for number, time in enumerate((10**9, 2 * 10**9)):
        files = takeaway.archived(project)
        for path in files.values():
            os.utime(path, (time, time))
        target = tmp_path / f"{number}.zip"
        takeaway.write_archive(target, dict(reversed(files.items())), record)
        digests.append(hashlib.sha256(target.read_bytes()).hexdigest())
    assert digests[0] == digests[1]
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        assert names == sorted(names)
        assert all(name.startswith("book-more-data/") for name in names)
        assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert {e.external_attr >> 16 for e in entries} == {0o644}
        assert {e.compress_type for e in entries} == {zipfile.ZIP_DEFLATED}
        readme = archive.read("book-more-data/README.md").decode()
    for part in ("`tables/`", "`figures/`", "`data/`", "not in this archive", "2.0"):
        assert part in readme


def test_readme_names_no_folder_that_is_not_there(record):
    readme = takeaway._readme({"tables/t.csv": Path("t.csv")}, record)
    assert "`tables/`" in readme and "`figures/`" not in readme


# A book of two pages, with the settings of the real one

INDEX = """# A small book

```{citation} sentence
```

```{citation} bibtex
```

```{notebook-downloads}
```
"""


TABLE = """\
from pathlib import Path
tables = Path("../data/derived/tables")
tables.mkdir(parents=True, exist_ok=True)
(tables / "t.csv").write_text("a\\n1\\n")
"""


def small_book(folder):
    """Lay out a book as the real one is, and put it under git."""
    shutil.copytree(
        ROOT / "book",
        folder / "book",
        ignore=shutil.ignore_patterns("__pycache__", "vega-bundle.js", "*.md"),
    )
    for name in ("_config.yml", "CITATION.cff", "environment.yml"):
        shutil.copy(ROOT / name, folder)
    (folder / "data").mkdir()
    (folder / "book" / "index.md").write_text(INDEX)
    (folder / "notebooks").mkdir()
    page = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# A notebook", id="title"),
            nbformat.v4.new_code_cell(TABLE, id="table"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    (folder / "notebooks" / "page.ipynb").write_text(nbformat.writes(page) + "\n")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n  - file: notebooks/page\n"
    )
    return folder


def build(folder, **environment):
    program = Path(sys.executable).with_name("jupyter-book")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOOK_")}
    done = subprocess.run(
        [program, "build", ".", "-W", "-n", "--keep-going"],
        cwd=folder,
        env={**inherited, **environment, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The small book, not published and published."""
    folder = small_book(tmp_path_factory.mktemp("small") / "book")
    plain = shutil.copytree(build(folder), folder.parent / "plain")
    colab.add_cells(folder, REPOSITORY, BRANCH)
    published = build(
        folder,
        BOOK_URL=BOOK_URL,
        BOOK_REPOSITORY_URL=REPOSITORY,
        BOOK_REPOSITORY_BRANCH=BRANCH,
    )
    return plain, published


def tree(folder):
    """Paths of the files that git has in a folder, or those on disk without git."""
    git = shutil.which("git")
    if git is None:
        return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    done = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split("\0")) - {""}


def repository_path(address):
    """Return the path in the repository that a launch, source or edit address leads to.

    None for an address that leads to the repository as a whole or to an issue.
    """
    parts = urlsplit(unescape(address))
    if parts.hostname == "mybinder.org":
        assert parts.path == f"/v2/gh/owner/some.name/{BRANCH}"
        (place,) = parse_qs(parts.query)["urlpath"]
        return place.removeprefix("lab/tree/")
    owned = "/owner/some.name/"
    if parts.hostname == "colab.research.google.com":
        assert parts.path.startswith(f"/github{owned}blob/{BRANCH}/")
        return unquote(parts.path.removeprefix(f"/github{owned}blob/{BRANCH}/"))
    if parts.hostname == "github.com":
        found = re.fullmatch(rf"{owned}(?:blob|edit|raw)/{BRANCH}/(.+)", parts.path)
        return unquote(found[1]) if found else None
    raise AssertionError(f"an address that nobody expected: {address}")


OUTSIDE = re.compile(
    r'href="(https://(?:mybinder\.org|colab\.research\.google\.com|github\.com)/[^"]*)"'
)


def launched(page):
    return [a for a in OUTSIDE.findall(page.read_text(encoding="utf-8")) if "owner" in a]


def test_every_button_leads_to_a_file_of_the_tree(sites, tmp_path):
    folder = small_book(tmp_path / "again")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    files = tree(folder)
    paths = {
        name: {path for a in launched(sites[1] / name) if (path := repository_path(a))}
        for name in ("notebooks/page.html", "book/index.html")
    }
    assert paths["notebooks/page.html"] == {"notebooks/page.ipynb"}
    assert paths["book/index.html"] == {"book/index.md"}
    assert set.union(*paths.values()) <= files


def test_notebook_has_both_launch_buttons_and_prose_has_none(sites):
    notebook = " ".join(launched(sites[1] / "notebooks" / "page.html"))
    assert "mybinder.org" in notebook and "colab.research.google.com" in notebook
    prose = " ".join(launched(sites[1] / "book" / "index.html"))
    assert "mybinder.org" not in prose and "colab.research.google.com" not in prose


def test_book_that_is_not_published_launches_nothing(sites):
    for page in ("notebooks/page.html", "book/index.html"):
        text = (sites[0] / page).read_text(encoding="utf-8")
        assert not launched(sites[0] / page)
        assert "mybinder" not in text and "colab.research" not in text


def test_buttons_of_the_real_book_would_lead_to_its_tree():
    files = tree(ROOT)
    # Binder builds its environment from this file.
    assert "environment.yml" in files
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = re.findall(r"notebooks/[\w-]+", json.dumps(toc))
    assert len(names) >= 10
    assert [n for n in names if f"{n}.ipynb" not in files] == []


def test_button_downloads_the_notebook_with_its_first_cell(sites):
    for site, ids in zip(
        sites,
        ([takeaway.FIRST_CELL], [takeaway.FIRST_CELL, takeaway.FETCH_CELL]),
        strict=True,
    ):
        page = site / "notebooks" / "page.html"
        address = "../_sources/notebooks/page.ipynb"
        assert f'href="{address}"' in page.read_text(encoding="utf-8")
        notebook = nbformat.read((page.parent / address).resolve(), as_version=4)
        nbformat.validate(notebook)
        assert [c.id for c in notebook.cells] == [*ids, "title", "table"]


def test_small_book_carries_files_and_metadata(sites):
    plain, published = sites
    own = citation.read_citation(ROOT / "CITATION.cff")
    assert (plain / "_static" / "citation.bib").read_text() == citation.bibtex(own)
    assert (plain / "_static" / "citation.ris").read_bytes() == citation.ris(own).encode()
    assert json.loads((plain / "_static" / "citation.json").read_text())[0]["title"] == own.title
    assert BOOK_URL in (published / "_static" / "citation.ris").read_text()
    with zipfile.ZipFile(plain / "_static" / ARCHIVE) as archive:
        assert f"{FOLDER}/tables/t.csv" in archive.namelist()
    index = (plain / "book" / "index.html").read_text(encoding="utf-8")
    assert 'href="../_sources/notebooks/page.ipynb" download>A notebook</a>' in index
    assert "Executable book." in index and "@misc{" in unescape(re.sub("<[^>]*>", "", index))
    kinds = {}
    for name in ("book/index.html", "notebooks/page.html"):
        text = (published / name).read_text(encoding="utf-8")
        (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
        kinds[name] = json.loads(found)
        assert text.count('name="citation_title"') == 1
        assert "ld+json" in (plain / name).read_text(encoding="utf-8")
        assert BOOK_URL not in (plain / name).read_text(encoding="utf-8")
    assert kinds["book/index.html"]["@type"] == "Book"
    assert kinds["notebooks/page.html"]["@type"] == "Chapter"
    assert kinds["notebooks/page.html"]["url"] == f"{BOOK_URL}notebooks/page.html"
    for name in ("search.html", "genindex.html"):
        assert "ld+json" not in (published / name).read_text(encoding="utf-8")
