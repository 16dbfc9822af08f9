"""From delivered value to shares of choices: logit, elasticities, and copies of an offer."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data, read
from loyaltylab.base.stats import LIMIT, Array, between
from loyaltylab.delivered_value.offers import COMPONENTS, SIGNS, Contest, Weights, checked


def logit_shares(
    offers: Data,
    weights: Weights = None,
    *,
    sensitivity: float = 1.0,
    offer: Hashable = "offer",
) -> pd.DataFrame:
    """Turn delivered values into shares of choices.

    The documents' customer takes the best offer with certainty. Give each offer a chance of its
    own at each choice (Gumbel noise: mood, haste, what the neighbour said) and the share of offer
    i is ``exp(s·D_i) / Σ_j exp(s·D_j)`` (McFadden 1974). With s → ∞ the noise loses and the
    certain choice returns; with s = 0 all offers are chosen alike.

    Parameters
    ----------
    offers, weights, offer
        As in :func:`delivered`; at least two offers.
    sensitivity
        s >= 0, in logits per common unit: 0.1 multiplies the odds by 1.11 for each unit of lead.

    Returns
    -------
    pandas.DataFrame
        One row per offer: ``offer, delivered, certain`` (1 for the winner; those who are level
        divide it), ``share, odds_to_best`` (its share over that of the best).

    Raises
    ------
    InputError
        As in :func:`delivered`, or for a sensitivity below 0.

    References
    ----------
    McFadden, D. (1974), "Conditional logit analysis of qualitative choice behavior". Limits: Train
    (2009), Discrete Choice Methods with Simulation (reported, not verified).

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [50, 50], [30, 20]
    >>> logit_shares(frame, sensitivity=0.1).round(3)
      offer  delivered  certain  share  odds_to_best
    0  near       20.0      0.0  0.269         0.368
    1   far       30.0      1.0  0.731         1.000
    """
    from scipy.special import softmax

    contest = checked(offers, weights, offer=offer)
    steep = between("sensitivity", sensitivity, 0, LIMIT)
    value, best, behind = contest.delivered, contest.tied(), _behind(contest, steep)
    certain = np.zeros(len(value))
    certain[best] = 1 / len(best)
    return pd.DataFrame(
        {
            "offer": list(contest.names),
            "delivered": value,
            "certain": certain,
            "share": softmax(behind),
            "odds_to_best": np.exp(behind),
        }
    )


def _behind(contest: Contest, steep: float) -> Array:
    """Return utilities less the best one; rounding must not part those who are level."""
    behind = steep * (contest.delivered - contest.delivered.max())
    behind[contest.tied()] = 0.0
    return np.asarray(behind)


def elasticities(
    offers: Data,
    weights: Weights = None,
    *,
    sensitivity: float = 1.0,
    offer: Hashable = "offer",
) -> pd.DataFrame:
    """Return by how many per cent each share moves when a score rises by one per cent.

    With ``β = s·w`` (negative for a cost): own elasticity ``β·x_i·(1 − P_i)``, cross elasticity
    ``−β·x_j·P_j``. The cross elasticity is the same for every other offer: that is IIA again.

    Returns
    -------
    pandas.DataFrame
        ``offer`` (whose share), ``of`` (whose score), ``component, own, elasticity, points`` (by
        how much the share, in points of 100, moves for a whole unit of the score, at the margin).

    Raises
    ------
    InputError
        As in :func:`logit_shares`.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [50, 50], [30, 20]
    >>> table = elasticities(frame, sensitivity=0.1)
    >>> table[table["component"] == "money"].round(2)
       offer    of component    own  elasticity  points
    4   near  near     money   True       -2.19   -1.97
    12  near   far     money  False        1.46    1.97
    20   far  near     money  False        0.81    1.97
    28   far   far     money   True       -0.54   -1.97
    """
    contest = checked(offers, weights, offer=offer)
    shares = logit_shares(offers, weights, sensitivity=sensitivity, offer=offer)["share"]
    share, n, many = shares.to_numpy(), len(contest.names), len(COMPONENTS)
    beta: Array = sensitivity * SIGNS * contest.weights
    rest = np.array([float(np.delete(share, i).sum()) for i in range(n)])  # 1 − P loses digits
    slope = -np.tile(share, (n, 1))  # d log P_i / d utility_j
    np.fill_diagonal(slope, rest)
    moved = slope[:, :, None] * (beta * contest.scores)[None, :, :]
    points = 100 * (share[:, None] * slope)[:, :, None] * np.broadcast_to(beta, (n, n, many))
    who = np.arange(n)
    names = np.array([*contest.names, None], dtype=object)[:-1]
    return pd.DataFrame(
        {
            "offer": names[np.repeat(who, n * many)],
            "of": names[np.tile(np.repeat(who, many), n)],
            "component": np.tile(COMPONENTS, n * n),
            "own": np.repeat(np.eye(n, dtype=bool).ravel(), many),
            "elasticity": moved.ravel() + 0.0,
            "points": points.ravel() + 0.0,
        }
    )


def clone_effect(
    offers: Data,
    who: Any,
    weights: Weights = None,
    *,
    sensitivity: float = 1.0,
    likeness: float = 1.0,
    offer: Hashable = "offer",
) -> pd.DataFrame:
    """Add a copy of an offer and see whose customers it takes: the red bus and the blue bus.

    The logit takes from all in proportion (*independence of irrelevant alternatives*, IIA), as
    if a bus painted blue made car drivers change their minds. The nested logit puts offer and
    copy into one nest with ``likeness`` λ of their chances in common: the nest weighs
    ``2^(1 − λ)·exp(s·D)``. λ = 0 is the logit; at λ = 1 the copy takes from its twin alone.

    Parameters
    ----------
    offers, weights, offer, sensitivity
        As in :func:`logit_shares`.
    who
        The offer that is copied.
    likeness
        λ from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        One row per offer, and a last one for ``copy``: ``offer, before, logit, nested`` (shares),
        ``logit_loss, nested_loss`` (share of its customers lost to the copy; 0 for the copy
        itself).

    Raises
    ------
    InputError
        As in :func:`logit_shares`, or for an unknown offer.

    References
    ----------
    Debreu (1960); McFadden (1974): red bus, blue bus. Nested logit: McFadden (1978). All as
    restated by Train (2009) (reported, not verified).

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["car", "red_bus"], **dict.fromkeys(COMPONENTS, [1, 1])})
    >>> clone_effect(frame, "red_bus").round(2)
         offer  before  logit  nested  logit_loss  nested_loss
    0      car     0.5   0.33    0.50        0.33          0.0
    1  red_bus     0.5   0.33    0.25        0.33          0.5
    2     copy     0.0   0.33    0.25        0.00          0.0
    """
    from scipy.special import softmax

    contest = checked(offers, weights, offer=offer)
    steep = between("sensitivity", sensitivity, 0, LIMIT)
    alike = between("likeness", likeness, 0, 1)
    i, utility = contest.place(who), _behind(contest, steep)
    before = softmax(utility)

    def after(common: float) -> Array:
        """Return the shares with the nest counted once, then divided among the twins."""
        nest = utility.copy()
        nest[i] += (1 - common) * np.log(2)
        share = softmax(nest)
        return np.append(np.where(np.arange(len(share)) == i, share / 2, share), share[i] / 2)

    table = pd.DataFrame({"offer": [*contest.names, "copy"], "before": np.append(before, 0.0)})
    for name, common in (("logit", 0.0), ("nested", alike)):
        table[name] = after(common)
    for name in ("logit", "nested"):
        kept = table[name] / table["before"].where(table["before"] > 0)
        table[f"{name}_loss"] = (1 - kept).fillna(0.0)
    return table


def with_copy(offers: Data, who: Any, name: Any, *, offer: Hashable = "offer") -> pd.DataFrame:
    """Return the offers and, at the end, a copy of one of them under a new name.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["car"], **dict.fromkeys(COMPONENTS, [1])})
    >>> with_copy(frame, "car", "twin")["offer"].tolist()
    ['car', 'twin']
    """
    rows = read(offers).reset_index(drop=True)
    contest = checked(rows, offer=offer, least=1)
    i, hashable = contest.place(who), isinstance(name, Hashable)
    if name is None or not hashable or name in contest.names:
        raise InputError(f"name must be one that no offer has already, not {shown(name)}.")
    copy = rows.iloc[[i]].copy()
    copy[offer] = [name]
    return pd.concat([rows, copy], ignore_index=True)
