"""A chart as a numbered figure: register, files, frame."""

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from analysis import figures
from analysis.charts import enable_theme, pictures, size_of
from analysis.figures import showing
from analysis.figures._shared import drawn_by
from analysis.findings import load_claims
from analysis.publishing import Silent, withheld
from analysis.tables import InputError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def theme():
    before = alt.theme.active
    enable_theme()
    yield
    alt.theme.enable(before)


@drawn_by
def two_bars(description="Two bars, of three and five."):
    """Draw two bars."""
    table = pd.DataFrame(
        {"work": ["First", "Second"], "count": [3, 5], "panel": ["#e-first", None]}
    )
    base = alt.Chart(table).encode(x="count", y="work", href="panel:N")
    return (base.mark_bar() + base.mark_text()).properties(description=description)


class Links(HTMLParser):
    """Every link of a page, and the attributes of its pictures."""

    def __init__(self, text):
        super().__init__()
        self.links, self.pictures = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag == "img":
            self.pictures.append(dict(attrs))


def test_register_numbers_the_figures_in_their_order():
    register = figures.load_figures()
    assert [entry.number for entry in register.values()] == list(range(1, len(register) + 1))
    pages = [entry.page for entry in register.values()]
    # Figures of one page follow one another.
    assert len(set(pages)) == sum(a != b for a, b in zip(pages, ["", *pages], strict=False))


def test_register_follows_the_pages_of_the_book():
    text = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    toc = re.findall(r"(?:file|root): (\S+)", text)
    pages = list(dict.fromkeys(entry.page for entry in figures.load_figures().values()))
    assert pages == sorted(pages, key=toc.index)


def test_captions_are_phrases_without_full_stop():
    for entry in figures.load_figures().values():
        assert entry.caption[0].isupper(), entry.name
        assert not entry.caption.endswith("."), entry.name


def test_captions_of_curves_say_their_claim():
    register = figures.load_figures()
    for claim in load_claims():
        told = claim.claim.replace("*", "").rstrip(".")
        assert (
            register[f"curve-{claim.finding_id}"].caption == f"Every setting of the claim: {told}"
        )


def test_register_names_every_mistake_at_once(tmp_path):
    (tmp_path / "figures.csv").write_text(
        "name,page,caption\nTwo Words,a,b\nsame,a,b\nsame,a,\nsame-2,a,b\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        figures.load_figures(tmp_path)
    text = str(caught.value)
    assert "row 2, column name: 'Two Words'" in text
    assert "row 4" in text
    assert "row 5, column name: 'same-2'" in text
    assert "caption" in text


def test_folder_without_register_has_no_figures(tmp_path):
    assert figures.load_figures(tmp_path) == {}


def test_reference_is_a_link_that_says_the_number():
    register = figures.load_figures()
    entry = register["leading-terms"]
    link = figures.reference("leading-terms", "term-frequencies.html")
    assert link == f"[Figure {entry.number}](term-frequencies.html#fig-leading-terms)"
    with pytest.raises(KeyError, match=r"no figure 'nowhere'.*add a row"):
        figures.reference("nowhere")


def test_figure_brings_every_file(tmp_path):
    figures.show(two_bars(), "outline", tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"outline.{ending}" for ending in ("csv", "svg", "png", "vl.json", "js")}
    table = pd.read_csv(tmp_path / "outline.csv")
    assert table.to_dict("list") == {"work": ["First", "Second"], "count": [3, 5]}
    spec = json.loads((tmp_path / "outline.vl.json").read_text(encoding="utf-8"))
    script = (tmp_path / "outline.js").read_text(encoding="utf-8")
    drawn, shown = script.splitlines()
    before, _, after = drawn.partition(" = ")
    assert before == '(bookData.figures ??= {})["outline"]'
    assert json.loads(after.removesuffix(";")) == spec
    before, _, after = shown.partition(" = ")
    assert before == '(bookData.figureTables ??= {})["outline"]'
    (told,) = json.loads(after.removesuffix(";"))
    assert told["columns"] == ["work", "count"]
    assert told["data"] in spec["datasets"]
    assert (tmp_path / "outline.png").read_bytes().startswith(b"\x89PNG")
    ElementTree.fromstring((tmp_path / "outline.svg").read_text(encoding="utf-8"))


@drawn_by
def two_layers():
    """Draw two tables."""
    few = pd.DataFrame({"at": [1.0], "href": ["#x"], "empty": [None]})
    many = pd.DataFrame({"term": ["a", "b"], "count": [1, 2]})
    rule = alt.Chart(few).mark_rule().encode(x="at", href="href:N")
    return (rule + alt.Chart(many).mark_bar().encode(x="count", y="term")).properties(
        description="Two layers."
    )


def test_script_names_the_tables_in_the_order_of_the_files(tmp_path):
    figures.show(two_layers(), "outline", tmp_path)
    told = (tmp_path / "outline.js").read_text(encoding="utf-8").splitlines()[1]
    tables = json.loads(told.partition(" = ")[2].removesuffix(";"))
    assert [table["columns"] for table in tables] == [["term", "count"], ["at"]]
    datasets = json.loads((tmp_path / "outline.vl.json").read_text(encoding="utf-8"))["datasets"]
    assert [len(datasets[table["data"]]) for table in tables] == [2, 1]
    assert list(pd.read_csv(tmp_path / "outline-2.csv")) == ["at"]


def test_tables_of_an_earlier_drawing_are_removed(tmp_path):
    figures.show(two_layers(), "outline", tmp_path)
    other = tmp_path / "outline-of-2.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    figures.show(two_bars(), "outline", tmp_path)
    assert not (tmp_path / "outline-2.csv").exists()
    assert other.exists()


def test_same_chart_gives_the_same_files(tmp_path):
    for folder in ("one", "two"):
        figures.show(two_bars(), "outline", tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_page_has_number_caption_description_and_links(tmp_path):
    entry = figures.load_figures()["outline"]
    shown = figures.show(two_bars('Two "bars" & more.'), "outline", tmp_path)
    page = Links(shown.html)
    (image,) = page.pictures
    assert image["alt"] == 'Two "bars" & more.'
    assert image["loading"] == "lazy"
    assert int(image["width"]) > 0 and int(image["height"]) > 0
    assert f">Figure {entry.number}</a>" in shown.html
    assert entry.caption in shown.html
    assert page.links == [
        "../figures/outline.html",
        "../figures/outline.html#data",
        *[f"../_static/figures/outline.{e}" for e in ("csv", "svg", "png", "vl.json")],
        "../_modules/test_figures_showing.html#two_bars",
        "../figures/outline.html#cite",
    ]
    # The drawing and the specification are files, so that the page stays light.
    assert len(shown.html) < 2500
    assert "<svg" not in shown.html


def test_notebook_gets_the_chart_itself(tmp_path):
    shown = figures.show(two_bars(), "outline", tmp_path)
    bundle = shown._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v5+json"]["description"] == bundle["text/plain"]


def test_unknown_name_and_missing_description_write_nothing(tmp_path):
    with pytest.raises(KeyError, match="no figure 'nowhere'"):
        figures.show(two_bars(), "nowhere", tmp_path)
    with pytest.raises(ValueError, match="no description"):
        figures.show(two_bars(""), "outline", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_book_without_register_shows_the_description(tmp_path, monkeypatch):
    monkeypatch.setattr(showing, "load_figures", lambda folder=None: {})
    shown = figures.show(two_bars(), "any-name", tmp_path)
    assert "Two bars, of three and five." in shown.html
    # Pages of single figures and of sources are made from the register.
    assert all("_static" in link for link in Links(shown.html).links)


@pytest.mark.parametrize("name", ['a"b', "../a", "a-2", "A", ""])
def test_name_that_cannot_stand_in_an_address_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(showing, "load_figures", lambda folder=None: {})
    with pytest.raises(ValueError, match="cannot be called so"):
        figures.show(two_bars(), name, tmp_path / "figures")
    assert list(tmp_path.iterdir()) == []


def test_numbered_figure_says_who_drew_it(tmp_path):
    with pytest.raises(ValueError, match=r"'outline' does not say which function.*@drawn_by"):
        figures.show(two_bars.__wrapped__(), "outline", tmp_path)


def test_words_that_are_not_published_are_not_drawn(tmp_path, monkeypatch):
    table = pd.DataFrame({"work_id": ["lian", "shen"], "quote": ["words", "words"], "n": [1, 2]})

    @drawn_by
    def chart(rows):
        return alt.Chart(rows).mark_bar().encode(x="n").properties(description="A bar.")

    figures.show(chart(table), "outline", tmp_path / "all")
    silent = Silent(frozenset(["lian"]), frozenset(["lian"]))
    monkeypatch.setattr(Silent, "read", lambda data: silent)
    with pytest.raises(ValueError, match="'outline' would show words .* column 'quote'"):
        figures.show(chart(table), "outline", tmp_path)
    # Numbers are no words, whatever their column is called.
    counts = table.rename(columns={"n": "matched"}).drop(columns="quote").assign(n=1)
    figures.show(chart(counts), "outline", tmp_path)
    assert pd.read_csv(tmp_path / "outline.csv")["matched"].tolist() == [1, 2]
    figures.show(chart(withheld(table, silent)), "outline", tmp_path)


def test_drawing_stands_by_itself():
    spec = two_bars().to_dict()
    drawing, _ = pictures(spec)
    assert "<a " not in drawing
    assert "href" not in drawing
    assert "prefers-color-scheme: dark" in drawing
    width, height = size_of(drawing)
    assert 0 < height < width


def test_size_of_a_drawing_without_size_is_an_error():
    with pytest.raises(ValueError, match="how large"):
        size_of("<svg viewBox='0 0 1 1'></svg>")


def test_tables_of_layers_are_told_apart():
    few = pd.DataFrame({"at": [1.0]})
    many = pd.DataFrame({"term": ["a", "b", "b"], "count": [1, 2, 2], "lines": [["x", "y"]] * 3})
    layers = alt.Chart(few).mark_rule().encode(x="at") + alt.Chart(many).mark_bar().encode(
        x="count", y="term"
    )
    first, second = figures.data_of(layers.to_dict())
    assert first.to_dict("list") == {"term": ["a", "b"], "count": [1, 2], "lines": ["x y", "x y"]}
    assert second.to_dict("list") == {"at": [1.0]}


def test_every_public_figure_says_who_drew_it():
    endings = ("chart", "matrix", "network")
    made = [getattr(figures, name) for name in figures.__all__ if name.endswith(endings)]
    assert figures.value_network in made
    for function in made:
        assert hasattr(function, "__wrapped__"), f"{function.__name__} lacks @drawn_by"
