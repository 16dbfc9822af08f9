"""The leak in a purchase log, where nobody says that he leaves."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FREQUENCIES = ("W", "M", "Q", "Y")
MAX_PERIODS = 10_000


def flows(
    data: Data, *, customer: Hashable = "household", date: Hashable = "date", every: str = "M"
) -> pd.DataFrame:
    """Count who came and who stayed away, period by period, in a purchase log.

    Without a contract nobody says that he leaves: ``lost`` are those who bought in the
    period before and not in this one, of whom some return later.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase.
    customer, date
        Columns.
    every
        ``"W"``, ``"M"``, ``"Q"`` or ``"Y"``.

    Returns
    -------
    pandas.DataFrame
        ``period`` (its first day), ``customers`` who bought in it, ``lost``, ``returned``
        (bought before, but not in the period before), ``acquired`` (first seen in it; in
        the first period, everybody) and ``lost_share`` of the customers of the period
        before with a 95 % Wilson interval ``lower, upper``; ``complete`` is False where the
        log begins or ends inside the period.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 2, 1, 2, 3],
    ...     "day": pd.to_datetime(["2017-01-05", "2017-01-09", "2017-02-01", "2017-03-01",
    ...                            "2017-03-02"])})
    >>> table = flows(log, customer="who", date="day")
    >>> table[["customers", "lost", "returned", "acquired"]]
       customers  lost  returned  acquired
    0          2     0         0         2
    1          1     1         0         0
    2          2     1         1         1
    """
    if not isinstance(every, str) or every not in FREQUENCIES:
        raise InputError(f"every must be one of {', '.join(FREQUENCIES)}, not {shown(every)}.")
    frame = take(data, customer=Column(customer, "group"), date=Column(date, "date"))
    dates = frame["date"].dt.tz_localize(None)
    first, last = dates.min(), dates.max()
    calendar = pd.period_range(first.to_period(every), last.to_period(every))
    if len(calendar) > MAX_PERIODS:
        raise InputError(
            f"Column {shown(date)} runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}, which is more"
            f" than {MAX_PERIODS:,} periods; correct the date that is mistyped."
        )
    frame["period"] = dates.dt.to_period(every)
    seen = frame[["customer", "period"]].drop_duplicates()
    seen["period"] = seen["period"].array.asi8 - calendar.asi8[0]  # counted from the first
    seen = seen.sort_values("period", kind="stable")
    gap = seen.groupby("customer", sort=False, observed=True)["period"].diff()

    def count(rows: pd.Series[bool]) -> npt.NDArray[np.int64]:
        return np.bincount(seen.loc[rows, "period"], minlength=len(calendar))

    new, kept, returned = count(gap.isna()), count(gap == 1), count(gap > 1)
    customers = new + kept + returned
    previous = np.concatenate([[0], customers[:-1]])
    lost = previous - kept
    lower, upper = wilson(lost, previous)
    known = previous > 0
    share = lost / np.where(known, previous, 1)
    return pd.DataFrame(
        {
            "period": calendar.to_timestamp(),
            "customers": customers,
            "lost": lost,
            "returned": returned,
            "acquired": new,
            "lost_share": np.where(known, share, np.nan),
            "lower": np.where(known, lower, np.nan),
            "upper": np.where(known, upper, np.nan),
            "complete": (calendar.start_time >= first.normalize())
            & (calendar.end_time.normalize() <= last.normalize()),
        }
    )


def plot_flows(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw who stayed away and who came, per period, of a table of :func:`flows`.

    Parameters
    ----------
    table
        What :func:`flows` returned, without the periods that are not to be shown.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 2, 1], "day": pd.to_datetime(
    ...     ["2017-01-05", "2017-01-09", "2017-02-01"])})
    >>> plot_flows(flows(log, customer="who", date="day")).get_ylabel()
    'customers'
    """
    counts = {name: Column(name, "whole", 0) for name in ("lost", "returned", "acquired")}
    table = returned_by("flows()", table, period=Column("period", "date"), **counts)
    ax = fig.axes(ax, title="Who came, who stayed away", x="period begins", y="customers")
    place = np.arange(len(table))
    ax.axhline(0, color=fig.GREY, lw=0.8)
    ax.bar(place, -table["lost"], color=fig.RED, width=0.7, label=fig.label("lost"))
    ax.bar(place, table["returned"], color=fig.BLUE, width=0.7, label=fig.label("returned"))
    ax.bar(
        place,
        table["acquired"],
        bottom=table["returned"],
        color=fig.ORANGE,
        width=0.7,
        label=fig.label("first seen"),
    )
    ax.set_xticks(place, table["period"].dt.strftime("%Y-%m-%d"), rotation=45, ha="right")
    fig.legend_above(ax)
    return ax
