"""What is felt behind answers in steps: common cut points and latent correlations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array

TERMS = 40
"""Terms of the series of Hermite polynomials; the rest is small up to a correlation of 0.95."""
NEARLY = 0.999

Cuts = tuple[Array, Array]
"""Cut points between the answers that occur, and those answers."""


def cut_points(answers: Array, people: npt.NDArray[Any]) -> Cuts:
    """Return the cut points of a standard normal feeling that give the shares of the answers."""
    from scipy.special import ndtri

    steps, at = np.unique(answers, return_inverse=True)
    below = np.cumsum(np.bincount(at, people))[:-1] / people.sum()
    return np.asarray(ndtri(below)), steps


def latent_correlation(answers: Array, people: npt.NDArray[Any], cuts: list[Cuts]) -> Array:
    """Return the correlations of normal feelings that give the correlations of the answers.

    By Mehler's series the covariance of two functions of a bivariate normal is
    ``Σ_k a_k b_k r^k`` with their normed Hermite coefficients; it is solved for r.
    """
    from scipy.optimize import brentq

    k = answers.shape[1]
    seen = np.cov(answers.T, fweights=people, ddof=0)
    series = [_hermite(*cut) for cut in cuts]
    found = np.eye(k)
    powers = np.arange(1, TERMS + 1)
    for i in range(k):
        for j in range(i):
            product, wanted = series[i] * series[j], float(seen[i, j])

            def miss(rho: float, c: Array = product, w: float = wanted) -> float:
                return float(c @ rho**powers) - w

            if miss(-NEARLY) >= 0:
                tie = -NEARLY
            elif miss(NEARLY) <= 0:
                tie = NEARLY
            else:
                tie = float(brentq(miss, -NEARLY, NEARLY))
            found[i, j] = found[j, i] = tie
    return found


def _hermite(edges: Array, steps: Array) -> Array:
    """Return the normed Hermite coefficients, from the first, of answers as steps of a normal.

    ``a_k = Σ_c (step above − step below) φ(c) He_{k−1}(c) / √k!``.
    """
    jumps = np.diff(steps) * np.exp(-(edges**2) / 2) / math.sqrt(2 * math.pi)
    before, now = np.zeros_like(edges), np.ones_like(edges)  # He_{k−1} / √((k−1)!)
    out = np.empty(TERMS)
    for k in range(1, TERMS + 1):
        out[k - 1] = jumps @ now / math.sqrt(k)
        before, now = now, (edges * now - math.sqrt(k - 1) * before) / math.sqrt(k)
    return out


def nearest_correlation(matrix: Array) -> Array:
    """Return a correlation matrix without negative eigenvalues, near the one given."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > 1e-8:
        return matrix
    fixed = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    sd = np.sqrt(np.diag(fixed))
    return np.asarray(fixed / np.outer(sd, sd))
