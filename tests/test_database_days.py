"""The sums by day that a customer base keeps are those of its purchases, after any load."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from loyaltylab import InputError, firm
from loyaltylab.database import CustomerBase, summary
from loyaltylab.database.purchases import fetched, ledger

BOUGHT = firm.Firm(seed=4, customers=200).purchases.query("own")
LOG = BOUGHT.assign(customer=BOUGHT["customer"].astype(str), amount=BOUGHT["amount_cents"] / 100)
LOG = LOG[["customer", "date", "amount"]].reset_index(drop=True)


def days_are_those_of_the_purchases(base: CustomerBase) -> int:
    """Hold what is kept against the rows, and return how many days there are."""
    rows = base.purchases
    count = rows.count().cast("int64")
    fresh = rows.group_by("customer", "date").agg(amount=rows.amount.sum(), lines=count)
    kept = ledger(base)
    order = ["customer", "date"]
    left, right = (
        t.to_pyarrow().to_pandas().sort_values(order, ignore_index=True) for t in (fresh, kept)
    )
    pd.testing.assert_frame_equal(left, right[list(left)], check_dtype=False)
    return len(left)


def test_days_follow_loads_repeats_returns_and_rejected_rows(tmp_path: Path) -> None:
    place = tmp_path / "base.duckdb"
    with CustomerBase.open(place) as base:
        base.add_purchases(LOG.iloc[:1500])
        before = days_are_those_of_the_purchases(base)
        base.add_purchases(LOG.iloc[1000:2500])  # a third of it was there before
        more = days_are_those_of_the_purchases(base)
        dirty = LOG.iloc[1200:1300].assign(amount=-1.0)
        dirty.loc[dirty.index[0], "amount"] = 5.0
        dirty.loc[dirty.index[1], "date"] = pd.Timestamp("2023-05-05")
        base.add_purchases(dirty)  # returns are rejected
        assert days_are_those_of_the_purchases(base) == more
        base.add_purchases(dirty, returns="keep")
        assert days_are_those_of_the_purchases(base) == more + 1 > before
        with pytest.raises(InputError):
            base.add_purchases(LOG.assign(amount="none"))
        days_are_those_of_the_purchases(base)
    with CustomerBase.open(place, read_only=True) as base:
        assert days_are_those_of_the_purchases(base) == more + 1
        assert "purchase_days" not in repr(base)


def test_a_summary_of_days_is_that_of_the_rows() -> None:
    with CustomerBase.open(":memory:") as base:
        base.add_purchases(LOG)
        again = CustomerBase.over(base.purchases)
        assert "lines" in ledger(base).columns
        assert "lines" not in ledger(again).columns
        kept, rows, frame = (
            fetched(summary(data)).sort_values("customer", ignore_index=True)
            for data in (base, again, LOG)
        )
    pd.testing.assert_frame_equal(kept, rows)
    pd.testing.assert_frame_equal(kept, frame)
    assert kept["lines"].sum() == len(LOG)
