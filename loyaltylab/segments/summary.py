"""One row per customer, with both recencies under names of their own."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.segments.values import sorted_by_customer

DAYS = {"D": 1.0, "W": 7.0}


def summary(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
) -> pd.DataFrame:
    """Summarise each customer of a purchase log.

    BEWARE OF THE WORD "RECENCY". Two literatures use it for opposite things:

    - RFM means the time SINCE the last purchase, ``until − last``: here ``days_since_last``. Small
      is good.
    - BG/NBD and its kin mean the time FROM THE FIRST TO the last purchase, ``last − first``: here
      ``recency_days``. Large is good.

    They add up to ``tenure_days = until − first``. No column is just called recency.

    Parameters
    ----------
    data
        Purchases: a frame, the path of a CSV or Parquet file, an ibis table or a
        ``database.CustomerBase``.
    customer, date, amount
        Columns.
    until
        Last day that counts; None is the last day of the log.

    Returns
    -------
    pandas.DataFrame
        One row per customer who bought until then, sorted by customer: ``customer, lines`` (rows),
        ``purchases`` (days with a purchase), ``frequency`` (``purchases − 1``: repeat purchases, as
        BG/NBD counts them), ``first, last`` (days), ``days_since_last, recency_days,
        tenure_days``, ``amount`` (monetary value: the total), ``repeat_amount`` (total less that of
        the first day), ``mean_repeat_amount`` (per repeat day; NaN where there was none).

    Raises
    ------
    InputError
        For missing columns, values of another kind, or a day before the log.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...     "date": ["2024-01-01", "2024-01-21", "2024-01-11"]})
    >>> table = summary(log, until="2024-01-31")
    >>> table[["customer", "frequency", "days_since_last", "recency_days", "tenure_days"]]
      customer  frequency  days_since_last  recency_days  tenure_days
    0        a          1               10            20           30
    1        b          0               20             0           20
    """
    from loyaltylab.database.purchases import fetched
    from loyaltylab.database.summary import summary as query

    end = None if until is None else day_of("until", until).date()
    table = fetched(query(data, customer=customer, date=date, amount=amount, until=end))
    if table.empty:
        raise InputError(
            f"until is {shown(str(end))}, but nobody had bought anything by then; give a later day."
        )
    return sorted_by_customer(table)


def histories(table: pd.DataFrame, *, unit: str = "W") -> pd.DataFrame:
    """Hand a summary over to BG/NBD: repeat purchases, their recency, and tenure.

    Parameters
    ----------
    table
        What :func:`summary` returned.
    unit
        ``"W"`` measures time in weeks, ``"D"`` in days.

    Returns
    -------
    pandas.DataFrame
        ``customer, x, t_x, T``, as ``lifetime.fit_bgnbd`` takes them: ``t_x`` is BG/NBD's recency,
        from the first purchase to the last, and not RFM's.

    Raises
    ------
    InputError
        If the table is another one.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a"], "amount": [5.0, 7.0],
    ...     "date": ["2024-01-01", "2024-01-22"]})
    >>> histories(summary(log, until="2024-01-29"))
      customer  x  t_x    T
    0        a  1  3.0  4.0
    """
    if not isinstance(unit, str) or unit not in DAYS:
        raise InputError(f"unit must be 'D' (days) or 'W' (weeks), not {shown(unit)}.")
    names = ("frequency", "recency_days", "tenure_days")
    wanted = {name: Column(name, "whole", 0) for name in names}
    checked = returned_by("summary()", table, customer=Column("customer", "group"), **wanted)
    return pd.DataFrame(
        {
            "customer": checked["customer"],
            "x": checked["frequency"],
            "t_x": checked["recency_days"] / DAYS[unit],
            "T": checked["tenure_days"] / DAYS[unit],
        }
    )


def day_of(name: str, value: Any) -> pd.Timestamp:
    """Return a day that a caller named.

    Examples
    --------
    >>> day_of("until", "2024-03-31")
    Timestamp('2024-03-31 00:00:00')
    """
    try:
        number = isinstance(value, bool | int | float | np.number)
        vague = isinstance(value, str) and not re.match(r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", value)
        day = pd.NaT if number or vague else pd.Timestamp(value)
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
