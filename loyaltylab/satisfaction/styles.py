"""A synthetic survey with scales of one's own, and answers with the own level taken out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between, generator, whole
from loyaltylab.satisfaction.survey import item_values, measured, widened

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
    if not isinstance(scale, tuple | list) or len(scale) != 2:
        raise InputError(f"scale must be a pair such as (1, 5), not {shown(scale)}.")
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


def ipsatised(
    data: Data, *, items: Sequence[Hashable], scale: Any = (1, 5), spread: bool = False
) -> pd.DataFrame:
    """Return each answer less the person's own mean, and if wanted over his own spread.

    It takes out how high somebody answers in general; and with it whether he is satisfied in
    general, so that ipsatised answers say which item stands above another *for him*, and
    nothing of whether he is more satisfied than others.

    Parameters
    ----------
    spread
        Whether to divide by the person's standard deviation over the items, too; a person who
        gave one answer throughout then has NaN.
    data, items, scale
        See :func:`scale_use`; at least two items.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data``, ``own_mean`` and ``own_sd`` (over the items answered; the sd is
        NaN with fewer than two) and for each item ``<item>_ipsatised``.

    Raises
    ------
    InputError
        For fewer than two items, a missing column, an answer out of scale, or a name already
        in the frame.

    Examples
    --------
    >>> people = pd.DataFrame({"quality": [5, 2], "price": [3, 2]})
    >>> ipsatised(people, items=["quality", "price"]).iloc[:, 2:]
       own_mean    own_sd  quality_ipsatised  price_ipsatised
    0       4.0  1.414214                1.0             -1.0
    1       2.0  0.000000                0.0              0.0
    """
    table, names, _, _ = measured(data, items, scale, repeated=True)
    if len(names) < 2:
        raise InputError("items must name at least two columns to take a person's mean from.")
    new = ["own_mean", "own_sd", *(f"{name}_ipsatised" for name in names)]
    values = pd.DataFrame(item_values(table))
    mean, sd = values.mean(axis=1), values.std(axis=1, ddof=1)
    centred = values.sub(mean, axis=0)
    if spread:
        centred = centred.div(sd.where(sd > 0), axis=0)
    parts = [mean, sd, *(centred[i] for i in centred.columns)]
    return widened(data, {n: part.to_numpy() for n, part in zip(new, parts, strict=True)})
