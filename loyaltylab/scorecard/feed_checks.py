"""What the feeds of an index may hold: names, periods, scores with gaps, weights."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, find, take
from loyaltylab.base.stats import Array, between


def feed_names(feeds: Any) -> tuple[str, ...]:
    """Return the names of the feeds.

    Examples
    --------
    >>> feed_names({"visits": "service"})
    ('visits',)
    """
    if not isinstance(feeds, Mapping) or not 1 <= len(feeds) <= 20:
        raise InputError(
            "feeds must name 1 to 20 feeds and their columns, such as {'visits': 'service'}, not"
            f" {shown(feeds)}."
        )
    for name in feeds:
        if not isinstance(name, str) or name in ("branch", "period"):
            raise InputError(
                f"A feed must have a name of its own other than branch and period, not"
                f" {shown(name)}."
            )
    return tuple(feeds)


def periods(frame: pd.DataFrame, period: Hashable) -> pd.Series[Any]:
    """Return the periods as numbers or dates.

    Examples
    --------
    >>> periods(pd.DataFrame({"quarter": [1, 2]}), "quarter").tolist()
    [1.0, 2.0]
    """
    values = find(frame, "period", period)
    numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return take(frame, period=Column(period, "number" if numbers else "date"))["period"]


def scores(frame: pd.DataFrame, name: Hashable, column: Column) -> Array:
    """Return a column that may have gaps; what stands there is checked.

    Examples
    --------
    >>> scores(pd.DataFrame({"s": [50, None]}), "s", Column("s", "number", 0, 100)).tolist()
    [50.0, nan]
    """
    values = find(frame, "a feed", name)
    there = values.notna().to_numpy()
    found = np.full(len(frame), np.nan)
    if there.any():
        found[there] = take(frame.loc[there, [name]], score=column)["score"].to_numpy(float)
    return found


def spreads(frame: pd.DataFrame, names: tuple[str, ...], errors: Any) -> Array:
    """Return standard errors, shape ``(rows, feeds)``, 0 where none is given.

    Examples
    --------
    >>> spreads(pd.DataFrame({"e": [2.0]}), ("visits",), {"visits": "e"}).tolist()
    [[2.0]]
    """
    spread = np.zeros((len(frame), len(names)))
    if errors is None:
        return spread
    if not isinstance(errors, Mapping):
        raise InputError(f"errors must name a column for each feed, not {shown(errors)}.")
    for name, column in errors.items():
        if name not in names:
            raise InputError(
                f"errors names {shown(name)}{nearest(name, names)}, which is none of the feeds."
            )
        found = scores(frame, column, Column(column, "number", 0))
        spread[:, names.index(name)] = np.nan_to_num(found)
    return spread


def checked_weights(weights: Any, names: tuple[str, ...]) -> tuple[float, ...]:
    """Return a weight for each feed, of sum 1.

    Examples
    --------
    >>> checked_weights({"phone": 1, "visits": 3}, ("phone", "visits"))
    (0.25, 0.75)
    """
    if weights is None:
        return tuple([1 / len(names)] * len(names))
    if not isinstance(weights, Mapping):
        raise InputError(
            f"weights must give a number for each feed, such as {{'visits': 2}}, not"
            f" {shown(weights)}."
        )
    for name in (*weights, *names):
        if name not in names or name not in weights:
            lacks = "which is none of the feeds" if name not in names else "and gives none for it"
            raise InputError(
                f"weights must name the feeds {', '.join(names)}; check {shown(name)}, {lacks}."
            )
    found = np.array([between(f"weights[{n!r}]", weights[n], 0, 1e14) for n in names])
    if found.max() <= 0:
        raise InputError("At least one weight must be above 0; all are 0.")
    share = found / found.max()
    return tuple(float(w) for w in share / share.sum())
