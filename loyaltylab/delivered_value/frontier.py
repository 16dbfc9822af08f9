"""Total value against total cost: the efficient frontier, and the two rules for the best."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Data
from loyaltylab.delivered_value.offers import SAME, Weights, checked, delivered

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def frontier(offers: Data, weights: Weights = None, *, offer: Hashable = "offer") -> pd.DataFrame:
    """Return total value and total cost of each offer, and who is efficient in these two.

    With the weights inside the two sums fixed, an offer is inefficient when another one gives no
    less value for no more cost, and one of the two is better.

    Parameters
    ----------
    offers, weights, offer
        As in :func:`delivered`; at least two offers.

    Returns
    -------
    pandas.DataFrame
        ``offer, total_cost, total_value, delivered, efficient, wins_difference, wins_ratio`` (level
        offers all win), from the cheapest on.

    Examples
    --------
    >>> from loyaltylab.delivered_value.offers import COMPONENTS
    >>> frame = pd.DataFrame({"offer": ["grand", "plain", "bad"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [100, 50, 45], [60, 20, 30]
    >>> frontier(frame)[["offer", "total_cost", "total_value", "efficient", "wins_ratio"]]
       offer  total_cost  total_value  efficient  wins_ratio
    0  plain        20.0         50.0       True        True
    1    bad        30.0         45.0      False       False
    2  grand        60.0        100.0       True       False
    """
    checked(offers, weights, offer=offer)
    table = delivered(offers, weights, offer=offer)
    value, cost = table["total_value"].to_numpy(), table["total_cost"].to_numpy()
    slack = SAME * float((value + cost).max())
    more = value[None, :] - value[:, None]
    less = cost[:, None] - cost[None, :]
    beaten = (more >= -slack) & (less >= -slack) & ((more > slack) | (less > slack))
    table = table[["offer", "total_cost", "total_value", "delivered"]].assign(
        efficient=~beaten.any(axis=1),
        wins_difference=table["rank_difference"] == 1,
        wins_ratio=table["rank_ratio"] == 1,
    )
    order = np.lexsort((-value, cost))
    return table.iloc[order].reset_index(drop=True)


def plot_frontier(
    offers: Data,
    weights: Weights = None,
    *,
    offer: Hashable = "offer",
    ax: Axes | None = None,
) -> Axes:
    """Draw total value against total cost, the efficient frontier, and the two kinds of best.

    The dashed line joins all points as good as the winner by difference, the dotted one all points
    as good as the winner by ratio: above a line is better by its rule.

    Examples
    --------
    >>> from loyaltylab.delivered_value.offers import COMPONENTS
    >>> frame = pd.DataFrame({"offer": ["a", "b"], **dict.fromkeys(COMPONENTS, [1, 2])})
    >>> plot_frontier(frame, ax=fig.canvas().subplots()).get_xlabel()
    'total cost (common unit)'
    """
    table = frontier(offers, weights, offer=offer)
    ax = fig.axes(
        ax,
        title="Value against cost",
        x="total cost (common unit)",
        y="total value (common unit)",
    )
    best, cost = table[table["efficient"]], table["total_cost"].to_numpy()
    right, top = 1.25 * max(float(cost.max()), 1e-9), 1.2 * float(table["total_value"].max())
    stairs = ([*best["total_cost"], right], [*best["total_value"], best["total_value"].iloc[-1]])
    ax.step(*stairs, where="post", color=fig.BLUE, lw=1.8, label=fig.label("efficient frontier"))
    lead, ends = float(table["delivered"].max()), np.array([0.0, right])
    line: dict[str, Any] = {"color": fig.GREY, "lw": 1.2}
    ax.plot(ends, lead + ends, ls="--", label=fig.label("as good by difference"), **line)
    by_ratio = table[table["wins_ratio"]].iloc[0]
    if by_ratio["total_cost"] > 0:
        steep = by_ratio["total_value"] / by_ratio["total_cost"]
        ax.plot(ends, steep * ends, ls=":", label=fig.label("as good by ratio"), **line)
    for efficient, colour in ((True, fig.BLUE), (False, fig.ORANGE)):
        dots = table[table["efficient"] == efficient]
        name = "efficient" if efficient else "inefficient"
        at = dots["total_cost"], dots["total_value"]
        ax.plot(*at, "o", color=colour, ms=9, label=fig.label(name))
    for i, row in enumerate(table.itertuples()):  # on the frontier by turns above and below
        above = bool(row.efficient) and i % 2 == 0
        at_point = (float(row.total_cost), float(row.total_value))  # type: ignore[arg-type]
        ax.annotate(
            fig.label(str(row.offer)),
            at_point,
            (-9, 8) if above else (9, -13),
            ha="right" if above else "left",
            textcoords="offset points",
            fontsize=10,
            family=fig.families(),
        )
    ax.set_xlim(0, right)
    ax.set_ylim(0, max(top, 1e-9))
    fig.legend_above(ax)
    return ax
