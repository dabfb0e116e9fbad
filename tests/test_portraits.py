"""A portrait says what the chapters say, of one work, and sends readers to the same places."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import analysis
from analysis import evidence, portraits, prose
from analysis.coding import study_coding
from analysis.coding.panels import quoted_places
from analysis.figures import portraits as figures
from analysis.findings.distances import NOTIONS, neighbour_table, occurrences
from analysis.findings.settings import Materials, Settings, View
from analysis.glossary import conjectures_html, load_conjectures
from analysis.portraits.page import quotations_html
from analysis.readings import coding as coding_readings
from analysis.readings import corpus as corpus_readings
from analysis.readings import portraits as readings
from analysis.readings import values as value_readings
from analysis.similarity import neighbours, similarity_draws
from analysis.terms import LEMMAS, PRINTED, WIDTH, listed_terms, term_addresses, term_places
from analysis.values import ADVOCATED, study_values

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
WORKS = ["shen", "lian", "region", "li"]


@pytest.fixture(scope="module")
def labels(corpus):
    return analysis.load_labels(corpus, DATA / "lexicon" / "labels")


@pytest.fixture(scope="module")
def all_portraits(corpus, lexicon, labels):
    """The portraits of all works; what does not depend on the work is computed once."""
    first = portraits.study_portrait(corpus, "shen", lexicon, labels, DATA / "coding")
    others = {
        work: replace(
            first,
            work_id=work,
            values=portraits.study_advocated_values(corpus, work, lexicon, labels),
        )
        for work in WORKS[1:]
    }
    return {"shen": first, **others}


@pytest.fixture(scope="module")
def value_study(corpus, lexicon, labels):
    # Shares and counts of company are not drawn; the draws of chance are not compared.
    return study_values(corpus, lexicon, labels, draws=20)


@pytest.fixture(scope="module")
def coded(corpus, values_hits):
    return study_coding(corpus, values_hits, DATA / "coding")


def rows_of(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def said(template, **values):
    return prose.say(template, **values).data


# --- The same numbers as in the chapters ------------------------------------------------------


def test_a_portrait_needs_a_work_of_the_corpus(corpus):
    with pytest.raises(ValueError, match="no work 'shen-twin'; the works are: shen, lian"):
        portraits.study_portrait(corpus, "shen-twin")


def test_own_words_are_those_of_the_chapter(all_portraits, study):
    mine = all_portraits["shen"].terms
    for name in ("firm", "distinct"):
        theirs = getattr(study, name)()
        theirs = theirs[theirs["reading"] == PRINTED]
        own = getattr(mine, name)()
        assert set(own["verdict"]) == {"more", "less"}
        assert_frame_equal(
            own.reset_index(drop=True), theirs.reset_index(drop=True), check_like=True
        )
    listed, known = listed_terms(mine), listed_terms(study)
    assert listed["list"].eq(LEMMAS).all()
    assert listed["term"].tolist() == known.loc[known["list"] == LEMMAS, "term"].tolist()
    assert (mine.own, mine.number, mine.draws, mine.tested) == (
        study.own, study.number, study.draws, study.tested
    )  # fmt: skip


def test_the_floor_that_is_left_out_excludes_nothing(study):
    printed = study.keyness[study.keyness["reading"] == PRINTED]
    passing = printed[printed["q"] <= 0.05]
    assert len(passing) > 20
    assert passing["log_likelihood"].min() > study.floor > 0


def test_shown_words_are_the_firmest_and_lead_to_the_concordance(all_portraits, study):
    known = set(term_addresses(study).values())
    for work, portrait in all_portraits.items():
        table = portraits.own_words(portrait)
        firm = study.firm()
        firm = firm[(firm["reading"] == PRINTED) & (firm["work_id"] == work)]
        for verdict, own in table.groupby("verdict"):
            theirs = firm.loc[firm["verdict"] == verdict, "term"].tolist()
            assert own["term"].tolist() == theirs[:8]
        for row in table[table["panel"].notna()].itertuples():
            address = row.panel.removesuffix(f"--{work}")
            assert address in known
            assert (address != row.panel) == (row.count_target > 0)
        assert table["panel"].notna().sum() >= len(table) - 3


def test_values_are_those_of_the_chapter(all_portraits, value_study):
    theirs = value_study.shares
    theirs = theirs[(theirs["basis"] == ADVOCATED) & (theirs["role"] == "primary")]
    keys = ["document_id", "concept_id"]
    for portrait in all_portraits.values():
        mine = portrait.values.shares
        assert_frame_equal(
            mine.sort_values(keys).reset_index(drop=True),
            theirs.sort_values(keys).reset_index(drop=True),
            check_like=True,
        )
    apart = value_readings.leading_values(value_study)["apart"]
    names = value_study.lexicon.concepts.set_index("concept_id")["label"].str.lower()
    mine = [
        f"{names[c]} in {p.work['label']}"
        for p in all_portraits.values()
        for c in portraits.values_apart(p)
    ]
    assert mine and prose.listed(sorted(mine)) == apart


def test_the_company_of_values_is_that_of_the_chapter(all_portraits, value_study):
    keys = ["concept_a", "concept_b", "n_ab"]
    for work, portrait in all_portraits.items():
        pairs = value_study.within
        pairs = pairs[(pairs["work_id"] == work) & (pairs["n_ab"] > 0)]
        mine = portrait.values.within[keys]
        assert_frame_equal(
            mine.sort_values(keys[:2]).reset_index(drop=True),
            pairs[keys].sort_values(keys[:2]).reset_index(drop=True),
            check_dtype=False,
        )
        most = portraits.closest_company(portrait)
        assert (most["n_ab"] == pairs["n_ab"].max()).all()
        assert len(most) == (pairs["n_ab"] == pairs["n_ab"].max()).sum()
        for pair in most.itertuples():
            panel = evidence.panel_id(work, pair.concept_a, pair.concept_b)
            assert pair.panel == f"value-concepts.html#{panel}"


def test_answers_and_gaps_are_those_of_the_chapter(all_portraits, coded, corpus):
    mine = all_portraits["shen"].coding
    for name in ("answers", "same_links", "gaps"):
        assert_frame_equal(getattr(mine, name), getattr(coded, name))
    for work in WORKS:
        assert coding_readings.map_of_work(mine, work) == coding_readings.map_of_work(coded, work)
    tables = [portraits.open_problems(p) for p in all_portraits.values()]
    every = pd.concat(tables)
    ends = coding_readings.open_ends(coded, corpus.works)
    bare = (every["answered"] == portraits.NO_REMEDY).sum()
    assert bare == ends["bare"]
    assert bare + (every["answered"] == portraits.FAILED).sum() == ends["open"]
    assert len(every) == ends["not_advocated"]
    assert all((t["work_id"] == w).all() for w, t in zip(all_portraits, tables, strict=True))


def test_the_outline_has_the_words_of_the_chapter(all_portraits, body):
    sizes = corpus_readings.section_sizes(body).set_index("section_id")["words"]
    shares = {}
    for work, portrait in all_portraits.items():
        table = portraits.outline(portrait)
        assert table["words"].tolist() == sizes[table["section_id"]].tolist()
        assert table["words"].sum() == len(body.select(works=work).words())
        assert table["share"].sum() == pytest.approx(1)
        label = portrait.work["label"]
        shares[label] = table.loc[table["function"] == "proposals", "share"].sum()
    told = [f"{s:.0%} in {w}" for w, s in sorted(shares.items(), key=lambda item: item[1])]
    assert corpus_readings.lengths(body)["shares"] == prose.listed(told)


def test_sections_lead_to_passages_that_are_shown(all_portraits, study, body, hits):
    first = all_portraits["shen"].coding.first
    sources = pd.DataFrame(columns=["quote", "section_id", "sentence_id", "start", "end"])
    places = evidence.listed_places(
        quoted_places(first, sources), hits, term_places(study), width=WIDTH
    )
    shown = set(evidence.passage_pieces(body, places)["sentence_id"])
    for work, portrait in all_portraits.items():
        mine = portraits.shown_sentences(portrait)
        assert mine <= shown
        assert len(mine) > 0.9 * sum(s.startswith(f"{work}-s") for s in shown)
        table = portraits.outline(portrait)
        own = portrait.own.sentences
        running = own.loc[~own["is_heading"] & own["sentence_id"].isin(mine), "section_id"]
        assert set(table.loc[table["panel"].notna(), "section_id"]) == set(running)
        sections = own.set_index("sentence_id")["section_id"]
        for row in table[table["panel"].notna()].itertuples():
            assert sections[row.panel.removeprefix("passages.html#")] == row.section_id


# --- Nearness ---------------------------------------------------------------------------------


def small_coding(problems, remedies):
    """Return what `occurrences` reads of a coding, all of it in one document."""
    columns = (
        ["work_id", "paragraph_id", "theme"],
        ["work_id", "paragraph_id", "instrument", "stance"],
    )
    tables = [
        pd.DataFrame(rows, columns=names).assign(document_id=lambda t: t["work_id"])
        for rows, names in zip((problems, remedies), columns, strict=True)
    ]
    themes = {"theme": ["law", "theory"], "label": "x", "level": ["practice", "research"]}
    tools = {"instrument": ["rule", "agenda"], "label": "x", "level": ["", "research"]}
    return SimpleNamespace(
        problems=tables[0],
        remedies=tables[1],
        themes=pd.DataFrame(themes),
        instruments=pd.DataFrame(tools),
    )


def test_occurrences_count_what_the_notion_says():
    words = pd.DataFrame({
        "work_id": ["a", "b"], "paragraph_id": ["a-1", "b-1"], "term": ["law", "rule"],
        "document_id": ["a", "b"], "is_heading": [True, False],
    })  # fmt: skip
    pd.testing.assert_frame_equal(occurrences("words", words), words, check_dtype=False)
    hits = pd.DataFrame(
        {"work_id": "a", "document_id": "a", "paragraph_id": "a-1", "concept_id": ["law", "trust"]}
    )
    assert occurrences("values", hits=hits)["term"].tolist() == ["law", "trust"]
    codings = (
        small_coding([("a", "a-1", "law"), ("a", "a-2", "theory")], [("a", "a-1", "rule", "criticised")]),
        small_coding([("b", "b-1", "law")], [("b", "b-1", "rule", "advocated"), ("b", "b-2", "agenda", "advocated")]),
    )  # fmt: skip
    problems = occurrences("problems", codings=codings)
    assert problems.to_numpy().tolist() == [["a", "a-1", "law", "a"], ["b", "b-1", "law", "b"]]
    remedies = occurrences("remedies", codings=codings)
    assert remedies.to_numpy().tolist() == [["b", "b-1", "rule", "b"]]


@pytest.mark.parametrize(
    ("notion", "message"),
    [("topics", "notion must be one of words, values"), ("values", "needs the hits"),
     ("words", "needs the words"), ("remedies", "needs the codings")],
)  # fmt: skip
def test_occurrences_say_what_they_lack(notion, message):
    with pytest.raises(ValueError, match=message):
        occurrences(notion)


def test_neighbours_are_those_of_the_chapter(all_portraits, corpus):
    view = View(Materials.load(corpus), Settings(), resamples=200)
    chapter = neighbour_table(view)
    for work in ("li", "shen"):
        own = portraits.neighbours_of(all_portraits[work], resamples=200)
        theirs = chapter[chapter["work_id"] == work]
        for column in ("nearest", "farthest", "firm"):
            assert own[column].tolist() == theirs[column].tolist()
        for column in ("similarity", "low", "high", "similarity_farthest"):
            assert own[column].tolist() == pytest.approx(theirs[column].tolist())


def test_neighbours_are_those_of_the_occurrences(all_portraits):
    portrait = all_portraits["li"]
    table = portraits.neighbours_of(portrait, resamples=200)
    assert table["notion"].tolist() == list(NOTIONS)
    codings = (portrait.coding.first, portrait.coding.second)
    paragraphs = portrait.body.select(headings=False).sentences
    problems = occurrences("problems", codings=codings, paragraphs=paragraphs)
    coded = [(c.problems["level"] == "practice").sum() for c in codings]
    assert problems["term"].notna().sum() == sum(coded)
    found = neighbours(similarity_draws(problems, resamples=200)).set_index("group").loc["li"]
    own = table.set_index("notion").loc["problems"]
    for column in ("nearest", "similarity", "low", "high", "farthest", "firm"):
        assert own[column] == found[column]
    assert (table["similarity"] > table["similarity_farthest"]).all()
    assert not table["nearest"].eq("li").any()


# --- What the sentences say -------------------------------------------------------------------


def test_the_record_invents_nothing(all_portraits):
    told = {work: readings.record(p) for work, p in all_portraits.items()}
    assert told["shen"]["who"] == "authors are"
    assert told["shen"]["authors"] == "Shen Lijuan and Chen Yue"
    assert told["shen"]["year"] == "2015 (published online 26 May 2015)"
    assert told["shen"]["appeared"] == "It appeared in Canadian Social Science, 11(5), 117-122"
    assert told["lian"]["who"] == "author is"
    assert told["lian"]["year"].startswith("not established; not before 2016")
    assert told["lian"]["appeared"] == "Where it appeared is not established"
    region = told["region"]
    assert [region[k] for k in ("authors", "affiliation", "year")] == ["not established"] * 3
    assert region["title"].startswith("not in the file")
    assert region["references"] == "its file has no list of references"
    assert told["li"]["year"] == "2020 (read from the DOI)"
    assert told["li"]["references"] == "its list of references has six entries"
    for work, portrait in all_portraits.items():
        assert told[work]["words"] == len(portrait.own.words())
        assert told[work]["sections"] == len(portraits.outline(portrait))


def test_only_one_work_came_twice(all_portraits):
    twins = readings.record(all_portraits["shen"])["extractions"]
    pairs = analysis.near_duplicates(all_portraits["shen"].corpus.raw, threshold=0.5)
    assert len(pairs) == 1 and f"{pairs['containment'].iloc[0]:.1%} stand in the other" in twins
    assert "both have 4,215 words" in twins and "differ in one word" in twins
    for work in WORKS[1:]:
        told = readings.record(all_portraits[work])["extractions"]
        assert told == "It came in one extraction"


def test_shares_of_functions_are_in_order_and_complete(all_portraits):
    told = readings.shape(portraits.outline(all_portraits["lian"]))
    numbers = [int(part.split("%")[0].split()[-1]) for part in told["functions"].split(" to ")[:-1]]
    assert numbers == sorted(numbers, reverse=True)
    assert 97 <= sum(numbers) <= 103
    assert told["longest"] == "1.1 THE CONNOTATION OF GOVERNANCE"


def test_words_are_told_with_their_counts(all_portraits):
    told = readings.words(all_portraits["lian"])
    own = portraits.own_words(all_portraits["lian"]).set_index("term")
    count = own.loc["democracy"]
    address = "concordance.html#e-lemma--democracy--lian"
    assert told["more"].startswith("four content words, namely ")
    assert (
        f"[*democracy*]({address}) ({count.count_target} against {count.count_reference})"
        in told["more"]
    )
    assert "[*area*](concordance.html#e-lemma--area) (0 against" in told["less"]
    many = readings.words(all_portraits["region"], number=2)
    assert many["more"].startswith("twelve content words, first among them [*regional*]")


def test_without_firm_words_nothing_is_named(all_portraits):
    portrait = all_portraits["lian"]
    keys = portrait.terms.keyness
    none = replace(portrait.terms, keyness=keys.assign(verdict="chance"))
    bare = replace(portrait, terms=none)
    assert readings.words(bare)["more"] == readings.words(bare)["less"] == "no content words"
    chart = figures.own_words_chart(portraits.own_words(bare), bare.corpus.works, "lian")
    assert chart.to_dict()["description"].endswith("None.")
    assert len(chart.to_dict()["layer"]) == 1


def test_values_are_told_as_they_stand(all_portraits):
    told = readings.values(all_portraits["lian"])
    assert told["apart"] == "the interval of democracy lies"
    assert told["leading"].startswith(
        "[democracy](concordance.html#e-value--democracy--lian) (20%, interval 11% to 30%)"
    )
    assert told["company"] == (
        "The pair of values that meets most often is [democracy with participation]"
        "(value-concepts.html#e-lian--democracy--participation) (six sentences)"
    )
    tied = readings.values(all_portraits["shen"])
    assert tied["apart"] == "no interval lies"
    assert tied["company"].startswith("The pairs of values that meet most often are ")
    assert tied["company"].endswith("(ten sentences each)")


def test_values_apart_ask_every_other_work(all_portraits):
    shares = pd.DataFrame(
        [("x", "trust", 0.5, 0.4, 0.6), ("y", "trust", 0.1, 0.0, 0.2), ("z", "trust", 0.3, 0.2, 0.45),
         ("x", "law", 0.5, 0.4, 0.6), ("y", "law", 0.1, 0.0, 0.2), ("z", "law", 0.3, 0.2, 0.39)],
        columns=["work_id", "concept_id", "share", "low", "high"],
    )  # fmt: skip
    portrait = all_portraits["shen"]
    small = replace(portrait, work_id="x", values=replace(portrait.values, shares=shares))
    assert portraits.values_apart(small) == ["law"]


def test_open_problems_are_told_by_both_codings(all_portraits):
    for portrait in all_portraits.values():
        told, table = readings.unanswered(portrait), portraits.open_problems(portrait)
        states = table["open_in_second"].value_counts()
        assert told["open"] == prose.number_word(len(table))
        if states.get("linked"):
            assert f"answers {prose.number_word(states['linked'])} of them" in told["there"]
        else:
            assert "answers" not in told["there"]
    lian = readings.unanswered(all_portraits["lian"])
    assert (lian["all"], lian["bare"], lian["open"]) == (22, "five", "nine")
    assert (lian["second_all"], lian["second_failed"]) == (20, "six")


def test_nearness_names_what_is_firm():
    table = pd.DataFrame({
        "by": ["vocabulary", "values invoked"], "nearest_work": ["Lian", "Li & Wu"],
        "similarity": [0.7, 0.5], "farthest_work": ["Untitled", "Lian"],
        "similarity_farthest": [0.4, 0.1], "firm": [True, False],
    })  # fmt: skip
    told = readings.nearness(table)
    assert told["told"] == (
        "by vocabulary Lian is nearest (0.70) and the untitled paper farthest (0.40); "
        "by values invoked Li & Wu is nearest (0.50) and Lian farthest (0.10)"
    )
    assert told["firm"] == "by vocabulary alone"
    assert readings.nearness(table.assign(firm=False))["firm"] == "in no respect"
    assert readings.nearness(table.assign(firm=True))["firm"] == "in every respect"


def test_limits_count_the_work_alone(all_portraits):
    portrait = all_portraits["region"]
    told = readings.limits(portrait)
    first = portrait.coding.first
    items = [(t["work_id"] == "region").sum() for t in (first.problems, first.remedies)]
    assert told["items"] == sum(items) and told["others"] == "three"


# --- What cannot be understood ----------------------------------------------------------------

HEADER = "sentence_id,quote,trouble,conjecture,basis,confidence\n"


def written(tmp_path, rows):
    path = tmp_path / "conjectures.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def words_of(corpus, sentence_id, number=4):
    text = corpus.sentences.set_index("sentence_id").loc[sentence_id, "text"]
    return " ".join(text.replace('"', "").replace(",", "").split()[:number])


@pytest.fixture(scope="module")
def unclear(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unclear")
    rows = f'li-s0012,"{words_of(corpus, "li-s0012")}",A verb is missing.,,no parallel,none\n'
    rows += f'lian-s0005,"{words_of(corpus, "lian-s0005")}",'
    rows += "Two words are one.,a <b>,the sentence before,fair\n"
    return load_conjectures(corpus, written(folder, rows).parent)


def test_a_conjecture_is_marked_as_one(unclear, corpus):
    lian, li = (conjectures_html(corpus, unclear[unclear["work_id"] == w]) for w in ("lian", "li"))
    assert "<em>Editor's conjecture (fair):</em> a &lt;b&gt;" in lian
    assert 'href="passages.html#lian-s0005"' in lian
    assert "No reading is offered." in li and "conjecture" not in li
    assert conjectures_html(corpus, unclear.head(0)) == ""


def test_conjectures_are_counted(unclear):
    both = readings.unclear(unclear)
    assert both["places"] == "Two places of this text are"
    assert both["offered"].startswith("A reading is offered for one of them; it is the editor's")
    one = readings.unclear(unclear[unclear["work_id"] == "li"])
    assert one == {"places": "One place of this text is", "offered": "No reading is offered"}
    assert readings.unclear(unclear.head(1))["offered"].startswith("A reading is offered for each")
    assert readings.unclear(unclear.head(0))["places"] == "No places of this text are"


# --- Figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("work", WORKS)
def test_figures_show_their_tables(all_portraits, work):
    portrait = all_portraits[work]
    works = portrait.corpus.works
    outline = portraits.outline(portrait)
    chart = figures.scale_chart(outline, portrait.work["label"])
    bars = rows_of(chart)
    assert [r["words"] for r in bars] == outline["words"].tolist()
    assert f"{len(outline)} sections" in chart.to_dict()["description"]

    words = portraits.own_words(portrait)
    chart = figures.own_words_chart(words, works, work)
    drawn = [row for row in rows_of(chart) if row]  # The line at zero has a row of nothing.
    for row in drawn:
        assert row["row"] == f"{row['term']} ({row['count_target']} : {row['count_reference']})"
        assert row["left"] <= row["log_ratio"] <= row["right"]
    assert {r["term"] for r in drawn} == set(words["term"])
    assert all(f"{t} " in chart.to_dict()["description"] for t in words["term"])

    table = portraits.own_values(portrait)
    chart = figures.own_values_chart(table, works, work)
    own = table[table["work_id"] == work]
    assert len(own) == 8 and own["share"].is_monotonic_decreasing
    leads = chart.to_dict()["description"]
    assert f"{own['share'].iloc[0]:.0%}" in leads and leads.startswith(portrait.work["label"])
    assert {r["panel"] for r in rows_of(chart)} == {
        p if isinstance(p, str) else None for p in table["panel"]
    }


@pytest.mark.parametrize("work", WORKS)
def test_no_layer_is_empty(all_portraits, work):
    portrait = all_portraits[work]
    works = portrait.corpus.works
    charts = (
        figures.scale_chart(portraits.outline(portrait), "a label"),
        figures.own_words_chart(portraits.own_words(portrait), works, work),
        figures.own_values_chart(portraits.own_values(portrait), works, work),
    )
    for chart in charts:
        spec = chart.to_dict()
        for layer in spec["layer"]:
            data = layer.get("data", spec.get("data", {}))
            rows = spec["datasets"].get(data.get("name"), [{}])
            for step in layer.get("transform", []):
                kept = step["filter"]
                if kept == "isValid(datum.end)":
                    rows = [r for r in rows if r["end"] is not None]
                elif kept.startswith("datum.panel"):
                    rows = [r for r in rows if (r["panel"] is None) == ("===" in kept)]
            assert rows, layer["mark"]


def test_the_map_finds_its_quotations_on_the_page(all_portraits, coded, corpus):
    for work, portrait in all_portraits.items():
        html = quotations_html(portrait)
        chart = analysis.figures.problem_remedy_chart(
            portrait.coding.first, work, corpus.works, portrait.coding.second
        )
        links = {row["panel"] for row in rows_of(chart)}
        assert links
        assert all(f'id="{link.removeprefix("#")}"' in html for link in links if link)
        others = [w for w in WORKS if w != work]
        assert not any(f'id="e-{other}--' in html for other in others)


# --- The pages --------------------------------------------------------------------------------


def cells_of(work):
    return json.loads((ROOT / "notebooks" / f"portrait-{work}.ipynb").read_text("utf-8"))["cells"]


def test_the_four_pages_differ_in_the_work_alone(corpus):
    labels = dict(zip(corpus.works["work_id"], corpus.works["label"], strict=True))
    code, heads = {}, {}
    for work in WORKS:
        cells = cells_of(work)
        sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        assert sum(f'work_id = "{work}"' in source for source in sources) == 1
        code[work] = [s.replace(f'work_id = "{work}"', "work_id = ...") for s in sources]
        lines = [
            line
            for c in cells
            if c["cell_type"] == "markdown"
            for line in "".join(c["source"]).splitlines()
            if line.startswith("#")
        ]
        assert lines[0] == f"# {labels[work]}"
        heads[work] = lines[1:]
    assert all(code[work] == code["shen"] for work in WORKS)
    assert all(heads[work] == heads["shen"] for work in WORKS)
    assert heads["shen"][0] == "## The paper to scale" and heads["shen"][-1] == "## Limits"


def test_the_sentences_of_the_pages_can_be_filled(all_portraits):
    """Every template of the pages finds the values that it names."""
    filled = {
        "record": readings.record, "words": readings.words,
        "values": readings.values, "unanswered": readings.unanswered, "limits": readings.limits,
    }  # fmt: skip
    templates = {}
    for cell in cells_of("shen"):
        source = "".join(cell["source"])
        for name in filled:
            if f"readings.portraits.{name}(portrait)" in source:
                templates[name] = source
    assert set(templates) == set(filled)
    for name, source in templates.items():
        for portrait in all_portraits.values():
            values = filled[name](portrait)
            space = {"prose": SimpleNamespace(say=said), "portrait": portrait,
                     "readings": SimpleNamespace(portraits=SimpleNamespace(**{name: lambda _, values=values: values}))}  # fmt: skip
            text = eval(source, space)  # noqa: S307
            assert "{" not in text and "nan" not in text.split() and text.endswith(".")
