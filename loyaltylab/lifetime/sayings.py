"""What is said about one customer's worth, as questions whose answer depends on inputs.

Each function recomputes the numbers of one claim of ``datasets/claims.csv``; see
``bucket/sayings.py`` for the pattern. Claims about five points stand in
``sayings_gain.py``, about a customer's years in ``sayings_years.py``.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import amount, between, positive
from loyaltylab.lifetime.lifetime import Lifetime
from loyaltylab.lifetime.selection import loyal_but_unprofitable

GROCER = 0.02
"""Net margin of a grocer: illustrative."""


def five_benefits(low: float = 0.20, high: float = 0.45) -> list[Finding]:
    """Claim C057: loyalty pays in five ways.

    The count is a list. What can be computed is what the correlation of loyalty and profit
    that was found in four firms leaves of it.

    Parameters
    ----------
    low, high
        Correlations of tenure and profit: 0.20 to 0.45 (Reinartz & Kumar 2002).

    Examples
    --------
    >>> [round(f.computed, 3) for f in five_benefits()[1:]]
    [0.04, 0.436, 0.203, 0.351]
    """
    rows = [Finding("ways in which loyalty pays", 5.0, None, 0.0, "a list: nothing to compute")]
    for correlation in (between("low", low, -1, 1), between("high", high, -1, 1)):
        named = f"correlation {correlation:g}"
        assumption = f"{named}, bivariate normal"
        rows += [
            derived(f"variance shared, {named}", correlation**2, assumption),
            derived(
                f"of the more loyal half, share in the less profitable half, {named}",
                loyal_but_unprofitable(correlation),
                assumption,
            ),
        ]
    return rows


def twice_the_income(share: float = 0.05) -> list[Finding]:
    """Claim C065: 5 percent of customers turned into repeat customers double the income.

    Examples
    --------
    >>> [round(f.computed, 2) for f in twice_the_income()]
    [1.05, 20.0]
    """
    share = between("share", share, 1e-6, 1)
    return [
        Finding(
            "income, if each of them buys once more (multiple)",
            2.0,
            1 + share,
            EXACT,
            f"{share:.0%} of customers, all purchases of equal size",
        ),
        derived(
            "more purchases that each of them would have to make",
            1 / share,
            f"{share:.0%} of customers double the income; purchases of average size",
        ),
    ]


def stew_leonard(margin: float = GROCER) -> list[Finding]:
    """Claim C112: 100 a week, 50 weeks, 10 years: 50,000 that walk out of the door.

    One sentence of the document calls it profit, another income. It is revenue.

    Examples
    --------
    >>> [(f.computed, f.agrees) for f in stew_leonard()]
    [(50000.0, True), (1000.0, False), (1.0, None)]
    """
    margin = between("margin", margin, 0, 1)
    named = f"net margin {margin:.0%} (illustrative)"
    shopper = Lifetime()
    return [
        Finding("revenue (USD)", 50_000.0, shopper.revenue, EXACT, "100 × 50 × 10, undiscounted"),
        Finding("profit (USD)", 50_000.0, Lifetime(margin=margin).profit, EXACT, named),
        derived(
            "margin at which it would be profit",
            50_000 / shopper.revenue,
            "all of the revenue, so that nothing may be paid for the goods",
        ),
    ]


def right_loss(
    margin: float = GROCER, discount: float = 0.10, retention: float = 0.90
) -> list[Finding]:
    """Claim C113: the reader is asked whether the loss was worked out correctly.

    The document prints no answer; the function gives several, each with what it
    assumes. The margin, the rate and the retention are illustrative.

    Examples
    --------
    >>> [round(f.computed) for f in right_loss()]
    [38609, 30723, 1000, 614, 21639, 23803, 433, 5000, 216, 234, 649, 526]
    """
    shopper = Lifetime(margin=margin, discount=discount, retention=retention)
    rate, rest = f"discount {discount:.0%}", f"retention {retention:.0%}"
    told = f"net margin {margin:.0%} (illustrative)"
    whole = f"{told}, {rate}, {rest}"
    start = dataclasses.replace(shopper, timing="year_start")
    losses: list[tuple[dict[str, Any], str]] = [
        ({"partial_loss": 0.5}, "he takes half of his cash away"),
        ({"replacement": 0.25}, "his place is taken with chance 25% a year"),
        ({"others_lost": 0.5}, "half a customer more leaves on his word"),
        ({"referrals": 0.05}, "he would have brought one customer in twenty years"),
    ]
    return [
        derived("revenue, discounted at 5% (USD)", Lifetime(discount=0.05).revenue, "discount 5%"),
        derived("revenue, discounted (USD)", Lifetime(discount=discount).revenue, rate),
        derived("profit, undiscounted (USD)", Lifetime(margin=margin).profit, told),
        derived(
            "profit, discounted (USD)",
            Lifetime(margin=margin, discount=discount).profit,
            f"{told}, {rate}",
        ),
        derived("revenue, discounted, with attrition (USD)", shopper.revenue, f"{rate}, {rest}"),
        derived(
            "revenue, discounted, with attrition, paid at the year's start (USD)",
            start.revenue,
            f"{rate}, {rest}",
        ),
        derived("profit, discounted, with attrition (USD)", shopper.profit, whole),
        derived(
            "profit at a margin of 10%, undiscounted (USD)",
            Lifetime(margin=0.10).profit,
            "as a web page has it",
        ),
        *(
            derived(
                f"loss of profit if {text} (USD)",
                dataclasses.replace(shopper, **change).loss,
                whole,
            )
            for change, text in losses
        ),
    ]


def two_rules(
    goods: float = 20.0, margin: float = GROCER, discount: float = 0.10, retention: float = 0.90
) -> list[Finding]:
    """Claim C114: the customer is right; and if he is not, see the first rule.

    The rules are a matter of record; document 002 also teaches the contrary (C115). What can
    be computed is when giving in pays: while it costs less than the loss times the chance
    that he leaves over it.

    Parameters
    ----------
    goods
        What giving in costs (USD); illustrative.
    margin, discount, retention
        The shopper of claim C113; illustrative.

    Examples
    --------
    >>> [f.computed and round(f.computed, 4) for f in two_rules()]
    [None, 0.0004, 0.0462]
    """
    goods = amount("goods", goods)
    shopper = Lifetime(margin=margin, discount=discount, retention=retention)
    chance = "chance of leaving above which giving in pays, if"
    return [
        Finding("rules", 2.0, None, 0.0, "on record, nothing to compute; C115 contradicts them"),
        derived(f"{chance} 50,000 are lost", goods / Lifetime().loss, f"giving in costs {goods:g}"),
        derived(
            f"{chance} his profit is lost",
            goods / shopper.loss if shopper.loss else None,
            f"giving in costs {goods:g}; loss {shopper.loss:,.0f}: net margin {margin:.0%},"
            f" discount {discount:.0%}, retention {retention:.0%}",
        ),
    ]


def no_selling_cost(
    margin: float = 20.0,
    acquisition_cost: float = 120.0,
    retention_cost: float = 4.0,
    churn: float = 0.05,
) -> list[Finding]:
    """Claim C128: returning customers cost nothing to sell to and bring most of the profit.

    That they cost nothing is contradicted by the evidence (C057). That they bring most of
    the profit is no merit of theirs: in a steady state most customers are returning ones.

    Parameters
    ----------
    margin, retention_cost
        Money per customer and period; illustrative.
    acquisition_cost
        Money per customer won; illustrative.
    churn
        Share leaving per period, above 0; illustrative.

    Examples
    --------
    >>> [f.computed and round(f.computed, 2) for f in no_selling_cost()]
    [None, 0.95, 6.0, 20.0]
    """
    margin, cost = positive("margin", margin), amount("acquisition_cost", acquisition_cost)
    keep = amount("retention_cost", retention_cost)
    churn = between("churn", churn, 1e-9, 1)
    untold = "nothing to compute it from: no study, and schemes, discounts and service cost money"
    named = f"margin {margin:g}, winning {cost:g}, keeping {keep:g}, churn {churn:.0%} a period"
    return [
        Finding("selling cost of a returning customer", 0.0, None, 0.0, untold),
        derived("share of customers who are returning ones", 1 - churn, f"steady state; {named}"),
        derived(
            "keeping cost a period at which a returning one costs what winning does",
            cost * churn,
            f"winning spread over a mean life of {1 / churn:g} periods; {named}",
        ),
        derived("keeping cost a period at which he brings nothing", margin, named),
    ]
