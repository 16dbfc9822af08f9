"""One estimate of an effect: what it says, how sure it is, and whether it holds a known truth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, find, returned_by
from loyaltylab.base.stats import LIMIT, between

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Effect:
    """What one method says that something did.

    Attributes
    ----------
    method
        Its name.
    estimate, lower, upper
        A ratio (1 is no effect) where ``ratio``, else a difference (0 is no effect).
    n
        How many pieces it looks at: weeks, customers or branches.
    of
        What those pieces are.
    ratio
        Whether it is a ratio.
    level
        Coverage that the interval claims.

    Examples
    --------
    >>> seen = Effect("before/after", 1.3, 1.2, 1.4, 104, "weeks", True, 0.95)
    >>> seen.sentence()
    'By before/after the ratio is 1.30 (95% interval 1.20 to 1.40, n = 104 weeks).'
    >>> seen.covers(1.16)
    False
    """

    method: str
    estimate: float
    lower: float
    upper: float
    n: int
    of: str
    ratio: bool
    level: float

    def covers(self, truth: float) -> bool:
        """Whether the interval holds a true effect that is known from elsewhere."""
        return self.lower <= between("truth", truth, -LIMIT, LIMIT) <= self.upper

    def table(self) -> pd.DataFrame:
        """Return one row: ``method, effect`` (ratio or difference), ``estimate, …, n, of``."""
        return pd.DataFrame(
            {
                "method": [self.method],
                "effect": ["ratio" if self.ratio else "difference"],
                "estimate": [self.estimate],
                "lower": [self.lower],
                "upper": [self.upper],
                "n": [self.n],
                "of": [self.of],
            }
        )

    def sentence(self) -> str:
        """Say the estimate with its interval in one sentence."""
        noun = "ratio" if self.ratio else "difference"
        low, high = (
            f"{v:.2f}".replace("-", "−") if math.isfinite(v) else "any size"
            for v in (self.lower, self.upper)
        )
        middle = f"{self.estimate:.2f}".replace("-", "−")
        return (
            f"By {self.method} the {noun} is {middle} ({100 * self.level:g}% interval {low} to"
            f" {high}, n = {self.n:,} {self.of})."
        )


def made(
    method: str,
    estimate: float,
    half: float,
    n: int,
    of: str,
    *,
    ratio: bool,
    level: float,
) -> Effect:
    """Make an effect of an estimate and half its interval, both on the log scale for a ratio.

    Examples
    --------
    >>> found = made("a", 0.0, 0.1, 5, "weeks", ratio=True, level=0.9)
    >>> round(found.estimate, 2), round(found.lower, 2), round(found.upper, 2)
    (1.0, 0.9, 1.11)
    """
    ends = np.array([estimate, estimate - half, estimate + half])
    middle, low, high = (float(v) for v in (np.exp(np.clip(ends, -700, 700)) if ratio else ends))
    return Effect(method, middle, low, high, n, of, ratio, level)


def plot_effects(
    table: pd.DataFrame, outcome: str | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw what several methods say, one below the other, and the truth where it is known.

    Parameters
    ----------
    table
        Rows with ``method, estimate, lower, upper`` and perhaps ``truth`` and ``outcome``, as
        :func:`which_method_finds_it` and :func:`club_effects` return them.
    outcome
        Which outcome to draw, where the table holds several.
    ax
        Axes to draw on.

    Raises
    ------
    InputError
        If the table is of another kind, or ``outcome`` is needed or not in it.

    Examples
    --------
    >>> rows = Effect("before/after", 1.3, 1.2, 1.4, 104, "weeks", True, 0.95).table()
    >>> plot_effects(rows).get_yticklabels()[0].get_text()
    'before/after'
    """
    rows = returned_by(
        "which_method_finds_it() or club_effects()",
        table,
        method=Column("method", "group"),
        estimate=Column("estimate", "number"),
    ).reset_index(drop=True)
    for end in ("lower", "upper"):  # which may be infinite
        find(table, end, end)
    whole = table.reset_index(drop=True)
    if "outcome" in whole:
        found = list(dict.fromkeys(whole["outcome"]))
        if outcome not in found and (outcome is not None or len(found) > 1):
            raise InputError(
                f"outcome must be one of {', '.join(map(str, found))}, not {shown(outcome)}."
            )
        keep = whole["outcome"] == (found[0] if outcome is None else outcome)
        rows, whole = rows[keep].reset_index(drop=True), whole[keep].reset_index(drop=True)
    return _forest(whole, rows["method"], ax)


def _forest(rows: pd.DataFrame, names: Any, ax: Axes | None) -> Axes:
    """Draw the estimates; an interval without end runs to the edge of the picture."""
    ratio = "effect" in rows and bool((rows["effect"] == "ratio").all())
    ax = fig.axes(
        ax,
        title="What each method says the effect is",
        x="ratio (1: no effect)" if ratio else "difference (0: no effect)",
        y="",
    )
    place = np.arange(len(rows))[::-1]
    ends = rows[["lower", "upper"]].to_numpy(float)
    finite = np.concatenate([ends[np.isfinite(ends)], rows["estimate"].to_numpy(float)])
    room = 0.1 * float(np.ptp(finite)) or 0.1
    low, high = float(finite.min()) - room, float(finite.max()) + room
    ax.hlines(place, np.maximum(ends[:, 0], low), np.minimum(ends[:, 1], high), fig.BLUE, lw=2)
    ax.plot(rows["estimate"], place, "o", color=fig.BLUE, ms=6, label=fig.label("estimate"))
    ax.axvline(1.0 if ratio else 0.0, color=fig.GREY, lw=1, label=fig.label("no effect"))
    if "truth" in rows:
        truth = float(rows["truth"].iloc[0])
        ax.axvline(truth, color=fig.RED, lw=1.6, ls="--", label=fig.label("truth"))
        low, high = min(low, truth - room), max(high, truth + room)
    ax.set_xlim(low, high)
    ax.set_yticks(place, [fig.label(str(name)) for name in names], fontsize=8.5)
    ax.grid(False, axis="y")
    fig.legend_above(ax)
    return ax
