"""What a coding says: links with the codes of their ends, matrices, gaps, convergences."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.coding.loading import Coding
from analysis.coding.places import touched

BOTH, FIRST, SECOND = "both", "first", "second"
"""Which of two codings has something."""
ANSWERS = ("advocated", "described", "foreign-example")
"""The stances of remedies that count as an answer; one that is criticised is told as failed."""
ITEMS = {"problem": ("problems", "theme"), "remedy": ("remedies", "instrument")}
"""The table of each kind of item, and its code."""


def linked(coding: Coding) -> pd.DataFrame:
    """Return one row per link with the codes of both ends.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.

    Returns
    -------
    pandas.DataFrame
        ``work_id, problem_id, remedy_id, basis, rationale, theme, level, instrument,
        actor, stance`` (of the remedy), ``problem, remedy`` (the labels), ``problem_quote,
        remedy_quote, problem_sentence, remedy_sentence``. Sorted by problem and remedy.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> links = analysis.linked(coding)
    >>> print(links[["work_id", "theme", "instrument", "basis"]].head(2).to_string(index=False))
      work_id       theme instrument    basis
    aldermere  mixed-seed    records explicit
    aldermere low-returns  reminders explicit
    """
    problems = coding.problems[["problem_id", "theme", "level", "label", "quote", "sentence_id"]]
    remedies = coding.remedies[
        ["remedy_id", "instrument", "actor", "stance", "label", "quote", "sentence_id"]
    ]
    table = coding.links.merge(problems, on="problem_id").merge(
        remedies, on="remedy_id", suffixes=("_problem", "_remedy")
    )
    names = {"label_problem": "problem", "label_remedy": "remedy",
             "quote_problem": "problem_quote", "quote_remedy": "remedy_quote",
             "sentence_id_problem": "problem_sentence", "sentence_id_remedy": "remedy_sentence"}  # fmt: skip
    columns = ["work_id", "problem_id", "remedy_id", "basis", "rationale", "theme", "level",
               "instrument", "actor", "stance", *names.values()]  # fmt: skip
    return table.rename(columns=names)[columns].sort_values(
        ["problem_id", "remedy_id"], ignore_index=True
    )


def problem_remedy_table(
    coding: Coding,
    rows: str = "theme",
    columns: str = "instrument",
    by: str | None = "work_id",
    second: Coding | None = None,
    stances: Collection[str] | None = None,
) -> pd.DataFrame:
    """Count the links between codes of problems and codes of remedies.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    rows : {"theme", "level"}
        A code of problems.
    columns : {"instrument", "actor", "stance"}
        A code of remedies.
    by : str or None
        Count apart for each work, or all together.
    second : Coding, optional
        Another coding of the same works. Whether it joins the same two codes is told in
        ``found``.
    stances : collection of str, optional
        Only links from remedies of these stances; all without it.

    Returns
    -------
    pandas.DataFrame
        ``by, rows, columns, links, explicit`` (how many of them), ``share`` (of the links
        of its group), and with a second coding ``found`` (``both`` or ``first``).

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> table = analysis.problem_remedy_table(coding)
    >>> columns = ["work_id", "theme", "instrument", "links", "explicit", "share"]
    >>> print(table[columns].head(2).to_string(index=False))
      work_id       theme instrument  links  explicit  share
    aldermere low-returns  reminders      1         1    0.5
    aldermere  mixed-seed    records      1         1    0.5
    """
    keys = [*([by] if by else []), rows, columns]
    counts = (
        _of_stances(linked(coding), stances)
        .assign(explicit=lambda t: t["basis"] == "explicit")
        .groupby(keys, as_index=False)
        .agg(links=("basis", "size"), explicit=("explicit", "sum"))
    )
    total = counts.groupby(by)["links"].transform("sum") if by else counts["links"].sum()
    counts = counts.assign(share=counts["links"] / total)
    return (
        counts
        if second is None
        else counts.assign(found=_found(counts, _of_stances(linked(second), stances), keys))
    )


def _of_stances(table: pd.DataFrame, stances: Collection[str] | None) -> pd.DataFrame:
    return table if stances is None else table[table["stance"].isin(stances)]


def _found(table: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> list[str]:
    """Say of each row whether the other coding has the same codes."""
    known = set(other[keys].itertuples(index=False, name=None))
    return [
        BOTH if row in known else FIRST for row in table[keys].itertuples(index=False, name=None)
    ]


def presence(
    coding: Coding,
    item: str = "problem",
    second: Coding | None = None,
    stances: Collection[str] | None = None,
) -> pd.DataFrame:
    """Tell which codes each work has, and how much of the work they take.

    Counts follow a paper's habit of enumerating: compare works by whether a code is there,
    and by its share within the work.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    item : {"problem", "remedy"}
        Themes of problems, or instruments of remedies.
    second : Coding, optional
        Another coding of the same works.
    stances : collection of str, optional
        Only items of these stances; all without it.

    Returns
    -------
    pandas.DataFrame
        ``work_id, code, label, level, count`` (items of the first coding), ``share`` (of
        the items of the work on the same level), and with a second coding
        ``count_second, share_second, found`` (``both``, ``first`` or ``second``). One row
        per work and code that either coding has there.

    Raises
    ------
    ValueError
        If the kind of item is unknown.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> table = analysis.presence(coding)
    >>> print(table[["work_id", "code", "count", "share"]].head(2).to_string(index=False))
      work_id        code  count  share
    aldermere  mixed-seed      1    0.5
    aldermere low-returns      1    0.5
    """
    names = code_names(coding, item)
    table = _code_counts(coding, item, names, stances)
    if second is not None:
        other = _code_counts(second, item, names, stances)
        keys = ["work_id", "code"]
        table = table.merge(other, on=keys, how="outer", suffixes=("", "_second"), indicator=True)
        table = table.assign(
            found=table["_merge"].map({"both": BOTH, "left_only": FIRST, "right_only": SECOND})
        ).drop(columns="_merge")
        counts = ["count", "count_second", "share", "share_second"]
        table[counts] = table[counts].fillna(0)
        table = table.astype({"count": int, "count_second": int, "found": str})
    table = table.assign(
        label=table["code"].map(names["label"]),
        level=table["code"].map(names["level"]),
        place=names.index.get_indexer(table["code"]),
    )
    table = table.sort_values(["work_id", "place"]).drop(columns="place")
    first = ["work_id", "code", "label", "level"]
    return table[[*first, *table.columns.difference(first, sort=False)]].reset_index(drop=True)


def code_names(coding: Coding, item: str) -> pd.DataFrame:
    """Return label and level of the codes of problems or remedies, by code.

    A code that is bound to no level is one of practice.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    item : {"problem", "remedy"}
        Themes of problems, or instruments of remedies.

    Returns
    -------
    pandas.DataFrame
        ``label, level``, by code.

    Raises
    ------
    ValueError
        If the kind of item is unknown.

    Examples
    --------
    >>> import analysis
    >>> from analysis.coding.results import code_names
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> code_names(coding, "remedy").loc["classes"].to_dict()
    {'label': 'Classes', 'level': 'practice'}
    """
    if item not in ITEMS:
        raise ValueError(f"item must be one of {', '.join(ITEMS)}, not {item!r}")
    names = coding.themes if item == "problem" else coding.instruments
    level = names["level"].replace("", "practice") if "level" in names else "practice"
    return names.assign(level=level).set_index(ITEMS[item][1])[["label", "level"]]


def _code_counts(
    coding: Coding, item: str, names: pd.DataFrame, stances: Collection[str] | None
) -> pd.DataFrame:
    name, code = ITEMS[item]
    items = _of_stances(getattr(coding, name), stances)
    counts = items.groupby(["work_id", code]).size().rename("count").reset_index()
    counts = counts.rename(columns={code: "code"})
    total = counts.groupby(["work_id", counts["code"].map(names["level"])])["count"]
    return counts.assign(share=counts["count"] / total.transform("sum"))


def gaps(
    coding: Coding, second: Coding | None = None, stances: Collection[str] | None = None
) -> pd.DataFrame:
    """List problems that no remedy answers and remedies that answer no problem.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    second : Coding, optional
        Another coding. An item of the first whose quotation overlaps one of the second
        that has a link there is told apart in ``open_in_second``.
    stances : collection of str, optional
        Only remedies of these stances answer, and only they are listed; all without it.

    Returns
    -------
    pandas.DataFrame
        ``work_id, item`` (``problem`` or ``remedy``), ``item_id, code`` (theme or
        instrument), ``label, quote, section_id, sentence_id``, and with a second coding
        ``open_in_second`` (``open``, ``linked``, or ``not coded``).

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> open_ends = analysis.gaps(coding)
    >>> print(open_ends[["work_id", "item", "item_id", "code"]].to_string(index=False))
       work_id    item        item_id          code
    brackwater problem brackwater-p02 few-borrowers
       dunmoor  remedy    dunmoor-r03       records
      eastholm problem   eastholm-p03 few-borrowers
    """
    links = _of_stances(linked(coding), stances)
    theirs = None if second is None else _of_stances(linked(second), stances)
    parts = []
    for item, (name, code) in ITEMS.items():
        key = f"{item}_id"
        items = getattr(coding, name)
        if item == "remedy":
            items = _of_stances(items, stances)  # What answers nothing by rule is not asked.
        open_ends = items[~items[key].isin(links[key])]
        part = open_ends.rename(columns={key: "item_id", code: "code"}).assign(item=item)
        if second is not None and theirs is not None:
            others = getattr(second, name)
            others = others.assign(linked=others[key].isin(theirs[key]))
            part["open_in_second"] = _states(open_ends, others)
        parts.append(part)
    columns = ["work_id", "item", "item_id", "code", "label", "quote", "section_id", "sentence_id"]
    columns += ["open_in_second"] if second is not None else []
    return pd.concat(parts)[columns].sort_values(["work_id", "item", "item_id"], ignore_index=True)


def _states(items: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    """Say what another coding makes of the passage of each item."""
    quoted = touched(items, others, "document_id")
    answered = touched(items, others[others["linked"]], "document_id")
    return list(np.select([answered, quoted], ["linked", "open"], "not coded"))


def convergences(coding: Coding, second: Coding | None = None, least: int = 2) -> pd.DataFrame:
    """Tell which problems of practice several works see, and whether they prescribe the same.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.
    second : Coding, optional
        Another coding of the same works.
    least : int
        Works that must have a theme.

    Returns
    -------
    pandas.DataFrame
        One row per theme, those of most works first: ``theme, label, works`` (ids parted
        by spaces), ``work_count, work_count_both`` (works in which both codings have it,
        with a second coding), ``answered`` (works that link a remedy to it, failed ones
        left out), ``shared``
        (instruments that at least two works link to it, parted by spaces),
        ``shared_explicit`` (those that at least two works link explicitly),
        ``shared_both`` (those that both codings link in at least two works), ``verdict``:
        ``same`` (an instrument is shared), ``different`` (two works answer, none is
        shared) or ``left open`` (fewer than two answer).

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> table = analysis.convergences(coding)
    >>> columns = ["theme", "work_count", "answered", "shared", "verdict"]
    >>> print(table[columns].to_string(index=False))
            theme  work_count  answered  shared   verdict
      low-returns           3         3         different
       mixed-seed           2         2 records      same
       lost-skill           2         2 classes      same
    few-borrowers           2         0         left open
    """
    present = presence(coding, "problem", second)
    present = present[(present["level"] == "practice") & (present["count"] > 0)]
    themes = present.groupby("code", sort=False).agg(
        label=("label", "first"),
        works=("work_id", lambda own: " ".join(sorted(own))),
        work_count=("work_id", "size"),
    )
    themes = themes[themes["work_count"] >= least].rename_axis("theme")
    answers = problem_remedy_table(coding, second=second, stances=ANSWERS)
    shared = {"shared": answers, "shared_explicit": answers[answers["explicit"] > 0]}
    if second is not None:
        both = present[present["found"] == BOTH].groupby("code").size()
        themes["work_count_both"] = both.reindex(themes.index, fill_value=0)
        shared["shared_both"] = answers[answers["found"] == BOTH]
    for name, table in shared.items():
        themes[name] = _in_several(table).reindex(themes.index, fill_value="")
    answered = answers.groupby("theme")["work_id"].nunique()
    themes["answered"] = answered.reindex(themes.index, fill_value=0)
    verdict = np.where(themes["shared"] != "", "same", "different")
    themes["verdict"] = np.where(themes["answered"] < 2, "left open", verdict)
    columns = ["theme", "label", "works", "work_count", "answered", "shared", "shared_explicit",
               "verdict"]  # fmt: skip
    columns += ["work_count_both", "shared_both"] if second is not None else []
    return themes.reset_index()[columns].sort_values(
        ["work_count", "label"], ascending=[False, True], ignore_index=True
    )


def _in_several(answers: pd.DataFrame, least: int = 2) -> pd.Series:
    """Return for each theme the instruments that several works link to it, parted by spaces."""
    works = answers.groupby(["theme", "instrument"])["work_id"].nunique()
    common = works[works >= least].reset_index()
    return common.groupby("theme")["instrument"].agg(lambda own: " ".join(sorted(own)))


def headlines(coding: Coding) -> dict[str, str]:
    """Return what one coding alone says on the headlines of the chapter, by headline.

    Remedies that are told as failed answer nothing; instruments count if advocated.

    Parameters
    ----------
    coding : Coding
        From `load_coding`.

    Returns
    -------
    dict of str to str
        What is counted, to a number or ``part of whole``.

    Examples
    --------
    >>> import analysis
    >>> from analysis.coding import headlines
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> headlines(coding)["explicit links"]
    '8 of 9'
    """
    works = coding.coverage["work_id"].nunique() or coding.problems["work_id"].nunique()
    told = {}
    for name, item, stances in (
        ("themes of practice", "problem", None),
        ("instruments", "remedy", ("advocated",)),
    ):
        table = presence(coding, item, stances=stances)
        spread = table[table["level"] == "practice"].groupby("code")["work_id"].nunique()
        told[f"{name} in all works"] = str(int((spread == works).sum()))
        told[f"{name} in at least three works"] = str(int((spread >= 3).sum()))
    size = len(coding.problems)
    for name, answers in (("an answer", list(ANSWERS)), ("an advocated answer", ["advocated"])):
        table = gaps(coding, stances=answers)
        open_problems = int((table["item"] == "problem").sum())
        told[f"problems without {name}"] = f"{open_problems} of {size}"
    shared = convergences(coding)
    told["themes with one instrument in two works"] = (
        f"{int((shared['shared'] != '').sum())} of {len(shared)}"
    )
    stated = int((coding.links["basis"] == "explicit").sum())
    told["explicit links"] = f"{stated} of {len(coding.links)}"
    return told
