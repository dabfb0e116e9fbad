"""All coded items on one page: a table that readers filter, each row with its passage.

The table is complete by itself. `book/_static/browse.js` puts filters above it, and
`book/_static/browse.css` lays out its rows as cards where the page is narrow.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.coding import Coding
from analysis.coding.panels import item_anchors
from analysis.concepts import Lexicon
from analysis.concordance import in_context
from analysis.corpus import Corpus
from analysis.evidence import PASSAGES_PAGE, passage_address
from analysis.export import TABLES, write_table
from analysis.publishing import WITHHELD, publishes

ITEM_COLUMNS = ["work_id", "item", "item_id", "label", "level", "theme", "instrument", "actor",
                "voice", "stance", "values", "linked", "coders", "section", "sentence_id",
                "document_id", "section_id", "start", "end", "quote", "note"]  # fmt: skip
PARTED = "; "
"""What parts the identifiers in one cell."""
CODERS = {1: "in one coding", 2: "in both codings"}
"""How many of two codings have an item, in words."""
VOICES = {"author": "by the author", "cited": "by others, cited", "party": "by the ruling party"}
"""Who speaks, in words."""


def coded_items(
    coding: Coding,
    corpus: Corpus,
    values: pd.DataFrame | None = None,
    coders: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Gather the problems and remedies of a coding in one tidy table.

    Parameters
    ----------
    coding : Coding
        From `analysis.load_coding`.
    corpus : Corpus
        The texts that were coded.
    values : pandas.DataFrame, optional
        Places of value concepts, such as `analysis.find_concepts` returns:
        ``sentence_id, concept_id``.
    coders : pandas.DataFrame, optional
        In how many of two codings each item is: ``item_id, coders`` (1 or 2), and
        ``item`` where a problem and a remedy may have the same identifier; such as the
        items that `analysis.coding.backing` returns.

    Returns
    -------
    pandas.DataFrame
        One row per item: works in the order of ``corpus.works``; of a work the problems,
        then the remedies, in the order of the text. ``work_id, item`` (``problem`` or
        ``remedy``), ``item_id, label, level`` (of a remedy that of its instrument),
        ``theme`` (of problems), ``instrument, actor`` (of remedies), ``voice, stance,
        values`` (concepts of ``values`` in the sentences that the quotation runs over, in
        the order of the hits), ``linked`` (identifiers at the other ends of the links,
        each with the basis: ``lian-r03 (explicit)``), ``coders, section`` (number and
        title), ``sentence_id`` (where the quotation begins), ``document_id, section_id,
        start, end`` (offsets of the quotation into the raw text), ``quote, note``. What an
        item does not have is an empty string. Several identifiers are parted by ``; ``.
        The columns ``values`` and ``coders`` are there only if their tables are given.

    Raises
    ------
    ValueError
        If ``coders`` lacks an item, has one twice, or has a number other than 1 and 2.
    """
    items = pd.concat([_tidy(coding, "problem"), _tidy(coding, "remedy")], ignore_index=True)
    links = _links(coding)
    items["linked"] = [
        PARTED.join(f"{other} ({basis})" for _, other, basis in links.get(key, []))
        for key in _keys(items)
    ]
    titles = {s.section_id: f"{s.number} {s.title}".strip() for s in corpus.sections.itertuples()}
    items["section"] = items["section_id"].map(titles)
    if values is not None:
        items["values"] = _values(items, corpus, values)
    if coders is not None:
        items["coders"] = _coders(items, coders)
    order = {work: place for place, work in enumerate(corpus.works["work_id"])}
    items = items.assign(order=items["work_id"].map(order))
    items = items.sort_values(["order", "item", "start", "item_id"], ignore_index=True)
    return items[[column for column in ITEM_COLUMNS if column in items]]


def show_coding(
    items: pd.DataFrame,
    corpus: Corpus,
    coding: Coding,
    lexicon: Lexicon | None = None,
    width: int = 3,
    caption: str = "All coded problems and remedies",
    name: str | None = "coding_items",
    page: str = PASSAGES_PAGE,
) -> Any:
    """Show coded items as one table, in which a reader filters and opens passages.

    A page holds one such table. Each row has the identifier of its item as its address,
    such as ``#lian-p04``; where that is no plain word, or names a problem and a remedy,
    the address is made by `analysis.evidence.panel_id`.

    Parameters
    ----------
    items : pandas.DataFrame
        From `coded_items`; rows may be left out. A link to a row that is left out is
        named and leads nowhere.
    corpus : Corpus
        The texts that were coded.
    coding : Coding
        Gives the links, and the names of themes, instruments and actors.
    lexicon : Lexicon, optional
        Gives the names of values; without it their identifiers are shown.
    width : int
        Words of context on each side of a quotation.
    caption : str
        What the table shows.
    name : str or None
        Write the items to this file and link it; ``None`` writes no file.
    page : str
        The page of passages, relative to the page that shows the table.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    ValueError
        If ``width`` is negative.
    """
    from IPython.display import HTML

    if width < 0:
        raise ValueError(f"width must not be negative, not {width}")
    download = ""
    if name:
        write_table(items, name)
        address = _safe(f"{TABLES}/{name}.csv")
        download = f'<p><a href="{address}" download>Table as CSV</a></p>'
    items = items.reset_index(drop=True)
    context = in_context(corpus, items, width)[["left", "keyword", "right"]]
    names = _Names.of(items, corpus, coding, lexicon, page)
    headings = ["Item", "What it says", "Code", "How it is said"]
    headings += ["Values", "Links"] if "values" in items else ["Links"]
    head = "".join(f'<th role="columnheader" scope="col">{text}</th>' for text in headings)
    rows = "".join(_row(item, names) for item in items.join(context).itertuples())
    # The roles are said although a table has them: as cards, it would lose them.
    return HTML(
        f'<div class="coding-items">{download}<div class="coding-filters"></div><table role="table">'
        f"<caption>{_safe(caption)}.</caption>"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


# --- The tidy table --------------------------------------------------------------------------

_Key = tuple[str, str]  # kind and identifier of an item


def _tidy(coding: Coding, item: str) -> pd.DataFrame:
    """Give items of one kind the columns of both kinds, empty where they have none."""
    items = coding.problems if item == "problem" else coding.remedies
    items = items.rename(columns={f"{item}_id": "item_id"}).assign(item=item)
    if item == "remedy" and "level" in coding.instruments:
        levels = coding.instruments.set_index("instrument")["level"]
        items["level"] = items["instrument"].map(levels)
    made = {"values", "linked", "coders", "section"}
    columns = [column for column in ITEM_COLUMNS if column not in made]
    missing = dict.fromkeys((c for c in columns if c not in items), "")
    return items.assign(**missing)[columns]


def _keys(items: pd.DataFrame) -> list[_Key]:
    return list(zip(items["item"], items["item_id"], strict=True))


def _links(coding: Coding) -> dict[_Key, list[tuple[str, str, str]]]:
    """Return for each item the other ends of its links: kind, identifier, basis."""
    ends: dict[_Key, list[tuple[str, str, str]]] = {}
    links = coding.links.sort_values(["remedy_id", "problem_id"])
    for link in links.itertuples():
        problem, remedy = ("problem", link.problem_id), ("remedy", link.remedy_id)
        ends.setdefault(problem, []).append((*remedy, link.basis))
        ends.setdefault(remedy, []).append((*problem, link.basis))
    return ends


def _values(items: pd.DataFrame, corpus: Corpus, hits: pd.DataFrame) -> list[str]:
    """Return the values of all sentences that each quotation runs over."""
    of_sentence = {s: list(own["concept_id"]) for s, own in hits.groupby("sentence_id")}
    of_section = dict(list(corpus.sentences.groupby("section_id")))
    cells = []
    for item in items.itertuples():
        rows = of_section[item.section_id]
        quoted = rows.loc[(rows["start"] < item.end) & (rows["end"] > item.start), "sentence_id"]
        found = dict.fromkeys(v for sentence in quoted for v in of_sentence.get(sentence, []))
        cells.append(PARTED.join(found))
    return cells


def _coders(items: pd.DataFrame, coders: pd.DataFrame) -> list[int]:
    keys = [column for column in ("item", "item_id") if column in coders]
    wrong = sorted(set(coders["coders"]) - set(CODERS))
    if wrong:
        raise ValueError(f"the number of coders must be 1 or 2, not {wrong[0]}")
    twice = coders.loc[coders.duplicated(keys), "item_id"]
    if len(twice):
        raise ValueError(f"the coders of {twice.iloc[0]!r} are given twice")
    known = coders.set_index(keys)["coders"]
    wanted = pd.Index(items["item_id"]) if len(keys) == 1 else pd.MultiIndex.from_frame(items[keys])
    lost = items.loc[~wanted.isin(known.index), "item_id"]
    if len(lost):
        raise ValueError(f"the coders are not given for: {', '.join(lost)}")
    return known.reindex(wanted).astype(int).tolist()


# --- The page --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    """What the rows of one page look up."""

    works: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]  # of themes, instruments, actors and values
    anchors: Mapping[_Key, str]
    links: Mapping[_Key, list[tuple[str, str, str]]]
    passages: str
    shown: frozenset[str]  # works of which text may be shown

    @classmethod
    def of(
        cls,
        items: pd.DataFrame,
        corpus: Corpus,
        coding: Coding,
        lexicon: Lexicon | None,
        page: str,
    ) -> _Names:
        codes = {
            name: dict(zip(table[name], table["label"], strict=True))
            for name, table in (
                ("theme", coding.themes),
                ("instrument", coding.instruments),
                ("actor", coding.actors),
            )
        }
        if lexicon is not None:
            concepts = lexicon.concepts
            codes["value"] = dict(zip(concepts["concept_id"], concepts["label"], strict=True))
        works = dict(zip(corpus.works["work_id"], corpus.works["short_label"], strict=True))
        shown = frozenset(work for work in works if publishes(corpus, work))
        return cls(works, codes, item_anchors(items), _links(coding), page, shown)

    def code(self, field: str, code: str) -> str:
        """Return the name of a code."""
        return self.codes.get(field, {}).get(code, code)


def _row(item: Any, names: _Names) -> str:
    anchor = _safe(names.anchors[item.item, item.item_id])
    cells = [_passage(item, names), _codes(item, names), _manner(item)]
    if hasattr(item, "values"):
        cells.append(_mentioned(item, names))
    body = "".join(f'<td role="cell">{cell}</td>' for cell in cells)
    return (
        f'<tr role="row" id="{anchor}"><th role="rowheader">'
        f'<div><a href="#{anchor}">{_safe(item.item_id)}</a></div>'
        f"{_line('item', item.item, item.item.capitalize())}"
        f"{_line('work', item.work_id, names.works[item.work_id])}</th>"
        f"{body}{_linked(item, names)}</tr>"
    )


def _passage(item: Any, names: _Names) -> str:
    """Return the label, which opens to the quotation in its context."""
    address = _safe(passage_address(item.sentence_id, names.passages))
    note = f"<p>Note: {_safe(item.note)}</p>" if item.note else ""
    quotation = f"<p>{WITHHELD}</p>"
    if item.work_id in names.shown:
        words = f"{_safe(item.left)}<mark>{_safe(item.keyword)}</mark>{_safe(item.right)}"
        quotation = f"<blockquote>{words}</blockquote>"
    return (
        f"<details><summary>{_safe(item.label)}</summary>"
        f'{quotation}<p>{_safe(item.section)} <a href="{address}">'
        f"{_safe(item.sentence_id)}</a></p>{note}</details>"
    )


def _codes(item: Any, names: _Names) -> str:
    code = "theme" if item.item == "problem" else "instrument"
    lines = _line(code, getattr(item, code), names.code(code, getattr(item, code)))
    lines += _line("level", item.level, before="level:")
    return lines + _line("actor", item.actor, names.code("actor", item.actor), "actor:")


def _manner(item: Any) -> str:
    """Return stance and voice, and how many codings have the item."""
    lines = _line("stance", item.stance)
    lines += _line("voice", item.voice, VOICES.get(item.voice, item.voice))
    if hasattr(item, "coders"):
        lines += _line("coders", str(item.coders), CODERS[item.coders])
    return lines


def _mentioned(item: Any, names: _Names) -> str:
    concepts = item.values.split(PARTED) if item.values else []
    return "".join(_line("value", concept, names.code("value", concept)) for concept in concepts)


def _linked(item: Any, names: _Names) -> str:
    links = names.links.get((item.item, item.item_id), [])
    if not links:
        return '<td role="cell" data-link="no">no link</td>'
    verb = "answered by" if item.item == "problem" else "answers"
    lines = "".join(
        f"<li>{_link((kind, other), names)} ({_safe(basis)})</li>" for kind, other, basis in links
    )
    return f'<td role="cell" data-link="yes">{verb}<ul>{lines}</ul></td>'


def _link(key: _Key, names: _Names) -> str:
    text = _safe(key[1])
    anchor = names.anchors.get(key)
    return f'<a href="#{_safe(anchor)}">{text}</a>' if anchor else text


def _line(field: str, code: str, name: str = "", before: str = "") -> str:
    """Return a code of an item as a line that the filters can read, nothing for no code."""
    if not code:
        return ""
    text = _safe(name or code.replace("-", " "))
    carrier = f'data-{field}="{_safe(code)}">{text}'
    if not before:
        return f"<div {carrier}</div>"
    return f"<div><small>{before}</small> <span {carrier}</span></div>"


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
