"""Differences and ratios of differences in which all rows of a customer belong together."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array
from loyaltylab.curve.clusters import reach


class Estimate(NamedTuple):
    """An estimate with its interval and the customers behind it.

    Examples
    --------
    >>> Estimate(0.2, 0.1, 0.3, 50).customers
    50
    """

    estimate: float
    lower: float
    upper: float
    customers: int


def dummies(*groups: Any, rows: int) -> Array:
    """Return a constant and one column for each further value of each group.

    Examples
    --------
    >>> dummies(["a", "b", "a"], rows=3).tolist()
    [[1.0, 0.0], [1.0, 1.0], [1.0, 0.0]]
    """
    made = [np.ones((rows, 1))]
    for group in groups:
        made.append(pd.get_dummies(pd.Series(list(group)), drop_first=True, dtype=float).to_numpy())
    return np.hstack(made)


def difference(
    outcome: Any, flag: Any, controls: Array, codes: npt.NDArray[Any], level: float
) -> Estimate:
    """Return the mean outcome with the flag less that without it, given the controls.

    Least squares with errors clustered by customer and t with one degree of freedom less than
    there are customers.

    Examples
    --------
    >>> found = difference([1, 3, 2, 6], [0, 0, 1, 1], np.ones((4, 1)), np.arange(4), 0.95)
    >>> round(found.estimate, 3), found.customers
    (2.0, 4)
    """
    import statsmodels.api as sm

    matrix = np.column_stack([np.asarray(flag, float), controls])
    model = sm.OLS(np.asarray(outcome, float), matrix)
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    return _of(float(fit.params[0]), _error(fit), codes, level)


def poisson_ratio(
    outcome: Any, flag: Any, controls: Array, codes: npt.NDArray[Any], level: float
) -> Estimate:
    """Return the ratio of mean counts, with the flag over without it, given the controls.

    Poisson regression (log link) with errors clustered by customer; it needs no Poisson counts,
    only that means multiply.

    Examples
    --------
    >>> found = poisson_ratio([1, 3, 2, 6], [0, 0, 1, 1], np.ones((4, 1)), np.arange(4), 0.95)
    >>> round(found.estimate, 3)
    2.0
    """
    import statsmodels.api as sm

    matrix = np.column_stack([np.asarray(flag, float), controls])
    model = sm.GLM(np.asarray(outcome, float), matrix, family=sm.families.Poisson())
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    found = _of(float(fit.params[0]), _error(fit), codes, level)
    ratio, low, high = (math.exp(min(v, 700.0)) for v in found[:3])
    return Estimate(ratio, low, high, found.customers)


class Instrumented(NamedTuple):
    """A ratio of two effects of the same lot, with its interval.

    Examples
    --------
    >>> Instrumented(0.2, 0.1, 0.3, 50, 80.0).first_stage
    80.0
    """

    estimate: float
    lower: float
    upper: float
    customers: int
    first_stage: float


def instrumented(
    outcome: Any,
    treated: Any,
    lot: Any,
    controls: Array,
    codes: npt.NDArray[Any],
    level: float,
) -> Instrumented:
    """Return the effect of being treated, where a lot moves who is treated (Wald 1940; 2SLS).

    The lot's effect on the outcome over its effect on the treatment, given the controls. The
    interval is that of Anderson & Rubin (1949): all values b for which the lot has no effect on
    ``outcome − b · treated``, errors clustered by customer. It holds for a weak lot too; where it
    has no end it is infinite. ``first_stage`` is F of the lot's effect on the treatment.

    Examples
    --------
    >>> lot = np.repeat([0.0, 1.0], 4)
    >>> treated = np.array([0, 0, 0, 1, 0, 1, 1, 1.0])
    >>> found = instrumented(
    ...     [1, 2, 1, 4, 1, 4, 3, 4], treated, lot, np.ones((8, 1)), np.arange(8), 0.95)
    >>> round(found.estimate, 3)
    2.0
    """
    import statsmodels.api as sm

    values = np.column_stack([outcome, treated, lot]).astype(float)
    y, x, z = (values - sm.OLS(values, controls).fit().fittedvalues).T
    sums = np.stack([np.bincount(codes, weights=z * v) for v in (y, x)])
    (a, b), n, groups = sums.sum(axis=1).tolist(), len(y), sums.shape[1]
    if abs(b) <= 1e-12 * n:
        raise InputError(
            "The lot moves nobody: as many are treated with it as without it, so that nothing"
            " follows for the effect; check the two columns."
        )
    # (a − βb)² ≤ q · Σ(a_g − βb_g)² is a quadratic inequality in β
    factor = groups / (groups - 1) * (n - 1) / (n - controls.shape[1] - 1)
    q = float(reach(level, groups)) ** 2 * factor
    second = b**2 - q * float((sums[1] ** 2).sum())
    first = -2 * (a * b - q * float((sums[0] * sums[1]).sum()))
    none = a**2 - q * float((sums[0] ** 2).sum())
    stage = difference(treated, lot, controls, codes, level)
    reached = (stage.upper - stage.lower) / 2 / float(reach(level, groups))
    sure = reached <= 1e-9 * abs(stage.estimate)  # all who were drawn joined, and nobody else
    strength = math.inf if sure else (stage.estimate / reached) ** 2
    root = first**2 - 4 * second * none
    if second <= 0:  # the lot's effect on the treatment may be none
        return Instrumented(a / b, -math.inf, math.inf, groups, strength)
    half = math.sqrt(max(root, 0.0)) / (2 * second)
    middle = -first / (2 * second)
    return Instrumented(a / b, middle - half, middle + half, groups, strength)


def _error(fit: Any) -> float:
    return math.sqrt(max(float(fit.cov_params()[0, 0]), 0.0))


def _of(value: float, error: float, codes: npt.NDArray[Any], level: float) -> Estimate:
    groups = int(codes.max()) + 1
    far = float(reach(level, groups)) * error
    return Estimate(value, value - far, value + far, groups)
