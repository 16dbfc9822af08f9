"""The gamma-gamma model itself: its likelihood, its forecast and its exact simulator.

The amounts of a customer are gamma distributed with shape p and his own rate; the rates are
gamma distributed over customers, with shape q and rate gamma (Colombo & Jiang 1999).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import generator, positive, whole
from loyaltylab.lifetime.maximum import Array

NAMES = ("p", "q", "gamma")
MAX_CUSTOMERS = 20_000_000


def expected_amount(parameters: Array, x: Array, own: Array) -> Array:
    """Return the expected mean amount of customers, given x purchases of mean ``own``."""
    p, q, scale = parameters
    return np.asarray(p * (scale + np.where(x > 0, x * own, 0.0)) / (p * x + q - 1))


def share_below(parameters: Array, x: Array, amounts: Array) -> Array:
    """Return the share of customers whose mean amount is below each of some amounts.

    Examples
    --------
    >>> share_below(np.array([6.0, 4.0, 18.0]), np.array([1.0, 3.0]), np.array([36.0])).round(2)
    array([0.65])
    """
    from scipy.special import betainc

    p, q, scale = parameters
    often, counts = np.unique(x, return_counts=True)
    paid = often * amounts[:, None]
    return np.asarray(betainc(p * often, q, paid / (paid + scale)) @ (counts / len(x)))


def likelihood(x: Array, own: Array, parameters: Array) -> tuple[float, Array, Array]:
    """Return log-likelihood, gradient and Hessian in p, q, gamma (Fader & Hardie 2013, 1a)."""
    from scipy.special import gammaln, polygamma, psi

    p, q, scale = parameters
    often, place = np.unique(x, return_inverse=True)
    total = scale + x * own
    value = (gammaln(p * often + q) - gammaln(p * often) - gammaln(q))[place]
    logs = np.log(x * own) - np.log(total)
    value = value + q * np.log(scale / total) + p * x * logs - np.log(own)
    gradient = [
        (often * (psi(p * often + q) - psi(p * often)))[place] + x * logs,
        (psi(p * often + q) - psi(q))[place] + np.log(scale / total),
        q / scale - (p * x + q) / total,
    ]
    both, alone = polygamma(1, p * often + q), polygamma(1, p * often)
    hessian = np.empty((3, 3))
    hessian[0, 0] = np.sum((often**2 * (both - alone))[place])
    hessian[0, 1] = np.sum((often * both)[place])
    hessian[1, 1] = np.sum((both - polygamma(1, q))[place])
    hessian[0, 2] = -np.sum(x / total)
    hessian[1, 2] = np.sum(1 / scale - 1 / total)
    hessian[2, 2] = np.sum((p * x + q) / total**2) - len(x) * q / scale**2
    slopes = np.array([g.sum() for g in gradient])
    return float(value.sum()), slopes, np.triu(hessian) + np.triu(hessian, 1).T


def simulate_gamma_gamma(
    customers: int,
    *,
    p: float = 6.0,
    q: float = 4.0,
    gamma: float = 18.0,
    x: Any = None,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw customers of the gamma-gamma model, exact in distribution.

    Parameters
    ----------
    customers
        How many, up to 20,000,000.
    p
        Shape of the amounts of one customer.
    q, gamma
        Shape and rate of the distribution of the customers' own rates.
    x
        Repeat purchases, one number per customer; None draws 1 + Poisson(2).
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``x, mean_amount`` (0 where x is 0), and the truth: ``true_mean``.

    Examples
    --------
    >>> simulate_gamma_gamma(2, seed=1).round(1)
       x  mean_amount  true_mean
    0  3         39.1       39.5
    1  3         20.1       24.5
    """
    n = whole("customers", customers, 1, MAX_CUSTOMERS)
    p, q, gamma = (positive(name, v) for name, v in zip(NAMES, (p, q, gamma), strict=True))
    rng = generator(seed)
    often = rng.poisson(2, n) + 1 if x is None else np.asarray(x)
    if often.shape != (n,) or often.dtype.kind not in "iu" or often.min() < 0:
        raise InputError(f"x must be {n:,} whole numbers >= 0, not {shown(x)}.")
    rate = rng.gamma(q, 1 / gamma, n)
    total = rng.gamma(np.maximum(p * often, 1e-9)) / rate
    own = np.where(often > 0, total / np.maximum(often, 1), 0.0)
    return pd.DataFrame({"x": often, "mean_amount": own, "true_mean": p / rate})
