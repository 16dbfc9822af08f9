"""What the fitted drivers say: five measures, who beats whom, and how tangled they are."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, nearest, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array
from loyaltylab.curve.clusters import FEW
from loyaltylab.drivers.ratings import Ratings, Scale, vif
from loyaltylab.drivers.shapley import r_squared
from loyaltylab.drivers.weights import MEASURES, betas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INFLATED, CONDITIONED = 10.0, 30.0
"""Customary marks from which collinearity is spoken of: VIF, and condition number."""


@dataclass(frozen=True, eq=False)
class DriverFit:
    """Drivers fitted by :func:`loyaltylab.drivers.fit`.

    ``correlation`` holds the attributes and, last, the outcome; ``drawn`` the same of each
    bootstrap sample; ``ratings`` the rows used, with ``missing`` of them left out; ``ols`` what
    statsmodels returned.

    Examples
    --------
    >>> from loyaltylab.drivers import fit
    >>> seen = pd.DataFrame({"a": [1, 2, 3, 4, 5, 1], "b": [2, 1, 4, 3, 5, 1]})
    >>> found = fit(seen.assign(overall=[1, 2, 3, 4, 5, 1]), attributes=["b"], draws=200)
    >>> round(found.r_squared, 2), found.ratings.n
    (0.72, 6)
    """

    attributes: tuple[Hashable, ...]
    outcome: Hashable
    ratings: Ratings
    correlation: Array
    drawn: Array
    level: float
    scale: Scale | None

    @functools.cached_property
    def ols(self) -> Any:
        """The regression of statsmodels with robust or clustered covariance."""
        import statsmodels.api as sm

        values, codes = self.ratings.values, self.ratings.codes
        design = sm.add_constant(values[:, :-1], has_constant="add")
        plain = sm.OLS(values[:, -1], design)
        if self.ratings.clusters < self.ratings.n:
            return plain.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
        return plain.fit(cov_type="HC3", use_t=True)

    @property
    def r_squared(self) -> float:
        """Share of the outcome's variance that all attributes together go along with."""
        return float(betas(self.correlation) @ self.correlation[-1, :-1])

    def table(self) -> pd.DataFrame:
        """Return ``attribute, measure, estimate, lower, upper, n``: five rows per attribute."""
        n = self.ratings.n
        ends = np.asarray(self.ols.conf_int(alpha=1 - self.level))[1:]
        found = {"coefficient": (np.asarray(self.ols.params)[1:], ends[:, 0], ends[:, 1])}
        for name in MEASURES:
            lower, upper = self._ends(self._draws(name))
            found[name] = (MEASURES[name](self.correlation), lower, upper)
        rows = [
            (attribute, name, *(float(column[i]) for column in columns), n)
            for i, attribute in enumerate(self.attributes)
            for name, columns in found.items()
        ]
        columns = ["attribute", "measure", "estimate", "lower", "upper", "n"]
        return pd.DataFrame(rows, columns=columns)

    def dominance(self, measure: str = "lmg") -> pd.DataFrame:
        """Return who beats whom: one row per pair, the larger one first.

        ``attribute, over, difference, lower, upper`` (percentile bootstrap), ``wins`` (share of
        the bootstrap samples in which it is larger), ``complete`` (whether it adds at least as
        much as the other to *every* subset of the rest, in the sample; Budescu 1993), ``n``.
        """
        at, drawn = MEASURES[self._known(measure)](self.correlation), self._draws(measure)
        everywhere = self._complete()
        rows = []
        for a, b in itertools.combinations(np.argsort(-at, kind="stable"), 2):
            gap = drawn[:, a] - drawn[:, b]
            lower, upper = self._ends(gap)
            wins = float(np.mean((gap > 0) + 0.5 * (gap == 0)))
            pair = self.attributes[a], self.attributes[b]
            rows.append((*pair, at[a] - at[b], lower, upper, wins, bool(everywhere[a, b])))
        columns = ["attribute", "over", "difference", "lower", "upper", "wins", "complete"]
        return pd.DataFrame(rows, columns=columns).assign(n=self.ratings.n)

    def collinearity(self) -> pd.DataFrame:
        """Return how tangled the attributes are: one row each.

        ``attribute``; ``vif`` (by how much the variance of its coefficient grows because of the
        others); ``explained_by_others`` (R², 1 − 1/VIF); ``closest`` (the attribute most
        correlated with it) and ``correlation`` with that; ``condition_number`` (of the
        correlations: root of largest over smallest eigenvalue, the same in all rows); ``n``.
        """
        inner = self.correlation[:-1, :-1]
        inflation = vif(inner)
        off = np.where(np.eye(len(inner), dtype=bool), 0.0, inner)
        closest = np.abs(off).argmax(axis=1)
        values = np.linalg.eigvalsh(inner)
        alone = len(inner) == 1
        return pd.DataFrame(
            {
                "attribute": list(self.attributes),
                "vif": inflation,
                "explained_by_others": 1 - 1 / inflation,
                "closest": ["" if alone else self.attributes[c] for c in closest],
                "correlation": off[np.arange(len(inner)), closest],
                "condition_number": float(np.sqrt(values[-1] / values[0])),
                "n": self.ratings.n,
            }
        )

    @property
    def note(self) -> str:
        """A sentence about strong collinearity or few clusters; else an empty text."""
        table = self.collinearity()
        worst = table.iloc[int(table["vif"].to_numpy().argmax())]
        number, clusters = worst["condition_number"], self.ratings.clusters
        said = []
        if worst["vif"] >= INFLATED or number >= CONDITIONED:
            said.append(
                f"the attributes are tangled (VIF of {worst['attribute']} {worst['vif']:.1f},"
                f" condition number {number:.1f})"
            )
        if clusters < min(self.ratings.n, FEW):
            said.append(f"the intervals rest on {clusters} clusters and may be too narrow")
        return f"Read the table with care, for {'; '.join(said)}." if said else ""

    def predict(self, data: Data) -> pd.DataFrame:
        """Return the mean outcome expected at given attributes: ``outcome, lower, upper``.

        ``data`` has the columns of the attributes, within the scale of the fit; the interval is
        that of the mean.
        """
        import statsmodels.api as sm

        ends = self.scale or (None, None)
        wanted = {
            f"attribute {i + 1}": Column(a, "number", *ends) for i, a in enumerate(self.attributes)
        }
        at = take(data, **wanted).to_numpy(float)
        design = sm.add_constant(at, has_constant="add")
        found = self.ols.get_prediction(design).summary_frame(alpha=1 - self.level)
        found = found[["mean", "mean_ci_lower", "mean_ci_upper"]].reset_index(drop=True)
        return cast(pd.DataFrame, found.set_axis(["outcome", "lower", "upper"], axis=1))

    def plot(self, ax: Axes | None = None, measures: str | Sequence[str] = ("lmg", "beta")) -> Axes:
        """Draw measures of every attribute with their intervals, the largest on top."""
        measures = (measures,) if isinstance(measures, str) else tuple(measures)
        if not measures:
            raise InputError(f"measures must name at least one of {', '.join(MEASURES)}, not ().")
        for measure in measures:
            self._known(measure)
        n = f"n = {self.ratings.n:,}"
        ax = fig.axes(ax, title=f"Drivers of {self.outcome} ({n})", x="estimate", y="")
        table = self.table()
        order = np.argsort(MEASURES[measures[0]](self.correlation), kind="stable")
        for i, measure in enumerate(measures):
            rows = table[table["measure"] == measure].iloc[order]
            place = np.arange(len(order)) - 0.18 * (i - (len(measures) - 1) / 2)
            estimate = rows["estimate"].to_numpy()
            bars = np.maximum([estimate - rows["lower"], rows["upper"] - estimate], 0)
            marks: dict[str, Any] = {
                "fmt": "osD^"[i % 4],
                "color": fig.PALETTE[i],
                "ms": 6,
                "lw": 1.6,
            }
            ax.errorbar(estimate, place, xerr=bars, label=fig.label(SPOKEN[measure]), **marks)
        ax.axvline(0, color=fig.GREY, lw=0.8)
        ax.set_yticks(range(len(order)), [fig.label(str(self.attributes[i])[:24]) for i in order])
        fig.legend_above(ax)
        return ax

    def _known(self, measure: Any) -> str:
        if not isinstance(measure, str) or measure not in MEASURES:
            raise InputError(
                f"measure must be one of {', '.join(MEASURES)}, not"
                f" {shown(measure)}{nearest(measure, MEASURES)}."
            )
        return measure

    @functools.cached_property
    def _kept(self) -> dict[str, Array]:
        return {}

    def _draws(self, measure: str) -> Array:
        if measure not in self._kept:
            self._kept[measure] = MEASURES[measure](self.drawn)
        return self._kept[measure]

    def _ends(self, drawn: Array) -> Array:
        return np.quantile(drawn, [(1 - self.level) / 2, (1 + self.level) / 2], axis=0)

    def _complete(self) -> Any:
        """Tell for every pair whether one adds at least as much to every subset of the rest."""
        p = len(self.attributes)
        fit, member = r_squared(self.correlation), np.arange(1 << p)
        wins = np.zeros((p, p), dtype=bool)
        for a, b in itertools.permutations(range(p), 2):
            rest = member[(member >> a & 1 == 0) & (member >> b & 1 == 0)]
            wins[a, b] = bool(np.all(fit[rest | 1 << a] >= fit[rest | 1 << b]))
        return wins


SPOKEN = {
    "lmg": "LMG: share of R²",
    "relative_weight": "relative weight: share of R²",
    "beta": "β: standardised coefficient",
    "correlation": "correlation",
}
