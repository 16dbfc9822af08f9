"""Whom to contact: the warning from which on a contact earns more than it costs."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import Array, amount, between, positive
from loyaltylab.churn.scores import scored

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Range = float | Sequence[float]


def contact_threshold(
    *, value: Range, cost: Range, save: Range, trigger: Range = 0.0
) -> pd.DataFrame:
    """Return the chance of leaving from which on a contact pays, in closed form.

    A contact of a customer who leaves with chance p earns
    ``p · save · value − (1 − p) · trigger · value − cost``, which is 0 at
    ``p* = (cost + trigger · value) / ((save + trigger) · value)``; with ``trigger = 0`` simply
    ``cost / (save · value)``. Above 1 nobody is worth a contact.

    Parameters
    ----------
    value
        What a customer who stays is worth more than one who leaves (money, above 0).
    cost
        Of a contact and what is offered in it (money, >= 0).
    save
        Share of those about to leave whom a contact keeps, above 0.
    trigger
        Share of those who would have stayed whom the contact makes leave.

        Each is a number, or a pair (low, high) if that is all that is known.

    Returns
    -------
    pandas.DataFrame
        One row: ``threshold`` (at the middle of each range), ``lower, upper`` (the least and the
        most that the ranges allow).

    Raises
    ------
    InputError
        For a number out of its range, or a pair that does not rise.

    Examples
    --------
    >>> contact_threshold(value=400, cost=20, save=(0.1, 0.3)).round(3)
       threshold  lower  upper
    0       0.25  0.167    0.5
    """
    ends = _ranges(value, cost, save, trigger)
    middle = _threshold(*(sum(pair) / 2 for pair in ends))
    corners = [_threshold(*corner) for corner in itertools.product(*ends)]
    return pd.DataFrame({"threshold": [middle], "lower": [min(corners)], "upper": [max(corners)]})


def _threshold(value: float, cost: float, save: float, trigger: float) -> float:
    return float((cost / value + trigger) / (save + trigger))


def _ranges(value: Any, cost: Any, save: Any, trigger: Any) -> list[tuple[float, float]]:
    checks = {
        "value": (value, positive),
        "cost": (cost, amount),
        "save": (save, _share_above),
        "trigger": (trigger, _share),
    }
    made = []
    for name, (given, check) in checks.items():
        pair = given if isinstance(given, list | tuple) else (given, given)
        if len(pair) != 2:
            raise InputError(f"{name} must be a number or a pair (low, high), not {shown(given)}.")
        low, high = (check(name, v) for v in pair)
        if low > high:
            raise InputError(f"{name} must be a pair (low, high) that rises, not {shown(given)}.")
        made.append((low, high))
    return made


def _share(name: str, value: Any) -> float:
    return between(name, value, 0, 1)


def _share_above(name: str, value: Any) -> float:
    return positive(name, between(name, value, 0, 1))


def _one(value: Any, cost: Any, save: Any, trigger: Any) -> dict[str, float]:
    """Check four single numbers."""
    return {
        "value": positive("value", value),
        "cost": amount("cost", cost),
        "save": _share_above("save", save),
        "trigger": _share("trigger", trigger),
    }


def at(
    frame: pd.DataFrame, threshold: float, given: dict[str, float], level: float
) -> dict[str, Any]:
    """Return what contacting everyone from a threshold on would have earned.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.1, 0.6, 0.9], "churned": [False, False, True]})
    >>> given = {"value": 400.0, "cost": 20.0, "save": 0.2, "trigger": 0.0}
    >>> at(seen, 0.5, given, 0.95)["profit"]
    40.0
    """
    from scipy.stats import t

    chosen = frame["probability"].to_numpy() >= threshold
    gone = frame["churned"].to_numpy()
    worth = np.where(gone, given["save"], -given["trigger"]) * given["value"] - given["cost"]
    gain = np.where(chosen, worth, 0.0)
    n = len(gain)
    error = gain.std(ddof=1) / np.sqrt(n) if n > 1 else 0.0
    far = float(t.ppf((1 + level) / 2, max(n - 1, 1))) * error * n
    total = float(gain.sum())
    return {
        "threshold": float(threshold),
        "contacted": int(chosen.sum()),
        "leavers_reached": int((chosen & gone).sum()),
        "profit": total,
        "lower": total - far,
        "upper": total + far,
        "n": n,
    }


def profit_curve(
    data: Data,
    *,
    value: float,
    cost: float,
    save: float,
    trigger: float = 0.0,
    probability: Hashable = "probability",
    churned: Hashable = "churned",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what contacting everyone from a threshold on would have earned, for each threshold.

    The outcome is that without a contact; that a contact keeps the share ``save`` of leavers is
    what the caller puts in, and only an experiment tells.

    Parameters
    ----------
    data, probability, churned, level
        As in :func:`calibration`.
    value, cost, save, trigger
        As in :func:`contact_threshold`, single numbers.

    Returns
    -------
    pandas.DataFrame
        For thresholds 0, 0.01, … 1: ``threshold, contacted, leavers_reached, profit, lower,
        upper`` (Student's t over customers; money), ``n``. The best of them, chosen on the
        customers it is judged by, flatters itself: choose on others.

    Raises
    ------
    InputError
        For bad columns or numbers.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.1, 0.6, 0.9], "churned": [0, 0, 1]})
    >>> curve = profit_curve(seen, value=400, cost=20, save=0.2)
    >>> curve.iloc[[0, 50, 100]][["threshold", "contacted", "profit"]]
         threshold  contacted  profit
    0          0.0          3    20.0
    50         0.5          2    40.0
    100        1.0          0     0.0
    """
    between("level", level, 0, 1, open_ends=True)
    given = _one(value, cost, save, trigger)
    frame = scored(data, probability, churned)
    grid: Array = np.round(np.linspace(0, 1, 101), 2)
    return pd.DataFrame([at(frame, t, given, level) for t in grid])


def plot_profit(
    table: pd.DataFrame, ax: Axes | None = None, *, threshold: float | None = None
) -> Axes:
    """Draw what :func:`profit_curve` returned, with a threshold if one is given.

    Examples
    --------
    >>> seen = pd.DataFrame({"probability": [0.1, 0.6, 0.9], "churned": [0, 0, 1]})
    >>> plot_profit(profit_curve(seen, value=400, cost=20, save=0.2)).get_ylabel()
    'profit of the campaign (money)'
    """
    columns = {name: Column(name, "number") for name in ("profit", "lower", "upper")}
    table = returned_by(
        "profit_curve()", table, threshold=Column("threshold", "number", 0, 1), **columns
    )
    ax = fig.axes(
        ax,
        title="What the campaign earns, by whom it contacts",
        x="contact from this chance of leaving on",
        y="profit of the campaign (money)",
    )
    ends = (table["lower"], table["upper"])
    ax.axhline(0, color=fig.GREY, lw=0.8)
    ax.fill_between(table["threshold"], *ends, color=fig.BLUE, alpha=0.2, lw=0)
    ax.plot(table["threshold"], table["profit"], color=fig.BLUE, lw=2.2, label=fig.label("profit"))
    if threshold is not None:
        ax.axvline(
            between("threshold", threshold, 0, 1),
            color=fig.RED,
            lw=1.6,
            ls="--",
            label=fig.label("closed form"),
        )
        fig.legend_above(ax)
    ax.set_xlim(0, 1)
    return ax
