"""Everything at once: whole, or nothing."""

import pytest

from analysis.corpus import corpus_from_texts
from analysis.exchange import bundle, export_all
from analysis.folders import whole_folder
from analysis.tables import InputError

ALWAYS = ["tokens.conllu", "works.bib", "works.json"]


def test_all_that_can_be_written_is_written_and_the_same_twice(corpus, lexicon, coding, tmp_path):
    first, second = (
        export_all(corpus, tmp_path / name, lexicon, coding, draws=100) for name in ("a", "b")
    )
    assert [path.name for path in first] == sorted([
        *ALWAYS, "coding.qdpx", "coding.jsonld", "coding-codes.gexf", "coding-codes.graphml",
        "coding-items.gexf", "coding-items.graphml", "concepts.gexf", "concepts.graphml",
        "concepts.jsonld",
    ])  # fmt: skip
    for one, other in zip(first, second, strict=True):
        assert one.stat().st_size > 100
        assert one.read_bytes() == other.read_bytes(), one.name
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_plain_texts_without_lexicon_and_coding_are_enough(tmp_path):
    paths = export_all(corpus_from_texts({"a": "One sentence."}), tmp_path / "out")
    assert [path.name for path in paths] == ALWAYS


def test_networks_are_left_out_without_networkx(corpus, coding, tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "_has_networkx", lambda: False)
    names = [path.name for path in export_all(corpus, tmp_path / "out", coding=coding)]
    assert names == sorted([*ALWAYS, "coding.qdpx", "coding.jsonld"])


@pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
def test_an_error_or_interruption_leaves_nothing(fault, tmp_path, monkeypatch):
    def broken(*_):
        raise fault

    monkeypatch.setattr(bundle, "write_conllu", broken)
    with pytest.raises(type(fault)):
        export_all(corpus_from_texts({"a": "One sentence."}), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_folder_that_holds_something_is_not_touched(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        export_all(corpus_from_texts({"a": "One sentence."}), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(InputError, match="mine.txt: this is a file"):
        export_all(corpus_from_texts({"a": "One sentence."}), tmp_path / "mine.txt")


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    with whole_folder(tmp_path / "empty") as unfinished:
        (unfinished / "a").write_text("a")
    assert [p.name for p in (tmp_path / "empty").iterdir()] == ["a"]
