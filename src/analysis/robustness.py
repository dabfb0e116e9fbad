"""How much of a difference may be damage: the twins step by step, and the extraction floor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.corpus import BODY_KINDS, Corpus, corpus_from_texts
from analysis.measures import log_likelihood
from analysis.reading import STAGES, Recipe, Section, read_document, read_until
from analysis.similarity import near_duplicates
from analysis.text import WORD

NOTICEABLE = 3.84
"""A log-likelihood above this would be called significant at one in twenty."""


# --- Two extractions of one text, step by step ---------------------------------------------


def twins_by_step(corpus: Corpus, first: str, second: str) -> pd.DataFrame:
    """Show how the difference of two extractions dies as the cleaning goes on.

    Parameters
    ----------
    corpus : Corpus
        With both documents.
    first, second : str
        Their identifiers.

    Returns
    -------
    pandas.DataFrame
        One row per stage that changes either text: ``stage, words_first, words_second``
        (words by the word pattern, case ignored), ``differing`` (words that one has more
        often than the other, summed over all words), ``noticeable`` (words whose
        log-likelihood between the two is above 3.84), ``largest`` (the greatest
        log-likelihood) and its ``word``, ``jaccard`` (of runs of five words).
    """
    readings = [corpus.readings[document] for document in (first, second)]
    rows: list[dict[str, object]] = []
    before: tuple[str, ...] = ()
    for stage in STAGES:
        texts = tuple(_running_text(read_until(r, stage).sections) for r in readings)
        if texts != before:
            rows.append({"stage": stage, **_difference(*texts)})
        before = texts
    return pd.DataFrame(rows)


def _running_text(sections: Sequence[Section]) -> str:
    """Join heading and text of the sections of running text."""
    kept = [s for s in sections if s.heading.kind in BODY_KINDS]
    return "\n".join(part.text for s in kept for part in (s.title, s.text) if len(part))


def _difference(first: str, second: str) -> dict[str, object]:
    counts = [Counter(w.lower() for w in WORD.findall(text)) for text in (first, second)]
    words = sorted(set(counts[0]) | set(counts[1]))
    k1, k2 = (np.array([c[w] for w in words], dtype=float) for c in counts)
    scores = np.asarray(log_likelihood(k1, k1.sum(), k2, k2.sum()))
    top = int(scores.argmax())
    pairs = near_duplicates({"first": first, "second": second}, threshold=1e-9)
    return {
        "words_first": int(k1.sum()),
        "words_second": int(k2.sum()),
        "differing": int(np.abs(k1 - k2).sum()),
        "noticeable": int((scores > NOTICEABLE).sum()),
        "largest": float(scores[top]),
        "word": words[top],
        "jaccard": float(pairs["jaccard"].iloc[0]) if len(pairs) else 0.0,
    }


# --- Damage ---------------------------------------------------------------------------------


def measured_damage(corpus: Corpus) -> pd.DataFrame:
    """Count the damage of each document by what its cleaning had to do.

    Returns
    -------
    pandas.DataFrame
        ``document_id, damage, places, per_thousand`` (per 1,000 words of running text).
        Only kinds of damage that occur.
    """
    account = corpus.account.set_index(["document_id", "step"])
    words = corpus.select(kinds=BODY_KINDS).tokens.groupby("document_id", observed=True).size()
    rows = []
    for document in corpus.documents["document_id"]:
        lifted = corpus.lifted.loc[corpus.lifted["document_id"] == document, "kind"]
        places = {
            "word cut at the line end": _account(account, document, "join_overflow", "removed"),
            "sentence cut by a page": _account(
                account, document, "join_open_paragraphs", "replaced"
            ),
            "space before a mark": _account(account, document, "space_punctuation", "removed"),
            "space missing after a mark": _account(
                account, document, "space_punctuation", "inserted"
            ),
            "full-width mark": _account(account, document, "normalise_width", "replaced"),
            "footnote in the flow": int((lifted == "footnote").sum()),
            "page number in the flow": int((lifted == "page number").sum()),
            "running line in the flow": int((lifted == "running line").sum()),
            "word split or joined": len(corpus.readings[document].repairs),
        }
        rows += [
            (document, damage, n, n / words[document] * 1000) for damage, n in places.items() if n
        ]
    return pd.DataFrame(rows, columns=["document_id", "damage", "places", "per_thousand"])


def _account(account: pd.DataFrame, document: str, step: str, column: str) -> int:
    key = (document, step)
    return int(account.loc[key, column]) if key in account.index else 0


Damager = Callable[[str, int, np.random.Generator], str]


def _at_gaps(insert: Callable[[int], str]) -> Damager:
    """Make a damage that stands between two words in place of their space."""

    def damage(text: str, places: int, random: np.random.Generator) -> str:
        gaps = [m.start() for m in re.finditer(r"(?<=\w) (?=\w)", text)]
        chosen = sorted(random.choice(gaps, min(places, len(gaps)), replace=False).tolist())
        for number, gap in reversed(list(enumerate(chosen, start=1))):
            text = text[:gap] + insert(number) + text[gap + 1 :]
        return text

    return damage


def _at_matches(pattern: str, new: Callable[[re.Match[str]], str]) -> Damager:
    """Make a damage that changes some matches of a pattern."""

    def damage(text: str, places: int, random: np.random.Generator) -> str:
        found = list(re.finditer(pattern, text))
        chosen = sorted(random.choice(len(found), min(places, len(found)), replace=False).tolist())
        for index in reversed(chosen):
            match = found[index]
            text = text[: match.start()] + new(match) + text[match.end() :]
        return text

    return damage


_WIDE = {",": "、", ";": "；", ":": "："}

DAMAGES: dict[str, Damager] = {
    "word split or joined": _at_matches(r"\b\w{5,}\b", lambda m: f"{m[0][:3]} {m[0][3:]}"),
    "space before a mark": _at_matches(r"(?<=[a-z])[,.;](?= \w)", lambda m: f" {m[0]}"),
    "space missing after a mark": _at_matches(r"(?<=[a-z]{2})[,.;] (?=\w)", lambda m: m[0][0]),
    "full-width mark": _at_matches(r"(?<=\w)[,;:] (?=\w)", lambda m: _WIDE[m[0][0]]),
    "sentence cut by a page": _at_gaps(lambda number: "\n\n"),
    "page number in the flow": _at_gaps(lambda number: f"\n\n{160 + number}\n\n"),
    "running line in the flow": _at_gaps(lambda number: "\n\nDOI: 10.0000/page.foot\n\n"),
    "footnote in the flow": _at_gaps(
        lambda number: f"\n\n^[{number}]Author, some cited title [J], a journal, 2010\n\n"
    ),
    "word cut at the line end": lambda text, places, random: _wrapped(text, places, random),
}
"""How each kind of damage is done to a sound text; in this order, wrapping last."""


def _wrapped(text: str, places: int, random: np.random.Generator, width: int = 48) -> str:
    """Wrap a text as the double-spaced text layer is, and cut some words at the line end.

    Every line ends with a space and an empty line follows it; where a word is cut, the
    line has no space at its end.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            if line and len(line) + len(word) > width:
                lines.append(line)
                line = ""
            line += f"{word} "
        if line:
            lines.append(line)
    cut = {
        i for i in range(len(lines) - 1)
        if (m := re.match(r"[a-z]{4,}", lines[i + 1])) and m.end() < len(lines[i + 1])
    }  # fmt: skip
    for index in random.choice(sorted(cut), min(places, len(cut)), replace=False).tolist():
        lines[index] += lines[index + 1][:2]
        lines[index + 1] = lines[index + 1][2:]
    return "\n\n".join(lines)


def damaged(text: str, rates: Mapping[str, float], random: np.random.Generator) -> str:
    """Do damage to a sound text.

    Parameters
    ----------
    text : str
        One paragraph or heading per line.
    rates : mapping of str to float
        Kind of damage (see `DAMAGES`) to places per 1,000 words.
    random : numpy.random.Generator
        Where the places are.

    Raises
    ------
    ValueError
        If a kind of damage is unknown.
    """
    unknown = sorted(set(rates) - set(DAMAGES))
    if unknown:
        raise ValueError(f"unknown damage: {', '.join(unknown)}; known is {', '.join(DAMAGES)}")
    thousands = len(WORD.findall(text)) / 1000
    for name, damage in DAMAGES.items():
        if name in rates:
            text = damage(text, round(rates[name] * thousands), random)
    return text


# --- The floor ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copies:
    """Readings of one article that differ by damage and cleaning alone.

    Attributes
    ----------
    source : str
        What makes the difference.
    reference : Corpus
        One reading.
    others : tuple of Corpus
        Readings that say the same as the reference.
    """

    source: str
    reference: Corpus
    others: tuple[Corpus, ...]


def damaged_copies(
    corpus: Corpus, first: str, second: str, draws: int = 20, seed: int = 0
) -> list[Copies]:
    """Make the copies between which no measure should differ.

    Parameters
    ----------
    corpus : Corpus
        With all documents.
    first, second : str
        Two extractions of one article.
    draws : int
        How often the damage of each other document is done to the first.
    seed : int
        Seed of the places of the damage.

    Returns
    -------
    list of Copies
        The twins without any cleaning; the twins read by ``auto`` without word repairs;
        and for each other document with damage the sound text of the first against
        copies with that damage at the measured rate, all read by ``auto``.
    """
    raw = [corpus.readings[document].raw for document in (first, second)]
    bare = [corpus_from_texts({"copy": read_document(text, Recipe("none"))}) for text in raw]
    auto = [_running(corpus_from_texts({"copy": text})) for text in raw]
    sound = _running_text(corpus.readings[first].sections)
    reference = _running(corpus_from_texts({"copy": sound}))
    copies = [
        Copies("the twins as they were received", bare[0], (bare[1],)),
        Copies("the twins read automatically", auto[0], (auto[1],)),
    ]
    damage = measured_damage(corpus)
    for document in corpus.documents["document_id"]:
        own = damage[damage["document_id"] == document]
        if document in (first, second) or own.empty:
            continue
        rates = dict(zip(own["damage"], own["per_thousand"], strict=True))
        random = np.random.default_rng(seed)
        texts = [damaged(sound, rates, random) for _ in range(draws)]
        others = tuple(_running(corpus_from_texts({"copy": text})) for text in texts)
        copies.append(Copies(f"the damage of {document}", reference, others))
    return copies


def _running(corpus: Corpus) -> Corpus:
    return corpus.select(kinds=[k for k in BODY_KINDS if k in set(corpus.sections["kind"])])


def extraction_floor(measure: Callable[[Corpus], float], copies: Sequence[Copies]) -> pd.DataFrame:
    """Tell how much a measure changes where nothing but extraction and cleaning changes.

    A difference between papers that is not clearly larger may be damage.

    Parameters
    ----------
    measure : callable
        From the corpus of one text to a number.
    copies : sequence of Copies
        From `damaged_copies`.

    Returns
    -------
    pandas.DataFrame
        One row per source: ``source, value`` (of the reference), ``difference`` (median
        of the absolute differences), ``largest`` (the greatest of them), ``copies``
        (their number).
    """
    rows = []
    for copy in copies:
        value = measure(copy.reference)
        changes = np.abs([measure(other) - value for other in copy.others])
        rows.append(
            (copy.source, value, float(np.median(changes)), float(changes.max()), len(changes))
        )
    return pd.DataFrame(rows, columns=["source", "value", "difference", "largest", "copies"])


def floor_of(
    measures: Mapping[str, Callable[[Corpus], float]], copies: Sequence[Copies]
) -> pd.DataFrame:
    """Return the extraction floor of several measures, with the column ``measure`` first."""
    tables = [extraction_floor(m, copies).assign(measure=name) for name, m in measures.items()]
    table = pd.concat(tables, ignore_index=True)
    return table[["measure", *[c for c in table.columns if c != "measure"]]]
