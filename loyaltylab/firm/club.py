"""What the firm's programme, its online shop and the coupons are made with, and what follows."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import between
from loyaltylab.firm.core import SCALE, Open, Positive, Share, Tie
from loyaltylab.firm.service import Service, Slope

EXPIRY = 365
"""Days after which points that were not redeemed are void."""
CLUB_WEEK, REFORM_WEEK = 27, 66
"""Weeks (from 1) with which the points club opens and the reform of the shop begins."""
CAMPAIGNS = (10, 36, 60, 84)
"""First week of each coupon campaign."""
CAMPAIGN_WEEKS = 4

Effect = Annotated[float, Ge(0), Le(3)]
Spread = Annotated[float, Ge(0), Le(3)]


@model
class Club(Service):
    """The part of ``firm.Truth`` that concerns points, the online shop and its coupons.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    Examples
    --------
    >>> Club().point_share
    0.02
    """

    point_share: Annotated[Share, Label("value of the points", "share of the amount")] = 0.02
    redeem_alpha: Annotated[Positive, Label("alpha of the beta of redeeming", "-")] = 1.5
    redeem_beta: Annotated[Positive, Label("beta of the beta of redeeming", "-")] = 0.5
    redeem_days: Annotated[Positive, Label("mean delay of redeeming", "days")] = 150.0

    shop_share: Annotated[Open, Label("who use the online shop", "share of customers")] = 0.3
    shop_rate: Annotated[float, Gt(0), Le(1e4), Label("mean orders of a shopper", "per year")] = (
        10.0
    )
    shop_shape: Annotated[Positive, Label("shape of the gamma of order rates", "-")] = 1.5
    shop_correlation: Annotated[Tie, Label("ordering with the purchase rate", "correlation")] = 0.5
    shop_cents: Annotated[Positive, Label("mean amount of an order", "cents")] = 4000.0
    shop_trend: Annotated[Slope, Label("trend of log orders", "per year")] = 0.06
    shop_season: Annotated[Spread, Label("season of log orders, peak in mid-December", "-")] = 0.2
    shop_ar: Annotated[Tie, Label("weekly shocks with those of the week before", "-")] = 0.6
    shop_shock_sd: Annotated[Spread, Label("shocks of log orders, both regions", "-")] = 0.08
    region_shock_sd: Annotated[Spread, Label("shocks of log orders, one region", "-")] = 0.03
    shop_satisfaction: Annotated[
        float, Ge(1), Le(5), Label("mean satisfaction with an order", "scale 1-5")
    ] = 3.6
    shop_standing: Annotated[
        Spread, Label("of satisfaction with the firm on that with an order", "points per sd")
    ] = 0.4
    order_noise: Annotated[Positive, Label("noise of satisfaction with an order", "points")] = 0.8
    mood_sd: Annotated[Spread, Label("weekly shocks of satisfaction, both regions", "points")] = 0.1
    region_mood_sd: Annotated[Spread, Label("the same, one region", "points")] = 0.03
    order_answers: Annotated[Share, Label("orders that are rated", "share")] = 0.4
    reform_orders: Annotated[Effect, Label("the reform on log orders", "-")] = 0.15
    reform_points: Annotated[Effect, Label("the reform on satisfaction", "points")] = 0.3

    club_share: Annotated[
        Open, Label("join the points club uninvited, in a usual month", "share")
    ] = 0.3
    club_correlation: Annotated[
        Tie, Label("propensity to join with the order rate", "correlation")
    ] = 0.4
    club_recent: Annotated[
        Slope, Label("propensity to join on unusual orders of eight weeks", "sd per sd")
    ] = 0.4
    club_invited: Annotated[Slope, Label("propensity to join on an invitation", "sd")] = 0.8
    club_orders: Annotated[Effect, Label("the points club on log orders", "-")] = 0.1

    target_share: Annotated[Open, Label("targeted by a campaign", "share of shoppers")] = 0.4
    target_accuracy: Annotated[
        Tie, Label("score of targeting with the order rate", "correlation")
    ] = 0.7
    holdout: Annotated[Share, Label("targeted who get no coupon, by lot", "share")] = 0.25
    coupon_orders: Annotated[Effect, Label("a coupon on log orders, for 28 days", "-")] = 0.3
    coupon_use: Annotated[Share, Label("orders that come anyway and use the coupon", "share")] = 0.5
    coupon_cents: Annotated[Positive, Label("value of a coupon", "cents")] = 500.0

    def redeemed_by(self, days: float) -> float:
        """Return the share of points redeemed within so many days (at most the 365 to expiry).

        ``α / (α + β) · (1 − exp(−days / redeem_days))``.

        Examples
        --------
        >>> round(Club().redeemed_by(90), 3)
        0.338
        """
        upto = min(between("days", days, 0, math.inf), EXPIRY)
        meant = self.redeem_alpha / (self.redeem_alpha + self.redeem_beta)
        return -meant * math.expm1(-upto / self.redeem_days)

    def breakage(self) -> float:
        """Return the share of points that is never redeemed.

        Examples
        --------
        >>> round(Club().breakage(), 3)
        0.316
        """
        return 1 - self.redeemed_by(EXPIRY)

    def membership(self) -> pd.DataFrame:
        """Return what membership of the programme does, and what it only seems to do.

        Own purchases per year of those who stay, exact by integration: ``wave``; of members
        ``purchases_with`` (as they are) and ``purchases_without`` membership; ``effect``, their
        difference; ``naive``, members less other customers; ``selection``, ``naive − effect``.

        Examples
        --------
        >>> Club().membership()[["naive", "effect", "selection"]].round(2).iloc[0].tolist()
        [4.13, 1.49, 2.64]
        """
        from loyaltylab.firm.population import own_purchases

        rows = []
        for wave in (1, 2):
            with_, without, others = own_purchases(self, wave)
            effect, naive = with_ - without, with_ - others
            rows.append((wave, with_, without, effect, naive, naive - effect))
        names = ["wave", "purchases_with", "purchases_without", "effect", "naive", "selection"]
        return pd.DataFrame(rows, columns=names)

    def reform(self) -> pd.DataFrame:
        """Return what the reform of the shop does: ``quantity``, ``value``, ``unit``.

        ``orders``: orders with it over orders without; ``satisfaction``: the mean answer with
        it less the mean answer without (answers are whole and end at 5, so a little less than
        ``reform_points``).

        Examples
        --------
        >>> Club().reform().round(3)["value"].tolist()
        [1.162, 0.278]
        """
        means = [self._mean_answer(shift) for shift in (0.0, self.reform_points)]
        return pd.DataFrame(
            {
                "quantity": ["orders", "satisfaction"],
                "value": [math.exp(self.reform_orders), means[1] - means[0]],
                "unit": ["ratio", "points"],
            }
        )

    def coupon(self) -> pd.DataFrame:
        """Return what a coupon does to those who get it: ``quantity``, ``value``, ``unit``.

        ``extra``: orders that would not have come, per order that comes anyway;
        ``redeemed``: coupons redeemed per order that comes anyway; ``subsidised``: the share of
        redeemed coupons whose order would have come anyway, ``use / (use + e^effect − 1)``.

        Examples
        --------
        >>> Club().coupon().round(3)["value"].tolist()
        [0.35, 0.85, 0.588]
        """
        extra = math.expm1(self.coupon_orders)
        used = self.coupon_use + extra
        values = [extra, used, self.coupon_use / used if used else math.nan]
        return pd.DataFrame(
            {
                "quantity": ["extra", "redeemed", "subsidised"],
                "value": values,
                "unit": ["per order that comes anyway"] * 2 + ["share of redeemed coupons"],
            }
        )

    def _mean_answer(self, shift: float) -> float:
        """Return the mean of the whole answers to an order."""
        from scipy import special

        spread = math.hypot(self.shop_standing, self.order_noise, self.mood_sd, self.region_mood_sd)
        at = np.arange(SCALE[0], SCALE[1]) + 0.5
        above = special.ndtr((self.shop_satisfaction + shift - at) / spread)
        return float(SCALE[0] + above.sum())
