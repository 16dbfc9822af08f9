"""Scores that come from a survey: with means measured, so is the winner."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data, returned_by
from loyaltylab.base.stats import Array, between, generator, whole, wilson
from loyaltylab.delivered_value.offers import COMPONENTS, SAME, SIGNS, Weights, weights_of
from loyaltylab.delivered_value.ratings import rated

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BATCH = 4_000_000
"""Numbers that a batch of bootstrap draws may hold."""


def survey_scores(
    ratings: Data,
    *,
    respondent: Hashable = "respondent",
    offer: Hashable = "offer",
    component: Hashable = "component",
    rating: Hashable = "rating",
    scale: tuple[float, float] = (0, 10),
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean rating of each component of each offer, with its interval.

    Parameters
    ----------
    ratings
        One row per respondent, offer and component; missing ratings are left out.
    respondent, offer, component, rating
        Columns.
    scale
        Lowest and highest rating, from 0 on; costs are rated, too: 10 is a great burden.
    level
        Coverage of the intervals (t over respondents).

    Returns
    -------
    pandas.DataFrame
        ``offer, component, mean, error, lower, upper, n``. With one answer error and interval
        are missing. The interval ends where the scale does; where all rate alike it is as wide as
        if one of them had rated otherwise by the whole scale.

    Raises
    ------
    InputError
        If a column does not fit, a component is unknown, a rating stands twice or lies outside the
        scale, or an offer has no rating for a component that others have.

    Examples
    --------
    >>> seen = pd.DataFrame({"respondent": [1, 2, 3], "offer": "a", "component": "product",
    ...                      "rating": [6, 7, 8]})
    >>> survey_scores(seen).round(2)
      offer component  mean  error  lower  upper  n
    0     a   product   7.0   0.58   4.52   9.48  3
    """
    from scipy.special import stdtrit

    between("level", level, 0, 1, open_ends=True)
    rows = rated(ratings, respondent, offer, component, rating, scale)
    found = rows.groupby(["offer", "component"], sort=False)["rating"]
    table = found.agg(["mean", "std", "size"]).reset_index()
    n = table["size"].to_numpy()
    least = (scale[1] - scale[0]) / n  # what one answer of the other end would have made of std 0
    error = np.where(n > 1, np.where(table["std"] > 0, table["std"] / np.sqrt(n), least), np.nan)
    half = stdtrit(np.maximum(n - 1, 1), (1 + level) / 2) * error
    place = {name: k for k, name in enumerate(COMPONENTS)}
    order = table["component"].map(place)
    table = table.assign(error=error, lower=table["mean"] - half, upper=table["mean"] + half, n=n)
    ends = table[["lower", "upper"]].clip(scale[0], scale[1])
    table[["lower", "upper"]] = ends
    table = table.assign(order=order).sort_values("order", kind="stable")
    seen = {name: i for i, name in enumerate(dict.fromkeys(rows["offer"]))}
    table = table.sort_values("offer", key=lambda v: v.map(seen), kind="stable")
    names = ["offer", "component", "mean", "error", "lower", "upper", "n"]
    return table[names].reset_index(drop=True)


def survey_winner(
    ratings: Data,
    weights: Weights = None,
    *,
    respondent: Hashable = "respondent",
    offer: Hashable = "offer",
    component: Hashable = "component",
    rating: Hashable = "rating",
    scale: tuple[float, float] = (0, 10),
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return delivered value by mean ratings, and how sure it is which offer wins.

    Bootstrap over respondents (Efron 1979): each draw takes as many respondents as there are, with
    all their ratings, so that what one person's ratings have in common stays together. How often
    an offer comes first is the stability of the ranking under sampling; it is not the
    probability that an offer is truly best, and not a share of customers.

    Parameters
    ----------
    ratings, respondent, offer, component, rating, scale
        As in :func:`survey_scores`. Components that nobody rated count as 0 for all.
    weights
        As in :func:`delivered`.
    draws
        100 to 100,000.
    seed
        A whole number >= 0, a numpy Generator, or None.
    level
        Coverage of all intervals. Where all rate alike they are as wide as if one respondent had
        rated what weighs most otherwise by the whole scale.

    Returns
    -------
    pandas.DataFrame
        ``offer, delivered, lower, upper`` (percentiles), ``lead, lead_lower, lead_upper`` (over
        the best other offer), ``first`` (share of the draws in which it comes first; those who are
        level divide it), ``first_lower, first_upper`` (Wilson: the error of drawing), ``n``
        (respondents).

    Raises
    ------
    InputError
        As in :func:`survey_scores`, or for fewer than two offers or two respondents.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"respondent": np.repeat(range(40), 2), "offer": ["a", "b"] * 40,
    ...                      "component": "product"})
    >>> seen["rating"] = np.where(seen["offer"] == "a", 7, 6) + rng.integers(-3, 4, 80)
    >>> survey_winner(seen)[["offer", "delivered", "lower", "upper", "first"]].round(2)
      offer  delivered  lower  upper  first
    0     a       6.90   6.27   7.55   0.98
    1     b       5.98   5.35   6.60   0.02
    """
    from scipy.special import stdtrit

    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    rows = rated(ratings, respondent, offer, component, rating, scale)
    offers = list(dict.fromkeys(rows["offer"]))
    who, people = pd.factorize(rows["respondent"])
    if len(offers) < 2 or len(people) < 2:
        raise InputError(
            f"The ratings hold {len(offers)} offers and {len(people)} respondents, and a comparison"
            " needs at least two of each."
        )
    place = {name: k for k, name in enumerate(COMPONENTS)}
    which = {name: i for i, name in enumerate(offers)}
    cell = rows["offer"].map(which).to_numpy() * len(COMPONENTS)
    cell = cell + rows["component"].map(place).to_numpy()
    weight = SIGNS * weights_of(weights)
    sums, counts = (np.zeros((len(people), len(offers) * len(COMPONENTS))) for _ in range(2))
    sums[who, cell], counts[who, cell] = rows["rating"], 1.0

    def value(times: Array) -> Array:
        """Return delivered values by draw; in a draw without any answer the mean stands."""
        n = times @ counts
        with np.errstate(invalid="ignore"):
            drawn = (times @ sums) / n
        mean = sums.sum(axis=0) / np.maximum(counts.sum(axis=0), 1)
        drawn = np.where(n > 0, drawn, mean)
        return np.asarray(drawn.reshape(len(times), len(offers), -1) @ weight)

    draw, size = generator(seed), max(1, BATCH // len(people))
    batches = [min(size, draws - k) for k in range(0, draws, size)]
    even = np.full(len(people), 1 / len(people))
    drawn = np.concatenate(
        [value(draw.multinomial(len(people), even, b).astype(float)) for b in batches]
    )
    best = value(np.ones((1, len(people))))[0]
    slack = SAME * float(np.abs(weight).sum() * scale[1])
    top = drawn >= drawn.max(axis=1, keepdims=True) - slack
    first = (top / top.sum(axis=1, keepdims=True)).sum(axis=0)
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(drawn, ends, axis=0)
    lead_low, lead_high = np.quantile(_leads(drawn), ends, axis=0)
    # what one answer of the other end would have made, where all rate alike
    least = float(stdtrit(len(people) - 1, ends[1])) * float(np.abs(weight).max())
    least *= (scale[1] - scale[0]) / len(people)
    flat, lead_flat = (least * (b - a <= slack) for a, b in ((low, high), (lead_low, lead_high)))
    first_low, first_high = wilson(np.clip(first, 0, draws), np.full(len(offers), draws), level)
    return pd.DataFrame(
        {
            "offer": offers,
            "delivered": best,
            "lower": low - flat,
            "upper": high + flat,
            "lead": _leads(best[None, :])[0],
            "lead_lower": lead_low - lead_flat,
            "lead_upper": lead_high + lead_flat,
            "first": first / draws,
            "first_lower": first_low,
            "first_upper": first_high,
            "n": len(people),
        }
    )


def _leads(values: Array) -> Array:
    """Return each offer's value less that of the best other one."""
    rest = [np.delete(values, i, axis=1).max(axis=1) for i in range(values.shape[1])]
    return np.asarray(values - np.stack(rest, axis=1))


def plot_survey(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw delivered values with their intervals, and how often each offer comes first.

    Examples
    --------
    >>> table = pd.DataFrame({"offer": ["a", "b"], "delivered": [5.0, 4.0], "lower": [4.0, 3.0],
    ...                       "upper": [6.0, 5.0], "first": [0.8, 0.2]})
    >>> plot_survey(table, ax=fig.canvas().subplots()).get_xlabel()
    'delivered value by mean ratings (common unit)'
    """
    columns = {name: Column(name, "number") for name in ("delivered", "lower", "upper", "first")}
    rows = returned_by("survey_winner()", table, offer=Column("offer", "group"), **columns)
    ax = fig.axes(
        ax,
        title="Delivered value by survey, and how often each comes first",
        x="delivered value by mean ratings (common unit)",
        y="offer",
    )
    at, value = np.arange(len(rows)), rows["delivered"].to_numpy()
    ends = np.abs(rows[["lower", "upper"]].to_numpy().T - value)
    ax.errorbar(value, at, xerr=ends, fmt="o", color=fig.BLUE, ms=8, capsize=5)
    for y, x, first in zip(at, value, rows["first"], strict=True):
        words = f"first in {first:.0%} of draws"
        ax.annotate(words, (x, y), (0, 9), textcoords="offset points", ha="center", fontsize=9.5)
    ax.set_yticks(at, [fig.label(str(name)) for name in rows["offer"]], family=fig.families())
    ax.set_ylim(len(rows) - 0.5, -0.7)
    ax.grid(False, axis="y")
    return ax
