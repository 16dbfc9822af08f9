"""Indicators on a common scale, higher being more loyal."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array

METHODS = ("min-max", "z", "rank")
WAYS = ("up", "down")


def normalised(
    data: Data, name: Hashable, directions: Mapping[Any, str], method: str
) -> tuple[tuple[Any, ...], pd.DataFrame]:
    """Return names and indicators on a common scale, higher being more loyal."""
    if not isinstance(directions, Mapping) or not directions:
        raise InputError(
            "directions must say for each indicator whether more of it is more loyal, such as"
            f" {{'scr': 'up', 'seconds': 'down'}}, not {shown(directions)}."
        )
    for column, way in directions.items():
        if way not in WAYS:
            raise InputError(
                f"The direction of {shown(column)} must be 'up' or 'down', not {shown(way)}."
            )
    if method not in METHODS:
        raise InputError(
            f"normalisation must be one of {', '.join(METHODS)}, not"
            f" {shown(method)}{nearest(method, METHODS)}."
        )
    columns = {f"i{k}": Column(c, "number") for k, c in enumerate(directions)}
    frame = take(data, name=Column(name, "group"), **columns)
    if frame["name"].duplicated().any():
        twice = frame["name"][frame["name"].duplicated()].iloc[0]
        raise InputError(
            f"Column {shown(name)} must name each row once, but {shown(twice)} stands twice."
        )
    if len(frame) < 2:
        raise InputError("There must be at least 2 rows to compare, not 1.")
    values = frame[list(columns)].to_numpy(float)
    sign = np.array([1.0 if way == "up" else -1.0 for way in directions.values()])
    width = np.ptp(values, axis=0)
    for column, w in zip(directions, width, strict=True):
        if not w > 0:
            raise InputError(
                f"Column {shown(column)} is the same in all rows, so that it cannot rank anybody;"
                " leave it out."
            )
    normal = normalise(values * sign, method)
    return tuple(frame["name"]), pd.DataFrame(normal, columns=pd.Index(list(directions)))


def normalise(values: Array, method: str) -> Array:
    """Bring columns in which more is better to a common scale; works on stacked tables too."""
    if method == "rank":
        from scipy.stats import rankdata

        place = rankdata(values, axis=-2)
        return np.asarray((place - 1) / max(values.shape[-2] - 1, 1))
    low = values.min(axis=-2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == "z":
            scaled = (values - values.mean(axis=-2, keepdims=True)) / values.std(
                axis=-2, ddof=1, keepdims=True
            )
        else:
            scaled = (values - low) / (values.max(axis=-2, keepdims=True) - low)
    middle = 0.0 if method == "z" else 0.5  # all alike: nobody stands out
    return np.asarray(np.nan_to_num(scaled, nan=middle, posinf=0.0, neginf=0.0))


def ranks(score: Array) -> Any:
    """Return ranks over the last axis, 1 is best; scores equal to rounding share the better."""
    from scipy.stats import rankdata

    rounded = np.round(score, 12)
    return rankdata(-rounded, method="min", axis=-1).astype(np.int64)
