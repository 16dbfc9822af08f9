"""Where high begins: the rule that splits people into the four segments."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array, between
from loyaltylab.curve.scale import ends
from loyaltylab.matrix.levels import SEGMENTS, Scale, scores

RULES = ("midpoint", "median", "mean")
TIES = ("low", "high")

Rule = str | float
Split = str | tuple[Rule, Rule]
Ties = Literal["low", "high"]


class Axes2(NamedTuple):
    """The two axes of the matrix as numbers, with the scale of each."""

    preference: Array
    repeat: Array
    preference_scale: Scale
    repeat_scale: Scale


def two_axes(
    data: Data, preference: Hashable, repeat: Hashable, preference_scale: Any, repeat_scale: Any
) -> Axes2:
    """Return both axes, checked against their scales."""
    values, scale = scores(data, preference, preference_scale)
    span = ends(repeat_scale, "repeat_scale")
    behaviour = take(data, repeat=Column(repeat, "number", *span))["repeat"].to_numpy()
    return Axes2(values, behaviour, scale, span)


def cut_points(axes: Axes2, split: Any) -> tuple[float, float]:
    """Return the two cut points of a split rule on data."""
    pair = (split, split) if isinstance(split, str) else split
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise InputError(
            f"split must be one of {', '.join(RULES)}, or a pair (preference, repeat) of such rules"
            f" and numbers, not {shown(split)}."
        )
    return (
        _cut("preference", pair[0], axes.preference, axes.preference_scale),
        _cut("repeat", pair[1], axes.repeat, axes.repeat_scale),
    )


def _cut(axis: str, rule: Any, values: Array, scale: Scale) -> float:
    if not isinstance(rule, str):
        return between(f"split ({axis} cut)", rule, *scale)
    if rule not in RULES:
        raise InputError(
            f"split for {axis} must be one of {', '.join(RULES)} or a number from {scale[0]:g} to"
            f" {scale[1]:g}, not {shown(rule)}."
        )
    if rule == "midpoint":
        return (scale[0] + scale[1]) / 2
    if rule == "median":
        return float(np.median(values))
    mean = math.fsum(values) / len(values)  # in any order of the rows; who all are alike tie
    return float(np.clip(mean, values.min(), values.max()))


def placed(axes: Axes2, cuts: tuple[float, float], ties: Any) -> pd.Categorical[str]:
    """Return the segment of everybody, given the two cut points."""
    if not isinstance(ties, str) or ties not in TIES:
        raise InputError(f"ties must be low or high, not {shown(ties)}.")
    above = np.greater if ties == "low" else np.greater_equal
    liked, repeats = above(axes.preference, cuts[0]), above(axes.repeat, cuts[1])
    codes = np.where(liked, 0, 2) + np.where(repeats, 0, 1)
    return pd.Categorical(np.array(SEGMENTS)[codes], list(SEGMENTS))


def classify(
    frame: Data,
    *,
    preference: Hashable = "preference",
    repeat: Hashable = "share",
    split: Split = "midpoint",
    ties: Ties = "low",
    preference_scale: Scale | None = None,
    repeat_scale: Scale = (0, 1),
) -> pd.DataFrame:
    """Put everybody into one of the four segments of the bank's matrix.

    High preference and high repeat choice is ``loyal``, high and low ``latent``, low and high
    ``inert``, low and low ``no_loyalty``. No document says where high begins, so that the rule
    is a parameter with a name, and :func:`split_effect` shows whom it moves.

    Parameters
    ----------
    frame
        A frame, or the path of a CSV or Parquet file; it is never changed.
    preference
        Column: the four levels of :func:`preference`, which count as 1 to 4, or a number.
    repeat
        Column: repeat choice as a number, such as the share of purchases that fall to the firm.
    split
        ``"midpoint"`` of each scale (of the four levels, high and highest are high),
        ``"median"`` or ``"mean"`` of the people in the frame, or a pair
        ``(preference, repeat)`` of such rules and numbers. Median and mean depend on who else
        is in the frame.
    ties
        Whether who stands exactly at a cut counts as ``"low"`` or ``"high"``.
    preference_scale
        Lowest and highest possible value of a preference in numbers; None is (1, 5). Levels
        coded 1 to 4 need (1, 4), whose middle is 2.5; on (1, 5) it is 3, and the third level
        would be low. So numbers that are all 1, 2, 3 or 4 are refused until the scale is named.
        Levels in words need no scale.
    repeat_scale
        Lowest and highest possible value of repeat choice.

    Returns
    -------
    pandas.DataFrame
        The columns of ``frame`` and ``segment``, a categorical of the four.

    Raises
    ------
    InputError
        For a missing column, a value that is missing or out of scale, an unknown rule, a scale
        that has to be named.

    References
    ----------
    Griffin, J. (1995), *Customer Loyalty*; Dick & Basu (1994); as reported by later writers.

    Examples
    --------
    >>> people = pd.DataFrame({"preference": ["highest", "high", "low", "lowest"],
    ...                        "share": [0.9, 0.5, 0.8, 0.1]})
    >>> list(classify(people)["segment"])
    ['loyal', 'latent', 'inert', 'no_loyalty']
    >>> list(classify(people, split=(3.5, "median"))["segment"])
    ['loyal', 'no_loyalty', 'inert', 'no_loyalty']
    """
    axes = two_axes(frame, preference, repeat, preference_scale, repeat_scale)
    return read(frame).assign(segment=placed(axes, cut_points(axes, split), ties))
