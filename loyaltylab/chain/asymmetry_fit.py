"""What low and high answers do: penalty, reward and their difference for each factor."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array
from loyaltylab.chain.branches import place
from loyaltylab.curve import clusters

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Shape = Literal["dummies", "slopes"]
UNSHOWN = "no asymmetry is shown"


@dataclass(frozen=True, eq=False)
class AsymmetryFit:
    """What low and high answers to each factor do, fitted by :func:`fit_asymmetry`.

    ``result`` is what statsmodels returned; its columns are, after the constant, low and high of
    each factor.

    Examples
    --------
    >>> from loyaltylab.chain import fit_asymmetry
    >>> rng = np.random.default_rng(1)
    >>> seen = pd.DataFrame(rng.integers(1, 6, (900, 2)), columns=["pay", "growth"])
    >>> seen["content"] = seen["pay"].clip(upper=3) + rng.normal(0, 0.3, 900)
    >>> found = fit_asymmetry(seen, "content", ["pay"], ["growth"], cluster=None, shape="slopes")
    >>> found.table()[["factor", "penalty", "reward", "verdict"]].round(1)
       factor  penalty  reward                verdict
    0     pay      1.0    -0.0             hurts more
    1  growth      0.0    -0.0  no asymmetry is shown
    """

    result: Any
    rows: pd.DataFrame
    factors: tuple[Hashable, ...]
    claimed: tuple[str, ...]
    middle: float
    shape: Shape
    scale: tuple[float, float]
    missing: int
    level: float

    def table(self) -> pd.DataFrame:
        """Return one row per factor: penalty, reward, their difference, with intervals.

        Columns: ``factor, claimed`` (hygiene or motivator), ``penalty, reward, difference``
        (reward less penalty), each with ``_lower`` and ``_upper``; ``verdict``; ``low, high``
        (answers below and above the middle), ``n, clusters, missing``. By the theory hygiene has a
        difference below 0, a motivator above.
        """
        found = []
        size = len(self.result.params)
        for at, name in enumerate(self.factors):
            row: dict[str, Any] = {"factor": name, "claimed": self.claimed[at]}
            low, high = np.zeros(size), np.zeros(size)
            low[1 + 2 * at] = 1.0 if self.shape == "slopes" else -1.0
            high[2 + 2 * at] = 1.0
            for key, contrast in (("penalty", low), ("reward", high), ("difference", high - low)):
                test = self.result.t_test(contrast[None])
                lower, upper = test.conf_int(alpha=1 - self.level)[0]
                row |= {key: float(np.squeeze(test.effect))}
                row |= {f"{key}_lower": float(lower), f"{key}_upper": float(upper)}
            row["verdict"] = _verdict(row["difference_lower"], row["difference_upper"])
            answers = self.rows[place(at)]
            counts = {"low": answers < self.middle, "high": answers > self.middle}
            found.append(row | {key: int(part.sum()) for key, part in counts.items()})
        table = pd.DataFrame(found)
        people = clusters.people(self.rows)
        return table.assign(n=len(self.rows), clusters=people, missing=self.missing)

    def predict(self, data: Data) -> pd.DataFrame:
        """Return the mean outcome of people who answer so: ``predicted, lower, upper``.

        Raises
        ------
        InputError
            If a factor is missing or out of scale.
        """
        columns = {
            place(i): Column(name, "number", *self.scale) for i, name in enumerate(self.factors)
        }
        given = take(data, **columns).to_numpy(float)
        seen = self.result.get_prediction(design(given, self.middle, self.shape))
        low, high = np.asarray(seen.conf_int(alpha=1 - self.level)).T
        return pd.DataFrame({"predicted": seen.predicted_mean, "lower": low, "upper": high})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw penalty (to the left) and reward (to the right) of each factor."""
        table = self.table()
        unit = "per point" if self.shape == "slopes" else "against a middle answer"
        ax = fig.axes(
            ax,
            title="What low answers cost, and high ones bring",
            x=f"outcome, points {unit}",
            y="",
        )
        place = np.arange(len(table))
        for key, sign, colour in (("penalty", -1, fig.RED), ("reward", 1, fig.BLUE)):
            value = sign * table[key].to_numpy()
            ends = sign * table[[f"{key}_lower", f"{key}_upper"]].to_numpy()
            error = np.abs(np.sort(ends, axis=1) - value[:, None]).T
            style: dict[str, Any] = {"color": colour, "alpha": 0.55, "height": 0.5}
            ax.barh(place, value, label=fig.label(key), **style)
            ax.errorbar(value, place, xerr=error, fmt="none", ecolor="#222222", capsize=4)
        words = [f"{r.factor}\n({r.claimed})" for r in table.itertuples()]
        ax.set_yticks(place, words, fontsize=9.5, family=fig.families())
        ax.invert_yaxis()
        ax.axvline(0, color=fig.GREY, lw=1)
        fig.legend_above(ax)
        return ax

    def sentence(self) -> str:
        """Say in one sentence of how many factors the asymmetry is the one that was claimed."""
        table = self.table()
        expected = np.where(table["claimed"] == "hygiene", "hurts more", "pleases more")
        shown_so = int((table["verdict"] == expected).sum())
        against = int(((table["verdict"] != expected) & (table["verdict"] != UNSHOWN)).sum())
        return (
            f"Of {len(table)} factors {shown_so} show the asymmetry that the two-factor theory"
            f" claims, {against} show the opposite and {len(table) - shown_so - against} show none"
            f" beyond chance, in {len(self.rows):,} answers."
        )


def _verdict(lower: float, upper: float) -> str:
    return "pleases more" if lower > 0 else "hurts more" if upper < 0 else UNSHOWN


def design(factors: Array, middle: float, shape: Shape) -> Array:
    """Return the columns of the regression: 1, then low and high of each factor.

    Examples
    --------
    >>> design(np.array([[1.0], [3.0], [5.0]]), 3, "slopes").tolist()
    [[1.0, -2.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 2.0]]
    """
    low, high = np.minimum(factors - middle, 0), np.maximum(factors - middle, 0)
    if shape == "dummies":
        low, high = (low < 0).astype(float), (high > 0).astype(float)
    both = np.stack([low, high], axis=2).reshape(len(factors), -1)
    return np.column_stack([np.ones(len(factors)), both])
