"""How concentrated a family of customers is: Pareto, gamma, and counts of purchases (NBD)."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from loyaltylab.base.stats import Array

MOST, RARE = 1e12, 1e-14
"""Most purchases that are looked for in one customer, and a share of customers that is none."""


class Pareto(NamedTuple):
    """Values above a minimum with ``P(V > v) = (minimum / v)^exponent``.

    Examples
    --------
    >>> family = Pareto(np.log(5) / np.log(4))
    >>> round(float(family.held(np.array(0.2))), 3), round(family.holders(0.8), 3)
    (0.8, 0.2)
    """

    exponent: float

    def held(self, share: Array) -> Array:
        """Return the share of the value that the largest share of customers hold."""
        return np.asarray(share ** (1 - 1 / self.exponent))

    def holders(self, hold: float) -> float:
        """Return the smallest share of customers that hold a share of the value."""
        return float(hold ** (self.exponent / (self.exponent - 1)))

    def gini(self) -> float:
        """Return the Gini coefficient, ``1 / (2·exponent − 1)``."""
        return 1 / (2 * self.exponent - 1)


class Gamma(NamedTuple):
    """Rates that are gamma distributed over customers: what they buy in the long run.

    Examples
    --------
    >>> round(float(Gamma(1.0).held(np.array(0.2))), 3), round(Gamma(1.0).gini(), 3)
    (0.522, 0.5)
    """

    shape: float

    def held(self, share: Array) -> Array:
        """Return the share of the value that the largest share of customers hold."""
        from scipy.special import gammaincc, gammainccinv

        return np.asarray(gammaincc(self.shape + 1, gammainccinv(self.shape, share)))

    def holders(self, hold: float) -> float:
        """Return the smallest share of customers that hold a share of the value."""
        from scipy.special import gammaincc, gammainccinv

        limit = float(gammainccinv(self.shape + 1, hold))
        return float(gammaincc(float(self.shape), limit))

    def gini(self) -> float:
        """Return the Gini coefficient, ``1 / (k·B(k, ½))``."""
        from scipy.special import betaln

        return float(np.exp(-np.log(self.shape) - betaln(float(self.shape), 0.5)))


class Counts(NamedTuple):
    """Purchases in a window: Poisson around gamma rates, that is negative binomial (NBD).

    Those with at least t purchases are a share ``I_q(t, k)`` of all customers, and hold
    ``I_q(t − 1, k + 1)`` of all purchases, with ``q = mean / (mean + k)`` and the regularised
    beta function I; between two counts a part of the customers of one count is taken.

    Examples
    --------
    >>> few, many = Counts(1.0, 1.0, buyers=False), Counts(1.0, 1e4, buyers=False)
    >>> [round(float(f.held(np.array(0.2))), 3) for f in (few, many)]
    [0.65, 0.522]
    """

    shape: float
    mean: float
    buyers: bool

    def at_least(self, t: Array) -> Array:
        """Return the share of all customers with at least t purchases."""
        from scipy.special import betainc

        found = betainc(np.maximum(t, 1.0), float(self.shape), self._q)
        return np.where(t < 1, 1.0, found)

    def bought(self, t: Array) -> Array:
        """Return the share of all purchases by those with at least t of them."""
        from scipy.special import betainc

        found = betainc(np.maximum(t - 1, 1.0), float(self.shape) + 1, self._q)
        return np.where(t < 2, 1.0, found)

    @property
    def _q(self) -> float:
        return float(self.mean / (self.mean + self.shape))

    @property
    def base(self) -> float:
        """Share of all customers that is counted: those who bought, or all."""
        return float(self.at_least(np.array(1.0))) if self.buyers else 1.0

    def held(self, share: Array) -> Array:
        """Return the share of the purchases that the largest share of customers made."""
        customers, purchases = _curve(self.shape, self.mean)
        return np.asarray(np.interp(np.asarray(share) * self.base, customers, purchases))

    def holders(self, hold: float) -> float:
        """Return the smallest share of customers who made a share of the purchases."""
        customers, purchases = _curve(self.shape, self.mean)
        return float(np.interp(hold, purchases, customers)) / self.base

    def gini(self) -> float:
        """Return the Gini coefficient, from the area under the curve."""
        customers, purchases = _curve(self.shape, self.mean)
        inside = customers <= self.base
        area = float(np.trapezoid(purchases[inside], customers[inside]))
        return 2 * area / self.base - 1


@functools.lru_cache(maxsize=8)
def _curve(shape: float, mean: float) -> tuple[Array, Array]:
    """Return shares of customers and of purchases at counts from the largest on.

    Every count to 200 is there, and larger ones in steps of a few percent, between which the
    curve is all but straight.
    """
    counts = Counts(shape, mean, buyers=False)
    low, high = 1.0, MOST
    while high > 1.01 * low:
        middle = np.sqrt(low * high)
        rare = float(counts.at_least(np.array(np.ceil(middle)))) < RARE
        low, high = (low, middle) if rare else (middle, high)
    steps = np.append(np.arange(1, 201), np.rint(np.geomspace(1, max(high, 2), 800)))
    t = np.unique(steps)[::-1]
    customers, purchases = counts.at_least(t), counts.bought(t)
    return np.concatenate([[0], customers, [1]]), np.concatenate([[0], purchases, [1]])
