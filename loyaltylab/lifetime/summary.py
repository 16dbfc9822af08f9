"""What a purchase log says of each customer: how often, how recently, for how long seen."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take

DAYS = {"D": 1.0, "W": 7.0}
DAY = np.timedelta64(1, "D")


def summarise(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    amount: Hashable | None = None,
    until: Any = None,
    holdout_until: Any = None,
    unit: str = "W",
) -> pd.DataFrame:
    """Summarise a purchase log as the models of repeat buying need it.

    A customer is followed from the day of his first purchase. Everything bought on one day
    is one purchase occasion; the first one is not counted, for it makes him a customer
    (Fader, Hardie & Lee 2005).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase or item.
    customer, date
        Columns.
    amount
        Column of what each row cost, or None.
    until
        Last day that counts (a date); None is the last day of the log. Later rows are left
        out, and so are customers whose first purchase is later.
    holdout_until
        Last day of a hold-out period that begins after ``until``, or None.
    unit
        ``"W"`` measures time in weeks, ``"D"`` in days; occasions are days in both.

    Returns
    -------
    pandas.DataFrame
        One row per customer: ``customer, first_date, x`` (repeat occasions), ``t_x`` (time
        from the first to the last occasion; 0 where there was no other), ``T`` (time from
        the first occasion to ``until``); with ``amount`` also ``mean_amount`` of the repeat
        occasions (0 where there was none), with ``holdout_until`` also ``x_holdout`` and
        ``t_holdout`` (occasions in, and length of, the hold-out period).

    Raises
    ------
    InputError
        For missing columns, values of another kind, dates out of order.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005), "Counting your customers the easy
    way", Marketing Science 24(2).

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2], "day": pd.to_datetime(
    ...     ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]), "paid": [9, 4, 2, 5]})
    >>> table = summarise(log, customer="who", date="day", amount="paid", until="2024-01-29")
    >>> table[["customer", "x", "t_x", "T", "mean_amount"]]
       customer  x  t_x    T  mean_amount
    0         1  1  2.0  4.0          6.0
    1         2  0  0.0  3.0          0.0
    """
    if not isinstance(unit, str) or unit not in DAYS:
        raise InputError(f"unit must be 'D' (days) or 'W' (weeks), not {shown(unit)}.")
    wanted = {"customer": Column(customer, "group"), "date": Column(date, "date")}
    if amount is not None:
        wanted["amount"] = Column(amount, "number")
    frame = take(data, **wanted)
    day = frame["date"].dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    end = int(day.max()) if until is None else _day("until", until)
    if int(day.min()) > end:
        raise InputError(
            f"until is {_shown(end)}, but column {shown(date)} begins on"
            f" {_shown(int(day.min()))}; give a later day."
        )
    code, who = pd.factorize(frame["customer"])
    cost = frame["amount"].to_numpy() if amount is not None else None
    occasions = _occasions(code.astype(np.int64), day, cost)
    table = _per_customer(occasions, end, DAYS[unit], with_amount=amount is not None)
    table.insert(0, "customer", who[table["code"].to_numpy()])
    if holdout_until is not None:
        later = _day("holdout_until", holdout_until)
        if later <= end:
            raise InputError(
                f"holdout_until must be after until ({_shown(end)}), not {_shown(later)}."
            )
        held, _, _ = occasions
        inside = (occasions[1] > end) & (occasions[1] <= later)
        counts = np.bincount(held[inside], minlength=len(who))
        table["x_holdout"] = counts[table["code"].to_numpy()]
        table["t_holdout"] = (later - end) / DAYS[unit]
    return table.drop(columns="code")


Occasions = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]


def _occasions(
    code: npt.NDArray[np.int64], day: npt.NDArray[np.int64], cost: npt.NDArray[np.float64] | None
) -> Occasions:
    """Return customer, day and amount of each purchase occasion, sorted by both."""
    first = int(day.min())
    span = int(day.max()) - first + 1
    key = code * span + (day - first)
    if cost is None:
        distinct = np.sort(pd.unique(key))
        paid = np.zeros(len(distinct))
    else:
        distinct, place = np.unique(key, return_inverse=True)
        paid = np.bincount(place, weights=cost).astype(float)
    return distinct // span, distinct % span + first, paid


def _per_customer(
    occasions: Occasions, end: int, days: float, *, with_amount: bool
) -> pd.DataFrame:
    """Return one row per customer from the occasions up to the last day that counts."""
    seen = occasions[1] <= end
    code, day, paid = occasions[0][seen], occasions[1][seen], occasions[2][seen]
    start = np.flatnonzero(np.diff(code, prepend=-1))
    last = np.append(start[1:], len(code)) - 1
    repeats = last - start
    table = pd.DataFrame(
        {
            "code": code[start],
            "first_date": day[start].astype("datetime64[D]").astype("datetime64[s]"),
            "x": repeats,
            "t_x": (day[last] - day[start]) / days,
            "T": (end - day[start]) / days,
        }
    )
    if with_amount:
        total = np.add.reduceat(paid, start) - paid[start]
        table["mean_amount"] = np.where(repeats > 0, total / np.maximum(repeats, 1), 0.0)
    return table


def _day(name: str, value: Any) -> int:
    """Return a date as a number of days, or say what is wrong."""
    try:
        stamp = pd.Timestamp(value) if not isinstance(value, bool | int | float) else pd.NaT
    except (TypeError, ValueError):
        stamp = pd.NaT
    if not isinstance(stamp, pd.Timestamp) or pd.isna(stamp):
        raise InputError(f"{name} must be a date such as '2017-12-31', not {shown(value)}.")
    return int(stamp.tz_localize(None).to_datetime64().astype("datetime64[D]").astype(np.int64))


def _shown(day: int) -> str:
    """Write a day for a sentence."""
    return str(np.datetime64(day, "D"))
