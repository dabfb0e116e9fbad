"""A recipe loses nothing without account, and `auto` chooses sensibly."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.reading import (
    Heading,
    Recipe,
    read_document,
)
from analysis.text import LIFTS, STEPS, join

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
