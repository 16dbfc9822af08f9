"""Difference in differences on customers or answers, clustered by customer."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import whole
from loyaltylab.scorecard.effect import Effect, made
from loyaltylab.scorecard.weeks import groups, level_of


def orders_by_period(
    orders: Data,
    shoppers: Data,
    *,
    start: int,
    first: int = 1,
    last: int = 104,
    customer: Hashable = "customer",
    week: Hashable = "week",
    region: Hashable = "region",
) -> pd.DataFrame:
    """Count each customer's orders before and after a week, those without any included.

    Parameters
    ----------
    orders
        One row per order, with the customer and the number of the week.
    shoppers
        One row per customer, with the region; each could have ordered in all of the weeks.
    start
        First week of the second period.
    first, last
        First and last week that is counted.
    customer, week, region
        Columns.

    Returns
    -------
    pandas.DataFrame
        ``customer, region, after, weeks, orders, per_week``: two rows per customer. A *difference*
        (``ratio=False``) must be one of ``per_week``, for the periods may differ in length.

    Raises
    ------
    InputError
        For a missing column or value, a customer who stands twice among the shoppers, orders of
        somebody who is not among them, or weeks in the wrong order.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [1, 2], "region": ["a", "b"]})
    >>> bought = pd.DataFrame({"customer": [1, 1, 1], "week": [1, 3, 4]})
    >>> orders_by_period(bought, people, start=3, last=4)["orders"].tolist()
    [1, 2, 0, 0]
    """
    some = take(
        shoppers, customer=Column(customer, "group"), region=Column(region, "group")
    ).reset_index(drop=True)
    placed = take(orders, customer=Column(customer, "group"), week=Column(week, "whole"))
    whole("last", last, whole("first", first, 0, 10**6) + 1, 10**6)
    whole("start", start, first + 1, last)
    if some["customer"].duplicated().any():
        raise InputError(
            f"Column {shown(customer)} of shoppers names a customer twice in"
            f" {rows(some['customer'].duplicated())}; keep one row each."
        )
    strange = ~placed["customer"].isin(some["customer"])
    if strange.any():
        raise InputError(
            f"Column {shown(customer)} of orders names customers who are not among the shoppers,"
            f" in {rows(strange)}; drop those orders, or add the customers."
        )
    placed = placed[placed["week"].between(first, last)]
    counts = placed.groupby(["customer", placed["week"] >= start]).size()
    cells = pd.MultiIndex.from_product([some["customer"], [False, True]])
    table = some.loc[some.index.repeat(2)].reset_index(drop=True)
    table["after"] = np.tile([False, True], len(some))
    table["weeks"] = np.tile([start - first, last - start + 1], len(some))
    table["orders"] = counts.reindex(cells, fill_value=0).to_numpy()
    return table.assign(per_week=table["orders"] / table["weeks"])


def customer_difference(
    data: Data,
    *,
    value: Hashable = "orders",
    group: Hashable = "region",
    treated: Any = "high competition",
    after: Hashable = "after",
    customer: Hashable = "customer",
    ratio: bool = True,
    level: float = 0.95,
) -> Effect:
    """Estimate a difference in differences on rows of customers, clustered by customer.

    ``value ~ treated + after + treated · after``: Poisson regression with a log link for a ratio
    (Wooldridge 1999: right for any value >= 0 whose mean is so), least squares for a difference.
    The interval knows that rows of one customer belong together. It does **not** know that
    customers of one region share that region's weeks; where a region has shocks of its own, it is
    too narrow, and more customers do not mend it. :func:`weekly_difference` is the honest one.

    Parameters
    ----------
    data
        A frame, or the path of a file: one row per customer and period, or per answer.
    value
        Column: orders (>= 0 for a ratio), or satisfaction. Sums over periods that differ in length
        have a ratio, but no difference that means anything: divide them by the length first.
    group, treated
        Column of groups and the one that was changed; all others are the control.
    after
        Column: whether the row lies after the change.
    customer
        Column: whose row it is.
    ratio
        Whether the effect is a ratio or a difference.
    level
        Coverage that the interval claims (Student's t, customers less 1).

    Raises
    ------
    InputError
        For a missing column or value, a group that is not there, one of the four cells without
        rows (or without anything above 0), fewer than 3 customers, or a customer in both groups.

    References
    ----------
    Wooldridge, J. M. (1999), Journal of Econometrics 90(1); Moulton, B. R. (1990), Review of
    Economics and Statistics 72(2), on what groups do to an interval (both reported, not verified).

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 1, 2, 2, 3, 3, 4, 4], "after": [0, 1] * 4})
    >>> seen["region"], seen["orders"] = ["a"] * 4 + ["b"] * 4, [2, 4, 4, 6, 3, 3, 5, 4]
    >>> round(customer_difference(seen, treated="a").estimate, 3)
    1.905
    """
    from scipy.stats import t

    sure = level_of(level)
    frame = take(
        data,
        value=Column(value, "number", 0 if ratio else None),
        group=Column(group, "group"),
        after=Column(after, "flag"),
        customer=Column(customer, "group"),
    )
    groups(frame["group"], group, treated)
    frame["treated"] = frame["group"] == treated
    frame = frame.reset_index(drop=True)
    _cells(frame, value, after, customer, ratio)
    gap, error, people = _regressed(frame, ratio)
    half = float(t.ppf((1 + sure) / 2, people - 1)) * error
    name = "diff-in-diff by customer, clustered"
    return made(name, gap, half, people, "customers", ratio=ratio, level=sure)


def _cells(
    frame: pd.DataFrame, value: Hashable, after: Hashable, customer: Hashable, ratio: bool
) -> None:
    """See that each of the four cells has something, and that nobody is in both groups."""
    sums = frame.groupby(["treated", "after"])["value"].agg(["size", "sum"])
    if len(sums) < 4:
        raise InputError(
            f"Treated and others must both have rows before and after, but by column"
            f" {shown(after)} and the group there are only {len(sums)} of the 4 cells."
        )
    if ratio and (sums["sum"] == 0).any():
        raise InputError(
            f"Column {shown(value)} is 0 in all rows of one of the 4 cells, so that there is no"
            " ratio; take longer periods, or set ratio=False."
        )
    if np.ptp(frame["value"]) == 0:
        raise InputError(
            f"Column {shown(value)} is the same in all rows, so that nothing can be told of it."
        )
    both = frame.groupby("customer")["treated"].transform("nunique") > 1
    if both.any():
        raise InputError(
            f"Column {shown(customer)} names a customer both among the treated and the others, in"
            f" {rows(both)}; give each one group."
        )
    if frame["customer"].nunique() < 3:
        raise InputError(
            f"Column {shown(customer)} names {frame['customer'].nunique()} customers; an interval"
            " needs at least 3."
        )


def _regressed(frame: pd.DataFrame, ratio: bool) -> tuple[float, float, int]:
    """Return the interaction, its clustered standard error, and the number of customers."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.regression.linear_model import OLS

    one, two = frame["treated"].to_numpy(float), frame["after"].to_numpy(float)
    design = np.column_stack([np.ones(len(one)), one, two, one * two])
    y, clusters = frame["value"].to_numpy(), pd.factorize(frame["customer"])[0]
    model = GLM(y, design, family=Poisson()) if ratio else OLS(y, design)
    result = model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    variance = float(np.asarray(result.cov_params())[3, 3])
    return float(result.params[3]), math.sqrt(max(variance, 0.0)), int(clusters.max()) + 1
