"""What fitted choices say: weights, what people would pay, and shares of other offers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base import logit
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import Array
from loyaltylab.delivered_value.dtypes import attributes_of, column
from loyaltylab.delivered_value.worth import Method, paid

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class ChoiceFit:
    """Weights of a conditional logit, as :func:`loyaltylab.delivered_value.fit_choices` found them.

    ``result`` is what statsmodels returned, ``covariance`` the one that all intervals use
    (clustered, if a cluster was given), ``occasions`` and ``clusters`` what they rest on.

    Examples
    --------
    >>> from loyaltylab.delivered_value.choices import fit_choices
    >>> from loyaltylab.delivered_value.simulated import simulate_choices
    >>> seen = simulate_choices({"quality": 0.6, "price": -0.3}, customers=300, seed=1)
    >>> fit = fit_choices(seen, ["quality", "price"], cluster="customer")
    >>> fit.occasions, fit.clusters, round(fit.r_squared, 2)
    (3000, 300, 0.5)
    """

    names: tuple[Any, ...]
    weights: Array
    covariance: Array
    result: Any
    occasions: int
    clusters: int | None
    rows: pd.DataFrame
    attributes: int
    level: float
    occasion: Hashable
    cluster: Hashable | None

    @classmethod
    def of(
        cls,
        names: tuple[Any, ...],
        result: Any,
        who: npt.NDArray[Any] | None,
        table: pd.DataFrame,
        attributes: int,
        level: float,
        occasion: Hashable,
        cluster: Hashable | None,
    ) -> Self:
        """Take what statsmodels returned and, where customers chose often, cluster by them."""
        params, many = np.asarray(result.params, float), int(table["code"].iloc[-1]) + 1
        if who is None:
            covariance, clusters = logit.plain(result), None
        else:
            codes = pd.factorize(who)[0]
            covariance, clusters = logit.clustered(result, codes)
            if clusters < 2:
                raise InputError(
                    f"cluster is {shown(cluster)}, which names one customer only, and intervals"
                    " need at least two; leave cluster out if occasions are independent."
                )
        return cls(
            names, params, covariance, result, many, clusters, table,
            attributes, level, occasion, cluster,
        )  # fmt: skip

    @property
    def errors(self) -> Array:
        """Standard errors of the weights."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def quantile(self) -> float:
        """Standard errors to either side of an estimate: normal, or t over clusters."""
        from scipy.special import ndtri, stdtrit

        at = (1 + self.level) / 2
        return float(ndtri(at) if self.clusters is None else stdtrit(self.clusters - 1, at))

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood at the maximum."""
        return float(self.result.llf)

    @property
    def r_squared(self) -> float:
        """McFadden's R²: 1 less the log-likelihood over that of choosing at random."""
        size = self.rows.groupby("code")["code"].size()
        return 1 - self.log_likelihood / -float(np.log(size).sum())

    def table(self) -> pd.DataFrame:
        """Return ``attribute, weight`` (logits per unit), ``error, lower, upper, n, clusters``."""
        half = self.quantile * self.errors
        return pd.DataFrame(
            {
                "attribute": list(self.names),
                "weight": self.weights,
                "error": self.errors,
                "lower": self.weights - half,
                "upper": self.weights + half,
                "n": self.occasions,
                "clusters": self.occasions if self.clusters is None else self.clusters,
            }
        )

    def willingness_to_pay(
        self,
        price: Any = "price",
        *,
        method: Method = "krinsky_robb",
        draws: int = 10_000,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Return what a unit of each attribute is worth in units of the price.

        ``wtp = −β / β_price``: the weight of the attribute when that of money is 1, as
        :func:`delivered` takes it. ``"krinsky_robb"`` draws both β from their joint distribution
        and takes quantiles of the ratio; ``"delta"`` is the linear approximation, symmetric and too
        short where the price is measured badly.

        Parameters
        ----------
        price
            The attribute that is paid.
        method, draws, seed
            How the interval is made; 100 to 1,000,000 draws.

        Returns
        -------
        pandas.DataFrame
            One row per other attribute: ``attribute, worth, lower, upper, price_clear`` (whether
            the interval of the price's weight lies below 0; if not, no interval of a ratio means
            much).

        Raises
        ------
        InputError
            If there is no such attribute, or the weight of the price is not below 0.

        References
        ----------
        Krinsky & Robb (1986), Review of Economics and Statistics 68 (reported, not verified).
        """
        return paid(self, price, method, draws, seed)

    def predict(
        self,
        data: Data | None = None,
        *,
        occasion: Hashable | None = None,
        cluster: Hashable | None = None,
    ) -> pd.DataFrame:
        """Return the share of each row within its occasion.

        Parameters
        ----------
        data
            Rows with the columns of the attributes and the occasion; None takes the rows that were
            fitted. A fit with constants of alternatives predicts only its own rows.
        occasion
            Column that names the occasion; None takes the one of the fit.
        cluster
            Column that says who chooses, if occasions count anew for each; None takes the one of
            the fit, if the table has it.

        Returns
        -------
        pandas.DataFrame
            ``occasion, share``, in the order of the rows; and ``chosen`` for the rows fitted.
        """
        if data is None:
            code = self.rows["code"].to_numpy()
            share = _shares(self.result.model.exog @ self.weights, code)
            table = self.rows[["occasion", "chosen"]].assign(share=share)
            return table.set_axis(self.rows["place"]).sort_index().reset_index(drop=True)
        if len(self.names) > self.attributes:
            raise InputError(
                "predict() of a fit with constants takes data=None only; fit without alternative,"
                " or with 0/1 columns for the brands."
            )
        frame = read(data)
        if cluster is None and column(frame, self.cluster) is not None:
            cluster = self.cluster
        columns = attributes_of(frame, self.names)
        keys = {"occasion": Column(self.occasion if occasion is None else occasion, "group")}
        keys |= {} if cluster is None else {"who": Column(cluster, "group")}
        table = take(frame, **keys, **columns).reset_index(drop=True)
        code = np.asarray(table.groupby(list(keys), sort=False).ngroup(), dtype=np.int64)
        order = np.argsort(code, kind="stable")
        x = table[list(columns)].to_numpy(float)[order]
        share = np.empty(len(table))
        share[order] = _shares(x @ self.weights, code[order])
        return table[["occasion"]].assign(share=share)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the weights with their intervals."""
        table = self.table()
        ax = fig.axes(
            ax,
            title="Weights that the choices imply",
            x="weight (logits per unit of the attribute)",
            y="attribute",
        )
        at, weight = np.arange(len(table)), table["weight"].to_numpy()
        ends = np.abs(table[["lower", "upper"]].to_numpy().T - weight)
        ax.errorbar(
            weight, at, xerr=ends, fmt="o", color=fig.BLUE, ms=7, capsize=4,
            label=fig.label(f"weight, {self.level:.0%} interval"),
        )  # fmt: skip
        ax.axvline(0, color=fig.GREY, lw=1, label=fig.label("does not count"))
        ax.set_yticks(at, [fig.label(str(n)) for n in self.names], family=fig.families())
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.grid(False, axis="y")
        fig.legend_above(ax)
        return ax


def _shares(utility: Array, code: npt.NDArray[np.int64]) -> Array:
    return logit.shares(utility, code, np.flatnonzero(np.diff(code, prepend=-1)))
