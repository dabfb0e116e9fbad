"""The findings: the rule, the verdicts on the real texts, and what each function counts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

import analysis
from analysis.coding import values_at_remedies
from analysis.coding.places import Places
from analysis.findings import coded, distances, invoked, words
from analysis.findings.effects import least_of_all, span_of
from analysis.findings.registry import (
    FAILS,
    FUNCTIONS,
    HOLDS,
    UNDECIDED,
    Claim,
    load_claims,
)
from analysis.findings.settings import AXES, Materials, Settings, View, stem
from analysis.findings.study import effect_floors, grid_of, judge, judge_all

VERDICTS = {
    "lian-democracy": HOLDS,
    "shen-modernisation": HOLDS,
    "region-research": HOLDS,
    "li-government": UNDECIDED,
    "lian-citizen": UNDECIDED,
    "shen-interest": UNDECIDED,
    "governance-before-government": FAILS,
    "common-vocabulary": UNDECIDED,
    "values-company": UNDECIDED,
    "lian-values-democracy": UNDECIDED,
    "performance-before-people": UNDECIDED,
    "region-fewest-values": UNDECIDED,
    "common-problem": UNDECIDED,
    "corrupt-and-unanswerable": HOLDS,
    "across-borders": HOLDS,
    "unanswered-problems": UNDECIDED,
    "same-diagnosis-same-cure": HOLDS,
    "links-stated": UNDECIDED,
    "participation-where-proposed": HOLDS,
    "public-interest-where-proposed": UNDECIDED,
    "problems-first": FAILS,
    "remedies-for-government": FAILS,
    "common-silences": FAILS,
    "twins-nearest": HOLDS,
    "nearest-in-words": UNDECIDED,
    "nearest-in-values": UNDECIDED,
    "nearest-in-problems": UNDECIDED,
    "nearest-in-remedies": UNDECIDED,
    "alike-problems-alike-remedies": UNDECIDED,
    "alike-words-alike-values": UNDECIDED,
}
"""What the book says. A change of data or code that turns a verdict must change the prose."""


@pytest.fixture(scope="module")
def materials(corpus):
    return Materials.load(corpus)


@pytest.fixture(scope="module")
def claims():
    return {claim.finding_id: claim for claim in load_claims()}


@pytest.fixture(scope="module")
def judged(materials):
    return judge_all(materials)


@pytest.fixture(scope="module")
def view(materials):
    return View(materials, Settings())


# --- The verdicts ---------------------------------------------------------------------------


@pytest.mark.parametrize("finding_id", VERDICTS)
def test_verdict_is_the_one_that_the_book_tells(judged, finding_id):
    row = judged.results.set_index("finding_id").loc[finding_id]
    claim = judged.claims[finding_id]
    assert row["verdict"] == VERDICTS[finding_id], (
        f"finding {finding_id!r} was {VERDICTS[finding_id]!r} and is now {row['verdict']!r}: "
        f"{claim.claim} Effect {row['effect']:.3f} ({row['low']:.3f} to {row['high']:.3f}), "
        f"asked was {claim.direction} {claim.smallest}. Read the passages, then change the prose."
    )


def test_every_claim_has_a_verdict_here(claims):
    assert list(claims) == list(VERDICTS)


def test_claims_are_spread_over_the_analyses_and_some_fail(claims):
    counts = pd.Series([claim.analysis for claim in claims.values()]).value_counts()
    assert counts.min() >= 4
    assert {"terms", "values", "coding"} <= set(counts.index)
    assert {HOLDS, FAILS, UNDECIDED} == set(VERDICTS.values())


def test_no_claim_whose_result_was_known_counts_as_registered(claims):
    registered = [c for c in claims.values() if c.status == "registered"]
    assert len(registered) >= 8
    assert all(c.known != "result" for c in registered)


# --- The rule -------------------------------------------------------------------------------


def claim_of(direction="at least", smallest=1.0, **more):
    return Claim(
        finding_id="x", analysis="terms", status="registered", known="nothing", claim="",
        direction=direction, smallest=smallest, unit="", function="term_ratio", arguments={},
        axes=("term",), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("direction", "smallest", "low", "high", "verdict"),
    [
        ("at least", 1, 1, 2, HOLDS),
        ("at least", 1, 0.9, 2, UNDECIDED),
        ("at least", 1, 0, 0.99, FAILS),
        ("at least", 1, 0, 1, UNDECIDED),
        ("at most", -0.05, -0.2, -0.05, HOLDS),
        ("at most", -0.05, -0.2, 0.1, UNDECIDED),
        ("at most", -0.05, -0.04, 0.1, FAILS),
        ("at most", 0.5, 0.2, 0.4, HOLDS),
        ("at least", 1, float("nan"), 2, UNDECIDED),
        ("at least", 1, float("-inf"), 0, FAILS),
        ("at least", 1, 2, float("inf"), HOLDS),
    ],
)
def test_the_rule_compares_the_interval_with_the_smallest_effect(
    direction, smallest, low, high, verdict
):
    assert claim_of(direction, smallest).verdict(low, high) == verdict


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_at_most_is_at_least_turned_round(smallest, one, two):
    low, high = sorted((one, two))
    mirrored = claim_of("at most", -smallest).verdict(-high, -low)
    assert claim_of("at least", smallest).verdict(low, high) == mirrored


# --- The file of claims ---------------------------------------------------------------------

GOOD = """
[a-claim]
analysis = "terms"
status = "registered"
known = "nothing"
claim = "A claim."
direction = "at least"
smallest = 1.0
unit = "things"
function = "term_ratio"
arguments = { target = "a", terms = ["b"] }
axes = ["term"]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "findings.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_claim_is_read_as_it_stands(tmp_path):
    (claim,) = load_claims(written(tmp_path, GOOD))
    assert (claim.finding_id, claim.axes, claim.smallest) == ("a-claim", ("term",), 1.0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('analysis = "terms"', 'analysis = "word"', "[a-claim], analysis: 'word' is unknown"),
        ('status = "registered"', 'status = "new"', "[a-claim], status: 'new' is unknown"),
        ('known = "nothing"', 'known = "result"', "a claim whose result was known is exploratory"),
        ("smallest = 1.0", 'smallest = "one"', "[a-claim], smallest: 'one' is no number"),
        ('axes = ["term"]', 'axes = ["tern"]', "[a-claim], axes: 'tern' is no setting"),
        ("term_ratio", "term_ration", "function: 'term_ration' is unknown"),
        ('target = "a", ', "", "'target' is missing"),
        ("terms =", "words =", "'words' is unknown"),
        ('unit = "things"\n', "", "[a-claim], unit: the key is missing"),
        ('unit = "things"', 'unit = "things"\nunits = 1', "[a-claim], units: the key is unknown"),
        ("[a-claim]", "a = 1\n[a-claim]", "[a], is no table"),
        ("[a-claim]", "[a-claim", "not valid TOML"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_with_its_place(tmp_path, old, new, message):
    folder = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(analysis.InputError) as error:
        load_claims(folder)
    assert message in str(error.value)
    assert "findings.toml" in str(error.value)


def test_all_faults_of_a_file_are_said_at_once(tmp_path):
    text = GOOD.replace("terms", "word", 1) + GOOD.replace("a-claim", "b").replace("1.0", '"x"')
    with pytest.raises(analysis.InputError) as error:
        load_claims(written(tmp_path, text))
    assert len(error.value.problems) == 2


# --- Settings -------------------------------------------------------------------------------


def test_an_unknown_value_of_a_setting_is_refused():
    with pytest.raises(ValueError, match="term must be one of lemma, token, stem, not 'form'"):
        Settings(term="form")


def test_the_default_setting_reads_the_running_text(view, corpus):
    body = corpus.body()
    assert view.sections == set(body.sections["section_id"])
    assert len(view.tokens()) == len(body.tokens)
    assert view.emptied() == []
    assert view.kept_share() == 1


def test_references_headings_abstracts_and_stop_words_come_and_go(materials, corpus):
    default = len(View(materials, Settings()).tokens())
    body = corpus.body().tokens
    headings = int(body["is_heading"].sum())
    assert len(View(materials, Settings(headings="left out")).tokens()) == default - headings
    stops = int(body["is_stop"].sum())
    assert len(View(materials, Settings(stop_words="left out")).tokens()) == default - stops
    assert len(View(materials, Settings(references="in")).tokens()) > default
    abstracts = corpus.body().select(kinds="abstract")
    without = View(materials, Settings(abstract="out"))
    assert len(without.tokens()) == default - len(abstracts.tokens)
    section = corpus.body().sections["section_id"].iloc[3]
    left_out = View(materials, Settings(leave_out=section))
    assert len(left_out.tokens()) == default - int((body["section_id"] == section).sum())


def test_the_second_extraction_stands_for_the_first(materials):
    tokens = View(materials, Settings(reading="second")).tokens()
    documents = set(tokens.loc[tokens["work_id"] == "shen", "document_id"].astype(str))
    assert documents == {"shen-twin"}
    assert set(tokens["work_id"].astype(str)) == {"shen", "lian", "region", "li"}


def test_terms_are_named_as_the_setting_counts_them(materials):
    assert View(materials, Settings()).terms(["Citizen"]) == ["citizen"]
    assert View(materials, Settings(term="stem")).terms(["democracy"]) == [stem("democracy")]
    joined = View(materials, Settings(variants="joined"))
    assert joined.terms(["citizen"]) == ["citizen⁺"]
    counts = joined.counts().only(["citizen⁺"]).totals().sum()
    printed = View(materials, Settings()).counts().only(["citizen"]).totals().sum()
    assert counts > printed


def test_every_coded_quotation_of_the_twins_stands_in_both(corpus, materials):
    """So that no finding on coded items can turn on which extraction is read."""
    swapped = corpus.documents.assign(
        role=corpus.documents["role"].where(
            corpus.documents["work_id"] != "shen",
            corpus.documents["role"].map({"primary": "twin", "twin": "primary"}),
        )
    )
    places = Places(replace(corpus, documents=swapped))
    for coding in (materials.first, materials.second):
        for table in (coding.problems, coding.remedies):
            own = table[table["work_id"] == "shen"]
            lost = [q for q in own["quote"] if len(places.find("shen", q)) != 1]
            assert lost == []


def test_a_setting_that_takes_a_works_remedies_away_decides_nothing(materials, claims):
    sections = materials.first.remedies.groupby("work_id")["section_id"].agg(set)
    remedies = materials.first.remedies
    kept = remedies[(remedies["work_id"] != "lian")]
    one = remedies[remedies["work_id"] == "lian"].head(1)
    poor = replace(materials.first, remedies=pd.concat([kept, one]))
    section = one["section_id"].iloc[0]
    assert section in sections["lian"]
    row = judge(
        replace(materials, first=poor),
        claims["remedies-for-government"],
        Settings(coder="first", leave_out=section),
    )
    assert row["verdict"] == UNDECIDED
    assert row["holds"] is None
    assert row["note"] == "nothing left of lian"
    assert row["kept"] == 0


def test_no_coded_item_is_quoted_from_an_abstract(materials, corpus):
    """So that leaving abstracts out changes no claim on coded items alone."""
    abstracts = set(corpus.sections.loc[corpus.sections["kind"] == "abstract", "section_id"])
    for coding in (materials.first, materials.second):
        for table in (coding.problems, coding.remedies):
            assert not table["section_id"].isin(abstracts).any()


def test_other_texts_begin_with_nothing_remembered(materials):
    View(materials, Settings()).counts()
    assert materials.kept
    assert replace(materials).kept == {}


def test_the_second_extraction_has_the_labels_of_the_first(materials):
    counts = []
    for reading in ("first", "second"):
        hits = View(materials, Settings(reading=reading)).hits()
        counts.append(hits[hits["work_id"] == "shen"]["concept_id"].value_counts())
    apart = (counts[0] - counts[1])[counts[0] != counts[1]]
    # One word of cooperation is printed in the first extraction alone.
    assert apart.abs().sum() <= 1


def test_how_much_of_a_work_a_setting_leaves_is_told(materials, claims):
    section = materials.first.remedies.query("work_id == 'li'")["section_id"].mode()[0]
    row = judge(materials, claims["links-stated"], Settings(leave_out=section), resamples=10)
    assert 0 < row["kept"] < 1


# --- The grid -------------------------------------------------------------------------------


def test_a_grid_crosses_its_axes_once_and_begins_with_the_chapters(materials, claims):
    for claim in claims.values():
        rows = grid_of(claim, materials)
        assert Settings(**rows[0]) == Settings()
        assert len({tuple(sorted(row.items())) for row in rows}) == len(rows)
        assert all(set(row) == set(claim.axes) for row in rows)


def test_sections_and_extractions_are_varied_alone(materials, claims):
    for row in grid_of(claims["lian-democracy"], materials):
        changed = [axis for axis, value in row.items() if value != getattr(Settings(), axis)]
        if {"leave_out", "reading"} & set(changed):
            assert len(changed) == 1


def test_crossed_axes_are_complete(materials, claims):
    claim = claims["governance-before-government"]
    crossed = [
        r for r in grid_of(claim, materials) if not r["leave_out"] and r["reading"] == "first"
    ]
    wanted = np.prod([len(AXES[a][1]) for a in claim.axes if a not in ("reading", "leave_out")])
    assert len(crossed) == wanted


# --- Words ----------------------------------------------------------------------------------


def test_a_ratio_is_that_of_keyness_with_the_same_draws(view, corpus):
    result = words.term_ratio(view, "shen", ["modernization"])
    table = analysis.keyness(corpus.body().tokens, "shen", terms=["modernization"])
    row = table.iloc[0]
    assert result.effect == pytest.approx(row["log_ratio"])
    assert (result.low, result.high) == pytest.approx((row["low"], row["high"]), abs=1e-5)
    assert result.values["here"] == row["count_target"]


def test_several_words_are_counted_together(view):
    both = words.term_ratio(view, "lian", ["democracy", "democratic"])
    each = [words.term_ratio(view, "lian", [w]) for w in ("democracy", "democratic")]
    assert both.values["here"] == sum(e.values["here"] for e in each)


def test_the_paper_with_the_least_contrast_decides(view, corpus):
    result = words.term_before_term(view, "governance", "government")
    table = analysis.term_contrast(corpus.body().tokens, "governance", "government")
    least = table.loc[table["log_ratio"].idxmin()]
    assert result.effect == pytest.approx(least["log_ratio"])
    assert result.values["work"] == least["work_id"]


def test_common_words_are_those_of_all_works(view, corpus):
    result = words.common_vocabulary(view)
    tokens = corpus.body().tokens
    content = analysis.frequency.content_terms(tokens)
    own = tokens[tokens["is_word"]].assign(lemma=lambda t: t["lemma"].astype(str).str.lower())
    own = own[own["lemma"].isin(content)]
    works = own.groupby("lemma")["work_id"].nunique()
    common = set(works.index[works == 4])
    assert result.values["common"] == len(common)
    shares = own["lemma"].isin(common).groupby(own["work_id"].astype(str)).mean()
    assert result.effect == pytest.approx(shares.min())


# --- Values ---------------------------------------------------------------------------------


def test_a_lead_is_the_difference_of_two_shares(view, materials):
    result = invoked.value_lead(view, "lian", ["democracy"])
    shares = analysis.concept_shares(view.hits(), view.sentences(), resamples=0)
    own = shares[shares["concept_id"] == "democracy"].set_index("work_id")["share"]
    assert result.effect == pytest.approx(own["lian"] - own.drop("lian").max())
    assert result.low < result.effect < result.high


def test_a_family_counts_each_sentence_once(view, materials):
    result = invoked.family_before_family(view, "performance", "people")
    concepts = materials.lexicon.concepts.set_index("concept_id")["family"]
    hits = view.hits()
    sentences = view.sentences()
    own = hits[hits["concept_id"].astype(str).map(concepts) == "performance"]
    work = result.values["work"]
    share = own[own["work_id"] == work]["sentence_id"].nunique()
    assert result.values["first"] == pytest.approx(share / (sentences["work_id"] == work).sum())


def test_more_mentions_than_advocated_places(materials):
    advocated = View(materials, Settings()).hits()
    mentioned = View(materials, Settings(stances="all mentions")).hits()
    assert set(advocated.index) < set(mentioned.index)


# --- Problems and remedies ------------------------------------------------------------------


def test_themes_of_exactly_some_works_by_hand(view, materials):
    result = coded.themes_of_exactly(view, ["lian", "li"])
    both = []
    for coding in (materials.first, materials.second):
        practice = coding.problems[coding.problems["level"] == "practice"]
        both.append(set(zip(practice["theme"], practice["work_id"], strict=True)))
    agreed = pd.DataFrame(sorted(both[0] & both[1]), columns=["theme", "work"])
    works = agreed.groupby("theme")["work"].agg(set)
    assert result.effect == (works.map(lambda own: own == {"lian", "li"})).sum()


def test_values_at_remedies_are_those_of_the_chapter(view, materials):
    result = coded.value_where_proposed(view, "participation")
    hits = view.hits()
    own = hits[hits["concept_id"] == "participation"]
    texts = materials.corpus.body().select(headings=False)
    logs = [
        np.log2(values_at_remedies(c, texts, own)["odds_ratio"].iloc[0])
        for c in (materials.first, materials.second)
    ]
    assert result.effect == pytest.approx(np.mean(logs))


def test_one_coding_gives_a_point(materials):
    for function in (coded.unanswered_share, coded.stated_share, coded.problems_before_remedies):
        one = function(View(materials, Settings(coder="first")))
        assert one.low == one.effect == one.high
        both = function(View(materials, Settings()))
        assert both.low <= both.effect <= both.high


def test_silent_topics_are_those_of_both_readings(view, materials):
    result = coded.silent_share(view)
    table = materials.silences.verdicts()
    addressed = table[(table["first"] == "addressed") | (table["second"] == "addressed")]
    silent = set(table["topic_id"]) - set(addressed["topic_id"])
    assert result.values["silent"] == len(silent)
    assert result.effect == len(silent) / result.values["topics"]


# --- Distances ------------------------------------------------------------------------------


def test_the_lead_of_a_pair_is_zero_at_most_but_for_the_most_alike(view):
    leads = {}
    pairs = distances.compared(view, "problems").pairs
    for a, b in zip(pairs["a"], pairs["b"], strict=True):
        leads[a, b] = distances.pair_lead(view, "problems", [a, b]).effect
    assert sum(lead > 0 for lead in leads.values()) <= 1


def test_an_unknown_notion_is_refused(view):
    with pytest.raises(ValueError, match="notion must be one of words, values"):
        distances.occurrences(view, "style")


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.permutations(range(6)))
def test_the_rank_correlation_is_that_of_scipy(first, second):
    ours = distances.rank_correlation(np.array(first, float), np.array(second, float))
    theirs = kendalltau(first, second).statistic
    assert float(ours) == pytest.approx(theirs, nan_ok=True)


# --- What all share -------------------------------------------------------------------------


def test_the_least_of_all_is_taken_anew_in_each_draw():
    draws = {"a": np.array([1.0, 5.0]), "b": np.array([4.0, 2.0])}
    work, effect, low, high = least_of_all({"a": 3.0, "b": 2.5}, draws)
    assert (work, effect) == ("b", 2.5)
    assert (low, high) == pytest.approx((1.025, 1.975))


def test_a_span_leaves_out_what_is_unknown():
    assert span_of([1.0, float("nan"), 3.0]) == (2.0, 1.0, 3.0)
    assert span_of([1.0, 3.0], 1.5) == (1.5, 1.0, 3.0)
    assert all(np.isnan(span_of([float("nan")])))


def test_every_function_that_a_claim_may_name_is_named_by_one(claims):
    assert {claim.function for claim in claims.values()} == set(FUNCTIONS)


def test_damage_moves_counted_effects_by_little(materials, claims):
    own = [claims[name] for name in ("lian-democracy", "region-research", "links-stated")]
    floors = effect_floors(materials, own)
    assert set(floors) == {"lian-democracy", "region-research"}
    assert 0 < max(floors.values()) < 0.2
