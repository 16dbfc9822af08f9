"""A purchase log as numbers: who bought which brand on which day, one row per purchase."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, whole

Codes = npt.NDArray[np.int64]
MOST_CELLS = 100_000_000
"""Largest table of customers by brands that is counted in memory."""
PERIODS = {"D": 1.0, "W": 7.0, "M": 365.25 / 12, "Q": 365.25 / 4, "Y": 365.25}
"""Days of a mean period."""


class Log(NamedTuple):
    """Purchases sorted by customer and day; everything of a brand on one day is one purchase.

    ``customer`` and ``brand`` are places in ``customers`` and ``brands``; ``day`` counts from
    ``first``, the first day of the window (since 1970), which is ``days`` long. ``panel``
    customers were watched, those who bought nothing among them.
    """

    customers: pd.Index[Any]
    brands: list[Any]
    customer: Codes
    brand: Codes
    day: Codes
    amount: Array | None
    quantity: Array | None
    first: int
    days: int
    dated: bool
    panel: int

    @property
    def pair(self) -> Codes:
        """Place of each purchase in a table of customers by brands."""
        return self.customer * len(self.brands) + self.brand

    def table(self, weights: Array | None = None) -> Array:
        """Count (or add up) the purchases in a table of customers by brands."""
        shape = (len(self.customers), len(self.brands))
        cells = np.bincount(self.pair, weights, shape[0] * shape[1])
        return cells.astype(np.float64, copy=False).reshape(shape)


def read_log(
    data: Data,
    *,
    customer: Hashable,
    date: Hashable,
    brand: Hashable | None,
    amount: Hashable | None = None,
    quantity: Hashable | None = None,
    start: Any = None,
    until: Any = None,
    panel: int | None = None,
) -> Log:
    """Check and code a purchase log; rows outside the window are left out.

    ``date`` holds dates, or whole numbers that count occasions. Without ``brand`` all is one.
    """
    frame = read(data)
    numbered = isinstance(date, str | int) and date in frame.columns
    numbered = numbered and pd.api.types.is_integer_dtype(frame.loc[:, [date]].dtypes.iloc[0])
    wanted = {
        "customer": Column(customer, "group"),
        "date": Column(date, "whole", 0) if numbered else Column(date, "date"),
    }
    for role, name in (("brand", brand), ("amount", amount), ("quantity", quantity)):
        if name is not None:
            kind = Column(name, "group") if role == "brand" else Column(name, "number", 0)
            wanted[role] = kind
    rows = take(frame, **wanted)
    day = rows["date"].to_numpy() if numbered else days_of(rows["date"])
    first, last = _window(day, start, until, numbered, date)
    inside = (day >= first) & (day <= last)
    if not inside.any():
        raise InputError(
            f"Column {shown(date)} has no row in the window that start and until name; move them."
        )
    if not inside.all():
        rows, day = rows[inside], day[inside]
    who, customers = pd.factorize(rows["customer"], sort=True)
    what, brands = _brands(rows)
    if len(customers) * len(brands) > MOST_CELLS:
        raise InputError(
            f"Column {shown(brand)} holds {len(brands):,} brands of {len(customers):,} customers,"
            " which is too many to tabulate; keep the brands in question and call the rest 'other'."
        )
    money = [rows[r].to_numpy() if r in rows else None for r in ("amount", "quantity")]
    span = last - first + 1
    key = (who * span + (day - first)) * len(brands) + what
    key, money = _collapsed(key, money)
    rest, what = np.divmod(key, len(brands))
    who, day = np.divmod(rest, span)
    size = len(customers) if panel is None else _panel(panel, len(customers))
    paid, units = money
    dated = not numbered
    return Log(customers, brands, who, what, day, paid, units, first, span, dated, size)


def days_of(dates: pd.Series[Any]) -> Codes:
    """Return dates as whole days since 1970."""
    plain = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    return plain.to_numpy().astype("datetime64[D]").astype(np.int64)


def _brands(rows: pd.DataFrame) -> tuple[Codes, list[Any]]:
    if "brand" not in rows:
        return np.zeros(len(rows), np.int64), ["all"]
    try:
        codes, names = pd.factorize(rows["brand"], sort=True)
    except TypeError:  # names of several types have no order
        codes, names = pd.factorize(rows["brand"])
    return codes.astype(np.int64), list(names)


def _collapsed(key: Codes, values: list[Array | None]) -> tuple[Codes, list[Array | None]]:
    """Sort the keys, leave each once, and add up the values that share one."""
    if all(v is None for v in values):
        key = np.sort(key)
        return key[np.flatnonzero(np.diff(key, prepend=-1))], values
    order = np.argsort(key)
    key = key[order]
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    added = [None if v is None else np.add.reduceat(v[order], begin) for v in values]
    return key[begin], added


def _window(day: Codes, start: Any, until: Any, numbered: bool, name: Hashable) -> tuple[int, int]:
    first = int(day.min()) if start is None else edge("start", start, numbered)
    last = int(day.max()) if until is None else edge("until", until, numbered)
    if first > last:
        raise InputError(
            f"until must not be before start, but the window of column {shown(name)} would end"
            f" {first - last:,} {'occasions' if numbered else 'days'} before it begins."
        )
    return first, last


def edge(name: str, value: Any, numbered: bool = False) -> int:
    """Return an edge of the window as a whole number of days, or say what is wrong."""
    if numbered:
        return whole(name, value, 0, 2**53)
    try:
        stamp = pd.Timestamp(value) if not isinstance(value, bool | int | float) else pd.NaT
    except (TypeError, ValueError):
        stamp = pd.NaT
    if not isinstance(stamp, pd.Timestamp) or pd.isna(stamp):
        raise InputError(f"{name} must be a date such as '2017-12-31', not {shown(value)}.")
    return int(stamp.tz_localize(None).to_datetime64().astype("datetime64[D]").astype(np.int64))


def _panel(panel: Any, seen: int) -> int:
    """Return how many customers were watched, at least those seen."""
    size = whole("panel", panel, 1, 10**12)
    if size < seen:
        raise InputError(
            f"panel must count all customers watched, also those who bought nothing, so at least"
            f" the {seen:,} in the log, not {size:,}."
        )
    return size


def period(per: Any) -> float:
    """Return the days of a period, or say which there are."""
    if isinstance(per, str) and per in PERIODS:
        return PERIODS[per]
    letter = str(per)[:1].upper()
    hint = f"; write {letter!r}" if letter in PERIODS else ""
    raise InputError(
        f"per must be one of {', '.join(PERIODS)} (days, weeks, months, quarters, years), not"
        f" {shown(per)}{hint}."
    )


def place(brands: list[Any], of: Any) -> int:
    """Return the place of a brand, or say which there are."""
    for i, name in enumerate(brands):
        if name == of:
            return i
    listed = ", ".join(map(shown, brands[:8]))
    raise InputError(f"There is no brand {shown(of)}{nearest(of, brands)}; there are {listed}.")
