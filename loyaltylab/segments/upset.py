"""Overlapping sets as bars over a matrix of dots, which stays legible where circles do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array
from loyaltylab.segments.core import CoreCustomers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {
    "profitable_and_loyal": "1 profitable and loyal",
    "most_of_wallet": "2 most of wallet",
    "worth_more_to_us": "3 worth more to us",
}
PALE = "#D5D5D5"


def plot_upset(core: CoreCustomers, ax: Axes | None = None) -> Axes:
    """Draw how many customers give each combination of answers.

    A bar for each combination with its interval, the largest first, and the one of nobody's yes
    last; below it, a dot for each question that is answered with yes. The tick is how many there
    would be if the answers were independent. After UpSet.

    Parameters
    ----------
    core
        What :func:`core_customers` returned.
    ax
        Axes to draw on, or None for new ones.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the bars; the matrix is inside the same axes, below 0.

    Raises
    ------
    InputError
        For anything else.

    References
    ----------
    Lex, A. et al. (2014), "UpSet: visualization of intersecting sets", IEEE TVCG 20(12) (reported,
    not verified).

    Examples
    --------
    >>> from loyaltylab.segments import core_customers
    >>> scores = pd.DataFrame({"customer": [1, 2], "profit": [9, 5], "purchases": [8, 2]})
    >>> plot_upset(core_customers(scores, share_of_wallet=None, relative_value=None)).get_ylabel()
    'customers'
    """
    if not isinstance(core, CoreCustomers):
        raise InputError(f"core must be what core_customers() returned, not {shown(core)}.")
    questions = list(core.questions)
    table = core.table()
    table["yes"] = table[questions].sum(axis=1)
    table["none"] = table["yes"] == 0
    table = table.sort_values(["none", "customers"], ascending=[True, False], kind="stable")
    ax = fig.axes(
        ax,
        title="Who is a core customer, by which question",
        x="combination of answers (filled: yes)",
        y="customers",
    )
    at, n = np.arange(len(table)), int(table["n"].iloc[0])
    size = table["customers"].to_numpy(float)
    ends = np.array([table["lower"], table["upper"]]) * n
    gaps = np.maximum([size - ends[0], ends[1] - size], 0)
    whole = (table["yes"] == len(questions)).to_numpy()
    colours = np.where(table["none"], fig.GREY, np.where(whole, fig.GREEN, fig.BLUE))
    ax.bar(at, size, width=0.6, color=colours, yerr=gaps, capsize=3, ecolor="#333333")
    tick: dict[str, Any] = {
        "color": fig.ORANGE,
        "lw": 2.2,
        "label": fig.label("if the answers were independent"),
    }
    ax.hlines(table["expected"], at - 0.38, at + 0.38, **tick)
    top = 1.12 * float(np.maximum(ends[1], table["expected"]).max())
    for x, (value, end) in enumerate(
        zip(size, _above(ends[1], table["expected"], top), strict=True)
    ):
        ax.text(x, end, f"{value:,.0f}", ha="center", va="bottom", fontsize=9.5)
    _matrix(ax, core, table[questions].to_numpy(bool), top)
    ax.set_xlim(-0.6, len(table) - 0.4)
    ax.set_xticks([])
    ax.grid(visible=False, axis="x")
    ax.spines["left"].set_bounds(0, top)
    ax.spines["bottom"].set_visible(False)
    fig.legend_above(ax)
    return ax


def _above(ends: Array, ticks: pd.Series[float], top: float) -> Array:
    """Return where the numbers stand: above the intervals, and above a tick that would cross."""
    gap = ticks.to_numpy() - ends
    crossed = (gap > 0) & (gap < 0.09 * top)
    return np.where(crossed, ticks, ends) + 0.012 * top


def _matrix(ax: Axes, core: CoreCustomers, flags: npt.NDArray[np.bool_], top: float) -> None:
    """Draw the dots below the bars, one row per question with the size of its set."""
    step = 0.11 * top
    rows = -step * (np.arange(flags.shape[1]) + 0.8)
    sizes = core.sets()["customers"]
    for row, (question, y, total) in enumerate(zip(core.questions, rows, sizes, strict=True)):
        yes = flags[:, row]
        for marked, colour in ((~yes, PALE), (yes, "#222222")):
            at = np.flatnonzero(marked)
            ax.plot(at, np.full(len(at), y), "o", ms=9, color=colour, clip_on=False)
        text = fig.label(f"{NAMES[question]}: {total:,}")
        style: dict[str, Any] = {
            "ha": "right",
            "va": "center",
            "fontsize": 9.5,
            "family": fig.families(),
        }
        ax.text(-0.02, y, text, transform=ax.get_yaxis_transform(), **style)
    for column, marks in enumerate(flags):
        held = rows[marks]
        if len(held) > 1:
            ax.plot([column, column], [held.min(), held.max()], color="#222222", lw=2)
    ax.axhline(0, color="#333333", lw=0.8)
    ax.set_ylim(rows.min() - step, top)
    ax.set_yticks([t for t in ax.get_yticks() if 0 <= t <= top])
