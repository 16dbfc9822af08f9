"""What averaging does: the correlation of group means as the groups grow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, generator, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LARGEST = 1000
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, LARGEST)
Share = Annotated[float, Ge(0), Le(1)]
Correlation = Annotated[float, Ge(-1), Le(1)]


@model
class Averaged:
    """The correlation of group means, from what is true between groups and inside them.

    Both columns have variance 1, of which ``icc`` lies between groups. A person's two values
    correlate at ``√(icc_x icc_y)·r_between + √((1 − icc_x)(1 − icc_y))·r_within``; the means
    of groups of ``size`` people at ``(√(icc_x icc_y)·r_between + √((1 − icc_x)(1 − icc_y))·
    r_within / size) / √(v_x v_y)`` with ``v = icc + (1 − icc) / size``. Averaging leaves what is
    between and shrinks what is inside: so it can inflate a correlation, and turn its sign.

    Raises
    ------
    InputError
        If a value is not valid; see the parameters below.

    References
    ----------
    Robinson (1950), American Sociological Review 15.

    Examples
    --------
    >>> trap = Averaged(icc_x=0.1, icc_y=0.1, r_between=0.9, r_within=-0.2, size=50)
    >>> round(trap.individual, 2), round(trap.of_means(), 2)
    (-0.09, 0.73)
    """

    r_between: Annotated[Correlation, Label("correlation between groups", "from −1 to 1")] = 0.8
    r_within: Annotated[Correlation, Label("correlation inside groups", "from −1 to 1")] = -0.1
    icc_x: Annotated[Share, Label("share of x between groups", "share of variance")] = 0.2
    icc_y: Annotated[Share, Label("share of y between groups", "share of variance")] = 0.1
    size: Annotated[int, Ge(1), Le(LARGEST), Label("people averaged", "people per group")] = 30

    @property
    def individual(self) -> float:
        """Correlation of people, whatever their group."""
        return float(self._means(np.ones(1))[0])

    def of_means(self, size: int | None = None) -> float:
        """Return the correlation of the means of groups of a size (of ``size``, if None).

        Raises
        ------
        InputError
            If the size is no whole number from 1 to 1,000.
        """
        many = self.size if size is None else whole("size", size, 1, LARGEST)
        return float(self._means(np.array([many]))[0])

    def _means(self, size: npt.NDArray[Any]) -> Array:
        outer = [math.sqrt(self.icc_x), math.sqrt(self.icc_y)]
        inner = [np.sqrt((1 - icc) / size) for icc in (self.icc_x, self.icc_y)]
        first, second = (np.hypot(o, i) for o, i in zip(outer, inner, strict=True))
        together = outer[0] / first * (outer[1] / second) * self.r_between
        return np.clip(together + inner[0] / first * (inner[1] / second) * self.r_within, -1, 1)

    def table(self) -> pd.DataFrame:
        """Return the correlation of means for sizes from 1 to 1,000 and the size chosen.

        Columns: ``size, of_means, individual, r_between, r_within``.
        """
        size = np.array(sorted({*SIZES, self.size}))
        return pd.DataFrame(
            {
                "size": size,
                "of_means": self._means(size),
                "individual": self.individual,
                "r_between": self.r_between,
                "r_within": self.r_within,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the correlation of group means against the size of the groups."""
        ax = fig.axes(
            ax,
            title="What averaging does to a correlation",
            x="people averaged in each group (log scale)",
            y="correlation",
        )
        ax.set_xscale("log")
        ax.set_xlim(1, LARGEST)
        ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
        ax.set_ylim(-1.08, 1.08)
        ax.axhline(0, color=fig.GREY, lw=0.8)
        for gid, colour, dash, text in (
            ("between", fig.GREEN, ":", "between groups"),
            ("within", fig.RED, ":", "inside groups"),
            ("individual", fig.ORANGE, "--", "people"),
        ):
            line = {"color": colour, "ls": dash, "lw": 1.8}
            ax.plot([], [], gid=gid, label=fig.label(text), **line)  # type: ignore[arg-type]
        ax.plot(
            [],
            [],
            "o-",
            color=fig.BLUE,
            lw=2.2,
            ms=4,
            markevery=10,
            gid="means",
            label=fig.label("group means"),
        )
        ax.plot([], [], "o", color=fig.BLUE, ms=9, gid="here", label=fig.label("here"))
        fig.legend_above(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        at = np.geomspace(1, LARGEST, 121)
        artists["means"].set_data(at, self._means(at))
        artists["here"].set_data([self.size], [self.of_means()])
        for gid, value in (
            ("between", self.r_between),
            ("within", self.r_within),
            ("individual", self.individual),
        ):
            artists[gid].set_data([1, LARGEST], [value, value])

    def sentence(self) -> str:
        """Say in one sentence what averaging makes of the correlation of people."""
        people, means = self.individual, self.of_means()
        many = f"{self.size:,} people" if self.size > 1 else "one person"
        turned = people * means < 0 and min(abs(people), abs(means)) >= 0.005
        grown = abs(means) - abs(people)
        verdict = (
            "nothing is averaged"
            if self.size == 1
            else "averaging turns its sign"
            if turned
            else "averaging hardly changes it"
            if abs(grown) < 0.005
            else "averaging makes it larger"
            if grown > 0
            else "averaging makes it smaller"
        )
        text = (
            f"Two columns that correlate at {people:z.2f} over people correlate at {means:z.2f}"
            f" over the means of {many} each: {verdict}"
        )
        return text.replace("-", "−") + "."


def simulate_levels(
    branches: int = 60,
    size: int = 12,
    icc_x: float = 0.25,
    icc_y: float = 0.25,
    r_between: float = 0.8,
    r_within: float = -0.3,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Draw people in branches, of whom the correlation at both levels is known.

    Parameters
    ----------
    branches, size
        How many branches, and people in each, 2 to 100,000 and 1 to 100,000.
    icc_x, icc_y, r_between, r_within
        As in :class:`Averaged`.
    seed
        A whole number >= 0, a numpy Generator, or None.

    Returns
    -------
    pandas.DataFrame
        ``person, branch, x, y``.

    Raises
    ------
    InputError
        If a number is out of range, or there would be more than 20,000,000 people.

    Examples
    --------
    >>> simulate_levels(branches=3, size=2, seed=1).shape
    (6, 4)
    """
    g, m = whole("branches", branches, 2, 100_000), whole("size", size, 1, 100_000)
    whole("branches · size", g * m, 2, 20_000_000)
    truth = Averaged(icc_x=icc_x, icc_y=icc_y, r_between=r_between, r_within=r_within)
    draw = generator(seed)
    owner = np.repeat(np.arange(g), m)
    share = np.array([truth.icc_x, truth.icc_y])
    outer = _pairs(draw, g, truth.r_between)[owner]
    both = np.sqrt(share) * outer + np.sqrt(1 - share) * _pairs(draw, g * m, truth.r_within)
    frame = pd.DataFrame(both, columns=["x", "y"])
    frame.insert(0, "branch", owner)
    frame.insert(0, "person", np.arange(g * m))
    return frame


def _pairs(draw: np.random.Generator, n: int, r: float) -> Array:
    z = draw.standard_normal((n, 2))
    z[:, 1] = r * z[:, 0] + math.sqrt(1 - r * r) * z[:, 1]
    return z
