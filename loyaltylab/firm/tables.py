"""What every table of the firm has in common: numbers of customers, dates, its origin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.firm.core import START
from loyaltylab.firm.draws import BLOCK, Array, Draws

DAY = np.datetime64(START, "s")


def names(draws: Draws) -> Array:
    """Return the numbers of a block's customers; the first of all is 1."""
    return np.arange(draws.n, dtype=np.int64) + draws.block * BLOCK + 1


def date(day: Array) -> Array:
    """Return the dates of days that count from the firm's first."""
    return DAY + day.astype("timedelta64[D]")


def seen_date(day: Array, seen: Array) -> Array:
    """Return the dates of days, and no date where nothing has been seen.

    Examples
    --------
    >>> seen_date(np.array([1, 2]), np.array([True, False])).astype("datetime64[D]")
    array(['2024-01-02',        'NaT'], dtype='datetime64[D]')
    """
    return np.where(seen, date(day), np.datetime64("NaT", "s"))


def answer(value: Array, lower: float = 1.0, upper: float = 5.0) -> Array:
    """Return the whole answers on a scale that stand for what was meant."""
    given: Array = np.clip(np.rint(value), lower, upper)
    return given


def origin(n: int) -> pd.Categorical[Any]:
    """Return a column that says that a table is synthetic."""
    return pd.Categorical.from_codes(np.zeros(n, np.int8), categories=pd.Index(["synthetic"]))


def synthetic(columns: dict[str, Any]) -> pd.DataFrame:
    """Return a table that says in a column of its own that it is no real firm's."""
    n = len(next(iter(columns.values())))
    return pd.DataFrame({**columns, "origin": origin(n)}, copy=False)


def silenced(draws: Draws, column: str, missing: float, values: Array, who: Array) -> Array:
    """Return the answers of those who answer at all, with some questions left out."""
    silent = draws.uniform(f"{column}_missing")[who] < missing
    heard: Array = np.where(silent, np.nan, values[who])
    return heard
