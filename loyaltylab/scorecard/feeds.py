"""One index of several feeds for every branch, with what is missing said and bounded."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, read, rows, take
from loyaltylab.base.stats import Array, between
from loyaltylab.scorecard.feed_checks import checked_weights, feed_names, periods, scores, spreads
from loyaltylab.scorecard.rules import RULES, Rule, combined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEEDS = {"phone": "phone", "visits": "visits", "audit": "audit"}
"""The three feeds of document 002 (claim C116) and their usual columns."""
SAID = {
    "drop": "missing feeds dropped, weights renormalised",
    "carry": "missing feeds carried forward",
    "worst": "missing feeds counted as the worst",
}


@dataclass(frozen=True, eq=False)
class DeliveryScores:
    """What :func:`delivery_index` found.

    Attributes
    ----------
    data
        The scores as given: ``branch``, ``period`` where there is one, and a column per feed.
    feeds
        The feeds.
    weights
        A weight for each feed; they add up to 1.
    errors
        Standard error of each feed's score, shape ``(rows, feeds)``; 0 where none was given, NaN
        where none was given for any feed.
    missing
        The rule for missing feeds.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> seen = pd.DataFrame({"branch": ["A"], "phone": [90]})
    >>> delivery_index(seen, feeds={"phone": "phone"}).weights
    (1.0,)
    """

    data: pd.DataFrame
    feeds: tuple[str, ...]
    weights: tuple[float, ...]
    errors: Array
    missing: Rule
    level: float

    def scores(self) -> Array:
        """Return the scores with what the rule puts for the missing, shape ``(rows, feeds)``.

        Missing stays NaN where the rule is to drop, or nothing came before to be carried.
        """
        given = self.data[list(self.feeds)].to_numpy(float)
        if self.missing == "worst":
            return np.where(np.isnan(given), 0.0, given)
        if self.missing == "carry":
            ordered = self.data.sort_values("period", kind="stable")
            filled = ordered.groupby("branch", sort=False)[list(self.feeds)].ffill()
            return filled.reindex(self.data.index).to_numpy(float)
        return given

    def table(self) -> pd.DataFrame:
        """Return the index of every branch (and period).

        Returns
        -------
        pandas.DataFrame
            ``branch``, ``period`` where there is one, ``index`` (NaN where nothing is known),
            ``error`` (standard error from the feeds' own), ``lower, upper`` (its interval; NaN
            without errors),
            ``least, most`` (the index if the missing were 0, or 100), ``missing`` (names),
            ``missing_weight``, ``rank`` (1 is the best in the period; equal ones share it).
        """
        weight, given = np.array(self.weights), self.data[list(self.feeds)].to_numpy(float)
        filled, absent = self.scores(), np.isnan(given)
        value, error = combined(filled, self.errors, weight)
        half = _quantile(self.level) * error
        keys = [c for c in ("branch", "period") if c in self.data]
        table = (
            self.data[keys]
            .reset_index(drop=True)
            .assign(
                index=value,
                error=error,
                lower=np.clip(value - half, 0, 100),
                upper=np.clip(value + half, 0, 100),
                least=np.where(absent, 0.0, given) @ weight,
                most=np.where(absent, 100.0, given) @ weight,
                missing=[", ".join(np.array(self.feeds)[row]) for row in absent],
                missing_weight=absent @ weight,
            )
        )
        groups = table.groupby("period") if "period" in table else table.assign(x=0).groupby("x")
        rounded = table["index"].round(9)
        place = groups["index"].transform(
            lambda v: rounded[v.index].rank(ascending=False, method="min")
        )
        return table.assign(rank=place)

    def plot(self, ax: Axes | None = None, *, most: int = 15, pass_mark: float = 80.0) -> Axes:
        """Draw the branches of the last period by index, with interval and bounds.

        The dot is the index, the line its interval, the pale bar what the missing feeds could
        make of it. At most ``most`` branches are drawn: the best of them and the worst.
        """
        table = self.table()
        if "period" in table:
            table = table[table["period"] == table["period"].max()]
        table = table.dropna(subset="index").sort_values("index", kind="stable")
        if len(table) > most:
            half = most // 2
            table = pd.concat([table.head(half), table.tail(most - half)])
        ax = fig.axes(
            ax,
            title=f"Delivery index: {SAID[self.missing]}",
            x="index (points of 100; pale: what the missing could make of it)",
            y="branch",
        )
        at = np.arange(len(table))
        ax.barh(at, table["most"] - table["least"], 0.7, table["least"], color="#D6E6F2")
        ax.hlines(at, table["lower"], table["upper"], color=fig.BLUE, lw=2)
        ax.plot(table["index"], at, "o", color=fig.BLUE, ms=6)
        ax.axvline(pass_mark, color=fig.RED, lw=1.2, ls="--")
        ax.set_yticks(at, [str(b) for b in table["branch"]])
        return ax


def _quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def delivery_index(
    data: Data,
    *,
    branch: Hashable = "branch",
    period: Hashable | None = None,
    feeds: Mapping[str, Hashable] = FEEDS,
    weights: Mapping[str, float] | None = None,
    errors: Mapping[str, Hashable] | None = None,
    missing: Rule = "drop",
    level: float = 0.95,
) -> DeliveryScores:
    """Combine feeds on a scale from 0 to 100 into one index, ``Σ w·score / Σ w``.

    A feed may be missing (an empty cell). Three rules: *drop* leaves it out and lets the others'
    weights add up to 1; *carry* takes the branch's last score of an earlier period (where there
    is none, the feed is dropped); *worst* counts 0. What is missing is not known: ``least`` and
    ``most`` say what it could make of the index, whatever the rule.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per branch (and period).
    branch, period
        Columns; ``period`` is a number or a date, or None for one period.
    feeds
        Name of each feed and its column: scores from 0 to 100, 100 best.
    weights
        A weight >= 0 for each feed; None gives all the same. The document names none.
    errors
        For some feeds, a column with the standard error of the score, in points of 100: as
        :func:`phone_scores` gives it, or 100 times that of :func:`visit_precision`. A gap counts
        as 0.
    missing
        ``"drop"``, ``"carry"`` or ``"worst"``.
    level
        Coverage of the interval (normal); it holds the feeds' own errors, and not what is
        missing.

    Returns
    -------
    DeliveryScores
        With ``.table()`` and ``.plot()``.

    Raises
    ------
    InputError
        For a missing column, a score outside 0 to 100, shares for scores, a branch that stands
        twice in a period, a weight that is none, or ``"carry"`` without a period.

    Examples
    --------
    >>> seen = pd.DataFrame({"branch": ["A", "B"], "phone": [90, 80], "visits": [60, None],
    ...     "audit": [90, 80]})
    >>> table = delivery_index(seen).table()
    >>> table[["branch", "index", "least", "most", "missing_weight"]].round(1)
      branch  index  least  most  missing_weight
    0      A   80.0   80.0  80.0             0.0
    1      B   80.0   53.3  86.7             0.3
    """
    between("level", level, 0, 1, open_ends=True)
    names = feed_names(feeds)
    if missing not in RULES:
        raise InputError(
            f"missing must be one of {', '.join(RULES)}, not {shown(missing)}"
            f"{nearest(missing, RULES)}."
        )
    if missing == "carry" and period is None:
        raise InputError(
            "missing='carry' needs a period, for a score is carried from an earlier one; name the"
            " column in period, or choose 'drop' or 'worst'."
        )
    frame = read(data)
    clean = take(frame, branch=Column(branch, "group"))
    if period is not None:
        clean["period"] = periods(frame, period)
    again = clean.duplicated(keep=False)
    if again.any():
        words = "once" if period is None else f"once in a {shown(period)}"
        raise InputError(
            f"Column {shown(branch)} must name each branch {words}, but {rows(again)} do not; take"
            " the mean of each branch first."
        )
    for name in names:
        clean[name] = scores(frame, feeds[name])
    spread = spreads(frame, names, errors)
    weight = checked_weights(weights, names)
    ready = clean.reset_index(drop=True)
    return DeliveryScores(ready, names, weight, spread, missing, float(level))
