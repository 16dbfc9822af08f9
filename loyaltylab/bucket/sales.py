"""Equal sales, unequal profit: a leaky bucket beside a tight one of the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between
from loyaltylab.bucket.leak import LeakyBucket

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def same_sales(bucket: LeakyBucket, churn: float) -> pd.DataFrame:
    """Compare a bucket in its steady state with a tighter one of the same size and sales.

    Both serve ``N = acquired / churn`` customers, so sales are equal; the tighter one
    replaces fewer. What that saves in acquisition is the most that plugging may cost:
    ``retention_cost* = retention_cost + acquisition_cost · (churn - churn')``.

    Parameters
    ----------
    bucket
        A bucket with constant churn above 0 and something acquired.
    churn
        Churn of the tighter bucket, from 0 to that of ``bucket``.

    Returns
    -------
    pandas.DataFrame
        One row per bucket (``leaky``, ``tight``), all flows per period: ``churn``,
        ``customers``, ``lost``, ``acquired``, ``revenue``, ``acquisition_cost``,
        ``retention_cost``, ``profit``, and ``break_even_retention_cost`` per customer.

    Examples
    --------
    >>> week = LeakyBucket(customers=1000, churn=0.1, acquired=100, acquisition_cost=50)
    >>> same_sales(week, churn=0.02)[["bucket", "lost", "acquired", "revenue", "profit"]]
      bucket   lost  acquired  revenue   profit
    0  leaky  100.0     100.0  20000.0  11000.0
    1  tight   20.0      20.0  20000.0  15000.0
    """
    if not isinstance(bucket, LeakyBucket) or bucket.hazard or not bucket.steady_state:
        raise InputError(
            "bucket must be a LeakyBucket with constant churn above 0 and acquired above 0,"
            f" not {shown(bucket)}."
        )
    between("churn", churn, 0, bucket.churn)
    size = bucket.steady_state
    rates = np.array([bucket.churn, churn])
    moved = size * rates
    sales = bucket.margin if bucket.revenue is None else bucket.revenue
    keep = bucket.retention_cost * size
    return pd.DataFrame(
        {
            "bucket": ["leaky", "tight"],
            "churn": rates,
            "customers": size,
            "lost": moved,
            "acquired": moved,
            "revenue": sales * size,
            "acquisition_cost": bucket.acquisition_cost * moved,
            "retention_cost": keep,
            "profit": bucket.margin * size - keep - bucket.acquisition_cost * moved,
            "break_even_retention_cost": bucket.retention_cost
            + bucket.acquisition_cost * (bucket.churn - rates),
        }
    )


def plot_same_sales(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw where the margin of the leaky and of the tight bucket goes, per period.

    Parameters
    ----------
    table
        What :func:`same_sales` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> plot_same_sales(same_sales(LeakyBucket(), churn=0.02)).get_ylabel()
    'money per period'
    """
    parts = {
        "retention_cost": ("retention cost", fig.GREY),
        "acquisition_cost": ("acquisition cost", fig.ORANGE),
        "profit": ("profit", fig.BLUE),
    }
    if not isinstance(table, pd.DataFrame) or not {"churn", *parts} <= set(table.columns):
        raise InputError("table must be what same_sales() returned.")
    ax = fig.axes(ax, title="Same sales, different profit", x="bucket", y="money per period")
    base = np.zeros(len(table))
    for column, (text, colour) in parts.items():
        ax.bar(
            np.arange(len(table)),
            table[column],
            bottom=base,
            color=colour,
            width=0.5,
            label=fig.label(text),
        )
        base = base + table[column].to_numpy()
    names = [
        f"{b}: churn {100 * c:.3g}%" for b, c in zip(table["bucket"], table["churn"], strict=True)
    ]
    ax.set_xticks(np.arange(len(table)), names)
    ax.set_xlim(-0.6, len(table) - 0.4)
    fig.legend_above(ax)
    return ax
