"""Answers of a survey as the fits take them: checked, with the missing ones counted."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take

EVERYONE = "all"


class Answers(NamedTuple):
    """Checked rows by role, and how many rows of each group lacked an answer."""

    rows: pd.DataFrame
    missing: dict[Any, int]


def answered(
    data: Data,
    group: Hashable | None,
    cluster: Hashable | None,
    **columns: Column,
) -> Answers:
    """Drop the rows that lack an answer, count them by group, and check the others.

    ``columns`` are the answers, which may be missing; group and cluster must not be.
    """
    frame = read(data)
    fixed = {} if group is None else {"group": Column(group, "group")}
    if cluster is not None:
        fixed["cluster"] = Column(cluster, "group")
    for role, column in (*columns.items(), *fixed.items()):
        if not _stands_once(frame, column.name):
            take(frame, **{role: column})  # says what is wrong, before any value is looked at
    names: list[Any] = [c.name for c in columns.values()]
    lacking = frame[names].isna().any(axis=1)
    if len(frame) and bool(lacking.all()):
        raise InputError(
            f"Every row lacks a value in one of the columns {', '.join(map(shown, names))}; there"
            " is nothing to fit."
        )
    kept = frame[~lacking.to_numpy()]
    for column in columns.values():
        _advise(kept, column)
    rows = take(kept, **columns, **fixed)
    if group is None:
        rows["group"] = EVERYONE
        return Answers(rows, {EVERYONE: int(lacking.sum())})
    names_of = take(frame, group=Column(group, "group"))["group"]
    counts = names_of[lacking.to_numpy()].value_counts()
    groups = list(rows["group"].drop_duplicates())
    silent = [g for g in names_of.drop_duplicates() if g not in groups]
    if silent:
        raise InputError(
            f"Every row of group {shown(silent[0])} lacks a value in one of the columns"
            f" {', '.join(map(shown, names))}; leave the group out."
        )
    return Answers(rows, {g: int(counts.get(g, 0)) for g in groups})


def _stands_once(frame: pd.DataFrame, name: Any) -> bool:
    try:
        return list(frame.columns).count(name) == 1
    except (TypeError, ValueError):  # what cannot be compared names no column
        return False


def _advise(frame: pd.DataFrame, column: Column) -> None:
    """Refuse a kind of value that one step makes right, and name the step."""
    values, name = frame[column.name], shown(column.name)
    truths = values.map(lambda v: isinstance(v, bool | np.bool_))
    if column.kind != "flag" and len(values) and bool(truths.all()):
        raise InputError(
            f"Column {name} must hold {column.valid()}, but it holds True and False; turn it into"
            " 1 and 0 with .astype(int)."
        )
    if column.kind == "flag" and len(values):
        try:
            take(frame, flag=column)
        except InputError as error:
            code = in_order(values)[-1]
            code = code.item() if isinstance(code, np.generic) else code
            raise InputError(
                f"{str(error).removesuffix('.')}; codes become such a column by comparing, as in"
                f" data[{name}] == {shown(code)}."
            ) from None


def in_order(groups: pd.Series[Any]) -> list[Any]:
    """Return the names of the groups in order: of a categorical, else sorted, else by text.

    Examples
    --------
    >>> in_order(pd.Series(["b", 2, "a"]))
    [2, 'a', 'b']
    >>> in_order(pd.Series(pd.Categorical(["new", "old"], ["old", "new", "lost"])))
    ['old', 'new']
    """
    names = list(pd.unique(groups))
    if isinstance(groups.dtype, pd.CategoricalDtype):
        return [name for name in groups.cat.categories if name in names]
    try:
        return sorted(names)
    except TypeError:
        return sorted(names, key=str)


def of_group(name: Any) -> str:
    """Name a group inside a sentence; nothing where there is but one."""
    name = name.item() if isinstance(name, np.generic) else name
    return "" if isinstance(name, str) and name == EVERYONE else f" for group {shown(name)}"


def need_levels(satisfaction: pd.Series[Any], name: Any) -> None:
    """Refuse answers that all stand at one level of satisfaction."""
    if satisfaction.nunique() < 2:
        many = len(satisfaction) > 1
        answers = f"all {len(satisfaction):,} answers give" if many else "the only answer gives"
        raise InputError(
            f"No curve can be fitted{of_group(name)}: {answers} satisfaction"
            f" {satisfaction.iloc[0]:g}; at least two levels are needed."
        )
