"""Develop, maintain or regain: where the next coin goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.winback import allocation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

USES = ("develop", "maintain", "regain")
Most = Annotated[float, Gt(0)]
Half = Annotated[float, Gt(0)]


@model
class BudgetSplit:
    """A budget split among winning, keeping and regaining customers so that it earns most.

    Spending x on a use earns ``most · (1 − exp(−x / scale))`` (money, before the spending): the
    first coin ``most / scale``, every further one less, never more than ``most`` in all. At the
    best split the next coin earns the same in each use that gets anything (the *shadow price* of
    the budget), and a use whose first coin earns less than that gets nothing. The whole budget
    is spent; it is too large where the shadow price is below 1. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Blattberg, R. C. & Deighton, J. (1996), "Manage marketing by the customer equity test",
    Harvard Business Review 74(4), use such curves for acquisition and retention (reported, not
    verified). The condition is that of Karush, Kuhn and Tucker.

    Examples
    --------
    >>> split = BudgetSplit(budget=100_000)
    >>> split.table()[["use", "spend", "next_coin"]].round(2)
            use     spend  next_coin
    0   develop  22620.95        1.7
    1  maintain  64580.96        1.7
    2    regain  12798.09        1.7
    """

    budget: Annotated[float, Ge(0), Label("budget", "money")] = 100_000.0
    develop_most: Annotated[Most, Label("most that developing can earn", "money")] = 120_000.0
    develop_scale: Annotated[Half, Label("spending for 63% of it: develop", "money")] = 40_000.0
    maintain_most: Annotated[Most, Label("most that maintaining can earn", "money")] = 300_000.0
    maintain_scale: Annotated[Half, Label("spending for 63% of it: maintain", "money")] = 60_000.0
    regain_most: Annotated[Most, Label("most that regaining can earn", "money")] = 60_000.0
    regain_scale: Annotated[Half, Label("spending for 63% of it: regain", "money")] = 15_000.0

    @property
    def most(self) -> Array:
        """What each use can earn at most, in the order of the table."""
        return np.array([getattr(self, f"{use}_most") for use in USES])

    @property
    def scale(self) -> Array:
        """Spending at which each use has earned 63 % of that."""
        return np.array([getattr(self, f"{use}_scale") for use in USES])

    @property
    def shadow_price(self) -> float:
        """What one more coin of budget earns, before that coin itself."""
        return float(self.table()["next_coin"].max())

    @property
    def best_budget(self) -> float:
        """Budget whose last coin just comes back: ``Σ scale · max(0, log(most / scale))``."""
        first = np.log(self.most) - np.log(self.scale)
        return float((self.scale * np.maximum(first, 0.0)).sum())

    def table(self) -> pd.DataFrame:
        """Return one row per use, as :func:`split_budget` does."""
        spend = allocation.optimal(self.most, self.scale, self.budget)
        return allocation.as_table(USES, self.most, self.scale, spend, self.budget)

    def path(self) -> pd.DataFrame:
        """Return the best split of every budget up to beyond this one: ``budget`` and the uses.

        Between the budgets at which a use gets its first coin the lines are straight. A budget of
        0 is shown with what it could be.
        """
        far = fig.ceiling(1.2 * max(self.budget or float(self.scale.max()), 1e-6))
        behind = allocation.headstart(self.most, self.scale)
        last = allocation.optimal(self.most, self.scale, far)
        fall = float((last / self.scale + behind)[behind == 0].max())
        falls = np.concatenate([np.sort(behind[behind < fall]), [fall]])
        spends = allocation.at_price(self.scale, behind, falls[:, None])
        uses = dict(zip(USES, spends.T, strict=True))
        return pd.DataFrame({"budget": spends.sum(axis=1), **uses})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what each use gets of every budget, with this one."""
        from matplotlib.ticker import FuncFormatter

        ax = fig.axes(
            ax,
            title="Where a budget goes",
            x="budget (money)",
            y="best spending on each use (money)",
        )
        for use, colour, dash in zip(
            USES, (fig.ORANGE, fig.BLUE, fig.GREEN), (":", "-", "-."), strict=True
        ):
            ax.plot([], [], color=colour, lw=2.2, ls=dash, gid=use, label=fig.label(use))
        ax.plot([], [], "o", color=fig.RED, ms=7, gid="here", label=fig.label("this budget"))
        level = fig.label("break-even")
        ax.axvline(0, color=fig.GREY, lw=1.4, ls="--", gid="level", label=level)
        fig.legend_above(ax)
        ax.xaxis.set_major_formatter(FuncFormatter(_tick))
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        path, table = self.path(), self.table()
        for use in USES:
            artists[use].set_data(path["budget"], path[use])
        artists["here"].set_data([self.budget] * len(USES), table["spend"])
        right = float(path["budget"].iloc[-1])
        artists["level"].set_xdata([self.best_budget] * 2)
        artists["level"].set_visible(self.best_budget <= right)
        ax.set_xlim(0, right)
        ax.set_ylim(0, fig.ceiling(1.05 * float(path[list(USES)].to_numpy().max())))

    def sentence(self) -> str:
        """Say in one sentence how the budget is split and what one more coin earns."""
        table = self.table()
        parts = [f"{fig.money(s)} to {use}" for use, s in zip(USES, table["spend"], strict=True)]
        price = self.shadow_price
        if price >= 1:
            judged = f"more than it costs up to a budget of {fig.money(self.best_budget)}"
        else:
            judged = f"less than it costs from a budget of {fig.money(self.best_budget)} on"
        return (
            f"Of {fig.money(self.budget)} the best split gives {parts[0]}, {parts[1]} and"
            f" {parts[2]}, which earn {fig.money(float(table['earned'].sum()))} together; the next"
            f" coin earns {price:,.3g} coins, {judged}."
        )


def _tick(value: float, _: int | None = None) -> str:
    return fig.number(value) if value < 1e9 else f"{value:g}"  # longer ones would run together
