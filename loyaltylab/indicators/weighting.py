"""Indicators on a common scale, and weights: equal, by entropy, by judgement, or given."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array
from loyaltylab.indicators.ahp import AHP
from loyaltylab.indicators.choice_panel import plain

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
            f"Column {shown(name)} must name each row once, but {plain(twice)} stands twice."
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


def resolved(
    weights: Any, normal: pd.DataFrame, data: Data, name: Hashable, directions: Mapping[Any, str]
) -> dict[Any, float]:
    """Return a weight for each indicator, of sum 1."""
    columns = list(normal.columns)
    if isinstance(weights, str) and weights == "equal":
        return dict.fromkeys(columns, 1 / len(columns))
    if isinstance(weights, str) and weights == "entropy":
        found = entropy_weights(data, name=name, directions=directions)
        return dict(zip(found["indicator"], found["weight"], strict=True))
    given = weights.weights if isinstance(weights, AHP) else weights
    if not isinstance(given, Mapping):
        raise InputError(
            "weights must be 'equal', 'entropy', what ahp_weights() returned, or a weight for each"
            f" indicator such as {{'scr': 2, 'seconds': 1}}, not {shown(weights)}."
        )
    for column in columns:
        if column not in given:
            raise InputError(f"weights lacks one for {shown(column)}{nearest(column, given)}.")
    for column, value in given.items():
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if column not in columns:
            raise InputError(f"weights names {shown(column)}, which directions does not.")
        if not number or not 0 <= float(value) < 1e14:
            raise InputError(
                f"The weight of {shown(column)} must be a number >= 0, not {shown(value)}."
            )
    total = float(sum(given.values()))
    if total <= 0:
        raise InputError("At least one weight must be above 0; all are 0.")
    return {column: float(given[column]) / total for column in columns}


def entropy_weights(data: Data, *, name: Hashable, directions: Mapping[Any, str]) -> pd.DataFrame:
    """Weigh each indicator by how unequally it is spread over the rows (Shannon's entropy).

    With ``p_i`` the row's part of the column's sum after min–max normalisation and m rows,
    ``e = -Σ p ln p / ln m`` and ``weight ∝ 1 - e``. It measures what tells the rows apart; whether
    that has to do with loyalty it does not know, and one outlier can take most of the weight.

    Parameters
    ----------
    data, name, directions
        As for :func:`composite`.

    Returns
    -------
    pandas.DataFrame
        ``indicator, entropy, weight``.

    References
    ----------
    Hwang, C.-L. & Yoon, K. (1981), *Multiple Attribute Decision Making*, ch. 3.

    Examples
    --------
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [9, 1, 2]})
    >>> entropy_weights(brands, name="brand", directions={"scr": "up", "gap": "up"}).round(2)
      indicator  entropy  weight
    0       scr     0.61    0.36
    1       gap     0.32    0.64
    """
    normal = normalised(data, name, directions, "min-max")[1]
    value = normal.to_numpy()
    p = value / value.sum(axis=0)
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    entropy = -(p * logs).sum(axis=0) / np.log(len(p))
    spread = np.maximum(1 - entropy, 0)
    weight = spread / spread.sum() if spread.sum() > 0 else np.full(len(spread), 1 / len(spread))
    return pd.DataFrame({"indicator": list(normal.columns), "entropy": entropy, "weight": weight})
