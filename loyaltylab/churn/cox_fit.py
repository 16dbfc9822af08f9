"""What a Cox regression says: ratios, whether they hold at all tenures, and who is left when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between
from loyaltylab.churn import proportional, risk
from loyaltylab.churn.design import Design
from loyaltylab.churn.lives import times_of
from loyaltylab.curve.clusters import reach
from loyaltylab.lifetime.maximum import normal, power

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Transform = Literal["log", "identity", "km"]


@dataclass(frozen=True, eq=False)
class CoxFit:
    """What :func:`fit_cox` found.

    Attributes
    ----------
    result
        What ``statsmodels`` returned.
    design
        The terms, and how they are made of a table.
    covariance
        Of the coefficients; the sandwich where clusters were named.
    data
        The customers as they were used: ``entry, tenure, churned``, ``strata``, ``cluster``.
    matrix
        The terms' numbers, one row per customer.
    level
        Coverage of the intervals.

    Examples
    --------
    >>> from loyaltylab.churn import fit_cox
    >>> people = pd.DataFrame({"t": [1, 2, 3, 4, 5, 6], "left": 1, "g": list("aababb")})
    >>> fit = fit_cox(people, columns=["g"], tenure="t", churned="left")
    >>> fit.concordance()[["concordance", "n"]].round(2)
       concordance  n
    0         0.73  6
    """

    result: Any
    design: Design
    covariance: Array
    data: pd.DataFrame
    matrix: Array
    level: float

    @property
    def coefficients(self) -> Array:
        """The logs of the hazard ratios."""
        return np.asarray(self.result.params, float)

    @property
    def note(self) -> str:
        """What has to be said: an empty text, or a sentence on ratios that change with tenure."""
        if self.data.loc[self.data["churned"], "tenure"].nunique() < 2:
            return ""
        test = self.proportional()
        drifting = test[test["p_holm"] < 0.05]
        if drifting.empty:
            return ""
        word = ", ".join(str(t) for t in drifting["term"].head(3))
        more = f" and {len(drifting) - 3} more" if len(drifting) > 3 else ""
        return (
            f"The ratio of {word}{more} changes with tenure (Schoenfeld residuals, Holm), so that"
            " the one number is an average over tenures; split them with .by_tenure(cut), or"
            " stratify."
        )

    def table(self, level: float | None = None) -> pd.DataFrame:
        """Return one row per term: ``term, column, level, reference, per, hazard_ratio, …``.

        ``lower, upper, p_value`` (Wald; Student's t over clusters), ``n`` rows and ``lost``.
        ``level`` and ``reference`` are None, and ``per`` the step, for a number.
        """
        from scipy.stats import t

        error = np.sqrt(np.diag(self.covariance))
        far = self._reach(level) * error
        b, terms = self.coefficients, self.design.terms
        df = self.clusters - 1 if self.clusters else 1e12
        return pd.DataFrame(
            {
                "term": [term.name for term in terms],
                "column": [term.column for term in terms],
                "level": [term.level for term in terms],
                "reference": [term.reference for term in terms],
                "per": [term.per for term in terms],
                "hazard_ratio": power(b),
                "lower": power(b - far),
                "upper": power(b + far),
                "p_value": 2 * t.sf(np.abs(b) / error, df),
                "n": len(self.data),
                "lost": int(self.data["churned"].sum()),
            }
        )

    @property
    def clusters(self) -> int:
        """Number of clusters; 0 if none were named."""
        return int(self.data["cluster"].nunique()) if "cluster" in self.data else 0

    def proportional(self, transform: Transform = "log") -> pd.DataFrame:
        """Test whether each ratio is the same at every tenure (Grambsch & Therneau 1994).

        Schoenfeld residuals, which are how far those who left at t differ from those at risk,
        must not drift with ``g(t)``. It is the score test of one more term ``x · g(t)``, with the
        spread of the risk set at each t and ties as Breslow treats them, and not the older
        approximation that takes that spread for constant.

        Parameters
        ----------
        transform
            ``g``: the logarithm of tenure, tenure itself, or the share that has left before
            (``"km"``, R's default).

        Returns
        -------
        pandas.DataFrame
            ``term, statistic, df, p_value, p_holm, drift`` (``"grows"`` if the log ratio rises
            with tenure, ``"falls"`` if it sinks), ``lost``. With clusters the variance is a
            sandwich over them.
        """
        return proportional.test(self, transform)

    def by_tenure(self, cut: float) -> pd.DataFrame:
        """Fit the same terms before and after a tenure, which is what to do when ratios drift.

        Parameters
        ----------
        cut
            Tenure, strictly inside those seen.

        Returns
        -------
        pandas.DataFrame
            The columns of :meth:`table`, and ``tenure``: ``"to 12"`` and ``"after 12"``.
        """
        return proportional.split(self, cut)

    def concordance(self, level: float | None = None) -> pd.DataFrame:
        """Return how often of two customers the one with the higher risk left first (Harrell).

        One row: ``concordance, standard_error, lower, upper, pairs, n``. Pairs are comparable when
        one was seen to leave while the other was at risk. The interval (infinitesimal jackknife,
        over clusters if named; on the log-odds) tells of chance, and nothing of the optimism of
        judging a model on the customers that it was fitted to. Every pair is looked at: some
        seconds for 10,000 customers, a hundred times that for 100,000.
        """
        return risk.harrell(self, self._level(level), self._reach(level))

    def predict(
        self, data: Data, times: Sequence[float], level: float | None = None
    ) -> pd.DataFrame:
        """Return the share of customers like those of a table who are still there at given times.

        ``S(t | x) = exp(−H₀(t) e^{xβ})`` with Breslow's baseline; the interval (delta method, on
        ``ln(−ln S)``) holds the uncertainty of β and of the baseline.

        Parameters
        ----------
        data
            A table with the model's columns. A model with strata predicts nothing.
        times
            Tenures. Beyond the longest tenure seen nothing is known: those are left out.

        Returns
        -------
        pandas.DataFrame
            ``row`` (of the table, from 0), ``time, survival, lower, upper``.
        """
        matrix = self.design.matrix(data)
        return risk.survival(self, matrix, times_of(times), self._reach(level))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the hazard ratios with their intervals, on a logarithmic axis."""
        table = self.table()[::-1]
        ax = fig.axes(ax, title="Who leaves sooner", x="hazard ratio (logarithmic)", y="")
        return forest(ax, table["term"], table[["hazard_ratio", "lower", "upper"]], fig.BLUE)

    def _level(self, level: float | None) -> float:
        return self.level if level is None else between("level", level, 0, 1, open_ends=True)

    def _reach(self, level: float | None) -> float:
        coverage = self._level(level)
        return float(reach(coverage, self.clusters)) if self.clusters else normal(coverage)


def forest(ax: Axes, names: Any, table: pd.DataFrame, colour: str) -> Axes:
    """Draw ratios with their intervals, one below the other, with a line at 1.

    Examples
    --------
    >>> table = pd.DataFrame({"ratio": [2.0], "lower": [1.5], "upper": [2.5]})
    >>> ax = fig.axes(None, title="Ratios", x="ratio", y="")
    >>> forest(ax, ["plan"], table, fig.BLUE).get_yticklabels()[0].get_text()
    'plan'
    """
    from matplotlib.ticker import FuncFormatter, NullFormatter

    middle, lower, upper = table.to_numpy(float).T
    place = np.arange(len(middle))
    ax.set_xscale("log")
    ax.axvline(1, color=fig.GREY, lw=1)
    ax.hlines(place, lower, upper, color=colour, lw=2)
    ax.plot(middle, place, "o", color=colour, ms=6)
    written = [fig.label(str(name)).replace(" against ", "\nagainst ") for name in names]
    ax.set_yticks(place, written, fontsize=8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    inside = [t for t in TICKS if lower.min() * 0.8 <= t <= upper.max() * 1.25]
    if len(inside) > 1:
        ax.set_xticks(_seven(inside))
    ax.xaxis.set_minor_formatter(NullFormatter())
    return ax


TICKS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50)


def _seven(ticks: list[float]) -> list[float]:
    """Keep about seven ticks, 1 among them if it is there."""
    step = -(-len(ticks) // 7)
    return ticks[(ticks.index(1) if 1 in ticks else 0) % step :: step]
