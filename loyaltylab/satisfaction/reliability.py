"""How reliable a sum of items is: Cronbach's alpha and McDonald's omega, with intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, some
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, bootstrap_counts, whole
from loyaltylab.satisfaction.reliable import Reliability, alpha_of, omega_of, one_factor
from loyaltylab.satisfaction.survey import item_values, measured

CELLS = 20_000_000
"""Largest number of counts that a bootstrap draws: 160 MB."""
NOTHING = 1e-12
"""A variance that is smaller beside another is a rounded 0."""


def reliability(
    data: Data,
    *,
    items: Sequence[Hashable],
    scale: Any = (1, 5),
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> Reliability:
    """Return alpha, omega and each item's part in them, for the sum of several items.

    Alpha is the reliability of the sum if all items measure the same with equal weight, and
    less than it if the weights differ; omega allows weights that differ, by one factor fitted
    by least squares (minres) to the correlations. Neither shows that there is *one* factor.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per respondent. Rows with a gap
        are left out, and counted.
    items
        At least two columns. Items on which all agree are named and left out.
    scale, count, customer, level
        See :func:`satisfaction_rate`.
    draws
        Bootstrap samples of people, 100 to 1,000,000, fewer for very many respondents.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    Reliability

    Raises
    ------
    InputError
        For fewer than two items that vary, fewer than three complete respondents, a missing
        column, an answer out of scale, a customer who stands twice, a sum that does not vary.

    References
    ----------
    Cronbach, L. J. (1951), Psychometrika 16; Feldt, L. S. (1965), Psychometrika 30; McDonald,
    R. P. (1999), "Test theory" (reported, not verified).

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"a": [1, 2, 3, 4, 5, 3], "b": [2, 1, 3, 5, 5, 3], "c": [4] * 6})
    >>> found = reliability(data, items=["a", "b", "c"])
    >>> round(found.alpha, 3), found.constant
    (0.934, ('c',))
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 1_000_000)
    table, names, _, _ = measured(data, items, scale, count=count, customer=customer)
    values, people = item_values(table), table["weight"].to_numpy()
    complete = ~np.isnan(values).any(axis=1)
    n, everybody = int(people[complete].sum()), int(people.sum())
    if n < 3:
        raise InputError(f"At least three respondents must answer all of {some(names)}; {n} did.")
    cells, at = np.unique(values[complete], axis=0, return_inverse=True)
    counts = np.bincount(at.ravel(), people[complete]).astype(np.int64)
    cells, counts = cells[counts > 0], counts[counts > 0]
    moving = (cells != cells[0]).any(axis=0)
    if moving.sum() < 2:
        raise InputError(
            f"At least two items must vary, but all answers to"
            f" {some(n for n, m in zip(names, moving, strict=True) if not m)} are alike."
        )
    least = max(100, min(draws, CELLS // len(counts)))
    cells = cells[:, moving]
    covariance, means = spread(cells, counts)
    if covariance.sum() <= NOTHING * np.trace(covariance):
        raise InputError(
            f"The sum of {some(names)} is the same for everybody, so that it has no reliability;"
            " recode items that run against the others."
        )
    return Reliability(
        tuple(n for n, m in zip(names, moving, strict=True) if m),
        tuple(n for n, m in zip(names, moving, strict=True) if not m),
        means,
        covariance,
        one_factor(covariance),
        _bootstrap(cells, counts, level, least, seed),
        n,
        everybody - n,
        least,
        level,
    )


def spread(cells: Array, counts: npt.NDArray[Any]) -> tuple[Array, Array]:
    """Return covariance and means of answers that stand ``counts`` times."""
    n = counts.sum()
    means = counts @ cells / n
    centred = cells - means
    return (centred.T * counts) @ centred / (n - 1), means


def _bootstrap(
    cells: Array, counts: npt.NDArray[Any], level: float, draws: int, seed: Any
) -> tuple[Array, Array]:
    """Draw people: distinct rows of answers are cells of a multinomial."""
    k = cells.shape[1]
    centred = cells - counts @ cells / counts.sum()
    products = (centred[:, :, None] * centred[:, None, :]).reshape(-1, k * k)

    def both(sample: npt.NDArray[np.int64]) -> Array:
        n = sample.sum(axis=1, keepdims=True)
        means = sample @ centred / n
        squares = (sample @ products / n).reshape(-1, k, k)
        s = squares - means[:, :, None] * means[:, None, :]
        own = np.diagonal(s, axis1=1, axis2=2)
        still = own <= NOTHING * (counts @ centred**2 / counts.sum())
        s = np.where(still[:, :, None] | still[:, None, :], 0.0, s)  # not the dust of rounding
        return np.stack([alpha_of(s), omega_of(s)], axis=1)

    lower, upper = bootstrap_counts(counts, both, level=level, draws=draws, seed=seed)
    return np.minimum(lower, 1.0), np.minimum(upper, 1.0)  # undefined counts as the largest
