"""Which terms a text uses, which are its own, and how evenly they run through it.

All tables carry the counts that made their numbers. Intervals are *stability
intervals*: the middle share of a number when paragraphs are drawn anew (see
`analysis.resampling`). They say how far the number hangs on particular passages of
these texts, and nothing about others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis.collocation import collocations, multiword_terms
from analysis.corpus import check_groups
from analysis.diversity import lexical_diversity
from analysis.measures import (
    deviation_of_proportions,
    expected_deviation,
    false_discovery,
    juilland_d,
    log_likelihood,
    log_ratio,
    p_value,
    poisson_interval,
    rosengren_s,
)
from analysis.resampling import (
    UnitCounts,
    check_level,
    count_units,
    draw_units,
    percentile_ends,
    rate_intervals,
)

__all__ = [
    "collocations",
    "content_terms",
    "dispersion",
    "distinguish",
    "keyness",
    "lexical_diversity",
    "multiword_terms",
    "pairwise_keyness",
    "shared_terms",
    "term_contrast",
    "term_frequencies",
    "top_terms",
]

Reference: TypeAlias = str | Collection[str] | Mapping[str, float]


# --- How often ------------------------------------------------------------------------------


def term_frequencies(
    tokens: pd.DataFrame,
    by: str = "work_id",
    term: str = "lemma",
    terms: Collection[str] | None = None,
    ngram: int = 1,
    per: float = 1000,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    unit: str = "paragraph_id",
) -> pd.DataFrame:
    """Count terms per group, with rates and stability intervals.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted, in lower case.
    terms : collection of str, optional
        Count these only; a term that is absent from a group gets a row of zeros.
        Without it every term has a row in each group that has it.
    ngram : int
        Words per term; an n-gram crosses neither a sentence nor a mark of punctuation.
    per : float
        Rates are per this many words.
    resamples : int
        How often the units of a group are drawn with replacement; 0 for no intervals.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.
    unit : str
        The column of what is drawn: ``paragraph_id`` or ``sentence_id``.

    Returns
    -------
    pandas.DataFrame
        Columns ``by``, ``term``, ``count`` (occurrences), ``size`` (all words of the
        group, stop words included), ``rate`` (per ``per`` words), ``low`` and ``high``
        (percentiles of the rate over the resamples, per ``per`` words). For a count of
        zero ``low`` is 0 and ``high`` the exact Poisson bound (`measures.poisson_interval`);
        ``high`` is never below that bound for a term that is there either. The interval of
        a term that is there is NaN without resamples, and in a group of one unit, which has
        nothing to draw. Sorted by group and falling count, ties by term. An empty token
        table gives an empty table with these columns.

    Raises
    ------
    ValueError
        If more than one document of a work is counted together, ``per`` is not
        positive, a term has not ``ngram`` words, another setting makes no sense, or a
        column is missing.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> table = term_frequencies(corpus.tokens, terms=["law", "court"], resamples=0)
    >>> print(table.drop(columns=["low", "high"]).round(1).to_string(index=False))
    work_id  term  count  size  rate
      first   law      2     7 285.7
      first court      1     7 142.9
     second court      2     8 250.0
     second   law      0     8   0.0
    """
    check_groups(tokens, by)
    check_level(level)
    if not per > 0:
        raise ValueError(f"per must be positive, not {per}")
    units = count_units(tokens, by, term, ngram, unit)
    if terms is not None:
        units = units.only(_named(terms, units, ngram))
    counts, sizes = units.totals(), units.words()
    low, high = rate_intervals(units, resamples, seed, level)
    with_zero = poisson_interval(0, level)[1] / np.maximum(sizes, 1)[:, np.newaxis]
    # A small count may not look more certain than none at all.
    low, high = np.where(counts, low, 0.0), np.where(counts, np.maximum(high, with_zero), with_zero)
    table = pd.DataFrame({
        by: np.repeat(units.groups.to_numpy(), len(units.terms)),
        "term": np.tile(units.terms.to_numpy(), len(units.groups)),
        "count": counts.ravel(),
        "size": np.repeat(sizes, len(units.terms)),
        "rate": (counts / np.maximum(sizes, 1)[:, np.newaxis] * per).ravel(),
        "low": low.ravel() * per,
        "high": high.ravel() * per,
    })  # fmt: skip
    if terms is None:
        table = table[table["count"] > 0]
    order = table.sort_values([by, "count", "term"], ascending=[True, False, True])
    return order.reset_index(drop=True)


def _named(terms: Collection[str], units: UnitCounts, ngram: int = 1) -> list[str]:
    """Return the wanted terms in lower case; refuse what would only give zeros."""
    if isinstance(terms, str):
        raise ValueError(f"terms must be a collection: write [{terms!r}], not {terms!r}")
    wanted = [t.lower() for t in terms]
    odd = [t for t in wanted if len(t.split()) != ngram and t not in units.terms]
    if odd:
        raise ValueError(
            f"{odd[0]!r} has {len(odd[0].split())} words and ngram is {ngram}: "
            "count terms of each length by themselves"
        )
    return wanted


def content_terms(tokens: pd.DataFrame, term: str = "lemma") -> set[str]:
    """Return the terms that hold a letter and of which no form is a stop word, in lower case.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    term : {"lemma", "token"}
        What is counted, in lower case.

    Returns
    -------
    set of str
        In lower case.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({"first": "The law of 1982 is weak."})
    >>> sorted(content_terms(corpus.tokens))
    ['law', 'weak']
    """
    words = tokens[tokens["is_word"]]
    letters = words["token"].astype(str).str.contains(r"[^\W\d_]")
    forms = words[term].astype(str).str.lower()
    return set(forms[letters]) - set(forms[words["is_stop"]])


def top_terms(
    tokens: pd.DataFrame, number: int = 6, by: str = "work_id", term: str = "lemma"
) -> list[str]:
    """Return the most frequent terms of every group, stop words left out.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    number : int
        How many terms each group contributes.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted, in lower case.

    Returns
    -------
    list of str
        Each term once, in lower case, by falling mean rate over the groups, ties by term.

    Raises
    ------
    ValueError
        If more than one document of a work is counted together, or a column is missing.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> top_terms(corpus.tokens, number=1)
    ['court', 'law']
    """
    table = term_frequencies(tokens, by=by, term=term, resamples=0)
    table = table[table["term"].isin(content_terms(tokens, term))]
    chosen = table.groupby(by, sort=False).head(number)["term"].unique()
    rates = table[table["term"].isin(chosen)].pivot_table(
        index="term", columns=by, values="rate", fill_value=0, observed=True
    )
    means = rates.mean(axis=1).rename("mean").reset_index()
    return means.sort_values(["mean", "term"], ascending=[False, True])["term"].tolist()


# --- What is a text's own -------------------------------------------------------------------

KEYNESS = ["term", "count_target", "size_target", "count_reference", "size_reference",
           "rate_target", "rate_reference", "units_target", "log_likelihood", "p", "q",
           "log_ratio", "low", "high"]  # fmt: skip


def keyness(
    tokens: pd.DataFrame,
    target: str | None = None,
    reference: Reference | None = None,
    by: str = "work_id",
    term: str = "lemma",
    terms: Collection[str] | None = None,
    per: float = 1000,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    unit: str = "paragraph_id",
) -> pd.DataFrame:
    """Tell which terms a group has more or less often than a reference.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    target : str, optional
        One group. Without it every group is compared with all others.
    reference : str, collection of str, mapping or pandas.Series, optional
        Another group, several, or the counts of a text that is not in the table (from
        term to count; its sum is its size). Without it all groups but the target.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted, in lower case.
    terms : collection of str, optional
        Rows for these terms only. They alone are then the family of ``q``.
    per : float
        ``rate_target`` and ``rate_reference`` are per this many words.
    resamples : int
        How often the units of a group are drawn with replacement; 0 for no intervals.
        The groups of the reference are drawn each for itself and then added up.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.
    unit : str
        The column of what is drawn: ``paragraph_id`` or ``sentence_id``.

    Returns
    -------
    pandas.DataFrame
        One row per group and term that the target or the reference has: ``by``,
        ``term, count_target, size_target, count_reference, size_reference,
        rate_target, rate_reference`` (per ``per`` words), ``units_target`` (in how many
        units of the target it stands), ``log_likelihood`` (`measures.log_likelihood`, four cells),
        ``p`` (chi-squared, one degree of freedom), ``q`` (Benjamini & Hochberg over
        the whole table), ``log_ratio`` (`measures.log_ratio`, binary; a zero count is
        taken as one half), ``low, high``.

        ``low`` and ``high`` are percentiles of the log ratio over the resamples. Where
        a count is zero its exact Poisson bound stands for it: a term that the
        reference lacks has ``high`` infinite and ``low`` from the low end of its own
        rate over the highest rate the reference may be said to have; a term that the
        target lacks has ``low`` minus infinite. Where a count is at most five, the
        interval reaches at least as far on its side as a count of zero would leave it
        open. Both ends are NaN without resamples, and where the target, or every group of
        the reference, is one unit, which has nothing to draw. Sorted by group, falling
        ``log_likelihood``, then term. An empty token table gives an empty table.

    Raises
    ------
    ValueError
        If target or reference is unknown, has no words, or is the other; if the counts
        of a reference are negative, no whole numbers or all zero; or as
        `term_frequencies` does.

    Notes
    -----
    ``p`` takes each word as drawn for itself. Words of a text are not: they come in
    clumps. It is evidence on a scale that is widely known, no more; ``low`` and
    ``high`` know of the clumps.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> table = keyness(corpus.tokens, "first", terms=["law", "court"], resamples=0)
    >>> columns = ["term", "count_target", "count_reference", "log_likelihood", "log_ratio"]
    >>> print(table[columns].round(2).to_string(index=False))
     term  count_target  count_reference  log_likelihood  log_ratio
      law             2                0            3.40       2.19
    court             1                2            0.27      -0.81
    """
    check_groups(tokens, by)
    check_level(level)
    if not per > 0:
        raise ValueError(f"per must be positive, not {per}")
    units = count_units(tokens, by, term, 1, unit)
    if isinstance(reference, (Mapping, pd.Series)):
        units, reference = _with_outside(units, pd.Series(reference)), OUTSIDE
    contrasts = _contrasts(units.groups.tolist(), target, reference)
    if terms is not None:
        units = units.only(_named(terms, units))
    low, high = _log_ratio_intervals(units, contrasts, resamples, seed, level)
    tables = [
        _key_table(units, own, others, by, per).assign(low=low[row], high=high[row])
        for row, (own, others) in enumerate(contrasts)
    ]
    columns = [by, *KEYNESS]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)
    table = table[table["count_target"] + table["count_reference"] > 0]
    table = table.assign(q=false_discovery(table["p"].to_numpy()))
    order = table.sort_values([by, "log_likelihood", "term"], ascending=[True, False, True])
    return order[columns].reset_index(drop=True)


OUTSIDE = "(reference)"
"""The name of a reference that is not in the token table."""

Contrast = tuple[int, list[int]]
"""The place of the target among the groups, and the places of the reference."""


def _with_outside(units: UnitCounts, counts: pd.Series) -> UnitCounts:
    """Add a text known by its counts only: a group of one unit, which cannot vary."""
    numbers = pd.to_numeric(counts, errors="coerce")
    if not len(counts) or not (numbers >= 0).all() or not numbers.sum() > 0:
        raise ValueError("the counts of a reference must not be negative, nor all of them zero")
    if np.isinf(numbers).any() or (numbers % 1 != 0).any():
        raise ValueError("the counts of a reference must be whole numbers: counts, not rates")
    counts = numbers
    counts = counts.groupby(counts.index.astype(str).str.lower()).sum()
    units = units.only({*units.terms, *counts.index})
    row = sparse.csr_matrix(counts.reindex(units.terms, fill_value=0).to_numpy(float))
    return UnitCounts(
        units.groups.append(pd.Index([OUTSIDE])),
        units.terms,
        np.append(units.group, len(units.groups)),
        np.append(units.sizes, int(counts.sum())),
        sparse.vstack([units.counts, row], format="csr"),
    )


def _contrasts(
    groups: list[str], target: str | None, reference: Reference | None
) -> list[Contrast]:
    """Return which group is compared with which others."""
    places = {group: place for place, group in enumerate(groups)}
    single = isinstance(reference, str) or not isinstance(reference, Collection)
    named: list[Any] = (
        [] if reference is None else [reference] if single else list(dict.fromkeys(reference))
    )
    if reference is not None and not named:
        raise ValueError("the reference names no group; leave it out to take all others")
    unknown = sorted({*named, *([] if target is None else [target])} - {*groups}, key=str)
    if unknown:
        raise ValueError(
            f"no words of {', '.join(map(str, unknown))}; the groups with words are: "
            f"{', '.join(map(str, groups)) or 'none'}"
        )
    if target is not None and target in named:
        raise ValueError(f"{target} would be compared with itself: leave it out of the reference")
    targets = [g for g in groups if g not in named] if target is None else [target]
    contrasts = [
        (places[own], [places[g] for g in (named or groups) if g != own]) for own in targets
    ]
    if any(not others for _, others in contrasts):
        raise ValueError(f"there is nothing to compare {targets[0]} with: it is the only group")
    return contrasts


def _key_table(units: UnitCounts, own: int, others: list[int], by: str, per: float) -> pd.DataFrame:
    counts, sizes = units.totals(), units.words()
    k1, n1 = counts[own], sizes[own]
    k2, n2 = counts[others].sum(axis=0), sizes[others].sum()
    g2 = log_likelihood(k1, n1, k2, n2)
    return pd.DataFrame({
        by: units.groups[own],
        "term": units.terms,
        "count_target": k1,
        "size_target": n1,
        "count_reference": k2,
        "size_reference": n2,
        "rate_target": k1 / n1 * per,
        "rate_reference": k2 / n2 * per,
        "units_target": units.spread()[own],
        "log_likelihood": g2,
        "p": p_value(g2),
        "log_ratio": log_ratio(k1, n1, k2, n2),
    })  # fmt: skip


def _log_ratio_intervals(
    units: UnitCounts, contrasts: list[Contrast], resamples: int, seed: int, level: float
) -> NDArray[np.float64]:
    """Return low and high of the log ratio, shape (2, contrasts, terms)."""
    ends = np.full((2, len(contrasts), len(units.terms)), np.nan)
    if not resamples:
        return ends
    counts, sizes = units.totals(), units.words()
    several = np.bincount(units.group, minlength=len(units.groups)) > 1
    fixed = units.groups == OUTSIDE
    draws = draw_units(units, resamples, seed)
    bound = poisson_interval(0, level)[1]
    for places, drawn in draws.blocks():
        for row, (own, others) in enumerate(contrasts):
            if not several[own] or not (several[others] | fixed[others]).any():
                continue  # nothing to draw
            target, reference = (
                _Side(
                    np.maximum(drawn[side].sum(axis=0), 0.5) / draws.sizes[side].sum(axis=0),
                    counts[side][:, places].sum(axis=0),
                    bound / sizes[side].sum(),
                )
                for side in ([own], others)
            )
            ends[:, row, places] = _ratio_ends(target, reference, level)
    return ends


class _Side(NamedTuple):
    """One side of a comparison: resampled rates, counts, and the highest rate of a zero."""

    rates: NDArray[np.float32]
    counts: NDArray[np.int64]
    bound: float


def _ratio_ends(target: _Side, reference: _Side, level: float) -> NDArray[np.float64]:
    """Return low and high of the log ratio of each term.

    What a count of zero leaves open, a small count leaves open too: its own resamples may
    not make an interval narrower than zero would.
    """
    low, high = percentile_ends(np.log2(target.rates / reference.rates), level)
    few = reference.counts <= SMALL
    against = percentile_ends(np.log2(target.rates[few] / reference.bound), level)[0]
    low[few] = np.minimum(low[few], against)
    few = target.counts <= SMALL
    against = percentile_ends(np.log2(target.bound / reference.rates[few]), level)[1]
    high[few] = np.maximum(high[few], against)
    low[reference.counts == 0] = percentile_ends(
        np.log2(target.rates[reference.counts == 0] / reference.bound), level
    )[0]
    high[target.counts == 0] = percentile_ends(
        np.log2(target.bound / reference.rates[target.counts == 0]), level
    )[1]
    low[target.counts == 0], high[reference.counts == 0] = -np.inf, np.inf
    return np.stack([low, high])


SMALL = 5
"""Above so many occurrences resamples reach beyond what a zero would leave open by themselves."""


def pairwise_keyness(
    tokens: pd.DataFrame, terms: Collection[str], by: str = "work_id", **settings: Any
) -> pd.DataFrame:
    """Compare every group with every other one, term by term.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    terms : collection of str
        Which terms.
    by : str
        The column of groups.
    **settings
        Any other parameter of `keyness` but ``target`` and ``reference``.

    Returns
    -------
    pandas.DataFrame
        The rows of `keyness` for each ordered pair of groups, with ``reference`` after
        ``by``. A term that neither of a pair has gives no row. ``q`` is over the whole
        table, in which each difference stands twice.

    Raises
    ------
    ValueError
        As `keyness` does.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> table = pairwise_keyness(corpus.tokens, ["law"], resamples=0)
    >>> columns = ["work_id", "reference", "term", "log_ratio"]
    >>> print(table[columns].round(2).to_string(index=False))
    work_id reference term  log_ratio
      first    second  law       2.19
     second     first  law      -2.19
    """
    check_groups(tokens, by)
    groups = count_units(tokens, by).groups.tolist()
    tables = [
        keyness(tokens, a, b, by=by, terms=terms, **settings).assign(reference=b)
        for a in groups
        for b in groups
        if a != b
    ]
    if not tables:
        return pd.DataFrame(columns=[by, "reference", *KEYNESS])
    table = pd.concat(tables, ignore_index=True)
    table["q"] = false_discovery(table["p"].to_numpy())
    return table[[by, "reference", *KEYNESS]]


VERDICTS = ("more", "less", "floor", "chance", "undrawn", "passages")
"""What `distinguish` may say."""


def distinguish(table: pd.DataFrame, floor: float = 0.0, alpha: float = 0.05) -> pd.DataFrame:
    """Say of each term whether its difference can be told from nothing.

    Parameters
    ----------
    table : pandas.DataFrame
        From `keyness`, with intervals.
    floor : float
        The greatest log-likelihood that extraction and cleaning alone were seen to make
        (`robustness.keyness_floor`).
    alpha : float
        The greatest ``q`` that counts.

    Returns
    -------
    pandas.DataFrame
        The table with the column ``verdict``: ``more`` or ``less`` (often in the
        target), or why neither can be said, the first of these that holds: ``floor``
        (``log_likelihood`` is not above the floor), ``chance`` (``q`` is above
        ``alpha``), ``undrawn`` (there is no interval), ``passages`` (the interval holds
        zero: the difference hangs on few paragraphs).

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "term": ["law", "people", "trust"],
    ...     "log_likelihood": [20.0, 0.4, 9.0],
    ...     "q": [0.001, 0.6, 0.01],
    ...     "low": [0.4, -1.0, -0.2],
    ...     "high": [1.9, 1.5, 3.0],
    ... })
    >>> print(distinguish(table, floor=2.5)[["term", "verdict"]].to_string(index=False))
      term  verdict
       law     more
    people    floor
     trust passages
    """
    missing = {"log_likelihood", "q", "low", "high"} - set(table.columns)
    if missing:
        raise ValueError(f"the table has no column {', '.join(sorted(missing))}: is it a keyness?")
    reasons = [
        (table["log_likelihood"] <= floor, "floor"),
        (~(table["q"] <= alpha), "chance"),
        (table[["low", "high"]].isna().any(axis=1), "undrawn"),
        (table["low"] > 0, "more"),
        (table["high"] < 0, "less"),
    ]
    verdict = np.select(
        [r.to_numpy(dtype=bool) for r, _ in reasons], [v for _, v in reasons], "passages"
    )
    return table.assign(verdict=verdict.astype(object))


def term_contrast(
    tokens: pd.DataFrame,
    first: str,
    second: str,
    by: str = "work_id",
    term: str = "lemma",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    unit: str = "paragraph_id",
) -> pd.DataFrame:
    """Compare two terms inside each group.

    Both terms are counted in the same resamples: a paragraph that holds both moves
    both. To lay two intervals side by side would overlook that.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    first, second : str
        The terms.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted, in lower case.
    resamples : int
        How often the units of a group are drawn with replacement; 0 for no intervals.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.
    unit : str
        The column of what is drawn: ``paragraph_id`` or ``sentence_id``.

    Returns
    -------
    pandas.DataFrame
        One row per group: ``by, count_first, count_second, size, log_ratio`` (binary
        logarithm of first over second; a zero count is taken as one half), ``low,
        high`` (percentiles over the resamples; NaN without resamples). In a group of one
        unit all draws are the same, and both ends are the log ratio itself.

    Raises
    ------
    ValueError
        If the two terms are one, or neither is anywhere, or as `term_frequencies` does.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> table = term_contrast(corpus.tokens, "law", "court", resamples=0)
    >>> print(table.drop(columns=["low", "high"]).round(2).to_string(index=False))
    work_id  count_first  count_second  size  log_ratio
      first            2             1     7        1.0
     second            0             2     8       -2.0
    """
    check_groups(tokens, by)
    terms = [first.lower(), second.lower()]
    if terms[0] == terms[1]:
        raise ValueError(f"{first!r} would be compared with itself")
    units = count_units(tokens, by, term, 1, unit)
    if not set(terms) & set(units.terms):
        raise ValueError(f"neither {first!r} nor {second!r} is a {term} of these texts")
    units = units.only(terms)
    one, two = units.terms.get_indexer(terms)
    counts = units.totals()
    drawn = np.concatenate([c for _, c in draw_units(units, resamples, seed).blocks()], axis=1)
    ratios = np.log2(np.maximum(drawn[:, one], 0.5) / np.maximum(drawn[:, two], 0.5))
    low, high = percentile_ends(ratios, level)
    return pd.DataFrame({
        by: units.groups,
        "count_first": counts[:, one],
        "count_second": counts[:, two],
        "size": units.words(),
        "log_ratio": np.log2(np.maximum(counts[:, one], 0.5) / np.maximum(counts[:, two], 0.5)),
        "low": low,
        "high": high,
    })  # fmt: skip


def shared_terms(
    tokens: pd.DataFrame, by: str = "work_id", term: str = "lemma", least: int = 1
) -> pd.DataFrame:
    """List the vocabulary with the groups that share each term.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; stop words and what holds no letter are left out.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted, in lower case.
    least : int
        A group has a term if it has it so many times.

    Returns
    -------
    pandas.DataFrame
        ``term, groups`` (how many have it), ``who`` (their names, sorted, joined by a
        space), ``count`` (in all groups), ``lowest`` (the lowest rate per 1,000 words
        among all groups: high where all lean on the term). Sorted by falling
        ``groups``, falling ``lowest``, term.

    Raises
    ------
    ValueError
        If ``least`` is below one, or as `term_frequencies` does.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> print(shared_terms(corpus.tokens).head(3).round(1).to_string(index=False))
     term  groups          who  count  lowest
    court       2 first second      3   142.9
      law       1        first      2     0.0
     need       1        first      1     0.0
    """
    check_groups(tokens, by)
    if least < 1:
        raise ValueError(f"least must be at least 1, not {least}")
    units = count_units(tokens, by, term)
    units = units.only(set(units.terms) & content_terms(tokens, term))
    counts = units.totals()
    has = counts >= least
    rates = counts / np.maximum(units.words(), 1)[:, np.newaxis] * 1000
    table = pd.DataFrame({
        "term": units.terms,
        "groups": has.sum(axis=0),
        "who": [" ".join(map(str, units.groups[own])) for own in has.T],
        "count": counts.sum(axis=0),
        "lowest": rates.min(axis=0, initial=np.inf),
    })  # fmt: skip
    table = table[table["groups"] > 0]
    return table.sort_values(
        ["groups", "lowest", "term"], ascending=[False, False, True], ignore_index=True
    )


# --- How evenly -----------------------------------------------------------------------------


def dispersion(
    tokens: pd.DataFrame,
    by: str = "work_id",
    parts: str = "section_id",
    term: str = "lemma",
    terms: Collection[str] | None = None,
    draws: int = 0,
    seed: int = 0,
) -> pd.DataFrame:
    """Tell how evenly each term runs through the parts of its group.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    by : str
        The column of groups.
    parts : str
        The column of parts, such as ``section_id`` or ``paragraph_id``.
    term : {"lemma", "token"}
        What is counted, in lower case.
    terms : collection of str, optional
        Rows for these terms only.
    draws : int
        Random placements for ``dp_chance``; without any it is NaN. They take time for each
        different count: ask for them with ``terms``.
    seed : int
        Seed of the draw.

    Returns
    -------
    pandas.DataFrame
        One row per group and term that it has: ``by``, ``term, count, size`` (words of
        the group), ``range`` (parts that hold the term), ``parts`` (all parts of the
        group that have words), ``dp`` (`measures.deviation_of_proportions`, 0 even),
        ``dp_expected`` (`measures.expected_deviation`: what ``dp`` would be on average
        if the term fell on the words by chance; a rare term cannot be even),
        ``dp_chance`` (exceeded by one random placement of the occurrences in twenty),
        ``dp_norm`` (Lijffijt & Gries 2012), ``juilland_d`` and ``rosengren_s`` (1
        even). Sorted by group, falling count, term. An empty token table gives an
        empty table.

    Raises
    ------
    ValueError
        If more than one document of a work is counted together, or a column is missing.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "The law is weak. Law needs courts.",
    ...     "second": "The courts are strong. People trust the courts.",
    ... })
    >>> table = dispersion(corpus.tokens, parts="sentence_id", terms=["court"])
    >>> columns = ["work_id", "count", "range", "parts", "dp", "dp_expected"]
    >>> print(table[columns].round(3).to_string(index=False))
    work_id  count  range  parts    dp  dp_expected
      first      1      1      2 0.571         0.49
     second      2      2      2 0.000         0.25
    """
    check_groups(tokens, by)
    units = count_units(tokens, by, term, unit=parts)
    if terms is not None:
        units = units.only(_named(terms, units))
    columns = [by, "term", "count", "size", "range", "parts", "dp", "dp_expected", "dp_chance", "dp_norm",
               "juilland_d", "rosengren_s"]  # fmt: skip
    tables = [_dispersion_of(units, place, by, draws, seed) for place in range(len(units.groups))]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)
    order = table.sort_values([by, "count", "term"], ascending=[True, False, True])
    return order[columns].reset_index(drop=True)


def _dispersion_of(units: UnitCounts, place: int, by: str, draws: int, seed: int) -> pd.DataFrame:
    own = units.group == place
    sizes = units.sizes[own]
    matrix = np.asarray(units.counts[own].todense()).T
    present = matrix.sum(axis=1) > 0
    counts = matrix[present]
    totals = counts.sum(axis=1)
    return pd.DataFrame({
        by: units.groups[place],
        "term": units.terms[present],
        "count": totals.astype(int),
        "size": int(sizes.sum()),
        "range": (counts > 0).sum(axis=1),
        "parts": len(sizes),
        "dp": deviation_of_proportions(counts, sizes),
        "dp_expected": expected_deviation(totals, sizes),
        "dp_chance": _deviation_by_chance(totals, sizes, draws, seed),
        "dp_norm": deviation_of_proportions(counts, sizes, "lijffijt_gries_2012"),
        "juilland_d": juilland_d(counts, sizes),
        "rosengren_s": rosengren_s(counts, sizes),
    })  # fmt: skip


def _deviation_by_chance(
    totals: NDArray[np.float64], sizes: NDArray[np.int64], draws: int, seed: int
) -> NDArray[np.float64]:
    """Return the deviation that one random placement in twenty exceeds, for each total."""
    limits = {}
    for total in np.unique(totals):
        random = np.random.default_rng([seed, int(total)])
        placed = random.multinomial(int(total), sizes / sizes.sum(), draws)
        limits[total] = (
            np.quantile(deviation_of_proportions(placed, sizes), 0.95) if draws else np.nan
        )
    return np.array([limits[total] for total in totals])
