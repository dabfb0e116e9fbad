"""What the command line writes is safe to show, exact and the same each time."""

import csv
import io
import json
import math
import os
import stat
import threading
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cli.output import csv_text, json_text, printable
from analysis.tables import write_whole

ANY = st.text(alphabet=st.characters())


@given(ANY)
def test_nothing_printable_steers_a_terminal(text):
    shown = printable(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert len(shown) == len(text)
    assert printable(shown) == shown


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_plain_text_stays_as_it_is(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "\ufffd31m"),
        ("a\tb\r\nc", "a b  c"),
        ("[bold]", "[bold]"),
        ("abc\u202edef", "abc\ufffddef"),
    ],
)
def test_signs_stand_for_control_characters(text, shown):
    assert printable(text) == shown


@given(st.lists(ANY.filter(lambda text: "\r" not in text and "\x00" not in text), min_size=1))
def test_csv_keeps_all_text_and_no_formula(cells):
    table = pd.DataFrame({"n": range(len(cells)), "text": cells})
    read = list(csv.reader(io.StringIO(csv_text(table), newline="")))[1:]
    for (_, cell), text in zip(read, cells, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t"))
        assert cell in (text, f"'{text}")


def test_numbers_in_csv_are_numbers():
    table = pd.DataFrame({"a": [-1.5, math.inf, -math.inf, math.nan], "b": [-1, 2, 3, 4]})
    assert csv_text(table) == "a,b\n-1.5,-1\nINF,2\n-INF,3\n,4\n"


@given(st.lists(st.tuples(ANY, st.floats()), max_size=5))
def test_json_reads_back(rows):
    table = pd.DataFrame(rows, columns=["text", "value"])
    read = json.loads(json_text(table))
    assert [row["text"] for row in read] == [text for text, _ in rows]
    for row, (_, value) in zip(read, rows, strict=True):
        if math.isnan(value):
            assert row["value"] is None
        elif math.isinf(value):
            assert row["value"] == ("INF" if value > 0 else "-INF")
        else:
            assert row["value"] == pytest.approx(value, rel=1e-9)


def test_json_knows_truth_and_whole_numbers():
    table = pd.DataFrame({"yes": [True], "n": pd.Series([3], dtype="int32")})
    assert json.loads(json_text(table)) == [{"yes": True, "n": 3}]


# --- Files ----------------------------------------------------------------------------------


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_whole(pipe, b"a,b\n")
    reader.join(timeout=60)
    assert read == [b"a,b\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
def test_an_open_file_is_written_into(tmp_path):
    near, far = os.pipe()
    write_whole(Path(f"/dev/fd/{far}"), b"a,b\n")
    os.close(far)
    with os.fdopen(near, "rb") as stream:
        assert stream.read() == b"a,b\n"
    with (tmp_path / "log").open("wb") as log:
        log.write(b"before\n")
        log.flush()
        write_whole(Path(f"/dev/fd/{log.fileno()}"), b"after\n")
    assert (tmp_path / "log").read_bytes() == b"before\nafter\n"


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed_and_stays_a_link(tmp_path, there):
    target, link = tmp_path / "other" / "x.csv", tmp_path / "x.csv"
    if there:
        target.parent.mkdir()
        target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["x.csv"]


@pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_an_error_or_interruption_leaves_the_old_file_alone(tmp_path, monkeypatch, step, fault):
    (tmp_path / "x.csv").write_bytes(b"old")
    whole = getattr(Path, step)

    def broken(self, *arguments):
        if step == "write_bytes":
            whole(self, b"half")
        raise fault

    monkeypatch.setattr(Path, step, broken)
    with pytest.raises(type(fault)):
        write_whole(tmp_path / "x.csv", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    assert (tmp_path / "x.csv").read_bytes() == b"old"
