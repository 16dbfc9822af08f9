"""Files with one row per customer: their pairs of columns become rows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.needs.answers import column_of, differ, look_up


def melt_pairs(
    data: Data,
    pairs: Mapping[str, tuple[Hashable, Hashable]],
    *,
    customer: Hashable | None = None,
    keep: Sequence[Hashable] = (),
) -> pd.DataFrame:
    """Bring a file with one row per customer into one row per customer and attribute.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file.
    pairs
        For each attribute its two columns, ``{"app": ("app_with", "app_without"), …}``: first
        the functional, then the dysfunctional question.
    customer
        Column that names the customer, or None to number the rows from 1.
    keep
        Columns of the customer that come along, such as ``["region"]``.

    Returns
    -------
    pandas.DataFrame
        ``customer``, the columns kept, ``attribute, functional, dysfunctional``.

    Raises
    ------
    InputError
        For pairs that are no pairs of columns, or a column that is missing or stands twice.

    Examples
    --------
    >>> wide = pd.DataFrame({"app_with": [1, 2], "app_without": [5, 3]})
    >>> melt_pairs(wide, {"app": ("app_with", "app_without")})
       customer attribute  functional  dysfunctional
    0         1       app           1              5
    1         2       app           2              3
    """
    frame = read(data)
    if not isinstance(pairs, Mapping) or not pairs:
        raise InputError(
            "pairs must be a dict of attributes and their two columns, as in {'app': ('app_with',"
            f" 'app_without')}}, not {shown(pairs)}."
        )
    for name, pair in pairs.items():
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise InputError(
                f"pairs must give {shown(name)} two columns, the functional and the dysfunctional"
                f" one, not {shown(pair)}."
            )
        look_up(frame, functional=pair[0], dysfunctional=pair[1])
        differ(f"The columns of {shown(name)}", pair[0], pair[1])
    used = [column for pair in pairs.values() for column in pair]
    again = [column for column in used if used.count(column) > 1]
    if again:
        raise InputError(
            f"pairs must name each column once, but {shown(again[0])} stands in two pairs; give"
            " each attribute its own two columns."
        )
    if isinstance(keep, str) or not isinstance(keep, Sequence):
        raise InputError(f"keep must be a list of columns, as in ['region'], not {shown(keep)}.")
    made = ("customer", "attribute", "functional", "dysfunctional")
    for column in keep:
        look_up(frame, keep=column)
        if column in made:
            raise InputError(f"keep must not name {shown(column)}, which melt_pairs() makes.")
    if customer is None:
        names: Any = np.arange(1, len(frame) + 1)
    else:
        names = take(frame, customer=Column(customer, "group"))["customer"].to_numpy()
    parts = [
        pd.DataFrame(
            {
                "customer": names,
                **{column: column_of(frame, column).to_numpy() for column in keep},
                "attribute": name,
                "functional": column_of(frame, pair[0]).to_numpy(),
                "dysfunctional": column_of(frame, pair[1]).to_numpy(),
            }
        )
        for name, pair in pairs.items()
    ]
    return pd.concat(parts, ignore_index=True)
