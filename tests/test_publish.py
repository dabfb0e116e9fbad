"""How far the texts are shown is what works.csv says, and a search of the site proves it."""

import csv
import json
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from analysis import browser, evidence, export, glossary, publishing
from analysis.coding import load_comparison
from analysis.coding.panels import (
    item_panels,
    link_panels,
    quoted_places,
    show_sources,
    show_tensions,
)  # fmt: skip
from analysis.corpus import corpus_from_texts
from analysis.findings import load_silences
from analysis.publishing import WITHHELD, published_sentences

SILENT = "lian"


def ruled(corpus, rule):
    """Give one work another rule, in memory."""
    is_it = corpus.works["work_id"] == SILENT
    works = corpus.works.assign(publish=corpus.works["publish"].mask(is_it, rule))
    return replace(corpus, works=works)


@pytest.fixture
def write_site(tmp_path, data, corpus, coding, lexicon, hits, monkeypatch):
    """Write what shows text of the works into a folder, under a rule for one of them."""
    monkeypatch.chdir(tmp_path)

    def write(rule):
        rows = list(csv.DictReader((data / "works.csv").open(encoding="utf-8", newline="")))
        with (data / "works.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            for row in rows:
                table.writerow(row | ({"publish": rule} if row["work_id"] == SILENT else {}))
        texts = ruled(corpus, rule)
        body = texts.body()
        comparison = load_comparison(None, coding, corpus)
        conjectures = glossary.load_conjectures(corpus)
        places = evidence.listed_places(quoted_places(coding, comparison.sources), hits, width=2)
        pieces = evidence.passage_pieces(body, places)
        evidence.write_passages(body, pieces, data / "derived")
        export.write_table(hits, "concept_hits")
        export.write_table(load_silences(corpus).readings, "silences")
        export.write_table(conjectures, "conjectures")
        items = browser.coded_items(coding, corpus)
        pages = {
            "passages": "".join(
                evidence.passages_html(body, pieces[pieces["work_id"] == work])
                for work in body.works["work_id"]
            ),
            "panels": item_panels(texts, coding) + link_panels(texts, coding)
            + evidence.panels(body, hits, ["work_id", "concept_id"], "{concept_id} in {work}"),
            "coded": browser.show_coding(items, texts, coding, lexicon).data,
            "tensions": show_tensions(comparison.tensions, texts.works).data,
            "sources": show_sources(comparison.sources, coding, texts.works).data,
            "glossary": glossary.conjectures_html(corpus=texts, conjectures=conjectures),
            "table": export.show_table(
                glossary.conjecture_table(texts, conjectures), "Conjectures",
                headers="work passage", links=("passage",),
            ).data
            + export.show_table(items[["work_id", "item_id", "quote"]], "Items").data,
        }  # fmt: skip
        site = data / "derived"
        for name, text in pages.items():
            (site / f"{name}.html").write_text(text, encoding="utf-8")
        return site

    return write


def test_no_sentence_of_a_work_that_is_not_published_is_in_the_site(write_site, corpus, coding):
    site = write_site("none")
    assert (site / "tables" / "coding_items.csv").is_file()
    found = published_sentences(site, ruled(corpus, "none"))
    assert found.empty, found.to_string()
    # Counts, labels and addresses are still there.
    items = pd.read_csv(site / "tables" / "coding_items.csv", keep_default_na=False)
    own = items[items["work_id"] == SILENT]
    assert len(own) > 10
    assert (own["quote"] == "").all()
    assert (own["label"] != "").all()
    assert (items.loc[items["work_id"] != SILENT, "quote"] != "").all()
    passages = (site / "passages.html").read_text(encoding="utf-8")
    assert f'id="{own["sentence_id"].iloc[0]}"' in passages
    store = (site / "evidence" / "passages.js").read_text(encoding="utf-8")
    assert f"{SILENT}-s" not in store
    assert "shen-s" in store


def test_the_search_finds_what_is_shown(write_site, corpus):
    """The same site, built under another rule, is full of what the search looks for."""
    found = published_sentences(write_site("passages"), ruled(corpus, "none"))
    assert set(found["work_id"]) == {SILENT}
    assert set(found["file"]) == {
        "coded.html", "evidence/passages.js", "glossary.html", "passages.html", "sources.html",
        "table.html", "tables/coding_items.csv", "tables/common_sources.csv",
        "tables/conjectures.csv", "tables/silences.csv", "tables/tensions.csv", "tensions.html",
    }  # fmt: skip


def long_sentence(corpus, words=20):
    own = corpus.body().sentences.query("work_id == @SILENT and not is_heading")
    long = own[own["text"].str.split().str.len() > words]
    return long["sentence_id"].iloc[0], long["text"].iloc[0]


@pytest.mark.parametrize(
    ("name", "wrap"),
    [
        ("a.html", lambda t: f"<p>{t.replace(' ', chr(10), 3)}</p>"),
        ("a.html", lambda t: f"<p>{t.replace(' ', ' <b>', 1)}</b></p>"),
        ("a.html", lambda t: f"<p>{t[:9]}<mark>{t[9:]}</mark></p>"),
        ("a.html", lambda t: f'<a title="{t}">x</a>'),
        ("a.html", lambda t: "".join(f"&#{ord(c)};" for c in t)),
        ("a.json", lambda t: json.dumps({"a": json.dumps(t.replace(" ", "\n"))})),
        ("a.js", lambda t: "".join(f"\\u{ord(c):04x}" for c in t)),
        ("a.svg", lambda t: f"<text>{t.replace(' ', '</text><text>')}</text>"),
        ("a.csv", lambda t: f'x,"{t.upper()}"'),
        ("deep/a.ipynb", lambda t: " ".join(t.split()[2:16])),
    ],
)
def test_a_sentence_is_found_however_it_is_written(tmp_path, corpus, name, wrap):
    sentence_id, text = long_sentence(corpus)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(wrap(text), encoding="utf-8")
    found = published_sentences(tmp_path, ruled(corpus, "none"))
    assert found[["file", "sentence_id"]].to_numpy().tolist() == [[name, sentence_id]]
    assert published_sentences(tmp_path, corpus).empty


def test_a_sentence_is_found_inside_of_a_zip(tmp_path, corpus):
    sentence_id, text = long_sentence(corpus)
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("data/a.csv", f'x,"{text}"')
        archive.writestr("data/a.png", text)
    found = published_sentences(tmp_path, ruled(corpus, "none"))
    assert found[["file", "sentence_id"]].to_numpy().tolist() == [
        ["data.zip/data/a.csv", sentence_id]
    ]


def test_a_free_sentence_may_say_the_same_twice(tmp_path):
    same = "one two three four five six seven eight nine ten eleven twelve."
    corpus = corpus_from_texts({"mine": same, "free": f"{same[:-1]} and {same}"})
    rules = {"mine": "none", "free": "passages"}
    works = corpus.works.assign(publish=corpus.works["work_id"].map(rules))
    (tmp_path / "a.txt").write_text(same, encoding="utf-8")
    assert published_sentences(tmp_path, replace(corpus, works=works)).empty


def test_a_rule_that_nobody_knows_is_none(corpus):
    works = ruled(corpus, "Passages").works
    assert publishing.Silent.of(works, corpus.documents).work_id == {SILENT}


def test_a_few_words_are_not_a_sentence(tmp_path, corpus):
    _, text = long_sentence(corpus)
    (tmp_path / "a.txt").write_text(" ".join(text.split()[:10]), encoding="utf-8")
    assert published_sentences(tmp_path, ruled(corpus, "none")).empty


def test_a_folder_that_is_not_there_proves_nothing(tmp_path, corpus):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        published_sentences(tmp_path / "site", corpus)


def test_a_work_in_full_stands_whole_under_its_headings(corpus, hits):
    body = ruled(corpus, "full").body()
    pieces = evidence.passage_pieces(body, evidence.listed_places(hits, width=2))
    own = pieces[pieces["work_id"] == SILENT]
    sentences = body.sentences[body.sentences["work_id"] == SILENT]
    assert own["sentence_id"].tolist() == sentences["sentence_id"].tolist()
    assert ["".join(t for t, _ in p) for p in own["pieces"]] == sentences["text"].tolist()
    page = evidence.passages_html(body, own)
    assert "[…]" not in page
    assert page.count("<h3 id=") == sentences["is_heading"].sum() > 3
    assert page.count(' id="') == len(sentences)
    assert "<mark>" in page
    share = evidence.recoverable_share(body, pieces).set_index("work_id")["share"]
    assert share[SILENT] == 1
    assert (share.drop(SILENT) < 0.85).all()
    assert "the whole of Lian" in evidence.shares_in_words(body, pieces)


def test_a_work_in_full_is_stored_in_whole_sentences(corpus, hits, tmp_path):
    body = ruled(corpus, "full").body()
    pieces = evidence.passage_pieces(body, evidence.listed_places(hits, width=2))
    path = evidence.write_passages(body, pieces, tmp_path)
    lines = [n for n in path.read_text(encoding="utf-8").splitlines() if n.startswith(f'"{SILENT}')]
    texts = body.sentences.query("work_id == @SILENT")["text"]
    stored = [json.loads("{" + line.removesuffix(",") + "}") for line in lines]
    assert [s["p"] for line in stored for s in line.values()] == [[[0, t]] for t in texts]


def test_nothing_is_shown_of_a_work_that_nobody_knows(corpus):
    assert not publishing.publishes(corpus, "unknown")
    assert publishing.publishes(corpus, "lian")
    assert not publishing.publishes_whole(corpus, "lian")
    assert publishing.quoted(corpus, "lian", "a & b") == "<q>a &amp; b</q>"
    assert WITHHELD in publishing.quoted(corpus, "unknown", "a")


def test_every_column_of_words_of_a_work_is_known(corpus):
    """The dictionary says which columns quote; each can be emptied."""
    table = pd.read_csv(corpus.folder / "dictionary.csv", keep_default_na=False)
    of_tables = table[table["table"].str.startswith("derived/tables/") & (table["column"] != "")]
    quoting = of_tables[
        of_tables["description"].str.contains("no licence of this project|word for word")
    ]
    assert len(quoting) >= 6
    assert set(quoting["column"]) <= set(publishing.TEXT_COLUMNS)


def test_lemmas_of_pairs_stay(corpus):
    silent = publishing.Silent(frozenset(["lian"]), frozenset(["lian"]))
    pairs = pd.DataFrame({"work_id": ["lian"], "left": ["local"], "right": ["governance"]})
    pd.testing.assert_frame_equal(publishing.withheld(pairs, silent), pairs)
    lines = pairs.assign(keyword="x")
    assert publishing.withheld(lines, silent)[["left", "keyword"]].to_numpy().tolist() == [["", ""]]
    counts = pd.DataFrame({"work_id": ["lian"], "matched": [3]})
    pd.testing.assert_frame_equal(publishing.withheld(counts, silent), counts)
    assert publishing.shown_words(counts, silent) == []
    assert publishing.shown_words(lines, silent) == ["left", "keyword", "right"]
    assert publishing.shown_words(publishing.withheld(lines, silent), silent) == []
    damage = pd.DataFrame(
        {"document_id": ["lian", "shen"], "raw": ["a", "b"], "reading": ["c", "d"]}
    )
    assert publishing.withheld(damage, silent)["reading"].tolist() == ["", "d"]
