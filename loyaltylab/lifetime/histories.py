"""Purchase histories: checked as a user gives them, grouped as a likelihood needs them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.lifetime.maximum import Array

MOST = 1_000_000
LONGEST = 1e9
KEYS = 2**62
"""Histories that one whole number of 64 bits can tell apart."""


@dataclass(frozen=True)
class Histories:
    """Distinct purchase histories in the form in which the likelihood needs them.

    Those who bought again are rows ``x, t_x, age`` with a weight; of the others only the age
    counts. Sums over the number of purchases need ``more[j]``, how many bought more than j
    times again, so that no gamma function is ever computed.
    """

    x: Array
    weight: Array
    recency: npt.NDArray[np.intp]  # places in the list of times
    age: npt.NDArray[np.intp]
    times: Array  # distinct times, of last purchases and ages
    at_age: Array  # customers by time, where it is their age
    bought: Array  # their purchases
    more: Array
    n: float

    @property
    def rows(self) -> int:
        """Number of distinct histories."""
        return len(self.x) + int(np.count_nonzero(self.at_age))


def histories(x: Array, recency: Array, age: Array, weight: Array | None) -> Histories:
    """Group equal histories; where hardly any are equal they are left as they are."""
    weight = np.ones(len(x)) if weight is None else weight
    again = x > 0
    code, times = pd.factorize(np.concatenate([age, recency[again]]))
    at, last = code[: len(x)], code[len(x) :]
    size = len(times)
    counts = x.astype(np.int64)
    by_count = _sums(counts, weight, 0)
    rows: dict[str, Any] = {
        "x": counts[again],
        "weight": weight[again],
        "recency": last,
        "age": at[again],
    }
    if size < len(last):
        top = len(by_count)
        if float(size) ** 2 * top < KEYS:
            key = (rows["age"] * size + rows["recency"]) * top + rows["x"]
            place, distinct = pd.factorize(key)
            rows = {
                "x": distinct % top,
                "weight": _sums(place, rows["weight"], 0),
                "recency": distinct // top % size,
                "age": distinct // top // size,
            }
    return Histories(
        x=rows["x"].astype(float),
        weight=rows["weight"],
        recency=rows["recency"],
        age=rows["age"],
        times=times,
        at_age=_sums(at, weight, size),
        bought=_sums(at, weight * x, size),
        more=np.cumsum(by_count[::-1])[::-1][1:],
        n=float(weight.sum()),
    )


def _sums(place: npt.NDArray[Any], weight: Array, size: int) -> Array:
    """Add up weights by place."""
    return np.bincount(place, weights=weight, minlength=size).astype(float)


def checked_histories(
    data: Data, x: Hashable, t_x: Hashable, age: Hashable, weight: Hashable | None = None
) -> pd.DataFrame:
    """Return checked columns x, t_x, T and weight, or name the rows that contradict themselves."""
    wanted = {
        "x": Column(x, "whole", 0, MOST),
        "t_x": Column(t_x, "number", 0, LONGEST),
        "T": Column(age, "number", 0, LONGEST),
    }
    if weight is not None:
        wanted["weight"] = Column(weight, "number", 0, LONGEST)
    frame = take(data, **wanted).astype(float)
    late = frame["t_x"] > frame["T"] * (1 + 1e-9)
    if late.any():
        raise InputError(
            f"Column {shown(t_x)} is later than {shown(age)} in {rows(late)}; the last purchase"
            " cannot come after the end of the observation."
        )
    odd = (frame["x"] > 0) != (frame["t_x"] > 0)
    if odd.any():
        raise InputError(
            f"Columns {shown(x)} and {shown(t_x)} must be 0 together, but one of them is not in"
            f" {rows(odd)}; without a repeat purchase there is no time of the last one."
        )
    return frame


def given(x: Any, t_x: Any, age: Any) -> tuple[Array, Array, Array]:
    """Return three arrays of one length, checked as the columns of a table are."""
    try:
        parts = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v)) for v in (x, t_x, age)))
        frame = pd.DataFrame(dict(zip(("x", "t_x", "T"), parts, strict=True)))
    except (ValueError, TypeError):
        raise InputError(
            f"x, t_x and T must be numbers or lists of one length, not {shown((x, t_x, age))}."
        ) from None
    checked = checked_histories(frame, "x", "t_x", "T")
    return tuple(checked[name].to_numpy() for name in checked)  # type: ignore[return-value]


def with_history(history: tuple[Array, Array, Array], columns: dict[str, Array]) -> pd.DataFrame:
    """Return histories beside what was found for them."""
    return pd.DataFrame({**dict(zip(("x", "t_x", "T"), history, strict=True)), **columns})
