"""From a panel to moves: who stood where in one period, and where in the next."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.held import stands_once

LEFT = "left"
MOST_STATES = 30


def moves(
    data: Data,
    *,
    customer: Hashable = "customer",
    period: Hashable = "quarter",
    stage: Hashable = "stage",
    stages: Iterable[str] = STAGES,
    by: Hashable | None = None,
    left: Mapping[Any, Any] | None = None,
) -> pd.DataFrame:
    """Return every move from one period to the very next.

    Two rows of a customer make a move only if their periods follow each other: a missing
    period, or one in which the stage is undecided (NaN), is a gap and no move.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer and period.
    customer, period, stage
        Columns; period holds whole numbers, each one more than the one before it.
    stages
        All stages, from the lowest to the highest.
    by
        Column that splits the moves by what it holds in the earlier period, or None.
    left
        Customer -> first period in which he is a customer no more, for those who left (missing
        for others); a dict or a Series indexed by customer. Who is seen in the period before
        moves to the state ``left``. None: who vanishes is not counted.

    Returns
    -------
    pandas.DataFrame
        ``customer, period`` (the earlier), ``earlier`` (stage one period before, NaN after a
        gap), ``before, after`` (categoricals), ``group``, ``weight``: 1, but with ``left`` more
        than 1 for who is seen again. Who left is known whether he answers or not, and who stays
        is seen only if he answers; so those seen again stand, stage by stage, also for those
        who stayed and were not seen.

    Raises
    ------
    InputError
        For a missing column, an unknown stage, a period that is no whole number, a customer who
        stands twice in a period or is seen after he left, or no move at all.

    Examples
    --------
    >>> seen = pd.DataFrame({"customer": [1, 1, 1, 2, 2], "quarter": [1, 2, 3, 1, 3],
    ...                      "stage": ["none", "cognitive", "none", "none", "none"]})
    >>> moves(seen)[["customer", "period", "earlier", "before", "after"]]
       customer  period earlier     before      after
    0         1       1     NaN       none  cognitive
    1         1       2    none  cognitive       none
    """
    names = checked_stages(stages)
    fixed = {"customer": Column(customer, "group"), "period": Column(period, "whole")}
    if by is not None:
        fixed["group"] = Column(by, "group")
    frame = read(data)
    table = take(frame, **fixed)
    table["stage"] = _codes(frame, stage, names)
    if by is None:
        table["group"] = "all"
    doubled = table.duplicated(["customer", "period"])
    if doubled.any():
        raise InputError(
            f"Column {shown(customer)} names a customer twice in one period ({rows(doubled)}); keep"
            " one row per customer and period."
        )
    table = table.reset_index(drop=True)
    seen = table[table["stage"] >= 0].sort_values(["customer", "period"], kind="stable")
    if left is not None:
        seen = pd.concat([seen, _gone(left, table, customer, len(names))])
        seen = seen.sort_values(["customer", "period"], kind="stable")
        names = (*names, LEFT)
    follows = _follows(seen)
    found = pd.DataFrame(
        {
            "customer": seen["customer"].to_numpy()[:-1],
            "period": seen["period"].to_numpy()[:-1],
            "earlier": np.where(follows[:-1], seen["stage"].shift(1).to_numpy()[:-1], -1),
            "before": seen["stage"].to_numpy()[:-1],
            "after": seen["stage"].to_numpy()[1:],
            "group": seen["group"].to_numpy()[:-1],
        }
    )
    found["weight"] = 1.0 if left is None else _weights(seen, follows, table["period"].max())[:-1]
    found = found[follows[1:]].reset_index(drop=True)
    if found.empty:
        raise InputError(
            f"There is no move: nobody is seen in two periods that follow each other in column"
            f" {shown(period)}; number the periods 1, 2, 3, … without steps."
        )
    for name in ("earlier", "before", "after"):
        found[name] = pd.Categorical.from_codes(
            found[name].astype(int).tolist(), pd.Index(names), ordered=True
        )
    return found


def _follows(seen: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether a row is of the same customer as the row above, one period later."""
    who, when = seen["customer"].to_numpy(), seen["period"].to_numpy()
    if not len(seen):
        return np.zeros(1, bool)
    same: npt.NDArray[np.bool_] = (who[1:] == who[:-1]) & (when[1:] == when[:-1] + 1)
    follows: npt.NDArray[np.bool_] = np.concatenate([[False], same])
    return follows


def _weights(
    seen: pd.DataFrame, follows: npt.NDArray[np.bool_], last: int
) -> npt.NDArray[np.float64]:
    """Return for how many who stayed each row stands: those seen again, and those not."""
    stage, again = seen["stage"].to_numpy(), np.r_[follows[1:], False]
    leaves = again & (np.r_[stage[1:], 0] == stage.max())
    stays = (seen["period"].to_numpy() < last) & ~leaves & (stage < stage.max())
    shown_again = np.bincount(stage, stays & again, minlength=stage.max() + 1)
    all_ = np.bincount(stage, stays, minlength=stage.max() + 1)
    weight = np.divide(all_, shown_again, out=np.ones(len(all_)), where=shown_again > 0)
    return np.where(leaves, 1.0, weight[stage])


def checked_stages(stages: Any) -> tuple[str, ...]:
    """Return the names of the stages, or say what is wrong with them."""
    names = tuple(stages) if isinstance(stages, Iterable) and not isinstance(stages, str) else ()
    words = all(isinstance(name, str) and name for name in names)
    enough = len(set(names)) == len(names) and 2 <= len(names) <= MOST_STATES
    if words and enough and LEFT not in names:
        return names
    raise InputError(
        f"stages must name from 2 to {MOST_STATES} different stages, from the lowest to the"
        f" highest and none of them 'left', not {shown(stages)}."
    )


def _codes(frame: pd.DataFrame, stage: Hashable, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return the number of each row's stage, -1 where it is undecided."""
    if not stands_once(frame, stage):
        take(frame, stage=Column(stage, "group"))
    values = frame[stage]
    strange = values.notna() & ~values.isin(names)
    if strange.any():
        raise InputError(
            f"Column {shown(stage)} must hold {some(names)}, or nothing where it is undecided, but"
            f" {rows(strange)} hold{'s' if strange.sum() == 1 else ', first,'}"
            f" {shown(values[strange].tolist()[0])}."
        )
    return np.asarray(pd.Categorical(values, categories=list(names)).codes, np.int64)


def _gone(left: Any, table: pd.DataFrame, customer: Hashable, code: int) -> pd.DataFrame:
    """Return one row for each customer of the panel who left, in the first period without him."""
    if not isinstance(left, Mapping | pd.Series):
        raise InputError(
            "left must be a dict or Series that gives, by customer, the first period in which he"
            f" is a customer no more, not {shown(left)}."
        )
    if isinstance(left, pd.Series) and left.index.has_duplicates:
        raise InputError(
            f"left names customer {shown(left.index[left.index.duplicated()].tolist()[0])} twice;"
            " give each the one period in which he left."
        )
    when = pd.Series(dict(left.items()), dtype=object).dropna()
    if len(when) == 0:
        return table.iloc[:0]
    periods = take(pd.DataFrame({"left": when}), left=Column("left", "whole"))["left"]
    known = periods[periods.index.isin(table["customer"])]
    if known.empty:
        raise InputError(
            f"left names nobody of column {shown(customer)}: it holds {shown(when.index[0])}, and"
            f" the column {shown(table['customer'].iloc[0])}; use the same names in both."
        )
    late = table["period"] >= table["customer"].map(known)
    if late.any():
        who, when = table.loc[late, ["customer", "period"]].iloc[0].tolist()
        raise InputError(
            f"Customer {who} is seen in period {when} and has left by {known[who]}"
            f" ({int(late.sum())} such rows); left must be the first period in which he is a"
            " customer no more."
        )
    last = table.sort_values("period").groupby("customer", observed=True)["group"].last()
    return pd.DataFrame(
        {
            "customer": known.index,
            "period": known.to_numpy(),
            "group": last.reindex(known.index).to_numpy(),
            "stage": code,
        }
    )
