"""Finders are counted right, never see the work they score, and are honest about little."""

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import InputError, corpus_from_texts, load_corpus
from analysis.coding.suggestion import (
    ALL,
    CUE_COLUMNS,
    ITEMS,
    THRESHOLD,
    compare_finders,
    find_cues,
    load_cues,
    sentence_targets,
    suggest,
)

LEARNING = ["words", "words_and_cues"]

# --- Toy texts ------------------------------------------------------------------------------


def coding_of(corpus, problems=(), remedies=()):
    """What the finders use of a coding: where its quotations stand, from (work, quotation)."""
    return SimpleNamespace(problems=places(corpus, problems), remedies=places(corpus, remedies))


def places(corpus, quotations):
    rows = []
    for work, quotation in quotations:
        assert corpus.raw[work].count(quotation) == 1, quotation
        start = corpus.raw[work].index(quotation)
        own = corpus.sentences[corpus.sentences["document_id"] == work]
        (section,) = own.loc[(own["start"] <= start) & (start < own["end"]), "section_id"]
        rows.append((work, work, section, start, start + len(quotation)))
    return pd.DataFrame(rows, columns=["work_id", "document_id", "section_id", "start", "end"])


def cues_of(*rows):
    full = [(name, item, pattern, "made up", "") for name, item, pattern in rows]
    return pd.DataFrame(full, columns=list(CUE_COLUMNS))


CUES = cues_of(
    ("weak", "problem", "weak(ly)?"), ("poor", "problem", "poor"), ("must", "remedy", "must")
)
SMALL = {
    "a": "Poor law is weak. The weak river flows. Trade is slow.\n\nBirds sing here.",
    "b": "Roads are long. Bridges are short. We must build.\n\nTrains are weak.",
}


@pytest.fixture(scope="module")
def small():
    return corpus_from_texts(SMALL)


@pytest.fixture(scope="module")
def small_coding(small):
    problems = [("a", "law is weak"), ("a", "Trade is slow"), ("b", "Trains are weak")]
    return coding_of(small, problems, [("b", "must build")])


THINGS = ["water", "school", "market", "forest", "harbour", "village"]


def planted(work):
    """A text in which problems and remedies are known by one word each."""
    thing = THINGS[work]
    sentences = [
        f"The {thing} lacks money.", f"People walk to the {thing}.", f"We should mend the {thing}.",
        f"The old {thing} lacks light.", f"Children see the {thing}.", f"Towns should own the {thing}.",
    ]  # fmt: skip
    return "\n\n".join(" ".join(sentences[i : i + 2]) for i in (0, 2, 4))


def planted_quotations(works):
    return [(w, f"The {THINGS[int(w[1])]} lacks money") for w in works] + [
        (w, f"old {THINGS[int(w[1])]} lacks light") for w in works
    ]


PLANTED = {f"w{number}": planted(number) for number in range(4)}


@pytest.fixture(scope="module")
def fields():
    return corpus_from_texts(PLANTED)


@pytest.fixture(scope="module")
def fields_coding(fields):
    remedies = [(w, f"should mend the {THINGS[int(w[1])]}") for w in PLANTED]
    return coding_of(fields, planted_quotations(PLANTED), remedies)


def row_of(study, item, finder, work=ALL):
    own = study.quality[study.quality["finder"] == finder]
    (row,) = own[(own["item"] == item) & (own["work_id"] == work)].to_dict("records")
    return row


# --- Targets --------------------------------------------------------------------------------


def test_a_sentence_is_a_target_if_a_quotation_overlaps_it():
    corpus = corpus_from_texts({"a": "One is here. Two is there. Three is gone. Four is left."})
    coding = coding_of(corpus, [("a", "there. Three is")], [("a", "One is here.")])
    targets = sentence_targets(coding, corpus)
    assert targets["problem"].tolist() == [False, True, True, False]
    # The remedy ends where the next sentence has not begun.
    assert targets["remedy"].tolist() == [True, False, False, False]


def test_headings_are_left_out(corpus, coding):
    targets = sentence_targets(coding, corpus)
    body = corpus.body().sentences
    assert targets["sentence_id"].tolist() == body.loc[~body["is_heading"], "sentence_id"].tolist()


def test_every_quotation_of_the_coding_makes_a_target(corpus, coding):
    targets = sentence_targets(coding, corpus).set_index("sentence_id")
    for item, table in (("problem", coding.problems), ("remedy", coding.remedies)):
        assert targets.loc[table["sentence_id"], item].all()
        # Each target, in turn, overlaps a quotation of its document.
        sentences = corpus.sentences.set_index("sentence_id")
        for name in targets.index[targets[item]]:
            own = sentences.loc[name]
            same = table[table["document_id"] == own["document_id"]]
            assert ((same["start"] < own["end"]) & (same["end"] > own["start"])).any(), name


# --- Cues -----------------------------------------------------------------------------------


def test_cues_are_whole_words_without_regard_to_capitals():
    sentences = pd.DataFrame({
        "sentence_id": ["s1", "s2", "s3"],
        "text": ["Weak, weakly and weakened.", "The state doesn’t  act.", "Nothing."],
    })  # fmt: skip
    cues = cues_of(("weak", "problem", "weak(ly)?"), ("not", "problem", "doesn't act"))
    hits = find_cues(sentences, cues)
    assert hits.to_numpy().tolist() == [
        ["s1", "weak", "problem", "Weak"],
        ["s1", "weak", "problem", "weakly"],
        ["s2", "not", "problem", "doesn't act"],
    ]


def test_the_cues_of_the_project_are_of_both_items_and_say_where_they_are_from():
    cues = load_cues()
    assert set(cues["item"]) == set(ITEMS)
    assert cues["source"].str.contains("not fitted").all()
    assert not (cues["note"] == "").any()


def test_all_that_is_wrong_with_cues_is_said_at_once(tmp_path):
    path = tmp_path / "cues.csv"
    path.write_text(
        ",".join(CUE_COLUMNS) + "\n"
        "lack,problem,lack(,,\nlack,problem,lacks,,\nmust,duty,must,,\nmay,remedy,(may)?,,\n"
        "open,remedy,a)|(b,,\nneed,remedy,,,\ntwice,problem,lacks,,\n"
    )
    with pytest.raises(InputError) as caught:
        load_cues(path)
    found = "\n".join(caught.value.problems)
    for wrong in (
        "cues.csv, row 2, column pattern: 'lack(' is no regular expression",
        "cues.csv, row 3, column cue_id: 'lack' stands twice",
        "cues.csv, row 4, column item: 'duty' is unknown; use one of: problem, remedy",
        "cues.csv, row 5, column pattern: '(may)?' fits the empty text",
        "cues.csv, row 6, column pattern: 'a)|(b' is no regular expression",
        "cues.csv, row 7, column pattern: the cell is empty",
        "cues.csv, row 8, column pattern: 'lacks' stands twice for problem",
    ):
        assert wrong in found
    assert len(caught.value.problems) == 7


def test_a_missing_table_of_cues_is_named(tmp_path):
    with pytest.raises(InputError, match="cues.csv: the file is missing"):
        load_cues(tmp_path / "cues.csv")


# --- Comparison, by hand --------------------------------------------------------------------


def test_counts_and_rates_of_cues_are_those_counted_by_hand(small, small_coding):
    study = compare_finders(small, small_coding, resamples=50, cues=CUES)
    # Work a: the first two of four sentences have a cue; the first and the third are problems.
    row = row_of(study, "problem", "cues", "a")
    assert (row["n"], row["positives"], row["proposed"], row["true_positives"]) == (4, 2, 2, 1)
    assert (row["precision"], row["recall"], row["f1"], row["base_rate"]) == (0.5, 0.5, 0.5, 0.5)
    # Against F1 = 2 / 3 of every sentence.
    assert row["difference"] == pytest.approx(0.5 - 2 / 3)
    # Two cues, then one, then none: precision 1 at recall 1/2, then 2/4 at recall 1.
    assert row["average_precision"] == pytest.approx(0.5 * 1 + 0.5 * 0.5)
    # Together: three sentences with a cue, two of the three problems.
    row = row_of(study, "problem", "cues")
    assert (row["n"], row["positives"], row["proposed"], row["true_positives"]) == (8, 3, 3, 2)
    assert row["f1"] == pytest.approx(2 / 3)
    assert row["difference"] == pytest.approx(2 / 3 - 6 / 11)


def test_naive_finders_are_what_the_base_rate_gives(small, small_coding):
    study = compare_finders(small, small_coding, resamples=50, cues=CUES)
    row = row_of(study, "problem", "every", "a")
    assert (row["precision"], row["recall"], row["f1"]) == (0.5, 1, pytest.approx(2 / 3))
    assert (row["difference"], row["difference_low"], row["difference_high"]) == (0, 0, 0)
    # The other work has one problem in four sentences: one of the four is drawn.
    row = row_of(study, "problem", "random", "a")
    assert (row["proposed"], row["true_positives"]) == (1, 0.5)
    assert (row["precision"], row["recall"]) == (0.5, 0.25)
    assert row["f1"] == pytest.approx(2 * 0.5 / (1 + 2))
    for finder in ("every", "random"):
        assert pd.isna(row_of(study, "problem", finder)["average_precision"])
    assert not set(study.predictions["finder"]) & {"every", "random"}


def test_each_cue_is_counted_against_its_own_item(small, small_coding):
    cues = compare_finders(small, small_coding, resamples=0, cues=CUES).cues.set_index("cue_id")
    assert cues.loc["weak", ["works", "sentences", "true_positives"]].tolist() == [2, 3, 2]
    assert cues.loc["weak", "precision"] == pytest.approx(2 / 3)
    assert cues.loc["must", ["works", "sentences", "true_positives"]].tolist() == [1, 1, 1]
    assert cues.loc["must", "base_rate"] == pytest.approx(1 / 8)


def test_a_cue_that_is_nowhere_has_no_precision(small, small_coding):
    cues = cues_of(("gone", "problem", "gone"))
    study = compare_finders(small, small_coding, resamples=0, cues=cues)
    assert study.cues["sentences"].tolist() == [0]
    assert study.cues["precision"].isna().all()
    assert row_of(study, "problem", "cues")["recall"] == 0
    assert pd.isna(row_of(study, "problem", "cues")["precision"])


def test_a_second_coding_is_counted_as_a_finder(small, small_coding):
    second = coding_of(small, [("a", "law is weak"), ("b", "Roads are long")])
    study = compare_finders(small, small_coding, second, resamples=50, cues=CUES)
    row = row_of(study, "problem", "second")
    assert (row["proposed"], row["true_positives"], row["positives"]) == (2, 1, 3)
    assert row["f1"] == pytest.approx(2 / 5)
    assert pd.isna(row_of(study, "remedy", "second")["precision"])
    assert row_of(study, "remedy", "second")["recall"] == 0


def test_a_coding_recovers_itself(small, small_coding):
    study = compare_finders(small, small_coding, small_coding, resamples=50, cues=CUES)
    for item in ITEMS:
        row = row_of(study, item, "second")
        assert (row["precision"], row["recall"], row["f1"]) == (1, 1, 1)


def test_intervals_need_paragraphs_to_draw():
    corpus = corpus_from_texts(
        {"a": "Law is weak. Birds sing.", "b": "Law is weak.\n\nBirds sing."}
    )
    coding = coding_of(corpus, [("a", "Law is weak"), ("b", "Law is weak")])
    study = compare_finders(corpus, coding, resamples=200, cues=CUES)
    assert pd.isna(row_of(study, "problem", "every", "a")["f1_low"])
    row = row_of(study, "problem", "every", "b")
    # Of two paragraphs, one a problem, two draws hold both, one or none of it.
    assert (row["precision_low"], row["precision_high"]) == (0, 1)
    assert row["recall_low"] == 1


def test_a_single_work_cannot_be_left_out(small, small_coding):
    with pytest.raises(ValueError, match="at least two works"):
        compare_finders(small.select(works="a"), small_coding, cues=CUES)


@pytest.mark.parametrize("setting", [{"level": 1}, {"resamples": -1}])
def test_settings_out_of_range_are_refused(small, small_coding, setting):
    with pytest.raises(ValueError):
        compare_finders(small, small_coding, cues=CUES, **setting)


# --- Learning -------------------------------------------------------------------------------


def test_what_is_alike_in_all_works_is_learned(fields, fields_coding):
    study = compare_finders(fields, fields_coding, resamples=20, cues=CUES)
    for finder in LEARNING:
        row = row_of(study, "problem", finder)
        assert (row["f1"], row["average_precision"]) == (1, 1)
    own = study.weights[(study.weights["item"] == "problem") & (study.weights["finder"] == "words")]
    assert own.iloc[0]["feature"] == "lack"
    assert own.iloc[0]["models"] == len(PLANTED)
    assert ((own["low"] <= own["weight"]) & (own["weight"] <= own["high"])).all()


def test_cues_are_terms_of_the_finder_that_takes_both(fields, fields_coding):
    cues = cues_of(("lack", "problem", "lacks"))
    weights = compare_finders(fields, fields_coding, resamples=0, cues=cues).weights
    with_cue = weights[weights["feature"] == "cue:lack"]
    assert set(with_cue["finder"]) == {"words_and_cues"}
    assert with_cue.set_index("item").loc["problem", "weight"] > 0


def test_a_pair_of_words_is_parted_by_punctuation():
    text = "Law, trade and roads.\n\nLaw trade and roads."
    corpus = corpus_from_texts({"a": text, "b": text + " Birds sing."})
    coding = coding_of(corpus, [("a", "Law trade"), ("b", "Law trade")])
    weights = compare_finders(corpus, coding, resamples=0, cues=CUES).weights
    strongest = weights[(weights["item"] == "problem") & (weights["finder"] == "words")].iloc[0]
    assert strongest["feature"] == "law trade"


@pytest.mark.parametrize("held", sorted(PLANTED))
def test_the_labels_of_a_work_do_not_touch_its_scores(fields, fields_coding, held):
    """Leakage: other quotations in the work that is held out leave its own scores alone."""
    others = [w for w in PLANTED if w != held]
    thing = THINGS[int(held[1])]
    changed = coding_of(
        fields, [*planted_quotations(others), (held, f"People walk to the {thing}")]
    )
    before, after = (
        compare_finders(fields, c, resamples=0, cues=CUES).predictions
        for c in (fields_coding, changed)
    )
    mine = (before["work_id"] == held) & (before["item"] == "problem")
    learned = before["finder"].isin(LEARNING)
    pd.testing.assert_series_equal(before.loc[mine, "score"], after.loc[mine, "score"])
    assert not before.loc[mine, "target"].equals(after.loc[mine, "target"])
    # The others learn from it, so they do change.
    theirs = ~mine & learned & (before["item"] == "problem")
    assert (before.loc[theirs, "score"] != after.loc[theirs, "score"]).all()


def test_twice_the_same_is_the_same(fields, fields_coding):
    first, again = (compare_finders(fields, fields_coding, resamples=100) for _ in range(2))
    for table in ("quality", "predictions", "weights", "cues"):
        pd.testing.assert_frame_equal(getattr(first, table), getattr(again, table))
    other = compare_finders(fields, fields_coding, resamples=100, seed=1)
    pd.testing.assert_frame_equal(first.predictions, other.predictions)
    assert not first.quality.equals(other.quality)


# --- Little or nothing to go by -------------------------------------------------------------


def test_an_empty_coding_finds_and_teaches_nothing(small):
    study = compare_finders(small, coding_of(small), resamples=50, cues=CUES)
    assert (study.quality[["positives", "base_rate", "true_positives"]] == 0).all(axis=None)
    assert study.quality[["recall", "average_precision"]].isna().all(axis=None)
    learned = study.predictions[study.predictions["finder"].isin(LEARNING)]
    assert (learned["score"] == 0).all()
    assert not learned["proposed"].any()
    assert not len(study.weights)


def test_a_work_without_positives_has_no_recall(fields):
    coding = coding_of(fields, planted_quotations(["w0", "w1", "w2"]))
    study = compare_finders(fields, coding, resamples=50, cues=CUES)
    row = row_of(study, "problem", "words", "w3")
    assert (row["positives"], row["true_positives"], row["precision"]) == (0, 0, 0)
    assert row["proposed"] == 2
    assert pd.isna(row["recall"])
    assert pd.isna(row["average_precision"])
    assert row_of(study, "problem", "words")["recall"] == 1


# --- Suggesting -----------------------------------------------------------------------------


def test_a_folder_of_texts_needs_nothing_but_cues(tmp_path):
    for name, text in SMALL.items():
        (tmp_path / f"{name}.txt").write_text(text)
    table = suggest(load_corpus(tmp_path), cues=CUES)
    assert len(table) == 2 * 8
    best = table[table["rank"] == 1].set_index(["work_id", "item"])
    assert best.loc[("a", "problem"), "text"] == "Poor law is weak."
    assert best.loc[("a", "problem"), ["score", "cues"]].tolist() == [2, "weak, poor"]
    assert best.loc[("b", "remedy"), "text"] == "We must build."
    assert not best.loc[("a", "remedy"), "proposed"]
    assert (table["proposed"] == (table["score"] >= 1)).all()
    assert set(table["scored_by"]) == {"cues"}


def test_suggestions_are_ranked_and_can_be_cut(fields, fields_coding):
    whole = suggest(fields, fields_coding, cues=CUES)
    for _, own in whole.groupby(["work_id", "item"]):
        assert own["score"].is_monotonic_decreasing
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
    cut = suggest(fields, fields_coding, item="remedy", top=2, cues=CUES)
    kept = whole[(whole["item"] == "remedy") & (whole["rank"] <= 2)].reset_index(drop=True)
    pd.testing.assert_frame_equal(cut, kept)


def test_a_new_work_is_scored_by_what_others_taught(fields, fields_coding):
    new = corpus_from_texts({"new": planted(5)})
    table = suggest(new, fields_coding, item="problem", coded=fields, cues=CUES)
    assert set(table["scored_by"]) == {"words_and_cues"}
    assert table.loc[table["proposed"], "text"].tolist() == table["text"].tolist()[:2]
    assert table["text"].head(2).str.contains("lacks").all()
    assert (table["proposed"] == (table["score"] >= THRESHOLD)).all()


def test_a_coded_work_is_scored_as_in_the_comparison(fields, fields_coding):
    """Both leave the work out, so both give the same scores."""
    predictions = compare_finders(fields, fields_coding, resamples=0, cues=CUES).predictions
    own = predictions[predictions["finder"] == "words_and_cues"]
    keys = ["item", "sentence_id"]
    table = suggest(fields, fields_coding, cues=CUES).merge(own, on=keys, suffixes=("", "_held"))
    assert len(table) == len(own)
    assert table["score"].tolist() == table["score_held"].tolist()


def test_a_coded_text_under_another_name_does_not_teach_itself(fields, fields_coding):
    renamed = corpus_from_texts({"other": PLANTED["w1"]})
    mine = suggest(renamed, fields_coding, coded=fields, cues=CUES)
    theirs = suggest(fields, fields_coding, cues=CUES)
    theirs = theirs[theirs["work_id"] == "w1"]
    assert mine["score"].tolist() == theirs["score"].tolist()
    assert mine["text"].tolist() == theirs["text"].tolist()


def test_a_work_without_teachers_is_scored_by_cues(fields):
    coding = coding_of(fields, planted_quotations(["w0"]))
    table = suggest(fields, coding, item="problem", cues=cues_of(("lack", "problem", "lacks")))
    by = table.groupby("work_id")["scored_by"].unique().map(list).to_dict()
    assert by.pop("w0") == ["cues"]
    assert list(by.values()) == [["words_and_cues"]] * 3


def test_questions_that_cannot_be_answered_are_refused(fields, fields_coding, small):
    with pytest.raises(ValueError, match="item must be one of problem, remedy"):
        suggest(fields, item="solution")
    with pytest.raises(ValueError, match="top must be at least 1"):
        suggest(fields, top=0)
    with pytest.raises(ValueError, match="coded="):
        suggest(small, fields_coding)


# --- The real texts -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(corpus, coding):
    return compare_finders(corpus, coding, second=coding, resamples=200)


def test_counts_of_the_real_texts_agree_with_the_predictions(found, corpus, coding):
    targets = sentence_targets(coding, corpus)
    for (item, finder, work), own in found.predictions.groupby(["item", "finder", "work_id"]):
        row = row_of(found, item, finder, work)
        missed = (own["target"] & ~own["proposed"]).sum()
        assert row["n"] == len(own) == (targets["work_id"] == work).sum()
        assert row["positives"] == row["true_positives"] + missed == own["target"].sum()
        assert row["proposed"] == own["proposed"].sum()
        if row["true_positives"]:
            precision, recall = row["precision"], row["recall"]
            assert row["f1"] == pytest.approx(2 / (1 / precision + 1 / recall))


def test_works_add_up_to_all(found):
    counts = ["n", "positives", "proposed", "true_positives"]
    for _, own in found.quality.groupby(["item", "finder"]):
        together = own.set_index("work_id")[counts]
        assert together.drop(index=ALL).sum().tolist() == pytest.approx(together.loc[ALL].tolist())


def test_rates_lie_in_their_bounds(found):
    quality = found.quality
    for rate in ("precision", "recall", "f1", "average_precision", "base_rate"):
        assert quality[rate].dropna().between(0, 1).all()
    for rate in ("precision", "recall", "f1", "difference"):
        known = quality.dropna(subset=[rate])
        assert (known[f"{rate}_low"] <= known[f"{rate}_high"]).all()
    every = quality[quality["finder"] == "every"]
    assert (every["recall"] == 1).all()
    # Proposing everything beats drawing at the base rate.
    drawn = quality[quality["finder"] == "random"]
    assert (drawn["difference"] < 0).all()


def test_no_real_work_is_scored_by_itself(found, corpus, coding, tmp_path):
    """A coded file in a folder of its own, under another name, gets its held-out scores."""
    shutil.copy(corpus.folder / "raw" / "lian.txt", tmp_path / "paper.txt")
    table = suggest(load_corpus(tmp_path), coding, item="remedy", coded=corpus, cues=CUES)
    without = SimpleNamespace(
        problems=coding.problems[coding.problems["work_id"] != "lian"],
        remedies=coding.remedies[coding.remedies["work_id"] != "lian"],
    )
    again = suggest(load_corpus(tmp_path), without, item="remedy", coded=corpus, cues=CUES)
    pd.testing.assert_frame_equal(table, again)
    assert set(table["scored_by"]) == {"words_and_cues"}


def test_the_present_coding_is_ranked_with_cues_and_text(corpus, coding):
    table = suggest(corpus, coding, top=5)
    assert len(table) == 2 * 5 * len(corpus.works)
    sentences = corpus.sentences.set_index("sentence_id")
    assert table["text"].tolist() == sentences.loc[table["sentence_id"], "text"].tolist()
    known = set(load_cues()["cue_id"])
    assert {cue for own in table["cues"] for cue in own.split(", ") if cue} <= known
