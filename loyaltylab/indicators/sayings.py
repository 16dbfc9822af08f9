"""What the documents say of counting purchases (C010 to C014), recomputed from named inputs.

The documents print formulas and no data, so nearly every figure here is derived from a small
example that is illustrative; what can be examined is what each formula leaves open.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import amount, between, positive, whole
from loyaltylab.indicators.ratio import loyalty_ratio
from loyaltylab.indicators.rhythm import purchase_rhythm
from loyaltylab.indicators.sole import expected_sole

DAYS = (40, 70, 130, 190, 250, 310)
"""Illustrative: the days of a year on which one customer bought."""


def _rhythm(days: Sequence[int], window: int, edge: str) -> pd.Series[float]:
    """Return the indicators of one customer who bought on these days of the window."""
    window = whole("window", window, 2, 36_500)
    try:
        held = [whole("days", day, 1, window) for day in days]
    except TypeError:
        raise InputError(f"days must be a list of whole numbers, not {shown(days)}.") from None
    start = pd.Timestamp("2000-01-01")
    date = start + pd.to_timedelta(np.asarray(held, float) - 1, unit="D")
    log = pd.DataFrame({"household": 1, "date": date})
    until = start + pd.Timedelta(days=window - 1)
    table = purchase_rhythm(log, per="M", edge=edge, start=start, until=until)
    return table.drop(columns="customer").iloc[0]


def repeat_purchase_frequency(days: Sequence[int] = DAYS, window: int = 365) -> list[Finding]:
    """Claim C010: repeat purchases divided by the time units in which they happened.

    The document leaves open whether the first purchase is a repeat, and where the time begins
    and ends: four readings of one customer.

    Parameters
    ----------
    days
        On which days of the window he bought (1 is the first); illustrative.
    window
        Days observed.

    Examples
    --------
    >>> [round(f.computed, 3) for f in repeat_purchase_frequency()]
    [0.5, 0.417, 0.467, 0.564]
    """
    said = "repeat purchases per month"
    whole_window, first, span = (_rhythm(days, window, e) for e in ("window", "first", "span"))
    n = f"{len(days)} purchases in {window} days (illustrative)"
    return [
        derived(said, float(whole_window["frequency"]), f"{n}: n / window"),
        derived(said, float(whole_window["repeat_frequency"]), f"{n}: (n − 1) / window"),
        derived(said, float(first["repeat_frequency"]), f"{n}: (n − 1) / since the first"),
        derived(said, float(span["repeat_frequency"]), f"{n}: (n − 1) / first to last"),
    ]


def purchase_cycle(days: Sequence[int] = DAYS, window: int = 365) -> list[Finding]:
    """Claim C011: a standard period divided by the purchases made in it is one buying cycle.

    It is the inverse of the frequency n / t, and most often longer than the mean gap between
    purchases, for the waits at both edges of the window are counted in (never shorter than
    (n − 1) / n of it).

    Parameters
    ----------
    days
        On which days of the window he bought; illustrative.
    window
        Days observed.

    Examples
    --------
    >>> [round(f.computed, 2) for f in purchase_cycle()]
    [2.0, 1.77, 1.13, 6.08, 1.0]
    """
    row, few = _rhythm(days, window, "window"), _rhythm(days[:2], window, "window")
    n = f"{len(days)} purchases in {window} days (illustrative)"
    return [
        derived("cycle (months)", float(row["cycle"]), f"{n}: T / n"),
        derived("cycle (months)", float(row["mean_gap"]), f"{n}: (last − first) / (n − 1)"),
        derived("T / n over the mean gap", float(row["cycle"] / row["mean_gap"]), n),
        derived(
            "T / n over the mean gap",
            float(few["cycle"] / few["mean_gap"]),
            "the first two of these purchases only: the fewer, the wider apart",
        ),
        derived(
            "cycle times frequency", float(row["cycle"] * row["frequency"]), "both over the window"
        ),
    ]


def spend_per_period(
    spend: float = 600.0, months: float = 12.0, margin_share: float = 0.25
) -> list[Finding]:
    """Claim C012: all money spent on the brand, divided by the number of time units.

    It is revenue. Two customers of equal spend are worth unequal sums where margins differ.

    Parameters
    ----------
    spend
        Money spent on the brand; illustrative.
    months
        Time units.
    margin_share
        Share of it that remains as margin; illustrative.

    Examples
    --------
    >>> [f.computed for f in spend_per_period()]
    [50.0, 12.5]
    """
    paid, time = amount("spend", spend), positive("months", months)
    share = between("margin_share", margin_share, 0, 1)
    given = f"{paid:g} in {time:g} months (illustrative)"
    return [
        derived("spend per month (money)", paid / time, given),
        derived("margin per month (money)", share * paid / time, f"{given}, margin {share:.0%}"),
    ]


def share_of_purchases(
    own: int = 6, other: int = 4, own_price: float = 2.0, other_price: float = 6.0
) -> list[Finding]:
    """Claim C013: the brand's part of all that a customer buys in the category.

    By count and by money it is two numbers. And who buys once has a share of 100 % whatever he
    thinks: with five equal brands and no loyalty at all, so has one in five who buy twice.

    Parameters
    ----------
    own, other
        Purchases of the brand and of others; illustrative.
    own_price, other_price
        Price of either.

    Examples
    --------
    >>> [round(f.computed, 3) for f in share_of_purchases()]
    [0.6, 0.333, 1.0, 0.2, 0.04]
    """
    own, other = whole("own", own, 0, 10**9), whole("other", other, 0, 10**9)
    mine = own * positive("own_price", own_price)
    rest = other * positive("other_price", other_price)
    if own + other == 0:
        raise InputError("own and other must not both be 0, for their sum is divided by.")
    given = f"{own} own and {other} other purchases (illustrative)"
    chance = expected_sole(np.array([1.0, 2.0, 3.0]), np.full(5, 0.2), None)[0]
    return [
        derived("share of requirements", own / (own + other), f"{given}, by count"),
        derived("share of requirements", mine / (mine + rest), f"{given}, by money"),
        *(
            derived("100% loyal by chance alone", float(value), f"{n} purchases, five equal brands")
            for n, value in zip((1, 2, 3), chance, strict=True)
        ),
    ]


def loyalty_ratio_now_and_past(
    kept: int = 30, lost: int = 70, won: int = 90, others: int = 110
) -> list[Finding]:
    """Claim C014: the share who still buy the brand, over the share who bought it earlier.

    From two cross-sections the ratio mixes keeping with winning, and exceeds 1 though most of the
    buyers have gone; within one cohort it is retention.

    Parameters
    ----------
    kept, lost
        Past buyers who buy the brand now, and who buy another one now; illustrative.
    won, others
        Who bought another brand in the past and buy this one now, or never do.

    Examples
    --------
    >>> [round(f.computed, 2) for f in loyalty_ratio_now_and_past()]
    [1.2, 0.3]
    """
    counts = [whole(k, v, 1, 100_000) for k, v in locals().items() if isinstance(v, int)]
    moves = np.repeat(["AA", "AB", "BA", "BB"], counts)
    log = pd.DataFrame(
        {
            "household": np.tile(np.arange(len(moves)), 2),
            "date": np.repeat([1, 2], len(moves)),
            "brand": [m[0] for m in moves] + [m[1] for m in moves],
        }
    )
    table = loyalty_ratio(log, split=2, draws=100)
    row = table[table["brand"] == "A"].iloc[0]
    given = f"{kept} kept, {lost} lost, {won} won of {len(moves)} (illustrative)"
    return [
        derived("now over past", float(row["ratio"]), f"{given}: two cross-sections"),
        derived("now over past", float(row["cohort"]), f"{given}: the past buyers only"),
    ]
