"""Tornado: by how much the lead, or the share, swings as each input moves by some per cent."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import LIMIT, Array, between, whole
from loyaltylab.delivered_value.offers import COMPONENTS, SIGNS, Contest, Weights, checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Moved = Literal["weights", "scores", "both"]
Measure = Literal["lead", "share"]


def tornado(
    offers: Data,
    weights: Weights = None,
    *,
    offer: Hashable = "offer",
    who: Any = None,
    change: float = 0.25,
    of: Moved = "weights",
    measure: Measure = "lead",
    sensitivity: float = 1.0,
) -> pd.DataFrame:
    """Move each weight, or each score, down and up by the same share, one at a time.

    Parameters
    ----------
    offers, weights, offer
        As in :func:`delivered`; at least two offers.
    who
        The offer that is looked at; None takes the winner (the first, where several are level).
    change
        By which share each input moves, above 0 and at most 1: 0.25 is 25 %.
    of
        ``"weights"``, ``"scores"`` (of every offer), or ``"both"``.
    measure
        ``"lead"``: delivered value less that of the best other offer; ``"share"``: the share of
        choices by logit with this ``sensitivity`` (logits per common unit).

    Returns
    -------
    pandas.DataFrame
        One row per input, the largest swing first: ``input`` (such as ``weight of time`` or
        ``corner: time``), ``present, low, high`` (the measure with the input lowered and raised),
        ``base`` (as it is), ``swing`` (largest less smallest of low, base and high), ``flips``
        (whether another offer, or this one, takes over the first place at one of the ends).

    Raises
    ------
    InputError
        As in :func:`delivered`, or for an option that is not valid.

    References
    ----------
    Howard (1988), Decision analysis: practice and promise, Management Science 34 (reported, not
    verified).

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["near", "far"], **dict.fromkeys(COMPONENTS, 0)})
    >>> frame["product"], frame["money"], frame["time"] = [50, 50], [30, 20], [1, 2]
    >>> weights = {**dict.fromkeys(COMPONENTS, 1), "time": 12}
    >>> tornado(frame, weights)[["input", "low", "base", "high", "flips"]].head(2)
                 input  low  base  high  flips
    0   weight of time -1.0   2.0   5.0   True
    1  weight of money  4.5   2.0  -0.5   True
    """
    contest = checked(offers, weights, offer=offer)
    if of not in ("weights", "scores", "both"):
        raise InputError(f"of must be 'weights', 'scores' or 'both', not {shown(of)}.")
    if measure not in ("lead", "share"):
        raise InputError(f"measure must be 'lead' or 'share', not {shown(measure)}.")
    if between("change", change, 0, 1) == 0:
        raise InputError("change must be above 0, for nothing would move; 0 was given.")
    steep = between("sensitivity", sensitivity, 0, LIMIT)
    i = contest.tied()[0] if who is None else contest.place(who)
    first = i in contest.tied()
    rows = []
    for name, present, part in _inputs(contest, of):
        ends = contest.delivered + np.array([[-change], [change]]) * part
        low, high = (_measured(value, i, measure, steep) for value in ends)
        base = _measured(contest.delivered, i, measure, steep)
        swing = max(low, base, high) - min(low, base, high)
        flips = any(first != (i in contest.tied(value)) for value in ends)
        rows.append((name, present, low, high, base, swing, flips))
    names = ["input", "present", "low", "high", "base", "swing", "flips"]
    table = pd.DataFrame(rows, columns=names).assign(measure=measure)
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _inputs(contest: Contest, of: str) -> list[tuple[str, float, Array]]:
    """Return each input's name, size, and what doubling it would add to each offer."""
    found: list[tuple[str, float, Array]] = []
    if of != "scores":
        for k, component in enumerate(COMPONENTS):
            size = float(contest.weights[k])
            found.append((f"weight of {component}", size, contest.parts[:, k]))
    if of != "weights":
        for j, name in enumerate(contest.names):
            for k, component in enumerate(COMPONENTS):
                part = np.zeros(len(contest.names))
                part[j] = SIGNS[k] * contest.weights[k] * contest.scores[j, k]
                found.append((f"{name}: {component}", float(contest.scores[j, k]), part))
    return found


def _measured(value: Array, i: int, measure: str, steep: float) -> float:
    if measure == "lead":
        return float(value[i] - np.delete(value, i).max())
    from scipy.special import softmax

    return float(softmax(steep * (value - value.max()))[i])


def plot_tornado(table: pd.DataFrame, *, most: int = 10, ax: Axes | None = None) -> Axes:
    """Draw the largest swings as bars around the present lead or share.

    Parameters
    ----------
    table
        What :func:`tornado` returned.
    most
        How many bars, 1 to 40; inputs without any swing are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"offer": ["a", "b"], **dict.fromkeys(COMPONENTS, [1, 2])})
    >>> ax = plot_tornado(tornado(frame), ax=fig.canvas().subplots())
    >>> ax.get_yticklabels()[0].get_text()
    'weight of product'
    """
    numbers = {name: Column(name, "number") for name in ("low", "high", "base", "swing")}
    groups = {name: Column(name, "group") for name in ("input", "measure")}
    rows = returned_by("tornado()", table, **groups, **numbers)
    base, share = float(rows["base"].iloc[0]), rows["measure"].iloc[0] == "share"
    rows = rows[rows["swing"] > 0].head(whole("most", most, 1, 40))
    of = "share of choices" if share else "lead over the best rival (common unit)"
    ax = fig.axes(ax, title="What moves the result most", x=of, y="input")
    at = np.arange(len(rows), 0, -1)
    for column, word, colour in (("low", "lowered", fig.ORANGE), ("high", "raised", fig.BLUE)):
        width = rows[column].to_numpy(float) - base
        ax.barh(at, width, left=base, height=0.62, color=colour, label=fig.label(word))
    ax.axvline(base, color=fig.GREY, lw=1.4, label=fig.label("present"))
    if not share:
        ax.axvline(0, color=fig.RED, lw=1.2, ls="--", label=fig.label("level with the rival"))
    ax.set_yticks(at, [fig.label(str(n)) for n in rows["input"]], family=fig.families())
    ax.grid(False, axis="y")
    fig.legend_above(ax)
    return ax
