"""The corpus: works in one document or several, read into tidy tables."""

from __future__ import annotations

import bisect
import codecs
import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assembly import Columns, Lexical, TokenisedRows
from analysis.defaults import PACKAGE_ROOT
from analysis.pdf import NEEDS_PYPDF, text_of
from analysis.reading import (
    BODY_KINDS,
    Heading,
    Reading,
    Recipe,
    choose_recipe,
    find_headings,
    read_automatically,
    read_document,
)
from analysis.tables import InputError, read_table
from analysis.text import AlignedText

WORK_COLUMNS = ("work_id", "label", "title", "authors", "year", "venue", "doi", "keywords",
                "licence", "publish", "colour", "shape")  # fmt: skip
WORK_DETAILS = (
    "short_label",
    "title_note",
    "affiliation",
    "year_note",
    "volume",
    "pages",
    "licence_note",
)
DOCUMENT_DETAILS = ("missing",)
"""Columns that may be left out of the tables; they are empty then."""
DOCUMENT_COLUMNS = ("document_id", "work_id", "file", "sha256", "extraction", "role", "recipe")
OUTLINE_COLUMNS = ("document_id", "order", "number", "title", "level", "kind", "function", "place")
REPAIR_COLUMNS = ("document_id", "printed", "repaired", "reason")

AUTO = "auto"
"""The recipe that looks at a text and chooses."""

KINDS = ("abstract", "body", "conclusion", "front", "references", "footnote")
ROLES = ("primary", "twin")
PUBLISH = ("passages", "full", "none")
RESERVED = ("all", "pooled")
"""Tables use these words for the works together, so that no work can be called so."""


@dataclass(frozen=True)
class Corpus:
    """Texts as tidy tables, one row per thing, joined by the same keys everywhere.

    Attributes
    ----------
    works : pandas.DataFrame
        One row per work, all cells text: ``work_id, label, title, authors, year, venue, doi,
        keywords, licence, publish, colour, shape`` and the details of `WORK_DETAILS`.
    documents : pandas.DataFrame
        One row per text: ``document_id, work_id, file, sha256, extraction, role, recipe``,
        ``missing`` (parts of the work that the text lacks), ``chosen`` (what the recipe is
        for, or what ``auto`` saw).
    sections : pandas.DataFrame
        ``document_id, work_id, section_id, number, title, level, kind, function, start, end``.
    sentences : pandas.DataFrame
        ``document_id, work_id, section_id, paragraph_id, sentence_id, text, is_heading,
        start, end``. A heading is one row.
    tokens : pandas.DataFrame
        ``document_id, work_id, section_id, paragraph_id, sentence_id, position, token,
        lemma, is_word, is_stop, is_heading, is_apart, start, end``. ``is_apart``: more
        than white space (a mark of punctuation) parts it from the token before.
    lifted : pandas.DataFrame
        What was lifted out of the running text: ``document_id, kind, text, start, end``.
    account : pandas.DataFrame
        Characters per cleaning step: ``document_id, step, removed,
        lifted, inserted, replaced``.
    texts : dict of str to AlignedText
        The cleaned text of each section by ``section_id``: the heading on a line of its
        own, then one line per paragraph.
    readings : dict of str to Reading
        How each document was read: raw text, recipe, outline, account.
    folder : pathlib.Path
        Where the data came from.

    Notes
    -----
    ``start`` and ``end`` are offsets in code points into the raw text, half open.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({"first": "Laws are good. They bind."})
    >>> corpus.sentences["text"].tolist()
    ['Laws are good.', 'They bind.']
    >>> last = corpus.words().iloc[-1]
    >>> corpus.source("first", last["start"], last["end"])
    'bind'
    """

    works: pd.DataFrame
    documents: pd.DataFrame
    sections: pd.DataFrame
    sentences: pd.DataFrame
    tokens: pd.DataFrame
    lifted: pd.DataFrame
    account: pd.DataFrame
    texts: dict[str, AlignedText] = field(repr=False)
    readings: dict[str, Reading] = field(repr=False)
    folder: Path

    @property
    def raw(self) -> dict[str, str]:
        """The raw text of each document."""
        return {document: reading.raw for document, reading in self.readings.items()}

    def body(self) -> Corpus:
        """Return the primary documents without references, footnotes and front matter.

        Returns
        -------
        Corpus
            What is left: abstract, body and conclusion of one document per work.

        Raises
        ------
        ValueError
            If no document is primary.

        Examples
        --------
        >>> from analysis import corpus_from_texts
        >>> corpus = corpus_from_texts(
        ...     {"first": "Introduction\\nLaws are good.\\nReferences\\nHu An, courts, 2014."}
        ... )
        >>> corpus.sections["title"].tolist(), corpus.body().sections["title"].tolist()
        (['Introduction', 'References'], ['Introduction'])
        """
        return self.select(roles="primary", kinds=BODY_KINDS)

    def select(
        self,
        works: str | Collection[str] | None = None,
        documents: str | Collection[str] | None = None,
        roles: str | Collection[str] | None = None,
        kinds: str | Collection[str] | None = None,
        functions: str | Collection[str] | None = None,
        headings: bool = True,
    ) -> Corpus:
        """Return a part of the corpus; what is ``None`` is not restricted.

        Parameters
        ----------
        works, documents : str or collection of str, optional
            Identifiers.
        roles : str or collection of str, optional
            ``primary`` or ``twin``.
        kinds, functions : str or collection of str, optional
            Kinds and functions of sections.
        headings : bool
            Whether headings count as text.

        Returns
        -------
        Corpus
            All tables without the rows of what was not chosen. The texts of sections keep
            their headings.

        Raises
        ------
        ValueError
            If an identifier, role, kind or function does not exist.

        Examples
        --------
        >>> from analysis import corpus_from_texts
        >>> corpus = corpus_from_texts({"first": "Laws are good.", "second": "They bind."})
        >>> corpus.select(works="second").sentences["text"].tolist()
        ['They bind.']
        """
        chosen = self.documents
        for column, wanted in (("work_id", works), ("document_id", documents), ("role", roles)):
            chosen = _restrict(chosen, column, wanted)
        sections = self.sections[self.sections["document_id"].isin(chosen["document_id"])]
        for column, wanted, known in (
            ("kind", kinds, set(KINDS)),
            ("function", functions, set(self.sections["function"])),
        ):
            sections = _restrict(sections, column, wanted, known)
        sentences = self.sentences[self.sentences["section_id"].isin(sections["section_id"])]
        tokens = self.tokens[self.tokens["section_id"].isin(sections["section_id"])]
        if not headings:
            sentences, tokens = sentences[~sentences["is_heading"]], tokens[~tokens["is_heading"]]
        ids = set(chosen["document_id"])
        return replace(
            self,
            works=self.works[self.works["work_id"].isin(chosen["work_id"])].reset_index(drop=True),
            documents=chosen.reset_index(drop=True),
            sections=sections.reset_index(drop=True),
            sentences=sentences.reset_index(drop=True),
            tokens=_without_unused(tokens.reset_index(drop=True)),
            lifted=self.lifted[self.lifted["document_id"].isin(ids)].reset_index(drop=True),
            account=self.account[self.account["document_id"].isin(ids)].reset_index(drop=True),
            texts={s: self.texts[s] for s in sections["section_id"]},
            readings={d: reading for d, reading in self.readings.items() if d in ids},
        )

    def segments(self, of: str = "sentence") -> pd.DataFrame:
        """Return the raw spans of sentences or sections without what was lifted out.

        Parameters
        ----------
        of : {"sentence", "section"}
            Whose segments.

        Returns
        -------
        pandas.DataFrame
            ``document_id, sentence_id`` (or ``section_id``), ``segment`` (from 1),
            ``start, end``. One row where nothing was lifted out of the hull; segments
            of one document never overlap. The segments of the footnotes are the notes.

        Raises
        ------
        ValueError
            If ``of`` is neither of the two.

        Examples
        --------
        >>> from analysis import corpus_from_texts
        >>> corpus = corpus_from_texts({"first": "Laws are\\n^[1] See Hu.\\ngood."})
        >>> table = corpus.segments()
        >>> print(table[["sentence_id", "segment", "start", "end"]].to_string(index=False))
        sentence_id  segment  start  end
        first-s0001        1      0    9
        first-s0001        2     22   27
        first-s0002        1      9   21
        """
        if of not in ("sentence", "section"):
            raise ValueError(f"of must be sentence or section, not {of!r}")
        notes = set(self.sections.loc[self.sections["kind"] == "footnote", "section_id"])
        table = self.sentences if of == "sentence" else self.sections
        gone = {
            document: sorted(zip(own["start"], own["end"], strict=True))
            for document, own in self.lifted.groupby("document_id")
        }
        rows = []
        for row in table.itertuples():
            key = getattr(row, f"{of}_id")
            if row.section_id in notes:
                own = self.sentences[self.sentences[f"{of}_id"] == key]
                spans = list(zip(own["start"], own["end"], strict=True))
            else:
                spans = _without(row.start, row.end, gone.get(row.document_id, []))
            rows += [(row.document_id, key, i, a, b) for i, (a, b) in enumerate(spans, start=1)]
        return pd.DataFrame(rows, columns=["document_id", f"{of}_id", "segment", "start", "end"])

    def words(self) -> pd.DataFrame:
        """Return the tokens that are words of the text: no citation marks, no numbering.

        Returns
        -------
        pandas.DataFrame
            The rows of ``tokens`` with ``is_word``.
        """
        return self.tokens[self.tokens["is_word"]]

    def source(self, document_id: str, start: int, end: int) -> str:
        """Return what stands at a place of a raw file.

        Parameters
        ----------
        document_id : str
            Which text.
        start, end : int
            Offsets in code points into the raw text, half open.

        Returns
        -------
        str
            As printed, with whatever damage it has.

        Raises
        ------
        KeyError
            If there is no such document.
        """
        return self.readings[document_id].raw[start:end]


def _without(start: int, end: int, gone: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut lifted spans, in order, out of a hull."""
    spans = []
    for a, b in gone[bisect.bisect(gone, (start, start)) :]:
        if a >= end:
            break
        if start < a:
            spans.append((start, a))
        start = max(start, b)
    return [*spans, (start, end)] if start < end else spans


def _without_unused(tokens: pd.DataFrame) -> pd.DataFrame:
    """Drop categories that no longer occur, so that grouping shows no ghosts."""
    for column in tokens.columns[tokens.dtypes == "category"]:
        tokens[column] = tokens[column].cat.remove_unused_categories()
    return tokens


def _restrict(
    table: pd.DataFrame,
    column: str,
    wanted: str | Collection[str] | None,
    known: Collection[str] | None = None,
) -> pd.DataFrame:
    if wanted is None:
        return table
    values = {wanted} if isinstance(wanted, str) else set(wanted)
    known = set(table[column]) if known is None else set(known)
    if not values <= known:
        unknown = ", ".join(sorted(values - known))
        raise ValueError(f"unknown {column}: {unknown}; the corpus has {', '.join(sorted(known))}")
    return table[table[column].isin(values)]


def check_groups(tokens: pd.DataFrame, by: str) -> None:
    """Refuse to group a token table so that a group counts a work from two documents.

    Parameters
    ----------
    tokens : pandas.DataFrame
        A token table.
    by : str
        The column of groups.

    Raises
    ------
    ValueError
        If there is no such column, or a group has tokens of more than one document of a
        work.
    """
    if by not in tokens.columns:
        raise ValueError(f"the table has no column {by!r} to group by")
    if by == "document_id" or not {"work_id", "document_id"} <= set(tokens.columns):
        return
    keys = list(dict.fromkeys([by, "work_id"]))
    each = tokens[list(dict.fromkeys([*keys, "document_id"]))].drop_duplicates()
    documents = each.groupby(keys, observed=True)["document_id"].nunique()
    twice = documents[documents > 1]
    if len(twice):
        works = sorted(set(twice.index.get_level_values("work_id").astype(str)))
        raise ValueError(
            f"work {', '.join(works)} would be counted from more than one document; "
            "take corpus.body() or group by document_id"
        )


# --- Loading --------------------------------------------------------------------------------

Watch = Callable[[Sequence[Any], str], Iterable[Any]]
"""Goes through things and shows how far it has come; it is told what is done with them."""


def load_corpus(folder: str | Path | None = None, watch: Watch | None = None) -> Corpus:
    """Read a corpus from a data folder and check all of it.

    Parameters
    ----------
    folder : str or Path, optional
        The folder with ``works.csv``, ``documents.csv`` and ``raw/``. Without it, the
        project's own ``data/`` is found from the working directory upwards. A folder
        without ``documents.csv`` is read as plain texts: each ``.txt``, ``.md`` or
        ``.pdf`` file is one work, read with the recipe ``auto``. Such a text is UTF-8, or
        what its byte order mark says; of a PDF file it is the text layer
        (`analysis.pdf.text_of`), and offsets are offsets into that.
    watch : callable, optional
        Shows progress on long work: it is given a sequence and, in words, what is done with
        it, and goes through the sequence, as `rich.progress.track` does.

    Returns
    -------
    Corpus
        With all tables, primary documents and twins alike; take `Corpus.body` before texts
        are compared.

    Raises
    ------
    InputError
        With every problem found: a missing file or column, a changed checksum, a file
        that is empty, binary or not UTF-8, an unknown recipe or step, a heading or
        repair that is not found, two plain texts of one name, a PDF file that is broken,
        encrypted or without a text layer, a primary document without running text, a file
        outside ``raw/``. Each names file, row and column.
    FileNotFoundError
        If no folder is given and there is none from the working directory upwards.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "first.txt").write_text("Laws are good.", encoding="utf-8")
    ...     _ = Path(folder, "second.txt").write_text("They bind.", encoding="utf-8")
    ...     corpus = load_corpus(folder)
    >>> corpus.documents["document_id"].tolist()
    ['first', 'second']
    """
    folder = find_data() if folder is None else Path(folder)
    if not (folder / "documents.csv").is_file():
        return _load_plain_texts(folder, watch or _unwatched)
    problems: list[str] = []
    works, documents = _read_records(folder, problems)
    recipes = _read_recipes(folder / "recipes.toml", problems)
    outline = _read_outline(folder, documents, problems)
    repairs = _read_repairs(folder, documents, problems)
    raw = _read_raw(folder, documents, problems)
    for row, name in zip(documents["row"], documents["recipe"], strict=True):
        if name and name not in recipes and name != AUTO:
            known = ", ".join([*sorted(recipes), AUTO])
            problems.append(
                f"documents.csv, row {row}, column recipe: {name!r} is unknown; use one of: {known}"
            )
    if problems:
        raise InputError(problems)
    readings, chosen = {}, []
    for document in documents.itertuples():
        own = repairs[repairs["document_id"] == document.document_id]
        text = raw[document.document_id]
        recipe = choose_recipe(text) if document.recipe == AUTO else recipes[document.recipe]
        headings = outline.get(document.document_id)
        if headings is None and document.recipe == AUTO:
            headings = find_headings(text, recipe)
        mended = dict(zip(own["printed"], own["repaired"], strict=True))
        reading = read_document(text, recipe, headings or [], mended)
        problems += [f"{document.file} ({document.document_id}): {p}" for p in reading.problems]
        readings[document.document_id] = reading
        chosen.append(recipe.about)
    if problems:
        raise InputError(problems)
    documents = documents.assign(chosen=chosen)
    return _with_words(_assemble(folder, works, documents, readings, watch or _unwatched))


def _with_words(corpus: Corpus) -> Corpus:
    """Return the corpus, or say which works have nothing that could be counted."""
    words = corpus.words()
    running = set(corpus.sections.loc[corpus.sections["kind"].isin(BODY_KINDS), "section_id"])
    in_text = words[~words["is_heading"]]
    with_text = set(in_text["document_id"])
    with_running = set(in_text.loc[in_text["section_id"].isin(running), "document_id"])
    problems = []
    for document in corpus.documents[corpus.documents["role"] == "primary"].itertuples():
        if document.document_id not in with_text:
            problems.append(f"{document.file}: no running text; there are no words but in headings")
        elif document.document_id not in with_running:
            problems.append(
                f"{document.file}: no running text; its headings make it all front matter, notes "
                "or references; write outline.csv, or put a heading such as Introduction where "
                "the running text begins"
            )
    if problems:
        raise InputError(problems)
    return corpus


def _unwatched(things: Sequence[Any], what: str) -> Iterable[Any]:
    return things


def corpus_from_texts(
    texts: Mapping[str, str | Reading], folder: str | Path | None = None
) -> Corpus:
    """Make a corpus of texts at hand, each a work of its own.

    Parameters
    ----------
    texts : mapping of str to str or Reading
        Identifier to raw text, which is read with the recipe ``auto``, or to a text that
        has been read already.
    folder : str or Path, optional
        Where stop words, lemma exceptions and abbreviations are looked for first; the
        project's own lists are used where it has none.

    Returns
    -------
    Corpus
        One work and one document per text, in the given order. ``documents`` says in the
        column ``chosen`` what was seen of each text.

    Examples
    --------
    >>> corpus = corpus_from_texts({"first": "Laws are good. They bind."})
    >>> corpus.words()["lemma"].tolist()
    ['law', 'be', 'good', 'they', 'bind']
    >>> corpus.documents["chosen"].item()
    'one paragraph per line'
    """
    readings = {
        name: text if isinstance(text, Reading) else read_automatically(text)
        for name, text in texts.items()
    }
    return _corpus_of(readings, Path(folder) if folder else PACKAGE_ROOT / "data", _unwatched)


def _corpus_of(readings: dict[str, Reading], folder: Path, watch: Watch) -> Corpus:
    """Make a corpus of texts that have been read, each a work of its own."""
    names = list(readings)
    blank = [""] * len(names)
    empty = {column: blank for column in (*WORK_COLUMNS, *WORK_DETAILS)}
    works = pd.DataFrame(empty | {
        "work_id": names, "label": names, "short_label": names, "publish": ["none"] * len(names),
        "colour": [_COLOURS[i % len(_COLOURS)] for i in range(len(names))],
        # Shifted in each round of colours, so that the seventh work is not drawn like the first.
        "shape": [_SHAPES[(i + i // len(_COLOURS)) % len(_SHAPES)] for i in range(len(names))],
    })  # fmt: skip
    documents = pd.DataFrame({
        "document_id": names, "work_id": names, "file": blank,
        "sha256": [hashlib.sha256(r.raw.encode()).hexdigest() for r in readings.values()],
        "extraction": blank, "missing": blank, "role": ["primary"] * len(names),
        "recipe": [r.recipe.name for r in readings.values()],
        "chosen": [r.recipe.about for r in readings.values()],
    })  # fmt: skip
    return _assemble(folder, works, documents, readings, watch)


_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7A5C00", "#56B4E9")
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
"""For works without a table that gives them a colour: a palette safe for the colour-blind."""


# --- Folders of plain texts -----------------------------------------------------------------

PLAIN_SUFFIXES = (".txt", ".md")
PDF_SUFFIX = ".pdf"


def _load_plain_texts(folder: Path, watch: Watch) -> Corpus:
    """Read a folder that holds nothing but texts."""
    problems = _lost_tables(folder)
    if problems:
        raise InputError(problems)
    files = text_files(folder, problems)
    texts: dict[str, str] = {}
    for file in watch(without_unread_pdfs(files, problems), "reading files"):
        text = plain_text(file, problems)
        if text is not None:
            texts[_identifier(file.stem, texts)] = text
    if problems:
        raise InputError(problems)
    readings = {
        name: read_automatically(text)
        for name, text in watch(list(texts.items()), "cleaning texts")
    }
    corpus = _corpus_of(readings, folder, watch)
    # A name that is no UTF-8 could not be written to any table.
    corpus.documents["file"] = [f.name.encode("utf-8", "replace").decode() for f in files]
    corpus.documents["extraction"] = [
        "text layer of a PDF file" if _is_pdf(file) else "" for file in files
    ]
    return _with_words(corpus)


def _lost_tables(folder: Path) -> list[str]:
    """Say what a folder is that holds more than texts; its notes would be read as works."""
    if (folder / "data" / "documents.csv").is_file():
        return [f"{folder}: the texts are in {folder / 'data'}; name that folder"]
    if (folder / "works.csv").is_file():
        return [
            f"documents.csv: the file is missing; {folder} has works.csv, so that it is a data "
            "folder; put the table back, or remove works.csv from a folder of plain texts"
        ]
    return []


def text_files(folder: Path, problems: list[str]) -> list[Path]:
    """Return the texts of a folder by name; hidden files are none."""
    if folder.is_file():
        problems.append(f"{folder}: this is a file; give the folder that it is in")
        return []
    if not folder.is_dir():
        problems.append(f"{folder}: there is no such folder")
        return []
    suffixes = (*PLAIN_SUFFIXES, PDF_SUFFIX)
    files = [f for f in folder.iterdir() if f.suffix.lower() in suffixes and f.is_file()]
    files = sorted((f for f in files if not f.name.startswith(".")), key=lambda f: f.name)
    if not files:
        problems.append(
            f"{folder}: neither documents.csv nor a .txt, .md or .pdf file is in the folder; "
            "put the texts there, each in a file of its own"
        )
    problems += same_names(files)
    return files


def same_names(files: Sequence[Path]) -> list[str]:
    """Name the files that bear one name, whatever their folders, endings and capitals."""
    stems: dict[str, list[str]] = {}
    for file in files:
        stems.setdefault(unicodedata.normalize("NFC", file.stem).casefold(), []).append(file.name)
    return [
        f"{', '.join(names)}: files of one name are mostly one text, which would be "
        "counted more than once; keep one, or rename them if the texts differ"
        for names in stems.values()
        if len(names) > 1
    ]


def without_unread_pdfs(files: Sequence[Path], problems: list[str]) -> Sequence[Path]:
    """Leave out PDF files where nothing is there to read them; say so once."""
    pdfs = [file.name for file in files if _is_pdf(file)]
    if not pdfs or find_spec("pypdf"):
        return files
    problems.append(f"{', '.join(pdfs)}: {NEEDS_PYPDF}")
    return [file for file in files if not _is_pdf(file)]


def _is_pdf(file: Path) -> bool:
    return file.suffix.lower() == PDF_SUFFIX


def plain_text(file: Path, problems: list[str]) -> str | None:
    """Return the text of a file, or note why it has none."""
    if _is_pdf(file):
        try:
            return text_of(file)
        except InputError as error:
            problems += error.problems
            return None
    try:
        content = file.read_bytes()
    except OSError as error:
        problems.append(f"{file.name}: the file cannot be read ({error.strerror})")
        return None
    return _decode(content, file.name, problems, marked=True)


def wordless(corpus: Corpus, files: Mapping[str, str]) -> list[str]:
    """Name the primary documents that have no word of running text; `files` has their files."""
    body = corpus.select(roles="primary", kinds=BODY_KINDS)
    found = set(body.words()["document_id"])
    primary = corpus.documents.loc[corpus.documents["role"] == "primary", "document_id"]
    return [
        f"{files[document]}: no running text; its headings make it all front matter, notes or "
        "references; write its headings into outline.csv"
        for document in primary
        if document not in found
    ]


def _identifier(stem: str, taken: Mapping[str, str]) -> str:
    """Make an identifier of a file name; a number tells those apart that look alike."""
    # Some systems write an accent as a sign of its own, which is no letter.
    stem = unicodedata.normalize("NFC", stem)
    base = re.sub(r"[^\w]+", "-", stem.lower()).strip("-_") or "text"
    if base in RESERVED:
        base = f"{base}-text"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


# --- Data folders ---------------------------------------------------------------------------


def find_data(start: Path | None = None) -> Path:
    """Find the project's data folder from a directory upwards, or beside the package.

    Parameters
    ----------
    start : Path, optional
        Where to begin; without it, the working directory.

    Returns
    -------
    Path
        A folder ``data`` that holds ``documents.csv``.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says what was looked for.
    """
    here = (start or Path.cwd()).resolve()
    for place in (here, *here.parents, PACKAGE_ROOT):
        if (place / "data" / "documents.csv").is_file():
            return place / "data"
    raise FileNotFoundError(
        f"no folder data/ with documents.csv in {here} or above it. The texts do not come with "
        "the package: run this inside a copy of the project, for instance in its folder "
        "notebooks/, or give the folder: load_corpus('path/to/data')"
    )


def _read_records(folder: Path, problems: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    works = read_table(
        folder / "works.csv", WORK_COLUMNS, problems,
        key="work_id", filled=("label", "publish"), allowed={"publish": PUBLISH},
    )  # fmt: skip
    documents = read_table(
        folder / "documents.csv", DOCUMENT_COLUMNS, problems,
        key="document_id", filled=("work_id", "file", "sha256", "role", "recipe"),
        allowed={"role": ROLES, "work_id": set(works["work_id"])},
    )  # fmt: skip
    for name, column, table in (
        ("works.csv", "work_id", works),
        ("documents.csv", "document_id", documents),
    ):
        for row, value in zip(table["row"], table[column], strict=True):
            if not re.fullmatch(r"[\w-]+", value):
                problems.append(
                    f"{name}, row {row}, column {column}: {value!r} may hold letters, digits and - only"
                )
    for row, value in zip(works["row"], works["work_id"], strict=True):
        if value in RESERVED:
            problems.append(
                f"works.csv, row {row}, column work_id: {value!r} stands for the works together; "
                "rename the work"
            )
    works = works.assign(**{c: "" for c in WORK_DETAILS if c not in works})
    works["short_label"] = works["short_label"].where(works["short_label"] != "", works["label"])
    documents = documents.assign(**{c: "" for c in DOCUMENT_DETAILS if c not in documents})
    if documents.empty and not problems:
        problems.append("documents.csv: it lists no text; add a row for each")
    primaries = documents[documents["role"] == "primary"]["work_id"].value_counts()
    for row, work in zip(works["row"], works["work_id"], strict=True):
        if primaries.get(work, 0) != 1:
            problems.append(
                f"works.csv, row {row}, column work_id: {work!r} has {primaries.get(work, 0)} primary "
                "documents; give it exactly one in documents.csv"
            )
    return works, documents


def _read_recipes(path: Path, problems: list[str]) -> dict[str, Recipe]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{path.name}: the file is missing")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: not valid TOML ({error})")
        return {}
    recipes = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.append(
                f"{path.name}: {name!r} is no recipe; write it as [{name}] with lists of steps"
            )
            continue
        steps = {key: tuple(table.get(key, ())) for key in ("before", "prose", "lines")}
        recipes[name] = Recipe(name, **steps, about=str(table.get("about", "")))
        for step in recipes[name].unknown_steps():
            problems.append(f"{path.name}, recipe {name}: there is no step {step!r}")
    return recipes


def _read_outline(
    folder: Path, documents: pd.DataFrame, problems: list[str]
) -> dict[str, list[Heading]]:
    table = read_table(
        folder / "outline.csv", OUTLINE_COLUMNS, problems,
        filled=("document_id", "level", "kind", "title"),
        allowed={"kind": KINDS, "place": ("line", "run-in"), "level": tuple("123456"),
                 "document_id": set(documents["document_id"])},
    )  # fmt: skip
    return {
        str(document_id): [
            Heading(r.number, r.title, int(r.level), r.kind, r.function, r.place == "run-in")
            for r in rows.itertuples()
            if r.level.isdigit()
        ]
        for document_id, rows in table.groupby("document_id", sort=False)
    }


def _read_repairs(folder: Path, documents: pd.DataFrame, problems: list[str]) -> pd.DataFrame:
    return read_table(
        folder / "repairs.csv", REPAIR_COLUMNS, problems,
        filled=REPAIR_COLUMNS, allowed={"document_id": set(documents["document_id"])},
    )  # fmt: skip


def _read_raw(folder: Path, documents: pd.DataFrame, problems: list[str]) -> dict[str, str]:
    raw: dict[str, str] = {}
    for document in documents.itertuples():
        place = f"documents.csv, row {document.row}, column"
        path = folder / "raw" / document.file
        if not path.resolve().is_relative_to((folder / "raw").resolve()):
            problems.append(
                f"{place} file: {document.file!r} is outside raw/; put the text in raw/ and give "
                "its name there"
            )
            continue
        if not path.is_file():
            problems.append(
                f"{place} file: raw/{document.file} is missing; put it back or correct the name"
            )
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != document.sha256:
            problems.append(
                f"{place} sha256: raw/{document.file} is not the file that was recorded; "
                "restore it, or record the new checksum after reading what changed"
            )
        text = _decode(content, f"{place} file: raw/{document.file}", problems)
        if text is not None:
            raw[document.document_id] = text
    return raw


def _decode(content: bytes, place: str, problems: list[str], marked: bool = False) -> str | None:
    """Decode a text file, or say why it is none.

    ``marked`` takes any encoding of Unicode that a byte order mark names; otherwise only
    UTF-8 is taken. The mark stays: a cleaning step removes it, and offsets count it.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    if encoding != "utf-8" and not marked:
        problems.append(f"{place} is {encoding[:6].upper()}; save it as UTF-8")
        return None
    if encoding == "utf-8" and b"\x00" in content:
        problems.append(
            f"{place} is a binary file (byte {content.index(0)} is NUL); extract its text first, "
            "or save it as UTF-8 if it is a text in UTF-16"
        )
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        problems.append(f"{place} {_misfit(content, error, encoding)}")
        return None
    if not text.strip("\ufeff").strip():
        problems.append(f"{place} is empty; remove it or put the text in")
    elif "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        problems.append(f"{place} holds NUL in line {line}; remove it, or extract the text anew")
    else:
        return text
    return None


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins in the same way
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _misfit(content: bytes, error: UnicodeDecodeError, encoding: str) -> str:
    """Say where a file is not in its encoding, and how to convert it."""
    byte, line = error.start, content[: error.start].decode(encoding).count("\n") + 1
    if encoding != "utf-8":
        return f"is not {encoding[:6].upper()} (byte {byte}): line {line} breaks off; save it anew"
    found = f"line {line} holds {content[byte]:#04x}"
    try:
        found += f", in Windows-1252 {content[byte : byte + 1].decode('cp1252')!r}"
    except UnicodeDecodeError:
        pass
    return (
        f"is not UTF-8 (byte {byte}): {found}; save it as UTF-8. If it is in Windows-1252: "
        "iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
    )


# --- Tables ---------------------------------------------------------------------------------


def _assemble(
    folder: Path,
    works: pd.DataFrame,
    documents: pd.DataFrame,
    readings: dict[str, Reading],
    watch: Watch,
) -> Corpus:
    """Make the tables of a corpus from what was read."""
    rows = TokenisedRows(Lexical(folder))
    lifted = Columns("document_id", "kind", "text", "start", "end")
    account = []
    for document in watch(list(documents.itertuples()), "finding sentences and words"):
        reading = readings[document.document_id]
        rows.add_document(document.document_id, document.work_id, reading)
        account += [{"document_id": document.document_id, **row} for row in reading.account]
        for kind, text in reading.lifted:
            lifted.add(document.document_id, kind, text.text.strip(), *text.hull())
    return Corpus(
        works=works.drop(columns="row", errors="ignore"),
        documents=documents.drop(columns="row", errors="ignore"),
        sections=rows.sections.table(),
        sentences=rows.sentences.table(),
        tokens=rows.token_table(),
        lifted=lifted.table(),
        account=pd.DataFrame(account),
        texts=rows.texts,
        readings=readings,
        folder=folder,
    )
