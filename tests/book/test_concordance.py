"""The search of the concordance, as a reader uses it, in the built book and on full texts."""

import csv
import json
import re
import shutil
from dataclasses import replace

import browser
import pandas as pd
import pytest

from analysis import evidence
from analysis.book import STATIC
from analysis.concordance import kwic
from analysis.kwic_page import KINDS, LINE_COLUMNS, Listed, concordance_html, write_concordance
from analysis.text import WORD

NARROW = {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def address():
    path = browser.built_book() / "notebooks" / "concordance.html"
    if not path.is_file():
        pytest.fail(f"there is no book in {browser.built_book()}: run `make book` first")
    return path.as_uri()


@pytest.fixture(scope="module")
def data():
    path = browser.built_book() / "_static" / "evidence" / "concordance.js"
    text = path.read_text(encoding="utf-8")
    return json.loads(text.removeprefix("bookData.concordance=").removesuffix(";\n"))


@pytest.fixture
def opened(chromium, address):
    """Open the concordance with something at the end of its address."""
    stack = []

    def open_with(tail="", **settings):
        manager = browser.open_page(chromium, address + tail, **settings)
        page, faults = manager.__enter__()
        stack.append((manager, faults))
        page.wait_for_selector(".concordance-app form")
        return page

    yield open_with
    for manager, faults in reversed(stack):
        found = faults.found()
        manager.__exit__(None, None, None)
        assert found == []


def lines(page):
    return page.locator(".concordance-lines li")


def keywords(page):
    # Lines out of sight are not drawn, so they have no inner text.
    return page.locator(".concordance-lines mark").all_text_contents()


def address_of(page):
    return page.evaluate("location.href")


def status(page):
    return page.locator(".concordance-status").inner_text()


def places_of(data, kind, *queries):
    own = [t for t in data["terms"] if t["kind"] == kind and t["query"] in queries]
    return {work: n for t in own for work, p in t["places"].items() if (n := len(p))}


def total_of(data, kind, *queries):
    own = [t for t in data["terms"] if t["kind"] == kind and t["query"] in queries]
    return sum(len(places) for term in own for places in term["places"].values())


def test_a_typed_word_shows_its_lines_and_counts(opened, data):
    page = opened()
    assert lines(page).count() == 0
    page.get_by_label("Word, phrase or pattern").fill("governance")
    counts = places_of(data, "lemma", "governance")
    assert status(page) == f"{sum(counts.values())} lines in {len(counts)} works"
    assert lines(page).count() == sum(counts.values())
    assert {word.lower() for word in keywords(page)} == {"governance"}
    rows = page.locator(".concordance-counts tbody tr")
    for place, work in enumerate(data["works"]):
        cells = rows.nth(place).locator("td").all_inner_texts()
        size = data["sizes"][work["id"]]
        rate = 1000 * counts[work["id"]] / size
        assert cells[:2] == [str(counts[work["id"]]), f"{size:,}"]
        assert float(cells[2]) == pytest.approx(rate, abs=0.051)
    assert address_of(page).endswith("?query=governance")


def test_a_pattern_finds_every_listed_word_that_fits(opened, data):
    page = opened("?query=democra*")
    assert status(page).startswith(f"{total_of(data, 'lemma', 'democracy', 'democratic')} lines")
    assert {w.lower() for w in keywords(page)} == {"democracy", "democratic"}
    page.get_by_label("Word, phrase or pattern").fill("*ization")
    assert all(word.lower().rstrip("s").endswith("ization") for word in keywords(page))


def test_the_kinds_of_one_term_are_told_apart(opened, data):
    page = opened("?query=democracy")
    seen = {status(page)}
    for kind in ("lemma with variants joined", "value"):
        page.locator(".concordance-kinds").get_by_role("link", name=kind, exact=True).click()
        seen.add(status(page))
    assert address_of(page).endswith("?query=value:democracy")
    assert status(page).startswith(f"{total_of(data, 'value', 'democracy')} lines")
    assert len(seen) == 3
    page.go_back()
    assert page.get_by_label("Word, phrase or pattern").input_value() == "joined:democracy"
    assert status(page).startswith(f"{total_of(data, 'joined', 'democracy')} lines")


def test_a_term_can_be_chosen_from_the_list(opened, data):
    page = opened()
    page.get_by_label("or a listed term").select_option("e-value--public-interest")
    assert address_of(page).endswith("?query=value:public-interest")
    assert status(page).startswith(f"{total_of(data, 'value', 'public-interest')} lines")


def test_lines_are_sorted_by_the_words_beside_the_keyword(opened):
    page = opened("?query=local+government")
    page.get_by_label("Sort by").select_option("r1")
    rests = page.locator(".concordance-lines .rest").all_text_contents()
    after = [rest[len(word) :] for rest, word in zip(rests, keywords(page), strict=True)]
    known = [text for text in after if not re.match(r"\W*\[…\]|\W*$", text)]
    first = [WORD.search(text)[0].casefold() for text in known]
    assert len(first) > 20
    assert first == sorted(first)
    assert address_of(page).endswith("?query=local+government&sort=r1")
    page.get_by_label("Sort by").select_option("l1")
    lefts = page.locator(".concordance-lines .left").all_text_contents()
    before = [WORD.findall(text) for text in lefts if "[…]" not in text]
    last = [words[-1].casefold() for words in before if words]
    assert last == sorted(last)


def test_works_and_sections_can_be_chosen(opened, data):
    counts = places_of(data, "lemma", "cooperation")
    page = opened("?query=cooperation&work=lian,li")
    assert lines(page).count() == counts["lian"] + counts["li"]
    page.get_by_label("Lian (undated)").uncheck()
    assert lines(page).count() == counts["li"]
    assert address_of(page).endswith("&work=li")
    for work in data["works"]:
        page.get_by_label(work["label"]).check()
    assert address_of(page).endswith("?query=cooperation")
    options = page.get_by_label("Section").locator("option")
    value, text = options.nth(1).get_attribute("value"), options.nth(1).inner_text()
    page.get_by_label("Section").select_option(value)
    assert lines(page).count() == int(re.search(r"\((\d+)\)$", text)[1])
    rate = page.locator(".concordance-counts tbody td").first.inner_text()
    assert rate == str(counts[data["works"][0]["id"]])


def test_lines_can_be_grouped_by_work(opened, data):
    page = opened("?query=governance&group=work&sort=r1")
    counts = places_of(data, "lemma", "governance")
    heads = page.locator(".concordance-head").all_inner_texts()
    assert heads == [f"{w['label']}: {counts[w['id']]} lines" for w in data["works"]]


def test_the_address_of_a_panel_becomes_a_query(opened, data):
    page = opened("#e-lemma--governance--lian")
    counts = places_of(data, "lemma", "governance")
    assert status(page) == f"{counts['lian']} of {sum(counts.values())} lines in 1 work"
    assert address_of(page).endswith("?query=lemma:governance&work=lian")
    assert page.locator(".concordance-app").evaluate("box => box.getBoundingClientRect().top") < 400
    page.evaluate(
        """() => {
            window.drawings = 0;
            const watch = new MutationObserver(changes => { window.drawings += changes.length; });
            watch.observe(document.querySelector(".concordance-counts"), {childList: true});
            location.hash = "#e-value--rule-of-law";
        }"""
    )
    page.wait_for_url("**?query=value:rule-of-law")
    assert status(page).startswith(f"{total_of(data, 'value', 'rule-of-law')} lines")
    page.wait_for_timeout(200)
    assert page.evaluate("window.drawings") == 1


def test_what_is_not_listed_is_said(opened, data):
    if any(work["publish"] != "passages" for work in data["works"]):
        pytest.skip("some works are not published in passages")
    page = opened("?query=governed")
    assert (
        "is not listed. That does not say that it does not occur"
        in page.locator(".concordance-help").inner_text()
    )
    page.locator(".concordance-help").get_by_role("link", name="governance (lemma)").click()
    assert address_of(page).endswith("?query=lemma:governance")
    page.get_by_label("Word, phrase or pattern").fill("*")
    assert "needs letters" in page.locator(".concordance-help").inner_text()
    page.get_by_label("Word, phrase or pattern").fill("")
    assert page.locator(".concordance-help li").count() == len(data["kinds"])


def test_lines_lead_to_passages(opened):
    page = opened("?query=democracy")
    links = page.locator(".concordance-lines li a")
    names = links.all_text_contents()
    known = browser.read_page(browser.built_book() / "notebooks" / "passages.html").ids
    assert names
    assert set(names) <= known
    addresses = links.evaluate_all("own => own.map(link => link.getAttribute('href'))")
    assert addresses == [f"passages.html#{name}" for name in names]


def test_lines_can_be_taken_away(opened):
    page = opened("?query=democracy&work=lian&sort=l1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Lines as CSV").click()
    assert download.value.suggested_filename == "lines-democracy.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["keyword"] for row in rows] == keywords(page)
    assert {row["work"] for row in rows} == {"Lian (undated)"}
    assert all(row["address"].endswith(f"passages.html#{row['sentence']}") for row in rows)
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)


def test_the_address_can_be_copied(opened):
    page = opened("?query=democra*&sort=r1&work=lian,li")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    page.wait_for_function(
        "document.querySelector('.concordance-status').textContent.includes('address')"
    )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("concordance.html?query=democra*&sort=r1&work=lian,li")


def test_the_keyword_is_aligned_on_a_desktop_and_the_line_is_read_on_a_phone(opened):
    left = "marks => marks.map(mark => Math.round(mark.getBoundingClientRect().left))"
    page = opened("?query=governance")
    at = page.locator(".concordance-lines mark").evaluate_all(left)
    assert max(at) - min(at) <= 1
    for viewport in (browser.PHONE, NARROW):
        small = opened("?query=governance", viewport=viewport, dark=True)
        assert browser.sideways_overflow(small) == 0
        assert len(set(small.locator(".concordance-lines mark").evaluate_all(left))) > 3
        text = lines(small).first.inner_text()
        assert "governance" in text.lower() and "§" in text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("tail", ["", "?query=democracy&group=work", "?query=governed"])
def test_the_search_is_accessible(opened, tail, dark):
    page = opened(tail, dark=dark)
    assert browser.axe_violations(page) == []


def test_the_keyboard_is_enough(opened):
    page = opened()
    page.get_by_label("Word, phrase or pattern").focus()
    page.keyboard.type("democracy")
    page.keyboard.press("Enter")
    assert lines(page).count() > 0
    page.get_by_label("Lian (undated)").focus()
    page.keyboard.press("Space")
    assert "work=" in address_of(page)
    assert page.get_by_label("Lian (undated)").evaluate("box => box === document.activeElement")


def test_without_a_script_the_lists_are_there(chromium, address):
    with browser.open_page(chromium, address, javascript=False) as (page, faults):
        assert "needs a script" in page.locator(".concordance-app").inner_text()
        assert page.locator("details#values details.evidence").count() > 0
        assert faults.outside_requests == []


def test_without_its_data_the_search_says_so(chromium, address):
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/evidence/passages.js", lambda route: route.abort())
    page.goto(address)
    page.wait_for_function(
        "document.querySelector('.concordance-app').textContent.includes('could not be loaded')"
    )
    context.close()


# --- Texts that may be shown whole --------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(body):
    """The corpus, published in full."""
    return replace(body, works=body.works.assign(publish="full"))


@pytest.fixture(scope="module")
def full_page(whole, tmp_path_factory):
    """A bare page on which every word of every text can be searched."""
    folder = tmp_path_factory.mktemp("full")
    for name in ("load.js", "concordance.js", "concordance.css"):
        shutil.copy(STATIC / name, folder)
    sizes = whole.words()["work_id"].astype(object).value_counts()
    listed = Listed(
        whole, pd.DataFrame(columns=LINE_COLUMNS), pd.DataFrame(dict.fromkeys(KINDS, sizes))
    )
    write_concordance(listed, folder)
    none = pd.DataFrame(columns=["section_id", "sentence_id", "start", "end", "width"])
    evidence.write_passages(whole, evidence.passage_pieces(whole, none), folder)
    page = folder / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Search</title>'
        '<script src="load.js"></script><script src="concordance.js"></script>'
        f"<main>{concordance_html(listed)}</main></html>",
        encoding="utf-8",
    )
    return page


@pytest.mark.parametrize(
    "query",
    ["governance", "Government", "rule of law", "democra*", "*ization", "*govern*", "local *ment",
     "s*c*y", "the * of", "non-governmental", "2", "local local", "zebra", "co*on"],
)  # fmt: skip
def test_in_full_texts_a_query_finds_what_kwic_finds(chromium, full_page, whole, query):
    expected = kwic(whole, query) if query != "the * of" else None
    with browser.open_page(chromium, full_page) as (page, faults):
        page.get_by_label("Word, phrase or pattern").fill(query)
        if expected is None:
            assert lines(page).count() == 0
            assert "needs letters" in page.locator(".concordance-help").inner_text()
        else:
            assert [k.split() for k in keywords(page)] == [k.split() for k in expected["keyword"]]
            found = page.locator(".concordance-lines li a").all_text_contents()
            assert found == expected["sentence_id"].tolist()
        assert faults.found() == []
