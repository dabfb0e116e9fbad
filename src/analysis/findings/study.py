"""Judging the claims: as the chapters read the texts, and under every defensible setting."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.corpus import BODY_KINDS, Corpus, corpus_from_texts
from analysis.damage import damaged, measured_damage
from analysis.findings.registry import FAILS, FUNCTIONS, HOLDS, UNDECIDED, Claim, load_claims
from analysis.findings.settings import AXES, Materials, Settings, View
from analysis.multiverse import multiverse, settings

CODED = ("coding",)
"""Analyses whose settings may take items of the coding away."""
NOTIONS_OF_CODING = ("problems", "remedies")
BASE_DRAWS, GRID_DRAWS = 2000, 400
"""Resamples of a finding as the chapters read the texts, and under each other setting."""


@dataclass(frozen=True)
class FindingStudy:
    """All claims judged.

    Attributes
    ----------
    claims : dict of str to Claim
        The claims by name, in the order of their file.
    results : pandas.DataFrame
        One row per claim as the chapters read the texts: ``finding_id, effect, low,
        high, holds`` (true, false, or none), ``verdict``, ``floor`` (how much the effect
        changes at most between readings that differ by damage alone; NaN where texts are
        not counted), ``values`` (what its sentence prints).
    settings : pandas.DataFrame
        One row per claim and setting: ``finding_id``, the settings, ``effect, low, high,
        holds, verdict, kept`` (least share of its coded items that a work keeps), ``note``.

    Examples
    --------
    >>> from dataclasses import asdict
    >>> import pandas as pd
    >>> from analysis.findings import Claim, FindingStudy, Settings
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
    >>> study.verdict("more-law"), len(study.of("more-law"))
    ('holds', 2)
    """

    claims: dict[str, Claim]
    results: pd.DataFrame
    settings: pd.DataFrame

    def verdict(self, finding_id: str) -> str:
        """Return the verdict on a claim.

        Parameters
        ----------
        finding_id : str
            The claim.

        Returns
        -------
        str
            ``holds``, ``does not hold`` or ``cannot be told``.

        Raises
        ------
        KeyError
            If there is no such claim.
        """
        return str(self.results.set_index("finding_id").at[finding_id, "verdict"])

    def of(self, finding_id: str) -> pd.DataFrame:
        """Return the settings of one claim.

        Parameters
        ----------
        finding_id : str
            The claim.

        Returns
        -------
        pandas.DataFrame
            Its rows of ``settings``.
        """
        return self.settings[self.settings["finding_id"] == finding_id].reset_index(drop=True)


def judge(
    materials: Materials,
    claim: Claim,
    settings: Settings | None = None,
    resamples: int = BASE_DRAWS,
    seed: int = 0,
) -> dict[str, Any]:
    """Compute the effect of a claim under one setting, and judge it.

    Parameters
    ----------
    materials : Materials
        The texts, codings and lists.
    claim : Claim
        From `load_claims`.
    settings : Settings, optional
        How the texts are read; as the chapters read them without it.
    resamples : int
        How often the paragraphs of each work are drawn with replacement.
    seed : int
        Seed of the draw.

    Returns
    -------
    dict
        ``effect, low, high, holds, verdict, kept, note, values``. If the setting takes
        all problems or all remedies of a work away, a claim about coded items cannot be
        told, whatever the rest says; ``note`` names the work.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Claim, Materials, Silences, judge
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> claim = Claim(
    ...     "ledger", "terms", "exploratory", "nothing", "Aldermere keeps a ledger.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "aldermere", "terms": ["ledger"]}, ("term",),
    ... )
    >>> judge(materials, claim, resamples=200)["verdict"]
    'holds'
    """
    view = View(materials, settings or Settings(), resamples, seed)
    coded = is_coded(claim)
    emptied = view.emptied() if coded else []
    if emptied:
        note = f"nothing left of {', '.join(emptied)}"
        nothing = {"effect": np.nan, "low": np.nan, "high": np.nan, "holds": None}
        return {**nothing, "verdict": UNDECIDED, "kept": 0.0, "note": note, "values": {}}
    result = FUNCTIONS[claim.function](view, **claim.arguments)
    if not coded and claim.function != "silent_share" and view.has_single_paragraph():
        result = replace(result, low=np.nan, high=np.nan)  # Nothing can be drawn.
    verdict = claim.verdict(result.low, result.high)
    return {
        "effect": result.effect, "low": result.low, "high": result.high,
        "holds": {HOLDS: True, FAILS: False}.get(verdict), "verdict": verdict,
        "kept": view.kept_share() if coded else np.nan, "note": "", "values": result.values,
    }  # fmt: skip


def is_coded(claim: Claim) -> bool:
    """Say whether a claim is about coded items, which a setting may take away.

    Parameters
    ----------
    claim : Claim
        From `load_claims`.

    Returns
    -------
    bool

    Examples
    --------
    >>> from analysis.findings import Claim
    >>> claim = Claim(
    ...     "more-law", "terms", "exploratory", "nothing", "Ada has more *law*.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "ada", "terms": ["law"]}, ("term",),
    ...     evidence="Ada has *law* {times:.0f} times as often.",
    ... )
    >>> is_coded(claim)
    False
    """
    notions = {str(value) for value in claim.arguments.values() if isinstance(value, str)}
    of_items = claim.analysis in CODED and claim.function != "silent_share"
    return of_items or bool(notions & set(NOTIONS_OF_CODING))


ALONE = ("reading", "leave_out")
"""Settings that are never combined with others: the two extractions differ by one letter, and
there are as many sections as would multiply everything else."""


def grid_of(claim: Claim, materials: Materials) -> list[dict[str, str]]:
    """Return the settings under which a claim is computed again, that of the chapters first.

    All combinations of its settings, or each alone, as the claim says; those of `ALONE`
    always alone. For a claim about coded items only sections that hold one are left out:
    no other can matter.

    Parameters
    ----------
    claim : Claim
        From `load_claims`.
    materials : Materials
        The texts and codings, for their sections.

    Returns
    -------
    list of dict of str to str
        The value of each of the settings of the claim.
    """
    axes = {axis: list(AXES[axis][1]) for axis in claim.axes if axis != "leave_out"}
    if "leave_out" in claim.axes:
        axes["leave_out"] = ["", *_sections_left_out(claim, materials)]
    default = {axis: values[0] for axis, values in axes.items()}
    crossed = {
        axis: values
        for axis, values in axes.items()
        if claim.grid == "crossed" and axis not in ALONE
    }
    rows = [{**default, **setting} for setting in settings(crossed)] if crossed else [default]
    return rows + [
        {**default, axis: value}
        for axis, values in axes.items()
        if axis not in crossed
        for value in values[1:]
    ]


COUNTING = ("value_where_proposed", "problems_before_remedies")
"""Functions on coded items that count the words around them, too."""


def _sections_left_out(claim: Claim, materials: Materials) -> list[str]:
    sections = sections_of(materials.corpus)
    if not is_coded(claim) or claim.function in COUNTING:
        return sections
    coded = _coded_sections(materials)
    return [section for section in sections if section in coded]


def _coded_sections(materials: Materials) -> set[str]:
    tables = [t for c in (materials.first, materials.second) for t in (c.problems, c.remedies)]
    return set(pd.concat(tables)["section_id"])


def sections_of(corpus: Corpus) -> list[str]:
    """Return the sections of running text that are more than a heading.

    Parameters
    ----------
    corpus : Corpus
        The texts.

    Returns
    -------
    list of str
        Values of ``section_id``, in the order of the texts.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "Neighbours need trust."})
    >>> sections_of(corpus) == corpus.sections["section_id"].tolist()
    True
    """
    body = corpus.body()
    filled = set(body.sentences.loc[~body.sentences["is_heading"], "section_id"])
    return [s for s in body.sections["section_id"] if s in filled]


def judge_all(
    materials: Materials, claims: Sequence[Claim] | None = None, analysis: str | None = None
) -> FindingStudy:
    """Judge all claims as the chapters read the texts, and under no other setting.

    Parameters
    ----------
    materials : Materials
        The texts, codings and lists.
    claims : sequence of Claim, optional
        From `load_claims`; those of the project without it.
    analysis : str, optional
        Only the claims of one analysis.

    Returns
    -------
    FindingStudy
        Without settings, and without floors (NaN).

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis
    >>> from analysis.findings import Claim, Materials, Silences, judge_all
    >>> from analysis.translations import SOURCE_COLUMNS, VARIANT_COLUMNS, Translations
    >>> corpus = analysis.load_corpus("data/tutorial")
    >>> lexicon = analysis.load_lexicon("data/tutorial/lexicon")
    >>> coding = analysis.load_coding("data/tutorial/coding", corpus)
    >>> none = pd.DataFrame(columns=sorted({*SOURCE_COLUMNS, *VARIANT_COLUMNS}))
    >>> materials = Materials(
    ...     corpus, lexicon, none, Translations(none, none), coding, coding, Silences(none, none), {}
    ... ).with_texts(corpus)
    >>> claim = Claim(
    ...     "ledger", "terms", "exploratory", "nothing", "Aldermere keeps a ledger.", "at least", 1.0,
    ...     "doublings", "term_ratio", {"target": "aldermere", "terms": ["ledger"]}, ("term",),
    ... )
    >>> judge_all(materials, [claim]).verdict("ledger")
    'holds'
    """
    chosen = [c for c in claims or load_claims() if analysis in (None, c.analysis)]
    named = {claim.finding_id: claim for claim in chosen}
    rows = [{"finding_id": name, **judge(materials, claim)} for name, claim in named.items()]
    results = pd.DataFrame(rows).drop(columns=["kept", "note"]).assign(floor=np.nan)
    return FindingStudy(named, results, pd.DataFrame())


def study_findings(
    corpus: Corpus,
    claims: Sequence[Claim] | None = None,
    processes: int = 1,
    progress: bool = False,
    damage_draws: int = 1,
) -> FindingStudy:
    """Judge all claims of a corpus, and judge them again under every setting.

    Parameters
    ----------
    corpus : Corpus
        All documents.
    claims : sequence of Claim, optional
        From `load_claims`; those of the project without it.
    processes : int
        Among how many processes the settings are shared out.
    progress : bool
        Whether a bar shows how far it is.
    damage_draws : int
        How often each kind of damage is done to the texts for the floors.

    Returns
    -------
    FindingStudy
        Claims, results with their floors, and all settings.

    Raises
    ------
    InputError
        If a table from which findings are computed has faults.

    Examples
    --------
    All claims of the project take minutes, so that this is not run as a test:

    >>> import analysis
    >>> study = analysis.study_findings(analysis.load_corpus(), processes=2)  # doctest: +SKIP
    """
    materials = Materials.load(corpus)
    judged = judge_all(materials, claims)
    named = judged.claims
    floors = effect_floors(materials, list(named.values()), damage_draws)
    results = judged.results.assign(floor=judged.results["finding_id"].map(floors))
    table = multiverse(
        partial(_judge_again, claims=named),
        _whole_grid(list(named.values()), materials),
        materials,
        progress=progress,
        processes=processes,
    )
    order = {name: place for place, name in enumerate(named)}
    table = table.sort_values("finding_id", key=lambda t: t.map(order), kind="stable")
    return FindingStudy(named, results, table.reset_index(drop=True))


def _whole_grid(claims: Sequence[Claim], materials: Materials) -> list[dict[str, str]]:
    """Return the settings of all claims; those that read the texts alike follow one another,
    so that a reading is counted once for all claims that need it."""
    rows = [
        {"finding_id": claim.finding_id, **asdict(Settings(**setting))}
        for claim in claims
        for setting in grid_of(claim, materials)
    ]
    default = asdict(Settings())
    ranks = {axis: {v: i for i, v in enumerate(values)} for axis, (_, values) in AXES.items()}
    return sorted(
        rows, key=lambda r: [r["leave_out"], *(ranks[a][r[a]] for a in default if ranks[a])]
    )


def _judge_again(
    materials: Materials, claims: Mapping[str, Claim], finding_id: str, **settings: str
) -> dict[str, Any]:
    chosen = Settings(**settings)
    draws = BASE_DRAWS if chosen == Settings() else GRID_DRAWS
    row = judge(materials, claims[finding_id], chosen, draws)
    return {key: value for key, value in row.items() if key != "values"}


# --- How much may be damage -----------------------------------------------------------------


def effect_floors(
    materials: Materials, claims: Sequence[Claim], draws: int = 1, seed: int = 0
) -> dict[str, float]:
    """Tell how much each effect changes at most where nothing but damage changes.

    The mended running text of every work is damaged at the rate that was measured in
    each document, read automatically, and the effect computed again; it is compared with
    the effect of the undamaged text, read in the same way. Claims about coded items have
    no floor: their quotations were placed by hand in the mended text. Nor have those that
    count tests of chance, or compare the two extractions.

    Parameters
    ----------
    materials : Materials
        The texts, codings and lists.
    claims : sequence of Claim
        From `load_claims`.
    draws : int
        How often each kind of damage is done to the texts.
    seed : int
        Seed of the draw.

    Returns
    -------
    dict of str to float
        By name of the claim, in the unit of its effect.
    """
    counted = [c for c in claims if _counts_words(c)]
    reference = materials.with_texts(_reread(materials.corpus, {}, np.random.default_rng(seed)))
    before = {c.finding_id: judge(reference, c, resamples=2)["effect"] for c in counted}
    changes: dict[str, list[float]] = {name: [] for name in before}
    damage = measured_damage(materials.corpus)
    for document, own in damage.groupby("document_id", sort=True):
        rates = dict(zip(own["damage"], own["per_thousand"], strict=True))
        random = np.random.default_rng([seed, zlib.crc32(str(document).encode())])
        for _ in range(draws):
            worse = materials.with_texts(_reread(materials.corpus, rates, random))
            for claim in counted:
                effect = judge(worse, claim, resamples=2)["effect"]
                changes[claim.finding_id].append(abs(effect - before[claim.finding_id]))
    return {name: float(np.max(values)) for name, values in changes.items()}


def _counts_words(claim: Claim) -> bool:
    """Say whether a claim has a floor: it counts texts, and takes no test of chance."""
    if claim.function in ("firm_pairs", "twins_lead"):
        return False  # Seconds for each copy; the twins are a floor themselves.
    return not is_coded(claim) and claim.function != "silent_share"


def _reread(corpus: Corpus, rates: Mapping[str, float], random: np.random.Generator) -> Corpus:
    """Damage the running text of every work and read it as if it had come so."""
    texts = {}
    for work, sections in corpus.body().sections.groupby("work_id", sort=False):
        text = "\n".join(corpus.texts[s].text for s in sections["section_id"])
        texts[str(work)] = damaged(text, rates, random) if rates else text
    again = corpus_from_texts(texts, corpus.folder)
    return again.select(kinds=[k for k in BODY_KINDS if k in set(again.sections["kind"])])
