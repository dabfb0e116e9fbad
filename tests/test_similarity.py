"""Near-duplicates are found; others are not."""

import pytest

from analysis import corpus_from_texts, near_duplicates
from analysis.similarity import shared_wording


def test_the_twins_are_found_and_nothing_else(corpus):
    pairs = near_duplicates(corpus.raw)
    assert pairs[["a", "b"]].to_numpy().tolist() == [["shen", "shen-twin"]]
    assert pairs["containment"][0] > 0.95


def test_containment_by_hand():
    pairs = near_duplicates({"x": "a b c d", "y": "z a b c d e"}, shingle=2, threshold=0.1)
    row = pairs.iloc[0]
    assert (row["containment"], row["jaccard"], row["shared"]) == (1, 3 / 5, 3)


def test_texts_too_short_for_a_run_are_no_pair():
    assert near_duplicates({"x": "a", "y": "a"}).empty


@pytest.mark.parametrize("wrong", [{"threshold": 0}, {"threshold": 1.1}, {"shingle": 0}])
def test_senseless_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=r"threshold|shingle"):
        near_duplicates({"x": "a"}, **wrong)


def test_a_large_corpus_is_searched_by_minhash(corpus):
    """The index names the twins among many texts, and the exact comparison agrees."""
    texts = {f"{d}-{i}": f"{corpus.raw[d]} {d}" for i, d in enumerate(corpus.raw)}
    noise = {f"n{i}": " ".join(f"word{i}x{j}" for j in range(60)) for i in range(40)}
    exact = near_duplicates(texts | noise)
    hashed = near_duplicates(texts | noise, exact_up_to=10)
    assert len(exact) == 1
    assert hashed.equals(exact)


def test_common_wording_by_hand():
    corpus = corpus_from_texts(
        {
            "x": "We promote coordinated development of regions. The cat sat. It rains today.",
            "y": "They promote coordinated developments of region by law. It rains. Today it snows.",
        }
    )
    table = shared_wording(corpus, least=3, content=1)
    # Lemmas are compared, the longest run is reported once, and no run crosses a sentence.
    assert table[["work_a", "work_b", "length", "wording"]].to_numpy().tolist() == [
        ["x", "y", 5, "promote coordinated development of regions"]
    ]
    row = table.iloc[0]
    assert corpus.raw["x"][row["start_a"] : row["end_a"]] == row["wording"]
    assert (
        corpus.raw["y"][row["start_b"] : row["end_b"]]
        == "promote coordinated developments of region"
    )
    assert shared_wording(corpus, least=6).empty
    assert shared_wording(corpus, least=3, content=5).empty


def test_the_papers_share_a_formula_of_the_party_and_one_of_the_law(body):
    table = shared_wording(body.select(headings=False))
    wordings = {(r.work_a, r.work_b): r.wording.lower() for r in table[::-1].itertuples()}
    assert "eighteenth central committee of the party" in wordings["shen", "lian"]
    assert (
        wordings["shen", "region"]
        == "promoting coordinated development of regional economic society"
    )
    assert (table["length"] >= 6).all()
    assert not table.duplicated(["work_a", "work_b", "wording"]).any()


@pytest.mark.parametrize("wrong", [{"least": 0}, {"content": 0}])
def test_wording_of_no_words_is_refused(body, wrong):
    with pytest.raises(ValueError, match="at least 1"):
        shared_wording(body, **wrong)
