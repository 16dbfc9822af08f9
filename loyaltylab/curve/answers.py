"""Answers of a survey as the fits take them: checked, with the missing ones counted."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EVERYONE = "all"
BINS = 20
"""Points of a picture when satisfaction takes more values than that."""


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


def in_order(groups: Any) -> list[Any]:
    """Return the names of the groups in order: sorted if they can be, else by their text."""
    names = list(pd.unique(groups))
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


def clusters(rows: pd.DataFrame) -> tuple[Any, int]:
    """Return a number for the cluster of each row, each row its own if none is named."""
    if "cluster" not in rows:
        return np.arange(len(rows)), len(rows)
    codes, found = pd.factorize(rows["cluster"])
    if len(found) < 2:
        raise InputError(
            f"The cluster is {str(found[0])[:40]} in every row, which tells nothing of others;"
            " name the column that says whose answer it is, or leave cluster out."
        )
    return codes, len(found)


def binned(satisfaction: pd.Series[float], scale: tuple[float, float]) -> pd.Series[Any]:
    """Return the level of each answer: its satisfaction, or one of 20 bins if it has more."""
    if satisfaction.nunique() <= BINS:
        return satisfaction
    cuts = np.linspace(*scale, BINS + 1)[1:-1]
    return pd.Series(np.digitize(satisfaction, cuts), index=satisfaction.index)


def points(rows: pd.DataFrame, scale: tuple[float, float], level: float) -> pd.DataFrame:
    """Mean loyalty at each level of satisfaction, with a normal interval and the rows behind it.

    ``rows`` holds ``group, satisfaction, loyalty`` and ``weight``; loyalty is 0 … 1. More than
    20 levels are put into 20 equal bins, which stand at their mean. Where answers do not differ,
    or there is but one, the interval is Wilson's, wide enough for any loyalty from 0 to 1.
    """
    from scipy.special import ndtri

    at = rows["satisfaction"]
    where = binned(at, scale)
    work = rows.assign(where=where, got=rows["loyalty"] * rows["weight"], at=at)
    keys = ["group", "where"]
    sums = work.groupby(keys, observed=True, sort=True)[["got", "weight"]].transform("sum")
    mean = sums["got"] / sums["weight"]
    work["loyalty"] = mean
    work["square"] = ((work["got"] - mean * work["weight"]) / sums["weight"]) ** 2
    table = work.groupby(keys, observed=True, sort=True, as_index=False).agg(
        satisfaction=("at", "mean"),
        loyalty=("loyalty", "first"),
        square=("square", "sum"),
        n=("at", "size"),
    )
    n = table["n"].to_numpy(float)
    half = float(ndtri((1 + level) / 2)) * np.sqrt(table["square"] * n / np.maximum(n - 1, 1))
    table["lower"] = np.clip(table["loyalty"] - half, 0, 1)
    table["upper"] = np.clip(table["loyalty"] + half, 0, 1)
    still = table["square"].to_numpy() <= 1e-30  # one answer, or all alike: no spread to go by
    ends = wilson(np.clip(table["loyalty"], 0, 1) * n, n, level)
    for column, end in zip(("lower", "upper"), ends, strict=True):
        table[column] = np.where(still, end, table[column])
    return table[["group", "satisfaction", "loyalty", "lower", "upper", "n"]]


def draw(
    ax: Axes | None, title: str, y: str, seen: pd.DataFrame, curves: pd.DataFrame, ends: Array
) -> Axes:
    """Draw points with intervals and a curve for each group."""
    ax = fig.axes(ax, title=title, x="satisfaction (points of the scale)", y=y)
    for i, name in enumerate(in_order(curves["group"])):
        color = fig.PALETTE[i % len(fig.PALETTE)]
        mine, curve = seen[seen["group"] == name], curves[curves["group"] == name]
        nudge = 0.006 * (i % 5) * (ends[1] - ends[0])  # intervals of groups stay apart
        mean = mine["loyalty"]
        bars = np.abs([mean - mine["lower"], mine["upper"] - mean])
        ax.errorbar(
            mine["satisfaction"] + nudge, mean, yerr=bars, fmt="o", ms=5, lw=1.3, color=color
        )
        label = f"{fig.label(str(name))} (n = {int(mine['n'].sum()):,})"
        dash = ("-", "--", ":", "-.")[i % 4]
        ax.plot(curve["satisfaction"], curve["loyalty"], dash, color=color, lw=2, label=label)
    fig.legend_above(ax)
    return ax
