"""Findings in words, the comparison at a glance, silences, and quotations in prose."""

import json
import re
from dataclasses import asdict, replace
from types import SimpleNamespace

import pandas as pd
import pytest

import analysis
from analysis import glance, quotations, readings
from analysis.findings import telling
from analysis.findings.registry import FAILS, HOLDS, UNDECIDED, load_claims
from analysis.findings.settings import Materials, Settings
from analysis.findings.silences import load_silences, silence_places, silence_table
from analysis.findings.study import FindingStudy, judge_all

DEFAULT = asdict(Settings())


@pytest.fixture(scope="module")
def materials(corpus):
    return Materials.load(corpus)


@pytest.fixture(scope="module")
def judged(materials):
    return judge_all(materials)


@pytest.fixture(scope="module")
def claims():
    return {claim.finding_id: claim for claim in load_claims()}


def grid(*changes, start=HOLDS):
    """A table of settings: the default, and changes of it with their verdict."""
    rows = [{**DEFAULT, "verdict": start, "effect": 1.0}]
    rows += [
        {**DEFAULT, **change, "verdict": verdict, "effect": 1.0} for change, verdict in changes
    ]
    return pd.DataFrame(rows)


# --- Evidence -------------------------------------------------------------------------------


def test_the_sentence_of_every_finding_prints_its_own_values(judged, corpus, claims):
    values = telling.finding_values(judged, corpus.works)
    for name, claim in claims.items():
        told = telling.evidence(claim, values[name])
        assert told != claim.evidence and told.endswith("."), name
        assert "{" not in told and not re.search(r"\bnan\b", told), told


def test_works_are_named_by_their_labels(judged, corpus):
    values = telling.finding_values(judged, corpus.works)
    assert values["governance-before-government"]["work"] == "Li & Wu"
    assert values["nearest-in-words"]["pair"] == "Lian and Shen & Chen"


def test_a_verdict_links_to_its_finding(judged):
    links = telling.verdict_links(judged)
    assert links["lian-democracy"] == (
        '<a class="verdict verdict-holds" href="findings.html#finding-lian-democracy">holds</a>'
    )


def test_the_page_has_an_address_and_the_rule_for_each_finding(judged, corpus, claims):
    settings = pd.concat([grid().assign(finding_id=name) for name in claims], ignore_index=True)
    study = replace(judged, settings=settings)
    page = telling.findings_html(study, corpus.works, "terms")
    own = [c for c in claims.values() if c.analysis == "terms"]
    assert re.findall(r'id="finding-([\w-]+)"', page) == [c.finding_id for c in own]
    assert page.count("required: at least") == len(own)
    assert 'href="../book/robustness-terms.html#curve-lian-democracy"' in page
    assert 'href="#function-term_ratio"' in page


def test_every_function_is_shown_where_the_findings_link_to(claims):
    shown = set(re.findall(r'id="function-(\w+)"', telling.show_functions().data))
    assert {claim.function for claim in claims.values()} == shown


def test_the_table_of_findings_counts_settings_with_the_same_verdict(judged, claims):
    parts = []
    for name in claims:
        verdict = judged.verdict(name)
        other = UNDECIDED if verdict != UNDECIDED else FAILS
        parts.append(grid(({"term": "stem"}, other), start=verdict).assign(finding_id=name))
    table = telling.findings_table(replace(judged, settings=pd.concat(parts, ignore_index=True)))
    assert table["settings"].eq(2).all() and table["same"].eq(0.5).all()


# --- On which setting a verdict turns ---------------------------------------------------------


def test_a_steady_verdict_is_told_so(claims):
    table = grid(({"term": "stem"}, HOLDS), ({"term": "token"}, HOLDS))
    told = telling.settings_in_words(claims["lian-democracy"], table, {})
    assert told == "The verdict is the same under all three settings."


def test_the_change_that_turns_a_verdict_is_named(claims):
    table = grid(
        ({"term": "stem"}, UNDECIDED),
        ({"references": "in"}, FAILS),
        ({"leave_out": "x"}, FAILS),
        ({"headings": "left out"}, HOLDS),
    )
    told = telling.settings_in_words(claims["lian-democracy"], table, {"x": "§ 3 of Lian"})
    assert told.startswith("Under 3 of 5 settings the verdict is another.")
    assert (
        "would not hold if references and notes are counted in or § 3 of Lian is left out" in told
    )
    assert "it could not be told if words are counted by their stems" in told


def test_a_verdict_that_only_turns_together_is_told_so(claims):
    table = grid(
        ({"term": "stem"}, HOLDS),
        ({"references": "in"}, HOLDS),
        ({"term": "stem", "references": "in"}, FAILS),
    )
    told = telling.settings_in_words(claims["lian-democracy"], table, {})
    assert "No single change turns it; changes together do." in told
    assert "The choice on which most hangs is *a word is*" in told
    assert "100% (*lemma*) and 50% (*stem*)" in told


def test_many_sections_are_not_all_named(claims):
    changes = [({"leave_out": f"s{i}"}, FAILS) for i in range(7)]
    told = telling.settings_in_words(
        claims["lian-democracy"], grid(*changes), {f"s{i}": f"§ {i}" for i in range(7)}
    )
    assert "§ 3 is left out or three further changes of this kind" in told


def test_sections_are_named_with_their_work(corpus):
    names = telling.section_labels(corpus)
    assert "§ 2.1 of Lian" in names.values()
    assert "Abstract of Li & Wu" in names.values()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.0, "2"), (-0.05, "−0.05"), (0.585, "0.58"), (float("inf"), "∞"), (float("-inf"), "−∞"),
     (0.00123, "0.00123"), (float("nan"), "unknown")],
)  # fmt: skip
def test_effects_are_written_short(value, shown):
    assert telling._number(value) == shown


def test_stars_become_emphasis_and_the_rest_is_escaped():
    assert telling._emphasised("*a* < b & c") == "<em>a</em> &lt; b &amp; c"


# --- Tally and floors -------------------------------------------------------------------------


def study_of(verdicts, statuses, **columns):
    names = [f"f{i}" for i in range(len(verdicts))]
    claims = {
        n: SimpleNamespace(status=s, known="nothing", claim=f"Claim {n}.")
        for n, s in zip(names, statuses, strict=True)
    }
    results = pd.DataFrame({"finding_id": names, "verdict": verdicts, **columns})
    return FindingStudy(claims, results, pd.DataFrame())


def test_claims_are_counted_by_verdict_and_status():
    study = study_of([HOLDS, FAILS, UNDECIDED, UNDECIDED], ["registered", "registered", "exploratory", "registered"])  # fmt: skip
    told = readings.findings.tally(study)
    assert (told["claims"], told["holds"], told["fails"], told["undecided"]) == ("four", "one", "one", "two")  # fmt: skip
    assert (told["registered_claims"], told["registered_undecided"]) == ("three", "one")


def test_floors_are_compared_with_the_width_of_intervals():
    study = study_of([HOLDS] * 3, ["registered"] * 3, floor=[0.1, None, 0.2], low=[0, 0, 0], high=[1, 1, 4])  # fmt: skip
    assert readings.findings.floors(study) == {"measured": "two", "largest": pytest.approx(0.1)}


def test_shaky_verdicts_are_named():
    study = study_of([HOLDS, FAILS], ["registered"] * 2)
    table = pd.DataFrame({"finding_id": ["f0"] * 3 + ["f1"] * 2, "verdict": [HOLDS, FAILS, FAILS, FAILS, FAILS]})  # fmt: skip
    told = readings.findings.stability(replace(study, settings=table))
    assert told["steady"] == "one"
    assert told["shaky"] == "“Claim f0” (67%)"


# --- Silences ---------------------------------------------------------------------------------


def test_silences_are_those_of_both_readers(materials, corpus):
    told = readings.findings.silences(materials.silences.verdicts(), corpus.works)
    assert 0.9 < told["agreed"] <= 1
    assert told["judgements"] == len(corpus.works) * len(materials.silences.topics)


def test_a_topic_is_alone_if_no_reader_finds_it_elsewhere():
    works = pd.DataFrame({"work_id": ["a", "b"], "short_label": ["A", "B"]})
    rows = [
        ("courts", "Courts", "a", "addressed", "addressed"),
        ("courts", "Courts", "b", "silent", "silent"),
        ("media", "Media", "a", "addressed", "addressed"),
        ("media", "Media", "b", "mentioned", "addressed"),
        ("debt", "Debt", "a", "mentioned", "silent"),
        ("debt", "Debt", "b", "silent", "silent"),
    ]
    table = pd.DataFrame(rows, columns=["topic_id", "label", "work_id", "first", "second"])
    told = readings.findings.silences(table, works)
    assert told["nowhere"] == "*Debt*"
    assert told["alone"] == "*Courts* (A)"
    assert told["everywhere"] == "No topic is addressed by all works"
    assert told["agreed"] == pytest.approx(4 / 6)


def test_the_table_of_silences_links_what_is_addressed(materials, corpus):
    table = silence_table(materials.silences, corpus.works)
    assert len(table) == len(materials.silences.topics)
    for work in corpus.works["work_id"]:
        for cell in table[work]:
            assert ("passages.html#" in cell) == ("addressed" in cell)
    places = silence_places(corpus, materials.silences)
    linked = set(re.findall(r"passages\.html#([\w-]+)", " ".join(table[corpus.works["work_id"]].to_numpy().ravel())))  # fmt: skip
    assert linked <= set(places["sentence_id"])


HEADER = "topic_id,work_id,verdict,sentence_id,quote,note\n"


@pytest.fixture
def small(tmp_path):
    """A corpus of one work, and a folder with a checklist of one topic."""
    corpus = analysis.corpus_from_texts({"a": "Courts decide on every dispute of law."})
    head = "topic_id,label,question,counts,leaves_out,search\n"
    (tmp_path / "checklist.csv").write_text(head + "courts,Courts,q,c,l,court*\n")
    sentence = corpus.sentences["sentence_id"].iloc[0]
    row = f"courts,a,addressed,{sentence},Courts decide on,says so\n"
    for reader in ("first", "second"):
        (tmp_path / f"{reader}.csv").write_text(HEADER + row)
    return corpus, tmp_path, sentence


def test_readings_of_silences_are_read(small):
    corpus, folder, _ = small
    silences = load_silences(corpus, folder)
    assert silences.verdicts()["verdict"].tolist() == ["addressed"]
    assert silences.silent("first") == set()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("courts,a,loud,{s},Courts decide on,x\n", "first.csv, row 2, column verdict: 'loud' is unknown"),
        ("courts,a,silent,{s},Courts decide on,x\n", "a silent work has no passage"),
        ("courts,a,addressed,,,x\n", "every other verdict has one"),
        ("courts,a,addressed,{s},Judges decide,x\n", "'Judges decide' does not stand in"),
        ("courts,a,addressed,nowhere,Courts,x\n", "the corpus has no sentence 'nowhere'"),
        ("", "topic courts, work a has 0 rows"),
        ("courts,a,silent,,,x\ncourts,a,silent,,,x\n", "topic courts, work a has 2 rows"),
    ],
)  # fmt: skip
def test_faults_of_a_reading_are_said_with_their_place(small, row, message):
    corpus, folder, sentence = small
    (folder / "first.csv").write_text(HEADER + row.format(s=sentence))
    with pytest.raises(analysis.InputError) as error:
        load_silences(corpus, folder)
    assert message in str(error.value)


# --- At a glance --------------------------------------------------------------------------------


def test_every_work_answers_every_question(materials, corpus):
    table = glance.glance(materials)
    assert len(table) == len(corpus.works) * len(glance.QUESTIONS)
    assert table["answer"].str.endswith(".").all()
    assert table["answer"].str.len().max() < 200
    problems = table[table["question"] == "problem"].set_index("work_id")
    size = [(c.problems["work_id"] == "lian").sum() for c in (materials.first, materials.second)]
    assert problems.at["lian", "number"] == sum(size) / 2


def test_the_table_at_a_glance_is_whole_without_a_script(materials, corpus):
    shown = glance.glance_html(glance.glance(materials), corpus.works, "../notebooks/")
    assert shown.count("<tr ") == len(corpus.works) + 1
    assert shown.count("data-label=") == len(corpus.works) * len(glance.QUESTIONS)
    assert 'href="../notebooks/coding-table.html?work=lian&amp;item=problem"' in shown
    assert 'scope="row"' in shown and "<caption>" in shown


# --- Quotations in prose --------------------------------------------------------------------------


def test_quotations_are_found_in_markdown_and_in_code(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book" / "a.md").write_text('See ["one two"](../notebooks/passages.html#x-s0001).')
    cell = (
        "say('[\"three \"' + \"\")\nsay(\n    '[\"four '\n    'five\"](passages.html#x-s0002)'\n)"
    )
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": cell}]})
    (tmp_path / "notebooks" / "b.ipynb").write_text(notebook)
    table = quotations.typed_quotations(tmp_path)
    assert table[["sentence_id", "quote"]].to_numpy().tolist() == [
        ["x-s0001", "one two"],
        ["x-s0002", "four five"],
    ]


def test_a_quotation_that_is_not_there_is_named(corpus):
    table = pd.DataFrame({"sentence_id": ["lian-s0045", "lian-s9999"], "quote": ["no such", "x"]})
    with pytest.raises(ValueError, match="'no such' does not stand in lian-s0045; 'x' does not"):
        quotations.places_of_quotes(corpus, table)


def test_a_quotation_is_found_in_the_raw_text(corpus):
    table = pd.DataFrame({"sentence_id": ["lian-s0045"], "quote": ["the lack of democracy"]})
    place = quotations.places_of_quotes(corpus, table).iloc[0]
    raw = corpus.source(place["document_id"], place["start"], place["end"])
    assert " ".join(raw.split()) == "the lack of democracy"
