"""The corpus: five documents of four works, read into tidy tables."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.language import Lemmatizer, SentenceSplitter, citation_spans
from analysis.reading import Heading, Reading, Recipe, Section, read_document
from analysis.tables import InputError, read_table
from analysis.text import WORD, AlignedText, join

WORK_COLUMNS = ("work_id", "label", "title", "authors", "year", "venue", "doi", "keywords",
                "licence", "publish", "colour", "shape")  # fmt: skip
DOCUMENT_COLUMNS = ("document_id", "work_id", "file", "sha256", "extraction", "role", "recipe")
OUTLINE_COLUMNS = ("document_id", "order", "number", "title", "level", "kind", "function", "place")
REPAIR_COLUMNS = ("document_id", "printed", "repaired", "reason")

KINDS = ("abstract", "body", "conclusion", "front", "references", "footnote")
BODY_KINDS = ("abstract", "body", "conclusion")
WHOLE_LINE_KINDS = ("front", "references", "footnote")
"""Kinds of section that hold no prose: each line counts as one sentence."""
ROLES = ("primary", "twin")
PUBLISH = ("passages", "full", "none")


@dataclass(frozen=True)
class Corpus:
    """Texts as tidy tables, one row per thing, joined by the same keys everywhere.

    Attributes
    ----------
    works : pandas.DataFrame
        One row per work: ``work_id, label, title, authors, year, venue, doi, ...``.
    documents : pandas.DataFrame
        One row per text: ``document_id, work_id, file, sha256, extraction, role, recipe``.
    sections : pandas.DataFrame
        ``document_id, work_id, section_id, number, title, level, kind, function, start, end``.
    sentences : pandas.DataFrame
        ``document_id, work_id, section_id, paragraph_id, sentence_id, text, is_heading,
        start, end``. A heading is one row.
    tokens : pandas.DataFrame
        ``document_id, work_id, section_id, paragraph_id, sentence_id, position, token,
        lemma, is_word, is_stop, is_heading, start, end``.
    lifted : pandas.DataFrame
        What was lifted out of the running text: ``document_id, kind, text, start, end``.
    account : pandas.DataFrame
        Characters per cleaning step: ``document_id, step, removed,
        lifted, inserted, replaced``.
    texts : dict of str to AlignedText
        The cleaned text of each section by ``section_id``: the heading on a line of its
        own, then one line per paragraph.
    raw : dict of str to str
        The raw text of each document.
    folder : pathlib.Path
        Where the data came from.

    Notes
    -----
    ``start`` and ``end`` are offsets in code points into the raw text, half open.
    """

    works: pd.DataFrame
    documents: pd.DataFrame
    sections: pd.DataFrame
    sentences: pd.DataFrame
    tokens: pd.DataFrame
    lifted: pd.DataFrame
    account: pd.DataFrame
    texts: dict[str, AlignedText] = field(repr=False)
    raw: dict[str, str] = field(repr=False)
    folder: Path

    def body(self) -> Corpus:
        """Return the primary documents without references, footnotes and front matter."""
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

        Raises
        ------
        ValueError
            If an identifier, role or kind does not exist in this corpus.
        """
        chosen = self.documents
        for column, wanted in (("work_id", works), ("document_id", documents), ("role", roles)):
            chosen = _restrict(chosen, column, wanted)
        sections = self.sections[self.sections["document_id"].isin(chosen["document_id"])]
        for column, wanted in (("kind", kinds), ("function", functions)):
            sections = _restrict(sections, column, wanted, self.sections)
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
            raw={d: text for d, text in self.raw.items() if d in ids},
        )

    def words(self) -> pd.DataFrame:
        """Return the tokens that are words of the text: no citation marks, no numbering."""
        return self.tokens[self.tokens["is_word"]]

    def source(self, document_id: str, start: int, end: int) -> str:
        """Return what stands at a place of a raw file."""
        return self.raw[document_id][start:end]


def _without_unused(tokens: pd.DataFrame) -> pd.DataFrame:
    """Drop categories that no longer occur, so that grouping shows no ghosts."""
    for column in tokens.columns[tokens.dtypes == "category"]:
        tokens[column] = tokens[column].cat.remove_unused_categories()
    return tokens


def _restrict(
    table: pd.DataFrame,
    column: str,
    wanted: str | Collection[str] | None,
    universe: pd.DataFrame | None = None,
) -> pd.DataFrame:
    if wanted is None:
        return table
    values = {wanted} if isinstance(wanted, str) else set(wanted)
    known = set((table if universe is None else universe)[column])
    if column not in {"kind", "function"} and not values <= known:
        unknown = ", ".join(sorted(values - known))
        raise ValueError(f"unknown {column}: {unknown}; the corpus has {', '.join(sorted(known))}")
    return table[table[column].isin(values)]


# --- Loading --------------------------------------------------------------------------------


def load_corpus(folder: str | Path | None = None) -> Corpus:
    """Read a corpus from a data folder and check all of it.

    Parameters
    ----------
    folder : str or Path, optional
        The folder with ``works.csv``, ``documents.csv`` and ``raw/``. Without it, the
        project's own ``data/`` is found from the working directory upwards.

    Returns
    -------
    Corpus

    Raises
    ------
    InputError
        With every problem found: a missing file or column, a changed checksum, a file
        that is not UTF-8, an unknown recipe or step, a heading or repair that is not
        found. Each names file, row and column.
    """
    folder = find_data() if folder is None else Path(folder)
    problems: list[str] = []
    works, documents = _read_records(folder, problems)
    recipes = _read_recipes(folder / "recipes.toml", problems)
    outline = _read_outline(folder, documents, problems)
    repairs = _read_repairs(folder, documents, problems)
    raw = _read_raw(folder, documents, problems)
    for row, name in zip(documents["row"], documents["recipe"], strict=True):
        if name and name not in recipes:
            known = ", ".join(sorted(recipes))
            problems.append(
                f"documents.csv, row {row}, column recipe: {name!r} is unknown; recipes.toml has {known}"
            )
    if problems:
        raise InputError(problems)
    readings = {}
    for document in documents.itertuples():
        own = repairs[repairs["document_id"] == document.document_id]
        reading = read_document(
            raw[document.document_id],
            recipes[document.recipe],
            outline.get(document.document_id, []),
            dict(zip(own["printed"], own["repaired"], strict=True)),
        )
        problems += [f"{document.file} ({document.document_id}): {p}" for p in reading.problems]
        readings[document.document_id] = reading
    if problems:
        raise InputError(problems)
    return _assemble(folder, works, documents, raw, readings)


def find_data(start: Path | None = None) -> Path:
    """Find the project's data folder from a directory upwards, or beside the package.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says what was looked for.
    """
    here = (start or Path.cwd()).resolve()
    package_root = Path(__file__).resolve().parents[2]
    for place in (here, *here.parents, package_root):
        if (place / "data" / "documents.csv").is_file():
            return place / "data"
    raise FileNotFoundError(
        f"no folder data/ with documents.csv in {here} or above it; "
        "give the folder: load_corpus('path/to/data')"
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
        try:
            raw[document.document_id] = content.decode("utf-8")
        except UnicodeDecodeError as error:
            problems.append(
                f"{place} file: raw/{document.file} is not UTF-8 (byte {error.start}); save it as UTF-8"
            )
    return raw


# --- Tables ---------------------------------------------------------------------------------


def _assemble(
    folder: Path,
    works: pd.DataFrame,
    documents: pd.DataFrame,
    raw: dict[str, str],
    readings: dict[str, Reading],
) -> Corpus:
    lexical = _Lexical(folder)
    sections: list[dict[str, Any]] = []
    sentences: list[dict[str, Any]] = []
    tokens: list[pd.DataFrame] = []
    texts: dict[str, AlignedText] = {}
    lifted: list[dict[str, Any]] = []
    account: list[dict[str, Any]] = []
    for document in documents.itertuples():
        reading = readings[document.document_id]
        keys = {"document_id": document.document_id, "work_id": document.work_id}
        table = _DocumentTables(keys, lexical)
        for section in reading.sections:
            table.add(section)
        sections += table.sections
        sentences += table.sentences
        tokens.append(table.token_table())
        texts |= table.texts
        account += [{"document_id": document.document_id, **row} for row in reading.account]
        for kind, text in reading.lifted:
            start, end = text.hull()
            lifted.append({"document_id": document.document_id, "kind": kind,
                           "text": text.text.strip(), "start": start, "end": end})  # fmt: skip
    return Corpus(
        works=works.drop(columns="row"),
        documents=documents.drop(columns="row"),
        sections=pd.DataFrame(sections),
        sentences=pd.DataFrame(sentences),
        tokens=_compact(pd.concat(tokens, ignore_index=True)),
        lifted=pd.DataFrame(lifted, columns=["document_id", "kind", "text", "start", "end"]),
        account=pd.DataFrame(account),
        texts=texts,
        raw=raw,
        folder=folder,
    )


class _Lexical:
    """What the data folder says of words: stop words, lemmas, abbreviations."""

    def __init__(self, folder: Path) -> None:
        problems: list[str] = []
        stop = read_table(
            folder / "stopwords.csv", ("word", "group", "reason"), problems, key="word"
        )
        lemmas = read_table(
            folder / "lemma_exceptions.csv", ("token", "lemma", "reason"), problems, key="token"
        )
        short = read_table(
            folder / "abbreviations.csv", ("abbreviation", "reason"), problems, key="abbreviation"
        )
        if problems:
            raise InputError(problems)
        self.stop_words = frozenset(stop["word"])
        self.lemmatize = Lemmatizer(dict(zip(lemmas["token"], lemmas["lemma"], strict=True)))
        self.split = SentenceSplitter(set(short["abbreviation"]))


class _DocumentTables:
    """Gathers the rows of one document, section by section."""

    def __init__(self, keys: dict[str, str], lexical: _Lexical) -> None:
        self.keys = keys
        self.lexical = lexical
        self.sections: list[dict[str, Any]] = []
        self.sentences: list[dict[str, Any]] = []
        self.texts: dict[str, AlignedText] = {}
        self._tokens: list[dict[str, Any]] = []
        self._paragraphs = 0

    def add(self, section: Section) -> None:
        """Add a section: its heading as one sentence, then its paragraphs."""
        heading = section.heading
        section_id = f"{self.keys['document_id']}-c{len(self.sections) + 1:02d}"
        self.texts[section_id] = _with_heading(section)
        spans = [t.hull() for t in (section.title, section.text) if len(t)]
        self.sections.append({
            **self.keys, "section_id": section_id, "number": heading.number,
            "title": heading.title, "level": heading.level, "kind": heading.kind,
            "function": heading.function, "start": spans[0][0], "end": spans[-1][1],
        })  # fmt: skip
        if len(section.title):
            self._paragraph(section_id, section.title, number=heading.number, is_heading=True)
        whole = heading.kind in WHOLE_LINE_KINDS
        start = 0
        for line in section.text.text.split("\n"):
            if line:
                self._paragraph(section_id, section.text[start : start + len(line)], whole=whole)
            start += len(line) + 1

    def _paragraph(
        self,
        section_id: str,
        text: AlignedText,
        *,
        number: str = "",
        is_heading: bool = False,
        whole: bool = False,
    ) -> None:
        """Add a paragraph sentence by sentence, or as a whole where it is no prose."""
        self._paragraphs += 1
        keys = {
            **self.keys,
            "section_id": section_id,
            "paragraph_id": f"{self.keys['document_id']}-g{self._paragraphs:03d}",
        }
        spans = [(0, len(text))] if is_heading or whole else self.lexical.split.spans(text.text)
        first = len(self.sentences)
        for start, end in spans:
            place = text.hull(start, end)
            self.sentences.append({
                **keys, "sentence_id": f"{self.keys['document_id']}-s{len(self.sentences) + 1:04d}",
                "text": text.text[start:end], "is_heading": is_heading,
                "start": place[0], "end": place[1],
            })  # fmt: skip
        no_words = citation_spans(text.text)
        if number:
            no_words.append((0, _length_of_number(text.text, number)))
        starts = [start for start, _ in spans]
        for match in WORD.finditer(text.text):
            start, end = match.span()
            place = text.hull(start, end)
            sentence = self.sentences[first + int(np.searchsorted(starts, start, "right")) - 1]
            self._tokens.append({
                **keys, "sentence_id": sentence["sentence_id"], "position": len(self._tokens),
                "token": match.group(), "is_word": not any(a <= start < b for a, b in no_words),
                "is_heading": is_heading, "start": place[0], "end": place[1],
            })  # fmt: skip

    def token_table(self) -> pd.DataFrame:
        """Return the tokens with lemma and stop-word mark."""
        table = pd.DataFrame(self._tokens)
        table["lemma"] = self.lexical.lemmatize.all(table["token"])
        table["is_stop"] = table["token"].str.lower().isin(self.lexical.stop_words)
        return table


def _with_heading(section: Section) -> AlignedText:
    """Return heading and text, parted by a line end that is inserted where none stands."""
    if not len(section.title):
        return section.text
    place = np.array([section.title.hull()[1]], dtype=np.int32)
    return join([section.title, AlignedText("\n", place, place), section.text])


def _length_of_number(title: str, number: str) -> int:
    """Return how much of a heading its number takes, spaces inside it included."""
    letters = len(number.replace(" ", ""))
    place = 0
    while letters:
        letters -= not title[place].isspace()
        place += 1
    return place


TOKEN_COLUMNS = ("document_id", "work_id", "section_id", "paragraph_id", "sentence_id", "position",
                 "token", "lemma", "is_word", "is_stop", "is_heading", "start", "end")  # fmt: skip


def _compact(tokens: pd.DataFrame) -> pd.DataFrame:
    """Store repeated strings once and offsets in 32 bits."""
    tokens = tokens[list(TOKEN_COLUMNS)]
    text = ["document_id", "work_id", "section_id", "paragraph_id", "sentence_id", "token", "lemma"]
    return tokens.astype(
        {**dict.fromkeys(text, "category"), **dict.fromkeys(["position", "start", "end"], "int32")}
    )
