"""The customers of one block: what is known of each, and what nobody sees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from loyaltylab.firm.core import DAYS, ITEMS, MONTH, REGIONS, SCALE, YEAR, Core
from loyaltylab.firm.draws import Array, Draws, tied

SERVICE = ITEMS.index("service")


class People(NamedTuple):
    """A block of customers, as arrays of equal length; days count from the firm's first.

    ``perceived`` (an array by item and customer), ``liking``, ``satisfaction`` and ``loyalty``
    are pairs: one array for the year of each survey wave. Who is there to the end has a day of
    leaving that is not seen any more, :data:`DAYS` or later. ``speed`` and ``standing`` are the
    standard normals behind the purchase rate and behind satisfaction in the first year;
    ``attachment`` to the delivery service is another, tied to nothing else.
    """

    low: Array
    joined: Array
    left: Array
    member: Array
    treated: Array
    rate: Array
    speed: Array
    standing: Array
    mean_amount: Array
    churn: Array
    perceived: tuple[Array, Array]
    liking: tuple[Array, Array]
    satisfaction: tuple[Array, Array]
    loyalty: tuple[Array, Array]
    loyalty_treated: Array
    loyalty_untreated: Array
    attachment: Array

    def stays(self, wave: int) -> Array:
        """Return who is still a customer when the survey of a wave is held."""
        return self.left >= (YEAR if wave == 1 else DAYS)


def draw(truth: Core, draws: Draws) -> People:
    """Draw a block of customers."""
    from scipy import special

    low = draws.uniform("customers.region") >= truth.high_competition
    late = draws.uniform("customers.founder") >= truth.founders
    joined = np.where(late, (draws.uniform("customers.joined") * YEAR).astype(np.int64), 0)
    treated = draws.uniform("customers.treated") < truth.treated
    perceived, z = _perceptions(truth, draws)
    leaning = tied(z[0], truth.churn_correlation, draws.normal("hidden.monthly_churn"))
    churn = special.betaincinv(truth.churn_alpha, truth.churn_beta, special.ndtr(leaning))
    speed = draws.normal("hidden.purchase_rate")
    rate = special.gammaincinv(truth.purchase_shape, special.ndtr(speed))
    eager = tied(speed, truth.member_correlation, draws.normal("customers.member"))
    member = eager > special.ndtri(1 - truth.member_share)
    scale = draws.stream("hidden.mean_amount").standard_gamma(truth.amount_mixing, draws.n)

    first, plain = (truth.satisfaction_mean + truth.satisfaction_sd * v for v in z)
    better = plain + truth.service_effect
    second = np.where(treated, better, plain)
    served, unserved = (loyalty(truth, 2, low, member, s) for s in (better, plain))
    return People(
        low=low,
        joined=joined,
        left=joined + MONTH * _months(churn, draws.uniform("customers.left")),
        member=member,
        treated=treated,
        rate=rate * truth.purchase_rate / truth.purchase_shape,
        speed=speed,
        standing=z[0],
        mean_amount=truth.amount_shape * truth.amount_scale / scale,
        churn=churn,
        perceived=_served(truth, perceived, treated),
        liking=_liking(truth, (first, second), draws),
        satisfaction=(np.clip(first, *SCALE), np.clip(second, *SCALE)),
        loyalty=(loyalty(truth, 1, low, member, first), np.where(treated, served, unserved)),
        loyalty_treated=served,
        loyalty_untreated=unserved,
        attachment=draws.normal("hidden.attachment"),
    )


def _perceptions(truth: Core, draws: Draws) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return the items as each year's customers perceive them, and their satisfaction as z."""

    def lasting(column: str) -> tuple[Array, Array]:
        first = draws.normal(f"{column}_1")
        return first, tied(first, truth.wave_correlation, draws.normal(f"{column}_2"))

    halo = lasting("hidden.halo")
    own = [lasting(f"hidden.{item}") for item in ITEMS]
    rest = lasting("hidden.rest")
    items, z = [], []
    for year in (0, 1):
        seen = np.stack([tied(halo[year], truth.halo, noise[year]) for noise in own])
        items.append(seen)
        z.append(np.array(truth.pull) @ seen + np.sqrt(truth.unexplained) * rest[year])
    return (items[0], items[1]), (z[0], z[1])


def _served(truth: Core, perceived: tuple[Array, Array], treated: Array) -> tuple[Array, Array]:
    """Let those with better service perceive as much more of it as adds to satisfaction."""
    pull = truth.pull[SERVICE]
    second = perceived[1].copy()
    if pull > 0:
        second[SERVICE] += treated * truth.service_effect / truth.satisfaction_sd / pull
    return perceived[0], second


def _liking(truth: Core, points: tuple[Array, Array], draws: Draws) -> tuple[Array, Array]:
    """Return how much each likes the brand, as standard normals tied to satisfaction."""
    noise = draws.normal("hidden.liking_1")
    noises = noise, tied(noise, truth.wave_correlation, draws.normal("hidden.liking_2"))
    first, second = (
        tied((s - truth.satisfaction_mean) / truth.satisfaction_sd, truth.liking_correlation, e)
        for s, e in zip(points, noises, strict=True)
    )
    return first, second


def _months(churn: Array, chance: Array) -> Array:
    """Return after how many months each leaves: geometric, at least one."""
    with np.errstate(divide="ignore", over="ignore"):
        count = np.log1p(-chance) / np.log1p(-np.minimum(churn, 1 - 1e-12))
    return np.clip(np.ceil(count), 1, 10 * DAYS).astype(np.int64)


def loyalty(truth: Core, wave: int, low: Array, member: Array, points: Array) -> Array:
    """Return the probability that a purchase goes to the own brand, in the year of a wave."""
    satisfaction, chance = np.clip(points, *SCALE), np.empty(len(points))
    for region in REGIONS:
        for belongs in (False, True):
            chosen = (low == (region == REGIONS[1])) & (member == belongs)
            choice = truth.choice(region, wave, belongs)
            chance[chosen] = choice.share(satisfaction[chosen])
    return chance
