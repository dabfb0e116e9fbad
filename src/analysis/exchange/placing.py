"""Where a passage of a raw file stands in the corpus, and how it is quoted."""

from __future__ import annotations

import bisect
from typing import NamedTuple

from analysis.coding.places import Places
from analysis.corpus import Corpus
from analysis.text import AlignedText


class Placed(NamedTuple):
    """A passage with its anchor, and its words as the corpus reads them."""

    document_id: str
    section_id: str
    paragraph_id: str
    sentence_id: str
    start: int
    end: int
    quote: str


class Placing:
    """Finds sections, sentences and words of passages of the primary documents."""

    def __init__(self, corpus: Corpus) -> None:
        self.places = Places(corpus)
        self._works = dict(
            zip(corpus.documents["document_id"], corpus.documents["work_id"], strict=True)
        )

    def work(self, document_id: str) -> str:
        """Return the work of a document."""
        return str(self._works[document_id])

    def at(self, document_id: str, start: int, end: int) -> Placed | None:
        """Return the passage between two raw offsets, widened to whole words.

        Returns
        -------
        Placed or None
            Nothing if all that stands there was lifted out of the running text, or if the
            document is no primary one.
        """
        found = [
            (_fit(text, start, part), section, text, part)
            for document, section, text in self.places.sections.get(self.work(document_id), [])
            if document == document_id
            for part in [text.within(start, end)]
            if text.text[part].strip()
        ]
        if not found:
            return None
        _, section, text, part = max(found, key=lambda one: one[0])
        first, last = _whole_words(text.text, part)
        low, high = text.hull(first, last)
        rows = self.places.sentences[section]
        _, paragraph, sentence = rows[bisect.bisect([row[0] for row in rows], low) - 1]
        quote = " ".join(text.text[first:last].split())
        return Placed(document_id, section, str(paragraph), str(sentence), low, high, quote)


def _fit(text: AlignedText, start: int, part: slice) -> tuple[bool, int]:
    """Prefer the section in which the passage begins: a note may stand inside it."""
    return int(text.starts[part.start]) <= start, part.stop - part.start


def _whole_words(text: str, part: slice) -> tuple[int, int]:
    first, last = part.start, part.stop
    while text[first].isspace():
        first += 1
    while text[last - 1].isspace():
        last -= 1
    while first and _joined(text, first):
        first -= 1
    while last < len(text) and _joined(text, last):
        last += 1
    return first, last


def _joined(text: str, place: int) -> bool:
    """Tell whether a place is inside a run of letters and digits."""
    return all(c.isalnum() or c == "_" for c in text[place - 1 : place + 1])
