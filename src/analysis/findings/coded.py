"""Findings on problems, remedies and silences, each as far as the codings agree on it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.coding import Coding, convergences, gaps, linked, presence, values_at_remedies
from analysis.coding.results import BOTH, code_names
from analysis.coding.values import PROPOSED
from analysis.findings.effects import Effect, span_of
from analysis.findings.settings import ANSWER_STANCES, OF_CODING, View, binary_log
from analysis.findings.silences import READERS
from analysis.prose import listed, number_word


def themes_of_exactly(view: View, works: list[str]) -> Effect:
    """Count the themes of practice that just these works raise.

    The effect counts what both codings find; the interval runs over each coding alone,
    what both find and what either finds.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    works : list of str
        The works.

    Returns
    -------
    Effect
        A number of themes. Values: ``themes`` (their labels), ``most`` (the greatest number of
        any reading, as a word).
    """
    tables = view.remember("presence", lambda: _presences(view.codings), OF_CODING)
    names = [_raised_by(table, set(works)) for table in tables]
    effect, low, high = span_of([len(own) for own in names], len(names[0]))
    labels = view.codings[0].themes.set_index("theme")["label"]
    said = listed([labels[theme].lower() for theme in names[0]])
    return Effect(effect, low, high, {"themes": said, "most": number_word(max(map(len, names)))})


def _presences(codings: list[Coding]) -> list[pd.DataFrame]:
    """Return the themes of each work: what both codings have, each alone, what either has."""
    tables = [presence(coding) for coding in codings]
    if len(codings) == 1:
        return tables
    merged = presence(codings[0], second=codings[1])
    return [merged[merged["found"] == BOTH], *tables, merged]


def _raised_by(table: pd.DataFrame, works: set[str]) -> list[str]:
    practice = table[table["level"] == "practice"]
    raised = practice.groupby("code", sort=False)["work_id"].agg(set)
    return [str(theme) for theme, own in raised.items() if own == works]


def unanswered_share(view: View) -> Effect:
    """Return the share of the problems of practice that no remedy answers.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A share from 0 to 1, the mean over the codings. Values: ``numbers`` (part and whole of
        each coding).
    """
    shares, numbers = [], []
    for coding in view.codings:
        table = gaps(coding, stances=ANSWER_STANCES[view.settings.answers])
        practice = coding.problems[coding.problems["level"] == "practice"]
        number = int(practice["problem_id"].isin(table["item_id"]).sum())
        shares.append(_share(number, len(practice)))
        numbers.append(f"{number} of {len(practice)}")
    return Effect(*span_of(shares), {"numbers": " and ".join(numbers)})


def same_instrument_share(view: View) -> Effect:
    """Return for what share of the common themes two works prescribe one instrument.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A share from 0 to 1: the mean over the codings and what both find. Values: ``numbers``
        (part and whole of each).
    """
    codings = view.codings
    shares, numbers = [], []
    for coding in codings:
        table = convergences(coding)
        shares.append(_share((table["shared"] != "").sum(), len(table)))
        numbers.append(f"{int((table['shared'] != '').sum())} of {len(table)}")
    if len(codings) == 2:
        table = convergences(codings[0], codings[1])
        table = table[table["work_count_both"] >= 2]
        shares.append(_share((table["shared_both"] != "").sum(), len(table)))
        numbers.append(f"{int((table['shared_both'] != '').sum())} of {len(table)}")
    return Effect(*span_of(shares), {"numbers": ", ".join(numbers)})


def stated_share(view: View) -> Effect:
    """Return the share of the links of problems of practice that the text itself states.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A share from 0 to 1, the mean over the codings. Values: ``numbers`` (part and whole of
        each coding).
    """
    shares, numbers = [], []
    for coding in view.codings:
        links = linked(coding)
        links = links[links["level"] == "practice"]
        stated = int((links["basis"] == "explicit").sum())
        shares.append(_share(stated, len(links)))
        numbers.append(f"{stated} of {len(links)}")
    return Effect(*span_of(shares), {"numbers": " and ".join(numbers)})


def value_where_proposed(view: View, concept: str) -> Effect:
    """Compare the odds of a value in sentences that advocate a remedy and in others.

    Binary logarithm of the odds ratio of `values_at_remedies`; with two codings the mean
    of both, and the hull of both intervals.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    concept : str
        The value.

    Returns
    -------
    Effect
        In doublings of the odds. Values: ``with_value, remedies`` (sentences of the first coding
        with a remedy: those that invoke the value, and all), ``odds`` (the odds ratio).
    """
    tables = view.remember("values", lambda: _values_at_remedies(view))
    rows = [table.loc[concept] for table in tables]
    logs = [[binary_log(row[name]) for row in rows] for name in ("odds_ratio", "low", "high")]
    values = {"with_value": int(rows[0]["with_value"]), "remedies": int(rows[0]["remedies"])}
    effect = float(np.mean(logs[0]))
    return Effect(effect, min(logs[1]), max(logs[2]), values | {"odds": float(2**effect)})


def _values_at_remedies(view: View) -> list[pd.DataFrame]:
    texts, hits = view.running_text(), view.hits()
    return [
        values_at_remedies(coding, texts, hits, resamples=view.resamples, seed=view.seed).set_index(
            "concept_id"
        )
        for coding in view.codings
    ]


def problems_before_remedies(view: View) -> Effect:
    """Return how far the median remedy stands behind the median problem, in words of the work.

    The effect is the mean over the codings of the least distance of any work.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A share of the words of the work. Values: ``work`` (where it is least), ``most`` (the
        greatest distance of any work).
    """
    place = _places(view)
    distances = pd.DataFrame(
        [
            _middle(coding.remedies, place) - _middle(coding.problems, place)
            for coding in view.codings
        ]
    )
    work = str(distances.mean().idxmin())
    effect, low, high = span_of(distances.min(axis=1).tolist())
    return Effect(effect, low, high, {"work": work, "most": float(distances.mean().max())})


def _places(view: View) -> pd.Series:
    """Return what share of the words of its work come before each sentence."""
    words = view.tokens()
    words = words[words["is_word"]]
    group = words.groupby("work_id", observed=True)
    at = group.cumcount() / group["term"].transform("size")
    return at.groupby(words["sentence_id"].astype(str)).first()


def _middle(items: pd.DataFrame, place: pd.Series) -> pd.Series:
    return items["sentence_id"].astype(str).map(place).groupby(items["work_id"]).median()


def actor_share(view: View, actors: list[str]) -> Effect:
    """Return what share of its advocated remedies of practice a work gives to some actors.

    The effect is the mean over the codings of the least share of any work.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    actors : list of str
        The actors.

    Returns
    -------
    Effect
        A share from 0 to 1. Values: ``work`` (where it is least), ``most`` (the greatest share
        of any work).
    """
    shares = pd.DataFrame([_actor_shares(coding, actors) for coding in view.codings])
    work = str(shares.mean().idxmin())
    effect, low, high = span_of(shares.min(axis=1).tolist())
    return Effect(effect, low, high, {"work": work, "most": float(shares.mean().max())})


def _actor_shares(coding: Coding, actors: list[str]) -> pd.Series:
    level = code_names(coding, "remedy")["level"]
    own = coding.remedies[
        coding.remedies["stance"].isin(PROPOSED)
        & (coding.remedies["instrument"].map(level) == "practice")
    ]
    return own["actor"].isin(actors).groupby(own["work_id"]).mean()


def silent_share(view: View) -> Effect:
    """Return the share of the topics of the checklist that no work addresses.

    The effect counts topics that neither reader finds addressed in any work.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A share from 0 to 1. Values: ``silent, topics`` (how many), ``named`` (the labels of the
        silent ones).
    """
    silences = view.materials.silences
    wanted = [r for r in READERS if view.settings.coder in ("both", r)]
    each = [silences.silent(reader) for reader in wanted]
    agreed = set.intersection(*each)
    sizes = [len(own) for own in (agreed, *each, set.union(*each))]
    topics = len(silences.topics)
    effect, low, high = span_of([n / topics for n in sizes], len(agreed) / topics)
    labels = silences.topics.set_index("topic_id")["label"]
    named = listed([labels[t] for t in labels.index if t in agreed])
    return Effect(effect, low, high, {"silent": len(agreed), "topics": topics, "named": named})


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
