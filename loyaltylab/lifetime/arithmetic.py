"""Who is still there and what he is worth: sums over hazards, in closed form where there is one.

At the end stand the accounts of one customer by year, which are made of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from loyaltylab.lifetime.lifetime import Lifetime

Array = npt.NDArray[np.float64]
SHOWN = 40
"""Years in the table and the picture of an infinite horizon."""
NOTHING = 1e-12
"""Rates that sum to less over all periods cannot be told from 0 in a sum of 16 digits."""


def hazards(early: Sequence[float] | None, churn: float) -> Array:
    """Return churn by number of periods already survived; the last entry holds for ever.

    Entries at the end that equal the constant churn are dropped, so that the customers in
    them need not be followed apart.

    Examples
    --------
    >>> hazards((0.3, 0.1, 0.05), 0.05)
    array([0.3 , 0.1 , 0.05])
    """
    values = list(early or ())
    while values and values[-1] == churn:
        values.pop()
    return np.array([*values, churn])


def later(hazard: Array, periods: int) -> Array:
    """Return the hazards of those who have survived some periods.

    Examples
    --------
    >>> later(hazards((0.3, 0.1), 0.05), 1)
    array([0.1 , 0.05])
    """
    return hazard[min(periods, len(hazard) - 1) :]


def survival(hazard: Array, periods: int) -> Array:
    """Share of a cohort still present after 0, 1, …, ``periods`` exposures.

    Examples
    --------
    >>> survival(hazards(None, 0.5), 3)
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    last = len(hazard) - 1
    stay = 1 - hazard[np.minimum(np.arange(periods), last)]
    return np.concatenate([[1.0], np.cumprod(stay)])


def life(hazard: Array) -> float:
    """Mean number of periods a new customer counts, ``Σ S(k)``; infinite if none leave.

    Examples
    --------
    >>> life(hazards(None, 0.05))
    20.0
    """
    alive = survival(hazard[:-1], len(hazard) - 1) if len(hazard) > 1 else np.ones(1)
    tail = alive[-1] / hazard[-1] if hazard[-1] > 0 else (np.inf if alive[-1] > 0 else 0.0)
    return float(alive[:-1].sum() + tail)


def annuity(churn: float, discount: float, periods: float | None = None) -> float:
    """Present value of 1 per period under constant churn, ``Σ (1-c)^(t-1) / (1+d)^t``.

    It is ``(1 - ((1-c)/(1+d))^n) / (c + d)``; ``1 / (c + d)`` for ever, infinite where
    neither leaks nor discounts. For a broken number of periods the formula stands as it is,
    which is a last payment of ``((1+d)^τ - 1)/d`` on leaving, where τ is the part of a period
    (with churn 0). Over n periods, rates that sum to less than 1e-12/n count as 0.

    Examples
    --------
    >>> round(annuity(0.0, 0.10, 10), 6), annuity(0.1, 0.0)
    (6.144567, 10.0)
    """
    together = churn + discount
    if periods is None:
        return 1 / together if together else math.inf
    if together * max(periods, 1.0) < NOTHING:
        return float(periods)
    if churn == 1:
        return 1 / (1 + discount) if periods else 0.0
    log_ratio = math.log1p(-churn) - math.log1p(discount)
    return -math.expm1(periods * log_ratio) / together


def value(per_period: float, hazard: Array, discount: float, periods: int | None = None) -> float:
    """Present value of a customer, counted from the end of the period in which he joins.

    ``g Σ S(k-1) / (1+d)^k``: whoever is present at a period's start pays ``g`` at its end.
    For constant churn c it is ``g / (c + d)``; infinite where neither leaks nor discounts.

    Parameters
    ----------
    per_period
        What he pays per period.
    hazard
        See :func:`hazards`.
    discount
        Rate per period.
    periods
        Horizon, or None for ever.

    Examples
    --------
    >>> round(value(10, hazards(None, 0.05), 0.05), 10)
    100.0
    >>> round(value(10, hazards(None, 0.05), 0.0, periods=2), 10)
    19.5
    """
    count = len(hazard) - 1 if periods is None else min(len(hazard) - 1, periods)
    alive = survival(hazard, count)
    discounts = (1 + discount) ** -np.arange(1.0, count + 1)
    left = None if periods is None else periods - count
    tail = 0.0
    if alive[-1] > 0:
        constant = annuity(float(hazard[-1]), discount, left)
        tail = alive[-1] * constant * (1 + discount) ** -count
    together = float((alive[:-1] * discounts).sum() + tail)
    return per_period * together if per_period else 0.0


def multiple(
    hazard: Array,
    discount: float,
    periods: int | None = None,
    timing: str = "year_end",
    fading: float = 0.0,
) -> float:
    """Margin multiple: what 1 per period is worth, ``Σ survival(t) · discount factor(t)``.

    ``"year_end"`` pays ``S(t-1) / (1+d)^t``, ``"after_renewal"`` ``S(t) / (1+d)^t``, and
    ``"year_start"`` ``S(t-1) / (1+d)^(t-1)``. With constant retention r for ever these are
    ``1/(1+d-r)``, ``r/(1+d-r)`` and ``(1+d)/(1+d-r)`` (Gupta & Lehmann 2003, reported, not
    verified). With ``fading`` f what is paid also shrinks, ``(1-f)^(t-1)``.

    Examples
    --------
    >>> half = hazards(None, 0.5)
    >>> [multiple(half, 0.0, timing=t) for t in ("year_end", "after_renewal")]
    [2.0, 1.0]
    """
    together = hazard + fading * (1 - hazard)
    if timing == "after_renewal":
        return float(1 - hazard[0]) * value(1.0, later(together, 1), discount, periods)
    return value(1 + discount if timing == "year_start" else 1.0, together, discount, periods)


def survivors(hazard: Array, years: int, timing: str = "year_end") -> Array:
    """Share of a cohort who pay in years 1…``years``.

    Examples
    --------
    >>> survivors(hazards(None, 0.5), 3, "after_renewal")
    array([0.5  , 0.25 , 0.125])
    """
    alive = survival(hazard, years)
    return alive[1:] if timing == "after_renewal" else alive[:-1]


def discount_factors(discount: float, years: int, timing: str = "year_end") -> Array:
    """Worth today of 1 that is paid in years 1…``years``.

    Examples
    --------
    >>> discount_factors(1.0, 3)
    array([0.5  , 0.25 , 0.125])
    """
    paid = np.arange(years) + (timing != "year_start")
    return (1.0 + discount) ** -paid.astype(float)


def by_year(customer: Lifetime) -> pd.DataFrame:
    """Return the accounts of a customer; see :meth:`Lifetime.table`."""
    hazard, years, timing = customer.hazards, customer.years or SHOWN, customer.timing
    paying = np.r_[0.0, survivors(hazard, years, timing)]
    factor = np.r_[1.0, discount_factors(customer.discount, years, timing)]
    cash = customer.cash * paying
    cash[0] -= customer.acquisition_cost
    present = cash * factor
    return pd.DataFrame(
        {
            "year": np.arange(years + 1),
            "survival": np.r_[1.0, paying[1:]],
            "discount_factor": factor,
            "revenue": customer.yearly * paying,
            "profit": customer.margin * customer.yearly * paying,
            "referred": customer.referrals * customer.profit * paying,
            "present_value": present,
            "undiscounted": np.cumsum(cash),
            "cumulative": np.cumsum(present),
            "face_value": customer.yearly * np.arange(years + 1.0),
            "beyond": np.r_[np.cumsum(present[:0:-1])[::-1], 0.0] + _tail(customer, years),
        }
    )


def _tail(customer: Lifetime, years: int) -> float:
    """Present value of all that comes after some years; nothing where the horizon ends."""
    left = float(survival(customer.hazards, years)[-1])
    if customer.years is not None or left == 0:
        return 0.0
    after = later(customer.hazards, years)
    beyond = multiple(after, customer.discount, None, customer.timing)
    discounted = float((1 + customer.discount) ** -float(years))
    return customer.cash * beyond * left * discounted
