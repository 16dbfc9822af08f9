"""Equal sales, unequal profit: a leaky bucket beside a tight one of the same size."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import Array, between, positive, whole
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
    known = isinstance(bucket, LeakyBucket) and len(bucket.hazards) == 1
    if not known or not bucket.steady_state:
        raise InputError(
            "bucket must be a LeakyBucket with constant churn above 0 and acquired above 0,"
            f" not {shown(bucket)}."
        )
    churn = between("churn", churn, 0, bucket.churn)
    size = bucket.steady_state
    rates = np.array([bucket.churn, churn])
    moved = size * rates
    keep = bucket.retention_cost * size
    return pd.DataFrame(
        {
            "bucket": ["leaky", "tight"],
            "churn": rates,
            "customers": size,
            "lost": moved,
            "acquired": moved,
            "revenue": bucket.sales * size,
            "acquisition_cost": bucket.acquisition_cost * moved,
            "retention_cost": keep,
            "profit": bucket.margin * size - keep - bucket.acquisition_cost * moved,
            "break_even_retention_cost": bucket.retention_cost
            + bucket.acquisition_cost * (bucket.churn - rates),
        }
    )


def plot_same_sales(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw where the margin of the leaky and of the tight bucket goes, per period.

    Costs stand on each other; the profit stands on them, up to the margin. Where the costs
    exceed the margin, the loss hangs below zero.

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
    money = ("churn", "retention_cost", "acquisition_cost", "profit")
    table = returned_by(
        "same_sales()",
        table,
        bucket=Column("bucket", "group"),
        **{m: Column(m, "number") for m in money},
    )
    keep, win, profit = (table[m].to_numpy() for m in money[1:])
    ax = fig.axes(ax, title="Same sales, different profit", x="bucket", y="money per period")
    place = np.arange(len(table))

    def bars(height: Array, bottom: Array, colour: str, text: str) -> None:
        ax.bar(place, height, bottom=bottom, color=colour, width=0.5, label=fig.label(text))

    none = np.zeros(len(table))
    bars(keep, none, fig.GREY, "retention cost")
    bars(win, keep, fig.ORANGE, "acquisition cost")
    bars(np.maximum(profit, 0), keep + win, fig.BLUE, "profit")
    if (profit < 0).any():
        bars(np.minimum(profit, 0), none, fig.RED, "loss")
    ax.axhline(0, color=fig.GREY, lw=0.8)
    margin = (keep + win + profit).max()
    ax.set_ylim(1.05 * min(profit.min(), 0), 1.05 * max((keep + win).max(), margin))
    ax.axhline(margin, color="black", lw=1.2, ls="--", label=fig.label("margin of either"))
    named = zip(table["bucket"], table["churn"], strict=True)
    ax.set_xticks(place, [f"{fig.label(str(b))}: {100 * c:.3g}%" for b, c in named])
    ax.set_xlabel(fig.label("bucket: churn per period"))
    ax.set_xlim(-0.6, len(table) - 0.4)
    fig.legend_above(ax)
    return ax


def hundred_lost_hundred_won(
    customers: int = 1000,
    acquisition_cost: float = 10_000.0,
    ratio_low: float = 5.0,
    ratio_high: float = 6.0,
    first_churn: float = 0.5,
) -> list[Finding]:
    """Claim C106: 100 lost and 100 won a week; sales look unchanged, yet it is uneconomic.

    That sales do not change follows if a new customer stays and buys like the one he
    replaces; the function computes what becomes of it if he does not.

    Parameters
    ----------
    customers
        Size of the firm, at least 100; the document does not tell it (1,000 is
        illustrative).
    acquisition_cost
        Cost of winning one (yuan); the default is that of claim C069.
    ratio_low, ratio_high
        How many times the cost of keeping one (claim C066).
    first_churn
        Share of new customers who leave in their first week, in the second reading;
        illustrative.

    Examples
    --------
    >>> [round(f.computed, 1) for f in hundred_lost_hundred_won()][:4]
    [0.0, 0.0, -397.9, 5200.0]
    """
    customers = whole("customers", customers, 100, 10**14)  # at least the 100 that are lost
    cost = positive("acquisition_cost", acquisition_cost)
    ratios = positive("ratio_low", ratio_low), positive("ratio_high", ratio_high)
    first_churn = between("first_churn", first_churn, 0, 1)
    bucket = LeakyBucket(
        customers=customers,
        churn=100 / customers,
        acquired=100,
        discount=0.0,
        acquisition_cost=cost,
        margin=1.0,
        retention_cost=0.0,
    )
    year = bucket.expected(52)
    fickle = dataclasses.replace(bucket, hazard=(first_churn,)).expected(52)
    saving = -float(same_sales(bucket, bucket.churn / 2)["acquisition_cost"].diff().iloc[-1])
    spent = float(year["acquisition_cost"].sum())
    size = f"{customers:,} customers (the document gives no size)"
    price = f"{cost:,.0f} yuan to win one (C069)"
    rounding = min(EXACT * customers, 0.5)  # at most half a customer
    alike = f"{size}; the new stay and buy like those they replace"
    unlike = f"{size}; {first_churn:.0%} of the new leave in their first week (illustrative)"
    return [
        Finding(
            "change of sales in a week (customers served)", 0.0, _change(year, 2), rounding, alike
        ),
        Finding(
            "change of sales in a year (customers served)", 0.0, _change(year, 52), rounding, alike
        ),
        Finding(
            "change of sales in a year (customers served)",
            0.0,
            _change(fickle, 52),
            rounding,
            unlike,
        ),
        derived("customers replaced in a year", float(year["acquired"].sum()), "52 weeks"),
        derived("churn per week", bucket.churn, size),
        derived("mean life (weeks)", bucket.life, size),
        derived("cost of replacing them in a year (yuan)", spent, price),
        *(
            derived(
                "cost of keeping them instead, in a year (yuan)",
                spent / ratio,
                f"{price}, {ratio:g} times keeping one (C066); assumes that all who leave can be"
                " kept at that price",
            )
            for ratio in ratios
        ),
        derived(
            "saved in a year by halving the leak, before its cost (yuan)",
            52 * saving,
            f"{size}; {price}",
        ),
    ]


def _change(path: pd.DataFrame, week: int) -> float:
    """Change of sales since the first week, in customers who buy."""
    return float(path["revenue"].iloc[week] - path["revenue"].iloc[1])
