"""Forecasts of the BG/NBD model for given parameters: activity, purchases, their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from loyaltylab.lifetime.maximum import Array

NUDGE = 1e-4  # distance from a pole that is left to its neighbours
LARGE = 1e3  # shape of a beta distribution beyond which all customers are nearly alike


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
        with np.errstate(invalid="ignore", over="ignore"):  # those rows are integrated below
            return np.asarray(third / (a - 1) * (1 - power * series))

    if a > LARGE:
        return _alike(parameters, t, x, age)
    step = 3 * NUDGE
    if abs(a - 1) < NUDGE or (abs(a + b - 1) < NUDGE and a > b):
        found = (formula(a - step, b) + formula(a + step, b)) / 2
    elif abs(a + b - 1) < NUDGE:
        found = (formula(a, b - step) + formula(a, b + step)) / 2
    else:
        found = formula(a, b)
    lost = ~np.isfinite(found)
    if lost.any():
        rows = (v[lost] for v in np.broadcast_arrays(t, x, age))
        found = np.array(found)
        found[lost] = _integral(parameters, *rows)
    return found


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


def _integral(parameters: Array, t: Array, x: Array, age: Array) -> Array:
    """Expected purchases as an integral over the log-odds of p, where the formula overflows.

    The mean of ``(1 − (1 + p t/(α+T))^−(r+x)) / p``; around the centre of its log-odds the
    beta density falls as ``e^(a z)`` to the left and ``e^(−(b+x) z)`` to the right.
    """
    from scipy.integrate import quad_vec
    from scipy.special import betaln, expit, log_expit

    r, alpha, a, b = parameters
    later, ratio = b + x, t / (alpha + age)
    centre, width = np.log(a / later), np.sqrt(1 / a + 1 / later)
    size = np.maximum(1 / a, 1 / later) * 40 + 12 * width  # enough on either side

    def inside(part: float) -> Array:
        z = centre + part * size
        p = np.maximum(expit(z), 1e-290)
        density = np.exp(a * log_expit(z) + later * log_expit(-z) - betaln(a, later))
        return np.asarray(density * size * -np.expm1(-(r + x) * np.log1p(p * ratio)) / p)

    return np.asarray(quad_vec(inside, -1, 1, epsabs=0, epsrel=1e-9, points=(0.0,))[0])


def log_forecast(parameters: Array, t: Any, x: Array, recency: Array, age: Array) -> Array:
    """Return the log of the expected purchases in the next t: active, times purchases if so."""
    from scipy.special import log_expit

    active = log_expit(active_odds(parameters, x, recency, age))
    return np.asarray(active + np.log(expected_if_active(parameters, t, x, age)))


def forecast(parameters: Array, t: Any, x: Array, recency: Array, age: Array) -> Array:
    """Return the expected purchases in the next t."""
    return np.asarray(np.exp(log_forecast(parameters, t, x, recency, age)))


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
