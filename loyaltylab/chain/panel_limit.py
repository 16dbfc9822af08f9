"""What a regression inside branches tends to over few quarters, and how to take that back."""

from __future__ import annotations

import numpy as np

from loyaltylab.base.stats import Array

CALM = 0.97
"""Largest spectral radius that a step of the search may have."""
STEPS = 60


def at_rest(moves: Array, noise: Array) -> Array:
    """Return the covariances ``V = A V A' + Ω`` of processes at rest, shape ``(…, 2, 2)``.

    Examples
    --------
    >>> at_rest(np.array([[0.5, 0.0], [0.0, 0.0]]), np.eye(2)).round(3).tolist()
    [[1.333, 0.0], [0.0, 1.0]]
    """
    both = np.einsum("...ij,...kl->...ikjl", moves, moves).reshape(*moves.shape[:-2], 4, 4)
    flat = noise.reshape(*noise.shape[:-2], 4, 1)
    return np.asarray(np.linalg.solve(np.eye(4) - both, flat)).reshape(noise.shape)


def within_limit(moves: Array, noise: Array, quarters: int) -> Array:
    """Return what slopes inside branches tend to over many branches of so many quarters.

    Taking off the mean of ``quarters − 1`` transitions mixes noise of every quarter into each
    of them (Nickell 1981). Shape ``(…, 2, 2)``, as ``moves``: row is what is moved.

    Examples
    --------
    >>> within_limit(np.array([[0.5, 0.0], [0.4, 0.5]]), np.eye(2), 8).round(2).tolist()
    [[0.27, -0.08], [0.41, 0.31]]
    """
    many = quarters - 1
    powers = [at_rest(moves, noise)]
    for _ in range(many):
        powers.append(moves @ powers[-1])
    before, after = np.zeros_like(powers[0]), np.zeros_like(powers[0])
    for apart in range(1 - many, many):
        # sum of the centring matrix over its diagonal so far apart
        weight = (many if apart == 0 else 0) - (many - abs(apart)) / many
        before = before + weight * _lag(powers, apart)
        after = after + weight * _lag(powers, apart + 1)
    return _ratio(after, before)


def _lag(powers: list[Array], apart: int) -> Array:
    return powers[apart] if apart >= 0 else np.swapaxes(powers[-apart], -1, -2)


def _ratio(after: Array, before: Array) -> Array:
    inverse = np.linalg.pinv(before, hermitian=True)
    return np.asarray(after @ inverse)


def inside_slopes(square: Array, product: Array) -> Array:
    """Return slopes ``(…, 2, 2)`` from the sums ``Σ b b'`` and ``Σ a b'`` of both sides.

    Examples
    --------
    >>> inside_slopes(2 * np.eye(2), np.array([[1.0, 0.0], [0.5, 1.0]])).tolist()
    [[0.5, 0.0], [0.25, 0.5]]
    """
    return _ratio(product, square)


def take_back(square: Array, product: Array, later: Array, quarters: int) -> Array:
    """Return the moves whose limit inside branches is what was found there.

    ``A`` is looked for by ``A ← A + found − limit(A, Ω(A))``, with ``Ω(A)`` from the residuals,
    ``Σ (a − A b)(a − A b)'``. It takes branches to be at rest: their spread neither grows nor
    fades over the panel.

    Parameters
    ----------
    square, product, later
        ``Σ b b'``, ``Σ a b'`` and ``Σ a a'`` of the earlier (b) and later side (a), each without
        the branch's own mean, shape ``(…, 2, 2)``.
    quarters
        Of the panel.

    Examples
    --------
    >>> true, noise = np.array([[0.5, 0.1], [0.4, 0.5]]), np.eye(2)
    >>> seen = within_limit(true, noise, 8)
    >>> square = np.eye(2)
    >>> later = noise - true @ square @ true.T + seen @ true.T + true @ seen.T
    >>> take_back(square, seen, later, 8).round(3).tolist()
    [[0.5, 0.1], [0.4, 0.5]]
    """
    found = inside_slopes(square, product)
    moves = _calm(found)
    for _ in range(STEPS):
        across = product @ np.swapaxes(moves, -1, -2)
        noise = later - across - np.swapaxes(across, -1, -2)
        noise = noise + moves @ square @ np.swapaxes(moves, -1, -2)
        moves = _calm(moves + found - within_limit(moves, noise, quarters))
    return moves


def _calm(moves: Array) -> Array:
    """Shrink the moves that would grow for ever."""
    size = np.abs(np.linalg.eigvals(moves)).max(axis=-1)
    return np.asarray(moves * np.minimum(1, CALM / np.maximum(size, CALM))[..., None, None])
