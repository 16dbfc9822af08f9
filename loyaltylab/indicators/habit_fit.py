"""What a fitted habit says: slope, curve, and the answers behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.stats import wilson
from loyaltylab.curve.scale import on_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class HabitFit:
    """Time to choose or forgiveness by loyalty; made by the two functions below.

    ``result`` is what statsmodels returned (robust standard errors), ``rows`` the answers used,
    ``kind`` ``"time"`` or ``"forgiving"``.

    Examples
    --------
    >>> people = pd.DataFrame({"share": np.linspace(0, 1, 20)})
    >>> people["selection_seconds"] = 40 * np.exp(-people["share"]) * np.tile([0.8, 1.25], 10)
    >>> from loyaltylab.indicators import selection_time
    >>> fit = selection_time(people)
    >>> fit.predict([0, 1]).round(1)[["loyalty", "estimate"]]
       loyalty  estimate
    0      0.0      38.7
    1      1.0      15.2
    """

    kind: str
    result: Any
    rows: pd.DataFrame
    level: float

    def table(self) -> pd.DataFrame:
        """Return ``quantity, estimate, lower, upper, n``: the slope, and what it means.

        Of time: the slope of its log on loyalty, and the median time of a wholly loyal customer
        over that of one without loyalty. Of forgiveness: the slope in logits, and the odds ratio.
        """
        slope = float(self.result.params[1])
        low, high = (float(v) for v in self.result.conf_int(1 - self.level)[1])
        names = {
            "time": ("slope of log seconds, per unit of loyalty", "time at loyalty 1 over 0"),
            "forgiving": ("slope in logits, per unit of loyalty", "odds at loyalty 1 over 0"),
        }[self.kind]
        values = np.array([[slope, low, high], np.exp([slope, low, high])])
        return pd.DataFrame(
            {
                "quantity": names,
                "estimate": values[:, 0],
                "lower": values[:, 1],
                "upper": values[:, 2],
                "n": len(self.rows),
            }
        )

    def predict(self, loyalty: npt.ArrayLike) -> pd.DataFrame:
        """Return ``loyalty, estimate, lower, upper``.

        Of time the median (the exponential of the mean log, in seconds), of forgiveness the
        share of incidents; the interval is that of the curve and not of a customer.
        """
        at = np.atleast_1d(on_scale("loyalty", loyalty, 0, 1))
        design = np.column_stack([np.ones(len(at)), at])
        centre = design @ self.result.params
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.result.cov_params(), design))
        from scipy.special import expit, ndtri
        from scipy.stats import t

        time = self.kind == "time"
        tail = (1 + self.level) / 2
        half = error * (t.ppf(tail, self.result.df_resid) if time else ndtri(tail))
        back = np.exp if time else expit
        ends = {"estimate": centre, "lower": centre - half, "upper": centre + half}
        return pd.DataFrame({"loyalty": at, **{k: back(v) for k, v in ends.items()}})

    def bins(self) -> pd.DataFrame:
        """Return what was answered, by fifths of the customers in the order of loyalty.

        ``loyalty`` (mean), ``estimate`` (median seconds, or share forgiven), ``lower, upper, n``
        (customers, or incidents): order statistics for the median, Wilson for the share.
        """
        part = pd.qcut(self.rows["loyalty"].rank(method="first"), 5, labels=False)
        found = []
        for _, rows_ in self.rows.groupby(part.to_numpy()):
            if self.kind == "time":
                found.append((rows_["loyalty"].mean(), *_median(rows_["seconds"], self.level)))
            else:
                k, n = int(rows_["forgiven"].sum()), int(rows_["incidents"].sum())
                lower, upper = (float(v) for v in wilson(k, n, self.level))
                found.append((rows_["loyalty"].mean(), k / n, lower, upper, n))
        return pd.DataFrame(found, columns=["loyalty", "estimate", "lower", "upper", "n"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the fitted curve with its band, and the answers by classes of loyalty."""
        time = self.kind == "time"
        ax = fig.axes(
            ax,
            title="Time to choose, by loyalty" if time else "Incidents forgiven, by loyalty",
            x="loyalty (0 to 1)",
            y="median seconds to choose" if time else "share of incidents forgiven",
        )
        seen = self.rows["loyalty"]
        curve, points = self.predict(np.linspace(seen.min(), seen.max(), 60)), self.bins()
        ax.fill_between(
            curve["loyalty"], curve["lower"], curve["upper"], color=fig.BLUE, alpha=0.18, lw=0
        )
        text = "fitted curve with its interval"
        ax.plot(curve["loyalty"], curve["estimate"], color=fig.BLUE, lw=2, label=fig.label(text))
        error = [points["estimate"] - points["lower"], points["upper"] - points["estimate"]]
        ax.errorbar(
            points["loyalty"], points["estimate"], yerr=np.maximum(error, 0), fmt="o", capsize=3,
            color=fig.ORANGE, label=fig.label("answers, in fifths by loyalty"),
        )  # fmt: skip
        ax.set_ylim(0)
        if not time:
            fig.percent(ax)
        fig.legend_above(ax)
        return ax


def _median(values: pd.Series[float], level: float) -> tuple[float, float, float, int]:
    """Return a median with the order statistics that enclose it (binomial)."""
    from scipy.stats import binom

    ordered, n = np.sort(values.to_numpy()), len(values)
    k = int(binom.ppf((1 - level) / 2, n, 0.5))
    lower, upper = ordered[max(k - 1, 0)], ordered[min(n - k, n - 1)]
    return float(np.median(ordered)), float(lower), float(upper), n
