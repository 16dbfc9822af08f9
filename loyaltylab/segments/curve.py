"""How much a top share of customers can hold: a model of concentration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.segments.families import Counts, Gamma, Pareto

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXACT = math.log(5) / math.log(4)
"""Exponent of the Pareto distribution in which a fifth holds exactly four fifths."""
GRID = 401


@model
class Concentration:
    """What the largest customers hold of sales and of profit, in a family with one parameter.

    With customers sorted from the largest, the top share p holds

    - ``pareto``: ``p^(1 − 1/exponent)``; exactly 80/20 at ``exponent = log 5 / log 4 = 1.161``;
    - ``gamma``: ``Q(k + 1, Q⁻¹(k, p))`` with ``k = shape`` and the upper regularised gamma function
      Q: purchase rates in the long run. With ``purchases``, the mean number bought in a window,
      those who buy by the same rates are counted as they are seen in it: Poisson counts around
      gamma rates (NBD). Short windows add chance, which looks like concentration among all
      customers, and drop the light ones, which hides it among those who bought.

    Profit is sales times margin; the top has one margin, the rest another, and so

    ``profit share = s·m_top / (s·m_top + (1 − s)·m_rest)``,

    which is the share s of sales only where both margins are equal.

    Raises
    ------
    InputError
        If a value is not valid.

    References
    ----------
    Ehrenberg, A. S. C. (1959), "The pattern of consumer purchases", Applied Statistics 8(1), for
    the NBD; Lorenz, M. O. (1905) for the curve (both reported, not verified).

    Examples
    --------
    >>> pareto = Concentration()
    >>> round(pareto.top_share, 3), round(pareto.holders, 3), round(pareto.gini, 3)
    (0.8, 0.2, 0.756)
    >>> round(pareto.worth_ratio, 1)
    16.0
    >>> gamma = Concentration(family="gamma", shape=1.0)
    >>> round(gamma.top_share, 3)
    0.522
    """

    family: Annotated[Literal["pareto", "gamma"], Label("family of customer values")] = "pareto"
    exponent: Annotated[float, Gt(1), Le(1e6), Label("exponent of the Pareto family", "-")] = EXACT
    shape: Annotated[float, Ge(1e-3), Le(1e3), Label("shape of the gamma family", "-")] = 1.0
    purchases: Annotated[
        float | None,
        Ge(0.01),
        Le(1e6),
        Label("mean purchases in the window (gamma)", "per customer"),
    ] = None
    among: Annotated[Literal["all", "buyers"], Label("customers counted in the window (gamma)")] = (
        "all"
    )
    top: Annotated[float, Ge(1e-6), Lt(1), Label("customers called the top", "share")] = 0.2
    hold: Annotated[float, Gt(0), Lt(1), Label("value to be held", "share")] = 0.8
    margin_top: Annotated[float, Ge(0.001), Le(1), Label("margin of the top", "share of sales")] = (
        0.3
    )
    margin_rest: Annotated[
        float, Ge(0.001), Le(1), Label("margin of the rest", "share of sales")
    ] = 0.3

    @property
    def _family(self) -> Pareto | Gamma | Counts:
        if self.family == "pareto":
            return Pareto(self.exponent)
        if self.purchases is None:
            return Gamma(self.shape)
        return Counts(self.shape, self.purchases, self.among == "buyers")

    def held(self, share: Any) -> Array:
        """Return the share of sales that the largest share of customers hold.

        Parameters
        ----------
        share
            Shares of customers, numbers from 0 to 1.

        Examples
        --------
        >>> Concentration().held([0.0, 0.04, 0.2, 1.0]).round(3).tolist()
        [0.0, 0.64, 0.8, 1.0]
        """
        wanted = np.clip(np.asarray(share, float), 0, 1)
        inside = (wanted > 0) & (wanted < 1)
        found = self._family.held(np.where(inside, wanted, 0.5))
        return np.asarray(np.where(inside, np.clip(found, wanted, 1), wanted))

    @property
    def top_share(self) -> float:
        """Share of sales that the top holds."""
        return float(self.held(self.top))

    @property
    def holders(self) -> float:
        """Smallest share of customers that hold the share of sales asked for."""
        return float(np.clip(self._family.holders(self.hold), 0, self.hold))

    @property
    def gini(self) -> float:
        """Gini coefficient of sales over customers: 0 is equal, near 1 is one for all."""
        return float(np.clip(self._family.gini(), 0, 1))

    @property
    def worth_ratio(self) -> float:
        """How many others one customer of the top buys as much as; may be infinite."""
        rest = 1 - self.top_share
        return math.inf if rest == 0 else self.top_share / rest * (1 - self.top) / self.top

    @property
    def profit_share(self) -> float:
        """Share of profit that the top holds."""
        return float(self._profit(np.array(self.top)))

    def _profit(self, share: Array) -> Array:
        """Return the share of profit held by the largest buyers, whose margin changes once."""
        held, top = self.held(share), self.top_share
        earned = self.margin_top * np.minimum(held, top)
        earned = earned + self.margin_rest * np.maximum(held - top, 0)
        total = self.margin_top * top + self.margin_rest * (1 - top)
        return np.minimum(earned / total, 1.0)

    @property
    def next_share(self) -> float:
        """Share of the next, equally long window's sales that the same customers will hold.

        Nobody changes in it: those who bought x are expected to buy ``w·x + (1 − w)·mean``, with
        ``w = purchases / (purchases + shape)``, so that the top falls back by chance alone. In
        the long run, and in the Pareto family, there is no chance and the share stays.
        """
        if not isinstance(self._family, Counts):
            return self.top_share
        kept = self._family.mean / (self._family.mean + self.shape)
        return kept * self.top_share + (1 - kept) * self.top * self._family.base

    def table(self) -> pd.DataFrame:
        """Return what the largest shares of customers, in steps of 5 %, hold.

        Columns ``share_of_customers, share_of_sales, share_of_profit``.
        """
        share = np.linspace(0, 1, 21).round(2)
        return self._curve(share)

    def _curve(self, share: Array) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "share_of_customers": share,
                "share_of_sales": self.held(share),
                "share_of_profit": self._profit(share),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the concentration curves of sales and profit, and where the top stands."""
        ax = fig.axes(
            ax,
            title="What the largest customers hold",
            x="share of customers, from the largest on",
            y="share held",
        )
        ax.plot([0, 1], [0, 1], color=fig.GREY, lw=0.8)
        ax.plot([0.2], [0.8], "+", color=fig.GREY, ms=14, mew=2, label=fig.label("80/20"))
        for name, colour, style in (("sales", fig.BLUE, "-"), ("profit", fig.ORANGE, "--")):
            ax.plot([], [], color=colour, lw=2.2, ls=style, gid=name, label=fig.label(name))
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="top", label=fig.label("top"))
        held: dict[str, Any] = {"color": fig.GREEN, "ls": ":", "lw": 1.6}
        ax.plot([], [], **held, gid="holders", label=fig.label("who holds the share asked for"))
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        share = np.unique(np.append(np.geomspace(1e-6, 1, 200), np.linspace(0, 1, GRID)))
        curve, holders = self._curve(share), self.holders
        artists["sales"].set_data(curve["share_of_customers"], curve["share_of_sales"])
        artists["profit"].set_data(curve["share_of_customers"], curve["share_of_profit"])
        artists["top"].set_data([self.top], [self.top_share])
        artists["holders"].set_data([0, holders, holders], [self.hold, self.hold, 0])

    def sentence(self) -> str:
        """Say in one sentence what the top holds, and who holds the share asked for."""
        ratio = self.worth_ratio
        if ratio > 1e6:
            worth = "more than a million others"
        else:
            times = float(f"{ratio:.3g}")
            worth = "any other" if times == 1 else f"{fig.number(times)} others"
        seen = "in the long run" if self.purchases is None else f"at {self.purchases:g} purchases"
        who = {"all": "all customers", "buyers": "those who bought"}[self.among]
        said = "" if self.family == "pareto" else f" {seen}, among {who},"
        return (
            f"The top {_percent(self.top)} of customers hold{said}"
            f" {_percent(self.top_share)} of sales and {_percent(self.profit_share)} of profit,"
            f" so that one of them buys as much as {worth}; {_percent(self.hold)} of sales are held"
            f" by {_percent(self.holders)} of customers, and the Gini coefficient is"
            f" {self.gini:.2f}."
        )


def _percent(share: float) -> str:
    """Write a share for a sentence."""
    if share < 0.001:
        return "less than 0.1 %"
    if 0.999 < share < 1:
        return "more than 99.9 %"
    return f"{100 * share:.3g} %"
