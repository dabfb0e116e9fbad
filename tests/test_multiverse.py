"""One finding under many settings: the table, its errors, several processes, no stray output."""

import functools
import io
import os
import subprocess
import sys
from collections import namedtuple
from dataclasses import dataclass

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as checked
from hypothesis import strategies as st
from nbclient import NotebookClient

from analysis.multiverse import (
    VERDICTS,
    multiverse,
    one_at_a_time,
    settings,
    shares_by_axis,
    turning_axes,
)

GRID = {"term": ["lemma", "token"], "leave_out": [None, "shen"], "least": [1, 2, 3]}
NAMES = ["effect", "low", "high", "holds"]


def finding(corpus, term, leave_out, least):
    """A finding whose effect tells the setting from all others."""
    effect = len(corpus) + 10 * (term == "token") + 100 * (leave_out is not None) + least
    return {
        "verdict": "holds" if effect > 10 else "does not hold",
        "holds": effect > 10, "high": effect + 1, "low": effect - 1, "effect": effect,
    }  # fmt: skip


def failing(corpus, term, leave_out, least):
    if least == 2:
        raise KeyError("no such word")
    return finding(corpus, term, leave_out, least)


class Fails(Exception):
    """An error that no other process can send back."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def failing_oddly(corpus, **setting):
    raise Fails("one", "other")


# --- The grid ------------------------------------------------------------------------------


def test_settings_are_the_full_product_in_order():
    assert settings({"a": [2, 1], "b": ["xy", "z"]}) == [
        {"a": 2, "b": "xy"}, {"a": 2, "b": "z"}, {"a": 1, "b": "xy"}, {"a": 1, "b": "z"},
    ]  # fmt: skip


def test_one_at_a_time_changes_one_value():
    default = {"least": 2, "term": "lemma", "leave_out": None}
    found = one_at_a_time(GRID, default)
    assert [list(s.values()) for s in found] == [
        ["lemma", None, 2], ["token", None, 2], ["lemma", "shen", 2],
        ["lemma", None, 1], ["lemma", None, 3],
    ]  # fmt: skip
    assert all(list(s) == list(GRID) for s in found)


@given(st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(0, 4), min_size=1), min_size=1))
def test_the_two_ways_fit_together(grid):
    default = {name: max(values) for name, values in grid.items()}
    every, single = settings(grid), one_at_a_time(grid, default)
    assert len(every) == np.prod([len(values) for values in grid.values()])
    assert len(single) == 1 + sum(len(values) - 1 for values in grid.values())
    assert single[0] == default
    for setting in single[1:]:
        assert setting in every
        assert sum(setting[name] != default[name] for name in grid) == 1


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({}, "empty"),
        ([], "empty"),
        ([{}], "empty"),
        ({"term": []}, "no value for 'term'"),
        ({"term": "lemma"}, "must be a list, not 'lemma'"),
        ({"term": 3}, "must be a list, not 3"),
        ({"term": ["lemma", "token", "lemma"]}, "term = 'lemma' twice"),
        ({"term": [["a"], ["b"], ["a"]]}, r"term = \['a'\] twice"),
        ([{"a": 1}, {"a": 2}, {"a": 1}], "the setting a = 1 twice"),
        ([{"a": 1, "b": 1}, {"b": 1, "a": 1}], "twice"),
        ([{"a": 1, "b": 1}, {"a": 2}], "the setting a = 2 has no value of b"),
        ([{"a": 1}, {"a": 1, "b": 2}], "names b"),
        ({"term": [1], "low": [1]}, "no setting may be called low"),
        ([{"holds": True}], "holds"),
    ],
)
def test_a_wrong_grid_is_refused_before_anything_is_computed(grid, message):
    def never(corpus, **setting):
        raise AssertionError("was computed")

    with pytest.raises(ValueError, match=message):
        multiverse(never, grid, "")


@pytest.mark.parametrize(
    ("default", "message"),
    [
        ({"a": 1}, "the default has no value of b"),
        ({"a": 1, "b": 1, "c": 1}, "the default names c"),
        ({"a": 1, "b": 5}, "b = 5, which the grid has not"),
    ],
)
def test_a_wrong_default_is_refused(default, message):
    with pytest.raises(ValueError, match=message):
        one_at_a_time({"a": [1, 2], "b": [1, 2]}, default)


# --- The table -----------------------------------------------------------------------------


def test_one_row_for_each_setting_in_the_order_of_the_grid():
    table = multiverse(finding, GRID, "text")
    assert table.columns.tolist() == [*GRID, *NAMES, "verdict"]
    assert table["effect"].tolist() == [5, 6, 7, 105, 106, 107, 15, 16, 17, 115, 116, 117]
    assert table[["term", "leave_out", "least"]].to_dict("records") == settings(GRID)
    assert (table["high"] - table["low"] == 2).all()
    assert table["holds"].tolist() == (table["effect"] > 10).tolist()
    # What was given stays what it was: None is no NaN.
    assert table["leave_out"].tolist()[:4] == [None, None, None, "shen"]
    assert table["least"].dtype == int and table["effect"].dtype == float


def test_settings_may_be_listed_one_by_one():
    listed = one_at_a_time(GRID, {"term": "lemma", "leave_out": None, "least": 1})
    table = multiverse(finding, iter(listed), "text")
    whole = multiverse(finding, GRID, "text")
    assert table["effect"].tolist() == [5, 15, 105, 6, 7]
    assert set(table["effect"]) < set(whole["effect"])
    turned = [dict(reversed(list(s.items()))) for s in listed]
    assert multiverse(finding, [listed[0], *turned[1:]], "text").equals(table)


Found = namedtuple("Found", "n effect low high holds")


@dataclass
class Judged:
    """A result whose verdict is computed from its numbers."""

    effect: float
    low: float
    high: float
    n: int = 3

    @property
    def holds(self):
        return self.low >= 1


class Plain:
    def __init__(self):
        self.effect, self.low, self.high, self.holds, self.n = 2, 1, 3, True, 3


@pytest.mark.parametrize(
    "result",
    [Found(3, 2, 1, 3, True), Judged(2, 1, 3), Plain(), dict(n=3, holds=True, high=3, low=1, effect=2)],
)  # fmt: skip
def test_a_finding_may_return_any_kind_of_record(result):
    table = multiverse(lambda corpus, a: result, {"a": [1]}, None)
    assert table.to_dict("records") == [
        {"a": 1, "effect": 2.0, "low": 1.0, "high": 3.0, "holds": True, "n": 3}
    ]
    assert table.columns.tolist() == ["a", *NAMES, "n"]


def test_effects_without_a_number_and_fields_of_some_settings_are_kept():
    def odd(corpus, a):
        extra = {"note": "rare"} if a == 1 else {}
        return {"effect": [np.inf, np.nan][a], "low": -np.inf, "high": 0, "holds": None} | extra

    table = multiverse(odd, {"a": [0, 1]}, None)
    assert table["effect"].tolist()[0] == np.inf and np.isnan(table["effect"][1])
    assert table["note"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "a = 1 has no effect, low, high, holds: None"),
        ({"effect": 1, "holds": True}, "a = 1 has no low, high"),
        ({"effect": "much", "low": 1, "high": 1, "holds": True}, "effect = 'much', not a number"),
        ({"effect": 1, "low": None, "high": 1, "holds": True}, "low = None, not a number"),
        ({"effect": 1, "low": 1, "high": 1, "holds": True, "a": 1}, "called like a setting: a"),
    ],
)
def test_a_result_that_is_none_is_refused(result, message):
    with pytest.raises(ValueError, match=message):
        multiverse(lambda corpus, a: result, {"a": [1]}, None)


def test_a_finding_that_fails_names_its_setting():
    with pytest.raises(RuntimeError) as caught:
        multiverse(failing, GRID, "text")
    assert str(caught.value) == (
        "the finding fails with term = 'lemma', leave_out = None, least = 2: "
        "KeyError: 'no such word'"
    )
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_interruption_is_not_taken_for_a_failing_finding():
    def interrupted(corpus, a):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        multiverse(interrupted, {"a": [1]}, None)


def test_a_real_finding_of_the_real_texts(body):
    def share(corpus, work, term):
        words = corpus.words()
        own = words[words["work_id"] == work]
        effect = float((own[term].str.lower() == "governance").mean())
        return {"effect": effect, "low": effect, "high": effect, "holds": effect > 0.01}

    table = multiverse(share, {"work": ["shen", "li"], "term": ["lemma", "token"]}, body)
    assert table["effect"].between(0.001, 0.1).all()
    lemmas, tokens = (
        table.loc[table["term"] == t, "effect"].to_numpy() for t in ("lemma", "token")
    )
    assert (lemmas >= tokens).all()


# --- Several processes ---------------------------------------------------------------------


def test_several_processes_say_the_same():
    one = multiverse(finding, GRID, "text")
    pd.testing.assert_frame_equal(multiverse(finding, GRID, "text", processes=2), one)


def test_a_finding_that_fails_elsewhere_says_the_same():
    bound, few = functools.partial(failing_oddly, least=2), {"term": ["lemma", "token"]}
    said = []
    for processes in (1, 2):
        with pytest.raises(RuntimeError, match="the finding fails with term") as caught:
            multiverse(bound, few, "text", processes=processes)
        said.append(str(caught.value))
        assert "one and other" in str(caught.value.__cause__)
    assert said == ["the finding fails with term = 'lemma': Fails: one and other"] * 2


def test_what_cannot_be_handed_over_is_said():
    with pytest.raises(ValueError, match="imported from a module"):
        multiverse(lambda corpus, a: None, {"a": [1, 2]}, None, processes=2)
    with pytest.raises(ValueError, match="processes"):
        multiverse(finding, GRID, "text", processes=0)


# --- Progress ------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def no_notebook(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.parametrize("progress", [True, False])
def test_a_bar_is_shown_on_a_terminal_if_wanted(monkeypatch, no_notebook, progress):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    multiverse(finding, GRID, "text", progress=progress)
    assert ("/12" in terminal.getvalue()) == progress


def test_nothing_is_shown_where_nobody_looks_on(capfd, no_notebook):
    multiverse(finding, GRID, "text")
    assert capfd.readouterr() == ("", "")


def test_a_bar_in_an_open_notebook_is_no_error_output(monkeypatch, capfd, no_notebook):
    monkeypatch.setenv("JPY_SESSION_NAME", "chapter.ipynb")
    multiverse(finding, GRID, "text")
    shown = capfd.readouterr()
    assert "/12" in shown.out and not shown.err
    monkeypatch.setenv("CI", "true")
    multiverse(finding, GRID, "text")
    assert capfd.readouterr() == ("", "")


def test_a_notebook_that_is_built_prints_nothing(monkeypatch, no_notebook, tmp_path):
    (tmp_path / "claims.py").write_text(
        "def found(corpus, a):\n    return {'effect': a, 'low': a, 'high': a, 'holds': True}\n"
    )
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell(
            "from analysis.multiverse import multiverse\nfrom claims import found\n"
            "table = multiverse(found, {'a': list(range(60))}, None)\n"
            "again = multiverse(found, {'a': list(range(60))}, None, processes=2)\n"
            "assert table.equals(again)"
        ),
        nbformat.v4.new_code_cell(
            "def mine(corpus, a):\n    return found(corpus, a)\n"
            "try:\n    multiverse(mine, {'a': [1, 2]}, None, processes=2)\n"
            "except ValueError as error:\n    said = str(error)\n"
            "assert 'not stand in a notebook' in said, said"
        ),
    ])  # fmt: skip
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert [cell.outputs for cell in notebook.cells] == [[], []]


def test_a_script_into_a_pipe_prints_nothing(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        "from analysis.multiverse import multiverse\n"
        "def found(corpus, a):\n    return {'effect': a, 'low': a, 'high': a, 'holds': True}\n"
        "if __name__ == '__main__':\n"
        "    table = multiverse(found, {'a': list(range(60))}, None)\n"
        "    assert table['effect'].tolist() == list(range(60))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# --- Reading the table ---------------------------------------------------------------------

# Holds with "x" but for one setting that cannot be told; never with "y".
SMALL = pd.DataFrame(
    {
        "word": ["x", "x", "x", "x", "y", "y"],
        "out": pd.Series([None, "a", None, "a", None, "a"], dtype=object),
        "least": [1, 1, 2, 2, 1, 1],
        "effect": [3.0, 4.0, 5.0, np.nan, -1.0, -np.inf],
        "verdict": ["holds"] * 3 + ["cannot be told"] + ["does not hold"] * 2,
    }
)


def test_shares_are_those_of_a_count_by_hand():
    shares = shares_by_axis(SMALL, ["word", "out"])
    assert shares.columns.tolist() == [
        "axis", "value", "settings", "holds", "fails", "undecided", "effect_low", "effect_high",
    ]  # fmt: skip
    assert shares[["axis", "value", "settings"]].to_numpy().tolist() == [
        ["word", "x", 4], ["word", "y", 2], ["out", None, 3], ["out", "a", 3],
    ]  # fmt: skip
    third = 1 / 3
    np.testing.assert_allclose(
        shares[["holds", "fails", "undecided"]],
        [[0.75, 0, 0.25], [0, 1, 0], [2 * third, third, 0], [third, third, third]],
    )
    assert shares[["effect_low", "effect_high"]].to_numpy().tolist() == [
        [3, 5], [-np.inf, -1], [-1, 5], [-np.inf, 4],
    ]  # fmt: skip


@checked(deadline=None)
@given(st.lists(st.sampled_from(VERDICTS), min_size=12, max_size=12))
def test_shares_add_up(verdicts):
    table = multiverse(finding, GRID, "text").assign(told=verdicts)
    shares = shares_by_axis(table, list(GRID), verdict="told")
    np.testing.assert_allclose(shares[["holds", "fails", "undecided"]].sum(axis=1), 1)
    assert shares.groupby("axis")["settings"].sum().eq(12).all()
    for name, verdict in (("holds", "holds"), ("fails", "does not hold")):
        held = (shares[name] * shares["settings"]).groupby(shares["axis"]).sum()
        np.testing.assert_allclose(held, (table["told"] == verdict).sum())


def test_axes_that_turn_are_those_changed_alone():
    default = {"word": "x", "out": None, "least": 1}
    turned = turning_axes(SMALL, list(default), default)
    assert turned.to_dict("records") == [
        {"axis": "word", "value": "y", "verdict": "does not hold", "effect": -1.0, "turns": True},
        {"axis": "out", "value": "a", "verdict": "holds", "effect": 4.0, "turns": False},
        {"axis": "least", "value": 2, "verdict": "holds", "effect": 5.0, "turns": False},
    ]
    # From another default, some changes stand in the table together with another one only.
    other = turning_axes(SMALL, list(default), {"word": "x", "out": "a", "least": 2})
    assert other[["axis", "value", "turns"]].to_numpy().tolist() == [
        ["out", None, True], ["least", 1, True],
    ]  # fmt: skip
    # A table that was written to a file and read again has NaN for None.
    read = SMALL.assign(out=[np.nan, "a"] * 3)
    assert turning_axes(read, list(default), default)["turns"].tolist() == [True, False, False]


def test_a_whole_grid_and_its_single_changes_turn_alike():
    default = {"term": "lemma", "leave_out": None, "least": 3}
    whole = turning_axes(multiverse(finding, GRID, "text"), GRID, default)
    single = multiverse(finding, one_at_a_time(GRID, default), "text")
    columns = ["axis", "value", "effect", "turns"]
    first, second = (
        sorted(map(str, t[columns].to_numpy().tolist()))
        for t in (whole, turning_axes(single, GRID, default))
    )
    assert first == second
    assert whole.set_index(["axis", "value"])["turns"].to_dict() == {
        ("term", "token"): True, ("leave_out", "shen"): True, ("least", 1): False, ("least", 2): False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shares_by_axis(SMALL, ["nothing"]), "no column nothing"),
        (lambda: shares_by_axis(SMALL, ["word"], verdict="told"), "no column told"),
        (lambda: shares_by_axis(SMALL, ["word"], verdict="word"), "'x' is no verdict"),
        (lambda: turning_axes(SMALL, ["word"], {}), "the default has no value of word"),
        (lambda: turning_axes(SMALL, ["word"], {"word": "z"}), "no row for the default setting"),
        (lambda: turning_axes(SMALL, ["word"], {"word": "x"}), "several rows with word = 'x'"),
        (lambda: turning_axes(SMALL, ["word"], {"word": "x", "no": 1}), "no column no"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
