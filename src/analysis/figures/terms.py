"""Figures of terms: how often, whose own, where, in common, in several words."""

from __future__ import annotations

import textwrap

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts import work_scales
from analysis.evidence import passage_address
from analysis.figures._shared import (
    SEQUENTIAL,
    Figure,
    cell_text,
    choice,
    drawn_by,
    with_defaults,
    with_labels,
    work_axis,
)

PER = "per 1,000 words"
COUNTS = "counts"


@drawn_by
def term_chart(table: pd.DataFrame, works: pd.DataFrame) -> Figure:
    """Draw the leading terms of every document, side by side, with stability intervals.

    The reader chooses what is counted and how. Each dot leads to its lines.

    Parameters
    ----------
    table : pandas.DataFrame
        `term_frequencies` with ``work_id``. It may have ``list`` (what is counted; the first
        one is shown at first), ``order`` (place in the list), ``role`` (of the document) and
        ``panel`` (the address of the lines).
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
    >>> from analysis.figures import term_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "list": "words", "term": ["law", "trust"], "order": [0, 1], "document_id": "ada",
    ...     "work_id": "ada", "role": "primary", "count": [4, 1], "size": 1000, "rate": [4.0, 1.0],
    ...     "low": [2.0, 0.0], "high": [6.0, 3.0], "panel": ["#e-ada--law", "#e-ada--trust"],
    ... })
    >>> chart = term_chart(table, works)
    >>> chart.description.rpartition(". ")[2]
    'Highest in each work: ada: law 4.0.'
    """
    order = pd.factorize(table["term"])[0]
    table = with_defaults(table, list="terms", order=order, role="primary", panel=None)
    lists = table["list"].drop_duplicates().tolist()
    rows = with_labels(table, works).assign(
        low_count=table["low"] * table["size"] / 1000,
        high_count=table["high"] * table["size"] / 1000,
        extraction=np.where(table["role"] == "primary", "first extraction", "second extraction"),
    )
    fields = ["list", "term", "order", "work", "extraction", "count", "rate", "low", "high",
              "low_count", "high_count", "panel"]  # fmt: skip
    which = choice("which", lists, "Terms: ", menu=True)
    scale = alt.param(
        "measure", value=PER, bind=alt.binding_radio(options=[PER, COUNTS], name="Shown: ")
    )
    colour, shape = work_scales(works)
    legend = alt.Legend(orient="top", title=None, columns=2)
    names = works["short_label"].tolist()
    base = (
        alt.Chart(rows[fields].round(3))
        .transform_filter("datum.list === which")
        .transform_calculate(
            shown=f"measure === '{PER}' ? datum.rate : datum.count",
            from_=f"measure === '{PER}' ? datum.low : datum.low_count",
            to=f"measure === '{PER}' ? datum.high : datum.high_count",
            place="datum.work + ' ' + datum.extraction",
        )
        .encode(
            y=alt.Y("term:N", title=None, sort=alt.EncodingSortField("order", "min")),
            yOffset=alt.YOffset("place:N", sort=[f"{n} {e} extraction" for n in names
                                                  for e in ("first", "second")]),
            color=alt.Color("work:N", scale=colour, legend=legend),
            opacity=alt.when("datum.extraction === 'first extraction'").then(alt.value(1)).otherwise(alt.value(0.6)),
        )
    )  # fmt: skip
    intervals = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("from_:Q", title=["occurrences,", "per 1,000 words or counted"]), x2="to:Q"
    )
    dots = base.mark_point(filled=True, size=50).encode(
        x=alt.X("shown:Q"),
        shape=alt.Shape("work:N", scale=shape, legend=legend),
        tooltip=["term:N", "work:N", "extraction:N", "count:Q", alt.Tooltip("rate:Q", format=".1f"),
                 alt.Tooltip("from_:Q", title="low", format=".1f"),
                 alt.Tooltip("to:Q", title="high", format=".1f")],
    )  # fmt: skip
    first = rows[(rows["list"] == lists[0]) & (rows["role"] == "primary")]
    top = first.loc[first.groupby("work_id", sort=False)["rate"].idxmax()]
    leads = "; ".join(f"{r.work}: {r.term} {r.rate:.1f}" for r in top.itertuples())
    return alt.layer(intervals, dots.encode(href="panel:N")).add_params(which, scale).properties(
        width="container", height={"step": 13},
        description=f"The leading {lists[0]} of each document per 1,000 words, with stability intervals; "
        f"{', '.join(lists[1:])} or counts can be chosen. Highest in each work: {leads}.",
    )  # fmt: skip


@drawn_by
def keyness_chart(table: pd.DataFrame, works: pd.DataFrame, work_id: str) -> Figure:
    """Draw what sets one work apart from the others.

    A dot is the log ratio of a term, the larger the more evidence; the line is its
    stability interval, with a point of an arrow where it has no end because the term
    is absent on one side. The reader chooses the texts as printed or with translation
    variants joined. Each dot leads to its lines.

    Parameters
    ----------
    table : pandas.DataFrame
        `analysis.keyness` with ``rate_target, rate_reference`` (per 1,000 words). It may have
        ``reading`` (the first one is shown at first) and ``panel`` (the address of the lines).
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
    >>> from analysis.figures import keyness_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "reading": ["as printed"], "work_id": ["ada"], "term": ["law"], "q": [0.01],
    ...     "count_target": [9], "count_reference": [1], "rate_target": [9.0],
    ...     "rate_reference": [1.0], "log_likelihood": [7.4], "log_ratio": [3.2], "low": [1.0],
    ...     "high": [float("inf")], "panel": ["#e-ada--law"],
    ... })
    >>> chart = keyness_chart(table, works, "ada")
    >>> chart.description.rpartition(". ")[2]
    'law +3.2.'
    """
    table = with_defaults(table, reading="as printed", panel=None)
    own = table[table["work_id"] == work_id]
    readings = table["reading"].drop_duplicates().tolist()
    most = float(table["log_likelihood"].max())  # one scale for the figures of all works
    ends = own[["low", "high", "log_ratio"]].replace([np.inf, -np.inf], np.nan)
    edge = float(np.ceil(np.nan_to_num(ends.abs().max().max()) + 0.5))
    rows = own.assign(
        left=own["low"].clip(-edge, edge), right=own["high"].clip(-edge, edge),
        opens=np.where(np.isinf(own["high"]), edge, np.where(np.isinf(own["low"]), -edge, np.nan)),
        rotation=np.where(np.isinf(own["low"]), 270, 90),
        interval=[_in_words(low, high) for low, high in zip(own["low"], own["high"], strict=True)],
    )  # fmt: skip
    fields = ["reading", "term", "interval", "q", "count_target", "count_reference", "rate_target", "rate_reference",
              "log_likelihood", "log_ratio", "left", "right", "opens", "rotation", "panel"]  # fmt: skip
    reading = choice("reading", readings, "Words: ")
    work = works.set_index("work_id").loc[work_id]
    base = (
        alt.Chart(rows[fields].round(3))
        .transform_filter("datum.reading === reading")
        .encode(y=alt.Y("term:N", title=None, sort=alt.EncodingSortField("log_ratio", "max", "descending")))
    )  # fmt: skip
    across = alt.Scale(domain=[-edge, edge], nice=False)
    title = ["log ratio (doublings)", "← others more · this paper more →"]
    zero = alt.Chart().mark_rule(strokeDash=[2, 2], aria=False).encode(x=alt.datum(0))
    lines = base.mark_rule(strokeWidth=1.5, color=work["colour"]).encode(
        x=alt.X("left:Q", title=title, scale=across, axis=alt.Axis(tickCount=5)), x2="right:Q"
    )
    heads = base.transform_filter("isValid(datum.opens)").mark_point(
        aria=False, shape="triangle-up", filled=True, size=40, color=work["colour"]
    ).encode(x="opens:Q", angle=alt.Angle("rotation:Q", scale=None))  # fmt: skip
    dots = base.mark_point(filled=True, opacity=1, color=work["colour"], shape=work["shape"]).encode(
        x="log_ratio:Q",
        size=alt.Size("log_likelihood:Q", title="evidence (G²)", scale=alt.Scale(domain=[0, most], range=[30, 320]),
                      legend=alt.Legend(orient="bottom", direction="horizontal", tickCount=3,
                                        symbolFillColor="gray", symbolStrokeColor="gray")),
        tooltip=["term:N", alt.Tooltip("count_target:Q", title="here"),
                 alt.Tooltip("count_reference:Q", title="in the others"),
                 alt.Tooltip("rate_target:Q", title="per 1,000 here", format=".1f"),
                 alt.Tooltip("rate_reference:Q", title="per 1,000 in the others", format=".1f"),
                 alt.Tooltip("log_ratio:Q", title="log ratio", format=".1f"),
                 alt.Tooltip("interval:N"), alt.Tooltip("q:Q", format=".3f"),
                 alt.Tooltip("log_likelihood:Q", title="G²", format=".1f")],
    )  # fmt: skip
    printed = own[own["reading"] == readings[0]].sort_values("log_ratio", ascending=False)
    named = "; ".join(f"{r.term} {r.log_ratio:+.1f}" for r in printed.itertuples())
    return alt.layer(zero, lines, heads, dots.encode(href="panel:N")).add_params(reading).properties(
        width="container", height={"step": 20},
        description=f"{work['label']}: terms that set it apart from the other works, as binary logarithm "
        f"of the ratio of rates. {named or 'None'}.",
    )  # fmt: skip


def _in_words(low: float, high: float) -> str:
    """Say an interval that may have no end."""
    if np.isinf(low):
        return f"at most {high:.1f}"
    return f"at least {low:.1f}" if np.isinf(high) else f"{low:.1f} to {high:.1f}"


@drawn_by
def dispersion_chart(places: pd.DataFrame, sections: pd.DataFrame, works: pd.DataFrame) -> Figure:
    """Draw where in each work its key terms stand.

    A stroke is one occurrence, from the beginning of the work to its end; it leads to
    its passage. The row with the name of a work shows where its sections begin.

    Parameters
    ----------
    places : pandas.DataFrame
        ``reading`` (empty for a stroke of all readings; the first one is shown at
        first), ``work_id, term, order, at`` (share of the words of the work that come
        before), ``section`` (number or title), ``sentence_id``.
    sections : pandas.DataFrame
        ``work_id, at, section``: the beginnings.
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
    >>> from analysis.figures import dispersion_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> places = pd.DataFrame({
    ...     "reading": "", "work_id": "ada", "term": "law", "order": 0, "at": [0.1, 0.8],
    ...     "section": ["1", "3"], "sentence_id": ["ada-s0002", "ada-s0009"],
    ... })
    >>> sections = pd.DataFrame({"work_id": "ada", "at": [0.0, 0.5], "section": ["1", "3"]})
    >>> chart = dispersion_chart(places, sections, works)
    >>> chart.description.rpartition(". ")[2]
    'ada: law.'
    """
    colour, _ = work_scales(works, "work_id")
    readings = [r for r in places["reading"].drop_duplicates() if r] or ["as printed"]
    reading = choice("reading", readings, "Words: ")
    order = {work: place for place, work in enumerate(works["work_id"])}
    strokes = with_labels(places, works).assign(row=places["work_id"] + "|" + places["term"])
    heads = with_labels(sections, works).assign(order=-1)
    heads["row"] = heads["work_id"] + "||" + heads["work"]
    rows = pd.concat([strokes, heads])[["row", "work_id", "order"]].drop_duplicates("row")
    rows = rows.sort_values(
        ["work_id", "order"], key=lambda c: c.map(order) if c.name == "work_id" else c
    )
    y = alt.Y("row:N", title=None, sort=rows["row"].tolist(),
              axis=alt.Axis(labelExpr="replace(slice(datum.label, indexof(datum.label, '|') + 1), '|', '▾ ')",
                            domain=False, ticks=False))  # fmt: skip
    x = alt.X("at:Q", title="from beginning to end of the paper",
              scale=alt.Scale(domain=[-0.015, 1], nice=False),
              axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]))  # fmt: skip
    # Hundreds of marks: what a mark can be told from is worked out in the page.
    marks = (
        alt.Chart(strokes[["reading", "row", "at", "section", "sentence_id"]].round(4))
        .transform_filter("datum.reading === '' || datum.reading === reading")
        .transform_calculate(
            panel=f"'{passage_address('')}' + datum.sentence_id",
            work_id="slice(datum.row, 0, indexof(datum.row, '|'))",
            term="slice(datum.row, indexof(datum.row, '|') + 1)",
        )
        # Hundreds of stops of the keyboard would help nobody; the table below has the same links.
        .mark_tick(thickness=1.5, height=13, opacity=0.85, aria=False)
        .encode(x=x, y=y, color=alt.Color("work_id:N", scale=colour, legend=None),
                href="panel:N", tooltip=["term:N", "section:N", "sentence_id:N"])
    )  # fmt: skip
    starts = (
        alt.Chart(heads[["row", "at", "section"]].round(4))
        .mark_point(shape="triangle-down", filled=True, size=22, color="gray", opacity=1)
        .encode(x=x, y=y, tooltip=["section:N"])
    )
    counts = "; ".join(
        f"{work}: {', '.join(own['term'].drop_duplicates())}"
        for work, own in strokes[strokes["reading"].isin(["", readings[0]])].groupby(
            "work", sort=False
        )
    )
    return alt.layer(starts, marks).add_params(reading).properties(
        width="container", height={"step": 17},
        description=f"Where in each paper its key terms stand, one stroke for each occurrence. {counts}.",
    )  # fmt: skip


@drawn_by
def shared_chart(table: pd.DataFrame, works: pd.DataFrame) -> Figure:
    """Draw how many terms each combination of works has in common, and no other work has.

    Parameters
    ----------
    table : pandas.DataFrame
        ``reading`` (the first one is shown at first), ``who`` (works joined by a
        space), ``groups, terms`` (their number), ``panel``.
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
    >>> from analysis.figures import shared_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "reading": "as printed", "who": ["ada ben", "ada"], "groups": [2, 1], "terms": [12, 30],
    ...     "panel": ["#e-ada-ben", "#e-ada"],
    ... })
    >>> chart = shared_chart(table, works)
    >>> chart.description.rpartition(". ")[2]
    'ada, ben: 12; ada: 30.'
    """
    names = works.set_index("work_id")["short_label"]
    readings = table["reading"].drop_duplicates().tolist()
    reading = choice("reading", readings, "Words: ")
    first = table[table["reading"] == readings[0]]
    ordered = first.sort_values(["groups", "terms", "who"], ascending=[False, False, True])
    y = alt.Y("who:N", sort=ordered["who"].tolist(), axis=None)
    cells = pd.DataFrame([
        {"who": who, "work": names[work], "has": work in who.split()}
        for who in ordered["who"] for work in works["work_id"]
    ])  # fmt: skip
    dots = (
        alt.Chart(cells)
        .mark_circle(size=70, opacity=1)
        .encode(
            x=alt.X("work:N", title=None, sort=names.tolist(),
                    axis=alt.Axis(orient="top", labelAngle=-60, domain=False, ticks=False)),
            y=y,
            color=alt.when("datum.has").then(alt.value("#4a7fb5")).otherwise(alt.value("#88888840")),
        )
        .properties(width=96, height={"step": 20})
    )  # fmt: skip
    base = alt.Chart(table).transform_filter("datum.reading === reading").encode(y=y)
    bars = base.mark_bar(height=12, color="#4a7fb5").encode(
        x=alt.X("terms:Q", title="terms of these works and of no other"),
        href="panel:N", tooltip=["who:N", "terms:Q"],
    )  # fmt: skip
    numbers = base.mark_text(align="left", dx=4).encode(x="terms:Q", text="terms:Q")
    right = alt.layer(bars, numbers).properties(width=200, height={"step": 20})
    said = "; ".join(
        f"{', '.join(names[w] for w in r.who.split())}: {r.terms}" for r in ordered.itertuples()
    )
    return (
        alt.hconcat(dots, right, spacing=6)
        .add_params(reading)
        .properties(description=f"How many terms each combination of works has in common. {said}.")
    )


@drawn_by
def phrase_chart(table: pd.DataFrame, works: pd.DataFrame) -> Figure:
    """Draw the terms of several words, and how often each work has them.

    Parameters
    ----------
    table : pandas.DataFrame
        ``form`` (the term as printed), ``work_id, count, rate`` (per 1,000 words),
        ``panel`` (the address of the lines), zeros included, in the order of the rows.
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
    >>> from analysis.figures import phrase_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "form": "rule of law", "work_id": ["ada", "ben"], "count": [4, 0], "rate": [4.0, 0.0],
    ...     "panel": ["#e-ada--rule-of-law", None],
    ... })
    >>> chart = phrase_chart(table, works)
    >>> chart.description.rpartition(". ")[2]
    'First in each: ada: rule of law (4); ben: rule of law (0).'
    """
    terms = table["form"].drop_duplicates().tolist()
    rows = with_labels(table.rename(columns={"term": "run", "form": "term"}), works)
    rows = rows[["term", "work", "count", "rate", "panel"]].round(2)
    broken = {term: "|".join(textwrap.wrap(term, 20)) for term in terms}
    base = alt.Chart(rows.assign(row=rows["term"].map(broken))).encode(
        x=alt.X("work:N", title=None, sort=works["short_label"].tolist(), axis=work_axis()),
        y=alt.Y("row:N", title=None, sort=[broken[t] for t in terms],
                axis=alt.Axis(labelExpr="split(datum.label, '|')", labelLineHeight=12)),
    )  # fmt: skip
    cells = base.mark_rect().encode(
        color=alt.Color("rate:Q", title=PER, scale=alt.Scale(range=SEQUENTIAL),
                        legend=alt.Legend(orient="bottom", gradientLength=120)),
        tooltip=["term:N", "work:N", "count:Q", alt.Tooltip("rate:Q", format=".1f")],
    )  # fmt: skip
    top = rows.loc[rows.groupby("work", sort=False)["rate"].idxmax()]
    leads = "; ".join(f"{r.work}: {r.term} ({r.count})" for r in top.itertuples())
    return alt.layer(cells.encode(href="panel:N"), cell_text(base, "count:Q", "d").encode(href="panel:N")).properties(
        width="container", height={"step": 28},
        description=f"How often each work has {len(terms)} terms of several words. First in each: {leads}.",
    )  # fmt: skip
