"""Shapes of a hazard: what share is still there, by two numbers or by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from loyaltylab.base.stats import Array
from loyaltylab.lifetime.maximum import normal, power

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

FAR = 600.0
"""Size of an exponent beyond which a number is as good as infinite."""
STEP = 1e-4


class Family(NamedTuple):
    """A lifetime distribution: its parameters, and the log of the share still there.

    ``signed`` parameters may be of either sign; the others are searched in their logarithms.

    Examples
    --------
    >>> float(FAMILIES["exponential"].log_survival(np.array([2.0]), np.array([4.0]))[0])
    -0.5
    """

    name: str
    parameters: tuple[str, ...]
    log_survival: Callable[[Array, Array], Array]
    log_density: Callable[[Array, Array], Array]
    scipy: str | None = None
    signed: tuple[str, ...] = ()

    def natural(self, theta: Array) -> Array:
        """Return the parameters from what is searched."""
        flags = np.array([p in self.signed for p in self.parameters])
        return np.where(flags, theta, np.exp(np.clip(theta, -FAR, FAR)))


def _evaluate(name: str, method: str, time: Array, values: Array) -> Array:
    from scipy import stats

    *shape, scale = values  # a frozen distribution would be built anew at every step of a search
    return np.asarray(getattr(getattr(stats, name), method)(time, *shape, scale=scale))


def _of_scipy(name: str, title: str, parameters: tuple[str, ...]) -> Family:
    """Take a family of scipy: shape first, scale last, from tenure 0 on."""
    return Family(
        title,
        parameters,
        lambda t, v: _evaluate(name, "logsf", t, v),
        lambda t, v: _evaluate(name, "logpdf", t, v),
        name,
    )


def _gompertz(time: Array, values: Array) -> Array:
    """Return −∫ rate·e^{slope·s} ds, also for a slope near or below 0."""
    rate, slope = values
    grown = np.clip(slope * time, -FAR, FAR)
    small = np.abs(grown) < 1e-8
    inner = np.where(small, 1 + grown / 2, np.expm1(grown) / np.where(small, 1.0, grown))
    return np.asarray(-rate * time * inner)


def _gompertz_density(time: Array, values: Array) -> Array:
    rate, slope = values
    return np.asarray(np.log(rate) + slope * time + _gompertz(time, values))


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        _of_scipy("expon", "exponential", ("scale",)),
        _of_scipy("weibull_min", "weibull", ("shape", "scale")),
        _of_scipy("lognorm", "lognormal", ("sigma", "scale")),
        _of_scipy("fisk", "loglogistic", ("shape", "scale")),
        Family("gompertz", ("rate", "slope"), _gompertz, _gompertz_density, signed=("slope",)),
    )
}
"""By name. A Gompertz hazard ``rate · e^{slope·t}`` may fall: then some never leave."""


@dataclass(frozen=True)
class OneFit:
    """One family at the maximum of its likelihood.

    ``theta`` is what was searched (logs of the parameters that are above 0), ``covariance`` the
    inverse of the observed information.

    Examples
    --------
    >>> found = OneFit(FAMILIES["exponential"], np.log([4.0]), np.eye(1), -10.0, None)
    >>> found.values.tolist()
    [4.0]
    """

    family: Family
    theta: Array
    covariance: Array
    log_likelihood: float
    result: OptimizeResult | None

    @property
    def values(self) -> Array:
        """The parameters themselves."""
        return np.asarray(np.round(self.family.natural(self.theta), 12))

    def ends(self, level: float) -> tuple[Array, Array]:
        """Return the ends of the intervals of the parameters (Wald, on the searched scale)."""
        far = normal(level) * np.sqrt(np.diag(self.covariance))
        return self.family.natural(self.theta - far), self.family.natural(self.theta + far)

    def hazard(self, period: Array, theta: Array | None = None) -> Array:
        """Return the share of those there at a period's start who leave in it."""
        values = self.family.natural(self.theta if theta is None else theta)
        alive = self.family.log_survival(period, values)
        before = self.family.log_survival(period - 1, values)
        return np.asarray(-np.expm1(np.minimum(alive - before, 0.0)))

    def band(self, period: Array, level: float) -> tuple[Array, Array]:
        """Return the ends of the intervals of the hazard (delta method, on ``ln(−ln(1 − h))``)."""
        slopes = []
        for step in STEP * np.eye(len(self.theta)):
            up, down = (self._cloglog(period, self.theta + s) for s in (step, -step))
            slopes.append((up - down) / (2 * STEP))
        error = np.sqrt(np.einsum("it,ij,jt->t", slopes, self.covariance, slopes))
        middle, far = self._cloglog(period, self.theta), normal(level) * error
        lower, upper = (-np.expm1(-power(middle + s)) for s in (-far, far))
        return np.asarray(lower), np.asarray(upper)

    def _cloglog(self, period: Array, theta: Array) -> Array:
        return np.asarray(
            np.log(-np.log1p(-np.clip(self.hazard(period, theta), 1e-300, 1 - 1e-16)))
        )
