"""What chapter 01 refuses, and the words with which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from loyaltylab.satisfaction import (
    DifferenceScore,
    Disconfirmation,
    GradeRule,
    TopBoxOrMean,
    axis_sums_to_zero,
    bootstrap_means,
    component_regression,
    csm,
    csm_is_a_mean,
    csm_items,
    csm_respondents,
    difference_reliability,
    disconfirmation,
    disconfirmation_shares,
    every_measure,
    first_place,
    four_cars_graded,
    gap_pitfalls,
    headline,
    index_under_weights,
    ipsatised,
    plot_ranks,
    plot_rates,
    rate_difference,
    rate_from_counts,
    reliability,
    reversals,
    satisfaction_index,
    satisfaction_rate,
    scale_use,
    seven_questions,
    simulate_answers,
    synthetic_cars,
    two_dimensions,
)

NAN = float("nan")
ITEMS = ["quality", "price", "service"]

PEOPLE = pd.DataFrame(
    {
        "customer": range(1, 13),
        "shop": ["a", "b"] * 6,
        "overall": [5, 4, 3, 2, 1, 5, 4, NAN, 3, 5, 2, 4],
        "quality": [5, 4, 3, 2, 1, 5, 4, 4, 3, 5, 2, 4],
        "price": [4, 4, 2, 2, 1, 4, 5, 4, 3, 4, 2, 3],
        "service": [5, 3, 3, 1, 2, 5, 4, 3, 3, 5, 1, 4],
        "expected": [4, 4, 3, 3, 2, 4, 5, 4, 3, 4, 3, 3],
        "would": [10, 9, 7, 3, 0, 10, 8, 8, 6, 9, 2, 8],
        "flat": [3] * 12,
        "people": [1, 2] * 6,
    },
    index=range(100, 112),
)
WAVES = pd.DataFrame(
    {"customer": [1, 2, 1], "wave": [1, 1, 2], "overall": [5, 3, 4]}, index=range(100, 103)
)
CELLS = pd.DataFrame({"level": ["Low", "Medium", "High", "Hgh"], "people": [3, 4, 5, 0]})
GRADED = pd.DataFrame({"seat": [60, 90, 45], "engine": ["满意", "good", "满意"]})
FRAMES = [PEOPLE, WAVES, CELLS, GRADED]


def changed(column: str, row: int, value: Any) -> pd.DataFrame:
    frame = PEOPLE.copy()
    frame[column] = frame[column].astype(object)
    frame.iloc[row, list(frame.columns).index(column)] = value
    return frame


LABELS = ("Low", "Medium", "High")

ROWS: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("rate-column", lambda: satisfaction_rate(PEOPLE, answer="overal"), ("'overal'", "'overall'")),
    ("rate-empty", lambda: satisfaction_rate(PEOPLE[:0]), ("no rows",)),
    ("rate-none", lambda: satisfaction_rate(None), ("data", "DataFrame", "None")),  # type: ignore[arg-type]
    ("rate-99", lambda: satisfaction_rate(changed("overall", 2, 99)), ("row 102", "99", "answer")),
    ("rate-text", lambda: satisfaction_rate(changed("overall", 2, "good")), ("row 102", "'good'")),
    ("rate-silent", lambda: satisfaction_rate(PEOPLE.assign(overall=NAN)), ("'overall'", "every")),
    (
        "rate-silent-group",
        lambda: satisfaction_rate(
            PEOPLE.assign(overall=PEOPLE["overall"].where(PEOPLE["shop"] == "a")), by="shop"
        ),
        ("Nobody", "group 'b'", "'overall'"),
    ),
    ("rate-by", lambda: satisfaction_rate(PEOPLE, by="store"), ("'store'", "group")),
    ("rate-by-nan", lambda: satisfaction_rate(changed("shop", 3, None), by="shop"), ("row 103",)),
    ("rate-count", lambda: satisfaction_rate(changed("people", 1, 1.5), count="people"), ("1.5",)),
    ("rate-minus", lambda: satisfaction_rate(changed("people", 1, -2), count="people"), ("-2",)),
    (
        "rate-nobody",
        lambda: satisfaction_rate(PEOPLE.assign(people=0), count="people"),
        ("'people'", "counts nobody"),
    ),
    ("rate-twice", lambda: satisfaction_rate(WAVES), ("'customer'", "twice", "row 102")),
    ("rate-cut", lambda: satisfaction_rate(PEOPLE, satisfied=6), ("satisfied", "1 and 5", "6")),
    ("rate-cuts", lambda: satisfaction_rate(PEOPLE, satisfied=[]), ("satisfied", "empty")),
    ("rate-level", lambda: satisfaction_rate(PEOPLE, level=95), ("level", "95")),
    ("rate-of", lambda: satisfaction_rate(PEOPLE, of="all"), ("of", "'asked'", "'all'")),  # type: ignore[arg-type]
    ("rate-asked", lambda: satisfaction_rate(PEOPLE, asked=5), ("asked is 5", "11 answered")),
    (
        "rate-asked-one",
        lambda: satisfaction_rate(PEOPLE, by="shop", asked=50),
        ("dict", "2 groups"),
    ),
    (
        "rate-asked-group",
        lambda: satisfaction_rate(PEOPLE, by="shop", asked={"a": 50}),
        ("asked", "group 'b'"),
    ),
    ("rate-scale", lambda: satisfaction_rate(PEOPLE, scale=(5, 1)), ("scale", "lowest", "(5, 1)")),
    (
        "rate-label",
        lambda: satisfaction_rate(CELLS, answer="level", scale=LABELS, satisfied="High"),
        ("'level'", "row 3", "'Hgh'"),
    ),
    (
        "rate-satisfied-label",
        lambda: satisfaction_rate(CELLS[:3], answer="level", scale=LABELS, satisfied="Hihg"),
        ("satisfied", "mean 'High'?", "'Hihg'"),
    ),
    ("scale-labels", lambda: satisfaction_rate(CELLS, scale=("a", "a")), ("different labels",)),
    ("gap-by", lambda: rate_difference(PEOPLE, by=None), ("by", "None")),
    ("gap-one", lambda: rate_difference(PEOPLE, by="flat"), ("by", "two groups", "1")),
    ("gap-base", lambda: rate_difference(PEOPLE, by="shop", reference="c"), ("reference", "'c'")),
    ("gap-both", lambda: rate_difference(WAVES, by="wave"), ("'customer'", "twice", "row 102")),
    ("rates-plot", lambda: plot_rates(PEOPLE), ("table", "satisfaction_rate()")),
    ("csm-items", lambda: csm(PEOPLE, items="quality"), ("items", "list", "'quality'")),
    ("csm-none", lambda: csm(PEOPLE, items=[]), ("items", "empty")),
    ("csm-doubled", lambda: csm(PEOPLE, items=["price", "price"]), ("'price'", "twice")),
    ("csm-column", lambda: csm(PEOPLE, items=["qality"]), ("'qality'", "mean 'quality'?")),
    ("csm-scale", lambda: csm(PEOPLE, items=ITEMS, scale="grade"), ("'grades'", "'grade'")),
    ("csm-graded", lambda: csm(GRADED, items=["seat"], scale="grades"), ("row 2", "45", "seven")),
    ("csm-word", lambda: csm(GRADED, items=["engine"], scale="grades"), ("row 1", "'good'")),
    ("csm-rule", lambda: csm(PEOPLE, items=ITEMS, rule="floor"), ("rule", "GradeRule", "'floor'")),  # type: ignore[arg-type]
    (
        "csm-map",
        lambda: csm(PEOPLE, items=ITEMS, mapping={1: -90, 5: 90}),
        ("mapping", "'quality'"),
    ),
    ("csm-map-far", lambda: csm(PEOPLE, items=ITEMS, mapping={1: -100}), ("-100", "mapping")),
    ("csm-map-no", lambda: csm(PEOPLE, items=ITEMS, mapping={}), ("mapping", "dict")),
    ("csm-items-out", lambda: csm_items(changed("price", 4, 0), items=["price"]), ("row 104", "0")),
    ("csm-own-text", lambda: csm_respondents(changed("price", 4, "x"), items=["price"]), ("'x'",)),
    ("grade-score", lambda: GradeRule(score=91), ("score", "-90", "91")),
    ("grade-cuts", lambda: GradeRule(cuts=(1, 2, 3)), ("cuts", "six rising", "(1.0, 2.0, 3.0)")),
    ("grade-fall", lambda: GradeRule(cuts=(5, 4, 3, 2, 1, 0)), ("cuts", "six rising")),
    ("grade-of", lambda: GradeRule().grade([0, 95]), ("scores", "position 1", "95")),
    ("cars-few", lambda: synthetic_cars(0), ("respondents", "0")),
    (
        "cars-rule",
        lambda: synthetic_cars(
            3, items=1, rule=GradeRule(cuts=(-80, -59.8, -59.7, 59.5, 59.6, 59.8))
        ),
        ("rule", "little room"),
    ),
    ("index-weights", lambda: satisfaction_index(PEOPLE, items={"price": -1}), ("weights", "-1")),
    ("index-zero", lambda: satisfaction_index(PEOPLE, items={"price": 0}), ("weights", "all be 0")),
    ("index-text", lambda: satisfaction_index(PEOPLE, items={"price": "1"}), ("weights", "'1'")),
    ("index-draws", lambda: index_under_weights(PEOPLE, items=ITEMS, draws=10), ("draws", "100")),
    ("alpha-one", lambda: reliability(PEOPLE, items=["price", "flat"]), ("two items", "'flat'")),
    ("alpha-few", lambda: reliability(PEOPLE[:2], items=ITEMS), ("three respondents", "2 did")),
    ("alpha-draws", lambda: reliability(PEOPLE, items=ITEMS, draws=5), ("draws", "5")),
    ("alpha-seed", lambda: reliability(PEOPLE, items=ITEMS, seed="x"), ("seed", "'x'")),  # type: ignore[arg-type]
    ("head-top", lambda: headline(PEOPLE, top=5), ("top", "1 to 4", "5")),
    ("head-half", lambda: headline(changed("overall", 0, 4.5)), ("whole", "row 100", "4.5")),
    ("head-nps", lambda: headline(PEOPLE, recommend="expectd"), ("'expectd'", "'expected'")),
    ("head-would", lambda: headline(changed("would", 1, 11), recommend="would"), ("row 101", "11")),
    ("head-how", lambda: headline(PEOPLE, method="jackknife"), ("method", "'jackknife'")),  # type: ignore[arg-type]
    ("boot-shape", lambda: bootstrap_means([1, 2], [[1], [2], [3]]), ("scores", "(3, 1)", "(2,)")),
    ("boot-nan", lambda: bootstrap_means([1, 2], [[1], [NAN]]), ("scores", "finite")),
    ("reverse-one", lambda: reversals(PEOPLE, by="flat"), ("two groups", "1")),
    ("reverse-none", lambda: reversals(PEOPLE, by=None), ("by", "None")),
    ("reverse-both", lambda: reversals(WAVES, by="wave"), ("twice", "row 102")),
    ("gaps-far", lambda: disconfirmation(PEOPLE, perceived="overall", threshold=5), ("threshold",)),
    ("gaps-column", lambda: disconfirmation_shares(PEOPLE), ("'perceived'", "columns are")),
    ("gaps-flat", lambda: gap_pitfalls(PEOPLE, perceived="flat"), ("'flat'", "one answer only")),
    (
        "gaps-reliability",
        lambda: gap_pitfalls(PEOPLE, perceived="overall", reliability_expected=80),
        ("expected", "80 % as 0.8"),
    ),
    ("tie", lambda: difference_reliability(0.5, 0.5, 0.6), ("correlation", "0.5", "0.6")),
    ("tie-share", lambda: difference_reliability(1.5, 0.5, 0.1), ("perceived", "1.5")),
    ("two-few", lambda: component_regression(PEOPLE[:5], perceived="quality"), ("10 rows", "5 do")),
    (
        "two-same",
        lambda: component_regression(PEOPLE, expected="price", perceived="price"),
        ("'price'", "vary apart"),
    ),
    (
        "two-predict",
        lambda: component_regression(PEOPLE, perceived="quality").predict([1, 2, 3], [1, 2]),
        ("equally many", "3 and 2"),
    ),
    ("use-few", lambda: scale_use(PEOPLE, items=ITEMS), ("30 respondents", "12")),
    (
        "use-flat",
        lambda: scale_use(
            pd.concat([PEOPLE] * 3).assign(customer=range(36)), items=[*ITEMS, "flat"]
        ),
        ("'flat'", "alike"),
    ),
    ("ipsa-one", lambda: ipsatised(PEOPLE, items=["price"]), ("items", "two columns")),
    (
        "ipsa-name",
        lambda: ipsatised(PEOPLE.assign(own_sd=1), items=["price", "quality"]),
        ("'own_sd'", "already"),
    ),
    ("style", lambda: simulate_answers(10, stretch=-1), ("stretch", "-1")),
    ("style-scale", lambda: simulate_answers(10, scale=(5, 5)), ("scale", "5")),
    (
        "all-half",
        lambda: every_measure(PEOPLE, items=ITEMS, by="shop", expected="expected"),
        ("expected and perceived", "both"),
    ),
    ("ranks-plot", lambda: plot_ranks(PEOPLE), ("table", "every_measure()")),
    ("gap-model", lambda: Disconfirmation(expected=0), ("expected", "0")),
    ("box-points", lambda: TopBoxOrMean(points=6), ("points", "5, 7, 10", "6")),  # type: ignore[arg-type]
    ("box-spread", lambda: TopBoxOrMean(spread_a=0), ("spread_a", "> 0")),
    ("score-percent", lambda: DifferenceScore(reliability_expected=80), ("80 % as 0.8",)),
    ("say-rate", lambda: rate_from_counts(satisfied=90, answered=80), ("satisfied", "80", "90")),
    ("say-sum", lambda: axis_sums_to_zero(["a"]), ("value", "'a'")),  # type: ignore[list-item]
    ("say-mean", lambda: csm_is_a_mean(scores=(100,)), ("score", "90", "100")),
    ("say-cars", lambda: four_cars_graded("round"), ("rule", "'nearest'", "'round'")),
    ("say-first", lambda: first_place(brands=1), ("brands", "2", "1")),
    ("say-first-spread", lambda: first_place(spread=0), ("spread", "above 0")),
    ("say-two", lambda: two_dimensions(named=6), ("named", "1 to 5", "6")),
    (
        "gaps-name",
        lambda: disconfirmation(PEOPLE.assign(outcome=1), perceived="overall"),
        ("'outcome'", "already"),
    ),
    (
        "gap-nobody",
        lambda: rate_difference(PEOPLE.assign(overall=[NAN, 4] * 6), by="shop"),
        ("Nobody of group 'a'", "'overall'"),
    ),
    (
        "rate-asked-strange",
        lambda: satisfaction_rate(PEOPLE, by="shop", asked={"a": 9, "b": 9, "c": 9}),
        ("asked", "'c'", "without a row"),
    ),
    (
        "rate-worst",
        lambda: satisfaction_rate(
            CELLS[:3], answer="level", scale=("High", "Medium", "Low"), satisfied="High"
        ),
        ("'High'", "worst label", "worst first"),
    ),
    ("csm-label", lambda: csm(GRADED, items=["engine"], scale="grades"), ("seven", "'good'")),
    (
        "alpha-sum",
        lambda: reliability(PEOPLE.assign(against=6 - PEOPLE["price"]), items=["price", "against"]),
        ("same for everybody", "recode"),
    ),
    (
        "two-flat",
        lambda: component_regression(PEOPLE, outcome="flat", perceived="quality"),
        ("'flat'", "one answer only"),
    ),
    (
        "two-lonely",
        lambda: component_regression(
            PEOPLE.assign(quality=[2, *[4] * 11]), perceived="quality", outcome="price"
        ),
        ("'quality'", "One row alone"),
    ),
    ("style-pair", lambda: simulate_answers(10, scale=5), ("scale", "(1, 5)")),  # type: ignore[arg-type]
    ("say-seven", lambda: seven_questions(left_out=2), ("left_out", "2 % as 0.02")),
]
