"""How to cite the book: BibTeX, RIS and CSL-JSON from ``CITATION.cff``.

`read_citation` reads and checks the file; `bibtex`, `ris` and `csl_json` write it in the forms
that reference managers read, and `sentence` for people. `cite_figure` cites one figure. Nothing
is added that the file does not say: without a date in it, no form has a date.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.tables import InputError

TYPES = ("software", "dataset")
ORCID = re.compile(r"https://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_DOI = re.compile(r"10\.\d{4,}(?:\.\d+)*/\S+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Author:
    """A person, or an entity such as a project.

    Attributes
    ----------
    family, given : str
        Parts of a person's name; particles such as *van* are part of ``family`` and suffixes
        such as *Jr.* are in ``suffix``. Empty for an entity.
    name : str
        Name of an entity. Empty for a person.
    suffix : str
        What follows a person's name.
    orcid : str
        Address of the person's or entity's ORCID record.
    """

    family: str = ""
    given: str = ""
    name: str = ""
    suffix: str = ""
    orcid: str = ""


@dataclass(frozen=True)
class Record:
    """What ``CITATION.cff`` says, as far as citations need it.

    Attributes
    ----------
    title, version, abstract, licence : str
        As in the file; empty where it does not say.
    kind : {"software", "dataset"}
        The ``type`` of the file.
    authors : tuple of Author
        In the order of the file.
    released : str
        ``date-released`` as ``YYYY-MM-DD``.
    url, repository, doi : str
        Addresses and identifier.
    keywords : tuple of str
        In the order of the file.
    """

    title: str
    authors: tuple[Author, ...]
    kind: str = "software"
    version: str = ""
    released: str = ""
    url: str = ""
    repository: str = ""
    doi: str = ""
    licence: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """Year of the release; empty if there is no date."""
        return self.released[:4]

    @property
    def slug(self) -> str:
        """Short name for files and entries: the title up to the colon, in plain letters.

        Examples
        --------
        >>> Record("Seeds & Tools: five libraries", ()).slug
        'seeds-tools'
        """
        plain = unicodedata.normalize("NFKD", self.title.partition(":")[0].lower())
        words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
        return "-".join(words) or "book"


def read_citation(path: str | Path) -> Record:
    """Read a citation file (Citation File Format 1.2) and check what is used of it.

    Parameters
    ----------
    path : str or Path
        A ``CITATION.cff``.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        With every problem found.

    References
    ----------
    Druskat, S. et al. (2021). Citation File Format, version 1.2.0.
    """
    import yaml

    path = Path(path)
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([f"{path.name} is missing; it says how to cite the book"]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = " ".join(str(error).split())
        raise InputError([f"{path.name} is not YAML in UTF-8: {line}"]) from error
    if not isinstance(found, dict):
        raise InputError([f"{path.name} must hold keys such as title and authors"])
    problems: list[str] = []
    record = Record(
        title=_text(found, "title", path.name, problems, needed=True),
        authors=_authors(found.get("authors"), path.name, problems),
        kind=_text(found, "type", path.name, problems) or TYPES[0],
        version=_text(found, "version", path.name, problems),
        released=_text(found, "date-released", path.name, problems, _DATE, "YYYY-MM-DD"),
        url=_text(found, "url", path.name, problems, _ADDRESS, "an address"),
        repository=_text(found, "repository-code", path.name, problems, _ADDRESS, "an address"),
        doi=_text(found, "doi", path.name, problems, _DOI, "a DOI that begins with 10."),
        licence=_text(found, "license", path.name, problems),
        abstract=_text(found, "abstract", path.name, problems),
        keywords=tuple(str(word) for word in found.get("keywords") or ()),
    )
    if record.kind not in TYPES:
        problems.append(f"{path.name}, type: {record.kind!r} must be one of: {', '.join(TYPES)}")
    if problems:
        raise InputError(problems)
    return record


def author_names(record: Record) -> str:
    """Return the authors as they are named on a title page: *A. B, C and D*.

    Parameters
    ----------
    record : Record
        From `read_citation`.

    Returns
    -------
    str
    """
    names = [author.name or _plain_name(author) for author in record.authors]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence(record: Record) -> str:
    """Return the citation of the book as one plain sentence.

    Parameters
    ----------
    record : Record
        From `read_citation`.

    Returns
    -------
    str
        Authors, year ("n.d." without a date), title, version, and DOI or address.
    """
    kind = {"software": "Executable book", "dataset": "Data set"}[record.kind]
    version = f" (version {record.version})" if record.version else ""
    where = f"https://doi.org/{record.doi}" if record.doi else record.url
    text = f"{author_names(record)} ({record.year or 'n.d.'}). {record.title}{version}. {kind}."
    return f"{text} {where}" if where else text


def cite_figure(number: int | str, caption: str, record: Record, address: str = "") -> str:
    """Return how to cite one figure, as one plain sentence.

    Parameters
    ----------
    number : int or str
        Number of the figure in the book, or its label, such as ``Figure 3``.
    caption : str
        Its caption or title; a full stop at its end is dropped.
    record : Record
        The book.
    address : str
        Address of the figure where it is published; empty if that is not known.

    Returns
    -------
    str
        ``Figure 3: Caption. In: Authors (year). Title (version …). Address``

    Raises
    ------
    ValueError
        If there is no caption.
    """
    caption = " ".join(caption.split()).rstrip(".")
    if not caption:
        raise ValueError(f"figure {number} has no caption, so it cannot be cited by it")
    version = f" (version {record.version})" if record.version else ""
    book = f"{author_names(record)} ({record.year or 'n.d.'}). {record.title}{version}."
    mark = "" if caption[-1] in "?!" else "."
    label = f"Figure {number}" if str(number).isdigit() else number
    text = f"{label}: {caption}{mark} In: {book}"
    return f"{text} {address}" if address else text


# --- BibTeX ---------------------------------------------------------------------------------

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(record: Record) -> str:
    r"""Return the citation as an entry of BibTeX.

    Parameters
    ----------
    record : Record
        From `read_citation`.

    Returns
    -------
    str
        One ``@misc`` entry, which every style knows. Names of entities and the title stand in
        braces of their own, so that they are neither taken apart nor set in small letters.
        The special characters of LaTeX are escaped; ``url`` and ``doi`` are verbatim fields.
    """
    fields = {
        "author": " and ".join(bibtex_name(author) for author in record.authors),
        "title": "{" + latex_text(record.title) + "}",
        "year": record.year,
        "month": record.released[5:7].lstrip("0"),
        "version": latex_text(record.version),
        "howpublished": {"software": "Executable book", "dataset": "Data set"}[record.kind],
        "note": latex_text(f"Version {record.version}") if record.version else "",
        "doi": record.doi,
        "url": record.url,
        "keywords": latex_text(", ".join(record.keywords)),
    }
    return bibtex_entry("misc", record.slug, fields)


def bibtex_entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    """Return an entry of BibTeX.

    Parameters
    ----------
    kind : str
        Such as ``misc`` or ``article``.
    key : str
        Name of the entry.
    fields : mapping of str to str
        Names and values, escaped already. Empty values give no field.

    Returns
    -------
    str
        The entry, one line per field.

    Examples
    --------
    >>> print(bibtex_entry("misc", "a", {"year": "2001", "month": ""}), end="")
    @misc{a,
      year         = {2001},
    }
    """
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def latex_text(text: str) -> str:
    r"""Escape what LaTeX and BibTeX would read as a command.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> latex_text("R&D: 50%_{x}")
    'R\\&D: 50\\%\\_\\{x\\}'
    >>> latex_text("only one {")
    'only one \\textbraceleft{}'
    """
    # BibTeX counts braces whatever stands before them: one alone, escaped, would undo the entry.
    braces = {} if _balanced(text) else {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
    return "".join((_LATEX | braces).get(character, character) for character in text)


def _balanced(text: str) -> bool:
    depths = list(itertools.accumulate((c == "{") - (c == "}") for c in text))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def bibtex_name(author: Author) -> str:
    r"""Return a name as BibTeX reads it; that of an entity is kept whole by braces.

    Parameters
    ----------
    author : Author
        A person or an entity.

    Returns
    -------
    str

    Examples
    --------
    >>> bibtex_name(Author(family="Hu", given="An")), bibtex_name(Author(name="R&D group"))
    ('Hu, An', '{R\\&D group}')
    """
    if author.name:
        return "{" + latex_text(author.name) + "}"
    parts = (author.family, author.suffix, author.given)
    return ", ".join(_guarded(latex_text(part)) for part in parts if part)


def _guarded(name: str) -> str:
    """Put braces round a name that BibTeX would take apart."""
    return "{" + name + "}" if re.search(r",|\band\b", name) else name


# --- RIS ------------------------------------------------------------------------------------

_RIS_TYPES = {"software": "COMP", "dataset": "DATA"}


def ris(record: Record) -> str:
    """Return the citation in the RIS format.

    Parameters
    ----------
    record : Record
        From `read_citation`.

    Returns
    -------
    str
        Lines ``XX  - value`` that end in carriage return and line feed, from ``TY`` to
        ``ER``. No value has a line break. A comma inside the name of an entity would part
        family and given name; it is left out.
    """
    lines: list[tuple[str, str]] = [("TY", _RIS_TYPES[record.kind])]
    lines += [("AU", _ris_name(author)) for author in record.authors]
    lines += [
        ("TI", record.title),
        ("PY", record.year),
        ("DA", record.released.replace("-", "/") + "/" if record.released else ""),
        ("ET", record.version),
        ("AB", record.abstract),
    ]
    lines += [("KW", word) for word in record.keywords]
    lines += [("DO", record.doi), ("UR", record.url), ("LA", "en")]
    written = [f"{tag}  - {' '.join(value.split())}" for tag, value in lines if value]
    return "\r\n".join([*written, "ER  - ", ""])


def _ris_name(author: Author) -> str:
    if author.name:
        return author.name.replace(",", "")
    return ",".join(part.replace(",", "") for part in _ris_parts(author))


def _ris_parts(author: Author) -> list[str]:
    """Return ``Family,Given,Suffix``, with an empty place where a later part needs it."""
    parts = [author.family, author.given, author.suffix]
    while parts and not parts[-1]:
        parts.pop()
    return parts


# --- CSL-JSON -------------------------------------------------------------------------------


def csl_json(record: Record) -> str:
    """Return the citation as CSL-JSON, as reference managers and pandoc read it.

    Parameters
    ----------
    record : Record
        From `read_citation`.

    Returns
    -------
    str
        A list with one item.
    """
    item: dict[str, Any] = {
        "id": record.slug,
        "type": record.kind,
        "title": record.title,
        "author": [csl_name(author) for author in record.authors],
        "version": record.version,
        "abstract": record.abstract,
        "keyword": ", ".join(record.keywords),
        "DOI": record.doi,
        "URL": record.url,
        "language": "en",
    }
    if record.released:
        item["issued"] = {"date-parts": [[int(part) for part in record.released.split("-")]]}
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=2) + "\n"


def csl_name(author: Author) -> dict[str, str]:
    """Return a name as CSL-JSON has it.

    Parameters
    ----------
    author : Author
        A person or an entity.

    Returns
    -------
    dict of str to str
        ``literal`` for an entity, else ``family, given, suffix`` as far as they are known.

    Examples
    --------
    >>> csl_name(Author(name="A group"))
    {'literal': 'A group'}
    """
    if author.name:
        return {"literal": author.name}
    parts = {"family": author.family, "given": author.given, "suffix": author.suffix}
    return {name: value for name, value in parts.items() if value}


# --- Reading --------------------------------------------------------------------------------


def _plain_name(author: Author) -> str:
    return " ".join(part for part in (author.given, author.family, author.suffix) if part)


def _text(
    found: Mapping[str, Any],
    name: str,
    file: str,
    problems: list[str],
    pattern: re.Pattern[str] | None = None,
    looks: str = "",
    needed: bool = False,
) -> str:
    given = found.get(name)
    if isinstance(given, float):
        # YAML reads 1.10 as 1.1, and nobody could tell.
        problems.append(f"{file}, {name}: {given} is a number; put it in quotation marks")
    # A date without quotation marks is a date for YAML; as text it is the same again.
    value = "" if given is None else " ".join(str(given).split())
    if needed and not value:
        problems.append(f"{file}, {name}: is missing")
    if value and pattern is not None and not pattern.fullmatch(value):
        problems.append(f"{file}, {name}: {value!r} must be {looks}")
    return value


def _authors(found: Any, file: str, problems: list[str]) -> tuple[Author, ...]:
    if not isinstance(found, list) or not found:
        problems.append(f"{file}, authors: at least one is needed")
        return ()
    authors = []
    for number, entry in enumerate(found, start=1):
        author = _author(entry) if isinstance(entry, dict) else Author()
        if not (author.name or author.family):
            problems.append(f"{file}, authors: number {number} has neither name nor family-names")
        if author.orcid and not ORCID.fullmatch(author.orcid):
            problems.append(f"{file}, authors: number {number}: {author.orcid!r} is no ORCID")
        authors.append(author)
    return tuple(authors)


def _author(entry: Mapping[str, Any]) -> Author:
    def part(name: str) -> str:
        return " ".join(str(entry.get(name) or "").split())

    if part("name"):
        return Author(name=part("name"), orcid=part("orcid"))
    family = " ".join(p for p in (part("name-particle"), part("family-names")) if p)
    # Some people have one name only.
    return Author(
        family=family or part("given-names"),
        given=part("given-names") if family else "",
        suffix=part("name-suffix"),
        orcid=part("orcid"),
    )
