"""How probable it is to move from a segment to another: counts, shares, their intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.stats import Array, wilson
from loyaltylab.matrix.levels import LEFT, SEGMENTS

STATES = (*SEGMENTS, LEFT)


def counted(
    paths: pd.DataFrame, new: pd.Series[Any], states: tuple[str, ...], level: float
) -> pd.DataFrame:
    """Return the rows of one group."""
    seen = paths.dropna(subset="later")
    count = (
        pd.crosstab(seen["segment"], seen["later"])
        .reindex(index=list(SEGMENTS), columns=list(states), fill_value=0)
        .to_numpy()
    )
    stayed, gone = count[:, : len(SEGMENTS)], count[:, len(SEGMENTS) :]
    everybody = paths["segment"].value_counts().reindex(list(SEGMENTS)).to_numpy()[:, None]
    again = stayed.sum(axis=1, keepdims=True)
    left = _share(gone, everybody, level)
    found = _share(stayed, again, level)
    if gone.size:
        share, lower, upper = left
        found = np.concatenate([_product(1 - np.stack([share, upper, lower]), found), left], axis=2)
    n = np.concatenate([again + 0 * stayed, everybody + 0 * gone], axis=1)
    only_before = (everybody - again)[:, 0] - gone.sum(axis=1)
    only_after = new.value_counts().reindex(list(states), fill_value=0).to_numpy()
    return pd.DataFrame(
        {
            "before": np.repeat(SEGMENTS, len(states)),
            "after": np.tile(states, len(SEGMENTS)),
            "customers": count.ravel(),
            "n": n.ravel(),
            "probability": found[0].ravel(),
            "lower": found[1].ravel(),
            "upper": found[2].ravel(),
            "only_before": np.repeat(only_before, len(states)),
            "only_after": np.tile(only_after, len(SEGMENTS)),
        }
    )


def _share(count: npt.NDArray[Any], n: npt.NDArray[Any], level: float) -> Array:
    """Return shares and both ends of their intervals, stacked; NaN where n is 0."""
    lower, upper = wilson(count, n, level)
    return np.stack([np.where(n > 0, count / np.maximum(n, 1), np.nan), lower, upper])


def _product(stays: Array, among: Array) -> Array:
    """Return the products of two shares and both ends of their intervals, stacked."""
    (a, a_low, a_high), (q, q_low, q_high) = stays, among
    p = np.where(a == 0, 0.0, a * q)
    lower = p - np.hypot(q * (a - a_low), a * (q - q_low))
    upper = p + np.hypot(q * (a_high - a), a * (q_high - q))
    unseen = np.isnan(q)  # then he is anywhere among those who stayed
    ends = np.where(unseen, 0.0, lower), np.where(unseen, a_high, upper)
    return np.stack([p, *np.clip(ends, 0.0, 1.0)])
