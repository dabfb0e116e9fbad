"""Every quotation of the coding stands in its text; what does not is reported."""

from pathlib import Path

import pandas as pd
import pytest

from analysis import InputError, gaps, linked, load_coding, problem_remedy_table

DATA = Path(__file__).resolve().parents[1] / "data"


def test_every_quotation_is_found_where_it_says(coding, corpus):
    for table in (coding.problems, coding.remedies):
        for item in table.itertuples():
            raw = corpus.raw[item.document_id][item.start : item.end]
            words = item.quote.split()
            assert 8 <= len(words) <= 60, item
            assert raw.lstrip('“"').startswith(words[0].lstrip('“"')[:3])
            assert raw.split()[-1].strip('“”".') == words[-1].strip('“”".') or "-" in raw[-20:]
            sentence = corpus.sentences.set_index("sentence_id").loc[item.sentence_id]
            assert sentence["start"] <= item.start < sentence["end"]


def test_every_work_has_problems_and_remedies(coding, corpus):
    for table in (coding.problems, coding.remedies, coding.links):
        assert set(table["work_id"]) == set(corpus.works["work_id"])


def test_the_coding_says_who_judged(coding):
    assert "language model" in coding.coder
    assert coding.times >= 1


def test_links_and_gaps_are_all_items(coding):
    open_ends = gaps(coding)
    for item, table in (("problem", coding.problems), ("remedy", coding.remedies)):
        ids = set(open_ends.loc[open_ends["item"] == item, "item_id"])
        assert ids | set(coding.links[f"{item}_id"]) == set(table[f"{item}_id"])
        assert not ids & set(coding.links[f"{item}_id"])


def test_the_table_counts_every_link_once(coding):
    table = problem_remedy_table(coding)
    assert table["links"].sum() == len(coding.links) == len(linked(coding))
    assert table.groupby("work_id")["share"].sum().tolist() == pytest.approx([1] * 4)
    assert table["explicit"].sum() == (coding.links["basis"] == "explicit").sum()
    assert problem_remedy_table(coding, by=None)["links"].sum() == len(coding.links)


def problems_of(folder, corpus):
    with pytest.raises(InputError) as caught:
        load_coding(folder / "coding", corpus)
    return caught.value.problems


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_lost_quotations_are_all_reported_with_the_nearest_passage(data, corpus, coding):
    path = data / "coding" / "problems.csv"
    for item in coding.problems.itertuples():
        if item.problem_id in ("lian-p01", "li-p02"):
            edit(
                path,
                item.quote.replace('"', '""'),
                item.quote.replace('"', '""').replace(item.quote.split()[2], "banana", 1),
            )
    found = problems_of(data, corpus)
    assert len(found) == 2
    assert all("not found in" in p and "nearest passage" in p for p in found)


def test_the_message_says_what_differs(data, corpus, coding):
    path = data / "coding" / "problems.csv"
    quote = coding.problems["quote"][0]
    words = quote.split()
    edit(path, quote, quote.replace(words[3], "banana", 1))
    (problem,) = problems_of(data, corpus)
    assert "'banana' instead of" in problem and words[3] in problem


@pytest.mark.parametrize(("quote", "words"), [("local government", 2), ("the " * 61, 61)])
def test_a_quotation_has_eight_to_sixty_words(data, corpus, coding, quote, words):
    path = data / "coding" / "problems.csv"
    edit(path, coding.problems["quote"][0], quote)
    found = problems_of(data, corpus)
    assert any(f"{words} words; quote 8 to 60" in p for p in found)


def test_a_quotation_found_twice_asks_for_more_words(data, corpus, coding):
    twice = (
        "whether its cooperative behavior can be optimized with subjects of the central government"
    )
    path = data / "coding" / "problems.csv"
    edit(path, coding.problems["quote"][0], twice)
    found = problems_of(data, corpus)
    assert any("found 2 times in shen; quote more words" in p for p in found)


def test_every_paragraph_was_read(coding, corpus):
    """Only headings and what is no running text are left out."""
    sentences = corpus.body().sentences
    running = set(sentences.loc[~sentences["is_heading"], "paragraph_id"])
    assert set(coding.coverage["paragraph_id"]) == running
    yielded = coding.coverage.set_index("paragraph_id")["problems"]
    assert yielded.sum() == len(coding.problems)
    assert yielded.to_dict() == {
        p: int((coding.problems["paragraph_id"] == p).sum()) for p in yielded.index
    }


def test_a_paragraph_without_its_row_or_with_a_wrong_one_is_named(data, corpus, coding):
    path = data / "coding" / "coverage.csv"
    quoted = coding.coverage[coding.coverage["outcome"] == "units"]["paragraph_id"].tolist()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [line for line in lines if not line.startswith(quoted[0] + ",")]
    lines = [
        line.replace(",units,", ",nothing,") if quoted[1] + "," in line else line for line in lines
    ]
    path.write_text("".join([*lines, "nowhere,units,\n"]), encoding="utf-8")
    found = problems_of(data, corpus)
    assert any(f"{quoted[0]} has no row" in p for p in found)
    assert any(f"'nothing', but quotations stand in {quoted[1]}" in p for p in found)
    assert any("column paragraph_id: 'nowhere' is unknown" in p for p in found)


def test_a_coding_need_not_record_its_coverage(data, corpus):
    (data / "coding" / "coverage.csv").unlink()
    assert load_coding(data / "coding", corpus).coverage.empty


def test_research_and_practice_are_kept_apart(data, corpus, coding):
    problems, links = data / "coding" / "problems.csv", data / "coding" / "links.csv"
    practice = coding.problems[coding.problems["level"] == "practice"].iloc[0]
    edit(problems, f",practice,{practice['theme']},", f",research,{practice['theme']},")
    research = coding.problems[coding.problems["level"] == "research"].iloc[-1]
    rules = coding.remedies[
        (coding.remedies["work_id"] == research["work_id"])
        & (coding.remedies["instrument"] != "research-agenda")
    ].iloc[0]
    with links.open("a") as out:
        out.write(f"{rules['remedy_id']},{research['problem_id']},inferred,none\n")
    found = problems_of(data, corpus)
    assert any("is a theme of practice, but the level is 'research'" in p for p in found)
    assert any("a remedy of practice answers a problem of research" in p for p in found)


def test_the_second_coding_shares_the_closed_lists(corpus, coding):
    second = load_coding(DATA / "coding" / "second", corpus)
    pd.testing.assert_frame_equal(second.themes, coding.themes)
    assert not (DATA / "coding" / "second" / "themes.csv").exists()
    assert "language model" in second.coder


def test_unknown_codes_ids_and_links_across_works_are_named(data, corpus):
    folder = data / "coding"
    edit(folder / "problems.csv", ",practice,", ",theory,")
    with (folder / "links.csv").open("a") as out:
        out.write("shen-r01,lian-p01,explicit,none\nshen-r99,shen-p01,explicit,none\n")
    found = problems_of(data, corpus)
    assert any("column level: 'theory' is unknown" in p for p in found)
    assert any("joins a remedy of shen to a problem of lian" in p for p in found)
    assert any("column remedy_id: 'shen-r99' is unknown" in p for p in found)


def test_a_coding_without_its_maker_is_refused(data, corpus):
    (data / "coding" / "coding.toml").write_text("times = 1\n")
    (problem,) = problems_of(data, corpus)
    assert "coding.toml: it must say coder and times" in problem


def test_a_quotation_does_not_end_inside_a_word(data, corpus, coding):
    path = data / "coding" / "problems.csv"
    quote = coding.problems["quote"][0]
    edit(path, quote, quote[:-2])
    (problem,) = problems_of(data, corpus)
    assert "not found in shen" in problem


def test_a_quotation_stays_in_one_paragraph_of_running_text(data, corpus, coding):
    path = data / "coding" / "problems.csv"
    sentences = corpus.body().sentences
    own = sentences[(sentences["work_id"] == "shen") & ~sentences["is_heading"]]
    first = own.groupby("paragraph_id", sort=False)["text"]
    ends, starts = first.last().tolist(), first.first().tolist()
    section = own.groupby("paragraph_id", sort=False)["section_id"].first().tolist()
    i = next(i for i in range(len(section) - 1) if section[i] == section[i + 1])
    over = " ".join([*ends[i].split()[-5:], *starts[i + 1].split()[:5]])
    edit(path, '"' + coding.problems["quote"][1] + '"' if "," in coding.problems["quote"][1]
         else coding.problems["quote"][1], '"' + over.replace('"', '""') + '"')  # fmt: skip
    found = problems_of(data, corpus)
    assert any("not found in shen" in p for p in found)


def test_a_quotation_of_a_heading_is_refused(data, corpus, coding):
    path = data / "coding" / "problems.csv"
    heading = (
        "Network Governance Pattern of Cooperation Between Local Government and National Social"
    )
    edit(path, coding.problems["quote"][0], heading)
    found = problems_of(data, corpus)
    assert any("row 2, column quote: it stands in a heading" in p for p in found)


def test_the_closed_lists_are_checked(data, corpus):
    folder = data / "coding"
    edit(folder / "themes.csv", ",research,", ",reserach,")
    edit(folder / "instruments.csv", "\nnew-body,", "\nnew body,")
    found = problems_of(data, corpus)
    assert any("themes.csv, row" in p and "column level: 'reserach' is unknown" in p for p in found)
    assert any("instruments.csv, row" in p and "'new body'; use letters" in p for p in found)


@pytest.mark.parametrize(
    "text", ['coder = ""\ntimes = 1\n', 'coder = "x"\ntimes = -3\n', "times 1"]
)
def test_who_judged_is_checked(data, corpus, text):
    (data / "coding" / "coding.toml").write_text(text)
    (problem,) = problems_of(data, corpus)
    assert problem.startswith("coding.toml: it") and "write lines such as" in problem
