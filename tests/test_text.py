"""Every character of a reading knows where it stands; every step mends its damage."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import (
    STEPS,
    AlignedText,
    join,
)

DAMAGED = st.text(alphabet='ab TH.,;:?!-\n"“”’*#<>[]()1：、é漢', max_size=60)


def named(*beginnings):
    return sorted(name for name in STEPS if name.startswith(beginnings))


def check_alignment(raw: str, text: AlignedText) -> None:
    """What must hold of any text made from a raw one."""
    assert len(text.text) == len(text.starts) == len(text.ends)
    assert set(text.ends - text.starts) <= {0, 1}
    assert (np.diff(text.starts) >= 0).all()
    assert (np.diff(text.ends) >= 0).all()
    kept = text.kept()
    assert len(np.unique(kept)) == len(kept)
    assert not len(kept) or (kept[0] >= 0 and kept[-1] < len(raw))


@given(DAMAGED)
@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_step_keeps_the_alignment(name, raw):
    before = AlignedText.of(raw)
    after = STEPS[name](before)
    check_alignment(raw, after)


@given(DAMAGED)
@pytest.mark.parametrize("name", named("lift_", "normalise_", "collapse_"))
def test_a_step_done_twice_is_done_once(name, raw):
    once = STEPS[name](AlignedText.of(raw))
    assert STEPS[name](once).text == once.text


@given(DAMAGED)
@pytest.mark.parametrize(
    "name", named("lift_", "drop_", "strip_", "join_overflow", "close_", "collapse_")
)
def test_a_removing_step_only_removes(name, raw):
    after = STEPS[name](AlignedText.of(raw))
    assert "".join(raw[i] for i in after.kept()) == after.text


@given(DAMAGED, st.sampled_from(["a", "b ", "", "xyz", " "]))
def test_replace_keeps_what_stays_the_same(raw, new):
    text = AlignedText.of(raw).replace("[aT].?", new)
    check_alignment(raw, text)
    assert text.text == re.sub("[aT].?", new, raw)


@given(DAMAGED)
def test_the_parts_of_a_text_join_to_the_whole(raw):
    text = AlignedText.of(raw)
    middle = len(raw) // 2
    assert join([text[:middle], text[middle:]]).text == raw


def test_an_empty_part_has_no_place():
    with pytest.raises(ValueError, match="no place"):
        AlignedText.of("abc").hull(1, 1)


def step(name: str, raw: str) -> str:
    return STEPS[name](AlignedText.of(raw)).text


@pytest.mark.parametrize(
    ("name", "raw", "reading"),
    [
        ("lift_page_numbers", "cooperation \n\n165\n\n\nmanagement", "cooperation \n\n\n\nmanagement"),
        ("lift_page_numbers", "in 1787\n1787 was", "in 1787\n1787 was"),
        ("lift_running_dois", "a\n\nDOI: 10.25236/isaete.2020.013\n\nb", "a\n\n\nb"),
        ("lift_running_dois", "see DOI: 10.1/x", "see DOI: 10.1/x"),
        ("lift_footnotes", "change and\n\n^[1]Yu Keping [M], 2000\n\nincrease", "change and\n\n\nincrease"),
        ("drop_rules", "a\n---\nb -- c", "a\nb -- c"),
        ("strip_superscripts", "Li<sup>1, a</sup> Wu", "Li1, a Wu"),
        ("strip_emphasis", "### **2.1** *the city charter* \\* 2 * 3", "### 2.1 the city charter \\* 2 * 3"),
        ("strip_emphasis", "***both***", "both"),
        ("strip_escapes", "[a],\\*", "[a],*"),
        ("strip_autolinks", "at <http://dx.doi.org/10.3968/7004> x < y", "at http://dx.doi.org/10.3968/7004 x < y"),
        ("strip_heading_marks", "#### 3.1 To Build\n#hash", "3.1 To Build\n#hash"),
        ("strip_bullets", "- Chen, R. L.\na - b", "Chen, R. L.\na - b"),
        ("close_letter_spacing", "M O D E R N  A N D  T H E \nA B", "MODERN  AND  THE \nA B"),
        ("drop_blank_lines", "a \n\nb \n \nc", "a \nb \nc"),
        ("join_trailing_space", "the \npractice of\nNext", "the practice of\nNext"),
        ("join_trailing_space", "non-\ngovernmental \n\n certain value", "non-governmental certain value"),
        ("join_overflow", "governance tri\nggered", "governance triggered"),
        ("join_overflow", "released?If\n the", "released?If\n the"),
        ("join_overflow", "the fac\ne of a \nword", "the face of a \nword"),
        ("join_open_paragraphs", "has not\n\nset up. \n\nThe", "has not set up.\nThe"),
        ("join_open_paragraphs", "National governance ability\n\nModernization", "National governance ability Modernization"),
        ("normalise_width", "content：First、then；on", "content: First, then; on"),
        ("normalise_quotes", "“a” ‘b’ people’s", "\"a\" 'b' people's"),
        ("space_punctuation", "opening ,the", "opening, the"),
        ("space_punctuation", "pattern.Local", "pattern. Local"),
        ("space_punctuation", "environmental,social", "environmental, social"),
        ("space_punctuation", 'breeding .And "regionalization" ,Vicious', 'breeding. And "regionalization", Vicious'),
        ("space_punctuation", "released?If e.g.the U.S. 10.5 http://www.cscanada.net/index.php", "released? If e.g.the U.S. 10.5 http://www.cscanada.net/index.php"),
        ("collapse_spaces", " a   b \n\n c ", "a b\nc"),
    ],
)  # fmt: skip
def test_a_step_mends_its_damage(name, raw, reading):
    assert step(name, raw) == reading


def test_wrapped_lines_end_a_paragraph_at_a_short_closed_line():
    raw = "\n".join(
        [
            "a full line of this column that",
            "goes on and then stops here.",
            "Another full line which is long",
            "short end.",
            "The next paragraph begins here.",
        ]
    )
    assert step("join_wrapped_lines", raw).split("\n") == [
        "a full line of this column that goes on and then stops here. Another full line which is long short end.",
        "The next paragraph begins here.",
    ]
