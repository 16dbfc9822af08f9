"""Five points fewer defections: what they add to a customer's value, and from which churn."""

from __future__ import annotations

from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.stats import TINY, amount, between
from loyaltylab.lifetime.arithmetic import NOTHING, annuity

READINGS = ("geometric", "fixed_life", "relative", "relative_retention")
"""Churn c falls by p points (customers leave at random, or after exactly 1/c years), by the
share p of itself, or retention rises by the share p of itself."""


def check_reading(reading: object) -> str:
    """Return the name of a reading, or say which there are.

    Examples
    --------
    >>> check_reading("relative")
    'relative'
    """
    if isinstance(reading, str) and reading in READINGS:
        return reading
    raise InputError(
        f"reading must be one of {', '.join(READINGS)}, not {shown(reading)}"
        f"{nearest(reading, READINGS)}."
    )


def rate(discount: object) -> float:
    """Return a checked discount rate; below 1e-12 it counts as 0, for no sum can tell it from it.

    Examples
    --------
    >>> rate(0.1), rate(1e-300)
    (0.1, 0.0)
    """
    checked = between("discount", discount, 0, 1)
    return checked if checked >= NOTHING else 0.0


def lowered(churn: float, points: float, reading: str) -> float:
    """Return the churn after the step; below 0 where it cannot fall so far.

    Examples
    --------
    >>> [round(lowered(0.2, 0.05, r), 4) for r in READINGS]
    [0.15, 0.15, 0.19, 0.16]
    """
    if reading == "relative":
        return churn * (1 - points)
    if reading == "relative_retention":
        return churn - points * (1 - churn)
    return churn - points


def worth(churn: float, discount: float, reading: str, growth: float = 0.0) -> float:
    """Present value of a margin of 1 a year; it grows by ``growth`` of itself, not compounded.

    ``1/(c+d) + growth·(1-c)/(c+d)²``; in the reading ``"fixed_life"`` an annuity over
    exactly 1/c years (see :func:`annuity` where that is no whole number), without growth.

    Examples
    --------
    >>> worth(0.1, 0.0, "geometric"), round(worth(0.1, 0.1, "fixed_life"), 3)
    (10.0, 6.145)
    """
    if reading == "fixed_life":
        return annuity(0.0, discount, 1 / churn if churn > 0 else None)
    return annuity(churn, discount) * (1 + growth * (1 - churn) * annuity(churn, discount))


def gain(
    churn: float,
    points: float = 0.05,
    discount: float = 0.0,
    reading: str = "geometric",
    *,
    growth: float = 0.0,
    acquisition_share: float = 0.0,
) -> float:
    """How much more a customer is worth after churn has fallen by five points.

    ``V(after)/V(before) - 1`` with V the present value of the margins of a life, less the
    cost of winning, which is ``acquisition_share`` of V before. With constant margin,
    without discounting and cost of winning it is ``c/(c-p) - 1``.

    Parameters
    ----------
    churn
        Baseline churn c per year, above 0 and at most 1.
    points
        How far it falls: 0.05 is five points, or five percent in the relative readings.
    discount
        Rate per year.
    reading
        ``"geometric"``, ``"fixed_life"``, ``"relative"`` or ``"relative_retention"``.
    growth
        Growth of the margin per year, in shares of the first year's.
    acquisition_share
        Cost of winning a customer, as a share of V before the step; below 1.

    Returns
    -------
    float
        A share; 0.25 is 25 percent. Infinite where nobody leaves any more and nothing is
        discounted.

    Raises
    ------
    InputError
        For values out of range, or a churn that cannot fall so far.

    References
    ----------
    The question is that of Reichheld & Sasser (1990), "Zero defections", Harvard Business
    Review 68(5); the arithmetic is our own.

    Examples
    --------
    >>> round(gain(0.25), 4), round(gain(0.10), 4), round(gain(0.25, discount=0.10), 4)
    (0.25, 1.0, 0.1667)
    """
    check_reading(reading)
    churn = between("churn", churn, 0, 1)
    points = between("points", points, 0, 1)
    discount = rate(discount)
    growth = amount("growth", growth)
    share = between("acquisition_share", acquisition_share, 0, 1)
    if churn < TINY or share == 1:
        raise InputError(
            "churn must be above 0 and acquisition_share below 1, or there is nothing to gain"
            f" from; churn {churn:g} and acquisition_share {share:g} were given."
        )
    if growth and reading == "fixed_life":
        raise InputError("growth must be 0 in the reading 'fixed_life'; take 'geometric'.")
    after = lowered(churn, points, reading)
    if after < -1e-12:
        raise InputError(
            f"churn must be high enough to fall by {points:g} in the reading {reading!r}, not"
            f" {churn:g}; give a higher churn or fewer points."
        )
    before = worth(churn, discount, reading, growth)
    more = worth(max(after, 0.0), discount, reading, growth) / before - 1
    return more / (1 - share)
