"""The models of chapter 08, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from loyaltylab.delivered_value import HabitChoice, ValueLead, ValueShare

WHERE: dict[type, Any] = {}
"""Conditions across fields: none of these models has any that DRAWN does not meet."""

ALIKE = (5.0, 5.0, 5.0, 5.0, 50.0, 1.0, 3.0, 3.0)
NOTHING = dict.fromkeys(
    (f"{n}_weight" for n in ("product", "service", "personnel", "image", "money")), 0.0
) | dict.fromkeys((f"{n}_weight" for n in ("time", "energy", "psychic")), 0.0)

STATES: dict[type, tuple[Any, ...]] = {
    ValueLead: (
        ValueLead(),
        ValueLead(image_weight=2.0, time_weight=16.0),
        ValueLead(time_weight=0.0, service_weight=4.0),
        ValueLead(**NOTHING),
        ValueLead(money_weight=1.0 + 17.0 / 15.0, psychic_weight=0.0),
        ValueLead(ours=ALIKE, rival=ALIKE),
        ValueLead(ours=(1e14,) * 8, rival=(0.0,) * 8, time_weight=1e14),
        ValueLead(ours=(1e-100,) * 8, rival=(0.0,) * 8, time_weight=1e-100),
        ValueLead(ours=(0.0, 0.0, 0.0, 0.0, 50.0, 1.0, 1.0, 9.0), psychic_weight=1e6),
    ),
    ValueShare: (
        ValueShare(),
        ValueShare(lead=15.0, copies=5),
        ValueShare(sensitivity=0.0),
        ValueShare(lead=-1e14, sensitivity=1e14),
        ValueShare(lead=0.0, copies=100, likeness=1.0),
        ValueShare(lead=1e-100, sensitivity=1e-100, copies=1, likeness=0.0),
    ),
    HabitChoice: (
        HabitChoice(),
        HabitChoice(lead=20.0, habit=2.0, taste=1.5),
        HabitChoice(habit=0.0, lead=-3.0),
        HabitChoice(sensitivity=0.0, habit=0.0, taste=3.0),
        HabitChoice(lead=-1e14, sensitivity=1e14, habit=1e14, taste=1e14),
        HabitChoice(lead=1e14, sensitivity=1e-100, habit=1e-100, taste=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    ValueLead: {"time_weight": 3.0, "product_weight": 0.0, "ours": ALIKE},
    ValueShare: {"lead": -7.0, "copies": 4, "likeness": 0.2},
    HabitChoice: {"lead": -7.0, "habit": 0.3, "taste": 2.0},
}

SCORES = st.tuples(*[st.integers(0, 10_000).map(lambda v: v / 100) for _ in range(8)])
DRAWN: dict[type, dict[str, Any]] = {
    ValueLead: {"ours": SCORES, "rival": SCORES},
}
"""Fields of which hardly any value drawn at random is valid."""
