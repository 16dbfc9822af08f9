"""What chapter 12 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import pandas as pd

from loyaltylab import segments as sg
from loyaltylab.database import CustomerBase

NAN = float("nan")

LOG = pd.DataFrame(
    {
        "customer": ["a", "a", "b", "b", "c", "c", "d", "e"],
        "date": [
            "2024-01-01",
            "2024-02-01",
            "2024-01-03",
            "2024-03-01",
            "2024-01-05",
            "2024-02-10",
            "2024-03-02",
            "2024-01-20",
        ],
        "amount": [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0],
    },
    index=range(100, 108),
)
SCORES = pd.DataFrame(
    {
        "customer": list("abcd"),
        "profit": [4.0, 3.0, 2.0, 1.0],
        "purchases": [4, 3, 2, 1],
        "share_of_wallet": [0.9, 0.4, 0.6, 0.1],
        "relative_value": [0.9, 0.6, 0.4, 0.1],
    },
    index=range(100, 104),
)
RULES = sg.default_rules()
STUDY = sg.study(LOG)
CUTS = {"recency": (30, 60), "frequency": (2,), "monetary": (5, 9)}
FRAMES: list[pd.DataFrame] = [LOG, SCORES, RULES]

Row = tuple[str, Callable[[], Any], tuple[str, ...]]


def changed(column: str, value: Any, row: int = 102) -> pd.DataFrame:
    """Return the log with one cell changed."""
    frame = LOG.astype({column: object})
    frame.loc[row, column] = value
    return frame


ROWS: list[Row] = [
    ("no-data", lambda: sg.summary(None), ("data must be", "CustomerBase", "None")),
    ("no-column", lambda: sg.summary(LOG, customer="client"), ("'client'", "customer", "columns")),
    ("near-column", lambda: sg.rfm(LOG, amount="amounts"), ("'amounts'", "mean 'amount'?")),
    ("text", lambda: sg.abc(changed("amount", "7,5")), ("'amount'", "numbers", "102", "'7,5'")),
    ("missing", lambda: sg.lorenz(changed("customer", None)), ("'customer'", "lacks", "102")),
    ("nan", lambda: sg.how_concentrated(changed("amount", NAN)), ("'amount'", "lacks", "102")),
    ("huge", lambda: sg.summary(changed("amount", 1e20)), ("'amount'", "102", "1e+20")),
    ("no-date", lambda: sg.by_window(changed("date", "soon")), ("'date'", "102", "'soon'")),
    ("two-dates", lambda: sg.summary(changed("date", "05/02/2024")), ("'date'", "two different")),
    ("empty", lambda: sg.summary(LOG.iloc[:0]), ("no rows",)),
    ("until", lambda: sg.summary(LOG, until="soon"), ("until", "'2017-12-31'", "'soon'")),
    ("until-number", lambda: sg.rfm(LOG, until=20240101), ("until", "quotes", "20240101")),
    ("until-early", lambda: sg.summary(LOG, until="2020-01-01"), ("until", "2020-01-01", "later")),
    ("until-month", lambda: sg.summary(LOG, until="2024-02"), ("until", "year first", "2024-02")),
    ("unit", lambda: sg.histories(sg.summary(LOG), unit="M"), ("unit", "'D'", "'W'", "'M'")),
    ("histories", lambda: sg.histories(LOG), ("summary()", "'frequency'")),
    ("top", lambda: sg.how_concentrated(LOG, top=20), ("top", "0 and 1", "20", "0.2")),
    ("hold", lambda: sg.how_concentrated(LOG, hold=0), ("hold", "strictly", "0")),
    ("level", lambda: sg.how_concentrated(LOG, level=95), ("level", "95", "0.95")),
    ("draws", lambda: sg.how_concentrated(LOG, draws=10), ("draws", "100", "10,000", "10")),
    ("draws-many", lambda: sg.lorenz(LOG, draws=10**6), ("draws", "10,000", "1000000")),
    ("seed", lambda: sg.lorenz(LOG, seed=-1), ("seed", "-1")),
    ("points", lambda: sg.lorenz(LOG, points=1), ("points", "2 to 1,001", "1")),
    ("negative", lambda: sg.abc(LOG, negative="skip"), ("negative", "'keep'", "'skip'")),
    ("one", lambda: sg.how_concentrated(LOG.iloc[:2]), ("'amount'", "1 customer", "at least 2")),
    (
        "all-back",
        lambda: sg.how_concentrated(LOG.assign(amount=-1.0)),
        ("'amount'", "above 0", "-8"),
    ),
    ("lorenz-list", lambda: sg.plot_lorenz([LOG]), ("tables", "by name", "lorenz()")),
    ("lorenz-table", lambda: sg.plot_lorenz({"a": LOG}), ("lorenz()", "'share_of_customers'")),
    ("weeks-long", lambda: sg.by_window(LOG, weeks=(4, 52)), ("weeks", "52", "62 days", "8 weeks")),
    ("weeks-one", lambda: sg.by_window(LOG, weeks=4), ("weeks", "a list", "4")),
    ("weeks-half", lambda: sg.by_window(LOG, weeks=(1.5,)), ("weeks", "whole number", "1.5")),
    ("window-table", lambda: sg.plot_windows(LOG), ("by_window()", "'weeks'")),
    (
        "window-part",
        lambda: sg.plot_windows(sg.by_window(LOG, weeks=(4,), draws=100).iloc[1:2]),
        ("top", "by_window()"),
    ),
    ("split", lambda: sg.heavy_buyers_later(LOG, split="2025-01-01"), ("split", "2025-01-01")),
    ("measure", lambda: sg.heavy_buyers_later(LOG, measure="money"), ("measure", "'money'")),
    ("classes", lambda: sg.rfm(LOG, classes=1), ("classes", "2 to 9", "1")),
    ("classes-many", lambda: sg.rfm(LOG, classes=6), ("classes is 6", "5 customers")),
    ("ties", lambda: sg.rfm(LOG, ties="rank"), ("ties", "'customer'", "'together'", "'rank'")),
    ("cuts-none", lambda: sg.rfm(LOG, ties="cuts"), ("cuts", "'recency'", "None")),
    ("cuts-unused", lambda: sg.rfm(LOG, cuts=CUTS), ("cuts", "ties='cuts'", "'customer'")),
    (
        "cuts-fall",
        lambda: sg.rfm(LOG, ties="cuts", cuts={**CUTS, "monetary": (9, 5)}),
        ("monetary", "rising", "(9, 5)"),
    ),
    (
        "cuts-many",
        lambda: sg.rfm(LOG, ties="cuts", cuts={**CUTS, "recency": range(1, 12)}),
        ("recency", "1 to 8", "rising"),
    ),
    ("abc-by", lambda: sg.abc(LOG, by="amount"), ("by", "'value'", "'customers'", "'amount'")),
    ("abc-percent", lambda: sg.abc(LOG, cuts=(80, 95)), ("cuts", "(80, 95)", "0.8")),
    ("abc-fall", lambda: sg.abc(LOG, cuts=(0.9, 0.8)), ("cuts", "two rising", "(0.9, 0.8)")),
    ("abc-measure", lambda: sg.abc(LOG, measure="profit"), ("measure", "'profit'", "'amount'")),
    (
        "abc-no-date",
        lambda: sg.abc(LOG, date=None, measure="purchases"),
        ("'purchases'", "date is None"),
    ),
    ("worth", lambda: sg.worth_ratio(80), ("share", "80", "0.8")),
    ("exponent", lambda: sg.pareto_exponent(0.1), ("share", "at least top", "0.1")),
    ("profit", lambda: sg.profit_share(0.8, 0, 1), ("margin_top", "above 0")),
    ("model-exponent", lambda: sg.Concentration(exponent=1), ("exponent", "> 1", "1")),
    ("model-family", lambda: sg.Concentration(family="normal"), ("family", "'pareto'", "'normal'")),
    ("model-margin", lambda: sg.Concentration(margin_top=30), ("margin_top", "<= 1", "30")),
    ("own", lambda: sg.core_scores(LOG, own="mine"), ("'mine'", "own")),
    (
        "own-all",
        lambda: sg.core_scores(LOG.assign(own=True), own="own"),
        ("'own'", "8 and 0", "own=None"),
    ),
    (
        "own-number",
        lambda: sg.core_scores(ibis.memtable(LOG), own="amount"),
        ("'amount'", "true and false"),
    ),
    (
        "own-base",
        lambda: sg.core_scores(CustomerBase.open(":memory:"), own="own"),
        ("CustomerBase", "own=None"),
    ),
    (
        "own-once",
        lambda: sg.core_scores(LOG.assign(own=[True] * 6 + [False] * 2), own="own"),
        ("Nobody", "rivals", "own=None"),
    ),
    ("margin", lambda: sg.core_scores(LOG, own=None, margin=30), ("margin", "30", "0.3")),
    ("ahead", lambda: sg.core_scores(LOG, own=None, weeks_ahead=0), ("weeks_ahead", "above 0")),
    (
        "core-column",
        lambda: sg.core_customers(SCORES.drop(columns="relative_value")),
        ("'relative_value'", "columns are"),
    ),
    (
        "core-twice",
        lambda: sg.core_customers(pd.concat([SCORES, SCORES])),
        ("'customer'", "4 rows", "once"),
    ),
    (
        "core-percent",
        lambda: sg.core_customers(SCORES.assign(share_of_wallet=60.0)),
        ("'share_of_wallet'", "divide percentages"),
    ),
    ("core-wallet", lambda: sg.core_customers(SCORES, wallet=50), ("wallet", "50", "0.5")),
    ("core-top", lambda: sg.core_customers(SCORES, top_profit=1), ("top_profit", "strictly")),
    ("upset", lambda: sg.plot_upset(SCORES), ("core", "core_customers()")),
    ("who", lambda: sg.explain(STUDY, "z"), ("'z'", "2024-03-02", "5 others")),
    ("who-list", lambda: sg.explain(STUDY, ["a", "b"]), ("who", "one customer", "['a', 'b']")),
    ("who-until", lambda: sg.explain(STUDY, "a", until="2024-01-31"), ("until", "study()")),
    ("rules", lambda: sg.explain(STUDY, "a", rules="mine"), ("rules", "default_rules()", "'mine'")),
    (
        "rules-column",
        lambda: sg.explain(STUDY, "a", rules=RULES.drop(columns="advice")),
        ("'advice'", "columns are"),
    ),
    (
        "rules-percent",
        lambda: sg.explain(STUDY, "a", rules=RULES.assign(active_from=80)),
        ("'active_from'", "divide percentages"),
    ),
    (
        "rules-empty",
        lambda: sg.explain(STUDY, "a", rules=RULES.assign(active_from=0.9, active_to=0.1)),
        ("'bought once'", "fits nobody", "smaller"),
    ),
    ("study-one", lambda: sg.study(LOG.iloc[:2]), ("one customer",)),
    ("study-ties", lambda: sg.study(LOG, ties="cuts"), ("ties", "'together'", "'cuts'")),
    ("c092", lambda: sg.eighty_twenty(80), ("share", "80", "0.8")),
    ("c093", lambda: sg.abc_classes(share=0), ("share", "0")),
    ("c094", lambda: sg.three_core_questions(2), ("share", "2")),
]
