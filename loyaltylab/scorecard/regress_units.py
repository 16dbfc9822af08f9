"""One row per unit for regression to the mean: first measurement, later one, earlier one."""

from __future__ import annotations

import numbers
from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, rows, take


class Periods(NamedTuple):
    """The period of choosing, those after it, and those before it (perhaps none)."""

    at: Any
    after: list[Any]
    earlier: list[Any]


def periods(at: Any, after: Any, earlier: Any) -> Periods:
    """Check the periods: all different and, where they are numbers, in order and mirrored.

    Examples
    --------
    >>> periods(4, [5, 6], [2, 3])
    Periods(at=4, after=[5, 6], earlier=[2, 3])
    """
    later, old = _listed(after), [] if earlier is None else _listed(earlier)
    known = [*old, at, *later]
    for name, value in (("at", at), *(("after", v) for v in later), *(("earlier", v) for v in old)):
        if not np.isscalar(value) and not isinstance(value, pd.Timestamp | pd.Period):
            raise InputError(f"{name} must name a period of the table, not {shown(value)}.")
    for value in known:
        if known.count(value) > 1:
            raise InputError(
                f"at, after and earlier must be different periods, but {shown(value)} stands twice."
            )
    if not later:
        raise InputError("after must name at least one period, not an empty list.")
    if all(isinstance(value, numbers.Real) for value in known):
        _mirrored(at, later, old)
    return Periods(at, later, old)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | range | np.ndarray) else [value]


def _mirrored(at: Any, later: list[Any], old: list[Any]) -> None:
    """See that what is later lies behind, and what is earlier as far before."""
    if min(later) <= at:
        raise InputError(
            f"after must lie behind at, the period of choosing, which is {shown(at)}, but holds"
            f" {shown(min(later))}."
        )
    mirror = sorted(2 * at - value for value in later)
    if old and not np.allclose(sorted(old), mirror if len(old) == len(later) else np.inf):
        raise InputError(
            f"earlier must lie as far before {shown(at)} as after lies behind it, which is"
            f" {some(mirror)}, not {some(sorted(old))}; otherwise chance is not the same in both."
        )


def chosen_units(
    data: Data,
    unit: Hashable,
    period: Hashable,
    value: Hashable,
    selected: Hashable | None,
    times: Periods,
) -> pd.DataFrame:
    """Return one row per unit that has all of the periods: before, after, earlier, chosen.

    Examples
    --------
    >>> seen = pd.DataFrame({"branch": [1, 2, 1, 2], "wave": [1, 1, 2, 2], "score": [5, 6, 7, 8]})
    >>> chosen_units(seen, "branch", "wave", "score", None, periods(1, 2, None))
       unit  before  after
    0     1     5.0    7.0
    1     2     6.0    8.0
    """
    columns = {
        "unit": Column(unit, "group"),
        "period": Column(period, "group"),
        "value": Column(value, "number"),
    }
    if selected is not None:
        columns["chosen"] = Column(selected, "flag")
    frame = take(data, **columns)
    seen = frame["period"].drop_duplicates().tolist()
    for name in [*times.after, times.at, *times.earlier]:
        if name not in seen:
            raise InputError(
                f"Column {shown(period)} has no period {shown(name)}; it holds {some(seen[:8])}."
            )
    twice = frame.duplicated(["unit", "period"])
    if twice.any():
        raise InputError(
            f"Column {shown(unit)} names a unit twice in one period, in {rows(twice)}; average them"
            " first."
        )
    wide = frame.pivot_table(index="unit", columns="period", values="value", observed=True)
    later = wide[times.after].mean(axis=1, skipna=False)
    table = pd.DataFrame({"before": wide[times.at], "after": later})
    if times.earlier:
        table["earlier"] = wide[times.earlier].mean(axis=1, skipna=False)
    if selected is not None:
        flags = frame[frame["period"].isin(times.after)].groupby("unit")["chosen"].any()
        table["chosen"] = flags.reindex(table.index)
    table = table.dropna().reset_index()
    if selected is not None:
        table["chosen"] = table["chosen"].astype(bool)
    return table


def enough(units: pd.DataFrame) -> None:
    """See that there are chosen and others, and that a line can be drawn through the others.

    Examples
    --------
    >>> enough(pd.DataFrame({"before": range(6), "chosen": [True] * 3 + [False] * 3}))
    """
    n = int(units["chosen"].sum())
    if min(n, len(units) - n) < 3:
        raise InputError(
            f"{n} units were chosen and {len(units) - n} were not; at least 3 of each must have all"
            " of the periods."
        )
    if np.ptp(units.loc[~units["chosen"], "before"]) == 0:
        raise InputError(
            "The first measurement is the same for all who were not chosen, so that no line can be"
            " drawn through them."
        )
