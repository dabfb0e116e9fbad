"""What the sentences of the chapter on problems and remedies say in numbers."""

from __future__ import annotations

import pandas as pd

from analysis.coding import Coding, CodingStudy, gaps
from analysis.coding.results import ANSWERS, BOTH, linked
from analysis.figures import in_words
from analysis.prose import count_of, listed, number_word
from analysis.readings._shared import Values, short_labels


def coding_size(study: CodingStudy) -> Values:
    """Return how much was coded, by what, and how often."""
    first, second = study.first, study.second
    outcomes = first.coverage["outcome"].value_counts()
    return {
        "problems": len(first.problems),
        "remedies": len(first.remedies),
        "links": len(first.links),
        "explicit": int((first.links["basis"] == "explicit").sum()),
        "coder": first.coder,
        "times": _times(first),
        "second_problems": len(second.problems),
        "second_remedies": len(second.remedies),
        "second_links": len(second.links),
        "second_coder": second.coder,
        "paragraphs": len(first.coverage),
        "yielding": int(outcomes.get("units", 0)),
        "repeating": int(outcomes.get("repeats", 0)),
        "silent": int(outcomes.get("nothing", 0)),
    }


def _times(coding: Coding) -> str:
    return {1: "once", 2: "twice"}.get(coding.times) or count_of(coding.times, "time")


def shared_codes(
    table: pd.DataFrame, works: pd.DataFrame, level: str = "practice", least: int = 3
) -> Values:
    """Return which codes many works have, counted strictly and generously.

    Parameters
    ----------
    table : pandas.DataFrame
        From `analysis.coding.presence`, with a second coding.
    works : pandas.DataFrame
        The works.
    level : {"practice", "research"}
        The codes that count.
    least : int
        How many works are many.
    """
    own = table[table["level"] == level]
    names = dict(zip(own["code"], own["label"].str.lower(), strict=True))
    either = own.groupby("code")["work_id"].nunique()
    both = own[own["found"] == BOTH].groupby("code")["work_id"].nunique()
    both = both.reindex(either.index, fill_value=0)
    number = len(works)
    wide = [c for c in both.index if both[c] >= least]
    return {
        "codes": len(either),
        "works": number_word(number),
        "least": number_word(least),
        "everywhere": _everywhere([names[c] for c in both.index[both == number]], number),
        "pairs": _alone(own[own["found"] == BOTH], names, short_labels(works)),
        "wide_number": _number(len(wide)),
        "wide": listed([names[c] for c in wide]),
        "either_wide_number": number_word(int((either >= least).sum())),
        "either_everywhere": _everywhere([names[c] for c in either.index[either == number]], number),
        "one_coding": number_word(int((own["found"] != BOTH).sum())),
        "cells": len(own),
        "single": number_word(int(((own["found"] == BOTH) & (own["count"] == 1)).sum())).capitalize(),
    }  # fmt: skip


def _everywhere(names: list[str], number: int) -> str:
    """Say which codes all works have."""
    if not names:
        return f"none stands in all {number_word(number)} works"
    verb = "stands" if len(names) == 1 else "stand"
    return f"{count_of(len(names), 'of them', 'of them')} {verb} in all {number_word(number)} works ({listed(names)})"


def _alone(own: pd.DataFrame, names: dict[str, str], labels: pd.Series) -> str:
    """Say which codes exactly two works have, and which works these are."""
    holders = own.groupby("code")["work_id"].agg(frozenset)
    pairs: dict[frozenset[str], list[str]] = {}
    for code in (c for c in names if c in holders.index and len(holders[c]) == 2):
        pairs.setdefault(holders[code], []).append(names[code])
    told = [
        f"{listed([labels[w] for w in labels.index if w in pair])} alone share {listed(codes)}"
        for pair, codes in pairs.items()
    ]
    return "; ".join(told) or "no two works share one alone"


def _number(number: int) -> str:
    return number_word(number) if number else "none"


def research_share(coding: Coding, works: pd.DataFrame) -> Values:
    """Return which work speaks most of problems of research, and how much."""
    labels = short_labels(works)
    counts = coding.problems.groupby("work_id").size()
    research = coding.problems[coding.problems["level"] == "research"].groupby("work_id").size()
    if research.empty:
        return {
            "research_work": "No work",
            "research": 0,
            "research_of": 0,
            "research_elsewhere": 0,
        }
    most = research.idxmax()
    others = [w for w in counts.index if w != most]
    return {
        "research_work": labels[most],
        "research": int(research[most]),
        "research_of": int(counts[most]),
        "research_elsewhere": int(research.reindex(others, fill_value=0).sum()),
    }


def stances(coding: Coding, works: pd.DataFrame) -> Values:
    """Return how the works stand to the remedies that they name."""
    labels = short_labels(works)
    table = coding.remedies.groupby("work_id")["stance"].value_counts(normalize=True).unstack()
    table = table.fillna(0)
    advocated = table.get("advocated", pd.Series(0.0, table.index)).sort_values(
        ascending=False, kind="stable"
    )
    voices = coding.remedies["voice"].value_counts()
    return {
        "advocated": listed([f"{s:.0%} in {labels[w]}" for w, s in advocated.items()]),
        "foreign": int((coding.remedies["stance"] == "foreign-example").sum()),
        "foreign_works": _named_works(coding.remedies, "stance", "foreign-example", labels),
        "failed": int((coding.remedies["stance"] == "criticised").sum()),
        "failed_works": _named_works(coding.remedies, "stance", "criticised", labels),
        "cited": int(voices.get("cited", 0)),
        "party": int(voices.get("party", 0)),
    }


def _named_works(items: pd.DataFrame, column: str, value: str, labels: pd.Series) -> str:
    works = items.loc[items[column] == value, "work_id"].unique()
    return listed([labels[w] for w in labels.index if w in works])


def map_of_work(study: CodingStudy, work_id: str) -> Values:
    """Return what the map of one work shows."""
    answers = study.answers[study.answers["work_id"] == work_id]
    both = answers[answers["found"] == BOTH]
    links = linked(study.first)
    links = links[links["stance"].isin(ANSWERS)].merge(
        study.same_links[["remedy_id", "problem_id", "coders"]]
    )
    same = links[links["coders"] > 1].groupby(["work_id", "theme", "instrument"]).size()
    keys = both[["work_id", "theme", "instrument"]].itertuples(index=False, name=None)
    names = study.first.themes.set_index("theme")["label"].str.lower()
    problems = study.first.problems[study.first.problems["work_id"] == work_id]
    open_themes = sorted(set(problems["theme"]) - set(answers["theme"]))
    told = f"without any answer: {listed([f'*{names[t]}*' for t in open_themes])}"
    return {
        "lines": len(answers),
        "links": int(answers["links"].sum()),
        "explicit": int(answers["explicit"].sum()),
        "both": len(both),
        "same": sum(key in same.index for key in keys),
        "open": told if open_themes else "no theme is without any answer",
    }


def shared_answers(study: CodingStudy, least: int = 2) -> Values:
    """Return the pairs of theme and instrument that several works have."""
    themes = study.first.themes.set_index("theme")["label"].str.lower()
    instruments = study.first.instruments.set_index("instrument")["label"].str.lower()
    table = study.answers
    keys = ["theme", "instrument"]
    spread = table.groupby(keys)["work_id"].nunique()
    stated = table[table["explicit"] > 0].groupby(keys)["work_id"].nunique()
    firm = table[table["found"] == BOTH].groupby(keys)["work_id"].nunique()
    firm = firm[firm >= least]
    named = [f"{instruments[i]} against {themes[t]}" for t, i in firm.index]
    return {
        "all": len(spread),
        "number": number_word(int((spread >= least).sum())),
        "least": number_word(least),
        "explicit": number_word(int((stated >= least).sum())),
        "firm_number": number_word(len(firm)),
        "firm": listed(named),
    }


def open_ends(study: CodingStudy, works: pd.DataFrame) -> Values:
    """Return how many problems have no remedy and how many remedies no problem."""
    labels = short_labels(works)
    table = study.gaps
    problems = table[table["item"] == "problem"]
    unanswered = problems.groupby("work_id").size()
    size = study.first.problems.groupby("work_id").size()
    share = unanswered.reindex(labels.index, fill_value=0) / size
    ordered = share.sort_values(ascending=False, kind="stable")
    states = problems["open_in_second"].value_counts()
    without_any = gaps(study.first)
    of_second = gaps(study.second, stances=ANSWERS)
    without_advocated = gaps(study.first, stances=["advocated"])
    return {
        "bare": int((without_any["item"] == "problem").sum()),
        "not_advocated": int((without_advocated["item"] == "problem").sum()),
        "second_open": int((of_second["item"] == "problem").sum()),
        "second_all": len(study.second.problems),
        "open": len(problems),
        "all": len(study.first.problems),
        "idle": int((table["item"] == "remedy").sum()),
        "remedies": len(study.first.remedies),
        "shares": listed([f"{s:.0%} in {labels[w]}" for w, s in ordered.dropna().items()]),
        "open_too": int(states.get("open", 0)),
        "answered_there": int(states.get("linked", 0)),
        "not_there": int(states.get("not coded", 0)),
    }


def agreements(study: CodingStudy) -> Values:
    """Return how many shared themes get the same answer, and what sources were found."""
    table = study.convergences
    verdicts = table["verdict"].value_counts()
    source = study.comparison.sources
    status = source.groupby("theme")["status"].agg(set)
    established = [t for t in table["theme"] if "established" in status.get(t, set())]
    suspected = [
        t for t in table["theme"]
        if "suspected" in status.get(t, set()) and t not in established
    ]  # fmt: skip
    names = dict(zip(table["theme"], table["label"].str.lower(), strict=True))
    firm = table[table["shared_both"] != ""]
    return {
        "themes": count_of(len(table), "theme").capitalize(),
        "same": number_word(int(verdicts.get("same", 0))),
        "stated": number_word(int((table["shared_explicit"] != "").sum())),
        "firm": number_word(len(firm)),
        "firm_names": listed([names[t] for t in firm["theme"]]),
        "different": number_word(int(verdicts.get("different", 0))),
        "open": number_word(int(verdicts.get("left open", 0))),
        "theme_established": _number(len(established)),
        "established": listed(
            list(dict.fromkeys(source.loc[source["status"] == "established", "about"]))
        ),
        "across": listed(
            list(
                dict.fromkeys(
                    source.loc[
                        (source["theme"] == "") & (source["status"] == "suspected"), "about"
                    ].str.lower()
                )
            )
        ),
        "suspected": number_word(len(suspected)),
        "suspected_names": listed([names[t] for t in suspected]),
        "references": _number(len(study.references)),
        "wordings": count_of(len(study.wording), "run").capitalize(),
        "longest": study.wording["wording"].iloc[0] if len(study.wording) else "",
    }


def tension_counts(study: CodingStudy) -> Values:
    """Return how many contradictions and tensions were found, between and inside works."""
    table = study.comparison.tensions
    inside = table["wanted_work"] == table["faulted_work"]
    contradictions = int((table["kind"] == "contradiction").sum())
    return {
        "all": count_of(len(table), "place").capitalize(),
        "contradictions": "None is a plain contradiction"
        if not contradictions
        else f"{number_word(contradictions)} of them cannot both be followed".capitalize(),
        "inside": f"{number_word(int(inside.sum()))} of them stand".capitalize(),
    }


def values_proposed(study: CodingStudy, least: int = 3) -> Values:
    """Return which values are invoked more often where remedies are proposed."""
    table = study.values
    firm = table[table["firm"]].sort_values("odds_ratio", ascending=False)
    apart = (table["low"] > 1) | (table["high"] < 1)
    drawn = (table["with_value"] >= least) & table["p"].notna()

    def told(rows: pd.DataFrame) -> str:
        return listed([in_words(c).lower() for c in rows["concept_id"]])

    less = firm[firm["odds_ratio"] < 1]
    return {
        "sentences": int(table["remedies"].iloc[0]),
        "others": int(table["others"].iloc[0]),
        "values": len(table),
        "drawn": int(drawn.sum()),
        "least": number_word(least),
        "firm_number": _number(len(firm)),
        "more": told(firm[firm["odds_ratio"] > 1]),
        "less": "" if less.empty else f"; less often {told(less)}",
        "hollow": told(table[apart & drawn & ~table["firm"]]),
        "unequal": _number(int(study.values_unequal["firm"].sum())),
        "in_works": _number(int(study.values_by_work["firm"].sum())),
    }
