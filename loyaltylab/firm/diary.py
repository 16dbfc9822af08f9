"""A second category: weekly prices of five brands, and the diary of those who keep one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.firm.core import DAYS
from loyaltylab.firm.draws import Array, Draws, tied
from loyaltylab.firm.people import People
from loyaltylab.firm.tables import date, names, synthetic
from loyaltylab.firm.truth import BRANDS, Truth

WEEKS = -(-DAYS // 7)
COST = 0.6
"""Cost as a share of the regular price, before it moves."""


class Shelf(NamedTuple):
    """The market of the diary: arrays by week and brand, the same for every customer."""

    price: Array
    cost: Array
    promoted: Array
    appeal: Array


def shelf(truth: Truth, seed: int) -> Shelf:
    """Draw prices, costs and appeals; they belong to the market and not to a block."""
    draws = Draws(seed, 0, WEEKS * len(BRANDS))

    def by_week(values: Array) -> Array:
        return values.reshape(WEEKS, len(BRANDS))

    cost = truth.cost_sd * by_week(draws.normal("prices.cost_cents"))
    appeal = truth.appeal_sd * by_week(draws.normal("hidden.appeal"))
    promoted = by_week(draws.uniform("prices.promoted")) < truth.promotion_share
    cut = np.where(promoted, np.log1p(-truth.promotion_depth), 0.0)
    regular = np.array(truth.regular_cents)
    price = regular * np.exp(cost + truth.appeal_price * appeal + cut)
    costs = COST * regular * np.exp(cost)
    return Shelf(np.maximum(np.rint(price), 1), np.maximum(np.rint(costs), 1), promoted, appeal)


def prices(truth: Truth, seed: int) -> pd.DataFrame:
    """Return the price of each brand in each week."""
    market = shelf(truth, seed)
    weeks = np.repeat(np.arange(1, WEEKS + 1), len(BRANDS))
    return synthetic(
        {
            "week": weeks,
            "date": date((weeks - 1) * 7),
            "brand": _brands(np.tile(np.arange(len(BRANDS)), WEEKS)),
            "price_cents": market.price.ravel().astype(np.int64),
            "regular_cents": np.tile(np.rint(truth.regular_cents).astype(np.int64), WEEKS),
            "promoted": market.promoted.ravel(),
            "cost_cents": market.cost.ravel().astype(np.int64),
        }
    )


def diary(truth: Truth, people: People, draws: Draws) -> pd.DataFrame:
    """Return the purchases of those who keep a diary, in the order of customers and days."""
    keeps, rate, preference = drawn(truth, people, draws)
    count = draws.stream("diary.count").poisson(rate * keeps * DAYS / 365.25)
    total = int(count.sum())
    who = np.repeat(np.arange(draws.n), count)
    key = who * DAYS + (draws.uniform("diary.date", total) * DAYS).astype(np.int64)
    key.sort()
    who, day = np.divmod(key, DAYS)
    market, week = shelf(truth, draws.seed), day // 7
    pull = market.appeal - truth.price_sensitivity * np.log(market.price / truth.regular_cents)
    odds = np.cumsum(preference[who] * np.exp(pull)[week], axis=1)
    chance = draws.uniform("diary.brand", total) * odds[:, -1]
    brand = np.minimum((chance[:, None] >= odds).sum(axis=1), len(BRANDS) - 1)
    return synthetic(
        {
            "customer": names(draws)[who],
            "date": date(day),
            "week": week + 1,
            "brand": _brands(brand),
            "price_cents": market.price[week, brand].astype(np.int64),
        }
    )


def drawn(truth: Truth, people: People, draws: Draws) -> tuple[Array, Array, Array]:
    """Return who keeps a diary, each one's yearly rate and, by brand, his preferences."""
    from scipy import special

    keeps = draws.uniform("diary.keeps") < truth.diary_share
    rate = draws.stream("hidden.diary_rate").standard_gamma(truth.diary_shape, draws.n)
    lean = tied(
        people.standing, truth.preference_correlation, draws.normal("hidden.preference_own")
    )
    own = special.gammaincinv(truth.brand_preference[0], special.ndtr(lean))
    rivals = [
        draws.stream(f"hidden.preference_{brand}").standard_gamma(alpha, draws.n)
        for brand, alpha in zip(BRANDS[1:], truth.brand_preference[1:], strict=True)
    ]
    liked = np.maximum(np.column_stack([own, *rivals]), 1e-300)
    scale = truth.diary_rate / truth.diary_shape
    return keeps, rate * scale, liked / liked.sum(axis=1, keepdims=True)


def _brands(codes: Array) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(BRANDS))
