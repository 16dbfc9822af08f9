"""Who is late against his own purchase rhythm."""

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
from loyaltylab.base.stats import between, whole
from loyaltylab.database.purchases import fetched, ledger, text
from loyaltylab.database.rhythm import with_gaps
from loyaltylab.database.summary import occasions, seen_until

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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

    def plot(self, ax: Axes | None = None, *, most: int = 300) -> Axes:
        """Draw the late, the most money at stake first: silence now against the mean gap.

        A circle's area is the money a year at stake; the line is where silence is one mean gap.
        """
        from matplotlib.ticker import LogLocator, NullLocator

        late = self.table(most)
        many = int(self.groups["customers"].iloc[0])
        rest = f" (the {most:,} with most at stake of {many:,})" if many > len(late) else ""
        ax = fig.axes(
            ax,
            title=f"Late on {self.until}{rest}",
            x="mean gap between purchases (days)",
            y="silence now (days)",
        )
        if late.empty:
            ax.text(0.5, 0.5, "nobody is late", ha="center", transform=ax.transAxes)
            return ax
        gap, silence = late["mean_gap"].astype(float), late["silence"].astype(float)
        size = 12 + 388 * late["at_stake"].astype(float) / float(late["at_stake"].max())
        ax.scatter(gap, silence, s=size, alpha=0.35, gid="late")
        ends = [0.8 * float(gap.min()), 1.25 * float(gap.max())]
        ax.plot(ends, ends, color="0.5", linestyle="--", label="silence of one mean gap")
        ax.set_xscale("log")
        ax.set_yscale("log")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter("{x:,g}")
            axis.set_minor_locator(NullLocator())
        stake = fig.money(float(late["at_stake"].iloc[0]))
        first = f"customer {late['customer'].iloc[0]}: {stake} a year at stake"
        ax.scatter(gap[:1], silence[:1], s=size[:1], color="C1")
        ax.scatter([], [], s=40, color="C1", label=fig.label(first))
        fig.legend_above(ax)
        return ax

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
        With ``.table()``, ``.counts()``, ``.plot()``, ``.sentence()`` and ``.query``, one row
        per customer.

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
