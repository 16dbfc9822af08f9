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
    value = _dot(more, np.log(r + j) - np.log1p(a / (b + j)))
    value += data.n * r * np.log(alpha) - _dot(exponent, logs)
    gradient = np.array(
        [
            _dot(more, 1 / (r + j)) + data.n * np.log(alpha) - _dot(data.at_age, logs),
            data.n * r / alpha - _dot(exponent, inverse),
            -_dot(more, 1 / (a + b + j)),
            _dot(more, 1 / (b + j) - 1 / (a + b + j)),
        ]
    )
    hessian = np.zeros((4, 4))
    hessian[0, 0] = -_dot(more, (r + j) ** -2.0)
    hessian[0, 1] = data.n / alpha - _dot(data.at_age, inverse)
    hessian[1, 1] = _dot(exponent, inverse**2) - data.n * r / alpha**2
    hessian[2, 2] = hessian[2, 3] = _dot(more, (a + b + j) ** -2.0)
    hessian[3, 3] = _dot(more, (a + b + j) ** -2.0 - (b + j) ** -2.0)

    rate, before = r + x, b + x - 1
    late, early = inverse[data.age], inverse[data.recency]
    apart, slope = logs[data.age] - logs[data.recency], late - early
    u = np.log(a / before) + rate * apart
    tail = np.exp(-np.abs(u))
    value += _dot(w, np.maximum(u, 0) + np.log1p(tail))
    gone = w * np.where(u >= 0, 1.0, tail) / (1 + tail)
    turn = gone * np.where(u >= 0, tail, 1.0) / (1 + tail)
    to = (apart, rate * slope, np.full(len(x), 1 / a), -1 / before)
    for i, di in enumerate(to):
        gradient[i] += _dot(gone, di)
        scaled = turn * di
        for k in range(i, 4):
            hessian[i, k] += _dot(scaled, to[k])
    hessian[0, 1] += _dot(gone, slope)
    hessian[1, 1] -= _dot(gone, to[1] * (late + early))
    hessian[2, 2] -= gone.sum() / a**2
    hessian[3, 3] += _dot(gone, before**-2.0)
    return float(value), gradient, np.triu(hessian) + np.triu(hessian, 1).T


def _dot(one: Array, two: Any) -> float:
    """Sum of products; ``@`` would start threads, which cost more than they save here."""
    return float(np.sum(one * two))


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
