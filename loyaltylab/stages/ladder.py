"""How a chain of stages is drawn: rungs as long as the shares, arrows as wide as the chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UP, DOWN = 1.13, 1.30
"""Where the arrows stand, to the right of a share of 1."""
WIDTH = 0.14
"""Width of the arrow of a chance of 1."""


def frame(
    ax: Axes | None,
    stages: tuple[str, ...],
    title: str,
    x: str,
    marker: str = "after the periods",
) -> Axes:
    """Return axes with one rung per stage and the artists that move, still empty."""
    from matplotlib.collections import PolyCollection

    ax = fig.axes(ax, title=title, x=x, y="stage")

    def areas(gid: str, colour: str, text: str) -> None:
        made = PolyCollection([], facecolor=colour, edgecolor="none", antialiased=False, gid=gid)
        made.set_label(fig.label(text))
        ax.add_collection(made)

    areas("steady", fig.BLUE, "long run")
    ax.plot(
        [],
        [],
        "D",
        color="black",
        ms=7,
        gid="now",
        label=fig.label(marker),
        clip_on=False,
    )
    areas("up", fig.GREEN, "advance")
    areas("down", fig.ORANGE, "fall back (width: chance)")
    ax.set_yticks(range(len(stages)), [fig.label(s) for s in stages])
    ax.set_xlim(0, DOWN + 0.12)
    ax.set_ylim(-0.6, len(stages) - 0.4)
    ax.set_xticks(np.arange(0, 1.01, 0.2), [f"{v:.0%}" for v in np.arange(0, 1.01, 0.2)])
    ax.grid(False, axis="y")
    fig.legend_above(ax)
    return ax


def draw(
    ax: Axes | None, moves: Array, share: pd.DataFrame, start: Array, start_label: str
) -> Axes:
    """Draw an estimated chain: its long run with interval, and its steps between neighbours."""
    stages = tuple(share["stage"])
    ax = frame(ax, stages, "The ladder, as estimated", "share of time, long run", start_label)
    artists: dict[str, Any] = dict(fig.moving(ax))
    at = np.arange(len(stages))
    artists["steady"].set_verts(bars(share["share"].to_numpy()))
    artists["up"].set_verts(arrows(np.diag(moves, 1), upward=True))
    artists["down"].set_verts(arrows(np.diag(moves, -1), upward=False))
    artists["now"].set_data(start, at + 0.18)
    ax.hlines(at, share["lower"], share["upper"], color="black", lw=1.5)
    return ax


def bars(shares: Array) -> list[Array]:
    """Return one rectangle per stage, as long as its share.

    Examples
    --------
    >>> bars(np.array([0.25]))[0].tolist()
    [[0.0, -0.3], [0.25, -0.3], [0.25, 0.3], [0.0, 0.3]]
    """
    return [
        np.array([[0.0, i - 0.3], [s, i - 0.3], [s, i + 0.3], [0.0, i + 0.3]])
        for i, s in enumerate(shares)
    ]


def arrows(chances: Array, *, upward: bool) -> list[Array]:
    """Return one arrow per step between two rungs, as wide as its chance.

    Examples
    --------
    >>> len(arrows(np.array([0.2, 0.1]), upward=True))
    2
    """
    x = UP if upward else DOWN
    found = []
    for i, chance in enumerate(chances):
        tail, tip = (i + 0.12, i + 0.88) if upward else (i + 0.88, i + 0.12)
        neck = tip - 0.25 * np.sign(tip - tail)
        w, head = WIDTH * chance / 2, (WIDTH * chance / 2 + 0.02) * min(1.0, 50 * chance)
        found.append(
            np.array(
                [
                    [x - w, tail],
                    [x - w, neck],
                    [x - head, neck],
                    [x, tip],
                    [x + head, neck],
                    [x + w, neck],
                    [x + w, tail],
                ]
            )
        )
    return found
