"""Whether a fitted model of repeat buying agrees with what was counted, then and later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import between, whole
from loyaltylab.lifetime import forecasts
from loyaltylab.lifetime.histories import LONGEST, MOST, Histories, checked_histories
from loyaltylab.lifetime.maximum import Array, normal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ALL = "all"


def classes(most: int) -> list[str]:
    """Return the names of the classes of purchases.

    Examples
    --------
    >>> classes(2)
    ['0', '1', '2 or more']
    """
    return [*map(str, range(most)), f"{most} or more"]


def frequencies(parameters: Array, data: Histories, most: int, level: float) -> pd.DataFrame:
    """Return customers by number of repeat purchases, counted and expected."""
    most, z = whole("most", most, 1, 1000), normal(level)
    held = np.flatnonzero(data.at_age)
    chance = forecasts.chances(parameters, most - 1, data.times[held])
    chance = np.column_stack([chance, np.maximum(1 - chance.sum(axis=1), 0)])
    weight = data.at_age[held]
    spread = z * np.sqrt(weight @ (chance * (1 - chance)))
    expected = weight @ chance
    lower, upper = np.floor(expected - spread), np.ceil(expected + spread)  # counts are whole
    counts = np.bincount(np.minimum(data.x, most).astype(int), data.weight, most + 1)
    counts[0] = data.n - counts.sum()
    return pd.DataFrame(
        {
            "repeat_purchases": classes(most),
            "actual": counts if (counts % 1).any() else counts.astype(int),
            "expected": expected,
            "lower": np.clip(lower - (lower == upper), 0, data.n),
            "upper": np.clip(upper + (lower == upper), 0, data.n),
            "n": int(data.n) if data.n % 1 == 0 else data.n,
        }
    )


def holdout(parameters: Array, data: Data, most: int, level: float) -> pd.DataFrame:
    """Return mean purchases in a hold-out period by purchases before, counted and expected."""
    most = whole("most", most, 1, 1000)
    history = checked_histories(data, "x", "t_x", "T")
    later = take(
        data,
        bought=Column("x_holdout", "whole", 0, MOST),
        ahead=Column("t_holdout", "number", 1e-9, LONGEST),
    )
    parts = (history[name].to_numpy() for name in ("x", "t_x", "T"))
    expected = forecasts.forecast(parameters, later["ahead"].to_numpy(), *parts)
    group = np.array(classes(most))[np.minimum(history["x"], most).astype(int)]
    frame = pd.DataFrame({"group": group, "bought": later["bought"], "expected": expected})
    found = []
    for name in [c for c in classes(most) if c in set(group)] + [ALL]:
        part = frame if name == ALL else frame[frame["group"] == name]
        bought = part["bought"].to_numpy(float)
        ends = mean_interval(bought, level)
        found.append((name, bought.mean(), *ends, float(part["expected"].mean()), len(part)))
    columns = ["repeat_purchases", "actual", "lower", "upper", "expected", "n"]
    return pd.DataFrame(found, columns=columns)


def mean_interval(bought: Array, level: float) -> tuple[float, float]:
    """Interval of a mean of counts: Student's t, cut off at 0.

    Where all are equal nothing tells how they spread, and the sum is taken as a Poisson
    count (Garwood 1936), so that no interval is empty.

    Examples
    --------
    >>> [round(end, 2) for end in mean_interval(np.array([0.0, 2.0, 4.0]), 0.95)]
    [0.0, 6.97]
    >>> [round(end, 2) for end in mean_interval(np.zeros(10), 0.95)]
    [0.0, 0.37]
    """
    from scipy.stats import chi2, t

    n, total = len(bought), float(bought.sum())
    tail = (1 - between("level", level, 0, 1, open_ends=True)) / 2
    if np.ptp(bought) == 0:
        low = chi2.ppf(tail, 2 * total) / 2 if total else 0.0
        return float(low) / n, float(chi2.isf(tail, 2 * total + 2)) / 2 / n
    error = t.isf(tail, n - 1) * bought.std(ddof=1) / np.sqrt(n)
    return max(float(bought.mean() - error), 0.0), float(bought.mean() + error)


def plot_frequencies(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a table of :func:`frequencies`."""
    ax = fig.axes(ax, title="Repeat purchases, and the model", x="repeat purchases", y="customers")
    place = np.arange(len(table))
    ax.bar(place, table["actual"], color=fig.BLUE, alpha=0.5, label=fig.label("counted"))
    _points(ax, table, "expected", fig.label("expected by the model, 95% of samples"))
    return _finished(ax, table)


def plot_holdout(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a table of :meth:`BGNBDFit.holdout`: what was counted later, and the forecast.

    Parameters
    ----------
    table
        What :meth:`BGNBDFit.holdout` returned.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> from loyaltylab.lifetime.bgnbd import simulate_bgnbd
    >>> from loyaltylab.lifetime.repeat_buying import fit_bgnbd
    >>> people = simulate_bgnbd(2000, future=39, seed=1).rename(columns={"x_future": "x_holdout"})
    >>> people["t_holdout"] = 39.0
    >>> plot_holdout(fit_bgnbd(people).holdout(people)).get_ylabel()
    'mean purchases in the hold-out period'
    """
    numbers = ("actual", "lower", "upper", "expected")
    table = returned_by(
        "holdout()",
        table,
        repeat_purchases=Column("repeat_purchases", "group"),
        **{name: Column(name, "number", 0) for name in numbers},
    )
    table = table[table["repeat_purchases"] != ALL]
    ax = fig.axes(
        ax,
        title="After the fit: counted and forecast",
        x="repeat purchases before",
        y="mean purchases in the hold-out period",
    )
    place = np.arange(len(table))
    ax.bar(place, table["expected"], color=fig.BLUE, alpha=0.5, label=fig.label("forecast"))
    _points(ax, table, "actual", fig.label("counted, 95% interval"))
    return _finished(ax, table)


def _points(ax: Axes, table: pd.DataFrame, name: str, text: str) -> None:
    gap = np.abs(table[["lower", "upper"]].to_numpy().T - table[name].to_numpy())
    place = np.arange(len(table))
    ax.errorbar(place, table[name], gap, fmt="o", color=fig.RED, capsize=3, label=text)


def _finished(ax: Axes, table: pd.DataFrame) -> Axes:
    ax.set_xticks(np.arange(len(table)), table["repeat_purchases"])
    fig.legend_above(ax)
    ax.set_ylim(0)
    return ax
