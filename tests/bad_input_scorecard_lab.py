"""What the lab of chapter 17 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.scorecard.before_after import before_after
from loyaltylab.scorecard.did import weekly_difference
from loyaltylab.scorecard.did_rows import customer_difference, orders_by_period
from loyaltylab.scorecard.effect import plot_effects
from loyaltylab.scorecard.lab import how_often, plot_how_often, which_method_finds_it
from loyaltylab.scorecard.members import club_effects, club_orders
from loyaltylab.scorecard.regress_mean import regression_to_mean
from loyaltylab.scorecard.regress_model import RegressionToMean
from loyaltylab.scorecard.series import interrupted_series
from loyaltylab.scorecard.series_power import SeriesPower
from loyaltylab.scorecard.sizes import size_for_means, size_for_shares
from loyaltylab.scorecard.study_power import StudyPower

A, B = "high competition", "low competition"
_RNG = np.random.default_rng(0)
SHOP = pd.DataFrame(
    {
        "week": np.tile(np.arange(1, 41), 2),
        "region": [A] * 40 + [B] * 40,
        "orders": _RNG.poisson(100, 80),
    },
    index=range(100, 180),
)
ONE = SHOP[SHOP["region"] == A]
ROWS_OF = pd.DataFrame(
    {
        "customer": np.repeat(np.arange(8), 2),
        "after": [False, True] * 8,
        "region": np.repeat([A, B], 8),
        "orders": _RNG.poisson(5, 16) + 1,
    },
    index=range(100, 116),
)
PANEL = pd.DataFrame(
    {
        "branch": np.tile(np.arange(9), 2),
        "quarter": [4] * 9 + [5] * 9,
        "service": _RNG.normal(70, 5, 18),
        "coached": [False] * 9 + [True, True, True] + [False] * 6,
    },
    index=range(100, 118),
)
CLUB = pd.DataFrame(
    {
        "before": _RNG.poisson(5, 60),
        "after": _RNG.poisson(5, 60),
        "member": [True, True, False] * 10 + [True, False, False] * 10,
        "invited": [True] * 30 + [False] * 30,
    },
    index=range(100, 160),
)
PEOPLE = pd.DataFrame({"customer": [1, 2, 3], "region": list("aab")}, index=range(100, 103))
BOUGHT = pd.DataFrame({"customer": [1, 1, 2], "week": [1, 5, 7]}, index=range(100, 103))
FRAMES: list[pd.DataFrame] = [SHOP, ONE, ROWS_OF, PANEL, CLUB, PEOPLE, BOUGHT]


def shop(**columns: Any) -> pd.DataFrame:
    return SHOP.assign(**columns)


def at(column: str, place: int, value: Any, frame: pd.DataFrame = SHOP) -> pd.DataFrame:
    values = frame[column].astype(object).to_numpy().copy()
    values[place] = value
    return frame.assign(**{column: values})


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    (
        "no column",
        lambda: before_after(SHOP, start=20, value="order"),
        ("'order'", "mean 'orders'"),
    ),
    ("no rows", lambda: weekly_difference(SHOP.iloc[:0], start=20), ("no rows",)),
    ("no frame", lambda: interrupted_series([1, 2], start=20), ("data", "DataFrame")),
    ("text", lambda: before_after(at("orders", 3, "x"), start=20), ("orders", "103", "'x'")),
    (
        "missing",
        lambda: weekly_difference(at("orders", 5, None), start=20),
        ("orders", "lacks", "105"),
    ),
    (
        "half a week",
        lambda: before_after(SHOP.assign(week=SHOP["week"] + 0.5), start=20),
        ("week", "whole"),
    ),
    (
        "nothing for a logarithm",
        lambda: before_after(at("orders", 4, 0), start=20),
        ("orders", "above 0", "104", "ratio=False"),
    ),
    (
        "unknown treated",
        lambda: weekly_difference(SHOP, start=20, treated="high"),
        ("treated", "region", "high competition"),
    ),
    (
        "only one group",
        lambda: weekly_difference(ONE, start=20),
        ("region", "nothing to compare"),
    ),
    (
        "a week missing",
        lambda: weekly_difference(SHOP.drop(index=110), start=20),
        ("week 11", "high competition", "missing"),
    ),
    (
        "a week twice",
        lambda: before_after(pd.concat([SHOP, SHOP.iloc[:1]]), start=20),
        ("week", "twice", "100"),
    ),
    ("groups not named", lambda: before_after(SHOP, start=20, group=None), ("twice", "sum")),
    ("start near the end", lambda: before_after(SHOP, start=39), ("start", "9 to 33", "39")),
    ("start as text", lambda: before_after(SHOP, start="20"), ("start", "'20'", "quotes")),
    (
        "too few weeks",
        lambda: before_after(SHOP[SHOP["week"] < 10], start=5),
        ("9 weeks", "8 before"),
    ),
    (
        "always the same",
        lambda: interrupted_series(shop(orders=7), start=20),
        ("orders", "same in every week"),
    ),
    (
        "groups the same",
        lambda: weekly_difference(shop(orders=np.tile(np.arange(1, 41), 2)), start=20),
        ("differ by the same",),
    ),
    (
        "unknown against",
        lambda: before_after(SHOP, start=20, against="year before"),
        ("against", "mean 'a year before'"),
    ),
    (
        "no week a year before",
        lambda: before_after(SHOP, start=20, against="a year before", year=39),
        ("39 weeks earlier", "all before"),
    ),
    (
        "year too long",
        lambda: before_after(SHOP, start=20, against="a year before"),
        ("year", "1 to 39", "52"),
    ),
    ("level in percent", lambda: weekly_difference(SHOP, start=20, level=95), ("level", "0.95")),
    (
        "unknown errors",
        lambda: weekly_difference(SHOP, start=20, errors="HAC"),
        ("errors", "'ar1', 'hac', 'ols'", "HAC"),
    ),
    (
        "lags below 0",
        lambda: weekly_difference(SHOP, start=20, errors="hac", lags=-1),
        ("lags", "0 to 20", "-1"),
    ),
    (
        "lags without Newey and West",
        lambda: weekly_difference(SHOP, start=20, lags=4),
        ("lags", "errors='hac'", "'ar1'"),
    ),
    (
        "dates for weeks",
        lambda: before_after(
            SHOP.assign(week=pd.Timestamp("2024-01-01") + pd.to_timedelta(SHOP["week"] * 7, "D")),
            start=20,
        ),
        ("week", "dates", "// 7 + 1"),
    ),
    (
        "year and week in one",
        lambda: before_after(
            SHOP.assign(week=np.where(SHOP["week"] < 21, 202432, 202480) + SHOP["week"]), start=20
        ),
        ("202453", "missing", "turn of the year"),
    ),
    (
        "several treated",
        lambda: weekly_difference(SHOP, start=20, treated=np.array([A, B])),
        ("treated", "region", "array"),
    ),
    (
        "a plan and not what was counted",
        lambda: weekly_difference(
            shop(orders=np.where((SHOP["region"] == A) & (SHOP["week"] >= 20), 12, 10)), start=20
        ),
        ("exactly", "how sure"),
    ),
    (
        "series of a plan",
        lambda: interrupted_series(shop(orders=10 + 2 * (SHOP["week"] >= 20)), start=20),
        ("exactly", "how sure"),
    ),
    (
        "two values",
        lambda: before_after(shop(orders=10 + 2 * (SHOP["week"] >= 20)), start=20),
        ("orders", "never changes before"),
    ),
    (
        "control without change",
        lambda: interrupted_series(
            shop(orders=SHOP["orders"].where(SHOP["region"] == A, 5)), start=20, control=True
        ),
        ("8 terms", "control out"),
    ),
    (
        "no group for the difference",
        lambda: weekly_difference(SHOP, start=20, group=None),
        ("group", "interrupted_series"),
    ),
    (
        "control without group",
        lambda: interrupted_series(ONE, start=20, group=None, control=True),
        ("control", "group"),
    ),
    (
        "too many waves",
        lambda: interrupted_series(SHOP, start=20, harmonics=7),
        ("harmonics", "0 to 6", "7"),
    ),
    (
        "series too short for its terms",
        lambda: interrupted_series(
            SHOP[SHOP["week"] < 17], start=9, harmonics=6, slope=True, errors="ols"
        ),
        ("16 weeks", "16 terms", "fewer harmonics"),
    ),
    (
        "no room for a placebo",
        lambda: weekly_difference(SHOP, start=12).placebo(),
        ("11 weeks", "every"),
    ),
    ("spans of nothing", lambda: weekly_difference(SHOP, start=20).by_time(0), ("weeks", "0")),
    (
        "negative orders",
        lambda: customer_difference(at("orders", 2, -1, ROWS_OF)),
        ("orders", ">= 0", "102", "-1"),
    ),
    (
        "customers of no group",
        lambda: customer_difference(ROWS_OF, treated="x"),
        ("treated", "region", "'x'"),
    ),
    (
        "nothing before",
        lambda: customer_difference(ROWS_OF.assign(after=True)),
        ("after", "2 of the 4 cells"),
    ),
    (
        "in both groups",
        lambda: customer_difference(ROWS_OF.assign(customer=[0, 1] * 8)),
        ("customer", "both"),
    ),
    (
        "two customers",
        lambda: customer_difference(ROWS_OF.assign(customer=[1] * 8 + [2] * 8)),
        ("2 customers", "at least 3"),
    ),
    (
        "a cell of nothing",
        lambda: customer_difference(
            ROWS_OF.assign(orders=np.where(ROWS_OF["after"], 3, 0)),
        ),
        ("orders", "0 in all rows", "ratio=False"),
    ),
    (
        "all customers the same",
        lambda: customer_difference(ROWS_OF.assign(orders=3)),
        ("orders", "same in all rows"),
    ),
    (
        "after as a word",
        lambda: customer_difference(ROWS_OF.assign(after="later")),
        ("after", "True/False", "later"),
    ),
    (
        "shopper twice",
        lambda: orders_by_period(BOUGHT, PEOPLE.assign(customer=1), start=4, last=8),
        ("customer", "twice", "1, 2"),
    ),
    (
        "a stranger's order",
        lambda: orders_by_period(at("customer", 1, 9, BOUGHT), PEOPLE, start=4, last=8),
        ("not among the shoppers", "101"),
    ),
    (
        "start after the last week",
        lambda: orders_by_period(BOUGHT, PEOPLE, start=9, last=8),
        ("start", "2 to 8", "9"),
    ),
    (
        "no club",
        lambda: club_orders(BOUGHT, PEOPLE.assign(invited=True), start=4, last=8),
        ("'club'", "customer"),
    ),
    (
        "nobody joined",
        lambda: club_effects(CLUB.assign(member=False)),
        ("member", "0 customers", "60 without"),
    ),
    (
        "invitation that moves nobody",
        lambda: club_effects(CLUB.assign(invited=~CLUB["invited"])),
        ("invited", "33.3%", "66.7%"),
    ),
    ("negative rate", lambda: club_effects(at("before", 0, -1, CLUB)), ("before", "100", "-1")),
    (
        "no such period",
        lambda: regression_to_mean(PANEL, earlier=3),
        ("quarter", "no period 3", "4, 5"),
    ),
    (
        "period twice",
        lambda: regression_to_mean(PANEL, at=4, after=[5, 5]),
        ("different periods", "5", "twice"),
    ),
    (
        "two periods of choosing",
        lambda: regression_to_mean(PANEL, at=[3, 4]),
        ("at", "a period", "[3, 4]"),
    ),
    ("no later period", lambda: regression_to_mean(PANEL, after=[]), ("after", "empty")),
    (
        "later before",
        lambda: regression_to_mean(PANEL, at=5, after=4),
        ("after", "behind", "5", "4"),
    ),
    (
        "earlier not as far",
        lambda: regression_to_mean(PANEL, at=4, after=6, earlier=3),
        ("earlier", "as far before 4", "2", "not 3"),
    ),
    (
        "branch twice",
        lambda: regression_to_mean(pd.concat([PANEL, PANEL.iloc[:1]])),
        ("branch", "twice", "100"),
    ),
    (
        "nobody chosen",
        lambda: regression_to_mean(PANEL.assign(coached=False)),
        ("0 units were chosen", "9 were not"),
    ),
    (
        "share in percent",
        lambda: regression_to_mean(PANEL, selected=None, share=33),
        ("share", "33", "0.33"),
    ),
    (
        "no line through the others",
        lambda: regression_to_mean(PANEL.assign(service=[1.0, 2, 3] + [9.0] * 15)),
        ("first measurement", "no line"),
    ),
    ("reliability above 1", lambda: RegressionToMean(reliability=60), ("reliability", "0.6")),
    ("all chosen", lambda: RegressionToMean(share=1), ("share", "< 1")),
    ("neither worst nor best", lambda: RegressionToMean(chosen="last"), ("chosen", "'worst'")),
    ("one unit", lambda: StudyPower(units=1), ("units", ">= 2")),
    ("icc in percent", lambda: StudyPower(icc=5), ("icc", "0.05")),
    ("no such analysis", lambda: StudyPower(analysis="did"), ("analysis", "'change'")),
    ("a random walk", lambda: SeriesPower(autocorrelation=1), ("autocorrelation", "0.99")),
    ("half weeks", lambda: SeriesPower(after=2.5), ("after", "whole")),
    ("equal shares", lambda: size_for_shares(0.5, 0.5), ("second", "differ", "0.5")),
    ("share of 60", lambda: size_for_shares(60, 0.65), ("first", "0.6")),
    ("no shares", lambda: size_for_shares(0.5, []), ("second", "[]")),
    ("power below chance", lambda: size_for_shares(0.5, 0.6, power=0.01), ("power", "0.05")),
    ("no effect", lambda: size_for_means(0, 1), ("effect", "not be 0")),
    (
        "shares that hardly differ",
        lambda: size_for_shares(0.5, 0.5 + 1e-12),
        ("second", "so close", "matters"),
    ),
    ("an effect of nothing", lambda: size_for_means(1e-20, 1), ("effect", "so close")),
    ("no spread", lambda: size_for_means(0.1, 0), ("sd", "above 0")),
    ("no firm", lambda: which_method_finds_it(SHOP), ("firm.Firm", "no shop")),
    ("no firms", lambda: how_often(3), ("firms", "3")),
    ("one firm too few", lambda: how_often([]), ("at least two", "0")),
    ("plot of no table", lambda: plot_how_often(None), ("how_often()", "None")),
    ("plot of another table", lambda: plot_effects(SHOP), ("which_method_finds_it()", "method")),
    (
        "which outcome",
        lambda: plot_effects(
            pd.DataFrame(
                {"outcome": ["a", "b"], "method": "m", "estimate": 1.0, "lower": 0, "upper": 2}
            )
        ),
        ("outcome", "a, b", "None"),
    ),
    (
        "truth as text",
        lambda: before_after(SHOP, start=20).covers("1"),
        ("truth", "without quotes"),
    ),
]
