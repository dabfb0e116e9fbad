"""From readings to rows: sections, sentences and tokens of all documents, compactly kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.defaults import default_file
from analysis.language import Lemmatizer, SentenceSplitter, citation_spans
from analysis.reading import Reading, Section
from analysis.tables import InputError, read_table
from analysis.text import WORD, AlignedText, join

WHOLE_LINE_KINDS = ("front", "references", "footnote")
"""Kinds of section that hold no prose: each line counts as one sentence."""


class Lexical:
    """What data files say of words: stop words, lemmas, abbreviations."""

    def __init__(self, folder: Path) -> None:
        problems: list[str] = []
        stop, lemmas, short = (
            read_table(default_file(name, folder), (key, "reason"), problems, key=key)
            for name, key in (
                ("stopwords.csv", "word"),
                ("lemma_exceptions.csv", "token"),
                ("abbreviations.csv", "abbreviation"),
            )
        )
        if not problems and "lemma" not in lemmas:
            problems.append("lemma_exceptions.csv, row 1, column lemma: the column is missing")
        if problems:
            raise InputError(problems)
        self.stop_words = frozenset(stop["word"])
        self.lemmatize = Lemmatizer(dict(zip(lemmas["token"], lemmas["lemma"], strict=True)))
        self.split = SentenceSplitter(set(short["abbreviation"]))


class Columns:
    """A table that grows row by row without a dictionary for each row."""

    def __init__(self, *names: str) -> None:
        self.values: dict[str, list[Any]] = {name: [] for name in names}

    def add(self, *row: Any) -> None:
        """Append one row, in the order of the columns."""
        for column, value in zip(self.values.values(), row, strict=True):
            column.append(value)

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def table(self) -> pd.DataFrame:
        """Return all rows as a data frame."""
        return pd.DataFrame(self.values)


class TokenisedRows:
    """Gathers sections, sentences and tokens of all documents.

    Tokens are kept as arrays of numbers, one set per paragraph: ids and words are
    numbered, so that a large corpus takes little more than its offsets.
    """

    def __init__(self, lexical: Lexical) -> None:
        self.lexical = lexical
        self.sections = Columns("document_id", "work_id", "section_id", "number", "title", "level",
                                 "kind", "function", "start", "end")  # fmt: skip
        self.sentences = Columns("document_id", "work_id", "section_id", "paragraph_id",
                                  "sentence_id", "text", "is_heading", "start", "end")  # fmt: skip
        self.texts: dict[str, AlignedText] = {}
        self._documents: list[str] = []
        self._works: list[str] = []
        self._paragraphs: list[str] = []
        self._vocabulary: dict[str, int] = {}
        self._tokens: list[dict[str, np.ndarray]] = []
        self._position = 0
        self._in_document: dict[str, int] = {}

    def add_document(self, document_id: str, work_id: str, reading: Reading) -> None:
        """Add a document section by section: the heading as one sentence, then the text."""
        self._documents.append(document_id)
        self._works.append(work_id)
        self._position = 0
        self._in_document = {"sections": 0, "paragraphs": 0, "sentences": 0}
        for section in reading.sections:
            self._add_section(section)

    def _next_id(self, kind: str, pattern: str) -> str:
        self._in_document[kind] += 1
        return f"{self._documents[-1]}-{pattern.format(self._in_document[kind])}"

    def _add_section(self, section: Section) -> None:
        heading = section.heading
        spans = [t.hull() for t in (section.title, section.text) if len(t)]
        if not spans:
            return
        section_id = self._next_id("sections", "c{:02d}")
        self.texts[section_id] = _with_heading(section)
        self.sections.add(self._documents[-1], self._works[-1], section_id, heading.number,
                          heading.title, heading.level, heading.kind, heading.function,
                          spans[0][0], spans[-1][1])  # fmt: skip
        if len(section.title):
            self._add_paragraph(section_id, section.title, number=heading.number, is_heading=True)
        whole = heading.kind in WHOLE_LINE_KINDS
        start = 0
        for line in section.text.text.split("\n"):
            if line:
                self._add_paragraph(
                    section_id, section.text[start : start + len(line)], whole=whole
                )
            start += len(line) + 1

    def _add_paragraph(
        self,
        section_id: str,
        text: AlignedText,
        *,
        number: str = "",
        is_heading: bool = False,
        whole: bool = False,
    ) -> None:
        """Add a paragraph sentence by sentence, or as a whole where it is no prose."""
        paragraph_id = self._next_id("paragraphs", "g{:03d}")
        self._paragraphs.append(paragraph_id)
        spans = [(0, len(text))] if is_heading or whole else self.lexical.split.spans(text.text)
        first = len(self.sentences)
        for start, end in spans:
            self.sentences.add(
                self._documents[-1], self._works[-1], section_id, paragraph_id,
                self._next_id("sentences", "s{:04d}"), text.text[start:end], is_heading,
                *text.hull(start, end),
            )  # fmt: skip
        places = np.array([m.span() for m in WORD.finditer(text.text)], dtype=np.int64)
        if not len(places):
            return
        begin, after = places[:, 0], places[:, 1]
        is_word = np.ones(len(places), dtype=bool)
        no_words = citation_spans(text.text)
        if number:
            no_words.append((0, _length_of_number(text.text, number)))
        for a, b in no_words:
            is_word &= (begin < a) | (begin >= b)
        words = [text.text[a:b] for a, b in places]
        gaps = zip(after[:-1], begin[1:], strict=True)
        known = self._vocabulary
        self._tokens.append({
            "document": np.full(len(places), len(self._documents) - 1, dtype=np.int32),
            "section": np.full(len(places), len(self.sections) - 1, dtype=np.int32),
            "paragraph": np.full(len(places), len(self._paragraphs) - 1, dtype=np.int32),
            "sentence": (first - 1 + np.searchsorted([a for a, _ in spans], begin, "right")).astype(np.int32),
            "position": np.arange(self._position, self._position + len(places), dtype=np.int32),
            "token": np.array([known.setdefault(w, len(known)) for w in words], dtype=np.int32),
            "is_word": is_word,
            "is_heading": np.full(len(places), is_heading),
            "is_apart": np.array([True, *(not text.text[a:b].isspace() for a, b in gaps)]),
            "start": text.starts[begin],
            "end": text.ends[after - 1],
        })  # fmt: skip
        self._position += len(places)

    def token_table(self) -> pd.DataFrame:
        """Return all tokens with lemma and stop-word mark; repeated strings are stored once."""
        empty = {name: np.array([], dtype=np.int32) for name in _TOKEN_ARRAYS}
        parts = self._tokens or [empty]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in _TOKEN_ARRAYS}
        words = list(self._vocabulary)
        lemmas = self.lexical.lemmatize.all(words)
        lemma_codes, lemma_names = pd.factorize(np.array(lemmas, dtype=object), sort=True)
        is_stop = np.array([w.lower() in self.lexical.stop_words for w in words], dtype=bool)
        document, token = columns["document"], columns["token"]
        work_names = list(dict.fromkeys(self._works))
        work_codes = np.array([work_names.index(w) for w in self._works], dtype=np.int32)
        return pd.DataFrame({
            "document_id": pd.Categorical.from_codes(document, self._documents),
            "work_id": pd.Categorical.from_codes(work_codes[document], work_names),
            "section_id": pd.Categorical.from_codes(columns["section"], self.sections.values["section_id"]),
            "paragraph_id": pd.Categorical.from_codes(columns["paragraph"], self._paragraphs),
            "sentence_id": pd.Categorical.from_codes(columns["sentence"], self.sentences.values["sentence_id"]),
            "position": columns["position"],
            "token": pd.Categorical.from_codes(token, words),
            "lemma": pd.Categorical.from_codes(lemma_codes[token], list(lemma_names)),
            "is_word": columns["is_word"].astype(bool),
            "is_stop": is_stop[token],
            "is_heading": columns["is_heading"].astype(bool),
            "is_apart": columns["is_apart"].astype(bool),
            "start": columns["start"],
            "end": columns["end"],
        })  # fmt: skip


_TOKEN_ARRAYS = ("document", "section", "paragraph", "sentence", "position", "token", "is_word",
                 "is_heading", "is_apart", "start", "end")  # fmt: skip


def _with_heading(section: Section) -> AlignedText:
    """Return heading and text, parted by a line end that is inserted where none stands."""
    if not len(section.title):
        return section.text
    place = np.array([section.title.hull()[1]], dtype=np.int32)
    return join([section.title, AlignedText("\n", place, place), section.text])


def _length_of_number(title: str, number: str) -> int:
    """Return how much of a heading its number takes, spaces inside it included."""
    letters = len("".join(number.split()))
    place = 0
    while letters and place < len(title):
        letters -= not title[place].isspace()
        place += 1
    return place
