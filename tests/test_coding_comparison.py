"""Judgements that compare works are checked like the coding they rest on."""

from pathlib import Path

import pytest

from analysis import InputError
from analysis.coding import load_comparison, load_review

DATA = Path(__file__).resolve().parents[1] / "data"


def test_the_judgements_of_the_book_can_be_read(coding, corpus):
    found = load_comparison(DATA / "coding", coding, corpus)
    tensions = found.tensions
    assert len(tensions) and len(found.sources)
    ids = set(coding.remedies["remedy_id"])
    assert set(tensions["wanted_id"]) <= ids
    works = coding.remedies.set_index("remedy_id")["work_id"]
    assert (tensions["wanted_work"] == tensions["wanted_id"].map(works)).all()
    assert tensions[["faulted_quote", "wanted_quote", "wanted_label"]].notna().all().all()
    quoted = found.sources[found.sources["quote"] != ""]
    for row in quoted.itertuples():
        raw = corpus.raw[row.document_id][row.start : row.end]
        assert raw.split()[0].strip('"“') == row.quote.split()[0].strip('"“')


def test_a_coding_without_judgements_has_none(tmp_path, coding, corpus):
    found = load_comparison(tmp_path, coding, corpus)
    assert found.tensions.empty and found.sources.empty


def test_all_that_is_wrong_is_said_at_once(tmp_path, coding, corpus):
    faulted = coding.remedies[coding.remedies["stance"] == "criticised"]["remedy_id"].iloc[0]
    problem = coding.problems["problem_id"].iloc[0]
    (tmp_path / "tensions.csv").write_text(
        "tension_id,label,wanted_id,faulted_id,kind,note\n"
        f"t1,wanted is faulted,{faulted},{problem},tension,x\n"
        f"t2,faulted is nowhere,{coding.remedies['remedy_id'].iloc[0]},nowhere,quarrel,x\n"
    )
    (tmp_path / "common_sources.csv").write_text(
        "theme,about,kind,status,work_id,quote,note\n"
        "weak-law,law,wording,established,shen,,x\n"
        "weak-law,law,wording,established,shen,these eight words stand nowhere in the paper,x\n"
    )
    with pytest.raises(InputError) as caught:
        load_comparison(tmp_path, coding, corpus)
    found = caught.value.problems
    assert any(f"tensions.csv, row 2, column wanted_id: '{faulted}' is unknown" in p for p in found)
    assert any("tensions.csv, row 3, column faulted_id: 'nowhere' is unknown" in p for p in found)
    assert any("tensions.csv, row 3, column kind: 'quarrel' is unknown" in p for p in found)
    assert any("common_sources.csv, row 2: a work without a quotation" in p for p in found)
    assert any("common_sources.csv, row 3, column quote: not found in shen" in p for p in found)


def test_a_review_names_what_it_disputes(coding):
    review = load_review(DATA / "coding", coding)
    assert set(review["what"]) == {"problem", "remedy", "link"}
    assert (review["reason"] != "")[review["verdict"] == "disputed"].all()
    assert (review.loc[review["what"] == "link", "label"].str.contains(" → ")).all()


def test_what_is_wrong_in_a_review_is_said_at_once(tmp_path, coding):
    remedy, problem = coding.remedies["remedy_id"].iloc[0], coding.problems["problem_id"].iloc[-1]
    (tmp_path / "review.csv").write_text(
        f"remedy_id,problem_id,verdict,reason\n{remedy},,disputed,\n,,accepted,\n"
        f"{remedy},{problem},accepted,\nnowhere,,perhaps,\n"
    )
    with pytest.raises(InputError) as caught:
        load_review(tmp_path, coding)
    found = caught.value.problems
    assert any("row 2, column reason: the cell is empty" in p for p in found)
    assert any("row 3: it names neither" in p for p in found)
    assert any(f"row 4: {remedy} and {problem} are not linked" in p for p in found)
    assert any("row 5, column remedy_id: 'nowhere' is unknown" in p for p in found)
    assert any("row 5, column verdict: 'perhaps' is unknown" in p for p in found)
