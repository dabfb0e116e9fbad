"""Figures of the portrait of one work: its outline, its words, its values."""

from __future__ import annotations

import textwrap

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts import work_scales
from analysis.figures._shared import Figure, drawn_by, in_words, linked_marks, with_labels
from analysis.figures.corpus import FUNCTIONS

OTHER = "#999999"
"""The colour of a function of sections that has none of its own."""
LONGEST = 44
"""Characters of a heading in capitals for which a phone has room."""


@drawn_by
def scale_chart(outline: pd.DataFrame, label: str) -> Figure:
    """Draw the sections of one work, each as a bar as long as its words, in their order.

    A bar has the colour of the function of its section and leads to its first passage.

    Parameters
    ----------
    outline : pandas.DataFrame
        From `analysis.portraits.outline`: ``heading, function, words, share, panel``.
    label : str
        The name of the work.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import scale_chart
    >>> outline = pd.DataFrame({
    ...     "heading": ["1 Introduction", "2 Problems"], "function": ["introduction", "problems"],
    ...     "words": [300, 700], "share": [0.3, 0.7], "panel": ["#c01", "#c02"],
    ... })
    >>> chart = scale_chart(outline, "Ada")
    >>> chart.description.rpartition(". ")[2]
    'The longest is 2 Problems (700 words).'
    """
    rows = outline.assign(
        order=range(len(outline)),
        shown=[textwrap.shorten(h, LONGEST, placeholder=" […]") for h in outline["heading"]],
    )
    names = [f for f in FUNCTIONS if f in set(rows["function"])]
    names += [f for f in rows["function"].drop_duplicates() if f not in names]
    scale = alt.Scale(domain=names, range=[FUNCTIONS.get(f, OTHER) for f in names])
    fields = ["order", "heading", "shown", "function", "words", "share", "panel"]
    base = alt.Chart(rows[fields].round(4)).encode(
        y=alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0.05, paddingOuter=0)),
        tooltip=["heading:N", "function:N", "words:Q", alt.Tooltip("share:Q", format=".0%")],
    )
    # The heading stands above its bar: beside it there is no room on a phone.
    bars = base.mark_bar(height=9, yOffset=7).encode(
        x=alt.X("words:Q", title="words", axis=alt.Axis(tickCount=4)),
        color=alt.Color("function:N", title="function of the section", scale=scale,
                        legend=alt.Legend(orient="bottom", columns=2, symbolType="square")),
    )  # fmt: skip
    headings = base.mark_text(align="left", baseline="bottom", fontSize=11, dy=1, aria=False).encode(
        x=alt.value(0), text="shown:N"
    )  # fmt: skip
    longest = rows.loc[rows["words"].idxmax()]
    return alt.layer(*_with_marks(bars, rows["panel"]), headings).properties(
        width="container", height={"step": 31},
        description=f"{label}: {len(rows)} sections drawn to scale in the order of the text, "
        f"{int(rows['words'].sum())} words together. The longest is {longest['heading']} "
        f"({longest['words']} words).",
    )  # fmt: skip


@drawn_by
def own_words_chart(table: pd.DataFrame, works: pd.DataFrame, work_id: str) -> Figure:
    """Draw which words one work has firmly more or less often than the others.

    Behind a word stand its counts in the work and in the others. A dot is the binary
    logarithm of the ratio of the rates, the line its stability interval; it ends in the
    point of an arrow where it has no end, because the word is absent on one side. A dot
    leads to its lines.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.portraits.own_words`.
    works : pandas.DataFrame
        The table of works.
    work_id : str
        The work.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import own_words_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "term": ["law"], "count_target": [9], "count_reference": [1], "log_ratio": [3.2],
    ...     "low": [1.0], "high": [float("inf")], "panel": ["#e-ada--law"],
    ... })
    >>> chart = own_words_chart(table, works, "ada")
    >>> chart.description.rpartition(". ")[2]
    'law 9 against 1, +3.2.'
    """
    work = works.set_index("work_id").loc[work_id]
    finite = table[["low", "high", "log_ratio"]].replace([np.inf, -np.inf], np.nan)
    edge = float(np.ceil(np.nan_to_num(finite.abs().max().max()) + 0.5))
    rows = table.assign(
        left=table["low"].clip(-edge, edge), right=table["high"].clip(-edge, edge),
        end=np.where(np.isinf(table["high"]), edge, np.where(np.isinf(table["low"]), -edge, np.nan)),
        rotation=np.where(np.isinf(table["low"]), 270, 90),
        row=[f"{r.term} ({r.count_target} : {r.count_reference})" for r in table.itertuples()],
    )  # fmt: skip
    fields = ["term", "row", "count_target", "count_reference", "log_ratio", "left", "right",
              "end", "rotation", "panel"]  # fmt: skip
    base = alt.Chart(rows[fields].round(3)).encode(
        y=alt.Y("row:N", title=None, sort=alt.EncodingSortField("log_ratio", "max", "descending"),
                axis=alt.Axis(labelLimit=180))
    )  # fmt: skip
    title = ["log ratio (doublings)", "← others more", "this paper more →"]
    zero = alt.Chart().mark_rule(strokeDash=[2, 2], aria=False).encode(x=alt.datum(0))
    lines = base.mark_rule(strokeWidth=1.5, color=work["colour"], aria=False).encode(
        x=alt.X("left:Q", title=title, axis=alt.Axis(tickCount=5),
                scale=alt.Scale(domain=[-edge, edge], nice=False)), x2="right:Q",
    )  # fmt: skip
    heads = base.transform_filter("isValid(datum.end)").mark_point(
        aria=False, shape="triangle-up", filled=True, size=40, opacity=1, color=work["colour"]
    ).encode(x="end:Q", angle=alt.Angle("rotation:Q", scale=None))  # fmt: skip
    dots = base.mark_point(
        filled=True, opacity=1, size=80, color=work["colour"], shape=work["shape"]
    ).encode(
        x="log_ratio:Q",
        tooltip=["term:N", alt.Tooltip("count_target:Q", title="here"),
                 alt.Tooltip("count_reference:Q", title="in the others"),
                 alt.Tooltip("log_ratio:Q", title="log ratio", format=".1f")],
    )  # fmt: skip
    drawn = [lines] * bool(len(rows)) + [heads] * bool(rows["end"].notna().any())
    said = "; ".join(
        f"{r.term} {r.count_target} against {r.count_reference}, {r.log_ratio:+.1f}"
        for r in rows.sort_values("log_ratio", ascending=False).itertuples()
    )
    return alt.layer(zero, *drawn, *_with_marks(dots, rows["panel"])).properties(
        width="container", height={"step": 20},
        description=f"{work['label']}: words that are firmly more or less frequent here than in the "
        f"other works, with counts here and there and the binary logarithm of the ratio of rates. "
        f"{said or 'None'}.",
    )  # fmt: skip


@drawn_by
def own_values_chart(table: pd.DataFrame, works: pd.DataFrame, work_id: str) -> Figure:
    """Draw the values that one work invokes most, and where the other works stand.

    The line is the stability interval of the work; the smaller marks are the others.
    Each mark leads to its lines.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.portraits.own_values`.
    works : pandas.DataFrame
        The table of works.
    work_id : str
        The work.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import own_values_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "concept_id": "trust", "work_id": ["ada", "ben"], "sentences": [5, 2], "n": 20,
    ...     "share": [0.25, 0.1], "low": [0.1, 0.0], "high": [0.4, 0.2],
    ...     "panel": ["#e-ada--trust", "#e-ben--trust"],
    ... })
    >>> chart = own_values_chart(table, works, "ada")
    >>> chart.description.rpartition(". ")[2]
    'trust 25%.'
    """
    label = works.set_index("work_id").loc[work_id, "label"]
    rows = with_labels(table, works).assign(value=table["concept_id"].map(in_words))
    own = rows[rows["work_id"] == work_id]
    fields = ["value", "work", "sentences", "n", "share", "low", "high", "panel"]
    colour, shape = work_scales(works)
    legend = alt.Legend(orient="top", title=None, columns=2)
    across = alt.X("share:Q", title="share of sentences", axis=alt.Axis(format="%", tickCount=5))
    down = alt.Y("value:N", title=None, sort=own["value"].tolist(), axis=alt.Axis(labelLimit=150))
    line = alt.Chart(own[fields].round(4)).mark_rule(strokeWidth=1.5, aria=False).encode(
        x=alt.X("low:Q", title="share of sentences", axis=alt.Axis(format="%", tickCount=5)),
        x2="high:Q", y=down, color=alt.Color("work:N", scale=colour, legend=legend),
    )  # fmt: skip
    layers = [line]
    for part, size, opacity in ((rows[rows["work_id"] != work_id], 40, 0.75), (own, 90, 1)):
        dots = alt.Chart(part[fields].round(4)).mark_point(filled=True, size=size, opacity=opacity)
        marks = dots.encode(
            x=across, y=down, color=alt.Color("work:N", scale=colour, legend=legend),
            shape=alt.Shape("work:N", scale=shape, legend=legend),
            tooltip=["value:N", "work:N", "sentences:Q", alt.Tooltip("n:Q", title="of"),
                     alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("low:Q", format=".1%"),
                     alt.Tooltip("high:Q", format=".1%")],
        )  # fmt: skip
        layers += _with_marks(marks, part["panel"])
    said = "; ".join(f"{r.value.lower()} {r.share:.0%}" for r in own.itertuples())
    return alt.layer(*layers).properties(
        width="container", height={"step": 24},
        description=f"{label}: the {len(own)} values that it invokes in most of its sentences, with "
        f"stability intervals, and the shares of the other works. {said or 'None'}.",
    )  # fmt: skip


def _with_marks(marks: alt.Chart, panels: pd.Series) -> list[alt.Chart]:
    """Link marks to their panels, and leave out a layer that would be empty."""
    linked, bare = linked_marks(marks)
    return [linked] * bool(panels.notna().any()) + [bare] * bool(panels.isna().any())
