"""CPU of summarising ten million purchases: against one customer at a time, as often written."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd

from benchmarks.measure import Row, each
from loyaltylab import indicators as ind

NAME = "panels"
PURCHASES, CUSTOMERS, BRANDS, DAYS = 10_000_000, 200_000, 8, 364
FEW = 2_000
"""Customers of the rival, who takes minutes for all of them; his time per customer is compared."""
UNIT = "µs CPU per customer"


def rows() -> list[Row]:
    """Time both tables of ten million purchases, and of a subset one customer at a time."""
    log = purchases(CUSTOMERS, PURCHASES)
    few = log[log["customer"] < FEW]
    table: list[pd.DataFrame] = []

    def brands(data: pd.DataFrame) -> None:
        found = ind.brand_table(data, customer="customer", amount="amount", draws=100, per="W")
        table.append(found)

    def rhythm(data: pd.DataFrame) -> None:
        table.append(ind.purchase_rhythm(data, customer="customer", amount="amount", per="W"))

    def loops() -> None:
        table.append(by_brand(few))

    def gaps() -> None:
        table.append(by_customer(few))

    brands(few)  # imports and warm-up
    rhythm(few)
    table.clear()
    mine = each([lambda: brands(log), lambda: rhythm(log)])
    theirs = each([loops, gaps])
    same(table[2], table[3], few)
    found = []
    labels = ("brand table with 100 bootstraps", "rhythm of each customer")
    for label, own, other in zip(labels, mine, theirs, strict=True):
        ours = f"{label}, {len(log):,} purchases of {CUSTOMERS:,} customers ({own:.1f} s)"
        per, rival = 1e6 * own / CUSTOMERS, 1e6 * other / FEW
        without = ", no intervals" if "bootstraps" in label else ""
        case = f"{label.split(' with')[0]} by groupby.apply, {FEW:,} customers{without}"
        found += [Row(NAME, ours, per, UNIT), Row(NAME, case, rival, UNIT, rival / per, ours)]
    return found


def purchases(customers: int, count: int) -> pd.DataFrame:
    """Draw a synthetic log: gamma rates, Dirichlet preferences; about ``count`` rows."""
    rng = np.random.default_rng(0)
    rate = rng.standard_gamma(0.8, customers)
    bought = rng.multinomial(count, rate / rate.sum())
    who = np.repeat(np.arange(customers), bought)
    below = np.cumsum(rng.dirichlet(np.linspace(0.4, 0.1, BRANDS), customers), axis=1)
    brand = (rng.random(count)[:, None] > below[who, :-1]).sum(axis=1)
    day = rng.integers(0, DAYS, count)
    return pd.DataFrame(
        {
            "customer": who,
            "date": np.datetime64("2024-01-01", "s") + day.astype("timedelta64[D]"),
            "brand": brand,
            "amount": rng.integers(100, 1000, count) / 100,
        }
    )


def by_brand(log: pd.DataFrame) -> pd.DataFrame:
    """Return indicators of each brand, looking at one customer after the other."""
    log = log.drop_duplicates(["customer", "date", "brand"])

    def of(bought: pd.Series[Any]) -> pd.DataFrame:
        x = bought.value_counts()
        return pd.DataFrame(
            {"x": x, "category": x.sum(), "sole": len(x) == 1, "share": x / x.sum()}
        )

    cells: pd.DataFrame = cast(Any, log.groupby("customer")["brand"].apply(of))
    cells = cells.reset_index(names=["customer", "brand"])
    group = cells.groupby("brand")
    return pd.DataFrame(
        {
            "penetration": group.size() / log["customer"].nunique(),
            "purchase_frequency": group["x"].mean(),
            "scr": group["x"].sum() / group["category"].sum(),
            "scr_mean": group["share"].mean(),
            "sole_share": group["sole"].mean(),
        }
    )


def by_customer(log: pd.DataFrame) -> pd.DataFrame:
    """Return the rhythm of each customer, one after the other."""

    def of(mine: pd.DataFrame) -> pd.Series[Any]:
        days = mine["date"].drop_duplicates().sort_values()
        gap = days.diff().dt.days.mean() / 7
        return pd.Series({"purchases": len(days), "mean_gap": gap, "spend": mine["amount"].sum()})

    return cast(pd.DataFrame, log.groupby("customer").apply(of))


def same(brands: pd.DataFrame, rhythm: pd.DataFrame, few: pd.DataFrame) -> None:
    """Assert that both give the same numbers."""
    every = ind.brand_table(few, customer="customer", draws=100)
    mine = ind.wide(every, *brands.columns).set_index("brand")
    np.testing.assert_allclose(mine.loc[brands.index], brands, rtol=1e-12)
    other = ind.purchase_rhythm(few, customer="customer", amount="amount", per="W")
    other = other.set_index("customer")
    np.testing.assert_allclose(other[rhythm.columns], rhythm, rtol=1e-9)
