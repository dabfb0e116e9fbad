"""Which works are near each other: by their words, values, problems and remedies."""

from __future__ import annotations

import pandas as pd

from analysis.findings.distances import NOTIONS, occurrences
from analysis.frequency import content_terms
from analysis.portraits.study import Portrait
from analysis.similarity import neighbours, similarity_draws
from analysis.values import ADVOCATED


def neighbours_of(
    portrait: Portrait, metric: str = "cosine", resamples: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Tell which work is nearest and which is farthest, by each notion.

    Parameters
    ----------
    portrait : Portrait
        From `study_portrait`.
    metric, resamples, seed
        As in `similarity.similarity_draws`.

    Returns
    -------
    pandas.DataFrame
        One row per notion in which anything of the work occurs: ``notion, by`` (its name),
        ``nearest, similarity, low, high, farthest, similarity_farthest, firm`` (see
        `similarity.neighbours`; 0 nothing in common, 1 the same), ``nearest_work,
        farthest_work`` (their labels).
    """
    codings = (portrait.coding.first, portrait.coding.second)
    labels = portrait.corpus.works.set_index("work_id")["short_label"]
    words = portrait.body.words()
    words = words.assign(term=words["lemma"].astype(str).str.lower())
    words = words[words["term"].isin(content_terms(portrait.body.tokens))]
    hits = portrait.values.hits
    hits = hits[hits["stance"] == ADVOCATED]
    paragraphs = portrait.body.select(headings=False).sentences
    rows = []
    for notion, name in NOTIONS.items():
        table = occurrences(notion, words, hits, codings, None if notion == "words" else paragraphs)
        found = neighbours(similarity_draws(table, "work_id", metric, resamples, seed))
        rows.append(found[found["group"] == portrait.work_id].assign(notion=notion, by=name))
    table = pd.concat(rows, ignore_index=True)
    table = table.assign(
        nearest_work=table["nearest"].map(labels), farthest_work=table["farthest"].map(labels)
    )
    first = ["notion", "by"]
    rest = [c for c in table.columns if c not in (*first, "group")]
    return table[[*first, *rest]]
