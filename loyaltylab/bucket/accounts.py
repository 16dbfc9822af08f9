"""What a bucket's flows amount to: tables of customers and money, and the spread of runs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.bucket import flow
from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    from loyaltylab.bucket.leak import LeakyBucket

MAX_ROWS = 20_000_000
BAND = 1.6448536269514722  # normal quantile of a 90 % band


@functools.lru_cache(maxsize=8)
def expected(bucket: LeakyBucket, periods: int) -> pd.DataFrame:
    """Compute the expected path once for the picture and the sentence of one slider move."""
    hazard, start = _reached(bucket, periods)
    joining = np.full((periods, 1), float(bucket.acquired))
    stock, lost = flow.run(start[:, None].astype(float), joining, hazard, np.multiply)
    columns = _columns(bucket, stock, lost, joining)
    del columns["replication"]
    customers, spread = columns["customers"], _spread(bucket, periods)
    upper = customers + BAND * spread
    if bucket.arrivals == "fixed":  # there can be no more than ever came
        upper = np.minimum(upper, bucket.customers + bucket.acquired * np.arange(periods + 1))
    columns["customers_sd"] = spread
    columns["customers_lower"] = np.maximum(customers - BAND * spread, 0.0)
    columns["customers_upper"] = upper
    return pd.DataFrame(columns)


def simulated(
    bucket: LeakyBucket, periods: int, runs: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw random runs, exact in distribution, as one table."""
    hazard, start = _reached(bucket, periods)
    if max(periods + 1, len(hazard)) * runs > MAX_ROWS:
        raise InputError(
            f"{runs:,} replications of {periods:,} periods make more than {MAX_ROWS:,} rows;"
            " ask for fewer, or run them in parts with other seeds."
        )
    if bucket.arrivals == "poisson":
        joining = rng.poisson(bucket.acquired, (periods, runs))
    else:
        joining = np.full((periods, runs), bucket.acquired, dtype=np.int64)
    present = np.repeat(start[:, None], runs, axis=1)
    stock, lost = flow.run(present, joining, hazard, rng.binomial)
    return pd.DataFrame(_columns(bucket, stock, lost, joining))


def _reached(
    bucket: LeakyBucket, periods: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return the hazards that matter within the periods, and the start by class of tenure."""
    hazard = flow.within(bucket.hazards, periods + len(bucket.tenure_mix or ()))
    return hazard, flow.by_tenure(bucket.customers, bucket.tenure_mix, len(hazard))


def _columns(
    bucket: LeakyBucket, stock: flow.Array, lost: flow.Array, joining: flow.Array
) -> dict[str, flow.Array]:
    """Return the columns of a table, run after run, from flows by period and run."""
    rows, runs = stock.shape
    acquired = np.vstack([np.zeros((1, runs), dtype=joining.dtype), joining])
    served = np.vstack([np.zeros((1, runs)), stock[:-1]])
    stock, lost, acquired, served = (a.T.ravel() for a in (stock, lost, acquired, served))
    period = np.arange(rows)
    discounts = (1 + bucket.discount) ** -period.astype(float)
    contribution = bucket.margin - bucket.retention_cost
    profit = contribution * served - bucket.acquisition_cost * acquired
    return {
        "replication": np.repeat(np.arange(runs), rows),
        "period": np.tile(period, runs),
        "customers": stock,
        "lost": lost,
        "acquired": acquired,
        "revenue": bucket.sales * served,
        "gross_margin": bucket.margin * served,
        "retention_cost": bucket.retention_cost * served,
        "acquisition_cost": bucket.acquisition_cost * acquired,
        "profit": profit,
        "present_value": profit * np.tile(discounts, runs),
    }


def _spread(bucket: LeakyBucket, periods: int) -> npt.NDArray[np.float64]:
    """Standard deviation of the stock over random runs, by period."""
    hazard, start = _reached(bucket, periods)
    alive = arithmetic.survival(hazard, periods)
    each = alive if bucket.arrivals == "poisson" else alive * (1 - alive)
    variance = bucket.acquired * np.concatenate([[0.0], np.cumsum(each[:-1])])
    for k in np.flatnonzero(start):
        left = arithmetic.survival(hazard[k:], periods)
        variance += start[k] * left * (1 - left)
    return cast(npt.NDArray[np.float64], np.sqrt(variance))
