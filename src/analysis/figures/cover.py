"""The cover: where four papers state problems, where they propose, and what answers what."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts import static_svg, without_links, work_scales
from analysis.coding import Coding, linked
from analysis.coding.panels import coded_places, item_anchors
from analysis.corpus import Corpus
from analysis.figures._shared import Figure, drawn_by, with_labels
from analysis.prose import listed, prose_labels

CARD_SIZE = (1200, 630)
"""Width and height of the picture that stands for the book where it is linked to."""
LEFT, RIGHT = 0.0, 0.66
"""Where the sides of a paper are drawn, in parts of its column."""
SIGNS = {
    "problem": "M-2.2,-.32H0V-.85H.3V.85H0V.32H-2.2Z",
    "remedy": "M2.2,-.32H0V-.85H-.3V.85H0V.32H2.2Z",
}
"""A problem stands out to the left, a remedy to the right."""
DASHES = {"explicit": [1, 0], "inferred": [2, 3]}
_SERIF = "Georgia, Liberation Serif, serif"
_INK, _QUIET, _PAPER = "#1f1d1a", "#5c574f", "#fffefc"


@drawn_by
def cover_chart(corpus: Corpus, coding: Coding, page: str = "coding-table.html") -> Figure:
    """Draw each paper as a strip from its first word to its last.

    On the left side of a strip stand the problems of practice that the paper states, on the
    right the remedies that it advocates, each at the place of its quotation; lines join a
    remedy to the problem that it answers.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    coding : Coding
        The coding to draw; its list of instruments must have the column ``level``.
    page : str
        The page of all coded items, to which the marks lead.

    Returns
    -------
    altair chart
        With a description in words. As wide as its column; places are words of running text
        from the beginning.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import analysis
    >>> from analysis.figures import cover_chart
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> coding = replace(coding, instruments=coding.instruments.assign(level="practice"))
    >>> chart = cover_chart(corpus, coding)
    >>> chart.description.partition(":")[0]
    'Each paper as a strip from its first word to its last'
    """
    works = corpus.works
    items = cover_items(corpus, coding)
    # The page lists all items, and an identifier may stand there twice.
    anchors = item_anchors(coded_places(coding))
    keys = items[["item", "item_id"]].itertuples(index=False, name=None)
    items = items.assign(href=[f"{page}#{anchors[key]}" for key in keys])
    links = cover_links(coding, items)
    colour, _ = work_scales(works)
    papers = _papers(corpus)
    layers = [
        _pages(papers),
        *_sides(papers),
        _lines(_placed(links, works, ends=True)),
        _marks(_placed(items, works)),
        *_names(papers),
    ]
    return alt.layer(*layers).encode(
        color=alt.Color("work:N", scale=colour, legend=None)
    ).resolve_scale(strokeDash="independent", shape="independent").properties(
        width="container", height=360, description=_description(items, links, works)
    )  # fmt: skip


def cover_items(corpus: Corpus, coding: Coding) -> pd.DataFrame:
    """Return the items of the cover and where in its paper each stands.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    coding : Coding
        The coding; its list of instruments must have the column ``level``.

    Returns
    -------
    pandas.DataFrame
        ``work_id, item`` (``problem`` or ``remedy``), ``item_id, label, word``: how many
        words of running text of its work stand before the middle of its quotation.
        Problems of research are left out, and remedies that the paper does not advocate
        or that ask for research.
    """
    problems = coding.problems[coding.problems["level"] == "practice"]
    of_practice = coding.instruments.set_index("instrument")["level"] == "practice"
    remedies = coding.remedies[
        (coding.remedies["stance"] == "advocated") & coding.remedies["instrument"].map(of_practice)
    ]
    parts = [
        problems.assign(item="problem", item_id=problems["problem_id"]),
        remedies.assign(item="remedy", item_id=remedies["remedy_id"]),
    ]
    items = pd.concat(parts, ignore_index=True)
    starts = _word_starts(corpus)
    middles = ((items["start"] + items["end"]) / 2).tolist()
    words = [
        int(np.searchsorted(starts[work], middle))
        for work, middle in zip(items["work_id"], middles, strict=True)
    ]
    return items.assign(word=words)[["work_id", "item", "item_id", "label", "word"]]


def cover_links(coding: Coding, items: pd.DataFrame) -> pd.DataFrame:
    """Return the links between items of the cover.

    Parameters
    ----------
    coding : Coding
        The coding.
    items : pandas.DataFrame
        From `cover_items`.

    Returns
    -------
    pandas.DataFrame
        ``work_id, problem_id, remedy_id, basis`` and, as ``word`` and ``word_to``, where
        problem and remedy stand.
    """
    problems, remedies = (
        items[items["item"] == item].set_index("item_id")["word"] for item in ("problem", "remedy")
    )
    links = linked(coding)
    drawn = links["problem_id"].isin(problems.index) & links["remedy_id"].isin(remedies.index)
    links = links.loc[drawn, ["work_id", "problem_id", "remedy_id", "basis"]]
    return links.assign(
        word=links["problem_id"].map(problems), word_to=links["remedy_id"].map(remedies)
    ).reset_index(drop=True)


def social_card(chart: Figure, title: str, subtitle: str) -> bytes:
    """Draw the cover as the picture that stands for the book where it is linked to.

    Parameters
    ----------
    chart : altair chart
        From `cover_chart`.
    title, subtitle : str
        What is written above it.

    Returns
    -------
    bytes
        A PNG, 1200 pixels wide and 630 high.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import analysis
    >>> from analysis.figures import cover_chart, social_card
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> coding = replace(coding, instruments=coding.instruments.assign(level="practice"))
    >>> card = social_card(cover_chart(corpus, coding), "Seed libraries", "Five reports compared")
    >>> card[1:4]
    b'PNG'
    """
    import vl_convert

    width, height = (side // 2 for side in CARD_SIZE)
    spec: dict[str, Any] = chart.to_dict() | {
        "width": width,
        "height": height,
        "padding": {"left": 22, "right": 8, "top": 20, "bottom": 10},
        "autosize": {"type": "fit", "contains": "padding"},
        "title": {
            "text": title, "subtitle": subtitle, "anchor": "start", "frame": "bounds", "offset": 8,
            "font": _SERIF, "fontSize": 28, "fontWeight": "normal", "color": _INK,
            "subtitleFont": _SERIF, "subtitleFontSize": 14, "subtitleColor": _QUIET,
            "subtitlePadding": 6,
        },
        "background": _PAPER,
    }  # fmt: skip
    svg = without_links(static_svg(spec)).replace("currentColor", _INK)
    return bytes(vl_convert.svg_to_png(svg, scale=2))


def _word_starts(corpus: Corpus) -> dict[str, np.ndarray]:
    """Return where the words of running text begin, for each work."""
    tokens = corpus.body().tokens
    words = tokens[tokens["is_word"]]
    return {
        str(work): np.sort(group["start"].to_numpy())
        for work, group in words.groupby(words["work_id"].astype(str))
    }


def _papers(corpus: Corpus) -> pd.DataFrame:
    """Return the place of each paper and how many words of running text it has."""
    starts = _word_starts(corpus)
    papers = corpus.works[["work_id"]].assign(word=0)
    papers["words"] = [len(starts[work]) for work in papers["work_id"]]
    papers = _placed(papers, corpus.works, ends=True)
    # A name of two authors takes two lines, so that it fits a phone.
    return papers.assign(name=papers["work"].str.replace(" & ", " &\n"))


def _placed(table: pd.DataFrame, works: pd.DataFrame, ends: bool = False) -> pd.DataFrame:
    """Give each row its place from left to right."""
    column = table["work_id"].map({w: i for i, w in enumerate(works["work_id"])})
    placed = with_labels(table, works)
    if ends:
        return placed.assign(x=column + LEFT, x2=column + RIGHT)
    return placed.assign(x=column + np.where(table["item"] == "problem", LEFT, RIGHT))


def _pages(papers: pd.DataFrame) -> alt.Chart:
    """Tint what lies between the two sides of each paper."""
    columns = len(papers) - 1
    across = alt.X("x:Q", axis=None, scale=alt.Scale(
        domain=[LEFT - 0.15, columns + RIGHT + 0.15], nice=False, zero=False))  # fmt: skip
    # The title stands above the numbers: at their side it would take width from a phone.
    axis = alt.Axis(title="word", titleAngle=0, titleAlign="right", titleX=-9, titleY=-14,
                    grid=False, tickCount=4, tickSize=3, domain=False, labelFontSize=11)  # fmt: skip
    down = alt.Y("word:Q", axis=axis, scale=alt.Scale(reverse=True, zero=True, nice=False))
    return alt.Chart(papers).mark_rect(opacity=0.09, aria=False).encode(
        x=across, x2="x2:Q", y=down, y2="words:Q"
    )  # fmt: skip


def _sides(papers: pd.DataFrame) -> list[alt.Chart]:
    """Draw both sides of each paper, as long as its text."""
    rule = alt.Chart(papers).mark_rule(opacity=0.55, strokeWidth=1.5, aria=False)
    return [rule.encode(x=f"{side}:Q", y="word:Q", y2="words:Q") for side in ("x", "x2")]


def _lines(links: pd.DataFrame) -> alt.Chart:
    """Join remedies to the problems that they answer."""
    dash = alt.StrokeDash(
        "basis:N", title=None,
        scale=alt.Scale(domain=list(DASHES), range=list(DASHES.values())),
        legend=alt.Legend(orient="bottom", symbolStrokeColor="currentColor", columns=1,
                          symbolSize=250, labelExpr="datum.label + ' answer'"),
    )  # fmt: skip
    weight = alt.StrokeWidth(
        "basis:N", legend=None, scale=alt.Scale(domain=list(DASHES), range=[1.8, 1.1])
    )
    return alt.Chart(links).mark_rule(opacity=0.85, aria=False).encode(
        x="x:Q", x2="x2:Q", y="word:Q", y2="word_to:Q", strokeDash=dash, strokeWidth=weight
    )  # fmt: skip


def _marks(items: pd.DataFrame) -> alt.Chart:
    """Draw the items, each a link to its quotation."""
    sign = alt.Shape(
        "item:N", title=None, scale=alt.Scale(domain=list(SIGNS), range=list(SIGNS.values())),
        legend=alt.Legend(orient="bottom", symbolFillColor="currentColor", symbolStrokeWidth=0,
                          columns=1, symbolSize=60, labelOffset=12),
    )  # fmt: skip
    return alt.Chart(items).mark_point(filled=True, size=38, opacity=1).encode(
        x="x:Q", y="word:Q", shape=sign, href="href:N",
        tooltip=[alt.Tooltip("work:N"), alt.Tooltip("item:N"), alt.Tooltip("label:N", title="what")],
        description="label:N",
    )  # fmt: skip


def _names(papers: pd.DataFrame) -> list[alt.Chart]:
    """Write the name of each paper above its strip: those of one line, those of two."""
    base = alt.Chart(papers).transform_calculate(lines="split(datum.name, '\\n').length")
    return [
        base.transform_filter(f"datum.lines === {lines}").mark_text(
            align="left", baseline="bottom", dx=-4, dy=5 - 14 * lines, fontSize=12,
            fontWeight=600, lineBreak="\n", aria=False,
        ).encode(x="x:Q", y="word:Q", text="name:N", color=alt.value("currentColor"))
        for lines in sorted(set(papers["name"].str.count("\n") + 1))
    ]  # fmt: skip


def _description(items: pd.DataFrame, links: pd.DataFrame, works: pd.DataFrame) -> str:
    """Say in words what the cover shows."""
    told, names = [], prose_labels(works)
    for work in works.itertuples():
        own, answers = items[items["work_id"] == work.work_id], links["work_id"] == work.work_id
        number = own["item"].value_counts()
        told.append(
            f"{names[work.work_id]} has {number.get('problem', 0)} problems, "
            f"{number.get('remedy', 0)} remedies and {int(answers.sum())} links"
        )
    explicit = int((links["basis"] == "explicit").sum())
    return (
        "Each paper as a strip from its first word to its last: problems of practice that it "
        "states on the left, remedies that it advocates on the right, lines from each problem "
        f"to the remedies that answer it. {listed(told)}; {explicit} of {len(links)} links are "
        "explicit in the text, the others inferred."
    )
