"""Lay out a new book: what can be filled in is, what only its author knows stays empty."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions, version
from pathlib import Path

import pandas as pd

from analysis.corpus import (
    PDF_SUFFIX,
    PLAIN_SUFFIXES,
    PUBLISH,
    RESERVED,
    Corpus,
    corpus_from_texts,
    plain_text,
    same_names,
    text_files,
    without_unread_pdfs,
    wordless,
)
from analysis.defaults import DEFAULTS, default_file
from analysis.folders import folder_problems, whole_folder
from analysis.prose import number_word
from analysis.similarity import near_duplicates
from analysis.starting.wheel import DISTRIBUTION, write_wheel
from analysis.tables import InputError

TEMPLATE = Path(__file__).resolve().parent / "template"
# Git looks at a file of its name in the template as well, so that it has another there.
RENAMED = {"gitignore": ".gitignore"}
TEXT_SUFFIXES = {".cff", ".ipynb", ".md", ".yml", ""}
"""Files of the template that have marks to fill in."""

WORK_COLUMNS = (
    "work_id", "label", "short_label", "title", "title_note", "authors", "affiliation", "year",
    "year_note", "venue", "volume", "pages", "doi", "keywords", "licence", "licence_note",
    "publish", "colour", "shape",
)  # fmt: skip
DOCUMENT_COLUMNS = (
    "document_id", "work_id", "file", "sha256", "extraction", "role", "recipe", "missing",
)  # fmt: skip


@dataclass(frozen=True)
class NewBook:
    """What was made.

    Attributes
    ----------
    folder : Path
        Of the book.
    works : list of str
        Identifiers of the texts.
    alike : list of tuple
        Pairs of texts that share much of their wording, and the share.
    """

    folder: Path
    works: list[str]
    alike: list[tuple[str, str, float]]


def new_book(
    folder: str | Path,
    texts: Sequence[str | Path],
    title: str = "",
    author: str = "",
    publish: str = "none",
) -> NewBook:
    """Make a book for other texts, which builds at once with ``make book``.

    Parameters
    ----------
    folder : str or Path
        The book; must not be there, or be empty.
    texts : sequence of str or Path
        Text and PDF files, or folders of them.
    title, author : str
        Of the book.
    publish : {"none", "passages", "full"}
        How far the book may quote the texts; can be changed for each in ``works.csv``.

    Returns
    -------
    NewBook

    Raises
    ------
    InputError
        With every problem found: a folder that is not empty, a text that is missing or
        cannot be read, two files of one name, fewer than two texts. Nothing is left behind.
    """
    target = Path(folder)
    problems = folder_problems(target) + _word_problems(title, author, publish)
    files = _files(texts, problems)
    if problems:
        raise InputError(problems)
    corpus = _read(files)
    alike = near_duplicates(corpus.raw)
    with whole_folder(target) as made:
        _write_template(made, corpus, title or _title_of(target), author or "The author")
        _write_corpus(made / "data", corpus, publish)
        for name in DEFAULTS:
            _copy(default_file(name), made / "data" / name)
        write_wheel(made / "wheels")
        _write_constraints(made / "constraints.txt")
    return NewBook(
        target,
        corpus.works["work_id"].tolist(),
        [(row.a, row.b, row.containment) for row in alike.itertuples()],
    )


# --- What is given ----------------------------------------------------------------------------


def _word_problems(title: str, author: str, publish: str) -> list[str]:
    problems = [
        f"{name}: it has a line end; write it in one line"
        for name, text in (("title", title), ("author", author))
        if len(text.splitlines()) > 1
    ]
    if publish not in PUBLISH:
        problems.append(f"publish: {publish!r} is unknown; use one of: {', '.join(PUBLISH)}")
    return problems


def _files(texts: Sequence[str | Path], problems: list[str]) -> dict[str, Path]:
    """Return the files that were named, and those of the folders that were, by work."""
    files: list[Path] = []
    for path in map(Path, texts):
        if path.is_dir():
            files += text_files(path, problems)
        elif not path.is_file():
            problems.append(f"{path}: there is no such file")
        elif path.suffix.lower() not in (*PLAIN_SUFFIXES, PDF_SUFFIX):
            problems.append(f"{path}: only .txt, .md and .pdf files are read; save it as text")
        else:
            files.append(path)
    problems += same_names(files)
    if not problems and len(files) < 2:
        problems.append(f"{len(files)} text: a comparison needs two or more")
    return _named(files)


def _named(files: Sequence[Path]) -> dict[str, Path]:
    """Give each text a name that can stand in addresses and file names."""
    named: dict[str, Path] = {}
    for file in files:
        base, number = _identifier(file.stem), 1
        name = base
        while name in named:
            number += 1
            name = f"{base}-{number}"
        named[name] = file
    return named


def _identifier(stem: str) -> str:
    plain = unicodedata.normalize("NFKD", stem.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "text"
    return f"{name}-text" if name in RESERVED else name


def _read(files: Mapping[str, Path]) -> Corpus:
    """Read the texts under the names that they will have."""
    problems: list[str] = []
    readable = set(without_unread_pdfs(list(files.values()), problems))
    texts = {name: plain_text(file, problems) for name, file in files.items() if file in readable}
    if problems:
        raise InputError(problems)
    corpus = corpus_from_texts({name: text for name, text in texts.items() if text is not None})
    corpus.documents["extraction"] = [
        "text layer of a PDF file" if file.suffix.lower() == PDF_SUFFIX else ""
        for file in files.values()
    ]
    if problems := wordless(corpus, {name: file.name for name, file in files.items()}):
        raise InputError(problems)
    return corpus


def _title_of(target: Path) -> str:
    words = re.sub(r"[-_]+", " ", target.resolve().name).strip()
    return words[:1].upper() + words[1:] or "A comparison"


# --- What is written --------------------------------------------------------------------------


def _write_template(made: Path, corpus: Corpus, title: str, author: str) -> None:
    """Copy the template and fill in its marks."""
    marks = {
        "@TITLE@": title,
        "@SHORT_TITLE@": title.partition(":")[0],
        "@AUTHOR@": author,
        "@WORKS@": f"{number_word(len(corpus.works))} texts",
        "@VERSION@": version(DISTRIBUTION),
    }
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        place = made / path.relative_to(TEMPLATE).with_name(RENAMED.get(path.name, path.name))
        _copy(path, place)
        if path.suffix in TEXT_SUFFIXES:
            _fill(place, marks)
    _write_figures(made / "data" / "figures.csv", corpus)


def _fill(path: Path, marks: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for mark, value in marks.items():
        quoted = path.suffix in (".yml", ".cff")
        text = text.replace(mark, _in_quotes(value) if quoted else value)
    path.write_text(text, encoding="utf-8", newline="\n")


def _in_quotes(value: str) -> str:
    """Escape what would end a text in double quotes of a YAML file."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _copy(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)


def _write_corpus(data: Path, corpus: Corpus, publish: str) -> None:
    """Write the texts, and the tables of works and documents as far as they can be filled."""
    (data / "raw").mkdir(parents=True)
    documents = corpus.documents.assign(recipe="auto", missing="")
    hashes = []
    for document in documents.itertuples():
        content = corpus.raw[document.document_id].encode("utf-8")
        (data / "raw" / f"{document.document_id}.txt").write_bytes(content)
        hashes.append(hashlib.sha256(content).hexdigest())
    documents = documents.assign(file=documents["document_id"] + ".txt", sha256=hashes)
    works = corpus.works.assign(publish=publish)
    _write_table(data / "works.csv", works, WORK_COLUMNS)
    _write_table(data / "documents.csv", documents, DOCUMENT_COLUMNS)


def _write_constraints(path: Path) -> None:
    """Write which versions are installed here, so that the book is built with them later, too."""
    versions = {
        str(found.metadata["Name"]).lower(): found.version
        for found in distributions()
        # A version of this machine alone cannot be had elsewhere.
        if found.metadata["Name"] and "+" not in found.version
    }
    versions.pop(DISTRIBUTION, None)
    lines = [f"{name}=={number}\n" for name, number in sorted(versions.items())]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _write_figures(path: Path, corpus: Corpus) -> None:
    """Write the table of figures: a few for all works, a few for each."""
    rows: list[tuple[str, str, str, str]] = [
        ("containment", "corpus", "Wording that the texts share", "yes"),
        ("outline", "corpus", "The parts of the texts", ""),
        ("variety-and-ease", "corpus", "Variety of words and ease of reading", ""),
        ("leading-terms", "term-frequencies", "The most frequent terms of each text", ""),
    ]
    labels = dict(zip(corpus.works["work_id"], corpus.works["short_label"], strict=True))
    rows += [
        (f"{work}-own-terms", "term-frequencies", f"Terms that set {label} apart", "yes")
        for work, label in labels.items()
    ]
    rows += [
        ("phrases", "term-frequencies", "Terms of several words", ""),
        (
            "value-shares",
            "value-concepts",
            "How many sentences of each text invoke a concept",
            "yes",
        ),
    ]
    rows += [
        (f"{work}-problem-remedy", "problems-remedies", f"Problems and remedies in {label}", "yes")
        for work, label in labels.items()
    ]
    table = pd.DataFrame(rows, columns=["name", "page", "caption", "optional"])
    table["page"] = "notebooks/" + table["page"]
    _write_table(path, table, table.columns)


def _write_table(path: Path, table: pd.DataFrame, columns: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    full = table.reindex(columns=list(columns), fill_value="")
    full.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
