"""What each customer adds to each brand, and the indicators that the sums make."""

from __future__ import annotations

import numpy as np

from loyaltylab.base.stats import Array
from loyaltylab.indicators.log import Log
from loyaltylab.indicators.resample import divide

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
