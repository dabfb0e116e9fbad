"""Web Annotations: by the rules of the recommendation, and pointing where they should."""

import base64
import hashlib
import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.corpus import corpus_from_texts
from analysis.exchange import web_annotations, write_web_annotations

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "web-annotation.json").read_text("utf-8"))
DATA = Path(__file__).resolve().parents[1] / "data"


def faults(collection):
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(collection)]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def annotations(collection, motivation="tagging"):
    return [a for a in collection["first"]["items"] if a["motivation"] == motivation]


def places(text, selector):
    """Every place that a TextQuoteSelector names, as its readers look for it."""
    whole = selector["prefix"] + selector["exact"] + selector["suffix"]
    found, at = [], text.find(whole)
    while at >= 0:
        start = at + len(selector["prefix"])
        found.append((start, start + len(selector["exact"])))
        at = text.find(whole, at + 1)
    return found


@pytest.fixture(scope="module")
def of_coding(coding, corpus, tmp_path_factory):
    return read(write_web_annotations(coding, corpus, tmp_path_factory.mktemp("wa") / "c.jsonld"))


@pytest.fixture(scope="module")
def of_hits(hits, corpus):
    return web_annotations(hits, corpus)


def test_collections_keep_the_rules_of_the_recommendation(of_coding, of_hits):
    assert faults(of_coding) == []
    assert faults(of_hits) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c.pop("@context"),
        lambda c: c["first"]["items"][0].pop("target"),
        lambda c: c["first"]["items"][0].update(motivation="coding"),
        lambda c: c["first"]["items"][0]["target"]["selector"][1].update(start=-1),
        lambda c: c["first"]["items"][0]["body"][0].pop("value"),
        lambda c: c.pop("first"),
    ],
)
def test_rules_refuse_what_is_wrong(of_coding, damage):
    broken = json.loads(json.dumps(of_coding))
    damage(broken)
    assert faults(broken)


@pytest.mark.parametrize("name", ["of_coding", "of_hits"])
def test_both_selectors_find_the_same_place_in_the_raw_file(name, request, corpus):
    files = dict(zip(corpus.documents["file"], corpus.documents["document_id"], strict=True))
    for annotation in annotations(request.getfixturevalue(name)):
        target = annotation["target"]
        text = (DATA / "raw" / target["source"]).read_bytes().decode("utf-8")
        assert text == corpus.raw[files[target["source"]]]
        quotation, position = target["selector"]
        place = (position["start"], position["end"])
        assert text[slice(*place)] == quotation["exact"]
        assert places(text, quotation) == [place]


def test_state_names_the_bytes_of_the_file(of_coding):
    for annotation in annotations(of_coding):
        content = (DATA / "raw" / annotation["target"]["source"]).read_bytes()
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        assert annotation["target"]["state"]["cached"] == f"ni:///sha-256;{digest}"


def test_every_item_and_link_is_there_once(of_coding, of_hits, coding, hits):
    items = annotations(of_coding)
    assert len(items) == len(coding.problems) + len(coding.remedies)
    assert len(annotations(of_coding, "linking")) == len(coding.links)
    assert of_coding["total"] == len(items) + len(coding.links)
    assert of_hits["total"] == len(annotations(of_hits)) == len(hits)
    for collection in (of_coding, of_hits):
        names = [a["id"] for a in collection["first"]["items"]]
        assert len(names) == len(set(names))


def test_bodies_say_what_was_coded(of_coding, coding):
    first, item = annotations(of_coding)[0], coding.problems.iloc[0]
    said = {(body["purpose"], body["value"]) for body in first["body"]}
    wanted = {
        ("tagging", "problem"),
        ("tagging", f"theme: {item['theme']}"),
        ("describing", item["label"]),
    }
    assert wanted <= said
    assert first["creator"] == {"name": coding.coder}


def test_links_join_the_annotations_of_remedy_and_problem(of_coding, coding):
    kinds = {a["id"]: a["body"][0]["value"] for a in annotations(of_coding)}
    labels = {
        a["id"]: next(b["value"] for b in a["body"] if b["purpose"] == "describing")
        for a in annotations(of_coding)
    }
    for annotation, link in zip(
        annotations(of_coding, "linking"), coding.links.itertuples(), strict=True
    ):
        remedy, problem = annotation["target"]
        assert (kinds[remedy], kinds[problem]) == ("remedy", "problem")
        label = coding.remedies.set_index("remedy_id").loc[link.remedy_id, "label"]
        assert labels[remedy] == label


def test_same_source_gives_the_same_bytes(coding, corpus, tmp_path):
    first, second = (write_web_annotations(coding, corpus, tmp_path / n) for n in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_address_of_the_files_can_be_given(coding, corpus):
    named = web_annotations(coding, corpus, base="https://example.org/raw/")
    assert {a["target"]["source"] for a in annotations(named)} == {
        f"https://example.org/raw/{file}"
        for file in corpus.documents[corpus.documents["role"] == "primary"]["file"]
    }


def hits_of(*spans):
    return pd.DataFrame([("a b", *span, "c", "") for span in spans],
                        columns=["document_id", "start", "end", "concept_id", "stance"])  # fmt: skip


@settings(max_examples=50)
@given(st.text(alphabet="ab ", min_size=1, max_size=300), st.data())
def test_quotation_is_found_in_one_place_however_repetitive_the_text(text, data):
    text = f"x{text}"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (one,) = web_annotations(hits_of((start, end)), corpus_from_texts({"a b": text}))["first"][
        "items"
    ]
    assert places(text, one["target"]["selector"][0]) == [(start, end)]
    assert one["target"]["source"] == "a%20b"


def test_nothing_found_is_an_empty_collection():
    collection = web_annotations(hits_of(), corpus_from_texts({"a b": "No hit."}))
    assert collection["total"] == 0 and faults(collection) == []


def test_place_in_another_corpus_is_refused(coding):
    with pytest.raises(ValueError, match="document 'shen' is not in this corpus"):
        web_annotations(coding, corpus_from_texts({"a": "Another text."}))


def test_table_without_hits_is_refused(corpus):
    with pytest.raises(ValueError, match="no column concept_id, end, start"):
        web_annotations(corpus.documents, corpus)
