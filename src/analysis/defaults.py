"""Word lists that a corpus may do with: its own where it has them, else those of the package.

In a copy of the project they stand in ``data/``; an installed package carries a copy of them.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
"""The copy of the project that the package is part of, if it is."""
_CARRIED = Path(__file__).resolve().parent / "defaults"

DEFAULTS = (
    "abbreviations.csv",
    "coding/cues.csv",
    "lemma_exceptions.csv",
    "lexicon/stance_cues.csv",
    "stopwords.csv",
)
"""The word lists, by their place in a data folder."""


def default_file(name: str, folder: Path | None = None) -> Path:
    """Return the file with a word list.

    Parameters
    ----------
    name : str
        One of `DEFAULTS`.
    folder : Path, optional
        A data folder, whose own list comes first.

    Returns
    -------
    Path

    Raises
    ------
    KeyError
        If the package has no such list.

    Examples
    --------
    >>> default_file("stopwords.csv").name
    'stopwords.csv'
    """
    if name not in DEFAULTS:
        raise KeyError(f"{name!r} is no word list of the package; there are {', '.join(DEFAULTS)}")
    if folder is not None and (own := folder / name).is_file():
        return own
    carried = _CARRIED / name
    return carried if carried.is_file() else PACKAGE_ROOT / "data" / name
