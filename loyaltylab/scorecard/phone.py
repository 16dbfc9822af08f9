"""The phone line as a feed: how many of a branch's customers did not call."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import between, wilson


def phone_scores(
    calls: Data,
    customers: Data,
    *,
    customer: Hashable = "customer",
    branch: Hashable = "branch",
    level: float = 0.95,
) -> pd.DataFrame:
    """Score each branch by the share of its customers who did not complain, times 100.

    It is what a toll-free line can say, and no more: a branch whose customers keep silent scores
    as one whose customers are content. Who calls several times counts once.

    Parameters
    ----------
    calls
        One row per call or complaint, with the customer. Callers of no branch are left out.
    customers
        One row per customer, with the branch.
    customer, branch
        Columns.
    level
        Coverage of the intervals (Wilson 1927).

    Returns
    -------
    pandas.DataFrame
        ``branch, customers, callers, phone, lower, upper, error`` (standard error; of the share
        with two callers more among four customers more, after Agresti & Coull 1998, so that no
        call does not mean no error), in order of the branches.

    Raises
    ------
    InputError
        For a missing column or value, or a customer who stands twice among the customers.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [1, 2, 3, 4], "branch": ["A", "A", "A", "B"]})
    >>> found = phone_scores(pd.DataFrame({"customer": [2, 2]}), people)
    >>> found[["branch", "customers", "callers", "phone", "error"]].round(1)
      branch  customers  callers  phone  error
    0      A          3        1   66.7   18.7
    1      B          1        0  100.0   21.9
    """
    between("level", level, 0, 1, open_ends=True)
    kinds = {"customer": Column(customer, "group"), "branch": Column(branch, "group")}
    people = take(customers, **kinds).reset_index(drop=True)
    again = people["customer"].duplicated(keep=False)
    if again.any():
        raise InputError(
            f"Column {shown(customer)} must name each customer once, but {rows(again)} share one;"
            " keep one branch for each customer."
        )
    who = take(calls, customer=kinds["customer"])["customer"]
    called = people["customer"].isin(who.unique())
    if not called.any():
        raise InputError(
            "None of the callers is among the customers; check that both tables write customers"
            " alike (numbers or text)."
        )
    counted = called.groupby(people["branch"], observed=True).agg(["size", "sum"])
    n, k = counted["size"].to_numpy(), counted["sum"].to_numpy()
    lower, upper = wilson(n - k, n, level)
    near = (n - k + 2) / (n + 4)
    return pd.DataFrame(
        {
            "branch": counted.index,
            "customers": n,
            "callers": k,
            "phone": 100 * (1 - k / n),
            "lower": 100 * lower,
            "upper": 100 * upper,
            "error": 100 * np.sqrt(near * (1 - near) / (n + 4)),
        }
    )
