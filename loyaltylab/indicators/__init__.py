"""Chapter 06, indicators of loyal behaviour: what a log, a shelf and a survey can tell.

How often and for how much a customer buys, which part of his needs a brand gets, how he
answers to prices; the benchmark that tells loyalty from size; and what a composite of
indicators hides in its weights.
"""

from loyaltylab.indicators.ahp import AHP, ahp_weights, random_index
from loyaltylab.indicators.brands import brand_draws, brand_table, wide
from loyaltylab.indicators.choice import fit_brand_choice
from loyaltylab.indicators.choice_fit import BrandChoiceFit
from loyaltylab.indicators.composite import Composite, compare_composites, composite
from loyaltylab.indicators.controlled import controlled_elasticities, price_residual
from loyaltylab.indicators.demand import Demand, arc_elasticity, point_elasticity
from loyaltylab.indicators.dirichlet import fit_dirichlet, simulate_panel
from loyaltylab.indicators.dirichlet_fit import DirichletFit
from loyaltylab.indicators.elasticity import loglog_elasticity, plot_elasticities
from loyaltylab.indicators.habit_fit import HabitFit
from loyaltylab.indicators.habits import forgiveness, selection_time
from loyaltylab.indicators.market import DirichletMarket
from loyaltylab.indicators.ratio import loyalty_ratio
from loyaltylab.indicators.rhythm import plot_rhythm, purchase_rhythm, rhythm_summary
from loyaltylab.indicators.sayings import (
    loyalty_ratio_now_and_past,
    purchase_cycle,
    repeat_purchase_frequency,
    share_of_purchases,
    spend_per_period,
)
from loyaltylab.indicators.sayings_price import (
    list_of_five,
    list_of_six,
    other_indicators,
    price_elasticity,
    three_confounders,
)
from loyaltylab.indicators.sensitivity import (
    random_weights,
    resampled_ranks,
    weight_moves,
)
from loyaltylab.indicators.sole import plot_sole, sole_by_purchases
from loyaltylab.indicators.weighting import entropy_weights

__all__ = [
    "AHP",
    "BrandChoiceFit",
    "Composite",
    "Demand",
    "DirichletFit",
    "DirichletMarket",
    "HabitFit",
    "ahp_weights",
    "arc_elasticity",
    "brand_draws",
    "brand_table",
    "compare_composites",
    "composite",
    "controlled_elasticities",
    "entropy_weights",
    "fit_brand_choice",
    "fit_dirichlet",
    "forgiveness",
    "list_of_five",
    "list_of_six",
    "loglog_elasticity",
    "loyalty_ratio",
    "loyalty_ratio_now_and_past",
    "other_indicators",
    "plot_elasticities",
    "plot_rhythm",
    "plot_sole",
    "point_elasticity",
    "price_elasticity",
    "price_residual",
    "purchase_cycle",
    "purchase_rhythm",
    "random_index",
    "random_weights",
    "repeat_purchase_frequency",
    "resampled_ranks",
    "rhythm_summary",
    "selection_time",
    "share_of_purchases",
    "simulate_panel",
    "sole_by_purchases",
    "spend_per_period",
    "three_confounders",
    "weight_moves",
    "wide",
]
