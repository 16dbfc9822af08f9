"""What cutting the churn of one class of tenure saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.bucket import LeakyBucket
from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES = ("early", "middle", "late")
SHOWN = 60
Chance = Annotated[float, Ge(0), Le(1)]
Length = Annotated[int, Ge(1), Le(120)]


@model
class HazardCut:
    """Churn in three classes of tenure, one of which is cut by a share.

    A cut in the early class reaches every customer, but only some of them ever come to the late
    one; and a customer saved early leaves later, by the churn of the classes that follow. The
    value of a new customer is ``margin · Σ S(k−1) / (1 + d)^k``; ``worth`` of a cut is what it
    adds to that, and divided by the discounted periods that customers spend in the class it is
    the most that treating one of them for one period may cost. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The value of a customer is that of chapter 10; see ``lifetime.Lifetime``.

    Examples
    --------
    >>> HazardCut(cut=0.2).table()[["tenure_class", "added_value", "worth_per_period"]].round(2)
      tenure_class  added_value  worth_per_period
    0        early        40.27              8.87
    1       middle        29.01              4.84
    2         late        20.59              3.08
    """

    early: Annotated[Chance, Label("churn of the new", "share per period")] = 0.10
    middle: Annotated[Chance, Label("churn thereafter", "share per period")] = 0.04
    late: Annotated[Chance, Label("churn of the established", "share per period")] = 0.02
    first: Annotated[Length, Label("length of the early class", "periods")] = 6
    second: Annotated[Length, Label("length of the middle class", "periods")] = 18
    cut: Annotated[Chance, Label("cut of the churn of one class", "share of it")] = 0.2
    tenure_class: Annotated[
        Literal["early", "middle", "late"], Label("class whose churn is cut")
    ] = "early"
    margin: Annotated[float, Ge(0), Label("margin", "money per customer and period")] = 20.0
    discount: Annotated[float, Ge(1e-4), Le(1), Label("discount rate", "per period")] = 0.01

    def hazard(self, cut_class: str | None = None) -> Array:
        """Churn by periods survived, with one class cut; the last entry holds for ever."""
        keep = {name: 1 - self.cut * (name == cut_class) for name in CLASSES}
        early = [self.early * keep["early"]] * self.first
        middle = [self.middle * keep["middle"]] * self.second
        return np.array([*early, *middle, self.late * keep["late"]])

    def bucket(self, cut_class: str | None = None, **fields: Any) -> LeakyBucket:
        """Return the bucket that leaks so, with one class cut or none."""
        hazard = self.hazard(cut_class)
        given = {"margin": self.margin, "discount": self.discount, **fields}
        return LeakyBucket(hazard=tuple(hazard[:-1]), churn=float(hazard[-1]), **given)

    def table(self) -> pd.DataFrame:
        """Return one row per class: what cutting its churn would do to a new customer.

        ``tenure_class, churn, churn_after, reached`` (share of new customers who come to the
        class), ``periods`` (discounted, that a new customer spends in it), ``value_before,
        value_after, added_value, worth_per_period`` (money; 0 where nobody comes to the class).
        """
        before = self._value(None)
        spent = self._spent()
        alive = arithmetic.survival(self.hazard(), self.first + self.second)
        reached = np.array([1.0, alive[self.first], alive[self.first + self.second]])
        churn = np.array([self.early, self.middle, self.late])
        after = np.array([self._value(name) for name in CLASSES])
        added = np.maximum(after - before, 0.0)
        return pd.DataFrame(
            {
                "tenure_class": CLASSES,
                "churn": churn,
                "churn_after": churn * (1 - self.cut),
                "reached": reached,
                "periods": spent,
                "value_before": before,
                "value_after": after,
                "added_value": added,
                "worth_per_period": np.where(spent > 1e-12, added / np.maximum(spent, 1e-12), 0.0),
            }
        )

    def _value(self, cut_class: str | None) -> float:
        return arithmetic.value(self.margin, self.hazard(cut_class), self.discount)

    def _spent(self) -> Array:
        """Discounted periods that a new customer spends in each class, without a cut."""
        ends = (0, self.first, self.first + self.second, None)
        upto = [
            arithmetic.value(1.0, self.hazard(), self.discount, periods=end) if end != 0 else 0.0
            for end in ends
        ]
        return np.maximum(np.diff(upto), 0.0)

    def curves(self) -> pd.DataFrame:
        """Return the share of new customers still there: ``period, before, after``."""
        kept = [arithmetic.survival(self.hazard(name), SHOWN) for name in (None, self.tenure_class)]
        return pd.DataFrame({"period": np.arange(SHOWN + 1), "before": kept[0], "after": kept[1]})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw who is still there with and without the cut."""
        ax = fig.axes(
            ax, title="Who is still there, with and without the cut", x="period", y="share there"
        )
        dots: dict[str, Any] = {"marker": "o", "ms": 5, "markevery": 12}
        ax.plot([], [], color=fig.GREY, lw=1.4, gid="before", label=fig.label("before"), **dots)
        after = fig.label("with the cut")
        ax.plot([], [], color=fig.GREEN, lw=2.2, gid="after", label=after, **dots)
        cut = fig.label("class that is cut")
        ax.plot([], [], color=fig.BLUE, lw=7, solid_capstyle="butt", gid="class", label=cut)
        fig.legend_above(ax)
        fig.percent(ax)
        ax.set_xlim(0, SHOWN)
        ax.set_ylim(0, 1.02)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curves = self.curves()
        artists["before"].set_data(curves["period"], curves["before"])
        artists["after"].set_data(curves["period"], curves["after"])
        ends = (0, self.first, self.first + self.second, SHOWN + max(self.first + self.second, 1))
        at = CLASSES.index(self.tenure_class)
        artists["class"].set_data([ends[at], ends[at + 1]], [0.012, 0.012])

    def sentence(self) -> str:
        """Say in one sentence what the cut adds, and which class would add most per period."""
        table = self.table()
        at = CLASSES.index(self.tenure_class)
        columns = ("value_before", "value_after", "worth_per_period")
        before, after, worth = (float(table[c].to_numpy()[at]) for c in columns)
        best = CLASSES[int(table["worth_per_period"].to_numpy().argmax())]
        if after <= before * (1 + 1e-12):
            return (
                f"Cutting the churn of the {self.tenure_class} class by {100 * self.cut:.3g}%"
                f" leaves the value of a new customer at {fig.money(before)}: there is nothing to"
                " cut, nobody comes to that class, or staying on earns nothing."
            )
        return (
            f"Cutting the churn of the {self.tenure_class} class by {100 * self.cut:.3g}% raises"
            f" the value of a new customer from {fig.money(before)} to"
            f" {fig.money(after)}, so that treating one of them may cost up to"
            f" {fig.money(worth)} per period; per period treated the {best}"
            " class is worth most."
        )
