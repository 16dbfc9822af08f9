"""How concentrated sales are over customers: top share, Gini, who holds 80 %, with intervals."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.base.stats import Array, between, bootstrap_counts, whole
from loyaltylab.segments import cells
from loyaltylab.segments.cells import Cells
from loyaltylab.segments.values import Negative, counted, totals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
        a million cost no more. With a tail as heavy as that of an exact 80/20 Pareto
        distribution, whose variance is infinite, a sample understates concentration and the
        intervals are too narrow.

    Returns
    -------
    pandas.DataFrame
        ``quantity, estimate, lower, upper, n`` (customers): the share held by the top, the smallest
        share of customers that holds ``hold``, the Gini coefficient, and how many others one of the
        top is worth (infinite where the others are worth nothing).

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
    held = {"share_of_value": curve(each[None])[0], "lower": lower, "upper": upper}
    return pd.DataFrame({"share_of_customers": share, **held, "n": len(values)})


def _values(
    data: Any, customer: Hashable, date: Hashable | None, amount: Hashable, negative: str
) -> Array:
    table = totals(data, customer=customer, date=date, amount=amount)
    return counted(table["amount"].to_numpy(float), negative, str(amount))


def plot_lorenz(tables: dict[str, pd.DataFrame], ax: Axes | None = None) -> Axes:
    """Draw one or more curves of :func:`lorenz`, with intervals, the point 80/20 and equality.

    Parameters
    ----------
    tables
        What :func:`lorenz` returned, by the name that the legend shows; at most six.
    ax
        Axes to draw on, or None for new ones.

    Raises
    ------
    InputError
        If a table is not what :func:`lorenz` returned.

    Examples
    --------
    >>> each = pd.DataFrame({"customer": range(4), "amount": [7.0, 1.0, 1.0, 1.0]})
    >>> plot_lorenz({"shop": lorenz(each, date=None)}).get_ylabel()
    'share of the value'
    """
    if not isinstance(tables, dict) or not 1 <= len(tables) <= len(fig.PALETTE):
        raise InputError(
            f"tables must be 1 to {len(fig.PALETTE)} tables of lorenz() by name, as in"
            f" {{'shop': table}}, not {shown(tables)}."
        )
    names = ("share_of_customers", "share_of_value")
    wanted = {name: Column(name, "number") for name in names}
    wanted |= {name: Column(name, "group") for name in ("lower", "upper")}  # may be infinite
    checked = {k: returned_by("lorenz()", t, **wanted) for k, t in tables.items()}
    highest = max(1.0, *(float(t["share_of_value"].max()) for t in checked.values()))
    ax = fig.axes(
        ax,
        title="What the largest customers hold",
        x="share of customers, from the largest on",
        y="share of the value",
    )
    ax.plot([0, 1], [0, 1], color=fig.GREY, lw=0.8, label=fig.label("all alike"))
    ax.plot([0.2], [0.8], "+", color=fig.GREY, ms=14, mew=2, label=fig.label("80/20"))
    for colour, (name, table) in zip(fig.PALETTE, checked.items(), strict=False):
        at, value = table["share_of_customers"], table["share_of_value"]
        upper = np.minimum(table["upper"].astype(float), 2 * highest)
        ax.fill_between(at, table["lower"].astype(float), upper, color=colour, alpha=0.2, lw=0)
        ax.plot(at, value, color=colour, lw=2, label=fig.label(str(name)))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, highest)
    fig.percent(ax)
    fig.legend_above(ax)
    return ax
