"""What chapter 04 refuses, and the words that its one sentence must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from loyaltylab.curve import (
    Barriers,
    FalseLoyalty,
    PowerCurve,
    RivalChoice,
    company_correlation,
    cross_lagged,
    cross_section,
    customer_types,
    each_feeds_the_other,
    false_loyalty,
    fit,
    fit_choice,
    flat_and_false,
    four_barriers,
    nearest_power,
    only_with_high_satisfaction,
    opening_effect,
    plot_template,
    plot_types,
    simulate_directions,
    six_times,
    steep_near_the_top,
    type_of,
)

NAN = float("nan")
PANEL = pd.DataFrame(
    {
        "customer": [1, 1, 2, 2, 3, 3, 4, 4],
        "overall": [2.0, 3.0, 4.0, 5.0, 3.0, 4.0, 2.0, 4.0],
        "share": [0.1, 0.3, 0.6, 0.9, 0.7, 0.8, 0.6, 0.9],
        "own_purchases": [1, 3, 6, 9, 7, 8, 6, 9],
        "purchases": [10] * 8,
        "region": ["high"] * 4 + ["low"] * 4,
        "opened": [False] * 4 + [True] * 4,
        "after": [False, True] * 4,
    },
    index=range(100, 108),
)
FRAMES: list[pd.DataFrame] = [PANEL]
CHOICE = RivalChoice()


def with_(column: str, row: int | None, value: Any) -> pd.DataFrame:
    cells: list[Any] = [value] * len(PANEL)
    if row is not None:
        cells = list(PANEL[column].astype(object))
        cells[row] = value
    return PANEL.assign(**{column: pd.Series(cells, index=PANEL.index).infer_objects()})


def waves(**options: Any) -> Any:
    return cross_lagged(simulate_directions(people=20, seed=1), **options)


ONE_PERSON = pd.DataFrame({"overall": [1, 2, 3, 4] * 10, "purchases": 5, "who": 1})
ONE_PERSON["own_purchases"] = ONE_PERSON["overall"]
ONE_PERSON["share"] = ONE_PERSON["overall"] / 5
ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("one-cluster", lambda: fit(ONE_PERSON, cluster="who"), ("cluster is 1", "leave cluster")),
    (
        "one-cluster-group",
        lambda: fit(PANEL.assign(who=[1, 1, 1, 1, 2, 3, 2, 3]), group="region", cluster="who"),
        ("cluster is 1", "every row of group 'high'", "leave that group out"),
    ),
    ("one-cluster-c", lambda: fit_choice(ONE_PERSON, cluster="who"), ("cluster is 1", "every row")),
    ("rivals", lambda: RivalChoice(rivals=-1), ("rivals", ">= 0", "-1")),
    ("rivals-text", lambda: RivalChoice(rivals="6"), ("rivals", "'6'", "without quotes")),
    ("rival-off", lambda: RivalChoice(rival_satisfaction=6), ("rival_satisfaction", "1 to 5", "6")),
    ("scale-narrow", lambda: RivalChoice(scale=(4, 4.5)), ("scale", "one point apart", "4.5")),
    ("scale-three", lambda: PowerCurve(scale=(1, 3, 5)), ("scale", "(1, 5)", "(1.0, 3.0, 5.0)")),
    ("scale-number", lambda: PowerCurve(scale=5), ("scale", "list or tuple", "5")),
    ("scale-falling", lambda: FalseLoyalty(scale=(5, 1)), ("scale", "(5.0, 1.0)")),
    ("loyalty-off", lambda: CHOICE.loyalty(5.5), ("satisfaction", "1 to 5", "5.5")),
    ("loyalty-nan", lambda: CHOICE.loyalty([3, NAN, 9]), ("positions 1, 2", "nan")),
    ("loyalty-text", lambda: CHOICE.loyalty("4"), ("satisfaction", "'4'")),
    ("loyalty-flag", lambda: CHOICE.loyalty(True), ("satisfaction", "True")),
    ("loyalty-none", lambda: CHOICE.loyalty(None), ("satisfaction", "None")),
    ("loyalty-ragged", lambda: CHOICE.loyalty([[1], [2, 3]]), ("satisfaction", "[[1], [2, 3]]")),
    ("simulate-nobody", lambda: CHOICE.simulate(4, 0), ("customers", "0")),
    ("simulate-nowhere", lambda: CHOICE.simulate([]), ("satisfaction", "at least one")),
    ("simulate-seed", lambda: CHOICE.simulate(4, 5, seed="x"), ("seed", "'x'")),
    ("gamma-0", lambda: PowerCurve(gamma=0), ("gamma", "> 0", "0")),
    ("power-off", lambda: PowerCurve().loyalty(0), ("satisfaction", "1 to 5", "0")),
    ("strength", lambda: Barriers(regulation=80), ("regulation", "80 % as 0.8")),
    ("apply", lambda: Barriers().apply(PowerCurve()), ("choice", "RivalChoice", "PowerCurve")),
    ("false-barriers", lambda: false_loyalty(CHOICE, 0.5, 3), ("barriers", "Barriers", "0.5")),
    ("false-off", lambda: false_loyalty(CHOICE, Barriers(), 7), ("satisfaction", "7")),
    ("dropped", lambda: FalseLoyalty(dropped=5), ("dropped", "<= 4", "5")),
    ("customer-off", lambda: FalseLoyalty(satisfaction=0.5), ("satisfaction", "1 to 5", "0.5")),
    ("near-length", lambda: nearest_power([1, 2], [0.5], [1, 1]), ("same length", "(1,)")),
    ("near-ends", lambda: nearest_power([1, 5], [0, 1], [1, 1]), ("ends of the scale",)),
    ("near-zero", lambda: nearest_power([2, 3], [0, 0], [1, 1]), ("loyalty is 0", "vary")),
    ("near-scale", lambda: nearest_power([2], [0.5], [1], scale=(5, 1)), ("scale", "(5, 1)")),
    ("near-loyalty", lambda: nearest_power([2], [50], [1]), ("loyalty", "0 to 1", "50")),
    ("fit-missing", lambda: fit(PANEL, loyalty="loyal"), ("'loyal'", "loyalty", "columns")),
    # all columns are looked up before any value: 'overall' lacks one here
    (
        "fit-missing-nan",
        lambda: fit(with_("overall", 0, NAN), loyalty="shares"),
        ("no column 'shares'", "mean 'share'?", "for loyalty"),
    ),
    (
        "fit-cluster-nan",
        lambda: fit(with_("overall", 0, NAN), cluster="who"),
        ("no column 'who'", "for cluster"),
    ),
    (
        "fit-doubled",
        lambda: fit(pd.concat([with_("overall", 0, NAN), PANEL[["share"]]], axis=1)),
        ("'share'", "stands 2 times"),
    ),
    ("fit-flag", lambda: fit(PANEL, loyalty="opened"), ("'opened'", "True", ".astype(int)")),
    (
        "fit-falling",
        lambda: fit(PANEL.assign(share=[0.9, 0.7, 0.3, 0.1, 0.7, 0.3, 0.9, 0.3])),
        ("'share' falls", "other way round", "-1.00", "6 - data['overall']"),
    ),
    (
        "fit-one-row",
        lambda: fit(PANEL[:1]),
        ("the only answer gives satisfaction 2", "two levels"),
    ),
    (
        "fit-group-level",
        lambda: fit(with_("overall", None, 4).assign(g=1), group="g"),
        ("for group 1:", "satisfaction 4"),
    ),
    ("fit-empty", lambda: fit(PANEL[:0]), ("no rows",)),
    ("fit-none", lambda: fit(None), ("data", "DataFrame", "None")),
    ("fit-off", lambda: fit(with_("overall", 2, 6.0)), ("'overall'", "<= 5", "row 102", "6")),
    ("fit-share", lambda: fit(with_("share", 5, 80.0)), ("'share'", "<= 1", "row 105", "80")),
    ("fit-text", lambda: fit(with_("overall", 1, "3")), ("row 101", "'3'", "to_numeric")),
    ("fit-all-nan", lambda: fit(with_("share", None, NAN)), ("Every row", "'share'")),
    ("fit-group-nan", lambda: fit(with_("region", 0, None), group="region"), ("lacks", "row 100")),
    (
        "fit-silent-group",
        lambda: fit(PANEL.assign(share=PANEL["share"].where(PANEL["opened"])), group="region"),
        ("group 'high'", "lacks", "leave the group out"),
    ),
    ("fit-na", lambda: fit(PANEL, loyalty=pd.NA), ("no column <NA>",)),
    ("fit-list", lambda: fit(PANEL, loyalty=["share"]), ("no column ['share']",)),
    ("fit-one-level", lambda: fit(with_("overall", None, 4)), ("satisfaction 4", "two levels")),
    ("fit-group", lambda: fit(PANEL, group="regions"), ("'regions'", "mean 'region'?")),
    ("fit-never", lambda: fit(with_("share", None, 0)), ("loyalty is 0", "vary")),
    (
        "fit-never-there",
        lambda: fit(PANEL.assign(share=PANEL["share"].where(PANEL["opened"], 0)), group="region"),
        ("group 'high'", "loyalty is 0"),
    ),
    ("near-flat", lambda: nearest_power([2, 4], [1, 0.99999], [1, 1]), ("beyond 0.001 to 1000",)),
    ("fit-level", lambda: fit(PANEL, level=95), ("level", "0 and 1", "95")),
    ("fit-scale", lambda: fit(PANEL, scale=5), ("scale", "(1, 5)", "not 5")),
    ("fit-nan-scale", lambda: fit(PANEL, scale=(1, NAN)), ("scale", "(1, nan)")),
    ("fit-predict", lambda: fit(PANEL).predict(0), ("satisfaction", "1 to 5", "0")),
    ("equal-one", lambda: fit(PANEL).equal(), ("one group", "group=")),
    ("ordinal", lambda: fit(PANEL).ordinal(1), ("classes", "2 to 10", "1")),
    ("choice-over", lambda: fit_choice(with_("own_purchases", 3, 11)), ("exceed", "row 103")),
    (
        "choice-missing-nan",
        lambda: fit_choice(with_("overall", 0, NAN), purchases="bought"),
        ("no column 'bought'", "for purchases"),
    ),
    ("choice-half", lambda: fit_choice(with_("purchases", 3, 10.5)), ("whole", "row 103", "10.5")),
    ("choice-none", lambda: fit_choice(with_("own_purchases", None, 0)), ("of rivals",)),
    ("choice-all", lambda: fit_choice(with_("own_purchases", None, 10)), ("of the own brand",)),
    ("choice-idle", lambda: fit_choice(PANEL.assign(purchases=0, own_purchases=0)), ("nobody",)),
    ("choice-level", lambda: fit_choice(with_("overall", None, 2)), ("satisfaction 2", "levels")),
    (
        "choice-sure",
        lambda: fit_choice(PANEL.assign(own_purchases=10 * (PANEL["overall"] > 3))),
        ("without fail",),
    ),
    ("types-cut", lambda: customer_types(PANEL, high_loyalty="80"), ("high_loyalty", "'80'")),
    (
        "types-percent",
        lambda: customer_types(PANEL, high_loyalty=80),
        ("high_loyalty", "'share' holds, 0.1 to 0.9", "no customer", "80 % as 0.8"),
    ),
    (
        "types-all",
        lambda: customer_types(PANEL, loyalty="purchases"),
        ("high_loyalty", "'purchases' holds, 10 to 10", "every customer", "0.8"),
    ),
    (
        "types-satisfaction",
        lambda: customer_types(PANEL, high_satisfaction=8),
        ("high_satisfaction", "'overall' holds, 2 to 5", "not 8"),
    ),
    ("types-column", lambda: customer_types(PANEL, loyalty="shar"), ("'shar'", "mean 'share'?")),
    ("types-inf", lambda: customer_types(with_("share", 4, np.inf)), ("row 104", "inf")),
    ("type-shape", lambda: type_of([1, 2], [0.5]), ("same shape", "(2,)", "(1,)")),
    ("types-plot", lambda: plot_types(PANEL), ("customer_types()", "'group'")),
    ("types-plot-none", lambda: plot_types(None), ("customer_types()", "None")),
    ("opening-flag", lambda: opening_effect(with_("opened", 1, 3)), ("'opened'", "row 101", "3")),
    ("opening-cell", lambda: opening_effect(PANEL[PANEL["after"]]), ("0 rows", "before")),
    (
        "opening-missing-nan",
        lambda: opening_effect(with_("share", 0, NAN), opened="open"),
        ("no column 'open'", "mean 'opened'?", "for opened"),
    ),
    (
        "opening-wave",
        lambda: opening_effect(PANEL.assign(wave=[1, 2] * 4), after="wave"),
        ("'wave'", "True/False", "rows 101, 103", "data['wave'] == 2"),
    ),
    (
        "opening-region",
        lambda: opening_effect(PANEL, opened="region"),
        ("'region'", "row", "data['region'] == 'low'"),
    ),
    (
        "opening-twice",
        lambda: opening_effect(PANEL.assign(customer=[1, 1, 1, 2, 3, 3, 4, 4])),
        ("'customer'", "once before and once after", "rows 100, 102", "their mean"),
    ),
    (
        "opening-moved",
        lambda: opening_effect(PANEL.assign(customer=[1, 1, 2, 5, 3, 2, 5, 4])),
        ("'opened'", "changes in rows 102, 103, 105, 106", "moved"),
    ),
    ("opening-who", lambda: opening_effect(PANEL, customer="who"), ("'who'", "columns")),
    ("lag-pair", lambda: waves(satisfaction="satisfaction_1"), ("satisfaction", "two columns")),
    ("lag-few", lambda: cross_lagged(simulate_directions(people=20)[:5]), ("10 people",)),
    (
        "lag-same",
        lambda: waves(loyalty=("satisfaction_1", "satisfaction_2")),
        ("vary", "each by itself"),
    ),
    ("grow", lambda: cross_section(0.6, 0.6, 0.5), ("grow without end", "1.1")),
    ("people", lambda: simulate_directions(people=3), ("people", "10", "3")),
    ("mix", lambda: flat_and_false([1, 2, 3]), ("shares", "five", "[1, 2, 3]")),
    ("mix-minus", lambda: only_with_high_satisfaction(shares=[1, 1, 1, 1, -1]), ("shares", "-1")),
    ("ratio", lambda: six_times(ratio=1), ("ratio", "between 1", "1")),
    ("strength-2", lambda: four_barriers(strength=2), ("strength", "0 and 1", "2")),
    ("gamma-text", lambda: steep_near_the_top("5"), ("gamma", "'5'")),
    ("r", lambda: company_correlation(1.5), ("correlation", "1.5")),
    ("effect", lambda: each_feeds_the_other(effect=2), ("effect", "0 and 1", "2")),
    ("template-ax", lambda: plot_template(3), ("ax", "Axes", "3")),
]
