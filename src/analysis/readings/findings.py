"""Numbers in words for the pages on findings and the closing comparison."""

from __future__ import annotations

import pandas as pd

from analysis.findings.registry import FAILS, HOLDS, UNDECIDED
from analysis.findings.study import FindingStudy
from analysis.prose import listed, number_word, prose_labels

Values = dict[str, object]


def tally(study: FindingStudy) -> Values:
    """Count the claims by verdict, all of them and those written before their result.

    Returns
    -------
    dict
        ``claims, holds, fails, undecided`` and the same with ``registered_`` before it;
        ``blind`` (registered claims of which nothing related was known).
    """
    table = study.results.assign(
        status=[study.claims[name].status for name in study.results["finding_id"]]
    )
    told: Values = {}
    for prefix, own in (("", table), ("registered_", table[table["status"] == "registered"])):
        told[f"{prefix}claims"] = number_word(len(own))
        for name, verdict in (("holds", HOLDS), ("fails", FAILS), ("undecided", UNDECIDED)):
            told[f"{prefix}{name}"] = number_word(int((own["verdict"] == verdict).sum()))
    blind = [c for c in study.claims.values() if (c.status, c.known) == ("registered", "nothing")]
    return told | {"blind": number_word(len(blind))}


def stability(study: FindingStudy) -> Values:
    """Say how many verdicts stay the same under every setting, and which turn most.

    Returns
    -------
    dict
        ``settings`` (how many were computed), ``steady`` (claims whose verdict is the same
        under all of theirs), ``of, shaky`` (the claims whose verdict is another under at
        least a third of theirs, by name), ``shaky_number``.
    """
    base = study.results.set_index("finding_id")["verdict"]
    table = study.settings
    same = (table["verdict"] == table["finding_id"].map(base)).groupby(table["finding_id"])
    share = same.mean().reindex(base.index)
    shaky = share[share <= 2 / 3]
    names = [
        f"“{study.claims[name].claim.rstrip('.')}” ({1 - share[name]:.0%})" for name in shaky.index
    ]
    return {
        "settings": len(table),
        "steady": number_word(int((share == 1).sum())),
        "of": number_word(len(base)),
        "shaky": listed(names),
        "shaky_number": number_word(len(shaky)),
    }


def floors(study: FindingStudy) -> Values:
    """Compare the extraction floors with the widths of the intervals.

    Returns
    -------
    dict
        ``measured`` (claims with a floor), ``largest`` (the greatest share of the width of
        its interval that a floor takes).
    """
    known = study.results[study.results["floor"].notna()]
    width = known["high"] - known["low"]
    return {
        "measured": number_word(len(known)),
        "largest": float((known["floor"] / width).max()),
    }


def silences(table: pd.DataFrame, works: pd.DataFrame) -> Values:
    """Say what no paper addresses, and what only one does.

    Parameters
    ----------
    table : pandas.DataFrame
        From `Silences.verdicts`.
    works : pandas.DataFrame
        The works.

    Returns
    -------
    dict
        ``agreed`` (share of the judgements in which both readers agree), ``judgements``,
        ``nowhere`` (topics that neither reader finds addressed), ``nowhere_number,
        topics, alone`` (topics that both find addressed in one work only, with it),
        ``everywhere`` (topics that both find addressed in all works, as a sentence).
    """
    labels = prose_labels(works)
    both = table[(table["first"] == "addressed") & (table["second"] == "addressed")]
    either = table[(table["first"] == "addressed") | (table["second"] == "addressed")]
    order = table.drop_duplicates("topic_id").set_index("topic_id")["label"]
    nowhere = [t for t in order.index if t not in set(either["topic_id"])]
    where = both.groupby("topic_id")["work_id"].agg(list)
    spread = either.groupby("topic_id")["work_id"].nunique()
    alone = [t for t in order.index if len(where.get(t, [])) == 1 and spread[t] == 1]
    everywhere = [t for t in order.index if len(where.get(t, [])) == len(works)]
    return {
        "agreed": float((table["first"] == table["second"]).mean()),
        "judgements": len(table),
        "topics": number_word(len(order)),
        "nowhere_number": number_word(len(nowhere)),
        "nowhere": listed([f"*{order[t]}*" for t in nowhere]),
        "alone": listed([f"*{order[t]}* ({labels[where[t][0]]})" for t in alone]),
        "everywhere": _by_all([f"*{order[t]}*" for t in everywhere]),
    }


def _by_all(topics: list[str]) -> str:
    if not topics:
        return "No topic is addressed by all works"
    return f"Addressed by all works {'is' if len(topics) == 1 else 'are'} {listed(topics)}"
