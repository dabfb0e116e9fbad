"""What the page of one work shows: one function for each figure or table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.coding import gaps
from analysis.coding.panels import coded_places, item_panels, link_panels
from analysis.coding.values import PROPOSED
from analysis.concepts import find_concepts
from analysis.evidence import occurrences, panel_address, passage_address
from analysis.portraits.study import Portrait
from analysis.terms import LEMMAS, listed_terms, term_addresses
from analysis.values import value_address

VALUES_PAGE = "value-concepts.html"


def outline(portrait: Portrait) -> pd.DataFrame:
    """Return the sections of the work that have words, in the order of the text.

    Returns
    -------
    pandas.DataFrame
        ``section_id, heading`` (number and title as printed), ``function, words, share``
        (of the words of the work), ``panel`` (the address of the first of its passages,
        None where none is known to be shown).
    """
    own = portrait.own
    words = own.words().groupby("section_id", observed=True).size()
    table = own.sections.assign(words=own.sections["section_id"].map(words).fillna(0).astype(int))
    table = table[table["words"] > 0].reset_index(drop=True)
    shown = own.sentences[own.sentences["sentence_id"].isin(shown_sentences(portrait))]
    # A heading is a sentence, too, and says nothing that the figure does not.
    shown = shown[~shown["is_heading"]]
    first = shown.drop_duplicates("section_id").set_index("section_id")["sentence_id"]
    return pd.DataFrame({
        "section_id": table["section_id"],
        "heading": (table["number"] + " " + table["title"]).str.strip(),
        "function": table["function"],
        "words": table["words"],
        "share": table["words"] / table["words"].sum(),
        "panel": [
            passage_address(first[s]) if s in first.index else None for s in table["section_id"]
        ],
    })  # fmt: skip


def shown_sentences(portrait: Portrait) -> set[str]:
    """Return sentences of the work that stand on the page of passages, as far as is known here.

    These are the sentences with a value, a quotation of the first coding, or a listed
    lemma. The page has a few more, such as those of terms of several words.
    """
    terms = listed_terms(portrait.terms)["term"].tolist()
    tables = (
        occurrences(portrait.own, terms),
        find_concepts(portrait.own, portrait.values.lexicon),
        coded_places(portrait.coding.first),
    )
    return set().union(*(set(table["sentence_id"].astype(str)) for table in tables))


def own_words(portrait: Portrait, number: int = 8) -> pd.DataFrame:
    """Return the words that the work has firmly more or less often than the others.

    Returns
    -------
    pandas.DataFrame
        The rows of `TermStudy.firm` of the work, at most ``number`` of each verdict, the
        firmest first, those that are more frequent here before the others, with ``panel``
        (the address of their lines, None where the concordance does not list them).
    """
    firm = portrait.terms.firm()
    own = firm[firm["work_id"] == portrait.work_id]
    chosen = own.groupby("verdict", sort=False).head(number)
    chosen = chosen.sort_values("verdict", ascending=False, kind="stable", ignore_index=True)
    addresses = term_addresses(portrait.terms)
    known = [addresses.get((LEMMAS, term)) for term in chosen["term"]]
    return chosen.assign(
        panel=[
            f"{address}--{portrait.work_id}" if address and count else address
            for address, count in zip(known, chosen["count_target"], strict=True)
        ]
    )


def own_values(portrait: Portrait, number: int = 8) -> pd.DataFrame:
    """Return the values that the work invokes most, and how the others stand to them.

    Returns
    -------
    pandas.DataFrame
        The rows of `concept_shares` of all works for the values that this work invokes in
        most of its sentences, in that order (ties by name), with ``apart`` (whether the
        interval of this work lies above that of each other work) and ``panel`` (the lines
        of the value in the work of the row; None where it has none).
    """
    shares = portrait.values.shares
    own = shares[(shares["work_id"] == portrait.work_id) & (shares["sentences"] > 0)]
    leading = own.sort_values(["share", "concept_id"], ascending=[False, True])["concept_id"]
    order = {concept: i for i, concept in enumerate(leading.head(number))}
    rows = shares[shares["concept_id"].isin(list(order))]
    apart = values_apart(portrait)
    rows = rows.assign(
        order=rows["concept_id"].map(order),
        apart=rows["concept_id"].isin(apart) & (rows["work_id"] == portrait.work_id),
        panel=[
            value_address(r.concept_id, r.work_id) if r.sentences else None
            for r in rows.itertuples()
        ],
    )
    return rows.sort_values(["order", "work_id"]).drop(columns="order").reset_index(drop=True)


def values_apart(portrait: Portrait) -> list[str]:
    """Return the values whose interval in the work lies above that of every other work."""
    shares = portrait.values.shares
    here = shares["work_id"] == portrait.work_id
    low = shares[here].set_index("concept_id")["low"]
    high = shares[~here].groupby("concept_id")["high"].max().reindex(low.index)
    return sorted(low.index[low > high])


def closest_company(portrait: Portrait) -> pd.DataFrame:
    """Return the values that meet in most sentences of the work: one pair, or all that tie.

    Returns
    -------
    pandas.DataFrame
        ``concept_a, concept_b, n_ab`` (sentences with both), ``panel`` (these sentences in
        the chapter). Empty where no two values meet.
    """
    pairs = portrait.values.within
    most = pairs[pairs["n_ab"] == pairs["n_ab"].max()]
    panels = [
        VALUES_PAGE + panel_address(portrait.work_id, p.concept_a, p.concept_b)
        for p in most.itertuples()
    ]
    return most.assign(panel=panels).reset_index(drop=True)


NO_REMEDY, FAILED, NOT_WANTED = "no remedy", "only failed ones", "none it advocates"


def open_problems(portrait: Portrait) -> pd.DataFrame:
    """Return the problems of the work that no remedy answers which it advocates.

    Returns
    -------
    pandas.DataFrame
        The rows of `coding.gaps` for problems of the work, where only advocated remedies
        answer, with ``answered`` (`NO_REMEDY`, `FAILED`: all that answer are told as
        failed, `NOT_WANTED`: described or told of other countries) and ``theme``.
    """
    first, second = portrait.coding.first, portrait.coding.second
    table = _problems(gaps(first, second, PROPOSED), portrait.work_id)
    bare = set(_problems(gaps(first), portrait.work_id)["item_id"])
    failed = set(_problems(portrait.coding.gaps, portrait.work_id)["item_id"])
    themes = first.themes.set_index("theme")["label"]
    return table.assign(
        answered=[
            NO_REMEDY if i in bare else FAILED if i in failed else NOT_WANTED
            for i in table["item_id"]
        ],
        theme=table["code"].map(themes),
    )


def _problems(table: pd.DataFrame, work_id: str) -> pd.DataFrame:
    own = table[(table["item"] == "problem") & (table["work_id"] == work_id)]
    return own.reset_index(drop=True)


def quotations_html(portrait: Portrait) -> str:
    """Return the panels behind the names and lines of the map of the work as HTML."""
    works = portrait.body.works
    alone = replace(portrait.body, works=works[works["work_id"] == portrait.work_id])
    first = portrait.coding.first
    return item_panels(alone, first) + link_panels(alone, first)


def show_close_reading(portrait: Portrait) -> Any:
    """Show the close reading of the work, which stands in ``book/close-readings/``.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says where it is looked for.
    """
    from IPython.display import Markdown

    path = portrait.corpus.folder.parent / "book" / "close-readings" / f"{portrait.work_id}.md"
    if not path.is_file():
        raise FileNotFoundError(
            f"no close reading of {portrait.work_id}: write it into book/close-readings/{path.name}"
        )
    return Markdown(path.read_text(encoding="utf-8"))


def show_quotations(portrait: Portrait) -> Any:
    """Show `quotations_html`."""
    from IPython.display import HTML

    return HTML(quotations_html(portrait))
