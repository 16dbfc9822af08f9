"""Several indicators in one number, and whether composites agree in their rankings."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array
from loyaltylab.indicators.weighting import normalised, ranks, resolved

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Composite:
    """A weighted sum of normalised indicators; made by :func:`composite`.

    ``normal`` holds the normalised indicators (higher is more loyal), one row per name,
    ``weights`` their weights (sum 1).

    Examples
    --------
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3, 1, 2]})
    >>> made = composite(brands, name="brand", directions={"scr": "up", "gap": "down"})
    >>> made.table().round(2)
      name  score  rank
    0    B   0.83     1
    1    A   0.50     2
    2    C   0.25     3
    """

    names: tuple[Any, ...]
    normal: pd.DataFrame
    weights: dict[Any, float]
    directions: dict[Any, str]
    normalisation: str

    @property
    def scores(self) -> Array:
        """Score of each name, in the order of the data."""
        return np.asarray(self.normal.to_numpy() @ self._weights)

    @property
    def _weights(self) -> Array:
        return np.array([self.weights[c] for c in self.normal.columns])

    def table(self) -> pd.DataFrame:
        """Return ``name, score, rank``, best first; equal scores share the better rank."""
        score = self.scores
        table = pd.DataFrame({"name": list(self.names), "score": score, "rank": ranks(score)})
        return table.sort_values(["rank", "name"], ignore_index=True, key=_sortable)

    def parts(self) -> pd.DataFrame:
        """Return what each indicator adds to each score: ``name, indicator, value, weight, part``.

        ``value`` is the normalised indicator; the parts of a name add up to its score.
        """
        size, k = self.normal.shape
        value = self.normal.to_numpy()
        return pd.DataFrame(
            {
                "name": np.repeat(np.asarray(self.names, dtype=object), k),
                "indicator": list(self.normal.columns) * size,
                "value": value.ravel(),
                "weight": np.tile(self._weights, size),
                "part": (value * self._weights).ravel(),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the parts of each score on each other, best name first.

        Where the normalisation has negative values (z), parts hang below zero.
        """
        ax = fig.axes(
            ax,
            title=f"Composite of {self.normal.shape[1]} indicators ({self.normalisation})",
            x="name",
            y="score",
        )
        order = self.table()["name"].tolist()
        rows = [self.names.index(name) for name in order]
        part = self.normal.to_numpy()[rows] * self._weights
        at = np.arange(len(order))
        above, below = np.zeros(len(order)), np.zeros(len(order))
        for k, column in enumerate(self.normal.columns):
            height = part[:, k]
            bottom = np.where(height >= 0, above, below)
            less = " (the less, the more)" if self.directions[column] == "down" else ""
            text = fig.label(str(column).replace("_", " ") + less)
            ax.bar(
                at, height, bottom=bottom, width=0.6, color=COLOURS[k % len(COLOURS)], label=text
            )
            above, below = above + np.maximum(height, 0), below + np.minimum(height, 0)
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.set_xticks(at, [fig.label(str(name)[:18]) for name in order])
        fig.legend_above(ax)
        return ax


COLOURS = (*fig.PALETTE, fig.GREY, "#F0E442")


def _sortable(column: pd.Series[Any]) -> pd.Series[Any]:
    return column.astype(str) if column.dtype == object else column


def composite(
    data: Data,
    *,
    name: Hashable,
    directions: Mapping[Any, str],
    weights: Any = "equal",
    normalisation: str = "min-max",
) -> Composite:
    """Combine indicators into one score: ``Σ weight · normalised indicator``.

    Nothing is guessed. Each indicator has a direction: ``"up"`` where more of it means more
    loyalty, ``"down"`` where less does (time to choose, size of the price elasticity). Each is
    brought to a common scale: ``"min-max"`` to 0 … 1 (depends on the two extreme rows), ``"z"`` to
    standard deviations from the mean, ``"rank"`` to 0 … 1 by order only. Each has a weight.

    Parameters
    ----------
    data
        A frame or file, one row per brand or customer, without missing values.
    name
        Column that names the rows, each once.
    directions
        ``{column: "up" or "down"}``.
    weights
        ``"equal"``; ``"entropy"`` (see :func:`entropy_weights`); an :class:`AHP`; or
        ``{column: weight}`` of numbers >= 0, which are brought to the sum 1.
    normalisation
        ``"min-max"``, ``"z"`` or ``"rank"``.

    Returns
    -------
    Composite

    Raises
    ------
    InputError
        For bad columns, a direction or weight that is missing, fewer than two rows, or an
        indicator that is the same in all rows.

    Examples
    --------
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3, 1, 2]})
    >>> ways = {"scr": "up", "gap": "down"}
    >>> composite(brands, name="brand", directions=ways, weights={"scr": 3, "gap": 1}).weights
    {'scr': 0.75, 'gap': 0.25}
    """
    names, normal = normalised(data, name, directions, normalisation)
    held = resolved(weights, normal, data, name, directions)
    return Composite(names, normal, held, dict(directions), normalisation)


def checked(made: Any) -> Composite:
    """Return a composite, or say what else was given."""
    if not isinstance(made, Composite):
        raise InputError(f"made must be what composite() returned, not {shown(made)}.")
    return made


def compare_composites(composites: Mapping[str, Composite]) -> pd.DataFrame:
    """Compare the rankings of several composites of the same names.

    Parameters
    ----------
    composites
        ``{label: what composite() returned}``, at least two.

    Returns
    -------
    pandas.DataFrame
        ``first, second, kendall`` (rank correlation tau-b), ``spearman``, ``same_top``.

    Raises
    ------
    InputError
        If they are fewer than two, or of different names.

    Examples
    --------
    >>> brands = pd.DataFrame({"brand": list("ABC"), "scr": [0.5, 0.4, 0.2], "gap": [3, 1, 2]})
    >>> ways = {"scr": "up", "gap": "down"}
    >>> one = composite(brands, name="brand", directions=ways)
    >>> two = composite(brands, name="brand", directions=ways, weights={"scr": 9, "gap": 1})
    >>> compare_composites({"equal": one, "mostly scr": two}).round(2)
       first      second  kendall  spearman  same_top
    0  equal  mostly scr     0.33       0.5     False
    """
    from scipy.stats import kendalltau, spearmanr

    if not isinstance(composites, Mapping) or len(composites) < 2:
        raise InputError("composites must hold at least two, such as {'equal': one, 'AHP': two}.")
    made = [(label, checked(c)) for label, c in composites.items()]
    base = made[0][1].names
    rows = []
    for i, (a, one) in enumerate(made):
        for b, two in made[i + 1 :]:
            if set(two.names) != set(base) or set(one.names) != set(base):
                raise InputError("The composites must be of the same names; they are not.")
            other = two.scores[[two.names.index(x) for x in one.names]]
            x, y = np.round(one.scores, 12), np.round(other, 12)
            same = one.names[int(np.argmax(x))] == one.names[int(np.argmax(y))]
            tau, rho = (float(f(x, y)[0]) for f in (kendalltau, spearmanr))
            rows.append((a, b, tau, rho, same))
    return pd.DataFrame(rows, columns=["first", "second", "kendall", "spearman", "same_top"])
