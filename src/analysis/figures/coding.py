"""Figures of problems and remedies."""

from __future__ import annotations

import textwrap

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts import work_scales
from analysis.coding import Coding, linked
from analysis.coding.results import ANSWERS, BOTH, presence
from analysis.evidence import panel_address
from analysis.figures._shared import (
    Figure,
    drawn_by,
    in_words,
    linked_marks,
    two_line_axis,
    with_labels,
    work_axis,
)
from analysis.prose import listed
from analysis.publishing import Silent, withheld

RING = "M0,-1A1,1,0,1,1,0,1A1,1,0,1,1,0,-1ZM0,-.55A.55,.55,0,1,0,0,.55A.55,.55,0,1,0,0,-.55Z"
"""A circle with a hole, so that the legend shows it as the figure does."""
FOUND = {"both": "both codings", "first": "first only", "second": "second only"}
"""How it is said which coding has something."""
SHAPES = {"both": "circle", "first": RING, "second": "diamond"}


@drawn_by
def code_matrix(
    table: pd.DataFrame, works: pd.DataFrame, level: str = "practice", page: str = ""
) -> Figure:
    """Draw which codes each work has, and their share within it.

    Each mark leads to the panel of its work and code, which stands on ``page`` (this page
    without it). What the second coding alone has leads nowhere: its quotations are not
    on the page.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.coding.presence`, with a second coding.
    works : pandas.DataFrame
        The works.
    level : {"practice", "research"}
        The codes to draw.
    page : str
        Where the panels are.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import analysis
    >>> from analysis.figures import code_matrix
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> table = analysis.presence(coding, second=coding)
    >>> chart = code_matrix(table, corpus.works)
    >>> chart.description.partition(". ")[0]
    '5 codes by 5 works'
    """
    own = table[table["level"] == level]
    share = own["share"].where(own["count"] > 0, own["share_second"])
    own = with_labels(own, works).assign(
        share=share,
        codings=own["found"].map(FOUND),
        panel=[
            page + panel_address(w, c) if n else None
            for w, c, n in own[["work_id", "code", "count"]].itertuples(index=False)
        ],
    )
    spread = own[own["found"] == BOTH].groupby("label")["work_id"].nunique()
    spread = spread.reindex(own["label"].unique(), fill_value=0)
    order = spread.sort_values(ascending=False, kind="stable").index.tolist()
    colour, _ = work_scales(works)
    names = [n for n in FOUND.values() if n in set(own["codings"])]
    shapes = [SHAPES[key] for key, name in FOUND.items() if name in names]
    marks = alt.Chart(own).mark_point(opacity=0.9, filled=True).encode(
        x=alt.X("work:N", title=None, axis=work_axis(),
                scale=alt.Scale(domain=works["short_label"].tolist())),
        y=alt.Y("label:N", title=None, sort=order, axis=two_line_axis()),
        size=alt.Size("share:Q", title="share of the work", scale=alt.Scale(range=[40, 500]),
                      legend=alt.Legend(format="%", orient="bottom", direction="horizontal",
                                        values=[0.05, 0.2], titleLimit=300,
                                        symbolFillColor="gray", symbolStrokeColor="gray")),
        shape=alt.Shape("codings:N", title=None, scale=alt.Scale(domain=names, range=shapes),
                        legend=alt.Legend(orient="top", direction="horizontal", symbolSize=120,
                                          labelExpr="split(datum.label, ' ')[0]",
                                          symbolFillColor="gray", symbolStrokeColor="gray")),
        color=alt.Color("work:N", scale=colour, legend=None),
        tooltip=["label:N", "work:N", alt.Tooltip("count:Q", title="items"),
                 alt.Tooltip("share:Q", format=".0%"), "codings:N"],
    )  # fmt: skip
    most = int(spread.max()) if len(spread) else 0
    wide = listed(list(spread.index[spread == most])) if most else "none"
    return alt.layer(*_without_empty(linked_marks(marks), own["panel"].notna())).properties(
        width="container", height={"step": 30},
        description=f"{len(order)} codes by {len(works)} works. Found by both codings in most works ({most}): {wide}.",
    )  # fmt: skip


def _without_empty(layers: list[alt.Chart], has_link: pd.Series) -> list[alt.Chart]:
    """Leave out a layer without marks: it would be an image without a name."""
    linked, bare = layers
    return [linked] * bool(has_link.any()) + [bare] * bool((~has_link).any())


@drawn_by
def problem_remedy_chart(
    coding: Coding, work_id: str, works: pd.DataFrame, second: Coding | None = None
) -> Figure:
    """Draw for one work which instruments answer which themes of problems.

    Lines join a theme (left) to an instrument (right). A full line rests on at least one
    explicit link, a dashed one on a reader's inference alone. A thick line in the colour
    of the work is one that both codings have, a thin grey one stands on the first alone;
    so do nodes, full or hollow. What no line reaches has no answer, or answers nothing.
    Nodes and lines lead to the panels of their quotations, and tell their items when
    pointed at. Remedies that are told as failed answer nothing here.

    Parameters
    ----------
    coding : Coding
        The coding to draw.
    work_id : str
        The work.
    works : pandas.DataFrame
        The table of works.
    second : Coding, optional
        Another coding of the same works.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import analysis
    >>> from analysis.figures import problem_remedy_chart
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> chart = problem_remedy_chart(coding, "aldermere", corpus.works)
    >>> chart.description.partition(",")[0]
    'Aldermere: 2 themes of problems and 2 instruments of remedies'
    """
    silent = Silent.of(works)
    mine = withheld(linked(coding), silent)
    mine = mine[(mine["work_id"] == work_id) & mine["stance"].isin(ANSWERS)]
    flows = _flows(mine, coding, second, work_id)
    left = _side(coding, second, work_id, "problem", silent, x=0)
    right = _side(coding, second, work_id, "remedy", silent, x=1)
    flows = flows.assign(
        y=flows["theme"].map(left.set_index("code")["y"]),
        y2=flows["instrument"].map(right.set_index("code")["y"]),
        x=0, x2=1,
    )  # fmt: skip
    own = works.set_index("work_id").loc[work_id]
    layers = [*_lines(flows, own["colour"]), *_nodes(pd.concat([left, right]), own["colour"])]
    open_left = listed(list(left[~left["code"].isin(flows["theme"])]["label"]))
    return alt.layer(*layers).properties(
        width=110, height=30 * max(len(left), len(right), 1),
        description=f"{own['label']}: {len(left)} themes of problems and {len(right)} instruments of remedies, "
        f"{int(flows['links'].sum())} links, {int(flows['explicit'].sum())} of them explicit, in "
        f"{len(flows)} lines, {int((flows['found'] == BOTH).sum())} of which both codings have. "
        f"Themes without a remedy: {open_left}.",
    )  # fmt: skip


def _flows(mine: pd.DataFrame, coding: Coding, second: Coding | None, work_id: str) -> pd.DataFrame:
    """Return one row per theme and instrument that a work joins."""
    mine = mine.assign(
        told=mine["problem"] + " → " + mine["remedy"],
        stated=mine["basis"] == "explicit",
        quoted="“"
        + mine["problem_quote"].map(_cut)
        + "” → “"
        + mine["remedy_quote"].map(_cut)
        + "”",
    )
    flows = mine.groupby(["theme", "instrument"], as_index=False).agg(
        links=("basis", "size"), explicit=("stated", "sum"),
        items=("told", lambda told: "; ".join(told.head(MOST_ITEMS))), quotations=("quoted", "first"),
    )  # fmt: skip
    flows = flows.assign(
        problem=flows["theme"].map(coding.themes.set_index("theme")["label"]),
        remedy=flows["instrument"].map(coding.instruments.set_index("instrument")["label"]),
    )
    known = set()
    if second is not None:
        other = linked(second)
        other = other[(other["work_id"] == work_id) & other["stance"].isin(ANSWERS)]
        known = set(other[["theme", "instrument"]].itertuples(index=False, name=None))
    pairs = flows[["theme", "instrument"]].itertuples(index=False, name=None)
    return flows.assign(
        found=[BOTH if pair in known else "first" for pair in pairs],
        basis=np.where(flows["explicit"] > 0, "explicit", "inferred only"),
        panel=[
            panel_address(work_id, t, i)
            for t, i in flows[["theme", "instrument"]].itertuples(index=False)
        ],
    ).assign(
        codings=lambda t: t["found"].map(FOUND),
        thickness=lambda t: np.where(t["found"] == BOTH, 2.6, 1.1),
        spoken=lambda t: (
            t["problem"]
            + " to "
            + t["remedy"]
            + ", "
            + t["links"].astype(str)
            + " links, "
            + t["basis"]
            + ", "
            + t["codings"]
        ),
    )


def _side(
    coding: Coding, second: Coding | None, work_id: str, item: str, silent: Silent, x: int
) -> pd.DataFrame:
    """Lay the codes of one side out from top to bottom, in order of first appearance."""
    items, code = (
        (coding.problems, "theme") if item == "problem" else (coding.remedies, "instrument")
    )
    mine = withheld(items[items["work_id"] == work_id], silent).sort_values("start")
    table = presence(coding, item, coding if second is None else second)
    table = table[(table["work_id"] == work_id) & (table["count"] > 0)]
    order = {c: n for n, c in enumerate(mine[code].drop_duplicates())}
    table = table.sort_values("code", key=lambda c: c.map(order)).reset_index(drop=True)
    labels = mine.groupby(code)["label"].agg(lambda told: "; ".join(told.head(MOST_ITEMS)))
    quotes = mine.groupby(code)["quote"].first().map(_cut).astype(str)
    return table.assign(
        name=[_wrapped(f"{t} ({n})") for t, n in zip(table["label"], table["count"], strict=True)],
        panel=[panel_address(work_id, c) for c in table["code"]],
        items=table["code"].map(labels), quotations="“" + table["code"].map(quotes) + "”",
        codings=table["found"].map(FOUND),
        spoken=table["label"] + ", " + table["count"].astype(str) + " coded, " + table["found"].map(FOUND),
        x=x, y=[1 - (i + 0.5) / len(table) for i in range(len(table))],
    )  # fmt: skip


def _lines(flows: pd.DataFrame, colour: str) -> list[alt.Chart]:
    dash = alt.Scale(domain=["explicit", "inferred only"], range=[[1, 0], [4, 3]])
    codings = [FOUND[BOTH], FOUND["first"]]
    # Short names, because the legends begin where the lines do and a phone is narrow.
    of_codings = alt.Legend(
        orient="top", direction="horizontal", symbolType="stroke", symbolSize=200,
        symbolStrokeWidth=2.5,
        labelExpr=f"datum.label == '{FOUND[BOTH]}' ? 'thick: both' : 'thin: first only'",
    )  # fmt: skip
    of_basis = alt.Legend(
        orient="bottom", direction="horizontal", symbolSize=200,
        labelExpr="datum.label == 'explicit' ? 'full: explicit' : 'dashed: inferred'",
    )  # fmt: skip
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    tooltip: list[str | alt.Tooltip] = [
        "problem:N", "remedy:N", "links:Q", "explicit:Q", "codings:N",
        alt.Tooltip("items:N", title="such as"), alt.Tooltip("quotations:N", title="first quotations"),
    ]  # fmt: skip
    base = alt.Chart(flows).encode(
        x=across, x2="x2:Q", y=down, y2="y2:Q", href="panel:N", tooltip=tooltip,
        description="spoken:N",
    )  # fmt: skip
    # A thin line is hard to hit with a finger: a wide one that is not seen lies over it.
    if flows.empty:
        return []
    return [base.mark_rule(opacity=0.85).encode(
        size=alt.Size("thickness:Q", scale=None, legend=None),
        color=alt.Color("codings:N", title=None, legend=of_codings,
                        scale=alt.Scale(domain=codings, range=[colour, "#8a8a8a"])),
        strokeDash=alt.StrokeDash("basis:N", title=None, legend=of_basis, scale=dash),
    ), base.mark_rule(opacity=0, strokeWidth=14, aria=False)]  # fmt: skip


def _nodes(nodes: pd.DataFrame, colour: str) -> list[alt.Chart]:
    tooltip: list[str | alt.Tooltip] = [
        "label:N", alt.Tooltip("count:Q", title="items coded"), "codings:N",
        alt.Tooltip("items:N", title="such as"), alt.Tooltip("quotations:N", title="first quotation"),
    ]  # fmt: skip
    is_full = nodes["codings"] == FOUND[BOTH]
    ends = [
        alt.Chart(part)
        .mark_point(size=60, color=colour, filled=True, opacity=1, shape=shape)
        .encode(x="x:Q", y="y:Q", href="panel:N", tooltip=tooltip, description="spoken:N")
        for part, shape in ((nodes[is_full], "circle"), (nodes[~is_full], RING))
        if len(part)
    ]
    left, right = nodes[nodes["x"] == 0], nodes[nodes["x"] == 1]
    names = [
        alt.Chart(left).mark_text(align="right", dx=-9, fontSize=11, lineBreak="\n"),
        alt.Chart(right).mark_text(align="left", dx=9, fontSize=11, lineBreak="\n"),
    ]
    texts = [
        chart.encode(
            x="x:Q", y="y:Q", href="panel:N", tooltip=tooltip, description="spoken:N", text="name:N"
        )
        for chart, side in zip(names, (left, right), strict=True)
        if len(side)
    ]
    return [*ends, *texts]


MOST_ITEMS = 3
"""So many items are named when a mark is pointed at; its panel has all."""


def _cut(quote: str, width: int = 110) -> str:
    return textwrap.shorten(quote, width, placeholder=" […]")


def _wrapped(label: str, width: int = 18) -> str:
    return "\n".join(textwrap.wrap(label, width))


@drawn_by
def remedy_values_chart(table: pd.DataFrame, least: int = 3) -> Figure:
    """Draw how much more often each value is invoked where remedies are proposed.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.coding.values_at_remedies`, all works together.
    least : int
        Sentences with a remedy that must invoke a value for it to be drawn.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import remedy_values_chart
    >>> table = pd.DataFrame({
    ...     "concept_id": ["trust", "care"], "with_value": [12, 5], "remedies": 40,
    ...     "others_with_value": [20, 30], "others": 200, "odds_ratio": [3.9, 0.8],
    ...     "low": [1.8, 0.2], "high": [7.9, 2.0], "p": [0.001, 0.7], "q": [0.002, 0.7],
    ...     "firm": [True, False],
    ... })
    >>> chart = remedy_values_chart(table)
    >>> chart.description.rpartition(". ")[2]
    'Firm: Trust.'
    """
    drawn = table[(table["with_value"] >= least) & table["p"].notna()]
    drawn = drawn.replace({"low": 0.0, "high": np.inf}, np.nan).assign(
        value=drawn["concept_id"].map(in_words),
        verdict=np.where(drawn["firm"], "firm", "cannot be told"),
        cut_low=drawn["low"].clip(lower=LEAST_ODDS), cut_high=drawn["high"].clip(upper=MOST_ODDS),
    )  # fmt: skip
    order = drawn.sort_values("odds_ratio", ascending=False)["value"].tolist()
    odds = alt.X("odds_ratio:Q", title="odds ratio (1: no difference)",
                 scale=alt.Scale(type="log", domain=[LEAST_ODDS, MOST_ODDS]),
                 axis=alt.Axis(values=[0.2, 0.5, 1, 2, 5, 10, 20], format="~g"))  # fmt: skip
    base = alt.Chart(drawn).encode(
        y=alt.Y("value:N", sort=order, title=None, axis=alt.Axis(labelLimit=170)),
        tooltip=["value:N", "with_value:Q", "remedies:Q", "others_with_value:Q", "others:Q",
                 alt.Tooltip("odds_ratio:Q", format=".1f"), alt.Tooltip("low:Q", format=".1f"),
                 alt.Tooltip("high:Q", format=".1f"), alt.Tooltip("q:Q", format=".3f"), "verdict:N"],
    )  # fmt: skip
    shape = alt.Shape("verdict:N", title=None, legend=alt.Legend(orient="bottom"),
                      scale=alt.Scale(domain=["firm", "cannot be told"], range=["circle", RING]))  # fmt: skip
    one = alt.Chart(pd.DataFrame({"one": [1]})).mark_rule(strokeDash=[3, 3], color="gray")
    firm = listed(list(drawn[drawn["firm"]]["value"]))
    return alt.layer(
        one.encode(x="one:Q"),
        base.mark_rule(color="#777", clip=True).encode(x=alt.X("cut_low:Q"), x2="cut_high:Q"),
        base.mark_point(filled=True, size=90, color="#4c78a8", opacity=1).encode(x=odds, shape=shape),
    ).properties(
        width="container", height={"step": 22},
        description="Odds of invoking a value in sentences that propose a remedy, against other sentences, "
        f"for {len(drawn)} values. Firm: {firm}.",
    )  # fmt: skip


LEAST_ODDS, MOST_ODDS = 0.2, 40.0
"""Where the axis of odds ratios ends; longer intervals are cut there."""
