"""Who moved from which segment to which between two waves of a survey."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, returned_by, rows
from loyaltylab.curve.answers import in_order
from loyaltylab.matrix.counts import EVERYONE, by_group
from loyaltylab.matrix.levels import LEFT, SEGMENTS, named, spoken
from loyaltylab.matrix.rates import STATES, counted
from loyaltylab.matrix.splits import stacked

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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

    Who is known to have left is known whether or not he answers, and who stays is seen only if
    he answers again. So the two are counted apart, and ``left`` is a share of all who were in
    the segment before:

    ``P(left) = left / all``, and ``P(after) = (1 - P(left)) · seen there / seen again``.

    The second takes for granted that those who did not answer again moved like those who did;
    if they did not, it holds for those who answer. Without ``left`` it is ``seen there / seen
    again``, of those who answer.

    Parameters
    ----------
    frame
        A frame, or the path of a CSV or Parquet file; one row per customer and wave.
    customer, segment, wave
        Columns; the segment is one of the four.
    before, after
        The two waves to compare, as they stand in the column ``wave``.
    by
        Column that splits the customers, or None; the value of the first of the two waves counts,
        for who is seen in the second only that of the second. Groups come in the order of a
        categorical, else sorted.
    left
        Customers who are known to have left after the first wave, or None; others than those of
        the first wave do not count. Who is on the list and answered the second wave all the
        same stands where he answered.
    level
        Coverage of the interval, for each probability by itself: Wilson's (1927) for a share;
        for a product of two, both of Wilson's joined by the recovery of their variances (Zou &
        Donner 2008) on the linearised product.

    Returns
    -------
    pandas.DataFrame
        One row per group and pair of states: ``group, before, after``; ``customers`` counted
        and ``n``, of how many: in rows of ``left``, those known to have left of all in the
        segment before; in the others, those seen there of all seen again; ``probability, lower,
        upper``, which add up to 1 over the states after (and are not ``customers / n`` where
        ``left`` is given); ``only_before`` (of the segment before, not seen again, not known to
        have left), ``only_after`` (in the segment after, not seen before). Where n is 0 the
        probability is NaN, unless all have left. The state ``left`` is there only if ``left``
        is given.

    Raises
    ------
    InputError
        For a missing column or value, an unknown segment or wave, a customer who stands twice
        in one wave; for ``left`` that holds True and False, or nobody of the first wave.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, Journal of the American
    Statistical Association 22. Zou, G. Y. & Donner, A. (2008), Construction of confidence limits
    about effect measures: a general approach, Statistics in Medicine 27.

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

    Of ten, two are known to have left; of the other eight, four answer again.

    >>> ten = pd.DataFrame({"customer": [*range(10), 6, 7, 8, 9], "wave": [1] * 10 + [2] * 4,
    ...                     "segment": ["loyal"] * 10 + ["loyal", "loyal", "loyal", "inert"]})
    >>> table = transitions(ten, left=[0, 1])
    >>> table.loc[table["customers"] > 0, ["after", "customers", "n", "probability"]]
       after  customers   n  probability
    0  loyal          3   4          0.6
    2  inert          1   4          0.2
    4   left          2  10          0.2
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
        gone = paths.index.isin(_people(left, customer, first.index)) & paths["later"].isna()
        paths.loc[gone, "later"] = LEFT
    new = then[~then.index.isin(first.index)]
    groups = in_order(pd.concat([first["group"], new["group"]]))  # some only come later
    states = SEGMENTS if left is None else STATES
    parts = [
        counted(
            paths[paths["group"] == name],
            new[new["group"] == name]["segment"],
            states,
            level,
        ).assign(group=name)
        for name in groups
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["group", *table.columns.drop("group")]]


def _people(left: Any, column: Hashable, known: pd.Index[Any]) -> list[Hashable]:
    """Return the customers who left, or say why the list cannot be one of customers."""
    if isinstance(left, str) or not isinstance(left, Iterable):
        raise InputError(f"left must be a list or column of customers, or None, not {shown(left)}.")
    people = list(left)
    if any(isinstance(who, bool | np.bool_) for who in people):
        raise InputError(
            "left must name the customers who left, not hold True and False; pick their names,"
            " such as customers.loc[customers['churned'], 'customer']."
        )
    met = {who for who in people if isinstance(who, Hashable)} & set(known)
    if people and not met:
        raise InputError(
            f"left names nobody of the first wave: it holds {shown(people[0])} and column"
            f" {shown(column)} {shown(known[0])}; write customers as they stand in that column, or"
            " left=[] if nobody left."
        )
    return list(met)


def plot_transitions(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw where the people of each segment stand afterwards, one bar per segment and group.

    Parameters
    ----------
    table
        What :func:`transitions` returned, where the intervals stand; segments in which nobody
        was are left out, and a bar ends where nobody was seen again.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If the table is none of :func:`transitions`, or nobody in it was seen again.

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
    bars = table.groupby(["before", "group"], observed=True)
    shares = table.pivot_table(
        index=["before", "group"], columns="after", values="probability", observed=True
    ).fillna(0.0)
    counts = bars["n"].agg(["min", "max"])
    ax = fig.axes(
        ax,
        title="Where they stand afterwards",
        x="share of those who were there before",
        y="segment before",
    )
    one = table["group"].nunique() == 1 and table["group"].iloc[0] == EVERYONE
    names = [
        f"{spoken(segment)}{'' if one else f', {str(group)[:24]}'}\nn = {n:,}"
        + (f", {again:,} seen again" if again < n else "")
        for (segment, group), (again, n) in zip(shares.index, counts.to_numpy(), strict=True)
    ]
    stacked(ax, names, shares[known])
    return ax
