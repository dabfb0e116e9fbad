"""A baseline machine that proposes sentences for a coding, and how good it is.

Counting words can tell a reader where to look first; what a problem or a remedy is, it does
not know. The finders here are kept simple so that each proposal can be explained by the
words that led to it. They are compared with a coding on works that they have not seen.

References
----------
The classifier and average precision are those of scikit-learn: Pedregosa, F. et al. (2011).
Scikit-learn: Machine learning in Python. *Journal of Machine Learning Research* 12,
2825-2830.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis.coding.loading import Coding
from analysis.coding.places import touched
from analysis.corpus import Corpus, find_data
from analysis.defaults import default_file
from analysis.measures import wilson_interval
from analysis.resampling import UnitCounts, check_level, draw_units, parted, percentile_ends
from analysis.tables import InputError, read_table

ITEMS = ("problem", "remedy")
EVERY, RANDOM, CUES, WORDS, BOTH, SECOND = (
    "every", "random", "cues", "words", "words_and_cues", "second",
)  # fmt: skip
RANKING = (CUES, WORDS, BOTH)
"""The finders whose scores put sentences in an order."""
THRESHOLD = 0.5
"""A trained finder proposes a sentence from this score on. It was fixed before any result."""
STRONGEST = 25
"""So many weights of each sign are listed for each item and finder."""
ALL = "all"
"""Stands for all works together."""

CUE_COLUMNS = ("cue_id", "item", "pattern", "source", "note")
KEYS = ["document_id", "work_id", "section_id", "paragraph_id", "sentence_id"]


def sentence_targets(coding: Coding, corpus: Corpus) -> pd.DataFrame:
    """Say of every sentence whether a coding quotes a problem or a remedy in it.

    Parameters
    ----------
    coding : Coding
        From `analysis.load_coding`. A quotation counts for every sentence that it overlaps
        in the raw text.
    corpus : Corpus
        What is looked at is its running text, ``corpus.body()``, without headings.

    Returns
    -------
    pandas.DataFrame
        One row per sentence, in the order of the texts: ``document_id, work_id,
        section_id, paragraph_id, sentence_id``, ``problem, remedy`` (bool).

    Examples
    --------
    >>> import analysis
    >>> from analysis.coding.suggestion import sentence_targets
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> targets = sentence_targets(coding, corpus)
    >>> bool(targets["problem"].any()), bool(targets["problem"].all())
    (True, False)
    """
    sentences = _running_text(corpus)
    targets = sentences[KEYS].copy()
    targets["problem"] = touched(sentences, coding.problems)
    targets["remedy"] = touched(sentences, coding.remedies)
    return targets


def load_cues(path: str | Path | None = None) -> pd.DataFrame:
    """Read the cues: wordings that often go with problems or with remedies.

    Those of the project were written from general knowledge of academic English, before
    they were tried on any text, and were not fitted to the texts of the project.

    Parameters
    ----------
    path : str or Path, optional
        A CSV file; the project's ``data/coding/cues.csv`` without it.

    Returns
    -------
    pandas.DataFrame
        ``cue_id``, ``item`` (``problem`` or ``remedy``), ``pattern`` (a regular expression
        for whole words, without regard to capitals), ``source``, ``note``.

    Raises
    ------
    InputError
        With every problem found: a missing column, an empty cell, a ``cue_id`` that stands
        twice, an unknown item, a pattern that is no regular expression, fits the empty
        text or stands twice.

    Examples
    --------
    >>> from analysis.coding.suggestion import load_cues
    >>> sorted(load_cues()["item"].unique())
    ['problem', 'remedy']
    """
    path = _project_cues() if path is None else Path(path)
    problems: list[str] = []
    cues = read_table(
        path, CUE_COLUMNS, problems, key="cue_id", filled=("item", "pattern"),
        allowed={"item": ITEMS},
    )  # fmt: skip
    for row in cues[cues["pattern"] != ""].itertuples():
        fault = _fault(row.pattern)
        if fault:
            place = f"{path.name}, row {row.row}, column pattern"
            problems.append(f"{place}: {row.pattern!r} {fault}")
    twice = cues[cues.duplicated(["item", "pattern"]) & (cues["pattern"] != "")]
    for row in twice.itertuples():
        place = f"{path.name}, row {row.row}, column pattern"
        problems.append(f"{place}: {row.pattern!r} stands twice for {row.item}; delete one")
    if problems:
        raise InputError(problems)
    return cues.drop(columns="row")


def find_cues(sentences: pd.DataFrame, cues: pd.DataFrame) -> pd.DataFrame:
    """Find every place where a cue stands in a sentence.

    Parameters
    ----------
    sentences : pandas.DataFrame
        ``sentence_id, text``.
    cues : pandas.DataFrame
        From `load_cues`.

    Returns
    -------
    pandas.DataFrame
        One row per place, in the order of the sentences, then of the cues: ``sentence_id,
        cue_id, item``, ``matched`` (the words). Places of one cue do not overlap; those of
        different cues may.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.coding.suggestion import find_cues
    >>> cues = pd.DataFrame({"cue_id": ["c1"], "item": ["problem"], "pattern": ["lacks?|lacking"]})
    >>> sentences = pd.DataFrame({"sentence_id": ["s1"], "text": ["The village lacks funds."]})
    >>> find_cues(sentences, cues)["matched"].tolist()
    ['lacks']
    """
    patterns = [
        (cue, item, _whole_words(pattern))
        for cue, item, pattern in zip(cues["cue_id"], cues["item"], cues["pattern"], strict=True)
    ]
    rows = []
    for sentence, text in zip(sentences["sentence_id"], sentences["text"], strict=True):
        plain = " ".join(text.replace("’", "'").split())
        for cue, item, pattern in patterns:
            rows += [(sentence, cue, item, match.group()) for match in pattern.finditer(plain)]
    return pd.DataFrame(rows, columns=["sentence_id", "cue_id", "item", "matched"], dtype=object)


@dataclass(frozen=True)
class FinderStudy:
    """How well simple finders recover the sentences of a coding.

    Attributes
    ----------
    quality : pandas.DataFrame
        One row per item, finder and work, then one with the work ``all``: ``item,
        finder, work_id``; ``n`` (sentences), ``positives`` (those that hold a quotation),
        ``base_rate`` (their share); ``proposed, true_positives`` (sentences; expected
        numbers for ``random``); ``precision`` (share of the proposed that are positive),
        ``recall`` (share of the positives that are proposed), ``f1`` (harmonic mean of the
        two), each from 0 to 1, higher is better, with a stability interval (``_low,
        _high``); ``difference`` (``f1`` less that of ``every``; above 0 is better than
        proposing everything) with its interval from the same draws; ``average_precision``
        (0 to 1; a ranking by chance has about ``base_rate``). NaN where a share is of
        nothing, for the average precision of a finder that does not rank, and for the
        interval of a work of a single paragraph.
    predictions : pandas.DataFrame
        One row per item, finder and sentence, for all finders but ``every`` and
        ``random``: ``item, finder, document_id, work_id, section_id, paragraph_id,
        sentence_id``, ``target`` (bool), ``score`` (number of different cues of the item
        for ``cues``, 0 or 1 for ``second``, else a probability as the model puts it),
        ``proposed`` (bool).
    weights : pandas.DataFrame
        What the trained finders lean on, strongest first: ``item, finder, feature`` (a
        word, a pair of words, or ``cue:`` and a cue), ``weight`` (mean of the coefficients
        of the models, each trained without one work; logits per unit of TF-IDF; above 0
        speaks for the item), ``low, high`` (least and greatest of them), ``models`` (how
        many know the feature; 0 is the weight in the others). The 25 strongest of each
        sign.
    cues : pandas.DataFrame
        ``item, cue_id, pattern``, ``works, sentences`` (in which the cue stands),
        ``true_positives`` (those of the sentences that hold a quotation of the item),
        ``precision`` (their share) with Wilson's 95 % interval ``precision_low,
        precision_high``, ``base_rate``. The interval treats sentences as independent.
    """

    quality: pd.DataFrame
    predictions: pd.DataFrame
    weights: pd.DataFrame
    cues: pd.DataFrame


def compare_finders(
    corpus: Corpus,
    coding: Coding,
    second: Coding | None = None,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    cues: pd.DataFrame | None = None,
) -> FinderStudy:
    """Tell how well simple finders recover the sentences that a coding quotes.

    Problems and remedies are two tasks of yes and no over the same sentences. The finders:

    ``every``
        Proposes each sentence. Its F1, ``2 b / (1 + b)`` at the base rate ``b``, is more
        than that of any draw by chance, so this is what a finder has to beat.
    ``random``
        Proposes each sentence with the base rate of the other works as its probability.
        The counts are expected ones, and the rates are ratios of them.
    ``cues``
        Proposes a sentence with at least one cue of the item.
    ``words``
        Logistic regression on TF-IDF of lemmas and of pairs of lemmas that no punctuation
        parts; both classes weigh the same; it proposes from a probability of 0.5 on. The
        model that scores a work is trained on the other works only.
    ``words_and_cues``
        The same, with the cues in a sentence, of both items, as further terms.
    ``second``
        The sentences that a second coding quotes: how far another reading recovers the
        first, and so how much can be asked of the others. Where one language model, or
        related ones, made both codings, it shows their consistency and may be too high.

    A coding quotes once what a work says several times, and quotes the clause that carries
    it. Sentences that say it again count as negative, so the precision of every finder is
    rather too low than too high.

    Parameters
    ----------
    corpus : Corpus
        The works that were coded, at least two. A work without any quotation counts as
        coded, too: all its sentences are negative.
    coding : Coding
        What is to be recovered.
    second : Coding, optional
        Another coding of the same works.
    resamples : int
        How often the paragraphs of each work are drawn with replacement. The models
        are not trained anew: the intervals tell how far a figure hangs on the passages
        that are scored.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.
    cues : pandas.DataFrame, optional
        From `load_cues`; those of the project without it.

    Returns
    -------
    FinderStudy
        Quality, predictions, weights and cues.

    Raises
    ------
    ValueError
        If the running text is of fewer than two works, ``resamples`` is below zero, or
        ``level`` does not lie between 0 and 1.

    Examples
    --------
    >>> import analysis
    >>> from analysis.coding import compare_finders
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> quality = compare_finders(corpus, coding, resamples=0).quality
    >>> every = quality[(quality["work_id"] == "all") & (quality["finder"] == "every")]
    >>> every["recall"].tolist()
    [1.0, 1.0]
    """
    check_level(level)
    cues = load_cues() if cues is None else cues
    read = _read(corpus, cues)
    if read.sentences["work_id"].nunique() < 2:
        raise ValueError("a finder is tried on a work it has not seen: give at least two works")
    targets = sentence_targets(coding, corpus)
    other = None if second is None else sentence_targets(second, corpus)
    parts, weights = [], []
    for item in ITEMS:
        found, learned = _all_findings(read, targets[item].to_numpy(), item)
        if other is not None:
            yes = other[item].to_numpy(dtype=float)
            found[SECOND] = (yes, yes)
        parts += [
            targets[KEYS].assign(item=item, finder=finder, target=targets[item], score=score,
                                 proposed=proposed)
            for finder, (score, proposed) in found.items()
        ]  # fmt: skip
        weights += [_strongest(models, item, finder) for finder, models in learned.items()]
    findings = pd.concat(parts, ignore_index=True)
    return FinderStudy(
        quality=_quality(findings, resamples, seed, level),
        predictions=_plain_predictions(findings),
        weights=pd.concat(weights, ignore_index=True),
        cues=_cue_quality(read.hits, cues, targets),
    )


def suggest(
    corpus: Corpus,
    coding: Coding | None = None,
    item: str | None = None,
    top: int | None = None,
    coded: Corpus | None = None,
    cues: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rank the sentences of each work by how likely they are to state a problem or a remedy.

    It says where to begin reading, not what to code. See `compare_finders` for how much is
    found in this way, and how much is missed.

    Parameters
    ----------
    corpus : Corpus
        The works to be coded; its running text, ``corpus.body()``, is ranked.
    coding : Coding, optional
        A coding of other works to learn from. Without it cues alone are counted.
    item : {"problem", "remedy"}, optional
        Which of the two; both without it.
    top : int, optional
        At most so many sentences for each work and item.
    coded : Corpus, optional
        The works of the coding; ``corpus`` without it. A work is learned from if the coding
        has any problem or remedy of it. No work is scored by a model that learned from it:
        neither from a work with the same ``work_id`` nor from one with the same file.
    cues : pandas.DataFrame, optional
        From `load_cues`; those of the project without it.

    Returns
    -------
    pandas.DataFrame
        One row per work, item and sentence, the best first: ``work_id, item``, ``rank``
        (from 1; equal scores in the order of the text), ``score`` (higher is likelier),
        ``proposed`` (bool: a score of at least 0.5, or any cue), ``scored_by``
        (``words_and_cues``: a probability as the model puts it; ``cues``: how many
        different cues of the item stand in the sentence), ``cues`` (these cues, by name),
        ``text, document_id, section_id, paragraph_id, sentence_id``. A work is scored by
        cues where nothing is left to learn from.

    Raises
    ------
    ValueError
        If the item is unknown, ``top`` is below one, or the coding quotes nothing in the
        works to learn from.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": (
    ...     "The village has a hall. A serious problem is the lack of funds. "
    ...     "The state should pay for the roof."
    ... )})
    >>> ranked = analysis.suggest(corpus, top=1)
    >>> print(ranked[["item", "rank", "score", "text"]].to_string(index=False))
       item  rank  score                                    text
    problem     1    3.0 A serious problem is the lack of funds.
     remedy     1    1.0      The state should pay for the roof.
    """
    if item is not None and item not in ITEMS:
        raise ValueError(f"item must be one of {', '.join(ITEMS)}, not {item!r}")
    if top is not None and top < 1:
        raise ValueError(f"top must be at least 1, not {top}")
    cues = load_cues() if cues is None else cues
    read = _read(corpus, cues)
    lesson = None
    if coding is not None:
        lesson = _lesson(corpus, coding, corpus if coded is None else coded, cues)
    parts = []
    for name in ITEMS if item is None else (item,):
        score, trained = _suggested_scores(read, lesson, name)
        parts.append(_suggestion_rows(read, name, score, trained))
    ranked = _ranked(pd.concat(parts, ignore_index=True))
    return ranked if top is None else ranked[ranked["rank"] <= top].reset_index(drop=True)


# --- Reading --------------------------------------------------------------------------------


def _running_text(corpus: Corpus) -> pd.DataFrame:
    sentences = corpus.body().sentences
    return sentences[~sentences["is_heading"].astype(bool)].reset_index(drop=True)


def _project_cues() -> Path:
    try:
        return default_file("coding/cues.csv", find_data())
    except FileNotFoundError:  # outside of a project
        return default_file("coding/cues.csv")


def _fault(pattern: str) -> str:
    """Say what keeps a pattern from being a cue; nothing if it is one."""
    try:
        # By itself first: what surrounds it could close a bracket that it leaves open.
        re.compile(pattern)
        if _whole_words(pattern).search(""):
            return "fits the empty text; name some letters"
    except re.error as error:
        return f"is no regular expression ({error}); correct it"
    return ""


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class _Read:
    """Sentences, and the terms by which finders know them."""

    sentences: pd.DataFrame
    hits: pd.DataFrame
    words: list[list[str]]
    with_cues: list[list[str]]

    @property
    def work(self) -> NDArray[np.object_]:
        return self.sentences["work_id"].astype(str).to_numpy(dtype=object)

    def cue_counts(self, item: str) -> NDArray[np.float64]:
        """Return how many different cues of an item stand in each sentence."""
        own = self.hits[self.hits["item"] == item].drop_duplicates(["sentence_id", "cue_id"])
        counts = own["sentence_id"].value_counts()
        return counts.reindex(self.sentences["sentence_id"], fill_value=0).to_numpy(dtype=float)


def _read(corpus: Corpus, cues: pd.DataFrame) -> _Read:
    sentences = _running_text(corpus)
    hits = find_cues(sentences, cues)
    words = _terms(corpus.tokens, sentences["sentence_id"])
    cues_of: dict[str, list[str]] = defaultdict(list)
    for hit in hits.drop_duplicates(["sentence_id", "cue_id"]).itertuples():
        cues_of[hit.sentence_id].append(f"cue:{hit.cue_id}")
    with_cues = [
        own + cues_of[name] for own, name in zip(words, sentences["sentence_id"], strict=True)
    ]
    return _Read(sentences, hits, words, with_cues)


def _terms(tokens: pd.DataFrame, sentence_ids: Iterable[str]) -> list[list[str]]:
    """Return the lemmas of each sentence, and the pairs of them that nothing parts."""
    terms: dict[str, list[str]] = {name: [] for name in sentence_ids}
    apart = parted(tokens)[tokens["is_word"].to_numpy(dtype=bool)]
    words = tokens[tokens["is_word"]]
    lemmas = words["lemma"].astype(str).str.lower()
    before = ""
    for name, lemma, cut in zip(words["sentence_id"].astype(str), lemmas, apart, strict=True):
        if name in terms:
            terms[name] += [lemma] if cut else [lemma, f"{before} {lemma}"]
        before = lemma
    return list(terms.values())


# --- Finding --------------------------------------------------------------------------------

Finding = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Of each sentence the score, and whether it is proposed (0 or 1, or a probability)."""


def _all_findings(
    read: _Read, target: NDArray[np.bool_], item: str
) -> tuple[dict[str, Finding], dict[str, list[pd.Series]]]:
    """Return what each finder says, and the weights of those that learn."""
    ones, rate = np.ones(len(target)), _rates_elsewhere(read.work, target)
    counts = read.cue_counts(item)
    found: dict[str, Finding] = {
        EVERY: (ones, ones), RANDOM: (rate, rate), CUES: (counts, (counts > 0).astype(float)),
    }  # fmt: skip
    weights = {}
    for finder, terms in ((WORDS, read.words), (BOTH, read.with_cues)):
        score, weights[finder] = _leave_one_out(terms, target, read.work)
        found[finder] = (score, (score >= THRESHOLD).astype(float))
    return found, weights


def _rates_elsewhere(work: NDArray[np.object_], target: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of positives in the other works, for each sentence."""
    rates = {name: float(target[work != name].mean()) for name in set(work)}
    return np.array([rates[name] for name in work])


def _leave_one_out(
    terms: list[list[str]], target: NDArray[np.bool_], work: NDArray[np.object_]
) -> tuple[NDArray[np.float64], list[pd.Series]]:
    """Score each work by a model of the others; return the weights of the models, too."""
    scores = np.zeros(len(terms))
    weights = []
    for name in sorted(set(work)):
        held = work == name
        scores[held], learned = _learned_scores(
            _chosen(terms, ~held), target[~held], _chosen(terms, held)
        )
        weights.append(learned)
    return scores, weights


def _learned_scores(
    known: list[list[str]], target: NDArray[np.bool_], new: list[list[str]]
) -> tuple[NDArray[np.float64], pd.Series]:
    """Train on known sentences and score new ones.

    Where the known ones are all of one kind, there is nothing to learn, and the score is
    their share of positives, 0 or 1.
    """
    # It is slow to import, and most of the package does without it.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    if target.all() or not target.any() or not any(known):
        return np.full(len(new), float(target.mean())), pd.Series(dtype=float)
    vectoriser = TfidfVectorizer(analyzer=list)
    # This solver works in one thread, so that the same sentences give the same scores.
    model = LogisticRegression(
        class_weight="balanced", solver="liblinear", tol=1e-6, max_iter=1000, random_state=0
    )
    model.fit(vectoriser.fit_transform(known), target)
    scores = model.predict_proba(vectoriser.transform(new))[:, 1]
    return scores, pd.Series(model.coef_[0], index=vectoriser.get_feature_names_out())


def _chosen(terms: Sequence[list[str]], which: NDArray[np.bool_]) -> list[list[str]]:
    return [own for own, wanted in zip(terms, which, strict=True) if wanted]


# --- Quality --------------------------------------------------------------------------------

RATES = ("precision", "recall", "f1", "difference")
QUALITY_COLUMNS = [
    "item", "finder", "work_id", "n", "positives", "base_rate", "proposed", "true_positives",
    *(f"{rate}{end}" for rate in RATES for end in ("", "_low", "_high")), "average_precision",
]  # fmt: skip


def _quality(findings: pd.DataFrame, resamples: int, seed: int, level: float) -> pd.DataFrame:
    tables = dict(list(findings.groupby(["item", "finder"], sort=False)))
    counted = _count(list(tables.values()), resamples, seed)
    rows = []
    for place, ((item, finder), table) in enumerate(tables.items()):
        naive = list(tables).index((item, EVERY))
        for number, work in enumerate([*counted.works, ALL]):
            own = table if work == ALL else table[table["work_id"] == work]
            rates = _rates(counted.counts[number, place])
            rates["difference"] = rates["f1"] - _rates(counted.counts[number, naive])["f1"]
            rows.append({
                "item": item, "finder": finder, "work_id": work, "n": len(own),
                "positives": int(own["target"].sum()), "base_rate": own["target"].mean(),
                "proposed": own["proposed"].sum(),
                "true_positives": (own["proposed"] * own["target"]).sum(),
                **_with_ends(rates, level if counted.several[number] else None),
                "average_precision": _average_precision(own) if finder in RANKING else np.nan,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=QUALITY_COLUMNS)


@dataclass(frozen=True)
class _Counted:
    """True positives, false positives and false negatives, in the whole and in each draw.

    ``counts`` has the shape (works and all together, tables, 3, the whole and the draws);
    ``several`` says which works have more than one paragraph to draw.
    """

    works: list[str]
    several: NDArray[np.bool_]
    counts: NDArray[np.float64]


def _count(tables: list[pd.DataFrame], resamples: int, seed: int) -> _Counted:
    """Count for each table; all are of the same sentences and share their draws."""
    sentences = tables[0]
    paragraph, names = pd.factorize(sentences["paragraph_id"])
    work, works = pd.factorize(sentences["work_id"].astype(str), sort=True)
    owner = np.zeros(len(names), dtype=np.intp)
    owner[paragraph] = work
    cells = np.column_stack([_cells(table) for table in tables])
    counts = np.zeros((len(names), cells.shape[1]))
    np.add.at(counts, paragraph, cells)
    units = UnitCounts(
        pd.Index(works), pd.RangeIndex(cells.shape[1]), owner, np.bincount(paragraph),
        sparse.csr_matrix(counts),
    )  # fmt: skip
    draws = draw_units(units, resamples, seed)
    drawn = np.zeros((len(works), cells.shape[1], 1 + resamples))
    np.add.at(drawn[:, :, 0], owner, counts)
    for places, block in draws.blocks():
        drawn[:, places, 1:] = block
    together = np.concatenate([drawn, drawn.sum(axis=0, keepdims=True)])
    several = np.bincount(owner) > 1
    shape = (len(works) + 1, len(tables), 3, 1 + resamples)
    return _Counted(list(works), np.append(several, several.any()), together.reshape(shape))


def _cells(table: pd.DataFrame) -> NDArray[np.float64]:
    target, proposed = (table[c].to_numpy(dtype=float) for c in ("target", "proposed"))
    return np.column_stack([target * proposed, (1 - target) * proposed, target * (1 - proposed)])


def _rates(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    true, wrong, missed = counts
    return {
        "precision": _share(true, true + wrong),
        "recall": _share(true, true + missed),
        "f1": _share(2 * true, 2 * true + wrong + missed),
    }


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def _with_ends(rates: dict[str, NDArray[np.float64]], level: float | None) -> dict[str, float]:
    """Return each rate in the whole and its interval over the draws that have it."""
    named = {}
    for name, values in rates.items():
        draws = values[1:][~np.isnan(values[1:])]
        ends = (np.nan, np.nan) if level is None else percentile_ends(draws, level)
        named[name] = float(values[0])
        named[f"{name}_low"], named[f"{name}_high"] = (float(end) for end in ends)
    return named


def _average_precision(table: pd.DataFrame) -> float:
    from sklearn.metrics import average_precision_score

    if not table["target"].any():
        return float("nan")
    # Its sum may come to a hair more than 1.
    return min(float(average_precision_score(table["target"], table["score"])), 1.0)


def _plain_predictions(findings: pd.DataFrame) -> pd.DataFrame:
    own = findings[~findings["finder"].isin([EVERY, RANDOM])]
    columns = ["item", "finder", *KEYS, "target", "score", "proposed"]
    return own[columns].astype({"proposed": bool}).reset_index(drop=True)


def _strongest(models: list[pd.Series], item: str, finder: str) -> pd.DataFrame:
    """Return the features with the strongest mean weight of each sign."""
    each = pd.DataFrame(dict(enumerate(models))).sort_index()
    table = pd.DataFrame({
        "item": item, "finder": finder, "feature": each.index.astype(object),
        "weight": each.fillna(0).mean(axis=1).to_numpy(), "low": each.fillna(0).min(axis=1),
        "high": each.fillna(0).max(axis=1), "models": each.notna().sum(axis=1),
    })  # fmt: skip
    table = table.sort_values("weight", ascending=False, kind="stable", ignore_index=True)
    positive, negative = table[table["weight"] > 0], table[table["weight"] < 0]
    return pd.concat([positive.head(STRONGEST), negative.tail(STRONGEST).iloc[::-1]])


def _cue_quality(hits: pd.DataFrame, cues: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    once = hits.drop_duplicates(["sentence_id", "cue_id"]).merge(targets, on="sentence_id")
    # The target of the item of the cue.
    is_problem = once["item"] == "problem"
    once["right"] = once["problem"].where(is_problem, once["remedy"]).astype(int)
    counts = once.groupby("cue_id").agg(
        works=("work_id", "nunique"), sentences=("right", "size"), true_positives=("right", "sum")
    )
    counts = counts.reindex(cues["cue_id"], fill_value=0).astype(int)
    table = cues[["item", "cue_id", "pattern"]].join(counts, on="cue_id")
    true, n = (table[c].to_numpy(dtype=float) for c in ("true_positives", "sentences"))
    table["precision"] = _share(true, n)
    table["precision_low"], table["precision_high"] = wilson_interval(true, n)
    table["base_rate"] = [targets[item].mean() for item in table["item"]]
    order = {"by": ["item", "sentences", "cue_id"], "ascending": [True, False, True]}
    return table.sort_values(**order, ignore_index=True)


# --- Suggesting -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lesson:
    """Coded sentences to learn from, and which works of them each new work is itself."""

    read: _Read
    targets: pd.DataFrame
    same: dict[str, frozenset[str]]


def _lesson(corpus: Corpus, coding: Coding, coded: Corpus, cues: pd.DataFrame) -> _Lesson:
    works = {*coding.problems["work_id"], *coding.remedies["work_id"]}
    known = works & set(coded.works["work_id"])
    if not known:
        raise ValueError(
            "the coding quotes nothing in these works; give those it is of: coded=load_corpus(...)"
        )
    part = coded.select(works=known)
    return _Lesson(_read(part, cues), sentence_targets(coding, part), _same_works(corpus, part))


def _same_works(corpus: Corpus, coded: Corpus) -> dict[str, frozenset[str]]:
    """Return, for each work, the coded works with its name or with one of its files."""
    holders: dict[str, set[str]] = defaultdict(set)
    for document in coded.documents.itertuples():
        holders[document.sha256].add(document.work_id)
        holders[document.work_id].add(document.work_id)
    same: dict[str, set[str]] = defaultdict(set)
    for document in corpus.documents.itertuples():
        same[document.work_id] |= holders[document.sha256] | holders[document.work_id]
    return {work: frozenset(found) for work, found in same.items()}


def _suggested_scores(
    read: _Read, lesson: _Lesson | None, item: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the score of each sentence, and whether a trained model gave it."""
    scores, trained = read.cue_counts(item), np.zeros(len(read.sentences), dtype=bool)
    if lesson is None:
        return scores, trained
    target, source = lesson.targets[item].to_numpy(), lesson.read
    barred = np.array([lesson.same[work] for work in read.work], dtype=object)
    # Works that bar the same ones share a model.
    for gone in sorted(set(barred), key=sorted):
        own = np.array([other == gone for other in barred], dtype=bool)
        known = ~np.isin(source.work, sorted(gone))
        if target[known].any() and not target[known].all():
            scores[own], _ = _learned_scores(
                _chosen(source.with_cues, known), target[known], _chosen(read.with_cues, own)
            )
            trained |= own
    return scores, trained


def _suggestion_rows(
    read: _Read, item: str, score: NDArray[np.float64], trained: NDArray[np.bool_]
) -> pd.DataFrame:
    own = read.hits[read.hits["item"] == item].drop_duplicates(["sentence_id", "cue_id"])
    cues = own.groupby("sentence_id")["cue_id"].agg(", ".join).to_dict()
    table = read.sentences[[*KEYS, "text"]].copy()
    table["item"], table["score"] = item, score
    table["scored_by"] = np.where(trained, BOTH, CUES)
    table["proposed"] = score >= np.where(trained, THRESHOLD, 1)
    table["cues"] = [cues.get(name, "") for name in table["sentence_id"]]
    return table


SUGGESTION_COLUMNS = ["work_id", "item", "rank", "score", "proposed", "scored_by", "cues", "text",
                      "document_id", "section_id", "paragraph_id", "sentence_id"]  # fmt: skip


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Put the best sentences of each work and item first; works stay in their order."""
    place = pd.factorize(table["work_id"])[0]
    ordered = table.assign(place=place).sort_values(
        ["place", "item", "score"], ascending=[True, True, False], kind="stable"
    )
    ordered["rank"] = ordered.groupby(["work_id", "item"], sort=False).cumcount() + 1
    return ordered[SUGGESTION_COLUMNS].reset_index(drop=True)
