"""What a survey of problems holds: who had one, how grave it was, and what became of it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.complaints.shares import one_of

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
