"""Chapter 05, the stages: what loyalty is, and how it grows.

The documents order loyalty in two, three, four or five classes, and do not agree. The chapter
puts the schemes side by side, finds the stage of a customer from what he says and does, makes
a chain of the stages, estimates it from a panel whose answers slip, and asks what "loyal"
comes to if all, any or k of six tests must hold.
"""

from loyaltylab.stages.by_k import loyal, loyal_by_k, overlap_of_tests, plot_loyal_by_k
from loyaltylab.stages.chain import StageChain
from loyaltylab.stages.chain_fit import ChainFit
from loyaltylab.stages.checklist import checklist, five_traits, six_tests
from loyaltylab.stages.checks import homogeneity, order_test, two_step
from loyaltylab.stages.conflicts import (
    doubts,
    homonyms,
    order_conflicts,
    plot_schemes,
    read_widely,
)
from loyaltylab.stages.crosswalk import classes, crosswalk, overlaps, readings, schemes
from loyaltylab.stages.fitting import fit_chain
from loyaltylab.stages.hidden import fit_hidden
from loyaltylab.stages.hidden_fit import HiddenFit
from loyaltylab.stages.membership import stage_of
from loyaltylab.stages.ordered import guttman, pattern_counts
from loyaltylab.stages.paths import moves
from loyaltylab.stages.sayings import (
    four_kinds,
    oliver_four_stages,
    pyramid,
    telecom_five_steps,
    three_classes,
    three_expressions,
    two_levels,
)
from loyaltylab.stages.sayings_attitude import (
    attitude_and_behaviour,
    attitude_determines_behaviour,
)
from loyaltylab.stages.sayings_lists import (
    feelings_rather_than_quality,
    five_mechanisms,
    five_telecom_traits,
    seven_influences,
    six_tests_all_any_or_k,
    three_roots_of_trust,
    two_above_all,
)

__all__ = [
    "ChainFit",
    "HiddenFit",
    "StageChain",
    "attitude_and_behaviour",
    "attitude_determines_behaviour",
    "checklist",
    "classes",
    "crosswalk",
    "doubts",
    "feelings_rather_than_quality",
    "fit_chain",
    "fit_hidden",
    "five_mechanisms",
    "five_telecom_traits",
    "five_traits",
    "four_kinds",
    "guttman",
    "homogeneity",
    "homonyms",
    "loyal",
    "loyal_by_k",
    "moves",
    "oliver_four_stages",
    "order_conflicts",
    "order_test",
    "overlap_of_tests",
    "overlaps",
    "pattern_counts",
    "plot_loyal_by_k",
    "plot_schemes",
    "pyramid",
    "read_widely",
    "readings",
    "schemes",
    "seven_influences",
    "six_tests",
    "six_tests_all_any_or_k",
    "stage_of",
    "telecom_five_steps",
    "three_classes",
    "three_expressions",
    "three_roots_of_trust",
    "two_above_all",
    "two_levels",
    "two_step",
]
