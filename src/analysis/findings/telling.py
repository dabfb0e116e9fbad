"""Findings in words: the sentence of each, its verdict, and on which settings it turns."""

from __future__ import annotations

import html
import inspect
import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.corpus import Corpus
from analysis.evidence import section_names
from analysis.figures.findings import specification_chart
from analysis.figures.showing import show
from analysis.findings.registry import ANALYSES, FAILS, FUNCTIONS, HOLDS, UNDECIDED, Claim
from analysis.findings.settings import AXES, Settings
from analysis.findings.study import ALONE, FindingStudy
from analysis.multiverse import shares_by_axis, turning_axes
from analysis.prose import count_of, listed, prose_labels

FINDINGS_PAGE = "findings.html"
"""Where the findings stand, seen from another page of a notebook."""

SHORT = {HOLDS: "holds", FAILS: "fails", UNDECIDED: "open"}
"""How a verdict is called in addresses and style sheets."""

_DEFAULT = asdict(Settings())


def finding_address(finding_id: str, page: str = FINDINGS_PAGE) -> str:
    """Return the address of a finding.

    Parameters
    ----------
    finding_id : str
        The claim.
    page : str
        The page of the findings, seen from the page of the link.

    Returns
    -------
    str

    Examples
    --------
    >>> finding_address("more-law")
    'findings.html#finding-more-law'
    """
    return f"{page}#finding-{finding_id}"


def verdict_links(study: FindingStudy, page: str = FINDINGS_PAGE) -> dict[str, str]:
    """Return for each finding a link that says its verdict, for use in a paragraph.

    Parameters
    ----------
    study : FindingStudy
        From `study_findings` or `judge_all`.
    page : str
        The page of the findings, seen from the page of the paragraph.

    Returns
    -------
    dict of str to str
        HTML by name of the claim.

    Examples
    --------
    >>> from dataclasses import asdict
    >>> import pandas as pd
    >>> from analysis.findings import Claim, FindingStudy, Settings, verdict_links
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> told = {"finding_id": "more-law", "effect": 2.0, "low": 1.5, "high": 3.0, "holds": True,
    ...         "verdict": "holds"}
    >>> results = pd.DataFrame([told | {"floor": 0.1, "values": {"times": 4.0}}])
    >>> rows = [asdict(Settings()) | told, asdict(Settings(term="token")) | told]
    >>> study = FindingStudy({"more-law": claim}, results, pd.DataFrame(rows))
    >>> verdict_links(study)["more-law"]
    '<a class="verdict verdict-holds" href="findings.html#finding-more-law">holds</a>'
    """
    verdicts = study.results.set_index("finding_id")["verdict"]
    return {name: _badge(name, verdicts[name], page) for name in study.claims}


def _badge(finding_id: str, verdict: str, page: str) -> str:
    address = html.escape(finding_address(finding_id, page), quote=True)
    return f'<a class="verdict verdict-{SHORT[verdict]}" href="{address}">{verdict}</a>'


def finding_values(study: FindingStudy, works: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return for each finding the numbers of its sentence, works by their short labels.

    Parameters
    ----------
    study : FindingStudy
        From `study_findings` or `judge_all`.
    works : pandas.DataFrame
        The table of works.

    Returns
    -------
    dict of str to dict
        By name of the claim: ``effect, low, high`` and what its sentence prints besides.

    Examples
    --------
    >>> from dataclasses import asdict
    >>> import pandas as pd
    >>> from analysis.findings import Claim, FindingStudy, Settings, finding_values
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> told = {"finding_id": "more-law", "effect": 2.0, "low": 1.5, "high": 3.0, "holds": True,
    ...         "verdict": "holds"}
    >>> results = pd.DataFrame([told | {"floor": 0.1, "values": {"times": 4.0}}])
    >>> rows = [asdict(Settings()) | told, asdict(Settings(term="token")) | told]
    >>> study = FindingStudy({"more-law": claim}, results, pd.DataFrame(rows))
    >>> works = pd.DataFrame({"work_id": ["ada"], "short_label": ["Ada"]})
    >>> finding_values(study, works)["more-law"]["times"]
    4.0
    """
    labels = prose_labels(works).to_dict()
    told = {}
    for row in study.results.itertuples():
        values = {name: _named(value, labels) for name, value in row.values.items()}
        told[row.finding_id] = {"effect": row.effect, "low": row.low, "high": row.high} | values
    return told


def _named(value: Any, labels: Mapping[str, str]) -> Any:
    """Put labels for works: for the name of one, or for those of a pair."""
    words = str(value).split(" ")
    if isinstance(value, str) and words and all(word in labels for word in words):
        return listed([labels[word] for word in words])
    return value


def evidence(claim: Claim, values: Mapping[str, Any]) -> str:
    """Return the sentence that prints the effect of a claim.

    Parameters
    ----------
    claim : Claim
        From `load_claims`.
    values : mapping of str to object
        Its values from `finding_values`.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> from analysis.findings import Claim
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> evidence(claim, {"times": 4.0})
    'Ada has *law* 4 times as often.'
    """
    return claim.evidence.format(**values)


def section_labels(corpus: Corpus) -> dict[str, str]:
    """Return what each section is called in a sentence about several works.

    Parameters
    ----------
    corpus : Corpus
        The texts.

    Returns
    -------
    dict of str to str
        By ``section_id``.

    Examples
    --------
    >>> import analysis
    >>> from analysis.findings import section_labels
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> numbered = corpus.sections[corpus.sections["number"] != ""]["section_id"].iloc[0]
    >>> section_labels(corpus)[numbered]
    '§ 1 of Aldermere'
    """
    labels = prose_labels(corpus.works)
    names = section_names(corpus)
    return {
        s.section_id: f"{'§ ' if s.number else ''}{names[s.section_id]} of {labels[s.work_id]}"
        for s in corpus.sections.itertuples()
    }


def settings_in_words(claim: Claim, table: pd.DataFrame, sections: Mapping[str, str]) -> str:
    """Say on which settings the verdict on a claim turns, and how.

    Parameters
    ----------
    claim : Claim
        The claim.
    table : pandas.DataFrame
        Its rows of `FindingStudy.settings`.
    sections : mapping of str to str
        What each section is called, from `section_labels`.

    Returns
    -------
    str
        Some sentences of Markdown.

    Raises
    ------
    IndexError
        If the table has no row for the setting of the chapters.
    ValueError
        If it has several rows for one setting.

    Examples
    --------
    >>> from dataclasses import asdict
    >>> import pandas as pd
    >>> from analysis.findings import Claim, FindingStudy, Settings, settings_in_words
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> told = {"finding_id": "more-law", "effect": 2.0, "low": 1.5, "high": 3.0, "holds": True,
    ...         "verdict": "holds"}
    >>> results = pd.DataFrame([told | {"floor": 0.1, "values": {"times": 4.0}}])
    >>> rows = [asdict(Settings()) | told, asdict(Settings(term="token")) | told]
    >>> study = FindingStudy({"more-law": claim}, results, pd.DataFrame(rows))
    >>> settings_in_words(claim, study.of("more-law"), {})
    'The verdict is the same under all two settings.'
    """
    start = table.loc[(table[list(_DEFAULT)] == pd.Series(_DEFAULT)).all(axis=1), "verdict"].iloc[0]
    others = int((table["verdict"] != start).sum())
    if not others:
        return f"The verdict is the same under all {count_of(len(table), 'setting')}."
    changes = turning_axes(table, claim.axes, _DEFAULT)
    changes = changes[changes["turns"]]
    parts = []
    for verdict in (HOLDS, FAILS, UNDECIDED):
        names = [
            _change(r.axis, r.value, sections)
            for r in changes[changes["verdict"] == verdict].itertuples()
        ]
        if names:
            parts.append(f"{_THEN[verdict]} if {listed(_shortened(names), 'or')}")
    told = f"Under {others:,} of {len(table):,} settings the verdict is another. "
    if parts:
        told += f"As the chapters read the texts, it {start}. It {'; it '.join(parts)}. "
    else:
        told += "No single change turns it; changes together do. "
    if claim.grid != "crossed":
        return told.strip()
    alone = (table[list(ALONE)] != pd.Series(_DEFAULT)[list(ALONE)]).any(axis=1)
    return told + _weightiest(table[~alone], [a for a in claim.axes if a not in ALONE], start)


_THEN = {HOLDS: "would hold", FAILS: "would not hold", UNDECIDED: "could not be told"}


def _shortened(names: list[str], most: int = 4) -> list[str]:
    """Name the first changes, and how many there are besides."""
    if len(names) <= most:
        return names
    return [*names[:most], f"{count_of(len(names) - most, 'further change')} of this kind"]


def _change(axis: str, value: str, sections: Mapping[str, str]) -> str:
    if axis == "leave_out":
        return f"{sections.get(value, value)} is left out"
    return _CHANGES.get((axis, value), f"{AXES[axis][0]} {AXES[axis][1][value]}")


_CHANGES = {
    ("term", "token"): "words are counted as printed",
    ("term", "stem"): "words are counted by their stems",
    ("stop_words", "left out"): "stop words are left out",
    ("headings", "left out"): "headings are left out",
    ("abstract", "out"): "abstracts are left out",
    ("references", "in"): "references and notes are counted in",
    ("variants", "joined"): "suspected translation variants are joined",
    ("variants", "all joined"): "weakly suspected variants are joined as well",
    ("reading", "second"): "the second extraction is read",
    ("unit", "paragraph"): "values are sought in one paragraph",
    ("unit", "window"): "values are sought within ten words",
    ("stances", "all mentions"): "every mention of a value counts",
    ("coder", "first"): "the first coding alone counts",
    ("coder", "second"): "the second coding alone counts",
    ("answers", "advocated"): "only advocated remedies answer",
    ("answers", "any"): "failed remedies answer as well",
    ("metric", "jensen_shannon"): "likeness is measured by the Jensen–Shannon divergence",
    ("metric", "jaccard"): "likeness is measured by what is there at all",
}
"""How a change of one setting is said after *if*."""


def _weightiest(table: pd.DataFrame, axes: list[str], start: str) -> str:
    """Say which setting the verdict hangs on most, by the share with each of its values."""
    shares = shares_by_axis(table, axes)
    name = {HOLDS: "holds", FAILS: "fails", UNDECIDED: "undecided"}[start]
    spread = shares.groupby("axis", sort=False)[name].agg(lambda own: own.max() - own.min())
    if spread.empty or spread.max() == 0:
        return ""
    axis = str(spread.idxmax())
    own = shares[shares["axis"] == axis]
    told = listed(
        [f"{getattr(r, name):.0%} (*{AXES[axis][1][r.value]}*)" for r in own.itertuples()]
    )
    return f"The choice on which most hangs is *{AXES[axis][0]}*: the settings give this verdict in {told} of cases."


# --- The page ---------------------------------------------------------------------------------


def findings_html(study: FindingStudy, works: pd.DataFrame, analysis: str) -> str:
    """Return the findings of one analysis as HTML, each with an address of its own.

    Parameters
    ----------
    study : FindingStudy
        From `study_findings`.
    works : pandas.DataFrame
        The table of works.
    analysis : {"terms", "values", "coding", "distances"}
        Which claims.

    Returns
    -------
    str
        HTML.
    """
    values = finding_values(study, works)
    rows = study.results.set_index("finding_id")
    parts = [
        _card(claim, rows.loc[name], evidence(claim, values[name]), study.of(name))
        for name, claim in study.claims.items()
        if claim.analysis == analysis
    ]
    return f'<div class="findings">{"".join(parts)}</div>'


def show_findings(study: FindingStudy, works: pd.DataFrame, analysis: str) -> object:
    """Show the findings of one analysis.

    Parameters
    ----------
    study : FindingStudy
        From `study_findings`.
    works : pandas.DataFrame
        The table of works.
    analysis : {"terms", "values", "coding", "distances"}
        Which claims.

    Returns
    -------
    IPython.display.HTML
        Each claim with its verdict, effect, rule and links.

    Examples
    --------
    >>> from dataclasses import asdict
    >>> import pandas as pd
    >>> from analysis.findings import Claim, FindingStudy, Settings, show_findings
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> told = {"finding_id": "more-law", "effect": 2.0, "low": 1.5, "high": 3.0, "holds": True,
    ...         "verdict": "holds"}
    >>> results = pd.DataFrame([told | {"floor": 0.1, "values": {"times": 4.0}}])
    >>> rows = [asdict(Settings()) | told, asdict(Settings(term="token")) | told]
    >>> study = FindingStudy({"more-law": claim}, results, pd.DataFrame(rows))
    >>> works = pd.DataFrame({"work_id": ["ada"], "short_label": ["Ada"]})
    >>> "Ada has <em>law</em> 4 times as often." in show_findings(study, works, "terms").data
    True
    """
    from IPython.display import HTML

    return HTML(findings_html(study, works, analysis))


ROBUSTNESS_PAGE = "../book/robustness-{analysis}.html"
"""Where the specification curves stand, seen from the page of findings."""


def _card(claim: Claim, row: pd.Series, sentence: str, table: pd.DataFrame) -> str:
    short = SHORT[row["verdict"]]
    name = claim.finding_id
    curve = f"{ROBUSTNESS_PAGE.format(analysis=claim.analysis)}#curve-{name}"
    same = (table["verdict"] == row["verdict"]).mean()
    plain = claim.claim.replace("*", "")
    links = [
        ("figure", claim.figure),
        *((f"passages {i}" if len(claim.passages) > 1 else "passages", address)
          for i, address in enumerate(claim.passages, start=1)),
        ("function", f"#function-{claim.function}"),
        (f"{len(table)} settings", curve),
    ]  # fmt: skip
    shown = " · ".join(
        f'<a href="{html.escape(address, quote=True)}" '
        f'aria-label="{html.escape(f"{text}: {plain}", quote=True)}">{html.escape(text)}</a>'
        for text, address in links
        if address
    )
    known = {"nothing": "nothing was known", "related": "related figures were known"}
    status = claim.status if claim.status == "exploratory" else f"registered, {known[claim.known]}"
    floor = "" if math.isnan(row["floor"]) else f"; extraction floor {_number(row['floor'])}"
    return (
        f'<article class="finding finding-{short}" id="finding-{name}">'
        f'<h3><span class="verdict verdict-{short}">{row["verdict"]}</span> {_emphasised(claim.claim)}</h3>'
        f"<p>{_emphasised(sentence)}</p>"
        f'<p class="finding-rule">Effect {_number(row["effect"])} '
        f"({_number(row['low'])} to {_number(row['high'])}); required: {claim.direction} "
        f"{_number(claim.smallest)}{floor}. Unit: {html.escape(claim.unit)}. {status.capitalize()}. "
        f"Same verdict under {same:.0%} of its settings.</p>"
        f'<p class="finding-links">{shown}</p></article>'
    )


def _number(value: float) -> str:
    """Write an effect with two digits after the point, whole numbers without."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if math.isnan(value):
        return "unknown"
    text = (
        f"{value:.0f}"
        if float(value).is_integer()
        else f"{value:.3g}"
        if abs(value) < 0.1
        else f"{value:.2f}"
    )
    return text.replace("-", "−")


def _emphasised(text: str) -> str:
    """Turn the stars of Markdown into emphasis, and escape the rest."""
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", html.escape(text, quote=False))


def findings_table(study: FindingStudy) -> pd.DataFrame:
    """Return one row per claim with its rule and its result.

    Parameters
    ----------
    study : FindingStudy
        From `study_findings`.

    Returns
    -------
    pandas.DataFrame
        ``finding_id, analysis, status, known, claim, direction, smallest, unit, effect,
        low, high, verdict, floor, settings`` (how many), ``same`` (share of them with the
        same verdict).

    Examples
    --------
    >>> from dataclasses import asdict
    >>> import pandas as pd
    >>> from analysis.findings import Claim, FindingStudy, Settings, findings_table
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> told = {"finding_id": "more-law", "effect": 2.0, "low": 1.5, "high": 3.0, "holds": True,
    ...         "verdict": "holds"}
    >>> results = pd.DataFrame([told | {"floor": 0.1, "values": {"times": 4.0}}])
    >>> rows = [asdict(Settings()) | told, asdict(Settings(term="token")) | told]
    >>> study = FindingStudy({"more-law": claim}, results, pd.DataFrame(rows))
    >>> table = findings_table(study)
    >>> print(table[["finding_id", "effect", "verdict", "settings", "same"]].to_string(index=False))
    finding_id  effect verdict  settings  same
      more-law     2.0   holds         2   1.0
    """
    rules = pd.DataFrame([asdict(claim) for claim in study.claims.values()])
    rules = rules[
        ["finding_id", "analysis", "status", "known", "claim", "direction", "smallest", "unit"]
    ]
    table = rules.merge(study.results.drop(columns=["values", "holds"]), on="finding_id")
    own = study.settings.merge(
        table[["finding_id", "verdict"]], on="finding_id", suffixes=("", "_told")
    )
    same = (own["verdict"] == own["verdict_told"]).groupby(own["finding_id"])
    return table.assign(
        settings=table["finding_id"].map(same.size()), same=table["finding_id"].map(same.mean())
    )


# --- The functions, and the specification curves ----------------------------------------------


def show_functions() -> object:
    """Show the functions behind the findings, folded, each with an address of its own.

    Returns
    -------
    IPython.display.HTML
        The source of each of `analysis.findings.registry.FUNCTIONS`.

    Examples
    --------
    >>> from analysis.findings import show_functions
    >>> 'id="function-term_ratio"' in show_functions().data
    True
    """
    from IPython.display import HTML

    parts = []
    for name, function in FUNCTIONS.items():
        source = html.escape(inspect.getsource(function), quote=False)
        head = f"{function.__module__}.{name}"
        parts.append(
            f'<details class="fold" id="function-{name}"><summary><code>{head}</code></summary>'
            f'<pre tabindex="0">{source}</pre></details>'
        )
    return HTML("".join(parts))


def robustness_pages(study: FindingStudy, corpus: Corpus) -> dict[str, object]:
    """Return for each analysis its specification curves, under the name of its page.

    Each curve is shown as a figure of the book, which writes its files (see
    `analysis.figures.show`).

    Parameters
    ----------
    study : FindingStudy
        From `study_findings`.
    corpus : Corpus
        The texts, for the names of their sections.

    Returns
    -------
    dict
        ``robustness_terms`` and so on, each an ``IPython.display.HTML``.
    """
    from IPython.display import HTML

    sections = section_labels(corpus)
    return {
        f"robustness_{analysis}": HTML(
            "".join(
                _curve(study, claim, sections)
                for claim in study.claims.values()
                if claim.analysis == analysis
            )
        )
        for analysis in ANALYSES
    }


def _curve(study: FindingStudy, claim: Claim, sections: Mapping[str, str]) -> str:
    """Return the specification curve of one claim with its words and its shares."""
    table = study.of(claim.finding_id)
    verdict = study.verdict(claim.finding_id)
    words = _emphasised(settings_in_words(claim, table, sections))
    address = html.escape(f"../notebooks/{finding_address(claim.finding_id)}", quote=True)
    return (
        f'<section class="curve" id="curve-{claim.finding_id}"><h2>{_emphasised(claim.claim)}</h2>'
        f'<p><a class="verdict verdict-{SHORT[verdict]}" href="{address}">{verdict}</a> {words}</p>'
        f"{_drawn(claim, table)}{_shares(claim, table)}</section>"
    )


def _drawn(claim: Claim, table: pd.DataFrame) -> str:
    axes: dict[str, tuple[str, Mapping[Hashable, str]]] = {}
    for axis in claim.axes:
        if axis != "leave_out":
            axes[axis] = (AXES[axis][0], {value: name for value, name in AXES[axis][1].items()})
    if "leave_out" in claim.axes:
        axes["left"] = (AXES["leave_out"][0], {"none": "none", "one": "one"})
    left = table["leave_out"].map(lambda section: "one" if section else "none")
    chart = specification_chart(
        table.assign(left=left), axes, claim.smallest, claim.direction,
        "", claim.unit, {**_DEFAULT, "left": "none"},
    )  # fmt: skip
    return show(chart, f"curve-{claim.finding_id}").html


def _shares(claim: Claim, table: pd.DataFrame) -> str:
    """Return the shares of the verdicts by setting as a folded table."""
    axes = [axis for axis in claim.axes if axis != "leave_out"]
    shares = shares_by_axis(table[table["leave_out"] == ""], axes)
    rows = "".join(
        f"<tr><th scope='row'>{AXES[r.axis][0]}</th><td>{AXES[r.axis][1][r.value]}</td>"
        f"<td>{r.settings}</td><td>{r.holds:.0%}</td><td>{r.fails:.0%}</td>"
        f"<td>{r.undecided:.0%}</td><td>{_number(r.effect_low)} to {_number(r.effect_high)}</td></tr>"
        for r in shares.itertuples()
    )
    heads = ("setting", "value", "settings", HOLDS, FAILS, UNDECIDED, "effects")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    label = f"Shares of the verdicts by setting: {html.escape(claim.finding_id)}"
    return (
        f'<details class="fold"><summary>Shares by setting</summary><div class="table-box" role="region" '
        f'aria-label="{label}" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "</div></details>"
    )
