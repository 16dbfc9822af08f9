"""What a fitted power curve says: gamma by group, predictions, tests, and its weakness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array
from loyaltylab.curve import clusters, misfit, points, soundness
from loyaltylab.curve import scale as scales
from loyaltylab.curve.ordinal import ordered

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from scipy.optimize import OptimizeResult


@dataclass(frozen=True, eq=False)
class CurveFit:
    """Power curves fitted by :func:`loyaltylab.curve.fit`, one per group.

    ``log_gamma`` and ``covariance`` hold the estimates of ln γ and their robust covariance
    in the order of ``groups``; ``solved`` what scipy returned; ``rows`` the answers used
    (loyalty brought to 0 … 1), ``missing`` the rows left out.

    Examples
    --------
    >>> from loyaltylab.curve.fitting import fit
    >>> seen = pd.DataFrame({"overall": [2, 3, 4, 5], "share": [0.1, 0.2, 0.6, 0.9]})
    >>> fit(seen).table().round(2)
      group  gamma  lower  upper  n  missing  misfit
    0   all   1.99   1.44   2.74  4        0    0.06
    >>> fit(seen).note
    ''
    """

    groups: tuple[Any, ...]
    log_gamma: Array
    covariance: Array
    solved: dict[Any, OptimizeResult]
    rows: pd.DataFrame
    missing: dict[Any, int]
    scale: tuple[float, float]
    loyalty_scale: tuple[float, float]
    level: float

    def table(self) -> pd.DataFrame:
        """Return ``group, gamma, lower, upper, n, missing, misfit``: one row per group.

        ``n`` rows were used and ``missing`` left out. ``misfit`` is the root mean squared gap
        between the mean loyalty at each level of satisfaction and the curve, weighted by n; 0.1
        is a tenth of the loyalty scale. It holds scatter as well, so few answers raise it.
        """
        half = clusters.reach(self.level, self._people()) * np.sqrt(np.diag(self.covariance))
        n, gaps = self.rows["group"].value_counts(), self._gaps()
        return pd.DataFrame(
            {
                "group": list(self.groups),
                "gamma": np.exp(self.log_gamma),
                "lower": np.exp(self.log_gamma - half),
                "upper": np.exp(self.log_gamma + half),
                "n": [int(n[g]) for g in self.groups],
                "missing": [self.missing[g] for g in self.groups],
                "misfit": [misfit.size(gaps[gaps["group"] == g]) for g in self.groups],
            }
        )

    @property
    def _gamma(self) -> dict[Any, float]:
        return dict(zip(self.groups, np.exp(self.log_gamma), strict=True))

    def _gaps(self) -> pd.DataFrame:
        return misfit.gaps(self.rows, self._gamma, self.scale)

    def _people(self) -> list[int]:
        """Count the clusters of each group, or its rows where none is named."""
        return [clusters.people(self.rows[self.rows["group"] == g]) for g in self.groups]

    @property
    def note(self) -> str:
        """What has to be said of the fit: an empty text, or a sentence about its weakness.

        It tells where loyalty does not rise with satisfaction (rank correlation, one-sided 5 %),
        where the misfit is 0.05 or more and beyond scatter (test of lack of fit, 1 %), whether
        one half of a scale was never used, and where fewer than 20 clusters answered. All of it
        takes a cluster, where one was named, for one answer.
        """
        width = self.loyalty_scale[1] - self.loyalty_scale[0]
        loyalty = self.loyalty_scale[0] + width * self.rows["loyalty"].to_numpy()
        said = [
            *soundness.of_scale("satisfaction", self.rows["satisfaction"].to_numpy(), self.scale),
            *soundness.of_scale("loyalty", loyalty, self.loyalty_scale),
            *soundness.of_rise(self.rows),
            *soundness.of_misfit(
                self.rows, self._gaps(), self._gamma, self.scale, self.loyalty_scale
            ),
            *clusters.of_few(self.rows, self.groups),
        ]
        return f"Read gamma with care, for {'; '.join(said)}." if said else ""

    def predict(self, satisfaction: npt.ArrayLike) -> pd.DataFrame:
        """Return ``group, satisfaction, loyalty, lower, upper``; loyalty on its own scale.

        Raises
        ------
        InputError
            If a satisfaction is no number or lies outside the scale.
        """
        at = np.atleast_1d(scales.on_scale("satisfaction", satisfaction, *self.scale)).ravel()
        u = scales.unit(at, *self.scale)
        low, width = self.loyalty_scale[0], self.loyalty_scale[1] - self.loyalty_scale[0]
        parts = []
        for row in self.table().to_dict("records"):
            gammas = (row["gamma"], row["upper"], row["lower"])  # a larger gamma lies lower
            loyal, lower, upper = (low + width * u**g for g in gammas)
            parts.append(
                pd.DataFrame(
                    {
                        "group": [row["group"]] * len(at),
                        "satisfaction": at,
                        "loyalty": loyal,
                        "lower": lower,
                        "upper": upper,
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def points(self) -> pd.DataFrame:
        """Return the mean loyalty at each level of satisfaction, with interval and n.

        Where ``cluster`` was named the interval is that of a mean over clusters.
        """
        low, width = self.loyalty_scale[0], self.loyalty_scale[1] - self.loyalty_scale[0]
        table = points.points(self.rows, self.scale, self.level)
        columns = ["loyalty", "lower", "upper"]
        return table.assign(**{c: low + width * table[c] for c in columns})

    def equal(self) -> pd.DataFrame:
        """Test whether all groups have the same γ: ``statistic, df, p`` (Wald, on ln γ).

        p is that of F, with one degree of freedom fewer than the smallest group has clusters.

        Raises
        ------
        InputError
            If there is one group only, or the answers of a group do not scatter at all.
        """
        from scipy.stats import f

        more = len(self.groups) - 1
        if more < 1:
            raise InputError(
                "There is but one group to compare; name the column that holds the groups with"
                " group=… when fitting."
            )
        if np.any(np.diag(self.covariance) <= 0):
            raise InputError(
                "The groups cannot be compared, for in one of them loyalty does not scatter around"
                " its curve at all; were the answers computed rather than given?"
            )
        contrast = np.hstack([np.ones((more, 1)), -np.eye(more)])
        gap = contrast @ self.log_gamma
        spread = contrast @ self.covariance @ contrast.T
        statistic = float(gap @ np.linalg.pinv(spread) @ gap)
        p = float(f.sf(statistic / more, more, min(self._people()) - 1))
        return pd.DataFrame({"statistic": [statistic], "df": [more], "p": [p]})

    def ordinal(self, classes: int = 5) -> pd.DataFrame:
        """Compare with an ordered logit of loyalty on satisfaction and group.

        See :func:`loyaltylab.curve.ordinal.ordered` for what it can and cannot tell.

        Raises
        ------
        InputError
            If ``classes`` is not from 2 to 10, all loyalty falls into one class, or the
            likelihood has no maximum.
        """
        return ordered(self.rows, list(self.groups), classes, self.level)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curves and, at each level of satisfaction, the mean with its interval."""
        curves = self.predict(scales.grid(*self.scale))
        title = "Loyalty by satisfaction, and the power curves fitted"
        return points.draw(ax, title, "loyalty (mean)", self.points(), curves, np.array(self.scale))
