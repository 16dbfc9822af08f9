"""Choices drawn with known weights, to see whether an estimate finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between, generator, whole

COLUMNS = ("customer", "occasion", "alternative", "chosen")
MOST = 2_000_000
"""Most rows that a simulation makes."""


def simulate_choices(
    weights: Mapping[Any, float],
    *,
    customers: int = 200,
    occasions: int = 10,
    alternatives: int = 3,
    spread: float = 0.0,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw choices with known weights, to see whether an estimate finds them.

    Each attribute is a whole number from 0 to 10, drawn at random as in a conjoint study; each
    customer takes the alternative with the largest ``Σ w·x`` plus Gumbel noise.

    Parameters
    ----------
    weights
        Of the attributes, negative for costs, in logits per point.
    customers, occasions, alternatives
        How many; at least 1, 1 and 2, and 2,000,000 rows in all.
    spread
        Standard deviation of a customer's own weights around these, as a share of each.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``customer, occasion`` (counted for each customer), ``alternative``, the attributes,
        ``chosen``.

    Raises
    ------
    InputError
        If a value is not valid, or an attribute is called as one of the other columns.

    Examples
    --------
    >>> simulate_choices({"quality": 1, "price": -1}, customers=2, occasions=1, alternatives=2)
       customer  occasion  alternative  quality  price  chosen
    0         1         1            1        1      8   False
    1         1         1            2        7     10    True
    2         2         1            1        5      6   False
    3         2         1            2       10      8    True
    """
    if not isinstance(weights, Mapping) or not weights:
        raise InputError(f"weights must map attributes to numbers, not {shown(weights)}.")
    if taken := [name for name in weights if name in COLUMNS]:
        raise InputError(
            f"weights name an attribute {shown(taken[0])}, as a column of the result is called;"
            " call it something else."
        )
    mean = np.array([between(f"weights[{n!r}]", w, -1e6, 1e6) for n, w in weights.items()])
    people = whole("customers", customers, 1, MOST)
    times = whole("occasions", occasions, 1, MOST // people)
    many = whole("alternatives", alternatives, 2, max(2, MOST // (people * times)))
    spread = between("spread", spread, 0, 100)
    draw, shape = generator(seed), (people, times, many)
    own = mean * (1 + spread * draw.normal(size=(people, len(mean))))
    x = draw.integers(0, 11, (*shape, len(mean)))
    utility = np.einsum("ctak,ck->cta", x, own) + draw.gumbel(size=shape)
    best = utility.argmax(axis=2)[..., None] == np.arange(many)
    who, when, which = (axis.ravel() + 1 for axis in np.indices(shape))
    points = {name: x[..., k].ravel() for k, name in enumerate(weights)}
    return pd.DataFrame(
        {"customer": who, "occasion": when, "alternative": which, **points, "chosen": best.ravel()}
    )
