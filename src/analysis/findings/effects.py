"""What a finding returns: an effect, how stable it is, and the numbers of its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.resampling import Draws, UnitCounts, percentile_ends

LEVEL = 0.95
"""Share of the draws inside an interval."""


@dataclass(frozen=True)
class Effect:
    """The effect of a finding under one setting.

    Attributes
    ----------
    effect, low, high : float
        The effect in the unit of its claim, and its interval.
    values : mapping of str to float or str
        What its sentence in the book prints.
    """

    effect: float
    low: float
    high: float
    values: Mapping[str, Any] = field(default_factory=dict)


def drawn(counts: UnitCounts, draws: Draws) -> NDArray[np.float64]:
    """Return the counts of some terms in all resamples, shape (groups, terms, resamples).

    ``counts`` has the units of ``draws``, with some of their terms.
    """
    blocks = [block for _, block in replace(draws, units=counts).blocks()]
    return np.concatenate(blocks, axis=1).astype(float)


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the middle ninety-five of a hundred draws; draws without a value count
    on neither side."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = percentile_ends(known, LEVEL)
    return float(low), float(high)


def least_of_all(
    estimates: Mapping[str, float], draws: Mapping[str, NDArray[np.float64]]
) -> tuple[str, float, float, float]:
    """Return the work whose effect is least, this effect, and the interval of the least.

    That something holds of every work is as sure as that the least effect is large
    enough. The least is therefore taken anew in each draw.
    """
    work = min(estimates, key=lambda name: (estimates[name], name))
    low, high = interval(np.min(np.stack(list(draws.values())), axis=0))
    return work, estimates[work], low, high


def span_of(values: Sequence[float], effect: float | None = None) -> tuple[float, float, float]:
    """Return an effect with the least and the greatest of what the codings give.

    Without ``effect`` the mean of the values is taken.
    """
    known = [value for value in values if not np.isnan(value)]
    if not known:
        return float("nan"), float("nan"), float("nan")
    return float(np.mean(known)) if effect is None else effect, min(known), max(known)
