"""Sentences with numbers in them: none is typed, each is computed where it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd


def say(template: str, **values: Any) -> Any:
    """Return a sentence of the book with its numbers filled in.

    Parameters
    ----------
    template : str
        Markdown with format fields, such as ``{share:.0%} of the words``.
    **values
        What the fields stand for.

    Returns
    -------
    IPython.display.Markdown

    Raises
    ------
    KeyError
        If a field has no value.

    Examples
    --------
    >>> say("{share:.0%} of {words:,} words", share=0.25, words=4000).data
    '25% of 4,000 words'
    """
    from IPython.display import Markdown

    return Markdown(template.format(**values))


def keep(**values: Any) -> None:
    """Keep numbers or charts under a name for other pages of the book.

    Outside a build of the book, where there is no other page, nothing happens.

    Parameters
    ----------
    **values
        Each under its name.

    Examples
    --------
    >>> keep(words=4000)
    """
    try:
        from myst_nb import glue
    except ModuleNotFoundError:
        return
    for name, value in values.items():
        glue(name, value, display=False)


def listed(items: Sequence[str], last: str = "and") -> str:
    """Join items to an English list: ``a, b and c``.

    Parameters
    ----------
    items : sequence of str
        What is listed.
    last : str
        The word before the last item.

    Returns
    -------
    str
        ``none`` without items.

    Examples
    --------
    >>> listed(["trust", "service", "harmony"])
    'trust, service and harmony'
    """
    items = [str(item) for item in items]
    if len(items) < 2:
        return "".join(items) or "none"
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def number_word(number: int) -> str:
    """Return a whole number as a word up to twenty, in digits above.

    Parameters
    ----------
    number : int
        Zero or more for a word.

    Returns
    -------
    str

    Examples
    --------
    >>> number_word(4), number_word(1250)
    ('four', '1,250')
    """
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def count_of(number: int, thing: str, things: str | None = None) -> str:
    """Return a number with its noun: small numbers as words, the noun in its number.

    Parameters
    ----------
    number : int
        How many; zero is *no*.
    thing : str
        The noun for one.
    things : str, optional
        The noun for several; ``thing`` with an *s* without it.

    Returns
    -------
    str

    Examples
    --------
    >>> count_of(1, "pair"), count_of(3, "pair"), count_of(40, "pair")
    ('one pair', 'three pairs', '40 pairs')
    """
    shown = number_word(number) if number else "no"
    return f"{shown} {thing if number == 1 else things or thing + 's'}"


_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


UNTITLED = "the untitled paper"
"""How a work without a title is called in a sentence."""


def prose_label(short_label: str) -> str:
    """Return how a work is called in a sentence.

    Parameters
    ----------
    short_label : str
        The short label of the work.

    Returns
    -------
    str

    Examples
    --------
    >>> prose_label("Lian"), prose_label("Untitled")
    ('Lian', 'the untitled paper')
    """
    return UNTITLED if short_label == "Untitled" else short_label


def prose_labels(works: pd.DataFrame) -> pd.Series:
    """Return how each work is called in a sentence, by its identifier.

    Parameters
    ----------
    works : pandas.DataFrame
        The table of works: ``work_id, short_label``.

    Returns
    -------
    pandas.Series of str
        By ``work_id`` (see `prose_label`).

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"work_id": ["lian", "x"], "short_label": ["Lian", "Untitled"]})
    >>> prose_labels(works).to_dict()
    {'lian': 'Lian', 'x': 'the untitled paper'}
    """
    return works.set_index("work_id")["short_label"].map(prose_label)
