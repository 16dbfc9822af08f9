"""What noise and rounding take away: correlations of answers against those of what is meant."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, between, positive, whole
from loyaltylab.curve import scale as scales
from loyaltylab.drivers.ratings import Scale
from loyaltylab.drivers.shapley import correlations

COLUMNS = 100
STEPS = 1000


def attenuate(correlation: npt.ArrayLike, reliability: npt.ArrayLike) -> Array:
    """Return the correlations of answers, given those of what the answers are about.

    ``r_ij √(reliability_i reliability_j)`` (Spearman 1904), where reliability is the share of an
    answer's variance that is not noise. With unreliable drivers a regression moves weight from
    the strong to the weak ones, and R² shrinks.

    Parameters
    ----------
    correlation
        Correlations of attributes and, last, the outcome, ``(…, p + 1, p + 1)``.
    reliability
        One number above 0 and at most 1, or one for each row of the matrix.

    Returns
    -------
    ndarray
        A matrix of the same shape, for :func:`loyaltylab.drivers.lmg`.

    Raises
    ------
    InputError
        If it is no correlation matrix, or a reliability is not valid.

    References
    ----------
    Spearman, C. (1904), The proof and measurement of association between two things, *American
    Journal of Psychology* 15(1), 72-101.

    Examples
    --------
    >>> attenuate([[1, 0.5], [0.5, 1]], 0.8).round(3).tolist()
    [[1.0, 0.4], [0.4, 1.0]]
    """
    stack = correlations("correlation", correlation, COLUMNS)
    size = stack.shape[-1]
    try:
        share = np.asarray(reliability, dtype=float)
    except (TypeError, ValueError):
        share = np.array([np.nan, np.nan])
    if share.shape not in ((), (size,)) or not np.all((share > 0) & (share <= 1)):
        raise InputError(
            f"reliability must be a number above 0 and at most 1, or {size} of them (the outcome"
            f" last), not {shown(reliability)}."
        )
    root = np.sqrt(np.broadcast_to(share, (size,)))
    out = stack * root[:, None] * root
    out[..., range(size), range(size)] = 1.0
    return np.asarray(out)


def rounding_reliability(mean: Any, sd: Any, scale: Scale = (1, 5)) -> float:
    """Reliability of a normal opinion that is answered in whole points of a scale.

    It is the squared correlation of the opinion with its answer: the opinion rounded, and
    brought back to the ends of the scale where it lies beyond them. The covariance is
    ``sd Σ φ(z_c)`` over the cuts ``c`` between two points, the variance that of the answers.

    Parameters
    ----------
    mean, sd
        Of the opinion, in points of the scale; sd above 0.
    scale
        Lowest and highest answer, two whole numbers.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        If a number is not valid, or the scale has more than 1,000 points.

    Examples
    --------
    >>> round(rounding_reliability(3.6, 0.9), 3), round(rounding_reliability(4.9, 0.3), 3)
    (0.887, 0.325)
    """
    from scipy.special import ndtr

    low, high = scales.ends(scale)
    middle, spread = between("mean", mean, low - 100, high + 100), positive("sd", sd)
    if low % 1 or high % 1:
        raise InputError(f"scale must be two whole numbers, not {shown(scale)}.")
    points = whole("the number of points of scale", int(high - low) + 1, 2, STEPS)
    cuts = (low + np.arange(points - 1) + 0.5 - middle) / spread
    above = 1 - ndtr(cuts)
    variance = float((np.minimum.outer(above, above) - np.outer(above, above)).sum())
    if variance <= 0:
        return 0.0  # nearly all give the same answer
    covariance = float(np.exp(-(cuts**2) / 2).sum() / np.sqrt(2 * np.pi))
    return min(covariance**2 / variance, 1.0)
