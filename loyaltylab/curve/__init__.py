"""Chapter 04, the two curves: how satisfaction turns into loyalty, and what rivals change."""

from loyaltylab.curve.barriers import Barriers, false_loyalty
from loyaltylab.curve.choice import RivalChoice
from loyaltylab.curve.falls import FalseLoyalty
from loyaltylab.curve.power import PowerCurve, nearest_power

__all__ = [
    "Barriers",
    "FalseLoyalty",
    "PowerCurve",
    "RivalChoice",
    "false_loyalty",
    "nearest_power",
]
