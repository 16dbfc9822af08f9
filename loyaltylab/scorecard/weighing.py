"""What the weights of an index decide: shares of all weights, and one weight at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.base.stats import Array, between, generator, whole, wilson
from loyaltylab.scorecard.feeds import DeliveryScores
from loyaltylab.scorecard.rules import combined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELLS = 20_000_000
"""Most numbers that are held at a time while weights are drawn."""


def weight_space(
    made: DeliveryScores,
    *,
    pass_mark: float = 80.0,
    period: Any = None,
    draws: int = 10_000,
    seed: int | np.random.Generator | None = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count under which share of all weights a branch comes first, and under which it passes.

    Weights are drawn uniformly from all that are >= 0 and add up to 1 (a Dirichlet with ones).
    It says how much the choice of weights decides, and not how likely any of them is.

    Parameters
    ----------
    made
        What :func:`delivery_index` returned.
    pass_mark
        The index from which a branch passes, 0 to 100.
    period
        Which period; None takes the last.
    draws, seed
        How many sets of weights, 100 to 1,000,000.
    level
        Coverage of the intervals (Wilson 1927), which hold the error of drawing only.

    Returns
    -------
    pandas.DataFrame
        One row per branch, by index: ``branch, index`` (with the weights given), ``rank, first,
        first_lower, first_upper`` (share of weights under which it is first; ties are split),
        ``passes, passes_lower, passes_upper``, ``lowest, highest`` (index over all weights),
        ``draws``. Branches of which no feed is known are left out; where all weight was given to
        what lacks, index and rank are NaN.

    Raises
    ------
    InputError
        For anything else than an index, an unknown period, or an option that is not valid.

    References
    ----------
    Lahdelma, Hokkanen & Salminen (1998), SMAA, European Journal of Operational Research 106
    (reported, not verified).

    Examples
    --------
    >>> from loyaltylab.scorecard import delivery_index
    >>> seen = pd.DataFrame({"branch": ["A", "B"], "phone": [90, 80], "visits": [60, 75]})
    >>> made = delivery_index(seen, feeds={"phone": "phone", "visits": "visits"})
    >>> weight_space(made, seed=1)[["branch", "index", "first", "passes"]].round(2)
      branch  index  first  passes
    0      B   77.5   0.61    0.00
    1      A   75.0   0.39    0.33
    """
    mark = between("pass_mark", pass_mark, 0, 100)
    between("level", level, 0, 1, open_ends=True)
    draws = whole("draws", draws, 100, 1_000_000)
    scores, table = _period(made, period)
    known = ~np.isnan(scores).all(axis=1)
    scores, table = scores[known], table.iloc[np.flatnonzero(known)].reset_index(drop=True)
    if table.empty:
        raise InputError("No branch has a known feed in this period; choose another period.")
    rng, left = generator(seed), draws
    first, passes = np.zeros(len(table)), np.zeros(len(table))
    while left:
        n = min(left, max(1, CELLS // (4 * scores.size)))
        weight = rng.dirichlet(np.ones(scores.shape[1]), n)
        value = combined(scores[None], np.zeros(scores.shape)[None], weight[:, None])[0]
        best = value >= value.max(axis=1, keepdims=True) - 1e-9
        first += (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
        passes += (value >= mark - 1e-9).sum(axis=0)
        left -= n
    ends = {name: wilson(np.clip(hits, 0, draws), np.full(len(hits), draws), level)
            for name, hits in (("first", first), ("passes", passes))}  # fmt: skip
    found = table[["branch", "index"]].assign(
        rank=table["rank"],
        first=first / draws,
        first_lower=ends["first"][0],
        first_upper=ends["first"][1],
        passes=passes / draws,
        passes_lower=ends["passes"][0],
        passes_upper=ends["passes"][1],
        lowest=np.nanmin(scores, axis=1),
        highest=np.nanmax(scores, axis=1),
        draws=draws,
    )
    return found.sort_values("rank", kind="stable", ignore_index=True)


def index_tornado(made: DeliveryScores, branch: Any, *, period: Any = None) -> pd.DataFrame:
    """Move each weight of one branch's index from 0 to 1, and each missing feed from 0 to 100.

    While one weight moves, the others keep their proportions. A missing feed is put in with the
    weight that was given to it. Where a weight leaves nothing to go by, the index stays.

    Parameters
    ----------
    made
        What :func:`delivery_index` returned.
    branch
        Which branch.
    period
        Which period; None takes the last.

    Returns
    -------
    pandas.DataFrame
        The largest swing first: ``input, low, base, high`` (the index with the weight 0, as it
        is, and 1; or with the missing feed at 0 and 100), ``swing, rank_low, rank_high`` (place
        among the branches then).

    Raises
    ------
    InputError
        For a branch or period that the index does not hold, or a branch without a known feed.

    Examples
    --------
    >>> from loyaltylab.scorecard import delivery_index
    >>> seen = pd.DataFrame({"branch": ["A", "B"], "phone": [90, 80], "visits": [60, None]})
    >>> made = delivery_index(seen, feeds={"phone": "phone", "visits": "visits"})
    >>> index_tornado(made, "A")[["input", "low", "base", "high", "rank_low", "rank_high"]]
                  input   low  base  high  rank_low  rank_high
    0   weight of phone  60.0  75.0  90.0         1          1
    1  weight of visits  90.0  75.0  60.0         1          1
    """
    scores, table = _period(made, period)
    place = [i for i, b in enumerate(table["branch"]) if b == branch]
    if not place:
        raise InputError(
            f"There is no branch {shown(branch)}{nearest(branch, table['branch'])} in this period;"
            f" the branches are {some(table['branch'])}."
        )
    i, weight = place[0], np.array(made.weights)
    base = float(table["index"].iloc[i])
    if np.isnan(base):
        raise InputError(f"No feed of branch {shown(branch)} is known; choose another branch.")
    rows = []
    for k, feed in enumerate(made.feeds):
        if np.isnan(scores[i, k]):
            ends = [np.where(_at(scores, i, k), end, scores) for end in (0.0, 100.0)]
            found = [_indices(s, weight) for s in ends]
            rows.append((f"{feed}, which lacks", *_moved(found, i, base)))
            continue
        rest = np.delete(weight, k)
        rest = rest / rest.sum() if rest.sum() > 0 else np.full(len(rest), 1 / max(len(rest), 1))
        found = [_indices(scores, np.insert(rest * (1 - w), k, w)) for w in (0.0, 1.0)]
        rows.append((f"weight of {feed}", *_moved(found, i, base)))
    names = ["input", "low", "base", "high", "swing", "rank_low", "rank_high"]
    table = pd.DataFrame(rows, columns=names)
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _period(made: Any, period: Any) -> tuple[Array, pd.DataFrame]:
    """Return scores and table of one period."""
    if not isinstance(made, DeliveryScores):
        raise InputError(f"made must be what delivery_index() returned, not {shown(made)}.")
    scores, table = made.scores(), made.table()
    if "period" not in table:
        if period is not None:
            raise InputError("The index has no periods; leave period out.")
        return scores, table
    wanted = table["period"].max() if period is None else period
    here = (table["period"] == wanted).to_numpy()
    if not here.any():
        raise InputError(
            f"There is no period {shown(period)}; the index holds"
            f" {some(str(p) for p in sorted(table['period'].unique()))}."
        )
    return scores[here], table[here].reset_index(drop=True)


def _at(scores: Array, i: int, k: int) -> Any:
    """Return which cell of the scores is meant."""
    mask = np.zeros(scores.shape, dtype=bool)
    mask[i, k] = True
    return mask


def _indices(scores: Array, weight: Array) -> Array:
    return combined(scores, np.zeros(scores.shape), weight)[0]


def _moved(found: list[Array], i: int, base: float) -> tuple[Any, ...]:
    """Return low, base, high, swing and the places at both ends; what is undefined stays base."""
    low, high = (float(f[i]) if np.isfinite(f[i]) else base for f in found)
    places = [1 + int(np.sum(np.nan_to_num(f, nan=-1.0) > v + 1e-9)) for f, v in
              zip(found, (low, high), strict=True)]  # fmt: skip
    return low, base, high, max(low, base, high) - min(low, base, high), *places


def plot_index_tornado(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what each weight, and each missing feed, could make of a branch's index.

    Parameters
    ----------
    table
        What :func:`index_tornado` returned.

    Examples
    --------
    >>> from loyaltylab.scorecard import delivery_index
    >>> seen = pd.DataFrame({"branch": ["A"], "phone": [90], "visits": [60]})
    >>> made = delivery_index(seen, feeds={"phone": "phone", "visits": "visits"})
    >>> ax = plot_index_tornado(index_tornado(made, "A"), fig.canvas().subplots())
    >>> [t.get_text() for t in ax.get_yticklabels()]
    ['weight of visits', 'weight of phone']
    """
    numbers = {c: Column(c, "number") for c in ("low", "base", "high")}
    rows = returned_by("index_tornado()", table, input=Column("input", "group"), **numbers)
    ax = fig.axes(ax, title="What moves this branch's index", x="index (points of 100)", y="")
    at = np.arange(len(rows))[::-1]
    base = float(rows["base"].iloc[0])
    for end, colour, text in (
        ("low", fig.ORANGE, "weight 0, or feed at 0"),
        ("high", fig.BLUE, "weight 1, or feed at 100"),
    ):
        ax.barh(at, rows[end] - base, 0.6, base, color=colour, label=fig.label(text))
    ax.axvline(base, color=fig.GREY, lw=1.2, label=fig.label("as weighed"))
    ax.set_yticks(at[::-1], [fig.label(str(n)) for n in rows["input"]][::-1])
    fig.legend_above(ax)
    return ax
