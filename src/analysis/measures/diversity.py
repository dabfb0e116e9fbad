"""How varied the words of a text are.

Notation: a text has ``N`` words (tokens) of ``V`` forms (types); ``V_i`` of the forms
occur ``i`` times. TTR, the type-token ratio, is ``V / N``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.int32]
"""A text as numbers, one for each word, the same for the same word."""


def mattr(tokens: Iterable[str], window: int = 50) -> float:
    """Return the moving-average type-token ratio (Covington & McFall 2010).

    ``mean over s of types(s, s + window) / window``: the share of different words in a
    window of fixed length, averaged over all windows, each one word further on.

    Parameters
    ----------
    tokens : iterable of str
        The words in their order, compared as they are given (``The`` is not ``the``).
    window : int
        Words per window.

    Returns
    -------
    float
        Above 0 and at most 1; higher is more varied. It does not hang on the length of
        the text. A text shorter than the window has one window: the TTR of the whole.
        NaN for no words.

    Raises
    ------
    ValueError
        If ``window`` is below 1.

    References
    ----------
    Covington, M. A. & McFall, J. D. (2010). Cutting the Gordian knot: the moving-average
    type-token ratio (MATTR). *Journal of Quantitative Linguistics* 17(2).

    Examples
    --------
    The windows are *rule of rule* and *of rule law*.

    >>> round(mattr("rule of rule law".split(), window=3), 3)
    0.833
    """
    check_settings(window=window)
    return _mattr(_previous(number_words(tokens)), window)


def mtld(tokens: Iterable[str], threshold: float = 0.72) -> float:
    """Return the measure of textual lexical diversity (McCarthy 2005; McCarthy & Jarvis 2010).

    ``mean of N / F forwards and N / F backwards``. A factor is a run of words that
    closes as soon as its TTR is at or below ``threshold``; the next word begins a new
    one. ``F`` counts the factors, and the run that is open at the end as
    ``(1 - TTR) / (1 - threshold)`` of one.

    Parameters
    ----------
    tokens : iterable of str
        The words in their order, compared as they are given (``The`` is not ``the``).
    threshold : float
        TTR at which a factor closes, between 0 and 1.

    Returns
    -------
    float
        Words per factor; higher is more varied. NaN for no words, and where no word
        comes twice, since no factor has begun to close (some programs give ``N`` there).

    Raises
    ------
    ValueError
        If ``threshold`` does not lie between 0 and 1.

    Notes
    -----
    Some programs close a factor only after ten words; this one does not.

    References
    ----------
    McCarthy, P. M. & Jarvis, S. (2010). MTLD, vocd-D, and HD-D: a validation study of
    sophisticated approaches to lexical diversity assessment. *Behavior Research
    Methods* 42(2).

    Examples
    --------
    Two factors close in each direction, each after three words.

    >>> mtld("law is law is law is".split())
    3.0
    """
    check_settings(threshold=threshold)
    return float(_mtld([_previous(number_words(tokens))], threshold)[0])


def yules_k(tokens: Iterable[str]) -> float:
    """Return Yule's characteristic K (Yule 1944).

    ``10**4 * (sum(i**2 * V_i) - N) / N**2``.

    Parameters
    ----------
    tokens : iterable of str
        The words in any order, compared as they are given (``The`` is not ``the``).

    Returns
    -------
    float
        From 0 (no word comes twice) upwards; **lower** is more varied. Of two words
        drawn from the text, ``K / 10**4`` is nearly the chance that they are the same.
        NaN for no words.

    References
    ----------
    Yule, G. U. (1944). *The Statistical Study of Literary Vocabulary*. Cambridge
    University Press.

    Tweedie, F. J. & Baayen, R. H. (1998). How variable may a constant be? Measures of
    lexical richness in perspective. *Computers and the Humanities* 32(5).

    Examples
    --------
    >>> yules_k("rule of rule law".split())
    1250.0
    """
    return float(_yules_k(np.bincount(number_words(tokens))[np.newaxis])[0])


# --- For the table of `analysis.diversity`, which measures many texts at once -----------------


def number_words(tokens: Iterable[str]) -> Codes:
    """Return a text as numbers, one for each word, counted up from 0 as they come."""
    return pd.factorize(np.array(list(tokens), dtype=object))[0].astype(np.int32)


def measure_texts(
    texts: Sequence[Codes], window: int, threshold: float
) -> dict[str, NDArray[np.float64]]:
    """Return the three measures of several texts over the same numbering of words."""
    previous = [_previous(text) for text in texts]
    width = 1 + max((int(text.max()) for text in texts), default=0)
    counts = [np.bincount(text, minlength=width) for text in texts]
    return {
        "mattr": np.array([_mattr(text, window) for text in previous]),
        "mtld": _mtld(previous, threshold),
        "yules_k": _yules_k(np.array(counts).reshape(-1, width)),
    }


def check_settings(window: int = 1, threshold: float = 0.5) -> None:
    """Refuse settings that make no sense.

    Raises
    ------
    ValueError
        If ``window`` is below 1, or ``threshold`` does not lie between 0 and 1.
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, not {window}")
    if not 0 < threshold < 1:
        raise ValueError(f"threshold must lie between 0 and 1, not {threshold}")


# --- How it is done ------------------------------------------------------------------------------


def _previous(codes: Codes) -> Codes:
    """Return for each word where the same word stood last before; -1 if nowhere.

    A word is new in a window, or in a factor, if it stood last before its beginning.
    """
    narrow = codes.astype(np.min_scalar_type(codes.max(initial=0)))  # sorts several times faster
    order = np.argsort(narrow, kind="stable").astype(np.int32)
    again = codes[order[1:]] == codes[order[:-1]]
    previous = np.full(len(codes), -1, dtype=np.int32)
    previous[order[1:][again]] = order[:-1][again]
    return previous


def _backwards(previous: Codes) -> Codes:
    """Return `_previous` of the same text read from its end."""
    size = len(previous)
    again = np.flatnonzero(previous >= 0)
    following = np.full(size, size, dtype=np.int32)
    following[previous[again]] = again
    return (size - 1 - following)[::-1]


def _mattr(previous: Codes, window: int) -> float:
    size = len(previous)
    if not size:
        return float("nan")
    window = min(window, size)
    place = np.arange(size)
    # A word counts once in every window that holds it and begins after its last occurrence.
    first = np.maximum(previous + 1, place - window + 1)
    last = np.minimum(place, size - window)
    return float(np.maximum(last - first + 1, 0).sum() / window / (size - window + 1))


def _mtld(texts: Sequence[Codes], threshold: float) -> NDArray[np.float64]:
    """Return MTLD of several texts; each comes as its `_previous`."""
    sizes = np.array([len(text) for text in texts], dtype=float)
    values = []
    for way in (texts, [_backwards(text) for text in texts]):
        factors = _factors(way, threshold)
        values.append(np.divide(sizes, factors, out=np.full(len(sizes), np.nan), where=factors > 0))
    return np.mean(values, axis=0)


def _factors(texts: Sequence[Codes], threshold: float) -> NDArray[np.float64]:
    """Count the factors of MTLD in several texts, all read at once, word by word."""
    sizes = np.array([len(text) for text in texts], dtype=int)
    longest_first = np.argsort(-sizes, kind="stable")
    sizes = sizes[longest_first]
    previous = np.full((sizes.max(initial=0), len(texts)), -1, dtype=np.int32)
    for column, text in enumerate(longest_first):
        previous[: sizes[column], column] = texts[text]
    running = np.searchsorted(-sizes, -np.arange(len(previous)))
    begin = np.zeros(len(texts), dtype=np.int32)
    types = np.zeros(len(texts), dtype=np.int32)
    closed = np.zeros(len(texts))
    for place, number in enumerate(running):
        types[:number] += previous[place, :number] < begin[:number]
        closing = (types[:number] / (place + 1 - begin[:number]) <= threshold).nonzero()[0]
        if len(closing):
            closed[closing] += 1
            begin[closing] = place + 1
            types[closing] = 0
    rest = sizes - begin
    ratio = np.divide(types, rest, out=np.ones(len(texts)), where=rest > 0)
    factors = np.empty(len(texts))
    factors[longest_first] = closed + (1 - ratio) / (1 - threshold)
    return factors


def _yules_k(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Return Yule's K of several texts, one row of word counts each."""
    counts = counts.astype(float)
    size = counts.sum(axis=1)
    repeats = (counts**2).sum(axis=1) - size
    return 1e4 * np.divide(repeats, size**2, out=np.full(len(size), np.nan), where=size > 0)
