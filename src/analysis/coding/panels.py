"""What lies behind a node, a line or a dot of the figures: quotations, with their places."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.coding.loading import Coding
from analysis.coding.results import ITEMS, headlines, linked
from analysis.corpus import Corpus
from analysis.evidence import (
    as_list,
    links_to,
    panel_address,
    panel_id,
    passage_link,
    place_link,
    section_names,
    word_places,
)
from analysis.export import TABLES, write_table
from analysis.prose import count_of, listed
from analysis.publishing import WITHHELD, publishes, quoted

THINGS = {"problem": ("problem", "problems"), "remedy": ("remedy", "remedies")}
"""One and several of each kind of item, in words."""


def coded_places(coding: Coding) -> pd.DataFrame:
    """Return where the quotations of a coding stand.

    Parameters
    ----------
    coding : Coding
        The coding.

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
    """Return one panel per work and code as HTML: the items with links to their quotations.

    The panels of a work are folded together, as one list. Each item has its identifier as
    its address (see `item_anchors`). Of a work that may not be shown, the items have no
    links.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    coding : Coding
        The coding that is shown.

    Returns
    -------
    str
        HTML, one fold per work in the order of the table of works.
    """
    places = coded_places(coding)
    anchors = item_anchors(places)
    links = _links_of(corpus, places)
    folds = []
    for work, label in _labels(corpus).items():
        of_work = places[places["work_id"] == work]
        parts = []
        for code, own in of_work.groupby("code", sort=True):
            items = "".join(
                f'<li id="{html.escape(anchors[i.item, i.item_id])}">{links[i.item, i.item_id]}'
                for i in own.sort_values("start").itertuples()
            )
            thing = THINGS[own["item"].iloc[0]]
            head = f"{own['code_label'].iloc[0]}: {count_of(len(own), *thing)}"
            parts.append(_part(panel_id(work, code), head, items))
        note = "" if publishes(corpus, work) else f"<p>{WITHHELD}</p>"
        folds.append(_folded(f"{label}: {len(parts)} themes and instruments", note, parts))
    return "".join(folds)


def link_panels(corpus: Corpus, coding: Coding) -> str:
    """Return one panel per work, theme and instrument: which remedy answers which problem.

    The panels of a work are folded together, as one list. The items are named by their
    identifiers, each a link to where `item_panels` lists it on the same page.

    Parameters
    ----------
    corpus, coding
        As in `item_panels`.

    Returns
    -------
    str
        HTML, one fold per work in the order of the table of works.
    """
    themes = coding.themes.set_index("theme")["label"]
    tools = coding.instruments.set_index("instrument")["label"]
    anchors = item_anchors(coded_places(coding))
    links = linked(coding)
    folds = []
    for work, label in _labels(corpus).items():
        of_work = links[links["work_id"] == work]
        parts = []
        for (theme, tool), own in of_work.groupby(["theme", "instrument"], sort=True):
            head = f"{themes[theme]} → {tools[tool]}: {count_of(len(own), 'link')}"
            lines = "".join(f"<li>{_link_line(row, anchors)}" for row in own.to_dict("records"))
            parts.append(_part(panel_id(work, theme, tool), head, lines))
        folds.append(_folded(f"{label}: {len(parts)} lines", "", parts))
    return "".join(folds)


def item_anchors(items: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the address of each item on a page: its identifier, where that can be one.

    Parameters
    ----------
    items : pandas.DataFrame
        ``item`` (``problem`` or ``remedy``), ``item_id``.

    Returns
    -------
    dict of tuple of str to str
        By ``item`` and ``item_id``. An identifier that is no plain word, or that a problem
        and a remedy share, is replaced by a `analysis.evidence.panel_id`.
    """
    counts = Counter(items["item_id"])
    return {
        (item, item_id): item_id
        if counts[item_id] == 1 and re.fullmatch(r"[\w.-]+", item_id)
        else panel_id(item, item_id)
        for item, item_id in zip(items["item"], items["item_id"], strict=True)
    }


def _labels(corpus: Corpus) -> dict[str, str]:
    return dict(zip(corpus.works["work_id"], corpus.works["label"], strict=True))


def _folded(head: str, note: str, parts: list[str]) -> str:
    return (
        f'<details class="fold"><summary>{html.escape(head)}</summary>{note}'
        f'<ul class="evidence">{"".join(parts)}</ul></details>'
    )


def _part(name: str, head: str, lines: str) -> str:
    """Return one panel as an item of a list. HTML needs no end tags of items; pages are long."""
    return f'<li id="{html.escape(name)}">{html.escape(head)}<ul>{lines}</ul>'


def _links_of(corpus: Corpus, places: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return each item as HTML: its label, a link to each sentence of the quotation, a section."""
    places = places.reset_index(drop=True)
    words = {place: own for place, own in word_places(corpus, places).groupby("place")}
    numbers = section_names(corpus)
    shown = {work for work in corpus.works["work_id"] if publishes(corpus, work)}
    links = {}
    for number, item in enumerate(places.itertuples()):
        texts, section = [html.escape(item.label)], html.escape(numbers[item.section_id])
        if item.work_id in shown and number in words:
            runs = list(words[number].itertuples())
            names = [item.label, *["continued"] * (len(runs) - 1)]
            texts = [
                place_link(run.sentence_id, [(run.first, run.last)], name)
                for run, name in zip(runs, names, strict=True)
            ]
        links[item.item, item.item_id] = f"{' '.join(texts)} § {section}"
    return links


def _link_line(row: Mapping[Any, Any], anchors: Mapping[tuple[str, str], str]) -> str:
    ends = " → ".join(
        f'<a href="#{html.escape(anchors[item, row[f"{item}_id"]])}">{html.escape(row[f"{item}_id"])}</a>'
        for item in ("problem", "remedy")
    )
    failed = ", reported as failed" if row["stance"] == "criticised" else ""
    reason = html.escape(f"{row['basis']}{failed}: {row['rationale']}", quote=False)
    return f"{ends} {reason}"


def show_item_panels(corpus: Corpus, coding: Coding) -> Any:
    """Show `item_panels`.

    Parameters
    ----------
    corpus, coding
        As in `item_panels`.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    return HTML(item_panels(corpus, coding))


def show_link_panels(corpus: Corpus, coding: Coding) -> Any:
    """Show `link_panels`.

    Parameters
    ----------
    corpus, coding
        As in `item_panels`.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    return HTML(link_panels(corpus, coding))


# --- Tables for readers ---------------------------------------------------------------------


def with_link_panels(answers: pd.DataFrame) -> pd.DataFrame:
    """Add ``quotations``, a link to the panel of each pair of theme and instrument.

    Parameters
    ----------
    answers : pandas.DataFrame
        ``work_id, theme, instrument``.

    Returns
    -------
    pandas.DataFrame
        The table with ``quotations``, as HTML.
    """
    keys = answers[["work_id", "theme", "instrument"]].itertuples(index=False, name=None)
    return answers.assign(quotations=links_to([panel_address(*key) for key in keys], "quotations"))


def with_passages(table: pd.DataFrame) -> pd.DataFrame:
    """Add ``passage``, a link to the sentence of each row.

    Parameters
    ----------
    table : pandas.DataFrame
        ``sentence_id``; missing where a row has none.

    Returns
    -------
    pandas.DataFrame
        The table with ``passage``, as HTML; empty where there is no sentence.
    """
    sentences = table["sentence_id"]
    return table.assign(passage=[passage_link(s) if isinstance(s, str) else "" for s in sentences])


def with_convergence_names(
    table: pd.DataFrame,
    answers: pd.DataFrame,
    coding: Coding,
    works: pd.DataFrame,
    sources: pd.DataFrame,
) -> pd.DataFrame:
    """Add in words the works, the shared instruments, and what is known of a common source.

    Parameters
    ----------
    table : pandas.DataFrame
        ``theme``; ``works`` and ``shared`` (instruments), identifiers parted by blanks.
    answers : pandas.DataFrame
        ``work_id, theme, instrument``: which work answers what with what.
    coding : Coding
        For the names of instruments.
    works : pandas.DataFrame
        The works.
    sources : pandas.DataFrame
        ``theme, status, kind``: `Comparison.sources`.

    Returns
    -------
    pandas.DataFrame
        The table with ``in_works, same_tools`` and ``source`` (such as ``suspected:
        period``; ``not looked for`` without a judgement).
    """
    short = dict(zip(works["work_id"], works["short_label"], strict=True))
    tools = coding.instruments.set_index("instrument")["label"].str.lower()
    holders = answers.groupby(["theme", "instrument"])["work_id"].agg(list)
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
        same_tools=[
            "; ".join(
                f"{tools[t]} ({', '.join(short[w] for w in holders[row.theme, t])})"
                for t in row.shared.split()
            )
            or "none"
            for row in table.itertuples()
        ],
        source=[known.get(theme, "not looked for") for theme in table["theme"]],
    )


def headline_table(first: Coding, second: Coding) -> pd.DataFrame:
    """Set side by side what either coding alone says.

    Parameters
    ----------
    first, second : Coding
        Two codings of the same texts.

    Returns
    -------
    pandas.DataFrame
        ``headline, first, second``, in words.
    """
    told = headlines(first), headlines(second)
    return pd.DataFrame(
        {"headline": list(told[0]), "first": told[0].values(), "second": told[1].values()}
    )


def show_tensions(tensions: pd.DataFrame, works: pd.DataFrame, name: str = "tensions") -> Any:
    """Show where one passage wants what another faults, both quoted, and write the table.

    Parameters
    ----------
    tensions : pandas.DataFrame
        `Comparison.tensions`.
    works : pandas.DataFrame
        The works.
    name : str
        Names the table.

    Returns
    -------
    IPython.display.HTML
    """
    short = dict(zip(works["work_id"], works["short_label"], strict=True))
    lines = []
    for row in tensions.to_dict("records"):
        ends = [
            f"{verb} by {html.escape(short[row[f'{end}_work']])}: "
            f"{html.escape(row[f'{end}_label'])}. "
            f"{quoted(works, row[f'{end}_work'], row[f'{end}_quote'])} "
            f"{passage_link(row[f'{end}_sentence'])}"
            for end, verb in (("wanted", "Wanted"), ("faulted", "Faulted"))
        ]
        head = f"<strong>{html.escape(row['label'])}</strong> ({html.escape(row['kind'])})"
        lines.append("<br>".join([head, *ends, html.escape(row["note"])]))
    return _shown_as_list(lines, tensions, name)


def show_sources(
    sources: pd.DataFrame, coding: Coding, works: pd.DataFrame, name: str = "common_sources"
) -> Any:
    """Show the common sources that were looked for, with what shows them, and write the table.

    Parameters
    ----------
    sources : pandas.DataFrame
        `Comparison.sources`.
    coding : Coding
        For the names of themes.
    works : pandas.DataFrame
        The works.
    name : str
        Names the table.

    Returns
    -------
    IPython.display.HTML
    """
    short = dict(zip(works["work_id"], works["short_label"], strict=True))
    themes = coding.themes.set_index("theme")["label"]
    lines = []
    for (about, kind, status, note), own in sources.groupby(
        ["about", "kind", "status", "note"], sort=False
    ):
        named = listed([themes[t] for t in dict.fromkeys(own["theme"]) if t])
        on = "" if named == "none" else f"; on {html.escape(named.lower())}"
        found = html.escape(status if kind == "none" else f"{kind}, {status}")
        quotes = [
            f"{html.escape(short[row.work_id])}: {quoted(works, row.work_id, row.quote)} "
            f"{passage_link(row.sentence_id)}"
            for row in own[own["quote"] != ""].itertuples()
        ]
        head = f"<strong>{html.escape(about)}</strong> ({found}{on})"
        lines.append("<br>".join([head, *quotes, html.escape(note)]))
    return _shown_as_list(lines, sources, name)


def _shown_as_list(lines: list[str], table: pd.DataFrame, name: str) -> Any:
    """Show what is too wordy for the cells of a table, and offer the table as a file."""
    from IPython.display import HTML

    write_table(table, name)
    download = f'<p><a href="{TABLES}/{name}.csv" download>Table as CSV</a></p>'
    return HTML(f'<div class="readings">{as_list(lines)}{download}</div>')
