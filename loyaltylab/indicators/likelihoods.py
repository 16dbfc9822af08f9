"""Likelihoods of the NBD and of the Dirichlet-multinomial, from histograms of counts."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import NamedTuple

import numpy as np

from loyaltylab.base.stats import Array
from loyaltylab.lifetime.maximum import Maximum, maximise

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
