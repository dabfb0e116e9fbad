"""The glossary and the passages read by conjecture: tables that say what is wrong with them."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import InputError
from analysis.evidence import listed_places, passage_pieces
from analysis.glossary import (
    BASES,
    CONFIDENCE,
    CONJECTURE_COLUMNS,
    GLOSSARY_COLUMNS,
    confidence_counts,
    conjecture_places,
    conjecture_table,
    first_sentence,
    forms_of,
    glossary_html,
    glossary_table,
    load_conjectures,
    load_glossary,
    term_pattern,
    with_language,
)

DATA = Path(__file__).resolve().parents[1] / "data"
CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def glossary():
    return load_glossary(DATA)


@pytest.fixture(scope="module")
def conjectures(corpus):
    return load_conjectures(corpus, DATA)


# The tables of this book


def test_every_term_is_explained(glossary):
    assert list(glossary.columns) == list(GLOSSARY_COLUMNS)
    assert set(glossary["basis"]) == set(BASES)
    assert (glossary["definition"].str.split().str.len() >= 5).all()
    assert glossary["definition"].str.endswith((".", "。")).all()
    methods = glossary["basis"] == "method"
    assert (glossary.loc[methods, ["chinese", "pinyin"]] == "").all(axis=None)


def test_chinese_is_chinese_and_pinyin_has_its_tones(glossary):
    given_terms = glossary[glossary["chinese"] != ""]
    assert given_terms["chinese"].str.fullmatch("[\u4e00-\u9fff]+").all()
    assert given_terms["pinyin"].str.contains("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]").all()
    assert not given_terms["pinyin"].str.contains(r"\d|[\u4e00-\u9fff]").any()


def test_the_same_term_is_not_told_in_two_ways(glossary, translations):
    """Where the table of suspected variants has the same Chinese term, it reads alike."""
    known = translations.sources.set_index("chinese")["pinyin"]
    ours = glossary[glossary["chinese"].isin(known.index)]
    assert len(ours) >= 3
    spelt = {row.chinese: row.pinyin.replace(" ", "") for row in ours.itertuples()}
    assert spelt == {c: known[c].replace(" ", "") for c in spelt}


def test_every_form_matches_at_word_boundaries(glossary):
    pattern = term_pattern(glossary)
    for form in forms_of(glossary):
        for text in (form, form.upper(), f"({form})", f"the {form}, and", form.replace(" ", "\n")):
            assert [m.lower().split() for m in pattern.findall(text)] == [form.split()]
        for text in (f"x{form}", f"{form}x", f"co-{form}", f"{form}-like"):
            assert form not in [m.lower() for m in pattern.findall(text)]


def test_every_conjecture_has_its_passage(conjectures, corpus):
    assert list(conjectures.columns) == ["work_id", *CONJECTURE_COLUMNS]
    texts = corpus.sentences.set_index("sentence_id")["text"]
    assert all(row.quote in texts[row.sentence_id] for row in conjectures.itertuples())
    assert set(conjectures["work_id"]) == set(corpus.works["work_id"])
    assert set(conjectures["confidence"]) == set(CONFIDENCE)
    assert ((conjectures["conjecture"] == "") == (conjectures["confidence"] == "none")).all()
    order = list(corpus.sentences["sentence_id"])
    places = [order.index(sentence) for sentence in conjectures["sentence_id"]]
    assert places == sorted(places)


def test_what_is_explained_by_another_sentence_names_one_of_the_corpus(conjectures, corpus):
    known = set(corpus.sentences["sentence_id"])
    said = conjectures[["trouble", "conjecture", "basis"]].agg(" ".join, axis=1)
    named = {name for text in said for name in re.findall(r"\b[a-z]+-s\d{4}\b", text)}
    assert named and named <= known


def test_counts_of_confidence_add_up(conjectures):
    counts = confidence_counts(conjectures)
    assert list(counts) == list(CONFIDENCE)
    assert sum(counts.values()) == len(conjectures)
    assert confidence_counts(conjectures.head(0)) == dict.fromkeys(CONFIDENCE, 0)


def test_passages_are_found_where_they_stand(conjectures, corpus):
    places = conjecture_places(corpus, conjectures)
    assert places["sentence_id"].tolist() == conjectures["sentence_id"].tolist()
    pieces = passage_pieces(corpus.body(), listed_places(places)).set_index("sentence_id")["pieces"]
    for row in conjectures.itertuples():
        marked = [p[0] for p in pieces[row.sentence_id] if p is not None and p[1]]
        words = re.findall(r"\w+", row.quote)
        assert " ".join(words) in " ".join(re.findall(r"\w+", " ".join(marked)))


def test_a_quotation_that_left_its_sentence_is_refused(conjectures, corpus):
    moved = conjectures.head(1).assign(quote="words that stand nowhere here")
    with pytest.raises(ValueError, match="does not stand in shen-"):
        conjecture_places(corpus, moved)


# Tables for pages


def test_terms_on_a_page(glossary):
    table = glossary_table(glossary)
    assert len(table) == len(glossary)
    row = table.set_index("term_id").loc["good-governance"]
    assert row["term"] == '<span id="term-good-governance">good governance</span>'
    assert row["chinese"] == (
        '<span lang="zh-Hans">善治</span> <span lang="zh-Latn-pinyin">shànzhì</span>'
    )
    assert row["basis"] == BASES["field"]
    page = glossary_html(table)
    anchors = re.findall(r'id="term-([^"]+)"', page)
    assert sorted(anchors) == sorted(glossary["term_id"])
    assert page.count("<dt>") == page.count("<dd>") == len(glossary)


def test_terms_are_sorted_and_chosen_by_basis(glossary):
    methods = glossary_table(glossary, ("method",))
    assert set(methods["term_id"]) == set(glossary.loc[glossary["basis"] == "method", "term_id"])
    names = [re.sub(r"<[^>]+>", "", term).lower() for term in methods["term"]]
    assert names == sorted(names)
    with pytest.raises(ValueError, match="unknown basis: hearsay; use field, text, method"):
        glossary_table(glossary, ("hearsay",))


def test_all_chinese_of_a_page_is_marked_as_chinese(glossary, conjectures, corpus):
    tables = [glossary_table(glossary), conjecture_table(corpus, conjectures)]
    cells = " ".join(str(cell) for table in tables for cell in table.to_numpy().ravel())
    assert CHINESE.search(cells)
    assert not CHINESE.search(re.sub(r'<span lang="zh-Hans">[^<]*</span>', "", cells))


def test_conjectures_on_a_page(conjectures, corpus):
    table = conjecture_table(corpus, conjectures, "li")
    mine = conjectures[conjectures["work_id"] == "li"]
    assert len(table) == len(mine) > 0
    link = r'<q>[^<>]+</q> <a href="passages.html#(li-s\d{4})">\1</a>'
    assert table["passage"].str.fullmatch(link).all()
    none = mine["confidence"] == "none"
    assert table["conjecture"].eq("–").tolist() == none.tolist()
    assert table["grounds"].str.startswith("none: ").tolist() == none.tolist()
    assert len(conjecture_table(corpus, conjectures)) == len(conjectures)
    with pytest.raises(ValueError, match="no work 'zhang'; it has"):
        conjecture_table(corpus, conjectures, "zhang")


def test_a_conjecture_cannot_bring_markup_into_a_page(conjectures, corpus):
    odd = conjectures.head(1).assign(trouble="a <b> & c", quote="<script>")
    row = conjecture_table(corpus, odd).iloc[0]
    assert row["trouble"] == "a &lt;b&gt; &amp; c"
    assert row["passage"].startswith("<q>&lt;script&gt;</q> <a ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a & b", "a &amp; b"),
        ("权、责 and 利", '<span lang="zh-Hans">权、责</span> and <span lang="zh-Hans">利</span>'),
        ("(治理)", '(<span lang="zh-Hans">治理</span>)'),
    ],
)
def test_chinese_in_a_sentence(text, shown):
    assert with_language(text) == shown


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("At 2.5 of it. More", "At 2.5 of it."),
        ("No stop", "No stop"),
        ("Why? So.", "Why?"),
        ("", ""),
    ],
)
def test_first_sentence(text, first):
    assert first_sentence(text) == first


# Finding forms


def forms(**terms):
    return pd.DataFrame({"term_id": list(terms), "forms": list(terms.values())})


def test_the_longest_form_comes_first_and_wins():
    table = forms(a="rule; law", b="Rule of  law", c="")
    assert forms_of(table) == {"rule of law": "b", "rule": "a", "law": "a"}
    assert term_pattern(table).findall("rule of law, rule by law") == ["rule of law", "rule", "law"]


def test_without_forms_nothing_is_found():
    assert term_pattern(forms(a="")).search("a form") is None


@given(
    st.lists(
        st.from_regex(r"[a-z]{1,4}(?:[ -][a-z]{1,4})?", fullmatch=True), min_size=1, max_size=6
    ),
    st.text("abcd -.\n", max_size=40),
)
def test_a_match_is_a_form_and_stands_alone(words, text):
    table = forms(**{f"t{i}": word for i, word in enumerate(words)})
    known = forms_of(table)
    for match in term_pattern(table).finditer(text):
        assert " ".join(match[0].split()) in known
        around = text[: match.start()][-1:] + text[match.end() :][:1]
        assert not re.search(r"[\w-]", around)


# Mistakes

TERM = dict.fromkeys(GLOSSARY_COLUMNS, "") | {
    "term_id": "theme", "term": "theme", "forms": "theme;themes", "definition": "A code.",
    "basis": "method",
}  # fmt: skip


def write_glossary(folder, *changes):
    rows = [TERM, *(TERM | {"term_id": f"t{i}", "forms": ""} | c for i, c in enumerate(changes))]
    pd.DataFrame(rows).to_csv(folder / "glossary.csv", index=False)
    return folder


def mistakes(call):
    with pytest.raises(InputError) as error:
        call()
    return error.value.problems


def test_a_sound_glossary_is_read(tmp_path):
    table = load_glossary(
        write_glossary(tmp_path, {"basis": "field", "chinese": "主题", "pinyin": "zhǔtí"})
    )
    assert table["term_id"].tolist() == ["theme", "t0"]
    # A term whose Chinese is not sure has none.
    assert len(load_glossary(write_glossary(tmp_path, {"basis": "field"}))) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"term_id": "theme"}, "column term_id: 'theme' stands twice"),
        ({"term_id": "A theme"}, "column term_id: 'A theme' may hold small letters"),
        ({"term": ""}, "column term: the cell is empty"),
        ({"definition": ""}, "column definition: the cell is empty"),
        ({"basis": "hearsay"}, "column basis: 'hearsay' is unknown; use one of: field, method, text"),
        ({"forms": "topic; THEMES"}, "column forms: 'THEMES' is claimed in row 2 already"),
        ({"forms": "topic;Topic"}, "column forms: 'Topic' is claimed in row 3 already"),
        ({"forms": "topic;;tops"}, "column forms: a form is empty"),
        ({"basis": "text", "pinyin": "zhǔtí"}, "column pinyin: there is no Chinese term"),
        ({"basis": "text", "chinese": "主题"}, "column pinyin: the cell is empty"),
        ({"chinese": "主题", "pinyin": "zhǔtí"}, "column chinese: a method has no term"),
    ],
)  # fmt: skip
def test_mistakes_of_the_glossary_are_named_with_their_place(tmp_path, change, said):
    problems = mistakes(lambda: load_glossary(write_glossary(tmp_path, change)))
    assert len(problems) == 1
    assert problems[0].startswith(f"glossary.csv, row 3, {said}")


def test_all_mistakes_of_the_glossary_are_named_at_once(tmp_path):
    write_glossary(tmp_path, {"basis": "x"}, {"forms": "theme"}, {"pinyin": "a"})
    problems = mistakes(lambda: load_glossary(tmp_path))
    assert [re.search(r"row (\d)", p)[1] for p in problems] == ["3", "4", "5"]


def test_a_missing_column_or_file_is_named(tmp_path, corpus):
    assert mistakes(lambda: load_glossary(tmp_path))[0].startswith(
        "glossary.csv: the file is missing"
    )
    (tmp_path / "conjectures.csv").write_text("sentence_id,quote\n", encoding="utf-8")
    problems = mistakes(lambda: load_conjectures(corpus, tmp_path))
    assert "conjectures.csv, row 1, column trouble: the column is missing" in problems[0]


def write_conjectures(folder, corpus, *changes):
    sentences = corpus.body().sentences
    long = sentences[~sentences["is_heading"] & (sentences["text"].str.split().str.len() > 9)]
    rows = []
    for sentence, change in zip(long.itertuples(), ({}, *changes), strict=False):
        quote = " ".join(sentence.text.split()[:5])
        row = {"sentence_id": sentence.sentence_id, "quote": quote, "trouble": "Unclear.",
               "conjecture": "It is clear.", "basis": "the context", "confidence": "weak"}  # fmt: skip
        rows.append(row | change)
    pd.DataFrame(rows).to_csv(folder / "conjectures.csv", index=False)
    return rows


def test_sound_conjectures_are_read_and_put_in_order(tmp_path, corpus):
    rows = write_conjectures(tmp_path, corpus, {"conjecture": "", "confidence": "none"}, {})
    path = tmp_path / "conjectures.csv"
    pd.read_csv(path, dtype=str).iloc[::-1].to_csv(path, index=False)
    table = load_conjectures(corpus, tmp_path)
    assert table["sentence_id"].tolist() == [row["sentence_id"] for row in rows]
    assert table["conjecture"].tolist() == ["It is clear.", "", "It is clear."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sentence_id": "li-s9999"}, "column sentence_id: no primary document has a sentence"),
        (
            {"quote": "words that stand nowhere"},
            "column quote: 'words that stand nowhere' does not",
        ),
        ({"quote": ""}, "column quote: the cell is empty"),
        ({"trouble": ""}, "column trouble: the cell is empty"),
        ({"basis": ""}, "column basis: the cell is empty"),
        ({"confidence": "sure"}, "column confidence: 'sure' is unknown; use one of: fair, none"),
        ({"conjecture": ""}, "column conjecture: the cell is empty; fill it or set confidence"),
        ({"confidence": "none"}, "column confidence: there is a conjecture; say how sure it is"),
    ],
)
def test_mistakes_of_conjectures_are_named_with_their_place(tmp_path, corpus, change, said):
    write_conjectures(tmp_path, corpus, change)
    problems = mistakes(lambda: load_conjectures(corpus, tmp_path))
    assert len(problems) == 1
    assert problems[0].startswith(f"conjectures.csv, row 3, {said}")


def test_a_passage_stands_once_and_is_neither_short_nor_long(tmp_path, corpus):
    rows = write_conjectures(tmp_path, corpus)
    again = rows[0]
    texts = corpus.body().sentences
    longest = texts.loc[texts["text"].str.split().str.len().idxmax()]
    heading = texts[texts["text"] == "INTRODUCTION"].iloc[0]
    pd.DataFrame([
        again, again,
        again | {"quote": " ".join(again["quote"].split()[:3])},
        again | {"sentence_id": longest["sentence_id"], "quote": longest["text"]},
        again | {"sentence_id": heading["sentence_id"], "quote": heading["text"]},
    ]).to_csv(tmp_path / "conjectures.csv", index=False)  # fmt: skip
    problems = mistakes(lambda: load_conjectures(corpus, tmp_path))
    assert len(problems) == 3  # a short heading may be quoted whole
    assert "row 3" in problems[0] and "stands twice; keep one row" in problems[0]
    assert "row 4, column quote: 3 words; quote 4 to 40" in problems[1]
    assert "row 5, column quote:" in problems[2]


def test_a_passage_of_the_second_extraction_is_refused(tmp_path, corpus):
    twin = corpus.select(roles="twin").sentences.iloc[30]
    write_conjectures(tmp_path, corpus, {"sentence_id": twin["sentence_id"], "quote": twin["text"]})
    problems = mistakes(lambda: load_conjectures(corpus, tmp_path))
    assert "no primary document has a sentence" in problems[0]
