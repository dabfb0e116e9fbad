"""Which terms a text uses, and how firmly that can be said."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.corpus import check_groups
from analysis.measures import poisson_interval


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
) -> pd.DataFrame:
    """Count terms per group, with rates and stability intervals.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table; only rows with ``is_word`` are counted.
    by : str
        The column of groups.
    term : {"lemma", "token"}
        What is counted; both in lower case.
    terms : collection of str, optional
        Count these only; a term that is absent from a group gets a row of zeros.
        Without it every term has a row in each group that has it.
    ngram : int
        Words per term; an n-gram never crosses a sentence.
    per : float
        Rates are per this many words.
    resamples : int
        How often the paragraphs of a group are drawn with replacement.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    pandas.DataFrame
        Columns ``by``, ``term``, ``count`` (occurrences), ``size`` (all words of the
        group, stop words included), ``rate`` (per ``per`` words), ``low`` and ``high``
        (percentiles of the rate over resampled paragraphs). For a count of zero
        ``high`` is the exact Poisson bound (Garwood 1936). A group of one paragraph has
        nothing to resample: its interval is not a number. Sorted by group and falling
        count, ties by term.

    Raises
    ------
    ValueError
        If more than one document of a work is counted together, ``per`` is not
        positive, or a column is missing.
    """
    check_groups(tokens, by)
    if not per > 0:
        raise ValueError(f"per must be positive, not {per}")
    words = tokens[tokens["is_word"]]
    units = _terms(words, term, ngram)
    if terms is not None:
        wanted = pd.Index(sorted({t.lower() for t in terms}))
        units = units[units["term"].isin(wanted)]
    else:
        wanted = pd.Index(sorted(units["term"].unique()))
    rows = [
        _group_rates(group, members, units[units[by] == group], wanted, per, resamples, seed, level)
        for group, members in words.groupby(by, observed=True, sort=True)
    ]
    columns = [by, "term", "count", "size", "rate", "low", "high"]
    if not rows:
        return pd.DataFrame(columns=columns)
    table = pd.concat(rows, ignore_index=True).rename(columns={"group": by})
    if terms is None:
        table = table[table["count"] > 0]
    order = table.sort_values([by, "count", "term"], ascending=[True, False, True])
    return order[columns].reset_index(drop=True)


def top_terms(
    tokens: pd.DataFrame, number: int = 6, by: str = "work_id", term: str = "lemma"
) -> list[str]:
    """Return the most frequent terms of every group, stop words left out.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table.
    number : int
        How many terms each group contributes.
    by, term : str
        As in `term_frequencies`.

    Returns
    -------
    list of str
        Each term once, by falling mean rate over the groups.
    """
    content = tokens[~tokens["is_stop"] & tokens["token"].astype(str).str.contains("[A-Za-z]")]
    allowed = set(content[term].astype(str).str.lower())
    table = term_frequencies(tokens, by=by, term=term, resamples=0)
    table = table[table["term"].isin(allowed)]
    chosen = table.groupby(by, sort=False).head(number)["term"].unique()
    rates = table[table["term"].isin(chosen)].pivot_table(
        index="term", columns=by, values="rate", fill_value=0, observed=True
    )
    means = rates.mean(axis=1).rename("mean").reset_index()
    return means.sort_values(["mean", "term"], ascending=[False, True])["term"].tolist()


def _terms(words: pd.DataFrame, term: str, ngram: int) -> pd.DataFrame:
    """Return one row per occurrence of a term; n-grams stay inside a sentence."""
    if ngram < 1:
        raise ValueError(f"ngram must be at least 1, not {ngram}")
    forms = words[term].astype(str).str.lower()
    table = words.drop(columns="term", errors="ignore").assign(term=forms)
    sentence = table["sentence_id"].astype(str).to_numpy()
    pieces = forms.to_numpy(dtype=object)
    grams = pieces[: max(len(pieces) - ngram + 1, 0)]
    inside = np.ones(len(grams), dtype=bool)
    for shift in range(1, ngram):
        grams = grams + " " + pieces[shift : shift + len(grams)]
        inside &= sentence[: len(grams)] == sentence[shift : shift + len(grams)]
    return table.iloc[: len(grams)].assign(term=grams)[inside]


def _group_rates(
    group: str,
    members: pd.DataFrame,
    units: pd.DataFrame,
    wanted: pd.Index,
    per: float,
    resamples: int,
    seed: int,
    level: float,
) -> pd.DataFrame:
    paragraphs = pd.Index(members["paragraph_id"].unique())
    sizes = members["paragraph_id"].value_counts().reindex(paragraphs).to_numpy()
    present = wanted[wanted.isin(units["term"])] if len(units) else wanted[:0]
    counts = sparse.csr_matrix(
        (
            np.ones(len(units)),
            (paragraphs.get_indexer(units["paragraph_id"]), present.get_indexer(units["term"])),
        ),
        shape=(len(paragraphs), len(present)),
    )
    total = np.asarray(counts.sum(axis=0)).ravel()
    low, high = _resampled_rates(counts, sizes, resamples, seed, level)
    size = int(sizes.sum())
    table = pd.DataFrame(
        {"term": present, "count": total.astype(int), "low": low * per, "high": high * per}
    )
    table = table.set_index("term").reindex(wanted)
    table["count"] = table["count"].fillna(0).astype(int)
    absent = table["count"] == 0
    table.loc[absent, "low"] = 0.0
    table.loc[absent, "high"] = poisson_interval(0, level)[1] / size * per
    table["rate"] = table["count"] / size * per
    return table.rename_axis("term").reset_index().assign(group=group, size=size)


def _resampled_rates(
    counts: sparse.csr_matrix, sizes: np.ndarray, resamples: int, seed: int, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return percentiles of the rates when paragraphs are drawn with replacement.

    How often each paragraph is drawn is one multinomial row per resample; one matrix
    product then gives the counts of all terms in all resamples.
    """
    if not counts.shape[1] or not resamples or len(sizes) < 2:
        return np.full(counts.shape[1], np.nan), np.full(counts.shape[1], np.nan)
    number = len(sizes)
    draws = np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), resamples)
    rates = (counts.T @ draws.T.astype(float)) / (draws @ sizes)
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(rates, [tail, 100 - tail], axis=1)
    return low, high
