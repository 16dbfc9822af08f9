"""How many weeks it takes to see an effect, and what it costs to take weeks for independent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST = 2000
KINDS = ("weeks hang together", "as if independent")


@model
class SeriesPower:
    """The chance that a weekly series, or a difference of two, shows a step that is there.

    Weeks scatter with sd around a level; neighbours correlate by r, and weeks k apart by r^k
    (AR(1)). The mean of the weeks after, less that of the weeks before, has the exact variance
    ``V(m) + V(n) − 2 C``, with ``V(m) = sd²/m² · (m + 2 Σ (m − k) r^k)`` and
    ``C = sd²/(mn) · r (1 − r^m)(1 − r^n) / (1 − r)²``. Whoever takes weeks for independent uses
    ``sd² (1/m + 1/n)`` instead, and is alarmed without cause more often than he thinks.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The variance of a mean of AR(1) is in Box & Jenkins (1970), *Time Series Analysis* (reported,
    not verified).

    Examples
    --------
    >>> weeks = SeriesPower(before=65, after=39, effect=0.15, sd=0.1, autocorrelation=0.6)
    >>> weeks.table()[["false_alarms", "power"]].round(2).iloc[1].tolist()
    [0.31, 1.0]
    """

    before: Annotated[int, Ge(2), Le(LONGEST), Label("weeks before", "weeks")] = 65
    after: Annotated[int, Ge(2), Le(LONGEST), Label("weeks after", "weeks")] = 39
    effect: Annotated[float, Ge(0), Label("true step", "points, or log of a ratio")] = 0.05
    sd: Annotated[float, Gt(0), Label("spread of a week", "points, or log of a ratio")] = 0.1
    autocorrelation: Annotated[
        float, Ge(0), Le(0.99), Label("week with the week before", "correlation")
    ] = 0.6
    level: Annotated[float, Gt(0), Lt(1), Label("coverage of the interval", "share")] = 0.95

    def unit_variance(self, after: int) -> float:
        """Variance of the difference of means for a spread of 1, with so many weeks after."""
        r = self.autocorrelation

        def own(m: int) -> float:
            k = np.arange(1, m)
            return float((1 + 2 * np.sum((1 - k / m) * r**k)) / m)

        m, n = self.before, after
        reach = (1 - r**m) * (1 - r**n) / (1 - r) ** 2
        return own(m) + own(n) - 2 * r * reach / m / n

    def errors(self, after: int) -> tuple[float, float]:
        """Return the true standard error, and that of independent weeks."""
        naive = 1 / self.before + 1 / after
        return self.sd * math.sqrt(self.unit_variance(after)), self.sd * math.sqrt(naive)

    def shown(self, after: int, effect: float) -> Array:
        """Chance that the interval misses 0, by :data:`KINDS`, with the errors of each kind."""
        from scipy.special import ndtr, ndtri

        true, naive = self.errors(after)
        cut = -float(ndtri((1 - self.level) / 2)) * np.array([1.0, naive / true])
        far = effect / true
        return np.asarray(ndtr(far - cut) + ndtr(-far - cut), float)

    def table(self) -> pd.DataFrame:
        """Return ``analysis, standard_error, false_alarms, detectable, power``, two rows.

        ``false_alarms`` is the chance that the interval misses 0 though there is no step;
        ``detectable`` the step whose interval misses 0 with a chance of 0.8.
        """
        from scipy.special import ndtri

        errors = np.array(self.errors(self.after))
        reach = -float(ndtri((1 - self.level) / 2)) * errors + float(ndtri(0.8)) * errors[0]
        return pd.DataFrame(
            {
                "analysis": list(KINDS),
                "standard_error": errors,
                "false_alarms": self.shown(self.after, 0.0),
                "detectable": np.maximum(reach, 0.0),
                "power": self.shown(self.after, self.effect),
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return ``after, power, power_independent, false_alarms``: by weeks after.

        ``false_alarms`` are those of whoever takes weeks for independent.
        """
        last = int(fig.ceiling(max(1.2 * self.after, 20.0)))
        grid = np.unique(np.linspace(2, last, 50).astype(int))
        power = np.array([self.shown(int(n), self.effect) for n in grid])
        alarms = [self.shown(int(n), 0.0)[1] for n in grid]
        return pd.DataFrame(
            {
                "after": grid,
                "power": power[:, 0],
                "power_independent": power[:, 1],
                "false_alarms": alarms,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the chance to show the step, and false alarms, by the weeks after."""
        ax = fig.axes(
            ax,
            title="How many weeks it takes to see a step",
            x="weeks after the change",
            y="chance that the interval misses 0",
        )
        lines = (
            ("power", fig.BLUE, "-", "step, weeks that hang together"),
            ("power_independent", fig.ORANGE, "--", "step, as if independent"),
            ("false_alarms", fig.RED, ":", "no step, as if independent"),
        )
        for i, (gid, colour, style, text) in enumerate(lines):
            look: dict[str, Any] = {"marker": "o", "ms": 6, "markevery": (2 * i, 6), "lw": 2.2}
            ax.plot([], [], color=colour, ls=style, gid=gid, label=fig.label(text), **look)
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        ax.set_ylim(0, 1.02)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve = self.curve()
        for name in ("power", "power_independent", "false_alarms"):
            artists[name].set_data(curve["after"], curve[name])
        apart = self.autocorrelation > 0 and self.effect > 0  # else it lies upon another line
        artists["power_independent"].set_visible(apart)
        artists["here"].set_data([self.after], [self.table()["power"].iloc[0]])
        ax.set_xlim(0, float(curve["after"].iloc[-1]))

    def sentence(self) -> str:
        """Say in one sentence what chance there is, and how often the naive interval lies."""
        table = self.table()
        return (
            f"With {self.before:,} weeks before and {self.after:,} after, whose neighbours"
            f" correlate {self.autocorrelation:.2f}, a step of {self.effect:.3g} shows with a"
            f" chance of {100 * table['power'].iloc[0]:.3g}%; whoever takes weeks for independent"
            f" is alarmed without cause in {100 * table['false_alarms'].iloc[1]:.3g}% of cases"
            " instead of"
            f" {100 * (1 - self.level):.3g}%."
        )
