"""How often, at what distance and for how much each customer buys."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import Array
from loyaltylab.indicators.cells import divide, ends, sums
from loyaltylab.indicators.log import Log, period, place, read_log

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EDGES = ("window", "first", "span")
NUMBERS = (
    "purchases",
    "repeats",
    "frequency",
    "repeat_frequency",
    "cycle",
    "mean_gap",
    "spend",
    "spend_per_period",
)


def purchase_rhythm(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    brand: Hashable | None = None,
    of: Any = None,
    amount: Hashable | None = None,
    per: str = "M",
    edge: str = "window",
    start: Any = None,
    until: Any = None,
) -> pd.DataFrame:
    """Measure repeat purchase frequency, purchase cycle and spend of each customer.

    With n purchases in a time of t periods, ``frequency = n / t`` and ``cycle = t / n``, so that
    their product is 1. ``repeat_frequency = (n - 1) / t`` does not count the first purchase, for
    it repeats nothing. ``mean_gap = (last - first) / (n - 1)`` is the mean time from one purchase
    to the next; it leaves out the wait before the first and after the last purchase.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase or item. All that
        counts of one day is one purchase.
    customer, date
        Columns.
    brand, of
        Column of brands, and the brand whose purchases count; None counts all of the log.
    amount
        Column of money, or None.
    per
        Unit of time: ``"D"``, ``"W"``, ``"M"``, ``"Q"`` or ``"Y"`` (mean lengths; a year is
        365.25 days).
    edge
        What t is: the whole ``"window"``; from the day of the ``"first"`` purchase to the end of
        the window; or the ``"span"`` from first to last purchase, which ends where it pleases the
        customer and makes everybody look more frequent than he is.
    start, until
        First and last day of the window; None is that of the log.

    Returns
    -------
    pandas.DataFrame
        One row per customer with a purchase: ``customer, purchases`` (n), ``repeats`` (n − 1),
        ``periods`` (t), ``frequency, repeat_frequency`` (per period), ``cycle, mean_gap``
        (periods; NaN after one purchase), and with ``amount`` ``spend, spend_per_period``. What
        would be divided by a t of 0 is NaN.

    Raises
    ------
    InputError
        For a missing column or value, a date that is none, an unknown brand, ``per`` or ``edge``.

    References
    ----------
    Jacoby, J. & Chestnut, R. W. (1978), *Brand Loyalty: Measurement and Management*, list more
    than fifty such measures.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2], "day": pd.to_datetime(
    ...     ["2024-01-03", "2024-01-10", "2024-01-24", "2024-01-28"])})
    >>> purchase_rhythm(log, customer="who", date="day", per="W", start="2024-01-01")[
    ...     ["customer", "purchases", "repeats", "frequency", "cycle", "mean_gap"]].round(2)
       customer  purchases  repeats  frequency  cycle  mean_gap
    0         1          3        2       0.75   1.33       1.5
    1         2          1        0       0.25   4.00       NaN
    """
    if edge not in EDGES:
        raise InputError(f"edge must be one of {', '.join(EDGES)}, not {shown(edge)}.")
    length = period(per)
    if of is not None and brand is None:
        raise InputError(f"brand must name the column in which the brand {shown(of)} stands.")
    log = read_log(
        data, customer=customer, date=date, brand=brand if of is not None else None,
        amount=amount, start=start, until=until,
    )  # fmt: skip
    if not log.dated:
        raise InputError(
            f"Column {shown(date)} must hold dates, for time is measured; whole numbers of"
            " occasions have no length."
        )
    if of is not None:
        log = _only(log, place(log.brands, of))
    begin = np.flatnonzero(np.diff(log.customer, prepend=-1))
    last = np.append(begin[1:], len(log.customer)) - 1
    first_day, last_day = log.day[begin], log.day[last]
    n = (last - begin + 1).astype(np.int64)
    t = {
        "window": np.full(len(n), float(log.days)),
        "first": (log.days - first_day).astype(float),
        "span": (last_day - first_day).astype(float),
    }[edge] / length
    table = pd.DataFrame(
        {
            "customer": log.customers[log.customer[begin]],
            "purchases": n,
            "repeats": n - 1,
            "periods": t,
            "frequency": divide(n, t),
            "repeat_frequency": divide(n - 1, t),
            "cycle": np.where(t > 0, t / n, np.nan),
            "mean_gap": divide((last_day - first_day) / length, n - 1),
        }
    )
    if log.amount is not None:
        table["spend"] = np.add.reduceat(log.amount, begin)
        table["spend_per_period"] = divide(table["spend"], t)
    return table


def _only(log: Log, which: int) -> Log:
    """Return the purchases of one brand."""
    own = log.brand == which
    amount = None if log.amount is None else log.amount[own]
    return log._replace(customer=log.customer[own], day=log.day[own], amount=amount)


def rhythm_summary(
    table: pd.DataFrame,
    *,
    level: float = 0.95,
    draws: int = 500,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Average a table of :func:`purchase_rhythm` over customers, with bootstrap intervals.

    Parameters
    ----------
    table
        What :func:`purchase_rhythm` returned.
    level, draws, seed
        Of the percentile bootstrap over customers.

    Returns
    -------
    pandas.DataFrame
        ``indicator, mean, lower, upper, median, n`` (customers of whom it is known). The bounds
        are NaN where all customers are alike.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2], "day": pd.to_datetime(
    ...     ["2024-01-03", "2024-01-10", "2024-01-24", "2024-01-28"])})
    >>> rhythm = purchase_rhythm(log, customer="who", date="day", per="W", start="2024-01-01")
    >>> rhythm_summary(rhythm)[["indicator", "mean", "median", "n"]].head(2)
       indicator  mean  median  n
    0  purchases   2.0     2.0  2
    1    repeats   1.0     1.0  2
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"table must be what purchase_rhythm() returned, not {shown(table)}.")
    needed = {"customer": Column("customer", "group"), "n": Column("purchases", "whole", 1)}
    returned_by("purchase_rhythm()", table, **needed)
    names = [name for name in NUMBERS if name in table]
    values = table[names].to_numpy(float)
    known = np.isfinite(values)
    columns = np.hstack([np.where(known, values, 0.0), known.astype(float)])
    sampled = sums(columns, draws, seed)
    lower, upper = ends(divide(sampled[:, : len(names)], sampled[:, len(names) :]), level)
    n = known.sum(axis=0)
    return pd.DataFrame(
        {
            "indicator": names,
            "mean": divide(np.where(known, values, 0.0).sum(axis=0), n),
            "lower": lower,
            "upper": upper,
            "median": [_median(values[:, i]) for i in range(len(names))],
            "n": n,
        }
    )


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan


def plot_rhythm(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw each customer's cycle t/n against the mean gap between his purchases.

    Parameters
    ----------
    table
        What :func:`purchase_rhythm` returned; who bought once has no gap and is left out.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 2, 2], "day": pd.to_datetime(
    ...     ["2024-01-03", "2024-01-10", "2024-01-24", "2024-01-28"])})
    >>> plot_rhythm(purchase_rhythm(log, customer="who", date="day", per="W")).get_ylabel()
    'mean gap between purchases (periods)'
    """
    if isinstance(table, pd.DataFrame) and {"mean_gap", "cycle"} <= set(table.columns):
        table = table.dropna(subset=["mean_gap", "cycle"])
    columns = {name: Column(name, "number", 0) for name in ("cycle", "mean_gap")}
    table = returned_by("purchase_rhythm()", table, **columns)
    ax = fig.axes(
        ax,
        title="Two measures of the cycle",
        x="cycle: time over purchases (periods)",
        y="mean gap between purchases (periods)",
    )
    dots: dict[str, Any] = {"color": fig.BLUE, "ms": 3, "alpha": 0.35}
    ax.plot(table["cycle"], table["mean_gap"], "o", label=fig.label("a customer"), **dots)
    top = 1.05 * float(table["cycle"].max())
    line: dict[str, Any] = {"color": fig.GREY, "lw": 1.2, "ls": "--"}
    ax.plot([0, top], [0, top], label=fig.label("gap = cycle"), **line)
    ax.set_xlim(0, top)
    ax.set_ylim(0)
    fig.legend_above(ax)
    return ax
