"""What a redemption curve says of money: breakage, and the liability of open points."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.winback.redemption_fit import still_redeemed

if TYPE_CHECKING:
    from loyaltylab.base.stats import Array
    from loyaltylab.winback.redemption_fit import RedemptionFit

CURVE = "curve, young lots as censored"
NOT_REDEEMED, EXPIRED = "1 − redeemed / issued", "expired / issued"
QUARTERS = 4


def breakage(fit: RedemptionFit) -> pd.DataFrame:
    """Return the share of points that is never redeemed, by the curve and by two naive ratios.

    The naive ratios divide by all points issued, among them those that had no time yet: while a
    programme is young, ``1 − redeemed / issued`` is too high and ``expired / issued`` too low.

    Parameters
    ----------
    fit
        What :func:`loyaltylab.winback.points.redemption_curve` returned.

    Returns
    -------
    pandas.DataFrame
        ``method, breakage, lower, upper, n`` (customers), ``lots, note``. Intervals by the
        bootstrap over customers; those of the naive ratios say how well the *ratio* is known, and
        nothing of its bias. If lots were not watched to the end of their life the lower end of the
        curve is 0, for what comes later is unknown.

    Examples
    --------
    >>> from loyaltylab.winback.points import redemption_curve
    >>> ledger = pd.DataFrame({"customer": [1, 2, 3, 4], "points_cents": 100,
    ...     "date": ["2024-01-01"] * 2 + ["2024-02-20"] * 2,
    ...     "redeemed": ["2024-01-11", None, None, None],
    ...     "expired": [None, "2024-01-31", None, None]})
    >>> breakage(redemption_curve(ledger, as_of="2024-02-25", life=30))[["method", "breakage"]]
                              method  breakage
    0  curve, young lots as censored      0.50
    1          1 − redeemed / issued      0.75
    2               expired / issued      0.25
    """
    never = 1 - fit.shares[0][:, -1]
    redeemed, expired = fit.totals[:2] / fit.totals.sum(axis=0)
    shares = np.stack([never, 1 - redeemed, expired], axis=1)
    lower, upper = fit.interval(shares)
    naive = "divides by lots that had no time yet" if fit.totals[2, 0] > 0 else ""
    table = pd.DataFrame(
        {
            "method": [CURVE, NOT_REDEEMED, EXPIRED],
            "breakage": shares[0],
            "lower": lower,
            "upper": upper,
            "n": fit.customers,
            "lots": len(fit.lots),
            "note": [fit.note, naive, naive],
        }
    )
    if not fit.whole:
        table.loc[0, "lower"] = 0.0
    return table


def liability(fit: RedemptionFit) -> pd.DataFrame:
    """Return what the open points will still cost: value times the chance of being redeemed.

    The chance of a lot open at age ``a`` is ``(F(end) − F(a)) / S(a)``, with ``F`` the share
    redeemed and ``S`` the share still open.

    Parameters
    ----------
    fit
        What :func:`loyaltylab.winback.points.redemption_curve` returned.

    Returns
    -------
    pandas.DataFrame
        One row per quarter of the lots' life and one for all: ``age_from, age_to`` (days),
        ``open_value, still_redeemed`` (share of it), ``liability, lower, upper`` (money),
        ``naive`` (open value times redeemed / issued), ``n`` (open lots). The interval is that of
        the *expected* cost. If lots were not watched to the end of their life its upper end is all
        that is open.

    Examples
    --------
    >>> from loyaltylab.winback.points import redemption_curve
    >>> ledger = pd.DataFrame({"customer": [1, 2, 3, 4], "points_cents": 100,
    ...     "date": ["2024-01-01"] * 2 + ["2024-02-20"] * 2,
    ...     "redeemed": ["2024-01-11", None, None, None],
    ...     "expired": [None, "2024-01-31", None, None]})
    >>> fit = redemption_curve(ledger, as_of="2024-02-25", life=30)
    >>> liability(fit).iloc[-1][["open_value", "liability", "naive"]].tolist()
    [200.0, 100.0, 50.0]
    """
    still = fit.lots[fit.lots["state"] == "open"]
    ages, value = still["age_days"].to_numpy(), still["value"].to_numpy()
    end = fit.shares.shape[-1] - 1
    ratio = fit.totals[0, 0] / fit.totals[:, 0].sum()
    held = np.bincount(ages, weights=value, minlength=end + 1)
    many = np.bincount(ages, minlength=end + 1)
    costs = held * still_redeemed(fit.shares)
    cuts = np.unique(np.linspace(0, end + 1, QUARTERS + 1).astype(int))
    spans = [*itertools.pairwise(cuts), (0, end + 1)]
    rows = []
    for start, stop in spans:
        part = slice(start, stop)
        open_value, cost = float(held[part].sum()), costs[:, part].sum(axis=1)
        low, high = _ends(fit, cost, open_value)
        share = cost[0] / open_value if open_value else 0.0
        counts = (open_value * ratio, int(many[part].sum()))
        rows.append((start, stop - 1, open_value, share, cost[0], low, high, *counts))
    columns = ["age_from", "age_to", "open_value", "still_redeemed", "liability", "lower"]
    return pd.DataFrame(rows, columns=[*columns, "upper", "naive", "n"])


def _ends(fit: RedemptionFit, cost: Array, open_value: float) -> tuple[float, float]:
    """Return the interval of a liability, within what is open."""
    if open_value == 0:
        return 0.0, 0.0
    low, high = fit.interval(cost[:, None] / open_value)
    return float(low[0]) * open_value, (float(high[0]) if fit.whole else 1.0) * open_value
