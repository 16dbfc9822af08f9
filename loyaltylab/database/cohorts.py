"""Customers by the time of their first purchase: what share of them still buys, and of how many."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import ibis
import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between, wilson
from loyaltylab.database.purchases import ledger
from loyaltylab.database.summary import occasions, seen_until

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loyaltylab.database.store import CustomerBase

By = Literal["month", "quarter", "year"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_TEXT = 16
"""Most periods for which the shares are written into the picture."""


@dataclasses.dataclass(frozen=True)
class Cohorts:
    """A cohort table; :func:`cohorts` makes it.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [1, 1, 1], "date":
    ...     ["2024-01-01", "2024-02-08", "2024-01-22"]})
    >>> cohorts(log, until="2024-02-29").wide()
          cohort  customers    0    1
    0 2024-01-01          2  1.0  0.5
    """

    by: By
    until: pd.Timestamp | None
    level: float
    rows: pd.DataFrame = dataclasses.field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return one row per cohort and age.

        Columns: ``cohort`` (its first day), ``customers`` (n), ``age`` (periods since the
        first purchase), ``active`` (customers who bought then), ``retention`` (their share)
        with ``lower`` and ``upper`` (Wilson), ``complete`` (the log covers the period whole).
        """
        return self.rows.copy()

    def wide(self) -> pd.DataFrame:
        """Return retention with a row per cohort and a column per age, complete periods only."""
        known = self.rows[self.rows["complete"]]
        table = known.pivot_table(index="cohort", columns="age", values="retention")
        table.insert(0, "customers", known.groupby("cohort")["customers"].first())
        return table.rename_axis(columns=None).reset_index()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the heat map: a row per cohort, a column per age, complete periods only."""
        known = self.rows[self.rows["complete"] & (self.rows["age"] > 0)]
        title = f"Share of a cohort that buys again, by {self.by}"
        ax = fig.axes(ax, title=title, x=f"{self.by}s since the first purchase", y="")
        if known.empty:
            ax.text(0.5, 0.5, "no complete period yet", ha="center", transform=ax.transAxes)
            return ax
        grid = known.pivot_table(index="cohort", columns="age", values="retention")
        top = fig.ceiling(float(known["retention"].max()))
        ages = grid.columns.to_numpy(dtype=float)
        sides = (ages[0] - 0.5, ages[-1] + 0.5, len(grid) - 0.5, -0.5)
        image = ax.imshow(grid, cmap="Blues", vmin=0, vmax=top, aspect="auto", extent=sides)
        n = known.groupby("cohort")["customers"].first()
        names = [f"{self._name(day)} (n = {n[day]:,})" for day in grid.index]
        ax.set_yticks(range(len(grid)), names)
        ax.grid(False)
        if len(ages) <= MOST_TEXT:
            for (row, column), share in np.ndenumerate(grid.to_numpy()):
                if np.isfinite(share):
                    colour = "white" if share > 0.6 * top else "black"
                    style: Any = {"ha": "center", "va": "center", "color": colour, "fontsize": 8}
                    ax.text(float(ages[column]), row, f"{share:.0%}", **style)
        else:
            bar = ax.figure.colorbar(image, ax=ax)
            fig.percent(bar.ax)
        return ax

    def sentence(self) -> str:
        """Say what share of the first customers is still buying."""
        known = self.rows[self.rows["complete"] & (self.rows["age"] == 1)]
        count = int(self.rows.loc[self.rows["age"] == 0, "customers"].sum())
        if known.empty:
            return (
                f"The {self.by} after the first purchase is not over yet for any of the {count:,}"
                " customers."
            )
        n, active = int(known["customers"].sum()), int(known["active"].sum())
        (lower,), (upper,) = wilson([active], [n], self.level)
        return (
            f"Of {n:,} customers in {len(known)} cohorts {active / n:.1%} bought in the {self.by}"
            f" after that of their first purchase ({self.level:.0%} interval {lower:.1%} to"
            f" {upper:.1%})."
        )

    def _name(self, day: pd.Timestamp) -> str:
        if self.by == "quarter":
            return f"{day.year} Q{day.quarter}"
        return f"{day.year}" if self.by == "year" else f"{day:%Y-%m}"


def cohorts(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    by: By = "month",
    level: float = 0.95,
) -> Cohorts:
    """Count, by the period of the first purchase, who bought in each later period.

    In the first cohorts of a log that begins in mid-business stand the old customers as well:
    the first purchase in the log is not their first one.

    Parameters
    ----------
    data, customer, date, amount
        See :func:`ledger`. A day on which no more was paid than given back is no purchase.
    until
        Last day that counts; None is the last day of the log.
    by
        ``"month"``, ``"quarter"`` or ``"year"`` of the calendar.
    level
        Coverage of the intervals.

    Returns
    -------
    Cohorts
        With ``.table()``, ``.wide()``, ``.plot()`` and ``.sentence()``.

    Raises
    ------
    InputError
        As :func:`ledger`, or for an unknown ``by``.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [1, 1, 1], "date":
    ...     ["2024-01-01", "2024-02-08", "2024-01-22"]})
    >>> cohorts(log, until="2024-02-29").table()[["cohort", "customers", "age", "active"]]
          cohort  customers  age  active
    0 2024-01-01          2    0       2
    1 2024-01-01          2    1       1
    """
    if by not in MONTHS:
        raise InputError(f"by must be 'month', 'quarter' or 'year', not {shown(by)}.")
    between("level", level, 0, 1, open_ends=True)
    log, end = seen_until(ledger(data, customer=customer, date=date, amount=amount), until)
    # Arrow, because pandas cannot take every engine's dates
    counts = cohort_counts(log, by).to_pyarrow().to_pandas()
    day = end.to_pyarrow().as_py()
    last = None if day is None else pd.Timestamp(day)
    return Cohorts(by, last, level, _filled(counts, MONTHS[by], last, level))


def cohort_counts(log: ibis.Table, by: By) -> ibis.Table:
    """Return the query of a ledger's active customers: cohort, age (periods), active.

    A cohort is the number of its period, counted from the year 0.
    """
    bought = occasions(log)
    length = MONTHS[by]
    month = bought.date.year().cast("int64") * 12 + bought.date.month().cast("int64") - 1
    seen = bought.select("customer", period=month // length).distinct()
    first = seen.period.min().over(ibis.window(group_by="customer"))
    seen = seen.mutate(cohort=first)
    return seen.group_by("cohort", age=seen.period - seen.cohort).agg(active=seen.count())


def _filled(counts: pd.DataFrame, months: int, last: Any, level: float) -> pd.DataFrame:
    """Add the periods in which nobody bought, dates, shares and intervals."""
    names = ["cohort", "customers", "age", "active", "retention", "lower", "upper", "complete"]
    if counts.empty:
        return pd.DataFrame({name: [] for name in names})
    now = (last.year * 12 + last.month - 1) // months
    cells = [(c, a) for c in sorted(set(counts["cohort"])) for a in range(now - c + 1)]
    table = pd.DataFrame(cells, columns=["cohort", "age"])
    table = table.merge(counts, on=["cohort", "age"], how="left").fillna({"active": 0})
    table["active"] = table["active"].astype("int64")
    start = table[table["age"] == 0].set_index("cohort")["active"]
    table["customers"] = table["cohort"].map(start)
    table["retention"] = table["active"] / table["customers"]
    table["lower"], table["upper"] = wilson(table["active"], table["customers"], level)
    after = (table["cohort"] + table["age"] + 1) * months
    table["complete"] = _first_day(after) <= last + pd.Timedelta(days=1)
    table["cohort"] = _first_day(table["cohort"] * months)
    return table[names]


def _first_day(month: pd.Series[int]) -> pd.Series[Any]:
    """Return the first day of months that are counted from the year 0."""
    since_1970 = (month.to_numpy() - 1970 * 12).astype("datetime64[M]")
    return pd.Series(since_1970.astype("datetime64[s]"), index=month.index)
