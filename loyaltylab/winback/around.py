"""Spending around campaigns that were not sent by lot: what can be seen, and what cannot."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, whole
from loyaltylab.winback.around_fit import AroundFit
from loyaltylab.winback.household_log import WEEK, Log, check_log, pairs, sent


def around_campaigns(
    campaigns: Data,
    log: Log,
    *,
    against: Data | None = None,
    household: Hashable = "household",
    campaign: Hashable = "campaign",
    start: Hashable = "start",
    before: int = 8,
    after: int = 8,
    shift: int = 0,
    alone: bool = False,
    level: float = 0.95,
) -> AroundFit:
    """Follow weekly spending of those who were sent a campaign and of others, around its start.

    For each campaign the mean of the households sent it less that of the others, week by week,
    then over campaigns with the number of households sent it as weight: an event study. What
    differs between the two for good cancels in *after less before* (difference in differences);
    it is the effect of the campaign **only if** the two would have moved alike without it, which
    no table of this kind can show. A household may stand in many campaigns, so errors are
    clustered by household.

    Parameters
    ----------
    campaigns
        A frame, or the path of a CSV or Parquet file; one row per campaign and household sent it.
    log
        What :func:`spending` returned.
    against
        Rows of the same columns (without ``start``): with whom to compare, for instance those sent
        the campaign who redeemed nothing. None compares with all households not sent it.
    household, campaign, start
        Columns of ``campaigns``; a campaign has one start.
    before, after
        Weeks before the start, and from it on; campaigns whose window leaves the log are not used.
    shift
        Weeks by which to move each start: a *placebo* with ``shift=-after`` looks at weeks that
        were over when the campaign began.
    alone
        Whether to use, in each campaign, only households to whom no other one starts in the window.
    level
        Coverage of the intervals.

    Returns
    -------
    AroundFit
        With ``.table()`` (by week), ``.summary()`` and ``.plot()``.

    Raises
    ------
    InputError
        For missing columns, values of another kind, a household that stands in a campaign twice, a
        campaign with two starts, or if no campaign has its window inside the log.

    Examples
    --------
    >>> from loyaltylab.winback import spending
    >>> days = pd.date_range("2024-01-01", periods=42)
    >>> bought = pd.DataFrame([(h, d, 1.0 + (h < 3) * (d >= days[21])) for h in range(6)
    ...     for d in days], columns=["household", "date", "sales_usd"])
    >>> sent = pd.DataFrame({"campaign": 1, "household": [0, 1, 2], "start": days[21]})
    >>> fit = around_campaigns(sent, spending(bought), before=2, after=2)
    >>> fit.table()["difference"].tolist()
    [0.0, 0.0, 7.0, 7.0]
    """
    level = between("level", level, 0, 1, open_ends=True)
    before, after = whole("before", before, 2, 104), whole("after", after, 1, 104)
    shift = whole("shift", shift, -104, 104)
    check_log(log)
    rows = sent(campaigns, household, campaign, start)
    other = None if against is None else pairs(against, household, campaign)
    days = rows["start"].dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    rows = rows.assign(
        day=(days - log.first).astype(np.int64),
        place=log.households.get_indexer(pd.Index(rows["household"])),
    )
    known = rows[rows["place"] >= 0]
    if known.empty:
        raise InputError(
            f"No household of column {shown(household)} ({shown(rows['household'].tolist()[0])}, …)"
            f" is in the log ({shown(log.households.tolist()[0])}, …); write both in one way."
        )
    parts = []
    for name, part in known.groupby("campaign", sort=True):
        day = int(part["day"].iloc[0]) + WEEK * shift
        left, right = day - WEEK * before, day + WEEK * after
        if left < 0 or right > log.spent.shape[1]:
            continue
        group = np.zeros(len(log.households), np.int8)
        if other is None:
            group[:] = 2
        else:
            whom = pd.Index(other.loc[other["campaign"] == name, "household"])
            places = log.households.get_indexer(whom)
            group[places[places >= 0]] = 2
        group[part["place"].to_numpy()] = 1
        if alone:
            near = known["day"].between(left, right - 1) & (known["campaign"] != name)
            group[known.loc[near, "place"].to_numpy()] = 0
        if (group == 1).sum() > 1 and (group == 2).sum() > 1:
            weeks = log.spent[:, left:right].reshape(len(group), before + after, WEEK)
            parts.append((group, weeks.sum(axis=2)))
    if not parts:
        raise InputError(
            f"No campaign has {before} weeks before and {after} after its start inside the log, and"
            " at least two households on each side; ask for fewer weeks, or check whom to compare."
        )
    return AroundFit(*_pooled(parts), before=before, campaigns=len(parts), level=level)


def _pooled(
    parts: list[tuple[npt.NDArray[np.int8], Array]],
) -> tuple[Array, Array, Array, int, int]:
    """Return the weekly means of both, what each household moves them by, and how many there are.

    A household moves the mean of its group by its distance from it over the group's size.
    """
    total = sum(int((group == 1).sum()) for group, _ in parts)
    households, weeks = parts[0][1].shape
    means, moved = np.zeros((2, weeks)), np.zeros((households, weeks))
    used = np.zeros((2, households), bool)
    for group, spent in parts:
        share = (group == 1).sum() / total
        for side, sign in ((1, 1.0), (2, -1.0)):
            mine = group == side
            mean = spent[mine].mean(axis=0)
            means[side - 1] += share * mean
            moved[mine] += sign * share * (spent[mine] - mean) / mine.sum()
            used[side - 1] |= mine
    seen = used.any(axis=0)
    return means[0], means[1], moved[seen], total, int(used[0].sum())
