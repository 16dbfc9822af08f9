"""What the NBD-Dirichlet says of a brand, by one smooth integral each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array

EDGE = 42.0
"""Logit beyond which nothing is left: exp(-42) is below 1e-18."""

LEAST = 1e-12
"""Smallest parameter of a beta distribution that the special functions can count with."""


class Theory(NamedTuple):
    """Per brand: share of the panel that buys it, and sums per head of the panel.

    ``category`` are category purchases of the brand's buyers, ``sole`` is the share who buy it
    and nothing else; ``purchases`` of the brand.
    """

    penetration: Array
    purchases: Array
    category: Array
    sole: Array


def dirichlet(shares: npt.ArrayLike, s: float, rate: float, shape: float) -> Theory:
    """Return the theory of brands with these shares of a market.

    A customer's category purchases are Poisson with a gamma rate (mean ``rate``, ``shape``),
    and each goes to brand j with his own probability p, which over customers is
    beta(α, S − α) with α = S · share. Given p he buys none of the brand with the probability
    ``g(p) = (1 + rate p / shape)^-shape``. All that is wanted are means of functions h of p
    with h(0) = 0, and those are ``∫ h'(p) P(preference > p) dp``, taken over the logit of p
    by the trapezoid rule: exact to rounding for smooth integrands that vanish at both ends.
    """
    from scipy.special import betainc, betaincc, expit

    share = np.asarray(shares, float)[:, None]
    alpha = np.maximum(s * share, LEAST)
    small = np.minimum(s * share / LEAST, 1.0)[:, 0]  # below it all is in proportion to alpha
    rest = np.maximum(s * (1 - share), 1e-12)
    m = rate / shape
    step = min(0.1, 1 / np.sqrt(s))
    y = np.arange(-EDGE - max(np.log(max(m, 1)), np.log1p(s)), EDGE, step)
    p, q = expit(y), expit(-y)
    weight = step * p * q
    slope = rate * np.exp(-(shape + 1) * np.log1p(m * p))  # of 1 - g
    more = betaincc(alpha, rest, p)  # share of customers whose preference exceeds p
    other = slope * q * (shape + 1) * m / (1 + m * p)
    penetration = small * (weight * slope * more).sum(axis=1)
    category = small * (weight * (slope + other) * more).sum(axis=1)
    sole = small * (weight * slope * betainc(rest, alpha, p)).sum(axis=1)
    return Theory(penetration, rate * share[:, 0], category, sole)
