"""Problems, remedies and their links: coded by reading, anchored by quotation."""

from __future__ import annotations

import bisect
import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.corpus import Corpus, find_data
from analysis.tables import InputError, read_table
from analysis.text import AlignedText, normalise_quotes

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


@dataclass(frozen=True)
class Coding:
    """One coding of the works.

    Attributes
    ----------
    problems, remedies : pandas.DataFrame
        The coded items with the place of their quotation: ``document_id, section_id,
        sentence_id, start, end``.
    links : pandas.DataFrame
        ``remedy_id, problem_id, basis, rationale, work_id``.
    themes, instruments, actors : pandas.DataFrame
        The closed lists with label and definition.
    coder : str
        Who or what made the judgements.
    times : int
        How often the texts were read for it.
    """

    problems: pd.DataFrame
    remedies: pd.DataFrame
    links: pd.DataFrame
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
        A folder with ``problems.csv``, ``remedies.csv``, ``links.csv``, ``themes.csv``,
        ``instruments.csv``, ``actors.csv`` and ``coding.toml``; ``None`` takes the
        project's ``data/coding``.
    corpus : Corpus
        The texts; quotations are looked up in the primary document of a work.

    Raises
    ------
    InputError
        With every problem found: a quotation that is nowhere (with the nearest
        passage) or twice, an unknown theme, instrument, actor or id, a link across
        works, a duplicate id, an empty label.
    """
    folder = find_data() / "coding" if path is None else Path(path)
    problems: list[str] = []
    lists = {
        name: read_table(folder / f"{name}s.csv", (name, "label", "definition"), problems, key=name)
        for name in ("theme", "instrument", "actor")
    }
    known = {name: set(table[name]) for name, table in lists.items()}
    shared = {"work_id": set(corpus.works["work_id"]), "voice": VOICES, "stance": STANCES}
    found = read_table(
        folder / "problems.csv", PROBLEM_COLUMNS, problems, key="problem_id",
        filled=("work_id", "level", "theme", "voice", "stance", "label", "quote"),
        allowed={**shared, "level": LEVELS, "theme": known["theme"]},
    )  # fmt: skip
    proposed = read_table(
        folder / "remedies.csv", REMEDY_COLUMNS, problems, key="remedy_id",
        filled=("work_id", "instrument", "actor", "voice", "stance", "label", "quote"),
        allowed={**shared, "instrument": known["instrument"], "actor": known["actor"]},
    )  # fmt: skip
    links = read_table(
        folder / "links.csv", LINK_COLUMNS, problems, filled=("remedy_id", "problem_id", "basis"),
        allowed={"basis": BASES, "remedy_id": set(proposed["remedy_id"]), "problem_id": set(found["problem_id"])},
    )  # fmt: skip
    links = _with_work(links, found, proposed, problems)
    places = _Places(corpus)
    found = _anchored("problems.csv", found, places, problems)
    proposed = _anchored("remedies.csv", proposed, places, problems)
    coder, times = _provenance(folder / "coding.toml", problems)
    if problems:
        raise InputError(problems)
    tables = {"problems": found, "remedies": proposed, "links": links, "themes": lists["theme"],
              "instruments": lists["instrument"], "actors": lists["actor"]}  # fmt: skip
    plain = {name: table.drop(columns="row") for name, table in tables.items()}
    return Coding(**plain, coder=coder, times=times)


def _provenance(path: Path, problems: list[str]) -> tuple[str, int]:
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
        return str(record["coder"]), int(record["times"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        problems.append(
            f"{path.name}: it must say coder and times, who judged and how often ({error!r})"
        )
        return "", 0


def _with_work(
    links: pd.DataFrame, found: pd.DataFrame, proposed: pd.DataFrame, problems: list[str]
) -> pd.DataFrame:
    """Give each link the work of its ends, which must be one."""
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
    for row in links.loc[links.duplicated(["remedy_id", "problem_id"]), "row"]:
        problems.append(f"links.csv, row {row}: the link stands twice; delete one")
    return links.assign(work_id=[remedy for remedy, _ in ends])


class _Places:
    """Finds where quotations stand in the primary documents."""

    def __init__(self, corpus: Corpus) -> None:
        primary = corpus.select(roles="primary")
        self.sections = {
            work: [
                (s.document_id, s.section_id, normalise_quotes(primary.texts[s.section_id]))
                for s in rows.itertuples()
            ]
            for work, rows in primary.sections.groupby("work_id")
        }
        self.sentences = {
            section: list(zip(rows["start"], rows["sentence_id"], strict=True))
            for section, rows in primary.sentences.groupby("section_id")
        }

    def find(self, work: str, quote: str) -> list[tuple[str, str, str, int, int]]:
        """Return every place of a quotation: document, section, sentence, start, end."""
        plain = normalise_quotes(AlignedText.of(quote)).text
        words = r"\s+".join(re.escape(word) for word in plain.split())
        pattern = re.compile(rf"(?<!\w){words}(?!\w)")
        places = []
        for document, section, text in self.sections.get(work, []):
            for match in pattern.finditer(text.text):
                start, end = text.hull(*match.span())
                rows = self.sentences[section]
                sentence = rows[bisect.bisect([s for s, _ in rows], start) - 1][1]
                places.append((document, section, sentence, start, end))
        return places

    def nearest(self, work: str, quote: str) -> str:
        """Return the passage most like a quotation that was not found."""
        words = quote.split()
        best, score = "", 0.0
        for _, _, text in self.sections.get(work, []):
            passage = text.text.split()
            for i in range(0, max(len(passage) - len(words), 0) + 1, 3):
                window = passage[i : i + len(words)]
                ratio = difflib.SequenceMatcher(None, words, window, autojunk=False).ratio()
                if ratio > score:
                    best, score = " ".join(window), ratio
        return best or "nothing alike"


ANCHOR_COLUMNS = ["document_id", "section_id", "sentence_id", "start", "end"]


def _anchored(name: str, items: pd.DataFrame, places: _Places, problems: list[str]) -> pd.DataFrame:
    """Add the place of each quotation, or say what is wrong with it."""
    anchors = []
    for item in items.itertuples():
        found = places.find(item.work_id, item.quote) if item.quote else []
        where = f"{name}, row {item.row}, column quote"
        if item.quote and not found:
            problems.append(
                f"{where}: not found in {item.work_id}: {item.quote!r}; nearest passage: "
                f"{places.nearest(item.work_id, item.quote)!r}"
            )
        if len(found) > 1:
            problems.append(
                f"{where}: found {len(found)} times in {item.work_id}; quote more words: {item.quote!r}"
            )
        anchors.append(found[0] if found else (None, None, None, -1, -1))
    return pd.concat(
        [items, pd.DataFrame(anchors, columns=ANCHOR_COLUMNS, index=items.index)], axis=1
    )


# --- Results --------------------------------------------------------------------------------


def linked(coding: Coding) -> pd.DataFrame:
    """Return one row per link with the codes of both ends.

    Returns
    -------
    pandas.DataFrame
        ``work_id, problem_id, remedy_id, basis, theme, level, instrument, actor,
        problem, remedy`` (the labels) and ``problem_sentence, remedy_sentence``.
    """
    problems = coding.problems[["problem_id", "theme", "level", "label", "sentence_id"]]
    remedies = coding.remedies[["remedy_id", "instrument", "actor", "label", "sentence_id"]]
    table = coding.links.merge(problems, on="problem_id").merge(
        remedies, on="remedy_id", suffixes=("_problem", "_remedy")
    )
    names = {"label_problem": "problem", "label_remedy": "remedy",
             "sentence_id_problem": "problem_sentence", "sentence_id_remedy": "remedy_sentence"}  # fmt: skip
    columns = ["work_id", "problem_id", "remedy_id", "basis", "theme", "level", "instrument",
               "actor", *names.values()]  # fmt: skip
    return table.rename(columns=names)[columns].sort_values(
        ["problem_id", "remedy_id"], ignore_index=True
    )


def problem_remedy_table(
    coding: Coding, rows: str = "theme", columns: str = "instrument", by: str | None = "work_id"
) -> pd.DataFrame:
    """Count the links between codes of problems and codes of remedies.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    rows : {"theme", "level"}
        A code of problems.
    columns : {"instrument", "actor"}
        A code of remedies.
    by : str or None
        Count apart for each work, or all together.

    Returns
    -------
    pandas.DataFrame
        ``by, rows, columns, links, explicit, share`` (of the links of its group).
    """
    table = linked(coding)
    keys = [*([by] if by else []), rows, columns]
    counts = table.groupby(keys, as_index=False).agg(
        links=("basis", "size"), explicit=("basis", lambda basis: int((basis == "explicit").sum()))
    )
    total = counts.groupby(by)["links"].transform("sum") if by else counts["links"].sum()
    return counts.assign(share=counts["links"] / total)


def gaps(coding: Coding) -> pd.DataFrame:
    """List problems that no remedy answers and remedies that answer no problem.

    Returns
    -------
    pandas.DataFrame
        ``work_id, item`` (``problem`` or ``remedy``), ``item_id, code`` (theme or
        instrument), ``label, quote, sentence_id``.
    """
    parts = []
    for item, table, code in (
        ("problem", coding.problems, "theme"),
        ("remedy", coding.remedies, "instrument"),
    ):
        open_ends = table[~table[f"{item}_id"].isin(coding.links[f"{item}_id"])]
        names = {f"{item}_id": "item_id", code: "code"}
        parts.append(open_ends.rename(columns=names).assign(item=item))
    columns = ["work_id", "item", "item_id", "code", "label", "quote", "sentence_id"]
    return pd.concat(parts)[columns].sort_values(["work_id", "item", "item_id"], ignore_index=True)
