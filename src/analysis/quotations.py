"""Quotations in the prose of the book and in tables: where they stand in the texts."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pandas as pd

from analysis.corpus import Corpus
from analysis.text import AlignedText, normalise_quotes


def places_of_quotes(corpus: Corpus, quotes: pd.DataFrame) -> pd.DataFrame:
    """Return where quotations stand that name their sentence.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    quotes : pandas.DataFrame
        ``sentence_id, quote``; white space and the kind of quotation marks do not matter.

    Returns
    -------
    pandas.DataFrame
        ``work_id, document_id, section_id, sentence_id, start, end``, one row per quotation;
        ``start, end`` are offsets into the raw file, half open.

    Raises
    ------
    ValueError
        If quotations are not in their sentences; the message names all of them.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.quotations import places_of_quotes
    >>> corpus = analysis.corpus_from_texts({"note": "Neighbours need trust. They lend a spade."})
    >>> quotes = pd.DataFrame({
    ...     "sentence_id": corpus.sentences["sentence_id"], "quote": ["need trust", "lend a  spade"],
    ... })
    >>> print(places_of_quotes(corpus, quotes)[["sentence_id", "start", "end"]].to_string(index=False))
    sentence_id  start  end
     note-s0001     11   21
     note-s0002     28   40
    """
    columns = ["work_id", "document_id", "section_id", "sentence_id"]
    sentences = corpus.sentences.set_index("sentence_id", drop=False)
    rows, lost = [], []
    for row in quotes.drop_duplicates(["sentence_id", "quote"]).itertuples():
        place = _place_of_quote(corpus, sentences, row.sentence_id, row.quote)
        if place is None:
            lost.append(f"{row.quote!r} does not stand in {row.sentence_id}")
        else:
            rows.append((*(str(sentences.at[row.sentence_id, c]) for c in columns), *place))
    if lost:
        raise ValueError("; ".join(lost))
    return pd.DataFrame(rows, columns=[*columns, "start", "end"])


def _place_of_quote(
    corpus: Corpus, sentences: pd.DataFrame, sentence_id: str, quote: str
) -> tuple[int, int] | None:
    if sentence_id not in sentences.index:
        return None
    sentence = sentences.loc[sentence_id]
    section = normalise_quotes(corpus.texts[sentence["section_id"]])
    text = section[section.within(sentence["start"], sentence["end"])]
    words = normalise_quotes(AlignedText.of(quote)).text.split()
    found = re.search(r"\s+".join(map(re.escape, words)), text.text)
    return text.hull(*found.span()) if found else None


TYPED = re.compile(
    r"\[(?:\*\*)?[“\"](?P<quote>[^\]]+?)[”\"]\]\([^)\s]*passages\.html#(?P<sentence>[\w-]+)\)"
)
"""A quotation in the prose of the book: ``["..."](passages.html#li-s0010)``."""


def typed_quotations(folder: Path) -> pd.DataFrame:
    """Return the quotations in the prose of a book, so that pages of passages can hold them.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the book, with ``notebooks/`` and ``book/``.

    Returns
    -------
    pandas.DataFrame
        ``page, sentence_id, quote``: links whose text is a quotation, in Markdown and in
        the strings of code cells.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from analysis.quotations import typed_quotations
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "book").mkdir()
    >>> page = folder / "book" / "page.md"
    >>> _ = page.write_text('They say: ["need trust"](passages.html#note-s0001).')
    >>> print(typed_quotations(folder).to_string(index=False))
       page sentence_id      quote
    page.md  note-s0001 need trust
    """
    rows = []
    for path in sorted([*folder.glob("notebooks/*.ipynb"), *folder.glob("book/**/*.md")]):
        for text in _texts_of_page(path):
            rows += [(path.name, m["sentence"], m["quote"]) for m in TYPED.finditer(text)]
    return pd.DataFrame(rows, columns=["page", "sentence_id", "quote"])


def _texts_of_page(path: Path) -> list[str]:
    """Return the prose of a page: its Markdown, and the strings of its code."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return [content]
    texts = []
    for cell in json.loads(content)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            texts.append(source)
            continue
        nodes = ast.walk(ast.parse(source))
        texts += [
            n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
    return texts
