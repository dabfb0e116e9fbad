"""Findings on values: who invokes them, and which keep company."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cooccurrence import cooccurrence
from analysis.findings.effects import Effect, drawn, interval, least_of_all
from analysis.findings.settings import WINDOW, View
from analysis.resampling import draw_units
from analysis.values import concept_counts

ARRANGEMENTS = 10
"""So many arrangements are drawn for each resample that is asked for: a test of many pairs
needs small p."""

FIRM = 0.05
"""The greatest q at which a pair of values is called firm."""


def firm_pairs(view: View) -> Effect:
    """Count the pairs of values that stand together more often than chance makes them.

    All works are counted together, chance inside each section (`cooccurrence`); windows
    are counted in each work. A test that finds nothing shows no absence. The interval
    therefore runs from the pairs that are firm to those that meet more often than chance
    makes them at all.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A number of pairs. Values: ``pairs`` (all that were looked at), ``least`` (the least
        ``q``), ``more`` (pairs that meet more often than by chance).
    """
    unit = view.settings.unit
    if unit == "window":
        tokens = view.tokens()
        words = tokens[~tokens["is_heading"]]
        pairs = cooccurrence(view.hits(), words, WINDOW, "work_id").sort_values("q")
    else:
        draws = ARRANGEMENTS * view.resamples
        pairs = cooccurrence(view.hits(), view.sentences(), unit, draws=draws, seed=view.seed)
    more = pairs[pairs["n_ab"] > pairs["expected_null"]]
    # A window is counted in each work; a pair counts once, with its smallest q.
    more = more.drop_duplicates(["concept_a", "concept_b"])
    firm = int((more["q"] < FIRM).sum())
    least = float(pairs["q"].min())
    return Effect(firm, firm, len(more), {"pairs": len(pairs), "least": least, "more": len(more)})


def value_lead(view: View, target: str, concepts: list[str]) -> Effect:
    """Compare in what share of its sentences a work invokes a value with the next highest work.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    target : str
        The work.
    concepts : list of str
        Values that count together.

    Returns
    -------
    Effect
        A difference of shares of sentences. Values: ``own, next`` (both shares), ``work`` (the
        other work).
    """
    return _against_next(view, target, concepts, np.max)


def family_before_family(view: View, first: str, second: str) -> Effect:
    """Compare the shares of sentences that invoke two families of values, in each work.

    The effect is that of the work where the first leads least.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    first, second : str
        The families of values.

    Returns
    -------
    Effect
        A difference of shares of sentences. Values: ``work`` (where it is least), ``first,
        second`` (the shares there).
    """
    families = view.materials.lexicon.concepts.set_index("concept_id")["family"]
    shares, draws = _shares(view, families[families.isin([first, second])].to_dict())
    estimates = {str(w): float(shares.at[w, first] - shares.at[w, second]) for w in shares.index}
    again = {work: draws[first][work] - draws[second][work] for work in estimates}
    work, effect, low, high = least_of_all(estimates, again)
    values = {"work": work, "first": float(shares.at[work, first]),
              "second": float(shares.at[work, second])}  # fmt: skip
    return Effect(effect, low, high, values)


def values_at_all(view: View, target: str) -> Effect:
    """Compare in what share of its sentences a work invokes any value with the next lowest.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    target : str
        The work.

    Returns
    -------
    Effect
        A difference of shares of sentences. Values: ``own, next`` (both shares), ``work`` (the
        other work).
    """
    concepts = view.materials.lexicon.concepts["concept_id"]
    return _against_next(view, target, concepts, np.min)


def _against_next(
    view: View, target: str, concepts: Iterable[str], pick: Callable[..., NDArray[np.float64]]
) -> Effect:
    """Compare the share of sentences that invoke any of some values with that of the work which
    is next: the highest of the others, or the lowest. In each draw it is picked anew."""
    shares, draws = _shares(view, dict.fromkeys(concepts, "any"))
    own, others = float(shares.at[target, "any"]), shares["any"].drop(target)
    theirs = float(pick(others))
    apart = draws["any"][target] - pick([draws["any"][work] for work in others.index], axis=0)
    values = {"own": own, "next": theirs, "work": str(others.index[others == theirs][0])}
    return Effect(own - theirs, *interval(apart), values)


Draws = dict[str, dict[str, NDArray[np.float64]]]


def _shares(view: View, groups: dict[str, str]) -> tuple[pd.DataFrame, Draws]:
    """Return what share of its sentences invokes a concept of each group, as counted and drawn."""
    hits = view.hits()
    named = hits.assign(concept_id=hits["concept_id"].astype(str).map(groups)).dropna(
        subset="concept_id"
    )
    counts = concept_counts(named, view.sentences(), "work_id", "paragraph_id")
    counts = counts.only(set(groups.values()))
    shares = pd.DataFrame(
        counts.totals() / counts.words()[:, np.newaxis], counts.groups, counts.terms
    )
    drawn_units = draw_units(counts, view.resamples, view.seed)
    again = drawn(counts, drawn_units) / drawn_units.sizes[:, np.newaxis]
    draws = {
        str(term): {str(work): again[i, j] for i, work in enumerate(counts.groups)}
        for j, term in enumerate(counts.terms)
    }
    return shares, draws
