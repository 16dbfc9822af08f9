"""A grocery log with the usual dirt, of which every speck is known by construction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

COLUMNS: dict[str, Any] = {
    "customer": "CUSTOMER_ID",
    "date": "TRANSACTION_DT",
    "amount": "SALES_PRICE",
    "quantity": "AMOUNT",
    "product": "PRODUCT_ID",
    "basket": "RECEIPT",
    "about": ["AGE_GROUP"],
    "date_format": "%m/%d/%Y",
}
"""How the file is loaded."""
AGES = ("<25", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", ">65")
SHARES = {
    "no customer": 400,
    "date unreadable": 500,
    "no date": 1000,
    "amount unreadable": 800,
    "quantity unreadable": 2000,
    "a return": 100,
    "repeats an earlier row": 200,
}
"""One row in so many has this fault; a repeat is one more row."""


def write(path: Path, rows: int, seed: int = 1) -> dict[str, int]:
    """Write ``rows`` lines below the header and return how many have each fault."""
    faults = {cause: rows // one_in for cause, one_in in SHARES.items()}
    repeats = faults["repeats an earlier row"]
    frame = _clean(rows - repeats, seed)
    spots = np.random.default_rng(seed).permutation(len(frame))
    taken = 0
    dirt = {
        "no customer": ("CUSTOMER_ID", ["", "  "]),
        "date unreadable": ("TRANSACTION_DT", ["13/41/2000", "soon"]),
        "no date": ("TRANSACTION_DT", [""]),
        "amount unreadable": ("SALES_PRICE", ["n/a", "12,50", "nan", "inf"]),
        "quantity unreadable": ("AMOUNT", ["one"]),
        "a return": ("AMOUNT", ["-1", "-3"]),
    }
    for cause, (column, values) in dirt.items():
        rows_hit = spots[taken : taken + faults[cause]]
        frame.iloc[rows_hit, frame.columns.get_loc(column)] = np.resize(values, len(rows_hit))
        taken += faults[cause]
    again = frame.iloc[spots[taken : taken + repeats]]
    whole = pd.concat([frame, again], ignore_index=True)
    whole.to_csv(path, index=False, encoding="utf-8-sig")
    return faults


def _clean(rows: int, seed: int) -> pd.DataFrame:
    """Five products on each receipt, so that no two rows are alike."""
    rng = np.random.default_rng(seed + 1)
    receipt = np.arange(rows) // 5
    person = rng.integers(0, max(rows // 25, 1), receipt[-1] + 1)[receipt]
    day = pd.Timestamp("2000-11-01") + pd.to_timedelta(receipt * 120 // (receipt[-1] + 1), "D")
    written = [f"{m}/{d}/{y}" for m, d, y in zip(day.month, day.day, day.year, strict=True)]
    product = 4_710_000_000 + np.arange(rows) % 5 * 1000 + rng.integers(0, 1000, rows)
    return pd.DataFrame(
        {
            "TRANSACTION_DT": written,
            "CUSTOMER_ID": [f"{p:08d}" for p in person],
            "AGE_GROUP": np.array(AGES)[person % len(AGES)],
            "PRODUCT_ID": [f"{p:013d}" for p in product],
            "RECEIPT": receipt,
            "AMOUNT": rng.integers(1, 5, rows).astype(str),
            "SALES_PRICE": rng.integers(5, 900, rows).astype(str),
        }
    )
