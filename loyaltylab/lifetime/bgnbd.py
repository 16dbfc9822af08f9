"""The BG/NBD model itself: its likelihood, its forecasts and its exact simulator.

A customer buys at his own rate and, after each purchase, drops out with his own probability;
rates are gamma over customers, probabilities beta (Fader, Hardie & Lee 2005). Parameters
stand in the order r, alpha (shape and rate of the gamma), a, b (of the beta).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between, generator, positive, whole
from loyaltylab.lifetime.histories import Histories
from loyaltylab.lifetime.maximum import Array

NAMES = ("r", "alpha", "a", "b")
MAX_CUSTOMERS = 20_000_000
NUDGE = 1e-4  # distance from a pole that is left to its neighbours
LARGE = 1e3  # shape of a beta distribution beyond which all customers are nearly alike


def likelihood(data: Histories, parameters: Array) -> tuple[float, Array, Array]:
    """Return log-likelihood, gradient and Hessian in r, alpha, a, b.

    A history contributes ``ln Γ(r+x)/Γ(r) + ln B(a,b+x)/B(a,b) + r ln α
    − (r+x) ln(α+T) + ln(1 + e^u)`` where ``u = ln a/(b+x−1) + (r+x) ln (α+T)/(α+t_x)`` is
    the log-odds of having dropped out; without a repeat purchase the last term is missing.
    """
    r, alpha, a, b = (float(v) for v in parameters)
    j = np.arange(len(data.more))
    more, x, w = data.more, data.x, data.weight
    shifted = alpha + data.times
    logs, inverse = np.log(shifted), 1 / shifted
    exponent = r * data.at_age + data.bought
    value = (
        more @ (np.log(r + j) - np.log1p(a / (b + j)))
        + data.n * r * np.log(alpha)
        - exponent @ logs
    )
    gradient = np.array(
        [
            more @ (1 / (r + j)) + data.n * np.log(alpha) - data.at_age @ logs,
            data.n * r / alpha - exponent @ inverse,
            -more @ (1 / (a + b + j)),
            more @ (1 / (b + j) - 1 / (a + b + j)),
        ]
    )
    hessian = np.zeros((4, 4))
    hessian[0, 0] = -more @ (r + j) ** -2.0
    hessian[0, 1] = data.n / alpha - data.at_age @ inverse
    hessian[1, 1] = -data.n * r / alpha**2 + exponent @ inverse**2
    hessian[2, 2] = hessian[2, 3] = more @ (a + b + j) ** -2.0
    hessian[3, 3] = more @ ((a + b + j) ** -2.0 - (b + j) ** -2.0)

    rate, before = r + x, b + x - 1
    apart = logs[data.age] - logs[data.recency]
    slope = inverse[data.age] - inverse[data.recency]
    u = np.log(a) - np.log(before) + rate * apart
    tail = np.exp(-np.abs(u))
    value += w @ (np.maximum(u, 0) + np.log1p(tail))
    gone = w * np.where(u >= 0, 1.0, tail) / (1 + tail)
    turn = gone * np.where(u >= 0, tail, 1.0) / (1 + tail)
    to = (apart, rate * slope, 1 / a, -1 / before)
    for i, di in enumerate(to):
        gradient[i] += np.sum(gone * di)
        scaled = turn * di
        for k in range(i, 4):
            hessian[i, k] += np.sum(scaled * to[k])
    hessian[0, 1] += gone @ slope
    bend = inverse[data.recency] ** 2 - inverse[data.age] ** 2
    hessian[1, 1] += gone @ (rate * bend)
    hessian[2, 2] -= gone.sum() / a**2
    hessian[3, 3] += gone @ before**-2.0
    return float(value), gradient, np.triu(hessian) + np.triu(hessian, 1).T


def starts(data: Histories) -> list[tuple[float, float, float, float]]:
    """Return values to begin from: the observed rate, and dropout from rare to frequent."""
    rate = float(data.bought.sum()) / max(float(data.at_age @ data.times), 1e-300)
    return [
        (r, r / rate, dropout * size, (1 - dropout) * size)
        for r, dropout, size in (
            (0.5, 0.2, 3.0),
            (1.0, 0.5, 1.0),
            (2.0, 0.02, 5.0),
            (0.1, 0.3, 20.0),
        )
    ]


def active_odds(parameters: Array, x: Array, recency: Array, age: Array) -> Array:
    """Return the log-odds of being still active; infinite without a repeat purchase."""
    r, alpha, a, b = parameters
    odds = np.log((b + np.maximum(x, 1) - 1) / a)
    odds = odds - (r + x) * (np.log(alpha + age) - np.log(alpha + recency))
    return np.asarray(np.where(x > 0, odds, np.inf))


def expected_if_active(parameters: Array, t: Array, x: Array, age: Array) -> Array:
    """Return the expected purchases in the next t of a customer who is still active.

    ``(a+b+x−1)/(a−1) · (1 − (1−z)^(a−1) ₂F₁(a+b−1−r, a−1; a+b+x−1; z))`` with
    ``z = t/(α+T+t)``: the published form after Euler's transformation, whose first two
    parameters do not grow with x, so that nothing overflows. Where a or a + b + x is about 1
    the formula is 0/0, and the mean of its neighbours is taken.
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = parameters

    def formula(a: Any, b: Any) -> Array:
        third = a + b + x - 1
        series = hyp2f1(a + b - 1 - r, a - 1, third, t / (alpha + age + t))
        power = ((alpha + age) / (alpha + age + t)) ** (a - 1)
        return np.asarray(third / (a - 1) * (1 - power * series))

    if a > LARGE:
        return _alike(parameters, t, x, age)
    if abs(a - 1) < NUDGE or (abs(a + b - 1) < NUDGE and a > b):
        return (formula(a - 3 * NUDGE, b) + formula(a + 3 * NUDGE, b)) / 2
    if abs(a + b - 1) < NUDGE:
        return (formula(a, b - 3 * NUDGE) + formula(a, b + 3 * NUDGE)) / 2
    return formula(a, b)


def _alike(parameters: Array, t: Array, x: Array, age: Array) -> Array:
    """Expected purchases where the dropout probability is nearly one number for everybody.

    The mean of ``(1 − (1 + p t/(α+T))^−(r+x)) / p`` over three points of p, which have the
    mean, the variance and the fourth moment of a normal distribution.
    """
    r, alpha, a, b = parameters
    size = a + b + x
    mean, deviation = a / size, np.sqrt(3 * a * (b + x) / (size + 1)) / size
    total = np.zeros(np.broadcast_shapes(np.shape(t), np.shape(x), np.shape(age)))
    for weight, step in ((2 / 3, 0.0), (1 / 6, -1.0), (1 / 6, 1.0)):
        p = mean + step * deviation
        total += weight * -np.expm1(-(r + x) * np.log1p(p * t / (alpha + age))) / p
    return total


def forecast(parameters: Array, t: Any, x: Array, recency: Array, age: Array) -> Array:
    """Return the expected purchases in the next t: being active, times purchases if so."""
    from scipy.special import expit

    active = expit(active_odds(parameters, x, recency, age))
    return np.asarray(active * expected_if_active(parameters, t, x, age))


def chances(parameters: Array, most: int, age: Array) -> Array:
    """Return the probabilities of 0, 1, … most purchases in a time, shape (ages, most + 1)."""
    from scipy.special import betainc, betaln
    from scipy.stats import nbinom

    r, alpha, a, b = parameters
    x = np.arange(most + 1)
    share = (age / (alpha + age))[:, None]
    stays = np.exp(betaln(a, b + x) - betaln(a, b))
    leaves = np.exp(betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b))
    at_least = np.where(x > 0, betainc(np.maximum(x, 1), r, share), 0.0)
    return np.asarray(stays * nbinom.pmf(x, r, 1 - share) + leaves * at_least)


def simulate_bgnbd(
    customers: int,
    *,
    r: float = 0.25,
    alpha: float = 4.5,
    a: float = 0.8,
    b: float = 2.5,
    T: Any = 39.0,  # noqa: N803
    future: float = 0.0,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw customers of the BG/NBD model, exact in distribution.

    The purchases of a Poisson process, given their number, lie uniformly in time, so that
    the last one before dropout is one beta draw and nobody is followed purchase by purchase.

    Parameters
    ----------
    customers
        How many, up to 20,000,000.
    r, alpha
        Shape and rate of the gamma distribution of purchase rates (mean ``r / alpha``).
    a, b
        Of the beta distribution of dropout probabilities (mean ``a / (a + b)``).
    T
        Time since the first purchase, above 0: one number, or one per customer.
    future
        Length of a period after T in which purchases are counted too.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``x, t_x, T, x_future``, and the truth: ``rate, dropout, active`` (at T).

    Raises
    ------
    InputError
        For values that are not valid.

    Examples
    --------
    >>> simulate_bgnbd(3, seed=1)[["x", "t_x", "active"]].round(1)
       x   t_x  active
    0  0   0.0    True
    1  8  17.4   False
    2  0   0.0    True
    """
    n = whole("customers", customers, 1, MAX_CUSTOMERS)
    r, alpha, a, b = (positive(name, v) for name, v in zip(NAMES, (r, alpha, a, b), strict=True))
    ahead = between("future", future, 0, 1e9)
    age = np.asarray(T)
    numbers = age.dtype.kind in "iuf" and age.shape in ((), (n,))
    if not numbers or not np.all(np.isfinite(age) & (age > 0)):
        raise InputError(f"T must be one number above 0, or {n:,} of them, not {shown(T)}.")
    age = np.broadcast_to(age.astype(float), (n,))
    rng = generator(seed)
    rate = rng.gamma(r, 1 / alpha, n)
    dropout = np.clip(rng.beta(a, b, n), 1e-15, 1.0)
    made = rng.poisson(rate * age)
    last = rng.geometric(dropout)  # the purchase after which he drops out
    active = last > made
    x = np.minimum(made, last)
    place = rng.beta(np.maximum(x, 1), made - np.minimum(x, made) + 1)
    later = np.minimum(rng.poisson(rate * ahead), rng.geometric(dropout))
    return pd.DataFrame(
        {
            "x": x,
            "t_x": np.where(x > 0, age * place, 0.0),
            "T": age,
            "x_future": np.where(active, later, 0),
            "rate": rate,
            "dropout": dropout,
            "active": active,
        }
    )
