"""Who is at risk when somebody leaves: Breslow's baseline, survival, and concordance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array, wilson

if TYPE_CHECKING:
    from loyaltylab.churn.cox_fit import CoxFit

BLOCK = 4_000_000
"""Pairs that are looked at at once."""


class RiskSet(NamedTuple):
    """Those at risk at one tenure at which somebody left.

    ``rows`` are their places, ``weight`` their ``e^{(x − x̄)β}``, ``lost`` the places of those who
    left.

    Examples
    --------
    >>> RiskSet(2.0, np.array([0, 1]), np.array([1.0, 3.0]), np.array([1])).together
    4.0
    """

    time: float
    rows: npt.NDArray[np.int64]
    weight: Array
    lost: npt.NDArray[np.int64]

    @property
    def together(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())


def risk_sets(fit: CoxFit) -> Iterator[RiskSet]:
    """Go through the tenures at which somebody left, stratum by stratum.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> [len(at.rows) for at in risk_sets(fit)]
    [6, 5, 4, 3, 2, 1]
    """
    frame, x = fit.data, centred(fit)
    weight = np.exp(np.clip(x @ fit.coefficients, -300, 300))
    tenure, entry = frame["tenure"].to_numpy(), frame["entry"].to_numpy()
    gone = frame["churned"].to_numpy()
    strata = pd.factorize(frame["strata"])[0] if "strata" in frame else np.zeros(len(frame), int)
    for s in np.unique(strata):
        mine = strata == s
        for t in np.unique(tenure[mine & gone]):
            rows = np.flatnonzero(mine & (entry < t) & (tenure >= t))
            lost = np.flatnonzero(mine & gone & (tenure == t))
            yield RiskSet(float(t), rows, weight[rows], lost)


def centred(fit: CoxFit) -> Array:
    """Return the terms' numbers less their means.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> centred(fit_cox(people, columns=["g"], tenure="t", churned="left"))[:2].tolist()
    [[-0.5], [-0.5]]
    """
    return np.asarray(fit.matrix - fit.matrix.mean(axis=0), float)


class Baseline(NamedTuple):
    """Steps of the cumulative hazard of a customer whose terms are the mean ones (Breslow 1974).

    ``H₀(t) = Σ lost(s) / Σ e^{(x − x̄)β}`` over those at risk; ``variance`` is
    ``Σ lost / (Σ e)²`` and ``pull`` is ``Σ lost x̄(s) / Σ e``, both as they grow.

    Examples
    --------
    >>> Baseline(np.ones(1), np.ones(1), np.ones(1), np.ones((1, 2))).time.tolist()
    [1.0]
    """

    time: Array
    hazard: Array
    variance: Array
    pull: Array


def baseline(fit: CoxFit) -> Baseline:
    """Return Breslow's baseline of a fit without strata.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> baseline(fit).hazard.round(2).tolist()
    [0.12, 0.29, 0.57, 0.88, 2.04, 4.37]
    """
    x = centred(fit)
    sets = [
        (at.time, len(at.lost), at.together, at.weight @ x[at.rows] / at.together)
        for at in risk_sets(fit)
    ]
    time, lost, together = (np.array([s[i] for s in sets], float) for i in range(3))
    mean, step = np.array([s[3] for s in sets]), lost / together
    grown = (np.cumsum(step), np.cumsum(step / together), np.cumsum(step[:, None] * mean, axis=0))
    return Baseline(time, *grown)


def survival(fit: CoxFit, matrix: Array, times: Array, reach: float) -> pd.DataFrame:
    """Return who is left when; see :meth:`CoxFit.predict`.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> fit.predict(pd.DataFrame({"g": ["a", "b"]}), [2])["survival"].round(2).tolist()
    [0.51, 0.88]
    """
    if "strata" in fit.data:
        raise InputError(
            "A model with strata has a baseline for each of them, and predict() knows none to take;"
            " fit the model to the customers of one stratum, or put the column among columns."
        )
    steps, size = baseline(fit), len(matrix)
    seen = times[times <= fit.data["tenure"].max()]
    place = np.searchsorted(steps.time, seen, side="right")
    hazard, spread = (np.append(0.0, v)[place] for v in (steps.hazard, steps.variance))
    pull = np.vstack([np.zeros(matrix.shape[1]), steps.pull])[place]
    x = matrix - fit.matrix.mean(axis=0)
    ratio = np.exp(np.clip(x @ fit.coefficients, -300, 300))[:, None]
    together = ratio * hazard  # rows: customers, columns: times
    moved = hazard[None, :, None] * x[:, None, :] - pull[None, :, :]
    variance = ratio**2 * (spread + np.einsum("ijk,kl,ijl->ij", moved, fit.covariance, moved))
    safe = np.where(together > 0, together, 1.0)
    far = np.exp(np.minimum(reach * np.sqrt(variance) / safe, 300))
    return pd.DataFrame(
        {
            "row": np.repeat(np.arange(size), len(seen)),
            "time": np.tile(seen, size),
            "survival": np.exp(-together).ravel(),
            "lower": np.exp(-together * far).ravel(),
            "upper": np.exp(-together / far).ravel(),
        }
    )


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
