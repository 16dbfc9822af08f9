"""Chapter 12, segments: who the core customers are.

What the largest customers hold, with intervals and by window, ABC and RFM with their rules written
down, the three questions for core customers as overlapping sets, and a card that explains one
customer. Beware of the word recency: see :func:`summary`.
"""

from loyaltylab.segments.abc import ABC, abc, abc_sensitivity
from loyaltylab.segments.arithmetic import pareto_exponent, profit_share, published, worth_ratio
from loyaltylab.segments.card import Card
from loyaltylab.segments.concentration import how_concentrated, lorenz
from loyaltylab.segments.core import CoreCustomers, core_customers
from loyaltylab.segments.curve import Concentration
from loyaltylab.segments.halves import heavy_buyers_later
from loyaltylab.segments.pictures import plot_lorenz, plot_upset, plot_windows
from loyaltylab.segments.rfm import RFM, rfm
from loyaltylab.segments.rules import default_rules
from loyaltylab.segments.sayings import abc_classes, eighty_twenty, three_core_questions
from loyaltylab.segments.scores import core_scores
from loyaltylab.segments.study import Study, explain, study
from loyaltylab.segments.summary import histories, summary
from loyaltylab.segments.windows import by_window

__all__ = [
    "ABC",
    "RFM",
    "Card",
    "Concentration",
    "CoreCustomers",
    "Study",
    "abc",
    "abc_classes",
    "abc_sensitivity",
    "by_window",
    "core_customers",
    "core_scores",
    "default_rules",
    "eighty_twenty",
    "explain",
    "heavy_buyers_later",
    "histories",
    "how_concentrated",
    "lorenz",
    "pareto_exponent",
    "plot_lorenz",
    "plot_upset",
    "plot_windows",
    "profit_share",
    "published",
    "rfm",
    "study",
    "summary",
    "three_core_questions",
    "worth_ratio",
]
