"""What each customer adds to each brand, sums over them, and their bootstrap."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.indicators.log import Log

BLOCK = 20_000
"""Customers whose weights are held at once."""


def sums(
    values: Array, draws: int, seed: int | np.random.Generator | None, extra: int = 0
) -> Array:
    """Return bootstrap sums of the columns of ``values``, shape ``(draws, columns)``.

    A draw takes as many customers as there are, with replacement; ``extra`` of them are
    customers whose row is all zero, who need not be stored.
    """
    draws = whole("draws", draws, 100, 100_000)
    rng = generator(seed)
    edges = np.append(np.arange(0, len(values), BLOCK), len(values))
    sizes = np.append(np.diff(edges), extra)
    into = rng.multinomial(int(sizes.sum()), sizes / sizes.sum(), size=draws)
    total = np.zeros((draws, values.shape[1]))
    for i, (a, b) in enumerate(itertools.pairwise(edges)):
        weights = np.empty((draws, b - a))
        for d in range(draws):
            picked = rng.integers(0, b - a, into[d, i])
            weights[d] = np.bincount(picked, minlength=b - a)
        total += weights @ values[a:b]
    return total


def ends(samples: Array, level: float) -> tuple[Array, Array]:
    """Return the percentile interval over the first axis; NaN where it would have no width.

    Where all customers are alike the bootstrap says nothing, and an interval of no width
    would claim certainty.
    """
    between("level", level, 0, 1, open_ends=True)
    known = np.isfinite(samples).any(axis=0)
    lower, upper = np.full((2, *known.shape), np.nan)
    quantiles = [(1 - level) / 2, (1 + level) / 2]
    if known.any():  # of nothing but NaN numpy would warn
        lower[known], upper[known] = np.nanquantile(
            samples[:, known], quantiles, axis=0, method="nearest"
        )
    flat = ~(upper - lower > 1e-12 * np.maximum(np.abs(upper), np.abs(lower)))
    return np.where(flat, np.nan, lower), np.where(flat, np.nan, upper)


def divide(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Divide elementwise; NaN where there is nothing to divide by."""
    top, under = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    return np.asarray(np.divide(top, under, out=np.full(top.shape, np.nan), where=under > 0))


SHARES = {  # a share of people has its own interval
    "penetration": ("buyers", "panel"),
    "repeat_buyers": ("repeaters", "buyers"),
    "sole_share": ("sole", "buyers"),
}
RATIOS = {
    "market_share": ("x", "all_x"),
    "value_share": ("amount", "all_amount"),
    "purchase_frequency": ("x", "buyers"),
    "scr": ("x", "category"),
    "scr_mean": ("own_share", "buyers"),
    "scr_money": ("amount", "category_amount"),
    "scr_money_mean": ("own_money_share", "payers"),
    "scr_quantity": ("quantity", "category_quantity"),
    "brands_bought": ("variety", "buyers"),
    "spend_per_buyer": ("amount", "buyers"),
    "mean_gap": ("span", "repeats"),
}


def features(log: Log) -> dict[str, Array]:
    """Return what each customer adds to each brand, tables of customers by brands."""
    x = log.table()
    category = x.sum(axis=1, keepdims=True)
    bought = x > 0
    variety = bought.sum(axis=1, keepdims=True)
    parts = {
        "x": x,
        "all_x": np.broadcast_to(category, x.shape),
        "buyers": bought.astype(float),
        "repeaters": (x > 1).astype(float),
        "repeats": np.maximum(x - 1, 0),
        "sole": (bought & (variety == 1)).astype(float),
        "variety": bought * variety,
        "category": bought * category,
        "own_share": x / category,
    }
    if log.dated:
        parts["span"] = _span(log, x)
    if log.amount is not None:
        money = log.table(log.amount)
        spent = money.sum(axis=1, keepdims=True)
        parts |= {
            "amount": money,
            "all_amount": np.broadcast_to(spent, x.shape),
            "category_amount": bought * spent,
            "own_money_share": np.nan_to_num(divide(money, spent)),
            "payers": (bought & (spent > 0)).astype(float),
        }
    if log.quantity is not None:
        units = log.table(log.quantity)
        parts["quantity"] = units
        parts["category_quantity"] = bought * units.sum(axis=1, keepdims=True)
    return parts


def _span(log: Log, x: Array) -> Array:
    """Return the days between a customer's first and last purchase of each brand."""
    first, last = np.zeros(x.size), np.zeros(x.size)
    last[log.pair] = log.day  # sorted by day: the last one stays
    first[log.pair[::-1]] = log.day[::-1]
    return (last - first).reshape(x.shape)


def indicators(
    total: dict[str, Array], panel: int, periods: float | None, length: float
) -> dict[str, Array]:
    """Turn totals over customers into indicators, one value per brand."""
    all_of = {**total, "panel": np.asarray(float(panel))}
    found = {
        name: divide(all_of[a], all_of[b])
        for name, (a, b) in (SHARES | RATIOS).items()
        if a in all_of and b in all_of
    }
    found["jeopardy"] = found["purchase_frequency"] * (1 - found["penetration"])
    if periods is None:
        return found
    found["mean_gap"] = found["mean_gap"] / length
    found["frequency"] = found["purchase_frequency"] / periods
    found["repeat_frequency"] = divide(total["repeats"], total["buyers"]) / periods
    found["cycle"] = divide(periods, found["purchase_frequency"])
    if "spend_per_buyer" in found:
        found["spend_per_period"] = found["spend_per_buyer"] / periods
    return found
