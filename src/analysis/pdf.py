"""Reading PDF files: the text layer, page after page, as one text."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from analysis.tables import InputError

NEEDS_PYPDF = 'PDF files are read by pypdf, which is not installed; run: pip install ".[pdf]"'

OUTER = 3
"""A running line stands among so many lines at the head or at the foot of a page."""
LEAST_PAGES, LEAST_SHARE = 3, 0.4
"""On so many pages, and on that share of all, a running line comes again. Left and right
pages often have heads of their own, and the first page has none: hence less than half."""


def text_of(path: str | Path) -> str:
    """Return the text layer of a PDF file, its pages joined so that sentences run on.

    Nothing is recognised in pictures: a page without a text layer gives no words.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    str
        One printed line per line, as `join_pages` puts the pages together. Words broken
        at line ends and page numbers are left as they are printed; the cleaning recipe
        mends them where it can (`analysis.reading.choose_recipe`).

    Raises
    ------
    InputError
        If the file is missing, empty, broken or locked by a password, or no page of it has
        a text layer.
    ImportError
        If pypdf is not installed; the message says how to install it.

    Notes
    -----
    In a corpus this text is the raw file of the document: ``start`` and ``end`` of sentences
    and tokens are offsets into it, not into the bytes of the PDF. Other versions of pypdf may
    read other spaces and line ends. For lasting offsets keep this text as a ``.txt`` file.
    """
    path = Path(path)
    pages = _page_texts(path)
    text = join_pages(pages)
    if not text.strip():
        raise InputError([
            f"{path.name}: none of its {len(pages)} pages has a text layer, so they may be "
            "pictures; run text recognition on it first, for instance with ocrmypdf"
        ])  # fmt: skip
    return text


def join_pages(pages: Sequence[str]) -> str:
    r"""Put the texts of pages together as one text, without running heads and feet.

    A line is a running one if it stands, numbers aside, as first, second or third line from
    the upper or the lower edge of at least three pages and of two pages in five, and only
    running lines or numbers part it from the edge. At the head of the first page it stays,
    since it may be the title there. Lines of a number alone stay for the cleaning recipe,
    which lifts them out. Ligatures become letters, and hyphens at line ends become plain
    ones, so that the recipe knows them.

    Parameters
    ----------
    pages : sequence of str
        The text of each page, in order.

    Returns
    -------
    str
        Lines without spaces at their ends; no empty lines where a page ends.

    Examples
    --------
    >>> pages = ["On Seeds\nSeeds are", "On Seeds\nlent and", "On Seeds\ngiven back."]
    >>> join_pages(pages)
    'On Seeds\nSeeds are\nlent and\ngiven back.\n'
    """
    split = [_lines(page) for page in pages]
    heads, feet = (_running_lines(side) for side in (split, [lines[::-1] for lines in split]))
    kept: list[str] = []
    for number, lines in enumerate(split):
        gone = {len(lines) - 1 - place for place in _running_places(lines[::-1], feet)}
        if number:
            gone |= _running_places(lines, heads)
        kept += [line for place, line in enumerate(lines) if place not in gone]
    return "\n".join([*kept, ""]) if kept else ""


def _lines(page: str) -> list[str]:
    """Return the lines of a page, empty ones at its head and foot left out."""
    page = _LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m.group()), page)
    page = re.sub(r"\r\n?|[\f\v\x85\u2028\u2029]", "\n", page)
    page = _UNPRINTABLE.sub("", page)
    page = re.sub("[\u00ad\u2010](?=[ \t]*(?:\n|$))", "-", page)
    return [line.rstrip() for line in page.strip().split("\n")] if page.strip() else []


_LIGATURES = re.compile("[\ufb00-\ufb06]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Control characters and halves of characters, which a damaged font table gives."""


def _running_lines(pages: Sequence[Sequence[str]]) -> set[tuple[int, str]]:
    """Return the lines, numbers masked, that come again at one place from the edge of pages."""
    seen = Counter(
        (place, _masked(line)) for lines in pages for place, line in enumerate(lines[:OUTER])
    )
    least = max(LEAST_PAGES, LEAST_SHARE * len(pages))
    return {key for key, times in seen.items() if times >= least and not _is_number(key[1])}


def _running_places(lines: Sequence[str], running: set[tuple[int, str]]) -> set[int]:
    """Return where running lines stand, from the edge of a page to the first line of text."""
    places = set()
    for place, line in enumerate(lines[:OUTER]):
        if (place, _masked(line)) in running:
            places.add(place)
        elif not _is_number(line):
            break
    return places


def _is_number(line: str) -> bool:
    return not line.strip("#0123456789 ")


def _masked(line: str) -> str:
    """Return a line with every number as one sign."""
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _page_texts(path: Path) -> list[str]:
    """Return the text of each page, or say why the file cannot be read."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import DependencyError
    except ImportError as error:
        raise ImportError(NEEDS_PYPDF) from error
    try:
        if not path.stat().st_size:
            raise InputError([f"{path.name}: the file is empty; remove it or put the text in"])
        with path.open("rb") as file, _without_warnings():
            reader = PdfReader(file)
            if reader.is_encrypted and not reader.decrypt(""):
                raise InputError([_LOCKED.format(path.name)])
            return [page.extract_text() for page in reader.pages]
    except InputError:
        raise
    except DependencyError as error:
        raise InputError([_LOCKED.format(path.name)]) from error
    except OSError as error:
        reason = error.strerror or error
        raise InputError([f"{path.name}: the file cannot be read ({reason})"]) from error
    except Exception as error:  # A broken file can fail anywhere in a reader.
        reason = f"{type(error).__name__}: {error}"
        raise InputError([
            f"{path.name}: the file is broken or no PDF ({reason}); open it in a viewer and "
            "print it to a new PDF file, or get it anew"
        ]) from error  # fmt: skip


_LOCKED = (
    "{}: the file is encrypted; open it with its password and save a copy without one, for "
    "instance with qpdf --decrypt"
)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep pypdf from writing of each oddity that it has mended."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
