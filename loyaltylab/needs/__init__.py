"""Chapter 02, needs: which of them satisfy, and which only prevent complaint (Kano).

Pairs of answers become six classes by a grid that can be changed; every class, coefficient and
quadrant comes with its uncertainty. A model shows why meeting all basic and all expected needs
does not satisfy everybody, and the answers of customers show it without a model.
"""

from loyaltylab.needs.answers import classify
from loyaltylab.needs.better_worse import coefficients
from loyaltylab.needs.continuous import compare_methods, continuous
from loyaltylab.needs.counts import class_counts, classes
from loyaltylab.needs.curves import life_cycle, plot_curves
from loyaltylab.needs.false_leads import false_leaders
from loyaltylab.needs.grid import evaluation_grid
from loyaltylab.needs.groups import compare_groups
from loyaltylab.needs.labels import known_labels
from loyaltylab.needs.leading import class_chances, leading
from loyaltylab.needs.offers import offers, plot_offers
from loyaltylab.needs.pictures import plot_coefficients, plot_counts
from loyaltylab.needs.response import KanoResponse
from loyaltylab.needs.sayings import basic_and_expected_met
from loyaltylab.needs.wide import melt_pairs

__all__ = [
    "KanoResponse",
    "basic_and_expected_met",
    "class_chances",
    "class_counts",
    "classes",
    "classify",
    "coefficients",
    "compare_groups",
    "compare_methods",
    "continuous",
    "evaluation_grid",
    "false_leaders",
    "known_labels",
    "leading",
    "life_cycle",
    "melt_pairs",
    "offers",
    "plot_coefficients",
    "plot_counts",
    "plot_curves",
    "plot_offers",
]
