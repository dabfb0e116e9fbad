# What the package offers and where it stands; __init__.py reads it. Each name is loaded when used.

from .coding import (
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
from .concepts import Lexicon, check_lexicon, find_concepts, load_lexicon
from .concordance import kwic
from .cooccurrence import (
    cooccurrence,
    counted_once,
    smallest_association,
    smallest_summary,
    study_company,
)
from .corpus import Corpus, corpus_from_texts, find_data, load_corpus
from .findings import FindingStudy, Materials, load_claims, study_findings
from .frequency import (
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
from .glossary import load_conjectures, load_glossary
from .labels import (
    consistency,
    corrected_stances,
    load_labels,
    matcher_quality,
    quality_by_half,
    stance_quality,
)
from .multiverse import multiverse, one_at_a_time, shares_by_axis, turning_axes
from .resampling import bootstrap
from .robustness import extraction_floor
from .similarity import near_duplicates, neighbours, similarity, similarity_draws
from .tables import InputError
from .text import AlignedText
from .translations import join_variants, load_translations, variant_counts
from .values import concept_shares

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
    "find_data",
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
