"""Who joins by himself: what a club seems to do, and what an invitation by lot tells of it."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, find, read, take
from loyaltylab.base.stats import Array
from loyaltylab.scorecard.did_rows import orders_by_period
from loyaltylab.scorecard.effect import Effect, made
from loyaltylab.scorecard.weeks import level_of
from loyaltylab.winback.clustered import instrumented


def club_orders(
    orders: Data,
    shoppers: Data,
    *,
    start: int = 27,
    first: int = 1,
    last: int = 104,
    customer: Hashable = "customer",
    week: Hashable = "week",
    region: Hashable = "region",
    invited: Hashable = "invited",
    club: Hashable = "club",
) -> pd.DataFrame:
    """Return each shopper's orders per week before and after the club opened.

    Parameters
    ----------
    orders, shoppers, first, last, customer, week, region
        As in :func:`orders_by_period`.
    start
        First week of the club.
    invited, club
        Columns of shoppers: whether an invitation was drawn; the date of joining, or nothing.

    Returns
    -------
    pandas.DataFrame
        ``customer, region, member, invited, before, after`` (orders per week).

    Raises
    ------
    InputError
        As :func:`orders_by_period`; also if a column on the club is missing.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": [1, 2], "region": "a", "invited": [1, 0],
    ...     "club": [pd.Timestamp("2024-07-01"), pd.NaT]})
    >>> bought = pd.DataFrame({"customer": [1, 1, 1], "week": [1, 3, 4]})
    >>> club_orders(bought, people, start=3, last=4)[["member", "before", "after"]]
       member  before  after
    0    True     0.5    1.0
    1   False     0.0    0.0
    """
    some = read(shoppers)
    joined = find(some, "club", club).notna().to_numpy()
    lot = take(some, invited=Column(invited, "flag"))["invited"].to_numpy()
    names = {"customer": customer, "week": week, "region": region}
    counts = orders_by_period(orders, some, start=start, first=first, last=last, **names)
    rate = counts["per_week"].to_numpy().reshape(-1, 2)
    table = counts.loc[::2, ["customer", "region"]].reset_index(drop=True)
    return table.assign(member=joined, invited=lot, before=rate[:, 0], after=rate[:, 1])


def club_effects(
    data: Data,
    *,
    before: Hashable = "before",
    after: Hashable = "after",
    member: Hashable = "member",
    invited: Hashable = "invited",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate what a club does to its members' orders, in five ways; all as ratios.

    *Members against others* afterwards counts what members were before. *Members before and
    after* counts season, trend, and that many join when they happen to order much. *Members and
    others, before and after* loses what is common, and not the last. *Invited against others*
    is fair, for the lot decided, but most of the invited do not join: it is the effect of the
    invitation. The *invitation as instrument* divides that by how many more join, and gives the
    ratio among those whom the invitation moved::

        mean(y·member | invited) − mean(y·member | not)
        ──────────────────────────────────────────────────────────
        mean(y·(1 − member) | not) − mean(y·(1 − member) | invited)

    if an invitation does nothing to those who do not join. Both are adjusted by the orders before
    (which the lot cannot have changed); the interval of the last is Anderson and Rubin's, which has
    no end where the invitation moves too few. What a member orders more, as a difference, is
    :func:`loyaltylab.winback.invitation_effect`.

    Parameters
    ----------
    data
        A frame, or the path of a file: one row per customer, as of :func:`club_orders`.
    before, after
        Columns of orders, in the same unit.
    member, invited
        Columns: joined; was drawn for an invitation.
    level
        Coverage.

    Returns
    -------
    pandas.DataFrame
        One row per method: ``method, effect, estimate, lower, upper, n, of``.

    Raises
    ------
    InputError
        For a missing column or value, fewer than 10 customers in one of the groups, a group
        without orders, or an invitation after which not more join.

    References
    ----------
    Imbens, G. W. & Angrist, J. D. (1994), Econometrica 62(2); Abadie, A. (2003), Journal of
    Econometrics 113(2); Anderson, T. W. & Rubin, H. (1949), Annals of Mathematical Statistics
    20(1); Deng, A. et al. (2013), WSDM, on the adjustment (all reported, not verified).

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> lot, keen = rng.random(20_000) < 0.5, rng.normal(size=20_000)
    >>> seen = pd.DataFrame({"invited": lot, "member": keen + lot > 0.5})
    >>> seen["before"] = rng.poisson(10 * np.exp(0.3 * keen))
    >>> seen["after"] = rng.poisson(10 * np.exp(0.3 * keen + 0.1 * seen["member"]))
    >>> club_effects(seen)[["method", "estimate"]].round(2)
                                    method  estimate
    0               members against others      1.70
    1             members before and after      1.11
    2  members and others before and after      1.12
    3               invited against others      1.03
    4             invitation as instrument      1.10
    """
    sure = level_of(level)
    frame = take(
        data,
        before=Column(before, "number", 0),
        after=Column(after, "number", 0),
        member=Column(member, "flag"),
        invited=Column(invited, "flag"),
    ).reset_index(drop=True)
    _enough(frame, member, invited)
    old, new = (frame[name].to_numpy() for name in ("before", "after"))
    inside, lot = (frame[name].to_numpy() for name in ("member", "invited"))
    joined, stayed_out = _log_change(old, new, inside), _log_change(old, new, ~inside)
    effects = [
        _ratio("members against others", _log_mean(new, inside), _log_mean(new, ~inside), sure),
        _ratio("members before and after", joined, None, sure),
        _ratio("members and others before and after", joined, stayed_out, sure),
        _invited(old, new, lot, sure),
        _instrument(frame, sure),
    ]
    return pd.concat([effect.table() for effect in effects], ignore_index=True)


Mask = npt.NDArray[np.bool_]
Logs = tuple[float, float, int]
"""A logarithm, its variance, and the customers that it is of."""


def _enough(frame: pd.DataFrame, member: Hashable, invited: Hashable) -> None:
    """See that every group has customers and orders, and that the invitation moves somebody."""
    for name, role in ((member, "member"), (invited, "invited")):
        sizes = frame[role].value_counts().reindex([True, False], fill_value=0)
        sums = frame.groupby(role)[["before", "after"]].sum()
        if sizes.min() < 10 or (sums == 0).any(axis=None):
            raise InputError(
                f"By column {shown(name)} there are {sizes[True]} customers with it and"
                f" {sizes[False]} without; each side needs at least 10, with orders before and"
                " after."
            )
    share = frame.groupby("invited")["member"].mean()
    if share[True] <= share[False]:
        raise InputError(
            f"Of the invited {share[True]:.1%} joined and of the others {share[False]:.1%}; an"
            " invitation after which not more join tells nothing about the club."
        )


def _log_mean(y: Array, who: Mask) -> Logs:
    part = y[who]
    middle, n = float(part.mean()), len(part)
    return math.log(middle), float(np.var(part, ddof=1)) / n / middle**2, n


def _log_change(old: Array, new: Array, who: Mask) -> Logs:
    """Logarithm of the ratio of two means of the same customers."""
    one, two = float(old[who].mean()), float(new[who].mean())
    n = int(who.sum())
    return math.log(two / one), float(np.var(new[who] / two - old[who] / one, ddof=1)) / n, n


def _ratio(name: str, one: Logs, two: Logs | None, level: float) -> Effect:
    from scipy.stats import t

    gap, variance, n = one if two is None else (one[0] - two[0], one[1] + two[1], one[2] + two[2])
    half = float(t.ppf((1 + level) / 2, n - 1 - (two is not None))) * math.sqrt(variance)
    return made(name, gap, half, n, "customers", ratio=True, level=level)


def _adjusted(y: Array, old: Array) -> Array:
    """Take off what the orders before foretell, which leaves the mean as it is."""
    spread = float(np.var(old))
    tie = float(np.mean((y - y.mean()) * (old - old.mean()))) / spread if spread else 0.0
    return np.asarray(y - tie * (old - old.mean()), float)


def _invited(old: Array, new: Array, lot: Mask, level: float) -> Effect:
    y = _adjusted(new, old)
    one, two = _log_mean(y, lot), _log_mean(y, ~lot)
    return _ratio("invited against others", one, two, level)


def _instrument(frame: pd.DataFrame, level: float) -> Effect:
    """Return the ratio among those moved by the invitation.

    The lot's effect on orders made as a member, over what it takes off orders made as none, is an
    instrument's estimate like any other, with Anderson and Rubin's interval.
    """
    new, inside = frame["after"].to_numpy(), frame["member"].to_numpy()
    more, old = np.ones((len(frame), 1)), frame["before"].to_numpy()
    if np.ptp(old) > 0:
        more = np.column_stack([more, old])
    lot, codes = frame["invited"].to_numpy(float), np.arange(len(frame))
    found = instrumented(new * inside, -new * ~inside, lot, more, codes, level)
    ends = max(0.0, found.lower), found.upper
    name = "invitation as instrument"
    return Effect(name, found.estimate, *ends, len(frame), "customers", True, level)
