"""How far a power curve is from the mean loyalty at each level, and whether by scatter alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.stats import Array
from loyaltylab.curve import scale as scales
from loyaltylab.curve.clusters import codes, people
from loyaltylab.curve.points import binned

FEWEST = 5
"""Clusters that a level of satisfaction needs to be tested."""


def gaps(rows: pd.DataFrame, gamma: dict[Any, float], scale: tuple[float, float]) -> pd.DataFrame:
    """Return by how far mean loyalty stands above the curve at each level of satisfaction.

    Parameters
    ----------
    rows
        ``group, satisfaction, loyalty`` (0 to 1).
    gamma
        The fitted power of each group.
    scale
        Lowest and highest point of the satisfaction scale.

    Returns
    -------
    pandas.DataFrame
        ``group, satisfaction, loyalty`` (mean), ``gap`` (mean less curve), ``n``; more than 20
        levels stand in 20 even bins.

    Examples
    --------
    >>> rows = pd.DataFrame({"satisfaction": [2, 2, 3], "loyalty": [0.3, 0.2, 0.5], "group": "all"})
    >>> gaps(rows, {"all": 1.0}, (1, 5)).round(3)
      group  satisfaction  loyalty  gap  n
    0   all           2.0     0.25  0.0  2
    1   all           3.0     0.50  0.0  1
    """
    u = scales.unit(rows["satisfaction"].to_numpy(float), *scale)
    power = rows["group"].map(gamma).to_numpy(float)
    work = rows[["group", "satisfaction", "loyalty"]].assign(
        level=binned(rows["satisfaction"], scale), gap=rows["loyalty"].to_numpy() - u**power
    )
    keys = work.groupby(["group", "level"], observed=True, sort=True)
    return keys.agg(
        satisfaction=("satisfaction", "mean"),
        loyalty=("loyalty", "mean"),
        gap=("gap", "mean"),
        n=("gap", "size"),
    ).reset_index()[["group", "satisfaction", "loyalty", "gap", "n"]]


def size(levels: pd.DataFrame) -> float:
    """Return the root of the mean squared gap, weighted by n: 0.1 is a tenth of the scale.

    Parameters
    ----------
    levels
        What :func:`gaps` returned, of one group.

    Examples
    --------
    >>> round(size(pd.DataFrame({"gap": [0.1, -0.2], "n": [50, 50]})), 3)
    0.158
    """
    return float(np.sqrt(np.average(levels["gap"].to_numpy() ** 2, weights=levels["n"])))


def lack_of_fit(rows: pd.DataFrame, gamma: float, scale: tuple[float, float]) -> float:
    """Return p of gaps as large as these by scatter alone, whatever the scatter of clusters.

    The sums of the misses at each level are tested together (a score test of the curve against
    free means, each cluster one observation: Wooldridge 2010, chapter 12), in the form of
    Hotelling's T² and its F distribution, which holds for few clusters better than chi². It is
    1 where nothing can be told: where fewer than two levels have five clusters each, or there
    are hardly more clusters than levels.

    Parameters
    ----------
    rows
        ``satisfaction, loyalty`` (0 to 1) and perhaps ``cluster``, of one group.
    gamma
        The power fitted to them.
    scale
        Lowest and highest point of the satisfaction scale.

    Examples
    --------
    >>> rows = pd.DataFrame({"satisfaction": [2, 3, 4] * 40, "loyalty": [0.3, 0.5, 0.7] * 40})
    >>> rows["loyalty"] += np.tile(np.repeat([-0.1, 0.1], 3), 20)
    >>> round(lack_of_fit(rows, 1.0, (1, 5)), 3)
    0.0
    """
    from scipy.stats import f

    u = scales.unit(rows["satisfaction"].to_numpy(float), *scale)
    loyalty = rows["loyalty"].to_numpy(float)
    where = pd.factorize(binned(rows["satisfaction"], scale))[0]
    work = rows.assign(where=where)
    enough = np.array([people(part) >= FEWEST for _, part in work.groupby("where")])
    inner = (u > 0) & (u < 1)
    slope = np.where(inner, gamma * u**gamma * np.log(np.where(inner, u, 1.0)), 0.0)
    at = np.eye(len(enough))[where]
    moved = at * (loyalty - u**gamma)[:, None]
    moved -= np.outer(influence_of(u, loyalty, float(np.log(gamma))), at.T @ slope)
    who = codes(rows)
    sums = np.zeros((int(who.max()) + 1, len(enough)))
    np.add.at(sums, who, moved)
    tilt = at.T @ slope / at.sum(axis=0)
    spread = np.sqrt((sums**2).sum(axis=0))
    told = enough & (spread > 1e-12)  # at the ends of the scale all may lie on the curve
    sums, tilt = sums[:, told] / spread[told], tilt[told] * spread[told]
    if told.sum() < 2:
        return 1.0
    if tilt.any():  # gamma was fitted, so that in this direction the misses add up to 0
        sums = sums @ np.linalg.svd(tilt[None, :])[2][1:].T
    free, many = int(np.linalg.matrix_rank(sums, tol=1e-6)), len(sums)
    if free < 1 or many - free < 1:
        return 1.0
    total = sums.sum(axis=0)
    score = float(total @ np.linalg.pinv(sums.T @ sums, rcond=1e-12, hermitian=True) @ total)
    ratio = (many - free) / free * score / max(many - score, 1e-12)
    return float(f.sf(ratio, free, many - free))


def influence_of(u: Array, loyalty: Array, theta: float) -> Array:
    """By how much each answer moved the estimate of ln γ."""
    inner = (u > 0) & (u < 1)
    gamma, log_u = np.exp(theta), np.log(np.where(inner, u, 1.0))
    curve = np.where(inner, np.exp(gamma * log_u), loyalty)  # the ends fit any power: no miss
    first = gamma * curve * log_u
    miss = loyalty - curve
    bend = float(np.sum(first**2 - miss * first * (1 + gamma * log_u)))
    return np.asarray(first * miss / bend)
