"""Where quotations stand in the texts."""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import Corpus
from analysis.text import AlignedText, normalise_quotes

ANCHOR_COLUMNS = ["document_id", "section_id", "paragraph_id", "sentence_id", "start", "end"]
FEWEST, MOST = 8, 60
"""How many words a quotation has."""


def touched(
    rows: pd.DataFrame, passages: pd.DataFrame, by: str = "section_id"
) -> NDArray[np.bool_]:
    """Tell which rows overlap one of some passages.

    Parameters
    ----------
    rows, passages : pandas.DataFrame
        Each with ``start, end`` (half open) and the column ``by``.
    by : {"section_id", "document_id"}
        Only rows and passages of the same section, or document, are compared. Sentences
        are compared by section: one that encloses a footnote is not quoted where the
        footnote is.

    Returns
    -------
    numpy.ndarray of bool, shape (rows,)
        True where a row and a passage have a character in common.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coding import touched
    >>> rows = pd.DataFrame({"section_id": "c01", "start": [0, 10, 20], "end": [10, 20, 30]})
    >>> passages = pd.DataFrame({"section_id": ["c01"], "start": [15], "end": [20]})
    >>> touched(rows, passages).tolist()
    [False, True, False]
    """
    found = np.zeros(len(rows), dtype=bool)
    group = rows[by].astype(str).to_numpy()
    start, end = (rows[column].to_numpy(dtype=int) for column in ("start", "end"))
    for name, own in passages.groupby(by):
        here = np.flatnonzero(group == str(name))
        begins = start[here, None] < own["end"].to_numpy(dtype=int)
        found[here] = (begins & (own["start"].to_numpy(dtype=int) < end[here, None])).any(axis=1)
    return found


def anchored(
    name: str,
    items: pd.DataFrame,
    places: Places,
    problems: list[str],
    fewest: int = FEWEST,
    most: int = MOST,
) -> pd.DataFrame:
    """Add the place of each quotation, or say what is wrong with it.

    Parameters
    ----------
    name : str
        The file, for the messages.
    items : pandas.DataFrame
        ``work_id, quote, row`` and more.
    places : Places
        The texts.
    fewest, most : int
        How many words a quotation may have.
    problems : list of str
        Takes what is wrong: a quotation that is too short or too long, that is nowhere
        (with the nearest passage and what differs), or that stands more than once.

    Returns
    -------
    pandas.DataFrame
        The items with ``document_id, section_id, paragraph_id, sentence_id, start, end``.
    """
    anchors = []
    for item in items.itertuples():
        found = places.find(item.work_id, item.quote) if item.quote else []
        problems += [
            f"{name}, row {item.row}, column quote: {problem}"
            for problem in _faults(item.work_id, item.quote, len(found), places, fewest, most)
        ]
        anchors.append(found[0] if found else (None, None, None, None, -1, -1))
    table = pd.DataFrame(anchors, columns=ANCHOR_COLUMNS, index=items.index)
    return pd.concat([items, table.astype({"start": int, "end": int})], axis=1)


def _faults(work: str, quote: str, found: int, places: Places, fewest: int, most: int) -> list[str]:
    if not quote or work not in places.sections:
        return []  # An empty cell and an unknown work are reported where the table is read.
    faults = []
    words = len(quote.split())
    if not fewest <= words <= most:
        faults.append(f"{words} words; quote {fewest} to {most}: {quote!r}")
    if found == 0:
        nearest = places.nearest(work, quote)
        faults.append(
            f"not found in {work}: {quote!r}; nearest passage: {nearest!r}; {_difference(quote, nearest)}"
        )
    if found > 1:
        faults.append(f"found {found} times in {work}; quote more words: {quote!r}")
    return faults


def _difference(quote: str, passage: str) -> str:
    """Say which words of a quotation the nearest passage has not, and which it has instead."""
    mine, theirs = quote.split(), passage.split()
    blocks = difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    changes = [
        f"{' '.join(mine[a:b]) or 'nothing'!r} instead of {' '.join(theirs[c:d]) or 'nothing'!r}"
        for kind, a, b, c, d in blocks
        if kind != "equal"
    ]
    if changes:
        return "it has " + "; ".join(changes)
    return "it runs over the end of a paragraph, or differs in how words are joined"


class Places:
    """Finds quotations in the primary document of each work, mended as the corpus is."""

    def __init__(self, corpus: Corpus) -> None:
        primary = corpus.select(roles="primary")
        self.sections = {
            str(work): [
                (s.document_id, s.section_id, _evenly_spaced(primary.texts[s.section_id]))
                for s in rows.itertuples()
            ]
            for work, rows in primary.sections.groupby("work_id", observed=True)
        }
        columns = ["start", "paragraph_id", "sentence_id"]
        self.sentences = {
            str(section): list(rows[columns].itertuples(index=False, name=None))
            for section, rows in primary.sentences.groupby("section_id", observed=True)
        }

    def find(self, work: str, quote: str) -> list[tuple[str, str, str, str, int, int]]:
        """Return every place of a quotation, in the order of `ANCHOR_COLUMNS`."""
        words = " ".join(normalise_quotes(AlignedText.of(quote)).text.split())
        places = []
        for document, section, text in self.sections.get(work, []):
            rows = self.sentences[section]
            starts = [start for start, _, _ in rows]
            for span in _occurrences(words, text.text):
                start, end = text.hull(*span)
                _, paragraph, sentence = rows[bisect.bisect(starts, start) - 1]
                places.append((document, section, paragraph, sentence, start, end))
        return places

    def nearest(self, work: str, quote: str) -> str:
        """Return the passage most like a quotation that was not found."""
        words = quote.split()
        matcher = difflib.SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(words)
        best, score = "", 0.0
        for _, _, text in self.sections.get(work, []):
            passage = text.text.split()
            for i in range(max(len(passage) - len(words), 0) + 1):
                window = passage[i : i + len(words)]
                matcher.set_seq1(window)
                # The quick bounds spare most windows the slow comparison.
                if matcher.real_quick_ratio() <= score or matcher.quick_ratio() <= score:
                    continue
                ratio = matcher.ratio()
                if ratio > score:
                    best, score = " ".join(window), ratio
        return best or "nothing alike"


def _evenly_spaced(text: AlignedText) -> AlignedText:
    """Set quotation marks straight, and one plain space between the words of a line.

    A line end parts paragraphs in the text of a section: it stays, so that no quotation
    runs over it.
    """
    return normalise_quotes(text).replace(_UNEVEN, " ")


_UNEVEN = re.compile(r"[^\S\n]{2,}|[^\S\n ]")


def _occurrences(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Find words where no letter or digit touches them, one place after the other."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        apart = not (_LETTER.match(text[start - 1 : start]) or _LETTER.match(text[end : end + 1]))
        if apart:
            yield start, end
        start = text.find(words, end if apart else start + 1)


_LETTER = re.compile(r"\w")
