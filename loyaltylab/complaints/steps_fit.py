"""Estimating what a step of handling does, from complaints whose sender was asked afterwards."""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, between, positive
from loyaltylab.complaints import answers
from loyaltylab.complaints.answers import share
from loyaltylab.complaints.steps_result import MOST, StepsFit, reach

if TYPE_CHECKING:
    from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

EDGE = 1e-6
CAUSE = "staff chose the steps, so complaints that get more of them may differ in other ways"


def fit_steps(
    data: Data,
    *,
    steps: Hashable = "steps",
    satisfied: Hashable = "satisfied",
    customer: Hashable | None = "customer",
    start: float | None = None,
    level: float = 0.95,
) -> StepsFit:
    """Fit the share of dissatisfaction that a step leaves, by a binomial GLM with log link.

    ``log P(dissatisfied | k) = log start + k · log keep``, so that exp of the slope is
    ``keep`` and exp of the intercept is ``start``. The interval is that of the logarithm, with
    a covariance that is robust to repeated customers and Student's t (customers − 1 df).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per complaint.
    steps
        Column: how many steps were taken, 0 to 20.
    satisfied
        Column of yes and no (or 1 and 0), empty where nobody asked; such rows are left out
        and counted in ``missing``.
    customer
        Column, or None if every complaint is of another person.
    start
        Share dissatisfied before any step, above 0; None estimates it. An estimate that would
        exceed 1 is held there, and its lower end is that of the profile likelihood.
    level
        Coverage of the intervals.

    Returns
    -------
    StepsFit

    Raises
    ------
    InputError
        For a missing or wrong column, if nobody was asked, all are satisfied or none, the
        steps never differ, or satisfaction clearly falls with the steps.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> asked = pd.DataFrame({"steps": rng.integers(0, 8, 4000)})
    >>> asked["satisfied"] = rng.uniform(size=4000) > 0.9 * 0.7 ** asked["steps"]
    >>> fit_steps(asked, customer=None).table().iloc[:, :4].round(2)
               parameter  estimate  lower  upper
    0               keep      0.70   0.68   0.71
    1              taken      0.30   0.29   0.32
    2              start      0.92   0.89   0.94
    3  satisfied after 7      0.93   0.92   0.93
    """
    between("level", level, 0, 1, open_ends=True)
    if start is not None:
        start = positive("start", between("start", start, 0, 1))
    seen, missing = _asked(data, steps, satisfied, customer)
    k, unhappy = seen["steps"].to_numpy(float), 1.0 - seen["satisfied"].to_numpy(float)
    codes, found = pd.factorize(answers.whose(seen))
    _sound(k, unhappy, len(found))
    note, result, held = CAUSE, None, False
    if start is None:
        result = _log_fit(k, unhappy, codes, None)
        if result is None or result.params[0] > -EDGE:
            held, start, note = True, 1.0, f"start is held at 1, its bound, and {CAUSE}"
    if start is not None:
        result = _log_fit(k, unhappy, codes, start)
    if result is None:
        raise InputError(
            "The fit of the steps does not settle: satisfaction hardly depends on them, or it is"
            " known of too few complaints; look at the shares by number of steps first."
        )
    slope, error = float(result.params[-1]), float(result.bse[-1])
    wide = reach(level, len(found))
    if slope - wide * error > 0:
        raise InputError(
            f"Satisfaction falls as the steps rise, in columns {shown(satisfied)} and"
            f" {shown(steps)}; check whether 1 stands for satisfied."
        )
    keep = np.exp(slope + wide * error * np.array([0, -1, 1]))
    if start is None:
        begin = np.exp(
            np.minimum(result.params[0] + wide * result.bse[0] * np.array([0, -1, 1]), 0)
        )
    elif held:
        plain = max(_plain_error(k, unhappy, slope), 1e-12)
        begin = np.array([1.0, _lowest_start(k, unhappy, wide * max(error / plain, 1.0)), 1.0])
    else:
        begin = np.full(3, start)
    return StepsFit(
        keep=_three(keep),
        start=_three(begin),
        n=len(seen),
        customers=len(found),
        missing=missing,
        level=level,
        note=note,
        result=result,
        seen=_by_step(seen, level),
    )


def _asked(
    data: Data, steps: Hashable, satisfied: Hashable, customer: Hashable | None
) -> tuple[pd.DataFrame, int]:
    """Return the complaints whose sender said whether he is satisfied, and how many did not."""
    frame = read(data)
    columns = answers.optional(customer=(customer, "group"))
    columns["steps"] = Column(steps, "whole", 0, MOST)
    asked = answers.present(frame, satisfied).to_numpy()
    if not asked.any():
        raise InputError(
            f"Column {shown(satisfied)} is empty in every row, so nobody was asked whether he is"
            " satisfied; give the column that says so."
        )
    columns["satisfied"] = Column(satisfied, "flag")
    seen = take(frame.loc[asked], **columns).reset_index(drop=True)
    return seen, int((~asked).sum())


def _log_fit(
    k: Array, unhappy: Array, codes: npt.NDArray[Any], start: float | None
) -> GLMResultsWrapper | None:
    """Fit the log link, clustered by customer; None if it does not settle."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.families.links import Log
    from statsmodels.genmod.generalized_linear_model import GLM

    if start == 1:  # before any step nobody is satisfied, which says nothing about a step
        k, unhappy, codes = (values[k > 0] for values in (k, unhappy, codes))
    design = k[:, None] if start is not None else np.column_stack([np.ones(len(k)), k])
    offset = None if start is None else np.full(len(k), np.log(start))
    share_left = np.clip(unhappy.mean(), 0.01, 0.99)
    first = np.log(share_left if start is None else share_left / max(start, share_left + EDGE))
    guess = (
        [first / max(k.mean(), EDGE)] if start is not None else [first / 2, first / 2 / k.mean()]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = GLM(unhappy, design, Binomial(Log()), offset=offset).fit(
            start_params=guess, maxiter=200, cov_type="cluster", cov_kwds={"groups": codes}
        )
    good = fitted.converged and np.isfinite([*fitted.params, *fitted.bse]).all()
    return fitted if good and (fitted.fittedvalues <= 1 + EDGE).all() else None


def _likelihood(k: Array, unhappy: Array, log_start: float, slope: float) -> float:
    """Return the log-likelihood of a start and a slope, both on the scale of logarithms."""
    log_left = np.minimum(log_start + slope * k, -1e-12)
    return float(np.where(unhappy > 0, log_left, np.log(-np.expm1(log_left))).sum())


def _plain_error(k: Array, unhappy: Array, slope: float) -> float:
    """Return the standard error of the slope from the expected information, start being 1."""
    left = np.exp(slope * k[k > 0])
    return float(1 / np.sqrt((k[k > 0] ** 2 * left / np.maximum(1 - left, 1e-12)).sum()))


def _lowest_start(k: Array, unhappy: Array, wide: float) -> float:
    """Return the lower end of a start that is estimated at its bound, by profile likelihood."""
    from scipy.optimize import brentq, minimize_scalar

    def profile(log_start: float) -> float:
        found = minimize_scalar(
            lambda slope: -_likelihood(k, unhappy, log_start, slope),
            bounds=(-20, 0),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(found.fun)

    best = profile(0.0)

    def over(log_start: float) -> float:
        return 2 * (profile(log_start) - best) - wide**2

    return float(np.exp(brentq(over, -20.0, 0.0))) if over(-20.0) > 0 else 0.0


def _sound(k: Array, unhappy: Array, customers: int) -> None:
    """Refuse what no step can be estimated from."""
    if unhappy.min() == unhappy.max():
        word = "dissatisfied" if unhappy[0] else "satisfied"
        raise InputError(
            f"All {len(k):,} who were asked are {word}, so the effect of a step cannot be told;"
            " more complaints are needed."
        )
    if k.min() == k.max():
        raise InputError(
            f"Every complaint got {k[0]:.0f} steps, so the effect of a step cannot be told; more"
            " complaints are needed, with other numbers of steps."
        )
    if customers < 2:
        raise InputError(
            "All complaints are of one customer, which tells nothing of others; give"
            " customer=None if the column does not name people."
        )


def _three(ends: Array) -> tuple[float, float, float]:
    return float(ends[0]), float(ends[1]), float(ends[2])


def _by_step(seen: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return the share satisfied by number of steps, with intervals."""
    people = pd.Series(answers.whose(seen))
    found = []
    for k, part in seen.groupby("steps", sort=True):
        s = share(part["satisfied"].to_numpy(), people[part.index].to_numpy(), level)
        found.append((k, s.n, s.share, s.lower, s.upper))
    return pd.DataFrame(found, columns=["steps", "n", "satisfied", "lower", "upper"])
