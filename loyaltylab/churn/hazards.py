"""What fitted hazards say: which shape fits, how it runs, and what it does to a bucket."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.stats import between, whole
from loyaltylab.bucket import LeakyBucket, hazard_table
from loyaltylab.churn.families import OneFit
from loyaltylab.lifetime.retention import losses_test
from loyaltylab.lifetime.retention_fit import RetentionFit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MIXED = "beta-geometric"
"""The discrete family in which customers differ and nobody changes."""
LONGEST = 1000


@dataclass(frozen=True, eq=False)
class HazardFits:
    """What :func:`fit_hazards` found, family by family.

    Attributes
    ----------
    fits
        :class:`OneFit` by family, with the result of scipy's search.
    mixed
        The shifted beta-geometric fit, or None.
    data
        The customers as they were used: ``tenure, churned``.
    whole
        Whether tenures are whole periods.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> from loyaltylab.churn import fit_hazards
    >>> seen = pd.DataFrame({"t": [1, 1, 2, 3, 5, 6] * 20, "left": [1, 1, 1, 1, 0, 0] * 20})
    >>> fits = fit_hazards(seen, tenure="t", churned="left", families=["exponential"])
    >>> fits.predict("exponential", 2)[["period", "hazard"]].round(3)
       period  hazard
    0       1   0.222
    1       2   0.222
    """

    fits: dict[str, OneFit]
    mixed: RetentionFit | None
    data: pd.DataFrame
    whole: bool
    level: float

    @property
    def families(self) -> list[str]:
        """The families fitted."""
        return [*self.fits, *([MIXED] if self.mixed is not None else [])]

    @property
    def note(self) -> str:
        """What has to be said: an empty text, or a sentence on the best family's misfit."""
        best = self.compare().iloc[0]
        if not best["fit_p"] < 0.01:  # NaN is no misfit
            return ""
        return (
            f"Even the best of these shapes ({best['family']}) does not reproduce the losses by"
            f" period (G-test, p {max(best['fit_p'], 1e-4):.1g} or less), so that it describes"
            " roughly and must not be projected."
        )

    def table(self, level: float | None = None) -> pd.DataFrame:
        """Return ``family, parameter, estimate, lower, upper, n, lost``.

        Intervals are Wald's, from the observed information, on the logarithms of parameters that
        are above 0.
        """
        level = self._level(level)
        made = []
        for name, one in self.fits.items():
            for row in zip(one.family.parameters, one.values, *one.ends(level), strict=True):
                made.append((name, *row))
        if self.mixed is not None:
            columns = ["parameter", "estimate", "lower", "upper"]
            made += [(MIXED, *row) for row in self.mixed.table(level)[columns].to_numpy()]
        table = pd.DataFrame(made, columns=["family", "parameter", "estimate", "lower", "upper"])
        numbers = ["estimate", "lower", "upper"]
        table[numbers] = table[numbers].astype(float)
        return table.assign(n=len(self.data), lost=int(self.data["churned"].sum()))

    def compare(self) -> pd.DataFrame:
        """Return the families, best first: ``family, parameters, log_likelihood, aic, delta, …``.

        ``aic = 2 k − 2 ln L`` (Akaike 1974), ``delta`` to the best, ``weight`` (``e^{−delta/2}``,
        summing to 1), and for whole periods ``fit_p``: of a G-test of the losses by period,
        which tells whether the family fits at all and not only better than another.
        """
        made = [
            (name, len(one.theta), one.log_likelihood, self._fit_p(name, len(one.theta)))
            for name, one in self.fits.items()
        ]
        if self.mixed is not None:
            top = self.mixed.maximum.log_likelihood
            made.append((MIXED, 2, top, self._fit_p(MIXED, 2)))
        table = pd.DataFrame(made, columns=["family", "parameters", "log_likelihood", "fit_p"])
        table["aic"] = 2 * table["parameters"] - 2 * table["log_likelihood"]
        table["delta"] = table["aic"] - table["aic"].min()
        weight = np.exp(-np.minimum(table["delta"], 1400) / 2)
        table["weight"] = weight / weight.sum()
        table = table.sort_values("aic", kind="stable", ignore_index=True)
        table = table.assign(n=len(self.data), lost=int(self.data["churned"].sum()))
        return table[[*(c for c in table if c != "fit_p"), "fit_p"]]

    def predict(
        self, family: str, periods: int | None = None, level: float | None = None
    ) -> pd.DataFrame:
        """Return the hazard of each period under a family.

        Parameters
        ----------
        family
            One of :attr:`families`.
        periods
            How many, or None for as many as the longest tenure seen.
        level
            Coverage, or None for that of the fit.

        Returns
        -------
        pandas.DataFrame
            ``period, hazard, lower, upper, survival`` (at its end).
        """
        level = self._level(level)
        self._known(family)
        far = min(int(np.ceil(self.data["tenure"].max())), LONGEST)
        count = far if periods is None else whole("periods", periods, 1, LONGEST)
        period = np.arange(1.0, count + 1)
        if family == MIXED and self.mixed is not None:
            made = self.mixed.predict(count, level)
            hazard = 1 - made["retention"].to_numpy()
            ends = [1 - made[f"retention_{e}"].to_numpy() for e in ("upper", "lower")]
        else:
            hazard, ends = (
                self.fits[family].hazard(period),
                list(self.fits[family].band(period, level)),
            )
        columns = {
            "period": period.astype(int),
            "hazard": hazard,
            "lower": ends[0],
            "upper": ends[1],
        }
        return pd.DataFrame({**columns, "survival": np.cumprod(1 - hazard)})

    def bucket(self, family: str, periods: int | None = None, **fields: Any) -> LeakyBucket:
        """Return a bucket whose customers leave by a fitted hazard.

        Parameters
        ----------
        family
            One of :attr:`families`.
        periods
            How many periods keep a hazard of their own (None: as many as the longest tenure seen);
            afterwards that of the last one holds for ever, which is an assumption.
        fields
            Other parameters of :class:`loyaltylab.bucket.LeakyBucket`, such as ``acquired``.

        Returns
        -------
        LeakyBucket
        """
        hazard = self.predict(family, periods)["hazard"].to_numpy()
        for name in ("hazard", "churn"):
            if name in fields:
                raise InputError(f"{name} is what the fit gives the bucket; leave it out.")
        return LeakyBucket(hazard=tuple(hazard), churn=float(hazard[-1]), **fields)

    def plot(
        self, ax: Axes | None = None, *, width: int = 3, unit: str = "period", best: int = 3
    ) -> Axes:
        """Draw the best families over the hazards of the life table, with their intervals.

        Parameters
        ----------
        ax
            Axes to draw on, or None for new ones.
        width
            Periods per point of the life table.
        unit
            Name of a period, for the labels.
        best
            How many families to draw, the best by AIC first.
        """
        ax = fig.axes(
            ax,
            title="Churn by tenure: seen, and fitted",
            x=f"tenure ({unit}s)",
            y=f"share leaving per {unit}",
        )
        if self.whole:
            seen = hazard_table(
                self.data, tenure="tenure", churned="churned", width=width, level=self.level
            )
            middle = (seen["tenure_from"] + seen["tenure_to"]) / 2
            ax.vlines(middle, seen["lower"], seen["upper"], color=fig.GREY, lw=1.2)
            ax.plot(middle, seen["hazard"], "o", color=fig.GREY, ms=4, label=fig.label("seen"))
        names = self.compare()["family"].head(whole("best", best, 1, 6))
        for name, colour in zip(names, itertools.cycle(fig.PALETTE), strict=False):
            curve = self.predict(name)
            ends = (curve["lower"], curve["upper"])
            ax.fill_between(curve["period"], *ends, color=colour, alpha=0.2, lw=0)
            ax.plot(curve["period"], curve["hazard"], color=colour, lw=2, label=fig.label(name))
        ax.set_ylim(0)
        ax.set_xlim(0)
        fig.percent(ax)
        fig.legend_above(ax)
        return ax

    def _fit_p(self, family: str, parameters: int) -> float:
        if not self.whole:
            return float("nan")
        life = hazard_table(self.data, tenure="tenure", churned="churned")
        churn = self.predict(family)["hazard"].to_numpy()[: len(life)]
        if len(churn) < len(life):
            return float("nan")
        tiny = np.clip(churn, 1e-12, 1 - 1e-12)
        return float(losses_test(life, tiny, parameters)["p_value"].iloc[0])

    def _known(self, family: Any) -> None:
        if family not in self.families:
            raise InputError(
                f"family must be one of those fitted ({', '.join(self.families)}), not"
                f" {shown(family)}{nearest(family, self.families)}."
            )

    def _level(self, level: float | None) -> float:
        return self.level if level is None else between("level", level, 0, 1, open_ends=True)
