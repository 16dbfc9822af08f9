"""What the circle's flows amount to: tables of customers and money, and the spread of runs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.errors import InputError
from loyaltylab.bucket import flow
from loyaltylab.bucket.flow import Array, Leave, Pool

if TYPE_CHECKING:
    from loyaltylab.winback.circle import Circle

MAX_ROWS = 20_000_000
BAND = 1.6448536269514722  # normal quantile of a 90 % band
PROSPECTS, FIRST, SECOND, LOST = range(4)
STOCKS = ("prospects", "first_life", "second_life", "lost", "gone")
FLOWS = ("won", "cold", "left", "returned")


def pools(circle: Circle, start: list[Array], joining: Array) -> list[Pool]:
    """Return the four pools of a circle; the last class of the lost is given up.

    Examples
    --------
    >>> from loyaltylab.winback.circle import Circle
    >>> start = [np.ones((classes, 1)) for classes in (1, 1, 1, 7)]
    >>> [pool.to for pool in pools(Circle(), start, np.zeros((2, 1)))]
    [1, 3, 3, 2]
    """
    none = np.zeros_like(joining)
    away, recall = circle.away, 1 - circle.beyond
    won = circle.win / away if away else 0.0
    chances = ([away], [circle.churn], [circle.second], [*circle.chances, 0.0])
    return [
        Pool(here, joining if i == PROSPECTS else none, np.array(chance), to, share)
        for i, (here, chance, to, share) in enumerate(
            zip(
                start, chances, (FIRST, LOST, LOST, SECOND), (won, recall, recall, 1.0), strict=True
            )
        )
    ]


def flows(made: list[Pool], leave: Leave) -> dict[str, Array]:
    """Run the pools and return every stock and flow, shape ``(periods + 1, runs)``.

    Examples
    --------
    >>> from loyaltylab.winback.circle import Circle
    >>> start = [np.ones((classes, 1)) for classes in (1, 1, 1, 7)]
    >>> out = flows(pools(Circle(), start, np.zeros((2, 1))), np.multiply)
    >>> out["lost"][0].tolist(), out["gone"][0].tolist()
    ([6.0], [1.0])
    """
    periods, runs = made[PROSPECTS].joining.shape
    kind = made[PROSPECTS].joining.dtype
    out = {name: np.zeros((periods + 1, runs), dtype=kind) for name in (*STOCKS, *FLOWS)}
    _stocks(out, 0, [pool.start for pool in made])
    beyond = np.zeros(runs, dtype=kind)
    for t, (present, left, moved) in enumerate(flow.steps(made, leave), start=1):
        out["won"][t] = moved[FIRST]
        out["cold"][t] = left[PROSPECTS].sum(axis=0) - moved[FIRST]
        out["left"][t] = left[FIRST].sum(axis=0) + left[SECOND].sum(axis=0)
        out["returned"][t] = moved[SECOND]
        beyond += out["left"][t] - moved[LOST]
        _stocks(out, t, present)
        out["gone"][t] += beyond
    return out


def _stocks(out: dict[str, Array], t: int, present: list[Array]) -> None:
    for name, here in zip(STOCKS[:LOST], present[:LOST], strict=True):
        out[name][t] = here.sum(axis=0)
    out["lost"][t] = present[LOST][:-1].sum(axis=0)
    out["gone"][t] = present[LOST][-1]


def _start(circle: Circle) -> list[npt.NDArray[np.int64]]:
    """Who is where at the start, by class; the lost are spread over the periods of contact."""
    even = (*[1.0] * circle.reach, 0.0)
    lost = flow.by_tenure(circle.lost, even, circle.reach + 1)
    return [np.array([n]) for n in (circle.prospects, circle.customers, 0)] + [lost]


@functools.lru_cache(maxsize=8)
def expected(circle: Circle, periods: int) -> pd.DataFrame:
    """Compute the expected path once for the picture and the sentence of one slider move."""
    joining = np.full((periods, 1), float(circle.new_prospects))
    start = [here[:, None].astype(float) for here in _start(circle)]
    columns = _columns(circle, flows(pools(circle, start, joining), np.multiply))
    del columns["replication"]
    customers, spread = columns["customers"], _spread(circle, periods)
    most = float(circle.prospects + circle.customers + circle.lost)
    ever = most + circle.new_prospects * np.arange(periods + 1)
    columns["customers_sd"] = spread
    columns["customers_lower"] = np.maximum(customers - BAND * spread, 0.0)
    columns["customers_upper"] = np.maximum(np.minimum(customers + BAND * spread, ever), customers)
    return pd.DataFrame(columns)


def simulated(circle: Circle, periods: int, runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw random runs, exact in distribution, as one table."""
    if max(periods + 1, circle.reach + 1) * runs > MAX_ROWS:
        raise InputError(
            f"{runs:,} replications of {periods:,} periods make more than {MAX_ROWS:,} rows;"
            " ask for fewer, or run them in parts with other seeds."
        )
    joining = np.full((periods, runs), circle.new_prospects, dtype=np.int64)
    start = [np.repeat(here[:, None], runs, axis=1) for here in _start(circle)]
    return pd.DataFrame(_columns(circle, flows(pools(circle, start, joining), rng.binomial)))


def _columns(circle: Circle, out: dict[str, Array]) -> dict[str, Array]:
    """Return the columns of a table, run after run, from stocks and flows by period and run."""
    rows, runs = out["won"].shape
    served = {name: np.vstack([np.zeros((1, runs)), out[name][:-1]]) for name in STOCKS[:-1]}
    buyers = served["first_life"] + served["second_life"]
    money = {
        "gross_margin": circle.margin * buyers,
        "develop_cost": circle.prospect_cost * served["prospects"],
        "maintain_cost": circle.keep_cost * buyers,
        "regain_cost": circle.contact_cost * served["lost"],
    }
    costs = money["develop_cost"] + money["maintain_cost"] + money["regain_cost"]
    profit = money["gross_margin"] - costs
    period = np.arange(rows)
    discounts = ((1 + circle.discount) ** -period.astype(float))[:, None]
    table: dict[str, Array] = {
        "replication": np.repeat(np.arange(runs), rows),
        "period": np.tile(period, runs),
    }
    wide: dict[str, Any] = {
        "prospects": out["prospects"],
        "customers": out["first_life"] + out["second_life"],
        **{name: out[name] for name in (*STOCKS[1:], *FLOWS)},
        **money,
        "profit": profit,
        "present_value": profit * discounts,
    }
    return table | {name: values.T.ravel() for name, values in wide.items()}


def _spread(circle: Circle, periods: int) -> npt.NDArray[np.float64]:
    """Standard deviation of the number of customers over random runs, by period.

    Everyone goes his own way, so that the variance is the sum of p (1 − p) over people; p comes
    from running one expected person from each place at once.
    """
    origins = 2 + circle.reach
    one = [np.zeros((classes, origins)) for classes in (1, 1, 1, circle.reach + 1)]
    one[PROSPECTS][0, 0] = one[FIRST][0, 1] = 1.0
    np.fill_diagonal(one[LOST][:, 2:], 1.0)
    out = flows(pools(circle, one, np.zeros((periods, origins))), np.multiply)
    there = np.clip(out["first_life"] + out["second_life"], 0.0, 1.0)
    each = there * (1 - there)
    start = _start(circle)
    people = np.concatenate([start[PROSPECTS], start[FIRST], start[LOST][:-1]])
    variance = each @ people.astype(float)
    variance[1:] += circle.new_prospects * np.cumsum(each[:-1, 0])
    return cast(npt.NDArray[np.float64], np.sqrt(variance))
