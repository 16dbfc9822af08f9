"""One factor behind a covariance matrix, for a thousand matrices at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from loyaltylab.base.stats import Array

SWEEPS, SETTLED = 500, 1e-10


def alpha_of(covariance: Array) -> Array:
    """Return Cronbach's alpha of covariance matrices, shape ``(…, k, k)``; NaN without spread."""
    k = covariance.shape[-1]
    total = covariance.sum(axis=(-2, -1))
    own = np.trace(covariance, axis1=-2, axis2=-1)
    ratio = np.divide(own, total, out=np.full_like(total, np.nan), where=total > 0)
    return np.asarray(k / (k - 1) * (1 - ratio))


def omega_of(covariance: Array) -> Array:
    """Return McDonald's omega of covariance matrices, by one factor on the correlations."""
    if covariance.shape[-1] == 2:  # one covariance cannot tell two loadings apart
        return alpha_of(covariance)
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    loading = one_factor(covariance)
    common = (loading * sd).sum(axis=-1) ** 2
    own = ((1 - loading**2) * sd**2).sum(axis=-1)
    total = common + own
    return np.asarray(np.divide(common, total, out=np.full_like(total, np.nan), where=total > 0))


def one_factor(covariance: Array) -> Array:
    """Return loadings on standardised items by minres (Harman & Jones 1966), from −1 to 1.

    Least squares on the correlations off the diagonal, one loading after the other:
    ``λ_i = Σ_{j≠i} r_ij λ_j / Σ_{j≠i} λ_j²``. With two items both loadings are set equal. An
    item without spread gets 0; the sum of the loadings is not negative.
    """
    k = covariance.shape[-1]
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    scale = sd[..., :, None] * sd[..., None, :]
    r = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > 0)
    index = np.arange(k)
    r[..., index, index] = 0.0
    if k == 2:
        size = np.sqrt(np.abs(r[..., 0, 1]))
        return np.asarray(np.stack([size, size * np.sign(r[..., 0, 1])], axis=-1))
    loading = _start(r)
    for _ in range(SWEEPS):
        before = loading.copy()
        for i in range(k):
            others = np.delete(loading, i, axis=-1)
            tie = (np.delete(r[..., i, :], i, axis=-1) * others).sum(axis=-1)
            size = (others**2).sum(axis=-1)
            step: Any = np.divide(tie, size, out=np.zeros_like(tie), where=size > 0)
            loading[..., i] = np.clip(step, -1.0, 1.0)
        if np.abs(loading - before).max() < SETTLED:
            break
    sign = np.where(loading.sum(axis=-1, keepdims=True) < 0, -1.0, 1.0)
    return np.asarray(sign * loading)


def _start(r: Array) -> Array:
    """Return the first principal component, a start from which the sweeps do not lose their way."""
    values, vectors = np.linalg.eigh(r + np.eye(r.shape[-1]))
    return np.asarray(vectors[..., -1] * np.sqrt(np.maximum(values[..., -1:], 1e-6)))
