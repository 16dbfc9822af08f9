"""The picture of a chain: boxes in a row, arrows with numbers, common causes below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from loyaltylab.base import figure as fig

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

WIDE, HIGH = 0.62, 0.3
"""Width of a box in steps of the row, and its height."""
NEAR = 0.7
"""Where on the arrow of a control its number stands, from start to end."""
RISE = 0.26
"""How high an arc rises for each step that it spans."""


def draw(
    ax: Axes | None, table: pd.DataFrame, nodes: Sequence[str], controls: Sequence[str]
) -> Axes:
    """Draw a table of :meth:`PathFit.table` as a diagram; grey where the interval holds 0.

    Numbers stand on every arrow of the chain and of a control, and on those arcs whose interval
    leaves 0 out; the others are in the table.
    """
    ax = fig.axes(ax, title="Paths along the chain, standardised, with intervals", x="", y="")
    ax.set_axis_off()
    reach = [abs(nodes.index(r.target) - nodes.index(r.source)) for r in _of(table, "direct")]
    top = 0.5 + RISE * max(reach, default=1)
    bottom = -1.25 if controls else -0.9
    ax.set_xlim(-0.5, len(nodes) - 0.5)
    ax.set_ylim(bottom, top)
    for at, name in enumerate(nodes):
        _box(ax, at, 0.0, name, fig.BLUE)
    middle = (len(nodes) - 1) / 2
    spread = max(1.4, middle)
    places = {
        name: middle + (i - (len(controls) - 1) / 2) * spread for i, name in enumerate(controls)
    }
    for name, x in places.items():
        _box(ax, x, -1.05, name, fig.ORANGE)
    for row in _of(table, "link"):
        at = nodes.index(row.source)
        _arrow(ax, (at + WIDE / 2, 0.0), (at + 1 - WIDE / 2, 0.0), row)
        away = HIGH / 2 + 0.05
        _words(ax, at + 0.5, -away if reach else away, row, "top" if reach else "bottom")
    for row in _of(table, "direct"):
        _arc(ax, nodes.index(row.source), nodes.index(row.target), row)
    for row in _of(table, "control"):
        start, end = places[row.source], nodes.index(row.target)
        _arrow(ax, (start, -1.05 + HIGH / 2), (end, -HIGH / 2), row)
        if (len(controls) == 1 and not reach) or _sure(row):
            low, high, share = -1.05 + HIGH / 2, -HIGH / 2, 0.4 if reach else NEAR
            _words(ax, start + share * (end - start), low + share * (high - low), row, "center")
    return ax


def _of(table: pd.DataFrame, kind: str) -> list[Any]:
    named = table.assign(source=table["source"].map(str), target=table["target"].map(str))
    return list(named[named["kind"] == kind].itertuples())


def _sure(row: Any) -> bool:
    return bool(row.lower > 0 or row.upper < 0)


def _box(ax: Axes, x: float, y: float, name: str, colour: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    corner = (x - WIDE / 2, y - HIGH / 2)
    style = "round,pad=0,rounding_size=0.05"
    ax.add_patch(
        FancyBboxPatch(corner, WIDE, HIGH, boxstyle=style, fc="white", ec=colour, lw=1.8, zorder=3)
    )
    text = fig.label(name.replace("_", "\n", 1))
    size = 9.0 if max(map(len, text.split("\n"))) <= 12 else 7.0
    ax.text(x, y, text, ha="center", va="center", fontsize=size, family=fig.families(), zorder=4)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], row: Any) -> None:
    from matplotlib.path import Path

    _line(ax, Path([start, end]), row)


def _arc(ax: Axes, source: int, target: int, row: Any) -> None:
    from matplotlib.path import Path

    middle, rise = (source + target) / 2, RISE * (target - source)
    low = HIGH / 2
    points = [(source + 0.1, low), (middle, low + 2 * rise), (target - 0.1, low)]
    _line(ax, Path(points, [Path.MOVETO, Path.CURVE3, Path.CURVE3]), row)
    if _sure(row):
        _words(ax, middle, low + rise, row, "center")


def _line(ax: Axes, path: Path, row: Any) -> None:
    from matplotlib.patches import FancyArrowPatch

    sure = _sure(row)
    style: dict[str, Any] = {"color": "#222222" if sure else fig.GREY, "zorder": 2}
    style |= {"lw": 1.0 + 2.0 * min(abs(row.path), 1) if sure else 0.9}
    style |= {"ls": "-" if sure else (0, (4, 3)), "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=12, **style))


def _words(ax: Axes, x: float, y: float, row: Any, va: str) -> None:
    text = f"{row.path:.2f}\n[{row.lower:.2f}, {row.upper:.2f}]".replace("-", "−")
    back = {"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.9}
    colour = "#111111" if _sure(row) else fig.GREY
    ax.text(x, y, text, ha="center", va=va, fontsize=8, color=colour, bbox=back, zorder=5)
