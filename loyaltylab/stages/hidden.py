"""The chain behind answers that slip: a hidden Markov model by Baum and Welch's algorithm."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal, NamedTuple

import numpy as np

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.stages.answered import Seen, arranged
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.held import steps_held
from loyaltylab.stages.hidden_fit import HiddenFit

K = len(STAGES)
HOLDS: Array = (np.arange(K)[:, None] >= np.arange(1, 4)).astype(float)
"""Which of the three answers each stage should hold."""
TINY = 1e-6


class Expected(NamedTuple):
    """What a step of expectation finds, by customer: stages, moves, and the likelihood."""

    stage: Array
    moves: Array
    log_likelihood: float


def fit_hidden(
    data: Data,
    *,
    customer: Hashable = "customer",
    period: Hashable = "quarter",
    belief: Hashable = "belief",
    liking: Hashable = "liking",
    intention: Hashable = "intention",
    obstacles: Hashable = "obstacles",
    kept: Hashable = "kept",
    scale: tuple[float, float] = (1, 5),
    cut: float = 3.0,
    steps: Literal["any", "neighbours"] = "neighbours",
    level: float = 0.95,
    draws: int = 500,
    seed: int | np.random.Generator | None = 0,
    iterations: int = 500,
) -> HiddenFit:
    """Estimate the chain behind answers of which some are slips.

    Nobody's stage is seen. From the cognitive stage on belief should be above the cut, from the
    affective on liking, from the conative on intention; each answer slips to the other side with
    one chance ``slip``, and an obstacle is overcome with ``keep_action`` in action and
    ``keep_other`` before. These three, the shares at the first answer and the moves are
    estimated together by maximum likelihood (Baum, Petrie, Soules & Weiss 1970). A missing
    period or answer is no information, and no move.

    What it takes for granted: slips are independent of each other and over time, are equally
    likely for all, and everybody moves by the same chain.

    Parameters
    ----------
    data, customer, period, belief, liking, intention, obstacles, kept, scale, cut
        As for :func:`loyaltylab.stages.stage_of`.
    steps
        ``"neighbours"``: moves by more than one stage are impossible; or ``"any"``.
    level
        Coverage of the intervals: from draws of the normal distribution of the estimates on the
        logit scale, with the information of the scores of customers (Berndt, Hall, Hall &
        Hausman 1974), so that answers of a customer count as one cluster.
    draws, seed
        Draws for the intervals, 100 to 100,000; and their seed.
    iterations
        Most steps of the algorithm, 1 to 100,000; ``converged`` says whether they sufficed.

    Returns
    -------
    HiddenFit

    Raises
    ------
    InputError
        As for ``stage_of``; if fewer than 20 customers answered twice.

    References
    ----------
    Baum, L. E. et al. (1970), Annals of Mathematical Statistics 41. Wiggins, L. M. (1973), Panel
    Analysis: slips look like movement (both reported, not verified).

    Examples
    --------
    >>> from loyaltylab import firm, stages
    >>> seen = firm.Firm(seed=1, customers=800).tracking
    >>> found = stages.fit_hidden(seen)
    >>> found.errors().round(2)[["quantity", "estimate"]]
          quantity  estimate
    0         slip      0.05
    1  keep_action      0.91
    2   keep_other      0.15
    """
    between("level", level, 0, 1, open_ends=True)
    draws, most = whole("draws", draws, 100, 100_000), whole("iterations", iterations, 1, 100_000)
    rng = generator(seed)
    if not isinstance(steps, str) or steps not in ("any", "neighbours"):
        raise InputError(f"steps must be 'any' or 'neighbours', not {shown(steps)}.")
    take(data, customer=Column(customer, "group"), period=Column(period, "whole"))
    held, rows = steps_held(
        data,
        {"customer": customer, "period": period},
        (belief, liking, intention),
        (obstacles, kept),
        scale=scale,
        cut=cut,
        kept_cut=0.5,
    )
    seen = arranged(held[:, :3], rows)
    gap = np.abs(np.subtract.outer(np.arange(K), np.arange(K)))
    allowed = gap <= 1 if steps == "neighbours" else gap < K
    moves = np.where(gap == 0, 0.8, np.where(allowed, 0.1, 0.0))
    moves /= moves.sum(axis=1, keepdims=True)
    start, items = np.full(K, 1 / K), np.array([0.1, 0.8, 0.2])
    before, count = -np.inf, 0
    converged = False
    while not converged and count < most:
        now = _expect(seen, moves, start, items)
        moves, start, items = _maximise(seen, now, moves)
        converged = now.log_likelihood - before < 1e-9 * abs(now.log_likelihood)
        before, count = now.log_likelihood, count + 1
    now = _expect(seen, moves, start, items)
    drawn = _draw(seen, now, moves, items, rng, draws)
    return HiddenFit(
        STAGES,
        moves,
        start,
        items,
        *drawn,
        allowed,
        now.moves.sum(axis=(0, 2)),
        now.log_likelihood,
        count,
        converged,
        len(seen.last),
        len(rows),
        level,
    )


def _expect(seen: Seen, moves: Array, start: Array, items: Array) -> Expected:
    """Return where each customer stood and moved, given all he said and did (forward, backward)."""
    slip, action, other = np.clip(items, TINY, 1 - TINY)
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


def _tallies(seen: Seen, now: Expected) -> tuple[Array, Array]:
    """Return, by customer, how often each of the three chances came true, and out of how many."""
    known = ~np.isnan(seen.held)
    wrong = known[:, :, None] & (seen.held[:, :, None] != HOLDS)
    slips = np.einsum("gtk,gtkj->g", now.stage, wrong.astype(float))
    top = now.stage[:, :, -1]
    hits = [(seen.kept * part).sum(axis=1) for part in (top, 1 - top)]
    tries = [(seen.met * part).sum(axis=1) for part in (top, 1 - top)]
    done = np.column_stack([slips, *hits])
    return done, np.column_stack([known.sum(axis=(1, 2)), *tries])


def _maximise(seen: Seen, now: Expected, moves: Array) -> tuple[Array, Array, Array]:
    """Return the moves, the start and the three chances that are likeliest by now."""
    total = now.moves.sum(axis=0)
    rows = total.sum(axis=1, keepdims=True)
    better = np.where(rows > 0, total / np.where(rows > 0, rows, 1.0), moves)
    done, tried = (part.sum(axis=0) for part in _tallies(seen, now))
    items = done / np.where(tried > 0, tried, 1.0)
    return better, now.stage[:, 0].mean(axis=0), items


def _draw(
    seen: Seen,
    now: Expected,
    moves: Array,
    items: Array,
    rng: np.random.Generator,
    draws: int,
) -> tuple[Array, Array]:
    """Draw moves and chances from the normal distribution of their logits."""
    free = np.argwhere((moves > TINY) & ~np.eye(K, dtype=bool))
    each = now.moves - moves * now.moves.sum(axis=2, keepdims=True)
    done, tried = _tallies(seen, now)
    shares = now.stage[:, 0, :-1] - now.stage[:, 0, :-1].mean(axis=0)
    scores = np.hstack([each[:, free[:, 0], free[:, 1]], done - items * tried, shares])
    spread = np.linalg.pinv(scores.T @ scores)
    noise = rng.multivariate_normal(np.zeros(len(spread)), spread, size=draws, method="eigh")
    with np.errstate(divide="ignore"):
        logit = np.tile(np.log(moves), (draws, 1, 1))
        odds = np.log(items) - np.log1p(-items)
    logit[:, free[:, 0], free[:, 1]] += noise[:, : len(free)]
    made = np.exp(logit - logit.max(axis=2, keepdims=True))
    drawn = 1 / (1 + np.exp(-(odds + noise[:, len(free) : len(free) + 3])))
    return made / made.sum(axis=2, keepdims=True), drawn
