"""A chain estimated from a panel, with intervals that know whose moves they are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Literal

import numpy as np

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Data
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.stages.chain import STAGES
from loyaltylab.stages.chain_fit import ChainFit
from loyaltylab.stages.paths import LEFT, moves


def fit_chain(
    data: Data,
    *,
    customer: Hashable = "customer",
    period: Hashable = "quarter",
    stage: Hashable = "stage",
    stages: Iterable[str] = STAGES,
    steps: Literal["any", "neighbours"] = "any",
    left: Mapping[Any, Any] | None = None,
    by: Hashable | None = None,
    level: float = 0.95,
    draws: int = 500,
    seed: int | None = 0,
) -> ChainFit:
    """Estimate the chances to move between stages: ``moves from i to j / moves from i``.

    That is the maximum of the multinomial likelihood of each row (Anderson & Goodman 1957). It
    takes the stages as seen without error: a slip of an answer looks like a move and the next
    answer like a move back, so that movement is overestimated
    (:func:`loyaltylab.stages.fit_hidden`). And it takes one chain for all: if some move and
    others never do, the mean of their chances is no chain
    (:func:`loyaltylab.stages.two_step`, :func:`loyaltylab.stages.order_test`).

    Parameters
    ----------
    data, customer, period, stage, stages, left, by
        As for :func:`loyaltylab.stages.moves`. ``by`` is only kept for
        :func:`loyaltylab.stages.homogeneity`.
    steps
        ``"any"`` move, or ``"neighbours"``: moves by more than one stage are impossible
        (structural zeros); those seen are left out, and counted in ``skipped``.
    level
        Coverage of the intervals.
    draws, seed
        Bootstrap samples of customers, 100 to 100,000; and their seed.

    Returns
    -------
    ChainFit

    Raises
    ------
    InputError
        As for ``moves``; if fewer than two customers made any move.

    References
    ----------
    Anderson, T. W. & Goodman, L. A. (1957), Statistical inference about Markov chains, Annals
    of Mathematical Statistics 28.

    Examples
    --------
    >>> from loyaltylab.stages import StageChain
    >>> seen = StageChain(advance=0.2, regress=0.1).simulate(300, seed=1)
    >>> table = fit_chain(seen, period="period", steps="neighbours").table()
    >>> table.round(3).loc[:1, ["before", "after", "moves", "n", "probability", "lower", "upper"]]
      before      after  moves     n  probability  lower  upper
    0   none       none   1256  1610         0.78  0.759  0.800
    1   none  cognitive    354  1610         0.22  0.200  0.241
    """
    between("level", level, 0, 1, open_ends=True)
    whole("draws", draws, 100, 100_000)
    generator(seed)
    if not isinstance(steps, str) or steps not in ("any", "neighbours"):
        raise InputError(f"steps must be 'any' or 'neighbours', not {shown(steps)}.")
    rows = moves(
        data, customer=customer, period=period, stage=stage, stages=stages, by=by, left=left
    )
    states = tuple(rows["before"].cat.categories)
    k = len(states)
    before, after = (rows[name].cat.codes.to_numpy().astype(int) for name in ("before", "after"))
    allowed = np.ones((k, k), dtype=bool)
    if steps == "neighbours":
        allowed = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) <= 1
        if LEFT in states:
            allowed[k - 2, k - 1] = allowed[k - 1, k - 2] = False
            allowed[:, k - 1] = True
    fits = allowed[before, after]
    rows, before, after = rows[fits].reset_index(drop=True), before[fits], after[fits]
    _, who = np.unique(rows["customer"].to_numpy(), return_inverse=True)
    people = int(who.max()) + 1 if len(who) else 0
    if people < 2:
        raise InputError(
            f"fit_chain needs moves of at least two customers, not of {people}; check the columns"
            " of customer and period."
        )
    at, weight = (who * k + before) * k + after, rows["weight"].to_numpy()
    cells = np.bincount(at, weight, minlength=people * k * k)
    counts: Array = cells.astype(float).reshape(people, k, k)
    return ChainFit(states, rows, counts, allowed, int((~fits).sum()), level, draws, seed)
