"""Is a warning right? Discrimination and calibration of predicted probabilities, in numbers."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between, wilson
from loyaltylab.lifetime.maximum import normal

TINY = 1e-9


def scored(data: Data, probability: Hashable, churned: Hashable) -> pd.DataFrame:
    """Return checked columns ``probability, churned``; some must have left, and some stayed.

    Examples
    --------
    >>> scored(pd.DataFrame({"p": [0.1, 0.9], "left": [0, 1]}), "p", "left")["churned"].tolist()
    [False, True]
    """
    frame = take(
        data, probability=Column(probability, "number", 0, 1), churned=Column(churned, "flag")
    ).reset_index(drop=True)
    if frame["churned"].nunique() < 2:
        who = "left" if frame["churned"].all() else "stayed"
        raise InputError(
            f"Column {shown(churned)} says that all {len(frame):,} customers {who}, so that nothing"
            " tells a good warning from a bad one; take a longer time, or more customers."
        )
    return frame


def quality(
    data: Data,
    *,
    probability: Hashable = "probability",
    churned: Hashable = "churned",
    level: float = 0.95,
) -> pd.DataFrame:
    """Judge predicted probabilities in five numbers, each with its interval.

    ``auc``: of a leaver and a stayer, how often the leaver had the higher warning (DeLong 1988,
    interval on the log-odds). ``calibration_intercept``: log-odds by which too few or too many
    were foretold (0 is right). ``calibration_slope``: of the log-odds on those foretold (1 is
    right, below 1 the warnings are too extreme). ``brier``: mean squared error; ``brier_gain``:
    by how much it is smaller than that of calling everyone's chance the mean one.

    Parameters
    ----------
    data, probability, churned, level
        As in :func:`calibration`.

    Returns
    -------
    pandas.DataFrame
        ``measure, estimate, lower, upper, right`` (value of a perfect prediction), ``n, lost``.
        Intercept and slope are NaN where they are at no finite value.

    Raises
    ------
    InputError
        As in :func:`calibration`.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 50 + [0.8] * 50,
    ...                      "churned": [0, 0, 0, 0, 1] * 10 + [1, 1, 1, 1, 0] * 10})
    >>> quality(seen)[["measure", "estimate"]].iloc[[0, 2, 3]].round(2)
                 measure  estimate
    0                auc      0.80
    2  calibration_slope      1.00
    3              brier      0.16
    """
    between("level", level, 0, 1, open_ends=True)
    frame = scored(data, probability, churned)
    p, y = frame["probability"].to_numpy(float), frame["churned"].to_numpy(float)
    error, z = (p - y) ** 2, normal(level)
    gain = (y.mean() - y) ** 2 - error
    made = [("auc", *auc(p, y, level), 1.0), *_recalibrated(p, y, level)]
    for name, values, right in (("brier", error, 0.0), ("brier_gain", gain, np.nan)):
        far = z * values.std(ddof=1) / np.sqrt(len(values))
        if error.max() == 0:  # foretold with certainty, and never wrong: so far
            far = float(wilson(0, len(values), level)[1])
        made.append((name, values.mean(), values.mean() - far, values.mean() + far, right))
    table = pd.DataFrame(made, columns=["measure", "estimate", "lower", "upper", "right"])
    brier = table["measure"] == "brier"
    table.loc[brier, "lower"] = table.loc[brier, "lower"].clip(lower=0)
    return table.assign(n=len(frame), lost=int(y.sum()))


def auc(p: Array, y: Array, level: float) -> tuple[float, float, float]:
    """Return the area under the ROC curve and its interval (DeLong, DeLong & Clarke-Pearson 1988).

    Where leavers and stayers are wholly apart the interval is Wilson's for the fewer of them.

    Examples
    --------
    >>> area, lower, upper = auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]), 0.95)
    >>> area
    0.75
    """
    from scipy.special import expit, logit
    from scipy.stats import rankdata

    gone = y > 0
    together = rankdata(p)
    some, others = int(gone.sum()), int((~gone).sum())
    of_gone = (together[gone] - rankdata(p[gone])) / others
    of_stayed = 1 - (together[~gone] - rankdata(p[~gone])) / some
    area = float(of_gone.mean())
    fewer = min(some, others)
    variance = sum(v.var(ddof=1) / len(v) if len(v) > 1 else 0.25 for v in (of_gone, of_stayed))
    if not 0 < area < 1 or variance == 0:
        lower, upper = wilson(round(area * fewer), fewer, level)
        return area, float(lower), float(upper)
    far = normal(level) * np.sqrt(variance) / (area * (1 - area))
    return area, float(expit(logit(area) - far)), float(expit(logit(area) + far))


def _recalibrated(p: Array, y: Array, level: float) -> list[tuple[Any, ...]]:
    """Intercept (slope held at 1) and slope of the log-odds of leaving on those foretold."""
    import warnings

    from statsmodels.api import GLM, families

    score = np.log(np.clip(p, TINY, 1)) - np.log(np.clip(1 - p, TINY, 1))
    unknown = (np.nan,) * 3
    made = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for name, x, offset, right in (
            ("calibration_intercept", np.ones((len(y), 1)), score, 0.0),
            ("calibration_slope", np.column_stack([np.ones(len(y)), score]), None, 1.0),
        ):
            found = unknown
            if name != "calibration_slope" or np.ptp(score) > 0:
                fit = GLM(y, x, family=families.Binomial(), offset=offset).fit()
                ends = fit.conf_int(1 - level)[-1]
                if fit.converged and fit.bse[-1] < 100:
                    found = (float(fit.params[-1]), float(ends[0]), float(ends[1]))
            made.append((name, *found, right))
    return made
