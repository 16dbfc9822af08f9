"""Regression to the mean as a model: the worst get better by themselves."""

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


@model
class RegressionToMean:
    """What happens to the worst (or best) of many when they are measured a second time.

    Two measurements with equal mean and spread, normal, correlated by ``reliability`` r. Choose
    the share p with the lowest first measurement: their mean lies ``sd · φ(z) / p`` below the
    mean of all (``z = Φ⁻¹(p)``), and that of their second measurement only r times as far. They
    improve by ``(1 − r) · sd · φ(z) / p`` although nobody did anything. What a measure really
    does, ``effect``, comes on top, and before/after sees the sum.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Galton, F. (1886), Journal of the Anthropological Institute 15; Davis, C. E. (1976), American
    Journal of Epidemiology 104(5), whose formula it is (reported, not verified).

    Examples
    --------
    >>> worst = RegressionToMean(reliability=0.5, share=0.5, sd=10.0, effect=0.0)
    >>> round(worst.by_chance, 2)
    3.99
    """

    reliability: Annotated[
        float, Ge(0), Le(1), Label("first and second measurement", "correlation")
    ] = 0.6
    share: Annotated[float, Gt(0), Lt(1), Label("chosen", "share of all")] = 1 / 3
    chosen: Annotated[Literal["worst", "best"], Label("which ones are chosen")] = "worst"
    mean: Annotated[float, Label("mean of all", "points")] = 70.0
    sd: Annotated[float, Gt(0), Label("spread of one measurement", "points")] = 8.0
    effect: Annotated[float, Label("true effect on the chosen", "points")] = 1.0

    @property
    def far(self) -> float:
        """How far the mean of the chosen lies from that of all at first (points)."""
        from scipy.special import log_ndtr, ndtri

        z = float(ndtri(self.share))
        if z < -35:  # φ(z)/Φ(z) tends to |z|
            return self.sd * -z
        log_density = -z * z / 2 - math.log(2 * math.pi) / 2
        return self.sd * math.exp(log_density - float(log_ndtr(z)))

    @property
    def by_chance(self) -> float:
        """Change of the chosen without any effect (points): up for the worst."""
        sign = 1.0 if self.chosen == "worst" else -1.0
        return sign * (1 - self.reliability) * self.far

    @property
    def seen(self) -> float:
        """Change of the chosen that before/after shows (points)."""
        return self.by_chance + self.effect

    def _means(self) -> Array:
        """Means by row (chosen, others, all) and time (first, second without, second with)."""
        sign = -1.0 if self.chosen == "worst" else 1.0
        away = sign * self.far
        rest = -away * self.share / (1 - self.share)
        rows = [
            [away, self.reliability * away, self.reliability * away + self.effect],
            [rest, self.reliability * rest, self.reliability * rest],
        ]
        rows.append([0.0, 0.0, self.share * self.effect])
        return self.mean + np.array(rows)

    def table(self) -> pd.DataFrame:
        """Return ``who, first, second_without, second, by_chance, effect, seen`` (points).

        One row for the chosen, the others and all; ``second_without`` is the second measurement
        if nothing had been done.
        """
        m = self._means()
        away = np.array([self.by_chance, -self.by_chance * self.share / (1 - self.share), 0.0])
        effect = np.array([self.effect, 0.0, self.share * self.effect])
        return pd.DataFrame(
            {
                "who": ["chosen", "others", "all"],
                "first": m[:, 0],
                "second_without": m[:, 1],
                "second": m[:, 2],
                "by_chance": away,
                "effect": effect,
                "seen": away + effect,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the means of the chosen and of the others at both measurements."""
        ax = fig.axes(
            ax,
            title="Chosen by the first measurement, seen again by the second",
            x="measurement",
            y="mean (points from the mean of all)",
        )
        lines = (
            ("chosen", fig.BLUE, "-", 11, "chosen, as seen"),
            ("without", fig.RED, "--", 4, "chosen, if nothing had been done"),
            ("others", fig.GREY, "-", 6, "others"),
        )
        for gid, colour, style, size, text in lines:
            look: dict[str, Any] = {"color": colour, "ls": style, "lw": 2.0, "ms": size}
            ax.plot([], [], "o", gid=gid, label=fig.label(text), **look)
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.set_xlim(-0.2, 1.2)
        ax.set_xticks([0, 1], [fig.label("first"), fig.label("second")])
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        sign = -1.0 if self.chosen == "worst" else 1.0
        away = sign * self.far
        rest = -away * self.share / (1 - self.share)
        later = self.reliability * away
        artists["chosen"].set_data([0, 1], [away, later + self.effect])
        artists["without"].set_data([0, 1], [away, later])
        artists["others"].set_data([0, 1], [rest, self.reliability * rest])
        points = [away, later, later + self.effect, rest]
        reach = fig.ceiling(1.05 * max(map(abs, points)))
        ax.set_ylim(-reach, reach)

    def sentence(self) -> str:
        """Say in one sentence how much of the change is chance."""
        by_chance, seen = (f"{v:+,.2f}".replace("-", "−") for v in (self.by_chance, self.seen))
        effect = f"{self.effect:+,.2f}".replace("-", "−")
        return (
            f"The {self.chosen} {100 * self.share:.3g}% by a first measurement that correlates"
            f" {self.reliability:.2f} with the second change by {seen} points, of which {by_chance}"
            f" would have come without doing anything and {effect} is the effect."
        )
