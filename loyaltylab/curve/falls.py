"""What is left when the barriers fall one by one: false loyalty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.curve import scale
from loyaltylab.curve.barriers import (
    Barriers,
    Programme,
    Regulation,
    SwitchingBarrier,
    Technology,
)
from loyaltylab.curve.choice import RivalChoice
from loyaltylab.curve.scale import OnScale, Rivals, RivalSatisfaction, Scale, Sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ORDER = ("law", "cost of switching", "proprietary technology", "loyalty programme")
"""The barriers in the documents' order."""
FIELDS = ("regulation", "switching_cost", "proprietary_technology", "loyalty_programme")
"""The fields that hold their strengths, in the same order."""


@model
class FalseLoyalty(OnScale):
    """Loyalty behind four barriers, and what is left of it as they fall one after another.

    The barriers fall in the documents' order: law, cost of switching, proprietary technology,
    loyalty programme; ``dropped`` of them are gone. False loyalty is what the barriers that
    still stand add to the loyalty of a free market (see :class:`Barriers`). How much is
    lost with each depends on the order, for the barriers work together. All defaults are
    illustrative.

    Raises
    ------
    InputError
        For a value that is not valid, or one of the two satisfactions outside the scale.

    References
    ----------
    Jones & Sasser (1995), "Why Satisfied Customers Defect", Harvard Business Review: false
    loyalty, and the four barriers. The formulas are this package's.

    Examples
    --------
    >>> FalseLoyalty(satisfaction=3).table()[["fallen", "loyalty", "lost"]].round(2)
                       fallen  loyalty  lost
    0                    none     0.96  0.00
    1                     law     0.87  0.09
    2       cost of switching     0.47  0.40
    3  proprietary technology     0.10  0.37
    4       loyalty programme     0.05  0.05
    """

    rivals: Rivals = 6.0
    sensitivity: Sensitivity = 2.0
    rival_satisfaction: RivalSatisfaction = 3.6
    regulation: Regulation = 0.7
    switching_cost: SwitchingBarrier = 0.25
    proprietary_technology: Technology = 0.4
    loyalty_programme: Programme = 0.1
    dropped: Annotated[int, Ge(0), Le(4), Label("barriers that have fallen", "0 to 4")] = 0
    satisfaction: Annotated[
        float, Ge(-100), Le(1000), Label("satisfaction of a customer", "point of the scale")
    ] = 3.0
    scale: Scale = (1.0, 5.0)

    def __post_init__(self) -> None:
        self.check("rival_satisfaction", "satisfaction")

    @property
    def free(self) -> RivalChoice:
        """The choice in a market without barriers."""
        return RivalChoice(
            rivals=self.rivals,
            sensitivity=self.sensitivity,
            rival_satisfaction=self.rival_satisfaction,
            scale=self.scale,
        )

    def _strengths(self, dropped: int) -> dict[str, float]:
        """Strength of each barrier, 0 where it has fallen."""
        return {name: getattr(self, name) if i >= dropped else 0.0 for i, name in enumerate(FIELDS)}

    def after(self, dropped: int) -> RivalChoice:
        """Return the choice when so many barriers, 0 to 4, have fallen."""
        return Barriers(**self._strengths(dropped)).apply(self.free)

    def table(self) -> pd.DataFrame:
        """Return one row per fall: loyalty at the satisfaction, what was lost, what is false.

        ``fallen`` is the barrier that fell last, ``lost`` what it took, ``false_loyalty``
        what the barriers still standing hold, ``now`` marks the state that is drawn.
        """
        stays = np.array([float(self.after(k).share(self.satisfaction)) for k in range(5)])
        return pd.DataFrame(
            {
                "dropped": range(5),
                "fallen": ["none", *ORDER],
                "loyalty": stays,
                "lost": -np.diff(stays, prepend=stays[0]) + 0.0,
                "false_loyalty": stays - stays[-1],
                "now": [k == self.dropped for k in range(5)],
            }
        )

    def curves(self) -> pd.DataFrame:
        """Return the three curves: with all barriers, with those still standing, with none."""
        at = scale.grid(self.lowest, self.highest)
        return pd.DataFrame(
            {
                "satisfaction": at,
                "all_barriers": self.after(0).share(at),
                "now": self.after(self.dropped).share(at),
                "no_barrier": self.free.share(at),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the three curves, the false loyalty between them, and the customer."""
        ax = fig.axes(
            ax,
            title="False loyalty, as the barriers fall",
            x="satisfaction (points of the scale)",
            y="probability of staying",
        )
        shade: dict[str, Any] = {"color": fig.ORANGE, "alpha": 0.3, "lw": 0}
        ax.fill_between([0, 1], 0, 0, gid="false", label=fig.label("false loyalty"), **shade)
        for gid, name, color, width, dash in (
            ("all", "all barriers", fig.GREY, 1.4, ":"),
            ("free", "no barrier", fig.RED, 1.8, "--"),
            ("now", "barriers still standing", fig.BLUE, 2.4, "-"),
        ):
            ax.plot([], [], color=color, lw=width, ls=dash, gid=gid, label=fig.label(name))
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("customer"))
        ax.set_ylim(0, 1.04)
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curves = self.curves()
        at, now, free = (curves[c].to_numpy() for c in ("satisfaction", "now", "no_barrier"))
        artists["all"].set_data(at, curves["all_barriers"])
        artists["now"].set_data(at, now)
        artists["free"].set_data(at, free)
        artists["false"].set_data(at, free, now)
        here = self.after(self.dropped).share(self.satisfaction)
        artists["here"].set_data([self.satisfaction], [here])
        ax.set_xlim(*self.scale)

    def sentence(self) -> str:
        """Say in one sentence how much loyalty is left and how much of it is false."""
        table = self.table()
        now = table.iloc[self.dropped]
        strengths = self._strengths(self.dropped).values()
        standing = ", ".join(n for n, v in zip(ORDER, strengths, strict=True) if v > 0)
        left = f"{standing} still standing" if standing else "no barrier of any strength left"
        return (
            f"At satisfaction {self.satisfaction:g}, with {self.dropped} of the four barriers gone"
            f" ({left}), {now['loyalty']:.1%} stay; {now['false_loyalty']:.1%}"
            f" of all customers stay only because of barriers, and {table['loyalty'].iloc[-1]:.1%}"
            " would stay without any."
        )
