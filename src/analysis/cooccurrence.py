"""Who keeps company with whom: pairs of value concepts against a chance that knows the texts.

Two concepts keep company in a unit (a sentence, a paragraph, a section) if both stand in it.
Three things bring concepts together without any tie between them: a concept is frequent, a
unit is long, a section deals with both. The chance that company is measured against keeps
all three: inside each section, every concept stands in as many units as it does, and every
unit holds as many concepts as it does; all else is drawn. What is left over is the company
that a pair keeps beyond that.

The draws are binary matrices (units by concepts) with fixed margins, all equally likely. They
are made by the curveball algorithm (Strona et al. 2014): two units lay together the concepts
that only one of them holds and deal them out again at random, each getting as many as it had.
All units of a section are paired at random and trade at once, a *global trade*; repeated, that
reaches every matrix with equal probability (Carstens, Berger & Strona 2018).

References
----------
Strona, G., Nappo, D., Boccacci, F., Fattorini, S., & San-Miguel-Ayanz, J. (2014). A fast and
unbiased procedure to randomize ecological binary matrices with fixed row and column totals.
Nature Communications, 5. doi:10.1038/ncomms5114

Carstens, C. J., Berger, A., & Strona, G. (2018). A unifying framework for fast randomization
of ecological networks with fixed (node) degrees. MethodsX, 5.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import Corpus, check_groups
from analysis.measures import (
    false_discovery,
    jaccard,
    log_likelihood,
    mantel_haenszel,
    npmi,
    odds_ratio,
)

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PAIR_COLUMNS = ["concept_a", "concept_b", "n_ab", "n_a", "n_b", "n", "expected", "npmi",
                "log_likelihood", "odds_ratio", "low", "high", "p", "q", "jaccard",
                "n_listed", "expected_null", "sd_null", "p_least", "odds_ratio_crude", "low_crude",
                "high_crude"]  # fmt: skip
COUNT_COLUMNS = ["n_ab", "n_a", "n_b", "n"]

UNITS = ("sentence", "paragraph", "section")
AUTO = "auto"
"""Strata are the next wider unit that the table of units has."""

BURN_IN = 100
"""Global trades before the first draw. Each is half as many trades as there are units, so that
these are fifty trades per unit; five are usual, and Neal (2023, arXiv:2305.04937) asks for ten
or more."""
THINNING = 8
"""Global trades between two draws of one chain."""
COMMAS, STOPS = frozenset(",;，；、"), frozenset(".:?!。：？！")
"""Marks that part the items of an enumeration, and marks that end it."""
CELLS = 1 << 17
"""Chains run side by side as long as their numbers fit into the cache of a processor."""


def cooccurrence(
    hits: pd.DataFrame,
    units: pd.DataFrame,
    within: str | int = "sentence",
    by: str | None = None,
    *,
    strata: str | None = AUTO,
    draws: int = 20_000,
    seed: int = 0,
    testable: float = 0.05,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count in how many units two concepts stand together, against chance.

    **Chance.** For sentences, paragraphs and sections, ``draws`` arrangements are drawn in
    which, inside each stratum, every concept stands in as many units and every unit holds as
    many concepts as in the text; all such arrangements are equally likely. ``p`` is
    ``(1 + f) / (1 + draws)`` with ``f`` the draws in which ``n_ab`` lies at least as far from
    its mean over all draws (``expected_null``) as in the text, on either side. Whether a pair
    meets more or less than by chance, ``n_ab`` against ``expected_null`` says. The mean is
    known within an error; distances that differ by less than eight standard errors of it
    count as equal, which can only raise ``p``.

    Fisher's exact test is not used. It takes every unit for as good as any other to hold a
    concept. Long sentences hold more concepts of every kind, so that under it nearly all
    pairs seem to seek each other. Here empty units say nothing about ``p`` (they are empty
    in every draw), and no more do units of one concept whose stratum holds no others: what
    is tested is which concepts share the units that hold several.

    For a window of ``w`` words each run of ``w`` words in a section is a unit; a section of
    ``L`` words has ``L - w + 1``, a shorter one has one. A window holds a concept if the
    *first* word of a hit lies in it, so that a long expression does not count in more
    windows than a short one. The windows that hold a concept are rotated by a random number
    of places inside each section, what leaves at its end coming in at its start. This keeps
    how many windows hold the concept and how they clump, but not that some passages of a
    section are dense with concepts of every kind; there windows find company that sentences
    put down to length. Only how far two concepts are turned against each other matters, so
    that all rotations are run through instead of drawn: ``p`` is exact, ``draws`` and
    ``seed`` are not used, and distances are compared as they are.

    **Enumerations.** If the hits have a column ``enumeration`` (see `counted_once`), two
    concepts that stand in a unit only as items of the same enumeration keep no company
    there, in the text as in the draws: an arrangement then also deals out a unit's concepts
    to its places inside and outside of enumerations. Such a unit speaks neither for nor
    against the pair: the measures leave it out.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `find_concepts`: ``concept_id`` and the identifier of the unit; for a window
        ``concept_id, document_id, position``. A concept counts once in a unit.
    units : pandas.DataFrame
        All units, empty ones included: ``corpus.sentences``; for a window the token table.
    within : {"sentence", "paragraph", "section"} or int
        The unit, or the words of a window.
    by : str, optional
        Count apart for each group, such as ``work_id``. Nothing is moved between groups,
        and the draws of a group do not depend on the others.
    strata : str or None
        The column of ``units`` inside whose values units trade concepts. ``"auto"``:
        ``section_id`` for sentences and paragraphs, ``document_id`` for sections; if the
        units lack it, the next wider of ``document_id`` and ``work_id`` that they have,
        else none. ``None``: all units of a group are one stratum. Without ``by`` a stratum
        of one's own choice may mix works; the default does not.
    draws : int
        Arrangements drawn. The least ``p`` is ``1 / (1 + draws)``.
    seed : int
        Seed of the draw.
    testable : float
        A pair is in the family of tests if some ``n_ab`` would give a ``p`` of at most this
        with its margins as they are (``p_least``). This looks at the margins alone, never
        at ``n_ab`` (Tarone 1990; Gilbert 2005).
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per unordered pair of concepts that both occur in the group, by group and
        names; no row without hits or with one concept. Columns: ``by`` if given, and

        - ``concept_a``, ``concept_b``: names, *a* before *b* in the alphabet.
        - ``n_ab``: units with both. ``n_a``, ``n_b``: units with each. ``n``: all units.
        - ``expected``: ``n_a * n_b / n``, if units were all alike.
        - ``npmi``, ``log_likelihood``, ``jaccard``: of these counts, see
          `analysis.measures`; ``log_likelihood`` is 0 where *a* is in all units.
        - ``n_listed``: units where both stand only as items of one enumeration. They are
          in ``n_a``, ``n_b`` and ``n``, but taken off each of the three in ``expected`` and
          in all measures. 0 if the hits name no enumerations.
        - ``odds_ratio``, ``low``, ``high``: odds of *b* in units with *a* against those
          without. Where the units have a ``work_id`` and a group spans works, pooled over
          works (Mantel-Haenszel, see `mantel_haenszel`: 0 or infinite where it must be),
          so that papers that use both words much do not pass for words that keep company.
          Else the crude one. They do not know how long units are; ``p`` does.
        - ``odds_ratio_crude``, ``low_crude``, ``high_crude``: of the pooled counts, one half
          added to each cell (Woolf, Haldane, Anscombe). NaN where *a* is in all units or none.
        - ``expected_null``, ``sd_null``: mean and standard deviation of ``n_ab`` by chance.
        - ``p``: two-sided, as above; 1 where chance leaves no room.
        - ``p_least``: the least ``p`` that any ``n_ab`` could have got that the margins
          allow. With enumerations: any ``n_ab`` that was drawn at least once.
        - ``q``: ``p`` after Benjamini & Hochberg over all testable pairs of the whole table,
          all groups together. NaN for pairs that are not testable: no number of common
          units could have told them from chance, so that nothing is known of them.

        Windows overlap, so that their counts are no count of independent things:
        ``low, high`` and the crude ones are NaN, and ``log_likelihood`` only ranks.

    Raises
    ------
    ValueError
        If ``within`` is unknown or below one word, a column is missing, a hit stands in a
        unit or at a word that ``units`` has not, a unit stands in two groups, strata or
        works, a work would be counted from two documents, ``draws`` is below one,
        ``testable`` or ``level`` does not lie between 0 and 1, or a window is asked for
        with own strata or with hits marked as items of enumerations.

    References
    ----------
    Tarone, R. E. (1990). A modified Bonferroni method for discrete data. Biometrics, 46.

    Gilbert, P. B. (2005). A modified false discovery rate multiple-comparisons procedure for
    discrete data, applied to human immunodeficiency virus genetics. Journal of the Royal
    Statistical Society, Series C, 54.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> hits = pd.DataFrame({
    ...     "concept_id": ["care", "trust", "care", "trust", "care", "thrift", "thrift"],
    ...     "sentence_id": ["s1", "s1", "s2", "s2", "s3", "s3", "s4"],
    ... })
    >>> units = pd.DataFrame({"sentence_id": ["s1", "s2", "s3", "s4", "s5"]})
    >>> pairs = analysis.cooccurrence(hits, units, draws=1000)
    >>> counts = ["concept_a", "concept_b", "n_ab", "n_a", "n_b", "n", "expected"]
    >>> print(pairs[counts].to_string(index=False))
    concept_a concept_b  n_ab  n_a  n_b  n  expected
         care    thrift     1    3    2  5       1.2
         care     trust     2    3    2  5       1.2
       thrift     trust     0    2    2  5       0.8
    """
    return study_company(
        hits, units, within, by,
        strata=strata, draws=draws, seed=seed, testable=testable, level=level,
    ).pairs  # fmt: skip


@dataclass(frozen=True)
class Company:
    """Pairs of concepts, and what chance would make of each number of common units.

    Attributes
    ----------
    pairs : pandas.DataFrame
        As `cooccurrence` returns it.
    ladders : list of numpy.ndarray
        For each row of ``pairs``, the ``p`` of every ``n_ab`` from 0 upwards; NaN where it
        is not possible (see ``p_least``).
    by : str or None
        The column of groups.
    """

    pairs: pd.DataFrame
    ladders: list[Floats]
    by: str | None


def study_company(
    hits: pd.DataFrame,
    units: pd.DataFrame,
    within: str | int = "sentence",
    by: str | None = None,
    *,
    strata: str | None = AUTO,
    draws: int = 20_000,
    seed: int = 0,
    testable: float = 0.05,
    level: float = 0.95,
) -> Company:
    """Count company as `cooccurrence` does, and keep what chance would make of other counts.

    Parameters
    ----------
    hits, units, within, by, strata, draws, seed, testable, level
        As in `cooccurrence`.

    Returns
    -------
    Company
        Its pairs and their ladders, for `smallest_association`.

    Raises
    ------
    ValueError
        As `cooccurrence` does.

    Examples
    --------
    The ladder of a pair holds ``p`` for every number of common units from 0 upwards. Here
    two concepts stand in six sentences each, and meet in five.

    >>> import pandas as pd
    >>> import analysis
    >>> held = {"care": [1, 2, 3, 4, 5, 6], "trust": [1, 2, 3, 4, 5, 7],
    ...         "wealth": [8, 9, 10, 11, 12], "zeal": [6, 7, 8, 9, 10, 11, 12]}
    >>> hits = pd.DataFrame(
    ...     [(concept, unit) for concept, own in held.items() for unit in own],
    ...     columns=["concept_id", "sentence_id"],
    ... )
    >>> units = pd.DataFrame({"sentence_id": range(1, 21)})
    >>> company = analysis.study_company(hits, units, draws=2000)
    >>> company.pairs.loc[0, ["concept_a", "concept_b"]].tolist(), int(company.pairs.loc[0, "n_ab"])
    (['care', 'trust'], 5)
    >>> bool(company.ladders[0][5] == company.pairs.loc[0, "p"])
    True
    """
    _check_settings(within, strata, draws, testable, level)
    groups = (
        _unit_groups(hits, units, str(within), by, strata, draws, seed)
        if isinstance(within, str)
        else _window_groups(hits, units, int(within), by)
    )
    tables, ladders = [], []
    for group, counts in groups:
        chances = [_chance(*row) for row in counts.chances()]
        table = _measures(counts, level)
        for name in ("expected_null", "sd_null", "p", "p_least"):
            table[name] = np.array([getattr(chance, name) for chance in chances], dtype=float)
        tables.append(table if by is None else table.assign(**{by: group}))
        ladders += [chance.ladder for chance in chances]
    columns = ([by] if by else []) + PAIR_COLUMNS
    if not ladders:
        return Company(_empty(columns), [], by)
    pairs = pd.concat([t for t in tables if len(t)], ignore_index=True)
    pairs["q"] = false_discovery(pairs["p"].where(pairs["p_least"] <= testable).to_numpy())
    return Company(pairs[columns], ladders, by)


def _check_settings(
    within: str | int, strata: str | None, draws: int, testable: float, level: float
) -> None:
    number = isinstance(within, Integral) and not isinstance(within, bool)
    if not number and within not in UNITS:
        raise ValueError(f"within must be {', '.join(UNITS)} or a number of words, not {within!r}")
    if number and int(within) < 1:
        raise ValueError(f"a window must have at least one word, not {within}")
    if number and strata != AUTO:
        raise ValueError("windows are rotated inside their section and take no strata")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    for name, share in (("testable", testable), ("level", level)):
        if not 0 < share < 1:
            raise ValueError(f"{name} must lie between 0 and 1, both excluded, not {share}")


def _empty(columns: list[str]) -> pd.DataFrame:
    kinds = {c: float for c in columns} | dict.fromkeys([*COUNT_COLUMNS, "n_listed"], int)
    named = {c: object for c in columns if c not in PAIR_COLUMNS or c.startswith("concept")}
    return pd.DataFrame(columns=columns).astype(kinds | named)


# --- What could have been found --------------------------------------------------------------


def smallest_association(company: Company, alpha: float = 0.05) -> pd.DataFrame:
    """Return for each pair the smallest association that could have been found.

    Of ``m`` testable pairs, ``r`` were found (``q <= alpha``). For a further pair to be
    found its ``p`` had to be at most ``alpha * (r + 1) / m``; for a pair that was found,
    ``alpha * r / m`` was enough. All other pairs and all margins are left as they are.

    Parameters
    ----------
    company : Company
        From `study_company`.
    alpha : float
        The level at which a pair counts as found.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in the order of ``company.pairs``: the group if there is one, and

        - ``concept_a, concept_b, n_ab, n_a, n_b, n, expected_null, p, q`` as there.
        - ``found``: whether ``q <= alpha``.
        - ``p_needed``: the ``p`` that would have been enough.
        - ``n_ab_least``: the least ``n_ab`` above ``expected_null`` with such a ``p``; NaN
          where there is none. Then no association, however strong, could have been found,
          and a missing edge is no missing association.
        - ``surplus_least``: ``n_ab_least - expected_null``, in units.
        - ``odds_ratio_least``: the crude odds ratio at ``n_ab_least``, one half added to
          each cell.
        - ``n_ab_most``: the greatest ``n_ab`` below ``expected_null`` with such a ``p``: as
          few common units as a firm avoidance needs; NaN where there is none.

        With few draws nothing may be findable only because ``1 / (1 + draws)``, the least
        ``p`` there is, lies above ``p_needed``; take more draws then.

    Raises
    ------
    ValueError
        If ``alpha`` does not lie between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> held = {"care": [1, 2, 3, 4, 5, 6], "trust": [1, 2, 3, 4, 5, 7],
    ...         "wealth": [8, 9, 10, 11, 12], "zeal": [6, 7, 8, 9, 10, 11, 12]}
    >>> hits = pd.DataFrame(
    ...     [(concept, unit) for concept, own in held.items() for unit in own],
    ...     columns=["concept_id", "sentence_id"],
    ... )
    >>> units = pd.DataFrame({"sentence_id": range(1, 21)})
    >>> company = analysis.study_company(hits, units, draws=2000)
    >>> smallest = analysis.smallest_association(company)
    >>> columns = ["concept_a", "concept_b", "n_ab", "found", "n_ab_least"]
    >>> print(smallest[columns].head(3).to_string(index=False))
    concept_a concept_b  n_ab  found  n_ab_least
         care     trust     5   True         5.0
         care    wealth     0  False         4.0
         care      zeal     1  False         5.0
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, both excluded, not {alpha}")
    kept = ["concept_a", "concept_b", *COUNT_COLUMNS, "expected_null", "p", "q"]
    table = company.pairs[([company.by] if company.by else []) + kept].copy()
    table["found"] = table["q"] <= alpha
    tested, found = int(table["q"].notna().sum()), int(table["found"].sum())
    enough = found + (~table["found"]).astype(int)
    table["p_needed"] = alpha * enough / tested if tested else np.nan
    means, needed = table["expected_null"].to_numpy(), table["p_needed"].to_numpy(dtype=float)
    ends = [_ends(*row) for row in zip(company.ladders, means, needed, strict=True)]
    least, most = np.array(ends, dtype=float).reshape(-1, 2).T
    table["n_ab_least"] = least
    table["surplus_least"] = least - means
    n_a, n_b, n = (table[c].to_numpy(dtype=float) for c in COUNT_COLUMNS[1:])
    filled = np.fmax(least, np.maximum(n_a + n_b - n, 0))
    ratios, _, _ = odds_ratio(filled, n_a, n_b - filled, n - n_a)
    table["odds_ratio_least"] = np.where(np.isnan(least), np.nan, ratios)
    table["n_ab_most"] = most
    return table


def _ends(ladder: Floats, mean: float, needed: float) -> tuple[float, float]:
    """Return the least count above and the greatest below the mean whose p is low enough."""
    counts = np.arange(len(ladder))
    low_enough = ladder <= needed
    above = counts[low_enough & (counts > mean)]
    below = counts[low_enough & (counts < mean)]
    return above.min() if above.size else np.nan, below.max() if below.size else np.nan


def smallest_summary(smallest: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Sum up per group how much could have been found.

    Parameters
    ----------
    smallest : pandas.DataFrame
        From `smallest_association`.
    by : str, optional
        The column of groups; without it the table is one group.

    Returns
    -------
    pandas.DataFrame
        One row per group: ``by`` if given, and ``pairs`` (rows), ``testable`` (with a
        ``q``), ``findable`` (with an ``n_ab_least``), ``avoidable`` (with an ``n_ab_most``),
        ``found`` (more often together than by chance), ``avoiding`` (found, less often),
        and over the findable pairs the medians ``n_ab_least, surplus_least,
        odds_ratio_least`` (NaN without any).

    Raises
    ------
    ValueError
        If there is no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> held = {"care": [1, 2, 3, 4, 5, 6], "trust": [1, 2, 3, 4, 5, 7],
    ...         "wealth": [8, 9, 10, 11, 12], "zeal": [6, 7, 8, 9, 10, 11, 12]}
    >>> hits = pd.DataFrame(
    ...     [(concept, unit) for concept, own in held.items() for unit in own],
    ...     columns=["concept_id", "sentence_id"],
    ... )
    >>> units = pd.DataFrame({"sentence_id": range(1, 21)})
    >>> company = analysis.study_company(hits, units, draws=2000)
    >>> summary = analysis.smallest_summary(analysis.smallest_association(company))
    >>> print(summary[["pairs", "testable", "findable", "found"]].to_string(index=False))
     pairs  testable  findable  found
         6         6         6      2
    """
    if by is not None and by not in smallest:
        raise ValueError(f"the table has no column {by!r} to group by")
    more = smallest["n_ab"] > smallest["expected_null"]
    table = pd.DataFrame({
        "group": "" if by is None else smallest[by],
        "pairs": 1,
        "testable": smallest["q"].notna().astype(int),
        "findable": smallest["n_ab_least"].notna().astype(int),
        "avoidable": smallest["n_ab_most"].notna().astype(int),
        "found": (smallest["found"] & more).astype(int),
        "avoiding": (smallest["found"] & ~more).astype(int),
        "n_ab_least": smallest["n_ab_least"],
        "surplus_least": smallest["surplus_least"],
        "odds_ratio_least": smallest["odds_ratio_least"],
    }, index=smallest.index)  # fmt: skip
    how = {c: "median" if c.endswith("_least") else "sum" for c in table.columns[1:]}
    summary = table.groupby("group", observed=True).agg(how).reset_index()
    return summary.drop(columns="group") if by is None else summary.rename(columns={"group": by})


# --- Counts of a group -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Counts:
    """Company in one group, work by work, and by chance.

    The pairs are those of the upper triangle of a square of concepts, row by row.

    Attributes
    ----------
    concepts : list of str
        Those that occur, sorted.
    joint : numpy.ndarray, shape (works, pairs)
        Units where both keep company.
    listed : numpy.ndarray, shape (works, pairs)
        Units where both stand only as items of one enumeration.
    single : numpy.ndarray, shape (works, concepts)
        Units with each.
    sizes : numpy.ndarray, shape (works,)
        All units.
    weights : list of numpy.ndarray
        For each pair, how often ``n_ab`` was 0, 1, 2, ... by chance: draws, or shares.
    least : numpy.ndarray, shape (pairs,), or None
        The least ``n_ab`` that the margins allow; the last of the weights is the greatest.
        None where only what chance has brought up is known to be possible.
    draws : int or None
        How many draws the weights count; None where they are exact shares.
    overlapping : bool
        Whether the units overlap.
    """

    concepts: list[str]
    joint: Codes
    listed: Codes
    single: Codes
    sizes: Codes
    weights: list[Floats]
    least: Codes | None
    draws: int | None
    overlapping: bool

    def chances(self) -> Iterator[tuple[Floats, int, Mask, int | None]]:
        """Go through the pairs: weights, n_ab, the possible ones of all counts, draws."""
        for row, (weights, n_ab) in enumerate(
            zip(self.weights, self.joint.sum(axis=0), strict=True)
        ):
            counts = np.arange(len(weights))
            possible = weights > 0 if self.least is None else counts >= self.least[row]
            yield weights, int(n_ab), possible | (counts == n_ab), self.draws


def _measures(counts: _Counts, level: float) -> pd.DataFrame:
    """Return the counts of all pairs and what follows from them without chance."""
    a, b = np.triu_indices(len(counts.concepts), 1)
    names = np.array(counts.concepts, dtype=object)
    table = pd.DataFrame({"concept_a": names[a], "concept_b": names[b]})
    joint, listed, sizes = counts.joint, counts.listed, counts.sizes[:, None]
    for column, values in (
        ("n_ab", joint), ("n_a", counts.single[:, a]), ("n_b", counts.single[:, b]),
        ("n", np.broadcast_to(sizes, joint.shape)), ("n_listed", listed),
    ):  # fmt: skip
        table[column] = values.sum(axis=0)
    # A unit where a list keeps the two apart speaks neither for nor against their company.
    with_a, with_b = (counts.single[:, c] - listed for c in (a, b))
    per_work = np.array([joint, with_a, with_b, sizes - listed], dtype=float)
    n_ab, n_a, n_b, n = per_work.sum(axis=1)
    in_a = (n_ab, n_a, n_b - n_ab, n - n_a)
    table["expected"] = np.divide(n_a * n_b, n, out=np.zeros_like(n), where=n > 0)
    table["npmi"] = npmi(n_ab, n_a, n_b, n)
    table["log_likelihood"] = np.where((n_a > 0) & (n_a < n), log_likelihood(*in_a), 0.0)
    table["jaccard"] = jaccard(n_ab, n_a, n_b, n)
    crude = odds_ratio(*in_a, level)
    pooled = crude
    if len(sizes) > 1:
        both, first, second, units = per_work.transpose(0, 2, 1)
        pooled = mantel_haenszel(both, first, second - both, units - first, level)
    for suffix, ratios in (("", pooled), ("_crude", crude)):
        for name, value in zip(("odds_ratio", "low", "high"), ratios, strict=True):
            interval = name != "odds_ratio"
            table[name + suffix] = np.nan if interval and counts.overlapping else value
    return table


class _Chance(NamedTuple):
    """What chance makes of a pair; the ladder holds the p of every count from 0 upwards."""

    expected_null: float
    sd_null: float
    p: float
    p_least: float
    ladder: Floats


def _chance(weights: Floats, n_ab: int, possible: Mask, draws: int | None) -> _Chance:
    counts = np.arange(len(weights))
    share = weights / weights.sum()
    mean = float(share @ counts)
    spread = float(np.sqrt(share @ (counts - mean) ** 2))
    # Two counts on either side of the mean may be equally far; the error of the mean must
    # not decide between them.
    slack = 1e-9 + (8 * spread / np.sqrt(draws) if draws else 0.0)
    distance = np.abs(counts - mean)
    order = np.argsort(distance, kind="stable")
    farther = np.cumsum(weights[order][::-1])[::-1]
    far = farther[np.searchsorted(distance[order], distance - slack)]
    ladder = (1 + far) / (1 + draws) if draws else np.minimum(far, 1.0)
    ladder = np.where(possible, ladder, np.nan)
    return _Chance(mean, spread, float(ladder[n_ab]), float(np.nanmin(ladder)), ladder)


# --- Units with fixed margins ------------------------------------------------------------------


@dataclass(frozen=True)
class _Places:
    """Which concept stands in which unit: one place for each concept of a unit.

    Attributes
    ----------
    concepts : list of str
        Those that occur, sorted.
    concept, unit, enumeration : numpy.ndarray of int, shape (places,)
        Concept and unit of each place, sorted by unit; and the enumeration in which alone
        the concept stands there, -1 where there is none.
    stratum, work : numpy.ndarray of int, shape (units,)
        Of each unit that holds a concept. Strata rise.
    sizes : numpy.ndarray of int, shape (works,)
        All units of each work, empty ones included.
    """

    concepts: list[str]
    concept: Codes
    unit: Codes
    enumeration: Codes
    stratum: Codes
    work: Codes
    sizes: Codes

    @property
    def has_lists(self) -> bool:
        """Whether any concept stands in a unit only as an item of an enumeration."""
        return bool((self.enumeration >= 0).any())

    def company(self, listed: bool = False) -> tuple[Codes, Codes]:
        """Return the pairs of places that keep company, or those that a list keeps from it."""
        first, second = _same(self.unit)
        label = self.enumeration
        held = ((label[first] >= 0) & (label[first] == label[second])) == listed
        return first[held], second[held]


def _same(sorted_codes: Codes) -> tuple[Codes, Codes]:
    """Return all pairs of different places, first before second, with equal codes."""
    firsts, seconds = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for shift in range(1, len(sorted_codes)):
        found = np.flatnonzero(sorted_codes[:-shift] == sorted_codes[shift:])
        if not found.size:
            break
        firsts.append(found)
        seconds.append(found + shift)
    return np.concatenate(firsts), np.concatenate(seconds)


def _unit_groups(
    hits: pd.DataFrame,
    units: pd.DataFrame,
    within: str,
    by: str | None,
    strata: str | None,
    draws: int,
    seed: int,
) -> Iterator[tuple[Hashable, _Counts]]:
    """Count company in the units of each group, and draw what chance makes of it."""
    key = f"{within}_id"
    _check_columns(hits, "hits", ("concept_id", key))
    _check_columns(units, "units", (key, *([by] if by else [])))
    _check_works(units, by)
    stratum = _stratum_column(units, within, strata)
    table = _distinct_units(units, key, by, stratum)
    found = _presence(hits, key)
    missing = sorted(set(found[key]) - set(table[key]), key=str)
    if missing:
        raise ValueError(
            f"{len(missing)} units with hits are not among the units, such as {missing[0]}"
        )
    for group, members in _grouped(table, by):
        places = _places(found[found[key].isin(members[key])], members, key, stratum)
        yield group, _count_places(places, draws, _random(seed, group))


def _random(seed: int, group: Hashable) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(str(group).encode())])


def _check_columns(table: pd.DataFrame, name: str, columns: Collection[str]) -> None:
    for column in columns:
        if column not in table.columns:
            raise ValueError(f"the table of {name} has no column {column!r}")


def _check_works(units: pd.DataFrame, by: str | None) -> None:
    """Refuse to count a work from two documents."""
    if by in (None, "work_id") and {"work_id", "document_id"} <= set(units.columns):
        check_groups(units, "work_id")


def _stratum_column(units: pd.DataFrame, within: str, strata: str | None) -> str | None:
    if strata != AUTO:
        _check_columns(units, "units", [strata] if strata else [])
        return strata
    wider = ["section_id", "document_id", "work_id"]
    usable = wider[1:] if within == "section" else wider
    return next((column for column in usable if column in units.columns), None)


def _distinct_units(
    units: pd.DataFrame, key: str, by: str | None, stratum: str | None
) -> pd.DataFrame:
    """Return one row per unit with its group, stratum and work."""
    wanted = dict.fromkeys(c for c in (key, by, stratum, "work_id") if c and c in units.columns)
    table = units[list(wanted)].drop_duplicates()
    twice = table.loc[table[key].duplicated(), key]
    if len(twice):
        others = " or ".join(c for c in wanted if c != key)
        raise ValueError(f"{key} {twice.iloc[0]} stands in more than one {others}")
    if table.isna().to_numpy().any():
        raise ValueError(f"the columns {', '.join(wanted)} of the units must be filled")
    return table.astype(object)


def _presence(hits: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return one row per unit and concept, with the one enumeration that it stands in."""
    found = hits[["concept_id", key]].astype(object)
    if "enumeration" not in hits:
        return found.drop_duplicates().assign(enumeration="")
    found["enumeration"] = hits["enumeration"].astype(object).fillna("")
    distinct = found.drop_duplicates()
    alone = ~distinct.duplicated(["concept_id", key], keep=False)
    distinct["enumeration"] = distinct["enumeration"].where(alone, "")
    return distinct.drop_duplicates(["concept_id", key])


def _grouped(table: pd.DataFrame, by: str | None) -> Iterator[tuple[Hashable, pd.DataFrame]]:
    if by is None:
        yield None, table
    else:
        yield from table.groupby(by, observed=True, sort=True)


def _places(found: pd.DataFrame, members: pd.DataFrame, key: str, stratum: str | None) -> _Places:
    """Number units, strata, works and concepts in the order of their names."""
    strata = _codes(members[stratum]) if stratum else np.zeros(len(members), dtype=np.int64)
    works = _codes(members["work_id"]) if "work_id" in members else np.zeros_like(strata)
    ordered = members.assign(_stratum=strata, _work=works).sort_values(["_stratum", key])
    held = ordered[ordered[key].isin(set(found[key]))]
    unit = pd.Index(held[key]).get_indexer(found[key]).astype(np.int64)
    concept, names = pd.factorize(found["concept_id"], sort=True)
    label, labels = pd.factorize(found["enumeration"], sort=True)
    none = pd.Index(labels).get_indexer([""])[0]
    order = np.lexsort((concept, unit))
    return _Places(
        [str(name) for name in names],
        concept[order].astype(np.int64),
        unit[order],
        np.where(label == none, -1, label)[order].astype(np.int64),
        held["_stratum"].to_numpy(dtype=np.int64),
        held["_work"].to_numpy(dtype=np.int64),
        np.bincount(works, minlength=1).astype(np.int64),
    )


def _codes(column: pd.Series) -> Codes:
    return pd.factorize(column, sort=True)[0].astype(np.int64)


def _count_places(places: _Places, draws: int, random: np.random.Generator) -> _Counts:
    many, works = len(places.concepts), len(places.sizes)
    row_of, pairs = _rows(many)
    work = places.work[places.unit]

    def counted(first: Codes, second: Codes) -> Codes:
        row = work[first] * pairs + row_of[places.concept[first], places.concept[second]]
        return np.bincount(row, minlength=works * pairs).reshape(works, pairs)

    single = np.bincount(work * many + places.concept, minlength=works * many)
    least, most = _bounds(places)
    return _Counts(
        places.concepts,
        counted(*places.company()),
        counted(*places.company(listed=True)),
        single.reshape(works, many),
        places.sizes,
        _drawn_weights(places, most, draws, random),
        None if places.has_lists else least,
        draws,
        overlapping=False,
    )


def _rows(many: int) -> tuple[Codes, int]:
    """Return a square that says which pair two concepts are, and the number of pairs."""
    a, b = np.triu_indices(many, 1)
    row_of = np.zeros((many, many), dtype=np.int64)
    row_of[a, b] = row_of[b, a] = np.arange(len(a))
    return row_of, len(a)


def _bounds(places: _Places) -> tuple[Codes, Codes]:
    """Return the least and the greatest number of common units that the margins allow.

    Strata are independent of each other, so that their bounds add up.
    """
    many = len(places.concepts)
    a, b = np.triu_indices(many, 1)
    least, most = np.zeros(len(a), dtype=np.int64), np.zeros(len(a), dtype=np.int64)
    strata = int(places.stratum.max(initial=-1)) + 1
    cell = places.stratum[places.unit] * many + places.concept
    standing = np.bincount(cell, minlength=strata * many).reshape(strata, many)
    sizes, start = np.bincount(places.unit), np.searchsorted(places.stratum, range(strata + 1))
    for stratum, totals in enumerate(standing):
        own = sizes[start[stratum] : start[stratum + 1]]
        both = np.flatnonzero((totals[a] > 0) & (totals[b] > 0))
        if both.size:
            low, high = _reach(totals, own, a[both], b[both])
            least[both] += low
            most[both] += high
    return least, most


def _reach(totals: Codes, sizes: Codes, a: Codes, b: Codes) -> tuple[Codes, Codes]:
    """Return the fewest and the most units of a stratum in which pairs can meet.

    All numbers between the two are possible, because a swap of two concepts between two
    units changes the number by one at most and swaps lead everywhere.
    """
    joint = totals[a] + totals[b]
    low = np.maximum(joint - len(sizes), 0)
    high = np.minimum(totals[a], totals[b])
    others = _greatest_others(totals, a, b, int(sizes.max()))
    above = np.array([(sizes >= size).sum() for size in range(1, int(sizes.max()) + 3)])
    for bound, step in ((low, 1), (high, -1)):
        while True:
            impossible = ~_possible(bound, joint, others, above)
            if not impossible.any():
                break
            bound[impossible] += step
    return low, high


def _greatest_others(totals: Codes, a: Codes, b: Codes, most: int) -> Codes:
    """Return, without the two of a pair, the sums of the 1, 2, ..., ``most`` greatest totals."""
    greatest = np.argsort(-totals, kind="stable")[: most + 2]
    own = (greatest == a[:, None]) | (greatest == b[:, None])
    rest = -np.sort(np.where(own, 0, -totals[greatest]), axis=1)[:, :most]
    rest = np.pad(rest, ((0, 0), (0, most - rest.shape[1])))
    return np.cumsum(rest, axis=1)


def _possible(met: Codes, joint: Codes, others: Codes, above: Codes) -> Mask:
    """Say whether units of these sizes can hold the other concepts if a pair meets so often.

    It is easiest if the pair takes two places in the greatest units and one in the next. The
    theorem of Gale and Ryser says of what is left: for each ``t`` the ``t`` most frequent
    other concepts must find room, at most ``t`` of them in a unit. ``above[j]`` units hold
    more than ``j`` concepts.
    """
    taken = joint - met
    possible = (met <= above[1]) & (taken <= above[0])
    room = np.zeros_like(met)
    for t in range(others.shape[1]):
        room += np.minimum(met, above[t + 2])
        room += np.clip(above[t + 1] - met, 0, taken - met)
        room += np.maximum(above[t] - taken, 0)
        possible &= others[:, t] <= room
    return possible


def _drawn_weights(
    places: _Places, most: Codes, draws: int, random: np.random.Generator
) -> list[Floats]:
    """Count for each pair in how many draws it meets 0, 1, 2, ... times."""
    many = len(places.concepts)
    row_of, pairs = _rows(many)
    if not pairs:
        return []
    first, second = places.company()
    start = np.concatenate([[0], np.cumsum(most + 1)])
    weights = np.zeros(start[-1], dtype=np.int64)
    for drawn in _arrangements(places, draws, random):
        row = row_of[drawn[:, first], drawn[:, second]]
        row += np.arange(len(drawn))[:, None] * pairs
        met = np.bincount(row.ravel(), minlength=len(drawn) * pairs).reshape(-1, pairs)
        weights += np.bincount((start[:-1] + met).ravel(), minlength=len(weights))
    return [part.astype(float) for part in np.split(weights, start[1:-1])]


def _arrangements(places: _Places, draws: int, random: np.random.Generator) -> Iterator[Codes]:
    """Draw arrangements, several chains at a time: the concept of each place.

    All chains start at the text and take `BURN_IN` global trades before their first draw,
    then `THINNING` before each further one. They share the pairing of units, not the deals.
    """
    load = max(len(places.concept), len(places.company()[0]), 1)
    chains = max(min(draws, CELLS // load), 1)
    key = _key(len(places.stratum), len(places.concepts))
    state = np.tile(places.concept.astype(key.kind), (chains, 1))
    pair_at = _pair_numbers(places.stratum)
    trades, left = BURN_IN, draws
    while left > 0:
        for _ in range(trades):
            state = _global_trade(state, places, pair_at, key, random)
        # The order inside a unit only matters where some of its places are in a list.
        drawn = _deal(state, places.unit, key, random) if places.has_lists else state
        yield drawn[:left].astype(np.int64)
        left -= chains
        trades = THINNING


@dataclass(frozen=True)
class _Key:
    """One number that holds a block, a random rank and a concept, to be sorted at once.

    Attributes
    ----------
    kind : type
        The kind of number, as small as does: small ones are sorted faster.
    rank, concept : int
        The bits of a rank and of a concept. Ties of ranks fall to the order of concepts;
        with 16 bits or more they are too rare to be seen in any number of draws.
    """

    kind: type[np.unsignedinteger[Any]]
    rank: int
    concept: int


def _key(units: int, concepts: int) -> _Key:
    fixed = units.bit_length() + concepts.bit_length()
    if fixed <= 16:
        return _Key(np.uint32, 32 - fixed, concepts.bit_length())
    return _Key(np.uint64, min(64 - fixed, 32), concepts.bit_length())


def _pair_numbers(stratum: Codes) -> Codes:
    """Number the pairs of neighbours in each stratum; a unit left over is a pair alone."""
    start = np.searchsorted(stratum, stratum)
    return np.cumsum((np.arange(len(stratum)) - start) % 2 == 0) - 1


def _global_trade(
    state: NDArray[Any],
    places: _Places,
    pair_at: Codes,
    key: _Key,
    random: np.random.Generator,
) -> NDArray[Any]:
    """Let all units trade with a partner of their stratum.

    The places of a pair of units lie side by side, those of the first unit before those of
    the second. Shuffled, they fall to the units anew. Of a concept that both hold, one copy
    is put first and one last, so that each unit keeps it.
    """
    order = np.lexsort((random.random(len(places.stratum)), places.stratum))
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    by_pair = np.argsort(position[places.unit], kind="stable")
    pair = pair_at[position[places.unit[by_pair]]].astype(key.kind)
    held = np.take(state, by_pair, axis=1)
    held |= pair << key.concept
    held.sort(axis=1)
    twice = held[:, 1:] == held[:, :-1]
    held &= (1 << key.concept) - 1
    last = (1 << key.rank) - 1
    rank = random.integers(1, last, size=held.shape, dtype=key.kind)
    rank[:, 1:] |= twice * key.kind(last)
    rank[:, :-1] *= ~twice
    traded = np.empty_like(state)
    traded[:, by_pair] = _sorted_by(pair, rank, held, key)
    return traded


def _deal(state: NDArray[Any], unit: Codes, key: _Key, random: np.random.Generator) -> NDArray[Any]:
    """Shuffle the concepts of each unit among its places."""
    rank = random.integers(0, (1 << key.rank) - 1, size=state.shape, dtype=key.kind)
    return _sorted_by(unit.astype(key.kind), rank, state, key)


def _sorted_by(
    block: NDArray[Any], rank: NDArray[Any], concept: NDArray[Any], key: _Key
) -> NDArray[Any]:
    """Sort concepts by rank inside each block."""
    rank <<= key.concept
    rank |= concept
    rank |= block << (key.concept + key.rank)
    rank.sort(axis=1)
    rank &= (1 << key.concept) - 1
    return rank


def fixed_margin_draws(
    present: NDArray[Any], strata: NDArray[Any] | None = None, draws: int = 1000, seed: int = 0
) -> Mask:
    """Draw binary matrices with the margins of a given one, all equally likely.

    Parameters
    ----------
    present : array_like of bool, shape (units, concepts)
        Which unit holds which concept.
    strata : array_like, shape (units,), optional
        Margins are kept inside each stratum; without it all units are one.
    draws : int
        How many.
    seed : int
        Seed.

    Returns
    -------
    numpy.ndarray of bool, shape (draws, units, concepts)
        Draws of one chain are thinned, not wholly independent.

    Raises
    ------
    ValueError
        If the matrix has not two axes, or ``strata`` is not as long as it has units.

    Examples
    --------
    >>> from analysis.cooccurrence import fixed_margin_draws
    >>> present = [[1, 1, 0], [0, 1, 1], [1, 0, 0]]
    >>> draws = fixed_margin_draws(present, draws=50)
    >>> draws.shape
    (50, 3, 3)
    >>> bool((draws.sum(axis=1) == [2, 2, 1]).all() and (draws.sum(axis=2) == [2, 2, 1]).all())
    True
    """
    present = np.asarray(present, dtype=bool)
    if present.ndim != 2:
        raise ValueError("the matrix must have two axes, units and concepts")
    members = np.zeros(len(present)) if strata is None else np.asarray(strata)
    if len(members) != len(present):
        raise ValueError(f"{len(members)} strata were given for {len(present)} units")
    unit, concept = np.nonzero(present)
    table = pd.DataFrame({"unit": np.arange(len(present)), "stratum": members})
    found = pd.DataFrame({"unit": unit, "concept_id": concept, "enumeration": ""})
    places = _places(found, table, "unit", "stratum")
    held = table[present.any(axis=1)].sort_values(["stratum", "unit"])["unit"].to_numpy()
    rows, columns = held[places.unit], np.unique(concept)
    matrices = np.zeros((draws, *present.shape), dtype=bool)
    done = 0
    for drawn in _arrangements(places, draws, _random(seed, None)):
        number = np.arange(done, done + len(drawn))[:, None]
        matrices[number, rows, columns[drawn]] = True
        done += len(drawn)
    return matrices


# --- Windows ---------------------------------------------------------------------------------


def _window_groups(
    hits: pd.DataFrame, tokens: pd.DataFrame, width: int, by: str | None
) -> Iterator[tuple[Hashable, _Counts]]:
    """Count company in the windows of each group, and run through all rotations."""
    _check_columns(hits, "hits", ("concept_id", "document_id", "position"))
    needed = ("document_id", "section_id", "position", *([by] if by else []))
    _check_columns(tokens, "units", needed)
    _check_works(tokens, by)
    if "enumeration" in hits and hits["enumeration"].fillna("").astype(str).ne("").any():
        raise ValueError(
            "a window cannot tell the items of an enumeration apart; count in sentences, or "
            "drop the column 'enumeration' from the hits"
        )
    words = _numbered_words(tokens)
    sections = _distinct_units(words, "section_id", by, None)
    place = ["document_id", "position"]
    found = hits[["concept_id", *place]].astype({"document_id": object})
    found = found.merge(words[[*place, "section_id", "number"]], on=place, how="left")
    missing = found["number"].isna()
    if missing.any():
        lost = found[missing].iloc[0]
        raise ValueError(
            f"{missing.sum()} hits stand at no word of the units, such as position "
            f"{lost['position']} of {lost['document_id']}"
        )
    lengths = words.groupby("section_id").size()
    for group, members in _grouped(sections, by):
        own = found[found["section_id"].isin(set(members["section_id"]))]
        yield group, _count_windows(own, members, lengths, width)


def _numbered_words(tokens: pd.DataFrame) -> pd.DataFrame:
    """Return the words in the order of the text with their number in the section."""
    words = tokens[tokens["is_word"]] if "is_word" in tokens else tokens
    plain = {c: object for c in words.columns if words[c].dtype == "category"}
    words = words.astype(plain).sort_values(["document_id", "position"])
    return words.assign(number=words.groupby("section_id", sort=False).cumcount())


def _count_windows(
    found: pd.DataFrame, members: pd.DataFrame, lengths: pd.Series, width: int
) -> _Counts:
    concept, names = pd.factorize(found["concept_id"], sort=True)
    found = found.assign(concept=concept)
    works = _codes(members["work_id"]) if "work_id" in members else np.zeros(len(members), int)
    windows = np.maximum(lengths.loc[members["section_id"]].to_numpy() - width + 1, 1)
    row_of, pairs = _rows(len(names))
    joint = np.zeros((works.max(initial=0) + 1, pairs), dtype=np.int64)
    single = np.zeros((len(joint), len(names)), dtype=np.int64)
    weights = [np.ones(1) for _ in range(pairs)]
    of_section = dict(list(found.groupby("section_id")))
    for section, work, count in zip(members["section_id"], works, windows, strict=True):
        if section not in of_section:
            continue
        concepts, held = _held(of_section[section], int(count), width)
        single[work, concepts] += held.sum(axis=1)
        for a, b, met in _rotations(held):
            row = row_of[concepts[a], concepts[b]]
            joint[work, row] += met[0]
            share = np.bincount(met) / len(met)
            weights[row] = np.convolve(weights[row], share)
    return _Counts(
        [str(name) for name in names],
        joint,
        np.zeros_like(joint),
        single,
        np.bincount(works, windows, len(joint)).astype(np.int64),
        weights,
        None,
        None,
        overlapping=True,
    )


def _held(found: pd.DataFrame, count: int, width: int) -> tuple[Codes, Mask]:
    """Return the concepts of a section, and which of its windows hold them."""
    concepts, row = np.unique(found["concept"].to_numpy(dtype=np.int64), return_inverse=True)
    number = found["number"].to_numpy(dtype=np.int64)
    steps = np.zeros((len(concepts), count + 1), dtype=np.int64)
    np.add.at(steps, (row, np.clip(number - width + 1, 0, count - 1)), 1)
    np.add.at(steps, (row, np.clip(number, 0, count - 1) + 1), -1)
    return concepts, np.cumsum(steps[:, :-1], axis=1) > 0


def _rotations(held: Mask) -> Iterator[tuple[int, int, Codes]]:
    """Return for each pair of rows in how many windows it meets at every rotation.

    The first number is that of the text. All of them are a circular correlation, the
    inverse transform of the product of two transforms (one conjugated).
    """
    count = held.shape[1]
    waves = np.fft.rfft(held, axis=1)
    block = max(CELLS // count, 1)
    for a in range(len(held)):
        for start in range(a + 1, len(held), block):
            turned = np.conj(waves[a]) * waves[start : start + block]
            met = np.rint(np.fft.irfft(turned, n=count, axis=1)).astype(np.int64)
            for b, row in enumerate(met, start=start):
                yield a, b, row


# --- Counting once -----------------------------------------------------------------------------


def counted_once(
    hits: pd.DataFrame,
    corpus: Corpus,
    run: int = 8,
    item: int = 3,
    conjunctions: Collection[str] = ("and", "or"),
) -> pd.DataFrame:
    """Count lists and verbatim repeats once, to see what hangs on them.

    **Repeats.** A hit is dropped if all of its words stand in runs of at least ``run`` words
    that stood before in the same document. Runs are compared in lower case and without
    punctuation; they may cross sentences, not sections, and no run repeats a part of itself.

    **Enumerations.** A *joint* is a comma, a semicolon or a conjunction between two words
    of a sentence, if no full stop, colon, question or exclamation mark stands there too;
    joints with no word between them are one, and a conjunction inside a hit ("laws and
    regulations") is none. Joints with at most ``item`` words between them belong
    together; two or more make an enumeration, of three items or more. Its items are the
    words between the joints, and up to ``item`` words before the first and after the last.
    A hit that lies wholly in an item is marked; one within reach of two enumerations
    belongs to the nearer. Items are told by marks and their length, not by grammar: a
    chain of short clauses passes for an enumeration, and one of long items is missed. Two
    things joined by *and* are no enumeration.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `find_concepts`.
    corpus : Corpus
        The corpus that they were found in.
    run : int
        Words of the shortest repeat.
    item : int
        Words of the longest item.
    conjunctions : collection of str
        Words that join items.

    Returns
    -------
    pandas.DataFrame
        The hits that are no repeats, in their order, and a column ``enumeration``: a name
        for the enumeration that the hit is an item of, such as ``lian-s0042-e1``, else
        empty; empty too where no other concept is named in the enumeration. `cooccurrence`
        reads it: concepts that stand in a unit only as items of one enumeration make no
        company among themselves, but each with all others.

    Raises
    ------
    ValueError
        If ``run`` or ``item`` is below one, a column is missing, a hit stands at no word of
        the corpus, or a work has more than one document (the second repeats the first).

    Examples
    --------
    >>> import analysis
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "They ask for trust, generosity and thrift. Trust needs generosity."}
    ... )
    >>> once = analysis.counted_once(analysis.find_concepts(corpus, lexicon), corpus)
    >>> once["enumeration"].tolist()
    ['note-s0001-e1', 'note-s0001-e1', 'note-s0001-e1', '', '']
    """
    for name, value in (("run", run), ("item", item)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, not {value}")
    _check_columns(hits, "hits", ("concept_id", "document_id", "position", "position_end"))
    check_groups(corpus.tokens, "work_id")
    words = corpus.words().reset_index(drop=True)
    first, last = _word_spans(hits, words)
    repeated = np.concatenate([[0], np.cumsum(_repeated(words, run))])
    once = repeated[last + 1] - repeated[first] < last + 1 - first
    concept = pd.factorize(hits["concept_id"])[0]
    number = _enumerations(corpus, words, first, last, concept, item, conjunctions)
    sentence = words["sentence_id"].astype(object).to_numpy()[first]
    return hits.assign(enumeration=_named(number, sentence))[once].reset_index(drop=True)


def _word_spans(hits: pd.DataFrame, words: pd.DataFrame) -> tuple[Codes, Codes]:
    """Return the first and the last word of each hit as rows of the table of words."""
    keys = pd.MultiIndex.from_arrays([words["document_id"].astype(object), words["position"]])
    spans = []
    for position in (hits["position"], hits["position_end"] - 1):
        rows = keys.get_indexer(pd.MultiIndex.from_arrays([hits["document_id"], position]))
        if (rows < 0).any():
            lost = hits[rows < 0].iloc[0]
            raise ValueError(
                f"{(rows < 0).sum()} hits stand at no word of the corpus, such as position "
                f"{lost['position']} of {lost['document_id']}"
            )
        spans.append(rows.astype(np.int64))
    return spans[0], spans[1]


def _repeated(words: pd.DataFrame, run: int) -> Mask:
    """Say which words stand in a run that stood before in the same document."""
    code = pd.factorize(words["token"].astype(str).str.lower())[0]
    document, section = (pd.factorize(words[c])[0] for c in ("document_id", "section_id"))
    place = np.arange(max(len(words) - run + 1, 0))
    place = place[section[place] == section[place + run - 1]]
    runs = np.column_stack([document[place], *(code[place + shift] for shift in range(run))])
    _, first, number = np.unique(runs, axis=0, return_index=True, return_inverse=True)
    again = place[place[first][number.ravel()] + run <= place]
    return _covered(again, again + run - 1, len(words))


def _enumerations(
    corpus: Corpus,
    words: pd.DataFrame,
    first: Codes,
    last: Codes,
    concept: Codes,
    item: int,
    conjunctions: Collection[str],
) -> Codes:
    """Number the enumeration of several concepts that each hit is an item of; -1 for none."""
    marks = _marks_before(corpus)
    is_word = corpus.tokens["is_word"].to_numpy(dtype=bool)
    comma, stop = (np.diff(np.cumsum(marks == m)[is_word], prepend=0) > 0 for m in (1, 2))
    sentence = pd.factorize(words["sentence_id"])[0]
    part = np.cumsum(stop | (np.diff(sentence, prepend=-1) != 0))
    wanted = {word.lower() for word in conjunctions}
    joins = words["token"].astype(str).str.lower().isin(wanted).to_numpy()
    joins = joins & ~_covered(first, last, len(words))
    # Words are counted without conjunctions; a joint is known by the words before it.
    before = np.cumsum(~joins) - ~joins
    begins = before[np.searchsorted(part, part)]
    found = np.flatnonzero((joins | (comma & ~stop)) & (before > begins))
    at, row = np.unique(before[found], return_index=True)
    own = part[found][row]
    linked = (np.diff(at, prepend=-item - 1) <= item) & (np.diff(own, prepend=-1) == 0)
    chain = np.cumsum(~linked) - 1
    listed = np.bincount(chain, minlength=1)[chain] > 1
    joints = at[listed], own[listed]
    nearest = _nearest(*joints, before[first], before[last] + 1, part[first], item)
    number = np.append(chain[listed], -1)[nearest]
    several = pd.Series(concept).groupby(number).transform("nunique").to_numpy() > 1
    return np.where(several, number, -1)


def _marks_before(corpus: Corpus) -> Codes:
    """Say what stands between a token and the one before: 1 a comma, 2 a stop, else 0."""
    tokens = corpus.tokens
    marks = np.zeros(len(tokens), dtype=np.int64)
    ends, starts = tokens["end"].to_numpy(), tokens["start"].to_numpy()
    documents = tokens["document_id"].astype(object).to_numpy()
    for place in np.flatnonzero(tokens["is_apart"].to_numpy(dtype=bool)):
        if place and documents[place] == documents[place - 1]:
            between = corpus.source(documents[place], ends[place - 1], starts[place])
            # What was lifted out (a footnote) has letters; only what stands before it counts.
            signs = set(re.split(r"\w", between, maxsplit=1)[0])
            marks[place] = 2 if signs & STOPS else int(bool(signs & COMMAS))
    return marks


def _covered(first: Codes, last: Codes, size: int) -> Mask:
    """Say which of so many words lie in one of the spans, first and last word included."""
    steps = np.zeros(size + 1, dtype=np.int64)
    np.add.at(steps, first, 1)
    np.add.at(steps, last + 1, -1)
    return np.cumsum(steps[:-1]) > 0


def _nearest(at: Codes, own: Codes, start: Codes, stop: Codes, part: Codes, item: int) -> Codes:
    """Return the joint that a hit is nearest to, if it lies within reach; else -1."""
    far = np.iinfo(np.int64).max
    left = np.searchsorted(at, start, side="right") - 1
    right = np.searchsorted(at, stop, side="left")
    at, own = np.append(at, 0), np.append(own, -1)
    reach_left = np.where((left >= 0) & (own[left] == part), stop - at[left], far)
    reach_right = np.where(own[right] == part, at[right] - start, far)
    nearer = np.where(reach_left <= reach_right, left, right)
    return np.where(np.minimum(reach_left, reach_right) <= item, nearer, -1)


def _named(number: Codes, sentence: NDArray[Any]) -> NDArray[Any]:
    """Count the enumerations of each sentence from one."""
    marked = pd.DataFrame({"number": number, "sentence": sentence})
    distinct = marked[number >= 0].drop_duplicates("number").sort_values("number")
    count = distinct.groupby("sentence", sort=False).cumcount() + 1
    names = distinct["sentence"].astype(str) + "-e" + count.astype(str)
    by_number = dict(zip(distinct["number"], names, strict=True))
    return np.array([by_number.get(n, "") for n in number], dtype=object)
