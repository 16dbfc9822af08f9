"""CPU of fitting BG/NBD to a million customers, standard errors included, against lifetimes.

Both sides get the same columns x, t_x and T of the same customers and return four estimates
with standard errors; the run fails if these differ. ``lifetimes`` takes the rows one by one
(it does not look for equal ones, though it accepts weights); its fit ends with the Hessian by
autograd, from which its standard errors come. ``fit_bgnbd`` checks the table, counts equal
histories once, and has gradient and Hessian in closed form. So that nobody takes the counting
for the whole difference, there is a case in which hardly two histories are equal, and one in
which ``lifetimes`` is given the distinct rows with weights, the grouping left out of its time.
"""

from __future__ import annotations

import importlib
import importlib.util
import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import Row, each
from loyaltylab.lifetime.bgnbd import simulate_bgnbd
from loyaltylab.lifetime.repeat_buying import fit_bgnbd

NAME = "repeat buying"
CUSTOMERS = 1_000_000
TURNS, RIVAL_TURNS = 5, 2
COHORTS = 13  # customers join over a quarter, as those of CDNOW did
NAMES = ["r", "alpha", "a", "b"]


def rows() -> list[Row]:
    """Time both on dated purchases (equal histories are common) and on continuous times."""
    if not importlib.util.find_spec("lifetimes"):
        return []
    found: list[Row] = []
    for kind, data in (("dates in days", dated()), ("continuous times", continuous())):
        ours, cases = f"fit_bgnbd, {kind}", {f"lifetimes, {kind}": partial(rival, data)}
        if kind == "dates in days":
            few = grouped(data)
            cases[f"lifetimes, {kind}, {len(few):,} distinct rows with weights"] = partial(
                rival, few
            )
        mine, answer = timed(partial(fit, data), TURNS)
        unit = f"s CPU, {CUSTOMERS:,} customers, 4 estimates with standard errors"
        found.append(Row(NAME, ours, mine, unit))
        for case, call in cases.items():
            seconds, other = timed(call, RIVAL_TURNS)
            same(answer, other)
            found.append(Row(NAME, case, seconds, unit, seconds / mine, ours))
    return found


def continuous() -> pd.DataFrame:
    """Draw customers who joined, and were observed, at any time: hardly two are alike."""
    age = np.random.default_rng(1).uniform(27, 39, CUSTOMERS)
    return simulate_bgnbd(CUSTOMERS, T=age, seed=2)[["x", "t_x", "T"]]


def dated() -> pd.DataFrame:
    """Draw customers of weekly cohorts whose purchases have dates: times in sevenths of a week."""
    age = np.random.default_rng(1).integers(39 - COHORTS, 39, CUSTOMERS).astype(float)
    data = simulate_bgnbd(CUSTOMERS, T=age, seed=2)[["x", "t_x", "T"]]
    return data.assign(t_x=np.ceil(7 * data["t_x"]) / 7)


def grouped(data: pd.DataFrame) -> pd.DataFrame:
    """Count equal histories once."""
    return data.groupby(["x", "t_x", "T"]).size().rename("weight").reset_index()


def fit(data: pd.DataFrame) -> pd.DataFrame:
    """Fit with loyaltylab."""
    table = fit_bgnbd(data).table()
    return table.set_index("parameter")[["estimate", "standard_error"]]


def rival(data: pd.DataFrame) -> pd.DataFrame:
    """Fit with lifetimes."""
    fitter = importlib.import_module("lifetimes").BetaGeoFitter()
    found = fitter.fit(data["x"], data["t_x"], data["T"], weights=data.get("weight")).summary
    return pd.DataFrame({"estimate": found["coef"], "standard_error": found["se(coef)"]})


def timed(call: Callable[[], Any], turns: int) -> tuple[float, Any]:
    """Return the median CPU seconds of a call after a warm-up, and what it returned."""
    kept: list[Any] = []
    seconds = each([lambda: kept.append(call())] * (turns + 1))[1:]
    return statistics.median(seconds), kept[-1]


def same(mine: pd.DataFrame, other: pd.DataFrame) -> None:
    """Fail unless estimates agree to a thousandth and standard errors to two hundredths."""
    gap = np.abs(other.loc[NAMES] / mine.loc[NAMES] - 1)
    if (gap["estimate"] > 1e-3).any() or (gap["standard_error"] > 0.02).any():
        raise AssertionError(f"not the same result:\n{mine}\n{other}")
