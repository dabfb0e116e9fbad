"""All coded items in one table: nothing is lost, nothing runs, and readers can filter it."""

import re
from collections import Counter
from dataclasses import replace
from html import unescape

import browser as chrome
import pandas as pd
import pytest

import analysis
from analysis import browser
from analysis.book import STATIC
from analysis.text import WORD


@pytest.fixture(scope="module")
def items(coding, corpus, hits):
    coders = coding.problems[["problem_id"]].rename(columns={"problem_id": "item_id"})
    remedies = coding.remedies[["remedy_id"]].rename(columns={"remedy_id": "item_id"})
    both = pd.concat([coders, remedies])
    # Every third item is in one coding only.
    both["coders"] = [1 if place % 3 == 0 else 2 for place in range(len(both))]
    return browser.coded_items(coding, corpus, hits, both)


@pytest.fixture(scope="module")
def shown(items, corpus, coding, lexicon):
    return browser.show_coding(items, corpus, coding, lexicon, name=None).data


@pytest.fixture
def reused():
    """A small corpus with ids of its own: two items share one, another is no plain word."""
    text = "Rivers are dirty because nobody looks after them at all. A council should clean rivers."
    corpus = analysis.corpus_from_texts({"essay": text})
    (section,) = corpus.sections["section_id"].unique()
    sentences = corpus.sentences["sentence_id"].tolist()
    place = {"work_id": "essay", "document_id": "essay", "section_id": section, "note": ""}
    cut = text.index("A council")
    problems = [
        {**place, "problem_id": "1", "level": "practice", "theme": "dirt", "voice": "author",
         "stance": "criticised", "label": "Dirt", "quote": text[: cut - 2], "start": 0,
         "end": cut - 2, "sentence_id": sentences[0]},
    ]  # fmt: skip
    remedies = [
        {**place, "remedy_id": name, "instrument": "body", "actor": "council", "voice": "author",
         "stance": "advocated", "label": "A council", "quote": text[cut:-1], "start": cut,
         "end": len(text) - 1, "sentence_id": sentences[1]}
        for name in ("1", "the second")
    ]  # fmt: skip
    return corpus, pd.DataFrame(problems), pd.DataFrame(remedies)


def small_coding(coding, problems, remedies, links=()):
    """A coding with closed lists of its own."""
    columns = ["remedy_id", "problem_id", "basis", "rationale", "work_id"]
    return replace(
        coding,
        problems=problems,
        remedies=remedies,
        links=pd.DataFrame(list(links), columns=columns),
        themes=pd.DataFrame({"theme": ["dirt"], "label": ["Dirt & mud"], "definition": [""]}),
        instruments=pd.DataFrame({"instrument": ["body"], "label": ["Body"], "definition": [""]}),
        actors=pd.DataFrame({"actor": ["council"], "label": ["Council"], "definition": [""]}),
    )


# The tidy table


def test_every_item_has_one_row_with_its_codes(items, coding):
    for kind, table in (("problem", coding.problems), ("remedy", coding.remedies)):
        own = items[items["item"] == kind].set_index("item_id")
        wanted = table.set_index(f"{kind}_id")
        assert sorted(own.index) == sorted(wanted.index)
        for column in set(own) & set(wanted):
            assert own[column].equals(wanted[column].loc[own.index]), column
    assert len(items) == len(coding.problems) + len(coding.remedies)
    assert not items.isna().any().any()


def test_items_follow_the_works_and_their_text(items, corpus):
    works = list(dict.fromkeys(items["work_id"]))
    assert works == [w for w in corpus.works["work_id"] if w in works]
    for _, own in items.groupby(["work_id", "item"]):
        assert own.index.tolist() == list(range(own.index[0], own.index[0] + len(own)))
        assert own["start"].is_monotonic_increasing


def test_links_are_named_at_both_ends(items, coding):
    at_problems = items.loc[items["item"] == "problem"].set_index("item_id")["linked"]
    at_remedies = items.loc[items["item"] == "remedy"].set_index("item_id")["linked"]
    for link in coding.links.itertuples():
        assert f"{link.remedy_id} ({link.basis})" in at_problems[link.problem_id].split("; ")
        assert f"{link.problem_id} ({link.basis})" in at_remedies[link.remedy_id].split("; ")
    named = sum(len(cell.split("; ")) for cell in items["linked"] if cell)
    assert named == 2 * len(coding.links)


def test_values_are_those_of_the_sentences_quoted(items, corpus, hits):
    places = {s.sentence_id: s for s in corpus.sentences.itertuples()}
    listed = [c for cell in items["values"] if cell for c in cell.split("; ")]
    assert listed
    for item in items.itertuples():
        wanted = {
            h.concept_id
            for h in hits[hits["section_id"] == item.section_id].itertuples()
            if places[h.sentence_id].start < item.end and item.start < places[h.sentence_id].end
        }
        found = [c for c in item.values.split("; ") if c]
        assert len(found) == len(wanted)
        assert set(found) == wanted


def test_a_remedy_has_the_level_of_its_instrument(items, coding):
    assert "level" in coding.instruments
    levels = coding.instruments.set_index("instrument")["level"]
    remedies = items[items["item"] == "remedy"]
    assert remedies["level"].tolist() == levels[remedies["instrument"]].tolist()


def test_without_values_and_coders_their_columns_are_absent(coding, corpus, lexicon):
    items = browser.coded_items(coding, corpus)
    assert not {"values", "coders"} & set(items)
    shown = browser.show_coding(items, corpus, coding, name=None).data
    assert "data-value" not in shown
    assert "data-coders" not in shown
    assert ">Values<" not in shown


def test_coders_that_do_not_fit_are_refused(coding, corpus):
    ids = [*coding.problems["problem_id"], *coding.remedies["remedy_id"]]
    right = pd.DataFrame({"item_id": ids, "coders": 1})
    with pytest.raises(ValueError, match=f"not given for: {ids[0]}$"):
        browser.coded_items(coding, corpus, coders=right[1:])
    with pytest.raises(ValueError, match="given twice"):
        browser.coded_items(coding, corpus, coders=pd.concat([right, right[:1]]))
    with pytest.raises(ValueError, match="must be 1 or 2, not 3"):
        browser.coded_items(coding, corpus, coders=right.assign(coders=3))


# The page


def test_each_row_has_its_address_and_leads_to_its_passage(shown, items):
    rows = re.findall(r'<tr role="row" id="([^"]+)">(.*?)</tr>', shown)
    assert [name for name, _ in rows] == items["item_id"].tolist()
    for (_, row), sentence in zip(rows, items["sentence_id"], strict=True):
        assert f'href="passages.html#{sentence}"' in row
        assert row.count("<details>") == row.count("<mark>") == 1


def test_links_lead_to_rows_of_the_page_and_say_their_basis(shown, items, coding):
    targets = Counter(re.findall(r'<li><a href="#([^"]+)">', shown))
    assert set(targets) <= set(items["item_id"])
    assert sum(targets.values()) == 2 * len(coding.links)
    for basis, count in coding.links["basis"].value_counts().items():
        assert shown.count(f"</a> ({basis})</li>") == 2 * count


@pytest.mark.parametrize("width", [0, 2])
def test_context_has_its_width(items, corpus, coding, width):
    shown = browser.show_coding(items, corpus, coding, width=width, name=None).data
    pattern = re.compile(r"<blockquote>(.*?)<mark>.*?</mark>(.*?)</blockquote>")
    assert len(pattern.findall(shown)) == len(items)
    for left, right in pattern.findall(shown):
        assert len(WORD.findall(unescape(left))) <= width
        assert len(WORD.findall(unescape(right))) <= width


def test_a_negative_width_is_refused(items, corpus, coding):
    with pytest.raises(ValueError, match="not be negative, not -1"):
        browser.show_coding(items, corpus, coding, width=-1, name=None)


def test_the_items_are_written_as_a_file(items, corpus, coding, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.export.find_data", lambda: tmp_path)
    shown = browser.show_coding(items, corpus, coding, name="every_item").data
    assert 'href="../_static/tables/every_item.csv"' in shown
    written = pd.read_csv(tmp_path / "derived" / "tables" / "every_item.csv", na_filter=False)
    assert written.columns.tolist() == items.columns.tolist()
    assert written["quote"].tolist() == items["quote"].tolist()


def test_everything_is_escaped(coding, reused):
    corpus, problems, remedies = reused
    evil = '<script>document.title = "run"</script>" onclick="x'
    problems = problems.assign(label=evil, note=evil, problem_id=evil, theme="dirt", stance=evil)
    own = small_coding(coding, problems, remedies, [("1", evil, evil, "", "essay")])
    items = browser.coded_items(own, corpus)
    shown = browser.show_coding(items, corpus, own, name=None, caption=evil).data
    assert "<script" not in shown
    assert '" onclick' not in shown
    assert "Dirt &amp; mud" in shown
    assert shown.count("&lt;script&gt;") > 5


def test_a_quotation_with_markup_is_shown_as_text(chromium, coding, tmp_path):
    # Were it run, it would be an error of the page: there is no such function.
    text = "It says <script>runs()</script> and <b>more</b> of the kind here."
    corpus = analysis.corpus_from_texts({"essay": text})
    corpus.works["publish"] = "passages"
    sentence = corpus.sentences.iloc[0]
    problems = pd.DataFrame(
        {"problem_id": ["p"], "work_id": "essay", "level": "practice", "theme": "dirt",
         "voice": "author", "stance": "criticised", "label": "Markup", "quote": text, "note": "",
         "document_id": "essay", "section_id": sentence["section_id"],
         "sentence_id": sentence["sentence_id"], "start": 0, "end": len(text)}
    )  # fmt: skip
    remedies = coding.remedies[:0]
    own = small_coding(coding, problems, remedies)
    shown = browser.show_coding(browser.coded_items(own, corpus), corpus, own, name=None).data
    assert "<script" not in shown
    assert "&lt;script&gt;runs()" in shown
    with opened(chromium, write_page(tmp_path, shown)) as page:
        page.locator("summary").click()
        assert page.locator("mark").inner_text() == text


def test_other_ids_get_addresses_of_their_own(coding, reused):
    corpus, problems, remedies = reused
    links = [("1", "1", "explicit", "", "essay"), ("the second", "1", "inferred", "", "essay")]
    own = small_coding(coding, problems, remedies, links)
    items = browser.coded_items(own, corpus)
    assert items["linked"].tolist() == ["1 (explicit); the second (inferred)", "1 (explicit)",
                                        "1 (inferred)"]  # fmt: skip
    shown = browser.show_coding(items, corpus, own, name=None).data
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(set(ids)) == len(items)
    assert not any(re.search(r"\s", name) for name in ids)
    assert set(re.findall(r'href="#([^"]+)"', shown)) <= set(ids)


def test_a_coding_without_items_or_links_is_shown(chromium, coding, reused, corpus, hits, tmp_path):
    texts, problems, remedies = reused
    unlinked = small_coding(coding, problems, remedies)
    items = browser.coded_items(unlinked, texts)
    assert (items["linked"] == "").all()
    shown = browser.show_coding(items, texts, unlinked, name=None).data
    assert shown.count("no link</td>") == len(items)
    empty = small_coding(coding, coding.problems[:0], coding.remedies[:0])
    items = browser.coded_items(empty, corpus, hits, pd.DataFrame({"item_id": [], "coders": []}))
    assert items.empty
    shown = browser.show_coding(items, corpus, empty, name=None).data
    assert "<tbody" in shown
    with opened(chromium, write_page(tmp_path, shown)) as page:
        assert page.get_by_role("status").inner_text() == "0 of 0 rows"


def test_a_link_to_a_row_left_out_leads_nowhere(items, corpus, coding):
    link = coding.links.iloc[0]
    part = items[items["item_id"] == link["remedy_id"]]
    shown = browser.show_coding(part, corpus, coding, name=None).data
    assert f"<li>{link['problem_id']} ({link['basis']})</li>" in shown
    assert f"#{link['problem_id']}" not in shown


# The page in a browser


def write_page(folder, shown):
    """A page with the styles and scripts of the book, without its theme."""
    styles = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">'
        for name in ("book.css", "evidence.css", "browse.css")
    )
    scripts = "".join(
        f'<script src="{(STATIC / name).as_uri()}"></script>'
        for name in ("evidence.js", "browse.js")
    )
    path = folder / "items.html"
    path.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Items</title>'
        f'<meta name="viewport" content="width=device-width">{styles}{scripts}</head>'
        f'<body><main class="bd-article"><h1>Items</h1>{shown}</main></body></html>',
        encoding="utf-8",
    )
    return path


class opened:
    """Open a page and, at the end, see that nothing went wrong in it."""

    def __init__(self, running, address, **options):
        self.context = chrome.open_page(running, address, **options)

    def __enter__(self):
        page, self.faults = self.context.__enter__()
        return page

    def __exit__(self, *error):
        found = self.faults.found()
        self.context.__exit__(*error)
        if error == (None, None, None):
            assert found == []


@pytest.fixture(scope="module")
def page_file(shown, tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("items"), shown)


@pytest.fixture(scope="module")
def chromium():
    with chrome.chromium() as running:
        yield running


SHOWN_IDS = "rows => rows.filter(row => !row.hidden).map(row => row.id)"


def shown_ids(page):
    return page.eval_on_selector_all("tbody tr", SHOWN_IDS)


def said(page):
    return page.get_by_role("status").inner_text()


FIELDS = {
    "Paper": "work_id",
    "Problem or remedy": "item",
    "Level": "level",
    "Theme of problem": "theme",
    "Instrument of remedy": "instrument",
    "Actor of remedy": "actor",
    "Stance": "stance",
    "Voice": "voice",
    "Value mentioned": "values",
    "Link": "linked",
    "Codings": "coders",
}


def fitting(items, column, code):
    """The rows that a filter should leave."""
    if column == "linked":
        return items["linked"].ne("").map({True: "yes", False: "no"}) == code
    if column == "values":
        return items["values"].map(lambda cell: code in cell.split("; "))
    return items[column].astype(str) == code


def test_every_filter_leaves_the_rows_it_says(chromium, page_file, items):
    with opened(chromium, page_file) as page:
        assert said(page) == f"{len(items)} of {len(items)} rows"
        for label, column in FIELDS.items():
            select = page.get_by_label(label, exact=True)
            options = select.locator("option").evaluate_all(
                "options => options.map(o => [o.value, o.textContent])"
            )
            assert options[0] == ["", "all"]
            assert len(options) > 1
            for number, (code, text) in enumerate(options[1:]):
                wanted = items.loc[fitting(items, column, code), "item_id"].tolist()
                assert text.endswith(f" ({len(wanted)})")
                if number % 5:
                    continue  # To choose each of them would take half a minute.
                select.select_option(code)
                assert shown_ids(page) == wanted
                assert said(page) == f"{len(wanted)} of {len(items)} rows"
            select.select_option("")


def test_filters_are_joined_by_and(chromium, page_file, items):
    work = items["work_id"].iloc[-1]
    remedies = items[(items["work_id"] == work) & (items["item"] == "remedy")]
    with opened(chromium, page_file) as page:
        page.get_by_label("Paper").select_option(work)
        page.get_by_label("Problem or remedy").select_option("remedy")
        assert shown_ids(page) == remedies["item_id"].tolist()
        options = page.get_by_label("Instrument of remedy").locator("option")
        counts = remedies["instrument"].value_counts()
        for option in options.all()[1:]:
            count = counts.get(option.get_attribute("value"), 0)
            assert option.text_content().endswith(f"({count})")
        page.get_by_role("button", name="Reset the filters").click()
        assert len(shown_ids(page)) == len(items)
        assert page.url == page_file.as_uri()


def test_words_are_sought_in_label_and_quotation(chromium, page_file, items):
    texts = (items["label"] + "\n" + items["quote"]).str.lower()
    with opened(chromium, page_file) as page:
        field = page.get_by_role("searchbox", name="Words of label or quotation")
        for words in ("government", "Public INTEREST", "of the", items["label"].iloc[3]):
            field.fill(words)
            plain = " ".join(words.lower().split())
            assert (
                shown_ids(page)
                == items.loc[texts.map(lambda t, w=plain: w in t), "item_id"].tolist()
            )
        field.fill("qqq")
        assert said(page) == f"0 of {len(items)} rows"


def test_the_address_keeps_the_filters(chromium, page_file, items):
    work = items["work_id"].iloc[0]
    with opened(chromium, page_file) as page:
        page.get_by_label("Paper").select_option(work)
        page.get_by_label("Link").select_option("no")
        page.get_by_role("searchbox").fill("government & more")
        address, left = page.evaluate("location.href"), shown_ids(page)
        assert f"work={work}&link=no&text=government" in address.replace("?text", "&text")
    with opened(chromium, address) as page:
        assert shown_ids(page) == left
        assert page.get_by_label("Paper").input_value() == work
        assert page.get_by_role("searchbox").input_value() == "government & more"
    with opened(chromium, f"{page_file.as_uri()}?work=nobody&highlight=x") as page:
        assert len(shown_ids(page)) == len(items)
        page.get_by_label("Paper").select_option(work)
        assert page.evaluate("location.href").endswith(f"?work={work}&highlight=x")


def test_filters_work_where_the_address_may_not_change(chromium, page_file, items):
    forbid = """() => { history.replaceState = () => {
        throw new DOMException("not from disk", "SecurityError"); } }"""
    work = items["work_id"].iloc[0]
    with opened(chromium, page_file) as page:
        page.evaluate(forbid)
        page.get_by_label("Paper").select_option(work)
        assert shown_ids(page) == items.loc[items["work_id"] == work, "item_id"].tolist()


def test_an_address_of_a_row_opens_and_marks_it(chromium, page_file, items):
    problem = items.loc[items["item"] == "problem", "item_id"].iloc[-1]
    with opened(chromium, f"{page_file.as_uri()}#{problem}") as page:
        row = page.locator(f"#{problem}")
        assert row.locator("mark").is_visible()
        assert row.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
        box = row.bounding_box()
        assert 0 <= box["y"] < page.viewport_size["height"]


def test_an_address_shows_a_row_that_the_filters_hide(chromium, page_file, items):
    problem = items.loc[items["item"] == "problem", "item_id"].iloc[-1]
    remedies = items.loc[items["item"] == "remedy", "item_id"].tolist()
    with opened(chromium, f"{page_file.as_uri()}?item=remedy#{problem}") as page:
        assert page.locator(f"#{problem} mark").is_visible()
        assert set(shown_ids(page)) == {problem, *remedies}
        assert said(page).startswith(f"{len(remedies)} of {len(items)} rows, and {problem}")
        page.get_by_label("Link").select_option("yes")
        assert problem not in shown_ids(page)
        assert page.url.endswith("?item=remedy&link=yes")


def test_a_link_leads_to_its_row_and_keeps_the_filters(chromium, page_file, coding):
    link = coding.links.iloc[0]
    with opened(chromium, f"{page_file.as_uri()}?item=remedy") as page:
        page.locator(f"#{link['remedy_id']} li a", has_text=link["problem_id"]).click()
        assert page.url.endswith(f"?item=remedy#{link['problem_id']}")
        assert page.locator(f"#{link['problem_id']} mark").is_visible()


def test_the_keyboard_is_enough(chromium, page_file, items):
    def focused():
        return page.evaluate("document.activeElement.tagName")

    with opened(chromium, page_file) as page:
        page.keyboard.press("Tab")
        assert focused() == "INPUT"
        page.keyboard.type("government")
        page.keyboard.press("Enter")  # must not send the form
        with_word = shown_ids(page)
        assert 0 < len(with_word) < len(items)
        page.keyboard.press("Tab")
        assert focused() == "SUMMARY"  # of the filters
        page.keyboard.press("Tab")
        assert focused() == "SELECT"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("ArrowDown")
        assert 0 < len(shown_ids(page)) < len(with_word)
        while focused() != "BUTTON":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert len(shown_ids(page)) == len(items)
        while focused() != "SUMMARY":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator("tbody details").first.locator("mark").is_visible()


def test_without_javascript_the_table_is_whole(chromium, page_file, items):
    name = items["item_id"].iloc[-1]
    address = f"{page_file.as_uri()}#{name}"
    with opened(chromium, address, javascript=False) as page:
        assert page.locator("form, select, input, button").count() == 0
        assert page.locator("tbody tr:visible").count() == len(items)
        assert page.locator("caption").is_visible()
        assert page.locator(f"#{name} mark").is_visible()
        assert page.locator("details mark:visible").count() == 1


@pytest.fixture(scope="module")
def short_page(items, corpus, coding, lexicon, tmp_path_factory):
    """A few rows of each kind, because a check of all takes long; one is named and open."""
    part = items.groupby(["work_id", "item"]).head(2)
    shown = browser.show_coding(part, corpus, coding, lexicon, name=None).data
    path = write_page(tmp_path_factory.mktemp("short"), shown)
    return f"{path.as_uri()}#{part['item_id'].iloc[1]}"


@pytest.mark.parametrize(("width", "dark"), [(320, True), (390, False), (800, True), (1280, False)])
def test_the_table_fits_the_window_and_is_accessible(chromium, short_page, width, dark):
    viewport = {"width": width, "height": 800}
    with opened(chromium, short_page, viewport=viewport, dark=dark) as page:
        assert chrome.sideways_overflow(page) == 0
        assert chrome.axe_violations(page) == []
        heads = page.locator("thead").bounding_box()["height"]
        assert (heads <= 1) == (width < 800)


def test_other_pages_are_left_alone(chromium, tmp_path):
    with opened(chromium, write_page(tmp_path, "<p>No table.</p>")) as page:
        assert page.locator("form").count() == 0


def test_the_table_is_no_heavy_page(shown, items):
    assert len(shown.encode()) < 2_000 * len(items)


def test_on_a_phone_the_filters_are_folded_until_one_is_asked_for(chromium, page_file):
    with opened(chromium, page_file, viewport=chrome.PHONE) as page:
        assert not page.locator("form details").evaluate("fold => fold.open")
        page.locator("form summary").click()
        assert page.locator("form select").first.is_visible()
    with opened(chromium, f"{page_file.as_uri()}?item=remedy", viewport=chrome.PHONE) as page:
        assert page.locator("form details").evaluate("fold => fold.open")
