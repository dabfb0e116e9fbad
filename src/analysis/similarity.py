"""How alike texts are, and which of them are one text twice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from analysis.text import WORD

Shingles = set[tuple[str, ...]]


def near_duplicates(
    texts: Mapping[str, str], threshold: float = 0.8, shingle: int = 5, exact_up_to: int = 500
) -> pd.DataFrame:
    """Find pairs of texts of which one is largely contained in the other.

    Each text becomes the set of its runs of ``shingle`` words in lower case (Broder
    1997). Containment is the share of the smaller set that the larger one also has;
    it finds a text whose front matter or references were cut off, where the Jaccard
    index would fall. In a small corpus all pairs are compared. In a larger one an
    ensemble of MinHash indexes (Zhu et al. 2016, the library datasketch) names the
    pairs that may be alike, and these are compared exactly; a pair near the threshold
    can be missed.

    Parameters
    ----------
    texts : mapping of str to str
        Identifier to text.
    threshold : float
        Least containment that is reported.
    shingle : int
        Words per run.
    exact_up_to : int
        Number of texts up to which all pairs are compared.

    Returns
    -------
    pandas.DataFrame
        ``a, b, containment, jaccard, shared`` (number of common runs), the most alike first.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 1, or ``shingle`` is below 1.
    ModuleNotFoundError
        If the corpus is large and datasketch is not installed; it comes with the extra
        ``scale``.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must lie above 0 and at most at 1, not {threshold}")
    if shingle < 1:
        raise ValueError(f"shingle must be at least 1, not {shingle}")
    sets = {name: _shingles(text, shingle) for name, text in sorted(texts.items())}
    candidates = combinations(sets, 2) if len(sets) <= exact_up_to else _alike(sets, threshold)
    rows = []
    for a, b in candidates:
        shared = len(sets[a] & sets[b])
        smaller = min(len(sets[a]), len(sets[b]))
        if smaller and shared / smaller >= threshold:
            union = len(sets[a] | sets[b])
            rows.append((a, b, shared / smaller, shared / union, shared))
    table = pd.DataFrame(rows, columns=["a", "b", "containment", "jaccard", "shared"])
    return table.sort_values(
        ["containment", "a", "b"], ascending=[False, True, True], ignore_index=True
    )


def _alike(sets: Mapping[str, Shingles], threshold: float) -> list[tuple[str, str]]:
    """Name the pairs that may be alike, by MinHash; a lower threshold lets few escape."""
    from datasketch import MinHash, MinHashLSHEnsemble

    filled = {name: s for name, s in sets.items() if s}
    hashes = {}
    for name, shingles in filled.items():
        hashes[name] = MinHash(num_perm=128, seed=1)
        hashes[name].update_batch([" ".join(run).encode() for run in sorted(shingles)])
    index = MinHashLSHEnsemble(threshold=0.75 * threshold, num_perm=128, num_part=16)
    index.index((name, hashes[name], len(filled[name])) for name in filled)
    pairs = {
        (min(name, other), max(name, other))
        for name in filled
        for other in index.query(hashes[name], len(filled[name]))
        if other != name
    }
    return sorted(pairs)


def _shingles(text: str, size: int) -> Shingles:
    words = [w.lower() for w in WORD.findall(text)]
    return set(zip(*(words[i:] for i in range(size)), strict=False))
