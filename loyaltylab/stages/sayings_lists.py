"""What the documents list: tests and traits of the loyal, and causes of loyalty.

Each function recomputes one claim of ``datasets/claims.csv``. The lists carry no weights and no
cut points; what can be computed is how much depends on what is left open, and how far two lists
are the same list.
"""

from __future__ import annotations

import math

from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, positive

TESTS = (
    "emotion",
    "frequency",
    "years",
    "new products",
    "draws others",
    "price and rivals' cuts",
)
TRAITS = ("frequency", "new products", "advice", "recommends", "shuns rivals")
ALIKE = {"recommends": "draws others", "shuns rivals": "price and rivals' cuts"}
"""Traits that are a test of the other list in other words, or a part of one."""
MECHANISMS = ("trust", "satisfaction", "emotion", "values", "word of mouth")
CONSEQUENCES = ("repeat purchase", "word of mouth", "lower cost", "new products")
INFLUENCES = ("satisfaction", "trust", "value", "service", "image", "price", "emotion")
RANKED = ("quality of product or service", "image")
TRUST_BY_TRAITS = ("keeps contracts", "predictable", "fair")
TRUST_BY_SOURCE = ("ability", "credibility", "intention")
LISTED = "lists as transcribed by this course"


def six_tests_all_any_or_k(passing: float = 0.5) -> list[Finding]:
    """Claim C028: six tests of a loyal customer, and no word whether all or any must hold.

    Parameters
    ----------
    passing
        Share of customers who pass each test, as if the tests had nothing to do with each
        other; illustrative.

    Examples
    --------
    >>> [round(f.computed, 3) for f in six_tests_all_any_or_k()]
    [6, 64, 0.984, 0.891, 0.656, 0.344, 0.109, 0.016]
    """
    p, n = between("passing", passing, 0, 1), len(TESTS)
    chance = [math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    how = f"each passed by {p:.0%}, independent of the others (illustrative)"
    return [
        derived("readings of the list: at least k of six", n, "k from 1 (any) to 6 (all)"),
        derived("patterns of passed and failed tests", 2**n, "counted"),
        *(
            derived(f"share called loyal if at least {k} must hold", math.fsum(chance[k:]), how)
            for k in range(1, n + 1)
        ),
    ]


def five_telecom_traits() -> list[Finding]:
    """Claim C029: five traits of a loyal telecom customer.

    Examples
    --------
    >>> [f.computed for f in five_telecom_traits()]
    [2, 4, 9, 7]
    """
    strict = set(TRAITS) & set(TESTS)
    wide = {ALIKE.get(trait, trait) for trait in TRAITS}
    said = f"{LISTED}; "
    words = "recommending counts as drawing others, shunning rivals as resisting their cuts"
    return [
        derived("traits that are one of the six tests (C028), strictly", len(strict), LISTED),
        derived("traits that are one of them, widely read", len(wide & set(TESTS)), said + words),
        derived("different items in both lists, strictly", len({*TRAITS, *TESTS}), LISTED),
        derived("different items in both, widely read", len(wide | set(TESTS)), said + words),
    ]


def five_mechanisms() -> list[Finding]:
    """Claim C056: trust, satisfaction, emotion, values and word of mouth make loyalty.

    Examples
    --------
    >>> [f.computed for f in five_mechanisms()]
    [1, 3, 2]
    """
    both = set(MECHANISMS) & set(CONSEQUENCES)
    shared = set(MECHANISMS) & set(INFLUENCES)
    return [
        derived(
            "mechanisms that the same document has among the consequences",
            len(both),
            f"{LISTED}; word of mouth, so that causes and effects are not told apart",
        ),
        derived("mechanisms among the seven influences (C122)", len(shared), LISTED),
        derived("mechanisms on no other list", len(set(MECHANISMS) - shared), LISTED),
    ]


def three_roots_of_trust() -> list[Finding]:
    """Claim C119: contracts kept, predictable acts and fairness make buyers trust.

    The same page names three other sources of trust one sentence before.

    Examples
    --------
    >>> [f.computed for f in three_roots_of_trust()]
    [3, 0, 6]
    """
    here, before = set(TRUST_BY_TRAITS), set(TRUST_BY_SOURCE)
    study = "Zaheer, McEvily & Perrone 1998, on trust between firms; reported, not verified"
    return [
        derived("traits named", len(here), study),
        derived("of these in the list one sentence before", len(here & before), LISTED),
        derived("different roots of trust in both lists", len(here | before), LISTED),
    ]


def feelings_rather_than_quality(ratio: float = 1.0) -> list[Finding]:
    """Claim C121: a good many owe their satisfaction to feelings rather than to quality.

    No share is printed. If quality and feeling each move satisfaction, independently and
    normally, feeling moves it more for a share ``2/π · arctan(ratio)`` of customers, with
    ``ratio`` its spread over that of quality: any share can be had by choosing it.

    Parameters
    ----------
    ratio
        Spread of what feeling adds over the spread of what quality adds; illustrative.

    Examples
    --------
    >>> [f.computed and round(f.computed, 3) for f in feelings_rather_than_quality()]
    [None, 0.5, 0.295, 0.705]
    """
    ratio = positive("ratio", ratio)

    def share(r: float) -> float:
        return 2 / math.pi * math.atan(r)

    said = "share whom feeling moves more than quality"
    return [
        derived(said, None, "undefined: the document prints none"),
        *(
            derived(said, share(r), f"feeling spreads {r:g} times as far as quality (illustrative)")
            for r in (ratio, ratio / 2, 2 * ratio)
        ),
    ]


def seven_influences() -> list[Finding]:
    """Claim C122: seven influences on loyalty, without weights.

    Examples
    --------
    >>> [f.computed for f in seven_influences()]
    [7, 5040, 3]
    """
    return [
        derived("influences listed", len(INFLUENCES), LISTED),
        derived("orders of importance that the list leaves open", math.factorial(7), "counted"),
        derived(
            "influences that document 004 has among its mechanisms (C056)",
            len(set(INFLUENCES) & set(MECHANISMS)),
            LISTED,
        ),
    ]


def two_above_all(wide: bool = True) -> list[Finding]:
    """Claim C124: quality and image are ranked above all other influences.

    Parameters
    ----------
    wide
        Whether "service" among the seven influences counts as quality of product or service.

    Examples
    --------
    >>> [round(f.computed, 3) for f in two_above_all()]
    [1, 2, 5, 0.048]
    """
    strict = len(set(RANKED) & set(INFLUENCES))
    found = strict + bool(wide)
    return [
        derived("of the two, among the seven influences (C122), strictly", strict, LISTED),
        derived("the same, as read here", found, "service counts as quality" if wide else LISTED),
        derived("influences of C122 that it ranks below", len(INFLUENCES) - found, LISTED),
        derived(
            "chance that a random order of seven has these in front",
            by_chance_in_front(len(INFLUENCES), found),
            "no data decide the order in either document",
        ),
    ]


def by_chance_in_front(listed: int, named: int) -> float:
    """Return how likely the named ones are the first of a list in random order.

    Examples
    --------
    >>> round(by_chance_in_front(7, 2), 4)
    0.0476
    """
    share = 1.0
    for i in range(named):
        share *= (named - i) / (listed - i)
    return between("share", share, 0, 1)
