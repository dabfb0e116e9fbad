"""What the sentences of a portrait say in numbers: one function per paragraph."""

from __future__ import annotations

import pandas as pd

from analysis.coding import Coding, gaps
from analysis.coding.results import ANSWERS
from analysis.coding.values import PROPOSED
from analysis.figures import in_words
from analysis.portraits import (
    FAILED,
    NO_REMEDY,
    Portrait,
    closest_company,
    open_problems,
    own_values,
    own_words,
    values_apart,
)
from analysis.prose import count_of, listed, number_word, prose_label
from analysis.readings._shared import Values
from analysis.readings.corpus import twin_words
from analysis.references import cited_works
from analysis.similarity import near_duplicates

UNKNOWN = "not established"


def record(portrait: Portrait) -> Values:
    """Return what is known of a work and its file; what is not is said to be not established."""
    work, own = portrait.work, portrait.own
    authors = [a.strip() for a in work["authors"].split(";") if a.strip()]
    place = ", ".join(p for p in (work["venue"], work["volume"], work["pages"]) if p)
    cited = cited_works(portrait.corpus)
    number = int((cited["work_id"] == portrait.work_id).sum())
    return {
        "title": f"“{work['title']}”" if work["title"] else work["title_note"] or UNKNOWN,
        "who": "authors are" if len(authors) > 1 else "author is",
        "authors": listed(authors) if authors else UNKNOWN,
        "affiliation": work["affiliation"] or UNKNOWN,
        "year": _year(work),
        "appeared": f"It appeared in {place}" if place else f"Where it appeared is {UNKNOWN}",
        "words": len(own.words()),
        "sections": int(own.words()["section_id"].nunique()),
        "references": f"its list of references has {count_of(number, 'entry', 'entries')}"
        if number
        else "its file has no list of references",
        "extractions": _extractions(portrait),
    }


def _year(work: pd.Series) -> str:
    """Say the year and how it is known."""
    year, note = work["year"], work["year_note"]
    return f"{year} ({note})" if year and note else year or note or UNKNOWN


def _extractions(portrait: Portrait) -> str:
    """Say in how many extractions a work came, and how alike they are."""
    documents = portrait.corpus.documents
    own = documents[documents["work_id"] == portrait.work_id]
    first = own.loc[own["role"] == "primary", "document_id"].iloc[0]
    told = ["It came in one extraction"] if len(own) == 1 else []
    for twin in own.loc[own["role"] == "twin", "document_id"]:
        raw = {name: portrait.corpus.raw[name] for name in (first, twin)}
        share = near_duplicates(raw, threshold=1e-9)["containment"].iloc[0]
        found = twin_words(portrait.corpus, first, twin)
        told.append(
            "It came in two extractions: of the five-word runs of the shorter file "
            f"{share:.1%} stand in the other, too. Read and mended, both have {found['size']:,} words, "
            f"everything printed counted, and differ in {found['number']} ({found['words']}); all that "
            "follows counts the first"
        )
    return "; ".join(told)


def shape(table: pd.DataFrame) -> Values:
    """Return which share of the words goes to which function. Takes `portraits.outline`."""
    shares = table.groupby("function")["share"].sum()
    shares = shares.sort_values(ascending=False, kind="stable")
    longest = table.loc[table["words"].idxmax()]
    return {
        "functions": listed([f"{share:.0%} to {name}" for name, share in shares.items()]),
        "longest": longest["heading"],
        "longest_share": float(longest["share"]),
    }


def words(portrait: Portrait, number: int = 8) -> Values:
    """Return which words a work has firmly more and less often than the others."""
    firm = portrait.terms.firm()
    verdicts = firm.loc[firm["work_id"] == portrait.work_id, "verdict"].value_counts()
    shown = own_words(portrait, number)
    more, less = (shown[shown["verdict"] == v] for v in ("more", "less"))
    return {
        "more": _words_told(more, int(verdicts.get("more", 0))),
        "less": _words_told(less, int(verdicts.get("less", 0))),
        "tested": portrait.terms.tested,
        "draws": portrait.terms.draws,
    }


def _words_told(table: pd.DataFrame, number: int) -> str:
    """Name words with their counts, and say so if there are more of them."""
    named = [
        f"{_linked(f'*{r.term}*', r.panel)} ({r.count_target} against {r.count_reference})"
        for r in table.itertuples()
    ]
    first = "first among them" if number > len(table) else "namely"
    return f"{count_of(number, 'content word')}{f', {first} {listed(named)}' if named else ''}"


def _linked(text: str, address: object) -> str:
    """Make a link in Markdown of a text that has an address."""
    return f"[{text}]({address})" if isinstance(address, str) else text


def values(portrait: Portrait, number: int = 3) -> Values:
    """Return the leading values of a work, those that set it apart, and which meet most often."""
    table = own_values(portrait, number)
    own = table[table["work_id"] == portrait.work_id].sort_values(
        ["share", "concept_id"], ascending=[False, True]
    )
    shares = portrait.values.shares
    here = shares[(shares["work_id"] == portrait.work_id) & (shares["sentences"] > 0)]
    apart = values_apart(portrait)
    return {
        "leading": listed([
            f"{_linked(_named(r.concept_id), r.panel)} ({r.share:.0%}, interval {r.low:.0%} to {r.high:.0%})"
            for r in own.itertuples()
        ]),
        "sentences": int(own["n"].iloc[0]) if len(own) else 0,
        "invoked": number_word(len(here)),
        "all": len(portrait.values.lexicon.concepts),
        "apart": f"the interval of {listed([_named(c) for c in apart])} lies"
        if apart
        else "no interval lies",
        "company": _company_told(closest_company(portrait)),
    }  # fmt: skip


def _named(concept_id: str) -> str:
    """Name a value as the figure does."""
    return in_words(concept_id).lower()


def _company_told(pairs: pd.DataFrame) -> str:
    """Say which values meet most often."""
    if pairs.empty:
        return "No two values meet in a sentence"
    told = [
        _linked(f"{_named(p.concept_a)} with {_named(p.concept_b)}", p.panel)
        for p in pairs.itertuples()
    ]
    number = count_of(int(pairs["n_ab"].iloc[0]), "sentence")
    if len(told) == 1:
        return f"The pair of values that meets most often is {told[0]} ({number})"
    return f"The pairs of values that meet most often are {listed(told)} ({number} each)"


def unanswered(portrait: Portrait) -> Values:
    """Return how many problems of a work are without an answer, in both codings."""
    first, second = portrait.coding.first, portrait.coding.second
    table = open_problems(portrait)
    states = table["open_in_second"].value_counts()
    kinds = table["answered"].value_counts()
    bare, failed = int(kinds.get(NO_REMEDY, 0)), int(kinds.get(FAILED, 0))
    return {
        "all": int((first.problems["work_id"] == portrait.work_id).sum()),
        "bare": _none(bare),
        "failed": _none(bare + failed),
        "open": _none(len(table)),
        "there": _second_told({str(state): int(n) for state, n in states.items()}),
        "second_open": _none(_open_in(second, portrait.work_id, PROPOSED)),
        "second_failed": _none(_open_in(second, portrait.work_id, ANSWERS)),
        "second_all": int((second.problems["work_id"] == portrait.work_id).sum()),
    }


def _second_told(states: dict[str, int]) -> str:
    """Say what the second coding makes of the problems that the first leaves open."""
    ways = {
        "open": "leaves {} of them open as well",
        "linked": "answers {} of them",
        "not coded": "has no item at the quotation of {}",
    }
    told = [way.format(number_word(states[s])) for s, way in ways.items() if states.get(s)]
    return f"the second coding {listed(told)}" if told else "the first coding leaves none open"


def _open_in(coding: Coding, work_id: str, stances: tuple[str, ...]) -> int:
    table = gaps(coding, stances=stances)
    return int(((table["item"] == "problem") & (table["work_id"] == work_id)).sum())


def _none(number: int) -> str:
    return number_word(number) if number else "none"


def nearness(table: pd.DataFrame) -> Values:
    """Return which works are near and far. Takes `portraits.neighbours_of`."""
    firm = table[table["firm"]]
    told = [
        f"by {r.by} {prose_label(r.nearest_work)} is nearest ({r.similarity:.2f}) and "
        f"{prose_label(r.farthest_work)} farthest ({r.similarity_farthest:.2f})"
        for r in table.itertuples()
    ]
    return {
        "told": "; ".join(told) or "nothing can be compared",
        "firm": "in no respect"
        if firm.empty
        else f"by {listed(firm['by'].tolist())} alone"
        if len(firm) < len(table)
        else "in every respect",
    }


def unclear(conjectures: pd.DataFrame) -> Values:
    """Return how many places cannot be understood, and for how many a reading is offered.

    Takes the rows of one work of `glossary.load_conjectures`.
    """
    offered = int((conjectures["conjecture"] != "").sum())
    number = "each" if offered == len(conjectures) else _none(offered)
    return {
        "places": f"{count_of(len(conjectures), 'place')} of this text"
        f" {'is' if len(conjectures) == 1 else 'are'}".capitalize(),
        "offered": f"A reading is offered for {number} of them; it is the editor's conjecture and not "
        "what the paper says"
        if offered
        else "No reading is offered",
    }


def limits(portrait: Portrait) -> Values:
    """Return the numbers of the paragraph on what a portrait cannot show."""
    coding, own = portrait.coding.first, portrait.own
    items = sum(
        int((t["work_id"] == portrait.work_id).sum()) for t in (coding.problems, coding.remedies)
    )
    return {
        "others": number_word(len(portrait.corpus.works) - 1),
        "words": len(own.words()),
        "concepts": len(portrait.values.lexicon.concepts),
        "themes": len(coding.themes),
        "instruments": len(coding.instruments),
        "items": items,
    }  # fmt: skip
