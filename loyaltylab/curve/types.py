"""Four types of customers: loyalist, mercenary, hostage, defector."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import LIMIT, between, wilson
from loyaltylab.curve import answers as given
from loyaltylab.curve import scale as scales
from loyaltylab.curve.answers import in_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TYPES = ("loyalist", "mercenary", "hostage", "defector")
SATISFACTION = ("high", "high", "low to medium", "low to medium")
LOYALTY = ("high", "low to medium", "high", "low to medium")


def type_of(
    satisfaction: npt.ArrayLike,
    loyalty: npt.ArrayLike,
    *,
    high_satisfaction: float = 4.0,
    high_loyalty: float = 0.8,
) -> npt.NDArray[Any]:
    """Return the type of each customer as an array of words.

    See :func:`customer_types` for the types and for what the cut points are.

    Raises
    ------
    InputError
        If a value is no number, or the two arrays differ in shape.

    Examples
    --------
    >>> type_of([5, 5, 2, 2], [0.9, 0.3, 0.9, 0.3]).tolist()
    ['loyalist', 'mercenary', 'hostage', 'defector']
    """
    between("high_satisfaction", high_satisfaction, -LIMIT, LIMIT)
    between("high_loyalty", high_loyalty, -LIMIT, LIMIT)
    content = scales.on_scale("satisfaction", satisfaction, -LIMIT, LIMIT) >= high_satisfaction
    loyal = scales.on_scale("loyalty", loyalty, -LIMIT, LIMIT) >= high_loyalty
    if content.shape != loyal.shape:
        raise InputError(
            f"satisfaction and loyalty must have the same shape, not {content.shape} and"
            f" {loyal.shape}."
        )
    return np.array(TYPES)[2 * ~content + 1 * ~loyal]


def customer_types(
    data: Data,
    *,
    satisfaction: Hashable = "overall",
    loyalty: Hashable = "share",
    group: Hashable | None = None,
    high_satisfaction: float = 4.0,
    high_loyalty: float = 0.8,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count the four types of customers that the two answers make.

    | type | satisfaction | loyalty |
    |---|---|---|
    | loyalist (at the extreme: apostle) | high | high |
    | mercenary | high | low to medium |
    | hostage | low to medium | high |
    | defector (at the extreme: terrorist) | low to medium | low to medium |

    The article says "high" and "low to medium" and gives no cut points: those here are the
    caller's, and the defaults are illustrative. Where they lie decides how many of each
    there are, so move them before believing a count.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    satisfaction, loyalty
        Columns of numbers. Rows that lack one are left out, and counted in ``missing``.
    group
        Column that splits the customers, or None.
    high_satisfaction, high_loyalty
        From where on each counts as high, in the units of its column; within what the column
        holds.
    level
        Coverage of the intervals (Wilson).

    Returns
    -------
    pandas.DataFrame
        Four rows per group: ``group, type, satisfaction, loyalty, customers, share, lower,
        upper, n, missing``.

    Raises
    ------
    InputError
        For missing columns and values that are no numbers (it names the rows), and for a cut
        point that all customers reach, or none, because it lies outside what its column holds.

    References
    ----------
    Jones & Sasser (1995), "Why Satisfied Customers Defect", Harvard Business Review.

    Examples
    --------
    >>> seen = pd.DataFrame({"overall": [5, 4, 2, 2, 3], "share": [1, 0.2, 0.9, 0.1, None]})
    >>> customer_types(seen)[["type", "customers", "share", "n", "missing"]]
            type  customers  share  n  missing
    0   loyalist          1   0.25  4        1
    1  mercenary          1   0.25  4        1
    2    hostage          1   0.25  4        1
    3   defector          1   0.25  4        1
    """
    rows, missing = given.answered(
        data,
        group,
        None,
        satisfaction=Column(satisfaction, "number", -LIMIT, LIMIT),
        loyalty=Column(loyalty, "number", -LIMIT, LIMIT),
    )
    _within("high_satisfaction", high_satisfaction, rows["satisfaction"], satisfaction)
    _within("high_loyalty", high_loyalty, rows["loyalty"], loyalty)
    rows["type"] = type_of(
        rows["satisfaction"],
        rows["loyalty"],
        high_satisfaction=high_satisfaction,
        high_loyalty=high_loyalty,
    )
    parts = []
    for name in in_order(rows["group"]):
        mine = rows.loc[rows["group"] == name, "type"]
        counts = np.array([int((mine == kind).sum()) for kind in TYPES])
        lower, upper = wilson(counts, len(mine), level)
        columns: dict[str, Any] = {
            "group": [name] * 4,
            "type": TYPES,
            "satisfaction": SATISFACTION,
            "loyalty": LOYALTY,
            "customers": counts,
            "share": counts / len(mine),
            "lower": lower,
            "upper": upper,
            "n": len(mine),
            "missing": missing[name],
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _within(name: str, cut: float, values: pd.Series[float], column: Hashable) -> None:
    """Refuse a cut point outside what was observed: it belongs to another scale."""
    at, low, high = between(name, cut, -LIMIT, LIMIT), values.min(), values.max()
    if low <= at <= high:
        return
    percent = f"; write {at:g} % as {at / 100:g}" if high <= 1 and 10 <= at <= 100 else ""
    raise InputError(
        f"{name} must lie within what column {shown(column)} holds, {low:g} to {high:g}, or"
        f" {'no' if at > high else 'every'} customer counts as high, not {at:g}{percent}."
    )


def plot_types(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the shares of the four types with their intervals, beside each other by group.

    Parameters
    ----------
    table
        What :func:`customer_types` returned.
    ax
        Axes to draw on, or None.

    Raises
    ------
    InputError
        If the table is none of :func:`customer_types`.

    Examples
    --------
    >>> seen = pd.DataFrame({"overall": [5, 4, 2, 2], "share": [1, 0.2, 0.9, 0.1]})
    >>> ax = plot_types(customer_types(seen), fig.canvas().subplots())
    >>> [float(bar.get_height()) for bar in ax.patches]
    [0.25, 0.25, 0.25, 0.25]
    """
    checked = returned_by(
        "customer_types()",
        table,
        group=Column("group", "group"),
        type=Column("type", "group"),
        share=Column("share", "number", 0, 1),
        lower=Column("lower", "number", 0, 1),
        upper=Column("upper", "number", 0, 1),
        n=Column("n", "whole", 1),
    )
    ax = fig.axes(ax, title="Four types of customers", x="type", y="share of customers")
    groups = list(pd.unique(checked["group"]))
    wide = 0.8 / len(groups)
    for i, name in enumerate(groups):
        mine = checked[checked["group"] == name].set_index("type").reindex(TYPES)
        at = np.arange(4) + wide * (i - (len(groups) - 1) / 2)
        label = f"{fig.label(str(name))} (n = {int(mine['n'].iloc[0]):,})"
        color = fig.PALETTE[i % len(fig.PALETTE)]
        ax.bar(at, mine["share"], 0.92 * wide, color=color, alpha=0.85, label=label)
        bars = np.abs([mine["share"] - mine["lower"], mine["upper"] - mine["share"]])
        ax.errorbar(at, mine["share"], yerr=bars, fmt="none", ecolor="black", lw=1.2, capsize=2)
    ax.set_xticks(range(4), [fig.label(kind) for kind in TYPES])
    ax.set_ylim(bottom=0)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax
