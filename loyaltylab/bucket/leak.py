"""The leaky bucket: customers poured in, customers leaking out, and what remains."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Le

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError
from loyaltylab.base.model import Label, model
from loyaltylab.base.stats import generator, whole
from loyaltylab.bucket import flow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERIODS = 52
MAX_PERIODS = 10_000
MAX_ROWS = 20_000_000
BAND = 1.6448536269514722  # normal quantile of a 90 % band


@functools.lru_cache(maxsize=8)
def _expected(bucket: LeakyBucket, periods: int) -> pd.DataFrame:
    """Compute the expected path once for the picture and the sentence of one slider move."""
    start = np.array([float(bucket.customers)])
    joining = np.full((periods, 1), float(bucket.acquired))
    stock, lost = flow.run(start, joining, bucket.hazards, np.multiply)
    columns = bucket._columns(stock, lost, joining)
    del columns["replication"]
    spread = bucket._spread(periods)
    columns["customers_sd"] = spread
    columns["customers_lower"] = np.maximum(columns["customers"] - BAND * spread, 0.0)
    columns["customers_upper"] = columns["customers"] + BAND * spread
    return pd.DataFrame(columns)


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
    churn: Annotated[float, Ge(0), Le(1), Label("churn", "share leaving per period")] = 0.05
    acquired: Annotated[int, Ge(0), Label("acquired", "customers per period")] = 40
    margin: Annotated[float, Label("margin", "money per customer and period")] = 20.0
    acquisition_cost: Annotated[float, Ge(0), Label("acquisition cost", "money per customer")] = (
        120.0
    )
    retention_cost: Annotated[
        float, Ge(0), Label("retention cost", "money per customer and period")
    ] = 4.0
    discount: Annotated[float, Ge(0), Le(1), Label("discount rate", "per period")] = 0.01
    hazard: Annotated[
        tuple[Annotated[float, Ge(0), Le(1)], ...] | None,
        Label("churn in the 1st, 2nd, … period after joining", "then churn applies"),
    ] = None
    arrivals: Annotated[Literal["fixed", "poisson"], Label("how the acquired arrive")] = "fixed"
    revenue: Annotated[
        float | None, Ge(0), Label("revenue, if not the margin", "money per customer and period")
    ] = None

    @property
    def hazards(self) -> npt.NDArray[np.float64]:
        """Churn by periods survived since joining; the last entry is the constant churn."""
        return flow.hazards(self.hazard, self.churn)

    @property
    def life(self) -> float:
        """Mean number of periods for which a new customer counts; ``1 / churn`` if constant."""
        return flow.life(self.hazards)

    @property
    def steady_state(self) -> float | None:
        """Stock that the bucket tends to, ``acquired / churn``; None when nothing leaks.

        With churn by tenure it is ``acquired`` times the mean life of a new customer.
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
        return _expected(self, whole("periods", periods, 1, MAX_PERIODS)).copy()

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
        whole("periods", periods, 1, MAX_PERIODS)
        whole("replications", replications, 1, MAX_ROWS)
        if (periods + 1) * replications > MAX_ROWS:
            raise InputError(
                f"{replications:,} replications of {periods:,} periods make more than"
                f" {MAX_ROWS:,} rows; ask for fewer, or run them in parts with other seeds."
            )
        rng = generator(seed)
        shape = (periods, replications)
        if self.arrivals == "poisson":
            joining = rng.poisson(self.acquired, shape)
        else:
            joining = np.full(shape, self.acquired, dtype=np.int64)
        start = np.full(replications, self.customers, dtype=np.int64)
        stock, lost = flow.run(start, joining, self.hazards, rng.binomial)
        return pd.DataFrame(self._columns(stock, lost, joining))

    def _columns(
        self, stock: flow.Array, lost: flow.Array, joining: flow.Array
    ) -> dict[str, flow.Array]:
        """Return the columns of a table, run after run, from flows by period and run."""
        rows, runs = stock.shape
        acquired = np.vstack([np.zeros((1, runs), dtype=joining.dtype), joining])
        served = np.vstack([np.zeros((1, runs)), stock[:-1]])
        stock, lost, acquired, served = (a.T.ravel() for a in (stock, lost, acquired, served))
        period = np.arange(rows)
        discounts = (1 + self.discount) ** -period.astype(float)
        sales = self.margin if self.revenue is None else self.revenue
        profit = (self.margin - self.retention_cost) * served - self.acquisition_cost * acquired
        return {
            "replication": np.repeat(np.arange(runs), rows),
            "period": np.tile(period, runs),
            "customers": stock,
            "lost": lost,
            "acquired": acquired,
            "revenue": sales * served,
            "gross_margin": self.margin * served,
            "retention_cost": self.retention_cost * served,
            "acquisition_cost": self.acquisition_cost * acquired,
            "profit": profit,
            "present_value": profit * np.tile(discounts, runs),
        }

    def _spread(self, periods: int) -> npt.NDArray[np.float64]:
        """Standard deviation of the stock over random runs."""
        stay = (1 - self.churn) ** np.arange(periods + 1)
        alive = flow.survival(self.hazards, periods)
        each = alive if self.arrivals == "poisson" else alive * (1 - alive)
        joined = np.concatenate([[0.0], np.cumsum(each[:-1])])
        return cast(
            npt.NDArray[np.float64],
            np.sqrt(self.customers * stay * (1 - stay) + self.acquired * joined),
        )

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
            label=fig.label("90% of random runs"),
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
        end = table.iloc[-1]
        steady = self.steady_state
        goal = "no steady state (nothing leaks)" if steady is None else f"{steady:,.0f}"
        return (
            f"With {self.customers:,} customers at the start, {100 * self.churn:.3g}% churn and"
            f" {self.acquired:,} acquired per period the bucket tends to {goal};"
            f" after {PERIODS} periods {end['customers']:,.0f} are in it,"
            f" {table['lost'].sum():,.0f} were lost, and the present value of the profit is"
            f" {fig.money(table['present_value'].sum())}."
        )
