"""Claims of document 004: a significant correlation, and each feeding the other."""

from __future__ import annotations

import math

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole
from loyaltylab.curve.directions import cross_lagged, cross_section, simulate_directions


def company_correlation(
    correlation: float = 0.54, answers: int = 100, method: float = 0.3
) -> list[Finding]:
    """Claim C081: in an unnamed company satisfied customers are significantly more loyal.

    "Significant" says that a correlation of 0 is unlikely, not that it is large: with enough
    answers any correlation is. And two answers of one person on one sheet correlate by the way
    he answers sheets (common method), without any tie between what is asked.

    Parameters
    ----------
    correlation
        Of satisfaction with loyalty; default: the meta-analysis of Curtis et al. (2011).
    answers
        Size of a survey (illustrative; the document names none).
    method
        Share of the variance of each answer that is the way of answering (illustrative).

    Raises
    ------
    InputError
        If a share is not strictly within 0 and 1, or there are fewer than four answers.

    Examples
    --------
    >>> for f in company_correlation():
    ...     print(f.reading, round(f.computed, 3))
    answers from which r = 0.54 is significant 14.0
    answers from which r = 0.1 is significant 385.0
    smallest r that is significant with 100 answers 0.197
    variance of loyalty explained by r = 0.54 0.292
    r of two answers that share nothing but method 0.3
    answers from which that r is significant 44.0
    """
    r = between("correlation", correlation, 0.001, 0.999)
    n = whole("answers", answers, 4, 10**9)
    bias = between("method", method, 0.001, 0.999)
    how = "two-sided t test of a correlation at 5 %"
    shared = f"independent answers but for {bias:g} of the variance of each, which is common"
    return [
        derived(f"answers from which r = {r:g} is significant", _needed(r), how),
        derived("answers from which r = 0.1 is significant", _needed(0.1), how),
        derived(f"smallest r that is significant with {n:,} answers", _smallest(n), how),
        derived(f"variance of loyalty explained by r = {r:g}", r**2, "linear, as r is"),
        derived("r of two answers that share nothing but method", bias, shared),
        derived("answers from which that r is significant", _needed(bias), how),
    ]


def _smallest(n: float) -> float:
    """The correlation at the edge of significance with n answers."""
    from scipy.stats import t

    edge = float(t.ppf(0.975, n - 2))
    return edge / math.sqrt(edge**2 + n - 2)


def _needed(r: float) -> float:
    """How many answers make a correlation significant: by bisection, for it falls with n."""
    low, high = 2, 100_000_000  # two answers always correlate fully: never significant
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _smallest(middle) <= r else (middle, high)
    return float(high)


def each_feeds_the_other(
    effect: float = 0.4, stability: float = 0.5, people: int = 4000, seed: int = 1
) -> list[Finding]:
    """Claim C082: satisfaction feeds loyalty and loyalty feeds satisfaction.

    Two worlds, in each of which one feeds the other and is not fed: a single survey finds the
    same correlation in both. Two waves of the same people tell them apart.

    Parameters
    ----------
    effect
        What the one takes from the other by the next wave (illustrative).
    stability
        What each keeps of itself (illustrative).
    people
        People simulated in each world.
    seed
        Of the simulation.

    Raises
    ------
    InputError
        If an effect is not from 0 to 1, or too strong for waves that come to rest.

    Examples
    --------
    >>> for f in each_feeds_the_other()[:4]:
    ...     print(f.reading, round(f.computed, 2))
    satisfaction feeds loyalty: correlation in one survey 0.23
    satisfaction feeds loyalty: satisfaction to loyalty, two waves 0.4
    satisfaction feeds loyalty: loyalty to satisfaction, two waves 0.0
    loyalty feeds satisfaction: correlation in one survey 0.23
    """
    between("effect", effect, 0, 1)
    worlds = {
        "satisfaction feeds loyalty": (effect, 0.0),
        "loyalty feeds satisfaction": (0.0, effect),
    }
    found = []
    for world, (to_loyalty, to_satisfaction) in worlds.items():
        r = cross_section(to_loyalty, to_satisfaction, stability)
        seen = simulate_directions(to_loyalty, to_satisfaction, stability, people, seed)
        lagged = cross_lagged(seen)["effect"].to_numpy()
        how = f"effect {effect:g}, stability {stability:g}, illustrative"
        drawn = f"{how}; {people:,} people, answers without error"
        found += [
            derived(f"{world}: correlation in one survey", r, how),
            derived(f"{world}: satisfaction to loyalty, two waves", float(lagged[0]), drawn),
            derived(f"{world}: loyalty to satisfaction, two waves", float(lagged[1]), drawn),
        ]
    return found
