"""Every parameter of the linked firm: what it is made with, and what else is measured in it."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt, Le

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.model import Label, model
from loyaltylab.firm.core import Open, Positive, Share, Tie
from loyaltylab.firm.network import Network
from loyaltylab.firm.service import LENGTHS, Slope

BRANDS = ("own", "north", "south", "east", "west")


@model
class Truth(Network):
    """The parameters with which the linked firm is made; all of it is synthetic.

    *Satisfaction.* ``s = mean + sd z``, kept within 1 … 5, where the standard normal z is the
    weighted sum of four item perceptions (which share a halo) and of a rest that no item
    explains. It holds for a calendar year; from one year to the next z is correlated. The
    overall answer is s plus noise, rounded. *Stated importance* is asked beside it, and is not
    what the weights are.

    *Loyalty.* A purchase in the category goes to the own brand with the probability
    ``RivalChoice.loyalty(s)``. In the low-competition region barriers stand until the market
    opens on 2025-01-01; members of the programme find leaving dearer everywhere.

    *Purchases* in the category are Poisson with gamma rates (NBD), amounts gamma with gamma
    scales (gamma-gamma). *Churn*: every 30 days a customer leaves for good with a probability
    of his own, which is beta distributed (shifted beta-geometric) and tied to z of the first
    year. Who has left goes on buying from rivals. *Service*: a random part of the customers
    gets better service in the second year.

    *Needs.* For each of six attributes a customer belongs to one of Kano's classes and answers
    with any cell of the grid that has it; careless ones answer with any cell at all. *Stages*:
    a Markov chain by quarter between neighbours, its start tied to z of the first year; each
    of three answers slips at times. *Habits* depend on loyalty in the second year. *Diary*: in
    a second category purchases are NBD, brand preferences Dirichlet, and a customer chooses a
    brand with odds ``preference × exp(appeal − β log(price / regular price))``.

    *Delivery* is a service of its own: problems come at random while someone is a customer, and
    one hidden trait, attachment to the service, makes a customer likelier both to complain and
    to use it again. Dissatisfaction of complainers falls by a factor with each of seven steps.
    *Leavers* have one or several causes, and not all give an interview.

    *Points* of members are redeemed or void. The *online shop* is a business of its own: orders
    are Poisson with gamma rates, a season, a trend and weekly shocks; a reform in one region, a
    points club (joined by choice or invitation) and coupons (sent to the best but for a random
    part) each multiply them. *Branches*: morale moves service, customers belong rather to the
    branch whose service is as they find it, and affluence moves morale and profit; deviations
    by quarter lead from morale to satisfaction and back.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The parts are those of the chapters: McFadden (1974) for the choice, Ehrenberg (1988) for
    the NBD, Goodhardt, Ehrenberg & Chatfield (1984) for the Dirichlet, Fader & Hardie (2007)
    for churn, Fader & Hardie (2013) for amounts, Oliver (1999) for the stages.

    Examples
    --------
    >>> truth = Truth()
    >>> [round(truth.choice("low competition", wave).rivals, 6) for wave in (1, 2)]
    [1.2, 6.0]
    >>> from loyaltylab.firm.core import REGIONS
    >>> [round(truth.gamma(region, wave), 2) for region in REGIONS for wave in (1, 2)]
    [3.62, 3.46, 0.46, 3.46]
    """

    selection_seconds: Annotated[
        Positive, Label("median time to choose at loyalty 0.5", "seconds")
    ] = 30.0
    selection_slope: Annotated[Slope, Label("log time to choose on loyalty", "per unit")] = -1.0
    selection_sd: Annotated[Positive, Label("spread of log time to choose", "-")] = 0.6
    incidents: Annotated[Positive, Label("product incidents", "per customer and year")] = 0.8
    forgive_logit: Annotated[Slope, Label("incident forgiven at loyalty 0.5", "logits")] = 0.0
    forgive_slope: Annotated[Slope, Label("forgiving on loyalty", "logits per unit")] = 2.5
    refer_rate: Annotated[Positive, Label("people brought along at loyalty 0.5", "persons")] = 0.5
    refer_slope: Annotated[Slope, Label("log of people brought along on loyalty", "per unit")] = 1.5
    new_noise: Annotated[Positive, Label("noise of the answer on new products", "points")] = 0.8
    bears_percent: Annotated[
        Positive, Label("mean price rise borne at loyalty 0.5", "percent of the price")
    ] = 5.0
    resists_percent: Annotated[
        Positive, Label("mean cut of a rival resisted at loyalty 0.5", "percent of the price")
    ] = 8.0
    price_slope: Annotated[
        Slope, Label("log of rise borne and of cut resisted on loyalty", "per unit")
    ] = 1.2

    diary_share: Annotated[Open, Label("who keep a diary", "share of customers")] = 0.3
    diary_rate: Annotated[
        float, Gt(0), Le(1e4), Label("mean purchases in the diary", "per customer and year")
    ] = 12.0
    diary_shape: Annotated[Positive, Label("shape of the gamma of diary rates", "-")] = 0.8
    brand_preference: Annotated[
        tuple[Annotated[float, Gt(0), Le(1e6)], ...],
        Label("Dirichlet α of the brands", "-"),
    ] = (0.6, 0.45, 0.35, 0.25, 0.12)
    preference_correlation: Annotated[
        Tie, Label("liking of the own brand in the diary with satisfaction", "correlation")
    ] = 0.4
    regular_cents: Annotated[
        tuple[Annotated[float, Ge(10), Le(1e9)], ...], Label("regular prices", "cents")
    ] = (500.0, 480.0, 450.0, 520.0, 390.0)
    price_sensitivity: Annotated[
        float, Ge(0), Le(50), Label("β of the diary's choice", "logits per unit of log price")
    ] = 3.0
    promotion_share: Annotated[Share, Label("brand on promotion", "share of weeks")] = 0.15
    promotion_depth: Annotated[
        float, Ge(0), Le(0.9), Label("price cut on promotion", "share of the price")
    ] = 0.25
    cost_sd: Annotated[float, Ge(0), Le(1), Label("spread of log cost", "-")] = 0.08
    appeal_sd: Annotated[
        float, Ge(0), Le(3), Label("spread of a brand's weekly appeal", "logits")
    ] = 0.3
    appeal_price: Annotated[float, Ge(-1), Le(1), Label("log price on appeal", "per logit")] = 0.3

    def _lengths(self) -> dict[str, tuple[str, ...]]:
        return {**LENGTHS, "brand_preference": BRANDS, "regular_cents": BRANDS}

    def elasticity(self, brand: str) -> float:
        """Return the own-price elasticity of a brand's share in the diary, at regular prices.

        A buyer with preference p has ``−β (1 − p)``; over Dirichlet preferences, weighted by
        what each buys of the brand, that is ``−β (S − α) / (S + 1)`` with S the sum of α.

        Examples
        --------
        >>> [round(Truth().elasticity(brand), 2) for brand in ("own", "west")]
        [-1.27, -1.79]
        """
        if brand not in BRANDS:
            raise InputError(
                f"brand must be one of {', '.join(BRANDS)}, not"
                f" {shown(brand)}{nearest(brand, BRANDS)}."
            )
        alpha, total = self.brand_preference[BRANDS.index(brand)], sum(self.brand_preference)
        return -self.price_sensitivity * (total - alpha) / (total + 1)
