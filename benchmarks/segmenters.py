"""Compare sentence segmenters on the ends of sentences in tests/sentences.

Run it from the project's environment:

    python benchmarks/segmenters.py

Besides the project's own splitter it runs others, which are no dependencies of the project.
Install them into an environment of your own:

    python -m pip install blingfire pysbd sentencex spacy syntok

None of them downloads anything when it runs. What is missing is skipped with a message, and
then results/segmenters.csv is not written.

An end counts as right if a segmenter cuts after the same character. The ends of paragraphs are
given to every segmenter, so they are not counted.
"""

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from nltk.tokenize.punkt import PunktSentenceTokenizer

from analysis.language import SentenceSplitter

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "tests" / "sentences"
RESULTS = Path(__file__).resolve().parent / "results" / "segmenters.csv"
COLUMNS = ("segmenter", "version", "ends", "right", "missed", "extra", "precision", "recall", "f1")

Segmenter = Callable[[str], Iterable[str]]
"""Takes a paragraph and gives its pieces, which together hold all its letters and marks."""


def read_sample(folder: Path = SAMPLE) -> dict[str, list[list[str]]]:
    """Return the paragraphs of each document in the sample, as lists of sentences."""
    return {
        path.stem: [p.split("\n") for p in path.read_text(encoding="utf-8").strip().split("\n\n")]
        for path in sorted(folder.glob("*.txt"))
        if path.name != "known_errors.txt"
    }


def inner_ends(pieces: Iterable[str]) -> set[int]:
    """Return after how many characters each piece but the last ends, white space not counted.

    Segmenters differ in what they do with white space; all else they leave alone.
    """
    ends = []
    place = 0
    for piece in pieces:
        place += len("".join(piece.split()))
        ends.append(place)
    return {end for end in ends if 0 < end < place}


def compare(segment: Segmenter, sample: Iterable[list[str]]) -> dict[str, int | float]:
    """Count how far a segmenter finds the ends of the sample."""
    right = missed = extra = 0
    for sentences in sample:
        text = " ".join(sentences)
        pieces = list(segment(text))
        if "".join("".join(pieces).split()) != "".join(text.split()):
            raise ValueError(f"the pieces are not the paragraph: {text[:60]!r}")
        wanted, found = inner_ends(sentences), inner_ends(pieces)
        right += len(wanted & found)
        missed += len(wanted - found)
        extra += len(found - wanted)
    return {
        "ends": right + missed, "right": right, "missed": missed, "extra": extra,
        "precision": round(right / (right + extra), 4),
        "recall": round(right / (right + missed), 4),
        "f1": round(2 * right / (2 * right + missed + extra), 4),
    }  # fmt: skip


def own_splitter() -> SentenceSplitter:
    """Return the project's splitter with its abbreviations."""
    with (ROOT / "data" / "abbreviations.csv").open(encoding="utf-8", newline="") as file:
        return SentenceSplitter({row["abbreviation"] for row in csv.DictReader(file)})


def make_own() -> Segmenter:
    splitter = own_splitter()
    return lambda text: [text[start:end] for start, end in splitter.spans(text)]


def make_punkt() -> Segmenter:
    return PunktSentenceTokenizer().tokenize


def make_regex() -> Segmenter:
    cut = re.compile(r"(?<=[.?!])\s+|(?<=[.?!][\"'])\s+")
    return cut.split


# The others are imported by name because they are no dependencies of the project.


def make_blingfire() -> Segmenter:
    blingfire = import_module("blingfire")
    return lambda text: blingfire.text_to_sentences(text).split("\n")


def make_pysbd() -> Segmenter:
    pysbd = import_module("pysbd")
    return lambda text: pysbd.Segmenter(language="en", clean=False).segment(text)


def make_sentencex() -> Segmenter:
    sentencex = import_module("sentencex")
    return lambda text: sentencex.segment("en", text)


def make_spacy() -> Segmenter:
    nlp = import_module("spacy").blank("en")
    nlp.add_pipe("sentencizer")
    return lambda text: [sentence.text for sentence in nlp(text).sents]


def make_syntok() -> Segmenter:
    segmenter = import_module("syntok.segmenter")

    def segment(text: str) -> Iterator[str]:
        starts = [s[0].offset for paragraph in segmenter.process(text) for s in paragraph]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            yield text[start:end]

    return segment


SEGMENTERS = {
    "SentenceSplitter": ("problems-and-remedies", make_own),
    "Punkt, untrained": ("nltk", make_punkt),
    "blingfire": ("blingfire", make_blingfire),
    "pysbd": ("pysbd", make_pysbd),
    "regular expression": ("", make_regex),
    "sentencex": ("sentencex", make_sentencex),
    "spaCy sentencizer": ("spacy", make_spacy),
    "syntok": ("syntok", make_syntok),
}
"""Name of the segmenter: distribution that has its version, and how to make it."""


def main() -> None:
    """Run what is installed, print the table and write it if it is whole."""
    sample = [paragraph for paragraphs in read_sample().values() for paragraph in paragraphs]
    rows = []
    for name, (distribution, make) in sorted(SEGMENTERS.items(), key=lambda s: s[0].casefold()):
        try:
            segment = make()
        except ModuleNotFoundError as error:
            print(f"{name} is skipped: there is no module {error.name}", file=sys.stderr)
            continue
        number = version(distribution) if distribution else ""
        rows.append({"segmenter": name, "version": number, **compare(segment, sample)})
    print(",".join(COLUMNS))
    for row in rows:
        print(",".join(str(row[column]) for column in COLUMNS))
    if len(rows) < len(SEGMENTERS):
        sys.exit(f"{RESULTS.name} is not written because it would not be whole")
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
