"""A survey as every measure takes it: answers checked, groups named, people counted."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.columns import Column, Kind
from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Data, read, rows, take
from loyaltylab.base.stats import Array
from loyaltylab.curve.answers import in_order as in_order
from loyaltylab.curve.scale import ends
from loyaltylab.matrix.levels import once

EVERYONE = "all"
By = Hashable | list[Hashable] | None
"""A column that splits the people, a list of columns, or None."""
Items = Sequence[Hashable] | Mapping[Any, float]


class Scale(NamedTuple):
    """The scale of a question: its ends, and its labels (worst first) if it has words."""

    low: float
    high: float
    labels: tuple[str, ...] = ()


def declared(scale: Any) -> Scale:
    """Return a scale given as ``(low, high)`` or as a tuple of labels, worst first.

    Examples
    --------
    >>> declared(("Low", "Medium", "High"))
    Scale(low=1.0, high=3.0, labels=('Low', 'Medium', 'High'))
    """
    if isinstance(scale, tuple | list) and scale and all(isinstance(s, str) for s in scale):
        if len(set(scale)) != len(scale) or len(scale) < 2:
            raise InputError(
                f"scale must name at least two different labels, worst first, not {shown(scale)}."
            )
        return Scale(1.0, float(len(scale)), tuple(scale))
    return Scale(*ends(scale))


def surveyed(
    data: Data,
    answers: Mapping[str, tuple[Hashable, Scale]],
    *,
    by: By = None,
    count: Hashable | None = None,
    customer: Hashable | None = None,
    kind: Kind = "number",
    together: bool = False,
    repeated: bool = False,
) -> pd.DataFrame:
    """Return checked answers by role with ``group`` and ``weight`` (people per row).

    An answer may be missing (NaN): asked, and silent. All columns are looked up before any
    value is looked at. Nobody may stand twice in a group, nor in two groups if ``together``,
    unless ``repeated``.
    """
    frame = read(data)
    keys = list(by) if isinstance(by, list) else [] if by is None else [by]
    fixed = {f"group_{i}": Column(key, "group") for i, key in enumerate(keys)}
    if count is not None:
        fixed["count"] = Column(count, "whole", lower=0)
    wanted = {role: _column(name, scale, kind) for role, (name, scale) in answers.items()}
    for role, column in (*wanted.items(), *fixed.items()):
        if len(frame) == 0 or not stands_once(frame, column.name):
            take(frame, **{role: column})  # says what is wrong
    found = {r: _with_gaps(frame, r, c, answers[r][1]) for r, c in wanted.items()}
    table = pd.DataFrame(found, index=frame.index)
    sure = take(frame, **fixed) if fixed else table
    table["group"] = _groups(sure, len(keys))
    table["weight"] = sure["count"].to_numpy() if count is not None else 1
    if table["weight"].sum() == 0:
        raise InputError(f"Column {shown(count)} counts nobody; it must hold people per row.")
    if not repeated:
        once(frame, customer, None if together else table["group"])
    return table


def _column(name: Hashable, scale: Scale, kind: Kind) -> Column:
    return Column(name, "group") if scale.labels else Column(name, kind, scale.low, scale.high)


def stands_once(frame: pd.DataFrame, name: Any) -> bool:
    """Tell whether a frame has exactly one column of a name."""
    try:
        return list(frame.columns).count(name) == 1
    except (TypeError, ValueError):  # what cannot be compared names no column
        return False


def _with_gaps(frame: pd.DataFrame, role: str, column: Column, scale: Scale) -> Array:
    """Return the checked answers as numbers, NaN where nothing was answered."""
    values: pd.Series[Any] = frame[column.name]
    there = values.notna().to_numpy()
    if not there.any():
        raise InputError(f"Column {shown(column.name)} lacks a value in every row.")
    given = take(frame[there], **{role: column})[role]
    if scale.labels:
        words = given.astype(object)
        strange = ~words.isin(scale.labels)
        if strange.any():
            raise InputError(
                f"Column {shown(column.name)} must hold one of {some(scale.labels)}, but"
                f" {rows(strange)} hold{'s' if strange.sum() == 1 else ', first,'}"
                f" {shown(words[strange].iloc[0])}."
            )
        given = words.map({label: i + 1.0 for i, label in enumerate(scale.labels)})
    out = np.full(len(frame), np.nan)
    out[there] = given.to_numpy(float)
    return out


def _groups(sure: pd.DataFrame, keys: int) -> Any:
    if keys == 0:
        return EVERYONE
    if keys == 1:
        return sure["group_0"].to_numpy()
    names = [sure[f"group_{i}"].astype(str) for i in range(keys)]
    together = names[0]
    for more in names[1:]:
        together = together + " · " + more
    return together.to_numpy()


def groups_of(table: pd.DataFrame) -> list[tuple[Any, pd.DataFrame]]:
    """Return the groups in order, each with its rows."""
    names = in_order(table["group"])
    return [(name, table[(table["group"] == name).to_numpy()]) for name in names]


def widened(data: Data, new: Mapping[str, Any]) -> pd.DataFrame:
    """Return the caller's frame with new columns; none of his own is written over."""
    frame = read(data)
    doubled = [name for name in new if name in frame.columns]
    if doubled:
        raise InputError(f"The table has a column {shown(doubled[0])} already; rename it first.")
    return frame.assign(**new)


def of_group(name: Any) -> str:
    """Name a group inside a sentence; nothing where there is but one."""
    name = name.item() if isinstance(name, np.generic) else name
    return "" if isinstance(name, str) and name == EVERYONE else f" of group {shown(name)}"


def listed(items: Any) -> tuple[list[Hashable], Array]:
    """Return the names of items and their weights, which sum to 1, equal ones if none are named.

    Examples
    --------
    >>> names, weights = listed({"quality": 3, "price": 1})
    >>> names, weights.tolist()
    (['quality', 'price'], [0.75, 0.25])
    """
    if isinstance(items, Mapping):
        names, given = list(items), list(items.values())
    elif isinstance(items, list | tuple):
        names, given = list(items), [1.0] * len(items)
    else:
        raise InputError(
            "items must be a list of columns, or a dict of columns and their weights, not"
            f" {shown(items)}."
        )
    if not names:
        raise InputError("items must name at least one column; the list is empty.")
    doubled = [name for i, name in enumerate(names) if name in names[:i]]
    if doubled:
        raise InputError(f"items names {shown(doubled[0])} twice; name each item once.")
    numbers = [v for v in given if isinstance(v, int | float | np.integer | np.floating)]
    plain = np.array([v for v in numbers if not isinstance(v, bool)], float)
    if len(plain) != len(names) or not (np.isfinite(plain).all() and (plain >= 0).all()):
        raise InputError(f"The weights of items must be numbers >= 0, not {shown(given)}.")
    if not 0 < plain.sum() < 1e100:
        raise InputError(f"The weights of items must not all be 0, as in {shown(given)}.")
    return names, plain / plain.sum()


def measured(
    data: Data,
    items: Items,
    scale: Any,
    **options: Any,
) -> tuple[pd.DataFrame, list[Hashable], Array, Scale]:
    """Return a survey of several items on one scale: columns ``item_0, item_1, …``."""
    names, weights = listed(items)
    one = declared(scale)
    roles = {f"item_{i}": (name, one) for i, name in enumerate(names)}
    table = surveyed(data, roles, **options)
    return table, names, weights, one


def item_values(table: pd.DataFrame) -> Array:
    """Return the answers to the items, shape ``(rows, items)``."""
    columns = [c for c in table.columns if str(c).startswith("item_")]
    return table[columns].to_numpy(float)
