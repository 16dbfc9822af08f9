"""How much of a market a lead in delivered value wins: certain choice, logit, and likeness."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REACH = 5.0
"""Logits to either side that the picture shows, if the lead is not farther out."""
Sensitivity = Annotated[float, Ge(0), Label("sensitivity", "logits per common unit")]
Lead = Annotated[float, Label("lead over the rival", "common unit")]


@model
class ValueShare:
    """Share of choices that a lead in delivered value wins, against rivals who copy each other.

    ``share = 1 / (1 + exp((1 − likeness)·ln copies − sensitivity·lead))``. The documents' customer
    picks the best offer with certainty: a step at lead 0, and the limit of sensitivity → ∞. With
    likeness 0 this is the logit, in which each copy of the rival takes its share as if it were
    something new (IIA: the red bus and the blue bus); with likeness 1 copies only share among
    themselves what one of them had (the limit of the nested logit). The defaults are
    illustrative.

    Raises
    ------
    InputError
        If a value is not valid.

    References
    ----------
    McFadden (1974), "Conditional logit analysis of qualitative choice behavior"; McFadden (1978),
    for the nested logit (reported, not verified).

    Examples
    --------
    >>> [round(ValueShare(lead=0, copies=n).logit, 3) for n in (1, 2)]
    [0.5, 0.333]
    >>> round(ValueShare(lead=0, copies=2, likeness=1).share, 3)
    0.5
    """

    lead: Lead = 5.0
    sensitivity: Sensitivity = 0.1
    copies: Annotated[int, Ge(1), Le(100), Label("copies of the rival", "offers")] = 2
    likeness: Annotated[
        float, Ge(0), Le(1), Label("likeness of the copies", "0 nothing in common, 1 all")
    ] = 0.5

    def at(self, lead: Any, likeness: float) -> Array:
        """Return the share at a lead, with the copies as alike as said."""
        from scipy.special import expit

        crowd = (1 - likeness) * math.log(self.copies)
        return np.asarray(expit(self.sensitivity * np.asarray(lead, float) - crowd))

    @property
    def share(self) -> float:
        """Our share, with this likeness."""
        return float(self.at(self.lead, self.likeness))

    @property
    def logit(self) -> float:
        """Our share by the plain logit, which does not know that copies are alike."""
        return float(self.at(self.lead, 0.0))

    @property
    def certain(self) -> float:
        """Our share if the best is chosen with certainty; one half where the two are level."""
        return 0.5 * (1 + float(np.sign(self.lead)))

    @property
    def gain(self) -> float:
        """What a unit more of delivered value adds to the share, at the margin."""
        from scipy.special import expit

        utility = self.sensitivity * self.lead - (1 - self.likeness) * math.log(self.copies)
        return self.sensitivity * float(expit(utility)) * float(expit(-utility))

    @property
    def reach(self) -> float:
        """How far the picture and the table go to either side."""
        flat = REACH / self.sensitivity if self.sensitivity else 1.0
        return fig.ceiling(max(min(flat, 1e14), 1.05 * abs(self.lead)))

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws: the three shares over a range of the lead."""
        lead = np.linspace(-1.0, 1.0, 121) * self.reach
        return pd.DataFrame(
            {
                "lead": lead,
                "certain": 0.5 * (1 + np.sign(lead)),
                "logit": self.at(lead, 0.0),
                "share": self.at(lead, self.likeness),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the certain choice, the logit, and the share when copies are alike."""
        ax = fig.axes(
            ax,
            title="Share of choices, by the lead in delivered value",
            x="lead over the rival (common unit)",
            y="our share of choices",
        )
        ax.plot([], [], color=fig.GREY, lw=1.4, ls=":", gid="certain", label="certain choice")
        ax.plot([], [], color=fig.ORANGE, lw=2, ls="--", gid="logit", label="logit (IIA)")
        ax.plot([], [], color=fig.BLUE, lw=2.4, gid="share", label="copies are alike")
        ax.plot([], [], "o", color=fig.RED, ms=9, gid="here", label=fig.label("here"))
        ax.axvline(0, color=fig.GREY, lw=0.8)
        ax.set_ylim(-0.02, 1.04)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table, reach = self.table(), self.reach
        artists["certain"].set_data([-reach, 0, 0, reach], [0, 0, 1, 1])
        for name in ("logit", "share"):
            artists[name].set_data(table["lead"], table[name])
        artists["here"].set_data([self.lead], [self.share])
        ax.set_xlim(-reach, reach)

    def sentence(self) -> str:
        """Say in one sentence what the three rules make of this lead."""
        rivals = f"{self.copies} copies of a rival" if self.copies > 1 else "a single rival"
        text = (
            f"With a lead of {fig.money(self.lead)} over {rivals} and a sensitivity of"
            f" {self.sensitivity:.4g} logits per unit, the certain choice gives us"
            f" {self.certain:.0%}, the logit {said(self.logit)}"
        )
        if self.copies > 1:
            text += f", and {said(self.share)} if the copies are alike to {self.likeness:.0%}"
        points = 100 * self.gain
        more = f"{points:.3g} points" if points >= 0.01 or not points else "under 0.01 points"
        return f"{text}; a unit more of delivered value adds {more}."


def said(share: float) -> str:
    """Say a share in words that are no lie near 0 and 1.

    Examples
    --------
    >>> [said(p) for p in (0, 1e-20, 0.5, 0.99999, 1)]
    ['0.0%', 'under 0.1%', '50.0%', 'over 99.9%', '100.0%']
    """
    if 0 < share < 0.0005:
        return "under 0.1%"
    return "over 99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"
