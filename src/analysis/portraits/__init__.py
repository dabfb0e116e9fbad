"""A portrait of one work: what the chapters say of it, gathered on one page.

Nothing is computed in a second way. `study` makes the studies of the chapters from their
own parts, without what a portrait does not show; `page` takes from them what the figures
and tables of the page need, and `nearness` tells which works are near.
"""

from analysis.portraits.nearness import neighbours_of
from analysis.portraits.page import (
    FAILED,
    NO_REMEDY,
    NOT_WANTED,
    closest_company,
    open_problems,
    outline,
    own_values,
    own_words,
    show_close_reading,
    show_quotations,
    shown_sentences,
    values_apart,
)
from analysis.portraits.study import (
    Portrait,
    study_advocated_values,
    study_answers,
    study_portrait,
    study_printed_words,
)

__all__ = [
    "FAILED",
    "NOT_WANTED",
    "NO_REMEDY",
    "Portrait",
    "closest_company",
    "neighbours_of",
    "open_problems",
    "outline",
    "own_values",
    "own_words",
    "show_close_reading",
    "show_quotations",
    "shown_sentences",
    "study_advocated_values",
    "study_answers",
    "study_portrait",
    "study_printed_words",
    "values_apart",
]
