"""From a number to the sentences behind it.

Every sentence has a stable address, ``passages.html#lian-s0042``. A chart or table
leads to a *panel*: the addresses of the passages behind one of its numbers, with the place
of the words that were counted. The page of passages shows the sentences that some panel or
quotation refers to, cut to the words around the evidence. `recoverable_share` says how
much of a work these are. A script of the book shows a panel beside the figure, with the
passages from the store that `write_passages` makes; without it a panel is a list of links.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.corpus import Corpus, find_data
from analysis.prose import listed
from analysis.publishing import WITHHELD, publishes, publishes_whole
from analysis.resampling import parted
from analysis.tables import write_whole
from analysis.text import WORD, AlignedText

PASSAGES_PAGE = "passages.html"


def passage_address(sentence_id: str, page: str = PASSAGES_PAGE) -> str:
    """Return the address of a passage.

    Parameters
    ----------
    sentence_id : str
        The sentence.
    page : str
        The page of passages, relative to the page that shows the link.

    Returns
    -------
    str
        Not escaped.

    Examples
    --------
    >>> passage_address("lian-s0042")
    'passages.html#lian-s0042'
    """
    return f"{page}#{sentence_id}"


def panel_id(*parts: object) -> str:
    """Return the identifier of the panel behind a number, made from its keys.

    Two numbers never share one: keys that are not plain words get a mark of their own.

    Parameters
    ----------
    *parts : object
        The keys, such as work and term, in their order.

    Returns
    -------
    str
        Small letters, digits and hyphens.

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
    """Return the address of a panel on the same page, for the links of a chart.

    Parameters
    ----------
    *parts : object
        As in `panel_id`.

    Returns
    -------
    str
        ``#`` and the identifier.

    Examples
    --------
    >>> panel_address("lian", "law")
    '#e-lian--law'
    """
    return f"#{panel_id(*parts)}"


def links_to(addresses: Iterable[str], text: str = "lines") -> list[str]:
    """Return a link for each address as HTML.

    Parameters
    ----------
    addresses : iterable of str
        Where they lead; empty for no link.
    text : str
        What each says.

    Returns
    -------
    list of str
        As many as there are addresses; an empty string for an empty one.

    Examples
    --------
    >>> links_to(["#e-lian--law", ""])
    ['<a href="#e-lian--law">lines</a>', '']
    """
    return [
        f'<a href="{html.escape(address)}">{html.escape(text)}</a>' if address else ""
        for address in addresses
    ]


def passage_link(sentence_id: str, page: str = PASSAGES_PAGE) -> str:
    """Return a link to a passage as HTML.

    Parameters
    ----------
    sentence_id, page : str
        As in `passage_address`.

    Returns
    -------
    str
        The link says the identifier of the sentence.

    Examples
    --------
    >>> passage_link("lian-s0042")
    '<a href="passages.html#lian-s0042">lian-s0042</a>'
    """
    address = html.escape(passage_address(sentence_id, page))
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

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"term": ["law", "trust"], "sentence_id": ["lian-s0042", "lian-s0043"]})
    >>> passage_links({"term": "law", "count": 1}, places)
    '<a href="passages.html#lian-s0042">lian-s0042</a>'
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

    Raises
    ------
    ValueError
        If ``terms`` is a single string.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Rule of law. Laws rule; of law nobody speaks."})
    >>> places = occurrences(corpus, ["law", "rule of law"])
    >>> print(places[["term", "sentence_id", "start", "end"]].to_string(index=False))
           term sentence_id  start  end
    rule of law  note-s0001      0   11
            law  note-s0001      8   11
            law  note-s0002     13   17
            law  note-s0002     27   30
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

    Examples
    --------
    >>> import pandas as pd
    >>> place = pd.DataFrame(
    ...     {"section_id": ["c01"], "sentence_id": ["s0001"], "start": [4], "end": [9]}
    ... )
    >>> listed_places(place, place.assign(width=8))["width"].tolist()
    [8]
    """
    columns = ["section_id", "sentence_id", "start", "end"]
    known = [table.reindex(columns=[*columns, "width"]) for table in tables]
    places = pd.concat(known, ignore_index=True).fillna({"width": width}).astype({"width": int})
    return places.groupby(columns, as_index=False)["width"].max()


def section_names(corpus: Corpus) -> dict[str, str]:
    """Return how each section is named in a reference: its number, else its title.

    Parameters
    ----------
    corpus : Corpus
        The texts.

    Returns
    -------
    dict of str to str
        By ``section_id``. Not escaped.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> numbered = corpus.sections[corpus.sections["number"] != ""]["section_id"].iloc[0]
    >>> section_names(corpus)[numbered]
    '1'
    """
    return {
        s.section_id: (s.number.rstrip(".") or s.title.strip(":").capitalize())
        for s in corpus.sections.itertuples()
    }


def together(hits: pd.DataFrame) -> pd.DataFrame:
    """List the sentences in which two concepts stand together.

    Parameters
    ----------
    hits : pandas.DataFrame
        ``sentence_id, concept_id``, one row per place.

    Returns
    -------
    pandas.DataFrame
        ``concept_a, concept_b, sentence_id``, one row per pair and sentence.

    Examples
    --------
    >>> import pandas as pd
    >>> hits = pd.DataFrame(
    ...     {"sentence_id": ["s1", "s1", "s2"], "concept_id": ["trust", "care", "care"]}
    ... )
    >>> print(together(hits).to_string(index=False))
    concept_a concept_b sentence_id
         care     trust          s1
    """
    rows = [
        (a, b, sentence)
        for sentence, own in hits.groupby("sentence_id")["concept_id"]
        for a, b in combinations(sorted(own.unique()), 2)
    ]
    table = pd.DataFrame(rows, columns=["concept_a", "concept_b", "sentence_id"])
    return table.sort_values(["concept_a", "concept_b", "sentence_id"], ignore_index=True)


def panels(corpus: Corpus, places: pd.DataFrame, keys: Collection[str], title: str) -> str:
    """Return the panels behind the numbers of a chart as HTML.

    Each panel is a ``<details>`` with links to the passages of one combination of keys; it
    needs no script to open.

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

    Returns
    -------
    str
        HTML, one panel after the other, sorted by key; empty without places.

    Raises
    ------
    KeyError
        If the pattern names a column that the places do not have.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = occurrences(corpus, ["ledger"])
    >>> own = places[places["work_id"] == "aldermere"]
    >>> panels(corpus, own, ["work_id", "term"], "{term} in {work}").partition(":")[0]
    '<details class="evidence" id="e-aldermere--ledger"><summary>ledger in Aldermere'
    """
    labels = dict(zip(corpus.works["work_id"], corpus.works["label"], strict=True))
    parts = []
    for values, members in places.groupby(list(keys), sort=True):
        named = {**members.iloc[0].to_dict(), **dict(zip(keys, values, strict=True))}
        head = title.format(**named, work=labels.get(named.get("work_id", ""), ""))
        parts.append(panel(panel_id(*values), head, *lines_of(corpus, members)))
    return "".join(parts)


def panel(name: str, head: str, body: str, number: int, thing: str = "place") -> str:
    """Return one panel as HTML: a head that says how many places, and what it opens to.

    Parameters
    ----------
    name : str
        Its identifier in the page.
    head : str
        What the panel is about, in plain text.
    body : str
        What it opens to, as HTML.
    number : int
        How many things are in it.
    thing : str
        What one of them is called.

    Returns
    -------
    str
        A ``<details>``.

    Examples
    --------
    >>> panel("e-lian--law", "law in Lian", "<ul></ul>", 2)
    '<details class="evidence" id="e-lian--law"><summary>law in Lian: 2 places</summary><ul></ul></details>'
    """
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    count = f"{number} {thing if number == 1 else plural}"
    return (
        f'<details class="evidence" id="{html.escape(name)}">'
        f"<summary>{html.escape(head)}: {count}</summary>{body}</details>"
    )


def lines_of(corpus: Corpus, places: pd.DataFrame) -> tuple[str, int]:
    """Return links to the passages of places as an HTML list, and the number of places.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    places : pandas.DataFrame
        ``work_id, section_id, sentence_id, start, end``.

    Returns
    -------
    tuple of str and int
        One line per sentence with all its places (see `sentence_links`), in the order of
        the text. Of a work that may not be shown, a line says so.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = occurrences(corpus, ["ledger"])
    >>> body, number = lines_of(corpus, places)
    >>> number == len(places), body[:8]
    (True, '<ul><li>')
    """
    once = places.drop_duplicates(["sentence_id", "start", "end"])
    shown = once[[publishes(corpus, work) for work in once["work_id"]]]
    lines = list(sentence_links(corpus, shown).values())
    if len(shown) < len(once):
        lines.append(WITHHELD)
    return as_list(lines), len(once)


def as_list(lines: Iterable[str]) -> str:
    """Return lines as a list.

    Parameters
    ----------
    lines : iterable of str
        HTML.

    Returns
    -------
    str
        A ``<ul>``, also if there is no line.

    Examples
    --------
    >>> as_list(["first", "second"])
    '<ul><li>first</li><li>second</li></ul>'
    """
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def sentence_links(corpus: Corpus, places: pd.DataFrame) -> dict[str, str]:
    """Return for each sentence that places touch a link that knows the words of the places.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    places : pandas.DataFrame
        ``section_id, start, end``.

    Returns
    -------
    dict of str to str
        HTML by ``sentence_id``, in the order of the text: the address of the passage with
        ``data-words`` (first and last word of each place, counted from 0, such as
        ``4-5 9-9``), and the name of the section.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Rule of law. Laws rule."})
    >>> list(sentence_links(corpus, occurrences(corpus, ["rule of law"])))
    ['note-s0001']
    """
    numbers = section_names(corpus)
    found = word_places(corpus, places)
    links = {}
    for sentence_id, own in found.groupby("sentence_id", sort=False):
        spans = zip(own["first"], own["last"], strict=True)
        section = html.escape(numbers[own["section_id"].iloc[0]])
        links[str(sentence_id)] = f"{place_link(str(sentence_id), spans)} § {section}"
    return links


def place_link(sentence_id: str, words: Iterable[tuple[int, int]], text: str | None = None) -> str:
    """Return a link to a passage that knows the first and last words of places in it.

    Parameters
    ----------
    sentence_id : str
        The sentence.
    words : iterable of tuple of int
        First and last word of each place, counted from 0 (see `word_places`).
    text : str, optional
        What the link says; the sentence without it.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> place_link("lian-s0042", [(4, 5)])
    '<a href="passages.html#lian-s0042" data-words="4-5">lian-s0042</a>'
    """
    spans = " ".join(f"{first}-{last}" for first, last in sorted(set(words)))
    address = html.escape(passage_address(sentence_id))
    return f'<a href="{address}" data-words="{spans}">{html.escape(text or sentence_id)}</a>'


def word_places(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Return which words of which sentences places are.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    places : pandas.DataFrame
        ``section_id, start, end``: offsets into the raw file, half open.

    Returns
    -------
    pandas.DataFrame
        ``place`` (row of ``places``, from 0), ``section_id, sentence_id, first, last``
        (words of the sentence, from 0, both included; a word is what `analysis.text.WORD`
        matches). One row for each sentence that a place touches, in the order of the text.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Rule of law. Laws rule."})
    >>> places = occurrences(corpus, ["rule of law"])
    >>> print(word_places(corpus, places)[["sentence_id", "first", "last"]].to_string(index=False))
    sentence_id  first  last
     note-s0001      0     2
    """
    wanted = {
        section: list(zip(own["place"], own["start"], own["end"], strict=True))
        for section, own in places.assign(place=range(len(places))).groupby(
            places["section_id"].astype(object)
        )
    }
    rows = []
    sentences = corpus.sentences[corpus.sentences["section_id"].isin(list(wanted))]
    for sentence in sentences.itertuples():
        mine = [
            p for p in wanted[sentence.section_id] if p[1] < sentence.end and sentence.start < p[2]
        ]
        if not mine:
            continue
        _, begins, ends = _words_of(_text_of(corpus, sentence))
        for place, start, end in mine:
            inside = np.flatnonzero((begins < end) & (start < ends))
            if len(inside):
                words = int(inside[0]), int(inside[-1])
                rows.append((place, sentence.section_id, sentence.sentence_id, *words))
    return pd.DataFrame(rows, columns=["place", "section_id", "sentence_id", "first", "last"])


def _text_of(corpus: Corpus, sentence: Any) -> AlignedText:
    section = corpus.texts[sentence.section_id]
    return section[section.within(sentence.start, sentence.end)]


def _words_of(text: AlignedText) -> tuple[list[tuple[int, int]], np.ndarray, np.ndarray]:
    """Return where the words of a text stand in it, and in the raw file."""
    words = [m.span() for m in WORD.finditer(text.text)]
    begins = np.array([text.starts[a] for a, _ in words])
    ends = np.array([text.ends[b - 1] for _, b in words])
    return words, begins, ends


def show_panels(corpus: Corpus, places: pd.DataFrame, keys: Sequence[str], title: str) -> Any:
    """Show the panels behind the numbers of a chart.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    places : pandas.DataFrame
        Key columns and ``document_id, work_id, section_id, sentence_id, start, end``.
    keys : sequence of str
        The columns whose values name a panel, in that order.
    title : str
        A pattern for the heading with the keys in braces, see `panels`.

    Returns
    -------
    IPython.display.HTML

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = occurrences(corpus, ["ledger"])
    >>> shown = show_panels(corpus, places, ["work_id", "term"], "{term} in {work}")
    >>> 'id="e-aldermere--ledger"' in shown.data
    True
    """
    from IPython.display import HTML

    return HTML(panels(corpus, places, keys, title))


# --- The page of passages --------------------------------------------------------------------


def passage_pieces(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Cut each sentence that is referred to down to the words around the evidence.

    Parameters
    ----------
    corpus : Corpus
        The texts. Of a work that is published in full, every sentence is given whole; of
        one that is not published, nothing is shown of the sentences.
    places : pandas.DataFrame
        From `listed_places`: ``section_id, sentence_id, start, end, width``. A place
        that runs over several sentences counts for each of them; ``width`` words are
        kept on each side of it.

    Returns
    -------
    pandas.DataFrame
        ``work_id, document_id, section_id, sentence_id, pieces, at, words, shown``:
        ``pieces`` is a list of ``(text, marked)`` with ``None`` for what is left out,
        ``at`` the number of the first word of each of them in the sentence, from 0,
        ``words`` the number of words of the sentence, ``shown`` how many are shown.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = listed_places(occurrences(corpus, ["ledger"]))
    >>> pieces = passage_pieces(corpus, places)
    >>> bool((pieces["shown"] <= pieces["words"]).all())
    True
    """
    wanted = _by_sentence(corpus, places)
    silent = {w for w in corpus.works["work_id"] if not publishes(corpus, w)}
    whole = {w for w in corpus.works["work_id"] if publishes_whole(corpus, w)}
    listed = corpus.sentences["sentence_id"].isin(wanted) | corpus.sentences["work_id"].isin(whole)
    rows = []
    for sentence in corpus.sentences[listed].itertuples():
        text = _text_of(corpus, sentence)
        own = wanted.get(sentence.sentence_id, ())
        pieces, at, total, shown = _pieces(text, own, whole=sentence.work_id in whole)
        if sentence.work_id in silent:
            pieces, at, shown = [], [], 0
        rows.append((sentence.work_id, sentence.document_id, sentence.section_id,
                     sentence.sentence_id, pieces, at, total, shown))  # fmt: skip
    columns = ["work_id", "document_id", "section_id", "sentence_id"]
    return pd.DataFrame(rows, columns=[*columns, "pieces", "at", "words", "shown"])


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


_Pieces = list[tuple[str, bool] | None]


def _pieces(
    text: AlignedText, places: Iterable[tuple[int, int, int]], whole: bool = False
) -> tuple[_Pieces, list[int], int, int]:
    """Cut a sentence into shown pieces, marked or not, and ``None`` for each gap."""
    words, begins, ends = _words_of(text)
    marked = np.zeros(len(words), dtype=bool)
    near = np.full(len(words), whole)
    for start, end, width in places:
        inside = (begins < end) & (start < ends)
        marked |= inside
        for place in np.flatnonzero(inside):
            near[max(place - width, 0) : place + width + 1] = True
    state = np.where(marked, 2, np.where(near, 1, 0))
    pieces: _Pieces = []
    at = []
    number = 0
    while number < len(words):
        last = number
        while last + 1 < len(words) and state[last + 1] == state[number]:
            last += 1
        start = words[number][0] if number else 0
        stop = words[last + 1][0] if last + 1 < len(words) else len(text)
        shown = (text.text[start:stop], bool(state[number] == 2))
        pieces.append(shown if state[number] else None)
        at.append(number)
        number = last + 1
    return pieces, at, len(words), int(near.sum())


def passages_html(corpus: Corpus, pieces: pd.DataFrame) -> str:
    """Return the passages of one work as HTML, each with its stable anchor.

    A work that is published in full has its sections as headings. Of one that is not
    published the addresses are listed, so that links lead somewhere.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    pieces : pandas.DataFrame
        From `passage_pieces`, the rows of one work.

    Returns
    -------
    str
        HTML; empty without pieces.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = occurrences(corpus, ["ledger"])
    >>> pieces = passage_pieces(corpus, listed_places(places))
    >>> own = pieces[pieces["work_id"] == "aldermere"]
    >>> "<mark>ledger</mark>" in passages_html(corpus, own)
    True
    """
    if pieces.empty:
        return ""
    work_id = pieces["work_id"].iloc[0]
    if publishes_whole(corpus, work_id):
        return _whole_text(corpus, pieces)
    note = "" if publishes(corpus, work_id) else f"<p>{WITHHELD}</p>"
    return note + _passage_list(corpus, pieces)


def _passage_list(corpus: Corpus, pieces: pd.DataFrame) -> str:
    numbers = section_names(corpus)
    items = "".join(
        f'<li id="{(name := html.escape(row.sentence_id))}">'
        f'<a class="address" href="#{name}">{name}</a> '
        f"<span>§ {html.escape(numbers[row.section_id])}</span> "
        f"{''.join(_piece_html(piece) for piece in row.pieces)}</li>"
        for row in pieces.itertuples()
    )
    return f'<ul class="passages">{items}</ul>'


def _whole_text(corpus: Corpus, pieces: pd.DataFrame) -> str:
    """Return the whole text of a work: sections as headings, in them one sentence per line."""
    headings = set(corpus.sentences.loc[corpus.sentences["is_heading"], "sentence_id"])
    parts = []
    for _, own in pieces.groupby("section_id", sort=False):
        is_heading = own["sentence_id"].isin(headings)
        parts += [
            f'<h3 id="{html.escape(row.sentence_id)}">'
            f"{''.join(_piece_html(piece) for piece in row.pieces)}</h3>"
            for row in own[is_heading].itertuples()
        ]
        if not is_heading.all():
            parts.append(_passage_list(corpus, own[~is_heading]))
    return "".join(parts)


def show_passages(corpus: Corpus, pieces: pd.DataFrame, work_id: str) -> Any:
    """Show the passages of one work.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    pieces : pandas.DataFrame
        From `passage_pieces`, the rows of all works.
    work_id : str
        The work.

    Returns
    -------
    IPython.display.HTML

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = occurrences(corpus, ["ledger"])
    >>> pieces = passage_pieces(corpus, listed_places(places))
    >>> "<mark>ledger</mark>" in show_passages(corpus, pieces, "aldermere").data
    True
    """
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

    Parameters
    ----------
    corpus : Corpus
        The texts.
    pieces : pandas.DataFrame
        From `passage_pieces`.

    Returns
    -------
    pandas.DataFrame
        ``work_id, words`` (of abstract, body and conclusion), ``shown`` (of these words),
        ``share`` (the second by the first, from 0 to 1; 0 where nothing is shown).

    Examples
    --------
    A corpus without a table of works says of none that it may be published.

    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Rule of law. Laws rule."})
    >>> pieces = passage_pieces(corpus, listed_places(occurrences(corpus, ["law"])))
    >>> print(recoverable_share(corpus, pieces).to_string(index=False))
    work_id  words  shown  share
       note      5      0    0.0
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
    """Say how much of each work the passages show: a share, the whole, or nothing.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    pieces : pandas.DataFrame
        From `passage_pieces`.

    Returns
    -------
    str
        Part of a sentence that names each work, such as ``12% of Lian``.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Rule of law. Laws rule."})
    >>> pieces = passage_pieces(corpus, listed_places(occurrences(corpus, ["law"])))
    >>> shares_in_words(corpus, pieces)
    'nothing of note'
    """
    labels = corpus.works.set_index("work_id")["label"]
    parts = []
    for row in recoverable_share(corpus, pieces).itertuples():
        part = f"{row.share:.0%}" if publishes(corpus, row.work_id) else "nothing"
        part = "the whole" if publishes_whole(corpus, row.work_id) else part
        parts.append(f"{part} of {labels[row.work_id]}")
    return listed(parts)


# --- The store of passages -------------------------------------------------------------------

STORE = "evidence/passages.js"
"""Where the built book keeps the passages for its scripts, inside its static files."""


def write_passages(corpus: Corpus, pieces: pd.DataFrame, folder: Path | None = None) -> Path:
    """Write the passages as a script that assigns them to ``bookData.passages``.

    A page that is opened from disk may run scripts and not fetch data. A sentence stands
    on a line of its own: ``w`` its work, ``s`` its section as references name it, ``p`` its
    pieces, each the number of its first word (from 0) and its text. Between pieces that do
    not follow one another something is left out; an empty piece at the end says that the
    end is.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    pieces : pandas.DataFrame
        From `passage_pieces`. Works that may not be shown are left out.
    folder : Path, optional
        The folder of derived data; that of the project without it.

    Returns
    -------
    Path
        The file, the same bytes for the same input.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> places = occurrences(corpus, ["ledger"])
    >>> pieces = passage_pieces(corpus, listed_places(places))
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_passages(corpus, pieces, folder).relative_to(folder).as_posix()
    'evidence/passages.js'
    """
    path = (folder or find_data() / "derived") / STORE
    shown = pieces[[publishes(corpus, work) for work in pieces["work_id"]]]
    works = {
        w.work_id: {"label": w.label, "short": w.short_label or w.label}
        for w in corpus.works.itertuples()
        if publishes(corpus, w.work_id)
    }
    names = section_names(corpus)
    sections = {
        f"{s.work_id}/{names[s.section_id]}": _heading(s.number, s.title)
        for s in corpus.sections[
            corpus.sections["section_id"].isin(shown["section_id"])
        ].itertuples()
    }
    sentences = ",\n".join(
        f"{_json(row.sentence_id)}:"
        + _json({"w": row.work_id, "s": names[row.section_id], "p": _stored(row)})
        for row in shown.itertuples()
    )
    text = (
        f'bookData.passages={{"works":{_json(works)},\n"sections":{_json(sections)},\n'
        f'"sentences":{{\n{sentences}\n}}}};\n'
    )
    write_whole(path, text.encode("utf-8"))
    return path


def _heading(number: str, title: str) -> str:
    """Return number and title of a section; a title in capitals would shout."""
    title = title.strip(": ")
    title = title.capitalize() if title.isupper() else title
    return f"{number.rstrip('.')} {title}".strip()


def _stored(row: Any) -> list[tuple[int, str]]:
    """Return the pieces of a sentence, those that follow one another joined."""
    stored: list[tuple[int, str]] = []
    follows = False
    for at, piece in zip(row.at, row.pieces, strict=True):
        if piece and follows:
            stored[-1] = (stored[-1][0], stored[-1][1] + piece[0])
        elif piece:
            stored.append((at, piece[0]))
        follows = piece is not None
    if row.pieces and not follows:
        stored.append((row.words, ""))
    return stored


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
