"""The study of terms that the book shows: which terms, counted how, and where they stand.

Three pages show the same terms: the chapter, the concordance behind it, and the page of
passages. All of them take what is shown from here.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.collocation import multiword_terms
from analysis.corpus import BODY_KINDS, Corpus
from analysis.evidence import (
    links_to,
    occurrences,
    panel,
    panel_address,
    panel_id,
    passage_link,
)
from analysis.frequency import (
    content_terms,
    dispersion,
    distinguish,
    keyness,
    shared_terms,
    term_frequencies,
    top_terms,
)
from analysis.robustness import cleaned, damaged_copies, keyness_floor
from analysis.translations import (
    Translations,
    join_variants,
    joined_names,
    variant_counts,
    variant_places,
)

LEMMAS, WORDS, PHRASES = "lemmas", "words", "phrases"
JOINED = "lemmas, suspected variants joined"
"""What may be counted as a term."""

PRINTED, VARIANTS = "as printed", "suspected variants joined"
"""How the texts may be read for keyness."""

LIST_OF = {PRINTED: LEMMAS, VARIANTS: JOINED}
"""The list in which the terms of a reading are counted."""

CONCORDANCE_PAGE = "concordance.html"

WIDTH = 2
"""Words on each side of a listed term that the passages show: so few, because with more of them
the passages, taken together, would give away most of a paper."""


@dataclass(frozen=True)
class TermStudy:
    """What the chapter on terms shows, from one set of settings.

    Attributes
    ----------
    body : Corpus
        The running text of the primary documents.
    joined : Corpus
        The same with translation variants joined, if there are any.
    frequencies : pandas.DataFrame
        `term_frequencies` by document: ``list`` (lemmas, words, ...), ``order`` (place
        of the term in its list), ``document_id, work_id, role, term, count, size, rate,
        low, high``.
    keyness : pandas.DataFrame
        `keyness` of all terms with ``reading`` (as printed, variants joined) and
        ``verdict`` (`distinguish`).
    floors : pandas.DataFrame
        `robustness.keyness_floor`; empty where no article came twice.
    phrases : pandas.DataFrame
        `multiword_terms` of all works, the leading ones first.
    shared : pandas.DataFrame
        `shared_terms` with ``reading``.
    dispersion : pandas.DataFrame
        `dispersion` over sections of the key terms, with ``reading``.
    own : int
        How many terms of each work a figure of keyness shows.
    names : dict of str to str
        Under which label a word is joined with others.
    tested : int
        How many differences the false-discovery control of one reading covers: of all
        terms, stop words included.
    draws : int
        Resamples behind the intervals of the terms that pass the test.
    leading : int
        How many terms of several words are shown.
    number : int
        How many terms each work gives to a list of frequent ones.
    """

    body: Corpus
    joined: Corpus
    frequencies: pd.DataFrame
    keyness: pd.DataFrame
    floors: pd.DataFrame
    phrases: pd.DataFrame
    shared: pd.DataFrame
    dispersion: pd.DataFrame
    own: int
    names: dict[str, str]
    tested: int
    draws: int
    leading: int
    number: int

    @property
    def floor(self) -> float:
        """The greatest log-likelihood that extraction and cleaning alone were seen to make."""
        return float(cleaned(self.floors)["largest"].max()) if len(self.floors) else 0.0

    def reading(self, name: str) -> Corpus:
        """Return the texts of a reading."""
        return self.joined if name == VARIANTS else self.body

    def distinct(self) -> pd.DataFrame:
        """Return the terms that can be told apart, content words only, the firmest first."""
        found = self._in_lists(self.keyness["verdict"].isin(["more", "less"]))
        return found.groupby(["reading", "work_id"], sort=False).head(self.own)

    def firm(self) -> pd.DataFrame:
        """Return all terms that can be told apart, as `distinct` does the firmest of them."""
        return self._in_lists(self.keyness["verdict"].isin(["more", "less"]))

    def undecided(self, number: int = 3) -> pd.DataFrame:
        """Return the terms that nearly set a work apart and do not, the nearest first."""
        left = self._in_lists(~self.keyness["verdict"].isin(["more", "less"]))
        return left.groupby(["reading", "work_id"], sort=False).head(number)

    def _in_lists(self, rows: pd.Series) -> pd.DataFrame:
        chosen = self.keyness[rows]
        return chosen.assign(list=chosen["reading"].map(LIST_OF), count=chosen["count_target"])


def study_terms(
    corpus: Corpus,
    translations: Translations | None = None,
    *,
    number: int = 5,
    own: int = 9,
    phrases: int = 20,
    confidence: Collection[str] = ("strong", "fair"),
    copies: int = 2,
    settle: int = 20_000,
    unit: str = "paragraph_id",
    resamples: int = 2000,
    seed: int = 0,
) -> TermStudy:
    """Count, compare and locate the terms of a corpus.

    Parameters
    ----------
    corpus : Corpus
        All documents, twins included.
    translations : Translations, optional
        Suspected variants of translation. Without them the texts are read as printed only.
    number : int
        Each work gives so many of its most frequent terms to a list.
    own : int
        So many terms of each work are shown that set it apart.
    phrases : int
        So many terms of several words are shown.
    confidence : collection of str
        Which translation variants are joined (`join_variants`).
    copies : int
        How often the damage of each document is done to the article that came twice, to
        find the extraction floor (`robustness.damaged_copies`).
    settle : int
        Resamples for the terms that pass the corrected test, so that no verdict hangs on
        the accident of a draw.
    unit, resamples, seed
        As in `term_frequencies`.
    """
    floors = _floors(corpus, copies)
    floor = float(cleaned(floors)["largest"].max()) if len(floors) else 0.0
    draw: dict[str, Any] = {"unit": unit, "resamples": resamples, "seed": seed}
    body = corpus.body()
    readings = {PRINTED: body}
    several = multiword_terms(body.tokens)
    lists = {
        LEMMAS: _rates(corpus, top_terms(body.tokens, number), draw),
        WORDS: _rates(corpus, top_terms(body.tokens, number, term="token"), draw, term="token"),
    }
    names: dict[str, str] = {}
    if translations is not None:
        joined = join_variants(corpus, translations, confidence)
        readings[VARIANTS] = joined.body()
        lists[JOINED] = _rates(joined, top_terms(readings[VARIANTS].tokens, number), draw)
        names = joined_names(translations, confidence)
    lists[PHRASES] = _phrase_rates(corpus, several, number, draw)
    # What does not pass the test is drawn a few times only: its verdict hangs on no draw.
    rough = draw | {"resamples": min(resamples, ROUGH)}
    keys = [
        distinguish(settled(keyness(texts.tokens, **rough), texts, draw, settle), floor).assign(
            reading=name
        )
        for name, texts in readings.items()
    ]
    tables = [
        table[table["term"].isin(content_terms(texts.tokens))]
        for table, texts in zip(keys, readings.values(), strict=True)
    ]
    found = pd.concat(tables, ignore_index=True)
    spread = [
        dispersion(texts.tokens, terms=_key_terms(found, name, own), draws=2000).assign(
            reading=name
        )
        for name, texts in readings.items()
    ]
    shared = [shared_terms(texts.tokens).assign(reading=name) for name, texts in readings.items()]
    return TermStudy(
        body=body,
        joined=readings.get(VARIANTS, body),
        frequencies=pd.concat([t.assign(list=n) for n, t in lists.items()], ignore_index=True),
        keyness=found,
        floors=floors,
        phrases=several,
        shared=pd.concat(shared, ignore_index=True),
        dispersion=pd.concat(spread, ignore_index=True),
        own=own,
        names=names,
        tested=len(keys[0]),
        draws=settle,
        leading=phrases,
        number=number,
    )


def settled(
    table: pd.DataFrame, texts: Corpus, draw: dict[str, Any], resamples: int, alpha: float = 0.05
) -> pd.DataFrame:
    """Draw the intervals of the terms that pass the corrected test more often.

    Parameters
    ----------
    table : pandas.DataFrame
        From `keyness`, of all terms.
    texts : Corpus
        What it was made from.
    draw : dict
        The settings of the draw (``unit``, ``seed``).
    resamples : int
        How often the units are drawn for the terms with ``q`` of at most ``alpha``.
    alpha : float
        The greatest ``q`` that counts.
    """
    terms = table.loc[table["q"] <= alpha, "term"].unique().tolist()
    again = keyness(texts.tokens, terms=terms, **(draw | {"resamples": resamples}))
    keys = ["work_id", "term"]
    finer = table[keys].merge(again[[*keys, "low", "high"]], on=keys, how="left")
    return table.assign(
        low=finer["low"].fillna(table["low"]), high=finer["high"].fillna(table["high"])
    )


def _floors(corpus: Corpus, copies: int) -> pd.DataFrame:
    """Return the extraction floor of keyness, if an article came in two extractions."""
    twins = corpus.documents[corpus.documents["role"] == "twin"]
    if twins.empty:
        return pd.DataFrame(columns=["source", "largest", "term", "median", "copies"])
    twin = twins.iloc[0]
    own = corpus.documents[corpus.documents["work_id"] == twin["work_id"]]
    first = own.loc[own["role"] == "primary", "document_id"].iloc[0]
    return keyness_floor(damaged_copies(corpus, first, twin["document_id"], draws=copies))


def _rates(
    corpus: Corpus, terms: Sequence[str], draw: dict[str, Any], **settings: Any
) -> pd.DataFrame:
    """Count terms in the running text of every document, twins included."""
    tokens = corpus.select(kinds=_running_kinds(corpus)).tokens
    table = term_frequencies(tokens, by="document_id", terms=terms, **draw, **settings)
    return _with_documents(table, corpus, terms)


def _phrase_rates(
    corpus: Corpus, several: pd.DataFrame, number: int, draw: dict[str, Any]
) -> pd.DataFrame:
    """Count the most frequent terms of several words of every work."""
    tokens = corpus.select(kinds=_running_kinds(corpus)).tokens
    table = _with_documents(
        _run_frequencies(tokens, "document_id", several, draw), corpus, several["term"].tolist()
    )
    primary = table[(table["role"] == "primary") & (table["count"] > 0)]
    first = primary.sort_values(["count", "term"], ascending=[False, True])
    chosen = first.groupby("work_id").head(number)["term"].unique()
    means = primary[primary["term"].isin(chosen)].groupby("term")["rate"].sum()
    order = means.sort_values(ascending=False, kind="stable").index.tolist()
    own = table[table["term"].isin(chosen)]
    return own.assign(order=own["term"].map({t: i for i, t in enumerate(order)}))


def _run_frequencies(
    tokens: pd.DataFrame, by: str, several: pd.DataFrame, draw: dict[str, Any]
) -> pd.DataFrame:
    """Count runs of several lengths; with none of them, an empty table."""
    lengths = {1: several.head(0), **dict(iter(several.groupby("length")))}
    return pd.concat(
        [
            term_frequencies(tokens, by, terms=own["term"].tolist(), ngram=length, **draw)
            for length, own in lengths.items()
        ],
        ignore_index=True,
    )


def _running_kinds(corpus: Corpus) -> list[str]:
    return [kind for kind in BODY_KINDS if kind in set(corpus.sections["kind"])]


def _with_documents(table: pd.DataFrame, corpus: Corpus, terms: Sequence[str]) -> pd.DataFrame:
    documents = corpus.documents[["document_id", "work_id", "role"]]
    order = {term: place for place, term in enumerate(terms)}
    return table.merge(documents, on="document_id").assign(order=lambda t: t["term"].map(order))


def _key_terms(table: pd.DataFrame, reading: str, own: int) -> list[str]:
    mine = table[(table["reading"] == reading) & (table["verdict"] == "more")]
    return mine.groupby("work_id", sort=False).head(own)["term"].unique().tolist()


# --- Where the terms stand ------------------------------------------------------------------


def listed_terms(study: TermStudy) -> pd.DataFrame:
    """Return every term that some figure or table of the chapter shows.

    Returns
    -------
    pandas.DataFrame
        ``list, term``, each once, sorted.
    """
    shown = [study.frequencies[["list", "term"]]]
    common = study.shared[study.shared["groups"] == study.shared["groups"].max()]
    for table in (
        study.distinct(),
        study.undecided(),
        common.groupby("reading", sort=False).head(COMMON),
    ):
        shown.append(table.assign(list=table["reading"].map(LIST_OF))[["list", "term"]])
    shown.append(study.phrases.head(study.leading).assign(list=PHRASES)[["list", "term"]])
    every = pd.concat(shown).drop_duplicates()
    return every.sort_values(["list", "term"], ignore_index=True)


ROUGH = 500
"""Resamples for terms that do not pass the test of keyness."""

COMMON = 6
"""So many terms that all works share are shown, those on which all lean most first."""


def term_places(study: TermStudy) -> pd.DataFrame:
    """Return where every listed term stands.

    Returns
    -------
    pandas.DataFrame
        ``list, term, document_id, work_id, section_id, sentence_id, start, end,
        width`` (words of context that are shown). A term that stands in just the places
        of another (*governance* the word and
        *governance* the lemma) is given once, under the list that comes first in
        `ORDER`; see `term_addresses`.
    """
    every = _all_places(study)
    first = _canonical(every)
    keep = [first[key] == key for key in zip(every["list"], every["term"], strict=True)]
    return every[keep].reset_index(drop=True).assign(width=WIDTH)


ORDER = {LEMMAS: "lemma", PHRASES: "phrase", JOINED: "joined", WORDS: "word"}
"""The lists in the order of the concordance, and how they are named in addresses."""


def _all_places(study: TermStudy) -> pd.DataFrame:
    listed = listed_terms(study)
    parts = []
    for name in ORDER:
        terms = listed.loc[listed["list"] == name, "term"].tolist()
        texts = study.joined if name == JOINED else study.body
        places = occurrences(texts, terms, "token" if name == WORDS else "lemma")
        parts.append(places.sort_values("term", kind="stable").assign(list=name))
    return pd.concat(parts, ignore_index=True)


def _canonical(places: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """Name for each listed term the first one that stands in the same places."""
    first: dict[tuple[tuple[str, int, int], ...], tuple[str, str]] = {}
    names = {}
    for key, own in places.groupby(["list", "term"], sort=False):
        spans = tuple(zip(own["document_id"], own["start"], own["end"], strict=True))
        names[key] = first.setdefault(spans, key)
    return names


def term_addresses(study: TermStudy) -> dict[tuple[str, str], str]:
    """Return the address of the panel of each listed term by its list and name.

    The lines of one work have the address with the work at its end: ``--lian``.
    """
    return {
        key: f"{CONCORDANCE_PAGE}{panel_address(ORDER[first[0]], first[1])}"
        for key, first in _canonical(_all_places(study)).items()
    }


def with_panels(table: pd.DataFrame, addresses: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Add the address of the lines of each row: of its work, or of all where it has none.

    Parameters
    ----------
    table : pandas.DataFrame
        ``list, term, work_id`` and ``count``.
    addresses : dict
        From `term_addresses`.
    """
    panels = [
        addresses[name, term] + (f"--{work}" if count else "")
        for name, term, work, count in table[["list", "term", "work_id", "count"]].itertuples(
            index=False
        )
    ]
    return table.assign(panel=panels)


def with_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Turn the addresses of a table into links, the column ``lines``, for a table on a page."""
    return table.assign(lines=links_to(table["panel"])).drop(columns="panel")


def with_known_lines(table: pd.DataFrame, addresses: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Add the column ``lines`` with a link where a term is on the concordance.

    Parameters
    ----------
    table : pandas.DataFrame
        ``term``, and ``list`` or ``reading``; with ``work_id`` the lines of the work.
    addresses : dict
        From `term_addresses`.
    """
    lists = table["list"] if "list" in table else table["reading"].map(LIST_OF)
    known = [addresses.get(key, "") for key in zip(lists, table["term"], strict=True)]
    if "work_id" in table:
        known = [
            f"{address}--{work}" if address and count else address
            for address, work, count in zip(known, table["work_id"], table["count"], strict=True)
        ]
    kept = table.drop(
        columns=["list", "count"] if "count_target" in table else "list", errors="ignore"
    )
    return kept.assign(lines=links_to(known))


def passages_of_pairs(study: TermStudy, pairs: pd.DataFrame, most: int = 3) -> list[str]:
    """Return links to the first passages in which two words stand together.

    Parameters
    ----------
    study : TermStudy
        The study.
    pairs : pandas.DataFrame
        ``work_id, left, right``.
    most : int
        How many passages to link.
    """
    listed = set(term_places(study)["sentence_id"])
    words = study.body.words()[["work_id", "sentence_id", "lemma"]].astype(object)
    holding = words.groupby(["work_id", "lemma"])["sentence_id"].agg(
        lambda own: list(dict.fromkeys(own))
    )
    links = []
    for pair in pairs.itertuples():
        right = set(holding[pair.work_id, pair.right])
        both = [s for s in holding[pair.work_id, pair.left] if s in right and s in listed]
        links.append(", ".join(passage_link(s) for s in both[:most]))
    return links


def strokes(study: TermStudy, number: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return where the key terms of each work stand in it, and where its sections begin.

    Parameters
    ----------
    study : TermStudy
        The study.
    number : int
        So many terms of each work, the firmest first.

    Returns
    -------
    tuple of pandas.DataFrame
        ``reading`` (empty where a term stands in the same places in all), ``work_id,
        term, order, at`` (share of the words of the work that come before), ``section,
        sentence_id``; and ``work_id, at, section``.
    """
    printed, joined = (_strokes_of(study, name, number) for name in LIST_OF)
    keys = ["work_id", "term"]
    counts = [t.groupby(keys).size().rename("n").reset_index() for t in (printed, joined)]
    both = counts[0].merge(counts[1], on=[*keys, "n"])[keys].assign(reading="")
    printed = printed.merge(both, on=keys, how="left").fillna({"reading": PRINTED})
    joined = joined.merge(both, on=keys, how="left").fillna({"reading": VARIANTS})
    joined = joined[joined["reading"] == VARIANTS].assign(order=lambda t: t["order"] + number)
    heads = _with_place(study.body.words(), study.body).drop_duplicates("section_id")
    every = pd.concat([printed, joined], ignore_index=True)
    return every, heads[["work_id", "at", "section"]]


def _strokes_of(study: TermStudy, reading: str, number: int) -> pd.DataFrame:
    texts = study.reading(reading)
    own = study.distinct()
    own = own[(own["reading"] == reading) & (own["verdict"] == "more")]
    own = own.groupby("work_id", sort=False).head(number)
    own = own.assign(order=own.groupby("work_id", sort=False).cumcount())
    found = occurrences(texts, own["term"].tolist()).merge(
        own[["work_id", "term", "order"]], on=["work_id", "term"]
    )
    places = _with_place(texts.words(), texts)[["document_id", "start", "at", "section"]]
    found = found.merge(places, on=["document_id", "start"])
    return found[["work_id", "term", "order", "at", "section", "sentence_id"]]


def _with_place(words: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Add to each word how much of its work comes before, and the name of its section."""
    groups = words.groupby("work_id", observed=True)
    sections = corpus.sections.set_index("section_id")
    names = (
        sections["number"]
        .str.rstrip(".")
        .where(sections["number"] != "", sections["title"].str.capitalize())
    )
    plain = {c: object for c in ("work_id", "document_id", "section_id")}
    return words.assign(at=groups.cumcount() / groups["token"].transform("size")).astype(plain).assign(
        section=lambda t: t["section_id"].map(names)
    )  # fmt: skip


# --- Vocabulary in common -------------------------------------------------------------------


def combinations_shared(study: TermStudy) -> pd.DataFrame:
    """Count the terms that each combination of works has, and no other work.

    Returns
    -------
    pandas.DataFrame
        ``reading, who`` (works joined by a space), ``groups, terms, panel``.
    """
    table = study.shared.groupby(["reading", "who", "groups"], as_index=False).agg(
        terms=("term", "size")
    )
    return table.assign(
        panel=[
            panel_address("shared", ORDER[LIST_OF[r.reading]], r.who) for r in table.itertuples()
        ]
    )


def shared_html(study: TermStudy, addresses: dict[tuple[str, str], str]) -> str:
    """Return the panels behind the combinations: their terms, with links where lines are listed."""
    labels = study.body.works.set_index("work_id")["short_label"]
    parts = []
    for (reading, groups, who), own in study.shared.groupby(
        ["reading", "groups", "who"], sort=True
    ):
        name = LIST_OF[reading]
        items = ", ".join(_shared_item(name, r.term, r.count, addresses) for r in own.itertuples())
        head = f"{', '.join(labels[w] for w in labels.index if w in who.split())} ({reading})"
        key = panel_id("shared", ORDER[name], who)
        parts.append((reading, -groups, panel(key, head, f"<p>{items}</p>", len(own), "term")))
    return "".join(text for _, _, text in sorted(parts, key=lambda p: p[:2]))


def _shared_item(name: str, term: str, count: int, addresses: dict[tuple[str, str], str]) -> str:
    shown = f"{html.escape(term)} {count}"
    address = addresses.get((name, term))
    return f'<a href="{html.escape(address, quote=True)}">{shown}</a>' if address else shown


def show_shared(study: TermStudy, addresses: dict[tuple[str, str], str]) -> object:
    """Show the panels behind the combinations of works."""
    from IPython.display import HTML

    return HTML(shared_html(study, addresses))


# --- Terms of several words -----------------------------------------------------------------


def phrase_counts(study: TermStudy) -> pd.DataFrame:
    """Count the terms of several words in every work, zeros included.

    Returns
    -------
    pandas.DataFrame
        `term_frequencies` of the leading terms, with ``list`` and ``form`` (as mostly
        printed), in the order of the terms.
    """
    several = study.phrases.head(study.leading)
    table = _run_frequencies(study.body.tokens, "work_id", several, {"resamples": 0})
    table = table.assign(list=PHRASES)
    order = {t: i for i, t in enumerate(study.phrases["term"])}
    forms = study.phrases.set_index("term")["form"]
    table = table.assign(form=table["term"].map(forms), order=table["term"].map(order))
    return table.sort_values(["order", "work_id"], ignore_index=True)


# --- Translation ----------------------------------------------------------------------------


def variant_table(study: TermStudy, translations: Translations) -> pd.DataFrame:
    """Return one row for each suspected word with its variants and their counts.

    Returns
    -------
    pandas.DataFrame
        ``label, chinese, pinyin, confidence, variants`` (as printed, each with its
        counts in the order of the works), ``reason``.
    """
    counts = variant_counts(study.body, translations)
    works = study.body.works["work_id"].tolist()
    wide = counts.pivot_table(
        index=["source_id", "variant"], columns="work_id", values="count", fill_value=0, observed=True
    ).reindex(columns=works, fill_value=0).astype(int)  # fmt: skip
    wide["all"] = wide.sum(axis=1)
    ordered = wide.sort_values(["source_id", "all", "variant"], ascending=[True, False, True])
    said = {
        source: "; ".join(
            f"{variant} {'/'.join(str(n) for n in row[:-1])}"
            for (_, variant), row in zip(own.index, own.to_numpy(), strict=True)
        )
        for source, own in ordered.groupby(level="source_id")
    }
    table = translations.sources.assign(variants=translations.sources["source_id"].map(said))
    return table[["label", "chinese", "pinyin", "confidence", "variants", "reason"]]


def variant_passages(study: TermStudy, translations: Translations) -> pd.DataFrame:
    """Return the variants with links to the passages that suggest them.

    Returns
    -------
    pandas.DataFrame
        ``source_id, pattern, sentences`` (their ids), ``note, links`` (HTML).
    """
    places = variant_places(study.body, translations)
    notes = translations.variants.groupby(["source_id", "pattern"])["note"].agg(
        lambda own: " ".join(dict.fromkeys(n for n in own if n))
    )
    found = places.groupby(["source_id", "pattern"])["sentence_id"].agg(list).reset_index()
    return found.assign(
        sentences=found["sentence_id"].map(" ".join),
        note=[notes[key] for key in zip(found["source_id"], found["pattern"], strict=True)],
        links=[", ".join(passage_link(s) for s in own) for own in found["sentence_id"]],
    )[["source_id", "pattern", "sentences", "note", "links"]]
