"""Classes of customers by rank, with a rule for ties that is written down."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array

Codes = npt.NDArray[np.int64]


def order(values: Array, customers: pd.Series[Any], *, reverse: bool = False) -> Codes:
    """Return the place of each customer from the lowest value on, ties by the customer's text.

    ``reverse`` turns the order of ties round, and nothing else: it shows what the rule decides.

    Examples
    --------
    >>> who = pd.Series([10, 9, 8])
    >>> order(np.array([1.0, 1.0, 0.0]), who).tolist()
    [1, 2, 0]
    >>> order(np.array([1.0, 1.0, 0.0]), who, reverse=True).tolist()
    [2, 1, 0]
    """
    text = customers.astype(str).to_numpy(dtype=object).astype(str)
    names = np.unique(text, return_inverse=True)[1]
    sequence = np.lexsort([-names if reverse else names, values])
    place = np.empty(len(values), np.int64)
    place[sequence] = np.arange(len(values))
    return place


def by_rank(place: Codes, classes: int) -> Codes:
    """Cut places into classes from 1 on, the first of them one larger where it does not divide.

    As SQL's ntile does it.

    Examples
    --------
    >>> by_rank(np.arange(7), 3).tolist()
    [1, 1, 1, 2, 2, 3, 3]
    """
    small, larger = divmod(len(place), classes)
    edge = larger * (small + 1)
    late = (place - edge) // max(small, 1) + larger
    return np.asarray(np.where(place < edge, place // (small + 1), late) + 1, np.int64)


def together(values: Array, classes: int) -> Codes:
    """Give equal values one class, ``1 + floor(classes · customers before / all customers)``.

    Examples
    --------
    >>> together(np.array([1.0, 1.0, 1.0, 2.0]), 2).tolist()
    [1, 1, 1, 2]
    """
    group = np.unique(values, return_inverse=True)[1]
    size = np.bincount(group)
    before = (np.cumsum(size) - size)[group]
    return np.asarray(before * classes // len(values) + 1, np.int64)


def by_cuts(values: Array, cuts: Any, name: str) -> Codes:
    """Class a value by how many cut points it reaches: a value on a cut is above it.

    Examples
    --------
    >>> by_cuts(np.array([1.0, 5.0, 9.0]), (5, 8), "monetary").tolist()
    [1, 2, 3]
    """
    try:
        points = np.asarray(cuts, float)
    except (TypeError, ValueError):
        points = np.array([np.nan])
    rising = points.ndim == 1 and len(points) > 0 and bool(np.all(np.diff(points) > 0))
    if not (rising and np.isfinite(points).all()):
        raise InputError(
            f"cuts[{name!r}] must be rising numbers, as in (5, 20), not {shown(cuts)}."
        )
    return np.asarray(np.searchsorted(points, values, side="right") + 1, np.int64)
