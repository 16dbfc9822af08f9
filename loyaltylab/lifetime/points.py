"""Five points fewer defections as a picture: gain against baseline churn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.lifetime.readings import gain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PRINTED = (0.25, 0.85)
"""The range that the documents print."""
SHOWN = 0.6
"""Churn up to which the picture reaches."""


@model
class FivePoints:
    """What a customer gains in worth when churn falls by five points, or by 5 % of itself.

    ``gain = V(c - points) / V(c) - 1`` with V the present value of a customer's margins,
    ``1/(c+d) + growth·(1-c)/(c+d)²``, less the cost of winning him, which is
    ``acquisition_share`` of V(c). Beside it stands the literal reading, in which churn
    falls by the share ``points`` of itself.

    Raises
    ------
    InputError
        If a value is not valid, or churn is not above ``points``: it cannot fall so far.

    References
    ----------
    Reichheld, F. F. & Sasser, W. E. (1990), "Zero defections: quality comes to services",
    Harvard Business Review 68(5), 105-111 (abstract read). The formula is our own.

    Examples
    --------
    >>> round(FivePoints(churn=0.25).gain, 4), round(FivePoints(churn=0.25).literal_gain, 4)
    (0.25, 0.0526)
    >>> round(FivePoints(churn=0.25, discount=0.10).gain, 4)
    0.1667
    """

    churn: Annotated[float, Gt(0), Le(1), Label("churn before", "share leaving per year")] = 0.20
    points: Annotated[float, Gt(0), Le(0.5), Label("fall of churn", "share, 0.05 is 5 points")] = (
        0.05
    )
    discount: Annotated[float, Ge(0), Le(1), Label("discount rate", "per year")] = 0.0
    growth: Annotated[
        float, Ge(0), Le(1), Label("growth of the margin", "of the first year's, per year")
    ] = 0.0
    acquisition_share: Annotated[
        float, Ge(0), Lt(1), Label("cost of winning", "share of the customer's worth before")
    ] = 0.0

    def __post_init__(self) -> None:
        if not self.churn > self.points:
            raise InputError(
                f"churn must be above points, for it is to fall by them; {self.churn:g} and"
                f" {self.points:g} were given."
            )

    def _gain(self, churn: float, reading: str = "geometric") -> float:
        return gain(
            churn,
            self.points,
            self.discount,
            reading,
            growth=self.growth,
            acquisition_share=self.acquisition_share,
        )

    @property
    def gain(self) -> float:
        """Gain when churn falls by ``points``, as a share of the worth before."""
        return self._gain(self.churn)

    @property
    def literal_gain(self) -> float:
        """Gain when churn falls by the share ``points`` of itself."""
        return self._gain(self.churn, "relative")

    def table(self) -> pd.DataFrame:
        """Return the gain by baseline churn: ``churn, retention, gain, literal_gain``.

        Churn runs from a little above ``points`` to 0.6; in the first row it is the model's
        own.
        """
        grid = np.linspace(0, 1, 121)[1:] ** 2 * (SHOWN - self.points) + self.points
        churn = np.r_[self.churn, grid]
        return pd.DataFrame(
            {
                "churn": churn,
                "retention": 1 - churn,
                "gain": [self._gain(c) for c in churn],
                "literal_gain": [self._gain(c, "relative") for c in churn],
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the gain against churn, with the printed 25 to 85 percent as a band."""
        ax = fig.axes(
            ax,
            title="What a fall of churn adds to a customer's worth",
            x="churn before (share leaving per year)",
            y="gain in worth (percent)",
        )
        ax.axhspan(*PRINTED, color=fig.GREY, alpha=0.18, lw=0, label=fig.label("printed: 25–85%"))
        for name, colour, style, text in (
            ("points", fig.BLUE, "-", "fall in points"),
            ("literal", fig.ORANGE, "--", "fall in percent of itself"),
        ):
            ax.plot([], [], color=colour, ls=style, lw=2.2, gid=name, label=fig.label(text))
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        here, curve = table.iloc[0], table.iloc[1:]
        artists["points"].set_data(curve["churn"], curve["gain"])
        artists["literal"].set_data(curve["churn"], curve["literal_gain"])
        artists["here"].set_data([here["churn"]], [here["gain"]])
        ax.set_xlim(0, SHOWN if here["churn"] <= SHOWN else 1.02)
        ax.set_ylim(0, fig.ceiling(max(1.05 * here["gain"], 1.0)))

    def sentence(self) -> str:
        """Say in one sentence what either reading of the cut is worth."""
        now, after = 100 * self.churn, 100 * (self.churn - self.points)
        return (
            f"When churn falls from {now:.4g}% to {after:.4g}%, a customer is worth"
            f" {_percent(self.gain)} more; when it falls by {100 * self.points:.3g}% of itself,"
            f" {_percent(self.literal_gain)} more, and the printed range is 25 to 85%."
        )


def _percent(share: float) -> str:
    return f"{100 * share:,.3g}%" if abs(share) < 10 else f"{100 * share:,.0f}%"
