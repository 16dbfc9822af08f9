"""Other measures of derived importance: standardised coefficients and relative weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array
from loyaltylab.drivers.shapley import REDUNDANT, correlations, shares

COLUMNS = 100


def relative_weights(correlation: npt.ArrayLike) -> Array:
    """Split R² among the attributes by Johnson's relative weights (any number up to 100).

    The attributes are replaced by the uncorrelated variables nearest to them, the R² of these is
    split exactly, and brought back by the squared loadings: ``ε_j = Σ_k λ_jk² β_k²`` with
    ``Λ = R_xx^½`` and ``β = Λ⁻¹ r``. The weights add up to R². They need no subsets and come
    close to LMG as a rule, but they are no Shapley value.

    Parameters
    ----------
    correlation
        As in :func:`loyaltylab.drivers.lmg`: the outcome last, or a stack of matrices.

    Returns
    -------
    ndarray
        Weights, shape ``(…, p)``.

    Raises
    ------
    InputError
        If it is no correlation matrix.

    References
    ----------
    Johnson, J. W. (2000), A heuristic method for estimating the relative weight of predictor
    variables in multiple regression, *Multivariate Behavioral Research* 35(1), 1-19.

    Examples
    --------
    >>> relative_weights([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]]).round(3)
    array([0.287, 0.087])
    """
    return johnson(correlations("correlation", correlation, COLUMNS))


def johnson(stack: Array) -> Array:
    """Relative weights of matrices that are known to be correlations.

    Examples
    --------
    >>> johnson(np.array([[1, 0.5], [0.5, 1]]))
    array([0.25])
    """
    values, vectors = np.linalg.eigh(stack[..., :-1, :-1])
    known = values > REDUNDANT
    root = np.sqrt(np.where(known, values, 0.0))
    inverse = np.where(known, 1 / np.sqrt(np.where(known, values, 1.0)), 0.0)
    loading = (vectors * root[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    along = np.einsum("...ji,...j->...i", vectors, stack[..., :-1, -1]) * inverse
    beta = np.einsum("...ij,...j->...i", vectors, along)
    return np.asarray(np.einsum("...jk,...k->...j", loading**2, beta**2))


def betas(stack: Array) -> Array:
    """Return standardised coefficients; of attributes that repeat each other, the shortest.

    Examples
    --------
    >>> betas(np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])).round(3)
    array([0.533, 0.133])
    """
    inverse = np.linalg.pinv(stack[..., :-1, :-1], rcond=REDUNDANT, hermitian=True)
    return np.asarray(np.einsum("...ij,...j->...i", inverse, stack[..., :-1, -1]))


def zero_order(stack: Array) -> Array:
    """Return the correlation of each attribute with the outcome.

    Examples
    --------
    >>> zero_order(np.array([[1, 0.5], [0.5, 1]]))
    array([0.5])
    """
    return stack[..., :-1, -1]


MEASURES: dict[str, Callable[[Array], Array]] = {
    "correlation": zero_order,
    "beta": betas,
    "lmg": shares,
    "relative_weight": johnson,
}
"""Derived importance: each takes correlation matrices and returns one number per attribute."""
