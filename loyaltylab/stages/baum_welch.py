"""Baum and Welch's algorithm for stages behind answers that slip, and how sure its result is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loyaltylab.base.stats import Array
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.held import Seen

K = len(STAGES)
HOLDS: Array = (np.arange(K)[:, None] >= np.arange(1, 4)).astype(float)
"""Which of the three answers each stage should hold."""
HALF = 0.5
"""Added to every count, so that no chance is found to be exactly 0 or 1 (Jeffreys 1946)."""


LEAST = 0.05
"""Least precision of a logit, which bounds the draws of what the answers say nothing about."""


class Chances(NamedTuple):
    """Of moves, of the stage at the first answer, and of a slip and of kept obstacles."""

    moves: Array
    start: Array
    items: Array


class Expected(NamedTuple):
    """What a step of expectation finds, by customer: stages, moves, and the likelihood."""

    stage: Array
    moves: Array
    log_likelihood: float


def expect(seen: Seen, chances: Chances) -> Expected:
    """Return where each customer stood and moved, given all he said and did (forward, backward)."""
    moves, start, items = chances
    slip, action, other = items
    right = np.where(np.isnan(seen.held)[:, :, None], np.nan, seen.held[:, :, None] == HOLDS)
    log = np.nansum(np.where(right == 1, np.log(1 - slip), np.log(slip)) + 0 * right, axis=3)
    for rate, at in ((other, slice(0, K - 1)), (action, slice(K - 1, K))):
        failed = (seen.met - seen.kept) * np.log(1 - rate)
        log[:, :, at] += (seen.kept * np.log(rate) + failed)[:, :, None]
    top = log.max(axis=2, keepdims=True)
    emit = np.exp(log - top)
    n, t = emit.shape[:2]
    ahead, size = np.empty((n, t, K)), np.empty((n, t))
    now = start * emit[:, 0]
    for i in range(t):
        if i:
            now = (ahead[:, i - 1] @ moves) * emit[:, i]
        size[:, i] = now.sum(axis=1)
        ahead[:, i] = now / size[:, i, None]
    back, total = np.ones((n, K)), np.zeros((n, K, K))
    stage = np.empty((n, t, K))
    stage[:, -1] = ahead[:, -1]
    for i in range(t - 2, -1, -1):
        later = emit[:, i + 1] * back / size[:, i + 1, None]
        pair = ahead[:, i, :, None] * moves * later[:, None]
        total += pair * (i < seen.last)[:, None, None]
        back = later @ moves.T
        stage[:, i] = ahead[:, i] * back
    within = np.arange(t) <= seen.last[:, None]
    likelihood = float(((np.log(size) + top[:, :, 0]) * within).sum())
    return Expected(stage * within[:, :, None], total, likelihood)


def tallies(seen: Seen, now: Expected) -> tuple[Array, Array]:
    """Return how often each of the three chances came true, and out of how many."""
    known = ~np.isnan(seen.held)
    wrong = known[:, :, None] & (seen.held[:, :, None] != HOLDS)
    slips = np.einsum("gtk,gtkj->", now.stage, wrong.astype(float))
    top = now.stage[:, :, -1]
    hits = [(seen.kept * part).sum() for part in (top, 1 - top)]
    tries = [(seen.met * part).sum() for part in (top, 1 - top)]
    return np.array([slips, *hits]), np.array([known.sum(), *tries], float)


def maximise(seen: Seen, now: Expected, allowed: npt.NDArray[np.bool_]) -> Chances:
    """Return the chances that are likeliest by now, with half a case added to every count."""
    total = now.moves.sum(axis=0) + HALF * allowed
    first = now.stage[:, 0].sum(axis=0) + HALF
    done, tried = tallies(seen, now)
    items = (done + HALF) / (tried + 2 * HALF)
    return Chances(total / total.sum(axis=1, keepdims=True), first / first.sum(), items)


def reached(now: Expected, at: Chances, allowed: npt.NDArray[np.bool_]) -> float:
    """Return the log-likelihood with the half cases, which every step raises."""
    halves = np.concatenate([at.moves[allowed], at.start, at.items, 1 - at.items])
    return now.log_likelihood + HALF * float(np.log(halves).sum())


def draw(
    seen: Seen,
    found: Chances,
    allowed: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    draws: int,
) -> tuple[Array, Array]:
    """Draw moves and chances from the normal distribution of their logits.

    Its precision is the observed information: by how much the score falls where a logit rises.
    """
    at = _logits(found, allowed)
    steps = 1e-3 * np.eye(len(at))
    known = np.stack(
        [_score(seen, at - step, allowed) - _score(seen, at + step, allowed) for step in steps]
    )
    size, axes = np.linalg.eigh((known + known.T) / 4e-3)
    spread = axes / np.sqrt(np.maximum(size, LEAST))
    drawn = at + rng.standard_normal((draws, len(at))) @ spread.T
    all_ = [_chances(row, allowed) for row in drawn]
    return np.stack([one.moves for one in all_]), np.stack([one.items for one in all_])


def _logits(found: Chances, allowed: npt.NDArray[np.bool_]) -> Array:
    """Return log odds of each move against staying, of each chance, and of each start."""
    off = allowed & ~np.eye(K, dtype=bool)
    to_stay = np.log(found.moves, where=off, out=np.zeros((K, K)))
    to_stay -= np.log(np.diag(found.moves))[:, None]
    first = np.log(found.start[:-1] / found.start[-1])
    return np.concatenate([to_stay[off], np.log(found.items / (1 - found.items)), first])


def _chances(logits: Array, allowed: npt.NDArray[np.bool_]) -> Chances:
    """Return the chances of which :func:`_logits` are the log odds."""
    from scipy.special import expit, softmax

    off = allowed & ~np.eye(K, dtype=bool)
    n = int(off.sum())
    odds = np.where(np.eye(K, dtype=bool), 0.0, -np.inf)
    odds[off] = logits[:n]
    start = softmax(np.append(logits[n + 3 :], 0.0))
    return Chances(softmax(odds, axis=1), start, expit(logits[n : n + 3]))


def _score(seen: Seen, logits: Array, allowed: npt.NDArray[np.bool_]) -> Array:
    """Return how fast the log-likelihood, with the half cases, rises with each logit."""
    at = _chances(logits, allowed)
    now = expect(seen, at)
    total = now.moves.sum(axis=0) + HALF * allowed
    rise = total - at.moves * total.sum(axis=1, keepdims=True)
    done, tried = tallies(seen, now)
    first = now.stage[:, 0].sum(axis=0) + HALF
    return np.concatenate(
        [
            rise[allowed & ~np.eye(K, dtype=bool)],
            done + HALF - at.items * (tried + 2 * HALF),
            (first - at.start * first.sum())[:-1],
        ]
    )
