"""Why the same people give two curves: a customer stays unless one of n rivals is better."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import model
from loyaltylab.base.stats import Array, generator, whole
from loyaltylab.curve import scale
from loyaltylab.curve.scale import (
    OnScale,
    Rivals,
    RivalSatisfaction,
    Scale,
    Sensitivity,
    SwitchingCost,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DRAWS = 20_000_000


@model
class RivalChoice(OnScale):
    """Probability of staying with a firm, given satisfaction, when rivals can be chosen.

    On each occasion a customer compares. Staying is worth ``sensitivity · satisfaction +
    switching_cost``, each of n rivals ``sensitivity · rival_satisfaction``, and to each of
    these comes a chance of its own (Gumbel noise: mood, promotion, what the neighbour said).
    The customer stays unless some rival is worth more. Then (McFadden 1974)

    ``loyalty(s) = 1 / (1 + rivals · exp(sensitivity · (rival_satisfaction − s) − switching_cost))``

    Few rivals, or a high cost of switching, move this S-curve to the left, so that the scale
    shows its flat, concave upper part (curve 2); many rivals and free switching move it to
    the right, so that the scale shows its rising, convex lower part (curve 1). The customers
    are the same. Utility is counted in logits: one logit multiplies the odds of staying by
    2.72. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid, or a rival_satisfaction outside the scale.

    References
    ----------
    McFadden, D. (1974), "Conditional logit analysis of qualitative choice behavior". The two
    curves: Jones & Sasser (1995), "Why Satisfied Customers Defect", Harvard Business Review,
    who draw them without numbers and without this mechanism.

    Examples
    --------
    >>> free = RivalChoice(rivals=6, sensitivity=2, rival_satisfaction=3.6)
    >>> [round(free.loyalty(s), 3) for s in (3, 4, 5)]
    [0.048, 0.271, 0.733]
    >>> held = RivalChoice(rivals=6, sensitivity=2, rival_satisfaction=3.6, switching_cost=4)
    >>> held.loyalty([3, 4, 5]).round(3)
    array([0.733, 0.953, 0.993])
    >>> free.shape, round(free.inflection, 2)
    ('S-shaped', 4.5)
    """

    rivals: Rivals = 6.0
    switching_cost: SwitchingCost = 0.0
    sensitivity: Sensitivity = 2.0
    rival_satisfaction: RivalSatisfaction = 3.6
    scale: Scale = (1.0, 5.0)

    def __post_init__(self) -> None:
        self.check("rival_satisfaction")

    def share(self, satisfaction: npt.ArrayLike) -> Array:
        """Return the probability of staying, without any check of what is given.

        For simulations that have millions of values and know them to lie on the scale.
        """
        from scipy.special import expit

        above = np.asarray(satisfaction, dtype=float) - self.rival_satisfaction
        if self.rivals == 0:
            return np.ones_like(above)
        utility = above * self.sensitivity + (self.switching_cost - math.log(self.rivals))
        return np.asarray(expit(utility))

    def loyalty(self, satisfaction: npt.ArrayLike) -> Any:
        """Return the probability of staying at a satisfaction.

        Parameters
        ----------
        satisfaction
            A number on the scale, or an array of any shape.

        Returns
        -------
        float or numpy.ndarray
            Between 0 and 1, in the shape given.

        Raises
        ------
        InputError
            If a value is no number or lies outside the scale; the sentence names positions.
        """
        at = scale.on_scale("satisfaction", satisfaction, self.lowest, self.highest)
        return scale.scalar_or_array(satisfaction, self.share(at))

    @property
    def inflection(self) -> float | None:
        """Satisfaction at which loyalty is one half and the curve is steepest.

        ``rival_satisfaction + (ln rivals − switching_cost) / sensitivity``; it may lie outside
        the scale. None where the curve is flat: without rivals or without sensitivity.
        """
        if self.rivals == 0 or self.sensitivity == 0:
            return None
        held = math.log(self.rivals) - self.switching_cost
        return self.rival_satisfaction + held / self.sensitivity

    @property
    def shape(self) -> str:
        """``"convex"``, ``"concave"`` or ``"S-shaped"`` on the scale; ``"flat"`` without a slope.

        Convex where the inflection lies at or above the top of the scale (all of the scale
        shows the part that bends upwards), concave where it lies at or below its bottom.
        """
        middle = self.inflection
        if middle is None:
            return "flat"
        if middle >= self.highest:
            return "convex"
        return "concave" if middle <= self.lowest else "S-shaped"

    def simulate(
        self,
        satisfaction: npt.ArrayLike,
        customers: int = 10_000,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Draw the noise and let customers choose, at each satisfaction given.

        The largest of n Gumbel noises is one Gumbel noise moved up by ``ln n``; so one
        number stands for all rivals, exactly, and their number costs nothing.

        Parameters
        ----------
        satisfaction
            A number on the scale, or a list of them.
        customers
            How many customers choose once at each of these; 20,000,000 choices at most.
        seed
            A whole number >= 0, a numpy Generator, or None.

        Returns
        -------
        pandas.DataFrame
            ``satisfaction``, ``customers``, ``stayed``, ``share`` (of them who stayed), and
            ``loyalty``, the formula's answer.

        Raises
        ------
        InputError
            If a satisfaction is none of the scale, or there are no, or too many, customers.

        Examples
        --------
        >>> RivalChoice().simulate([4, 5], customers=100_000, seed=1).round(3)
           satisfaction  customers  stayed  share  loyalty
        0           4.0     100000   27109  0.271    0.271
        1           5.0     100000   73514  0.735    0.733
        """
        at = np.ravel(scale.on_scale("satisfaction", satisfaction, self.lowest, self.highest))
        if not 0 < at.size <= MOST_DRAWS:
            raise InputError("satisfaction must hold at least one number to simulate at.")
        n = whole("customers", customers, 1, MOST_DRAWS // at.size)
        draw = generator(seed)
        stayed = np.full(at.size, n)
        if self.rivals > 0:
            best = self.sensitivity * self.rival_satisfaction + math.log(self.rivals)
            for i, s in enumerate(at):
                own = self.sensitivity * s + self.switching_cost + draw.gumbel(size=n)
                stayed[i] = np.count_nonzero(own > best + draw.gumbel(size=n))
        drawn = {"satisfaction": at, "customers": n, "stayed": stayed, "share": stayed / n}
        return pd.DataFrame(drawn).assign(loyalty=self.share(at))

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws: loyalty, and what a point adds, over the scale."""
        at = scale.grid(self.lowest, self.highest)
        stays = self.share(at)
        return pd.DataFrame(
            {
                "satisfaction": at,
                "loyalty": stays,
                "gain_per_point": self.sensitivity * stays * (1 - stays),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curve, its inflection, and the satisfaction that rivals would give."""
        ax = fig.axes(
            ax,
            title="Loyalty by satisfaction, when rivals can be chosen",
            x="satisfaction (points of the scale)",
            y="probability of staying",
        )
        line: dict[str, Any] = {"color": fig.GREY, "lw": 1.2}
        ax.plot([], [], ls="--", gid="diagonal", label=fig.label("diagonal"), **line)
        ax.plot([], [], color=fig.BLUE, lw=2.4, gid="curve", label=fig.label("loyalty"))
        ax.plot([], [], "o", color=fig.RED, ms=8, gid="middle", label=fig.label("inflection"))
        ax.axvline(0, ls=":", gid="rival", label=fig.label("a rival's satisfaction"), **line)
        ax.set_ylim(0, 1.04)
        fig.percent(ax)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        artists["curve"].set_data(table["satisfaction"], table["loyalty"])
        artists["diagonal"].set_data([self.lowest, self.highest], [0, 1])
        middle = self.inflection
        seen = middle is not None and self.lowest <= middle <= self.highest
        artists["middle"].set_data([middle if seen else self.lowest], [0.5])
        artists["middle"].set_visible(seen)
        artists["rival"].set_xdata([self.rival_satisfaction] * 2)
        ax.set_xlim(self.lowest, self.highest)

    def sentence(self) -> str:
        """Say in one sentence how loyal the customers are at the top and a point below it."""
        top, below = (float(v) for v in self.share([self.highest, self.highest - 1]))
        return (
            f"With {fig.money(self.rivals)} rivals who would give {self.rival_satisfaction:g}, a"
            f" sensitivity of {self.sensitivity:.4g} and a switching cost of"
            f" {self.switching_cost:.4g} logits, {top:.1%} stay at satisfaction {self.highest:g}"
            f" and {below:.1%} one point below it; on this scale the curve is {self.shape}."
        )
