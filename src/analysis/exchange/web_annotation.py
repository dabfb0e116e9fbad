"""Codings and concept hits as W3C Web Annotations (JSON-LD).

Each annotation points into a raw file in two ways: by position (code points) and by
quotation with its surroundings, long enough to be found in one place only. The file is
named by the source, and its exact bytes by their SHA-256 (RFC 6920) in the state.

References
----------
Sanderson, R., Ciccarese, P., & Young, B. (eds.) (2017). Web Annotation Data Model. W3C
Recommendation. https://www.w3.org/TR/annotation-model/

Farrell, S. et al. (2013). Naming Things with Hashes. RFC 6920.
"""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from analysis.coding import Coding
from analysis.corpus import Corpus
from analysis.tables import write_whole

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
SURROUNDINGS = 32
"""Characters before and after a quotation, doubled until it is found in one place only."""

Json = dict[str, Any]


def write_web_annotations(
    source: Coding | pd.DataFrame, corpus: Corpus, path: str | Path, base: str = ""
) -> Path:
    """Write a coding, or concept hits, as one collection of Web Annotations.

    The annotations quote the texts whatever the column ``publish`` of ``works.csv`` allows.
    They are for the owner of the corpus, on his machine.

    Parameters
    ----------
    source : Coding or pandas.DataFrame
        From `load_coding`, or from `find_concepts`.
    corpus : Corpus
        The texts.
    path : str or Path
        The file to write: JSON-LD in UTF-8.
    base : str
        Address of the folder of the raw files, with a slash at its end. Without it sources
        are named relative to where the annotations are.

    Returns
    -------
    Path
        The file, as `web_annotations` makes it.

    Raises
    ------
    ValueError
        If the table holds no hits, or a document is quoted that the corpus has not.
    OSError
        If the file cannot be written.
    """
    text = json.dumps(web_annotations(source, corpus, base), ensure_ascii=False, indent=1)
    path = Path(path)
    write_whole(path, (text + "\n").encode("utf-8"))
    return path


def web_annotations(source: Coding | pd.DataFrame, corpus: Corpus, base: str = "") -> Json:
    """Return a coding, or concept hits, as one ``AnnotationCollection`` with one page.

    Parameters
    ----------
    source : Coding or pandas.DataFrame
        From `load_coding`, or from `find_concepts` (``concept_id, document_id, start, end``
        and, if it is there, ``stance``).
    corpus : Corpus
        The texts.
    base : str
        As in `write_web_annotations`.

    Returns
    -------
    dict
        Each problem, remedy or hit is an annotation with the motivation ``tagging``; its
        codes are bodies with the purpose ``tagging``, its label and note bodies with
        ``describing`` and ``commenting``. A link of a coding is an annotation with the
        motivation ``linking`` whose targets are the annotations of remedy and problem. Names
        (``urn:uuid``) are made from the ids, so that the same source gives the same ones.

    Raises
    ------
    ValueError
        If the table holds no hits, or a document is quoted that the corpus has not.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({"a": "The law is weak. It binds nobody."})
    >>> hits = pd.DataFrame({"concept_id": ["law"], "document_id": ["a"],
    ...                      "start": [4], "end": [7]})
    >>> (annotation,) = web_annotations(hits, corpus)["first"]["items"]
    >>> annotation["target"]["selector"][1]
    {'type': 'TextPositionSelector', 'start': 4, 'end': 7}
    """
    targets = _Targets(corpus, base)
    if isinstance(source, Coding):
        return _collection(f"Coding by {source.coder}", _of_coding(source, targets), targets)
    missing = {"concept_id", "document_id", "start", "end"} - set(source.columns)
    if missing:
        raise ValueError(f"the table has no column {', '.join(sorted(missing))}; give concept hits")
    return _collection("Concept hits", _of_hits(source, targets), targets)


def _collection(label: str, items: list[Json], targets: _Targets) -> Json:
    name = targets.name("collection", label)
    page = {"id": targets.name("page", label), "type": "AnnotationPage",
            "partOf": name, "startIndex": 0, "items": items}  # fmt: skip
    collection: Json = {"@context": CONTEXT, "id": name, "type": "AnnotationCollection",
                        "label": label, "total": len(items)}  # fmt: skip
    return {**collection, "first": page} if items else collection


def _of_coding(coding: Coding, targets: _Targets) -> list[Json]:
    """Return problems, remedies and their links as annotations."""
    creator = {"creator": {"name": coding.coder}} if coding.coder else {}
    items = []
    for kind, table, codes in (
        ("problem", coding.problems, ("theme", "level")),
        ("remedy", coding.remedies, ("instrument", "actor")),
    ):
        for item in table.to_dict("records"):
            tags = [kind, *(f"{c}: {item[c]}" for c in (*codes, "voice", "stance") if item[c])]
            bodies = [_body("tagging", tag) for tag in tags]
            bodies += [
                _body(purpose, item[column])
                for purpose, column in (("describing", "label"), ("commenting", "note"))
                if item[column]
            ]
            place = targets.target(item["document_id"], item["start"], item["end"])
            name = targets.name(kind, item[f"{kind}_id"])
            items.append(_annotation(name, "tagging", bodies, place) | creator)
    for link in coding.links.to_dict("records"):
        ends = [("remedy", link["remedy_id"]), ("problem", link["problem_id"])]
        bodies = [_body("tagging", f"basis: {link['basis']}")] if link["basis"] else []
        bodies += [_body("describing", link["rationale"])] if link["rationale"] else []
        name = targets.name("link", *(end for _, end in ends))
        items.append(
            _annotation(name, "linking", bodies, [targets.name(*end) for end in ends]) | creator
        )
    return items


def _of_hits(hits: pd.DataFrame, targets: _Targets) -> list[Json]:
    """Return concept hits as annotations."""
    items = []
    for hit in hits.to_dict("records"):
        bodies = [_body("tagging", f"concept: {hit['concept_id']}")]
        if hit.get("stance"):
            bodies.append(_body("tagging", f"stance: {hit['stance']}"))
        place = (str(hit["document_id"]), int(hit["start"]), int(hit["end"]))
        name = targets.name("hit", hit["concept_id"], *place)
        items.append(_annotation(name, "tagging", bodies, targets.target(*place)))
    return items


def _annotation(name: str, motivation: str, bodies: list[Json], target: Any) -> Json:
    head: Json = {"id": name, "type": "Annotation", "motivation": motivation}
    return {**head, **({"body": bodies} if bodies else {}), "target": target}


def _body(purpose: str, value: Any) -> Json:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": str(value)}


class _Targets:
    """Places in the raw files of a corpus, as targets of annotations."""

    def __init__(self, corpus: Corpus, base: str) -> None:
        self.raw = corpus.raw
        documents = corpus.documents.to_dict("records")
        self.sources = {
            d["document_id"]: {
                "type": "SpecificResource",
                "source": base + quote(d["file"] or d["document_id"]),
                "state": {"type": "TimeState", "cached": _named_bytes(d["sha256"])},
            }
            for d in documents
        }  # fmt: skip
        # The names of two corpora differ even where their ids are the same.
        texts = " ".join(sorted(d["sha256"] for d in documents))
        self.space = uuid.uuid5(uuid.NAMESPACE_URL, f"{CONTEXT} {texts}")

    def name(self, *parts: Any) -> str:
        """Return the name of a thing, always the same for the same parts."""
        return uuid.uuid5(self.space, json.dumps([str(part) for part in parts])).urn

    def target(self, document: str, start: int, end: int) -> Json:
        """Return a place of a raw file."""
        if document not in self.raw:
            raise ValueError(f"document {document!r} is not in this corpus")
        raw = self.raw[document]
        start, end = int(start), int(end)
        before, after = _surroundings(raw, start, end)
        quotation = {"type": "TextQuoteSelector", "exact": raw[start:end],
                     "prefix": before, "suffix": after}  # fmt: skip
        position = {"type": "TextPositionSelector", "start": start, "end": end}
        return {**self.sources[document], "selector": [quotation, position]}


def _surroundings(raw: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after, so much that the whole is there only once."""
    width = SURROUNDINGS
    while True:
        low, high = max(0, start - width), end + width
        part = raw[low:high]
        first = raw.find(part)
        if raw.find(part, first + 1) < 0 or (low == 0 and high >= len(raw)):
            return raw[low:start], raw[end:high]
        width *= 2


def _named_bytes(sha256: str) -> str:
    """Name a file by its checksum, as RFC 6920 does."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"
