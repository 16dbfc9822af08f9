"""The arithmetic of an index: a weighted mean of what is there, and three rules for the rest."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, between, whole, wilson

Rule = Literal["drop", "carry", "worst"]
RULES: tuple[str, ...] = get_args(Rule)
"""What to do with a feed that is missing."""
MODES = ("drive-through", "walk-in", "dine-in")
"""The ways in which the mystery visitor comes, by turns (document 002, claim C116)."""


def combined(scores: Array, errors: Array, weight: Array) -> tuple[Array, Array]:
    """Return index and standard error of rows of scores; what is NaN is left out of both.

    Examples
    --------
    >>> value, error = combined(np.array([[90.0, np.nan]]), np.zeros((1, 2)), np.ones(2))
    >>> value.tolist(), error.tolist()
    ([90.0], [0.0])
    """
    there = ~np.isnan(scores)
    used = there * weight
    total = used.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(total[..., None] > 0, used / total[..., None], np.nan)
    value = (part * np.where(there, scores, 0.0)).sum(axis=-1)
    return value, np.sqrt(((part * np.where(there, errors, 0.0)) ** 2).sum(axis=-1))


def visit_precision(
    visits: int = 12, *, share: float = 0.5, modes: int = len(MODES), level: float = 0.95
) -> pd.DataFrame:
    """Say how well a number of mystery visits knows the share of visits that a branch passes.

    The standard error of a share p of n visits is ``√(p(1 − p)/n)``, at most ``1/(2√n)``: 0.144
    for the twelve of a year. Where visits come in several modes by turns, one mode has only its
    part of them. The visits are taken to be independent of each other.

    Parameters
    ----------
    visits
        Visits to a branch, at least one for each mode.
    share
        The share passed; 0.5 is where it is known worst.
    modes
        In how many modes the visitor comes by turns; the first ones get what does not divide.
    level
        Coverage of the interval (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``of`` ("all visits" or a mode), ``visits, share, error, lower, upper``.

    Examples
    --------
    >>> visit_precision(12).round(3).iloc[:2]
                  of  visits  share  error  lower  upper
    0     all visits      12    0.5  0.144  0.254  0.746
    1  drive-through       4    0.5  0.250  0.150  0.850
    """
    modes = whole("modes", modes, 1, 100)
    visits = whole("visits", visits, modes, 10**9)
    p = between("share", share, 0, 1)
    between("level", level, 0, 1, open_ends=True)
    names = list(MODES) if modes == len(MODES) else [f"mode {i + 1}" for i in range(modes)]
    each = [visits // modes + (i < visits % modes) for i in range(modes)]
    n = np.array([visits, *each])
    lower, upper = wilson(p * n, n, level)
    return pd.DataFrame(
        {
            "of": ["all visits", *names],
            "visits": n,
            "share": p,
            "error": np.sqrt(p * (1 - p) / n),
            "lower": lower,
            "upper": upper,
        }
    )


def visits_needed(half_width: float, *, share: float = 0.5, level: float = 0.95) -> int:
    """Return how many visits give a share an interval of a given half-width (normal).

    It is the least n with ``z·√(p(1 − p)/n)`` at most the half-width.

    Examples
    --------
    >>> visits_needed(0.10)
    97
    """
    from scipy.special import ndtri

    half = between("half_width", half_width, 0, 1, open_ends=True)
    p = between("share", share, 0, 1, open_ends=True)
    z = float(ndtri((1 + between("level", level, 0, 1, open_ends=True)) / 2))
    if half < 1e-6:
        raise InputError(f"half_width must be at least 0.000001, not {shown(half_width)}.")
    return max(1, int(np.ceil(p * (1 - p) * (z / half) ** 2 - 1e-9)))
