"""The tutorial corpus: what was planted in it is found, and where nothing was, nothing is."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis

ROOT = Path(__file__).resolve().parents[1]
TUTORIAL = ROOT / "data" / "tutorial"
PLAN = pd.read_csv(TUTORIAL / "plan.csv")
WORKS = ["aldermere", "brackwater", "corvedale", "dunmoor", "eastholm"]


def planned(*kinds, expected=None):
    """Return (what, works, expected) of the rows of some kinds, named for the test report."""
    rows = PLAN[PLAN["kind"].isin(kinds)]
    if expected is not None:
        rows = rows[rows["expected"] == expected]
    return [
        pytest.param(
            row.what, WORKS if row.where == "all" else row.where.split(), row.expected,
            id=f"{row.what} in {row.where}",
        )
        for row in rows.itertuples()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def tutorial():
    return analysis.load_corpus(TUTORIAL)


@pytest.fixture(scope="module")
def verdicts(tutorial):
    return analysis.distinguish(analysis.keyness(tutorial.body().tokens))


@pytest.fixture(scope="module")
def tutorial_lexicon():
    return analysis.load_lexicon(TUTORIAL / "lexicon")


@pytest.fixture(scope="module")
def tutorial_hits(tutorial, tutorial_lexicon):
    return analysis.find_concepts(tutorial.body(), tutorial_lexicon)


@pytest.fixture(scope="module")
def together(tutorial, tutorial_hits):
    """Pairs of all works together."""
    return analysis.cooccurrence(tutorial_hits, tutorial.body().sentences)


@pytest.fixture(scope="module")
def in_works(tutorial, tutorial_hits):
    """Pairs of each work by itself."""
    return analysis.cooccurrence(tutorial_hits, tutorial.body().sentences, by="work_id")


@pytest.fixture(scope="module")
def tutorial_coding(tutorial):
    return analysis.load_coding(TUTORIAL / "coding", tutorial)


def pair(table, names):
    """Return the rows of a pair of concepts."""
    a, b = sorted(names.split())
    return table[(table["concept_a"] == a) & (table["concept_b"] == b)]


def test_every_kind_of_row_of_the_plan_is_tested():
    assert set(PLAN["kind"]) == {"term", "company", "answer", "gap", "absent"}
    assert not PLAN.duplicated(["kind", "what", "where"]).any()
    where = {work for cell in PLAN["where"] for work in cell.split()} - {"all"}
    assert where <= set(WORKS)


# The texts


def test_the_folder_is_sound():
    command = [sys.executable, "-m", "analysis", "check", str(TUTORIAL)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "sound" in done.stdout


def test_texts_are_of_the_planned_length(tutorial):
    assert list(tutorial.works["work_id"]) == WORKS
    sizes = tutorial.words().groupby("work_id", observed=True).size()
    assert sizes.between(700, 1100).all(), sizes.to_dict()


def test_read_without_any_table_the_outline_is_the_same(tutorial):
    plain = analysis.load_corpus(TUTORIAL / "raw")
    columns = ["document_id", "number", "title", "kind"]
    pd.testing.assert_frame_equal(plain.sections[columns], tutorial.sections[columns])


def test_the_texts_hold_no_two_alike(tutorial):
    assert analysis.near_duplicates(tutorial.raw, threshold=0.05).empty


# Terms


@pytest.mark.parametrize(("term", "works", "expected"), planned("term", expected="more"))
def test_a_planted_term_is_firmly_its_own(tutorial, verdicts, term, works, expected):
    rows = verdicts[verdicts["term"] == term].set_index("work_id")
    assert [w for w in WORKS if rows.loc[w, "verdict"] == expected] == works
    (own,) = works
    assert rows.loc[own, "units_target"] >= 4
    tokens = tutorial.body().tokens
    sections = tokens[(tokens["work_id"] == own) & (tokens["lemma"] == term)]["section_id"]
    assert sections.nunique() >= 3


@pytest.mark.parametrize(("term", "works", "expected"), planned("term", expected="passages"))
def test_a_term_crowded_into_one_paragraph_is_not_firm(verdicts, term, works, expected):
    rows = verdicts[verdicts["term"] == term].set_index("work_id")
    (own,) = works
    assert rows.loc[own, "verdict"] == expected
    assert rows.loc[own, "units_target"] == 1
    # The counts alone would call it firm: it is the paragraphs that say no.
    assert rows.loc[own, "q"] < 0.05
    assert not rows["verdict"].isin(["more", "less"]).any()


@pytest.mark.parametrize(("term", "works", "expected"), planned("term", expected="not firm"))
def test_an_even_term_sets_no_work_apart(verdicts, term, works, expected):
    rows = verdicts[verdicts["term"] == term].set_index("work_id")
    assert set(rows.index) == set(works)
    assert not rows["verdict"].isin(["more", "less"]).any()
    assert rows["count_target"].min() >= 8


@pytest.mark.parametrize("seed", range(3))
def test_paragraphs_dealt_out_at_random_make_no_term_firm(tutorial, seed):
    tokens = tutorial.body().tokens
    own = tokens.drop_duplicates("paragraph_id").set_index("paragraph_id")["work_id"].astype(str)
    dealt = dict(zip(own.index, np.random.default_rng(seed).permutation(own), strict=True))
    tokens = tokens.assign(group=tokens["paragraph_id"].astype(str).map(dealt))
    table = analysis.distinguish(analysis.keyness(tokens, by="group"))
    assert table["group"].nunique() == len(WORKS)
    assert not table["verdict"].isin(["more", "less"]).any()


@pytest.mark.parametrize(("kept", "verdict"), [(6, "more"), (4, "chance")])
def test_how_often_a_term_must_stand_to_be_found(tutorial, kept, verdict):
    """The planted term with most of its occurrences taken away."""
    tokens = tutorial.body().tokens
    tokens = tokens.assign(lemma=tokens["lemma"].astype(str))
    places = tokens.index[tokens["lemma"] == "ledger"]
    tokens.loc[np.random.default_rng(0).permutation(places)[kept:], "lemma"] = "book"
    table = analysis.distinguish(analysis.keyness(tokens)).query("work_id == 'aldermere'")
    assert table.set_index("term").loc["ledger", "verdict"] == verdict


# Value concepts


@pytest.mark.parametrize(("names", "works", "expected"), planned("company", expected="together"))
def test_a_planted_company_is_found(together, in_works, names, works, expected):
    row = pair(together, names).iloc[0]
    assert row["q"] < 0.05
    assert row["low"] > 1
    assert row["n_ab"] > row["expected_null"]
    each = pair(in_works, names).set_index("work_id")
    assert (each.loc[works, "q"] < 0.05).all()
    assert (each.loc[works, "low"] > 1).all()
    assert (each.loc[works, "n_ab"] > each.loc[works, "expected_null"]).all()


def found_together(table):
    """Return the pairs that stand together more often than by chance."""
    more = table[(table["q"] < 0.05) & (table["n_ab"] > table["expected_null"])]
    return set(zip(more["concept_a"], more["concept_b"], strict=True))


def test_no_other_company_is_found(together, in_works):
    planted = {tuple(sorted(p.values[0].split())) for p in planned("company", expected="together")}
    assert planted
    assert found_together(together) == planted
    assert found_together(in_works) == planted


@pytest.mark.parametrize(("names", "works", "expected"), planned("company", expected="by chance"))
def test_what_meets_by_chance_is_not_found(together, in_works, names, works, expected):
    each = pair(in_works, names)
    each = each[each["work_id"].isin(works)]
    assert not (each["q"] < 0.05).any()
    if works == WORKS:
        row = pair(together, names).iloc[0]
        assert row["n_ab"] > 0
        assert not row["q"] < 0.05


@pytest.mark.parametrize(("names", "works", "expected"), planned("company", expected="never"))
def test_what_never_meets_is_not_called_company(tutorial, tutorial_hits, names, works, expected):
    company = analysis.study_company(tutorial_hits, tutorial.body().sentences)
    row = pair(company.pairs, names).iloc[0]
    assert row["n_ab"] == 0
    assert min(row["n_a"], row["n_b"]) >= 20
    assert row["n_ab"] < row["expected_null"]
    # Nor is it called avoidance: with these margins no number could have shown that.
    assert not row["q"] < 0.05
    assert np.isnan(pair(analysis.smallest_association(company), names).iloc[0]["n_ab_most"])


@pytest.mark.parametrize("seed", range(3))
def test_concepts_dealt_out_at_random_keep_no_company(tutorial, tutorial_hits, seed):
    """Every hit falls on a sentence of its section, whichever."""
    sentences = tutorial.body().sentences
    own = sentences.groupby("section_id")["sentence_id"].agg(list)
    random = np.random.default_rng(seed)
    dealt = tutorial_hits.assign(
        sentence_id=[random.choice(own[section]) for section in tutorial_hits["section_id"]]
    )
    table = analysis.cooccurrence(dealt, sentences)
    assert table["q"].notna().any()
    assert not (table["q"] < 0.05).any()


def test_the_planted_company_turns_on_the_unit(tutorial, tutorial_hits, together):
    """What the notebook says: sentences show it, the few paragraphs of a section do not."""
    paragraphs = analysis.cooccurrence(tutorial_hits, tutorial.body().sentences, "paragraph")
    assert pair(together, "care trust").iloc[0]["q"] < 0.05
    assert not pair(paragraphs, "care trust").iloc[0]["q"] < 0.05


# Problems and remedies


@pytest.mark.parametrize(("theme", "works", "expected"), planned("answer"))
def test_answers_converge_or_differ_as_planned(tutorial_coding, theme, works, expected):
    row = analysis.convergences(tutorial_coding).set_index("theme").loc[theme]
    verdict, _, instruments = expected.partition(": ")
    assert row["works"].split() == works
    assert row["verdict"] == verdict
    assert row["shared"] == instruments


def test_only_planned_themes_are_shared(tutorial_coding):
    themes = analysis.convergences(tutorial_coding)["theme"]
    assert set(themes) == {p.values[0] for p in planned("answer")}


@pytest.mark.parametrize(("what", "works", "expected"), planned("gap"))
def test_planned_gaps_are_found(tutorial_coding, what, works, expected):
    item, code = what.split()
    gaps = analysis.gaps(tutorial_coding)
    own = gaps[(gaps["item"] == item) & (gaps["code"] == code)]
    assert sorted(own["work_id"]) == works


def test_no_other_gap_is_found(tutorial_coding):
    gaps = analysis.gaps(tutorial_coding)
    assert {f"{row.item} {row.code}" for row in gaps.itertuples()} == {
        p.values[0] for p in planned("gap")
    }


def test_links_stand_where_they_were_planted(tutorial_coding):
    table = analysis.problem_remedy_table(tutorial_coding)
    found = set(table[["work_id", "theme", "instrument"]].itertuples(index=False, name=None))
    assert found == {
        ("aldermere", "mixed-seed", "records"),
        ("aldermere", "low-returns", "reminders"),
        ("brackwater", "lost-skill", "classes"),
        ("corvedale", "low-returns", "volunteers"),
        ("dunmoor", "lost-skill", "classes"),
        ("dunmoor", "low-returns", "partnerships"),
        ("eastholm", "mixed-seed", "records"),
        ("eastholm", "poor-storage", "equipment"),
    }


# What is absent


def is_absent(kind, name, works, tutorial, hits, coding):
    """Say whether nothing of a kind is found in some works."""
    if kind == "term":
        table = analysis.term_frequencies(tutorial.body().tokens, terms=[name])
        return table.set_index("work_id").loc[works, "count"].eq(0).all()
    if kind == "concept":
        table = analysis.concept_shares(hits, tutorial.body().sentences)
        table = table[table["concept_id"] == name].set_index("work_id")
        return table.loc[works, "sentences"].eq(0).all()
    item = {"theme": "problem", "instrument": "remedy"}[kind]
    table = analysis.presence(coding, item)
    return not (table["work_id"].isin(works) & (table["code"] == name)).any()


@pytest.mark.parametrize(("what", "works", "expected"), planned("absent"))
def test_what_was_left_out_is_absent(
    tutorial, tutorial_hits, tutorial_coding, what, works, expected
):
    kind, name = what.split()
    assert expected == "absent"
    assert is_absent(kind, name, works, tutorial, tutorial_hits, tutorial_coding)


@pytest.mark.parametrize(
    "what", ["term ledger", "concept trust", "theme mixed-seed", "instrument records"]
)
def test_what_is_there_is_not_called_absent(tutorial, tutorial_hits, tutorial_coding, what):
    assert not is_absent(*what.split(), ["aldermere"], tutorial, tutorial_hits, tutorial_coding)


def test_a_concept_that_stands_in_one_work_is_found_there(tutorial_hits):
    fair = tutorial_hits[tutorial_hits["concept_id"] == "fairness"]
    assert set(fair["work_id"]) == {"dunmoor"}


def test_an_absence_says_how_much_it_leaves_open(tutorial):
    table = analysis.term_frequencies(tutorial.body().tokens, terms=["profit"])
    assert (table["low"] == 0).all()
    assert (table["high"] > 0).all()
