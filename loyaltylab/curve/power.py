"""The descriptive family: on the unit square, loyalty is satisfaction to a power."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Gt

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array
from loyaltylab.curve import scale as scales
from loyaltylab.curve.scale import OnScale, Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from scipy.optimize import OptimizeResult

STEEPEST = 1000.0
"""Gammas are sought between 1 / this and this."""


@model
class PowerCurve(OnScale):
    """Loyalty as a power of satisfaction, both brought to 0 … 1.

    ``loyalty = u^γ`` with ``u = (satisfaction − lowest) / (highest − lowest)``. γ = 1 is the
    diagonal; γ > 1 bends below it (curve 1: loyalty rises late and steeply), γ < 1 above it
    (curve 2: loyalty is high early and then hardly moves). One number describes a curve; it
    does not explain it, and it forces loyalty to 0 at the lowest point and to 1 at the
    highest. See :class:`RivalChoice` for a mechanism. The default is illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The family is this package's choice. Jones & Sasser (1995), "Why Satisfied Customers
    Defect", Harvard Business Review, draw the two kinds of curve without numbers.

    Examples
    --------
    >>> PowerCurve(gamma=2).loyalty([1, 3, 5])
    array([0.  , 0.25, 1.  ])
    >>> PowerCurve(gamma=0.5).loyalty(2)
    0.5
    """

    gamma: Annotated[float, Gt(0), Label("gamma", "power")] = 2.0
    scale: Scale = (1.0, 5.0)

    def __post_init__(self) -> None:
        self.check()

    def loyalty(self, satisfaction: npt.ArrayLike) -> Any:
        """Return the loyalty at a satisfaction, a number or an array on the scale.

        Raises
        ------
        InputError
            If a satisfaction is no number or lies outside the scale.
        """
        at = scales.on_scale("satisfaction", satisfaction, self.lowest, self.highest)
        raised = scales.unit(at, self.lowest, self.highest) ** self.gamma
        return scales.scalar_or_array(satisfaction, raised)

    @property
    def side(self) -> str:
        """``"below"`` the diagonal, ``"above"`` it, or ``"on"`` it."""
        return "on" if self.gamma == 1 else "below" if self.gamma > 1 else "above"

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws: satisfaction, the same on 0 … 1, and loyalty."""
        at = scales.grid(self.lowest, self.highest)
        return pd.DataFrame(
            {
                "satisfaction": at,
                "unit_satisfaction": scales.unit(at, self.lowest, self.highest),
                "loyalty": self.loyalty(at),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curve, the diagonal, and the fall over one point from the top."""
        ax = fig.axes(
            ax,
            title="Loyalty as a power of satisfaction",
            x="satisfaction (points of the scale)",
            y="loyalty (0 to 1)",
        )
        line: dict[str, Any] = {"color": fig.GREY, "lw": 1.2, "ls": "--"}
        ax.plot([], [], gid="diagonal", label=fig.label("diagonal (gamma 1)"), **line)
        ax.plot([], [], color=fig.BLUE, lw=2.4, gid="curve", label=fig.label("loyalty"))
        step = fig.label("one point below the top")
        ax.plot([], [], "o", color=fig.RED, ms=8, gid="step", label=step)
        ax.set_ylim(0, 1.04)
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        artists["curve"].set_data(table["satisfaction"], table["loyalty"])
        artists["diagonal"].set_data([self.lowest, self.highest], [0, 1])
        below = self.highest - 1
        artists["step"].set_data([below], [self.loyalty(below)])
        ax.set_xlim(self.lowest, self.highest)

    def sentence(self) -> str:
        """Say in one sentence on which side of the diagonal the curve runs."""
        below = self.loyalty(self.highest - 1)
        return (
            f"With gamma {self.gamma:.4g} the curve runs {self.side} the diagonal: half-way up the"
            f" satisfaction scale loyalty is {0.5**self.gamma:.3g}, one point below the top it is"
            f" {below:.3g}, and at the top 1."
        )


def nearest_power(
    satisfaction: npt.ArrayLike,
    loyalty: npt.ArrayLike,
    weights: npt.ArrayLike,
    scale: Sequence[float] = (1, 5),
) -> float:
    """Return the γ to which least squares tend when the mean loyalties are known.

    It minimises ``Σ weight · (loyalty − u^γ)²``. Where loyalty is no power curve, this is
    the nearest one under those weights, and what :func:`fit` estimates from a sample.

    Parameters
    ----------
    satisfaction
        Points of the scale.
    loyalty
        Mean loyalty at each, 0 to 1.
    weights
        How many customers, or which share of them, stand there; >= 0.
    scale
        Lowest and highest point of the scale.

    Returns
    -------
    float
        γ, from 0.001 to 1,000.

    Raises
    ------
    InputError
        If the three differ in length, a value is not valid, or no γ is nearest: all weight
        at the two ends, or loyalty 0 (or 1) everywhere between them.

    Examples
    --------
    >>> round(nearest_power([2, 3, 4], [1 / 16, 1 / 4, 9 / 16], [1, 1, 1]), 6)
    2.0
    >>> round(nearest_power([1, 2, 3, 4, 5], [0.01, 0.05, 0.2, 0.4, 0.9], [1, 2, 5, 8, 4]), 2)
    2.91
    """
    lowest, highest = scales.ends(scale)
    at = np.atleast_1d(scales.on_scale("satisfaction", satisfaction, lowest, highest))
    mean = np.atleast_1d(scales.on_scale("loyalty", loyalty, 0, 1))
    weight = np.atleast_1d(scales.on_scale("weights", weights, 0, 1e15))
    if not at.shape == mean.shape == weight.shape or at.ndim != 1:
        raise InputError(
            "satisfaction, loyalty and weights must be lists of the same length, not of shape"
            f" {at.shape}, {mean.shape} and {weight.shape}."
        )
    solved = solve(scales.unit(at, lowest, highest), mean, weight, "")
    return math.exp(float(solved.x))


def solve(u: Array, mean: Array, weight: Array, where: str) -> OptimizeResult:
    """Least squares of a power curve in ln γ, about the best point of a grid."""
    from scipy.optimize import minimize_scalar

    inner = (u > 0) & (u < 1) & (weight > 0)
    if not inner.any():
        raise InputError(
            f"No curve can be fitted{where}: all satisfaction lies at the ends of the scale, where"
            " every power curve is the same; check the scale."
        )
    log_u, y, w = np.log(u[inner]), mean[inner], weight[inner] / weight[inner].sum()
    if np.all(y == y[0]) and y[0] in (0, 1):
        raise InputError(
            f"No curve can be fitted{where}: loyalty is {y[0]:g} wherever satisfaction lies between"
            " the ends of the scale; it has to vary."
        )
    best = _best(log_u, y, w)
    if best is None:
        raise InputError(
            f"No curve can be fitted{where}: gamma would lie beyond {1 / STEEPEST:g} to"
            f" {STEEPEST:g}, for loyalty ({y @ w:.2g} on average) does not rise from 0 to 1 with"
            " satisfaction."
        )

    def loss(theta: float) -> float:
        return float(w @ (y - np.exp(math.exp(theta) * log_u)) ** 2)

    return minimize_scalar(loss, bounds=best, method="bounded", options={"xatol": 1e-10})


def _best(log_u: Array, y: Array, w: Array) -> tuple[float, float] | None:
    """Bracket the least loss between points of a grid; many levels are put together for it."""
    order = np.argsort(log_u)
    start = np.arange(0, len(order), max(1, len(order) // 500))
    w, y, log_u = w[order], y[order], log_u[order]
    mass = np.add.reduceat(w, start)
    mean, at = (np.add.reduceat(w * v, start) / mass for v in (y, log_u))
    thetas = np.linspace(-math.log(STEEPEST), math.log(STEEPEST), 70)
    losses = mass @ (mean[:, None] - np.exp(at[:, None] * np.exp(thetas))) ** 2
    best = int(np.argmin(losses))
    if best in (0, len(thetas) - 1):
        return None
    return float(thetas[best - 1]), float(thetas[best + 1])
