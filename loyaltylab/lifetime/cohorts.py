"""Cohorts as a user gives them: who was exposed to churn, who left, and what fits that."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown, some
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import LIMIT
from loyaltylab.lifetime.maximum import maximise
from loyaltylab.lifetime.retention import MAX_PERIODS, likelihood
from loyaltylab.lifetime.retention_fit import NAMES, RetentionFit


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


def fit_shifted_beta_geometric(
    data: Data,
    *,
    period: Hashable = "period",
    customers: Hashable = "customers",
    cohort: Hashable | None = None,
    lost: Hashable | None = None,
) -> RetentionFit:
    """Fit the shifted beta-geometric model by maximum likelihood (Fader & Hardie 2007).

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file: one row per cohort and period, the
        number still customers at the period's end; period 0 is the start.
    period, customers
        Columns. Percentages of an unknown number would give the same estimates, and
        intervals that mean nothing: turn them into customers.
    cohort
        Column that names the cohort, or None for one.
    lost
        Column: customers lost in the period. Then ``customers`` are those exposed to
        churn at its beginning, and periods count from 1, as ``bucket.hazard_table`` returns
        them (columns ``tenure_to, exposed, lost``).

    Returns
    -------
    RetentionFit
        Look at ``.note`` before a projection.

    Raises
    ------
    InputError
        For bad columns, growing or incomplete cohorts, or if nobody left.

    References
    ----------
    Fader, P. S. & Hardie, B. G. S. (2007), "How to project customer retention", Journal of
    Interactive Marketing 21(1).

    Examples
    --------
    >>> cohort = pd.DataFrame({"period": range(5), "customers": [1000, 631, 468, 382, 326]})
    >>> fit_shifted_beta_geometric(cohort).predict(6).tail(2).round(3)[["period", "survival"]]
       period  survival
    4       5     0.284
    5       6     0.254
    """
    table = exposures(data, period, customers, cohort, lost)
    n = float(table["exposed"].max())
    of_data = partial(likelihood, *(table[c].to_numpy(float) for c in table))
    churn = float(table["lost"].iloc[0] / table["exposed"].iloc[0]) or 0.01
    churn = min(max(churn, 0.01), 0.99)
    starts = [(size * churn, size * (1 - churn)) for size in (2.0, 10.0, 0.5)]
    return RetentionFit(maximise(of_data, NAMES, starts, n), table)
