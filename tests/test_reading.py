"""A recipe loses nothing without account, and `auto` chooses sensibly."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reading import (
    STAGES,
    Heading,
    Recipe,
    choose_recipe,
    find_headings,
    read_automatically,
    read_document,
    read_until,
)
from analysis.text import LIFTS, STEPS, AlignedText, join

RECIPE = Recipe(
    "all",
    before=("lift_footnotes",),
    prose=("join_open_paragraphs", "collapse_spaces"),
    lines=("collapse_spaces",),
)


@given(st.text(alphabet="ab.\n ^[1]", max_size=80))
def test_nothing_is_lost_without_account(raw):
    reading = read_document(raw, RECIPE, [Heading("", "a", 1, "body")])
    running = [s for s in reading.sections if s.heading.kind != "footnote"]
    kept = join([t for s in running for t in (s.title, s.text)]).kept()
    gone = sum(int(row["removed"]) + int(row["lifted"]) for row in reading.account)
    assert len(kept) + gone == len(raw)


def test_what_is_lifted_out_is_kept_apart():
    reading = read_document("one and\n\n^[1]Note one.\n\ntwo end.", RECIPE)
    assert [s.text.text for s in reading.sections] == ["one and two end.", "^[1]Note one."]
    assert [(kind, text.hull()) for kind, text in reading.lifted] == [("footnote", (9, 23))]
    assert set(LIFTS) <= set(STEPS)


def test_headings_and_repairs_that_are_not_found_are_reported():
    outline = [Heading("1.", "Found here", 1, "body"), Heading("2.", "Nowhere", 1, "body")]
    reading = read_document("1.  Found\nhere\nText.", RECIPE, outline, {"T ext": "Text"})
    assert reading.problems == [
        "heading not found: '2. Nowhere'",
        "repair matches nothing: 'T ext'",
    ]


def test_a_recipe_names_the_steps_that_do_not_exist():
    assert Recipe("x", before=("drop_rules", "polish")).unknown_steps() == ["polish"]


# --- The recipe auto ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "joins"),
    [
        ("shen", ()),
        ("shen-twin", ("join_trailing_space",)),
        ("lian", ()),
        ("region", ("join_overflow", "join_hyphenated", "join_wrapped_lines")),
        ("li", ()),
    ],
)
def test_auto_sees_what_kind_of_text_it_is(corpus, document, joins):
    recipe = choose_recipe(corpus.raw[document])
    assert (
        tuple(s for s in recipe.prose if s.startswith("join_") and s != "join_open_paragraphs")
        == joins
    )
    assert recipe.about


@pytest.mark.parametrize("document", ["shen", "shen-twin", "lian", "region", "li"])
def test_auto_reads_nearly_what_the_careful_recipe_reads(corpus, document):
    careful = " ".join(t.text for t in corpus.select(documents=document).texts.values()).split()
    automatic = read_automatically(corpus.raw[document])
    words = " ".join(part.text for s in automatic.sections for part in (s.title, s.text)).split()
    missed = Counter(careful) - Counter(words)
    assert sum(missed.values()) / len(careful) < 0.01


@pytest.mark.parametrize(
    ("document", "found"),
    [("shen", 12), ("shen-twin", 10), ("lian", 18), ("region", 24), ("li", 23)],
)
def test_auto_finds_the_numbers_and_kinds_of_most_headings(corpus, document, found):
    outline = corpus.readings[document].outline
    guessed = find_headings(corpus.raw[document], choose_recipe(corpus.raw[document]))
    wanted = {(h.number.replace(" ", ""), h.kind) for h in outline}
    got = {(h.number.replace(" ", ""), h.kind) for h in guessed}
    assert len(wanted & got) >= len(wanted) - 3
    assert len(guessed) >= found


WRAPPED = "\n".join(
    ["This is a line of ordinary prose that was"] * 12
    + ["wrapped by a program and ends here."] * 12
)


def test_ordinary_wrapped_text_is_joined_at_spaces():
    reading = read_automatically(WRAPPED)
    assert "lines of one width" in reading.recipe.about
    text = reading.sections[-1].text.text
    assert "prose that was This is a line" in text
    assert "wasThis" not in text


def test_line_end_hyphens_go_where_the_joined_word_is_known():
    raw = "cooperation is coop-\neration and non-\ngovernmental or non-governmental"
    assert STEPS["join_hyphenated"](AlignedText.of(raw)).text == (
        "cooperation is cooperation and non-governmental or non-governmental"
    )


@pytest.mark.parametrize(
    ("raw", "seen", "text"),
    [
        (
            "\ufeffOne line.\r\nTwo lines.\r\n",
            "byte order mark; line ends of another system",
            "One line.\nTwo lines.",
        ),
        (
            "A\u00a0word\u200b and a tab\there.",
            "tabs or special spaces; invisible characters",
            "A word and a tab here.",
        ),
        ("治理、善治：以人为本。\n\n第二段。", "one paragraph per line", None),
        ("שלום עולם. זהו משפט.\n\nעוד פסקה.", "one paragraph per line", None),
    ],
)
def test_auto_copes_with_other_files(raw, seen, text):
    reading = read_automatically(raw)
    assert seen in reading.recipe.about
    found = "\n".join(s.text.text for s in reading.sections)
    assert found == text if text else "治理、善治：" in found or "שלום" in found


def test_headings_of_plain_texts():
    raw = "Abstract: Short.\n\n1. Introduction\n\nText.\n\n1.1 A finer point\n\nMore.\n\nTHE THIRD PART\nGOES ON HERE\n\nText.\n\n## Conclusions\n\nEnd.\n\nReferences\n\nA (2001).\n"
    headings = find_headings(raw, choose_recipe(raw))
    assert [(h.printed, h.level, h.kind, h.run_in) for h in headings] == [
        ("Abstract:", 1, "abstract", True),
        ("1. Introduction", 1, "body", False),
        ("1.1 A finer point", 2, "body", False),
        ("THE THIRD PART GOES ON HERE", 1, "body", False),
        ("Conclusions", 1, "conclusion", False),
        ("References", 1, "references", False),
    ]


@given(st.text(alphabet="ab1. \n#-*A^[]<é漢“", max_size=120))
def test_auto_loses_nothing_whatever_the_text(raw):
    reading = read_automatically(raw)
    running = [
        s for s in reading.sections if s.heading.kind != "footnote" or not s.heading.function
    ]
    kept = np.concatenate(
        [np.array([], dtype=int), *(t.kept() for s in running for t in (s.title, s.text))]
    )
    gone = sum(int(row["removed"]) + int(row["lifted"]) for row in reading.account)
    assert len(kept) + gone == len(raw)
    assert len(np.unique(kept)) == len(kept)
    assert reading.problems == []


def test_reading_stops_at_a_stage(corpus):
    reading = corpus.readings["region"]
    assert read_until(reading, "raw").sections[0].text.text == reading.raw
    whole, last = read_until(reading, STAGES[-1]), reading
    assert [s.text.text for s in whole.sections] == [s.text.text for s in last.sections]
    with pytest.raises(ValueError, match="no stage 'polish'"):
        read_until(reading, "polish")


def test_a_long_single_line_is_read():
    raw = "One sentence of a text without any line end, in one file of five megabytes. " * 68_000
    reading = read_automatically(raw)
    assert len(reading.sections[0].text) == len(raw) - 1


# --- Places where earlier versions erred ------------------------------------------------------


def test_something_inserted_at_the_head_of_a_section_stands_there():
    raw = "Front line here\n1. Intro\npproach is good. We go.\n"
    reading = read_document(
        raw, Recipe("x"), [Heading("1.", "Intro", 1, "body")], {"pproach": "Approach"}
    )
    text = reading.sections[-1].text
    assert text.text.startswith("Approach")
    assert text.hull(0, 8) == (raw.index("pproach"), raw.index("pproach") + 7)


def test_a_full_width_bracket_keeps_its_place():
    text = STEPS["collapse_spaces"](STEPS["normalise_width"](AlignedText.of("（abc） x")))
    assert text.text == "(abc) x"
    assert text.hull(0, 1) == (0, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_signs_are_seen_whatever_the_line_ends(end):
    raw = end.join(["Text a", "12", "---", "^[1] A *note*", "Text b."])
    recipe = choose_recipe(raw)
    assert {"lift_page_numbers", "drop_rules", "lift_footnotes"} <= set(recipe.before)
    reading = read_automatically(raw)
    assert [(kind, t.text.strip()) for kind, t in reading.lifted] == [
        ("page number", "12"),
        ("footnote", "^[1] A note"),
    ]
    assert "12" not in reading.sections[0].text.text


def test_neighbouring_footnotes_are_lifted_one_by_one():
    raw = "One and\n^[1]First.\n^[2]Second.\ntwo.\n"
    reading = read_automatically(raw)
    assert [t.text.strip() for _, t in reading.lifted] == ["^[1]First.", "^[2]Second."]


def test_an_indented_heading_is_found():
    reading = read_automatically("# A Title\n\nText here.\n\n  # Methods\n\nBody text here.\n")
    assert reading.problems == []
    assert [s.heading.title for s in reading.sections] == ["A Title", "Methods"]


@pytest.mark.parametrize(
    "raw",
    ["x" * 100_000, "a" + " " * 100_000 + "b", "ab-" * 50_000],
    ids=["letters", "spaces", "hyphens"],
)
def test_no_step_takes_ages(raw):
    for step in STEPS.values():
        assert len(step(AlignedText.of(raw))) <= len(raw)
