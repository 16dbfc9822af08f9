"""Heavy buyers of one half-year in the next: regression to the mean."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.segments.summary import day_of, span_of
from loyaltylab.segments.values import choice, sorted_by_customer

ROWS = (
    "share of the first half, top of the first half",
    "share of the second half, the same customers",
    "share of the second half, its own top",
    "of the first top, still in the second top",
)
MOST, TURNS = 20_000, 40
UNCHANGED = "share of the second half, the same, if nobody changed (NBD)"


def heavy_buyers_later(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    split: Any = None,
    top: float = 0.2,
    measure: str = "amount",
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Pick the top of the first half of a log, and see what the same customers hold in the second.

    They hold less, even if nobody changes: some were in the top by chance. For numbers of
    purchases the NBD says how much of the fall that explains: who bought x times is expected to
    buy ``w·x + (1 − w)·mean`` times in as long a half, with ``w = mean / (mean + k)`` and k from
    mean and variance of the first half, where only buyers are seen (zero-truncated moments).

    Parameters
    ----------
    data, customer, date, amount, top
        As in :func:`how_concentrated`. Customers are those who bought in the first half: who came
        later could not be in its top.
    split
        Last day of the first half; None is the middle of the log.
    measure
        ``"amount"`` or ``"purchases"`` (days with a purchase).
    level, draws, seed
        Coverage, number (100 to 10,000) and seed of bootstrap draws over customers (percentile
        intervals). Beyond 20,000 customers a draw takes 20,000 of them, and its deviation is
        scaled by ``√(20,000 / n)``. Of customers with equal values a part belongs to the top.

    Returns
    -------
    pandas.DataFrame
        ``quantity, estimate, lower, upper, n`` (customers).

    Raises
    ------
    InputError
        For wrong columns, a split outside the log, or nothing bought in a half.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=40)
    >>> log = pd.DataFrame({"customer": [d * d % 11 for d in range(40)], "date": days, "amount": 1})
    >>> table = heavy_buyers_later(log, draws=100)
    >>> table[["quantity", "estimate", "n"]].round(2)
                                             quantity  estimate  n
    0  share of the first half, top of the first half      0.24  6
    1    share of the second half, the same customers      0.20  6
    2           share of the second half, its own top      0.24  6
    3       of the first top, still in the second top      0.13  6
    """
    top = between("top", top, 0, 1, open_ends=True)
    level = between("level", level, 0, 1, open_ends=True)
    measure = choice("measure", measure, ("amount", "purchases"))
    draws, rng = whole("draws", draws, 100, 10_000), generator(seed)
    halves = _halves(data, customer, date, amount, split)
    first, second = (halves[f"{measure}_{k}"].to_numpy(float) for k in (1, 2))
    if not (first.sum() > 0 and second.sum() > 0):
        raise InputError(
            f"The {measure} of one half adds up to nothing, so that no share of it can be held;"
            " give another split."
        )
    n = len(first)
    size = min(n, MOST)

    def figures(early: Array, late: Array) -> Array:
        top_early, top_late = (in_top(values, top) for values in (early, late))
        found = [_share(early, top_early), _share(late, top_early), _share(late, top_late)]
        found.append(float((top_early * top_late).sum() / top_early.sum()))
        if measure == "purchases":
            found.append(_unchanged(early, found[0], top))
        return np.array(found)

    estimate = figures(first, second)
    rows = (rng.integers(n, size=size) for _ in range(draws))
    drawn = np.array([figures(first[row], second[row]) for row in rows])
    drawn = estimate + (drawn - estimate) * np.sqrt(size / n)
    ends = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    names = [*ROWS, UNCHANGED][: ends.shape[1]]
    return pd.DataFrame(
        {"quantity": names, "estimate": estimate, "lower": ends[0], "upper": ends[1], "n": n}
    )


def in_top(values: Array, share: float) -> Array:
    """Return which part of each customer belongs to the top share, from 0 to 1.

    Of customers with equal values all get the same part.

    Examples
    --------
    >>> in_top(np.array([5.0, 9.0, 5.0]), 2 / 3).tolist()
    [0.5, 1.0, 0.5]
    """
    _, group, size = np.unique(-values, return_inverse=True, return_counts=True)
    before = np.cumsum(size) - size
    part = np.clip((share * len(values) - before) / size, 0, 1)
    return np.asarray(part[group])


def _share(values: Array, part: Array) -> float:
    total = float(values.sum())
    return float(values @ part) / total if total > 0 else np.nan


def _unchanged(values: Array, share: float, top: float) -> float:
    """Return the share that the NBD of the first half expects for the second.

    Only those are seen who bought at least once; the share of the unseen is found in turns with
    the mean and the variance of all.
    """
    seen, square = float(values.mean()), float((values**2).mean())
    unseen, mean, kept = 0.0, seen, 0.0
    for _ in range(TURNS):
        mean = seen * (1 - unseen)
        more = square * (1 - unseen) - mean**2 - mean  # variance beyond that of Poisson
        if more <= 0:
            kept, unseen = 0.0, float(np.exp(-mean))
        else:
            kept = more / (more + mean)  # mean / (mean + k), for k is mean² / more
            unseen = float(np.exp(-(mean**2) / more * np.log1p(more / mean)))
    held = kept * seen * share + (1 - kept) * mean * top
    return held / (kept * seen + (1 - kept) * mean)


def _halves(
    data: Any, customer: Hashable, date: Hashable, amount: Hashable, split: Any
) -> pd.DataFrame:
    """Return amount and purchase days of both halves, of those who bought in the first."""
    from loyaltylab.database.purchases import fetched, ledger
    from loyaltylab.database.summary import purchase_days

    rows = ledger(data, customer=customer, date=date, amount=amount)
    first, last = span_of(rows)
    rows = purchase_days(rows)
    middle = first + (last - first) / 2 if split is None else day_of("split", split)
    middle = middle.normalize()
    if not first <= middle < last:
        raise InputError(
            f"split must be a day from {first.date()} to before {last.date()}, between which the"
            f" log lies, not {shown(str(middle.date()))}."
        )
    early = rows["date"] <= middle.date()
    measures = {}
    for k, half in ((1, early), (2, ~early)):
        measures[f"amount_{k}"] = rows["paid"].sum(where=half)
        measures[f"purchases_{k}"] = (half & (rows["paid"] > 0)).sum()
    table = sorted_by_customer(fetched(rows.group_by("customer").aggregate(**measures)))
    table = table[table["purchases_1"] > 0].reset_index(drop=True)
    if len(table) < 2:
        raise InputError(
            f"Only {len(table)} customer(s) bought until {middle.date()}; give a later split."
        )
    return table.fillna(dict.fromkeys(measures, 0.0))
