"""The rows of a mailing: orders counted in its window, and each customer checked to stand once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.columns import rows as named
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, find, read, take
from loyaltylab.base.stats import whole
from loyaltylab.winback.checks import both, once

CAMPAIGN = "all"


def orders_after(
    mailings: Data,
    orders: Data,
    *,
    days: int = 28,
    customer: Hashable = "customer",
    date: Hashable = "date",
    campaign: Hashable = "campaign",
    order_customer: Hashable = "customer",
    order_date: Hashable = "date",
    coupon: Hashable = "coupon",
) -> pd.DataFrame:
    """Count the orders of each customer in the days from a mailing on, and as long before.

    Parameters
    ----------
    mailings
        A frame, or the path of a CSV or Parquet file; one row per customer and campaign, mailed
        or held out. Its columns are kept.
    orders
        One row per order.
    days
        Length of the window: from the day of mailing on, and as long before it.
    customer, date, campaign
        Columns of ``mailings``: who, day of mailing, and which campaign.
    order_customer, order_date
        Columns of ``orders``: who, and the day.
    coupon
        Column of ``orders``: campaign whose coupon was used, missing where none was.

    Returns
    -------
    pandas.DataFrame
        ``mailings`` with ``orders, orders_before`` (number) and ``used`` (orders in the window
        that used a coupon of this campaign).

    Raises
    ------
    InputError
        For missing columns or values of another kind, or a customer who stands in one campaign
        twice; it names the rows.

    Examples
    --------
    >>> sent = pd.DataFrame({"customer": [1, 2], "campaign": [7, 7], "date": "2024-03-01"})
    >>> bought = pd.DataFrame({"customer": [1, 1, 2], "coupon": [None, 7, None],
    ...     "date": ["2024-02-20", "2024-03-02", "2024-06-01"]})
    >>> orders_after(sent, bought)[["customer", "orders", "orders_before", "used"]]
       customer  orders  orders_before  used
    0         1       1              1     1
    1         2       0              0     0
    """
    whole("days", days, 1, 3660)
    sent = read(mailings)
    rows = take(
        sent,
        customer=Column(customer, "group"),
        date=Column(date, "date"),
        campaign=Column(campaign, "group"),
    )
    once(rows, customer, campaign)
    rows = rows.reset_index(drop=True)
    rows["date"] = _days(rows["date"])
    bought = read(orders)
    used = find(bought, "coupon", coupon).reset_index(drop=True)
    columns = {"who": Column(order_customer, "group"), "day": Column(order_date, "date")}
    log = take(bought, **columns).reset_index(drop=True).assign(used=used)
    log["day"] = _days(log["day"])
    _alike(log["who"], rows["customer"], order_customer, customer)
    _alike(log["used"].dropna(), rows["campaign"], coupon, campaign)
    log = log[log["who"].isin(rows["customer"])]
    pairs = rows.reset_index(names="row").merge(log, left_on="customer", right_on="who")
    since = (pairs["day"] - pairs["date"]).dt.days
    now, then = (pairs.loc[since.between(*span), "row"] for span in ((0, days - 1), (-days, -1)))
    mine = (pairs["used"] == pairs["campaign"]).fillna(False).to_numpy(bool)
    spent = pairs.loc[since.between(0, days - 1).to_numpy() & mine, "row"]
    counts = [np.bincount(r, minlength=len(rows)) for r in (now, then, spent)]
    return sent.assign(**dict(zip(("orders", "orders_before", "used"), counts, strict=True)))


def _days(dates: pd.Series[Any]) -> pd.Series[Any]:
    days: pd.Series[Any] = dates.dt.tz_localize(None).dt.normalize()  # as written, in any zone
    return days


def _alike(mine: pd.Series[Any], theirs: pd.Series[Any], name: Hashable, other: Hashable) -> None:
    """Refuse two columns of names of which one holds text and the other numbers."""
    texts = [bool(len(v)) and all(isinstance(x, str) for x in v) for v in (mine, theirs)]
    if len(mine) and texts[0] != texts[1]:
        raise InputError(
            f"Column {shown(name)} of the orders and {shown(other)} of the mailings must hold the"
            f" same names, but only {'the first' if texts[0] else 'the second'} holds text; turn"
            " one into the kind of the other."
        )


def experiment(
    data: Data,
    mailed: Hashable,
    outcome: Hashable,
    used: Hashable,
    customer: Hashable,
    campaign: Hashable | None,
    before: Hashable | None,
) -> pd.DataFrame:
    """Return the checked rows: ``mailed, outcome, used, customer, campaign`` and ``before``.

    Examples
    --------
    >>> seen = pd.DataFrame({"who": range(4), "sent": [1, 0] * 2, "orders": 2, "used": 0})
    >>> experiment(seen, "sent", "orders", "used", "who", None, None)["mailed"].tolist()
    [True, False, True, False]
    """
    columns = {
        "mailed": Column(mailed, "flag"),
        "outcome": Column(outcome, "number", lower=0),
        "used": Column(used, "whole", lower=0),
        "customer": Column(customer, "group"),
    }
    if campaign is not None:
        columns["campaign"] = Column(campaign, "group")
    if before is not None:
        columns["before"] = Column(before, "number", lower=0)
    rows = take(data, **columns)
    if campaign is None:
        rows["campaign"] = CAMPAIGN
    once(rows, customer, campaign)
    both(rows["mailed"], mailed, "got a mailing", "were held out")
    for name, part in rows.groupby("campaign", observed=True)["mailed"]:
        if part.all() or not part.any():
            raise InputError(
                f"Campaign {shown(name)} has {'nobody' if part.all() else 'only customers'} held"
                f" out (column {shown(mailed)}), so that it shows no effect; leave it out."
            )
    wrong = ~rows["mailed"] & (rows["used"] > 0)
    if wrong.any():
        raise InputError(
            f"Column {shown(used)} must be 0 where column {shown(mailed)} is False, for who got no"
            f" coupon has none to use, but it is not in {named(wrong)}; check the two columns."
        )
    return rows.reset_index(drop=True)
