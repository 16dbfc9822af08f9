"""Chapter 15, winback: where the next coin goes, to win, to keep or to win back.

The circle of developing, maintaining, losing and regaining customers as one flow; whom of the lost
to contact, when chance and value are known as ranges; a budget split where returns diminish; the
nine steps, each with the chapter that computes it. The loyalty programme: what is never redeemed,
what is still owed, which purchases are extra and which only subsidised, and who joins.
"""

from loyaltylab.winback.allocation import split_budget
from loyaltylab.winback.around import around_campaigns
from loyaltylab.winback.around_fit import AroundFit
from loyaltylab.winback.choice import WinBack
from loyaltylab.winback.circle import Circle
from loyaltylab.winback.contacts import plot_contacts, rank_contacts
from loyaltylab.winback.household_log import spend_before, spending
from loyaltylab.winback.joining import invitation_effect, membership_effect
from loyaltylab.winback.mailing import incremental, naive_readings
from loyaltylab.winback.mailing_rows import orders_after
from loyaltylab.winback.nine import nine_steps
from loyaltylab.winback.odds import half_as_often, published_odds
from loyaltylab.winback.points import lots, redemption_curve
from loyaltylab.winback.programme import LoyaltyProgramme
from loyaltylab.winback.redemption_fit import RedemptionFit
from loyaltylab.winback.sayings import (
    eight_years_five_phases,
    make_leaving_costly,
    never_all,
    nine_steps_to_loyalty,
    only_by_being_different,
)
from loyaltylab.winback.split import BudgetSplit

__all__ = [
    "AroundFit",
    "BudgetSplit",
    "Circle",
    "LoyaltyProgramme",
    "RedemptionFit",
    "WinBack",
    "around_campaigns",
    "eight_years_five_phases",
    "half_as_often",
    "incremental",
    "invitation_effect",
    "lots",
    "make_leaving_costly",
    "membership_effect",
    "naive_readings",
    "never_all",
    "nine_steps",
    "nine_steps_to_loyalty",
    "only_by_being_different",
    "orders_after",
    "plot_contacts",
    "published_odds",
    "rank_contacts",
    "redemption_curve",
    "spend_before",
    "spending",
    "split_budget",
]
