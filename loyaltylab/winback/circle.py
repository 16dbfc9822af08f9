"""The circle develop, maintain, lose, regain: prospects, customers, the lost, the regained."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import Array, generator, whole
from loyaltylab.winback import long_run, rounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERIODS = 52
MAX_PERIODS = 10_000
Chance = Annotated[float, Ge(0), Le(1)]
Count = Annotated[int, Ge(0)]
Cost = Annotated[float, Ge(0)]


@model
class Circle:
    """Customers are developed, maintained, lost and regained, and may be lost again.

    In each period a prospect is won with chance ``win``, and one who is not goes cold with
    chance ``cold``. A customer leaves with chance ``churn``; of those who leave, the share
    ``beyond`` (who died or moved away) cannot come back. The others are contacted for ``reach``
    periods and come back in the k-th of them with chance ``regain · (1 − fade)^(k−1)``; then
    they are in their second life, with a churn of its own if one is given. Everyone is first
    exposed in the period after he came. Margin and costs fall on those present at a period's
    start.

    The circle is the bucket of chapter 09 with the hole and the tap joined: it runs on the
    same engine. The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    The circle is that of document 003 (2017). Thomas, J. S., Blattberg, R. C. & Fox, E. J.
    (2004), "Recapturing lost customers", Journal of Marketing Research 41(1): the second life
    as a life of its own (reported, not verified).

    Examples
    --------
    >>> circle = Circle(win=0.1, cold=0.0, new_prospects=20, churn=0.05, regain=0.0)
    >>> steady = circle.steady_state
    >>> round(steady.prospects), round(steady.customers)
    (200, 400)
    >>> round(Circle().won_back, 3)
    0.318
    """

    prospects: Annotated[Count, Label("prospects at the start", "people")] = 250
    new_prospects: Annotated[Count, Label("new prospects", "people per period")] = 100
    win: Annotated[Chance, Label("prospects won (develop)", "share per period")] = 0.10
    cold: Annotated[Chance, Label("other prospects who go cold", "share per period")] = 0.30
    customers: Annotated[Count, Label("customers at the start", "customers")] = 600
    churn: Annotated[Chance, Label("churn (maintain)", "share leaving per period")] = 0.05
    lost: Annotated[Count, Label("lost at the start, still contacted", "people")] = 120
    regain: Annotated[Chance, Label("regained in the first period", "share of the lost")] = 0.10
    fade: Annotated[Chance, Label("fall of that chance", "share per period since the loss")] = 0.20
    reach: Annotated[
        int, Ge(1), Le(120), Label("how long the lost are contacted", "periods since the loss")
    ] = 6
    beyond: Annotated[Chance, Label("beyond recall (died, moved)", "share of those who leave")] = (
        0.04
    )
    second_churn: Annotated[
        float | None, Ge(0), Le(1), Label("churn in a second life", "share leaving per period")
    ] = None
    margin: Annotated[float, Label("margin", "money per customer and period")] = 20.0
    prospect_cost: Annotated[Cost, Label("cost of developing", "money per prospect and period")] = (
        3.0
    )
    keep_cost: Annotated[Cost, Label("cost of maintaining", "money per customer and period")] = 4.0
    contact_cost: Annotated[
        Cost, Label("cost of regaining", "money per lost customer and period")
    ] = 2.0
    discount: Annotated[float, Ge(0), Le(1), Label("discount rate", "per period")] = 0.01

    @property
    def second(self) -> float:
        """Churn in a second life: ``second_churn``, or ``churn`` where none is given."""
        return self.churn if self.second_churn is None else self.second_churn

    @property
    def away(self) -> float:
        """Chance that a prospect is no prospect any more: won, or gone cold."""
        return min(self.win + (1 - self.win) * self.cold, 1.0)

    @property
    def chances(self) -> Array:
        """Chance of coming back in the 1st, 2nd, … period since the loss, shape ``(reach,)``."""
        return np.asarray(self.regain * (1 - self.fade) ** np.arange(self.reach))

    @property
    def won_back(self) -> float:
        """Share that comes back of those lost who can: ``1 − Π (1 − chance)``."""
        return float(1 - np.prod(1 - self.chances))

    @property
    def steady_state(self) -> long_run.Steady | None:
        """Where the circle settles (``long_run.steady_state``); None where a stock never does."""
        return long_run.steady_state(self)

    def expected(self, periods: int = PERIODS) -> pd.DataFrame:
        """Return the expected path, one row per period.

        Parameters
        ----------
        periods
            How many periods, 1 to 10,000.

        Returns
        -------
        pandas.DataFrame
            ``period`` (0 is the start, with zero flows). Stocks at the period's end:
            ``prospects``, ``customers`` (``first_life`` and ``second_life`` together), ``lost``
            (still contacted), ``gone`` (lost for good so far). Flows in it: ``won``, ``cold``
            (prospects given up), ``left``, ``returned``. Money: ``gross_margin, develop_cost,
            maintain_cost, regain_cost, profit, present_value``. ``customers_sd,
            customers_lower, customers_upper``: spread of random runs and their 90 % band
            (normal approximation).
        """
        return rounds.expected(self, whole("periods", periods, 1, MAX_PERIODS)).copy()

    def simulate(
        self,
        periods: int = PERIODS,
        replications: int = 1000,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Return random runs of the circle, exact in distribution (binomial draws of whole groups).

        Parameters
        ----------
        periods, replications
            1 to 10,000 periods, and how many independent runs; at most 20,000,000 rows.
        seed
            See :func:`loyaltylab.base.stats.generator`.

        Returns
        -------
        pandas.DataFrame
            ``replication`` and the columns of :meth:`expected` but the band, in whole people.

        Examples
        --------
        >>> run = Circle(customers=10**9).simulate(1, 1, seed=1)
        >>> run[["customers", "lost", "gone", "returned"]]
            customers      lost     gone  returned
        0  1000000000       120        0         0
        1   950011495  47987930  2000723         6
        """
        periods = whole("periods", periods, 1, MAX_PERIODS)
        runs = whole("replications", replications, 1, rounds.MAX_ROWS)
        return rounds.simulated(self, periods, runs, generator(seed))

    def worth(self) -> pd.DataFrame:
        """Return what one more person is worth in each place; see ``long_run.worth_of_one_more``.

        Examples
        --------
        >>> Circle().worth().round(1)
                   stands  worth
        0        prospect   82.7
        1        customer  344.3
        2  in second life  344.3
        3       just lost   97.0
        """
        return long_run.worth_of_one_more(self)

    @property
    def regain_gain(self) -> float:
        """Present value that winning back adds in 52 periods, over never contacting the lost."""
        without = dataclasses.replace(self, regain=0.0, contact_cost=0.0)
        return sum(
            sign * float(rounds.expected(circle, PERIODS)["present_value"].sum())
            for sign, circle in ((1, self), (-1, without))
        )

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws: the expected path over 52 periods."""
        return self.expected(PERIODS)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the expected customers with the 90 % band of random runs, and the lost."""
        title = "The circle: customers, those won back, and the lost"
        ax = fig.axes(ax, title=title, x="period", y="people at the period's end")
        band: dict[str, Any] = {"color": fig.BLUE, "alpha": 0.25, "lw": 0}
        ax.fill_between([0, 1], 0, 0, gid="band", label=fig.label("90% of runs"), **band)
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="all", label=fig.label("customers"))
        second = fig.label("of them won back")
        ax.plot([], [], color=fig.GREEN, lw=2.2, ls="-.", gid="second", label=second)
        lost = fig.label("lost, still contacted")
        ax.plot([], [], color=fig.ORANGE, lw=2.2, ls=":", gid="lost", label=lost)
        goal = fig.label("steady state")
        ax.axhline(0, color=fig.RED, lw=1.6, ls="--", gid="steady", label=goal)
        fig.legend_above(ax)
        ax.set_xlim(0, PERIODS)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to this circle's numbers."""
        table = self.table()
        period, upper = table["period"].to_numpy(), table["customers_upper"].to_numpy()
        artists["band"].set_data(period, table["customers_lower"].to_numpy(), upper)
        for gid, column in (("all", "customers"), ("second", "second_life"), ("lost", "lost")):
            artists[gid].set_data(period, table[column].to_numpy())
        highest = max(upper.max(), float(table["lost"].max()))
        settled = self.steady_state
        goal = settled.customers if settled else 0.0
        near = settled is not None and goal <= 4 * highest
        artists["steady"].set_visible(near)
        artists["steady"].set_ydata([goal, goal])
        ax.set_ylim(0, fig.ceiling(1.05 * max(highest, goal if near else 0.0)))

    def sentence(self) -> str:
        """Say in one sentence where the circle settles and what winning back adds."""
        settled, table = self.steady_state, self.table()
        after = table.iloc[-1]
        if settled is None:
            goal = "has no steady state of its own"
        else:
            goal = (
                f"settles at {settled.customers:,.0f} customers,"
                f" {settled.second_life:,.0f} of them in a second life"
            )
        gain = self.regain_gain
        adds = f"adds {fig.money(gain)} to" if gain >= 0 else f"takes {fig.money(-gain)} from"
        return (
            f"With {self.new_prospects:,} new prospects per period, {100 * self.churn:.3g}% churn"
            f" and {100 * self.won_back:.3g}% of the recoverable lost won back, the circle"
            f" {goal}; after {PERIODS} periods {after['customers']:,.0f} are customers and"
            f" {after['lost']:,.0f} lost ones are still contacted, and winning back {adds} the"
            f" present value of the profit, {fig.money(table['present_value'].sum())}."
        )
