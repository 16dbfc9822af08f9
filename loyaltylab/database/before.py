"""Whether a list of the late would have told anything, had it been made on an earlier day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import between, whole, wilson
from loyaltylab.database.leaving import STATES, lateness
from loyaltylab.database.purchases import ledger
from loyaltylab.database.summary import as_day, occasions, seen_until

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase


def leaving_before(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    at: Any,
    *,
    days: int = 90,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    alpha: float = 0.1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Go back to a day, judge everybody as of then, and count who bought in the days after it.

    The list of the late is worth something if far fewer of them bought afterwards than of the
    others. Those who have never bought often enough to be judged stand in a row of their own.

    Parameters
    ----------
    data, customer, date, amount, alpha
        See :func:`leaving`.
    at
        The day gone back to.
    days
        How many days after it are looked at; the log must cover them.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per ``state`` (late, in rhythm, too few purchases): ``customers``, ``bought``
        (of them, within the days), ``share`` with ``lower`` and ``upper`` (Wilson; from 0 to
        1, and no share, where there are no customers).

    Raises
    ------
    InputError
        As :func:`leaving`, or if the log does not cover the days after ``at``.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=12, freq="7D")
    >>> log = pd.DataFrame({"customer": "a", "date": days, "amount": 10})
    >>> leaving_before(log, "2024-03-11", days=7)[["state", "customers", "bought"]]
                   state  customers  bought
    0               late          0       0
    1          in rhythm          1       1
    2  too few purchases          0       0
    """
    between("alpha", alpha, 0.001, 0.5)
    between("level", level, 0, 1, open_ends=True)
    span = whole("days", days, 1, 36_500)
    log = ledger(data, customer=customer, date=date, amount=amount)
    day = as_day("at", at)
    last = log.date.max().to_pyarrow().as_py()
    if last is None or day + dt.timedelta(days=span) > last:
        raise InputError(
            f"at must be at least {span} days before the last day of the log, which is {last}, not"
            f" {day}; give an earlier day or fewer days."
        )
    before, end = seen_until(log, day)
    judged = lateness(before, end, alpha).select("customer", "state")
    after = log.filter((log.date > day) & (log.date <= day + dt.timedelta(days=span)))
    buyers = occasions(after).select(buyer="customer").distinct()
    both = judged.left_join(buyers, judged.customer == buyers.buyer)
    found = both.group_by("state").agg(customers=both.count(), bought=both.buyer.count())
    table: pd.DataFrame = found.to_pyarrow().to_pandas().set_index("state").reindex(STATES)
    table = table.fillna(0).astype("int64").reset_index()
    table["share"] = table["bought"] / table["customers"].where(table["customers"] > 0)
    table["lower"], table["upper"] = wilson(table["bought"], table["customers"], level)
    return table
