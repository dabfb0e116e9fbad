"""Works as BibTeX, read back by pybtex, and as CSL-JSON, checked against its schema."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from analysis.corpus import corpus_from_texts
from analysis.exchange import write_bibtex, write_csl_json

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "csl-data.json").read_text("utf-8"))


def works(**cells):
    corpus = corpus_from_texts({"a": "One sentence is here."})
    for column, value in cells.items():
        corpus.works[column] = [value]
    return corpus


def bibtex(corpus, folder):
    return parse_string(write_bibtex(corpus, folder / "works.bib").read_text("utf-8"), "bibtex")


def csl(corpus, folder):
    items = json.loads(write_csl_json(corpus, folder / "works.json").read_text("utf-8"))
    jsonschema.Draft7Validator(SCHEMA).validate(items)
    return items


def test_works_of_the_corpus_are_read_back_by_pybtex(corpus, tmp_path):
    entries = bibtex(corpus, tmp_path).entries
    assert list(entries) == corpus.works["work_id"].tolist()
    shen = entries["shen"]
    assert (shen.type, shen.fields["year"], shen.fields["journal"]) == (
        "article",
        "2015",
        "Canadian Social Science",
    )
    assert (shen.fields["volume"], shen.fields["number"], shen.fields["pages"]) == (
        "11",
        "5",
        "117--122",
    )
    assert shen.fields["doi"] == "10.3968/7004"
    assert [str(person) for person in shen.persons["author"]] == ["{Shen Lijuan}", "{Chen Yue}"]


def test_what_is_not_established_stays_blank(corpus, tmp_path):
    entries, items = bibtex(corpus, tmp_path).entries, csl(corpus, tmp_path)
    undated = corpus.works[corpus.works["year"] == ""]["work_id"].tolist()
    assert undated
    for work in undated:
        assert "year" not in entries[work].fields
        assert "not established" in entries[work].fields["note"]
        (item,) = [item for item in items if item["id"] == work]
        assert "issued" not in item
    untitled = corpus.works[corpus.works["title"] == ""]["work_id"].tolist()
    assert untitled and not any("title" in entries[work].fields for work in untitled)


def test_csl_json_keeps_its_schema_and_says_the_same(corpus, tmp_path):
    items = {item["id"]: item for item in csl(corpus, tmp_path)}
    assert list(items) == corpus.works["work_id"].tolist()
    assert items["shen"]["issued"] == {"date-parts": [[2015]]}
    assert items["shen"]["author"] == [{"literal": "Shen Lijuan"}, {"literal": "Chen Yue"}]
    assert (items["shen"]["type"], items["shen"]["issue"]) == ("article-journal", "5")
    assert items["lian"]["type"] == "document"


def test_schema_refuses_what_is_no_csl_json():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate([{"id": "a", "type": "paper"}])


def test_a_comma_tells_family_from_given_name(tmp_path):
    corpus = works(authors="Hu, An; The R&D Group; Li Wei")
    assert csl(corpus, tmp_path)[0]["author"] == [
        {"family": "Hu", "given": "An"}, {"literal": "The R&D Group"}, {"literal": "Li Wei"},
    ]  # fmt: skip
    people = bibtex(corpus, tmp_path).entries["a"].persons["author"]
    assert people[0].last_names == ["Hu"] and people[0].first_names == ["An"]
    assert str(people[1]) == r"{The R\&D Group}"


@pytest.mark.parametrize("year", ["c. 1900", "1999/2000", "undated"])
def test_a_year_that_is_none_is_not_turned_into_one(year, tmp_path):
    corpus = works(year=year)
    assert "issued" not in csl(corpus, tmp_path)[0]
    assert "year" not in bibtex(corpus, tmp_path).entries["a"].fields


def test_volume_without_issue_is_kept_as_it_is(tmp_path):
    item = csl(works(venue="A Journal", volume="Suppl. 3"), tmp_path)[0]
    assert item["volume"] == "Suppl. 3" and "issue" not in item


@settings(max_examples=50)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40))
def test_any_title_is_read_back(tmp_path_factory, title):
    from analysis.citation import latex_text

    folder = tmp_path_factory.mktemp("bib")
    corpus = works(title=title)
    plain = " ".join(title.split())
    assert csl(corpus, folder)[0].get("title", "") == plain
    field = bibtex(corpus, folder).entries["a"].fields.get("title", "{}")
    assert " ".join(field.split()) == "{" + " ".join(latex_text(plain).split()) + "}"
