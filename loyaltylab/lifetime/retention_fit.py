"""How many customers will be left: the shifted beta-geometric fitted to cohorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import between, whole
from loyaltylab.lifetime import retention
from loyaltylab.lifetime.maximum import Maximum, normal, power

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("alpha", "beta")
ALIKE = 100.0
"""Sum of alpha and beta from which on customers hardly differ; at its inverse all stay or go."""
REJECTED = 0.01
"""p-value of the G-test below which a fit is warned of."""


@dataclass(frozen=True, eq=False)
class RetentionFit:
    """What :func:`fit_shifted_beta_geometric` found.

    Attributes
    ----------
    maximum
        The maximum of the likelihood, with scipy's result.
    data
        What was fitted, all cohorts together: ``period, exposed, lost``.

    Examples
    --------
    >>> from loyaltylab.lifetime.cohorts import fit_shifted_beta_geometric
    >>> cohort = pd.DataFrame({"period": range(5), "customers": [1000, 631, 468, 382, 326]})
    >>> fit = fit_shifted_beta_geometric(cohort)
    >>> fit.table()[["parameter", "estimate", "lower", "upper"]].round(2)
      parameter  estimate  lower  upper
    0     alpha      0.76   0.60   0.98
    1      beta      1.30   0.94   1.78
    """

    maximum: Maximum
    data: pd.DataFrame

    @property
    def n(self) -> float:
        """Number of customers at the start of all cohorts."""
        return self.maximum.n

    @property
    def note(self) -> str:
        """What has to be said of the fit: an empty text, or a sentence about its weakness."""
        test = self.fit_test().iloc[0]
        if test["p_value"] < REJECTED:
            return (
                "The losses by period are not those of this model (G-test with"
                f" {test['df']:.0f} degrees of freedom: p {_small(test['p_value'])}), so that"
                " neither its projection nor its intervals can be relied on."
            )
        if not self.maximum.weak:
            return ""
        size = float(self.maximum.values.sum())
        cause = "too few leave, or they were observed for too short a time"
        if size > ALIKE:
            cause = "retention does not rise with tenure, so that customers may be all alike"
        elif size < 1 / ALIKE:
            cause = "hardly anybody leaves who did not leave at once, so that all may stay or go"
        return (
            f"These data hardly identify alpha and beta: {cause}; read the intervals, and do not"
            " project far."
        )

    @property
    def model(self) -> retention.ShiftedBetaGeometric:
        """The fitted model, which can be explored."""
        alpha, beta = (float(v) for v in self.maximum.values)
        return retention.ShiftedBetaGeometric(alpha=alpha, beta=beta)

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return the estimates: ``parameter, estimate, standard_error, lower, upper, n``.

        ``identified`` is False where the interval spans a factor of 20 each way.
        """
        return self.maximum.table(level)

    def predict(self, periods: int = 12, level: float = 0.95) -> pd.DataFrame:
        """Project the share left of a new cohort.

        Parameters
        ----------
        periods
            How far, 1 to 1000.
        level
            Coverage of the intervals (delta method, on the log-odds), from the uncertainty of
            the parameters alone.

        Returns
        -------
        pandas.DataFrame
            ``period, survival, survival_lower, survival_upper, retention, retention_lower,
            retention_upper``.
        """
        from scipy.special import expit, logit

        z = normal(level)
        period = np.arange(1, whole("periods", periods, 1, retention.MAX_PERIODS) + 1)
        ends = {"": 0.0, "_lower": -z, "_upper": z}
        left, left_error = self.maximum.spread(
            lambda p: logit(np.cumprod(retention.stays(p[0], p[1], period)))
        )
        stay, stay_error = self.maximum.spread(lambda p: np.log((p[1] + period - 1) / p[0]))
        table = pd.DataFrame({"period": period})
        for end, k in ends.items():
            table[f"survival{end}"] = expit(left + k * left_error)
        for end, k in ends.items():
            table[f"retention{end}"] = expit(stay + k * stay_error)
        return table

    def fit_test(self) -> pd.DataFrame:
        """Test whether the losses by period are those of the model (G-test).

        ``G = 2 Σ lost · ln(lost / expected)``, over losses and over customers kept; periods
        with fewer than five expected of either are taken together. Two parameters were
        fitted, so that there are ``groups - 2`` degrees of freedom. What was given in
        percentages of an assumed number has a p-value that hangs on it.

        Returns
        -------
        pandas.DataFrame
            One row: ``statistic, df, p_value, groups``; with two groups or fewer there is
            nothing to test and the p-value is missing.
        """
        alpha, beta = self.maximum.values
        period = self.data["period"].to_numpy(float)
        return retention.losses_test(self.data, alpha / (alpha + beta + period - 1))

    def residual_life(
        self, survived: Any = 0, discount: float = 0.1, level: float = 0.95
    ) -> pd.DataFrame:
        """Discounted expected residual lifetime by renewals so far, with interval.

        See :meth:`ShiftedBetaGeometric.residual_life`; times the margin per period it is the
        residual value of a customer.

        Returns
        -------
        pandas.DataFrame
            ``survived, residual_life, lower, upper``.
        """
        given = np.atleast_1d(np.asarray(survived, dtype=object))
        renewals = [whole("survived", v, 0, 1_000_000) for v in given]
        d = between("discount", discount, 0, 1)
        if d == 0:
            raise InputError(
                "discount must be above 0 here, for without it the expected residual lifetime"
                " is infinite for some alpha within its interval."
            )
        z = normal(level)
        logs, error = self.maximum.spread(
            lambda p: np.log(retention.residual(p[0], p[1], renewals, d))
        )
        ends = {"residual_life": 0.0, "lower": -z, "upper": z}
        table = {name: power(logs + k * error) for name, k in ends.items()}
        return pd.DataFrame({"survived": renewals, **table})

    def observed(self) -> pd.DataFrame:
        """Return the share left in the data, ``period, survival, retention, exposed``.

        With several cohorts it is the product of the pooled retention rates (Kaplan & Meier).
        """
        kept = 1 - self.data["lost"] / self.data["exposed"]
        return pd.DataFrame(
            {
                "period": self.data["period"],
                "survival": kept.cumprod(),
                "retention": kept,
                "exposed": self.data["exposed"],
            }
        )

    def plot(self, ax: Axes | None = None, periods: int | None = None) -> Axes:
        """Draw the share left: observed, and projected (to twice the time observed)."""
        seen = self.observed()
        far = 2 * int(seen["period"].max()) if periods is None else periods
        table = self.predict(min(far, retention.MAX_PERIODS))
        ax = fig.axes(ax, title="Share of a cohort that is left", x="period", y="share left")
        period, left, lower, upper = (  # from the start, where all are there
            np.append(float(name != "period"), table[name])
            for name in ("period", "survival", "survival_lower", "survival_upper")
        )
        ax.fill_between(period, lower, upper, color=fig.BLUE, alpha=0.25, lw=0)
        ax.plot(period, left, color=fig.BLUE, lw=2, label=fig.label("projected"))
        ax.plot(
            seen["period"], seen["survival"], "o", color=fig.RED, ms=5, label=fig.label("observed")
        )
        fig.percent(ax)
        fig.legend_above(ax)
        ax.set_ylim(0, 1.02)
        ax.set_xlim(0)
        return ax


def _small(p: float) -> str:
    return f"= {p:.3f}" if p >= 0.001 else "below 0.001"
