"""What the NBD-Dirichlet says of a brand, and its likelihoods from histograms of counts."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array
from loyaltylab.lifetime.maximum import Maximum, maximise

EDGE = 42.0
"""Logit beyond which nothing is left: exp(-42) is below 1e-18."""

LEAST = 1e-12
"""Smallest parameter of a beta distribution that the special functions can count with."""


class Theory(NamedTuple):
    """Per brand: share of the panel that buys it, and sums per head of the panel.

    ``category`` are category purchases of the brand's buyers, ``sole`` is the share who buy it
    and nothing else; ``purchases`` of the brand.
    """

    penetration: Array
    purchases: Array
    category: Array
    sole: Array


def dirichlet(shares: npt.ArrayLike, s: float, rate: float, shape: float) -> Theory:
    """Return the theory of brands with these shares of a market.

    A customer's category purchases are Poisson with a gamma rate (mean ``rate``, ``shape``),
    and each goes to brand j with his own probability p, which over customers is
    beta(α, S − α) with α = S · share. Given p he buys none of the brand with the probability
    ``g(p) = (1 + rate p / shape)^-shape``. All that is wanted are means of functions h of p
    with h(0) = 0, and those are ``∫ h'(p) P(preference > p) dp``, taken over the logit of p
    by the trapezoid rule: exact to rounding for smooth integrands that vanish at both ends.
    """
    from scipy.special import betainc, betaincc, expit

    share = np.asarray(shares, float)[:, None]
    alpha = np.maximum(s * share, LEAST)
    small = np.minimum(s * share / LEAST, 1.0)[:, 0]  # below it all is in proportion to alpha
    rest = np.maximum(s * (1 - share), 1e-12)
    m = rate / shape
    step = min(0.1, 1 / np.sqrt(s))
    y = np.arange(-EDGE - max(np.log(max(m, 1)), np.log1p(s)), EDGE, step)
    p, q = expit(y), expit(-y)
    weight = step * p * q
    slope = rate * np.exp(-(shape + 1) * np.log1p(m * p))  # of 1 - g
    more = betaincc(alpha, rest, p)  # share of customers whose preference exceeds p
    other = slope * q * (shape + 1) * m / (1 + m * p)
    penetration = small * (weight * slope * more).sum(axis=1)
    category = small * (weight * (slope + other) * more).sum(axis=1)
    sole = small * (weight * slope * betainc(rest, alpha, p)).sum(axis=1)
    return Theory(penetration, rate * share[:, 0], category, sole)


NBD = ("rate", "shape")


class Histogram(NamedTuple):
    """Different values and how many customers have each."""

    value: Array
    customers: Array

    @classmethod
    def of(cls, counts: Array) -> Histogram:
        """Count the customers by value."""
        value, customers = np.unique(counts, return_counts=True)
        return cls(value.astype(float), customers.astype(float))


def fit_nbd(counts: Array, zeros: int) -> Maximum:
    """Fit rate and shape to purchases per customer; ``zeros`` more customers bought nothing.

    The covariance is the robust one (White 1982), for real counts are never quite NBD.
    """
    held = Histogram.of(np.append(counts, 0.0))
    held.customers[0] += zeros - 1
    n = float(held.customers.sum())
    mean = float(held.value @ held.customers) / n
    spread = float((held.value - mean) ** 2 @ held.customers) / n
    shape = mean**2 / max(spread - mean, 0.01 * mean)
    found = maximise(partial(_nbd, held), NBD, [(mean, shape), (mean, 1.0)], n)
    rate, k = found.values
    x = held.value
    score = np.stack([x / rate - (k + x) / (k + rate), _by_shape(x, rate, k)], axis=1)
    return robust(found, score * np.sqrt(held.customers)[:, None])


def _by_shape(x: Array, rate: float, k: float) -> Array:
    """Derivative of the log-likelihood of each count by the shape."""
    from scipy.special import digamma

    slope = digamma(k + x) - digamma(k) + np.log(k / (k + rate)) + 1 - (k + x) / (k + rate)
    return np.asarray(slope)


def _nbd(held: Histogram, values: Array) -> tuple[float, Array, Array]:
    from scipy.special import gammaln, polygamma

    rate, k = values
    x, c = held
    both = k + rate
    log = gammaln(k + x) - gammaln(k) - gammaln(x + 1) + k * np.log(k / both)
    log = log + x * np.log(rate / both)
    by_rate = x / rate - (k + x) / both
    rate2 = -x / rate**2 + (k + x) / both**2
    mixed = -1 / both + (k + x) / both**2
    shape2 = polygamma(1, k + x) - polygamma(1, k) + 1 / k - 2 / both + (k + x) / both**2
    hessian = np.array([[c @ rate2, c @ mixed], [c @ mixed, c @ shape2]])
    return float(c @ log), np.array([c @ by_rate, c @ _by_shape(x, rate, k)]), hessian


def fit_alphas(table: Array, names: tuple[str, ...]) -> Maximum:
    """Fit the alphas of the Dirichlet to a table of customers by brands.

    The likelihood needs no more than how many customers bought each brand 0, 1, 2, … times, so
    its cost does not grow with the panel; the robust covariance (White 1982) looks at each once.
    """
    bought = table.sum(axis=1)
    brands = [Histogram.of(column) for column in table.T]
    total = Histogram.of(bought)
    share = table.sum(axis=0) / table.sum()
    starts = [share * s for s in (1.0, 0.2, 5.0, 30.0)]
    found = maximise(partial(_alphas, brands, total), names, starts, float(len(table)))
    score = _digammas(found.values, table) + _falls(found.values.sum(), bought)[:, None]
    return robust(found, score)


def _digammas(alphas: Array, table: Array) -> Array:
    from scipy.special import digamma

    score = np.empty_like(table)
    for j, alpha in enumerate(alphas):  # few different counts, many customers
        value, where = np.unique(table[:, j], return_inverse=True)
        score[:, j] = (digamma(alpha + value) - digamma(alpha))[where]
    return score


def _falls(s: float, bought: Array) -> Array:
    from scipy.special import digamma

    return np.asarray(digamma(s) - digamma(s + bought))


def _alphas(brands: list[Histogram], total: Histogram, alphas: Array) -> tuple[float, Array, Array]:
    from scipy.special import digamma, gammaln, polygamma

    s = float(alphas.sum())
    n, c = total
    log = c @ (gammaln(s) - gammaln(s + n))
    slope = c @ (digamma(s) - digamma(s + n))
    curve = float(c @ (polygamma(1, s) - polygamma(1, s + n)))
    gradient, hessian = np.full(len(alphas), slope), np.full((len(alphas),) * 2, curve)
    for j, (held, alpha) in enumerate(zip(brands, alphas, strict=True)):
        x, k = held
        log += k @ (gammaln(alpha + x) - gammaln(alpha))
        gradient[j] += k @ (digamma(alpha + x) - digamma(alpha))
        hessian[j, j] += k @ (polygamma(1, alpha + x) - polygamma(1, alpha))
    return float(log), gradient, hessian


def robust(found: Maximum, score: Array) -> Maximum:
    """Return the estimates with the sandwich covariance of the logs (White 1982).

    ``score`` holds each customer's derivatives by the parameters themselves.
    """
    logs = score * found.values
    return dataclasses.replace(
        found, covariance=found.covariance @ (logs.T @ logs) @ found.covariance
    )
