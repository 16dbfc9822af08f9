"""Which steps of the ladder each row holds, read from checked columns with gaps, and when."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import LIMIT, Array, between


class Held(NamedTuple):
    """What each row holds of the four steps: 1 yes, 0 no, NaN unknown; and its columns."""

    steps: Array
    rows: pd.DataFrame


def steps_held(
    data: Data,
    who: dict[str, Hashable | None],
    answers: tuple[Hashable, Hashable, Hashable],
    behaviour: tuple[Hashable, Hashable],
    *,
    scale: Any,
    cut: float,
    kept_cut: float,
) -> Held:
    """Return which of the four steps each row holds, with its checked columns by role."""
    low, high = _ends(scale)
    cut = between("cut", cut, low, high)
    kept_cut = between("kept_cut", kept_cut, 0, 1)
    if kept_cut == 0:
        raise InputError(
            "kept_cut must be above 0, for a share of 0 would call everybody's purchases action;"
            " 0 was given."
        )
    named = {role: Column(name, "group") for role, name in who.items() if name is not None}
    _different(answers)
    roles = ("belief", "liking", "intention")
    columns = {r: Column(c, "number", low, high) for r, c in zip(roles, answers, strict=True)}
    columns |= {
        role: Column(name, "whole", 0, 10**9)
        for role, name in zip(("obstacles", "kept"), behaviour, strict=True)
    }
    table = with_gaps(data, named, columns)
    if who.get("customer") is not None:
        _once(table, list(named), who, data)
    many = table["kept"] > table["obstacles"]
    alone = table["kept"].isna() != table["obstacles"].isna()
    for wrong, what in ((many, "more obstacles kept than met"), (alone, "only one of the two")):
        if wrong.any():
            raise InputError(
                f"Columns {shown(behaviour[0])} and {shown(behaviour[1])} hold {what} in"
                f" {rows(_labelled(wrong, data))}; kept must be a part of obstacles."
            )
    said = table[list(roles)]
    held = np.where(said.isna(), np.nan, said > cut)
    met = table["obstacles"].to_numpy() > 0
    share = table["kept"].to_numpy() / np.where(met, table["obstacles"].to_numpy(), 1)
    action = np.where(met, share >= kept_cut - 1e-12, np.nan)
    return Held(np.column_stack([held, action]), table)


class Seen(NamedTuple):
    """Answers by customer and period since his first: held (NaN unknown), obstacles, kept."""

    held: Array
    met: Array
    kept: Array
    last: Array


def arranged(held: Array, rows: pd.DataFrame) -> Seen:
    """Bring rows into arrays by customer and period since his first."""
    who, people = pd.factorize(rows["customer"])
    when = rows["period"].to_numpy()
    first = pd.Series(when).groupby(who).transform("min").to_numpy()
    at = when - first
    last = pd.Series(at).groupby(who).max().to_numpy()
    if (last > 0).sum() < 20:
        raise InputError(
            "fit_hidden needs at least 20 customers who answered in two periods, not"
            f" {int((last > 0).sum())}; with fewer, movement and slips cannot be told apart."
        )
    if last.max() > 1000:
        raise InputError(
            f"The periods of one customer run over {int(last.max()):,}; number them 1, 2, 3, …"
        )
    shape = (len(people), int(last.max()) + 1)
    answers = np.full((*shape, 3), np.nan)
    answers[who, at] = held
    behaviour = np.zeros((*shape, 2))
    behaviour[who, at] = np.nan_to_num(rows[["obstacles", "kept"]].to_numpy(float))
    return Seen(answers, behaviour[..., 0], behaviour[..., 1], last)


def with_gaps(data: Data, named: dict[str, Column], columns: dict[str, Column]) -> pd.DataFrame:
    """Return checked columns by role, of which those in ``columns`` may lack values."""
    frame = read(data)
    for role, column in (named | columns).items():  # all names first, then the values
        if len(frame) == 0 or not stands_once(frame, column.name):
            take(frame, **{role: column})
    found = {}
    for role, column in columns.items():
        there = frame[column.name].notna().to_numpy()
        values = np.full(len(frame), np.nan)
        if there.any():
            values[there] = take(frame[there], **{role: column})[role].to_numpy(float)
        found[role] = values
    fixed = {role: take(frame, **{role: c})[role].to_numpy() for role, c in named.items()}
    return pd.DataFrame({**fixed, **found})


def stands_once(frame: pd.DataFrame, name: Any) -> bool:
    """Whether a name is that of exactly one column."""
    try:
        return list(frame.columns).count(name) == 1
    except (TypeError, ValueError):  # what cannot be compared names no column
        return False


def _labelled(marked: pd.Series[bool], data: Data) -> pd.Series[bool]:
    return pd.Series(marked.to_numpy(), index=read(data).index)


def _once(
    table: pd.DataFrame, roles: list[str], who: dict[str, Hashable | None], data: Data
) -> None:
    """Refuse a customer who stands twice in a period."""
    doubled = table.duplicated(roles)
    if doubled.any():
        raise InputError(
            f"Column {shown(who[roles[0]])} names a customer twice"
            f"{' in one period' if len(roles) > 1 else ''} ({rows(_labelled(doubled, data))}); keep"
            " one row for each, or name the column of the period."
        )


def _different(answers: tuple[Hashable, Hashable, Hashable]) -> None:
    """Refuse one column for two questions: two steps of the ladder would be one."""
    if any(answers.count(name) > 1 for name in answers):
        raise InputError(
            "belief, liking and intention must be three different columns, for each is a step of"
            f" its own, not {shown(answers)}."
        )


def _ends(scale: Any) -> tuple[float, float]:
    if isinstance(scale, tuple | list) and len(scale) == 2:
        low, high = (between("an end of scale", end, -LIMIT, LIMIT) for end in scale)
        if low < high:
            return low, high
    raise InputError(f"scale must be a pair (lowest, highest), rising, not {shown(scale)}.")
