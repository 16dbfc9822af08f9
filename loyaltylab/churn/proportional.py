"""Whether the ratios of a Cox regression hold at every tenure, and what they are if not."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.stats import Array, between
from loyaltylab.churn.lives import LONGEST, entries, ranks
from loyaltylab.churn.logrank import holm
from loyaltylab.churn.risk import centred, risk_sets

if TYPE_CHECKING:
    from loyaltylab.churn.cox_fit import CoxFit

TRANSFORMS = ("log", "identity", "km")


def test(fit: CoxFit, transform: Any) -> pd.DataFrame:
    """Test for a drift of each log ratio; see :meth:`CoxFit.proportional`.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> test(fit, "log")["drift"].tolist()
    ['grows']
    """
    from scipy.stats import chi2

    if transform not in TRANSFORMS:
        raise InputError(
            f"transform must be one of {', '.join(map(repr, TRANSFORMS))}, not"
            f" {shown(transform)}{nearest(transform, TRANSFORMS)}."
        )
    slope, variance = _scores(fit, _clock(fit, transform))
    statistic = slope**2 / variance
    p_value = chi2.sf(statistic, 1)
    return pd.DataFrame(
        {
            "term": [term.name for term in fit.design.terms],
            "statistic": statistic,
            "df": 1,
            "p_value": p_value,
            "p_holm": holm(p_value),
            "drift": np.where(slope > 0, "grows", "falls"),
            "lost": int(fit.data["churned"].sum()),
        }
    )


def _clock(fit: CoxFit, transform: str) -> dict[float, float]:
    """Return g at each tenure at which somebody left, less its mean over those who left."""
    from statsmodels.duration.api import SurvfuncRight

    frame = fit.data
    gone = frame.loc[frame["churned"], "tenure"].to_numpy(float)
    time, lost = np.unique(gone, return_counts=True)
    if len(time) < 2:
        raise InputError(
            "All who left did so at one tenure, so that nothing tells whether a ratio changes with"
            " tenure; watch customers longer."
        )
    g = np.log(time) if transform == "log" else time.astype(float)
    if transform == "km":
        curve = SurvfuncRight(frame["tenure"], frame["churned"] * 1.0, entry=entries(frame))
        g = 1 - np.append(1.0, curve.surv_prob[:-1])
    g = g - np.average(g, weights=lost)
    return dict(zip(time.tolist(), g.tolist(), strict=True))


def _scores(fit: CoxFit, clock: dict[float, float]) -> tuple[Array, Array]:
    """Return the score of each term times g, and its variance; β being estimated.

    Ties are treated as Breslow does; what that moves the score of β itself is taken off again.
    """
    x, terms = centred(fit), len(fit.design.terms)
    plain, timed = np.zeros((len(x), terms)), np.zeros((len(x), terms))
    information = np.zeros((3, terms, terms))
    for at in risk_sets(fit):
        g, share = clock[at.time], at.weight / at.together
        away = x[at.rows] - share @ x[at.rows]
        spread = len(at.lost) * (away.T * share) @ away
        information += np.array([1.0, g, g * g])[:, None, None] * spread
        moved = -len(at.lost) * share[:, None] * away
        moved[np.searchsorted(at.rows, at.lost)] += away[np.searchsorted(at.rows, at.lost)]
        plain[at.rows] += moved
        timed[at.rows] += g * moved
    solved = np.linalg.solve(information[0], information[1])
    influence = timed - plain @ solved
    variance = np.diag(information[2] - information[1] @ solved)
    if "cluster" in fit.data:
        codes = pd.factorize(fit.data["cluster"])[0]
        summed = np.array([np.bincount(codes, column) for column in influence.T])
        variance = (summed**2).sum(axis=1) * fit.clusters / (fit.clusters - 1)
    return influence.sum(axis=0), variance


def split(fit: CoxFit, cut: float) -> pd.DataFrame:
    """Fit the terms before and after a tenure; see :meth:`CoxFit.by_tenure`.

    Each customer is cut in two: until then, and from then on.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4] * 9, "left": 1, "g": [0, 1, 1, 0, 1, 0] * 6})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> split(fit, 2)["tenure"].tolist()
    ['to 2', 'after 2']
    """
    cut = between("cut", cut, 0, LONGEST)
    frame = fit.data
    early = frame.assign(
        tenure=frame["tenure"].clip(upper=cut), churned=frame["churned"] & (frame["tenure"] <= cut)
    )
    late = frame.assign(entry=frame["entry"].clip(lower=cut))
    parts = {f"to {cut:g}": early, f"after {cut:g}": late}
    return pd.concat([_again(fit, part, name) for name, part in parts.items()], ignore_index=True)


def _again(fit: CoxFit, part: pd.DataFrame, name: str) -> pd.DataFrame:
    """Fit the terms to a part of each customer's time."""
    from statsmodels.duration.api import PHReg

    seen = (part["entry"] < part["tenure"]).to_numpy()
    part, matrix = part[seen].reset_index(drop=True), fit.matrix[seen]
    gone = matrix[part["churned"]]
    flat = np.ptp(gone, axis=0) == 0 if len(gone) else np.ones(matrix.shape[1], bool)
    if flat.any():
        term = fit.design.terms[int(flat.argmax())].name
        raise InputError(
            f"At tenures {name} all {len(gone)} who left are alike in {shown(term)}, so that it has"
            " no finite ratio there; take another cut, or fit the model without it."
        )
    time, start = ranks(part)
    strata = pd.factorize(part["strata"])[0] if "strata" in part else None
    groups = pd.factorize(part["cluster"])[0] if "cluster" in part else None
    late = start if entries(part) is not None else None
    ties, lost = fit.result.model.ties, part["churned"].astype(float)
    model = PHReg(time, matrix, status=lost, entry=late, strata=strata, ties=ties)
    result = model.fit(groups=groups)
    covariance = np.asarray(result.cov_params(), float)
    if groups is not None:
        covariance = covariance * len(set(groups)) / (len(set(groups)) - 1)
    again = dataclasses.replace(fit, result=result, covariance=covariance, data=part, matrix=matrix)
    table = again.table()
    table.insert(0, "tenure", name)
    return table
