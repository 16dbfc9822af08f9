"""A load that is killed at any moment is there wholly or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from subprocess import PIPE

import numpy as np
import pandas as pd
import pytest

from loyaltylab.database import CustomerBase, ledger

LOADER = """
import os, sys
from loyaltylab.database import CustomerBase, backend
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()  # a process of its own for each load, without the seconds of starting one
    if not child:
        base = CustomerBase.open(line.strip(), threads=1)
        print(f"open {os.getpid()}", flush=True)
        for path in sys.argv[1:]:
            base.add_purchases(path)
            print(path, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print("over", flush=True)
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


def killed(loader: subprocess.Popen[str], place: Path, after: float) -> list[str]:
    """Load in another process, kill it ``after`` so many seconds, return the loads it announced."""
    assert loader.stdin is not None
    assert loader.stdout is not None
    print(place, file=loader.stdin, flush=True)
    word, pid = loader.stdout.readline().split()
    assert word == "open"
    time.sleep(after)
    with suppress(ProcessLookupError):  # it may be through
        os.kill(int(pid), signal.SIGKILL)
    return list(takewhile(lambda line: line != "over", map(str.strip, loader.stdout)))


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
        days, bought = ledger(base), base.purchases  # the sums by day belong to the same load
        sums = [days.amount.sum(), bought.amount.sum()]
        kept, paid = (table.to_pyarrow().as_py() for table in sums)
        assert kept == paid
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
    command = [sys.executable, "-c", LOADER, *paths]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as loader:
        assert loader.stdout is not None
        assert loader.stdout.readline() == "ready\n"
        for kill in range(kills):
            after = dice.uniform(0, longest) if kill else 0.0
            announced = killed(loader, place, after)
            now = check(place, announced, rows)
            assert now >= before  # what was there stays
            before = now
            stages.add(now)
            if now == PARTS or dice.random() < 0.3:  # else later kills come upon old loads only
                place.unlink()
                before = 0
        assert loader.stdin is not None
        loader.stdin.close()
    with CustomerBase.open(place) as base:
        for path in paths:
            base.add_purchases(path)
    assert check(place, paths, rows) == PARTS
    assert len(stages) > 1  # the kills hit at different moments
    left = {path.name for path in folder.iterdir()} - {Path(p).name for p in paths}
    assert left == {"base.duckdb"}


@pytest.mark.slow
def test_twenty_five_kills(tmp_path: Path) -> None:
    campaign(tmp_path, rows=150_000, kills=25, longest=4.0, seed=2)
