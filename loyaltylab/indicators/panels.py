"""Panels drawn from a Dirichlet market, whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import generator, whole
from loyaltylab.indicators.market import DirichletMarket


def simulate_panel(
    market: DirichletMarket,
    *,
    customers: int = 1000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw a purchase log from a :class:`DirichletMarket`, one row per purchase.

    Parameters
    ----------
    market
        The truth; its brands are named 1, 2, … in the order of ``sizes``.
    customers
        How many are watched; who buys nothing has no row.
    seed
        See :func:`loyaltylab.base.stats.generator`.

    Returns
    -------
    pandas.DataFrame
        ``customer, occasion`` (1, 2, … of each customer), ``brand``: synthetic.

    Examples
    --------
    >>> log = simulate_panel(DirichletMarket(rate=3), customers=100, seed=1)
    >>> list(log.columns), log["customer"].nunique()
    (['customer', 'occasion', 'brand'], 77)
    """
    if not isinstance(market, DirichletMarket):
        raise InputError(f"market must be a DirichletMarket, not {shown(market)}.")
    size = whole("customers", customers, 1, 10_000_000)
    rng = generator(seed)
    count = rng.poisson(rng.gamma(market.shape, market.rate / market.shape, size))
    who = np.repeat(np.arange(1, size + 1), count)
    preference = rng.dirichlet(market.switching * market.shares, size)
    below = np.cumsum(preference, axis=1)[who - 1, :-1]
    brand = (rng.random(len(who))[:, None] > below).sum(axis=1) + 1
    begin = np.repeat(np.cumsum(count) - count, count)
    occasion = np.arange(len(who)) - begin + 1
    return pd.DataFrame({"customer": who, "occasion": occasion, "brand": brand})
