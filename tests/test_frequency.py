"""Counts are counts, rates have their size, and intervals come from paragraphs."""

import pandas as pd
import pytest

from analysis.frequency import term_frequencies, top_terms
from analysis.measures import poisson_interval


def tokens_of(texts):
    """A token table of toy documents; each inner list is a paragraph of one sentence."""
    rows = [
        {"document_id": d, "work_id": d, "paragraph_id": f"{d}-g{i}", "sentence_id": f"{d}-s{i}",
         "token": w, "lemma": w.lower(), "is_word": True, "is_stop": w == "the"}
        for d, paragraphs in texts.items() for i, words in enumerate(paragraphs) for w in words.split()
    ]  # fmt: skip
    return pd.DataFrame(rows)


TOY = {"a": ["the rule of law", "law Law"], "b": ["the people", "the market"]}


def test_counts_and_rates_by_hand():
    table = term_frequencies(tokens_of(TOY), terms=["law", "market"]).set_index(["work_id", "term"])
    assert table.loc[("a", "law"), ["count", "size", "rate"]].tolist() == [3, 6, 500]
    assert table.loc[("b", "market"), ["count", "size", "rate"]].tolist() == [1, 4, 250]


def test_an_absent_term_shows_its_upper_bound():
    row = term_frequencies(tokens_of(TOY), terms=["law"]).set_index("work_id").loc["b"]
    assert (row["count"], row["rate"], row["low"]) == (0, 0, 0)
    assert row["high"] == pytest.approx(poisson_interval(0)[1] / 4 * 1000)


def test_the_interval_has_the_rates_of_the_paragraphs_as_its_ends():
    # Drawn twice, "a" can be all first or all second paragraph: rates 1/4 and 2/2.
    row = term_frequencies(tokens_of(TOY), terms=["law"], per=1).set_index("work_id").loc["a"]
    assert row["low"] == pytest.approx(1 / 4)
    assert row["high"] == pytest.approx(1)


def test_ngrams_do_not_cross_sentences():
    table = term_frequencies(tokens_of(TOY), ngram=2)
    assert set(table.loc[table["work_id"] == "a", "term"]) == {
        "the rule",
        "rule of",
        "of law",
        "law law",
    }


def test_the_same_seed_gives_the_same_interval(body):
    first, second = (term_frequencies(body.tokens, terms=["governance"], seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_work_is_not_counted_twice(corpus):
    with pytest.raises(ValueError, match="work shen would be counted from more than one document"):
        term_frequencies(corpus.tokens)
    by_document = term_frequencies(
        corpus.tokens, by="document_id", terms=["governance"], resamples=0
    )
    assert len(by_document) == 5


@pytest.mark.parametrize("wrong", [{"per": 0}, {"ngram": 0}, {"by": "nothing"}])
def test_senseless_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=r"per|ngram|nothing"):
        term_frequencies(tokens_of(TOY), **wrong)


def test_an_empty_table_gives_an_empty_table():
    table = term_frequencies(tokens_of(TOY).iloc[:0])
    assert table.columns.tolist() == ["work_id", "term", "count", "size", "rate", "low", "high"]
    assert table.empty


def test_counts_of_the_real_texts_add_up(body):
    table = term_frequencies(body.tokens, resamples=0)
    words = body.words().groupby("work_id", observed=True).size()
    assert table.groupby("work_id")["count"].sum().to_dict() == words.to_dict()
    assert table.groupby("work_id")["size"].first().to_dict() == words.to_dict()


def test_a_count_is_what_a_reader_counts(body):
    text = " ".join(body.select(works="lian").sentences["text"]).lower()
    row = term_frequencies(body.tokens, term="token", terms=["corruption"]).set_index("work_id")
    assert row.loc["lian", "count"] == text.count("corruption") > 0


def test_top_terms_leave_stop_words_out(body):
    terms = top_terms(body.tokens, number=3)
    assert "the" not in terms
    assert {"government", "governance"} <= set(terms)


def test_one_paragraph_has_nothing_to_resample():
    table = term_frequencies(tokens_of({"a": ["good good bad"]}), terms=["good"])
    assert table["low"].isna().all()
    assert table["rate"].iloc[0] == pytest.approx(2000 / 3)


def test_a_run_longer_than_the_text_gives_no_rows():
    assert term_frequencies(tokens_of({"a": ["good bad"]}), ngram=4).empty
