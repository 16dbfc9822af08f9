"""A mailing with a random hold-out: what it brought, paid for anyway, and how it is misread."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import LIMIT, amount, between, wilson
from loyaltylab.winback.checks import both, people, separable, varied
from loyaltylab.winback.clustered import difference, dummies, instrumented, poisson_ratio
from loyaltylab.winback.mailing_rows import experiment


def incremental(
    data: Data,
    *,
    mailed: Hashable = "mailed",
    outcome: Hashable = "orders",
    used: Hashable = "used",
    customer: Hashable = "customer",
    campaign: Hashable | None = "campaign",
    before: Hashable | None = None,
    margin: float = 0.0,
    coupon: float = 0.0,
    contact: float = 0.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure what a mailing brought, against a hold-out drawn by lot.

    Incremental orders are the mean of the mailed less that of the hold-out, campaign by campaign
    (least squares, campaigns as controls). Of the redemptions the share
    ``1 − incremental / redemptions`` (0 where that is below 0) was *subsidised*: bought anyway, if
    every extra order used the coupon (else even more was). Profit is ``margin · incremental −
    coupon · redemptions − contact``. All errors are clustered by customer.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer targeted and campaign.
    mailed
        Column: whether he got the mailing; else he was held out, by lot.
    outcome
        Column: orders in the window, >= 0, of both the mailed and the held out.
    used
        Column: orders that used the coupon, >= 0; none in the hold-out.
    customer
        Column: who it is, as one may be targeted by several campaigns.
    campaign
        Column, or None for a single campaign.
    before
        Column: orders before the mailing, as a control that makes the interval shorter; or None.
    margin, coupon, contact
        Money: margin of one order, value of one coupon used, cost of one mailing.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``measure, estimate, lower, upper, n_mailed, n_held, customers``. Profit is left out where
        no money was given.

    Raises
    ------
    InputError
        For missing columns, values of another kind, coupons used by the hold-out, a customer who
        stands in one campaign twice, or if nobody was mailed or held out.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": range(8), "mailed": [1] * 4 + [0] * 4,
    ...     "orders": [2, 1, 1, 2, 1, 1, 0, 0], "used": [1, 1, 1, 1, 0, 0, 0, 0]})
    >>> incremental(seen, campaign=None).iloc[[0, 2, 3]][["measure", "estimate"]].round(2)
                                        measure  estimate
    0    incremental orders per customer mailed       1.0
    2           redemptions per customer mailed       1.0
    3  redemptions bought anyway (share, least)       0.0
    """
    level = between("level", level, 0, 1, open_ends=True)
    margin = between("margin", margin, -LIMIT, LIMIT)
    coupon, contact = amount("coupon", coupon), amount("contact", contact)
    rows = experiment(data, mailed, outcome, used, customer, campaign, before)
    codes, sent = people(rows["customer"], customer), rows["mailed"].to_numpy(float)
    plain = dummies(*([rows["campaign"]] if campaign is not None else []), rows=len(rows))
    more = plain if before is None else np.column_stack([plain, rows["before"]])
    given = "" if before is None else ", given orders before"
    y, redeemed = rows["outcome"].to_numpy(), rows["used"].to_numpy(float)
    varied(y, outcome)
    others = [campaign] * (plain.shape[1] - 1) + ([] if before is None else [before])
    separable(sent, more, [*others, mailed])
    found = {
        f"incremental orders per customer mailed{given}": difference(y, sent, more, codes, level)
    }
    if y[sent == 0].any() and y[sent == 1].any():
        ratio = poisson_ratio(y, sent, plain, codes, level)
        found["orders, mailed over held out (ratio)"] = ratio
    used_by = difference(redeemed, sent, plain, codes, level)
    if redeemed.any():
        found["redemptions per customer mailed"] = used_by._replace(lower=max(used_by.lower, 0.0))
        extra = instrumented(y, redeemed, sent, more, codes, level)
        ends = (extra.estimate, extra.upper, extra.lower)
        share = (*(min(max(1 - v, 0.0), 1.0) for v in ends), extra.customers)
        found["redemptions bought anyway (share, least)"] = share  # type: ignore[assignment]
    else:  # none seen is not certainly none
        most = float(wilson(0, sent.sum(), level)[1])
        found["redemptions per customer mailed"] = used_by._replace(lower=0.0, upper=most)
    many = int(sent.sum())
    if margin or coupon or contact:
        account = margin * y - coupon * redeemed - contact * sent
        profit = difference(account, sent, more, codes, level)
        found["profit per customer mailed (money)"] = profit
        scaled = (*(many * v for v in profit[:3]), profit.customers)
        found["profit of all mailings (money)"] = scaled  # type: ignore[assignment]
    table = pd.DataFrame(
        [(name, *values) for name, values in found.items()],
        columns=["measure", "estimate", "lower", "upper", "customers"],
    )
    table.insert(4, "n_mailed", many)
    table.insert(5, "n_held", len(rows) - many)
    return table


def naive_readings(
    data: Data,
    *,
    targeted: Hashable = "targeted",
    mailed: Hashable = "mailed",
    outcome: Hashable = "orders",
    used: Hashable = "used",
    customer: Hashable = "customer",
    campaign: Hashable | None = "campaign",
    level: float = 0.95,
) -> pd.DataFrame:
    """Read the same campaign as it is often read: without the hold-out.

    Who redeems a coupon has ordered, by definition; and who was targeted was chosen because he
    orders much. Neither difference is what the mailing brought.

    Parameters
    ----------
    data
        One row per customer and campaign, also of those who were not targeted.
    targeted
        Column: whether the campaign aimed at him.
    mailed, outcome, used, customer, campaign, level
        As for :func:`incremental`.

    Returns
    -------
    pandas.DataFrame
        ``reading, first, second`` (mean orders), ``difference, lower, upper, n_first, n_second``:
        redeemers less mailed customers who did not redeem; mailed less not targeted; mailed less
        held out by lot, which is the one comparison that tells the effect.

    Raises
    ------
    InputError
        As for :func:`incremental`, or if everybody was targeted or nobody redeemed.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": range(8), "targeted": [1, 1, 1, 1, 1, 1, 0, 0],
    ...     "mailed": [1, 1, 1, 1, 0, 0, 0, 0], "orders": [3, 2, 1, 0, 1, 2, 0, 1],
    ...     "used": [1, 1, 0, 0, 0, 0, 0, 0]})
    >>> naive_readings(seen, campaign=None)[["reading", "difference"]].round(9)
                               reading  difference
    0  redeemed, less did not (mailed)         2.0
    1        mailed, less not targeted         1.0
    2     mailed, less held out by lot         0.0
    """
    level = between("level", level, 0, 1, open_ends=True)
    rows = experiment(data, mailed, outcome, used, customer, campaign, None)
    aimed = take(data, targeted=Column(targeted, "flag"))["targeted"].to_numpy()
    both(aimed, targeted, "were targeted", "were left out")
    sent, spent = rows["mailed"].to_numpy(), rows["used"].to_numpy() > 0
    if (sent & ~aimed).any():
        raise InputError(
            f"Columns {shown(targeted)} and {shown(mailed)} contradict each other: somebody was"
            " mailed who was not targeted; correct one of the two."
        )
    both(spent[sent], used, "redeemed", "did without")
    varied(rows["outcome"], outcome)
    pairs = (
        ("redeemed, less did not (mailed)", sent, spent),
        ("mailed, less not targeted", sent | ~aimed, sent),
        ("mailed, less held out by lot", aimed, sent),
    )
    found = []
    for name, among, first in pairs:
        part, flag = rows[among], first[among]
        y = part["outcome"].to_numpy()
        plain = dummies(*([part["campaign"]] if campaign is not None else []), rows=len(part))
        e = difference(y, flag, plain, people(part["customer"], customer), level)
        counts = (int(flag.sum()), int((~flag).sum()))
        found.append((name, y[flag].mean(), y[~flag].mean(), *e[:3], *counts))
    columns = ["reading", "first", "second", "difference", "lower", "upper", "n_first", "n_second"]
    return pd.DataFrame(found, columns=columns)
