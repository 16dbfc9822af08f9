"""The model of chapter 12, the states in which its picture differs, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.segments import Concentration

WHERE: dict[type, Any] = {}

STATES: dict[type, tuple[Any, ...]] = {
    Concentration: (
        Concentration(margin_top=0.15),
        Concentration(exponent=1.3, margin_top=0.2, hold=0.7, top=0.1),
        Concentration(),
        Concentration(family="gamma", shape=0.5),
        Concentration(family="gamma", shape=0.3, purchases=2.0, among="buyers"),
        Concentration(family="gamma", shape=0.2, purchases=1e6, margin_top=0.05),
        Concentration(family="gamma", shape=1e3, purchases=0.01, among="buyers", margin_top=0.1),
        Concentration(exponent=3.0, hold=1e-100, margin_top=0.1),
        Concentration(exponent=1.05, margin_top=0.001, margin_rest=1.0),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    Concentration: {"exponent": 1.4, "top": 0.3, "purchases": 5.0, "family": "gamma"},
}
