"""How varied the words of texts are: a table of groups, with stability intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import check_groups
from analysis.measures.diversity import check_settings, measure_texts, number_words
from analysis.resampling import check_level, percentile_ends


def lexical_diversity(
    tokens: pd.DataFrame,
    by: str = "work_id",
    resamples: int = 500,
    seed: int = 0,
    level: float = 0.95,
    *,
    window: int = 50,
    threshold: float = 0.72,
) -> pd.DataFrame:
    """Compare how varied the words of groups are, with stability intervals.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted. Words are compared by
        ``token`` in lower case: forms, not lemmas.
    by : str
        The column of groups.
    resamples : int
        How often the paragraphs of a group are drawn with replacement; 0 for no intervals.
        A drawn text has them in the order in which they were drawn.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.
    window : int
        Words per window of `measures.mattr`.
    threshold : float
        Type-token ratio at which a factor of `measures.mtld` closes, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row per group: ``by``, ``size`` (words), ``types`` (different words), then
        ``mattr`` (0 to 1), ``mtld`` (words per factor) and ``yules_k`` (**lower** is more
        varied), each with ``_low`` and ``_high`` (percentiles over the resamples; NaN
        without resamples). The formulas stand in `measures`.

    Raises
    ------
    ValueError
        If more than one document of a work is counted together, a setting makes no
        sense, or the column of groups is missing.

    Notes
    -----
    Two things move the intervals a little upwards, so that a value may stand nearer
    to the lower end of its own. Drawn paragraphs follow one another in an order of
    their own, and where a text keeps to its words from one paragraph to the next,
    a heading and the lines below it above all, the joints of a drawn text are more
    varied (`mattr`, `mtld`). And a paragraph that is drawn twice repeats its words,
    which `yules_k`, looking at the whole text, sees.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> table = lexical_diversity(corpus.tokens, resamples=0, window=5)
    >>> columns = ["work_id", "size", "types", "mattr", "yules_k"]
    >>> print(table[columns].round(2).to_string(index=False))
    work_id  size  types  mattr  yules_k
      first     7      6   0.87   408.16
     second     8      6   1.00   625.00
    """
    check_groups(tokens, by)
    check_settings(window, threshold)
    check_level(level)
    words = tokens[tokens["is_word"]]
    rows = []
    for group, members in words.groupby(by, observed=True, sort=True):
        codes = number_words(members["token"].astype(str).str.lower())
        paragraph = pd.factorize(members["paragraph_id"])[0]
        pieces = [codes[paragraph == p] for p in range(paragraph.max() + 1)]
        whole = measure_texts([np.concatenate(pieces)], window, threshold)
        draws = draw_paragraphs(len(pieces), resamples, seed)
        drawn = measure_texts(
            [np.concatenate([pieces[p] for p in d]) for d in draws], window, threshold
        )
        row = {by: group, "size": len(codes), "types": len(np.unique(codes))}
        for name in ("mattr", "mtld", "yules_k"):
            row[name] = whole[name][0]
            row[f"{name}_low"], row[f"{name}_high"] = _ends(drawn[name], level)
        rows.append(row)
    measures = [f"{m}{end}" for m in ("mattr", "mtld", "yules_k") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[by, "size", "types", *measures])


def draw_paragraphs(paragraphs: int, resamples: int, seed: int) -> NDArray[np.int64]:
    """Return which paragraphs are drawn, one row per resample, in the order of drawing.

    Raises
    ------
    ValueError
        If ``resamples`` is below zero.
    """
    if resamples < 0:
        raise ValueError(f"resamples must not be below zero, not {resamples}")
    return np.random.default_rng(seed).integers(paragraphs, size=(resamples, paragraphs))


def _ends(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the ends of an interval; a resample without a value is left out."""
    return percentile_ends(values[~np.isnan(values)], level)
