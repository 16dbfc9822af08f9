"""The steps of a survival curve, with intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, wilson
from loyaltylab.lifetime.maximum import normal


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
