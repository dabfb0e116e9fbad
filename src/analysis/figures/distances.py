"""Figures of how alike the works are."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.figures._shared import Figure, drawn_by

TWINS = "one article, extracted twice"
_DOT = "#5f7d95"


@drawn_by
def distance_chart(
    pairs: pd.DataFrame,
    works: pd.DataFrame,
    notion_column: str = "notion",
    twins: pd.DataFrame | None = None,
) -> Figure:
    """Draw how alike each two works are, by several notions of what is compared.

    Below the name of a notion stand the pairs of works, in the same order everywhere: by
    the first notion, the most alike on top. The line is a stability interval. A hollow
    square shows two extractions of one article, which differ by extraction alone.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``a, b`` (identifiers of works), ``similarity, low, high`` (see
        `analysis.similarity.similarity`), and the column of notions, whose values are the
        labels. Notions are drawn in the order of the rows.
    works : pandas.DataFrame
        The table of works.
    notion_column : str
        The column of notions.
    twins : pandas.DataFrame, optional
        The same for the two extractions: one row for each notion for which there is one;
        ``a`` and ``b`` are not looked at.

    Returns
    -------
    altair chart
        With a description in words.

    Raises
    ------
    ValueError
        If a work is not in the table of works.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import distance_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two.", "cleo": "Three."}).works
    >>> pairs = pd.DataFrame({
    ...     "notion": "vocabulary", "a": ["ada", "ada"], "b": ["ben", "cleo"],
    ...     "similarity": [0.6, 0.4], "low": [0.5, 0.3], "high": [0.7, 0.5],
    ... })
    >>> chart = distance_chart(pairs, works)
    >>> chart.description.rpartition(". ")[2]
    'vocabulary: most alike ada – ben 0.60, least ada – cleo 0.40.'
    """
    rows = _named(pairs, works).rename(columns={notion_column: "notion"})
    rows = rows[["notion", "pair", "similarity", "low", "high"]].assign(what="two papers")
    notions = rows["notion"].drop_duplicates().tolist()
    if twins is not None:
        again = twins.rename(columns={notion_column: "notion"})
        again = again[["notion", "similarity", "low", "high"]].assign(pair=TWINS, what=TWINS)
        rows = pd.concat([rows, again[again["notion"].isin(notions)]], ignore_index=True)
    rows["row"] = rows["notion"] + "|" + rows["pair"]
    base = alt.Chart(rows.round(4)).encode(y=_rows_axis(rows, notions))
    lines = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q"), x2="high:Q"
    )  # fmt: skip
    dots = base.mark_point(opacity=1, filled=True, size=60, color=_DOT).encode(
        x=alt.X("similarity:Q", title="similarity (1: the same)", scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f")),
        tooltip=["notion:N", "pair:N", *(alt.Tooltip(f"{c}:Q", format=".2f")
                                          for c in ("similarity", "low", "high"))],
    )  # fmt: skip
    layers = [*_with_interval(lines, rows), *_by_kind(dots, rows)]
    return alt.layer(*layers).properties(
        width="container", height={"step": 19}, description=_described(rows, notions)
    )


def _named(pairs: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Name each pair by its works, in the order of the table of works."""
    unknown = sorted({*pairs["a"], *pairs["b"]} - {*works["work_id"]})
    if unknown:
        raise ValueError(f"the table of works has no {', '.join(unknown)}")
    names = works["short_label"].tolist()
    place = dict(zip(works["work_id"], range(len(works)), strict=True))
    ends = [sorted((place[a], place[b])) for a, b in zip(pairs["a"], pairs["b"], strict=True)]
    return pairs.assign(pair=[f"{names[first]} – {names[second]}" for first, second in ends])


def _rows_axis(rows: pd.DataFrame, notions: list[str]) -> alt.Y:
    """Return the rows: below each notion, as a line of its own, the pairs."""
    first = rows[(rows["notion"] == notions[0]) & (rows["pair"] != TWINS)] if notions else rows
    ordered = first.sort_values(["similarity", "pair"], ascending=[False, True])["pair"]
    pairs = list(dict.fromkeys([TWINS, *ordered, *rows["pair"]]))
    known = set(rows["row"])
    order = []
    for notion in notions:
        own = [f"{notion}|{pair}" for pair in pairs]
        order += [f"{notion}|", *(row for row in own if row in known)]
    # The name of a notion has a row without marks; the names of pairs stand behind the bar.
    name = "slice(datum.label, indexof(datum.label, '|') + 1)"
    label = f"{name} === '' ? slice(datum.label, 0, -1) : {name}"
    heading = "test(/\\|$/, datum.value)"
    axis = alt.Axis(
        labelExpr=label, domain=False, ticks=False, labelFontSize=11,
        labelFontWeight=alt.condition(heading, alt.value("bold"), alt.value("normal")),
    )  # fmt: skip
    return alt.Y("row:N", title=None, scale=alt.Scale(domain=order), axis=axis)


def _with_interval(lines: alt.Chart, rows: pd.DataFrame) -> list[alt.Chart]:
    """Leave out a layer without marks: it would be an image without a name."""
    return [lines] * bool(rows["low"].notna().any())


def _by_kind(dots: alt.Chart, rows: pd.DataFrame) -> list[alt.Chart]:
    """Draw the twins hollow, if there are any."""
    papers = dots.transform_filter(f"datum.what !== '{TWINS}'")
    twins = dots.transform_filter(f"datum.what === '{TWINS}'").mark_point(
        shape="square", filled=False, size=70, opacity=1, strokeWidth=2, color=_DOT
    )
    return [papers] + [twins] * bool((rows["what"] == TWINS).any())


def _described(rows: pd.DataFrame, notions: list[str]) -> str:
    """Say for each notion which pairs are the most and the least alike, and the twins."""
    said = []
    for notion in notions:
        own = rows[(rows["notion"] == notion) & (rows["what"] != TWINS)]
        most, least = own.loc[own["similarity"].idxmax()], own.loc[own["similarity"].idxmin()]
        text = f"{notion}: most alike {most['pair']} {most['similarity']:.2f}, "
        text += f"least {least['pair']} {least['similarity']:.2f}"
        again = rows[(rows["notion"] == notion) & (rows["what"] == TWINS)]
        text += "".join(f", {TWINS} {value:.2f}" for value in again["similarity"])
        said.append(text)
    return (
        "How alike each two papers are, from 0 (nothing in common) to 1 (the same), with "
        f"stability intervals. {'; '.join(said)}."
    )
