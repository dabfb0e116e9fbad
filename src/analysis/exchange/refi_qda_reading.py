"""Bringing a coding here from NVivo, ATLAS.ti, MAXQDA, QualCoder: REFI-QDA projects, read.

Programs write the format in different ways. What is allowed for here:

- Names: ``project.qde`` or another name, ``sources`` or ``Sources``, namespaces of other
  versions, GUIDs in braces and capitals.
- Texts: in a file or inside the XML, with or without byte order mark, with other line ends
  or other white space than ours. A source is recognised by its characters, or else by its
  name, and passages are placed by their characters, white space apart.
- Places: the standard counts code points, the end excluded. Some programs count a line end
  differently, or characters beyond the basic plane twice, or the byte order mark, or include
  the end. Of these ways of counting that one is taken which lets the passages begin and end
  with words, and agree with the words that some programs note beside them; the standard
  unless another is clearly better.
- One passage with many codes, or one passage for each code.
- Comments in the passage, or in notes that refer to it or are linked with it.
"""

from __future__ import annotations

import bisect
import io
import itertools
import re
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from analysis.coding import Coding
from analysis.coding.loading import (
    BASES,
    COVERAGE_COLUMNS,
    LINK_COLUMNS,
    PROBLEM_COLUMNS,
    REMEDY_COLUMNS,
)
from analysis.coding.places import ANCHOR_COLUMNS
from analysis.corpus import Corpus
from analysis.exchange.packages import Package, parsed_xml
from analysis.exchange.placing import Placed, Placing
from analysis.exchange.refi_qda import COVERAGE_NOTE, KINDS, SHARED, parts_described
from analysis.tables import InputError

FACETS = (*KINDS["problem"], *KINDS["remedy"], *SHARED)
LISTED = ("theme", "instrument", "actor")
KIND_WORDS = {"problem": "problem", "problems": "problem", "remedy": "remedy", "remedies": "remedy"}
MAIN = {"problem": "theme", "remedy": "instrument"}
"""What a code means that stands under Problems or Remedies and under no column."""
UNNAMED = "a coder whom the project does not name"


def read_refi_qda(
    path: str | Path,
    corpus: Corpus,
    codes: Mapping[str, str] | None = None,
    coder: str | None = None,
) -> Coding:
    """Read a project of NVivo, ATLAS.ti, MAXQDA, QualCoder or this package as a coding.

    Parameters
    ----------
    path : str or Path
        A REFI-QDA project (``.qdpx``).
    corpus : Corpus
        The texts that were coded; passages must lie in primary documents.
    codes : mapping of str to str, optional
        What codes mean whose place in the tree does not tell: name of the code to
        ``problem``, ``remedy``, ``theme``, ``level``, ``instrument``, ``actor``, ``voice``
        or ``stance``, or to the empty text for a code to be left out.
    coder : str, optional
        Take only what this user coded. Without it, all users together.

    Returns
    -------
    Coding
        As `load_coding` gives it, and the same coding if the project was written by
        `write_refi_qda`. A passage that has the code *Problem* or a theme is a problem, one
        with *Remedy*, an instrument or an actor a remedy; one with two themes is two
        problems. What the project does not say (a level, a voice, the basis of a link)
        is left blank, and ids are numbered within the work. `write_coding` writes it as
        the files of a coding; `load_coding` then names every cell to be filled.

    Raises
    ------
    InputError
        With every problem found: no project, or one that cannot be trusted (names that
        lead out of the package, a DOCTYPE, members of immense size); a source that is
        no text of the corpus; a passage that cannot be placed; a code whose meaning is
        not known; two codes where one is possible; an unknown coder.

    Notes
    -----
    A code stands for a theme if its nearest known ancestor is called *Theme* or *Problems*,
    for an instrument under *Instrument* or *Remedies*, and so on. Links that do not join a
    remedy and a problem are left out, and so are passages without a code.
    """
    path = Path(path)
    problems: list[str] = []
    with Package(path) as package:
        project = _Project.read(package, problems)
    if coder is not None and coder not in project.users.values():
        known = ", ".join(sorted(project.users.values())) or "nobody"
        problems.append(f"{path.name}: there is no coder {coder!r}; it names {known}")
    meanings = _meanings(project, codes or {}, path.name, coder, problems)
    placing = Placing(corpus)
    passages = list(_passages(project, corpus, placing, meanings, coder, path.name, problems))
    items = _items(passages, placing, path.name, problems)
    if problems:
        raise InputError(problems)
    tables = {kind: _item_table(kind, items) for kind in KINDS}
    coders = coder or ", ".join(_coders(project)) or UNNAMED
    return Coding(
        problems=tables["problem"],
        remedies=tables["remedy"],
        links=_links(project, items),
        coverage=_coverage(project, tables, corpus),
        themes=_closed_list(project, meanings, "theme"),
        instruments=_closed_list(project, meanings, "instrument"),
        actors=_closed_list(project, meanings, "actor"),
        coder=coders,
        times=_times(project.description),
    )


# --- What stands in the XML -------------------------------------------------------------------


@dataclass(frozen=True)
class _Code:
    guid: str
    name: str
    description: str
    ancestors: tuple[str, ...]


@dataclass(frozen=True)
class _Selection:
    guid: str
    name: str
    start: int
    end: int
    comment: str
    codings: tuple[tuple[str, str], ...]
    """Code and user of each coding."""


@dataclass(frozen=True)
class _Source:
    name: str
    text: str
    has_mark: bool
    selections: tuple[_Selection, ...]


@dataclass(frozen=True)
class _Link:
    origin: str
    target: str
    name: str
    note: str


@dataclass
class _Project:
    """A project as it is written, references resolved as far as they are needed."""

    users: dict[str, str] = field(default_factory=dict)
    codes: list[_Code] = field(default_factory=list)
    sources: list[_Source] = field(default_factory=list)
    links: list[_Link] = field(default_factory=list)
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)
    description: str = ""

    @classmethod
    def read(cls, package: Package, problems: list[str]) -> _Project:
        """Read the XML and the texts of a package."""
        names = [n for n in package.members() if n.lower().endswith(".qde")]
        names.sort(key=lambda n: (PurePosixPath(n).name.lower() != "project.qde", n.count("/"), n))
        if not names:
            raise InputError(
                [f"{package.name}: it holds no project.qde; export a REFI-QDA project"]
            )
        root = parsed_xml(package.read(names[0]), f"{package.name}, {names[0]}")
        for element in root.iter():
            element.tag = element.tag.rsplit("}", 1)[-1]
        if root.tag != "Project":
            raise InputError([
                f"{package.name}, {names[0]}: its root is {root.tag!r}, not Project; "
                "export a project, not a codebook"
            ])  # fmt: skip
        project = cls(description=root.findtext("Description") or "")
        project.users = {_guid(u): u.get("name", "") for u in root.iterfind("Users/User")}
        for code in root.iterfind("CodeBook/Codes/Code"):
            project.codes += _codes_below(code, ())
        for note in root.iterfind("Notes/Note"):
            text, _ = _text_of(note, package, problems, needed=False)
            project.notes[_guid(note)] = (note.get("name", ""), text)
        project.links = [
            _Link(_guid(x, "originGUID"), _guid(x, "targetGUID"), x.get("name", ""), project._noted(x))
            for x in root.iterfind("Links/Link")
        ]  # fmt: skip
        linked_notes = project._linked_notes()
        for element in root.iterfind("Sources/TextSource"):
            project._add_source(element, package, linked_notes, problems)
        for pdf in root.iterfind("Sources/PDFSource"):
            for element in pdf.iterfind("Representation"):
                element.set("name", element.get("name", "") or pdf.get("name", ""))
                project._add_source(element, package, linked_notes, problems)
        return project

    def _noted(self, element: ET.Element) -> str:
        """Return the notes to which an element refers."""
        notes = [self.notes.get(_guid(r, "targetGUID")) for r in element.iterfind("NoteRef")]
        return "\n\n".join(note[1] for note in notes if note and note[1])

    def _linked_notes(self) -> dict[str, str]:
        """Return the notes that links join to selections, as NVivo keeps annotations."""
        found = {}
        for link in self.links:
            for here, there in ((link.origin, link.target), (link.target, link.origin)):
                if here in self.notes and there not in self.notes:
                    found[there] = self.notes[here][1]
        return found

    def _add_source(
        self, element: ET.Element, package: Package, linked: Mapping[str, str], problems: list[str]
    ) -> None:
        coded = [s for s in element.iterfind("PlainTextSelection") if s.find("Coding") is not None]
        if not coded:
            return
        text, has_mark = _text_of(element, package, problems, needed=True)
        name = element.get("name", "")
        selections = []
        for number, found in enumerate(coded, start=1):
            try:
                start, end = int(found.get("startPosition", "")), int(found.get("endPosition", ""))
            except ValueError:
                problems.append(
                    f"{package.name}, source {name!r}, passage {number}: its positions are no numbers"
                )
                continue
            own = [found.findtext("Description") or "", self._noted(found)]
            own += [self._noted(coding) for coding in found.iterfind("Coding")]
            own.append(linked.get(_guid(found), ""))
            comment = "\n\n".join(dict.fromkeys(part.strip() for part in own if part.strip()))
            codings = tuple(
                (_guid(ref, "targetGUID"), _user(coding) or _user(found))
                for coding in found.iterfind("Coding")
                for ref in coding.iterfind("CodeRef")
            )
            selections.append(
                _Selection(_guid(found), found.get("name", ""), start, end, comment, codings)
            )
        self.sources.append(_Source(name, text, has_mark, tuple(selections)))


def _guid(element: ET.Element, attribute: str = "guid") -> str:
    return element.get(attribute, "").strip("{}").lower()


def _user(element: ET.Element) -> str:
    return _guid(element, "creatingUser") or _guid(element, "modifyingUser")


def _codes_below(element: ET.Element, ancestors: tuple[str, ...]) -> list[_Code]:
    name = element.get("name", "")
    code = _Code(_guid(element), name, element.findtext("Description") or "", ancestors)
    below = [
        c for child in element.iterfind("Code") for c in _codes_below(child, (*ancestors, name))
    ]
    return [code, *below]


def _text_of(
    element: ET.Element, package: Package, problems: list[str], needed: bool
) -> tuple[str, bool]:
    """Return the plain text of a source or note, and whether a byte order mark stood before it."""
    inside = element.find("PlainTextContent")
    path = element.get("plainTextPath", "")
    if not path:
        if inside is None and needed:
            problems.append(
                f"{package.name}, source {element.get('name')!r}: it has no plain text; "
                "export it as plain text"
            )
        return (inside.text or "" if inside is not None else ""), False
    wanted = PurePosixPath(path.rpartition("://")[2]).name.lower()
    members = [m for m in package.members() if PurePosixPath(m).name.lower() == wanted]
    if not members or not path.startswith("internal:"):
        if needed:
            problems.append(
                f"{package.name}, source {element.get('name')!r}: its text {path!r} is not in the "
                "project; export the project with its sources"
            )
        return "", False
    return _decoded(package.read(members[0]), f"{package.name}, {members[0]}", problems)


def _decoded(content: bytes, place: str, problems: list[str]) -> tuple[str, bool]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding), content.startswith(b"\xef\xbb\xbf")
    except UnicodeDecodeError:
        problems.append(f"{place}: it is not UTF-8, which the standard asks for; export it anew")
        return "", False


# --- What codes mean --------------------------------------------------------------------------


def _meanings(
    project: _Project,
    given: Mapping[str, str],
    place: str,
    coder: str | None,
    problems: list[str],
) -> dict[str, tuple[str, str]]:
    """Return column and value of each code; those that are left out have neither."""
    allowed = {*FACETS, *KINDS, ""}
    for name, facet in given.items():
        if facet not in allowed:
            problems.append(
                f"codes: {name!r} cannot be {facet!r}; use one of: {', '.join(sorted(allowed - {''}))}"
            )
    used = {
        code
        for source in project.sources
        for selection in source.selections
        for code, user in selection.codings
        if _counts(project, user, coder)
    }
    meanings = {}
    for code in project.codes:
        facet = given.get(code.name, _facet(code))
        if facet:
            meanings[code.guid] = (
                ("kind", _kind_of(code, facet)) if facet in KINDS else (facet, _value(code, facet))
            )
        elif code.guid in used and code.name not in given:
            problems.append(
                f"{place}, code {code.name!r}: it stands neither under Problems nor under Remedies nor "
                f"under a column such as Voice; move it there, or say codes={{{code.name!r}: 'theme'}} "
                f"(on the command line: --code {shlex.quote(code.name + '=theme')}), or "
                f"codes={{{code.name!r}: ''}} (--code {shlex.quote(code.name + '=')}) to leave it out"
            )
    for lost in sorted(used - {code.guid for code in project.codes}):
        problems.append(f"{place}: a passage has the code {lost}, which is not in the codebook")
    return meanings


def _kind_of(code: _Code, facet: str) -> str:
    return KIND_WORDS.get(code.name.casefold(), facet)


def _facet(code: _Code) -> str:
    """Return which column a code belongs to, by its name and those above it."""
    if code.name.casefold() in KIND_WORDS:
        return KIND_WORDS[code.name.casefold()]
    if _column(code.name):
        return ""
    for name in reversed(code.ancestors):
        if _column(name):
            return _column(name)
        if name.casefold() in KIND_WORDS:
            return MAIN[KIND_WORDS[name.casefold()]]
    return ""


def _column(name: str) -> str:
    plain = name.casefold().removesuffix("s")
    return plain if plain in FACETS else ""


def _value(code: _Code, facet: str) -> str:
    """Return the code as it stands in a table."""
    _, _, cells = parts_described(code.description)
    told = re.search(rf"\({facet} ([\w-]+)\)$", code.name)
    return cells.get(facet) or (told[1] if told else _slug(code.name))


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.casefold()).strip("-") or "code"


def _closed_list(
    project: _Project, meanings: Mapping[str, tuple[str, str]], facet: str
) -> pd.DataFrame:
    """Return themes, instruments or actors with label and definition."""
    rows: dict[str, dict[str, str]] = {}
    for code in project.codes:
        column, value = meanings.get(code.guid, ("", ""))
        if column != facet or value in rows:
            continue
        label, definition, cells = parts_described(code.description)
        if facet not in cells:
            label, definition, cells = code.name, code.description, {}
        rows[value] = {facet: value, "label": label, "definition": definition, **cells}
    return _table(rows.values(), (facet, "label", "definition"))


def _table(rows: Iterable[dict[str, Any]], first: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table: known columns first, blank where a row has none."""
    rows = list(rows)
    columns = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    return pd.DataFrame([{c: row.get(c, "") for c in columns} for row in rows], columns=columns)


# --- Where passages stand ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Passage:
    """A passage with all its codes."""

    selections: tuple[_Selection, ...]
    placed: Placed
    codes: dict[str, list[str]]


def _counts(project: _Project, user: str, coder: str | None) -> bool:
    return coder is None or project.users.get(user) == coder


def _passages(
    project: _Project,
    corpus: Corpus,
    placing: Placing,
    meanings: Mapping[str, tuple[str, str]],
    coder: str | None,
    place: str,
    problems: list[str],
) -> Iterator[_Passage]:
    """Yield the passages of all sources; those with the same span and id are one."""
    texts = _Texts(corpus)
    grouped: dict[
        tuple[str, int, int, str], list[tuple[_Selection, Placed, list[tuple[str, str]]]]
    ] = {}
    for source in project.sources:
        chosen = [
            (selection, [meanings[c] for c, user in selection.codings
                         if c in meanings and _counts(project, user, coder)])
            for selection in source.selections
        ]  # fmt: skip
        chosen = [(selection, codes) for selection, codes in chosen if codes]
        if not chosen or not source.text:
            continue
        document = texts.document(source)
        if document is None:
            problems.append(
                f"{place}, source {source.name!r}: it is no text of the corpus; code the texts as "
                "they stand in the raw files, or give the source the name of the document"
            )
            continue
        index = _counted(source)
        for selection, codes in chosen:
            where = f"{place}, source {source.name!r}, passage at {selection.start}"
            span = texts.span(source, document, *index(selection.start, selection.end))
            placed = placing.at(document, *span) if span else None
            if placed is None:
                problems.append(f"{where}: {_why_not(span, document, corpus)}")
                continue
            key = (document, placed.start, placed.end, _told_id(selection))
            grouped.setdefault(key, []).append((selection, placed, codes))
    for parts in grouped.values():
        found: dict[str, list[str]] = {}
        for facet, value in itertools.chain.from_iterable(codes for _, _, codes in parts):
            values = found.setdefault(facet, [])
            if value not in values:
                values.append(value)
        yield _Passage(tuple(s for s, _, _ in parts), parts[0][1], found)


def _why_not(span: tuple[int, int] | None, document: str, corpus: Corpus) -> str:
    documents = corpus.documents.set_index("document_id")
    if span is None:
        return (
            "its words are not found, or in several places, in the raw text; code whole sentences"
        )
    if documents.loc[document, "role"] != "primary":
        return f"{document} is a second extraction; code the primary document of the work"
    return "it lies outside of the running text"


def _told_id(selection: _Selection) -> str:
    found = re.match(r"\[([^\]\n]+)\] ", selection.comment)
    return found[1] if found else ""


class _Texts:
    """The raw texts, compared and searched without white space."""

    def __init__(self, corpus: Corpus) -> None:
        self._raw = {d: _Squeezed(text) for d, text in corpus.raw.items()}
        self._by_text = {squeezed.text: d for d, squeezed in self._raw.items()}
        self._by_name = {}
        for document in corpus.documents.itertuples():
            for name in (document.document_id, document.file):
                if name:
                    self._by_name[Path(str(name)).stem.casefold()] = document.document_id
        self._sources: dict[int, _Squeezed] = {}

    def document(self, source: _Source) -> str | None:
        """Return the document of a source: the same text, or else the same name."""
        squeezed = self._squeezed(source)
        name = source.name.casefold()
        by_name = self._by_name.get(name) or self._by_name.get(Path(name).stem)
        return self._by_text.get(squeezed.text) or by_name

    def span(self, source: _Source, document: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where a passage of a source stands in the raw text, white space apart."""
        squeezed, raw = self._squeezed(source), self._raw[document]
        first, last = squeezed.rank(start), squeezed.rank(end)
        words = squeezed.text[first:last]
        if not words or start < 0:
            return None
        if squeezed.text != raw.text:
            first = raw.text.find(words)
            if first < 0 or raw.text.find(words, first + 1) >= 0:
                return None
            last = first + len(words)
        return raw.kept[first], raw.kept[last - 1] + 1

    def _squeezed(self, source: _Source) -> _Squeezed:
        return self._sources.setdefault(id(source), _Squeezed(source.text))


class _Squeezed:
    """A text without white space and byte order marks, and where each character stood."""

    def __init__(self, text: str) -> None:
        self.kept = [i for i, c in enumerate(text) if not c.isspace() and c != "\ufeff"]
        self.text = "".join(text[i] for i in self.kept)

    def rank(self, place: int) -> int:
        """Return how many characters that are kept stand before a place."""
        return bisect.bisect_left(self.kept, place)


class _Counting:
    """One way of counting the places of a text."""

    def __init__(self, text: str, line_end: str, wide: int, mark: int, last: int) -> None:
        widths = [wide if ord(c) > 0xFFFF else 1 for c in text]
        if line_end == "once":
            for match in re.finditer(r"\r(?=\n)", text):
                widths[match.start()] = 0
        if line_end == "twice":
            for match in re.finditer(r"(?<!\r)\n", text):
                widths[match.start()] = 2
        self._places = list(itertools.accumulate(widths, initial=mark))
        self._last = last

    def __call__(self, start: int, end: int) -> tuple[int, int]:
        """Return indices of the text, half open."""
        find = bisect.bisect_left
        return find(self._places, start), find(self._places, end + self._last)


def _counted(source: _Source) -> _Counting:
    """Return the way of counting that fits the passages of a source."""
    text = source.text
    line_ends = ["stored"]
    line_ends += ["once"] if "\r\n" in text else []
    line_ends += ["twice"] if re.search(r"(?<!\r)\n", text) else []
    wide = [1, 2] if any(ord(c) > 0xFFFF for c in text) else [1]
    marks = [0, 1] if source.has_mark else [0]
    ways = [_Counting(text, *way) for way in itertools.product(line_ends, wide, marks, (0, 1))]
    scores = [sum(_score(text, s, *way(s.start, s.end)) for s in source.selections) for way in ways]
    best = max(range(len(ways)), key=lambda i: (scores[i], -i))
    # Half a word may be selected on purpose, once; not most of the time.
    needed = max(3, len(source.selections) // 5)
    return ways[best] if scores[best] - scores[0] > needed else ways[0]


def _score(text: str, selection: _Selection, start: int, end: int) -> int:
    """Tell how well a passage begins and ends with words, and with the words noted beside it."""
    whole = sum(not _in_word(text, place) for place in (start, end))
    name = " ".join(selection.name.removesuffix("…").removesuffix("...").split())
    named = len(name) > 3 and " ".join(text[start:end].split()).startswith(name)
    return whole + 4 * named


def _in_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


# --- Items, links, coverage -------------------------------------------------------------------


@dataclass(frozen=True)
class _Item:
    kind: str
    name: str
    work: str
    passage: _Passage
    cells: dict[str, str]


def _items(
    passages: Sequence[_Passage], placing: Placing, place: str, problems: list[str]
) -> list[_Item]:
    """Make problems and remedies of passages."""
    found = [
        (kind, passage, value)
        for passage in passages
        for kind, (main, _) in KINDS.items()
        for value in _main_codes(kind, main, passage)
    ]
    told = [_told_id(passage.selections[0]) for _, passage, _ in found]
    names = _numbered(found, told, placing)
    claims: dict[tuple[str, str], set[int]] = {}
    for (kind, passage, _), name in zip(found, told, strict=True):
        claims.setdefault((kind, name), set()).add(id(passage))
    problems += [
        f"{place}: the comments of two passages begin with [{name}]; delete it in one of them"
        for (_, name), claimed in claims.items()
        if name and len(claimed) > 1
    ]
    items = []
    for (kind, passage, value), name in zip(found, names, strict=True):
        cells = {KINDS[kind][0]: value}
        for facet in (KINDS[kind][1], *SHARED):
            values = passage.codes.get(facet, [])
            if len(values) > 1:
                problems.append(
                    f"{place}, {passage.placed.document_id}, passage {passage.placed.quote[:60]!r}: it has "
                    f"two codes of {facet}, {' and '.join(values)}; keep one"
                )
            cells[facet] = values[0] if values else ""
        work = placing.work(passage.placed.document_id)
        items.append(_Item(kind, name, work, passage, cells | _comment(passage, placing)))
    return items


def _main_codes(kind: str, main: str, passage: _Passage) -> list[str]:
    """Return the themes or instruments of a passage; one that is blank if only the kind is told."""
    if passage.codes.get(main):
        return passage.codes[main]
    other = KINDS[kind][1]
    return [""] if kind in passage.codes.get("kind", []) or passage.codes.get(other) else []


def _numbered(
    found: Sequence[tuple[str, _Passage, str]], told: Sequence[str], placing: Placing
) -> list[str]:
    """Return the ids: those that are told, and numbers in the order of the text."""
    names: list[str] = [""] * len(found)
    taken: set[str] = set()
    for i, name in enumerate(told):
        if name and name not in taken:
            names[i] = name
            taken.add(name)
    order = sorted(range(len(found)), key=lambda i: found[i][1].placed[4:6])
    for i in order:
        kind, passage, _ = found[i]
        work = placing.work(passage.placed.document_id)
        numbers = (f"{work}-{kind[0]}{n:02d}" for n in itertools.count(1))
        names[i] = names[i] or next(n for n in numbers if n not in taken)
        taken.add(names[i])
    return names


def _comment(passage: _Passage, placing: Placing) -> dict[str, str]:
    """Return label, note, quote and further cells of a passage."""
    selection, placed = passage.selections[0], passage.placed
    if _told_id(selection):
        head, note, cells = parts_described(selection.comment)
        own = {"label": head.partition("] ")[2], "note": note}
        quote = cells.pop("quote", "")
        there = placing.places.find(placing.work(placed.document_id), quote) if quote else []
        same = any(place[0] == placed.document_id and place[4:] == placed[4:6] for place in there)
        return {**own, "quote": quote if same else placed.quote, **cells}
    comments = dict.fromkeys(s.comment for s in passage.selections if s.comment)
    name = " ".join(selection.name.split())
    words = placed.quote.split()
    noted = name.removesuffix("…").removesuffix("...")
    if not name or placed.quote.startswith(noted) or noted.startswith(placed.quote):
        name = " ".join(words[:8]) + (" …" if len(words) > 8 else "")
    return {"label": name, "note": "\n\n".join(comments), "quote": placed.quote}


def _item_table(kind: str, items: Sequence[_Item]) -> pd.DataFrame:
    """Return problems or remedies as `load_coding` does."""
    columns = PROBLEM_COLUMNS if kind == "problem" else REMEDY_COLUMNS
    rows = []
    for item in items:
        if item.kind == kind:
            placed = item.passage.placed
            head = {f"{kind}_id": item.name, "work_id": item.work}
            rows.append(head | item.cells | dict(zip(ANCHOR_COLUMNS, placed[:-1], strict=True)))
    table = _table(rows, columns)
    others = [c for c in table if c not in ANCHOR_COLUMNS]
    table = table.reindex(columns=[*others, *ANCHOR_COLUMNS])
    return table.astype({"start": int, "end": int})


def _links(project: _Project, items: Sequence[_Item]) -> pd.DataFrame:
    """Return the links that join a remedy and a problem, each once."""
    ends: dict[tuple[str, str], list[_Item]] = {}
    for item in items:
        for selection in item.passage.selections:
            ends.setdefault((item.kind, selection.guid), []).append(item)
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for link in project.links:
        for origin, target in ((link.origin, link.target), (link.target, link.origin)):
            pairs = itertools.product(
                ends.get(("remedy", origin), []), ends.get(("problem", target), [])
            )
            for remedy, problem in pairs:
                basis = link.name.casefold() if link.name.casefold() in BASES else ""
                rows.setdefault((remedy.name, problem.name), {
                    "remedy_id": remedy.name, "problem_id": problem.name, "basis": basis,
                    "rationale": link.note, "work_id": remedy.work,
                })  # fmt: skip
    return _table(rows.values(), (*LINK_COLUMNS, "work_id"))


def _coverage(
    project: _Project, tables: Mapping[str, pd.DataFrame], corpus: Corpus
) -> pd.DataFrame:
    """Return what was read, with what the passages now say of each paragraph."""
    texts = [text for name, text in project.notes.values() if name == COVERAGE_NOTE and text]
    counts = {"problems": tables["problem"], "remedies": tables["remedy"]}
    if not texts:
        return pd.DataFrame(columns=[*COVERAGE_COLUMNS, "work_id", "section_id", *counts])
    table = pd.read_csv(io.StringIO(texts[0]), dtype=str, keep_default_na=False)
    table = table.reindex(columns=list(COVERAGE_COLUMNS), fill_value="")
    paragraphs = corpus.sentences[["paragraph_id", "work_id", "section_id"]]
    table = table.merge(paragraphs.drop_duplicates("paragraph_id"), on="paragraph_id")
    for name, items in counts.items():
        begin = items.groupby("paragraph_id").size()
        table[name] = table["paragraph_id"].map(begin).fillna(0).astype(int)
    return table


def _coders(project: _Project) -> list[str]:
    """Return who coded, in the order of the project."""
    users = {u for s in project.sources for x in s.selections for _, u in x.codings}
    return [name for guid, name in project.users.items() if name and guid in users]


def _times(description: str) -> int:
    """Return how often the texts were read; once, where the project does not say."""
    found = re.search(r"read (\d+) times", description)
    return max(1, int(found[1])) if found else 1
