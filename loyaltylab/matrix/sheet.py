"""The bank's four indicators as a sheet, with what is missing said."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import between

SHEET = (
    ("satisfaction", "产品和程序的满意度", "product"),
    ("satisfaction", "产品和程序的满意度", "process"),
    ("value driver", "价值驱动力", "culture"),
    ("loyalty driver", "忠诚驱动力", "value_for_money"),
    ("loyalty", "忠诚指标", "volume"),
    ("loyalty", "忠诚指标", "frequency"),
    ("loyalty", "忠诚指标", "usage"),
)
"""Indicator, the document's words, and the measures that the document names for it."""
USUAL = {
    "product": "quality",
    "process": "service",
    "value_for_money": "price",
    "volume": "own_cents",
    "frequency": "own_purchases",
}
"""Columns of the linked firm; where one is not there, nobody asked."""
REMARKS = {
    "culture": "as the document has it; it looks swapped with the loyalty driver",
    "value_for_money": "as the document has it; it looks swapped with the value driver",
}


def four_indicators(
    frame: Data,
    *,
    product: Hashable | None = USUAL["product"],
    process: Hashable | None = USUAL["process"],
    culture: Hashable | None = None,
    value_for_money: Hashable | None = USUAL["value_for_money"],
    volume: Hashable | None = USUAL["volume"],
    frequency: Hashable | None = USUAL["frequency"],
    usage: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Fill the sheet of the four indicators: a mean and its interval for every measure.

    The document names four indicators and seven measures, and neither scales nor weights, so
    that there is no sum of them. A measure without a column stays on the sheet, empty; so does
    one whose usual column (``quality``, ``service``, ``price``, ``own_cents``,
    ``own_purchases``) is not in the frame.

    Parameters
    ----------
    frame
        A frame, or the path of a CSV or Parquet file; one row per customer.
    product, process
        Columns: satisfaction with the product and with the process.
    culture
        Column: how well loyal customers know the firm's culture; None where nobody asked.
    value_for_money
        Column: how much it seems worth its price.
    volume, frequency, usage
        Columns: how much is bought, how often, and how often it is used.
    level
        Coverage of the interval of each mean (Student's t).

    Returns
    -------
    pandas.DataFrame
        ``indicator, document, measure, column, n, missing, mean, lower, upper, remark``. Where
        a column has no value ``mean`` is NaN, and with a single one the interval is.

    Raises
    ------
    InputError
        For a column other than the usual one that is named and not there, and for one that
        holds no numbers.

    Examples
    --------
    >>> people = pd.DataFrame({"quality": [4, 5, None], "service": [3, 4, 4], "price": [3, 3, 5],
    ...                        "own_cents": [100, 300, 200], "own_purchases": [1, 3, 2]})
    >>> four_indicators(people)[["indicator", "measure", "n", "missing", "mean"]].round(2)
            indicator          measure  n  missing    mean
    0    satisfaction          product  2        1    4.50
    1    satisfaction          process  3        0    3.67
    2    value driver          culture  0        3     NaN
    3  loyalty driver  value_for_money  3        0    3.67
    4         loyalty           volume  3        0  200.00
    5         loyalty        frequency  3        0    2.00
    6         loyalty            usage  0        3     NaN
    """
    between("level", level, 0, 1, open_ends=True)
    named = (product, process, culture, value_for_money, volume, frequency, usage)
    data = read(frame)
    rows = []
    for (indicator, words, measure), column in zip(SHEET, named, strict=True):
        mean, lower, upper, n = (np.nan, np.nan, np.nan, 0)
        empty = "nobody asked or counted it" if column is None else ""
        if column is not None and column == USUAL.get(measure) and column not in data.columns:
            empty, column = f"there is no column {column!r}", None
        if column is not None:
            mean, lower, upper, n = _mean(data, measure, column, level)
        remark = "; ".join(x for x in (empty, REMARKS.get(measure, "")) if x)
        rows.append(
            (
                indicator,
                words,
                measure,
                "" if column is None else str(column),
                n,
                len(data) - n,
                mean,
                lower,
                upper,
                remark,
            )
        )
    names = ["indicator", "document", "measure", "column", "n", "missing", "mean"]
    return pd.DataFrame(rows, columns=[*names, "lower", "upper", "remark"])


def _mean(
    data: pd.DataFrame, measure: str, column: Hashable, level: float
) -> tuple[float, float, float, int]:
    """Return mean, interval and n of the values of a column that are there."""
    from statsmodels.stats.weightstats import DescrStatsW

    there = data
    if column in list(data.columns):  # a column that is missing is told by take()
        there = data.dropna(subset=[column])
        if there.empty and len(data):
            return np.nan, np.nan, np.nan, 0
    values = take(there, **{measure: Column(column, "number")})[measure]
    if len(values) < 2:
        return float(values.iloc[0]), np.nan, np.nan, len(values)
    lower, upper = DescrStatsW(values).tconfint_mean(alpha=1 - level)
    return float(values.mean()), float(lower), float(upper), len(values)
