"""Which words stand together: pairs inside a window, and terms of several words.

Both tables carry the counts that made their measures, and in how many sentences and
paragraphs they were found, so that a count that comes from one repeated passage shows.
The measures compare a count with what chance would give if words were drawn one by one.
Words of a text are not: they follow on one another, and slots share words. The p and q of
these tables rank and sift what was found in these texts; they prove nothing about others.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import check_groups
from analysis.measures import (
    false_discovery,
    log_dice,
    log_likelihood,
    npmi,
    p_value,
    pmi,
    t_score,
)
from analysis.resampling import parted

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

PAIR_COLUMNS = [
    "left", "right", "count", "count_left", "count_right", "pairs", "expected", "sentences",
    "paragraphs", "mean_distance", "pmi", "npmi", "t_score", "log_dice", "log_likelihood", "p", "q",
]  # fmt: skip
TERM_COLUMNS = [
    "term", "form", "length", "count", "sentences", "paragraphs", "works", "closed", "longer",
    "longer_terms", "c_value", "split", "count_left", "count_right", "slots", "npmi",
    "log_likelihood", "p", "q",
]  # fmt: skip


def collocations(
    tokens: pd.DataFrame,
    by: str | None = None,
    window: int = 5,
    min_count: int = 3,
    term: str = "lemma",
    *,
    stop_words: bool = False,
) -> pd.DataFrame:
    """List ordered pairs of words that stand together, with measures of association.

    What is counted is the *slot*: one word and another that stands after it, one to
    ``window`` words on, in the same sentence. A text of one sentence of *m* words has
    ``(m - 1) + (m - 2) + ... + (m - window)`` slots (as far as these are positive). Every
    slot has one left and one right word, so the counts make a proper table of two by two:

    ============  ==========================  ============================
    slots         right                       another right word
    ============  ==========================  ============================
    left          ``count``                   ``count_left - count``
    another left  ``count_right - count``     the rest
    ============  ==========================  ============================

    Its four cells add up to ``pairs`` whatever the window. All measures are taken from
    ``(n_ab, n_a, n_b, n) = (count, count_left, count_right, pairs)``; their formulas stand
    in `analysis.measures`. ``log_likelihood`` is G² over the four cells (Dunning 1993).

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table in the order of the text; only rows with ``is_word`` are counted.
        Citation marks and numbering take no place in the window.
    by : str, optional
        The column of groups; each group is counted by itself. Without it the table is
        one group.
    window : int
        Greatest distance of the two words; 1 takes neighbours only.
    min_count : int
        Least number of slots in which a pair stands to be listed.
    term : {"lemma", "token"}
        What is counted, in lower case.
    stop_words : bool
        Whether pairs with a stop word or with a word without letters (a number) are
        listed too. They count in the slots either way. A lemma is a stop word if any of
        its forms in the table is marked ``is_stop``.

    Returns
    -------
    pandas.DataFrame
        One row per pair, and group if ``by`` is given. Sorted by group and falling
        ``log_likelihood``, ties by ``left`` and ``right``. Columns: ``by`` if given, and

        - ``left``, ``right``: the words; *left* stands before *right*.
        - ``count``: slots with this pair. A pair that stands three times in one sentence
          counts three times.
        - ``count_left``, ``count_right``: slots with this left or this right word.
        - ``pairs``: all slots of the group.
        - ``expected``: ``count_left * count_right / pairs``, the count if the two words
          had nothing to do with each other.
        - ``sentences``, ``paragraphs``: how many different ones hold the pair.
        - ``mean_distance``: mean distance in words, from 1 to ``window``.
        - ``pmi``, ``npmi``, ``t_score``, ``log_dice``: above zero (``log_dice``: high) for
          words that seek each other; ``pmi``, ``npmi`` and ``t_score`` are below zero
          where ``count`` is below ``expected``.
        - ``log_likelihood``: zero where ``count`` equals ``expected``, larger where it is
          above *or below*; ``expected`` says which.
        - ``p``: chi-squared tail of ``log_likelihood``, one degree of freedom.
        - ``q``: ``p`` adjusted after Benjamini and Hochberg (1995). The family is this
          table, all its rows and groups. A pair below ``min_count``, or left out for a
          stop word, is not tested and not in it. Since frequent pairs alone are tested,
          ``q`` is somewhat too small.

        A table without words or without frequent pairs gives an empty table.

    Raises
    ------
    ValueError
        If ``window`` or ``min_count`` is below 1, a column is missing, or a work would be
        counted from more than one document.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    *Computational Linguistics* 19.

    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: A practical and
    powerful approach to multiple testing. *Journal of the Royal Statistical Society, Series
    B* 57.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts(
    ...     {"first": "Weak courts serve public order. Public order needs strong courts."}
    ... )
    >>> table = collocations(corpus.tokens, window=1, min_count=2)
    >>> columns = ["left", "right", "count", "pairs", "expected", "sentences", "log_dice"]
    >>> print(table[columns].round(2).to_string(index=False))
      left right  count  pairs  expected  sentences  log_dice
    public order      2      8       0.5          2      14.0
    """
    needed = (term, "is_word", "is_stop", "sentence_id", "paragraph_id")
    _check(tokens, by, needed, {"window": (window, 1), "min_count": (min_count, 1)})
    words = _words(tokens, by, term)
    listed = np.full(len(words.types), True) if stop_words else words.content(letters=1)
    keys, count, distance = _frequent_pairs(words, window, min_count, listed)
    left, right = np.divmod(keys, max(len(words.types), 1))
    all_left, all_right = _marginals(words, window)
    group = words.group_of[left]
    pairs = _summed(words.group_of, all_left, len(words.groups))[group]
    counts = (count, all_left[left], all_right[right], pairs)
    where = [words.codes(tokens[column]) for column in ("sentence_id", "paragraph_id")]
    sentences, paragraphs = _pair_places(words, where, keys, window, listed)
    table = pd.DataFrame({
        "group": words.groups[group],
        "left": words.types[left],
        "right": words.types[right],
        "count": count,
        "count_left": counts[1],
        "count_right": counts[2],
        "pairs": pairs,
        "expected": counts[1] * counts[2] / pairs,
        "sentences": sentences,
        "paragraphs": paragraphs,
        "mean_distance": distance / count,
        "pmi": pmi(*counts),
        "npmi": npmi(*counts),
        "t_score": t_score(*counts),
        "log_dice": log_dice(*counts),
        "log_likelihood": _pair_log_likelihood(*counts),
    })  # fmt: skip
    return _finished(table, by, PAIR_COLUMNS, "log_likelihood", ["left", "right"])


def multiword_terms(
    tokens: pd.DataFrame,
    by: str | None = None,
    longest: int = 4,
    min_count: int = 3,
    term: str = "lemma",
    *,
    inside: str | Collection[str] | None = "of",
    min_closed: int = 1,
) -> pd.DataFrame:
    """Find terms of several words, such as *public interest* or *rule of law*.

    No list of terms is given; a run of words is listed if it

    1. has 2 to ``longest`` words that stand side by side in one sentence, with nothing but
       white space between them: no comma, no quotation mark, no citation;
    2. begins and ends with a content word: no stop word, at least two letters;
    3. has no stop words inside but those of ``inside``, and never three in a row;
    4. stands ``min_count`` times or more; and
    5. is *closed* at least ``min_closed`` times: no further content word follows it in the
       same run of words. English puts the head of a noun phrase last, so that a run that
       always goes on (*regional public* problems, *behavior of local* governments) is the
       beginning of terms and has not been seen to be one.

    Words are not told apart by class, so a verb with its object (*pay attention*) can
    pass.

    Terms are ordered by C-value (Frantzi, Ananiadou & Mima 2000), which favours long terms
    and takes off what a term owes to longer ones that contain it::

        c_value = log2(length) * (count - longer / longer_terms)

    where the fraction is zero for a term inside no other. ``longer`` counts each
    occurrence once, however many of the longer terms it stands in, as the worked example
    of the source does. Without that, the fraction is the mean count of the longer terms.

    How firmly the words belong together is measured at the *weakest split*: the term is
    cut in two at each place, and the cut with the lowest ``npmi`` is reported (the first of
    equals). For a term of *n* words cut after word *k* the slots are all runs of *n* words
    of the group; ``count_left`` of them begin with the left part and ``count_right`` end
    with the right part. For two words these are all pairs of neighbours.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table in the order of the text; only rows with ``is_word`` are counted. Its
        column ``is_apart`` says where a mark of punctuation stands before a word; in a table
        without it marks are not seen, and words on both sides of a comma can make a term.
        Rows that are no words (citation marks, numbering) part the words around them.
    by : str, optional
        The column of groups; each group is searched and counted by itself.
    longest : int
        Words of the longest term.
    min_count : int
        Least number of occurrences, in a group if ``by`` is given.
    term : {"lemma", "token"}
        What is counted, in lower case. By ``lemma``, *local government* and *local
        governments* are one term and ``form`` shows the usual spelling; by ``token`` they
        are two.
    inside : str, collection of str or None
        Stop words that may stand inside a term, as they stand in the column ``term``.
        With ``None`` all may; most runs with *and*, *the* or a preposition other than *of*
        are two terms, or a verb and its object.
    min_closed : int
        Least number of occurrences that are closed; 0 lists unfinished runs too.

    Returns
    -------
    pandas.DataFrame
        One row per term, and group if ``by`` is given. Sorted by group and falling
        ``c_value``, ties by ``term``. Columns: ``by`` if given, and

        - ``term``: the words as in the column ``term``, lower case.
        - ``form``: its most frequent spelling, lower case; ties by alphabet.
        - ``length``: number of words.
        - ``count``: occurrences. ``sentences``, ``paragraphs``, ``works``: how many
          different ones hold it.
        - ``closed``: occurrences after which no content word follows in the run.
        - ``longer``: occurrences inside a longer listed term; ``longer_terms``: how many
          different ones.
        - ``c_value``: zero for a term that never stands outside one and the same longer
          one; without upper bound.
        - ``split``: the weakest split, written ``rule of | law``. ``count_left``,
          ``count_right``, ``slots``: its marginal counts.
        - ``npmi``, ``log_likelihood``, ``p``: of the weakest split, as in `collocations`.
        - ``q``: ``p`` adjusted after Benjamini and Hochberg; the family is this table, all
          its rows and groups, and no candidate that the rules above left out.

        A table without such runs gives an empty table.

    Raises
    ------
    ValueError
        If ``longest`` is below 2, ``min_count`` below 1 or ``min_closed`` below 0, a column
        is missing, or a work would be counted from more than one document.

    References
    ----------
    Frantzi, K., Ananiadou, S. & Mima, H. (2000). Automatic recognition of multi-word terms:
    the C-value/NC-value method. *International Journal on Digital Libraries* 3, 115-130.
    doi:10.1007/s007999900023

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts(
    ...     {"first": "The rule of law is weak. Courts need the rule of law and public order."}
    ... )
    >>> table = multiword_terms(corpus.tokens, min_count=2)
    >>> columns = ["term", "length", "count", "sentences", "c_value", "split"]
    >>> print(table[columns].round(2).to_string(index=False))
           term  length  count  sentences  c_value         split
    rule of law       3      2          2     3.17 rule | of law
    """
    least = {"longest": (longest, 2), "min_count": (min_count, 1), "min_closed": (min_closed, 0)}
    needed = (term, "token", "is_word", "is_stop", "work_id", "sentence_id", "paragraph_id")
    _check(tokens, by, needed, least)
    words = _words(tokens, by, term, parted(tokens))
    grams = _grams(words, longest)
    terms = {
        length: _listed(words, grams[length], length, inside, min_count, min_closed)
        for length in range(2, longest + 1)
    }
    parts = [_term_table(words, tokens, grams, terms, length) for length in terms]
    return _finished(pd.concat(parts, ignore_index=True), by, TERM_COLUMNS, "c_value", ["term"])


def _check(
    tokens: pd.DataFrame,
    by: str | None,
    needed: Collection[str],
    least: dict[str, tuple[int, int]],
) -> None:
    """Refuse settings below their least value, missing columns and a work counted twice."""
    for name, (value, minimum) in least.items():
        if value < minimum:
            raise ValueError(f"{name} must be at least {minimum}, not {value}")
    for column in needed:
        if column not in tokens.columns:
            raise ValueError(f"the table has no column {column!r}")
    if by is not None:
        check_groups(tokens, by)
    elif {"work_id", "document_id"} <= set(tokens.columns):
        check_groups(tokens, "work_id")


# --- Words as numbers -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    """The words of a token table in their order, as numbers.

    A *type* is a word of one group. A *run* is a stretch of words that may be counted
    together: a sentence, or a part of one.

    Attributes
    ----------
    types : numpy.ndarray of object, shape (types,)
        The word in lower case.
    group_of : numpy.ndarray of int, shape (types,)
        The group of each type, as a place in ``groups``.
    stop : numpy.ndarray of bool, shape (types,)
        Whether any form of it is a stop word.
    letters : numpy.ndarray of int, shape (types,)
        How many letters it has.
    groups : numpy.ndarray of object
        Names of the groups.
    type_of, run, rows : numpy.ndarray of int, shape (words,)
        Type and run of each word, and its row in the token table.
    """

    types: NDArray[Any]
    group_of: Codes
    stop: Mask
    letters: Codes
    groups: NDArray[Any]
    type_of: Codes
    run: Codes
    rows: Codes

    def places(self, distance: int) -> Codes:
        """Return the words that have another one so many words on in the same run."""
        stop = max(len(self.run) - distance, 0)
        return np.flatnonzero(self.run[:stop] == self.run[distance : distance + stop])

    def codes(self, column: pd.Series) -> Codes:
        """Number the values that a column of the token table has at the words."""
        return _numbered(column.iloc[self.rows])[0]

    def content(self, letters: int) -> Mask:
        """Say which types are no stop words and have at least so many letters."""
        return ~self.stop & (self.letters >= letters)


def _words(tokens: pd.DataFrame, by: str | None, term: str, apart: Mask | None = None) -> _Words:
    """Number the words of a table; ``apart`` says which rows begin a run of their own."""
    is_word = tokens["is_word"].to_numpy(dtype=bool)
    has_group = np.full(len(tokens), True) if by is None else tokens[by].notna().to_numpy()
    rows = np.flatnonzero(is_word & has_group)
    word, vocabulary = _lower_case(tokens[term].iloc[rows])
    group, groups = _numbered(tokens[by].iloc[rows]) if by else (word * 0, np.array([""], object))
    stop = np.full(len(vocabulary), False)
    stop[word[tokens["is_stop"].to_numpy(dtype=bool)[rows]]] = True
    letters = np.array([sum(map(str.isalpha, w)) for w in vocabulary], dtype=np.int64)
    keys, type_of = np.unique(group * len(vocabulary) + word, return_inverse=True)
    group_of, word_of = np.divmod(keys, max(len(vocabulary), 1))
    fresh = _changes(_numbered(tokens["sentence_id"].iloc[rows])[0]) | _changes(group)
    if apart is not None:
        fresh |= _changes(np.cumsum(apart)[rows])
    return _Words(
        types=vocabulary[word_of],
        group_of=group_of,
        stop=stop[word_of],
        letters=letters[word_of],
        groups=groups,
        type_of=type_of,
        run=np.cumsum(fresh),
        rows=rows,
    )


def _numbered(column: pd.Series) -> tuple[Codes, NDArray[Any]]:
    """Number the values of a column in the order in which they come."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return codes.astype(np.int64), np.asarray(values, dtype=object)


def _lower_case(column: pd.Series) -> tuple[Codes, NDArray[Any]]:
    """Number words without regard to case; only different words are looked at one by one."""
    codes, values = _numbered(column)
    lower, words = _numbered(pd.Series([str(v).lower() for v in values], dtype=object))
    return lower[codes], words


def _changes(codes: NDArray[Any]) -> Mask:
    """Say which values differ from the one before; the first does."""
    return np.concatenate([[True], codes[1:] != codes[:-1]])[: len(codes)]


def _summed(rows: Codes, values: NDArray[Any], size: int) -> Codes:
    """Add up values by row."""
    return np.bincount(rows, weights=values, minlength=size).astype(np.int64)


def _distinct(rows: list[Codes], codes: list[Codes], size: int) -> Codes:
    """Count the different codes of each row."""
    many = max((int(c.max(initial=0)) for c in codes), default=0) + 1
    pairs = [_once(row * many + code) for row, code in zip(rows, codes, strict=True)]
    return np.bincount(_once(np.concatenate(pairs)) // many, minlength=size)


def _once(keys: Codes) -> Codes:
    """Return each value once; NumPy's own way is by a hash table, many times slower here."""
    keys = np.sort(keys)
    return keys[_changes(keys)]


# --- Pairs inside a window ------------------------------------------------------------------


def _marginals(words: _Words, window: int) -> tuple[Codes, Codes]:
    """Count in how many slots each type is the left and the right word."""
    size = len(words.types)
    left, right = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for distance in range(1, window + 1):
        places = words.places(distance)
        left += np.bincount(words.type_of[places], minlength=size)
        right += np.bincount(words.type_of[places + distance], minlength=size)
    return left, right


def _slots(words: _Words, window: int, listed: Mask) -> Iterator[tuple[int, Codes, Codes]]:
    """Yield distance, places and pairs of the slots whose two words may be listed."""
    for distance in range(1, window + 1):
        places = words.places(distance)
        left, right = words.type_of[places], words.type_of[places + distance]
        both = listed[left] & listed[right]
        yield distance, places[both], left[both] * len(words.types) + right[both]


def _frequent_pairs(
    words: _Words, window: int, min_count: int, listed: Mask
) -> tuple[Codes, Codes, Codes]:
    """Return pair, count and summed distance of the pairs that are frequent enough.

    The slots of each distance are counted by themselves, so that no more than one of
    them is held at a time.
    """
    keys, counts, distances = [], [], []
    for distance, _, pairs in _slots(words, window, listed):
        key, count = np.unique(pairs, return_counts=True)
        keys.append(key)
        counts.append(count)
        distances.append(count * distance)
    pair, row = np.unique(np.concatenate(keys), return_inverse=True)
    total = _summed(row, np.concatenate(counts), len(pair))
    enough = total >= min_count
    return (
        pair[enough],
        total[enough],
        _summed(row, np.concatenate(distances), len(pair))[enough],
    )


def _pair_places(
    words: _Words, columns: list[Codes], keys: Codes, window: int, listed: Mask
) -> list[Codes]:
    """Count for each column (sentences, paragraphs) in how many different ones a pair stands."""
    rows: list[Codes] = []
    codes: list[list[Codes]] = [[] for _ in columns]
    for _, places, pairs in _slots(words, window, listed):
        row = np.searchsorted(keys, pairs)
        found = np.append(keys, -1)[row] == pairs
        rows.append(row[found])
        for own, column in zip(codes, columns, strict=True):
            own.append(column[places[found]])
    return [_distinct(rows, own, len(keys)) for own in codes]


# --- Terms of several words -----------------------------------------------------------------


@dataclass(frozen=True)
class _Grams:
    """N-grams of one length: all of them, or those that are listed.

    Attributes
    ----------
    at : numpy.ndarray of int, shape (words,)
        The n-gram that begins at each word; -1 where none does.
    counts : numpy.ndarray of int, shape (n-grams,)
        How often each stands in the text.
    first : numpy.ndarray of int, shape (n-grams,)
        A word at which it begins.
    """

    at: Codes
    counts: Codes
    first: Codes

    def occurrences(self) -> tuple[Codes, Codes]:
        """Return the words at which an n-gram begins, and which n-gram it is."""
        places = np.flatnonzero(self.at >= 0)
        return places, self.at[places]


def _grams(words: _Words, longest: int) -> dict[int, _Grams]:
    """Number the n-grams of each length up to the longest; those of one word are the types."""
    grams: dict[int, _Grams] = {}
    keys = words.type_of
    for length in range(1, longest + 1):
        places = words.places(length - 1)
        if length > 1:
            last = words.type_of[places + length - 1]
            keys = grams[length - 1].at[places] * len(words.types) + last
        _, first, number, counts = np.unique(
            keys, return_index=True, return_inverse=True, return_counts=True
        )
        at = np.full(len(words.type_of), -1, dtype=np.int64)
        at[places] = number
        grams[length] = _Grams(at, counts, places[first])
    return grams


def _listed(
    words: _Words,
    grams: _Grams,
    length: int,
    inside: str | Collection[str] | None,
    min_count: int,
    min_closed: int,
) -> _Grams:
    """Keep the n-grams that are formed like a term and seen often enough."""
    content, stop = words.content(letters=2)[words.type_of], words.stop[words.type_of]
    three = np.full(len(stop), False)
    three[2:] = stop[2:] & stop[1:-1] & stop[:-2]
    barred = three if inside is None else three | (stop & ~_among(words, inside))
    before = np.concatenate([[0], np.cumsum(barred)])
    last = grams.first + length - 1
    well_formed = content[grams.first] & content[last] & (before[last] == before[grams.first])
    closed = _closed(words, grams, length)
    kept = well_formed & (grams.counts >= min_count) & (closed >= min_closed)
    row = np.full(len(kept) + 1, -1, dtype=np.int64)
    row[:-1][kept] = np.arange(kept.sum())
    return _Grams(row[grams.at], grams.counts[kept], grams.first[kept])


def _among(words: _Words, some: str | Collection[str]) -> Mask:
    """Say which words are among some given ones."""
    wanted = {word.lower() for word in ([some] if isinstance(some, str) else some)}
    return np.array([word in wanted for word in words.types], dtype=bool)[words.type_of]


def _closed(words: _Words, grams: _Grams, length: int) -> Codes:
    """Count the occurrences after which no content word follows in the run."""
    content = words.content(letters=2)[words.type_of]
    goes_on = np.full(len(content), False)
    followed = words.places(1)
    goes_on[followed] = content[followed + 1]
    places, number = grams.occurrences()
    return _summed(number, ~goes_on[places + length - 1], len(grams.counts))


def _term_table(
    words: _Words,
    tokens: pd.DataFrame,
    grams: dict[int, _Grams],
    terms: dict[int, _Grams],
    length: int,
) -> pd.DataFrame:
    """Describe the listed terms of one length."""
    own = terms[length]
    places, row = own.occurrences()
    spans = words.type_of[own.first[:, None] + np.arange(length)]
    longer, longer_terms = _inside_longer(terms, length)
    alone = own.counts - longer / np.maximum(longer_terms, 1)
    table = pd.DataFrame({
        "group": words.groups[words.group_of[spans[:, 0]]],
        "term": _joined(words.types[spans]),
        "form": _usual_forms(_lower_case(tokens["token"].iloc[words.rows]), places, row, length),
        "length": length,
        "count": own.counts,
        "closed": _closed(words, own, length),
        "longer": longer,
        "longer_terms": longer_terms,
        "c_value": math.log2(length) * alone,
    })  # fmt: skip
    for name in ("sentence", "paragraph", "work"):
        codes = words.codes(tokens[f"{name}_id"])
        table[f"{name}s"] = _distinct([row], [codes[places]], len(own.counts))
    return table.join(_weakest_splits(words, grams, own, length))


def _joined(spans: NDArray[Any]) -> NDArray[Any]:
    return np.array([" ".join(span) for span in spans], dtype=object)


def _usual_forms(
    forms: tuple[Codes, NDArray[Any]], places: Codes, row: Codes, length: int
) -> NDArray[Any]:
    """Return the most frequent spelling of each term; of equals the first by alphabet."""
    codes, names = forms
    number = codes[places]
    for shift in range(1, length):
        number = number * len(names) + codes[places + shift]
        number = np.unique(number, return_inverse=True)[1]
    many = int(number.max(initial=0)) + 1
    keys, first, count = np.unique(row * many + number, return_index=True, return_counts=True)
    spelled = _joined(names[codes[places[first][:, None] + np.arange(length)]])
    found = pd.DataFrame({"row": keys // many, "count": count, "form": spelled})
    found = found.sort_values(["row", "count", "form"], ascending=[True, False, True])
    return found.drop_duplicates("row")["form"].to_numpy(dtype=object)


def _inside_longer(terms: dict[int, _Grams], length: int) -> tuple[Codes, Codes]:
    """Count per term its occurrences inside longer terms, and how many different ones."""
    own = terms[length]
    places, row = own.occurrences()
    inside = np.full(len(places), False)
    different = np.zeros(len(own.counts), dtype=np.int64)
    for other in range(length + 1, max(terms) + 1):
        rows, others = [], []
        for shift in range(other - length + 1):
            begin = places - shift
            around = np.where(begin >= 0, terms[other].at[np.maximum(begin, 0)], -1)
            held = around >= 0
            inside |= held
            rows.append(row[held])
            others.append(around[held])
        different += _distinct(rows, others, len(own.counts))
    return _summed(row, inside, len(own.counts)), different


def _weakest_splits(
    words: _Words, grams: dict[int, _Grams], own: _Grams, length: int
) -> pd.DataFrame:
    """Cut each term in two where its parts hold together least."""
    places, _ = grams[length].occurrences()
    group_of = words.group_of[words.type_of]
    slots = np.bincount(group_of[places], minlength=len(words.groups))[group_of[own.first]]
    lefts, rights = [], []
    for cut in range(1, length):
        left, right = grams[cut].at, grams[length - cut].at
        lefts.append(np.bincount(left[places])[left[own.first]])
        rights.append(np.bincount(right[places + cut])[right[own.first + cut]])
    left, right = np.array(lefts), np.array(rights)
    firmness = npmi(own.counts, left, right, slots)
    cut, term = firmness.argmin(axis=0), np.arange(len(own.counts))
    left, right = left[cut, term], right[cut, term]
    spans = words.types[words.type_of[own.first[:, None] + np.arange(length)]]
    split = [
        " ".join([*span[: k + 1], "|", *span[k + 1 :]]) for span, k in zip(spans, cut, strict=True)
    ]
    return pd.DataFrame({
        "split": np.array(split, dtype=object),
        "count_left": left,
        "count_right": right,
        "slots": slots,
        "npmi": firmness[cut, term],
        "log_likelihood": _pair_log_likelihood(own.counts, left, right, slots),
    })  # fmt: skip


# --- Measures -------------------------------------------------------------------------------


def _pair_log_likelihood(n_ab: Codes, n_a: Codes, n_b: Codes, n: Codes) -> NDArray[np.float64]:
    """Return G² of the table of two by two: *b* in the slots of *a* against *b* in the others.

    Where *a* is in all slots, *b* cannot prefer it, and G² is zero.
    """
    value = log_likelihood(n_ab, n_a, n_b - n_ab, n - n_a)
    return np.where(n_a < n, value, 0.0)


def _finished(
    table: pd.DataFrame, by: str | None, columns: list[str], falling: str, ties: list[str]
) -> pd.DataFrame:
    """Add p and q, sort, and name the column of groups."""
    table["p"] = p_value(table["log_likelihood"].to_numpy())
    table["q"] = false_discovery(table["p"].to_numpy())
    rising = [True, False, *[True] * len(ties)]
    table = table.sort_values(["group", falling, *ties], ascending=rising, ignore_index=True)
    return table[columns] if by is None else table.rename(columns={"group": by})[[by, *columns]]
