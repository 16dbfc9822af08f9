"""Who is still there: customers of whom heavy buyers stay, and the loyal who earn nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.stats import between, generator, whole
from loyaltylab.lifetime.maximum import Array


def survivorship(
    customers: int = 2000,
    years: int = 8,
    *,
    trend: float = 0.0,
    selection: float = 1.0,
    reaction: float = 0.0,
    churn: float = 0.25,
    noise: float = 0.2,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Simulate customers of whom heavy buyers stay longer, each with a trend that is known.

    Customer i spends ``a_i + trend·(tenure - 1)`` a year, times a factor of mean 1; his
    level is ``a_i = 100·exp(z_i/2)`` with z standard normal, and he leaves after a year with
    the odds ``churn/(1-churn) · exp(-selection·z_i - reaction·e)``, where e is how far the
    logarithm of that year's factor lies above its mean, in standard deviations.

    Parameters
    ----------
    customers, years
        How many, and for how many years at most each is seen.
    trend
        What a year of tenure adds to the spend of each, in money; 0 is flat.
    selection
        How strongly heavy buyers stay; 0 is not at all.
    reaction
        How strongly a poor year makes a customer leave after it; 0 is not at all. With it not
        even each customer's own slope is what a year of tenure adds.
    churn
        Churn per year of a customer of middling level.
    noise
        Standard deviation of the logarithm of the factor.
    seed
        See ``base.stats.generator``.

    Returns
    -------
    pandas.DataFrame
        One row per customer and year present: ``customer, tenure_years`` (from 1),
        ``spend, origin`` (``"synthetic"``).

    Raises
    ------
    InputError
        For values out of range.

    Examples
    --------
    >>> panel = survivorship(customers=500, seed=1)
    >>> panel.groupby("tenure_years")["spend"].mean().round()[[1, 8]].to_dict()
    {1: 109.0, 8: 170.0}
    """
    customers = whole("customers", customers, 1, 1_000_000)
    years = whole("years", years, 1, 100)
    trend = between("trend", trend, 0, 1e6)
    selection = between("selection", selection, 0, 10)
    churn = between("churn", churn, 0, 1, open_ends=True)
    reaction = between("reaction", reaction, 0, 10)
    noise = between("noise", noise, 0, 3)
    from scipy.special import expit

    rng = generator(seed)
    z = rng.standard_normal(customers)
    odds = np.log(churn / (1 - churn)) - selection * z
    stayed = np.minimum(rng.geometric(np.maximum(expit(odds), 1e-12)), years)
    if reaction:
        stayed, e = _leaving_after_poor_years(odds, reaction, years, rng)
    else:
        e = rng.standard_normal(int(stayed.sum()))
    who = np.repeat(np.arange(customers), stayed)
    tenure = np.concatenate([np.arange(1, last + 1) for last in stayed])
    level = 100 * np.exp(z / 2)[who] + trend * (tenure - 1)
    factor = np.exp(noise * e - noise**2 / 2)
    return pd.DataFrame(
        {"customer": who, "tenure_years": tenure, "spend": level * factor, "origin": "synthetic"}
    )


def _leaving_after_poor_years(
    odds: Array, reaction: float, years: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], Array]:
    """Return the years that each stays, and the luck of each of these, customer by customer."""
    from scipy.special import expit

    stayed = np.zeros(len(odds), dtype=np.int64)
    there, seen = np.arange(len(odds)), []
    for year in range(years):
        luck = rng.standard_normal(len(there))
        stayed[there] = year + 1
        seen.append((there, luck))
        there = there[rng.random(len(there)) >= expit(odds[there] - reaction * luck)]
    who, e = (np.concatenate(part) for part in zip(*seen, strict=True))
    return stayed, e[np.argsort(who, kind="stable")]


def loyal_but_unprofitable(
    correlation: float, loyal: float = 0.5, profitable: float = 0.5
) -> float:
    """Share of the loyal customers who are not profitable, if the two correlate so far.

    Tenure and profit are taken as bivariate normal; *loyal* is the upper share ``loyal`` by
    tenure, *profitable* the upper share ``profitable`` by profit. For halves it is
    ``1/2 - arcsin(correlation)/π`` (Sheppard 1899).

    Raises
    ------
    InputError
        For values out of range.

    Examples
    --------
    >>> [round(loyal_but_unprofitable(r), 3) for r in (0.0, 0.20, 0.45, 1.0)]
    [0.5, 0.436, 0.351, 0.0]
    """
    from scipy import stats

    correlation = between("correlation", correlation, -1, 1)
    loyal = between("loyal", loyal, 0, 1, open_ends=True)
    profitable = between("profitable", profitable, 0, 1, open_ends=True)
    cuts = stats.norm.ppf([loyal, 1 - profitable])
    if abs(correlation) == 1:
        both = min(loyal, 1 - profitable) if correlation < 0 else max(0.0, loyal - profitable)
        return float(both / loyal)
    # P(-tenure <= -cut, profit <= cut): turning one sign turns the correlation's
    covariance = [[1.0, -correlation], [-correlation, 1.0]]
    both = stats.multivariate_normal([0.0, 0.0], covariance).cdf(cuts)
    return float(both / loyal)
