"""Random streams of the firm: every column of every table has its own."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BLOCK = 100_000
"""Customers that are drawn together; a firm of any size is made of such blocks."""


class Draws:
    """The random numbers of one block of customers, a stream for each ``table.column``.

    A column that is added later has a new stream and moves no old one. Numbers are drawn in
    the order of the customers, so that a larger firm begins with the smaller one.

    Examples
    --------
    >>> Draws(1, 0, 3).normal("hidden.liking").round(2)
    array([-0.2 , -0.42,  0.12])
    >>> Draws(1, 0, 2).normal("hidden.liking").round(2)
    array([-0.2 , -0.42])
    """

    def __init__(self, seed: int, block: int, n: int) -> None:
        self.seed, self.block, self.n = seed, block, n

    def stream(self, column: str) -> np.random.Generator:
        """Return the generator of a column."""
        key = (zlib.crc32(column.encode()), self.block)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))

    def uniform(self, column: str, n: int | None = None) -> Array:
        """Return uniform numbers, one a customer, or as many as are asked for."""
        return self.stream(column).random(self.n if n is None else n)

    def normal(self, column: str) -> Array:
        """Return standard normal numbers, one a customer."""
        return self.stream(column).standard_normal(self.n)


def tied(z: Array, correlation: float, noise: Array) -> Array:
    """Return a standard normal that has a correlation with another one.

    Examples
    --------
    >>> tied(np.array([1.0]), 0.6, np.array([0.0]))
    array([0.6])
    """
    other: Array = np.sqrt(1 - correlation**2) * noise
    return correlation * z + other
