"""Findings on words: who uses a word more, and which words all papers have."""

from __future__ import annotations

import numpy as np

from analysis.findings.effects import Effect, drawn, interval, least_of_all
from analysis.findings.settings import View
from analysis.measures import log_ratio


def term_ratio(view: View, target: str, terms: list[str]) -> Effect:
    """Compare the rate of some words in one work with that in the others together.

    The effect is the binary logarithm of the ratio of the two rates
    (`measures.log_ratio`); a count of zero is taken as one half, in the draws as well.
    Paragraphs are drawn anew, those of each work for themselves.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    target : str
        The work.
    terms : list of str
        Words that are counted together.

    Returns
    -------
    Effect
        In doublings. Values: ``here, there`` (occurrences in the work and in the others),
        ``times`` (the ratio of the rates).
    """
    counts = view.counts().only(view.terms(terms))
    totals, sizes = counts.totals().sum(axis=1), counts.words()
    own = counts.groups == target
    k1, n1, k2, n2 = totals[own].sum(), sizes[own].sum(), totals[~own].sum(), sizes[~own].sum()
    again, length = drawn(counts, view.draws()).sum(axis=1), view.draws().sizes
    draws = log_ratio(
        again[own].sum(axis=0), length[own].sum(axis=0),
        again[~own].sum(axis=0), length[~own].sum(axis=0),
    )  # fmt: skip
    effect = float(log_ratio(k1, n1, k2, n2))
    values = {"here": int(k1), "there": int(k2), "times": float(2**effect)}
    return Effect(effect, *interval(np.asarray(draws)), values)


def term_before_term(view: View, first: str, second: str) -> Effect:
    """Compare two words inside each work; the effect is that of the work where it is least.

    Binary logarithm of the ratio of the two counts; both are counted in the same draws. A
    setting that makes the two words one (the stem of both is *govern*) has no effect.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    first, second : str
        The words.

    Returns
    -------
    Effect
        In doublings. Values: ``work`` (where it is least), ``first, second`` (occurrences
        there).
    """
    names = [view.terms([word]) for word in (first, second)]
    if names[0] == names[1]:
        return Effect(np.nan, np.nan, np.nan, {"work": "", "first": 0, "second": 0})
    counts = view.counts().only([*names[0], *names[1]])
    one, two = (counts.terms.get_indexer(own) for own in names)
    totals, again = counts.totals(), drawn(counts, view.draws())
    sizes = counts.words()
    estimates, draws, numbers = {}, {}, {}
    for place, work in enumerate(counts.groups):
        k1, k2 = totals[place, one].sum(), totals[place, two].sum()
        estimates[work] = float(log_ratio(k1, sizes[place], k2, sizes[place]))
        ones, twos = again[place, one].sum(axis=0), again[place, two].sum(axis=0)
        draws[work] = np.asarray(log_ratio(ones, sizes[place], twos, sizes[place]))
        numbers[work] = (int(k1), int(k2))
    work, effect, low, high = least_of_all(estimates, draws)
    values = {"work": work, "first": numbers[work][0], "second": numbers[work][1]}
    return Effect(effect, low, high, values)


def common_vocabulary(view: View) -> Effect:
    """Return what share of its content words a work has in common with all others, at least.

    A content word is one of which no form is a stop word (`content_terms`). A word is
    common if every work has it. Paragraphs are drawn anew; a word that a draw happens to
    leave out stays common, since the texts are whole.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A share from 0 to 1. Values: ``work`` (where it is least), ``common`` (words that all
        works have), ``most`` (the greatest share).
    """
    counts = view.counts().only(view.content_terms())
    totals = counts.totals()
    common = (totals > 0).all(axis=0)
    again = drawn(counts, view.draws())
    shares = totals[:, common].sum(axis=1) / totals.sum(axis=1)
    parts = again[:, common].sum(axis=1) / again.sum(axis=1)
    estimates = {work: float(shares[i]) for i, work in enumerate(counts.groups)}
    draws = {work: parts[i] for i, work in enumerate(counts.groups)}
    work, effect, low, high = least_of_all(estimates, draws)
    values = {"work": work, "common": int(common.sum()), "most": max(estimates.values())}
    return Effect(effect, low, high, values)
