"""What a warning is worth: profit of a campaign against the chance from which it contacts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GRID = 201


@model
class WarningCampaign:
    """A warning of given sharpness, and a campaign that contacts from some chance of leaving on.

    The warning is a normal score, by ``d = √2 Φ⁻¹(auc)`` higher for those who will leave; the
    chance it stands for is right (calibrated). A contact keeps the share ``save`` of those about
    to leave, drives away the share ``trigger`` of the others, and costs ``cost``. The best
    threshold is ``p* = (cost + trigger · value) / ((save + trigger) · value)``, whatever the
    sharpness; how much is earned there depends on it. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Neslin, S. A. et al. (2006), "Defection detection", Journal of Marketing Research 43(2), whose
    profit of a campaign it simplifies (reported, not verified); the binormal score is common.

    Examples
    --------
    >>> campaign = WarningCampaign(base=0.1, auc=0.8, value=400, cost=20, save=0.25)
    >>> campaign.threshold
    0.2
    >>> round(campaign.profit_at(campaign.threshold))
    19090
    """

    customers: Annotated[int, Ge(1), Label("customers", "customers")] = 10_000
    base: Annotated[float, Gt(0), Lt(1), Label("leave without a contact", "share")] = 0.10
    auc: Annotated[float, Ge(0.5), Le(0.9999), Label("sharpness of the warning (AUC)", "share")] = (
        0.80
    )
    value: Annotated[float, Gt(0), Label("value of a customer kept", "money")] = 400.0
    cost: Annotated[float, Ge(0), Label("cost of a contact", "money")] = 20.0
    save: Annotated[float, Gt(0), Le(1), Label("leavers a contact keeps", "share")] = 0.25
    trigger: Annotated[float, Ge(0), Le(1), Label("stayers a contact drives away", "share")] = 0.0

    @property
    def distance(self) -> float:
        """Distance d between the mean scores of leavers and stayers, in standard deviations."""
        from scipy.special import ndtri

        return float(math.sqrt(2) * ndtri(self.auc))

    @property
    def threshold(self) -> float:
        """Chance of leaving from which on a contact pays; above 1 it never does."""
        together = self.save + self.trigger
        return float(self.cost / self.value / together + self.trigger / together)

    def contacted(self, threshold: Any) -> tuple[Array, Array]:
        """Share of leavers, and of stayers, whose chance is at least a threshold."""
        from scipy.special import logit, ndtr

        p = np.clip(np.asarray(threshold, float), 0.0, 1.0)
        d, odds = self.distance, float(logit(self.base))
        if d == 0:  # everybody's chance is the base rate
            both = np.where(p <= self.base, 1.0, 0.0)
            return both, both
        with np.errstate(divide="ignore"):
            cut = np.clip((logit(p) - odds) / d + d / 2, -1e6, 1e6)
        everyone = (p <= 0) | (np.asarray(threshold, float) <= 0)
        some = np.asarray(threshold, float) < 1
        return (
            np.where(everyone, 1.0, np.where(some, ndtr(d - cut), 0.0)),
            np.where(everyone, 1.0, np.where(some, ndtr(-cut), 0.0)),
        )

    def profit_at(self, threshold: Any) -> Any:
        """Profit of the campaign if it contacts from a threshold on (money)."""
        leavers, stayers = self.contacted(threshold)
        per_leaver = self.save * self.value - self.cost
        per_stayer = -self.trigger * self.value - self.cost
        each = self.base * leavers * per_leaver + (1 - self.base) * stayers * per_stayer
        profit = self.customers * each
        return float(profit) if np.ndim(threshold) == 0 else profit

    def curve(self) -> pd.DataFrame:
        """Return ``threshold, leavers_reached, stayers_contacted, profit`` over thresholds."""
        grid = np.linspace(0, 1, GRID)
        leavers, stayers = self.contacted(grid)
        return pd.DataFrame(
            {
                "threshold": grid,
                "leavers_reached": leavers,
                "stayers_contacted": stayers,
                "profit": self.profit_at(grid),
            }
        )

    def table(self) -> pd.DataFrame:
        """Return one row per rule: contact everyone, from the best threshold on, or nobody.

        ``rule, threshold`` (at most 1), ``contacted`` (customers), ``leavers_reached,
        stayers_contacted`` (shares), ``profit`` (money).
        """
        best = min(self.threshold, 1.0)
        cuts = np.array([0.0, best, 1.0])
        leavers, stayers = self.contacted(cuts)
        share = self.base * leavers + (1 - self.base) * stayers
        return pd.DataFrame(
            {
                "rule": ["everyone", "from the best threshold on", "nobody"],
                "threshold": cuts,
                "contacted": self.customers * share,
                "leavers_reached": leavers,
                "stayers_contacted": stayers,
                "profit": self.profit_at(cuts),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the profit against the threshold, with the best one in closed form."""
        ax = fig.axes(
            ax,
            title="What the campaign earns, by whom it contacts",
            x="contact from this chance of leaving on",
            y="profit (money)",
        )
        dots: dict[str, Any] = {"marker": "o", "ms": 4, "markevery": 20}
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="profit", label=fig.label("profit"), **dots)
        ax.axvline(
            0, color=fig.GREY, lw=1.4, ls=":", gid="level", label=fig.label("best threshold")
        )
        ax.plot([], [], "o", color=fig.RED, ms=9, gid="best", label=fig.label("profit there"))
        fig.legend_above(ax)
        ax.set_xlim(0, 1)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve, best = self.curve(), min(self.threshold, 1.0)
        there = self.profit_at(best)
        artists["profit"].set_data(curve["threshold"], curve["profit"])
        artists["best"].set_data([best], [there])
        artists["level"].set_xdata([best, best])
        best, worst = max(there, float(curve["profit"].max())), float(curve["profit"].min())
        if best <= -1e-9 * worst:  # it never pays: show what it loses
            deep = fig.ceiling(1.1 * max(-worst, 1e-6))
            ax.set_ylim(-deep, deep / 4)
        else:
            top = fig.ceiling(1.1 * max(best, 1e-6))
            ax.set_ylim(-top / 4, top)

    def sentence(self) -> str:
        """Say in one sentence from which chance on a contact pays, and what the campaign earns."""
        table = self.table()
        earned, all_of_them = (float(v) for v in table["profit"].iloc[[1, 0]])
        if self.threshold >= 1:
            return (
                f"A contact that costs {fig.money(self.cost)} and keeps"
                f" {_percent(self.save)} of the leavers, each worth {fig.money(self.value)}, never"
                f" pays, and contacting all {self.customers:,} customers would earn"
                f" {fig.money(all_of_them)}."
            )
        return (
            f"A contact pays from a chance of leaving of {_percent(self.threshold)} on; the"
            f" campaign then contacts {table['contacted'].iloc[1]:,.0f} of {self.customers:,}"
            f" customers, reaches {_percent(table['leavers_reached'].iloc[1])} of the leavers and"
            f" earns {fig.money(earned)}, against {fig.money(all_of_them)} if it contacted"
            " everyone."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
