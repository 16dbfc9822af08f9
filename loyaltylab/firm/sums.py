"""Tables that need the whole firm: the shop by week, the branches by year and by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltylab.firm import branches as made
from loyaltylab.firm.core import DAYS, OPENING, REGIONS, START
from loyaltylab.firm.draws import Array
from loyaltylab.firm.network import BRANCHES, QUARTERS
from loyaltylab.firm.shop import weeks
from loyaltylab.firm.tables import date, synthetic

if TYPE_CHECKING:
    from loyaltylab.firm.made import Firm

PANEL = ["branch", "quarter", "job_satisfaction", "service", "satisfaction", "profit_cents"]
PANEL += ["coached"]
FULL = DAYS // 7
"""Full weeks."""


def shop(firm: Firm) -> pd.DataFrame:
    """Return the online shop by full week and region."""
    some, placed = firm.shoppers, firm.orders
    low = (some["region"] == REGIONS[1]).to_numpy()
    at = np.searchsorted(some["customer"].to_numpy(), placed["customer"].to_numpy())
    cell = (placed["week"].to_numpy() - 1) * 2 + low[at]
    kept = cell < 2 * FULL
    cell, rated = cell[kept], placed["satisfaction"].notna().to_numpy()[kept]

    def total(weights: Array | None) -> Array:
        return np.bincount(cell, weights, 2 * FULL)

    answers = total(rated.astype(float)).astype(np.int64)
    points = total(placed["satisfaction"].fillna(0).to_numpy()[kept])
    week = np.repeat(np.arange(1, FULL + 1), 2)
    return synthetic(
        {
            "week": week,
            "date": date(7 * (week - 1)),
            "region": pd.Categorical.from_codes(
                np.tile(np.array([0, 1], np.int8), FULL), pd.Index(REGIONS)
            ),
            "shoppers": np.tile(np.bincount(low, minlength=2), FULL),
            "orders": total(None).astype(np.int64),
            "amount_cents": total(placed["amount_cents"].to_numpy()[kept]).astype(np.int64),
            "answers": answers,
            "satisfaction": np.where(answers > 0, points / np.maximum(answers, 1), np.nan),
            "reformed": weeks(firm.truth, firm.seed).reformed[:, :FULL].T.ravel(),
        }
    )


def branches(firm: Firm) -> pd.DataFrame:
    """Return one row per branch, its customers of 2025 included."""
    some, staff = made.drawn(firm.truth, firm.seed), firm.employees
    home = firm.branch_customers["branch"].to_numpy()
    by_staff, quarterly = staff.groupby("branch"), firm.branch_panel
    answers = firm.survey.query("wave == 2").dropna(subset=["overall"])
    of = home[answers["customer"].to_numpy() - 1] - 1
    answered = np.bincount(of, minlength=BRANCHES)
    points = np.bincount(of, answers["overall"], BRANCHES)
    bought = firm.purchases[firm.purchases["date"] >= pd.Timestamp(OPENING)]
    at = home[bought["customer"].to_numpy() - 1] - 1
    every = np.bincount(at, minlength=BRANCHES)
    own = np.bincount(at, bought["own"], BRANCHES)
    cents = np.bincount(at, bought["own"] * bought["amount_cents"], BRANCHES)
    customers = np.bincount(home - 1, minlength=BRANCHES)
    none = np.float64(np.nan)
    return synthetic(
        {
            "branch": np.arange(1, BRANCHES + 1),
            "region": made.region_of_branches(),
            "area": some.area.round(3),
            "staff": some.staff,
            "job_satisfaction": by_staff["job_satisfaction"].mean().to_numpy(),
            "staff_stay": by_staff["stayed"].mean().to_numpy(),
            "service": quarterly.groupby("branch")["service"].mean().to_numpy(),
            "customers": customers,
            "answered": answered,
            "satisfaction": np.where(answered > 0, points / np.maximum(answered, 1), none),
            "loyalty": np.where(every > 0, own / np.maximum(every, 1), none),
            "sales_cents": cents.astype(np.int64),
            "profit_cents": np.rint(firm.truth.margin * cents + customers * some.walk_in).astype(
                np.int64
            ),
        }
    )


def branch_panel(firm: Firm) -> pd.DataFrame:
    """Return by branch and quarter what is measured there, with the profit of the quarter."""
    some, table = made.drawn(firm.truth, firm.seed), made.quarters(firm.truth, firm.seed)
    home, bought = firm.branch_customers["branch"].to_numpy(), firm.purchases
    bought = bought[bought["own"]]
    year, quarter = bought["date"].dt.year, bought["date"].dt.quarter
    late = ((year - START.year) * 4 + quarter - 1).to_numpy()
    cell = (home[bought["customer"].to_numpy() - 1] - 1) * QUARTERS + late
    cents = np.bincount(cell, bought["amount_cents"], BRANCHES * QUARTERS)
    walk_in = np.repeat(np.bincount(home - 1, minlength=BRANCHES) * some.walk_in / 4, QUARTERS)
    profit = np.rint(firm.truth.margin * cents + walk_in).astype(np.int64)
    return table.assign(profit_cents=profit)[[*PANEL, "origin"]]
