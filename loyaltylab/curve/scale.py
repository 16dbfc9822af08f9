"""The satisfaction scale: its two ends, and what lies between them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Le

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label
from loyaltylab.base.stats import LIMIT, TINY, Array

POINTS = 81
"""Points of a curve that is drawn."""

Scale = Annotated[
    tuple[Annotated[float, Ge(-100), Le(1000)], ...],
    Label("lowest and highest satisfaction", "points of the scale"),
]
RivalSatisfaction = Annotated[
    float,
    Ge(-100),
    Le(1000),
    Label("satisfaction that a rival would give", "point of the scale"),
]
Rivals = Annotated[float, Ge(0), Label("rivals", "number of them, may be a mean")]
SwitchingCost = Annotated[float, Ge(0), Label("cost of switching", "logits")]
Sensitivity = Annotated[float, Ge(0), Label("sensitivity", "logits per point of satisfaction")]


class OnScale:
    """What every model on a satisfaction scale has: its two ends, checked when it is made."""

    scale: tuple[float, ...]

    def check(self, *names: str) -> None:
        """Refuse a scale narrower than a point, and fields of these names that lie outside it."""
        ends(self.scale, wide=True)
        for name in names:
            within(name, getattr(self, name), self.scale)

    @property
    def lowest(self) -> float:
        """Lowest point of the scale."""
        return self.scale[0]

    @property
    def highest(self) -> float:
        """Highest point of the scale."""
        return self.scale[1]


def within(name: str, value: float, scale: tuple[float, ...]) -> None:
    """Refuse a number of a model that lies outside its satisfaction scale."""
    if not scale[0] <= value <= scale[1]:
        raise InputError(
            f"{name} must lie on the satisfaction scale, from {scale[0]:g} to {scale[1]:g}, not"
            f" {value:g}; change it, or the scale."
        )


def ends(scale: Any, name: str = "scale", *, wide: bool = False) -> tuple[float, float]:
    """Return the two ends of a scale, which rises, where ``wide`` by at least one point.

    Raises
    ------
    InputError
        If it is no such pair of numbers; the sentence names the parameter.

    Examples
    --------
    >>> ends([1, 5])
    (1.0, 5.0)
    """
    pair = list(scale) if isinstance(scale, tuple | list) else []
    numbers = [v for v in pair if isinstance(v, int | float | np.integer | np.floating)]
    plain = [float(v) for v in numbers if not isinstance(v, bool)]
    rises = len(pair) == len(plain) == 2 and -LIMIT <= plain[0] < plain[1] <= LIMIT
    if rises and (not wide or plain[1] - plain[0] >= 1):
        return plain[0], plain[1]
    apart = ", at least one point apart" if wide else ""
    raise InputError(
        f"{name} must be a pair of numbers, the lowest and the highest point of the scale, that"
        f" rise{apart}, such as (1, 5), not {shown(scale)}."
    )


def on_scale(name: str, value: Any, lowest: float, highest: float) -> Array:
    """Return numbers of a scale as an array, or say which of them do not belong there."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):  # lists of unequal length
        array = np.array(None)
    valid = f"{name} must be a number, or numbers, from {lowest:g} to {highest:g}"
    if array.dtype.kind not in "iuf":
        raise InputError(f"{valid}, not {shown(value)}.")
    if array.size and not (array.min() >= lowest and array.max() <= highest):
        flat = array.ravel()
        bad = np.flatnonzero(~((flat >= lowest) & (flat <= highest)))  # NaN among them
        if array.ndim == 0:
            raise InputError(f"{valid}, not {shown(flat[0].item())}.")
        more = f" and {len(bad) - 5:,} more" if len(bad) > 5 else ""
        places = ", ".join(map(str, bad[:5]))
        raise InputError(
            f"{valid}, but position{'s' if len(bad) > 1 else ''} {places}{more}"
            f" (counted from 0) {'hold, first,' if len(bad) > 1 else 'holds'}"
            f" {shown(flat[bad[0]].item())}."
        )
    return array.astype(float, copy=False)


def grid(lowest: float, highest: float, points: int = POINTS) -> Array:
    """Return even steps over the scale, both ends exactly."""
    return np.linspace(lowest, highest, points)


def unit(satisfaction: Array, lowest: float, highest: float) -> Array:
    """Bring the scale to 0 … 1, both ends exactly."""
    return np.clip((satisfaction - lowest) / (highest - lowest), 0.0, 1.0)


def usable(number: float) -> float:
    """Bring a computed number back to where models can count with it."""
    return 0.0 if abs(number) < TINY else min(max(number, -LIMIT), LIMIT)


def scalar_or_array(given: Any, result: npt.NDArray[np.float64]) -> Any:
    """Return a plain float where one number was asked about, else the array."""
    return float(result) if np.ndim(given) == 0 else result
