"""What chapter 17 (part A) refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.scorecard import (
    DeliveryIndex,
    brand_delivery_index,
    delivery_index,
    eight_steps,
    evaluate,
    example_sheet,
    four_indicators_to_track,
    index_tornado,
    indicator_sheet,
    measure_sheet,
    phone_scores,
    plot_index_tornado,
    plot_posts,
    plot_status,
    post_pictures,
    sales_up_235,
    six_principles,
    visit_precision,
    visits_needed,
    weight_space,
    who_is_heard,
)

SHEET = example_sheet()
ROWS_OF_SHEET = SHEET.table()
FEEDS = pd.DataFrame(
    {
        "branch": ["A", "B", "C"],
        "month": [1, 1, 1],
        "phone": [90.0, 80.0, None],
        "visits": [60.0, 70.0, 80.0],
        "audit": [70.0, None, 75.0],
    },
    index=range(100, 103),
)
PEOPLE = pd.DataFrame(
    {"customer": [1, 2, 3], "branch": ["A", "A", "B"], "troubled": [1, 0, 1]}, index=[20, 21, 22]
)
VALUES = pd.DataFrame(
    {
        "indicator": ["satisfaction rate", "recommendation"],
        "value": [0.6, 10.0],
        "lower": [0.5, 5.0],
        "upper": [0.7, 15.0],
        "n": [100, 90],
    },
    index=[50, 51],
)
SURVEY = pd.DataFrame({"date": ["2025-12-31"] * 2, "overall": [5.0, 9.0], "recommendation": 9})
FRAMES: list[pd.DataFrame] = [ROWS_OF_SHEET, FEEDS, PEOPLE, VALUES, SURVEY]


def sheet(row: int, **change: Any) -> Any:
    """Return the example sheet with one row changed, checked."""
    frame = ROWS_OF_SHEET.astype(object)
    for column, value in change.items():
        frame.loc[row, column] = value
    return indicator_sheet(frame)


def feeds(row: int, column: str, value: Any) -> Any:
    """Return the index with one cell changed."""
    frame = FEEDS.astype({column: object})
    frame.loc[row, column] = value
    return delivery_index(frame)


def status(**change: Any) -> Any:
    """Hold changed values against the targets."""
    return SHEET.status(VALUES.assign(**change))


def heard(posts: Any, groups: Any = ("troubled",), people: Any = PEOPLE) -> Any:
    """Count who is heard."""
    return who_is_heard(people, posts, groups=groups)


PERSONS = pd.DataFrame(
    {"customer": [1, 2], "joined": "2024-01-01", "left": [None, "2025-05-01"]}, index=[7, 8]
)
CALLS = pd.DataFrame(
    {"customer": [1, 2], "date": "2025-03-01", "days": [3.0, None], "satisfied": [1.0, 0.0]}
)
BOUGHT = pd.DataFrame({"customer": [1, 2], "date": "2025-03-01", "own": False, "amount_cents": 5})


def measured(table: str, frame: pd.DataFrame) -> Any:
    """Measure what one table of a firm allows."""
    return measure_sheet(SHEET, {table: frame})


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("sheet-none", lambda: indicator_sheet(5), ("data", "DataFrame", "5")),
    ("sheet-empty", lambda: indicator_sheet(ROWS_OF_SHEET[:0]), ("no rows",)),
    (
        "sheet-semicolons",
        lambda: indicator_sheet(pd.DataFrame({"indicator;unit": ["rate;share"]})),
        ("semicolons", "commas", "sep=';'"),
    ),
    (
        "sheet-hollow",
        lambda: indicator_sheet(ROWS_OF_SHEET.assign(**dict.fromkeys(ROWS_OF_SHEET.columns))),
        ("no rows",),
    ),
    ("sheet-per-cent", lambda: sheet(0, target="65%"), ("'target'", "row 0", "'65%'", "0.65")),
    (
        "sheet-column",
        lambda: indicator_sheet(ROWS_OF_SHEET.drop(columns="owner")),
        ("'owner'", "no column"),
    ),
    ("sheet-owner", lambda: sheet(3, owner=None), ("'owner'", "row 3", "fill it in")),
    ("sheet-blank", lambda: sheet(3, owner="  "), ("'owner'", "row 3")),
    ("sheet-number", lambda: sheet(3, target="0.7"), ("'target'", "row 3", "numeric")),
    ("sheet-percent", lambda: sheet(0, target=70), ("'target'", "0 to 1", "70 % as 0.7")),
    ("sheet-way", lambda: sheet(2, direction="up"), ("'direction'", "higher", "row 2", "'up'")),
    ("sheet-unit", lambda: sheet(2, unit="share of all"), ("'unit'", "row 2")),
    ("sheet-cadence", lambda: sheet(1, cadence="weakly"), ("'cadence'", "'weekly'?")),
    ("sheet-twice", lambda: sheet(1, indicator="satisfaction rate"), ("rows 0, 1", "once")),
    (
        "sheet-formula",
        lambda: sheet(0, formula="import os"),
        ("formula", "cannot be read", "row 0"),
    ),
    ("sheet-power", lambda: sheet(0, formula="a ** b"), ("formula", "a ** b", "row 0")),
    ("sheet-check", lambda: sheet(0, check="os.system"), ("row 0", "chapter.function")),
    ("sheet-band", lambda: sheet(11, target_lower=0.7), ("target_lower", "below", "row 11")),
    ("sheet-middle", lambda: sheet(11, target=0.9), ("'target'", "0.5 to 0.65", "0.9")),
    (
        "sheet-quantity",
        lambda: indicator_sheet(ROWS_OF_SHEET, quantities=["satisfied", "answred"]),
        ("'answered'", "'answred'?", "row 0"),
    ),
    ("sheet-names", lambda: indicator_sheet(ROWS_OF_SHEET, quantities="answered"), ("quantities",)),
    ("formula-lacks", lambda: evaluate("a / b", {"a": 1}), ("'b'", "quantities", "'a'")),
    ("formula-zero", lambda: evaluate("a / b", {"a": 1, "b": 0}), ("divides by 0",)),
    ("formula-list", lambda: evaluate("a / 2", {"a": [1, 2]}), ("list", "median")),
    ("formula-lists", lambda: evaluate("a / b", {"a": [1, 2], "b": [3]}), ("list", "mean")),
    ("formula-text", lambda: evaluate("a", {"a": "5"}), ("'a'", "finite number", "'5'")),
    ("formula-nan", lambda: evaluate("a", {"a": float("nan")}), ("'a'", "nan")),
    ("formula-map", lambda: evaluate("a", [1]), ("quantities", "[1]")),
    ("status-strange", lambda: status(indicator=["satisfaction", "x"]), ("rate'?", "50, 51")),
    ("status-twice", lambda: status(indicator="recommendation"), ("once", "rows 50, 51")),
    ("status-text", lambda: status(value=["0.6", "1"]), ("'value'", "row", "numeric")),
    ("status-order", lambda: status(lower=[0.65, 5.0]), ("lower and upper", "row 50")),
    ("status-percent", lambda: status(value=60, lower=55, upper=65), ("0 to 1", "60 % as 0.6")),
    ("status-n", lambda: status(n=[0, 5]), ("'n'", "row 50")),
    ("status-none", lambda: status(value=None), ("'value'", "no value at all")),
    ("status-lower", lambda: SHEET.status(VALUES.drop(columns="lower")), ("'lower'", "no column")),
    ("status-plot", lambda: plot_status(VALUES), ("table", "IndicatorSheet.status()")),
    ("measure-sheet", lambda: measure_sheet(ROWS_OF_SHEET, {}), ("sheet", "indicator_sheet()")),
    ("measure-tables", lambda: measure_sheet(SHEET, SURVEY), ("tables", "frames by name")),
    ("measure-none", lambda: measure_sheet(SHEET, {"poll": SURVEY}), ("'poll'", "'survey'")),
    ("measure-year", lambda: measure_sheet(SHEET, {"survey": SURVEY}, year=2019), ("2019", "row")),
    ("measure-date", lambda: measure_sheet(SHEET, {"survey": SURVEY}, year="2025"), ("year",)),
    ("measure-left", lambda: measured("customers", PERSONS.drop(columns="left")), ("'left'",)),
    (
        "measure-gone",
        lambda: measured("customers", PERSONS.assign(left="gone")),
        ("'left'", "dates", "rows 7, 8", "'gone'"),
    ),
    (
        "measure-doubled",
        lambda: measured("customers", PERSONS.assign(customer=1)),
        ("'customers'", "once", "rows 7, 8"),
    ),
    (
        "measure-nobody",
        lambda: measured("customers", PERSONS.assign(joined="2025-02-01")),
        ("'customers'", "nobody", "2025-01-01"),
    ),
    (
        "measure-days",
        lambda: measured("complaints", CALLS.drop(columns="days")),
        ("'days'", "no column"),
    ),
    (
        "measure-minus",
        lambda: measured("complaints", CALLS.assign(days=-1.0)),
        ("'days'", ">= 0", "-1"),
    ),
    (
        "measure-content",
        lambda: measured("complaints", CALLS.assign(satisfied=None)),
        ("'satisfied'", "no answer"),
    ),
    ("measure-own-none", lambda: measured("purchases", BOUGHT), ("'own'", "no purchase")),
    ("measure-99", lambda: measure_sheet(SHEET, {"survey": SURVEY}), ("'overall'", "row 1", "9")),
    (
        "measure-own",
        lambda: measure_sheet(SHEET, {"survey": SURVEY}, functions={"satisfaction": len}),
        ("'satisfaction rate'?", "functions"),
    ),
    (
        "measure-returns",
        lambda: measure_sheet(
            SHEET, {"survey": SURVEY}, functions={"satisfaction rate": lambda year: 5}
        ),
        ("'satisfaction rate'", "value, lower, upper and n", "5"),
    ),
    ("level", lambda: measure_sheet(SHEET, {"survey": SURVEY}, level=95), ("level", "95")),
    ("principles", lambda: six_principles(5), ("sheet", "5")),
    ("principles-most", lambda: six_principles(SHEET, most=0), ("most", "0")),
    ("principles-today", lambda: six_principles(SHEET, today="soon"), ("today", "'soon'")),
    ("principles-day", lambda: six_principles(SHEET, today=2025), ("today", "2025")),
    ("principles-source", lambda: six_principles(SHEET, sources="survey"), ("sources", "list")),
    ("steps", lambda: eight_steps("sheet"), ("sheet", "'sheet'")),
    (
        "index-weights",
        lambda: DeliveryIndex(weight_phone=0, weight_visits=0, weight_audit=0),
        ("weight_phone", "all be 0"),
    ),
    ("index-share", lambda: DeliveryIndex(passed=75), ("passed", "75 % as 0.75")),
    ("index-rule", lambda: DeliveryIndex(missing="carry on"), ("missing", "'drop'", "'carry'")),
    ("index-visits", lambda: DeliveryIndex(visits=0), ("visits", ">= 1", "0")),
    ("feeds-column", lambda: delivery_index(FEEDS.drop(columns="audit")), ("'audit'", "a feed")),
    ("feeds-score", lambda: feeds(101, "visits", 101), ("'visits'", "<= 100", "row 101")),
    ("feeds-text", lambda: feeds(101, "visits", "good"), ("'visits'", "row 101", "'good'")),
    (
        "feeds-shares",
        lambda: delivery_index(FEEDS.assign(visits=[0.6, 1.0, 0.8])),
        ("'visits'", "0 to 100", "0.6", "multiply shares by 100"),
    ),
    ("feeds-twice", lambda: feeds(101, "branch", "A"), ("'branch'", "rows 100, 101", "once")),
    ("feeds-branch", lambda: feeds(101, "branch", None), ("'branch'", "lacks", "row 101")),
    ("feeds-empty", lambda: delivery_index(FEEDS[:0]), ("no rows",)),
    ("feeds-rule", lambda: delivery_index(FEEDS, missing="best"), ("missing", "drop", "'best'")),  # type: ignore[arg-type]
    ("feeds-carry", lambda: delivery_index(FEEDS, missing="carry"), ("period", "carry")),
    ("feeds-map", lambda: delivery_index(FEEDS, feeds=["phone"]), ("feeds", "['phone']")),  # type: ignore[arg-type]
    (
        "feeds-weights",
        lambda: delivery_index(FEEDS, weights={"phone": 1, "visit": 1, "audit": 1}),
        ("weights", "'visit'", "none of the feeds"),
    ),
    (
        "feeds-lack",
        lambda: delivery_index(FEEDS, weights={"phone": 1, "visits": 1}),
        ("weights", "'audit'", "none for it"),
    ),
    (
        "feeds-zero",
        lambda: delivery_index(FEEDS, weights={"phone": 0, "visits": 0, "audit": 0}),
        ("weight", "all are 0"),
    ),
    (
        "feeds-minus",
        lambda: delivery_index(FEEDS, weights={"phone": -1, "visits": 1, "audit": 1}),
        ("weights['phone']", "-1"),
    ),
    ("errors", lambda: delivery_index(FEEDS, errors={"visit": "e"}), ("errors", "'visits'?")),
    ("space", lambda: weight_space(FEEDS), ("delivery_index()",)),  # type: ignore[arg-type]
    (
        "space-mark",
        lambda: weight_space(delivery_index(FEEDS), pass_mark=120),
        ("pass_mark", "0 and 100", "120"),
    ),
    ("space-period", lambda: weight_space(delivery_index(FEEDS), period=1), ("no periods",)),
    (
        "tornado-period",
        lambda: index_tornado(delivery_index(FEEDS, period="month"), "A", period=7),
        ("period", "7"),
    ),
    ("tornado", lambda: index_tornado(delivery_index(FEEDS), "D"), ("'D'", "'A', 'B', 'C'")),
    ("tornado-plot", lambda: plot_index_tornado(FEEDS), ("table", "index_tornado()")),
    ("visits", lambda: visit_precision(2), ("visits", "3", "2")),
    ("visits-share", lambda: visit_precision(12, share=50), ("share", "50 % as 0.5")),
    ("needed", lambda: visits_needed(10), ("half_width", "10 % as 0.1")),
    ("calls", lambda: phone_scores(PEOPLE.assign(customer=["a", "b", "c"]), PEOPLE), ("alike",)),
    (
        "calls-twice",
        lambda: phone_scores(PEOPLE, PEOPLE.assign(customer=[1, 1, 2])),
        ("'customer'", "rows 0, 1", "once"),
    ),
    ("posts", lambda: heard([1, 2]), ("posts", "[1, 2]")),
    ("posts-strange", lambda: heard({"file": [1, 9]}), ("'file'", "9", "alike")),
    ("posts-frame", lambda: heard({"file": PEOPLE}), ("'file'", "column", "frame")),
    ("posts-text", lambda: heard({"file": "all"}), ("'file'", "'all'")),
    ("posts-groups", lambda: heard({"file": [1]}, "troubled"), ("groups", "'troubled'")),
    ("posts-flag", lambda: heard({"file": [1]}, ["customer"]), ("'customer'", "True/False")),
    (
        "posts-twice",
        lambda: post_pictures(PEOPLE.assign(customer=1), {"f": [1]}, groups=["troubled"]),
        ("'customer'", "once", "1"),
    ),
    ("posts-plot", lambda: plot_posts(PEOPLE), ("table", "who_is_heard()")),
    ("said-shares", lambda: four_indicators_to_track(0.7, 0.6), ("detractors", "0.3", "0.6")),
    ("said-visits", lambda: brand_delivery_index(visits=1.5), ("visits", "whole", "1.5")),  # type: ignore[arg-type]
    ("said-rise", lambda: sales_up_235(rise="235"), ("rise", "'235'", "quotes")),  # type: ignore[arg-type]
]
