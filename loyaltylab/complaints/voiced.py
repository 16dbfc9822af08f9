"""How many of those with a problem speak up, by the loss they had and where they spoke."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import between
from loyaltylab.complaints import answers
from loyaltylab.complaints.answers import one_of, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PUBLISHED = (0.04, 0.69)
"""Lowest and highest share voiced in print (claims C075 and C076)."""
SILENT = "silent"


def voiced_share(
    data: Data,
    *,
    voiced: Hashable = "voiced",
    had_problem: Hashable | None = "had_problem",
    loss: Hashable | None = "loss",
    place: Hashable | None = "place",
    customer: Hashable | None = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate which share of those with a problem voiced it, by loss and by place.

    It takes a survey of customers, who were asked whether they had a problem at all: the firm's
    own file holds none of the silent. The share *at headquarters* counts those who spoke there
    among all with a problem, so the shares of the places add up to that of all places.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    voiced, had_problem
        Columns of yes and no. Without ``had_problem`` everybody is taken to have had one.
    loss
        Column of ``"minor"`` and ``"major"``, or None.
    place
        Column of ``"front line"`` and ``"headquarters"`` where voiced (what stands beside a
        silent problem is not looked at), or None.
    customer
        Column that must name nobody twice, or None.
    level
        Coverage of the intervals (Wilson 1927), each by itself.

    Returns
    -------
    pandas.DataFrame
        ``loss, place`` (``"all"`` among them), ``n`` (with such a problem), ``voiced, share,
        lower, upper`` and ``dissatisfied_per_complaint``: 1 / share, infinite if nobody spoke.

    Raises
    ------
    InputError
        For a missing column or value, an unknown loss or place, a customer who stands twice.

    Examples
    --------
    >>> seen = pd.DataFrame({"had_problem": [1] * 8 + [0], "voiced": [1, 1] + [0] * 6 + [None]})
    >>> voiced_share(seen, loss=None, place=None, customer=None).round(2)
      loss place  n  voiced  share  lower  upper  dissatisfied_per_complaint
    0  all   all  8       2   0.25   0.07   0.59                         4.0
    """
    between("level", level, 0, 1, open_ends=True)
    answers.once(data, customer)
    frame = answers.having(data, had_problem)
    columns = answers.optional(voiced=(voiced, "flag"), loss=(loss, "group"))
    seen = answers.losses(take(frame, **columns), loss)
    spoke = seen["voiced"].to_numpy()
    where = np.full(len(seen), SILENT, dtype=object)
    if place is not None and spoke.any():
        named = take(frame.loc[spoke], place=Column(place, "group"))["place"]
        where[spoke] = one_of(named, place, answers.PLACES)
    found = []
    for kind in [answers.ALL] if loss is None else [*answers.LOSSES, answers.ALL]:
        mine = (seen["loss"] == kind).to_numpy() | (kind == answers.ALL)
        for at in [answers.ALL] if place is None else [answers.ALL, *answers.PLACES]:
            hit = (spoke & ((where == at) | (at == answers.ALL)))[mine]
            s = share(hit, np.arange(len(hit)), level)
            found.append((kind, at, s.n, s.hits, s.share, s.lower, s.upper))
    names = ["loss", "place", "n", "voiced", "share", "lower", "upper"]
    table = pd.DataFrame(found, columns=names)
    voices = table["share"].to_numpy(float)
    with np.errstate(divide="ignore"):
        return table.assign(dissatisfied_per_complaint=1 / voices)


def plot_voiced(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share voiced by loss and place, with what is published beside it.

    Parameters
    ----------
    table
        What :func:`voiced_share` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`voiced_share`.

    Examples
    --------
    >>> seen = pd.DataFrame({"voiced": [1, 1, 0, 0, 0], "loss": ["minor", "major"] * 2 + ["minor"]})
    >>> found = voiced_share(seen, had_problem=None, place=None, customer=None)
    >>> plot_voiced(found).get_ylabel()
    'share of problems that were voiced'
    """
    table = returned_by(
        "voiced_share()",
        table,
        loss=Column("loss", "group"),
        place=Column("place", "group"),
        n=Column("n", "whole", 1),
        **{name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")},
    )
    ax = fig.axes(
        ax,
        title="How many speak up",
        x="loss (problems seen)",
        y="share of problems that were voiced",
    )
    groups, places = list(table["loss"].unique()), list(table["place"].unique())
    width = 0.8 / len(places)
    for i, name in enumerate(places):
        part = table[table["place"] == name].set_index("loss").loc[groups]
        at = np.arange(len(groups)) + (i - (len(places) - 1) / 2) * width
        error = [part["share"] - part["lower"], part["upper"] - part["share"]]
        text = "anywhere" if name == answers.ALL else f"at the {name}" if i == 1 else f"at {name}"
        ax.bar(at, part["share"], 0.9 * width, color=fig.PALETTE[i], label=fig.label(text))
        ax.errorbar(
            at,
            part["share"],
            yerr=np.maximum(error, 0),
            fmt="none",
            ecolor="black",
            elinewidth=1.2,
            capsize=3,
        )
    for published, style in zip(PUBLISHED, (":", "--"), strict=True):
        text = f"{published:.0%} in print"
        ax.axhline(published, color=fig.GREY, lw=1.2, ls=style, label=fig.label(text))
    n = table[table["place"] == places[0]].set_index("loss")["n"]
    ax.set_xticks(np.arange(len(groups)), [f"{fig.label(str(g))} ({n[g]:,})" for g in groups])
    fig.percent(ax)
    ax.set_ylim(0, max(0.75, 1.05 * table["upper"].max()))
    fig.legend_above(ax)
    return ax
