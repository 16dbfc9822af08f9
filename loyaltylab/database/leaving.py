"""Who is late against his own purchase rhythm, and whether lateness told anything before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import ibis
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import between, whole, wilson
from loyaltylab.database.purchases import fetched, ledger, text
from loyaltylab.database.rhythm import with_gaps
from loyaltylab.database.summary import as_day, occasions, seen_until

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase

STATES = ("late", "in rhythm", "too few purchases")


@dataclasses.dataclass(frozen=True)
class Leaving:
    """Who is late against his own rhythm; :func:`leaving` makes it.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=12, freq="7D")
    >>> log = pd.DataFrame({"customer": "a", "date": days, "amount": 10})
    >>> leaving(log, until="2024-04-30").counts()
                   state  customers    at_stake
    0               late          1  521.785714
    1          in rhythm          0    0.000000
    2  too few purchases          0    0.000000
    """

    until: dt.date | None
    alpha: float
    least_gaps: int
    query: ibis.Table = dataclasses.field(repr=False)
    groups: pd.DataFrame = dataclasses.field(repr=False)

    def table(self, most: int = 100) -> pd.DataFrame:
        """Return the late customers, the most money at stake first, ties by customer.

        Columns: ``customer, purchases, last``; ``silence`` (days since); ``mean_gap`` (days);
        ``as_long`` (how many of his gaps lasted at least as long); ``rarity``
        (``(1 + as_long) / (1 + gaps)``); ``at_stake`` (money a year at his own pace).
        """
        whole("most", most, 1, 10_000_000)
        late = self.query.filter(self.query.state == "late").drop("state", "gaps")
        order = [late.at_stake.desc(), text(late.customer).asc()]
        return fetched(late.order_by(order).limit(most))

    def counts(self) -> pd.DataFrame:
        """Return customers and money at stake by state; who has too few gaps is not judged."""
        return self.groups.copy()

    def sentence(self) -> str:
        """Say how many are late, of how many who can be judged."""
        count = self.groups.set_index("state")["customers"]
        judged = int(count["late"] + count["in rhythm"])
        if judged == 0:
            return (
                f"Nobody among {int(count.sum()):,} customers has the {self.least_gaps} gaps"
                " between purchases that it takes to call somebody late."
            )
        stake = float(self.groups["at_stake"].iloc[0])
        return (
            f"On {self.until} {int(count['late']):,} of the {judged:,} customers with at least"
            f" {self.least_gaps} gaps are silent for longer than nearly all of their own gaps, and"
            f" {fig.money(stake)} a year at their own pace is at stake."
        )


def leaving(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    alpha: float = 0.1,
) -> Leaving:
    """Find who has been silent for longer than his own rhythm lets expect.

    A customer with g gaps between purchases, of which k lasted at least as long as his
    silence now, is late where ``(1 + k) / (1 + g) <= alpha``. If nothing has changed, the
    silence is part of one more gap like the others, so that at most a share ``alpha`` of the
    gaps would ever be called late (the rank test; North et al. 2002 for the 1). So it takes
    ``1/alpha − 1`` gaps at least: who has fewer is counted, and not judged. On a given day
    more than ``alpha`` of the unchanged may be late where gaps are very unequal, for long
    gaps cover more days; :func:`leaving_before` shows what the list would have been worth.

    Parameters
    ----------
    data, customer, date, amount
        See :func:`ledger`. A day on which no more was paid than given back is no purchase.
    until
        Today: the last day that counts; None is the last day of the log.
    alpha
        Largest share of ordinary gaps that may be called late, 0.001 to 0.5.

    Returns
    -------
    Leaving
        With ``.table()``, ``.counts()``, ``.sentence()`` and ``.query``, one row per customer.

    Raises
    ------
    InputError
        As :func:`ledger`, or for ``alpha`` out of range.

    References
    ----------
    North, B. V., Curtis, D. & Sham, P. C. (2002), "A note on the calculation of empirical
    P values from Monte Carlo procedures", American Journal of Human Genetics 71(2).

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=12, freq="7D")
    >>> log = pd.DataFrame({"customer": "a", "date": days, "amount": 10})
    >>> late = leaving(log, until="2024-04-30")
    >>> late.table()[["customer", "silence", "mean_gap", "as_long", "at_stake"]].round(2)
      customer  silence  mean_gap  as_long  at_stake
    0        a       43       7.0        0    521.79
    """
    between("alpha", alpha, 0.001, 0.5)
    log, end = seen_until(ledger(data, customer=customer, date=date, amount=amount), until)
    query = lateness(log, end, alpha)
    by_state = query.group_by("state").agg(customers=query.count(), at_stake=query.at_stake.sum())
    groups = by_state.to_pyarrow().to_pandas().set_index("state").reindex(STATES)
    groups = groups.fillna(0.0).astype({"customers": "int64", "at_stake": float}).reset_index()
    return Leaving(end.to_pyarrow().as_py(), alpha, least_gaps(alpha), query, groups)


def least_gaps(alpha: float) -> int:
    """Return how many gaps it takes before a silence can be called late.

    Examples
    --------
    >>> least_gaps(0.1), least_gaps(0.05)
    (9, 19)
    """
    return math.ceil(round(1 / alpha, 9)) - 1


def lateness(log: ibis.Table, end: ibis.ir.DateScalar, alpha: float) -> ibis.Table:
    """Return the query that judges every customer of a ledger; see :func:`leaving`."""
    bought = with_gaps(occasions(log))
    last = bought.date.max().over(ibis.window(group_by="customer"))
    bought = bought.mutate(silent=cast(Any, end).delta(last, unit="day"))
    as_long = (bought.gap >= bought.silent).ifelse(1, 0)
    people = bought.group_by("customer").agg(
        purchases=bought.count(),
        gaps=bought.gap.count(),
        last=bought.date.max(),
        silence=bought.silent.max(),
        mean_gap=bought.gap.mean(),
        as_long=as_long.sum(),
        paid=bought.paid.sum().cast("float64"),
    )
    rarity = (1 + people.as_long).cast("float64") / (1 + people.gaps).cast("float64")
    enough = people.gaps >= least_gaps(alpha)
    per_year = people.paid / people.purchases * 365.25 / people.mean_gap.nullif(0.0)
    judged = (rarity <= alpha + 1e-12).ifelse(STATES[0], STATES[1])
    return people.mutate(
        rarity=rarity, at_stake=per_year, state=enough.ifelse(judged, STATES[2])
    ).drop("paid")


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
