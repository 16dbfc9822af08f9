"""Chapter 10, lifetime: what a customer is worth.

Cash by year, survival and discounting make the value of a customer; a fall of churn raises
it by a gain that depends on the reading; a purchase log and a customer's tenure say what is
left of the stories about it.
"""

from loyaltylab.lifetime.bgnbd import simulate_bgnbd
from loyaltylab.lifetime.bgnbd_fit import BGNBDFit
from loyaltylab.lifetime.calibration import plot_holdout
from loyaltylab.lifetime.clv import clv
from loyaltylab.lifetime.cohorts import fit_shifted_beta_geometric
from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
from loyaltylab.lifetime.households import plot_shopper, shopper, weekly_spend
from loyaltylab.lifetime.implied import (
    Implied,
    hidden_assumptions,
    implied_baseline,
    implied_churn,
)
from loyaltylab.lifetime.industry import industry_table, plot_industry
from loyaltylab.lifetime.lifetime import Lifetime
from loyaltylab.lifetime.points import FivePoints
from loyaltylab.lifetime.readings import gain
from loyaltylab.lifetime.repeat_buying import fit_bgnbd
from loyaltylab.lifetime.retention import ShiftedBetaGeometric
from loyaltylab.lifetime.retention_fit import RetentionFit
from loyaltylab.lifetime.sayings import (
    five_benefits,
    no_selling_cost,
    right_loss,
    stew_leonard,
    twice_the_income,
    two_rules,
)
from loyaltylab.lifetime.sayings_gain import (
    constant_margin,
    five_percent_of_churn,
    five_percent_of_retention,
    five_points_of_defection,
    halved_defection,
    with_discounting,
)
from loyaltylab.lifetime.sayings_years import credit_card_stream, tenure_and_spend
from loyaltylab.lifetime.selection import loyal_but_unprofitable, survivorship
from loyaltylab.lifetime.spend import GammaGammaFit, fit_gamma_gamma
from loyaltylab.lifetime.steps import loss_steps, plot_loss_steps
from loyaltylab.lifetime.stream import stream_table, stream_value
from loyaltylab.lifetime.summary import summarise
from loyaltylab.lifetime.tenure import mean_spend, plot_tenure, tenure_slopes

__all__ = [
    "BGNBDFit",
    "FivePoints",
    "GammaGammaFit",
    "Implied",
    "Lifetime",
    "RetentionFit",
    "ShiftedBetaGeometric",
    "clv",
    "constant_margin",
    "credit_card_stream",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_shifted_beta_geometric",
    "five_benefits",
    "five_percent_of_churn",
    "five_percent_of_retention",
    "five_points_of_defection",
    "gain",
    "halved_defection",
    "hidden_assumptions",
    "implied_baseline",
    "implied_churn",
    "industry_table",
    "loss_steps",
    "loyal_but_unprofitable",
    "mean_spend",
    "no_selling_cost",
    "plot_holdout",
    "plot_industry",
    "plot_loss_steps",
    "plot_shopper",
    "plot_tenure",
    "right_loss",
    "shopper",
    "simulate_bgnbd",
    "simulate_gamma_gamma",
    "stew_leonard",
    "stream_table",
    "stream_value",
    "summarise",
    "survivorship",
    "tenure_and_spend",
    "tenure_slopes",
    "twice_the_income",
    "two_rules",
    "weekly_spend",
    "with_discounting",
]
