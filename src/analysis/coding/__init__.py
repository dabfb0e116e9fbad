"""Problems, remedies and their links: coded by reading, anchored by quotation.

`loading` reads a coding and checks it, `places` finds its quotations in the texts,
`results` says what it says, `values` which values it invokes, `comparison` what was judged
by reading works against each other, and `study` puts the chapter together. `agreement`
tells how far two codings agree, and `suggestion` proposes passages for the coding of a new
text.
"""

from analysis.coding.agreement import Agreement, agreement, backing, disagreements
from analysis.coding.comparison import Comparison, load_comparison, load_review
from analysis.coding.loading import Coding, load_coding, load_examples
from analysis.coding.places import touched
from analysis.coding.results import (
    convergences,
    gaps,
    headlines,
    linked,
    presence,
    problem_remedy_table,
)
from analysis.coding.study import CodingStudy, study_coding
from analysis.coding.suggestion import FinderStudy, compare_finders, suggest
from analysis.coding.values import values_at_remedies

__all__ = [
    "Agreement",
    "Coding",
    "CodingStudy",
    "Comparison",
    "FinderStudy",
    "agreement",
    "backing",
    "compare_finders",
    "convergences",
    "disagreements",
    "gaps",
    "headlines",
    "linked",
    "load_coding",
    "load_comparison",
    "load_examples",
    "load_review",
    "presence",
    "problem_remedy_table",
    "study_coding",
    "suggest",
    "touched",
    "values_at_remedies",
]
