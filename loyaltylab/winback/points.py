"""A points programme as its ledger shows it: what is redeemed, by age of the points."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.columns import checked
from loyaltylab.base.columns import rows as named
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, find, read, take
from loyaltylab.base.stats import between, generator, whole
from loyaltylab.winback.incidence import paths, sums
from loyaltylab.winback.redemption_fit import RedemptionFit

OPEN, REDEEMED, EXPIRED = "open", "redeemed", "expired"
LONGEST = 3660
"""Longest life of a lot, in days."""
CHUNK = 50
"""Bootstrap samples that are in memory at once."""


def lots(
    data: Data,
    *,
    as_of: Any,
    life: int | None = 365,
    customer: Hashable = "customer",
    earned: Hashable = "date",
    value: Hashable = "points_cents",
    redeemed: Hashable = "redeemed",
    expired: Hashable = "expired",
) -> pd.DataFrame:
    """Return every lot of points as it stood on a day: how old, and open, redeemed or expired.

    What happened after the day is not known on it: later lots are left out, and a lot redeemed
    or expired later is still open (*censored*). So one ledger shows what could have been known
    on any earlier day.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per lot, which is a number of
        points earned at once.
    as_of
        The day, as a date or a text such as ``"2025-03-31"``.
    life
        Age in days at which a lot that was not redeemed expires, or None if lots never expire.
    customer
        Column: whose points they are.
    earned
        Column: date on which they were earned.
    value
        Column: what they are worth when redeemed, in money.
    redeemed, expired
        Columns: date of either, missing where it did not happen.

    Returns
    -------
    pandas.DataFrame
        ``customer, value, age_days`` (at the end of the lot, or on the day), ``state``
        (``"open"``, ``"redeemed"`` or ``"expired"``), in the order of the rows.

    Raises
    ------
    InputError
        For missing columns, values of another kind, dates that contradict each other or the
        life of a lot, or if no lot was earned by that day; it names the rows.

    Examples
    --------
    >>> ledger = pd.DataFrame({"customer": [1, 1, 2], "points_cents": [60, 40, 50],
    ...     "date": ["2024-01-01", "2024-06-01", "2024-06-01"],
    ...     "redeemed": ["2024-03-01", None, "2024-12-24"], "expired": None})
    >>> lots(ledger, as_of="2024-06-30")
       customer  value  age_days     state
    0         1   60.0        60  redeemed
    1         1   40.0        29      open
    2         2   50.0        29      open
    """
    life = None if life is None else whole("life", life, 1, LONGEST)
    day = _day(as_of)
    frame = read(data)
    for role, name in (("redeemed", redeemed), ("expired", expired)):
        find(frame, role, name)
    table = take(
        frame,
        customer=Column(customer, "group"),
        earned=Column(earned, "date"),
        value=Column(value, "number", lower=0),
    )
    first = _whole_days(table["earned"])
    used, gone = (_days_or_none(frame, r, n) for r, n in (("r", redeemed), ("e", expired)))
    _consistent(table.index, first, used, gone, (redeemed, expired))
    known = first <= day
    if not known.any():
        raise InputError(
            f"No points were earned by {day.astype('datetime64[D]')}; give a later as_of."
        )
    used, gone = (np.where(d <= day, d, np.datetime64("NaT")) for d in (used, gone))
    state = np.where(~np.isnat(used), REDEEMED, np.where(~np.isnat(gone), EXPIRED, OPEN))
    end = np.where(~np.isnat(used), used, np.where(~np.isnat(gone), gone, day))
    age = (end - first).astype("timedelta64[D]").astype(np.int64)
    if life is not None:
        _within_life(table.index, known & (age > life), state, age, life)
    made = {"customer": table["customer"], "value": table["value"], "age_days": age, "state": state}
    found: pd.DataFrame = pd.DataFrame(made).loc[known]
    return found.reset_index(drop=True)


def redemption_curve(
    data: Data,
    *,
    as_of: Any,
    life: int | None = 365,
    customer: Hashable = "customer",
    earned: Hashable = "date",
    value: Hashable = "points_cents",
    redeemed: Hashable = "redeemed",
    expired: Hashable = "expired",
    level: float = 0.95,
    draws: int = 400,
    seed: int | np.random.Generator | None = 0,
) -> RedemptionFit:
    """Estimate which share of points is redeemed by age, young lots counted as censored.

    Aalen & Johansen's (1978) estimator of a cumulative incidence, weighted by value:
    ``F(a) = Σ S(t−1) · redeemed(t) / at risk(t)`` over ages ``t ≤ a``, where ``S`` falls by what is
    redeemed or expired and at risk is the value of the lots that were watched and open up to that
    age. Lots of one customer belong together, so whole customers are drawn for the interval
    (percentile bootstrap). It assumes that lots earned late are redeemed as early ones were.

    Parameters
    ----------
    data, as_of, life, customer, earned, value, redeemed, expired
        As for :func:`lots`.
    level
        Coverage of the intervals.
    draws
        Bootstrap samples of customers, 100 to 10,000.
    seed
        See :func:`loyaltylab.base.stats.generator`.

    Returns
    -------
    RedemptionFit
        With ``.table()``, ``.predict(ages)``, ``.breakage()``, ``.liability()`` and ``.plot()``.

    Raises
    ------
    InputError
        As for :func:`lots`, if all lots belong to one customer, or if they are worth nothing.

    Examples
    --------
    >>> ledger = pd.DataFrame({"customer": range(6), "points_cents": 100, "date": "2024-01-01",
    ...     "redeemed": ["2024-01-11", "2024-01-21"] + [None] * 4,
    ...     "expired": [None] * 2 + ["2024-01-31"] * 4})
    >>> fit = redemption_curve(ledger, as_of="2024-12-31", life=30)
    >>> fit.predict([10, 30])[["age_days", "redeemed_share"]].round(3)
       age_days  redeemed_share
    0        10           0.167
    1        30           0.333
    """
    level = between("level", level, 0, 1, open_ends=True)
    draws = whole("draws", draws, 100, 10_000)
    rng = generator(seed)
    names = {"customer": customer, "earned": earned, "value": value}
    table = lots(data, as_of=as_of, life=life, **names, redeemed=redeemed, expired=expired)
    people = pd.factorize(table["customer"])[0]
    count = int(people.max()) + 1
    if count < 2:
        raise InputError(
            f"All lots belong to one customer, {shown(table['customer'].iloc[0])}, which tells"
            f" nothing of others; give a ledger of at least two, or check column {shown(customer)}."
        )
    if table["value"].sum() == 0:
        raise InputError(
            f"Column {shown(value)} is 0 in every row; give what the points are worth."
        )
    far = int(table["age_days"].max()) if life is None else life
    parts = sums(table, people, far)
    samples = [paths(parts, np.ones((1, count)))]
    for start in range(0, draws, CHUNK):
        some = min(CHUNK, draws - start)
        weights = rng.multinomial(count, np.full(count, 1 / count), size=some)
        samples.append(paths(parts, weights.astype(float)))
    shares, totals = (np.concatenate(kind, axis=1) for kind in zip(*samples, strict=True))
    return RedemptionFit(table, shares, totals, life, level)


def _day(as_of: Any) -> np.datetime64:
    values = pd.Series([as_of], dtype=object)
    try:
        return np.datetime64(checked(values, Column("as_of", "date")).iloc[0].to_datetime64(), "D")
    except InputError:
        raise InputError(
            f"as_of must be a date such as '2025-12-31', not {shown(as_of)}."
        ) from None


def _whole_days(dates: pd.Series[Any]) -> Any:
    return dates.dt.tz_localize(None).to_numpy().astype("datetime64[D]")


def _days_or_none(frame: pd.DataFrame, role: str, name: Hashable) -> Any:
    """Return dates with gaps: what stands there must be a date, and nothing may stand there."""
    values = find(frame, role, name)
    days = np.full(len(frame), np.datetime64("NaT"), "datetime64[D]")
    there = values.notna().to_numpy()
    if there.any():
        days[there] = _whole_days(checked(values[there], Column(name, "date")))
    return days


def _consistent(index: Any, first: Any, used: Any, gone: Any, names: Any) -> None:
    both = pd.Series(~np.isnat(used) & ~np.isnat(gone), index=index)
    if both.any():
        raise InputError(
            f"Columns {shown(names[0])} and {shown(names[1])} must not both hold a date, but do in"
            f" {named(both)}; a lot is redeemed or it expires."
        )
    for days, name in zip((used, gone), names, strict=True):
        early = pd.Series(days < first, index=index)
        if early.any():
            raise InputError(
                f"Column {shown(name)} must not lie before the day the points were earned, as it"
                f" does in {named(early)}; check the dates there."
            )


def _within_life(index: Any, wrong: Any, state: Any, age: Any, life: int) -> None:
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"A lot lives {life} days, but {named(pd.Series(wrong, index=index))} (first:"
            f" {state[place]} at {age[place]} days) reach beyond; give the life that holds for"
            " all, or None if points do not expire."
        )
