"""What each customer bought for, added up exactly, from whatever holds the purchases."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, take
from loyaltylab.base.stats import Array

Negative = Literal["keep", "zero", "drop"]
UNITS, EXACT = 10_000, 9e14
"""Parts of a unit of money that are added up exactly, and the largest such sum."""


def choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return one of a few words, or say which there are.

    Examples
    --------
    >>> choice("ties", "id", ("id", "together"))
    'id'
    """
    if isinstance(value, str) and value in choices:
        return value
    words = ", ".join(map(repr, choices))
    raise InputError(f"{name} must be one of {words}, not {shown(value)}{nearest(value, choices)}.")


def totals(
    data: Any, *, customer: Hashable, date: Hashable | None, amount: Hashable
) -> pd.DataFrame:
    """Return one row per customer with the sum of the amounts, sorted by customer.

    With ``date=None`` the data are a frame or a file whose rows need no date. Amounts count to
    four decimals, as in a customer base, and are added up as whole numbers: so frame and
    database agree in every digit.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": [2, 1, 2], "amount": [0.1, 5.0, 0.2]})
    >>> totals(log, customer="customer", date=None, amount="amount")
       customer  amount
    0         1     5.0
    1         2     0.3
    """
    if date is not None:
        from loyaltylab.database.purchases import fetched, ledger

        rows = ledger(data, customer=customer, date=date, amount=amount)
        summed = rows.group_by("customer").aggregate(amount=rows["amount"].sum())
        return sorted_by_customer(fetched(summed))
    wanted = {"customer": Column(customer, "group"), "amount": Column(amount, "number")}
    frame = take(data, **wanted).reset_index(drop=True)
    if frame["amount"].abs().sum() < EXACT:
        frame["amount"] = np.rint(frame["amount"] * UNITS).astype(np.int64)
        summed = frame.groupby("customer", observed=True, sort=False)["amount"].sum() / UNITS
    else:
        summed = frame.groupby("customer", observed=True, sort=False)["amount"].sum()
    return sorted_by_customer(summed.reset_index())


def measured(
    data: Any, *, customer: Hashable, date: Hashable | None, amount: Hashable
) -> pd.DataFrame:
    """Return one row per customer: total, days with a purchase, and total per such day.

    A day on which no more was paid than given back is no purchase. Without dates there is only
    the total.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": [2, 1, 2], "amount": [0.1, 5.0, 0.2]})
    >>> list(measured(log, customer="customer", date=None, amount="amount"))
    ['customer', 'amount']
    """
    if date is None:
        return totals(data, customer=customer, date=None, amount=amount)
    from loyaltylab.database.purchases import fetched, ledger
    from loyaltylab.database.summary import purchase_days

    days = purchase_days(ledger(data, customer=customer, date=date, amount=amount))
    summed = {"amount": days["paid"].sum(), "purchases": (days["paid"] > 0).sum()}
    table = sorted_by_customer(fetched(days.group_by("customer").aggregate(**summed)))
    bought = table["purchases"].where(table["purchases"] > 0)
    return table.assign(mean_amount=(table["amount"] / bought).fillna(0.0))


def sorted_by_customer(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by customer: numbers by size, text by its characters, a mixture by its text.

    Examples
    --------
    >>> sorted_by_customer(pd.DataFrame({"customer": ["b", "a"]}))["customer"].tolist()
    ['a', 'b']
    """
    try:
        return frame.sort_values("customer", kind="stable", ignore_index=True)
    except TypeError:
        return frame.sort_values("customer", key=lambda v: v.astype(str), ignore_index=True)


def counted(values: Array, negative: str, name: str = "amount") -> Array:
    """Apply the rule for customers whose total is below 0, and see that something is left.

    Examples
    --------
    >>> counted(np.array([4.0, -1.0]), "zero").tolist()
    [4.0, 0.0]
    """
    rule = choice("negative", negative, ("keep", "zero", "drop"))
    if rule == "drop":
        values = values[values >= 0]
    elif rule == "zero":
        values = np.maximum(values, 0.0)
    if len(values) < 2:
        raise InputError(
            f"Column {shown(name)} leaves {len(values)} customer(s), but how a value is spread"
            " takes at least 2; check the column of customers."
        )
    if not values.sum() > 0:
        raise InputError(
            f"Column {shown(name)} adds up to {values.sum():g} over all customers; shares of it"
            " need a total above 0."
        )
    return values


def day_of(name: str, value: Any) -> pd.Timestamp:
    """Return a day that a caller named.

    Examples
    --------
    >>> day_of("until", "2024-03-31")
    Timestamp('2024-03-31 00:00:00')
    """
    try:
        number = isinstance(value, bool | int | float | np.number)
        day = pd.NaT if number else pd.Timestamp(value)
    except (TypeError, ValueError):
        day = pd.NaT
    if not isinstance(day, pd.Timestamp) or pd.isna(day):
        raise InputError(
            f"{name} must be a day such as '2017-12-31', year first and in quotes, not"
            f" {shown(value)}."
        )
    return day.tz_localize(None).normalize()


def span_of(rows: Any) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return first and last day of a ledger.

    Examples
    --------
    >>> from loyaltylab.database.purchases import ledger
    >>> log = pd.DataFrame({"customer": [1], "date": ["2024-03-31"], "amount": [2.0]})
    >>> [str(day.date()) for day in span_of(ledger(log))]
    ['2024-03-31', '2024-03-31']
    """
    from loyaltylab.database.purchases import fetched

    ends = fetched(rows.aggregate(first=rows["date"].min(), last=rows["date"].max()))
    return pd.Timestamp(ends["first"].iloc[0]), pd.Timestamp(ends["last"].iloc[0])
