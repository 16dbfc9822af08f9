"""What a fitted BG/NBD model says: its parameters, forecasts and checks, with intervals."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base.frames import Data
from loyaltylab.base.stats import positive
from loyaltylab.lifetime import calibration, forecasts
from loyaltylab.lifetime.histories import (
    Histories,
    checked_histories,
    given,
    with_history,
)
from loyaltylab.lifetime.maximum import Maximum, normal, power

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class BGNBDFit:
    """What :func:`fit_bgnbd` found: four parameters, their uncertainty, and forecasts.

    Intervals are for expectations and probabilities, from the uncertainty of the parameters
    alone (delta method); what one customer does varies far more.

    Attributes
    ----------
    maximum
        The maximum of the likelihood: estimates, their covariance on the log scale, and in
        ``.result`` what scipy's search returned.
    data
        The distinct histories that were fitted.

    Examples
    --------
    >>> from loyaltylab.lifetime.bgnbd import simulate_bgnbd
    >>> from loyaltylab.lifetime.repeat_buying import fit_bgnbd
    >>> fit = fit_bgnbd(simulate_bgnbd(5000, seed=1))
    >>> fit.table()[["parameter", "estimate", "lower", "upper"]].round(2)
      parameter  estimate  lower  upper
    0         r      0.25   0.23   0.26
    1     alpha      4.24   3.81   4.72
    2         a      0.89   0.68   1.17
    3         b      2.70   1.91   3.82
    """

    maximum: Maximum
    data: Histories

    @property
    def n(self) -> float:
        """Number of customers."""
        return self.data.n

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood at the maximum."""
        return self.maximum.log_likelihood

    @property
    def note(self) -> str:
        """What has to be said of the fit: an empty text, or a sentence about its weakness."""
        weak = self.maximum.weak
        if not weak:
            return ""
        names = " and ".join([", ".join(weak[:-1]), weak[-1]] if len(weak) > 1 else weak)
        cause = "hardly anybody seems to drop out, or all are alike in it"
        if not {"a", "b"} & set(weak):
            cause = "all seem to buy at nearly the same rate"
        return (
            f"These data hardly identify {names}, for {cause}; read their intervals rather than"
            " the estimates."
        )

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return the estimates, one row per parameter.

        Parameters
        ----------
        level
            Coverage of the intervals (Wald, on the log scale).

        Returns
        -------
        pandas.DataFrame
            ``parameter, estimate, standard_error, lower, upper, n`` (customers),
            ``identified`` (False where the interval spans a factor of 20 each way).
        """
        return self.maximum.table(level)

    def probability_active(
        self,
        x: Any,
        t_x: Any,
        T: Any,  # noqa: N803
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Probability that a customer with this history still buys.

        It is ``1 / (1 + a/(b+x−1) · ((α+T)/(α+t_x))^(r+x))``, and 1 without a repeat purchase,
        since in this model nobody drops out before his second one.

        Parameters
        ----------
        x, t_x, T
            Histories: numbers, or arrays of one length.
        level
            Coverage of the intervals, built on the scale of the log-odds.

        Returns
        -------
        pandas.DataFrame
            ``x, t_x, T, probability_active, lower, upper``.
        """
        from scipy.special import expit

        z = normal(level)
        history = given(x, t_x, T)
        odds, error = self.maximum.spread(lambda p: forecasts.active_odds(p, *history))
        ends = {"probability_active": 0.0, "lower": -z, "upper": z}
        return with_history(history, {name: expit(odds + k * error) for name, k in ends.items()})

    def expected_purchases(
        self,
        t: float,
        x: Any,
        t_x: Any,
        T: Any,  # noqa: N803
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Expected number of purchases in the next ``t`` of customers with these histories.

        Parameters
        ----------
        t
            Length of the time ahead, in the unit of T.
        x, t_x, T, level
            As in :meth:`probability_active`; the intervals are built on the log scale.

        Returns
        -------
        pandas.DataFrame
            ``x, t_x, T, expected_purchases, lower, upper``.
        """
        ahead, z = positive("t", t), normal(level)
        history = given(x, t_x, T)
        logs, error = self.maximum.spread(lambda p: forecasts.log_forecast(p, ahead, *history))
        ends = {"expected_purchases": 0.0, "lower": -z, "upper": z}
        return with_history(history, {name: power(logs + k * error) for name, k in ends.items()})

    def expected(self, t: Any, level: float = 0.95) -> pd.DataFrame:
        """Expected number of repeat purchases of a new customer in his first ``t``.

        Returns
        -------
        pandas.DataFrame
            ``t, expected_purchases, lower, upper``, one row per value of t.
        """
        given_times = np.atleast_1d(np.asarray(t, dtype=object))
        times = np.array([positive("t", v) for v in given_times])
        zero, z = np.zeros(len(times)), normal(level)
        logs, error = self.maximum.spread(
            lambda p: forecasts.log_forecast(p, times, zero, zero, zero)
        )
        ends = {"expected_purchases": 0.0, "lower": -z, "upper": z}
        table = {name: power(logs + k * error) for name, k in ends.items()}
        return pd.DataFrame({"t": times, **table})

    def predict(
        self,
        data: Data,
        t: float,
        *,
        x: Hashable = "x",
        t_x: Hashable = "t_x",
        T: Hashable = "T",  # noqa: N803
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Return both forecasts for every customer of a summary, in its order.

        Returns
        -------
        pandas.DataFrame
            ``x, t_x, T, probability_active, active_lower, active_upper, expected_purchases,
            lower, upper``, with the index of the data.
        """
        frame = checked_histories(data, x, t_x, T)
        active = self.probability_active(frame["x"], frame["t_x"], frame["T"], level)
        bought = self.expected_purchases(t, frame["x"], frame["t_x"], frame["T"], level)
        active = active.rename(columns={"lower": "active_lower", "upper": "active_upper"})
        return active.join(bought.iloc[:, 3:]).set_index(frame.index)

    def calibration(self, most: int = 7, level: float = 0.95) -> pd.DataFrame:
        """Compare how many customers bought 0, 1, … times with what the model expects.

        Parameters
        ----------
        most
            Last class, which holds all who bought that often or more, 1 to 1000.
        level
            Coverage of the intervals: what would be counted, if the model were true, in
            other samples of as many customers, in whole customers.

        Returns
        -------
        pandas.DataFrame
            ``repeat_purchases, actual, expected, lower, upper, n``.
        """
        return calibration.frequencies(self.maximum.values, self.data, most, level)

    def holdout(self, data: Data, most: int = 7, level: float = 0.95) -> pd.DataFrame:
        """Compare purchases after the fit with the forecast, by purchases before.

        Parameters
        ----------
        data
            What ``summarise(…, holdout_until=…)`` returned.
        most
            Last class of purchases before, which holds all who bought that often or more.
        level
            Coverage of the interval of the mean that was counted (Student's t; where all of a
            class bought alike, that of a Poisson count).

        Returns
        -------
        pandas.DataFrame
            ``repeat_purchases`` (before), ``actual`` (mean purchases in the hold-out period),
            ``lower, upper, expected, n``; the last row is ``all``.
        """
        return calibration.holdout(self.maximum.values, data, most, level)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw :meth:`calibration`: customers by number of repeat purchases, and the model."""
        return calibration.plot_frequencies(self.calibration(), ax)
