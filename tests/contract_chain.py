"""The models of chapter 16, the states in which their pictures differ, other valid values."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from loyaltylab.chain import Averaged, CriticalIncidents, Empowerment, TwoWay

WHERE: dict[type, Any] = {
    TwoWay: lambda v: v["stability"] + math.sqrt(v["forward"] * v["backward"]) <= 0.98
}
"""Conditions across fields, as the model's own text states them."""

WEAK = st.one_of(st.floats(1e-6, 0.45), st.sampled_from([0.0, 1e-100, 0.45, 0.48]))
DRAWN: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    TwoWay: {"forward": WEAK, "backward": WEAK, "stability": WEAK}
}

STATES: dict[type, tuple[Any, ...]] = {
    Averaged: (
        Averaged(),
        Averaged(size=200, r_between=0.6),
        Averaged(icc_x=0.0, icc_y=0.0),
        Averaged(icc_x=1.0, icc_y=1.0, r_between=-1.0, r_within=1.0, size=1000),
        Averaged(icc_x=1e-100, icc_y=1.0, size=1),
        Averaged(r_between=1e-100, r_within=-1.0),
    ),
    CriticalIncidents: (
        CriticalIncidents(),
        CriticalIncidents(own=0.3, credit=0.2, blame=0.7),
        CriticalIncidents(own=0.0, credit=0.1, blame=0.1, told=1),
        CriticalIncidents(own=1.0, credit=0.8, blame=0.9, told=1_000_000),
        CriticalIncidents(own=1e-100, credit=0.3, blame=0.2),
    ),
    Empowerment: (
        Empowerment(),
        Empowerment(ability=0.4, varied="ability"),
        Empowerment(trust=0.0, willingness=0.5),
        Empowerment(trust=1.0, ability=1.0, willingness=1.0, environment=1.0),
        Empowerment(trust=1e-100, environment=0.9),
    ),
    TwoWay: (
        TwoWay(),
        TwoWay(forward=0.1, backward=0.3),
        TwoWay(forward=0.0, backward=0.0, stability=0.0),
        TwoWay(forward=0.9, backward=0.0, stability=0.9, stable=10.0, quarters=40),
        TwoWay(stable=10.0, stable_correlation=-1.0, quarters=3),
        TwoWay(forward=0.48, backward=0.48, stability=0.5, stable=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    Averaged: {"size": 7, "icc_x": 0.5, "r_within": 0.3},
    CriticalIncidents: {"own": 0.25, "told": 77, "blame": 0.0},
    Empowerment: {"trust": 0.1, "varied": "environment"},
    TwoWay: {"forward": 0.2, "stable": 2.5, "quarters": 5},
}
