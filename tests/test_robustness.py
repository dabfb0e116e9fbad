"""What extraction and cleaning change is measured, not made to vanish."""

import numpy as np
import pytest

from analysis.damage import DAMAGES, damage_examples, damaged, measured_damage
from analysis.reading import STAGES
from analysis.robustness import damaged_copies, extraction_floor, floor_of, twins_by_step
from analysis.text import WORD


@pytest.fixture(scope="module")
def steps(corpus):
    return twins_by_step(corpus, "shen", "shen-twin")


@pytest.fixture(scope="module")
def copies(corpus):
    return damaged_copies(corpus, "shen", "shen-twin", draws=3)


def test_the_difference_of_the_twins_dies(steps):
    assert steps["stage"].iloc[0] == "raw"
    assert steps["stage"].iloc[-1] == "repair_words"
    assert [STAGES.index(s) for s in steps["stage"]] == sorted(
        STAGES.index(s) for s in steps["stage"]
    )
    assert steps["differing"].iloc[0] > 300
    assert steps["differing"].is_monotonic_decreasing
    # COOPERATION and VOOPERATION: each has one word that the other lacks.
    assert steps["differing"].iloc[-1] == 2
    assert steps["words_first"].iloc[-1] == steps["words_second"].iloc[-1] == 4215
    assert steps["noticeable"].iloc[-1] == 0 < steps["noticeable"].iloc[0]


def test_damage_is_counted_as_it_is_known(corpus):
    places = measured_damage(corpus).set_index(["document_id", "damage"])["places"]
    assert places["shen", "sentence cut by a page"] == 7
    assert places["lian", "footnote in the flow"] == 20
    assert places["lian", "sentence cut by a page"] == 4
    assert places["region", "word cut at the line end"] == 10
    assert places["region", "full-width mark"] == 5
    assert places["region", "page number in the flow"] == 1
    assert places["li", "running line in the flow"] == 1
    assert places["li", "sentence cut by a page"] == 4


SOUND = "\n".join(
    ["The government, and the people; the law: all cooperate in a network of many bodies."] * 40
)


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_each_damage_changes_the_text_and_is_seeded(name):
    first, again, other = (
        damaged(SOUND, {name: 20}, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first not in (SOUND, other)


def test_no_damage_leaves_the_text_alone():
    assert damaged(SOUND, {}, np.random.default_rng(0)) == SOUND
    with pytest.raises(ValueError, match="unknown damage: fire"):
        damaged(SOUND, {"fire": 1}, np.random.default_rng(0))


def test_wrapping_loses_no_letter():
    wrapped = damaged(SOUND, {"word cut at the line end": 5}, np.random.default_rng(0))
    assert "".join(wrapped.split()) == "".join(SOUND.split())
    assert max(len(line) for line in wrapped.split("\n")) <= 55


def test_the_floor_of_a_measure(copies):
    table = extraction_floor(lambda part: float(len(part.words())), copies)
    assert table["source"].tolist() == [
        "the twins as they were received",
        "the twins read automatically",
        "the damage of lian",
        "the damage of region",
        "the damage of li",
    ]
    # Raw, hundreds of words differ; read automatically, next to none.
    assert table["difference"][0] > 200 > 20 > table["difference"][1:].max()
    assert (table["largest"] >= table["difference"]).all()
    assert table["copies"].tolist() == [1, 1, 3, 3, 3]


def test_a_measure_that_sees_nothing_has_no_floor(copies):
    assert floor_of({"one": lambda part: 1.0}, copies)["largest"].max() == 0


def test_damaged_copies_are_seeded(corpus, copies):
    again = damaged_copies(corpus, "shen", "shen-twin", draws=3)
    for first, second in zip(copies, again, strict=True):
        for a, b in zip(first.others, second.others, strict=True):
            assert a.raw == b.raw


def test_examples_show_the_damage_and_its_reading(corpus):
    table = damage_examples(corpus).set_index(["document_id", "step"])
    assert "tri⏎⏎ggered" in table.loc[("region", "join_overflow"), "raw"]
    assert "triggered" in table.loc[("region", "join_overflow"), "reading"]
    assert "165" in table.loc[("region", "lift_page_numbers"), "raw"]
    assert "165" not in table.loc[("region", "lift_page_numbers"), "reading"]
    assert "Com-parative" in table.loc[("li", "repair_words"), "raw"]
    assert all(WORD.search(text) for text in table["reading"])
