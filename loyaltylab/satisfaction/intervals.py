"""Intervals of means, shares, differences and net scores that are never empty, and from counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, bootstrap_counts, wilson


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
    value = round(float(weights @ means), 10) + 0.0  # thirds of items that cancel are 0, not −0
    return bounded_mean(value, error, least, low, high, level)._replace(n=n)


def need_answers(values: Array, people: npt.NDArray[Any], names: list[Any], where: str) -> None:
    """Refuse a group in which nobody answered an item."""
    empty = np.flatnonzero((people @ ~np.isnan(values)) == 0)
    if len(empty):
        raise InputError(
            f"Nobody{where} answered {shown(names[empty[0]])}; leave the item or the group out."
        )


def bootstrap_means(
    people: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> tuple[Array, Array]:
    """Return percentile bootstrap intervals of the means of several scores, from counts.

    A mean, a top box, a satisfaction rate and a net promoter score are all means of a score
    given to each answer. One multinomial per draw serves them all, whatever the number of
    people.

    Parameters
    ----------
    people
        People per cell, shape ``(cells,)``.
    scores
        Score of each cell, shape ``(cells, measures)``.
    level, draws, seed
        See :func:`loyaltylab.base.stats.bootstrap_counts`.

    Returns
    -------
    lower, upper
        Arrays of shape ``(measures,)``.

    Raises
    ------
    InputError
        If the two do not have the same number of cells, or hold what is no number.

    Examples
    --------
    >>> answers, people = np.arange(1, 6), [5, 10, 20, 40, 25]
    >>> scores = np.stack([answers, answers == 5], axis=1)
    >>> [end.round(2).tolist() for end in bootstrap_means(people, scores, seed=1)]
    [[3.48, 0.17], [3.9, 0.34]]
    """
    try:
        given, cells = np.asarray(scores, float), np.asarray(people)
    except (TypeError, ValueError):
        raise InputError(f"scores must be a table of numbers, not {shown(scores)}.") from None
    if given.ndim != 2 or cells.ndim != 1 or len(given) != len(cells):
        raise InputError(
            "scores must have one row for each cell of people, but their shapes are"
            f" {given.shape} and {cells.shape}."
        )
    if not np.isfinite(given).all():
        raise InputError("scores must be finite numbers; leave cells without a score out.")

    def means(sample: npt.NDArray[np.int64]) -> Array:
        return np.asarray(sample @ given / sample.sum(axis=1, keepdims=True))

    return bootstrap_counts(cells, means, level=level, draws=draws, seed=seed)
