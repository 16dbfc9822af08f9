"""Maximum likelihood in the logarithms of positive parameters, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import between

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

Array = npt.NDArray[np.float64]
Likelihood = Callable[[Array], tuple[float, Array, Array]]
"""From natural parameters to log-likelihood, gradient and Hessian."""

FAR = 35.0  # logs beyond which a parameter is at no finite value
WEAK = 1.5  # standard error of a log beyond which the interval spans a factor of 20 each way
LEAST = 1e-4  # information below which a direction counts as unknown
STEP = 1e-4


@dataclass(frozen=True)
class Maximum:
    """Maximum of a likelihood: logs of the parameters, their covariance, and the search.

    The covariance is the inverse of the observed information at the maximum. A direction
    about which the data say nothing has a standard error of 100 on the log scale, so that
    its interval covers everything.
    """

    names: tuple[str, ...]
    logs: Array
    covariance: Array
    log_likelihood: float
    n: float
    result: OptimizeResult

    @property
    def values(self) -> Array:
        """The estimates themselves."""
        return np.exp(self.logs)

    @property
    def errors(self) -> Array:
        """Standard errors of the logs."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def weak(self) -> tuple[str, ...]:
        """Names of the parameters that the data hardly identify."""
        return tuple(n for n, e in zip(self.names, self.errors, strict=True) if e > WEAK)

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per parameter; the interval is built on the log scale (Wald)."""
        z = normal(level)
        values, errors = self.values, self.errors
        return pd.DataFrame(
            {
                "parameter": self.names,
                "estimate": values,
                "standard_error": values * errors,
                "lower": power(self.logs - z * errors),
                "upper": power(self.logs + z * errors),
                "n": int(self.n) if self.n % 1 == 0 else self.n,
                "identified": errors <= WEAK,
            }
        )

    def spread(self, function: Callable[[Array], Array]) -> tuple[Array, Array]:
        """Return a function of the parameters and its standard error (delta method).

        The slopes are central differences in the logs of the parameters; where the function
        is infinite its standard error is 0.
        """
        centre = np.atleast_1d(function(self.values))
        slopes = np.empty((len(self.logs), *centre.shape))
        for i in range(len(self.logs)):
            step = np.zeros(len(self.logs))
            step[i] = STEP
            with np.errstate(invalid="ignore"):  # infinite less infinite
                up, down = (function(np.exp(self.logs + s)) for s in (step, -step))
                slopes[i] = (up - down) / (2 * STEP)
        slopes = np.where(np.isfinite(centre), slopes, 0.0)
        variance = np.einsum("i...,ij,j...->...", slopes, self.covariance, slopes)
        return centre, np.sqrt(np.maximum(variance, 0.0))


def maximise(
    likelihood: Likelihood, names: Sequence[str], starts: Sequence[Sequence[float]], n: float
) -> Maximum:
    """Maximise a log-likelihood over positive parameters by Newton steps in a trust region.

    The first start that converges is taken; the others are tried only when it does not.

    Parameters
    ----------
    likelihood
        Natural parameters in; log-likelihood, gradient and Hessian out.
    names
        Of the parameters, for tables and sentences.
    starts
        Values to begin from, best guess first.
    n
        Number of customers; the search works on the mean log-likelihood.
    """
    from scipy import optimize

    minimize: Any = optimize.minimize  # too many overloads for a type checker
    memory: dict[bytes, tuple[float, Array, Array]] = {}

    def at(logs: Array) -> tuple[float, Array, Array]:
        key = logs.tobytes()
        if key not in memory:
            memory.clear()
            memory[key] = _in_logs(likelihood, logs, n)
        return memory[key]

    options = {"gtol": 1e-7, "max_trust_radius": 4.0, "maxiter": 300}
    for start in starts:
        result = minimize(
            lambda v: at(v)[0],
            np.log(np.asarray(start, dtype=np.float64)),
            method="trust-exact",
            jac=lambda v: at(v)[1],
            hess=lambda v: at(v)[2],
            options=options,
        )
        if result.success or float(np.abs(result.jac).max()) < 1e-6:
            break
    else:
        raise InputError(
            f"The likelihood of {', '.join(names)} has no maximum that could be found"
            f" ({result.nit} steps); check that the data follow the model, or use more of them."
        )
    information = n * at(result.x)[2]
    roots, axes = np.linalg.eigh(information)
    covariance = (axes / np.maximum(roots, LEAST)) @ axes.T
    return Maximum(tuple(names), result.x, covariance, -n * float(result.fun), n, result)


def _in_logs(likelihood: Likelihood, logs: Array, n: float) -> tuple[float, Array, Array]:
    """Turn a log-likelihood into the mean loss in the logs of the parameters."""
    size = len(logs)
    if np.abs(logs).max() > FAR:
        return np.inf, np.zeros(size), np.eye(size)
    values = np.exp(logs)
    total, gradient, hessian = likelihood(values)
    slope = values * gradient
    curve = values[:, None] * hessian * values + np.diag(slope)
    return -total / n, -slope / n, -curve / n


def normal(level: float) -> float:
    """Return the normal quantile of a two-sided interval.

    Examples
    --------
    >>> round(normal(0.95), 2)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri((1 + between("level", level, 0, 1, open_ends=True)) / 2))


def power(logs: Any) -> Array:
    """Return ``exp`` of logs, the largest of which stay finite.

    Examples
    --------
    >>> power(np.array([0.0, 1e9])).tolist()[0]
    1.0
    """
    return np.asarray(np.exp(np.clip(logs, -700, 700)))
