"""The models of chapter 01, the states in which their pictures differ, other valid values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from loyaltylab.satisfaction import DifferenceScore, Disconfirmation, GradeRule, TopBoxOrMean

WHERE: dict[type, Any] = {}

STATES: dict[type, tuple[Any, ...]] = {
    GradeRule: (
        GradeRule(),
        GradeRule(score=-52.0, rule="floor"),
        GradeRule(score=15.0, ties="even"),
        GradeRule(score=-90.0, rule="ceiling"),
        GradeRule(score=90.0, cuts=(-80.0, -50.0, -20.0, 10.0, 40.0, 89.0)),
        GradeRule(score=0.0, cuts=(-90.0, -60.0, 0.0, 1.0, 2.0, 90.0), ties="outward"),
        GradeRule(score=1e-100, ties="inward"),
    ),
    TopBoxOrMean: (
        TopBoxOrMean(),
        TopBoxOrMean(mean_b=3.5, spread_b=1.0, mean_a=3.8, top=2),
        TopBoxOrMean(points=10, mean_a=8.0, mean_b=7.6, top=3),
        TopBoxOrMean(points=7, mean_a=0.0, mean_b=12.0),
        TopBoxOrMean(spread_a=1e-100, spread_b=12.0, top=4),
        TopBoxOrMean(mean_a=3.5, spread_a=1e-100, mean_b=3.5, spread_b=1e-100),
    ),
    DifferenceScore: (
        DifferenceScore(),
        DifferenceScore(true_correlation=0.9, reliability_perceived=0.6, spread_perceived=2.0),
        DifferenceScore(true_correlation=-1.0, reliability_expected=0.0),
        DifferenceScore(reliability_expected=1.0, reliability_perceived=1.0, true_correlation=1.0),
        DifferenceScore(spread_perceived=1e-100, spread_expected=100.0),
        DifferenceScore(true_correlation=-0.3, spread_perceived=0.5),
    ),
    Disconfirmation: (
        Disconfirmation(),
        Disconfirmation(expected=7.0, perceived=5.5, threshold=1.0),
        Disconfirmation(expected=10.0, perceived=10.0),
        Disconfirmation(expected=1.0, perceived=10.0, threshold=9.0),
        Disconfirmation(expected=10.0, perceived=1.0, threshold=1e-100),
    ),
}

OTHER: dict[type, dict[str, Any]] = {
    GradeRule: {"score": -7.0, "ties": "down", "cuts": (-70.0, -40.0, -10.0, 20.0, 50.0, 80.0)},
    TopBoxOrMean: {"mean_a": 3.1, "spread_b": 0.5, "top": 2},
    DifferenceScore: {"true_correlation": 0.1, "spread_expected": 1.5},
    Disconfirmation: {"expected": 3.0, "perceived": 4.0, "threshold": 0.5},
}

CUTS = st.lists(st.integers(-900, 900), min_size=6, max_size=6, unique=True)
DRAWN: dict[type, Any] = {
    GradeRule: {"cuts": st.none() | CUTS.map(lambda v: tuple(c / 10 for c in sorted(v)))}
}
"""Hardly any six numbers rise by themselves."""
