"""What chapter 15, part A, refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.winback import (
    BudgetSplit,
    Circle,
    WinBack,
    eight_years_five_phases,
    half_as_often,
    make_leaving_costly,
    never_all,
    nine_steps,
    only_by_being_different,
    plot_contacts,
    rank_contacts,
    split_budget,
)

LOST = pd.DataFrame(
    {
        "customer": ["a", "b", "c"],
        "value": [100.0, 50.0, -5.0],
        "chance": [0.2, 0.3, 0.4],
        "cost": [5.0, 5.0, 0.0],
        "low": [0.1, 0.2, 0.3],
        "high": [0.3, 0.4, 0.5],
    },
    index=range(100, 103),
)
USES = pd.DataFrame(
    {"use": ["win", "keep"], "most": [100.0, 300.0], "scale": [50.0, 100.0]}, index=range(100, 102)
)
FRAMES = [LOST, USES]


def listed(frame: Any = None, **names: Any) -> pd.DataFrame:
    return rank_contacts(LOST if frame is None else frame, **names)


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("circle percent", lambda: Circle(churn=5), ("churn", "<= 1", "0.05")),
    ("circle text", lambda: Circle(regain="0.1"), ("regain", "without quotes")),
    ("circle half a person", lambda: Circle(lost=2.5), ("lost", "whole number", "2.5")),
    ("circle no reach", lambda: Circle(reach=0), ("reach", ">= 1", "0")),
    ("circle negative cost", lambda: Circle(contact_cost=-1.0), ("contact_cost", ">= 0")),
    ("circle periods", lambda: Circle().expected(0), ("periods", "1", "10,000")),
    ("circle rows", lambda: Circle().simulate(9999, 9999), ("replications", "20,000,000")),
    ("circle seed", lambda: Circle().simulate(2, 2, seed=-1), ("seed", "-1")),
    (
        "circle worth for ever",
        lambda: Circle(discount=0.0, regain=1.0, beyond=0.0).worth(),
        ("discount", "infinitely", "above 0"),
    ),
    (
        "circle prospects for ever",
        lambda: Circle(discount=0.0, win=0.0, cold=0.0).worth(),
        ("discount", "prospects"),
    ),
    (
        "chances fall",
        lambda: WinBack(chance_lower=0.5, chance_upper=0.4),
        ("chance_lower", "0.5", "0.4", "exchange"),
    ),
    (
        "values fall",
        lambda: WinBack(value_lower=500.0),
        ("value_lower", "value_upper", "500", "150"),
    ),
    ("chance in percent", lambda: WinBack(chance_upper=40), ("chance_upper", "write 40 % as 0.4")),
    ("worth nothing", lambda: WinBack(value_lower=0), ("value_lower", "> 0")),
    ("budget below 0", lambda: BudgetSplit(budget=-1.0), ("budget", ">= 0", "-1")),
    ("no scale", lambda: BudgetSplit(regain_scale=0.0), ("regain_scale", "> 0")),
    ("list empty", lambda: listed(LOST[:0]), ("no rows",)),
    ("list none", lambda: listed([1, 2]), ("DataFrame", "path")),
    ("list column", lambda: listed(value="vaule"), ("vaule", "did you mean 'value'")),
    (
        "column before values",
        lambda: listed(LOST.assign(chance="x"), cost="price"),
        ("no column 'price'", "cost"),
    ),
    (
        "list text",
        lambda: listed(LOST.assign(value=["100", "50", "x"])),
        ("value", "row 102", "'x'"),
    ),
    (
        "list missing",
        lambda: listed(LOST.assign(cost=[1.0, np.nan, 2.0])),
        ("cost", "lacks a value", "row 101"),
    ),
    (
        "list percent",
        lambda: listed(LOST.assign(chance=[20, 30, 40])),
        ("chance", "rows 100, 101, 102", "percentages by 100"),
    ),
    (
        "list no answer",
        lambda: listed(LOST.assign(cost=[5, -9, 5])),
        ("cost", "row 101", "-9", "no answer"),
    ),
    (
        "list twice",
        lambda: listed(LOST.assign(customer=["a", "b", "a"])),
        ("'customer'", "twice", "row 102"),
    ),
    ("one end", lambda: listed(chance_lower="low"), ("chance_lower", "chance_upper", "both")),
    (
        "range without its middle",
        lambda: listed(LOST.assign(high=[0.3, 0.25, 0.5]), chance_lower="low", chance_upper="high"),
        ("'low', 'chance' and 'high'", "row 101"),
    ),
    (
        "ends exchanged",
        lambda: listed(chance_lower="high", chance_upper="low"),
        ("must not fall", "rows 100, 101, 102"),
    ),
    ("list budget", lambda: listed(budget=-5), ("budget", "-5")),
    ("list budget text", lambda: listed(budget="all"), ("budget", "'all'")),
    ("plot no list", lambda: plot_contacts(LOST), ("rank_contacts()", "contact")),
    ("plot ax", lambda: plot_contacts(listed(), ax=3), ("ax", "3")),
    ("uses zero", lambda: split_budget(USES.assign(most=[0, 5]), budget=1), ("'most'", "row 100")),
    (
        "uses negative",
        lambda: split_budget(USES.assign(scale=[5, -5]), budget=1),
        ("'scale'", ">= 0", "row 101"),
    ),
    (
        "uses twice",
        lambda: split_budget(USES.assign(use="win"), budget=1),
        ("'use'", "twice", "row 101"),
    ),
    ("uses column", lambda: split_budget(USES, budget=1, most="top"), ("no column 'top'", "most")),
    ("uses budget", lambda: split_budget(USES, budget=None), ("budget", "None")),
    ("step ten", lambda: nine_steps([1, 10]), ("step in done", "1 to 9", "10")),
    ("steps text", lambda: nine_steps("all"), ("done", "'all'")),
    ("steps number", lambda: nine_steps(3), ("done", "list", "3")),
    ("odds fall", lambda: half_as_often(lost=(0.4, 0.2)), ("lost", "rise")),
    ("returns", lambda: half_as_often(returns=5), ("returns", "two numbers", "5")),
    ("odds one", lambda: half_as_often(prospect=0.2), ("prospect", "two numbers")),
    ("odds percent", lambda: half_as_often(lost=(20, 40)), ("lost", "write 20 % as 0.2")),
    ("odds zero", lambda: half_as_often(lost=(0, 0.4)), ("lost", "above 0")),
    ("nobody leaves", lambda: never_all(churn=0), ("churn", "above 0")),
    ("how many", lambda: never_all(customers=1.5), ("customers", "whole number")),
    ("barrier", lambda: make_leaving_costly(strength=2), ("switching_cost", "<= 1")),
    ("four shares", lambda: make_leaving_costly(shares=(1, 2, 3, 4)), ("five numbers",)),
    ("no profit", lambda: only_by_being_different(cost=100), ("cost", "below price")),
    ("phases", lambda: eight_years_five_phases(phases=0), ("phases", "1 to 1,000")),
]
