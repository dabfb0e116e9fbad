"""What the sentences of a chapter say in numbers: one function per paragraph.

Each function takes result tables and returns the values for `analysis.prose.say`, so
that the notebook holds the sentence and nothing else. One module for each chapter.
"""

from analysis.readings import (
    coding,
    consistency,
    corpus,
    distances,
    findings,
    portraits,
    terms,
    values,
)
from analysis.readings._shared import Values, work_labels

__all__ = [
    "Values",
    "coding",
    "consistency",
    "corpus",
    "distances",
    "findings",
    "portraits",
    "terms",
    "values",
    "work_labels",
]
