"""Mean loyalty at each level of satisfaction, as a table and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array, wilson
from loyaltylab.curve.clusters import reach

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 20
"""Points of a picture when satisfaction takes more values than that."""


def binned(satisfaction: pd.Series[float], scale: tuple[float, float]) -> pd.Series[Any]:
    """Return the level of each answer: its satisfaction, or one of 20 bins if it has more."""
    if satisfaction.nunique() <= BINS:
        return satisfaction
    cuts = np.linspace(*scale, BINS + 1)[1:-1]
    return pd.Series(np.digitize(satisfaction, cuts), index=satisfaction.index)


def points(rows: pd.DataFrame, scale: tuple[float, float], level: float) -> pd.DataFrame:
    """Mean loyalty at each level of satisfaction, with an interval and the rows behind it.

    ``rows`` holds ``group, satisfaction, loyalty`` and ``weight``, and ``cluster`` where people
    answer several times; loyalty is 0 … 1. More than 20 levels are put into 20 equal bins, which
    stand at their mean. The interval is Student's t with a spread between clusters (between rows
    where none is named). Where they do not differ, or there is but one, it is Wilson's for as
    many clusters, wide enough for any loyalty from 0 to 1.
    """
    keys = ["group", "where"]
    named = "cluster" in rows
    who = pd.factorize(rows["cluster"])[0] if named else np.arange(len(rows))
    work = rows.assign(where=binned(rows["satisfaction"], scale), who=who)
    work["got"] = work["loyalty"] * work["weight"]
    cells = work.groupby(keys, observed=True, sort=True)
    sums = cells[["got", "weight"]].transform("sum")
    work["loyalty"] = sums["got"] / sums["weight"]
    work["moved"] = (work["got"] - work["loyalty"] * work["weight"]) / sums["weight"]
    table = cells.agg(satisfaction=("satisfaction", "mean"), n=("who", "size"))
    table["loyalty"] = work.groupby(keys, observed=True, sort=True)["loyalty"].first()
    by_cluster = work.groupby([*keys, "who"], observed=True)["moved"].sum()
    squares = (by_cluster**2).groupby(level=keys, observed=True, sort=True)
    table["square"], table["clusters"] = squares.sum(), squares.size()
    table = table.reset_index()
    many = table["clusters"].to_numpy(float)
    half = reach(level, many) * np.sqrt(table["square"] * many / np.maximum(many - 1, 1))
    table["lower"] = np.clip(table["loyalty"] - half, 0, 1)
    table["upper"] = np.clip(table["loyalty"] + half, 0, 1)
    still = (table["square"].to_numpy() <= 1e-26) | (many < 2)  # no spread to go by
    ends = wilson(np.clip(table["loyalty"], 0, 1) * many, many, level)
    for column, end in zip(("lower", "upper"), ends, strict=True):
        table[column] = np.where(still, end, table[column])
    return table[["group", "satisfaction", "loyalty", "lower", "upper", "n"]]


def draw(
    ax: Axes | None, title: str, y: str, seen: pd.DataFrame, curves: pd.DataFrame, ends: Array
) -> Axes:
    """Draw points with intervals and a curve for each group."""
    ax = fig.axes(ax, title=title, x="satisfaction (points of the scale)", y=y)
    for i, name in enumerate(pd.unique(curves["group"])):
        color = fig.PALETTE[i % len(fig.PALETTE)]
        mine, curve = seen[seen["group"] == name], curves[curves["group"] == name]
        nudge = 0.006 * (i % 5) * (ends[1] - ends[0])  # intervals of groups stay apart
        mean = mine["loyalty"]
        bars = np.abs([mean - mine["lower"], mine["upper"] - mean])
        ax.errorbar(
            mine["satisfaction"] + nudge, mean, yerr=bars, fmt="o", ms=5, lw=1.3, color=color
        )
        label = f"{fig.label(str(name))} (n = {int(mine['n'].sum()):,})"
        dash = ("-", "--", ":", "-.")[i % 4]
        ax.plot(curve["satisfaction"], curve["loyalty"], dash, color=color, lw=2, label=label)
    fig.legend_above(ax)
    return ax
