"""What a mediation has found: a, b, the indirect effect by three methods, the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array
from loyaltylab.chain.branches import Branches

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 40


def bca(estimate: float, drawn: Array, left_out: Array | None, level: float) -> tuple[float, float]:
    """Return the bias-corrected and accelerated bootstrap interval (Efron 1987).

    Parameters
    ----------
    estimate
        Of the whole sample.
    drawn
        Of each bootstrap sample.
    left_out
        Of the sample without each unit; None takes the acceleration as 0.
    level
        Coverage.

    Examples
    --------
    >>> drawn = np.random.default_rng(1).normal(0.2, 1, 10_000)
    >>> lower, upper = bca(0.2, drawn, None, 0.95)
    >>> round(lower, 1), round(upper, 1)
    (-1.7, 2.2)
    """
    from scipy.stats import norm

    below = float(np.mean(drawn < estimate) + np.mean(drawn == estimate) / 2)
    bias = float(norm.ppf(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn))))
    apart = np.zeros(1) if left_out is None else left_out.mean() - left_out
    size = float((apart**2).sum())
    speed = float((apart**3).sum()) / (6 * size**1.5) if size > 0 else 0.0
    z = bias + norm.ppf([(1 - level) / 2, (1 + level) / 2])
    low, high = np.quantile(drawn, np.asarray(norm.cdf(bias + z / (1 - speed * z))))
    return float(low), float(high)


@dataclass(frozen=True, eq=False)
class MediationFit:
    """A mediation fitted by :func:`mediate`.

    ``fits`` holds what statsmodels returned, of the standardised columns: ``a`` (mediator on
    source), ``b`` (outcome on source and mediator), ``total`` (outcome on source); ``drawn`` the
    bootstrap samples of the indirect and the direct effect, in the units asked for.

    Examples
    --------
    >>> from loyaltylab.chain import mediate, simulate_chain
    >>> seen = simulate_chain(branches=60, paths=(0.6, 0.5), seed=3)
    >>> round(mediate(seen, source="x0", mediator="x1", outcome="x2").indirect, 2)
    0.26
    """

    branches: Branches
    fits: dict[str, Any]
    drawn: dict[str, Array]
    left_out: Array | None
    standardised: bool
    level: float

    @property
    def indirect(self) -> float:
        """The indirect effect ``a · b``."""
        return float(self.fits["a"].params[1] * self.fits["b"].params[2]) * self._unit(0, 2)

    @property
    def proportion(self) -> float:
        """Indirect over total effect; it means little where the total is close to 0."""
        total = self.indirect + float(self.fits["b"].params[1]) * self._unit(0, 2)
        return self.indirect / total if total else math.nan

    def _unit(self, source: int, target: int) -> float:
        """Return by what a standardised effect is multiplied: 1, or ``s_target / s_source``."""
        sd = self.branches.values.std(axis=0, ddof=1)
        return 1.0 if self.standardised else float(sd[target] / sd[source])

    def table(self) -> pd.DataFrame:
        """Return ``quantity, method, estimate, lower, upper, n, missing``.

        ``a``, ``b``, ``direct`` and ``total`` with the interval of their regression, ``indirect``
        by BCa, percentile and Sobel, and the ``proportion`` mediated, whose interval is the whole
        line where the bootstrap cannot tell the total from 0.
        """
        how = "HC3" if self.branches.groups == self.branches.n else "cluster"
        found = []
        for name, key, at, ends in (
            ("a", "a", 1, (0, 1)),
            ("b", "b", 2, (1, 2)),
            ("direct", "b", 1, (0, 2)),
            ("total", "total", 1, (0, 2)),
        ):
            fitted, unit = self.fits[key], self._unit(*ends)
            low, high = fitted.conf_int(alpha=1 - self.level)[at] * unit
            found.append((name, how, float(fitted.params[at]) * unit, float(low), float(high)))
        for method, interval in self._intervals().items():
            found.append(("indirect", method, self.indirect, *interval))
        found.append(("proportion", "percentile", self.proportion, *self._of_proportion()))
        columns = ["quantity", "method", "estimate", "lower", "upper"]
        table = pd.DataFrame(found, columns=columns)
        return table.assign(n=self.branches.n, missing=self.branches.missing)

    def _ends(self, drawn: Array) -> tuple[float, float]:
        low, high = np.quantile(drawn, [(1 - self.level) / 2, (1 + self.level) / 2])
        return float(low), float(high)

    def _intervals(self) -> dict[str, tuple[float, float]]:
        from scipy.stats import norm

        a, b = float(self.fits["a"].params[1]), float(self.fits["b"].params[2])
        error = math.hypot(a * self.fits["b"].bse[2], b * self.fits["a"].bse[1])
        half = float(norm.ppf((1 + self.level) / 2)) * error * self._unit(0, 2)
        drawn = self.drawn["indirect"]
        return {
            "BCa": bca(self.indirect, drawn, self.left_out, self.level),
            "percentile": self._ends(drawn),
            "Sobel": (self.indirect - half, self.indirect + half),
        }

    def _of_proportion(self) -> tuple[float, float]:
        total = self.drawn["indirect"] + self.drawn["direct"]
        low, high = self._ends(total)
        if low <= 0 <= high:
            return -math.inf, math.inf
        return self._ends(self.drawn["indirect"][total != 0] / total[total != 0])

    def samples(self) -> pd.DataFrame:
        """Return ``lower, upper, count``: the bootstrap samples of the indirect effect in bins."""
        count, edge = np.histogram(self.drawn["indirect"], bins=BINS)
        return pd.DataFrame({"lower": edge[:-1], "upper": edge[1:], "count": count})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the bootstrap samples of the indirect effect, with the three intervals below."""
        source, mediator, outcome = (str(name) for name in self.branches.names[:3])
        unit = "standard deviations" if self.standardised else f"{outcome} per {source}"
        ax = fig.axes(
            ax,
            title=f"From {source} to {outcome} by way of {mediator}".replace("_", " "),
            x=f"indirect effect ({unit})".replace("_", " "),
            y="bootstrap samples",
        )
        bins = self.samples()
        tall = float(bins["count"].max())
        wide = bins["upper"] - bins["lower"]
        ax.bar(bins["lower"], bins["count"], wide, align="edge", color=fig.BLUE, alpha=0.35, lw=0)
        for at, (method, ends) in enumerate(self._intervals().items(), start=1):
            y, colour = -0.09 * at * tall, fig.PALETTE[at - 1]
            ax.plot(ends, [y, y], color=colour, lw=3, label=fig.label(method))
            ax.plot([self.indirect], [y], "o", color=colour, ms=5)
        ax.axvline(0, color=fig.GREY, lw=1.0, ls=":")
        ax.set_ylim(-0.38 * tall, 1.08 * tall)
        ax.set_yticks([t for t in ax.get_yticks() if 0 <= t <= tall])
        fig.legend_above(ax)
        return ax

    def sentence(self) -> str:
        """Say in one sentence what passes through the mediator."""
        source, mediator, outcome = (str(name) for name in self.branches.names[:3])
        low, high = self._intervals()["BCa"]
        of_all = self._of_proportion()
        part = (
            f"{self.proportion:.0%} of the total ({of_all[0]:.0%} to {of_all[1]:.0%})"
            if math.isfinite(of_all[0])
            else "a part of the total that cannot be told, for the total itself may be 0"
        )
        unit, digits = ("standard deviation", ".3f") if self.standardised else ("unit", ",.4g")
        text = (
            f"Over {self.branches.n:,} branches one {unit} more of {source} goes along with"
            f" {self.indirect:{digits}} of {outcome} by way of {mediator} ({self.level:.0%} BCa"
            f" interval {low:{digits}} to {high:{digits}}), which is {part}"
        )
        return text.replace("-", "−") + "."
