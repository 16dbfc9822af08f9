"""The models of chapter 04, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from loyaltylab.curve import FalseLoyalty, PowerCurve, RivalChoice

WHERE: dict[type, Any] = {
    RivalChoice: lambda v: v["scale"][0] <= v["rival_satisfaction"] <= v["scale"][1],
    FalseLoyalty: lambda v: (
        v["scale"][0] <= v["rival_satisfaction"] <= v["scale"][1]
        and v["scale"][0] <= v["satisfaction"] <= v["scale"][1]
    ),
}
"""Conditions across fields, as the models' own text states them."""

STATES: dict[type, tuple[Any, ...]] = {
    RivalChoice: (
        RivalChoice(),
        RivalChoice(switching_cost=2.5, rival_satisfaction=3.2),
        RivalChoice(rivals=0.0),
        RivalChoice(sensitivity=0.0, rivals=1.0),
        RivalChoice(scale=(0.0, 10.0), rival_satisfaction=7.0, sensitivity=0.8),
        RivalChoice(rivals=1e14, sensitivity=1e14, switching_cost=1e14),
        RivalChoice(rivals=1e-100, sensitivity=1e-100, switching_cost=1e-100),
        RivalChoice(scale=(-100.0, 1000.0), rival_satisfaction=-100.0),
    ),
    PowerCurve: (
        PowerCurve(),
        PowerCurve(gamma=0.4),
        PowerCurve(gamma=1.0),
        PowerCurve(gamma=1e14),
        PowerCurve(gamma=1e-100),
        PowerCurve(gamma=3.0, scale=(0.0, 10.0)),
    ),
    FalseLoyalty: (
        FalseLoyalty(),
        FalseLoyalty(dropped=2),
        FalseLoyalty(dropped=4, satisfaction=4.0),
        FalseLoyalty(
            regulation=0.0, switching_cost=0.0, proprietary_technology=0.0, loyalty_programme=0.0
        ),
        FalseLoyalty(regulation=1.0, dropped=1),
        FalseLoyalty(rivals=1e14, sensitivity=1e14, satisfaction=5.0, dropped=3),
        FalseLoyalty(rivals=1e-100, regulation=0.5, sensitivity=1e-100),
        FalseLoyalty(scale=(0.0, 100.0), rival_satisfaction=70.0, sensitivity=0.1),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    RivalChoice: {"rivals": 2.5, "switching_cost": 1.0, "scale": (1.0, 7.0)},
    PowerCurve: {"gamma": 0.3, "scale": (0.0, 10.0)},
    FalseLoyalty: {"dropped": 3, "regulation": 0.2, "satisfaction": 4.5},
}

SCALES = st.tuples(
    st.integers(-1000, 10).map(lambda v: v / 10), st.integers(20, 10_000).map(lambda v: v / 10)
)
ON_SCALE = st.one_of(
    st.integers(10, 20).map(lambda v: v / 10),  # on each of these scales
    st.integers(-1000, 10_000).map(lambda v: v / 10),
)
DRAWN: dict[type, dict[str, Any]] = {
    RivalChoice: {"scale": SCALES, "rival_satisfaction": ON_SCALE},
    PowerCurve: {"scale": SCALES},
    FalseLoyalty: {"scale": SCALES, "rival_satisfaction": ON_SCALE, "satisfaction": ON_SCALE},
}
"""Fields of which hardly any value drawn at random is valid."""
