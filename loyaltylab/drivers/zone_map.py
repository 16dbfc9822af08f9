"""What an importance-performance map says: zones, how firm they are, and the picture."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array
from loyaltylab.drivers.names_beside import name_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULES = ("mean", "median", "middle")
Cross = str | float
"""Where an axis is cut: by a rule, or at a number that is the target."""
CORNERS = ("adjust", "keep", "fix", "manage")
"""Zones by performance high (1) and importance high (2)."""
ROUNDING = 1e-12
COLOURS = {"manage": fig.BLUE, "keep": fig.GREEN, "adjust": fig.GREY, "fix": fig.RED}


@dataclass(frozen=True, eq=False)
class ZoneMap:
    """Attributes placed by :func:`loyaltylab.drivers.importance_performance`.

    ``drawn`` holds importance and performance of each bootstrap sample, ``(2, draws, p)``;
    ``rules`` the cross-hair of both axes, importance first; ``missing`` the rows left out.

    Examples
    --------
    >>> from loyaltylab.drivers import importance_performance
    >>> seen = pd.DataFrame({"a": [4, 5, 4, 5, 4, 5], "b": [1, 2, 2, 1, 1, 2]})
    >>> said = seen.assign(a_matters=[2, 1, 2, 1, 2, 1], b_matters=[5, 4, 5, 4, 5, 4])
    >>> stated = ["a_matters", "b_matters"]
    >>> importance_performance(said, attributes=["a", "b"], importance=stated).cross_hair().round(2)
              axis  rule  value  lower  upper
    0   importance  mean    3.0   2.67   3.33
    1  performance  mean    3.0   2.67   3.33
    """

    attributes: tuple[Hashable, ...]
    importance: Array
    performance: Array
    drawn: Array
    rules: tuple[Cross, Cross]
    ends: tuple[tuple[float, float] | None, tuple[float, float]]
    measure: str
    n: int
    missing: int
    level: float

    def table(self) -> pd.DataFrame:
        """Return one row per attribute: place, intervals, zone, and how firm the zone is.

        ``attribute``; ``importance`` and ``performance``, each with ``_lower`` and ``_upper``;
        ``zone``; ``kept`` (share of the bootstrap samples in which it stands in that zone);
        ``next_zone`` and ``next_share`` (where else it stands most often); ``n``. A ``kept`` of
        0.5 says that the zone is a toss-up; one near 1 that the side of the line is sure, for
        those who answered, and not that the distance from it is worth a coin.
        """
        here, often = self._zones(), self._often()
        place = np.arange(len(here))
        kept = often[place, here]
        rest = often.copy()
        rest[place, here] = -1.0
        second = rest.argmax(axis=1)
        share = rest[place, second]
        (low_i, low_p), (high_i, high_p) = self._ends(self.drawn)
        return pd.DataFrame(
            {
                "attribute": list(self.attributes),
                "importance": self.importance,
                "importance_lower": low_i,
                "importance_upper": high_i,
                "performance": self.performance,
                "performance_lower": low_p,
                "performance_upper": high_p,
                "zone": [CORNERS[z] for z in here],
                "kept": kept,
                "next_zone": [
                    CORNERS[z] if s > 0 else "" for z, s in zip(second, share, strict=True)
                ],
                "next_share": share,
                "n": self.n,
            }
        )

    def distances(self) -> pd.DataFrame:
        """Return how far every attribute stands from the cross-hair: two rows each.

        ``attribute, axis``; ``distance`` (the attribute less the line, in units of the axis)
        with ``lower`` and ``upper``, in which both move together; ``joint_lower`` and
        ``joint_upper``, that hold all attributes of the axis at once (bootstrap of the largest
        studentised distance), because whoever looks at many attributes finds one that stands out
        by chance; ``side`` ("above" or "below" by the joint interval, else "open"); ``n``.
        """
        parts = []
        for axis, name in enumerate(("importance", "performance")):
            at = self._at(axis) - self._line(axis, self._at(axis)[None])
            drawn = self.drawn[axis] - self._line(axis, self.drawn[axis])[:, None]
            spread = drawn.std(axis=0)
            moves = spread > ROUNDING
            scaled = np.abs(drawn - at)[:, moves] / spread[moves]
            reach = np.quantile(scaled.max(axis=1, initial=0.0), self.level) * spread
            lower, upper = self._ends(drawn)
            low, high = at - reach, at + reach
            side = np.where(low > 0, "above", np.where(high < 0, "below", "open"))
            found = {"attribute": list(self.attributes), "axis": name, "distance": at}
            found |= {"lower": lower, "upper": upper, "joint_lower": low, "joint_upper": high}
            parts.append(pd.DataFrame({**found, "side": side, "n": self.n}))
        return pd.concat(parts, ignore_index=True)

    def by_rule(self) -> pd.DataFrame:
        """Return ``attribute, rule, zone, kept`` under every rule for the cross-hair.

        ``"middle"`` cuts performance only where importance is derived: that is cut at its mean.
        """
        parts = []
        for rule in RULES:
            first: Cross = "mean" if rule == "middle" and self.ends[0] is None else rule
            table = replace(self, rules=(first, rule)).table()
            parts.append(table[["attribute", "zone", "kept"]].assign(rule=rule))
        found = pd.concat(parts, ignore_index=True)
        return found[["attribute", "rule", "zone", "kept"]]

    def cross_hair(self) -> pd.DataFrame:
        """Return ``axis, rule, value, lower, upper``: where the axes cross."""
        lines = [self._line(i, self._at(i)[None])[0] for i in (0, 1)]
        ends = [self._ends(self._line(i, self.drawn[i])) for i in (0, 1)]
        return pd.DataFrame(
            {
                "axis": ["importance", "performance"],
                "rule": [str(r) if isinstance(r, str) else "target" for r in self.rules],
                "value": lines,
                "lower": [float(e[0]) for e in ends],
                "upper": [float(e[1]) for e in ends],
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the map: performance to the right, importance upwards, the zones at the corners."""
        title = f"Importance and performance (n = {self.n:,})"
        y = f"importance ({SPOKEN[self.measure]})"
        ax = fig.axes(ax, title=title, x="performance (mean answer, points of the scale)", y=y)
        table, lines = self.table(), self.cross_hair()["value"]
        for row in table.to_dict("records"):
            x, y_at = row["performance"], row["importance"]
            across = np.maximum([[x - row["performance_lower"]], [row["performance_upper"] - x]], 0)
            up = np.maximum([[y_at - row["importance_lower"]], [row["importance_upper"] - y_at]], 0)
            style: dict[str, Any] = {"color": COLOURS[row["zone"]], "fmt": "o", "ms": 6, "lw": 1.4}
            ax.errorbar(x, y_at, xerr=across, yerr=up, **style)
        ax.axhline(lines[0], color=fig.GREY, lw=1.1, ls="--")
        ax.axvline(lines[1], color=fig.GREY, lw=1.1, ls="--")
        for axis, low, high, line in (
            ("y", table["importance_lower"], table["importance_upper"], lines[0]),
            ("x", table["performance_lower"], table["performance_upper"], lines[1]),
        ):
            bottom, top = min(low.min(), line), max(high.max(), line)
            pad = 0.16 * (top - bottom) or 0.5
            getattr(ax, f"set_{axis}lim")(bottom - pad, top + pad)
        name_points(ax, table, lines.tolist())
        for place, name in enumerate(CORNERS):
            right, above = place % 2, place // 2
            style = {"color": COLOURS[name], "fontsize": 10, "style": "italic"}
            style |= {"ha": "right" if right else "left", "va": "top" if above else "bottom"}
            at = (0.99 if right else 0.01, 0.985 if above else 0.015)
            ax.text(*at, fig.label(name), transform=ax.transAxes, **style)
        return ax

    def _at(self, axis: int) -> Array:
        return self.performance if axis else self.importance

    def _line(self, axis: int, values: Array) -> Array:
        """Return where an axis is cut, for the values of each draw."""
        rule, limits = self.rules[axis], self.ends[axis]
        if rule == "mean":
            return np.asarray(values.mean(axis=1))
        if rule == "median":
            return np.asarray(np.median(values, axis=1))
        fixed = sum(limits) / 2 if isinstance(rule, str) and limits else float(rule)
        return np.full(len(values), fixed)

    def _zones(self) -> Any:
        return self._code(self.importance[None], self.performance[None])[0]

    def _code(self, importance: Array, performance: Array) -> Any:
        high = [
            values - line[:, None]
            >= -ROUNDING * np.abs(line)[:, None]  # equal ones are at the mean
            for values, line in (
                (importance, self._line(0, importance)),
                (performance, self._line(1, performance)),
            )
        ]
        return high[1] + 2 * high[0]

    def _often(self) -> Array:
        """Return in which share of the draws each attribute stands in each zone."""
        codes = self._code(self.drawn[0], self.drawn[1])
        return np.stack([np.mean(codes == z, axis=0) for z in range(4)], axis=1)

    def _ends(self, drawn: Array) -> Array:
        axis = drawn.ndim - 2 if drawn.ndim > 1 else 0
        return np.quantile(drawn, [(1 - self.level) / 2, (1 + self.level) / 2], axis=axis)


SPOKEN = {
    "stated": "stated, mean answer",
    "lmg": "derived, LMG: share of R²",
    "relative_weight": "derived, relative weight",
    "beta": "derived, β",
    "correlation": "derived, correlation",
}
