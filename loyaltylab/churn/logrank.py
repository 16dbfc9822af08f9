"""Log-rank: do groups of customers leave at the same pace? All at once, and pair by pair."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import Array
from loyaltylab.churn.lives import entries, lives, parts, somebody_left

Weights = Literal["log-rank", "gehan-breslow", "tarone-ware"]
CODES = {"log-rank": None, "gehan-breslow": "gb", "tarone-ware": "tw"}
MOST = 12
"""Most groups that are compared pair by pair."""


def log_rank(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    group: Hashable,
    entry: Hashable | None = None,
    strata: Hashable | None = None,
    weights: Weights = "log-rank",
) -> pd.DataFrame:
    """Test whether groups leave at the same pace (Mantel 1966; Peto & Peto 1972).

    At each tenure the lost of a group are held against its share of those at risk; the squared
    sum of the differences, over its variance, is chi-squared with ``groups − 1`` degrees of
    freedom. The test is sharp against hazards in a constant ratio and blunt where curves cross.

    Parameters
    ----------
    data, tenure, churned, entry
        As in :func:`kaplan_meier`. Rows count as independent customers: where one stands in
        several, p is too small; keep one row each, or take :func:`fit_cox` with ``cluster``.
    group
        Column whose groups are compared, 2 to 12 of them.
    strata
        Column: groups are compared only within its values, and the differences added up.
    weights
        ``"log-rank"`` counts each loss alike, ``"gehan-breslow"`` by the number at risk, and
        ``"tarone-ware"`` by its root: early losses then count more.

    Returns
    -------
    pandas.DataFrame
        ``comparison`` (``"all groups"`` first, then each pair), ``statistic, df, p_value,
        p_holm`` (pairs only: Holm's 1979 correction for their number), ``n, lost,
        lost_expected`` (in the first of a pair, if all left at the same pace), ``lost_first``.

    Raises
    ------
    InputError
        For bad columns, if there is one group only or too many, or nobody left.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aaabbb")})
    >>> log_rank(people, tenure="t", churned="left", group="g")[["statistic", "p_value"]].round(3)
       statistic  p_value
    0      5.052    0.025
    1      5.052    0.025
    """
    if weights not in CODES:
        raise InputError(
            f"weights must be one of {', '.join(map(repr, get_args(Weights)))}, not"
            f" {shown(weights)}{nearest(weights, CODES)}."
        )
    more = {} if strata is None else {"strata": Column(strata, "group")}
    frame = lives(data, tenure, churned, group, entry, **more)
    somebody_left(frame, churned)
    groups = parts(frame)
    if not 2 <= len(groups) <= MOST:
        raise InputError(
            f"Column {shown(group)} must hold 2 to {MOST} groups to compare, not {len(groups)}."
        )
    made = [("all groups", *_test(frame, weights, group))]
    for one, other in itertools.combinations(groups, 2):
        pair = pd.concat([groups[one], groups[other]]).sort_index()
        made.append((f"{one} against {other}", *_test(pair, weights, group, one)))
    columns = ["comparison", "statistic", "df", "p_value", "n", "lost", "lost_first"]
    table = pd.DataFrame(made, columns=[*columns, "lost_expected"])
    table.insert(4, "p_holm", [np.nan, *holm(table["p_value"].to_numpy()[1:])])
    return table


def _test(frame: pd.DataFrame, weights: Weights, group: Hashable, first: Any = None) -> list[Any]:
    """Return statistic, degrees of freedom, p, and the counts of one comparison."""
    from scipy.stats import chi2
    from statsmodels.duration.api import survdiff

    codes, names = pd.factorize(frame["group"])
    lost = frame["churned"].astype(float).to_numpy()
    counts = [np.nan, np.nan]
    if first is not None:
        mine = (frame["group"] == first).to_numpy()
        counts = [float(lost[mine].sum()), _expected(frame, mine)]
    if lost.sum() == 0:  # nobody of either left: no difference, and nothing to test it by
        return [np.nan, len(names) - 1, np.nan, len(frame), 0, *counts]
    tenure, entry = _apart(frame)
    try:
        statistic = float(survdiff(tenure, lost, codes, CODES[weights], entry=entry)[0])
    except np.linalg.LinAlgError:
        raise InputError(
            f"Some groups of {shown(group)} are never at risk together, so that nothing compares"
            " them; leave one of them, or strata, out."
        ) from None
    df = len(names) - 1
    return [statistic, df, float(chi2.sf(statistic, df)), len(frame), int(lost.sum()), *counts]


def _apart(frame: pd.DataFrame) -> tuple[Array, Array | None]:
    """Return tenure and entry, each stratum moved to a stretch of time of its own.

    Strata then never share a time at which some are at risk, so that the sum over times is the
    sum over strata.
    """
    if "strata" not in frame:
        return frame["tenure"].to_numpy(), entries(frame)
    away = pd.factorize(frame["strata"])[0] * (frame["tenure"].max() + 1)
    return frame["tenure"].to_numpy() + away, frame["entry"].to_numpy() + away


def _expected(frame: pd.DataFrame, mine: Any) -> float:
    """Losses of the first group if all left at the pace of all, within strata."""
    tenure, entry = (a.to_numpy(float) for a in (frame["tenure"], frame["entry"]))
    gone = frame["churned"].to_numpy()
    strata = pd.factorize(frame["strata"])[0] if "strata" in frame else np.zeros(len(frame), int)
    total = 0.0
    for s in np.unique(strata):
        here = strata == s
        time, lost = np.unique(tenure[here & gone], return_counts=True)
        ours, all_ = (_at_risk(tenure[w], entry[w], time) for w in (here & mine, here))
        total += float((lost * ours / all_).sum())
    return total


def _at_risk(tenure: Array, entry: Array, time: Array) -> Array:
    """Count those who entered before each time and were not last seen before it."""
    came, went = (np.searchsorted(np.sort(v), time) for v in (entry, tenure))
    return np.asarray(came - went, float)


def holm(p_values: Any) -> list[float]:
    """Correct p-values for their number (Holm 1979), leaving out the undefined.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04]))
    [0.02, 0.04]
    """
    from statsmodels.stats.multitest import multipletests

    known = ~np.isnan(p_values)
    corrected = np.full(len(p_values), np.nan)
    if known.any():
        corrected[known] = multipletests(p_values[known], method="holm")[1]
    return [float(p) for p in corrected]
