"""How concentrated sales are over customers: top share, Gini, who holds 80 %, with intervals."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base.stats import Array, between, bootstrap_counts, whole
from loyaltylab.segments import cells
from loyaltylab.segments.cells import Cells
from loyaltylab.segments.values import Negative, counted, totals

DRAWS = 10_000


def how_concentrated(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable | None = "date",
    amount: Hashable = "amount",
    top: float = 0.2,
    hold: float = 0.8,
    negative: Negative = "keep",
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Say what the top holds, who holds 80 %, and how unequal customers are, with intervals.

    Parameters
    ----------
    data
        Purchases: a frame, the path of a CSV or Parquet file, an ibis table or a
        ``database.CustomerBase``. With ``date=None`` a frame or a file whose rows need no date,
        such as one row per customer. Rows of one customer are added up.
    customer, date, amount
        Columns.
    top
        Share of customers that are the top; a part of a customer is taken where it falls
        between two.
    hold
        Share of the value whose smallest group of holders is sought.
    negative
        What to do with customers who gave back more than they bought: ``"keep"`` counts them as
        they are (the curve may then pass 100 % and come down again, and the Gini coefficient may
        pass 1), ``"zero"`` counts them as 0, ``"drop"`` leaves them out. Customers with exactly 0
        count. Who never bought is not in a log at all.
    level, draws, seed
        Coverage, number (100 to 10,000) and seed of the bootstrap draws over customers (percentile
        intervals). Beyond 3,000 customers the small ones are drawn in cells of neighbours, so that
        a million cost no more.

    Returns
    -------
    pandas.DataFrame
        ``quantity, estimate, lower, upper, n`` (customers): the share held by the top, the smallest
        share of customers that holds ``hold``, the Gini coefficient, and how many others one of the
        top is worth (infinite where the others are worth nothing). An infinite upper end says
        that there is none: some draws, with losses kept, add up to nothing.

    Notes
    -----
    Heavy tails make these intervals too narrow, and the estimates too low. In 120 simulated bases
    each, 95 % intervals of the three shares held the truth in 36 to 38 % (500 customers) and 39 to
    40 % (2,500) where values were Pareto distributed with the exponent of an exact 80/20 (1.161),
    in 66 to 68 and 78 to 80 % at exponent 1.5, in 84 to 88 and 88 to 89 % at 2, in 88 to 91 and
    93 to 95 % at 3; over 90 % where they were gamma distributed. Where all customers are
    alike, the draws are too, and an interval without width knows nothing of those not seen.

    Raises
    ------
    InputError
        For wrong columns, fewer than two customers, or a total that is not above 0.

    Examples
    --------
    >>> each = pd.DataFrame({"customer": range(100), "amount": [9.0] * 20 + [1.0] * 80})
    >>> how_concentrated(each, date=None)[["quantity", "estimate", "lower", "upper"]].round(2)
                           quantity  estimate  lower  upper
    0                  top 20% hold      0.69   0.56   0.69
    1                   80% held by      0.48   0.35   0.59
    2                          Gini      0.49   0.44   0.50
    3  one of the top / another one      9.00   5.00   9.00
    """
    top = between("top", top, 0, 1, open_ends=True)
    hold = between("hold", hold, 0, 1, open_ends=True)
    values = _values(data, customer, date, amount, negative)
    return concentration_of(values, top, hold, level, draws, seed)


def concentration_of(
    values: Array,
    top: float,
    hold: float,
    level: float,
    draws: int,
    seed: int | np.random.Generator | None,
) -> pd.DataFrame:
    """Return the four quantities of :func:`how_concentrated` for one value per customer.

    Examples
    --------
    >>> table = concentration_of(np.array([3.0, 1.0]), 0.5, 0.75, 0.95, 100, 0)
    >>> table["estimate"].tolist()
    [0.75, 0.5, 0.25, 3.0]
    """
    customers = Cells.of(values)
    each = customers.customers

    def figures(counts: npt.NDArray[np.int64]) -> Array:
        share = cells.held(customers, counts, np.array([top]))[:, 0]
        with np.errstate(divide="ignore"):
            ratio = share * (1 - top) / (np.maximum(1 - share, 0) * top)
        few, unequal = cells.holders(customers, counts, hold), cells.gini(customers, counts)
        return np.column_stack([share, few, unequal, ratio])

    lower, upper = bootstrap_counts(
        each, figures, level=level, draws=whole("draws", draws, 100, DRAWS), seed=seed
    )
    most = _most(values)
    upper = np.minimum(upper, [most, hold, most, np.inf])
    lower = np.minimum(lower, upper)
    names = [
        f"top {100 * top:g}% hold",
        f"{100 * hold:g}% held by",
        "Gini",
        "one of the top / another one",
    ]
    return pd.DataFrame(
        {
            "quantity": names,
            "estimate": figures(each[None])[0],
            "lower": lower,
            "upper": upper,
            "n": len(values),
        }
    )


def lorenz(
    data: Any,
    *,
    customer: Hashable = "customer",
    date: Hashable | None = "date",
    amount: Hashable = "amount",
    points: int = 101,
    negative: Negative = "keep",
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Return the Lorenz curve read from the top: what the largest share of customers hold.

    The usual Lorenz curve L begins with the smallest; this is ``1 − L(1 − p)``, on which 80/20 is
    the point (0.2, 0.8).

    Parameters
    ----------
    data, customer, date, amount, negative, level, draws, seed
        As in :func:`how_concentrated`.
    points
        Points of the curve, 2 to 1,001, in equal steps from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        ``share_of_customers, share_of_value, lower, upper, n`` (customers); the interval holds
        at each point by itself.

    Raises
    ------
    InputError
        As :func:`how_concentrated`.

    Examples
    --------
    >>> each = pd.DataFrame({"customer": range(4), "amount": [7.0, 1.0, 1.0, 1.0]})
    >>> lorenz(each, date=None, points=5)["share_of_value"].round(2).tolist()
    [0.0, 0.7, 0.8, 0.9, 1.0]
    """
    values = _values(data, customer, date, amount, negative)
    share = np.linspace(0, 1, whole("points", points, 2, 1001))
    customers = Cells.of(values)

    def curve(counts: npt.NDArray[np.int64]) -> Array:
        return cells.held(customers, counts, share)

    each = customers.customers
    draws = whole("draws", draws, 100, DRAWS)
    lower, upper = bootstrap_counts(each, curve, level=level, draws=draws, seed=seed)
    upper = np.where((share == 0) | (share == 1), share, np.minimum(upper, _most(values)))
    lower = np.minimum(lower, upper)
    held = {"share_of_value": curve(each[None])[0], "lower": lower, "upper": upper}
    return pd.DataFrame({"share_of_customers": share, **held, "n": len(values)})


def _most(values: Array) -> float:
    """Return what a share can be at most: a draw that adds up to nothing says no more."""
    return 1.0 if values.min() >= 0 else np.inf


def _values(
    data: Any, customer: Hashable, date: Hashable | None, amount: Hashable, negative: str
) -> Array:
    table = totals(data, customer=customer, date=date, amount=amount)
    return counted(table["amount"].to_numpy(float), negative, str(amount))
