"""The models of chapter 07, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from loyaltylab.matrix import QueueFavour, SplitRule

WHERE: dict[type, Any] = {}
"""Neither model has a condition across fields."""

STATES: dict[type, tuple[Any, ...]] = {
    QueueFavour: (
        QueueFavour(),
        QueueFavour(waiting=12),
        QueueFavour(minutes=1e-100, minute_value=1e-100, leave_if_delayed=0.0),
        QueueFavour(waiting=300, lifetime_value=50_000.0, leave_if_refused=1.0),
        QueueFavour(waiting=0, lifetime_value=0.0),
        QueueFavour(leave_if_refused=0.0, leave_if_served=1.0),
        QueueFavour(minutes=0.0, leave_if_delayed=0.0),
        QueueFavour(waiting=10**6, minutes=1e4, minute_value=1e3, lifetime_value=1e14),
    ),
    SplitRule: (
        SplitRule(),
        SplitRule(repeat_cut=0.1, correlation=0.4, preference_reliability=0.6),
        SplitRule(correlation=1.0, preference_reliability=1.0, repeat_reliability=1.0),
        SplitRule(correlation=-1.0, preference_cut=1.0, repeat_cut=-1.0),
        SplitRule(preference_reliability=0.0, repeat_reliability=0.0, preference_cut=4.0),
        SplitRule(preference_cut=-4.0, repeat_cut=4.0, correlation=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    QueueFavour: {"waiting": 3, "leave_if_refused": 0.9, "minutes": 4.0},
    SplitRule: {"preference_cut": 0.5, "correlation": -0.3, "repeat_reliability": 0.25},
}
