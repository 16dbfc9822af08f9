"""What a customer spends per purchase, and how far his own average may be trusted."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, rows, take
from loyaltylab.base.stats import LIMIT
from loyaltylab.lifetime.gamma_gamma import NAMES, expected_amount, likelihood, share_below
from loyaltylab.lifetime.histories import MOST
from loyaltylab.lifetime.maximum import Array, Maximum, maximise, normal, power

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class GammaGammaFit:
    """What :func:`fit_gamma_gamma` found.

    Attributes
    ----------
    maximum
        The maximum of the likelihood, with scipy's result.
    data
        The customers who were fitted: ``x`` and ``mean_amount``.

    Examples
    --------
    >>> from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
    >>> fit = fit_gamma_gamma(simulate_gamma_gamma(2000, seed=1))
    >>> fit.table()[["parameter", "estimate", "lower", "upper"]].round(1)
      parameter  estimate  lower  upper
    0         p       6.9    4.7   10.1
    1         q       3.8    3.5    4.2
    2     gamma      15.0    9.4   24.1
    """

    maximum: Maximum
    data: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of customers with a repeat purchase."""
        return len(self.data)

    @property
    def note(self) -> str:
        """What has to be said of the fit: an empty text, or a sentence about its assumption."""
        found = self.independence().iloc[0]
        if self.maximum.weak:
            return (
                f"These data hardly identify {', '.join(self.maximum.weak)}; read their"
                " intervals rather than the estimates."
            )
        if found["lower"] <= 0 <= found["upper"]:
            return ""
        return (
            "The model takes how often customers buy and what they spend per purchase as"
            f" independent, but here they correlate ({found['correlation']:.2f}, 95% interval"
            f" {found['lower']:.2f} to {found['upper']:.2f}); their product is then biased."
        )

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return the estimates: ``parameter, estimate, standard_error, lower, upper, n``.

        ``identified`` is False where the interval spans a factor of 20 each way.
        """
        return self.maximum.table(level)

    def independence(self, level: float = 0.95) -> pd.DataFrame:
        """Return the correlation of frequency and mean amount, which the model takes as 0.

        Pearson's: under the model the mean of a customer's average does not depend on how
        often he buys, but its spread does; so the interval comes from the influence function,
        on Fisher's z scale. With a heavy tail of amounts it is somewhat short: of 200
        simulated samples of 1,000 customers (q = 4) the 95% interval held 0 in 89%.

        Returns
        -------
        pandas.DataFrame
            One row: ``correlation, lower, upper, n``.
        """
        z, both = normal(level), self.data[["x", "mean_amount"]].to_numpy(float)
        deviation, found, ends = both.std(axis=0), 0.0, np.array([-1.0, 1.0])
        if self.n >= 4 and np.all(deviation > 0):  # where nothing varies, nothing is known
            one, two = ((both - both.mean(axis=0)) / deviation).T
            found = float(np.clip(np.mean(one * two), -1 + 1e-12, 1 - 1e-12))
            influence = one * two - found * (one**2 + two**2) / 2
            error = influence.std() / np.sqrt(self.n) / (1 - found**2)
            ends = np.tanh(np.arctanh(found) + np.array([-z, z]) * error)
        return pd.DataFrame(
            {"correlation": [found], "lower": ends[:1], "upper": ends[1:], "n": [self.n]}
        )

    def predict(
        self,
        data: Data,
        *,
        x: Hashable = "x",
        mean_amount: Hashable = "mean_amount",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Expected mean amount per purchase of customers, given what they spent so far.

        ``p (γ + x z) / (p x + q − 1)``: a weighted mean of the customer's own average z and
        that of all, ``p γ / (q − 1)``, which stands alone where x is 0.

        Parameters
        ----------
        data
            A frame as :func:`summarise` returns it.
        x, mean_amount
            Columns: repeat purchases and their mean amount (not looked at where x is 0).
        level
            Coverage of the intervals (delta method, on the log scale), from the uncertainty
            of the parameters alone.

        Returns
        -------
        pandas.DataFrame
            ``x, mean_amount, expected_amount, lower, upper``, with the index of the data.
        """
        frame = _checked(data, x, mean_amount)
        often, own = frame["x"].to_numpy(float), frame["mean_amount"].to_numpy(float)
        self.refuse_infinite(often)
        z = normal(level)
        logs, error = self.maximum.spread(lambda v: np.log(expected_amount(v, often, own)))
        columns = {
            "x": frame["x"],
            "mean_amount": own,
            "expected_amount": power(logs),
            "lower": power(logs - z * error),
            "upper": power(logs + z * error),
        }
        return pd.DataFrame(columns, index=frame.index)

    def refuse_infinite(self, x: Array) -> None:
        """Refuse customers for whom the model has no finite mean."""
        p, q, _ = self.maximum.values
        if np.any(p * x + q <= 1):
            raise InputError(
                f"q is estimated as {q:.3g}, so that the mean amount over all customers is"
                " infinite; leave out those who never bought again, or the few very large"
                " amounts."
            )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the distribution of mean amounts, counted and as the model has it."""
        amount = self.data["mean_amount"].to_numpy(float)
        top = float(np.quantile(amount, 0.99))
        edges = np.linspace(0, max(top, 1e-300), 31)
        counted = np.histogram(amount, edges)[0] / self.n
        often = self.data["x"].to_numpy(float)
        model = np.diff(share_below(self.maximum.values, often, edges))
        ax = fig.axes(
            ax,
            title="Mean amount per customer, and the model",
            x="mean amount of repeat purchases (money; the largest 1% left out)",
            y="share of customers",
        )
        ax.stairs(counted, edges, fill=True, color=fig.BLUE, alpha=0.5, label=fig.label("counted"))
        middle = (edges[1:] + edges[:-1]) / 2
        ax.plot(middle, model, color=fig.RED, lw=2, label=fig.label("expected by the model"))
        fig.legend_above(ax)
        ax.set_xlim(0, edges[-1])
        return ax


def fit_gamma_gamma(
    data: Data, *, x: Hashable = "x", mean_amount: Hashable = "mean_amount"
) -> GammaGammaFit:
    """Fit the gamma-gamma model of spending by maximum likelihood.

    The amounts of a customer are gamma distributed (shape p, his own rate); the rates are
    gamma distributed over customers (shape q, rate gamma); how often he buys is independent
    of both. Customers without a repeat purchase say nothing and are left out.

    Parameters
    ----------
    data
        A frame as ``summarise(…, amount=…)`` returns it, or the path of a file.
    x, mean_amount
        Columns: repeat purchases, and their mean amount, above 0 wherever x is.

    Returns
    -------
    GammaGammaFit
        Look at ``.note``: it says when frequency and amount are not independent.

    Raises
    ------
    InputError
        For bad columns, amounts of 0 or less, or fewer than two repeat buyers.

    References
    ----------
    Colombo, R. & Jiang, W. (1999), "A stochastic RFM model", Journal of Interactive
    Marketing 13(3); Fader, P. S. & Hardie, B. G. S. (2013), "The gamma-gamma model of
    monetary value", note 25.

    Examples
    --------
    >>> from loyaltylab.lifetime.gamma_gamma import simulate_gamma_gamma
    >>> fit = fit_gamma_gamma(simulate_gamma_gamma(2000, seed=1))
    >>> people = pd.DataFrame({"x": [0, 2, 20], "mean_amount": [0.0, 100.0, 100.0]})
    >>> fit.predict(people)["expected_amount"].round(1).tolist()
    [36.8, 89.3, 98.7]
    """
    frame = _checked(data, x, mean_amount)
    frame = frame[frame["x"] > 0]
    if len(frame) < 2:
        raise InputError(
            f"Column {shown(x)} is above 0 in {len(frame)} rows; the spread of amounts needs at"
            " least two customers who bought again."
        )
    often, own = frame["x"].to_numpy(float), frame["mean_amount"].to_numpy(float)
    if np.ptp(own) == 0:
        raise InputError(
            f"Column {shown(mean_amount)} is {own[0]:g} for everybody who bought again; where no"
            " amount differs there is nothing to estimate."
        )
    centre = float(np.median(own))
    starts = [(p, q, centre * (q - 1) / p) for p, q in ((2.0, 3.0), (6.0, 4.0), (0.5, 2.0))]
    found = maximise(partial(likelihood, often, own), NAMES, starts, len(frame))
    return GammaGammaFit(found, frame.reset_index(drop=True))


def _checked(data: Data, x: Hashable, name: Hashable) -> pd.DataFrame:
    """Return checked columns; amounts are above 0 wherever x is."""
    wanted = {"x": Column(x, "whole", 0, MOST), "mean_amount": Column(name, "number")}
    frame = take(data, **wanted)
    wrong = (frame["x"] > 0) & ~frame["mean_amount"].between(0, LIMIT, inclusive="right")
    if wrong.any():
        first = frame.loc[wrong, "mean_amount"].iloc[0]
        raise InputError(
            f"Column {shown(name)} must be above 0 (and at most {LIMIT:g}) for customers who"
            f" bought again, but not in {rows(wrong)} ({first:g}); leave them out, or net refunds"
            " with purchases."
        )
    return frame
