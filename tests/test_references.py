"""What the works cite, entry by entry as it is printed, and where the marks lead."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.references import (
    citations,
    cited_works,
    footnote_variants,
    shared_authors,
    shared_references,
)


@pytest.fixture(scope="module")
def entries(corpus):
    return cited_works(corpus)


@pytest.fixture(scope="module")
def marks(corpus):
    return citations(corpus)


def reading(corpus, line, kind="references"):
    """What is read when a line stands in the place of a document's first entry."""
    wanted = corpus.sections.loc[corpus.sections["kind"] == kind, "section_id"]
    sentences = corpus.sentences
    inside = sentences[sentences["section_id"].isin(wanted) & ~sentences["is_heading"]].head(1)
    return cited_works(replace(corpus, sentences=inside.assign(text=line))).iloc[0]


# Typed from the printed lists, not taken from the program.
PRINTED = {
    "shen": [
        (1, "Chen, R. L., & Liu, Y. P.", "2007", "Pan-pearl river delta regional government cooperation and innovation", "Academic Research"),
        (2, "Chen, Y., & Zhan, W.", "2013", "The role of ngos in harmonious society governance and functional exploration", "Administrative Forum"),
        (3, "Eugene, B.", "2011", "The inter-departmental cooperation: Theory and practice of management work", "China: Peking University Press"),
        (4, "Hu, A. G.", "2014", "The modernization of Chinese national governance", "Chinese People's University Press"),
        (5, "Ma, B. B.", "2004", "The public interest and the functions of the government", "Journal of Public Management"),
        (6, "Tang, X. X.", "2014", "Cooperation, conflict resolution, and the realization of the interests of the public, to take a look at changes in the relationship between government and the public", "Fudan Political Science Review"),
        (7, "Tang, M., & Bu, F.", "2014", "Modern national governance system configuration and operation of the power of the government", "Explore"),
        (8, "Wang, J. N.", "2009", "The spindle of thinking of west triangle economic circle", "Reform"),
    ],
    "lian": [
        (1, "Yu Keping", "2000", "governance and good governance", "Beijing, Social Science Literature Publishing House"),
        (2, "Chen Zhenming", "2005", "Public Administration", "Beijing, Renmin University of China Press"),
        (3, "Zhang Wenli", "2008", "multi-center governance: a new model of urban governance in China", "urban economy"),
        (4, "Zhou Youzhu, Pan Lin", "2015", "local government governance research", "academia"),
        (5, "Sun Boying", "2003", "the rise of local governance in contemporary developed countries", "China Administration"),
        (6, "Shen Haixia", "2009", "local government governance: from local government innovation to comprehensive governance", "Lanzhou University"),
        (7, "He Xianming", "2014", "governance democracy: the possible way of China's democratic growth", "Beijing, China Science Press"),
        (8, "Hu Ningsheng, Dai Xiangyu", "2016", "local government governance innovation self-promotion mechanism: power, challenge, and remodeling", "China Administration"),
        (9, "Dai Changqiao", "2011", "China and the United States local government governance structure comparison", "China Administration"),
        (10, "Li Shufang", "2011", "local government innovation research", "Zhengzhou University"),
        (11, "Zhang Tong", "2014", "participatory governance: local government governance system innovation convergence", "Journal of Renmin University of China"),
        (12, "Liu Guihua", "2014", "participatory governance and local government governance optimization", "Tianfu new theory"),
        (13, "Fang Shengju", "2015", 'the Chinese Political Science Association of the Secretary-General of the provinces and municipalities and the "national governance in the process of modernization of local government governance" seminar', "Yunnan University"),
        (14, "Liu Wei, Mao Shoulong", "2014", "local government innovation and limited government", "academia"),
        (15, "Chen Songwei", "2012", "China's local government governance innovation dilemma, trends and path innovation", ""),
        (16, "Shan Xin", "2009", "local government system innovation: a governance analysis framework", ""),
        (17, "Shao Yu", "2010", "on the transformation of China's local government governance model", "Administration and Law"),
        (18, "Li Junsheng", "2014", "clear government division of power, build a modern government governance system", "Journal of Central University of Finance and Economics"),
        (19, "Rao Shouyan", "2016", "a comprehensive deepening reform under the background of local government governance innovation research", "reform and strategy"),
        (20, "Liu Zhenuo", "2010", "China's social organization governance innovation", "economic and social system comparison"),
    ],
    "li": [
        (1, "Besley, Burgess, R.", "2002", "The Political Economy of government Responsiveness: Theory ang Evidence from India", "Quarterly Journal of Economics"),
        (2, "Krishna, A.", "2006", "Poverty and Democratic Participation Reconsidered: Evidence from the Local Level in India", "Comparative Politics"),
        (3, "Chen Jiagang", "2004", "Local Government Innovation and Governance Changes: A Comparative Study of Local Government Innovation Cases in China", "Central Compilation Bureau, Center for Comparative Political and Economic Research"),
        (4, "", "2016", "", ""),
        (5, "Xu Xiaoquan", "2014", "Local Innovation, Governance Changes and National Governance-Analysis Based on Local Government Innovation Cases", "Department of Political Science, School of Social Science, Tsinghua University"),
        (6, "Yang Xuedong", "2008", "Brief Discussion on Ten Issues of Innovation Research of Chinese Local Government", "Journal of Public Management"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("work", PRINTED)
def test_every_entry_is_read_as_printed(entries, work):
    columns = ["number", "authors", "year", "title", "container"]
    own = entries.loc[entries["work_id"] == work, columns]
    assert list(own.itertuples(index=False, name=None)) == PRINTED[work]


def test_only_the_translated_name_is_not_parsed(entries):
    assert len(entries) == 34
    failed = entries[~entries["parsed"]]
    assert failed[["work_id", "number"]].to_numpy().tolist() == [["li", 4]]
    assert failed["text"].iloc[0].startswith("[4] Zhang followed closely, modernizing")


def test_an_entry_stands_where_it_says(corpus, entries):
    for row in entries.itertuples():
        source = corpus.source(row.document_id, row.start, row.end)
        assert source.split()[0] == row.text.split()[0]
        # The recipe strips the stars of italics and closes a word that broke at a line end.
        plain = source.replace("*", "").replace("Com-parative", "Comparative")
        assert plain.replace("’", "'") == row.text


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("", ("", "", "", "")),
        ("165", ("", "", "", "")),
        ("2014", ("", "", "", "")),
        ("[7]", ("", "", "", "")),
        ("[7]. (1) 2, 3.", ("", "", "", "")),
        ("[J]", ("", "", "", "")),
        ("()\"\"[M](2014)", ("", "", "", "")),
        ("See the first footnote.", ("", "", "", "")),
        ("Ministry of Civil Affairs, rules for villages [Z], 2010", ("", "2010", "", "")),
        ("Annual Report, 1999", ("", "1999", "", "")),
        ('On the "two mountains", Beijing, 2005', ("", "2005", "", "")),
        ("Hu, A. G. (2014b). A title. Reform, 3(2), 1-9.", ("Hu, A. G.", "2014b", "A title", "Reform")),
        ("Hu, A. G. (2014). Why govern? Reform, 3.", ("Hu, A. G.", "2014", "Why govern?", "Reform")),
        ("Hu, A. G. (2014). A book (pp.87-88). Press.", ("Hu, A. G.", "2014", "A book", "Press")),
        ("[3] Krishna, A. On poverty [J]. Reform, 2006", ("Krishna, A.", "2006", "On poverty", "Reform")),
        ("Yang Xuedong. Lin Ze and his time [J]. Reform, 2006", ("Yang Xuedong", "2006", "Lin Ze and his time", "Reform")),
        ("Smith, J., & Lee, K., a title [M], London, 1999", ("Smith, J., & Lee, K.", "1999", "a title", "London")),
        ("Ouyang Xi'an, “a title”[J], Journal of 21st Century Law, 2001", ("Ouyang Xi'an", "2001", "a title", "Journal of 21st Century Law")),
        ("Yu Keping, Public Innovation [M], Beijing, 1999", ("Yu Keping", "1999", "Public Innovation", "Beijing")),
    ],
)  # fmt: skip
def test_odd_entries_keep_empty_what_they_do_not_tell(corpus, line, read):
    row = reading(corpus, line)
    assert tuple(row[["authors", "year", "title", "container"]]) == read
    assert row["parsed"] == all(read[:3])
    assert row["text"] == line


@pytest.mark.parametrize(
    ("line", "number"),
    [("[12] A", 12), ("[12]. A", 12), ("^[12]A", 12), ("12. A", 12), ("A", 1), ("12.5 A", 1)],
)
def test_the_number_is_the_printed_one_or_the_place(corpus, line, number):
    assert reading(corpus, line)["number"] == number


PIECES = st.sampled_from(
    ["[1]", "[J]", "(2014)", "2014", ", ", ". ", '"', "“", "Chen", "Hu, A. G.", "&", "^[", "9" * 30, "\n", " "]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(line=st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_entry_whatever_raises(corpus, line):
    row = reading(corpus, line)
    for column in ("authors", "title", "container", "year"):
        assert row[column] in line


def test_a_corpus_without_lists_gives_tables_without_rows(corpus, body):
    for function in (cited_works, footnote_variants):
        for part in (body, corpus.select(works="region"), corpus.select(documents="shen-twin")):
            assert function(part).empty
            assert function(part).columns.tolist() == function(corpus).columns.tolist()
    nothing = citations(corpus.select(works="region"))
    assert nothing.empty
    assert nothing.columns.tolist() == citations(corpus).columns.tolist()
    none = cited_works(body)
    assert shared_references(none).empty
    assert shared_authors(none).empty


# --- Footnotes -----------------------------------------------------------------------------


def test_footnotes_and_list_of_lian_differ_in_nine_entries(corpus):
    table = footnote_variants(corpus).set_index("number")
    assert table["work_id"].unique().tolist() == ["lian"]
    assert table.index.tolist() == list(range(1, 21))
    assert table.index[table["same"]].tolist() == [5, 6, 8, 9, 10, 12, 14, 16, 19]
    other_case = ~table["same"] & (table["similarity"] == 1)
    assert table.index[other_case].tolist() == [1, 3]
    assert table.index[table["similarity"] < 1].tolist() == [2, 4, 7, 11, 13, 15, 17, 18, 20]


def test_a_pair_of_wordings_is_compared_word_by_word(corpus):
    table = footnote_variants(corpus).set_index("number")
    # Zhou Jinzhu, Pan Lin, local government governance research J academia 2015 11: 12 words, one differs.
    assert table.loc[4, "similarity"] == pytest.approx(2 * 11 / (12 + 12))
    assert table.loc[4, "footnote"].startswith("Zhou Jinzhu, Pan Lin")
    assert table.loc[4, "reference"].startswith("Zhou Youzhu, Pan Lin")
    assert table["similarity"].idxmin() == 13
    assert table.loc[20, ["footnote_id", "reference_id"]].tolist() == ["lian-s0139", "lian-s0119"]


def test_a_footnote_without_its_entry_is_kept(corpus):
    gone = corpus.sentences["sentence_id"].isin(["lian-s0103", "lian-s0124"])
    table = footnote_variants(replace(corpus, sentences=corpus.sentences[~gone])).set_index(
        "number"
    )
    assert len(table) == 20
    assert table.loc[4, "reference"] == ""
    assert table.loc[5, "footnote"] == ""
    assert table.loc[[4, 5], "similarity"].isna().all()
    assert not table.loc[[4, 5], "same"].any()


# --- Citations -----------------------------------------------------------------------------


def test_the_marks_of_shen_lead_where_a_reader_is_led(marks):
    own = marks[marks["document_id"] == "shen"]
    assert [(r.mark, r.resolved, r.entries) for r in own.itertuples()] == [
        ("(Hu, 2014)", "yes", "shen-s0165"),
        ("(Eugene, 2011)", "yes", "shen-s0164"),
        ("(Tang, 2011)", "no", ""),
        ("(Ma, 2004)", "yes", "shen-s0166"),
        ("(Zhang, 2006)", "no", ""),
        ("(Tang, 2014)", "ambiguous", "shen-s0167 shen-s0168"),
        ("(Chen & Zhan, 2013)", "yes", "shen-s0163"),
        ("(Wang, 2009)", "yes", "shen-s0169"),
        ("(Chen & Liu, 2007)", "yes", "shen-s0162"),
    ]
    assert own["number"].isna().all()
    assert own["authors"].tolist()[-1] == "Chen & Liu"


def test_a_document_without_list_uses_that_of_its_work(marks):
    columns = ["mark", "resolved", "entries"]
    twin = marks.loc[marks["document_id"] == "shen-twin", columns]
    primary = marks.loc[marks["document_id"] == "shen", columns]
    assert twin.to_numpy().tolist() == primary.to_numpy().tolist()


def test_numbered_marks_name_every_entry_once(marks):
    lian, li = (marks[marks["work_id"] == w] for w in ("lian", "li"))
    assert lian["number"].tolist() == list(range(1, 21))
    assert li["number"].tolist() == [1, 2, 3, 4, 5, 6]
    assert li["mark"].tolist() == ["[1-3]"] * 3 + ["[4]", "[5]", "[6]"]
    assert set(lian["resolved"]) | set(li["resolved"]) == {"yes"}
    assert (marks.loc[marks["number"].notna(), ["authors", "year"]] == "").all(axis=None)


def test_a_mark_stands_where_it_says(corpus, marks):
    for row in marks.itertuples():
        assert corpus.source(row.document_id, row.start, row.end).split() == row.mark.split()


def test_without_a_list_nothing_is_called_missing(body, entries):
    assert set(citations(body)["resolved"]) == {"unknown"}
    assert citations(body, entries)["resolved"].value_counts().to_dict() == {
        "yes": 32,
        "no": 2,
        "ambiguous": 1,
    }


@pytest.mark.parametrize(
    ("mark", "numbers", "resolved"),
    [
        ("[2,5]", [2, 5], ["yes", "yes"]),
        ("[1-3, 6]", [1, 2, 3, 6], ["yes"] * 4),
        ("[7]", [7], ["no"]),
        ("[3-1]", [3, 1], ["yes", "yes"]),
        ("[1941-1969]", list(range(1941, 1970)), ["no"] * 29),
        ("[1-999999]", [1, 999999], ["yes", "no"]),
        (f"[{'9' * 6000}]", [None], ["no"]),
        ("(Chen Jiagang, 2004)", [], []),
        ("(Chen et al., 2004)", [None], ["yes"]),
        ("(Chen, 2004)", [None], ["yes"]),
        ("(Jiagang, 2004)", [None], ["no"]),
        ("(Besley & Burgess, 2002)", [None], ["yes"]),
        ("(Burgess & Besley, 2002)", [None], ["no"]),
    ],
)
def test_other_marks(corpus, entries, mark, numbers, resolved):
    section = corpus.texts["li-c05"]
    changed = section.replace(r"\A(?s:.*)\Z", f"Something is said {mark}. ")
    sentence = corpus.sentences[corpus.sentences["section_id"] == "li-c05"].head(1)
    start, end = changed.hull()
    part = replace(
        corpus,
        sentences=sentence.assign(text=changed.text, start=start, end=end),
        texts={"li-c05": changed},
    )
    unread = {"number": 50, "authors": "", "year": "", "sentence_id": "li-s9999"}
    table = citations(part, pd.concat([entries, entries.tail(1).assign(**unread)]))
    assert [None if pd.isna(n) else n for n in table["number"]] == numbers
    assert table["resolved"].tolist() == resolved


# --- Shared references --------------------------------------------------------------------------


def test_the_four_works_share_no_reference_and_no_author(entries):
    assert shared_references(entries).empty
    assert shared_authors(entries).empty
    # The nearest pair, below the threshold, has other authors: Li Junsheng, Tang & Bu.
    nearest = shared_references(entries, threshold=0.5)
    assert nearest[["work_a", "number_a", "work_b", "number_b"]].to_numpy().tolist() == [
        ["lian", 18, "shen", 7]
    ]


def as_cited_by_another(entries, **changes):
    """The lists, and the first entry of lian once more in a work of its own."""
    entry = entries[(entries["work_id"] == "lian") & (entries["number"] == 1)]
    other = {"work_id": "zz", "number": 9, "sentence_id": "zz-s0001", **changes}
    return pd.concat([entries, entry.assign(**other)], ignore_index=True)


def test_an_entry_in_two_works_is_found_in_any_order_and_case(entries):
    title = "GOOD GOVERNANCE and Governance"
    table = shared_references(as_cited_by_another(entries, title=title))
    assert len(table) == 1
    row = table.iloc[0]
    assert row[["work_a", "number_a", "work_b", "number_b"]].tolist() == ["lian", 1, "zz", 9]
    assert row["similarity"] == 1
    assert row["sentence_b"] == "zz-s0001"


def test_similarity_by_hand(entries):
    # yu 2000 governance and good, against yu 2000 governance: 3 of 5 and 3.
    table = shared_references(as_cited_by_another(entries, title="Governance"))
    assert table["similarity"].tolist() == [pytest.approx(2 * 3 / 8)]
    assert shared_references(as_cited_by_another(entries, title="Governance"), 0.76).empty


def test_an_entry_that_was_not_parsed_is_still_compared(entries):
    li = entries[(entries["work_id"] == "li") & (entries["number"] == 4)]
    table = pd.concat([entries, li.assign(work_id="zz", sentence_id="zz-s0001")], ignore_index=True)
    assert shared_references(table)["similarity"].tolist() == [1]
    # Only the year is known of either, and that is too little.
    table.loc[len(table) - 1, "text"] = "[9] Someone else, another matter, 2016"
    assert shared_references(table).empty


def test_two_entries_of_one_work_are_not_shared(entries):
    assert shared_references(as_cited_by_another(entries, work_id="lian")).empty


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_a_senseless_threshold_is_refused(entries, threshold):
    with pytest.raises(ValueError, match="threshold must lie above 0"):
        shared_references(entries, threshold)


@pytest.mark.parametrize(
    ("authors", "found"),
    [
        ("Yu Keping", ["Yu Keping"]),
        ("Yu, K. P.", ["Yu K. P."]),
        ("Yu, K.", ["Yu K."]),
        ("Ho, A., & Yu, K.", ["Yu K."]),
        ("Yu, P. K.", []),
        ("Yu, P.", []),
        ("Yu Kemin", []),
        ("Yu", []),
        ("Keping Yu", []),
    ],
)
def test_an_author_in_two_works_is_found_by_name(entries, authors, found):
    table = shared_authors(as_cited_by_another(entries, authors=authors))
    assert table["author_b"].tolist() == found
    assert set(table["author_a"]) <= {"Yu Keping"}
    assert set(table["work_b"]) <= {"zz"}
