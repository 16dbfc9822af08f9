"""Columns that know too much: what became known only by leaving must not foretell it."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.columns import checked
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import LIMIT, Array
from loyaltylab.churn.scores import auc
from loyaltylab.drivers.ratings import names

TOO_GOOD, SAME = 0.95, 0.98
"""Area under the curve that one column alone seldom has; correlation that makes a copy."""
COLUMNS = 60
MOST = 12
"""Most columns of numbers whose products are looked at."""


def leaks(
    data: Data,
    *,
    columns: Sequence[Hashable],
    churned: Hashable = "churned",
    numbers: Sequence[Hashable] = (),
) -> pd.DataFrame:
    """Look for columns that may know the outcome: a suspicion, and no proof.

    Two signs are looked for: a column that tells leavers from stayers nearly alone (area under
    the curve 0.95 or more), and a number that is a product of two others in the list (correlation
    of logarithms 0.98 or more), as a total charge is of tenure and monthly charge: it then carries
    both, and grows until the day of leaving. What was recorded after the customer left shows
    neither sign: only who made the table knows.

    Parameters
    ----------
    data, columns, churned
        As in :func:`fit_warning`.
    numbers
        Which of the columns are numbers; text is looked at by its share of leavers.

    Returns
    -------
    pandas.DataFrame
        ``column, auc_alone, suspicion`` (text, empty where there is none).

    Raises
    ------
    InputError
        For bad columns.

    Examples
    --------
    >>> seen = pd.DataFrame({"months": [1, 5, 9, 4], "fee": [7, 2, 5, 3], "left": [1, 0, 0, 1]})
    >>> seen["total"] = seen["months"] * seen["fee"]
    >>> leaks(seen, columns=["total", "months", "fee"], churned="left",
    ...       numbers=["total", "months", "fee"])["suspicion"].tolist()[0]
    'is months × fee'
    """
    listed = names("columns", columns, 1, COLUMNS)
    counted = [c for c in listed if c in names("numbers", numbers, 0, COLUMNS)]
    frame = read(data).reset_index(drop=True)
    found = take(frame, **{f"c{i}": Column(c, "group") for i, c in enumerate(listed)})
    gone = take(frame, gone=Column(churned, "flag"))["gone"].to_numpy()
    values = {
        c: checked(found[f"c{i}"], Column(c, "number", -LIMIT, LIMIT)).to_numpy()
        if c in counted
        else _by_rate(found[f"c{i}"], gone)
        for i, c in enumerate(listed)
    }
    products = _products({c: values[c] for c in counted[:MOST]})
    made = []
    for column in listed:
        area = auc(values[column], gone.astype(float), 0.95)[0] if 0 < gone.mean() < 1 else 0.5
        area = max(area, 1 - area)
        reasons = [f"is {products[column]}"] if column in products else []
        reasons += ["tells leavers from stayers nearly alone"] if area >= TOO_GOOD else []
        made.append((column, area, " and ".join(reasons)))
    return pd.DataFrame(made, columns=["column", "auc_alone", "suspicion"])


def _by_rate(values: pd.Series[Any], gone: Any) -> Array:
    """Score each level of a category by its share of leavers."""
    codes = pd.factorize(values)[0]
    share = np.bincount(codes, gone) / np.bincount(codes)
    return np.asarray(share[codes])


def _products(numbers: dict[Hashable, Array]) -> dict[Hashable, str]:
    """Find numbers that are, nearly, the product of two others."""
    found: dict[Hashable, str] = {}
    for column, value in numbers.items():
        others = [c for c in numbers if c != column and c not in found]
        for one, other in itertools.combinations(others, 2):
            product = numbers[one] * numbers[other]
            seen = (value > 0) & (product > 0)
            if seen.sum() < 3 or column in found:
                continue
            logs = np.log(value[seen]), np.log(product[seen])
            if min(log.std() for log in logs) < 1e-9:
                continue
            exact = np.abs(logs[0] - logs[1]).mean() < 0.1 * max(logs[1].std(), 1e-9)
            if exact and np.corrcoef(*logs)[0, 1] >= SAME:
                found[column] = f"{one} × {other}"
    return found
