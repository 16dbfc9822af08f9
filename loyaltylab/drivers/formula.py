"""The formula of a satisfaction index: a weighted mean, brought to 0 … 100."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.stats import Array
from loyaltylab.curve import scale as scales
from loyaltylab.drivers.ratings import Scale

SCHEMES = ("equal", "component", "outcome")
ACSI: Scale = (1, 10)


Numbers = npt.ArrayLike | Mapping[Any, float]


def acsi(means: Numbers, weights: Numbers, scale: Scale = ACSI) -> float:
    """Index from 0 to 100: ``100 · Σ w_i (x_i − lowest) / (highest − lowest)``, weights sum to 1.

    On the scale 1 to 10 it is the formula of the American Customer Satisfaction Index, whose
    own weights are those of a partial least squares model, differ by firm and are not public.

    Parameters
    ----------
    means
        Mean answer to each question, within the scale; a list, or a dictionary or column by name.
    weights
        Weight of each question, >= 0, not all 0; they are divided by their sum. If both have
        names, each weight goes to its own mean, whatever the order.
    scale
        Lowest and highest answer.

    Returns
    -------
    float
        0 if all answers are the lowest, 100 if all are the highest.

    Raises
    ------
    InputError
        If an answer is off the scale, or the weights are not valid.

    References
    ----------
    Fornell, C. et al. (1996), The American Customer Satisfaction Index, *Journal of Marketing*
    60(4), 7-18.

    Examples
    --------
    >>> round(acsi([8, 7, 6], [1, 1, 1]), 1), round(acsi([8, 7, 6], [0.5, 0.3, 0.2]), 1)
    (66.7, 70.0)
    >>> acsi({"staff": 10, "price": 1}, {"price": 3, "staff": 1})
    25.0
    """
    low, high = scales.ends(scale)
    known = _names(means)
    plain = list(means.values()) if isinstance(means, Mapping) else means
    at = np.atleast_1d(scales.on_scale("means", plain, low, high)).ravel()
    return float(fixed(weights, len(at), known) @ scales.unit(at, low, high) * 100)


def _names(values: Any) -> list[Hashable] | None:
    """Return the names that numbers go by, if they do."""
    if isinstance(values, Mapping):
        return list(values)
    if isinstance(values, pd.Series) and not isinstance(values.index, pd.RangeIndex):
        return list(values.index)
    return None


def fixed(weights: Any, count: int, known: Sequence[Hashable] | None = None) -> Array:
    """Return weights that sum to 1, in the order of the names known, or say what is wrong.

    Examples
    --------
    >>> fixed([3, 1], 2).tolist()
    [0.75, 0.25]
    """
    named = _names(weights)
    if named is not None and known is not None:
        if sorted(map(str, named)) != sorted(map(str, known)):
            raise InputError(
                f"weights must name each of {some(known)} once and nothing else, not {some(named)}."
            )
        by_name = {str(k): weights[k] for k in named}
        weights = [by_name[str(k)] for k in known]
    try:
        found = np.asarray(weights, dtype=float).ravel()
    except (TypeError, ValueError):
        found = np.empty(0)
    if len(found) != count or not np.all((found >= 0) & (found <= 1e14)) or not found.any():
        raise InputError(
            f"weights must be {count} numbers >= 0, one for each and not all 0, not"
            f" {shown(weights)}{nearest(weights, SCHEMES) if isinstance(weights, str) else ''}."
        )
    return np.asarray(found / found.sum())
