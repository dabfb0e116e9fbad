"""Keyword in context: every place of a word, phrase, wildcard or concept."""

from __future__ import annotations

from itertools import islice

import pandas as pd

from analysis.concepts import Lexicon, find_concepts, find_pattern
from analysis.corpus import Corpus
from analysis.text import WORD, AlignedText

KWIC_COLUMNS = ["document_id", "work_id", "section_id", "sentence_id", "left", "keyword", "right",
                "start", "end"]  # fmt: skip


def kwic(
    corpus: Corpus,
    query: str,
    width: int = 8,
    form: str = "surface",
    lexicon: Lexicon | None = None,
) -> pd.DataFrame:
    """List every place of a query with the words around it.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    query : str
        A word, a phrase, a pattern with wildcards (``democra*``), or, where a lexicon
        is given, the identifier of a concept.
    width : int
        Words of context on each side, inside the paragraph.
    form : {"surface", "lemma"}
        What a word of the query is compared with, without regard to case. A concept of a
        lexicon has forms of its own.
    lexicon : Lexicon, optional
        Makes the query the name of a concept.

    Returns
    -------
    pandas.DataFrame
        One row per place, in the order of the texts: ``document_id, work_id, section_id,
        sentence_id, left, keyword, right`` (as they read after cleaning), ``start, end``
        (offsets in code points into the raw text). Empty where the query occurs nowhere.

    Raises
    ------
    ValueError
        If the query is empty, holds a word of wildcards only, or names no concept of
        the lexicon, the form is unknown, or the width is negative.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts(
    ...     {"first": "The courts are weak. A strong court needs the law."}
    ... )
    >>> lines = kwic(corpus, "court*", width=2)
    >>> columns = ["sentence_id", "left", "keyword", "right", "start", "end"]
    >>> print(lines[columns].to_string(index=False))
    sentence_id      left keyword      right  start  end
    first-s0001      The   courts   are weak      4   10
    first-s0002 A strong    court  needs the     30   35
    """
    if width < 0:
        raise ValueError(f"width must not be negative, not {width}")
    if lexicon is None:
        hits = find_pattern(corpus, query, form)
    else:
        if query not in set(lexicon.concepts["concept_id"]):
            raise ValueError(f"{query!r} is no concept of the lexicon")
        hits = find_concepts(corpus, lexicon)
        hits = hits[hits["concept_id"] == query]
    return in_context(corpus, hits, width)


def in_context(corpus: Corpus, hits: pd.DataFrame, width: int = 8) -> pd.DataFrame:
    """Give places in the texts their words of context.

    Parameters
    ----------
    corpus : Corpus
        The texts in which the hits stand.
    hits : pandas.DataFrame
        Any table with the columns ``document_id, work_id, section_id, sentence_id, start,
        end``, such as that of `find_concepts`.
    width : int
        Words of context on each side, inside the paragraph.

    Returns
    -------
    pandas.DataFrame
        The columns of `kwic`, in the order of the hits.
    """
    lines = [
        _line(corpus.texts[section], start, end, width)
        for section, start, end in zip(hits["section_id"], hits["start"], hits["end"], strict=True)
    ]
    table = hits.reset_index(drop=True).drop(columns=["left", "keyword", "right"], errors="ignore")
    context = pd.DataFrame(lines, columns=["left", "keyword", "right"], dtype=object)
    return pd.concat([table, context], axis=1)[KWIC_COLUMNS]


def _line(text: AlignedText, start: int, end: int, width: int) -> tuple[str, str, str]:
    """Return left context, keyword and right context of a raw span."""
    place = text.within(start, end)
    first, last = place.start, place.stop
    left = text.text[text.text.rfind("\n", 0, first) + 1 : first]
    stop = text.text.find("\n", last)
    right = text.text[last : stop if stop >= 0 else None]
    return _last_words(left, width), text.text[first:last], _first_words(right, width)


def _first_words(text: str, width: int) -> str:
    ends = [m.end() for m in islice(WORD.finditer(text), width + 1)]
    if len(ends) <= width:
        return text.rstrip()
    return text[: ends[width - 1]] if width else ""


def _last_words(text: str, width: int) -> str:
    # A paragraph may be a whole paper; only as much of its end is searched as the words take.
    size = 20 * (width + 2)
    while True:
        begin = max(len(text) - size, 0)
        starts = [m.start() for m in WORD.finditer(text, begin)]
        # What was found first may be the rest of a word, so that one more is asked for.
        if begin == 0 or len(starts) > width + 1:
            break
        size *= 2
    if len(starts) <= width:
        return text.lstrip()
    return text[starts[-width] :] if width else ""
