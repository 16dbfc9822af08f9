"""The four cars: what their grades tell of their lost scores, and synthetic answers that fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array, generator, whole
from loyaltylab.satisfaction.axis import checked_rule
from loyaltylab.satisfaction.grades import CHINESE, ENGLISH, VALUES, GradeRule

ATTEMPTS = 200
MOST = 10_000_000
CARS = {"A": -30.0, "B": 30.0, "C": 30.0, "D": 60.0}
"""Grades that document 002 gives to four brands of car, none of them named."""


def four_cars() -> pd.DataFrame:
    """Return the four cars of document 002: what their grades tell of their lost scores.

    The table and the calculations were pictures and are lost; only the grades survive. Each
    rule implies an interval per car; ``any`` is what holds whichever of the three was used.

    Returns
    -------
    pandas.DataFrame
        ``car, value, chinese, english, rule, lower, upper, lower_in, upper_in``.

    Examples
    --------
    >>> cars = four_cars()
    >>> cars.loc[cars["rule"] == "nearest", ["car", "value", "lower", "upper"]]
       car  value  lower  upper
    0    A  -30.0  -45.0  -15.0
    4    B   30.0   15.0   45.0
    8    C   30.0   15.0   45.0
    12   D   60.0   45.0   75.0
    """
    rules = {r: GradeRule(rule=r).table() for r in ("nearest", "floor", "ceiling")}
    rows = []
    for car, value in CARS.items():
        place = VALUES.index(value)
        spans = {name: table.iloc[place, 3:7].tolist() for name, table in rules.items()}
        spans["any"] = [spans["ceiling"][0], spans["floor"][1], 0, 0]
        named = (car, value, CHINESE[place], ENGLISH[place])
        rows += [(*named, rule, *span) for rule, span in spans.items()]
    columns = ["car", "value", "chinese", "english", "rule", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "lower_in", "upper_in"])


def synthetic_cars(
    respondents: int = 50,
    *,
    items: int = 6,
    rule: GradeRule | None = None,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw answers to items for the four cars whose CSM is turned back into the document's grades.

    For each car a score is drawn evenly from the interval that its grade implies under the rule,
    items are spread around it, and answers are drawn from the seven grades with that mean; all
    of it again until the CSM has the grade. The scores of the document are lost; these are
    synthetic, and one of endlessly many tables that would fit.

    Parameters
    ----------
    respondents, items
        How many answer about each car, and how many items there are.
    rule
        The rule by which a CSM is graded; nearest by default.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``car, respondent, item_1, …, origin``; answers are −90 … 90 in steps of 30.

    Raises
    ------
    InputError
        For a number out of bounds, or a rule under which no such answers were found.

    Examples
    --------
    >>> cars = synthetic_cars(respondents=30, items=3, seed=1)
    >>> cars.groupby("car")[["item_1", "item_2", "item_3"]].mean().mean(axis=1).round(1).to_dict()
    {'A': -28.0, 'B': 21.3, 'C': 21.7, 'D': 61.0}
    """
    k = whole("items", items, 1, 100)
    n = whole("respondents", respondents, 1, MOST // (len(CARS) * k))
    rule = checked_rule(rule)
    rng = generator(seed)
    ends = rule.table()
    parts = []
    for car, value in CARS.items():
        place = VALUES.index(value)
        low, high = (float(ends[end].iloc[place]) for end in ("lower", "upper"))
        answers = _graded(rng, rule, value, (low, high), n, k)
        columns = {f"item_{i + 1}": answers[:, i] for i in range(k)}
        parts.append(pd.DataFrame({"car": car, "respondent": np.arange(1, n + 1), **columns}))
    return pd.concat(parts, ignore_index=True).assign(origin="synthetic")


def _graded(
    rng: np.random.Generator,
    rule: GradeRule,
    value: float,
    span: tuple[float, float],
    n: int,
    items: int,
) -> Array:
    """Draw answers until their mean has the grade."""
    for _ in range(ATTEMPTS):
        means = np.clip(rng.uniform(*span) + rng.normal(0, 10, items), -85, 85)
        answers = np.stack([rng.choice(VALUES, n, p=_shares(m)) for m in means], axis=1)
        if rule.grade(float(answers.mean())) == value:
            return np.asarray(answers)
    raise InputError(
        f"rule leaves so little room for the grade {value:g} that {ATTEMPTS} draws of answers"
        " missed it; widen its cut points or take more respondents."
    )


def _shares(mean: float) -> Array:
    """Return shares of the seven grades with a mean: geometric from one end to the other."""
    from scipy.optimize import brentq

    steps = np.array(VALUES) / 90

    def shares(tilt: float) -> Any:
        weight = np.exp(tilt * steps)
        return weight / weight.sum()

    tilt = brentq(lambda t: float(shares(t) @ VALUES) - mean, -60, 60)
    return np.asarray(shares(float(tilt)))
