"""Brand choices as arrays, and the loyalty that past purchases carry along."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array

MOST_BRANDS = 50


class Panel(NamedTuple):
    """Choices as arrays: occasions by brands (by features), sorted by customer and occasion.

    ``row`` is the place of each occasion's brand in the data.
    """

    brands: list[Any]
    customer: npt.NDArray[np.int64]
    begin: npt.NDArray[np.int64]
    chosen: Array
    price: Array
    features: Array
    customers: int
    row: npt.NDArray[np.int64]

    def design(self, carry: float | None = None) -> Array:
        """Return brand constants (the first is 0), price, features and, with carry, loyalty."""
        t, j = self.chosen.shape
        constants = np.broadcast_to(np.eye(j)[:, 1:], (t, j, j - 1))
        parts = [constants, self.price[:, :, None], self.features]
        if carry is not None:
            loyal = carried(self.begin, self.customer, self.chosen, carry)
            parts.append(loyal[:, :, None])
        return np.concatenate(parts, axis=2)


def read_panel(
    data: Data, customer: Any, occasion: Any, brand: Any, price: Any, chosen: Any,
    features: list[Any], log_price: bool,
) -> Panel:  # fmt: skip
    """Check the choices and bring them into arrays."""
    wanted = {
        "customer": Column(customer, "group"),
        "occasion": Column(occasion, "group"),
        "brand": Column(brand, "group"),
        "price": Column(price, "number", 0),
        "chosen": Column(chosen, "flag"),
    }
    table = read(data)
    for i, name in enumerate(features):
        wanted[f"feature{i}"] = number_or_flag(table, name)
    frame = take_positive(table, *(["price"] if log_price else []), **wanted)
    what, brands = pd.factorize(frame["brand"], sort=True)
    j = len(brands)
    if not 2 <= j <= MOST_BRANDS:
        raise InputError(
            f"Column {shown(brand)} must hold 2 to {MOST_BRANDS} brands to choose among, not {j}."
        )
    who = pd.factorize(frame["customer"], sort=True)[0]
    when = pd.factorize(frame["occasion"], sort=True)[0]
    order = np.lexsort((what, when, who))
    shelf = (who * (when.max() + 1) + when)[order]
    full = len(order) % j == 0 and bool(np.all(what[order].reshape(-1, j) == np.arange(j)))
    if not full or not np.all(shelf.reshape(-1, j) == shelf[::j, None]):
        raise InputError(
            f"Each occasion must list each of the {j} brands once ({some(brands)}); add the missing"
            " rows, or drop brands that were not always on the shelf."
        )
    picked = frame["chosen"].to_numpy()[order].reshape(-1, j)
    wrong = picked.sum(axis=1) != 1
    if wrong.any():
        label = pd.Series(np.repeat(wrong, j), index=frame.index[order])
        raise InputError(
            f"Exactly one brand must be chosen on each occasion, but not so in {rows(label)}."
        )
    if (~picked.any(axis=0)).any():
        never = list(brands)[int(np.argmin(picked.any(axis=0)))]
        raise InputError(f"Brand {shown(never)} was never chosen; drop its rows.")
    cost = frame["price"].to_numpy()[order].reshape(-1, j)
    more = frame[[f"feature{i}" for i in range(len(features))]].to_numpy(float)[order]
    person = who[order][::j]
    begin = np.flatnonzero(np.diff(person, prepend=-1))
    more = more.reshape(len(picked), j, -1 if features else 0)
    cost = np.log(cost) if log_price else cost
    codes, taken = person.astype(np.int64), picked.astype(float)
    place = order.reshape(-1, j)
    return Panel(list(brands), codes, begin, taken, cost, more, len(begin), place)


def listed(name: str, columns: Any) -> list[Any]:
    """Return a list of columns, or say that it is none."""
    if isinstance(columns, str | bytes) or not isinstance(columns, Sequence | pd.Index):
        raise InputError(
            f"{name} must be a list of columns such as ['feature'], not {shown(columns)}."
        )
    if len(set(columns)) < len(columns):
        raise InputError(f"{name} names a column twice: {some(list(columns))}; name each once.")
    return list(columns)


def number_or_flag(table: pd.DataFrame, name: Hashable) -> Column:
    """Return the kind of a column that may hold numbers or True/False."""
    try:
        values = table[name]
    except (KeyError, TypeError):
        return Column(name, "number")
    one = isinstance(values, pd.Series)
    held = values.drop_duplicates().dropna() if one else pd.Series(dtype=float)
    flags = len(held) > 0 and all(isinstance(v, bool | np.bool_) for v in held)
    return Column(name, "flag" if flags else "number")


def plain(name: Any) -> str:
    """Return a name as the user wrote it, without numpy's type."""
    return shown(name.item() if isinstance(name, np.generic) else name)


def _numeric(value: Any) -> bool:
    text = isinstance(value, str) and value.strip().isdecimal()
    return text or (isinstance(value, numbers.Real) and not isinstance(value, bool))


def take_positive(data: Data, *roles: str, **columns: Column) -> pd.DataFrame:
    """Return :func:`take`'s frame; the columns of these roles must be above 0."""
    frame = take(data, **columns)
    for role in roles:
        low = frame[role] <= 0
        if low.any():
            raise InputError(
                f"Column {shown(columns[role].name)} must be above 0, for its logarithm is taken,"
                f" but it is not in {rows(low)}; drop or correct those rows."
            )
    return frame


def in_order(table: pd.DataFrame, name: Hashable) -> npt.NDArray[np.int64]:
    """Return the places of times, 0, 1, 2, …, in their order; text must be dates."""
    values = take(table, time=Column(name, "group"))["time"].astype(object)
    number = values.map(_numeric).any()
    times = take(table, time=Column(name, "number" if number else "date"))["time"]
    return pd.factorize(times, sort=True)[0].astype(np.int64)


def carried(
    begin: npt.NDArray[np.int64], customer: npt.NDArray[np.int64], chosen: Array, carry: float
) -> Array:
    """Return the loyalty of each customer to each brand before each purchase (Guadagni & Little).

    ``L_t = carry · L_(t-1) + (1 - carry) · [bought at t-1]``; after the first purchase it is
    ``carry`` for the brand bought and ``(1 - carry) / (J - 1)`` for each other. Before the first
    it is 1 / J.

    Parameters
    ----------
    begin
        First row of each customer; rows are sorted by customer and occasion.
    customer
        Code of each row's customer, 0, 1, 2, ….
    chosen
        0 or 1, shape ``(occasions, brands)``.
    carry
        Between 0 and 1.
    """
    count, brands = chosen.shape
    loyal = np.full((count, brands), 1.0 / brands)
    rank = np.arange(count) - begin[customer]
    order = np.argsort(rank, kind="stable")
    edges = np.searchsorted(rank[order], np.arange(1, rank.max() + 2))
    start = (1 - carry) / max(brands - 1, 1)
    second = order[edges[0] : edges[1]] if len(edges) > 1 else order[:0]
    loyal[second] = np.where(chosen[second - 1] > 0, carry, start)
    for a, b in itertools.pairwise(edges[1:]):
        at = order[a:b]
        loyal[at] = carry * loyal[at - 1] + (1 - carry) * chosen[at - 1]
    return loyal
