"""The same purchases cut to shorter windows: concentration depends on how long one looks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import between, whole
from loyaltylab.segments.concentration import concentration_of
from loyaltylab.segments.summary import day_of, span_of
from loyaltylab.segments.values import Negative, counted

WEEKS = (4, 13, 26, 52)


def by_window(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable = "date",
    amount: Hashable = "amount",
    weeks: Sequence[int] = WEEKS,
    until: Any = None,
    top: float = 0.2,
    hold: float = 0.8,
    negative: Negative = "keep",
    level: float = 0.95,
    draws: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Cut a purchase log to its last weeks, and measure concentration in each cut.

    A short window holds chance: who happened to shop in it looks like a heavy buyer. Among all
    customers it therefore looks more concentrated than a long one. Among those who bought in it
    the light ones are missing, so that it may look less so. Neither is wrong: a share without
    its window and its base says nothing.

    Parameters
    ----------
    data, customer, date, amount, top, hold, negative, level, draws, seed
        As in :func:`how_concentrated`.
    weeks
        Lengths of the windows, whole numbers of weeks; all end on the same day.
    until
        Last day of all windows; None is the last day of the log.

    Returns
    -------
    pandas.DataFrame
        ``weeks, among`` (``"buyers"`` in the window, or ``"all"`` who are in the log until
        then), and the columns of :func:`how_concentrated`.

    Raises
    ------
    InputError
        As :func:`how_concentrated`, or if a window begins before the log.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=56)
    >>> log = pd.DataFrame({"customer": [d % 9 for d in range(56)], "date": days, "amount": 1.0})
    >>> table = by_window(log, weeks=(1, 8), draws=100)
    >>> table.loc[table["quantity"] == "Gini", ["weeks", "among", "estimate", "n"]].round(2)
        weeks   among  estimate  n
    2       1  buyers      0.00  7
    6       1     all      0.22  9
    10      8  buyers      0.03  9
    14      8     all      0.03  9
    """
    from loyaltylab.database.purchases import fetched, ledger

    top = between("top", top, 0, 1, open_ends=True)
    hold = between("hold", hold, 0, 1, open_ends=True)
    rows = ledger(data, customer=customer, date=date, amount=amount)
    first, last = span_of(rows)
    end = last if until is None else day_of("until", until)
    lengths = _lengths(weeks, first, end)
    measures = {}
    rows = rows.filter(rows["date"] <= end.date())
    for length in lengths:
        inside = rows["date"] > (end - pd.Timedelta(weeks=length)).date()
        measures[f"amount_{length}"] = rows["amount"].sum(where=inside)
        measures[f"rows_{length}"] = inside.sum()
    table = fetched(rows.group_by("customer").aggregate(**measures))
    parts = []
    for length in lengths:
        value = table[f"amount_{length}"].fillna(0.0).to_numpy(float)
        bought = table[f"rows_{length}"].to_numpy() > 0
        for among, values in (("buyers", value[bought]), ("all", value)):
            checked = counted(values, negative, str(amount))
            found = concentration_of(checked, top, hold, level, draws, seed)
            found.insert(0, "weeks", length)
            found.insert(1, "among", among)
            parts.append(found)
    return pd.concat(parts, ignore_index=True)


def _lengths(weeks: Any, first: pd.Timestamp, end: pd.Timestamp) -> list[int]:
    """Return the lengths of the windows, all of which the log covers."""
    if isinstance(weeks, str) or not isinstance(weeks, Sequence) or not weeks:
        raise InputError(f"weeks must be a list of whole numbers of weeks, not {shown(weeks)}.")
    lengths = sorted({whole("weeks", length, 1, 10_000) for length in weeks})
    days = (end - first).days + 1
    if lengths[-1] * 7 > days:
        raise InputError(
            f"weeks holds {lengths[-1]}, but the log covers {max(days, 0):,} days until"
            f" {end.date()}; ask for at most {max(days // 7, 0):,} weeks."
        )
    return lengths
