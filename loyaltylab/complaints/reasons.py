"""Why customers leave: six published lists, their sums, and what in them can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab import datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, returned_by

if TYPE_CHECKING:
    from matplotlib.axes import Axes

READ = "read"
"""Status of a figure that was read; any other is only reported."""
CARE = "service"
SWITCHERS = ("Forum",)
"""Lists of those who went over to a competitor; nobody in them died or moved."""


def reasons() -> pd.DataFrame:
    """Return the six published lists of why customers leave, row by row.

    Not one of them tells its sample, year and method, but for Keaveney's. The classes of
    ``cause`` are this course's own.

    Returns
    -------
    pandas.DataFrame
        ``list, owner, source, row, reason, percent, status`` (``"read"`` or ``"reported, not
        verified"``), ``claim, cause, causes_per_leaver`` (``"one"`` or ``"several"``).

    Examples
    --------
    >>> reasons()[["list", "reason", "percent"]].iloc[[5, 12]]
                      list                       reason  percent
    5              LeBoeuf  indifference of an employee     68.0
    12  Chinese seven rows            indifferent staff     68.0
    """
    return datasets.load("churn_reasons")


def sums() -> pd.DataFrame:
    """Return what each list adds up to, and what can be made of its rows.

    Returns
    -------
    pandas.DataFrame
        ``list, rows, rows_read`` (of these, read in print), ``percent`` (sum), ``adds_up`` (to
        100), ``causes_per_leaver, largest`` (reason) and ``largest_percent``, ``service`` (rows
        about staff and care alone), ``service_or_product`` (with all that names a product or a
        service).

    Examples
    --------
    >>> sums()[["list", "percent", "adds_up", "service", "service_or_product"]]
                     list  percent  adds_up  service  service_or_product
    0             LeBoeuf    100.0     True     68.0                82.0
    1  Chinese seven rows    100.0     True     68.0                78.0
    2              CIM UK    100.0     True     68.0                82.0
    3         ActionCoach    100.0     True     68.0                82.0
    4               Forum     99.0    False     69.0                69.0
    5            Keaveney    170.2    False     51.4                95.7
    """
    found = []
    for name, part in reasons().groupby("list", sort=False):
        percent = part["percent"]
        total = round(float(percent.sum()), 6)
        top = part.iloc[int(percent.to_numpy().argmax())]
        care = part["cause"] == CARE
        either = care | part["cause"].str.contains("product")
        found.append(
            {
                "list": name,
                "rows": len(part),
                "rows_read": int((part["status"] == READ).sum()),
                "percent": total,
                "adds_up": total == 100,
                "causes_per_leaver": part["causes_per_leaver"].iloc[0],
                "largest": top["reason"],
                "largest_percent": float(top["percent"]),
                "service": round(float(percent[care].sum()), 6),
                "service_or_product": round(float(percent[either].sum()), 6),
            }
        )
    return pd.DataFrame(found)


def comparable() -> pd.DataFrame:
    """Say of every row whether it can be held against the same cause in another list.

    A row cannot be compared if its list counts several causes per leaver (its shares are of
    mentions, and add up to more than 100), if its list asks only those who went to a
    competitor, if it joins two causes, or if no other list that can be compared has its cause.

    Returns
    -------
    pandas.DataFrame
        ``cause, list, reason, percent, status, comparable, why``; sorted by cause. What can be
        compared may be one list copied: ``distinct`` counts the different numbers that the
        lists give for the cause (rows of one cause in a list added up).

    Examples
    --------
    >>> table = comparable()
    >>> table[table["comparable"]].groupby("cause")["distinct"].first()
    cause
    competition    1
    involuntary    1
    product        1
    service        1
    social         1
    Name: distinct, dtype: int64
    """
    table = reasons()
    several = table["causes_per_leaver"] == "several"
    switchers = table["list"].isin(SWITCHERS)
    joined = table["cause"].str.contains(" and ")
    other = table["cause"] == "other"
    left = table[~(several | switchers | joined | other)]
    lists = left.groupby("cause")["list"].nunique()
    alone = ~table["cause"].map(lists).fillna(0).ge(2)
    why = np.select(
        [several, switchers, joined, other | alone],
        [
            "several causes per leaver: a share of mentions",
            "asks only those who went to a competitor",
            "joins two causes in one row",
            "no other list has this cause by itself",
        ],
        "one cause per leaver in both lists",
    )
    good = ~(several | switchers | joined | other | alone)
    totals = table[good].groupby(["list", "cause"])["percent"].sum()
    distinct = totals.groupby("cause").nunique()
    return (
        table.assign(
            comparable=good,
            why=why,
            distinct=table["cause"].map(distinct).where(good, 0).fillna(0).astype(int),
        )[["cause", "list", "reason", "percent", "status", "comparable", "why", "distinct"]]
        .sort_values(["cause", "list"], kind="stable")
        .reset_index(drop=True)
    )


def plot_reasons(ax: Axes | None = None) -> Axes:
    """Draw the six lists as stacked bars; the dashed line is 100 %.

    Rows that are only reported are hatched.

    Examples
    --------
    >>> plot_reasons().get_xlabel()
    'percent, as printed'
    """
    table = reasons()
    ax = fig.axes(ax, title="Six lists of why customers leave", x="percent, as printed", y="")
    groups = {
        "service": ("service", fig.RED),
        "product and service": ("product and service, in one row", "#CC79A7"),
        "product": ("product", fig.ORANGE),
        "price": ("price", fig.GREEN),
        "competition": ("competition", fig.BLUE),
        "competition and price": ("competition and price, in one row", "#56B4E9"),
        "rest": ("anything else", "#BBBBBB"),
    }
    names = list(dict.fromkeys(table["list"]))
    colour = table["cause"].where(table["cause"].isin(list(groups)), "rest")
    reach = dict.fromkeys(names, 0.0)
    for cause, (text, paint) in groups.items():
        part = table[colour == cause]
        for at, row in enumerate(part.to_dict("records")):
            place = len(names) - 1 - names.index(row["list"])
            ax.barh(
                place,
                row["percent"],
                left=reach[row["list"]],
                color=paint,
                edgecolor="white",
                height=0.62,
                hatch=None if row["status"] == READ else "///",
                label=fig.label(text) if at == 0 else None,
            )
            reach[row["list"]] += row["percent"]
    ax.axvline(100, color="black", lw=1.2, ls="--")
    ax.set_yticks(range(len(names)), [fig.label(n) for n in reversed(names)])
    ax.set_xlim(0, 180)
    fig.legend_above(ax)
    return ax


def plot_causes(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what each way of asking makes of the same leavers.

    Parameters
    ----------
    table
        What :func:`~loyaltylab.complaints.exits.exit_lists` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`exit_lists`.

    Examples
    --------
    >>> from loyaltylab.complaints import exit_lists
    >>> seen = pd.DataFrame({"price": [1, 1, 0], "service": [1, 0, 1]})
    >>> found = exit_lists(seen, causes=["price", "service"], named=None, main=None, answered=None,
    ...                    staff_order=["price", "service"])
    >>> plot_causes(found).get_ylabel()
    'share'
    """
    table = returned_by(
        "exit_lists()",
        table,
        list=Column("list", "group"),
        cause=Column("cause", "group"),
        **{name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")},
    )
    ax = fig.axes(ax, title="The same leavers, asked in different ways", x="cause", y="share")
    causes, lists = list(dict.fromkeys(table["cause"])), list(dict.fromkeys(table["list"]))
    width = 0.84 / len(lists)
    for i, name in enumerate(lists):
        part = table[table["list"] == name].set_index("cause").loc[causes]
        at = np.arange(len(causes)) + (i - (len(lists) - 1) / 2) * width
        y = part["share"]
        ax.bar(at, y, 0.92 * width, color=fig.PALETTE[i % 6], label=fig.label(str(name)))
        ends = np.maximum([y - part["lower"], part["upper"] - y], 0)
        ax.errorbar(at, y, yerr=ends, fmt="none", ecolor="black", elinewidth=0.9, capsize=1.5)
    words = [fig.label(str(c).replace("_", " ").replace(" ", "\n", 1)) for c in causes]
    ax.set_xticks(np.arange(len(causes)), words, fontsize=8.5)
    fig.percent(ax)
    ax.set_ylim(0)
    fig.legend_above(ax)
    return ax
