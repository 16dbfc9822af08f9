"""Forecasts of the BG/NBD model for given parameters: activity, purchases, their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from loyaltylab.lifetime.maximum import Array

POLE = 1e-4  # distance from a pole within which the formula loses its digits
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
    parameters do not grow with x, so that nothing overflows. Where a or a + b is about 1
    the formula is 0/0, and the expectation is integrated.
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = parameters

    if a > LARGE:
        return _alike(parameters, t, x, age)
    if min(abs(a - 1), abs(a + b - 1)) < POLE:
        return _integral(parameters, *np.broadcast_arrays(t, x, age))
    third = a + b + x - 1
    series = hyp2f1(a + b - 1 - r, a - 1, third, t / (alpha + age + t))
    power = ((alpha + age) / (alpha + age + t)) ** (a - 1)
    with np.errstate(invalid="ignore", over="ignore"):  # those rows are integrated below
        found = np.asarray(third / (a - 1) * (1 - power * series))
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

    # a long tail on one side must not hide what happens in the middle
    scales = 10.0 ** -np.arange(1.0, 8.0)
    points = [0.0, *scales, *-scales]
    return np.asarray(quad_vec(inside, -1, 1, epsabs=0, epsrel=1e-9, points=points)[0])


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
    from scipy.special import betainc, betaincc

    r, alpha, a, b = parameters
    x, j = np.arange(most + 1), np.arange(most)
    # products, for beta functions of large a and b differ by less than they are rounded
    stays = np.exp(np.append(0.0, np.cumsum(-np.log1p(a / (b + j)))))
    leaves = np.append(0.0, stays[:-1] * (a / (a + b + j)))
    share, rest = (v[:, None] / (alpha + age)[:, None] for v in (age, np.full_like(age, alpha)))
    grows = np.log((r + j) / (j + 1)) + np.log(np.maximum(share, 1e-300))
    start = -r * np.log1p(age / alpha)[:, None]
    exactly = np.exp(np.cumsum(np.hstack([start, grows]), axis=1))
    often = np.maximum(x, 1)  # either form loses its digits where its last argument is near 1
    at_least = np.where(share < 0.5, betainc(often, r, share), betaincc(r, often, rest))
    return np.asarray(stays * exactly + leaves * at_least)
