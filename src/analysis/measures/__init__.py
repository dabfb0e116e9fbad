"""The numbers: pure functions of counts, for scalars and arrays alike.

Notation: a term occurs ``k1`` times among the ``n1`` words of a target and ``k2``
times among the ``n2`` words of a reference. Of ``n`` units, ``n_a`` hold *a*, ``n_b``
hold *b* and ``n_ab`` hold both. Logarithms are natural unless a docstring says binary.
"""

from analysis.measures.agreement import cohen_kappa, krippendorff_alpha
from analysis.measures.association import dice, jaccard, log_dice, npmi, pmi, t_score
from analysis.measures.dispersion import (
    deviation_of_proportions,
    expected_deviation,
    juilland_d,
    rosengren_s,
)
from analysis.measures.distance import burrows_delta, jensen_shannon
from analysis.measures.diversity import mattr, mtld, yules_k
from analysis.measures.intervals import poisson_interval, wilson_interval
from analysis.measures.keyness import (
    bayes_factor,
    chi_squared,
    false_discovery,
    log_likelihood,
    log_ratio,
    log_ratio_interval,
    odds_ratio,
    p_value,
)
from analysis.measures.stratified import common_odds_ratio, mantel_haenszel
from analysis.measures.unitising import unitising_alpha

__all__ = [
    "bayes_factor",
    "burrows_delta",
    "chi_squared",
    "cohen_kappa",
    "common_odds_ratio",
    "deviation_of_proportions",
    "dice",
    "expected_deviation",
    "false_discovery",
    "jaccard",
    "jensen_shannon",
    "juilland_d",
    "krippendorff_alpha",
    "log_dice",
    "log_likelihood",
    "log_ratio",
    "log_ratio_interval",
    "mantel_haenszel",
    "mattr",
    "mtld",
    "npmi",
    "odds_ratio",
    "p_value",
    "pmi",
    "poisson_interval",
    "rosengren_s",
    "t_score",
    "unitising_alpha",
    "wilson_interval",
    "yules_k",
]
