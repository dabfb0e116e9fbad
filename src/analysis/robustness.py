"""How much of a difference may be damage: the twins step by step, and the extraction floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.corpus import BODY_KINDS, Corpus, corpus_from_texts
from analysis.damage import damaged, measured_damage
from analysis.measures import log_likelihood
from analysis.reading import STAGES, Reading, Recipe, Section, read_document, read_until
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
        log-likelihood) and its ``word``, ``top_shared`` (how many of the twenty most
        frequent words of one are among those of the other), ``jaccard`` (of runs of five
        words).
    """
    readings = [corpus.readings[document] for document in (first, second)]
    rows: list[dict[str, object]] = []
    before: tuple[str, ...] = ()
    for stage in [s for s in STAGES if any(_has(r, s) for r in readings)]:
        texts = tuple(_running_text(read_until(r, stage).sections) for r in readings)
        if texts != before:
            rows.append({"stage": stage, **_difference(*texts)})
        before = texts
    return pd.DataFrame(rows)


def _has(reading: Reading, stage: str) -> bool:
    """Say whether a reading does anything at a stage."""
    recipe = reading.recipe
    always = ("raw", "cut_at_headings", "repair_words")
    return stage in (*always, *recipe.before, *recipe.prose, *recipe.lines)


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
        "top_shared": len(_top(counts[0]) & _top(counts[1])),
        "jaccard": float(pairs["jaccard"].iloc[0]) if len(pairs) else 0.0,
    }


def _top(counts: Counter[str], number: int = 20) -> set[str]:
    """Return the most frequent words, ties broken by the alphabet."""
    return set(sorted(counts, key=lambda word: (-counts[word], word))[:number])


AS_RECEIVED = "the twins as they were received"
"""The copies between which nothing was cleaned."""


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

    Raises
    ------
    KeyError
        If there is no such document.
    """
    raw = [corpus.readings[document].raw for document in (first, second)]
    bare = [corpus_from_texts({"copy": read_document(text, Recipe("none"))}) for text in raw]
    auto = [_running(corpus_from_texts({"copy": text})) for text in raw]
    sound = _running_text(corpus.readings[first].sections)
    reference = _running(corpus_from_texts({"copy": sound}))
    copies = [
        Copies(AS_RECEIVED, bare[0], (bare[1],)),
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
        From the corpus of one text (a `Corpus`) to a number.
    copies : sequence of Copies
        From `damaged_copies`.

    Returns
    -------
    pandas.DataFrame
        One row per source: ``source, value`` (of the reference), ``difference`` (median
        of the absolute differences of the copies from it), ``largest`` (the greatest of
        them), all in the unit of the measure, and ``copies`` (their number).

    Examples
    --------
    A word that was torn apart adds one word to the text.

    >>> from analysis import corpus_from_texts
    >>> sound, torn = (
    ...     corpus_from_texts({"copy": text}) for text in ("The law is weak.", "The la w is weak.")
    ... )
    >>> copies = [Copies("a torn word", sound, (torn,))]
    >>> print(extraction_floor(lambda c: len(c.words()), copies).to_string(index=False))
         source  value  difference  largest  copies
    a torn word      4         1.0      1.0       1
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
    """Return the extraction floor of several measures, with the column ``measure`` first.

    Parameters
    ----------
    measures : mapping of str to callable
        Name to measure: from the corpus of one text (a `Corpus`) to a number.
    copies : sequence of Copies
        From `damaged_copies`.

    Returns
    -------
    pandas.DataFrame
        One row per measure and source: ``measure`` and the columns of `extraction_floor`.
    """
    tables = [extraction_floor(m, copies).assign(measure=name) for name, m in measures.items()]
    table = pd.concat(tables, ignore_index=True)
    return table[["measure", *[c for c in table.columns if c != "measure"]]]


def keyness_floor(copies: Sequence[Copies], term: str = "lemma") -> pd.DataFrame:
    """Tell how high the keyness of a term is where nothing but extraction and cleaning differs.

    Parameters
    ----------
    copies : sequence of Copies
        From `damaged_copies`.
    term : {"lemma", "token"}
        What is counted, in lower case.

    Returns
    -------
    pandas.DataFrame
        One row per source: ``source, largest`` (the greatest log-likelihood of any term
        between the reference and one of its copies), ``term`` (which), ``median`` (of
        the greatest ones over the copies), ``copies`` (their number).

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> sound, torn = (
    ...     corpus_from_texts({"copy": text}) for text in ("The law is weak.", "The la w is weak.")
    ... )
    >>> floor = keyness_floor([Copies("a torn word", sound, (torn,))])
    >>> print(floor[["source", "largest", "copies"]].round(2).to_string(index=False))
         source  largest  copies
    a torn word     1.78       1
    """
    rows = []
    for copy in copies:
        reference = _counted(copy.reference, term)
        tops = [_most_key(reference, _counted(other, term)) for other in copy.others]
        largest, word = max(tops)
        rows.append(
            (copy.source, largest, word, float(np.median([g2 for g2, _ in tops])), len(tops))
        )
    return pd.DataFrame(rows, columns=["source", "largest", "term", "median", "copies"])


def cleaned(floor: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a floor whose texts were cleaned, as all texts of an analysis are.

    Parameters
    ----------
    floor : pandas.DataFrame
        From `extraction_floor`, `floor_of` or `keyness_floor`.

    Returns
    -------
    pandas.DataFrame
        Without the row of the twins as they were received.
    """
    return floor[floor["source"] != AS_RECEIVED]


def _counted(corpus: Corpus, term: str) -> pd.Series:
    return corpus.words()[term].astype(str).str.lower().value_counts()


def _most_key(first: pd.Series, second: pd.Series) -> tuple[float, str]:
    """Return the greatest log-likelihood between two texts and its term."""
    terms = first.index.union(second.index)
    k1, k2 = (counts.reindex(terms, fill_value=0).to_numpy(float) for counts in (first, second))
    scores = np.asarray(log_likelihood(k1, k1.sum(), k2, k2.sum()))
    return float(scores.max()), str(terms[scores.argmax()])
