"""The page of the concordance: no place is lost, none is doubled, and none is shown that may not."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import terms
from analysis.concepts import find_concepts, find_pattern
from analysis.corpus import corpus_from_texts
from analysis.kwic_page import (
    KINDS,
    VALUE,
    concordance_html,
    concordance_script,
    listed_lines,
    write_concordance,
)
from analysis.publishing import WITHHELD
from analysis.text import WORD
from analysis.translations import Translations
from analysis.values import value_address


def read(script):
    """Return the data that a script assigns."""
    start, end = "bookData.concordance=", ";\n"
    assert script.startswith(start) and script.endswith(end)
    return json.loads(script[len(start) : -len(end)])


def published_as(listed, **rules):
    """Return the same lines under other rules of publication."""
    works = listed.texts.works
    rule = works["work_id"].map(rules).fillna(works["publish"])
    return replace(listed, texts=replace(listed.texts, works=works.assign(publish=rule)))


@pytest.fixture(scope="module")
def listed(study, lexicon):
    return listed_lines(study, lexicon)


@pytest.fixture(scope="module")
def data(listed):
    return read(concordance_script(listed))


@pytest.fixture(scope="module")
def page(listed):
    return concordance_html(listed)


@pytest.fixture(scope="module")
def prose_hits(body, lexicon):
    return find_concepts(body.select(headings=False), lexicon)


def test_every_place_of_every_listed_term_is_there(listed, study, prose_hits):
    places = terms.term_places(study)
    own = listed.lines[listed.lines["kind"] != VALUE]
    counts = own.groupby(["kind", "label"]).size().to_dict()
    kinds = places["list"].map(terms.ORDER)
    assert counts == places.groupby([kinds, "term"]).size().to_dict()
    values = listed.lines[listed.lines["kind"] == VALUE]
    assert values.groupby("query").size().to_dict() == (
        prose_hits.groupby("concept_id").size().to_dict()
    )
    assert list(dict.fromkeys(listed.lines["kind"])) == list(KINDS)


def test_words_of_a_place_are_the_words_of_the_text(listed, study, prose_hits):
    texts = listed.texts.sentences.set_index("sentence_id")["text"]
    for line in listed.lines.itertuples():
        words = WORD.findall(texts[line.sentence_id])[line.first : line.last + 1]
        assert " ".join(words).lower() == line.form
    values = listed.lines[listed.lines["kind"] == VALUE]
    assert sorted(values["form"]) == sorted(prose_hits["matched"].str.lower())
    forms = listed.lines[listed.lines["kind"] == "word"]
    assert (forms["form"] == forms["label"]).all()


def test_counts_are_those_of_the_chapter(data, study):
    panels = {term["id"]: term for term in data["terms"]}
    sizes = {kind["id"]: kind.get("sizes", data["sizes"]) for kind in data["kinds"]}
    shown = study.frequencies[study.frequencies["role"] == "primary"]
    addresses = terms.term_addresses(study)
    for row in shown.itertuples():
        term = panels[addresses[row.list, row.term].split("#")[1]]
        assert len(term["places"].get(row.work_id, ())) == row.count
        assert sizes[terms.ORDER[row.list]][row.work_id] == row.size


def test_no_work_is_absent(data, corpus):
    works = set(corpus.works["work_id"])
    assert {work["id"] for work in data["works"]} == works == set(data["sizes"])
    found = {work for term in data["terms"] for work in term["places"]}
    assert found == works
    assert all("withheld" not in term for term in data["terms"])
    assert data["apart"] == {}


def test_a_query_finds_one_term_of_a_kind(data):
    keys = [(term["kind"], term["query"]) for term in data["terms"]]
    assert len(keys) == len(set(keys))
    assert ("joined", "democracy") in keys and ("lemma", "democracy") in keys
    assert (VALUE, "rule-of-law") in keys


def test_forms_have_no_place_that_is_not_listed(listed, data):
    forms = {form: term["id"] for term in data["terms"] for form in term["forms"]}
    assert forms["governance"] == "e-lemma--governance"
    for form in ("governance", "democratic", "local governments", "regions"):
        if form in forms:
            own = listed.lines[(listed.lines["id"] == forms[form]) & (listed.lines["form"] == form)]
            assert len(own) == len(find_pattern(listed.texts, form))
    # Of its places some are those of another lemma, or of none.
    whole = {form for term in data["terms"] if term["kind"] == "lemma" for form in term["forms"]}
    for name, own in listed.lines[listed.lines["kind"] == "lemma"].groupby("form"):
        assert (name in whole) == (len(find_pattern(listed.texts, str(name))) == len(own))


def test_the_script_is_the_same_each_time(listed, study, lexicon, tmp_path):
    first = write_concordance(listed, tmp_path)
    again = write_concordance(listed_lines(study, lexicon), tmp_path / "again")
    assert first == tmp_path / "evidence" / "concordance.js"
    assert first.read_bytes() == again.read_bytes()
    assert [path.name for path in first.parent.iterdir()] == ["concordance.js"]


def test_every_address_stands_on_the_page_once(page, study, prose_hits, data):
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    addresses = terms.term_addresses(study)
    shown = terms.with_panels(study.frequencies, addresses)["panel"].tolist()
    hits = prose_hits[["concept_id", "work_id"]].drop_duplicates()
    shown += [value_address(hit.concept_id, hit.work_id) for hit in hits.itertuples()]
    shown += [value_address(hit.concept_id) for hit in hits.itertuples()]
    assert {a.split("#")[1] for a in [*addresses.values(), *shown]} <= set(ids)
    assert {"values", *(term["id"] for term in data["terms"])} <= set(ids)


def test_panels_have_the_numbers_and_links_of_the_data(page, data):
    for term in data["terms"]:
        for work, places in term["places"].items():
            found = re.search(
                rf'id="{term["id"]}--{work}"><summary>[^<]*: (\d+) places?</summary>(.*?)</details>',
                page,
            )
            assert int(found[1]) == len(places)
            links = re.findall(r'<a href="passages\.html#([\w-]+)">', found[2])
            assert links == list(dict.fromkeys(sentence for sentence, _, _ in places))


def test_the_page_stays_small(page):
    assert len(page.encode()) < 260_000


def test_of_a_work_that_is_not_published_there_are_counts_only(listed, data):
    hidden = published_as(listed, lian="none")
    script, page = concordance_script(hidden), concordance_html(hidden)
    assert "lian-s" not in script + page
    assert 'id="e-lemma--democracy--lian"><summary>Lian (undated): ' in page
    assert page.count(WITHHELD) == sum("lian" in term["places"] for term in data["terms"])
    for before, after in zip(data["terms"], read(script)["terms"], strict=True):
        own = before["places"].pop("lian", [])
        assert after.get("withheld", {}) == ({"lian": len(own)} if own else {})
        assert after["places"] == before["places"]
        before["places"]["lian"] = own


def test_words_that_are_none_are_named_where_all_can_be_searched(listed):
    apart = read(concordance_script(published_as(listed, lian="full")))["apart"]
    tokens = listed.texts.tokens
    own = tokens[~tokens["is_word"] & (tokens["work_id"] == "lian")]
    assert sum(len(numbers) for numbers in apart.values()) == len(own) > 0
    texts = listed.texts.sentences.set_index("sentence_id")["text"]
    named = [WORD.findall(texts[s])[number] for s, numbers in apart.items() for number in numbers]
    assert named == own["token"].astype(str).tolist()


def test_other_texts_have_a_page_too(lexicon):
    corpus = corpus_from_texts({
        "sea": "The sea is wide. Ships cross the sea.\n\nThe sea has tides and ships.",
        "hill": "The hill is steep. Goats climb the hill.\n\nA hill has goats and grass.",
    })  # fmt: skip
    none = Translations(
        pd.DataFrame(
            columns=["source_id", "label", "chinese", "pinyin", "gloss", "confidence", "reason"]
        ),
        pd.DataFrame(columns=["source_id", "pattern", "match", "sentence_id", "quote", "note"]),
    )
    listed = listed_lines(terms.study_terms(corpus, none, resamples=200), lexicon)
    listed = published_as(listed, sea="passages", hill="none")
    data = {term["id"]: term for term in read(concordance_script(listed))["terms"]}
    assert [place[1:] for place in data["e-lemma--sea"]["places"]["sea"]] == [
        [1, 1],
        [3, 3],
        [1, 1],
    ]
    assert data["e-lemma--hill"]["withheld"] == {"hill": 3}
    assert not any(term["kind"] == VALUE for term in data.values())
    assert 'id="e-lemma--sea--sea"' in concordance_html(listed)
