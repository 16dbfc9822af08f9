"""What each customer took last time, as an attribute of what is offered next."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.delivered_value.dtypes import column, kind, plain


def with_last(
    data: Data,
    *,
    chosen: Hashable = "chosen",
    occasion: Hashable = "occasion",
    alternative: Hashable = "brand",
    customer: Hashable = "household",
) -> pd.DataFrame:
    """Mark the alternative that each customer took on his occasion before.

    Parameters
    ----------
    data
        One row per customer, occasion and alternative, as :func:`fit_choices` takes it.
    chosen, alternative, customer
        Columns: what was taken, the brand, and who.
    occasion
        Column that orders the occasions of a customer: numbers or dates.

    Returns
    -------
    pandas.DataFrame
        All columns given and ``last`` (True/False); each customer's first occasion is left out, for
        nobody knows what came before it. Rows are ordered by customer and occasion.

    Raises
    ------
    InputError
        If a column does not fit, an occasion has not just one choice, there is a column ``last``
        already, or nobody has a second occasion.

    Examples
    --------
    >>> frame = pd.DataFrame({"household": 1, "occasion": [1, 1, 2, 2], "brand": ["a", "b"] * 2,
    ...                       "chosen": [True, False, False, True]})
    >>> with_last(frame)[["occasion", "brand", "chosen", "last"]]
       occasion brand  chosen   last
    0         2     a   False   True
    1         2     b    True  False
    """
    frame = read(data)
    if column(frame, "last") is not None:
        raise InputError("There is a column 'last' in the table already; rename or drop it.")
    table = take(
        frame,
        chosen=Column(chosen, "flag"),
        occasion=Column(occasion, "number" if kind(frame, occasion) in "iufb" else "date"),
        alternative=Column(alternative, "group"),
        customer=Column(customer, "group"),
    ).reset_index(drop=True)
    keys = ["customer", "occasion"]
    times = table.groupby(keys, sort=False)["chosen"].sum()
    if (times != 1).any():
        who, when = map(plain, times.index[int(np.argmax(times.to_numpy() != 1))])
        when = int(when) if isinstance(when, float) and when.is_integer() else when
        raise InputError(
            f"Customer {shown(who)} chose {int(times[times != 1].iloc[0])} alternatives on occasion"
            f" {when} and should have chosen just one; check the columns {shown(occasion)} and"
            f" {shown(chosen)}."
        )
    took = table[table["chosen"]].sort_values(keys, kind="stable")
    took["before"] = took.groupby("customer", sort=False)["alternative"].shift(1)
    before = table[keys].merge(took[[*keys, "before"]], on=keys, how="left")["before"]
    kept = before.notna().to_numpy()
    if not kept.any():
        raise InputError(
            f"No customer in column {shown(customer)} has a second occasion, so nobody has a last"
            " purchase; check the columns of customer and occasion."
        )
    last = (table["alternative"].astype(object) == before.astype(object)).to_numpy()
    found = frame.reset_index(drop=True).assign(last=last)[kept]
    order = table[kept].sort_values(keys, kind="stable").index
    return found.loc[order].reset_index(drop=True)
