"""Loyalty carried from purchase to purchase (Guadagni & Little 1983)."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array


def carried(
    begin: npt.NDArray[np.int64], customer: npt.NDArray[np.int64], chosen: Array, carry: float
) -> Array:
    """Return the loyalty of each customer to each brand before each of his purchases.

    ``L_t = carry · L_(t-1) + (1 - carry) · [bought at t-1]``; after the first purchase it is
    ``carry`` for the brand bought and ``(1 - carry) / (J - 1)`` for each other. Before the first
    it is 1 / J.

    Parameters
    ----------
    begin
        First row of each customer; rows are sorted by customer and occasion.
    customer
        Code of each row's customer, 0, 1, 2, ….
    chosen
        0 or 1, shape ``(occasions, brands)``.
    carry
        Between 0 and 1.
    """
    count, brands = chosen.shape
    loyal = np.full((count, brands), 1.0 / brands)
    rank = np.arange(count) - begin[customer]
    order = np.argsort(rank, kind="stable")
    edges = np.searchsorted(rank[order], np.arange(1, rank.max() + 2))
    start = (1 - carry) / max(brands - 1, 1)
    second = order[edges[0] : edges[1]] if len(edges) > 1 else order[:0]
    loyal[second] = np.where(chosen[second - 1] > 0, carry, start)
    for a, b in itertools.pairwise(edges[1:]):
        at = order[a:b]
        loyal[at] = carry * loyal[at - 1] + (1 - carry) * chosen[at - 1]
    return loyal
