"""Chapter 08, delivered value: why they choose us.

A customer takes what is worth more to him than it costs: four values less four costs. The chapter
computes which offer wins and how little it takes to change that, turns values into shares of
choices, finds the weights that real choices imply, and asks how much of loyalty is left to habit.
"""

from loyaltylab.delivered_value.along import plot_along, winners_along
from loyaltylab.delivered_value.choice_fit import ChoiceFit
from loyaltylab.delivered_value.choices import fit_choices
from loyaltylab.delivered_value.copies import ValueShare
from loyaltylab.delivered_value.dominated import dominance, winning_weights
from loyaltylab.delivered_value.explained import explained
from loyaltylab.delivered_value.flips import flip_points, score_flips
from loyaltylab.delivered_value.frontier import frontier, plot_frontier
from loyaltylab.delivered_value.habit import HabitChoice
from loyaltylab.delivered_value.last import with_last
from loyaltylab.delivered_value.lead import ValueLead
from loyaltylab.delivered_value.offers import delivered, offers_from_text
from loyaltylab.delivered_value.order import habit_or_taste
from loyaltylab.delivered_value.robust import plot_robustness, robustness
from loyaltylab.delivered_value.sayings import (
    parts_of_cost,
    parts_of_value,
    value_choice_loyalty,
    value_less_cost,
)
from loyaltylab.delivered_value.shares import clone_effect, elasticities, logit_shares, with_copy
from loyaltylab.delivered_value.simulated import simulate_choices
from loyaltylab.delivered_value.survey import plot_survey, survey_scores, survey_winner
from loyaltylab.delivered_value.tornado import plot_tornado, tornado

__all__ = [
    "ChoiceFit",
    "HabitChoice",
    "ValueLead",
    "ValueShare",
    "clone_effect",
    "delivered",
    "dominance",
    "elasticities",
    "explained",
    "fit_choices",
    "flip_points",
    "frontier",
    "habit_or_taste",
    "logit_shares",
    "offers_from_text",
    "parts_of_cost",
    "parts_of_value",
    "plot_along",
    "plot_frontier",
    "plot_robustness",
    "plot_survey",
    "plot_tornado",
    "robustness",
    "score_flips",
    "simulate_choices",
    "survey_scores",
    "survey_winner",
    "tornado",
    "value_choice_loyalty",
    "value_less_cost",
    "winners_along",
    "winning_weights",
    "with_copy",
    "with_last",
]
