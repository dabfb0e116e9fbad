"""Sentences are cut where a reader cuts them; words get the right lemma."""

import csv
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import language
from analysis.language import Lemmatizer, SentenceSplitter

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "tests" / "sentences"


def benchmark():
    """Return the script that compares segmenters; it reads the sample and counts the ends."""
    path = ROOT / "benchmarks" / "segmenters.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SEGMENTERS = benchmark()
READ = SEGMENTERS.read_sample()
SPLITTER = SEGMENTERS.own_splitter()
ABBREVIATIONS = [row["abbreviation"] for row in rows(ROOT / "data" / "abbreviations.csv")]
LEMMAS = {row["token"]: row["lemma"] for row in rows(ROOT / "data" / "lemma_exceptions.csv")}


def paragraphs(corpus, document_id):
    """Return the paragraphs of the running text, headings left out, in order."""
    sections = corpus.sections[corpus.sections["document_id"] == document_id]
    running = sections[sections["kind"].isin(["abstract", "body", "conclusion"])]
    with_heading = set(corpus.sentences.loc[corpus.sentences["is_heading"], "section_id"])
    lines = []
    for section_id in running["section_id"]:
        text = corpus.texts[section_id].text.split("\n")
        lines += text[1:] if section_id in with_heading else text
    return [line for line in lines if line]


def cut(text):
    return [text[start:end] for start, end in SPLITTER.spans(text)]


# --- The sample --------------------------------------------------------------------------


def test_the_sample_has_a_file_for_each_document(corpus):
    assert set(READ) == set(corpus.documents["document_id"])


@pytest.mark.parametrize("document_id", READ)
def test_the_sample_is_the_cleaned_text(corpus, document_id):
    known = paragraphs(corpus, document_id)
    places = [known.index(" ".join(sentences)) for sentences in READ[document_id]]
    assert places == sorted(set(places))


def test_the_two_extractions_share_the_paragraphs_between_them(corpus):
    parts = [{" ".join(p).casefold() for p in READ[name]} for name in ("shen", "shen-twin")]
    assert not parts[0] & parts[1]
    assert parts[0] | parts[1] == {p.casefold() for p in paragraphs(corpus, "shen-twin")}


def test_the_sample_is_large_enough():
    inner = {name: sum(len(p) - 1 for p in READ[name]) for name in READ}
    assert sum(inner.values()) >= 300
    assert min(inner.values()) >= 40


@pytest.mark.parametrize(
    "place",
    [
        "coordination, etc..\nLocal government",
        "managers, etc.\nThe fourth layer",
        "society, etc. Jointly regulate",
        "civil, etc. be coexisted",
        "development, etc., to build",
        "to rethink..\nMany",
        'arrangements[2]. "',
        "societies[5].\n\"From",
        'people.\n"Local',
        'good governance".\nLegitimate',
        'policy test theory."\nThe',
        'Department of"[14].\nSuch',
        "conditions [1-3].\nThe",
        "(Hu, 2014).\nOf course",
        "a debate.\nthe focus",
        "cooperation?\nhow to locate",
        "governance (Regional currency), that",
        "more than 410,000, this",
    ],
)  # fmt: skip
def test_the_sample_holds_the_hard_places(place):
    text = "\n\n".join("\n".join(p) for parts in READ.values() for p in parts)
    assert place in text


# --- Sentences ---------------------------------------------------------------------------


def errors():
    """Return where the splitter and the reading differ, as in known_errors.txt."""
    found = []
    for name, parts in READ.items():
        for sentences in parts:
            text = " ".join(sentences)
            ends = {end for _, end in SPLITTER.spans(text)} - {len(text)}
            read = {len(" ".join(sentences[:n])) for n in range(1, len(sentences))}
            for end in sorted(ends ^ read):
                what = "missed" if end in read else "extra"
                place = f"{text[max(0, end - 50) : end]} ¦{text[end : end + 40]}"
                found.append(f"{name} {what}: {place.strip()}")
    return found


def test_the_errors_are_the_known_ones():
    known = (SAMPLE / "known_errors.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(errors()) == sorted(known)


def test_the_recorded_comparison_is_the_one_of_this_splitter():
    recorded = rows(ROOT / "benchmarks" / "results" / "segmenters.csv")
    assert {row["segmenter"] for row in recorded} == set(SEGMENTERS.SEGMENTERS)
    (own,) = [row for row in recorded if row["segmenter"] == "SentenceSplitter"]
    sample = [p for parts in READ.values() for p in parts]
    counted = SEGMENTERS.compare(SEGMENTERS.make_own(), sample)
    assert {key: str(value) for key, value in counted.items()} == {key: own[key] for key in counted}


def test_a_comparison_by_hand():
    # Read: after the 3rd and 6th character. Found: after the 3rd and the 8th.
    sample = [["A b.", "C d.", "E f."]]
    counted = SEGMENTERS.compare(lambda text: ["A b. ", "C d. E f", "."], sample)
    assert (counted["right"], counted["missed"], counted["extra"]) == (1, 1, 1)
    assert counted["ends"] == 2
    assert counted["precision"] == counted["recall"] == counted["f1"] == 0.5
    with pytest.raises(ValueError, match="not the paragraph"):
        SEGMENTERS.compare(lambda text: ["A b."], sample)


PIECES = ["etc.", "no.", "e.g.", "a", "B", " ", "  ", "\n", '"', "'", ".", "?", "[2]", "(Hu, 2014)"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_spans_hold_all_but_white_space(text):
    done = 0
    for start, end in SPLITTER.spans(text):
        assert done <= start < end
        assert text[start:end] == text[start:end].strip()
        assert text[done:start].isspace() or start == 0
        done = end
    assert not text[done:].strip()


@pytest.mark.parametrize("document_id", READ)
def test_spans_give_the_paragraph_back(corpus, document_id):
    for text in paragraphs(corpus, document_id):
        assert " ".join(cut(text)) == text


@pytest.mark.parametrize(
    "sentences",
    [
        ["Law, market, etc. are meant."],
        ["Law, market, etc., are meant."],
        ["Law, market, etc. therefore it is so."],
        ["Law, market, etc.", "The state is meant."],
        ["Law, market, etc.", '"The state" is meant.'],
        ['He says "law, etc."', "The state is meant."],
        ["Law, market, etc.[3]", "The state is meant."],
        ["Law, market, etc..", "The state is meant."],
        ["Law, market, etc.. and the state."],
        ["They rethink..", "Many do."],
        ["They go on... and on."],
        ["The answer is no.", "They left."],
        ["See No. 5 and Art. 7 of it."],
        ["A work of art.", "It stays."],
        ["Li et al. say so, e.g. in vol. 3, p. 5 of it."],
        ["Dr. J. Smith of the U.S. Congress came."],
        ["It grew by 3.5 per cent.", "Then it fell."],
        ["That was in 1969.", "20 provinces followed."],
        ["It is so [2].", "That is all."],
        ["It is so.[2]", "That is all."],
        ["It is so (Hu, 2014).", "That is all."],
        ['He asked "why?"', "Then he left."],
        ["Is it so?", "how can it be?"],
        ["It ends here.", "its end is near."],
        ["two things: The first; The second."],
    ],
)  # fmt: skip
def test_a_rule_of_sentence_ends(sentences):
    assert cut(" ".join(sentences)) == sentences


@pytest.mark.parametrize("abbreviation", ABBREVIATIONS)
def test_no_sentence_ends_after_an_abbreviation_in_mid_sentence(abbreviation):
    text = f"As said in {abbreviation}. 5 of it."
    assert cut(text) == [text]
    assert [text[a:b] for a, b in SentenceSplitter().spans(text)] != [text], "it is not needed"


# --- Lemmas ------------------------------------------------------------------------------


@pytest.mark.parametrize(("token", "lemma"), LEMMAS.items())
def test_a_lemma_exception_is_applied_and_needed(token, lemma):
    assert Lemmatizer()(token) != lemma
    lemmatize = Lemmatizer(LEMMAS)
    assert lemmatize(token) == lemmatize(token.upper()) == lemmatize(token.title()) == lemma


def test_the_corpus_uses_the_lemma_exceptions(corpus):
    tokens = corpus.tokens[["token", "lemma"]].astype(str)
    tokens["expected"] = tokens["token"].str.lower().map(LEMMAS)
    tokens = tokens.dropna()
    assert len(tokens) > 100
    assert (tokens["lemma"] == tokens["expected"]).all()


def test_lemmas_are_lower_case_and_not_empty(corpus):
    lemmas = corpus.tokens["lemma"].cat.categories
    assert list(lemmas) == [lemma.lower() for lemma in lemmas]
    assert all(lemma.strip() == lemma != "" for lemma in lemmas)


@pytest.mark.parametrize(
    ("token", "lemma"),
    [
        ("Governments", "government"),
        ("government's", "government"),
        ("government’s", "government"),
        ("better", "good"),
        ("Löffler", "löffler"),
        ("was", "be"),
    ],
)
def test_a_lemma_of_the_dictionary(token, lemma):
    assert Lemmatizer(LEMMAS)(token) == lemma


def test_many_lemmas_are_those_of_each_word():
    lemmatize = Lemmatizer(LEMMAS)
    words = ["Cities", "city", "cities", "Cities", "planning"]
    assert lemmatize.all(words) == [lemmatize(word) for word in words]


def test_the_last_word_belongs_to_the_exceptions():
    assert Lemmatizer({"cities": "town"})("Cities") == "town"


def test_windows_do_not_change_the_sentences(corpus, monkeypatch):
    """A long text is read in windows; the borders of the windows leave no trace."""
    text = " ".join(t.text.replace("\n", " ") for t in corpus.texts.values())
    split = SentenceSplitter({"al", "etc", "e.g"})
    whole = split.spans(text)
    monkeypatch.setattr(language, "WINDOW", 700)
    assert split.spans(text) == whole


def test_a_text_without_any_end_is_one_sentence(monkeypatch):
    monkeypatch.setattr(language, "WINDOW", 10)
    text = "no final mark stands anywhere in these words"
    assert SentenceSplitter().spans(text) == [(0, len(text))]
