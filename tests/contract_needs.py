"""The model of chapter 02, the states in which its picture differs, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.needs import KanoResponse

WEIGHTS = ("weight_basic", "weight_expected", "weight_exciting")
WHERE: dict[type, Any] = {KanoResponse: lambda v: any(v[name] > 0 for name in WEIGHTS)}
"""Conditions across fields, as the model's own text states them."""

STATES: dict[type, tuple[Any, ...]] = {
    KanoResponse: (
        KanoResponse(),
        KanoResponse(exciting=0.9, basic=0.8),
        KanoResponse(basic=0.0, expected=0.0, exciting=0.0, demand=-0.5),
        KanoResponse(spread=0.0, demand=0.35, delight=0.1),
        KanoResponse(spread=1e-100, delight=1e-100, demand=-1.0),
        KanoResponse(
            weight_basic=1e14, weight_expected=1e-100, weight_exciting=0.0, bend=100.0, demand=0.1
        ),
        KanoResponse(weight_basic=0.0, exciting=1.0, demand=0.2),
        KanoResponse(weight_basic=1e-100, weight_expected=0.0, weight_exciting=1e-100, demand=0.2),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    KanoResponse: {"exciting": 0.25, "demand": 0.1, "bend": 3.0, "weight_basic": 2.0},
}
