"""Figures of findings: one claim under every setting."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.figures._shared import Figure, drawn_by
from analysis.multiverse import VERDICTS, same_value
from analysis.prose import count_of, listed

AxisLabels: TypeAlias = Mapping[str, tuple[str, Mapping[Hashable, str]]]
"""For each axis of the settings its name in words, and the words for each of its values."""

COLOURS = {"holds": "#4a7fb5", "does not hold": "#b5683a", "cannot be told": "#808080"}
SHAPES = {"holds": "circle", "does not hold": "triangle-down", "cannot be told": "square"}
DIRECTIONS = ("at least", "at most")

CURVE = 200
"""Height of the upper part in pixels."""
ROW, BETWEEN, PARTS = 24, 8, 14
"""Height of a row of the lower part, and what stands between two axes and the two parts."""
LINE = 42
"""Characters of a title that a phone shows in one line."""


@drawn_by
def specification_chart(
    table: pd.DataFrame,
    axes: AxisLabels,
    smallest: float,
    direction: str,
    claim: str,
    unit: str,
    default: Mapping[str, Any] | None = None,
) -> Figure:
    """Draw one claim under every setting: its effects in order, and the settings below them.

    Each mark of the upper part is the effect under one setting, with its interval; colour
    and shape tell the verdict. An effect without end is an arrow at the edge; one that is
    not known has no mark. Each bar of the lower part shows which settings have a value in
    common: what stands at one place from left to right is one setting.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.multiverse`: the columns of the axes, ``effect, low, high`` and
        ``verdict`` (``holds``, ``does not hold`` or ``cannot be told``).
    axes : mapping of str to tuple of str and mapping
        The columns to show, in this order: the name of each in words, and the words for
        each of its values. A value that the table does not have has no row.
    smallest : float
        The smallest effect that would matter, in the unit of the effect.
    direction : {"at least", "at most"}
        On which side of it the claim holds.
    claim : str
        Stands above the figure; if it is empty, the unit alone does.
    unit : str
        The unit of the effect, in words.
    default : mapping of str to object, optional
        The values of the default setting, to show where it stands.

    Returns
    -------
    altair chart
        With a description that counts the verdicts.

    Raises
    ------
    ValueError
        If the table is empty, a column is missing, a value has no words, a verdict or the
        direction is unknown, or the default is not exactly one row of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import specification_chart
    >>> table = pd.DataFrame({
    ...     "term": ["lemma", "token"], "effect": [2.0, 0.5], "low": [1.2, 0.1], "high": [2.8, 0.9],
    ...     "verdict": ["holds", "does not hold"],
    ... })
    >>> axes = {"term": ("a word is", {"lemma": "lemma", "token": "word as printed"})}
    >>> chart = specification_chart(table, axes, 1.0, "at least", "Ada has more law.", "doublings")
    >>> chart.description.partition(" The smallest")[0]
    'Ada has more law. Two settings: holds in 1, does not hold in 1 and cannot be told in 0.'
    """
    _check(table, axes, direction)
    ordered = _ordered(table, axes)
    rows = _rows(ordered, axes)
    height = CURVE + PARTS + int(rows["top"].max()) + ROW
    parts = [_upper(ordered, axes, smallest, direction), _lower(rows, len(ordered))]
    if default is not None:
        parts.append(_default_line(ordered, axes, default))
    return (
        alt.layer(*[alt.layer(*layers) for layers in parts])
        .resolve_scale(y="independent")
        .properties(
            width="container", height=height, title=_title(claim, unit),
            description=_described(ordered, rows, smallest, direction, claim, unit),
        )
    )  # fmt: skip


# --- The data ------------------------------------------------------------------------------


def _check(table: pd.DataFrame, axes: AxisLabels, direction: str) -> None:
    wanted = [*axes, "effect", "low", "high", "verdict"]
    if missing := [name for name in wanted if name not in table]:
        raise ValueError(f"the table has no column {', '.join(missing)}")
    if table.empty or not axes:
        raise ValueError("there is no setting to draw")
    if strange := [value for value in table["verdict"].unique() if value not in VERDICTS]:
        raise ValueError(f"{strange[0]!r} is no verdict: they are {', '.join(VERDICTS)}")
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, not {direction!r}")


def _ordered(table: pd.DataFrame, axes: AxisLabels) -> pd.DataFrame:
    """Return the settings by effect, those alike by their values; unknown effects last.

    The value of an axis is its place among the words; ``at`` is the place of a setting from
    left to right.
    """
    found = table[["effect", "low", "high"]].astype(float).reset_index(drop=True)
    codes = {axis: [_code(v, axis, axes) for v in table[axis].tolist()] for axis in axes}
    found = found.assign(verdict=table["verdict"].to_numpy(), **codes)
    ordered = found.sort_values(["effect", *axes], na_position="last", ignore_index=True)
    return ordered.assign(at=np.arange(len(ordered)) + 0.5)


def _code(value: Any, axis: str, axes: AxisLabels) -> int:
    for place, known in enumerate(axes[axis][1]):
        if same_value(known, value):
            return place
    raise ValueError(f"there are no words for {axis} = {value!r}")


def _rows(ordered: pd.DataFrame, axes: AxisLabels) -> pd.DataFrame:
    """Return one row per value of an axis: its words, where its settings stand, its place."""
    rows, top = [], 0
    for axis, (name, words) in axes.items():
        for code, label in enumerate(words.values()):
            has = (ordered[axis] == code).to_numpy()
            if has.any():
                held = (ordered.loc[has, "verdict"] == "holds").any()
                rows.append((f"{name}: {label}", top, *_runs(has), bool(held)))
                top += ROW
        top += BETWEEN
    return pd.DataFrame(rows, columns=["label", "top", "first", "last", "held"])


def _runs(has: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    """Return where runs of neighbours begin, and where they end."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], has.astype(int), [0]]))).tolist()
    return turns[::2], turns[1::2]


def _edges(ordered: pd.DataFrame, smallest: float) -> tuple[float, float]:
    """Return the ends of the scale of effects: all that is finite, with a little room."""
    numbers = ordered[["effect", "low", "high"]].to_numpy().ravel()
    numbers = np.append(numbers[np.isfinite(numbers)], smallest)
    room = 0.07 * float(np.ptp(numbers)) or 1.0
    return float(numbers.min()) - room, float(numbers.max()) + room


# --- The upper part ------------------------------------------------------------------------


def _upper(
    ordered: pd.DataFrame, axes: AxisLabels, smallest: float, direction: str
) -> list[alt.Chart]:
    edges = _edges(ordered, smallest)
    colour, shape = _verdict_scales(ordered)
    y = alt.Y("effect:Q", title=None, axis=alt.Axis(tickCount=5),
              scale=alt.Scale(domain=edges, range=[CURVE, 0], nice=False, round=True))  # fmt: skip
    base = alt.Chart(_marks(ordered, axes, edges)).encode(
        x=_across(len(ordered)), y=y, color=colour
    )
    layers = _threshold(ordered, smallest, direction, edges, y)
    if (ordered["low"].notna() & ordered["high"].notna()).any():
        layers.append(_intervals(base))
    named = base.transform_calculate(**_words_of(axes)).encode(tooltip=_tooltip(axes))
    # Hundreds of marks told one by one would help nobody: the description counts them.
    look: dict[str, Any] = {"filled": True, "opacity": 1, "aria": False}
    if np.isfinite(ordered["effect"]).any():
        size = 26 if len(ordered) > 60 else 60
        dots = named.transform_filter("isValid(datum.effect) && !isValid(datum.turned)")
        layers.append(dots.mark_point(size=size, **look).encode(shape=shape))
    if np.isinf(ordered["effect"]).any():
        arrows = named.transform_filter("isValid(datum.turned)")
        turned = alt.Angle("turned:Q", scale=None)
        layers.append(arrows.mark_point(shape="arrow", size=400, **look).encode(angle=turned))
    return layers


def _marks(ordered: pd.DataFrame, axes: AxisLabels, edges: tuple[float, float]) -> pd.DataFrame:
    """Return what is drawn of each setting, and told when pointed at."""
    numbers = ordered[["effect", "low", "high"]]
    drawn = numbers.clip(*edges).map(lambda n: float(f"{n:.4g}"), na_action="ignore")
    marks = drawn.assign(
        at=ordered["at"], verdict=ordered["verdict"], setting=_setting_numbers(ordered, axes)
    )
    unusual = ~np.isfinite(numbers).all(axis=1)
    if unusual.any():
        marks["says"] = [_in_words(*row) for row in numbers.itertuples(index=False)]
        marks["says"] = marks["says"].where(unusual)
    infinite = np.isinf(ordered["effect"])
    if infinite.any():
        marks["turned"] = (ordered["effect"] < 0).map({True: 180, False: 0}).where(infinite)
    return marks


def _intervals(base: alt.Chart) -> alt.Chart:
    """Draw the intervals: one path for each verdict, for hundreds of lines make a large page."""
    return (
        base.transform_filter("isValid(datum.low) && isValid(datum.high)")
        .transform_calculate(ends="[datum.low, datum.high, null]")
        .transform_flatten(["ends"])
        .mark_line(strokeWidth=1, opacity=0.6, order=False, aria=False)
        .encode(y=alt.Y("ends:Q"))
    )


def _setting_numbers(ordered: pd.DataFrame, axes: AxisLabels) -> NDArray[np.int64]:
    """Return one number for each setting, from which the page tells its values again."""
    number = np.zeros(len(ordered), dtype=np.int64)
    for axis, (_, words) in axes.items():
        number = number * len(words) + ordered[axis].to_numpy()
    return number


def _words_of(axes: AxisLabels) -> dict[str, str]:
    """Return how the page finds the words of a setting: hundreds of marks have them in common."""
    looked_up, step = {}, 1
    for place, (_, words) in reversed(list(enumerate(axes.values()))):
        names = json.dumps(list(words.values()), ensure_ascii=False)
        looked_up[f"axis{place}"] = f"{names}[floor(datum.setting / {step}) % {len(words)}]"
        step *= len(words)
    numbers = " + ".join([
        "format(datum.effect, '.3~r')", "' ('", "format(datum.low, '.3~r')", "' to '",
        "format(datum.high, '.3~r')", "')'",
    ])  # fmt: skip
    return looked_up | {"told": f"isValid(datum.says) ? datum.says : {numbers}"}


def _in_words(effect: float, low: float, high: float) -> str:
    return f"{_number(effect)} ({_number(low)} to {_number(high)})"


def _number(number: float) -> str:
    if np.isnan(number):
        return "not known"
    if np.isinf(number):
        return "−∞" if number < 0 else "∞"
    return f"{number:.3g}".replace("-", "−") if abs(number) < 1000 else f"{number:,.0f}"


def _across(settings: int) -> alt.X:
    """Put the settings side by side, as many as there are."""
    # Whole pixels keep the drawing small; with more settings than pixels they would hide some.
    scale = alt.Scale(domain=[0, settings], nice=False, zero=False, round=settings <= 300)
    title = f"{count_of(settings, 'setting').capitalize()}, from the least effect to the greatest"
    return alt.X("at:Q", scale=scale, title=title,
                 axis=alt.Axis(labels=False, ticks=False, grid=False, domain=False))  # fmt: skip


def _verdict_scales(ordered: pd.DataFrame) -> tuple[alt.Color, alt.Shape]:
    """Return colour and shape of the verdicts; the legend counts the settings of each."""
    counts = ordered["verdict"].value_counts()
    kinds = [verdict for verdict in VERDICTS if verdict in counts]
    names = {verdict: f"{verdict}: {counts[verdict]}" for verdict in kinds}
    legend = alt.Legend(orient="top", columns=2, labelExpr=f"{json.dumps(names)}[datum.label]",
                        columnPadding=16, symbolSize=60, symbolOpacity=1)  # fmt: skip
    colours = alt.Scale(domain=kinds, range=[COLOURS[k] for k in kinds])
    shapes = alt.Scale(domain=kinds, range=[SHAPES[k] for k in kinds])
    return (
        alt.Color("verdict:N", scale=colours, title=None, legend=legend),
        alt.Shape("verdict:N", scale=shapes, title=None, legend=legend),
    )


def _tooltip(axes: AxisLabels) -> list[alt.Tooltip]:
    told = [alt.Tooltip("told:N", title="effect"), alt.Tooltip("verdict:N")]
    return told + [
        alt.Tooltip(f"axis{i}:N", title=name) for i, (name, _) in enumerate(axes.values())
    ]


def _threshold(
    ordered: pd.DataFrame, smallest: float, direction: str, edges: tuple[float, float], y: alt.Y
) -> list[alt.Chart]:
    """Draw the line of the smallest effect that matters, and its name where least else stands."""
    right, above = _free_corner(ordered, smallest, edges)
    base = alt.Chart(pd.DataFrame({"effect": [smallest]})).encode(y=y)
    name = base.mark_text(
        align="right" if right else "left", baseline="bottom" if above else "top",
        dy=-4 if above else 4, fontSize=11, aria=False,
        text=f"smallest that matters: {direction} {_number(smallest)}",
    ).encode(x=alt.value("width") if right else alt.value(2))  # fmt: skip
    return [base.mark_rule(strokeDash=[4, 3], aria=False), name]


def _free_corner(
    ordered: pd.DataFrame, smallest: float, edges: tuple[float, float]
) -> tuple[bool, bool]:
    """Return whether the name of the line stands at the right, and above it.

    Of four places the one is taken where it covers the fewest intervals. On a phone the
    name takes about two thirds of the width.
    """
    reach = 18 / CURVE * (edges[1] - edges[0])
    share = ordered["at"] / len(ordered)
    low = ordered["low"].fillna(ordered["effect"])
    high = ordered["high"].fillna(ordered["effect"])
    covered = {}
    for right in (False, True):
        near = share > 1 / 3 if right else share < 2 / 3
        for above in (True, False):
            ends = (smallest, smallest + reach) if above else (smallest - reach, smallest)
            inside = edges[0] <= ends[0] and ends[1] <= edges[1]
            meets = near & (low <= ends[1]) & (high >= ends[0])
            covered[right, above] = int(meets.sum()) if inside else len(ordered) + 1
    return min(covered, key=lambda corner: covered[corner])


# --- The lower part ------------------------------------------------------------------------


def _lower(rows: pd.DataFrame, settings: int) -> list[alt.Chart]:
    """Draw a bar for each value of each axis, its words above it."""
    top = rows["top"] + CURVE + PARTS
    base = alt.Chart(rows[["label", "first", "last"]].assign(words=top + 8, bar=top + 18))
    height = float(top.max()) + ROW
    scale = alt.Scale(domain=[0, height], range=[0, height], nice=False)
    bar = alt.Y("bar:Q", scale=scale, axis=None)
    look: dict[str, Any] = {"strokeWidth": 6, "color": "currentColor", "aria": False}
    track = base.mark_rule(opacity=0.12, **look).encode(y=bar)
    # One path for all runs of a row: a mark for each would make a large page.
    runs = (
        base.transform_flatten(["first", "last"])
        .transform_calculate(at="[datum.first, datum.last, null]")
        .transform_flatten(["at"])
        .mark_line(opacity=0.7, order=False, **look)
        .encode(x=_across(settings), y=bar, detail="bar:N")
    )
    words = base.mark_text(align="left", baseline="middle", fontSize=11, aria=False).encode(
        x=alt.value(0), y=alt.Y("words:Q", scale=scale, axis=None), text="label:N"
    )
    return [track, runs, words]


def _default_line(
    ordered: pd.DataFrame, axes: AxisLabels, default: Mapping[str, Any]
) -> list[alt.Chart]:
    """Draw where the default setting stands, in the upper part: below it would strike names out."""
    is_default = pd.Series(True, index=ordered.index)
    for axis in axes:
        if axis not in default:
            raise ValueError(f"the default has no value of {axis}")
        is_default &= ordered[axis] == _code(default[axis], axis, axes)
    if is_default.sum() != 1:
        raise ValueError(f"the default is {is_default.sum()} rows of the table, not one")
    at = float(ordered.loc[is_default, "at"].iloc[0])
    base = alt.Chart(pd.DataFrame({"at": [at]})).encode(x=_across(len(ordered)))
    left = at < len(ordered) / 2
    name = base.mark_text(
        text="as in the chapters", align="left" if left else "right", dx=3 if left else -3, fontSize=11,
        baseline="bottom", aria=False,
    ).encode(y=alt.value(CURVE))  # fmt: skip
    line = base.mark_rule(opacity=0.5, aria=False).encode(y=alt.value(0), y2=alt.value(CURVE))
    return [line, name]


# --- Words ---------------------------------------------------------------------------------


def _title(claim: str, unit: str) -> alt.Title:
    lines = textwrap.wrap(f"effect: {unit}", LINE + 10)
    if not claim:
        return alt.Title(lines, fontSize=12, fontWeight="normal")
    return alt.Title(
        textwrap.wrap(_plain(claim), LINE), fontSize=13, subtitle=lines, subtitlePadding=5
    )


def _plain(text: str) -> str:
    """Return a text without the marks of Markdown."""
    return text.replace("*", "").replace("`", "")


def _described(
    ordered: pd.DataFrame,
    rows: pd.DataFrame,
    smallest: float,
    direction: str,
    claim: str,
    unit: str,
) -> str:
    counts = ordered["verdict"].value_counts()
    spread = [f"{verdict} in {counts.get(verdict, 0)}" for verdict in VERDICTS]
    known = ordered["effect"].dropna()
    parts = [
        f"{_plain(claim)} {count_of(len(ordered), 'setting').capitalize()}: {listed(spread)}.".strip(),
        f"The smallest effect that matters is {direction} {_number(smallest)} ({unit}).",
    ]
    if len(known):
        parts.append(f"Effects run from {_number(known.min())} to {_number(known.max())}.")
    if infinite := int(np.isinf(known).sum()):
        parts.append(f"{count_of(infinite, 'effect').capitalize()} without end, at the edge.")
    if unknown := len(ordered) - len(known):
        parts.append(f"{count_of(unknown, 'effect').capitalize()} not known, without a mark.")
    never = rows.loc[~rows["held"], "label"].tolist()
    if never and len(never) < len(rows):
        parts.append(f"It never holds with {listed(never, 'or')}.")
    return " ".join(parts)
