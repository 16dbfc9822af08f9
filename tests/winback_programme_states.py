"""The model of part B of chapter 15, the states in which its picture differs, other values."""

from __future__ import annotations

from typing import Any

from loyaltylab.winback.programme import LoyaltyProgramme

WHERE: dict[type, Any] = {}
"""Conditions across fields: there are none."""

STATES: dict[type, tuple[Any, ...]] = {
    LoyaltyProgramme: (
        LoyaltyProgramme(),
        LoyaltyProgramme(incremental=0.06, breakage=0.32),
        LoyaltyProgramme(incremental=1.0),
        LoyaltyProgramme(earn_rate=0.0, fixed_cost=0.0, incremental=0.0),
        LoyaltyProgramme(members=10**14, spend=1e14, fixed_cost=1e14),
        LoyaltyProgramme(members=1, spend=1e-100, margin=1e-100, fixed_cost=1e14),
        LoyaltyProgramme(earn_rate=1.0, breakage=0.0, margin=0.1),
        LoyaltyProgramme(earn_rate=1e-100, incremental=1e-100, fixed_cost=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    LoyaltyProgramme: {"incremental": 0.12, "breakage": 0.1, "margin": 0.4},
}
