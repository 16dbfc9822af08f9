"""The stages of loyalty: a Markov chain that nobody sees, and what a quarterly survey shows."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from loyaltylab.firm.core import START
from loyaltylab.firm.draws import Array, Draws, tied
from loyaltylab.firm.measures import STAGES
from loyaltylab.firm.people import People
from loyaltylab.firm.tables import date, names, synthetic
from loyaltylab.firm.truth import Truth

QUARTERS = 8
LAST_DAYS = [
    (datetime.date(START.year + q // 4, 3 * (q % 4) + 1, 1) - START).days - 1
    for q in range(1, QUARTERS + 1)
]
"""The last day of each quarter, counted from the firm's first."""
ANSWERS = {"belief": 1, "liking": 2, "intention": 3}
"""From which stage on each answer is a high one."""
ACTION = len(STAGES) - 1


def path(truth: Truth, people: People, draws: Draws) -> list[Array]:
    """Return the stage of every customer in each quarter, 0 to 4."""
    from scipy import special

    lean = tied(people.standing, truth.stage_correlation, draws.normal("hidden.stage_1"))
    bounds = np.cumsum(truth.stage_start)[:-1]
    stage = np.searchsorted(bounds, special.ndtr(lean), side="right")
    walk = [stage]
    up = np.array([*truth.stage_advance, 0.0])
    down = np.array([0.0, *truth.stage_regress])
    for quarter in range(2, QUARTERS + 1):
        chance = draws.uniform(f"hidden.stage_{quarter}")
        stage = stage + (chance < up[stage]) - (chance >= 1 - down[stage])
        walk.append(stage)
    return walk


def stages(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return the true stage of each customer in each quarter, whether he answered or not."""
    walk = np.column_stack(path(truth, people, draws)).astype(np.int8)
    return synthetic(
        {
            "customer": np.repeat(names(draws), QUARTERS),
            "quarter": np.tile(np.arange(1, QUARTERS + 1), draws.n),
            "stage": pd.Categorical.from_codes(walk.ravel(), pd.Index(STAGES), ordered=True),
        }
    )


def tracking(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return what those customers say and do who answer at the end of a quarter."""
    parts = []
    for quarter, stage in enumerate(path(truth, people, draws), start=1):
        day = LAST_DAYS[quarter - 1]
        heard = draws.uniform(f"tracking.answers_{quarter}") < truth.tracking_response
        who = heard & (people.joined <= day) & (people.left > day)
        given = {name: _said(truth, draws, name, quarter, stage) for name in ANSWERS}
        met = draws.stream(f"tracking.obstacles_{quarter}").poisson(truth.obstacles, draws.n)
        keeps = np.where(stage == ACTION, truth.keep_action, truth.keep_other)
        kept = draws.stream(f"tracking.kept_{quarter}").binomial(met, keeps)
        columns = {
            "customer": names(draws),
            "quarter": np.full(draws.n, quarter),
            "date": date(np.full(draws.n, day)),
            **given,
            "obstacles": met,
            "kept": kept,
        }
        parts.append(synthetic({name: values[who] for name, values in columns.items()}))
    return pd.concat(parts, ignore_index=True)


def _said(truth: Truth, draws: Draws, name: str, quarter: int, stage: Array) -> Array:
    """Return an answer: 4 or 5 from its stage on and 1 to 3 before, unless it slips."""
    slips = draws.uniform(f"tracking.{name}_slip_{quarter}") < truth.stage_slip
    high = (stage >= ANSWERS[name]) ^ slips
    chance = draws.uniform(f"tracking.{name}_{quarter}")
    return np.where(high, 4 + (chance * 2).astype(np.int64), 1 + (chance * 3).astype(np.int64))
