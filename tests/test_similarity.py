"""Near-duplicates are found; others are not."""

import pytest

from analysis import near_duplicates


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
