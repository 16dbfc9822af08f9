"""The empowerment formula: is it a sum, or does one missing factor undo it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Degree = Annotated[float, Ge(0), Le(1)]
FACTORS = ("trust", "ability", "willingness", "environment")


@model
class Empowerment:
    """Empowerment (授权) of trust, ability, willingness and environment, summed or multiplied.

    Document 003 writes a sum. Its mean, ``(t + a + w + e) / 4``, lets one factor make up for
    another: without any trust three quarters are left. The geometric mean of the product,
    ``(t·a·w·e)^¼``, is as large where all four are equal, smaller else, and 0 where one is missing.
    Degrees from 0 to 1 are this course's own: the document gives no scale.

    Raises
    ------
    InputError
        If a value is not valid; see the parameters below.

    References
    ----------
    The sum: document 003 (2017). That ability and motivation multiply: Vroom (1964), reported, not
    verified.

    Examples
    --------
    >>> without_trust = Empowerment(trust=0.0, ability=1, willingness=1, environment=1)
    >>> without_trust.sum_mean, without_trust.product_mean
    (0.75, 0.0)
    """

    trust: Annotated[Degree, Label("trust", "degree, 0 to 1")] = 0.8
    ability: Annotated[Degree, Label("ability", "degree, 0 to 1")] = 0.8
    willingness: Annotated[Degree, Label("willingness", "degree, 0 to 1")] = 0.8
    environment: Annotated[Degree, Label("working environment", "degree, 0 to 1")] = 0.8
    varied: Annotated[
        Literal["trust", "ability", "willingness", "environment"], Label("factor on the axis")
    ] = "trust"

    @property
    def degrees(self) -> tuple[float, ...]:
        """The four degrees, in the order of the formula."""
        return tuple(getattr(self, name) for name in FACTORS)

    @property
    def sum_mean(self) -> float:
        """The sum over 4."""
        return sum(self.degrees) / len(FACTORS)

    @property
    def product_mean(self) -> float:
        """The fourth root of the product."""
        return float(np.prod(np.power(self.degrees, 1 / len(FACTORS))))

    def table(self) -> pd.DataFrame:
        """Return one row per factor: its degree, and what is left if that factor is missing.

        Columns: ``factor, degree, sum_mean, product_mean, sum_without, product_without``.
        """
        without = [(sum(self.degrees) - degree) / len(FACTORS) for degree in self.degrees]
        return pd.DataFrame(
            {
                "factor": FACTORS,
                "degree": self.degrees,
                "sum_mean": self.sum_mean,
                "product_mean": self.product_mean,
                "sum_without": np.maximum(without, 0.0),
                "product_without": 0.0,
            }
        )

    def _curves(self, at: Array) -> tuple[Array, Array]:
        others = [getattr(self, name) for name in FACTORS if name != self.varied]
        root = 1 / len(FACTORS)
        return (at + sum(others)) / len(FACTORS), at**root * np.prod(np.power(others, root))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw sum and product against the degree of one factor, the other three held."""
        ax = fig.axes(
            ax,
            title="If one factor is missing: sum and product",
            x="degree of the factor chosen",
            y="empowerment",
        )
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.04, 1.04)
        for gid, colour, style, text in (
            ("sum", fig.ORANGE, "o--", "sum / 4, as written"),
            ("product", fig.BLUE, "o-", "fourth root of the product"),
        ):
            ax.plot(
                [],
                [],
                style,
                color=colour,
                lw=2.0,
                ms=6,
                markevery=3,
                gid=gid,
                label=fig.label(text),
            )
        ax.plot([], [], "o", color=fig.GREEN, ms=10, gid="here", label=fig.label("here"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        at = np.linspace(0, 1, 21) ** 3
        summed, product = self._curves(at)
        artists["sum"].set_data(at, summed)
        artists["product"].set_data(at, product)
        here = getattr(self, self.varied)
        artists["here"].set_data([here, here], [self.sum_mean, self.product_mean])

    def sentence(self) -> str:
        """Say in one sentence what sum and product make of the four degrees."""
        row = self.table().set_index("factor").loc[self.varied]
        return (
            f"Four degrees of {', '.join(f'{d:.2f}' for d in self.degrees)} come to"
            f" {self.sum_mean:.2f} as a sum and {self.product_mean:.2f} as a product; without"
            f" {self.varied} the sum still is {row['sum_without']:.2f} and the product 0."
        )
