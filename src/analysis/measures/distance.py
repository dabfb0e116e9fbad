"""How far texts lie apart by the words they use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.measures._arrays import Numbers, same_kind


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> Numbers:
    """Return the Jensen-Shannon divergence of two distributions, binary logarithms.

    ``0.5 * sum(p * log2(p / m)) + 0.5 * sum(q * log2(q / m))`` with ``m = (p + q) / 2``,
    where ``0 * log2(0)`` counts as zero.

    Parameters
    ----------
    p, q : array_like of float, shape (words,) or (texts, words)
        Counts or shares of the same words in the same order. Each row is divided by its
        sum. A single row is compared with every row of the other.

    Returns
    -------
    float or numpy.ndarray of shape (texts,)
        From 0 (the same shares) to 1 (no word in common), in bits; **lower** is more
        alike. The divergence itself, not its square root (which is a metric).

    Raises
    ------
    ValueError
        If a number is negative or missing, a row is all zeros, or the two have not
        equally many words (or rows).

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions
    on Information Theory* 37(1).

    Examples
    --------
    >>> round(jensen_shannon([3, 1], [1, 3]), 4)
    0.1887
    >>> jensen_shannon([3, 1], [[3, 1], [6, 2]]).tolist()
    [0.0, 0.0]
    """
    # scipy has the root of it, which is NaN where rounding leaves a little less than zero.
    from scipy.special import rel_entr

    p, q = _distribution(p), _distribution(q)
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(f"{p.shape[-1]} words cannot be compared with {q.shape[-1]}")
    middle = (p + q) / 2
    nats = (rel_entr(p, middle) + rel_entr(q, middle)).sum(axis=-1) / 2
    return same_kind(np.clip(nats / np.log(2), 0, 1))


def burrows_delta(frequencies: ArrayLike | pd.DataFrame) -> Any:
    """Return Burrows's Delta between all texts.

    ``mean over words of |z_a - z_b|``, where ``z`` is the frequency of a word in a text
    less its mean over all texts, divided by its sample standard deviation.

    Parameters
    ----------
    frequencies : pandas.DataFrame or array_like of float, shape (texts, words)
        Relative frequencies of the words that are compared, the most frequent ones as a
        rule. Counts would make long texts differ from short ones.

    Returns
    -------
    pandas.DataFrame or numpy.ndarray of shape (texts, texts)
        Delta of each two texts, with the labels of the rows if the input has labels.
        Symmetric; from 0 (equal in every word, and so of a text with itself) upwards;
        **lower** is more alike. It hangs on which texts are compared, since these make
        the means and deviations.

    Raises
    ------
    ValueError
        If a number is negative or missing, there are fewer than two texts, or no word
        has different frequencies.

    Notes
    -----
    A word that has the same frequency in all texts is left out, and is not counted
    among the words of the mean: its deviation is zero, so that it has no ``z``.

    References
    ----------
    Burrows, J. (2002). "Delta": a measure of stylistic difference and a guide to likely
    authorship. *Literary and Linguistic Computing* 17(3).

    Examples
    --------
    >>> import pandas as pd
    >>> rates = pd.DataFrame(
    ...     {"the": [60, 50, 40], "of": [30, 30, 45]}, index=["first", "second", "third"]
    ... )
    >>> print(burrows_delta(rates).round(2).to_string())
            first  second  third
    first    0.00    0.50   1.87
    second   0.50    0.00   1.37
    third    1.87    1.37   0.00
    """
    from scipy.spatial.distance import pdist, squareform

    table = _not_negative(frequencies)
    if table.ndim != 2 or len(table) < 2:
        raise ValueError(f"at least two texts by words are needed, not the shape {table.shape}")
    # Rounding can leave the deviation of equal numbers a little above zero.
    table = table[:, table.max(axis=0) > table.min(axis=0)]
    if not table.size:
        raise ValueError("no word has different frequencies in the texts")
    z = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    delta = squareform(pdist(z, "cityblock") / z.shape[1])
    if isinstance(frequencies, pd.DataFrame):
        return pd.DataFrame(delta, index=frequencies.index, columns=frequencies.index)
    return delta


def _distribution(numbers: ArrayLike) -> NDArray[np.float64]:
    """Return rows that sum to one."""
    numbers = _not_negative(numbers)
    if not numbers.ndim:
        raise ValueError("a distribution has more than one number")
    total = numbers.sum(axis=-1, keepdims=True)
    if not total.all():
        raise ValueError("a distribution of zeros only has no shares")
    return numbers / total


def _not_negative(numbers: ArrayLike | pd.DataFrame) -> NDArray[np.float64]:
    numbers = np.asarray(numbers, dtype=float)
    if not ((numbers >= 0) & np.isfinite(numbers)).all():
        raise ValueError("a frequency must be a number and not below zero")
    return numbers
