"""The settings under which a finding can be computed, and the texts as each setting reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from nltk.stem import SnowballStemmer

from analysis.coding import Coding, load_coding
from analysis.concepts import Lexicon, find_concepts, load_lexicon
from analysis.corpus import BODY_KINDS, Corpus
from analysis.findings.silences import Silences, load_silences
from analysis.frequency import content_terms
from analysis.labels import corrected_stances, load_labels
from analysis.resampling import Draws, UnitCounts, count_units, draw_units
from analysis.translations import Translations, join_variants, joined_names, load_translations

CONFIDENCES: Mapping[str, tuple[str, ...]] = {
    "as printed": (),
    "joined": ("strong", "fair"),
    "all joined": ("strong", "fair", "weak"),
}
"""Which suspected translation variants each setting joins."""

ANSWER_STANCES: Mapping[str, tuple[str, ...] | None] = {
    "not failed": ("advocated", "described", "foreign-example"),
    "advocated": ("advocated",),
    "any": None,
}
"""Which remedies count as answers; ``None`` counts all."""

WINDOW = 10
"""Words of the window that may stand for a sentence."""


@dataclass(frozen=True)
class Settings:
    """How the texts are read, counted and judged; the defaults are those of the chapters.

    Attributes
    ----------
    term : {"lemma", "token", "stem"}
        What a word is: its dictionary form, as printed, or its stem.
    stop_words, headings : {"counted", "left out"}
        Whether they belong to the text. Values are always sought without headings.
    abstract : {"in", "out"}
        Whether abstracts belong to the text.
    references : {"out", "in"}
        Whether reference lists and footnotes do.
    variants : {"as printed", "joined", "all joined"}
        Whether suspected translations of one word are joined.
    reading : {"first", "second"}
        Which extraction stands for a work that has two.
    unit : {"sentence", "paragraph", "window"}
        Where values stand together.
    stances : {"advocated", "all mentions"}
        Which places count as invoking a value.
    coder : {"both", "first", "second"}
        Whose coding or reading counts.
    answers : {"not failed", "advocated", "any"}
        Which remedies count as answers.
    metric : {"cosine", "jensen_shannon", "jaccard"}
        How similarity is measured.
    leave_out : str
        A section that is left out; none if empty.

    Examples
    --------
    >>> from analysis.findings import Settings
    >>> settings = Settings(term="stem")
    >>> settings.term, settings.stop_words
    ('stem', 'counted')
    """

    term: str = "lemma"
    stop_words: str = "counted"
    headings: str = "counted"
    abstract: str = "in"
    references: str = "out"
    variants: str = "as printed"
    reading: str = "first"
    unit: str = "sentence"
    stances: str = "advocated"
    coder: str = "both"
    answers: str = "not failed"
    metric: str = "cosine"
    leave_out: str = ""

    def __post_init__(self) -> None:
        for name, (_, values) in AXES.items():
            if values and getattr(self, name) not in values:
                known = ", ".join(values)
                raise ValueError(f"{name} must be one of {known}, not {getattr(self, name)!r}")


AXES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "term": ("a word is", {"lemma": "lemma", "token": "word as printed", "stem": "stem"}),
    "stop_words": ("stop words", {"counted": "counted", "left out": "left out"}),
    "headings": ("headings", {"counted": "counted", "left out": "left out"}),
    "abstract": ("abstracts", {"in": "in", "out": "out"}),
    "references": ("references and notes", {"out": "out", "in": "in"}),
    "variants": (
        "translation variants",
        {"as printed": "as printed", "joined": "joined", "all joined": "weak ones joined too"},
    ),
    "reading": ("extraction of Shen & Chen", {"first": "first", "second": "second"}),
    "unit": (
        "together in",
        {"sentence": "a sentence", "paragraph": "a paragraph", "window": "ten words"},
    ),
    "stances": (
        "a value counts",
        {"advocated": "if advocated", "all mentions": "if mentioned"},
    ),
    "coder": ("coding", {"both": "both", "first": "first alone", "second": "second alone"}),
    "answers": (
        "an answer is",
        {"not failed": "any but a failed one", "advocated": "advocated", "any": "any"},
    ),
    "metric": (
        "similarity",
        {"cosine": "cosine", "jensen_shannon": "Jensen–Shannon", "jaccard": "Jaccard"},
    ),
    "leave_out": ("section left out", {}),
}
"""What each setting is called, and its values; the first is the default."""


@dataclass(frozen=True)
class Materials:
    """All that findings are computed from, loaded once.

    Attributes
    ----------
    corpus : Corpus
        All documents.
    lexicon : Lexicon
        The lexicon of values.
    hits : pandas.DataFrame
        `find_concepts` in all documents, stances corrected by the labels.
    translations : Translations
        The suspected variants.
    first, second : Coding
        The two codings.
    silences : Silences
        The checklist and its two readings.
    joined : dict of str to Corpus
        The corpus by the setting ``variants``.

    Examples
    --------
    For texts and tables of one's own, without suspected translations or a checklist:

    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Materials, Silences
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> sorted(materials.joined)
    ['all joined', 'as printed', 'joined']
    """

    corpus: Corpus
    lexicon: Lexicon
    hits: pd.DataFrame
    translations: Translations
    first: Coding
    second: Coding
    silences: Silences
    joined: dict[str, Corpus] = field(repr=False)
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def load(cls, corpus: Corpus) -> Materials:
        """Read lexicon, labels, translations, codings and silences of a corpus, from its folder.

        Parameters
        ----------
        corpus : Corpus
            All documents, with their two codings in ``coding/`` and ``coding/second/`` of its
            folder.

        Returns
        -------
        Materials

        Raises
        ------
        InputError
            If one of the tables has faults.
        """
        lexicon = load_lexicon(corpus.folder / "lexicon")
        translations = load_translations(corpus)
        hits = corrected_stances(find_concepts(corpus, lexicon), load_labels(corpus))
        hits = with_twin_stances(hits, corpus)
        folder = corpus.folder / "coding"
        return cls(
            corpus=corpus,
            lexicon=lexicon,
            hits=hits,
            translations=translations,
            first=load_coding(folder, corpus),
            second=load_coding(folder / "second", corpus),
            silences=load_silences(corpus),
            joined=_joined(corpus, translations),
        )

    def with_texts(self, corpus: Corpus) -> Materials:
        """Return the same materials for other texts of the same works; the codings stay.

        Parameters
        ----------
        corpus : Corpus
            Texts of the same works.

        Returns
        -------
        Materials
            With hits found anew, whose stances are those of cues alone.
        """
        return replace(
            self,
            corpus=corpus,
            hits=find_concepts(corpus, self.lexicon),
            joined=_joined(corpus, self.translations),
        )


def _joined(corpus: Corpus, translations: Translations) -> dict[str, Corpus]:
    return {
        name: _with_terms(join_variants(corpus, translations, confidence) if confidence else corpus)
        for name, confidence in CONFIDENCES.items()
    }


def _with_terms(corpus: Corpus) -> Corpus:
    """Add to every token the names under which it may be counted."""
    tokens = corpus.tokens
    lemma, token = (tokens[c].astype(object).str.lower().astype(object) for c in ("lemma", "token"))
    return replace(
        corpus, tokens=tokens.assign(as_lemma=lemma, as_token=token, as_stem=token.map(stem))
    )


class View:
    """The materials as one setting reads them.

    Parameters
    ----------
    materials : Materials
        What is read.
    settings : Settings
        How.
    resamples, seed : int
        Draws of the stability intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Materials, Settings, Silences, View
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> view = View(materials, Settings(headings="left out"))
    >>> len(view.works), "term" in view.tokens()
    (5, True)
    """

    def __init__(
        self, materials: Materials, settings: Settings, resamples: int = 2000, seed: int = 0
    ) -> None:
        self.materials, self.settings = materials, settings
        self.resamples, self.seed = resamples, seed

    @property
    def works(self) -> list[str]:
        """The works in the order of their table."""
        return self.materials.corpus.works["work_id"].tolist()

    @property
    def sections(self) -> set[str]:
        """The sections that belong to the text."""
        return self.remember("sections", self._sections, OF_TEXT)

    def _sections(self) -> set[str]:
        corpus, settings = self.materials.corpus, self.settings
        kinds = {*BODY_KINDS, *(("references", "footnote") if settings.references == "in" else ())}
        kinds -= {"abstract"} if settings.abstract == "out" else set()
        chosen = corpus.sections[
            corpus.sections["document_id"].isin(_documents(corpus, settings.reading))
            & corpus.sections["kind"].isin(kinds)
        ]
        return set(chosen["section_id"]) - {settings.leave_out}

    def tokens(self) -> pd.DataFrame:
        """Return the words of the text with the column ``term``."""
        settings = self.settings
        corpus = self.materials.joined[settings.variants]
        tokens = corpus.tokens[corpus.tokens["section_id"].isin(self.sections)]
        if settings.headings == "left out":
            tokens = tokens[~tokens["is_heading"]]
        if settings.stop_words == "left out":
            tokens = tokens[~tokens["is_stop"]]
        return tokens.rename(columns={f"as_{settings.term}": "term"})

    def terms(self, terms: list[str]) -> list[str]:
        """Return under which names some words are counted here."""
        settings = self.settings
        if settings.variants != "as printed":
            names = self.remember("names", self._joined_names, ("variants",))
            terms = [names.get(term, term) for term in terms]
        if settings.term == "stem":
            terms = [stem(term) for term in terms]
        return sorted({term.lower() for term in terms})

    def _joined_names(self) -> dict[str, str]:
        return joined_names(self.materials.translations, CONFIDENCES[self.settings.variants])

    def counts(self) -> UnitCounts:
        """Count every term in every paragraph of every work."""
        return self.remember(
            "counts", lambda: count_units(self.tokens(), "work_id", "term"), OF_WORDS
        )

    def content_terms(self) -> set[str]:
        """Return the terms of which no form is a stop word."""
        return self.remember("content", self._content_terms, OF_WORDS)

    def _content_terms(self) -> set[str]:
        # Most words stand in a text many times, and each need be looked at only once.
        forms = self.tokens()[["token", "term", "is_word", "is_stop"]].drop_duplicates()
        return content_terms(forms, "term")

    def draws(self) -> Draws:
        """Draw the paragraphs of every work anew."""
        return self.remember(
            "draws", lambda: draw_units(self.counts(), self.resamples, self.seed), OF_WORDS
        )

    def sentences(self) -> pd.DataFrame:
        """Return the sentences of the text, headings left out."""
        return self.remember("sentences", self._sentences, OF_TEXT)

    def _sentences(self) -> pd.DataFrame:
        sentences = self.materials.corpus.sentences
        return sentences[sentences["section_id"].isin(self.sections) & ~sentences["is_heading"]]

    def has_single_paragraph(self) -> bool:
        """Say whether a work has so little text that no paragraph can be drawn anew."""
        return self.remember("single", self._has_single_paragraph, OF_TEXT)

    def _has_single_paragraph(self) -> bool:
        paragraphs = self.sentences().groupby("work_id", observed=True)["paragraph_id"].nunique()
        return bool((paragraphs < 2).any()) or len(paragraphs) < len(self.works)

    def running_text(self) -> Corpus:
        """Return the corpus with these sentences, and their words, only."""
        sentences = self.sentences()
        tokens = self.tokens()
        tokens = tokens[tokens["sentence_id"].isin(sentences["sentence_id"])]
        return replace(self.materials.corpus, sentences=sentences, tokens=tokens)

    def hits(self) -> pd.DataFrame:
        """Return the places that count as invoking a value."""
        hits = self.materials.hits
        hits = hits[hits["sentence_id"].isin(self.sentences()["sentence_id"])]
        return hits if self.settings.stances != "advocated" else hits[hits["stance"] == "advocated"]

    @property
    def codings(self) -> list[Coding]:
        """The codings that count, without the items outside the text."""
        both = {"first": [self.materials.first], "second": [self.materials.second]}
        chosen = both.get(self.settings.coder, [*both["first"], *both["second"]])
        return self.remember(
            "codings", lambda: [_inside(coding, self.sections) for coding in chosen], OF_CODING
        )

    def emptied(self) -> list[str]:
        """Return the works from which the setting takes all problems or all remedies."""
        return self.remember("emptied", self._emptied, OF_CODING)

    def _emptied(self) -> list[str]:
        lost = set()
        for coding in self.codings:
            for table in (coding.problems, coding.remedies):
                lost |= set(self.works) - set(table["work_id"])
        return [work for work in self.works if work in lost]

    def kept_share(self) -> float:
        """Return the least share of its problems or remedies that a work keeps."""
        return self.remember("kept", self._kept_share, OF_CODING)

    def _kept_share(self) -> float:
        whole = View(self.materials, Settings(coder=self.settings.coder))
        shares = []
        for own, every in zip(self.codings, whole.codings, strict=True):
            for name in ("problems", "remedies"):
                all_items = getattr(every, name).groupby("work_id").size()
                left = getattr(own, name).groupby("work_id").size()
                shares.append((left.reindex(all_items.index, fill_value=0) / all_items).min())
        return float(min(shares))

    def remember(self, name: str, compute: Callable[[], Any], axes: Sequence[str] = ()) -> Any:
        """Compute something once for all findings that read the texts alike.

        Parameters
        ----------
        name : str
            What is computed.
        compute : callable
            How.
        axes : sequence of str
            The settings on which it depends; all of them without it.
        """
        chosen = axes or tuple(AXES)
        key = (name, self.resamples, self.seed, *(getattr(self.settings, a) for a in chosen))
        if key not in self.materials.kept:
            self.materials.kept[key] = compute()
        return self.materials.kept[key]


OF_WORDS = ("term", "stop_words", "headings", "abstract", "references", "variants", "reading",
            "leave_out")  # fmt: skip
"""The settings on which counts of words depend."""
OF_TEXT = ("abstract", "references", "reading", "leave_out")
"""The settings on which it depends what belongs to the text."""
OF_CODING = ("coder", "abstract", "references", "reading", "leave_out")
"""The settings on which the items of the codings depend."""


def with_twin_stances(hits: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Give the places of a second extraction the stances of the first.

    The sentences of the first were labelled, those of the second were not. If both have
    equally many sentences of running text, they are paired in their order, and in a pair
    the places of each concept; all others keep the stance of their cues.

    Parameters
    ----------
    hits : pandas.DataFrame
        From `find_concepts` in all documents.
    corpus : Corpus
        All documents.

    Returns
    -------
    pandas.DataFrame
        The hits in their order.
    """
    kinds = [k for k in BODY_KINDS if k in set(corpus.sections["kind"])]
    sentences = corpus.select(kinds=kinds).sentences
    rank = sentences.groupby("document_id", observed=True).cumcount()
    rank.index = sentences["sentence_id"].astype(str)
    sizes = sentences["document_id"].value_counts()
    keyed = hits.assign(rank=hits["sentence_id"].astype(str).map(rank)).dropna(subset="rank")
    keyed = keyed.sort_values("start")
    order = keyed.groupby(["document_id", "rank", "concept_id"], observed=True).cumcount()
    keyed = keyed.assign(order=order, place=keyed.index)
    documents = corpus.documents
    primary = documents[documents["role"] == "primary"].set_index("work_id")["document_id"]
    judged = ["stance", "lack", "stance_from"]
    hits = hits.copy()
    for twin in documents[documents["role"] == "twin"].itertuples():
        first = primary[twin.work_id]
        if sizes.get(twin.document_id) != sizes.get(first):
            continue
        keys = ["rank", "concept_id", "order"]
        own = keyed.loc[keyed["document_id"] == twin.document_id, [*keys, "place"]]
        model = keyed.loc[keyed["document_id"] == first, [*keys, *judged]]
        pairs = own.merge(model, on=keys)
        hits.loc[pairs["place"], judged] = pairs[judged].to_numpy()
    return hits


def _documents(corpus: Corpus, reading: str) -> set[str]:
    """Return the document that stands for each work."""
    documents = corpus.documents
    twins = documents[documents["role"] == "twin"]
    if reading == "first" or twins.empty:
        return set(documents.loc[documents["role"] == "primary", "document_id"])
    others = documents[~documents["work_id"].isin(twins["work_id"])]
    return {*others["document_id"], *twins.drop_duplicates("work_id")["document_id"]}


def _inside(coding: Coding, sections: set[str]) -> Coding:
    """Return a coding without the items whose quotation stands outside some sections."""
    problems = coding.problems[coding.problems["section_id"].isin(sections)]
    remedies = coding.remedies[coding.remedies["section_id"].isin(sections)]
    links = coding.links[
        coding.links["problem_id"].isin(problems["problem_id"])
        & coding.links["remedy_id"].isin(remedies["remedy_id"])
    ]
    return replace(coding, problems=problems, remedies=remedies, links=links)


_STEMMER = SnowballStemmer("english")


@cache
def stem(word: str) -> str:
    """Return the stem of a word by the Snowball stemmer for English (Porter 2001)."""
    return str(_STEMMER.stem(word))


def binary_log(value: float) -> float:
    """Return the binary logarithm; minus infinity of zero.

    Parameters
    ----------
    value : float
        Zero or above.

    Returns
    -------
    float

    Examples
    --------
    >>> binary_log(8), binary_log(0)
    (3.0, -inf)
    """
    with np.errstate(divide="ignore"):
        return float(np.log2(value))
