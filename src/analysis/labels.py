"""Labelled sentences: how consistent the labellings are, and how right the lexicon is.

A labelling says of every sentence which value concepts it invokes, with what stance, and
whether the value is lacking. The lexicon was made from the same texts, and the labellers
had read what it leaves out: its quality is measured *in the corpus* and may be lower in
other texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis.concepts import STANCES
from analysis.corpus import Corpus, find_data
from analysis.measures import cohen_kappa, wilson_interval
from analysis.resampling import UnitCounts, draw_units, percentile_ends
from analysis.tables import InputError, read_table

LABEL_COLUMNS = ("sentence_id", "concept_id", "stance", "lack", "missing", "note")
PAIR = ("first", "second")
"""The two labellings by the full codebook, on whose agreement references rest."""
ALL = "all"
"""Stands for all concepts, or all sentences, together."""
HALVES = ("tuning", "held")


def load_labels(corpus: Corpus, folder: str | Path | None = None) -> pd.DataFrame:
    """Read the labellings of a corpus and check all of them.

    Parameters
    ----------
    corpus : Corpus
        The whole corpus: what was labelled is its running text, ``corpus.body()``,
        headings included.
    folder : str or Path, optional
        A folder of CSV files, one per labelling, with the columns ``sentence_id,
        concept_id, stance, lack`` (``yes`` or empty), ``missing, note``;
        ``lexicon/labels/`` in the folder of the corpus without it. The concepts are those of ``concepts.csv`` in
        the folder above.

    Returns
    -------
    pandas.DataFrame
        ``labelling`` (the name of the file), ``sentence_id, concept_id, stance, lack``
        (bool), ``missing`` (a value that no concept covers), ``note``. One row per
        labelling, sentence and concept, in the order of the texts; a sentence without any
        value has one row with an empty ``concept_id``.

    Raises
    ------
    InputError
        With every problem found: no labelling, a missing column, an unknown sentence,
        concept or stance, a label twice, a label without a stance, a sentence without a
        row, a row that says that there is no value where another row names one.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Neighbours need trust. They lend a spade."})
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({"concept_id": ["trust"]}).to_csv(folder / "concepts.csv", index=False)
    >>> (folder / "labels").mkdir()
    >>> pd.DataFrame({
    ...     "sentence_id": corpus.sentences["sentence_id"], "concept_id": ["trust", ""],
    ...     "stance": ["advocated", ""], "lack": "", "missing": "", "note": "",
    ... }).to_csv(folder / "labels" / "first.csv", index=False)
    >>> labels = analysis.load_labels(corpus, folder / "labels")
    >>> print(labels[["labelling", "sentence_id", "concept_id", "stance", "lack"]].to_string(index=False))
    labelling sentence_id concept_id    stance  lack
        first  note-s0001      trust advocated False
        first  note-s0002                      False
    """
    folder = corpus.folder / "lexicon" / "labels" if folder is None else Path(folder)
    problems: list[str] = []
    concepts = read_table(
        folder.parent / "concepts.csv", ("concept_id",), problems, key="concept_id"
    )
    order = pd.Index(corpus.body().sentences["sentence_id"])
    files = sorted(folder.glob("*.csv"))
    if not files:
        problems.append(f"{folder.name}: no labelling is in the folder; put one CSV file there")
    tables = []
    for path in files:
        count = len(problems)
        table = read_table(
            path, LABEL_COLUMNS, problems, filled=("sentence_id",),
            allowed={"sentence_id": set(order), "concept_id": set(concepts["concept_id"]),
                     "stance": STANCES, "lack": ("yes",)},
        )  # fmt: skip
        if len(table) or len(problems) == count:
            problems += _label_problems(path.name, table, order)
        tables.append(table.assign(labelling=path.stem))
    if problems:
        raise InputError(problems)
    labels = pd.concat(tables, ignore_index=True)
    labels = labels.assign(
        lack=labels["lack"] == "yes", place=order.get_indexer(labels["sentence_id"])
    )
    labels = labels.sort_values(["labelling", "place", "concept_id"], ignore_index=True)
    return labels[["labelling", *LABEL_COLUMNS]]


def _label_problems(name: str, table: pd.DataFrame, order: pd.Index) -> list[str]:
    """Say what is wrong with the rows of one labelling beyond single cells."""
    problems = []
    empty = table["concept_id"] == ""
    for row in table.loc[~empty & (table["stance"] == ""), "row"]:
        problems.append(f"{name}, row {row}, column stance: the cell is empty; judge the stance")
    for row in table.loc[empty & ((table["stance"] != "") | (table["lack"] != "")), "row"]:
        problems.append(
            f"{name}, row {row}, column concept_id: the cell is empty beside a stance or a lack; "
            "name the concept, or empty the others"
        )
    twice = table[table.duplicated(["sentence_id", "concept_id"])]
    for row, sentence in zip(twice["row"], twice["sentence_id"], strict=True):
        problems.append(f"{name}, row {row}: this label of {sentence} stands twice; delete one")
    valued = set(table.loc[~empty, "sentence_id"])
    both = table[empty & table["sentence_id"].isin(valued)]
    for row, sentence in zip(both["row"], both["sentence_id"], strict=True):
        problems.append(
            f"{name}, row {row}, column concept_id: the cell is empty, but {sentence} has "
            "labels in other rows; delete the row"
        )
    for sentence in order.difference(table["sentence_id"], sort=False):
        problems.append(
            f"{name}: {sentence} has no row; add one, with an empty concept_id if it invokes nothing"
        )
    return problems


def halves(sentences: pd.DataFrame) -> pd.Series:
    """Part sentences in two halves by a rule that looks at no word of them.

    The paragraphs of a document are numbered from 1, headings left out; a heading goes
    with the paragraph after it. Odd paragraphs are the half on which patterns and cues
    were tuned, even ones the half that was held out, on which results are only reported.

    Parameters
    ----------
    sentences : pandas.DataFrame
        ``corpus.body().sentences``, all of them: a part would be numbered anew.

    Returns
    -------
    pandas.Series of str
        ``tuning`` or ``held``, by ``sentence_id``.

    Examples
    --------
    >>> import analysis
    >>> from analysis.labels import halves
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> halves(corpus.body().sentences).value_counts().index.tolist()
    ['tuning', 'held']
    """
    odd = _paragraph_numbers(sentences) % 2 == 1
    index = pd.Index(sentences["sentence_id"])
    return pd.Series(np.where(odd, *HALVES), index=index, name="half")


def _paragraph_numbers(sentences: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of the paragraph in its document; a heading has that of the next."""
    paragraphs = sentences.drop_duplicates("paragraph_id")
    is_text = (~paragraphs["is_heading"]).astype(int)
    number = is_text.groupby(paragraphs["document_id"].astype(object)).cumsum() + (1 - is_text)
    of_paragraph = dict(zip(paragraphs["paragraph_id"], number, strict=True))
    return np.array([of_paragraph[p] for p in sentences["paragraph_id"]], dtype=np.int64)


# --- Consistency of the labellings ----------------------------------------------------------

CONSISTENCY_COLUMNS = ["concept_id", "n", "n_first", "n_second", "both", "kappa", "low", "high",
                       "stance_same", "stance_kappa", "lack_same"]  # fmt: skip


def consistency(
    labels: pd.DataFrame,
    units: pd.DataFrame,
    pair: tuple[str, str] = PAIR,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Tell how far two labellings agree, concept by concept.

    Between runs of one model this is consistency, not the agreement of independent
    readers.

    Parameters
    ----------
    labels : pandas.DataFrame
        From `load_labels`.
    units : pandas.DataFrame
        The sentences that count: ``corpus.body().sentences`` or a part.
    pair : tuple of str
        Names of the two labellings.
    resamples : int
        How often the paragraphs of each work are drawn with replacement.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    pandas.DataFrame
        One row per concept that either labelling has, then one with the concept ``all``,
        for which every sentence with every one of these concepts is a unit: ``n``
        (units), ``n_first, n_second`` (those that invoke the concept by the first, by the
        second of the pair), ``both``; ``kappa`` (`analysis.measures.cohen_kappa` of
        invoked or not; 1 is full agreement, 0 what chance gives) with the stability
        interval ``low, high``; ``stance_same`` (share of ``both`` with one stance, 0 to
        1), ``stance_kappa`` (of the four stances in ``both``), ``lack_same`` (share of
        ``both`` with the same lack). NaN where nothing could have been disagreed on.
        Resamples without a defined kappa are left out. Where two labellings do not
        differ at all, the interval has no width; that promises nothing of a third one.

    Raises
    ------
    ValueError
        If a labelling is unknown, or ``level`` does not lie between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "We trust them. They trust us. Trust is rare. Spades are sharp."}
    ... )
    >>> first, second, third, fourth = corpus.sentences["sentence_id"]
    >>> labels = pd.DataFrame(
    ...     [("first", first, "advocated"), ("first", second, "criticised"),
    ...      ("first", third, "described"), ("second", first, "advocated"),
    ...      ("second", second, "criticised")],
    ...     columns=["labelling", "sentence_id", "stance"],
    ... ).assign(concept_id="trust", lack=False)
    >>> table = analysis.consistency(labels, corpus.sentences, resamples=100)
    >>> columns = ["concept_id", "n", "n_first", "n_second", "both", "kappa", "stance_same"]
    >>> print(table[columns].to_string(index=False))
    concept_id  n  n_first  n_second  both  kappa  stance_same
         trust  4        3         2     2    0.5          1.0
           all  4        3         2     2    0.5          1.0
    """
    first, second = (_labelling(labels, name, units) for name in pair)
    both = first.merge(second, on=["sentence_id", "concept_id"], suffixes=("_first", "_second"))
    concepts = sorted({*first["concept_id"], *second["concept_id"]})
    counted = _count_cells(
        {"first": first, "second": second, "both": both}, concepts, units, resamples, seed
    )
    rows = []
    for concept in (*concepts, ALL):
        own = both if concept == ALL else both[both["concept_id"] == concept]
        chosen = concepts if concept == ALL else [concept]
        parts = ("first", "second", "both")
        n_first, n_second, n_both = (counted.of(part, chosen) for part in parts)
        n = counted.sizes * len(chosen)
        kappa = _kappa(n_first, n_second, n_both, n)
        rows.append(
            (concept, *(int(count[0]) for count in (n, n_first, n_second, n_both)), kappa[0],
             *_ends(kappa[1:], level), (own["stance_first"] == own["stance_second"]).mean(),
             cohen_kappa(own["stance_first"], own["stance_second"]),
             (own["lack_first"] == own["lack_second"]).mean())
        )  # fmt: skip
    return pd.DataFrame(rows, columns=CONSISTENCY_COLUMNS)


def _labelling(labels: pd.DataFrame, name: str, units: pd.DataFrame) -> pd.DataFrame:
    """Return the values that one labelling finds in some sentences."""
    known = sorted(labels["labelling"].unique())
    if name not in known:
        raise ValueError(f"there is no labelling {name!r}; there are {', '.join(known)}")
    own = labels[(labels["labelling"] == name) & (labels["concept_id"] != "")]
    return own[own["sentence_id"].isin(set(units["sentence_id"]))]


def _kappa(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    both: NDArray[np.float64],
    n: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return Cohen's kappa of yes and no from counts of yes; NaN where it is not defined."""
    agreed = (n - first - second + 2 * both) * n
    expected = first * second + (n - first) * (n - second)
    room = n * n - expected
    return np.divide(agreed - expected, room, out=np.full(len(n), np.nan), where=room > 0)


def _ends(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    return percentile_ends(values[~np.isnan(values)], level)


@dataclass(frozen=True)
class _Cells:
    """Counts per part and cell: those of the whole first, then those of each resample."""

    counts: dict[str, NDArray[np.float64]]
    names: list[str]
    sizes: NDArray[np.float64]

    def of(self, part: str, cells: Sequence[str]) -> NDArray[np.float64]:
        """Return the counts of some cells of a part together."""
        total: NDArray[np.float64] = self.counts[part][[self.names.index(c) for c in cells]].sum(0)
        return total


def _count_cells(
    parts: dict[str, pd.DataFrame],
    cells: list[str],
    units: pd.DataFrame,
    resamples: int,
    seed: int,
    column: str = "concept_id",
) -> _Cells:
    """Count the cells of each part in the whole and in drawn paragraphs of each work.

    A heading is drawn with the paragraph after it.
    """
    keys = units["document_id"].astype(str) + " " + _paragraph_numbers(units).astype(str)
    paragraph, names = pd.factorize(keys)
    owner = units["work_id"].astype(str).groupby(paragraph).first()
    group, groups = pd.factorize(owner, sort=True)
    home = dict(zip(units["sentence_id"], paragraph, strict=True))
    place = {(part, cell): i for i, (part, cell) in enumerate((p, c) for p in parts for c in cells)}
    rows = [home[s] for table in parts.values() for s in table["sentence_id"]]
    columns = [place[part, cell] for part, table in parts.items() for cell in table[column]]
    counts = sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns)), shape=(len(names), len(place))
    )
    sizes = np.bincount(paragraph, minlength=len(names))
    draws = draw_units(
        UnitCounts(pd.Index(groups), pd.RangeIndex(len(place)), group, sizes, counts),
        resamples,
        seed,
    )
    drawn = np.zeros((len(place), resamples))
    for slot, block in draws.blocks():
        drawn[slot] = block.sum(axis=0)
    table = np.column_stack([np.asarray(counts.sum(axis=0)).ravel(), drawn])
    return _Cells(
        {part: table[i * len(cells) : (i + 1) * len(cells)] for i, part in enumerate(parts)},
        cells,
        np.array([sizes.sum(), *draws.sizes.sum(axis=0)], dtype=float),
    )


# --- Quality of the lexicon -----------------------------------------------------------------

QUALITY_COLUMNS = ["concept_id", "true_positives", "false_positives", "false_negatives",
                   "disputed", "disputed_found", "precision", "precision_low", "precision_high",
                   "recall", "recall_low", "recall_high", "f1"]  # fmt: skip


def matcher_quality(
    hits: pd.DataFrame,
    labels: pd.DataFrame,
    units: pd.DataFrame,
    pair: tuple[str, str] = PAIR,
    level: float = 0.95,
) -> pd.DataFrame:
    """Tell how far hits of a lexicon are what two labellings found, in the corpus.

    A sentence counts for a concept where both labellings say that it invokes the concept,
    or both that it does not; where they differ it is disputed and counted apart. Several
    hits of one concept in a sentence count once.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `analysis.find_concepts`, all of them.
    labels : pandas.DataFrame
        From `load_labels`.
    units : pandas.DataFrame
        The sentences that count.
    pair : tuple of str
        Names of the two labellings.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per concept that hits or labels have, then one with the concept ``all``
        (the sums, in which frequent concepts weigh more): ``true_positives`` (sentences
        that are labelled and have a hit), ``false_positives`` (hit only),
        ``false_negatives`` (label only), ``disputed``, ``disputed_found`` (of these, with
        a hit); ``precision = true_positives / (true_positives + false_positives)``,
        ``recall = true_positives / (true_positives + false_negatives)``, each with
        Wilson's interval; ``f1``, the harmonic mean of the two. Shares from 0 to 1,
        higher is better; NaN where nothing is found, or nothing labelled. The intervals
        treat sentences as independent, which those of one paragraph are not.

    Raises
    ------
    ValueError
        If a labelling is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "We trust them. They trust us. Trust is rare. Spades are sharp."}
    ... )
    >>> first, second, third, fourth = corpus.sentences["sentence_id"]
    >>> labels = pd.DataFrame(
    ...     [("first", first, "advocated"), ("first", second, "criticised"),
    ...      ("first", third, "described"), ("second", first, "advocated"),
    ...      ("second", second, "criticised")],
    ...     columns=["labelling", "sentence_id", "stance"],
    ... ).assign(concept_id="trust", lack=False)
    >>> hits = pd.DataFrame({"sentence_id": [first, second, fourth]}).assign(
    ...     concept_id="trust", stance="advocated", stance_from="default", lack=False
    ... )
    >>> quality = analysis.matcher_quality(hits, labels, corpus.sentences)
    >>> columns = ["concept_id", "true_positives", "disputed", "precision", "recall"]
    >>> print(quality[columns].to_string(index=False))
    concept_id  true_positives  disputed  precision  recall
         trust               2         1   0.666667     1.0
           all               2         1   0.666667     1.0
    """
    first, second = (_pairs_of(_labelling(labels, name, units)) for name in pair)
    found = _pairs_of(hits[hits["sentence_id"].isin(set(units["sentence_id"]))])
    agreed, disputed = first & second, first ^ second
    cells = {
        "true_positives": found & agreed,
        "false_positives": found - agreed - disputed,
        "false_negatives": agreed - found,
        "disputed": disputed,
        "disputed_found": disputed & found,
    }
    concepts = sorted({concept for _, concept in first | second | found})
    table = pd.DataFrame({"concept_id": concepts})
    for name, members in cells.items():
        counts = pd.Series([concept for _, concept in members], dtype=object).value_counts()
        table[name] = counts.reindex(concepts, fill_value=0).to_numpy(dtype=int)
    total = pd.DataFrame([{"concept_id": ALL, **table[list(cells)].sum()}])
    return _with_rates(pd.concat([table, total], ignore_index=True), level)


def quality_by_half(
    hits: pd.DataFrame, labels: pd.DataFrame, units: pd.DataFrame, pair: tuple[str, str] = PAIR
) -> pd.DataFrame:
    """Return `matcher_quality` on all sentences and on each of the two `halves`.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `analysis.find_concepts`, all of them.
    labels : pandas.DataFrame
        From `load_labels`.
    units : pandas.DataFrame
        ``corpus.body().sentences``, all of them.
    pair : tuple of str
        Names of the two labellings. A name given twice takes one labelling as the measure.

    Returns
    -------
    pandas.DataFrame
        ``half`` (``all``, ``tuning``, ``held``), then the columns of `matcher_quality`.

    Raises
    ------
    ValueError
        If a labelling is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "We trust them. They trust us. Trust is rare. Spades are sharp."}
    ... )
    >>> first, second, third, fourth = corpus.sentences["sentence_id"]
    >>> labels = pd.DataFrame(
    ...     [("first", first, "advocated"), ("first", second, "criticised"),
    ...      ("first", third, "described"), ("second", first, "advocated"),
    ...      ("second", second, "criticised")],
    ...     columns=["labelling", "sentence_id", "stance"],
    ... ).assign(concept_id="trust", lack=False)
    >>> hits = pd.DataFrame({"sentence_id": [first, second, fourth]}).assign(
    ...     concept_id="trust", stance="advocated", stance_from="default", lack=False
    ... )
    >>> quality = analysis.quality_by_half(hits, labels, corpus.sentences)
    >>> every = quality[quality["concept_id"] == "all"]
    >>> print(every[["half", "true_positives", "disputed"]].to_string(index=False))
      half  true_positives  disputed
       all               2         1
    tuning               2         1
      held               0         0
    """
    half = halves(units).to_numpy()
    parts = {ALL: units} | {name: units[half == name] for name in HALVES}
    tables = [
        matcher_quality(hits, labels, own, pair).assign(half=name) for name, own in parts.items()
    ]
    return pd.concat(tables, ignore_index=True)[["half", *QUALITY_COLUMNS]]


def quality_before(folder: str | Path | None = None) -> pd.DataFrame:
    """Read the quality that the lexicon had before it was tuned on the labels.

    Parameters
    ----------
    folder : str or Path, optional
        The folder with ``quality_before.csv``; the project's ``data/lexicon`` without it.

    Returns
    -------
    pandas.DataFrame
        ``date`` (of the record), then the columns of `quality_by_half`.

    Raises
    ------
    InputError
        If the file is missing, or lacks a column or a number.
    """
    folder = find_data() / "lexicon" if folder is None else Path(folder)
    problems: list[str] = []
    columns = ["date", "half", *QUALITY_COLUMNS]
    table = read_table(
        folder / "quality_before.csv", columns, problems,
        filled=("date", "half", *QUALITY_COLUMNS[:6]), allowed={"half": (ALL, *HALVES)},
    )  # fmt: skip
    counts, rates = QUALITY_COLUMNS[1:6], QUALITY_COLUMNS[6:]
    for column in (*counts, *rates):
        numbers = pd.to_numeric(table[column].replace("", "nan"), errors="coerce")
        for row in table.loc[numbers.isna() & (table[column] != ""), "row"]:
            problems.append(f"quality_before.csv, row {row}, column {column}: it is no number")
        table[column] = numbers
    if problems:
        raise InputError(problems)
    return table[columns].astype(dict.fromkeys(counts, int) | dict.fromkeys(rates, float))


def _pairs_of(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["sentence_id"], table["concept_id"], strict=True))


def _with_rates(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add precision, recall and f1 to counts."""
    true = table["true_positives"].to_numpy(dtype=float)
    wrong = table["false_positives"].to_numpy(dtype=float)
    missed = table["false_negatives"].to_numpy(dtype=float)
    for name, n in (("precision", true + wrong), ("recall", true + missed)):
        table[name] = _share(true, n)
        table[f"{name}_low"], table[f"{name}_high"] = wilson_interval(true, n, level)
    table["f1"] = _share(2 * true, 2 * true + wrong + missed)
    return table[QUALITY_COLUMNS]


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


# --- Stance ---------------------------------------------------------------------------------


def corrected_stances(
    hits: pd.DataFrame, labels: pd.DataFrame, pair: tuple[str, str] = PAIR
) -> pd.DataFrame:
    """Put the labels, where two labellings agree, above what cues say of a hit.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `analysis.find_concepts`.
    labels : pandas.DataFrame
        From `load_labels`.
    pair : tuple of str
        Names of the two labellings.

    Returns
    -------
    pandas.DataFrame
        The hits in their order. ``stance`` is that of the labels where both labellings
        have the concept in the sentence and give it one stance; ``stance_from`` is
        ``label`` there, else ``cue`` or ``default`` as before. ``lack`` is that of the
        labels where both have the concept in the sentence and agree on it. A label
        judges a concept in a sentence, so that several hits of it there get the same.

    Raises
    ------
    ValueError
        If a labelling is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "We trust them. They trust us. Trust is rare. Spades are sharp."}
    ... )
    >>> first, second, third, fourth = corpus.sentences["sentence_id"]
    >>> labels = pd.DataFrame(
    ...     [("first", first, "advocated"), ("first", second, "criticised"),
    ...      ("first", third, "described"), ("second", first, "advocated"),
    ...      ("second", second, "criticised")],
    ...     columns=["labelling", "sentence_id", "stance"],
    ... ).assign(concept_id="trust", lack=False)
    >>> hits = pd.DataFrame({"sentence_id": [first, second, fourth]}).assign(
    ...     concept_id="trust", stance="advocated", stance_from="default", lack=False
    ... )
    >>> corrected = analysis.corrected_stances(hits, labels)
    >>> print(corrected[["stance", "stance_from"]].to_string(index=False))
        stance stance_from
     advocated       label
    criticised       label
     advocated     default
    """
    agreed = _agreed(labels, hits, pair)
    keys = pd.MultiIndex.from_frame(hits[["sentence_id", "concept_id"]])
    table = hits.copy()
    stance = agreed["stance"].dropna().reindex(keys).to_numpy(dtype=object)
    judged = ~pd.isna(stance)
    table["stance"] = np.where(judged, stance, hits["stance"])
    table["stance_from"] = np.where(judged, "label", hits["stance_from"])
    lack = agreed["lack"].dropna().reindex(keys).to_numpy(dtype=object)
    table["lack"] = np.where(pd.isna(lack), hits["lack"], lack).astype(bool)
    return table


def _agreed(labels: pd.DataFrame, units: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """Return stance and lack by sentence and concept, missing where two labellings differ."""
    keys = ["sentence_id", "concept_id"]
    first, second = (_labelling(labels, name, units) for name in pair)
    both = first.merge(second, on=keys, suffixes=("_first", "_second")).set_index(keys)
    columns = {
        name: both[f"{name}_first"].astype(object).where(both[f"{name}_first"] == both[f"{name}_second"], None)
        for name in ("stance", "lack")
    }  # fmt: skip
    return pd.DataFrame(columns, index=both.index)


def stance_confusion(
    hits: pd.DataFrame, labels: pd.DataFrame, units: pd.DataFrame, pair: tuple[str, str] = PAIR
) -> pd.DataFrame:
    """Set the stances that cues give against those on which two labellings agree.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `analysis.find_concepts`; of several hits of a concept in a sentence the
        first counts.
    labels : pandas.DataFrame
        From `load_labels`.
    units : pandas.DataFrame
        The sentences that count.
    pair : tuple of str
        Names of the two labellings.

    Returns
    -------
    pandas.DataFrame
        ``labelled, found, count``: how many times a concept in a sentence has one stance
        by the labels and one by the cues; one row for each of the sixteen pairs. Only
        sentences with a hit and an agreed label count.

    Raises
    ------
    ValueError
        If a labelling is unknown.
    """
    judged = _judged(hits, labels, units, pair).dropna(subset=["stance_labelled"])
    counts = judged.groupby(["stance_labelled", "stance_found"]).size()
    every = pd.MultiIndex.from_product([STANCES, STANCES], names=["labelled", "found"])
    return counts.reindex(every, fill_value=0).rename("count").reset_index()


STANCE_COLUMNS = ["what", "n", "same", "most_frequent", "kappa", "low", "high"]


def stance_quality(
    hits: pd.DataFrame,
    labels: pd.DataFrame,
    units: pd.DataFrame,
    pair: tuple[str, str] = PAIR,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Tell how often cues give the stance and the lack on which two labellings agree.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `analysis.find_concepts`; of several hits of a concept in a sentence the
        first counts for the stance, and the concept lacks if any of them does.
    labels : pandas.DataFrame
        From `load_labels`.
    units : pandas.DataFrame
        The sentences that count.
    pair : tuple of str
        Names of the two labellings.
    resamples : int
        How often the paragraphs of each work are drawn with replacement.
    seed : int
        Seed of the draw.
    level : float
        Share of the resamples inside the interval.

    Returns
    -------
    pandas.DataFrame
        One row for ``stance`` and one for ``lack`` (``what``): ``n`` (concepts in
        sentences with a hit and an agreed label), ``same`` (share that is right),
        ``most_frequent`` (share that would be right if all got the most frequent label:
        cues that do no better are worth nothing), ``kappa`` (Cohen's, beyond chance; 1 is
        perfect, 0 chance) with the stability interval ``low, high``.

    Raises
    ------
    ValueError
        If a labelling is unknown, or ``level`` does not lie between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "We trust them. They trust us. Trust is rare. Spades are sharp."}
    ... )
    >>> first, second, third, fourth = corpus.sentences["sentence_id"]
    >>> labels = pd.DataFrame(
    ...     [("first", first, "advocated"), ("first", second, "criticised"),
    ...      ("first", third, "described"), ("second", first, "advocated"),
    ...      ("second", second, "criticised")],
    ...     columns=["labelling", "sentence_id", "stance"],
    ... ).assign(concept_id="trust", lack=False)
    >>> hits = pd.DataFrame({"sentence_id": [first, second, fourth]}).assign(
    ...     concept_id="trust", stance="advocated", stance_from="default", lack=False
    ... )
    >>> quality = analysis.stance_quality(hits, labels, corpus.sentences, resamples=100)
    >>> print(quality[["what", "n", "same", "most_frequent"]].to_string(index=False))
      what  n  same  most_frequent
    stance  2   0.5            0.5
      lack  2   1.0            1.0
    """
    judged = _judged(hits, labels, units, pair)
    rows = []
    for what in ("stance", "lack"):
        own = judged.dropna(subset=[f"{what}_labelled"])
        labelled, found = own[f"{what}_labelled"].astype(str), own[f"{what}_found"].astype(str)
        values = sorted({*labelled, *found})
        cells = own.assign(cell=labelled + " " + found)
        names = [f"{a} {b}" for a in values for b in values]
        counted = _count_cells({what: cells}, names, units, resamples, seed, column="cell")
        square = counted.counts[what].reshape(len(values), len(values), resamples + 1)
        n, right = square.sum(axis=(0, 1)), np.einsum("iir->r", square)
        expected = (square.sum(axis=0) * square.sum(axis=1)).sum(axis=0)
        kappa = _share(right * n - expected, n * n - expected)
        most = labelled.value_counts(normalize=True).max()
        rows.append((what, len(own), (labelled == found).mean(), most, kappa[0],
                     *_ends(kappa[1:], level)))  # fmt: skip
    return pd.DataFrame(rows, columns=STANCE_COLUMNS)


def _judged(
    hits: pd.DataFrame, labels: pd.DataFrame, units: pd.DataFrame, pair: tuple[str, str]
) -> pd.DataFrame:
    """Return label and finding for each concept in a sentence that has both."""
    keys = ["sentence_id", "concept_id"]
    found = hits.groupby(keys).agg(stance=("stance", "first"), lack=("lack", "any"))
    agreed = _agreed(labels, units, pair).add_suffix("_labelled")
    joined = agreed.join(found.add_suffix("_found"), how="inner")
    return joined.reset_index()
