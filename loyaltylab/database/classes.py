"""Classes of customers by rank: the same on every engine, ties and all."""

from __future__ import annotations

from typing import Any, Literal, cast

import ibis

from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.stats import between, whole
from loyaltylab.database.purchases import text

Best = Literal["high", "low"]
Ties = Literal["customer", "together"]


def quantile_classes(
    table: ibis.Table,
    value: str,
    *,
    classes: int = 5,
    best: Best = "high",
    ties: Ties = "customer",
    customer: str = "customer",
    name: str = "class",
) -> ibis.Table:
    """Add a column that cuts customers by rank into classes of equal size.

    The customers are put in order of the value, the worst first. With
    ``ties="customer"`` equal values stand in order of the customer's name as text, and the
    classes are of equal size (the first ones larger by one, as SQL's ``NTILE``), at the
    price that customers of equal value may be told apart. With ``ties="together"`` equal
    values share the class ``1 + floor(classes · customers before / all customers)``, at the
    price that classes are of unequal size, and some of them perhaps empty.

    Parameters
    ----------
    table
        One row per customer, on any engine.
    value, customer
        Its columns.
    classes
        How many, 2 to 100.
    best
        Which end of the values is the best class, the one with the highest number.
    ties
        See above.
    name
        Name of the new column, whole numbers from 1.

    Raises
    ------
    InputError
        For a missing column or an unknown word.

    Examples
    --------
    >>> import pandas as pd
    >>> table = ibis.memtable(pd.DataFrame({"customer": list("abcd"), "amount": [5, 5, 5, 9]}))
    >>> both = quantile_classes(quantile_classes(table, "amount", classes=2), "amount", classes=2,
    ...     ties="together", name="shared")
    >>> both.order_by("customer").to_pyarrow().to_pandas()
      customer  amount  class  shared
    0        a       5      1       1
    1        b       5      1       1
    2        c       5      2       1
    3        d       9      2       2
    """
    _has(table, value, customer)
    number = whole("classes", classes, 2, 100)
    _one_of("best", best, ("high", "low"))
    _one_of("ties", ties, ("customer", "together"))
    first = table[value].asc() if best == "high" else table[value].desc()
    if ties == "customer":
        order = [first, text(table[customer]).asc()]
        found = ibis.ntile(number).over(ibis.window(order_by=order)) + 1
    else:
        before = ibis.rank().over(ibis.window(order_by=[first]))
        everyone = table[value].count().over(ibis.window())
        found = (before * number) // everyone + 1
    return table.mutate(**{name: found.cast("int64")})


def cumulative(
    table: ibis.Table, value: str = "amount", *, customer: str = "customer"
) -> ibis.Table:
    """Add each customer's place by value, the largest first, and the share reached with him.

    Parameters
    ----------
    table
        One row per customer, on any engine.
    value, customer
        Its columns. A value below 0 counts as 0.

    Returns
    -------
    ibis.Table
        The columns given and ``place`` (from 1; equal values in order of the customer's name
        as text), ``share_before`` and ``share`` (of the sum, without and with this customer;
        null where all values are 0).

    Examples
    --------
    >>> import pandas as pd
    >>> table = ibis.memtable(pd.DataFrame({"customer": ["a", "b", "c"], "amount": [1, 7, 2]}))
    >>> cumulative(table).order_by("place").to_pyarrow().to_pandas()["share"].tolist()
    [0.7, 0.9, 1.0]
    """
    _has(table, value, customer)
    counted = table.mutate(counted_=ibis.greatest(table[value], 0))
    order = [counted[value].desc(), text(counted[customer]).asc()]
    reached = counted.mutate(
        place=ibis.row_number().over(ibis.window(order_by=order)) + 1,
        reached_=counted.counted_.sum().over(ibis.cumulative_window(order_by=order)),
        whole_=counted.counted_.sum().over(ibis.window()),
    )
    whole_sum = reached.whole_.cast("float64").nullif(0.0)
    # money is decimal up to here: what is divided is the same on every engine
    before = (reached.reached_ - reached.counted_).cast("float64")
    return reached.mutate(
        share_before=before / whole_sum, share=reached.reached_.cast("float64") / whole_sum
    ).drop("counted_", "reached_", "whole_")


def share_classes(
    table: ibis.Table,
    value: str = "amount",
    *,
    cuts: tuple[float, ...] = (0.8, 0.95),
    customer: str = "customer",
    name: str = "class",
) -> ibis.Table:
    """Add the class of ABC analysis: A for who, the largest first, reach the first cut, and so on.

    A customer belongs to the class in which his value begins: who takes the sum across 80 % is
    still an A. Who bought for nothing is in the last class.

    Parameters
    ----------
    table, value, customer
        See :func:`cumulative`.
    cuts
        Shares of the sum at which a class ends, rising, between 0 and 1.
    name
        Name of the new column: ``"A"``, ``"B"``, …

    Examples
    --------
    >>> import pandas as pd
    >>> table = ibis.memtable(pd.DataFrame({"customer": ["a", "b", "c"], "amount": [1, 7, 2]}))
    >>> share_classes(table).order_by("place").to_pyarrow().to_pandas()["class"].tolist()
    ['A', 'A', 'B']
    """
    if not isinstance(cuts, tuple | list) or not 1 <= len(cuts) <= 25:
        raise InputError(f"cuts must be a tuple of 1 to 25 shares, not {shown(cuts)}.")
    ends = [between("cuts", cut, 0, 1, open_ends=True) for cut in cuts]
    if ends != sorted(set(ends)):
        raise InputError(f"cuts must rise from one to the next, not {shown(cuts)}.")
    found = cumulative(table, value, customer=customer)
    letter: Any = ibis.literal(chr(ord("A") + len(ends)))
    for place in range(len(ends) - 1, -1, -1):
        inside = (found.share_before < ends[place]) & (found[value] > 0)
        letter = inside.ifelse(chr(ord("A") + place), letter)
    return found.mutate(**{name: cast(ibis.expr.types.StringValue, letter)})


def _has(table: ibis.Table, *columns: str) -> None:
    if not isinstance(table, ibis.Table):
        raise InputError(f"table must be an ibis table, not a {type(table).__name__}.")
    for name in columns:
        if name not in table.columns:
            raise InputError(
                f"There is no column {shown(name)}{nearest(name, table.columns)}; the columns are"
                f" {some(table.columns)}."
            )


def _one_of(name: str, value: Any, words: tuple[str, ...]) -> None:
    if value not in words:
        raise InputError(f"{name} must be {' or '.join(map(repr, words))}, not {shown(value)}.")
