"""How often each customer comes: the gaps between his purchases, and the one that is open now."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between
from loyaltylab.database.files import missing
from loyaltylab.database.purchases import ledger
from loyaltylab.database.summary import occasions, seen_until

if TYPE_CHECKING:
    from loyaltylab.database.store import CustomerBase


def gaps(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
) -> ibis.Table:
    """Return the query of all times between a purchase and the one before it.

    Parameters
    ----------
    data, customer, date, amount
        See :func:`ledger`. Everything bought on one day is one purchase; a day on which no
        more was paid than given back is none.
    until
        Last day that counts; None is the last day of the log.

    Returns
    -------
    ibis.Table
        ``customer``, ``date`` (of the later purchase), ``gap`` (days), in no order.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": ["a"] * 3, "amount": [1, 1, 1], "date": ["2024-01-01",
    ...     "2024-01-08", "2024-01-22"]})
    >>> gaps(log).order_by("date").to_pyarrow()["gap"].to_pylist()
    [7, 14]
    """
    log, _ = seen_until(ledger(data, customer=customer, date=date, amount=amount), until)
    bought = with_gaps(occasions(log))
    return bought.filter(~missing(bought.gap)).select("customer", "date", "gap")


def rhythm(
    data: CustomerBase | ibis.Table | pd.DataFrame | str | Path,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    until: Any = None,
    quantiles: Sequence[float] = (0.5, 0.9),
) -> ibis.Table:
    """Return the query of each customer's times between purchases, and of his silence now.

    Parameters
    ----------
    data, customer, date, amount, until
        See :func:`gaps`.
    quantiles
        Which quantiles of a customer's gaps, interpolated linearly between two of them.

    Returns
    -------
    ibis.Table
        One row per customer, in no order: ``customer``; ``gaps`` (how many); ``mean_gap``,
        ``shortest``, ``longest`` and ``gap_50``, ``gap_90``, … (days; null without a gap);
        ``last`` (day of the last purchase); ``silence`` (days from it to ``until``).

    Raises
    ------
    InputError
        As :func:`ledger`, or if a quantile is not between 0 and 1.

    Examples
    --------
    >>> from loyaltylab.database.purchases import fetched
    >>> log = pd.DataFrame({"customer": ["a"] * 3, "amount": [1, 1, 1], "date": ["2024-01-01",
    ...     "2024-01-08", "2024-01-22"]})
    >>> fetched(rhythm(log, until="2024-02-22"))[["gaps", "mean_gap", "gap_90", "silence"]]
       gaps  mean_gap  gap_90  silence
    0     2      10.5    13.3       31
    """
    if isinstance(quantiles, str) or not isinstance(quantiles, Sequence):
        raise InputError(f"quantiles must be a tuple such as (0.5, 0.9), not {shown(quantiles)}.")
    shares = [between("quantiles", q, 0, 1) for q in quantiles]
    log, end = seen_until(ledger(data, customer=customer, date=date, amount=amount), until)
    bought = with_gaps(occasions(log))
    wanted = {f"gap_{q * 100:g}".replace(".", "_"): bought.gap.quantile(q) for q in shares}
    found = bought.group_by("customer").agg(
        gaps=bought.gap.count(),
        mean_gap=bought.gap.mean(),
        shortest=bought.gap.min(),
        longest=bought.gap.max(),
        **wanted,
        last=bought.date.max(),
    )
    return found.mutate(silence=end.delta(found["last"], unit="day"))


def with_gaps(bought: ibis.Table) -> ibis.Table:
    """Add to purchases the days since the customer's purchase before, null for the first one.

    Examples
    --------
    >>> with_gaps(ibis.table({"customer": "string", "date": "date"}, name="t")).columns
    ('customer', 'date', 'gap')
    """
    before = bought.date.lag().over(ibis.window(group_by="customer", order_by="date"))
    return bought.mutate(gap=bought.date.delta(before, unit="day"))
