"""How sure the winner is when the weights are not: shares of weight space, and regret."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import Array, between, generator, positive, whole, wilson
from loyaltylab.delivered_value.offers import SAME, SIGNS, Weights, checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Method = Literal["range", "dirichlet"]


def robustness(
    offers: Data,
    weights: Weights = None,
    *,
    offer: Hashable = "offer",
    method: Method = "range",
    spread: float = 0.5,
    concentration: float = 1.0,
    draws: int = 10_000,
    seed: int | np.random.Generator | None = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Draw the weights many times and count how often each offer wins.

    ``method="range"`` multiplies every weight by a number of its own, uniform between 1 − spread
    and 1 + spread. ``method="dirichlet"`` keeps only their sum: the multipliers are eight times a
    Dirichlet draw, and ``concentration`` 1 makes every division of importance equally likely. Both
    multiply the present weights, so that the units stay; both are a choice of the analyst, not
    what is known of any customer.

    Parameters
    ----------
    offers, weights, offer
        As in :func:`delivered`.
    method, spread, concentration
        How the weights are drawn; spread from 0 to 1, concentration above 0.
    draws
        From 100 to 1,000,000.
    seed
        A whole number >= 0, a numpy Generator, or None.
    level
        Coverage of the interval of the share (Wilson 1927), which holds the error of drawing only.

    Returns
    -------
    pandas.DataFrame
        One row per offer: ``offer, wins`` (those who are level divide a win), ``share, lower,
        upper, mean_regret, max_regret`` (how far behind the best, in the common unit, over the
        draws), ``draws``.

    Raises
    ------
    InputError
        As in :func:`delivered`, for fewer than two offers, or an option that is not valid.

    References
    ----------
    Shares of weight space: Lahdelma, Hokkanen & Salminen (1998), SMAA, European Journal of
    Operational Research 106 (reported, not verified). Regret: Savage (1951), JASA 46 (reported, not
    verified).

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], "product": [50, 50], "service": 0,
    ...     "personnel": 0, "image": 0, "money": [30, 20], "time": [1, 2], "energy": 0,
    ...     "psychic": 0})
    >>> weights = {**dict.fromkeys(frame.columns[1:], 1), "time": 12}
    >>> robustness(frame, weights, seed=1)[["offer", "share", "max_regret"]].round(2)
      offer  share  max_regret
    0  near   0.67        8.89
    1   far   0.33       12.85
    """
    contest = checked(offers, weights, offer=offer)
    whole("draws", draws, 100, 1_000_000)
    if method not in ("range", "dirichlet"):
        raise InputError(f"method must be 'range' or 'dirichlet', not {shown(method)}.")
    spread, many = between("spread", spread, 0, 1), len(SIGNS)
    concentration = positive("concentration", concentration)
    draw, names = generator(seed), len(contest.names)
    wins, total, worst = np.zeros(names), np.zeros(names), np.zeros(names)
    left = draws
    while left:
        n = min(left, max(1, 2_000_000 // (many + names)))
        if method == "range":
            times = draw.uniform(1 - spread, 1 + spread, (n, many))
        else:
            times = many * draw.dirichlet(np.full(many, concentration), n)
        value = times @ contest.parts.T
        behind = value.max(axis=1, keepdims=True) - value
        best = behind <= SAME * (times @ np.abs(contest.parts).T).max(axis=1, keepdims=True)
        wins += (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
        total += behind.sum(axis=0)
        worst, left = np.maximum(worst, behind.max(axis=0)), left - n
    lower, upper = wilson(np.clip(wins, 0, draws), np.full(names, draws), level)
    return pd.DataFrame(
        {
            "offer": list(contest.names),
            "wins": wins,
            "share": wins / draws,
            "lower": lower,
            "upper": upper,
            "mean_regret": total / draws,
            "max_regret": worst,
            "draws": draws,
        }
    )


def plot_robustness(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of the drawn weights with which each offer wins.

    Examples
    --------
    >>> table = pd.DataFrame({"offer": ["a", "b"], "share": [0.7, 0.3], "lower": [0.6, 0.2],
    ...                       "upper": [0.8, 0.4], "mean_regret": [1.0, 2.0]})
    >>> plot_robustness(table, ax=fig.canvas().subplots()).get_ylabel()
    'share of the drawn weights'
    """
    kinds = {name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")}
    rows = returned_by("robustness()", table, offer=Column("offer", "group"), **kinds)
    ax = fig.axes(ax, title="How often each offer wins", x="offer", y="share of the drawn weights")
    at, share = np.arange(len(rows)), rows["share"].to_numpy(float)
    ends: Array = np.abs(rows[["lower", "upper"]].to_numpy(float).T - share)
    ax.bar(at, share, width=0.6, color=fig.BLUE)
    ax.errorbar(at, share, yerr=ends, fmt="none", ecolor=fig.GREY, capsize=4)
    for x, y in zip(at, share, strict=True):
        ax.annotate(f"{y:.0%}", (x + 0.02, y), (6, 3), textcoords="offset points", fontsize=10)
    ax.set_xticks(at, [fig.label(str(name)) for name in rows["offer"]], family=fig.families())
    ax.set_ylim(0, 1.08)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
    fig.percent(ax)
    return ax
