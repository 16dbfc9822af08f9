"""What the path model of a chain has found: paths, effects along the chain, a diagram."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import LIMIT, Array, between, whole
from loyaltylab.chain.branches import Branches, place
from loyaltylab.curve.clusters import FEW

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Slopes(NamedTuple):
    """Bootstrap samples: standardised paths, means, standard deviations, total effects."""

    paths: Array
    mean: Array
    sd: Array
    total: Array


def total_of(paths: Array) -> Array:
    """Return the total effects ``(I − B)⁻¹ − I`` of matrices of paths from column to row.

    Examples
    --------
    >>> total_of(np.array([[0, 0, 0], [0.5, 0, 0], [0.1, 0.4, 0]])).round(2).tolist()
    [[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.3, 0.4, 0.0]]
    """
    one = np.eye(paths.shape[-1])
    return np.asarray(np.linalg.inv(one - paths) - one)


def detectable(branches: int, power: float = 0.8, level: float = 0.95) -> float:
    """Return the smallest correlation that so many branches can be trusted to show.

    By Fisher's z (1915): ``tanh((z_level + z_power) / √(branches − 3))``; a true correlation of
    that size is told from 0 with the power asked for, and a smaller one is missed more often.

    Raises
    ------
    InputError
        If branches is no whole number from 5, or power or level no share.

    Examples
    --------
    >>> [round(detectable(n), 2) for n in (20, 60, 500)]
    [0.59, 0.35, 0.13]
    """
    from scipy.stats import norm

    n = whole("branches", branches, 5, 10**12)
    power = between("power", power, 0.5, 1, open_ends=True)
    level = between("level", level, 0, 1, open_ends=True)
    return math.tanh(float(norm.ppf((1 + level) / 2) + norm.ppf(power)) / math.sqrt(n - 3))


@dataclass(frozen=True, eq=False)
class PathFit:
    """A chain fitted by :func:`fit_path`.

    ``fits`` holds what statsmodels returned for each target: the regression of the
    standardised columns. ``branches`` are the rows used, ``wiring`` the
    places of each target's predictors.

    Examples
    --------
    >>> from loyaltylab.chain import fit_path, simulate_chain
    >>> found = fit_path(simulate_chain(200, (0.6, 0.5), seed=5), chain=["x0", "x1", "x2"])
    >>> found.effects()[["source", "target", "direct", "indirect", "total"]].round(2)
      source target  direct  indirect  total
    0     x0     x1    0.58      0.00   0.58
    1     x0     x2    0.00      0.28   0.28
    2     x1     x2    0.48      0.00   0.48
    """

    branches: Branches
    nodes: int
    wiring: tuple[tuple[int, ...], ...]
    fits: dict[Hashable, Any]
    drawn: Slopes
    level: float

    def table(self) -> pd.DataFrame:
        """Return one row per path, standardised and raw, with intervals.

        Columns: ``source, target, kind`` (link, direct or control), ``path, lower, upper, raw,
        raw_lower, raw_upper, r_squared`` (of the target's regression), ``n, missing``.
        """
        found, spread = [], self.branches.values.std(axis=0, ddof=1)
        for target, predictors in enumerate(self.wiring, start=1):
            scaled = self.fits[self.branches.names[target]]
            ends = scaled.conf_int(alpha=1 - self.level)
            for at, source in enumerate(predictors, start=1):
                unit = spread[target] / spread[source]
                link = "link" if source == target - 1 else "direct"
                found.append(
                    {
                        "source": self.branches.names[source],
                        "target": self.branches.names[target],
                        "kind": link if source < self.nodes else "control",
                        "path": float(scaled.params[at]),
                        "lower": float(ends[at][0]),
                        "upper": float(ends[at][1]),
                        "raw": float(scaled.params[at] * unit),
                        "raw_lower": float(ends[at][0] * unit),
                        "raw_upper": float(ends[at][1] * unit),
                        "r_squared": float(scaled.rsquared),
                        "n": self.branches.n,
                        "missing": self.branches.missing,
                    }
                )
        return pd.DataFrame(found)

    def paths(self) -> Array:
        """Return the standardised paths as a matrix: from column to row."""
        q = len(self.branches.names)
        found = np.zeros((q, q))
        for target, predictors in enumerate(self.wiring, start=1):
            found[target, list(predictors)] = self.fits[self.branches.names[target]].params[1:]
        return found

    def effects(self) -> pd.DataFrame:
        """Return the effect of each column of the chain on each later one, standardised.

        Columns: ``source, target, direct, direct_lower, direct_upper``, the same of
        ``indirect`` and ``total``, and ``n``. Intervals are bootstrap percentiles. Where the
        chain has no arrow the direct effect is 0 by assumption, and so are its ends.
        """
        k = self.nodes
        direct = self.paths()[:k, :k]
        total = total_of(direct)
        kinds = {
            "direct": (direct, self.drawn.paths[:, :k, :k]),
            "indirect": (total - direct, self.drawn.total - self.drawn.paths[:, :k, :k]),
            "total": (total, self.drawn.total),
        }
        ends = [(1 - self.level) / 2, (1 + self.level) / 2]
        found = []
        for source in range(k):
            for target in range(source + 1, k):
                names = self.branches.names
                row: dict[str, Any] = {"source": names[source], "target": names[target]}
                for kind, (seen, drawn) in kinds.items():
                    low, high = np.quantile(drawn[:, target, source], ends)
                    row[kind] = float(np.round(seen[target, source], 12)) + 0.0
                    row |= {f"{kind}_lower": float(low), f"{kind}_upper": float(high)}
                found.append(row | {"n": self.branches.n})
        return pd.DataFrame(found)

    def predict(self, data: Data) -> pd.DataFrame:
        """Return what the chain says of branches of which only its first column is known.

        Each prediction is passed on to the next link. The interval is that of the mean over
        branches alike in the first column and the controls, not of a single branch.

        Parameters
        ----------
        data
            A frame with the first column of the chain and the controls.

        Returns
        -------
        pandas.DataFrame
            ``row, target, predicted, lower, upper``, in the units of the target.

        Raises
        ------
        InputError
            If a column is missing or holds no numbers.
        """
        names = self.branches.names
        known = [0, *range(self.nodes, len(names))]
        wanted = {place(i): Column(names[i], "number", -LIMIT, LIMIT) for i in known}
        given = take(data, **wanted).to_numpy(float)
        mean, sd = self.branches.values.mean(axis=0), self.branches.values.std(axis=0, ddof=1)
        seen = _passed_on(given, known, self.paths()[None], mean[None], sd[None], self.nodes)[0]
        drawn = self.drawn
        some = _passed_on(given, known, drawn.paths, drawn.mean, drawn.sd, self.nodes)
        low, high = np.quantile(some, [(1 - self.level) / 2, (1 + self.level) / 2], axis=0)
        parts = [
            {"row": row, "target": names[t], "predicted": seen[row, t]}
            | {"lower": low[row, t], "upper": high[row, t]}
            for row in range(len(given))
            for t in range(1, self.nodes)
        ]
        return pd.DataFrame(parts)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the chain: boxes, arrows, and on each arrow the path and its interval."""
        from loyaltylab.chain.diagram import draw

        table, labels = self.table(), [str(name) for name in self.branches.names]
        return draw(ax, table, labels[: self.nodes], labels[self.nodes :])

    def sentence(self) -> str:
        """Say in one sentence what the chain comes to from its first column to its last."""
        row = self.effects().iloc[self.nodes - 2]
        ends = f"{row['total_lower']:.2f} to {row['total_upper']:.2f}"
        sure = row["total_lower"] > 0 or row["total_upper"] < 0
        text = (
            f"Over {self.branches.n:,} branches one standard deviation more of"
            f" {row['source']} goes along with {row['total']:.2f} of {row['target']} through the"
            f" chain ({self.level:.0%} interval {ends}), which"
        )
        text += " is a tie beyond chance, but no proof of a cause" if sure else " may be nothing"
        return text.replace("-", "−") + "."

    @property
    def note(self) -> str:
        """What has to be said of the size: which correlations so few branches can show."""
        groups, clustered = self.branches.groups, self.branches.groups < self.branches.n
        unit = "clusters" if clustered else "branches"
        few = f", and with fewer than {FEW} clusters intervals are often too narrow"
        if groups < 5:
            return f"Read the intervals with care, for {groups} {unit} show next to nothing."
        return (
            f"With {groups:,} {unit} a true correlation below {detectable(groups):.2f} is missed"
            f" more often than one time in five{few if clustered and groups < FEW else ''}."
        )


def _passed_on(
    given: Array, known: list[int], paths: Array, mean: Array, sd: Array, nodes: int
) -> Array:
    """Return ``(draws, rows, columns)`` in raw units, each link fed with the one before."""
    safe = np.where(sd > 0, sd, 1.0)
    z = np.zeros((len(paths), len(given), paths.shape[-1]))
    z[:, :, known] = (given[None] - mean[:, None, known]) / safe[:, None, known]
    for target in range(1, nodes):
        z[:, :, target] = np.einsum("drq,dq->dr", z, paths[:, target])
    if z.shape[1] == 0:
        raise InputError("The table has no rows; give the branches to predict.")
    return mean[:, None] + z * sd[:, None]
