"""Whether a power curve describes answers at all: does loyalty rise, and how far off is it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array
from loyaltylab.curve import scale as scales
from loyaltylab.curve.answers import binned, in_order, of_group

BAD = 0.05
"""Misfit from which it is spoken of: the curve is off by a twentieth of the loyalty scale."""
BEYOND_SCATTER = 0.01
BEYOND_CHANCE = 0.05
CERTAIN = 0.001
FEWEST = 5
"""People from which loyalty is said to fall; fewer prove nothing."""
MOST_NAMED = 3


def rise(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rank correlation of loyalty with satisfaction, by group.

    Spearman's, with one-sided p from the t distribution, in which a cluster counts as one
    answer, however many rows it has: too cautious rather than too bold.

    Parameters
    ----------
    rows
        ``group, satisfaction, loyalty`` and, if people answer several times, ``cluster``.

    Returns
    -------
    pandas.DataFrame
        ``group, correlation`` (0 if nothing varies), ``rises, falls`` (p of a tie as strong in
        that direction, if there were none), ``n`` (people).

    Examples
    --------
    >>> rows = pd.DataFrame({"satisfaction": [1, 2, 3, 4, 5], "loyalty": [0.1, 0.3, 0.2, 0.6, 0.9]})
    >>> rise(rows.assign(group="all")).round(3)
      group  correlation  rises  falls  n
    0   all          0.9  0.019  0.981  5
    """
    from scipy.stats import t

    found = []
    for name in in_order(rows["group"]):
        part = rows[rows["group"] == name]
        n = part["cluster"].nunique() if "cluster" in part else len(part)
        x, y = (part[c].rank().to_numpy() for c in ("satisfaction", "loyalty"))
        still = np.ptp(x) == 0 or np.ptp(y) == 0
        r = 0.0 if still else float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
        size = r * np.sqrt(max(n - 2, 0) / max(1 - r**2, 1e-12))
        falls, rises = t.cdf(size, max(n - 2, 1)), t.sf(size, max(n - 2, 1))
        found.append((name, r, float(rises), float(falls), n))
    return pd.DataFrame(found, columns=["group", "correlation", "rises", "falls", "n"])


def refuse_falling(
    rows: pd.DataFrame, satisfaction: Hashable, loyalty: Hashable, scale: tuple[float, float]
) -> None:
    """Refuse answers in which loyalty clearly falls as satisfaction rises."""
    for row in rise(rows).to_dict("records"):
        if row["falls"] < CERTAIN and row["n"] >= FEWEST:
            raise InputError(
                f"Column {shown(loyalty)} falls as column {shown(satisfaction)} rises"
                f"{of_group(row['group'])} (rank correlation {row['correlation']:.2f}, n ="
                f" {row['n']:,}); if one of the two scales is coded the other way round, with 1 as"
                f" the best, turn it, as in {sum(scale):g} - data[{shown(satisfaction)}]."
            )


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
        ``group, satisfaction, loyalty`` (mean), ``gap`` (mean less curve), ``scatter`` (sum of
        squares about the mean gap), ``n``; more than 20 levels stand in 20 even bins.

    Examples
    --------
    >>> rows = pd.DataFrame({"satisfaction": [2, 2, 3], "loyalty": [0.3, 0.2, 0.5], "group": "all"})
    >>> gaps(rows, {"all": 1.0}, (1, 5)).round(3)
      group  satisfaction  loyalty  gap  scatter  n
    0   all           2.0     0.25  0.0    0.005  2
    1   all           3.0     0.50  0.0    0.000  1
    """
    u = scales.unit(rows["satisfaction"].to_numpy(float), *scale)
    power = rows["group"].map(gamma).to_numpy(float)
    work = rows[["group", "satisfaction", "loyalty"]].assign(
        level=binned(rows["satisfaction"], scale), gap=rows["loyalty"].to_numpy() - u**power
    )
    keys = work.groupby(["group", "level"], observed=True, sort=True)
    work["scatter"] = (work["gap"] - keys["gap"].transform("mean")) ** 2
    return keys.agg(
        satisfaction=("satisfaction", "mean"),
        loyalty=("loyalty", "mean"),
        gap=("gap", "mean"),
        scatter=("scatter", "sum"),
        n=("gap", "size"),
    ).reset_index()[["group", "satisfaction", "loyalty", "gap", "scatter", "n"]]


def misfit(levels: pd.DataFrame) -> tuple[float, float]:
    """Return how far a curve is from the level means, and p of so much by scatter alone.

    The first is the root of the mean squared gap, weighted by n: 0.1 is a tenth of the loyalty
    scale. The second is the F test of lack of fit (gaps against scatter within levels); it is 1
    where no level has two answers, for then nothing tells a bad curve from scatter.

    Parameters
    ----------
    levels
        What :func:`gaps` returned, of one group.

    Examples
    --------
    >>> levels = pd.DataFrame({"gap": [0.1, -0.1], "scatter": [5.0, 5.0], "n": [50, 50]})
    >>> tuple(round(v, 3) for v in misfit(levels))
    (0.1, 0.002)
    """
    from scipy.stats import f

    n = levels["n"].to_numpy(float)
    off = float(n @ levels["gap"].to_numpy() ** 2)
    size, free, left = float(np.sqrt(off / n.sum())), len(n) - 1, n.sum() - len(n)
    if free < 1 or left < 1:
        return size, 1.0
    scatter = max(float(levels["scatter"].sum()), 1e-12)
    return size, float(f.sf((off / free) / (scatter / left), free, left))


def of_scale(name: str, values: Array, scale: tuple[float, float]) -> list[str]:
    """Say that one half of a declared scale was never used."""
    middle = sum(scale) / 2
    low, high = float(values.min()), float(values.max())
    if low < middle < high:
        return []
    side, end = (
        ("above", f"highest is {high:g}") if high <= middle else ("below", f"lowest {low:g}")
    )
    return [
        f"no {name} lies {side} the middle of the scale {scale[0]:g} to {scale[1]:g} that was"
        f" given (the {end})"
    ]


def of_rise(rows: pd.DataFrame) -> list[str]:
    """Say in which groups loyalty does not rise with satisfaction."""
    ties = rise(rows)
    flat = ties[(ties["correlation"] <= 0) | (ties["rises"] >= BEYOND_CHANCE)]
    where = [
        f"{of_group(r['group'])} (rank correlation {r['correlation'] + 0.0:.2f}, n = {r['n']:,})"
        for r in flat.to_dict("records")
    ]
    return [f"loyalty does not rise with satisfaction beyond chance{_few(where)}"] if where else []


def of_misfit(levels: pd.DataFrame, loyalty_scale: tuple[float, float]) -> list[str]:
    """Say in which groups the curve misses the level means, and where most."""
    bottom, width = loyalty_scale[0], loyalty_scale[1] - loyalty_scale[0]
    where = []
    for name in in_order(levels["group"]):
        mine = levels[levels["group"] == name]
        size, p = misfit(mine)
        if size < BAD or p >= BEYOND_SCATTER:
            continue
        worst = mine.iloc[int(np.argmax(mine["n"] * mine["gap"] ** 2))]
        mean = bottom + width * worst["loyalty"]
        where.append(
            f" by {size:.0%}{of_group(name)} (at satisfaction {worst['satisfaction']:.3g} it says"
            f" {mean - width * worst['gap']:.3g}, the mean is {mean:.3g})"
        )
    start = "the curve misses mean loyalty, in parts of its scale,"
    return [start + _few(where)] if where else []


def _few(where: list[str]) -> str:
    """Join what is said of groups, as many as a sentence holds."""
    more = len(where) - MOST_NAMED
    rest = f", and for {more:,} more group{'s' if more > 1 else ''}" if more > 0 else ""
    return ",".join(where[:MOST_NAMED]) + rest
