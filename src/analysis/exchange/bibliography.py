"""The works of a corpus as a bibliography: BibTeX and CSL-JSON.

Nothing is added to what ``works.csv`` says: a work without an established year or title has
none here either. Names are kept as they are written there, since which part of *Li Wei* is
the family name is often not established; only a comma tells (``Li, Wei``).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.citation import Author, bibtex_entry, bibtex_name, csl_name, latex_text
from analysis.corpus import Corpus
from analysis.tables import write_whole

_YEAR = re.compile(r"\d{4}")
_VOLUME = re.compile(r"(?P<volume>[^()]+?)\s*\((?P<issue>[^()]+)\)")


def write_bibtex(corpus: Corpus, path: str | Path) -> Path:
    r"""Write the works of a corpus as BibTeX.

    Parameters
    ----------
    corpus : Corpus
        Its table ``works`` is written, one entry per work, named by ``work_id``.
    path : str or Path
        The file to write, UTF-8.

    Returns
    -------
    Path
        The file. A work with a volume is an ``@article``, every other ``@misc`` (which
        kind it is, is then not established). Empty cells give no field. What is not
        established about title and year stands in ``note``.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({"a": "One sentence is here."})
    >>> corpus.works["title"], corpus.works["year"] = ["Roads & rivers"], ["2001"]
    >>> file = write_bibtex(corpus, Path(tempfile.mkdtemp()) / "works.bib")
    >>> print(file.read_text(encoding="utf-8"), end="")
    @misc{a,
      title        = {{Roads \& rivers}},
      year         = {2001},
    }
    """
    entries = [_bibtex(work) for work in _works(corpus)]
    path = Path(path)
    write_whole(path, "\n".join(entries).encode("utf-8"))
    return path


def write_csl_json(corpus: Corpus, path: str | Path) -> Path:
    """Write the works of a corpus as CSL-JSON, as reference managers and pandoc read it.

    Parameters
    ----------
    corpus : Corpus
        Its table ``works`` is written, one item per work, named by ``work_id``.
    path : str or Path
        The file to write, UTF-8.

    Returns
    -------
    Path
        The file: a list of items, ``article-journal`` for a work with a volume and else
        ``document``. Empty cells give no key.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({"a": "One sentence is here."})
    >>> file = write_csl_json(corpus, Path(tempfile.mkdtemp()) / "works.json")
    >>> json.loads(file.read_text(encoding="utf-8"))
    [{'id': 'a', 'type': 'document'}]
    """
    items = [_csl_item(work) for work in _works(corpus)]
    path = Path(path)
    write_whole(path, (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return path


def _works(corpus: Corpus) -> list[dict[str, str]]:
    table = corpus.works.where(corpus.works.notna(), "")
    return [{str(k): _line(v) for k, v in row.items()} for row in table.to_dict("records")]


def _line(value: Any) -> str:
    return "" if pd.isna(value) else " ".join(str(value).split())


def _bibtex(work: dict[str, str]) -> str:
    volume, issue = _volume(work)
    place = "journal" if volume else "howpublished"
    fields = {
        "author": " and ".join(bibtex_name(author) for author in _authors(work)),
        "title": "{" + latex_text(work["title"]) + "}" if work["title"] else "",
        "year": _year(work),
        place: latex_text(work["venue"]),
        "volume": latex_text(volume),
        "number": latex_text(issue),
        "pages": latex_text(re.sub(r"(?<=\d)\s*[-–]\s*(?=\d)", "--", work.get("pages", ""))),
        "doi": work["doi"],
        "keywords": latex_text(", ".join(_parts(work["keywords"]))),
        "note": latex_text(_note(work)),
    }
    return bibtex_entry("article" if volume else "misc", work["work_id"], fields)


def _csl_item(work: dict[str, str]) -> dict[str, Any]:
    volume, issue = _volume(work)
    item: dict[str, Any] = {
        "id": work["work_id"],
        "type": "article-journal" if volume else "document",
        "title": work["title"],
        "author": [csl_name(author) for author in _authors(work)],
        "issued": {"date-parts": [[int(_year(work))]]} if _year(work) else "",
        "container-title": work["venue"],
        "volume": volume,
        "issue": issue,
        "page": work.get("pages", ""),
        "DOI": work["doi"],
        "keyword": ", ".join(_parts(work["keywords"])),
        "note": _note(work),
    }
    return {name: value for name, value in item.items() if value}


def _authors(work: dict[str, str]) -> list[Author]:
    """Return the authors; only a comma tells the family name from the given one."""
    authors = []
    for name in _parts(work["authors"]):
        family, comma, given = (part.strip() for part in name.partition(","))
        authors.append(Author(family=family, given=given) if comma else Author(name=name))
    return authors


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _year(work: dict[str, str]) -> str:
    return work["year"] if _YEAR.fullmatch(work["year"]) else ""


def _volume(work: dict[str, str]) -> tuple[str, str]:
    """Return volume and issue of cells such as ``11(5)``."""
    cell = work.get("volume", "")
    found = _VOLUME.fullmatch(cell)
    return (found["volume"], found["issue"]) if found else (cell, "")


def _note(work: dict[str, str]) -> str:
    """Return what is said where a title or a year is not, or beside it."""
    notes = [f"{name}: {work.get(f'{name}_note', '')}" for name in ("title", "year")]
    return "; ".join(note for note in notes if not note.endswith(": "))
