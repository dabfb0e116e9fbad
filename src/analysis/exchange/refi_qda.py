"""A coding as a REFI-QDA project (``.qdpx``), and back.

REFI-QDA is how NVivo, ATLAS.ti, MAXQDA, QualCoder and other programs for qualitative
analysis hand projects to each other: a zip file with ``project.qde`` (XML) and the sources.
This module writes a project; `refi_qda_reading` brings one here.

How a coding is laid out. A problem or remedy is one selection of text with a coding for
each of its codes. Codes stand in a tree: *Problems* with a code *Problem*, themes and levels,
*Remedies* with a code *Remedy*, instruments and actors, *Voice*, *Stance*. No two codes have
the same name, since some programs tell codes apart by name alone. What has no place of its
own in the format stands in descriptions, which all programs show as a comment: first
``[id] label``, then the note. A link is a link from the selection of a remedy to that of a
problem, named by its basis, with the rationale in a note.

Places are counted in code points from 0, the end excluded. Sources are written with line
feeds and without byte order mark: programs count other line ends, and the mark, differently.

References
----------
REFI-QDA Standard 1.5 (2019). Rotterdam Exchange Format Initiative. https://www.qdasoftware.org
"""

from __future__ import annotations

import bisect
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.coding import Coding
from analysis.coding.loading import (
    COVERAGE_COLUMNS,
    LEVELS,
    PROBLEM_COLUMNS,
    REMEDY_COLUMNS,
    STANCES,
    VOICES,
)
from analysis.coding.places import ANCHOR_COLUMNS
from analysis.corpus import Corpus
from analysis.exchange.placing import Placing
from analysis.folders import zipped
from analysis.tables import write_whole

NAMESPACE = "urn:QDA-XML:project:1.0"
NO_TIME = "1970-01-01T00:00:00Z"
"""The format wants a time of notes; when a judgement was made is not recorded."""
COVERAGE_NOTE = "Coverage of the coding"

COLUMNS = "[columns]"
"""The line of a description after which cells of a table stand."""

KINDS = {"problem": ("theme", "level"), "remedy": ("instrument", "actor")}
"""The codes that only one kind of item has."""
SHARED = ("voice", "stance")
CLOSED = {"level": LEVELS, "voice": VOICES, "stance": STANCES}
BRANCHES = {"problem": "Problems", "remedy": "Remedies"}


def write_refi_qda(coding: Coding, corpus: Corpus, path: str | Path) -> Path:
    """Write a coding and the texts as a project for programs of qualitative analysis.

    The project carries the whole texts, whatever the column ``publish`` of ``works.csv``
    allows. It is for the owner of the corpus, on his machine.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    corpus : Corpus
        The texts; every document becomes a source.
    path : str or Path
        The file to write, usually named ``.qdpx``.

    Returns
    -------
    Path
        The file; the same bytes for the same coding. Identifiers are made from the
        checksums of the texts and the ids of the coding. No time of the day is in it.

    Raises
    ------
    ValueError
        If the coding quotes a document that the corpus has not.
    OSError
        If the file cannot be written.

    See Also
    --------
    analysis.exchange.read_refi_qda : The way back.
    """
    quoted = {*coding.problems["document_id"], *coding.remedies["document_id"]}
    others = sorted(quoted - set(corpus.documents["document_id"]))
    if others:
        raise ValueError(
            f"the coding quotes documents that are not in this corpus: {', '.join(others)}"
        )
    names = _Names(corpus)
    sources = {d: source_text(corpus.raw[d]) for d in corpus.documents["document_id"]}
    project = _project(coding, corpus, names, {d: map_ for d, (_, map_) in sources.items()})
    members = {"project.qde": _xml(project)}
    members |= {
        f"sources/{names.of('file', document)}.txt": text.encode("utf-8")
        for document, (text, _) in sources.items()
    }
    path = Path(path)
    write_whole(path, zipped(members))
    return path


class SourcePlaces:
    """Turns places of a raw file into places of the source that is written from it."""

    def __init__(self, gone: Iterable[int]) -> None:
        self._gone = sorted(gone)

    def __call__(self, place: int) -> int:
        """Return where a place of the raw file stands in the source."""
        return place - bisect.bisect_left(self._gone, place)


def source_text(raw: str) -> tuple[str, SourcePlaces]:
    r"""Return a text as it is written into a project, and the way from its raw places.

    Parameters
    ----------
    raw : str
        The raw text.

    Returns
    -------
    tuple of str and SourcePlaces
        The text without byte order mark, with line feeds at line ends.

    Examples
    --------
    >>> text, place = source_text("\ufeffa\r\nb")
    >>> text, place(4)
    ('a\nb', 2)
    """
    gone = [0] if raw.startswith("\ufeff") else []
    gone += [match.start() for match in re.finditer(r"\r(?=\n)", raw)]
    plain = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return plain, SourcePlaces(gone)


def described(head: str, text: str, cells: Mapping[str, Any]) -> str:
    r"""Return a description: a head, a text, and further cells on lines of their own.

    Parameters
    ----------
    head, text : str
        What comes first, and what follows after an empty line.
    cells : mapping of str to object
        Further columns of a table with their values.

    Returns
    -------
    str

    Examples
    --------
    >>> described("Weak law", "Law is thin.", {"level": "practice"})
    'Weak law\n\nLaw is thin.\n\n[columns]\nlevel: practice'
    """
    lines = [f"{name}: {' '.join(str(value).splitlines())}" for name, value in cells.items()]
    parts = [head, text] if text else [head]
    return "\n\n".join([*parts, "\n".join([COLUMNS, *lines])] if lines else parts)


def parts_described(description: str) -> tuple[str, str, dict[str, str]]:
    """Return head, text and cells of what `described` made.

    Parameters
    ----------
    description : str
        Any text.

    Returns
    -------
    tuple of str, str and dict of str to str
        Cells are empty if the text was not made by `described`.

    Examples
    --------
    >>> parts_described(described("Weak law", "", {"level": "practice"}))
    ('Weak law', '', {'level': 'practice'})
    """
    text, found, lines = description.rpartition(f"\n\n{COLUMNS}\n")
    text = text if found else description
    pairs = (line.partition(":") for line in lines.splitlines()) if found else ()
    head, _, rest = text.partition("\n\n")
    return head.strip(), rest.strip(), {name.strip(): value.strip() for name, _, value in pairs}


class _Names:
    """Identifiers that are the same whenever the same corpus is written."""

    def __init__(self, corpus: Corpus) -> None:
        texts = " ".join(sorted(corpus.documents["sha256"]))
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"{NAMESPACE} {texts}")

    def of(self, *parts: Any) -> str:
        return str(uuid.uuid5(self._space, "\x1f".join(str(part) for part in parts)))


def _project(
    coding: Coding, corpus: Corpus, names: _Names, places: Mapping[str, SourcePlaces]
) -> ET.Element:
    user = names.of("user", coding.coder)
    root = ET.Element("Project", {
        "xmlns": NAMESPACE, "name": "Problems and remedies", "origin": "analysis",
        "creatingUserGUID": user, "creationDateTime": NO_TIME,
    })  # fmt: skip
    ET.SubElement(ET.SubElement(root, "Users"), "User", guid=user, name=coding.coder)
    _add_codes(root, coding, names)
    _add_sources(root, coding, corpus, names, places)
    _add_notes(root, coding, names, user)
    _add_links(root, coding, names)
    times = "once" if coding.times == 1 else f"{coding.times} times"
    ET.SubElement(root, "Description").text = (
        f"Coded by {coding.coder}. The texts were read {times}. A passage with the code Problem or "
        "Remedy is an item; its comment begins with its id and label. Links lead from a remedy to "
        "the problem that it answers."
    )
    return root


def _add_codes(root: ET.Element, coding: Coding, names: _Names) -> None:
    """Add the tree of codes."""
    codes = ET.SubElement(ET.SubElement(root, "CodeBook"), "Codes")
    lists = {"theme": coding.themes, "instrument": coding.instruments, "actor": coding.actors}
    taken = set(BRANCHES.values()) | {kind.capitalize() for kind in KINDS}
    for kind, facets in KINDS.items():
        branch = _code(codes, names, BRANCHES[kind], "branch", kind, codable=False)
        _code(branch, names, kind.capitalize(), "kind", kind)
        for facet in facets:
            _add_facet(branch, facet, _used(coding, facet), lists.get(facet), names, taken)
    for facet in SHARED:
        _add_facet(codes, facet, _used(coding, facet), None, names, taken)


def _add_facet(
    parent: ET.Element,
    facet: str,
    used: list[str],
    table: pd.DataFrame | None,
    names: _Names,
    taken: set[str],
) -> None:
    """Add the codes of one column: those of its closed list, then whatever else is used."""
    branch = _code(parent, names, facet.capitalize(), "facet", facet, codable=False)
    taken.add(facet.capitalize())
    rows = [] if table is None else table.to_dict("records")
    known = {str(row[facet]) for row in rows}
    rows += [{facet: v} for v in dict.fromkeys([*CLOSED.get(facet, ()), *used]) if v not in known]
    for row in rows:
        value = str(row.pop(facet))
        label, definition = str(row.pop("label", value)), str(row.pop("definition", ""))
        name = label if label not in taken else f"{label} ({facet} {value})"
        taken.add(name)
        code = _code(branch, names, name, facet, value)
        if table is not None:
            description = described(label, definition, {facet: value, **row})
            ET.SubElement(code, "Description").text = _allowed(description)


def _code(
    parent: ET.Element, names: _Names, name: str, facet: str, value: str, codable: bool = True
) -> ET.Element:
    guid = names.of("code", facet, value)
    text = "true" if codable else "false"
    return ET.SubElement(parent, "Code", guid=guid, name=_allowed(name), isCodable=text)


def _used(coding: Coding, facet: str) -> list[str]:
    """Return the codes of a column that occur, in order."""
    tables = [t[facet] for t in (coding.problems, coding.remedies) if facet in t]
    return [str(v) for column in tables for v in column if v]


def _add_sources(
    root: ET.Element,
    coding: Coding,
    corpus: Corpus,
    names: _Names,
    places: Mapping[str, SourcePlaces],
) -> None:
    """Add each document with the items that are quoted from it."""
    sources = ET.SubElement(root, "Sources")
    placing = Placing(corpus)
    user = names.of("user", coding.coder)
    for document in corpus.documents.itertuples():
        key = document.document_id
        source = ET.SubElement(
            sources, "TextSource", guid=names.of("source", key), name=document.file or str(key),
            plainTextPath=f"internal://{names.of('file', key)}.txt", creatingUser=user,
        )  # fmt: skip
        for kind, table in (("problem", coding.problems), ("remedy", coding.remedies)):
            for item in table[table["document_id"] == key].to_dict("records"):
                _add_selection(source, kind, item, placing, names, places[key], user)


def _add_selection(
    source: ET.Element,
    kind: str,
    item: dict[Any, Any],
    placing: Placing,
    names: _Names,
    place: SourcePlaces,
    user: str,
) -> None:
    name = item[f"{kind}_id"]
    selection = ET.SubElement(
        source, "PlainTextSelection", guid=names.of(kind, name), name=_allowed(item["label"]),
        startPosition=str(place(item["start"])), endPosition=str(place(item["end"])),
        creatingUser=user,
    )  # fmt: skip
    standard = PROBLEM_COLUMNS if kind == "problem" else REMEDY_COLUMNS
    cells = {c: v for c, v in item.items() if c not in (*standard, *ANCHOR_COLUMNS)}
    placed = placing.at(item["document_id"], item["start"], item["end"])
    # The reader quotes the passage by itself; only another spelling must be kept.
    cells |= {} if placed and placed.quote == item["quote"] else {"quote": item["quote"]}
    description = described(f"[{name}] {item['label']}", item["note"], cells)
    ET.SubElement(selection, "Description").text = _allowed(description)
    codes = [("kind", kind), *((facet, item[facet]) for facet in (*KINDS[kind], *SHARED))]
    for facet, value in codes:
        if value:
            guid = names.of("coding", kind, name, facet)
            coded = ET.SubElement(selection, "Coding", guid=guid, creatingUser=user)
            ET.SubElement(coded, "CodeRef", targetGUID=names.of("code", facet, value))


def _add_notes(root: ET.Element, coding: Coding, names: _Names, user: str) -> None:
    """Add the rationales of links, and what was read."""
    notes = [
        (names.of("note", link.remedy_id, link.problem_id),
         f"{link.remedy_id} answers {link.problem_id}", link.rationale)
        for link in coding.links.itertuples() if link.rationale
    ]  # fmt: skip
    if len(coding.coverage):
        table = coding.coverage[list(COVERAGE_COLUMNS)].to_csv(index=False, lineterminator="\n")
        notes.append((names.of("note", "coverage"), COVERAGE_NOTE, table))
    if not notes:
        return
    parent = ET.SubElement(root, "Notes")
    for guid, name, text in notes:
        note = ET.SubElement(
            parent, "Note", guid=guid, name=name, creatingUser=user, creationDateTime=NO_TIME
        )
        ET.SubElement(note, "PlainTextContent").text = _allowed(text)


def _add_links(root: ET.Element, coding: Coding, names: _Names) -> None:
    if coding.links.empty:
        return
    parent = ET.SubElement(root, "Links")
    for link in coding.links.itertuples():
        element = ET.SubElement(
            parent, "Link", guid=names.of("link", link.remedy_id, link.problem_id),
            name=_allowed(link.basis), direction="OneWay",
            originGUID=names.of("remedy", link.remedy_id),
            targetGUID=names.of("problem", link.problem_id),
        )  # fmt: skip
        if link.rationale:
            note = names.of("note", link.remedy_id, link.problem_id)
            ET.SubElement(element, "NoteRef", targetGUID=note)


_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _allowed(text: Any) -> str:
    """Leave out characters that XML cannot carry, and write line ends as it reads them."""
    return _FORBIDDEN.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
