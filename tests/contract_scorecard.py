"""The models of chapter 17, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

import states_scorecard_lab as lab

from loyaltylab.scorecard import DeliveryIndex


def _weighed(values: dict[str, Any]) -> bool:
    names = ("phone", "visits", "audit")
    return any(values[f"weight_{n}"] > 0 for n in names if n != values["lacking"])


WHERE: dict[type, Any] = {DeliveryIndex: _weighed}
"""Conditions across fields, as the model's own text states them."""

STATES: dict[type, tuple[Any, ...]] = {
    DeliveryIndex: (
        DeliveryIndex(),
        DeliveryIndex(passed=0.5),
        DeliveryIndex(lacking="visits", missing="carry"),
        DeliveryIndex(lacking="audit", missing="worst", weight_visits=3.0),
        DeliveryIndex(lacking="phone", missing="carry", earlier=0.0, pass_mark=0.0),
        DeliveryIndex(weight_phone=0.0, weight_audit=0.0),
        DeliveryIndex(weight_phone=1e14, weight_visits=1e-100, weight_audit=0.0),
        DeliveryIndex(passed=1.0, phone=100.0, audit=0.0, visits=1, pass_mark=90.0),
        DeliveryIndex(
            lacking="visits", missing="worst", weight_phone=1e-100, weight_audit=0.0, pass_mark=50.0
        ),
        DeliveryIndex(passed=1e-100, visits=10**14),
    ),
    **lab.STATES,
}

OTHER: dict[type, dict[str, Any]] = {
    DeliveryIndex: {"phone": 60.0, "lacking": "audit", "visits": 6, "weight_visits": 2.0},
    **lab.OTHER,
}
