"""Why retention rises with tenure although nobody becomes more loyal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import between, whole
from loyaltylab.lifetime.maximum import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_PERIODS = 1000
ENOUGH = 5.0
"""Customers expected to stay, and to leave, in each group of periods that is tested."""


@model
class ShiftedBetaGeometric:
    """Customers with a contract, each with a churn of his own that never changes.

    At the end of every period a customer leaves with his own probability; over customers it
    is beta distributed (alpha, beta). Those who leave easily leave first, so that the
    retention rate of those who remain rises, ``r(t) = (β+t−1) / (α+β+t−1)``, and
    ``S(t) = r(1) · … · r(t)`` are left after t periods. If all had the mean churn
    ``α / (α+β)``, as many would go in the first period and more in every later one.

    The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Fader, P. S. & Hardie, B. G. S. (2007), "How to project customer retention", Journal of
    Interactive Marketing 21(1). Fader, P. S. & Hardie, B. G. S. (2010), "Customer-base
    valuation in a contractual setting: the perils of ignoring heterogeneity", Marketing
    Science 29(1), 85-93: the residual lifetime (reported, not verified).

    Examples
    --------
    >>> customers = ShiftedBetaGeometric(alpha=1, beta=3, periods=3)
    >>> customers.table().round(3)
       period  survival  retention  survival_if_alike
    0       0      1.00      1.000              1.000
    1       1      0.75      0.750              0.750
    2       2      0.60      0.800              0.562
    3       3      0.50      0.833              0.422
    """

    alpha: Annotated[float, Gt(0), Label("shape α of churn", "pulls towards leaving")] = 1.0
    beta: Annotated[float, Gt(0), Label("shape β of churn", "pulls towards staying")] = 3.0
    periods: Annotated[int, Ge(1), Le(MAX_PERIODS), Label("periods shown", "periods")] = 12

    @property
    def mean_churn(self) -> float:
        """Share of a new cohort that leaves in the first period."""
        return 1 / (1 + self.beta / self.alpha)

    def table(self) -> pd.DataFrame:
        """Return one row per period.

        ``survival`` is the share left at its end, ``retention`` the share of those left
        before who stayed (1 in period 0), ``survival_if_alike`` the share left if all had
        the mean churn.
        """
        period = np.arange(self.periods + 1)
        retention = np.ones(len(period))
        retention[1:] = stays(self.alpha, self.beta, period[1:])
        return pd.DataFrame(
            {
                "period": period,
                "survival": np.cumprod(retention),
                "retention": retention,
                "survival_if_alike": retention[1] ** period,
            }
        )

    def residual_life(self, survived: int = 0, discount: float = 0.1) -> float:
        """Discounted expected residual lifetime (DERL) of one who renewed ``survived`` times.

        ``Σ S(n+k)/S(n) · (1+d)^−(k−1)``, k = 1, 2, …, just before his next renewal: how many
        more payments he is good for, the next one undiscounted (Fader & Hardie 2010).

        Parameters
        ----------
        survived
            Renewals so far, n.
        discount
            Discount rate per period, 0 to 1; with 0 the sum is finite only if alpha > 1.

        Examples
        --------
        >>> round(ShiftedBetaGeometric(alpha=0.668, beta=3.806).residual_life(7), 2)
        7.53
        """
        n = whole("survived", survived, 0, 1_000_000)
        d = between("discount", discount, 0, 1)
        found = float(residual(self.alpha, self.beta, n, d))
        if not 0 <= found < np.inf:
            raise InputError(
                f"discount is {d:g} and alpha is {self.alpha:g}: the expected residual lifetime"
                " is then infinite, or too long to count; give a larger discount rate."
            )
        return found

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share left, the retention rate, and the share left if all were alike."""
        ax = fig.axes(ax, title="Who is left of a cohort", x="period", y="share")
        for name, colour, style, text in (
            ("survival", fig.BLUE, "-", "still customers"),
            ("alike", fig.GREY, "--", "if all had the mean churn"),
            ("retention", fig.ORANGE, "-.", "retention of those left"),
        ):
            ax.plot([], [], color=colour, ls=style, lw=2.2, gid=name, label=fig.label(text))
        fig.legend_above(ax)
        ax.set_ylim(0, 1.02)
        fig.percent(ax)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        table = self.table()
        artists["survival"].set_data(table["period"], table["survival"])
        artists["alike"].set_data(table["period"], table["survival_if_alike"])
        artists["retention"].set_data(table["period"][1:], table["retention"][1:])
        ax.set_xlim(0, self.periods)

    def sentence(self) -> str:
        """Say in one sentence how retention rises and how many that leaves."""
        table = self.table()
        first, last = table.iloc[1], table.iloc[-1]
        after = "1 period" if self.periods == 1 else f"{self.periods:,} periods"
        return (
            f"With shapes alpha {self.alpha:.4g} and beta {self.beta:.4g} of churn,"
            f" {_share(self.mean_churn)} of a cohort leave in the first period; as those who"
            f" leave easily leave first, retention goes from {_share(first['retention'])} to"
            f" {_share(last['retention'])}, and after {after} {_share(last['survival'])} are"
            f" left, where {_share(last['survival_if_alike'])} would be if all were alike."
        )


def _share(value: float) -> str:
    return f"{100 * value:.3g}%" if value == 0 or value >= 1e-6 else "nearly 0%"


def stays(alpha: float, beta: float, period: Any) -> Array:
    """Return the retention rate of the periods 1, 2, …."""
    return np.asarray(1 / (1 + alpha / (beta + (period - 1))))


def residual(alpha: float, beta: float, survived: Any, discount: float) -> Array:
    """Return the discounted expected residual lifetime; infinite where it has no mean."""
    from scipy.special import hyp2f1

    size = beta + np.asarray(survived, float)
    if discount == 0:
        return np.asarray(size / (alpha - 1) if alpha > 1 else np.inf * size)
    series = hyp2f1(1.0, size + 1, alpha + size + 1, 1 / (1 + discount))
    return np.asarray(size / (alpha + size) * series)


def likelihood(
    period: Array, exposed: Array, lost: Array, parameters: Array
) -> tuple[float, Array, Array]:
    """Return log-likelihood, gradient and Hessian: each period is a binomial of its own."""
    alpha, beta = parameters
    kept, before = exposed - lost, beta + period - 1
    both = alpha + before
    value = lost.sum() * np.log(alpha) + kept @ np.log(before) - exposed @ np.log(both)
    slope = np.array([lost.sum() / alpha - np.sum(exposed / both), np.sum(kept / before)])
    slope[1] -= np.sum(exposed / both)
    shared = np.sum(exposed / both**2)
    hessian = np.full((2, 2), shared)
    hessian[0, 0] -= lost.sum() / alpha**2
    hessian[1, 1] -= np.sum(kept / before**2)
    return float(value), slope, hessian


def losses_test(table: pd.DataFrame, churn: Array, fitted: int = 2) -> pd.DataFrame:
    """Compare losses by period with those expected; see :meth:`RetentionFit.fit_test`.

    Examples
    --------
    >>> table = pd.DataFrame({"exposed": [100, 80, 60], "lost": [20, 20, 30]})
    >>> losses_test(table, np.full(3, 0.25), fitted=1).round(3)
       statistic  df  p_value  groups
    0     18.661   2      0.0       3
    """
    from scipy.special import xlogy
    from scipy.stats import chi2

    lost, exposed = (table[name].to_numpy(float) for name in ("lost", "exposed"))
    expected = np.column_stack([exposed * churn, exposed * (1 - churn)])
    seen = np.column_stack([lost, exposed - lost])
    group: list[int] = []
    held = np.zeros(2)
    for row in expected:  # a new group begins where the one before holds enough
        begins = not group or held.min() >= ENOUGH
        group.append((group[-1] if group else -1) + begins)
        held = row if begins else held + row
    place = np.array(group)
    if held.min() < ENOUGH:  # the last periods join the group before
        place[place == place[-1]] = max(place[-1] - 1, 0)
    size = int(place[-1]) + 1
    expected, seen = (
        np.array([v[place == g].sum(axis=0) for g in range(size)]) for v in (expected, seen)
    )
    statistic = 2 * float(np.sum(xlogy(seen, seen / np.maximum(expected, 1e-300))))
    df = size - fitted
    p = float(chi2.sf(statistic, df)) if df > 0 else np.nan
    return pd.DataFrame({"statistic": [statistic], "df": [df], "p_value": [p], "groups": [size]})
