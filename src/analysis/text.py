"""From a damaged text to a readable one, without losing the way back.

`AlignedText` is a text in which every character knows where it stands in the raw
file. The cleaning steps below are small functions from one `AlignedText` to the
next; each mends one kind of damage. `read_document` runs the steps that a recipe
names and keeps an account of every character: kept, lifted out, or removed by
which step.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from statistics import quantiles

import numpy as np

WORD = re.compile(r"\w+(?:[-'’]\w+)*")
"""One token: letters, digits and inner hyphens or apostrophes."""

CITATION = re.compile(
    r"\[\d+(?:\s*[-,]\s*\d+)*\]"
    r"|\([A-Z][\w'’-]+(?:(?:,| &| and) [A-Z][\w'’-]+)*(?: et al\.)?, \d{4}[a-z]?\)"
)
"""A citation mark such as ``[3]``, ``[1-3]`` or ``(Hu, 2014)``: no word of the text."""


@dataclass(frozen=True, slots=True, eq=False)
class AlignedText:
    """A text in which every character carries its span in the raw file.

    Parameters
    ----------
    text : str
        The reading.
    starts, ends : numpy.ndarray of int32, shape (len(text),)
        Offsets in code points into the raw file, half open. A character that was
        inserted has an empty span (``starts[i] == ends[i]``). Both arrays never
        decrease.
    """

    text: str
    starts: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, raw: str) -> AlignedText:
        """Return the raw text itself, every character at its own place."""
        places = np.arange(len(raw) + 1, dtype=np.int32)
        return cls(raw, places[:-1], places[1:])

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> AlignedText:
        return AlignedText(self.text[part], self.starts[part], self.ends[part])

    def hull(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """Return the raw span that encloses the characters ``start`` to ``end``.

        Raises
        ------
        ValueError
            If the part is empty: nothing stands nowhere.
        """
        part = self[start:end]
        if not len(part):
            raise ValueError("an empty part of a text has no place in the raw file")
        return int(part.starts[0]), int(part.ends[-1])

    def within(self, start: int, end: int) -> slice:
        """Return which characters stand between two raw offsets."""
        first = int(np.searchsorted(self.ends, start, "right"))
        return slice(first, max(first, int(np.searchsorted(self.starts, end))))

    def kept(self) -> np.ndarray:
        """Return the raw offsets that still stand in the text, in order."""
        return self.starts[self.ends > self.starts]

    def delete(self, pattern: str | re.Pattern[str], group: int | str = 0) -> AlignedText:
        """Remove every match of a pattern, or one group of it."""
        return self.delete_spans(m.span(group) for m in re.finditer(pattern, self.text))

    def delete_spans(self, spans: Iterable[tuple[int, int]]) -> AlignedText:
        """Remove the characters of the given spans of this text."""
        keep = np.ones(len(self.text), dtype=bool)
        for start, end in spans:
            keep[start:end] = False
        if keep.all():
            return self
        text = "".join(self.text[a:b] for a, b in _runs(keep))
        return AlignedText(text, self.starts[keep], self.ends[keep])

    def replace(
        self, pattern: str | re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]
    ) -> AlignedText:
        """Replace every match, keeping the alignment of what stays the same.

        What a match and its replacement have in common keeps its place
        (`difflib.SequenceMatcher`). Between, characters are paired one to one; what
        the replacement has more is inserted, what it has less is removed.
        """
        pieces: list[AlignedText] = []
        done = 0
        for match in re.finditer(pattern, self.text):
            new = replacement(match) if callable(replacement) else match.expand(replacement)
            start, end = match.span()
            if new == match.group():
                continue
            pieces.append(self[done:start])
            pieces.append(self[start:end]._read_as(new, self._place(start)))
            done = end
        return join([*pieces, self[done:]]) if pieces else self

    def _place(self, index: int, otherwise: int = 0) -> int:
        """Return the raw offset at which something inserted before ``index`` stands."""
        return int(self.ends[index - 1]) if 0 < index <= len(self.text) else otherwise

    def _read_as(self, new: str, place: int) -> AlignedText:
        """Give a short text another reading (see `replace`)."""
        pieces: list[AlignedText] = []
        matcher = SequenceMatcher(None, self.text, new, autojunk=False)
        for what, start, end, new_start, new_end in matcher.get_opcodes():
            piece = self[start:end]
            if what != "equal":
                at = self._place(start, otherwise=place)
                piece = piece._paired_with(new[new_start:new_end], at)
            pieces.append(piece)
        return join(pieces)

    def _paired_with(self, new: str, place: int) -> AlignedText:
        """Pair characters one to one; insert what the new reading has more."""
        paired = self[: len(new)]
        filler = np.full(len(new) - len(paired), paired._end(place), dtype=np.int32)
        starts, ends = (np.concatenate([side, filler]) for side in (paired.starts, paired.ends))
        return AlignedText(new, starts, ends)

    def _end(self, otherwise: int) -> int:
        return int(self.ends[-1]) if len(self.text) else otherwise


def join(parts: Sequence[AlignedText]) -> AlignedText:
    """Put texts together that follow one another in the raw file."""
    if not parts:
        return AlignedText.of("")
    return AlignedText(
        "".join(p.text for p in parts),
        np.concatenate([p.starts for p in parts]),
        np.concatenate([p.ends for p in parts]),
    )


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Return the half-open runs of true values in a mask."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


# --- Steps that lift something out of the running text -------------------------------


def lift_page_numbers(text: AlignedText) -> AlignedText:
    """Lift out lines that hold a number alone: page numbers of a text layer."""
    return text.delete(r"(?m)^[ \t]*\d{1,4}[ \t]*(?:\n|\Z)")


def lift_running_dois(text: AlignedText) -> AlignedText:
    """Lift out lines that hold a DOI alone: running lines at the foot of a page."""
    return text.delete(r"(?m)^[ \t]*DOI:[ \t]*10\.\S+[ \t]*(?:\n|\Z)")


def lift_footnotes(text: AlignedText) -> AlignedText:
    """Lift out footnote lines marked ``^[n]``, which cut the sentence they stand in."""
    return text.delete(r"(?m)^\^\[\d+\].*(?:\n|\Z)")


LIFTS = {
    "lift_page_numbers": "page number",
    "lift_running_dois": "running line",
    "lift_footnotes": "footnote",
}
"""Steps whose removed characters are kept apart, with the kind they are kept as."""


# --- Steps for markdown written by layout models --------------------------------------


def drop_rules(text: AlignedText) -> AlignedText:
    """Remove ``---`` lines, which a layout model sets around headings."""
    return text.delete(r"(?m)^-{3,}[ \t]*(?:\n|\Z)")


def strip_superscripts(text: AlignedText) -> AlignedText:
    """Remove ``<sup>`` and ``</sup>``; what stands between them stays."""
    return text.delete(r"</?su[pb]>")


def strip_emphasis(text: AlignedText) -> AlignedText:
    """Remove the stars of ``*italic*`` and ``**bold**`` spans; the words stay."""
    pattern = re.compile(r"(?<![\\*])(\*{1,3})(?=[^\s*])[^*\n]+(?<=[^\s\\])(\1)(?!\*)")
    spans = [m.span(g) for m in pattern.finditer(text.text) for g in (1, 2)]
    return text.delete_spans(spans)


def strip_escapes(text: AlignedText) -> AlignedText:
    r"""Remove the backslash of an escaped mark such as ``\*``."""
    return text.delete(r"(\\)[*_#\[\]<>`]", group=1)


def strip_autolinks(text: AlignedText) -> AlignedText:
    """Remove the angle brackets around an address."""
    spans = [m.span(g) for m in re.finditer(r"(<)https?://[^>\s]+(>)", text.text) for g in (1, 2)]
    return text.delete_spans(spans)


def strip_heading_marks(text: AlignedText) -> AlignedText:
    """Remove ``#`` before a heading. Their number says nothing: depth is read by sense."""
    return text.delete(r"(?m)^#{1,6}[ \t]+")


def strip_bullets(text: AlignedText) -> AlignedText:
    """Remove the bullet before an entry of a reference list."""
    return text.delete(r"(?m)^[-*][ \t]+")


# --- Steps for text layers --------------------------------------------------------------


def close_letter_spacing(text: AlignedText) -> AlignedText:
    """Close up headings set in spaced capitals: one space in a word, two between words."""

    line = r"(?m)^(?:[A-Z] {1,2}){3,}[A-Z] ?$"
    spans: list[tuple[int, int]] = []
    for match in re.finditer(line, text.text):
        for gap in re.finditer(r"(?<=[A-Z]) (?=[A-Z])", match.group()):
            spans.append((match.start() + gap.start(), match.start() + gap.end()))
    return text.delete_spans(spans)


def drop_blank_lines(text: AlignedText) -> AlignedText:
    """Remove empty lines where one follows every line and so says nothing."""
    return text.delete(r"(?m)^[ \t]*\n")


def join_trailing_space(text: AlignedText) -> AlignedText:
    """Join lines where a space at the line end says that the line goes on.

    Empty lines and leading spaces mark columns, not paragraphs. A hyphen at a line
    end is a real one in such a layer (``non-`` / ``governmental``) and stays.
    """
    text = text.delete(r"(?m)^ +(?=\S)")
    text = text.replace(r" \n\s*", " ")
    return text.delete(r"(?<=\w-)(\n\s*)(?=\w)", group=1)


def join_overflow(text: AlignedText) -> AlignedText:
    """Join lines that broke after a fixed number of characters, in the midst of words.

    Where neither the line end nor the next line's beginning has a space, the break
    stands inside a word (``tri`` / ``ggered``) and the halves are joined.
    """
    return text.delete(r"(?<=[^\s.?!:])(\n)(?=\w)", group=1)


def join_wrapped_lines(text: AlignedText) -> AlignedText:
    """Join hard-wrapped lines; a short line with a final mark ends a paragraph.

    A line also ends a paragraph where two spaces follow its final mark, or where
    the next line is set in after it.
    """
    lines = text.text.split("\n")
    usual = _usual_width(lines)
    going_on = set()
    newline = -1
    for line, following in itertools.pairwise(lines):
        newline += len(line) + 1
        short = len(line.strip()) < 0.8 * usual
        marked = line.endswith("  ") or following.startswith(" ") or short
        if not (marked and _is_closed(line)):
            going_on.add(newline)

    def joint(match: re.Match[str]) -> str:
        return " " if match.start("newline") in going_on else "\n"

    return text.replace(r"[ \t]*(?P<newline>\n)[ \t]*", joint)


def _usual_width(lines: list[str]) -> float:
    """Return the ninth decile of the line lengths: the width of a full line."""
    widths = [len(line.strip()) for line in lines]
    return quantiles(widths, n=10)[-1] if len(widths) > 2 else max(widths)


def join_open_paragraphs(text: AlignedText) -> AlignedText:
    """Join a paragraph that ends without a final mark to the next: a page ended there."""
    return text.replace(
        r"[ \t]*\n\s*", lambda m: "\n" if _is_closed(text.text[: m.start()]) else " "
    )


def _is_closed(text: str) -> bool:
    """Say whether a text ends with a final mark, perhaps inside a quotation or citation."""
    return bool(re.search(r"[.?!:;][\s\"'”’)\]]*$", text[-12:]))


# --- Steps for punctuation ---------------------------------------------------------------

_QUOTES = str.maketrans("“”„‘’‚", "\"\"\"'''")
_WIDTHS = {"：": ": ", "；": "; ", "，": ", ", "。": ". ", "、": ", ", "？": "? ", "！": "! ",
           "（": " (", "）": ") "}  # fmt: skip
_TIGHT_MARK = re.compile(
    r"(?:(?<=[a-z)\"'])[,;:]|(?<=[a-z]{2})[.?!]|(?<=\")[.?!]|(?<=[a-z]\.)\.)(?=[A-Za-z])"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")


def normalise_width(text: AlignedText) -> AlignedText:
    """Set full-width punctuation of a Chinese keyboard as the ASCII mark and a space."""
    return text.replace(f"[{''.join(_WIDTHS)}]", lambda m: _WIDTHS[m.group()])


def normalise_quotes(text: AlignedText) -> AlignedText:
    """Set curly quotation marks and apostrophes straight."""
    return text.replace("[“”„‘’‚]", lambda m: m.group().translate(_QUOTES))


def space_punctuation(text: AlignedText) -> AlignedText:
    """Put the space after a mark, not before it, and not inside an address.

    Mends ``opening ,the``, ``pattern.Local`` and ``environmental,social``.
    """
    text = text.delete(r"(?<=\S)([ \t]+)(?=[,.;:?!](?:[\s\"')]|[A-Za-z]|$))", group=1)
    addresses = [m.span() for m in _ADDRESS.finditer(text.text)]

    def spaced(match: re.Match[str]) -> str:
        inside = _within(match.start(), addresses)
        return match.group() if inside else match.group() + " "

    return text.replace(_TIGHT_MARK, spaced)


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    index = bisect.bisect(spans, (place, len(spans) and spans[-1][1])) - 1
    return index >= 0 and spans[index][0] <= place < spans[index][1]


def collapse_spaces(text: AlignedText) -> AlignedText:
    """Make one space of several, and none at the ends of a line or beside a line end."""
    text = text.delete(r"(?<=[ \t])[ \t]+")
    text = text.delete(r"(?m)^[ \t]+|[ \t]+$")
    return text.delete(r"\A\n+|(?<=\n)\n+|\n+\Z")


STEPS: dict[str, Callable[[AlignedText], AlignedText]] = {
    step.__name__: step
    for step in (
        lift_page_numbers, lift_running_dois, lift_footnotes,
        drop_rules, strip_superscripts, strip_emphasis, strip_escapes, strip_autolinks,
        strip_heading_marks, strip_bullets,
        close_letter_spacing, drop_blank_lines, join_trailing_space, join_overflow,
        join_wrapped_lines, join_open_paragraphs,
        normalise_width, normalise_quotes, space_punctuation, collapse_spaces,
    )
}  # fmt: skip
"""Every step that a recipe may name."""


# --- Recipes -------------------------------------------------------------------------------


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

    ``account`` has one row per step: ``step, removed, lifted, inserted, replaced``
    (characters). What is kept, removed and lifted is the whole file.
    ``lifted`` holds ``(kind, text)``, each piece with its place in the raw file.
    """

    raw: str
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
    reading = Reading(raw)
    whole = AlignedText.of(raw)
    for name in recipe.before:
        whole = _run(name, STEPS[name], whole, reading)
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
        source = AlignedText.of(reading.raw)
        reading.lifted += [(LIFTS[name], source[a:b]) for a, b in _spans(gone)]
    return result


def _note(name: str, before: AlignedText, after: AlignedText, reading: Reading) -> np.ndarray:
    """Add a line to the account; return the raw offsets that vanished."""
    gone = np.setdiff1d(before.kept(), after.kept(), assume_unique=True)
    kept = before.kept()[np.isin(before.kept(), after.kept(), assume_unique=True)]
    changed = int((_codes(before, kept) != _codes(after, kept)).sum())
    inserted = (len(after) - len(after.kept())) - (len(before) - len(before.kept()))
    lifted = len(gone) if name in LIFTS else 0
    reading.account.append(
        {"step": name, "removed": len(gone) - lifted, "lifted": lifted,
         "inserted": inserted, "replaced": changed}
    )  # fmt: skip
    return gone


def _codes(text: AlignedText, offsets: np.ndarray) -> np.ndarray:
    """Return the code points that a text has at raw offsets."""
    real = text.ends > text.starts
    codes = np.frombuffer(text.text.encode("utf-32-le"), dtype=np.uint32)[real]
    return codes[np.isin(text.starts[real], offsets, assume_unique=True)]


def _spans(offsets: np.ndarray) -> list[tuple[int, int]]:
    """Return the half-open runs of consecutive offsets."""
    if not len(offsets):
        return []
    breaks = np.flatnonzero(np.diff(offsets) > 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(offsets, breaks)]


def _merge_account(reading: Reading) -> None:
    """Sum the account over sections: one row per step, in order of first use."""
    total: dict[str, dict[str, int | str]] = {}
    for row in reading.account:
        into = total.setdefault(str(row["step"]), {"step": row["step"]})
        for key in ("removed", "lifted", "inserted", "replaced"):
            into[key] = int(into.get(key, 0)) + int(row[key])
    reading.account = list(total.values())


def _clean_title(title: AlignedText) -> AlignedText:
    """Join the lines of a heading and mend its spaces."""
    title = title.replace(r"[ \t]*\n\s*", " ")
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
    front = Heading("", "", 1, "front" if places else "body", "front matter" if places else "")
    cut = [(front, text[:0], text[:first])] if text.text[:first].strip() else []
    ends = [*(start for _, start, _ in places[1:]), len(text)][: len(places)]
    for (heading, start, stop), end in zip(places, ends, strict=True):
        cut.append((heading, text[start:stop], text[stop:end]))
    return cut


def _find_heading(text: str, heading: Heading, after: int) -> tuple[int, int] | None:
    """Return the span of a heading that begins a line at or after a place.

    White space is ignored, since headings are wrapped and letter-spaced; so is the
    kind of quotation mark.
    """
    letters = re.sub(r"\s", "", heading.printed)
    body = r"\s*".join(_QUOTE_CLASS.get(c, re.escape(c)) for c in letters)
    end = r"[ \t]*" if heading.run_in else r"[ \t]*(?=\n|\Z)"
    match = re.compile(rf"(?m)^[ \t]*({body}){end}").search(text, after)
    return match.span(1) if match else None


_QUOTE_CLASS = {'"': '["“”]', "'": "['‘’]"}


def _repair(sections: list[Section], repairs: Mapping[str, str], reading: Reading) -> list[Section]:
    """Mend single words by the table of repairs; report those that were not found."""
    for printed, repaired in repairs.items():
        mended = [_repair_section(s, printed, repaired) for s in sections]
        if all(new is old for new, old in zip(mended, sections, strict=True)):
            reading.problems.append(f"repair matches nothing: {printed!r}")
        for old, new in zip(sections, mended, strict=True):
            before, after = join([old.title, old.text]), join([new.title, new.text])
            _note("repair_words", before, after, reading)
        sections = mended
    return sections


def _repair_section(section: Section, printed: str, repaired: str) -> Section:
    """Mend one word wherever a section has it; the same section where it has it not."""
    pattern = rf"(?<!\w){re.escape(printed.translate(_QUOTES))}(?!\w)"
    title = section.title.replace(pattern, lambda _: repaired)
    text = section.text.replace(pattern, lambda _: repaired)
    if title is section.title and text is section.text:
        return section
    return Section(section.heading, title, text)
