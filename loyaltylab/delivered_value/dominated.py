"""Offers that no weights can save: dominated by one other, or by a mixture of others."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array
from loyaltylab.delivered_value.offers import COMPONENTS, SIGNS, checked

TOLERANCE = 1e-7
"""Margin, as a share of the range of a component, that the linear program cannot tell from 0."""


def dominance(offers: Data, *, offer: Hashable = "offer") -> pd.DataFrame:
    """Say which offers win under no weights, whatever a customer cares about.

    An offer is *dominated* when another one is no worse in any component and better in one. It is
    *convex-dominated* when no weights at all make it the sole winner, although no single
    rival dominates it: a mixture of rivals is at least as good in every component. The second
    is found by a linear program, the largest margin m with weights u >= 0 that sum to 1,

    ``max m  such that  Σ_k u_k·s_k·(x_ik − x_jk) / range_k ≥ m  for every rival j``:

    the offer can win if m > 0. The shares of the mixture are the program's dual values.

    Parameters
    ----------
    offers, offer
        As in :func:`delivered`; at least two offers.

    Returns
    -------
    pandas.DataFrame
        One row per offer: ``offer, dominated, dominated_by`` (names, with commas), ``can_win``
        (alone, under some weights), ``margin`` (m: of weights that favour it most), ``mixture`` of
        rivals that is as good or better in every component; empty if there is none. Of two offers
        that are alike in everything neither dominates, and neither can win alone.

    Raises
    ------
    InputError
        As in :func:`delivered`, or for fewer than two offers.

    References
    ----------
    Supported and unsupported efficient points: Geoffrion (1968), Journal of Mathematical Analysis
    and Applications 22 (reported, not verified).

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["fine", "plain", "middle", "bad"],
    ...     **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [100, 40, 60, 50], [80, 20, 60, 60]
    >>> dominance(frame).loc[2:, ["offer", "dominated", "mixture", "can_win"]]
        offer  dominated               mixture  can_win
    2  middle      False  50% fine + 50% plain    False
    3     bad       True                          False
    """
    contest = checked(offers, offer=offer)
    good = contest.scores * SIGNS
    rows: list[tuple[Any, ...]] = []
    for i, name in enumerate(contest.names):
        ahead = good - good[i]
        by = np.flatnonzero((ahead >= 0).all(axis=1) & (ahead > 0).any(axis=1))
        margin, _, shares = _program(good, i)
        margin = margin if abs(margin) > TOLERANCE else 0.0
        mixture = "" if len(by) or margin > TOLERANCE else _said(contest.names, shares)
        worse = ", ".join(str(contest.names[j]) for j in by)
        can = margin > TOLERANCE and not len(by)
        rows.append((name, len(by) > 0, worse, can, margin, mixture))
    names = ["offer", "dominated", "dominated_by", "can_win", "margin", "mixture"]
    return pd.DataFrame(rows, columns=names)


def winning_weights(offers: Data, who: Any, *, offer: Hashable = "offer") -> dict[str, float]:
    """Return the weights that favour one offer most: what its best customer cares about.

    Parameters
    ----------
    offers, offer
        As in :func:`dominance`.
    who
        Name of the offer.

    Returns
    -------
    dict
        A weight per component, in the unit in which :func:`delivered` takes them; their size
        means nothing, only their proportions.

    Raises
    ------
    InputError
        If there is no such offer, or no weights make it the sole winner.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["fine", "plain"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [100, 40], [80, 20]
    >>> weights = winning_weights(frame, "plain")
    >>> weights["product"] < weights["money"]
    True
    """
    contest = checked(offers, offer=offer)
    good = contest.scores * SIGNS
    margin, weights, _ = _program(good, contest.place(who))
    if margin <= TOLERANCE:
        raise InputError(
            f"No weights make {shown(who)} the sole winner; dominance() says which others are at"
            " least as good."
        )
    sized = weights / _range(good)
    return dict(zip(COMPONENTS, (sized / sized.max()).tolist(), strict=True))


def _range(good: Array) -> Array:
    """Return the range of each component over the offers; 1 where all are alike."""
    span = np.ptp(good, axis=0)
    return np.where(span > 0, span, 1.0)


def _program(good: Array, i: int) -> tuple[float, Array, Array]:
    """Return the largest margin of offer i, the weights that give it, the shares of its rivals.

    What is alike in all offers decides nothing, and a rival that another one dominates binds
    nowhere; without both the program has one answer more often.
    """
    from scipy.optimize import linprog

    some = np.ptp(good, axis=0) > 0
    rivals = [j for j in range(len(good)) if j != i and not _dominated(good, j, i)]
    if not some.any():
        shares = np.zeros(len(good))
        shares[rivals[0]] = 1.0
        return 0.0, np.zeros(good.shape[1]), shares
    lead = ((good[i] - good[rivals]) / _range(good))[:, some]
    many = lead.shape[1]
    solved: Any = linprog(
        np.array([0.0] * many + [-1.0]),
        A_ub=np.column_stack([-lead, np.ones(len(rivals))]),
        b_ub=np.zeros(len(rivals)),
        A_eq=np.array([[1.0] * many + [0.0]]),
        b_eq=np.array([1.0]),
        bounds=[(0, None)] * many + [(None, None)],
        method="highs",
    )
    weights, shares = np.zeros(good.shape[1]), np.zeros(len(good))
    weights[some] = solved.x[:many]
    shares[rivals] = -np.asarray(solved.ineqlin.marginals, float)
    return -float(solved.fun), weights, shares


def _dominated(good: Array, j: int, i: int) -> bool:
    """Whether some offer other than i is as good as j in everything and better in something."""
    ahead = np.delete(good, i, axis=0) - good[j]
    return bool(((ahead >= 0).all(axis=1) & (ahead > 0).any(axis=1)).any())


def _said(names: tuple[Any, ...], shares: Array) -> str:
    """Name the parts of a mixture, the largest first."""
    order = [int(j) for j in np.argsort(-shares, kind="stable") if shares[j] > 0.005]
    return " + ".join(f"{shares[j]:.0%} {names[j]}" for j in order)
