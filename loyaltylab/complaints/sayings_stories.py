"""The stories about complaints that gave ideas, and what in them can be counted."""

from __future__ import annotations

import numpy as np

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import between, whole, wilson

MACHINES = ("sweet potatoes", "butter tea", "crayfish", "potato peel", "buckwheat")
"""What the machines of claim C104 wash or make, in the document's order."""


def haier_machines() -> list[Finding]:
    """Claim C104: complaints gave Haier the idea for special machines.

    Examples
    --------
    >>> haier_machines()[0].computed
    5.0
    """
    told = "counted in the document; an anecdote without a primary source"
    return [Finding("machines named", 5.0, float(len(MACHINES)), EXACT, told)]


def furniture_story(cases: int = 1) -> list[Finding]:
    """Claim C108: a complaint about a sofa led to a new one in two months.

    Parameters
    ----------
    cases
        Stories told, all of them successes.

    Examples
    --------
    >>> round(furniture_story()[1].computed, 1)
    20.7
    """
    cases = whole("cases", cases, 1, 10**6)
    lower, _ = wilson(cases, cases)
    return [
        Finding("months to delivery", 2.0, None, 0.0, "an anonymous case; nothing to recompute"),
        derived(
            "complaints that give an idea, lower end (percent)",
            100 * float(lower),
            f"{cases} of {cases}, as if stories were drawn at random; only successes are told",
        ),
    ]


def two_thirds_of_ideas(share: float = 2 / 3) -> list[Finding]:
    """Claim C110: two thirds of 3M's ideas are said to come from customers.

    Parameters
    ----------
    share
        The share claimed; the scan prints 23, a fraction that lost its line.

    Examples
    --------
    >>> [round(f.computed, 1) for f in two_thirds_of_ideas() if f.computed]
    [66.7, 35.0]
    """
    share = between("share", share, 0.5, 1, open_ends=True)
    n = np.arange(1, 100_001)
    enough = n[wilson(share * n, n)[0] > 0.5]
    return [
        Finding("as printed", 23.0, 100 * share, 0.5, "the 2/3 read as a percentage"),
        Finding(
            "share of ideas from customers (percent)",
            100 * 2 / 3,
            None,
            0.0,
            "a company's own claim in a textbook, reported, not verified: no counts",
        ),
        derived(
            "ideas one would have to count before it is clearly more than half",
            float(enough[0]) if len(enough) else None,
            f"a share of {share:.1%}, lower end of Wilson's interval above 50%",
        ),
    ]
