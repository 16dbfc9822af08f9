"""The leak in a purchase log, where nobody says that he leaves."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FREQUENCIES = {"W": "week", "M": "month", "Q": "quarter", "Y": "year"}


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
    if every not in FREQUENCIES:
        raise InputError(f"every must be one of {', '.join(FREQUENCIES)}, not {shown(every)}.")
    frame = take(data, customer=Column(customer, "group"), date=Column(date, "date"))
    frame["date"] = frame["date"].dt.tz_localize(None)
    frame["period"] = frame["date"].dt.to_period(every)
    seen = frame[["customer", "period"]].drop_duplicates()
    calendar = pd.period_range(seen["period"].min(), seen["period"].max(), freq=every)
    bought = pd.crosstab(seen["customer"], seen["period"]).reindex(columns=calendar, fill_value=0)
    now = bought.to_numpy(bool)
    before = np.hstack([np.zeros((len(now), 1), bool), now[:, :-1]])
    ever = np.logical_or.accumulate(before, axis=1)
    lost, previous = (before & ~now).sum(axis=0), before.sum(axis=0)
    lower, upper = wilson(lost, previous)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(previous > 0, lost / previous, np.nan)
    unknown = previous == 0
    first, last = frame["date"].min(), frame["date"].max()
    return pd.DataFrame(
        {
            "period": calendar.to_timestamp(),
            "customers": now.sum(axis=0),
            "lost": lost,
            "returned": (now & ~before & ever).sum(axis=0),
            "acquired": (now & ~ever).sum(axis=0),
            "lost_share": share,
            "lower": np.where(unknown, np.nan, lower),
            "upper": np.where(unknown, np.nan, upper),
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
    needed = {"period", "lost", "returned", "acquired"}
    if not isinstance(table, pd.DataFrame) or not needed <= set(table.columns):
        raise InputError("table must be what flows() returned.")
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
