"""What the works cite: their reference lists, and the marks that point into them.

Entries are read by their form, and nothing is guessed: what does not show by its form
stays empty. Four forms are known:

- ``Chen, R. L., & Liu, Y. P. (2007). Title. Journal, (1).``
- ``Sun Boying, title [J], journal, 2003,4`` (the letter names the type, as in GB/T 7714)
- ``Krishna, A. "Title". Journal, 2006, 28(4): 439-458.``
- ``Xu Xiaoquan, title, Department of Political Science, 2014 (09).``
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.corpus import BODY_KINDS, Corpus
from analysis.text import CITATION, WORD

ENTRY_COLUMNS = ["work_id", "document_id", "number", "authors", "year", "title", "container",
                 "parsed", "text", "sentence_id", "start", "end"]  # fmt: skip
VARIANT_COLUMNS = ["work_id", "document_id", "number", "footnote", "reference", "similarity",
                   "same", "footnote_id", "reference_id"]  # fmt: skip
CITATION_COLUMNS = ["work_id", "document_id", "sentence_id", "mark", "number", "authors", "year",
                    "resolved", "entries", "start", "end"]  # fmt: skip
SHARED_COLUMNS = ["work_a", "number_a", "text_a", "sentence_a", "work_b", "number_b", "text_b",
                  "sentence_b", "similarity"]  # fmt: skip
AUTHOR_COLUMNS = ["surname", "author_a", "work_a", "sentence_a", "author_b", "work_b",
                  "sentence_b"]  # fmt: skip


def cited_works(corpus: Corpus) -> pd.DataFrame:
    """Return the entries of the reference lists, read by their form.

    Parameters
    ----------
    corpus : Corpus
        With its sections of the kind ``references``; `Corpus.body` has none.

    Returns
    -------
    pandas.DataFrame
        One row per entry, in the order of the lists: ``work_id``, ``document_id``,
        ``number`` (as printed, otherwise the place in the list), ``authors``, ``year``
        (text), ``title``, ``container`` (the journal, or place and publisher or
        school, without volume, issue, pages and year), ``parsed`` (whether authors,
        year and title were all found), ``text`` (the entry as read), ``sentence_id``,
        ``start``, ``end`` (offsets in code points into the raw text). What is printed is
        kept as printed, mistakes included; what was not found is an empty string.

    Notes
    -----
    Authors are recognised before a year in brackets and before a quoted title. Elsewhere
    they are the first fields that have the form of a name: ``Krishna, A.``, or a Chinese
    name in pinyin. ``Zhang followed closely``, a name that was translated, is not
    recognised. Without brackets, quotation marks and type, a title ends where a field
    names an institution.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "Introduction\\nCredit is scarce [1].\\nReferences\\n"
    ...     "[1] Hu An, rural credit [J], finance, 2003,4",
    ...     "second": "Introduction\\nBanks lend (Hu, 2003).\\nReferences\\n"
    ...     "Hu, A. (2003). Rural credit. Finance, (4).",
    ... })
    >>> columns = ["work_id", "number", "authors", "year", "title", "container"]
    >>> print(cited_works(corpus)[columns].to_string(index=False))
    work_id  number authors year        title container
      first       1   Hu An 2003 rural credit   finance
     second       1  Hu, A. 2003 Rural credit   Finance
    """
    rows = []
    for line in _lines(corpus, "references").itertuples():
        printed, entry = _numbered(line.text)
        rows.append({
            "work_id": line.work_id, "document_id": line.document_id,
            "number": line.place if printed is None else printed,
            **_read(entry)._asdict(), "text": line.text,
            "sentence_id": line.sentence_id, "start": line.start, "end": line.end,
        })  # fmt: skip
    table = pd.DataFrame(rows, columns=[c for c in ENTRY_COLUMNS if c != "parsed"])
    table["parsed"] = (table[["authors", "year", "title"]] != "").all(axis=1).astype(bool)
    return table[ENTRY_COLUMNS].astype({"number": int, "start": int, "end": int})


def footnote_variants(corpus: Corpus) -> pd.DataFrame:
    """Compare the entries that stand both in a footnote and in the reference list.

    Parameters
    ----------
    corpus : Corpus
        With its sections of the kinds ``footnote`` and ``references``.

    Returns
    -------
    pandas.DataFrame
        One row per number of a document that has both: ``work_id``, ``document_id``,
        ``number``, ``footnote`` and ``reference`` (their text without the number; empty
        where one is missing), ``similarity`` (`difflib` ratio of their words in lower
        case, 0 to 1; NaN where one is missing), ``same`` (letter by letter),
        ``footnote_id``, ``reference_id`` (sentences). Where ``similarity`` is 1 and
        ``same`` is not, only case or marks differ.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "Introduction\\nCredit is scarce.\\n^[1] Hu An, rural credit, 2003\\n"
    ...     "References\\n[1] Hu An, Rural Credit, 2003"
    ... })
    >>> table = footnote_variants(corpus)
    >>> columns = ["number", "footnote", "reference", "similarity", "same"]
    >>> print(table[columns].to_string(index=False))
     number                  footnote                 reference  similarity  same
          1 Hu An, rural credit, 2003 Hu An, Rural Credit, 2003         1.0 False
    """
    notes, entries = (_numbered_lines(corpus, kind) for kind in ("footnote", "references"))
    both = set(notes["document_id"]) & set(entries["document_id"])
    keys = ["work_id", "document_id", "number"]
    table = notes[notes["document_id"].isin(both)].merge(
        entries[entries["document_id"].isin(both)],
        on=keys, how="outer", suffixes=("_note", "_entry"),
    )  # fmt: skip
    table = table.rename(
        columns={"entry_note": "footnote", "entry_entry": "reference",
                 "sentence_id_note": "footnote_id", "sentence_id_entry": "reference_id"}
    ).fillna("")  # fmt: skip
    pairs = list(zip(table["footnote"], table["reference"], strict=True))
    table["similarity"] = np.array([_alike(a, b) for a, b in pairs], dtype=float)
    table["same"] = np.array([a == b for a, b in pairs], dtype=bool)
    return table[VARIANT_COLUMNS].sort_values(keys, ignore_index=True)


def citations(corpus: Corpus, references: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the citation marks in the running text and what they point to.

    Parameters
    ----------
    corpus : Corpus
        The texts; marks are sought in abstract, body and conclusion.
    references : pandas.DataFrame, optional
        The table of `cited_works`, where the corpus itself has no reference lists (as
        `Corpus.body`). A document without a list of its own points into that of its
        work.

    Returns
    -------
    pandas.DataFrame
        One row per work that a mark names, so that ``[1-3]`` has three: ``work_id``,
        ``document_id``, ``sentence_id``, ``mark``, ``number`` (missing where the mark
        has none), ``authors`` and ``year`` (empty where the mark has none),
        ``resolved``, ``entries`` (the sentences of the entries that fit, parted by a
        space), ``start``, ``end`` (offsets in code points into the raw text). ``resolved``
        is ``yes`` if one entry fits, ``no`` if none, ``ambiguous`` if several do,
        ``unknown`` if there is no list.

    Notes
    -----
    ``(Tang, 2014)`` fits every entry of that year whose first author is Tang, with
    co-authors or without: the rule that a single name stands for a single author is
    not always kept.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "Introduction\\nCredit is scarce [1].\\nReferences\\n"
    ...     "[1] Hu An, rural credit [J], finance, 2003,4",
    ...     "second": "Introduction\\nBanks lend (Hu, 2003).\\nReferences\\n"
    ...     "Hu, A. (2003). Rural credit. Finance, (4).",
    ... })
    >>> columns = ["work_id", "mark", "number", "authors", "year", "resolved"]
    >>> print(citations(corpus)[columns].to_string(index=False))
    work_id       mark  number authors year resolved
      first        [1]       1                   yes
     second (Hu, 2003)    <NA>      Hu 2003      yes
    """
    lists = cited_works(corpus) if references is None else references
    prose = corpus.sections.loc[corpus.sections["kind"].isin(BODY_KINDS), "section_id"]
    sentences = corpus.sentences[corpus.sentences["section_id"].isin(prose)]
    rows = []
    for line in sentences[sentences["text"].str.contains(CITATION)].itertuples():
        section = corpus.texts[line.section_id]
        part = section[section.within(line.start, line.end)]
        own = lists[lists["document_id"] == line.document_id]
        entries = own if len(own) else lists[lists["work_id"] == line.work_id]
        for match in CITATION.finditer(part.text):
            start, end = part.hull(*match.span())
            for number, authors, year in _pointers(match.group()):
                fitting = _fitting(entries, number, authors, year)
                rows.append({
                    "work_id": line.work_id, "document_id": line.document_id,
                    "sentence_id": line.sentence_id, "mark": match.group(), "number": number,
                    "authors": authors, "year": year,
                    "resolved": _verdict(len(fitting)) if len(entries) else "unknown",
                    "entries": " ".join(fitting), "start": start, "end": end,
                })  # fmt: skip
    table = pd.DataFrame(rows, columns=CITATION_COLUMNS)
    return table.astype({"number": "Int64", "start": int, "end": int})


def shared_references(table: pd.DataFrame, threshold: float = 0.65) -> pd.DataFrame:
    """Find entries that more than one work cites.

    Two entries are as alike as the words of their surnames, year and title, in any
    order and case: ``2 * common / (words of the one + words of the other)`` (Dice).
    Of an entry that could not be parsed, all words count. The default threshold was
    tried on the entries that one of these texts gives twice, in two wordings: 18 of 20
    meet their other wording above it, and none meets another entry.

    Parameters
    ----------
    table : pandas.DataFrame
        The table of `cited_works`.
    threshold : float
        Least similarity that is reported, above 0 and at most 1.

    Returns
    -------
    pandas.DataFrame
        One row per pair of entries of two works: ``work_a``, ``number_a``, ``text_a``,
        ``sentence_a``, the same for ``b``, and ``similarity`` (0 to 1); the most alike first.
        Empty if nothing is shared.

    Raises
    ------
    ValueError
        If ``threshold`` is not above 0 and at most 1.

    References
    ----------
    Dice, L. R. (1945). Measures of the amount of ecologic association between species.
    *Ecology* 26.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "Introduction\\nCredit is scarce [1].\\nReferences\\n"
    ...     "[1] Hu An, rural credit [J], finance, 2003,4",
    ...     "second": "Introduction\\nBanks lend (Hu, 2003).\\nReferences\\n"
    ...     "Hu, A. (2003). Rural credit. Finance, (4).",
    ... })
    >>> shared = shared_references(cited_works(corpus))
    >>> columns = ["work_a", "number_a", "work_b", "number_b", "similarity"]
    >>> print(shared[columns].to_string(index=False))
    work_a  number_a work_b  number_b  similarity
     first         1 second         1         1.0
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must lie above 0 and at most at 1, not {threshold}")
    words = [_entry_words(row) for row in table.itertuples()]
    known = {word: place for place, word in enumerate(sorted(set().union(*words)))}
    rows = np.repeat(np.arange(len(words)), [len(w) for w in words])
    columns = np.array([known[word] for entry in words for word in sorted(entry)], dtype=int)
    holds = sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns)), shape=(len(words), max(len(known), 1))
    )
    common = sparse.triu(holds @ holds.T, k=1).tocoo()
    sizes = np.array([len(w) for w in words], dtype=int)
    similarity = 2 * common.data / (sizes[common.row] + sizes[common.col])
    found = []
    for place in np.flatnonzero(similarity >= threshold):
        pair = [table.iloc[common.row[place]], table.iloc[common.col[place]]]
        first, second = sorted(pair, key=lambda entry: str(entry["work_id"]))
        if first["work_id"] != second["work_id"]:
            sides = [list(e[["work_id", "number", "text", "sentence_id"]]) for e in (first, second)]
            found.append([*sides[0], *sides[1], float(similarity[place])])
    result = pd.DataFrame(found, columns=SHARED_COLUMNS)
    order = ["similarity", "sentence_a", "sentence_b"]
    return result.sort_values(order, ascending=[False, True, True], ignore_index=True)


def shared_authors(table: pd.DataFrame) -> pd.DataFrame:
    """Find authors whom more than one work cites, as far as names can tell.

    Parameters
    ----------
    table : pandas.DataFrame
        The table of `cited_works`.

    Returns
    -------
    pandas.DataFrame
        One row per pair of names in entries of two works: ``surname``, ``author_a``,
        ``work_a``, ``sentence_a``, the same for ``b``. The surnames are equal and the
        given names may be: equal, or the initials of the one fit the other. A surname
        alone fits nothing. That two persons bear one name is not excluded; many
        Chinese names are shared.

    Examples
    --------
    >>> from analysis import corpus_from_texts
    >>> corpus = corpus_from_texts({
    ...     "first": "Introduction\\nCredit is scarce [1].\\nReferences\\n"
    ...     "[1] Hu An, rural credit [J], finance, 2003,4",
    ...     "second": "Introduction\\nBanks lend (Hu, 2003).\\nReferences\\n"
    ...     "Hu, A. (2003). Rural credit. Finance, (4).",
    ... })
    >>> shared = shared_authors(cited_works(corpus))
    >>> print(shared[["surname", "author_a", "author_b"]].to_string(index=False))
    surname author_a author_b
         Hu    Hu An    Hu A.
    """
    names = [
        (name, row.work_id, row.sentence_id)
        for row in table.itertuples()
        for name in _names(row.authors)
    ]
    by_surname: dict[str, list[tuple[_Name, str, str]]] = {}
    for item in names:
        by_surname.setdefault(item[0].surname.lower(), []).append(item)
    found = []
    for surname in sorted(by_surname):
        for pair in combinations(by_surname[surname], 2):
            (a, work_a, at_a), (b, work_b, at_b) = sorted(pair, key=lambda item: item[1])
            if work_a != work_b and _may_be_one(a.given, b.given):
                found.append([a.surname, str(a), work_a, at_a, str(b), work_b, at_b])
    return pd.DataFrame(found, columns=AUTHOR_COLUMNS)


# --- Lines of lists ---------------------------------------------------------------------------

_NUMBER = re.compile(r"\s*(?:\^?\[([0-9]{1,6})\]\.?|([0-9]{1,3})\.(?=\s))\s*")


def _lines(corpus: Corpus, kind: str) -> pd.DataFrame:
    """Return the lines of the sections of a kind with their ``place`` in the document's list."""
    wanted = corpus.sections.loc[corpus.sections["kind"] == kind, "section_id"]
    lines = corpus.sentences[
        corpus.sentences["section_id"].isin(wanted) & ~corpus.sentences["is_heading"]
    ]
    return lines.assign(place=lines.groupby("document_id", sort=False).cumcount() + 1)


def _numbered(line: str) -> tuple[int | None, str]:
    """Part the printed number of a line from the rest."""
    match = _NUMBER.match(line)
    if match is None:
        return None, line.strip()
    return int(match[1] or match[2]), line[match.end() :].strip()


def _numbered_lines(corpus: Corpus, kind: str) -> pd.DataFrame:
    """Return the lines of a kind that have a printed number."""
    lines = _lines(corpus, kind)
    read = [_numbered(text) for text in lines["text"]]
    table = lines[["work_id", "document_id", "sentence_id"]].assign(
        number=pd.array([number for number, _ in read], dtype="Int64"),
        entry=[entry for _, entry in read],
    )
    table = table[table["number"].notna()]
    return table.astype({"number": int})


def _alike(first: str, second: str) -> float:
    if not first or not second:
        return float("nan")
    words, others = ([w.lower() for w in WORD.findall(text)] for text in (first, second))
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


# --- Reading an entry ---------------------------------------------------------------------------


class _Entry(NamedTuple):
    """What the form of an entry tells; an empty string where it tells nothing."""

    authors: str = ""
    year: str = ""
    title: str = ""
    container: str = ""


_YEAR = r"(?:1[5-9]|20)[0-9]{2}"
_DATED = re.compile(rf"(?P<authors>[^\"“()]+?)\s*\((?P<year>{_YEAR}[a-z]?)\)\.?\s+(?P<rest>.+)")
_QUOTED = re.compile(r"(?:(?P<authors>[^\"“]*[,.;:])\s*)?[\"“](?P<title>[^\"“”]+)[\"”](?P<rest>.*)")
_TYPED = re.compile(r"(?P<head>.+?)\s*\[[A-Z]{1,2}(?:/[A-Z]{2})?\](?P<rest>.*)")
_ENCLOSED = re.compile(r"^[\"“]([^\"“”]+)[\"”]$")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_PAGES = re.compile(r"\s*\(pp?\.\s*[0-9][0-9\s,-]*\)$")
_NUMBERS = re.compile(r"(?:^|\s*[,;.])\s*\(?[0-9].*$|\s*\([Ii]n [A-Z]\w+\)\.?$")
"""Volume, issue, pages, year and language: what follows a container."""
_YEAR_FIELD = re.compile(rf"(?:^|[,;.]\s*)({_YEAR})\b")
_INSTITUTION = re.compile(
    r"(?:Department|School|College|Faculty|Cent(?:er|re)|Institute|Academy|University) (?:of|for) "
    r"|.*\b(?:University|College|Institute|Academy|Bureau|Press|Publishing House)$"
)


def _read(entry: str) -> _Entry:
    """Read an entry by the first form that it has."""
    if match := _DATED.match(entry):
        title, _, container = _parted(match["rest"], _SENTENCE_END)
        title = _PAGES.sub("", title.rstrip("."))
        return _Entry(match["authors"].strip(), match["year"], title, _container(container))
    if match := _TYPED.match(entry):
        authors, title = _authors_and_title(match["head"])
        title = _ENCLOSED.sub(r"\1", title)
        return _Entry(authors, _year(match["rest"]), title, _container(match["rest"]))
    if match := _QUOTED.match(entry):
        authors, title = (match["authors"] or "").rstrip(" ,;:"), match["title"].strip(" ,.")
        return _Entry(authors, _year(match["rest"]), title, _container(match["rest"]))
    return _read_unmarked(entry)


def _read_unmarked(entry: str) -> _Entry:
    if not re.search(r"[^\W\d_]", entry):
        return _Entry()
    year = _year(entry)
    authors, rest = _authors_and_title(_container(entry))
    fields = rest.split(", ") if authors else []
    places = [i for i, field in enumerate(fields) if i and _INSTITUTION.match(field)]
    ends = places[0] if places else len(fields)
    if not places and len(fields) != 1:
        return _Entry(authors, year)
    return _Entry(authors, year, ", ".join(fields[:ends]), ", ".join(fields[ends:]))


def _parted(text: str, pattern: re.Pattern[str]) -> tuple[str, str, str]:
    """Part a text at the first match, as `str.partition` does."""
    match = pattern.search(text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match.group(), text[match.end() :]


def _year(text: str) -> str:
    """Return the year that begins a field."""
    match = _YEAR_FIELD.search(text)
    return match[1] if match else ""


def _container(text: str) -> str:
    return _NUMBERS.sub("", text.strip(" ,;.")).strip(" ,;.")


# --- Names --------------------------------------------------------------------------------------

_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    r"(?:[iu]?ang|[iu]?ong|iao|uai|[iu]?an|[aeo]ng|ing|ai|ao|ei|ou|ia|ie|iu|io|ua|uo|ue|ui|"
    r"en|er|in|un|[aeiou])"
)
_CHINESE = re.compile(
    rf"(?=[A-Z])(?i:{_SYLLABLE}){{1,2}} (?=[A-Z])(?i:{_SYLLABLE}(?:['-]?{_SYLLABLE}){{0,2}})\b"
)
_INITIALS = re.compile(r"[A-Z][\w'’-]+,? (?:[A-Z]\.[ -]?)*[A-Z]\.")
_BETWEEN = re.compile(r"\s*(?:,?\s*(?:&|and)\s|[,;.])\s*|(?<=\.)\s+")


def _authors_and_title(text: str) -> tuple[str, str]:
    """Part the names that begin a text from what follows; something must follow.

    Without a name nothing is a title either: what comes first could be an author.
    """
    end = title = 0
    while name := _CHINESE.match(text, title) or _INITIALS.match(text, title):
        between = _BETWEEN.match(text, name.end())
        if between is None or between.end() == len(text):
            break
        end, title = name.end(), between.end()
        if between.group().strip() == ".":
            break
    return (text[:end], text[title:].strip()) if end else ("", "")


class _Name(NamedTuple):
    """One author: family name, and given name or initials as printed."""

    surname: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.surname} {self.given}".strip()


def _names(authors: str) -> list[_Name]:
    """Part the authors of an entry; the family name stands first, as in all known forms."""
    names: list[_Name] = []
    for field in re.split(r"\s*[,;&]\s*|\s+and\s+", authors):
        if re.fullmatch(r"(?:[A-Z]\.[\s-]*)+", field) and names:
            names[-1] = _Name(names[-1].surname, field.strip())
        elif field and field != "et al.":
            surname, _, given = field.partition(" ")
            names.append(_Name(surname, "" if given == "et al." else given))
    return names


def _may_be_one(first: str, second: str) -> bool:
    """Say whether two given names, each in full or as initials, may be the same."""
    short, long = sorted((first.lower(), second.lower()), key=lambda given: "." not in given)
    if not short or not long:
        return False
    if "." not in short:
        return short == long
    initials, letters = re.findall(r"\w", short), iter(re.findall(r"\w", long))
    if "." in long:
        return all(a == b for a, b in zip(initials, letters, strict=False))
    return long[0] == initials[0] and all(initial in letters for initial in initials)


# --- Citation marks -------------------------------------------------------------------------------

_LONGEST_RANGE = 100
"""A wider range, such as a span of years, is read as its two ends."""
_MOST_DIGITS = 9
"""What is longer is no number of an entry, nor of a column of numbers."""


def _pointers(mark: str) -> list[tuple[int | None, str, str]]:
    """Return the number, or authors and year, of each work that a mark names."""
    inner = mark[1:-1]
    if mark.startswith("("):
        authors, _, year = inner.rpartition(", ")
        return [(None, authors, year)]
    numbers: list[int | None] = []
    for piece in inner.split(","):
        digits = re.findall(r"\d+", piece)
        if max(map(len, digits)) > _MOST_DIGITS:
            numbers.append(None)
            continue
        ends = [int(d) for d in digits]
        low, high = ends[0], ends[-1]
        numbers += range(low, high + 1) if low <= high < low + _LONGEST_RANGE else ends
    return [(number, "", "") for number in numbers]


def _fitting(entries: pd.DataFrame, number: int | None, authors: str, year: str) -> list[str]:
    """Return the sentences of the entries that a mark may mean."""
    if number is not None:
        return entries.loc[entries["number"] == number, "sentence_id"].tolist()
    cited = [name.surname.lower() for name in _names(authors)]
    if not cited:
        return []
    return [
        entry.sentence_id
        for entry in entries[entries["year"] == year].itertuples()
        if [n.surname.lower() for n in _names(entry.authors)][: len(cited)] == cited
    ]


def _verdict(fitting: int) -> str:
    return ("no", "yes")[fitting] if fitting < 2 else "ambiguous"


def _entry_words(row: Any) -> set[str]:
    """Return the words by which an entry is compared."""
    surnames = " ".join(name.surname for name in _names(row.authors))
    text = f"{surnames} {row.year} {row.title}" if row.parsed else row.text
    return {word.lower() for word in WORD.findall(text)}
