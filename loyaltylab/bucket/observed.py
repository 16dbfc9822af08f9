"""What a customer list says of the bucket: mean life, and a bucket filled from data."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import between, bootstrap_counts, whole
from loyaltylab.bucket.leak import LeakyBucket
from loyaltylab.bucket.lifetable import (
    MAX_TENURE,
    checked_customers,
    count_cells,
    exposed_customers,
    life_table,
)


def _lives(cells: npt.NDArray[np.int64], early: int) -> npt.NDArray[np.float64]:
    """Life of a new customer, of an established one, and their ratio, per draw."""
    lost, exposed = life_table(cells)
    seen = exposed > 0  # where nobody is left, nobody leaves: the life is over before
    hazard = np.divide(lost, exposed, out=np.zeros(lost.shape), where=seen)[:, :early]
    alive = np.cumprod(1 - hazard, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = lost[:, early:].sum(axis=1) / exposed[:, early:].sum(axis=1)
        beyond = np.where(alive[:, -1] == 0, 0.0, alive[:, -1] / tail)
        within = 1 + alive[:, :-1].sum(axis=1)
        ratio = 1 / (tail * within + alive[:, -1])  # finite where both lives are not
        return np.stack([within + beyond, 1 / tail, ratio], axis=1)


def _long_enough(cells: npt.NDArray[np.int64], early: int, group: object = None) -> None:
    longest = len(cells) // 2
    if longest <= early:
        of = "" if group is None else f" of {shown(group)}"
        raise InputError(
            f"early is {early}, but the longest tenure{of} is {longest}; take fewer early periods."
        )


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
    0          new_life      5.50  200
    1  established_life      6.00  200
    2       worth_ratio      1.09  200
    """
    early = whole("early", early, 1, MAX_TENURE)
    frame = exposed_customers(checked_customers(data, tenure, churned, group), tenure)
    rows = []
    for name, part in frame.groupby("group", observed=True, sort=True):
        cells = count_cells(part)
        _long_enough(cells, early, name)
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

    Whoever is still there goes on from his own tenure.

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
    margin_share = between("margin_share", margin_share, 0, 1)
    for name in ("customers", "churn", "hazard", "tenure_mix", "revenue", "margin"):
        if name in fields:
            raise InputError(f"{name} comes from the data here; leave it out.")
    early = whole("early", early, 1, MAX_TENURE)
    paid = Column(charge, "number", 0)
    everyone = checked_customers(data, tenure, churned, None, charge=paid)
    cells = count_cells(exposed_customers(everyone, tenure))
    _long_enough(cells, early)
    lost, exposed = (counts[0] for counts in life_table(cells[None, :]))
    present = everyone[~everyone["churned"]]
    if present.empty:
        raise InputError(f"Column {shown(churned)} says that everybody left; the bucket is empty.")
    revenue = float(present["charge"].mean())
    classes = np.minimum(present["tenure"], early)  # 0, 1, … early - 1, and the established
    return LeakyBucket(
        customers=len(present),
        churn=float(lost[early:].sum() / exposed[early:].sum()),
        hazard=tuple(lost[:early] / exposed[:early]),
        tenure_mix=tuple(np.bincount(classes, minlength=early + 1)),
        revenue=revenue,
        margin=revenue * margin_share,
        **fields,
    )
