"""What a purchase log says of each customer, in one pass over it and without a self-join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import ibis
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.database.purchases import MONEY, ledger
from loyaltylab.lifetime.summary import day_number

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase

Counted = Literal["paid", "every"]


def summary(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    counted: Counted = "paid",
) -> ibis.Table:
    """Return the query that summarises each customer of a purchase log.

    Everything bought on one day is one purchase. The rows are added up by customer and day,
    and the days by customer; what the repeat purchases brought is the total less the first
    day's amount, so that the log is never joined with itself.

    Parameters
    ----------
    data, customer, date, amount
        See :func:`ledger`.
    until
        Last day that counts (a date); None is the last day of the log. Later rows are left
        out, and so are customers whose first purchase is later.
    counted
        ``"paid"``: a day on which no more was paid than given back (a return, a gift) is no
        purchase, and a customer without a purchase is left out, as in
        :func:`loyaltylab.lifetime.summarise`. ``"every"``: each day with a row is one.

    Returns
    -------
    ibis.Table
        One row per customer, in no order: ``customer``; ``lines`` (rows); ``purchases``
        (days); ``frequency`` (purchases less one); ``first``, ``last`` (days of purchase);
        ``days_since_last`` (from the last purchase to ``until``: the recency of RFM);
        ``recency_days`` (from the first to the last: the recency of BG/NBD); ``tenure_days``
        (from the first to ``until``); ``amount`` (all rows, returns included);
        ``repeat_amount`` (purchases after the first day); ``mean_repeat_amount`` (per such
        purchase, null where there is none). Money is decimal, the mean a float.

    Raises
    ------
    InputError
        As :func:`ledger`, or if ``until`` is no date.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005), "Counting your customers the easy
    way", Marketing Science 24(2).

    Examples
    --------
    >>> from loyaltylab.database.purchases import fetched
    >>> log = pd.DataFrame({"customer": ["a", "a", "a", "b"], "amount": [9, 4, 2, 5], "date":
    ...     ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"]})
    >>> table = fetched(summary(log, until="2024-01-29").order_by("customer"))
    >>> table[["customer", "purchases", "days_since_last", "amount", "repeat_amount"]]
      customer  purchases  days_since_last  amount  repeat_amount
    0        a          2               14    15.0            6.0
    1        b          1               21     5.0            0.0
    """
    if counted not in ("paid", "every"):
        raise InputError(f"counted must be 'paid' or 'every', not {shown(counted)}.")
    log = ledger(data, customer=customer, date=date, amount=amount)
    log, end = seen_until(log, until)
    return summarised(purchase_days(log), end, counted)


def purchase_days(log: ibis.Table) -> ibis.Table:
    """Add a ledger up by customer and day: customer, date, paid, lines.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a"], "date": ["2024-01-05"] * 2, "amount": [1, 2]})
    >>> purchase_days(ledger(log)).to_pyarrow().to_pylist()[0]["paid"]
    Decimal('3.0000')
    """
    if "lines" in log.columns:  # a customer base keeps these sums
        return log.rename(paid="amount")
    days = log.group_by("customer", "date")
    return days.agg(paid=log.amount.sum().cast(MONEY), lines=log.count().cast("int32"))


def occasions(log: ibis.Table) -> ibis.Table:
    """Return the purchases of a ledger: the days on which more was paid than given back.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a"], "date": ["2024-01-05"] * 2, "amount": [1, -1]})
    >>> occasions(ledger(log)).count().to_pyarrow().as_py()
    0
    """
    days = purchase_days(log)
    return days.filter(days.paid > 0)


def summarised(days: ibis.Table, end: ibis.ir.DateScalar, counted: Counted) -> ibis.Table:
    """Add days up by customer; see :func:`summary` for the columns."""
    if counted == "paid":
        bought = days.paid > 0
        days = days.mutate(day=bought.ifelse(days.date, None), spent=bought.ifelse(days.paid, None))
    else:
        days = days.mutate(day=days.date, spent=days.paid)
    customers = days.group_by("customer").agg(
        lines=days.lines.sum(),
        purchases=days.day.count(),
        first=days.day.min(),
        last=days.day.max(),
        amount=days.paid.sum(),
        spent=days.spent.sum(),
        first_spent=days.spent.argmin(days.day),
    )
    customers = customers.filter(customers.purchases > 0)
    repeats = customers.purchases - 1
    later = (customers.spent - customers.first_spent).cast(MONEY)
    return customers.select(
        "customer",
        "lines",
        "purchases",
        "first",
        "last",
        frequency=repeats,
        days_since_last=end.delta(customers["last"], unit="day"),
        recency_days=customers["last"].delta(customers["first"], unit="day"),
        tenure_days=end.delta(customers["first"], unit="day"),
        amount=customers.amount.cast(MONEY),
        repeat_amount=later,
        mean_repeat_amount=later.cast("float64") / repeats.nullif(0).cast("float64"),
    )


def seen_until(log: ibis.Table, until: Any) -> tuple[ibis.Table, ibis.ir.DateScalar]:
    """Leave out rows after a day, and return that day: None is the last day of the log.

    Examples
    --------
    >>> log = ledger(pd.DataFrame({"customer": ["a"], "date": ["2024-01-05"], "amount": [1]}))
    >>> seen_until(log, "2024-01-04")[0].count().to_pyarrow().as_py()
    0
    """
    if until is None:
        return log, log.date.max().as_scalar()
    day = ibis.literal(as_day("until", until))
    return log.filter(log.date <= day), cast(Any, day)


def as_day(name: str, value: Any) -> dt.date:
    """Return a date, or say what is wrong with what was given for one.

    Examples
    --------
    >>> as_day("until", "2024-01-05")
    datetime.date(2024, 1, 5)
    """
    return dt.date(1970, 1, 1) + dt.timedelta(days=day_number(name, value))
