"""Parametric hazards: fitted by maximum likelihood to customers who left and who stayed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between
from loyaltylab.bucket import hazard_table
from loyaltylab.churn.families import FAMILIES, Family, OneFit
from loyaltylab.churn.hazards import MIXED, HazardFits
from loyaltylab.churn.lives import lives, somebody_left
from loyaltylab.lifetime import fit_shifted_beta_geometric


def fit_hazards(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    families: Sequence[str] = (*FAMILIES, MIXED),
    whole: bool = True,
    level: float = 0.95,
) -> HazardFits:
    """Fit shapes of the hazard by maximum likelihood, ``scipy.stats`` with ``CensoredData``.

    Whole periods are what they are: who left in period t left between t − 1 and t, and adds
    ``ln(S(t−1) − S(t))``; who was still there adds ``ln S(t)``. So likelihoods are those of the
    same counts and may be compared, also with the shifted beta-geometric model, in which each
    customer has a constant hazard of his own (Fader & Hardie 2007).

    Parameters
    ----------
    data, tenure, churned
        As in :func:`kaplan_meier`, one row per customer, all watched from their first day: there
        is no ``entry``, for ``CensoredData`` knows no left truncation. Whoever came under
        observation late is a survivor; with him the hazard comes out too low.
    families
        Any of ``"exponential", "weibull", "lognormal", "loglogistic", "gompertz"`` and
        ``"beta-geometric"`` (whole periods only).
    whole
        Whether tenures are whole periods; if not, the moment of leaving is known exactly.
    level
        Coverage of the intervals.

    Returns
    -------
    HazardFits

    Raises
    ------
    InputError
        For bad columns, an unknown family, broken periods, or if nobody left.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> life = np.ceil(10 * rng.weibull(0.8, 2000))
    >>> seen = pd.DataFrame({"t": np.minimum(life, 24), "left": life <= 24})
    >>> fits = fit_hazards(seen, tenure="t", churned="left", families=["exponential", "weibull"])
    >>> fits.table().round(2)[["family", "parameter", "estimate", "lower", "upper"]]
            family parameter  estimate  lower  upper
    0  exponential     scale     10.42   9.94  10.92
    1      weibull     shape      0.81   0.77   0.84
    2      weibull     scale      9.85   9.29  10.45
    """
    between("level", level, 0, 1, open_ends=True)
    wanted = _families(families, whole)
    frame = lives(data, tenure, churned)
    somebody_left(frame, churned)
    time, lost = frame["tenure"].to_numpy(), frame["churned"].to_numpy()
    if whole and (time % 1 != 0).any():
        raise InputError(
            f"Column {shown(tenure)} holds broken periods, such as {time[time % 1 != 0][0]:g}; give"
            " whole=False if tenure is known exactly, or round it up."
        )
    made = {n: _one(FAMILIES[n], time, lost, whole) for n in wanted if n != MIXED}
    mixed = None
    if MIXED in wanted:
        life = hazard_table(frame, tenure="tenure", churned="churned")
        mixed = fit_shifted_beta_geometric(
            life, period="tenure_to", customers="exposed", lost="lost"
        )
    return HazardFits(made, mixed, frame[["tenure", "churned"]], whole, level)


def _families(families: Any, whole: Any) -> list[str]:
    known = [*FAMILIES, MIXED]
    listed = [families] if isinstance(families, str) else list(families)
    for name in listed:
        if name not in known:
            raise InputError(
                f"families must be among {', '.join(map(repr, known))}, not"
                f" {shown(name)}{nearest(name, known)}."
            )
    if not isinstance(whole, bool):
        raise InputError(f"whole must be True or False, not {shown(whole)}.")
    listed = [name for name in known if name in listed and (whole or name != MIXED)]
    if not listed:
        raise InputError("families must name at least one family that fits tenures as given.")
    return listed


def _one(family: Family, time: Array, lost: Any, whole: bool) -> OneFit:
    """Fit one family: scipy's estimate, brought to the top, and the curvature there."""
    from scipy import optimize
    from statsmodels.tools.numdiff import approx_hess

    cells, minimize = _cells(time, lost), cast(Any, optimize.minimize)

    def loss(theta: Array) -> float:
        value = -_log_likelihood(family, family.natural(theta), cells, whole)
        return value if np.isfinite(value) else 1e12

    start = _start(family, time, lost, whole)
    with np.errstate(all="ignore"):
        found = minimize(loss, start, method="Nelder-Mead", options=_options(start))
        information = np.atleast_2d(approx_hess(found.x, loss))
    try:
        covariance = np.linalg.inv(information)
    except np.linalg.LinAlgError:
        covariance = np.full_like(information, np.nan)
    good = np.isfinite(covariance).all() and (np.diag(covariance) > 0).all()
    if not good or not found.success:
        raise InputError(
            f"The {family.name} hazard has no maximum that could be found: these tenures do not"
            " identify it; leave it out of families, or watch customers longer."
        )
    return OneFit(family, found.x, covariance, -float(found.fun), found)


def _options(start: Array) -> dict[str, Any]:
    step = np.vstack([start, *(start + 0.1 * row for row in np.eye(len(start)))])
    if len(start) == 2:
        step[2] = start + np.array([0.0, 0.1 if abs(start[1]) > 0.5 else 0.02])
    return {"xatol": 1e-9, "fatol": 1e-10, "maxiter": 5000, "initial_simplex": step}


def _start(family: Family, time: Array, lost: Any, whole: bool) -> Array:
    """Return scipy's own fit as a start, or a constant hazard for what scipy cannot fit."""
    from scipy import stats

    censored: Any = stats.CensoredData
    rate = lost.sum() / (time - 0.5 * lost * whole).sum()
    if family.scipy is None:
        return np.asarray([np.log(rate), 0.0])
    if whole:
        gone = np.column_stack([time[lost] - 1, time[lost]])
        seen = censored(interval=gone, right=time[~lost])
    else:
        seen = censored(uncensored=time[lost], right=time[~lost])
    with np.errstate(all="ignore"):
        *shape, _, scale = getattr(stats, family.scipy).fit(seen, floc=0)
    return np.asarray(np.log([*shape, scale]))


def _cells(time: Array, lost: Any) -> pd.DataFrame:
    """Count customers by tenure: how many left there, how many stayed."""
    table = pd.DataFrame({"time": time, "lost": lost, "stayed": ~lost})
    return table.groupby("time", as_index=False)[["lost", "stayed"]].sum()


def _log_likelihood(family: Family, values: Array, cells: pd.DataFrame, whole: bool) -> float:
    time = cells["time"].to_numpy(float)
    lost, stayed = cells["lost"].to_numpy(float), cells["stayed"].to_numpy(float)
    alive = family.log_survival(time, values)
    if whole:
        before = family.log_survival(time - 1, values)
        gone = before + np.log(-np.expm1(np.minimum(alive - before, -1e-300)))
    else:
        gone = family.log_density(time, values)
    return float((lost * np.where(lost > 0, gone, 0.0)).sum() + stayed @ alive)
