"""Harrell's concordance: whether the one who was called riskier left first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array, wilson

if TYPE_CHECKING:
    from loyaltylab.churn.cox_fit import CoxFit

BLOCK = 4_000_000
"""Pairs that are looked at at once."""


def harrell(fit: CoxFit, level: float, reach: float) -> pd.DataFrame:
    """Return concordance with its interval; see :meth:`CoxFit.concordance`.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> int(harrell(fit, 0.95, 1.96)["pairs"].iloc[0])
    15
    """
    from scipy.special import expit, logit

    good, pairs = counted(fit)
    total = pairs.sum() / 2
    if total == 0:
        raise InputError(
            "No two customers can be compared: nobody was seen to leave while another was there."
        )
    share = good.sum() / 2 / total
    influence = (good - share * pairs) / total
    if "cluster" in fit.data:
        influence = np.bincount(pd.factorize(fit.data["cluster"])[0], influence)
    error = float(np.sqrt((influence**2).sum()))
    if error > 0 and 0 < share < 1:
        middle, far = logit(share), reach * error / (share * (1 - share))
        lower, upper = float(expit(middle - far)), float(expit(middle + far))
    else:  # all pairs alike: what is known is bounded by the number who left
        lost = int(fit.data["churned"].sum())
        lower, upper = (float(v) for v in wilson(round(share * lost), lost, level))
    values = [share, error, lower, upper, int(total), len(fit.data)]
    names = ["concordance", "standard_error", "lower", "upper", "pairs", "n"]
    return pd.DataFrame([values], columns=names)


def counted(fit: CoxFit) -> tuple[Array, Array]:
    """Return for each customer his concordant pairs (ties of risk as a half), and all his pairs.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> good, pairs = counted(fit_cox(people, columns=["g"], tenure="t", churned="left"))
    >>> round(float(good.sum() / pairs.sum()), 2)
    0.73
    """
    frame, score = fit.data, fit.matrix @ fit.coefficients
    score = np.round(score - score.mean(), 12)  # rounding must not untie alike customers
    tenure, entry = frame["tenure"].to_numpy(), frame["entry"].to_numpy()
    lost = frame["churned"].to_numpy()
    strata = pd.factorize(frame["strata"])[0] if "strata" in frame else np.zeros(len(frame), int)
    good, pairs = np.zeros(len(frame)), np.zeros(len(frame))
    left = np.flatnonzero(lost)
    for some in np.array_split(left, max(1, len(left) * len(frame) // BLOCK)):
        later = (tenure > tenure[some, None]) | ((tenure == tenure[some, None]) & ~lost)
        later &= (entry < tenure[some, None]) & (strata == strata[some, None])
        won = later * np.where(score < score[some, None], 1.0, 0.5 * (score == score[some, None]))
        good += won.sum(axis=0)
        pairs += later.sum(axis=0)
        good[some] += won.sum(axis=1)
        pairs[some] += later.sum(axis=1)
    return good, pairs
