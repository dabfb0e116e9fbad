"""From a damaged text to a readable one, without losing the way back.

`AlignedText` is a text in which every character knows where it stands in the raw
file. The cleaning steps below are small functions from one `AlignedText` to the
next; each mends one kind of damage and can be used alone. Which steps a text needs is
its recipe (see `analysis.reading`).
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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

    Examples
    --------
    >>> text = AlignedText.of("rule  of law").delete(" (?= )")
    >>> text.text
    'rule of law'
    >>> text.hull(5, 7)
    (6, 8)
    """

    text: str
    starts: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, raw: str) -> AlignedText:
        """Return the raw text itself, every character at its own place.

        Parameters
        ----------
        raw : str
            The decoded file, read with ``newline=""``.

        Returns
        -------
        AlignedText
            With ``starts[i] == i`` and ``ends[i] == i + 1``.
        """
        places = np.arange(len(raw) + 1, dtype=np.int32)
        return cls(raw, places[:-1], places[1:])

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> AlignedText:
        return AlignedText(self.text[part], self.starts[part], self.ends[part])

    def hull(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """Return the raw span that encloses the characters ``start`` to ``end``.

        Parameters
        ----------
        start, end : int
            Places in this text, half open; without ``end``, to its end.

        Returns
        -------
        start, end : int
            Offsets in code points into the raw file, half open. What was removed between the
            characters lies inside.

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
        """Return which characters stand between two raw offsets.

        Parameters
        ----------
        start, end : int
            Offsets in code points into the raw file, half open.

        Returns
        -------
        slice
            Places in this text; empty where nothing of it stands there.

        Examples
        --------
        >>> AlignedText.of("rule  of law").delete(" (?= )").within(6, 8)
        slice(5, 7, None)
        """
        first = int(np.searchsorted(self.ends, start, "right"))
        return slice(first, max(first, int(np.searchsorted(self.starts, end))))

    def kept(self) -> np.ndarray:
        """Return the raw offsets that still stand in the text, in order.

        Returns
        -------
        numpy.ndarray of int32, shape (kept characters,)
            Offsets in code points; inserted characters have none.
        """
        return self.starts[self.ends > self.starts]

    def delete(self, pattern: str | re.Pattern[str], group: int | str = 0) -> AlignedText:
        """Remove every match of a pattern, or one group of it.

        Parameters
        ----------
        pattern : str or re.Pattern
            A regular expression.
        group : int or str
            What of a match is removed; 0 is all of it.

        Returns
        -------
        AlignedText
            What is left; the same object where nothing matches.

        Examples
        --------
        >>> AlignedText.of("rule <sup>of</sup> law").delete("</?sup>").text
        'rule of law'
        """
        return self.delete_spans(m.span(group) for m in re.finditer(pattern, self.text))

    def delete_spans(self, spans: Iterable[tuple[int, int]]) -> AlignedText:
        """Remove the characters of the given spans of this text.

        Parameters
        ----------
        spans : iterable of tuple of int
            Start and end of each span in this text, half open, in any order.

        Returns
        -------
        AlignedText
            What is left; the same object where nothing is removed.
        """
        keep = np.ones(len(self.text), dtype=bool)
        for start, end in spans:
            keep[start:end] = False
        if keep.all():
            return self
        text = "".join(self.text[a:b] for a, b in _runs(keep))
        return AlignedText(text, self.starts[keep], self.ends[keep])

    def translate(self, table: Mapping[int, int] | Mapping[int, str]) -> AlignedText:
        """Read single characters as others, one for one.

        Parameters
        ----------
        table : mapping of int to int or str
            Code point to another, or to one character, as `str.maketrans` makes it.

        Returns
        -------
        AlignedText
            The new reading; the same object where nothing changes.

        Examples
        --------
        >>> AlignedText.of("the citizen’s right").translate(str.maketrans("’", "'")).text
        "the citizen's right"
        """
        text = self.text.translate(table)
        return self if text == self.text else AlignedText(text, self.starts, self.ends)

    def replace(
        self, pattern: str | re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]
    ) -> AlignedText:
        """Replace every match, keeping the alignment of what stays the same.

        Parameters
        ----------
        pattern : str or re.Pattern
            A regular expression.
        replacement : str or callable
            A template as in `re.Match.expand`, or a function from a match to its new reading.

        Returns
        -------
        AlignedText
            The new reading; the same object where nothing changes.

        Notes
        -----
        What a match and its replacement have in common keeps its place
        (`difflib.SequenceMatcher`). Between, characters are paired one to one; what
        the replacement has more is inserted, what it has less is removed.

        Examples
        --------
        >>> text = AlignedText.of("the la w").replace("la w", "law")
        >>> text.text, text.hull(4, 7)
        ('the law', (4, 8))
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
        if 0 < index <= len(self.text):
            return int(self.ends[index - 1])
        return int(self.starts[0]) if len(self.text) else otherwise

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
        """Pair characters one to one; insert what the new reading has more.

        A space is inserted rather than paired, since later steps may remove it.
        """
        if len(new) > len(self.text) and new[:1] == " ":
            space = np.array([place], dtype=np.int32)
            return join([AlignedText(" ", space, space), self._paired_with(new[1:], place)])
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


# --- Steps for the way a file was written ----------------------------------------------


def drop_byte_order_mark(text: AlignedText) -> AlignedText:
    """Remove the byte order mark that some editors write at the head of a file."""
    return text.delete(r"\A\ufeff")


def normalise_newlines(text: AlignedText) -> AlignedText:
    """Make one line feed of the line ends of Windows and of old Macintosh files."""
    return text.delete(r"\r(?=\n)").translate(_LINE_ENDS)


_LINE_ENDS = str.maketrans(dict.fromkeys("\r\f\v\x85\u2028\u2029", "\n"))


def normalise_spaces(text: AlignedText) -> AlignedText:
    """Make a plain space of tabs, no-break spaces and other wide or narrow ones."""
    return text.translate(_SPACES)


_SPACES = {ord("\t"): " ", 0xA0: " ", 0x202F: " ", 0x205F: " ", 0x3000: " "} | dict.fromkeys(
    range(0x2000, 0x200B), " "
)


def drop_invisible(text: AlignedText) -> AlignedText:
    """Remove soft hyphens, zero-width spaces and joiners of a text layer."""
    return text.delete("[\u00ad\u200b\u2060\ufeff]")


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
    return text.delete(r"(?m)^[ \t]*#{1,6}[ \t]+")


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


def join_hyphenated(text: AlignedText) -> AlignedText:
    """Join words parted by a hyphen at the line end.

    The hyphen goes if the joined word stands elsewhere in the text and the hyphenated
    one does not; otherwise it may be a real one (``non-`` / ``governmental``) and stays.
    """
    known = {w.lower() for w in WORD.findall(text.text)}
    drop: list[tuple[int, int]] = []
    for match in re.finditer(r"(?<!\w)(\w+)(-)([ \t]*\n\s*)(\w+)", text.text):
        first, last = match[1].lower(), match[4].lower()
        joined = first + last in known and f"{first}-{last}" not in known
        drop.append(match.span(3))
        if joined:
            drop.append(match.span(2))
    return text.delete_spans(drop)


def join_wrapped_lines(text: AlignedText) -> AlignedText:
    """Join hard-wrapped lines; a short line with a final mark ends a paragraph.

    A line also ends a paragraph where two spaces follow its final mark, where the next
    line is set in after it, or where an empty line follows.
    """
    lines = text.text.split("\n")
    usual = _usual_width(lines)
    going_on = set()
    newline = -1
    for line, following in itertools.pairwise(lines):
        newline += len(line) + 1
        short = len(line.strip()) < 0.8 * usual
        marked = line.endswith("  ") or following.startswith(" ") or short
        blank = not line.strip() or not following.strip()
        if not blank and not (marked and _is_closed(line)):
            going_on.add(newline)

    def joint(match: re.Match[str]) -> str:
        return " " if match.start("newline") in going_on else "\n"

    return text.replace(r"(?<![ \t])[ \t]*(?P<newline>\n)[ \t]*", joint)


def _usual_width(lines: list[str]) -> float:
    """Return the ninth decile of the line lengths: the width of a full line."""
    widths = [len(line.strip()) for line in lines]
    return quantiles(widths, n=10)[-1] if len(widths) > 2 else max(widths)


def join_open_paragraphs(text: AlignedText) -> AlignedText:
    """Join a paragraph that ends without a final mark to the next: a page ended there."""

    def joint(match: re.Match[str]) -> str:
        return "\n" if _is_closed(text.text[max(match.start() - 12, 0) : match.start()]) else " "

    return text.replace(r"(?<![ \t])[ \t]*\n\s*", joint)


def _is_closed(text: str) -> bool:
    """Say whether a text ends with a final mark, perhaps inside a quotation or citation."""
    return bool(re.search(r"[.?!:;][\s\"'”’)\]]*$", text[-12:]))


# --- Steps for punctuation ---------------------------------------------------------------

QUOTES = str.maketrans("“”„‘’‚", "\"\"\"'''")
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
    return text.translate(QUOTES)


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
        drop_byte_order_mark, normalise_newlines, normalise_spaces, drop_invisible,
        lift_page_numbers, lift_running_dois, lift_footnotes,
        drop_rules, strip_superscripts, strip_emphasis, strip_escapes, strip_autolinks,
        strip_heading_marks, strip_bullets,
        close_letter_spacing, drop_blank_lines, join_trailing_space, join_overflow, join_hyphenated,
        join_wrapped_lines, join_open_paragraphs,
        normalise_width, normalise_quotes, space_punctuation, collapse_spaces,
    )
}  # fmt: skip
"""Every step that a recipe may name."""
