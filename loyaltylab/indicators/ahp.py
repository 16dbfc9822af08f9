"""Weights from pairwise judgements (AHP), and whether the judgements agree with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, generator, whole

SCALE = np.array([*(1 / np.arange(9, 1, -1)), *np.arange(1.0, 10.0)])
"""Saaty's scale: how many times as important one is as the other."""
RANDOM_INDEX = {
    3: 0.5225,
    4: 0.8830,
    5: 1.1096,
    6: 1.2509,
    7: 1.3412,
    8: 1.4049,
    9: 1.4510,
    10: 1.4860,
}
"""Mean consistency index of tables filled by dice: ``random_index(n, draws=200_000, seed=1)``."""
ACCEPTED = 0.1
"""Consistency ratio above which Saaty advises to judge again."""
MOST = 10


@dataclass(frozen=True, eq=False)
class AHP:
    """Weights by the principal eigenvector of pairwise judgements; see :func:`ahp_weights`.

    Examples
    --------
    >>> found = ahp_weights([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]], names=["a", "b", "c"])
    >>> found.consistent, {name: round(w, 3) for name, w in found.weights.items()}
    (True, {'a': 0.637, 'b': 0.258, 'c': 0.105})
    """

    names: tuple[Any, ...]
    values: Array
    largest_root: float
    consistency_index: float
    consistency_ratio: float

    @property
    def weights(self) -> dict[Any, float]:
        """Weight of each indicator, as :func:`composite` takes them."""
        return dict(zip(self.names, map(float, self.values), strict=True))

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is at most 0.1."""
        return self.consistency_ratio <= ACCEPTED

    def table(self) -> pd.DataFrame:
        """Return ``indicator, weight, consistency_ratio``."""
        return pd.DataFrame(
            {
                "indicator": list(self.names),
                "weight": self.values,
                "consistency_ratio": self.consistency_ratio,
            }
        )


def ahp_weights(judgements: Any, *, names: Sequence[Any] | None = None) -> AHP:
    """Turn pairwise judgements of importance into weights (Saaty 1977).

    Entry (i, j) says how many times as important i is as j, from 1/9 to 9; (j, i) is its inverse.
    The weights are the eigenvector of the largest root λ; ``CI = (λ - n) / (n - 1)`` is 0 where
    the judgements agree, and ``CR = CI / RI`` compares it with that of judgements by dice.

    Parameters
    ----------
    judgements
        A square table: nested lists, an array, or a frame whose index are the names.
    names
        Names of the indicators; None takes the frame's index, or 1, 2, ….

    Returns
    -------
    AHP

    Raises
    ------
    InputError
        If the table is not square (2 to 10), not reciprocal, or off Saaty's scale.

    References
    ----------
    Saaty, T. L. (1977), "A scaling method for priorities in hierarchical structures", Journal
    of Mathematical Psychology 15(3), 234-281. RI here: :func:`random_index`.

    Examples
    --------
    >>> ahp_weights([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]).table().round(3)
       indicator  weight  consistency_ratio
    0          1   0.571                0.0
    1          2   0.286                0.0
    2          3   0.143                0.0
    """
    if names is None and isinstance(judgements, pd.DataFrame):
        names = list(judgements.index)
    try:
        table = np.asarray(judgements, dtype=float)
    except (TypeError, ValueError):
        table = np.zeros(0)
    n = len(table)
    if table.ndim != 2 or table.shape != (n, n) or not 2 <= n <= MOST:
        raise InputError(
            f"judgements must be a square table of 2 to {MOST} rows of numbers, not"
            f" {shown(judgements)}."
        )
    off = ~((table >= 1 / 9 - 1e-6) & (table <= 9 + 1e-6))
    if off.any():
        i, j = np.argwhere(off)[0]
        raise InputError(
            f"judgements must lie from 1/9 to 9, but row {i + 1}, column {j + 1} holds"
            f" {table[i, j]:g}."
        )
    wrong = np.abs(table * table.T - 1) > 1e-3
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise InputError(
            f"judgements must be reciprocal: row {i + 1}, column {j + 1} holds {table[i, j]:g}, so"
            f" that row {j + 1}, column {i + 1} must hold 1 over that, not {table[j, i]:g}."
        )
    labels = tuple(range(1, n + 1)) if names is None else tuple(names)
    if len(labels) != n:
        raise InputError(f"names must hold one name for each of {n} rows, not {len(labels)} names.")
    roots, vectors = np.linalg.eig(table)
    first = int(np.argmax(roots.real))
    vector = np.abs(vectors[:, first].real)
    root = float(roots[first].real)
    index = max(root - n, 0.0) / (n - 1)
    ratio = index / RANDOM_INDEX[n] if n > 2 else 0.0
    return AHP(labels, vector / vector.sum(), root, index, ratio)


def random_index(
    n: int, *, draws: int = 100_000, seed: int | np.random.Generator | None = 0
) -> float:
    """Return the mean consistency index of n judgements' tables filled by dice.

    Each entry above the diagonal is one of the 17 values of Saaty's scale, all equally likely.

    Parameters
    ----------
    n
        Indicators, 3 to 10.
    draws
        Tables, 100 to 1,000,000.
    seed
        See :func:`loyaltylab.base.stats.generator`.

    Examples
    --------
    >>> round(random_index(3, draws=2000), 1)
    0.5
    """
    n = whole("n", n, 3, MOST)
    draws = whole("draws", draws, 100, 1_000_000)
    rng = generator(seed)
    i, j = np.triu_indices(n, 1)
    total = 0.0
    for begin in range(0, draws, 20_000):
        many = min(20_000, draws - begin)
        table = np.ones((many, n, n))
        table[:, i, j] = SCALE[rng.integers(0, len(SCALE), (many, len(i)))]
        table[:, j, i] = 1 / table[:, i, j]
        total += float((np.linalg.eigvals(table).real.max(axis=1) - n).sum()) / (n - 1)
    return total / draws
