"""The models of chapter 10, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.lifetime import FivePoints, Lifetime, ShiftedBetaGeometric

WHERE: dict[type, Any] = {
    Lifetime: lambda v: v["years"] is not None or v["retention"] < 1 or v["discount"] > 0,
    FivePoints: lambda v: v["churn"] > v["points"],
}
"""Conditions across fields, as the model's own text states them."""

STATES: dict[type, tuple[Any, ...]] = {
    Lifetime: (
        Lifetime(discount=0.05, retention=0.97),
        Lifetime(discount=0.05, retention=0.9, margin=0.9),
        Lifetime(margin=0.02, discount=0.10, acquisition_cost=20_000.0),
        Lifetime(years=None, retention=0.8, timing="after_renewal", spend_per_visit=10.0),
        Lifetime(
            years=None, discount=1e-100, retention=0.97, referrals=0.5, acquisition_cost=1e-100
        ),
        Lifetime(years=1, retentions=(0.0, 0.5), referrals=2.0, timing="year_start"),
        Lifetime(spend_per_visit=0.0),
        Lifetime(years=1000, spend_per_visit=1e4, replacement=0.5, replacement_cost=1e14),
    ),
    FivePoints: (
        FivePoints(),
        FivePoints(churn=0.30, growth=0.1),
        FivePoints(churn=0.06),
        FivePoints(churn=1.0, discount=1.0),
        FivePoints(churn=0.9, points=0.5, acquisition_share=0.5),
        FivePoints(churn=0.2, points=1e-100),
        FivePoints(churn=0.1, discount=0.1, growth=1.0, acquisition_share=0.99),
    ),
    ShiftedBetaGeometric: (
        ShiftedBetaGeometric(),
        ShiftedBetaGeometric(alpha=1.3),
        ShiftedBetaGeometric(alpha=0.668, beta=3.806),
        ShiftedBetaGeometric(periods=1),
        ShiftedBetaGeometric(alpha=1e14, beta=1e-100, periods=1000),
        ShiftedBetaGeometric(alpha=1e-100, beta=1e14),
        ShiftedBetaGeometric(alpha=1e14, beta=1e14, periods=2),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    Lifetime: {"retention": 0.7, "retentions": (0.3, 0.1), "years": 7, "timing": "year_start"},
    FivePoints: {"churn": 0.4, "growth": 0.2, "acquisition_share": 0.1},
    ShiftedBetaGeometric: {"alpha": 0.7, "beta": 1.2, "periods": 24},
}
