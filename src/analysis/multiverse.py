"""One finding under every defensible setting: on which of them does it turn?

A finding is a function of a corpus and of settings. `multiverse` computes it under each
setting of a grid and returns one tidy table. `shares_by_axis` and `turning_axes` read that
table: how often the finding holds with each value of an axis, and which single change of
the default turns its verdict.
"""

from __future__ import annotations

import math
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, is_dataclass
from itertools import product
from multiprocessing import get_context
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

Setting: TypeAlias = dict[str, Any]
"""The value of each setting by its name."""

Grid: TypeAlias = Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any]]
"""The values of each setting by its name, or the settings one by one."""

RESULTS = ("effect", "low", "high", "holds")
"""What every finding returns."""

VERDICTS = ("holds", "does not hold", "cannot be told")
"""What can be said of a finding under one setting, in the order in which it is shown."""

PARTS = 8
"""In so many parts a process gets its settings: few, for neighbours may share work, and more
than one, so that no process waits for the others and the bar moves."""


# --- Settings ------------------------------------------------------------------------------


def settings(grid: Mapping[str, Iterable[Any]]) -> list[Setting]:
    """Combine every value of each setting with every value of all others.

    Parameters
    ----------
    grid : mapping of str to iterable
        The values of each setting by its name.

    Returns
    -------
    list of dict
        The settings. The value of the last name changes fastest, values come in the order
        given.

    Raises
    ------
    ValueError
        If there is no name, a name has no value or the same value twice, or a single
        string is given where a list of values belongs.

    Examples
    --------
    >>> settings({"term": ["lemma", "token"], "headings": [True]})
    [{'term': 'lemma', 'headings': True}, {'term': 'token', 'headings': True}]
    """
    axes = _axes(grid)
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def one_at_a_time(grid: Mapping[str, Iterable[Any]], default: Mapping[str, Any]) -> list[Setting]:
    """Change each setting alone, all others staying as in the default.

    Parameters
    ----------
    grid : mapping of str to iterable
        The values of each setting by its name.
    default : mapping of str to object
        One value for each name, out of those of the grid.

    Returns
    -------
    list of dict
        The default first, then each other value of each name in the order of the grid.

    Raises
    ------
    ValueError
        As in `settings`, or if the default names other settings than the grid, or has a
        value that is not in the grid.

    Examples
    --------
    >>> grid = {"term": ["lemma", "token"], "headings": [True, False]}
    >>> for setting in one_at_a_time(grid, {"term": "lemma", "headings": True}):
    ...     print(setting)
    {'term': 'lemma', 'headings': True}
    {'term': 'token', 'headings': True}
    {'term': 'lemma', 'headings': False}
    """
    axes = _axes(grid)
    _check_names(default, list(axes), "the default")
    for name, values in axes.items():
        if not any(same_value(value, default[name]) for value in values):
            raise ValueError(f"the default has {name} = {default[name]!r}, which the grid has not")
    start = {name: default[name] for name in axes}
    changed = [
        start | {name: value}
        for name, values in axes.items()
        for value in values
        if not same_value(value, default[name])
    ]
    return [start, *changed]


# --- Computing -----------------------------------------------------------------------------


def multiverse(
    finding: Callable[..., Any],
    grid: Grid,
    corpus: Any,
    progress: bool = True,
    processes: int = 1,
) -> pd.DataFrame:
    """Compute a finding under every setting of a grid.

    Parameters
    ----------
    finding : callable
        Called as ``finding(corpus, **setting)``. It returns a mapping or an object (a data
        class, a named tuple) with at least ``effect, low, high`` (numbers, NaN and infinity
        allowed) and ``holds``.
    grid : mapping of str to iterable, or iterable of mappings
        Either the values of each setting by its name, of which all combinations are
        computed (`settings`), or the settings one by one, such as those of
        `one_at_a_time`. Settings given one by one all name the same things: what a finding
        takes when something is left out would stand nowhere in the table.
    corpus : Corpus
        Handed to the finding as it is; it may be anything that the finding takes first.
    progress : bool
        Whether to show how far the computation is, on a terminal or in a notebook that
        somebody has opened. Nothing is written where nobody looks on: into a file or a
        pipe, in a notebook run by a program, or where the environment variable ``CI`` is
        set and there is no terminal.
    processes : int
        How many processes share the settings. More than one begins new interpreters, each
        of which gets the corpus and the finding once; the finding must then be a function
        of a module, not one defined in a notebook. The result is the same.

    Returns
    -------
    pandas.DataFrame
        One row per setting, in the order of the grid: a column for each name of the grid,
        in its order; ``effect, low, high`` (floats in the unit of the finding), ``holds``;
        then whatever else the finding returned, in its order. What it returned under some
        settings alone is missing in the other rows.

    Raises
    ------
    ValueError
        If the grid is empty or wrong (see `settings`), a setting stands in it twice, the
        name of a setting is also that of a result, ``processes`` is below one, a finding
        cannot be handed to another process, or what it returned lacks a result.
    RuntimeError
        If the finding fails. The message names the setting; the cause is the error of the
        finding, or its traceback if it ran in another process.

    Examples
    --------
    >>> def answer(corpus, half):
    ...     return {"effect": len(corpus) / half, "low": 1, "high": 9, "holds": half < 2}
    >>> multiverse(answer, {"half": [1, 2]}, "corpus")
       half  effect  low  high  holds
    0     1     6.0  1.0   9.0   True
    1     2     3.0  1.0   9.0  False
    """
    if processes < 1:
        raise ValueError(f"processes must be at least 1, not {processes}")
    wanted = _listed(grid)
    step = math.ceil(len(wanted) / (PARTS * processes))
    chunks = [wanted[start : start + step] for start in range(0, len(wanted), step)]
    if processes == 1 or len(chunks) == 1:
        found: Iterator[list[Setting]] = ([_row(finding, corpus, s)] for s in wanted)
    else:
        found = _in_processes(finding, corpus, chunks, min(processes, len(chunks)))
    rows = []
    with _bar(len(wanted), progress) as bar:
        for part in found:
            rows.extend(part)
            bar.update(len(part))
    return _table(wanted, rows)


# --- Reading the table ---------------------------------------------------------------------


def shares_by_axis(
    table: pd.DataFrame, axes: Iterable[str], verdict: str = "verdict"
) -> pd.DataFrame:
    """Tell how the verdicts are spread among the settings that have a value in common.

    Parameters
    ----------
    table : pandas.DataFrame
        From `multiverse`, with the column of verdicts: ``holds``, ``does not hold`` or
        ``cannot be told``.
    axes : iterable of str
        Columns of settings.
    verdict : str
        The column of verdicts.

    Returns
    -------
    pandas.DataFrame
        One row per axis and value, axes in the order given, values in that of the table:
        ``axis, value, settings`` (how many have this value), ``holds, fails, undecided``
        (shares of these settings between 0 and 1, adding up to 1), ``effect_low,
        effect_high`` (the least and the greatest effect among them, NaN left out).

    Raises
    ------
    ValueError
        If a column is missing or a verdict is none of the three.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> table = pd.DataFrame({
    ...     "term": ["lemma", "lemma", "token", "token"], "headings": [True, False, True, False],
    ...     "effect": [2.0, 1.5, 1.0, 0.5],
    ...     "verdict": ["holds", "holds", "holds", "does not hold"],
    ... })
    >>> shares = analysis.shares_by_axis(table, ["term"])
    >>> print(shares[["value", "settings", "holds", "fails", "effect_low"]].to_string(index=False))
    value  settings  holds  fails  effect_low
    lemma         2    1.0    0.0         1.5
    token         2    0.5    0.5         0.5
    """
    axes = list(axes)
    _check_columns(table, [*axes, verdict, "effect"])
    _check_verdicts(table[verdict])
    rows = []
    for axis in axes:
        for value in _values(table[axis]):
            own = table[_has(table[axis], value)]
            shares = [float((own[verdict] == name).mean()) for name in VERDICTS]
            ends = float(own["effect"].min()), float(own["effect"].max())
            rows.append((axis, value, len(own), *shares, *ends))
    columns = ["axis", "value", "settings", "holds", "fails", "undecided"]
    return _frame(rows, [*columns, "effect_low", "effect_high"])


def turning_axes(
    table: pd.DataFrame, axes: Iterable[str], default: Mapping[str, Any]
) -> pd.DataFrame:
    """Tell which single change of the default setting turns the verdict.

    Parameters
    ----------
    table : pandas.DataFrame
        From `multiverse`, with the column ``verdict``: ``holds``, ``does not hold`` or
        ``cannot be told``.
    axes : iterable of str
        The columns of settings that are changed.
    default : mapping of str to object
        The value of each setting, at least of the axes.

    Returns
    -------
    pandas.DataFrame
        One row per axis and value other than the default, where all else is as in the
        default: ``axis, value, verdict, effect, turns`` (whether the verdict is another
        than under the default setting). A change that the table does not hold alone has
        no row.

    Raises
    ------
    ValueError
        If a column is missing, a verdict is none of the three, the default lacks an axis,
        or the table holds no row for the default setting or several for one setting.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> table = pd.DataFrame({
    ...     "term": ["lemma", "lemma", "token"], "headings": [True, False, True],
    ...     "effect": [2.0, 1.5, 0.5], "verdict": ["holds", "holds", "does not hold"],
    ... })
    >>> default = {"term": "lemma", "headings": True}
    >>> print(analysis.turning_axes(table, default, default).to_string(index=False))
        axis value       verdict  effect  turns
        term token does not hold     0.5   True
    headings False         holds     1.5  False
    """
    axes = list(axes)
    _check_columns(table, [*axes, *default, "verdict", "effect"])
    _check_verdicts(table["verdict"])
    if missing := [axis for axis in axes if axis not in default]:
        raise ValueError(f"the default has no value of {', '.join(missing)}")
    as_default = {name: _has(table[name], value) for name, value in default.items()}
    start = _only_row(table, as_default, default)
    if start is None:
        raise ValueError(f"the table has no row for the default setting {_in_words(default)}")
    rows = []
    for axis in axes:
        # Few rows differ from the default in this axis alone, and only they are looked through.
        others = {name: own for name, own in as_default.items() if name != axis}
        alone = table[_in_all(others, len(table))]
        for value in _values(table[axis]):
            setting = dict(default) | {axis: value}
            changed = _only_row(alone, {axis: _has(alone[axis], value)}, setting)
            if changed is not None and not same_value(value, default[axis]):
                turns = bool(changed["verdict"] != start["verdict"])
                rows.append((axis, value, changed["verdict"], float(changed["effect"]), turns))
    return _frame(rows, ["axis", "value", "verdict", "effect", "turns"])


def same_value(first: Any, second: Any) -> bool:
    """Say whether two values of a setting are the same; what is missing is the same as itself.

    Parameters
    ----------
    first, second : object
        The values; None and NaN are missing.

    Returns
    -------
    bool

    Examples
    --------
    >>> same_value("lemma", "lemma"), same_value(None, float("nan")), same_value(1, 2)
    (True, True, False)
    """
    return first is second or first == second or _is_missing(first) and _is_missing(second)


# --- The grid ------------------------------------------------------------------------------


def _axes(grid: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    """Return the values of each setting as lists."""
    if not grid:
        raise ValueError("the grid is empty: it must name at least one setting")
    axes = {}
    for name, values in grid.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise ValueError(f"the values of {name!r} must be a list, not {values!r}")
        axes[name] = list(values)
        if not axes[name]:
            raise ValueError(f"the grid has no value for {name!r}")
        if (twice := _first_twice(axes[name])) is not None:
            raise ValueError(f"the grid has {name} = {axes[name][twice]!r} twice")
    return axes


def _listed(grid: Grid) -> list[Setting]:
    """Return the settings of a grid one by one, and refuse a wrong grid."""
    wanted = settings(grid) if isinstance(grid, Mapping) else [dict(s) for s in grid]
    if not wanted or not wanted[0]:
        raise ValueError("the grid is empty: it must name at least one setting")
    names = list(wanted[0])
    for setting in wanted:
        _check_names(setting, names, f"the setting {_in_words(setting)}")
    if taken := [name for name in names if name in RESULTS]:
        raise ValueError(f"no setting may be called {', '.join(taken)}: so is a result")
    wanted = [{name: setting[name] for name in names} for setting in wanted]
    if (twice := _first_twice([tuple(s.values()) for s in wanted])) is not None:
        raise ValueError(f"the grid has the setting {_in_words(wanted[twice])} twice")
    return wanted


def _check_names(setting: Mapping[str, Any], names: Sequence[str], what: str) -> None:
    missing = [name for name in names if name not in setting]
    extra = [name for name in setting if name not in names]
    if missing:
        raise ValueError(f"{what} has no value of {', '.join(missing)}")
    if extra:
        raise ValueError(f"{what} names {', '.join(extra)}, which the grid does not elsewhere")


def _first_twice(values: Sequence[Any]) -> int | None:
    """Return the place of the first value that stood before; values may be lists."""
    try:
        seen: Any = set()
        for place, value in enumerate(values):
            if value in seen:
                return place
            seen.add(value)
    except TypeError:
        return next((i for i, value in enumerate(values) if value in values[:i]), None)
    return None


def _in_words(setting: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in setting.items())


# --- One setting ---------------------------------------------------------------------------


def _row(finding: Callable[..., Any], corpus: Any, setting: Setting) -> Setting:
    """Return what a finding says under one setting, the four results first."""
    try:
        result = finding(corpus, **setting)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise RuntimeError(f"the finding fails with {_in_words(setting)}: {what}") from error
    row = _fields(result)
    where = f"what the finding returned with {_in_words(setting)}"
    if missing := [name for name in RESULTS if name not in row]:
        raise ValueError(f"{where} has no {', '.join(missing)}: {result!r}")
    if taken := [name for name in row if name in setting]:
        raise ValueError(f"{where} is called like a setting: {', '.join(taken)}")
    for name in ("effect", "low", "high"):
        try:
            row[name] = float(row[name])
        except (TypeError, ValueError) as error:
            raise ValueError(f"{where} has {name} = {row[name]!r}, not a number") from error
    return {name: row[name] for name in RESULTS} | row


def _fields(result: Any) -> Setting:
    """Return the fields of a result; one of the four may be a property."""
    if isinstance(result, Mapping):
        return dict(result)
    if hasattr(result, "_asdict"):
        row = dict(result._asdict())
    elif is_dataclass(result):
        row = {field.name: getattr(result, field.name) for field in fields(result)}
    else:
        row = dict(getattr(result, "__dict__", {}))
    computed = [name for name in RESULTS if name not in row and hasattr(result, name)]
    return row | {name: getattr(result, name) for name in computed}


def _table(wanted: list[Setting], rows: list[Setting]) -> pd.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: _column([s[name] for s in wanted]) for name in wanted[0]}
    found = {name: pd.Series([row.get(name) for row in rows]) for name in names}
    return pd.DataFrame(columns | found)


def _column(values: list[Any]) -> pd.Series:
    """Return a column that holds the values as they are: None stays None, True stays True."""
    alike = len({type(value) for value in values}) == 1
    plain = alike and isinstance(values[0], bool | int | float | str)
    return pd.Series(values) if plain else pd.Series(values, dtype=object)


# --- Several processes ---------------------------------------------------------------------


def _in_processes(
    finding: Callable[..., Any], corpus: Any, chunks: list[list[Setting]], processes: int
) -> Iterator[list[Setting]]:
    """Yield the rows of each chunk, in the order of the chunks."""
    try:
        packed = pickle.dumps((finding, corpus))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(_NOT_HANDED_OVER.format(error)) from error
    # A fork of a program that has threads, such as a notebook, may never return.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_receive, initargs=(packed,)
    )
    with pool:
        yield from pool.map(_rows, chunks)


_NOT_HANDED_OVER = (
    "with several processes the finding must be a function that can be imported from a module, "
    "and not stand in a notebook: {}"
)
_packed: bytes = b""
_received: tuple[Callable[..., Any], Any] | None = None


def _receive(packed: bytes) -> None:
    """Keep what a process was handed. It is unpacked where an error can be told."""
    global _packed
    _packed = packed


def _rows(chunk: list[Setting]) -> list[Setting]:
    global _received
    if _received is None:
        try:
            _received = pickle.loads(_packed)
        except (AttributeError, ImportError) as error:
            raise ValueError(_NOT_HANDED_OVER.format(error)) from error
    finding, corpus = _received
    return [_row(finding, corpus, setting) for setting in chunk]


# --- Progress ------------------------------------------------------------------------------


def _bar(total: int, progress: bool) -> tqdm:
    """Return a bar for a person who looks on; elsewhere one that writes nothing."""
    live = progress and _notebook_is_open()
    return tqdm(
        total=total,
        unit=" settings",
        leave=False,
        # None: shown on a terminal only.
        disable=False if live else None if progress else True,
        # A notebook has no terminal, and the errors of a cell are not the place for a bar.
        file=sys.stdout if live else sys.stderr,
    )


def _notebook_is_open() -> bool:
    """Say whether this runs in a notebook that somebody has opened.

    Jupyter names the notebook to a kernel that it starts for a reader; programs that run
    notebooks do not.
    """
    return "JPY_SESSION_NAME" in os.environ and not os.environ.get("CI")


# --- Tables --------------------------------------------------------------------------------


def _check_columns(table: pd.DataFrame, columns: Iterable[str]) -> None:
    if missing := [name for name in dict.fromkeys(columns) if name not in table]:
        raise ValueError(f"the table has no column {', '.join(missing)}")


def _check_verdicts(verdicts: pd.Series) -> None:
    if strange := [value for value in _values(verdicts) if value not in VERDICTS]:
        raise ValueError(f"{strange[0]!r} is no verdict: they are {', '.join(VERDICTS)}")


def _values(column: pd.Series) -> list[Any]:
    """Return the different values of a column, in the order in which they come."""
    values: list[Any] = []
    for value in column.tolist():
        if not any(same_value(value, other) for other in values):
            values.append(value)
    return values


def _has(column: pd.Series, value: Any) -> list[bool]:
    return [same_value(other, value) for other in column.tolist()]


def _is_missing(value: Any) -> bool:
    # A table read from a file has NaN where None was written.
    return value is None or isinstance(value, float) and math.isnan(value)


def _only_row(
    table: pd.DataFrame, held: Mapping[str, list[bool]], setting: Mapping[str, Any]
) -> pd.Series | None:
    """Return the row of a setting, None without one.

    ``held`` says for each name which rows have the value of the setting.
    """
    own = np.flatnonzero(_in_all(held, len(table)))
    if len(own) > 1:
        raise ValueError(f"the table has several rows with {_in_words(setting)}")
    return table.iloc[own[0]] if len(own) else None


def _in_all(held: Mapping[str, list[bool]], rows: int) -> NDArray[np.bool_]:
    """Say which of so many rows are held under every name."""
    in_all = np.ones(rows, dtype=bool)
    for own in held.values():
        in_all &= own
    return in_all


def _frame(rows: list[tuple[Any, ...]], columns: list[str]) -> pd.DataFrame:
    """Return a table whose column ``value`` holds values of any kind as they are."""
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(value=pd.Series([row[1] for row in rows], dtype=object))
