"""Two brands, one question: the mean ranks one first, the top box the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Mean = Annotated[float, Ge(0), Le(12)]
Spread = Annotated[float, Gt(0), Le(12)]


@model
class TopBoxOrMean:
    """Two brands whose customers feel normally spread satisfaction and answer in steps.

    A customer of a brand feels ``s ~ Normal(mean, spread)`` and gives the nearest of the
    answers 1 … points; what lies beyond the ends is answered with the end. The share of answer
    k is ``Φ((k + ½ − mean) / spread) − Φ((k − ½ − mean) / spread)``. The mean follows the
    middle of the feelings, the top box their upper tail: of two brands the one with the larger
    spread can have the lower mean and the larger top box. Then "which is better?" has no
    answer before it is said what a very satisfied customer is worth against a dissatisfied one.
    The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The two-sided effect of ordered categories: after McKelvey & Zavoina (1975), ordered probit
    (reported, not verified). The choice between mean and top box is this course's own example.

    Examples
    --------
    >>> brands = TopBoxOrMean()
    >>> brands.means.round(2).tolist(), brands.top_boxes.round(3).tolist()
    ([3.99, 3.74], [0.202, 0.334])
    >>> brands.disagree
    True
    """

    mean_a: Annotated[Mean, Label("middle of brand A's feelings", "points of the scale")] = 4.0
    spread_a: Annotated[Spread, Label("spread of brand A's feelings", "points of the scale")] = 0.6
    mean_b: Annotated[Mean, Label("middle of brand B's feelings", "points of the scale")] = 3.9
    spread_b: Annotated[Spread, Label("spread of brand B's feelings", "points of the scale")] = 1.4
    points: Literal[5, 7, 10] = 5
    top: Annotated[int, Ge(1), Le(4), Label("answers in the top box", "answers from the best")] = 1

    @property
    def shares(self) -> Array:
        """Share of each answer, shape ``(2, points)``: brand A, brand B."""
        from scipy.special import ndtr

        cuts = np.arange(1.5, self.points)
        rows = []
        for mean, spread in ((self.mean_a, self.spread_a), (self.mean_b, self.spread_b)):
            away = np.clip((cuts - mean) / spread, -40, 40)
            below, above = ndtr(away), ndtr(-away)
            # each step from the side on which it is small, so that no share is lost in rounding
            left = np.diff([0.0, *below, 1.0])
            right = -np.diff([1.0, *above, 0.0])
            rows.append(np.where(np.append(away, 40) <= 0, left, right))
        return np.asarray(np.maximum(np.array(rows), 0.0))

    @property
    def means(self) -> Array:
        """Mean answer of brand A and brand B."""
        return np.asarray(self.shares @ np.arange(1, self.points + 1))

    @property
    def top_boxes(self) -> Array:
        """Share of the best answers of brand A and brand B."""
        return np.asarray(self.shares[:, -self.top :].sum(axis=1))

    @property
    def disagree(self) -> bool:
        """Whether the mean and the top box rank the two brands in opposite order."""
        gaps = np.array([np.subtract(*self.means), np.subtract(*self.top_boxes)])
        return bool((np.abs(gaps) > 1e-9).all() and gaps[0] * gaps[1] < 0)

    def table(self) -> pd.DataFrame:
        """Return the share of each answer by brand, and whether it is in the top box (1 or 0)."""
        a, b = self.shares
        answer = np.arange(1, self.points + 1)
        box = (answer > self.points - self.top).astype(int)
        return pd.DataFrame({"answer": answer, "share_a": a, "share_b": b, "in_top_box": box})

    def summary(self) -> pd.DataFrame:
        """Return mean, top box and bottom box of the two brands, and who leads each."""
        bottom = self.shares[:, : self.top].sum(axis=1)
        rows = [("mean", *self.means), ("top_box", *self.top_boxes), ("bottom_box", *bottom)]
        found = pd.DataFrame(rows, columns=["measure", "brand_a", "brand_b"])
        gap = found["brand_a"] - found["brand_b"]
        first = np.where(gap > 0, "A", "B")
        return found.assign(larger=np.where(np.abs(gap) <= 1e-9, "equal", first))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shares of the answers of both brands, their means and the top box."""
        ax = fig.axes(
            ax,
            title="Two brands, one question",
            x="answer (points of the scale)",
            y="share of customers",
        )
        for name, color, mark in (("a", fig.BLUE, "o"), ("b", fig.ORANGE, "s")):
            label = fig.label(f"brand {name.upper()}")
            ax.plot([], [], f"{mark}-", color=color, lw=2, ms=7, gid=f"shares_{name}", label=label)
            mean = fig.label(f"mean of {name.upper()}")
            ax.axvline(0, color=color, ls=":", lw=2, gid=f"mean_{name}", label=mean)
        box = fig.label("top box begins")
        ax.axvline(0, color=fig.GREY, ls="--", lw=1.2, gid="box", label=box)
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        for i, name in enumerate("ab"):
            artists[f"shares_{name}"].set_data(table["answer"], table[f"share_{name}"])
            artists[f"mean_{name}"].set_xdata([self.means[i]] * 2)
        artists["box"].set_xdata([self.points - self.top + 0.5] * 2)
        ax.set_xlim(0.7, self.points + 0.3)
        largest = float(self.shares.max())
        ax.set_ylim(0, 0.62 if largest <= 0.6 else 1.03)

    def sentence(self) -> str:
        """Say in one sentence which brand leads by the mean, and which by the top box."""
        (mean_a, mean_b), (top_a, top_b) = self.means, self.top_boxes
        verdict = (
            "mean and top box rank them in opposite order"
            if self.disagree
            else "mean and top box do not contradict each other"
        )
        return (
            f"Brand A has a mean of {mean_a:.2f} and {top_a:.1%} in the top {self.top} of"
            f" {self.points} answers, brand B a mean of {mean_b:.2f} and {top_b:.1%}: {verdict}."
        )
