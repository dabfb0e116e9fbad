"""The comparison at a glance: works by questions, each answered in one line."""

from __future__ import annotations

import html

import pandas as pd

from analysis.coding import gaps
from analysis.coding.results import ANSWERS, code_names
from analysis.coding.values import PROPOSED
from analysis.findings.settings import Materials, Settings, View
from analysis.prose import listed
from analysis.references import cited_works
from analysis.values import concept_shares, value_address

QUESTIONS = {
    "problem": "What is the problem?",
    "actors": "Who is to act?",
    "values": "Which values?",
    "proposed": "What is proposed?",
    "open": "What is left open?",
    "argument": "How does it argue?",
}
"""What is asked of each work."""

ITEMS = "coding-table.html"
"""The page of all coded items, which shows those that its address asks for."""
LEADING = 3
"""So many themes, actors, values or instruments are named."""


def glance(materials: Materials) -> pd.DataFrame:
    """Answer every question for every work.

    Themes, actors and instruments are ranked by their mean share in the two codings;
    values by the share of sentences that advocate them.

    Returns
    -------
    pandas.DataFrame
        ``work_id, question`` (a key of `QUESTIONS`), ``answer`` (one line), ``number``
        (by which answers can be sorted), ``address`` (of the evidence, seen from a page
        of a notebook).
    """
    view = View(materials, Settings())
    parts = [
        _ranked(view, "problem", "problem", "problems"),
        _actors(view),
        _values(view),
        _ranked(view, "proposed", "remedy", "advocated remedies"),
        _left_open(view),
        _argument(view),
    ]
    table = pd.concat(parts, ignore_index=True)
    order = {work: i for i, work in enumerate(view.works)}
    places = {question: i for i, question in enumerate(QUESTIONS)}
    return table.sort_values(
        ["work_id", "question"], key=lambda c: c.map({**order, **places}), ignore_index=True
    )


def _rows(question: str, answers: dict[str, tuple[str, float, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(work, question, *answer) for work, answer in answers.items()],
        columns=["work_id", "question", "answer", "number", "address"],
    )


def _ranked(view: View, question: str, item: str, noun: str) -> pd.DataFrame:
    """Name the codes of practice that take most of the items of each work."""
    name, code = ("problems", "theme") if item == "problem" else ("remedies", "instrument")
    names = code_names(view.codings[0], item)
    answers = {}
    for work in view.works:
        shares, sizes = [], []
        for coding in view.codings:
            own = getattr(coding, name)
            own = own[own["work_id"] == work]
            own = own[own["stance"].isin(PROPOSED)] if item == "remedy" else own
            practice = own[own[code].map(names["level"]) == "practice"]
            shares.append(practice[code].value_counts(normalize=True))
            sizes.append(len(own))
        leading = _leading(pd.concat(shares, axis=1).fillna(0).mean(axis=1))
        said = [f"{names.at[c, 'label'].lower()} ({s:.0%})" for c, s in leading.items()]
        line = f"{_capital(listed(said))}. In all {_range(sizes)} {noun}."
        rows = f"item={item}&stance=advocated" if item == "remedy" else f"item={item}"
        answers[work] = (line, float(sum(sizes) / len(sizes)), f"{ITEMS}?work={work}&{rows}")
    return _rows(question, answers)


def _actors(view: View) -> pd.DataFrame:
    labels = view.codings[0].actors.set_index("actor")["label"]
    answers = {}
    for work in view.works:
        shares = []
        for coding in view.codings:
            own = coding.remedies
            own = own[(own["work_id"] == work) & own["stance"].isin(PROPOSED)]
            shares.append(own["actor"].value_counts(normalize=True))
        every = pd.concat(shares, axis=1).fillna(0).mean(axis=1)
        named = _leading(every.drop("unspecified", errors="ignore"))
        said = [f"{labels[a].lower()} ({s:.0%})" for a, s in named.items()]
        silent = float(every.get("unspecified", 0))
        line = f"{_capital(listed(said))}; {silent:.0%} name nobody."
        address = f"{ITEMS}?work={work}&item=remedy&stance=advocated"
        answers[work] = (line, silent, address)
    return _rows("actors", answers)


def _values(view: View) -> pd.DataFrame:
    labels = view.materials.lexicon.concepts.set_index("concept_id")["label"]
    shares = concept_shares(view.hits(), view.sentences(), resamples=0)
    answers = {}
    for work, own in shares.groupby("work_id", observed=True):
        leading = _leading(own.set_index("concept_id")["share"])
        of = [" of its sentences", *[""] * (len(leading) - 1)]
        said = [
            f"{labels[c].lower()} ({s:.0%}{text})"
            for (c, s), text in zip(leading.items(), of, strict=True)
        ]
        first = str(leading.index[0])
        line = f"{_capital(listed(said))}."
        answers[str(work)] = (line, float(leading.iloc[0]), value_address(first, str(work)))
    return _rows("values", answers)


def _left_open(view: View) -> pd.DataFrame:
    answers = {}
    for work in view.works:
        said, shares = [], []
        for coding in view.codings:
            table = gaps(coding, stances=ANSWERS)
            own = coding.problems
            own = own[(own["work_id"] == work) & (own["level"] == "practice")]
            number = int(own["problem_id"].isin(table["item_id"]).sum())
            said.append(f"{number} of {len(own)}")
            shares.append(number / len(own))
        line = f"{_capital(listed(said))} problems of practice have no remedy, in the two codings."
        answers[work] = (
            line,
            sum(shares) / len(shares),
            f"{ITEMS}?work={work}&item=problem&level=practice&link=no",
        )
    return _rows("open", answers)


def _argument(view: View) -> pd.DataFrame:
    sections = view.materials.corpus.sections.set_index("section_id")
    words = view.tokens()
    words = words[words["is_word"]]
    functions = words["section_id"].astype(str).map(sections["function"])
    shares = functions.groupby(words["work_id"].astype(str)).value_counts(normalize=True)
    cited = cited_works(view.materials.corpus).groupby("work_id").size()
    answers = {}
    for work in view.works:
        leading = shares[work].head(LEADING)
        said = [f"{name} ({share:.0%})" for name, share in leading.items()]
        number = int(cited.get(work, 0))
        sources = (
            f"{number} works in its references" if number else "no list of references in the file"
        )
        line = f"Most words go to {listed(said)}; {sources}."
        answers[work] = (line, float(number), f"portrait-{work}.html")
    return _rows("argument", answers)


def _leading(shares: pd.Series) -> pd.Series:
    """Return the greatest shares, ties by name."""
    ordered = shares.sort_index().sort_values(ascending=False, kind="stable")
    return ordered[ordered > 0].head(LEADING)


def _range(sizes: list[int]) -> str:
    low, high = min(sizes), max(sizes)
    return str(low) if low == high else f"{low} or {high}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- The table ----------------------------------------------------------------------------------


def glance_html(table: pd.DataFrame, works: pd.DataFrame, folder: str = "") -> str:
    """Return the comparison as a table: a row for each work, a column for each question.

    Parameters
    ----------
    table : pandas.DataFrame
        From `glance`.
    works : pandas.DataFrame
        The works.
    folder : str
        Where the pages of the notebooks lie, seen from the page that shows the table,
        such as ``../notebooks/``.

    Returns
    -------
    str
        A table that is whole without a script; with one its columns can be sorted. On a
        narrow screen each work becomes a list of questions and answers.
    """
    heads = "".join(
        f'<th scope="col" role="columnheader">{html.escape(q)}</th>' for q in QUESTIONS.values()
    )
    first = '<th scope="col" role="columnheader">Paper</th>'
    rows = []
    for work in works.itertuples():
        own = table[table["work_id"] == work.work_id].set_index("question")
        cells = "".join(
            f'<td role="cell" data-label="{html.escape(label, quote=True)}" data-sort="{own.at[key, "number"]:.6g}">'
            f"{html.escape(own.at[key, 'answer'], quote=False)} "
            f'<a href="{html.escape(folder + own.at[key, "address"], quote=True)}" '
            f'aria-label="{html.escape(f"Evidence: {work.short_label}, {label}", quote=True)}">evidence</a></td>'
            for key, label in QUESTIONS.items()
        )
        name = html.escape(work.label, quote=False)
        portrait = html.escape(f"{folder}portrait-{work.work_id}.html", quote=True)
        head = f'<th scope="row" role="rowheader"><a href="{portrait}">{name}</a></th>'
        rows.append(f'<tr role="row">{head}{cells}</tr>')
    caption = "The comparison at a glance"
    # The roles stay where a narrow screen turns the table into lists.
    return (
        f'<div class="table-box glance-box" role="region" aria-label="{caption}" tabindex="0">'
        f'<table class="glance sortable" role="table"><caption>{caption}.</caption>'
        f'<thead role="rowgroup"><tr role="row">{first}{heads}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def show_glance(table: pd.DataFrame, works: pd.DataFrame, folder: str = "") -> object:
    """Show the comparison as a table."""
    from IPython.display import HTML

    return HTML(glance_html(table, works, folder))
