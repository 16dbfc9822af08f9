"""Who moved from which segment to which between two waves of a survey."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, returned_by, rows
from loyaltylab.base.stats import wilson
from loyaltylab.matrix.counts import EVERYONE, by_group
from loyaltylab.matrix.levels import LEFT, SEGMENTS, named, spoken
from loyaltylab.matrix.splits import stacked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATES = (*SEGMENTS, LEFT)


def transitions(
    frame: Data,
    *,
    customer: Hashable = "customer",
    segment: Hashable = "segment",
    wave: Hashable = "wave",
    before: Hashable = 1,
    after: Hashable = 2,
    by: Hashable | None = None,
    left: Iterable[Hashable] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count who moved from which segment to which between two waves.

    Who was seen in one wave only has not moved, and not stayed either: he is reported and
    left out of the shares. If those who do not answer again differ from those who do, the
    shares hold for those who answer. Who is known to have left counts as a fifth state.

    Parameters
    ----------
    frame
        A frame, or the path of a CSV or Parquet file; one row per customer and wave.
    customer, segment, wave
        Columns; the segment is one of the four.
    before, after
        The two waves to compare, as they stand in the column ``wave``.
    by
        Column that splits the customers, or None; the value of the first of the two waves counts.
    left
        Customers who are known to have left after the first wave, or None.
    level
        Coverage of the interval (Wilson 1927), for each share by itself.

    Returns
    -------
    pandas.DataFrame
        One row per group and pair of states: ``group, before, after, customers, n`` (of the
        segment before, with a known state after), ``probability, lower, upper``, and
        ``only_before`` (of the segment before, not seen again, not known to have left),
        ``only_after`` (in the segment after, not seen before). Where n is 0 the probability is
        NaN. The state ``left`` is there only if ``left`` is given.

    Raises
    ------
    InputError
        For a missing column or value, an unknown segment or wave, a customer who stands twice
        in one wave.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 2, 3, 1, 2], "wave": [1, 1, 1, 2, 2],
    ...                      "segment": ["loyal", "loyal", "inert", "loyal", "inert"]})
    >>> table = transitions(seen)
    >>> table.loc[table["customers"] > 0, ["before", "after", "customers", "n", "probability"]]
      before  after  customers  n  probability
    0  loyal  loyal          1  2          0.5
    2  loyal  inert          1  2          0.5
    >>> int(table.loc[table["before"] == "inert", "only_before"].iloc[0])
    1
    """
    people = by_group(
        frame,
        by,
        customer=Column(customer, "group"),
        segment=Column(segment, "group"),
        wave=Column(wave, "group"),
    )
    people["segment"] = named(people["segment"], segment, SEGMENTS)
    for value in (before, after):
        if not isinstance(value, Hashable) or value not in set(people["wave"]):
            raise InputError(
                f"Column {shown(wave)} holds no {shown(value)}; it holds"
                f" {some(people['wave'].unique().tolist())}."
            )
    if before == after:
        raise InputError(f"before and after must be two waves, not {shown(before)} twice.")
    doubled = people.duplicated(["customer", "wave"])
    if doubled.any():
        raise InputError(
            f"Column {shown(customer)} names a customer twice in one wave ({rows(doubled)}); keep"
            " one row per customer and wave."
        )
    first, then = (
        people[people["wave"] == value].set_index("customer") for value in (before, after)
    )
    paths = first[["segment", "group"]].join(then["segment"].rename("later"), how="left")
    paths["later"] = paths["later"].cat.add_categories([LEFT])
    if left is not None:
        gone = paths.index.isin(_people(left)) & paths["later"].isna()
        paths.loc[gone, "later"] = LEFT
    new = then[~then.index.isin(first.index)]
    groups = sorted(first["group"].unique(), key=str)
    states = SEGMENTS if left is None else STATES
    parts = [
        _counted(
            paths[paths["group"] == name],
            new[new["group"] == name]["segment"],
            states,
            level,
        ).assign(group=name)
        for name in groups
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["group", *table.columns.drop("group")]]


def _people(left: Any) -> list[Hashable]:
    if isinstance(left, str) or not isinstance(left, Iterable):
        raise InputError(f"left must be a list or column of customers, or None, not {shown(left)}.")
    return list(left)


def _counted(
    paths: pd.DataFrame, new: pd.Series[Any], states: tuple[str, ...], level: float
) -> pd.DataFrame:
    """Return the rows of one group."""
    seen = paths.dropna(subset="later")
    count = (
        pd.crosstab(seen["segment"], seen["later"])
        .reindex(index=list(SEGMENTS), columns=list(states), fill_value=0)
        .to_numpy()
    )
    n = np.repeat(count.sum(axis=1), len(states))
    only_before = paths["segment"].value_counts().reindex(list(SEGMENTS)).to_numpy() - count.sum(
        axis=1
    )
    only_after = new.value_counts().reindex(list(states), fill_value=0).to_numpy()
    lower, upper = wilson(count.ravel(), n, level)
    share = np.where(n > 0, count.ravel() / np.maximum(n, 1), np.nan)
    return pd.DataFrame(
        {
            "before": np.repeat(SEGMENTS, len(states)),
            "after": np.tile(states, len(SEGMENTS)),
            "customers": count.ravel(),
            "n": n,
            "probability": share,
            "lower": lower,
            "upper": upper,
            "only_before": np.repeat(only_before, len(states)),
            "only_after": np.tile(only_after, len(SEGMENTS)),
        }
    )


def plot_transitions(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw where the people of each segment stand afterwards, one bar per segment and group.

    Parameters
    ----------
    table
        What :func:`transitions` returned, where the intervals stand; segments in which nobody
        was are left out.
    ax
        Axes to draw on, or None for new ones.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 2, 1, 2], "wave": [1, 1, 2, 2],
    ...                      "segment": ["loyal", "loyal", "loyal", "inert"]})
    >>> plot_transitions(transitions(seen)).get_xlabel()
    'share of those who were there before'
    """
    table = returned_by(
        "transitions()",
        table[table["n"] > 0] if isinstance(table, pd.DataFrame) and "n" in table else table,
        group=Column("group", "group"),
        before=Column("before", "group"),
        after=Column("after", "group"),
        n=Column("n", "whole", 1),
        probability=Column("probability", "number", 0, 1),
    )
    known = [state for state in STATES if state in set(table["after"])]
    table["before"] = pd.Categorical(table["before"], SEGMENTS)
    shares = table.pivot_table(
        index=["before", "group", "n"], columns="after", values="probability", observed=True
    )
    ax = fig.axes(
        ax,
        title="Where they stand afterwards",
        x="share of those who were there before",
        y="segment before",
    )
    one = table["group"].nunique() == 1 and table["group"].iloc[0] == EVERYONE
    names = [
        f"{spoken(segment)}{'' if one else f', {str(group)[:24]}'}\nn = {n:,}"
        for segment, group, n in shares.index
    ]
    stacked(ax, names, shares[known])
    return ax
