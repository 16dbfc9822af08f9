"""What households spent by day, to whom campaigns were sent, and spending before there was any."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.columns import rows as named
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between

WEEK = 7
NEVER, LATER, USED = "never sent one", "sent one later, redeemed none", "redeemed one later"


class Log(NamedTuple):
    """Spending as a table of households by days.

    Examples
    --------
    >>> Log(np.zeros((1, 2)), pd.Index([7]), np.datetime64("2024-01-01")).spent.shape
    (1, 2)
    """

    spent: Array
    households: pd.Index[Any]
    first: np.datetime64


def spending(
    purchases: Data,
    *,
    household: Hashable = "household",
    date: Hashable = "date",
    amount: Hashable = "sales_usd",
) -> Log:
    """Sum purchases to a table of households by days, once for all that follows.

    Parameters
    ----------
    purchases
        A frame, or the path of a CSV or Parquet file; one row per purchase.
    household, date, amount
        Columns: who, when, and how much money.

    Returns
    -------
    Log
        ``spent`` of shape (households, days), ``households`` and the ``first`` day.

    Raises
    ------
    InputError
        For missing columns, values of another kind, or more than ten years of days.

    Examples
    --------
    >>> log = spending(pd.DataFrame({"household": [1, 1], "sales_usd": [2.0, 3.0],
    ...     "date": ["2024-01-01", "2024-01-03"]}))
    >>> log.spent.tolist()
    [[2.0, 0.0, 3.0]]
    """
    table = take(
        purchases,
        household=Column(household, "group"),
        date=Column(date, "date"),
        amount=Column(amount, "number"),
    )
    codes, households = pd.factorize(table["household"], sort=False)
    days = table["date"].dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    first = days.min()
    since = (days - first).astype(np.int64)
    width = int(since.max()) + 1
    if width > 3660:
        raise InputError(
            f"Column {shown(date)} spans {width:,} days, from {first} on; give at most ten years,"
            " or check for a wrong year."
        )
    cells = codes * width + since
    sums = np.bincount(cells, table["amount"].to_numpy(), minlength=len(households) * width)
    return Log(sums.astype(float).reshape(len(households), width), pd.Index(households), first)


def check_log(log: object) -> None:
    """Refuse a log that is not what :func:`spending` returned.

    Examples
    --------
    >>> check_log(Log(np.zeros((1, 2)), pd.Index([7]), np.datetime64("2024-01-01")))
    """
    if not isinstance(log, Log):
        raise InputError(
            f"log must be what spending() returned, not {shown(type(log).__name__)}; call"
            " spending() on the purchases first."
        )


def sent(campaigns: Data, household: Hashable, campaign: Hashable, start: Hashable) -> pd.DataFrame:
    """Return ``household, campaign, start``, checked: each household once, one start for each.

    Examples
    --------
    >>> one = pd.DataFrame({"household": [1], "campaign": [7], "start": ["2024-01-01"]})
    >>> sent(one, "household", "campaign", "start").shape
    (1, 3)
    """
    rows = pairs(campaigns, household, campaign)
    dates = take(campaigns, start=Column(start, "date"))["start"].reset_index(drop=True)
    rows = rows.assign(start=dates)
    several = rows.groupby("campaign")["start"].nunique()
    if (several > 1).any():
        raise InputError(
            f"Campaign {shown(several.index[several > 1][0])} has {int(several.max())} starts in"
            f" column {shown(start)}; a campaign starts once, so give each start a name of its own."
        )
    return rows


def pairs(data: Data, household: Hashable, campaign: Hashable) -> pd.DataFrame:
    """Return ``household, campaign``, checked: each household once in a campaign.

    Examples
    --------
    >>> pairs(pd.DataFrame({"who": [1], "campaign": [7]}), "who", "campaign").shape
    (1, 2)
    """
    columns = {"household": Column(household, "group"), "campaign": Column(campaign, "group")}
    rows = take(data, **columns)
    again = rows.duplicated()
    if again.any():
        raise InputError(
            f"A household (column {shown(household)}) must stand in a campaign once, but does again"
            f" in {named(again)}; drop the repeats."
        )
    return rows.reset_index(drop=True)


def spend_before(
    campaigns: Data,
    log: Log,
    redemptions: Data,
    *,
    household: Hashable = "household",
    campaign: Hashable = "campaign",
    start: Hashable = "start",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare spending before the first campaign, by what households were sent afterwards.

    The days are those of the log before the first campaign that starts in it. Households that
    were sent one which had started before the log are left out. No campaign can have caused what
    is seen here: it is whom the firm chose, and who chose to redeem.

    Parameters
    ----------
    campaigns
        A frame, or the path of a CSV or Parquet file; one row per campaign and household sent it.
    log
        What :func:`loyaltylab.winback.spending` returned.
    redemptions
        One row per coupon redeemed, with the column ``household``.
    household, campaign, start
        Columns of ``campaigns``.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``group, weekly_spend, lower, upper`` (money per household and week), ``times`` (over those
        never sent one), ``households, weeks``.

    Raises
    ------
    InputError
        For missing columns or values of another kind, less than a week before the first campaign,
        or a group of fewer than two households.

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=28)
    >>> bought = pd.DataFrame([(h, d, 1.0 + h) for h in range(6) for d in days],
    ...     columns=["household", "date", "sales_usd"])
    >>> chosen = pd.DataFrame({"campaign": 1, "household": [2, 3, 4, 5], "start": days[14]})
    >>> spend_before(chosen, spending(bought), pd.DataFrame({"household": [4, 5]}))[
    ...     ["group", "weekly_spend", "times"]].round(1)
                               group  weekly_spend  times
    0                 never sent one          10.5    1.0
    1  sent one later, redeemed none          24.5    2.3
    2             redeemed one later          38.5    3.7
    """
    from statsmodels.stats.weightstats import DescrStatsW

    level = between("level", level, 0, 1, open_ends=True)
    check_log(log)
    rows = sent(campaigns, household, campaign, start)
    used = take(redemptions, household=Column(household, "group"))["household"]
    days = rows["start"].dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    day = (days - log.first).astype(np.int64)
    width = int(day[day >= 0].min()) if (day >= 0).any() else 0
    if width < WEEK:
        raise InputError(
            f"The log begins on {log.first}, less than a week before the first campaign; give"
            " purchases from before it."
        )
    early = rows.loc[day < 0, "household"]
    weekly = log.spent[:, :width].sum(axis=1) / (width / WEEK)
    who = log.households
    kept, chosen = ~who.isin(early), who.isin(rows["household"])
    redeemed = who.isin(used)
    groups = {NEVER: ~chosen, LATER: chosen & ~redeemed, USED: chosen & redeemed}
    found = []
    for name, mine in groups.items():
        part = weekly[kept & mine]
        if len(part) < 2:
            raise InputError(
                f"Fewer than two households stand under {name!r}, so that nothing can be compared;"
                " check the columns that name the households."
            )
        low, high = DescrStatsW(part).tconfint_mean(alpha=1 - level)
        found.append((name, part.mean(), low, high, len(part)))
    table = pd.DataFrame(found, columns=["group", "weekly_spend", "lower", "upper", "households"])
    first = table["weekly_spend"].iloc[0]
    table.insert(4, "times", table["weekly_spend"] / first if first > 0 else np.nan)
    return table.assign(weeks=width / WEEK)
