"""Value concepts: a lexicon that people edit, where a text invokes them, and with what stance."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cooccurrence import cooccurrence as cooccurrence  # company is part of this subject
from analysis.corpus import Corpus, find_data
from analysis.defaults import default_file
from analysis.tables import InputError, read_table
from analysis.text import WORD

FORMS = {"surface": "token", "lemma": "lemma"}
STANCES = ("advocated", "described", "criticised", "reported")
"""How a sentence invokes a value: in the author's own voice as wanted; named without taking a
side; as harmful or to be restrained; as what others hold."""
LACKING = "lacking"
"""What a cue says where the value is missing, weak or violated."""
SCOPES = ("before", "sentence", "section")
BEFORE = 3
"""Within so many words before a hit a cue of the scope ``before`` must end."""

CONCEPT_COLUMNS = ("concept_id", "label", "family", "definition", "leaves_out")
PATTERN_COLUMNS = ("concept_id", "pattern", "form", "role", "stance", "note")
CUE_COLUMNS = ("cue", "stance", "scope", "note")
EXAMPLE_COLUMNS = ("concept_id", "work_id", "sentence_id", "quote")
QUOTED_WORDS = (5, 25)
"""An example is at least and at most so many words long."""

PLACE_COLUMNS = ["concept_id", "document_id", "work_id", "section_id", "paragraph_id",
                 "sentence_id", "matched", "position", "position_end", "start", "end"]  # fmt: skip
HIT_COLUMNS = [*PLACE_COLUMNS, "stance", "lack", "stance_from"]


@dataclass(frozen=True)
class Lexicon:
    """Value concepts and the patterns that find them.

    Attributes
    ----------
    families : pandas.DataFrame
        ``family, label, definition``.
    concepts : pandas.DataFrame
        ``concept_id, label, family, definition, leaves_out``.
    patterns : pandas.DataFrame
        ``concept_id, pattern, form, role, stance, note``; the stance ``opposed`` marks a
        pattern that names the opposite of its value (``corruption`` for integrity). A
        column ``optional`` may say ``yes`` of a pattern that need not do anything (see
        `check_lexicon`).
    cues : pandas.DataFrame
        ``cue, stance, scope, note``: wordings that tell the stance of a value.
    examples : pandas.DataFrame
        ``concept_id, work_id, sentence_id, quote``: one passage per concept and work, or
        none at all.

    Examples
    --------
    >>> import analysis
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> trust = lexicon.patterns[lexicon.patterns["concept_id"] == "trust"]
    >>> trust["pattern"].tolist()
    ['trust*', 'good faith']
    """

    families: pd.DataFrame
    concepts: pd.DataFrame
    patterns: pd.DataFrame
    cues: pd.DataFrame
    examples: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(EXAMPLE_COLUMNS), dtype=object)
    )


def load_lexicon(path: str | Path | None = None) -> Lexicon:
    """Read a lexicon from a folder and check it by itself, without any text.

    Parameters
    ----------
    path : str or Path, optional
        A folder with ``families.csv``, ``concepts.csv`` and ``patterns.csv``; the
        project's ``data/lexicon`` without it. ``stance_cues.csv`` may be left out: cues
        say nothing of particular values, so those of the project are taken then.
        ``examples.csv`` may be left out: there are no examples then.

    Returns
    -------
    Lexicon
        Cells as they were written, without blanks at their ends; markup stays text.

    Raises
    ------
    InputError
        With every problem found: missing columns; an unknown family, concept, form, role,
        stance or scope; a pattern that stands twice, is empty, has a word of wildcards
        only, or holds signs of a regular expression; a pattern both included and
        excluded; a concept with two examples from one work, an example of too few or too
        many words.

    See Also
    --------
    check_lexicon : Checks a lexicon against the texts.

    Examples
    --------
    >>> import analysis
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> list(lexicon.concepts.columns)
    ['concept_id', 'label', 'family', 'definition', 'leaves_out']
    """
    folder = find_data() / "lexicon" if path is None else Path(path)
    problems: list[str] = []
    families = read_table(
        folder / "families.csv", ("family", "label", "definition"), problems, key="family"
    )
    concepts = read_table(
        folder / "concepts.csv", CONCEPT_COLUMNS, problems, key="concept_id",
        filled=("label", "family", "definition"), allowed={"family": set(families["family"])},
    )  # fmt: skip
    known = set(concepts["concept_id"])
    patterns = read_table(
        folder / "patterns.csv", PATTERN_COLUMNS, problems,
        filled=("concept_id", "pattern", "form", "role"),
        allowed={"concept_id": known, "form": FORMS, "role": ("include", "exclude"),
                 "stance": ("opposed",), "optional": ("yes",)},
    )  # fmt: skip
    cues = _read_cues(folder, problems)
    examples = _read_examples(folder, known, problems)
    problems += _pattern_problems(patterns)
    if problems:
        raise InputError(problems)
    tables = (t.drop(columns="row") for t in (families, concepts, patterns, cues, examples))
    return Lexicon(*tables)


def _read_cues(folder: Path, problems: list[str]) -> pd.DataFrame:
    own = folder / "stance_cues.csv"
    path = own if own.is_file() else default_file("lexicon/stance_cues.csv")
    cues = read_table(
        path, CUE_COLUMNS, problems, filled=("cue", "stance", "scope"),
        allowed={"stance": (*STANCES, LACKING), "scope": SCOPES},
    )  # fmt: skip
    for row in cues[cues["scope"] != "section"].itertuples():
        problems += _wording_problems(f"stance_cues.csv, row {row.row}, column cue", row.cue)
    for row in cues[cues.duplicated(["cue", "scope"])].itertuples():
        problems.append(
            f"stance_cues.csv, row {row.row}, column cue: {row.cue!r} stands twice; delete one"
        )
    return cues


def _read_examples(folder: Path, concepts: set[str], problems: list[str]) -> pd.DataFrame:
    if not (folder / "examples.csv").is_file():
        return pd.DataFrame(columns=[*EXAMPLE_COLUMNS, "row"], dtype=object)
    examples = read_table(
        folder / "examples.csv", EXAMPLE_COLUMNS, problems, filled=EXAMPLE_COLUMNS,
        allowed={"concept_id": concepts},
    )  # fmt: skip
    least, most = QUOTED_WORDS
    for row in examples.itertuples():
        words = len(row.quote.split())
        if row.quote and not least <= words <= most:
            problems.append(
                f"examples.csv, row {row.row}, column quote: it has {words} words; "
                f"quote {least} to {most}"
            )
    for row in examples[examples.duplicated(["concept_id", "work_id"])].itertuples():
        problems.append(
            f"examples.csv, row {row.row}: {row.concept_id} has two examples in {row.work_id}; "
            "keep the clearer one"
        )
    return examples


def _pattern_problems(patterns: pd.DataFrame) -> list[str]:
    problems = []
    for row in patterns.itertuples():
        problems += _wording_problems(f"patterns.csv, row {row.row}, column pattern", row.pattern)
    plain = patterns.assign(pattern=[" ".join(p.lower().split()) for p in patterns["pattern"]])
    plain = plain[plain["pattern"] != ""]
    for row in plain[plain.duplicated(["concept_id", "pattern", "form", "role"])].itertuples():
        problems.append(
            f"patterns.csv, row {row.row}, column pattern: {row.pattern!r} stands twice; delete one"
        )
    once = plain.drop_duplicates(["concept_id", "pattern", "form", "role"])
    for row in once[once.duplicated(["concept_id", "pattern", "form"])].itertuples():
        problems.append(
            f"patterns.csv, row {row.row}, column pattern: {row.pattern!r} is both included and "
            "excluded; delete one"
        )
    return problems


_REGULAR = re.compile(r"[\\\[\]()|^$+?{}]")


def _wording_problems(place: str, pattern: str) -> list[str]:
    """Say what keeps a pattern from being words with wildcards."""
    signs = sorted(set(_REGULAR.findall(pattern)))
    if signs:
        return [
            f"{place}: {pattern!r} looks like a regular expression ({' '.join(signs)}); only * is a "
            "wildcard here, for any letters of one word: write a row for each wording"
        ]
    if any(not word.replace("*", "") for word in pattern.split()):
        return [f"{place}: {pattern!r} has a word of wildcards only; name some letters"]
    return []


# --- Finding --------------------------------------------------------------------------------


class Match(NamedTuple):
    """A pattern found: the places of its first and last word, and what it stands for."""

    first: int
    last: int  # inclusive
    concept_id: str
    role: str
    stance: str = ""
    entry: int = -1  # number of the pattern in its list


def find_concepts(corpus: Corpus, lexicon: Lexicon) -> pd.DataFrame:
    """Find every place where a text invokes a concept of the lexicon, and the stance of it.

    A pattern is a run of words inside one sentence; ``*`` stands for any letters of one
    word. A match that shares a word with an ``exclude`` match of its concept does not
    count. Of matches of one concept that share a word the longest counts, of equally long
    ones the first in the text, then the first in the lexicon: what is nested in a hit is
    not counted again. Hits of different concepts may share words.

    The stance of a hit is what cues say, in this order: the nearest cue of the scope
    ``before`` that ends in the three words before the hit; the cues of the scope
    ``sentence`` in the sentence (of several stances the first of reported, criticised,
    advocated, described); a cue of the scope ``section`` that is the function of the
    section. Without any it is ``advocated``, the most frequent stance. A value lacks if
    the pattern names its opposite or a cue ``before`` or in the ``sentence`` says so; what
    the section says of lack counts only where no such cue, of whatever stance, is there.

    Parameters
    ----------
    corpus : Corpus
        Usually ``corpus.body()``.
    lexicon : Lexicon
        See `load_lexicon`.

    Returns
    -------
    pandas.DataFrame
        One row per hit, in the order of the texts: ``concept_id, document_id, work_id,
        section_id, paragraph_id, sentence_id, matched`` (the words), ``position,
        position_end`` (of the first word and after the last, in the document), ``start,
        end`` (offsets into the raw text), ``stance`` (one of `STANCES`), ``lack`` (bool:
        the pattern names the opposite of the value, or a cue says that it is lacking),
        ``stance_from`` (``cue``, or ``default`` where there was none).

    See Also
    --------
    analysis.labels.corrected_stances : Puts labels, where there are any, above the cues.

    Examples
    --------
    >>> import analysis
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> corpus = analysis.corpus_from_texts(
    ...     {"note": "Neighbours need trust. Without trust nobody lends a spade."}
    ... )
    >>> hits = analysis.find_concepts(corpus, lexicon)
    >>> print(hits[["concept_id", "sentence_id", "position", "lack"]].to_string(index=False))
    concept_id sentence_id  position  lack
         trust  note-s0001         2 False
         trust  note-s0002         4  True
    """
    words = corpus.words().reset_index(drop=True)
    patterns = lexicon.patterns[["pattern", "form", "concept_id", "role", "stance"]]
    matches = longest_matches(match_patterns(words, patterns.itertuples(index=False, name=None)))
    functions = dict(zip(corpus.sections["section_id"], corpus.sections["function"], strict=True))
    judged = _stances(words, matches, lexicon.cues, functions)
    table = _place_table(words, matches)
    table[["stance", "lack", "stance_from"]] = pd.DataFrame(
        judged, columns=["stance", "lack", "stance_from"]
    ).astype({"lack": bool})
    return table[HIT_COLUMNS]


def count_hits(corpus: Corpus, lexicon: Lexicon, hits: pd.DataFrame) -> pd.DataFrame:
    """Count how often each work invokes each concept, the works that never do included.

    Parameters
    ----------
    corpus : Corpus
        The texts that were searched; all their words are the size of a work.
    lexicon : Lexicon
        Its concepts, each of which has a row for each work.
    hits : pandas.DataFrame
        From `find_concepts`, of the same texts and lexicon.

    Returns
    -------
    pandas.DataFrame
        ``concept_id, label, work_id``; ``count`` (places); ``lacking`` (those where the
        concept is said to be missing or weak); ``sentences`` (with the concept); ``size``
        (words of the work); ``rate`` (places per 1,000 words, NaN for a work without
        words). In the order of the lexicon, then of the works.

    Examples
    --------
    >>> import analysis
    >>> from analysis.concepts import count_hits
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> counts = count_hits(corpus, lexicon, analysis.find_concepts(corpus, lexicon))
    >>> len(counts) == len(lexicon.concepts) * len(corpus.works)
    True
    """
    works, ids = corpus.works["work_id"], lexicon.concepts["concept_id"]
    index = pd.MultiIndex.from_product([ids, works], names=["concept_id", "work_id"])
    # Keys may be categories, whose combinations without any hit would be counted as well.
    plain = hits.astype({"concept_id": object, "work_id": object, "sentence_id": object})
    counts = plain.groupby(["concept_id", "work_id"]).agg(
        count=("matched", "size"), lacking=("lack", "sum"), sentences=("sentence_id", "nunique")
    )
    table = counts.reindex(index, fill_value=0).astype(int).reset_index()
    sizes = corpus.words()["work_id"].astype(object).value_counts()
    table["size"] = table["work_id"].map(sizes).fillna(0).astype(int)
    table["rate"] = table["count"] / table["size"].where(table["size"] > 0) * 1000
    labels = dict(zip(ids, lexicon.concepts["label"], strict=True))
    table.insert(1, "label", table["concept_id"].map(labels))
    return table


def find_pattern(corpus: Corpus, pattern: str, form: str = "surface") -> pd.DataFrame:
    """Find one pattern in the texts, as `find_concepts` does.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    pattern : str
        Words, parted by blanks; ``*`` stands for any letters of one word.
    form : {"surface", "lemma"}
        Whether words are compared as printed or by their lemmas, in lower case.

    Returns
    -------
    pandas.DataFrame
        One row per place, with the columns of `find_concepts` up to ``end``;
        ``concept_id`` is the pattern.

    Raises
    ------
    ValueError
        If the pattern is empty or holds a word of wildcards only, or the form is unknown.

    Examples
    --------
    >>> import analysis
    >>> from analysis.concepts import find_pattern
    >>> corpus = analysis.corpus_from_texts({"note": "Lenders lend. A lent spade comes back."})
    >>> find_pattern(corpus, "lend*")["matched"].tolist()
    ['Lenders', 'lend']
    >>> find_pattern(corpus, "lend", form="lemma")["matched"].tolist()
    ['lend', 'lent']
    """
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}, not {form!r}")
    if not pattern.split() or any(not word.replace("*", "") for word in pattern.split()):
        raise ValueError(f"the query {pattern!r} needs letters in every word")
    words = corpus.words().reset_index(drop=True)
    matches = match_patterns(words, [(pattern, form, pattern, "include", "")])
    return _place_table(words, longest_matches(matches))


def match_patterns(
    words: pd.DataFrame, patterns: Iterable[tuple[str, str, str, str, str]]
) -> list[Match]:
    """Match all patterns in one walk through the text, however many there are.

    Patterns are laid out as a tree of word patterns. Wildcards are looked up in the
    vocabulary once; the walk then goes from word to word down the tree.

    Parameters
    ----------
    words : pandas.DataFrame
        Words in order, with ``token, lemma, sentence_id``.
    patterns : iterable of tuple
        (pattern, form, concept, role, stance).

    Returns
    -------
    list of Match
        Every match, overlapping ones included; places are rows of ``words``.

    Examples
    --------
    >>> import analysis
    >>> from analysis.concepts import match_patterns
    >>> words = analysis.corpus_from_texts({"note": "The rule of law. Rules rule."}).words()
    >>> patterns = [("rule*", "surface", "rule", "include", ""), ("law", "lemma", "law", "include", "")]
    >>> [(m.first, m.last, m.concept_id) for m in match_patterns(words, patterns)]
    [(1, 1, 'rule'), (4, 4, 'rule'), (5, 5, 'rule'), (3, 3, 'law')]
    """
    entries = list(patterns)
    sentences = words["sentence_id"].cat.codes.to_numpy()
    matches = []
    for form, column in FORMS.items():
        own = [i for i, entry in enumerate(entries) if entry[1] == form]
        if own and len(words):
            text, vocabulary = pd.factorize(words[column].astype(str).str.lower(), sort=True)
            tree = _Tree([entries[i][0].lower().split() for i in own], list(vocabulary))
            for first, last, number in tree.walk(text, sentences):
                _, _, concept, role, stance = entries[own[number]]
                matches.append(Match(first, last, concept, role, stance, own[number]))
    return matches


class _Tree:
    """Patterns as paths from a root; an edge is a word pattern."""

    def __init__(self, patterns: Sequence[Sequence[str]], vocabulary: list[str]) -> None:
        self.edges: list[dict[str, int]] = [{}]
        self.ends: list[list[int]] = [[]]
        for number, pattern in enumerate(patterns):
            node = 0
            for word in pattern:
                if word not in self.edges[node]:
                    self.edges[node][word] = len(self.edges)
                    self.edges.append({})
                    self.ends.append([])
                node = self.edges[node][word]
            self.ends[node].append(number)
        self.patterns_of = _patterns_of_words({w for p in patterns for w in p}, vocabulary)

    def walk(
        self, text: NDArray[np.intp], sentences: NDArray[np.integer[Any]]
    ) -> Iterator[tuple[int, int, int]]:
        """Yield first place, last place and number of every pattern in a coded text."""
        begins = np.array([any(w in self.edges[0] for w in own) for own in self.patterns_of])
        for first in np.flatnonzero(begins[text]).tolist():
            nodes, place = [0], first
            while nodes and place < len(text) and sentences[place] == sentences[first]:
                own = self.patterns_of[text[place]]
                nodes = [
                    self.edges[n][word] for n in nodes for word in own if word in self.edges[n]
                ]
                for node in nodes:
                    for number in self.ends[node]:
                        yield first, place, number
                place += 1


def _patterns_of_words(patterns: Iterable[str], vocabulary: list[str]) -> list[list[str]]:
    """Return, for each word of a sorted vocabulary, the word patterns that stand for it."""
    places = {word: place for place, word in enumerate(vocabulary)}
    # Words read from their end, in order, so that what a pattern ends with is found at once.
    backwards = sorted((word[::-1], place) for word, place in places.items())
    ends = [word for word, _ in backwards]
    found: list[list[str]] = [[] for _ in vocabulary]
    for pattern in sorted(patterns):
        head, *middle, tail = pattern.split("*") if "*" in pattern else (pattern, "")
        if "*" not in pattern:
            candidates = [places[pattern]] if pattern in places else []
        elif head or not tail:
            candidates = list(range(*_beginning(vocabulary, head)))
        else:
            candidates = [backwards[i][1] for i in range(*_beginning(ends, tail[::-1]))]
        for place in candidates:
            if "*" not in pattern or _fits(vocabulary[place], head, middle, tail):
                found[place].append(pattern)
    return found


def _beginning(words: list[str], head: str) -> tuple[int, int]:
    """Return between which places of a sorted list the words begin with some letters."""
    return bisect_left(words, head), bisect_left(words, head + chr(0x10FFFF))


def _fits(word: str, head: str, middle: Sequence[str], tail: str) -> bool:
    """Say whether the parts of a wildcard pattern follow one another in a word."""
    end = len(word) - len(tail)
    if end < len(head) or not (word.startswith(head) and word.endswith(tail)):
        return False
    place = len(head)
    for part in middle:
        found = word.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def longest_matches(matches: list[Match]) -> list[Match]:
    """Drop excluded matches, and of overlapping ones of a concept keep the longest.

    Of equally long ones that overlap the first in the text stays, then the first in the
    list of patterns.

    Parameters
    ----------
    matches : list of Match
        From `match_patterns`.

    Returns
    -------
    list of Match
        Those that count, in the order of the text.

    Examples
    --------
    >>> from analysis.concepts import Match, longest_matches
    >>> rule, rule_of_law = Match(4, 4, "law", "include"), Match(4, 6, "law", "include")
    >>> longest_matches([rule, rule_of_law]) == [rule_of_law]
    True
    """
    barred: dict[str, set[int]] = defaultdict(set)
    for match in matches:
        if match.role == "exclude":
            barred[match.concept_id].update(range(match.first, match.last + 1))
    kept: list[Match] = []
    taken: dict[str, set[int]] = defaultdict(set)
    for match in sorted(matches, key=lambda m: (m.first - m.last, m.first, m.concept_id, m.entry)):
        if match.role != "include":
            continue
        places = range(match.first, match.last + 1)
        out, gone = barred[match.concept_id], taken[match.concept_id]
        if not any(place in out or place in gone for place in places):
            gone.update(places)
            kept.append(match)
    return sorted(kept)


def _place_table(words: pd.DataFrame, matches: list[Match]) -> pd.DataFrame:
    first = words.iloc[[m.first for m in matches]].reset_index(drop=True)
    last = words.iloc[[m.last for m in matches]].reset_index(drop=True)
    tokens = words["token"].astype(str).to_numpy(dtype=object)
    table = first[["document_id", "work_id", "section_id", "paragraph_id", "sentence_id"]].astype(
        object
    )
    table["concept_id"] = [m.concept_id for m in matches]
    table["matched"] = [" ".join(tokens[m.first : m.last + 1]) for m in matches]
    table["position"], table["position_end"] = first["position"], last["position"] + 1
    table["start"], table["end"] = first["start"], last["end"]
    return table[PLACE_COLUMNS]


# --- Stance ---------------------------------------------------------------------------------

_PRECEDENCE = ("reported", "criticised", "advocated", "described")
"""Which of several stances in one sentence counts: what others hold is theirs also where it
is put as a demand, and what is demanded is more than described."""
DEFAULT_STANCE = "advocated"


def _stances(
    words: pd.DataFrame, matches: list[Match], cues: pd.DataFrame, functions: dict[str, str]
) -> list[tuple[str, bool, str]]:
    """Return stance, lack and where the stance comes from, for each match."""
    codes = words["sentence_id"].cat.codes.to_numpy()
    before, within = _cue_places(words, codes, cues[cues["scope"] != "section"])
    of_section = cues[cues["scope"] == "section"]
    said_by = {c: {s} for c, s in zip(of_section["cue"], of_section["stance"], strict=True)}
    sections = words["section_id"].astype(object).to_numpy()
    judged = []
    for match in matches:
        near = [before[place] for place in _places_before(match.first, codes) if place in before]
        sentence = within.get(codes[match.first], set())
        section = said_by.get(functions.get(sections[match.first], ""), set())
        # What a section is for says nothing against the words of the sentence itself.
        lacks = [*near, sentence] if near or sentence else [section]
        lack = match.stance == "opposed" or any(LACKING in said for said in lacks)
        stance, source = _first_stance([*near, sentence, section])
        judged.append((stance, lack, source))
    return judged


def _cue_places(
    words: pd.DataFrame, sentences: NDArray[np.integer[Any]], cues: pd.DataFrame
) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Return what cues say by the place where they end, and by the sentence they stand in."""
    before: dict[int, set[str]] = defaultdict(set)
    within: dict[int, set[str]] = defaultdict(set)
    # The scope takes the place of the concept.
    wordings = zip(cues["cue"], cues["scope"], cues["stance"], strict=True)
    for cue in match_patterns(
        words, [(c, "surface", s, "include", said) for c, s, said in wordings]
    ):
        if cue.concept_id == "before":
            before[cue.last].add(cue.stance)
        else:
            within[sentences[cue.first]].add(cue.stance)
    return before, within


def _places_before(place: int, sentences: NDArray[np.integer[Any]]) -> list[int]:
    """Return the places of the few words before a word in its sentence, the nearest first."""
    places = range(place - 1, max(place - 1 - BEFORE, -1), -1)
    return [before for before in places if sentences[before] == sentences[place]]


def _first_stance(said: Iterable[set[str]]) -> tuple[str, str]:
    """Return the stance that counts and where it comes from, of what cues say in their order."""
    for stances in said:
        for stance in _PRECEDENCE:
            if stance in stances:
                return stance, "cue"
    return DEFAULT_STANCE, "default"


# --- Checks against the texts ---------------------------------------------------------------


def check_lexicon(lexicon: Lexicon, corpus: Corpus, must_occur: bool = True) -> None:
    """Check a lexicon against the texts for which it was made.

    Parameters
    ----------
    lexicon : Lexicon
        From `load_lexicon`.
    corpus : Corpus
        The texts, usually ``corpus.body()``.
    must_occur : bool
        Whether every pattern must do something. ``False`` for a lexicon that was fixed
        without regard to the texts, where a pattern that is nowhere is a result.

    Raises
    ------
    InputError
        With every problem found: a pattern to include that matches nothing, one to
        exclude that bars nothing, unless its column ``optional`` says ``yes``; two
        concepts that count the same words without a note that says so (the note of either
        pattern must hold the identifier of the other concept); an example that is not in
        its sentence, whose sentence is not of its work, or in whose words no pattern finds
        its concept; where there are examples, a concept that is found in a work and has
        none there.

    Examples
    --------
    >>> import analysis
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> corpus = analysis.corpus_from_texts({"note": "Nothing here is about values."})
    >>> analysis.check_lexicon(lexicon, corpus, must_occur=False)
    >>> try:
    ...     analysis.check_lexicon(lexicon, corpus)
    ... except analysis.InputError as error:
    ...     print(error.problems[0])
    patterns.csv, column pattern: 'trust*' (trust, include) matches nothing in the texts; correct or delete it
    """
    words = corpus.words().reset_index(drop=True)
    patterns = lexicon.patterns[["pattern", "form", "concept_id", "role", "stance"]]
    matches = match_patterns(words, patterns.itertuples(index=False, name=None))
    kept = longest_matches(matches)
    problems = _idle_patterns(lexicon.patterns, matches) if must_occur else []
    problems += _unexplained_overlaps(lexicon.patterns, kept, words)
    if len(lexicon.examples):
        problems += _example_problems(lexicon.examples, corpus, _place_table(words, kept))
    if problems:
        raise InputError(problems)


def _idle_patterns(patterns: pd.DataFrame, matches: list[Match]) -> list[str]:
    matched = {match.entry for match in matches}
    included: dict[str, set[int]] = defaultdict(set)
    for match in matches:
        if match.role == "include":
            included[match.concept_id].update(range(match.first, match.last + 1))
    barring = {
        m.entry
        for m in matches
        if not included[m.concept_id].isdisjoint(range(m.first, m.last + 1))
    }
    problems = []
    # Patterns of a lexicon that was made for any text may be marked as ones that may be idle.
    free = patterns["optional"] if "optional" in patterns else pd.Series("", patterns.index)
    for entry, (row, may_be_idle) in enumerate(
        zip(patterns.itertuples(), free == "yes", strict=True)
    ):
        if may_be_idle:
            continue
        place = f"patterns.csv, column pattern: {row.pattern!r} ({row.concept_id}, {row.role})"
        if row.role == "include" and entry not in matched:
            problems.append(f"{place} matches nothing in the texts; correct or delete it")
        if row.role == "exclude" and entry not in barring:
            problems.append(f"{place} bars nothing in the texts; correct or delete it")
    return problems


def _unexplained_overlaps(
    patterns: pd.DataFrame, kept: list[Match], words: pd.DataFrame
) -> list[str]:
    at: dict[int, list[Match]] = defaultdict(list)
    for match in kept:
        for place in range(match.first, match.last + 1):
            at[place].append(match)
    notes = [re.findall(r"[\w-]+", note) for note in patterns["note"]]
    names = [f"{r.pattern!r} ({r.concept_id})" for r in patterns.itertuples()]
    sentences = words["sentence_id"].astype(object)
    seen: dict[tuple[int, int], str] = {}
    for place, own in sorted(at.items()):
        for one in own:
            for other in own:
                explained = other.concept_id in notes[one.entry] or (
                    one.concept_id in notes[other.entry]
                )
                if one.entry < other.entry and not explained:
                    seen.setdefault((one.entry, other.entry), str(sentences[place]))
    return [
        f"patterns.csv, column pattern: {names[a]} and {names[b]} count the same words, in "
        f"{sentence}; exclude one, or name the other concept in the note of either"
        for (a, b), sentence in sorted(seen.items())
    ]


def _example_problems(examples: pd.DataFrame, corpus: Corpus, hits: pd.DataFrame) -> list[str]:
    sentences = corpus.sentences.set_index("sentence_id")
    found = hits.groupby(["sentence_id", "concept_id"])["matched"].agg(list).to_dict()
    problems = []
    for row in examples.itertuples():
        place = f"examples.csv, {row.concept_id} in {row.work_id}, column"
        if row.sentence_id not in sentences.index:
            problems.append(f"{place} sentence_id: the texts have no sentence {row.sentence_id!r}")
            continue
        sentence = sentences.loc[row.sentence_id]
        if sentence["work_id"] != row.work_id:
            problems.append(f"{place} work_id: {row.sentence_id} is of {sentence['work_id']}")
        if row.quote not in sentence["text"]:
            problems.append(
                f"{place} quote: {row.quote!r} does not stand in {row.sentence_id}, "
                f"which reads: {sentence['text']}"
            )
        elif not _holds(row.quote, found.get((row.sentence_id, row.concept_id), [])):
            problems.append(f"{place} quote: no pattern finds {row.concept_id} in {row.quote!r}")
    given = set(zip(examples["concept_id"], examples["work_id"], strict=True))
    wanted = set(zip(hits["concept_id"], hits["work_id"], strict=True))
    problems += [
        f"examples.csv: {work} invokes {concept} but has no example of it; add one"
        for concept, work in sorted(wanted - given)
    ]
    return problems


def _holds(quote: str, wordings: Iterable[str]) -> bool:
    """Say whether one of several wordings stands in a quotation, word for word."""
    words = f" {' '.join(WORD.findall(quote.lower()))} "
    return any(f" {wording.lower()} " in words for wording in wordings)
