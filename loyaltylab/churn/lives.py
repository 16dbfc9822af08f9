"""Customers under observation, and the steps of the curve that says how many are still there."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import Array, wilson
from loyaltylab.curve.answers import in_order
from loyaltylab.lifetime.maximum import normal

EVERYONE = "all"
LONGEST = 1e6
"""Longest tenure, in whatever unit."""
FEW = 10
"""Customers at risk below which a step of a curve rests on too little."""


def lives(
    data: Data,
    tenure: Hashable,
    churned: Hashable,
    group: Hashable | None = None,
    entry: Hashable | None = None,
    **more: Column,
) -> pd.DataFrame:
    """Return checked columns by role, one row per spell: entry, tenure, churned, group and more.

    Rows of tenure 0 were never exposed and are left out; the index counts from 0.

    Examples
    --------
    >>> seen = pd.DataFrame({"t": [0, 3], "gone": ["no", "yes"]})
    >>> lives(seen, "t", "gone")
       tenure  churned  entry group
    0     3.0     True    0.0   all
    """
    wanted = {
        "tenure": Column(tenure, "number", 0, LONGEST),
        "churned": Column(churned, "flag"),
    }
    if entry is not None:
        wanted["entry"] = Column(entry, "number", 0, LONGEST)
    if group is not None:
        wanted["group"] = Column(group, "group")
    frame = take(data, **wanted, **more)
    unborn = frame["churned"] & (frame["tenure"] == 0)
    if unborn.any():
        raise InputError(
            f"Column {shown(tenure)} is 0 for customers who left ({rows(unborn)}); count the"
            " period in which they left, so that it is above 0."
        )
    if entry is None:
        frame["entry"] = 0.0
    if group is None:
        frame["group"] = EVERYONE
    late = (frame["entry"] >= frame["tenure"]) & (frame["tenure"] > 0)
    if late.any():
        raise InputError(
            f"Column {shown(entry)} is not below {shown(tenure)} in {rows(late)}; a customer is"
            " watched from his entry on and leaves, or is last seen, after it."
        )
    seen = frame[frame["tenure"] > 0]
    if seen.empty:
        raise InputError(f"Column {shown(tenure)} is 0 in every row: nobody was exposed to churn.")
    return seen.reset_index(drop=True)


def somebody_left(frame: pd.DataFrame, churned: Hashable) -> None:
    """Refuse customers none of whom left: there is nothing to fit.

    Examples
    --------
    >>> somebody_left(pd.DataFrame({"churned": [True, False]}), "left")
    """
    if not frame["churned"].any():
        raise InputError(
            f"Column {shown(churned)} says that nobody left, so that nothing tells when or why"
            " customers leave; watch them longer, or check how leaving is coded."
        )


def parts(frame: pd.DataFrame) -> dict[Any, pd.DataFrame]:
    """Split checked customers by group, in the order of the groups.

    Examples
    --------
    >>> list(parts(pd.DataFrame({"group": ["b", "a"]})))
    ['a', 'b']
    """
    return {name: frame[(frame["group"] == name).to_numpy()] for name in in_order(frame["group"])}


def entries(frame: pd.DataFrame) -> Array | None:
    """Return when each customer came under observation, or None if all did at the start.

    Examples
    --------
    >>> entries(pd.DataFrame({"entry": [0.0, 0.0]})) is None
    True
    """
    start = frame["entry"].to_numpy(float)
    return start if (start > 0).any() else None


def ranks(frame: pd.DataFrame) -> tuple[Array, Array]:
    """Return tenure and entry as ranks, an entry just after the tenure that equals it.

    Cox regression knows only the order of times. ``statsmodels`` counts a customer as at risk
    in the very period of his entry, while everyone else has him at risk after it; by these
    ranks he is.

    Examples
    --------
    >>> tenure, entry = ranks(pd.DataFrame({"tenure": [5.0, 9.0], "entry": [0.0, 5.0]}))
    >>> tenure.tolist(), entry.tolist()
    ([4.0, 6.0], [3.0, 5.0])
    """
    tenure, entry = frame["tenure"].to_numpy(float), frame["entry"].to_numpy(float)
    times = np.unique(np.concatenate([tenure, entry]))
    return (
        np.asarray(2.0 * np.searchsorted(times, tenure) + 2),
        np.asarray(2.0 * np.searchsorted(times, entry) + 3),
    )


def first_below(steps: pd.DataFrame, curve: str, share: float) -> float:
    """Return when a curve has come down to a share: infinite if it never does.

    Examples
    --------
    >>> first_below(pd.DataFrame({"time": [1.0, 2.0], "survival": [0.7, 0.4]}), "survival", 0.5)
    2.0
    """
    down = steps["time"][(steps[curve] <= share + 1e-12).to_numpy()]
    return float(down.iloc[0]) if len(down) else np.inf


def times_of(times: Any) -> Array:
    """Return tenures as an array, or say what is wrong with them.

    Examples
    --------
    >>> times_of(12).tolist()
    [12.0]
    """
    try:
        array = np.atleast_1d(np.asarray(times))
    except (TypeError, ValueError):
        array = np.array(None)
    good = array.dtype.kind in "iuf" and array.ndim == 1 and array.size > 0
    if good and np.all(np.isfinite(array) & (array >= 0)):
        return array.astype(float)
    raise InputError(f"times must be a list of tenures, numbers >= 0, not {shown(times)}.")


def steps_of(function: Any, name: Any, level: float) -> pd.DataFrame:
    """Return the steps of one curve with intervals on the scale of ln(−ln S).

    Examples
    --------
    >>> from statsmodels.duration.api import SurvfuncRight
    >>> steps_of(SurvfuncRight([1, 2], [1, 0]), "all", 0.95)["survival"].tolist()
    [0.5]
    """
    z = normal(level)
    survival = np.asarray(function.surv_prob, float)
    risk, lost = np.asarray(function.n_risk, float), np.asarray(function.n_events, float)
    inside = (survival > 0) & (survival < 1)
    safe = np.where(inside, survival, 0.5)
    error = np.where(inside, np.nan_to_num(function.surv_prob_se), 0.0)
    reach = np.exp(np.clip(z * error / (safe * -np.log(safe)), 0, 700))
    lower, upper = safe**reach, safe ** (1 / reach)
    for at in np.flatnonzero(~inside):  # everyone at risk left
        before = upper[at - 1] if at else 1.0
        lower[at], upper[at] = 0.0, before * float(wilson(0, risk[at], level)[1])
    return pd.DataFrame(
        {
            "group": [name] * len(survival),
            "time": np.asarray(function.surv_times, float),
            "at_risk": risk.astype(int),
            "lost": lost.astype(int),
            "survival": np.where(inside, survival, 0.0),
            "standard_error": error,
            "lower": lower,
            "upper": upper,
        }
    )
