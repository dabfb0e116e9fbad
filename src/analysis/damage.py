"""The damage of a text: counted, shown, and done to a sound text on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from analysis.corpus import BODY_KINDS, Corpus
from analysis.text import WORD, AlignedText


def measured_damage(corpus: Corpus) -> pd.DataFrame:
    """Count the damage of each document by what its cleaning had to do.

    Spaces before a mark and marks are counted in characters, words split or joined in
    rows of the table of repairs, everything else in places.

    Returns
    -------
    pandas.DataFrame
        ``document_id, damage, places, per_thousand`` (per 1,000 words of running text).
        Only kinds of damage that occur.
    """
    account = corpus.account.set_index(["document_id", "step"])
    words = corpus.select(kinds=BODY_KINDS).tokens.groupby("document_id", observed=True).size()
    rows = []
    for document in corpus.documents["document_id"]:
        lifted = corpus.lifted.loc[corpus.lifted["document_id"] == document, "kind"]
        places = {
            "word cut at the line end": _account(account, document, "join_overflow", "removed"),
            "sentence cut by a page": _account(
                account, document, "join_open_paragraphs", "replaced"
            ),
            "space before a mark": _account(account, document, "space_punctuation", "removed"),
            "space missing after a mark": _account(
                account, document, "space_punctuation", "inserted"
            ),
            "full-width mark": _account(account, document, "normalise_width", "replaced"),
            "footnote in the flow": int((lifted == "footnote").sum()),
            "page number in the flow": int((lifted == "page number").sum()),
            "running line in the flow": int((lifted == "running line").sum()),
            "word split or joined": len(corpus.readings[document].repairs),
        }
        rows += [
            (document, damage, n, n / words[document] * 1000) for damage, n in places.items() if n
        ]
    return pd.DataFrame(rows, columns=["document_id", "damage", "places", "per_thousand"])


def _account(account: pd.DataFrame, document: str, step: str, column: str) -> int:
    key = (document, step)
    return int(account.loc[key, column]) if key in account.index else 0


def damage_examples(corpus: Corpus, reach: int = 28) -> pd.DataFrame:
    """Show for each document and step the first place that it mended.

    Parameters
    ----------
    corpus : Corpus
        All of it, so that every place can be shown.
    reach : int
        Characters shown on each side.

    Returns
    -------
    pandas.DataFrame
        ``document_id, step, raw`` (as it stands in the file; a line end is shown as ⏎
        and a space at a line end as ␣) and ``reading`` (the same place as it is read;
        empty where it was lifted out or lies between sections).
    """
    rows = []
    for row in corpus.account.itertuples():
        if row.first < 0:
            continue
        raw = corpus.readings[row.document_id].raw
        start, end = _whole_words(raw, row.first - reach, row.first + reach)
        shown = re.sub(r" +(?=\n|$)", lambda m: "␣" * len(m[0]), raw[start:end]).replace("\n", "⏎")
        rows.append(
            (row.document_id, row.step, shown, _reading_at(corpus, row.document_id, start, end))
        )
    return pd.DataFrame(rows, columns=["document_id", "step", "raw", "reading"])


def _whole_words(raw: str, start: int, end: int) -> tuple[int, int]:
    """Move two offsets outwards to the next white space."""
    start, end = max(start, 0), min(end, len(raw))
    while start > 0 and not raw[start - 1].isspace():
        start -= 1
    while end < len(raw) and not raw[end].isspace():
        end += 1
    return start, end


def _reading_at(corpus: Corpus, document_id: str, start: int, end: int) -> str:
    """Return how a stretch of the raw text is read, over all sections."""
    own = corpus.sections.loc[corpus.sections["document_id"] == document_id, "section_id"]
    parts = [corpus.texts[section] for section in own]
    found = [
        text[text.within(start, end)].text.strip() for text in parts if _overlaps(text, start, end)
    ]
    return " ¶ ".join(" ¶ ".join(part.split("\n")) for part in found if part)


def _overlaps(text: AlignedText, start: int, end: int) -> bool:
    return bool(len(text)) and int(text.starts[0]) < end and start < int(text.ends[-1])


Damager = Callable[[str, int, np.random.Generator], str]


def _at_gaps(insert: Callable[[int], str]) -> Damager:
    """Make a damage that stands between two words in place of their space."""

    def damage(text: str, places: int, random: np.random.Generator) -> str:
        gaps = [m.start() for m in re.finditer(r"(?<=\w) (?=\w)", text)]
        chosen = sorted(random.choice(gaps, min(places, len(gaps)), replace=False).tolist())
        for number, gap in reversed(list(enumerate(chosen, start=1))):
            text = text[:gap] + insert(number) + text[gap + 1 :]
        return text

    return damage


def _at_matches(pattern: str, new: Callable[[re.Match[str]], str]) -> Damager:
    """Make a damage that changes some matches of a pattern."""

    def damage(text: str, places: int, random: np.random.Generator) -> str:
        found = list(re.finditer(pattern, text))
        chosen = sorted(random.choice(len(found), min(places, len(found)), replace=False).tolist())
        for index in reversed(chosen):
            match = found[index]
            text = text[: match.start()] + new(match) + text[match.end() :]
        return text

    return damage


_WIDE = {",": "、", ";": "；", ":": "："}

DAMAGES: dict[str, Damager] = {
    "word split or joined": _at_matches(r"\b\w{5,}\b", lambda m: f"{m[0][:3]} {m[0][3:]}"),
    "space before a mark": _at_matches(r"(?<=[a-z])[,.;](?= \w)", lambda m: f" {m[0]}"),
    "space missing after a mark": _at_matches(r"(?<=[a-z]{2})[,.;] (?=\w)", lambda m: m[0][0]),
    "full-width mark": _at_matches(r"(?<=\w)[,;:] (?=\w)", lambda m: _WIDE[m[0][0]]),
    "sentence cut by a page": _at_gaps(lambda number: "\n\n"),
    "page number in the flow": _at_gaps(lambda number: f"\n\n{160 + number}\n\n"),
    "running line in the flow": _at_gaps(lambda number: "\n\nDOI: 10.0000/page.foot\n\n"),
    "footnote in the flow": _at_gaps(
        lambda number: f"\n\n^[{number}]Author, some cited title [J], a journal, 2010\n\n"
    ),
    "word cut at the line end": lambda text, places, random: _wrapped(text, places, random),
}
"""How each kind of damage is done to a sound text; in this order, wrapping last."""


def _wrapped(text: str, places: int, random: np.random.Generator, width: int = 48) -> str:
    """Wrap a text as the double-spaced text layer is, and cut some words at the line end.

    Every line ends with a space and an empty line follows it; where a word is cut, the
    line has no space at its end.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            if line and len(line) + len(word) > width:
                lines.append(line)
                line = ""
            line += f"{word} "
        if line:
            lines.append(line)
    cut = {
        i for i in range(len(lines) - 1)
        if (m := re.match(r"[a-z]{4,}", lines[i + 1])) and m.end() < len(lines[i + 1])
    }  # fmt: skip
    for index in random.choice(sorted(cut), min(places, len(cut)), replace=False).tolist():
        lines[index] += lines[index + 1][:2]
        lines[index + 1] = lines[index + 1][2:]
    return "\n\n".join(lines)


def damaged(text: str, rates: Mapping[str, float], random: np.random.Generator) -> str:
    """Do damage to a sound text.

    Parameters
    ----------
    text : str
        One paragraph or heading per line.
    rates : mapping of str to float
        Kind of damage (see `DAMAGES`) to places per 1,000 words.
    random : numpy.random.Generator
        Where the places are.

    Raises
    ------
    ValueError
        If a kind of damage is unknown.
    """
    unknown = sorted(set(rates) - set(DAMAGES))
    if unknown:
        raise ValueError(f"unknown damage: {', '.join(unknown)}; known is {', '.join(DAMAGES)}")
    thousands = len(WORD.findall(text)) / 1000
    for name, damage in DAMAGES.items():
        if name in rates:
            text = damage(text, round(rates[name] * thousands), random)
    return text
