"""How alike texts are, and which of them are one text twice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from analysis.corpus import Corpus
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


def shared_wording(corpus: Corpus, least: int = 6, content: int = 3) -> pd.DataFrame:
    """Find the longest runs of words that two works have in common.

    Common wording may come from a common source: a formula of the ruling party, a
    textbook, a translator's habit. Words are compared by lemma, so that a plural does not
    hide a formula; a run does not cross a sentence.

    Parameters
    ----------
    corpus : Corpus
        The texts, such as ``corpus.body()``.
    least : int
        Words that a run must have.
    content : int
        Words of it that must not be stop words.

    Returns
    -------
    pandas.DataFrame
        ``work_a, work_b, length`` (words), ``wording`` (as printed in ``work_a``),
        ``section_a, sentence_a, start_a, end_a`` and the same for ``b`` (where it stands
        first in each work). A run inside a longer one of the same two works is left out.
        The longest first.

    Raises
    ------
    ValueError
        If ``least`` or ``content`` is below one.
    """
    if least < 1 or content < 1:
        raise ValueError(f"least and content must be at least 1, not {least} and {content}")
    words = corpus.words()
    parts = [
        (str(work), _Words(own)) for work, own in words.groupby("work_id", observed=True, sort=True)
    ]
    rows = []
    for (a, first), (b, second) in combinations(parts, 2):
        for i, j, length in _common_runs(first, second, least):
            if sum(not stop for stop in first.stop[i : i + length]) >= content:
                rows.append((a, b, length, *first.place(i, length), *second.place(j, length)[1:]))
    ends = [f"{name}_{end}" for end in "ab" for name in ("section", "sentence", "start", "end")]
    table = pd.DataFrame(rows, columns=["work_a", "work_b", "length", "wording", *ends])
    return table.sort_values(
        ["length", "work_a", "work_b", "start_a"], ascending=[False, True, True, True],
        ignore_index=True,
    )  # fmt: skip


class _Words:
    """The words of one work in their order."""

    def __init__(self, words: pd.DataFrame) -> None:
        self.lemmas = words["lemma"].astype(str).str.lower().tolist()
        self.tokens = words["token"].astype(str).tolist()
        self.stop = words["is_stop"].tolist()
        self.sections = words["section_id"].astype(str).tolist()
        self.sentences = words["sentence_id"].astype(str).tolist()
        self.start, self.end = words["start"].tolist(), words["end"].tolist()

    def runs(self, size: int) -> dict[tuple[str, ...], list[int]]:
        """Return where each run of a size begins."""
        found: dict[tuple[str, ...], list[int]] = {}
        for i in range(len(self.lemmas) - size + 1):
            if self.sentences[i] == self.sentences[i + size - 1]:
                found.setdefault(tuple(self.lemmas[i : i + size]), []).append(i)
        return found

    def place(self, i: int, length: int) -> tuple[str, str, str, int, int]:
        """Return a run as printed, its section, sentence, start and end."""
        last = i + length - 1
        text = " ".join(self.tokens[i : last + 1])
        return text, self.sections[i], self.sentences[i], self.start[i], self.end[last]


def _common_runs(first: _Words, second: _Words, least: int) -> list[tuple[int, int, int]]:
    """Return where the longest common runs begin in both, and their length, each run once."""
    theirs = second.runs(least)
    seeds = {
        (i, j) for run, at in first.runs(least).items() for i in at for j in theirs.get(run, [])
    }
    runs: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for i, j in sorted(seeds):
        if (i - 1, j - 1) in seeds:
            continue
        length = least
        while (
            (i + length - least + 1, j + length - least + 1) in seeds
            and first.sentences[i] == first.sentences[i + length]
            and second.sentences[j] == second.sentences[j + length]
        ):
            length += 1
        runs.setdefault(tuple(first.lemmas[i : i + length]), (i, j, length))
    inside = {
        run[start : start + size]
        for run in runs
        for size in range(least, len(run))
        for start in range(len(run) - size + 1)
    }
    return [place for run, place in runs.items() if run not in inside]
