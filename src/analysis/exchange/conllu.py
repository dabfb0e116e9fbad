"""The tokens of a corpus as CoNLL-U, the table format of treebanks and taggers.

The token table holds words only. CoNLL-U wants every printed character in a token, so that
marks of punctuation are made tokens here: each mark by itself, a run of one mark (``...``)
together.

References
----------
Universal Dependencies. CoNLL-U Format. https://universaldependencies.org/format.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from analysis.corpus import Corpus
from analysis.tables import write_whole
from analysis.text import WORD, AlignedText

_MARK = re.compile(r"([^\w\s])\1*")


def write_conllu(corpus: Corpus, path: str | Path) -> Path:
    """Write sentences and tokens as CoNLL-U.

    The file carries the whole text of every document of ``corpus``, whatever the column
    ``publish`` of ``works.csv`` allows. It is for the owner of the corpus, on his machine.

    Parameters
    ----------
    corpus : Corpus
        What of it is written, `Corpus.select` decides.
    path : str or Path
        The file to write, UTF-8.

    Returns
    -------
    Path
        The file. Comments name document (``newdoc id``), paragraph (``newpar id``) and
        sentence (``sent_id``, ``text``, white space single). Columns: ``FORM`` is the
        repaired reading, ``LEMMA`` that of the token table (a mark is its own), ``MISC``
        has ``SpaceAfter=No`` and the place in the raw file in code points, half open, as
        ``start_char`` and ``end_char``. All other columns are ``_``: nothing was tagged.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({"a": "Laws are good. They bind."})
    >>> file = write_conllu(corpus, Path(tempfile.mkdtemp()) / "tokens.conllu")
    >>> lines = file.read_text(encoding="utf-8").splitlines()
    >>> lines[3]
    '# text = Laws are good.'
    >>> lines[4].split("\\t")[:3], lines[4].split("\\t")[-1]
    (['1', 'Laws', 'law'], 'start_char=0|end_char=4')
    """
    path = Path(path)
    write_whole(path, "".join(_blocks(corpus)).encode("utf-8"))
    return path


class _Token(NamedTuple):
    """A word or a mark, with its place in the sentence and in the raw file."""

    form: str
    lemma: str
    begin: int
    after: int
    start: int
    end: int


def _blocks(corpus: Corpus) -> Iterator[str]:
    """Yield the sentences one by one, each with an empty line after it."""
    document = paragraph = None
    sentences = zip(corpus.sentences.itertuples(), _aligned_sentences(corpus), strict=True)
    lemmas = _lemmas(corpus)
    for sentence, text in sentences:
        tokens = _tokens(text, lemmas.get(str(sentence.sentence_id), []))
        if not tokens:
            continue
        lines = []
        if sentence.document_id != document:
            document = sentence.document_id
            lines.append(f"# newdoc id = {document}")
        if sentence.paragraph_id != paragraph:
            paragraph = sentence.paragraph_id
            lines.append(f"# newpar id = {paragraph}")
        lines.append(f"# sent_id = {sentence.sentence_id}")
        lines.append(f"# text = {' '.join(text.text.split())}")
        lines += [_line(i, token, text.text) for i, token in enumerate(tokens, start=1)]
        yield "\n".join([*lines, "", ""])


def _aligned_sentences(corpus: Corpus) -> Iterator[AlignedText]:
    """Yield each sentence with the place of every character, in the order of the table."""
    done: dict[str, int] = {}
    for sentence in corpus.sentences.itertuples():
        section = str(sentence.section_id)
        whole = corpus.texts[section]
        start = whole.text.index(sentence.text, done.get(section, 0))
        done[section] = start + len(sentence.text)
        yield whole[start : done[section]]


def _lemmas(corpus: Corpus) -> dict[str, list[str]]:
    """Return the lemmas of each sentence, in the order of its words."""
    found: dict[str, list[str]] = {}
    tokens = corpus.tokens
    for sentence, lemma in zip(tokens["sentence_id"], tokens["lemma"], strict=True):
        found.setdefault(str(sentence), []).append(str(lemma))
    return found


def _tokens(text: AlignedText, lemmas: list[str]) -> list[_Token]:
    """Return words and the marks between them, in order."""
    # The token table was made by the same pattern, so that its rows fall in with the words.
    words = [match.span() for match in WORD.finditer(text.text)]
    spans = [(span, lemma) for span, lemma in zip(words, lemmas, strict=True)]
    edges = [0, *(place for span in words for place in span), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        marks = _MARK.finditer(text.text, start, end)
        spans += [(mark.span(), mark.group()) for mark in marks]
    return [
        _Token(text.text[a:b], lemma, a, b, int(text.starts[a]), int(text.ends[b - 1]))
        for (a, b), lemma in sorted(spans)
    ]


def _line(number: int, token: _Token, text: str) -> str:
    misc = [f"start_char={token.start}", f"end_char={token.end}"]
    if token.after < len(text) and not text[token.after].isspace():
        misc.insert(0, "SpaceAfter=No")
    columns = [str(number), token.form, token.lemma, *["_"] * 6, "|".join(misc)]
    return "\t".join(columns)
