"""The accounts of one customer by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    from loyaltylab.lifetime.lifetime import Lifetime

SHOWN = 40
"""Years in the table and the picture of an infinite horizon."""


def by_year(customer: Lifetime) -> pd.DataFrame:
    """Return the accounts of a customer; see :meth:`Lifetime.table`."""
    hazard, years, timing = customer.hazards, customer.years or SHOWN, customer.timing
    paying = np.r_[0.0, arithmetic.survivors(hazard, years, timing)]
    factor = np.r_[1.0, arithmetic.discount_factors(customer.discount, years, timing)]
    cash = customer.cash * paying
    cash[0] -= customer.acquisition_cost
    present = cash * factor
    return pd.DataFrame(
        {
            "year": np.arange(years + 1),
            "survival": np.r_[1.0, paying[1:]],
            "discount_factor": factor,
            "revenue": customer.yearly * paying,
            "profit": customer.margin * customer.yearly * paying,
            "referred": customer.referrals * customer.profit * paying,
            "present_value": present,
            "undiscounted": np.cumsum(cash),
            "cumulative": np.cumsum(present),
            "face_value": customer.yearly * np.arange(years + 1.0),
            "beyond": np.r_[np.cumsum(present[:0:-1])[::-1], 0.0] + _tail(customer, years),
        }
    )


def _tail(customer: Lifetime, years: int) -> float:
    """Present value of all that comes after some years; nothing where the horizon ends."""
    left = float(arithmetic.survival(customer.hazards, years)[-1])
    if customer.years is not None or left == 0:
        return 0.0
    after = arithmetic.later(customer.hazards, years)
    beyond = arithmetic.multiple(after, customer.discount, None, customer.timing)
    discounted = float((1 + customer.discount) ** -float(years))
    return customer.cash * beyond * left * discounted
