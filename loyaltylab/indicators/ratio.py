"""The brand loyalty ratio "now over past", and the trap in what it counts."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, wilson
from loyaltylab.indicators.cells import divide, ends, sums
from loyaltylab.indicators.log import Log, edge, read_log


def loyalty_ratio(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    brand: Hashable = "brand",
    split: Any,
    start: Any = None,
    until: Any = None,
    level: float = 0.95,
    draws: int = 500,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Compare who buys a brand now with who bought it before, in three readings.

    The window is cut on the day ``split``. *Cross-sections*: the share of the category's
    customers now who buy the brand, over the same share in the past; it mixes keeping with
    winning and may exceed 1. *Cohort*: of those who bought the brand in the past, the share who
    buy it now; that is retention. *Survivors*: the same, but only among those who still buy the
    category; who left it altogether is forgotten, so that it never is below the cohort's.

    Parameters
    ----------
    data, customer, date, brand, start, until
        As for :func:`brand_table`. The two parts need not be of equal length, but a longer one
        catches more buyers.
    split
        First day (or occasion) that counts as now.
    level, draws, seed
        Coverage; percentile bootstrap over customers for the ratio of the cross-sections, Wilson
        for the shares.

    Returns
    -------
    pandas.DataFrame
        One row per brand: ``brand, past_share, now_share, ratio, ratio_lower, ratio_upper,
        n_past, n_now`` (customers of the category), ``past_buyers, kept, won`` (buyers now who
        were none), ``cohort, cohort_lower, cohort_upper, survivors, survivors_lower,
        survivors_upper, n_survivors``.

    Raises
    ------
    InputError
        For bad columns, or a split that leaves one part empty.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 2, 3, 1, 4, 5], "turn": [1, 1, 1, 2, 2, 2],
    ...     "brand": list("AABAAA")})
    >>> table = loyalty_ratio(log, customer="who", date="turn", split=2, draws=100)
    >>> table[["brand", "past_share", "now_share", "ratio", "cohort", "survivors"]].round(2)
      brand  past_share  now_share  ratio  cohort  survivors
    0     A        0.67        1.0    1.5     0.5        1.0
    1     B        0.33        0.0    0.0     0.0        NaN
    """
    log = read_log(data, customer=customer, date=date, brand=brand, start=start, until=until)
    past, now = _parts(log, split)
    seen_past, seen_now = past.any(axis=1, keepdims=True), now.any(axis=1, keepdims=True)
    pieces = [past, now, seen_past & np.ones_like(past), seen_now & np.ones_like(past)]
    stack = np.hstack(pieces).astype(float)
    width = past.shape[1]
    total = stack.sum(axis=0).reshape(1, 4, width)
    sampled = sums(stack, draws, seed).reshape(-1, 4, width)
    past_share, now_share, ratio = (v[0] for v in _ratio(total))
    ratio_lower, ratio_upper = ends(_ratio(sampled)[2], level)
    buyers, kept = past.sum(axis=0), (past & now).sum(axis=0)
    alive = (past & seen_now).sum(axis=0)
    cohort, survivors = wilson(kept, buyers, level), wilson(kept, alive, level)
    return pd.DataFrame(
        {
            "brand": log.brands,
            "past_share": past_share,
            "now_share": now_share,
            "ratio": ratio,
            "ratio_lower": ratio_lower,
            "ratio_upper": ratio_upper,
            "n_past": int(seen_past.sum()),
            "n_now": int(seen_now.sum()),
            "past_buyers": buyers,
            "kept": kept,
            "won": (now & ~past).sum(axis=0),
            "cohort": divide(kept, buyers),
            "cohort_lower": cohort[0],
            "cohort_upper": cohort[1],
            "survivors": divide(kept, alive),
            "survivors_lower": survivors[0],
            "survivors_upper": survivors[1],
            "n_survivors": alive,
        }
    ).sort_values("past_buyers", ascending=False, kind="stable", ignore_index=True)


def _ratio(total: Array) -> tuple[Array, Array, Array]:
    past, now = divide(total[:, 0], total[:, 2]), divide(total[:, 1], total[:, 3])
    return past, now, divide(now, past)


def _parts(log: Log, split: Any) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return who bought what before the split, and since."""
    cut = edge("split", split, not log.dated) - log.first
    if not 0 < cut < log.days:
        raise InputError(
            f"split must lie inside the window, after its first day and not after its last, so that"
            f" both parts hold purchases; {split!s:.40} does not."
        )
    shape = (len(log.customers), len(log.brands))
    early = log.day < cut
    tables = []
    for part in (early, ~early):
        cells = np.bincount(log.pair[part], minlength=shape[0] * shape[1])
        tables.append(cells.reshape(shape) > 0)
    if not tables[0].any() or not tables[1].any():
        raise InputError("split leaves one part of the window without a purchase; move it.")
    return tables[0], tables[1]
