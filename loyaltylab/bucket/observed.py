"""The leak in data: churn by tenure from a customer list, flows from a purchase log."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, take
from loyaltylab.base.stats import between, bootstrap_counts, whole, wilson
from loyaltylab.bucket.leak import LeakyBucket

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Data = pd.DataFrame | str | Path
EVERYONE = "all"
MAX_TENURE = 10_000
FREQUENCIES = {"W": "week", "M": "month", "Q": "quarter", "Y": "year"}


def _customers(
    data: Data, tenure: Hashable, churned: Hashable, group: Hashable | None
) -> pd.DataFrame:
    """Return checked columns tenure, churned and group; who was never exposed is left out."""
    wanted = {
        "tenure": Column(tenure, "whole", 0, MAX_TENURE),
        "churned": Column(churned, "flag"),
    }
    if group is not None:
        wanted["group"] = Column(group, "group")
    frame = take(data, **wanted)
    if group is None:
        frame["group"] = EVERYONE
    unborn = frame["churned"] & (frame["tenure"] == 0)
    if unborn.any():
        rows = ", ".join(str(i) for i in frame.index[unborn.to_numpy()][:5])
        raise InputError(
            f"Column {tenure!r} is 0 for customers who left (rows {rows}); count the period in"
            " which they left, so that it is at least 1."
        )
    frame = frame[frame["tenure"] > 0]
    if frame.empty:
        raise InputError(f"Column {tenure!r} is 0 in every row, so nobody was exposed to churn.")
    return frame


def hazard_table(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    group: Hashable | None = None,
    width: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Life table: churn by tenure, from customers who left and customers who are still there.

    The hazard of period t is ``lost(t) / exposed(t)``, where everyone whose tenure is t or
    more was exposed to it; whoever is still there is censored at his tenure (Kaplan & Meier
    1958). ``survival`` is the product of ``1 - hazard``.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    tenure
        Column: whole periods since joining, the last one included. Rows of tenure 0 were
        never exposed and are left out.
    churned
        Column: whether the customer left in that last period (True/False, 1/0, yes/no).
    group
        Column that splits the customers, or None.
    width
        Periods per row of the table; wider rows are less noisy.
    level
        Coverage of the interval (Wilson).

    Returns
    -------
    pandas.DataFrame
        ``group, tenure_from, tenure_to, exposed`` (customer-periods), ``lost, hazard,
        lower, upper`` (per period), ``survival`` to the end of the row.

    Raises
    ------
    InputError
        For missing or doubled columns and values of another kind; it names the rows.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 2, 3], "left": [1, 0, 1, 0]})
    >>> hazard_table(people, tenure="t", churned="left")[["tenure_to", "exposed", "lost"]]
       tenure_to  exposed  lost
    0          1        4     1
    1          2        3     1
    2          3        1     0
    """
    whole("width", width, 1, MAX_TENURE)
    frame = _customers(data, tenure, churned, group)
    parts = []
    for name, part in frame.groupby("group", observed=True, sort=True):
        lost, exposed = _life_table(_cells(part)[None, :])
        start = np.arange(0, lost.shape[1], width)
        lost_in = np.add.reduceat(lost[0], start)
        exposed_in = np.add.reduceat(exposed[0], start)
        lower, upper = wilson(lost_in, exposed_in, level)
        alive = np.cumprod(1 - lost[0] / exposed[0])
        end = np.minimum(start + width, lost.shape[1])
        parts.append(
            pd.DataFrame(
                {
                    "group": name,
                    "tenure_from": start + 1,
                    "tenure_to": end,
                    "exposed": exposed_in,
                    "lost": lost_in,
                    "hazard": lost_in / exposed_in,
                    "lower": lower,
                    "upper": upper,
                    "survival": alive[end - 1],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def plot_hazard(table: pd.DataFrame, ax: Axes | None = None, *, unit: str = "period") -> Axes:
    """Draw the hazard by tenure, one line per group, each with its interval.

    Parameters
    ----------
    table
        What :func:`hazard_table` returned.
    ax
        Axes to draw on, or None for new ones.
    unit
        Name of a period, for the labels.
    """
    names = dict.fromkeys(("group", "tenure_from", "tenure_to", "hazard", "lower", "upper"))
    if not isinstance(table, pd.DataFrame) or not names.keys() <= set(table.columns):
        raise InputError("table must be what hazard_table() returned.")
    ax = fig.axes(
        ax, title="Who leaves, by tenure", x=f"tenure ({unit}s)", y=f"share leaving per {unit}"
    )
    for (name, part), colour in zip(
        table.groupby("group", observed=True), fig.PALETTE * 9, strict=False
    ):
        middle = (part["tenure_from"] + part["tenure_to"]) / 2
        ax.fill_between(middle, part["lower"], part["upper"], color=colour, alpha=0.2, lw=0)
        ax.plot(middle, part["hazard"], color=colour, lw=2, label=str(name))
    ax.set_ylim(0)
    ax.set_xlim(0)
    if table["group"].nunique() > 1:
        fig.legend_above(ax)
    return ax


def _cells(part: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Count customers by tenure 1…T and by whether they left: first T lost, then T stayed."""
    longest = int(part["tenure"].max())
    at = part["tenure"].to_numpy() - 1
    gone = part["churned"].to_numpy()
    return np.concatenate(
        [np.bincount(at[gone], minlength=longest), np.bincount(at[~gone], minlength=longest)]
    )


def _life_table(cells: npt.NDArray[np.int64]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return lost and exposed by tenure from :func:`_cells`, shape ``(draws, T)`` each."""
    lost, stayed = np.split(cells, 2, axis=1)
    exposed = (lost + stayed)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return lost, exposed


def _lives(cells: npt.NDArray[np.int64], early: int) -> npt.NDArray[np.float64]:
    """Life of a new customer, of an established one, and their ratio, per draw."""
    lost, exposed = _life_table(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = lost[:, :early] / exposed[:, :early]
        tail = lost[:, early:].sum(axis=1) / exposed[:, early:].sum(axis=1)
        alive = np.cumprod(1 - hazard, axis=1)
        beyond = np.where(alive[:, -1] == 0, 0.0, alive[:, -1] / tail)
        new = 1 + alive[:, :-1].sum(axis=1) + beyond
        return np.stack([new, 1 / tail, 1 / tail / new], axis=1)


def expected_life(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    group: Hashable | None = None,
    early: int = 12,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Mean life of a new and of an established customer, and how many new one old is worth.

    The first ``early`` periods keep their own hazard, after that one pooled hazard holds for
    ever: beyond the longest tenure in the data this is an assumption, not an observation.
    Intervals are percentile bootstraps over customers (2,000 draws by default), drawn from
    counts.

    Parameters
    ----------
    data, tenure, churned, group, level
        As in :func:`hazard_table`.
    early
        Periods that keep their own hazard; less than the longest tenure of each group.
    draws, seed
        Bootstrap samples and their seed.

    Returns
    -------
    pandas.DataFrame
        One row per group and quantity (``new_life``, ``established_life``, in periods;
        ``worth_ratio``, established over new, undiscounted): ``group, quantity, estimate,
        lower, upper, n`` (customers), ``lost``. An estimate is infinite where nobody left
        after the early periods.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4] * 50, "left": [1, 0, 0, 1] * 50})
    >>> table = expected_life(people, tenure="t", churned="left", early=1)
    >>> table[["quantity", "estimate", "n"]].round(2)
               quantity  estimate    n
    0          new_life       5.5  200
    1  established_life       6.0  200
    2       worth_ratio       1.1  200
    """
    whole("early", early, 1, MAX_TENURE)
    frame = _customers(data, tenure, churned, group)
    rows = []
    for name, part in frame.groupby("group", observed=True, sort=True):
        cells = _cells(part)
        if len(cells) // 2 <= early:
            raise InputError(
                f"early is {early}, but the longest tenure of {shown(name)} is"
                f" {len(cells) // 2}; take fewer early periods."
            )
        estimate = _lives(cells[None, :], early)[0]
        lower, upper = bootstrap_counts(
            cells, lambda c: _lives(c, early), level=level, draws=draws, seed=seed
        )
        quantities = ("new_life", "established_life", "worth_ratio")
        for q, e, lo, hi in zip(quantities, estimate, lower, upper, strict=True):
            rows.append((name, q, float(e), float(lo), float(hi), len(part)))
    columns = ["group", "quantity", "estimate", "lower", "upper", "n"]
    lost = frame.groupby("group", observed=True)["churned"].sum()
    return pd.DataFrame(rows, columns=columns).assign(lost=lambda d: d["group"].map(lost))


def from_customers(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    charge: Hashable = "monthly_charge_usd",
    margin_share: float = 1.0,
    early: int = 12,
    **fields: Any,
) -> LeakyBucket:
    """Fill a bucket from a customer list: its size, churn by tenure, revenue and margin.

    Parameters
    ----------
    data, tenure, churned
        As in :func:`hazard_table`.
    charge
        Column: what each customer pays per period (money, >= 0). Its mean over those still
        there is the revenue per customer.
    margin_share
        Share of the revenue that is margin, 0 to 1: a customer list does not tell it.
    early
        Periods that keep their own hazard; afterwards the pooled hazard holds.
    fields
        Other parameters of :class:`LeakyBucket`, such as ``acquired`` and the costs.

    Examples
    --------
    >>> people = pd.DataFrame(
    ...     {"t": [1, 2, 3, 4] * 50, "left": [1, 0, 0, 1] * 50, "pay": [10.0] * 200}
    ... )
    >>> b = from_customers(people, tenure="t", churned="left", charge="pay", early=1)
    >>> b.customers, round(b.churn, 3), b.hazard, b.revenue
    (100, 0.167, (0.25,), 10.0)
    """
    between("margin_share", margin_share, 0, 1)
    for name in ("customers", "churn", "hazard", "revenue", "margin"):
        if name in fields:
            raise InputError(f"{name} comes from the data here; leave it out.")
    whole("early", early, 1, MAX_TENURE)
    frame = _customers(data, tenure, churned, None)
    paid = take(data, charge=Column(charge, "number", 0))["charge"][frame.index]
    lost, exposed = _life_table(_cells(frame)[None, :])
    if lost.shape[1] <= early:
        raise InputError(
            f"early is {early}, but the longest tenure is {lost.shape[1]}; take fewer."
        )
    stayed = ~frame["churned"]
    if not stayed.any():
        raise InputError(f"Column {churned!r} says that everybody left; the bucket is empty.")
    revenue = float(paid[stayed].mean())
    return LeakyBucket(
        customers=int(stayed.sum()),
        churn=float(lost[0, early:].sum() / exposed[0, early:].sum()),
        hazard=tuple(lost[0, :early] / exposed[0, :early]),
        revenue=revenue,
        margin=revenue * margin_share,
        **fields,
    )


def flows(
    data: Data, *, customer: Hashable = "household", date: Hashable = "date", every: str = "M"
) -> pd.DataFrame:
    """Count who came and who stayed away, period by period, in a purchase log.

    Without a contract nobody says that he leaves: ``lost`` are those who bought in the
    period before and not in this one, of whom some return later.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per purchase.
    customer, date
        Columns.
    every
        ``"W"``, ``"M"``, ``"Q"`` or ``"Y"``.

    Returns
    -------
    pandas.DataFrame
        ``period`` (its first day), ``customers`` who bought in it, ``lost``, ``returned``
        (bought before, but not in the period before), ``acquired`` (first seen in it; in
        the first period, everybody) and ``lost_share`` of the customers of the period
        before with a 95 % Wilson interval ``lower, upper``; ``complete`` is False where the
        log begins or ends inside the period.

    Examples
    --------
    >>> log = pd.DataFrame({"who": [1, 2, 1, 2, 3],
    ...     "day": pd.to_datetime(["2017-01-05", "2017-01-09", "2017-02-01", "2017-03-01",
    ...                            "2017-03-02"])})
    >>> table = flows(log, customer="who", date="day")
    >>> table[["customers", "lost", "returned", "acquired"]]
       customers  lost  returned  acquired
    0          2     0         0         2
    1          1     1         0         0
    2          2     1         1         1
    """
    if every not in FREQUENCIES:
        raise InputError(f"every must be one of {', '.join(FREQUENCIES)}, not {shown(every)}.")
    frame = take(data, customer=Column(customer, "group"), date=Column(date, "date"))
    frame["date"] = frame["date"].dt.tz_localize(None)
    frame["period"] = frame["date"].dt.to_period(every)
    seen = frame[["customer", "period"]].drop_duplicates()
    calendar = pd.period_range(seen["period"].min(), seen["period"].max(), freq=every)
    bought = pd.crosstab(seen["customer"], seen["period"]).reindex(columns=calendar, fill_value=0)
    now = bought.to_numpy(bool)
    before = np.hstack([np.zeros((len(now), 1), bool), now[:, :-1]])
    ever = np.logical_or.accumulate(before, axis=1)
    lost, previous = (before & ~now).sum(axis=0), before.sum(axis=0)
    lower, upper = wilson(lost, previous)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(previous > 0, lost / previous, np.nan)
    unknown = previous == 0
    first, last = frame["date"].min(), frame["date"].max()
    return pd.DataFrame(
        {
            "period": calendar.to_timestamp(),
            "customers": now.sum(axis=0),
            "lost": lost,
            "returned": (now & ~before & ever).sum(axis=0),
            "acquired": (now & ~ever).sum(axis=0),
            "lost_share": share,
            "lower": np.where(unknown, np.nan, lower),
            "upper": np.where(unknown, np.nan, upper),
            "complete": (calendar.start_time >= first.normalize())
            & (calendar.end_time.normalize() <= last.normalize()),
        }
    )
