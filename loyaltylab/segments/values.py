"""One value per customer, added up exactly, and classes of customers by its rank."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, take
from loyaltylab.base.stats import Array

Negative = Literal["keep", "zero", "drop"]
Codes = npt.NDArray[np.int64]
UNITS, EXACT = 10_000, 9e14
"""Parts of a unit of money that are added up exactly, and the largest such sum."""


def choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return one of a few words, or say which there are.

    Examples
    --------
    >>> choice("ties", "id", ("id", "together"))
    'id'
    """
    if isinstance(value, str) and value in choices:
        return value
    words = ", ".join(map(repr, choices))
    raise InputError(f"{name} must be one of {words}, not {shown(value)}{nearest(value, choices)}.")


def totals(
    data: Any, *, customer: Hashable, date: Hashable | None, amount: Hashable
) -> pd.DataFrame:
    """Return one row per customer with the sum of the amounts, sorted by customer.

    With ``date=None`` the data are a frame or a file whose rows need no date. Amounts count to
    four decimals, as in a customer base, and are added up as whole numbers: so frame and
    database agree in every digit.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": [2, 1, 2], "amount": [0.1, 5.0, 0.2]})
    >>> totals(log, customer="customer", date=None, amount="amount")
       customer  amount
    0         1     5.0
    1         2     0.3
    """
    if date is not None:
        from loyaltylab.database.purchases import fetched, ledger

        rows = ledger(data, customer=customer, date=date, amount=amount)
        summed = rows.group_by("customer").aggregate(amount=rows["amount"].sum())
        return sorted_by_customer(fetched(summed))
    wanted = {"customer": Column(customer, "group"), "amount": Column(amount, "number")}
    frame = take(data, **wanted).reset_index(drop=True)
    if frame["amount"].abs().sum() < EXACT:
        frame["amount"] = np.rint(frame["amount"] * UNITS).astype(np.int64)
        summed = frame.groupby("customer", observed=True, sort=False)["amount"].sum() / UNITS
    else:
        summed = frame.groupby("customer", observed=True, sort=False)["amount"].sum()
    return sorted_by_customer(summed.reset_index())


def measured(
    data: Any, *, customer: Hashable, date: Hashable | None, amount: Hashable
) -> pd.DataFrame:
    """Return one row per customer: total, days with a purchase, and total per such day.

    A day on which no more was paid than given back is no purchase. Without dates there is only
    the total.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": [2, 1, 2], "amount": [0.1, 5.0, 0.2]})
    >>> list(measured(log, customer="customer", date=None, amount="amount"))
    ['customer', 'amount']
    """
    if date is None:
        return totals(data, customer=customer, date=None, amount=amount)
    from loyaltylab.database.purchases import fetched, ledger
    from loyaltylab.database.summary import purchase_days

    days = purchase_days(ledger(data, customer=customer, date=date, amount=amount))
    summed = {"amount": days["paid"].sum(), "purchases": (days["paid"] > 0).sum()}
    table = sorted_by_customer(fetched(days.group_by("customer").aggregate(**summed)))
    bought = table["purchases"].where(table["purchases"] > 0)
    return table.assign(mean_amount=(table["amount"] / bought).fillna(0.0))


def sorted_by_customer(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by customer: numbers by size, text by its characters, a mixture by its text.

    Examples
    --------
    >>> sorted_by_customer(pd.DataFrame({"customer": ["b", "a"]}))["customer"].tolist()
    ['a', 'b']
    """
    try:
        return frame.sort_values("customer", kind="stable", ignore_index=True)
    except TypeError:
        return frame.sort_values("customer", key=lambda v: v.astype(str), ignore_index=True)


def counted(values: Array, negative: str, name: str = "amount") -> Array:
    """Apply the rule for customers whose total is below 0, and see that something is left.

    Examples
    --------
    >>> counted(np.array([4.0, -1.0]), "zero").tolist()
    [4.0, 0.0]
    """
    rule = choice("negative", negative, ("keep", "zero", "drop"))
    if rule == "drop":
        values = values[values >= 0]
    elif rule == "zero":
        values = np.maximum(values, 0.0)
    if len(values) < 2:
        raise InputError(
            f"Column {shown(name)} leaves {len(values)} customer(s), but how a value is spread"
            " takes at least 2; check the column of customers."
        )
    if not values.sum() > 0:
        raise InputError(
            f"Column {shown(name)} adds up to {values.sum():g} over all customers; shares of it"
            " need a total above 0."
        )
    return values


def order(values: Array, customers: pd.Series[Any], *, reverse: bool = False) -> Codes:
    """Return the place of each customer from the lowest value on, ties by the customer's text.

    ``reverse`` turns the order of ties round, and nothing else: it shows what the rule decides.

    Examples
    --------
    >>> who = pd.Series([10, 9, 8])
    >>> order(np.array([1.0, 1.0, 0.0]), who).tolist()
    [1, 2, 0]
    >>> order(np.array([1.0, 1.0, 0.0]), who, reverse=True).tolist()
    [2, 1, 0]
    """
    text = customers.astype(str).to_numpy(dtype=object).astype(str)
    names = np.unique(text, return_inverse=True)[1]
    sequence = np.lexsort([-names if reverse else names, values])
    place = np.empty(len(values), np.int64)
    place[sequence] = np.arange(len(values))
    return place


def by_rank(place: Codes, classes: int) -> Codes:
    """Cut places into classes from 1 on, the first of them one larger where it does not divide.

    As SQL's ntile does it.

    Examples
    --------
    >>> by_rank(np.arange(7), 3).tolist()
    [1, 1, 1, 2, 2, 3, 3]
    """
    small, larger = divmod(len(place), classes)
    edge = larger * (small + 1)
    late = (place - edge) // max(small, 1) + larger
    return np.asarray(np.where(place < edge, place // (small + 1), late) + 1, np.int64)


def together(values: Array, classes: int) -> Codes:
    """Give equal values one class, ``1 + floor(classes · customers before / all customers)``.

    Examples
    --------
    >>> together(np.array([1.0, 1.0, 1.0, 2.0]), 2).tolist()
    [1, 1, 1, 2]
    """
    group = np.unique(values, return_inverse=True)[1]
    size = np.bincount(group)
    before = (np.cumsum(size) - size)[group]
    return np.asarray(before * classes // len(values) + 1, np.int64)


def by_cuts(values: Array, cuts: Any, name: str) -> Codes:
    """Class a value by how many cut points it reaches: a value on a cut is above it.

    Examples
    --------
    >>> by_cuts(np.array([1.0, 5.0, 9.0]), (5, 8), "monetary").tolist()
    [1, 2, 3]
    """
    try:
        points = np.asarray(cuts, float)
    except (TypeError, ValueError):
        points = np.array([np.nan])
    rising = points.ndim == 1 and 0 < len(points) < 9 and bool(np.all(np.diff(points) > 0))
    if not (rising and np.isfinite(points).all()):
        raise InputError(
            f"cuts[{name!r}] must be 1 to 8 rising numbers, as in (5, 20), not {shown(cuts)}."
        )
    return np.asarray(np.searchsorted(points, values, side="right") + 1, np.int64)
