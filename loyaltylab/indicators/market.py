"""The Dirichlet market: what share alone makes of penetration, frequency and loyalty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.indicators.theory import dirichlet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 30
RANGE_OF_S = (0.001, 1000.0)


@model
class DirichletMarket:
    """The NBD-Dirichlet: brands that differ in nothing but their share.

    Category purchases in the period are Poisson with gamma rates over customers (NBD, mean
    ``rate`` and ``shape``); each customer chooses among the brands with probabilities of his own,
    which are Dirichlet distributed with ``α_j = switching · share_j``, whatever he buys in all.
    From that follow the penetration b of each brand, the purchases w of a buyer, the share of his
    category requirements that it gets, and how many buy nothing else. Small brands suffer twice:
    fewer buyers, who buy it a little less often (double jeopardy; w(1 − b) is nearly constant).

    Raises
    ------
    InputError
        If a value is not valid, or there are fewer than 2 or more than 30 brands.

    References
    ----------
    Goodhardt, G. J., Ehrenberg, A. S. C. & Chatfield, C. (1984), "The Dirichlet: a comprehensive
    model of buying behaviour", Journal of the Royal Statistical Society A 147(5), 621-655.

    Examples
    --------
    >>> market = DirichletMarket(sizes=(3, 2, 1), switching=1.2, rate=8, shape=0.8)
    >>> market.table()[["brand", "share", "penetration", "purchase_frequency", "scr"]].round(2)
       brand  share  penetration  purchase_frequency   scr
    0      1   0.50         0.65                6.12  0.58
    1      2   0.33         0.52                5.17  0.46
    2      3   0.17         0.31                4.30  0.36
    """

    sizes: Annotated[
        tuple[Annotated[float, Gt(0), Le(1e6)], ...],
        Label("purchases of the brands, or their shares", "in proportion"),
    ] = (40.0, 25.0, 15.0, 12.0, 8.0)
    switching: Annotated[
        float,
        Ge(RANGE_OF_S[0]),
        Le(RANGE_OF_S[1]),
        Label("S: alikeness of customers", "sum of alphas"),
    ] = 1.2
    rate: Annotated[
        float, Gt(0), Le(1000), Label("category purchases", "per customer and period")
    ] = 10.0
    shape: Annotated[
        float, Ge(0.01), Le(1000), Label("K: alikeness of rates", "shape of the gamma")
    ] = 1.0

    def __post_init__(self) -> None:
        if not 2 <= len(self.sizes) <= MOST:
            raise InputError(
                f"sizes must hold one number for each of 2 to {MOST} brands, not"
                f" {len(self.sizes)} numbers."
            )

    @property
    def shares(self) -> Array:
        """Market share of each brand."""
        sizes = np.asarray(self.sizes)
        return np.asarray(sizes / sizes.sum())

    def table(self) -> pd.DataFrame:
        """Return one row per brand: what the theory expects of it.

        ``brand`` (1, 2, … as given), ``share``, ``penetration``, ``purchase_frequency`` (per
        buyer), ``category_frequency`` (category purchases of its buyers), ``scr``,
        ``sole_share`` (of its buyers), ``jeopardy`` = w (1 − b).
        """
        theory = dirichlet(self.shares, self.switching, self.rate, self.shape)
        return _table(np.arange(1, len(self.sizes) + 1), self.shares, *theory)

    def duplication(self) -> pd.DataFrame:
        """Return the share of each brand's buyers who also buy another brand.

        ``brand, other, duplication, coefficient``: the duplication over the penetration of the
        other brand, which the law of duplication of purchase takes to be the same for all.

        Examples
        --------
        >>> DirichletMarket(sizes=(2, 1)).duplication().round(2)
           brand  other  duplication  coefficient
        0      1      2         0.58         1.02
        1      2      1         0.83         1.02
        """
        k = len(self.sizes)
        first, second = np.triu_indices(k, 1)
        single = dirichlet(self.shares, self.switching, self.rate, self.shape).penetration
        pairs = self.shares[first] + self.shares[second]
        either = dirichlet(pairs, self.switching, self.rate, self.shape).penetration
        both = np.zeros((k, k))
        both[first, second] = both[second, first] = np.maximum(
            single[first] + single[second] - either, 0
        )
        row, column = np.nonzero(~np.eye(k, dtype=bool))
        share = both[row, column] / single[row]
        return pd.DataFrame(
            {
                "brand": row + 1,
                "other": column + 1,
                "duplication": share,
                "coefficient": share / single[column],
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return penetration and frequency of a brand of any share in this market."""
        share = np.concatenate([np.geomspace(0.002, 0.1, 12), np.linspace(0.14, 0.98, 22)])
        theory = dirichlet(share, self.switching, self.rate, self.shape)
        table = _table(np.arange(len(share)), share, *theory)
        return table[["share", "penetration", "purchase_frequency"]]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw purchases per buyer against penetration: brands, and the line they lie on."""
        ax = fig.axes(
            ax,
            title="Double jeopardy: fewer buyers, who buy less often",
            x="penetration (share of customers who buy the brand)",
            y="purchases per buyer",
        )
        style: dict[str, Any] = {"color": fig.GREY, "lw": 1.4}
        ax.plot([], [], gid="line", label=fig.label("a brand of any share"), **style)
        ax.plot(
            [],
            [],
            gid="law",
            color=fig.ORANGE,
            lw=1.4,
            ls="--",
            label=fig.label("w(1−b) of the largest brand"),
        )
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="brands", label=fig.label("brands"))
        ax.set_xlim(0, 1)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table, curve = self.table(), self.curve()
        top = fig.ceiling(1.25 * float(table["purchase_frequency"].max()))
        artists["brands"].set_data(table["penetration"], table["purchase_frequency"])
        artists["line"].set_data(curve["penetration"], curve["purchase_frequency"])
        largest = table.iloc[int(np.argmax(self.shares))]
        b = np.linspace(0, 0.98, 60)
        artists["law"].set_data(b, np.minimum(largest["jeopardy"] / (1 - b), 2 * top))
        ax.set_ylim(0, top)

    def sentence(self) -> str:
        """Say in one sentence what the largest and the smallest brand get."""
        table = self.table()
        large, small = (table.iloc[int(f(self.shares))] for f in (np.argmax, np.argmin))
        return (
            f"With a share of {large['share']:.3g} the largest brand reaches"
            f" {100 * large['penetration']:.3g}% of customers, who buy it"
            f" {large['purchase_frequency']:.3g} times and give it {100 * large['scr']:.3g}% of"
            f" their needs; with {small['share']:.3g} the smallest reaches"
            f" {100 * small['penetration']:.3g}%, who buy it {small['purchase_frequency']:.3g}"
            f" times and give it {100 * small['scr']:.3g}%."
        )


def _table(
    brand: Any, share: Array, b: Array, purchases: Array, category: Array, sole: Array
) -> pd.DataFrame:
    b = np.clip(b, 1e-300, 1.0)
    w = np.maximum(purchases / b, 1.0)  # a buyer buys at least once
    return pd.DataFrame(
        {
            "brand": brand,
            "share": share,
            "penetration": b,
            "purchase_frequency": w,
            "category_frequency": np.maximum(category / b, w),
            "scr": np.clip(purchases / np.maximum(category, purchases), 0.0, 1.0),
            "sole_share": np.clip(sole / b, 0.0, 1.0),
            "jeopardy": w * (1 - b),
        }
    )
