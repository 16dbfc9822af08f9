"""A load that is killed at any moment is there wholly or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltylab.database import CustomerBase

LOADER = """
import sys
from loyaltylab.database import CustomerBase
base = CustomerBase.open(sys.argv[1], threads=1)
print("open", flush=True)
for path in sys.argv[2:]:
    base.add_purchases(path)
    print(path, flush=True)
"""
PARTS = 12


def files(folder: Path, rows: int) -> list[str]:
    """Write parts of one log; one row in ten of each is bad, and its customer says which part."""
    rng = np.random.default_rng(1)
    paths = []
    for part in range(PARTS):
        frame = pd.DataFrame(
            {
                "customer": [f"{part:02d}-{i:06d}" for i in range(rows)],
                "date": "2024-01-05",
                "amount": rng.integers(1, 900, rows).astype(str),
            }
        )
        frame.loc[::10, "amount"] = "bad"
        frame.to_parquet(folder / f"{part:02d}.parquet")
        paths.append(str(folder / f"{part:02d}.parquet"))
    return paths


def killed(place: Path, paths: list[str], after: float) -> list[str]:
    """Load in another process, kill it ``after`` so many seconds, return the loads it announced."""
    command = [sys.executable, "-c", LOADER, str(place), *paths]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return [line.strip() for line in process.stdout.read().splitlines()]


def check(place: Path, announced: list[str], rows: int) -> int:
    """Every load announced is there; every load that is there is whole; return how many are."""
    with CustomerBase.open(place) as base:
        loads = base.loads.to_pyarrow().to_pylist()
        part = base.purchases.customer.substr(0, 2)
        counts = base.purchases.group_by(part=part, load="load").agg(n=lambda t: t.count())
        found = counts.to_pyarrow().to_pylist()
        bad = base.rejected.group_by("load").agg(n=lambda t: t.count()).to_pyarrow().to_pylist()
        twice = base.purchases.customer.count() - base.purchases.customer.nunique()
        assert twice.to_pyarrow().as_py() == 0
    whole = rows - len(range(0, rows, 10))
    added = [load for load in loads if load["added"]]
    assert {os.path.basename(path) for path in announced} <= {load["source"] for load in loads}
    assert [load["added"] for load in added] == [whole] * len(added)
    assert {(f["part"] + ".parquet", f["load"], f["n"]) for f in found} == {
        (load["source"], load["load"], whole) for load in added
    }
    assert {(b["load"], b["n"]) for b in bad} == {(x["load"], rows - whole) for x in loads}
    return len(added)


def campaign(folder: Path, rows: int, kills: int, longest: float, seed: int) -> None:
    paths = files(folder, rows)
    dice = random.Random(seed)
    place = folder / "base.duckdb"
    before = 0
    stages = set()
    for _ in range(kills):
        announced = killed(place, paths, dice.uniform(0, longest))
        now = check(place, announced, rows)
        assert now >= before  # what was there stays
        before = now
        stages.add(now)
        if now == PARTS:
            place.unlink()
            before = 0
    with CustomerBase.open(place) as base:
        for path in paths:
            base.add_purchases(path)
    assert check(place, paths, rows) == PARTS
    assert len(stages) > 1  # the kills hit at different moments
    left = {path.name for path in folder.iterdir()} - {Path(p).name for p in paths}
    assert left == {"base.duckdb"}


def test_six_kills(tmp_path: Path) -> None:
    campaign(tmp_path, rows=4_000, kills=6, longest=0.8, seed=1)


@pytest.mark.slow
def test_sixty_kills(tmp_path: Path) -> None:
    campaign(tmp_path, rows=150_000, kills=60, longest=4.0, seed=2)
