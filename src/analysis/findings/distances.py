"""Findings on how alike the works are: in words, in values, in problems, in remedies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coding import Coding
from analysis.coding.results import code_names
from analysis.coding.values import PROPOSED
from analysis.findings.effects import Effect, interval
from analysis.findings.settings import View
from analysis.similarity import SimilarityDraws, neighbours, similarity_draws

NOTIONS = {
    "words": "vocabulary",
    "values": "values invoked",
    "problems": "problems of practice",
    "remedies": "remedies advocated",
}
"""In what works may be alike."""


def occurrences(
    notion: str,
    words: pd.DataFrame | None = None,
    hits: pd.DataFrame | None = None,
    codings: Sequence[Coding] = (),
    paragraphs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return everything that counts for one notion of likeness, one row per occurrence.

    Parameters
    ----------
    notion : {"words", "values", "problems", "remedies"}
        In what works may be alike.
    words : pandas.DataFrame, optional
        The content words with ``term``; needed for ``words``.
    hits : pandas.DataFrame, optional
        The places that count as invoking a value, with ``concept_id``; needed for
        ``values``.
    codings : sequence of Coding
        Needed for ``problems`` (themes of problems of practice) and ``remedies``
        (instruments of advocated remedies of practice); what two codings have counts
        twice.
    paragraphs : pandas.DataFrame, optional
        All paragraphs, with ``work_id, paragraph_id, document_id``. Those in which nothing
        occurs are then drawn, too; without them, what is rare looks firmer than it is.

    Returns
    -------
    pandas.DataFrame
        ``work_id, paragraph_id, term, document_id``, for words also ``is_heading``. A
        paragraph in which nothing occurs has one row without a term.

    Raises
    ------
    ValueError
        If the notion is unknown, or what it needs was not given.

    Examples
    --------
    >>> import pandas as pd
    >>> words = pd.DataFrame({
    ...     "work_id": ["ada"], "paragraph_id": ["p1"], "document_id": ["ada"], "term": ["law"],
    ... })
    >>> occurrences("words", words=words)["term"].tolist()
    ['law']
    """
    if notion not in NOTIONS:
        raise ValueError(f"notion must be one of {', '.join(NOTIONS)}, not {notion!r}")
    given = {"words": words, "values": hits}.get(notion, codings or None)
    if given is None:
        raise ValueError(f"likeness of {notion} needs the {_NEEDED[notion]}")
    if notion == "values":
        table = hits.rename(columns={"concept_id": "term"})  # type: ignore[union-attr]
    else:
        table = words if notion == "words" else pd.concat(_coded(codings, notion))
    # A heading is drawn with the paragraph below it, see `resampling.unit_of`.
    keys = ["work_id", "paragraph_id", "term", "document_id"]
    kept = [*keys, *(["is_heading"] if "is_heading" in table else [])]
    table = table[kept].astype(dict.fromkeys(keys, str))
    if paragraphs is None:
        return table.reset_index(drop=True)
    every = paragraphs[["work_id", "paragraph_id", "document_id"]].astype(str).drop_duplicates()
    empty = every[~every["paragraph_id"].isin(table["paragraph_id"])].assign(term=None)
    return pd.concat([table, empty[keys]], ignore_index=True)


_NEEDED = {"words": "words", "values": "hits", "problems": "codings", "remedies": "codings"}


def _coded(codings: Sequence[Coding], notion: str) -> list[pd.DataFrame]:
    item, code = ("problem", "theme") if notion == "problems" else ("remedy", "instrument")
    parts = []
    for coding in codings:
        items = getattr(coding, notion)
        if item == "remedy":
            items = items[items["stance"].isin(PROPOSED)]
        level = code_names(coding, item)["level"]
        parts.append(items[items[code].map(level) == "practice"].rename(columns={code: "term"}))
    return parts


def occurrences_in(view: View, notion: str) -> pd.DataFrame:
    """Return the `occurrences` of a notion as one setting reads the texts.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    notion : {"words", "values", "problems", "remedies"}
        In what works may be alike.

    Returns
    -------
    pandas.DataFrame
        As `occurrences` returns it.
    """
    if notion == "words":
        tokens = view.tokens()
        words = tokens[tokens["is_word"] & tokens["term"].isin(view.content_terms())]
        return occurrences(notion, words=words)
    hits = view.hits() if notion == "values" else None
    return occurrences(notion, hits=hits, codings=view.codings, paragraphs=view.sentences())


def compared(view: View, notion: str) -> SimilarityDraws:
    """Return how alike each pair of works is in one notion, as counted and as drawn.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    notion : {"words", "values", "problems", "remedies"}
        In what works may be alike.

    Returns
    -------
    analysis.similarity.SimilarityDraws
        Pairs of works with their similarity, as counted and in each draw.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Materials, Settings, Silences, View, compared
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> result = compared(View(materials, Settings(), resamples=20), "words")
    >>> len(result.pairs), result.draws.shape
    (10, (10, 20))
    """
    settings = view.settings
    return view.remember(
        f"compared {notion}",
        lambda: similarity_draws(
            occurrences_in(view, notion), "work_id", settings.metric, view.resamples, view.seed
        ),
    )


def similarity_table(view: View) -> pd.DataFrame:
    """Return how alike each pair of works is in every notion.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    pandas.DataFrame
        ``notion`` (its label), ``a, b, similarity`` (0 to 1; 1 is the same), ``low, high``
        (stability interval), ``shift`` (median of the draws less the similarity).

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Materials, Settings, Silences, View, similarity_table
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> table = similarity_table(View(materials, Settings(), resamples=20))
    >>> int((table["notion"] == "vocabulary").sum())
    10
    """
    parts = []
    for notion, label in NOTIONS.items():
        draws = compared(view, notion)
        low, high = draws.intervals()
        shift = np.median(draws.draws, axis=1) - draws.estimate
        table = draws.pairs.assign(similarity=draws.estimate, low=low, high=high, shift=shift)
        parts.append(table.assign(notion=label))
    every = pd.concat(parts, ignore_index=True)
    return every[["notion", "a", "b", "similarity", "low", "high", "shift"]]


def twin_row(view: View) -> pd.DataFrame:
    """Return how alike the two extractions of one article are in vocabulary, as one row.

    Parameters
    ----------
    view : View
        The texts as one setting reads them; one work must have two documents.

    Returns
    -------
    pandas.DataFrame
        One row: ``notion, similarity, low, high``.
    """
    draws = twin_draws(view)
    low, high = draws.intervals()
    row = {"notion": NOTIONS["words"], "similarity": draws.estimate[0], "low": low[0]}
    return pd.DataFrame([row | {"high": high[0]}])


def neighbour_table(view: View) -> pd.DataFrame:
    """Return for each work its nearest and farthest neighbour in every notion.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    pandas.DataFrame
        ``notion`` (its label) and the columns of `neighbours`, ``work_id`` for ``group``.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Materials, Settings, Silences, View, neighbour_table
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> table = neighbour_table(View(materials, Settings(), resamples=20))
    >>> table[table["notion"] == "vocabulary"]["work_id"].tolist()
    ['aldermere', 'brackwater', 'corvedale', 'dunmoor', 'eastholm']
    """
    parts = [
        neighbours(compared(view, notion)).assign(notion=label) for notion, label in NOTIONS.items()
    ]
    return pd.concat(parts, ignore_index=True).rename(columns={"group": "work_id"})


def pair_lead(view: View, notion: str, pair: list[str]) -> Effect:
    """Compare how alike two works are with the pair of works that is otherwise most alike.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    notion : {"words", "values", "problems", "remedies"}
        In what works may be alike.
    pair : list of str
        The two works.

    Returns
    -------
    Effect
        A difference of similarities. Values: ``own, next`` (both), ``pair`` (the works of the
        next), ``leader`` (those of the most alike pair).
    """
    result = compared(view, notion)
    own = result.place(*pair)
    others = np.arange(len(result.pairs)) != own
    centred = result.centred()
    lead = centred[own] - centred[others].max(axis=0)
    following = int(np.flatnonzero(others)[result.estimate[others].argmax()])
    first = int(result.estimate.argmax())
    values = {
        "own": float(result.estimate[own]),
        "next": float(result.estimate[following]),
        "pair": _named(result.pairs, following),
        "leader": _named(result.pairs, first),
    }
    effect = float(result.estimate[own] - result.estimate[following])
    return Effect(effect, *interval(lead), values)


def twins_lead(view: View) -> Effect:
    """Compare how alike two extractions of one article are with the most alike works.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    Effect
        A difference of similarities. Values: ``own, next`` (both), ``pair`` (the most alike
        works).
    """
    works = compared(view, "words")
    twins = twin_draws(view)
    lead = twins.centred()[0] - works.centred().max(axis=0)
    top = int(works.estimate.argmax())
    values = {"own": float(twins.estimate[0]), "next": float(works.estimate[top]),
              "pair": _named(works.pairs, top)}  # fmt: skip
    return Effect(float(twins.estimate[0] - works.estimate[top]), *interval(lead), values)


def twin_draws(view: View) -> SimilarityDraws:
    """Return how alike the two extractions of one article are in vocabulary.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.

    Returns
    -------
    analysis.similarity.SimilarityDraws
        One pair, ``first`` and ``second``.
    """
    documents = view.materials.corpus.documents
    twin = documents.loc[documents["role"] == "twin", "work_id"].iloc[0]
    parts = []
    for reading in ("first", "second"):
        own = replace(view.settings, reading=reading)
        table = occurrences_in(View(view.materials, own, view.resamples, view.seed), "words")
        parts.append(table[table["work_id"] == twin].assign(work_id=reading))
    table = pd.concat(parts, ignore_index=True)
    return similarity_draws(table, "work_id", view.settings.metric, view.resamples, view.seed)


def rank_agreement(view: View, first: str, second: str) -> Effect:
    """Tell whether pairs of works that are alike in one notion are alike in another.

    Kendall's tau-b over the pairs of works. Both likenesses are drawn anew, each for
    itself. Pairs share works, so the six of them say less than six cases.

    Parameters
    ----------
    view : View
        The texts as one setting reads them.
    first, second : {"words", "values", "problems", "remedies"}
        The notions.

    Returns
    -------
    Effect
        From -1 to 1. Values: ``pairs`` (how many).
    """
    one, two = (compared(view, notion) for notion in (first, second))
    effect = float(rank_correlation(one.estimate, two.estimate))
    draws = rank_correlation(one.centred(), two.centred())
    return Effect(effect, *interval(draws), {"pairs": len(one.pairs)})


def rank_correlation(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return Kendall's tau-b of the rows of two arrays, for each column (Kendall 1945).

    scipy has the same measure for one column at a time.

    Parameters
    ----------
    first, second : numpy.ndarray of float, shape (rows,) or (rows, columns)
        The values.

    Returns
    -------
    numpy.ndarray of float, shape () or (columns,)
        From -1 to 1; NaN where all values of a column are the same.

    Examples
    --------
    >>> import numpy as np
    >>> float(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])).round(3))
    0.333
    """
    a, b = np.triu_indices(len(first), 1)
    one, two = np.sign(first[a] - first[b]), np.sign(second[a] - second[b])
    pairs = np.sqrt((one != 0).sum(axis=0) * (two != 0).sum(axis=0))
    with np.errstate(invalid="ignore"):
        return (one * two).sum(axis=0) / pairs


def _named(pairs: pd.DataFrame, place: int) -> str:
    return f"{pairs['a'].iloc[place]} {pairs['b'].iloc[place]}"
