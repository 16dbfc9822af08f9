"""Which method finds the truth: all of them on one firm, and on many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loyaltylab.base import figure as fig
from loyaltylab.base.errors import InputError, shown
from loyaltylab.base.frames import Column, returned_by
from loyaltylab.base.stats import wilson
from loyaltylab.scorecard.before_after import before_after
from loyaltylab.scorecard.did import weekly_difference
from loyaltylab.scorecard.did_rows import customer_difference, orders_by_period
from loyaltylab.scorecard.effect import Effect
from loyaltylab.scorecard.series import interrupted_series
from loyaltylab.scorecard.weeks import level_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

START, LAST, TREATED = 66, 104, "high competition"
OUTCOMES = ("orders", "satisfaction")
TABLES = ("shop", "orders", "shoppers", "truth")


def which_method_finds_it(firm: Any, *, level: float = 0.95) -> pd.DataFrame:
    """Set every method on the reform of the linked firm's shop, whose effect is known.

    The reform (quality mended, quick answers, call-backs) took place in one of two regions from
    week 66 on; the truth is ``firm.truth.reform()``. On one firm a bad method can be right and a
    good one wrong by chance: :func:`how_often` repeats it.

    Parameters
    ----------
    firm
        A ``firm.Firm``, or anything with its tables ``shop, orders, shoppers`` and its ``truth``.
    level
        Coverage that the intervals claim.

    Returns
    -------
    pandas.DataFrame
        One row per outcome and method: ``outcome, method, effect`` (ratio or difference),
        ``estimate, lower, upper, n, of, truth, covers``.

    Raises
    ------
    InputError
        If the firm lacks one of the tables, or has weeks without an order or an answer.

    Examples
    --------
    >>> from loyaltylab import firm
    >>> table = which_method_finds_it(firm.Firm(seed=1, customers=1000))
    >>> table.groupby("outcome").size().tolist(), round(float(table["truth"].iloc[0]), 3)
    ([10, 10], 1.162)
    """
    sure = level_of(level)
    for name in TABLES:
        if not hasattr(firm, name):
            raise InputError(f"firm must be a firm.Firm, not {shown(firm)}, which has no {name}.")
    known = dict(zip(*firm.truth.reform()[["quantity", "value"]].to_numpy().T, strict=True))
    rows = []
    for outcome in OUTCOMES:
        for effect in _effects(firm, outcome, sure):
            truth = float(known[outcome])
            found = effect.table().assign(truth=truth, covers=effect.covers(truth))
            found.insert(0, "outcome", outcome)
            rows.append(found)
    return pd.concat(rows, ignore_index=True)


def _effects(firm: Any, outcome: str, level: float) -> list[Effect]:
    """Return what each method says about one outcome."""
    ratio = outcome == "orders"
    shop = firm.shop.dropna(subset=[outcome])
    here = (shop["region"] == TREATED).to_numpy().astype(int)
    shop = pd.DataFrame(shop[["week", outcome]]).assign(region=here)
    how: dict[str, Any] = {"start": START, "value": outcome, "ratio": ratio, "level": level}
    how["treated"] = 1
    return [
        before_after(shop, **how),
        before_after(shop, against="a year before", **how),
        interrupted_series(shop, errors="ols", **how).effect(),
        interrupted_series(shop, errors="hac", **how).effect(),
        interrupted_series(shop, errors="ar1", **how).effect(),
        interrupted_series(shop, errors="ar1", control=True, **how).effect(),
        weekly_difference(shop, errors="ols", **how).effect(),
        weekly_difference(shop, errors="hac", **how).effect(),
        weekly_difference(shop, errors="ar1", **how).effect(),
        customer_difference(_rows(firm, ratio), value=outcome, treated=1, ratio=ratio, level=level),
    ]


def _rows(firm: Any, ratio: bool) -> pd.DataFrame:
    """Return rows per customer and period (orders), or per answer (satisfaction)."""
    people = pd.DataFrame(firm.shoppers[["customer"]])
    people["region"] = (firm.shoppers["region"] == TREATED).to_numpy().astype(int)
    placed = firm.orders[["customer", "week", "satisfaction"]]
    if ratio:
        return orders_by_period(placed, people, start=START, last=LAST)
    rated = placed[placed["satisfaction"].notna() & (placed["week"] <= LAST)]
    where = people.set_index("customer")["region"]
    table = pd.DataFrame(rated[["customer", "satisfaction"]])
    table["region"] = rated["customer"].map(where).to_numpy()
    table["after"] = (rated["week"] >= START).to_numpy()
    return table


def how_often(firms: Iterable[Any], *, level: float = 0.95) -> pd.DataFrame:
    """Count over many firms how often each method's interval holds the truth.

    Parameters
    ----------
    firms
        Firms that differ in their seed; two at least.
    level
        Coverage that the intervals claim.

    Returns
    -------
    pandas.DataFrame
        ``outcome, method, firms, bias`` (mean estimate less truth), ``spread`` (of estimates),
        ``width`` (mean of the intervals), ``covers`` (share), ``lower, upper`` (Wilson, 95%).

    Raises
    ------
    InputError
        As :func:`which_method_finds_it`; also for fewer than two firms.

    Examples
    --------
    >>> from loyaltylab import firm
    >>> some = [firm.Firm(seed=seed, customers=1000) for seed in (1, 2)]
    >>> how_often(some)[["outcome", "method", "firms"]].head(1)
      outcome        method  firms
    0  orders  before/after      2
    """
    if not isinstance(firms, Iterable):
        raise InputError(f"firms must be a list of firms, not {shown(firms)}.")
    tables = [which_method_finds_it(one, level=level) for one in firms]
    if len(tables) < 2:
        raise InputError(f"firms must hold at least two firms, not {len(tables)}.")
    every = pd.concat(tables, ignore_index=True)
    every["miss"], every["width"] = every["estimate"] - every["truth"], every["upper"]
    every["width"] -= every["lower"]
    groups = every.groupby(["outcome", "method"], sort=False)
    table = groups.agg(
        firms=("covers", "size"),
        bias=("miss", "mean"),
        spread=("estimate", "std"),
        width=("width", "mean"),
        covers=("covers", "mean"),
    ).reset_index()
    hits = groups["covers"].sum().to_numpy()
    table["lower"], table["upper"] = wilson(hits, table["firms"].to_numpy())
    return table


def plot_how_often(table: pd.DataFrame, *, level: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw how often each method's interval held the truth, for both outcomes.

    Parameters
    ----------
    table
        What :func:`how_often` returned.
    level
        Coverage that the intervals claimed.
    ax
        Axes to draw on.

    Raises
    ------
    InputError
        If the table is of another kind.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["orders"], "method": ["before/after"], "covers": [0.5],
    ...     "lower": [0.3], "upper": [0.7]})
    >>> plot_how_often(rows).get_yticklabels()[0].get_text()
    'before/after'
    """
    sure = level_of(level)
    rows = returned_by(
        "how_often()",
        table,
        outcome=Column("outcome", "group"),
        method=Column("method", "group"),
        covers=Column("covers", "number", 0, 1),
        lower=Column("lower", "number", 0, 1),
        upper=Column("upper", "number", 0, 1),
    ).reset_index(drop=True)
    ax = fig.axes(ax, title="How often the interval holds the truth", x="share of firms", y="")
    names = list(dict.fromkeys(rows["method"]))
    outcomes = list(dict.fromkeys(rows["outcome"]))
    for i, outcome in enumerate(outcomes):
        part = rows[rows["outcome"] == outcome]
        place = np.array([-names.index(m) for m in part["method"]]) + 0.12 - 0.24 * i
        colour = fig.PALETTE[i % len(fig.PALETTE)]
        ax.hlines(place, part["lower"], part["upper"], color=colour, lw=2)
        ax.plot(part["covers"], place, "o", color=colour, ms=6, label=fig.label(str(outcome)))
    ax.axvline(sure, color=fig.GREY, ls=":", lw=1.4, label=fig.label("what they claim"))
    ax.set_yticks([-i for i in range(len(names))], [fig.label(n) for n in names], fontsize=8.5)
    ax.set_xlim(0, 1.02)
    ax.grid(False, axis="y")
    fig.legend_above(ax)
    return ax
