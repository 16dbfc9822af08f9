"""Pictures of this chapter: curves, windows, and overlapping sets as bars over a matrix of dots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
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


def plot_lorenz(tables: dict[str, pd.DataFrame], ax: Axes | None = None) -> Axes:
    """Draw one or more curves of :func:`lorenz`, with intervals, the point 80/20 and equality.

    Parameters
    ----------
    tables
        What :func:`lorenz` returned, by the name that the legend shows; at most six.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If a table is not what :func:`lorenz` returned.

    Examples
    --------
    >>> from loyaltylab.segments import lorenz
    >>> each = pd.DataFrame({"customer": range(4), "amount": [7.0, 1.0, 1.0, 1.0]})
    >>> plot_lorenz({"shop": lorenz(each, date=None)}).get_ylabel()
    'share of the value'
    """
    if not isinstance(tables, dict) or not 1 <= len(tables) <= len(fig.PALETTE):
        raise InputError(
            f"tables must be 1 to {len(fig.PALETTE)} tables of lorenz() by name, as in"
            f" {{'shop': table}}, not {shown(tables)}."
        )
    names = ("share_of_customers", "share_of_value")
    wanted = {name: Column(name, "number") for name in names}
    wanted |= {name: Column(name, "group") for name in ("lower", "upper")}  # may be infinite
    checked = {k: returned_by("lorenz()", t, **wanted) for k, t in tables.items()}
    highest = max(1.0, *(float(t["share_of_value"].max()) for t in checked.values()))
    ax = fig.axes(
        ax,
        title="What the largest customers hold",
        x="share of customers, from the largest on",
        y="share of the value",
    )
    ax.plot([0, 1], [0, 1], color=fig.GREY, lw=0.8, label=fig.label("all alike"))
    ax.plot([0.2], [0.8], "+", color=fig.GREY, ms=14, mew=2, label=fig.label("80/20"))
    for colour, (name, table) in zip(fig.PALETTE, checked.items(), strict=False):
        at, value = table["share_of_customers"], table["share_of_value"]
        upper = np.minimum(table["upper"].astype(float), 2 * highest)
        ax.fill_between(at, table["lower"].astype(float), upper, color=colour, alpha=0.2, lw=0)
        ax.plot(at, value, color=colour, lw=2, label=fig.label(str(name)))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, highest)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax


def plot_windows(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share that the top holds against the length of the window, for both bases.

    Parameters
    ----------
    table
        What :func:`by_window` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is another one.

    Examples
    --------
    >>> from loyaltylab.segments import by_window
    >>> days = pd.date_range("2024-01-01", periods=56)
    >>> log = pd.DataFrame({"customer": [d % 9 for d in range(56)], "date": days, "amount": 1.0})
    >>> plot_windows(by_window(log, weeks=(1, 8), draws=100)).get_xlabel()
    'length of the window (weeks)'
    """
    names = {name: Column(name, "number") for name in ("weeks", "estimate", "lower", "upper")}
    groups = {name: Column(name, "group") for name in ("among", "quantity")}
    frame = returned_by("by_window()", table, **names, **groups)
    shown_rows = frame[frame["quantity"].str.startswith("top")]
    if shown_rows.empty:
        raise InputError(
            "The table holds no row of what the top holds; give all that by_window() returned."
        )
    ax = fig.axes(
        ax,
        title=f"The same log, cut shorter: what the {shown_rows['quantity'].iloc[0][:-5]} hold",
        x="length of the window (weeks)",
        y="share of the value",
    )
    styles = (("all", fig.BLUE, "o-", "among all customers"), ("buyers", fig.ORANGE, "s--", ""))
    for among, colour, style, text in styles:
        part = shown_rows[shown_rows["among"] == among]
        gaps = [part["estimate"] - part["lower"], part["upper"] - part["estimate"]]
        named = fig.label(text or "among those who bought in the window")
        at = part["weeks"]
        ax.errorbar(
            at,
            part["estimate"],
            np.maximum(gaps, 0),
            fmt=style,
            color=colour,
            capsize=3,
            label=named,
        )
    ax.set_xticks(sorted(set(shown_rows["weeks"])))
    ax.set_xlim(0, None)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax


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
    ax.bar(at, size, width=0.6, color=colours)
    text = fig.label(f"{100 * core.level:g}% interval")
    ax.errorbar(at, size, gaps, fmt="none", capsize=3, ecolor="#333333", label=text)
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
