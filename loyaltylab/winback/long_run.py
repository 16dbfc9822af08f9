"""The long run of a circle: where it settles, and what one more person in it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    from loyaltylab.winback.circle import Circle


class Steady(NamedTuple):
    """Where a circle settles: who is there, and who moves in every period.

    Examples
    --------
    >>> from loyaltylab.winback import Circle
    >>> Circle(new_prospects=0).steady_state.customers
    0.0
    """

    prospects: float
    first_life: float
    second_life: float
    lost: float
    won: float
    returned: float

    @property
    def customers(self) -> float:
        """Customers in their first and second lives."""
        return self.first_life + self.second_life


def steady_state(circle: Circle) -> Steady | None:
    """Return the steady state of a circle; None where a stock only grows, or keeps its start.

    With w won per period, each of whom comes back with chance ``Q = (1 − beyond) · won_back``
    after each loss, the second lives begun per period are ``w · Q / (1 − Q)``; each stock is
    what enters it per period times the mean stay.

    Examples
    --------
    >>> from loyaltylab.winback import Circle
    >>> settled = steady_state(Circle(new_prospects=50, win=0.5, cold=0, churn=0.1, regain=0))
    >>> settled.prospects, settled.first_life, settled.second_life
    (100.0, 500.0, 0.0)
    """
    never = circle.beyond + (1 - circle.beyond) * float(np.prod(1 - circle.chances))  # 1 − Q
    if min(circle.away, circle.churn, circle.second, never) == 0:
        return None
    won = circle.new_prospects * (circle.win / circle.away)
    returned = won * (1 - never) / never
    alive = arithmetic.survival(circle.chances, circle.reach)
    return Steady(
        prospects=circle.new_prospects / circle.away,
        first_life=won / circle.churn,
        second_life=returned / circle.second,
        lost=(1 - circle.beyond) * (won + returned) * float(alive[:-1].sum()),
        won=won,
        returned=returned,
    )


def worth_of_one_more(circle: Circle) -> pd.DataFrame:
    """Return the present value of one more person in each place of a circle, for ever.

    With churn c, discount d, share b beyond recall, and G, K the discounted chance and cost of
    winning one back, ``V_lost = G · V_second − K`` and ``V = (margin − keep_cost + c (1 − b)
    V_lost) / (c + d)``, which for the second life is solved for ``V_second``. A customer is
    worth more than ``(margin − keep_cost) / (c + d)`` where a loss is not the end.

    Parameters
    ----------
    circle
        The circle he stands in.

    Returns
    -------
    pandas.DataFrame
        ``stands`` (prospect, customer, in second life, just lost) and ``worth`` (money; below
        0 where the contacts cost more than they bring).

    Raises
    ------
    InputError
        If someone is worth infinitely much: discount 0 and nobody is lost for good.

    Examples
    --------
    >>> from loyaltylab.winback import Circle
    >>> worth_of_one_more(Circle(regain=0, contact_cost=0, churn=0.05, discount=0.01)).round(2)
               stands   worth
    0        prospect   62.28
    1        customer  266.67
    2  in second life  266.67
    3       just lost    0.00
    """
    each, d = circle.margin - circle.keep_cost, circle.discount
    recall = 1 - circle.beyond
    alive = arithmetic.survival(circle.chances, circle.reach)[:-1]
    paid = alive * (1 + d) ** -np.arange(1.0, circle.reach + 1)
    back, cost = float(paid @ circle.chances), circle.contact_cost * float(paid.sum())
    first, second = circle.churn, circle.second
    rest = d + second * max(1 - recall * back, 0.0)
    if min(rest, d + first, d + circle.away) == 0:
        raise InputError(
            "discount is 0 and customers, or prospects, are never lost for good, so that one of"
            " them is worth infinitely much; give a discount above 0."
        )
    again = (each - second * recall * cost) / rest
    lost = back * again - cost
    customer = (each + first * recall * lost) / (d + first)
    prospect = (circle.win * customer - circle.prospect_cost) / (d + circle.away)
    return pd.DataFrame(
        {
            "stands": ["prospect", "customer", "in second life", "just lost"],
            "worth": [prospect, customer, again, lost],
        }
    )
