"""CPU of one slider move: the persistent figure against a new seaborn figure per move."""

from __future__ import annotations

import base64
import io
import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.measure import Row, each
from loyaltylab.base import figure as fig
from loyaltylab.bucket import LeakyBucket
from loyaltylab.lab.explore import build, slider_ranges

NAME = "slider"
OURS = "explore(LeakyBucket())"
STEPS = 100
BLOCK = 20


def rows() -> list[Row]:
    """Sweep churn from 0 to 0.2; the cases take turns, so that all meet the same machine."""
    import matplotlib as mpl

    mpl.use("agg")
    model = LeakyBucket()
    explorer = build(model, slider_ranges(model, {"churn": (0.0, 0.2)}))
    slider, live = explorer.sliders["churn"], explorer.live
    cases: dict[str, Callable[[float], Any]] = {
        OURS: partial(setattr, slider, "value"),
        "a new seaborn figure, as the inline backend saves it": partial(new_figure, tight=True),
        "a new seaborn figure, saved without its tight box": partial(new_figure, tight=False),
    }
    for move in cases.values():
        move(0.2)  # warm-up: fonts, imports
    full, moves = live.full, live.full + live.fast
    seconds: dict[str, list[float]] = {case: [] for case in cases}
    for start in range(0, STEPS, BLOCK):
        values = [round(0.002 * i, 3) for i in range(start, start + BLOCK)]
        for case, move in cases.items():
            seconds[case] += each(partial(move, v) for v in values)
    full, moves = live.full - full, live.full + live.fast - moves
    mine, mean = statistics.median(seconds[OURS]), statistics.mean(seconds[OURS])
    unit = f"ms CPU per move, median of {moves}"
    return [
        Row(NAME, OURS, 1e3 * mine, unit),
        *(
            Row(NAME, case, 1e3 * statistics.median(s), unit, statistics.median(s) / mine, OURS)
            for case, s in seconds.items()
            if case != OURS
        ),
        Row(NAME, f"{OURS}: mean", 1e3 * mean, "ms CPU per move", mean / mine, OURS, False),
        Row(NAME, f"{OURS}: drawn in full", 100 * full / moves, "% of moves"),
    ]


def new_figure(churn: float, *, tight: bool) -> str:
    """Do what the callback of ``interact`` does: same table, band and line in a new figure.

    IPython's inline backend saves with ``bbox_inches="tight"``, which draws twice.
    """
    import seaborn as sns
    from matplotlib import pyplot as plt

    bucket = LeakyBucket(churn=churn)
    table = bucket.table()
    figure, ax = plt.subplots(figsize=fig.SIZE, dpi=fig.DPI)
    sns.lineplot(table, x="period", y="customers", label="expected", errorbar=None, ax=ax)
    ax.fill_between(
        table["period"],
        table["customers_lower"],
        table["customers_upper"],
        alpha=0.25,
        label="90% of random runs",
    )
    if bucket.steady_state is not None:
        ax.axhline(bucket.steady_state, color="C3", ls="--", label="steady state")
    ax.set(title="Customers in the bucket", ylabel="customers at the period's end")
    ax.set_ylim(0, 1.05 * np.max(table["customers_upper"]))
    ax.legend()
    out = io.BytesIO()
    figure.savefig(out, format="png", bbox_inches="tight" if tight else None)
    plt.close(figure)
    return base64.b64encode(out.getvalue()).decode("ascii")
