"""The conditional logit as a statsmodels model, over all occasions at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError
from loyaltylab.base.stats import Array

FAR = 200.0
"""Logits from the mean of an occasion beyond which choices are no longer a matter of chance."""


def maximum(x: Array, chosen: Array, occasion: npt.NDArray[np.int64]) -> Any:
    """Fit ``P(i) = exp(β·x_i) / Σ_j exp(β·x_j)`` over the alternatives of each occasion.

    ``statsmodels.discrete.conditional_models.ConditionalLogit`` maximises the same likelihood; it
    walks through the occasions one by one and takes a hundred times as long.

    Parameters
    ----------
    x
        Attributes, shape ``(rows, k)``, rows sorted by occasion; each must differ within some
        occasion, and none may follow from others (:func:`within` shows what is left of them).
    chosen
        1 for the row that was chosen, one per occasion.
    occasion
        Codes 0, 1, … that rise by at most 1 from row to row.

    Returns
    -------
    GenericLikelihoodModelResults
        Of statsmodels; its ``model.scores(params)`` are the scores, one row per occasion.

    Raises
    ------
    InputError
        If the choices follow the attributes without exception, so that no weights fit best.

    Examples
    --------
    Of two offers the first is dearer by 1; it is chosen on one occasion of four:

    >>> price, chosen = np.array([[2.0], [1.0]] * 4), np.array([1.0, 0, 0, 1, 0, 1, 0, 1])
    >>> fit = maximum(price, chosen, np.repeat(np.arange(4), 2))
    >>> fit.params.round(4), round(float(np.log(1 / 3)), 4)
    (array([-1.0986]), -1.0986)
    """
    from statsmodels.base.model import GenericLikelihoodModel

    first = np.flatnonzero(np.diff(occasion, prepend=-1))
    x = within(x, occasion)  # the same likelihood, with fewer digits lost
    scale = np.sqrt(np.mean(x**2, axis=0))

    class Conditional(GenericLikelihoodModel):  # type: ignore[misc]
        """Likelihood, score and Hessian; the attributes are those given."""

        def loglike(self, params: Array) -> float:
            utility = self.exog @ params
            top = np.maximum.reduceat(utility, first)
            total = np.add.reduceat(np.exp(utility - top[occasion]), first)
            return float((utility @ self.endog) - np.sum(top + np.log(total)))

        def scores(self, params: Array) -> Array:
            share = shares(self.exog @ params, occasion, first)
            return np.asarray(
                np.add.reduceat((self.endog - share)[:, None] * self.exog, first, axis=0)
            )

        def score(self, params: Array) -> Array:
            return np.asarray(self.scores(params).sum(axis=0))

        def hessian(self, params: Array) -> Array:
            share = shares(self.exog @ params, occasion, first)
            mean = np.add.reduceat(share[:, None] * self.exog, first, axis=0)
            return -np.asarray((share[:, None] * self.exog).T @ self.exog - mean.T @ mean)

    def fitted(design: Array, begin: Array, **options: Any) -> Any:
        model = Conditional(chosen, design)
        model.df_model, model.df_resid = design.shape[1], len(design) - design.shape[1]
        return model.fit(
            begin, method="newton", maxiter=60, disp=0, warn_convergence=False, **options
        )

    found = fitted(x / scale, np.zeros(x.shape[1]), skip_hessian=True)
    logits = (x / scale) @ found.params
    if not np.all(np.abs(logits) < FAR) or not found.mle_retvals["converged"]:
        raise InputError(SEPARATED)
    return fitted(x, found.params / scale)


def clustered(result: Any, who: npt.NDArray[Any]) -> tuple[Array, int]:
    """Return the sandwich covariance with scores summed by cluster, and how many clusters.

    Parameters
    ----------
    result
        What :func:`maximum` returned.
    who
        Cluster of each occasion.

    Examples
    --------
    Two customers who each chose once dear and once cheap differ in nothing:

    >>> price, chosen = np.array([[2.0], [1.0]] * 4), np.array([1.0, 0, 0, 1, 1, 0, 0, 1])
    >>> fit = maximum(price, chosen, np.repeat(np.arange(4), 2))
    >>> clustered(fit, np.array([1, 1, 2, 2]))[0].round(6) + 0.0, plain(fit).round(6)
    (array([[0.]]), array([[1.]]))
    """
    scores = result.model.scores(result.params)
    codes, people = np.unique(who, return_inverse=True)[::-1]
    total = np.zeros((len(people), scores.shape[1]))
    np.add.at(total, codes, scores)
    bread = plain(result)
    small = len(people) / max(len(people) - 1, 1)
    return np.asarray(bread @ (total.T @ total) @ bread * small), len(people)


def plain(result: Any) -> Array:
    """Return the inverse of the information at the maximum.

    Examples
    --------
    Four occasions of even odds have the information 4 · 1/2 · 1/2:

    >>> price, chosen = np.array([[2.0], [1.0]] * 4), np.array([1.0, 0, 0, 1, 1, 0, 0, 1])
    >>> plain(maximum(price, chosen, np.repeat(np.arange(4), 2))).round(6)
    array([[1.]])
    """
    return np.asarray(np.linalg.inv(-result.model.hessian(np.asarray(result.params))))


SEPARATED = (
    "The choices follow the attributes, or one of them, without any exception, so that no finite"
    " weights fit them best; use more occasions or fewer attributes."
)


def shares(utility: Array, occasion: npt.NDArray[np.int64], first: npt.NDArray[np.int64]) -> Array:
    """Return the probability of each row within its occasion.

    Examples
    --------
    >>> shares(np.log([1.0, 3.0]), np.array([0, 0]), np.array([0])).round(2).tolist()
    [0.25, 0.75]
    """
    size = np.exp(utility - np.maximum.reduceat(utility, first)[occasion])
    return np.asarray(size / np.add.reduceat(size, first)[occasion])


def within(x: Array, occasion: npt.NDArray[np.int64]) -> Array:
    """Return the attributes less their mean of the occasion: all that a choice can speak of.

    Examples
    --------
    >>> within(np.array([[1.0], [3.0], [5.0], [5.0]]), np.array([0, 0, 1, 1])).ravel().tolist()
    [-1.0, 1.0, 0.0, 0.0]
    """
    first = np.flatnonzero(np.diff(occasion, prepend=-1))
    size = np.diff(np.append(first, len(x)))[:, None]
    return np.asarray(x - (np.add.reduceat(x, first, axis=0) / size)[occasion])
