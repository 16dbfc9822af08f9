"""The engine under the bucket and the circle: who is where, who leaves, period by period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Leave = Callable[[Array, Array], Array]
"""``leave(present, chance)``: how many leave; ``present * chance``, or a binomial draw."""


class Pool(NamedTuple):
    """One stock of customers: who is in it, who comes from outside, who leaves, and where to.

    ``start`` counts them by class of tenure in this pool, shape ``(classes, runs)``; class k is
    exposed to ``chance[k]`` next, the last class to the last chance for ever. ``joining`` are
    those who come from outside, shape ``(periods, runs)``. Of those who leave, ``share`` come
    into the pool of number ``to``; the others, or all where it is None, are gone.

    Examples
    --------
    >>> Pool(np.array([[10.0]]), np.zeros((2, 1)), np.array([0.1])).to is None
    True
    """

    start: Array
    joining: Array
    chance: npt.NDArray[np.float64]
    to: int | None = None
    share: float = 1.0


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


def steps(
    pools: Sequence[Pool], leave: Leave
) -> Iterator[tuple[list[Array], list[Array], list[Any]]]:
    """Move customers between pools, period by period.

    In each period those present at its start are exposed; then those who left one pool for
    another and those from outside join, and are first exposed in the next period.

    Yields
    ------
    present, left, moved
        For each pool who is there at the period's end and who left in it, by class, shape
        ``(classes, runs)``, and who came from other pools, shape ``(runs,)``, or 0. The arrays of
        ``present`` are used again: sum them at once.

    Examples
    --------
    >>> one, none = np.array([[8.0]]), np.zeros((2, 1))
    >>> pools = [Pool(one, none, np.array([0.5]), to=1), Pool(0 * one, none, np.array([0.0]))]
    >>> [[float(here.sum()) for here in present] for present, _, _ in steps(pools, np.multiply)]
    [[4.0, 4.0], [2.0, 6.0]]
    """
    present = [pool.start.copy() for pool in pools]
    chances = [pool.chance[:, None] for pool in pools]
    for joining in zip(*(pool.joining for pool in pools), strict=True):
        left = [leave(*pair) for pair in zip(present, chances, strict=True)]
        moved: list[Any] = [0] * len(present)
        for pool, gone in zip(pools, left, strict=True):
            if pool.to is not None:
                moved[pool.to] = moved[pool.to] + _share_of(gone.sum(axis=0), pool.share, leave)
        for here, gone, more, came in zip(present, left, joining, moved, strict=True):
            here -= gone
            if len(here) > 1:
                here[-1] += here[-2]  # everyone is a period older; the last class pools
                here[1:-1] = here[:-2]
                here[0] = 0
            here[0] += more + came
        yield present, left, moved


def _share_of(together: Array, share: float, leave: Leave) -> Array:
    return together if share == 1 else leave(together, np.asarray(share))


def run(
    start: Array, joining: Array, hazard: npt.NDArray[np.float64], leave: Leave
) -> tuple[Array, Array]:
    """Run a bucket period by period and return its stock and its losses.

    It is one :class:`Pool` from which nobody comes back. Customers are counted by class of
    tenure, so the cost does not depend on how many they are.

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
    flows = steps([Pool(start, joining, hazard)], leave)
    for t, ((present,), (gone,), _) in enumerate(flows, start=1):
        stock[t], lost[t] = present.sum(axis=0), gone.sum(axis=0)
    return stock, lost
