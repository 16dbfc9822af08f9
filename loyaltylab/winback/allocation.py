"""How to split a budget among uses with diminishing returns, and what one more coin earns."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.columns import rows
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, find, read, take
from loyaltylab.base.stats import LIMIT, TINY, Array, amount


def earned(most: Array, scale: Array, spend: Array) -> Array:
    """What spending earns in each use, ``most · (1 − exp(−spend / scale))``.

    Examples
    --------
    >>> earned(np.array([100.0]), np.array([10.0]), np.array([10.0])).round(1)
    array([63.2])
    """
    return np.asarray(-most * np.expm1(-spend / scale))


def next_coin(most: Array, scale: Array, spend: Array) -> Array:
    """What one more coin earns in each use, ``most / scale · exp(−spend / scale)``.

    Examples
    --------
    >>> next_coin(np.array([100.0]), np.array([10.0]), np.array([0.0]))
    array([10.])
    """
    return np.asarray(np.exp(np.log(most) - np.log(scale) - spend / scale))


def headstart(most: Array, scale: Array) -> Array:
    """By how much the first coin earns less than in the best use, in logs; 0 for the best.

    Examples
    --------
    >>> headstart(np.array([100.0, 50.0]), np.array([10.0, 5.0]))
    array([0., 0.])
    """
    first = np.log(most) - np.log(scale)
    return np.asarray(first.max() - first)


def at_price(scale: Array, behind: Array, fall: Array | float) -> Array:
    """Spend in each use when the price of a coin has fallen by ``exp(−fall)`` from the best.

    Examples
    --------
    >>> at_price(np.array([10.0, 5.0]), np.array([0.0, 1.0]), 1.5)
    array([15. ,  2.5])
    """
    return np.asarray(scale * np.maximum(np.subtract(fall, behind), 0.0))


def optimal(most: Array, scale: Array, budget: float) -> Array:
    """Split a budget so that what is earned together is the most.

    At the best split (Karush-Kuhn-Tucker) one more coin earns the same in every use that gets
    anything, and no more in one that gets nothing. Spend then follows from that price alone,
    ``scale_i · max(0, u − d_i)`` with ``d_i`` of :func:`headstart`, and the fall ``u`` of its
    logarithm is found by Brent's method (``scipy.optimize.brentq``) so that the budget is used up.

    Examples
    --------
    >>> optimal(np.array([100.0, 100.0]), np.array([10.0, 10.0]), 30.0)
    array([15., 15.])
    """
    from scipy.optimize import brentq

    behind = headstart(most, scale)
    furthest = budget / float(scale[behind == 0].max())

    def unspent(fall: float) -> float:
        return float(at_price(scale, behind, fall).sum()) - budget

    if budget == 0 or unspent(furthest) <= 0:
        fall = furthest
    else:
        fall = brentq(unspent, 0.0, furthest, xtol=TINY, rtol=8.9e-16, maxiter=1000)
    return at_price(scale, behind, fall)


def split_budget(
    data: Data,
    *,
    budget: float,
    use: Hashable = "use",
    most: Hashable = "most",
    scale: Hashable = "scale",
) -> pd.DataFrame:
    """Split a budget among any number of uses with diminishing returns.

    Spending x on a use earns ``most · (1 − exp(−x / scale))``: its first coin ``most / scale``,
    every further one less.

    Parameters
    ----------
    data
        One row per use, or the path of a file.
    budget
        Money to be spent.
    use, most, scale
        Columns: a name, the most that the use can earn (money, above 0), and the spending at
        which 63 % of it is earned (money, above 0).

    Returns
    -------
    pandas.DataFrame
        ``use, spend, share`` (of the budget), ``earned``, ``first_coin`` and ``next_coin``
        (earned by the first coin, and by one more coin at the split: the shadow price of the
        budget in each use that gets anything).

    Raises
    ------
    InputError
        For bad columns, a use that stands twice, or a budget below 0.

    Examples
    --------
    >>> uses = pd.DataFrame({"use": ["win", "keep"], "most": [100, 300], "scale": [50, 100]})
    >>> split_budget(uses, budget=150)[["use", "spend", "next_coin"]].round(2)
        use   spend  next_coin
    0   win   36.48       0.96
    1  keep  113.52       0.96
    """
    frame = read(data)
    found = {
        "use": Column(use, "group"),
        "most": Column(most, "number", 0, LIMIT),
        "scale": Column(scale, "number", 0, LIMIT),
    }
    for role, column in found.items():
        find(frame, role, column.name)
    money = amount("budget", budget)
    table = take(frame, **found)
    for role in ("most", "scale"):
        small = table[role] < TINY
        if small.any():
            name = shown(found[role].name)
            raise InputError(
                f"Column {name} must hold numbers above 0, but {rows(small)} hold none; drop a"
                " use that can earn nothing."
            )
    doubled = table["use"].duplicated()
    if doubled.any():
        raise InputError(
            f"Column {shown(use)} names a use twice, in {rows(doubled)}; name it once."
        )
    names, tops, scales = (table[role].to_numpy() for role in found)
    return as_table(names, tops, scales, optimal(tops, scales, money), money)


def as_table(names: object, most: Array, scale: Array, spend: Array, budget: float) -> pd.DataFrame:
    """Return what a split spends and earns, one row per use.

    Examples
    --------
    >>> as_table(["keep"], np.ones(1), np.ones(1), np.ones(1), 1.0).round(2)
        use  spend  share  earned  first_coin  next_coin
    0  keep    1.0    1.0    0.63         1.0       0.37
    """
    return pd.DataFrame(
        {
            "use": names,
            "spend": spend,
            "share": spend / budget if budget else np.zeros_like(spend),
            "earned": earned(most, scale, spend),
            "first_coin": next_coin(most, scale, np.zeros_like(spend)),
            "next_coin": next_coin(most, scale, spend),
        }
    )
