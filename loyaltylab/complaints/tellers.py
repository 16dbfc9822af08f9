"""How many people are told: a few tell very many, so the mean alone says little."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between
from loyaltylab.complaints import answers

MANY = 20
SMALL, LARGE = 1e-3, 1e6


def told_table(
    data: Data,
    *,
    told: Hashable = "told",
    by: Hashable | None = None,
    had_problem: Hashable | None = "had_problem",
    customer: Hashable | None = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Describe how many people each customer told: mean with interval, spread, and long tail.

    Counts are taken as negative binomial with mean m and shape k, variance ``m + m²/k``, both
    fitted by maximum likelihood; the mean's interval is that of its logarithm with the *seen*
    variance, and Student's t.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    told
        Column of whole numbers >= 0. A code such as 99 for "no answer" cannot be told from a
        count; take it out first.
    by
        Column that splits the customers, such as the outcome; or None.
    had_problem
        Column of yes and no whose yes alone are counted, or None.
    customer
        Column that must name nobody twice, or None.
    level
        Coverage of the interval of the mean.

    Returns
    -------
    pandas.DataFrame
        ``group, n, mean, lower, upper, median``, ``shape`` (infinite where the counts scatter no
        more than Poisson's; missing where all are 0), ``told_nobody`` and ``told_20`` (shares
        that told nobody, and 20 or more), ``fitted_20`` (as the fit has it). Where all told
        nobody, the upper end of the mean is that of Poisson's (−log(1 − level) / n).

    Raises
    ------
    InputError
        For a missing column or value, counts that are none, or a customer who stands twice.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"told": rng.negative_binomial(2.5, 2.5 / 13.5, 3000)})
    >>> found = told_table(seen, had_problem=None, customer=None)
    >>> found[["n", "mean", "lower", "upper", "median", "shape", "told_20"]].round(2)
          n   mean  lower  upper  median  shape  told_20
    0  3000  10.88  10.61  11.15     9.0   2.63     0.13
    """
    between("level", level, 0, 1, open_ends=True)
    answers.once(data, customer)
    columns = {"told": Column(told, "whole", 0, 10**9)}
    if by is not None:
        columns["group"] = Column(by, "group")
    seen = take(answers.having(data, had_problem), **columns)
    if by is None:
        seen = seen.assign(group=answers.ALL)
    found = []
    for name, part in seen.groupby("group", observed=True, sort=True):
        count = part["told"].to_numpy(float)
        lower, upper = _mean_ends(count, level)
        shape = _shape(count)
        found.append(
            {
                "group": name,
                "n": len(count),
                "mean": count.mean(),
                "lower": lower,
                "upper": upper,
                "median": float(np.median(count)),
                "shape": shape,
                "told_nobody": float((count == 0).mean()),
                "told_20": float((count >= MANY).mean()),
                "fitted_20": tail(count.mean(), shape, MANY),
            }
        )
    return pd.DataFrame(found)


def tail(mean: float, shape: float, many: int = MANY) -> float:
    """Return the probability that a negative binomial number is at least so large.

    Examples
    --------
    >>> round(tail(11, 2.5), 3)
    0.131
    """
    from scipy.stats import nbinom, poisson

    if mean == 0:
        return 0.0
    if not np.isfinite(shape):
        return float(poisson.sf(many - 1, mean))
    return float(nbinom.sf(many - 1, shape, shape / (shape + mean)))


def _mean_ends(count: Array, level: float) -> tuple[float, float]:
    """Return the ends of the interval of a mean, on the scale of its logarithm."""
    from scipy.stats import t

    n, mean = len(count), float(count.mean())
    if mean == 0:
        return 0.0, float(-np.log1p(-level) / n)
    if n == 1:
        return 0.0, np.inf
    variance = max(float(count.var(ddof=1)), mean / n)
    reach = float(t.ppf((1 + level) / 2, n - 1)) * np.sqrt(variance / n) / mean
    return mean * float(np.exp(-reach)), mean * float(np.exp(min(reach, 700.0)))


def _shape(count: Array) -> float:
    """Return the shape of largest likelihood, given the mean, which is the sample's."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import nbinom

    mean = float(count.mean())
    if mean == 0:
        return float("nan")
    if len(count) < 2 or count.var() <= mean:
        return float("inf")
    values, times = np.unique(count, return_counts=True)

    def minus(log_shape: float) -> float:
        k = np.exp(log_shape)
        return -float(times @ nbinom.logpmf(values, k, k / (k + mean)))

    found = minimize_scalar(minus, bounds=(np.log(SMALL), np.log(LARGE)), method="bounded")
    if not found.success:
        raise InputError("The shape of the counts cannot be fitted; look at their histogram.")
    return float(np.exp(found.x))
