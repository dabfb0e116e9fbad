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

    Examples
    --------
    >>> from analysis.findings.effects import Effect
    >>> Effect(1.5, 0.8, 2.1, {"times": 2.8}).values["times"]
    2.8
    """

    effect: float
    low: float
    high: float
    values: Mapping[str, Any] = field(default_factory=dict)


def drawn(counts: UnitCounts, draws: Draws) -> NDArray[np.float64]:
    """Return the counts of some terms in all resamples.

    Parameters
    ----------
    counts : UnitCounts
        The units of ``draws``, with some of their terms.
    draws : Draws
        The resamples.

    Returns
    -------
    numpy.ndarray of float, shape (groups, terms, resamples)
    """
    blocks = [block for _, block in replace(draws, units=counts).blocks()]
    return np.concatenate(blocks, axis=1).astype(float)


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the middle ninety-five of a hundred draws.

    Draws without a value count on neither side.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (resamples,)
        The draws; NaN where one has no value.

    Returns
    -------
    tuple of float
        Low and high; NaN if no draw has a value.

    Examples
    --------
    >>> import numpy as np
    >>> [round(end, 1) for end in interval(np.append(np.arange(101.0), np.nan))]
    [2.5, 97.5]
    """
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

    Parameters
    ----------
    estimates : mapping of str to float
        The effect of each work.
    draws : mapping of str to numpy.ndarray of float, shape (resamples,)
        The same in each draw.

    Returns
    -------
    work : str
        The work; of several the first by name.
    effect, low, high : float
        Its effect, and the interval of the least.

    Examples
    --------
    >>> import numpy as np
    >>> draws = {"ada": np.array([2.0, 2.0]), "ben": np.array([1.0, 1.0])}
    >>> least_of_all({"ada": 2.0, "ben": 1.0}, draws)
    ('ben', 1.0, 1.0, 1.0)
    """
    work = min(estimates, key=lambda name: (estimates[name], name))
    low, high = interval(np.min(np.stack(list(draws.values())), axis=0))
    return work, estimates[work], low, high


def span_of(values: Sequence[float], effect: float | None = None) -> tuple[float, float, float]:
    """Return an effect with the least and the greatest of what the codings give.

    Parameters
    ----------
    values : sequence of float
        What each coding gives; NaN is left out.
    effect : float, optional
        The effect; the mean of the values without it.

    Returns
    -------
    tuple of float
        Effect, least, greatest; NaN without any value.

    Examples
    --------
    >>> span_of([0.25, 0.75])
    (0.5, 0.25, 0.75)
    """
    known = [value for value in values if not np.isnan(value)]
    if not known:
        return float("nan"), float("nan"), float("nan")
    return float(np.mean(known)) if effect is None else effect, min(known), max(known)
