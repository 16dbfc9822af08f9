"""Branches of a chain whose paths are known, to hold estimators against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between, generator, whole


def simulate_chain(
    branches: int = 60,
    paths: Sequence[float] = (0.5, 0.5, 0.5, 0.5),
    area: Sequence[float] | None = None,
    noise: float = 0.0,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw branches of a chain whose standardised paths are known.

    ``x_j = path_j · x_{j−1} + area_j · area + e``, each of variance 1 before the measurement
    error of standard deviation ``noise`` is added.

    Parameters
    ----------
    branches
        How many, 10 to 1,000,000.
    paths
        Path from each column to the next, −1 to 1.
    area
        Effect of the common cause on each column, one more than paths; None for none.
    noise
        Standard deviation of the error with which every column is measured.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``branch, area, x0, x1, …``.

    Raises
    ------
    InputError
        If a number is out of range, or paths explain more than there is.

    Examples
    --------
    >>> simulate_chain(branches=10, seed=1).columns.tolist()
    ['branch', 'area', 'x0', 'x1', 'x2', 'x3', 'x4']
    """
    n, draw = whole("branches", branches, 10, 1_000_000), generator(seed)
    wobble = between("noise", noise, 0, 100)
    steps = [between(f"paths[{i}]", p, -1, 1) for i, p in enumerate(paths)]
    pull = [0.0] * (len(steps) + 1) if area is None else list(area)
    if len(pull) != len(steps) + 1:
        raise InputError(
            f"area must hold one number more than paths, {len(steps) + 1}, not {shown(area)}."
        )
    pull = [between(f"area[{i}]", p, -1, 1) for i, p in enumerate(pull)]
    common = draw.standard_normal(n)
    true, along = [pull[0] * common + np.sqrt(1 - pull[0] ** 2) * draw.standard_normal(n)], pull[0]
    for j, (step, own) in enumerate(zip(steps, pull[1:], strict=True), start=1):
        left = 1 - step**2 - own**2 - 2 * step * own * along
        if left < 0:
            raise InputError(
                f"paths[{j - 1}] and area[{j}] explain more than all of x{j}; make one smaller."
            )
        true.append(step * true[-1] + own * common + np.sqrt(left) * draw.standard_normal(n))
        along = step * along + own
    frame = pd.DataFrame({"branch": np.arange(n), "area": common})
    for j, column in enumerate(true):
        frame[f"x{j}"] = column + wobble * draw.standard_normal(n)
    return frame
