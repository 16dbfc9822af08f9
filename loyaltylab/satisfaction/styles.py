"""A synthetic survey in which people may have scales of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.base.stats import between, generator, whole

MOST = 20_000_000
"""Largest number of answers."""


def simulate_answers(
    customers: int = 500,
    *,
    items: int = 4,
    stretch: float = 0.0,
    shift: float = 0.0,
    common: float = 0.6,
    scale: tuple[int, int] = (1, 5),
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw a synthetic survey in which people may have scales of their own.

    ``answer = middle + shift_r + exp(stretch_r) · (√common · trait_r + √(1 − common) · own_ri)``,
    rounded and cut at the ends of the scale; all parts are standard normal, ``shift_r`` and
    ``stretch_r`` with the standard deviations given.

    Parameters
    ----------
    customers, items
        How many; at most 20,000,000 answers.
    stretch
        Spread over people of the logarithm of how widely they use the scale; 0 is one scale.
    shift
        Spread over people of how high they answer, whatever they feel (points).
    common
        Share of the variance of a feeling that is common to all items.
    scale
        Lowest and highest answer.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``customer, item_1, …, origin``; origin says that it is synthetic.

    Raises
    ------
    InputError
        For a number out of bounds.

    Examples
    --------
    >>> simulate_answers(customers=2, seed=1).shape
    (2, 6)
    """
    k = whole("items", items, 2, 100)
    n = whole("customers", customers, 1, MOST // k)
    between("stretch", stretch, 0, 3)
    between("shift", shift, 0, 10)
    between("common", common, 0, 1)
    low = whole("the low end of scale", scale[0], -1000, 999)
    high = whole("the high end of scale", scale[1], low + 1, 1000)
    rng = generator(seed)
    trait, own = rng.standard_normal((n, 1)), rng.standard_normal((n, k))
    styles = rng.standard_normal((n, 2))
    felt = np.sqrt(common) * trait + np.sqrt(1 - common) * own
    said = (low + high) / 2 + shift * styles[:, :1] + np.exp(stretch * styles[:, 1:]) * felt
    answers = np.clip(np.rint(said), low, high).astype(np.int64)
    columns = {f"item_{i + 1}": answers[:, i] for i in range(k)}
    return pd.DataFrame({"customer": np.arange(1, n + 1), **columns}).assign(origin="synthetic")
