"""The share of points redeemed, expired and open by age, from lots of which many are young."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.stats import Array


def sums(table: pd.DataFrame, people: npt.NDArray[Any], far: int) -> dict[str, Any]:
    """Return the value that ends at each age, customers by ages, for each state of a lot.

    Examples
    --------
    >>> table = pd.DataFrame({"value": [2.0], "age_days": [1], "state": ["open"]})
    >>> sums(table, np.array([0]), 2)["open"].toarray()
    array([[0., 2., 0.]])
    """
    from scipy.sparse import csr_array

    shape = (int(people.max()) + 1, far + 1)
    found = {}
    for state in ("open", "redeemed", "expired"):
        mine = (table["state"] == state).to_numpy()
        places = (people[mine], table["age_days"].to_numpy()[mine])
        found[state] = csr_array((table["value"].to_numpy()[mine], places), shape=shape)
    return found


def paths(parts: dict[str, Any], weights: Array) -> tuple[Array, Array]:
    """Return the shares redeemed, expired and open by age, for each row of weights.

    Shape ``(3, rows, ages)``, and the values that stand in these states now, shape ``(3, rows)``.
    Beyond the oldest lot nothing is known and the shares stay.

    Examples
    --------
    >>> table = pd.DataFrame({"value": 1.0, "age_days": [1, 1], "state": ["open", "redeemed"]})
    >>> paths(sums(table, np.array([0, 1]), 1), np.ones((1, 2)))[0][0]
    array([[0. , 0.5]])
    """
    ends = {state: weights @ part for state, part in parts.items()}
    over = ends["redeemed"] + ends["expired"]
    total = over + ends["open"]
    at_risk = np.cumsum(total[:, ::-1], axis=1)[:, ::-1]
    risk = np.where(at_risk > 0, at_risk, 1.0)
    left = np.cumprod(1 - np.clip(over / risk, 0, 1), axis=1)
    before = np.concatenate([np.ones((len(left), 1)), left[:, :-1]], axis=1)
    used = np.cumsum(before * ends["redeemed"] / risk, axis=1)
    gone = np.cumsum(before * ends["expired"] / risk, axis=1)
    totals = [ends[state].sum(axis=1) for state in ("redeemed", "expired", "open")]
    return np.stack([used, gone, left]), np.stack(totals)
