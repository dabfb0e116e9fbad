"""Comparative reading of a handful of texts: corpus, terms, concepts, problems and remedies."""

from analysis.coding import (
    Coding,
    agreement,
    convergences,
    gaps,
    linked,
    load_coding,
    presence,
    problem_remedy_table,
    study_coding,
    suggest,
)
from analysis.concepts import Lexicon, check_lexicon, find_concepts, load_lexicon
from analysis.concordance import kwic
from analysis.cooccurrence import (
    cooccurrence,
    counted_once,
    smallest_association,
    smallest_summary,
    study_company,
)
from analysis.corpus import Corpus, corpus_from_texts, load_corpus
from analysis.findings import FindingStudy, Materials, load_claims, study_findings
from analysis.frequency import (
    collocations,
    dispersion,
    distinguish,
    keyness,
    lexical_diversity,
    multiword_terms,
    pairwise_keyness,
    shared_terms,
    term_contrast,
    term_frequencies,
    top_terms,
)
from analysis.glossary import load_conjectures, load_glossary
from analysis.labels import (
    consistency,
    corrected_stances,
    load_labels,
    matcher_quality,
    quality_by_half,
    stance_quality,
)
from analysis.multiverse import multiverse, one_at_a_time, shares_by_axis, turning_axes
from analysis.resampling import bootstrap
from analysis.robustness import extraction_floor
from analysis.similarity import near_duplicates, neighbours, similarity, similarity_draws
from analysis.tables import InputError
from analysis.text import AlignedText
from analysis.translations import join_variants, load_translations, variant_counts
from analysis.values import concept_shares

__all__ = [
    "AlignedText",
    "Coding",
    "Corpus",
    "FindingStudy",
    "InputError",
    "Lexicon",
    "Materials",
    "agreement",
    "bootstrap",
    "check_lexicon",
    "collocations",
    "concept_shares",
    "consistency",
    "convergences",
    "cooccurrence",
    "corpus_from_texts",
    "corrected_stances",
    "counted_once",
    "dispersion",
    "distinguish",
    "extraction_floor",
    "find_concepts",
    "gaps",
    "join_variants",
    "keyness",
    "kwic",
    "lexical_diversity",
    "linked",
    "load_claims",
    "load_coding",
    "load_conjectures",
    "load_corpus",
    "load_glossary",
    "load_labels",
    "load_lexicon",
    "load_translations",
    "matcher_quality",
    "multiverse",
    "multiword_terms",
    "near_duplicates",
    "neighbours",
    "one_at_a_time",
    "pairwise_keyness",
    "presence",
    "problem_remedy_table",
    "quality_by_half",
    "shared_terms",
    "shares_by_axis",
    "similarity",
    "similarity_draws",
    "smallest_association",
    "smallest_summary",
    "stance_quality",
    "study_coding",
    "study_company",
    "study_findings",
    "suggest",
    "term_contrast",
    "term_frequencies",
    "top_terms",
    "turning_axes",
    "variant_counts",
]
