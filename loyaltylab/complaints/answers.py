"""What a survey of problems holds, and its shares with intervals that heed repeated people."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array, wilson

LOSSES = ("minor", "major")
OUTCOMES = ("silent", "unresolved", "resolved", "resolved quickly")
PLACES = ("front line", "headquarters")
ALL = "all"


def having(data: Data, flag: Hashable | None, what: str = "had a problem") -> pd.DataFrame:
    """Return the rows in which a column says yes, or all where no column is named.

    What stands elsewhere in the other rows, or is empty there, is thereby not looked at.

    Raises
    ------
    InputError
        For a missing column or value, or if nobody is left.

    Examples
    --------
    >>> asked = pd.DataFrame({"had": [True, False], "loss": ["major", None]})
    >>> having(asked, "had")["loss"].tolist()
    ['major']
    """
    frame = read(data)
    if flag is None:
        return frame
    yes = take(frame, **{"problem": Column(flag, "flag")})["problem"].to_numpy()
    if not yes.any():
        raise InputError(
            f"Column {shown(flag)} says that none of the {len(frame):,} asked {what}, so there is"
            " nothing to count; check how yes and no are coded."
        )
    return frame.loc[yes]


def once(data: Data, customer: Hashable | None) -> None:
    """Refuse a survey in which a customer stands twice.

    Raises
    ------
    InputError
        Naming the rows.
    """
    if customer is None:
        return
    people = take(data, customer=Column(customer, "group"))["customer"]
    again = people.duplicated(keep=False)
    if again.any():
        raise InputError(
            f"Column {shown(customer)} must name nobody twice, but {rows(again)} do; keep the"
            " worst problem of each customer, or say customer=None if no row is a person."
        )


def whose(table: pd.DataFrame) -> npt.NDArray[Any]:
    """Return whose row each is; every row its own where no customer is named."""
    if "customer" in table:
        return np.asarray(table["customer"].to_numpy())
    return np.arange(len(table))


def optional(**columns: tuple[Hashable | None, Any]) -> dict[str, Column]:
    """Return the columns that were named; ``role=(name, kind)`` with None for no such column."""
    return {r: Column(name, kind) for r, (name, kind) in columns.items() if name is not None}


def losses(table: pd.DataFrame, loss: Hashable | None) -> pd.DataFrame:
    """Return the table with its losses checked, or one loss for all where none is named."""
    if loss is None:
        return table.assign(loss=ALL)
    return table.assign(loss=one_of(table["loss"], loss, LOSSES))


def present(frame: pd.DataFrame, column: Hashable) -> pd.Series[Any]:
    """Return in which rows a column holds a value.

    Raises
    ------
    InputError
        If there is no such column, or several of that name.
    """
    return take(frame.notna(), present=Column(column, "flag"))["present"]


class Share(NamedTuple):
    """A share with its interval, and the people behind it."""

    n: int
    customers: int
    hits: int
    share: float
    lower: float
    upper: float


def share(hits: npt.NDArray[Any], people: npt.NDArray[Any], level: float) -> Share:
    """Return a share with Wilson's interval, widened where people stand in it several times.

    With one row per customer it is Wilson (1927). Otherwise the rows are replaced by their
    effective number ``n / deff``, where deff is the cluster-robust variance of the share over
    ``p(1-p)/n``, and z by Student's t with one degree of freedom fewer than customers (after
    Korn & Graubard 1998, who do so for the exact interval). A share of 0 or 1 counts each
    customer once.

    Examples
    --------
    >>> once = share(np.array([1, 1, 0, 0]), np.array([1, 2, 3, 4]), 0.95)
    >>> twice = share(np.array([1, 1, 0, 0]), np.array([1, 1, 2, 2]), 0.95)
    >>> once.share == twice.share, once.lower > twice.lower
    (True, True)
    """
    from scipy.stats import norm, t

    n, count = len(hits), int(hits.sum())
    codes, found = pd.factorize(people)
    apart = len(found)
    if n == 0:
        return Share(0, 0, 0, np.nan, 0.0, 1.0)
    p = count / n
    size, reach = float(n), level
    if apart < n:
        moved = np.bincount(codes, hits - p)
        plain = n * p * (1 - p)
        if apart < 2 or plain == 0:
            size = float(apart)
        else:
            deff = float(moved @ moved) / plain * apart / (apart - 1)
            size = n / max(deff, 1.0)
        quantile = t.ppf((1 + level) / 2, max(apart - 1, 1))
        reach = min(float(2 * norm.cdf(quantile) - 1), 1 - 1e-12)
    lower, upper = wilson(p * size, size, reach)
    return Share(n, apart, count, p, min(float(lower), p), max(float(upper), p))


def combined(weights: Iterable[float], shares: Iterable[Share]) -> tuple[float, float, float]:
    """Return ``Σ weight · share`` with an interval recovered from those of the shares.

    It is the method of variance estimates recovery (Zou & Donner 2008); for a difference of
    two shares it is Newcombe's (1998) tenth method. A difference of two shares of 0 has an
    interval all the same.

    Examples
    --------
    >>> none = share(np.zeros(10), np.arange(10), 0.95)
    >>> [round(v, 2) for v in combined([1, -1], [none, none])]
    [0.0, -0.28, 0.28]
    """
    w = np.array(list(weights), float)
    found = list(shares)
    p, low, high = (np.array([getattr(s, a) for s in found]) for a in ("share", "lower", "upper"))
    ends: Array = np.sort(np.stack([w * low, w * high]), axis=0)
    value = float(w @ p)
    below, above = np.linalg.norm(w * p - ends[0]), np.linalg.norm(ends[1] - w * p)
    return value, value - float(below), value + float(above)


def one_of(values: pd.Series[Any], column: Hashable, known: tuple[str, ...]) -> pd.Series[Any]:
    """Return values that are all among the known names, or say which rows hold another.

    Examples
    --------
    >>> one_of(pd.Series(["minor"]), "loss", ("minor", "major")).tolist()
    ['minor']
    """
    text = values.astype(object)
    wrong = ~text.map(lambda v: isinstance(v, str) and v in known).astype(bool)
    if wrong.any():
        first = text[wrong.to_numpy()].iloc[0]
        raise InputError(
            f"Column {shown(column)} must hold {', '.join(map(repr, known))}, but {rows(wrong)}"
            f" {'holds' if wrong.sum() == 1 else 'hold, first,'} {shown(first)}"
            f"{nearest(first, known)}; rename or drop such values."
        )
    return text
