"""Claims about conditions: is satisfaction needed, does it suffice, and who stays without it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, whole
from loyaltylab.curve.sayings import BOTH, LEVELS, MIX, NAMED, mix_of


def only_with_high_satisfaction(
    customers: int = 1000, high: float = 4.0, shares: Sequence[float] = MIX
) -> list[Finding]:
    """Claim C040: nobody becomes loyal without being highly satisfied, in any industry.

    A necessary condition is refuted by a single case. The findings count the customers below
    high satisfaction who stay all the same; the claim holds only if that is 0. It can be
    saved by calling loyal only those who *feel* so: then no behaviour can refute it.

    Parameters
    ----------
    customers
        Size of the market (illustrative).
    high
        From where on satisfaction counts as high, 1 to 5; the document does not say.
    shares
        Customers who answer 1, 2, 3, 4, 5 (illustrative).

    Raises
    ------
    InputError
        If an argument is not a number within its bounds.

    Examples
    --------
    >>> for f in only_with_high_satisfaction():
    ...     print(f.reading, round(f.computed))
    staying without high satisfaction: curve 1 13
    staying without high satisfaction: curve 2 377
    """
    n = whole("customers", customers, 1, 10**14)
    below = between("high", high, 1, 5) > LEVELS
    mix = mix_of(shares)
    how = f"{n:,} customers, high from {high:g} on, loyal is who stays; " + NAMED
    return [
        derived(
            f"staying without high satisfaction: {name}",
            float(n * (mix * curve().loyalty(LEVELS))[below].sum()),
            how,
        )
        for name, curve in BOTH
    ]


def loyal_by_definition(high: float = 4.0, shares: Sequence[float] = MIX) -> list[Finding]:
    """Claim C125: loyalty is defined as arising in the highly satisfied and in no others.

    A definition cannot be false. It has a price: how many of those who behave loyally it
    leaves out, and with them every hostage and everyone who stays from habit (C026).

    Parameters
    ----------
    high
        From where on satisfaction counts as high, 1 to 5; the document does not say.
    shares
        Customers who answer 1, 2, 3, 4, 5 (illustrative).

    Raises
    ------
    InputError
        If ``high`` is not from 1 to 5, or ``shares`` are not five numbers >= 0.

    Examples
    --------
    >>> for f in loyal_by_definition():
    ...     print(f.reading, round(f.computed, 2))
    share of those staying whom the definition leaves out: curve 1 0.05
    share of those staying whom the definition leaves out: curve 2 0.39
    the same, if high means 5 only: curve 1 0.42
    the same, if high means 5 only: curve 2 0.77
    """
    mix = mix_of(shares)
    found = []
    for reading, cut in (
        ("share of those staying whom the definition leaves out", between("high", high, 1, 5)),
        ("the same, if high means 5 only", 5.0),
    ):
        for name, curve in BOTH:
            stay = mix * curve().loyalty(LEVELS)
            out = float(stay[cut > LEVELS].sum() / stay.sum())
            found.append(derived(f"{reading}: {name}", out, f"high from {cut:g} on; {NAMED}"))
    return found


def not_always_strong(shares: Sequence[float] = MIX) -> list[Finding]:
    """Claim C041: satisfaction and loyal behaviour do not always go strongly together.

    The correlation of satisfaction with staying (1) or not (0), where all customers follow
    the same curve, and the share of the variance of staying that satisfaction explains.

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
    >>> for f in not_always_strong():
    ...     print(f.reading, round(f.computed, 2))
    correlation: curve 1 0.52
    variance explained by the curve itself: curve 1 0.35
    correlation: curve 2 0.31
    variance explained by the curve itself: curve 2 0.21
    """
    mix = mix_of(shares)
    centre = float(mix @ LEVELS)
    spread = float(mix @ (LEVELS - centre) ** 2)
    found = []
    for name, curve in BOTH:
        stay = curve().loyalty(LEVELS)
        mean = float(mix @ stay)
        total = mean * (1 - mean)
        tie = float(mix @ ((LEVELS - centre) * (stay - mean)))
        r = tie / math.sqrt(spread * total) if spread * total > 0 else None
        explained = float(mix @ (stay - mean) ** 2) / total if total > 0 else None
        found += [
            derived(f"correlation: {name}", r, NAMED),
            derived(f"variance explained by the curve itself: {name}", explained, NAMED),
        ]
    return found


def four_types(high: float = 4.0, shares: Sequence[float] = MIX) -> list[Finding]:
    """Claim C042: the document leaves out loyalist, mercenary, hostage and defector.

    Parameters
    ----------
    high
        From where on satisfaction counts as high, 1 to 5; the article gives words only.
    shares
        Customers who answer 1, 2, 3, 4, 5 (illustrative).

    Raises
    ------
    InputError
        If ``high`` is not from 1 to 5, or ``shares`` are not five numbers >= 0.

    Examples
    --------
    >>> for f in four_types()[:4]:
    ...     print(f.reading, round(f.computed, 2))
    loyalists: curve 1 0.26
    mercenaries: curve 1 0.34
    hostages: curve 1 0.01
    defectors: curve 1 0.39
    """
    mix = mix_of(shares)
    content = between("high", high, 1, 5) <= LEVELS
    found = []
    for name, curve in BOTH:
        stay = mix * curve().loyalty(LEVELS)
        go = mix - stay
        shares_of = {
            "loyalists": stay[content],
            "mercenaries": go[content],
            "hostages": stay[~content],
            "defectors": go[~content],
        }
        found += [
            derived(f"{kind}: {name}", float(part.sum()), f"high from {high:g} on; {NAMED}")
            for kind, part in shares_of.items()
        ]
    return found
