"""Regression to the mean in data: what the coached gained, and what they would have anyway."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import between
from loyaltylab.scorecard.effect import Effect, made
from loyaltylab.scorecard.regress_units import chosen_units, enough, periods
from loyaltylab.scorecard.weeks import level_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class MeanRegression:
    """What :func:`regression_to_mean` found.

    ``units`` holds ``unit, before, after, chosen`` (and ``earlier``); ``effects`` what each
    method says; ``slope`` how much of a deviation lasts from before to after.

    Examples
    --------
    >>> seen = pd.DataFrame({"branch": [*range(8)] * 2, "quarter": [4] * 8 + [5] * 8,
    ...     "service": [50, 52, 54, 60, 62, 66, 70, 74, 57, 55, 60, 61, 60, 66, 66, 71]})
    >>> found = regression_to_mean(seen, selected=None, share=0.4)
    >>> found.table()[["method", "estimate"]].round(1).head(2)
                      method  estimate
    0           before/after       5.3
    1  others' line (ANCOVA)       3.1
    """

    units: pd.DataFrame
    effects: tuple[Effect, ...]
    slope: float
    level: float

    def table(self) -> pd.DataFrame:
        """Return one row per method: ``method, effect, estimate, lower, upper, n, of``."""
        return pd.concat([effect.table() for effect in self.effects], ignore_index=True)

    def means(self) -> pd.DataFrame:
        """Return ``who, n, before, after, change, expected``: chosen and others.

        ``expected`` is the change that the others' line foretells without any effect.
        """
        units, lines = self.units, []
        rest = units[~units["chosen"]]
        middle, base = float(rest["after"].mean()), float(rest["before"].mean())
        for who, part in (("chosen", units[units["chosen"]]), ("others", rest)):
            old, new = float(part["before"].mean()), float(part["after"].mean())
            foretold = middle + self.slope * (old - base)
            lines.append((who, len(part), old, new, new - old, foretold - old))
        names = ["who", "n", "before", "after", "change", "expected"]
        return pd.DataFrame(lines, columns=names)

    def plot(self, ax: Axes | None = None, unit: str = "points") -> Axes:
        """Draw after against before: no change, and the line of the others."""
        ax = fig.axes(
            ax,
            title="The second measurement, by the first",
            x=f"before ({unit})",
            y=f"after ({unit})",
        )
        for flag, colour, text in ((True, fig.BLUE, "chosen"), (False, fig.GREY, "others")):
            part = self.units[self.units["chosen"] == flag]
            ax.plot(part["before"], part["after"], "o", color=colour, ms=5, label=fig.label(text))
        x = np.array([self.units["before"].min(), self.units["before"].max()])
        rest = self.units[~self.units["chosen"]]
        y = rest["after"].mean() + self.slope * (x - rest["before"].mean())
        ax.plot(x, x, color=fig.GREY, ls=":", lw=1.4, label=fig.label("no change"))
        ax.plot(x, y, color=fig.RED, ls="--", lw=1.8, label=fig.label("the others' line"))
        fig.legend_above(ax)
        return ax


def regression_to_mean(
    data: Data,
    *,
    unit: Hashable = "branch",
    period: Hashable = "quarter",
    value: Hashable = "service",
    selected: Hashable | None = "coached",
    at: Any = 4,
    after: Any = 5,
    earlier: Any = None,
    share: float = 1 / 3,
    level: float = 0.95,
) -> MeanRegression:
    """Split the improvement of those who were chosen for being low into chance and effect.

    *Before/after* counts all of it as effect (paired Student's t). The *others' line* (ANCOVA:
    ``after ~ before + chosen``, with HC3 errors) asks how much more the chosen gained than units
    with their first measurement would have; that is right if they were chosen by that
    measurement alone, and the line is straight. From *as long before* takes a measurement
    as far before the choosing one as the second lies after: it was not chosen upon, and chance is
    as large in both, so that their difference is the effect, if the unit's mean did not drift.

    Parameters
    ----------
    data
        A frame, or the path of a file: one row per unit (branch, customer) and period.
    unit, period, value
        Columns; other periods than those named are left out, and units that lack one of them too.
    selected
        Column that is true of the chosen in the period ``after``; None chooses the lowest
        ``share`` by the first measurement (and all who tie with them), though nothing was done
        to them.
    at, after, earlier
        Period by which they were chosen; the later one, or a list of them whose mean is taken;
        the one before (or a list), as far from ``at`` as the later one, or None.
    share
        Share of units chosen where ``selected`` is None.
    level
        Coverage of the intervals.

    Raises
    ------
    InputError
        For a missing column or value, a period that is not there or stands twice, numbered periods
        in another order or at another distance, a unit twice in a period, fewer than 3 chosen or
        others, or a first measurement that does not vary among them.

    References
    ----------
    Barnett, A. G., van der Pols, J. C. & Dobson, A. J. (2005), International Journal of
    Epidemiology 34(1) (reported, not verified).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> own = rng.normal(70, 6, 300)
    >>> seen = pd.DataFrame({"branch": [*range(300)] * 2, "quarter": [4] * 300 + [5] * 300})
    >>> seen["service"] = np.tile(own, 2) + rng.normal(0, 6, 600)
    >>> regression_to_mean(seen, selected=None).table()[["estimate", "lower", "upper"]].round(1)
       estimate  lower  upper
    0       3.9    2.5    5.2
    1       0.4   -2.4    3.2
    """
    from scipy.stats import t

    sure = level_of(level)
    times = periods(at, after, earlier)
    units = chosen_units(data, unit, period, value, selected, times)
    if selected is None:
        p = between("share", share, 0, 1, open_ends=True)
        units["chosen"] = units["before"] <= units["before"].quantile(p)
    enough(units)
    chosen = units[units["chosen"]]

    def paired(name: str, base: str) -> Effect:
        change = (chosen["after"] - chosen[base]).to_numpy()
        half = float(t.ppf((1 + sure) / 2, len(change) - 1)) * float(np.std(change, ddof=1))
        return made(
            name,
            float(change.mean()),
            half / len(change) ** 0.5,
            len(change),
            "chosen units",
            ratio=False,
            level=sure,
        )

    line, slope = _others_line(units, sure)
    effects = [paired("before/after", "before"), line]
    if earlier is not None:
        effects.append(paired("from as long before", "earlier"))
    return MeanRegression(units, tuple(effects), slope, sure)


def _others_line(units: pd.DataFrame, level: float) -> tuple[Effect, float]:
    """Return the effect by ANCOVA, and the slope of the line."""
    from scipy.stats import t
    from statsmodels.regression.linear_model import OLS

    flag, before = units["chosen"].to_numpy(float), units["before"].to_numpy()
    design = np.column_stack([np.ones(len(flag)), before - before.mean(), flag])
    result = OLS(units["after"].to_numpy(), design).fit(cov_type="HC3", use_t=True)
    half = float(t.ppf((1 + level) / 2, result.df_resid)) * float(result.bse[2])
    gap, n = float(result.params[2]), len(units)
    name = "others' line (ANCOVA)"
    found = made(name, gap, half, n, "units", ratio=False, level=level)
    return found, float(result.params[1])
