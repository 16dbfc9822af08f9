"""What an estimate of the steps holds: its table, its prediction, its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array
from loyaltylab.complaints.steps import SAID, SevenSteps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from statsmodels.genmod.generalized_linear_model import GLMResultsWrapper

MOST = 20
"""Most steps that a complaint may have got."""
SEVEN = 7


def reach(level: float, customers: int) -> float:
    """Return how many standard errors an interval reaches: Student's t, customers − 1 df.

    Examples
    --------
    >>> round(reach(0.95, 1000), 2)
    1.96
    """
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, customers - 1))


@dataclass(frozen=True, eq=False)
class StepsFit:
    """A fit of ``P(dissatisfied) = start · keep^steps``, as :func:`fit_steps` returns it.

    ``keep`` and ``start`` are estimate, lower and upper end; ``result`` is that of statsmodels;
    ``seen`` are the shares satisfied by number of steps; ``note`` says what to beware of.

    Examples
    --------
    >>> from loyaltylab.complaints import fit_steps
    >>> asked = pd.DataFrame({"steps": [1, 1, 2, 2] * 50, "satisfied": [0, 1, 1, 1] * 50})
    >>> round(fit_steps(asked, customer=None, start=1).model().keep, 2)
    0.33
    """

    keep: tuple[float, float, float]
    start: tuple[float, float, float]
    n: int
    customers: int
    missing: int
    level: float
    note: str
    result: GLMResultsWrapper
    seen: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return ``parameter, estimate, lower, upper, n``, ``customers`` and ``missing``.

        ``taken`` is what a step takes away, ``1 − keep``; ``satisfied after 7`` is
        ``1 − start · keep^7``, its interval that of the logarithm of the dissatisfied.
        """
        rows = [
            ("keep", *self.keep),
            ("taken", 1 - self.keep[0], 1 - self.keep[2], 1 - self.keep[1]),
            ("start", *self.start),
        ]
        last = self.predict([SEVEN]).iloc[0]
        rows.append(("satisfied after 7", last["satisfied"], last["lower"], last["upper"]))
        table = pd.DataFrame(rows, columns=["parameter", "estimate", "lower", "upper"])
        return table.assign(n=self.n, customers=self.customers, missing=self.missing)

    def predict(self, steps: Any = None) -> pd.DataFrame:
        """Return ``steps, satisfied, lower, upper`` at the steps given, or at 0 … 7."""
        k = np.arange(SEVEN + 1.0) if steps is None else np.asarray(steps, float)
        if k.ndim != 1 or not np.isfinite(k).all() or (k < 0).any() or (k > MOST).any():
            raise InputError(f"steps must be numbers from 0 to {MOST}, not {shown(steps)}.")
        free = len(self.result.params) == 2
        design = np.column_stack([np.ones(len(k)), k]) if free else k[:, None]
        fixed = 0.0 if free else np.log(self.start[0])
        mean = design @ np.asarray(self.result.params) + fixed
        covariance = np.atleast_2d(np.asarray(self.result.cov_params()))
        spread = np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
        wide = reach(self.level, self.customers) * spread
        left: list[Array] = [np.exp(np.minimum(mean + side * wide, 0.0)) for side in (0, 1, -1)]
        return pd.DataFrame(
            {"steps": k, "satisfied": 1 - left[0], "lower": 1 - left[1], "upper": 1 - left[2]}
        )

    def model(self) -> SevenSteps:
        """Return the :class:`SevenSteps` of these estimates."""
        return SevenSteps(keep=min(self.keep[0], 1.0), start=self.start[0])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shares seen with their intervals, the fitted curve with its band."""
        ax = fig.axes(
            ax,
            title="Satisfied after so many steps: seen and fitted",
            x="steps taken",
            y="share of complainers satisfied",
        )
        seen, curve = self.seen, self.predict(np.linspace(0, 7, 57))
        ax.fill_between(
            curve["steps"], curve["lower"], curve["upper"], color=fig.BLUE, alpha=0.2, lw=0
        )
        ax.plot(curve["steps"], curve["satisfied"], color=fig.BLUE, label=fig.label("fitted"))
        y = seen["satisfied"]
        ends = np.maximum([y - seen["lower"], seen["upper"] - y], 0)
        ax.errorbar(
            seen["steps"],
            y,
            yerr=ends,
            fmt="o",
            color="black",
            capsize=3,
            label=fig.label("seen (interval)"),
        )
        said = np.array(SAID)
        text = fig.label("document 002 (no source)")
        ax.plot(said[:, 0], said[:, 1], "D", color=fig.RED, mfc="white", mew=2, ms=9, label=text)
        ax.set_ylim(0, 1.05)
        fig.percent(ax)
        fig.legend_above(ax)
        return ax
