"""What a fitted conditional logit says: coefficients, probabilities, elasticities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.stats import Array
from loyaltylab.indicators.pictures import plot_elasticities

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class BrandChoiceFit:
    """A conditional logit of brand choice, made by :func:`fit_brand_choice`.

    ``fitted`` holds ``beta``, the ``inverse`` of the information and the ``log_likelihood``;
    ``design`` the terms by occasion and brand, ``scale`` what β is multiplied with to become an
    elasticity (the price, or 1 where its logarithm entered), ``cluster`` the customer of each
    occasion, ``carry`` that of the loyalty variable or None.

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
    fitted: dict[str, Any]
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
    def covariance(self) -> Array:
        """Covariance of the coefficients, clustered by customer."""
        p = self._p(self.fitted["beta"])
        score = np.einsum("tj,tjk->tk", self.chosen - p, self.design)
        g = self.customers
        total = np.stack([np.bincount(self.cluster, column, g) for column in score.T], axis=1)
        bread = self.fitted["inverse"]
        return np.asarray(bread @ (total.T @ total) @ bread * g / max(g - 1, 1))

    def _p(self, beta: Array) -> Array:
        from scipy.special import softmax

        return np.asarray(softmax(self.design @ beta, axis=1))

    def _half(self) -> float:
        from scipy.stats import t

        return float(t.ppf((1 + self.level) / 2, self.customers - 1))

    def table(self) -> pd.DataFrame:
        """Return ``term, estimate, standard_error, lower, upper, n`` (occasions), ``customers``.

        The first brand has the constant 0.
        """
        beta, error = self.fitted["beta"], np.sqrt(np.diag(self.covariance))
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
        beta = self.fitted["beta"]
        covariance, value = self.covariance, self._elasticity(beta)
        slopes = np.empty((len(beta), len(self.brands)))
        for i in range(len(beta)):
            step = np.zeros(len(beta))
            step[i] = 1e-5 * max(1.0, abs(beta[i]))
            rise = self._elasticity(beta + step) - self._elasticity(beta - step)
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

    def _elasticity(self, beta: Array) -> Array:
        p = self._p(beta)
        slope = beta[len(self.brands) - 1]
        return np.asarray((slope * self.scale * p * (1 - p)).sum(axis=0) / p.sum(axis=0))

    def predict(self) -> pd.DataFrame:
        """Return ``brand, share`` (seen), ``expected`` and ``spread`` of the probabilities.

        A small spread says that the model takes all occasions, and so all customers, for alike.
        """
        p = self._p(self.fitted["beta"])
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
