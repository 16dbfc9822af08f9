"""What an estimated chain implies, with the interval of draws from its estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.stats import Array, whole, wilson
from loyaltylab.stages import markov
from loyaltylab.stages.paths import LEFT

MOST_PERIODS = 10_000


def ends(drawn: Array, level: float) -> tuple[Array, Array]:
    """Return the percentiles of draws that leave ``1 - level`` outside."""
    tails = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = np.quantile(drawn, tails, axis=0, method="nearest")
    return lower, upper


def shares(estimate: Array, drawn: Array, level: float, people: int) -> tuple[Array, Array]:
    """Return intervals of shares; where one is 0 or 1 they are Wilson's over the customers."""
    lower, upper = ends(drawn, level)
    (_, none), (every, _) = (wilson(k, people, level) for k in (0, people))
    low, high = estimate <= 0, estimate >= 1 - 1e-12
    lower = np.where(high, every, np.where(low, 0.0, lower))
    return lower, np.where(low, none, np.where(high, 1.0, upper))


def steady(
    states: tuple[str, ...], moves: Array, drawn: Array, start: Array, level: float, people: int
) -> pd.DataFrame:
    """Return the long run: ``stage, share, lower, upper``."""
    if LEFT in states:
        raise InputError(
            "a chain with exits has no steady state, for in the end everybody has left; fit it"
            " without left to ask where those who stay would stand."
        )
    estimate = markov.long_run(moves, start)
    lower, upper = shares(estimate, markov.long_runs(drawn, start), level, people)
    return pd.DataFrame({"stage": states, "share": estimate, "lower": lower, "upper": upper})


def times(
    states: tuple[str, ...], moves: Array, drawn: Array, target: object, level: float, people: int
) -> pd.DataFrame:
    """Return mean times to a stage with their intervals, and ``reach`` where there are exits."""
    stages = [s for s in states if s != LEFT]
    goal = stages[-1] if target is None else target
    if not isinstance(goal, str) or goal not in stages:
        raise InputError(
            f"target must be one of {', '.join(stages)}, not {shown(goal)}{nearest(goal, stages)}."
        )
    to = states.index(goal)
    others = [i for i, name in enumerate(states) if name not in (goal, LEFT)]
    time, reach = markov.towards(np.stack([moves, *drawn]), to)
    lower, upper = ends(time[1:], level)
    found = pd.DataFrame(
        {
            "quantity": [f"from {states[i]} to {goal}" for i in others],
            "estimate": time[0, others],
            "lower": lower[others],
            "upper": upper[others],
        }
    )
    if LEFT not in states:
        return found
    low, high = shares(reach[0], reach[1:], level, people)
    names = {"reach": reach[0], "reach_lower": low, "reach_upper": high}
    return found.assign(**{name: values[others] for name, values in names.items()})


def predicted(
    states: tuple[str, ...],
    moves: Array,
    drawn: Array,
    periods: object,
    start: object,
    level: float,
    people: int,
) -> pd.DataFrame:
    """Return where customers of one stage stand some periods later, with intervals."""
    n = whole("periods", periods, 0, MOST_PERIODS)
    if not isinstance(start, str) or start not in states:
        raise InputError(
            f"start must be one of {', '.join(states)}, not {shown(start)}{nearest(start, states)}."
        )
    at = states.index(start)
    estimate = np.linalg.matrix_power(moves, n)[at]
    later = np.linalg.matrix_power(drawn, n)[:, at]
    lower, upper = shares(estimate, later, level, people)
    return pd.DataFrame({"stage": states, "share": estimate, "lower": lower, "upper": upper})
