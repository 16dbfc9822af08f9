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


def with_gaps(frame: pd.DataFrame, column: Column, role: str = "the table") -> pd.Series[Any]:
    """Return a column of numbers, yes and no (1 and 0), or dates that may have gaps, checked.

    Examples
    --------
    >>> with_gaps(pd.DataFrame({"s": [50, None]}), Column("s", "number", 0, 100)).tolist()
    [50.0, nan]
    """
    values = find(frame, role, column.name)
    there = values.notna().to_numpy()
    kind = "datetime64[ns]" if column.kind == "date" else "float64"
    found = np.full(len(frame), np.nan).astype(kind)
    if there.any():
        found[there] = take(frame.loc[there, [column.name]], it=column)["it"].to_numpy(kind)
    return pd.Series(found, index=frame.index)


def scores(frame: pd.DataFrame, name: Hashable) -> Array:
    """Return scores from 0 to 100 that may have gaps; shares are refused.

    Three scores or more of which none is above 1 are taken for shares.

    Examples
    --------
    >>> scores(pd.DataFrame({"s": [50, None]}), "s").tolist()
    [50.0, nan]
    """
    found = with_gaps(frame, Column(name, "number", 0, 100), "a feed").to_numpy(float)
    known = found[~np.isnan(found)]
    if known.size > 2 and known.max() <= 1 and ((known > 0) & (known < 1)).any():
        raise InputError(
            f"Column {shown(name)} must hold scores from 0 to 100, but all of them lie between 0"
            f" and 1, the first is {known[0]:g}; multiply shares by 100."
        )
    return found


def spreads(frame: pd.DataFrame, names: tuple[str, ...], errors: Any) -> Array:
    """Return standard errors, shape ``(rows, feeds)``, 0 where none is given, NaN without any.

    Examples
    --------
    >>> spreads(pd.DataFrame({"e": [2.0]}), ("visits",), {"visits": "e"}).tolist()
    [[2.0]]
    """
    spread = np.zeros((len(frame), len(names)))
    if errors is None:  # nobody said how sure the scores are: no interval, not one of width 0
        return spread + np.nan
    if not isinstance(errors, Mapping):
        raise InputError(f"errors must name a column for each feed, not {shown(errors)}.")
    for name, column in errors.items():
        if name not in names:
            raise InputError(
                f"errors names {shown(name)}{nearest(name, names)}, which is none of the feeds."
            )
        found = with_gaps(frame, Column(column, "number", 0)).to_numpy(float)
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
