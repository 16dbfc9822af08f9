"""Whom the split rule moves from one segment to another."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import wilson
from loyaltylab.matrix.cuts import RULES, Split, Ties, cut_points, placed, two_axes
from loyaltylab.matrix.levels import COLOURS, SEGMENTS, Scale, once, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def split_effect(
    frame: Data,
    *,
    rules: Sequence[Split] = RULES,
    preference: Hashable = "preference",
    repeat: Hashable = "share",
    ties: Ties = "low",
    preference_scale: Scale | None = None,
    repeat_scale: Scale = (0, 1),
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Show who changes segment when the split rule changes, although nobody did anything.

    Every rule is held against the first.

    Parameters
    ----------
    frame, preference, repeat, ties, preference_scale, repeat_scale
        As in :func:`classify`.
    rules
        At least two splits, each as in :func:`classify`.
    customer
        Column that may name nobody twice; None looks at a column ``customer``, if there is one.
    level
        Coverage of the interval (Wilson 1927), which takes the cut points as given.

    Returns
    -------
    pandas.DataFrame
        One row per rule and pair of segments: ``rule, preference_cut, repeat_cut,
        from_segment`` (under the first rule), ``to_segment`` (under this one), ``moved,
        customers, n`` (all), ``share`` of all, ``lower, upper``. The rows of the first rule say
        where everybody stands at the outset.

    Raises
    ------
    InputError
        As :func:`classify`, for fewer than two rules, or a customer who stands twice.

    Examples
    --------
    >>> people = pd.DataFrame({"preference": ["highest", "high", "low"], "share": [0.9, 0.8, 0.4]})
    >>> table = split_effect(people, rules=["midpoint", (3.5, 0.5)])
    >>> table.loc[table["moved"] & (table["customers"] > 0),
    ...           ["rule", "from_segment", "to_segment", "customers"]]
              rule from_segment to_segment  customers
    18  (3.5, 0.5)        loyal      inert          1
    """
    if isinstance(rules, str) or not isinstance(rules, Sequence) or len(rules) < 2:
        raise InputError(f"rules must be a list of at least two splits, not {shown(rules)}.")
    axes = two_axes(frame, preference, repeat, preference_scale, repeat_scale)
    once(frame, customer)
    n, first, parts = len(axes.repeat), None, []
    for rule in rules:
        cuts = cut_points(axes, rule)
        now = placed(axes, cuts, ties)
        first = now if first is None else first
        count = np.bincount(4 * first.codes.astype(int) + now.codes, minlength=16)
        lower, upper = wilson(count, n, level)
        before, after = np.repeat(SEGMENTS, 4), np.tile(SEGMENTS, 4)
        parts.append(
            pd.DataFrame(
                {
                    "rule": rule if isinstance(rule, str) else f"({rule[0]}, {rule[1]})",
                    "preference_cut": cuts[0],
                    "repeat_cut": cuts[1],
                    "from_segment": before,
                    "to_segment": after,
                    "moved": before != after,
                    "customers": count,
                    "n": n,
                    "share": count / n,
                    "lower": lower,
                    "upper": upper,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def plot_split_effect(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the shares of the four segments under every rule.

    Parameters
    ----------
    table
        What :func:`split_effect` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`split_effect`.

    Examples
    --------
    >>> people = pd.DataFrame({"preference": ["highest", "high", "low"], "share": [0.9, 0.8, 0.4]})
    >>> plot_split_effect(split_effect(people)).get_xlabel()
    'share of customers'
    """
    table = returned_by(
        "split_effect()",
        table,
        rule=Column("rule", "group"),
        preference_cut=Column("preference_cut", "number"),
        repeat_cut=Column("repeat_cut", "number"),
        to_segment=Column("to_segment", "group"),
        share=Column("share", "number", 0, 1),
    )
    keys = ["rule", "preference_cut", "repeat_cut"]
    shares = table.pivot_table(
        index=keys, columns="to_segment", values="share", aggfunc="sum", sort=False
    )
    ax = fig.axes(
        ax, title="The same people under other rules", x="share of customers", y="rule and its cuts"
    )
    names = [
        f"{rule}\n({a:.3g}, {b:.3g})" if rule in RULES else str(rule) for rule, a, b in shares.index
    ]
    stacked(ax, names, shares.reindex(columns=list(SEGMENTS), fill_value=0.0))
    return ax


def stacked(ax: Axes, names: Sequence[str], shares: pd.DataFrame) -> None:
    """Draw one horizontal bar per row, its parts by segment, with the larger shares written."""
    place, left = np.arange(len(shares)), np.zeros(len(shares))
    for segment in shares.columns:
        width = shares[segment].to_numpy()
        ax.barh(place, width, left=left, color=COLOURS[segment], height=0.7, label=spoken(segment))
        ink = "black" if segment == "inert" else "white"  # white on orange cannot be read
        for at, start, part in zip(place, left, width, strict=True):
            if part >= 0.06:
                middle = start + part / 2, float(at)
                ax.text(*middle, f"{100 * part:.0f}%", ha="center", va="center", size=9, c=ink)
        left = left + width
    ax.set_yticks(place, list(names))
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda v, _: f"{100 * v:.0f}%")
    ax.grid(False)
    fig.legend_above(ax)
