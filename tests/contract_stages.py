"""The model of chapter 05, the states in which its pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from loyaltylab.stages import StageChain

STEPS = 4


def _adds_up(v: dict[str, Any]) -> bool:
    up = v["advances"] or (v["advance"],) * STEPS
    down = v["regresses"] or (v["regress"],) * STEPS
    return all(np.add(up[1:], down[:-1]) <= 1)


WHERE: dict[type, Any] = {StageChain: _adds_up}
"""From one stage advance and regress add up to at most 1."""

STATES: dict[type, tuple[Any, ...]] = {
    StageChain: (
        StageChain(),
        StageChain(advance=0.3, regress=0.05),
        StageChain(advance=0.0, regress=0.0, start="affective"),
        StageChain(regress=0.0, periods=400),
        StageChain(advance=0.0, start="action"),
        StageChain(advance=1.0, regress=0.0, periods=1),
        StageChain(advance=1e-100, regress=1e-100, start="conative"),
        StageChain(advances=(0.25, 0.22, 0.18, 0.12), regresses=(0.1, 0.1, 0.12, 0.08)),
        StageChain(advances=(1.0, 0.0, 1e-100, 0.5), regresses=(1.0, 1e-9, 0.5, 1.0)),
        StageChain(advance=1e-100, regress=1.0),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    StageChain: {"advance": 0.4, "start": "action", "periods": 3, "regresses": (0.1, 0.2, 0.3, 0.4)}
}

TINY = st.sampled_from([0.0, 1e-100, 1e-9, 0.5])
RATE = st.one_of(TINY, st.integers(1, 500).map(lambda v: v / 1000))
FOUR = st.none() | st.tuples(RATE, RATE, RATE, RATE)
DRAWN: dict[type, dict[str, Any]] = {
    StageChain: {"advance": RATE, "regress": RATE, "advances": FOUR, "regresses": FOUR}
}
"""Of other tuples hardly any is valid."""
