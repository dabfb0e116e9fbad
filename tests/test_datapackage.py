"""The data packages: true to the files, valid by the standard, and clear about what is missing."""

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import pandas as pd
import pytest

from analysis import datapackage
from analysis.tables import InputError

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
HEADER = "table,column,type,unit,description,constraints,refers_to"


def faults(path):
    """Return what frictionless finds: resource, row, column and kind of each fault."""
    report = frictionless.validate(str(path))
    if not report.tasks:
        return [("", None, None, error.type) for error in report.errors]
    return [
        (task.name, getattr(e, "row_number", None), getattr(e, "field_name", None), e.type)
        for task in report.tasks
        for e in task.errors
    ]


def write_rows(path, *rows):
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def resource(package, name):
    (found,) = [r for r in package["resources"] if r["name"] == name]
    return found


# The committed data


@pytest.fixture(scope="module")
def committed():
    return json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))


def test_committed_package_is_up_to_date(tmp_path):
    path = datapackage.write_package(tmp_path, datapackage.data_package(DATA))
    assert path.read_bytes() == (DATA / "datapackage.json").read_bytes(), (
        "data/datapackage.json is older than the data: run `python -m analysis.datapackage`"
    )


def test_committed_package_is_valid():
    assert faults(DATA / "datapackage.json") == []


def test_every_table_and_text_is_listed(committed):
    paths = [r["path"] for r in committed["resources"]]
    tables = [p.relative_to(DATA) for p in DATA.rglob("*.csv")]
    # The tutorial is a corpus of its own, and no part of the data of the book.
    expected = [p.as_posix() for p in tables if p.parts[0] not in ("derived", "tutorial")]
    expected += [p.relative_to(DATA).as_posix() for p in DATA.glob("raw/*.txt")]
    assert paths == sorted(expected)
    assert datapackage.own_corpora(DATA) == ["tutorial"]


def test_texts_have_the_recorded_checksums(committed):
    documents = pd.read_csv(DATA / "documents.csv")
    listed = {r["path"]: r["hash"] for r in committed["resources"]}
    for document in documents.itertuples():
        assert listed[f"raw/{document.file}"] == f"sha256:{document.sha256}"


def test_licences_are_named_where_the_licence_file_names_them():
    text = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    owned = ["lexicon", "coding", "translations", "silences", "glossary", "conjectures", "figures"]
    assert f"({', '.join(owned)}, findings, and the tables derived from them)" in text
    for licence in datapackage.LICENCES.values():
        assert licence["path"] in text
    dictionary = datapackage.read_dictionary(DATA / "dictionary.csv")
    licensed = dictionary.loc[dictionary["constraints"].str.contains("licence:"), "table"]
    assert {"lexicon/concepts", "coding/problems"} <= set(licensed)
    assert {t.split("/")[0] for t in licensed} == {*owned, "derived"}


def test_texts_have_no_licence(committed):
    texts = [r for r in committed["resources"] if r["path"].startswith("raw/")]
    assert texts and not any("licenses" in r for r in texts)
    # A licence of the package would hold for every file in it.
    assert "licenses" not in committed


def test_tables_are_joined_by_foreign_keys(committed):
    links = resource(committed, "coding-links")["schema"]["foreignKeys"]
    assert [(k["fields"], k["reference"]) for k in links] == [
        (["remedy_id"], {"resource": "coding-remedies", "fields": ["remedy_id"]}),
        (["problem_id"], {"resource": "coding-problems", "fields": ["problem_id"]}),
    ]


# What frictionless finds


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("works.csv", ",2015,", ",about 2015,", ("works", 2, "year", "type-error")),
        ("documents.csv", "shen,shen,", "shen,chen,", ("documents", 2, None, "foreign-key")),
        ("documents.csv", ",twin,", ",second,", ("documents", 3, "role", "constraint-error")),
        (
            "coding/problems.csv",
            "shen-p02,",
            "shen-p01,",
            ("coding-problems", 3, None, "primary-key"),
        ),
    ],
)
def test_wrong_cell_is_found(data, file, old, new, fault):
    replace(data / file, old, new)
    datapackage.write_package(data, datapackage.data_package(data))
    assert fault in faults(data / "datapackage.json")


@pytest.mark.parametrize(
    ("file", "name"), [("raw/lian.txt", "raw-lian"), ("stopwords.csv", "stopwords")]
)
def test_changed_file_is_found(data, file, name):
    content = (data / file).read_bytes()
    (data / file).write_bytes(content.replace(b"the", b"The", 1))
    assert faults(data / "datapackage.json") == [(name, None, None, "hash-count")]


# What a package says


@pytest.fixture
def small(tmp_path):
    """Two small tables and their dictionary."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "papers.csv").write_text("paper,words,level\na,10,1\nb,20,2\n")
    (folder / "rates.csv").write_text('paper,term,rate,note\na,law,0.5,\nb,law,1,"x, y"\n')
    write_rows(
        folder / "dictionary.csv",
        "papers,,,,One row per paper.,licence:CC-BY-4.0,",
        "papers,paper,string,,the paper,required; unique,",
        "papers,words,integer,words,its length,minimum:0,",
        "papers,level,integer,,a level,enum:1|2,",
        "rates,,,,One row per paper and term.,key:paper|term,",
        "rates,paper,string,,the paper,required,papers.paper",
        "rates,term,string,,the term,pattern:[a-z]+,",
        'rates,rate,number,"per 1,000 words",its rate,minimum:0.5; maximum:2,',
        "rates,note,string,,what else,,",
        *(f"dictionary,{column},string,,of a table,," for column in HEADER.split(",")),
        "dictionary,,,,One row per column.,,",
    )
    return folder


def describe(folder, **options):
    dictionary = datapackage.read_dictionary(folder / "dictionary.csv")
    return datapackage.describe(folder, dictionary, "small", "Small", **options)


def test_fields_say_type_unit_and_constraints(small):
    fields = resource(describe(small), "rates")["schema"]["fields"]
    assert fields == [
        {
            "name": "paper",
            "type": "string",
            "description": "the paper",
            "constraints": {"required": True},
        },
        {
            "name": "term",
            "type": "string",
            "description": "the term",
            "constraints": {"pattern": "[a-z]+"},
        },
        {
            "name": "rate",
            "type": "number",
            "description": "its rate",
            "unit": "per 1,000 words",
            "constraints": {"minimum": 0.5, "maximum": 2},
        },
        {"name": "note", "type": "string", "description": "what else"},
    ]
    papers = resource(describe(small), "papers")["schema"]
    assert papers["fields"][2]["constraints"] == {"enum": [1, 2]}


def test_keys_and_licence(small):
    package = describe(small)
    papers, rates = resource(package, "papers"), resource(package, "rates")
    assert papers["schema"]["primaryKey"] == ["paper"]
    assert rates["schema"]["primaryKey"] == ["paper", "term"]
    assert [r["name"] for r in papers["licenses"]] == ["CC-BY-4.0"]
    assert "licenses" not in rates
    assert package["profile"] == "tabular-data-package"
    datapackage.write_package(small, package)
    assert faults(small / "datapackage.json") == []


def test_reference_out_of_the_package_is_no_foreign_key(small):
    (small / "sub").mkdir()
    shutil.move(small / "rates.csv", small / "sub")
    text = (small / "dictionary.csv").read_text().replace("\nrates,", "\nsub/rates,")
    (small / "dictionary.csv").write_text(text)
    assert "foreignKeys" in resource(describe(small), "sub-rates")["schema"]
    alone = datapackage.describe(
        small / "sub",
        datapackage.read_dictionary(small / "dictionary.csv"),
        "sub",
        "Sub",
        prefix="sub/",
    )
    assert "foreignKeys" not in resource(alone, "rates")["schema"]


def test_table_may_refer_to_itself(small):
    replace(
        small / "dictionary.csv",
        "rates,note,string,,what else,,",
        "rates,note,string,,what else,,rates.note",
    )
    (key,) = [
        k
        for k in resource(describe(small), "rates")["schema"]["foreignKeys"]
        if k["fields"] == ["note"]
    ]
    assert key["reference"] == {"resource": "", "fields": ["note"]}
    datapackage.write_package(small, describe(small))
    assert faults(small / "datapackage.json") == []


def test_table_saved_with_a_byte_order_mark(small):
    path = small / "papers.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    datapackage.write_package(small, describe(small))
    assert faults(small / "datapackage.json") == []


def test_same_files_give_the_same_package(small, tmp_path):
    first = datapackage.write_package(small, describe(small)).read_bytes()
    copy = shutil.copytree(small, tmp_path / "copy")
    dictionary = datapackage.read_dictionary(copy / "dictionary.csv").iloc[::-1]
    again = datapackage.describe(copy, dictionary, "small", "Small")
    assert datapackage.write_package(copy, again).read_bytes() == first
    assert sorted(p.name for p in copy.iterdir()) == [
        "datapackage.json",
        "dictionary.csv",
        "papers.csv",
        "rates.csv",
    ]


def test_package_needs_no_frictionless_at_run_time():
    code = (
        "import sys; from analysis.datapackage import data_package; data_package(sys.argv[1]); "
        "print('frictionless' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DATA)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


# What is wrong, all at once


def test_all_differences_are_named_at_once(small):
    (small / "new.csv").write_text("a,b\n1,2\n")
    replace(small / "papers.csv", "paper,words,level", "paper,length,level")
    rows = (
        (small / "dictionary.csv")
        .read_text()
        .replace("rates,,,,One row per paper and term.,key:paper|term,\n", "")
    )
    (small / "dictionary.csv").write_text(rows + "gone,a,string,,nothing,,\n")
    with pytest.raises(InputError) as caught:
        describe(small)
    assert caught.value.problems == [
        "dictionary.csv, row 18, column table: there is no file gone.csv; "
        "delete what describes it, or correct the name",
        "new.csv: the table is not in dictionary.csv; add a row with an empty column for the table "
        "and a row for each of its columns: a, b",
        "papers.csv, column length: the column is not in dictionary.csv; add a row for it",
        "dictionary.csv, row 4, column column: papers.csv has no column 'words'; "
        "delete the row, or correct the name",
        "rates.csv: no row in dictionary.csv says what the table is; add one with an empty column",
    ]


def test_files_that_cannot_be_described_are_named(small):
    (small / "papers.csv").write_bytes(b"")
    (small / "rates.csv").write_bytes(b"paper,\xe9\n")
    (small / "Ra tes.csv").write_text("a,a,\n")
    with pytest.raises(InputError) as caught:
        describe(small)
    text = str(caught.value)
    assert "papers.csv: the file is empty; it needs a header" in text
    assert "rates.csv: byte 6 is not UTF-8" in text
    assert "Ra tes.csv: a data package takes no such name; rename the file" in text
    assert "Ra tes.csv, row 1: the column 'a' stands twice" in text
    assert "Ra tes.csv, row 1: a column has no name" in text


def test_folder_without_tables_is_refused(small, tmp_path):
    (tmp_path / "empty").mkdir()
    dictionary = datapackage.read_dictionary(small / "dictionary.csv")
    with pytest.raises(InputError, match="empty: no table is in the folder"):
        datapackage.describe(tmp_path / "empty", dictionary, "a", "A", prefix="empty/")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("t,a,text,,a cell,,", "row 3, column type: 'text' is unknown"),
        ("t,a,,,a cell,,", "row 3, column type: the cell is empty"),
        ("t,a,string,,,,", "row 3, column description: the cell is empty"),
        (",a,string,,a cell,,", "row 3, column table: the cell is empty"),
        ("t,,string,,a cell,,", "row 3, column column: the cell is empty, so the row describes"),
        ("t,b,string,,a cell,,", "row 3, column column: 'b' of t stands twice"),
        ("t,a,string,,a cell,always,", "row 3, column constraints: 'always' is not known"),
        ("t,a,string,,a cell,minimum:0,", "row 3, column constraints: 'minimum:0' is not known"),
        ("t,a,integer,,a cell,minimum:low,", "row 3, column constraints: 'low' is not a number"),
        ("t,a,number,,a cell,maximum:inf,", "row 3, column constraints: 'inf' is not a number"),
        ("t,a,integer,,a cell,enum:1|x,", "row 3, column constraints: 'x' is not a number"),
        ("t,,,,a table,required,", "row 3, column constraints: 'required' is not known"),
        ("t,,,,a table,licence:free,", "row 3, column constraints: 'licence:free' is not known"),
        ("t,,,,a table,key:b|c,", "row 3, column constraints: t has no column 'c' for its key"),
        ("t,a,string,,a cell,,b", "row 3, column refers_to: 'b' is not in the dictionary"),
        ("t,a,string,,a cell,,t.c", "row 3, column refers_to: 't.c' is not in the dictionary"),
    ],
)
def test_mistake_in_the_dictionary_is_named(tmp_path, row, message):
    write_rows(tmp_path / "dictionary.csv", "t,b,string,,a cell,required,", row)
    with pytest.raises(InputError) as caught:
        datapackage.read_dictionary(tmp_path / "dictionary.csv")
    assert any(f"dictionary.csv, {message}" in p for p in caught.value.problems), caught.value


# The command


def test_command_writes_the_package(data, capsys):
    (data / "datapackage.json").unlink()
    assert datapackage.main([str(data)]) == 0
    assert (data / "datapackage.json").read_bytes() == (DATA / "datapackage.json").read_bytes()
    assert "files described" in capsys.readouterr().out


def test_command_leaves_the_old_package_where_something_is_wrong(data, capsys):
    before = (data / "datapackage.json").read_bytes()
    replace(data / "works.csv", "work_id,label", "work_id,labels")
    assert datapackage.main([str(data)]) == 1
    assert (data / "datapackage.json").read_bytes() == before
    assert (
        "works.csv, column labels: the column is not in dictionary.csv" in capsys.readouterr().err
    )
    assert list(data.glob(".*.part")) == []


# The extension of the book


@pytest.fixture
def book_data():
    pytest.importorskip("sphinx", reason="needs the packages that build the book")
    return importlib.import_module("analysis.book.data")


class App:
    """As much of Sphinx as the extension looks at."""

    def __init__(self, folder):
        self.srcdir = folder
        self.events = {}

    def connect(self, event, function):
        self.events[event] = function


@pytest.fixture
def app(tmp_path, book_data):
    """A book with one derived table, its dictionary, and the extension set up."""
    tables = tmp_path / "data" / "derived" / "tables"
    tables.mkdir(parents=True)
    (tables / "counts.csv").write_text("term,count\nlaw,3\n")
    write_rows(
        tmp_path / "data" / "dictionary.csv",
        "derived/tables/counts,,,,One row per term.,,",
        "derived/tables/counts,term,string,,the term,required; unique,",
        "derived/tables/counts,count,integer,words,how often,minimum:0,",
        "lexicon/concepts,,,,A table of another package.,,",
    )
    app = App(tmp_path)
    book_data.setup(app)
    return app


def test_book_describes_its_tables(app):
    assert app.events["env-updated"](app, None) is None
    path = app.srcdir / "data" / "derived" / "tables" / "datapackage.json"
    assert [r["path"] for r in json.loads(path.read_text())["resources"]] == ["counts.csv"]
    assert faults(path) == []


def test_book_with_a_table_that_is_not_described_is_not_built(app):
    from sphinx.errors import ExtensionError

    tables = app.srcdir / "data" / "derived" / "tables"
    (tables / "rates.csv").write_text("term,rate\nlaw,3\n")
    with pytest.raises(ExtensionError, match=r"derived/tables/rates\.csv: the table is not in"):
        app.events["env-updated"](app, None)
    assert not (tables / "datapackage.json").exists()


def test_book_without_a_dictionary_describes_nothing(app):
    (app.srcdir / "data" / "dictionary.csv").unlink()
    app.events["env-updated"](app, None)
    tables = app.srcdir / "data" / "derived" / "tables"
    assert [p.name for p in tables.iterdir()] == ["counts.csv"]
