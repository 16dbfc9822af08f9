"""A points programme as a business: what it earns, and how much has to be extra for it to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@model
class LoyaltyProgramme:
    """A points programme: members, their spending, points, breakage, and what is extra.

    Points are given on *all* purchases of members; only the share ``incremental`` of these would
    not have been made without the programme. Profit per year is
    ``members · spend · (incremental · margin − earn_rate · (1 − breakage)) − fixed_cost``, level at
    ``incremental* = (earn_rate · (1 − breakage) + fixed_cost / (members · spend)) / margin``.
    A redeemed point costs its full value. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Own derivation: the account of a programme against having none.

    Examples
    --------
    >>> programme = LoyaltyProgramme(members=10_000, spend=600, earn_rate=0.02, breakage=0.25,
    ...     incremental=0.1, margin=0.25, fixed_cost=30_000)
    >>> round(programme.profit), round(programme.break_even, 3)
    (30000, 0.08)
    """

    members: Annotated[int, Ge(1), Label("members", "customers")] = 10_000
    spend: Annotated[float, Gt(0), Label("spending of a member", "money per year")] = 600.0
    earn_rate: Annotated[float, Ge(0), Le(1), Label("points given", "share of spending")] = 0.02
    breakage: Annotated[float, Ge(0), Le(1), Label("points never redeemed", "share")] = 0.30
    incremental: Annotated[
        float, Ge(0), Le(1), Label("purchases that are extra", "share of spending")
    ] = 0.05
    margin: Annotated[float, Gt(0), Le(1), Label("gross margin", "share of spending")] = 0.25
    fixed_cost: Annotated[float, Ge(0), Label("fixed cost", "money per year")] = 30_000.0

    @property
    def reward(self) -> float:
        """What points cost per unit of spending, once breakage is taken off (share)."""
        return self.earn_rate * (1 - self.breakage)

    @property
    def profit(self) -> float:
        """Profit of the programme, against having none (money per year)."""
        return float(self.profit_at(self.incremental))

    @property
    def break_even(self) -> float:
        """Share of purchases that has to be extra; above 1 the programme never pays."""
        return self.reward / self.margin + self.fixed_cost / self.members / self.spend / self.margin

    def profit_at(self, incremental: Any, breakage: float | None = None) -> Any:
        """Profit if a share of purchases is extra, and a share of points is never redeemed."""
        lost = self.breakage if breakage is None else breakage
        each = np.asarray(incremental) * self.margin - self.earn_rate * (1 - lost)
        return self.members * (self.spend * each) - self.fixed_cost

    def table(self) -> pd.DataFrame:
        """Return the account: ``item, money_per_year, money_per_member``.

        Costs are negative. The item on purchases made anyway is a part of the points redeemed.
        """
        sales = self.members * self.spend
        points = -sales * self.reward
        anyway = points * (1 - self.incremental)
        extra = sales * self.incremental * self.margin
        items = {
            "margin of extra purchases": extra,
            "points redeemed on extra purchases": points - anyway,
            "points redeemed on purchases made anyway": anyway,
            "fixed cost": -self.fixed_cost,
            "profit": self.profit,
        }
        amounts = np.array(list(items.values()))
        return pd.DataFrame(
            {
                "item": list(items),
                "money_per_year": amounts,
                "money_per_member": amounts / self.members,
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return profit per member over the share that is extra (money per year).

        ``incremental, profit`` and ``profit_without_breakage``, as if every point were redeemed.
        """
        far = fig.ceiling(1.25 * max(self.incremental, min(self.break_even, 1.0), 0.04))
        grid = np.linspace(0, min(far, 1.0), 51)
        return pd.DataFrame(
            {
                "incremental": grid,
                "profit": self.profit_at(grid) / self.members,
                "profit_without_breakage": self.profit_at(grid, 0.0) / self.members,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the profit per member against the share of purchases that is extra."""
        ax = fig.axes(
            ax,
            title="What the programme earns, by what is extra",
            x="share of members' purchases that is extra",
            y="profit per member (money per year)",
        )
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="profit", label=fig.label("profit"))
        label = fig.label("if every point were redeemed")
        ax.plot([], [], color=fig.ORANGE, lw=2, ls="--", gid="whole", label=label)
        ax.axvline(0, color=fig.GREY, lw=1.4, ls=":", gid="level", label=fig.label("break-even"))
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve = self.curve()
        ends = curve.iloc[[0, -1]]  # straight lines; joints would be drawn at the mercy of rounding
        right = float(ends["incremental"].iloc[1])
        artists["profit"].set_data(ends["incremental"], ends["profit"])
        artists["whole"].set_data(ends["incremental"], ends["profit_without_breakage"])
        artists["here"].set_data([self.incremental], [self.profit / self.members])
        artists["level"].set_xdata([self.break_even, self.break_even])
        artists["level"].set_visible(self.break_even <= right)
        ax.set_xlim(0, right)
        top = fig.ceiling(max(1.1 * float(curve["profit"].max()), 1e-6))
        low = fig.ceiling(max(-1.1 * float(curve["profit_without_breakage"].min()), 1e-6))
        ax.set_ylim(-low, top)

    def sentence(self) -> str:
        """Say in one sentence what the programme earns, and what would have to be extra."""
        verb = "earns" if self.profit >= 0 else "loses"
        if self.break_even > 1:
            needs = "it could not pay even if every purchase were extra"
        else:
            needs = f"it pays from {_percent(self.break_even)} extra purchases on"
        return (
            f"With {self.members:,} members who spend {fig.money(self.spend)} a year, of which"
            f" {_percent(self.incremental)} is extra, the programme {verb}"
            f" {fig.money(abs(self.profit))} a year; {needs}, for points cost"
            f" {_percent(self.reward)} of all spending at a margin of {_percent(self.margin)}."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
