"""The claims of the book as functions of texts and settings.

`registry` reads the claims and holds the one rule that judges them; `settings` reads the
texts as a setting asks. `words`, `invoked` (values), `coded` (problems, remedies,
silences) and `distances` compute effects; `study` judges all claims, under every setting,
and `telling` puts the results into words.
"""

from analysis.findings.distances import (
    NOTIONS,
    compared,
    neighbour_table,
    similarity_table,
    twin_row,
)
from analysis.findings.registry import FAILS, HOLDS, UNDECIDED, Claim, load_claims
from analysis.findings.settings import Materials, Settings, View
from analysis.findings.silences import (
    Silences,
    load_silences,
    silence_places,
    silence_table,
)
from analysis.findings.study import FindingStudy, judge, judge_all, study_findings
from analysis.findings.telling import (
    finding_values,
    findings_table,
    robustness_pages,
    section_labels,
    settings_in_words,
    show_findings,
    show_functions,
    verdict_links,
)

__all__ = [
    "FAILS",
    "HOLDS",
    "NOTIONS",
    "UNDECIDED",
    "Claim",
    "FindingStudy",
    "Materials",
    "Settings",
    "Silences",
    "View",
    "compared",
    "finding_values",
    "findings_table",
    "judge",
    "judge_all",
    "load_claims",
    "load_silences",
    "neighbour_table",
    "robustness_pages",
    "section_labels",
    "settings_in_words",
    "similarity_table",
    "show_findings",
    "show_functions",
    "silence_places",
    "silence_table",
    "study_findings",
    "twin_row",
    "verdict_links",
]
