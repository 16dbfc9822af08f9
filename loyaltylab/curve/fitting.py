"""Fitting power curves to answers: gamma by group, by non-linear least squares."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np

from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import Array, between
from loyaltylab.curve import answers as given
from loyaltylab.curve import clusters, soundness
from loyaltylab.curve import scale as scales
from loyaltylab.curve.answers import in_order, of_group
from loyaltylab.curve.curve_fit import CurveFit
from loyaltylab.curve.misfit import influence_of
from loyaltylab.curve.power import solve

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult


def fit(
    data: Data,
    *,
    satisfaction: Hashable = "overall",
    loyalty: Hashable = "share",
    group: Hashable | None = None,
    cluster: Hashable | None = None,
    scale: tuple[float, float] = (1, 5),
    loyalty_scale: tuple[float, float] = (0, 1),
    level: float = 0.95,
) -> CurveFit:
    """Fit ``loyalty = u^γ`` to answers by non-linear least squares, for each group.

    ``u`` is satisfaction brought to 0 … 1. The interval is that of ln γ with a sandwich
    covariance (HC1, with the full second derivative) and Student's t, its degrees of freedom one
    fewer than the clusters of the group (rows without ``cluster``), brought back by exp; so it
    holds whatever the scatter of loyalty, and, if loyalty is no power curve, for the γ of the
    nearest one. Below some 20 clusters it is often too narrow all the same (the note says so).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per answer.
    satisfaction, loyalty
        Columns. Rows in which either is missing are left out, and counted in ``missing``.
    group
        Column that splits the answers, or None.
    cluster
        Column that says whose answer it is, if a person gives several; or None.
    scale, loyalty_scale
        Lowest and highest point of the two scales.
    level
        Coverage of the intervals.

    Returns
    -------
    CurveFit

    Raises
    ------
    InputError
        If an answer lies outside its scale (the sentence names rows), a group has one level
        of satisfaction or one cluster only, or loyalty 0, or 1, throughout, or loyalty clearly
        falls as satisfaction rises (rank correlation, one-sided p below 0.001, over all groups
        together): then one of the scales is likely to be coded the other way round. Weaker
        faults stand in :attr:`CurveFit.note`.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"overall": rng.integers(1, 6, 4000), "where": ["a", "b"] * 2000})
    >>> power = np.where(seen["where"] == "a", 3.0, 0.5)
    >>> seen["share"] = rng.binomial(10, ((seen["overall"] - 1) / 4) ** power) / 10
    >>> fit(seen, group="where").table().round(2)
      group  gamma  lower  upper     n  missing  misfit
    0     a   3.04   2.95   3.13  2000        0     0.0
    1     b   0.49   0.48   0.51  2000        0     0.0
    """
    between("level", level, 0, 1, open_ends=True)
    low, high = scales.ends(scale)
    bottom, top = scales.ends(loyalty_scale)
    rows, missing = given.answered(
        data,
        group,
        cluster,
        satisfaction=Column(satisfaction, "number", low, high),
        loyalty=Column(loyalty, "number", bottom, top),
    )
    rows["loyalty"] = scales.unit(rows["loyalty"].to_numpy(), bottom, top)
    rows["weight"] = 1.0
    soundness.refuse_falling(rows, satisfaction, loyalty, (low, high))
    codes = clusters.codes(rows)
    groups = in_order(rows["group"])
    influence = np.zeros(len(rows))
    column = np.zeros(len(rows), dtype=int)
    theta, solved = np.zeros(len(groups)), {}
    for g, name in enumerate(groups):
        mine = (rows["group"] == name).to_numpy()
        part = rows[mine]
        given.need_levels(part["satisfaction"], name)
        u = scales.unit(part["satisfaction"].to_numpy(), low, high)
        solved[name] = _one(u, part["loyalty"].to_numpy(), of_group(name))
        theta[g] = solved[name].x
        apart = len(np.unique(clusters.codes(part, name)))
        moved = influence_of(u, part["loyalty"].to_numpy(), theta[g])
        influence[mine], column[mine] = moved * np.sqrt(apart / (apart - 1)), g
    covariance = _crossed(influence, codes, column)
    ends, loyal = (low, high), (bottom, top)
    return CurveFit(tuple(groups), theta, covariance, solved, rows, missing, ends, loyal, level)


def _one(u: Array, loyalty: Array, where: str) -> OptimizeResult:
    """Collapse the answers to their levels, which loses nothing, and solve."""
    levels, at = np.unique(u, return_inverse=True)
    n = np.bincount(at).astype(float)
    return solve(levels, np.bincount(at, loyalty) / n, n, where)


def _crossed(influence: Array, codes: Array, column: Array) -> Array:
    """Add up the influence of each cluster on each group, and cross the groups.

    A cluster stands in few groups, so that the matrix of both is sparse.
    """
    from scipy.sparse import coo_array

    moved = coo_array((influence, (codes, column))).tocsr()
    return np.asarray((moved.T @ moved).toarray())
