"""The five texts are read as they stand, and bad input is refused with its place."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import InputError, export, load_corpus
from analysis.corpus import BODY_KINDS, corpus_from_texts, find_data
from analysis.text import WORD

PRINTED = 4215
"""Words of the article from abstract to conclusion, everything printed counted."""


def running(corpus, document):
    part = corpus.select(documents=document, kinds=BODY_KINDS)
    return part.tokens["token"].astype(str).tolist()


def test_there_are_five_documents_of_four_works(corpus):
    assert len(corpus.documents) == 5
    assert len(corpus.works) == 4
    assert (corpus.documents["role"] == "primary").sum() == 4


def test_raw_files_are_the_recorded_ones(corpus):
    for document in corpus.documents.itertuples():
        content = (corpus.folder / "raw" / document.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == document.sha256
        assert corpus.raw[document.document_id] == content.decode("utf-8")


def test_the_twins_agree_in_all_words_but_one(corpus):
    first, second = running(corpus, "shen"), running(corpus, "shen-twin")
    assert len(first) == len(second) == PRINTED
    differences = [(a, b) for a, b in zip(first, second, strict=True) if a.lower() != b.lower()]
    assert differences == [("COOPERATION", "VOOPERATION")]


@pytest.mark.parametrize(
    ("document", "sections", "first_title"),
    [
        ("shen", 13, "Abstract"),
        ("shen-twin", 10, "Abstract"),
        ("lian", 21, "Abstract:"),
        ("region", 24, "Abstract"),
        ("li", 24, "Keywords:"),
    ],
)
def test_sections_are_those_of_the_outline(corpus, document, sections, first_title):
    own = corpus.sections[corpus.sections["document_id"] == document]
    assert len(own) == sections
    assert own.loc[own["title"] != "", "title"].iloc[0] == first_title


def test_every_token_stands_where_it_says(corpus):
    """A token begins and ends where its raw span does; between, only removed signs stand."""
    mended = 0
    for row in corpus.tokens.itertuples():
        raw = corpus.raw[row.document_id][row.start : row.end].replace("’", "'")
        if raw != row.token:
            mended += 1
            letters = iter(raw)
            assert all(letter in letters for letter in row.token), (row.token, raw)
            assert (raw[0], raw[-1]) == (row.token[0], row.token[-1])
    assert 0 < mended < 60


def test_ids_are_unique_and_refer_to_each_other(corpus):
    assert corpus.sentences["sentence_id"].is_unique
    assert corpus.sections["section_id"].is_unique
    assert set(corpus.tokens["sentence_id"]) <= set(corpus.sentences["sentence_id"])
    assert set(corpus.sentences["section_id"]) <= set(corpus.sections["section_id"])


def test_sentences_and_sections_never_overlap(corpus):
    for _, own in corpus.sentences[
        ~corpus.sentences["section_id"].isin(
            corpus.sections.query("kind == 'footnote'")["section_id"]
        )
    ].groupby("document_id"):
        ordered = own.sort_values("start")
        assert (ordered["start"].to_numpy()[1:] >= ordered["end"].to_numpy()[:-1]).all()


def test_citations_and_numbering_are_no_words(corpus):
    lian = corpus.select(documents="lian", kinds=BODY_KINDS).tokens
    marks = lian[~lian["is_word"]]["token"].astype(str).tolist()
    assert [m for m in marks if m.isdigit() and int(m) > 4][:3] == ["5", "6", "7"]
    shen = corpus.select(documents="shen", kinds=BODY_KINDS).tokens
    cited = shen[(~shen["is_word"]) & (~shen["is_heading"])]["token"].astype(str).tolist()
    assert {"Hu", "Eugene", "Tang", "Zhan", "2014"} <= set(cited)


def test_footnotes_are_lifted_out_of_the_sentence_they_cut(corpus):
    text = " ".join(corpus.select(documents="lian", kinds="body").sentences["text"])
    assert "main process of change and increase, but also accompanied" in text
    assert "unannounced visits and so on." in text
    footnotes = corpus.select(documents="lian", kinds="footnote").sentences
    assert len(footnotes) == 20


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("shen", "the central government has not set up the specialized institutions"),
        ("shen-twin", "it is necessary to take the coordination"),
        ("region", "The practice of regional cooperation governance triggered a debate."),
        ("region", "Optimization management cooperation management of the first step"),
        ("region", "This paper includes three aspects of content: First, analyzing"),
        ("li", "This kind of bottom-up local government's innovative policy implementation method"),
        ("li", "We will transfer some power from government agencies"),
    ],
)
def test_damaged_passages_read_as_they_should(corpus, document, sentence):
    own = corpus.select(documents=document)
    assert any(sentence in text for text in own.sentences["text"])


def test_errors_of_the_authors_are_left_alone(corpus):
    shen = " ".join(corpus.select(documents="shen").sentences["text"])
    assert "the the organic unity" in shen
    assert "REGINAL" in shen
    assert "is Be wary" in " ".join(corpus.select(documents="li").sentences["text"])


def test_body_is_primary_and_without_references(corpus, body):
    assert set(body.documents["role"]) == {"primary"}
    assert set(body.sections["kind"]) == set(BODY_KINDS)
    assert "shen-twin" not in set(body.tokens["document_id"])


def test_select_refuses_what_does_not_exist(corpus):
    with pytest.raises(ValueError, match="unknown work_id: smith"):
        corpus.select(works="smith")
    assert len(corpus.select(kinds="footnote", documents="shen").tokens) == 0


def test_headings_can_be_left_out(corpus):
    assert not corpus.select(headings=False).sentences["is_heading"].any()


def test_tokens_are_compact(corpus):
    assert isinstance(corpus.tokens["token"].dtype, pd.CategoricalDtype)
    assert corpus.tokens["start"].dtype == "int32"


def test_the_word_pattern_keeps_inner_marks():
    assert WORD.findall("non-governmental people's win-win. 1,200 a--b") == [
        "non-governmental", "people's", "win-win", "1", "200", "a", "b"]  # fmt: skip


def test_data_is_found_from_the_notebooks_folder(monkeypatch, corpus, tmp_path):
    monkeypatch.chdir(corpus.folder.parent / "notebooks")
    assert find_data() == corpus.folder


@pytest.mark.parametrize("document", ["shen", "shen-twin", "lian", "region", "li"])
def test_every_character_is_accounted_for(corpus, document):
    """Kept in a section, lifted out or removed by a named step: together the whole file."""
    part = corpus.select(documents=document)
    account = part.account[["removed", "lifted"]].sum()
    running = part.sections.query("kind != 'footnote'")["section_id"]
    kept = sum(len(part.texts[s].kept()) for s in running)
    assert kept + account["removed"] + account["lifted"] == len(part.raw[document])


# --- Bad input ----------------------------------------------------------------------------


def problems_of(folder):
    with pytest.raises(InputError) as caught:
        load_corpus(folder)
    return caught.value.problems


def test_a_changed_file_is_named_with_its_row(data):
    path = data / "raw" / "lian.txt"
    path.write_bytes(path.read_bytes() + b" ")
    (problem,) = problems_of(data)
    assert problem.startswith("documents.csv, row 4, column sha256: raw/lian.txt is not the file")


def test_a_missing_file_is_named_with_its_row(data):
    (data / "raw" / "li-wu-2020.txt").unlink()
    (problem,) = problems_of(data)
    assert problem.startswith("documents.csv, row 6, column file: raw/li-wu-2020.txt is missing")


def test_a_file_that_is_not_utf8_is_named(data):
    path = data / "raw" / "lian.txt"
    path.write_bytes("naïve".encode("latin-1"))
    found = problems_of(data)
    assert any("raw/lian.txt is not UTF-8 (byte 2)" in p for p in found)
    assert any("column sha256" in p for p in found)


def test_a_missing_column_is_named(data):
    path = data / "documents.csv"
    path.write_text(path.read_text().replace("sha256", "checksum"))
    found = problems_of(data)
    assert any(
        p.startswith("documents.csv, row 1, column sha256: the column is missing") for p in found
    )


def test_all_problems_are_reported_at_once(data):
    (data / "raw" / "lian.txt").unlink()
    works = data / "works.csv"
    works.write_text(works.read_text().replace("passages", "everything", 1))
    recipes = data / "recipes.toml"
    recipes.write_text(recipes.read_text().replace("lift_footnotes", "lift_stones"))
    found = problems_of(data)
    assert any("works.csv, row 2, column publish: 'everything' is unknown" in p for p in found)
    assert any(
        "recipes.toml, recipe paragraph-lines-footnotes: there is no step 'lift_stones'" in p
        for p in found
    )
    assert any("raw/lian.txt is missing" in p for p in found)


def test_an_unknown_recipe_and_a_lost_heading_are_named(data):
    documents = data / "documents.csv"
    text = documents.read_text()
    documents.write_text(text.replace("paragraph-lines-footnotes", "magic"))
    (problem,) = problems_of(data)
    assert "documents.csv, row 4, column recipe: 'magic' is unknown" in problem
    documents.write_text(text)
    outline = data / "outline.csv"
    outline.write_text(
        outline.read_text().replace("THE CONNOTATION OF DEMOCRACY", "THE MEANING OF DEMOCRACY")
    )
    (problem,) = problems_of(data)
    assert problem == "lian.txt (lian): heading not found: '2.1 THE MEANING OF DEMOCRACY'"


def test_two_primary_documents_of_a_work_are_refused(data):
    documents = data / "documents.csv"
    documents.write_text(documents.read_text().replace(",twin,", ",primary,"))
    (problem,) = problems_of(data)
    assert "'shen' has 2 primary documents" in problem


# --- Folders of plain texts, and texts of other kinds -----------------------------------------


def test_a_folder_of_plain_texts_is_a_corpus(tmp_path):
    (tmp_path / "One Paper.txt").write_text(
        "Abstract: Trust matters.\n\n1. Start\n\nWe need trust. No more."
    )
    (tmp_path / "one-paper.md").write_text("# Title\n\nAnother text, with **stars**.")
    corpus = load_corpus(tmp_path)
    assert corpus.works["work_id"].tolist() == ["one-paper", "one-paper-2"]
    assert corpus.documents["recipe"].tolist() == ["auto", "auto"]
    assert "one paragraph per line" in corpus.documents["chosen"][0]
    assert corpus.sentences.query("document_id == 'one-paper' and not is_heading")["text"].tolist() == [
        "Trust matters.", "We need trust.", "No more."]  # fmt: skip
    assert len(corpus.body().works) == 2


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "a.txt is empty"),
        (b" \n\n", "a.txt is empty"),
        (b"text\x00\x01", "a.txt is a binary file"),
        (b"na\xefve", "a.txt is not UTF-8 (byte 2)"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, problem):
    (tmp_path / "a.txt").write_bytes(content)
    (tmp_path / "b.txt").write_text("A sound text.")
    (found,) = problems_of(tmp_path)
    assert problem in found


def test_a_folder_without_texts_is_refused(tmp_path):
    assert "neither documents.csv nor a .txt" in problems_of(tmp_path)[0]
    assert "there is no such folder" in problems_of(tmp_path / "nowhere")[0]


def test_a_file_of_headings_only_has_no_running_sentence():
    corpus = corpus_from_texts({"x": "# One\n\n## Two\n\n### Three\n"})
    assert corpus.sentences["is_heading"].all()
    assert corpus.sentences["text"].tolist() == ["One", "Two", "Three"]


TABLE = "document_id,work_id,file,sha256,extraction,role,recipe\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Keywords: laws; courts\n\nLaws bind people. They bind all.\n",
            "its headings make it all",
        ),
        ("References\n\n[1] Hu, A. (2014). A book. Beijing.\n", "its headings make it all"),
        ("# One\n\n## Two\n\n### Three\n", "no words but in headings"),
        ("... -- ...\n", "no words but in headings"),
    ],
)
def test_a_work_without_running_text_is_named(tmp_path, text, reason):
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "b.txt").write_text("A sound text.")
    (problem,) = problems_of(tmp_path)
    assert problem.startswith("a.txt: no running text; ")
    assert reason in problem


def test_an_outline_without_running_text_is_named(data):
    folder = data / "tutorial"
    content = b"Notes\n\nLaws bind people.\n"
    (folder / "raw" / "aldermere.txt").write_bytes(content)
    outline, documents = folder / "outline.csv", folder / "documents.csv"
    rows = [r for r in outline.read_text().splitlines() if not r.startswith("aldermere,")]
    outline.write_text("\n".join([*rows, "aldermere,1,,Notes,1,front,notes,line"]) + "\n")
    table = pd.read_csv(documents, dtype=str)
    own = table["document_id"] == "aldermere"
    table.loc[own, "sha256"] = hashlib.sha256(content).hexdigest()
    table.to_csv(documents, index=False)
    (problem,) = problems_of(folder)
    assert problem.startswith("aldermere.txt: no running text; its headings make it all front")
    assert "write outline.csv" in problem


def test_the_folder_of_a_book_is_no_folder_of_texts(data):
    book = data.parent
    (book / "README.md").write_text("How to build this book.")
    (problem,) = problems_of(book)
    assert problem == f"{book}: the texts are in {data}; name that folder"


def test_a_data_folder_that_lost_its_documents_is_no_folder_of_texts(data):
    (data / "documents.csv").unlink()
    (problem,) = problems_of(data)
    assert problem.startswith("documents.csv: the file is missing")


def test_a_table_of_no_documents_is_named(data):
    (data / "documents.csv").write_text(TABLE)
    works = data / "works.csv"
    works.write_text(works.read_text().splitlines()[0] + "\n")
    for name in ("outline.csv", "repairs.csv"):
        (data / name).write_text((data / name).read_text().splitlines()[0] + "\n")
    assert problems_of(data) == ["documents.csv: it lists no text; add a row for each"]


@pytest.mark.parametrize("way", ["../../secret.txt", "absolute", "link.txt"])
def test_no_file_outside_the_folder_of_raw_texts_is_read(data, way):
    secret = data.parent / "secret.txt"
    secret.write_text("Nobody may read this.")
    (data / "raw" / "link.txt").symlink_to(secret)
    name = str(secret) if way == "absolute" else way
    documents = data / "documents.csv"
    documents.write_text(documents.read_text().replace("lian.txt", name))
    (problem,) = problems_of(data)
    assert problem.startswith(f"documents.csv, row 4, column file: {name!r} is outside raw/")


@pytest.mark.parametrize("name", ["all", "pooled"])
def test_the_words_for_all_works_are_no_names_of_works(data, tmp_path, name):
    for table in ("works.csv", "documents.csv"):
        path = data / table
        path.write_text(path.read_text().replace("lian,", f"{name},"))
    assert any(
        p.startswith(f"works.csv, row 3, column work_id: {name!r} stands for the works together")
        for p in problems_of(data)
    )
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / f"{name}.txt").write_text("A sound text.")
    (plain / f"{name}-text.txt").write_text("Another text.")
    assert set(load_corpus(plain).works["work_id"]) == {f"{name}-text", f"{name}-text-2"}


def test_no_two_of_many_works_are_drawn_alike():
    works = corpus_from_texts({f"w{i}": "Laws are good." for i in range(36)}).works
    assert not works.duplicated(["colour", "shape"]).any()
    assert not works.head(6).duplicated("colour").any()
    assert not works.head(6).duplicated("shape").any()


def test_the_recipe_auto_can_be_named_in_the_table(data):
    documents = data / "documents.csv"
    documents.write_text(documents.read_text().replace("paragraph-lines-footnotes", "auto"))
    corpus = load_corpus(data)
    row = corpus.documents.set_index("document_id").loc["lian"]
    assert "footnotes in the flow" in row["chosen"]
    assert len(corpus.select(documents="lian", kinds="footnote").sentences) == 20


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet='ab. \n#-?"AB1é漢：，', max_size=200))
def test_tokens_and_sentences_of_any_text_stand_where_they_say(raw):
    corpus = corpus_from_texts({"x": raw})
    for table, column in ((corpus.tokens, "token"), (corpus.sentences, "text")):
        for row in table.itertuples():
            shown = iter(raw[row.start : row.end])
            reading = str(getattr(row, column))
            kept = [c for c in reading if not c.isspace() and c.isalnum()]
            assert all(letter in shown for letter in kept), (reading, raw[row.start : row.end])
    ordered = corpus.sentences.sort_values(["start", "end"])
    assert (ordered["start"].to_numpy()[1:] >= ordered["end"].to_numpy()[:-1]).all()


@pytest.mark.parametrize("of", ["sentence", "section"])
def test_segments_never_overlap_and_leave_out_what_was_lifted(corpus, of):
    table = corpus.segments(of)
    for document, own in table.groupby("document_id"):
        ordered = own.sort_values("start")
        assert (ordered["start"].to_numpy()[1:] >= ordered["end"].to_numpy()[:-1]).all(), document
    several = set(table.loc[table["segment"] > 1, f"{of}_id"])
    assert several
    if of == "sentence":
        cut = corpus.sentences.set_index("sentence_id").loc[sorted(several), "text"]
        assert any("unannounced visits and so on." in text for text in cut)
    with pytest.raises(ValueError, match="sentence or section"):
        corpus.segments("word")


def test_segments_are_in_order_whatever_was_lifted_when():
    raw = "Some text goes\n^[1] A note here\non and on\n12\nand further to the end.\n"
    table = corpus_from_texts({"d": raw}).segments()
    running = table[table["sentence_id"] == "d-s0001"]
    assert (running["start"] < running["end"]).all()
    assert "".join(raw[a:b] for a, b in zip(running["start"], running["end"], strict=True)) == (
        "Some text goes\non and on\nand further to the end."
    )


def test_a_kind_that_does_not_exist_is_refused(corpus):
    with pytest.raises(ValueError, match="unknown kind: boddy"):
        corpus.select(kinds="boddy")
    with pytest.raises(ValueError, match="unknown function: magic"):
        corpus.select(functions="magic")


def test_identifiers_are_plain(data):
    works = data / "works.csv"
    works.write_text(works.read_text().replace("\nlian,", "\nli an#,"))
    assert any(
        "column work_id: 'li an#' may hold letters, digits and - only" in p
        for p in problems_of(data)
    )


def test_a_plain_corpus_has_all_that_cards_and_figures_need():
    corpus = corpus_from_texts({"a": "Good. Bad."})
    assert "a" in export.show_cards(corpus).data


def test_a_cell_may_hold_a_line_end_of_its_own(data):
    stop = data / "stopwords.csv"
    stop.write_text(stop.read_text() + 'zzz,group,"one\u2028line"\n')
    assert len(load_corpus(data).works) == 4


def test_a_column_called_row_is_refused(data):
    works = data / "works.csv"
    works.write_text(works.read_text().replace("affiliation", "row"))
    assert any("column row: the name is taken" in p for p in problems_of(data))


def test_a_text_with_no_heading_but_that_of_its_references_has_its_words():
    text = "Our paper is short.\n\nIt asks for trust.\n\nReferences\n\n[1] Hu, A. (2014). A book. Beijing.\n"
    corpus = corpus_from_texts({"short": text})
    assert corpus.body().words()["token"].tolist()[:4] == ["Our", "paper", "is", "short"]
    assert set(corpus.sections["kind"]) == {"body", "references"}
    text = "Laws bind people.\nConclusion\nThey bind.\nReferences\nHu\n"
    corpus = corpus_from_texts({"short": text})
    assert len(corpus.body().words()) == 6
    assert corpus.sections["kind"].tolist() == ["body", "conclusion", "references"]
