"""What a split correlation has found: three correlations, what lies between, a picture."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SAME = 1e-9
"""Share of a variance below which a column counts as constant."""


@dataclass(frozen=True, eq=False)
class LevelSplit:
    """A correlation split by :func:`split_correlation` into between and within branches.

    ``rows`` are the people used (``group, x, y``), ``sums`` the sums of each branch, ``drawn``
    those of each bootstrap sample.

    Examples
    --------
    >>> from loyaltylab.chain import simulate_levels, split_correlation
    >>> found = split_correlation(simulate_levels(seed=1), x="x", y="y", group="branch")
    >>> found.table()[["level", "correlation", "part"]].round(2)
         level  correlation  part
    0    total        -0.16 -0.16
    1  between         0.44  0.10
    2   within        -0.35 -0.27
    """

    rows: pd.DataFrame
    sums: Array
    drawn: Array
    names: tuple[Hashable, Hashable, Hashable]
    missing: int
    level: float

    def table(self) -> pd.DataFrame:
        """Return the three correlations, what each adds to the total, and the counts.

        Columns: ``level`` (total, between, within)``, correlation, lower, upper, weight,
        part, people, branches, missing``. ``part = weight · correlation``; the parts of between
        and within add up to the total, exactly. Where a level has no variance its correlation
        is missing and its part 0.
        """
        seen, drawn = _split(self.sums[None])[0], _split(self.drawn)
        ends = [(1 - self.level) / 2, (1 + self.level) / 2]
        weight = _weights(self.sums)
        found = []
        for at, name in enumerate(("total", "between", "within")):
            known = drawn[:, at][np.isfinite(drawn[:, at])]
            low, high = np.quantile(known, ends) if len(known) else (math.nan, math.nan)
            r = float(seen[at])
            part = 0.0 if math.isnan(r) else weight[at] * r
            found.append((name, r, float(low), float(high), weight[at], part))
        columns = ["level", "correlation", "lower", "upper", "weight", "part"]
        table = pd.DataFrame(found, columns=columns)
        many = self.rows["group"].nunique()
        return table.assign(people=len(self.rows), branches=many, missing=self.missing)

    def spread(self) -> pd.DataFrame:
        """Return how much of each column lies between branches.

        ``column``; ``eta_squared``, the share of its sum of squares between branches; ``icc``,
        the same freed of what chance alone puts there (one-way analysis of variance, cut at 0);
        ``size``, people per branch as that takes it; ``reliability`` of a branch's mean, by
        Spearman & Brown: ``size·icc / (1 + (size − 1)·icc)``.
        """
        found = []
        many, n = self.means()["people"].to_numpy(float), len(self.rows)
        own = self._apart()
        for at, (name, role) in enumerate(zip(self.names[:2], ("x", "y"), strict=True)):
            values = self.rows[role].to_numpy(float)
            inside = float((own[:, at] ** 2).sum())
            outside = float(((values - values.mean()) ** 2).sum()) - inside
            size = (n - (many**2).sum() / n) / (len(many) - 1)
            within = inside / max(n - len(many), 1)
            between_ms = outside / (len(many) - 1)
            icc = max((between_ms - within) / (between_ms + (size - 1) * within), 0.0)
            found.append(
                {
                    "column": name,
                    "eta_squared": outside / (outside + inside),
                    "icc": icc,
                    "size": size,
                    "reliability": size * icc / (1 + (size - 1) * icc),
                }
            )
        return pd.DataFrame(found)

    def means(self) -> pd.DataFrame:
        """Return ``group, people, x, y``: the mean of each branch."""
        grouped = self.rows.groupby("group", observed=True)
        means = grouped[["x", "y"]].mean()
        means.insert(0, "people", grouped.size())
        return means.reset_index()

    def _apart(self) -> Array:
        """Return how far each person is off the means of his branch."""
        both = self.rows[["x", "y"]]
        means = both.groupby(self.rows["group"].to_numpy()).transform("mean")
        return np.asarray(both.to_numpy(float) - means.to_numpy(float))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw people and branch means, the line among branches, and that inside them."""
        ax = fig.axes(
            ax,
            title="One correlation inside branches, another among them",
            x=str(self.names[0]).replace("_", " "),
            y=str(self.names[1]).replace("_", " "),
        )
        means = self.means()
        x, y = means["x"].to_numpy(), means["y"].to_numpy()
        dots = {"color": fig.GREY, "alpha": 0.5, "mew": 0}
        people = (self.rows["x"].to_numpy(), self.rows["y"].to_numpy())
        ax.plot(*people, "o", ms=3.5, label=fig.label("one person"), **dots)  # type: ignore[arg-type]
        own = self._apart()
        slope, half = _slope_of(*own.T), float(own[:, 0].std())
        lines = ([x - half, x + half], [y - slope * half, y + slope * half])
        drawn = ax.plot(*lines, color=fig.RED, lw=0.9, alpha=0.7)
        drawn[0].set_label(fig.label("inside its branch"))
        ax.plot(x, y, "o", ms=6, color=fig.BLUE, label=fig.label("mean of a branch"))
        many = means["people"].to_numpy()
        middle = (np.average(x, weights=many), np.average(y, weights=many))
        root = np.sqrt(many)
        rise = _slope_of(root * (x - middle[0]), root * (y - middle[1]))
        ends = np.array([x.min(), x.max()])
        among = middle[1] + rise * (ends - middle[0])
        ax.plot(ends, among, color=fig.BLUE, lw=2.2, label=fig.label("among branches"))
        fig.legend_above(ax)
        return ax

    def sentence(self) -> str:
        """Say in one sentence what the correlation is at each level."""
        said = {}
        for row in self.table().to_dict("records"):
            r, low, high = (float(row[key]) for key in ("correlation", "lower", "upper"))
            known = f"{r:.2f} ({low:.2f} to {high:.2f})"
            said[row["level"]] = "undefined (nothing varies)" if math.isnan(r) else known
        text = (
            f"Of {len(self.rows):,} people in {self.rows['group'].nunique():,} branches the"
            f" correlation of {self.names[0]} with {self.names[1]} is {said['total']} among all,"
            f" {said['between']} among branch means and {said['within']} inside branches"
        )
        return text.replace("-", "−") + "."


def _sizes(sums: Array) -> tuple[Array, Array]:
    """Return sums of squares and products ``(…, 3)``: of all, and of the branch means."""
    n, a, b = (sums[..., i] for i in range(3))
    middle = np.stack([a * a / n, b * b / n, a * b / n], axis=-1)
    return sums[..., 3:6] - middle, sums[..., 6:9] - middle


def _split(sums: Array) -> Array:
    """Return the correlations of all, of branch means, and inside branches, ``(…, 3)``."""
    everyone, means = _sizes(sums)
    found = []
    for part in (everyone, means, everyone - means):
        moves = (part[..., :2] > SAME * everyone[..., :2]).all(axis=-1)
        size = np.where(moves, part[..., 0] * part[..., 1], 1.0)
        found.append(np.where(moves, np.clip(part[..., 2] / np.sqrt(size), -1, 1), np.nan))
    return np.stack(found, axis=-1)


def _weights(sums: Array) -> tuple[float, float, float]:
    """Return 1, ``η_x η_y`` and ``√(1 − η_x²) √(1 − η_y²)``."""
    everyone, means = _sizes(sums)
    share = np.clip(means[:2] / everyone[:2], 0, 1)
    return 1.0, float(np.sqrt(share.prod())), float(np.sqrt((1 - share).prod()))


def _slope_of(x: Array, y: Array) -> float:
    size = float(x @ x)
    return float(x @ y) / size if size > 0 else 0.0
