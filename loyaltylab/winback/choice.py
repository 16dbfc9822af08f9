"""Whether a contact pays when chance and value are known only as ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CASES = ("worst", "expected", "best")
UNIT = "share of contacts"


@model
class WinBack:
    """Expected profit of contacting a lost customer, with ranges for what is not known.

    A contact earns ``chance · value − cost``; it pays from the break-even chance ``cost /
    value`` on. The worst case takes both lower ends, the best both upper ends; the expected
    case takes the two middles, which is right if the two are independent. The chance from
    20 to 40 % is the published range for lost customers (see :func:`published_odds`, with its
    caveat); the other defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid, or a lower end above its upper end.

    References
    ----------
    Stauss, B. & Friege, C. (1999), "Regaining service customers", Journal of Service Research
    1(4): the value of a second life (reported, not verified).

    Examples
    --------
    >>> WinBack(value_lower=50, value_upper=150, cost=20).table()[["case", "chance", "profit"]]
           case  chance  profit
    0     worst     0.2   -10.0
    1  expected     0.3    10.0
    2      best     0.4    40.0
    """

    chance_lower: Annotated[float, Ge(0), Le(1), Label("chance of success, at least", UNIT)] = 0.20
    chance_upper: Annotated[float, Ge(0), Le(1), Label("chance of success, at most", UNIT)] = 0.40
    value_lower: Annotated[float, Gt(0), Label("second life is worth at least", "money")] = 50.0
    value_upper: Annotated[float, Gt(0), Label("second life is worth at most", "money")] = 150.0
    cost: Annotated[float, Gt(0), Label("cost of a contact", "money")] = 25.0

    def __post_init__(self) -> None:
        for name in ("chance", "value"):
            lower, upper = getattr(self, f"{name}_lower"), getattr(self, f"{name}_upper")
            if lower > upper:
                raise InputError(
                    f"{name}_lower must not be above {name}_upper, but {lower:g} and {upper:g}"
                    " were given; exchange the two."
                )

    @property
    def verdict(self) -> str:
        """``"pays"``, ``"does not pay"``, or ``"open"`` where the ranges allow both."""
        worst, _, best = self.table()["profit"]
        return "pays" if worst > 0 else "does not pay" if best <= 0 else "open"

    def table(self) -> pd.DataFrame:
        """Return one row per case, worst, expected and best.

        ``case, chance, value, profit`` (money per contact), ``gain_per_coin`` (profit over
        cost), ``break_even_chance`` (at that value; above 1 no chance is high enough).
        """
        chance = _thirds(self.chance_lower, self.chance_upper)
        value = _thirds(self.value_lower, self.value_upper)
        profit = chance * value - self.cost
        return pd.DataFrame(
            {
                "case": CASES,
                "chance": chance,
                "value": value,
                "profit": profit,
                "gain_per_coin": profit / self.cost,
                "break_even_chance": self.cost / value,
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return the profit of a contact over all chances: ``chance, lower, middle, upper``."""
        chance = np.linspace(0, 1, 101)
        ends = _thirds(self.value_lower, self.value_upper)
        profits = chance[:, None] * ends - self.cost
        return pd.DataFrame(
            {"chance": chance, **dict(zip(("lower", "middle", "upper"), profits.T, strict=True))}
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the profit of a contact against the chance of success, for the range of values."""
        ax = fig.axes(
            ax,
            title="What a contact of a lost customer earns",
            x="chance that he comes back",
            y="profit per contact (money)",
        )
        ax.axhline(0, color=fig.GREY, lw=0.8)
        span: dict[str, Any] = {"color": fig.ORANGE, "alpha": 0.25, "lw": 1.5, "gid": "chances"}
        ax.fill_between([0, 1], 0, 0, label=fig.label("chances thought possible"), **span)
        band: dict[str, Any] = {"color": fig.BLUE, "alpha": 0.25, "lw": 0, "gid": "values"}
        ax.fill_between([0, 1], 0, 0, label=fig.label("range of values"), **band)
        middle = fig.label("middle value")
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="middle", label=middle)
        even = fig.label("break-even there")
        ax.plot([], [], "D", color=fig.RED, ms=8, gid="even", label=even)
        fig.legend_above(ax)
        ax.set_xlim(0, 1)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve = self.curve()
        artists["values"].set_data(curve["chance"], curve["lower"], curve["upper"])
        artists["middle"].set_data(curve["chance"], curve["middle"])
        even = float(self.table()["break_even_chance"].iloc[1])
        artists["even"].set_data([min(even, 1.0)], [0])
        artists["even"].set_visible(even <= 1)
        top = fig.ceiling(max(1.05 * float(curve["upper"].max()), 0.5 * self.cost))
        bottom = -fig.ceiling(1.05 * self.cost)
        artists["chances"].set_data([self.chance_lower, self.chance_upper], [bottom] * 2, [top] * 2)
        ax.set_ylim(bottom, top)

    def sentence(self) -> str:
        """Say in one sentence what a contact earns at worst and at best, and where it pays."""
        table = self.table()
        worst, expected, best = (fig.money(v) for v in table["profit"])
        high, even, low = (100 * v for v in table["break_even_chance"])
        verdict = {
            "pays": "a contact pays whatever is true within the ranges",
            "does not pay": "a contact pays nowhere within the ranges",
            "open": "whether a contact pays depends on where in the ranges the truth lies",
        }[self.verdict]
        return (
            f"A contact for {fig.money(self.cost)} earns {worst} at worst, {expected} in the"
            f" middle and {best} at best, so that {verdict}; it breaks even at a chance of"
            f" {even:,.3g}% ({low:,.3g}% to {high:,.3g}% over the range of values)."
        )


def _thirds(lower: float, upper: float) -> Any:
    return np.array([lower, lower + (upper - lower) / 2, upper])
