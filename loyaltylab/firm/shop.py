"""The online shop: its weeks, its shoppers, their points club, coupons and orders."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.firm.club import CAMPAIGN_WEEKS, CAMPAIGNS, CLUB_WEEK, REFORM_WEEK
from loyaltylab.firm.core import DAYS, REGIONS
from loyaltylab.firm.draws import Array, Draws, tied
from loyaltylab.firm.people import People
from loyaltylab.firm.tables import answer, date, names, seen_date, synthetic
from loyaltylab.firm.truth import Truth

WEEKS = -(-DAYS // 7)
LENGTH = np.minimum(7, DAYS - 7 * np.arange(WEEKS))
"""Days of each week; the last is a part."""
PEAK = 349
"""Day of the year, mid-December, on which the season is highest."""
RECENT = slice(CLUB_WEEK - 9, CLUB_WEEK - 1)
"""The eight weeks before the points club opens."""
CAUSES = ("base", "reform", "club", "coupon")


class Weeks(NamedTuple):
    """The shop's weeks, the same for every customer: arrays by region and week."""

    demand: Array
    mood: Array
    reformed: Array


class Shoppers(NamedTuple):
    """The shoppers of a block, as arrays of equal length; campaigns run along the first axis.

    ``usual`` and ``base`` have a column for each week: the orders to be expected without reform,
    club and coupon, and those that came.
    """

    who: Array
    low: Array
    usual: Array
    invited: Array
    club: Array
    base: Array
    score: Array
    targeted: Array
    mailed: Array


def weeks(truth: Truth, seed: int) -> Weeks:
    """Draw the weekly shocks of demand and of satisfaction, and say where the reform holds."""
    middle = 7 * np.arange(WEEKS) + 3.5
    draws = Draws(seed, 0, WEEKS)

    def shocks(name: str, common: float, regional: float) -> Array:
        both = common * _autoregressive(truth.shop_ar, draws.normal(f"hidden.{name}"))
        apart = [
            regional * _autoregressive(truth.shop_ar, draws.normal(f"hidden.{name}_{number}"))
            for number in range(len(REGIONS))
        ]
        return both + np.stack(apart)

    season = truth.shop_season * np.cos(2 * np.pi * (middle - PEAK) / 365.25)
    calm = season + truth.shop_trend * middle / 365.25
    demand = calm + shocks("demand", truth.shop_shock_sd, truth.region_shock_sd)
    mood = shocks("mood", truth.mood_sd, truth.region_mood_sd)
    reformed = np.zeros((2, WEEKS), dtype=bool)
    reformed[0, REFORM_WEEK - 1 :] = True
    return Weeks(np.exp(demand), mood, reformed)


def drawn(truth: Truth, people: People, draws: Draws, calendar: Weeks) -> Shoppers:
    """Draw who shops, how often, who joins the club, and who is mailed a coupon."""
    from scipy import special

    who = np.flatnonzero(draws.uniform("hidden.shops") < truth.shop_share)
    speed = tied(people.speed, truth.shop_correlation, draws.normal("hidden.shop_rate"))[who]
    rate = special.gammaincinv(truth.shop_shape, special.ndtr(speed))
    rate *= truth.shop_rate / truth.shop_shape
    low = people.low[who].astype(np.int64)
    usual = rate[:, None] * (calendar.demand * LENGTH / 365.25)[low]
    base = draws.stream("hidden.orders_base").poisson(usual)
    calm, lately = usual[:, RECENT].sum(axis=1), base[:, RECENT].sum(axis=1)
    unusual = (lately - calm) / np.sqrt(np.maximum(calm, 1e-12))
    invited = draws.uniform("hidden.invited")[who] < 0.5
    eager = tied(speed, truth.club_correlation, draws.normal("hidden.club")[who])
    eager = eager + truth.club_recent * unusual + truth.club_invited * invited
    scores = np.stack(
        [draws.normal(f"hidden.mailing_score_{c + 1}")[who] for c in range(len(CAMPAIGNS))]
    )
    score = tied(speed, truth.target_accuracy, scores)
    targeted = score > special.ndtri(1 - truth.target_share)
    lots = [draws.uniform(f"hidden.mailing_lot_{c + 1}")[who] for c in range(len(CAMPAIGNS))]
    mailed = targeted & (np.stack(lots) >= truth.holdout)
    club = eager > special.ndtri(1 - truth.club_share)
    return Shoppers(who, low, usual, invited, club, base, score, targeted, mailed)


def shoppers(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return one row per shopper of the online shop."""
    some = drawn(truth, people, draws, weeks(truth, draws.seed))
    opening = np.full(len(some.who), 7 * (CLUB_WEEK - 1))
    return synthetic(
        {
            "customer": names(draws)[some.who],
            "region": pd.Categorical.from_codes(some.low.astype(np.int8), pd.Index(REGIONS)),
            "invited": some.invited,
            "club": seen_date(opening, some.club),
        }
    )


def orders(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return every order, in the order of customers and days."""
    calendar = weeks(truth, draws.seed)
    some = drawn(truth, people, draws, calendar)
    who, day, _, coupon = _placed(truth, some, draws, calendar)
    n = len(who)
    amount = draws.stream("orders.amount_cents").standard_gamma(4.0, n) * truth.shop_cents / 4
    felt = truth.shop_satisfaction + truth.shop_standing * people.standing[some.who[who]]
    felt += truth.order_noise * draws.stream("orders.satisfaction").standard_normal(n)
    felt += calendar.mood[some.low[who], day // 7]
    felt += truth.reform_points * calendar.reformed[some.low[who], day // 7]
    rated = draws.uniform("orders.rated", n) < truth.order_answers
    return synthetic(
        {
            "customer": names(draws)[some.who[who]],
            "date": date(day),
            "week": day // 7 + 1,
            "amount_cents": np.maximum(np.rint(amount), 1).astype(np.int64),
            "satisfaction": np.where(rated, answer(felt), np.nan),
            "coupon": np.where(coupon > 0, coupon, np.nan),
        }
    )


def order_causes(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return why each order came, which nobody sees."""
    calendar = weeks(truth, draws.seed)
    some = drawn(truth, people, draws, calendar)
    who, day, cause, _ = _placed(truth, some, draws, calendar)
    return synthetic(
        {
            "customer": names(draws)[some.who[who]],
            "date": date(day),
            "cause": pd.Categorical.from_codes(cause, pd.Index(CAUSES)),
        }
    )


def mailings(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return who was targeted by each campaign, who was mailed, and who redeemed."""
    calendar = weeks(truth, draws.seed)
    some = drawn(truth, people, draws, calendar)
    who, _, _, coupon = _placed(truth, some, draws, calendar)
    used = np.zeros((len(CAMPAIGNS) + 1, len(some.who)), dtype=bool)
    used[coupon, who] = True
    campaign, shopper = np.nonzero(some.targeted)
    return synthetic(
        {
            "customer": names(draws)[some.who[shopper]],
            "campaign": campaign + 1,
            "date": date(7 * (np.array(CAMPAIGNS)[campaign] - 1)),
            "score": some.score[campaign, shopper].round(3),
            "mailed": some.mailed[campaign, shopper],
            "redeemed": used[campaign + 1, shopper],
        }
    ).sort_values(["customer", "campaign"], ignore_index=True)


def _placed(
    truth: Truth, some: Shoppers, draws: Draws, calendar: Weeks
) -> tuple[Array, Array, Array, Array]:
    """Return of every order the shopper, the day, the cause and the coupon used (or 0)."""
    more = [math.expm1(e) for e in (truth.reform_orders, truth.club_orders, truth.coupon_orders)]
    reformed = calendar.reformed[some.low]
    inside = some.club[:, None] & (np.arange(WEEKS) >= CLUB_WEEK - 1)
    coupon = _running(some.mailed)
    extra = {}
    usual = some.usual
    for name, lift, held in zip(CAUSES[1:], more, (reformed, inside, coupon > 0), strict=True):
        extra[name] = lift * usual * held
        usual = usual + extra[name]
    counts = [some.base]
    counts += [draws.stream(f"hidden.orders_{name}").poisson(m) for name, m in extra.items()]
    parts = [np.repeat(np.arange(count.size), count.ravel()) for count in counts]
    cause = np.repeat(np.arange(len(CAUSES), dtype=np.int8), [len(part) for part in parts])
    cell = np.concatenate(parts)
    order = np.argsort(cell, kind="stable")
    cell, cause = cell[order], cause[order]
    who, week = np.divmod(cell, WEEKS)
    day = 7 * week + (draws.uniform("hidden.order_date", len(who)) * LENGTH[week]).astype(np.int64)
    redeems = draws.uniform("hidden.order_coupon", len(who)) < truth.coupon_use
    used = np.where(redeems | (cause == CAUSES.index("coupon")), coupon.ravel()[cell], 0)
    order = np.lexsort((day, who))
    return who[order], day[order], cause[order], used[order]


def _running(mailed: Array) -> Array:
    """Return the campaign (from 1) whose coupon a shopper holds in each week, or 0."""
    holds = np.zeros((mailed.shape[1], WEEKS), dtype=np.int8)
    for number, (first, who) in enumerate(zip(CAMPAIGNS, mailed, strict=True), start=1):
        holds[who, first - 1 : first - 1 + CAMPAIGN_WEEKS] = number
    return holds


def _autoregressive(keep: float, noise: Array) -> Array:
    """Return a stationary series of unit variance whose neighbours correlate."""
    series = noise.copy()
    for t in range(1, len(series)):
        series[t] = keep * series[t - 1] + np.sqrt(1 - keep**2) * noise[t]
    return series
