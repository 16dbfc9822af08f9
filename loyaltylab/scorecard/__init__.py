"""Chapter 17, the scorecard: which indicators, and whether the programme worked.

An indicator sheet is data that is checked; an index of several feeds says what is missing; each
listening post hears some customers and never others. The before/after lab holds methods that
look for the effect of a programme against a firm where the effect is known.
"""

from loyaltylab.scorecard.before_after import before_after
from loyaltylab.scorecard.delivery import DeliveryIndex
from loyaltylab.scorecard.did import WeeklyDifference, weekly_difference
from loyaltylab.scorecard.did_rows import customer_difference, orders_by_period
from loyaltylab.scorecard.effect import Effect, plot_effects
from loyaltylab.scorecard.feeds import DeliveryScores, delivery_index
from loyaltylab.scorecard.formulas import evaluate
from loyaltylab.scorecard.lab import how_often, plot_how_often, which_method_finds_it
from loyaltylab.scorecard.measures import example_sheet, measure_sheet
from loyaltylab.scorecard.members import club_effects, club_orders
from loyaltylab.scorecard.phone import phone_scores
from loyaltylab.scorecard.post_picture import four_posts, plot_posts
from loyaltylab.scorecard.posts import post_pictures, who_is_heard
from loyaltylab.scorecard.principles import six_principles
from loyaltylab.scorecard.regress_mean import MeanRegression, regression_to_mean
from loyaltylab.scorecard.regress_model import RegressionToMean
from loyaltylab.scorecard.rules import visit_precision, visits_needed
from loyaltylab.scorecard.sayings import (
    brand_delivery_index,
    eight_indicator_steps,
    four_indicators_to_track,
    served_well_or_badly,
    six_indicator_principles,
)
from loyaltylab.scorecard.sayings_cases import (
    e_commerce_case,
    luxury_case,
    mitsubishi_elevator,
    sales_up_235,
)
from loyaltylab.scorecard.series import SeriesFit, interrupted_series
from loyaltylab.scorecard.series_power import SeriesPower
from loyaltylab.scorecard.sheet import IndicatorSheet, indicator_sheet, sheet_faults
from loyaltylab.scorecard.sizes import size_for_means, size_for_shares
from loyaltylab.scorecard.status import plot_status
from loyaltylab.scorecard.steps import eight_steps
from loyaltylab.scorecard.study_power import StudyPower
from loyaltylab.scorecard.weighing import index_tornado, plot_index_tornado, weight_space

__all__ = [
    "DeliveryIndex",
    "DeliveryScores",
    "Effect",
    "IndicatorSheet",
    "MeanRegression",
    "RegressionToMean",
    "SeriesFit",
    "SeriesPower",
    "StudyPower",
    "WeeklyDifference",
    "before_after",
    "brand_delivery_index",
    "club_effects",
    "club_orders",
    "customer_difference",
    "delivery_index",
    "e_commerce_case",
    "eight_indicator_steps",
    "eight_steps",
    "evaluate",
    "example_sheet",
    "four_indicators_to_track",
    "four_posts",
    "how_often",
    "index_tornado",
    "indicator_sheet",
    "interrupted_series",
    "luxury_case",
    "measure_sheet",
    "mitsubishi_elevator",
    "orders_by_period",
    "phone_scores",
    "plot_effects",
    "plot_how_often",
    "plot_index_tornado",
    "plot_posts",
    "plot_status",
    "post_pictures",
    "regression_to_mean",
    "sales_up_235",
    "served_well_or_badly",
    "sheet_faults",
    "six_indicator_principles",
    "six_principles",
    "size_for_means",
    "size_for_shares",
    "visit_precision",
    "visits_needed",
    "weekly_difference",
    "weight_space",
    "which_method_finds_it",
    "who_is_heard",
]
