"""One table per market: who buys which brand, how often, and how exclusively."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, wilson
from loyaltylab.indicators.cells import SHARES, ends, features, indicators, sums
from loyaltylab.indicators.log import Log, period, read_log

BOUNDED = ("market_share", "value_share", "scr", "scr_mean", "scr_money", "scr_money_mean")


def brand_table(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    brand: Hashable = "brand",
    amount: Hashable | None = None,
    quantity: Hashable | None = None,
    per: str = "M",
    start: Any = None,
    until: Any = None,
    panel: int | None = None,
    level: float = 0.95,
    draws: int = 500,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Measure each brand's buyers: penetration, frequency, share of requirements, sole loyalty.

    Of a brand with b buyers among the panel, x purchases, and c category purchases of its
    buyers: ``penetration = b / panel``; ``purchase_frequency`` w ``= x / b``; share of category
    requirements ``scr = x / c`` (weighted by volume) and ``scr_mean``, the mean of each buyer's
    own share; ``sole_share``, buyers who bought nothing else (100 % loyal); ``repeat_buyers``,
    buyers with two purchases or more; ``brands_bought``, how many brands its buyers bought;
    ``jeopardy = w (1 - penetration)``, which is about equal for all brands where double jeopardy
    is the rule.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase or item. Everything
        that a customer bought of one brand on one day is one purchase.
    customer, date, brand
        Columns; ``date`` holds dates or whole numbers of occasions.
    amount, quantity
        Columns of money and of units, or None.
    per
        Unit of time, see :func:`purchase_rhythm`; not used where occasions are numbered.
    start, until
        First and last day (or occasion) of the window.
    panel
        How many customers were watched, those who bought nothing among them; None: those in
        the log.
    level, draws, seed
        Coverage; percentile bootstrap over customers. Shares of people have Wilson intervals.

    Returns
    -------
    pandas.DataFrame
        ``brand, indicator, estimate, lower, upper, n`` (customers behind it: the panel, or the
        buyers of the brand), brands by market share. With dates also ``frequency`` (per period
        and buyer), ``repeat_frequency``, ``cycle``, ``mean_gap`` (periods, pooled), and with
        ``amount`` ``spend_per_buyer, spend_per_period, value_share, scr_money, scr_money_mean``;
        with ``quantity`` ``scr_quantity``. Bounds are NaN where the customers are all alike.

    Raises
    ------
    InputError
        For a missing column or value, negative money, a window without purchases.

    References
    ----------
    Ehrenberg, A. S. C., Goodhardt, G. J. & Barwise, T. P. (1990), "Double jeopardy revisited",
    Journal of Marketing 54(3). Cunningham, R. M. (1956), "Brand loyalty: what, where, how
    much?", Harvard Business Review 34(1), for the share of requirements.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2, 3, 3], "turn": [1, 2, 3, 1, 1, 2],
    ...     "brand": list("AABABB")})
    >>> table = brand_table(log, customer="who", date="turn", draws=100)
    >>> wide(table, "penetration", "purchase_frequency", "scr", "scr_mean", "sole_share").round(2)
      brand  penetration  purchase_frequency   scr  scr_mean  sole_share
    0     A         0.67                 1.5  0.75      0.83         0.5
    1     B         0.67                 1.5  0.60      0.67         0.5
    """
    log = read_log(
        data, customer=customer, date=date, brand=brand, amount=amount, quantity=quantity,
        start=start, until=until, panel=panel,
    )  # fmt: skip
    length = period(per)
    parts = features(log)
    total = {name: part.sum(axis=0) for name, part in parts.items()}
    time = log.days / length if log.dated else None
    found = indicators(total, log.panel, time, length)
    sampled = indicators(_sampled(parts, log, draws, seed), log.panel, time, length)
    buyers = total["buyers"]
    rows = []
    for name, estimate in found.items():
        n = np.full(len(buyers), log.panel) if name in ("penetration", *BOUNDED[:2]) else buyers
        if name in SHARES:
            hits, among = (total.get(part, n) for part in SHARES[name])
            lower, upper = wilson(hits, among, level)
        else:
            lower, upper = ends(sampled[name], level)
        if name in BOUNDED:  # all of the buyers' needs, or none: the people can be counted
            sure = (estimate <= 0) | (estimate >= 1)
            low, high = wilson(np.where(estimate >= 1, n, 0), n, level)
            lower, upper = np.where(sure, low, lower), np.where(sure, high, upper)
        rows.append(_long(log.brands, name, estimate, lower, upper, n))
    table = pd.concat(rows, ignore_index=True)
    order = {log.brands[i]: k for k, i in enumerate(np.argsort(-total["x"], kind="stable"))}
    return table.sort_values("brand", key=lambda s: s.map(order), kind="stable", ignore_index=True)


def brand_draws(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    brand: Hashable = "brand",
    amount: Hashable | None = None,
    quantity: Hashable | None = None,
    per: str = "M",
    start: Any = None,
    until: Any = None,
    panel: int | None = None,
    draws: int = 500,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Return the bootstrap itself: what :func:`brand_table` would say of resampled customers.

    Parameters are those of :func:`brand_table`.

    Returns
    -------
    pandas.DataFrame
        ``draw, brand`` and one column per indicator.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 1, 2, 3, 3], "turn": [1, 2, 3, 1, 1, 2],
    ...     "brand": list("AABABB")})
    >>> drawn = brand_draws(log, customer="who", date="turn", draws=100)
    >>> drawn.groupby("brand")["market_share"].size().tolist()
    [100, 100]
    """
    log = read_log(
        data, customer=customer, date=date, brand=brand, amount=amount, quantity=quantity,
        start=start, until=until, panel=panel,
    )  # fmt: skip
    length = period(per)
    time = log.days / length if log.dated else None
    sampled = indicators(_sampled(features(log), log, draws, seed), log.panel, time, length)
    size, brands = next(iter(sampled.values())).shape
    return pd.DataFrame(
        {
            "draw": np.repeat(np.arange(size), brands),
            "brand": log.brands * size,
            **{name: value.ravel() for name, value in sampled.items()},
        }
    )


def _sampled(
    parts: dict[str, Array], log: Log, draws: int, seed: int | np.random.Generator | None
) -> dict[str, Array]:
    """Return bootstrap totals of each part, shape ``(draws, brands)``."""
    total = sums(np.hstack(list(parts.values())), draws, seed, log.panel - len(log.customers))
    width = len(log.brands)
    return {name: total[:, i * width : (i + 1) * width] for i, name in enumerate(parts)}


def _long(
    brands: list[Any], name: str, estimate: Array, lower: Array, upper: Array, n: Array
) -> pd.DataFrame:
    columns = {"brand": brands, "indicator": name, "estimate": estimate}
    return pd.DataFrame({**columns, "lower": lower, "upper": upper, "n": n.astype(np.int64)})


def wide(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return a table of :func:`brand_table` with one row per brand and chosen indicators.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 1, 2], "turn": [1, 2, 1], "brand": list("ABA")})
    >>> wide(brand_table(log, customer="who", date="turn", draws=100), "penetration", "scr")
      brand  penetration       scr
    0     A          1.0  0.666667
    1     B          0.5  0.500000
    """
    if not isinstance(table, pd.DataFrame) or not {"brand", "indicator", "estimate"} <= set(table):
        raise InputError(f"table must be what brand_table() returned, not {shown(table)}.")
    order = list(dict.fromkeys(table["brand"]))
    pivot = table.set_index(["brand", "indicator"])["estimate"].unstack()  # noqa: PD010
    pivot = pivot.loc[order]
    chosen = list(names) or list(dict.fromkeys(table["indicator"]))
    missing = [name for name in chosen if name not in pivot]
    if missing:
        raise InputError(
            f"There is no indicator {shown(missing[0])} in the table; the indicators are"
            f" {some(pivot.columns)}."
        )
    return pivot[chosen].rename_axis(columns=None).reset_index()
