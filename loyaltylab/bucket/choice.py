"""Pour or plug: where the next coin goes, and what equal sales hide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
import pandas as pd
from annotated_types import Gt

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.bucket.leak import (
    Churn,
    Discount,
    Hazard,
    LeakyBucket,
    Margin,
    RetentionCost,
)
from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@model
class PourOrPlug:
    """Where the next coin earns more: winning one more customer or keeping one more.

    A coin spent on acquisition wins ``1 / acquisition_cost`` customers, each worth the
    present value of a new one; a coin spent on retention keeps ``1 / save_cost`` customers
    who would have left, each worth that of an established one. The two are level at
    ``save_cost* = acquisition_cost · V_established / V_new``. With constant churn both are
    worth ``(margin - retention_cost) / (churn + discount)`` and the rule is simply: plug
    while keeping one costs less than winning one.

    Raises
    ------
    InputError
        If a value is not valid, or a customer's worth is infinite (churn and discount both 0).

    References
    ----------
    After Blattberg & Deighton (1996), "Manage marketing by the customer equity test",
    Harvard Business Review 74(4), who compare the two on the margin (reported, not verified).

    Examples
    --------
    >>> choice = PourOrPlug(acquisition_cost=120, save_cost=60, churn=0.05, discount=0.01)
    >>> choice.break_even_save_cost
    120.0
    >>> choice.better
    'plug'
    """

    save_cost: Annotated[float, Gt(0), Label("cost of keeping one more", "money per customer")] = (
        60.0
    )
    acquisition_cost: Annotated[
        float, Gt(0), Label("cost of winning one more", "money per customer")
    ] = 120.0
    margin: Margin = 20.0
    retention_cost: RetentionCost = 4.0
    churn: Churn = 0.05
    discount: Discount = 0.01
    hazard: Hazard = None

    def __post_init__(self) -> None:
        if self.churn + self.discount == 0:
            raise InputError(
                "churn and discount must not both be 0, for then a customer's worth is"
                " infinite; give one of them a value above 0."
            )

    @classmethod
    def of(cls, bucket: LeakyBucket, save_cost: float) -> Self:
        """Take the margins, costs and churn of a bucket.

        Examples
        --------
        >>> PourOrPlug.of(LeakyBucket(acquisition_cost=80), save_cost=100).better
        'pour'
        """
        if not isinstance(bucket, LeakyBucket):
            raise InputError(f"bucket must be a LeakyBucket, not {shown(bucket)}.")
        same = ("acquisition_cost", "margin", "retention_cost", "churn", "discount", "hazard")
        return cls(save_cost=save_cost, **{name: getattr(bucket, name) for name in same})

    @property
    def value_new(self) -> float:
        """Present value of a customer just won, before the cost of winning him."""
        hazard = arithmetic.hazards(self.hazard, self.churn)
        return arithmetic.value(self.margin - self.retention_cost, hazard, self.discount)

    @property
    def value_established(self) -> float:
        """Present value of a customer kept, whose churn is the constant one."""
        hazard = arithmetic.hazards(None, self.churn)
        return arithmetic.value(self.margin - self.retention_cost, hazard, self.discount)

    @property
    def worth_ratio(self) -> float:
        """How many new customers one established customer is worth, in value.

        What a customer pays per period cancels, so that it may also be nothing.
        """
        hazards = (arithmetic.hazards(early, self.churn) for early in (None, self.hazard))
        established, new = (arithmetic.value(1, hazard, self.discount) for hazard in hazards)
        return established / new

    @property
    def break_even_save_cost(self) -> float:
        """Cost of keeping one more at which both coins earn the same."""
        return self.acquisition_cost * self.worth_ratio

    @property
    def better(self) -> str:
        """``"pour"``, ``"plug"``, ``"equal"``, or ``"neither"`` where both lose money."""
        pour = self.value_new / self.acquisition_cost
        plug = self.value_established / self.save_cost
        if max(pour, plug) < 1:
            return "neither"
        if math.isclose(pour, plug, rel_tol=1e-12):
            return "equal"
        return "plug" if plug > pour else "pour"

    def table(self) -> pd.DataFrame:
        """Return one row per option: cost and value of a customer, and gain of a coin.

        ``gain_per_coin`` is value over cost less 1: below 0 the coin is lost.
        """
        cost = np.array([self.acquisition_cost, self.save_cost])
        worth = np.array([self.value_new, self.value_established])
        return pd.DataFrame(
            {
                "option": ["pour", "plug"],
                "cost_per_customer": cost,
                "value_per_customer": worth,
                "gain_per_coin": worth / cost - 1,
                "break_even_save_cost": self.break_even_save_cost,
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return the gain of a coin over a range of the cost of keeping one more.

        The range reaches beyond the break-even and the cost given.
        """
        far = max(1.5 * self.acquisition_cost, 1.1 * self.break_even_save_cost, self.save_cost)
        cost = np.geomspace(0.02, 1.0, 80) * fig.ceiling(far)
        return pd.DataFrame(
            {
                "save_cost": cost,
                "plug_gain": self.value_established / cost - 1,
                "pour_gain": self.value_new / self.acquisition_cost - 1,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the gain of the next coin in both uses against the cost of keeping one more."""
        ax = fig.axes(
            ax,
            title="What the next coin earns",
            x="cost of keeping one more customer (money)",
            y="gain per coin (coins)",
        )
        ax.axhline(0, color=fig.GREY, lw=0.8)
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="plug", label=fig.label("plug (keep)"))
        ax.plot(
            [],
            [],
            color=fig.ORANGE,
            lw=2.2,
            ls="--",
            gid="pour",
            label=fig.label("pour (win)"),
        )
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        ax.axvline(0, color=fig.GREY, lw=1.2, ls=":", gid="level", label=fig.label("break-even"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve, level = self.curve(), self.break_even_save_cost
        right = float(curve["save_cost"].iloc[-1])
        artists["plug"].set_data(curve["save_cost"], curve["plug_gain"])
        artists["pour"].set_data(curve["save_cost"], curve["pour_gain"])
        here = self.value_established / self.save_cost - 1
        artists["here"].set_data([self.save_cost], [here])
        artists["level"].set_xdata([level, level])
        artists["level"].set_visible(0 <= level <= right)
        ax.set_xlim(0, right)
        top = max(self.value_established, self.value_new) / self.acquisition_cost
        low = min(top, here)
        ax.set_ylim(
            -1 if low >= -1 else -fig.ceiling(-10 * low), fig.ceiling(max(4 * top, here, 1))
        )

    def sentence(self) -> str:
        """Say in one sentence which use of the coin is better, and where that turns."""
        verdict = {
            "pour": "the next coin earns more in acquisition",
            "plug": "the next coin earns more in retention",
            "equal": "both uses earn the same",
            "neither": "neither use earns its coin back",
        }[self.better]
        return (
            f"Keeping one more costs {fig.money(self.save_cost)}, winning one more"
            f" {fig.money(self.acquisition_cost)}: {verdict}; the two are level where keeping"
            f" one costs {fig.money(self.break_even_save_cost)}, for an established customer is"
            f" worth {self.worth_ratio:.2f} new ones."
        )
