"""The stages as an ordered process: up one, down one, or stay, period after period."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, between, generator, whole
from loyaltylab.stages import ladder, markov

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAGES = ("none", "cognitive", "affective", "conative", "action")
Stage = Literal["none", "cognitive", "affective", "conative", "action"]
Share = Annotated[float, Ge(0), Le(1)]
MOST = 50_000_000
"""Customers times periods that a simulation may draw."""


@model
class StageChain:
    """Oliver's stages as a Markov chain between neighbours: none, cognitive, …, action.

    In a period a customer advances by one stage, falls back by one, or stays, with chances that
    depend on his stage and on nothing else: not on how he came there, how long he has stood
    there, or who he is. These three are assumptions, and panel data can refute them
    (:func:`loyaltylab.stages.fit_chain`).

    Raises
    ------
    InputError
        If a value is not valid, ``advances`` or ``regresses`` are not four numbers, or from
        one stage advance and regress add up to more than 1.

    References
    ----------
    Oliver, R. L. (1999), Whence consumer loyalty?, Journal of Marketing 63, has the order of
    the stages and no chances; Kemeny, J. G. & Snell, J. L. (1960), Finite Markov Chains, has
    the arithmetic. The chain is this course's reading.

    Examples
    --------
    >>> chain = StageChain(advance=0.2, regress=0.1)
    >>> chain.steady_state()["share"].round(3).tolist()
    [0.032, 0.065, 0.129, 0.258, 0.516]
    >>> chain.times()["periods_to_action"].round(1).tolist()
    [30.6, 25.6, 18.1, 9.4, 0.0]
    """

    advance: Annotated[Share, Label("advance by one stage", "share per period")] = 0.2
    regress: Annotated[Share, Label("fall back by one stage", "share per period")] = 0.1
    start: Annotated[Stage, Label("stage at the start")] = "none"
    periods: Annotated[int, Ge(1), Le(400), Label("periods shown", "periods")] = 12
    advances: Annotated[
        tuple[Share, ...] | None, Label("advance, by stage from none up", "share per period")
    ] = None
    regresses: Annotated[
        tuple[Share, ...] | None, Label("fall back, by stage from cognitive up", "share per period")
    ] = None

    def __post_init__(self) -> None:
        for name in ("advances", "regresses"):
            given = getattr(self, name)
            if given is not None and len(given) != len(STAGES) - 1:
                raise InputError(
                    f"{name} must be {len(STAGES) - 1} numbers, one for each step between two"
                    f" stages, or None, not {shown(given)}."
                )
        up, down = self.rates
        if np.any(up[1:] + down[:-1] > 1 + 1e-12):
            raise InputError(
                "advance and regress from one stage must add up to at most 1, for who stays is"
                f" the rest; here they add up to {(up[1:] + down[:-1]).max():g}."
            )

    @property
    def rates(self) -> tuple[Array, Array]:
        """Chance to advance from each stage but the last, to fall back from each but the first."""
        up = self.advances if self.advances is not None else (self.advance,) * 4
        down = self.regresses if self.regresses is not None else (self.regress,) * 4
        return np.array(up), np.array(down)

    def _moves(self) -> Array:
        up, down = self.rates
        moves = np.diag(up, 1) + np.diag(down, -1)
        np.fill_diagonal(moves, np.maximum(1 - moves.sum(axis=1), 0.0))
        return moves

    def matrix(self) -> pd.DataFrame:
        """Return the transition matrix: from each stage (rows) to each (columns).

        Examples
        --------
        >>> StageChain().matrix().loc["conative"].round(2).tolist()
        [0.0, 0.0, 0.1, 0.7, 0.2]
        """
        rows = pd.Index(STAGES, name="stage")
        return pd.DataFrame(self._moves(), index=rows, columns=pd.Index(STAGES))

    def steady_state(self) -> pd.DataFrame:
        """Return the share of time in each stage in the long run: ``stage, share``.

        If advances and falls are both possible everywhere, it does not depend on the start,
        and ``share[i+1] / share[i] = advance[i] / regress[i+1]``.
        """
        return pd.DataFrame({"stage": STAGES, "share": self._long_run})

    @functools.cached_property
    def _long_run(self) -> Array:
        return markov.long_run(self._moves(), np.eye(len(STAGES))[STAGES.index(self.start)])

    def times(self) -> pd.DataFrame:
        """Return the mean number of periods to reach action first, from each stage.

        ``stage, periods_to_action``; infinite where it is not certain ever to be reached.
        """
        mean = markov.hitting_times(self._moves(), len(STAGES) - 1)
        return pd.DataFrame({"stage": STAGES, "periods_to_action": mean})

    def visits(self) -> pd.DataFrame:
        """Return the fundamental matrix: mean periods in each stage before action is reached.

        Examples
        --------
        >>> StageChain().visits().loc["conative"].round(2).tolist()
        [0.62, 1.25, 2.5, 5.0]
        """
        found = markov.visits(self._moves(), len(STAGES) - 1)[:-1, :-1]
        names = pd.Index(STAGES[:-1], name="stage")
        return pd.DataFrame(found, index=names, columns=pd.Index(STAGES[:-1]))

    def table(self) -> pd.DataFrame:
        """Return the expected shares, period by period.

        ``period``, the share in each stage, ``reached_action`` (ever until then) and
        ``ever_regressed`` (fell back at least once until then).
        """
        moves, first = self._moves(), STAGES.index(self.start)
        caught = moves.copy()
        caught[-1] = np.eye(len(STAGES))[-1]
        upward = np.triu(moves)  # what is left of those who never fell back
        now = np.eye(len(STAGES))[[first] * 3]
        rows = []
        for period in range(self.periods + 1):
            fallen = 1 - float(now[2].sum())
            rows.append([period, *now[0], now[1, -1], min(max(fallen, 0.0), 1.0)])
            now = np.stack([now[0] @ moves, now[1] @ caught, now[2] @ upward])
            now[:2] /= now[:2].sum(axis=1, keepdims=True)
        return pd.DataFrame(rows, columns=["period", *STAGES, "reached_action", "ever_regressed"])

    def simulate(
        self,
        customers: int = 1000,
        *,
        stayers: float = 0.0,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Draw customers who move by this chain.

        Parameters
        ----------
        customers
            How many, 1 to 1,000,000.
        stayers
            Share of customers who never move (Blumen, Kogan & McCarthy's mover-stayer model,
            1955): a population that is no Markov chain, though its movers are one. They begin
            in any stage with equal chance, the movers in ``start``.
        seed
            A whole number >= 0, a numpy Generator, or None.

        Returns
        -------
        pandas.DataFrame
            ``customer, period`` (0 to ``periods``), ``stage`` (ordered categorical).

        Examples
        --------
        >>> StageChain(periods=3).simulate(2, seed=1).shape
        (8, 3)
        """
        n = whole("customers", customers, 1, 1_000_000)
        if n * (self.periods + 1) > MOST:
            raise InputError(
                f"{n:,} customers over {self.periods} periods make more than {MOST:,} rows; ask"
                " for fewer."
            )
        share, rng = between("stayers", stayers, 0, 1), generator(seed)
        still = rng.random(n) < share
        now = np.where(still, rng.integers(0, len(STAGES), n), STAGES.index(self.start))
        reach = np.cumsum(self._moves(), axis=1)
        path = [now]
        for _ in range(self.periods):
            drawn = (rng.random(n)[:, None] >= reach[now]).sum(axis=1)
            now = np.where(still, now, np.minimum(drawn, len(STAGES) - 1))
            path.append(now)
        codes = np.stack(path, axis=1)
        return pd.DataFrame(
            {
                "customer": np.repeat(np.arange(1, n + 1), self.periods + 1),
                "period": np.tile(np.arange(self.periods + 1), n),
                "stage": pd.Categorical.from_codes(codes.ravel(), pd.Index(STAGES), ordered=True),
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ladder: where customers stand in the end and on the way, and the steps."""
        ax = ladder.frame(ax, STAGES, "The ladder of loyalty", "share of customers")
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to these numbers."""
        now = self.table()[list(STAGES)].iloc[-1].to_numpy()
        up, down = self.rates
        artists["steady"].set_verts(ladder.bars(self._long_run))
        artists["now"].set_data(now, np.arange(len(STAGES)))
        artists["up"].set_verts(ladder.arrows(up, upward=True))
        artists["down"].set_verts(ladder.arrows(down, upward=False))

    def sentence(self) -> str:
        """Say in one sentence where customers stand, and how long the way to action is."""
        last = self.table().iloc[-1]
        up, down = (
            f"{r.min():.3g}" + (f" to {r.max():.3g}" if np.ptp(r) else "") for r in self.rates
        )
        way = f"who starts in {self.start} {self._way()}"
        where = f"{last['reached_action']:.1%} have reached it"
        if self.start == "action":
            way, where = "customers start in action", f"{last['action']:.1%} stand there"
        return (
            f"With a chance of {up} to advance and {down} to fall back a period, {way}; after"
            f" {self.periods} period{'s' * (self.periods > 1)} {where} and"
            f" {last['ever_regressed']:.1%} have fallen back at least once; in the long run"
            f" {self._long_run[-1]:.1%} of the time is spent in action."
        )

    def _way(self) -> str:
        at = STAGES.index(self.start)
        mean = self.times()["periods_to_action"].iloc[at]
        if mean < 1e12:
            return f"reaches action after {fig.number(mean)} periods on average"
        return "may never reach action" if self.rates[0][at:].all() else "never reaches action"
