"""The curve of a finding over its settings shows the table it was given."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as checked
from hypothesis import strategies as st

from analysis import charts
from analysis.figures import findings
from analysis.figures.findings import specification_chart
from analysis.multiverse import VERDICTS, settings

AXES = {
    "term": ("words counted", {"lemma": "dictionary form", "token": "as printed", "stem": "stem"}),
    "leave_out": ("section left out", {None: "none", "shen-1": "the first"}),
    "headings": ("headings", {True: "counted", False: "left out"}),
}
CLAIM = "Lian uses *democracy* at least twice as often."


def table_of(effects, axes=AXES, smallest=1.0):
    """A table of the first settings of the axes with these effects, half a unit wide each way."""
    grid = settings({name: list(words) for name, (_, words) in axes.items()})[: len(effects)]
    effect = pd.Series(effects, dtype=float)
    low, high = effect - 0.5, effect + 0.5
    verdict = np.select([low >= smallest, high < smallest], VERDICTS[:2], VERDICTS[2])
    columns = {name: pd.Series([s[name] for s in grid], dtype=object) for name in axes}
    return pd.DataFrame(columns).assign(effect=effect, low=low, high=high, verdict=verdict)


def drawn(table, axes=AXES, smallest=1.0, direction="at least", claim=CLAIM, **more):
    return specification_chart(
        table, axes, smallest, direction, claim, "doublings", **more
    ).to_dict()


def rows_with(spec, field):
    return [row for rows in spec["datasets"].values() for row in rows if field in row]


def layers_of(spec):
    for layer in spec.get("layer", []):
        yield from layers_of(layer) if "layer" in layer else [layer]


def words_of(spec, row):
    """The words that the page looks up for a setting."""
    (named, *_) = [
        layer["transform"] for layer in layers_of(spec)
        if any(t.get("as") == "axis0" for t in layer.get("transform", []))
    ]  # fmt: skip
    found = {}
    for transform in named:
        if str(transform.get("as")).startswith("axis"):
            words, step, size = re.fullmatch(
                r"(\[.*\])\[floor\(datum\.setting / (\d+)\) % (\d+)\]", transform["calculate"]
            ).groups()
            found[transform["as"]] = json.loads(words)[row["setting"] // int(step) % int(size)]
    return [found[f"axis{i}"] for i in range(len(found))]


EFFECTS = st.lists(
    st.one_of(st.integers(-3, 4).map(float), st.sampled_from([np.nan, np.inf, -np.inf])),
    min_size=1, max_size=12,
).filter(lambda effects: not np.isnan(effects).all())  # fmt: skip


@checked(deadline=None, max_examples=15)
@given(EFFECTS)
def test_each_setting_is_drawn_at_its_place_with_its_values(effects):
    table = table_of(effects)
    spec = drawn(table)
    marks = rows_with(spec, "setting")
    assert [row["at"] for row in marks] == [i + 0.5 for i in range(len(effects))]
    known = sorted(e for e in effects if not np.isnan(e))
    finite = [
        row["effect"] for row in marks if row.get("turned") is None and row["effect"] is not None
    ]
    assert finite == [e for e in known if np.isfinite(e)]
    assert [row.get("turned") for row in marks if row.get("turned") is not None] == [
        180 if e < 0 else 0 for e in known if np.isinf(e)
    ]
    assert all(row["effect"] is None for row in marks[len(known) :])
    # The words of a mark are those of a row of the table with this verdict.
    told = sorted((*words_of(spec, row), row["verdict"]) for row in marks)
    assert told == sorted(
        (*(AXES[a][1][row[a]] for a in AXES), row["verdict"]) for row in table.to_dict("records")
    )
    # A bar covers the places of the settings with its value, and no other.
    bars = {row["label"]: row for row in rows_with(spec, "label")}
    for number, (name, words) in enumerate(AXES.values()):
        for word in words.values():
            has = [words_of(spec, row)[number] == word for row in marks]
            bar = bars.pop(f"{name}: {word}", {"first": [], "last": []})
            pairs = list(zip(bar["first"], bar["last"], strict=True))
            assert [any(a < row["at"] < b for a, b in pairs) for row in marks] == has
            assert all(b < c for (_, b), (c, _) in zip(pairs, pairs[1:], strict=False))
    assert not bars


def test_settings_of_equal_effect_stand_in_the_order_of_their_values():
    table = table_of([1.0] * 12)
    spec, shuffled = (
        drawn(table),
        drawn(table.sample(frac=1, random_state=1).set_index("term", drop=False)),
    )
    assert spec == shuffled
    marks = rows_with(spec, "setting")
    assert [row["setting"] for row in marks] == list(range(12))
    assert [row["first"] for row in rows_with(spec, "label")[:3]] == [[0], [4], [8]]


def test_the_description_counts():
    effects = [3.0, 2.0, 1.0, 0.9, -1.0, np.inf, np.nan]
    assert drawn(table_of(effects))["description"] == (
        "Lian uses democracy at least twice as often. Seven settings: holds in 3, does not hold in 1 "
        "and cannot be told in 3. The smallest effect that matters is at least 1 (doublings). "
        "Effects run from −1 to ∞. One effect without end, at the edge. "
        "One effect not known, without a mark. It never holds with section left out: the first."
    )
    nowhere = drawn(table_of([0.0, 0.0]), claim="")["description"]
    assert nowhere.startswith("Two settings: holds in 0, does not hold in 2")
    assert "never" not in nowhere and "without" not in nowhere


def test_the_threshold_is_drawn_and_named_beside_the_intervals():
    rising = table_of(np.linspace(-3, 5, 12))
    names = {}
    for smallest in (-4.0, 1.0, 6.0):
        spec = drawn(rising, smallest=smallest)
        assert {"effect": smallest} in rows_with(spec, "effect")
        (name,) = [
            layer["mark"]
            for layer in layers_of(spec)
            if "smallest" in str(layer["mark"].get("text"))
        ]
        assert name["text"].endswith(f"at least {smallest:.3g}".replace("-", "−"))
        names[smallest] = name["align"], name["baseline"]
    # Where the curve has not yet reached the line, or has left it.
    assert names[1.0] in {("left", "bottom"), ("right", "top")}
    assert names[-4.0][1] == "bottom" or names[-4.0] == ("right", "top")
    assert names[6.0][1] == "top" or names[6.0] == ("left", "bottom")


def test_the_default_is_shown_where_it_stands():
    table = table_of([5.0, 1.0, 3.0, 2.0])
    default = {"term": "lemma", "leave_out": "shen-1", "headings": True, "seed": 0}
    spec = drawn(table, default=default)
    assert [row for row in rows_with(spec, "at") if set(row) == {"at"}] == [{"at": 2.5}]
    assert not [row for row in rows_with(drawn(table), "at") if set(row) == {"at"}]


@pytest.mark.parametrize(
    "effects", [[1.0], [np.nan], [np.inf], [-np.inf, np.nan], [0.0, np.inf, 2.0]]
)
def test_no_layer_is_empty(effects):
    """A layer without marks would be an image without a name."""
    table = table_of(effects)
    table[["low", "high"]] = table[["low", "high"]].where(np.isfinite(table["low"]))
    spec = drawn(table)
    kinds = [layer["mark"]["type"] + layer["mark"].get("shape", "") for layer in layers_of(spec)]
    finite = bool(np.isfinite(effects).any())
    assert kinds.count("point") == finite
    assert kinds.count("line") == 1 + finite
    assert kinds.count("pointarrow") == bool(np.isinf(effects).any())


@pytest.mark.filterwarnings("error")
def test_a_large_figure_stays_small_and_whole():
    axes = {f"axis{i}": (f"axis number {i}", {0: "first", 1: "second"}) for i in range(8)}
    # Effects without any order make the most runs.
    random = np.random.default_rng(0)
    table = table_of(random.normal(1, 1, 200), axes)
    spec = drawn(table, axes, default={name: 0 for name in axes})
    charts.enable_book_renderer()
    page = charts.render_chart(drawn(table, axes))["text/html"]
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert len(drawing) < 75_000
    assert len(json.dumps(spec)) < 42_000
    assert "NaN" not in drawing and "undefined" not in drawing
    assert drawing.count("axis number") == 16
    points = re.findall(r'<path transform="translate\([^"]*" d="[^"]*" fill="(#\w+)"', drawing)
    for verdict, colour in findings.COLOURS.items():
        # One more is in the legend.
        assert points.count(colour) in {n := (table["verdict"] == verdict).sum(), n + 1}


def contrast(first, second):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_verdicts_can_be_told_apart_in_the_dark_and_without_colour():
    for colour in findings.COLOURS.values():
        assert min(contrast(colour, page) for page in ("#ffffff", "#121212")) >= 3
    assert len(set(findings.SHAPES.values())) == len(set(findings.COLOURS.values())) == 3
    assert set(findings.SHAPES) == set(findings.COLOURS) == set(VERDICTS)


def test_lines_of_the_title_fit_a_phone():
    spec = drawn(table_of([1.0]), claim="Many *words* that " * 9)
    assert max(map(len, spec["title"]["text"])) <= findings.LINE
    assert "*" not in "".join(spec["title"]["text"])
    assert drawn(table_of([1.0]), claim="")["title"]["text"] == ["effect: doublings"]


SMALL = table_of([1.0, 2.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"table": SMALL.drop(columns=["low", "term"])}, "no column term, low"),
        ({"table": SMALL.head(0)}, "no setting to draw"),
        ({"axes": {}}, "no setting to draw"),
        ({"table": SMALL.assign(verdict="perhaps")}, "'perhaps' is no verdict"),
        ({"table": SMALL.assign(term="letters")}, "no words for term = 'letters'"),
        ({"direction": "about"}, "direction must be one of at least, at most, not 'about'"),
        ({"default": {"term": "lemma"}}, "the default has no value of leave_out"),
        ({"default": {"term": "stem", "leave_out": None, "headings": True}}, "0 rows of the table"),
        (
            {"axes": {"term": AXES["term"]}, "default": {"term": "lemma"}},
            "2 rows of the table, not one",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        drawn(**({"table": SMALL} | change))
