"""What an estimated chain says: probabilities, long run, times, and whether it is a chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.stats import Array, generator, wilson
from loyaltylab.stages import derived, equality, ladder
from loyaltylab.stages.paths import LEFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SPARSE = 0.2
"""From this share of sparse cells on a test of chi-square is not to be leaned on (Cochran 1954)."""


@dataclass(frozen=True, eq=False)
class ChainFit:
    """A chain fitted by :func:`loyaltylab.stages.fit_chain`.

    ``rows`` holds the moves used, ``by_customer`` their counts, shape ``(customers, states,
    states)`` (weighted where there are exits), ``allowed`` which cells may hold any, and
    ``skipped`` how many moves were left out because they are not allowed.

    Examples
    --------
    >>> from loyaltylab.stages import StageChain, fit_chain
    >>> chain = fit_chain(StageChain().simulate(300, seed=1), period="period")
    >>> chain.times().round(1).head(1)[["quantity", "estimate", "lower", "upper"]]
                  quantity  estimate  lower  upper
    0  from none to action      34.5   28.8   44.1
    """

    states: tuple[str, ...]
    rows: pd.DataFrame
    by_customer: Array
    allowed: Array
    skipped: int
    level: float
    draws: int
    seed: Any

    def counts(self) -> pd.DataFrame:
        """Return the moves seen: from each stage (rows) to each (columns)."""
        seen = self.rows.groupby(["before", "after"], observed=False).size().to_numpy()
        names = pd.Index(self.states, name="before")
        shape = (len(self.states), len(self.states))
        return pd.DataFrame(seen.reshape(shape), index=names, columns=pd.Index(self.states))

    def matrix(self) -> pd.DataFrame:
        """Return the estimated transition matrix; NaN for a stage from which nobody was seen."""
        moves = _chances(self.by_customer.sum(axis=0), self._ends)
        names = pd.Index(self.states, name="before")
        return pd.DataFrame(moves, index=names, columns=pd.Index(self.states))

    @property
    def _ends(self) -> list[int]:
        return [i for i, name in enumerate(self.states) if name == LEFT]

    def table(self) -> pd.DataFrame:
        """Return each probability with its interval and the n behind it.

        ``before, after, moves, n`` (moves from that stage; with exits, those known to have
        stayed and not seen again among them), ``customers`` (who made them),
        ``probability, lower, upper``. The interval is Wilson's with n divided by the design
        effect of the customers, who make several moves each, and t for few of them (Korn &
        Graubard 1998). Cells that are not allowed are left out.
        """
        from scipy.stats import norm, t

        p, effect = equality.spread(self.by_customer)
        own = self.by_customer.sum(axis=2)
        n, people = own.sum(axis=0), (own > 0).sum(axis=0)
        tail = (1 + self.level) / 2
        few = (norm.ppf(tail) / t.ppf(tail, np.maximum(people - 1, 1))) ** 2
        worth = n[:, None] / effect * few[:, None]
        share = np.where(np.isnan(p), 0.0, p)
        lower, upper = wilson(np.minimum(share * worth, worth), worth, self.level)
        at = np.argwhere(self.allowed & (np.arange(len(self.states)) != self._left)[:, None])
        i, j = at.T
        return pd.DataFrame(
            {
                "before": np.array(self.states)[i],
                "after": np.array(self.states)[j],
                "moves": self.counts().to_numpy()[i, j],
                "n": np.rint(n[i]).astype(int),
                "customers": people[i],
                "probability": p[i, j],
                "lower": lower[i, j],
                "upper": upper[i, j],
            }
        )

    @property
    def _left(self) -> int:
        return self._ends[0] if self._ends else -1

    def steady_state(self) -> pd.DataFrame:
        """Return the share of time in each stage in the long run: ``stage, share, lower, upper``.

        Intervals are percentiles of a bootstrap over customers (Wilson's over customers where
        the share is 0 or 1). With exits there is no such state, for in the end all have left.

        Raises
        ------
        InputError
            If the chain was fitted with exits, or from a stage nobody was seen to move.
        """
        found = derived.steady(*self._draws(), self._start, self.level, len(self.by_customer))
        return found.assign(n=len(self.rows), customers=len(self.by_customer))

    @property
    def _start(self) -> Array:
        first = self.rows["before"].cat.codes.to_numpy()
        return np.bincount(first, minlength=len(self.states)) / len(first)

    def times(self, target: str | None = None) -> pd.DataFrame:
        """Return the mean number of periods until a stage is first reached, from each other.

        With exits it is that of those who get there, and ``reach, reach_lower, reach_upper`` is
        the chance to get there at all. Intervals are percentiles of a bootstrap over
        customers; a draw in which the stage is never reached counts as the longest. Where nobody
        was seen on the way the estimate is infinite, and the interval begins with the time if
        each move not seen had the upper end of its own interval.

        Parameters
        ----------
        target
            A stage; None is the highest.
        """
        drawn = self._draws()
        found = derived.times(*drawn, target, self.level, len(self.by_customer))
        never = np.isinf(found["lower"])
        if never.any():
            might = self._might()
            least = derived.times(drawn[0], might, might[None], target, self.level, 1)
            found.loc[never, "lower"] = least.loc[never, "estimate"]
        return found.assign(n=len(self.rows), customers=len(self.by_customer))

    def _might(self) -> Array:
        """Return the matrix in which every move not seen has the upper end of its interval."""
        table, moves = self.table(), self.matrix().to_numpy().copy()
        unseen = table[table["moves"] == 0]
        i, j = (pd.Categorical(unseen[c], self.states).codes for c in ("before", "after"))
        moves[i, j] = unseen["upper"]
        return np.asarray(moves / moves.sum(axis=1, keepdims=True))

    def predict(self, periods: int = 4, start: str = "none") -> pd.DataFrame:
        """Return where customers of one stage stand some periods later.

        ``stage, share, lower, upper``; intervals as of :meth:`steady_state`.
        """
        people = len(self.by_customer)
        return derived.predicted(*self._draws(), periods, start, self.level, people)

    def _draws(self) -> tuple[tuple[str, ...], Array, Array]:
        """Return the states, the estimate, and matrices of bootstrap samples of customers."""
        self._complete()
        rng, g = generator(self.seed), len(self.by_customer)
        flat, each = self.by_customer.reshape(g, -1), np.full(g, 1 / g)
        sample = np.vstack([rng.multinomial(g, each) @ flat for _ in range(self.draws)])
        drawn = _chances(sample.reshape(-1, *self.allowed.shape), self._ends)
        return self.states, self.matrix().to_numpy(), _whole(drawn)

    def _complete(self) -> None:
        seen = self.by_customer.sum(axis=(0, 2))
        empty = [s for s, n in zip(self.states, seen, strict=True) if n == 0 and s != LEFT]
        if empty:
            raise InputError(
                f"Nobody was seen to move from {shown(empty[0])}, so that what follows from there"
                " is not known; leave that stage out of stages, or join it to a neighbour."
            )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ladder of the estimates: the long run, and the steps between neighbours."""
        return ladder.draw(
            ax, self.matrix().to_numpy(), self.steady_state(), self._start, "share of moves seen"
        )


def _chances(counts: Array, ends: list[int]) -> Array:
    """Return rows that add up to 1; who has left stays away."""
    total = counts.sum(axis=-1, keepdims=True)
    found: Array = np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)
    for i in ends:
        found[..., i, :] = np.eye(counts.shape[-1])[i]
    return found


def _whole(drawn: Array) -> Array:
    """Let a stage that a draw left out stay where it is: nothing is known of its leaving."""
    empty = np.isnan(drawn).any(axis=-1, keepdims=True)
    return np.asarray(np.where(empty, np.eye(drawn.shape[-1]), drawn))
