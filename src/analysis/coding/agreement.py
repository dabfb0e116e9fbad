"""How far two codings of the same works agree: units, codes and links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from analysis.coding.loading import Coding
from analysis.coding.places import touched
from analysis.corpus import Corpus
from analysis.measures.intervals import wilson_interval
from analysis.measures.unitising import unitising_alpha_from_lengths
from analysis.resampling import UnitCounts, check_level, draw_units, percentile_ends

Floats = NDArray[np.float64]
Sides = tuple[pd.DataFrame, pd.DataFrame]
"""A table of the first coding, and the same of the second."""

TABLES = {"problem": "problems", "remedy": "remedies"}
"""Where a coding has the items of each kind."""
CODES = {
    "problem": ("theme", "level", "voice", "stance"),
    "remedy": ("instrument", "actor", "voice", "stance"),
}
"""The codes of each kind of item; the first says what the item is about."""
ALL = "all"
"""Stands for all works together."""
OVERLAPS = {"any overlap": 0.0, "Jaccard 0.25": 0.25, "Jaccard 0.5": 0.5, "Jaccard 0.75": 0.75}
"""From which overlap on, as a share of what the two quotations cover, units count as one."""
NEIGHBOURS = {"same sentence": "sentence_id", "same paragraph": "paragraph_id"}
THRESHOLDS = (*OVERLAPS, *NEIGHBOURS)
TIE = 1e-4
"""So small that it decides only between matchings whose overlap is all but the same."""

PLACE = ["document_id", "section_id", "paragraph_id", "sentence_id", "start", "end"]
UNIT_COLUMNS = ["item", "work_id", "first_id", "second_id", "found", "overlap", "jaccard",
                "in_smaller", "code_first", "code_second", *PLACE]  # fmt: skip
FOUND_COLUMNS = ["item", "work_id", "threshold", "n_first", "n_second", "matched",
                 "of_first", "of_first_low", "of_first_high",
                 "of_second", "of_second_low", "of_second_high", "f1"]  # fmt: skip
UNITISING_COLUMNS = ["item", "work_id", "alpha_u", "low", "high", "length", "marked_first",
                     "marked_second", "marked_both", "merged_first", "merged_second"]  # fmt: skip
CODE_COLUMNS = ["item", "work_id", "code", "matched", "left_out_first", "left_out_second",
                "agreed", "share", "alpha", "low", "high"]  # fmt: skip
CONFUSION_COLUMNS = ["item", "code", "first", "second", "count"]
LINK_COLUMNS = ["work_id", "n_first", "n_second", "left_out_first", "left_out_second", "possible",
                "both", "only_first", "only_second", "specific_agreement", "alpha"]  # fmt: skip
LINK_ENDS = ["remedy_first", "problem_first", "remedy_second", "problem_second"]
LINK_PAIR_COLUMNS = ["work_id", *LINK_ENDS, "found", "basis_first", "basis_second"]
DISAGREEMENT_COLUMNS = ["work_id", "item", "what", "first_id", "second_id", "label_first",
                        "label_second", "code_first", "code_second", "sentence_id"]  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """How far two codings agree, from `agreement`.

    Neither coding is the truth. *First* and *second* only name them, and each is measured
    against the other. A missing id says that the coding has no such unit. Shares lie
    between 0 and 1; of shares and coefficients, higher means more agreement. NaN stands
    where nothing could have been agreed on.

    Attributes
    ----------
    units : pandas.DataFrame
        One row per unit of either coding, in the order of the text: ``item`` (``problem``
        or ``remedy``), ``work_id, first_id, second_id, found`` (``both``, ``first`` or
        ``second``: whether the quotations overlap at all), ``overlap`` (characters),
        ``jaccard`` (of the characters that the two quotations cover, the share that both
        cover), ``in_smaller`` (overlap / length of the shorter quotation); these three are
        0 for a unit of one coding. ``code_first, code_second`` (theme or instrument),
        ``document_id, section_id, paragraph_id, sentence_id, start, end`` (the place in
        the first coding, or in the second if only that has the unit).
    found : pandas.DataFrame
        ``item, work_id`` (one work, or ``all``), ``threshold`` (what counts as the same
        unit: ``any overlap``; a ``Jaccard`` share of at least 0.25, 0.5, 0.75; quotations
        that begin in the ``same sentence`` or ``same paragraph``; each matched one to one
        by its own rule), ``n_first, n_second, matched``; ``of_first`` (of the units of the
        first, the share that the second has), ``of_second`` (the other way round), each
        with Wilson's interval ``.._low, .._high``; ``f1``, the harmonic mean of the two,
        ``2 * matched / (n_first + n_second)``. If the second were the truth, ``of_first``
        would be precision and ``of_second`` recall; if the first were, the reverse.
    unitising : pandas.DataFrame
        Empty without a corpus. ``item, work_id`` (one work, or ``all`` as one text),
        ``alpha_u`` (`analysis.measures.unitising_alpha` of marked and unmarked characters;
        1 is full agreement, 0 what chance gives) with the stability interval ``low,
        high``; ``length`` (characters of the running text), ``marked_first,
        marked_second, marked_both`` (shares of it), ``merged_first, merged_second``
        (units that were lost because a quotation overlaps another of the same coding and
        kind, and the two were merged).
    codes : pandas.DataFrame
        ``item`` (``problem``, ``remedy`` or ``link``), ``work_id, code, matched`` (units
        that both have), ``left_out_first, left_out_second`` (units of each coding that the
        other has not, on whose codes nothing is said), ``agreed, share`` (agreed /
        matched), ``alpha`` (`analysis.measures.krippendorff_alpha`, nominal) with the
        stability interval ``low, high``.
    confusions : pandas.DataFrame
        ``item, code, first, second, count``: which codes the two give to the same unit
        where they differ, all works together, for each code the most frequent first.
    links : pandas.DataFrame
        ``work_id, n_first, n_second`` (links of each coding), ``left_out_first,
        left_out_second`` (of these, links with an end that the other coding has not),
        ``possible`` (pairs of a remedy and a problem of one work that both codings have),
        ``both, only_first, only_second`` (of these, linked by both, by one),
        ``specific_agreement``: ``2 * both / (2 * both + only_first + only_second)``, the
        share of agreement among what either links; ``alpha``, Krippendorff's, of linked or
        not among the possible pairs.
    link_pairs : pandas.DataFrame
        One row per link of either coding: ``work_id, remedy_first, problem_first,
        remedy_second, problem_second`` (its ends in each coding; missing where the coding
        has no such unit), ``found`` (``both``, ``first``, ``second`` or ``end
        unmatched``), ``basis_first, basis_second`` (missing where a coding does not link).
    """

    units: pd.DataFrame
    found: pd.DataFrame
    unitising: pd.DataFrame
    codes: pd.DataFrame
    confusions: pd.DataFrame
    links: pd.DataFrame
    link_pairs: pd.DataFrame


def agreement(
    first: Coding,
    second: Coding,
    corpus: Corpus | None = None,
    without: pd.DataFrame | None = None,
    resamples: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Agreement:
    """Tell how far two codings of the same works agree.

    Four questions are asked one after the other, and each takes only what the one before
    has left: whether the two find the same units, whether they give the same codes to the
    units that both have, and whether they draw the same links between these.

    Units of one work and kind are matched one to one, so that the sum of the Jaccard
    shares of all pairs is largest. Shares and not characters, because every unit counts
    the same however long its clause is, and because a quotation then goes to the one
    that covers the same words, not to a long one that happens to hold it. Of matchings of
    the same sum the one with more pairs is taken, then the one with more pairs of the same
    theme or instrument, then the one in the order of the text. Where several units rest on
    the same words, this lets codes agree as far as they can.

    Between codings of one language model, or of related ones, this is *consistency*, not
    the agreement of independent readers.

    Parameters
    ----------
    first, second : Coding
        Two codings of the same works, from `analysis.load_coding`. Their ids need not have
        anything in common.
    corpus : Corpus, optional
        The texts that were coded; without it, there is no table ``unitising``. What can be
        marked is the running text of abstract, body and conclusion, headings left out,
        in characters of its sentences.
    without : pandas.DataFrame, optional
        Passages ``document_id, start, end`` that are left out, such as the examples of a
        codebook: every unit whose quotation overlaps one of them, together with the unit
        of the other coding that it is matched with, and the links of both. The text of
        ``unitising`` then is without the paragraphs of these passages and units.
    resamples : int
        How often paragraphs are drawn anew for the stability intervals: of each work as
        many as there are, with replacement. For codes only paragraphs with matched units
        are drawn (for links, the paragraph of the remedy).
    seed : int
        Seed of the draw.
    level : float
        Nominal coverage of all intervals.

    Returns
    -------
    Agreement
        The tables. Rows do not depend on the order of rows in the codings. Intervals are
        NaN where no work has two paragraphs to draw from; resamples in which a coefficient
        is not defined are left out.

    Raises
    ------
    ValueError
        If the codings are of different works or documents, an id stands twice, a unit has
        no place or does not lie in the running text of the corpus, ``without`` lacks a
        column, or ``level`` does not lie between 0 and 1.

    Notes
    -----
    A first and a second reader who mark the same words count as agreeing even if one of
    them divides the words into more units: ``alpha_u`` sees the marks, ``found`` the units.

    References
    ----------
    Hripcsak, G. & Rothschild, A. S. (2005). Agreement, the F-measure, and reliability in
    information retrieval. *Journal of the American Medical Informatics Association* 12(3).
    (Specific agreement, and why it and F1 are one.)
    Krippendorff, K. (2019). *Content Analysis: An Introduction to Its Methodology*. 4th
    ed. Sage.

    Examples
    --------
    Two codings that differ by one link:

    >>> from dataclasses import replace
    >>> import analysis
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> second = replace(coding, links=coding.links.iloc[1:])
    >>> result = analysis.agreement(coding, second, resamples=0)
    >>> columns = ["n_first", "n_second", "both", "only_first"]
    >>> print(result.links[result.links["work_id"] == "all"][columns].to_string(index=False))
     n_first  n_second  both  only_first
           9         8     8           1
    """
    check_level(level)
    items = (_items(first), _items(second))
    works = _check_codings((first, second), items)
    left_out = None
    if without is not None:
        first, second, left_out = _leave_out(first, second, items, without)
        items = (_items(first), _items(second))
    units = _units(*items)
    pairs = {item: _pairs(first, second, units, item) for item in TABLES}
    link_pairs = _link_pairs(first, second, units)
    pairs["link"] = _basis_pairs(first, link_pairs)
    sizes = {item: _sizes(first, second, item) for item in pairs}
    draw = _Draw(works, resamples, seed, level)
    return Agreement(
        units=units,
        found=_found(items, sizes, works, level),
        unitising=_unitising(items, corpus, left_out, draw),
        codes=_codes(pairs, sizes, draw),
        confusions=_confusions(pairs),
        links=_links(link_pairs, units, sizes["link"], works),
        link_pairs=link_pairs,
    )


@dataclass(frozen=True)
class Backing:
    """What rests on one coding and what on two, from `backing`.

    Attributes
    ----------
    items : pandas.DataFrame
        ``item, item_id, work_id, code`` (theme or instrument), ``coders`` (2 if the second
        coding has the unit, too, else 1), ``same_code`` (whether it has it with the same
        theme or instrument).
    links : pandas.DataFrame
        ``remedy_id, problem_id, work_id, basis, coders`` (2 if the second coding links the
        same two units, else 1), ``same_basis``.
    """

    items: pd.DataFrame
    links: pd.DataFrame


def backing(coding: Coding, result: Agreement) -> Backing:
    """Tell of each item and link of a coding whether a second coding has it, too.

    Parameters
    ----------
    coding : Coding
        The first of the two codings that were compared.
    result : Agreement
        From `agreement`, with nothing left out.

    Returns
    -------
    Backing
        Items and links in the order of the coding.

    Raises
    ------
    ValueError
        If an item or a link of the coding is not in ``result``.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import analysis
    >>> from analysis.coding import backing
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> second = replace(coding, links=coding.links.iloc[1:])
    >>> result = analysis.agreement(coding, second, resamples=0)
    >>> backing(coding, result).links["coders"].value_counts().sort_index().to_dict()
    {1: 1, 2: 8}
    """
    own = result.units.set_index(["item", "first_id"])
    parts = []
    for item, name in TABLES.items():
        table = getattr(coding, name)
        key = pd.MultiIndex.from_product([[item], table[f"{item}_id"]])
        _check_known(key[~key.isin(own.index)].get_level_values(1))
        matched = own.loc[key]
        both = (matched["found"] == "both").to_numpy()
        same = (matched["code_first"] == matched["code_second"]).to_numpy(dtype=bool)
        part = table[[f"{item}_id", "work_id", CODES[item][0]]].set_axis(
            ["item_id", "work_id", "code"], axis=1
        )
        parts.append(part.assign(item=item, coders=1 + both, same_code=both & same))
    links = coding.links[["remedy_id", "problem_id", "work_id", "basis"]].reset_index(drop=True)
    ends = pd.MultiIndex.from_frame(links[["remedy_id", "problem_id"]])
    drawn = result.link_pairs[result.link_pairs["basis_first"].notna()]
    drawn = drawn.set_index(["remedy_first", "problem_first"])
    _check_known(" to ".join(link) for link in ends[~ends.isin(drawn.index)])
    drawn = drawn.loc[ends]
    both = (drawn["found"] == "both").to_numpy()
    same = (drawn["basis_first"] == drawn["basis_second"]).to_numpy(dtype=bool)
    items = pd.concat(parts, ignore_index=True)
    return Backing(
        items[["item", "item_id", "work_id", "code", "coders", "same_code"]],
        links.assign(coders=1 + both, same_basis=both & same),
    )


def disagreements(first: Coding, second: Coding, result: Agreement) -> pd.DataFrame:
    """List everything on which two codings differ, for reading it.

    Parameters
    ----------
    first, second : Coding
        The two codings.
    result : Agreement
        From `agreement` of the two. What it left out is not listed.

    Returns
    -------
    pandas.DataFrame
        One row per difference, in the order of the text: ``work_id, item`` (``problem``,
        ``remedy`` or ``link``), ``what`` (``found by the first only``, ``found by the
        second only``, ``other theme``, ``other level`` and so on; for links ``linked by
        the first only``, ``linked by the second only``, ``other basis``), ``first_id,
        second_id, label_first, label_second`` (of a link: remedy and problem, with an
        arrow), ``code_first, code_second`` (theme or instrument of what one coding found,
        else the two codes that differ), ``sentence_id`` (of a link: that of the remedy).
        A link with an end that one coding has not is not listed, because the end is.

    Raises
    ------
    ValueError
        If the codings lack a unit of ``result``.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import analysis
    >>> from analysis.coding import disagreements
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> second = replace(coding, links=coding.links.iloc[1:])
    >>> result = analysis.agreement(coding, second, resamples=0)
    >>> disagreements(coding, second, result)["what"].tolist()
    ['linked by the first only']
    """
    labels = {side: _labels(coding) for side, coding in (("first", first), ("second", second))}
    parts = [_one_sided(result.units, side, own) for side, own in labels.items()]
    for item, codes in CODES.items():
        pairs = _pairs(first, second, result.units, item)
        parts += [_differing(pairs, item, code) for code in codes]
    parts.append(_link_differences(result.link_pairs, first, labels))
    table = pd.concat(parts, ignore_index=True)
    rank = table["item"].map({item: i for i, item in enumerate((*TABLES, "link"))})
    keys = ["work_id", "start", "rank", "first_id", "second_id", "what"]
    return table.assign(rank=rank).sort_values(keys, ignore_index=True)[DISAGREEMENT_COLUMNS]


# --- Checks and what is left out ------------------------------------------------------------


def _check_codings(codings: tuple[Coding, Coding], tables: Sides) -> list[str]:
    """Return the works of two codings, which must be the same."""
    works, documents = [], []
    for coding, items in zip(codings, tables, strict=True):
        twice = items.loc[items.duplicated(["item", "item_id"]), "item_id"]
        if len(twice):
            raise ValueError(f"the id {twice.iloc[0]} stands twice in a coding")
        lost = items.loc[~(items["start"] < items["end"]) | (items["start"] < 0), "item_id"]
        if len(lost):
            raise ValueError(f"the quotation of {lost.iloc[0]} has no place in the text")
        works.append({*items["work_id"], *coding.coverage.get("work_id", ())})
        documents.append(set(zip(items["work_id"], items["document_id"], strict=True)))
    if works[0] != works[1]:
        sides = (", ".join(sorted(own)) or "no work" for own in works)
        raise ValueError("the codings are of different works: {} and {}".format(*sides))
    together = pd.DataFrame(sorted(documents[0] | documents[1]), columns=["work", "document"])
    for work, own in together.groupby("work")["document"]:
        if len(own) > 1:
            raise ValueError(f"the codings quote {work} from different documents: {', '.join(own)}")
    return sorted(works[0])


def _check_known(missing: Iterable[str]) -> None:
    missing = list(missing)
    if missing:
        raise ValueError(f"the agreement is of other codings, or leaves out {missing[0]}")


def _leave_out(
    first: Coding, second: Coding, items: Sides, without: pd.DataFrame
) -> tuple[Coding, Coding, pd.DataFrame]:
    """Return the codings without the units on some passages, and all passages left out."""
    columns = ["document_id", "start", "end"]
    for column in columns:
        if column not in without:
            raise ValueError(f"the passages to leave out need the column {column!r}")
    units = _units(*items)
    gone = np.zeros(len(units), dtype=bool)
    for side, own in zip(("first", "second"), items, strict=True):
        gone |= _among(units, f"{side}_id", own[touched(own, without, "document_id")], "item_id")
    left = units[gone]
    passages = [without[columns]]
    for side, own in zip(("first", "second"), items, strict=True):
        passages.append(own.loc[_among(own, "item_id", left, f"{side}_id"), columns])
    kept = (_without(first, left, "first_id"), _without(second, left, "second_id"))
    return *kept, pd.concat(passages, ignore_index=True)


def _among(table: pd.DataFrame, column: str, others: pd.DataFrame, other: str) -> NDArray[np.bool_]:
    """Tell of each row of a table whether the item in it is in another table, too."""
    keys = pd.MultiIndex.from_frame(table[["item", column]])
    return np.asarray(keys.isin(pd.MultiIndex.from_frame(others[["item", other]].dropna())))


def _without(coding: Coding, left: pd.DataFrame, column: str) -> Coding:
    """Return a coding without some units and their links."""
    tables, links = {}, coding.links
    for item, name in TABLES.items():
        key, ids = f"{item}_id", left.loc[left["item"] == item, column]
        table = getattr(coding, name)
        tables[name] = table[~table[key].isin(ids)]
        links = links[~links[key].isin(ids)]
    return replace(coding, **tables, links=links)


# --- Units ----------------------------------------------------------------------------------


def _items(coding: Coding) -> pd.DataFrame:
    """Return problems and remedies as one table, in an order that hangs on no id."""
    parts = []
    for item, table in TABLES.items():
        names = {f"{item}_id": "item_id", CODES[item][0]: "code"}
        own = getattr(coding, table).rename(columns=names).assign(item=item)
        parts.append(own[["item", "item_id", "work_id", "code", "label", *PLACE]])
    keys = ["item", "work_id", "start", "end", "code", "label", "item_id"]
    return pd.concat(parts).sort_values(keys, ignore_index=True)


def _units(mine: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Match the units of two codings; see `Agreement.units`."""
    i, j = _matched(mine, theirs, 0.0)
    both = _side(mine.loc[i], "first").reset_index(drop=True)
    other = theirs.loc[j].reset_index(drop=True)
    overlap = np.minimum(both["end"], other["end"]) - np.maximum(both["start"], other["start"])
    lengths = [table["end"] - table["start"] for table in (both, other)]
    both = both.assign(
        second_id=other["item_id"], code_second=other["code"], found="both", overlap=overlap,
        jaccard=overlap / (lengths[0] + lengths[1] - overlap),
        in_smaller=overlap / np.minimum(*lengths),
    )  # fmt: skip
    alone = [
        _side(table.drop(index=places), name).assign(
            found=name, overlap=0, jaccard=0.0, in_smaller=0.0
        )
        for table, places, name in ((mine, i, "first"), (theirs, j, "second"))
    ]
    table = pd.concat([both, *alone]).reindex(columns=UNIT_COLUMNS)
    keys = ["item", "work_id", "start", "end", "first_id", "second_id"]
    return table.sort_values(keys, ignore_index=True)


def _side(items: pd.DataFrame, name: str) -> pd.DataFrame:
    return items.rename(columns={"item_id": f"{name}_id", "code": f"code_{name}"})


def _matched(
    first: pd.DataFrame, second: pd.DataFrame, least: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of matched units, one array for each table."""
    rows, columns = [], []
    keys = ["item", "work_id"]
    theirs = {key: own.index for key, own in second.groupby(keys)}
    for key, own in first.groupby(keys):
        other = theirs.get(key)
        if other is None:
            continue
        score = _scores(own, second.loc[other], least)
        i, j = linear_sum_assignment(score, maximize=True)
        allowed = score[i, j] > 0
        rows.append(own.index[i[allowed]])
        columns.append(other[j[allowed]])
    none = np.empty(0, dtype=np.intp)
    return np.concatenate([none, *rows]), np.concatenate([none, *columns])


def _scores(first: pd.DataFrame, second: pd.DataFrame, least: float) -> Floats:
    """Return how well each two units fit; zero where they are no match at all."""
    begin, end, code = (first[c].to_numpy()[:, None] for c in ("start", "end", "code"))
    begin_2, end_2, code_2 = (second[c].to_numpy() for c in ("start", "end", "code"))
    overlap = (np.minimum(end, end_2) - np.maximum(begin, begin_2)).clip(min=0)
    jaccard = overlap / (end - begin + end_2 - begin_2 - overlap)
    size = max(len(first), len(second))
    # A square, so that two pairs that cross score less than the same two side by side.
    apart = ((np.arange(len(first))[:, None] - np.arange(len(second))) / size) ** 2
    ties = TIE * (1 + (code == code_2)) - TIE**2 * apart
    return np.where((overlap > 0) & (jaccard >= least), jaccard + ties, 0.0)


def _found(
    items: Sides, sizes: dict[str, pd.DataFrame], works: list[str], level: float
) -> pd.DataFrame:
    mine, theirs = items
    rows = []
    for threshold in THRESHOLDS:
        if threshold in NEIGHBOURS:
            matched = _count_neighbours(mine, theirs, NEIGHBOURS[threshold])
        else:
            i, _ = _matched(mine, theirs, OVERLAPS[threshold])
            matched = mine.loc[i].groupby(["item", "work_id"]).size()
        for item in TABLES:
            for work in (*works, ALL):
                counts = [_of(sizes[item][side], work) for side in ("first", "second")]
                both = _of(matched.get(item, pd.Series(dtype=int)), work)
                rows.append((item, work, threshold, *counts, both, *_shares(both, counts, level)))
    table = pd.DataFrame(rows, columns=FOUND_COLUMNS)
    order = {name: i for i, name in enumerate((*TABLES, *works, ALL, *THRESHOLDS))}
    keys = ["item", "work_id", "threshold"]
    return table.sort_values(keys, key=lambda c: c.map(order), ignore_index=True)


def _count_neighbours(first: pd.DataFrame, second: pd.DataFrame, column: str) -> pd.Series:
    """Count units that can be matched one to one because they begin in the same place."""
    keys = ["item", "work_id", column]
    counts = pd.concat([first.groupby(keys).size(), second.groupby(keys).size()], axis=1)
    return counts.fillna(0).min(axis=1).astype(int).groupby(["item", "work_id"]).sum()


def _shares(both: int, counts: Sequence[int], level: float) -> list[float]:
    shares: list[float] = []
    for n in counts:
        shares += [_share(both, n), *wilson_interval(both, n, level)]
    return [*shares, _share(2 * both, sum(counts))]


def _sizes(first: Coding, second: Coding, item: str) -> pd.DataFrame:
    """Return how many items (or links) each coding has, by work."""
    name = TABLES.get(item, "links")
    counts = {
        side: getattr(coding, name).groupby("work_id").size()
        for side, coding in (("first", first), ("second", second))
    }
    return pd.DataFrame(counts, columns=["first", "second"]).fillna(0).astype(int)


def _of(counts: pd.Series, work: str) -> int:
    """Return the count of a work, or of all works together."""
    return int(counts.sum() if work == ALL else counts.get(work, 0))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


# --- Drawing paragraphs anew ----------------------------------------------------------------


@dataclass(frozen=True)
class _Draw:
    """How paragraphs are drawn, and for which works."""

    works: list[str]
    resamples: int
    seed: int
    level: float

    def sums(self, counts: pd.DataFrame) -> dict[str, tuple[Floats, bool]]:
        """Sum counts per paragraph by work and for all works.

        The index of the table is ``work_id, paragraph_id``. Each array has a row per
        column of the table, and the sum of the whole before those of the resamples; the
        flag says whether there is a choice in drawing.
        """
        counts = counts.groupby(level=[0, 1], sort=True).sum()
        group, names = pd.factorize(counts.index.get_level_values(0).astype(str), sort=True)
        values = counts.to_numpy(dtype=float)
        sizes = np.ones(len(counts), dtype=np.int64)
        terms = pd.RangeIndex(values.shape[1])
        units = UnitCounts(pd.Index(names), terms, group, sizes, sparse.csr_matrix(values))
        weights = draw_units(units, self.resamples, self.seed).weights
        none = np.zeros((values.shape[1], 1 + self.resamples))
        result = {work: (none, False) for work in self.works}
        for place, (name, weight) in enumerate(zip(names, weights, strict=True)):
            own = values[group == place]
            drawn = np.column_stack([own.sum(axis=0), own.T @ weight.astype(float)])
            result[str(name)] = (drawn, len(own) > 1)
        total = sum((drawn for drawn, _ in result.values()), none)
        return {**result, ALL: (total, any(choice for _, choice in result.values()))}

    def ends(self, values: Floats, choice: bool) -> Floats:
        """Return the interval of the resampled values, which follow that of the whole."""
        drawn = values[1:][~np.isnan(values[1:])] if choice else np.empty(0)
        return percentile_ends(drawn, self.level)


# --- The texts as marked and unmarked characters --------------------------------------------


def _unitising(
    items: Sides, corpus: Corpus | None, left_out: pd.DataFrame | None, draw: _Draw
) -> pd.DataFrame:
    if corpus is None:
        return pd.DataFrame(columns=UNITISING_COLUMNS)
    text = _running_text(corpus, draw.works)
    placed = [_placed(own, text) for own in items]
    if left_out is not None:
        gone = set(text.loc[touched(text, left_out, "document_id"), "paragraph_id"])
        text = text[~text["paragraph_id"].isin(gone)]
        placed = [own[~own["paragraph_id"].isin(gone)] for own in placed]
    rows = []
    for item in TABLES:
        own = [table[table["item"] == item] for table in placed]
        merged = [_merged(table) for table in own]
        lost = [
            before.groupby("work_id").size().sub(after.groupby("work_id").size())
            for before, after in zip(own, merged, strict=True)
        ]
        sums = draw.sums(_lengths(text, *merged))
        for work in (*draw.works, ALL):
            (length, one, other, both, squares), choice = sums[work]
            alpha = unitising_alpha_from_lengths(length, one, other, both, squares)
            shares = [_share(part[0], length[0]) for part in (one, other, both)]
            rows.append((item, work, alpha[0], *draw.ends(alpha, choice), int(length[0]), *shares,
                         *(_of(count, work) for count in lost)))  # fmt: skip
    return pd.DataFrame(rows, columns=UNITISING_COLUMNS)


def _running_text(corpus: Corpus, works: list[str]) -> pd.DataFrame:
    """Return the segments of the sentences that can be marked, in the order of the files.

    ``before`` counts the characters of the same document in the segments before.
    """
    body = corpus.body().select(headings=False)
    missing = sorted(set(works) - set(body.sentences["work_id"]))
    if missing:
        raise ValueError(f"the corpus has no running text of {', '.join(missing)}")
    keys = body.sentences[["sentence_id", "work_id", "paragraph_id"]]
    text = body.segments("sentence").merge(keys, on="sentence_id")
    text = text[text["work_id"].isin(works)].sort_values(["document_id", "start"])
    length = text["end"] - text["start"]
    before = length.groupby(text["document_id"]).cumsum() - length
    return text.assign(length=length, before=before).reset_index(drop=True)


def _placed(items: pd.DataFrame, text: pd.DataFrame) -> pd.DataFrame:
    """Move items from their place in the file to that in the running text."""
    parts = []
    for document, own in items.groupby("document_id"):
        segments = text[text["document_id"] == document]
        start, end = (_offset(own[column], segments) for column in ("start", "end"))
        if (start >= end).any():
            lost = own["item_id"].to_numpy()[start >= end][0]
            raise ValueError(
                f"the quotation of {lost} does not lie in the running text of the corpus"
            )
        parts.append(own.assign(start=start, end=end))
    return pd.concat([items.iloc[:0], *parts])


def _offset(places: pd.Series, segments: pd.DataFrame) -> NDArray[np.int64]:
    """Return how many characters of running text stand before each place."""
    if segments.empty:
        return np.zeros(len(places), dtype=np.int64)
    start, length, before = (segments[c].to_numpy() for c in ("start", "length", "before"))
    last = np.searchsorted(start, places.to_numpy(), side="right") - 1
    within = (places.to_numpy() - start[last]).clip(0, length[last])
    return np.asarray(np.where(last < 0, 0, before[last] + within))


def _merged(items: pd.DataFrame) -> pd.DataFrame:
    """Merge the items of one coding and kind that overlap; those that touch stay apart."""
    items = items.sort_values(["work_id", "start", "end"])
    reach = items.groupby("work_id")["end"].cummax().groupby(items["work_id"]).shift()
    number = (~(items["start"] < reach)).cumsum()
    table = items.groupby(number).agg(
        work_id=("work_id", "first"), paragraph_id=("paragraph_id", "first"),
        start=("start", "min"), end=("end", "max"),
    )  # fmt: skip
    return table.astype({"start": int, "end": int})


def _lengths(text: pd.DataFrame, first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return characters per paragraph: of the text, marked by each and both; and squares."""
    keys = ["work_id", "paragraph_id"]
    own = [table.set_index(keys) for table in (first, second)]
    marked = [table["end"] - table["start"] for table in own]
    both = pd.Series(_covered(first, second), index=own[0].index, dtype=float)
    squares = pd.concat([length**2 for length in marked])
    parts = [text.set_index(keys)["length"], *marked, both, squares]
    sums = [part.groupby(level=[0, 1]).sum().astype(float) for part in parts]
    return pd.concat(sums, axis=1).fillna(0)


def _covered(first: pd.DataFrame, second: pd.DataFrame) -> Floats:
    """Return how many characters of each merged unit of the first the second marks."""
    same = first["work_id"].to_numpy(object)[:, None] == second["work_id"].to_numpy(object)
    ends = np.minimum(first["end"].to_numpy()[:, None], second["end"].to_numpy())
    starts = np.maximum(first["start"].to_numpy()[:, None], second["start"].to_numpy())
    return np.asarray(np.where(same, (ends - starts).clip(min=0), 0).sum(axis=1), dtype=float)


# --- Codes of what both have ----------------------------------------------------------------


def _pairs(first: Coding, second: Coding, units: pd.DataFrame, item: str) -> pd.DataFrame:
    """Return the units that both have, with the codes and labels of each."""
    matched = units[(units["item"] == item) & (units["found"] == "both")]
    table = matched[["work_id", "first_id", "second_id", "paragraph_id", "sentence_id", "start"]]
    for side, coding in (("first", first), ("second", second)):
        own = getattr(coding, TABLES[item]).set_index(f"{item}_id")[[*CODES[item], "label"]]
        _check_known(table.loc[~table[f"{side}_id"].isin(own.index), f"{side}_id"])
        table = table.join(own.add_suffix(f"_{side}"), on=f"{side}_id")
    return table


def _basis_pairs(first: Coding, link_pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the links that both have, with the paragraph of the remedy."""
    paragraph = first.remedies.set_index("remedy_id")["paragraph_id"]
    both = link_pairs[link_pairs["found"] == "both"]
    return both.assign(paragraph_id=both["remedy_first"].map(paragraph))


def _codes_of(item: str) -> tuple[str, ...]:
    return CODES.get(item, ("basis",))


def _codes(
    pairs: dict[str, pd.DataFrame], sizes: dict[str, pd.DataFrame], draw: _Draw
) -> pd.DataFrame:
    rows = []
    for item, table in pairs.items():
        sums = {code: draw.sums(_code_counts(table, code)) for code in _codes_of(item)}
        for work in (*draw.works, ALL):
            for code, own in sums.items():
                (matched, differing, *values), choice = own[work]
                alpha = _alpha(differing, matched, np.array(values))
                agreed = int(matched[0] - differing[0])
                left_out = (
                    _of(sizes[item][s], work) - int(matched[0]) for s in ("first", "second")
                )
                rows.append((item, work, code, int(matched[0]), *left_out, agreed,
                             _share(agreed, matched[0]), alpha[0], *draw.ends(alpha, choice)))  # fmt: skip
    return pd.DataFrame(rows, columns=CODE_COLUMNS)


def _code_counts(pairs: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return for each pair: that it is one, whether its codes differ, and which they are."""
    first, second = (pairs[f"{code}_{side}"].to_numpy(object) for side in ("first", "second"))
    names = sorted({*first, *second})
    columns = [np.ones(len(pairs)), first != second]
    columns += [(first == name).astype(int) + (second == name) for name in names]
    index = pd.MultiIndex.from_frame(pairs[["work_id", "paragraph_id"]])
    return pd.DataFrame(np.column_stack(columns).astype(float), index=index)


def _alpha(differing: Floats, pairs: Floats, values: Floats) -> Floats:
    """Return Krippendorff's nominal alpha of two coders, from counts of pairs and values.

    NaN where no value or only one was used.
    """
    n = 2 * pairs
    expected = n**2 - (values**2).sum(axis=0)
    observed = (n - 1) * 2 * differing
    return np.asarray(
        1 - np.divide(observed, expected, out=np.full(n.shape, np.nan), where=expected > 0)
    )


def _confusions(pairs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    parts = []
    for item, table in pairs.items():
        for code in _codes_of(item):
            values = table[[f"{code}_first", f"{code}_second"]].set_axis(
                ["first", "second"], axis=1
            )
            differ = (values["first"] != values["second"]).to_numpy(dtype=bool)
            parts.append(values[differ].assign(item=item, code=code))
    table = pd.concat(parts, ignore_index=True)
    counts = table.groupby(CONFUSION_COLUMNS[:4], sort=False).size().rename("count").reset_index()
    order = {code: i for i, code in enumerate(_codes_of("problem") + _codes_of("remedy"))}
    items = {item: i for i, item in enumerate(pairs)}
    counts = counts.assign(item_rank=counts["item"].map(items), code_rank=counts["code"].map(order))
    keys = ["item_rank", "code_rank", "count", "first", "second"]
    counts = counts.sort_values(keys, ascending=[True, True, False, True, True], ignore_index=True)
    return counts[CONFUSION_COLUMNS]


# --- Links ----------------------------------------------------------------------------------


def _link_pairs(first: Coding, second: Coding, units: pd.DataFrame) -> pd.DataFrame:
    """Put the links of two codings side by side; see `Agreement.link_pairs`."""
    sides = []
    for side, other, coding in (("first", "second", first), ("second", "first", second)):
        own = coding.links[["work_id", "remedy_id", "problem_id", "basis"]].set_axis(
            ["work_id", f"remedy_{side}", f"problem_{side}", f"basis_{side}"], axis=1
        )
        for item in TABLES:
            matched = units[(units["item"] == item) & (units["found"] == "both")]
            partner = matched.set_index(f"{side}_id")[f"{other}_id"]
            own[f"{item}_{other}"] = own[f"{item}_{side}"].map(partner)
        # Of one type, also where a coding has nothing.
        sides.append(own.astype(object))
    complete = [own[LINK_ENDS].notna().all(axis=1) for own in sides]
    table = sides[0][complete[0]].merge(
        sides[1][complete[1]], on=["work_id", *LINK_ENDS], how="outer", indicator="found"
    )
    names = {"both": "both", "left_only": "first", "right_only": "second"}
    table["found"] = table["found"].astype(object).map(names)
    open_ends = [
        own[~whole].assign(found="end unmatched")
        for own, whole in zip(sides, complete, strict=True)
    ]
    table = pd.concat([table, *open_ends])[LINK_PAIR_COLUMNS].astype("str")
    return table.sort_values(["work_id", *LINK_ENDS], ignore_index=True)


def _links(
    link_pairs: pd.DataFrame, units: pd.DataFrame, sizes: pd.DataFrame, works: list[str]
) -> pd.DataFrame:
    possible = _possible(units, works)
    counts = link_pairs.groupby(["found", "work_id"]).size()
    none = pd.Series(dtype=int)
    rows = []
    for work in (*works, ALL):
        both, one, other = (_of(counts.get(f, none), work) for f in ("both", "first", "second"))
        n_first, n_second = (_of(sizes[side], work) for side in ("first", "second"))
        left_out = (n_first - both - one, n_second - both - other)
        pairs = _of(possible, work)
        linked = 2 * both + one + other
        numbers = np.array([[one + other], [pairs], [linked], [2 * pairs - linked]], dtype=float)
        alpha = _alpha(numbers[0], numbers[1], numbers[2:])[0]
        rows.append((work, n_first, n_second, *left_out, pairs, both, one, other,
                     _share(2 * both, linked), alpha))  # fmt: skip
    return pd.DataFrame(rows, columns=LINK_COLUMNS)


def _possible(units: pd.DataFrame, works: list[str]) -> pd.Series:
    """Count the pairs of a remedy and a problem of one work that both codings have."""
    matched = units[units["found"] == "both"].groupby(["item", "work_id"]).size()
    none = pd.Series(dtype=int)
    sides = [matched.get(item, none).reindex(works, fill_value=0) for item in TABLES]
    return sides[0] * sides[1]


# --- Differences for reading ----------------------------------------------------------------


Labels = dict[tuple[str, str], str]
"""The label of each item, by kind and id."""


def _labels(coding: Coding) -> Labels:
    items = _items(coding)
    keys = zip(items["item"], items["item_id"], strict=True)
    return dict(zip(keys, items["label"], strict=True))


def _one_sided(units: pd.DataFrame, side: str, labels: Labels) -> pd.DataFrame:
    """List the units that one coding alone has."""
    own = units[units["found"] == side]
    keys = list(zip(own["item"], own[f"{side}_id"], strict=True))
    _check_known(key[1] for key in keys if key not in labels)
    label = {f"label_{side}": [labels[key] for key in keys]}
    table = own.assign(what=f"found by the {side} only", **label)
    return table.reindex(columns=[*DISAGREEMENT_COLUMNS, "start"])


def _differing(pairs: pd.DataFrame, item: str, code: str) -> pd.DataFrame:
    """List the units that both have with different codes."""
    names = {f"{code}_{side}": f"code_{side}" for side in ("first", "second")}
    table = pairs.rename(columns=names).assign(item=item, what=f"other {code}")
    differ = (table["code_first"] != table["code_second"]).to_numpy(dtype=bool)
    return table.loc[differ, [*DISAGREEMENT_COLUMNS, "start"]]


def _link_differences(
    link_pairs: pd.DataFrame, first: Coding, labels: dict[str, Labels]
) -> pd.DataFrame:
    """List the links between units of both codings that one alone has, or on another basis."""
    differ = (link_pairs["basis_first"] != link_pairs["basis_second"]).to_numpy(dtype=bool)
    own = link_pairs[differ & (link_pairs["found"] != "end unmatched").to_numpy(dtype=bool)]
    place = first.remedies.set_index("remedy_id").loc[own["remedy_first"]]
    one_sided = "linked by the " + own["found"] + " only"
    table = own.assign(
        item="link", what=one_sided.where(own["found"] != "both", "other basis"),
        sentence_id=place["sentence_id"].to_numpy(object), start=place["start"].to_numpy(),
        code_first=own["basis_first"], code_second=own["basis_second"],
    )  # fmt: skip
    for side, label in labels.items():
        ends = list(zip(own[f"remedy_{side}"], own[f"problem_{side}"], strict=True))
        table[f"{side}_id"] = [f"{remedy} → {problem}" for remedy, problem in ends]
        table[f"label_{side}"] = [f"{label['remedy', r]} → {label['problem', p]}" for r, p in ends]
    return table[[*DISAGREEMENT_COLUMNS, "start"]]
