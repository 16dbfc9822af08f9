"""Chapter 04, the two curves: how satisfaction turns into loyalty, and what rivals change.

The same people are loyal in one market and fickle in another. The chapter describes both
curves by one number, explains them by one mechanism, removes the barriers that hold
competition back, and fits all of it to answers and purchases.
"""

from loyaltylab.curve.barriers import Barriers, false_loyalty
from loyaltylab.curve.choice import RivalChoice
from loyaltylab.curve.company import company_correlation, each_feeds_the_other
from loyaltylab.curve.conditions import (
    four_types,
    loyal_by_definition,
    not_always_strong,
    only_with_high_satisfaction,
)
from loyaltylab.curve.curve_fit import CurveFit
from loyaltylab.curve.directions import cross_lagged, cross_section, simulate_directions
from loyaltylab.curve.falls import FalseLoyalty
from loyaltylab.curve.fitting import fit
from loyaltylab.curve.mechanism import ChoiceFit, fit_choice
from loyaltylab.curve.opening import opening_effect
from loyaltylab.curve.power import PowerCurve, nearest_power
from loyaltylab.curve.sayings import (
    curve_1,
    curve_2,
    flat_and_false,
    four_barriers,
    six_times,
    steep_near_the_top,
)
from loyaltylab.curve.template import plot_template
from loyaltylab.curve.types import customer_types, plot_types, type_of

__all__ = [
    "Barriers",
    "ChoiceFit",
    "CurveFit",
    "FalseLoyalty",
    "PowerCurve",
    "RivalChoice",
    "company_correlation",
    "cross_lagged",
    "cross_section",
    "curve_1",
    "curve_2",
    "customer_types",
    "each_feeds_the_other",
    "false_loyalty",
    "fit",
    "fit_choice",
    "flat_and_false",
    "four_barriers",
    "four_types",
    "loyal_by_definition",
    "nearest_power",
    "not_always_strong",
    "only_with_high_satisfaction",
    "opening_effect",
    "plot_template",
    "plot_types",
    "simulate_directions",
    "six_times",
    "steep_near_the_top",
    "type_of",
]
