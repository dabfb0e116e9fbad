"""How far the built book may show the texts of a work, and the proof that it goes no further.

The column ``publish`` of works.csv says it for each work: ``passages`` (the passages that
something refers to), ``full`` (the whole text), ``none`` (counts, labels and addresses, and
not a sentence). Everything that shows text of a work asks here.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Collection, Iterator
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

    Returns
    -------
    bool
    """
    return _rule(works, work_id) in ("passages", "full")


def publishes_whole(works: Corpus | pd.DataFrame, work_id: object) -> bool:
    """Return whether the whole text of a work may be shown.

    Parameters
    ----------
    works, work_id
        As in `publishes`.

    Returns
    -------
    bool
    """
    return _rule(works, work_id) == "full"


def quoted(works: Corpus | pd.DataFrame, work_id: object, quote: str) -> str:
    """Return a quotation as HTML, or `WITHHELD` where the work may not be shown.

    Parameters
    ----------
    works, work_id
        As in `publishes`.
    quote : str
        Words of the work.

    Returns
    -------
    str
        A ``<q>``, or a note in ``<small>``.
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


def text_columns(columns: Collection[str]) -> dict[str, str]:
    """Return which columns of a table hold words of a work.

    Parameters
    ----------
    columns : collection of str
        The names of all columns.

    Returns
    -------
    dict of str to str
        By column the one that says of which work the words are, whether the table has it
        or not.

    Examples
    --------
    >>> text_columns(["work_id", "quote", "left", "right"])
    {'quote': 'work_id'}
    """
    return {
        column: owner
        for column, owner in TEXT_COLUMNS.items()
        if {column, _ONLY_WITH.get(column, column)} <= set(columns)
    }


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
        """Choose them from the tables of works and of documents.

        Parameters
        ----------
        works : pandas.DataFrame
            ``work_id, publish``.
        documents : pandas.DataFrame, optional
            ``document_id, work_id``; without it no document is chosen.

        Returns
        -------
        Silent
            The works that `publishes` says no to.
        """
        own = frozenset(work for work in works["work_id"] if not publishes(works, work))
        if documents is None:
            return cls(own, frozenset())
        theirs = documents.loc[documents["work_id"].isin(own), "document_id"]
        return cls(own, frozenset(theirs))

    @classmethod
    def read(cls, data: Path) -> Silent:
        """Choose them from a data folder; none if it has no table of works.

        Parameters
        ----------
        data : Path
            The folder with ``works.csv`` and ``documents.csv``.

        Returns
        -------
        Silent

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

    def owns(self, table: pd.DataFrame, owner: str) -> pd.Series:
        """Return for each row whether what a column names is one of them.

        Parameters
        ----------
        table : pandas.DataFrame
            Any table with the column.
        owner : str
            A column of works, or ``document_id``.

        Returns
        -------
        pandas.Series of bool
        """
        return table[owner].isin(self.document_id if owner == "document_id" else self.work_id)


def withheld(table: pd.DataFrame, silent: Silent) -> pd.DataFrame:
    """Empty the cells that hold words of a work of which nothing may be shown.

    Parameters
    ----------
    table : pandas.DataFrame
        Any result. The columns named in `TEXT_COLUMNS` are looked at; one of numbers holds
        no words, whatever its name.
    silent : Silent
        Of which works nothing may be shown.

    Returns
    -------
    pandas.DataFrame
        The same rows and columns; counts, labels and identifiers stay.
    """
    return table.assign(
        **{
            column: table[column].mask(silent.owns(table, owner), "")
            for column, owner in _owned_words(table)
        }
    )


def shown_words(table: pd.DataFrame, silent: Silent) -> list[str]:
    """Return which columns show words of a work of which nothing may be shown.

    Parameters
    ----------
    table, silent
        As in `withheld`.

    Returns
    -------
    list of str
        The columns that `withheld` would empty and that are not empty; none if all is well.
    """
    return [
        column
        for column, owner in _owned_words(table)
        if table.loc[silent.owns(table, owner), column].fillna("").astype(str).any()
    ]


def _owned_words(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the columns of words, and the column that says whose they are."""
    for column, owner in text_columns(table.columns).items():
        if owner in table and not pd.api.types.is_numeric_dtype(table[column]):
            yield column, owner


# --- The proof -------------------------------------------------------------------------------

READ = frozenset(
    ".css .csv .htm .html .ipynb .js .json .map .md .svg .tsv .txt .xml .yaml .yml".split()
)
"""The kinds of files that are searched, also inside of zips."""

SHORTEST = 8
"""A sentence of fewer words is not looked for: *The results are as follows* is nobody's."""

RUN = 12
"""So many words in a row of a longer sentence count as the sentence."""


def published_sentences(site: str | Path, corpus: Corpus) -> pd.DataFrame:
    """Search a built site for sentences of works of which nothing may be shown.

    Every file of text is read three times: as it is, with its tags taken for blanks, and
    with its tags taken out, so that a sentence is found in the text of a page, in an
    attribute, in the data of a chart, and where marks cut it. So are the files inside of
    zips. Entities and the escapes of JSON are decoded. Case, white space and punctuation do
    not matter. What also stands in a work that may be shown, or in a list of references, is
    no sign and not looked for.

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
        ``file`` (relative to the folder; inside of a zip ``ZIP/NAME``), ``work_id,
        sentence_id, words`` (the first that were found, in lower case), one row per file and
        sentence, sorted. Empty, and nothing is searched, where all works may be shown.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    site = Path(site)
    if not site.is_dir():
        raise FileNotFoundError(f"{site.name}: there is no such folder")
    columns = ["file", "work_id", "sentence_id", "words"]
    silent = Silent.of(corpus.works, corpus.documents).work_id
    if not silent:
        return pd.DataFrame(columns=columns)
    runs = _runs_of(corpus, silent)
    rows = []
    for name, content in _files_of(site):
        found = {
            sentence: run
            for words in _readings(content.decode("utf-8", errors="replace"))
            for run, sentence in _found(words, runs)
        }
        rows += [(name, *sentence, " ".join(run)) for sentence, run in sorted(found.items())]
    return pd.DataFrame(rows, columns=columns)


def _files_of(site: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that are searched, those in zips included."""
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        name = path.relative_to(site).as_posix()
        if path.suffix.lower() in READ:
            yield name, path.read_bytes()
        elif path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                for member in sorted(archive.namelist()):
                    if Path(member).suffix.lower() in READ:
                        yield f"{name}/{member}", archive.read(member)


_Words = tuple[str, ...]
_Sentence = tuple[str, str]  # work and sentence
_Runs = dict[_Words, dict[_Words, _Sentence]]  # by the first words of the run


def _runs_of(corpus: Corpus, silent: frozenset[str]) -> _Runs:
    """Return the runs of words that no file may hold."""
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
            # A sentence may say the same twice.
            runs[run[:SHORTEST]].pop(run, None)
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
