"""The level trap: one correlation among all, another among branches, a third inside them."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import LIMIT, Array, between, generator, whole
from loyaltylab.chain.level_split import LevelSplit
from loyaltylab.curve.answers import answered

FEWEST = 5


def split_correlation(
    data: Data,
    *,
    x: Hashable = "job_satisfaction",
    y: Hashable = "rating",
    group: Hashable = "branch",
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> LevelSplit:
    """Split a correlation of people into that among their branches and that inside them.

    With η² the share of a column's variance between branches,
    ``r = η_x η_y · r_between + √(1 − η_x²) √(1 − η_y²) · r_within`` holds exactly. ``r_between``
    is that of the branch means, each as often as it has people; ``r_within`` that of the
    distances from the own branch's mean. Intervals are percentiles of a bootstrap that draws
    branches with all of their people.

    The correlation of means says nothing of people: chance, averaged away, makes it larger, and
    what drives branches apart need not be what makes people differ inside one.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per person.
    x, y
        Columns of numbers. Rows that lack one are left out, and counted.
    group
        Column that names the branch.
    level
        Coverage of the intervals.
    draws, seed
        Bootstrap samples, 100 to 100,000, and their seed.

    Returns
    -------
    LevelSplit

    Raises
    ------
    InputError
        If columns or values do not belong, x or y does not vary, there are fewer than 5
        branches, or each has one person only.

    References
    ----------
    Robinson (1950), "Ecological correlations and the behavior of individuals", American
    Sociological Review 15.

    Examples
    --------
    >>> from loyaltylab.chain import simulate_levels
    >>> seen = simulate_levels(r_between=0.8, r_within=-0.3, seed=1)
    >>> found = split_correlation(seen, x="x", y="y", group="branch").table()
    >>> abs(round(float(found["part"][1:].sum() - found["correlation"][0]), 12))
    0.0
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    wanted = {"x": Column(x, "number", -LIMIT, LIMIT), "y": Column(y, "number", -LIMIT, LIMIT)}
    frame = read(data)
    take(frame, group=Column(group, "group"))  # answered() calls it a cluster
    rows, missing = answered(frame, None, group, **wanted)
    rows = rows[["cluster", "x", "y"]].set_axis(["group", "x", "y"], axis=1).reset_index(drop=True)
    codes, names = pd.factorize(rows["group"])
    if not FEWEST <= len(names) < len(rows):
        raise InputError(
            f"Column {shown(group)} names {len(names):,} branches for {len(rows):,} people; at"
            f" least {FEWEST} branches are needed, and more people than branches."
        )
    for role, name in (("x", x), ("y", y)):
        if np.ptp(rows[role].to_numpy()) == 0:
            raise InputError(
                f"Column {shown(name)} is {rows[role].iloc[0]:g} in every row; what does not vary"
                " correlates with nothing."
            )
    sums = _sums(rows[["x", "y"]].to_numpy(float), codes)
    draw = generator(seed)
    counts = draw.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=draws)
    return LevelSplit(
        rows, sums.sum(axis=0), counts @ sums, (x, y, group), sum(missing.values()), level
    )


def _sums(values: Array, codes: npt.NDArray[np.intp]) -> Array:
    """Return for each branch: people, sums, squares and product, and those of its mean."""
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    n = np.bincount(codes).astype(float)
    a, b = np.bincount(codes, z[:, 0]), np.bincount(codes, z[:, 1])
    of_people = [np.bincount(codes, z[:, i] * z[:, j]) for i, j in ((0, 0), (1, 1), (0, 1))]
    return np.column_stack([n, a, b, *of_people, a * a / n, b * b / n, a * b / n])
