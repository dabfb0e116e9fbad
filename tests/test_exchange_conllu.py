"""CoNLL-U, read back by the package conllu."""

import re

import conllu
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.corpus import corpus_from_texts
from analysis.exchange import write_conllu


@pytest.fixture(scope="module")
def parsed(corpus, tmp_path_factory):
    path = write_conllu(corpus, tmp_path_factory.mktemp("conllu") / "tokens.conllu")
    return conllu.parse(path.read_text(encoding="utf-8"))


def rebuilt(sentence):
    pieces = []
    for token in sentence:
        no_space = (token["misc"] or {}).get("SpaceAfter") == "No"
        pieces.append(token["form"] + ("" if no_space else " "))
    return "".join(pieces).rstrip(" ")


def words(sentence):
    return [t for t in sentence if re.match(r"\w", t["form"])]


def test_every_sentence_is_there_in_order(parsed, corpus):
    assert [s.metadata["sent_id"] for s in parsed] == corpus.sentences["sentence_id"].tolist()


def test_tokens_put_together_are_the_sentence(parsed, corpus):
    texts = dict(zip(corpus.sentences["sentence_id"], corpus.sentences["text"], strict=True))
    for sentence in parsed:
        plain = " ".join(texts[sentence.metadata["sent_id"]].split())
        assert sentence.metadata["text"] == plain
        assert rebuilt(sentence) == plain


def test_words_lemmas_and_places_are_those_of_the_token_table(parsed, corpus):
    found = [
        (t["form"], t["lemma"], int(t["misc"]["start_char"]), int(t["misc"]["end_char"]))
        for sentence in parsed
        for t in words(sentence)
    ]
    table = corpus.tokens[["token", "lemma", "start", "end"]].astype({"token": str, "lemma": str})
    assert found == list(table.itertuples(index=False, name=None))


def test_marks_stand_where_they_say(parsed, corpus):
    document, marks, other = None, 0, set()
    for sentence in parsed:
        document = sentence.metadata.get("newdoc id", document)
        for token in sentence:
            if token not in words(sentence):
                place = (int(token["misc"]["start_char"]), int(token["misc"]["end_char"]))
                marks += 1
                other.add((corpus.source(document, *place), token["form"]))
    assert marks > 1000
    # Some marks were made plain, or stood apart; all others are what the file has.
    plain = {
        ("“", '"'),
        ("”", '"'),
        ("’", "'"),
        ("；", ";"),
        ("、", ","),
        ("：", ":"),
        (". .", ".."),
    }
    assert {pair for pair in other if pair[0] != pair[1]} <= plain


def test_documents_and_paragraphs_begin_where_they_do(parsed, corpus):
    documents = [s.metadata["newdoc id"] for s in parsed if "newdoc id" in s.metadata]
    assert documents == corpus.documents["document_id"].tolist()
    paragraphs = [s.metadata["newpar id"] for s in parsed if "newpar id" in s.metadata]
    assert paragraphs == corpus.sentences["paragraph_id"].drop_duplicates().tolist()


def test_nothing_is_tagged(parsed):
    for token in parsed[0]:
        assert (token["upos"], token["xpos"], token["feats"], token["head"]) == (
            "_",
            None,
            None,
            None,
        )


def test_a_small_text_by_hand(tmp_path):
    corpus = corpus_from_texts({"a": 'He said: "No..." It  is\tso.'})
    lines = write_conllu(corpus, tmp_path / "a.conllu").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("# text")] == [
        '# text = He said: "No..." It is so.'
    ]
    rows = [line.split("\t") for line in lines if line and line[0].isdigit()]
    assert all(len(row) == 10 for row in rows)
    assert [row[1] for row in rows] == [
        "He",
        "said",
        ":",
        '"',
        "No",
        "...",
        '"',
        "It",
        "is",
        "so",
        ".",
    ]
    assert rows[1][9] == "SpaceAfter=No|start_char=3|end_char=7"
    assert rows[5][9] == "SpaceAfter=No|start_char=12|end_char=15"
    assert rows[9][9] == "SpaceAfter=No|start_char=24|end_char=26"


def test_only_the_chosen_part_is_written(corpus, tmp_path):
    part = corpus.select(works="lian", kinds="body", headings=False)
    text = write_conllu(part, tmp_path / "part.conllu").read_text(encoding="utf-8")
    assert re.findall(r"# sent_id = (.*)", text) == part.sentences["sentence_id"].tolist()


@settings(max_examples=50)
@given(st.text(alphabet="ab.,-_'’ \n\u00a0\u200b(\U0001f600é", min_size=1, max_size=80))
def test_any_text_is_rebuilt(tmp_path_factory, text):
    corpus = corpus_from_texts({"a": f"Begin {text}"})
    path = write_conllu(corpus, tmp_path_factory.mktemp("any") / "a.conllu")
    for sentence in conllu.parse(path.read_text(encoding="utf-8")):
        assert rebuilt(sentence) == sentence.metadata["text"]
