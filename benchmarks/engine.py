"""CPU of the bucket's random runs: flat in the customers, and against following each one."""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.measure import Row, cpu, each
from loyaltylab.bucket import LeakyBucket
from loyaltylab.winback import Circle

PERIODS, RUNS, TURNS = 52, 1000, 25
CUSTOMERS, CHURN, ACQUIRED = 1000, 0.05, 40


def flatness() -> list[Row]:
    """Time the same periods and runs with a thousand customers up to a billion."""
    return flat(
        "LeakyBucket.simulate",
        lambda n: LeakyBucket(customers=n, acquired=n // 25, churn=CHURN).simulate,
    ) + flat(
        "winback.Circle.simulate",
        lambda n: (
            Circle(
                customers=n, prospects=n // 4, new_prospects=n // 10, lost=n // 5, churn=CHURN
            ).simulate
        ),
    )


def flat(name: str, of: Callable[[int], Callable[[int, int], pd.DataFrame]]) -> list[Row]:
    """Time one model's runs by the number of customers; the sizes take turns."""
    sizes = [10**k for k in range(3, 10)]
    runs = [of(n) for n in sizes]
    turns = [each(partial(run, PERIODS, RUNS) for run in runs) for _ in range(TURNS + 1)]
    seconds = [statistics.median(s) for s in zip(*turns[1:], strict=True)]  # the first warms up
    unit = f"ms CPU, {PERIODS} periods × {RUNS:,} runs"
    first, case = seconds[0], f"{name}, {{:,}} customers"
    return [
        Row("customers", case.format(n), 1e3 * s, unit, s / first, case.format(1000), n == 10**9)
        for n, s in zip(sizes, seconds, strict=True)
    ]


def speed() -> list[Row]:
    """Time a run alone, and a run among 1,000, against models that follow each customer."""
    bucket = LeakyBucket(customers=CUSTOMERS, churn=CHURN, acquired=ACQUIRED)
    rng = np.random.default_rng(0)
    others = {"a numpy array of customers": cpu(partial(numpy_run, rng, CUSTOMERS), 5, 20)}
    if importlib.util.find_spec("mesa"):
        others["mesa, agent by agent"] = cpu(partial(mesa_run, rng), 3, 3)
    found = []
    for runs, number, case in ((1, 20, "a run alone"), (RUNS, 1, f"a run among {RUNS:,}")):
        mine = cpu(partial(bucket.simulate, PERIODS, runs), 7, number) / runs
        unit = f"ms CPU per run of {CUSTOMERS:,} customers, {PERIODS} periods"
        ours = f"LeakyBucket.simulate, {case}"
        found.append(Row("speed", ours, 1e3 * mine, unit))
        found += [
            Row("speed", name, 1e3 * seconds, unit, seconds / mine, ours)
            for name, seconds in others.items()
        ]
    return found + million(rng)


def million(rng: np.random.Generator) -> list[Row]:
    """Time one run of a million customers, where following each one begins to cost."""
    size, ours = 10**6, "LeakyBucket.simulate, a run alone of 1,000,000"
    mine = cpu(partial(LeakyBucket(customers=size, acquired=ACQUIRED).simulate, PERIODS, 1), 7, 20)
    other = cpu(partial(numpy_run, rng, size), 3)
    unit = f"ms CPU per run, {PERIODS} periods"
    return [
        Row("speed", ours, 1e3 * mine, unit),
        Row("speed", "a numpy array of customers", 1e3 * other, unit, other / mine, ours),
    ]


def numpy_run(rng: np.random.Generator, customers: int) -> list[int]:
    """Follow every customer: one random number each and period."""
    chance, stock = np.full(customers, CHURN), [customers]
    for _ in range(PERIODS):
        stays = rng.random(len(chance)) >= chance
        chance = np.concatenate([chance[stays], np.full(ACQUIRED, CHURN)])
        stock.append(len(chance))
    return stock


def mesa_run(rng: np.random.Generator) -> list[int]:
    """Follow every customer as an agent of mesa, as its tutorial writes it."""
    import mesa

    class Customer(mesa.Agent):  # type: ignore[misc]
        def expose(self) -> None:
            if self.random.random() < CHURN:
                self.remove()

    class Bucket(mesa.Model):  # type: ignore[misc]
        def step(self) -> None:
            self.agents.shuffle_do("expose")
            Customer.create_agents(self, ACQUIRED)

    bucket = Bucket(seed=int(rng.integers(2**31)))
    Customer.create_agents(bucket, CUSTOMERS)
    stock = [CUSTOMERS]
    for _ in range(PERIODS):
        bucket.step()
        stock.append(len(bucket.agents))
    return stock


def floor() -> list[Row]:
    """Compare what a binomial costs in the engine, tables included, and in bare numpy."""
    rng, draws = np.random.default_rng(0), PERIODS * RUNS
    bare = cpu(lambda: rng.binomial(CUSTOMERS, CHURN, draws), 7) / draws
    bucket = LeakyBucket(customers=CUSTOMERS, churn=CHURN, acquired=ACQUIRED)
    mine = cpu(partial(bucket.simulate, PERIODS, RUNS), 7) / draws
    unit = "ns CPU per binomial"
    ours = "LeakyBucket.simulate, tables included"
    return [
        Row("floor", ours, 1e9 * mine, unit),
        Row(
            "floor",
            f"numpy's binomial({CUSTOMERS:,}, {CHURN})",
            1e9 * bare,
            unit,
            bare / mine,
            ours,
        ),
    ]
