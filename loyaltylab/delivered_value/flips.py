"""How far a weight, or a score, has to move before another offer wins: exact, for all is linear."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import LIMIT, Array, between
from loyaltylab.delivered_value.offers import COMPONENTS, SAME, SIGNS, Contest, Weights, checked


def flip_points(
    offers: Data,
    weights: Weights = None,
    *,
    offer: Hashable = "offer",
    upper: float | None = None,
) -> pd.DataFrame:
    """Return how far each weight must fall, or rise, before another offer wins.

    Delivered value is linear in a weight, so two offers a and b cross exactly once, at
    ``w* = w + (D_a − D_b) / (s·(x_b − x_a))``, where ``x`` are their scores and ``s`` is +1 for a
    value and −1 for a cost. The flip point is the crossing with the winner that comes first.

    Parameters
    ----------
    offers, weights, offer
        As in :func:`delivered`.
    upper
        Largest weight that is looked at; None for no end. The smallest is 0.

    Returns
    -------
    pandas.DataFrame
        Two rows per component, falling and rising: ``component, weight, direction, flip_weight,
        change_percent`` (of the present weight; missing where that is 0), ``winner`` now (``A = B``
        where they are level), ``next_offer``. ``flip_weight`` is missing and ``next_offer`` empty
        where no move in that direction changes the winner. At the flip point itself the two
        are level; where the winners are level now and the component tells them apart, it is
        the present weight.

    Raises
    ------
    InputError
        As in :func:`delivered`, for fewer than two offers, or an ``upper`` below a weight.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"], frame["time"] = [50, 50], [30, 20], [1, 2]
    >>> table = flip_points(frame, {**dict.fromkeys(COMPONENTS, 1), "time": 8})
    >>> table[table["next_offer"] != ""].drop(columns="winner")
       component  weight direction  flip_weight  change_percent next_offer
    8      money     1.0   falling          0.8           -20.0       near
    11      time     8.0    rising         10.0            25.0       near
    """
    contest = checked(offers, weights, offer=offer)
    top = math.inf
    if upper is not None:
        top = between("upper", upper, 0, LIMIT)
        if top < contest.weights.max():
            raise InputError(
                f"upper must not be below the largest weight, {contest.weights.max():g}, and is"
                f" {top:g}; raise it or leave it out."
            )
    winner, rows = contest.said(contest.tied()), []
    for k, name in enumerate(COMPONENTS):
        weight = float(contest.weights[k])
        for direction, room in (("falling", weight), ("rising", top - weight)):
            step, then = _first(contest, k, 1 if direction == "rising" else -1, room)
            flip = weight + step if direction == "rising" else weight - step
            percent = 100 * (flip / weight - 1) if weight and then else math.nan
            seen = flip if then else math.nan
            rows.append((name, weight, direction, seen, percent + 0.0, winner, contest.said(then)))
    names = ["component", "weight", "direction", "flip_weight", "change_percent", "winner"]
    return pd.DataFrame(rows, columns=[*names, "next_offer"])


def _first(contest: Contest, k: int, way: int, room: float) -> tuple[float, list[int]]:
    """Return how far weight k moves before another offer wins, and which: none within the room."""
    slope, best = way * SIGNS[k] * contest.scores[:, k], contest.tied()
    if room <= 0:
        return math.inf, []
    ahead = [i for i in best if slope[i] == slope[best].max()]
    if len(ahead) < len(best):  # level now, told apart by the smallest move
        return 0.0, ahead
    step, then = crossing(contest.delivered, slope, ahead[0])
    return (step, then) if step < room else (math.inf, [])


def crossing(value: Array, slope: Array, leader: int) -> tuple[float, list[int]]:
    """Return where a steeper line first meets the leader's, and whose; infinite if none does.

    Examples
    --------
    >>> crossing(np.array([10.0, 4.0]), np.array([0.0, 2.0]), 0)
    (3.0, [1])
    """
    gain, gap = slope - slope[leader], value[leader] - value
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        step = np.where(gain > 0, np.maximum(gap, 0) / gain, math.inf)
    first = float(step.min())
    if not math.isfinite(first):
        return math.inf, []
    level = np.flatnonzero(step <= first * (1 + SAME))
    return first, [int(i) for i in level if slope[i] == slope[level].max()]


def score_flips(
    offers: Data, weights: Weights = None, *, offer: Hashable = "offer"
) -> pd.DataFrame:
    """Return how much each score of each offer must change before another offer wins.

    The winner may lose its lead L: any of its scores may worsen by ``L / w``. Another offer must
    make up what it is behind, G: one of its scores has to improve by ``G / w``. For ``money`` this
    is the price at which the offer would draw level.

    Returns
    -------
    pandas.DataFrame
        One row per offer and component: ``offer, component, score, flip_score, change,
        change_percent`` (of the score), ``next_offer``. Missing and empty where no score >= 0 does
        it, or the weight is 0.

    Raises
    ------
    InputError
        As in :func:`flip_points`.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"] = [50, 50], [30, 20]
    >>> table = score_flips(frame)
    >>> table.loc[table["component"] == "money", ["offer", "score", "flip_score", "next_offer"]]
       offer  score  flip_score next_offer
    4   near   30.0        20.0       near
    12   far   20.0        30.0       near
    """
    contest = checked(offers, weights, offer=offer)
    value, best, rows = contest.delivered, contest.tied(), []
    for i, name in enumerate(contest.names):
        others = np.delete(np.arange(len(value)), i)
        ahead = others[contest.tied(value[others])]
        mine = i in best
        gap = 0.0 if mine and len(best) > 1 else float(value[i] - value[others].max())
        then = contest.said([int(j) for j in ahead]) if mine else str(name)
        for k, component in enumerate(COMPONENTS):
            score, weight = float(contest.scores[i, k]), float(contest.weights[k])
            change = -SIGNS[k] * gap / weight if weight else math.nan
            flip = score + change
            rounding = SAME * (score + abs(gap) / weight) if weight else 0.0
            if not flip >= -rounding or not math.isfinite(flip):
                rows.append((name, component, score, math.nan, math.nan, math.nan, ""))
                continue
            percent = 100 * change / score if score else math.nan
            rows.append((name, component, score, max(flip, 0.0), change + 0.0, percent, then))
    names = ["offer", "component", "score", "flip_score", "change", "change_percent", "next_offer"]
    return pd.DataFrame(rows, columns=names)
