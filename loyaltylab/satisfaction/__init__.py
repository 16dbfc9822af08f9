"""Chapter 01, satisfaction: what it is, and how it is measured.

A rate, a score on seven grades, a gap between expected and perceived, an index, a top box: the
chapter computes all of them from the same answers, with intervals, says what each assumes, and
shows where they contradict each other.
"""

from loyaltylab.satisfaction.axis import csm, csm_items, csm_respondents
from loyaltylab.satisfaction.boxes import headline
from loyaltylab.satisfaction.cars import four_cars, synthetic_cars
from loyaltylab.satisfaction.compare import rate_difference, reversals
from loyaltylab.satisfaction.components import ComponentFit, component_regression
from loyaltylab.satisfaction.difference import DifferenceScore, difference_reliability
from loyaltylab.satisfaction.disconfirmation import Disconfirmation, disconfirmation
from loyaltylab.satisfaction.gaps import disconfirmation_shares, gap_pitfalls
from loyaltylab.satisfaction.grades import GradeRule, grades
from loyaltylab.satisfaction.index import index_under_weights, satisfaction_index
from loyaltylab.satisfaction.intervals import bootstrap_means
from loyaltylab.satisfaction.rate import plot_rates, satisfaction_rate
from loyaltylab.satisfaction.reliability import reliability
from loyaltylab.satisfaction.reliable import Reliability
from loyaltylab.satisfaction.sayings import (
    axis_sums_to_zero,
    csm_is_a_mean,
    four_cars_graded,
    rate_from_counts,
    score_back_to_grade,
    seven_grades,
)
from loyaltylab.satisfaction.sayings_meaning import (
    first_place,
    five_levels_of_needs,
    gold_standard,
    perceived_less_expected,
    seven_questions,
    two_dimensions,
)
from loyaltylab.satisfaction.scaleuse import scale_use
from loyaltylab.satisfaction.styles import ipsatised, simulate_answers
from loyaltylab.satisfaction.together import every_measure, plot_ranks
from loyaltylab.satisfaction.topbox import TopBoxOrMean

__all__ = [
    "ComponentFit",
    "DifferenceScore",
    "Disconfirmation",
    "GradeRule",
    "Reliability",
    "TopBoxOrMean",
    "axis_sums_to_zero",
    "bootstrap_means",
    "component_regression",
    "csm",
    "csm_is_a_mean",
    "csm_items",
    "csm_respondents",
    "difference_reliability",
    "disconfirmation",
    "disconfirmation_shares",
    "every_measure",
    "first_place",
    "five_levels_of_needs",
    "four_cars",
    "four_cars_graded",
    "gap_pitfalls",
    "gold_standard",
    "grades",
    "headline",
    "index_under_weights",
    "ipsatised",
    "perceived_less_expected",
    "plot_ranks",
    "plot_rates",
    "rate_difference",
    "rate_from_counts",
    "reliability",
    "reversals",
    "satisfaction_index",
    "satisfaction_rate",
    "scale_use",
    "score_back_to_grade",
    "seven_grades",
    "seven_questions",
    "simulate_answers",
    "synthetic_cars",
    "two_dimensions",
]
