"""The picture of whom each listening post hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, returned_by

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_posts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw which share of each group each post hears, with intervals.

    Parameters
    ----------
    table
        What :func:`who_is_heard` returned.

    Examples
    --------
    >>> from loyaltylab.scorecard import who_is_heard
    >>> people = pd.DataFrame({"customer": [1, 2], "troubled": [1, 0]})
    >>> heard = who_is_heard(people, {"complaints": [1]}, groups=["troubled"])
    >>> plot_posts(heard, fig.canvas().subplots()).get_ylabel()
    'share of the group that is heard'
    """
    kinds = {c: Column(c, "group") for c in ("post", "group")}
    returned_by("who_is_heard()", table, n=Column("n", "whole", 0), **kinds)
    drawn = table[table["n"] > 0]
    shares = {c: Column(c, "number", 0, 1) for c in ("share", "lower", "upper")}
    returned_by("who_is_heard()", drawn, **shares)
    ax = fig.axes(ax, title="Whom each post hears", x="", y="share of the group that is heard")
    posts, groups = list(drawn["post"].unique()), list(drawn["group"].unique())
    width = 0.8 / len(groups)
    for i, group in enumerate(groups):
        part = drawn[drawn["group"] == group].set_index("post").reindex(posts)
        at = np.arange(len(posts)) + (i - (len(groups) - 1) / 2) * width
        colour = fig.PALETTE[i % len(fig.PALETTE)]
        text = f"{fig.label(str(group))} ({int(part['n'].max()):,})"
        ax.bar(at, part["share"], 0.9 * width, color=colour, label=text)
        error = [part["share"] - part["lower"], part["upper"] - part["share"]]
        ax.errorbar(at, part["share"], yerr=np.maximum(error, 0), fmt="none", ecolor="black",
                    elinewidth=1.0, capsize=2)  # fmt: skip
    ax.set_xticks(np.arange(len(posts)), [fig.label(str(p)).replace(" ", "\n", 1) for p in posts])
    fig.percent(ax)
    ax.set_ylim(0, 1.05)
    fig.legend_above(ax)
    return ax
