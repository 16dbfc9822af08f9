"""How many customers or branches it takes to see an effect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ANALYSES = ("after only", "change", "ancova")
MOST = 1e15
"""Most units that are spoken of."""


@model
class StudyPower:
    """The chance that a comparison of two groups shows an effect that is there.

    Two groups of n units each, measured before and after with the spread sd and the correlation
    r. The standard error of the effect is ``sd √(2 k D / n)``: with ``k = 1`` if only the second
    measurement is compared, ``2 (1 − r)`` for the difference in differences, and ``1 − r²`` for
    ANCOVA, which is never worse than either. ``D = 1 + (m − 1) · icc`` is what clusters of m units
    cost that are treated together. Power is that of a two-sided normal test,
    which promises too much for fewer than about ten clusters in each group. For one in each, such
    as two regions, it means nothing: a shock of the one looks like an effect.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Frison, L. & Pocock, S. J. (1992), Statistics in Medicine 11(13), for k; Kish, L. (1965),
    *Survey Sampling*, for D (both reported, not verified).

    Examples
    --------
    >>> study = StudyPower(effect=0.3, sd=1.0, units=200, correlation=0.0, analysis="after only")
    >>> round(study.power, 3), round(study.needed())
    (0.851, 174)
    """

    effect: Annotated[float, Ge(0), Label("true effect", "points")] = 0.2
    sd: Annotated[float, Gt(0), Label("spread between units", "points")] = 1.0
    units: Annotated[int, Ge(2), Label("units in each group", "units")] = 200
    correlation: Annotated[float, Ge(0), Le(1), Label("before and after", "correlation")] = 0.6
    cluster_size: Annotated[float, Ge(1), Label("units treated together", "units")] = 1.0
    icc: Annotated[
        float, Ge(0), Le(1), Label("variance that lies between clusters", "share of variance")
    ] = 0.05
    analysis: Annotated[Literal["after only", "change", "ancova"], Label("what is compared")] = (
        "change"
    )
    level: Annotated[float, Gt(0), Lt(1), Label("coverage of the interval", "share")] = 0.95

    @property
    def design_effect(self) -> float:
        """How many units in clusters tell as much as one unit by itself."""
        return 1 + (self.cluster_size - 1) * self.icc

    def factor(self, analysis: str) -> float:
        """Variance of what is compared, over that of one measurement."""
        r = self.correlation
        return {"after only": 1.0, "change": 2 * (1 - r), "ancova": (1 - r) * (1 + r)}[analysis]

    def error(self, analysis: str, units: Any) -> Any:
        """Standard error of the effect (points)."""
        root = math.sqrt(2 * self.factor(analysis)) * math.sqrt(self.design_effect)
        return self.sd * root / np.sqrt(np.asarray(units, float))

    def power_at(self, analysis: str, units: Any) -> Array:
        """Power for numbers of units in each group."""
        from scipy.special import ndtr

        error, cut = np.asarray(self.error(analysis, units), float), self._cut
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.where(error > 0, self.effect / error, np.where(self.effect > 0, 1e9, 0.0))
        return np.asarray(ndtr(far - cut) + ndtr(-far - cut), float)

    @property
    def _cut(self) -> float:
        from scipy.special import ndtri

        return float(-ndtri((1 - self.level) / 2))

    @property
    def power(self) -> float:
        """Power of the analysis chosen."""
        return float(self.power_at(self.analysis, self.units))

    def detectable(self, analysis: str, power: float = 0.8) -> float:
        """Smallest effect that is found with a given power (points; the far tail left out)."""
        from scipy.special import ndtri

        return max(0.0, (self._cut + float(ndtri(power))) * float(self.error(analysis, self.units)))

    def needed(self, power: float = 0.8) -> float:
        """Units in each group for a given power; ``math.inf`` if there is no effect."""
        if self.effect == 0:
            return math.inf
        ratio = self.detectable(self.analysis, power) / self.effect
        return max(2.0, self.units * ratio**2)

    def table(self) -> pd.DataFrame:
        """Return ``analysis, standard_error, detectable, power``: one row per analysis.

        ``detectable`` is the effect found with a power of 0.8 (points).
        """
        return pd.DataFrame(
            {
                "analysis": list(ANALYSES),
                "standard_error": [float(self.error(a, self.units)) for a in ANALYSES],
                "detectable": [self.detectable(a) for a in ANALYSES],
                "power": [float(self.power_at(a, self.units)) for a in ANALYSES],
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return ``units, after_only, change, ancova``: power by units in each group."""
        middle = 10.0 ** math.floor(math.log10(self.units))
        grid = np.geomspace(max(2.0, middle / 10), 100 * middle, 81)
        powers = {a.replace(" ", "_"): self.power_at(a, grid) for a in ANALYSES}
        return pd.DataFrame({"units": grid} | powers)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the power of the three analyses by the number of units."""
        ax = fig.axes(
            ax,
            title="How many it takes to see the effect",
            x="units in each group (logarithmic)",
            y="chance to show the effect",
        )
        looks = ((fig.GREY, ":"), (fig.BLUE, "-"), (fig.GREEN, "--"))
        words = ("after only", "difference in differences", "ANCOVA")
        for name, (colour, style), word in zip(ANALYSES, looks, words, strict=True):
            gid = name.replace(" ", "_")
            ax.plot([], [], color=colour, ls=style, lw=2.2, gid=gid, label=fig.label(word))
        ax.plot([], [], "o", color=fig.RED, ms=9, gid="here", label=fig.label("here"))
        ax.axhline(0.8, color=fig.GREY, lw=0.8)
        ax.set_xscale("log")
        ax.set_ylim(0, 1.02)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve = self.curve()
        for name in ANALYSES:
            gid = name.replace(" ", "_")
            artists[gid].set_data(curve["units"], curve[gid])
        artists["here"].set_data([self.units], [self.power])
        ax.set_xlim(float(curve["units"].iloc[0]), float(curve["units"].iloc[-1]))

    def sentence(self) -> str:
        """Say in one sentence what chance there is, and what it would take."""
        words = {"after only": "second measurement alone", "ancova": "ANCOVA"}
        by = words.get(self.analysis, "difference in differences")
        needed = self.needed()
        if needed > MOST:
            takes = "no number of units would make that likely"
        else:
            takes = f"for a chance of 80% it takes {math.ceil(needed):,}"
        return (
            f"With {self.units:,} units in each group the {by} shows an effect of"
            f" {fig.money(self.effect)} points with a chance of {100 * self.power:.3g}%;"
            f" {takes}, and the smallest effect so found here is"
            f" {fig.money(self.detectable(self.analysis))} points."
        )
