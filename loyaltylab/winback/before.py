"""What those who are sent campaigns spent before there was any."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import between
from loyaltylab.winback.around import WEEK, Log, sent

NEVER, LATER, USED = "never sent one", "sent one later, redeemed none", "redeemed one later"


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
        What :func:`loyaltylab.winback.around.spending` returned.
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
    >>> from loyaltylab.winback.around import spending
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
