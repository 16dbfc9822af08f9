"""Fitting power curves to answers: gamma by group, with robust intervals and a test."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data
from loyaltylab.base.stats import Array, between
from loyaltylab.curve import answers as given
from loyaltylab.curve import scale as scales
from loyaltylab.curve.answers import in_order, of_group
from loyaltylab.curve.ordinal import ordered
from loyaltylab.curve.power import solve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from scipy.optimize import OptimizeResult


@dataclass(frozen=True, eq=False)
class CurveFit:
    """Power curves fitted by :func:`fit`, one per group.

    ``log_gamma`` and ``covariance`` hold the estimates of ln γ and their robust covariance
    in the order of ``groups``; ``solved`` what scipy returned; ``rows`` the answers used
    (loyalty brought to 0 … 1), ``missing`` the rows left out.

    Examples
    --------
    >>> seen = pd.DataFrame({"overall": [2, 3, 4, 5], "share": [0.1, 0.2, 0.6, 0.9]})
    >>> fit(seen).table().round(2)
      group  gamma  lower  upper  n  missing
    0   all   1.99   1.63   2.42  4        0
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
        """Return ``group, gamma, lower, upper, n, missing``: rows used and rows left out."""
        from scipy.special import ndtri

        half = float(ndtri((1 + self.level) / 2)) * np.sqrt(np.diag(self.covariance))
        n = self.rows["group"].value_counts()
        return pd.DataFrame(
            {
                "group": list(self.groups),
                "gamma": np.exp(self.log_gamma),
                "lower": np.exp(self.log_gamma - half),
                "upper": np.exp(self.log_gamma + half),
                "n": [int(n[g]) for g in self.groups],
                "missing": [self.missing[g] for g in self.groups],
            }
        )

    def predict(self, satisfaction: npt.ArrayLike) -> pd.DataFrame:
        """Return ``group, satisfaction, loyalty, lower, upper``; loyalty on its own scale."""
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
        """Return the mean loyalty at each level of satisfaction, with interval and n."""
        low, width = self.loyalty_scale[0], self.loyalty_scale[1] - self.loyalty_scale[0]
        table = given.points(self.rows, self.scale, self.level)
        columns = ["loyalty", "lower", "upper"]
        return table.assign(**{c: low + width * table[c] for c in columns})

    def equal(self) -> pd.DataFrame:
        """Test whether all groups have the same γ: ``statistic, df, p`` (Wald, on ln γ).

        Raises
        ------
        InputError
            If there is one group only, or the answers of a group do not scatter at all.
        """
        from scipy.stats import chi2

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
        p = float(chi2.sf(statistic, more))
        return pd.DataFrame({"statistic": [statistic], "df": [more], "p": [p]})

    def ordinal(self, classes: int = 5) -> pd.DataFrame:
        """Compare with an ordered logit of loyalty on satisfaction and group.

        See :func:`loyaltylab.curve.ordinal.ordered` for what it can and cannot tell.
        """
        return ordered(self.rows, list(self.groups), classes, self.level)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curves and, at each level of satisfaction, the mean with its interval."""
        curves = self.predict(scales.grid(*self.scale))
        title = "Loyalty by satisfaction, and the power curves fitted"
        return given.draw(ax, title, "loyalty (mean)", self.points(), curves, np.array(self.scale))


def fit(
    data: Data,
    *,
    satisfaction: Hashable = "overall",
    loyalty: Hashable = "share",
    group: Hashable | None = None,
    cluster: Hashable | None = None,
    scale: tuple[float, float] = (1, 5),
    loyalty_scale: tuple[float, float] = (0, 1),
    level: float = 0.95,
) -> CurveFit:
    """Fit ``loyalty = u^γ`` to answers by non-linear least squares, for each group.

    ``u`` is satisfaction brought to 0 … 1. The interval is that of ln γ with a sandwich
    covariance (HC1, with the full second derivative), brought back by exp; so it holds whatever
    the scatter of loyalty, and, if loyalty is no power curve, for the γ of the nearest one.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per answer.
    satisfaction, loyalty
        Columns. Rows in which either is missing are left out, and counted in ``missing``.
    group
        Column that splits the answers, or None.
    cluster
        Column that says whose answer it is, if a person gives several; or None.
    scale, loyalty_scale
        Lowest and highest point of the two scales.
    level
        Coverage of the intervals.

    Returns
    -------
    CurveFit

    Raises
    ------
    InputError
        If an answer lies outside its scale (the sentence names rows), or a group has one
        level of satisfaction only, or loyalty 0, or 1, throughout.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame({"overall": rng.integers(1, 6, 4000), "where": ["a", "b"] * 2000})
    >>> power = np.where(seen["where"] == "a", 3.0, 0.5)
    >>> seen["share"] = rng.binomial(10, ((seen["overall"] - 1) / 4) ** power) / 10
    >>> fit(seen, group="where").table().round(2)
      group  gamma  lower  upper     n  missing
    0     a   3.04   2.95   3.13  2000        0
    1     b   0.49   0.48   0.51  2000        0
    """
    between("level", level, 0, 1, open_ends=True)
    low, high = scales.ends(scale)
    bottom, top = scales.ends(loyalty_scale)
    rows, missing = given.answered(
        data,
        group,
        cluster,
        satisfaction=Column(satisfaction, "number", low, high),
        loyalty=Column(loyalty, "number", bottom, top),
    )
    rows["loyalty"] = scales.unit(rows["loyalty"].to_numpy(), bottom, top)
    rows["weight"] = 1.0
    codes, clusters = given.clusters(rows)
    groups = in_order(rows["group"])
    influence = np.zeros((clusters, len(groups)))
    theta, solved = np.zeros(len(groups)), {}
    for g, name in enumerate(groups):
        mine = (rows["group"] == name).to_numpy()
        part = rows[mine]
        given.need_levels(part["satisfaction"], name)
        u = scales.unit(part["satisfaction"].to_numpy(), low, high)
        solved[name] = _one(u, part["loyalty"].to_numpy(), of_group(name))
        theta[g] = solved[name].x
        moved = _influence(u, part["loyalty"].to_numpy(), theta[g])
        influence[:, g] = np.bincount(codes[mine], moved, minlength=clusters)
        apart = len(np.unique(codes[mine]))
        influence[:, g] *= np.sqrt(apart / max(apart - 1, 1))
    covariance = influence.T @ influence
    ends, loyal = (low, high), (bottom, top)
    return CurveFit(tuple(groups), theta, covariance, solved, rows, missing, ends, loyal, level)


def _one(u: Array, loyalty: Array, where: str) -> OptimizeResult:
    """Collapse the answers to their levels, which loses nothing, and solve."""
    levels, at = np.unique(u, return_inverse=True)
    n = np.bincount(at).astype(float)
    return solve(levels, np.bincount(at, loyalty) / n, n, where)


def _influence(u: Array, loyalty: Array, theta: float) -> Array:
    """By how much each answer moved the estimate of ln γ."""
    inner = (u > 0) & (u < 1)
    gamma, log_u = np.exp(theta), np.log(np.where(inner, u, 1.0))
    curve = np.where(inner, np.exp(gamma * log_u), loyalty)  # the ends fit any power: no miss
    first = gamma * curve * log_u
    miss = loyalty - curve
    bend = float(np.sum(first**2 - miss * first * (1 + gamma * log_u)))
    return np.asarray(first * miss / bend)
