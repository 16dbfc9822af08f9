"""Chapter 16, the chain: do loyal employees make loyal customers.

The service-profit chain runs from employees over service, satisfaction and loyalty to profit. The
chapter estimates it from a table of branches, splits what passes through a link, shows what
averaging does to a correlation, and how a panel tells one direction of cause from the other; it
puts the three steps of internal loyalty, the two-factor theory and the formula of empowerment where
they belong.
"""

from loyaltylab.chain.asymmetry import fit_asymmetry
from loyaltylab.chain.asymmetry_fit import AsymmetryFit
from loyaltylab.chain.averaged import Averaged, simulate_levels
from loyaltylab.chain.branches import simulate_chain
from loyaltylab.chain.incidents import CriticalIncidents, attribution_needed
from loyaltylab.chain.lagged import lagged_effects, plot_lagged
from loyaltylab.chain.level_split import LevelSplit
from loyaltylab.chain.levels import split_correlation
from loyaltylab.chain.mediation import mediate
from loyaltylab.chain.mediation_fit import MediationFit
from loyaltylab.chain.path import fit_path, with_and_without
from loyaltylab.chain.path_fit import PathFit, detectable
from loyaltylab.chain.sayings import (
    both_help_each_other,
    customers_may_be_wrong,
    four_terms,
    herzberg_dated,
    inside_determines_outside,
    team_and_life,
)
from loyaltylab.chain.steps import Empowerment, internal_steps, two_factors
from loyaltylab.chain.two_way import TwoWay

__all__ = [
    "AsymmetryFit",
    "Averaged",
    "CriticalIncidents",
    "Empowerment",
    "LevelSplit",
    "MediationFit",
    "PathFit",
    "TwoWay",
    "attribution_needed",
    "both_help_each_other",
    "customers_may_be_wrong",
    "detectable",
    "fit_asymmetry",
    "fit_path",
    "four_terms",
    "herzberg_dated",
    "inside_determines_outside",
    "internal_steps",
    "lagged_effects",
    "mediate",
    "plot_lagged",
    "simulate_chain",
    "simulate_levels",
    "split_correlation",
    "team_and_life",
    "two_factors",
    "with_and_without",
]
