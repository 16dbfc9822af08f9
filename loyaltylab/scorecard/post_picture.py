"""The four listening posts in words, and the picture of whom each hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, returned_by

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Post(NamedTuple):
    """One way of listening: the document's words, whom it hears, whom never, and a function."""

    post: str
    chinese: str
    hears: str
    never_hears: str
    cannot_say: str
    function: str


POSTS = (
    Post(
        "complaint route",
        "投诉和建议制度",
        "those who had a problem and speak up",
        "the silent, and those without a problem",
        "how many problems there are",
        "complaints.captured",
    ),
    Post(
        "survey",
        "顾客满意调查",
        "customers of the day who answer",
        "those who have left, and those who do not answer",
        "what those who left would have said",
        "satisfaction.satisfaction_rate",
    ),
    Post(
        "mystery shopper",
        "佯装购物者 / 幽灵购物法",
        "no customer: it sees the service itself",
        "every customer",
        "what customers feel, and what happens between visits",
        "scorecard.visit_precision",
    ),
    Post(
        "lost-customer interviews",
        "分析流失的顾客",
        "leavers who give an interview",
        "those who stay, and leavers who keep silent",
        "whether those who stay have the same reasons",
        "complaints.exit_lists",
    ),
)
"""Document 002, section 6."""


def four_posts() -> pd.DataFrame:
    """Return the four posts with what each hears and never hears, in words.

    Returns
    -------
    pandas.DataFrame
        ``post, chinese, hears, never_hears, cannot_say, function``.

    Examples
    --------
    >>> four_posts().loc[2, "hears"]
    'no customer: it sees the service itself'
    """
    return pd.DataFrame(POSTS)


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
