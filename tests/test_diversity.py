"""How varied and how hard: by hand, against plain loops, and against another program."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis.diversity import (
    count_syllables,
    flesch_kincaid_grade,
    flesch_reading_ease,
    lexical_diversity,
    mattr,
    mtld,
    readability,
    yules_k,
)

TEXTS = st.lists(st.sampled_from("abcdefg"), max_size=60)

# --- Lexical diversity, by hand -----------------------------------------------------------


def test_mattr_by_hand():
    # aab, aba, bac have 2, 2 and 3 types.
    assert mattr("aabac", window=3) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_mattr_of_a_text_shorter_than_the_window_is_the_ttr_of_the_whole():
    assert mattr("aabac", window=50) == pytest.approx(3 / 5)
    assert mattr("aabac", window=5) == pytest.approx(3 / 5)
    assert mattr("aabac", window=1) == 1


def test_mtld_by_hand():
    # Forwards: a, ab, aba (2/3 closes), then cd: one factor. Backwards: d, dc, dca, dcab,
    # dcaba (4/5): (1 - 4/5) / (1 - 0.72) of a factor.
    assert mtld("abacd") == pytest.approx((5 / 1 + 5 / (0.2 / 0.28)) / 2)


def test_a_factor_closes_at_the_threshold_itself():
    # 18 types in 25 words are 0.72 exactly; one word more would begin a second factor.
    text = [*"abcdefghijklmnopqr", *"abcdefg"]
    assert mtld(text) == pytest.approx((25 + 25) / 2)
    assert mtld([*text, "z"]) == pytest.approx((26 / 1 + 26 / (1 - 19 / 26) * 0.28) / 2)
    assert mtld("ab", threshold=0.999) != mtld("aa", threshold=0.999) == 2


def test_yules_k_by_hand():
    # a three times, b twice, c once: 10**4 * (9 + 4 + 1 - 6) / 36.
    assert yules_k("aaabbc") == pytest.approx(1e4 * 8 / 36)
    assert yules_k("abc") == 0


def test_no_words_have_no_diversity():
    assert math.isnan(mattr([]))
    assert math.isnan(mtld([]))
    assert math.isnan(yules_k([]))


def test_mtld_of_words_that_all_differ_is_not_defined():
    assert math.isnan(mtld(["one"]))
    assert math.isnan(mtld(list("abcdefghij")))


def test_words_are_compared_as_they_are_given():
    assert yules_k(["The", "the"]) == 0
    assert yules_k(iter(["the", "the"])) == 5000


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        (lambda: mattr("ab", window=0), "window must be at least 1"),
        (lambda: mtld("ab", threshold=0), "threshold must lie between"),
        (lambda: mtld("ab", threshold=1), "threshold must lie between"),
    ],
)
def test_senseless_settings_are_refused(call, wrong):
    with pytest.raises(ValueError, match=wrong):
        call()


# --- Lexical diversity, as properties ------------------------------------------------------


@given(TEXTS, st.integers(1, 12))
def test_mattr_is_the_mean_over_windows(text, window):
    width = min(window, len(text))
    windows = [text[i : i + width] for i in range(len(text) - width + 1)] if text else []
    expected = np.mean([len(set(w)) / width for w in windows]) if windows else math.nan
    assert mattr(text, window) == pytest.approx(expected, nan_ok=True)


def plain_mtld(text, threshold):
    def one_way(words):
        factors, types, length = 0.0, set(), 0
        for word in words:
            types.add(word)
            length += 1
            if len(types) / length <= threshold:
                factors, types, length = factors + 1, set(), 0
        if length:
            factors += (1 - len(types) / length) / (1 - threshold)
        return len(words) / factors if factors else math.nan

    return (one_way(text) + one_way(text[::-1])) / 2


@given(TEXTS, st.floats(0.2, 0.95))
def test_mtld_is_what_a_plain_loop_gives(text, threshold):
    assert mtld(text, threshold) == pytest.approx(plain_mtld(text, threshold), nan_ok=True)


@given(TEXTS)
def test_mtld_reads_both_ways_and_names_do_not_matter(text):
    value = mtld(text)
    assert mtld(text[::-1]) == pytest.approx(value, nan_ok=True)
    assert mtld([f"word {w}" for w in text]) == pytest.approx(value, nan_ok=True)


@given(TEXTS.filter(bool), st.randoms())
def test_yules_k_is_the_chance_of_a_repetition_in_any_order(text, random):
    pairs = sum(a == b for i, a in enumerate(text) for j, b in enumerate(text) if i != j)
    assert yules_k(text) == pytest.approx(1e4 * pairs / len(text) ** 2)
    random.shuffle(text)
    assert yules_k(text) == pytest.approx(1e4 * pairs / len(text) ** 2)


# --- Lexical diversity of the texts ----------------------------------------------------------

# Confirmed by recomputation with lexicalrichness 0.5.1 on the same lists of lower-case words
# (mattr also with taaled 0.32, whose mtld closes no factor before ten words and so differs).
CONFIRMED = {
    "li": (0.7362938005, 50.1497132255, 159.0237356779),
    "lian": (0.6990116937, 39.9156821783, 242.1426611797),
    "region": (0.6721404557, 32.8680053020, 239.4027459819),
    "shen": (0.6992696493, 41.3195136183, 221.6709654186),
}


@pytest.fixture(scope="module")
def diversity(body):
    return lexical_diversity(body.tokens).set_index("work_id")


def test_the_four_works_have_the_values_of_another_program(diversity):
    assert set(diversity.index) == set(CONFIRMED)
    for work, values in CONFIRMED.items():
        found = diversity.loc[work, ["mattr", "mtld", "yules_k"]].tolist()
        assert found == pytest.approx(values, abs=1e-9)


def test_the_table_says_what_the_functions_say(body, diversity):
    forms = [w.lower() for w in body.select(works="li").words()["token"]]
    row = diversity.loc["li"]
    assert (row["size"], row["types"]) == (len(forms), len(set(forms)))
    assert row["mattr"] == mattr(forms)
    assert row["mtld"] == mtld(forms)
    assert row["yules_k"] == yules_k(forms)


def test_columns_and_order_of_the_intervals(diversity):
    measures = ["mattr", "mtld", "yules_k"]
    ends = [f"{m}{end}" for m in measures for end in ("", "_low", "_high")]
    assert diversity.reset_index().columns.tolist() == ["work_id", "size", "types", *ends]
    for measure in measures:
        assert (diversity[f"{measure}_low"] < diversity[measure]).all()
        assert (diversity[measure] < diversity[f"{measure}_high"]).all()


def test_two_extractions_of_one_article_are_equally_varied(corpus):
    kinds = ("abstract", "body", "conclusion")
    prose = corpus.select(works="shen", kinds=kinds).tokens
    table = lexical_diversity(prose, by="document_id", resamples=0).set_index("document_id")
    # One word of 4,184 differs: a heading has COOPERATION here and VOOPERATION there.
    assert table["size"].tolist() == [4184, 4184]
    assert table.loc["shen-twin", "types"] == table.loc["shen", "types"] + 1
    assert table.loc["shen-twin", "mattr"] == pytest.approx(table.loc["shen", "mattr"], abs=1e-4)
    assert table.filter(like="_low").isna().all(axis=None)


def tokens_of(*paragraphs):
    """A token table of one toy work; each paragraph is one sentence of words."""
    rows = [
        {"document_id": "a", "work_id": "a", "paragraph_id": f"g{i}", "sentence_id": f"s{i}",
         "token": word, "is_word": word != "[1]"}
        for i, words in enumerate(paragraphs) for word in words.split()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["document_id", "work_id", "paragraph_id", "sentence_id", "token", "is_word"])  # fmt: skip


def test_forms_are_compared_in_lower_case_and_marks_are_no_words():
    row = lexical_diversity(tokens_of("Law laws [1] LAW")).iloc[0]
    assert row[["size", "types"]].tolist() == [3, 2]
    assert row["yules_k"] == pytest.approx(1e4 * 2 / 9)


def test_intervals_come_from_paragraphs_drawn_with_replacement():
    # Two paragraphs give four texts: xx xx, yz yz, xx yz and yz xx.
    row = lexical_diversity(tokens_of("x x", "y z"), resamples=400, window=4).iloc[0]
    assert row["mattr"] == 3 / 4
    assert (row["mattr_low"], row["mattr_high"]) == (1 / 4, 3 / 4)
    assert (row["yules_k_low"], row["yules_k_high"]) == (1e4 * 2 / 16, 1e4 * 12 / 16)
    # In xx yz the doubled word closes a factor first, or is the end of a long one: three values.
    ends = [mtld("xxxx"), mtld("yzyz"), mtld("xxyz")]
    assert (row["mtld_low"], row["mtld_high"]) == (min(ends), max(ends))


def test_the_level_is_the_share_inside():
    # A quarter of the drawn texts has a ratio of 1/4, a quarter of 1/2, half of 3/4.
    tokens = tokens_of("x x", "y z")
    row = lexical_diversity(tokens, resamples=400, window=4, level=0.4).iloc[0]
    assert (row["mattr_low"], row["mattr_high"]) == (1 / 2, 3 / 4)
    row = lexical_diversity(tokens, resamples=400, window=4, level=0.6).iloc[0]
    assert (row["mattr_low"], row["mattr_high"]) == (1 / 4, 3 / 4)


def test_a_single_paragraph_has_nothing_to_vary():
    row = lexical_diversity(tokens_of("to be or not to be")).iloc[0]
    assert row["mtld_low"] == row["mtld"] == row["mtld_high"]
    alone = lexical_diversity(tokens_of("to be or not")).iloc[0]
    assert np.isnan([alone["mtld"], alone["mtld_low"], alone["mtld_high"]]).all()


def test_the_same_seed_gives_the_same_interval(body):
    first, second = (lexical_diversity(body.tokens, resamples=20, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    other = lexical_diversity(body.tokens, resamples=20, seed=4)
    assert (other["mtld_low"] != first["mtld_low"]).all()


def test_a_wider_level_gives_a_wider_interval(body):
    narrow, wide = (lexical_diversity(body.tokens, resamples=100, level=x) for x in (0.5, 0.95))
    for measure in ("mattr", "mtld", "yules_k"):
        assert (wide[f"{measure}_low"] < narrow[f"{measure}_low"]).all()
        assert (narrow[f"{measure}_high"] < wide[f"{measure}_high"]).all()


def test_the_settings_of_the_measures_are_passed_on(body):
    forms = [w.lower() for w in body.select(works="li").words()["token"]]
    table = lexical_diversity(body.tokens, resamples=0, window=100, threshold=0.66)
    row = table.set_index("work_id").loc["li"]
    assert row["mattr"] == mattr(forms, 100)
    assert row["mtld"] == mtld(forms, 0.66)


@pytest.mark.parametrize("table", [lambda c: lexical_diversity(c.tokens), readability])
def test_a_work_is_not_counted_twice(corpus, table):
    with pytest.raises(ValueError) as here:
        table(corpus)
    with pytest.raises(ValueError) as there:
        analysis.term_frequencies(corpus.tokens)
    assert str(here.value) == str(there.value)
    assert "work shen would be counted from more than one document" in str(here.value)


@pytest.mark.parametrize(
    "wrong", [{"by": "nothing"}, {"resamples": -1}, {"level": 0}, {"level": 1}]
)
def test_senseless_settings_of_the_tables_are_refused(body, wrong):
    for call in (
        lambda: lexical_diversity(body.tokens, **wrong),
        lambda: readability(body, **wrong),
    ):
        with pytest.raises(ValueError, match=next(iter(wrong)).replace("by", "no column")):
            call()
    for setting in ({"window": 0}, {"threshold": 1}):
        with pytest.raises(ValueError, match=next(iter(setting))):
            lexical_diversity(body.tokens, **setting)


def test_an_empty_table_gives_an_empty_table(body, diversity):
    empty = lexical_diversity(body.tokens.iloc[:0])
    assert empty.columns.tolist() == diversity.reset_index().columns.tolist()
    assert empty.empty


def test_four_works_are_compared_while_a_reader_waits(body):
    start = time.perf_counter()
    lexical_diversity(body.tokens)
    readability(body)
    # About 1.3 s on two slow cores; the room is for a machine under load.
    assert time.perf_counter() - start < 10


# --- Readability ----------------------------------------------------------------------------


def test_flesch_by_hand():
    # 100 words, 5 sentences, 150 syllables.
    assert flesch_reading_ease(100, 5, 150) == pytest.approx(206.835 - 20.3 - 126.9)
    assert flesch_kincaid_grade(100, 5, 150) == pytest.approx(7.8 + 17.7 - 15.59)


def test_flesch_takes_arrays():
    ease = flesch_reading_ease([100, 200], 5, [150, 300])
    assert ease == pytest.approx(
        [flesch_reading_ease(100, 5, 150), flesch_reading_ease(200, 5, 300)]
    )
    assert isinstance(flesch_kincaid_grade(100, 5, 150), float)


@pytest.mark.parametrize("counts", [(0, 0, 0), (0, 3, 0), (10, 0, 12)])
def test_without_words_or_sentences_nothing_is_readable(counts):
    assert math.isnan(flesch_reading_ease(*counts))
    assert math.isnan(flesch_kincaid_grade(*counts))


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        flesch_reading_ease(100, -5, 150)


@given(st.integers(1, 500), st.integers(1, 50), st.integers(0, 300))
def test_longer_words_and_sentences_are_harder_in_both(words, sentences, more):
    syllables = words + more
    for longer in ((words, sentences, syllables + 1), (words * 2, sentences, syllables * 2)):
        before = (words, sentences, syllables)
        assert flesch_reading_ease(*longer) < flesch_reading_ease(*before)
        assert flesch_kincaid_grade(*longer) > flesch_kincaid_grade(*before)


@pytest.fixture(scope="module")
def readable(body):
    return readability(body).set_index("work_id")


def test_readability_of_the_four_works(body, readable):
    # li has the shortest sentences and is the easiest; region is the hardest.
    assert readable["flesch"].sort_values().index.tolist() == ["region", "shen", "lian", "li"]
    assert readable["grade"].idxmax() == "region"
    for work, row in readable.iterrows():
        part = body.select(works=work, headings=False)
        assert row["words"] == len(part.words())
        assert row["sentences"] == part.words()["sentence_id"].nunique()
        assert row["syllables"] == sum(count_syllables(w) for w in part.words()["token"])
        counts = row[["words", "sentences", "syllables"]]
        assert row["flesch"] == pytest.approx(flesch_reading_ease(*counts))
        assert row["grade"] == pytest.approx(flesch_kincaid_grade(*counts))
        assert row["words_per_sentence"] == row["words"] / row["sentences"]
        assert row["syllables_per_word"] == row["syllables"] / row["words"]
        assert row["flesch_low"] < row["flesch"] < row["flesch_high"]
        assert row["grade_low"] < row["grade"] < row["grade_high"]


def test_columns_of_readability(readable):
    assert readable.reset_index().columns.tolist() == [
        "work_id", "words", "sentences", "syllables", "words_per_sentence", "syllables_per_word",
        "flesch", "flesch_low", "flesch_high", "grade", "grade_low", "grade_high",
    ]  # fmt: skip
    assert {readable[c].dtype.kind for c in ("words", "sentences", "syllables")} == {"i"}


def test_what_is_no_sentence_is_left_out(corpus):
    columns = ["words", "sentences", "syllables"]
    everything = readability(corpus, by="document_id", resamples=0).set_index("document_id")
    prose = readability(corpus.body(), by="document_id", resamples=0).set_index("document_id")
    pd.testing.assert_frame_equal(everything.loc[prose.index, columns], prose[columns])
    assert everything.loc["shen-twin", columns].tolist() == prose.loc["shen", columns].tolist()


def test_readability_without_resamples_and_without_text(body, readable):
    bare = readability(body, resamples=0).set_index("work_id")
    assert bare[["flesch_low", "flesch_high", "grade_low", "grade_high"]].isna().all(axis=None)
    pd.testing.assert_series_equal(bare["flesch"], readable["flesch"])
    empty = readability(body.select(kinds="footnote"))
    assert empty.columns.tolist() == readable.reset_index().columns.tolist()
    assert empty.empty


def test_readability_is_seeded(body, readable):
    pd.testing.assert_frame_equal(readability(body).set_index("work_id"), readable)
    assert (
        readability(body, seed=1).set_index("work_id")["flesch_low"] != readable["flesch_low"]
    ).all()


# --- Syllables ------------------------------------------------------------------------------

# Counted by hand: 200 words drawn from the running text of the four works and 120 drawn from
# the list of their forms, each once (seeded draws; what stands twice was counted once).
BY_HAND = """
a 1 about 2 absorbed 2 accurate 3 across 2 adding 2 adopt 2 adopted 3 advance 2 advancing 3 all 1 allowing 3
also 2 an 1 and 1 as 1 associations 5 atmosphere 3 attributed 4 autonomous 4 bank 1 based 1 basic 2 basis 2
been 1 behavior 3 behaviors 3 benefit 3 benign 2 better 2 burdens 2 carried 2 central 2 change 1 changing 2
charter 2 chinese 2 citizens 3 city 2 clearly 2 coexisted 4 cognitions 3 combination 4 compared 2
competitiveness 5 completeness 3 concepts 2 conflicts 2 constructing 3 cooperation 5 coordinated 5
corresponding 4 corruption 3 countermeasures 4 criterion 4 cultivate 3 decision 3 decision-making 5 demands 2
democratic 4 determine 3 development 4 dictatorship 4 different 3 directly 3 disease 2 distinction 3 division
3 dominated 4 doubt 1 echo 2 effective 3 enhance 2 equitable 4 establishment 4 exchange 2 exercise 3
exercising 4 experiences 5 experiments 4 face 1 factor 2 federal 3 field 1 food 1 form 1 fostering 3 found 1
give 1 governance 3 government 3 governments 3 gradually 4 group 1 groups 1 guidance 2 has 1 helm 1 highest 2
hold 1 horizontal 4 however 3 idea 3 if 1 imperfect 3 important 3 in 1 in-depth 2 increase 2 initiative 4
innovative 4 interest 3 interests 3 interpretation 5 involved 2 is 1 it 1 key 1 lacking 2 large-scale 2 last 1
law 1 legal 2 lies 1 life 1 links 1 local 2 mainland 2 mainly 2 management 3 markets 2 maximize 3 meanwhile 2
mechanism 4 method 2 methods 2 modernization 5 morality 4 multiple 3 neutralization 5 not 1 nothing 2 of 1
open 2 opinion 3 opinions 3 organization 5 organizational 6 organizations 5 origin 3 original 4 our 1 out 1
participants 4 participate 4 participation 5 particularity 6 paying 2 penetration 4 personal 3 polanyi 3
policy 3 positioning 4 power 2 pressure 2 prevents 2 promote 2 promoted 3 prompted 2 provision 3 public 2
publicity 4 rationality 5 realism 4 realistic 4 realization 5 recent 2 recruitment 3 refers 2 regional 3
regionalization 6 requires 2 researchers 3 result 2 revolves 2 rights 1 run 1 same 1 satisfaction 4 secretary
4 session 2 should 1 sole 1 some 1 stalk 1 standards 2 subjects 2 summarizing 4 supervision 4 supporting 3
target 2 task 1 the 1 these 1 thing 1 three 1 thus 1 to 1 transactional 4 transformation 4 transition 3 turned
1 under 2 use 1 value 2 values 2 very 2 vision 2 water 2 wealth 1 why 1 with 1 word 1
"""
COUNTED = dict(zip(BY_HAND.split()[::2], map(int, BY_HAND.split()[1::2]), strict=True))


def test_the_list_is_drawn_from_the_texts(body):
    assert len(COUNTED) == 223
    assert set(COUNTED) <= {w.lower() for w in body.words()["token"]}


def test_syllables_are_those_counted_by_hand():
    wrong = {w: count_syllables(w) for w, number in COUNTED.items() if count_syllables(w) != number}
    # The rules were adjusted until the list held: this says that they do not get worse.
    assert wrong == {}


# Other English words, drawn by a seed from a dictionary, names left out, and counted by hand.
# The rules were made without them, but for the u in antiquity, which was mended afterwards.
OTHERS = """
abortive 3 academy 4 accusatory 5 administratively 6 afternoon 3 alleging 3 amendments 3 ample 2 antiquity 4
arthropod 3 bachelor 3 baptistery 4 beckoning 3 biodiversity 6 biplane 2 bluestone 2 butchering 3 byline 2
chambered 2 chimp 1 complication 4 conscientious 4 corvettes 2 crossings 2 cumber 2 dazzled 2 dead 1 deans 1
dentists 2 detainee 3 detonated 4 devaluate 4 dies 1 disunion 3 diver 2 dogging 2 driest 2 dyslexia 4 elevator
4 emancipating 5 faze 1 february 4 fetal 2 feud 1 flannels 2 flattening 3 forfeitures 3 garlicky 3 graph 1
gully 2 hallow 2 haploid 2 heap 1 heretics 3 hindrance 2 hives 1 homesteaded 3 impress 2 industrialist 5
inflatable 4 infrastructures 4 insisted 3 ischemic 3 jeans 1 jetliner 3 judgments 2 justified 3 kinesthetic 4
knead 1 languished 2 leaving 2 lick 1 mavericks 3 mentor 2 mines 1 misplace 2 mutualism 5 northern 2
overburden 4 overdraw 3 oversimplify 5 paired 1 paraplegic 4 peopled 2 printmaker 3 privation 3 puttering 3
recognising 4 referenced 3 refrigerator 5 relay 2 sardines 2 scuffled 2 seismologists 4 shave 1 sightings 2
slit 1 socratic 3 soiled 1 spearheaded 3 speculates 3 spite 1 sundial 3 surrealism 5 topology 4 toppled 2
turboprops 3 uncovered 3 uniqueness 3 unreachable 4 unworried 3 unwrapping 3 whittle 2 writhed 1 yoked 1
"""
OTHERS_COUNTED = dict(zip(OTHERS.split()[::2], map(int, OTHERS.split()[1::2]), strict=True))


def test_the_error_on_other_words_is_known():
    wrong = {w for w, number in OTHERS_COUNTED.items() if count_syllables(w) != number}
    assert wrong == {"conscientious", "dyslexia", "february", "homesteaded", "uniqueness"}
    found, counted = sum(map(count_syllables, OTHERS_COUNTED)), sum(OTHERS_COUNTED.values())
    assert (found, counted) == (310, 311)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("", 0), ("GDP", 3), ("BBS", 3), ("2004", 4), ("18th", 2), ("1970s", 4), ("the", 1),
        ("Löffler", 2), ("China's", 2), ("enterprise's", 4), ("enterprise’s", 4), ("can't", 1),
        ("people's", 2), ("Beijing-Tianjin-Hebei", 6), ("non-governmental", 5),
        ("decision-making", 5), ("GOVERNANCE", 3), ("rhythm", 2), ("治理", 2),
    ],
)  # fmt: skip
def test_numbers_names_compounds_and_spelt_out_letters(word, number):
    assert count_syllables(word) == number


@given(st.text(min_size=1))
def test_every_word_has_a_syllable(word):
    assert count_syllables(word) >= 1
