"""Before and after, and nothing else: what a report usually shows."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Literal, get_args

import numpy as np

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import whole
from loyaltylab.scorecard.effect import Effect, made
from loyaltylab.scorecard.weeks import level_of, weekly

Against = Literal["all before", "a year before"]


def before_after(
    data: Data,
    *,
    start: int,
    week: Hashable = "week",
    value: Hashable = "orders",
    group: Hashable | None = "region",
    treated: Any = "high competition",
    against: Against = "all before",
    year: int = 52,
    ratio: bool = True,
    level: float = 0.95,
) -> Effect:
    """Compare the weeks after a change with those before it, as a report usually does.

    The difference of the two means (of logarithms, for a ratio), with Welch's interval (1947)
    over weeks; or, against the same weeks ``year`` weeks before, the mean difference with
    Student's. Season, trend, whatever else happened, and chance that lasts for weeks are all
    counted as effect, and the interval, which takes weeks for independent, knows nothing of them.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file: one row per week, or per week and group.
    start
        First week in which the change holds.
    week, value
        Columns: the number of the week, without gaps; what is looked at.
    group, treated
        Column of groups and the one that was changed; group None if the table has no groups. The
        others are left out here.
    against
        All weeks before, or only the same weeks a year before (which takes out the season).
    year
        Weeks between the two.
    ratio
        Whether the effect is a ratio (orders) or a difference (points of satisfaction).
    level
        Coverage that the interval claims.

    Raises
    ------
    InputError
        For what :func:`interrupted_series` refuses, an unknown ``against``, or too few weeks that
        have one a year before.

    References
    ----------
    Campbell, D. T. & Stanley, J. C. (1963), *Experimental and Quasi-Experimental Designs for
    Research*: design 2, whose threats are listed there (reported, not verified).

    Examples
    --------
    >>> import pandas as pd
    >>> seen = pd.DataFrame({"week": range(1, 21), "orders": [98, 102] * 5 + [118, 122] * 5})
    >>> before_after(seen, start=11, group=None).sentence()
    'By before/after the ratio is 1.20 (95% interval 1.18 to 1.22, n = 20 weeks).'
    """
    from scipy.stats import t
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    sure = level_of(level)
    if against not in get_args(Against):
        raise InputError(
            "against must be 'all before' or 'a year before', not"
            f" {shown(against)}{nearest(against, get_args(Against))}."
        )
    seen = weekly(
        data, start=start, week=week, value=value, group=group, treated=treated, ratio=ratio
    )
    old, new = (seen.loc[seen["after"] == side, "y"].to_numpy() for side in (False, True))
    if against == "all before":
        if np.ptp(old) == np.ptp(new) == 0:
            raise InputError(
                f"Column {shown(value)} never changes before the start, nor after it, so that"
                " nothing tells how sure the change is."
            )
        both = CompareMeans(DescrStatsW(new), DescrStatsW(old))
        low, high = both.tconfint_diff(alpha=1 - sure, usevar="unequal")
        gap, half = float(new.mean() - old.mean()), float(high - low) / 2
        return made("before/after", gap, half, len(seen), "weeks", ratio=ratio, level=sure)
    lag = whole("year", year, 1, len(seen) - 1)
    y, after = seen["y"].to_numpy(), seen["after"].to_numpy()
    pairs = (y[lag:] - y[:-lag])[after[lag:] & ~after[:-lag]]
    if len(pairs) < 2:
        raise InputError(
            f"No two weeks after the start have one {lag} weeks earlier that lies before it; give a"
            " longer series, another year, or against='all before'."
        )
    half = float(t.ppf((1 + sure) / 2, len(pairs) - 1)) * float(np.std(pairs, ddof=1))
    return made(
        "same weeks a year before",
        float(pairs.mean()),
        half / len(pairs) ** 0.5,
        len(pairs),
        "pairs of weeks",
        ratio=ratio,
        level=sure,
    )
