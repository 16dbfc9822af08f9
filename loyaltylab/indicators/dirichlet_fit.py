"""What a fitted Dirichlet says, beside what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array, between, wilson
from loyaltylab.indicators.market import RANGE_OF_S, DirichletMarket
from loyaltylab.lifetime.maximum import Maximum, normal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COMPARED = ("penetration", "purchase_frequency", "scr", "sole_share")


@dataclass(frozen=True, eq=False)
class DirichletFit:
    """A market fitted by :func:`fit_dirichlet`.

    ``market`` holds the fitted model, ``nbd`` and ``alphas`` the maximum likelihood estimates
    (``alphas`` also where S was matched to the penetrations), ``observed`` the indicators of the
    brands, ``each`` the S that would give each brand its own penetration.

    Examples
    --------
    >>> from loyaltylab.indicators import fit_dirichlet, simulate_panel
    >>> fit = fit_dirichlet(simulate_panel(DirichletMarket(), customers=2000, seed=1),
    ...     customer="customer", date="occasion", panel=2000)
    >>> fit.table().round(2)[["parameter", "estimate", "lower", "upper", "n"]]
      parameter  estimate  lower  upper     n
    0      rate      9.84   9.40  10.30  2000
    1     shape      1.05   0.97   1.12  2000
    2         S      1.21   1.14   1.28  1826
    """

    market: DirichletMarket
    brand_names: tuple[Any, ...]
    method: str
    nbd: Maximum
    alphas: Maximum
    observed: pd.DataFrame
    each: Array
    panel: int
    level: float

    def table(self) -> pd.DataFrame:
        """Return ``parameter, estimate, standard_error, lower, upper, n, identified``.

        Intervals are built on the log scale with robust standard errors over customers. S from
        the penetrations has none: its bounds are the lowest and highest S of a single brand. Where
        a parameter runs to the end of its range, or customers do not differ at all, nothing is
        known of its error: bounds NaN, ``identified`` False.
        """
        rows = self.nbd.table(self.level)
        if self.method == "likelihood":
            s = _sum(self.alphas, self.level)
        else:
            s = {"standard_error": np.nan, "lower": self.each.min(), "upper": self.each.max()}
        last = {"parameter": "S", "estimate": self.market.switching, "n": int(self.alphas.n)}
        rows = pd.concat([rows, pd.DataFrame([last | s | {"identified": True}])], ignore_index=True)
        rows["estimate"] = [self.market.rate, self.market.shape, self.market.switching]
        width = rows["upper"] - rows["lower"]
        unknown = (width < 1e-9 * rows["estimate"]).to_numpy() | [
            False,
            self.market.shape in (0.01, 1000.0),
            self.market.switching in RANGE_OF_S,
        ]
        rows.loc[unknown, ["standard_error", "lower", "upper"]] = np.nan
        return rows.assign(identified=rows["identified"].astype(bool) & ~unknown)

    def brands(self) -> pd.DataFrame:
        """Return each brand's indicators beside the theory.

        ``brand, indicator, observed, lower, upper, theory, ratio`` (observed over theory), for
        penetration, purchases per buyer, share of requirements and sole loyal. The intervals
        are those of the observed shares of people (Wilson), and NaN for the other two; ask
        :func:`brand_table` for a bootstrap.
        """
        theory = self.market.table()[list(COMPARED)].to_numpy()
        seen = self.observed[list(COMPARED)].to_numpy()
        buyers = self.observed["buyers"].to_numpy()
        lower, upper = np.full(seen.shape, np.nan), np.full(seen.shape, np.nan)
        lower[:, 0], upper[:, 0] = wilson(buyers, self.panel, self.level)
        lower[:, 3], upper[:, 3] = wilson(self.observed["sole"].to_numpy(), buyers, self.level)
        size = len(self.brand_names)
        return pd.DataFrame(
            {
                "brand": np.repeat(np.asarray(self.brand_names, dtype=object), len(COMPARED)),
                "indicator": COMPARED * size,
                "observed": seen.ravel(),
                "lower": lower.ravel(),
                "upper": upper.ravel(),
                "theory": theory.ravel(),
                "ratio": (seen / theory).ravel(),
            }
        )

    def predict(self, periods: float = 1.0) -> pd.DataFrame:
        """Return the theory for a window ``periods`` times as long, one row per brand.

        Rates are taken not to change: a longer window multiplies the mean number of purchases.
        """
        factor = between("periods", periods, 0, 1000, open_ends=True)
        market = DirichletMarket(
            sizes=self.market.sizes,
            switching=self.market.switching,
            rate=min(self.market.rate * factor, 1000.0),
            shape=self.market.shape,
        )
        return market.table().assign(brand=list(self.brand_names))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the brands on the line that the theory gives them."""
        ax = fig.axes(
            ax,
            title="Brands beside the line of the Dirichlet",
            x="penetration (share of customers who buy the brand)",
            y="purchases per buyer",
        )
        curve, seen = self.market.curve(), self.observed
        inside = curve["penetration"] <= 1.6 * seen["penetration"].max()
        line = curve[inside]
        ax.plot(
            line["penetration"], line["purchase_frequency"], color=fig.GREY, lw=1.4,
            label=fig.label("theory: a brand of any share"),
        )  # fmt: skip
        ax.plot(
            seen["penetration"], seen["purchase_frequency"], "o", color=fig.BLUE, ms=8,
            label=fig.label("observed"),
        )  # fmt: skip
        places = zip(seen["penetration"], seen["purchase_frequency"], strict=True)
        for name, (x, y) in zip(self.brand_names, places, strict=True):
            text = fig.label(str(name)[:18])
            above = y > np.interp(x, line["penetration"], line["purchase_frequency"])
            ax.annotate(  # away from the line
                text, (x, y), xytext=(-7, 7) if above else (7, -13), fontsize=9.5,
                ha="right" if above else "left", textcoords="offset points", family=fig.families(),
            )  # fmt: skip
        ax.set_xlim(0, min(1.0, 1.35 * float(seen["penetration"].max())))
        ax.set_ylim(0, 1.2 * float(seen["purchase_frequency"].max()))
        fig.legend_above(ax)
        return ax


def _sum(alphas: Maximum, level: float) -> dict[str, float]:
    """Return standard error and interval of the sum of the alphas (delta method, in logs)."""
    value, error = alphas.spread(lambda v: np.atleast_1d(np.log(v.sum())))
    half = normal(level) * float(error[0])
    s = float(np.exp(value[0]))
    lower, upper = s * np.exp(-half), s * np.exp(half)
    return {"standard_error": s * float(error[0]), "lower": lower, "upper": upper}
