"""The leak in a customer list: churn by tenure, with those still there censored."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, returned_by, rows, take
from loyaltylab.base.stats import whole, wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EVERYONE = "all"
MAX_TENURE = 10_000


def checked_customers(
    data: Data, tenure: Hashable, churned: Hashable, group: Hashable | None, **more: Column
) -> pd.DataFrame:
    """Return checked columns by role: tenure, churned, group and what else is asked for."""
    wanted = {
        "tenure": Column(tenure, "whole", 0, MAX_TENURE),
        "churned": Column(churned, "flag"),
        **more,
    }
    if group is not None:
        wanted["group"] = Column(group, "group")
    frame = take(data, **wanted)
    if group is None:
        frame["group"] = EVERYONE
    unborn = frame["churned"] & (frame["tenure"] == 0)
    if unborn.any():
        raise InputError(
            f"Column {shown(tenure)} is 0 for customers who left ({rows(unborn)}); count the"
            " period in which they left, so that it is at least 1."
        )
    return frame


def exposed_customers(frame: pd.DataFrame, tenure: Hashable) -> pd.DataFrame:
    """Return the checked customers who were ever exposed to churn."""
    exposed = frame[frame["tenure"] > 0]
    if exposed.empty:
        raise InputError(f"Column {shown(tenure)} is 0 in every row: nobody was exposed to churn.")
    return exposed


def hazard_table(
    data: Data,
    *,
    tenure: Hashable = "tenure_months",
    churned: Hashable = "churned",
    group: Hashable | None = None,
    width: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Life table: churn by tenure, from customers who left and customers who are still there.

    The hazard of period t is ``lost(t) / exposed(t)``, where everyone whose tenure is t or
    more was exposed to it; whoever is still there is censored at his tenure (Kaplan & Meier
    1958). ``survival`` is the product of ``1 - hazard``.

    Parameters
    ----------
    data
        A frame, or the path of a CSV or Parquet file; one row per customer.
    tenure
        Column: whole periods since joining, the last one included. Rows of tenure 0 were
        never exposed and are left out.
    churned
        Column: whether the customer left in that last period (True/False, 1/0, yes/no).
    group
        Column that splits the customers, or None.
    width
        Periods per row of the table; wider rows are less noisy.
    level
        Coverage of the interval (Wilson).

    Returns
    -------
    pandas.DataFrame
        ``group, tenure_from, tenure_to, exposed`` (customer-periods), ``lost, hazard,
        lower, upper`` (per period), ``survival`` to the end of the row.

    Raises
    ------
    InputError
        For missing or doubled columns and values of another kind; it names the rows.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 2, 3], "left": [1, 0, 1, 0]})
    >>> hazard_table(people, tenure="t", churned="left")[["tenure_to", "exposed", "lost"]]
       tenure_to  exposed  lost
    0          1        4     1
    1          2        3     1
    2          3        1     0
    """
    width = whole("width", width, 1, MAX_TENURE)
    frame = exposed_customers(checked_customers(data, tenure, churned, group), tenure)
    parts = []
    for name, part in frame.groupby("group", observed=True, sort=True):
        lost, exposed = life_table(count_cells(part)[None, :])
        start = np.arange(0, lost.shape[1], width)
        lost_in = np.add.reduceat(lost[0], start)
        exposed_in = np.add.reduceat(exposed[0], start)
        lower, upper = wilson(lost_in, exposed_in, level)
        alive = np.cumprod(1 - lost[0] / exposed[0])
        end = np.minimum(start + width, lost.shape[1])
        parts.append(
            pd.DataFrame(
                {
                    "group": [name] * len(start),
                    "tenure_from": start + 1,
                    "tenure_to": end,
                    "exposed": exposed_in,
                    "lost": lost_in,
                    "hazard": lost_in / exposed_in,
                    "lower": lower,
                    "upper": upper,
                    "survival": alive[end - 1],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def plot_hazard(table: pd.DataFrame, ax: Axes | None = None, *, unit: str = "period") -> Axes:
    """Draw the hazard by tenure, one line per group, each with its interval.

    Parameters
    ----------
    table
        What :func:`hazard_table` returned.
    ax
        Axes to draw on, or None for new ones.
    unit
        Name of a period, for the labels.

    Examples
    --------
    >>> people = pd.DataFrame({"t": [1, 2, 2, 3], "left": [1, 0, 1, 0]})
    >>> table = hazard_table(people, tenure="t", churned="left")
    >>> plot_hazard(table, unit="month").get_ylabel()
    'share leaving per month'
    """
    shares = ("hazard", "lower", "upper")
    table = returned_by(
        "hazard_table()",
        table,
        group=Column("group", "group"),
        **{name: Column(name, "whole", 0) for name in ("tenure_from", "tenure_to")},
        **{name: Column(name, "number", 0, 1) for name in shares},
    )
    ax = fig.axes(
        ax, title="Who leaves, by tenure", x=f"tenure ({unit}s)", y=f"share leaving per {unit}"
    )
    colours = itertools.cycle(fig.PALETTE)
    for (name, part), colour in zip(table.groupby("group", observed=True), colours, strict=False):
        middle = (part["tenure_from"] + part["tenure_to"]) / 2
        ax.fill_between(middle, part["lower"], part["upper"], color=colour, alpha=0.2, lw=0)
        ax.plot(middle, part["hazard"], color=colour, lw=2, label=str(name)[:24])
    fig.percent(ax)
    ax.set_ylim(0)
    ax.set_xlim(0)
    if table["group"].nunique() > 1:
        fig.legend_above(ax)
    return ax


def count_cells(part: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Count customers by tenure 1…T and by whether they left: first T lost, then T stayed."""
    longest = int(part["tenure"].max())
    at = part["tenure"].to_numpy() - 1
    gone = part["churned"].to_numpy()
    return np.concatenate(
        [np.bincount(at[gone], minlength=longest), np.bincount(at[~gone], minlength=longest)]
    )


def life_table(cells: npt.NDArray[np.int64]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return lost and exposed by tenure from :func:`count_cells`, shape ``(draws, T)`` each."""
    lost, stayed = np.split(cells, 2, axis=1)
    exposed = (lost + stayed)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return lost, exposed
