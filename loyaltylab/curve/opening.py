"""What a falling barrier took: a difference in differences on a panel of customers."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.frames import rows as named
from loyaltylab.base.stats import between
from loyaltylab.curve import answers as given
from loyaltylab.curve import clusters


def opening_effect(
    data: Data,
    *,
    loyalty: Hashable = "share",
    opened: Hashable = "opened",
    after: Hashable = "after",
    customer: Hashable = "customer",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate what the opening of a market did to loyalty.

    The change of mean loyalty where the market opened, less the change where it did not:
    ``(open, after − before) − (other, after − before)``. It is the effect if loyalty would
    otherwise have changed alike in both; nothing in the data proves that it would, and where
    one side stood on the flat part of a curve and the other on the steep one it would not: the
    same gain in satisfaction moves them unalike. Interval: statsmodels OLS with standard errors
    clustered by customer and Student's t, one degree of freedom fewer than customers; with fewer
    than some 20 ``customers`` on a side it is often too narrow all the same.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; for each customer one row before the
        opening, one after it, or both.
    loyalty
        Column of numbers. Rows that lack it are left out, and counted in ``missing``.
    opened
        Column: whether the customer lives where the market opened (True/False, 1/0).
    after
        Column: whether the row is from after the opening.
    customer
        Column that says whose row it is.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``effect, lower, upper`` (in units of loyalty), the four means
        ``opened_before, opened_after, other_before, other_after``, ``n`` (rows),
        ``customers``, ``missing``.

    Raises
    ------
    InputError
        For missing columns and values of another kind, for a customer who stands there twice
        before (or after) or changes side (it names rows), or if a cell of the four is empty.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 1, 2, 2, 3, 3, 4, 4], "after": [0, 1] * 4})
    >>> seen["opened"] = seen["customer"] <= 2
    >>> seen["share"] = [0.9, 0.5, 0.8, 0.4, 0.5, 0.6, 0.3, 0.2]
    >>> opening_effect(seen)[["effect", "opened_before", "opened_after", "n"]].round(2)
       effect  opened_before  opened_after  n
    0    -0.4           0.85          0.45  8
    """
    import statsmodels.api as sm

    between("level", level, 0, 1, open_ends=True)
    rows, missing = given.answered(
        data,
        None,
        customer,
        loyalty=Column(loyalty, "number", -1e14, 1e14),
        opened=Column(opened, "flag"),
        after=Column(after, "flag"),
    )
    _once_on_one_side(rows, customer, opened)
    where, when = rows["opened"].to_numpy(bool), rows["after"].to_numpy(bool)
    means = {}
    for side, inside in (("opened", where), ("other", ~where)):
        for time, then in (("before", ~when), ("after", when)):
            cell = rows.loc[inside & then, "loyalty"]
            if len(cell) < 2:
                raise InputError(
                    f"Columns {shown(opened)} and {shown(after)} leave {len(cell)} rows for"
                    f" {side}, {time}; all four combinations need at least two."
                )
            means[f"{side}_{time}"] = float(cell.mean())
    columns = [np.ones(len(rows)), where, when, where & when]
    codes, customers = clusters.codes(rows), clusters.people(rows)
    result = sm.OLS(rows["loyalty"].to_numpy(), np.column_stack(columns).astype(float)).fit(
        cov_type="cluster", cov_kwds={"groups": codes}
    )
    effect = float(result.params[3])
    half = float(clusters.reach(level, customers) * result.bse[3])
    found = {"effect": effect, "lower": effect - half, "upper": effect + half}
    counts = {"n": len(rows), "customers": customers, "missing": sum(missing.values())}
    return pd.DataFrame([{**found, **means, **counts}])


def _once_on_one_side(frame: pd.DataFrame, customer: Hashable, opened: Hashable) -> None:
    """Refuse customers who are counted twice, or who live on both sides."""
    twice = frame.duplicated(["cluster", "after"], keep=False)
    if twice.any():
        raise InputError(
            f"Column {shown(customer)} must hold each customer once before and once after,"
            f" but a customer stands again in {named(twice)}; keep one row of each, or their mean."
        )
    sides = frame.groupby("cluster", sort=False, observed=True)["opened"].transform("nunique")
    if (sides > 1).any():
        raise InputError(
            f"Column {shown(opened)} must be the same in all rows of a customer, but it changes in"
            f" {named(sides > 1)}; leave out who moved."
        )
