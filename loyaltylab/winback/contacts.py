"""Whom to contact: a customer list ranked by what a coin spent on each is expected to earn."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.columns import rows
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, Data, find, read, returned_by, take
from loyaltylab.base.stats import LIMIT, amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def rank_contacts(
    data: Data,
    *,
    customer: Hashable = "customer",
    value: Hashable = "value",
    chance: Hashable = "chance",
    cost: Hashable = "cost",
    value_lower: Hashable | None = None,
    value_upper: Hashable | None = None,
    chance_lower: Hashable | None = None,
    chance_upper: Hashable | None = None,
    budget: float | None = None,
) -> pd.DataFrame:
    """Rank customers by the expected profit of contacting them, per coin, and say who pays.

    The profit of a contact is ``chance · value − cost``. The list is worked from the top, where
    a coin earns most; contacted is who has an expected profit above 0 and, with a budget, fits
    into what is left of it. What that list earns falls short of the best one by less than the
    profit of the first customer for whom the money did not reach.

    Parameters
    ----------
    data
        One row per lost customer, or the path of a file.
    customer, value, chance, cost
        Columns: a name, what his second life is worth (money, may be below 0), the chance that
        a contact brings him back (0 to 1), what the contact costs (money, >= 0).
    value_lower, value_upper, chance_lower, chance_upper
        Columns with the ends of ranges around ``value`` and ``chance``; both ends or neither.
    budget
        Most that the contacts may cost together (money), or None.

    Returns
    -------
    pandas.DataFrame
        From the top: ``rank, customer, value, chance, cost, profit, profit_lower,
        profit_upper`` (both ends of all ranges), ``break_even_chance`` (cost over value; NaN
        where the value is not above 0), ``verdict`` (pays, open, does not pay: whatever the
        ranges allow), ``contact``, and over those contacted so far ``cumulative_cost,
        cumulative_profit, cumulative_lower, cumulative_upper`` (all at their worst, or best,
        together).

    Raises
    ------
    InputError
        For bad columns, a customer who stands twice, or a range that does not hold its middle.

    Examples
    --------
    >>> lost = pd.DataFrame({"customer": ["a", "b", "c"], "value": [100, 400, 50],
    ...                      "chance": [0.3, 0.2, 0.1], "cost": [10, 20, 10]})
    >>> rank_contacts(lost)[["customer", "profit", "contact", "cumulative_profit"]]
      customer  profit  contact  cumulative_profit
    0        b    60.0     True               60.0
    1        a    20.0     True               80.0
    2        c    -5.0    False               80.0
    """
    if budget is not None:
        budget = amount("budget", budget)
    frame = read(data)
    columns = {
        "customer": Column(customer, "group"),
        "value": Column(value, "number", -LIMIT, LIMIT),
        "chance": Column(chance, "number", 0, 1),
        "cost": Column(cost, "number", 0, LIMIT),
    }
    ends = _ends("value", value_lower, value_upper) | _ends("chance", chance_lower, chance_upper)
    for role, name in ends.items():
        columns[role] = columns[role.split("_")[0]]._replace(name=name)
    for role, column in columns.items():
        find(frame, role, column.name)
    table = take(frame, **columns)
    doubled = table["customer"].duplicated()
    if doubled.any():
        raise InputError(
            f"Column {shown(customer)} names a customer twice, in {rows(doubled)}; add up or drop"
            " those rows, for nobody is contacted twice."
        )
    for name in ("value", "chance"):
        _check_range(table, name, columns)
    return _ranked(table.reset_index(drop=True), budget)


def _ends(name: str, lower: Hashable | None, upper: Hashable | None) -> dict[str, Hashable]:
    if (lower is None) != (upper is None):
        raise InputError(
            f"{name}_lower and {name}_upper belong together, but only one was given; name both"
            " columns or neither."
        )
    return {} if lower is None else {f"{name}_lower": lower, f"{name}_upper": upper}


def _check_range(table: pd.DataFrame, name: str, columns: dict[str, Column]) -> None:
    if f"{name}_lower" not in table:
        return
    low, high = table[f"{name}_lower"], table[f"{name}_upper"]
    wrong = (low > table[name]) | (table[name] > high)
    if wrong.any():
        names = [shown(columns[role].name) for role in (f"{name}_lower", name, f"{name}_upper")]
        raise InputError(
            f"Columns {names[0]}, {names[1]} and {names[2]} must not fall from one to the next,"
            f" but they do in {rows(wrong)}."
        )


def _ranked(table: pd.DataFrame, budget: float | None) -> pd.DataFrame:
    for name in ("value", "chance"):
        for end in ("lower", "upper"):
            if f"{name}_{end}" not in table:
                table[f"{name}_{end}"] = table[name]
    cost, value = table["cost"].to_numpy(), table["value"].to_numpy()
    low, high = (table[f"value_{end}"].to_numpy() for end in ("lower", "upper"))
    bad, good = (table[f"chance_{end}"].to_numpy() for end in ("lower", "upper"))
    profit = table["chance"].to_numpy() * value - cost
    lower = np.minimum(bad * low, good * low) - cost  # a value may be below 0
    upper = np.maximum(bad * high, good * high) - cost
    with np.errstate(divide="ignore", invalid="ignore"):
        per_coin = np.where(cost > 0, profit / cost, np.where(profit > 0, np.inf, profit))
        even = np.where(value > 0, cost / value, np.nan)
    order = np.lexsort((-profit, -per_coin))
    out = pd.DataFrame(
        {
            "rank": np.arange(1, len(table) + 1),
            "customer": table["customer"].to_numpy()[order],
            **{n: table[n].to_numpy()[order] for n in ("value", "chance", "cost")},
            "profit": profit[order],
            "profit_lower": lower[order],
            "profit_upper": upper[order],
            "break_even_chance": even[order],
        }
    )
    words = np.where(out["profit_upper"] <= 0, "does not pay", "open")
    out["verdict"] = np.where(out["profit_lower"] > 0, "pays", words)
    out["contact"] = _affordable(out, budget)
    for new, name in (
        ("cumulative_cost", "cost"),
        ("cumulative_profit", "profit"),
        ("cumulative_lower", "profit_lower"),
        ("cumulative_upper", "profit_upper"),
    ):
        out[new] = out[name].where(out["contact"], 0.0).cumsum()
    return out


def _affordable(table: pd.DataFrame, budget: float | None) -> npt.NDArray[np.bool_]:
    """Mark who pays and, from the top, fits into what is left of the budget."""
    pays = table["profit"].to_numpy() > 0
    if budget is None:
        return pays
    chosen, left = np.zeros(len(pays), dtype=bool), budget
    for i, cost in enumerate(table["cost"].to_numpy()):
        if pays[i] and cost <= left:
            chosen[i], left = True, left - cost
    return chosen


def plot_contacts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what :func:`rank_contacts` returned: expected profit by how many are contacted.

    Examples
    --------
    >>> lost = pd.DataFrame({"customer": ["a", "b"], "value": [100, 400],
    ...                      "chance": [0.3, 0.2], "cost": [10, 20]})
    >>> plot_contacts(rank_contacts(lost)).get_xlabel()
    'lost customers contacted, from the top of the list'
    """
    names = ("rank", "profit", "profit_lower", "profit_upper")
    columns = {name: Column(name, "number") for name in names}
    contact = Column("contact", "flag")
    table = returned_by("rank_contacts()", table, contact=contact, **columns)
    table = table.sort_values("rank")
    ax = fig.axes(
        ax,
        title="What the list earns, by how far it is worked",
        x="lost customers contacted, from the top of the list",
        y="expected profit so far (money)",
    )
    upto = np.arange(len(table) + 1)
    line, lower, upper = (_so_far(table[n]) for n in ("profit", "profit_lower", "profit_upper"))
    band: dict[str, Any] = {"color": fig.BLUE, "alpha": 0.2, "lw": 0}
    ax.axhline(0, color=fig.GREY, lw=0.8)
    ax.fill_between(upto, lower, upper, label=fig.label("all at worst, all at best"), **band)
    ax.plot(upto, line, color=fig.BLUE, lw=2.2, label=fig.label("expected"))
    chosen = int(table["contact"].sum())
    earned = float(table.loc[table["contact"], "profit"].sum())
    ax.plot([chosen], [earned], "D", color=fig.RED, ms=8, label=fig.label("stop here"))
    fig.legend_above(ax)
    ax.set_xlim(0, max(len(table), 1))
    return ax


def _so_far(values: pd.Series[float]) -> npt.NDArray[np.float64]:
    return np.concatenate([[0.0], values.cumsum().to_numpy()])
