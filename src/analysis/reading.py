"""Reading a raw file by a recipe: which steps, in which order, and what became of it.

A recipe names cleaning steps of `analysis.text`. Steps before the outline run on the
whole file; the headings then cut it into sections; the other steps run on each
section, so that no join can run over a heading. `choose_recipe` looks at a text and
chooses; `find_headings` guesses an outline where nobody has read one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from analysis.text import LIFTS, QUOTES, STEPS, AlignedText, collapse_spaces, join, normalise_quotes


@dataclass(frozen=True)
class Recipe:
    """Which steps a kind of extraction needs, in order (see ``data/recipes.toml``)."""

    name: str
    before: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    about: str = ""

    def unknown_steps(self) -> list[str]:
        """Return the names of steps that do not exist."""
        return [s for s in (*self.before, *self.prose, *self.lines) if s not in STEPS]


BODY_KINDS = ("abstract", "body", "conclusion")
"""Kinds of section that hold running text."""
OPENING_KINDS = ("abstract", "body")
"""Kinds with which running text begins; a conclusion ends it."""


@dataclass(frozen=True)
class Heading:
    """One heading of a document as a careful reader sees it."""

    number: str
    title: str
    level: int
    kind: str
    function: str = ""
    run_in: bool = False

    @property
    def printed(self) -> str:
        """Number and title as one string."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Section:
    """A heading and the cleaned text below it, down to the next heading."""

    heading: Heading
    title: AlignedText
    text: AlignedText


@dataclass
class Reading:
    """What became of a raw file: its sections, what was lifted out, and the account.

    ``recipe``, ``outline`` and ``repairs`` are what it was read by.
    ``account`` has one row per step: ``step, removed, lifted, inserted, replaced``
    (characters) and ``first``, the first raw offset it touched, or -1. What is kept,
    removed and lifted is the whole file.
    ``lifted`` holds ``(kind, text)``, each piece with its place in the raw file.
    """

    raw: str
    recipe: Recipe
    outline: tuple[Heading, ...] = ()
    repairs: Mapping[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    lifted: list[tuple[str, AlignedText]] = field(default_factory=list)
    account: list[dict[str, int | str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


LINE_KINDS = frozenset({"front", "references"})
"""Kinds of section in which every line stands for itself."""


def read_document(
    raw: str,
    recipe: Recipe,
    outline: Sequence[Heading] = (),
    repairs: Mapping[str, str] | None = None,
) -> Reading:
    """Clean a raw text by a recipe and cut it into sections.

    Parameters
    ----------
    raw : str
        The decoded file, read with ``newline=""``.
    recipe : Recipe
        The steps and their order.
    outline : sequence of Heading
        The headings in their order. Text before the first is front matter.
    repairs : mapping of str to str
        Words as printed and as they should read. Each must be found.

    Returns
    -------
    Reading
        With ``problems`` naming headings and repairs that were not found.
    """
    reading = Reading(raw, recipe, tuple(outline), dict(repairs or {}))
    whole = AlignedText.of(raw)
    for name in recipe.before:
        # What was lifted out is cleaned like the rest, but accounted for already.
        reading.lifted = [(kind, STEPS[name](piece)) for kind, piece in reading.lifted]
        whole = _run(name, STEPS[name], whole, reading)
    reading.lifted = [(kind, piece) for kind, piece in reading.lifted if len(piece)]
    pieces = _cut_at_headings(whole, outline, reading)
    _note("cut_at_headings", whole, join([p for _, t, b in pieces for p in (t, b)]), reading)
    sections = []
    for heading, title, text in pieces:
        names = recipe.lines if heading.kind in LINE_KINDS else recipe.prose
        for name in names:
            text = _run(name, STEPS[name], text, reading)
        title = _run("clean_title", _clean_title, title, reading)
        sections.append(Section(heading, title, text))
    sections += _footnote_section(recipe, reading)
    reading.sections = _repair(sections, repairs or {}, reading)
    _merge_account(reading)
    return reading


def _footnote_section(recipe: Recipe, reading: Reading) -> list[Section]:
    """Gather the footnotes that were lifted out into a section of their own."""
    notes = [text for kind, text in reading.lifted if kind == "footnote"]
    if not notes:
        return []
    text = join(notes)
    for name in recipe.lines:
        text = STEPS[name](text)  # already accounted for: all of it was lifted out
    heading = Heading("", "", 1, "footnote", "footnotes")
    return [Section(heading, text[:0], text)]


def _run(
    name: str, step: Callable[[AlignedText], AlignedText], text: AlignedText, reading: Reading
) -> AlignedText:
    result = step(text)
    gone = _note(name, text, result, reading)
    if name in LIFTS:
        reading.lifted += [(LIFTS[name], piece) for piece in _lines_without(text, gone)]
    return result


def _lines_without(text: AlignedText, gone: np.ndarray) -> list[AlignedText]:
    """Return the lines that a step lifted out, each as it stood in the text."""
    out = np.isin(text.starts, gone) & (text.ends > text.starts)
    lines = []
    for start, end in _spans(np.flatnonzero(out)):
        for line in text.text[start:end].splitlines(keepends=True):
            if line.strip():
                lines.append(text[start : start + len(line)])
            start += len(line)
    return lines


def _note(name: str, before: AlignedText, after: AlignedText, reading: Reading) -> np.ndarray:
    """Add a line to the account; return the raw offsets that vanished."""
    if after is before:
        reading.account.append(
            {"step": name, "removed": 0, "lifted": 0, "inserted": 0, "replaced": 0, "first": -1}
        )
        return np.array([], dtype=np.int32)
    earlier, later = before.kept(), after.kept()
    stays = np.isin(earlier, later, assume_unique=True)
    gone, kept = earlier[~stays], earlier[stays]
    changed = kept[_codes(before, kept) != _codes(after, kept)]
    inserted = (len(after) - len(later)) - (len(before) - len(earlier))
    lifted = len(gone) if name in LIFTS else 0
    reading.account.append(
        {"step": name, "removed": len(gone) - lifted, "lifted": lifted,
         "inserted": inserted, "replaced": len(changed),
         "first": next(iter([*changed[:1], *_new_places(before, after)[:1], *gone[:1]]), -1),}
    )  # fmt: skip
    return gone


def _new_places(before: AlignedText, after: AlignedText) -> list[int]:
    """Return the raw offsets at which something was inserted."""
    earlier, later = (t.starts[t.ends == t.starts] for t in (before, after))
    return np.setdiff1d(later, earlier).tolist()


def _codes(text: AlignedText, offsets: np.ndarray) -> np.ndarray:
    """Return the code points that a text has at raw offsets, all of which stand in it."""
    real = text.ends > text.starts
    codes = np.frombuffer(text.text.encode("utf-32-le"), dtype=np.uint32)[real]
    return codes[np.searchsorted(text.starts[real], offsets)]


def _spans(offsets: np.ndarray) -> list[tuple[int, int]]:
    """Return the half-open runs of consecutive offsets."""
    if not len(offsets):
        return []
    breaks = np.flatnonzero(np.diff(offsets) > 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(offsets, breaks)]


def _merge_account(reading: Reading) -> None:
    """Sum the account over sections: one row per step, in order of first use."""
    total: dict[str, dict[str, int | str]] = {}
    first: dict[str, tuple[int, int]] = {}
    for row in reading.account:
        name = str(row["step"])
        into = total.setdefault(name, {"step": name})
        for key in ("removed", "lifted", "inserted", "replaced"):
            into[key] = int(into.get(key, 0)) + int(row[key])
        # The first place is more telling where something was replaced or inserted.
        telling = int(row["replaced"]) + int(row["inserted"]) > 0
        rank = (0 if telling else 1, int(row["first"]))
        if rank[1] >= 0:
            first[name] = min(first.get(name, rank), rank)
        into["first"] = first[name][1] if name in first else -1
    reading.account = list(total.values())


def _clean_title(title: AlignedText) -> AlignedText:
    """Join the lines of a heading and mend its spaces."""
    title = title.replace(r"(?<![ \t])[ \t]*\n\s*", " ")
    title = normalise_quotes(title)
    return collapse_spaces(title)


def _cut_at_headings(
    text: AlignedText, outline: Sequence[Heading], reading: Reading
) -> list[tuple[Heading, AlignedText, AlignedText]]:
    """Cut a text at its headings, each found at whole lines after the one before it."""
    places: list[tuple[Heading, int, int]] = []
    after = 0
    for heading in outline:
        found = _find_heading(text.text, heading, after)
        if found is None:
            reading.problems.append(f"heading not found: {heading.printed!r}")
            continue
        places.append((heading, *found))
        after = found[1]
    first = places[0][1] if places else len(text)
    # Without a heading that opens running text, what comes first is that text: a paper may
    # have no heading but that of its references.
    is_front = any(heading.kind in OPENING_KINDS for heading, _, _ in places)
    front = Heading("", "", 1, *(("front", "front matter") if is_front else ("body", "")))
    cut = [(front, text[:0], text[:first])] if text.text[:first].strip() else []
    ends = [*(start for _, start, _ in places[1:]), len(text)][: len(places)]
    for (heading, start, stop), end in zip(places, ends, strict=True):
        below = text[stop:end]
        blank = len(below) - len(below.text.lstrip())
        cut.append((heading, text[start:stop], below[blank:]))
    return cut


def _find_heading(text: str, heading: Heading, after: int) -> tuple[int, int] | None:
    """Return the span of a heading that begins a line at or after a place.

    White space is ignored, since headings are wrapped and letter-spaced; so is the
    kind of quotation mark.
    """
    match = _heading_pattern(heading.printed, heading.run_in).search(text, after)
    return match.span(1) if match else None


@lru_cache(maxsize=4096)  # damaged copies of a text are read by one outline many times
def _heading_pattern(printed: str, run_in: bool) -> re.Pattern[str]:
    letters = re.sub(r"\s", "", printed)
    body = r"\s*".join(_QUOTE_CLASS.get(c, re.escape(c)) for c in letters)
    end = r"[ \t]*" if run_in else r"[ \t]*(?=\n|\Z)"
    return re.compile(rf"(?m)^[ \t]*({body}){end}")


_QUOTE_CLASS = {'"': '["“”]', "'": "['‘’]"}


def _repair(sections: list[Section], repairs: Mapping[str, str], reading: Reading) -> list[Section]:
    """Mend single words by the table of repairs; report those that were not found."""
    for printed, repaired in repairs.items():
        mended = [_repair_section(s, printed, repaired) for s in sections]
        if all(new is old for new, old in zip(mended, sections, strict=True)):
            reading.problems.append(f"repair matches nothing: {printed!r}")
        for old, new in zip(sections, mended, strict=True):
            before = join([old.title, old.text])
            after = before if new is old else join([new.title, new.text])
            _note("repair_words", before, after, reading)
        sections = mended
    return sections


def _repair_section(section: Section, printed: str, repaired: str) -> Section:
    """Mend one word wherever a section has it; the same section where it has it not."""
    pattern = rf"(?<!\w){re.escape(printed.translate(QUOTES))}(?!\w)"
    title = section.title.replace(pattern, lambda _: repaired)
    text = section.text.replace(pattern, lambda _: repaired)
    if title is section.title and text is section.text:
        return section
    return Section(section.heading, title, text)


# --- Looking at a text and choosing ---------------------------------------------------------


@dataclass(frozen=True)
class _Look:
    """What can be seen of a text without reading it."""

    lines: list[str]
    newlines: int
    blank_after: float  # share of filled lines that an empty line follows
    trailing: float  # share of filled lines that end with a space
    width: float  # ninth decile of the line lengths

    @classmethod
    def at(cls, raw: str) -> _Look:
        lines = raw.replace("\r\n", "\n").split("\n")
        filled = [line for line in lines if line.strip()]
        pairs = sum(bool(a.strip()) and not b.strip() for a, b in itertools.pairwise(lines))
        widths = sorted(len(line.strip()) for line in filled)
        return cls(
            lines=lines,
            newlines=len(lines) - 1,
            blank_after=pairs / max(len(filled), 1),
            trailing=sum(line.endswith(" ") for line in filled) / max(len(filled), 1),
            width=widths[int(0.9 * (len(widths) - 1))] if widths else 0,
        )

    @property
    def wrapped(self) -> bool:
        """Whether lines break at a fixed width: many lines, none much longer than most."""
        filled = [line for line in self.lines if line.strip()]
        near = sum(0.5 * self.width <= len(line.strip()) for line in filled)
        return len(filled) >= 20 and self.width <= 130 and near / len(filled) >= 0.6

    @property
    def trailing_space_means_go_on(self) -> bool:
        """Whether lines with a space at the end are those that do not close a sentence."""
        filled = [line for line in self.lines if line.strip()]
        ends = [line for line in filled if not line.endswith(" ") and not line.endswith("-")]
        closed = sum(line.rstrip()[-1] in '.?!:"”' or line.isupper() for line in ends)
        return 0.5 <= self.trailing and len(ends) >= 3 and closed / len(ends) >= 0.5


def choose_recipe(raw: str) -> Recipe:
    """Look at a text and choose the steps that it needs.

    Parameters
    ----------
    raw : str
        The decoded file.

    Returns
    -------
    Recipe
        Named ``auto``; ``about`` says in words what was seen and chosen.
    """
    before, seen = _steps_for_signs(raw, _FILE_SIGNS)
    text = AlignedText.of(raw)
    for name in before:
        text = STEPS[name](text)
    raw = text.text
    look = _Look.at(raw)
    more, more_seen = _steps_for_signs(raw, _SIGNS)
    before, seen = before + more, seen + more_seen
    joins: list[str] = []
    if look.wrapped and look.blank_after >= 0.7:
        seen.append("lines of one width, an empty line after almost every one")
        before.append("drop_blank_lines")
        joins = ["join_overflow"] if look.trailing >= 0.8 else []
        joins += ["join_hyphenated", "join_wrapped_lines"]
    elif look.wrapped and look.trailing_space_means_go_on:
        seen.append("lines of one width, where a space at the end says that the line goes on")
        joins = ["join_trailing_space"]
    elif look.wrapped:
        seen.append("lines of one width")
        joins = ["join_hyphenated", "join_wrapped_lines"]
    else:
        seen.append("one paragraph per line")
    tidy = ["normalise_quotes", "space_punctuation", "collapse_spaces"]
    if re.search("[：；，。、？！]", raw) and not re.search("[\u4e00-\u9fff]{2}", raw):
        seen.append("full-width punctuation in a text of Latin letters")
        tidy.insert(0, "normalise_width")
    prose = [*joins, "join_open_paragraphs", *tidy]
    return Recipe("auto", tuple(before), tuple(prose), tuple(tidy), about="; ".join(seen))


_FILE_SIGNS = (
    ("drop_byte_order_mark", r"\A\ufeff", "a byte order mark"),
    ("normalise_newlines", r"[\r\f\v\x85\u2028\u2029]", "line ends of another system"),
    ("normalise_spaces", "[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]", "tabs or special spaces"),
    ("drop_invisible", "[\u00ad\u200b\u2060]", "invisible characters"),
)
"""Signs of how a file was written, and the step that mends each; these come first."""

_SIGNS = (
    ("lift_page_numbers", r"(?m)^[ \t]*\d{1,4}[ \t]*$", "lines that hold a number alone"),
    ("lift_running_dois", r"(?m)^[ \t]*DOI:[ \t]*10\.\S+[ \t]*$", "a DOI on a line of its own"),
    ("lift_footnotes", r"(?m)^\^\[\d+\]", "footnotes in the flow"),
    ("drop_rules", r"(?m)^-{3,}[ \t]*$", "rules"),
    ("strip_superscripts", r"</?su[pb]>", "superscripts"),
    ("strip_emphasis", r"(?<![\\*])\*{1,3}[^\s*]", "emphasis"),
    ("strip_escapes", r"\\[*_#\[\]<>`]", "escaped marks"),
    ("strip_autolinks", r"<https?://", "addresses in angle brackets"),
    ("strip_heading_marks", r"(?m)^[ \t]*#{1,6}[ \t]+\S", "marked headings"),
    ("strip_bullets", r"(?m)^[-*][ \t]+\S", "bullets"),
    ("close_letter_spacing", r"(?m)^(?:[A-Z] {1,2}){3,}[A-Z] ?$", "letter-spaced capitals"),
)
"""What can be seen in a raw text, and the step that mends it."""


def _steps_for_signs(
    raw: str, signs: Sequence[tuple[str, str, str]]
) -> tuple[list[str], list[str]]:
    found = [(step, words) for step, sign, words in signs if re.search(sign, raw)]
    return [step for step, _ in found], [words for _, words in found]


_NAMED = {
    "abstract": "abstract", "summary": "abstract", "introduction": "body",
    "keywords": "front", "key words": "front", "acknowledgements": "front", "acknowledgments": "front",
    "conclusion": "conclusion", "conclusions": "conclusion", "concluding remarks": "conclusion",
    "references": "references", "bibliography": "references", "works cited": "references",
    "literature": "references", "notes": "footnote", "endnotes": "footnote",
}  # fmt: skip
"""Headings that say what their section is."""

_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*\.?)[ \t]+(?P<title>[^\W\d_].{1,150})")
_RUN_IN = re.compile(r"(?i)(abstract|key ?words) ?:(?=[ \t]*\S)")


def find_headings(raw: str, recipe: Recipe) -> list[Heading]:
    """Guess the headings of a text that nobody has read yet.

    A heading is a line of its own that is marked with ``#``, begins with a number,
    stands in capitals, or is one of the usual names (``Abstract``, ``References``), and
    that does not end like a sentence. Depth is taken from the number. A numbered list
    of short items is taken for headings: a careful reader should write an outline.

    Parameters
    ----------
    raw : str
        The decoded file.
    recipe : Recipe
        What `choose_recipe` chose: the headings are looked for where its first steps end.

    Returns
    -------
    list of Heading
        In order; empty where nothing looks like one.
    """
    text = AlignedText.of(raw)
    for name in recipe.before:
        if name != "strip_heading_marks":
            text = STEPS[name](text)
    lines = text.text.split("\n")
    headings = []
    number = 0
    while number < len(lines):
        heading, used = _heading_at(lines, number)
        if heading:
            headings.append(heading)
        number += used
    return headings


def _heading_at(lines: list[str], number: int) -> tuple[Heading | None, int]:
    """Return the heading that begins at a line, and how many lines it takes."""
    line = lines[number].strip()
    marked = re.match(r"#{1,6}[ \t]+", line)
    bare = line[marked.end() :].strip() if marked else line
    run_in = _RUN_IN.match(bare)
    if run_in:
        name = run_in[1].lower().replace("keywords", "key words")
        return Heading("", run_in[0], 1, _NAMED[name], "", run_in=True), 1
    numbered = _NUMBERED.fullmatch(bare)
    name = (numbered["title"] if numbered else bare).strip(" :.").lower()
    usual = name in _NAMED
    if len(bare) > 160 or not bare or not (marked or numbered or usual or _in_capitals(bare)):
        return None, 1
    if not usual and re.search(r"[.?!;,:]$", bare) and not marked:
        return None, 1
    used = 1
    while bare.isupper() and not marked and number + used < len(lines):
        following = lines[number + used].strip()
        if (
            not _in_capitals(following)
            or _NUMBERED.fullmatch(following)
            or following.strip(" :").lower() in _NAMED
        ):
            break
        bare, used = f"{bare} {following}", used + 1
    numbered = _NUMBERED.fullmatch(bare) if numbered else None
    kind = _NAMED.get(name, "body")
    if numbered:
        level = numbered["number"].strip(".").count(".") + 1
        return Heading(numbered["number"], numbered["title"], level, kind), used
    return Heading("", bare, 1, kind), used


def _in_capitals(line: str) -> bool:
    return line.isupper() and sum(c.isalpha() for c in line) >= 4 and len(line) <= 120


def read_automatically(raw: str) -> Reading:
    """Read a text by what can be seen of it, without any table.

    Returns
    -------
    Reading
        Its recipe says in ``about`` what was seen.
    """
    recipe = choose_recipe(raw)
    return read_document(raw, recipe, find_headings(raw, recipe))


def read_until(reading: Reading, stage: str) -> Reading:
    """Read a text again, but only up to a stage, to see what each step does.

    Parameters
    ----------
    reading : Reading
        The full reading.
    stage : str
        One of `STAGES`. Steps that the recipe does not name do nothing.

    Returns
    -------
    Reading
        Before the stage ``cut_at_headings`` it is one section.

    Raises
    ------
    ValueError
        If there is no such stage.
    """
    if stage not in STAGES:
        raise ValueError(f"there is no stage {stage!r}; the stages are {', '.join(STAGES)}")
    done = set(STAGES[: STAGES.index(stage) + 1])
    recipe = reading.recipe
    part = Recipe(
        recipe.name,
        tuple(s for s in recipe.before if s in done),
        tuple(s for s in recipe.prose if s in done),
        tuple(s for s in recipe.lines if s in done),
    )
    outline = reading.outline if "cut_at_headings" in done else ()
    repairs = reading.repairs if "repair_words" in done else {}
    return read_document(reading.raw, part, outline, repairs)


_FIRST = tuple(s for s in STEPS if not s.startswith(("join_", "normalise_", "space_", "collapse_")))
STAGES = (
    "raw",
    *(s for s in STEPS if s in _FIRST or s in ("normalise_newlines", "normalise_spaces")),
    "cut_at_headings",
    *(s for s in STEPS if s not in _FIRST and s not in ("normalise_newlines", "normalise_spaces")),
    "repair_words",
)
"""What happens to a text, in order."""
