"""The three steps of internal loyalty, the two factors, and the formula of empowerment."""

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
STEPS = (
    (
        1,
        "employees first",
        "员工至上",
        "loyal employees are the source of loyal customers; a team is worth more than its people",
        "job satisfaction and staying by branch, against customers' loyalty, over several quarters",
        "chain.fit_path, chain.mediate, chain.lagged_effects",
        "16 chain",
        "tested on synthetic branches only; the direction needs a panel, the cause a trial",
    ),
    (
        2,
        "a good environment, hard and soft",
        "宾至如归的软硬环境",
        "hygiene factors and motivators (Herzberg) make employees content and diligent",
        "answers on each factor, low and high apart, against job satisfaction",
        "chain.fit_asymmetry, chain.CriticalIncidents",
        "16 chain; 02 needs for the same question asked of customers",
        "that there are two factors may come from how people were asked",
    ),
    (
        3,
        "empowerment: build the stage, let them sing",
        "搭台唱戏的授权管理",
        "trust + ability + willingness + environment; the front line settles complaints itself",
        "who may decide what, by branch, drawn by lot; recovery of complaints before and after",
        "chain.Empowerment; complaints.recovery_table for what a recovery is worth",
        "16 chain; 11 complaints; 17 scorecard for before and after",
        "none of the four is given a scale, so the sum cannot be checked",
    ),
)
TWINS = (
    (
        "hygiene",
        "保健因素",
        "pay, rules, working conditions",
        "their lack makes discontent; their presence does not make content",
        "basic need (must-be)",
        "penalty above 0, reward 0",
    ),
    (
        "motivator",
        "激励因素",
        "achievement, recognition, growth",
        "their presence makes content; their lack does not make discontent",
        "exciting need (attractive)",
        "reward above 0, penalty 0",
    ),
    (
        "neither",
        "—",
        "one dimension: anything can please or hurt",
        "what pleases when there is more of it hurts when there is less",
        "performance need (one-dimensional)",
        "penalty and reward alike",
    ),
)


def internal_steps() -> pd.DataFrame:
    """Return the three steps to internal loyalty of document 003, each with what would test it.

    Returns
    -------
    pandas.DataFrame
        ``step, name, chinese, claim, measure, function, chapter, not_known``.

    Examples
    --------
    >>> internal_steps()["chinese"].tolist()
    ['员工至上', '宾至如归的软硬环境', '搭台唱戏的授权管理']
    """
    columns = ["step", "name", "chinese", "claim", "measure", "function", "chapter", "not_known"]
    return pd.DataFrame(STEPS, columns=columns)


def two_factors() -> pd.DataFrame:
    """Return Herzberg's two factors beside Kano's needs, and what would tell them apart.

    An analogy: Kano asks customers of features, Herzberg asked employees of days. A factor's
    place is a finding in each case, and pay may be the one here and the other there.

    Returns
    -------
    pandas.DataFrame
        ``factor, chinese, examples, claim, kano, sign`` (in :func:`fit_asymmetry`).

    Examples
    --------
    >>> two_factors()[["factor", "kano"]].iloc[0].tolist()
    ['hygiene', 'basic need (must-be)']
    """
    return pd.DataFrame(TWINS, columns=["factor", "chinese", "examples", "claim", "kano", "sign"])


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
        for gid, colour, every, text in (
            ("sum", fig.GREY, 1, "sum / 4, as written"),
            ("product", fig.BLUE, 4, "fourth root of the product"),
        ):
            look: dict[str, Any] = {"color": colour, "lw": 2.0, "ms": 5, "markevery": every}
            ax.plot([], [], "o-", gid=gid, label=fig.label(text), **look)
        ax.plot([], [], "o", color=fig.GREEN, ms=10, gid="here", label=fig.label("here"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        at = np.linspace(0, 1, 21) ** len(FACTORS)  # equal steps of the fourth root
        summed, product = self._curves(at)
        # a straight line by its ends: points close together on it make its edges unsteady
        artists["sum"].set_data(at[[0, -1]], summed[[0, -1]])
        artists["product"].set_data(at, product)
        here = getattr(self, self.varied)
        artists["here"].set_data([here, here], [self.sum_mean, self.product_mean])

    def sentence(self) -> str:
        """Say in one sentence what sum and product make of the four degrees."""
        row = self.table().set_index("factor").loc[self.varied]
        return (
            f"Four degrees of {', '.join(f'{d:.2f}' for d in self.degrees)} come to"
            f" {self.sum_mean:.2f} as a sum over 4 and {self.product_mean:.2f} as the fourth root"
            f" of a product; without {self.varied} {row['sum_without']:.2f} of the sum is left and"
            " nothing of the product."
        )
