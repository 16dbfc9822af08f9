"""Cohorts as a user gives them, turned into who was exposed to churn and who left."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import LIMIT
from loyaltylab.lifetime.retention import MAX_PERIODS


def exposures(
    data: Data,
    period: Hashable,
    customers: Hashable,
    cohort: Hashable | None = None,
    lost: Hashable | None = None,
) -> pd.DataFrame:
    """Return ``period, exposed, lost``, all cohorts together, or name the rows that are wrong."""
    wanted = {
        "period": Column(period, "whole", 0 if lost is None else 1, MAX_PERIODS),
        "customers": Column(customers, "number", 0, LIMIT),
    }
    if cohort is not None:
        wanted["cohort"] = Column(cohort, "group")
    if lost is not None:
        wanted["lost"] = Column(lost, "number", 0, LIMIT)
    frame = take(data, **wanted)
    frame["cohort"] = pd.factorize(frame["cohort"])[0] if cohort is not None else 0
    if lost is None:
        frame = losses(frame, customers, period)
    else:
        more = frame["lost"] > frame["customers"]
        if more.any():
            raise InputError(
                f"Column {shown(lost)} is larger than {shown(customers)} in {rows(more)}; nobody"
                " can leave who was not there."
            )
        frame = frame.rename(columns={"customers": "exposed"})
    table = frame.groupby("period", as_index=False)[["exposed", "lost"]].sum()
    table = table[table["exposed"] > 0].reset_index(drop=True)
    if table.empty or not (table["period"] == np.arange(1, len(table) + 1)).all():
        raise InputError(
            f"Column {shown(period)} must run 1, 2, 3, … without gaps after the start, but holds"
            f" {some(int(t) for t in table['period']) or 'nothing else'}."
        )
    if not 0 < table["lost"].sum() < table["exposed"].sum():
        who = "nobody left" if table["lost"].sum() == 0 else "nobody ever stayed"
        raise InputError(
            f"Column {shown(customers)} says that {who}, so that nothing tells how churn differs"
            " between customers; observe more periods."
        )
    return table


def losses(frame: pd.DataFrame, customers: Hashable, period: Hashable) -> pd.DataFrame:
    """Turn customers left into exposed and lost, cohort by cohort."""
    keys = ["cohort", "period"]
    double = frame.duplicated(keys)
    if double.any():
        raise InputError(
            f"Column {shown(period)} names a period twice in {rows(double)}; name the column of"
            " the cohorts, or add up the rows."
        )
    frame = frame.sort_values(keys, kind="stable")
    groups = frame.groupby("cohort")
    gap = frame["period"] != groups.cumcount()
    if gap.any():
        raise InputError(
            f"Column {shown(period)} must run 0, 1, 2, … without gaps within each cohort, but"
            f" does not at {rows(gap)}."
        )
    before = groups["customers"].shift()
    grown = frame["customers"] > before
    if grown.any():
        raise InputError(
            f"Column {shown(customers)} grows at {rows(grown)}; a cohort can only shrink, so"
            " leave out whoever joined later or came back."
        )
    frame = frame.assign(exposed=before, lost=before - frame["customers"])
    return frame[frame["period"] > 0]
