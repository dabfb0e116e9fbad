"""Figures of value concepts: how strongly, in which company, and by which yardstick."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from analysis.charts import work_scales
from analysis.concepts import Lexicon
from analysis.figures._shared import (
    DIVERGING,
    Figure,
    cell_text,
    choice,
    drawn_by,
    in_words,
    linked_marks,
    with_defaults,
    with_labels,
)


@drawn_by
def value_chart(shares: pd.DataFrame, lexicon: Lexicon, works: pd.DataFrame) -> Figure:
    """Draw in what share of its sentences each document invokes each value.

    The line is a stability interval. The reader chooses what counts. Each dot leads to
    its lines.

    Parameters
    ----------
    shares : pandas.DataFrame
        `concept_shares` with ``work_id``. It may have ``basis`` (what counts; the first one
        is shown at first), ``role`` (of the document) and ``panel`` (the address of the lines).
    lexicon : Lexicon
        Gives labels and families.
    works : pandas.DataFrame
        The table of works.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import value_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> shares = pd.DataFrame({
    ...     "basis": "advocated", "concept_id": "trust", "document_id": ["ada", "ben"],
    ...     "work_id": ["ada", "ben"], "role": "primary", "sentences": [5, 2], "n": 20,
    ...     "share": [0.25, 0.1], "low": [0.1, 0.0], "high": [0.4, 0.2],
    ...     "panel": ["#e-ada--trust", "#e-ben--trust"],
    ... })
    >>> chart = value_chart(shares, lexicon, works)
    >>> chart.description.rpartition(". ")[2]
    'Highest: ada: trust 25%; ben: trust 10%.'
    """
    shares = with_defaults(shares, basis="all mentions", role="primary", panel=None)
    bases = shares["basis"].drop_duplicates().tolist()
    basis = choice("basis", bases, "Counted: ")
    concepts = lexicon.concepts.set_index("concept_id")
    rows = with_labels(shares, works)
    rows = rows.assign(
        concept=rows["concept_id"].map(in_words),
        label=rows["concept_id"].map(concepts["label"]),
        place=rows["work"] + " " + rows["role"],
    )
    primary = rows[(rows["role"] == "primary") & (rows["basis"] == bases[0])]
    means = primary.groupby("concept")["share"].mean()
    order = means.sort_values(ascending=False, kind="stable").index.tolist()
    colour, shape = work_scales(works)
    legend = alt.Legend(orient="top", title=None, columns=2)
    names = works["short_label"].tolist()
    fields = [
        "basis",
        "concept",
        "label",
        "work",
        "role",
        "place",
        "sentences",
        "n",
        "share",
        "low",
        "high",
        "panel",
    ]
    base = (
        alt.Chart(rows[fields].round(4))
        .transform_filter("datum.basis === basis")
        .encode(
            y=alt.Y("concept:N", title=None, sort=order),
            yOffset=alt.YOffset("place:N", sort=[f"{n} {r}" for n in names for r in ("primary", "twin")]),
            color=alt.Color("work:N", scale=colour, legend=legend),
            opacity=alt.when("datum.role === 'primary'").then(alt.value(1)).otherwise(alt.value(0.6)),
        )
    )  # fmt: skip
    intervals = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", title="share of sentences", axis=alt.Axis(format="%")), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=45).encode(
        x=alt.X("share:Q"),
        shape=alt.Shape("work:N", scale=shape, legend=legend),
        tooltip=["label:N", "work:N", "role:N", "sentences:Q", alt.Tooltip("n:Q", title="of"),
                 alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("low:Q", format=".1%"),
                 alt.Tooltip("high:Q", format=".1%")],
    )  # fmt: skip
    top = primary.loc[primary.groupby("work_id", sort=False)["share"].idxmax()]
    leads = "; ".join(f"{r.work}: {r.concept.lower()} {r.share:.0%}" for r in top.itertuples())
    # A layer without any mark would be a picture that says nothing.
    has_panel = rows["panel"].notna()
    linked, bare = linked_marks(dots)
    marks = [linked] * bool(has_panel.any()) + [bare] * bool((~has_panel).any())
    return alt.layer(intervals, *marks).add_params(basis).properties(
        width="container", height={"step": 9},
        description=f"Share of sentences that invoke each of {len(order)} values, per document, with stability "
        f"intervals; {' or '.join(bases)}. Highest: {leads}.",
    )  # fmt: skip


@drawn_by
def company_chart(pairs: pd.DataFrame, lexicon: Lexicon, order: list[str], work: str) -> Figure:
    """Draw which values of one work stand together more or less often than by chance.

    A cell shows the number of common units; its colour how many more or fewer these
    are than chance makes of sentences as long as these. A frame marks pairs for which
    chance is no sufficient account. Each cell leads to the lines of its pair.

    Parameters
    ----------
    pairs : pandas.DataFrame
        `cooccurrence` of one work with ``panel`` (None where nothing stands together).
    lexicon : Lexicon
        Gives the labels.
    order : list of str
        All concepts in the order of rows and columns.
    work : str
        The name of the work, for the description.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import company_chart
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> pairs = pd.DataFrame({
    ...     "concept_a": ["fairness"], "concept_b": ["trust"], "n_ab": [6], "n_a": [9], "n_b": [8],
    ...     "expected_null": [2.5], "npmi": [0.4], "p": [0.001], "q": [0.01],
    ...     "panel": ["#e-ada--fairness--trust"],
    ... })
    >>> chart = company_chart(pairs, lexicon, ["trust", "fairness"], "Ada")
    >>> chart.description.rpartition(". ")[2]
    'Firmly more or less than by chance: Trust and Fairness (6).'
    """
    labels = {c: in_words(c) for c in lexicon.concepts["concept_id"]}
    place = {concept: i for i, concept in enumerate(order)}
    first = pairs["concept_a"].map(place) < pairs["concept_b"].map(place)
    table = pairs.assign(
        a=pairs["concept_a"].where(first, pairs["concept_b"]).map(labels),
        b=pairs["concept_b"].where(first, pairs["concept_a"]).map(labels),
        firm=pairs["q"] < 0.05, surplus=pairs["n_ab"] - pairs["expected_null"],
    )  # fmt: skip
    reach = math.ceil(table["surplus"].abs().max())
    known = {*pairs["concept_a"], *pairs["concept_b"]}
    names = [labels[c] for c in order if c in known]
    fields = [
        "a",
        "b",
        "n_ab",
        "n_a",
        "n_b",
        "expected_null",
        "npmi",
        "p",
        "q",
        "surplus",
        "firm",
        "panel",
    ]
    base = alt.Chart(table[fields].round(4)).encode(
        x=alt.X("a:N", title=None, sort=names, axis=alt.Axis(labelAngle=-60, orient="bottom", labelLimit=150)),
        y=alt.Y("b:N", title=None, sort=names, axis=alt.Axis(labelLimit=150)),
    )  # fmt: skip
    cells = base.mark_rect().encode(
        color=alt.Color("surplus:Q", title="surplus over chance",
                        scale=alt.Scale(domain=[-reach, reach], domainMid=0, range=DIVERGING),
                        legend=alt.Legend(orient="bottom", gradientLength=120)),
        stroke=alt.when("datum.firm").then(alt.value("currentColor")).otherwise(alt.value(None)),
        strokeWidth=alt.value(2),
        tooltip=["a:N", "b:N", alt.Tooltip("n_ab:Q", title="together"),
                 alt.Tooltip("expected_null:Q", title="by chance", format=".1f"),
                 alt.Tooltip("npmi:Q", format=".2f"), alt.Tooltip("p:Q", format=".3f"),
                 alt.Tooltip("q:Q", format=".3f")],
    )  # fmt: skip
    numbers = cell_text(base, "n_ab:Q", "d").transform_filter("datum.n_ab > 0")
    firm = table[table["firm"]].sort_values("p")
    named = "; ".join(f"{r.a} and {r.b} ({r.n_ab})" for r in firm.itertuples()) or "none"
    return alt.layer(*linked_marks(cells), numbers.encode(href="panel:N")).properties(
        width="container", height={"step": 17},
        description=f"{work}: how often values share a sentence, for {len(table)} pairs. "
        f"Firmly more or less than by chance: {named}.",
    )  # fmt: skip


@drawn_by
def value_network(nodes: pd.DataFrame, edges: pd.DataFrame) -> Figure:
    """Draw which values keep company, for readers who look rather than read.

    Values stand on a circle in a fixed order. The larger a node, the more sentences
    invoke it; the wider a line, the more sentences hold both. Only company that chance
    does not account for has a line; a dashed one joins values that avoid each other.

    Parameters
    ----------
    nodes : pandas.DataFrame
        ``concept, sentences`` in the order of the circle.
    edges : pandas.DataFrame
        ``a, b`` (labels), ``n_ab, way`` (``together`` or ``apart``), ``panel``.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import value_network
    >>> nodes = pd.DataFrame({"concept": ["Trust", "Fairness", "Care"], "sentences": [8, 9, 4]})
    >>> edges = pd.DataFrame({
    ...     "a": ["Trust"], "b": ["Fairness"], "n_ab": [6], "way": ["together"],
    ...     "panel": ["#e-fairness--trust"],
    ... })
    >>> chart = value_network(nodes, edges)
    >>> chart.description.rpartition(". ")[2]
    'Lines join those whose company chance does not account for: Trust and Fairness (6).'
    """
    turn = [2 * math.pi * i / len(nodes) - math.pi / 2 for i in range(len(nodes))]
    placed = nodes.assign(
        x=[math.cos(t) for t in turn], y=[-math.sin(t) for t in turn],
        side=["left" if math.cos(t) > 0.01 else "right" for t in turn],
    )  # fmt: skip
    at = placed.set_index("concept")
    lines = edges.assign(
        x=edges["a"].map(at["x"]), y=edges["a"].map(at["y"]),
        x2=edges["b"].map(at["x"]), y2=edges["b"].map(at["y"]),
    )  # fmt: skip
    widest = max(edges["n_ab"].max(), 1) if len(edges) else 1
    scale = alt.Scale(domain=[-1.9, 1.9], nice=False)
    tall = alt.Scale(domain=[-1.15, 1.15], nice=False)
    rules = alt.Chart(lines).mark_rule(opacity=0.7, color="#4a7fb5").encode(
        x=alt.X("x:Q", axis=None, scale=scale), x2="x2:Q",
        y=alt.Y("y:Q", axis=None, scale=tall), y2="y2:Q",
        size=alt.Size("n_ab:Q", scale=alt.Scale(domain=[0, widest], range=[1, 7]), legend=None),
        strokeDash=alt.StrokeDash("way:N", title=None, legend=None,
                                  scale=alt.Scale(domain=["together", "apart"], range=[[1, 0], [4, 3]])),
        href="panel:N", tooltip=["a:N", "b:N", alt.Tooltip("n_ab:Q", title="sentences with both"), "way:N"],
    )  # fmt: skip
    dots = alt.Chart(placed).mark_circle(color="#8a7a2f", opacity=1).encode(
        x=alt.X("x:Q", axis=None, scale=scale), y=alt.Y("y:Q", axis=None, scale=tall),
        size=alt.Size("sentences:Q", scale=alt.Scale(range=[20, 260]), legend=None),
        tooltip=["concept:N", "sentences:Q"],
    )  # fmt: skip
    texts = [
        alt.Chart(placed[placed["side"] == side])
        .mark_text(align=side, dx=9 if side == "left" else -9, fontSize=10, aria=False)
        .encode(x=alt.X("x:Q", scale=scale), y=alt.Y("y:Q", scale=tall), text="concept:N")
        for side in ("left", "right")
    ]
    named = "; ".join(f"{r.a} and {r.b} ({r.n_ab})" for r in edges.itertuples()) or "none"
    return alt.layer(rules, dots, *texts).resolve_scale(size="independent").properties(
        width="container", height=380,
        description=f"A network of {len(nodes)} values. Lines join those whose company chance does not "
        f"account for: {named}.",
    )  # fmt: skip


@drawn_by
def yardstick_chart(table: pd.DataFrame) -> Figure:
    """Draw how the company of values depends on what counts as standing together.

    Parameters
    ----------
    table : pandas.DataFrame
        ``pair`` (a bar parts it into two lines), ``yardstick`` (in the order of the
        columns), ``n_ab, expected_null, ratio`` (binary logarithm of ``n_ab`` over
        ``expected_null``), ``q``.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import yardstick_chart
    >>> table = pd.DataFrame({
    ...     "pair": ["Fairness, trust|Ada", "Care, thrift|Ada"], "yardstick": "sentence", "n_ab": [6, 3],
    ...     "expected_null": [2.5, 2.6], "ratio": [1.26, 0.21], "q": [0.01, 0.6],
    ... })
    >>> chart = yardstick_chart(table)
    >>> chart.description.partition(":")[0]
    'Company of 2 pairs of values by sentence'
    """
    rows = table.assign(firm=(table["q"] < 0.05).map({True: "firm", False: "not firm"}))
    order = table["yardstick"].drop_duplicates().tolist()
    reach = math.ceil(rows["ratio"].abs().max())
    return (
        alt.Chart(rows[["pair", "yardstick", "n_ab", "expected_null", "ratio", "q", "firm"]].round(4))
        .mark_point(filled=True, size=120, opacity=1, strokeWidth=2)
        .encode(
            x=alt.X("yardstick:N", title=None, sort=order, axis=alt.Axis(orient="top", labelAngle=-90)),
            y=alt.Y("pair:N", title=None, sort=table["pair"].drop_duplicates().tolist(),
                    axis=alt.Axis(labelLimit=190, labelExpr="split(datum.label, '|')", labelLineHeight=12)),
            color=alt.Color("ratio:Q", title="doublings over chance",
                            scale=alt.Scale(domain=[-reach, reach], domainMid=0, range=DIVERGING),
                            legend=alt.Legend(orient="bottom", gradientLength=120)),
            shape=alt.Shape("firm:N", title=None, legend=alt.Legend(orient="top"),
                            scale=alt.Scale(domain=["firm", "not firm"], range=["square", "circle"])),
            tooltip=["pair:N", "yardstick:N", alt.Tooltip("n_ab:Q", title="units with both"),
                     alt.Tooltip("expected_null:Q", title="by chance", format=".1f"),
                     alt.Tooltip("q:Q", format=".3f")],
        )
        .properties(
            width="container", height={"step": 32},
            description=f"Company of {table['pair'].nunique()} pairs of values by {', '.join(order)}: "
            "how far above chance, and whether firm.",
        )
    )  # fmt: skip
