"""What the documents say about the two curves, as questions with an answer.

Each function recomputes one claim of ``datasets/claims.csv`` and returns findings. The
documents print no loyalty at any satisfaction, and neither does what could be read of the
article; so every number here follows from named inputs, and is illustrative where these are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import Array, between
from loyaltylab.curve.barriers import Barriers
from loyaltylab.curve.choice import RivalChoice
from loyaltylab.curve.power import PowerCurve

LEVELS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
MIX = (0.04, 0.10, 0.26, 0.38, 0.22)
"""Shares of customers who answer 1, 2, 3, 4, 5: illustrative."""


def curve_1() -> RivalChoice:
    """Return the illustrative competitive market of the claims: six rivals, free switching.

    Examples
    --------
    >>> curve_1().loyalty([4, 5]).round(2)
    array([0.27, 0.73])
    """
    return RivalChoice()


def curve_2() -> RivalChoice:
    """Return the same market behind barriers: law 0.8, cost of switching 0.75 (illustrative).

    Examples
    --------
    >>> curve_2().loyalty([1, 3, 5]).round(2)
    array([0.65, 0.99, 1.  ])
    """
    return Barriers(regulation=0.8, switching_cost=0.75).apply(curve_1())


BOTH = (("curve 1", curve_1), ("curve 2", curve_2))
NAMED = "illustrative: 6 rivals at 3.6, sensitivity 2; curve 2 with law 0.8, switching 0.75"


def mix_of(shares: Sequence[float]) -> Array:
    """Return shares of customers at 1 … 5 that add up to 1.

    Examples
    --------
    >>> mix_of([1, 1, 1, 1, 0]).tolist()
    [0.25, 0.25, 0.25, 0.25, 0.0]
    """
    plain = list(shares) if isinstance(shares, list | tuple | np.ndarray) else []
    numbers = [float(v) for v in plain if isinstance(v, int | float | np.integer | np.floating)]
    if len(plain) == len(numbers) == 5 and all(0 <= v <= 1e14 for v in numbers) and any(numbers):
        return np.array(numbers) / sum(numbers)
    raise InputError(
        "shares must be five numbers >= 0, not all 0, for the customers who answer 1, 2, 3, 4"
        f" and 5, not {shown(shares)}."
    )


def steep_near_the_top(gamma: float = 5.0) -> list[Finding]:
    """Claim C037: under competition loyalty collapses a little below full satisfaction.

    Counted as the share of what loyalty loses from 5 down to 1 that is lost on the first
    point. On the diagonal it is a quarter.

    Parameters
    ----------
    gamma
        Power of a curve to hold beside the mechanism (illustrative).

    Raises
    ------
    InputError
        If gamma is not from 0.001 to 1,000.

    Examples
    --------
    >>> for f in steep_near_the_top():
    ...     print(f.reading, round(f.computed, 2))
    loss on the first point: diagonal 0.25
    loss on the first point: power curve 0.76
    loss on the first point: curve 1 0.63
    loss on the first point: curve 2 0.0
    gamma from which half is lost on the first point 2.41
    """
    power = PowerCurve(gamma=between("gamma", gamma, 0.001, 1000))

    def first(curve: PowerCurve | RivalChoice) -> float:
        one, four, five = curve.loyalty([1.0, 4.0, 5.0])
        return float((five - four) / (five - one))

    said = "loss on the first point: "
    return [
        derived(said + "diagonal", first(PowerCurve(gamma=1.0)), "gamma 1"),
        derived(said + "power curve", first(power), f"gamma {gamma:g}, illustrative"),
        *(derived(said + name, first(curve()), NAMED) for name, curve in BOTH),
        derived(
            "gamma from which half is lost on the first point",
            math.log(2) / math.log(4 / 3),
            "power curve on the scale 1 to 5",
        ),
    ]


def six_times(ratio: float = 6.0, top: float = 0.9, shares: Sequence[float] = MIX) -> list[Finding]:
    """Claim C120: strong loyalty comes from complete satisfaction and from nothing less.

    Behind it stands one firm: customers at 5 were six times likelier to buy again than those
    at 4. Six times the *probability* and six times the *odds* are different curves, and six
    times the probability is possible only if at most a sixth buy again at 4.

    Parameters
    ----------
    ratio
        How many times likelier at 5 than at 4 (the source's 6).
    top
        Share who buy again at 5 (illustrative; the source gives none).
    shares
        Customers who answer 1, 2, 3, 4, 5 (illustrative).

    Raises
    ------
    InputError
        If the ratio is not above 1, ``top`` not within 0 and 1, or a share is not valid.

    Examples
    --------
    >>> for f in six_times()[:4]:
    ...     print(f.reading, round(f.computed, 3))
    most who can buy again at 4 0.167
    gamma of the power curve 6.228
    sensitivity, if six times the odds 1.792
    sensitivity, if six times the probability 3.932
    """
    times = between("ratio", ratio, 1, 1e6, open_ends=True)
    five = between("top", top, 0, 1, open_ends=True)
    mix = mix_of(shares)
    four = five / times
    steep = math.log(five / (1 - five)) - math.log(four / (1 - four))
    given = f"ratio {times:g}"
    found = [
        derived("most who can buy again at 4", 1 / times, given),
        derived("gamma of the power curve", math.log(times) / math.log(4 / 3), given),
        derived("sensitivity, if six times the odds", math.log(times), given),
        derived(
            "sensitivity, if six times the probability",
            steep,
            f"{given}, {five:.3g} buy again at 5 (illustrative)",
        ),
    ]
    for name, curve in BOTH:
        stay = mix * curve().loyalty(LEVELS)
        reading = f"share of the loyal who are not at 5: {name}"
        found.append(derived(reading, float(stay[:4].sum() / stay.sum()), NAMED))
    return found


def flat_and_false(shares: Sequence[float] = MIX) -> list[Finding]:
    """Claim C038: without competition loyalty hardly reacts, and breaks down with the barriers.

    Parameters
    ----------
    shares
        Customers who answer 1, 2, 3, 4, 5 (illustrative).

    Raises
    ------
    InputError
        If ``shares`` are not five numbers >= 0.

    Examples
    --------
    >>> for f in flat_and_false():
    ...     print(f.reading, round(f.computed, 2))
    gain in loyalty from 3 to 5: curve 1 0.68
    gain in loyalty from 3 to 5: curve 2 0.01
    loyal behind the barriers 0.98
    loyal when the barriers have gone 0.28
    share of the loyal who were falsely so 0.72
    """
    mix = mix_of(shares)
    free, held = (float(mix @ curve().loyalty(LEVELS)) for _, curve in BOTH)
    found = []
    for name, curve in BOTH:
        three, five = curve().loyalty([3.0, 5.0])
        found.append(derived(f"gain in loyalty from 3 to 5: {name}", float(five - three), NAMED))
    same = "the same customers, whose satisfaction does not change; " + NAMED
    return [
        *found,
        derived("loyal behind the barriers", held, same),
        derived("loyal when the barriers have gone", free, same),
        derived("share of the loyal who were falsely so", 1 - free / held, same),
    ]


def four_barriers(strength: float = 0.5, satisfaction: float = 3.0) -> list[Finding]:
    """Claim C039: four things hold competition back.

    Parameters
    ----------
    strength
        Strength of each barrier, standing alone (illustrative).
    satisfaction
        At which loyalty is looked at, 1 to 5.

    Raises
    ------
    InputError
        If the strength is not from 0 to 1, or the satisfaction not from 1 to 5.

    Examples
    --------
    >>> for f in four_barriers():
    ...     print(f.reading, round(f.computed, 2))
    barriers that raise loyalty 4.0
    loyalty without any 0.05
    loyalty with regulation only 0.09
    loyalty with switching_cost only 0.73
    loyalty with proprietary_technology only 0.4
    loyalty with loyalty_programme only 0.73
    """
    strength = between("strength", strength, 0, 1)
    at = between("satisfaction", satisfaction, 1, 5)
    free = curve_1()
    names = ("regulation", "switching_cost", "proprietary_technology", "loyalty_programme")
    alone = {name: Barriers(**{name: strength}).apply(free).loyalty(at) for name in names}
    none = free.loyalty(at)
    raised = float(sum(v > none for v in alone.values()))
    how = f"strength {strength:g}, satisfaction {at:g}; 6 rivals at 3.6, sensitivity 2"
    mapped = "the formulas of Barriers; the source names the four and has no formula; " + how
    return [
        derived("barriers that raise loyalty", raised, mapped),
        derived("loyalty without any", none, how),
        *(derived(f"loyalty with {name} only", v, how) for name, v in alone.items()),
    ]
