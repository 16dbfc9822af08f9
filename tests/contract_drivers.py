"""The model of chapter 03, the states in which its picture differs, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.drivers import Collinear

WHERE: dict[type, Any] = {}
"""No condition across fields."""

STATES: dict[type, tuple[Any, ...]] = {
    Collinear: (
        Collinear(),
        Collinear(correlation=0.5, third=0.1),
        Collinear(explained=0.0),
        Collinear(correlation=0.99, first=1.0, second=-1.0, explained=0.99),
        Collinear(correlation=0.0, reliability=0.1, n=10),
        Collinear(first=1e-100, second=0.4, third=-0.3, n=1_000),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    Collinear: {"correlation": 0.3, "third": -0.4, "reliability": 0.7, "n": 55},
}
