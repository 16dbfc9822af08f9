"""Whether a power curve describes answers at all: does loyalty rise, and how far off is it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array
from loyaltylab.curve.answers import in_order, of_group
from loyaltylab.curve.misfit import lack_of_fit, size

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
    """Refuse answers in which loyalty clearly falls as satisfaction rises.

    Of many groups one falls by chance; so each is held to its part of the error (Bonferroni).
    """
    ties = rise(rows)
    for row in ties.to_dict("records"):
        if row["falls"] < CERTAIN / len(ties) and row["n"] >= FEWEST:
            raise InputError(
                f"Column {shown(loyalty)} falls as column {shown(satisfaction)} rises"
                f"{of_group(row['group'])} (rank correlation {row['correlation']:.2f}, n ="
                f" {row['n']:,}); if one of the two scales is coded the other way round, with 1 as"
                f" the best, turn it, as in {sum(scale):g} - data[{shown(satisfaction)}]."
            )


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


def of_misfit(
    rows: pd.DataFrame,
    levels: pd.DataFrame,
    gamma: dict[Any, float],
    scale: tuple[float, float],
    loyalty_scale: tuple[float, float],
) -> list[str]:
    """Say in which groups the curve misses the level means, and where most."""
    bottom, width = loyalty_scale[0], loyalty_scale[1] - loyalty_scale[0]
    where = []
    for name, power in gamma.items():
        mine = levels[levels["group"] == name]
        off = size(mine)
        if off < BAD or lack_of_fit(rows[rows["group"] == name], power, scale) >= BEYOND_SCATTER:
            continue
        worst = mine.iloc[int(np.argmax(mine["n"] * mine["gap"] ** 2))]
        mean = bottom + width * worst["loyalty"]
        where.append(
            f" by {off:.0%}{of_group(name)} (at satisfaction {worst['satisfaction']:.3g} it says"
            f" {mean - width * worst['gap']:.3g}, the mean is {mean:.3g})"
        )
    start = "the curve misses mean loyalty, in parts of its scale,"
    return [start + _few(where)] if where else []


def _few(where: list[str]) -> str:
    """Join what is said of groups, as many as a sentence holds."""
    more = len(where) - MOST_NAMED
    rest = f", and for {more:,} more group{'s' if more > 1 else ''}" if more > 0 else ""
    return ",".join(where[:MOST_NAMED]) + rest
