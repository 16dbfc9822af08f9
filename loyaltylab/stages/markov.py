"""What follows from a table of transition probabilities: long run, times, what is reached.

All of it is state reduction (Grassmann, Taksar & Heyman 1985): states are taken out one by
one, and only numbers >= 0 are added, multiplied and divided. Nothing is subtracted, so that
chances as small as 1e-100 keep their digits. Leading axes are a batch of chains.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array


def hitting_times(moves: Array, target: int) -> Array:
    """Return the mean number of periods until a state is first reached, from each state.

    It is ``(I - Q)⁻¹ 1`` of the fundamental matrix, Q being the moves among the other states;
    infinite where it is not certain that the state is ever reached.

    Parameters
    ----------
    moves
        Probabilities, shape ``(…, states, states)``, rows add up to 1.
    target
        Number of the state.

    Examples
    --------
    >>> hitting_times(np.array([[0.75, 0.25], [0.5, 0.5]]), 1).tolist()
    [4.0, 0.0]
    """
    return _until(moves, target, np.ones(np.shape(moves)[:-1]))


def _until(moves: Array, target: int, each: Array) -> Array:
    """Add up what each period in each state counts, until the target is reached."""
    p, cost = np.array(moves, float), np.array(each, float)
    left = [i for i in range(p.shape[-1]) if i != target]
    out: list[tuple[int, list[int], Array]] = []
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        while left:
            i = left.pop()
            rest = [*left, target]
            leaving = p[..., i, rest].sum(axis=-1)
            out.append((i, rest, leaving))
            for j in left:
                pull = p[..., j, i] / leaving
                pull = np.where(p[..., j, i] > 0, pull, 0.0)
                cost[..., j] += np.where(pull > 0, pull * cost[..., i], 0.0)
                p[..., j, rest] += _times(pull[..., None], p[..., i, rest])
        time = np.zeros(p.shape[:-1])
        for i, rest, leaving in reversed(out):
            after = cost[..., i] + _times(p[..., i, rest], time[..., rest]).sum(axis=-1)
            time[..., i] = np.where(leaving > 0, after / leaving, np.inf)
    return np.where(np.isnan(time), np.inf, time)


def _times(a: Array, b: Array) -> Array:
    """Multiply where both are above 0: nothing times infinity is nothing."""
    return np.where((a > 0) & (b > 0), a * b, 0.0)


def visits(moves: Array, target: int) -> Array:
    """Return the fundamental matrix: periods spent in each other state before the target.

    ``N = (I - Q)⁻¹``; its rows add up to :func:`hitting_times`. The row and column of the
    target are 0.

    Examples
    --------
    >>> visits(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5], [0.0, 0.0, 1.0]]), 2).tolist()
    [[4.0, 2.0, 0.0], [2.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    """
    k = len(moves)
    found = np.stack([_until(moves, target, np.eye(k)[i]) for i in range(k)], axis=1)
    found[:, target] = 0.0
    return found


def long_run(moves: Array, start: Array) -> Array:
    """Return the share of time spent in each state in the long run, from a given start.

    For a chain that can come from every state into every other this is the steady state,
    ``π P = π``, whatever the start. Otherwise each part that is never left again gets the
    chance that the chain ends up there.

    Parameters
    ----------
    moves
        Probabilities, shape ``(states, states)``, rows add up to 1.
    start
        Share in each state at the start.

    Examples
    --------
    >>> long_run(np.array([[0.75, 0.25], [0.5, 0.5]]), np.array([1.0, 0.0])).round(4).tolist()
    [0.6667, 0.3333]
    """
    k = len(moves)
    reach = np.eye(k, dtype=bool) | (moves > 0)
    for _ in range(k):
        reach = reach @ reach
    closed = np.array([bool(reach[reach[i], i].all()) for i in range(k)])  # all leads back
    share = _absorbed(moves, start, closed)
    found = np.zeros(k)
    for i in np.flatnonzero(closed):
        block = np.flatnonzero(reach[i])
        if i == block[0]:
            found[block] = share[block].sum() * stationary(moves[np.ix_(block, block)])
    return found


def _absorbed(moves: Array, start: Array, closed: npt.NDArray[np.bool_]) -> Array:
    """Move the shares that start in passing states to where they enter a closed part."""
    p, share = np.array(moves, float), np.array(start, float)
    passing = [int(i) for i in np.flatnonzero(~closed)]
    while passing:
        i = passing.pop()
        rest = [*passing, *np.flatnonzero(closed)]
        onward = p[i, rest] / p[i, rest].max()  # scaled, for the sum of tiny numbers
        onward /= onward.sum()
        share[rest] += share[i] * onward
        share[i] = 0.0
        for j in passing:
            others = [k for k in (*rest, i) if k != j]
            p[j, others] /= p[j, others].max()  # ratios alone matter, and products stay above 0
            p[j, rest] += p[j, i] * onward
    return share


def stationary(moves: Array) -> Array:
    """Return the steady state of chains that can come from every state into every other.

    Of any other chain the result is NaN or one of several; see :func:`long_run`.

    Examples
    --------
    >>> stationary(np.array([[[0.5, 0.5], [0.5, 0.5]], [[0.0, 1.0], [1.0, 0.0]]])).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    p = np.array(moves, float)
    k = p.shape[-1]
    weight = np.zeros(p.shape[:-1])
    weight[..., 0] = 1.0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        for i in range(k - 1, 0, -1):
            p[..., :i, i] /= p[..., i, :i].sum(axis=-1)[..., None]
            p[..., :i, :i] += p[..., :i, i, None] * p[..., i, None, :i]
        for i in range(1, k):
            weight[..., i] = (weight[..., :i] * p[..., :i, i]).sum(axis=-1)
            weight /= weight.max(axis=-1, keepdims=True)
        return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def long_runs(drawn: Array, start: Array) -> Array:
    """Return :func:`long_run` of each matrix of a batch: at once where all states are joined.

    Examples
    --------
    >>> long_runs(np.eye(2)[None], np.array([0.25, 0.75])).tolist()
    [[0.25, 0.75]]
    """
    joined = np.eye(drawn.shape[-1], dtype=bool) | (drawn > 0)
    for _ in range(drawn.shape[-1]):
        joined = joined @ joined
    found = stationary(drawn)
    for i in np.flatnonzero(~joined.all(axis=(1, 2))):
        found[i] = long_run(drawn[i], start)
    return found


def towards(drawn: Array, target: int) -> tuple[Array, Array]:
    """Return the mean time to a stage of those who come there, and the chance to come there.

    Where it is not certain to come there, the time is that of the chain given that it does:
    ``P[i, j] h[j] / h[i]`` with ``h`` the chance.

    Examples
    --------
    >>> time, chance = towards(np.array([[[0.5, 0.25, 0.25], [0, 1.0, 0], [0, 0, 1.0]]]), 1)
    >>> time.tolist(), chance.tolist()
    ([[2.0, 0.0, inf]], [[0.5, 1.0, 0.0]])
    """
    time = hitting_times(drawn, target)
    reach = np.ones_like(time)
    for at in np.flatnonzero(np.isinf(time).any(axis=1)):
        moves = drawn[at].copy()
        moves[target] = np.eye(len(moves))[target]
        chance = np.array([long_run(moves, row)[target] for row in np.eye(len(moves))])
        sure = np.where(chance[:, None] > 0, chance[:, None], 1.0)
        given = np.where(chance[:, None] > 0, moves * chance / sure, np.eye(len(moves)))
        time[at], reach[at] = hitting_times(given, target), chance
    return time, reach
