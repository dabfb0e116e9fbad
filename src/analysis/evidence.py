"""From a number to the sentences behind it.

Every sentence has a stable address, ``passages.html#lian-s0042``. A chart or table
leads to a *panel*: the concordance lines behind one of its numbers, each with the
address of its passage. The page of passages shows the sentences that some panel or
quotation refers to, cut to the words around the evidence. `recoverable_share` says how
much of a work these are.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.concordance import in_context
from analysis.corpus import Corpus
from analysis.prose import listed
from analysis.resampling import parted
from analysis.text import WORD, AlignedText

PASSAGES_PAGE = "passages.html"


def passage_address(sentence_id: str, page: str = PASSAGES_PAGE) -> str:
    """Return the address of a passage."""
    return f"{page}#{sentence_id}"


def panel_id(*parts: object) -> str:
    """Return the identifier of the panel behind a number, made from its keys.

    Two numbers never share one: keys that are not plain words get a mark of their own.

    Examples
    --------
    >>> panel_id("lian", "rule-of-law")
    'e-lian--rule-of-law'
    """
    words = [re.sub(r"[^a-z0-9]+", "-", str(part).lower()).strip("-") for part in parts]
    plain = words == [str(part) for part in parts]
    mark = (
        "" if plain else "-" + hashlib.sha256(repr(tuple(map(str, parts))).encode()).hexdigest()[:8]
    )
    return f"e-{'--'.join(words)}{mark}"


def panel_address(*parts: object) -> str:
    """Return the address of a panel on the same page, for the links of a chart."""
    return f"#{panel_id(*parts)}"


def links_to(addresses: Iterable[str], text: str = "lines") -> list[str]:
    """Return a link for each address as HTML; nothing for an empty one."""
    return [
        f'<a href="{html.escape(address, quote=True)}">{html.escape(text)}</a>' if address else ""
        for address in addresses
    ]


def passage_link(sentence_id: str, page: str = PASSAGES_PAGE) -> str:
    """Return a link to a passage as HTML."""
    address = html.escape(passage_address(sentence_id, page), quote=True)
    return f'<a href="{address}">{html.escape(sentence_id)}</a>'


def passage_links(
    row: Mapping[str, object] | pd.Series, places: pd.DataFrame, page: str = PASSAGES_PAGE
) -> str:
    """Turn a row of any result table into links to its passages.

    Parameters
    ----------
    row : mapping or pandas.Series
        A row of a result table.
    places : pandas.DataFrame
        Where the counted things stand: ``sentence_id`` and key columns such as
        ``work_id`` and ``term``. The key columns that the row also has must agree.
    page : str
        The page of passages, relative to the page that shows the links.

    Returns
    -------
    str
        HTML: one link per sentence, in the order of ``places``; empty if there is none.

    Raises
    ------
    ValueError
        If row and places have no key column in common.
    """
    keys = [c for c in places.columns if c in row and c not in ("sentence_id", "start", "end")]
    if not keys:
        raise ValueError("the row and its places have no key column in common")
    mine = places
    for key in keys:
        mine = mine[mine[key] == row[key]]
    return ", ".join(passage_link(s, page) for s in dict.fromkeys(mine["sentence_id"]))


def occurrences(corpus: Corpus, terms: Collection[str], term: str = "lemma") -> pd.DataFrame:
    """Return where terms of one or several words stand.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    terms : collection of str
        Terms, the words of one parted by spaces. A term of several words crosses neither
        a sentence nor a mark of punctuation, as `analysis.term_frequencies` counts it.
    term : {"lemma", "token"}
        What the words of a term are compared with, in lower case.

    Returns
    -------
    pandas.DataFrame
        ``term, document_id, work_id, section_id, sentence_id, start, end``, in the order
        of the texts.
    """
    if isinstance(terms, str):
        raise ValueError(f"terms must be a collection: write [{terms!r}], not {terms!r}")
    wanted = {t.lower() for t in terms}
    is_word = corpus.tokens["is_word"].to_numpy(dtype=bool)
    breaks = np.cumsum(parted(corpus.tokens)[is_word])
    words = corpus.words()
    forms = words[term].astype(str).str.lower().to_numpy(dtype=object)
    columns = ["document_id", "work_id", "section_id", "sentence_id", "start", "end"]
    parts = []
    for length in sorted({len(t.split()) for t in wanted} or {1}):
        first = np.arange(max(len(words) - length + 1, 0))
        first = first[breaks[first] == breaks[first + length - 1]]
        runs = forms[first]
        for shift in range(1, length):
            runs = runs + " " + forms[first + shift]
        found = np.isin(runs.astype(str), sorted(wanted)) if len(runs) else np.array([], dtype=bool)
        table = words.iloc[first[found]][columns].astype({c: object for c in columns[:4]})
        table["end"] = words["end"].to_numpy()[first[found] + length - 1]
        table.insert(0, "term", runs[found])
        parts.append(table.assign(place=first[found]))
    every = pd.concat(parts).sort_values(["place", "term"], kind="stable", ignore_index=True)
    return every.drop(columns="place")


def listed_places(*tables: pd.DataFrame, width: int = 3) -> pd.DataFrame:
    """Gather every place that some chapter refers to.

    Parameters
    ----------
    *tables : pandas.DataFrame
        Each with ``section_id, sentence_id, start, end``, and ``width`` where its places
        are shown with another width of context.
    width : int
        Words of context on each side.

    Returns
    -------
    pandas.DataFrame
        ``section_id, sentence_id, start, end, width``, each place once, with the
        greatest of its widths.
    """
    columns = ["section_id", "sentence_id", "start", "end"]
    known = [table.reindex(columns=[*columns, "width"]) for table in tables]
    places = pd.concat(known, ignore_index=True).fillna({"width": width}).astype({"width": int})
    return places.groupby(columns, as_index=False)["width"].max()


def section_names(corpus: Corpus) -> dict[str, str]:
    """Return how each section is named in a reference: its number, else its title."""
    return {
        s.section_id: (s.number.rstrip(".") or s.title.strip(":").capitalize())
        for s in corpus.sections.itertuples()
    }


def together(hits: pd.DataFrame) -> pd.DataFrame:
    """List the sentences in which two concepts stand together.

    Returns
    -------
    pandas.DataFrame
        ``concept_a, concept_b, sentence_id``, one row per pair and sentence.
    """
    rows = [
        (a, b, sentence)
        for sentence, own in hits.groupby("sentence_id")["concept_id"]
        for a, b in combinations(sorted(own.unique()), 2)
    ]
    table = pd.DataFrame(rows, columns=["concept_a", "concept_b", "sentence_id"])
    return table.sort_values(["concept_a", "concept_b", "sentence_id"], ignore_index=True)


def panels(
    corpus: Corpus, places: pd.DataFrame, keys: Collection[str], title: str, width: int = 6
) -> str:
    """Return the panels behind the numbers of a chart as HTML.

    Each panel is a ``<details>`` with the concordance lines of one combination of
    keys; it needs no script to open.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    places : pandas.DataFrame
        Key columns and ``document_id, work_id, section_id, sentence_id, start, end``.
    keys : collection of str
        The columns whose values name a panel (see `panel_id`), in that order.
    title : str
        A pattern for the heading with the keys in braces, such as ``{term} in {work}``;
        ``{work}`` is the label of the work.
    width : int
        Words of context on each side.
    """
    labels = dict(zip(corpus.works["work_id"], corpus.works["label"], strict=True))
    parts = []
    for values, members in places.groupby(list(keys), sort=True):
        named = {**members.iloc[0].to_dict(), **dict(zip(keys, values, strict=True))}
        head = title.format(**named, work=labels.get(named.get("work_id", ""), ""))
        parts.append(panel(panel_id(*values), head, *lines_of(corpus, members, width)))
    return "".join(parts)


def panel(name: str, head: str, body: str, number: int, thing: str = "place") -> str:
    """Return one panel as HTML: a head that says how many places, and what it opens to."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    count = f"{number} {thing if number == 1 else plural}"
    return (
        f'<details class="evidence" id="{html.escape(name, quote=True)}">'
        f"<summary>{html.escape(head)}: {count}</summary>{body}</details>"
    )


def lines_of(corpus: Corpus, places: pd.DataFrame, width: int) -> tuple[str, int]:
    """Return the concordance lines of places as an HTML list, and their number."""
    numbers = section_names(corpus)
    lines = in_context(corpus, places.drop_duplicates(["sentence_id", "start", "end"]), width)
    return f"<ul>{''.join(_line_item(line, numbers) for line in lines.itertuples())}</ul>", len(
        lines
    )


def show_panels(
    corpus: Corpus, places: pd.DataFrame, keys: Sequence[str], title: str, width: int = 6
) -> Any:
    """Show the panels behind the numbers of a chart (see `panels`)."""
    from IPython.display import HTML

    return HTML(panels(corpus, places, keys, title, width))


def _line_item(line: object, sections: Mapping[str, str]) -> str:
    address = html.escape(passage_address(line.sentence_id), quote=True)  # type: ignore[attr-defined]
    left, keyword, right = (
        html.escape(getattr(line, part)) for part in ("left", "keyword", "right")
    )
    return (
        f"<li>{left}<mark>{keyword}</mark>{right} "
        f'<a href="{address}">§ {html.escape(sections[line.section_id])}</a></li>'  # type: ignore[attr-defined]
    )


# --- The page of passages --------------------------------------------------------------------


def passage_pieces(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Cut each sentence that is referred to down to the words around the evidence.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    places : pandas.DataFrame
        From `listed_places`: ``section_id, sentence_id, start, end, width``. A place
        that runs over several sentences counts for each of them; ``width`` words are
        kept on each side of it.

    Returns
    -------
    pandas.DataFrame
        ``work_id, document_id, section_id, sentence_id, pieces, words, shown``:
        ``pieces`` is a list of ``(text, marked)`` with ``None`` for what is left out,
        ``words`` the number of words of the sentence, ``shown`` how many are shown.
    """
    wanted = _by_sentence(corpus, places)
    rows = []
    for sentence in corpus.sentences[corpus.sentences["sentence_id"].isin(wanted)].itertuples():
        section = corpus.texts[sentence.section_id]
        text = section[section.within(sentence.start, sentence.end)]
        pieces, total, shown = _pieces(text, wanted[sentence.sentence_id])
        rows.append((sentence.work_id, sentence.document_id, sentence.section_id,
                     sentence.sentence_id, pieces, total, shown))  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["work_id", "document_id", "section_id", "sentence_id", "pieces", "words", "shown"],
    )


def _by_sentence(corpus: Corpus, places: pd.DataFrame) -> dict[str, list[tuple[int, int, int]]]:
    """Return the places of each sentence, those that run on into the next included."""
    sentences = {
        section: rows[["start", "end", "sentence_id"]].to_numpy()
        for section, rows in corpus.sentences.groupby("section_id")
    }
    wanted: dict[str, list[tuple[int, int, int]]] = {}
    for place in places[["section_id", "start", "end", "width"]].drop_duplicates().itertuples():
        for start, end, sentence_id in sentences.get(place.section_id, ()):
            if start < place.end and place.start < end:
                wanted.setdefault(sentence_id, []).append((place.start, place.end, place.width))
    return wanted


def _pieces(
    text: AlignedText, places: Iterable[tuple[int, int, int]]
) -> tuple[list[tuple[str, bool] | None], int, int]:
    """Cut a sentence into shown pieces, marked or not, and ``None`` for each gap."""
    words = [m.span() for m in WORD.finditer(text.text)]
    begins = np.array([text.starts[a] for a, _ in words])
    ends = np.array([text.ends[b - 1] for _, b in words])
    marked = np.zeros(len(words), dtype=bool)
    near = marked.copy()
    for start, end, width in places:
        inside = (begins < end) & (start < ends)
        marked |= inside
        for place in np.flatnonzero(inside):
            near[max(place - width, 0) : place + width + 1] = True
    state = np.where(marked, 2, np.where(near, 1, 0))
    pieces: list[tuple[str, bool] | None] = []
    number = 0
    while number < len(words):
        last = number
        while last + 1 < len(words) and state[last + 1] == state[number]:
            last += 1
        start = words[number][0] if number else 0
        stop = words[last + 1][0] if last + 1 < len(words) else len(text)
        if state[number]:
            pieces.append((text.text[start:stop], bool(state[number] == 2)))
        else:
            pieces.append(None)
        number = last + 1
    return pieces, len(words), int(near.sum())


def passages_html(corpus: Corpus, pieces: pd.DataFrame) -> str:
    """Return the passages of one work as HTML, each with its stable anchor."""
    numbers = section_names(corpus)
    items = []
    for row in pieces.itertuples():
        text = "".join(_piece_html(piece) for piece in row.pieces)
        items.append(
            f'<li id="{html.escape(row.sentence_id, quote=True)}">'
            f'<a class="address" href="#{html.escape(row.sentence_id, quote=True)}">{html.escape(row.sentence_id)}</a> '
            f"<span>§ {html.escape(numbers[row.section_id])}</span> {text}</li>"
        )
    return f'<ul class="passages">{"".join(items)}</ul>'


def show_passages(corpus: Corpus, pieces: pd.DataFrame, work_id: str) -> Any:
    """Show the passages of one work."""
    from IPython.display import HTML

    return HTML(passages_html(corpus, pieces[pieces["work_id"] == work_id]))


def _piece_html(piece: tuple[str, bool] | None) -> str:
    if piece is None:
        return "[…] "
    text, marked = html.escape(piece[0]), piece[1]
    if not marked:
        return text
    bare = text.rstrip()
    return f"<mark>{bare}</mark>{text[len(bare) :]}"


def recoverable_share(corpus: Corpus, pieces: pd.DataFrame) -> pd.DataFrame:
    """Return how much of each work the passages show.

    Returns
    -------
    pandas.DataFrame
        ``work_id, words`` (of abstract, body and conclusion), ``shown, share``.
    """
    body = corpus.body().sentences
    total = (
        body.assign(words=[len(WORD.findall(t)) for t in body["text"]])
        .groupby("work_id")["words"]
        .sum()
    )
    pieces = pieces[pieces["sentence_id"].isin(body["sentence_id"])]
    shown = pieces.groupby("work_id")["shown"].sum().reindex(total.index, fill_value=0)
    table = pd.DataFrame({"words": total, "shown": shown})
    return table.assign(share=table["shown"] / table["words"]).reset_index()


def shares_in_words(corpus: Corpus, pieces: pd.DataFrame) -> str:
    """Say how much of each work the passages show."""
    labels = corpus.works.set_index("work_id")["label"]
    table = recoverable_share(corpus, pieces)
    return listed([f"{row.share:.0%} of {labels[row.work_id]}" for row in table.itertuples()])
