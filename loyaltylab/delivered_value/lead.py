"""Where a lead comes from: two offers, component by component."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
import pandas as pd
from annotated_types import Ge

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.frames import Data
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.delivered_value.flips import flip_points
from loyaltylab.delivered_value.offers import COMPONENTS, SAME, SIGNS, VALUES, Weights, checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PER_POINT = "common unit per point"
PointWeight = Annotated[float, Ge(0)]
Scores = tuple[Annotated[float, Ge(0)], ...]


@model
class ValueLead:
    """Lead of an offer over a rival: eight differences, each times its weight.

    ``lead = Σ_k s_k·w_k·(ours_k − rival_k)`` with s = +1 for product, service, personnel and image,
    −1 for money, time, energy and psychic cost (in that order). The picture walks from 0 to the
    lead: a step to the right speaks for us, one to the left for the rival. The defaults are
    illustrative: points of 0 to 10, money in yuan, time in hours, and weights in yuan.

    Raises
    ------
    InputError
        If a value is not valid, or an offer does not hold eight scores.

    References
    ----------
    Kotler, Marketing Management (8th edition 1994 onward; a summary was read): customer delivered
    value. That the parts add up is an assumption.

    Examples
    --------
    >>> lead = ValueLead()
    >>> round(lead.lead, 2)
    17.0
    >>> flips = lead.flips().query("abs(change_percent) < 150")
    >>> flips[["component", "weight", "flip_weight", "change_percent"]].round(1)
       component  weight  flip_weight  change_percent
    2    service     8.0          2.3           -70.8
    9      money     1.0          2.1           113.3
    10      time    20.0          3.0           -85.0
    """

    product_weight: Annotated[float, Ge(0), Label("weight of product", PER_POINT)] = 10.0
    service_weight: Annotated[float, Ge(0), Label("weight of service", PER_POINT)] = 8.0
    personnel_weight: Annotated[float, Ge(0), Label("weight of personnel", PER_POINT)] = 4.0
    image_weight: Annotated[float, Ge(0), Label("weight of image", PER_POINT)] = 3.0
    money_weight: Annotated[float, Ge(0), Label("weight of money", "common unit per yuan")] = 1.0
    time_weight: Annotated[float, Ge(0), Label("value of time", "common unit per hour")] = 20.0
    energy_weight: Annotated[float, Ge(0), Label("weight of energy", PER_POINT)] = 3.0
    psychic_weight: Annotated[float, Ge(0), Label("weight of psychic cost", PER_POINT)] = 3.0
    ours: Annotated[Scores, Label("our eight scores", "points, yuan, hours")] = (
        7.0, 8.0, 6.0, 5.0, 95.0, 1.0, 2.0, 3.0,
    )  # fmt: skip
    rival: Annotated[Scores, Label("the rival's eight scores", "points, yuan, hours")] = (
        8.0, 5.0, 5.0, 8.0, 80.0, 2.0, 3.0, 3.0,
    )  # fmt: skip

    def __post_init__(self) -> None:
        for name in ("ours", "rival"):
            if len(getattr(self, name)) != len(COMPONENTS):
                raise InputError(
                    f"{name} must hold eight scores, of {', '.join(COMPONENTS)}, not"
                    f" {len(getattr(self, name))}."
                )

    @classmethod
    def of(
        cls, offers: Data, weights: Weights = None, *, ours: Any, rival: Any, offer: str = "offer"
    ) -> Self:
        """Take two offers from a table, and the weights.

        Examples
        --------
        >>> frame = pd.DataFrame({"offer": ["a", "b"], **dict.fromkeys(COMPONENTS, [3, 2])})
        >>> ValueLead.of(frame, ours="a", rival="b").lead
        0.0
        """
        contest = checked(offers, weights, offer=offer)
        scores = [contest.scores[contest.place(who)].tolist() for who in (ours, rival)]
        named = zip(COMPONENTS, contest.weights.tolist(), strict=True)
        given = {f"{name}_weight": weight for name, weight in named}
        return cls(ours=tuple(scores[0]), rival=tuple(scores[1]), **given)

    @property
    def weights(self) -> dict[str, float]:
        """The eight weights by component."""
        return {name: getattr(self, f"{name}_weight") for name in COMPONENTS}

    @property
    def steps(self) -> Array:
        """What each component adds to the lead."""
        weight = np.array(list(self.weights.values()))
        return np.asarray(SIGNS * weight * (np.array(self.ours) - np.array(self.rival)))

    @property
    def lead(self) -> float:
        """Our delivered value less the rival's; 0 where the difference is rounding."""
        lead = math.fsum(self.steps)
        return lead if abs(lead) > SAME * self._size else 0.0

    @property
    def _size(self) -> float:
        """Size of the amounts that are subtracted from each other."""
        weight = np.array(list(self.weights.values()))
        return max(float((weight * np.array(side)).sum()) for side in (self.ours, self.rival))

    def frame(self) -> pd.DataFrame:
        """Return the two offers as a table of offers."""
        scores = np.array([self.ours, self.rival])
        return pd.DataFrame(scores, columns=list(COMPONENTS)).assign(offer=["ours", "rival"])

    def flips(self) -> pd.DataFrame:
        """Return how far each weight must move before the other wins; see :func:`flip_points`."""
        if not any(self.weights.values()):
            raise InputError("the weights are all 0, so that no offer wins; raise one of them.")
        return flip_points(self.frame(), self.weights)

    def table(self) -> pd.DataFrame:
        """Return one row per component: scores, weight, what it adds, and the lead so far."""
        after = np.cumsum(self.steps)
        return pd.DataFrame(
            {
                "component": COMPONENTS,
                "kind": ["value" if name in VALUES else "cost" for name in COMPONENTS],
                "weight": list(self.weights.values()),
                "ours": self.ours,
                "rival": self.rival,
                "adds": self.steps + 0.0,
                "lead_so_far": after + 0.0,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the walk from 0 to the lead, a step per component."""
        ax = fig.axes(
            ax,
            title="Where the lead comes from",
            x="lead over the rival so far (common unit)",
            y="component",
        )
        rows = [*COMPONENTS, "lead"]
        for word, colour in (("speaks for us", fig.BLUE), ("speaks for the rival", fig.ORANGE)):
            ax.plot([], [], lw=8, color=colour, label=fig.label(word))
        ax.axvline(0, color=fig.GREY, lw=1)
        ax.plot([], [], color=fig.GREY, lw=0.9, gid="path")
        for name in rows:
            ax.plot([], [], lw=13, solid_capstyle="butt", gid=name)
        names = [fig.label(name) for name in rows]
        ax.set_yticks(self._heights(), names, family=fig.families())
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.grid(False, axis="y")
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    @staticmethod
    def _heights() -> Array:
        """Where the rows stand: product on top, the lead at the bottom."""
        return np.arange(len(COMPONENTS), -1.0, -1.0)

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        ends = np.append(0.0, np.cumsum(self.steps))
        ends[-1] = self.lead
        heights = self._heights()
        for row, name in enumerate([*COMPONENTS, "lead"]):
            start, end = (0.0, ends[-1]) if name == "lead" else ends[row : row + 2]
            artists[name].set_data([start, end], [heights[row], heights[row]])
            artists[name].set_color(fig.BLUE if end >= start else fig.ORANGE)
        artists["path"].set_data(np.repeat(ends[1:], 2), np.repeat(heights, 2)[1:-1])
        reach = fig.ceiling(float(np.abs(ends).max()))
        ax.set_xlim(-reach, reach)

    def sentence(self) -> str:
        """Say in one sentence who leads, what speaks most on either side, and the nearest flip."""
        table, lead = self.table(), self.lead
        adds = table["adds"].to_numpy()
        best, worst = table.iloc[int(adds.argmax())], table.iloc[int(adds.argmin())]
        who = "We lead the rival by" if lead > 0 else "The rival leads us by"
        text = (
            f"{who} {fig.money(abs(lead))}" if lead else "The two offers are level at a lead of 0"
        )
        if best["adds"] > 0:
            text += f"; {best['component']} speaks most for us (+{fig.money(best['adds'])})"
        if worst["adds"] < 0:
            text += f"; {worst['component']} speaks most for the rival ({fig.money(worst['adds'])})"
        return f"{text}; {self._nearest()}."

    def _nearest(self) -> str:
        """Say which weight needs the smallest change, in per cent, to turn the lead."""
        if not self.lead:
            apart = np.abs(self.steps).max() > SAME * self._size
            return "the smallest move decides" if apart else "they are alike in all that counts"
        flips = self.flips().query("abs(change_percent) < 1e6")
        if not len(flips):
            return "no present weight can turn that alone"
        row = flips.iloc[int(flips["change_percent"].abs().to_numpy().argmin())]
        return (
            f"the lead turns soonest where the weight of {row['component']} goes from"
            f" {fig.number(row['weight'])} to {fig.number(row['flip_weight'])}"
        )
