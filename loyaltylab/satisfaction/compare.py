"""By how much the satisfaction rates of two groups differ."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between
from loyaltylab.satisfaction.intervals import difference, share
from loyaltylab.satisfaction.rate import counted
from loyaltylab.satisfaction.survey import By, declared, groups_of, of_group, surveyed


def rate_difference(
    data: Data,
    *,
    by: By,
    reference: Any = None,
    answer: Hashable = "overall",
    satisfied: Any = 4,
    scale: Any = (1, 5),
    count: Hashable | None = None,
    customer: Hashable | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the satisfaction rate of each group less that of a reference group.

    The interval is Newcombe's hybrid of two Wilson intervals (method 10, 1998), each
    comparison by itself; it needs different people in the groups.

    Parameters
    ----------
    reference
        The group that is subtracted; None takes the first in order.
    data, by, answer, satisfied, scale, count, customer, level
        See :func:`satisfaction_rate`. Only those who answered count.

    Returns
    -------
    pandas.DataFrame
        ``group, reference, rate, reference_rate, difference, lower, upper, n, reference_n``.

    Raises
    ------
    InputError
        As :func:`satisfaction_rate`, and for a customer in two groups, one group only, or an
        unknown reference.

    Examples
    --------
    >>> cells = pd.DataFrame(
    ...     {"drug": ["a", "a", "b", "b"], "overall": [5, 1, 5, 1], "people": [56, 14, 48, 32]}
    ... )
    >>> gap = rate_difference(cells, by="drug", reference="b", count="people").iloc[0]
    >>> [round(float(gap[end]), 4) for end in ("difference", "lower", "upper")]
    [0.2, 0.0524, 0.3339]
    """
    between("level", level, 0, 1, open_ends=True)
    if by is None:
        raise InputError("by must name the column that splits the people into groups, not None.")
    one = declared(scale)
    table = surveyed(
        data, {"answer": (answer, one)}, by=by, count=count, customer=customer, together=True
    )
    counts = counted(satisfied, one)
    rates = {}
    for name, part in groups_of(table[table["answer"].notna().to_numpy()]):
        people = part["weight"].to_numpy()
        if people.sum() == 0:
            raise InputError(f"Nobody{of_group(name)} answered {shown(answer)}; leave it out.")
        yes = people[counts(part["answer"].to_numpy())].sum()
        rates[name] = share(float(yes), float(people.sum()), level)
    names = list(rates)
    if len(names) < 2:
        raise InputError(f"by must split the people into two groups or more, not {len(names)}.")
    base = names[0] if reference is None else reference
    if not any(base == name for name in names):
        raise InputError(
            f"reference must be one of the groups{nearest(base, names)}, not {shown(base)}."
        )
    rows = []
    for name in names:
        if name != base:
            gap = difference(rates[name], rates[base])
            values = (rates[name].value, rates[base].value, gap.value, gap.lower, gap.upper)
            rows.append((name, base, *values, rates[name].n, rates[base].n))
    columns = ["group", "reference", "rate", "reference_rate", "difference", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "n", "reference_n"])
