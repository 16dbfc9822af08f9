"""Intervals and random streams that every chapter shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown

Array = npt.NDArray[np.float64]
LIMIT = 1e14
"""Largest size of any number in a model: ten thousand such stocks still fit 64 bits."""
TINY = 1e-100
"""Smallest size above 0: what is divided by it is still finite."""
MOST = 1e15
"""Largest number of rows that a bootstrap counts with."""


def generator(seed: int | np.random.Generator | None) -> np.random.Generator:
    """Return a random generator from a seed; a generator is passed through.

    Parameters
    ----------
    seed
        A whole number >= 0, a ``numpy.random.Generator``, or None for fresh randomness.

    Examples
    --------
    >>> int(generator(1).integers(100))
    47
    """
    if isinstance(seed, np.random.Generator):
        return seed
    number = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if seed is not None and not (number and seed >= 0):
        raise InputError(
            f"seed must be a whole number >= 0, a numpy Generator or None, not {shown(seed)}."
        )
    return np.random.default_rng(seed)


def whole(name: str, value: Any, lower: int, upper: int) -> int:
    """Return a whole number between two bounds, or say in one sentence what is wrong.

    Examples
    --------
    >>> whole("periods", 52, 1, 1000)
    52
    """
    number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if number and lower <= value <= upper:
        return int(value)
    raise InputError(
        f"{name} must be a whole number from {lower:,} to {upper:,}, not"
        f" {shown(value)}{_hint(value, whole=True)}."
    )


def _hint(value: Any, *, whole: bool = False) -> str:
    """Say how a number is written, where a value looks like one."""
    if isinstance(value, str):
        return "; write the number without quotes"
    if whole and isinstance(value, float | np.floating) and float(value).is_integer():
        return f"; write {int(value)}"
    return ""


def between(name: str, value: Any, lower: float, upper: float, *, open_ends: bool = False) -> float:
    """Return a finite number within bounds, or say in one sentence what is wrong.

    Examples
    --------
    >>> between("level", 0.95, 0, 1, open_ends=True)
    0.95
    """
    number = isinstance(value, int | float | np.integer | np.floating)
    if number and not isinstance(value, bool):
        inside = lower < value < upper if open_ends else lower <= value <= upper
        if inside and float("-inf") < value < float("inf"):
            return float(value)
    words = "strictly between" if open_ends else "between"
    raise InputError(
        f"{name} must be a number {words} {lower:g} and {upper:g}, not"
        f" {shown(value)}{_percent(value, lower, upper) or _hint(value)}."
    )


def _percent(value: Any, lower: float, upper: float) -> str:
    """Recognise a percentage that was given for a share."""
    if (lower, upper) == (0, 1) and isinstance(value, int | float) and 1 < value <= 100:
        return f"; write {value:g} % as {value / 100:g}"
    return ""


def _counts(name: str, value: Any) -> Array:
    """Return an array of finite numbers >= 0, or say in one sentence what is wrong."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):  # lists of unequal length
        array = np.array(None)
    if array.dtype.kind in "iuf" and np.all(np.isfinite(array) & (array >= 0)):
        return array.astype(float)
    raise InputError(f"{name} must be counts, which are numbers >= 0, not {shown(value)}.")


def positive(name: str, value: Any) -> float:
    """Return a number above 0 that can be divided by, or say what is wrong.

    Examples
    --------
    >>> positive("acquisition_cost", 120)
    120.0
    """
    number = between(name, value, 0, LIMIT)
    if number == 0:
        raise InputError(f"{name} must be above 0, for it is divided by; 0 was given.")
    return _not_tiny(name, number)


def amount(name: str, value: Any) -> float:
    """Return an amount of money >= 0, or say what is wrong.

    Examples
    --------
    >>> amount("retention_cost", 0)
    0.0
    """
    return _not_tiny(name, between(name, value, 0, LIMIT))


def _not_tiny(name: str, number: float) -> float:
    if 0 < number < TINY:
        raise InputError(f"{name} must be 0 or at least {TINY:g}, not {number:g}.")
    return number


def wilson(successes: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Interval of a proportion (Wilson 1927), elementwise.

    It is ``(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)``, which stays inside 0…1 and
    is not empty when nothing, or everything, was a success.

    Parameters
    ----------
    successes, n
        Counts of the same shape, ``0 <= successes <= n``; where n is 0 the interval is
        ``(0, 1)``: nothing is known.
    level
        Coverage, strictly between 0 and 1.

    Returns
    -------
    lower, upper
        Arrays of the shape given.

    Examples
    --------
    >>> lower, upper = wilson(8, 10)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.49, 0.943)
    """
    from statsmodels.stats.proportion import proportion_confint

    between("level", level, 0, 1, open_ends=True)
    k, total = _counts("successes", successes), _counts("n", n)
    try:
        k, total = np.broadcast_arrays(k, total)
    except ValueError:
        raise InputError(
            f"successes and n must have the same shape, not {k.shape} and {total.shape}."
        ) from None
    if np.any(k > total):
        raise InputError(
            f"successes must be counts from 0 to n, not {shown(successes)} of {shown(n)}; check"
            " which of the two is which."
        )
    lower, upper = proportion_confint(k, np.maximum(total, 1), alpha=1 - level, method="wilson")
    # no success leaves 0 possible, no failure 1, and no trial both: exactly, not by rounding
    return np.where(k == 0, 0.0, lower), np.where(k == total, 1.0, upper)


def bootstrap_counts(
    counts: npt.ArrayLike,
    statistic: Callable[[npt.NDArray[np.int64]], Array],
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> tuple[Array, Array]:
    """Percentile bootstrap of a statistic of counts (Efron 1979).

    Drawing n rows with replacement from a table whose rows fall into few cells is the same
    as drawing one multinomial over the cells; so the cost does not depend on n.

    Parameters
    ----------
    counts
        Number of rows per cell, shape ``(cells,)``, at least one row in all.
    statistic
        Maps counts of shape ``(draws, cells)`` to values of shape ``(draws, …)``.
    level
        Coverage, strictly between 0 and 1.
    draws
        Bootstrap samples, 100 to 1,000,000.
    seed
        See :func:`generator`.

    Returns
    -------
    lower, upper
        The quantiles of the statistic over the draws. A draw in which it is infinite or
        undefined counts as the largest.

    Examples
    --------
    >>> share = lambda cells: cells[:, 0] / cells.sum(axis=1)
    >>> lower, upper = bootstrap_counts([80, 20], share, seed=1)
    >>> round(float(lower), 2), round(float(upper), 2)
    (0.72, 0.87)
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 1_000_000)
    if not callable(statistic):
        raise InputError(f"statistic must be a function of counts, not {shown(statistic)}.")
    cells = _counts("counts", counts)
    if cells.ndim != 1 or np.any(cells % 1 != 0) or not 1 <= cells.sum() <= MOST:
        raise InputError(
            "counts must be a list of whole numbers >= 0 whose sum is from 1 to"
            f" {MOST:g}, not {shown(counts)}."
        )
    n = int(cells.sum())
    sample = generator(seed).multinomial(n, cells / n, size=draws)
    values = np.nan_to_num(np.asarray(statistic(sample), float), nan=np.inf, posinf=np.inf)
    ends = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0, method="nearest")
    return ends[0], ends[1]
