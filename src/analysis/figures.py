"""One function per kind of figure: a tidy table goes in, a described chart comes out."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from analysis.charts import work_scales
from analysis.coding import Coding, linked
from analysis.concepts import Lexicon
from analysis.corpus import Corpus
from analysis.evidence import panel_address

FUNCTIONS = {
    "summary": "#6b7480", "introduction": "#a65a9c", "concepts": "#4a7fb5",
    "state of research": "#7a70b8", "values": "#c08a3e", "ideal types": "#4f8f5b",
    "problems": "#8a7a2f", "problems of research": "#3f8f98", "proposals": "#b4525c",
    "conclusion": "#8c5a3c",
}  # fmt: skip
"""Functions of sections in the order in which a paper tends to bring them, with colours."""

Figure = alt.TopLevelMixin
"""Any chart that Altair can show, layered, faceted or single."""


def outline_chart(corpus: Corpus) -> Figure:
    """Draw the sections of every document to scale, in their order, by function."""
    words = corpus.words().groupby("section_id", observed=True).size()
    table = corpus.sections.assign(
        words=corpus.sections["section_id"].map(words).fillna(0).astype(int)
    )
    table = table[table["words"] > 0]
    labels = _document_labels(corpus)
    table = table.assign(
        document=table["document_id"].map(labels),
        order=range(len(table)),
        heading=(table["number"] + " " + table["title"]).str.strip(),
    )
    sizes = table.groupby("document")["words"].sum()
    parts = "; ".join(f"{labels[d]}: {sizes[labels[d]]} words" for d in labels)
    return (
        alt.Chart(table[["document", "order", "heading", "function", "kind", "words"]])
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("words:Q", title="words, in the order of the text"),
            y=alt.Y("document:N", title=None, sort=list(labels.values())),
            color=alt.Color("function:N", title="function of the section", scale=_function_scale(table),
                            legend=alt.Legend(orient="bottom", columns=3)),
            order=alt.Order("order:Q"),
            tooltip=[alt.Tooltip("heading:N"), alt.Tooltip("function:N"), alt.Tooltip("words:Q")],
        )
        .properties(
            width="container", height={"step": 44},
            description=f"Sections of each document drawn to scale. {parts}.",
        )
    )  # fmt: skip


def _function_scale(sections: pd.DataFrame) -> alt.Scale:
    """Give every function its colour; those that are not listed share a grey."""
    found = list(dict.fromkeys(sections["function"]))
    listed = [f for f in FUNCTIONS if f in found]
    domain = listed + [f for f in found if f not in FUNCTIONS]
    return alt.Scale(domain=domain, range=[FUNCTIONS.get(f, "#999999") for f in domain])


def _document_labels(corpus: Corpus) -> dict[str, str]:
    """Return how each document is named in a figure: its work, the twin marked."""
    works = dict(zip(corpus.works["work_id"], corpus.works["short_label"], strict=True))
    return {
        d.document_id: works[d.work_id] + ("" if d.role == "primary" else " (twin)")
        for d in corpus.documents.itertuples()
    }


def containment_chart(pairs: pd.DataFrame, corpus: Corpus) -> Figure:
    """Draw how much of each pair of documents is shared (see `similarity.near_duplicates`)."""
    labels = _document_labels(corpus)
    names = list(labels)
    known = {frozenset((r.a, r.b)): r.containment for r in pairs.itertuples()}
    rows = [
        {"a": labels[a], "b": labels[b], "share": float(known.get(frozenset((a, b)), 0.0))}
        for i, a in enumerate(names)
        for b in names[:i]
    ]
    table = pd.DataFrame(rows)
    top = table.loc[table["share"].idxmax()]
    rest = table["share"].drop(table["share"].idxmax()).max()
    order = list(labels.values())
    base = alt.Chart(table).encode(
        x=alt.X("b:N", title=None, sort=order, axis=alt.Axis(labelAngle=-30)),
        y=alt.Y("a:N", title=None, sort=order),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("share:Q", title="share in common", scale=alt.Scale(domain=[0, 1], range=SEQUENTIAL),
                        legend=alt.Legend(format="%", orient="bottom"))
    )  # fmt: skip
    return alt.layer(cells, _cell_text(base, "share:Q", ".1%")).properties(
        width={"step": 62}, height={"step": 40},
        description=(
            f"Share of five-word runs in common. {top['a']} and {top['b']}: {top['share']:.1%}; "
            f"no other pair has more than {rest:.1%}."
        ),
    )  # fmt: skip


def twins_chart(steps: pd.DataFrame) -> Figure:
    """Draw how the difference of two extractions dies, one row per cleaning step.

    See `robustness.twins_by_step`.
    """
    first, last = steps.iloc[0], steps.iloc[-1]
    base = alt.Chart(steps).encode(
        y=alt.Y("stage:N", title=None, sort=steps["stage"].tolist()),
        tooltip=["stage:N", "words_first:Q", "words_second:Q", "differing:Q", "noticeable:Q",
                 "word:N", alt.Tooltip("largest:Q", format=".1f"), alt.Tooltip("jaccard:Q", format=".3f")],
    )  # fmt: skip
    bars = base.mark_bar(height=10).encode(
        x=alt.X("differing:Q", title="words that one extraction has more often than the other",
                scale=alt.Scale(type="sqrt"), axis=alt.Axis(values=[0, 10, 50, 100, 200, 400]))
    )  # fmt: skip
    numbers = base.mark_text(align="left", dx=4).encode(x=alt.X("differing:Q"), text="differing:Q")
    return alt.layer(bars, numbers).properties(
        width="container", height={"step": 22},
        description=f"Words by which two extractions of one article differ after each cleaning step: "
        f"{first['differing']} as received, {last['differing']} at the end.",
    )  # fmt: skip


def interval_chart(table: pd.DataFrame, works: pd.DataFrame, measures: dict[str, str]) -> Figure:
    """Draw several measures per work with their intervals, each on its own scale.

    Parameters
    ----------
    table : pandas.DataFrame
        ``work_id`` and, for each measure *m*, the columns *m*, *m*``_low``, *m*``_high``.
    works : pandas.DataFrame
        The table of works.
    measures : dict of str to str
        Measure to title.
    """
    rows = with_labels(table, works)
    colour, shape = work_scales(works)
    panels, said = [], []
    for name, title in measures.items():
        base = alt.Chart(rows).encode(
            y=alt.Y("work:N", title=None, sort=works["short_label"].tolist()),
            color=alt.Color("work:N", scale=colour, legend=None),
            tooltip=["work:N", alt.Tooltip(f"{name}:Q", format=".2f"),
                     alt.Tooltip(f"{name}_low:Q", format=".2f"), alt.Tooltip(f"{name}_high:Q", format=".2f")],
        )  # fmt: skip
        zero = alt.Scale(zero=False)
        lines = base.mark_rule(strokeWidth=1.5).encode(
            x=alt.X(f"{name}_low:Q", title=title, scale=zero), x2=f"{name}_high:Q"
        )
        dots = base.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X(f"{name}:Q", scale=zero), shape=alt.Shape("work:N", scale=shape, legend=None)
        )
        panels.append(alt.layer(lines, dots).properties(width=250, height={"step": 22}))
        values = ", ".join(f"{r['work']} {r[name]:.2f}" for _, r in rows.iterrows())
        said.append(f"{title}: {values}")
    return alt.concat(*panels, columns=1).properties(
        description=f"Measures of each work with stability intervals. {'; '.join(said)}."
    )


def _work_axis() -> alt.Axis:
    """Put the names of works on top, in two lines, so that they fit a phone."""
    two_lines = "split(replace(datum.label, ' & ', '|& '), '|')"
    # A second line hangs below the first: the padding keeps it off the cells.
    return alt.Axis(orient="top", labelAngle=0, labelExpr=two_lines, labelPadding=18)


# Cells are light on light and on dark pages, so that black numbers can be read on both.
SEQUENTIAL = ["#f2f6fa", "#5fa2d3"]
DIVERGING = ["#d9915f", "#f4f4f2", "#6aa8d8"]


def _cell_text(base: alt.Chart, field: str, number: str) -> alt.Chart:
    """Write a number into each cell."""
    return base.mark_text(fontSize=11, color="#111").encode(text=alt.Text(field, format=number))


def term_chart(frequencies: pd.DataFrame, works: pd.DataFrame, terms: Sequence[str]) -> Figure:
    """Draw the rates of terms per work with their stability intervals.

    Each dot leads to the panel of its term and work.
    """
    table = with_labels(frequencies[frequencies["term"].isin(list(terms))], works)
    table = table.assign(panel=_addresses(table, ["work_id", "term"], "count"))
    colour, shape = work_scales(works)
    legend = alt.Legend(orient="top", title=None, columns=2)
    base = alt.Chart(table).encode(
        y=alt.Y("term:N", title=None, sort=list(terms)),
        yOffset=alt.YOffset("work:N", sort=works["short_label"].tolist()),
        color=alt.Color("work:N", scale=colour, legend=legend),
    )
    intervals = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", title="per 1,000 words"), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=alt.X("rate:Q"),
        shape=alt.Shape("work:N", scale=shape, legend=legend),
        tooltip=["term:N", "work:N", "count:Q", alt.Tooltip("rate:Q", format=".1f"),
                 alt.Tooltip("low:Q", format=".1f"), alt.Tooltip("high:Q", format=".1f")],
    )  # fmt: skip
    top = table.loc[table.groupby("work_id")["rate"].idxmax()]
    leads = "; ".join(f"{r.work}: {r.term} {r.rate:.1f}" for r in top.itertuples())
    return alt.layer(intervals, *_linked(dots)).properties(
        width="container", height={"step": 13},
        description=f"Rates of {len(terms)} terms per 1,000 words in each work, with stability intervals. "
        f"Highest in each: {leads}.",
    )  # fmt: skip


def _addresses(table: pd.DataFrame, keys: list[str], count: str) -> list[str | None]:
    """Return the panel of each row; none where nothing was counted."""
    return [
        panel_address(*values) if number else None
        for *values, number in table[[*keys, count]].itertuples(index=False)
    ]


def _linked(marks: alt.Chart) -> list[alt.Chart]:
    """Give marks the link to their panel; those that have none stay bare."""
    return [
        marks.transform_filter("datum.panel !== null").encode(href="panel:N"),
        marks.transform_filter("datum.panel === null"),
    ]


def with_labels(table: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Add the short name of each work as ``work``."""
    return table.assign(work=table["work_id"].map(works.set_index("work_id")["short_label"]))


def with_concepts(pairs: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Add the labels of both concepts of a pair as ``a`` and ``b``."""
    labels = lexicon.concepts.set_index("concept_id")["label"]
    return pairs.assign(a=pairs["concept_a"].map(labels), b=pairs["concept_b"].map(labels))


def with_codes(table: pd.DataFrame, coding: Coding, works: pd.DataFrame) -> pd.DataFrame:
    """Add the labels of work, theme and instrument."""
    return with_labels(table, works).assign(
        theme_label=table["theme"].map(coding.themes.set_index("theme")["label"]),
        instrument_label=table["instrument"].map(
            coding.instruments.set_index("instrument")["label"]
        ),
    )


def concept_share_chart(shares: pd.DataFrame, lexicon: Lexicon, works: pd.DataFrame) -> Figure:
    """Draw in what share of its sentences each work invokes each concept."""
    concepts = lexicon.concepts.set_index("concept_id")
    table = with_labels(
        shares.assign(concept=shares["concept_id"].map(concepts["label"]),
                      family=shares["concept_id"].map(concepts["family"]).map(
                          lexicon.families.set_index("family")["label"])), works,
    )  # fmt: skip
    order = table.groupby("concept")["share"].mean().sort_values(ascending=False).index.tolist()
    top = table.loc[table.groupby("work_id")["share"].idxmax()]
    leads = "; ".join(f"{r.work}: {r.concept.lower()} {r.share:.0%}" for r in top.itertuples())
    base = alt.Chart(table).encode(
        x=alt.X(
            "work:N",
            title=None,
            sort=works["short_label"].tolist(),
            axis=_work_axis(),
        ),
        y=alt.Y("concept:N", title=None, sort=order),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("share:Q", title="share of sentences", scale=alt.Scale(range=SEQUENTIAL),
                        legend=alt.Legend(format="%", orient="bottom")),
        tooltip=["concept:N", "family:N", "work:N", "sentences:Q", alt.Tooltip("share:Q", format=".1%"),
                 alt.Tooltip("low:Q", format=".1%"), alt.Tooltip("high:Q", format=".1%")],
    )  # fmt: skip
    return alt.layer(cells, _cell_text(base, "share:Q", ".0%")).properties(
        width="container", height={"step": 20},
        description=f"Share of sentences that invoke each of {len(order)} values, per work. Highest: {leads}.",
    )  # fmt: skip


def company_chart(pairs: pd.DataFrame, concepts: pd.DataFrame) -> Figure:
    """Draw which concepts stand together more or less often than by chance.

    A cell shows the number of common units; its colour how many more or fewer these
    are than expected. A frame marks pairs whose company chance does not account for
    (q below 0.05). Each cell leads to the panel of its pair.
    """
    labels = concepts.set_index("concept_id")["label"]
    table = pairs.assign(
        a=pairs["concept_a"].map(labels), b=pairs["concept_b"].map(labels),
        panel=_addresses(pairs, ["concept_a", "concept_b"], "n_ab"),
        firm=pairs["q"] < 0.05, surplus=pairs["n_ab"] - pairs["expected"],
    )  # fmt: skip
    reach = float(table["surplus"].abs().max())
    order = [labels[c] for c in sorted({*pairs["concept_a"], *pairs["concept_b"]})]
    base = alt.Chart(table).encode(
        x=alt.X("a:N", title=None, sort=order, axis=alt.Axis(labelAngle=-50)),
        y=alt.Y("b:N", title=None, sort=order),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("surplus:Q", title="more or fewer than expected",
                        scale=alt.Scale(domain=[-reach, reach], domainMid=0, range=DIVERGING),
                        legend=alt.Legend(orient="bottom")),
        stroke=alt.when("datum.firm").then(alt.value("currentColor")).otherwise(alt.value(None)),
        strokeWidth=alt.value(2),
        tooltip=["a:N", "b:N", "n_ab:Q", alt.Tooltip("expected:Q", format=".1f"),
                 alt.Tooltip("npmi:Q", format=".2f"), alt.Tooltip("q:Q", format=".3f")],
    )  # fmt: skip
    firm = table[table["firm"] & (table["surplus"] > 0)].sort_values("npmi", ascending=False)
    named = "; ".join(f"{r.a} and {r.b} ({r.n_ab})" for r in firm.itertuples()) or "none"
    return alt.layer(*_linked(cells), _cell_text(base, "n_ab:Q", "d")).properties(
        width={"step": 28}, height={"step": 24},
        description=f"How often value concepts share a sentence, for {len(table)} pairs. "
        f"More often than chance accounts for: {named}.",
    )  # fmt: skip


def theme_chart(coding: Coding, works: pd.DataFrame, page: str = "") -> Figure:
    """Draw which themes of problems each work has, and their share within it.

    Each dot leads to the panel of its work and theme, which stands on ``page`` (this
    page without it).
    """
    counts = coding.problems.groupby(["theme", "work_id", "level"], as_index=False).size()
    counts = counts.assign(
        share=counts["size"] / counts.groupby("work_id")["size"].transform("sum")
    )
    names = coding.themes.set_index("theme")["label"]
    table = with_labels(counts.assign(theme_label=counts["theme"].map(names)), works)
    table = table.assign(
        panel=[
            page + panel_address(w, t)
            for w, t in zip(table["work_id"], table["theme"], strict=True)
        ]
    )
    spread = table.groupby("theme_label")["work_id"].nunique().sort_values(ascending=False)
    colour, _ = work_scales(works)
    shared = ", ".join(spread.index[spread == spread.max()])
    return (
        alt.Chart(table)
        .mark_circle(opacity=0.9)
        .encode(
            x=alt.X("work:N", title=None, sort=works["short_label"].tolist(),
                    axis=_work_axis()),
            y=alt.Y("theme_label:N", title=None, sort=list(spread.index)),
            size=alt.Size("share:Q", title="share of problems", scale=alt.Scale(range=[30, 500]),
                          legend=alt.Legend(format="%", orient="bottom", direction="horizontal",
                                            values=[0.1, 0.2, 0.4], titleLimit=300,
                                            symbolFillColor="gray", symbolStrokeColor="gray")),
            color=alt.Color("work:N", scale=colour, legend=None),
            href="panel:N",
            tooltip=["theme_label:N", "work:N", "level:N", "size:Q", alt.Tooltip("share:Q", format=".0%")],
        )
        .properties(
            width="container", height={"step": 30},
            description=f"Themes of problems in each work. In most works ({spread.max()} of {len(works)}): {shared}.",
        )
    )  # fmt: skip


def problem_remedy_chart(coding: Coding, work_id: str, works: pd.DataFrame) -> Figure:
    """Draw for one work which instruments answer which themes of problems.

    Lines join a theme (left) to an instrument (right); a full line rests on at least
    one explicit link, a dashed one on a reader's inference alone. What no line
    reaches has no answer, or answers nothing.
    """
    mine = linked(coding)
    mine = mine[mine["work_id"] == work_id]
    flows = mine.groupby(["theme", "instrument"], as_index=False).agg(
        links=("basis", "size"), explicit=("basis", lambda basis: int((basis == "explicit").sum()))
    )
    left = _side(coding.problems, work_id, "theme", coding.themes, x=0)
    right = _side(coding.remedies, work_id, "instrument", coding.instruments, x=1)
    flows = flows.assign(
        y=flows["theme"].map(left.set_index("code")["y"]),
        y2=flows["instrument"].map(right.set_index("code")["y"]),
        x=0, x2=1, basis=(flows["explicit"] > 0).map({True: "explicit", False: "inferred only"}),
    )  # fmt: skip
    nodes = pd.concat([left, right])
    label = works.set_index("work_id")["label"][work_id]
    height = 30 * max(len(left), len(right))
    colour = works.set_index("work_id")["colour"][work_id]
    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    lines = alt.Chart(flows).mark_rule(color=colour, opacity=0.75).encode(
        x=across, x2="x2:Q", y=down, y2="y2:Q",
        size=alt.Size("links:Q", scale=alt.Scale(domain=[1, 6], range=[1.2, 6]), legend=None),
        strokeDash=alt.StrokeDash("basis:N", title=None, legend=alt.Legend(orient="top"),
                                  scale=alt.Scale(domain=["explicit", "inferred only"], range=[[1, 0], [4, 3]])),
        tooltip=["theme:N", "instrument:N", "links:Q", "explicit:Q"],
    )  # fmt: skip
    ends = alt.Chart(nodes).mark_circle(size=60, color=colour, opacity=1).encode(
        x="x:Q", y="y:Q", href="panel:N", tooltip=["label:N", "items:Q"]
    )  # fmt: skip
    left_text = _names(left).mark_text(align="right", dx=-9, fontSize=11, lineBreak="\n")
    right_text = _names(right).mark_text(align="left", dx=9, fontSize=11, lineBreak="\n")
    explicit = int(flows["explicit"].sum())
    open_left = ", ".join(left[~left["code"].isin(flows["theme"])]["label"]) or "none"
    return alt.layer(lines, ends, left_text, right_text).properties(
        width=130, height=height,
        description=f"{label}: {len(left)} themes of problems and {len(right)} instruments of remedies, "
        f"{int(flows['links'].sum())} links, {explicit} of them explicit. Themes without a remedy: {open_left}.",
    )  # fmt: skip


def _names(side: pd.DataFrame) -> alt.Chart:
    return alt.Chart(side).encode(x="x:Q", y="y:Q", text="text:N", href="panel:N")


def _side(
    items: pd.DataFrame, work_id: str, code: str, names: pd.DataFrame, x: int
) -> pd.DataFrame:
    """Lay the codes of one side out from top to bottom, in order of first appearance."""
    mine = items[items["work_id"] == work_id].sort_values("start")
    counts = mine[code].value_counts()
    codes = mine[code].drop_duplicates().tolist()
    labels = names.set_index(code)["label"]
    return pd.DataFrame({
        "code": codes,
        "label": [labels[c] for c in codes],
        "items": [int(counts[c]) for c in codes],
        "text": [_wrapped(f"{labels[c]} ({counts[c]})") for c in codes],
        "panel": [panel_address(work_id, c) for c in codes],
        "x": x,
        "y": [1 - (i + 0.5) / len(codes) for i in range(len(codes))],
    })  # fmt: skip


def _wrapped(label: str, width: int = 19) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(label, width))
