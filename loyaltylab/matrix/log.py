"""Repeat patronage from a purchase log: one axis of the matrix, and only one."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import wilson
from loyaltylab.bucket.panel import FREQUENCIES, MAX_PERIODS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def repeat_patronage(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    every: str = "M",
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure how steadily each customer comes back, from dated purchases.

    ``patronage`` is the share of periods with a purchase, among the whole periods after the
    one in which the customer was first seen; that one holds a purchase by its choice, and a
    period in which the log ends is not over. ``cycle_days`` is the mean number of days from
    one purchase day to the next: ``(last - first) / (occasions - 1)``.

    The log knows neither rivals nor liking. It puts a customer on one axis of the matrix:
    whoever comes often may be loyal or inert, and whoever comes seldom may buy seldom anywhere.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase or item.
    customer, date
        Columns.
    every
        ``"W"``, ``"M"``, ``"Q"`` or ``"Y"``.
    level
        Coverage of the interval (Wilson 1927), as if each period were decided by itself.

    Returns
    -------
    pandas.DataFrame
        One row per customer: ``customer, first`` (day), ``occasions`` (distinct days),
        ``cycle_days`` (NaN after one occasion), ``periods``, ``bought`` (periods with a
        purchase), ``patronage, lower, upper``. Without a whole period nothing is known:
        ``patronage`` is NaN and the interval runs from 0 to 1.

    Raises
    ------
    InputError
        For a missing column or value, a date that is none, an unknown ``every``.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2, 2], "day": pd.to_datetime(
    ...     ["2024-01-05", "2024-02-04", "2024-04-30", "2024-01-01", "2024-01-11"])})
    >>> found = repeat_patronage(log, customer="who", date="day")
    >>> found[["customer", "occasions", "cycle_days", "periods", "bought"]]
       customer  occasions  cycle_days  periods  bought
    0         1          3        58.0        3       2
    1         2          2        10.0        3       0
    """
    if not isinstance(every, str) or every not in FREQUENCIES:
        letter = str(every)[:1].upper()
        hint = f"; write {letter!r}" if letter in FREQUENCIES else ""
        raise InputError(
            f"every must be one of {', '.join(FREQUENCIES)} (weeks, months, quarters, years), not"
            f" {shown(every)}{hint}."
        )
    log = take(data, customer=Column(customer, "group"), date=Column(date, "date"))
    log["day"] = log["date"].dt.tz_localize(None).dt.normalize()
    first, last = log["day"].min(), log["day"].max()
    calendar = pd.period_range(first.to_period(every), last.to_period(every))
    if len(calendar) > MAX_PERIODS:
        raise InputError(
            f"Column {shown(date)} runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}, which is more"
            f" than {MAX_PERIODS:,} periods; correct the date that is mistyped."
        )
    end = len(calendar) - int(calendar[-1].end_time.normalize() > last)
    days = log[["customer", "day"]].drop_duplicates()
    days["period"] = days["day"].dt.to_period(every).array.asi8 - calendar.asi8[0]
    group = days.groupby("customer", observed=True, sort=True)
    found = group["day"].agg(first="min", last="max", occasions="size")
    begin = group["period"].min()
    later = days["period"] > days["customer"].map(begin)
    whole = days[later & (days["period"] < end)]
    counted = whole.groupby("customer", observed=True)["period"].nunique()
    bought = counted.reindex(found.index, fill_value=0).to_numpy()
    periods = np.maximum(end - 1 - begin.to_numpy(), 0)
    lower, upper = wilson(bought, periods, level)
    span = (found["last"] - found["first"]).dt.days.to_numpy()
    more = found["occasions"].to_numpy() - 1
    return pd.DataFrame(
        {
            "customer": found.index,
            "first": found["first"].to_numpy(),
            "occasions": found["occasions"].to_numpy(),
            "cycle_days": np.where(more > 0, span / np.maximum(more, 1), np.nan),
            "periods": periods,
            "bought": bought,
            "patronage": np.where(periods > 0, bought / np.maximum(periods, 1), np.nan),
            "lower": lower,
            "upper": upper,
        }
    )


def plot_patronage(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how many customers bought in which share of the periods after their first.

    Parameters
    ----------
    table
        What :func:`repeat_patronage` returned; customers without a whole period are left out.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        For another table, or one in which no customer has a whole period.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 2], "day": pd.to_datetime(
    ...     ["2024-01-05", "2024-02-04", "2024-03-31"])})
    >>> plot_patronage(repeat_patronage(log, customer="who", date="day")).get_ylabel()
    'customers'
    """
    if isinstance(table, pd.DataFrame) and "patronage" in table and len(table):
        table = table[table["patronage"].notna()]
        if table.empty:
            raise InputError(
                "No customer of the table has a whole period after his first, so that there is"
                " nothing to draw; give repeat_patronage() a longer log, or a shorter period such"
                " as every='W'."
            )
    table = returned_by("repeat_patronage()", table, patronage=Column("patronage", "number", 0, 1))
    ax = fig.axes(
        ax, title="One axis only", x="share of later periods with a purchase", y="customers"
    )
    ax.hist(table["patronage"], bins=np.linspace(0, 1, 13).tolist(), color=fig.BLUE, rwidth=0.9)
    ax.xaxis.set_major_formatter(lambda v, _: f"{100 * v:.0f}%")
    return ax
