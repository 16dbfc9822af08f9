"""The models of chapter 06, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from loyaltylab.indicators import Demand, DirichletMarket

WHERE: dict[type, Any] = {}
"""Conditions across fields, as the models' own text states them."""

DRAWN: dict[type, Any] = {
    DirichletMarket: {"sizes": st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=6).map(tuple)},
}
"""A market needs two brands; drawn freely, hardly any list is valid."""

STATES: dict[type, tuple[Any, ...]] = {
    DirichletMarket: (
        DirichletMarket(),
        DirichletMarket(switching=1.4),
        DirichletMarket(switching=0.001, rate=1000.0, shape=0.01),
        DirichletMarket(switching=1000.0, shape=1000.0),
        DirichletMarket(rate=1e-100),
        DirichletMarket(sizes=(1e-100, 1e6)),
        DirichletMarket(sizes=(1.0,) * 30, rate=0.5),
    ),
    Demand: (
        Demand(),
        Demand(step=-0.3),
        Demand(elasticity=0.0),
        Demand(form="logit", share=0.4),
        Demand(elasticity=20.0, step=1.0),
        Demand(elasticity=-20.0, step=-0.9, form="logit", share=0.99),
        Demand(elasticity=1e-100, step=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    DirichletMarket: {"switching": 0.7, "rate": 3.0, "shape": 0.5, "sizes": (2.0, 1.0)},
    Demand: {"elasticity": -0.5, "step": 0.1, "form": "logit", "share": 0.6},
}
