"""The published gains by industry, and the churn that each of them implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab import datasets
from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.lifetime.implied import implied_baseline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

READ = "read"
"""Status of a figure that was read in print; any other is only reported."""


def industry_table(
    *, points: float = 0.05, discount: float = 0.0, reading: str = "geometric"
) -> pd.DataFrame:
    """Return the published gains, and the baseline churn from which each would follow.

    The gains are those of Reichheld & Sasser (1990) and Reichheld (1996); ``status`` says
    which figures were read and which are reported, not verified.

    Parameters
    ----------
    points, discount, reading
        As in :func:`implied_baseline`.

    Returns
    -------
    pandas.DataFrame
        ``industry, publication`` (year), ``gain_percent, status, read_in``;
        ``implied_churn`` and ``implied_retention`` (per year; missing where no churn gives
        the gain), ``feasible``, ``why``; ``acquisition_share_needed``, the cost of winning
        as a share of a customer's worth that would give the gain if churn fell by 5 % of
        itself, undiscounted.

    Raises
    ------
    InputError
        For values out of range.

    Examples
    --------
    >>> table = industry_table()
    >>> table[table["status"] == "read"][["industry", "gain_percent", "implied_retention"]].head(
    ...     3).round(3)
                   industry  gain_percent  implied_retention
    0  bank branch deposits            85              0.891
    1   insurance brokerage            50              0.850
    2    auto service chain            30              0.783
    """
    table = datasets.load("industry_gains")
    gains = table["gain_percent"] / 100
    found = [implied_baseline(gain, points, discount, reading) for gain in gains]
    churn = np.array([np.nan if f.churn is None else f.churn for f in found])
    literal = 1 / (1 - points) - 1
    return table.assign(
        implied_churn=churn,
        implied_retention=1 - churn,
        feasible=[f.feasible for f in found],
        why=[f.why for f in found],
        acquisition_share_needed=np.maximum(0.0, 1 - literal / gains),
    )


def plot_industry(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the retention that each published gain implies; hollow marks are only reported.

    Parameters
    ----------
    table
        What :func:`industry_table` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> plot_industry(industry_table()).get_xlabel()
    'implied baseline retention (share per year)'
    """
    names = ("industry", "publication", "status")
    table = returned_by(
        "industry_table()",
        table[table["implied_retention"].notna()] if isinstance(table, pd.DataFrame) else table,
        implied_retention=Column("implied_retention", "number"),
        gain_percent=Column("gain_percent", "number"),
        **{name: Column(name, "group") for name in names},
    ).sort_values(["implied_retention", "publication"], kind="stable")
    ax = fig.axes(
        ax,
        title="The retention that each gain implies",
        x="implied baseline retention (share per year)",
        y="industry (year of publication)",
    )
    place = np.arange(len(table))
    read = (table["status"] == READ).to_numpy()
    x = table["implied_retention"].to_numpy()
    for chosen, fill, text in (
        (read, fig.BLUE, "figure read"),
        (~read, "white", "reported, not verified"),
    ):
        ax.plot(
            x[chosen],
            place[chosen],
            "o",
            markerfacecolor=fill,
            markeredgecolor=fig.BLUE,
            label=fig.label(text),
        )
    rows = zip(table["industry"], table["publication"], strict=True)
    ax.set_yticks(place, [f"{fig.label(str(i))} ({y})" for i, y in rows], fontsize=8)
    fig.legend_above(ax)
    return ax
