"""Figures of how far two codings agree, and of what a machine finds."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts import work_scales
from analysis.coding.agreement import ALL
from analysis.figures._shared import Figure, drawn_by
from analysis.prose import listed

SIDES = {"of_first": "of the first", "of_second": "of the second"}
ITEM_NAMES = {"problem": "problems", "remedy": "remedies", "link": "links"}
FINDERS = {
    "second": "second coding", "words_and_cues": "words and cues", "words": "words",
    "cues": "cues", "every": "every sentence", "random": "at random",
}  # fmt: skip
"""The finders of `analysis.coding.compare_finders`, and how they are named."""


@drawn_by
def found_chart(found: pd.DataFrame, works: pd.DataFrame, threshold: str = "any overlap") -> Figure:
    """Draw which share of each coding's units the other has, by work.

    Parameters
    ----------
    found : pandas.DataFrame
        `Agreement.found`.
    works : pandas.DataFrame
        The works.
    threshold : str
        What counts as the same unit.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import found_chart
    >>> works = analysis.corpus_from_texts({"ada": "One.", "ben": "Two."}).works
    >>> found = pd.DataFrame({
    ...     "item": ["problem", "remedy"], "work_id": "ada", "threshold": "any overlap",
    ...     "n_first": [10, 8], "n_second": [12, 8], "matched": [9, 6], "of_first": [0.9, 0.75],
    ...     "of_first_low": [0.6, 0.4], "of_first_high": [0.98, 0.93], "of_second": [0.75, 0.75],
    ...     "of_second_low": [0.47, 0.4], "of_second_high": [0.91, 0.93],
    ... })
    >>> chart = found_chart(found, works)
    >>> chart.description.rpartition(": ")[2]
    'from 75% to 90%.'
    """
    own = found[(found["threshold"] == threshold) & (found["work_id"] != ALL)]
    long = pd.concat([
        own.assign(side=name, share=own[key], low=own[f"{key}_low"], high=own[f"{key}_high"],
                   units=own["n_first" if key == "of_first" else "n_second"])
        for key, name in SIDES.items()
    ])  # fmt: skip
    short = works.set_index("work_id")["short_label"]
    long = long.assign(
        work=long["work_id"].map(short),
        row=long["item"].map(ITEM_NAMES).str.capitalize() + " " + long["side"],
    )
    rows = [f"{i.capitalize()} {s}" for i in ("problems", "remedies") for s in SIDES.values()]
    colour, _ = work_scales(works)
    base = alt.Chart(long).encode(
        y=alt.Y("row:N", title=None, sort=rows, axis=alt.Axis(labelLimit=170)),
        yOffset=alt.YOffset("work:N", sort=short.tolist()),
        color=alt.Color("work:N", scale=colour, title=None,
                        legend=alt.Legend(orient="bottom", columns=2)),
        tooltip=["row:N", "work:N", "matched:Q", "units:Q", alt.Tooltip("share:Q", format=".0%"),
                 alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")],
    )  # fmt: skip
    share = alt.X("share:Q", title="share that the other coding has", axis=alt.Axis(format="%"),
                  scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return alt.layer(
        base.mark_rule(strokeWidth=1.5).encode(x=alt.X("low:Q"), x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=share),
    ).properties(
        width="container", height={"step": 15},
        description=f"Share of the units of each coding that the other has, in {len(short)} works: "
        f"from {long['share'].min():.0%} to {long['share'].max():.0%}.",
    )  # fmt: skip


@drawn_by
def alpha_chart(codes: pd.DataFrame) -> Figure:
    """Draw the agreement beyond chance on each code, all works together.

    Parameters
    ----------
    codes : pandas.DataFrame
        `Agreement.codes`.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import alpha_chart
    >>> codes = pd.DataFrame({
    ...     "item": ["problem"], "work_id": ["all"], "code": ["theme"], "matched": [20],
    ...     "agreed": [17], "share": [0.85], "alpha": [0.8], "low": [0.6], "high": [0.95],
    ... })
    >>> chart = alpha_chart(codes)
    >>> chart.description.rpartition(": ")[2]
    'Theme of problems 0.80.'
    """
    own = codes[codes["work_id"] == ALL]
    own = own.assign(row=own["code"].str.capitalize() + " of " + own["item"].map(ITEM_NAMES))
    known = own[own["alpha"].notna()]
    base = alt.Chart(known).encode(
        y=alt.Y("row:N", title=None, sort=own["row"].tolist(), axis=alt.Axis(labelLimit=170)),
        tooltip=["row:N", "matched:Q", "agreed:Q", alt.Tooltip("share:Q", format=".0%"),
                 alt.Tooltip("alpha:Q", format=".2f"), alt.Tooltip("low:Q", format=".2f"),
                 alt.Tooltip("high:Q", format=".2f")],
    )  # fmt: skip
    alpha = alt.X("alpha:Q", title="Krippendorff's alpha (0: chance, 1: full agreement)",
                  scale=alt.Scale(domain=[min(0.0, float(known["low"].min())), 1]))  # fmt: skip
    told = listed([f"{r.row} {r.alpha:.2f}" for r in known.itertuples()])
    return alt.layer(
        base.mark_rule(color="#777").encode(x=alt.X("low:Q"), x2="high:Q"),
        base.mark_point(filled=True, size=80, color="#4c78a8", opacity=1).encode(x=alpha),
    ).properties(
        width="container", height={"step": 24},
        description=f"Agreement beyond chance on the codes of units that both codings have: {told}.",
    )  # fmt: skip


@drawn_by
def finder_chart(quality: pd.DataFrame) -> Figure:
    """Draw how well each finder finds the sentences of problems and of remedies.

    Parameters
    ----------
    quality : pandas.DataFrame
        `FinderStudy.quality`.

    Returns
    -------
    altair chart
        With a description in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import finder_chart
    >>> quality = pd.DataFrame({
    ...     "item": "problem", "finder": ["words", "every"], "work_id": "all",
    ...     "proposed": [60, 300], "true_positives": [30, 50], "precision": [0.5, 0.17],
    ...     "recall": [0.6, 1.0], "f1": [0.55, 0.29], "f1_low": [0.45, 0.24],
    ...     "f1_high": [0.63, 0.33],
    ... })
    >>> finder_chart(quality).description
    'F₁ of the finders: words for problems 0.55 and every sentence for problems 0.29.'
    """
    own = quality[quality["work_id"] == ALL]
    own = own.assign(
        name=own["finder"].map(FINDERS), what=own["item"].map(ITEM_NAMES),
    )  # fmt: skip
    order = [name for key, name in FINDERS.items() if key in set(own["finder"])]
    base = alt.Chart(own).encode(
        y=alt.Y("name:N", title=None, sort=order, axis=alt.Axis(labelLimit=150)),
        yOffset=alt.YOffset("what:N", sort=["problems", "remedies"]),
        color=alt.Color("what:N", title=None, legend=alt.Legend(orient="bottom"),
                        scale=alt.Scale(domain=["problems", "remedies"], range=["#c0504d", "#4c78a8"])),
        tooltip=["name:N", "what:N", "proposed:Q", "true_positives:Q",
                 alt.Tooltip("precision:Q", format=".2f"), alt.Tooltip("recall:Q", format=".2f"),
                 alt.Tooltip("f1:Q", format=".2f"), alt.Tooltip("f1_low:Q", format=".2f"),
                 alt.Tooltip("f1_high:Q", format=".2f")],
    )  # fmt: skip
    shape = alt.Shape("what:N", title=None, legend=alt.Legend(orient="bottom"),
                      scale=alt.Scale(domain=["problems", "remedies"], range=["circle", "square"]))  # fmt: skip
    f1 = alt.X("f1:Q", title="F₁ (1: finds all, and nothing else)", scale=alt.Scale(domain=[0, 1]))
    told = listed([f"{r.name} for {r.what} {r.f1:.2f}" for r in own.itertuples(index=False)])
    return alt.layer(
        base.mark_rule(strokeWidth=1.5).encode(x=alt.X("f1_low:Q"), x2="f1_high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=f1, shape=shape),
    ).properties(width="container", height={"step": 16}, description=f"F₁ of the finders: {told}.")
