"""Reading a coding: tables, quotations, coverage; all that is wrong is said at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.coding.places import Places, anchored
from analysis.corpus import Corpus
from analysis.tables import InputError, read_table, read_text

PROBLEM_COLUMNS = (
    "problem_id",
    "work_id",
    "level",
    "theme",
    "voice",
    "stance",
    "label",
    "quote",
    "note",
)
REMEDY_COLUMNS = (
    "remedy_id",
    "work_id",
    "instrument",
    "actor",
    "voice",
    "stance",
    "label",
    "quote",
    "note",
)
LINK_COLUMNS = ("remedy_id", "problem_id", "basis", "rationale")
LEVELS = ("practice", "research")
VOICES = ("author", "cited", "party")
STANCES = ("advocated", "described", "criticised", "foreign-example")
BASES = ("explicit", "inferred")


COVERAGE_COLUMNS = ("paragraph_id", "outcome", "note")
OUTCOMES = ("units", "repeats", "nothing")
"""What a paragraph that was read yielded."""
PROBLEM_STANCES = ("described", "criticised")


@dataclass(frozen=True)
class Coding:
    """One coding of the works.

    Attributes
    ----------
    problems, remedies : pandas.DataFrame
        The coded items with the place of their quotation: ``document_id, section_id,
        paragraph_id, sentence_id, start, end``.
    links : pandas.DataFrame
        ``remedy_id, problem_id, basis, rationale, work_id``.
    coverage : pandas.DataFrame
        One row per paragraph that was read: ``paragraph_id, outcome`` (``units``,
        ``repeats`` or ``nothing``), ``note, work_id, section_id, problems, remedies``
        (how many quotations begin in it). Empty if the coding records none.
    themes, instruments, actors : pandas.DataFrame
        The closed lists with label and definition. A theme or an instrument whose
        ``level`` is filled belongs to problems, or to answers to problems, of that level.
    coder : str
        Who or what made the judgements.
    times : int
        How often the texts were read for it.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> coding.times, list(coding.themes["theme"][:2])
    (1, ['lost-skill', 'mixed-seed'])
    """

    problems: pd.DataFrame
    remedies: pd.DataFrame
    links: pd.DataFrame
    coverage: pd.DataFrame
    themes: pd.DataFrame
    instruments: pd.DataFrame
    actors: pd.DataFrame
    coder: str
    times: int


def load_coding(path: str | Path | None, corpus: Corpus) -> Coding:
    """Read a coding and find every quotation in its text.

    Parameters
    ----------
    path : str or Path or None
        A folder with ``problems.csv``, ``remedies.csv``, ``links.csv``, ``coding.toml``
        and, if it records what was read, ``coverage.csv``; ``None`` takes ``coding/`` in the
        folder of the corpus. The closed lists ``themes.csv``, ``instruments.csv`` and
        ``actors.csv`` stand in the same folder or in the one above, where a second
        coding shares those of the first.
    corpus : Corpus
        The texts; quotations are looked up in the primary document of a work.

    Returns
    -------
    Coding
        Items in the order of their files, each with the place of its quotation.

    Raises
    ------
    InputError
        With every problem found: a quotation that is nowhere (with the nearest passage
        and what differs), twice, too short or too long; an unknown theme, instrument,
        actor or id; a link across works or between research and practice; a duplicate
        id, an empty label; a paragraph whose coverage is missing or says something else
        than the quotations.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> remedy = coding.remedies.iloc[0]
    >>> corpus.source(remedy["document_id"], remedy["start"], remedy["end"]) == remedy["quote"]
    True
    """
    folder = corpus.folder / "coding" if path is None else Path(path)
    problems: list[str] = []
    lists = {
        name: _closed_list(folder, name, problems) for name in ("theme", "instrument", "actor")
    }
    items = _read_items(folder, lists, corpus, problems)
    links = _read_links(folder, *items, lists["instrument"], problems)
    places = Places(corpus)
    found, proposed = (
        anchored(name, table, places, problems)
        for name, table in zip(("problems.csv", "remedies.csv"), items, strict=True)
    )
    for name, table in (("problems.csv", found), ("remedies.csv", proposed)):
        problems += _outside(name, table, corpus)
    coverage = _read_coverage(folder, corpus, found, proposed, problems)
    coder, times = _provenance(folder / "coding.toml", problems)
    if problems:
        raise InputError(problems)
    tables = {"problems": found, "remedies": proposed, "links": links, "coverage": coverage,
              "themes": lists["theme"], "instruments": lists["instrument"], "actors": lists["actor"]}  # fmt: skip
    plain = {name: table.drop(columns="row") for name, table in tables.items()}
    return Coding(**plain, coder=coder, times=times)


def load_examples(path: str | Path | None, corpus: Corpus) -> pd.DataFrame:
    """Read which passages the codebook quotes, so that agreement can be told without them.

    Parameters
    ----------
    path : str or Path or None
        The folder of the coding, with ``examples.csv`` (``example_id, work_id, quote``);
        ``None`` takes ``coding/`` in the folder of the corpus.
    corpus : Corpus
        The texts.

    Returns
    -------
    pandas.DataFrame
        ``example_id, work_id, quote, document_id, section_id, paragraph_id, sentence_id,
        start, end``.

    Raises
    ------
    InputError
        With every problem found, such as a quotation that is nowhere or twice.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.coding import load_examples
    >>> corpus = analysis.corpus_from_texts({"ada": "The town pays for the roof of the hall."})
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({
    ...     "example_id": ["e1"], "work_id": ["ada"], "quote": ["the roof of the hall"],
    ... }).to_csv(folder / "examples.csv", index=False)
    >>> load_examples(folder, corpus)[["sentence_id", "start", "end"]].values.tolist()
    [['ada-s0001', 18, 38]]
    """
    folder = corpus.folder / "coding" if path is None else Path(path)
    problems: list[str] = []
    table = read_table(
        folder / "examples.csv", ("example_id", "work_id", "quote"), problems, key="example_id",
        filled=("work_id", "quote"), allowed={"work_id": set(corpus.works["work_id"])},
    )  # fmt: skip
    table = anchored("examples.csv", table, Places(corpus), problems, fewest=4)
    if problems:
        raise InputError(problems)
    return table.drop(columns="row")


def _closed_list(folder: Path, name: str, problems: list[str]) -> pd.DataFrame:
    """Read a list of codes, from the folder or from the one above."""
    path = folder / f"{name}s.csv"
    above = folder.parent / path.name
    if not path.exists() and above.exists():
        path = above
    table = read_table(
        path, (name, "label", "definition"), problems, key=name, filled=("label", "definition")
    )
    for row, code in zip(table["row"], table[name], strict=True):
        if not re.fullmatch(r"[\w-]+", code):
            problems.append(
                f"{path.name}, row {row}, column {name}: {code!r}; use letters, digits and hyphens"
            )
    if "level" in table:
        for row, level in zip(table["row"], table["level"], strict=True):
            if level not in ("", *LEVELS):
                problems.append(
                    f"{path.name}, row {row}, column level: {level!r} is unknown; "
                    f"use one of: {', '.join(LEVELS)}"
                )
    return table


def _outside(name: str, items: pd.DataFrame, corpus: Corpus) -> list[str]:
    """Name the quotations that stand outside the running text."""
    running = set(_paragraphs(corpus)["paragraph_id"])
    rows = items.loc[(items["start"] >= 0) & ~items["paragraph_id"].isin(running), "row"]
    return [
        f"{name}, row {row}, column quote: it stands in a heading, the front matter, a footnote or "
        "the references; quote the running text"
        for row in rows
    ]


def _read_items(
    folder: Path, lists: dict[str, pd.DataFrame], corpus: Corpus, problems: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read problems and remedies, and check each cell."""
    known = {name: set(table[name]) for name, table in lists.items()}
    shared = {"work_id": set(corpus.works["work_id"]), "voice": VOICES}
    found = read_table(
        folder / "problems.csv", PROBLEM_COLUMNS, problems, key="problem_id",
        filled=("work_id", "level", "theme", "voice", "stance", "label", "quote"),
        allowed={**shared, "stance": PROBLEM_STANCES, "level": LEVELS, "theme": known["theme"]},
    )  # fmt: skip
    proposed = read_table(
        folder / "remedies.csv", REMEDY_COLUMNS, problems, key="remedy_id",
        filled=("work_id", "instrument", "actor", "voice", "stance", "label", "quote"),
        allowed={**shared, "stance": STANCES, "instrument": known["instrument"], "actor": known["actor"]},
    )  # fmt: skip
    level_of = _levels(lists["theme"])
    for item in found.itertuples():
        wanted = level_of.get(item.theme) or item.level
        if item.level != wanted:
            problems.append(
                f"problems.csv, row {item.row}, column theme: {item.theme!r} is a theme of {wanted}, "
                f"but the level is {item.level!r}; change one of them"
            )
    return found, proposed


def _levels(codes: pd.DataFrame) -> dict[str, str]:
    """Return the level to which each code of a closed list is bound, if the list has any."""
    return dict(zip(codes.iloc[:, 0], codes["level"], strict=True)) if "level" in codes else {}


def _read_links(
    folder: Path,
    found: pd.DataFrame,
    proposed: pd.DataFrame,
    instruments: pd.DataFrame,
    problems: list[str],
) -> pd.DataFrame:
    """Read the links and give each the work and level of its ends, which must be one."""
    links = read_table(
        folder / "links.csv", LINK_COLUMNS, problems, filled=("remedy_id", "problem_id", "basis"),
        allowed={"basis": BASES, "remedy_id": set(proposed["remedy_id"]), "problem_id": set(found["problem_id"])},
    )  # fmt: skip
    work_of_problem = dict(zip(found["problem_id"], found["work_id"], strict=True))
    work_of_remedy = dict(zip(proposed["remedy_id"], proposed["work_id"], strict=True))
    ends = [
        (work_of_remedy.get(r), work_of_problem.get(p))
        for r, p in zip(links["remedy_id"], links["problem_id"], strict=True)
    ]
    for row, (remedy, problem) in zip(links["row"], ends, strict=True):
        if remedy and problem and remedy != problem:
            problems.append(
                f"links.csv, row {row}: it joins a remedy of {remedy} to a problem of {problem}; link inside one work"
            )
    level_of = _levels(instruments)
    answers = dict(zip(proposed["remedy_id"], proposed["instrument"].map(level_of), strict=True))
    level = dict(zip(found["problem_id"], found["level"], strict=True))
    for link in links.itertuples():
        bound = answers.get(link.remedy_id)
        if bound and isinstance(bound, str) and level.get(link.problem_id, bound) != bound:
            problems.append(
                f"links.csv, row {link.row}: a remedy of {bound} answers a problem of "
                f"{level[link.problem_id]}; link inside one level"
            )
    for row in links.loc[links.duplicated(["remedy_id", "problem_id"]), "row"]:
        problems.append(f"links.csv, row {row}: the link stands twice; delete one")
    return links.assign(work_id=[remedy for remedy, _ in ends])


def _read_coverage(
    folder: Path,
    corpus: Corpus,
    found: pd.DataFrame,
    proposed: pd.DataFrame,
    problems: list[str],
) -> pd.DataFrame:
    """Read what each paragraph yielded, and compare it with where the quotations stand."""
    path = folder / "coverage.csv"
    paragraphs = _paragraphs(corpus)
    counts = {
        "problems": found.groupby("paragraph_id").size(),
        "remedies": proposed.groupby("paragraph_id").size(),
    }
    if not path.exists():
        columns = [*COVERAGE_COLUMNS, "work_id", "section_id", *counts, "row"]
        return pd.DataFrame(columns=columns)
    table = read_table(
        path, COVERAGE_COLUMNS, problems, key="paragraph_id", filled=("outcome",),
        allowed={"paragraph_id": set(paragraphs["paragraph_id"]), "outcome": OUTCOMES},
    )  # fmt: skip
    known = set(table["paragraph_id"])
    for paragraph in paragraphs["paragraph_id"]:
        if paragraph not in known:
            problems.append(f"{path.name}: {paragraph} has no row; read it and say what it yielded")
    table = table.merge(paragraphs, on="paragraph_id", how="left")
    for name, count in counts.items():
        table[name] = table["paragraph_id"].map(count).fillna(0).astype(int)
    quoted = table["problems"] + table["remedies"] > 0
    for item in table[(table["outcome"] == "units") != quoted].itertuples():
        says = "no quotation stands" if item.outcome == "units" else "quotations stand"
        problems.append(
            f"{path.name}, row {item.row}, column outcome: {item.outcome!r}, but {says} in {item.paragraph_id}"
        )
    for row in table.loc[(table["outcome"] != "units") & (table["note"] == ""), "row"]:
        problems.append(
            f"{path.name}, row {row}, column note: the cell is empty; say what the paragraph does instead"
        )
    return table


def _paragraphs(corpus: Corpus) -> pd.DataFrame:
    """Return the paragraphs to be read: running text of the primary documents."""
    sentences = corpus.body().sentences
    sentences = sentences[~sentences["is_heading"]]
    return sentences[["paragraph_id", "work_id", "section_id"]].drop_duplicates("paragraph_id")


def _provenance(path: Path, problems: list[str]) -> tuple[str, int]:
    """Read who judged, and how often."""
    text = read_text(path, problems)
    if text is None:
        return "", 0
    try:
        record = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: it is no TOML file ({error}); write lines such as times = 1")
        return "", 0
    coder, times = record.get("coder"), record.get("times")
    if not isinstance(coder, str) or not coder or not isinstance(times, int) or times < 1:
        problems.append(
            f"{path.name}: it must say coder and times, who judged and how often; "
            'write lines such as coder = "a reader" and times = 1'
        )
        return "", 0
    return coder, times
