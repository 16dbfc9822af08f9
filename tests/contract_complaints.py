"""The models of chapter 11, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from loyaltylab.complaints import Iceberg, SevenSteps, TalkedBucket, WordOfMouth

WHERE: dict[type, Any] = {
    Iceberg: lambda v: v["voiced_low"] <= v["voiced_high"] and v["resolved"] + v["quick"] <= 1
}
"""Conditions across fields, as the model's own text states them."""

RATES = st.tuples(*[st.floats(1e-6, 1) | st.just(0.0)] * 4)
DRAWN: dict[type, Any] = {
    Iceberg: {
        "voiced_low": st.floats(1e-6, 0.2),
        "voiced_high": st.floats(0.2, 1.0),
        "resolved": st.floats(1e-6, 0.5),
        "quick": st.floats(1e-6, 0.5) | st.just(0.0),
        "leave_minor": RATES,
        "leave_major": RATES,
    }
}

STATES: dict[type, tuple[Any, ...]] = {
    Iceberg: (
        Iceberg(),
        Iceberg(voiced_high=0.4, major=0.5, quick=0.3),
        Iceberg(voiced_low=0.5, voiced_high=0.5),
        Iceberg(complaints=0),
        Iceberg(voiced_low=1.0, voiced_high=1.0, value=0.0),
        Iceberg(complaints=10**14, value=1e14, voiced_low=1e-3),
        Iceberg(voiced_low=1e-6, leave_anyway=0.6),
    ),
    SevenSteps: (
        SevenSteps(),
        SevenSteps(keep=0.5),
        SevenSteps(keep=0.0),
        SevenSteps(keep=1.0, start=0.3),
        SevenSteps(steps=10, keep=0.83),
        SevenSteps(steps=1, start=0.9, keep=1e-100),
    ),
    TalkedBucket: (
        TalkedBucket(),
        TalkedBucket(come=0.052, stay_away=0.06),
        TalkedBucket(satisfied=0.2),
        TalkedBucket(come=0.2),
        TalkedBucket(customers=0, acquired=0, churn=0.0),
        TalkedBucket(customers=10**14, acquired=10**14, come=1e-100),
        TalkedBucket(come=1e-100, stay_away=1.0, satisfied=0.0, told_badly=1000.0),
    ),
    WordOfMouth: (
        WordOfMouth(),
        WordOfMouth(come=0.052, stay_away=0.06),
        WordOfMouth(satisfied=0.3),
        WordOfMouth(retell=0.3),
        WordOfMouth(come=0.7),
        WordOfMouth(customers=0),
        WordOfMouth(told_well=1000.0, talk_well=1.0, come=0.01, shape=0.01),
        WordOfMouth(
            talk_well=1.0, told_well=1.0, come=1.0, satisfied=1.0, shape=1e6, customers=10**12
        ),
        WordOfMouth(come=1e-100, retell=1e-100, told_badly=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    Iceberg: {"complaints": 7, "value": 3.0, "leave_minor": (0.5, 0.4, 0.3, 0.2)},
    SevenSteps: {"keep": 0.4, "start": 0.8, "steps": 5},
    TalkedBucket: {"churn": 0.2, "told_well": 7.0, "acquired": 3},
    WordOfMouth: {"come": 0.3, "shape": 1.5, "customers": 5},
}
