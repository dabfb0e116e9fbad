"""Numbers in words for the chapter on how alike the papers are."""

from __future__ import annotations

import pandas as pd

from analysis.prose import listed, number_word, prose_labels

Values = dict[str, object]


def most_alike(pairs: pd.DataFrame, works: pd.DataFrame) -> Values:
    """Say which pair of works is the most alike in every notion, and which the least.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `findings.distances.similarity_table`.
    works : pandas.DataFrame
        The works.

    Returns
    -------
    dict
        ``most, least`` (each a list in words), ``pairs`` (how many), ``agree`` (in how
        many notions the pair that is first in words is first).
    """
    labels = prose_labels(works)
    named = pairs.assign(
        pair=[f"{labels[a]} and {labels[b]}" for a, b in zip(pairs["a"], pairs["b"], strict=True)]
    )
    groups = named.groupby("notion", sort=False)["similarity"]
    told: Values = {}
    for name, places in (("most", groups.idxmax()), ("least", groups.idxmin())):
        rows = named.loc[places]
        told[name] = listed(
            [f"{r.pair} in {r.notion} ({r.similarity:.2f})" for r in rows.itertuples()]
        )
    first = named.loc[groups.idxmax(), "pair"].tolist()
    return told | {
        "pairs": number_word(len(named[["a", "b"]].drop_duplicates())),
        "agree": number_word(first.count(first[0])),
        "notions": number_word(len(first)),
    }


def firm_neighbours(neighbours: pd.DataFrame, works: pd.DataFrame) -> Values:
    """Say of which works the nearest neighbour is firm.

    Returns
    -------
    dict
        ``firm`` (in words), ``firm_number, of`` (of how many work and notion).
    """
    labels = prose_labels(works)
    firm = neighbours[neighbours["firm"]]
    names = [
        f"{labels[r.nearest]} for {labels[r.work_id]} in {r.notion}" for r in firm.itertuples()
    ]
    return {
        "firm": listed(names),
        "firm_number": number_word(len(firm)),
        "of": number_word(len(neighbours)),
    }


def twin_likeness(twins: pd.DataFrame, pairs: pd.DataFrame) -> Values:
    """Say how alike the two extractions are, and the most alike works in the same notion."""
    row = twins.iloc[0]
    same = pairs[pairs["notion"] == row["notion"]]
    return {
        "twins": float(row["similarity"]),
        "twins_low": float(row["low"]),
        "works": float(same["similarity"].max()),
    }
