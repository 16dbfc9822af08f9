"""What the documents say about core customers, as findings with named assumptions.

Each function recomputes the numbers of one claim of ``datasets/claims.csv``; its arguments are the
inputs, with the documents' own figures as defaults where they print any.
"""

from __future__ import annotations

import pandas as pd

from loyaltylab.base.ledger import EXACT, Finding, derived
from loyaltylab.base.stats import between
from loyaltylab.segments.arithmetic import (
    PUBLISHED,
    pareto_exponent,
    profit_share,
    worth_ratio,
)
from loyaltylab.segments.core import core_customers
from loyaltylab.segments.curve import Concentration

ROUNDED = 0.005
"""Half of the last digit of a share printed in percent."""


def eighty_twenty(share: float = 0.8, top: float = 0.2, margin_ratio: float = 0.5) -> list[Finding]:
    """Claim C092: a fifth of customers bring four fifths of the profit, and of the sales.

    Published shares of the top fifth stand beside it; then what the saying would mean. That it
    holds of sales and of profit at once takes equal margins.

    Parameters
    ----------
    share, top
        The saying: share of the value, share of customers.
    margin_ratio
        Margin of the top over that of the others (above 0); illustrative.

    Examples
    --------
    >>> found = eighty_twenty()
    >>> {f.agrees for f in found if f.documented}
    {False}
    >>> [round(f.computed, 3) for f in found[7:10]]
    [16.0, 8.121, 6.0]
    """
    share = between("share", share, 0, 1, open_ends=True)
    top = between("top", top, 0, 1, open_ends=True)
    ratio = between("margin_ratio", margin_ratio, 0, 1e6, open_ends=True)
    said = f"sales held by the top {top:.0%}"
    of = [f for f in PUBLISHED if top == 0.2]
    return [
        *(Finding(f"{said}, {who}", share, at, ROUNDED, source) for source, who, _, at, _ in of),
        *(
            derived(
                f"one of the top is worth how many others, at {at:.0%} held",
                worth_ratio(at, top),
                f"the top is {top:.0%} of customers",
            )
            for at in (share, 0.67, 0.60)
        ),
        derived(
            f"Pareto exponent at which the top {top:.0%} hold {share:.0%}",
            pareto_exponent(share, top),
            "values are Pareto distributed",
        ),
        derived(
            f"profit of the top when they hold {share:.0%} of sales, equal margins",
            profit_share(share, 1.0, 1.0),
            "margins of heavy and light buyers are equal",
        ),
        derived(
            f"profit of the top when they hold {share:.0%} of sales, unequal margins",
            profit_share(share, ratio, 1.0),
            f"margin of the top is {ratio:g} times that of the others (illustrative)",
        ),
    ]


def abc_classes(share: float = 0.8, shape: float = 1.0) -> list[Finding]:
    """Claim C093: sort customers into A, B and C, and look after A, the top fifth.

    A is "the top fifth" and "those who bring 80 %" at once only where 80/20 holds. Where B ends is
    not stated, so that nothing can be computed of it.

    Parameters
    ----------
    share
        Share of the value that A is to hold.
    shape
        Shape of gamma distributed values, for a base that is less unequal; illustrative.

    Examples
    --------
    >>> [(f.agrees, f.computed and round(f.computed, 2)) for f in abc_classes()]
    [(True, 0.2), (False, 0.44), (None, None)]
    """
    share = between("share", share, 0, 1, open_ends=True)
    exact = Concentration(hold=share)
    other = Concentration(family="gamma", shape=shape, hold=share)
    said = f"customers who hold {share:.0%} of the value (A by value)"
    return [
        Finding(said, 0.2, exact.holders, EXACT, "Pareto distribution that is exactly 80/20"),
        Finding(said, 0.2, other.holders, ROUNDED, f"gamma, shape {shape:g} (illustrative)"),
        derived("where B ends and C begins", None, "the document does not say"),
    ]


def three_core_questions(share: float = 0.2) -> list[Finding]:
    """Claim C094: three questions that overlap tell the core customers.

    Which of them can be answered depends on the data: two need what customers buy from rivals. How
    far they overlap is not in the document; the bounds are independence and one set in another.

    Parameters
    ----------
    share
        Share of customers who answer each question with yes; illustrative.

    Examples
    --------
    >>> [round(f.computed, 3) for f in three_core_questions()]
    [3, 1, 0.008, 0.2]
    """
    share = between("share", share, 0, 1, open_ends=True)
    four = pd.DataFrame(
        {
            "customer": range(4),
            "profit": [4.0, 3.0, 2.0, 1.0],
            "purchases": [4, 3, 2, 1],
            "share_of_wallet": [0.9, 0.4, 0.6, 0.1],
            "relative_value": [0.9, 0.6, 0.4, 0.1],
        }
    )
    alone = core_customers(four, share_of_wallet=None, relative_value=None)
    known = len(core_customers(four).questions), len(alone.questions)
    own = "a firm's own log: no wallet, no rivals"
    each = f"each question holds of {share:.0%} of customers (illustrative)"
    return [
        derived("questions that can be measured", known[0], "purchases at rivals are known"),
        derived("questions that can be measured", known[1], own),
        derived("share of customers in all three sets", share**3, f"{each}, independent"),
        derived("share of customers in all three sets", share, f"{each}, the same customers"),
    ]
