"""The claims of the book as they were written down, and the one rule that judges them."""

from __future__ import annotations

import inspect
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from analysis.corpus import find_data
from analysis.findings import coded, distances, invoked, words
from analysis.findings.effects import Effect
from analysis.findings.settings import AXES
from analysis.tables import InputError, read_text

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "cannot be told"
"""What can be said of a claim: its verdicts."""
VERDICTS = (HOLDS, FAILS, UNDECIDED)

ANALYSES = {
    "terms": "Words",
    "values": "Values",
    "coding": "Problems and remedies",
    "distances": "Distances",
}
"""The parts of the book that claims belong to."""
STATUSES = ("registered", "exploratory")
KNOWN = ("nothing", "related", "result")
DIRECTIONS = ("at least", "at most")
GRIDS = ("crossed", "alone")

FUNCTIONS: Mapping[str, Callable[..., Effect]] = {
    function.__name__: function
    for function in (
        words.term_ratio,
        words.term_before_term,
        words.common_vocabulary,
        invoked.firm_pairs,
        invoked.value_lead,
        invoked.family_before_family,
        invoked.values_at_all,
        coded.themes_of_exactly,
        coded.unanswered_share,
        coded.same_instrument_share,
        coded.stated_share,
        coded.value_where_proposed,
        coded.problems_before_remedies,
        coded.actor_share,
        coded.silent_share,
        distances.twins_lead,
        distances.pair_lead,
        distances.rank_agreement,
    )
}
"""The functions that a claim may name."""


@dataclass(frozen=True)
class Claim:
    """A claim with the rule by which it is judged, as it stands in ``findings.toml``.

    Attributes
    ----------
    finding_id : str
        Its name.
    analysis : str
        One of `ANALYSES`.
    status : {"registered", "exploratory"}
        Whether it was written down before its effect was computed.
    known : {"nothing", "related", "result"}
        What had been seen by then.
    claim : str
        The claim in one sentence of Markdown.
    direction : {"at least", "at most"}
        On which side of ``smallest`` the effect is claimed to lie.
    smallest : float
        The smallest effect that would matter.
    unit : str
        What the effect is measured in.
    function : str
        One of `FUNCTIONS`.
    arguments : mapping
        What the function takes besides the view.
    axes : tuple of str
        The settings under which the finding is computed again.
    grid : {"crossed", "alone"}
        Whether these settings are combined, or varied one at a time.
    evidence : str
        The sentence that prints the effect: a template for its values.
    figure : str
        Address of the figure or table that shows it.
    passages : tuple of str
        Addresses of the passages behind it.

    Examples
    --------
    >>> from analysis.findings import Claim
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ... )
    >>> claim.verdict(1.2, 3.0), claim.verdict(0.2, 3.0), claim.verdict(0.1, 0.4)
    ('holds', 'cannot be told', 'does not hold')
    """

    finding_id: str
    analysis: str
    status: str
    known: str
    claim: str
    direction: str
    smallest: float
    unit: str
    function: str
    arguments: Mapping[str, Any]
    axes: tuple[str, ...]
    grid: str = "crossed"
    evidence: str = ""
    figure: str = ""
    passages: tuple[str, ...] = ()

    def verdict(self, low: float, high: float) -> str:
        """Judge an interval: wholly on the claimed side, wholly on the other, or neither.

        Parameters
        ----------
        low, high : float
            The interval of the effect. An end that is not known decides nothing.

        Returns
        -------
        str
            ``holds``, ``does not hold`` or ``cannot be told``.
        """
        if math.isnan(low) or math.isnan(high):
            return UNDECIDED
        if self.direction == "at most":
            low, high = -high, -low
        smallest = self.smallest if self.direction == "at least" else -self.smallest
        if low >= smallest:
            return HOLDS
        return FAILS if high < smallest else UNDECIDED


def load_claims(folder: str | Path | None = None) -> list[Claim]:
    """Read the claims in the order of the file.

    Parameters
    ----------
    folder : str or Path, optional
        The folder with ``findings.toml``; the project's own data without it.

    Returns
    -------
    list of Claim
        In the order of the file; its table ``meta`` is no claim.

    Raises
    ------
    InputError
        With every problem found: an unknown or missing key, an analysis, status,
        direction, function or setting that does not exist, an argument that the function
        does not take.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import analysis
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "findings.toml").write_text('''
    ... [more-law]
    ... analysis = "terms"
    ... status = "exploratory"
    ... known = "nothing"
    ... claim = "Ada has more *law* than the others."
    ... direction = "at least"
    ... smallest = 1.0
    ... unit = "doublings"
    ... function = "term_ratio"
    ... arguments = { target = "ada", terms = ["law"] }
    ... axes = ["term", "stop_words"]
    ... ''')
    >>> [claim] = analysis.load_claims(folder)
    >>> claim.finding_id, claim.smallest, claim.axes
    ('more-law', 1.0, ('term', 'stop_words'))
    """
    path = (find_data() if folder is None else Path(folder)) / "findings.toml"
    problems: list[str] = []
    text = read_text(path, problems)
    try:
        tables = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: not valid TOML ({error})")
        tables = {}
    tables.pop("meta", None)
    claims = []
    for name, table in tables.items():
        faults = _faults(table)
        problems += [f"{path.name}, [{name}], {fault}" for fault in faults]
        if not faults:
            lists = {key: tuple(table.get(key, ())) for key in ("axes", "passages")}
            claims.append(Claim(name, **{**table, **lists}))
    if problems:
        raise InputError(problems)
    return claims


def _faults(table: Any) -> list[str]:
    """Say what is wrong with the table of one claim."""
    if not isinstance(table, dict):
        return ["is no table; write its keys below [name]"]
    known = {f.name: f for f in fields(Claim) if f.name != "finding_id"}
    optional = {"grid", "evidence", "figure", "passages"}
    faults = [f"{key}: the key is unknown; remove it" for key in table if key not in known]
    faults += [
        f"{key}: the key is missing; add it" for key in known if key not in {*table, *optional}
    ]
    if faults:
        return faults
    for key, allowed in (
        ("analysis", tuple(ANALYSES)), ("status", STATUSES), ("known", KNOWN),
        ("direction", DIRECTIONS), ("function", tuple(FUNCTIONS)), ("grid", GRIDS),
    ):  # fmt: skip
        if table.get(key, GRIDS[0]) not in allowed:
            faults.append(f"{key}: {table[key]!r} is unknown; use one of: {', '.join(allowed)}")
    if table["status"] == "registered" and table["known"] == "result":
        faults.append("status: a claim whose result was known is exploratory")
    if isinstance(table["smallest"], bool) or not isinstance(table["smallest"], (int, float)):
        faults.append(f"smallest: {table['smallest']!r} is no number")
    for key, kind in (("arguments", dict), ("axes", list), ("passages", list)):
        if not isinstance(table.get(key, kind()), kind):
            wanted = "a table { }" if kind is dict else "a list [ ]"
            faults.append(f"{key}: {table[key]!r} must be {wanted}")
    if faults:
        return faults
    faults += [
        f"axes: {axis!r} is no setting; use one of: {', '.join(AXES)}"
        for axis in table["axes"]
        if axis not in AXES
    ]
    return faults + _argument_faults(table)


def _argument_faults(table: dict[str, Any]) -> list[str]:
    if table["function"] not in FUNCTIONS:
        return []
    wanted = set(inspect.signature(FUNCTIONS[table["function"]]).parameters) - {"view"}
    given = set(table["arguments"])
    return [
        f"arguments: {table['function']} takes {', '.join(sorted(wanted)) or 'none'}; "
        f"{name!r} is {'missing' if name in wanted else 'unknown'}"
        for name in sorted(wanted ^ given)
    ]
