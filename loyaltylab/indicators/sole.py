"""Who buys nothing else: true exclusiveness, and that of people who hardly buy."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import Array, wilson
from loyaltylab.indicators.log import read_log
from loyaltylab.indicators.market import RANGE_OF_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def sole_by_purchases(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    brand: Hashable = "brand",
    start: Any = None,
    until: Any = None,
    up_to: int = 12,
    switching: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count the customers who bought one brand only, by how often they bought the category.

    Whoever bought once is 100 % loyal by arithmetic. If everybody drew each purchase from the
    market shares p, ``Σ p^n`` of those with n purchases would still be 100 % loyal by chance
    (``chance``). With Dirichlet preferences of sum S the share is
    ``Σ_j Π_{i<n} (S p_j + i) / (S + i)`` (``dirichlet``): what habit explains.

    Parameters
    ----------
    data, customer, date, brand, start, until
        As for :func:`brand_table`.
    up_to
        Customers with more purchases are put together in the last row.
    switching
        S, as of :class:`DirichletMarket`; None leaves that column NaN.
    level
        Coverage of the Wilson interval.

    Returns
    -------
    pandas.DataFrame
        ``purchases`` (n; the last row: more than ``up_to``), ``n`` (customers), ``sole, share,
        lower, upper, chance, dirichlet``. Rows without customers are left out.

    Raises
    ------
    InputError
        For bad columns, or S out of range.

    References
    ----------
    Ehrenberg, A. S. C. (1988), *Repeat-Buying*, 2nd ed., on sole buyers being light buyers
    (reported, not verified).

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 2, 2, 3, 3], "turn": [1, 1, 2, 1, 2],
    ...     "brand": list("AAABA")})
    >>> sole_by_purchases(log, customer="who", date="turn")[
    ...     ["purchases", "n", "sole", "share", "chance"]].round(2)
       purchases  n  sole  share  chance
    0          1  1     1    1.0    1.00
    1          2  2     1    0.5    0.68
    """
    from loyaltylab.base.stats import between, whole

    up_to = whole("up_to", up_to, 1, 1000)
    if switching is not None:
        switching = between("switching", switching, *RANGE_OF_S)
    log = read_log(data, customer=customer, date=date, brand=brand, start=start, until=until)
    table = log.table()
    bought = table.sum(axis=1).astype(np.int64)
    alone = (table > 0).sum(axis=1) == 1
    cell = np.minimum(bought, up_to + 1)
    n = np.bincount(cell, minlength=up_to + 2)
    sole = np.bincount(cell, alone, up_to + 2).astype(np.int64)
    share = table.sum(axis=0) / table.sum()
    value, where = np.unique(bought, return_inverse=True)
    sums = [np.bincount(cell, e[where], up_to + 2) for e in expected_sole(value, share, switching)]
    lower, upper = wilson(sole, n, level)
    at = np.flatnonzero(n)
    return pd.DataFrame(
        {
            "purchases": at,
            "n": n[at],
            "sole": sole[at],
            "share": sole[at] / n[at],
            "lower": lower[at],
            "upper": upper[at],
            "chance": sums[0][at] / n[at],
            "dirichlet": sums[1][at] / n[at],
        }
    )


def expected_sole(n: Array, share: Array, s: float | None) -> tuple[Array, Array]:
    """Return the share of 100 % loyal customers by number of purchases, by chance and by habit."""
    from scipy.special import betaln

    chance = (share[:, None] ** n).sum(axis=0)
    if s is None:
        return chance, np.full(len(n), np.nan)
    alpha = s * share[:, None]
    rest = np.maximum(s - alpha, 1e-12)
    habit = np.exp(betaln(alpha + n, rest) - betaln(alpha, rest)).sum(axis=0)
    return chance, np.minimum(habit, 1.0)


def plot_sole(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of 100 % loyal customers by number of purchases, and what chance gives.

    Parameters
    ----------
    table
        What :func:`sole_by_purchases` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 2, 2, 3, 3], "turn": [1, 1, 2, 1, 2],
    ...     "brand": list("AAABA")})
    >>> plot_sole(sole_by_purchases(log, customer="who", date="turn")).get_ylabel()
    'share of customers with one brand only'
    """
    if not isinstance(table, pd.DataFrame) or "dirichlet" not in table:
        raise InputError(f"table must be what sole_by_purchases() returned, not {shown(table)}.")
    habit = table["dirichlet"].to_numpy(float)
    columns = {"purchases": Column("purchases", "whole", 1)}
    columns |= {c: Column(c, "number", 0, 1) for c in ("share", "lower", "upper", "chance")}
    table = returned_by("sole_by_purchases()", table, **columns)
    ax = fig.axes(
        ax,
        title="100% loyal: mostly those who hardly buy",
        x="category purchases in the window (last: that many or more)",
        y="share of customers with one brand only",
    )
    at, share = table["purchases"], table["share"]
    error = np.maximum([share - table["lower"], table["upper"] - share], 0)
    ax.errorbar(
        at, share, yerr=error, fmt="o", color=fig.BLUE, ms=7, capsize=3, label=fig.label("observed")
    )
    ax.plot(at, table["chance"], "--", color=fig.GREY, lw=1.6, label=fig.label("by chance alone"))
    if np.isfinite(habit).all():
        ax.plot(at, habit, color=fig.ORANGE, lw=1.8, label=fig.label("Dirichlet (habit)"))
    ax.set_ylim(0, 1.04)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax
