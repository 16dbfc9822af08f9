"""CPU of making the linked firm: against one customer at a time, and against bare numbers."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.measure import Row, cpu, each
from loyaltylab.firm import Firm
from loyaltylab.firm.frames import TABLES

NAME = "firm"
LARGE, FEW = 1_000_000, 5_000
UNIT = "µs CPU per customer"


def rows() -> list[Row]:
    """Time a million customers with all their tables, and what else would make them."""
    firm = Firm(seed=1, customers=LARGE)

    def tables() -> None:
        for name in TABLES:
            getattr(firm, name)

    Firm(seed=1, customers=FEW).purchases  # noqa: B018  (imports and warm-up)
    mine = each([tables])[0] / LARGE
    loop = cpu(partial(one_by_one, FEW), repeats=3) / FEW
    bare = cpu(partial(numbers, len(firm.purchases)), repeats=3) / LARGE
    ours = f"Firm, {LARGE:,} customers, all tables"
    return [
        Row(NAME, ours, 1e6 * mine, UNIT),
        Row(NAME, "one customer at a time, purchases only", 1e6 * loop, UNIT, loop / mine, ours),
        Row(
            NAME,
            "numpy's random numbers for the purchases alone",
            1e6 * bare,
            UNIT,
            bare / mine,
            ours,
        ),
    ]


def one_by_one(customers: int) -> pd.DataFrame:
    """Draw each customer's purchases in a loop, as a simulation is often written."""
    rng = np.random.default_rng(0)
    log: list[tuple[int, int, bool, int]] = []
    for customer in range(customers):
        satisfaction = min(max(rng.normal(3.6, 0.9), 1.0), 5.0)
        loyalty = 1 / (1 + 6 * math.exp(2 * (3.6 - satisfaction)))
        mean = 9000 / rng.gamma(4.0) / 6
        count = rng.poisson(rng.gamma(2.0, 6.0) * 1.8)
        days = sorted(rng.integers(0, 731, count))
        log += [
            (customer, int(day), rng.random() < loyalty, round(rng.gamma(6.0, mean)))
            for day in days
        ]
    return pd.DataFrame(log, columns=["customer", "day", "own", "amount_cents"])


def numbers(purchases: int) -> None:
    """Draw what no firm can do without: a day, a choice and an amount for each purchase."""
    rng = np.random.default_rng(0)
    rng.random(purchases)
    rng.random(purchases)
    rng.standard_gamma(6.0, purchases)
