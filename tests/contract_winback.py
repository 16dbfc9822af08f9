"""The models of chapter 15, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

import winback_programme_states as programme

from loyaltylab.winback import BudgetSplit, Circle, WinBack


def rising(v: dict[str, Any]) -> bool:
    ends = (("chance_lower", "chance_upper"), ("value_lower", "value_upper"))
    return all(v[low] <= v[high] for low, high in ends)


WHERE: dict[type, Any] = {WinBack: rising, **programme.WHERE}
"""Conditions across fields, as the model's own text states them."""

STATES: dict[type, tuple[Any, ...]] = {
    Circle: (
        Circle(),
        Circle(regain=0.12),
        Circle(churn=0.0, second_churn=0.5),
        Circle(prospects=0, customers=0, lost=0, new_prospects=0),
        Circle(win=0.0, cold=0.0, regain=1.0, beyond=0.0, fade=0.0, customers=4000),
        Circle(win=1.0, cold=1.0, churn=1.0, beyond=1.0, discount=1.0, reach=120),
        Circle(customers=3_000_000, new_prospects=10**6, second_churn=0.2, margin=-5.0),
        Circle(
            customers=10**14,
            prospects=10**14,
            lost=10**14,
            new_prospects=10**14,
            margin=1e14,
            contact_cost=1e14,
        ),
        Circle(churn=1e-100, win=1e-100, regain=1e-100, discount=0.0, customers=10),
    ),
    WinBack: (
        WinBack(),
        WinBack(chance_lower=0.25, value_upper=140.0),
        WinBack(chance_lower=0.0, chance_upper=0.0),
        WinBack(cost=400.0),
        WinBack(cost=1e-100, value_upper=1e14),
        WinBack(chance_lower=1.0, chance_upper=1.0, cost=1e14),
        WinBack(value_lower=1e-100, value_upper=1e-100),
    ),
    BudgetSplit: (
        BudgetSplit(),
        BudgetSplit(budget=90_000.0),
        BudgetSplit(budget=0.0),
        BudgetSplit(budget=10_000.0, regain_most=10_000.0),
        BudgetSplit(budget=1e14, develop_most=1e14, regain_scale=1e14),
        BudgetSplit(develop_most=1e-100, regain_scale=1e-100),
        BudgetSplit(budget=1e-100),
        BudgetSplit(develop_most=1.0, maintain_most=1.0, regain_most=1.0),
    ),
    **programme.STATES,
}

OTHER: dict[type, dict[str, Any]] = {
    Circle: {"win": 0.2, "second_churn": 0.1, "reach": 3},
    WinBack: {"chance_lower": 0.1, "cost": 7.0},
    BudgetSplit: {"budget": 7.0, "regain_scale": 100.0},
    **programme.OTHER,
}
