"""What :func:`loyaltylab.winback.around.around_campaigns` found, week by week and in sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array
from loyaltylab.curve.clusters import reach

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class AroundFit:
    """Spending around the start of campaigns, of those sent them and of others.

    Attributes
    ----------
    sent, others
        Mean spending by week, money per household and week.
    moved
        By how much each household moves the difference, shape ``(households, weeks)``.
    pairs
        Households sent a campaign, counted once for each campaign.
    households
        Different households among them.
    before
        Weeks before the start.
    campaigns
        How many campaigns are in it.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> moved = np.array([[1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
    >>> fit = AroundFit(np.array([5.0, 5, 8]), np.full(3, 4.0), moved, 2, 2, 2, 1, 0.95)
    >>> fit.summary()["estimate"].tolist()
    [1.0, 4.0, 3.0, 0.0]
    """

    sent: Array
    others: Array
    moved: Array
    pairs: int
    households: int
    before: int
    campaigns: int
    level: float

    @property
    def week(self) -> Any:
        """Week from the start: −1 is the last before it, 0 the first of the campaign."""
        return np.arange(len(self.sent)) - self.before

    def contrast(self, weights: Any) -> tuple[float, float, float]:
        """Return a weighted sum of the weekly differences with its interval.

        Errors are clustered by household, with t for the number of households less 1.
        """
        weights = np.asarray(weights, float)
        value = float((self.sent - self.others) @ weights)
        n = len(self.moved)
        error = np.sqrt(n / (n - 1) * float(((self.moved @ weights) ** 2).sum()))
        far = float(reach(self.level, n)) * float(error)
        return value, value - far, value + far

    def table(self) -> pd.DataFrame:
        """Return ``week, sent, others`` (money per week), ``difference, lower, upper, n``."""
        found = [self.contrast(row) for row in np.eye(len(self.sent))]
        made = pd.DataFrame(found, columns=["difference", "lower", "upper"])
        made.insert(0, "week", self.week)
        made.insert(1, "sent", self.sent)
        made.insert(2, "others", self.others)
        return made.assign(n=len(self.moved))

    def summary(self) -> pd.DataFrame:
        """Return what is seen in sum: ``measure, estimate, lower, upper`` and the counts.

        The lead before, the lead from the start on, one less the other, and by how much the lead
        grew per week *before* the start (its slope): where that is not about 0 the two did not
        move alike even before, and the difference in differences is no effect.
        """
        early = self.week < 0
        first, later = early / early.sum(), ~early / (~early).sum()
        centred = np.where(early, self.week - self.week[early].mean(), 0.0)
        weights = {
            "lead before the start": first,
            "lead from the start on": later,
            "after less before (difference in differences)": later - first,
            "growth of the lead per week before the start": centred / (centred**2).sum(),
        }
        found = [(name, *self.contrast(w)) for name, w in weights.items()]
        table = pd.DataFrame(found, columns=["measure", "estimate", "lower", "upper"])
        counts = {"sent": self.pairs, "households": len(self.moved), "campaigns": self.campaigns}
        return table.assign(**counts)

    def plot(self, ax: Axes | None = None, *, unit: str = "USD") -> Axes:
        """Draw the weekly difference with its interval, and its mean before the start.

        Parameters
        ----------
        ax
            Axes to draw on, or None for new ones.
        unit
            Name of the money, for the label.
        """
        ax = fig.axes(
            ax,
            title="By how much those who were sent a campaign spent more",
            x="week from the start of the campaign",
            y=f"difference ({unit} per household and week)",
        )
        table = self.table()
        y, week = table["difference"].to_numpy(), self.week
        bars = np.stack([y - table["lower"].to_numpy(), table["upper"].to_numpy() - y])
        early = week < 0
        for part, colour, name in (
            (early, fig.GREY, "before the start"),
            (~early, fig.BLUE, "from the start on"),
        ):
            style: dict[str, Any] = {"fmt": "o", "color": colour, "ms": 6, "capsize": 3}
            ax.errorbar(week[part], y[part], bars[:, part], label=fig.label(name), **style)
        mean = float(self.summary()["estimate"].iloc[0])
        ax.axhline(mean, color=fig.GREY, ls="--", lw=1.4, label=fig.label("mean before"))
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.axvline(-0.5, color=fig.RED, ls=":", lw=1.6)
        fig.legend_above(ax)
        return ax
