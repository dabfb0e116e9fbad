"""The page of the concordance: every place of every listed term, by work.

The page is complete by itself: each term has a panel with links to its passages.
`book/_static/concordance.js` puts a search above them, whose lines are aligned on the
keyword. Its data, `write_concordance`, hold places alone: the words of a line come from the
store of passages, so that no text is published that stands not there, too.
"""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.concepts import Lexicon, find_concepts, longest_matches, match_patterns
from analysis.corpus import Corpus, find_data
from analysis.evidence import panel, panel_id, passage_address, section_names, word_places
from analysis.publishing import WITHHELD, publishes, publishes_whole
from analysis.tables import write_whole
from analysis.terms import ORDER, PHRASES, TermStudy, term_places
from analysis.text import WORD
from analysis.translations import MARK

VALUE = "value"
KINDS = {
    "lemma": ("lemma", "Words by their lemma"),
    "phrase": ("term of several words", "Terms of several words"),
    "joined": ("lemma with variants joined", "Lemmas with translation variants joined"),
    "word": ("word form", "Words by their form"),
    VALUE: ("value", "Values"),
}
"""What is listed, how one of it is called, and how its list is headed."""

VALUES_LIST = "values"
"""The address of the list of values on the page."""

ADDRESS = ["document_id", "work_id", "section_id", "sentence_id"]
LINE_COLUMNS = ["kind", "id", "query", "label", "form", *ADDRESS, "first", "last"]


@dataclass(frozen=True)
class Listed:
    """The listed terms of a concordance.

    Attributes
    ----------
    texts : Corpus
        The running text of the primary documents.
    lines : pandas.DataFrame
        One row per place, by kind in the order of `KINDS`, then by term, then in the order
        of the texts: ``kind, id`` (of the panel of the term), ``query`` (what finds the
        term), ``label`` (how it is shown), ``form`` (the words as they stand there, in
        lower case), ``document_id, work_id, section_id, sentence_id, first, last`` (words
        of the sentence, counted from 0 as `analysis.text.WORD` finds them, both included).
    sizes : pandas.DataFrame
        Words of each work (rows) that a place of each kind (columns) can be among.
    """

    texts: Corpus
    lines: pd.DataFrame
    sizes: pd.DataFrame

    def published(self) -> list[str]:
        """Return the works of which the site may show passages.

        Returns
        -------
        list of str
            Identifiers, in the order of the table of works.
        """
        return [work for work in self.texts.works["work_id"] if publishes(self.texts, work)]


def listed_lines(study: TermStudy, lexicon: Lexicon) -> Listed:
    """Gather the places of all terms and values that the chapters show.

    Parameters
    ----------
    study : TermStudy
        From `analysis.terms.study_terms`.
    lexicon : Lexicon
        The values. All mentions in the running text count, headings left out.

    Returns
    -------
    Listed
        Terms as `analysis.terms.term_places` gives them, values as `find_concepts` does.
    """
    terms = term_places(study)
    terms = terms.assign(kind=terms["list"].map(ORDER), label=terms["term"])
    terms = terms.assign(query=terms["term"].str.removesuffix(MARK))
    prose = study.body.select(headings=False)
    labels = lexicon.concepts.set_index("concept_id")["label"]
    values = find_concepts(prose, lexicon).rename(columns={"concept_id": "term"})
    order = {concept: place for place, concept in enumerate(labels.index)}
    values = values.sort_values("term", key=lambda c: c.map(order), kind="stable")
    values = values.assign(kind=VALUE, query=values["term"], label=values["term"].map(labels))
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    every = pd.concat([terms, values], ignore_index=True)
    every = every.sort_values("kind", key=lambda c: c.map(kinds), kind="stable", ignore_index=True)
    every["id"] = [panel_id(*key) for key in zip(every["kind"], every["term"], strict=True)]
    own = {"joined": study.joined, VALUE: prose}
    sizes = {kind: _sizes(own.get(kind, study.body)) for kind in KINDS}
    return Listed(study.body, _with_words(every, study.body)[LINE_COLUMNS], pd.DataFrame(sizes))


def write_concordance(listed: Listed, folder: Path | None = None) -> Path:
    """Write the data of the page as ``data/derived/evidence/concordance.js``.

    The script sets ``bookData.concordance``: ``terms`` (``id, kind, query, label, forms,
    places`` by work as ``[sentence_id, first, last]``; ``withheld``: how many places are in
    works that are not published), ``sizes`` (words by work), ``kinds`` (with ``sizes``
    where they are others), ``works``, and ``apart`` (the words of a sentence that are no
    words of the running text, for works that are published in full). ``forms`` are the
    wordings of which every place in the texts is a place of the term.

    Parameters
    ----------
    listed : Listed
        From `listed_lines`.
    folder : pathlib.Path, optional
        Where derived data come to lie; the project's ``data/derived`` without it.

    Returns
    -------
    pathlib.Path
        The file. The same bytes for the same lines, one line for each term.
    """
    path = (folder or find_data() / "derived") / "evidence" / "concordance.js"
    write_whole(path, concordance_script(listed).encode("utf-8"))
    return path


def concordance_script(listed: Listed) -> str:
    """Return the script that `write_concordance` writes.

    Parameters
    ----------
    listed : Listed
        From `listed_lines`.

    Returns
    -------
    str
        One statement, for a file of its own.
    """
    sizes = {kind: {str(w): int(n) for w, n in own.items()} for kind, own in listed.sizes.items()}
    plain = sizes["lemma"]
    kinds = [
        {"id": kind, "label": label, "title": title}
        | ({} if sizes[kind] == plain else {"sizes": sizes[kind]})
        for kind, (label, title) in KINDS.items()
    ]
    names = {"work_id": "id", "label": "label", "short_label": "short", "shape": "shape"}
    works = listed.texts.works.rename(columns=names)
    head = {
        "sizes": plain,
        "kinds": kinds,
        "works": works[[*names.values(), "publish"]].to_dict("records"),
        "apart": _words_apart(listed.texts),
    }
    fields = ",\n".join(f"{_json(name)}:{_json(value)}" for name, value in head.items())
    terms = ",\n".join(_json(term) for term in _terms(listed))
    return f'bookData.concordance={{{fields},\n"terms":[\n{terms}\n]}};\n'


def concordance_html(listed: Listed) -> str:
    """Return what the page shows without a script, and the place of the search above it.

    Each list is folded. In it stands a panel for each term, in this one for each work, in
    this the addresses of its passages by section, each once. Of works that are not
    published there are numbers only.

    Parameters
    ----------
    listed : Listed
        From `listed_lines`.

    Returns
    -------
    str
        HTML.
    """
    lists = "".join(
        _list_html(kind, own, listed) for kind, own in listed.lines.groupby("kind", sort=False)
    )
    return (
        '<div class="concordance-app"><p>The search needs a script that does not run here. '
        "The lists below hold every listed term with all its places.</p></div>"
        f'<div class="concordance-list">{lists}</div>'
    )


def show_concordance(listed: Listed) -> object:
    """Write the data of the page, and show the page.

    Parameters
    ----------
    listed : Listed
        From `listed_lines`.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    write_concordance(listed)
    return HTML(concordance_html(listed))


# --- Places ---------------------------------------------------------------------------------


def _sizes(texts: Corpus) -> pd.Series:
    sizes = texts.words()["work_id"].astype(object).value_counts()
    return sizes.reindex(texts.works["work_id"], fill_value=0)


def _with_words(places: pd.DataFrame, texts: Corpus) -> pd.DataFrame:
    """Add to each place which words of its sentence it is, and what they are."""
    found = word_places(texts, places)
    own = found["sentence_id"].to_numpy() == places["sentence_id"].to_numpy()[found["place"]]
    numbers = found[own].set_index("place")[["first", "last"]].reindex(range(len(places)))
    words = texts.sentences.set_index("sentence_id")["text"].map(WORD.findall)
    placed = places.assign(**{side: numbers[side].to_numpy(dtype=int) for side in numbers})
    forms = [
        " ".join(words[p.sentence_id][p.first : p.last + 1]).lower() for p in placed.itertuples()
    ]
    return placed.assign(form=forms)


def _words_apart(texts: Corpus) -> dict[str, list[int]]:
    """Name the words, as in citations, that no search in a full text may find."""
    full = [work for work in texts.works["work_id"] if publishes_whole(texts, work)]
    number = texts.tokens.groupby("sentence_id", observed=True, sort=False).cumcount()
    own = texts.tokens.assign(number=number)
    own = own[~own["is_word"] & own["work_id"].isin(full)].astype({"sentence_id": object})
    return {
        str(s): [int(n) for n in group]
        for s, group in own.groupby("sentence_id", sort=False)["number"]
    }


def _whole_forms(listed: Listed) -> dict[str, set[str]]:
    """Return the wordings of each term that stand nowhere but in its places."""
    own = listed.lines[listed.lines["kind"].isin([ORDER[PHRASES], "lemma"])]
    patterns = [(form, "surface", form, "include", "") for form in sorted(own["form"].unique())]
    words = listed.texts.words().reset_index(drop=True)
    everywhere = Counter(m.concept_id for m in longest_matches(match_patterns(words, patterns)))
    whole: dict[str, set[str]] = {}
    for (name, form), number in own.groupby(["id", "form"]).size().items():
        if everywhere[form] == number:
            whole.setdefault(name, set()).add(form)
    return whole


# --- Data -----------------------------------------------------------------------------------


def _terms(listed: Listed) -> Iterator[dict[str, Any]]:
    """Yield what the search knows of each term."""
    published = listed.published()
    whole = _whole_forms(listed)
    for name, own in listed.lines.groupby("id", sort=False):
        first = own.iloc[0]
        term: dict[str, Any] = {key: str(first[key]) for key in ("id", "kind", "query", "label")}
        term["forms"] = sorted(whole.get(str(name), ()))
        term["places"] = {
            work: [
                [p.sentence_id, int(p.first), int(p.last)]
                for p in own[own["work_id"] == work].itertuples()
            ]
            for work in published
            if (own["work_id"] == work).any()
        }
        hidden = own.loc[~own["work_id"].isin(published), "work_id"]
        if len(hidden):
            term["withheld"] = {str(w): int(n) for w, n in hidden.value_counts(sort=False).items()}
        yield term


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- The page without a script ----------------------------------------------------------------


def _list_html(kind: str, lines: pd.DataFrame, listed: Listed) -> str:
    names = section_names(listed.texts)
    panels = "".join(
        panel(str(name), own["label"].iloc[0], _works_html(str(name), own, listed, names), len(own))
        for name, own in lines.groupby("id", sort=False)
    )
    address = VALUES_LIST if kind == VALUE else f"list-{kind}"
    head = f"{KINDS[kind][1]} ({lines['id'].nunique()})"
    return f'<details class="fold" id="{address}"><summary>{head}</summary>{panels}</details>'


def _works_html(name: str, lines: pd.DataFrame, listed: Listed, names: dict[str, str]) -> str:
    """Return the panels of one term, one for each work that has it."""
    published = set(listed.published())
    return "".join(
        panel(
            f"{name}--{work.work_id}",
            work.label,
            _links_html(own, names) if work.work_id in published else f"<p>{WITHHELD}</p>",
            len(own),
        )
        for work in listed.texts.works.itertuples()
        if len(own := lines[lines["work_id"] == work.work_id])
    )


def _links_html(lines: pd.DataFrame, names: dict[str, str]) -> str:
    """Return the passages of some lines by section; those of one sentence share a link.

    Some thousand links make the page, so each is short: called by the end of its address,
    and without end tags of items, which HTML allows.
    """
    sentences = lines.drop_duplicates("sentence_id")
    rows = zip(sentences["section_id"], sentences["sentence_id"], strict=True)
    items = []
    for section, own in groupby(rows, key=lambda row: row[0]):
        links = " ".join(
            f'<a href="{html.escape(passage_address(s))}">{html.escape(s.rpartition("-")[2])}</a>'
            for _, s in own
        )
        items.append(f"<li>§ {html.escape(names[section])}: {links}")
    return f"<ul>{''.join(items)}</ul>"
