"""Judgements that set works side by side: tensions, and sources that works have in common.

A theme that several works share looks like agreement. Before it is called so, a common
citation, an official formulation, an institution or a period is looked for. What was found
by reading stands in ``common_sources.csv``; where one work wants what another faults, in
``tensions.csv``. Both are judged by whoever made the coding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.coding.loading import Coding
from analysis.coding.places import ANCHOR_COLUMNS, Places, anchored
from analysis.corpus import Corpus, find_data
from analysis.tables import InputError, read_table

TENSION_COLUMNS = ("tension_id", "label", "wanted_id", "faulted_id", "kind", "note")
TENSION_KINDS = ("contradiction", "tension")
SOURCE_COLUMNS = ("theme", "about", "kind", "status", "work_id", "quote", "note")
SOURCE_KINDS = ("citation", "official formulation", "institution", "period", "wording", "none")
SOURCE_STATES = ("established", "suspected", "not established")


@dataclass(frozen=True)
class Comparison:
    """What was judged by reading works against each other.

    Attributes
    ----------
    tensions : pandas.DataFrame
        ``tension_id, label, wanted_id`` (a remedy), ``faulted_id`` (a problem, or a
        remedy that is criticised), ``kind`` (``contradiction``: both cannot be followed;
        ``tension``: they can, with a proviso that the note names), ``note``, and of both
        ends ``wanted_work, wanted_label, wanted_quote, wanted_sentence, faulted_work, …``.
    sources : pandas.DataFrame
        ``theme`` (empty where it is about something else that works share), ``about,
        kind, status, work_id, quote, note`` and the place of each quotation. One row per
        work that shows the source, or one without work and quotation if none was found or
        it is not in the text.
    """

    tensions: pd.DataFrame
    sources: pd.DataFrame


def load_comparison(path: str | Path | None, coding: Coding, corpus: Corpus) -> Comparison:
    """Read the judgements that compare works.

    Parameters
    ----------
    path : str or Path or None
        A folder with ``tensions.csv`` and ``common_sources.csv``; ``None`` takes
        ``coding/`` in the folder of the corpus. A file that is not there counts as empty.
    coding : Coding
        The coding whose items the tensions name.
    corpus : Corpus
        The texts.

    Returns
    -------
    Comparison
        Tensions and sources in the order of their files.

    Raises
    ------
    InputError
        With every problem found: an unknown item or theme, a wanted item that is not an
        advocated or described remedy, a faulted remedy that is not criticised, a quotation
        that is nowhere or twice.

    Examples
    --------
    A coding without such files is compared with nothing:

    >>> import analysis
    >>> from analysis.coding import load_comparison
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> comparison = load_comparison("data/tutorial/coding", coding, corpus)
    >>> len(comparison.tensions), len(comparison.sources)
    (0, 0)
    """
    folder = corpus.folder / "coding" if path is None else Path(path)
    problems: list[str] = []
    tensions = _read_tensions(folder / "tensions.csv", coding, problems)
    sources = _read_sources(folder / "common_sources.csv", coding, corpus, problems)
    if problems:
        raise InputError(problems)
    return Comparison(tensions.drop(columns="row"), sources.drop(columns="row"))


def _read_tensions(path: Path, coding: Coding, problems: list[str]) -> pd.DataFrame:
    if not path.exists():
        table = pd.DataFrame(columns=[*TENSION_COLUMNS, "row"])
    else:
        faulted = coding.remedies[coding.remedies["stance"] == "criticised"]["remedy_id"]
        table = read_table(
            path, TENSION_COLUMNS, problems, key="tension_id",
            filled=("label", "wanted_id", "faulted_id", "kind", "note"),
            allowed={
                "kind": TENSION_KINDS,
                "wanted_id": set(coding.remedies["remedy_id"]) - set(faulted),
                "faulted_id": set(coding.problems["problem_id"]) | set(faulted),
            },
        )  # fmt: skip
    remedies = coding.remedies.set_index("remedy_id")
    faulted_items = coding.problems.set_index("problem_id").combine_first(remedies)
    names = {"work_id": "work", "label": "label", "quote": "quote", "sentence_id": "sentence"}
    for end, items in (("wanted", remedies), ("faulted", faulted_items)):
        for column, name in names.items():
            table[f"{end}_{name}"] = table[f"{end}_id"].map(items[column])
    return table


def _read_sources(path: Path, coding: Coding, corpus: Corpus, problems: list[str]) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame(columns=[*SOURCE_COLUMNS, *ANCHOR_COLUMNS, "row"])
    table = read_table(
        path, SOURCE_COLUMNS, problems, filled=("about", "kind", "status", "note"),
        allowed={
            "theme": {"", *coding.themes["theme"]}, "kind": SOURCE_KINDS, "status": SOURCE_STATES,
            "work_id": {"", *corpus.works["work_id"]},
        },
    )  # fmt: skip
    for row in table.loc[(table["work_id"] == "") != (table["quote"] == ""), "row"]:
        problems.append(
            f"{path.name}, row {row}: a work without a quotation, or a quotation without a work; "
            "fill both or none"
        )
    return anchored(path.name, table, Places(corpus), problems)


def load_review(path: str | Path | None, coding: Coding) -> pd.DataFrame:
    """Read what a later reader said of a sample of items and links.

    Parameters
    ----------
    path : str or Path or None
        A folder with ``review.csv``; ``None`` takes the project's ``data/coding``.
    coding : Coding
        The coding that was reviewed.

    Returns
    -------
    pandas.DataFrame
        ``what`` (``problem``, ``remedy`` or ``link``), ``remedy_id, problem_id`` (both
        for a link), ``verdict`` (``accepted`` or ``disputed``), ``reason, label``.

    Raises
    ------
    InputError
        With every problem found: an unknown item or link, a dispute without a reason.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.coding import load_review
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> folder = Path(tempfile.mkdtemp())
    >>> link = coding.links[["remedy_id", "problem_id"]].head(1)
    >>> link.assign(verdict="accepted", reason="").to_csv(folder / "review.csv", index=False)
    >>> load_review(folder, coding)[["what", "verdict"]].values.tolist()
    [['link', 'accepted']]
    """
    folder = find_data() / "coding" if path is None else Path(path)
    problems: list[str] = []
    table = read_table(
        folder / "review.csv", ("remedy_id", "problem_id", "verdict", "reason"), problems,
        filled=("verdict",),
        allowed={
            "remedy_id": {"", *coding.remedies["remedy_id"]},
            "problem_id": {"", *coding.problems["problem_id"]},
            "verdict": ("accepted", "disputed"),
        },
    )  # fmt: skip
    known = set(coding.links[["remedy_id", "problem_id"]].itertuples(index=False, name=None))
    for row in table.itertuples():
        ends = (row.remedy_id, row.problem_id)
        if not any(ends):
            problems.append(
                f"review.csv, row {row.row}: it names neither a remedy nor a problem; name one, or both ends of a link"
            )
        if all(ends) and ends not in known:
            problems.append(
                f"review.csv, row {row.row}: {ends[0]} and {ends[1]} are not linked; name a link of the coding"
            )
        if row.verdict == "disputed" and not row.reason:
            problems.append(f"review.csv, row {row.row}, column reason: the cell is empty; say why")
    if problems:
        raise InputError(problems)
    of_problem = coding.problems.set_index("problem_id")["label"]
    of_remedy = coding.remedies.set_index("remedy_id")["label"]
    ends = table[["problem_id", "remedy_id"]]
    is_link = (ends != "").all(axis=1)
    what = [
        "link" if both else "problem" if p else "remedy"
        for both, p in zip(is_link, ends["problem_id"], strict=True)
    ]
    named = [
        " → ".join([of_problem[i] for i in (p,) if i] + [of_remedy[i] for i in (r,) if i])
        for p, r in ends.itertuples(index=False)
    ]
    return table.drop(columns="row").assign(what=what, label=named)
