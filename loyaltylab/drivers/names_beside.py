"""Names beside the points of a map, where they hide as little as may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BESIDE = ((6, 6), (6, -15), (-6, 6), (-6, -15))
"""Where a name may stand beside its point, in points."""
LETTER, HEIGHT = 7.0, 12.0
"""About the width of a letter and the height of a line, in points."""
NAME = 10
"""How much worse it is to hide another name than a line."""


def overlap(one: Array, other: Array) -> bool:
    """Tell whether two boxes (left, bottom, width, height) share a place.

    Examples
    --------
    >>> overlap(np.array([0, 0, 2, 2]), np.array([1, 1, 2, 2]))
    True
    """
    apart = np.abs(one[:2] + one[2:] / 2 - other[:2] - other[2:] / 2)
    return bool(np.all(apart < (one[2:] + other[2:]) / 2))


def name_points(ax: Axes, table: pd.DataFrame, cross: list[float]) -> None:
    """Write each attribute beside its point: away from other names, bars and the cross-hair."""
    at = _points(ax, table["performance"], table["importance"])
    low = _points(ax, table["performance_lower"], table["importance_lower"])
    high = _points(ax, table["performance_upper"], table["importance_upper"])
    wide = np.column_stack([low[:, 0], at[:, 1], high[:, 0] - low[:, 0], 0 * at[:, 0]])
    tall = np.column_stack([at[:, 0], low[:, 1], 0 * at[:, 0], high[:, 1] - low[:, 1]])
    corner = _points(ax, pd.Series(cross[1:]), pd.Series(cross[:1]))[0]
    dashes = [np.array([corner[0], -1e4, 0, 2e4]), np.array([-1e4, corner[1], 2e4, 0])]
    bars = [*wide, *tall, *dashes]
    taken: list[Array] = []
    for (x, y), row in zip(at, table.to_dict("records"), strict=True):
        text = fig.label(str(row["attribute"])[:24])
        width = LETTER * len(text)
        boxes = [np.array([x + dx - width * (dx < 0), y + dy, width, HEIGHT]) for dx, dy in BESIDE]
        clash = [
            NAME * sum(overlap(box, other) for other in taken)
            + sum(overlap(box, bar) for bar in bars)
            for box in boxes
        ]
        best = int(np.argmin(clash))
        taken.append(boxes[best])
        dx, dy = BESIDE[best]
        style: dict[str, Any] = {"family": fig.families(), "size": 10}
        style["ha"] = "right" if dx < 0 else "left"
        point = (row["performance"], row["importance"])
        ax.annotate(text, point, (dx, dy), textcoords="offset points", **style)


def _points(ax: Axes, x: pd.Series[float], y: pd.Series[float]) -> Array:
    """Return where data lie on the figure, in points."""
    dots = ax.transData.transform(np.column_stack([x, y]))
    return np.asarray(dots * 72 / ax.get_figure(root=True).dpi)  # type: ignore[union-attr]
