"""An interrupted series: level, slope and season, and what it would have been without."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, whole
from loyaltylab.scorecard.effect import Effect, made
from loyaltylab.scorecard.fitting import Errors, Fitted, fitted, waves
from loyaltylab.scorecard.weeks import level_of, weekly

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {
    "ols": "interrupted series, weeks independent",
    "hac": "interrupted series, Newey-West",
    "ar1": "interrupted series, AR(1)",
}


@dataclass(frozen=True, eq=False)
class SeriesFit:
    """What :func:`interrupted_series` found.

    ``fit`` holds what statsmodels returned, ``weeks`` the series as it was used, ``design`` the
    terms in the order of ``terms``.

    Examples
    --------
    >>> seen = pd.DataFrame({"week": range(1, 41)})
    >>> seen["orders"] = [100 + 3 * (-1) ** w + 20 * (w >= 21) for w in seen["week"]]
    >>> fit = interrupted_series(seen, start=21, group=None, harmonics=0, ratio=False)
    >>> round(fit.effect().estimate)
    20
    """

    fit: Fitted
    weeks: pd.DataFrame
    design: Array
    terms: tuple[str, ...]
    ratio: bool
    level: float

    def effect(self) -> Effect:
        """Return the mean effect over the weeks after the start."""
        after = self.weeks["after"].to_numpy()
        own = np.array([term in ("level", "slope") for term in self.terms])
        weights = np.where(own, self.design[after].mean(axis=0), 0.0)
        name = NAMES[self.fit.errors] + (", control" if "control" in self.terms else "")
        gap, half = weights @ self.fit.coefficients, self.fit.half(weights, self.level)
        n = len(self.weeks)
        return made(name, float(gap), half, n, "weeks", ratio=self.ratio, level=self.level)

    def table(self) -> pd.DataFrame:
        """Return ``term, estimate, lower, upper, p_value``: coefficients (logs for a ratio)."""
        unit = np.eye(len(self.terms))
        half = np.array([self.fit.half(row, self.level) for row in unit])
        middle = self.fit.coefficients
        return pd.DataFrame(
            {
                "term": list(self.terms),
                "estimate": middle,
                "lower": middle - half,
                "upper": middle + half,
                "p_value": [self.fit.p_value(i) for i in range(len(self.terms))],
            }
        )

    def predict(self) -> pd.DataFrame:
        """Return ``week, seen, fitted, without``: what the model says, with the change and not.

        In the unit of the value; ``without`` equals ``fitted`` before the start.
        """
        own = np.array([term in ("level", "slope") for term in self.terms])
        b = self.fit.coefficients
        columns = [self.weeks["y"].to_numpy(), self.design @ b, self.design @ np.where(own, 0, b)]
        if self.ratio:
            columns = [np.exp(c) for c in columns]
        names = ("seen", "fitted", "without")
        table = pd.DataFrame(dict(zip(names, columns, strict=True)))
        table.insert(0, "week", self.weeks["week"].to_numpy())
        return table

    def plot(self, ax: Axes | None = None, y: str = "orders per week") -> Axes:
        """Draw the series, the fit, and what the fit says it would have been without."""
        table, after = self.predict(), self.weeks["after"]
        ax = fig.axes(ax, title="The series, and what it would have been", x="week", y=y)
        ax.plot(table["week"], table["seen"], ".", color=fig.GREY, ms=5, label=fig.label("seen"))
        ax.plot(table["week"], table["fitted"], color=fig.BLUE, lw=2, label=fig.label("fitted"))
        ax.plot(
            table.loc[after, "week"],
            table.loc[after, "without"],
            color=fig.RED,
            lw=2,
            ls="--",
            label=fig.label("fitted, without the change"),
        )
        ax.axvline(self.weeks.loc[after, "week"].iloc[0] - 0.5, color=fig.GREY, lw=1, ls=":")
        fig.legend_above(ax)
        return ax


def interrupted_series(
    data: Data,
    *,
    start: int,
    week: Hashable = "week",
    value: Hashable = "orders",
    group: Hashable | None = "region",
    treated: Any = "high competition",
    control: bool = False,
    slope: bool = False,
    harmonics: int = 2,
    errors: Errors = "ar1",
    lags: int | None = None,
    ratio: bool = True,
    level: float = 0.95,
) -> SeriesFit:
    """Fit a level, a trend and a season to a weekly series, and a step where the change came.

    ``y_t = a + b t + season + level · after + slope · (t − start) · after (+ c · control)``, with
    ``y`` the logarithm of the value for a ratio and the season ``harmonics`` waves of the year.
    It needs no other group, but believes that trend and season would have gone on as they were,
    and that nothing else came, at the same time or in the weeks before: a club that opened half a
    year earlier is taken for trend. Fewer than two years before the start tell a season hardly from
    a trend. A control series takes out what hits both.

    Parameters
    ----------
    data, start, week, value, group, treated, ratio, level
        As in :func:`before_after`.
    control
        Whether the mean of the other groups is a term.
    slope
        Whether the effect may also grow by a constant amount each week.
    harmonics
        Waves of the season, 0 to 6; 0 is no season.
    errors
        ``"ar1"`` (generalised least squares), ``"hac"`` (Newey-West) or ``"ols"``, which takes
        weeks for independent. Over 600 simulated series of 104 weeks with a season, fitted with
        two waves, and shocks that are AR(1) with 0.6 (so that the first knows of what kind they
        are), 95% intervals held the truth in 91%, 76% and 65%.
    lags
        Lags of Newey and West; None is ``⌊4 (n/100)^(2/9)⌋``. More lags were no better here.

    Raises
    ------
    InputError
        For a missing column, value or week, a value that has no logarithm, an unknown group or
        kind of errors, a start too near an end, or a series too short for its terms.

    References
    ----------
    Wagner, A. K. et al. (2002), Journal of Clinical Pharmacy and Therapeutics 27(4), on segmented
    regression; Newey & West (1987), Econometrica 55(3) (both reported, not verified).

    Examples
    --------
    >>> t = np.arange(104)
    >>> shop = pd.DataFrame({"week": t + 1})
    >>> shop["orders"] = np.exp(5 + 0.2 * np.sin(t / 8.3) + 0.1 * (t >= 65) + 0.01 * (-1.0) ** t)
    >>> round(interrupted_series(shop, start=66, group=None).effect().estimate, 2)
    1.1
    """
    sure, k = level_of(level), whole("harmonics", harmonics, 0, 6)
    seen = weekly(
        data, start=start, week=week, value=value, group=group, treated=treated, ratio=ratio
    )
    if control and group is None:
        raise InputError(
            "control needs a group: name the column that tells the treated from the others, or"
            " leave control out."
        )
    t, after = seen["week"].to_numpy(float), seen["after"].to_numpy(float)
    columns = {"constant": np.ones(len(t)), "trend": t - t[0], "level": after}
    if slope:
        columns["slope"] = (t - start) * after
    season = waves(t, k)
    names = [f"{wave} {i + 1}" for wave in ("sine", "cosine") for i in range(k)]
    columns |= dict(zip(names, season.T, strict=True))
    if control:
        columns["control"] = seen["other"].to_numpy()
    design = np.column_stack(list(columns.values()))
    fit = fitted(seen["y"].to_numpy(), design, errors, lags)
    return SeriesFit(fit, seen, design, tuple(columns), ratio, sure)
