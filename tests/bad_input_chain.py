"""What chapter 16 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.chain import (
    Averaged,
    CriticalIncidents,
    Empowerment,
    TwoWay,
    attribution_needed,
    both_help_each_other,
    customers_may_be_wrong,
    detectable,
    fit_asymmetry,
    fit_path,
    four_terms,
    herzberg_dated,
    inside_determines_outside,
    lagged_effects,
    mediate,
    plot_lagged,
    simulate_chain,
    simulate_levels,
    split_correlation,
    team_and_life,
    with_and_without,
)

X = ["x0", "x1", "x2"]
MANY = simulate_chain(20, (0.5, 0.5), seed=1).set_axis(range(100, 120))
PEOPLE = simulate_levels(8, 5, seed=1).set_axis(range(100, 140))
PANEL = TwoWay(quarters=5).simulate(10, seed=1).set_axis(range(100, 150))
_RNG = np.random.default_rng(5)
FACETS = ["pay", "conditions", "recognition", "growth", "job_satisfaction"]
STAFF = pd.DataFrame(_RNG.integers(1, 6, (60, 5)), columns=FACETS, index=range(100, 160))
STAFF["branch"] = np.arange(60) % 10
FRAMES: list[pd.DataFrame] = [MANY, PEOPLE, PANEL, STAFF]


def path(frame: pd.DataFrame = MANY, **options: Any) -> Any:
    return fit_path(frame, chain=options.pop("chain", X), **options)


def through(frame: pd.DataFrame = MANY, **options: Any) -> Any:
    columns = {"source": "x0", "mediator": "x1", "outcome": "x2"}
    return mediate(frame, **(columns | options))


def split(frame: pd.DataFrame = PEOPLE, **options: Any) -> Any:
    return split_correlation(frame, x="x", y="y", **options)


ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("no column", lambda: path(chain=["x0", "x9"]), ("'x9'", "number 2 of the list", "'x2'")),
    ("no rows", lambda: path(MANY.iloc[:0]), ("no rows",)),
    ("a chain of one", lambda: path(chain=["x0"]), ("chain", "2 to 12", "x0")),
    ("a chain as text", lambda: path(chain="x0"), ("chain", "list", "'x0'")),
    ("a column twice", lambda: path(chain=["x0", "x0"]), ("chain", "different", "x0")),
    ("control of the chain", lambda: path(controls=["x1"]), ("controls", "chain", "x1")),
    ("text for numbers", lambda: path(MANY.assign(x1="3")), ("x1", "100", "to_numeric")),
    (
        "nothing there",
        lambda: path(MANY.assign(x1=np.nan)),
        ("Every row", "x1", "nothing to fit"),
    ),
    ("a constant", lambda: path(MANY.assign(x1=2.0)), ("x1", "2 in every row", "leave it out")),
    ("too few", lambda: path(MANY.head(5)), ("5 complete rows", "2 coefficients", "6")),
    (
        "branch twice",
        lambda: path(MANY.assign(branch=[1, 1, *range(2, 20)]), branch="branch"),
        ("branch", "rows 100, 101", "one row per"),
    ),
    ("one cluster", lambda: path(MANY.assign(town="a"), cluster="town"), ("cluster", "a in every")),
    (
        "tangled",
        lambda: path(MANY.assign(area=2 * MANY["x0"]), controls=["area"]),
        ("'area'", "follows exactly", "'x0'"),
    ),
    (
        "one row decides",
        lambda: path(MANY.assign(area=np.arange(20) == 3).astype({"area": int}), controls=["area"]),
        ("One row alone", "HC3", "leave"),
    ),
    ("unknown links", lambda: path(links="every"), ("links", "'chain' or 'all'", "'every'")),
    ("level in percent", lambda: path(level=95), ("level", "95", "0.95")),
    ("few draws", lambda: path(draws=10), ("draws", "100 to 100,000", "10")),
    ("seed", lambda: path(seed=-1), ("seed", ">= 0", "-1")),
    ("predict without", lambda: path().predict(MANY.drop(columns="x0")), ("'x0'", "columns are")),
    (
        "no control",
        lambda: with_and_without(MANY, chain=X, controls=[]),
        ("controls", "1 to 12", "[]"),
    ),
    ("same column", lambda: through(outcome="x1"), ("outcome", "different", "x1")),
    ("in what units", lambda: through(standardised=1), ("standardised", "True or False", "1")),
    ("few branches", lambda: through(MANY.head(6)), ("6 complete rows", "3 coefficients", "7")),
    ("one branch", lambda: split(PEOPLE.assign(branch=1)), ("branch", "1 branches", "at least 5")),
    (
        "everybody alone",
        lambda: split(PEOPLE.assign(branch=range(40))),
        ("branch", "40 branches for 40 people", "more people"),
    ),
    ("x does not vary", lambda: split(PEOPLE.assign(x=3)), ("'x'", "3 in every row")),
    ("no group", lambda: split(PEOPLE, group="shop"), ("'shop'", "group")),
    (
        "quarter twice",
        lambda: lagged_effects(PANEL.assign(quarter=1)),
        ("quarter", "rows 100, 101", "same branch and quarter"),
    ),
    (
        "quarters with a gap",
        lambda: lagged_effects(PANEL[PANEL["quarter"] != 3]),
        ("quarter", "in a row", "[1, 2, 4, 5]"),
    ),
    (
        "half a quarter",
        lambda: lagged_effects(PANEL.assign(quarter=PANEL["quarter"] / 2)),
        ("quarter", "whole numbers", "100"),
    ),
    ("few in panel", lambda: lagged_effects(PANEL.head(25)), ("5 branches", "at least 8")),
    (
        "never changes",
        lambda: lagged_effects(PANEL.assign(satisfaction=PANEL["branch"])),
        ("satisfaction", "never changes"),
    ),
    ("panel in what units", lambda: lagged_effects(PANEL, standardised="no"), ("'no'",)),
    ("plot of what", lambda: plot_lagged(PANEL), ("lagged_effects()", "effect")),
    ("out of scale", lambda: fit_asymmetry(STAFF.assign(pay=9)), ("pay", "<= 5", "9", "no answer")),
    ("one-sided", lambda: fit_asymmetry(STAFF.assign(pay=4)), ("pay", "below 3", "middle")),
    ("shape", lambda: fit_asymmetry(STAFF, shape="curve"), ("shape", "'slopes'", "'curve'")),
    ("middle", lambda: fit_asymmetry(STAFF, middle=7), ("middle", "1 and 5", "7")),
    (
        "the same factor",
        lambda: fit_asymmetry(STAFF.assign(growth=STAFF["pay"])),
        ("cannot be told apart", "'growth'"),
    ),
    ("few answers", lambda: fit_asymmetry(STAFF.head(12), cluster=None), ("12 complete", "13")),
    ("factor of both", lambda: fit_asymmetry(STAFF, motivators=["pay"]), ("different", "pay")),
    ("one branch of staff", lambda: fit_asymmetry(STAFF.assign(branch=1)), ("cluster", "1 in")),
    ("share", lambda: Averaged(icc_x=30), ("icc_x", "30 % as 0.3")),
    ("size", lambda: Averaged().of_means(0), ("size", "1 to 1,000", "0")),
    ("own", lambda: CriticalIncidents(own=1.5), ("own", "<= 1", "1.5")),
    ("degree", lambda: Empowerment(trust=-0.1), ("trust", ">= 0", "-0.1")),
    ("which factor", lambda: Empowerment(varied="truth"), ("varied", "'trust'", "'truth'")),
    (
        "for ever",
        lambda: TwoWay(forward=0.5, backward=0.5),
        ("stability", "at most 0.98", "lower one"),
    ),
    ("branches of a panel", lambda: TwoWay().simulate(2), ("branches", "5 to", "2")),
    ("lags", lambda: TwoWay().lagged(-1), ("most", "0 to", "-1")),
    ("bad over good", lambda: attribution_needed(0.3, 0.8), ("bad", "0.8 exceeds 0.3")),
    ("outside", lambda: attribution_needed(own=(0.1,)), ("own", "0.31 and 0.81", "0.1")),
    ("own as number", lambda: attribution_needed(own=0.5), ("own", "list or tuple", "0.5")),
    ("two branches", lambda: detectable(2), ("branches", "5 to", "2")),
    ("power", lambda: detectable(60, power=80), ("power", "0.5 and 1", "80")),
    ("path above 1", lambda: simulate_chain(paths=(1.2,)), ("paths[0]", "-1 and 1", "1.2")),
    ("area", lambda: simulate_chain(area=(0.1,)), ("area", "one number more", "5")),
    (
        "explains too much",
        lambda: simulate_chain(paths=(0.9,), area=(0.9, 0.9)),
        ("paths[0]", "area[1]", "more than all"),
    ),
    ("too many people", lambda: simulate_levels(10**5, 10**5), ("20,000,000",)),
    ("links of text", lambda: inside_determines_outside(links="ab"), ("links", "list", "'ab'")),
    ("link", lambda: inside_determines_outside((2.0,)), ("links[0]", "-1 and 1", "2")),
    ("degree of terms", lambda: four_terms(80), ("degree", "80 % as 0.8")),
    ("no life", lambda: team_and_life(life=0), ("life", "above 0")),
    ("year", lambda: herzberg_dated(59), ("source_year", "1,000 to 2,100", "59")),
    ("wrong", lambda: customers_may_be_wrong(wrong=10), ("wrong", "10 % as 0.1")),
    ("strength", lambda: both_help_each_other(0.9, 0.9), ("stability", "too strong")),
]
