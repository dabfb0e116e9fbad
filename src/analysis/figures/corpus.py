"""Figures of the corpus: outlines, twins, measures of whole texts."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts import work_scales
from analysis.corpus import Corpus
from analysis.figures._shared import (
    SEQUENTIAL,
    Figure,
    cell_text,
    document_labels,
    drawn_by,
    with_labels,
)

FUNCTIONS = {
    "summary": "#6b7480", "introduction": "#a65a9c", "concepts": "#4a7fb5",
    "state of research": "#7a70b8", "values": "#c08a3e", "ideal types": "#4f8f5b",
    "problems": "#8a7a2f", "problems of research": "#3f8f98", "proposals": "#b4525c",
    "conclusion": "#8c5a3c",
}  # fmt: skip
"""Functions of sections in the order in which a paper tends to bring them, with colours."""


@drawn_by
def outline_chart(corpus: Corpus) -> Figure:
    """Draw the sections of every document to scale, in their order, by function.

    Parameters
    ----------
    corpus : Corpus
        The corpus; sections without words are left out.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import analysis
    >>> from analysis.figures import outline_chart
    >>> corpus = analysis.corpus_from_texts({"note": "Neighbours need trust. They lend a spade."})
    >>> outline_chart(corpus).description
    'Sections of each document drawn to scale. note: 7 words.'
    """
    words = corpus.words().groupby("section_id", observed=True).size()
    table = corpus.sections.assign(
        words=corpus.sections["section_id"].map(words).fillna(0).astype(int)
    )
    table = table[table["words"] > 0]
    labels = document_labels(corpus)
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


@drawn_by
def containment_chart(pairs: pd.DataFrame, corpus: Corpus) -> Figure:
    """Draw how much of each pair of documents is shared.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `analysis.near_duplicates`: ``a, b`` (identifiers of documents),
        ``containment`` (0 to 1). A pair without a row shares nothing.
    corpus : Corpus
        The corpus, of at least two documents.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import containment_chart
    >>> corpus = analysis.corpus_from_texts({"ada": "One.", "ben": "Two.", "cleo": "Three."})
    >>> pairs = pd.DataFrame({"a": ["ada"], "b": ["ben"], "containment": [0.9]})
    >>> chart = containment_chart(pairs, corpus)
    >>> chart.description.partition(". ")[2]
    'ben and ada: 90.0%; no other pair has more than 0.0%.'
    """
    labels = document_labels(corpus)
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
    return alt.layer(cells, cell_text(base, "share:Q", ".1%")).properties(
        width={"step": 62}, height={"step": 40},
        description=(
            f"Share of five-word runs in common. {top['a']} and {top['b']}: {top['share']:.1%}; "
            f"no other pair has more than {rest:.1%}."
        ),
    )  # fmt: skip


@drawn_by
def twins_chart(steps: pd.DataFrame) -> Figure:
    """Draw how the difference of two extractions dies, one row per cleaning step.

    Parameters
    ----------
    steps : pandas.DataFrame
        From `analysis.robustness.twins_by_step`: ``stage`` (the step), ``words_first,
        words_second`` (words of each extraction after it), ``differing`` (words that one
        has more often than the other), ``noticeable, word, largest, jaccard``.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import twins_chart
    >>> steps = pd.DataFrame({
    ...     "stage": ["as received", "headers out"], "words_first": [4300, 4215],
    ...     "words_second": [4280, 4215], "differing": [120, 2], "noticeable": [14, 0],
    ...     "word": ["page", ""], "largest": [6.1, 0.3], "jaccard": [0.91, 0.999],
    ... })
    >>> chart = twins_chart(steps)
    >>> chart.description.rpartition(": ")[2]
    '120 as received, 2 at the end.'
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


@drawn_by
def interval_chart(table: pd.DataFrame, works: pd.DataFrame, measures: dict[str, str]) -> Figure:
    """Draw several measures per work with their intervals, each on its own scale.

    Parameters
    ----------
    table : pandas.DataFrame
        ``work_id`` and, for each measure such as ``mattr``, the columns ``mattr``,
        ``mattr_low`` and ``mattr_high``.
    works : pandas.DataFrame
        The table of works.
    measures : dict of str to str
        Measure to title.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import interval_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> table = pd.DataFrame({
    ...     "work_id": ["ada", "ben"], "mattr": [0.71, 0.64], "mattr_low": [0.68, 0.6],
    ...     "mattr_high": [0.74, 0.68],
    ... })
    >>> chart = interval_chart(table, works, {"mattr": "MATTR"})
    >>> chart.description.rpartition(". ")[2]
    'MATTR: ada 0.71, ben 0.64.'
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


def _function_scale(sections: pd.DataFrame) -> alt.Scale:
    """Give every function its colour; those that are not listed share a grey."""
    found = list(dict.fromkeys(sections["function"]))
    listed = [f for f in FUNCTIONS if f in found]
    domain = listed + [f for f in found if f not in FUNCTIONS]
    return alt.Scale(domain=domain, range=[FUNCTIONS.get(f, "#999999") for f in domain])
