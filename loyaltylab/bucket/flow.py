"""The engine under the bucket: who is where, who leaves, period by period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def within(hazard: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    """Drop the hazards that nobody reaches; the last one still holds for ever.

    Examples
    --------
    >>> within(np.array([0.4, 0.3, 0.2, 0.1]), 1)
    array([0.4, 0.1])
    """
    return np.concatenate([hazard[:-1][:reach], hazard[-1:]])


def by_tenure(customers: int, mix: Sequence[float] | None, classes: int) -> npt.NDArray[np.int64]:
    """Split the customers at the start into classes of tenure, whole and exactly as many.

    ``mix`` are weights for 0, 1, 2, … periods since joining; its last entry are the
    established. Without weights all are established.

    Examples
    --------
    >>> by_tenure(1000, (10, 20, 70), 3)
    array([100, 200, 700])
    >>> by_tenure(1000, (10, 20, 70), 2)
    array([100, 900])
    """
    start = np.zeros(classes, dtype=np.int64)
    upto = np.cumsum(mix or (0.0,))
    if upto[-1] == 0:
        start[-1] = customers
        return start
    parts = np.diff(np.rint(upto / upto[-1] * customers), prepend=0.0)
    places = np.minimum(np.arange(len(parts)), classes - 1)
    places[-1] = classes - 1
    np.add.at(start, places, parts.astype(np.int64))
    return start


def run(
    start: Array,
    joining: Array,
    hazard: npt.NDArray[np.float64],
    leave: Callable[[Array, Array], Array],
) -> tuple[Array, Array]:
    """Run a bucket period by period and return its stock and its losses.

    In each period those present at its start are exposed to churn, then the acquired join;
    they are first exposed in the next period. Customers are counted by class of tenure, so
    the cost does not depend on how many they are.

    Parameters
    ----------
    start
        Customers at the start by class of tenure, shape ``(classes, runs)``; class k is
        exposed to ``hazard[k]`` next, the last class to the last hazard for ever.
    joining
        Customers acquired in periods 1…P, shape ``(P, runs)``.
    hazard
        Churn by periods survived, see ``lifetime.arithmetic.hazards``; shape ``(classes,)``.
    leave
        ``leave(present, hazard)``: how many leave; the expectation ``present * hazard`` or
        a binomial draw.

    Returns
    -------
    stock, lost
        Shape ``(P + 1, runs)``; row 0 is the start.
    """
    periods, runs = joining.shape
    stock = np.zeros((periods + 1, runs), dtype=joining.dtype)
    lost = np.zeros_like(stock)
    stock[0] = start.sum(axis=0)
    if len(hazard) == 1:  # nobody has to be followed apart
        for t in range(periods):
            lost[t + 1] = gone = leave(stock[t], hazard[0])
            stock[t + 1] = stock[t] - gone + joining[t]
        return stock, lost
    present, chance = start.copy(), hazard[:, None]
    for t in range(periods):
        gone = leave(present, chance)
        present -= gone
        present[-1] += present[-2]  # everyone is a period older; the last class pools
        present[1:-1] = present[:-2]
        present[0] = joining[t]
        stock[t + 1], lost[t + 1] = present.sum(axis=0), gone.sum(axis=0)
    return stock, lost
