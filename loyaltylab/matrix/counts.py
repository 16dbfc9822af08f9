"""How many people stand in each segment, with intervals."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, returned_by, take
from loyaltylab.base.stats import wilson
from loyaltylab.matrix.levels import SEGMENTS, named, once, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EVERYONE = "all"


def segment_counts(
    frame: Data,
    *,
    segment: Hashable = "segment",
    by: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count the people in each segment; every row is one.

    Parameters
    ----------
    frame
        What :func:`classify` returned, or any frame or file with a column of segments.
    segment
        Column: ``loyal``, ``latent``, ``inert`` or ``no_loyalty``.
    by
        Column that splits the people into groups, or None.
    customer
        Column that may name nobody twice in a group; None looks at a column ``customer``, if
        there is one. Of several waves take one, or say ``by="wave"``.
    level
        Coverage of the interval (Wilson 1927), for each share by itself.

    Returns
    -------
    pandas.DataFrame
        One row per group and segment, empty ones too: ``group, segment, customers, n`` (of the
        group), ``share, lower, upper``. The interval takes the cut points as given.

    Raises
    ------
    InputError
        For a missing column or value, an unknown segment, a customer who stands twice.

    Examples
    --------
    >>> people = pd.DataFrame({"segment": ["loyal", "loyal", "inert", "no_loyalty"]})
    >>> segment_counts(people)[["segment", "customers", "n", "share"]]
          segment  customers  n  share
    0       loyal          2  4   0.50
    1      latent          0  4   0.00
    2       inert          1  4   0.25
    3  no_loyalty          1  4   0.25
    """
    people = by_group(frame, by, segment=Column(segment, "group"))
    people["segment"] = named(people["segment"], segment, SEGMENTS)
    once(frame, customer, people["group"])
    parts = []
    for name, part in people.groupby("group", observed=True, sort=True):
        count = part["segment"].value_counts().reindex(list(SEGMENTS)).to_numpy()
        lower, upper = wilson(count, len(part), level)
        parts.append(
            pd.DataFrame(
                {
                    "group": [name] * len(SEGMENTS),
                    "segment": SEGMENTS,
                    "customers": count,
                    "n": len(part),
                    "share": count / len(part),
                    "lower": lower,
                    "upper": upper,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def by_group(frame: Data, by: Hashable | None, **columns: Column) -> pd.DataFrame:
    """Return checked columns by role and ``group``, which is one for all where none is given."""
    if by is None:
        return take(frame, **columns).assign(group=EVERYONE)
    return take(frame, **columns, group=Column(by, "group"))


def plot_segments(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of each segment with its interval, one bar per group.

    Parameters
    ----------
    table
        What :func:`segment_counts` returned.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`segment_counts`.

    Examples
    --------
    >>> people = pd.DataFrame({"segment": ["loyal", "loyal", "inert", "no_loyalty"]})
    >>> plot_segments(segment_counts(people)).get_ylabel()
    'share of customers'
    """
    table = returned_by(
        "segment_counts()",
        table,
        group=Column("group", "group"),
        segment=Column("segment", "group"),
        **{name: Column(name, "number", 0, 1) for name in ("share", "lower", "upper")},
    )
    ax = fig.axes(ax, title="Who stands where", x="segment", y="share of customers")
    groups = list(table["group"].unique())
    width = 0.8 / len(groups)
    for i, name in enumerate(groups):
        part = table[table["group"] == name]
        place = np.arange(len(part)) + (i - (len(groups) - 1) / 2) * width
        share = part["share"].to_numpy()
        error = np.maximum([share - part["lower"], part["upper"] - share], 0)
        colour = fig.PALETTE[i % len(fig.PALETTE)]
        ax.bar(place, share, width=0.9 * width, color=colour, label=fig.label(str(name)[:24]))
        ax.errorbar(place, share, yerr=error, fmt="none", ecolor="black", elinewidth=1.2, capsize=3)
    ax.set_xticks(np.arange(len(SEGMENTS)), [spoken(s) for s in SEGMENTS])
    fig.percent(ax)
    ax.set_ylim(0)
    if len(groups) > 1:
        fig.legend_above(ax)
    return ax
