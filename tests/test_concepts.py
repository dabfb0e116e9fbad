"""The lexicon is checked, matched and counted as its files say."""

import pandas as pd
import pytest

from analysis import InputError, cooccurrence, find_concepts, load_lexicon
from analysis.concepts import concept_shares, find_pattern


def lexicon_of(folder, patterns, cues="lack of,lacking,\n"):
    folder.mkdir(exist_ok=True)
    (folder / "families.csv").write_text("family,label,definition\nf,F,a family\n")
    (folder / "concepts.csv").write_text(
        "concept_id,label,family,definition,leaves_out\nlaw,Law,f,law,\npublic,Public,f,public,\n"
    )
    (folder / "patterns.csv").write_text("concept_id,pattern,form,role,stance,note\n" + patterns)
    (folder / "stance_cues.csv").write_text("cue,stance,note\n" + cues)
    return folder


def test_the_lexicon_of_the_book_is_sound(lexicon, body, hits):
    assert len(lexicon.concepts) >= 20
    assert set(hits["concept_id"]) == set(lexicon.concepts["concept_id"])


def test_every_include_pattern_is_found_in_the_corpus(lexicon, body):
    included = lexicon.patterns[lexicon.patterns["role"] == "include"]
    idle = [r.pattern for r in included.itertuples() if find_pattern(body, r.pattern, r.form).empty]
    assert idle == []


def test_a_hit_stands_where_it_says(hits, corpus):
    for hit in hits.itertuples():
        raw = corpus.raw[hit.document_id][hit.start : hit.end]
        words = iter("".join(raw.split()))
        assert all(
            letter in words for letter in "".join(hit.matched.split()).replace("'", "")
        )  # in order


def test_the_longest_match_counts_and_exclusions_bar(tmp_path, body):
    lexicon = load_lexicon(
        lexicon_of(
            tmp_path / "x",
            (
                "law,law,surface,include,,\nlaw,rule of law,surface,include,,\n"
                "public,public,surface,include,,\npublic,public interest*,surface,exclude,,\n"
            ),
        )
    )
    hits = find_concepts(body, lexicon)
    law = hits[hits["concept_id"] == "law"]
    text = " ".join(body.sentences["text"]).lower()
    assert (law["matched"].str.lower() == "rule of law").sum() == text.count("rule of law")
    assert not law["start"].duplicated().any()
    assert not hits[hits["concept_id"] == "public"].empty
    inside = find_pattern(body, "public interest*")
    assert not set(hits.loc[hits["concept_id"] == "public", "start"]) & set(inside["start"])


def test_a_cue_before_a_value_turns_it(tmp_path, body):
    lexicon = load_lexicon(lexicon_of(tmp_path / "x", "law,democracy,surface,include,,\n"))
    hits = find_concepts(body, lexicon)
    lacking = hits[hits["stance"] == "lacking"]
    assert (
        body.sentences.set_index("sentence_id")
        .loc[lacking["sentence_id"].iloc[0], "text"]
        .count("lack of democracy")
    )


def test_other_signs_of_a_pattern_are_letters(body):
    assert find_pattern(body, "governan[c]e").empty
    assert not find_pattern(body, "governan*").empty


@pytest.mark.parametrize(
    ("patterns", "problem"),
    [
        ("law,*,surface,include,,\n", "wildcards only"),
        ("law,,surface,include,,\n", "the cell is empty"),
        ("law,a,surface,include,,\nlaw,a,surface,include,,\n", "stands twice"),
        ("order,a,surface,include,,\n", "'order' is unknown"),
        ("law,a,regex,include,,\n", "'regex' is unknown"),
        ("law,a\n", "2 cells under 6 columns"),
    ],
)
def test_a_bad_pattern_is_named_with_its_row(tmp_path, patterns, problem):
    with pytest.raises(InputError, match="patterns.csv, row") as caught:
        load_lexicon(lexicon_of(tmp_path / "x", patterns))
    assert problem in str(caught.value)


def units(number):
    return pd.DataFrame({"sentence_id": [f"s{i}" for i in range(number)], "work_id": "w"})


def hits_in(**sentences):
    rows = [(c, f"s{i}") for c, places in sentences.items() for i in places]
    return pd.DataFrame(rows, columns=["concept_id", "sentence_id"])


def test_company_by_hand():
    table = cooccurrence(hits_in(a=[0, 1, 2], b=[1, 2, 3], c=[9]), units(10))
    row = table.set_index(["concept_a", "concept_b"]).loc[("a", "b")]
    assert row[["n_ab", "n_a", "n_b", "n"]].tolist() == [2, 3, 3, 10]
    assert row["expected"] == pytest.approx(0.9)
    assert row["jaccard"] == pytest.approx(0.5)
    # Fisher: P(2 or 3 common) = (C(3,2)C(7,1) + 1) / C(10,3); the other tail is not rarer.
    assert row["p"] == pytest.approx(22 / 120)
    assert (table["q"] >= table["p"]).all()


def test_empty_units_count():
    few, many = (cooccurrence(hits_in(a=[0, 1], b=[0, 1]), units(n)) for n in (2, 40))
    assert few["p"][0] == pytest.approx(1)
    assert many["p"][0] < 0.01


def test_company_counts_groups_apart(hits, body):
    table = cooccurrence(hits, body.sentences, by="work_id")
    together = cooccurrence(hits, body.sentences)
    total = table.groupby(["concept_a", "concept_b"])["n_ab"].sum()
    assert total.sum() == together["n_ab"].sum()


def test_company_refuses_what_does_not_fit(hits, body):
    with pytest.raises(ValueError, match="within must be"):
        cooccurrence(hits, body.sentences, within="page")
    with pytest.raises(ValueError, match="not among the units"):
        cooccurrence(hits, body.sentences.iloc[:5])


def test_no_hits_give_an_empty_table(hits, body):
    table = cooccurrence(hits.iloc[:0], body.sentences)
    assert table.empty
    assert "npmi" in table


def test_shares_count_a_sentence_once(hits, body):
    table = concept_shares(hits, body.sentences)
    assert (table["share"] <= 1).all()
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    assert len(table) == hits["concept_id"].nunique() * 4
