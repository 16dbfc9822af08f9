"""What the firm's truth implies for everybody, by integration and not by sampling."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.firm.core import DAYS, MONTH, REGIONS, SCALE, YEAR, Core
from loyaltylab.firm.draws import Array, tied

NODES = 41
LEVELS = np.arange(SCALE[0], SCALE[1] + 1)


def answering(truth: Core, region: str, wave: int) -> pd.DataFrame:
    """Return, by overall answer, the mean loyalty and the share of those who may answer.

    Integrated over satisfaction, the propensity to leave (who is unhappy is gone sooner),
    membership, treatment, the day of joining and the chance of any purchase in the year.

    Parameters
    ----------
    truth, region, wave
        See :meth:`Core.choice`.

    Returns
    -------
    pandas.DataFrame
        ``overall`` (1 … 5), ``loyalty`` (mean probability of the own brand), ``weight``.

    Examples
    --------
    >>> answering(Core(), "high competition", 1).round(3)
       overall  loyalty  weight
    0      1.0    0.004   0.009
    1      2.0    0.024   0.090
    2      3.0    0.106   0.317
    3      4.0    0.341   0.392
    4      5.0    0.677   0.192
    """
    from scipy import special

    z, weight = _still_there(truth, wave)
    bought = _any_purchase(truth, wave)
    edges = np.concatenate([[-np.inf], LEVELS[:-1] + 0.5, [np.inf]])
    total, loyal = np.zeros(len(LEVELS)), np.zeros(len(LEVELS))
    for member in (0, 1):
        for treated, share in ((0, 1 - truth.treated), (1, truth.treated)):
            better = truth.service_effect * treated * (wave == 2)
            points = np.clip(truth.satisfaction_mean + truth.satisfaction_sd * z + better, *SCALE)
            upto = special.ndtr((edges[:, None] - points) / truth.answer_noise)
            mass = np.diff(upto, axis=0) * share * (weight @ bought[member])
            total += mass.sum(axis=1)
            loyal += mass @ truth.choice(region, wave, bool(member)).share(points)
    seen = total > 0
    return pd.DataFrame(
        {
            "overall": LEVELS[seen],
            "loyalty": np.clip(loyal[seen] / total[seen], 0, 1),  # the last digit is rounded
            "weight": total[seen] / total.sum(),
        }
    )


def _normal(nodes: int) -> tuple[Array, Array]:
    """Return nodes and weights that integrate over a standard normal."""
    at, weight = np.polynomial.hermite_e.hermegauss(nodes)
    return at, weight / weight.sum()


def _grid() -> tuple[Array, Array]:
    """Return a fine grid over a standard normal, for what bends too sharply for few nodes."""
    grid = np.linspace(-6, 6, 1201)
    density = np.exp(-(grid**2) / 2)
    return grid, density / density.sum()


def _joining(truth: Core) -> tuple[Array, Array]:
    """Return days of joining and how many join on each."""
    day = np.arange(YEAR)
    share = np.full(YEAR, (1 - truth.founders) / YEAR)
    share[0] += truth.founders
    return day, share


def _still_there(truth: Core, wave: int) -> tuple[Array, Array]:
    """Return z of a wave's year and, by z and day of joining, who is still a customer."""
    from scipy import special

    grid, density = _grid()
    e, e_weight = _normal(NODES)
    # the propensity to leave is tied to the first year's z, from which the second has drifted
    tie = truth.churn_correlation * (truth.wave_correlation if wave == 2 else 1.0)
    leaning = tied(grid[:, None], tie, e)
    churn = special.betaincinv(truth.churn_alpha, truth.churn_beta, special.ndtr(leaning))
    day, share = _joining(truth)
    survey = YEAR if wave == 1 else DAYS
    months = (survey - 1 - day) // MONTH  # decisions that lie before the survey's day is over
    survive = np.stack([((1 - churn) ** k) @ e_weight for k in range(int(months.max()) + 1)])
    return grid, density[:, None] * survive[months].T * share


def _any_purchase(truth: Core, wave: int) -> tuple[Array, Array]:
    """Return, for others and members, by day of joining, who buys at all in a wave's year."""
    from scipy import special

    speed, weight = _grid()
    rate = special.gammaincinv(truth.purchase_shape, special.ndtr(speed))
    rate *= truth.purchase_rate / truth.purchase_shape
    day, _ = _joining(truth)
    span = (YEAR - day if wave == 1 else np.full(YEAR, DAYS - YEAR)) / 365.25
    any_at_all = -np.expm1(-rate[:, None] * span)
    member = _joins(truth, speed)
    return (weight * (1 - member)) @ any_at_all, (weight * member) @ any_at_all


def own_purchases(truth: Core, wave: int) -> tuple[float, float, float]:
    """Return own purchases a year of members, of members without membership, and of others.

    Of customers who stay; over the rates of who joins, satisfaction, region and treatment.
    """
    from scipy import special

    z, weight = _grid()
    loyalty = [0.0, 0.0]
    for region, here in zip(
        REGIONS, (truth.high_competition, 1 - truth.high_competition), strict=True
    ):
        for treated, share in ((0, 1 - truth.treated), (1, truth.treated)):
            better = truth.service_effect * treated * (wave == 2)
            points = np.clip(truth.satisfaction_mean + truth.satisfaction_sd * z + better, *SCALE)
            for member in (0, 1):
                choice = truth.choice(region, wave, bool(member))
                loyalty[member] += here * share * float(weight @ choice.share(points))
    rate = special.gammaincinv(truth.purchase_shape, special.ndtr(z))
    rate *= truth.purchase_rate / truth.purchase_shape
    joins = _joins(truth, z)
    members = float(weight @ (rate * joins) / (weight @ joins))
    others = float(weight @ (rate * (1 - joins)) / (weight @ (1 - joins)))
    return members * loyalty[1], members * loyalty[0], others * loyalty[0]


def _joins(truth: Core, speed: Array) -> Array:
    """Return the chance to be a member of the programme, by the normal behind the rate."""
    from scipy import special

    bound = special.ndtri(1 - truth.member_share)
    spread = np.sqrt(1 - truth.member_correlation**2)
    chance: Array = special.ndtr((truth.member_correlation * speed - bound) / spread)
    return chance
