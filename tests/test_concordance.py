"""The left context of a concordance line, in paragraphs of any length."""

from hypothesis import example, given
from hypothesis import strategies as st

from analysis.concordance import _last_words
from analysis.text import WORD


def searched_whole(text, width):
    """The last words of a text, all of which is searched."""
    starts = [m.start() for m in WORD.finditer(text)]
    if len(starts) <= width:
        return text.lstrip()
    return text[starts[-width] :] if width else ""


@given(st.text(alphabet="ab'’- é中.\n", max_size=400), st.integers(0, 8))
@example("a" * 300 + " b", 1)
@example("-a'" * 200, 1)
@example("", 0)
def test_the_end_of_a_text_has_the_words_that_the_whole_has(text, width):
    assert _last_words(text, width) == searched_whole(text, width)


def test_a_long_paragraph_is_not_searched_as_a_whole(monkeypatch):
    """What is looked at does not grow with the paragraph: counted, not timed."""
    looked_at = []

    class Counting:
        @staticmethod
        def finditer(text, begin=0):
            looked_at.append(len(text) - begin)
            return WORD.finditer(text, begin)

    monkeypatch.setattr("analysis.concordance.WORD", Counting)
    for words in (1_000, 100_000):
        _last_words("word " * words, 8)
    assert looked_at[0] == looked_at[-1] < 1_000
