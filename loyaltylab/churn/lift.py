"""How many of the leavers stand at the top of a list sorted by warning."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import whole, wilson
from loyaltylab.churn.scores import in_bins, scored

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def gains(
    data: Data,
    *,
    probability: Hashable = "probability",
    churned: Hashable = "churned",
    bins: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """Sort customers by their warning, highest first, and count the leavers in each tenth.

    Parameters
    ----------
    data, probability, churned, bins, level
        As in :func:`calibration`.

    Returns
    -------
    pandas.DataFrame
        ``bin`` (1 holds the highest warnings), ``n, lost, rate, lower, upper`` (Wilson),
        ``lift, lift_lower, lift_upper`` (rate over the rate of all, which is taken as known),
        and cumulated from the top ``reached`` (share of customers), ``caught, caught_lower,
        caught_upper`` (share of all leavers among them).

    Raises
    ------
    InputError
        As in :func:`calibration`.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 10 + [0.8] * 10, "churned": [0] * 15 + [1] * 5})
    >>> gains(seen, bins=2)[["bin", "rate", "lift", "caught"]]
       bin  rate  lift  caught
    0    1   0.5   2.0     1.0
    1    2   0.0   0.0     1.0
    """
    frame = scored(data, probability, churned)
    place = in_bins(-frame["probability"].to_numpy(), whole("bins", bins, 2, 50))
    table = frame.groupby(place)["churned"].agg(["size", "sum"])
    n, lost = table["size"].to_numpy(), table["sum"].to_numpy()
    base, total = lost.sum() / n.sum(), int(lost.sum())
    lower, upper = wilson(lost, n, level)
    caught = wilson(lost.cumsum(), np.full(len(lost), total), level)
    return pd.DataFrame(
        {
            "bin": np.arange(1, len(n) + 1),
            "n": n,
            "lost": lost,
            "rate": lost / n,
            "lower": lower,
            "upper": upper,
            "lift": lost / n / base,
            "lift_lower": lower / base,
            "lift_upper": upper / base,
            "reached": n.cumsum() / n.sum(),
            "caught": lost.cumsum() / total,
            "caught_lower": caught[0],
            "caught_upper": caught[1],
        }
    )


def plot_gains(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what :func:`gains` returned: which share of leavers the highest warnings hold.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.2] * 10 + [0.8] * 10, "churned": [0, 1] * 10})
    >>> plot_gains(gains(seen, bins=2)).get_ylabel()
    'share of all leavers'
    """
    names = ("reached", "caught", "caught_lower", "caught_upper")
    table = returned_by("gains()", table, **{name: Column(name, "number", 0, 1) for name in names})
    ax = fig.axes(
        ax,
        title="How many leavers stand at the top of the list",
        x="share of customers, highest warning first",
        y="share of all leavers",
    )
    reached = np.append(0.0, table["reached"])
    low, high = (np.append(0.0, table[f"caught_{end}"]) for end in ("lower", "upper"))
    ax.fill_between(reached, low, high, color=fig.BLUE, alpha=0.2, lw=0)
    ax.plot(
        reached,
        np.append(0.0, table["caught"]),
        color=fig.BLUE,
        lw=2.2,
        marker="o",
        ms=4,
        label=fig.label("by warning"),
    )
    ax.plot([0, 1], [0, 1], color=fig.GREY, lw=1.2, ls="--", label=fig.label("by lot"))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax
