"""Bootstrap over customers of sums and their ratios: one matrix product, however many draws."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array, between, generator, whole

BLOCK = 20_000
"""Customers whose weights are held at once."""


def sums(
    values: Array, draws: int, seed: int | np.random.Generator | None, extra: int = 0
) -> Array:
    """Return bootstrap sums of the columns of ``values``, shape ``(draws, columns)``.

    A draw takes as many customers as there are, with replacement; ``extra`` of them are
    customers whose row is all zero, who need not be stored.
    """
    draws = whole("draws", draws, 100, 100_000)
    rng = generator(seed)
    edges = np.append(np.arange(0, len(values), BLOCK), len(values))
    sizes = np.append(np.diff(edges), extra)
    into = rng.multinomial(int(sizes.sum()), sizes / sizes.sum(), size=draws)
    total = np.zeros((draws, values.shape[1]))
    for i, (a, b) in enumerate(itertools.pairwise(edges)):
        weights = np.empty((draws, b - a))
        for d in range(draws):
            picked = rng.integers(0, b - a, into[d, i])
            weights[d] = np.bincount(picked, minlength=b - a)
        total += weights @ values[a:b]
    return total


def ends(samples: Array, level: float) -> tuple[Array, Array]:
    """Return the percentile interval over the first axis; NaN where it would have no width.

    Where all customers are alike the bootstrap says nothing, and an interval of no width
    would claim certainty.
    """
    between("level", level, 0, 1, open_ends=True)
    known = np.isfinite(samples).any(axis=0)
    lower, upper = np.full((2, *known.shape), np.nan)
    quantiles = [(1 - level) / 2, (1 + level) / 2]
    if known.any():  # of nothing but NaN numpy would warn
        lower[known], upper[known] = np.nanquantile(
            samples[:, known], quantiles, axis=0, method="nearest"
        )
    flat = ~(upper - lower > 1e-12 * np.maximum(np.abs(upper), np.abs(lower)))
    return np.where(flat, np.nan, lower), np.where(flat, np.nan, upper)


def divide(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Divide elementwise; NaN where there is nothing to divide by."""
    top, under = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    return np.asarray(np.divide(top, under, out=np.full(top.shape, np.nan), where=under > 0))
