"""One function per kind of figure: a tidy table goes in, a described chart comes out."""

from analysis.figures._shared import Figure, in_words, with_codes, with_concepts, with_labels
from analysis.figures.coding import code_matrix, problem_remedy_chart, remedy_values_chart
from analysis.figures.consistency import alpha_chart, finder_chart, found_chart
from analysis.figures.corpus import containment_chart, interval_chart, outline_chart, twins_chart
from analysis.figures.cover import cover_chart, social_card
from analysis.figures.distances import distance_chart
from analysis.figures.findings import specification_chart
from analysis.figures.portraits import own_values_chart, own_words_chart, scale_chart
from analysis.figures.showing import Entry, Shown, data_of, load_figures, reference, show
from analysis.figures.terms import (
    dispersion_chart,
    keyness_chart,
    phrase_chart,
    shared_chart,
    term_chart,
)
from analysis.figures.values import (
    company_chart,
    value_chart,
    value_network,
    yardstick_chart,
)

__all__ = [
    "Entry",
    "Shown",
    "data_of",
    "load_figures",
    "reference",
    "show",
    "alpha_chart",
    "finder_chart",
    "found_chart",
    "Figure",
    "company_chart",
    "containment_chart",
    "cover_chart",
    "social_card",
    "dispersion_chart",
    "distance_chart",
    "in_words",
    "interval_chart",
    "keyness_chart",
    "outline_chart",
    "own_values_chart",
    "own_words_chart",
    "phrase_chart",
    "code_matrix",
    "problem_remedy_chart",
    "remedy_values_chart",
    "scale_chart",
    "shared_chart",
    "specification_chart",
    "term_chart",
    "twins_chart",
    "value_chart",
    "value_network",
    "with_codes",
    "with_concepts",
    "with_labels",
    "yardstick_chart",
]
