"""Joining words that may translate one and the same word of the original.

That one Chinese word stands behind several English ones is a conjecture, made by reading
the English. The tables say for each what suggests it and how strongly. Every finding on
words can be computed on the texts as printed and on the texts with variants joined.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis.concepts import FORMS, Match, longest_matches, match_patterns
from analysis.corpus import Corpus
from analysis.tables import InputError, read_table

CONFIDENCE = ("strong", "fair", "weak")
"""How strongly the passages suggest that one word of the original was translated."""

SOURCE_COLUMNS = ("source_id", "label", "chinese", "pinyin", "gloss", "confidence", "reason")
VARIANT_COLUMNS = ("source_id", "pattern", "match", "sentence_id", "quote", "note")

MARK = "⁺"
"""Stands after the label of joined variants, so that none is taken for a printed word."""


@dataclass(frozen=True)
class Translations:
    """Suspected words of the original and their English variants.

    Attributes
    ----------
    sources : pandas.DataFrame
        ``source_id, label, chinese, pinyin, gloss, confidence, reason``.
    variants : pandas.DataFrame
        ``source_id, pattern, match, sentence_id, quote, note``: one row per passage
        that suggests the variant.
    """

    sources: pd.DataFrame
    variants: pd.DataFrame


def load_translations(corpus: Corpus, folder: str | Path | None = None) -> Translations:
    """Read the tables of suspected translation variants and check them against the texts.

    Parameters
    ----------
    corpus : Corpus
        The texts; every quotation must stand in the sentence that it names.
    folder : str or Path, optional
        The folder with ``sources.csv`` and ``variants.csv``; ``translations/`` in the folder
        of the corpus without it.

    Returns
    -------
    Translations
        Cells as they were written, without blanks at their ends.

    Raises
    ------
    InputError
        With every problem found: a missing column, an unknown source, match or
        confidence, a pattern that belongs to two sources, a quotation that is not in
        its sentence or does not hold its pattern.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Village rule is old. Village governance is new."})
    >>> first, second = corpus.sentences["sentence_id"]
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({
    ...     "source_id": ["zhili"], "label": ["governing"], "chinese": ["治理"], "pinyin": ["zhìlǐ"],
    ...     "gloss": ["to govern"], "confidence": ["strong"], "reason": ["both stand for one task"],
    ... }).to_csv(folder / "sources.csv", index=False)
    >>> pd.DataFrame({
    ...     "source_id": "zhili", "pattern": ["rule", "governance"], "match": "lemma",
    ...     "sentence_id": [first, second], "quote": ["Village rule", "Village governance"], "note": "",
    ... }).to_csv(folder / "variants.csv", index=False)
    >>> translations = analysis.load_translations(corpus, folder)
    >>> translations.variants["pattern"].tolist()
    ['rule', 'governance']
    """
    folder = corpus.folder / "translations" if folder is None else Path(folder)
    problems: list[str] = []
    sources = read_table(
        folder / "sources.csv", SOURCE_COLUMNS, problems, key="source_id",
        filled=("label", "reason"), allowed={"confidence": CONFIDENCE},
    )  # fmt: skip
    variants = read_table(
        folder / "variants.csv", VARIANT_COLUMNS, problems, filled=("pattern", "sentence_id", "quote"),
        allowed={"source_id": set(sources["source_id"]), "match": tuple(FORMS)},
    )  # fmt: skip
    if not problems:
        problems += _two_owners(variants) + _misplaced(variants, corpus)
    if problems:
        raise InputError(problems)
    return Translations(sources.drop(columns="row"), variants.drop(columns="row"))


def _two_owners(variants: pd.DataFrame) -> list[str]:
    owners = variants.groupby(variants["pattern"].str.lower())["source_id"].unique()
    return [
        f"variants.csv, column pattern: {pattern!r} belongs to {' and '.join(sorted(own))}; "
        "a pattern can be joined to one source only"
        for pattern, own in owners.items()
        if len(own) > 1
    ]


def _misplaced(variants: pd.DataFrame, corpus: Corpus) -> list[str]:
    texts = corpus.sentences.set_index("sentence_id")["text"]
    words = corpus.words()
    problems = []
    for row in variants.itertuples():
        where = f"variants.csv, row {row.row}, column"
        if row.sentence_id not in texts.index:
            problems.append(f"{where} sentence_id: the corpus has no sentence {row.sentence_id!r}")
        elif row.quote not in texts[row.sentence_id]:
            problems.append(
                f"{where} quote: {row.quote!r} does not stand in {row.sentence_id}, "
                f"which reads: {texts[row.sentence_id]}"
            )
        else:
            own = words[words["sentence_id"] == row.sentence_id]
            if not match_patterns(own, [(row.pattern, row.match, "", "include", "")]):
                problems.append(
                    f"{where} pattern: {row.pattern!r} is not found in {row.sentence_id} by {row.match}"
                )
    return problems


def join_variants(
    corpus: Corpus, translations: Translations, confidence: Collection[str] = CONFIDENCE
) -> Corpus:
    """Return the corpus with the variants of each source joined to one term.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    translations : Translations
        From `load_translations`.
    confidence : collection of {"strong", "fair", "weak"}
        Which sources are joined.

    Returns
    -------
    Corpus
        With another token table: a variant is one row, its ``token`` and ``lemma`` the
        label of its source with `MARK`; a variant of several words counts as one word.
        Of overlapping variants the longest is joined. All else is as it was.

    Raises
    ------
    ValueError
        If a confidence is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.translations import Translations
    >>> sources = pd.DataFrame({
    ...     "source_id": ["zhili"], "label": ["governing"], "confidence": ["strong"],
    ... })
    >>> variants = pd.DataFrame({
    ...     "source_id": "zhili", "pattern": ["rule", "governance"], "match": "lemma",
    ... })
    >>> corpus = analysis.corpus_from_texts({"note": "Village rule is old. Village governance is new."})
    >>> joined = analysis.join_variants(corpus, Translations(sources, variants))
    >>> joined.words()["lemma"].tolist()
    ['village', 'governing⁺', 'be', 'old', 'village', 'governing⁺', 'be', 'new']
    """
    words, matches = _matches(corpus, translations, confidence)
    labels = translations.sources.set_index("source_id")["label"] + MARK
    first = words.index[[m.first for m in matches]]
    last = words.index[[m.last for m in matches]]
    tokens = corpus.tokens.copy()
    names = [labels[m.stance] for m in matches]
    for column in ("token", "lemma"):
        known = tokens[column].cat.add_categories(
            sorted(set(names) - set(tokens[column].cat.categories))
        )
        tokens[column] = known
        tokens.loc[first, column] = names
    tokens.loc[first, "is_stop"] = False
    tokens.loc[first, "end"] = tokens.loc[last, "end"].to_numpy()
    swallowed = [place for a, b in zip(first, last, strict=True) for place in range(a + 1, b + 1)]
    return replace(corpus, tokens=tokens.drop(index=swallowed).reset_index(drop=True))


def _matches(
    corpus: Corpus, translations: Translations, confidence: Collection[str]
) -> tuple[pd.DataFrame, list[Match]]:
    """Return the words of the corpus and the variants in them; ``stance`` is the source."""
    unknown = sorted(set(confidence) - set(CONFIDENCE))
    if unknown:
        raise ValueError(f"unknown confidence: {', '.join(unknown)}; use {', '.join(CONFIDENCE)}")
    chosen = translations.sources[translations.sources["confidence"].isin(confidence)]
    patterns = translations.variants[["source_id", "pattern", "match"]].drop_duplicates()
    patterns = patterns[patterns["source_id"].isin(chosen["source_id"])]
    words = corpus.words()
    found = match_patterns(
        words,
        [(p.pattern, p.match, "", "include", p.source_id) for p in patterns.itertuples()],
    )
    return words, longest_matches(found)


def joined_names(
    translations: Translations, confidence: Collection[str] = CONFIDENCE
) -> dict[str, str]:
    """Return under which label each variant of one word is joined.

    Parameters
    ----------
    translations : Translations
        From `load_translations`.
    confidence : collection of {"strong", "fair", "weak"}
        Which sources are joined.

    Returns
    -------
    dict of str to str
        Variant, in lower case, to the label of its source with `MARK`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.translations import Translations, joined_names
    >>> sources = pd.DataFrame({
    ...     "source_id": ["zhili"], "label": ["governing"], "confidence": ["strong"],
    ... })
    >>> variants = pd.DataFrame({"source_id": "zhili", "pattern": ["rule", "governance"]})
    >>> joined_names(Translations(sources, variants))
    {'rule': 'governing⁺', 'governance': 'governing⁺'}
    """
    chosen = translations.sources[translations.sources["confidence"].isin(confidence)]
    labels = chosen.set_index("source_id")["label"] + MARK
    patterns = translations.variants[translations.variants["source_id"].isin(labels.index)]
    return {
        p.pattern.lower(): labels[p.source_id]
        for p in patterns.itertuples()
        if len(p.pattern.split()) == 1
    }


def variant_counts(corpus: Corpus, translations: Translations, by: str = "work_id") -> pd.DataFrame:
    """Count every variant in every group, as it is joined.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    translations : Translations
        From `load_translations`; its sources are joined whatever their confidence.
    by : str
        The column of groups.

    Returns
    -------
    pandas.DataFrame
        ``source_id, variant`` (as printed, in lower case), the group, ``count``
        (occurrences); only variants that occur. Sorted by source, variant and group.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.translations import Translations
    >>> sources = pd.DataFrame({
    ...     "source_id": ["zhili"], "label": ["governing"], "confidence": ["strong"],
    ... })
    >>> variants = pd.DataFrame({
    ...     "source_id": "zhili", "pattern": ["rule", "governance"], "match": "lemma",
    ... })
    >>> corpus = analysis.corpus_from_texts(
    ...     {"ada": "Village rule is old.", "ben": "Rule and governance. They rule."}
    ... )
    >>> counts = analysis.variant_counts(corpus, Translations(sources, variants))
    >>> print(counts.to_string(index=False))
    source_id    variant work_id  count
        zhili governance     ben      1
        zhili       rule     ada      1
        zhili       rule     ben      2
    """
    words, matches = _matches(corpus, translations, CONFIDENCE)
    first = words.iloc[[m.first for m in matches]]
    last = words.iloc[[m.last for m in matches]]
    table = pd.DataFrame({
        "source_id": [m.stance for m in matches],
        "variant": [
            _printed(corpus, section, start, end) for section, start, end in
            zip(first["section_id"], first["start"], last["end"], strict=True)
        ],
        by: first[by].astype(str).to_numpy(),
    })  # fmt: skip
    return table.groupby(["source_id", "variant", by]).size().rename("count").reset_index()


def variant_places(corpus: Corpus, translations: Translations) -> pd.DataFrame:
    """Return where the variants stand in the passages that suggest them.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    translations : Translations
        From `load_translations`.

    Returns
    -------
    pandas.DataFrame
        ``source_id, pattern, work_id, section_id, sentence_id, start, end`` (offsets into
        the raw file, half open), for passages of the corpus that is given.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.translations import Translations, variant_places
    >>> corpus = analysis.corpus_from_texts({"note": "Village rule is old."})
    >>> variants = pd.DataFrame({
    ...     "source_id": ["zhili"], "pattern": ["rule"], "match": ["lemma"],
    ...     "sentence_id": corpus.sentences["sentence_id"],
    ... })
    >>> places = variant_places(corpus, Translations(pd.DataFrame(), variants))
    >>> places[["sentence_id", "start", "end"]].values.tolist()
    [['note-s0001', 8, 12]]
    """
    words = corpus.words()
    columns = ["work_id", "section_id", "sentence_id"]
    rows = []
    for row in translations.variants.itertuples():
        own = words[words["sentence_id"] == row.sentence_id]
        for match in match_patterns(own, [(row.pattern, row.match, "", "include", "")])[:1]:
            keys = [str(own.iloc[match.first][c]) for c in columns]
            span = (int(own.iloc[match.first]["start"]), int(own.iloc[match.last]["end"]))
            rows.append((row.source_id, row.pattern, *keys, *span))
    return pd.DataFrame(rows, columns=["source_id", "pattern", *columns, "start", "end"])


def _printed(corpus: Corpus, section: str, start: int, end: int) -> str:
    text = corpus.texts[section]
    return " ".join(text.text[text.within(start, end)].lower().split())
