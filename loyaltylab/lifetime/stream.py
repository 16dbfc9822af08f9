"""A yearly profit stream of a customer, valued at several churn rates."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import LIMIT, between
from loyaltylab.lifetime.arithmetic import annuity

CARD_1994 = (-60.0, 30.0, 42.0, 44.0, 50.0, 56.0)
"""Credit-card customer, USD by year from year 0: a newspaper of 11 July 1994, "about"."""
CARD_1990 = (-51.0, 30.0, 42.0, 44.0, 49.0, 55.0)
"""The stream of the article of 1990 itself: reported, not verified."""
LONGEST = 1000


def stream_value(
    stream: Sequence[float] = CARD_1994,
    churn: float = 0.10,
    discount: float = 0.0,
    reading: str = "geometric",
) -> float:
    """Present value of a stream of yearly profits; its last entry holds for ever.

    ``stream[0]`` falls on year 0 and is certain. Year t counts with the probability
    ``(1-churn)^(t-1)`` in the reading ``"geometric"``, and fully up to year ``1/churn`` and
    not at all after it in the reading ``"fixed_life"``; of a broken last year the part τ is
    paid when he leaves, as ``((1+d)^τ - 1)/d`` of the year's money (as in an annuity of broken
    length; τ itself without discounting).

    Parameters
    ----------
    stream
        Money by year, from year 0; at least two entries. The default is what a newspaper of
        1994 gave.
    churn
        Share leaving per year, above 0 and at most 1.
    discount
        Rate per year.
    reading
        ``"geometric"`` or ``"fixed_life"``.

    Raises
    ------
    InputError
        For values out of range.

    Examples
    --------
    >>> [round(stream_value(churn=c, discount=0.06, reading="fixed_life")) for c in (0.2, 0.1)]
    [124, 300]
    >>> [round(stream_value(churn=c, discount=0.10)) for c in (0.2, 0.1)]
    [86, 176]
    """
    if reading not in ("geometric", "fixed_life"):
        raise InputError(f"reading must be 'geometric' or 'fixed_life', not {shown(reading)}.")
    if not isinstance(stream, Sequence) or not 2 <= len(stream) <= LONGEST:
        raise InputError(
            f"stream must be a list of 2 to {LONGEST:,} numbers, money by year from year 0, not"
            f" {shown(stream)}."
        )
    money = [between(f"stream[{t}]", v, -LIMIT, LIMIT) for t, v in enumerate(stream)]
    churn = between("churn", churn, 1e-9, 1)
    discount = between("discount", discount, 0, 1)
    years = range(1, len(money) - 1)
    if reading == "geometric":
        weights = [(1 - churn) ** (t - 1) / (1 + discount) ** t for t in years]
        tail = (1 - churn) ** len(years) * annuity(churn, discount)
    else:
        left = [max(0.0, 1 / churn - t) for t in range(len(years) + 1)]
        weights = [
            annuity(0.0, discount, min(1.0, left[t - 1])) / (1 + discount) ** (t - 1) for t in years
        ]
        tail = annuity(0.0, discount, left[-1])
    present = math.fsum(m * w for m, w in zip(money[1:-1], weights, strict=True))
    return money[0] + present + money[-1] * tail / (1 + discount) ** len(years)


def stream_table(
    stream: Sequence[float] = CARD_1994,
    churns: Sequence[float] = (0.20, 0.10, 0.05),
    discounts: Sequence[float] = (0.0, 0.06, 0.10),
) -> pd.DataFrame:
    """Return the value of a stream under both readings: ``reading, discount, churn, value``.

    Examples
    --------
    >>> stream_table(churns=(0.10, 0.05), discounts=(0.06,)).round({"value": 0})
          reading  discount  churn  value
    0  fixed_life      0.06   0.10  300.0
    1  fixed_life      0.06   0.05  530.0
    2   geometric      0.06   0.10  243.0
    3   geometric      0.06   0.05  400.0
    """
    rows = [
        (reading, d, c, stream_value(stream, c, d, reading))
        for reading in ("fixed_life", "geometric")
        for d in np.atleast_1d(discounts)
        for c in np.atleast_1d(churns)
    ]
    return pd.DataFrame(rows, columns=["reading", "discount", "churn", "value"])
