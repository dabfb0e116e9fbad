"""How the book is cited, in the forms that programs read."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import citation
from analysis.tables import InputError

ROOT = Path(__file__).resolve().parents[1]

FULL = """
cff-version: 1.2.0
title: "R&D in {braces}: 50% of _all_ #1, $5 ~ ^ \\\\ done"
type: dataset
version: 1.2.3
date-released: 2026-03-09
doi: 10.5281/zenodo.1234_5
url: https://example.org/a_b?c=1&d=2
repository-code: https://example.org/code
license: MIT
abstract: >-
  One line
  and another.
keywords: [local governance, "R&D"]
authors:
  - family-names: Gogh
    given-names: Vincent
    name-particle: van
    orcid: https://orcid.org/0000-0001-2345-678X
  - family-names: King
    given-names: Martin Luther
    name-suffix: Jr.
  - name: Smith and Sons, Ltd. & Co
  - given-names: Sukarno
"""


@pytest.fixture
def full(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(FULL, encoding="utf-8")
    return citation.read_citation(path)


@pytest.fixture(scope="module")
def own():
    return citation.read_citation(ROOT / "CITATION.cff")


# Reading


def test_everything_is_read(full):
    assert full.title == "R&D in {braces}: 50% of _all_ #1, $5 ~ ^ \\ done"
    assert (full.kind, full.version, full.released) == ("dataset", "1.2.3", "2026-03-09")
    assert full.year == "2026"
    assert full.abstract == "One line and another."
    assert full.keywords == ("local governance", "R&D")
    assert full.authors[0] == citation.Author(
        family="van Gogh", given="Vincent", orcid="https://orcid.org/0000-0001-2345-678X"
    )
    assert full.authors[2].name == "Smith and Sons, Ltd. & Co"
    assert full.authors[3].family == "Sukarno"


def test_own_file_is_read(own):
    assert own.kind == "software"
    assert [author.name for author in own.authors] == ["The Problems and Remedies project"]
    assert own.version


def test_all_problems_are_reported(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "type: book\ndate-released: March\ndoi: doi:10.1\nurl: example.org\n"
        "authors:\n  - affiliation: none\n  - {name: A, orcid: none}\n"
    )
    with pytest.raises(InputError) as error:
        citation.read_citation(path)
    text = str(error.value)
    for word in ("title: is missing", "'book'", "'March'", "'doi:10.1'", "'example.org'",
                 "number 1 has neither", "number 2"):  # fmt: skip
        assert word in text


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "is missing"), ("- a\n- b\n", "must hold keys"), ("a: [", "is not YAML")],
)
def test_file_that_is_none_is_refused(tmp_path, text, message):
    path = tmp_path / "CITATION.cff"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=message):
        citation.read_citation(path)


def test_version_that_is_read_as_a_number_is_refused(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text("title: A\nversion: 1.10\nauthors: [{name: B}]\n")
    with pytest.raises(InputError, match=r"version: 1\.1 is a number; put it in quotation marks"):
        citation.read_citation(path)
    path.write_text("title: A\nversion: '1.10'\nauthors: [{name: B}]\n")
    assert citation.read_citation(path).version == "1.10"


@pytest.mark.parametrize("authors", ["", "authors: []\n", "authors: A. Name\n"])
def test_book_without_authors_is_refused(tmp_path, authors):
    path = tmp_path / "CITATION.cff"
    path.write_text(f"title: A\n{authors}")
    with pytest.raises(InputError, match="at least one"):
        citation.read_citation(path)


# For people


def test_sentence(full, own):
    published = replace(own, url="https://example.org/book/")
    assert citation.sentence(published) == (
        f"The Problems and Remedies project (n.d.). {own.title} (version {own.version}). "
        "Executable book. https://example.org/book/"
    )
    assert citation.sentence(full).endswith("Data set. https://doi.org/10.5281/zenodo.1234_5")
    assert "Vincent van Gogh, Martin Luther King Jr., Smith" in citation.sentence(full)
    assert "Co and Sukarno (2026)" in citation.sentence(full)


def test_sentence_says_nothing_that_is_not_known(own):
    assert citation.sentence(own).endswith("Executable book.")


@pytest.mark.parametrize("number", [3, "3", "Figure 3"])
def test_figure_is_cited_in_its_book(own, number):
    assert citation.cite_figure(number, "Who acts.", own, "https://example.org/f") == (
        f"Figure 3: Who acts. In: The Problems and Remedies project (n.d.). {own.title} "
        f"(version {own.version}). https://example.org/f"
    )


def test_figure_without_address(own):
    text = citation.cite_figure(1, "Who\n acts?", own)
    assert text.startswith("Figure 1: Who acts? In: The Problems")
    assert text.endswith(f"(version {own.version}).")


def test_figure_without_caption_is_refused(own):
    with pytest.raises(ValueError, match="no caption"):
        citation.cite_figure(1, " . ", own)


# BibTeX


def parsed(text):
    database = pytest.importorskip("pybtex.database", reason="comes with what builds the book")
    (entry,) = database.parse_string(text, "bibtex").entries.values()
    return entry


def test_bibtex_of_the_book(own):
    entry = parsed(citation.bibtex(own))
    assert entry.type == "misc" and entry.key == own.slug == "problems-and-remedies"
    (author,) = entry.persons["author"]
    assert author.last_names == ["{The Problems and Remedies project}"]
    assert not author.first_names
    assert entry.fields["title"] == "{" + own.title + "}"
    assert entry.fields["version"] == own.version
    assert "year" not in entry.fields and "url" not in entry.fields


def test_bibtex_with_everything(full):
    entry = parsed(citation.bibtex(full))
    names = [(p.prelast_names, p.last_names, p.lineage_names, p.first_names) for p in
             entry.persons["author"]]  # fmt: skip
    assert names == [
        (["van"], ["Gogh"], [], ["Vincent"]),
        ([], ["King"], ["Jr."], ["Martin"]),
        ([], [r"{Smith and Sons, Ltd. \& Co}"], [], []),
        ([], ["Sukarno"], [], []),
    ]
    assert entry.fields["title"] == (
        r"{R\&D in \{braces\}: 50\% of \_all\_ \#1, \$5 \textasciitilde{} "
        r"\textasciicircum{} \textbackslash{} done}"
    )
    assert (entry.fields["year"], entry.fields["month"]) == ("2026", "3")
    # Verbatim, as the styles expect them.
    assert entry.fields["url"] == "https://example.org/a_b?c=1&d=2"
    assert entry.fields["doi"] == "10.5281/zenodo.1234_5"


@pytest.mark.parametrize("name", ["A and B", "A, B"])
def test_names_are_not_taken_apart(name):
    record = citation.Record("T", (citation.Author(family=name, given="X"),))
    (author,) = parsed(citation.bibtex(record)).persons["author"]
    assert author.last_names == ["{" + name + "}"]


def test_every_special_character_is_escaped():
    special = r"\{}&%$#_~^"
    left = re.sub(r"\\(?:text\w+\{\}|[{}&%$#_])", "", citation.latex_text(special))
    assert left == ""


# RIS


def ris_fields(text):
    """Read RIS strictly: two capitals or digits, two blanks, hyphen, blank, value."""
    assert text.endswith("ER  - \r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    found = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in lines]
    assert all(found), lines
    fields = [match.groups() for match in found]
    assert [tag for tag, _ in fields].index("TY") == 0
    assert [tag for tag, _ in fields].count("TY") == [tag for tag, _ in fields].count("ER") == 1
    assert all(value for tag, value in fields if tag != "ER")
    return fields


def test_ris_of_the_book(own):
    fields = ris_fields(citation.ris(own))
    assert fields[0] == ("TY", "COMP")
    assert ("AU", "The Problems and Remedies project") in fields
    assert ("TI", own.title) in fields and ("ET", own.version) in fields
    assert [value for tag, value in fields if tag == "KW"] == list(own.keywords)
    assert not {"PY", "DA", "UR", "DO"} & {tag for tag, _ in fields}


def test_ris_with_everything(full):
    fields = ris_fields(citation.ris(full))
    assert fields[0] == ("TY", "DATA")
    assert [value for tag, value in fields if tag == "AU"] == [
        "van Gogh,Vincent",
        "King,Martin Luther,Jr.",
        # A comma would make "Ltd. & Co" a given name.
        "Smith and Sons Ltd. & Co",
        "Sukarno",
    ]
    assert {("PY", "2026"), ("DA", "2026/03/09/"), ("DO", full.doi), ("UR", full.url)} <= set(
        fields
    )


def test_suffix_keeps_its_place_without_given_name():
    record = citation.Record("T", (citation.Author(family="King", suffix="Jr."),))
    assert ("AU", "King,,Jr.") in ris_fields(citation.ris(record))


# CSL-JSON: the part of the official schema (csl-data.json 1.0.2) that is used here.

TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "anyOf": [{"required": ["literal"]}, {"required": ["family"]}],
    "properties": {name: TEXT for name in ("literal", "family", "given", "suffix")},
    "additionalProperties": False,
}
CSL = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "properties": {
            "type": {"enum": ["software", "dataset"]},
            "author": {"type": "array", "items": NAME},
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": ["integer", "string"]},
                        },
                    }
                },
                "additionalProperties": False,
            },
            **{
                name: TEXT
                for name in ("id", "title", "version", "abstract", "keyword", "DOI", "URL",
                             "language")
            },
        },
        "additionalProperties": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("which", ["own", "full"])
def test_csl_json_keeps_the_schema(which, request):
    jsonschema = pytest.importorskip("jsonschema", reason="comes with the drawing of charts")
    items = json.loads(citation.csl_json(request.getfixturevalue(which)))
    jsonschema.validate(items, CSL)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**items[0], "Title": "x"}], CSL)


def test_csl_json_with_everything(full):
    (item,) = json.loads(citation.csl_json(full))
    assert item["type"] == "dataset"
    assert item["issued"] == {"date-parts": [[2026, 3, 9]]}
    assert item["author"] == [
        {"family": "van Gogh", "given": "Vincent"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
        {"literal": "Smith and Sons, Ltd. & Co"},
        {"family": "Sukarno"},
    ]
    assert item["DOI"] == full.doi and item["URL"] == full.url


def test_csl_json_has_no_date_without_one(own):
    (item,) = json.loads(citation.csl_json(own))
    assert "issued" not in item and "URL" not in item
    assert item["title"] == own.title
