"""What the loyalty programme part of chapter 15 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.winback import (
    LoyaltyProgramme,
    around_campaigns,
    incremental,
    invitation_effect,
    lots,
    membership_effect,
    naive_readings,
    orders_after,
    redemption_curve,
    spend_before,
    spending,
)

POINTS = pd.DataFrame(
    {
        "customer": [1, 1, 2, 3],
        "date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01", "2024-03-01"]),
        "points_cents": [10.0, 20.0, 30.0, 40.0],
        "redeemed": pd.to_datetime(["2024-03-01", None, "2024-04-01", None]),
        "expired": pd.to_datetime([None, "2025-01-31", None, None]),
    },
    index=range(100, 104),
)
SENT = pd.DataFrame(
    {
        "customer": range(8),
        "campaign": 1,
        "date": pd.Timestamp("2024-03-01"),
        "targeted": [1, 1, 1, 1, 1, 1, 0, 0],
        "mailed": [1, 1, 1, 1, 0, 0, 0, 0],
        "orders": [3, 2, 1, 0, 1, 2, 0, 1],
        "used": [1, 1, 0, 0, 0, 0, 0, 0],
    },
    index=range(100, 108),
)
ORDERS = pd.DataFrame(
    {"customer": [1, 2], "date": pd.Timestamp("2024-03-02"), "coupon": [1.0, None]}
)
_RNG = np.random.default_rng(1)
PEOPLE = pd.DataFrame(
    {
        "customer": range(60),
        "member": _RNG.random(60) < 0.5,
        "invited": np.arange(60) % 2 == 0,
        "purchases": _RNG.poisson(9, 60),
        "own_purchases": _RNG.poisson(5, 60),
    },
    index=range(100, 160),
)
DAYS = pd.date_range("2024-01-01", periods=70)
BOUGHT = pd.DataFrame(
    [(h, d, 1.0 + h) for h in range(6) for d in DAYS], columns=["household", "date", "sales_usd"]
)
CHOSEN = pd.DataFrame(
    {"campaign": 1, "household": [0, 1, 2], "start": DAYS[35]}, index=range(100, 103)
)
LOG = spending(BOUGHT)
FRAMES: list[pd.DataFrame] = [POINTS, SENT, ORDERS, PEOPLE, BOUGHT, CHOSEN]
DAY = "2025-06-30"


def points(**columns: Any) -> pd.DataFrame:
    return POINTS.assign(**columns)


def mailed(**columns: Any) -> pd.DataFrame:
    return SENT.assign(**columns)


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("no column", lambda: lots(POINTS, as_of=DAY, value="point_cents"), ("point_cents", "mean")),
    ("no rows", lambda: lots(POINTS.iloc[:0], as_of=DAY), ("no rows",)),
    ("a day that is none", lambda: lots(POINTS, as_of="soon"), ("as_of", "soon")),
    ("a day as a number", lambda: lots(POINTS, as_of=20250630), ("as_of", "date")),
    ("too early", lambda: lots(POINTS, as_of="2023-01-01"), ("No points", "2023-01-01")),
    (
        "text for points",
        lambda: lots(points(points_cents=["ten"] * 4), as_of=DAY),
        ("points_cents", "100", "numbers"),
    ),
    (
        "negative points",
        lambda: redemption_curve(points(points_cents=[1, -2, 3, 4]), as_of=DAY),
        ("points_cents", ">= 0", "101"),
    ),
    (
        "no date of earning",
        lambda: lots(points(date=[None, *POINTS["date"][1:]]), as_of=DAY),
        ("date", "lacks", "100"),
    ),
    (
        "redeemed is no date",
        lambda: lots(points(redeemed=["yes", None, None, None]), as_of=DAY),
        ("redeemed", "dates", "100"),
    ),
    (
        "redeemed before earned",
        lambda: lots(points(redeemed=pd.Timestamp("2023-01-01"), expired=None), as_of=DAY),
        ("redeemed", "before", "100"),
    ),
    (
        "redeemed and expired",
        lambda: lots(points(redeemed=pd.Timestamp("2024-05-01")), as_of=DAY),
        ("redeemed", "expired", "101"),
    ),
    ("open beyond its life", lambda: lots(POINTS, as_of="2026-06-30"), ("365", "103", "open")),
    ("life of nothing", lambda: lots(POINTS, as_of=DAY, life=0), ("life", "whole")),
    (
        "one customer",
        lambda: redemption_curve(points(customer=7), as_of="2024-06-30"),
        ("one customer", "customer", "7"),
    ),
    (
        "points worth nothing",
        lambda: redemption_curve(points(points_cents=0), as_of="2024-06-30"),
        ("points_cents", "0"),
    ),
    ("level in percent", lambda: redemption_curve(POINTS, as_of=DAY, level=95), ("level", "0.95")),
    (
        "few draws",
        lambda: redemption_curve(POINTS, as_of="2024-06-30", draws=5),
        ("draws", "100"),
    ),
    (
        "an age beyond the oldest",
        lambda: redemption_curve(POINTS, as_of="2024-06-30", draws=100).predict([400]),
        ("ages", "150", "400"),
    ),
    (
        "ages with fractions",
        lambda: redemption_curve(POINTS, as_of="2024-06-30", draws=100).predict([1.5]),
        ("ages", "whole"),
    ),
    ("no mailed column", lambda: incremental(SENT, mailed="mail"), ("mail", "mailed")),
    ("nobody held out", lambda: incremental(mailed(mailed=1)), ("mailed", "held out")),
    ("nobody mailed", lambda: incremental(mailed(mailed=0, used=0)), ("mailed", "got a mailing")),
    (
        "coupons without a mailing",
        lambda: incremental(mailed(used=1)),
        ("used", "mailed", "104"),
    ),
    ("negative orders", lambda: incremental(mailed(orders=-1)), ("orders", ">= 0", "100")),
    ("nobody ordered", lambda: incremental(mailed(orders=0)), ("orders", "same")),
    (
        "twice in a campaign",
        lambda: incremental(mailed(customer=[0, 1, 1, 2, 3, 4, 5, 6])),
        ("customer", "102", "campaign"),
    ),
    (
        "one held out",
        lambda: incremental(SENT.iloc[:5]),
        ("mailed", "one row only", "held out"),
    ),
    (
        "a campaign without a hold-out",
        lambda: incremental(mailed(campaign=[1, 1, 1, 2, 1, 1, 1, 1])),
        ("Campaign 2", "nobody held out", "mailed"),
    ),
    (
        "a campaign of the held out",
        lambda: incremental(mailed(campaign=[1, 1, 1, 1, 1, 1, 1, 3])),
        ("Campaign 3", "only customers held out"),
    ),
    (
        "orders before that never differ",
        lambda: incremental(mailed(before=3), before="before"),
        ("before", "follows exactly"),
    ),
    (
        "a lot that follows from the orders before",
        lambda: incremental(mailed(before=SENT["mailed"] + 1), before="before"),
        ("mailed", "follows exactly"),
    ),
    (
        "customers as text in one table",
        lambda: orders_after(SENT.astype({"customer": str}), ORDERS),
        ("customer", "only the second holds text"),
    ),
    (
        "coupons as text",
        lambda: orders_after(SENT, ORDERS.assign(coupon=["1", None])),
        ("coupon", "campaign", "only the first holds text"),
    ),
    (
        "adjusted for who it is",
        lambda: membership_effect(PEOPLE, adjust=["customer"]),
        ("adjust", "customer"),
    ),
    (
        "four customers",
        lambda: membership_effect(
            PEOPLE.iloc[:4].assign(member=[1, 0, 1, 0], own_purchases=[1, 2, 5, 4]),
            adjust=["purchases"],
        ),
        ("4 customers", "too few", "purchases"),
    ),
    (
        "one who was not invited",
        lambda: invitation_effect(
            PEOPLE.iloc[:3].assign(joined=[1, 0, 1], own_purchases=[1, 2, 5]),
            outcome="own_purchases",
        ),
        ("invited", "one row only"),
    ),
    (
        "a log that is the purchases",
        lambda: around_campaigns(CHOSEN, BOUGHT),
        ("log", "spending()"),
    ),
    ("such a log before", lambda: spend_before(CHOSEN, BOUGHT, CHOSEN), ("log", "spending()")),
    (
        "households as text",
        lambda: around_campaigns(CHOSEN.astype({"household": str}), LOG, before=2, after=2),
        ("household", "'0'", "0, …", "one way"),
    ),
    ("negative cost", lambda: incremental(SENT, contact=-1), ("contact", "-1")),
    ("everybody targeted", lambda: naive_readings(mailed(targeted=1)), ("targeted", "left out")),
    (
        "mailed, yet not targeted",
        lambda: naive_readings(mailed(targeted=[0, 1, 1, 1, 1, 1, 0, 0])),
        ("targeted", "mailed", "contradict"),
    ),
    ("no coupon column", lambda: orders_after(SENT, ORDERS, coupon="code"), ("code", "coupon")),
    ("a window of no day", lambda: orders_after(SENT, ORDERS, days=0), ("days", "whole")),
    (
        "twice in the mailings",
        lambda: orders_after(mailed(customer=[0, 1, 1, 2, 3, 4, 5, 6]), ORDERS),
        ("customer", "102"),
    ),
    (
        "two waves of a customer",
        lambda: membership_effect(PEOPLE.assign(customer=1), adjust=["purchases"]),
        ("customer", "101", "once"),
    ),
    (
        "adjusted for the outcome",
        lambda: membership_effect(PEOPLE, adjust=["own_purchases"]),
        ("own_purchases", "adjust"),
    ),
    (
        "adjusted for what tells all",
        lambda: membership_effect(
            PEOPLE.assign(card=PEOPLE["member"].map({True: "yes", False: "no"})), adjust=["card"]
        ),
        ("card", "exactly"),
    ),
    (
        "adjusted twice for the same",
        lambda: membership_effect(
            PEOPLE.assign(twice=2 * PEOPLE["purchases"]), adjust=["purchases", "twice"]
        ),
        ("twice", "follows exactly"),
    ),
    (
        "nobody a member",
        lambda: membership_effect(PEOPLE.assign(member=False), adjust=["purchases"]),
        ("member", "are members"),
    ),
    (
        "an outcome missing",
        lambda: membership_effect(PEOPLE.assign(own_purchases=np.nan), adjust=["purchases"]),
        ("own_purchases", "lacks"),
    ),
    (
        "nobody invited",
        lambda: invitation_effect(
            PEOPLE.assign(invited=0), joined="member", outcome="own_purchases"
        ),
        ("invited", "are invited"),
    ),
    (
        "a lot that moves nobody",
        lambda: invitation_effect(
            PEOPLE.assign(member=np.arange(60) // 2 % 2), joined="member", outcome="own_purchases"
        ),
        ("moves nobody",),
    ),
    ("a log without dates", lambda: spending(BOUGHT, date="day"), ("day", "date")),
    (
        "a wrong year",
        lambda: spending(BOUGHT.assign(date=[pd.Timestamp("1917-01-01"), *BOUGHT["date"][1:]])),
        ("ten years", "1917"),
    ),
    (
        "a household twice in a campaign",
        lambda: around_campaigns(CHOSEN.assign(household=[0, 1, 1]), LOG),
        ("household", "102", "once"),
    ),
    (
        "a campaign with two starts",
        lambda: around_campaigns(CHOSEN.assign(start=list(DAYS[:3])), LOG),
        ("start", "3", "once"),
    ),
    ("weeks outside the log", lambda: around_campaigns(CHOSEN, LOG, before=20), ("20", "fewer")),
    ("no week before", lambda: around_campaigns(CHOSEN, LOG, before=1), ("before", "2")),
    (
        "no time before the first",
        lambda: spend_before(CHOSEN.assign(start=DAYS[3]), LOG, BOUGHT),
        ("less than a week",),
    ),
    (
        "nobody redeemed",
        lambda: spend_before(CHOSEN, LOG, pd.DataFrame({"household": [99]})),
        ("Fewer than two", "redeemed"),
    ),
    ("breakage in percent", lambda: LoyaltyProgramme(breakage=30), ("breakage", "0.3")),
    ("no margin", lambda: LoyaltyProgramme(margin=0), ("margin", "> 0")),
    ("text for spending", lambda: LoyaltyProgramme(spend="600"), ("spend", "quotes")),  # type: ignore[arg-type]
]
