"""What fitted choices say: weights, what people would pay, and shares of other offers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base import logit
from loyaltylab.base.errors import InputError, nearest, shown, some
from loyaltylab.base.frames import Column, Data, read, take
from loyaltylab.base.stats import LIMIT, Array, generator, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Method = Literal["krinsky_robb", "delta"]


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

    @classmethod
    def of(
        cls,
        names: tuple[Any, ...],
        result: Any,
        who: npt.NDArray[Any] | None,
        table: pd.DataFrame,
        attributes: int,
        level: float,
        cluster: Hashable | None,
    ) -> Self:
        """Take what statsmodels returned and, where customers chose often, cluster by them."""
        params, occasions = np.asarray(result.params, float), int(table["code"].iloc[-1]) + 1
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
        return cls(names, params, covariance, result, occasions, clusters, table, attributes, level)

    @property
    def errors(self) -> Array:
        """Standard errors of the weights."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def _quantile(self) -> float:
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
        half = self._quantile * self.errors
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
        if price not in self.names:
            raise InputError(
                f"price is {shown(price)}{nearest(price, self.names)}, which is no attribute of the"
                f" fit; they are {some(self.names)}."
            )
        if method not in ("krinsky_robb", "delta"):
            raise InputError(f"method must be 'krinsky_robb' or 'delta', not {shown(method)}.")
        whole("draws", draws, 100, 1_000_000)
        p, rest = self.names.index(price), [i for i, n in enumerate(self.names) if n != price]
        paid = self.weights[p]
        if paid >= 0:
            raise InputError(
                f"The weight of {shown(price)} is {paid:.3g} and not below 0, so nobody pays for"
                " anything; check that it is a price, or what else moves with it."
            )
        worth = -self.weights[rest] / paid
        if method == "delta":
            slopes = np.zeros((len(rest), len(self.names)))
            slopes[np.arange(len(rest)), rest] = -1 / paid
            slopes[:, p] = self.weights[rest] / paid**2
            half = self._quantile * np.sqrt(((slopes @ self.covariance) * slopes).sum(axis=1))
            lower, upper = worth - half, worth + half
        else:
            # of a multivariate t, whose spread is that of the intervals of the weights
            draw = generator(seed)
            noise = draw.multivariate_normal(np.zeros(len(self.weights)), self.covariance, draws)
            if self.clusters is not None:
                freedom = self.clusters - 1
                noise /= np.sqrt(draw.chisquare(freedom, draws) / freedom)[:, None]
            drawn = self.weights + noise
            ratio = -drawn[:, rest] / drawn[:, [p]]
            ends = [(1 - self.level) / 2, (1 + self.level) / 2]
            lower, upper = np.quantile(ratio, ends, axis=0)
        clear = bool(paid + self._quantile * self.errors[p] < 0)
        return pd.DataFrame(
            {
                "attribute": [self.names[i] for i in rest],
                "worth": worth,
                "lower": lower,
                "upper": upper,
                "price_clear": clear,
            }
        )

    def predict(self, data: Data | None = None, *, occasion: Hashable = "occasion") -> pd.DataFrame:
        """Return the share of each row within its occasion.

        Parameters
        ----------
        data
            Rows with the columns of the attributes and the occasion; None takes the rows that were
            fitted. A fit with constants of alternatives predicts only its own rows.
        occasion
            Column that names the occasion.

        Returns
        -------
        pandas.DataFrame
            ``occasion, share``, in the order of the rows; and ``chosen`` for the rows fitted.
        """
        if data is None:
            code = self.rows["code"].to_numpy()
            utility = self.result.model.exog @ self.weights
            first = np.flatnonzero(np.diff(code, prepend=-1))
            share = logit.shares(utility, code, first)
            return self.rows[["occasion", "chosen"]].assign(share=share)
        if len(self.names) > self.attributes:
            raise InputError(
                "predict() of a fit with constants takes data=None only; fit without alternative,"
                " or with 0/1 columns for the brands."
            )
        columns = {f"x{k}": Column(n, "number", -LIMIT, LIMIT) for k, n in enumerate(self.names)}
        table = take(read(data), occasion=Column(occasion, "group"), **columns)
        table = table.reset_index(drop=True)
        code = np.asarray(table.groupby("occasion", sort=False).ngroup(), dtype=np.int64)
        order = np.argsort(code, kind="stable")
        x = table[list(columns)].to_numpy(float)[order]
        code = code[order]
        first = np.flatnonzero(np.diff(code, prepend=-1))
        share = np.empty(len(table))
        share[order] = logit.shares(x @ self.weights, code, first)
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
