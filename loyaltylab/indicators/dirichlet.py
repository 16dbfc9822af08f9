"""The NBD-Dirichlet fitted to a purchase log, and logs drawn from a Dirichlet market."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.indicators.cells import features, indicators
from loyaltylab.indicators.dirichlet_fit import COMPARED, DirichletFit
from loyaltylab.indicators.log import read_log
from loyaltylab.indicators.market import MOST, RANGE_OF_S, DirichletMarket
from loyaltylab.indicators.theory import dirichlet, fit_alphas, fit_nbd

METHODS = ("likelihood", "penetration")


def fit_dirichlet(
    data: Data,
    *,
    customer: Hashable = "household",
    date: Hashable = "date",
    brand: Hashable = "brand",
    start: Any = None,
    until: Any = None,
    panel: int | None = None,
    method: str = "likelihood",
    level: float = 0.95,
) -> DirichletFit:
    """Fit the NBD-Dirichlet: how often customers buy the category, and how alike they choose.

    The NBD is fitted to category purchases per customer by maximum likelihood. S, the sum of the
    alphas, is found either by the likelihood of each customer's brands given his number of
    purchases (Dirichlet-multinomial, every alpha free), or, as Goodhardt, Ehrenberg & Chatfield
    did, from the penetrations: S is sought for each brand so that the theory gives it its own
    penetration, and those are averaged with the market shares as weights. The market's shares are
    those observed.

    Parameters
    ----------
    data, customer, date, brand, start, until, panel
        As for :func:`brand_table`; who never bought the category counts only through ``panel``.
    method
        ``"likelihood"`` or ``"penetration"``.
    level
        Coverage of the intervals.

    Returns
    -------
    DirichletFit
        Brands by market share.

    Raises
    ------
    InputError
        For bad columns, fewer than 2 or more than 30 brands, or data in which nobody bought
        twice: then nothing tells how alike the customers are.

    References
    ----------
    Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147(5), 621-655. White, H. (1982), "Maximum
    likelihood estimation of misspecified models", Econometrica 50, for the standard errors.

    Examples
    --------
    >>> log = pd.DataFrame({"who": list("aaabbcccdddeee"), "turn": list(range(14)),
    ...     "brand": list("AABAABBBAAABBA")})
    >>> fit = fit_dirichlet(log, customer="who", date="turn", panel=8)
    >>> round(fit.market.switching, 2), fit.brand_names
    (1.49, ('A', 'B'))
    """
    if method not in METHODS:
        raise InputError(f"method must be 'likelihood' or 'penetration', not {shown(method)}.")
    log = read_log(
        data, customer=customer, date=date, brand=brand, start=start, until=until, panel=panel
    )
    if not 2 <= len(log.brands) <= MOST:
        raise InputError(
            f"Column {shown(brand)} must hold 2 to {MOST} brands for the Dirichlet, not"
            f" {len(log.brands)}, so keep those in question and call the rest 'other'."
        )
    parts = features(log)
    order = np.argsort(-parts["x"].sum(axis=0), kind="stable")
    table = parts["x"][:, order]
    names = tuple(log.brands[i] for i in order)
    bought = table.sum(axis=1)
    if bought.max() < 2:
        raise InputError(
            f"No customer of column {shown(customer)} bought twice, so that nothing tells how alike"
            " they choose; take a longer window."
        )
    nbd = fit_nbd(bought, log.panel - len(bought))
    alphas = fit_alphas(table, tuple(f"alpha of {name}" for name in names))
    total = {name: part.sum(axis=0)[order] for name, part in parts.items()}
    seen = indicators(total, log.panel, None, 1.0)
    observed = pd.DataFrame({"brand": list(names), **{k: seen[k] for k in COMPARED}})
    observed = observed.assign(buyers=total["buyers"], sole=total["sole"])
    rate, shape = (float(v) for v in np.clip(nbd.values, [1e-9, 0.01], 1000.0))
    shares = table.sum(axis=0) / table.sum()
    each = _each(shares, observed["penetration"].to_numpy(), rate, shape)
    s = float(alphas.values.sum() if method == "likelihood" else shares @ each)
    s = float(np.clip(s, *RANGE_OF_S))
    market = DirichletMarket(sizes=tuple(shares), switching=s, rate=rate, shape=shape)
    level = between("level", level, 0, 1, open_ends=True)
    return DirichletFit(market, names, method, nbd, alphas, observed, each, log.panel, level)


def _each(shares: Array, penetration: Array, rate: float, shape: float) -> Array:
    """Return for each brand the S at which the theory gives its penetration (bounded)."""
    from scipy.optimize import brentq

    def gap(log_s: float, j: int) -> float:
        theory = dirichlet(shares[j : j + 1], float(np.exp(log_s)), rate, shape)
        return float(theory.penetration[0] - penetration[j])

    low, high = np.log(RANGE_OF_S)
    found = []
    for j in range(len(shares)):
        if gap(low, j) >= 0 or gap(high, j) <= 0:
            found.append(low if gap(low, j) >= 0 else high)
        else:
            found.append(brentq(gap, low, high, args=(j,), xtol=1e-8))
    return np.asarray(np.exp(np.asarray(found, float)))


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
