"""Sentences, lemmas and stop words of English, from libraries and data files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from analysis.text import CITATION

_ALSO_ENDS = re.compile(
    r"(?:\b(?:etc|no|art)\.|[a-z]\.\.|[.?!](?=\[))[\"']?"
    rf"(?:{CITATION.pattern})?(?=\s+[\"']?[A-Z])"
)
"""Ends that Punkt does not see, each before a capital letter: after ``etc.``, ``no.`` and
``art.``, which also close sentences, after a doubled stop, and after a citation mark that
stands behind the stop."""


class SentenceSplitter:
    """Cut a paragraph into sentences.

    The work is done by NLTK's Punkt algorithm (Kiss & Strunk 2006) with a fixed list
    of abbreviations instead of a trained one: five texts are too few to train on.
    ``etc.``, ``no.``, ``art.`` and a doubled stop end a sentence only before a capital.

    Parameters
    ----------
    abbreviations : collection of str
        Lower case, without the final stop: ``e.g``, ``al``, ``vol``.
    """

    def __init__(self, abbreviations: Collection[str] = ()) -> None:
        from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

        parameters = PunktParameters()
        parameters.abbrev_types = set(abbreviations)
        self._punkt = PunktSentenceTokenizer(parameters)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the half-open spans of the sentences; white space stands between them."""
        ends = self._punkt_ends(text)
        ends |= {match.end() for match in _ALSO_ENDS.finditer(text)}
        spans = []
        start = 0
        for end in sorted(ends | {len(text)}):
            # Punkt also cuts before a bracket or a quotation mark that touches the stop.
            if end < len(text) and not text[end].isspace():
                continue
            part = text[start:end]
            if part.strip():
                spans.append((end - len(part.lstrip()), start + len(part.rstrip())))
            start = end
        return spans

    def _punkt_ends(self, text: str) -> set[int]:
        """Return the ends that Punkt sees, window by window.

        NLTK gives up on a text that takes it more than some seconds, so that one line
        of several megabytes would fail. The last sentence of a window may go on and is
        read again at the head of the next; a window without an end is doubled.
        """
        ends: set[int] = set()
        start, size = 0, WINDOW
        while start < len(text):
            window = text[start : start + size]
            found = [start + end for _, end in self._punkt.span_tokenize(window)]
            if start + size >= len(text):
                return ends | set(found)
            if len(found) > 1:
                ends |= set(found[:-1])
                start, size = found[-2], WINDOW
            else:
                size *= 2
        return ends


WINDOW = 100_000
"""Characters that Punkt is given at a time."""


class Lemmatizer:
    """Look up the lemma of a word form.

    Forms are looked up in simplemma's English dictionary (Barbaresi), after a table of
    exceptions for what it gets wrong. All lemmas are lower case.

    Parameters
    ----------
    exceptions : mapping of str to str
        Lower-case form to lemma.
    """

    def __init__(self, exceptions: Mapping[str, str] | None = None) -> None:
        self._exceptions = dict(exceptions or {})

    def __call__(self, token: str) -> str:
        """Return the lemma of one token."""
        form = token.lower().replace("’", "'").removesuffix("'s")
        return self._exceptions.get(form) or _dictionary_lemma(form)

    def all(self, tokens: Iterable[str]) -> list[str]:
        """Return the lemmas of many tokens; each form is looked up once."""
        known: dict[str, str] = {}
        return [known.get(t) or known.setdefault(t, self(t)) for t in tokens]


@lru_cache(maxsize=200_000)
def _dictionary_lemma(form: str) -> str:
    from simplemma import lemmatize

    return str(lemmatize(form, lang="en")).lower()


def citation_spans(text: str) -> list[tuple[int, int]]:
    """Return where citation marks stand in a text."""
    return [m.span() for m in CITATION.finditer(text)]
