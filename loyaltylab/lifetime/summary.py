"""What a purchase log says of each customer: how often, how recently, for how long seen."""

from __future__ import annotations

import numbers
import re
from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take

DAYS = {"D": 1.0, "W": 7.0}
ROUNDING = 1e-12
"""Share of what went to and fro on a day below which the rest is rounding."""
WHOLE_DATE = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}([ T].*)?")


def summarise(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    amount: Hashable | None = None,
    until: Any = None,
    holdout_until: Any = None,
    first_after: Any = None,
    unit: str = "W",
) -> pd.DataFrame:
    """Summarise a purchase log as the models of repeat buying need it.

    A customer is followed from the day of his first purchase. Everything bought on one day
    is one purchase occasion; the first one is not counted, for it makes him a customer
    (Fader, Hardie & Lee 2005). With ``amount``, a day on which no more was paid than given
    back (a return, a gift) is no occasion; without it every day with a row is one, as in the
    published summary of the CDNOW log, in which some purchases cost nothing.

    A log that begins in mid-business is cut off on the left: the first purchase in it of an
    old customer is not his first one, he is taken for new, and the frequent buyers among the
    old ones appear at once. ``first_after`` leaves out whoever was seen up to that day, so
    that the rest are new if everybody else would have bought by then.

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
        out, and so are customers whose first purchase is later. A day after the log's last
        says that it is complete until then, and that nobody bought.
    holdout_until
        Last day of a hold-out period that begins after ``until``, or None; not after the last
        day of the log, for what was bought then cannot be counted.
    first_after
        A day before ``until``: customers with a row in the log on or before it are left out,
        a return included, for it tells of an earlier purchase. None keeps all.
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
        For missing columns, values of another kind, dates out of order or beyond the log, or
        if nobody is left.

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
    last = int(day.max())
    end = last if until is None else day_number("until", until)
    if int(day.min()) > end:
        raise InputError(
            f"until is {_shown(end)}, but column {shown(date)} begins on"
            f" {_shown(int(day.min()))}; give a later day."
        )
    code, who = pd.factorize(frame["customer"])
    cost = frame["amount"].to_numpy() if amount is not None else None
    occasions = _occasions(code.astype(np.int64), day, cost)
    if amount is not None and not (occasions[1] <= end).any():
        raise InputError(
            f"Column {shown(amount)} adds up to nothing on every day until {_shown(end)}, so that"
            " nobody bought; give the column of what was paid."
        )
    table = _per_customer(occasions, end, DAYS[unit], with_amount=amount is not None)
    table.insert(0, "customer", who[table["code"].to_numpy()])
    if holdout_until is not None:
        later = _holdout_end(holdout_until, end, last, date)
        inside = (occasions[1] > end) & (occasions[1] <= later)
        counts = np.bincount(occasions[0][inside], minlength=len(who))
        table["x_holdout"] = counts[table["code"].to_numpy()]
        table["t_holdout"] = (later - end) / DAYS[unit]
    if first_after is not None:
        begin = day_number("first_after", first_after)
        table = _new_since(table, begin, end, np.unique(code[day <= begin]))
    return table.drop(columns="code")


def _holdout_end(value: Any, end: int, last: int, date: Hashable) -> int:
    """Return the last day of a hold-out period that the log covers."""
    later = day_number("holdout_until", value)
    if later <= end:
        raise InputError(f"holdout_until must be after until ({_shown(end)}), not {_shown(later)}.")
    if later > last:
        raise InputError(
            f"holdout_until is {_shown(later)}, but column {shown(date)} ends on {_shown(last)}:"
            " what was bought after it is not in the log; give that day or an earlier one."
        )
    return later


def _new_since(
    table: pd.DataFrame, day: int, end: int, seen: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """Leave out who was seen on or before a day, if only to give something back."""
    if day >= end:
        raise InputError(
            f"first_after must be before the last day that counts ({_shown(end)}), not"
            f" {_shown(day)}."
        )
    kept = table[~table["code"].isin(seen)]
    if kept.empty:
        raise InputError(
            f"first_after is {_shown(day)}, but nobody bought for the first time after it; give an"
            " earlier day."
        )
    return kept.reset_index(drop=True)


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
        bought = paid > ROUNDING * np.bincount(place, weights=np.abs(cost))
        distinct, paid = distinct[bought], paid[bought]
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


def day_number(name: str, value: Any) -> int:
    """Return a date as a number of days, or say what is wrong."""
    unclear = isinstance(value, str) and not WHOLE_DATE.fullmatch(value)
    try:
        number = isinstance(value, numbers.Number | np.generic) and not isinstance(
            value, np.datetime64
        )
        stamp = pd.NaT if number or unclear else pd.Timestamp(value)
    except (TypeError, ValueError):
        stamp = pd.NaT
    if not isinstance(stamp, pd.Timestamp) or pd.isna(stamp):
        raise InputError(
            f"{name} must be a whole date such as '2017-12-31', year first and in quotes, not"
            f" {shown(value)}."
        )
    return int(stamp.tz_localize(None).to_datetime64().astype("datetime64[D]").astype(np.int64))


def _shown(day: int) -> str:
    """Write a day for a sentence."""
    return str(np.datetime64(day, "D"))
