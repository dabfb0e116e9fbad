"""Prose may not compare papers without showing on what: a finding, a number, or passages."""

import ast
import json
import re
from pathlib import Path

import pytest

from analysis.findings.registry import load_claims
from analysis.quotations import places_of_quotes, typed_quotations

ROOT = Path(__file__).resolve().parents[1]

NAMES = r"(?:Shen & Chen|Lian|Li & Wu|the untitled paper)"
SEVERAL = r"(?:papers|works|the others?|the other (?:three|two|papers)|each paper|every paper)"
COMPARING = (
    r"(?:more|less|fewer|most|least|only|alone|neither|none|unlike|than|same|all four|no paper|"
    r"longest|shortest|densest|strongest|sharpest|boldest)"
)


def paragraphs_of(path):
    """Yield the paragraphs of a page: of its Markdown, and of the sentences in its code."""
    if path.suffix == ".md":
        yield from path.read_text(encoding="utf-8").split("\n\n")
        return
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from source.split("\n\n")
            continue
        for node in ast.walk(ast.parse(source)):
            is_said = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say"
            if is_said and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def compares(paragraph):
    """Say whether a sentence of a paragraph sets named papers against others."""
    for sentence in re.split(r"(?<=[.?!])\s", paragraph):
        named = len(set(re.findall(NAMES, sentence)))
        several = bool(re.search(rf"\b{SEVERAL}\b", sentence))
        if (named > 1 or (named and several)) and re.search(rf"\b{COMPARING}\b", sentence):
            return True
    return False


def is_backed(paragraph):
    """Say whether a paragraph shows what it rests on: computed values, findings or passages."""
    return bool(re.search(r"\{(?!doc\})[^{}]+\}|passages\.html#|findings\.html", paragraph))


def pages():
    return sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("book/**/*.md")])


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.name)
def test_no_comparison_stands_without_what_it_rests_on(page):
    bare = [p for p in paragraphs_of(page) if compares(p) and not is_backed(p)]
    assert bare == [], f"{page.name} compares papers without a finding, a number or a passage"


@pytest.mark.parametrize(
    ("paragraph", "wanted"),
    [
        ("Lian says more of democracy than the others.", True),
        ("Shen & Chen and Lian see the same problem.", True),
        ("Lian says much of democracy. The others do not.", False),
        ("Papers that enumerate yield more items.", False),
    ],
)
def test_what_counts_as_a_comparison(paragraph, wanted):
    assert compares(paragraph) is wanted


def test_every_finding_that_prose_names_exists():
    known = {claim.finding_id for claim in load_claims()}
    named = set()
    for page in pages():
        for paragraph in paragraphs_of(page):
            named |= set(re.findall(r"\{[vw]\[([\w-]+)\]", paragraph))
    assert named and named <= known


def test_every_finding_on_two_or_more_papers_is_told_in_the_closing_chapter():
    text = (ROOT / "notebooks" / "comparison.ipynb").read_text(encoding="utf-8")
    told = {claim.finding_id for claim in load_claims() if f"[{claim.finding_id}]" in text}
    missing = {c.finding_id for c in load_claims() if c.analysis == "coding"} - told
    assert missing == set()


def test_quotations_in_the_prose_are_exact(corpus):
    quotations = typed_quotations(ROOT)
    assert len(quotations) > 50
    places = places_of_quotes(corpus, quotations)
    assert len(places) == len(quotations.drop_duplicates(["sentence_id", "quote"]))


def test_every_robustness_page_exists_and_shows_its_curves():
    for analysis in {claim.analysis for claim in load_claims()}:
        text = (ROOT / "book" / f"robustness-{analysis}.md").read_text(encoding="utf-8")
        assert f"{{glue:}} robustness_{analysis}" in text


def test_every_chapter_states_its_limits():
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    chapters = re.findall(r"file: (notebooks/[\w-]+|book/robustness-[\w-]+)", toc)
    lists = {"notebooks/passages", "notebooks/concordance"}
    without = []
    for chapter in set(chapters) - lists:
        path = next(ROOT.glob(f"{chapter}.*"))
        heads = re.findall(r"## (?:Limits|What this method cannot show)", path.read_text())
        if not heads:
            without.append(chapter)
    assert without == []
