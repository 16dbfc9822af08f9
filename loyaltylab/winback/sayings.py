"""What the documents say of winning, keeping and regaining, recomputed from named inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv`` and returns
findings: what the document prints, what follows from named inputs, and under which assumption.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loyaltylab import datasets
from loyaltylab.base.errors import InputError
from loyaltylab.base.ledger import Finding, derived
from loyaltylab.base.stats import between, positive, whole
from loyaltylab.curve import Barriers, curve_1, false_loyalty
from loyaltylab.curve.sayings import LEVELS, MIX, mix_of
from loyaltylab.winback.nine import nine_steps


def nine_steps_to_loyalty() -> list[Finding]:
    """Claim C095: nine steps lead to loyalty.

    The list is counted; that it leads to loyalty is the claim, and nothing in the article tests it.

    Examples
    --------
    >>> [f.computed for f in nine_steps_to_loyalty()]
    [9.0, 7.0, None]
    """
    steps = nine_steps()
    counted = "counted in our own transcription"
    return [
        derived("steps in the list", float(len(steps)), counted),
        derived(
            "chapters of this course that compute them",
            float(steps["chapter"].nunique()),
            "as winback.nine_steps() places them",
        ),
        derived("effect of the nine steps on loyalty", None, "the article tests none of them"),
    ]


def never_all(churn: float = 0.20, customers: int = 1000) -> list[Finding]:
    """Claim C097: no firm escapes losses, and keeping every customer is hardly attainable.

    The document says very hard (很难), not impossible. Whoever dies or moves away is lost whatever
    the firm does; their share of the leavers is that of the list of claim C071.

    Parameters
    ----------
    churn
        Share of customers who leave in a year as things are (illustrative).
    customers
        Size of a firm of whom all would have to stay.

    Examples
    --------
    >>> [round(f.computed, 4) for f in never_all()]
    [1.0, 4.0, 99.2, 0.0003]
    """
    churn = positive("churn", between("churn", churn, 0, 1))
    whole("customers", customers, 1, 10**14)
    lists = datasets.load("churn_reasons")
    fated = lists[(lists["list"] == "LeBoeuf") & (lists["cause"] == "involuntary")]
    percent = float(fated["percent"].sum())
    lost = churn * percent / 100
    list_of = "shares of the list of C071, which nobody can trace to a survey"
    given = f"{list_of}; {100 * churn:g}% leave in a year (illustrative)"
    return [
        derived("the highest retention is below 100% (1 yes, 0 no)", float(lost > 0), given),
        derived("leavers who died or moved away (percent)", percent, list_of),
        derived("highest retention in a year (percent)", 100 * (1 - lost), given),
        derived(
            f"chance that not one of {customers:,} is lost, though only these leave",
            float(np.exp(customers * np.log1p(-lost))) if lost < 1 else 0.0,
            f"{given}; each for himself",
        ),
    ]


def make_leaving_costly(strength: float = 0.5, shares: Sequence[float] = MIX) -> list[Finding]:
    """Claim C131: make leaving costly, and customers will stay.

    They do, in the choice among rivals of chapter 04; but those whom only the cost holds are the
    false loyal of claim C038 in the same document, and go when it falls.

    Parameters
    ----------
    strength
        Cost of switching, 0 none to 1 full (illustrative).
    shares
        Customers who answer 1, 2, 3, 4, 5 (illustrative).

    Examples
    --------
    >>> for f in make_leaving_costly():
    ...     print(f.reading, round(f.computed, 2))
    more stay when leaving costs (1 yes, 0 no) 1.0
    loyal when leaving is free 0.28
    loyal when leaving costs 0.8
    share of the loyal who are falsely so 0.65
    dissatisfied (1 or 2) who stay when leaving costs 0.21
    """
    held, mix = Barriers(switching_cost=strength), mix_of(shares)
    free = curve_1()
    before = float(mix @ free.loyalty(LEVELS))
    bound = held.apply(free).loyalty(LEVELS)
    after = float(mix @ bound)
    false = float(mix @ false_loyalty(free, held, LEVELS))
    low = float(mix[:2].sum())
    named = f"illustrative: 6 rivals at 3.6, sensitivity 2, cost of switching {strength:g}"
    angry = float(mix[:2] @ bound[:2]) / low if low else None
    return [
        derived("more stay when leaving costs (1 yes, 0 no)", float(after > before), named),
        derived("loyal when leaving is free", before, named),
        derived("loyal when leaving costs", after, named),
        derived("share of the loyal who are falsely so", false / after, named),
        derived("dissatisfied (1 or 2) who stay when leaving costs", angry, named),
    ]


def only_by_being_different(
    listed: int = 3, price: float = 100.0, cost: float = 90.0, lead: float = 10.0
) -> list[Finding]:
    """Claim C051: Porter is quoted as saying that only difference gives a lasting advantage.

    Parameters
    ----------
    listed
        Generic strategies of Porter (1985): cost leadership, differentiation and focus.
    price, cost, lead
        Price of an offer that is the same everywhere, what it costs the rivals, and by how much
        less it costs the cheapest producer (money, illustrative).

    Raises
    ------
    InputError
        If a number is out of range, or the rivals do not earn anything.

    Examples
    --------
    >>> [f.computed for f in only_by_being_different()]
    [3.0, 2.0]
    """
    whole("listed", listed, 1, 100)
    price = positive("price", price)
    cost = between("cost", cost, 0, price)
    lead = between("lead", lead, 0, cost)
    if cost == price:
        raise InputError("cost must be below price, or the rivals earn nothing to compare with.")
    return [
        Finding(
            "routes to a lasting advantage",
            1.0,
            float(listed),
            0.0,
            "Porter 1985, secondary account read: cost leadership ranks beside differentiation",
        ),
        derived(
            "profit of the cheapest producer over a rival's, same offer, price and sales",
            (price - cost + lead) / (price - cost),
            f"illustrative: price {price:g}, cost {cost:g}, lead {lead:g}, which lasts",
        ),
    ]


def eight_years_five_phases(years: float = 8.0, phases: int = 5) -> list[Finding]:
    """Claim C103: nearly eight years in five phases put the developer Bluelight into the top tier.

    Parameters
    ----------
    years, phases
        As the document prints them.

    Examples
    --------
    >>> [f.computed for f in eight_years_five_phases()]
    [1.6, None]
    """
    years, phases = positive("years", years), whole("phases", phases, 1, 1000)
    return [
        derived("years per phase", years / phases, "nearly eight years read as eight"),
        derived(
            "effect of customer relations on its place among developers",
            None,
            "no indicator, no year, no firm to compare with is printed",
        ),
    ]
