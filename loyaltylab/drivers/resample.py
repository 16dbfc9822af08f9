"""The bootstrap of means and correlations: people are drawn, matrices are computed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array, generator

MOST_DRAWS = 100_000
ROOM = 4_000_000
"""Counts that are drawn at once."""
STILL = 1e-10
"""Share of its variance below which a column counts as constant in a draw."""


class Moments(NamedTuple):
    """Means ``(draws, q)``, standard deviations ``(draws, q)``, correlations ``(draws, q, q)``."""

    mean: Array
    sd: Array
    correlation: Array


def moments(
    values: Array,
    codes: npt.NDArray[np.int64],
    draws: int,
    seed: int | np.random.Generator | None,
) -> tuple[Moments, Moments]:
    """Return the moments of the rows, and those of as many bootstrap samples as asked for.

    Clusters (people) are drawn with replacement, with all of their rows. A sample is a count
    for each cluster; counts times the sums of each cluster give every matrix at once. Where
    each row is its own cluster, equal rows are drawn together, as one multinomial. A column
    that is constant in a sample is uncorrelated with all others there.

    Parameters
    ----------
    values
        Shape ``(n, q)``.
    codes
        Number of the cluster of each row, from 0.
    draws, seed
        Bootstrap samples and their seed.

    Examples
    --------
    >>> rows = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0]])
    >>> seen, drawn = moments(rows, np.arange(3), 100, seed=1)
    >>> seen.correlation[0].round(2).tolist(), drawn.mean.shape
    ([[1.0, 0.65], [0.65, 1.0]], (100, 2))
    """
    middle, scale = values.mean(axis=0), values.std(axis=0)
    scale = np.where(np.ptp(values, axis=0) > 0, scale, 1.0)
    sums, chance, size = _cells((values - middle) / scale, codes)
    rng = generator(seed)
    step = max(1, ROOM // len(sums))
    parts = []
    for start in range(0, draws, step):
        counts = rng.multinomial(size, chance, size=min(step, draws - start))
        parts.append(counts.astype(float) @ sums)
    drawn = np.concatenate(parts)
    everything = (chance * size)[None] @ sums
    seen, later = (_of_sums(s, values.shape[1], middle, scale) for s in (everything, drawn))
    return seen, later


def _cells(z: Array, codes: npt.NDArray[np.int64]) -> tuple[Array, Array, int]:
    """Return the sums of each cell that is drawn, its chance, and how many are drawn."""
    q = z.shape[1]
    row, column = np.triu_indices(q)
    clusters = int(codes.max()) + 1
    if clusters == len(z):
        z, many = np.unique(z, axis=0, return_counts=True)
        sums = np.hstack([np.ones((len(z), 1)), z, z[:, row] * z[:, column]])
        return sums, many / many.sum(), int(many.sum())
    products = np.hstack([np.ones((len(z), 1)), z, z[:, row] * z[:, column]])
    sums = np.zeros((clusters, products.shape[1]))
    np.add.at(sums, codes, products)
    return sums, np.full(clusters, 1 / clusters), clusters


def _of_sums(sums: Array, q: int, middle: Array, scale: Array) -> Moments:
    n = sums[:, :1]
    mean = sums[:, 1 : q + 1] / n
    row, column = np.triu_indices(q)
    second = np.empty((len(sums), q, q))
    second[:, row, column] = second[:, column, row] = sums[:, q + 1 :] / n
    covariance = second - mean[:, :, None] * mean[:, None, :]
    variance = np.einsum("dii->di", covariance)
    moves = variance > STILL
    inverse = np.where(moves, 1 / np.sqrt(np.where(moves, variance, 1.0)), 0.0)
    correlation = np.clip(covariance * inverse[:, :, None] * inverse[:, None, :], -1, 1)
    place = np.arange(q)
    correlation[:, place, place] = 1.0
    sd = scale * np.sqrt(np.where(moves, variance, 0.0))
    return Moments(middle + scale * mean, sd, correlation)
