"""The models of chapter 09, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.bucket import LeakyBucket, PourOrPlug

WHERE: dict[type, Any] = {PourOrPlug: lambda v: v["churn"] + v["discount"] > 0}
"""Conditions across fields, as the model's own text states them."""

STATES: dict[type, tuple[Any, ...]] = {
    LeakyBucket: (
        LeakyBucket(),
        LeakyBucket(churn=0.06),
        LeakyBucket(customers=0, acquired=0, churn=0.0),
        LeakyBucket(churn=0.0),
        LeakyBucket(churn=1.0, discount=1.0),
        LeakyBucket(customers=3_000_000, arrivals="poisson", hazard=(0.5, 0.2), revenue=30.0),
        LeakyBucket(customers=10**14, acquired=10**14, margin=-1e14, acquisition_cost=1e14),
        LeakyBucket(churn=1e-100),
    ),
    PourOrPlug: (
        PourOrPlug(),
        PourOrPlug(save_cost=70.0),
        PourOrPlug(margin=4.0),
        PourOrPlug(margin=-20.0),
        PourOrPlug(churn=0.0, hazard=(1.0,)),
        PourOrPlug(churn=1.0, discount=0.0, save_cost=1e14),
        PourOrPlug(margin=1e14, acquisition_cost=1e-9, hazard=(0.5,)),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    LeakyBucket: {"churn": 0.07, "hazard": (0.3, 0.1), "arrivals": "poisson"},
    PourOrPlug: {"save_cost": 7.0, "hazard": (0.3, 0.1), "margin": -5.0},
}
