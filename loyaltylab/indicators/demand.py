"""Elasticity from two points, and what three formulas read from one demand curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, between, positive

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAR = 600.0
"""Largest exponent: its exponential, and one over it, are finite."""
STEPS = np.concatenate([np.linspace(-0.9, -0.02, 45), np.linspace(0.02, 1.0, 50)])


@model
class Demand:
    """Demand after a change of price, and the elasticity that each formula reads from it.

    ``elasticity`` is the true one at the old price. *Constant elasticity*: quantity goes with
    ``(price ratio)^elasticity``. *Logit*: the brand's share of a fixed demand follows a logit in
    the price, so that the elasticity is ``-β · price · (1 - share)`` and grows with the price. Both
    are measured by two points only: relative to the old point, relative to the new point, or to
    the middle of both (arc). As the step goes to 0 all become the true one.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Allen, R. G. D. & Lerner, A. P. (1933-34), on the concept of arc elasticity (reported, not
    verified). McFadden, D. (1974), "Conditional logit analysis of qualitative choice behavior".

    Examples
    --------
    >>> Demand(elasticity=-2, step=0.1).table().round(3)[["measure", "elasticity"]]
                  measure  elasticity
    0  true, at old price      -2.000
    1  from the old point      -1.736
    2  from the new point      -2.310
    3      arc (midpoint)      -1.995
    """

    elasticity: Annotated[
        float, Ge(-20), Le(20), Label("true elasticity at the old price", "% per %")
    ] = -2.0
    step: Annotated[float, Ge(-0.9), Le(1), Label("change of price", "share of the old")] = 0.2
    share: Annotated[
        float, Ge(0.001), Le(0.99), Label("share at the old price", "share, logit only")
    ] = 0.25
    form: Annotated[Literal["constant elasticity", "logit"], Label("form of demand")] = (
        "constant elasticity"
    )

    def quantity(self, ratio: npt.ArrayLike) -> Array:
        """Return the quantity, relative to that at the old price, at a price ratio above 0."""
        from scipy.special import log_expit

        r = np.asarray(ratio, float)
        if self.form == "constant elasticity":
            return np.asarray(np.exp(np.clip(self.elasticity * np.log(r), -FAR, FAR)))
        base = np.log(self.share) - np.log1p(-self.share)
        pull = np.clip(self.elasticity / (1 - self.share) * (r - 1), -FAR, FAR)
        return np.asarray(np.exp(log_expit(base + pull) - log_expit(base)))

    def measured(self, step: npt.ArrayLike) -> pd.DataFrame:
        """Return ``step, quantity, old, new, arc``: what each formula gives for steps of price.

        Examples
        --------
        >>> Demand(elasticity=-1).measured([0.5]).round(2)
           step  quantity   old  new  arc
        0   0.5      0.67 -0.67 -1.5 -1.0
        """
        change = np.atleast_1d(np.asarray(step, float))
        tiny = np.abs(change) < 1e-7
        moved = np.where(tiny, 1e-7, change)
        q = self.quantity(1 + moved)
        old = (q - 1) / moved
        new = (q - 1) / q * (1 + moved) / moved
        arc = (q - 1) / (q + 1) * (2 + moved) / moved
        values = {"old": old, "new": new, "arc": arc}
        exact = {k: np.where(tiny, self.elasticity, v) for k, v in values.items()}
        return pd.DataFrame({"step": change, "quantity": np.where(tiny, 1.0, q), **exact})

    def table(self) -> pd.DataFrame:
        """Return the true elasticity and what three formulas read from this step.

        ``measure, elasticity, error`` (of it, in points), ``quantity`` (relative, after the step).
        """
        here = self.measured(self.step).iloc[0]
        names = ("from the old point", "from the new point", "arc (midpoint)")
        values = np.array([self.elasticity, here["old"], here["new"], here["arc"]])
        return pd.DataFrame(
            {
                "measure": ["true, at old price", *names],
                "elasticity": values,
                "error": values - self.elasticity,
                "quantity": here["quantity"],
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what the three formulas give, by the size of the step."""
        ax = fig.axes(
            ax,
            title="One demand, three measured elasticities",
            x="change of price (share of the old price)",
            y="elasticity (% per %)",
        )
        lines = (("old", fig.BLUE, "old point"), ("new", fig.ORANGE, "new point"))
        for name, colour, text in (*lines, ("arc", fig.GREEN, "midpoint (arc)")):
            ax.plot([], [], color=colour, lw=2, gid=name, label=fig.label(text))
            ax.plot([], [], "o", color=colour, ms=7, gid=f"{name}_here")
        ax.plot([], [], "--", color=fig.GREY, lw=1.4, gid="true", label=fig.label("true"))
        ax.set_xlim(-1, 1)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        curve, here = self.measured(STEPS), self.measured(self.step)
        far = fig.ceiling(2.4 * max(abs(self.elasticity), 0.2))
        for name in ("old", "new", "arc"):
            artists[name].set_data(curve["step"], np.clip(curve[name], -3 * far, 3 * far))
            artists[f"{name}_here"].set_data(here["step"], np.clip(here[name], -3 * far, 3 * far))
        artists["true"].set_data([-1, 1], [self.elasticity, self.elasticity])
        low, high = (-far, 0.02 * far) if self.elasticity <= 0 else (-0.02 * far, far)
        ax.set_ylim(low, high)

    def sentence(self) -> str:
        """Say in one sentence what each formula reads from this step."""
        here = self.measured(self.step).iloc[0]
        text = (
            f"If the price moves by {100 * self.step:.3g}% where the true elasticity is"
            f" {self.elasticity:.3g}, the old point gives {here['old']:.3g}, the new point"
            f" {here['new']:.3g} and the midpoint {here['arc']:.3g}."
        )
        return text.replace("-", "−")


def point_elasticity(
    price_old: float, price_new: float, quantity_old: float, quantity_new: float
) -> float:
    """Return ``E = (ΔQ / Q_old) / (ΔP / P_old)``: the documents' formula (C015).

    It depends on which of the two points is called the old one.

    Raises
    ------
    InputError
        If a price or the old quantity is not above 0, or the prices are equal.

    Examples
    --------
    >>> point_elasticity(10, 12, 100, 80)
    -1.0
    >>> round(point_elasticity(12, 10, 80, 100), 2)
    -1.5
    """
    p, r, q, s = _two(price_old, price_new, quantity_old, quantity_new)
    return (s - q) / q / ((r - p) / p)


def arc_elasticity(
    price_old: float, price_new: float, quantity_old: float, quantity_new: float
) -> float:
    """Return the midpoint elasticity ``(ΔQ / Q̄) / (ΔP / P̄)``, the same in both directions.

    Raises
    ------
    InputError
        If a price or the old quantity is not above 0, or the prices are equal.

    Examples
    --------
    >>> round(arc_elasticity(10, 12, 100, 80), 3), round(arc_elasticity(12, 10, 80, 100), 3)
    (-1.222, -1.222)
    """
    p, r, q, s = _two(price_old, price_new, quantity_old, quantity_new)
    return (s - q) / (s + q) / ((r - p) / (r + p))


def _two(*values: float) -> tuple[float, float, float, float]:
    names = ("price_old", "price_new", "quantity_old")
    p, r, q = (positive(name, v) for name, v in zip(names, values[:3], strict=True))
    s = between("quantity_new", values[3], 0, 1e14)
    if p == r:
        raise InputError(
            f"price_old and price_new must differ, for the change of price is divided by; both are"
            f" {shown(p)}."
        )
    return p, r, q, s
