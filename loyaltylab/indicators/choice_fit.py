"""What a fitted conditional logit says: coefficients, probabilities, elasticities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import logit
from loyaltylab.base.stats import Array
from loyaltylab.indicators.elasticity import plot_elasticities

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class BrandChoiceFit:
    """A conditional logit of brand choice, made by :func:`fit_brand_choice`.

    ``result`` is what statsmodels returned (see :mod:`loyaltylab.base.logit`), ``design`` the terms
    by occasion and brand, ``scale`` what β is multiplied with to become an elasticity (the price,
    or 1 where its logarithm entered), ``cluster`` the customer of each occasion, ``carry`` that of
    the loyalty variable or None.

    Examples
    --------
    >>> from loyaltylab.indicators.choice import fit_brand_choice
    >>> shelf = pd.DataFrame({"household": [1] * 8 + [2] * 8, "occasion": np.repeat(range(8), 2),
    ...     "brand": list("AB") * 8, "price": [1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 1, 2, 1, 1, 1.5],
    ...     "chosen": [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0]})
    >>> fit_brand_choice(shelf).elasticities()[["brand", "elasticity"]].round(1)
      brand  elasticity
    0     A        -0.6
    1     B        -0.6
    """

    terms: tuple[str, ...]
    brands: tuple[Any, ...]
    result: Any
    design: Array
    chosen: Array
    scale: Array
    cluster: npt.NDArray[np.int64]
    carry: float | None
    level: float

    @property
    def customers(self) -> int:
        """How many customers the intervals rest on."""
        return int(self.cluster.max()) + 1

    @property
    def beta(self) -> Array:
        """Coefficients, in the order of ``terms``."""
        return np.asarray(self.result.params, float)

    @property
    def covariance(self) -> Array:
        """Covariance of the coefficients, clustered by customer."""
        return logit.clustered(self.result, self.cluster)[0]

    def _half(self) -> float:
        from scipy.stats import t

        return float(t.ppf((1 + self.level) / 2, self.customers - 1))

    def table(self) -> pd.DataFrame:
        """Return ``term, estimate, standard_error, lower, upper, n`` (occasions), ``customers``.

        The first brand has the constant 0.
        """
        beta, error = self.beta, np.sqrt(np.diag(self.covariance))
        half = self._half() * error
        return pd.DataFrame(
            {
                "term": self.terms,
                "estimate": beta,
                "standard_error": error,
                "lower": beta - half,
                "upper": beta + half,
                "n": len(self.chosen),
                "customers": self.customers,
            }
        )

    def elasticities(self) -> pd.DataFrame:
        """Return each brand's own-price elasticity of its expected share.

        If all its prices rise by 1 %, its share moves by ``Σ β p P (1 - P) / Σ P`` % (without p
        where the log of the price entered): P differs between occasions, and customers.

        Returns
        -------
        pandas.DataFrame
            ``brand, share, elasticity, standard_error, lower, upper, n, customers``; the delta
            method with the clustered covariance, the carry of loyalty taken as given.
        """
        beta, given = self.beta, (self.design, self.scale)
        covariance, value = self.covariance, own_price(beta, *given)
        slopes = np.empty((len(beta), len(self.brands)))
        for i in range(len(beta)):
            step = np.zeros(len(beta))
            step[i] = 1e-5 * max(1.0, abs(beta[i]))
            rise = own_price(beta + step, *given) - own_price(beta - step, *given)
            slopes[i] = rise / (2 * step[i])
        error = np.sqrt(np.einsum("ij,ik,kj->j", slopes, covariance, slopes))
        half = self._half() * error
        return pd.DataFrame(
            {
                "brand": list(self.brands),
                "share": self.chosen.mean(axis=0),
                "elasticity": value,
                "standard_error": error,
                "lower": value - half,
                "upper": value + half,
                "n": len(self.chosen),
                "customers": self.customers,
            }
        )

    def predict(self) -> pd.DataFrame:
        """Return ``brand, share`` (seen), ``expected`` and ``spread`` of the probabilities.

        A small spread says that the model takes all occasions, and so all customers, for alike.
        """
        p = probabilities(self.beta, self.design)
        return pd.DataFrame(
            {
                "brand": list(self.brands),
                "share": self.chosen.mean(axis=0),
                "expected": p.mean(axis=0),
                "spread": p.std(axis=0),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the elasticities with their intervals."""
        return plot_elasticities(self.elasticities().assign(method="choice model"), ax)


def probabilities(beta: Array, design: Array) -> Array:
    """Return the probability of each brand on each occasion."""
    from scipy.special import softmax

    return np.asarray(softmax(design @ beta, axis=1))


def own_price(beta: Array, design: Array, scale: Array | float) -> Array:
    """Return each brand's own-price elasticity; the price's term stands behind the constants."""
    p = probabilities(beta, design)
    return np.asarray((beta[p.shape[1] - 1] * scale * p * (1 - p)).sum(axis=0) / p.sum(axis=0))
