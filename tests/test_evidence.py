"""Every number leads to its sentences, and the page of passages republishes no paper."""

import json
import re

import pandas as pd
import pytest

from analysis import evidence, kwic
from analysis.coding import load_comparison
from analysis.coding.panels import quoted_places
from analysis.concordance import in_context
from analysis.terms import WIDTH, term_places
from analysis.text import WORD
from analysis.translations import variant_places


def test_a_row_leads_to_its_sentences(body):
    places = evidence.occurrences(body, ["corruption"])
    links = evidence.passage_links({"work_id": "lian", "term": "corruption", "rate": 2.2}, places)
    wanted = places.loc[places["work_id"] == "lian", "sentence_id"].unique()
    assert links.count("<a ") == len(wanted) > 0
    assert f'href="passages.html#{wanted[0]}"' in links
    assert evidence.passage_links({"work_id": "region", "term": "corruption"}, places) == ""


def test_a_row_without_a_common_key_is_refused(body):
    with pytest.raises(ValueError, match="no key column"):
        evidence.passage_links({"share": 1}, evidence.occurrences(body, ["law"]))


def test_panels_have_one_line_per_sentence_and_count_places(body):
    places = evidence.occurrences(body, ["corruption", "democracy"])
    html = evidence.panels(body, places, ["work_id", "term"], "{term} in {work}")
    lines = places.drop_duplicates(["term", "sentence_id"])
    assert html.count("<li>") == len(lines) < len(places)
    own = places.query("work_id == 'lian' and term == 'democracy'")
    assert (
        '<details class="evidence" id="e-lian--democracy">'
        f"<summary>democracy in Lian (undated): {len(own)} places</summary>"
    ) in html
    assert evidence.panel_address("lian", "democracy") == "#e-lian--democracy"


def test_a_link_names_the_words_of_its_places(body):
    places = evidence.occurrences(body, ["corruption", "public interest"])
    texts = body.sentences.set_index("sentence_id")["text"]
    links = evidence.sentence_links(body, places)
    pattern = r'<a href="passages.html#(.+?)" data-words="([\d -]+)">\1</a> § \S+'
    seen = 0
    for sentence_id, link in links.items():
        found = re.fullmatch(pattern, link)
        assert found[1] == sentence_id
        words = WORD.findall(texts[sentence_id])
        for first, last in (map(int, span.split("-")) for span in found[2].split()):
            assert re.fullmatch(
                r"corruption|public interests?", " ".join(words[first : last + 1]).lower()
            )
            seen += 1
    assert seen == len(places)


def test_a_place_that_runs_on_is_placed_in_each_sentence(body):
    first, second = body.sentences.iloc[1:3].itertuples()
    place = pd.DataFrame(
        [(first.section_id, first.start, second.end)], columns=["section_id", "start", "end"]
    )
    found = evidence.word_places(body, place)
    assert found["sentence_id"].tolist() == [first.sentence_id, second.sentence_id]
    assert found["first"].tolist() == [0, 0]
    assert found["last"].tolist() == [len(WORD.findall(row.text)) - 1 for row in (first, second)]


def test_texts_and_labels_are_escaped(body):
    places = evidence.occurrences(body, ["corruption"]).assign(term="<script>alert(1)</script>")
    html = evidence.panels(body, places, ["term"], "{term}")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_pieces_show_the_evidence_and_leave_the_rest_out(body):
    places = evidence.occurrences(body, ["corruption"])
    pieces = evidence.passage_pieces(body, evidence.listed_places(places, width=2))
    texts = body.sentences.set_index("sentence_id")["text"]
    for row in pieces.itertuples():
        shown = [p for p in row.pieces if p]
        assert all(text.strip() in texts[row.sentence_id] for text, _ in shown)
        assert any(marked and "corruption" in text.lower() for text, marked in shown)
        assert row.words == len(WORD.findall(texts[row.sentence_id]))
        assert row.shown == sum(len(WORD.findall(text)) for text, _ in shown) <= row.words


def test_all_words_marked_show_the_whole_sentence(body):
    sentence = body.sentences.iloc[[1]]
    (row,) = evidence.passage_pieces(body, sentence.assign(width=0)).itertuples()
    assert "".join(text for text, _ in row.pieces) == sentence["text"].iloc[0]


def test_no_work_is_republished(body, hits, coding, translations, study):
    sources = load_comparison(None, coding, body).sources
    places = evidence.listed_places(
        quoted_places(coding, sources), hits, term_places(study), variant_places(body, translations),
        width=WIDTH,
    )  # fmt: skip
    table = evidence.recoverable_share(body, evidence.passage_pieces(body, places))
    print(table.to_string())
    # The quotations of an exhaustive coding alone are between a third and a half of a work.
    assert (table["share"] < 0.85).all()
    assert (table["share"] > 0.3).all()


def test_a_place_keeps_the_greatest_of_its_widths(body):
    places = evidence.occurrences(body, ["corruption"])
    both = evidence.listed_places(places.assign(width=1), places, width=4)
    assert (both["width"] == 4).all()
    assert len(both) == len(places)


def test_terms_of_several_words_stop_at_sentences_and_marks(body):
    places = evidence.occurrences(body, ["public interest", "interest"])
    counts = places["term"].value_counts()
    text = "\n".join(body.sentences["text"]).lower()
    assert counts["public interest"] == len(re.findall(r"public\s+interests?\b", text)) > 0
    assert counts["interest"] > counts["public interest"]
    shown = [body.source(p.document_id, p.start, p.end) for p in places.itertuples()]
    assert all(re.fullmatch(r"(?:public\s+)?interests?", s.lower()) for s in shown)


def test_context_stays_in_its_paragraph_and_has_its_width(body):
    lines = kwic(body, "democra*", width=4)
    assert (lines["left"].map(lambda t: len(WORD.findall(t))) <= 4).all()
    assert (lines["right"].map(lambda t: len(WORD.findall(t))) <= 4).all()
    assert lines["keyword"].str.lower().str.startswith("democra").all()
    assert not lines["left"].str.contains("\n").any()


def test_context_at_the_ends_of_a_text(body):
    first = body.tokens.iloc[[0]].assign(work_id="shen")
    (line,) = in_context(body, first, width=3).itertuples()
    assert line.left == ""
    assert line.keyword == first["token"].astype(str).iloc[0]


def test_kwic_of_a_concept_and_of_nothing(body, lexicon, hits):
    lines = kwic(body, "trust", lexicon=lexicon)
    assert len(lines) == (hits["concept_id"] == "trust").sum()
    assert kwic(body, "zebra").empty
    for wrong in ("", "*", "a *"):
        with pytest.raises(ValueError, match="letters"):
            kwic(body, wrong)
    with pytest.raises(ValueError, match="no concept"):
        kwic(body, "zebra", lexicon=lexicon)


def test_panels_of_different_keys_have_different_names():
    names = [
        ("a-b", "c"),
        ("a", "b-c"),
        ("lian", "民主"),
        ("lian", "治理"),
        ("lian", "a_b"),
        ("lian", "a b"),
    ]
    assert len({evidence.panel_id(*parts) for parts in names}) == len(
        names
    )  # the first two read alike


def stored(path):
    """Read a store of passages as a script would."""
    text = path.read_text(encoding="utf-8")
    head, end = "bookData.passages=", ";\n"
    assert text.startswith(head)
    assert text.endswith(end)
    return json.loads(text[len(head) : -len(end)])


def test_the_store_holds_each_shown_word_at_its_number(body, tmp_path):
    places = evidence.listed_places(evidence.occurrences(body, ["corruption"]), width=2)
    pieces = evidence.passage_pieces(body, places)
    path = evidence.write_passages(body, pieces, tmp_path)
    assert path == tmp_path / "evidence" / "passages.js"
    store = stored(path)
    texts = body.sentences.set_index("sentence_id")["text"]
    assert list(store["sentences"]) == pieces["sentence_id"].tolist()
    for row in pieces.itertuples():
        sentence = store["sentences"][row.sentence_id]
        words = WORD.findall(texts[row.sentence_id])
        shown = 0
        for first, text in sentence["p"]:
            own = WORD.findall(text)
            assert own == words[first : first + len(own)]
            shown += len(own)
        assert shown == row.shown
        # The last piece reaches the end, or an empty one says that something is left out.
        first, text = sentence["p"][-1]
        assert first + len(WORD.findall(text)) == row.words
        assert (text == "") == (row.pieces[-1] is None)
        assert f"{sentence['w']}/{sentence['s']}" in store["sections"]
    assert store["works"]["lian"] == {"label": "Lian (undated)", "short": "Lian"}


def test_the_store_has_one_line_per_sentence_and_the_same_bytes(body, tmp_path):
    places = evidence.listed_places(evidence.occurrences(body, ["corruption"]), width=2)
    pieces = evidence.passage_pieces(body, places)
    twice = [evidence.write_passages(body, pieces, tmp_path / n).read_bytes() for n in "ab"]
    assert twice[0] == twice[1]
    assert sum(line.startswith(b'"') and b'"p":' in line for line in twice[0].splitlines()) == len(
        pieces
    )
    assert [p.name for p in (tmp_path / "a" / "evidence").iterdir()] == ["passages.js"]
