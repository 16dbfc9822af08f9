"""What meeting needs does to satisfaction: Kano's three curves and a demanding public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Met = Annotated[float, Ge(0), Le(1)]
STEPS = 21


@model
class KanoResponse:
    """How many customers are satisfied when basic, expected and exciting needs are met in part.

    With the shares b, e, x of the three kinds of need that are met, the index of satisfaction is

    ``S = [ w_b · (-(1-b)^k) + w_e · (2e-1) + w_x · x^k ] / (w_b + w_e + w_x)``

    Basic needs (must-be) rise steeply from below and end at 0: they never please. Expected ones
    (one-dimensional) run straight from -1 to 1. Exciting ones (attractive) start at 0 and rise
    ever faster: their lack never annoys. A customer is satisfied where S reaches what he demands;
    demands are spread evenly over ``demand ± spread``. All numbers are ILLUSTRATIVE: Kano drew
    the curves and gave them no formula. Kinds of need are the same for everybody here; that
    they are not is what :func:`offers` takes from answers.

    Raises
    ------
    InputError
        If a value is not valid, or all three weights are 0.

    References
    ----------
    Kano, Seraku, Takahashi & Tsuji (1984), Attractive quality and must-be quality, for the
    shapes of the curves.

    Examples
    --------
    >>> promised = KanoResponse(basic=1, expected=1, exciting=0.5)
    >>> round(promised.index, 3), round(promised.satisfied, 3)
    (0.417, 0.528)
    >>> KanoResponse(basic=1, expected=0.5, exciting=0).index
    0.0
    """

    basic: Annotated[Met, Label("basic needs met", "share")] = 1.0
    expected: Annotated[Met, Label("expected needs met", "share")] = 1.0
    exciting: Annotated[Met, Label("exciting needs met", "share")] = 0.5
    weight_basic: Annotated[float, Ge(0), Label("weight of basic needs", "relative")] = 1.0
    weight_expected: Annotated[float, Ge(0), Label("weight of expected needs", "relative")] = 1.0
    weight_exciting: Annotated[float, Ge(0), Label("weight of exciting needs", "relative")] = 1.0
    bend: Annotated[float, Ge(1), Le(100), Label("bend of the curved needs", "power")] = 2.0
    demand: Annotated[float, Ge(-1), Le(1), Label("mean demand", "index from −1 to 1")] = 0.4
    spread: Annotated[
        float, Ge(0), Le(1), Label("spread of demand to either side", "index points")
    ] = 0.3
    delight: Annotated[
        float, Ge(0), Le(2), Label("more that makes very satisfied", "index points")
    ] = 0.3

    def __post_init__(self) -> None:
        if self.weight_basic + self.weight_expected + self.weight_exciting == 0:
            raise InputError(
                "weight_basic, weight_expected and weight_exciting must not all be 0; give one of"
                " them a value above 0."
            )

    @property
    def index(self) -> float:
        """Satisfaction from -1 to 1."""
        return float(self._index(np.array([self.exciting]))[0])

    @property
    def satisfied(self) -> float:
        """Share of customers whose demand is reached."""
        return float(self._share(np.array([self.index]), 0)[0])

    @property
    def very_satisfied(self) -> float:
        """Share of customers whose demand is exceeded by ``delight``."""
        return float(self._share(np.array([self.index]), self.delight)[0])

    @property
    def highest_demand(self) -> float:
        """Demand of the most demanding customer: all are satisfied where the index reaches it."""
        return self.demand + self.spread

    def weights(self) -> Array:
        """Return the weights of basic, expected and exciting needs, adding to 1."""
        weights = np.array([self.weight_basic, self.weight_expected, self.weight_exciting])
        weights = weights / weights.max()
        return np.asarray(weights / weights.sum())

    def _index(self, exciting: Array) -> Array:
        basic, expected, thrill = self.weights()
        fixed = -basic * (1 - self.basic) ** self.bend + expected * (2 * self.expected - 1)
        return np.asarray(fixed + thrill * exciting**self.bend)

    def _share(self, index: Array, more: float) -> Array:
        above = index - more - (self.demand - self.spread)
        if self.spread == 0:
            return np.where(above >= 0, 1.0, 0.0)
        return np.clip(above / (2 * self.spread), 0.0, 1.0)

    def table(self) -> pd.DataFrame:
        """Return index, share satisfied and very satisfied as exciting needs go from 0 to 1."""
        exciting = np.linspace(0, 1, STEPS)
        index = self._index(exciting)
        return pd.DataFrame(
            {
                "basic": self.basic,
                "expected": self.expected,
                "exciting": exciting,
                "index": index,
                "satisfied": self._share(index, 0),
                "very_satisfied": self._share(index, self.delight),
            }
        )

    def curves(self) -> pd.DataFrame:
        """Return what each kind of need adds to the index, from not met to met in full."""
        met = np.linspace(0, 1, STEPS)
        basic, expected, exciting = self.weights()
        parts = {
            "basic": -basic * (1 - met) ** self.bend,
            "expected": expected * (2 * met - 1),
            "exciting": exciting * met**self.bend,
        }
        return pd.DataFrame({"met": met, **parts}).melt("met", var_name="need", value_name="adds")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shares of satisfied and very satisfied customers against exciting needs."""
        ax = fig.axes(
            ax,
            title="Who is satisfied (illustrative)",
            x="exciting needs met (share)",
            y="share of customers",
        )
        ax.axhline(1, color=fig.GREY, lw=1.2, ls=":", label=fig.label("promised: 100%"))
        for name, style in (("satisfied", "-"), ("very_satisfied", "--")):
            text = fig.label(name.replace("_", " "))
            ax.plot([], [], style, color=fig.BLUE, lw=2.2, gid=name, label=text)
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        fig.percent(ax)
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.02, 1.05)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        # closer than the table, so that a step is drawn as one, and with the point on the line
        exciting = np.union1d(np.linspace(0, 1, 201), [self.exciting])
        index = self._index(exciting)
        for name, more in (("satisfied", 0.0), ("very_satisfied", self.delight)):
            artists[name].set_data(exciting, self._share(index, more))
        artists["here"].set_data([self.exciting], [self.satisfied])

    def sentence(self) -> str:
        """Say in one sentence how many are satisfied, and when all would be."""
        index, most = self.index, self.highest_demand
        verdict = "reaches" if index >= most else "does not reach"
        reached, asked = _told_apart(index, most)
        return (
            f"With {_percent(self.basic)} of basic, {_percent(self.expected)} of expected and"
            f" {_percent(self.exciting)} of exciting needs met, {_percent(self.satisfied)} of the"
            f" customers are satisfied and {_percent(self.very_satisfied)} very satisfied, for the"
            f" index of {reached} {verdict} the {asked} that the most demanding one asks."
        )


def _percent(share: float) -> str:
    """Say a share in whole percents, but all and nobody only where it is so."""
    if 0 < share < 0.005:
        return "less than 1%"
    return "more than 99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _told_apart(one: float, two: float) -> tuple[str, str]:
    """Write two numbers with as many decimals, from two to six, as show which is larger."""
    for decimals in range(2, 7):
        words = [f"{value:z.{decimals}f}".replace("-", "−") for value in (one, two)]
        if words[0] != words[1]:
            break
    else:
        words = [f"{value:z.2f}".replace("-", "−") for value in (one, two)]
    return words[0], words[1]
