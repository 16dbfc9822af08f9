"""The man at the counter, read as loyal and read as inert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.matrix.counter import QueueFavour

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def readings(waiting: int = 8) -> pd.DataFrame:
    """Defend both readings of the man at the counter, side by side.

    The dialogue supports either: he has always come here, and he waits an hour (repeat choice
    is high); whether he prefers this bank or merely does not like change it does not say. All
    money and chances are illustrative.

    Parameters
    ----------
    waiting
        People waiting behind whom he would be served otherwise.

    Returns
    -------
    pandas.DataFrame
        ``reading, preference, repeat, what_speaks_for_it, leave_if_refused, leave_if_served,
        lifetime_value, kept, cost, net_gain, break_even, break_even_bank``.

    Raises
    ------
    InputError
        If ``waiting`` is no whole number >= 0.

    Examples
    --------
    >>> readings(waiting=12)[["reading", "kept", "cost", "net_gain", "break_even"]].round(1)
      reading   kept   cost  net_gain  break_even
    0   loyal   80.0  120.0     -40.0         8.0
    1   inert  200.0  120.0      80.0        20.0
    """
    grounds = {
        "loyal": ("high", "he does not want another bank, and asks instead of walking out"),
        "inert": ("low", "he has always come here, and names no reason but that"),
    }
    both = {"loyal": QueueFavour.loyal(waiting), "inert": QueueFavour.inert(waiting)}
    return pd.DataFrame(
        [
            {
                "reading": name,
                "preference": grounds[name][0],
                "repeat": "high",
                "what_speaks_for_it": grounds[name][1],
                "leave_if_refused": case.leave_if_refused,
                "leave_if_served": case.leave_if_served,
                "lifetime_value": case.lifetime_value,
                "kept": case.kept,
                "cost": case.waiting * case.cost_per_person,
                "net_gain": case.net_gain,
                "break_even": case.break_even,
                "break_even_bank": case.break_even_bank,
            }
            for name, case in both.items()
        ]
    )


def plot_readings(cases: dict[str, QueueFavour], ax: Axes | None = None) -> Axes:
    """Draw the net gain of the favour over the people waiting, one line per reading.

    Parameters
    ----------
    cases
        Readings by name.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If ``cases`` is no dictionary of :class:`QueueFavour`.

    Examples
    --------
    >>> both = {"loyal": QueueFavour.loyal(), "inert": QueueFavour.inert()}
    >>> plot_readings(both).get_xlabel()
    'people waiting'
    """
    known = isinstance(cases, dict) and cases
    if not known or not all(isinstance(case, QueueFavour) for case in cases.values()):
        raise InputError(f"cases must be a dictionary of QueueFavour, not {shown(cases)}.")
    ax = fig.axes(
        ax, title="Two readings of one man", x="people waiting", y="net gain of the favour (money)"
    )
    ax.axhline(0, color=fig.GREY, lw=0.8)
    reach = max(float(case.table()["waiting"].iloc[-1]) for case in cases.values())
    people = np.array([0.0, reach])
    for i, (name, case) in enumerate(cases.items()):
        colour = fig.PALETTE[i % len(fig.PALETTE)]
        gain = case.kept - people * case.cost_per_person
        ax.plot(people, gain, color=colour, lw=2.2, label=fig.label(str(name)[:24]))
        if case.break_even is not None and case.break_even <= reach:
            ax.plot([case.break_even], [0], "o", color=colour, ms=9)
    ax.set_xlim(0, reach)
    ax.locator_params(axis="x", integer=True)
    fig.legend_above(ax)
    return ax
