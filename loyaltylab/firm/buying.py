"""What customers buy in the category, and the points that members collect for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.firm.club import EXPIRY
from loyaltylab.firm.core import DAYS, YEAR, Core
from loyaltylab.firm.draws import Draws
from loyaltylab.firm.people import People
from loyaltylab.firm.tables import date, names, seen_date, synthetic
from loyaltylab.firm.truth import Truth


def purchases(truth: Core, people: People, draws: Draws) -> pd.DataFrame:
    """Return every purchase in the category, in the order of customers and days."""
    span = DAYS - people.joined
    count = draws.stream("purchases.count").poisson(people.rate * span / 365.25)
    total = int(count.sum())
    who = np.repeat(np.arange(draws.n, dtype=np.int32), count)
    after = (draws.uniform("purchases.date", total) * span[who]).astype(np.int32)
    key = who * np.int32(DAYS) + people.joined[who].astype(np.int32) + after
    key.sort()
    who, day = np.divmod(key, np.int32(DAYS))
    loyalty = np.where(day < YEAR, people.loyalty[0][who], people.loyalty[1][who])
    own = (draws.uniform("purchases.own", total) < loyalty) & (day < people.left[who])
    amount = draws.stream("purchases.amount_cents").standard_gamma(truth.amount_shape, total)
    cents = np.rint(amount * (people.mean_amount / truth.amount_shape)[who])
    return synthetic(
        {
            "customer": names(draws)[who],
            "date": date(day),
            "own": own,
            "amount_cents": np.maximum(cents, 1).astype(np.int64),
        }
    )


def points(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return one lot of points for every own purchase of a member, as it stands at the end."""
    bought = purchases(truth, people, draws)
    first = names(draws)[0]
    who = bought["customer"].to_numpy() - first
    lots = bought[bought["own"].to_numpy() & people.member[who]]
    who = lots["customer"].to_numpy() - first
    day = (lots["date"].to_numpy() - date(np.array([0]))).astype("timedelta64[D]").astype(np.int64)
    chance = draws.stream("hidden.points_chance").beta(
        truth.redeem_alpha, truth.redeem_beta, draws.n
    )
    meant = draws.uniform("hidden.points_meant", len(lots)) < chance[who]
    delay = truth.redeem_days * draws.stream("points.redeemed").standard_exponential(len(lots))
    redeemed = meant & (delay < EXPIRY)
    used = day + np.minimum(delay, EXPIRY - 1).astype(np.int64) + 1
    void = day + EXPIRY
    cents = lots["amount_cents"].to_numpy()
    return synthetic(
        {
            "customer": lots["customer"].to_numpy(),
            "date": lots["date"].to_numpy(),
            "amount_cents": cents,
            "points_cents": np.rint(cents * truth.point_share).astype(np.int64),
            "redeemed": seen_date(used, redeemed & (used < DAYS)),
            "expired": seen_date(void, ~redeemed & (void < DAYS)),
        }
    )
