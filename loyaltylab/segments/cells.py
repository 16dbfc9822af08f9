"""Customers sorted by value, the large ones alone, the many small ones in cells of neighbours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array

ALONE, CELLS, BLOCK = 1500, 3000, 100
"""Customers that are never put together, cells at most, and draws computed at once."""


class Cells(NamedTuple):
    """Values from the largest on: how many customers a cell holds, and their mean value.

    Up to 3,000 customers each is a cell of his own, and a bootstrap over cells is exact. Of
    more, the 1,500 largest stand alone and the others are put together with neighbours of nearly
    the same value: what a sum over a top share loses by that is below a thousandth of it.
    """

    customers: npt.NDArray[np.int64]
    value: Array

    @classmethod
    def of(cls, values: Array) -> Cells:
        """Sort values, and put neighbours together where there are many.

        Examples
        --------
        >>> Cells.of(np.array([1.0, 3.0, 2.0])).value.tolist()
        [3.0, 2.0, 1.0]
        """
        ordered, n = np.sort(values)[::-1], len(values)
        if n <= CELLS:
            return cls(np.ones(n, np.int64), ordered)
        grown = np.geomspace(ALONE, n, 2 * (CELLS - ALONE) // 3)
        even = np.linspace(ALONE, n, (CELLS - ALONE) // 3)
        edges = np.unique(np.rint(np.concatenate([np.arange(ALONE), grown, even])).astype(np.int64))
        size = np.diff(edges)
        return cls(size, np.add.reduceat(ordered, edges[:-1]) / size)


def held(cells: Cells, counts: npt.NDArray[np.int64], shares: Array) -> Array:
    """Return what the largest shares of customers hold, shape (draws, shares).

    Parameters
    ----------
    cells
        The customers.
    counts
        How often each cell was drawn, shape (draws, cells).
    shares
        Shares of customers; between two customers the curve is a straight line.
    """
    return _by_block(counts, lambda part: _held(cells.value, part, shares))


def _held(value: Array, counts: npt.NDArray[np.int64], shares: Array) -> Array:
    n = counts.sum(axis=1)
    reached = np.cumsum(counts, axis=1)
    summed = np.cumsum(counts * value, axis=1)
    found = np.empty((len(counts), len(shares)))
    for row, (customers, worth) in enumerate(zip(reached, summed, strict=True)):
        part = np.interp(shares * n[row], np.append(0, customers), np.append(0.0, worth))
        found[row] = part / worth[-1] if worth[-1] > 0 else np.nan
    return found


def holders(cells: Cells, counts: npt.NDArray[np.int64], hold: float) -> Array:
    """Return the smallest share of customers that hold a share of the value, shape (draws,)."""

    def some(part: npt.NDArray[np.int64]) -> Array:
        n, summed = part.sum(axis=1), np.cumsum(part * cells.value, axis=1)
        total = summed[:, -1]
        wanted = hold * total
        at = np.argmax(summed >= wanted[:, None] * (1 - 1e-12), axis=1)
        rows = np.arange(len(part))
        before = np.where(at > 0, summed[rows, at - 1], 0.0)
        fewer = np.where(at > 0, np.cumsum(part, axis=1)[rows, at - 1], 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            more = (wanted - before) / cells.value[at]
        return np.where(total > 0, (fewer + more) / n, np.nan)

    return _by_block(counts, some)


def gini(cells: Cells, counts: npt.NDArray[np.int64]) -> Array:
    """Return the Gini coefficient ``Σ (n + 1 − 2i) v_i / (n Σ v)``, i from the largest on."""

    def some(part: npt.NDArray[np.int64]) -> Array:
        n = part.sum(axis=1, keepdims=True)
        middle = np.cumsum(part, axis=1) - (part - 1) / 2  # mean rank of the customers of a cell
        weighted = ((n + 1 - 2 * middle) * part * cells.value).sum(axis=1)
        total = (part * cells.value).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(total > 0, weighted / (n[:, 0] * total), np.nan)

    return _by_block(counts, some)


def _by_block(counts: npt.NDArray[np.int64], statistic: object) -> Array:
    """Apply a statistic to a few draws at a time, so that little memory is needed."""
    blocks = [counts[i : i + BLOCK] for i in range(0, len(counts), BLOCK)]
    return np.concatenate([statistic(block) for block in blocks])  # type: ignore[operator]
