"""What chapter 14 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.churn import (
    HazardCut,
    TwoKinds,
    WarningCampaign,
    agreement,
    calibration,
    classify_reasons,
    contact_threshold,
    falls,
    fit_cox,
    fit_hazards,
    fit_warning,
    gains,
    kaplan_meier,
    leaks,
    log_rank,
    plot_calibration,
    plot_gains,
    plot_profit,
    plot_tally,
    profit_curve,
    quality,
    stayers_only,
    tally,
    why_more_leave,
)

LIVES = pd.DataFrame(
    {
        "tenure_months": [1, 2, 3, 4, 5, 6],
        "churned": [True, False, True, True, False, True],
        "plan": list("aabbab"),
        "fee": [10.0, 20.0, 15.0, 30.0, 25.0, 18.0],
        "entry": [0, 1, 2, 0, 1, 2],
        "one": [1, 1, 1, 1, 1, 1],
    },
    index=range(100, 106),
)
SCORES = pd.DataFrame(
    {"probability": [0.1, 0.4, 0.6, 0.9], "churned": [0, 0, 1, 1]}, index=range(100, 104)
)
SAID = pd.DataFrame(
    {"reason": ["too expensive", "rude staff", None], "price": [1, 0, 0], "answered": [1, 1, 0]},
    index=range(100, 103),
)
_RNG = np.random.default_rng(5)
MANY = pd.DataFrame({"calls": _RNG.poisson(2, 400), "plan": _RNG.choice(["a", "b"], 400)})
MANY["churned"] = _RNG.random(400) < 0.4
MANY["customer"] = range(400)
MANY["date"] = pd.Timestamp("2024-01-01")
FRAMES: list[pd.DataFrame] = [LIVES, SCORES, SAID, MANY]


def lives(**columns: Any) -> pd.DataFrame:
    return LIVES.assign(**columns)


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("no column", lambda: kaplan_meier(LIVES, tenure="tenur_months"), ("tenur_months", "mean")),
    ("no rows", lambda: kaplan_meier(LIVES.iloc[:0]), ("no rows",)),
    (
        "text for tenure",
        lambda: kaplan_meier(lives(tenure_months=["1"] * 6)),
        ("tenure_months", "100", "to_numeric"),
    ),
    (
        "negative tenure",
        lambda: kaplan_meier(lives(tenure_months=[1, -1, 2, 3, 4, 5])),
        ("tenure_months", ">= 0", "101", "-1"),
    ),
    (
        "missing churned",
        lambda: kaplan_meier(lives(churned=[True, None, True, True, True, True])),
        ("churned", "lacks", "101"),
    ),
    (
        "left at once",
        lambda: kaplan_meier(lives(tenure_months=[0, 1, 2, 3, 4, 5])),
        ("tenure_months", "0", "100", "above 0"),
    ),
    (
        "entry after the end",
        lambda: kaplan_meier(lives(entry=[0, 2, 0, 0, 0, 0]), entry="entry"),
        ("entry", "not below", "101"),
    ),
    ("level in percent", lambda: kaplan_meier(LIVES, level=95), ("level", "95", "0.95")),
    ("no times", lambda: kaplan_meier(LIVES).predict([]), ("times", "[]")),
    ("negative time", lambda: kaplan_meier(LIVES).predict([-1]), ("times", "-1")),
    ("share of the median", lambda: kaplan_meier(LIVES).median(50), ("share", "50", "0.5")),
    ("one group", lambda: log_rank(LIVES, group="one"), ("one", "2 to 12", "1")),
    (
        "unknown weights",
        lambda: log_rank(LIVES, group="plan", weights="logrank"),
        ("weights", "log-rank", "logrank"),
    ),
    (
        "nobody left",
        lambda: log_rank(lives(churned=False), group="plan"),
        ("churned", "nobody left"),
    ),
    ("columns as text", lambda: fit_cox(LIVES, columns="plan"), ("columns", "list", "plan")),
    (
        "a column of one value",
        lambda: fit_cox(LIVES, columns=["one"]),
        ("one", "one value", "leave it out"),
    ),
    (
        "twice the same",
        lambda: fit_cox(lives(fee2=LIVES["fee"] * 2), columns=["fee", "fee2"]),
        ("fee2", "follows exactly", "leave"),
    ),
    (
        "unknown reference",
        lambda: fit_cox(LIVES, columns=["plan"], reference={"plan": "c"}),
        ("reference", "plan", "'a', 'b'", "'c'"),
    ),
    (
        "per of no column",
        lambda: fit_cox(LIVES, columns=["plan"], per={"fees": 10}),
        ("per", "fees", "plan"),
    ),
    (
        "per of a category",
        lambda: fit_cox(LIVES, columns=["plan"], per={"plan": 10}),
        ("per", "plan", "category"),
    ),
    ("ties", lambda: fit_cox(LIVES, columns=["fee"], ties="exact"), ("ties", "efron", "exact")),
    (
        "no finite ratio",
        lambda: fit_cox(lives(churned=LIVES["plan"] == "b"), columns=["plan"]),
        ("plan", "no finite hazard ratio"),
    ),
    (
        "one cluster",
        lambda: fit_cox(LIVES, columns=["fee"], cluster="one"),
        ("cluster", "every row"),
    ),
    (
        "unseen level",
        lambda: fit_cox(LIVES, columns=["plan"]).predict(pd.DataFrame({"plan": ["c"]}), [2]),
        ("plan", "'c'", "row 0", "has not seen"),
    ),
    (
        "unknown transform",
        lambda: fit_cox(LIVES, columns=["fee"]).proportional("rank"),
        ("transform", "km", "rank"),
    ),
    (
        "broken periods",
        lambda: fit_hazards(lives(tenure_months=LIVES["tenure_months"] + 0.5)),
        ("tenure_months", "broken", "whole=False"),
    ),
    (
        "unknown family",
        lambda: fit_hazards(LIVES, families=["weibul"]),
        ("families", "weibul", "mean 'weibull'"),
    ),
    (
        "family not fitted",
        lambda: fit_hazards(LIVES, families=["exponential"]).predict("weibull"),
        ("family", "exponential", "weibull"),
    ),
    (
        "hazard given twice",
        lambda: fit_hazards(LIVES, families=["exponential"]).bucket("exponential", churn=0.1),
        ("churn", "leave it out"),
    ),
    ("never seen late", lambda: falls(LIVES, cut=6), ("Nobody", "after tenure 6", "cut")),
    ("cut as text", lambda: falls(LIVES, cut="12"), ("cut", "'12'", "without quotes")),
    ("share above 1", lambda: TwoKinds(share=40), ("share", "40", "0.4")),
    ("class unknown", lambda: HazardCut(tenure_class="new"), ("tenure_class", "early", "'new'")),
    ("no discount", lambda: HazardCut(discount=0), ("discount", "0.0001", "0")),
    ("useless auc", lambda: WarningCampaign(auc=0.4), ("auc", "0.5", "0.4")),
    (
        "percent for a probability",
        lambda: calibration(SCORES.assign(probability=[10, 40, 60, 90])),
        ("probability", "divide percentages by 100"),
    ),
    ("all left", lambda: quality(SCORES.assign(churned=1)), ("churned", "left", "4 customers")),
    ("too many bins", lambda: gains(SCORES, bins=100), ("bins", "2 to 50", "100")),
    (
        "too few",
        lambda: fit_warning(SCORES, columns=["probability"]),
        ("fitted to", "20"),
    ),
    (
        "customer twice",
        lambda: fit_warning(MANY.assign(customer=7), columns=["calls"], customer="customer"),
        ("customer", "7", "more than one row"),
    ),
    (
        "no date of the split",
        lambda: fit_warning(MANY, columns=["calls"], date="date"),
        ("split_at", "2025-01-01", "None"),
    ),
    (
        "split without dates",
        lambda: fit_warning(MANY, columns=["calls"], split_at="2025-01-01"),
        ("split_at", "date"),
    ),
    (
        "the outcome as a column",
        lambda: fit_warning(MANY.assign(gone=MANY["churned"] * 1), columns=["gone"]),
        ("gone", "no finite odds ratio"),
    ),
    ("hold out all", lambda: fit_warning(MANY, columns=["calls"], holdout=1), ("holdout", "1")),
    (
        "a level that nobody fitted to has",
        lambda: fit_warning(
            MANY.assign(
                plan=["rare", *MANY["plan"][1:]],
                date=[pd.Timestamp("2024-06-01")] * 100 + [pd.Timestamp("2024-01-01")] * 300,
            ),
            columns=["plan"],
            date="date",
            split_at="2024-05-01",
        ),
        ("plan: rare", "too rare"),
    ),
    (
        "numbers as text",
        lambda: fit_cox(
            MANY.assign(tenure_months=1, calls=(MANY.index * 1.5).astype(str)), columns=["calls"]
        ),
        ("calls", "400 different", "to_numeric"),
    ),
    (
        "a step without size",
        lambda: fit_cox(lives(fee=LIVES["fee"] * 1e-12), columns=["fee"]),
        ("fee", "other steps", "per={'fee': 1e-12}"),
    ),
    ("leaks of nothing", lambda: leaks(LIVES, columns=[]), ("columns", "[]")),
    (
        "save of nothing",
        lambda: contact_threshold(value=400, cost=20, save=0),
        ("save", "above 0"),
    ),
    (
        "falling range",
        lambda: contact_threshold(value=400, cost=(30, 10), save=0.2),
        ("cost", "rises", "(30, 10)"),
    ),
    (
        "percent saved",
        lambda: profit_curve(SCORES, value=400, cost=20, save=25),
        ("save", "25", "0.25"),
    ),
    (
        "codes for reasons",
        lambda: classify_reasons(SAID.assign(reason=[1, 2, 3])),
        ("reason", "row 0", "1", "words"),
    ),
    ("rules of nothing", lambda: classify_reasons(SAID, rules={}), ("rules", "dict")),
    (
        "nobody answered",
        lambda: tally(SAID.assign(answered=0), causes=["price"]),
        ("answered", "nobody answered"),
    ),
    (
        "main is no cause",
        lambda: tally(SAID.assign(main=["staff", None, None]), causes=["price"], main="main"),
        ("main", "'staff'", "none of the causes"),
    ),
    (
        "unequal codings",
        lambda: agreement(SAID, SAID.iloc[:2], causes=["price"]),
        ("3 and 2 rows", "same order"),
    ),
    ("plot of something else", lambda: plot_tally(SCORES), ("tally()", "cause")),
    ("plot of no table", lambda: plot_calibration(None), ("calibration()", "None")),
    ("plot of gains", lambda: plot_gains(SCORES), ("gains()", "reached")),
    ("plot of profit", lambda: plot_profit(SCORES), ("profit_curve()", "profit")),
    ("growth below 0", lambda: why_more_leave(growth=-1), ("growth", "-1")),
    ("a fall of 5 points", lambda: stayers_only(fall=5), ("fall", "5")),
]
