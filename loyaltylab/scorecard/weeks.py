"""Weekly series of a firm's sums: read and checked."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array, between, whole

FEW = 8
"""Fewest weeks on each side of a change."""


def weekly(
    data: Data,
    *,
    start: int,
    week: Hashable,
    value: Hashable,
    group: Hashable | None,
    treated: Any,
    ratio: bool,
) -> pd.DataFrame:
    """Return ``week, y, other, after`` in the order of the weeks, each of which is there once.

    ``y`` is the value of the treated group (of the only one, if no group is named), ``other``
    the mean of the others (NaN without them); both as logarithms if the effect is a ratio.

    Raises
    ------
    InputError
        For a missing column or value, a week that is missing or doubled, a value that has no
        logarithm or never changes, a group that is not there, or a start too near an end.

    Examples
    --------
    >>> seen = pd.DataFrame({"week": range(1, 21), "orders": range(10, 30)})
    >>> weekly(seen, start=11, week="week", value="orders", group=None, treated=None,
    ...        ratio=False).tail(2)
        week     y  other  after
    18    19  28.0    NaN   True
    19    20  29.0    NaN   True
    """
    whole_table = read(data)
    _no_dates(whole_table, week)
    columns = {"week": Column(week, "whole"), "value": Column(value, "number")}
    if group is not None:
        columns["group"] = Column(group, "group")
    frame = take(whole_table, **columns)
    if ratio and (frame["value"] <= 0).any():
        raise InputError(
            f"Column {shown(value)} must be above 0 for a ratio, but {rows(frame['value'] <= 0)}"
            " is not; add weeks up to longer ones, or set ratio=False."
        )
    frame["treated"] = _treated(frame, group, treated)
    if group is None:
        frame["group"] = "all"
    _complete(frame, week)
    names = np.sort(frame["week"].unique())
    y, other = (_means(frame[frame["treated"] == side], len(names)) for side in (True, False))
    if ratio:
        y, other = np.log(y), np.log(other)
    after = names >= started(start, frame["week"])
    table = pd.DataFrame({"week": names, "y": y, "other": other, "after": after})
    if np.ptp(y) == 0:
        raise InputError(
            f"Column {shown(value)} is the same in every week, so that nothing can be told of it."
        )
    return table


def _no_dates(table: pd.DataFrame, week: Hashable) -> None:
    """See that weeks are numbers, and say how a date becomes one."""
    where = [i for i, name in enumerate(table.columns) if name is week or name == week]
    if where and pd.api.types.is_datetime64_any_dtype(table.dtypes.iloc[where[0]]):
        raise InputError(
            f"Column {shown(week)} holds dates, but weeks must be numbered; take, for example,"
            " (date − first date).dt.days // 7 + 1, and give start in the same way."
        )


def _means(frame: pd.DataFrame, weeks: int) -> Array:
    """Return the mean of the groups in each week, in the order of the weeks."""
    if frame.empty:
        return np.full(weeks, np.nan)
    return frame.groupby("week")["value"].mean().sort_index().to_numpy(float)


def _treated(frame: pd.DataFrame, group: Hashable | None, treated: Any) -> Any:
    """Mark the rows of the treated group, and see that there are others."""
    if group is None:
        return True
    names = groups(frame["group"], group, treated)
    if len(names) < 2:
        raise InputError(
            f"Column {shown(group)} holds only {shown(names[0])}; without a group that was left"
            " as it was there is nothing to compare with."
        )
    return frame["group"] == treated


def groups(column: pd.Series[Any], name: Hashable, treated: Any) -> list[Any]:
    """Return the values of a column of groups, of which the treated must be one.

    Examples
    --------
    >>> groups(pd.Series(["a", "b", "a"]), "region", "b")
    ['a', 'b']
    """
    names = column.drop_duplicates().tolist()
    if np.ndim(treated) or treated not in names:
        raise InputError(
            f"treated must be a value of column {shown(name)}{nearest(treated, names)}, which"
            f" holds {some(names[:6])}, not {shown(treated)}."
        )
    return names


def _complete(frame: pd.DataFrame, week: Hashable) -> None:
    """See that each group has each week once, without a gap."""
    twice = frame.duplicated(["group", "week"])
    if twice.any():
        raise InputError(
            f"Column {shown(week)} names a week twice in {rows(twice)}; sum the table by week"
            " (and group) first."
        )
    first, last = int(frame["week"].min()), int(frame["week"].max())
    held = frame["group"].value_counts()
    for name in held.index[(held < last - first + 1) & (held > 0)]:
        seen = set(frame.loc[frame["group"] == name, "week"])
        gap = next(w for w in range(first, last + 1) if w not in seen)
        raise InputError(
            f"Column {shown(week)} must hold every week from {first} to {last} for"
            f" {shown(name)}, but week {gap} is missing; fill in its sum, which may be 0, and"
            " number weeks on over the turn of the year."
        )


def started(start: Any, weeks: pd.Series[Any], few: int = FEW) -> int:
    """Return the first week of the change, with enough weeks on both sides.

    Examples
    --------
    >>> started(30, pd.Series(range(1, 105)))
    30
    """
    first, last = int(weeks.min()), int(weeks.max())
    if last - first + 1 < 2 * few:
        raise InputError(
            f"The table holds {last - first + 1} weeks, but {few} before and {few} after the start"
            " are the fewest that tell anything."
        )
    return whole("start", start, first + few, last - few + 1)


def level_of(level: Any) -> float:
    """Return the coverage of an interval, strictly between 0 and 1.

    Examples
    --------
    >>> level_of(0.9)
    0.9
    """
    return between("level", level, 0, 1, open_ends=True)
