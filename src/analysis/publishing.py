"""How far the built book may show the texts of a work, and the proof that it goes no further.

The column ``publish`` of works.csv says it for each work: ``passages`` (the passages that
something refers to), ``full`` (the whole text), ``none`` (counts, labels and addresses, and
not a sentence). Everything that shows text of a work asks here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.corpus import BODY_KINDS, Corpus
from analysis.tables import InputError, read_table

WITHHELD = "The text of this work is not published."
"""What stands in the place of a text."""


def publishes(works: Corpus | pd.DataFrame, work_id: object) -> bool:
    """Return whether any text of a work may be shown.

    Parameters
    ----------
    works : Corpus or pandas.DataFrame
        A corpus, or its table of works with ``work_id, publish``.
    work_id : object
        The work. Of a work that is not in the table nothing is shown.
    """
    return _rule(works, work_id) in ("passages", "full")


def publishes_whole(works: Corpus | pd.DataFrame, work_id: object) -> bool:
    """Return whether the whole text of a work may be shown (see `publishes`)."""
    return _rule(works, work_id) == "full"


def quoted(works: Corpus | pd.DataFrame, work_id: object, quote: str) -> str:
    """Return a quotation as HTML, or `WITHHELD` where the work may not be shown.

    Parameters
    ----------
    works, work_id
        As in `publishes`.
    quote : str
        Words of the work.
    """
    if not publishes(works, work_id):
        return f"<small>{WITHHELD}</small>"
    return f"<q>{html.escape(quote)}</q>"


def _rule(works: Corpus | pd.DataFrame, work_id: object) -> str:
    table = works.works if isinstance(works, Corpus) else works
    found = table.loc[table["work_id"] == work_id, "publish"]
    return str(found.iloc[0]) if len(found) else "none"


# --- Tables ----------------------------------------------------------------------------------

TEXT_COLUMNS = {
    "quote": "work_id",
    "matched": "work_id",
    "text": "work_id",
    "left": "work_id",
    "keyword": "work_id",
    "right": "work_id",
    "footnote": "work_id",
    "reference": "work_id",
    "raw": "document_id",
    "reading": "document_id",
    "problem_quote": "work_id",
    "remedy_quote": "work_id",
    "wanted_quote": "wanted_work",
    "faulted_quote": "faulted_work",
}
"""The columns of tables that hold words of a work, and the column that says of which work."""

_ONLY_WITH = {"left": "keyword", "right": "keyword", "reading": "raw"}
"""Columns that elsewhere hold no text: lemmas of a pair, how the texts were read."""


@dataclass(frozen=True)
class Silent:
    """The works of which nothing may be shown, and their documents.

    Attributes
    ----------
    work_id, document_id : frozenset of str
        Identifiers.
    """

    work_id: frozenset[str]
    document_id: frozenset[str]

    @classmethod
    def of(cls, works: pd.DataFrame, documents: pd.DataFrame | None = None) -> Silent:
        """Choose them from the tables of works and of documents."""
        own = frozenset(works.loc[works["publish"] == "none", "work_id"])
        if documents is None:
            return cls(own, frozenset())
        theirs = documents.loc[documents["work_id"].isin(own), "document_id"]
        return cls(own, frozenset(theirs))

    @classmethod
    def read(cls, data: Path) -> Silent:
        """Choose them from a data folder; none if it has no table of works.

        Raises
        ------
        InputError
            If the tables of works and documents cannot be read.
        """
        if not (data / "works.csv").is_file():
            return cls(frozenset(), frozenset())
        problems: list[str] = []
        works = read_table(data / "works.csv", ("work_id", "publish"), problems)
        documents = read_table(data / "documents.csv", ("document_id", "work_id"), problems)
        if problems:
            raise InputError(problems)
        return cls.of(works, documents)


def withheld(table: pd.DataFrame, silent: Silent) -> pd.DataFrame:
    """Empty the cells that hold words of a work of which nothing may be shown.

    Parameters
    ----------
    table : pandas.DataFrame
        Any result. The columns named in `TEXT_COLUMNS` are looked at.
    silent : Silent
        Of which works nothing may be shown.

    Returns
    -------
    pandas.DataFrame
        The same rows and columns; counts, labels and identifiers stay.
    """
    emptied = {}
    for column, owner in TEXT_COLUMNS.items():
        if {column, owner, _ONLY_WITH.get(column, column)} <= set(table.columns):
            works = silent.document_id if owner == "document_id" else silent.work_id
            emptied[column] = table[column].mask(table[owner].isin(works), "")
    return table.assign(**emptied)


# --- The proof -------------------------------------------------------------------------------

READ = frozenset(
    ".css .csv .htm .html .ipynb .js .json .map .md .svg .tsv .txt .xml .yaml .yml".split()
)
"""The kinds of files that are searched."""

SHORTEST = 8
"""A sentence of fewer words is not looked for: *The results are as follows* is nobody's."""

RUN = 12
"""So many words in a row of a longer sentence count as the sentence."""


def published_sentences(site: str | Path, corpus: Corpus) -> pd.DataFrame:
    """Search a built site for sentences of works of which nothing may be shown.

    Every file of text is read three times: as it is, with its tags taken for blanks, and
    with its tags taken out, so that a sentence is found in the text of a page, in an
    attribute, in the data of a chart, and where marks cut it. Entities and the escapes
    of JSON are decoded. Case, white space and punctuation do not matter. What also stands
    in a work that may be shown, or in a list of references, is no sign and not looked for.

    Parameters
    ----------
    site : str or Path
        A folder.
    corpus : Corpus
        All its documents; ``works`` says in ``publish`` what may be shown. Looked for are
        sentences of running text and of footnotes, of at least `SHORTEST` words: whole, or
        any `RUN` words in a row.

    Returns
    -------
    pandas.DataFrame
        ``file`` (relative to the folder), ``work_id, sentence_id, words`` (the first that
        were found, in lower case), one row per file and sentence, sorted.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    site = Path(site)
    if not site.is_dir():
        raise FileNotFoundError(f"{site.name}: there is no such folder")
    runs = _runs_of(corpus)
    rows = []
    for path in sorted(p for p in site.rglob("*") if p.suffix.lower() in READ and p.is_file()):
        found = {
            sentence: run
            for words in _readings(path.read_text(encoding="utf-8", errors="replace"))
            for run, sentence in _found(words, runs)
        }
        name = path.relative_to(site).as_posix()
        rows += [(name, *sentence, " ".join(run)) for sentence, run in sorted(found.items())]
    return pd.DataFrame(rows, columns=["file", "work_id", "sentence_id", "words"])


_Words = tuple[str, ...]
_Sentence = tuple[str, str]  # work and sentence
_Runs = dict[_Words, dict[_Words, _Sentence]]  # by the first words of the run


def _runs_of(corpus: Corpus) -> _Runs:
    """Return the runs of words that no file may hold."""
    silent = Silent.of(corpus.works, corpus.documents).work_id
    looked_for = corpus.sections.loc[
        corpus.sections["kind"].isin([*BODY_KINDS, "footnote"]), "section_id"
    ]
    sentences = corpus.sentences[corpus.sentences["section_id"].isin(looked_for)]
    theirs = sentences["work_id"].isin(silent)
    runs: _Runs = {}
    for row in sentences[theirs & ~sentences["is_heading"]].itertuples():
        words = _words(row.text)
        for first in range(max(len(words) - RUN, 0) + 1):
            run = tuple(words[first : first + RUN])
            if len(run) >= SHORTEST:
                runs.setdefault(run[:SHORTEST], {}).setdefault(run, (row.work_id, row.sentence_id))
    # Titles in lists of references are facts, which a table of the book shows.
    lists = corpus.sections.loc[corpus.sections["kind"] == "references", "section_id"]
    free = ~corpus.sentences["work_id"].isin(silent) | corpus.sentences["section_id"].isin(lists)
    for text in corpus.sentences.loc[free, "text"]:
        for run, _ in list(_found(_words(text), runs)):
            runs[run[:SHORTEST]].pop(run)
    return runs


def _found(words: list[str], runs: _Runs) -> Iterator[tuple[_Words, _Sentence]]:
    """Find the runs that stand in a list of words."""
    starts = zip(*(words[shift:] for shift in range(SHORTEST)), strict=False)
    for place, start in enumerate(starts):
        for run, sentence in runs.get(start, {}).items():
            if tuple(words[place : place + len(run)]) == run:
                yield run, sentence


def _words(text: str) -> list[str]:
    """Return the words of a text; hyphens and apostrophes part them, as they are not kept alike."""
    return re.findall(r"[^\W_]+", text.lower())


def _readings(text: str) -> Iterator[list[str]]:
    """Read a file as it is, with tags as blanks, and with tags taken out."""
    yield _words(text := _decoded(text))
    if "<" in text:
        yield _words(_TAG.sub(" ", text))
        yield _words(_TAG.sub("", text))


_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>")


def _decoded(text: str) -> str:
    """Undo the escapes of JSON, however deep, and the entities of HTML."""
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
    text = re.sub(r"\\+[nrtbf]", " ", text)
    return html.unescape(html.unescape(text))
