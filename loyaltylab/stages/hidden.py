"""The chain behind answers that slip: a hidden Markov model by Baum and Welch's algorithm."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, take
from loyaltylab.base.stats import between, generator, whole
from loyaltylab.stages.baum_welch import Chances, K, draw, expect, maximise, reached, tallies
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.held import arranged, steps_held
from loyaltylab.stages.hidden_fit import HiddenFit


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
    estimated together by maximum likelihood (Baum, Petrie, Soules & Weiss 1970), with half a
    move, slip or kept obstacle added to every count: a chance found to be exactly 0 would have
    no interval. A missing period or answer is no information, and no move.

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
        logit scale, with the observed information of the likelihood of customers, each with all
        his answers.
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
        As for ``stage_of``; if fewer than 20 customers answered twice, a question has no answer
        at all, or nobody met an obstacle (then nothing tells action from conative).

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
    _enough(rows)
    seen = arranged(held[:, :3], rows)
    gap = np.abs(np.subtract.outer(np.arange(K), np.arange(K)))
    allowed = gap <= 1 if steps == "neighbours" else gap < K
    moves = np.where(gap == 0, 0.8, np.where(allowed, 0.1, 0.0))
    moves /= moves.sum(axis=1, keepdims=True)
    at = Chances(moves, np.full(K, 1 / K), np.array([0.1, 0.8, 0.2]))
    before, count = -np.inf, 0
    converged = False
    while not converged and count < most:
        now = expect(seen, at)
        height = reached(now, at, allowed)
        converged = height - before < 1e-9 * abs(height)
        at, before, count = maximise(seen, now, allowed), height, count + 1
    now = expect(seen, at)
    drawn = draw(seen, at, allowed, rng, draws)
    return HiddenFit(
        STAGES,
        *at,
        *drawn,
        allowed,
        now.moves.sum(axis=(0, 2)),
        tallies(seen, now)[1],
        now.log_likelihood,
        count,
        converged,
        len(seen.last),
        len(rows),
        level,
    )


def _enough(rows: pd.DataFrame) -> None:
    """Refuse answers by which two stages cannot be told apart."""
    for role in ("belief", "liking", "intention"):
        if rows[role].isna().all():
            raise InputError(
                f"fit_hidden needs answers to all three questions, and {role} has none; without it"
                " two stages cannot be told apart."
            )
    if not rows["obstacles"].sum() > 0:
        raise InputError(
            "fit_hidden needs customers who met an obstacle, and obstacles counts none; without"
            " one nothing tells action from conative."
        )
