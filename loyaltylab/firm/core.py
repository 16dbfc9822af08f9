"""Every parameter of the linked firm's making, and what follows from them exactly."""

from __future__ import annotations

import datetime
import math
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.model import Label, model, params
from loyaltylab.base.stats import whole
from loyaltylab.curve import Barriers, RivalChoice

REGIONS = ("high competition", "low competition")
ITEMS = ("quality", "service", "price", "convenience")
WAVES = (1, 2)
START = datetime.date(2024, 1, 1)
OPENING = datetime.date(2025, 1, 1)
"""The day on which the market of the low-competition region opens."""
END = datetime.date(2026, 1, 1)
"""The first day that is no longer seen."""
SURVEYS = {1: datetime.date(2024, 12, 31), 2: datetime.date(2025, 12, 31)}
YEAR, DAYS = (OPENING - START).days, (END - START).days
MONTH = 30
SCALE = (1.0, 5.0)

Share = Annotated[float, Ge(0), Le(1)]
Open = Annotated[float, Gt(0), Lt(1)]
Tie = Annotated[float, Gt(-1), Lt(1)]
Positive = Annotated[float, Gt(0), Le(1e6)]


@model
class Core:
    """What the linked firm is made with, but for its later measurements: see ``firm.Truth``.

    Satisfaction, loyalty, purchases, churn and the service by lot; how they are made is said
    there, once for all parts.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Those of ``firm.Truth``.

    Examples
    --------
    >>> truth = Core()
    >>> [round(truth.choice("low competition", wave).rivals, 6) for wave in (1, 2)]
    [1.2, 6.0]
    >>> [round(truth.gamma(region, wave), 2) for region in REGIONS for wave in (1, 2)]
    [3.62, 3.46, 0.46, 3.46]
    """

    high_competition: Annotated[Share, Label("in the region of high competition", "share")] = 0.5
    founders: Annotated[Share, Label("joined on the first day", "share")] = 0.6

    satisfaction_mean: Annotated[float, Ge(1), Le(5), Label("mean satisfaction", "scale 1-5")] = 3.6
    satisfaction_sd: Annotated[Positive, Label("spread of satisfaction", "points")] = 0.9
    item_weights: Annotated[
        tuple[Annotated[float, Ge(0)], ...],
        Label("weights of quality, service, price, convenience", "relative"),
    ] = (0.4, 0.3, 0.2, 0.1)
    halo: Annotated[float, Ge(0), Lt(1), Label("loading of the items on a common halo", "-")] = 0.6
    unexplained: Annotated[
        float, Ge(0), Lt(1), Label("satisfaction that no item explains", "share of variance")
    ] = 0.3
    wave_correlation: Annotated[Tie, Label("between years", "correlation")] = 0.8
    answer_noise: Annotated[Positive, Label("noise of an overall answer", "points")] = 0.3
    liking_correlation: Annotated[Tie, Label("liking with satisfaction", "correlation")] = 0.6
    response_rate: Annotated[Open, Label("customers who answer a survey", "share")] = 0.7
    missing: Annotated[
        float, Ge(0), Lt(1), Label("questions left out by those who answer", "share")
    ] = 0.02

    rivals: Annotated[float, Ge(0), Le(1e6), Label("rivals in an open market", "rivals")] = 6.0
    sensitivity: Annotated[float, Ge(0), Le(100), Label("sensitivity", "logits per point")] = 2.0
    rival_satisfaction: Annotated[float, Ge(1), Le(5), Label("what rivals offer", "scale 1-5")] = (
        3.6
    )
    regulation: Annotated[Share, Label("regulation, until the market opens", "strength")] = 0.8
    switching_cost: Annotated[Share, Label("switching cost, until it opens", "strength")] = 0.25
    programme: Annotated[Share, Label("programme, for members", "strength")] = 0.1
    member_share: Annotated[Open, Label("members of the programme", "share")] = 0.4
    member_correlation: Annotated[
        Tie, Label("propensity to join with the purchase rate", "correlation")
    ] = 0.4

    purchase_rate: Annotated[Positive, Label("mean purchases", "per customer and year")] = 12.0
    purchase_shape: Annotated[Positive, Label("shape of the gamma of rates", "-")] = 2.0
    amount_cents: Annotated[Positive, Label("mean amount of a purchase", "cents")] = 3000.0
    amount_shape: Annotated[Positive, Label("shape of a customer's amounts", "-")] = 6.0
    amount_mixing: Annotated[
        float, Gt(1), Le(1e6), Label("shape of the gamma of the customers' scales", "-")
    ] = 4.0
    churn_alpha: Annotated[Positive, Label("alpha of the beta of churn", "per 30 days")] = 0.7
    churn_beta: Annotated[Positive, Label("beta of the beta of churn", "per 30 days")] = 25.0
    churn_correlation: Annotated[
        Tie, Label("propensity to leave with satisfaction", "correlation")
    ] = -0.5

    treated: Annotated[Share, Label("better service in year 2", "share of customers")] = 0.5
    service_effect: Annotated[
        float, Ge(0), Le(4), Label("what better service adds", "points of satisfaction")
    ] = 0.4
    service_cost_cents: Annotated[
        float, Ge(0), Le(1e9), Label("cost of better service", "cents per customer and year")
    ] = 1000.0
    margin: Annotated[Share, Label("margin", "share of sales")] = 0.3

    def __post_init__(self) -> None:
        """Check what concerns several numbers at once."""
        if len(self.item_weights) != len(ITEMS) or not 0 < sum(self.item_weights) < 1e6:
            raise InputError(
                f"{type(self).__name__}: item_weights must be {len(ITEMS)} numbers >= 0, not all"
                f" of them 0 (for {', '.join(ITEMS)}), not {shown(self.item_weights)}."
            )

    def table(self) -> pd.DataFrame:
        """Return every parameter: ``parameter, value, unit, what, origin``; one row a number."""
        rows = []
        for p in params(self).values():
            value = getattr(self, p.name)
            if p.kind == "floats":
                rows += [
                    (f"{p.name}[{item}]", v, p.unit, p.title)
                    for item, v in zip(self._owners(p.name), value, strict=True)
                ]
            else:
                rows.append((p.name, float(value), p.unit, p.title))
        return pd.DataFrame(rows, columns=["parameter", "value", "unit", "what"]).assign(
            origin="synthetic"
        )

    def _owners(self, name: str) -> tuple[str, ...]:
        """Return what each number of a tuple belongs to."""
        return ITEMS

    def barriers(self, region: str, wave: int, member: bool = False) -> Barriers:
        """Return the barriers that stand in a region in the year of a survey wave."""
        if region not in REGIONS:
            raise InputError(
                f"region must be {REGIONS[0]!r} or {REGIONS[1]!r}, not"
                f" {shown(region)}{nearest(region, REGIONS)}."
            )
        closed = whole("wave", wave, 1, 2) == 1 and region == REGIONS[1]
        return Barriers(
            regulation=self.regulation * closed,
            switching_cost=self.switching_cost * closed,
            loyalty_programme=self.programme * member,
        )

    def choice(self, region: str, wave: int, member: bool = False) -> RivalChoice:
        """Return the choice that a customer of a region faces in the year of a survey wave.

        Parameters
        ----------
        region
            ``"high competition"`` or ``"low competition"``.
        wave
            1 for the year 2024, 2 for the year 2025, when both markets are open.
        member
            Whether he is a member of the programme.
        """
        open_market = RivalChoice(
            rivals=self.rivals,
            sensitivity=self.sensitivity,
            rival_satisfaction=self.rival_satisfaction,
        )
        return self.barriers(region, wave, member).apply(open_market)

    def gamma(self, region: str, wave: int) -> float:
        """Return the γ to which ``curve.fit`` of share on the overall answer tends.

        The firm's loyalty is no power curve; this is the power curve nearest to it, computed
        by integration over all who may answer, and not from any sample.
        """
        from loyaltylab.curve import nearest_power
        from loyaltylab.firm.population import answering

        levels = answering(self, region, wave)
        return nearest_power(levels["overall"], levels["loyalty"], levels["weight"], scale=SCALE)

    @property
    def amount_scale(self) -> float:
        """γ of the gamma-gamma model, from the mean amount: ``mean (q - 1) / p``, in cents."""
        return self.amount_cents * (self.amount_mixing - 1) / self.amount_shape

    @property
    def pull(self) -> tuple[float, ...]:
        """By how much z rises when one item perception rises by one standard deviation."""
        w, l2 = np.array(self.item_weights), self.halo**2
        spread = math.sqrt(float((1 - l2) * (w**2).sum() + l2 * w.sum() ** 2))
        return tuple(float(v) for v in math.sqrt(1 - self.unexplained) * w / spread)
