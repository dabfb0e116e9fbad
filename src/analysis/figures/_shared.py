"""What the figures share: labels, axes, links to panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import altair as alt
import pandas as pd

from analysis.coding import Coding
from analysis.concepts import Lexicon
from analysis.corpus import Corpus
from analysis.evidence import panel_address

Figure = alt.TopLevelMixin
"""Any chart that Altair can show, layered, faceted or single."""

_Given = ParamSpec("_Given")


# Cells are light on light and on dark pages, so that black numbers can be read on both.
SEQUENTIAL = ["#f2f6fa", "#5fa2d3"]


DIVERGING = ["#d9915f", "#f4f4f2", "#6aa8d8"]


def with_defaults(table: pd.DataFrame, **defaults: object) -> pd.DataFrame:
    """Add the columns that a table of a reader's own need not have.

    Examples
    --------
    >>> with_defaults(pd.DataFrame({"term": ["law"]}), term="none", role="primary").iloc[0].tolist()
    ['law', 'primary']
    """
    return table.assign(**{c: value for c, value in defaults.items() if c not in table})


def choice(name: str, options: list[str], label: str, menu: bool = False) -> alt.Parameter:
    """Let the reader choose; where there is one option only, nothing is asked."""
    if len(options) < 2:
        return alt.param(name, value=options[0])
    bind = alt.binding_select if menu else alt.binding_radio
    return alt.param(name, value=options[0], bind=bind(options=options, name=label))


def with_labels(table: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Add the short name of each work as ``work``.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table with ``work_id``.
    works : pandas.DataFrame
        The table of works: ``work_id, short_label``.

    Returns
    -------
    pandas.DataFrame
        The table with the column ``work``.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.figures import with_labels
    >>> works = pd.DataFrame({"work_id": ["lian"], "short_label": ["Lian"]})
    >>> with_labels(pd.DataFrame({"work_id": ["lian", "lian"]}), works)["work"].tolist()
    ['Lian', 'Lian']
    """
    return table.assign(work=table["work_id"].map(works.set_index("work_id")["short_label"]))


def with_concepts(pairs: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Add the labels of both concepts of a pair as ``a`` and ``b``.

    Parameters
    ----------
    pairs : pandas.DataFrame
        Any table with ``concept_a, concept_b``.
    lexicon : Lexicon
        Gives the labels.

    Returns
    -------
    pandas.DataFrame
        The table with the columns ``a`` and ``b``.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.figures import with_concepts
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> pairs = pd.DataFrame({"concept_a": ["fairness"], "concept_b": ["trust"]})
    >>> with_concepts(pairs, lexicon)[["a", "b"]].values.tolist()
    [['Fairness', 'Trust']]
    """
    labels = lexicon.concepts.set_index("concept_id")["label"]
    return pairs.assign(a=pairs["concept_a"].map(labels), b=pairs["concept_b"].map(labels))


def with_codes(table: pd.DataFrame, coding: Coding, works: pd.DataFrame) -> pd.DataFrame:
    """Add the labels of work, theme and instrument.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table with ``work_id, theme, instrument``, such as that of `linked`.
    coding : Coding
        Gives the labels of themes and instruments.
    works : pandas.DataFrame
        The table of works: ``work_id, short_label``.

    Returns
    -------
    pandas.DataFrame
        The table with the columns ``work, theme_label, instrument_label``.

    Examples
    --------
    >>> import analysis
    >>> from analysis.figures import with_codes
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> table = with_codes(analysis.linked(coding), coding, corpus.works)
    >>> table[["work", "theme_label", "instrument_label"]].iloc[0].tolist()
    ['Aldermere', 'Kinds get mixed', 'Records']
    """
    return with_labels(table, works).assign(
        theme_label=table["theme"].map(coding.themes.set_index("theme")["label"]),
        instrument_label=table["instrument"].map(
            coding.instruments.set_index("instrument")["label"]
        ),
    )


def in_words(concept_id: str) -> str:
    """Return a short name of a concept for the axes of small figures: its identifier in words.

    Parameters
    ----------
    concept_id : str
        The concept.

    Returns
    -------
    str

    Examples
    --------
    >>> in_words("rule-of-law")
    'Rule of law'
    """
    return concept_id.replace("-", " ").capitalize()


def work_axis() -> alt.Axis:
    """Put the names of works on top, in two lines, so that they fit a phone."""
    two_lines = "split(replace(datum.label, ' & ', '|& '), '|')"
    # A second line hangs below the first: the padding keeps it off the cells.
    return alt.Axis(
        orient="top", labelAngle=0, labelExpr=two_lines, labelPadding=18, labelFontSize=11
    )


def two_line_axis() -> alt.Axis:
    """Break long names of codes after their first word, which leaves a phone more of the chart."""
    two_lines = (
        "length(datum.label) > 14 ? split(replace(datum.label, ' ', '|'), '|') : datum.label"
    )
    return alt.Axis(labelExpr=two_lines, labelLimit=190, labelFontSize=11, labelLineHeight=12)


def cell_text(base: alt.Chart, field: str, number: str) -> alt.Chart:
    """Write a number into each cell. It lies on the mark, so it has the link of the mark."""
    text = base.mark_text(fontSize=11, color="#111", aria=False)
    return text.encode(text=alt.Text(field, format=number))


def addresses(table: pd.DataFrame, keys: list[str], count: str) -> list[str | None]:
    """Return the panel of each row; none where nothing was counted."""
    return [
        panel_address(*values) if number else None
        for *values, number in table[[*keys, count]].itertuples(index=False)
    ]


def linked_marks(marks: alt.Chart) -> list[alt.Chart]:
    """Give marks the link to their panel; those that have none stay bare."""
    return [
        marks.transform_filter("datum.panel !== null").encode(href="panel:N"),
        marks.transform_filter("datum.panel === null"),
    ]


def document_labels(corpus: Corpus) -> dict[str, str]:
    """Return how each document is named in a figure: its work, the twin marked."""
    works = dict(zip(corpus.works["work_id"], corpus.works["short_label"], strict=True))
    return {
        d.document_id: works[d.work_id] + ("" if d.role == "primary" else " (twin)")
        for d in corpus.documents.itertuples()
    }


def drawn_by(function: Callable[_Given, Figure]) -> Callable[_Given, Figure]:
    """Have a chart say which function drew it."""

    @wraps(function)
    def draw(*args: _Given.args, **kwargs: _Given.kwargs) -> Figure:
        chart: Any = function(*args, **kwargs)
        return chart.properties(
            usermeta={"function": f"{function.__module__}.{function.__qualname__}"}
        )

    return draw
