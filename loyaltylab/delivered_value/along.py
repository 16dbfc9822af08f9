"""Who wins over the range of one weight, such as the value of an hour."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import LIMIT, Array, between
from loyaltylab.delivered_value.flips import crossing
from loyaltylab.delivered_value.offers import COMPONENTS, SIGNS, Weights, checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def winners_along(
    offers: Data,
    weights: Weights = None,
    *,
    component: str = "time",
    upper: float,
    offer: Hashable = "offer",
) -> pd.DataFrame:
    """Return which offer wins over which range of one weight, such as the value of an hour.

    Parameters
    ----------
    offers, weights, offer
        As in :func:`delivered`; the weight of ``component`` itself does not matter.
    component
        Whose weight moves from 0 to ``upper``.
    upper
        End of the range, above 0.

    Returns
    -------
    pandas.DataFrame
        ``lower, upper, winner``: ranges that follow each other; at their ends two are level.

    Raises
    ------
    InputError
        As in :func:`flip_points`, or for an unknown component.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"], frame["time"] = [50, 50], [30, 20], [1, 2]
    >>> winners_along(frame, component="time", upper=40)
       lower  upper winner
    0    0.0   10.0    far
    1   10.0   40.0   near
    """
    contest = checked(offers, weights, offer=offer)
    k, end, rows = _position(component), between("upper", upper, 0, LIMIT), []
    if end == 0:
        raise InputError("upper must be above 0, for the weight moves from 0 to it; 0 was given.")
    contest.weights[k] = 0.0
    value, slope, at = contest.delivered, SIGNS[k] * contest.scores[:, k], 0.0
    best = contest.tied()
    ahead = [i for i in best if slope[i] == slope[best].max()]
    while ahead:
        meet, then = crossing(value, slope, ahead[0])
        rows.append((at, min(meet, end), contest.said(ahead)))
        at, ahead = meet, then if meet < end else []
    return pd.DataFrame(rows, columns=["lower", "upper", "winner"])


def _position(component: str) -> int:
    if component not in COMPONENTS:
        raise InputError(
            f"component must be one of {', '.join(COMPONENTS)}, not"
            f" {shown(component)}{nearest(component, COMPONENTS)}."
        )
    return COMPONENTS.index(component)


def plot_along(
    offers: Data,
    weights: Weights = None,
    *,
    component: str = "time",
    upper: float,
    offer: Hashable = "offer",
    ax: Axes | None = None,
) -> Axes:
    """Draw delivered value of each offer against one weight, and where the winner flips.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, [1, 2])})
    >>> plot_along(frame, upper=2, ax=fig.canvas().subplots()).get_xlabel()
    'weight of time (common unit per unit)'
    """
    ranges = winners_along(offers, weights, component=component, upper=upper, offer=offer)
    contest = checked(offers, weights, offer=offer)
    k = _position(component)
    ax = fig.axes(
        ax,
        title=f"Who wins as the weight of {component} moves",
        x=f"weight of {component} (common unit per unit)",
        y="delivered value (common unit)",
    )
    now, ends = float(contest.weights[k]), np.array([0.0, upper])
    rest = contest.delivered - contest.parts[:, k]
    for i, name in enumerate(contest.names):
        line: Array = rest[i] + SIGNS[k] * contest.scores[i, k] * ends
        colour = fig.PALETTE[i % len(fig.PALETTE)]
        style = ("-", "--", "-.", ":")[i // len(fig.PALETTE) % 4]
        ax.plot(ends, line, color=colour, lw=2, ls=style, label=fig.label(str(name)))
    flips = ranges["lower"].to_numpy()[1:]
    tops = [float((rest + SIGNS[k] * contest.scores[:, k] * w).max()) for w in flips]
    if len(flips):
        ax.plot(flips, tops, "o", color=fig.GREY, ms=8, label=fig.label("winner flips"))
    if now <= upper:
        ax.axvline(now, color=fig.GREY, lw=1.2, ls=":", label=fig.label("present weight"))
    ax.set_xlim(0, upper)
    fig.legend_above(ax)
    return ax
