"""Ever more leave: what that proves of satisfaction, and what it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.stats import between, whole
from loyaltylab.bucket import LeakyBucket
from loyaltylab.curve import RivalChoice

EARLY = (0.12, 0.08, 0.05)
"""Illustrative churn in the first three periods; then 2 % for ever."""
LATE = 0.02


def why_more_leave(
    *, growth: float = 2.0, periods: int = 12, satisfaction: float = 4.0, rivals: int = 3
) -> pd.DataFrame:
    """Let the loss rate change four ways, and look at satisfaction beside it. All *illustrative*.

    ``tenure``: a firm in its steady state wins ``growth`` times as many new customers as before,
    and the new leave faster; nobody's churn and nobody's satisfaction changes. ``mix``: a segment
    that always left faster, and is as satisfied, grows from a fifth to a half of the customers.
    ``competition``: more rivals at the same satisfaction (the choice model of chapter 04).
    ``satisfaction``: it falls by half a point, and nothing else changes.

    Parameters
    ----------
    growth
        New customers per period after, over before; 0 to 100.
    periods
        Periods after the change at which the loss rate is taken, 1 to 1000.
    satisfaction
        On the scale from 1 to 5, above 1.5.
    rivals
        Rivals after the barrier is gone, 2 to 20; before there was one.

    Returns
    -------
    pandas.DataFrame
        ``cause, loss_before, loss_after`` (share of customers per period),
        ``satisfaction_before, satisfaction_after``.

    Raises
    ------
    InputError
        For a number out of its range.

    Examples
    --------
    >>> why_more_leave().round(3)[["cause", "loss_before", "loss_after", "satisfaction_after"]]
              cause  loss_before  loss_after  satisfaction_after
    0        tenure        0.024       0.027                 4.0
    1           mix        0.032       0.050                 4.0
    2   competition        0.022       0.063                 4.0
    3  satisfaction        0.022       0.057                 3.5
    """
    growth = between("growth", growth, 0, 100)
    periods = whole("periods", periods, 1, 1000)
    level = between("satisfaction", satisfaction, 1.5, 5)
    rivals = whole("rivals", rivals, 2, 20)
    one, many = (RivalChoice(rivals=n, switching_cost=3) for n in (1, rivals))
    rows: list[tuple[Any, ...]] = [
        ("tenure", *_tenure(growth, periods), level, level),
        ("mix", 0.8 * 0.02 + 0.2 * 0.08, 0.5 * 0.02 + 0.5 * 0.08, level, level),
        ("competition", _leaving(one, level), _leaving(many, level), level, level),
        ("satisfaction", _leaving(one, level), _leaving(one, level - 0.5), level, level - 0.5),
    ]
    columns = ["cause", "loss_before", "loss_after", "satisfaction_before", "satisfaction_after"]
    return pd.DataFrame(rows, columns=columns)


def _tenure(growth: float, periods: int) -> tuple[float, float]:
    """Loss rate in the steady state, and some periods after acquisition has grown."""
    calm = LeakyBucket(churn=LATE, hazard=EARLY, acquired=1000)
    size = calm.steady_state or 0.0
    mix = tuple(1000 * np.cumprod([1.0, *(1 - h for h in EARLY)])[:-1])
    mix = (*mix, size - sum(mix))
    start: dict[str, Any] = {
        "customers": round(size),
        "tenure_mix": mix,
        "churn": LATE,
        "hazard": EARLY,
    }
    after = LeakyBucket(acquired=round(1000 * growth), **start).expected(periods)
    before = LeakyBucket(acquired=1000, **start).expected(1)
    at = after["customers"].to_numpy()[-2]
    return (
        float(before["lost"].iloc[1] / before["customers"].iloc[0]),
        float(after["lost"].iloc[-1] / at) if at else 0.0,
    )


def _leaving(choice: RivalChoice, satisfaction: float) -> float:
    """Share whose choice is a rival: what the curve of chapter 04 leaves of certainty."""
    return float(1 - choice.loyalty(satisfaction))


def stayers_only(
    *, sensitivity: float = 1.2, base: float = 0.10, spread: float = 0.8, fall: float = 0.3
) -> pd.DataFrame:
    """Let satisfaction fall, let the dissatisfied leave sooner, and survey those who are left.

    Satisfaction before is spread evenly over mean ± spread on the scale from 1 to 5 (mean 3.5);
    the chance of leaving in a year is logistic in it. All *illustrative*; computed on a grid,
    nothing is drawn.

    Parameters
    ----------
    sensitivity
        Log-odds of leaving per point of satisfaction less, 0 to 10.
    base
        Chance of leaving at satisfaction 3.5, strictly between 0 and 1.
    spread
        Half-width of satisfaction, 0 to 1.2.
    fall
        Points by which everyone's satisfaction falls, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        For ``when`` (before, after): ``loss_rate, satisfaction_all`` (of all who were customers),
        ``satisfaction_stayers`` (what the survey at the year's end hears), ``survey_error``.

    Raises
    ------
    InputError
        For a number out of its range.

    Examples
    --------
    >>> stayers_only().round(2)[["when", "loss_rate", "satisfaction_all", "satisfaction_stayers"]]
         when  loss_rate  satisfaction_all  satisfaction_stayers
    0  before       0.11               3.5                  3.53
    1   after       0.15               3.2                  3.24
    """
    from scipy.special import expit, logit

    slope = between("sensitivity", sensitivity, 0, 10)
    chance = between("base", base, 0, 1, open_ends=True)
    half, less = between("spread", spread, 0, 1.2), between("fall", fall, 0, 1)
    made = []
    for when, middle in (("before", 3.5), ("after", 3.5 - less)):
        levels = middle + half * np.linspace(-1, 1, 2001)
        gone = expit(logit(chance) - slope * (levels - 3.5))
        heard = float(np.average(levels, weights=1 - gone))
        made.append((when, float(gone.mean()), middle, heard, heard - middle))
    columns = ["when", "loss_rate", "satisfaction_all", "satisfaction_stayers", "survey_error"]
    return pd.DataFrame(made, columns=columns)
