"""The engine under the bucket: who stays, who leaves, and what a customer is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def hazards(early: Sequence[float] | None, churn: float) -> npt.NDArray[np.float64]:
    """Return churn by number of periods already survived; the last entry holds for ever.

    Entries at the end that equal the constant churn are dropped, so that the customers in
    them need not be followed apart.

    Examples
    --------
    >>> hazards((0.3, 0.1, 0.05), 0.05)
    array([0.3 , 0.1 , 0.05])
    """
    values = list(early or ())
    while values and values[-1] == churn:
        values.pop()
    return np.array([*values, churn])


def within(hazard: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    """Drop the hazards that nobody reaches; the last one still holds for ever.

    Examples
    --------
    >>> within(hazards((0.4, 0.3, 0.2), 0.1), 1)
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


def survival(hazard: npt.NDArray[np.float64], periods: int) -> npt.NDArray[np.float64]:
    """Share of a cohort still present after 0, 1, …, ``periods`` exposures.

    Examples
    --------
    >>> survival(hazards(None, 0.5), 3)
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    last = len(hazard) - 1
    stay = 1 - hazard[np.minimum(np.arange(periods), last)]
    return np.concatenate([[1.0], np.cumprod(stay)])


def life(hazard: npt.NDArray[np.float64]) -> float:
    """Mean number of periods a new customer counts, ``Σ S(k)``; infinite if none leave.

    Examples
    --------
    >>> life(hazards(None, 0.05))
    20.0
    """
    alive = survival(hazard[:-1], len(hazard) - 1) if len(hazard) > 1 else np.ones(1)
    tail = alive[-1] / hazard[-1] if hazard[-1] > 0 else (np.inf if alive[-1] > 0 else 0.0)
    return float(alive[:-1].sum() + tail)


def value(per_period: float, hazard: npt.NDArray[np.float64], discount: float) -> float:
    """Present value of a customer, counted from the end of the period in which he joins.

    ``g Σ S(k-1) / (1+d)^k``: whoever is present at a period's start pays ``g`` at its end.
    For constant churn c it is ``g / (c + d)``; infinite where neither leaks nor discounts.

    Examples
    --------
    >>> round(value(10, hazards(None, 0.05), 0.05), 10)
    100.0
    """
    early, churn = hazard[:-1], hazard[-1]
    alive = survival(early, len(early)) if len(early) else np.ones(1)
    discounts = (1 + discount) ** -np.arange(1.0, len(early) + 1)
    if alive[-1] == 0:
        tail = 0.0
    elif churn + discount == 0:
        tail = np.inf
    else:
        tail = alive[-1] / (churn + discount) * (1 + discount) ** -len(early)
    together = float((alive[:-1] * discounts).sum() + tail)
    return per_period * together if per_period else 0.0


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
        See :func:`hazards`; shape ``(classes,)``.
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
