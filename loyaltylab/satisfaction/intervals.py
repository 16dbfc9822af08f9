"""Intervals that are never empty: of bounded means, of differences, of a net score."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, wilson


class Estimate(NamedTuple):
    """A number with its interval and the people behind it."""

    value: float
    lower: float
    upper: float
    n: int


def bounded_mean(
    value: float, error: float, n: int, low: float, high: float, level: float
) -> Estimate:
    """Return a mean with Student's interval, cut at the ends of the scale.

    Where all answers are alike there is no spread to go by: then the interval is Wilson's on
    the unit scale, wide enough for any answers between the ends.
    """
    from scipy import stats

    if n < 2 or error <= 1e-9 * (high - low):
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        lower, upper = wilson(share * n, n, level)
        ends = low + (high - low) * float(lower), low + (high - low) * float(upper)
        return Estimate(value, min(ends[0], value), max(ends[1], value), n)
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    return Estimate(value, max(value - half, low), min(value + half, high), n)


def share(successes: float, n: float, level: float) -> Estimate:
    """Return a share with Wilson's interval."""
    lower, upper = wilson(successes, n, level)
    return Estimate(successes / n, float(lower), float(upper), int(n))


def net(plus: float, minus: float, n: float, level: float) -> Estimate:
    """Return a difference of two shares of the same people, such as a net score.

    Adjusted Wald (Bonett & Price 2012): one more in each of the two cells, two more in all,
    so that the interval of a unanimous answer is not empty.
    """
    from scipy.special import ndtri

    value = (plus - minus) / n
    a, b = (plus + 1) / (n + 2), (minus + 1) / (n + 2)
    half = float(ndtri((1 + level) / 2)) * np.sqrt((a + b - (a - b) ** 2) / (n + 2))
    lower, upper = max(a - b - half, -1.0), min(a - b + half, 1.0)
    return Estimate(value, min(float(lower), value), max(float(upper), value), int(n))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Return ``first − second`` of two independent groups by their own intervals.

    With Wilson's intervals this is Newcombe's method 10 (1998); in general, MOVER (Zou &
    Donner 2008).
    """
    value = first.value - second.value
    down = np.hypot(first.value - first.lower, second.upper - second.value)
    up = np.hypot(first.upper - first.value, second.value - second.lower)
    return Estimate(value, float(value - down), float(value + up), first.n + second.n)


def weighted_mean(
    values: Array, people: npt.NDArray[Any], weights: Array, low: float, high: float, level: float
) -> Estimate:
    """Return the weighted mean of the item means, with an interval over respondents.

    Each item's mean is that of those who answered it. The standard error is that of the
    respondents' influences ``Σ w_i (x_ri − m_i) / N_i``, so that the answers of one person
    may hang together as they like, and gaps are counted right. Student's t has one degree of
    freedom less than the item with the fewest answers has.
    """
    there = ~np.isnan(values)
    answered = people @ there
    filled = np.where(there, values, 0.0)
    means = (people @ filled) / answered
    centred = np.where(there, filled - means, 0.0)
    influence = centred @ (weights / answered)
    n = int(people[there[:, weights > 0].any(axis=1)].sum())
    least = int(answered[weights > 0].min())  # an item that few answered sets the freedom
    error = float(np.sqrt(people @ influence**2 * least / max(least - 1, 1)))
    return bounded_mean(float(weights @ means), error, least, low, high, level)._replace(n=n)


def need_answers(values: Array, people: npt.NDArray[Any], names: list[Any], where: str) -> None:
    """Refuse a group in which nobody answered an item."""
    empty = np.flatnonzero((people @ ~np.isnan(values)) == 0)
    if len(empty):
        raise InputError(
            f"Nobody{where} answered {shown(names[empty[0]])}; leave the item or the group out."
        )
