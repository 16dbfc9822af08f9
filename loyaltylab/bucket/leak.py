"""The leaky bucket: customers poured in, customers leaking out, and what remains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import generator, whole
from loyaltylab.bucket import accounts
from loyaltylab.lifetime import arithmetic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERIODS = 52
MAX_PERIODS = 10_000

Churn = Annotated[float, Ge(0), Le(1), Label("churn", "share leaving per period")]
Margin = Annotated[float, Label("margin", "money per customer and period")]
RetentionCost = Annotated[float, Ge(0), Label("retention cost", "money per customer and period")]
Discount = Annotated[float, Ge(0), Le(1), Label("discount rate", "per period")]
Hazard = Annotated[
    tuple[Annotated[float, Ge(0), Le(1)], ...] | None,
    Label("churn in the 1st, 2nd, … period after joining", "then churn applies"),
]


@model
class LeakyBucket:
    """A stock of customers with a leak (churn) and a tap (acquisition).

    In each period those present at its start are exposed to churn; then the acquired join,
    who are first exposed in the next period. Margin and retention cost fall on those
    present at the period's start, the acquisition cost on the acquired. With constant churn
    the stock tends to ``acquired / churn`` whatever it was at the start.

    All money is in one unit of the user's choice; a period is whatever the rates refer to.
    The defaults are illustrative.

    Raises
    ------
    InputError
        For a value that is not valid; see the parameters below.

    References
    ----------
    Ehrenberg, A. S. C. (1988), *Repeat-Buying*, 2nd ed.: the leaky bucket as a metaphor, as
    reported by later writers.

    Examples
    --------
    >>> bucket = LeakyBucket(customers=1000, churn=0.1, acquired=100)
    >>> bucket.steady_state
    1000.0
    >>> bucket.expected(2)[["period", "customers", "lost", "acquired"]]
       period  customers   lost  acquired
    0       0     1000.0    0.0       0.0
    1       1     1000.0  100.0     100.0
    2       2     1000.0  100.0     100.0
    """

    customers: Annotated[int, Ge(0), Label("customers at the start", "customers")] = 1000
    churn: Churn = 0.05
    acquired: Annotated[int, Ge(0), Label("acquired", "customers per period")] = 40
    margin: Margin = 20.0
    acquisition_cost: Annotated[float, Ge(0), Label("acquisition cost", "money per customer")] = (
        120.0
    )
    retention_cost: RetentionCost = 4.0
    discount: Discount = 0.01
    hazard: Hazard = None
    arrivals: Annotated[Literal["fixed", "poisson"], Label("how the acquired arrive")] = "fixed"
    revenue: Annotated[
        float | None, Ge(0), Label("revenue, if not the margin", "money per customer and period")
    ] = None
    tenure_mix: Annotated[
        tuple[Annotated[float, Ge(0)], ...] | None,
        Label("weights of the start by 0, 1, 2, … periods since joining", "last: established"),
    ] = None

    @property
    def sales(self) -> float:
        """Revenue per customer and period: ``revenue``, or the margin where none is given."""
        return self.margin if self.revenue is None else self.revenue

    @property
    def hazards(self) -> npt.NDArray[np.float64]:
        """Churn by periods survived since joining; the last entry is the constant churn."""
        return arithmetic.hazards(self.hazard, self.churn)

    @property
    def life(self) -> float:
        """Mean number of periods for which a new customer counts; ``1 / churn`` if constant."""
        return arithmetic.life(self.hazards)

    @property
    def steady_state(self) -> float | None:
        """Stock that the bucket tends to, ``acquired / churn``; None when nothing leaks.

        With churn by tenure it is ``acquired`` times the mean life of a new customer, and None
        when the established never leave: then the stock grows, or depends on the start.
        """
        return None if self.churn == 0 else self.acquired * self.life

    def expected(self, periods: int = PERIODS) -> pd.DataFrame:
        """Return the expected path, one row per period.

        Parameters
        ----------
        periods
            How many periods, 1 to 10,000.

        Returns
        -------
        pandas.DataFrame
            ``period`` (0 is the start, with zero flows), ``customers`` at the period's end,
            ``lost`` and ``acquired`` in it, ``revenue``, ``gross_margin``,
            ``retention_cost``, ``acquisition_cost``, ``profit`` of it, ``present_value`` of
            that profit, and ``customers_sd``, ``customers_lower``, ``customers_upper``: the
            spread of random runs and their 90 % band (normal approximation).
        """
        return accounts.expected(self, whole("periods", periods, 1, MAX_PERIODS)).copy()

    def simulate(
        self,
        periods: int = PERIODS,
        replications: int = 1000,
        seed: int | np.random.Generator | None = 0,
    ) -> pd.DataFrame:
        """Return random runs, exact in distribution.

        Every customer decides for himself; the number who leave is then binomial, and that
        number is drawn directly. A billion customers cost what a thousand do.

        Parameters
        ----------
        periods, replications
            How many periods (1 to 10,000) and independent runs; at most 20,000,000 rows.
        seed
            A whole number >= 0, a numpy Generator, or None.

        Returns
        -------
        pandas.DataFrame
            ``replication`` (from 0) and the columns of :meth:`expected` without the band;
            counts are whole numbers.

        Examples
        --------
        >>> LeakyBucket(customers=10**9).simulate(1, 1, seed=1)[["customers", "lost"]]
            customers      lost
        0  1000000000         0
        1   950004169  49995871
        """
        periods = whole("periods", periods, 1, MAX_PERIODS)
        runs = whole("replications", replications, 1, accounts.MAX_ROWS)
        return accounts.simulated(self, periods, runs, generator(seed))

    def table(self) -> pd.DataFrame:
        """Return what :meth:`plot` draws: the expected path over 52 periods."""
        return self.expected(PERIODS)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the expected stock, the 90 % band of random runs and the steady state."""
        ax = fig.axes(
            ax, title="Customers in the bucket", x="period", y="customers at the period's end"
        )
        ax.fill_between(
            [0, 1],
            0,
            0,
            color=fig.BLUE,
            alpha=0.25,
            lw=0,
            gid="band",
            label=fig.label("about 90% of random runs"),
        )
        ax.plot([], [], color=fig.BLUE, lw=2.2, gid="path", label=fig.label("expected"))
        ax.axhline(0, color=fig.RED, lw=1.6, ls="--", gid="steady", label=fig.label("steady state"))
        fig.legend_above(ax)
        ax.set_xlim(0, PERIODS)
        self.move(ax, fig.moving(ax))
        return ax

    def move(self, ax: Axes, artists: dict[str, Any]) -> None:
        """Move the artists of :meth:`plot` to this bucket's numbers."""
        table = self.table()
        period, customers = table["period"].to_numpy(), table["customers"].to_numpy()
        lower, upper = table["customers_lower"].to_numpy(), table["customers_upper"].to_numpy()
        artists["path"].set_data(period, customers)
        artists["band"].set_data(period, lower, upper)
        steady = self.steady_state
        near = steady is not None and steady <= 4 * upper.max()
        artists["steady"].set_visible(near)
        artists["steady"].set_ydata([steady or 0.0] * 2)
        top = max(upper.max(), steady if near and steady else 0.0)
        ax.set_ylim(0, fig.ceiling(1.05 * top))

    def sentence(self) -> str:
        """Say in one sentence where the bucket tends to and what 52 periods bring."""
        table = self.table()
        steady = self.steady_state
        if steady is None:
            goal = "has no steady state of its own, for the established never leave"
        else:
            goal = f"tends to {steady:,.0f}"
        early = ""
        if len(self.hazards) > 1 and steady is not None:
            early = f" (new customers stay {self.life:,.3g} periods on average)"
        return (
            f"With {self.customers:,} customers at the start, {100 * self.churn:.3g}% churn"
            f"{early} and {self.acquired:,} acquired per period the bucket {goal};"
            f" after {PERIODS} periods {table['customers'].iloc[-1]:,.0f} are in it,"
            f" {table['lost'].sum():,.0f} were lost, and the present value of the profit is"
            f" {fig.money(table['present_value'].sum())}."
        )
