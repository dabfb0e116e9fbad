"""How alike texts are, and which of them are one text twice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from analysis.text import WORD


def near_duplicates(
    texts: Mapping[str, str], threshold: float = 0.8, shingle: int = 5
) -> pd.DataFrame:
    """Find pairs of texts of which one is largely contained in the other.

    Each text becomes the set of its runs of ``shingle`` words in lower case (Broder
    1997). Containment is the share of the smaller set that the larger one also has;
    it finds a text whose front matter or references were cut off, where the Jaccard
    index would fall.

    Parameters
    ----------
    texts : mapping of str to str
        Identifier to text.
    threshold : float
        Least containment that is reported.
    shingle : int
        Words per run.

    Returns
    -------
    pandas.DataFrame
        ``a, b, containment, jaccard, shared`` (number of common runs), the most alike first.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 1, or ``shingle`` is below 1.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must lie above 0 and at most at 1, not {threshold}")
    if shingle < 1:
        raise ValueError(f"shingle must be at least 1, not {shingle}")
    sets = {name: _shingles(text, shingle) for name, text in texts.items()}
    rows = []
    for a, b in combinations(sorted(sets), 2):
        shared = len(sets[a] & sets[b])
        smaller = min(len(sets[a]), len(sets[b]))
        if smaller and shared / smaller >= threshold:
            union = len(sets[a] | sets[b])
            rows.append((a, b, shared / smaller, shared / union, shared))
    table = pd.DataFrame(rows, columns=["a", "b", "containment", "jaccard", "shared"])
    return table.sort_values(
        ["containment", "a", "b"], ascending=[False, True, True], ignore_index=True
    )


def _shingles(text: str, size: int) -> set[tuple[str, ...]]:
    words = [w.lower() for w in WORD.findall(text)]
    return set(zip(*(words[i:] for i in range(size)), strict=False))
