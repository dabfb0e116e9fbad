"""What lies behind a node, a line or a dot of the figures: quotations, with their places."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.coding.loading import Coding
from analysis.coding.results import ITEMS, linked
from analysis.corpus import Corpus
from analysis.evidence import (
    links_to,
    panel,
    panel_address,
    panel_id,
    passage_address,
    passage_link,
    section_names,
)


def coded_places(coding: Coding) -> pd.DataFrame:
    """Return where the quotations of a coding stand.

    Returns
    -------
    pandas.DataFrame
        ``code, code_label`` (theme of a problem, instrument of a remedy), ``item,
        item_id, label, quote, stance, work_id, document_id, section_id, sentence_id,
        start, end``.
    """
    parts = []
    for item, (name, code) in ITEMS.items():
        names = coding.themes if item == "problem" else coding.instruments
        labels = names.set_index(code)["label"]
        renamed = getattr(coding, name).rename(columns={code: "code", f"{item}_id": "item_id"})
        parts.append(renamed.assign(item=item, code_label=renamed["code"].map(labels)))
    columns = ["code", "code_label", "item", "item_id", "label", "quote", "stance", "work_id",
               "document_id", "section_id", "sentence_id", "start", "end"]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[columns]


def quoted_places(coding: Coding, sources: pd.DataFrame) -> pd.DataFrame:
    """Return where the chapter quotes: coded items and common sources, as they stand.

    Parameters
    ----------
    coding : Coding
        The coding that is shown.
    sources : pandas.DataFrame
        `Comparison.sources`.

    Returns
    -------
    pandas.DataFrame
        ``section_id, sentence_id, start, end``.
    """
    columns = ["section_id", "sentence_id", "start", "end"]
    parts = [coded_places(coding)[columns], sources.loc[sources["quote"] != "", columns]]
    return pd.concat(parts, ignore_index=True)


def item_panels(corpus: Corpus, coding: Coding) -> str:
    """Return one panel per work and code as HTML: the items with their quotations.

    The panels of a work are folded together.
    """
    works = _labels(corpus)
    sections = section_names(corpus)
    folds = []
    for work, of_work in coded_places(coding).groupby("work_id", sort=True):
        parts = []
        for code, own in of_work.groupby("code", sort=True):
            lines = [
                f"{html.escape(i.label)}: {_quoted(i.quote, i.sentence_id, sections[i.section_id])}"
                for i in own.sort_values("start").itertuples()
            ]
            head = f"{own['code_label'].iloc[0]} in {works[work]}"
            thing = str(own["item"].iloc[0])
            parts.append(panel(panel_id(work, code), head, _listed(lines), len(own), thing))
        folds.append(_folded(f"{works[work]}: {len(parts)} themes and instruments", parts))
    return "".join(folds)


def link_panels(corpus: Corpus, coding: Coding) -> str:
    """Return one panel per work, theme and instrument: which remedy answers which problem.

    The panels of a work are folded together.
    """
    works = _labels(corpus)
    themes = coding.themes.set_index("theme")["label"]
    tools = coding.instruments.set_index("instrument")["label"]
    ends = _ends(corpus, coding)
    folds = []
    for work, of_work in linked(coding).groupby("work_id", sort=True):
        parts = []
        for (theme, tool), own in of_work.groupby(["theme", "instrument"], sort=True):
            head = f"{themes[theme]} → {tools[tool]} in {works[work]}"
            lines = [_link_line(row, ends) for row in own.to_dict("records")]
            parts.append(panel(panel_id(work, theme, tool), head, _listed(lines), len(own), "link"))
        folds.append(_folded(f"{works[work]}: {len(parts)} lines", parts))
    return "".join(folds)


def _labels(corpus: Corpus) -> dict[str, str]:
    return dict(zip(corpus.works["work_id"], corpus.works["label"], strict=True))


def _folded(head: str, parts: list[str]) -> str:
    return f'<details class="fold"><summary>{html.escape(head)}</summary>{"".join(parts)}</details>'


def _ends(corpus: Corpus, coding: Coding) -> dict[tuple[str, str], str]:
    """Return each item as it is shown at the end of a link, by kind and id."""
    sections = section_names(corpus)
    return {
        (i.item, i.item_id): f"{html.escape(i.label)}: "
        f"{_quoted(i.quote, i.sentence_id, sections[i.section_id])}"
        for i in coded_places(coding).itertuples()
    }


def _link_line(row: Mapping[Any, Any], ends: Mapping[tuple[str, str], str]) -> str:
    problem, remedy = ends["problem", row["problem_id"]], ends["remedy", row["remedy_id"]]
    reason = f"<em>{html.escape(row['basis'])}</em>: {html.escape(row['rationale'])}"
    return f"{problem}<br>→ {remedy}<br>{reason}"


def show_item_panels(corpus: Corpus, coding: Coding) -> Any:
    """Show `item_panels`."""
    from IPython.display import HTML

    return HTML(item_panels(corpus, coding))


def show_link_panels(corpus: Corpus, coding: Coding) -> Any:
    """Show `link_panels`."""
    from IPython.display import HTML

    return HTML(link_panels(corpus, coding))


# --- Tables for readers ---------------------------------------------------------------------


def with_link_panels(answers: pd.DataFrame) -> pd.DataFrame:
    """Add ``quotations``, a link to the panel of each pair of theme and instrument."""
    keys = answers[["work_id", "theme", "instrument"]].itertuples(index=False, name=None)
    return answers.assign(quotations=links_to([panel_address(*key) for key in keys], "quotations"))


def with_passages(table: pd.DataFrame) -> pd.DataFrame:
    """Add ``passage``, a link to the sentence of each row; empty where there is none."""
    sentences = table["sentence_id"]
    return table.assign(passage=[passage_link(s) if isinstance(s, str) else "" for s in sentences])


def with_convergence_names(
    table: pd.DataFrame, coding: Coding, works: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """Add in words the works, the shared instruments, and what is known of a common source.

    Returns
    -------
    pandas.DataFrame
        The table with ``in_works, same_tools`` and ``source`` (such as ``suspected:
        period``; ``not looked for`` without a judgement).
    """
    short = dict(zip(works["work_id"], works["short_label"], strict=True))
    tools = coding.instruments.set_index("instrument")["label"].str.lower()
    known = {
        theme: "; ".join(
            dict.fromkeys(
                f"{r.status}: {r.kind}" if r.kind != "none" else r.status for r in own.itertuples()
            )
        )
        for theme, own in sources[sources["theme"] != ""].groupby("theme")
    }
    return table.assign(
        in_works=[", ".join(short[w] for w in row.split()) for row in table["works"]],
        same_tools=[", ".join(tools[t] for t in row.split()) or "none" for row in table["shared"]],
        source=[known.get(theme, "not looked for") for theme in table["theme"]],
    )


def with_source_names(sources: pd.DataFrame, coding: Coding, works: pd.DataFrame) -> pd.DataFrame:
    """Add ``theme_label, work`` and ``passage`` to the common sources."""
    short = dict(zip(works["work_id"], works["short_label"], strict=True))
    names = coding.themes.set_index("theme")["label"]
    return with_passages(
        sources.assign(
            theme_label=sources["theme"].map(names).fillna(""),
            work=sources["work_id"].map(short).fillna(""),
        )
    )


def with_tension_names(tensions: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Add ``wanted`` and ``faulted`` as HTML: the work, what is said, the quotation, its place."""
    short = dict(zip(works["work_id"], works["short_label"], strict=True))
    ends = {
        end: [
            f"{html.escape(short[row[f'{end}_work']])}: {html.escape(row[f'{end}_label'])}. "
            f"<q>{html.escape(row[f'{end}_quote'])}</q> {passage_link(row[f'{end}_sentence'])}"
            for row in tensions.to_dict("records")
        ]
        for end in ("wanted", "faulted")
    }
    return tensions.assign(**ends)


def _listed(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _quoted(quote: str, sentence_id: str, section: str) -> str:
    address = html.escape(passage_address(sentence_id), quote=True)
    return f'<q>{html.escape(quote)}</q> <a href="{address}">§ {html.escape(section)}</a>'
