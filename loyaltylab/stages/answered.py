"""Answers by customer and period, as the hidden chain reads them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array


class Seen(NamedTuple):
    """Answers by customer and period since his first: held (NaN unknown), obstacles, kept."""

    held: Array
    met: Array
    kept: Array
    last: Array


def arranged(held: Array, rows: pd.DataFrame) -> Seen:
    """Bring rows into arrays by customer and period since his first."""
    who, people = pd.factorize(rows["customer"])
    when = rows["period"].to_numpy()
    first = pd.Series(when).groupby(who).transform("min").to_numpy()
    at = when - first
    last = pd.Series(at).groupby(who).max().to_numpy()
    if (last > 0).sum() < 20:
        raise InputError(
            "fit_hidden needs at least 20 customers who answered in two periods, not"
            f" {int((last > 0).sum())}; with fewer, movement and slips cannot be told apart."
        )
    if last.max() > 1000:
        raise InputError(
            f"The periods of one customer run over {int(last.max()):,}; number them 1, 2, 3, …"
        )
    shape = (len(people), int(last.max()) + 1)
    answers = np.full((*shape, 3), np.nan)
    answers[who, at] = held
    behaviour = np.zeros((*shape, 2))
    behaviour[who, at] = np.nan_to_num(rows[["obstacles", "kept"]].to_numpy(float))
    return Seen(answers, behaviour[..., 0], behaviour[..., 1], last)
