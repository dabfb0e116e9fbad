"""Comparative reading of a handful of texts: corpus, terms, concepts, problems and remedies."""

from analysis.coding import Coding, gaps, linked, load_coding, problem_remedy_table
from analysis.concepts import (
    Lexicon,
    concept_shares,
    cooccurrence,
    find_concepts,
    frequent_concepts,
    load_lexicon,
)
from analysis.concordance import kwic
from analysis.corpus import Corpus, corpus_from_texts, load_corpus
from analysis.diversity import lexical_diversity
from analysis.frequency import term_frequencies, top_terms
from analysis.robustness import extraction_floor
from analysis.similarity import near_duplicates
from analysis.tables import InputError
from analysis.text import AlignedText

__all__ = [
    "AlignedText",
    "Coding",
    "Corpus",
    "InputError",
    "Lexicon",
    "concept_shares",
    "cooccurrence",
    "corpus_from_texts",
    "extraction_floor",
    "find_concepts",
    "frequent_concepts",
    "gaps",
    "kwic",
    "lexical_diversity",
    "linked",
    "load_coding",
    "load_corpus",
    "load_lexicon",
    "near_duplicates",
    "problem_remedy_table",
    "term_frequencies",
    "top_terms",
]
