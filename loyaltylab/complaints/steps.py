"""The seven steps as a survival of dissatisfaction: each step leaves a share of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import between, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = (
    "say thanks",
    "let the anger out",
    "say sorry",
    "find the facts",
    "propose a solution and ask",
    "check afterwards",
    "keep it from happening again",
)
"""The seven steps of document 002 (claim C088), in its order."""
SAID = ((4, 0.8), (7, 1.0))
"""What the document says: steps taken, share satisfied (claim C089)."""


def step_needed(steps: int, satisfied: float) -> float:
    """Return the share of dissatisfaction that each step must take away.

    With ``steps`` equal steps, ``1 − (1 − satisfied)^(1/steps)``.

    Examples
    --------
    >>> round(step_needed(4, 0.8), 4)
    0.3313
    >>> step_needed(7, 1.0)
    1.0
    """
    steps = whole("steps", steps, 1, 1000)
    satisfied = between("satisfied", satisfied, 0, 1)
    return 1 - float((1 - satisfied) ** (1 / steps))


@model
class SevenSteps:
    """Dissatisfaction that each step of handling a complaint reduces by the same share.

    After k steps ``start · keep^k`` are dissatisfied, so ``1 − start · keep^k`` are satisfied.
    If 4 steps leave 20 % (claim C089), a step leaves 66.9 % and takes away 33.1 %; seven then
    satisfy 94.0 % and not all. All are satisfied after seven only if one step alone would do
    (``keep = 0``). On a straight line from nobody to the share after all steps, k of n steps
    bring k/n of it. Both lines are assumptions: that steps work alike, and one by one.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Claims C088 and C089; no study behind 80 % and 100 % could be traced.

    Examples
    --------
    >>> SevenSteps(keep=0.2 ** 0.25).table().round(3).iloc[[0, 4, 7]]
       steps  dissatisfied  satisfied  straight
    0      0          1.00       0.00     0.000
    4      4          0.20       0.80     0.537
    7      7          0.06       0.94     0.940
    """

    keep: Annotated[float, Ge(0), Le(1), Label("left by a step", "share of dissatisfaction")] = 0.67
    start: Annotated[float, Ge(0), Le(1), Label("dissatisfied before any step", "share")] = 1.0
    steps: Annotated[int, Gt(0), Le(20), Label("steps", "in all")] = 7

    @classmethod
    def through(cls, steps: int, satisfied: float) -> SevenSteps:
        """Return the model in which so many steps satisfy such a share, of all who complain.

        Examples
        --------
        >>> round(SevenSteps.through(4, 0.8).satisfied(7), 3)
        0.94
        """
        return cls(keep=1 - step_needed(steps, satisfied))

    def satisfied(self, steps: int) -> float:
        """Return the share satisfied after so many steps.

        Examples
        --------
        >>> SevenSteps(keep=0.5).satisfied(2)
        0.75
        """
        return 1 - self.start * self.keep ** whole("steps", steps, 0, 1000)

    def table(self) -> pd.DataFrame:
        """Return one row per number of steps, from 0.

        ``steps, dissatisfied, satisfied`` (shares) and ``straight``: the share satisfied if
        every step added as much as the others.
        """
        k = np.arange(self.steps + 1)
        left = self.start * self.keep**k
        first, last = 1 - left[0], 1 - left[-1]
        straight = first + (last - first) * k / self.steps
        return pd.DataFrame(
            {"steps": k, "dissatisfied": left, "satisfied": 1 - left, "straight": straight}
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw who is satisfied after each step, the straight line, and what was said."""
        ax = fig.axes(
            ax,
            title="How many are satisfied after each step",
            x="steps taken",
            y="share of complainers satisfied",
        )
        said = np.array(SAID)
        ax.plot(
            said[:, 0],
            said[:, 1],
            "D",
            color=fig.RED,
            ms=9,
            mfc="white",
            mew=2,
            label=fig.label("document 002 (no source)"),
        )
        ax.plot([], [], "o-", color=fig.BLUE, lw=2, gid="path", label=fig.label("steps work alike"))
        ax.plot(
            [], [], color=fig.GREY, lw=1.4, ls="--", gid="line", label=fig.label("straight line")
        )
        fig.legend_above(ax)
        ax.set_ylim(-0.045, 1.075)
        fig.percent(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        artists["path"].set_data(table["steps"], table["satisfied"])
        artists["line"].set_data(table["steps"], table["straight"])
        most = max(7, self.steps)
        ax.set_xlim(-0.47, most + 0.43)
        ax.set_xticks(range(0, most + 1, 1 if most < 13 else 2))

    def sentence(self) -> str:
        """Say in one sentence what four steps and all of them bring, and what was said."""
        before = (
            f", and {100 * self.start:.3g}% are dissatisfied before any" if self.start < 1 else ""
        )
        said = " (document 002 says 80%)"
        four = f"four satisfy {100 * self.satisfied(4):.3g}%{said} and " if self.steps > 4 else ""
        end = said if self.steps == 4 else " (it says 100%)" if self.steps == 7 else ""
        many = {1: "one step", 4: "four", 7: "all seven"}.get(self.steps, f"all {self.steps} steps")
        verb = "" if four else "satisfies " if self.steps == 1 else "satisfy "
        satisfied = f"{100 * self.satisfied(self.steps):.3g}%"
        return (
            f"If every step takes away {100 * (1 - self.keep):.3g}% of the dissatisfaction that is"
            f" left{before}, {four}{many} {verb}{satisfied} of those who complain{end}."
        )
