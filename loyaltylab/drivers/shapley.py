"""Shares of R²: the gain that an attribute brings, averaged over every order of entry."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array

MOST = 20
"""Most attributes: 20 have 1,048,576 subsets."""
COLUMNS = 100
"""Most columns in groups."""
REDUNDANT = 1e-10
"""An attribute of which others leave less than this share of variance adds nothing."""
BATCH = 1 << 18
"""Subsets of all matrices together that are counted at once; larger ones leave the cache."""


def lmg(correlation: npt.ArrayLike, groups: Sequence[Hashable] | None = None) -> Array:
    """Split R² among the attributes by LMG, which is Shapley's value (exact, 1 to 20 attributes).

    Attribute ``j`` gets ``Σ_S (R²(S with j) − R²(S)) / (p · C(p − 1, |S|))`` over the subsets
    ``S`` of the others: its gain averaged over all orders in which p attributes can enter. The
    shares add up to R². They describe a split of what is explained; they are no effects.

    Parameters
    ----------
    correlation
        Correlation matrix of shape ``(p + 1, p + 1)``, the outcome last; or a stack of such
        matrices, ``(…, p + 1, p + 1)``.
    groups
        The group of each attribute, if some enter together, as the dummies of one factor do;
        then there may be 20 groups of 100 columns in all.

    Returns
    -------
    ndarray
        Shares of R², shape ``(…, p)``, in the order of the attributes, or of the groups as they
        first appear.

    Raises
    ------
    InputError
        If it is no correlation matrix, or has more than 20 attributes or groups.

    Notes
    -----
    All 2^p values of R² come from one vectorised pass: with each attribute the stack of partial
    matrices doubles (once without it, once with it swept out as a Schur complement) while each
    matrix loses a row. That takes about 6 · 2^p multiplications and 4 · 2^p numbers of memory.
    What others leave nothing of is passed over, as a generalised inverse would.

    References
    ----------
    Lindeman, Merenda & Gold 1980; Grömping 2006 (relaimpo); Shapley 1953; Lipovetsky & Conklin
    2001.

    Examples
    --------
    >>> lmg([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]]).round(3)
    array([0.287, 0.087])
    >>> lmg([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]], groups=["a", "a"]).round(3)
    array([0.373])
    """
    if groups is None:
        return shares(correlations("correlation", correlation))
    stack = correlations("correlation", correlation, COLUMNS)
    codes = _codes(groups, stack.shape[-1] - 1)
    order = np.append(np.argsort(codes, kind="stable"), len(codes))
    return shares(stack[..., order[:, None], order], np.bincount(codes).tolist())


def _codes(groups: Any, p: int) -> npt.NDArray[np.int64]:
    """Number the groups from 0 as they first appear."""
    names = list(groups) if isinstance(groups, list | tuple | np.ndarray) else []
    try:
        first = {name: i for i, name in enumerate(dict.fromkeys(names))}
    except TypeError:
        first = {}
    if len(names) != p or not 1 <= len(first) <= MOST:
        raise InputError(
            f"groups must name a group for each of the {p} attributes, at most {MOST} different"
            f" ones, not {shown(groups)}."
        )
    return np.array([first[name] for name in names])


def correlations(name: str, value: Any, most: int = MOST) -> Array:
    """Return a stack of correlation matrices of 1 to 20 attributes and an outcome.

    Examples
    --------
    >>> correlations("correlation", [[1, 0.5], [0.5, 1]]).shape
    (2, 2)
    """
    try:
        matrix = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or 0 in matrix.shape:
        raise InputError(
            f"{name} must be a square matrix of numbers, the attributes first and the outcome"
            f" last, not {shown(value)}."
        )
    p = matrix.shape[-1] - 1
    if not 1 <= p <= most:
        raise InputError(
            f"{name} must have from 1 to {most} attributes beside the outcome, not {p}; every"
            " further attribute doubles the subsets, so group or drop some."
        )
    off = np.abs(matrix - np.swapaxes(matrix, -1, -2)).max()
    unit = np.abs(np.diagonal(matrix, axis1=-2, axis2=-1) - 1).max()
    if not (off <= 1e-8 and unit <= 1e-8 and np.abs(matrix).max() <= 1 + 1e-8):
        raise InputError(
            f"{name} must be symmetric with ones on its diagonal and nothing beyond 1, not"
            f" {shown(value)}; of a frame, frame.corr() gives it."
        )
    if np.linalg.eigvalsh(matrix).min() < -1e-8:
        raise InputError(
            f"{name} belongs to no data, for it would leave a negative variance; count all"
            " correlations on the same rows, without missing values."
        )
    return matrix


def r_squared(stack: Array, sizes: Sequence[int] | None = None) -> Array:
    """R² of every subset of the attributes, shape ``(2^p, …)``; bit j of the row means j is in.

    ``sizes`` says how many neighbouring columns enter together, by group.

    Examples
    --------
    >>> r_squared(np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])).round(3)
    array([0.   , 0.36 , 0.16 , 0.373])
    """
    left = np.moveaxis(stack, (-2, -1), (0, 1))[:, :, None]  # row, column, subset, matrix …
    for size in sizes or [1] * (stack.shape[-1] - 1):
        swept = left
        for _ in range(size):
            swept = _sweep(swept)
        left = np.concatenate([left[size:, size:], swept], axis=2)
    return np.asarray(np.clip(1 - left[0, 0], 0.0, 1.0))


def _sweep(left: Array) -> Array:
    """Take the first variable in: what is left of the others is their Schur complement."""
    crossed, pivot = left[0, 1:], left[0, 0]
    inverse = np.where(pivot > REDUNDANT, 1 / np.maximum(pivot, REDUNDANT), 0.0)
    return np.asarray(left[1:, 1:] - crossed[:, None] * (crossed * inverse)[None])


def shares(stack: Array, sizes: Sequence[int] | None = None) -> Array:
    """LMG of correlation matrices that are known to be such, ``(…, p + 1, p + 1)`` to ``(…, p)``.

    Examples
    --------
    >>> shares(np.array([[1, 0.5], [0.5, 1]]))
    array([0.25])
    """
    last = stack.shape[-1]
    matrices = stack.reshape(-1, last, last)
    p = last - 1 if sizes is None else len(sizes)
    step = max(1, BATCH >> p)
    parts = [
        split(r_squared(matrices[i : i + step], sizes)).T for i in range(0, len(matrices), step)
    ]
    return np.concatenate(parts).reshape(*stack.shape[:-2], p)


def split(worth: Array) -> Array:
    """Shapley's value of what all subsets are worth, ``(2^p, …)`` to ``(p, …)``.

    The rows of ``worth`` are in the order of :func:`r_squared`.

    Examples
    --------
    >>> split(np.array([0.0, 0.36, 0.16, 0.40])).round(3)
    array([0.3, 0.1])
    """
    p = len(worth).bit_length() - 1
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(p - 1):
        sizes = np.concatenate([sizes, sizes + 1])
    weight = np.array([1 / (p * math.comb(p - 1, k)) for k in range(p)])[sizes]
    out = np.empty((p, *worth.shape[1:]))
    for j in range(p):
        pairs = worth.reshape(-1, 2, 1 << j, *worth.shape[1:])
        gain = (pairs[:, 1] - pairs[:, 0]).reshape(-1, *worth.shape[1:])
        out[j] = np.einsum("s,s...->...", weight, gain)  # BLAS would wake threads for little
    return out
