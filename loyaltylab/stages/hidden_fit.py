"""What a hidden chain says: the moves behind answers that slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.stats import Array
from loyaltylab.stages import derived, ladder

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ITEMS = ("slip", "keep_action", "keep_other")


@dataclass(frozen=True, eq=False)
class HiddenFit:
    """A hidden chain fitted by :func:`loyaltylab.stages.fit_hidden`.

    ``moves`` are the transition probabilities, ``start`` the shares at each customer's first
    answer, ``items`` the chances of an answer to slip and of an obstacle to be overcome;
    ``drawn_moves`` and ``drawn_items`` draws from their joint distribution; ``weight`` the
    expected number of moves from each stage, ``tried`` that of answers, of obstacles met in
    action, and of others.

    Examples
    --------
    >>> from loyaltylab import stages
    >>> stages.HiddenFit.__name__
    'HiddenFit'
    """

    states: tuple[str, ...]
    moves: Array
    start: Array
    items: Array
    drawn_moves: Array
    drawn_items: Array
    allowed: npt.NDArray[np.bool_]
    weight: Array
    tried: Array
    log_likelihood: float
    iterations: int
    converged: bool
    customers: int
    answers: int
    level: float

    def matrix(self) -> pd.DataFrame:
        """Return the estimated transition matrix."""
        names = pd.Index(self.states, name="before")
        return pd.DataFrame(self.moves, index=names, columns=pd.Index(self.states))

    def table(self) -> pd.DataFrame:
        """Return ``before, after, probability, lower, upper, n`` (expected moves from there).

        Where less than one move is expected to have been made, the interval begins at 0, and
        where less than one is expected not to, it ends at 1.
        """
        lower, upper = _open(
            self.moves, self.weight[:, None], derived.ends(self.drawn_moves, self.level)
        )
        i, j = np.argwhere(self.allowed).T
        return pd.DataFrame(
            {
                "before": np.array(self.states)[i],
                "after": np.array(self.states)[j],
                "probability": self.moves[i, j],
                "lower": lower[i, j],
                "upper": upper[i, j],
                "n": np.rint(self.weight[i]).astype(int),
                "customers": self.customers,
            }
        )

    def errors(self) -> pd.DataFrame:
        """Return the chances behind the answers: ``quantity, estimate, lower, upper, n``.

        ``n`` is the number of answers, and the expected numbers of obstacles in action, and before.
        """
        lower, upper = _open(self.items, self.tried, derived.ends(self.drawn_items, self.level))
        return pd.DataFrame(
            {
                "quantity": ITEMS,
                "estimate": self.items,
                "lower": lower,
                "upper": upper,
                "n": np.rint(self.tried).astype(int),
                "customers": self.customers,
            }
        )

    def steady_state(self) -> pd.DataFrame:
        """Return the share of time in each stage in the long run, with its interval."""
        found = derived.steady(*self._draws, self.start, self.level, self.customers)
        return found.assign(n=self.answers, customers=self.customers)

    def times(self, target: str | None = None) -> pd.DataFrame:
        """Return the mean number of periods until a stage is first reached, from each other."""
        found = derived.times(*self._draws, target, self.level, self.customers)
        return found.assign(n=self.answers, customers=self.customers)

    def predict(self, periods: int = 4, start: str = "none") -> pd.DataFrame:
        """Return where customers of one stage stand some periods later."""
        return derived.predicted(*self._draws, periods, start, self.level, self.customers)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ladder of the estimates: the long run, and the steps between neighbours."""
        return ladder.draw(ax, self.moves, self.steady_state(), self.start, "at the first answer")

    @property
    def _draws(self) -> tuple[tuple[str, ...], Array, Array]:
        return self.states, self.moves, self.drawn_moves


def _open(share: Array, of: Array, ends: tuple[Array, Array]) -> tuple[Array, Array]:
    """Let the interval reach 0 or 1 where less than one case is expected inside, or outside."""
    lower, upper = ends
    return np.where(share * of < 1, 0.0, lower), np.where((1 - share) * of < 1, 1.0, upper)
