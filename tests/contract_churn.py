"""The models of chapter 14, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.churn import HazardCut, TwoKinds, WarningCampaign

WHERE: dict[type, Any] = {}
"""Conditions across fields: there are none."""

STATES: dict[type, tuple[Any, ...]] = {
    TwoKinds: (
        TwoKinds(),
        TwoKinds(share=0.7, settled=0.03),
        TwoKinds(fickle=0.0, settled=0.0),
        TwoKinds(fickle=1.0, settled=1.0),
        TwoKinds(fickle=1.0, settled=0.0, share=1.0),
        TwoKinds(habit=1e-100),
        TwoKinds(fickle=1e-100, settled=0.0, share=1e-100),
    ),
    HazardCut: (
        HazardCut(),
        HazardCut(cut=0.5, tenure_class="middle", early=0.15),
        HazardCut(early=1.0, middle=1.0, late=1.0, cut=1.0, tenure_class="late"),
        HazardCut(early=0.0, middle=0.0, late=0.0),
        HazardCut(margin=1e14, late=1e-100, discount=1e-4, first=120, second=120),
        HazardCut(margin=1e-100, cut=0.0, tenure_class="late"),
    ),
    WarningCampaign: (
        WarningCampaign(),
        WarningCampaign(auc=0.82, save=0.27),
        WarningCampaign(auc=0.5),
        WarningCampaign(auc=0.9999, trigger=1.0, cost=0.0),
        WarningCampaign(customers=10**14, value=1e14, cost=1e14),
        WarningCampaign(base=1e-100, value=1e-100, cost=1e14, save=1e-100),
        WarningCampaign(cost=500.0),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    TwoKinds: {"fickle": 0.3, "share": 0.25, "habit": 0.9},
    HazardCut: {"early": 0.2, "tenure_class": "late", "first": 3},
    WarningCampaign: {"auc": 0.7, "cost": 35.0, "trigger": 0.01},
}
