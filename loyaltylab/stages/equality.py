"""Do the chances of the next stage differ between groups: a test on counts in clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array

Codes = npt.NDArray[np.int64]
FEW = 5.0
"""A cell expected to hold fewer than this is sparse."""


def spread(counts: Array) -> tuple[Array, Array]:
    """Return proportions and by how much clusters widen their variance (design effect).

    ``counts`` has the shape ``(clusters, contexts, outcomes)``. The design effect is the
    linearised variance of the ratio over clusters, ``G/(G-1) Σ (n_c - p m_c)² / m²``, over the
    binomial ``p (1-p) / m``, and at least 1; with one cluster it is m, for then all its rows
    together are worth one.

    Examples
    --------
    >>> p, effect = spread(np.array([[[2.0, 0.0]], [[0.0, 2.0]]]))
    >>> p.tolist(), effect.tolist()
    ([[0.5, 0.5]], [[4.0, 4.0]])
    """
    total = counts.sum(axis=0)
    n = total.sum(axis=1, keepdims=True)
    p = np.divide(total, n, out=np.full_like(total, np.nan), where=n > 0)
    own = counts.sum(axis=2)
    g = (own > 0).sum(axis=0)[:, None]
    miss = (counts**2).sum(axis=0) - 2 * p * (counts * own[:, :, None]).sum(axis=0)
    miss = miss + p**2 * (own**2).sum(axis=0)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = g / (g - 1) * miss / (n * p * (1 - p))
    effect = np.where((p > 0) & (p < 1), effect, 1.0)
    return p, np.where(g == 1, n, np.maximum(effect, 1.0))


def likelihood_ratio(
    cluster: Codes, stratum: Codes, factor: Codes, outcome: Codes
) -> dict[str, float | int | bool]:
    """Test, within each stratum, whether the outcome's chances are the same in every factor.

    ``G² = 2 Σ n log(n / expected)``; degrees of freedom count only the factors and outcomes
    that occur in a stratum (Bishop, Fienberg & Holland 1975). G² is divided by the mean
    design effect of the clusters (Rao & Scott 1984, first order), which is 1 or more.
    """
    from scipy.special import xlogy
    from scipy.stats import chi2

    sizes = [int(v.max()) + 1 for v in (stratum, factor, outcome)]
    _, who = np.unique(cluster, return_inverse=True)
    cell = np.ravel_multi_index((stratum, factor, outcome), tuple(sizes))
    width = int(np.prod(sizes))
    wide = np.bincount(who * width + cell, minlength=(who.max() + 1) * width)
    counts = wide.reshape(-1, sizes[0] * sizes[1], sizes[2]).astype(float)
    n = counts.sum(axis=0).reshape(sizes)
    by_factor, by_outcome = n.sum(axis=2, keepdims=True), n.sum(axis=1, keepdims=True)
    whole = n.sum(axis=(1, 2), keepdims=True)
    expected = np.divide(by_factor * by_outcome, whole, out=np.zeros_like(n), where=whole > 0)
    g2 = 2 * float((xlogy(n, n) - xlogy(n, np.where(expected > 0, expected, 1.0))).sum())
    met = (by_factor > 0).sum(axis=(1, 2)), (by_outcome > 0).sum(axis=(1, 2))
    df = int((np.maximum(met[0] - 1, 0) * np.maximum(met[1] - 1, 0)).sum())
    p, effect = spread(counts)
    loose = np.where(np.isnan(p), 0.0, 1 - p) * (counts.sum(axis=0) > 0)
    deff = float((loose * effect).sum() / loose.sum()) if loose.sum() > 0 else 1.0
    possible = expected > 0
    return {
        "g2": max(g2, 0.0),
        "design_effect": deff,
        "df": df,
        "p": float(chi2.sf(max(g2, 0.0) / deff, df)) if df > 0 else float("nan"),
        "n": int(n.sum()),
        "sparse": float((expected[possible] < FEW).mean()),
    }
